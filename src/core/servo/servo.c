/* src/core/servo/servo.c -- the table of controllers, and the rules that all of them share. */
#include "core/servo/servo.h"

#include "core/assert.h"
#include "core/servo/controller.h"
#include "core/servo/math.h"

/* The error estimate remembers about so many offsets. */
#define ERROR_MEMORY 8

#define ERROR_UNKNOWN (-1.0)

static const struct servo_controller *const controllers[] = {
	&servo_adaptive, &servo_pi, &servo_linreg, &servo_ntpshm, &servo_refclock_sock, &servo_null,
};

static const struct servo_controller *controller_of(int kind)
{
	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++) {
		if (controllers[i]->kind == kind) {
			return controllers[i];
		}
	}
	return NULL;
}

static void set_limit(struct servo *servo, double hardware_limit_ppb)
{
	servo->max_frequency_ppb = hardware_limit_ppb;
	if (servo->config.max_frequency != 0 && servo->config.max_frequency < hardware_limit_ppb) {
		servo->max_frequency_ppb = servo->config.max_frequency;
	}
}

void servo_clock_found(struct servo *servo, double frequency_ppb, double hardware_limit_ppb)
{
	set_limit(servo, hardware_limit_ppb);
	servo->controller->clock_found(servo, frequency_ppb);
}

enum gn_result servo_init(struct servo *servo, const struct gn_servo_config *config, bool is_software_stamped,
			  double frequency_ppb, double hardware_limit_ppb)
{
	const struct servo_controller *controller = controller_of(config->kind);

	if (!controller) {
		return GN_ERR_UNSUPPORTED;
	}
	*servo = (struct servo){
		.controller = controller,
		.config = *config,
		.is_software_stamped = is_software_stamped,
		.is_first_update = true,
		.small_offsets_left = config->servo_num_offset_values,
		.error_square = ERROR_UNKNOWN,
	};
	set_limit(servo, hardware_limit_ppb);
	controller->init(servo, frequency_ppb);
	servo_set_interval(servo, 1.0);
	return GN_OK;
}

void servo_set_interval(struct servo *servo, double seconds)
{
	GN_ASSERT(seconds > 0);
	servo->interval_s = seconds;
	if (servo->controller->set_interval) {
		servo->controller->set_interval(servo, seconds);
	}
}

double servo_ns(struct gn_offset offset)
{
	return (double)offset.nanoseconds + offset.fraction / 65536.0;
}

static bool is_beyond(double offset_ns, double threshold_s)
{
	return threshold_s > 0 && gn_math_fabs(offset_ns) > threshold_s * 1e9;
}

bool servo_is_beyond_step(const struct servo *servo, double offset_ns)
{
	return is_beyond(offset_ns, servo->config.step_threshold);
}

bool servo_is_step_due(const struct servo *servo, double offset_ns)
{
	return (servo->is_first_update && is_beyond(offset_ns, servo->config.first_step_threshold)) ||
	       servo_is_beyond_step(servo, offset_ns);
}

double servo_limit(const struct servo *servo, double frequency_ppb)
{
	if (frequency_ppb > servo->max_frequency_ppb) {
		return servo->max_frequency_ppb;
	}
	if (frequency_ppb < -servo->max_frequency_ppb) {
		return -servo->max_frequency_ppb;
	}
	return frequency_ppb;
}

/* Counts down small offsets in a row while locked; at zero the clock is stable. */
static bool is_stable(struct servo *servo, enum servo_state state, double offset_ns)
{
	int32_t threshold = servo->config.servo_offset_threshold;

	if (state != SERVO_LOCKED || threshold <= 0 || !(gn_math_fabs(offset_ns) < threshold)) {
		servo->small_offsets_left = servo->config.servo_num_offset_values;
	} else if (servo->small_offsets_left > 0) {
		servo->small_offsets_left -= 1;
	}
	return state == SERVO_LOCKED && threshold > 0 && servo->small_offsets_left == 0;
}

/* While locked the clock is off by what the offsets were lately, as measured: the noise of measuring is in it, so
 * the estimate is rather too large than too small. The constant error of an asymmetric path nobody can see here. */
static double estimate_error(struct servo *servo, enum servo_state state, double offset_ns)
{
	double square = offset_ns * offset_ns;

	if (state != SERVO_LOCKED) {
		servo->error_square = ERROR_UNKNOWN;
		return ERROR_UNKNOWN;
	}
	if (servo->error_square < 0) {
		servo->error_square = square;
	} else {
		servo->error_square += (square - servo->error_square) / ERROR_MEMORY;
	}
	return gn_math_sqrt(servo->error_square);
}

