/* src/sim/node/clock.h -- a node's clocks as its daemon has them: which one is steered, and what its operations do. */
#ifndef SIM_NODE_CLOCK_H
#define SIM_NODE_CLOCK_H

#include "sim/node/node.h"

/* By config and, for hardware stamps, by what port 1 stamps with; fills in clock, is_utc, is_virtual, follows_phc. */
void node_clock_choose(struct node *node);

/* What a daemon does to its clock as it starts: leap flags of an earlier one end, a virtual clock's steering too. */
void node_clock_take_over(struct node *node);

/* Carries out an action of the clock and fills in the whole answer. */
void node_clock_act(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer);

/* Tells the kernel of a leap second at the end of its UTC day, as the daemon's action or the site's timing card does. */
void node_clock_tell_leap(struct node *node, int8_t leap);

/* Whether the driver finds, as it looks now, that somebody stepped the clock: then a new epoch has begun. */
bool node_clock_was_stepped(struct node *node);

#endif
