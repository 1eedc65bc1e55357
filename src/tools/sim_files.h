/* src/tools/sim_files.h -- files become runs: one of each, or one for each combination of the values that they sweep. */
#ifndef TOOLS_SIM_FILES_H
#define TOOLS_SIM_FILES_H

#include "tools/sim_run.h"

#define SIM_RUNS_MAX 100000

struct sim_files {
	struct sim_request request; /* what all runs have in common */
	const struct scenario_option *set;
	size_t set_count;
	bool has_no_sweep;
	unsigned workers; /* runs at once; 0: as many as there are processors */
	char *const *names;
	size_t name_count;
};

/* The exit status: 0 all held, 1 some did not, 2 some could not be run, 255 these options do not go together. A single run
 * is done in this process and told in full. */
int sim_files_run(const struct sim_files *files);

#endif
