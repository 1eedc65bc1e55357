/* src/core/time_test.c -- time arithmetic against 128-bit integers, at its edges and between them. */
#include "gnomon/time.h"

#include "tests/test.h"

#define SECONDS_MAX (((uint64_t)1 << 48) - 1)
#define HOURS(n) ((int64_t)(n)*3600 * GN_NS_PER_SECOND)

/* The reference: 2^-16 ns in 128 bits, which hold every difference of two Timestamps. */
typedef __int128 wide;

static wide wide_of_precise(struct gn_precise t)
{
	return ((wide)t.whole.seconds * GN_NS_PER_SECOND + t.whole.nanoseconds) * 65536 + t.fraction;
}

static wide wide_of_offset(struct gn_offset o)
{
	return (wide)o.nanoseconds * 65536 + o.fraction;
}

static int64_t floor_ns(wide scaled)
{
	wide ns = scaled / 65536 - (scaled % 65536 < 0);

	return ns > INT64_MAX ? INT64_MAX : ns < INT64_MIN ? INT64_MIN : (int64_t)ns;
}

static struct gn_interval interval_of(wide scaled)
{
	return (struct gn_interval){ scaled > INT64_MAX   ? INT64_MAX
				     : scaled < INT64_MIN ? INT64_MIN
							  : (int64_t)scaled };
}

static struct gn_offset offset(int64_t ns, uint16_t fraction)
{
	return (struct gn_offset){ .nanoseconds = ns, .fraction = fraction };
}

static struct gn_interval interval(int64_t scaled_ns)
{
	return (struct gn_interval){ scaled_ns };
}

static struct gn_precise precise(uint64_t seconds, uint32_t nanoseconds, uint16_t fraction)
{
	return (struct gn_precise){ .whole = { .seconds = seconds, .nanoseconds = nanoseconds },
				    .fraction = fraction };
}

static const struct gn_precise last = { .whole = { SECONDS_MAX, 999999999 }, .fraction = 65535 };

/* Values that lie near an edge as often as anywhere. */
static int64_t any_int64(void)
{
	static const int64_t edges[] = {
		0,
		INT64_MAX,
		INT64_MIN,
		(int64_t)1 << 47,
		-((int64_t)1 << 47),
		GN_NS_PER_SECOND,
		-GN_NS_PER_SECOND,
		(int64_t)1 << 62,
		HOURS(10) * 65536,
		-HOURS(10) * 65536,
		INT64_MAX / 2,
		9223372036000000000,
	};
	int64_t edge = edges[test_random_below(sizeof(edges) / sizeof(edges[0]))];
	uint64_t near = (uint64_t)edge + test_random_below(7) - 3;

	return test_random_below(2) ? (int64_t)near : (int64_t)test_random() >> test_random_below(64);
}

static struct gn_precise any_precise(void)
{
	static const uint64_t edges[] = {
		0, (uint64_t)1 << 31, (uint64_t)1 << 32, SECONDS_MAX - 3, 9223372036, 140737, 1700000000
	};
	static const uint32_t nanoseconds[] = { 0, 1, 500000000, 999999998, 999999999, 854775807, 854775806 };
	static const uint16_t fractions[] = { 0, 1, 32768, 65534, 65535 };
	uint64_t seconds = edges[test_random_below(7)] + test_random_below(4);

	if (test_random_below(3) == 0) {
		seconds = test_random_below(SECONDS_MAX + 1) >> test_random_below(48);
	}
	return precise(seconds,
		       test_random_below(2) ? nanoseconds[test_random_below(7)]
					    : (uint32_t)test_random_below(GN_NS_PER_SECOND),
		       test_random_below(2) ? fractions[test_random_below(5)]
					    : (uint16_t)test_random_below(65536));
}

static struct gn_offset any_offset(void)
{
	struct gn_offset o = offset(any_int64(), (uint16_t)(test_random() & 0xFFFF));

	if (test_random_below(3) == 0 || gn_offset_is_saturated(o)) {
		o.fraction = 0;
	}
	return o;
}

#define CHECK_OFFSET(o, ns, f)                                                                               \
	do {                                                                                                 \
		struct gn_offset checked_ = (o);                                                             \
		CHECK_EQ(checked_.nanoseconds, ns);                                                          \
		CHECK_EQ(checked_.fraction, f);                                                              \
	} while (0)

