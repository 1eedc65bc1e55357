/* src/linux/timestamp_test.c -- a world of three clocks, and stamps taken in it. */
#include "linux/timestamp.h"
#include "tests/test.h"

#include <stdio.h>

#define SECOND INT64_C(1000000000)

/* The true time runs with RAW; the others are lines over it. */
static struct world {
	int64_t raw_ns;
	int64_t realtime_offset_ns;
	double realtime_slope; /* beyond RAW */
	int64_t slope_from_ns;
	int64_t clock_offset_ns;
	double clock_slope;
	uint32_t epoch;
	int read_error;
	int64_t width_ns; /* of the brackets */
	char explanation[512];
	int explanations;
} world;

static int64_t realtime_at(int64_t raw_ns)
{
	return raw_ns + world.realtime_offset_ns +
	       (int64_t)((double)(raw_ns - world.slope_from_ns) * world.realtime_slope);
}

static struct gn_precise clock_true(int64_t raw_ns)
{
	int64_t ns = raw_ns + world.clock_offset_ns +
		     (int64_t)((double)(raw_ns - world.slope_from_ns) * world.clock_slope);

	return (struct gn_precise){ .whole = gn_timestamp_from_ns((uint64_t)ns) };
}

static int read_clock(void *context, struct clock_reading *out)
{
	(void)context;
	*out = (struct clock_reading){ clock_true(world.raw_ns), world.raw_ns - world.width_ns / 2,
				       world.raw_ns + world.width_ns / 2 };
	return world.read_error;
}

static int read_realtime(void *context, struct timestamp_realtime *out)
{
	(void)context;
	*out = (struct timestamp_realtime){ realtime_at(world.raw_ns), world.raw_ns - world.width_ns / 2,
					    world.raw_ns + world.width_ns / 2 };
	return world.read_error;
}

static struct gn_precise clock_at(void *context, int64_t raw_ns)
{
	(void)context;
	return clock_true(raw_ns);
}

static uint32_t epoch(void *context)
{
	(void)context;
	return world.epoch;
}

static void explain(void *context, const char *line)
{
	(void)context;
	world.explanations++;
	snprintf(world.explanation, sizeof(world.explanation), "%s", line);
}

static const struct timestamp_clocks clocks = { read_clock, read_realtime, clock_at, epoch, explain, NULL };

static struct timestamper start(enum timestamp_conversion conversion)
{
	struct timestamper t;

	world = (struct world){ .raw_ns = 1000 * SECOND,
				.realtime_offset_ns = INT64_C(1700000000) * SECOND,
				.clock_offset_ns = INT64_C(1700000037) * SECOND,
				.slope_from_ns = 1000 * SECOND,
				.epoch = 3,
				.width_ns = 200 };
	timestamper_init(&t, &clocks, conversion, "port 1 (eth0)");
	return t;
}

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / SECOND), .tv_nsec = (long)(ns % SECOND) };
}

static struct timespec clock_stamp(int64_t raw_ns)
{
	struct gn_precise time = clock_true(raw_ns);

	return (struct timespec){ (time_t)time.whole.seconds, (long)time.whole.nanoseconds };
}

static int64_t error_ns(struct gn_stamp stamp, int64_t raw_ns)
{
	return gn_interval_to_ns(gn_precise_diff(stamp.time, clock_true(raw_ns)));
}

static struct gn_stamp convert(struct timestamper *t, struct timespec kernel)
{
	return timestamper_convert(t, &kernel, TIMESTAMP_RX);
}

TEST(a_hardware_stamp_passes_unchanged_with_the_epoch_of_its_clock)
{
	struct timestamper t = start(TIMESTAMP_AS_IS);
	struct gn_stamp stamp;

	world.raw_ns += SECOND;
	timestamper_begin_batch(&t);
	stamp = convert(&t, clock_stamp(world.raw_ns - 12345));
	CHECK_EQ(stamp.status, GN_STAMP_OK);
	CHECK_EQ(stamp.epoch, 3);
	CHECK_EQ(error_ns(stamp, world.raw_ns - 12345), 0);
	CHECK_EQ(t.counters.count[GN_STAMP_OK], 1);
}

