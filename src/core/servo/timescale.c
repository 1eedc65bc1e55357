/* src/core/servo/timescale.c -- what the parent says of its timescale, applied to a clock that keeps TAI or UTC. */
#include "core/servo/timescale.h"

#include "core/port/port.h"
#include "core/servo/discipline.h"
#include "core/servo/leap.h"

bool timescale_leaves_clock_alone(const struct gn_instance *instance)
{
	return instance->config.free_running || gn_servo_only_tells(instance->config.servo.kind);
}

static bool is_utc_valid(const struct time_properties_ds *tp)
{
	return tp->current_utc_offset_valid && tp->time_traceable;
}

/* What is wrong with the time scale announced: said at every state decision, not with every Announce. */
static void warn_of_timescale(struct gn_instance *instance, struct port *port)
{
	const struct time_properties_ds *tp = &instance->time_properties_ds;
	struct gn_report *report;

	if (!tp->ptp_timescale) {
		port_report(port, GN_REPORT_NOT_PTP_TIMESCALE);
	}
	if (tp->current_utc_offset < instance->utc_offset) {
		report = port_report(port, GN_REPORT_UTC_OFFSET_BELOW);
		if (report) {
			report->number[0] = tp->current_utc_offset;
			report->number[1] = instance->utc_offset;
		}
	}
}

static void learn_utc_offset(struct gn_instance *instance, struct port *port)
{
	const struct time_properties_ds *tp = &instance->time_properties_ds;
	struct time_properties_ds *own = &instance->own_time_properties;
	struct gn_report *report;
	bool is_larger = tp->current_utc_offset > instance->utc_offset;

	if (tp->current_utc_offset != instance->utc_offset && (is_larger || is_utc_valid(tp))) {
		instance->utc_offset = tp->current_utc_offset;
		if (!own->current_utc_offset_valid) {
			own->current_utc_offset =
				tp->current_utc_offset; /* as grandmaster: the last that was known */
		}
		report = port_report(port, GN_REPORT_UTC_OFFSET);
		if (report) {
			report->number[0] = instance->utc_offset;
		}
	}
}

static int8_t announced_leap(const struct time_properties_ds *tp)
{
	if (tp->leap59 == tp->leap61) {
		return 0; /* both at once is none (9.4) */
	}
	return tp->leap61 ? 1 : -1;
}

static void arm_leap(struct gn_instance *instance, int8_t leap)
{
	struct gn_action *action;
	struct gn_report *report;

	if (leap == instance->leap.armed) {
		return;
	}
	instance->leap.armed = leap;
	rate_check_forget(&instance->rate_check); /* the second that is put in or taken out is no jump */
	if (!instance->config.kernel_leap || timescale_leaves_clock_alone(instance)) {
		return;
	}
	action = action_add(&instance->actions, GN_ACTION_CLOCK_SET_LEAP, 0);
	if (action) {
		action->u.leap = leap;
	}
	report = leap ? instance_report(instance, GN_REPORT_LEAP_SET) : NULL;
	if (report) {
		report->number[0] = leap;
	}
}

static void learn_leap(struct gn_instance *instance, struct port *port)
{
	int8_t leap = announced_leap(&instance->time_properties_ds);
	int8_t before = instance->leap.announced;
	struct gn_report *report;

	instance->leap.announced = leap;
	if (!instance->leap.is_known && leap != instance->leap.armed) {
		arm_leap(instance, 0); /* what the parent before this one announced is over */
	}
	instance->leap.is_known = true;
	if (leap == before) {
		return;
	}
	report = port_report(port, GN_REPORT_LEAP);
	if (report) {
		report->number[0] = leap;
	}
}

/* The kernel's TAI - UTC, where the system clock is steered and the parent can be believed. */
static void set_tai_offset(struct gn_instance *instance)
{
	struct gn_action *action;

	if (!instance->is_clock_utc || timescale_leaves_clock_alone(instance) ||
	    !instance->time_properties_ds.ptp_timescale || !is_utc_valid(&instance->time_properties_ds) ||
	    (instance->is_tai_offset_set && instance->tai_offset_set == instance->utc_offset)) {
		return;
	}
	action = action_add(&instance->actions, GN_ACTION_CLOCK_SET_TAI_OFFSET, 0);
	if (action) {
		action->u.tai_offset = instance->utc_offset;
		instance->is_tai_offset_set = true;
		instance->tai_offset_set = instance->utc_offset;
	}
}

void timescale_learn(struct gn_instance *instance, struct port *port, bool is_decision)
{
	if (is_decision) {
		warn_of_timescale(instance, port);
	}
	learn_utc_offset(instance, port);
	learn_leap(instance, port);
	set_tai_offset(instance);
}

static struct leap_verdict leap_verdict_at(const struct gn_instance *instance, struct gn_precise local)
{
	return leap_decide(local.whole.seconds - TIME_BIAS_SECONDS, instance->leap.announced,
			   instance->leap.armed);
}

bool timescale_is_leap_between(struct gn_instance *instance, struct gn_precise local)
{
	struct leap_verdict verdict;
	bool is_over;

	if (!instance->is_clock_utc) {
		return false;
	}
	verdict = leap_verdict_at(instance, local);
	is_over = instance->leap.armed && !verdict.leap;
	if (is_over && instance->has_clock && !instance->config.kernel_leap) {
		servo_leap(&instance->servo, instance->leap.armed);
	}
	arm_leap(instance, verdict.leap);
	if (verdict.is_suspended || is_over) {
		discipline_forget_times(instance);
	}
	return verdict.is_suspended;
}

struct gn_offset timescale_correction(const struct gn_instance *instance, struct gn_precise t2)
{
	int64_t seconds;

	if (!instance->is_clock_utc || !instance->time_properties_ds.ptp_timescale) {
		return gn_offset_from_ns(0);
	}
	seconds = instance->utc_offset + leap_verdict_at(instance, t2).utc_offset_by;
	return gn_offset_from_ns(seconds * GN_NS_PER_SECOND);
}
