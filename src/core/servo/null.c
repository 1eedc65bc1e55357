/* src/core/servo/null.c -- steers nothing: for clocks kept at one frequency by other means (SyncE). Steps alone
 * bring it near; within reach of the thresholds it counts as locked. */
#include "core/servo/controller.h"
#include "core/servo/math.h"

static void null_init(struct servo *servo, double frequency_ppb)
{
	(void)servo;
	(void)frequency_ppb; /* whatever it was, it becomes 0 */
}

static enum servo_state null_measure(struct servo *servo, const struct servo_measurement *measurement,
				     double *frequency_ppb)
{
	double offset_ns = servo_ns(measurement->offset);
	bool is_small = gn_math_fabs(offset_ns) < servo->config.servo_offset_threshold;
	bool is_in_reach = servo->config.step_threshold > 0 && !servo_is_beyond_step(servo, offset_ns);

	*frequency_ppb = 0;
	if (is_small || is_in_reach) {
		return SERVO_LOCKED;
	}
	return servo_is_step_due(servo, offset_ns) ? SERVO_JUMP : SERVO_UNLOCKED;
}

const struct servo_controller servo_null = {
	.name = "nullf",
	.kind = GN_SERVO_NULL,
	.init = null_init,
	.measure = null_measure,
};
