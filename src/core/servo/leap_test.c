/* src/core/servo/leap_test.c */
#include "core/servo/leap.h"

#include "tests/test.h"

#define DAY 86400
#define MIDNIGHT (20000u * (uint64_t)DAY)

TEST(an_announced_leap_is_in_force_from_the_announcement_to_midnight)
{
	struct leap_verdict v = leap_decide(MIDNIGHT - 3600, 1, 0);

	CHECK_EQ(v.leap, 1);
	CHECK_EQ(v.utc_offset_by, 0);
	CHECK(!v.is_suspended);
	CHECK_EQ(leap_decide(MIDNIGHT - 3600, -1, 0).leap, -1);
	CHECK_EQ(leap_decide(MIDNIGHT - 3600, 0, 0).leap, 0);
}

TEST(a_parent_that_drops_its_flag_early_is_believed_to_have_changed_its_offset_early)
{
	struct leap_verdict v = leap_decide(MIDNIGHT - 5, 0, 1);

	CHECK_EQ(v.leap, 1);
	CHECK_EQ(v.utc_offset_by, -1);
}

TEST(a_parent_that_keeps_its_flag_after_midnight_has_not_yet_counted_the_leap_in)
{
	for (int8_t leap = -1; leap <= 1; leap++) {
		struct leap_verdict v = leap_decide(MIDNIGHT + 2, leap, leap);

		CHECK_EQ(v.leap, 0);
		CHECK_EQ(v.utc_offset_by, leap);
		CHECK(!v.is_suspended);
	}
}

TEST(six_hours_after_midnight_an_announcement_is_for_the_next_one)
{
	CHECK_EQ(leap_decide(MIDNIGHT + 6 * 3600 - 1, 1, 0).leap, 0);
	CHECK_EQ(leap_decide(MIDNIGHT + 6 * 3600, 1, 0).leap, 1);
}

TEST(the_clock_is_left_alone_in_the_last_second_before_a_leap_and_at_no_other_time)
{
	for (int s = -10; s <= 10; s++) {
		CHECK_EQ(leap_decide(MIDNIGHT + (uint64_t)(int64_t)s, 1, 1).is_suspended, s == -1);
		CHECK_EQ(leap_decide(MIDNIGHT + (uint64_t)(int64_t)s, -1, -1).is_suspended,
			 s == -1 || s == -2);
		CHECK(!leap_decide(MIDNIGHT + (uint64_t)(int64_t)s, 0, 0).is_suspended);
	}
}
