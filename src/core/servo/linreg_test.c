/* src/core/servo/linreg_test.c -- linreg against lines known in closed form, and a clock to steer. */
#include "core/servo/controller.h"
#include "core/servo/servo.h"

#include "tests/test.h"

#include <math.h>
#include <string.h>

static struct gn_servo_config defaults(void)
{
	return (struct gn_servo_config){
		.kind = GN_SERVO_LINREG,
		.first_step_threshold = 0.00002,
		.max_frequency = 900000000,
		.servo_num_offset_values = 10,
	};
}

static struct servo servo_of(const struct gn_servo_config *config, double frequency_ppb)
{
	struct servo servo;

	CHECK_EQ(servo_init(&servo, config, false, frequency_ppb, 1e9), GN_OK);
	servo_set_interval(&servo, 1.0);
	return servo;
}

/* A local clock and what it is measured against. */
struct clock {
	struct gn_precise local;
	double offset_ns; /* local - time transmitter */
	double own_ppb;   /* how fast it runs by itself */
	double set_ppb;   /* how it is steered */
};

static struct clock clock_of(double own_ppb, double offset_ns)
{
	return (struct clock){ .local.whole = { 1000, 0 }, .offset_ns = offset_ns, .own_ppb = own_ppb };
}

/* `ns` of the time transmitter pass. */
static void pass(struct clock *clock, double ns)
{
	double gained = ns * ((1 + clock->own_ppb / 1e9) * (1 + clock->set_ppb / 1e9) - 1);
	double local = ns + gained;

	clock->offset_ns += gained;
	clock->local = gn_precise_add_offset(
		clock->local, (struct gn_offset){ .nanoseconds = (int64_t)floor(local),
						  .fraction = (uint16_t)((local - floor(local)) * 65536) });
}

static struct gn_offset offset_of(double ns)
{
	return (struct gn_offset){ .nanoseconds = (int64_t)floor(ns),
				   .fraction = (uint16_t)((ns - floor(ns)) * 65536) };
}

static struct servo_steering measure(struct servo *servo, const struct clock *clock, double noise_ns,
				     double weight)
{
	struct servo_measurement m = { .local = clock->local,
				       .offset = offset_of(clock->offset_ns + noise_ns),
				       .weight = weight };

	return servo_measure(servo, &m);
}

/* Measures, and does with the clock what the servo says. */
static struct servo_steering steer(struct servo *servo, struct clock *clock, double noise_ns)
{
	struct servo_steering s = measure(servo, clock, noise_ns, 1);

	if (s.state == SERVO_JUMP) {
		struct gn_offset by = gn_offset_negate(offset_of(clock->offset_ns + noise_ns));

		clock->local = gn_precise_add_offset(clock->local, by);
		clock->offset_ns += servo_ns(by);
	}
	if (s.state != SERVO_UNLOCKED) {
		clock->set_ppb = -s.frequency_ppb;
	}
	return s;
}

static double noise(double size_ns)
{
	return (double)test_random_between(-1000, 1000) / 1000 * size_ns;
}

/* Runs fast by d: over x ns of it, 1 / (1 + d) of them are real. */
static double line_of(double own_ppb)
{
	return own_ppb / (1 + own_ppb / 1e9);
}

TEST(four_samples_give_the_line)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(4000, 100);

	for (int i = 0; i < 3; i++) {
		struct servo_steering s = measure(&servo, &clock, 0, 1);

		CHECK_EQ(s.state, SERVO_UNLOCKED);
		CHECK(s.frequency_ppb == 0);
		CHECK(servo_rate_ratio(&servo) == 1);
		pass(&clock, 1e9);
	}
	/* 100 + 3 * 4000 ns off, to be made good within a second */
	CHECK_EQ(measure(&servo, &clock, 0, 1).state, SERVO_LOCKED);
	CHECK_NEAR(servo_rate_ratio(&servo), (1 - line_of(4000) / 1e9) / (1 - (line_of(4000) + 12100) / 1e9),
		   1e-11);
}

TEST(its_frequency_is_the_slope_and_what_makes_the_offset_good_in_an_interval)
{
	/* By hand: at x = 0, 1, 2, 3 s the offsets 0, 10, 0, 10 ns fit 2 + 2 x: slope 2 ppb, at the end 8 ns. */
	static const double offsets[] = { 0, 10, 0, 10 };
	static const double intervals[] = { 0.125, 1, 4 };

	for (int n = 0; n < 3; n++) {
		struct gn_servo_config config = defaults();
		struct servo servo = servo_of(&config, 0);
		struct servo_steering s = { 0 };

		servo_set_interval(&servo, intervals[n]);
		for (uint64_t i = 0; i < 4; i++) {
			struct clock at = { .local.whole = { 100 + i, 0 }, .offset_ns = offsets[i] };

			s = measure(&servo, &at, 0, 1);
		}
		CHECK_EQ(s.state, SERVO_LOCKED);
		CHECK_NEAR(s.frequency_ppb, 2 + 8 / intervals[n], 1e-6);
	}
}

