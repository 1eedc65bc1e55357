/* src/sim/curve.h -- a quantity over time: temperature above all.
 *
 *     curve lab   constant 25C
 *     curve oven  ramp 20C 60C  from 60s to 660s      (and constant before and after)
 *     curve day   sinusoid 25C  amplitude 5C  period 1h
 *     curve door  step 25C 15C  at 300s
 *     curve real  csv ./temperature.csv                 (lines "seconds,degrees", linear between them)
 */
#ifndef SIM_CURVE_H
#define SIM_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum curve_shape { CURVE_CONSTANT, CURVE_RAMP, CURVE_SINUSOID, CURVE_STEP, CURVE_POINTS };

struct curve_point {
	int64_t at_ps;
	double value;
};

struct curve {
	enum curve_shape shape;
	double value, other;    /* RAMP, STEP: from, to. SINUSOID: mean, amplitude */
	int64_t from_ps, to_ps; /* RAMP; STEP: from_ps */
	int64_t period_ps;
	struct curve_point *points; /* POINTS, in order of time; malloc'ed */
	size_t count;
};

double curve_at(const struct curve *curve, int64_t at_ps); /* NULL gives 25 */

/* The text of a CSV file. False: `why` names the line. */
bool curve_read_csv(struct curve *curve, const char *text, size_t size, char *why, size_t why_size);
void curve_free(struct curve *curve);

#endif
