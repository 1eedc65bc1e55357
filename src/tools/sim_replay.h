/* src/tools/sim_replay.h -- a recording done again: the instance of its snapshot meets the events that were recorded, and
 * what it does is compared with what was done. */
#ifndef TOOLS_SIM_REPLAY_H
#define TOOLS_SIM_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct sim_replay_options {
	bool is_tracing;  /* print every event and action */
	bool is_json;     /* one object; with is_tracing an object a line before it */
	bool is_quiet;    /* print only what is not the same */
	int64_t until_ns; /* since the first event; 0: all */
};

enum { SIM_REPLAY_SAME = 0, SIM_REPLAY_DIFFERS = 1, SIM_REPLAY_UNUSABLE = 2 };

/* Returns the exit status. Results go to standard output, why a file is unusable to standard error. */
int sim_replay(const char *file, const struct sim_replay_options *options);

#endif
