/* src/core/servo/filter_test.c -- the incremental filters against ones that start anew at each value. */
#include "core/servo/filter.h"

#include "tests/test.h"

#include <stdlib.h>

static int64_t memory[FILTER_LENGTH_MAX * 2];

static struct filter filter_of(enum gn_filter_kind kind, int length)
{
	struct filter filter;

	CHECK(filter_size(length) <= sizeof(memory));
	memset(memory, 0xA5, sizeof(memory)); /* what was there does not matter */
	filter_init(&filter, kind, length, memory);
	return filter;
}

static int compare(const void *a, const void *b)
{
	int64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Of the `count` values that end at values[last]. */
static int64_t naive(enum gn_filter_kind kind, const int64_t *values, int last, int count)
{
	int64_t sorted[64];
	__int128 sum = 0;

	for (int i = 0; i < count; i++) {
		sorted[i] = values[last - i];
		sum += sorted[i];
	}
	if (kind == GN_FILTER_MOVING_AVERAGE) {
		return (int64_t)(sum / count);
	}
	qsort(sorted, (size_t)count, sizeof(sorted[0]), compare);
	if (count % 2) {
		return sorted[count / 2];
	}
	return (int64_t)(((__int128)sorted[count / 2 - 1] + sorted[count / 2]) / 2);
}

/* Of one run: few values with many equals, ordinary delays, anything, or the ends of the range. */
static int64_t any_value(int run)
{
	switch (run % 4) {
	case 0:
		return test_random_between(-2, 2);
	case 1:
		return test_random_between(-1000000, 1000000);
	case 2:
		return (int64_t)test_random();
	default:
		return test_random_below(2) ? INT64_MAX - test_random_between(0, 2)
					    : INT64_MIN + test_random_between(0, 2);
	}
}

static void check_against_naive(enum gn_filter_kind kind)
{
	int64_t values[300];

	for (int length = 1; length <= 64; length++) {
		for (int run = 0; run < 8; run++) {
			struct filter filter = filter_of(kind, length);
			int start = 0;

			for (int i = 0; i < 300; i++) {
				if (i == 200) {
					filter_reset(&filter);
					start = i;
				}
				values[i] = any_value(run);
				CHECK_EQ(filter_sample(&filter, values[i]),
					 naive(kind, values, i,
					       i - start + 1 < length ? i - start + 1 : length));
			}
		}
	}
}

TEST(the_moving_average_is_the_exact_mean_of_the_window)
{
	check_against_naive(GN_FILTER_MOVING_AVERAGE);
}

TEST(the_moving_median_is_the_median_of_the_window)
{
	check_against_naive(GN_FILTER_MOVING_MEDIAN);
}

TEST(results_are_truncated_toward_zero)
{
	struct filter filter = filter_of(GN_FILTER_MOVING_MEDIAN, 2);

	filter_sample(&filter, -2);
	CHECK_EQ(filter_sample(&filter, -1), -1);
	CHECK_EQ(filter_sample(&filter, 0), 0);
	CHECK_EQ(filter_sample(&filter, 3), 1);
	filter = filter_of(GN_FILTER_MOVING_AVERAGE, 3);
	filter_sample(&filter, -5);
	CHECK_EQ(filter_sample(&filter, 0), -2);
	CHECK_EQ(filter_sample(&filter, 0), -1);
}

TEST(the_average_of_the_least_value_is_the_least_value)
{
	struct filter filter = filter_of(GN_FILTER_MOVING_AVERAGE, 1000);

	for (int i = 0; i < 2500; i++) {
		CHECK_EQ(filter_sample(&filter, INT64_MIN), INT64_MIN);
	}
	for (int i = 0; i < 999; i++) {
		filter_sample(&filter, INT64_MAX);
	}
	CHECK_EQ(filter_sample(&filter, INT64_MAX), INT64_MAX);
}

TEST(lengths_are_cut_to_one_and_to_the_longest)
{
	struct filter filter = filter_of(GN_FILTER_MOVING_MEDIAN, 0);

	CHECK_EQ(filter_sample(&filter, 5), 5);
	CHECK_EQ(filter_sample(&filter, 7), 7);
	CHECK_EQ(filter_size(0), filter_size(1));
	CHECK_EQ(filter_size(-5), filter_size(1));
	CHECK_EQ(filter_size(INT32_MAX), filter_size(FILTER_LENGTH_MAX));
	for (int length = 1; length < 100; length++) {
		CHECK_EQ(filter_size(length) % 8, 0);
	}
	filter = filter_of(GN_FILTER_MOVING_MEDIAN, INT32_MAX);
	CHECK_EQ(filter.length, FILTER_LENGTH_MAX);
	for (int i = 0; i < FILTER_LENGTH_MAX; i++) {
		filter_sample(&filter, i);
	}
	CHECK_EQ(filter_sample(&filter, FILTER_LENGTH_MAX), FILTER_LENGTH_MAX / 2);
}

TEST(memory_that_is_not_aligned_is_refused)
{
	struct filter filter;

	expect_assert_failure(filter_init(&filter, GN_FILTER_MOVING_MEDIAN, 1, (char *)memory + 4));
	expect_assert_failure(filter_init(&filter, GN_FILTER_MOVING_MEDIAN, 1, NULL));
}

TEST(a_filter_that_is_elsewhere_goes_on_and_one_that_cannot_be_is_refused)
{
	static int64_t elsewhere[64];

	for (int n = 0; n < 2000; n++) {
		enum gn_filter_kind kind = test_random_below(2) ? GN_FILTER_MOVING_MEDIAN
								: GN_FILTER_MOVING_AVERAGE;
		int length = 1 + (int)test_random_below(9);
		struct filter filter = filter_of(kind, length), other;

		for (uint64_t i = test_random_below(25); i > 0; i--) {
			filter_sample(&filter, test_random_between(-5, 5));
		}
		other = filter;
		memcpy(elsewhere, memory, filter_size(length));
		CHECK(filter_revive(&other, length, elsewhere));
		CHECK(!filter_revive(&other, length + 1, elsewhere));
		CHECK(filter_revive(&other, length, elsewhere));
		for (int i = 0; i < 20; i++) {
			int64_t value = test_random_between(-5, 5);

			CHECK_EQ(filter_sample(&other, value), filter_sample(&filter, value));
		}
		other.next = other.length;
		CHECK(!filter_revive(&other, length, elsewhere));
		other = filter;
		other.count = other.length + 1;
		CHECK(!filter_revive(&other, length, elsewhere));
	}
}

TEST(a_median_whose_order_is_none_is_refused)
{
	struct filter filter = filter_of(GN_FILTER_MOVING_MEDIAN, 3);

	filter_sample(&filter, 30);
	filter_sample(&filter, 10);
	filter_sample(&filter, 20);
	CHECK(filter_revive(&filter, 3, memory));
	filter.order[0] = 2; /* twice */
	CHECK(!filter_revive(&filter, 3, memory));
	filter.order[0] = 3; /* beyond */
	CHECK(!filter_revive(&filter, 3, memory));
	filter.order[0] = 1;
	filter.values[2] = 31; /* not sorted */
	CHECK(!filter_revive(&filter, 3, memory));
	filter.values[2] = 30; /* alike */
	CHECK(filter_revive(&filter, 3, memory));
}
