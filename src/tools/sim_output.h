/* src/tools/sim_output.h -- the faces of one simulation run: a summary, JSON, samples as CSV, a page, a trace.
 *
 * All are fed from the scenario, the observation (and the world it watched) and the verdicts. Nothing here opens a file:
 * text goes to a sink. */
#ifndef TOOLS_SIM_OUTPUT_H
#define TOOLS_SIM_OUTPUT_H

#include "report/sink.h"
#include "sim/watch/expect.h"
#include "sim/watch/observe.h"
#include "sim/scenario/scenario.h"

struct sim_judgement {
	const struct expectation *expectation;
	struct verdict verdict;
};

/* Starts all zero. */
struct sim_judgements {
	struct sim_judgement *list;
	size_t count, room;
	size_t failed;
	size_t left_out; /* expectations of times after an early end */
	bool is_out_of_memory;
};

/* All expectations of the scenario; of a run that ended early, those that what was seen can decide: windows that end later
 * are left out, and so are, of those without an end, settling and what must come (sent > 100, steps = 2). False without
 * memory. */
bool sim_judge(struct sim_judgements *judgements, const struct scenario *scenario,
	       const struct observation *observation);
void sim_judgements_free(struct sim_judgements *judgements);

struct sim_run_seen {
	const struct scenario *scenario;
	const struct observation *observation;
	const struct sim_judgements *judgements;
	const char *command;   /* that gives this run again */
	const char *stopped;   /* why it ended early: text; NULL or empty: it did not, or for --until */
	const char *csv_nodes; /* only those that fit this pattern are in the CSV; NULL or empty: all */
};

struct sim_look {
	bool has_colours, is_utf8; /* of the terminal: tools/terminal.h */
	bool is_quiet;             /* only what did not hold */
};

/* A table of nodes (of many the worst), then a line for each expectation; a failed one has the command. False without
 * memory, as those below. */
bool sim_summary(const struct sim_run_seen *run, const struct sim_look *look, report_sink sink,
		 void *context);

/* One object, described in gnomon-sim(1): scenario, parameters, nodes with statistics and changes, verdicts, the trace's hash. */
bool sim_json(const struct sim_run_seen *run, report_sink sink, void *context);

/* time_s,node,offset_ns,own_offset_ns,frequency_ppb,path_delay_ns,state; comments begin with #. What is not known is empty,
 * and so is all behind the name of a node that does not run. */
void sim_csv(const struct sim_run_seen *run, report_sink sink, void *context);

/* report/page.h's, filled in. */
bool sim_page(const struct sim_run_seen *run, report_sink sink, void *context);

/* Prints what goes in and out of nodes that fit one of the patterns (of scenario_matches(); no patterns: all), and what
 * happens in the world. The sink is called once for each line. NULL without memory; free it before the world. */
struct sim_trace;
struct sim_trace *sim_trace_start(struct world *world, const char *const *patterns, size_t pattern_count,
				  report_sink sink, void *context);
void sim_trace_free(struct sim_trace *trace); /* the world must not run any more */

#endif
