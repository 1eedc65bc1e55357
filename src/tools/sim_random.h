/* src/tools/sim_random.h -- worlds that are drawn from seeds, judged by what holds in every world. */
#ifndef TOOLS_SIM_RANDOM_H
#define TOOLS_SIM_RANDOM_H

#include "tools/sim_run.h"

struct sim_random {
	bool is_asked;
	bool is_printing; /* the scenario itself, of the first seed */
	uint64_t first, last;
};

/* "17" or "1..1000". */
bool sim_random_parse(const char *text, struct sim_random *out);

/* The exit status: 0 all held, 1 some did not, 2 out of memory. One seed is run in this process and shown as any scenario;
 * several run `workers` at a time, of which only those that failed are told. */
int sim_random_run(const struct sim_random *random, const struct sim_request *request, unsigned workers);

/* For struct scenario_reading: the text of the world that a name ("random-17") stands for. */
char *sim_random_read(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		      size_t why_size);

#endif
