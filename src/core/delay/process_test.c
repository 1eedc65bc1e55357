/* src/core/delay/process_test.c -- delay and offset of exchanges worked out by hand. */
#include "core/delay/process.h"

#include "tests/test.h"

#include <math.h>

#define SECOND ((int64_t)GN_NS_PER_SECOND)

static int64_t memory[256];

static struct delay_process process_of(enum gn_tsproc_mode mode, int length)
{
	struct delay_process p;

	CHECK(delay_process_size(length) <= sizeof(memory));
	delay_process_init(&p, mode, GN_FILTER_MOVING_AVERAGE, length, memory);
	return p;
}

static struct gn_precise at(int64_t ns)
{
	return gn_precise_add_offset((struct gn_precise){ .whole = { 0, 0 } }, gn_offset_from_ns(ns));
}

static bool exchange(struct delay_process *p, int64_t t1, int64_t t2, int64_t t3, int64_t t4,
		     struct delay_sample *out)
{
	delay_process_down(p, at(t1), at(t2));
	delay_process_up(p, at(t3), at(t4));
	return delay_process_update_delay(p, out);
}

/* An exchange with these one-way delays, begun at a local time, of a clock that is ahead by `ahead`. */
static void exchange_with(struct delay_process *p, int64_t begin, int64_t ahead, int64_t down, int64_t up,
			  struct delay_sample *out)
{
	CHECK(exchange(p, begin - ahead, begin + down, begin + 5000, begin + 5000 + up - ahead, out));
}

static struct offset_sample offset_at(struct delay_process *p, int64_t t1, int64_t t2)
{
	struct offset_sample sample;

	delay_process_down(p, at(t1), at(t2));
	CHECK(delay_process_update_offset(p, &sample));
	return sample;
}

TEST(a_worked_exchange_with_an_asymmetric_path)
{
	/* The time transmitter is ahead by 1 s; 300 ns there, 100 ns back. */
	struct delay_process p = process_of(GN_TSPROC_FILTER, 1);
	struct delay_sample d;
	struct offset_sample o;

	CHECK(exchange(&p, 1000000000, 300, 1000, 1000001100, &d));
	CHECK_EQ(d.delay.scaled_ns, 200 * 65536);
	CHECK_EQ(d.raw_ns, 200);
	CHECK_EQ(d.t2_t3_ns, -700);
	CHECK_EQ(d.t4_t1_ns, 1100);
	CHECK(!d.is_negative);
	CHECK(delay_process_update_offset(&p, &o));
	CHECK_EQ(o.offset.nanoseconds, -999999900);
	CHECK_EQ(o.offset.fraction, 0);
	CHECK_EQ(o.delay.scaled_ns, 200 * 65536);
	CHECK(o.weight == 1.0);

	/* With delayAsymmetry = 100 in the corrections: t1 + 100, t4 + 100. */
	CHECK(exchange(&p, 1000000100, 300, 1000, 1000001200, &d));
	CHECK_EQ(d.raw_ns, 200);
	CHECK(delay_process_update_offset(&p, &o));
	CHECK_EQ(o.offset.nanoseconds, -1000000000);
}

TEST(clocks_years_apart_have_the_same_delay)
{
	struct delay_process p = process_of(GN_TSPROC_RAW, 1);
	int64_t ahead = 55 * 365 * 86400 * SECOND;
	struct delay_sample d;
	struct offset_sample o;

	exchange_with(&p, ahead + SECOND, ahead, 1234, 1236, &d);
	CHECK_EQ(d.delay.scaled_ns, 1235 * 65536);
	CHECK(delay_process_update_offset(&p, &o));
	CHECK_EQ(o.offset.nanoseconds, ahead - 1);
}

TEST(nothing_comes_of_half_an_exchange)
{
	for (int mode = GN_TSPROC_FILTER; mode <= GN_TSPROC_RAW_WEIGHT; mode++) {
		struct delay_process p = process_of((enum gn_tsproc_mode)mode, 4);
		struct delay_sample d;
		struct offset_sample o;

		CHECK(!delay_process_update_delay(&p, &d));
		delay_process_down(&p, at(100), at(200));
		CHECK(!delay_process_update_delay(&p, &d));
		CHECK(!delay_process_update_offset(&p, &o));
		delay_process_reset(&p, false);
		delay_process_up(&p, at(300), at(400));
		CHECK(!delay_process_update_delay(&p, &d));
		CHECK(!delay_process_update_offset(&p, &o));
	}
}

