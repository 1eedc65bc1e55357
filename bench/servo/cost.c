/* bench/servo/cost.c -- one trial with queues, again and again; the stopwatch's own time is taken off. */
#include "bench/servo/cost.h"

#include <time.h>

#define RUNS 7
#define STOPWATCH_RUNS 100000

static double stopwatch_cost_ns(void)
{
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < STOPWATCH_RUNS; i++) {
		clock_gettime(CLOCK_MONOTONIC, &to);
	}
	return ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) /
	       STOPWATCH_RUNS;
}

static void measure(const struct world *world, enum contestant c, double stopwatch_ns, struct cost *out)
{
	for (int run = 0; run < RUNS; run++) {
		struct contestant_counts counts;
		struct series series;
		double message_ns;

		if (!series_make(&series, world->trial->syncs)) {
			return;
		}
		if (contestant_run(world, c, true, &series, &counts) && counts.messages > 0) {
			message_ns = counts.spent_ns / (double)counts.messages - stopwatch_ns;
			if (!out->is_known || message_ns < out->message_ns) {
				*out = (struct cost){ true, message_ns, sizeof(struct servo) };
			}
		}
		series_free(&series);
	}
}

void cost_measure(const bool contestants[CONTESTANTS], struct cost out[CONTESTANTS])
{
	double stopwatch_ns = stopwatch_cost_ns();
	struct trial trial;
	struct world world;

	for (int c = 0; c < CONTESTANTS; c++) {
		out[c] = (struct cost){ 0 };
	}
	trial_draw(&trial, family_named("pdv"), TRIAL_TUNING, 2);
	if (!world_make(&world, &trial)) {
		return;
	}
	for (int c = 0; c < CONTESTANTS; c++) {
		if (contestants[c] && contestant_exists((enum contestant)c)) {
			measure(&world, (enum contestant)c, stopwatch_ns, &out[c]);
		}
	}
	world_free(&world);
}
