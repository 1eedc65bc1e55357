#include "sim/clock/phc.h"

#include <errno.h>

#include "sim/queue.h"
#include "tests/test.h"

#define START 1700000000U
#define UNIT_BITS 32
#define RATE_BITS 62
#define MINUTE (60 * PS_PER_SECOND)
#define NS_UNITS ((__int128)1 << UNIT_BITS)

struct bench {
	struct oscillator oscillator;
	struct phc phc;
};

/* An exact clock: nothing rounds, nothing is off. */
static struct phc_settings exact_settings(void)
{
	struct phc_settings settings = *(const struct phc_settings *)phc_kind.defaults;

	settings.offset_spread = 0;
	settings.rate_resolution = 0;
	settings.step_resolution = 0;
	settings.read_latency = 0;
	settings.max_rate = 1e8;
	return settings;
}

static void make(struct bench *bench, const struct phc_settings *settings, double oscillator_ppb)
{
	struct oscillator_settings of = { .preset = OSCILLATOR_PERFECT,
					  .frequency = oscillator_ppb,
					  .grid = 100 * PS_PER_MS };

	oscillator_init(&bench->oscillator, &of, NULL, 1, "bench");
	phc_init(&bench->phc, settings, &bench->oscillator, START, 1, "bench");
}

static void make_exact(struct bench *bench)
{
	struct phc_settings settings = exact_settings();

	make(bench, &settings, 0);
}

static void make_with_bug(struct bench *bench, enum driver_bug bug)
{
	struct phc_settings settings = exact_settings();

	settings.bug = (int)bug;
	settings.bug_chance = 0;
	make(bench, &settings, 0);
}

static int set_ppb(struct phc *phc, int64_t at_ps, double ppb)
{
	return phc->operations->adjfine(phc, at_ps, gn_rate_from_ppb(ppb));
}

static struct gn_precise time_of(uint64_t seconds, uint32_t nanoseconds)
{
	return (struct gn_precise){ .whole = { .seconds = seconds, .nanoseconds = nanoseconds } };
}

static void check_time(struct gn_precise time, uint64_t seconds, uint32_t nanoseconds)
{
	CHECK_EQ(time.whole.seconds, seconds);
	CHECK_EQ(time.whole.nanoseconds, nanoseconds);
}

static double error_ns(struct phc *phc, int64_t at_ps)
{
	return (double)phc_error(phc, at_ps, START) / 65536;
}

TEST(a_perfect_clock_shows_true_time_exactly)
{
	struct bench b;
	int64_t at_ps = 0;

	make_exact(&b);
	for (int i = 0; i < 20000; i++) {
		struct gn_precise shown;

		at_ps += test_random_between(0, 100 * PS_PER_SECOND);
		shown = phc_exact(&b.phc, at_ps);
		CHECK_EQ(phc_error(&b.phc, at_ps, START), 0);
		CHECK_EQ(shown.whole.seconds, START + (uint64_t)(at_ps / PS_PER_SECOND));
		CHECK_EQ(shown.whole.nanoseconds, at_ps % PS_PER_SECOND / PS_PER_NS);
		CHECK_EQ(shown.fraction, at_ps % PS_PER_NS * 65536 / PS_PER_NS);
		if (i % 3 == 0) {
			phc_rebase(&b.phc, at_ps);
		}
	}
	CHECK(at_ps > 900000 * PS_PER_SECOND);
}

TEST(a_rate_is_exact_to_the_last_bit_over_a_million_seconds)
{
	struct bench b;
	int64_t end_ps = 1000000 * PS_PER_SECOND;
	/* elapsed * rate has 140 bits: whole seconds and the rest of 10^6 apart */
	__int128 elapsed = (__int128)1000000000 * 1000000 * NS_UNITS, share;
	double ppbs[] = { 12345.678, -98765.4321, 1e-9, 99999999, -99999999 };

	for (size_t i = 0; i < sizeof(ppbs) / sizeof(ppbs[0]); i++) {
		__int128 second, rest;

		make_exact(&b);
		CHECK_EQ(set_ppb(&b.phc, 0, ppbs[i]), 0);
		second = (__int128)1000000000 * NS_UNITS * b.phc.rate_fixed;
		rest = second & (((__int128)1 << RATE_BITS) - 1);
		share = (second >> RATE_BITS) * 1000000 + ((rest * 1000000) >> RATE_BITS);
		CHECK(phc_value(&b.phc, end_ps) - b.phc.base == elapsed + share);
		CHECK_NEAR((double)share / (double)elapsed, ppbs[i] * 1e-9, 1e-18 + 1e-15);
	}
}

