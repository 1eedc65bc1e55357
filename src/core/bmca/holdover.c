/* src/core/bmca/holdover.c -- one state, looked at once a second while it lasts. */
#include "core/bmca/holdover.h"

#include "core/port/port.h"
#include "core/servo/joint.h"

#define LOOK_EVERY_NS GN_NS_PER_SECOND

/* ---- was it a reference? ---- */

/* 6 and 7, 13 and 14 and what they degrade to, and a boundary clock in holdover behind one (Table 4, G.8275.1). */
static bool is_traceable_class(uint8_t clock_class)
{
	static const uint8_t classes[] = { 6, 7, 13, 14, 52, 58, 135, 140, 150, 160 };

	for (size_t i = 0; i < sizeof(classes); i++) {
		if (classes[i] == clock_class) {
			return true;
		}
	}
	return false;
}

static bool is_never_grandmaster(const struct gn_instance *instance)
{
	return instance->default_ds.time_receiver_only || !instance->config.gm_capable;
}

static bool is_parent_heard(const struct gn_instance *instance)
{
	return instance->best_port && gn_port_identity_equal(&instance->best_port->best->sender,
							     &instance->parent_ds.parent_port_identity);
}

static bool is_worth_holding(const struct gn_instance *instance)
{
	struct servo_quality quality;

	return instance->config.holdover_bound > 0 && !is_never_grandmaster(instance) &&
	       is_traceable_class(instance->parent_ds.grandmaster_clock_quality.clock_class) &&
	       instance->servo_state >= SERVO_LOCKED && joint_is_in_charge(instance) &&
	       servo_quality(&instance->servo, instance->now.ns, &quality) && quality.bound_ns >= 0;
}

/* ---- how good is it now? ---- */

/* Table 5: the smallest clockAccuracy that holds so many nanoseconds. */
static const struct {
	double ns;
	uint8_t accuracy;
} accuracies[] = {
	{ 0.001, 0x17 }, { 0.0025, 0x18 }, { 0.01, 0x19 }, { 0.025, 0x1A }, { 0.1, 0x1B },   { 0.25, 0x1C },
	{ 1, 0x1D },     { 2.5, 0x1E },    { 10, 0x1F },   { 25, 0x20 },    { 100, 0x21 },   { 250, 0x22 },
	{ 1e3, 0x23 },   { 2.5e3, 0x24 },  { 10e3, 0x25 }, { 25e3, 0x26 },  { 100e3, 0x27 }, { 250e3, 0x28 },
	{ 1e6, 0x29 },   { 2.5e6, 0x2A },  { 10e6, 0x2B }, { 25e6, 0x2C },  { 100e6, 0x2D }, { 250e6, 0x2E },
	{ 1e9, 0x2F },   { 10e9, 0x30 },
};
#define ACCURACIES (sizeof(accuracies) / sizeof(accuracies[0]))
#define ACCURACY_WORSE 0x31
#define ACCURACY_UNKNOWN 0xFE

static uint8_t accuracy_of(double ns)
{
	if (!(ns >= 0)) {
		return ACCURACY_UNKNOWN;
	}
	for (size_t i = 0; i < ACCURACIES; i++) {
		if (ns <= accuracies[i].ns) {
			return accuracies[i].accuracy;
		}
	}
	return ACCURACY_WORSE;
}

/* What the reference said of itself; nothing where it did not know. */
static double reference_error_ns(uint8_t accuracy)
{
	for (size_t i = 0; i < ACCURACIES; i++) {
		if (accuracy == accuracies[i].accuracy) {
			return accuracies[i].ns;
		}
	}
	return 0;
}

static double bound_now(const struct gn_instance *instance)
{
	struct servo_quality quality;

	if (!joint_is_in_charge(instance) || !servo_quality(&instance->servo, instance->now.ns, &quality)) {
		return -1;
	}
	return quality.bound_ns;
}

/* Once out of it, it does not come back without a reference. */
static enum gn_holdover state_of(const struct gn_instance *instance, double bound_ns)
{
	bool is_within = bound_ns >= 0 && bound_ns <= instance->config.holdover_bound &&
			 instance->holdover.state != GN_HOLDOVER_DEGRADED;

