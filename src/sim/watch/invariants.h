/* src/sim/watch/invariants.h -- what holds in every world, whatever happens in it.
 *
 * Of all worlds: time goes forward; every frame that a daemon was given is counted, every drop is reported; no malformed
 * message is sent; no clock is stepped against its settings; the world ends with the memory it began with. Where the end of
 * a run was quiet, of those parts of the network that are in order: two who hear each other are not both
 * time transmitters, and there is one time transmitter that all others receive time from. */
#ifndef SIM_INVARIANTS_H
#define SIM_INVARIANTS_H

#include "sim/watch/observe.h"
#include "sim/scenario/scenario.h"

struct watched_life;

struct invariants {
	struct world *world;
	const struct scenario *scenario;
	struct watched_life *lives; /* [world->node_count] */
	int64_t last_ps;
	struct watch watch;
	bool is_over;
	void (*say)(void *context, const char *line);
	void *context;
	size_t broken;
};

/* Starts to watch a world that is built, before its first event. What does not hold is said at once, or by
 * invariants_judge(). False without memory. */
bool invariants_init(struct invariants *invariants, struct world *world, const struct scenario *scenario,
		     void (*say)(void *context, const char *line), void *context);
void invariants_free(struct invariants *invariants);

/* After the run and observation_finish(). Ends all daemons and attackers and lets the world run dry: the world is of no
 * use afterwards. Returns how many invariants were broken in all. */
size_t invariants_judge(struct invariants *invariants, const struct observation *observation);

#endif