TEST(how_often_a_clock_is_looked_at_or_touched_changes_nothing)
{
	struct bench often, never;
	int64_t at_ps = 0;

	make_exact(&often);
	make_exact(&never);
	for (int change = 0; change < 50; change++) {
		double ppb = (double)test_random_between(-90000000, 90000000) / 7;
		int64_t end_ps = at_ps + test_random_between(1, 1000 * PS_PER_SECOND);

		CHECK_EQ(set_ppb(&often.phc, at_ps, ppb), 0);
		CHECK_EQ(set_ppb(&never.phc, at_ps, ppb), 0);
		for (int i = 0; i < 1000; i++) {
			at_ps += (end_ps - at_ps) / 1000 + test_random_between(0, 2);
			phc_rebase(&often.phc, at_ps);
		}
		CHECK(phc_value(&often.phc, at_ps) == phc_value(&never.phc, at_ps));
	}
}

TEST(a_clock_is_continuous_and_never_goes_backward_whatever_its_rate)
{
	struct bench b;
	int64_t at_ps = 0;
	__int128 last;

	make_exact(&b);
	last = phc_value(&b.phc, 0);
	for (int i = 0; i < 100000; i++) {
		__int128 before;

		at_ps += test_random_between(1, PS_PER_SECOND);
		before = phc_value(&b.phc, at_ps);
		CHECK(before > last);
		CHECK_EQ(set_ppb(&b.phc, at_ps, (double)test_random_between(-100000000, 100000000)), 0);
		last = phc_value(&b.phc, at_ps);
		CHECK(last == before);
	}
}

TEST(an_oscillator_that_is_off_and_a_rate_multiply)
{
	struct bench b;
	struct phc_settings settings = exact_settings();

	make(&b, &settings, 10000);
	CHECK_NEAR(error_ns(&b.phc, 100 * PS_PER_SECOND), 1000000, 0.001);
	CHECK_EQ(set_ppb(&b.phc, 100 * PS_PER_SECOND, -10000), 0);
	CHECK_NEAR(phc_frequency_error(&b.phc, 100 * PS_PER_SECOND), -0.1, 1e-6);
	CHECK_NEAR(error_ns(&b.phc, 200 * PS_PER_SECOND), 1000000 - 10, 0.001);
}

TEST(a_rate_is_rounded_to_what_the_driver_can_set_and_refused_beyond)
{
	struct bench b;
	struct phc_settings settings = exact_settings();
	const double steps[] = { 0.0152587890625, 1, 30.5 };

	for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
		settings.rate_resolution = steps[s];
		settings.max_rate = 100000;
		make(&b, &settings, 0);
		for (int i = 0; i < 10000; i++) {
			double ppb = (double)test_random_between(-100000000, 100000000) / 1000;
			double multiple;

			CHECK_EQ(set_ppb(&b.phc, i, ppb), 0);
			multiple = b.phc.rate * 1e9 / steps[s];
			CHECK_NEAR(multiple, (double)(int64_t)(multiple + (multiple < 0 ? -0.5 : 0.5)), 1e-6);
			CHECK_NEAR(b.phc.rate * 1e9, ppb, steps[s] * 0.5001);
			CHECK_NEAR(gn_rate_to_ppb(b.phc.rate_set), b.phc.rate * 1e9, 1e-6);
		}
		CHECK_EQ(set_ppb(&b.phc, 20000, 100000), 0);
		CHECK_EQ(set_ppb(&b.phc, 20000, -100000), 0);
		CHECK_EQ(set_ppb(&b.phc, 20000, 100000.001), -ERANGE);
		CHECK_EQ(set_ppb(&b.phc, 20000, -100000.001), -ERANGE);
		CHECK_NEAR(gn_rate_to_ppb(b.phc.rate_set), -100000, steps[s] * 0.5001);
		CHECK_EQ(b.phc.rate_changes, 10002);
		CHECK_EQ(b.phc.epoch, 0);
	}
}