#define CHECK_PRECISE(t, s, ns, f)                                                                           \
	do {                                                                                                 \
		struct gn_precise checked_ = (t);                                                            \
		CHECK_EQ(checked_.whole.seconds, s);                                                         \
		CHECK_EQ(checked_.whole.nanoseconds, ns);                                                    \
		CHECK_EQ(checked_.fraction, f);                                                              \
	} while (0)

TEST(a_timestamp_has_48_bits_of_seconds_and_less_than_a_second_of_nanoseconds)
{
	CHECK(gn_timestamp_is_valid((struct gn_timestamp){ 0, 0 }));
	CHECK(gn_timestamp_is_valid((struct gn_timestamp){ SECONDS_MAX, 999999999 }));
	CHECK(!gn_timestamp_is_valid((struct gn_timestamp){ SECONDS_MAX + 1, 0 }));
	CHECK(!gn_timestamp_is_valid((struct gn_timestamp){ 0, 1000000000 }));
	CHECK(!gn_timestamp_is_valid((struct gn_timestamp){ UINT64_MAX, UINT32_MAX }));
}

TEST(timestamps_compare_as_their_nanoseconds_do)
{
	for (int i = 0; i < 100000; i++) {
		struct gn_precise a = any_precise(), b = any_precise();
		int sign;

		a.fraction = b.fraction = 0;
		sign = wide_of_precise(a) < wide_of_precise(b) ? -1 : wide_of_precise(a) > wide_of_precise(b);
		CHECK_EQ(gn_timestamp_compare(a.whole, b.whole), sign);
		CHECK_EQ(gn_timestamp_compare(a.whole, a.whole), 0);
	}
}

TEST(an_invalid_timestamp_is_refused_by_an_assertion)
{
	struct gn_timestamp good = { 1, 2 }, bad = { 1, 1000000000 }, huge = { (uint64_t)1 << 63, 0 };

	expect_assert_failure(gn_timestamp_diff(good, bad));
	expect_assert_failure(gn_timestamp_diff(huge, good));
	expect_assert_failure((void)gn_timestamp_compare(bad, good));
	expect_assert_failure((void)gn_timestamp_to_ns(bad));
	expect_assert_failure(gn_precise_add(precise(UINT64_MAX, 0, 0), interval(0)));
}

TEST(the_difference_of_two_times_is_exact_or_saturated)
{
	for (int i = 0; i < 300000; i++) {
		struct gn_precise a = any_precise(), b = any_precise();
		wide difference = wide_of_precise(a) - wide_of_precise(b);
		struct gn_offset o = gn_precise_distance(a, b);
		int64_t ns = floor_ns(difference);

		CHECK_EQ(gn_precise_diff(a, b).scaled_ns, interval_of(difference).scaled_ns);
		CHECK_EQ(o.nanoseconds, ns);
		CHECK_EQ(o.fraction,
			 ns == INT64_MAX || ns == INT64_MIN ? 0 : (uint16_t)(difference & 0xFFFF));
		CHECK_EQ(gn_timestamp_diff(a.whole, b.whole).scaled_ns,
			 interval_of(wide_of_precise(precise(a.whole.seconds, a.whole.nanoseconds, 0)) -
				     wide_of_precise(precise(b.whole.seconds, b.whole.nanoseconds, 0)))
				 .scaled_ns);
	}
}

TEST(differences_across_the_edges_of_32_and_48_bits_of_seconds)
{
	static const uint64_t seconds[] = { (uint64_t)1 << 31, (uint64_t)1 << 32, SECONDS_MAX };

	for (int i = 0; i < 3; i++) {
		struct gn_timestamp at = { seconds[i], 0 }, before = { seconds[i] - 1, 999999999 };

		CHECK_EQ(gn_timestamp_diff(at, before).scaled_ns, 65536);
		CHECK_EQ(gn_timestamp_diff(before, at).scaled_ns, -65536);
	}
	CHECK_EQ(gn_timestamp_diff((struct gn_timestamp){ SECONDS_MAX, 0 }, (struct gn_timestamp){ 0, 0 })
			 .scaled_ns,
		 GN_INTERVAL_MAX);
	CHECK_EQ(gn_timestamp_diff((struct gn_timestamp){ 0, 0 }, (struct gn_timestamp){ SECONDS_MAX, 0 })
			 .scaled_ns,
		 GN_INTERVAL_MIN);
}

