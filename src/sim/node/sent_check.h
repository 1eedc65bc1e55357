/* src/sim/node/sent_check.h -- every message that a node sends, read again as any other would read it. */
#ifndef SIM_SENT_CHECK_H
#define SIM_SENT_CHECK_H

#include "sim/node/nic.h"

/* NULL, or what is wrong with it. `nic` NULL: it goes to the management socket. Keeps the port's sequenceIds. */
const char *sent_check(const struct node *node, struct nic *nic, const struct gn_send *send);

#endif
