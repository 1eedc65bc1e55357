/* src/core/servo/pi_test.c -- pi against numbers worked out by hand from its formulas. */
#include "core/servo/servo.h"

#include "tests/test.h"

#include <math.h>

struct row {
	double at_s; /* local time */
	int64_t offset_ns;
	double weight;
	enum servo_state state;
	double frequency_ppb;
};

static struct gn_servo_config defaults(void)
{
	return (struct gn_servo_config){
		.kind = GN_SERVO_PI,
		.first_step_threshold = 0.00002,
		.max_frequency = 900000000,
		.pi_proportional_exponent = -0.3,
		.pi_proportional_norm_max = 0.7,
		.pi_integral_exponent = 0.4,
		.pi_integral_norm_max = 0.3,
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

static struct servo_steering measure(struct servo *servo, double at_s, int64_t offset_ns, double weight)
{
	struct servo_measurement m = { .offset = gn_offset_from_ns(offset_ns), .weight = weight };

	m.local.whole.seconds = (uint64_t)at_s;
	m.local.whole.nanoseconds = (uint32_t)lround((at_s - floor(at_s)) * 1e9);
	return servo_measure(servo, &m);
}

static void check_rows(struct servo *servo, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct servo_steering s = measure(servo, rows[i].at_s, rows[i].offset_ns, rows[i].weight);

		CHECK_EQ(s.state, rows[i].state);
		CHECK_NEAR(s.frequency_ppb, rows[i].frequency_ppb, 1e-6);
	}
}

#define CHECK_ROWS(servo, rows) check_rows(servo, rows, sizeof(rows) / sizeof(rows[0]))

TEST(two_samples_give_the_drift_and_then_the_loop_closes)
{
	/* kp 0.7, ki 0.3. Drift: 1000 + (1e9 - 1000) * 3500 / 1e9 = 4499.9965; the second sample is closer than
	 * 0.016 / 0.3 s. Then 0.7 * 12000 + 4499.9965 + 0.3 * 12000, and so on; the fourth counts half. */
	static const struct row rows[] = {
		{ 100, 15000, 1, SERVO_UNLOCKED, 1000 },     { 100.05, 15010, 1, SERVO_UNLOCKED, 1000 },
		{ 101, 18500, 1, SERVO_LOCKED, 4499.9965 },  { 102, 12000, 1, SERVO_LOCKED, 16499.9965 },
		{ 103, 5000, 1, SERVO_LOCKED, 13099.9965 },  { 104, -800, 0.5, SERVO_LOCKED, 9199.9965 },
		{ 105, 3, 1, SERVO_LOCKED, 9482.9965 },      { 106, -2, 1, SERVO_LOCKED, 9478.8965 },
		{ 107, 40000, 1, SERVO_LOCKED, 49480.2965 },
	};
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 1000);

	CHECK_ROWS(&servo, rows);
}

TEST(a_step_at_the_start_and_later_ones_two_samples_after_their_offset)
{
	static const struct row rows[] = {
		{ 10, -37000000000, 1, SERVO_UNLOCKED, -250 },
		{ 11, -37000004000, 1, SERVO_JUMP, -4250.001 },
		{ 12, 130, 1, SERVO_LOCKED, -4120.001 },
		{ 13, -70, 1, SERVO_LOCKED, -4281.001 },
		{ 14, 100001, 1, SERVO_UNLOCKED, -4281.001 }, /* beyond 100 us: to the start */
		{ 15, 100101, 1, SERVO_UNLOCKED, -4281.001 },
		{ 16, 100301, 1, SERVO_JUMP, -4032.0001535998 },
		{ 17, 50, 1, SERVO_LOCKED, -3982.0001535998 },
	};
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.step_threshold = 0.0001;
	servo = servo_of(&config, -250);
	CHECK_ROWS(&servo, rows);
}

TEST(a_limited_frequency_does_not_wind_up_the_drift)
{
	static const struct row rows[] = {
		{ 1, 0, 1, SERVO_UNLOCKED, 0 },      { 2, 4000, 1, SERVO_LOCKED, 4000 },
		{ 3, 2000, 1, SERVO_LOCKED, 5000 }, /* 6000; the drift stays 4000 */
		{ 4, 900, 1, SERVO_LOCKED, 4900 },   { 5, -20000, 1, SERVO_LOCKED, -5000 },
		{ 6, -1000, 1, SERVO_LOCKED, 3270 },
	};
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.max_frequency = 5000;
	config.first_step_threshold = 0;
	servo = servo_of(&config, 0);
	CHECK_ROWS(&servo, rows);
}

TEST(the_first_drift_is_limited_too)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.max_frequency = 5000;
	servo = servo_of(&config, 0);
	measure(&servo, 1, 0, 1);
	CHECK(measure(&servo, 2, 8000, 1).frequency_ppb == 5000);
	CHECK(measure(&servo, 3, 0, 1).frequency_ppb == 5000);
}

TEST(time_that_does_not_advance_starts_over)
{
	static const struct row rows[] = {
		{ 10, 5, 1, SERVO_UNLOCKED, 7 }, { 10, 5, 1, SERVO_UNLOCKED, 7 },
		{ 11, 5, 1, SERVO_UNLOCKED, 7 }, { 9, 5, 1, SERVO_UNLOCKED, 7 },
		{ 10, 5, 1, SERVO_UNLOCKED, 7 }, { 11, 5, 1, SERVO_LOCKED, 7 },
	};
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 7);

	CHECK_ROWS(&servo, rows);
}

