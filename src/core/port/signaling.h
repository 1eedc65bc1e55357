/* src/core/port/signaling.h -- Signaling messages: message interval requests (IEEE 802.1AS 10.6.4). */
#ifndef CORE_PORT_SIGNALING_H
#define CORE_PORT_SIGNALING_H

#include "core/ingress.h"

void signaling_receive(struct port *port, const struct ingress *in);

/* Asks the time transmitter for this Sync interval; 126: its initial one. */
void signaling_request_sync_interval(struct port *port, int8_t log_interval);

#endif