TEST(a_step_is_exact_or_of_whole_nanoseconds_and_starts_an_epoch)
{
	struct bench b;
	struct phc_settings settings = exact_settings();

	make(&b, &settings, 0);
	CHECK_EQ(b.phc.operations->adjtime(&b.phc, MINUTE, (struct gn_offset){ -5, 0x4000 }), 0);
	CHECK_EQ(phc_error(&b.phc, MINUTE, START), -5 * 65536 + 0x4000);
	CHECK_EQ(b.phc.epoch, 1);

	settings.step_resolution = PS_PER_NS;
	make(&b, &settings, 0);
	CHECK_EQ(b.phc.operations->adjtime(&b.phc, MINUTE, (struct gn_offset){ -5, 0x4000 }), 0);
	CHECK_EQ(phc_error(&b.phc, MINUTE, START), -5 * 65536);
	CHECK_EQ(b.phc.operations->adjtime(&b.phc, MINUTE, (struct gn_offset){ 6, 0xc000 }), 0);
	CHECK_EQ(phc_error(&b.phc, MINUTE, START), 2 * 65536);

	settings.step_resolution = 8 * PS_PER_NS;
	make(&b, &settings, 0);
	CHECK_EQ(b.phc.operations->adjtime(&b.phc, MINUTE, gn_offset_from_ns(-13)), 0);
	CHECK_EQ(phc_error(&b.phc, MINUTE, START), -16 * 65536);
	CHECK_EQ(b.phc.operations->adjtime(&b.phc, MINUTE, gn_offset_from_ns(INT64_MAX)), -ERANGE);
	CHECK_EQ(b.phc.steps, 1);
}

TEST(a_phase_adjustment_is_of_the_same_epoch_and_has_its_range)
{
	struct bench b;
	struct phc_settings settings = exact_settings();

	make(&b, &settings, 0);
	CHECK_EQ(b.phc.operations->adjphase(&b.phc, 0, gn_offset_from_ns(1)), -EOPNOTSUPP);
	settings.has_phase = true;
	settings.phase_range = PS_PER_US;
	make(&b, &settings, 0);
	CHECK_EQ(b.phc.operations->adjphase(&b.phc, 0, gn_offset_from_ns(1001)), -ERANGE);
	CHECK_EQ(b.phc.operations->adjphase(&b.phc, 0, gn_offset_from_ns(-1001)), -ERANGE);
	CHECK_EQ(phc_error(&b.phc, 0, START), 0);
	CHECK_EQ(b.phc.operations->adjphase(&b.phc, 0, gn_offset_from_ns(-1000)), 0);
	CHECK_EQ(phc_error(&b.phc, 0, START), -1000 * 65536);
	CHECK_EQ(b.phc.epoch, 0);
}

TEST(a_clock_can_be_set_to_any_time_that_a_timestamp_can_hold)
{
	const uint64_t seconds[] = {
		0, 1, 1U << 31, (uint64_t)1 << 32, (uint64_t)1 << 47, ((uint64_t)1 << 48) - 2
	};
	struct bench b;

	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		for (uint64_t before = 0; before < 2 && before <= seconds[i]; before++) {
			struct gn_precise out;

			make_exact(&b);
			CHECK_EQ(b.phc.operations->settime(&b.phc, MINUTE,
							   time_of(seconds[i] - before, 999999999)),
				 0);
			CHECK_EQ(b.phc.operations->gettimex(&b.phc, MINUTE, &out), 0);
			check_time(out, seconds[i] - before, 999999999);
			check_time(phc_exact(&b.phc, MINUTE + PS_PER_NS), seconds[i] - before + 1, 0);
			b.phc.operations->stamp(&b.phc, out, &out);
			check_time(out, seconds[i] - before, 999999999);
			CHECK_EQ(phc_when(&b.phc, MINUTE, time_of(seconds[i] - before + 1, 5)),
				 MINUTE + 6000);
		}
	}
	CHECK_EQ(b.phc.operations->settime(&b.phc, MINUTE, time_of((uint64_t)1 << 48, 0)), -EINVAL);
}

TEST(beyond_its_ends_a_register_shows_them)
{
	struct bench b;

	make_exact(&b);
	CHECK_EQ(b.phc.operations->settime(&b.phc, 0, time_of(0, 0)), 0);
	CHECK_EQ(b.phc.operations->adjtime(&b.phc, 0, gn_offset_from_ns(-GN_NS_PER_SECOND)), 0);
	CHECK_EQ(phc_error(&b.phc, 0, START), INT64_MIN);
	check_time(phc_exact(&b.phc, PS_PER_SECOND / 2), 0, 0);
	check_time(phc_exact(&b.phc, PS_PER_SECOND + PS_PER_NS), 0, 1);
	CHECK_EQ(b.phc.operations->settime(&b.phc, MINUTE, time_of(((uint64_t)1 << 48) - 1, 0)), 0);
	CHECK_EQ(phc_error(&b.phc, MINUTE, START), INT64_MAX);
	check_time(phc_exact(&b.phc, MINUTE + 2 * PS_PER_SECOND), ((uint64_t)1 << 48) - 1, 999999999);
}