TEST(the_line_is_told_as_it_was_before_a_step)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(-2000, 1e9);
	struct servo_fit fit;

	for (int i = 0; i < 3; i++) {
		steer(&servo, &clock, 0);
		CHECK(!servo_fit(&servo, &fit));
		pass(&clock, 1e9);
	}
	CHECK_EQ(steer(&servo, &clock, 0).state, SERVO_JUMP);
	CHECK(servo_fit(&servo, &fit));
	CHECK_EQ(fit.points, 4);
	CHECK_NEAR(fit.slope, 2e-6, 1e-10);
	CHECK_NEAR(fit.intercept_ns, -1e9 + 6000, 1e-3);
	CHECK(fit.error_ns == 0);
	config.kind = GN_SERVO_PI;
	servo = servo_of(&config, 0);
	CHECK(!servo_fit(&servo, &fit));
}

TEST(weights_count)
{
	/* Of weight 0: the line is that of the others, 5 + 3 x, wherever the fourth lies. */
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct servo_steering s = { 0 };

	for (uint64_t i = 0; i < 4; i++) {
		struct clock at = { .local.whole = { 100 + i, 0 },
				    .offset_ns = i == 2 ? 900 : 5 + 3.0 * (double)i };

		s = measure(&servo, &at, 0, i == 2 ? 0 : 0.25);
	}
	CHECK_NEAR(s.frequency_ppb, 3 + 14, 1e-6);
}

TEST(nothing_of_any_weight_leaves_the_frequency_to_the_offset)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(0, 50);
	struct servo_steering s = { 0 };

	for (int i = 0; i < 4; i++) {
		s = measure(&servo, &clock, 0, 0);
		pass(&clock, 1e9);
	}
	CHECK_EQ(s.state, SERVO_LOCKED);
	CHECK(isfinite(s.frequency_ppb));
}

/* ---- the same reckoned plainly: all samples, absolute numbers, long double ---- */

#define SAMPLES_MAX 400

struct model {
	long double x[SAMPLES_MAX], remote[SAMPLES_MAX], weight[SAMPLES_MAX];
	int count;
	struct {
		long double slope, at_0, error;
		int predictions;
	} line[5];
	int size; /* chosen, 0..4; -1: none */
};

static void model_fit(struct model *m, int size)
{
	long double w = 0, x = 0, y = 0, xx = 0, xy = 0;

	for (int i = m->count - (4 << size); i < m->count; i++) {
		w += m->weight[i];
		x += m->weight[i] * m->x[i];
		y += m->weight[i] * m->remote[i];
		xx += m->weight[i] * m->x[i] * m->x[i];
		xy += m->weight[i] * m->x[i] * m->remote[i];
	}
	m->line[size].slope = (w * xy - x * y) / (w * xx - x * x);
	m->line[size].at_0 = (y - m->line[size].slope * x) / w;
}

static void model_add(struct model *m, long double x, long double remote, long double weight)
{
	for (int i = 0; i < 5 && m->count >= 4 << i; i++) {
		long double miss = fabsl(m->line[i].at_0 + m->line[i].slope * x - remote);
		int n = m->line[i].predictions++;

		m->line[i].error = n < 10 ? (m->line[i].error * n + miss) / (n + 1)
					  : 0.98L * m->line[i].error + 0.02L * miss;
	}
	m->x[m->count] = x;
	m->remote[m->count] = remote;
	m->weight[m->count++] = weight;
	m->size = m->count < 4 ? -1 : 0;
	for (int i = 0; i < 5 && m->count >= 4 << i; i++) {
		model_fit(m, i);
		if (m->line[i].predictions >= 10 && m->line[i].error <= 1.05L * m->line[m->size].error) {
			m->size = i;
		}
	}
}

static double model_frequency(const struct model *m, long double local, long double interval_s)
{
	static const int correction[] = { 1, 1, 1, 2, 3 };
	long double line = m->line[m->size].at_0 + m->line[m->size].slope * m->x[m->count - 1];

	return (double)((1 - m->line[m->size].slope) * 1e9L +
			(local - line) / interval_s / correction[m->size]);
}

