/* src/core/management/management.h -- the data sets, asked for and set by management messages (clause 15).
 *
 * Which ids exist, whom they concern (clock or port), which actions they allow and how their data is laid out is one
 * table; a new id is a row and a function or two. */
#ifndef CORE_MANAGEMENT_MANAGEMENT_H
#define CORE_MANAGEMENT_MANAGEMENT_H

#include "core/ingress.h"

/* Answers what is addressed to this instance, forwards what goes on (15.3.3). `port` NULL: from the management socket.
 * The domain and sdoId were checked. */
void management_receive(struct gn_instance *instance, struct port *port, const struct ingress *in);

#endif
