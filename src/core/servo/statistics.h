/* src/core/servo/statistics.h -- RMS, largest magnitude, mean and standard deviation of a run of values,
 * in one pass and without cancellation (Welford). */
#ifndef CORE_SERVO_STATISTICS_H
#define CORE_SERVO_STATISTICS_H

#include <stdint.h>

struct statistics {
	uint32_t count;
	double mean, square_sum_of_differences;
	double square_sum;
	double largest; /* magnitude */
};

void statistics_reset(struct statistics *s);
void statistics_add(struct statistics *s, double value);
double statistics_rms(const struct statistics *s);       /* 0 when empty, as the others */
double statistics_deviation(const struct statistics *s); /* of the population */

#endif
