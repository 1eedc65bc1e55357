/* src/core/servo/refclock_test.c */
#include "core/servo/servo.h"

#include "tests/test.h"

TEST(whoever_only_tells_never_steers_nor_steps)
{
	static const int kinds[] = { GN_SERVO_NTPSHM, GN_SERVO_REFCLOCK_SOCK };

	for (size_t k = 0; k < 2; k++) {
		struct gn_servo_config config = {
			.kind = kinds[k],
			.first_step_threshold = 0.00002,
			.step_threshold = 0.001,
			.servo_offset_threshold = 100,
			.servo_num_offset_values = 2,
		};
		struct servo servo;

		CHECK(gn_servo_only_tells(kinds[k]));
		CHECK_EQ(servo_init(&servo, &config, true, 5000, 1e9), GN_OK);
		servo_set_interval(&servo, 0.125);
		for (uint64_t i = 0; i < 100; i++) {
			struct servo_measurement m = {
				.offset = gn_offset_from_ns(test_random_between(-3, 3) *
							    (i < 50 ? 1 : 1000000000)),
				.local.whole = { 100 + i, 0 },
				.weight = 1,
			};
			struct servo_steering s = servo_measure(&servo, &m);

			CHECK_EQ(s.state, SERVO_UNLOCKED);
			CHECK(s.frequency_ppb == 0);
			CHECK(s.error_ns < 0);
		}
		CHECK(servo_rate_ratio(&servo) == 1);
		servo_reset(&servo);
		servo_leap(&servo, 1);
		CHECK(servo_revive(&servo, kinds[k]));
	}
}

TEST(the_others_steer)
{
	CHECK(!gn_servo_only_tells(GN_SERVO_PI));
	CHECK(!gn_servo_only_tells(GN_SERVO_LINREG));
	CHECK(!gn_servo_only_tells(GN_SERVO_NULL));
	CHECK(!gn_servo_only_tells(GN_SERVO_ADAPTIVE));
}
