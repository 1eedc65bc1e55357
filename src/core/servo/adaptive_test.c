/* src/core/servo/adaptive_test.c -- the adaptive controller from outside: to lock, to hold, to start again. */
#include "core/servo/test_adaptive.h"

#include <math.h>

/* ---- to lock ---- */

TEST(it_takes_observations_and_has_a_name)
{
	struct sim sim = sim_default();

	CHECK(servo_is_joint(&sim.servo));
	CHECK_STR_EQ(servo_kind_name(GN_SERVO_ADAPTIVE), "adaptive");
	CHECK_EQ(servo_deadline(&sim.servo), INT64_MAX);
	CHECK(sim_quality(&sim).error_ns < 0 && sim_quality(&sim).bound_ns < 0);
}

/* That they are within their limits the compiler asserts; what is left is told, and that a servo writes nowhere else seen. */
TEST(its_state_stays_in_its_room)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);

	for (size_t i = sizeof(struct adaptive); i < SERVO_STATE_OCTETS; i++) {
		CHECK_EQ(sim.servo.state.octets[i], 0);
	}
	print_message("# state %zu of %d octets, struct servo %zu of %d\n", sizeof(struct adaptive),
		      SERVO_STATE_OCTETS, sizeof(struct servo), SERVO_OCTETS_MAX);
}

TEST(from_seconds_off_and_100_ppm_it_locks_within_few_messages)
{
	for (int i = 0; i < 40; i++) {
		struct sim sim = sim_default();
		int turns = 0;

		sim.error_ns = random_between(-5e9, 5e9);
		sim.own_ppb = random_between(-1e5, 1e5);
		while (turns < 24) {
			sim_turn(&sim);
			turns++;
			if (turns == 4) {
				CHECK_EQ(sim.word.state, SERVO_LOCKED);
			}
		}
		CHECK_EQ(sim.jumps, 1);
		CHECK_EQ(sim.word.state, SERVO_LOCKED);
		CHECK(fabs(sim_off(&sim)) < 100);
		CHECK(sim_run(&sim, 20).most_ns < 60);
		CHECK_NEAR(sim.word.frequency_ppb, sim.own_ppb, 60);
		CHECK_EQ(sim.news_count, 0);
	}
}

TEST(a_small_offset_is_steered_and_not_stepped)
{
	struct sim sim = sim_default();

	sim.error_ns = -15000;
	sim.own_ppb = -300;
	sim_run(&sim, 10);
	CHECK_EQ(sim.jumps, 0);
	CHECK(fabs(sim_off(&sim)) < 60);
}

TEST(a_year_off_is_no_problem_of_numbers)
{
	struct sim sim = sim_default();

	sim.error_ns = -0x1p54; /* 208 days: whole nanoseconds are a few apart here, but not in the servo */
	sim_run(&sim, 10);
	CHECK_EQ(sim.jumps, 1);
	CHECK(fabs(sim_off(&sim)) < 100);
}

TEST(locked_it_is_better_than_a_message_and_knows_how_good)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);
	struct seen s = sim_run(&sim, 300);

	CHECK(s.rms_ns < 5);
	CHECK(s.within > 0.95); /* errors last: minutes are no thousands of errors */
	CHECK_NEAR(s.error_ns / s.rms_ns, 1, 0.5);
	CHECK_NEAR(sim_quality(&sim).sync_noise_ns, 10, 1.5);
	CHECK_NEAR(sim_quality(&sim).delay_noise_ns, 10, 1.5);
	CHECK_NEAR(sim_quality(&sim).frequency_ppb, sim.own_ppb, 5);
	CHECK_NEAR(sim.word.delay_ns, 5000, 5);
	CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_NONE);
	CHECK_EQ(sim.news_count, 0);
	CHECK_EQ(sim.jumps, 1);
}

TEST(offsets_without_a_delay_are_enough)
{
	struct sim sim = sim_default();
	struct seen s;

	sim.mode = DIRECT;
	sim_turn(&sim);
	sim_turn(&sim);
	CHECK(sim.word.state == SERVO_JUMP || sim.word.state == SERVO_LOCKED);
	sim_run(&sim, 60);
	s = sim_run(&sim, 100);
	CHECK(s.rms_ns < 5);
	CHECK(s.within > 0.9);
	CHECK_NEAR(sim.word.delay_ns, 0, 1e-6);
	CHECK_EQ(sim.news_count, 0);
}