TEST(an_interval_reaches_39_hours_and_an_offset_292_years)
{
	struct gn_precise epoch = precise(0, 0, 0);

	CHECK_EQ(gn_precise_diff(precise(140737, 488355327, 65535), epoch).scaled_ns, INT64_MAX);
	CHECK_EQ(gn_precise_diff(precise(140737, 488355327, 65534), epoch).scaled_ns, INT64_MAX - 1);
	CHECK_EQ(gn_precise_diff(precise(140737, 488355328, 0), epoch).scaled_ns, INT64_MAX);
	CHECK_EQ(gn_precise_diff(epoch, precise(140737, 488355328, 0)).scaled_ns, INT64_MIN);
	CHECK_EQ(gn_precise_diff(epoch, precise(140737, 488355327, 65535)).scaled_ns, INT64_MIN + 1);

	CHECK_OFFSET(gn_precise_distance(precise(9223372036, 854775806, 65535), epoch), INT64_MAX - 1, 65535);
	CHECK_OFFSET(gn_precise_distance(precise(9223372036, 854775807, 5), epoch), INT64_MAX, 0);
	CHECK_OFFSET(gn_precise_distance(precise(9223372037, 0, 0), epoch), INT64_MAX, 0);
	CHECK_OFFSET(gn_precise_distance(epoch, precise(9223372036, 854775807, 0)), INT64_MIN + 1, 0);
	CHECK_OFFSET(gn_precise_distance(epoch, precise(9223372036, 854775807, 1)), INT64_MIN, 0);
	/* Seconds past the limit that the nanoseconds bring back. */
	CHECK_OFFSET(gn_precise_distance(precise(9223372037, 0, 0), precise(0, 999999999, 0)),
		     9223372036000000001, 0);
	CHECK_OFFSET(gn_precise_distance(precise(1, 0, 0), precise(2, 0, 1)), -1000000001, 65535);
}

TEST(distances_are_antisymmetric)
{
	for (int i = 0; i < 200000; i++) {
		struct gn_precise a = any_precise(), b = any_precise();
		struct gn_offset there = gn_precise_distance(a, b), back = gn_precise_distance(b, a);
		struct gn_interval to = gn_precise_diff(a, b), from = gn_precise_diff(b, a);

		if (!gn_offset_is_saturated(there) && !gn_offset_is_saturated(back)) {
			CHECK_OFFSET(gn_offset_negate(back), there.nanoseconds, there.fraction);
		}
		if (!gn_interval_is_saturated(to) && !gn_interval_is_saturated(from)) {
			CHECK_EQ(to.scaled_ns, -from.scaled_ns);
		}
		CHECK((there.nanoseconds < 0) == (wide_of_precise(a) < wide_of_precise(b)));
	}
}

TEST(adding_to_a_time_is_exact_or_stops_at_its_ends)
{
	for (int i = 0; i < 300000; i++) {
		struct gn_precise t = any_precise(), sum;
		struct gn_offset by = any_offset();
		struct gn_interval little = interval(any_int64());
		wide expected = wide_of_precise(t) + wide_of_offset(by);

		if (by.nanoseconds == INT64_MAX || expected > wide_of_precise(last)) {
			expected = wide_of_precise(last);
		} else if (by.nanoseconds == INT64_MIN || expected < 0) {
			expected = 0;
		}
		sum = gn_precise_add_offset(t, by);
		CHECK(gn_timestamp_is_valid(sum.whole));
		CHECK(wide_of_precise(sum) == expected);

		expected = wide_of_precise(t) + little.scaled_ns;
		if (little.scaled_ns == INT64_MAX || expected > wide_of_precise(last)) {
			expected = wide_of_precise(last);
		} else if (little.scaled_ns == INT64_MIN || expected < 0) {
			expected = 0;
		}
		CHECK(wide_of_precise(gn_precise_add(t, little)) == expected);
	}
}

