/* src/core/servo/jump_test.c -- steps of time, longer paths and one direction alone, as the adaptive controller tells them apart. */
#include "core/servo/test_adaptive.h"

#include <math.h>

TEST(a_time_step_of_the_time_transmitter_is_followed_and_told)
{
	static const double steps[] = { 5000, -5000, 1e6, -3e8 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct gn_servo_config config = sim_config();
		struct sim sim;
		int told;

		config.step_threshold = 1e-4;
		sim = sim_locked(&config);
		sim.transmitter_ns += steps[i];
		sim_run(&sim, 3);
		told = sim_find_news(&sim, SERVO_FOUND_TIME_STEP);
		CHECK(told >= 0);
		CHECK_NEAR(sim.news[told].number[0], steps[i], 40 + 0.001 * fabs(steps[i]));
		CHECK_EQ(sim.news_count, 1);
		CHECK_EQ(sim.jumps, fabs(steps[i]) > 1e5 ? 2 : 1);
		sim_run(&sim, 10);
		CHECK(sim_run(&sim, 20).rms_ns < 15);
		CHECK_EQ(sim.news_count, 1);
	}
}

TEST(a_longer_path_costs_nothing_and_is_told)
{
	static const double changes[] = { 3000, -2000, 100000 };

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct gn_servo_config config = sim_config();
		struct sim sim = sim_locked(&config);
		int told;

		sim.down_ns += changes[i];
		sim.up_ns += changes[i];
		CHECK(sim_run(&sim, 30).most_ns < 80);
		told = sim_find_news(&sim, SERVO_FOUND_PATH_CHANGE);
		CHECK(told >= 0);
		CHECK_NEAR(sim.news[told].number[0], changes[i], 30 + 0.001 * fabs(changes[i]));
		CHECK_EQ(sim.news_count, 1);
		CHECK_NEAR(sim.word.delay_ns, 5000 + changes[i], 10);
		CHECK_EQ(sim.jumps, 1);
	}
}

/* One direction becomes longer by this, the other stays. */
static void check_asymmetry(double down, double up)
{
	struct gn_servo_config config = sim_config();
	struct sim sim;
	double told_s, wrong = (down - up) / 2;
	int told;

	config.asymmetry_hold = 20;
	sim = sim_locked(&config);
	sim.down_ns += down;
	sim.up_ns += up;
	CHECK(sim_run(&sim, 18).most_ns < 40); /* the crystal did not jump, says the servo: and holds */
	told = sim_find_news(&sim, SERVO_FOUND_ASYMMETRY);
	CHECK(told >= 0);
	told_s = sim.news_s[told];
	CHECK_NEAR(sim.news[told].number[0], down - up, 30);
	CHECK_NEAR(sim.news[told].number[1], 20, 1e-9);
	CHECK_NEAR(sim_quality(&sim).asymmetry_ns, down - up, 30);
	CHECK(sim_quality(&sim).bound_ns > 0.95 * fabs(wrong));
	CHECK_EQ(sim_find_news(&sim, SERVO_FOUND_ASYMMETRY_FOLLOWED), -1);

	sim_run(&sim,
		12); /* then its word is taken: the offset that is right if the path was unequal before */
	told = sim_find_news(&sim, SERVO_FOUND_ASYMMETRY_FOLLOWED);
	CHECK(told >= 0);
	CHECK_NEAR(sim.news_s[told] - told_s, 20, 0.3);
	CHECK_NEAR(sim_off(&sim), -wrong, 20);
	CHECK(sim_quality(&sim).asymmetry_ns == 0);
	CHECK_EQ(sim.news_count, 2);
}

TEST(a_change_of_one_direction_is_held_back_then_followed_and_told)
{
	check_asymmetry(2000, 0);
	check_asymmetry(0, 2000);
	check_asymmetry(-3000, 0);
}

TEST(an_asymmetry_that_goes_again_was_never_followed)
{
	struct gn_servo_config config = sim_config();
	struct sim sim;

	config.asymmetry_hold = 20;
	sim = sim_locked(&config);
	sim.down_ns += 2000;
	CHECK(sim_run(&sim, 10).most_ns < 40);
	sim.down_ns -= 2000;
	CHECK_LE(sim_run(&sim, 40).most_ns, 40);
	CHECK_EQ(sim_count_news(&sim, SERVO_FOUND_ASYMMETRY), 1);
	CHECK_EQ(sim_count_news(&sim, SERVO_FOUND_ASYMMETRY_GONE), 1);
	CHECK_EQ(sim.news_count, 2);
	CHECK(sim_quality(&sim).asymmetry_ns == 0);
}

TEST(with_no_time_to_hold_one_direction_is_followed_at_once)
{
	struct gn_servo_config config = sim_config();
	struct sim sim;

	config.asymmetry_hold = 0;
	sim = sim_locked(&config);
	sim.down_ns += 2000;
	sim_run(&sim, 10);
	CHECK_NEAR(sim_off(&sim), -1000, 30);
	CHECK_EQ(sim_count_news(&sim, SERVO_FOUND_ASYMMETRY), 1);
}

TEST(one_wild_message_changes_nothing)
{
	static const double wild[] = { 1e3, -1e3, 1e6, -1e6, 3e9, -3e9 };
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);

	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		sim.extra_ns = wild[i];
		CHECK(sim_run(&sim, 10).most_ns < 25);
		CHECK_EQ(sim.jumps, 1);
		CHECK_EQ(sim.news_count, 0);
		CHECK_EQ(sim.word.state, SERVO_LOCKED);
	}
}

TEST(another_path_keeps_the_frequency_and_learns_the_rest)
{
	struct gn_servo_config config = sim_config();
	struct sim sim = sim_locked(&config);

	servo_new_path(&sim.servo);
	sim.down_ns = sim.up_ns = 90000;
	sim.noise_ns = 40;
	CHECK(sim_run(&sim, 5).most_ns < 150);
	CHECK(sim_run(&sim, 30).most_ns < 60);
	CHECK_NEAR(sim.word.delay_ns, 90000, 20);
	CHECK_EQ(sim.jumps, 1);
	CHECK_EQ(sim.news_count, 0);
}