TEST(without_any_delay_nothing_is_steered)
{
	struct sim sim = sim_default();

	for (int i = 0; i < 100; i++) {
		sim_observe(&sim, SERVO_SYNC, sim_off(&sim) + 5000);
		sim_go_on(&sim, sim.interval_s);
	}
	CHECK_EQ(sim.jumps + sim.settings, 0);
}
/* ---- without messages ---- */

TEST(over_loss_it_holds_and_its_error_grows)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);
	double before = sim_quality(&sim).error_ns, last = 0, rate;

	sim_run(&sim, 240);
	before = sim_quality(&sim).error_ns;
	rate = sim.own_ppb;
	for (int i = 1; i <= 60; i++) {
		sim_go_on(&sim, 10);
		CHECK(sim_quality(&sim).error_ns > last);
		CHECK(fabs(sim_off(&sim)) < sim_quality(&sim).bound_ns);
		last = sim_quality(&sim).error_ns;
		if (i > 1) {
			CHECK_NEAR(sim_quality(&sim).holdover_s, 10 * i, 5);
		}
	}
	CHECK(last > 10 * before);
	CHECK(fabs(sim_off(&sim)) < 600 * 8); /* within what its crystal wanders */
	CHECK_NEAR(sim.word.frequency_ppb, rate, 3);
	CHECK_EQ(sim.word.state, SERVO_LOCKED);
	CHECK_EQ(sim.jumps, 1);

	/* And it comes back by itself. */
	sim_run(&sim, 20);
	CHECK(sim_run(&sim, 10).most_ns < 60);
	CHECK(sim_quality(&sim).holdover_s == 0);
	CHECK(sim_quality(&sim).error_ns < 5);
}

TEST(lost_by_word_of_the_port_it_holds_at_once)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);

	servo_reference_lost(&sim.servo, sim_monotonic(&sim));
	CHECK_EQ(servo_deadline(&sim.servo), sim_monotonic(&sim));
	sim_go_on(&sim, 1);
	CHECK_NEAR(sim_quality(&sim).holdover_s, 1, 0.01);
}

TEST(half_of_the_messages_are_enough)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);
	struct seen s;

	sim.loss = 0.5;
	s = sim_run(&sim, 120);
	CHECK(s.rms_ns < 8);
	CHECK(s.within > 0.9);
	CHECK_EQ(sim.news_count, 0);
}

TEST(a_drift_goes_on_in_holdover)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_with(&config);

	sim.walk = 0.003;
	for (int i = 0; i < 400; i++) {
		sim.own_ppb += 0.2;
		sim_run(&sim, 1);
	}
	for (int i = 0; i < 100; i++) {
		sim.own_ppb += 0.2;
		sim_go_on(&sim, 1);
	}
	CHECK_NEAR(sim.word.frequency_ppb, sim.own_ppb, 6); /* of 20 */
}

TEST(in_holdover_the_temperature_is_followed_once_it_was_learnt)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_with(&config);
	double celsius = 40, ppb = sim.own_ppb;

	sim.walk = 0;
	for (int i = 0; i < 1500; i++) {
		celsius = 40 + 2 * sin(i * 0.02);
		sim.own_ppb = ppb + 30 * (celsius - 40);
		servo_temperature(&sim.servo, celsius, sim_monotonic(&sim));
		sim_run(&sim, 1);
	}
	CHECK_NEAR((double)sim_quality(&sim).temperature_coefficient_ppt, 30000, 2000);
	sim_run(&sim, 10);
	sim_go_on(&sim, 1);
	for (int i = 0; i < 100; i++) {
		sim.own_ppb += 0.3; /* 1 K in 100 s */
		celsius += 0.01;
		servo_temperature(&sim.servo, celsius, sim_monotonic(&sim));
		sim_go_on(&sim, 1);
	}
	CHECK_NEAR(sim.word.frequency_ppb, sim.own_ppb, 6); /* of 30 */
}

