/* src/sim/node/card.h -- a node's timing card: what it knows of its reference, the daemon is told. */
#ifndef SIM_NODE_CARD_H
#define SIM_NODE_CARD_H

#include "sim/node/node.h"

/* The card of node->settings.reference, on the clock that the daemon steers. False without memory, or without such a
 * receiver. */
bool node_card_insert(struct node *node);

/* Tells a daemon that has just started how the reference is. */
void node_card_tell(struct node *node);

#endif