TEST(the_four_modes_choose_between_filtered_and_raw)
{
	/* Delays 100 and 300: filtered 200, raw 300. Then a Sync that was 1000 longer under way: raw 800. */
	static const struct {
		enum gn_tsproc_mode mode;
		int64_t delay_ns, offset_ns, late_offset_ns;
		double weight, late_weight;
	} rows[] = {
		{ GN_TSPROC_FILTER, 200, 100, 1100, 1, 1 },
		{ GN_TSPROC_RAW, 300, 0, 500, 1, 1 },
		{ GN_TSPROC_FILTER_WEIGHT, 200, 100, 1100, 200.0 / 300, 200.0 / 800 },
		{ GN_TSPROC_RAW_WEIGHT, 300, 0, 500, 200.0 / 300, 200.0 / 800 },
	};

	for (int i = 0; i < 4; i++) {
		struct delay_process p = process_of(rows[i].mode, 10);
		struct delay_sample d;
		struct offset_sample o;

		exchange_with(&p, 1000000, 0, 100, 100, &d);
		exchange_with(&p, 2000000, 0, 300, 300, &d);
		CHECK_EQ(gn_interval_to_ns(d.delay), rows[i].delay_ns);
		CHECK_EQ(d.raw_ns, 300);
		CHECK(delay_process_update_offset(&p, &o));
		CHECK_EQ(o.offset.nanoseconds, rows[i].offset_ns);
		CHECK_NEAR(o.weight, rows[i].weight, 1e-15);
		o = offset_at(&p, 3000000, 3001300);
		CHECK_EQ(o.offset.nanoseconds, rows[i].late_offset_ns);
		CHECK_NEAR(o.weight, rows[i].late_weight, 1e-15);
	}
}

TEST(a_weight_is_never_more_than_one_and_one_unless_both_delays_are_positive)
{
	struct delay_process p = process_of(GN_TSPROC_RAW_WEIGHT, 2);
	struct delay_sample d;

	exchange_with(&p, 1000000, 0, 300, 300, &d);
	CHECK(offset_at(&p, 2000000, 2000100).weight == 1.0); /* raw 200 < filtered 300 */
	CHECK(offset_at(&p, 2000000, 1999000).weight == 1.0); /* raw negative */
	exchange_with(&p, 3000000, 0, -900, -900, &d);
	CHECK_EQ(gn_interval_to_ns(p.filtered), -300);
	CHECK(offset_at(&p, 4000000, 4009000).weight == 1.0); /* filtered negative */
}

TEST(the_rate_ratio_stretches_the_time_between_sync_and_request)
{
	/* 1 s of local time between t2 and t3 are 1 s + 100 us remotely; delay 500. */
	struct delay_process p = process_of(GN_TSPROC_RAW, 1);
	struct delay_sample d;

	delay_process_set_rate_ratio(&p, 1.0001);
	CHECK(exchange(&p, 0, 500, SECOND + 500, SECOND + 100000 + 1000, &d));
	CHECK_EQ(d.delay.scaled_ns, 500 * 65536);
	CHECK_EQ(d.t2_t3_ns, -SECOND);
	delay_process_set_rate_ratio(&p, 0.9999);
	CHECK(exchange(&p, 0, 500, SECOND + 500, SECOND - 100000 + 1000, &d));
	CHECK_EQ(d.delay.scaled_ns, 500 * 65536);
	delay_process_set_rate_ratio(&p, 1.0);
	CHECK(exchange(&p, 0, 500, SECOND + 500, SECOND + 100000 + 1000, &d));
	CHECK_EQ(d.raw_ns, 50500);
}

TEST(a_rate_ratio_no_clock_can_have_counts_as_unknown)
{
	static const double ratios[] = { 0, -1, 1e300, (double)INFINITY, (double)NAN, 0.4999, 2.0001 };
	struct delay_process p = process_of(GN_TSPROC_RAW, 1);

	for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		delay_process_set_rate_ratio(&p, ratios[i]);
		CHECK(p.rate_ratio == 1.0);
	}
}

TEST(negative_delays_are_kept_and_flagged)
{
	struct delay_process p = process_of(GN_TSPROC_FILTER, 2);
	struct delay_sample d;

	exchange_with(&p, 1000000, 0, -100, -101, &d);
	CHECK(d.is_negative);
	CHECK_EQ(d.raw_ns, -100); /* -100.5, toward zero */
	CHECK_EQ(d.delay.scaled_ns, -100 * 65536 - 32768);
	exchange_with(&p, 2000000, 0, 300, 301, &d);
	CHECK(!d.is_negative);
	CHECK_EQ(d.delay.scaled_ns, 100 * 65536);
}

TEST(fractions_of_a_nanosecond_are_neither_lost_nor_biased)
{
	struct delay_process p = process_of(GN_TSPROC_FILTER, 2);
	struct gn_precise t1 = at(1000), t2 = at(2000), t3 = at(5000), t4 = at(6000);
	struct delay_sample d;
	struct offset_sample o;

	t2.fraction = 49152; /* 0.75 */
	t4.fraction = 16384; /* 0.25 */
	delay_process_down(&p, t1, t2);
	delay_process_up(&p, t3, t4);
	CHECK(delay_process_update_delay(&p, &d));
	CHECK_EQ(d.delay.scaled_ns, 1000 * 65536 + 32768);
	CHECK_EQ(d.raw_ns, 1000);
	CHECK(delay_process_update_offset(&p, &o));
	CHECK_EQ(o.offset.nanoseconds, 0);
	CHECK_EQ(o.offset.fraction, 16384);
}