TEST(adding_a_distance_leads_from_one_time_to_the_other)
{
	for (int i = 0; i < 200000; i++) {
		struct gn_precise a = any_precise(), b = any_precise();
		struct gn_offset o = gn_precise_distance(a, b);
		struct gn_interval d = gn_precise_diff(a, b);

		if (!gn_offset_is_saturated(o)) {
			CHECK_PRECISE(gn_precise_add_offset(b, o), a.whole.seconds, a.whole.nanoseconds,
				      a.fraction);
		}
		if (!gn_interval_is_saturated(d)) {
			CHECK_PRECISE(gn_precise_add(b, d), a.whole.seconds, a.whole.nanoseconds, a.fraction);
		}
	}
}

TEST(corrections_of_ten_hours_move_a_time_by_ten_hours)
{
	struct gn_interval ten_hours = gn_interval_from_ns(HOURS(10));

	CHECK_PRECISE(gn_precise_add(precise(((uint64_t)1 << 32) - 1, 999999999, 7), ten_hours),
		      ((uint64_t)1 << 32) + 35999, 999999999, 7);
	CHECK_PRECISE(gn_precise_add(precise((uint64_t)1 << 31, 5, 7), gn_interval_negate(ten_hours)),
		      ((uint64_t)1 << 31) - 36000, 5, 7);
	CHECK_PRECISE(gn_precise_add(precise(35999, 999999999, 65535), gn_interval_negate(ten_hours)), 0, 0,
		      0);
	CHECK_PRECISE(gn_precise_add(precise(SECONDS_MAX - 35999, 0, 0), ten_hours), SECONDS_MAX, 999999999,
		      65535);
}

TEST(a_saturated_duration_leads_to_the_end_of_the_timescale)
{
	CHECK_PRECISE(gn_precise_add(precise(5, 5, 5), interval(GN_INTERVAL_MAX)), SECONDS_MAX, 999999999,
		      65535);
	CHECK_PRECISE(gn_precise_add(last, interval(GN_INTERVAL_MIN)), 0, 0, 0);
	CHECK_PRECISE(gn_precise_add_offset(precise(0, 0, 0), offset(INT64_MAX, 0)), SECONDS_MAX, 999999999,
		      65535);
	CHECK_PRECISE(gn_precise_add_offset(last, offset(INT64_MIN, 0)), 0, 0, 0);
}

TEST(interval_sums_are_exact_or_saturated)
{
	for (int i = 0; i < 300000; i++) {
		struct gn_interval a = interval(any_int64()), b = interval(any_int64());

		if (gn_interval_is_saturated(a) || gn_interval_is_saturated(b)) {
			continue;
		}
		CHECK_EQ(gn_interval_add(a, b).scaled_ns,
			 interval_of((wide)a.scaled_ns + b.scaled_ns).scaled_ns);
		CHECK_EQ(gn_interval_sub(a, b).scaled_ns,
			 interval_of((wide)a.scaled_ns - b.scaled_ns).scaled_ns);
		CHECK_EQ(gn_interval_negate(a).scaled_ns, -a.scaled_ns);
		CHECK_EQ(gn_interval_half(a).scaled_ns,
			 (int64_t)(((wide)a.scaled_ns - (a.scaled_ns & 1)) / 2));
	}
}

