/* src/core/servo/servo_test.c -- the rules that all controllers share, watched through pi. */
#include "core/servo/servo.h"

#include "tests/test.h"

#include <math.h>

static struct gn_servo_config defaults(void)
{
	return (struct gn_servo_config){
		.kind = GN_SERVO_PI,
		.pi_proportional_exponent = -0.3,
		.pi_proportional_norm_max = 0.7,
		.pi_integral_exponent = 0.4,
		.pi_integral_norm_max = 0.3,
		.servo_num_offset_values = 10,
	};
}

static struct servo servo_of(const struct gn_servo_config *config)
{
	struct servo servo;

	CHECK_EQ(servo_init(&servo, config, false, 0, 1e9), GN_OK);
	servo_set_interval(&servo, 1.0);
	return servo;
}

static struct servo_steering measure(struct servo *servo, uint64_t at_s, int64_t offset_ns)
{
	struct servo_measurement m = { .offset = gn_offset_from_ns(offset_ns), .weight = 1 };

	m.local.whole.seconds = at_s;
	return servo_measure(servo, &m);
}

/* State of the second sample, which is the first that may step, after `offset_ns` twice. */
static enum servo_state start_with(struct servo *servo, uint64_t at_s, int64_t offset_ns)
{
	CHECK_EQ(measure(servo, at_s, offset_ns).state, SERVO_UNLOCKED);
	return measure(servo, at_s + 1, offset_ns).state;
}

TEST(controllers_are_known_by_kind_and_name)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	CHECK_STR_EQ(servo_kind_name(GN_SERVO_PI), "pi");
	CHECK_STR_EQ(servo_kind_name(GN_SERVO_NULL), "nullf");
	CHECK(servo_kind_name(99) == NULL);
	config.kind = 99;
	CHECK_EQ(servo_init(&servo, &config, false, 0, 1e9), GN_ERR_UNSUPPORTED);
	config.kind = GN_SERVO_NULL;
	CHECK_EQ(servo_init(&servo, &config, false, 0, 1e9), GN_OK);
	CHECK(servo_rate_ratio(&servo) == 1.0);
}

TEST(the_frequency_limit_is_the_smaller_of_the_clocks_and_the_configured)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	servo_init(&servo, &config, false, 0, 500000);
	CHECK(servo.max_frequency_ppb == 500000);
	config.max_frequency = 1000000;
	servo_init(&servo, &config, false, 0, 500000);
	CHECK(servo.max_frequency_ppb == 500000);
	config.max_frequency = 1000;
	servo_init(&servo, &config, false, 0, 500000);
	CHECK(servo.max_frequency_ppb == 1000);
}

TEST(the_first_step_threshold_applies_until_the_clock_was_steered_once)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.first_step_threshold = 0.00002;
	servo = servo_of(&config);
	CHECK_EQ(start_with(&servo, 1, 20001), SERVO_JUMP);
	servo_reset(&servo);
	CHECK_EQ(start_with(&servo, 3, 20001), SERVO_LOCKED);

	servo = servo_of(&config);
	CHECK_EQ(start_with(&servo, 1, -20000), SERVO_LOCKED); /* not beyond: locked */
	servo_reset(&servo);
	CHECK_EQ(start_with(&servo, 3, -20001), SERVO_LOCKED);

	/* Gathering samples is no steering. */
	servo = servo_of(&config);
	CHECK_EQ(measure(&servo, 1, 30000).state, SERVO_UNLOCKED);
	servo_reset(&servo);
	CHECK_EQ(start_with(&servo, 2, -20001), SERVO_JUMP);
}

TEST(the_step_threshold_applies_at_any_time_and_zero_turns_either_off)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config);

	CHECK_EQ(start_with(&servo, 1, INT64_MAX / 2), SERVO_LOCKED);
	config.step_threshold = 0.001;
	servo = servo_of(&config);
	CHECK_EQ(start_with(&servo, 1, 1000000), SERVO_LOCKED);
	servo_reset(&servo);
	CHECK_EQ(start_with(&servo, 3, 1000001), SERVO_JUMP);
	servo_reset(&servo);
	CHECK_EQ(start_with(&servo, 5, -1000001), SERVO_JUMP);
}

TEST(the_fifth_small_offset_in_a_row_is_stable)
{
	struct gn_servo_config config = defaults();
	uint64_t at = 10;
	struct servo servo;

	config.servo_offset_threshold = 200;
	config.servo_num_offset_values = 5;
	servo = servo_of(&config);
	measure(&servo, at++, 199);
	for (int i = 1; i <= 10; i++) {
		CHECK_EQ(measure(&servo, at++, i & 1 ? 199 : -199).state,
			 i < 5 ? SERVO_LOCKED : SERVO_LOCKED_STABLE);
	}
	CHECK_EQ(measure(&servo, at++, 200).state, SERVO_LOCKED); /* strictly less */
	for (int i = 1; i <= 6; i++) {
		CHECK_EQ(measure(&servo, at++, 0).state, i < 5 ? SERVO_LOCKED : SERVO_LOCKED_STABLE);
	}
	CHECK_EQ(measure(&servo, at++, -200).state, SERVO_LOCKED);
}

