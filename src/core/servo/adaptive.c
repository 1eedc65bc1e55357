/* src/core/servo/adaptive.c -- offset, frequency and delay estimated together from both directions. (A first, plain form.) */
#include "core/servo/controller.h"
#include "core/servo/math.h"

struct adaptive {
	double delay_ns, up_ns, frequency_ppb;
	bool has_up;
	uint32_t count;
	int64_t last_ns;
};

static struct adaptive *of(struct servo *servo)
{
	return (struct adaptive *)(void *)servo->state.octets;
}

static void adaptive_init(struct servo *servo, double frequency_ppb)
{
	of(servo)->frequency_ppb = frequency_ppb;
}

static bool adaptive_observe(struct servo *servo, const struct servo_observation *o,
			     struct servo_steering *out)
{
	struct adaptive *a = of(servo);
	double value = servo_ns(o->value), offset;

	if (o->direction == SERVO_DELAY_REQ) {
		a->up_ns = value;
		a->has_up = true;
		return false;
	}
	if (o->direction == SERVO_PEER_DELAY) {
		a->delay_ns = value;
		return false;
	}
	if (a->has_up) {
		a->delay_ns = (value + a->up_ns) / 2;
		a->has_up = false;
	}
	offset = value - a->delay_ns;
	*out = (struct servo_steering){ .state = SERVO_LOCKED,
					.offset = gn_offset_from_ns((int64_t)offset),
					.delay_ns = a->delay_ns,
					.error_ns = gn_math_fabs(offset),
					.bound_ns = 3 * gn_math_fabs(offset) };
	if (servo_is_step_due(servo, offset)) {
		out->state = SERVO_JUMP;
	}
	a->count++;
	a->frequency_ppb += 0.3 * offset;
	out->frequency_ppb = servo_limit(servo, a->frequency_ppb + 0.7 * offset);
	a->last_ns = o->now_ns;
	return true;
}

static void adaptive_clock_found(struct servo *servo, double frequency_ppb)
{
	of(servo)->frequency_ppb = frequency_ppb;
}

static void adaptive_quality(const struct servo *servo, int64_t now_ns, struct servo_quality *out)
{
	(void)servo;
	(void)now_ns;
	*out = (struct servo_quality){ .error_ns = -1, .bound_ns = -1 };
}

const struct servo_controller servo_adaptive = {
	.name = "adaptive",
	.kind = GN_SERVO_ADAPTIVE,
	.init = adaptive_init,
	.observe = adaptive_observe,
	.clock_found = adaptive_clock_found,
	.quality = adaptive_quality,
};