TEST(a_stamp_of_zero_is_missing)
{
	struct timestamper t = start(TIMESTAMP_AS_IS);

	CHECK_EQ(convert(&t, (struct timespec){ 0 }).status, GN_STAMP_MISSING);
	CHECK_EQ(t.counters.count[GN_STAMP_MISSING], 1);
	CHECK_EQ(world.explanations, 0);
}

TEST(nanoseconds_of_10_to_the_9_and_more_or_below_0_are_refused_and_explained)
{
	static const long bad[] = { -1, 1000000000, 1500000000, 4294967295 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct timestamper t = start(TIMESTAMP_AS_IS);
		struct timespec kernel = clock_stamp(world.raw_ns);

		kernel.tv_nsec = bad[i];
		CHECK_EQ(convert(&t, kernel).status, GN_STAMP_BAD_NANOSECONDS);
		CHECK(strstr(world.explanation, "combines seconds and nanoseconds wrongly") != NULL);
		CHECK_EQ(t.counters.count[GN_STAMP_BAD_NANOSECONDS], 1);
		kernel.tv_nsec = 999999999;
		kernel.tv_sec -= 1;
		CHECK_EQ(convert(&t, kernel).status, GN_STAMP_OK);
	}
}

TEST(a_stamp_within_a_second_of_its_clock_is_plausible_and_beyond_it_is_not)
{
	for (int i = 0; i < 20000; i++) {
		struct timestamper t = start(TIMESTAMP_AS_IS);
		int64_t off = test_random_between(-2 * SECOND, 2 * SECOND);
		bool is_near = off >= -SECOND && off <= SECOND;

		CHECK_EQ(convert(&t, clock_stamp(world.raw_ns + off)).status,
			 is_near ? GN_STAMP_OK : GN_STAMP_IMPLAUSIBLE);
		CHECK_EQ(t.counters.count[GN_STAMP_IMPLAUSIBLE], !is_near);
	}
}

TEST(seconds_that_no_clock_has_are_implausible)
{
	static const int64_t bad[] = { -1, INT64_MIN, INT64_MAX, INT64_C(1) << 48, 9223372036 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct timestamper t = start(TIMESTAMP_AS_IS), s = start(TIMESTAMP_BY_FORMULA);
		struct timespec kernel = { .tv_sec = (time_t)bad[i], .tv_nsec = 1 };

		CHECK_EQ(convert(&t, kernel).status, GN_STAMP_IMPLAUSIBLE);
		CHECK_EQ(convert(&s, kernel).status, GN_STAMP_IMPLAUSIBLE);
	}
}

TEST(the_explanation_names_the_wrong_conversion_that_fits)
{
	static const struct {
		int fault;
		const char *words;
	} faults[] = { { 0, "shifts the seconds by 32 bits" },
		       { 1, "the seconds are lost" },
		       { 2, "only 32 bits of them arrive" },
		       { 3, "misses an overflow of its 32-bit counter" },
		       { 4, "off by TAI - UTC" },
		       { 5, "compare the interface's PHC" } };

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct timestamper t = start(TIMESTAMP_AS_IS);
		int64_t ns = (int64_t)gn_timestamp_to_ns(clock_true(world.raw_ns - 1234567).whole);
		const int64_t made[] = { (int64_t)((uint64_t)(ns / SECOND) << 32 | (uint64_t)(ns % SECOND)),
					 ns % SECOND,
					 ns & 0xFFFFFFFF,
					 ns - 7 * (INT64_C(1) << 32),
					 ns - 37 * SECOND,
					 ns - 1234567 * SECOND };

		CHECK_EQ(convert(&t, timespec_of(made[faults[i].fault])).status, GN_STAMP_IMPLAUSIBLE);
		CHECK(strstr(world.explanation, faults[i].words) != NULL);
		CHECK(strncmp(world.explanation, "port 1 (eth0): unusable receive timestamp", 41) == 0);
	}
}