TEST(a_clock_may_start_off_or_at_1970)
{
	struct phc_settings settings = exact_settings();
	struct bench b, other;

	settings.offset = -3 * PS_PER_MS;
	make(&b, &settings, 0);
	CHECK_EQ(phc_error(&b.phc, 0, START), -3000000LL * 65536);

	settings.offset_spread = PS_PER_US;
	make(&b, &settings, 0);
	CHECK_NEAR(error_ns(&b.phc, 0), -3000000, 1000);
	CHECK(phc_error(&b.phc, 0, START) != -3000000LL * 65536);
	make(&other, &settings, 0);
	CHECK_EQ(phc_error(&other.phc, 0, START), phc_error(&b.phc, 0, START));
	phc_init(&other.phc, &settings, &other.oscillator, START, 1, "another");
	CHECK(phc_error(&other.phc, 0, START) != phc_error(&b.phc, 0, START));

	settings.starts_at_zero = true;
	make(&b, &settings, 0);
	check_time(phc_exact(&b.phc, 0), 0, 0);
}

TEST(an_offset_that_is_changed_later_steps_the_clock_by_the_difference)
{
	struct phc_settings settings = exact_settings();
	struct bench b;

	settings.offset = PS_PER_US;
	make(&b, &settings, 0);
	phc_changed(&b.phc, MINUTE);
	CHECK_EQ(b.phc.epoch, 0);
	b.phc.settings.offset = -PS_PER_US;
	phc_changed(&b.phc, MINUTE);
	CHECK_EQ(phc_error(&b.phc, MINUTE, START), -1000 * 65536);
	CHECK_EQ(b.phc.epoch, 1);
	phc_step(&b.phc, MINUTE, 250);
	CHECK_EQ(phc_error(&b.phc, MINUTE, START), -1000 * 65536 + 65536 / 4);
	CHECK_EQ(b.phc.epoch, 2);
}

TEST(when_a_clock_will_show_a_time_is_when_it_does)
{
	struct phc_settings settings = exact_settings();
	struct bench b;
	int64_t now_ps = 0;

	make(&b, &settings, 4321);
	for (int i = 0; i < 20000; i++) {
		struct gn_precise wanted;
		int64_t at_ps;

		now_ps += test_random_between(0, PS_PER_SECOND);
		CHECK_EQ(set_ppb(&b.phc, now_ps, (double)test_random_between(-100000000, 100000000)), 0);
		wanted = gn_precise_add_offset(
			phc_exact(&b.phc, now_ps),
			gn_offset_from_ns(test_random_between(0, 10 * (int64_t)GN_NS_PER_SECOND)));
		at_ps = phc_when(&b.phc, now_ps, wanted);
		CHECK(at_ps >= now_ps);
		CHECK_NEAR((double)gn_precise_diff(phc_exact(&b.phc, at_ps), wanted).scaled_ns / 65536, 0,
			   0.004);
		now_ps = at_ps;
	}
	CHECK_EQ(phc_when(&b.phc, now_ps, time_of(START, 0)), now_ps);
	CHECK_EQ(phc_when(&b.phc, now_ps, time_of((uint64_t)1 << 47, 0)), SIM_NEVER);
}

TEST(a_periodic_output_has_its_edges_at_whole_periods_of_the_clock)
{
	struct bench b;
	int64_t at_ps = 0;

	make_exact(&b);
	CHECK_EQ(set_ppb(&b.phc, 0, 50000), 0);
	phc_step(&b.phc, 0, 123456789);
	for (int i = 1; i <= 100; i++) {
		CHECK_EQ(b.phc.operations->perout(&b.phc, at_ps, 250000000, &at_ps), 0);
		at_ps += 2; /* past it, to the picosecond */
		CHECK_LE(phc_exact(&b.phc, at_ps).whole.nanoseconds % 250000000, 1);
		CHECK_EQ(phc_exact(&b.phc, at_ps).whole.seconds, START + (uint64_t)i / 4);
	}
	CHECK_EQ(b.phc.operations->perout(&b.phc, at_ps, 0, &at_ps), -EINVAL);
}

