/* src/core/port/announce.h -- Announce in both directions (9.5.3, 9.5.8, 13.5), and what a grandmaster says of time. */
#ifndef CORE_PORT_ANNOUNCE_H
#define CORE_PORT_ANNOUNCE_H

#include "core/ingress.h"

void announce_receive(struct port *port, const struct ingress *in);
void announce_transmit(struct port *port);

/* The announce or sync receipt timeout: the parent is gone (9.2.6.12). */
void announce_receipt_timeout(struct port *port);

/* When the leap second that this grandmaster announces is over (by `time`, of its clock), clears the
 * flags and adjusts currentUtcOffset, both in the same Announce (9.4). */
void announce_leap_is_over(struct gn_instance *instance, struct gn_timestamp time);

#endif