struct servo_steering servo_measure(struct servo *servo, const struct servo_measurement *measurement)
{
	double offset_ns = servo_ns(measurement->offset);
	struct servo_steering steering = { .frequency_ppb = 0 };

	steering.state = servo->controller->measure(servo, measurement, &steering.frequency_ppb);
	if (steering.state != SERVO_UNLOCKED) {
		servo->is_first_update = false;
	}
	steering.error_ns = estimate_error(servo, steering.state, offset_ns);
	if (is_stable(servo, steering.state, offset_ns)) {
		steering.state = SERVO_LOCKED_STABLE;
	}
	return steering;
}

void servo_reset(struct servo *servo)
{
	servo->small_offsets_left = servo->config.servo_num_offset_values;
	servo->error_square = ERROR_UNKNOWN;
	if (servo->controller->reset) {
		servo->controller->reset(servo);
	}
}

bool servo_is_number(double value)
{
	const double limit = 1e60;

	return value <= limit && value >= -limit; /* never true of NaN */
}

bool servo_revive(struct servo *servo, int kind)
{
	const struct servo_controller *controller = controller_of(kind);

	servo->controller = controller;
	return controller && (!controller->is_possible || controller->is_possible(servo));
}

/* ---- joint controllers ---- */

bool servo_is_joint(const struct servo *servo)
{
	return servo->controller->observe;
}

bool servo_observe(struct servo *servo, const struct servo_observation *observation,
		   struct servo_steering *out)
{
	if (!servo->controller->observe(servo, observation, out)) {
		return false;
	}
	if (out->state != SERVO_UNLOCKED) {
		servo->is_first_update = false;
	}
	if (is_stable(servo, out->state, servo_ns(out->offset))) {
		out->state = SERVO_LOCKED_STABLE;
	}
	return true;
}

void servo_steered(struct servo *servo, double frequency_ppb, int64_t now_ns)
{
	if (servo->controller->steered) {
		servo->controller->steered(servo, frequency_ppb, now_ns);
	}
}

void servo_stepped(struct servo *servo, struct gn_offset by)
{
	if (servo->controller->stepped) {
		servo->controller->stepped(servo, by);
	}
}

void servo_new_path(struct servo *servo)
{
	if (servo->controller->new_path) {
		servo->controller->new_path(servo);
	}
}

void servo_reference_lost(struct servo *servo, int64_t now_ns)
{
	if (servo->controller->reference_lost) {
		servo->controller->reference_lost(servo, now_ns);
	}
}

int64_t servo_deadline(const struct servo *servo)
{
	return servo->controller->deadline ? servo->controller->deadline(servo) : INT64_MAX;
}

bool servo_expire(struct servo *servo, int64_t now_ns, struct servo_steering *out)
{
	return servo->controller->expire && servo->controller->expire(servo, now_ns, out);
}

void servo_temperature(struct servo *servo, double celsius, int64_t now_ns)
{
	if (servo->controller->temperature) {
		servo->controller->temperature(servo, celsius, now_ns);
	}
}

bool servo_quality(const struct servo *servo, int64_t now_ns, struct servo_quality *out)
{
	if (!servo->controller->quality) {
		return false;
	}
	servo->controller->quality(servo, now_ns, out);
	return true;
}

bool servo_next_news(struct servo *servo, struct servo_news *out)
{
	return servo->controller->next_news && servo->controller->next_news(servo, out);
}

bool servo_remember(const struct servo *servo, struct servo_memory *out)
{
	return servo->controller->remember && servo->controller->remember(servo, out);
}

void servo_recall(struct servo *servo, const struct servo_memory *memory)
{
	if (servo->controller->recall) {
		servo->controller->recall(servo, memory);
	}
}

double servo_rate_ratio(const struct servo *servo)
{
	return servo->controller->rate_ratio ? servo->controller->rate_ratio(servo) : 1.0;
}

void servo_leap(struct servo *servo, int8_t leap)
{
	if (servo->controller->leap) {
		servo->controller->leap(servo, leap);
	}
}

bool servo_fit(const struct servo *servo, struct servo_fit *out)
{
	return servo->controller->fit && servo->controller->fit(servo, out);
}

const char *servo_kind_name(int kind)
{
	const struct servo_controller *controller = controller_of(kind);

	return controller ? controller->name : NULL;
}