TEST(a_read_is_unsure_by_its_latency_and_a_cross_stamp_is_not)
{
	struct phc_settings settings = exact_settings();
	struct bench b, other;
	struct gn_precise time, others;
	double sum = 0, size = 0;
	const int reads = 20000;

	settings.read_latency = 2 * PS_PER_US;
	settings.offset = 7 * PS_PER_NS;
	make(&b, &settings, 0);
	make_exact(&other);
	for (int i = 0; i < reads; i++) {
		double off;

		CHECK_EQ(b.phc.operations->gettimex(&b.phc, MINUTE, &time), 0);
		off = (double)gn_precise_diff(time, phc_exact(&b.phc, MINUTE)).scaled_ns / 65536;
		sum += off;
		size += off < 0 ? -off : off;
	}
	CHECK_NEAR(sum / reads, 0, 30);
	CHECK_NEAR(size / reads, 500, 30); /* a quarter of the mean length */
	CHECK_EQ(b.phc.operations->getcrosststamp(&b.phc, MINUTE, &other.phc, &time, &others), 0);
	CHECK_EQ(gn_precise_diff(time, others).scaled_ns, 7 * 65536);
}

TEST(what_a_driver_hands_over_has_whole_nanoseconds)
{
	struct bench b;
	struct gn_precise time;

	make_exact(&b);
	CHECK_EQ(b.phc.operations->extts(&b.phc, 1999, &time), 0);
	check_time(time, START, 1);
	CHECK_EQ(time.fraction, 0);
}

/* --- bugs --- */

TEST(every_bug_has_a_name_in_its_place)
{
	for (int bug = 0; bug < DRIVER_BUGS; bug++) {
		CHECK_EQ(driver_bug_labels[bug].value, bug);
		CHECK(driver_bug_labels[bug].name != NULL && driver_bug_labels[bug].meaning != NULL);
	}
	CHECK(driver_bug_labels[DRIVER_BUGS].name == NULL);
}

static bool has_label(const struct key_label *labels, int bug)
{
	while (labels->name != NULL && labels->value != bug) {
		labels++;
	}
	return labels->name != NULL;
}

TEST(a_clock_and_an_interface_share_the_bugs_between_them)
{
	for (int bug = BUG_NONE; bug < DRIVER_BUGS; bug++) {
		const struct phc_operations *plain = phc_operations_of(BUG_NONE);
		const struct phc_operations *wrong = phc_operations_of((enum driver_bug)bug);
		int differences = (wrong->adjfine != plain->adjfine) + (wrong->adjtime != plain->adjtime) +
				  (wrong->stamp != plain->stamp);

		CHECK_EQ(has_label(clock_bug_labels, bug), bug <= BUG_SWAPPED_REGISTERS);
		CHECK_EQ(has_label(stamp_bug_labels, bug), bug == BUG_NONE || bug >= BUG_SECONDS_LOST);
		CHECK_EQ(differences, bug != BUG_NONE && bug <= BUG_SWAPPED_REGISTERS);
	}
}

