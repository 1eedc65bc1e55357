/* src/sim/scenario/chaos.h -- worlds that nobody thought of: a scenario drawn from a seed, written as text.
 *
 * The text is what a person could have written: who finds fault with a world has a file to read, to shorten and to run
 * again. All of them are accepted by scenario_read() and build_world(). A quarter of them has nothing in it that does harm, a
 * quarter has trouble that is over in time for all to recover, the others are wild. */
#ifndef SIM_CHAOS_H
#define SIM_CHAOS_H

#include "report/sink.h"

#include <stdint.h>

/* The same seed, the same text. */
void chaos_write(uint64_t seed, report_sink sink, void *context);

#endif