TEST(whole_nanoseconds_give_whole_nanoseconds_truncated)
{
	/* What is shown of a single delay is what whole-nanosecond arithmetic would give. */
	for (int i = 0; i < 20000; i++) {
		struct delay_process p = process_of(GN_TSPROC_RAW, 1);
		int64_t t1 = test_random_between(SECOND, 2 * SECOND),
			t2 = test_random_between(SECOND, 2 * SECOND);
		int64_t t3 = t2 + test_random_between(0, 100000), t4 = t1 + test_random_between(0, 100000);
		struct delay_sample d;

		CHECK(exchange(&p, t1, t2, t3, t4, &d));
		CHECK_EQ(d.raw_ns, ((t2 - t3) + (t4 - t1)) / 2);
		CHECK_EQ(d.is_negative, ((t2 - t3) + (t4 - t1)) / 2 < 0);
	}
}

TEST(a_set_delay_serves_every_mode_at_once)
{
	for (int mode = GN_TSPROC_FILTER; mode <= GN_TSPROC_RAW_WEIGHT; mode++) {
		struct delay_process p = process_of((enum gn_tsproc_mode)mode, 4);
		struct delay_sample d;
		struct offset_sample o;

		delay_process_set_delay(&p, gn_interval_from_ns(700));
		CHECK(!delay_process_update_delay(&p, &d));
		CHECK(!delay_process_update_offset(&p, &o));
		o = offset_at(&p, 1000, 2000);
		CHECK_EQ(o.offset.nanoseconds, 300);
		CHECK_EQ(o.delay.scaled_ns, 700 * 65536);
		CHECK(o.weight == 1.0);
		delay_process_reset(&p, true);
		CHECK_EQ(offset_at(&p, 1000, 2000).offset.nanoseconds, 300);
		delay_process_set_delay(&p, (struct gn_interval){ GN_INTERVAL_MAX });
		CHECK_EQ(offset_at(&p, 1000, 2000).offset.nanoseconds, 300);
		/* A measured one takes its place, and is not averaged with it. */
		exchange_with(&p, 1000000, 0, 100, 100, &d);
		CHECK_EQ(d.delay.scaled_ns, 100 * 65536);
		CHECK_EQ(offset_at(&p, 1000000, 1000100).offset.nanoseconds, 0);
	}
}

TEST(a_step_forgets_the_times_and_keeps_the_filter)
{
	for (int mode = GN_TSPROC_FILTER; mode <= GN_TSPROC_RAW_WEIGHT; mode++) {
		struct delay_process p = process_of((enum gn_tsproc_mode)mode, 4);
		struct delay_sample d;
		struct offset_sample o;

		exchange_with(&p, 1000000, 0, 100, 100, &d);
		delay_process_set_rate_ratio(&p, 1.5);
		delay_process_reset(&p, true);
		CHECK(!delay_process_update_offset(&p, &o));
		delay_process_down(&p, at(SECOND), at(SECOND + 150));
		/* The filtered delay serves at once; a raw one needs a new exchange. */
		CHECK_EQ(delay_process_update_offset(&p, &o), mode == GN_TSPROC_FILTER);
		if (mode == GN_TSPROC_FILTER) {
			CHECK_EQ(o.offset.nanoseconds, 50);
		}
		CHECK(!delay_process_update_delay(&p, &d));
		CHECK(p.rate_ratio == 1.5);
		delay_process_set_rate_ratio(&p, 1.0);
		exchange_with(&p, 2000000, 0, 300, 300, &d);
		CHECK_EQ(gn_interval_to_ns(p.filtered), 200);
	}
}

TEST(a_new_parent_starts_from_nothing)
{
	struct delay_process p = process_of(GN_TSPROC_FILTER, 4);
	struct delay_sample d;
	struct offset_sample o;

	delay_process_set_rate_ratio(&p, 1.5);
	exchange_with(&p, 1000000, 0, 100, 100, &d);
	delay_process_reset(&p, false);
	delay_process_down(&p, at(1000), at(2000));
	CHECK(!delay_process_update_offset(&p, &o));
	CHECK(!delay_process_update_delay(&p, &d));
	CHECK(p.rate_ratio == 1.0);
	exchange_with(&p, 2000000, 0, 300, 300, &d);
	CHECK_EQ(gn_interval_to_ns(d.delay), 300);
}

TEST(times_too_far_apart_for_one_exchange_are_not_taken_into_the_filter)
{
	struct delay_process p = process_of(GN_TSPROC_FILTER, 4);
	struct delay_sample d;

	exchange_with(&p, 1000000, 0, 100, 100, &d);
	CHECK(!exchange(&p, 0, 100, 200, 200000 * SECOND, &d));
	CHECK(!exchange(&p, 0, 100, 200000 * SECOND, 200, &d));
	delay_process_set_rate_ratio(&p, 2.0);
	CHECK(!exchange(&p, 0, 100, 140737 * SECOND, 200, &d));
	delay_process_set_rate_ratio(&p, 1.0);
	CHECK_EQ(p.filtered_ns, 100);
	exchange_with(&p, 2000000, 0, 300, 300, &d);
	CHECK_EQ(gn_interval_to_ns(d.delay), 200);
}