/* Steers a clock by the servo and holds every frequency to the model's. Returns how often each size was chosen. */
static void run(double own_ppb, double offset_ns, double noise_ns, double wander_ppb, int samples,
		int *chosen)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(own_ppb, offset_ns);
	struct model model = { .size = -1 };
	long double x = 0, truth = 0, local = (long double)offset_ns;
	struct servo_fit fit;

	memset(chosen, 0, 5 * sizeof(*chosen));
	for (int i = 0; i < samples; i++) {
		double miss = noise(noise_ns);
		double ns = 1e9 + noise(1e6);
		struct servo_steering s;

		/* What the servo is given is rounded to 2^-16 ns. */
		model_add(&model, x, local - (long double)servo_ns(offset_of(clock.offset_ns + miss)), 1);
		s = steer(&servo, &clock, miss);
		if (s.state == SERVO_JUMP) {
			local = truth + (long double)clock.offset_ns;
		}
		if (model.size >= 0) {
			CHECK_NEAR(s.frequency_ppb, model_frequency(&model, local, 1), 0.01);
			chosen[model.size]++;
			CHECK(servo_fit(&servo, &fit));
			CHECK_EQ(fit.points, 4 << model.size);
			CHECK_NEAR(fit.slope * 1e9, (double)((model.line[model.size].slope - 1) * 1e9L),
				   0.01);
			CHECK_NEAR(fit.error_ns, (double)model.line[model.size].error, 0.01);
		}
		clock.own_ppb += noise(wander_ppb);
		x += (long double)ns * (1 + (long double)clock.own_ppb / 1e9L);
		truth += (long double)ns;
		pass(&clock, ns);
		local = truth + (long double)clock.offset_ns;
	}
}

TEST(with_white_noise_the_longest_window_steers)
{
	int chosen[5];

	run(20000, 50000, 100, 0, 300, chosen);
	CHECK_EQ(chosen[0] + chosen[1] + chosen[2] + chosen[3] + chosen[4], 297);
	CHECK(chosen[4] > 150);
}

TEST(with_a_wandering_clock_a_short_one_does)
{
	int chosen[5];

	run(20000, 50000, 1, 100, 300, chosen);
	CHECK_LE(chosen[3] + chosen[4], 100);
	CHECK(chosen[0] + chosen[1] > 150);
}

TEST(any_clock_is_steered_as_by_the_plain_reckoning)
{
	for (int i = 0; i < 100; i++) {
		int chosen[5];

		run(noise(100000), noise(1e12), exp(noise(7)), exp(noise(5)), 200, chosen);
	}
}

TEST(a_longer_window_has_a_say_from_its_tenth_prediction_on)
{
	int chosen[5];

	/* Nothing to choose by but the noise of rounding: the first 17 have four points only. */
	run(0, 0, 1000, 0, 17, chosen);
	CHECK_EQ(chosen[0], 14);
	CHECK_EQ(chosen[1], 0);
}

TEST(a_step_at_the_start_is_taken_by_the_fourth_sample_and_leaves_the_line)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(-30000, -37e9);

	for (int i = 0; i < 3; i++) {
		CHECK_EQ(steer(&servo, &clock, 0).state, SERVO_UNLOCKED);
		pass(&clock, 1e9);
	}
	CHECK_EQ(steer(&servo, &clock, 0).state, SERVO_JUMP);
	CHECK_NEAR(clock.set_ppb, -line_of(-30000), 1e-3);
	for (int i = 0; i < 20; i++) {
		pass(&clock, 1e9);
		CHECK_EQ(steer(&servo, &clock, 0).state, SERVO_LOCKED);
		CHECK_NEAR(clock.set_ppb, -line_of(-30000), 1e-2);
		CHECK_NEAR(clock.offset_ns, 0, 1e-1);
	}
}

TEST(later_steps_are_taken_at_once)
{
	struct gn_servo_config config = defaults();
	struct servo servo;
	struct clock clock = clock_of(1000, 0);

	config.step_threshold = 0.0001;
	servo = servo_of(&config, 0);
	for (int i = 0; i < 30; i++) {
		steer(&servo, &clock, 0);
		pass(&clock, 1e9);
	}
	clock.offset_ns +=
		1e9; /* the time transmitter jumped: with the line of four points, the fourth is enough */
	for (int i = 0; i < 4; i++) {
		if (steer(&servo, &clock, 0).state == SERVO_JUMP) {
			return;
		}
		pass(&clock, 1e9);
	}
	CHECK(false);
}

TEST(the_first_threshold_holds_once)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(0, 20001);

	for (int i = 0; i < 4; i++) {
		CHECK_EQ(measure(&servo, &clock, 0, 1).state, i < 3 ? SERVO_UNLOCKED : SERVO_JUMP);
		pass(&clock, 1e9);
	}
	servo_reset(&servo);
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(measure(&servo, &clock, 0, 1).state, i < 3 ? SERVO_UNLOCKED : SERVO_LOCKED);
		pass(&clock, 1e9);
	}
}

TEST(the_threshold_is_asked_of_the_line_not_of_the_sample)
{
	/* 0, 0, 0, 24 us: the line ends at 16.8 us */
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(0, 0);

	for (int i = 0; i < 3; i++) {
		measure(&servo, &clock, 0, 1);
		pass(&clock, 1e9);
	}
	CHECK_EQ(measure(&servo, &clock, 24000, 1).state, SERVO_LOCKED);
}

