/* tests/random.h -- random numbers of the run's seed, of the kinds that clocks and networks make. */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include "core/servo/math.h"
#include "tests/test.h"

/* 0..1, neither end. */
static inline double random_fraction(void)
{
	return ((double)(test_random() >> 11) + 0.5) * 0x1p-53;
}

static inline double random_between(double low, double high)
{
	return low + (high - low) * random_fraction();
}

static inline double random_exponential(double mean)
{
	return -mean * gn_math_log(random_fraction());
}

static inline double random_normal(void)
{
	double radius = gn_math_sqrt(2 * random_exponential(1));

	return radius * gn_math_cos(6.283185307179586 * random_fraction());
}

#endif