TEST(explanations_come_at_a_limited_rate_and_tell_how_many_they_stand_for)
{
	struct timestamper t = start(TIMESTAMP_AS_IS);

	for (int i = 0; i < 1000; i++) {
		timestamper_begin_batch(&t);
		(void)convert(&t, (struct timespec){ .tv_sec = 5 });
		world.raw_ns += SECOND / 20; /* 50 s in all */
	}
	CHECK_EQ(world.explanations, 5);
	CHECK(strstr(world.explanation, "(199 like it") != NULL);
	CHECK_EQ(t.counters.count[GN_STAMP_IMPLAUSIBLE], 1000);
}

TEST(software_stamps_become_the_steered_clock_whatever_slew_and_offset)
{
	static const enum timestamp_conversion ways[] = { TIMESTAMP_BY_FORMULA, TIMESTAMP_BY_READINGS };

	for (int i = 0; i < 5000; i++) {
		struct timestamper t = start(ways[i % 2]);
		int64_t gap = test_random_between(SECOND / 100, 2 * SECOND);
		int64_t age = test_random_between(0, gap < SECOND * 9 / 10 ? gap : SECOND * 9 / 10);
		struct gn_stamp stamp;

		world.realtime_slope = (double)test_random_between(-500000, 500000) * 1e-9;
		world.clock_slope = (double)test_random_between(-500000, 500000) * 1e-9;
		world.raw_ns += gap;
		timestamper_begin_batch(&t);
		stamp = convert(&t, timespec_of(realtime_at(world.raw_ns - age)));
		CHECK_EQ(stamp.status, GN_STAMP_OK);
		CHECK_LE(error_ns(stamp, world.raw_ns - age), 5);
		CHECK_LE(-5, error_ns(stamp, world.raw_ns - age));
	}
}

TEST(a_stamp_older_than_the_last_batch_is_converted_by_the_readings_around_it)
{
	struct timestamper t = start(TIMESTAMP_BY_FORMULA);
	int64_t taken = world.raw_ns + SECOND / 20;
	struct gn_stamp stamp;

	for (int i = 0; i < 9; i++) {
		world.raw_ns += SECOND / 10;
		timestamper_begin_batch(&t);
	}
	stamp = convert(&t, timespec_of(realtime_at(taken)));
	CHECK_EQ(stamp.status, GN_STAMP_OK);
	CHECK_EQ(error_ns(stamp, taken), 0);
}

TEST(a_step_of_realtime_between_the_readings_makes_the_stamp_unusable_and_later_ones_good_again)
{
	static const int64_t steps[] = { 300000, -300000, SECOND, -SECOND, 37 * SECOND };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct timestamper t = start(TIMESTAMP_BY_FORMULA);
		struct timespec before;
		struct gn_stamp stamp;

		world.raw_ns += SECOND / 10;
		before = timespec_of(realtime_at(world.raw_ns - 50000));
		world.realtime_offset_ns += steps[i];
		timestamper_begin_batch(&t);
		CHECK_EQ(convert(&t, before).status, GN_STAMP_CLOCK_JUMPED);
		CHECK_EQ(convert(&t, timespec_of(realtime_at(world.raw_ns - 10))).status,
			 GN_STAMP_CLOCK_JUMPED);
		CHECK(strstr(world.explanation, "CLOCK_REALTIME was stepped") != NULL);
		world.raw_ns += SECOND / 10;
		timestamper_begin_batch(&t);
		stamp = convert(&t, timespec_of(realtime_at(world.raw_ns - 50000)));
		CHECK_EQ(stamp.status, GN_STAMP_OK);
		CHECK_EQ(error_ns(stamp, world.raw_ns - 50000), 0);
	}
}

TEST(a_step_of_realtime_does_not_touch_hardware_stamps)
{
	struct timestamper t = start(TIMESTAMP_AS_IS);

	world.realtime_offset_ns += SECOND;
	timestamper_begin_batch(&t);
	CHECK_EQ(convert(&t, clock_stamp(world.raw_ns)).status, GN_STAMP_OK);
}

