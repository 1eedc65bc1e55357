/* src/core/port/sync.h -- Sync and Follow_Up in both directions (9.5.4, 9.5.9, 9.5.10, 11.2). */
#ifndef CORE_PORT_SYNC_H
#define CORE_PORT_SYNC_H

#include "core/ingress.h"

/* The hardware writes the egress time into Sync; no token brings it back. */
bool sync_is_one_step(const struct port *port);

void sync_transmit(struct port *port);
void sync_receive(struct port *port, const struct ingress *in);
void sync_follow_up_receive(struct port *port, const struct ingress *in);

/* The Sync of this token left at `time`: its Follow_Up goes out. */
void sync_sent(struct port *port, const struct pending_token *token, struct gn_precise time);

#endif