TEST(the_frequency_stays_within_its_limit)
{
	struct gn_servo_config config = defaults();
	struct servo servo;
	struct clock clock = clock_of(90000, 0);

	config.max_frequency = 5000;
	servo = servo_of(&config, 0);
	for (int i = 0; i < 100; i++) {
		CHECK(fabs(steer(&servo, &clock, 0).frequency_ppb) <= 5000);
		pass(&clock, 1e9);
	}
	CHECK(clock.set_ppb == -5000);
}

TEST(time_that_does_not_advance_starts_over)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 7);
	struct clock clock = clock_of(0, 0);

	for (int i = 0; i < 6; i++) {
		measure(&servo, &clock, 0, 1);
		pass(&clock, 1e9);
	}
	clock.local.whole.seconds = 900;
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(measure(&servo, &clock, 0, 1).state, i < 3 ? SERVO_UNLOCKED : SERVO_LOCKED);
		pass(&clock, 1e9);
	}
	for (int i = 0; i < 10; i++) {
		CHECK_EQ(measure(&servo, &clock, 0, 1).state, i < 1 ? SERVO_LOCKED : SERVO_UNLOCKED);
	}
}

TEST(a_reset_keeps_the_frequency_alone)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(1000, 0);
	double frequency = 0;

	for (int i = 0; i < 40; i++) {
		frequency = steer(&servo, &clock, 0).frequency_ppb;
		pass(&clock, 1e9);
	}
	CHECK_NEAR(frequency, 1000, 0.1);
	servo_reset(&servo);
	CHECK(servo_rate_ratio(&servo) == 1);
	for (int i = 0; i < 3; i++) {
		struct servo_steering s = steer(&servo, &clock, 0);

		CHECK_EQ(s.state, SERVO_UNLOCKED);
		CHECK(s.frequency_ppb == frequency);
		pass(&clock, 1e9);
	}
	CHECK_EQ(steer(&servo, &clock, 0).state, SERVO_LOCKED);
}

/* A UTC clock without a leap second of its own is a second ahead (+1) after it. Nothing but that is to be corrected. */
static void check_leap(int8_t leap)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct clock clock = clock_of(1000, 0);
	double frequency;

	for (int i = 0; i < 100; i++) {
		steer(&servo, &clock, 0);
		pass(&clock, 1e9);
	}
	servo_leap(&servo, leap);
	clock.offset_ns += leap * 1e9;
	frequency = measure(&servo, &clock, 0, 1).frequency_ppb;
	CHECK(frequency * leap > 1e8);
	CHECK_NEAR(servo_rate_ratio(&servo) * (1 - frequency / 1e9), 1 - line_of(1000) / 1e9, 1e-12);
}

TEST(a_leap_second_is_no_change_of_the_rate)
{
	check_leap(1);
	check_leap(-1);
}

TEST(a_leap_second_means_nothing_to_the_others)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.kind = GN_SERVO_NULL;
	servo = servo_of(&config, 0);
	servo_leap(&servo, 1);
}

/* What it got wrong about its own steering does not stay: the clock ends at its reference. */
TEST(the_loop_brings_a_clock_to_its_reference)
{
	for (int n = 0; n < 20; n++) {
		struct gn_servo_config config = defaults();
		struct servo servo = servo_of(&config, noise(1000));
		struct clock clock = clock_of(noise(100000), noise(1e9));

		for (int i = 0; i < 300; i++) {
			steer(&servo, &clock, noise(10));
			pass(&clock, 1e9 + noise(1e7));
		}
		CHECK_NEAR(clock.offset_ns, 0, 30);
		CHECK_NEAR(clock.set_ppb, -line_of(clock.own_ppb), 30);
	}
}

/* Octets from anybody: refused, or gone on with without harm. */
TEST(states_that_cannot_be_are_refused)
{
	struct gn_servo_config config = defaults();
	struct servo sound = servo_of(&config, 0);
	struct clock clock = clock_of(1000, 0);
	int refused = 0;

	for (int i = 0; i < 70; i++) {
		steer(&sound, &clock, 0);
		pass(&clock, 1e9);
	}
	CHECK(servo_revive(&sound, GN_SERVO_LINREG));
	for (int i = 0; i < 20000; i++) {
		struct servo servo = sound;

		servo.state.octets[test_random_below(2000)] ^= (uint8_t)(1u << test_random_below(8));
		if (servo_revive(&servo, GN_SERVO_LINREG)) {
			measure(&servo, &clock, 0, 1);
			servo_rate_ratio(&servo);
		} else {
			refused++;
		}
	}
	CHECK(refused > 100 && refused < 19000);
}