TEST(what_saturated_once_stays_saturated)
{
	static const int64_t ends[] = { GN_INTERVAL_MAX, GN_INTERVAL_MIN };

	for (int e = 0; e < 2; e++) {
		int64_t other = ends[1 - e];

		for (int i = 0; i < 20000; i++) {
			int64_t v = any_int64();

			if (v != INT64_MAX && v != INT64_MIN) {
				CHECK_EQ(gn_interval_add(interval(ends[e]), interval(v)).scaled_ns, ends[e]);
				CHECK_EQ(gn_interval_add(interval(v), interval(ends[e])).scaled_ns, ends[e]);
				CHECK_EQ(gn_interval_sub(interval(ends[e]), interval(v)).scaled_ns, ends[e]);
				CHECK_EQ(gn_interval_sub(interval(v), interval(ends[e])).scaled_ns, other);
				CHECK_OFFSET(gn_offset_add(offset(ends[e], 0), offset(v, 9)), ends[e], 0);
				CHECK_OFFSET(gn_offset_add(offset(v, 9), offset(ends[e], 0)), ends[e], 0);
				CHECK_OFFSET(gn_offset_sub(offset(v, 9), offset(ends[e], 0)), other, 0);
			}
		}
		CHECK_EQ(gn_interval_half(interval(ends[e])).scaled_ns, ends[e]);
		CHECK_EQ(gn_interval_negate(interval(ends[e])).scaled_ns, other);
		CHECK_EQ(gn_interval_add(interval(ends[e]), interval(other)).scaled_ns, ends[e]);
		CHECK_OFFSET(gn_offset_negate(offset(ends[e], 0)), other, 0);
		CHECK_OFFSET(gn_offset_from_interval(interval(ends[e])), ends[e], 0);
		CHECK_EQ(gn_offset_to_interval(offset(ends[e], 0)).scaled_ns, ends[e]);
		CHECK_EQ(gn_interval_from_ns(ends[e]).scaled_ns, ends[e]);
	}
}

TEST(offset_sums_are_exact_or_saturated)
{
	for (int i = 0; i < 300000; i++) {
		struct gn_offset a = any_offset(), b = any_offset();
		wide sum = wide_of_offset(a) + wide_of_offset(b),
		     difference = wide_of_offset(a) - wide_of_offset(b);
		struct gn_offset s = gn_offset_add(a, b), d = gn_offset_sub(a, b);

		if (gn_offset_is_saturated(a) || gn_offset_is_saturated(b)) {
			continue;
		}
		CHECK_EQ(s.nanoseconds, floor_ns(sum));
		CHECK_EQ(s.fraction, gn_offset_is_saturated(s) ? 0 : (uint16_t)(sum & 0xFFFF));
		CHECK_EQ(d.nanoseconds, floor_ns(difference));
		CHECK_EQ(d.fraction, gn_offset_is_saturated(d) ? 0 : (uint16_t)(difference & 0xFFFF));
	}
}

TEST(offsets_and_intervals_convert_exactly_within_39_hours)
{
	for (int i = 0; i < 200000; i++) {
		struct gn_interval d = interval(any_int64());
		struct gn_offset o = any_offset();

		CHECK_EQ(gn_offset_to_interval(gn_offset_from_interval(d)).scaled_ns, d.scaled_ns);
		CHECK_EQ(gn_offset_to_interval(o).scaled_ns, interval_of(wide_of_offset(o)).scaled_ns);
	}
	CHECK_OFFSET(gn_offset_from_interval(interval(-1)), -1, 65535);
	CHECK_OFFSET(gn_offset_from_interval(interval(65537)), 1, 1);
	CHECK_OFFSET(gn_offset_from_ns(-HOURS(24) * 365 * 292), -HOURS(24) * 365 * 292, 0);
}

TEST(nanoseconds_of_an_interval_round_as_said)
{
	CHECK_EQ(gn_interval_to_ns(interval(-1)), -1);
	CHECK_EQ(gn_interval_truncate_ns(interval(-1)), 0);
	CHECK_EQ(gn_interval_to_ns(interval(65535)), 0);
	CHECK_EQ(gn_interval_to_ns(interval(-65536)), -1);
	CHECK_EQ(gn_interval_truncate_ns(interval(-65537)), -1);
	CHECK_EQ(gn_interval_to_ns(interval(-65537)), -2);
	CHECK_EQ(gn_interval_from_ns(-3).scaled_ns, -3 * 65536);
	CHECK_EQ(gn_interval_from_ns(((int64_t)1 << 47) - 1).scaled_ns, INT64_MAX - 65535);
	CHECK_EQ(gn_interval_from_ns((int64_t)1 << 47).scaled_ns, GN_INTERVAL_MAX);
	CHECK_EQ(gn_interval_from_ns(-((int64_t)1 << 47) - 1).scaled_ns, GN_INTERVAL_MIN);
	CHECK_EQ(gn_interval_half(interval(-1)).scaled_ns, -1);
	CHECK_EQ(gn_interval_half(interval(1)).scaled_ns, 0);
}

