/* src/sim/watch/trace_hash.h -- one number that stands for all that went in and out of all nodes: same seed, same number. */
#ifndef SIM_TRACE_HASH_H
#define SIM_TRACE_HASH_H

#include "sim/node/node.h"

/* Each is mixed into *trace, which begins as 0, in order. */
void trace_event(uint64_t *trace, int64_t now_ps, const struct node *node, const struct gn_event *event);
void trace_action(uint64_t *trace, int64_t now_ps, const struct node *node, const struct gn_action *action);

#endif