TEST(losing_lock_or_a_reset_starts_the_count_anew)
{
	struct gn_servo_config config = defaults();
	uint64_t at = 10;
	struct servo servo;

	config.servo_offset_threshold = 200;
	config.servo_num_offset_values = 2;
	servo = servo_of(&config);
	measure(&servo, at++, 0);
	CHECK_EQ(measure(&servo, at++, 0).state, SERVO_LOCKED);
	servo_reset(&servo);
	CHECK_EQ(measure(&servo, at++, 0).state, SERVO_UNLOCKED);
	CHECK_EQ(measure(&servo, at++, 0).state, SERVO_LOCKED);
	CHECK_EQ(measure(&servo, at++, 0).state, SERVO_LOCKED_STABLE);
}

TEST(without_an_offset_threshold_nothing_is_ever_stable)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.servo_num_offset_values = 0;
	servo = servo_of(&config);
	measure(&servo, 1, 0);
	for (uint64_t i = 2; i < 20; i++) {
		CHECK_EQ(measure(&servo, i, 0).state, SERVO_LOCKED);
	}
}

TEST(the_error_estimate_is_the_level_of_the_offsets_while_locked_and_unknown_otherwise)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config);
	struct servo_steering s;
	uint64_t at = 1;

	CHECK(measure(&servo, at++, 50).error_ns < 0);
	CHECK_NEAR(measure(&servo, at++, 50).error_ns, 50, 1e-9);
	for (int i = 0; i < 100; i++) {
		s = measure(&servo, at++, i & 1 ? 20 : -20);
	}
	CHECK_NEAR(s.error_ns, 20, 0.01);
	servo_reset(&servo);
	CHECK(measure(&servo, at++, 20).error_ns < 0);
}

TEST(a_jump_leaves_the_error_unknown_until_the_next_offset)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.first_step_threshold = 0.00002;
	servo = servo_of(&config);
	measure(&servo, 1, 1000000000);
	CHECK(measure(&servo, 2, 1000000000).error_ns < 0);
	CHECK_NEAR(measure(&servo, 3, 30).error_ns, 30, 1e-9);
}

TEST(an_interval_of_nothing_is_refused)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config);

	expect_assert_failure(servo_set_interval(&servo, 0));
	expect_assert_failure(servo_set_interval(&servo, (double)NAN));
}

TEST(extreme_offsets_keep_the_frequency_finite_and_limited)
{
	static const int64_t extremes[] = { INT64_MAX, INT64_MIN, 0, INT64_MAX - 1, -1, INT64_MIN + 1 };
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config);

	for (uint64_t i = 0; i < 1000; i++) {
		struct servo_steering s = measure(&servo, 1 + i, extremes[test_random_below(6)]);

		CHECK(fabs(s.frequency_ppb) <= 1e9);
	}
}

TEST(a_servo_that_is_elsewhere_goes_on_and_one_that_cannot_be_is_refused)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config), other;
	double nowhere[] = { (double)INFINITY, -(double)INFINITY, (double)NAN };

	for (uint64_t i = 1; i < 20; i++) {
		measure(&servo, i, (int64_t)i * 100);
	}
	other = servo;
	other.controller = NULL;
	CHECK(servo_revive(&other, GN_SERVO_PI));
	CHECK(measure(&other, 30, 1000).frequency_ppb == measure(&servo, 30, 1000).frequency_ppb);
	CHECK(!servo_revive(&other, 1));
	CHECK(servo_revive(&other, GN_SERVO_NULL));
	memset(other.state.octets, 0xFF, sizeof(other.state.octets));
	CHECK(!servo_revive(&other, GN_SERVO_PI));
	CHECK(servo_revive(&other, GN_SERVO_NULL)); /* has no state */
	for (size_t at = 0; at + sizeof(double) <= 64; at += sizeof(double)) {
		/* Whatever is overwritten by what no number is: revived, the servo can be asked. */
		for (size_t n = 0; n < sizeof(nowhere) / sizeof(nowhere[0]); n++) {
			other = servo;
			memcpy(&other.state.octets[at], &nowhere[n], sizeof(double));
			if (servo_revive(&other, GN_SERVO_PI)) {
				CHECK(fabs(measure(&other, 40, 5).frequency_ppb) <= 1e9);
			}
		}
	}
}
