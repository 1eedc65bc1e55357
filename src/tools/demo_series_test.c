/* src/tools/demo_series_test.c */
#include "tools/demo_series.h"
#include "tests/test.h"

#include <math.h>

static void add(struct demo_series *s, double time_s, double offset_ns)
{
	struct report_sample sample = { .time_s = time_s, .offset_ns = offset_ns };

	demo_series_add(s, &sample);
}

TEST(settled_is_when_the_difference_stays_below_the_limit)
{
	struct demo_series s;

	CHECK(demo_series_init(&s, 10));
	CHECK(demo_settle_time_s(&s, 100) < 0);
	add(&s, 0, 1e9);
	CHECK(demo_settle_time_s(&s, 100) < 0);
	add(&s, 1, -50); /* passing through zero */
	add(&s, 2, -500);
	CHECK(demo_settle_time_s(&s, 100) < 0);
	add(&s, 3, 99);
	add(&s, 4, -99);
	CHECK_EQ((int64_t)demo_settle_time_s(&s, 100), 3);
	add(&s, 5, 100); /* the limit itself is not below it */
	CHECK(demo_settle_time_s(&s, 100) < 0);
	demo_series_free(&s);
}

TEST(a_difference_that_is_not_known_is_not_settled)
{
	struct demo_series s;

	CHECK(demo_series_init(&s, 10));
	add(&s, 0, 1);
	add(&s, 1, (double)NAN);
	CHECK(demo_settle_time_s(&s, 100) < 0);
	demo_series_free(&s);
}

TEST(a_full_series_takes_no_more)
{
	struct demo_series s;
	struct report_series report;

	CHECK(demo_series_init(&s, 3));
	CHECK(isnan(s.differences[0]));
	for (int i = 0; i < 5; i++) {
		add(&s, i, -10.0 * i);
	}
	for (int i = 0; i < DEMO_MARKS_MAX + 5; i++) {
		demo_series_mark(&s, i, "x");
	}
	report = demo_series_report(&s, "title", NULL);
	CHECK_EQ((int64_t)report.count, 3);
	CHECK_EQ((int64_t)report.samples[2].offset_ns, -20);
	CHECK_EQ((int64_t)s.differences[2], 20);
	CHECK_EQ((int64_t)s.differences[0], 10);
	CHECK_EQ((int64_t)report.mark_count, DEMO_MARKS_MAX);
	demo_series_free(&s);
}
