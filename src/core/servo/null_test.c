/* src/core/servo/null_test.c */
#include "core/servo/servo.h"

#include "tests/test.h"

static struct servo servo_of(double first_step, double step, int32_t offset_threshold)
{
	struct gn_servo_config config = {
		.kind = GN_SERVO_NULL,
		.first_step_threshold = first_step,
		.step_threshold = step,
		.servo_offset_threshold = offset_threshold,
		.servo_num_offset_values = 2,
	};
	struct servo servo;

	CHECK_EQ(servo_init(&servo, &config, false, 5000, 1e9), GN_OK);
	return servo;
}

static enum servo_state state_after(struct servo *servo, int64_t offset_ns)
{
	struct servo_measurement m = { .offset = gn_offset_from_ns(offset_ns), .weight = 1 };
	struct servo_steering s = servo_measure(servo, &m);

	CHECK(s.frequency_ppb == 0);
	return s.state;
}

TEST(a_small_offset_counts_as_locked)
{
	struct servo servo = servo_of(0, 0, 100);

	CHECK_EQ(state_after(&servo, 99), SERVO_LOCKED);
	CHECK_EQ(state_after(&servo, -99), SERVO_LOCKED_STABLE);
	CHECK_EQ(state_after(&servo, 100), SERVO_UNLOCKED);
	CHECK_EQ(state_after(&servo, -100), SERVO_UNLOCKED);
}

TEST(so_does_one_within_the_step_threshold)
{
	struct servo servo = servo_of(0, 0.000001, 0);

	CHECK_EQ(state_after(&servo, 1000), SERVO_LOCKED);
	CHECK_EQ(state_after(&servo, -1000), SERVO_LOCKED);
	CHECK_EQ(state_after(&servo, 1001), SERVO_JUMP);
	CHECK_EQ(state_after(&servo, -1001), SERVO_JUMP);
}

TEST(the_first_step_is_taken_once)
{
	struct servo servo = servo_of(0.00002, 0, 0);

	CHECK_EQ(state_after(&servo, 20000), SERVO_UNLOCKED);
	CHECK_EQ(state_after(&servo, 20001), SERVO_JUMP);
	CHECK_EQ(state_after(&servo, 20001), SERVO_UNLOCKED);
}
