/* src/tools/sim_figures.h -- what is to be said of each node of a run in numbers: worked out once, for all faces. */
#ifndef TOOLS_SIM_FIGURES_H
#define TOOLS_SIM_FIGURES_H

#include "tools/sim_output.h"

struct sim_figures {
	const struct observed_node *observed;
	const struct node *node;
	const char *role; /* "grandmaster", "boundary clock", "time receiver"; "stopped", "never started" */
	int state;        /* of its best port at the end; 0: it does not run */
	struct gn_clock_identity grandmaster; /* at the end; all zero: none */
	const char *grandmaster_name;         /* the node's, or NULL */
	/* When the RMS of every second began to stay below a threshold for a while: the threshold and the while are those of
	 * a `settles` expectation of the node, else three times the median RMS of a second in the run's second half, and
	 * 5 s (a quarter of the run at most). NaN: never, or not measured. What follows is of the samples from then on, of
	 * all where it never settled; NaN without samples. */
	double settled_s;
	size_t samples;
	double mean_ns, rms_ns, p50_ns, p95_ns, p99_ns, p999_ns,
		largest_ns;                  /* the last five of the magnitude */
	double path_delay_ns, frequency_ppb; /* means */
	uint64_t steps, drops;               /* of the whole run */
	size_t failures;                     /* expectations of it that failed */
};

struct sim_all_figures {
	struct sim_figures *nodes;             /* as the observation has them */
	const struct observed_node *reference; /* what offsets are against; NULL: true time */
	size_t *worst; /* all of them: by failures, then by RMS; those without samples last */
	size_t count;
	double end_s;
};

/* False without memory: nothing to free then. */
bool sim_figures_find(struct sim_all_figures *out, const struct sim_run_seen *run);
void sim_figures_free(struct sim_all_figures *figures);

/* What offsets are told against: the clock that all expectations about offsets are against, else true time (NULL). */
const struct observed_node *sim_reference(const struct sim_run_seen *run);

/* Of one sample; NaN where it or the reference did not run. */
double sim_offset(const struct observed_node *node, const struct observed_node *reference, size_t sample);

/* True time at which the run ended. */
int64_t sim_end_ps(const struct sim_run_seen *run);

#endif