TEST(in_holdover_a_drift_that_the_thermometer_tells_of_is_not_followed_twice)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_with(&config);
	double celsius = 40, ppb = sim.own_ppb;

	sim.walk = 0;
	for (int i = 0; i < 1570; i++) { /* and is lost while it becomes warmer fastest: 1.2 ppb/s */
		celsius = 40 + 2 * sin(i * 0.02);
		sim.own_ppb = ppb + 30 * (celsius - 40);
		servo_temperature(&sim.servo, celsius, sim_monotonic(&sim));
		sim_run(&sim, 1);
	}
	for (int i = 0; i < 200; i++) { /* then no more */
		servo_temperature(&sim.servo, celsius, sim_monotonic(&sim));
		sim_go_on(&sim, 1);
	}
	CHECK_NEAR(sim.word.frequency_ppb, sim.own_ppb, 10); /* of 230 */
}
/* ---- restarts ---- */

TEST(what_was_remembered_makes_a_restart_as_good_as_locked)
{
	double off_with = 0, off_without = 0;
	struct servo_memory memory;
	struct gn_servo_config config = sim_config();

	for (int i = 0; i < 20; i++) {
		struct sim sim = sim_locked(&config), with = sim_default(), without = sim_default();

		CHECK(!servo_remember(&with.servo, &memory));
		CHECK(servo_remember(&sim.servo, &memory));
		CHECK_NEAR(memory.frequency_ppb, sim.own_ppb, 10);
		CHECK(memory.deviation_ppb > 0 && memory.deviation_ppb < 100);
		with.own_ppb = without.own_ppb = sim.own_ppb;
		servo_recall(&with.servo, &memory);
		for (int k = 0; k < 3; k++) {
			sim_turn(&with);
			sim_turn(&without);
		}
		CHECK_EQ(with.word.state, SERVO_LOCKED);
		CHECK(fabs(sim_off(&with)) < 150);
		off_with += sim_off(&with) * sim_off(&with);
		off_without += sim_off(&without) * sim_off(&without);
	}
	CHECK(off_with < off_without / 4);
}

TEST(a_memory_of_nonsense_is_not_recalled)
{
	const struct servo_memory nonsense[] = {
		{ (double)NAN, 1 }, { 5, (double)NAN }, { 1e300, 1 }, { 5, -1 }
	};

	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		struct sim sim = sim_default();

		servo_recall(&sim.servo, &nonsense[i]);
		sim_run(&sim, 10);
		CHECK_EQ(sim.word.state, SERVO_LOCKED);
		CHECK(fabs(sim_off(&sim)) < 60);
	}
}

TEST(a_reset_starts_over_with_the_frequency_that_was_learnt)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);

	servo_reset(&sim.servo);
	CHECK_EQ(servo_deadline(&sim.servo), INT64_MAX);
	sim.error_ns += 1e9; /* somebody set the clock */
	sim_turn(&sim);
	CHECK_NEAR(sim_quality(&sim).frequency_ppb, sim.own_ppb, 20);
	config.step_threshold = 1e-3;
	sim.servo.config = config;
	sim_run(&sim, 10);
	CHECK_EQ(sim.jumps, 2);
	CHECK(fabs(sim_off(&sim)) < 60);
}

TEST(a_clock_found_at_another_frequency_is_believed_to_be_there)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);

	sim.set_ppb = 777;
	servo_clock_found(&sim.servo, -777, SIM_LIMIT_PPB);
	CHECK(sim_run(&sim, 0.5).most_ns < 8000);
	CHECK(sim_run(&sim, 1).most_ns < 50);
	CHECK_EQ(sim.jumps, 1);
}

/* ---- what cannot be ---- */

TEST(states_of_no_numbers_are_refused_and_others_can_be_gone_on_with)
{
	static const double nowhere[] = { (double)NAN, (double)INFINITY, -(double)INFINITY };
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);
	struct servo servo = sim.servo;
	int refused = 0;

	CHECK(servo_revive(&servo, GN_SERVO_ADAPTIVE));
	for (size_t at = 0; at + sizeof(double) <= SERVO_STATE_OCTETS; at += sizeof(double)) {
		servo = sim.servo;
		memcpy(&servo.state.octets[at], &nowhere[at / sizeof(double) % 3], sizeof(double));
		refused += !servo_revive(&servo, GN_SERVO_ADAPTIVE);
	}
	CHECK(refused >
	      (int)(sizeof(struct bank) / sizeof(double)) + 50); /* all of the bank, and some more */
	memset(servo.state.octets, 0xFF, sizeof(servo.state.octets));
	CHECK(!servo_revive(&servo, GN_SERVO_ADAPTIVE));
}

