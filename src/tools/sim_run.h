/* src/tools/sim_run.h -- one run of one scenario: read, build, watch, judge, tell. */
#ifndef TOOLS_SIM_RUN_H
#define TOOLS_SIM_RUN_H

#include "sim/scenario/scenario.h"

#define SIM_CAPTURES_MAX 16

enum sim_status { SIM_HELD, SIM_FAILED, SIM_UNUSABLE };

struct sim_request {
	const char *file;
	const struct scenario_option *parameters; /* --set, and the values of a sweep */
	size_t parameter_count;
	bool is_mutant;
	int64_t until_ps;     /* stop then; 0: the scenario's duration */
	const char *break_on; /* stop when this happens; NULL: never */
	/* File names, "-" for standard output; csv also NODE=FILE; pcap: a folder, or LINK=FILE. NULL: none */
	const char *csv, *report, *pcap;
	const char *trace; /* print what goes in and out of nodes that fit this pattern; NULL: nothing */
	bool is_json, is_quiet, is_hashed;
	bool is_random;      /* the scenario is drawn: `file` is "random-SEED" */
	bool has_invariants; /* sim/watch/invariants.h is judged too */
	bool checks;         /* read and build only */
	bool shows_progress; /* on standard error */
	bool tells;          /* summary (or JSON) on standard output; a sweep tells by itself */
	const char *command; /* that runs it again */
};

struct sim_verdict {
	size_t expectation;
	bool holds;
	double seen;
	char node[64], text[256];
};

struct sim_outcome {
	enum sim_status status;
	uint64_t trace, events, malformed;
	double simulated_s, cpu_s;
	size_t verdict_count, left_out; /* expectations of times that an early end left out */
	char stopped[256];              /* what break_on met, and when */
	struct sim_verdict *verdicts;   /* malloc'ed */
	char *said;                     /* errors of reading and building, lines; malloc'ed, or NULL */
};

void sim_run(const struct sim_request *request, struct sim_outcome *out);
void sim_outcome_free(struct sim_outcome *outcome);

/* What was said, on standard error. */
void sim_outcome_say(const struct sim_outcome *outcome);

/* For struct scenario_reading and build_world(): keeps lines in outcome->said. */
void sim_keep(void *outcome, const char *line);

#endif
