/* src/core/servo/statistics_test.c */
#include "core/servo/statistics.h"

#include "tests/test.h"

#include <math.h>

static struct statistics statistics_of(const double *values, int count)
{
	struct statistics s;

	statistics_reset(&s);
	for (int i = 0; i < count; i++) {
		statistics_add(&s, values[i]);
	}
	return s;
}

TEST(nothing_has_zero_statistics)
{
	struct statistics s = statistics_of(NULL, 0);

	CHECK(s.count == 0 && s.mean == 0 && s.largest == 0);
	CHECK(statistics_rms(&s) == 0);
	CHECK(statistics_deviation(&s) == 0);
}

TEST(a_worked_example_of_eight_values)
{
	/* The textbook's: mean 5, population deviation 2; rms sqrt(232 / 8). */
	const double values[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
	struct statistics s = statistics_of(values, 8);

	CHECK_EQ(s.count, 8);
	CHECK_NEAR(s.mean, 5, 1e-15);
	CHECK_NEAR(statistics_deviation(&s), 2, 1e-15);
	CHECK_NEAR(statistics_rms(&s), sqrt(29), 1e-15);
	CHECK(s.largest == 9);
}

TEST(one_value_has_no_deviation_and_its_magnitude_is_the_largest)
{
	const double value = -1.5e9;
	struct statistics s = statistics_of(&value, 1);

	CHECK(statistics_deviation(&s) == 0);
	CHECK(s.largest == 1.5e9);
	CHECK_NEAR(statistics_rms(&s), 1.5e9, 1e-6);
	CHECK(s.mean == value);
}

TEST(a_large_mean_does_not_swallow_a_small_deviation)
{
	/* Squares of 1e12 have 24 digits: a difference of sums of squares would be all rounding. */
	struct statistics s;

	statistics_reset(&s);
	for (int i = 0; i < 100000; i++) {
		statistics_add(&s, 1e12 + (i & 1 ? 3 : -3));
	}
	CHECK_NEAR(s.mean, 1e12, 1e-3);
	CHECK_NEAR(statistics_deviation(&s), 3, 1e-4);
}

TEST(random_runs_agree_with_two_passes)
{
	for (int run = 0; run < 200; run++) {
		double values[100], mean = 0, squares = 0, differences = 0, largest = 0;
		int count = (int)test_random_between(1, 100);
		struct statistics s;

		for (int i = 0; i < count; i++) {
			values[i] = (double)test_random_between(-1000000, 1000000);
			mean += values[i] / count;
			squares += values[i] * values[i];
			largest = fmax(largest, fabs(values[i]));
		}
		for (int i = 0; i < count; i++) {
			differences += (values[i] - mean) * (values[i] - mean);
		}
		s = statistics_of(values, count);
		CHECK_NEAR(s.mean, mean, 1e-8);
		CHECK_NEAR(statistics_rms(&s), sqrt(squares / count), 1e-6);
		CHECK_NEAR(statistics_deviation(&s), sqrt(differences / count), 1e-6);
		CHECK(s.largest == largest);
	}
}
