/* src/tools/sim_break.h -- ends a run when something happens for the first time. */
#ifndef TOOLS_SIM_BREAK_H
#define TOOLS_SIM_BREAK_H

#include "sim/watch/expect.h"

struct sim_break {
	struct expectation what; /* its subject (reports, drops, state) and id */
	char pattern[64];        /* of nodes */
	bool is_met;
	char text[160]; /* what was met, and when */
	struct world *world;
	struct watch watch;
};

/* "[NODE:]REPORT", "[NODE:]drop=REASON", "[NODE:]state=STATE". False: `why` says what was expected. */
bool sim_break_parse(struct sim_break *b, const char *text, char *why, size_t why_size);

/* From now on; `b` outlives the world. */
void sim_break_watch(struct sim_break *b, struct world *world);

#endif
