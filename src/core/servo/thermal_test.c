/* src/core/servo/thermal_test.c -- a crystal's coefficient is learnt where there is one, and only there. */
#include "core/servo/thermal.h"

#include "tests/random.h"

#define STEP_NS INT64_C(10000000000)

/* A day in the life: the temperature wanders by `spread` K, the frequency with it and by itself. */
static int64_t live(struct thermal *t, int64_t now_ns, int steps, double coefficient, double spread,
		    double noise_ppb)
{
	for (int i = 0; i < steps; i++) {
		double celsius = 40 + spread * gn_math_sin(i * 0.02);

		now_ns += STEP_NS;
		thermal_temperature(t, celsius, now_ns);
		thermal_learn(t, 5000 + coefficient * celsius + noise_ppb * random_normal(), now_ns);
	}
	return now_ns;
}

TEST(a_coefficient_is_learnt)
{
	static const double coefficients[] = { 100, -35, 2, 0.5 };

	for (size_t i = 0; i < sizeof(coefficients) / sizeof(coefficients[0]); i++) {
		struct thermal t = { 0 };

		live(&t, 0, 700, coefficients[i], 2, 0.1);
		CHECK_NEAR(thermal_coefficient(&t), coefficients[i], 0.03);
	}
}

TEST(in_holdover_the_frequency_follows_the_temperature)
{
	struct thermal t = { 0 };
	int64_t now_ns = live(&t, 0, 700, -35, 2, 0.1);

	thermal_temperature(&t, 41, now_ns);
	thermal_hold(&t);
	CHECK(thermal_change(&t, now_ns) == 0);
	thermal_temperature(&t, 44, now_ns + STEP_NS);
	CHECK_NEAR(thermal_change(&t, now_ns + STEP_NS), -105, 0.5);
	thermal_temperature(&t, 40, now_ns + 2 * STEP_NS);
	CHECK_NEAR(thermal_change(&t, now_ns + 2 * STEP_NS), 35, 0.5);
}

TEST(a_sensor_that_fell_silent_says_nothing)
{
	struct thermal t = { 0 };
	int64_t now_ns = live(&t, 0, 700, -35, 2, 0.1);

	thermal_hold(&t);
	thermal_temperature(&t, 50, now_ns);
	CHECK(thermal_change(&t, now_ns + INT64_C(59000000000)) != 0);
	CHECK(thermal_change(&t, now_ns + INT64_C(60000000000)) == 0);
}

TEST(without_evidence_the_coefficient_is_zero)
{
	struct thermal t = { 0 };

	CHECK(thermal_coefficient(&t) == 0);
	live(&t, 0, 19, 100, 2, 0); /* too short */
	CHECK(thermal_coefficient(&t) == 0);

	t = (struct thermal){ 0 };
	live(&t, 0, 700, 100, 0.2, 0); /* the temperature hardly moves */
	CHECK(thermal_coefficient(&t) == 0);

	t = (struct thermal){ 0 };
	live(&t, 0, 700, 0, 2, 10); /* the frequency does not care */
	CHECK(thermal_coefficient(&t) == 0);

	t = (struct thermal){ 0 };
	for (int64_t i = 1; i < 700; i++) { /* no sensor */
		thermal_learn(&t, random_between(-100, 100), i * STEP_NS);
	}
	CHECK(thermal_coefficient(&t) == 0);
	CHECK(thermal_change(&t, 700 * STEP_NS) == 0);
}

TEST(a_message_each_millisecond_is_no_more_evidence_than_one_in_ten_seconds)
{
	struct thermal t = { 0 };

	for (int64_t i = 0; i < 20000; i++) {
		double celsius = 40 + (double)(i % 7);

		thermal_temperature(&t, celsius, i * 1000000);
		thermal_learn(&t, 100 * celsius, i * 1000000);
	}
	CHECK(t.weight < 3);
	CHECK(thermal_coefficient(&t) == 0);
}

TEST(an_old_coefficient_is_forgotten_for_a_new_one)
{
	struct thermal t = { 0 };
	int64_t now_ns = live(&t, 0, 4000, 100, 2, 0.1);

	live(&t, now_ns, 20000, 20, 2, 0.1);
	CHECK_NEAR(thermal_coefficient(&t), 20, 1);
}

TEST(states_that_cannot_be_are_refused)
{
	struct thermal t = { 0 };

	live(&t, 0, 100, 1, 1, 1);
	CHECK(thermal_is_possible(&t));
	t.weight = -1;
	CHECK(!thermal_is_possible(&t));
	t.weight = 1;
	t.square = (double)__builtin_nan("");
	CHECK(!thermal_is_possible(&t));
}
