/* src/core/servo/statistics.c -- Welford's recurrence: the mean moves toward each value, and the products of the
 * distances before and after sum up to the squares of the differences. */
#include "core/servo/statistics.h"

#include "core/servo/math.h"

void statistics_reset(struct statistics *s)
{
	*s = (struct statistics){ 0 };
}

void statistics_add(struct statistics *s, double value)
{
	double before = value - s->mean;

	s->count += 1;
	s->mean += before / s->count;
	s->square_sum_of_differences += before * (value - s->mean);
	s->square_sum += value * value;
	if (gn_math_fabs(value) > s->largest) {
		s->largest = gn_math_fabs(value);
	}
}

double statistics_rms(const struct statistics *s)
{
	return s->count > 0 ? gn_math_sqrt(s->square_sum / s->count) : 0;
}

double statistics_deviation(const struct statistics *s)
{
	return s->count > 0 ? gn_math_sqrt(s->square_sum_of_differences / s->count) : 0;
}
