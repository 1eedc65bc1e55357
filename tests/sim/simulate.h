/* tests/sim/simulate.h -- a scenario from a text in a test: read, built, run, watched. */
#ifndef TESTS_SIM_SIMULATE_H
#define TESTS_SIM_SIMULATE_H

#include "sim/assemble/build.h"
#include "sim/watch/observe.h"

struct simulation {
	struct scenario *scenario;
	struct world world;
	struct build *build;
	struct observation observation;
};

/* Runs it to its end. A text that cannot be read or built fails the test, with what was said. */
void simulate(struct simulation *simulation, const char *text);
/* The same with somebody who looks on. */
void simulate_watched(struct simulation *simulation, const char *text, struct watch *watch);
void simulation_free(struct simulation *simulation);

/* The largest |offset - wanted| of a node's samples from that second on, ns; infinity when it did not run. */
double simulation_error_ns(const struct simulation *simulation, const char *node, double wanted_ns,
			   int from_s);

const struct observed_node *simulation_node(const struct simulation *simulation, const char *node);

#endif
