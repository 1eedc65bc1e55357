/* src/core/servo/rate_check_test.c */
#include "core/servo/rate_check.h"

#include "tests/test.h"

#define SECONDS(n) ((int64_t)((n)*1e9))
#define EPOCH ((uint64_t)1700000000 * GN_NS_PER_SECOND)

static struct rate_check started(int32_t limit_ppb, double frequency_ppb)
{
	struct rate_check c;

	rate_check_init(&c, limit_ppb);
	rate_check_frequency(&c, frequency_ppb);
	CHECK_EQ(rate_check_reading(&c, EPOCH, 0), 0);
	return c;
}

/* The verdict of one reading `clock` and `raw` nanoseconds after the first. */
static int verdict(int32_t limit_ppb, double frequency_ppb, int64_t clock, int64_t raw)
{
	struct rate_check c = started(limit_ppb, frequency_ppb);

	return rate_check_reading(&c, EPOCH + (uint64_t)clock, raw);
}

TEST(a_clock_within_the_limit_is_fine)
{
	CHECK_EQ(verdict(200000000, 0, SECONDS(1), SECONDS(1)), 0);
	CHECK_EQ(verdict(200000000, 0, SECONDS(11.99), SECONDS(10)), 0);
	CHECK_EQ(verdict(200000000, 0, SECONDS(8.01), SECONDS(10)), 0);
}

TEST(a_clock_beyond_the_limit_is_told_with_its_direction)
{
	CHECK_EQ(verdict(200000000, 0, SECONDS(12.01), SECONDS(10)), 1);
	CHECK_EQ(verdict(200000000, 0, SECONDS(7.99), SECONDS(10)), -1);
	CHECK_EQ(verdict(1000, 0, SECONDS(1) + 1001, SECONDS(1)), 1);
	CHECK_EQ(verdict(1000, 0, SECONDS(2) - 2002, SECONDS(2)), -1);
	CHECK_EQ(verdict(1000, 0, SECONDS(1) + 999, SECONDS(1)), 0);
}

TEST(a_jump_is_told_in_its_direction)
{
	CHECK_EQ(verdict(200000000, 0, SECONDS(37), SECONDS(1)), 1);
	CHECK_EQ(verdict(200000000, 0, SECONDS(-37), SECONDS(1)), -1);
	CHECK_EQ(verdict(200000000, 0, -(int64_t)EPOCH + 5, SECONDS(1)), -1);
}

TEST(readings_closer_than_a_second_wait)
{
	struct rate_check c = started(1000, 0);

	CHECK_EQ(rate_check_reading(&c, EPOCH + 2000000000, SECONDS(0.999)), 0);
	CHECK_EQ(rate_check_reading(&c, EPOCH + 999999999, SECONDS(1.5)), 0);
	/* And are compared with the one before them all. */
	CHECK_EQ(rate_check_reading(&c, EPOCH + 2000000000, SECONDS(2)), 0);
	CHECK_EQ(rate_check_reading(&c, EPOCH + 4000000000, SECONDS(3)), 1);
}

TEST(a_clock_that_stands_still_is_told_after_ten_seconds)
{
	struct rate_check c = started(200000000, 0);

	for (int s = 1; s < 10; s++) {
		CHECK_EQ(rate_check_reading(&c, EPOCH, SECONDS(s)), 0);
	}
	CHECK_EQ(rate_check_reading(&c, EPOCH, SECONDS(10)), -1);
}

TEST(the_frequency_that_was_set_is_taken_out)
{
	/* 10 % fast because it was told to. */
	CHECK_EQ(verdict(1000, 1e8, SECONDS(11), SECONDS(10)), 0);
	CHECK_EQ(verdict(1000, 1e8, SECONDS(10), SECONDS(10)), -1);
	CHECK_EQ(verdict(1000, -1e8, SECONDS(9), SECONDS(10)), 0);
	CHECK_EQ(verdict(1000, -1e8, SECONDS(10), SECONDS(10)), 1);
}

TEST(any_rate_between_the_frequencies_of_the_interval_is_fine)
{
	struct rate_check c = started(1000, 0);

	rate_check_frequency(&c, 50000);
	rate_check_frequency(&c, -50000);
	rate_check_frequency(&c, 0);
	CHECK_EQ(rate_check_reading(&c, EPOCH + (uint64_t)SECONDS(1) + 50900, SECONDS(1)), 0);
	rate_check_frequency(&c, 50000);
	rate_check_frequency(&c, -50000);
	CHECK_EQ(rate_check_reading(&c, EPOCH + (uint64_t)SECONDS(3) - 50900, SECONDS(3)), 0);
	/* Since then -50000 alone was in force. */
	CHECK_EQ(rate_check_reading(&c, EPOCH + (uint64_t)SECONDS(5), SECONDS(5)), 1);
}

TEST(our_own_steps_are_allowed_for)
{
	struct rate_check c = started(1000, 0);

	rate_check_step(&c, gn_offset_from_ns(SECONDS(37)));
	CHECK_EQ(rate_check_reading(&c, EPOCH + (uint64_t)SECONDS(38), SECONDS(1)), 0);
	rate_check_step(&c, gn_offset_from_ns(-SECONDS(1e9)));
	CHECK_EQ(rate_check_reading(&c, EPOCH + (uint64_t)SECONDS(39) - (uint64_t)SECONDS(1e9), SECONDS(2)),
		 0);
	CHECK_EQ(rate_check_reading(&c, EPOCH + (uint64_t)SECONDS(40), SECONDS(3)), 1);
}

TEST(a_step_beyond_expression_starts_anew)
{
	struct rate_check c = started(1000, 0);

	rate_check_step(&c, gn_offset_from_ns(INT64_MAX));
	CHECK_EQ(rate_check_reading(&c, 5, SECONDS(1)), 0);
	CHECK_EQ(rate_check_reading(&c, 5 + (uint64_t)SECONDS(1), SECONDS(2)), 0);
}

TEST(nothing_is_told_before_a_frequency_is_set_after_forgetting_or_when_off)
{
	struct rate_check c;

	rate_check_init(&c, 1000);
	CHECK_EQ(rate_check_reading(&c, EPOCH, 0), 0);
	CHECK_EQ(rate_check_reading(&c, EPOCH * 2, SECONDS(1)), 0);
	c = started(1000, 0);
	rate_check_forget(&c);
	CHECK_EQ(rate_check_reading(&c, 5, SECONDS(1)), 0);
	CHECK_EQ(rate_check_reading(&c, SECONDS(37), SECONDS(2)), 1);
	CHECK_EQ(verdict(0, 0, SECONDS(37), SECONDS(1)), 0);
}

TEST(a_clock_slowed_to_nothing_is_not_judged)
{
	CHECK_EQ(verdict(1000, -1e9, SECONDS(5), SECONDS(1)), 0);
	CHECK_EQ(verdict(1000, -2e9, SECONDS(5), SECONDS(1)), 0);
}