	return is_within ? GN_HOLDOVER_WITHIN : GN_HOLDOVER_DEGRADED;
}

static struct gn_clock_quality quality_of(const struct gn_instance *instance, enum gn_holdover state,
					  double bound_ns)
{
	struct gn_clock_quality quality = instance->own_clock_quality;
	int clock_class = state == GN_HOLDOVER_WITHIN     ? instance->config.holdover_clock_class
			  : state == GN_HOLDOVER_DEGRADED ? instance->config.holdover_degraded_class
							  : 0;

	if (clock_class == 0 || clock_class >= quality.clock_class) {
		return quality;
	}
	quality.clock_class = (uint8_t)clock_class;
	quality.clock_accuracy = accuracy_of(
		bound_ns < 0 ? bound_ns
			     : bound_ns + reference_error_ns(instance->holdover.reference_accuracy));
	return quality;
}

static bool is_equal(const struct gn_clock_quality *a, const struct gn_clock_quality *b)
{
	return a->clock_class == b->clock_class && a->clock_accuracy == b->clock_accuracy &&
	       a->offset_scaled_log_variance == b->offset_scaled_log_variance;
}

/* True if what is announced changed. */
static bool look(struct gn_instance *instance)
{
	struct holdover *h = &instance->holdover;
	struct gn_clock_quality quality;
	double bound_ns = bound_now(instance);

	h->state = h->is_held ? state_of(instance, bound_ns) : GN_HOLDOVER_NONE;
	h->due.ns = instance->now.ns + LOOK_EVERY_NS;
	quality = quality_of(instance, h->state, bound_ns);
	if (is_equal(&quality, &instance->default_ds.clock_quality)) {
		return false;
	}
	instance->default_ds.clock_quality = quality;
	return true;
}

static void tell(struct gn_instance *instance)
{
	struct holdover *h = &instance->holdover;
	double bound_ns = bound_now(instance);
	struct gn_report *report;

	if (h->told == h->state) {
		return;
	}
	h->told = h->state;
	report = instance_report(instance, GN_REPORT_HOLDOVER);
	if (report) {
		report->number[0] = instance->default_ds.clock_quality.clock_class;
		report->number[1] = instance->default_ds.clock_quality.clock_accuracy;
		report->number[2] = bound_ns >= 0 && bound_ns < 9e18 ? (int64_t)bound_ns : -1;
		report->number[3] = h->state;
	}
}

/* ---- the way through it ---- */

void holdover_consider(struct gn_instance *instance)
{
	struct holdover *h = &instance->holdover;

	if (instance->had_parent && !h->is_held && !is_parent_heard(instance) && is_worth_holding(instance)) {
		*h = (struct holdover){
			.is_held = true,
			.told = h->told,
			.reference_accuracy = instance->parent_ds.grandmaster_clock_quality.clock_accuracy,
			.time_traceable = instance->time_properties_ds.time_traceable,
			.current_utc_offset_valid = instance->time_properties_ds.current_utc_offset_valid,
		};
	}
	if (h->is_held) {
		(void)look(instance); /* the decision that follows is made with it */
	}
}

void holdover_settle(struct gn_instance *instance, bool is_receiver)
{
	if (is_receiver && instance->holdover.is_held) {
		instance->holdover.is_held = false;
		(void)look(instance);
	}
	tell(instance);
}

struct gn_instant holdover_deadline(const struct gn_instance *instance)
{
	struct gn_instant never = { INT64_MAX };

	return instance->holdover.is_held ? instance->holdover.due : never;
}

void holdover_expire(struct gn_instance *instance)
{
	if (look(instance)) {
		instance->is_decision_due = true;
	}
}

void holdover_set_quality(struct gn_instance *instance, struct gn_clock_quality quality)
{
	instance->own_clock_quality = quality;
	instance->default_ds.clock_quality = quality;
	if (instance->holdover.is_held) {
		(void)look(instance);
	}
}

void holdover_add_time_properties(const struct gn_instance *instance, struct time_properties_ds *properties)
{
	const struct holdover *h = &instance->holdover;

	if (h->state == GN_HOLDOVER_WITHIN) {
		properties->time_traceable |= h->time_traceable;
		properties->current_utc_offset_valid |= h->current_utc_offset_valid;
	}
}
