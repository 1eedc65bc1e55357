/* src/tools/sim_sweep.h -- many runs at once, on all processors: a table of what was seen. */
#ifndef TOOLS_SIM_SWEEP_H
#define TOOLS_SIM_SWEEP_H

#include "tools/sim_run.h"

struct sim_job {
	struct sim_request request;
	struct scenario_option *parameters; /* malloc'ed: the request's */
	const struct scenario *scenario;    /* for sim_sweep_tell(): as it was read; not needed to run it */
	char label[160];                    /* "jitter=4ns seed=3" */
	struct sim_outcome outcome;
	bool is_done;
};

/* Runs them all, `workers` at a time, each in a process of its own: one that crashes is one that failed. A bar on standard
 * error where that is a terminal. A ^C (sim_progress_catch()) ends them; those that are not done then stay so. */
void sim_sweep_run(struct sim_job *jobs, size_t count, unsigned workers, bool shows_progress);

/* Prints a table, what failed and how many held; or JSON. A sweep's table has a column for each expectation of a number;
 * one of several files has their verdicts. The worst that a run came to. */
enum sim_status sim_sweep_tell(const struct sim_job *jobs, size_t count, const struct sim_request *request,
			       bool is_of_files);

/* "client offset rms": what an expectation's number is, for the head of a column. Where another one
 * has the same words, with the window. */
void sim_sweep_title(const struct scenario *scenario, size_t expectation, char *out, size_t size);

/* A number that was seen, with its unit. */
const char *sim_sweep_value(const struct expectation *expectation, double seen, char out[32]);

#endif
