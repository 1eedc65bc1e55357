/* src/core/servo/pi.c -- the proportional-integral controller, number for number linuxptp's.
 *
 *   f = drift + kp * offset + ki * offset;   drift += ki * offset
 *
 * Two samples far enough apart give the first drift (and the step, if one is due); from the third on the loop is
 * closed. The constants follow the sync interval: kp = min(scale * interval^exponent, norm_max / interval). */
#include "core/servo/controller.h"
#include "core/servo/math.h"

/* How long the first drift must be observed, so that it is not mostly noise: longer for slower loops. */
#define DRIFT_SPACING 0.016 /* s, over ki */
#define DRIFT_SPACING_MAX 1000.0
#define DRIFT_SPACING_MARGIN 0.001 /* Syncs never come at exactly their interval */

enum pi_phase {
	PI_FIRST_SAMPLE,
	PI_DRIFT,
	PI_CLOSED_LOOP,
};

struct pi {
	enum pi_phase phase;
	struct gn_offset offset; /* of the first sample */
	struct gn_precise local;
	double drift_ppb;
	double last_frequency_ppb;
};

_Static_assert(sizeof(struct pi) <= SERVO_STATE_OCTETS, "the state of pi has to fit struct servo");

static struct pi *pi_of(struct servo *servo)
{
	return (struct pi *)(void *)servo->state.octets;
}

static void pi_init(struct servo *servo, double frequency_ppb)
{
	struct pi *pi = pi_of(servo);

	pi->drift_ppb = frequency_ppb;
	pi->last_frequency_ppb = frequency_ppb;
}

struct pi_constant {
	double fixed, scale, scale_default, exponent, norm_max, fixed_norm_max;
};

static double constant_for(const struct pi_constant *c, double interval_s)
{
	double scale = c->scale != 0 ? c->scale : c->scale_default;
	double exponent = c->exponent, norm_max = c->norm_max, value;

	if (c->fixed != 0) {
		scale = c->fixed;
		exponent = 0;
		norm_max = c->fixed_norm_max;
	}
	value = scale * gn_math_pow(interval_s, exponent);
	return value > norm_max / interval_s ? norm_max / interval_s : value;
}

static void pi_set_interval(struct servo *servo, double seconds)
{
	const struct gn_servo_config *config = &servo->config;
	const struct pi_constant proportional = {
		.fixed = config->pi_proportional_const,
		.scale = config->pi_proportional_scale,
		.scale_default = servo->is_software_stamped ? 0.1 : 0.7,
		.exponent = config->pi_proportional_exponent,
		.norm_max = config->pi_proportional_norm_max,
		.fixed_norm_max = 1.0,
	};
	const struct pi_constant integral = {
		.fixed = config->pi_integral_const,
		.scale = config->pi_integral_scale,
		.scale_default = servo->is_software_stamped ? 0.001 : 0.3,
		.exponent = config->pi_integral_exponent,
		.norm_max = config->pi_integral_norm_max,
		.fixed_norm_max = 2.0,
	};

	servo->kp = constant_for(&proportional, seconds);
	servo->ki = constant_for(&integral, seconds);
}

static enum servo_state take_first_sample(struct servo *servo, const struct servo_measurement *m)
{
	struct pi *pi = pi_of(servo);

	pi->offset = m->offset;
	pi->local = m->local;
	pi->phase = PI_DRIFT;
	return SERVO_UNLOCKED;
}

static bool is_far_enough(const struct servo *servo, double elapsed_ns)
{
	double elapsed_s = elapsed_ns / 1e9;
	double spacing_s = DRIFT_SPACING / servo->ki;

	if (spacing_s > DRIFT_SPACING_MAX) {
		spacing_s = DRIFT_SPACING_MAX;
	}
	return !(elapsed_s + elapsed_s * DRIFT_SPACING_MARGIN < spacing_s);
}

static enum servo_state estimate_drift(struct servo *servo, const struct servo_measurement *m)
{
	struct pi *pi = pi_of(servo);
	double elapsed_ns = servo_ns(gn_precise_distance(m->local, pi->local));
	double change_ns = servo_ns(gn_offset_sub(m->offset, pi->offset));

	if (elapsed_ns <= 0) {
		pi->phase = PI_FIRST_SAMPLE;
		return SERVO_UNLOCKED;
	}
	if (!is_far_enough(servo, elapsed_ns)) {
		return SERVO_UNLOCKED;
	}
	/* Elapsed is local time, which runs by the drift so far: 1e9 - drift is a second of it in true ns. */
	pi->drift_ppb = servo_limit(servo, pi->drift_ppb + (1e9 - pi->drift_ppb) * change_ns / elapsed_ns);
	pi->last_frequency_ppb = pi->drift_ppb;
	pi->phase = PI_CLOSED_LOOP;
	return servo_is_step_due(servo, servo_ns(m->offset)) ? SERVO_JUMP : SERVO_LOCKED;
}

static enum servo_state close_loop(struct servo *servo, const struct servo_measurement *m)
{
	struct pi *pi = pi_of(servo);
	double offset_ns = servo_ns(m->offset);
	double integral = servo->ki * offset_ns * m->weight;
	double frequency = servo->kp * offset_ns * m->weight + pi->drift_ppb + integral;

	if (servo_is_beyond_step(servo, offset_ns)) {
		pi->phase = PI_FIRST_SAMPLE;
		return SERVO_UNLOCKED;
	}
	pi->last_frequency_ppb = servo_limit(servo, frequency);
	if (frequency == pi->last_frequency_ppb) {
		pi->drift_ppb += integral; /* not while limited: it would wind up */
	}
	return SERVO_LOCKED;
}

static enum servo_state pi_measure(struct servo *servo, const struct servo_measurement *measurement,
				   double *frequency_ppb)
{
	static enum servo_state (*const phases[])(struct servo *, const struct servo_measurement *) = {
		[PI_FIRST_SAMPLE] = take_first_sample,
		[PI_DRIFT] = estimate_drift,
		[PI_CLOSED_LOOP] = close_loop,
	};
	struct pi *pi = pi_of(servo);
	enum servo_state state = phases[pi->phase](servo, measurement);

	*frequency_ppb = pi->last_frequency_ppb;
	return state;
}

static void pi_reset(struct servo *servo)
{
	pi_of(servo)->phase = PI_FIRST_SAMPLE;
}

static bool pi_is_possible(const struct servo *servo)
{
	const struct pi *pi = (const struct pi *)(const void *)servo->state.octets;

	return (unsigned)pi->phase <= PI_CLOSED_LOOP && gn_timestamp_is_valid(pi->local.whole) &&
	       servo_is_number(pi->drift_ppb) && servo_is_number(pi->last_frequency_ppb);
}

const struct servo_controller servo_pi = {
	.name = "pi",
	.kind = GN_SERVO_PI,
	.init = pi_init,
	.set_interval = pi_set_interval,
	.measure = pi_measure,
	.reset = pi_reset,
	.is_possible = pi_is_possible,
};