TEST(with_a_wrong_adjfine_the_clock_does_not_do_what_the_driver_says)
{
	const struct {
		enum driver_bug bug;
		double drifts;
	} cases[] = {
		{ BUG_NONE, 1000 },
		{ BUG_ADJFINE_SIGN, -1000 },
		{ BUG_ADJFINE_SCALE, 1000 / 65.536 },
		{ BUG_ADJFINE_NOTHING, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		make_with_bug(&b, cases[i].bug);
		CHECK_EQ(set_ppb(&b.phc, 0, 1000), 0);
		CHECK_NEAR(gn_rate_to_ppb(b.phc.rate_set), 1000, 1e-6);
		CHECK_NEAR(error_ns(&b.phc, PS_PER_SECOND), cases[i].drifts, 0.001);
	}
}

TEST(an_adjfine_that_does_nothing_leaves_the_rate_that_was)
{
	struct bench b;

	make_with_bug(&b, BUG_NONE);
	CHECK_EQ(set_ppb(&b.phc, 0, 1000), 0);
	b.phc.settings.bug = BUG_ADJFINE_NOTHING;
	phc_changed(&b.phc, 0);
	CHECK_EQ(set_ppb(&b.phc, 0, -1000), 0);
	CHECK_NEAR(phc_frequency_error(&b.phc, 0), 1000, 1e-6);
}

TEST(with_a_wrong_adjtime_a_step_back_goes_forward_or_nowhere)
{
	const struct {
		enum driver_bug bug;
		int64_t back, forward;
	} cases[] = {
		{ BUG_NONE, -5000, 5000 },
		{ BUG_ADJTIME_UNSIGNED, 5000, 5000 },
		{ BUG_ADJTIME_NOTHING, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		make_with_bug(&b, cases[i].bug);
		CHECK_EQ(b.phc.operations->adjtime(&b.phc, 0, gn_offset_from_ns(-5000)), 0);
		CHECK_EQ(phc_error(&b.phc, 0, START), cases[i].back * 65536);
		CHECK_EQ(b.phc.operations->adjtime(&b.phc, 0, gn_offset_from_ns(5000)), 0);
		CHECK_EQ(phc_error(&b.phc, 0, START), (cases[i].back + cases[i].forward) * 65536);
		CHECK_EQ(b.phc.epoch, 2);
	}
}

static struct gn_timestamp stamped(struct phc *phc, uint64_t seconds, uint32_t nanoseconds)
{
	struct gn_precise handed;

	phc->operations->stamp(phc, time_of(seconds, nanoseconds), &handed);
	CHECK(gn_timestamp_is_valid(handed.whole));
	CHECK_EQ(handed.fraction, 0);
	return handed.whole;
}

TEST(seconds_that_are_turned_into_nanoseconds_in_32_bits_are_lost)
{
	struct bench b;

	make_with_bug(&b, BUG_SECONDS_LOST);
	for (int i = 0; i < 1000; i++) {
		uint64_t seconds = test_random_below((uint64_t)1 << 33);
		uint32_t ns = (uint32_t)test_random_below(GN_NS_PER_SECOND);
		struct gn_timestamp handed = stamped(&b.phc, seconds, ns);

		CHECK_EQ(gn_timestamp_to_ns(handed), (seconds * GN_NS_PER_SECOND + ns) % ((uint64_t)1 << 32));
	}
}

TEST(the_first_stamp_after_a_wrap_of_32_bits_is_that_much_short)
{
	const uint64_t wrap = (uint64_t)1 << 32;
	uint64_t ns = wrap * 400000000U - 1000;
	struct bench b;

	make_with_bug(&b, BUG_NANOSECONDS_WRAP);
	(void)stamped(&b.phc, ns / GN_NS_PER_SECOND, (uint32_t)(ns % GN_NS_PER_SECOND));
	for (int i = 0; i < 3; i++) {
		uint64_t next = ns + 2000 + (uint64_t)i;
		struct gn_timestamp handed = stamped(&b.phc, next / GN_NS_PER_SECOND,
						     (uint32_t)(next % GN_NS_PER_SECOND));

		CHECK_EQ(gn_timestamp_to_ns(handed), i == 0 ? next - wrap : next);
	}
}

TEST(seconds_that_are_read_before_a_carry_are_one_short_and_otherwise_only_by_chance)
{
	struct bench b;
	int short_ones = 0;

	make_with_bug(&b, BUG_CARRY);
	CHECK_EQ(stamped(&b.phc, START, 1000).seconds, START - 1);
	CHECK_EQ(stamped(&b.phc, START, 1000).nanoseconds, 1000);
	CHECK_EQ(stamped(&b.phc, START, 500000000).seconds, START);
	CHECK_EQ(stamped(&b.phc, 0, 1000).seconds, 0);
	b.phc.settings.bug_chance = 0.1;
	for (int i = 0; i < 10000; i++) {
		short_ones += stamped(&b.phc, START, 500000000).seconds == START - 1;
	}
	CHECK_NEAR(short_ones, 1000, 150);
}

TEST(swapped_registers_make_a_time_of_another_century)
{
	struct bench b;

	make_with_bug(&b, BUG_SWAPPED_REGISTERS);
	CHECK_EQ(stamped(&b.phc, 100, 7).seconds, 7);
	CHECK_EQ(stamped(&b.phc, 100, 7).nanoseconds, 100);
	CHECK_EQ(stamped(&b.phc, START, 999999999).seconds, 999999999 + START / GN_NS_PER_SECOND);
}

TEST(the_defaults_of_both_clocks_are_within_their_keys_ranges)
{
	const struct part_kind *kinds[] = { &phc_kind, &system_kind };

	for (size_t k = 0; k < 2; k++) {
		const struct phc_settings *settings = kinds[k]->defaults;

		CHECK_EQ(kinds[k]->size, sizeof(*settings));
		CHECK(settings->max_rate > 0 && settings->rate_resolution > 0);
		CHECK_EQ(kinds[k]->key_count, 11);
	}
	CHECK_NEAR(((const struct phc_settings *)system_kind.defaults)->max_rate, 500000, 0);
}
