/* src/core/servo/timeline_test.c -- what settings have gained, against adding them up. */
#include "core/servo/timeline.h"

#include "tests/random.h"

#define SETTINGS 200

struct setting {
	double at_s, rate_ppb;
};

/* Counted from the first setting, which holds since ever. */
static double added_up(const struct setting *settings, int count, double at_s)
{
	double total = 0;
	int i = 0;

	for (; i + 1 < count && settings[i + 1].at_s <= at_s; i++) {
		total += settings[i].rate_ppb * (settings[i + 1].at_s - settings[i].at_s);
	}
	return total + settings[i].rate_ppb * (at_s - settings[i].at_s);
}

TEST(a_rate_that_was_always_set_gains_its_product_with_time)
{
	struct timeline timeline;

	timeline_init(&timeline, -250);
	CHECK(timeline_rate(&timeline) == -250);
	CHECK(timeline_total(&timeline, 0) == 0);
	CHECK(timeline_total(&timeline, 4) == -1000);
	CHECK(timeline_total(&timeline, -2) == 500);
}

TEST(totals_are_those_of_all_settings_for_any_time_since_the_last_eight)
{
	struct setting settings[SETTINGS] = { { 0, 100 } };
	struct timeline timeline;

	timeline_init(&timeline, settings[0].rate_ppb);
	for (int i = 1; i < SETTINGS; i++) {
		int oldest = i < TIMELINE_LENGTH ? 0 : i + 1 - TIMELINE_LENGTH;

		settings[i].at_s = settings[i - 1].at_s + random_between(0.01, 3);
		settings[i].rate_ppb = random_between(-1e5, 1e5);
		timeline_set(&timeline, settings[i].at_s, settings[i].rate_ppb);
		CHECK(timeline_rate(&timeline) == settings[i].rate_ppb);
		for (int k = 0; k < 20; k++) {
			double at_s = random_between(settings[oldest].at_s, settings[i].at_s + 2);

			CHECK_NEAR(timeline_total(&timeline, at_s), added_up(settings, i + 1, at_s), 1e-3);
		}
	}
}

TEST(setting_what_is_set_already_is_nothing)
{
	struct timeline timeline;

	timeline_init(&timeline, 5);
	timeline_set(&timeline, 1, 7);
	for (int i = 0; i < 20; i++) {
		timeline_set(&timeline, 2 + i, 7);
	}
	CHECK_EQ(timeline.count, 2);
	CHECK(timeline_total(&timeline, 0.5) == 2.5); /* the first is still known */
}

TEST(a_setting_in_the_past_counts_from_the_last_one)
{
	struct timeline timeline;

	timeline_init(&timeline, 0);
	timeline_set(&timeline, 10, 100);
	timeline_set(&timeline, 8, 300);
	CHECK(timeline_total(&timeline, 9) == 0);
	CHECK(timeline_total(&timeline, 11) == 300);
}
