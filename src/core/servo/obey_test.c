/* src/core/servo/obey_test.c -- clocks that do not listen are named, and clocks that do are not, noise or no noise. */
#include "core/servo/obey.h"

#include "tests/random.h"

#define VARIANCE 25.0

/* A clock that answers a change by `response` times what was asked for; after so many changes. */
static uint8_t fault_of(struct obey *obey, double response, double deviation, int changes)
{
	for (int i = 0; i < changes && !obey->fault; i++) {
		double asked = (i % 2 ? 1 : -1) * random_between(100, 10000);

		obey_watch(obey, asked, (response - 1) * asked + deviation * random_normal(), VARIANCE);
	}
	return obey->fault;
}

TEST(clocks_that_do_not_listen_are_named_after_four_changes)
{
	static const struct {
		double response;
		uint8_t fault;
	} rows[] = {
		{ 0, SERVO_FAULT_NO_EFFECT },     { 0.1, SERVO_FAULT_NO_EFFECT },
		{ -1, SERVO_FAULT_WRONG_SIGN },   { -0.5, SERVO_FAULT_WRONG_SIGN },
		{ 2, SERVO_FAULT_WRONG_SCALE },   { 1000, SERVO_FAULT_WRONG_SCALE },
		{ 0.4, SERVO_FAULT_WRONG_SCALE }, { 1, SERVO_FAULT_NONE },
		{ 1.3, SERVO_FAULT_NONE },        { 0.8, SERVO_FAULT_NONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct obey obey;

		obey_init(&obey);
		CHECK_EQ(fault_of(&obey, rows[i].response, 0, 3), SERVO_FAULT_NONE);
		CHECK_EQ(fault_of(&obey, rows[i].response, 0, 100), rows[i].fault);
		CHECK_NEAR(obey_response(&obey), rows[i].response, 0.01);
	}
}

TEST(through_noise_they_are_named_too)
{
	for (int i = 0; i < 200; i++) {
		struct obey obey;

		obey_init(&obey);
		CHECK_EQ(fault_of(&obey, 0, 5, 100), SERVO_FAULT_NO_EFFECT);
		obey_init(&obey);
		CHECK_EQ(fault_of(&obey, -1, 5, 100), SERVO_FAULT_WRONG_SIGN);
	}
}

TEST(noise_alone_is_no_fault_of_the_clock)
{
	struct obey obey;

	obey_init(&obey);
	for (int i = 0; i < 300000; i++) {
		obey_watch(&obey, random_normal() * 100, random_normal() * 5, VARIANCE);
		CHECK_EQ(obey.fault, SERVO_FAULT_NONE);
	}
}

TEST(changes_that_noise_can_hide_say_nothing)
{
	struct obey obey;

	obey_init(&obey);
	for (int i = 0; i < 100; i++) {
		obey_watch(&obey, 49, -49, VARIANCE);
		obey_watch(&obey, 0, 1000, VARIANCE);
		obey_watch(&obey, 1000, -1000, 0);
	}
	CHECK_EQ(obey.changes, 0);
	CHECK_EQ(obey.fault, SERVO_FAULT_NONE);
}

TEST(errors_in_no_proportion_to_what_was_asked_for_say_nothing)
{
	struct obey obey;

	obey_init(&obey);
	for (int i = 0; i < 1000; i++) {
		/* The path jumps to and fro, whatever is done to the clock. */
		obey_watch(&obey, 200 + 400 * (i % 5), i % 2 ? 3000 : -3000, VARIANCE);
		CHECK_EQ(obey.fault, SERVO_FAULT_NONE);
	}
}

TEST(a_clock_is_tried_again_after_a_minute_and_ever_more_rarely)
{
	static const double seconds[] = { 60, 120, 240, 480, 960, 1920, 3840, 3840, 3840 };
	double now_s = 100;
	struct obey obey;

	obey_init(&obey);
	CHECK(!obey_tries_again(&obey, 1e9));
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		obey_give_up(&obey, SERVO_FAULT_NO_EFFECT, now_s);
		CHECK_EQ(obey.fault, SERVO_FAULT_NO_EFFECT);
		CHECK(!obey_tries_again(&obey, now_s + seconds[i] - 0.001));
		CHECK(obey_tries_again(&obey, now_s + seconds[i]));
		CHECK_EQ(obey.fault, SERVO_FAULT_NONE);
		CHECK_EQ(obey.changes, 0);
		now_s += seconds[i];
	}
}

TEST(states_that_cannot_be_are_refused)
{
	struct obey obey;

	obey_init(&obey);
	CHECK(obey_is_possible(&obey));
	obey.ratio = (double)__builtin_nan("");
	CHECK(!obey_is_possible(&obey));
	obey_init(&obey);
	obey.tries = 64; /* would shift too far */
	CHECK(!obey_is_possible(&obey));
	obey_init(&obey);
	obey.fault = 200;
	CHECK(!obey_is_possible(&obey));
}