/* The least spacing of the first two samples, by trying. */
static double spacing_of(const struct gn_servo_config *config)
{
	double low = 0, high = 2000;

	while (high - low > 1e-6) {
		double middle = (low + high) / 2;
		struct servo servo = servo_of(config, 0);

		measure(&servo, 1, 0, 1);
		if (measure(&servo, 1 + middle, 0, 1).state == SERVO_LOCKED) {
			high = middle;
		} else {
			low = middle;
		}
	}
	return high;
}

TEST(the_first_two_samples_are_as_far_apart_as_the_integral_constant_asks)
{
	struct gn_servo_config config = defaults();

	CHECK_NEAR(spacing_of(&config), 0.016 / 0.3 / 1.001, 1e-5);
	config.pi_integral_const = 0.001;
	CHECK_NEAR(spacing_of(&config), 16 / 1.001, 1e-5);
	config.pi_integral_const = 1e-9;
	CHECK_NEAR(spacing_of(&config), 1000 / 1.001, 1e-5);
}

TEST(the_constants_follow_the_interval)
{
	/* interval, hardware kp and ki, software kp and ki */
	static const double rows[][5] = {
		{ 0.0078125, 3.000965695101621, 0.043076188312388811, 0.42870938501451727,
		  0.00014358729437462939 },
		{ 0.125, 1.3062461881515304, 0.13058258449441862, 0.18660659830736148,
		  0.00043527528164806207 },
		{ 0.5, 0.8618010893414414, 0.22735748497655972, 0.12311444133449163, 0.00075785828325519906 },
		{ 1, 0.7, 0.3, 0.1, 0.001 },
		{ 2, 0.35, 0.15, 0.081225239635623558, 0.0013195079107728943 },
		{ 16, 0.04375, 0.01875, 0.043527528164806206, 0.0030314331330207962 },
	};
	struct gn_servo_config config = defaults();
	struct servo servo;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		servo_init(&servo, &config, false, 0, 1e9);
		servo_set_interval(&servo, rows[i][0]);
		CHECK_NEAR(servo.kp, rows[i][1], 1e-15);
		CHECK_NEAR(servo.ki, rows[i][2], 1e-15);
		servo_init(&servo, &config, true, 0, 1e9);
		servo_set_interval(&servo, rows[i][0]);
		CHECK_NEAR(servo.kp, rows[i][3], 1e-15);
		CHECK_NEAR(servo.ki, rows[i][4], 1e-15);
	}
}

TEST(configured_scales_and_constants_replace_the_defaults_each_for_itself)
{
	struct gn_servo_config config = defaults();
	struct servo servo;

	config.pi_proportional_scale = 0.2;
	servo_init(&servo, &config, true, 0, 1e9);
	servo_set_interval(&servo, 1.0);
	CHECK_NEAR(servo.kp, 0.2, 1e-15);
	CHECK_NEAR(servo.ki, 0.001, 1e-15);

	/* A constant: no exponent, and up to 1 / interval. */
	config.pi_proportional_const = 0.8;
	servo_init(&servo, &config, false, 0, 1e9);
	servo_set_interval(&servo, 0.125);
	CHECK_NEAR(servo.kp, 0.8, 1e-15);
	CHECK_NEAR(servo.ki, 0.13058258449441862, 1e-15);
	servo_set_interval(&servo, 4.0);
	CHECK_NEAR(servo.kp, 0.25, 1e-15);

	config = defaults();
	config.pi_integral_const = 1.5;
	servo_init(&servo, &config, false, 0, 1e9);
	CHECK_NEAR(servo.ki, 1.5, 1e-15);
	servo_set_interval(&servo, 4.0);
	CHECK_NEAR(servo.ki, 0.5, 1e-15);
	CHECK_NEAR(servo.kp, 0.175, 1e-15);
}

TEST(a_reset_keeps_the_drift)
{
	static const struct row before[] = {
		{ 1, 0, 1, SERVO_UNLOCKED, 0 },
		{ 2, 500, 1, SERVO_LOCKED, 500 },
		{ 3, 100, 1, SERVO_LOCKED, 600 }, /* drift 530 */
	};
	static const struct row after[] = {
		{ 4, 0, 1, SERVO_UNLOCKED, 600 },
		{ 5, 0, 1, SERVO_LOCKED, 530 },
		{ 6, 10, 1, SERVO_LOCKED, 540 },
	};
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);

	CHECK_ROWS(&servo, before);
	servo_reset(&servo);
	CHECK_ROWS(&servo, after);
}

TEST(a_fraction_of_a_nanosecond_is_steered_by)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	struct servo_measurement m = { .weight = 1 };

	measure(&servo, 1, 0, 1);
	measure(&servo, 2, 0, 1);
	m.local.whole.seconds = 3;
	m.offset = (struct gn_offset){ .nanoseconds = -1, .fraction = 16384 }; /* -0.75 */
	CHECK_NEAR(servo_measure(&servo, &m).frequency_ppb, -0.75, 1e-12);
}

/* A clock that runs 20 ppm fast and is 10 us off, steered once a second. */
TEST(the_loop_brings_a_clock_to_its_reference)
{
	struct gn_servo_config config = defaults();
	struct servo servo = servo_of(&config, 0);
	double offset = 10000, set_ppb = 0, error = -1;

	for (int i = 0; i < 60; i++) {
		struct servo_steering s = measure(&servo, 100 + i, llround(offset), 1);

		if (s.state != SERVO_UNLOCKED) {
			set_ppb = -s.frequency_ppb;
			if (s.state == SERVO_JUMP) {
				offset = 0;
			}
		}
		offset += 20000 + set_ppb;
		error = s.error_ns;
	}
	CHECK_NEAR(offset, 0, 3);
	CHECK_NEAR(set_ppb, -20000, 3);
	CHECK(error >= 0 && error < 5);
}
