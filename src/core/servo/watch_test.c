/* src/core/servo/watch_test.c -- clocks that do not do what they are told are named, and others are not blamed. */
#include "core/servo/test_adaptive.h"

#include <math.h>

static void check_disobedient(enum obedience obedience, enum servo_fault fault)
{
	struct sim sim = sim_default();
	double set;
	int told, settings;

	sim.obedience = obedience;
	for (int i = 0; i < 80 && sim_find_news(&sim, SERVO_FOUND_FAULT) < 0; i++) {
		sim_turn(&sim);
	}
	told = sim_find_news(&sim, SERVO_FOUND_FAULT);
	CHECK(told >= 0);
	CHECK_EQ(sim.news[told].number[0], fault);
	CHECK_EQ(sim.word.state, SERVO_UNLOCKED);
	CHECK(sim.word.error_ns < 0 && sim.word.bound_ns < 0);
	CHECK_EQ(sim_quality(&sim).fault, fault);
	set = sim.set_ppb;
	settings = sim.settings;
	for (int i = 0; i < 300; i++) { /* not driven further */
		sim_turn(&sim);
		CHECK_EQ(sim.word.state, SERVO_UNLOCKED);
		CHECK(sim.set_ppb == set);
	}
	CHECK_EQ(sim.settings, settings);

	/* Repaired, it is found to be so by the next try. */
	sim.obedience = OBEYS;
	sim.set_ppb = -sim.word.frequency_ppb;
	sim_run(&sim, 40);
	CHECK_EQ(sim.word.state, SERVO_LOCKED);
	CHECK(fabs(sim_off(&sim)) < 60);
	CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_NONE);
}

TEST(a_clock_that_ignores_its_frequency_is_named_and_left_alone)
{
	check_disobedient(IGNORES_FREQUENCY, SERVO_FAULT_NO_EFFECT);
}

TEST(a_clock_that_takes_frequencies_the_wrong_way_round_is_named_and_left_alone)
{
	SKIP("from the start it is told as saturated first");
	check_disobedient(INVERTS_FREQUENCY, SERVO_FAULT_WRONG_SIGN);
}

TEST(a_clock_of_another_scale_is_named_and_left_alone)
{
	SKIP("a clock that does twice as much is taken for a noisy one, and held");
	check_disobedient(DOUBLES_FREQUENCY, SERVO_FAULT_WRONG_SCALE);
}

TEST(a_clock_that_ignores_steps_is_named)
{
	struct sim sim = sim_default();

	sim.obedience = IGNORES_STEPS;
	sim.error_ns = 1e9;
	sim_run(&sim, 20);
	CHECK(sim_find_news(&sim, SERVO_FOUND_FAULT) >= 0);
	CHECK_EQ(sim.news[sim_find_news(&sim, SERVO_FOUND_FAULT)].number[0], SERVO_FAULT_STEP);
	CHECK_EQ(sim.word.state, SERVO_UNLOCKED);
	CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_STEP);
	CHECK_LE(sim.jumps, 2);
}

TEST(a_crystal_beyond_the_clocks_limit_is_told_and_so_is_that_it_is_over)
{
	struct gn_servo_config config = sim_config();
	struct sim sim;

	config.max_frequency = 10000;
	sim = sim_with(&config);
	sim.own_ppb = 13000;
	sim_run(&sim, 60);
	CHECK_EQ(sim_count_news(&sim, SERVO_FOUND_FAULT), 1);
	CHECK_EQ(sim.news[0].number[0], SERVO_FAULT_SATURATED);
	CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_SATURATED);
	CHECK_NEAR(sim.word.frequency_ppb, 10000, 1e-9);
	sim.own_ppb = 9000;
	sim_run(&sim, 300); /* for each second beyond the limit three below it */
	CHECK_EQ(sim_count_news(&sim, SERVO_FOUND_FAULT_GONE), 1);
	CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_NONE);
	CHECK(fabs(sim_off(&sim)) < 60);
}

TEST(a_crystal_hardly_beyond_the_limit_is_told_some_time)
{
	struct gn_servo_config config = sim_config();
	struct sim sim;

	config.max_frequency = 10000;
	sim = sim_with(&config);
	sim.own_ppb = 10100;
	sim_run(&sim, 300); /* 30 us */
	CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_SATURATED);
}

/* ---- what the computer's own clock says of it ---- */

/* A Sync a second, from 100 us and 20 ppm off. */
static struct sim sim_slow(void)
{
	struct gn_servo_config config = sim_config();
	struct sim sim;

	config.first_step_threshold = 0;
	sim = sim_with(&config);
	sim.interval_s = 1;
	servo_set_interval(&sim.servo, 1);
	sim.error_ns = 1e5;
	return sim;
}

TEST(a_clock_that_obeys_while_the_time_transmitter_runs_away_is_not_blamed)
{
	for (int i = 0; i < 10; i++) {
		struct sim sim = sim_slow();

		/* The messages are those of a clock that does nothing of what it is told. */
		for (int k = 0; k < 40; k++) {
			sim_turn(&sim);
			sim.transmitter_ns = sim.error_ns - 1e5 - 20000 * sim.at_s;
		}
		CHECK_EQ(sim.news_count, 0);
		CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_NONE);
		CHECK(sim.word.state != SERVO_UNLOCKED);
	}
}

TEST(a_clock_that_does_not_obey_is_blamed_for_the_same_messages)
{
	for (int i = 0; i < 10; i++) {
		struct sim sim = sim_slow();

		sim.obedience = IGNORES_FREQUENCY;
		sim_run(&sim, 40);
		CHECK_EQ(sim_count_news(&sim, SERVO_FOUND_FAULT), 1);
		CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_NO_EFFECT);
		CHECK_EQ(sim.word.state, SERVO_UNLOCKED);
	}
}

TEST(a_step_that_the_time_transmitter_takes_back_was_carried_out_all_the_same)
{
	static const double offsets[] = { 1e9, -3e7, 1e6 };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct sim sim = sim_default();
		double seen;

		sim.error_ns = offsets[i];
		sim_turn(&sim);
		seen = sim_off(&sim);
		sim_turn(&sim);
		CHECK_EQ(sim.jumps, 1);
		sim.transmitter_ns = sim.error_ns - seen;
		sim_turn(&sim);
		CHECK_EQ(sim_find_news(&sim, SERVO_FOUND_FAULT), -1);
		CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_NONE);
	}
}

TEST(a_step_that_the_clock_did_not_take_is_seen_by_the_next_sync)
{
	static const double offsets[] = { 1e9, -3e7, 1e6 };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct sim sim = sim_default();

		sim.obedience = IGNORES_STEPS;
		sim.error_ns = offsets[i];
		for (int k = 0; k < 3; k++) {
			sim_turn(&sim);
		}
		CHECK_EQ(sim.jumps, 1);
		CHECK_EQ(sim_quality(&sim).fault, SERVO_FAULT_STEP);
	}
}