/* Offsets of any size up to that, of any direction; and times that go on, or jump to and fro. */
static void check_wild(double largest_ns, bool is_jumping)
{
	struct sim sim = sim_default();

	for (uint64_t i = 0; i < 200; i++) {
		double size = exp(random_fraction() * log(largest_ns));
		struct servo_observation o = { .direction = (enum servo_direction)test_random_below(4),
					       .now_ns = SIM_START_NS + (int64_t)i * 125000000,
					       .value = sim_offset_of(test_random_below(2) ? size : -size) };
		struct servo_steering word = { .frequency_ppb = 0 };

		o.local.whole.seconds = 1700000000 + i / 8;
		if (is_jumping && i % 7 == 0) {
			o.local.whole.seconds += test_random_below(1u << 30);
		}
		if (!servo_observe(&sim.servo, &o, &word)) {
			continue;
		}
		CHECK(fabs(word.frequency_ppb) <= SIM_LIMIT_PPB); /* never so of NaN */
		if (word.state == SERVO_JUMP) {
			servo_stepped(&sim.servo, gn_offset_negate(word.offset));
		}
		servo_steered(&sim.servo, word.frequency_ppb, o.now_ns);
	}
}

TEST(wild_offsets_keep_the_frequency_finite_and_limited)
{
	for (int i = 0; i < 50; i++) {
		check_wild(1e10, false);
	}
}

TEST(wild_times_and_saturated_offsets_keep_the_frequency_finite_and_limited)
{
	for (int i = 0; i < 50; i++) {
		check_wild(1e6, true);
		check_wild(9e18, false);
		check_wild(9e18, true);
	}
}

/* ---- masks ---- */

/* How much of a time transmitter's swing at this frequency the clock follows, in dB. */
static double gain_at(const struct gn_servo_config *config, double hertz)
{
	struct sim sim = sim_with(config);
	const double amplitude = 60, measured_s = 1000, settled_s = 1000, step = 2 * M_PI * hertz;
	double periods = ceil(measured_s * hertz), cosine = 0, sine = 0, asked_cosine = 0, asked_sine = 0;
	int turns = (int)(periods / hertz / sim.interval_s + 0.5), begun;

	sim.walk = 0.001;
	sim.noise_ns = 1;
	sim_run(&sim, 30);
	begun = (int)(settled_s / sim.interval_s);
	for (int i = 0; i < begun + turns; i++) {
		double angle = step * sim.at_s;

		sim.transmitter_ns = amplitude * sin(angle);
		sim_turn(&sim);
		if (i >= begun) {
			angle += step * sim.interval_s;
			cosine += sim.error_ns * cos(angle);
			sine += sim.error_ns * sin(angle);
			asked_cosine += sim.transmitter_ns * cos(angle);
			asked_sine += sim.transmitter_ns * sin(angle);
		}
	}
	return 20 * log10(hypot(sine, cosine) / hypot(asked_sine, asked_cosine));
}

/* The most, over frequencies up to half of the bandwidth. */
static double peak_of(const struct gn_servo_config *config)
{
	double most = -100;

	for (double hertz = 0.02 * config->servo_bandwidth; hertz < config->servo_bandwidth / 2;
	     hertz *= 1.4) {
		double gain = gain_at(config, hertz);

		most = gain > most ? gain : most;
	}
	return most;
}

TEST(with_a_bandwidth_the_loop_is_as_wide_as_asked_and_hardly_peaks)
{
	struct gn_servo_config config = sim_config();

	config.servo_bandwidth = 0.1;
	CHECK(peak_of(&config) < 0.1);
	CHECK_NEAR(gain_at(&config, 0.1), -3, 0.4);
	config.servo_bandwidth = 0.05;
	CHECK_NEAR(gain_at(&config, 0.05), -3, 0.4);
	config.servo_damping = 1; /* which is what damping is for */
	CHECK_NEAR(gain_at(&config, 0.05), -3, 0.4);
	CHECK(peak_of(&config) > 0.5);
}
