/* src/core/servo/refclock.c -- measures for somebody else: an NTP daemon steers the clock, by the samples that are handed
 * on as they are (steer.c). The clock is left alone, and the port stays UNCALIBRATED for good. */
#include "core/servo/controller.h"

static void refclock_init(struct servo *servo, double frequency_ppb)
{
	(void)servo;
	(void)frequency_ppb; /* somebody else's */
}

static enum servo_state refclock_measure(struct servo *servo, const struct servo_measurement *measurement,
					 double *frequency_ppb)
{
	(void)servo;
	(void)measurement;
	*frequency_ppb = 0;
	return SERVO_UNLOCKED;
}

const struct servo_controller servo_ntpshm = {
	.name = "ntpshm",
	.kind = GN_SERVO_NTPSHM,
	.init = refclock_init,
	.measure = refclock_measure,
};

const struct servo_controller servo_refclock_sock = {
	.name = "refclock_sock",
	.kind = GN_SERVO_REFCLOCK_SOCK,
	.init = refclock_init,
	.measure = refclock_measure,
};