TEST(a_stamp_from_before_a_step_of_the_clock_is_stale_in_the_new_epoch)
{
	static const int64_t steps[] = { 200000, -200000, SECOND / 2, -SECOND / 2 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct timestamper t = start(TIMESTAMP_AS_IS);
		struct timespec before;
		struct gn_stamp stamp;

		world.raw_ns += SECOND;
		before = clock_stamp(world.raw_ns - 1000);
		world.clock_offset_ns += steps[i];
		timestamper_clock_stepped(&t);
		world.epoch++;
		world.raw_ns += 20000;
		timestamper_begin_batch(&t);
		CHECK_EQ(convert(&t, before).status, GN_STAMP_STALE_EPOCH);
		stamp = convert(&t, clock_stamp(world.raw_ns - 1000));
		CHECK_EQ(stamp.status, GN_STAMP_OK);
		CHECK_EQ(stamp.epoch, 4);
	}
}

TEST(a_clock_stepped_by_seconds_stays_plausible_because_its_epoch_is_new)
{
	struct timestamper t = start(TIMESTAMP_BY_READINGS);
	struct gn_stamp stamp;

	world.clock_offset_ns -= 1000 * SECOND;
	timestamper_clock_stepped(&t);
	world.epoch++;
	world.raw_ns += SECOND;
	timestamper_begin_batch(&t);
	stamp = convert(&t, timespec_of(realtime_at(world.raw_ns - 5000)));
	CHECK_EQ(stamp.status, GN_STAMP_OK);
	CHECK_EQ(error_ns(stamp, world.raw_ns - 5000), 0);
}

TEST(stamps_out_of_order_are_counted_by_direction_and_not_dropped)
{
	struct timestamper t = start(TIMESTAMP_AS_IS);
	struct timespec early, late;

	world.raw_ns += SECOND;
	timestamper_begin_batch(&t);
	early = clock_stamp(world.raw_ns - 2000);
	late = clock_stamp(world.raw_ns - 1000);
	CHECK_EQ(timestamper_convert(&t, &late, TIMESTAMP_RX).status, GN_STAMP_OK);
	CHECK_EQ(timestamper_convert(&t, &early, TIMESTAMP_TX).status, GN_STAMP_OK);
	CHECK_EQ(t.counters.out_of_order, 0);
	CHECK_EQ(timestamper_convert(&t, &early, TIMESTAMP_RX).status, GN_STAMP_OK);
	CHECK_EQ(t.counters.out_of_order, 1);
}

TEST(a_clock_that_cannot_be_read_leaves_hardware_stamps_unchecked_and_software_stamps_missing)
{
	struct timestamper t = start(TIMESTAMP_AS_IS), s = start(TIMESTAMP_BY_READINGS);

	world.read_error = -5;
	timestamper_begin_batch(&t);
	timestamper_begin_batch(&s);
	CHECK_EQ(convert(&t, clock_stamp(world.raw_ns + 5 * SECOND)).status, GN_STAMP_OK);
	CHECK_EQ(convert(&s, timespec_of(realtime_at(world.raw_ns))).status, GN_STAMP_MISSING);
}

TEST(any_stamp_whatever_gets_a_status_and_is_counted_once)
{
	for (int way = TIMESTAMP_AS_IS; way <= TIMESTAMP_BY_READINGS; way++) {
		struct timestamper t = start((enum timestamp_conversion)way);
		uint64_t total = 0;

		for (int i = 0; i < 20000; i++) {
			struct timespec kernel = { (time_t)test_random(), (long)test_random() };

			if (i % 3 == 0) {
				kernel.tv_nsec = (long)test_random_below(1000000000);
			}
			if (i % 5 == 0) {
				kernel.tv_sec = (time_t)test_random_below(4000000000);
			}
			CHECK_LE(convert(&t, kernel).status, GN_STAMP_STATUSES - 1);
		}
		for (int i = 0; i < GN_STAMP_STATUSES; i++) {
			total += t.counters.count[i];
		}
		CHECK_EQ(total, 20000);
	}
}
