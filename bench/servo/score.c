/* bench/servo/score.c -- see score.h. */
#include "bench/servo/score.h"

#include "core/servo/math.h"

#include <math.h>

/* The optimum's sigma in the end, as its filter has it: median-free, the mean over the last tenth. */
static double final_bound(const struct series *optimum)
{
	size_t from = optimum->count - optimum->count / 10 - 1;
	double sum = 0;

	for (size_t i = from; i < optimum->count; i++) {
		sum += optimum->bound_ns[i];
	}
	return sum / (double)(optimum->count - from);
}

static double settle_s(const struct world *world, const struct series *series, double bound_ns)
{
	double interval_s = world->trial->interval_s;
	size_t held = 0, needed = (size_t)(SCORE_HOLD_S / interval_s) + 1;

	for (size_t i = 0; i < series->count; i++) {
		held = gn_math_fabs(series->error_ns[i]) <= bound_ns ? held + 1 : 0;
		if (held == needed) {
			return (double)(i + 2 - needed) * interval_s;
		}
	}
	return (double)NAN;
}

struct score score_of(const struct world *world, const struct series *series, const struct series *optimum)
{
	struct score s = { .settle_s = settle_s(world, series, final_bound(optimum)) };
	double squares = 0, normal = 0, bound = 0;
	size_t covered = 0;

	for (size_t i = 0; i < series->count; i++) {
		double error = series->error_ns[i], best = optimum->bound_ns[i];

		if (!world->is_scored[i]) {
			continue;
		}
		s.samples++;
		squares += error * error;
		normal += 9.0 * error * error / (best * best);
		bound += series->bound_ns[i] / best;
		covered += gn_math_fabs(series->parent_ns[i]) <= series->bound_ns[i];
	}
	s.rms_ns = gn_math_sqrt(squares / (double)s.samples);
	s.normal = normal / (double)s.samples;
	s.bound = bound / (double)s.samples;
	s.covered = (double)covered / (double)s.samples;
	return s;
}

void gather(struct gathered *g, double value)
{
	g->sum += value;
	g->count++;
}

double gathered_mean(const struct gathered *g)
{
	return g->count ? g->sum / (double)g->count : (double)NAN;
}