TEST(nanoseconds_since_the_epoch_go_to_year_2262)
{
	struct gn_timestamp t;

	CHECK_EQ(gn_timestamp_to_ns((struct gn_timestamp){ 0, 0 }), 0);
	CHECK_EQ(gn_timestamp_to_ns((struct gn_timestamp){ 9223372036, 854775807 }), INT64_MAX);
	CHECK_EQ(gn_timestamp_to_ns((struct gn_timestamp){ 9223372036, 854775806 }), INT64_MAX - 1);
	CHECK_EQ(gn_timestamp_to_ns((struct gn_timestamp){ 9223372036, 854775808 }), INT64_MAX);
	CHECK_EQ(gn_timestamp_to_ns((struct gn_timestamp){ SECONDS_MAX, 999999999 }), INT64_MAX);
	t = gn_timestamp_from_ns((uint64_t)INT64_MAX);
	CHECK_EQ(t.seconds, 9223372036);
	CHECK_EQ(t.nanoseconds, 854775807);
	t = gn_timestamp_from_ns((uint64_t)(int64_t)-1);
	CHECK_EQ(t.seconds, 0);
	CHECK_EQ(t.nanoseconds, 0);
	for (int i = 0; i < 50000; i++) {
		uint64_t ns = (test_random() >> 1) >> test_random_below(63);

		CHECK_EQ(gn_timestamp_to_ns(gn_timestamp_from_ns(ns)), ns);
	}
}

TEST(a_rate_is_the_nearest_to_its_ppb)
{
	CHECK_EQ(gn_rate_from_ppb(1.0).scaled_ppb, (int64_t)1 << 32);
	CHECK_EQ(gn_rate_from_ppb(-0.5).scaled_ppb, -((int64_t)1 << 31));
	CHECK_EQ(gn_rate_from_ppb(0.5 / 4294967296.0).scaled_ppb, 1);
	CHECK_EQ(gn_rate_from_ppb(-0.5 / 4294967296.0).scaled_ppb, -1);
	CHECK_EQ(gn_rate_from_ppb(0.49999999999999994 / 4294967296.0).scaled_ppb, 0);
	CHECK_EQ(gn_rate_from_ppb(2147483648.0).scaled_ppb, INT64_MAX);
	CHECK_EQ(gn_rate_from_ppb(-2147483648.0).scaled_ppb, INT64_MIN);
	CHECK_EQ(gn_rate_from_ppb(1e300).scaled_ppb, INT64_MAX);
	CHECK_EQ(gn_rate_from_ppb(-1e308 * 10).scaled_ppb, INT64_MIN);
	CHECK_EQ(gn_rate_from_ppb((double)__builtin_nanf("")).scaled_ppb, 0);
	CHECK(gn_rate_to_ppb((struct gn_rate){ -((int64_t)3 << 31) }) == -1.5);
	for (int i = 0; i < 100000; i++) {
		int64_t scaled = (int64_t)test_random() >> (11 + test_random_below(40));

		CHECK_EQ(gn_rate_from_ppb(gn_rate_to_ppb((struct gn_rate){ scaled })).scaled_ppb, scaled);
	}
}

TEST(log_intervals_are_powers_of_two_and_clamped)
{
	CHECK_EQ(gn_log_interval_ns(0), 1000000000);
	CHECK_EQ(gn_log_interval_ns(-9), 1953125);
	CHECK_EQ(gn_log_interval_ns(-10), 976562);
	CHECK_EQ(gn_log_interval_ns(-29), 1);
	CHECK_EQ(gn_log_interval_ns(-30), 1);
	CHECK_EQ(gn_log_interval_ns(-128), 1);
	CHECK_EQ(gn_log_interval_ns(INT32_MIN), 1);
	CHECK_EQ(gn_log_interval_ns(32), 4294967296000000000);
	CHECK_EQ(gn_log_interval_ns(33), (int64_t)1 << 62);
	CHECK_EQ(gn_log_interval_ns(127), (int64_t)1 << 62);
	CHECK_EQ(gn_log_interval_ns(INT32_MAX), (int64_t)1 << 62);
	for (int n = -9; n < 32; n++) {
		CHECK_EQ(gn_log_interval_ns(n + 1), 2 * gn_log_interval_ns(n));
	}
}
