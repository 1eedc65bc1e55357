/* src/sim/node/shim.h -- a mutation: what a scenario puts between a node's core and its driver (struct shim_settings), to see
 * whether its expectations notice. Called only where node->is_shimmed. */
#ifndef SIM_SHIM_H
#define SIM_SHIM_H

#include "sim/node/node.h"

/* Whether its settings say anything at all. */
bool shim_is_on(const struct shim_settings *settings);

/* An event on its way in, changed as the settings say. False: the core does not get it. */
bool shim_event(struct node *node, struct gn_event *event);

/* An action on its way out likewise. False: the driver does not get it, and *answer is what it would have said. An answer
 * of type GN_EVENT_START is none: there is nothing to say. */
bool shim_action(struct node *node, struct gn_action *action, struct gn_event *answer);

#endif
