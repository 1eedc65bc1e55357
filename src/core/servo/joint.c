/* src/core/servo/joint.c -- messages become observations; the verdict goes the way of every other (discipline.h). */
#include "core/servo/joint.h"

#include "core/port/port.h"
#include "core/servo/discipline.h"
#include "core/servo/math.h"
#include "core/servo/tell.h"
#include "core/servo/timescale.h"

#define NEWS_AT_ONCE 16
#define REMEMBER_EVERY_NS (300 * (int64_t)GN_NS_PER_SECOND)

_Static_assert((int)GN_CLOCK_FAULT_NO_EFFECT == (int)SERVO_FAULT_NO_EFFECT &&
		       (int)GN_CLOCK_FAULT_STEP == (int)SERVO_FAULT_STEP,
	       "reports name the servo's faults");

bool joint_is_in_charge(const struct gn_instance *instance)
{
	return instance->has_clock && !instance->config.free_running && servo_is_joint(&instance->servo);
}

bool joint_has_estimate(const struct gn_instance *instance)
{
	return instance->last_sample.ns && joint_is_in_charge(instance);
}

/* ---- news ---- */

static const enum gn_report_id report_of[] = {
	[SERVO_FOUND_TIME_STEP] = GN_REPORT_TIME_STEPPED,
	[SERVO_FOUND_PATH_CHANGE] = GN_REPORT_PATH_CHANGED,
	[SERVO_FOUND_ASYMMETRY] = GN_REPORT_ASYMMETRY,
	[SERVO_FOUND_ASYMMETRY_GONE] = GN_REPORT_ASYMMETRY_GONE,
	[SERVO_FOUND_ASYMMETRY_FOLLOWED] = GN_REPORT_ASYMMETRY_FOLLOWED,
	[SERVO_FOUND_FAULT] = GN_REPORT_CLOCK_FAULT,
	[SERVO_FOUND_FAULT_GONE] = GN_REPORT_CLOCK_FAULT_GONE,
};

/* Where time comes in, if it does. */
static struct port *receiving_port(struct gn_instance *instance)
{
	for (uint16_t i = 0; i < instance->port_count; i++) {
		if (port_is_time_receiver(&instance->ports[i])) {
			return &instance->ports[i];
		}
	}
	return NULL;
}

void joint_tell_news(struct gn_instance *instance)
{
	struct port *port = receiving_port(instance);
	struct servo_news news;

	for (int i = 0; i < NEWS_AT_ONCE && servo_next_news(&instance->servo, &news); i++) {
		struct gn_report *report = instance_report(instance, report_of[news.finding]);

		if (report) {
			report->port = port ? port->number : 0;
			report->number[0] = tell_number(news.number[0]);
			report->number[1] = tell_number(news.number[1]);
		}
	}
}

/* ---- observations ---- */

static struct gn_interval interval_of(double ns)
{
	return (struct gn_interval){ tell_number(ns * 65536.0) };
}

static void remember_now_and_then(struct gn_instance *instance, enum servo_state state)
{
	if (state != SERVO_LOCKED && state != SERVO_LOCKED_STABLE) {
		instance->last_remembered = instance->now;
	} else if (instance->now.ns - instance->last_remembered.ns >= REMEMBER_EVERY_NS) {
		joint_remember(instance);
	}
}

static void observe(struct gn_instance *instance, struct port *port,
		    const struct servo_observation *observation, bool is_told)
{
	struct servo_steering steering;

	if (gn_offset_is_saturated(observation->value)) {
		return; /* centuries apart: no clock, and nothing to reckon with */
	}
	if (servo_observe(&instance->servo, observation, &steering)) {
		instance->current_ds.mean_delay = interval_of(steering.delay_ns);
		instance->has_delay = !instance->is_delay_disabled || instance->config.initial_delay;
		discipline(instance, port, &steering, is_told);
		remember_now_and_then(instance, steering.state);
	}
	joint_tell_news(instance);
}

static struct gn_precise on_their_timescale(const struct gn_instance *instance, struct gn_precise local)
{
	return gn_precise_add_offset(local, timescale_correction(instance, local));
}

void joint_sync(struct port *port, struct gn_precise t1, struct gn_precise t2, struct gn_instant received)
{
	struct gn_precise local = on_their_timescale(port->instance, t2);
	struct servo_observation observation = {
		.direction = SERVO_SYNC,
		.local = local,
		.value = gn_precise_distance(local, t1),
		.now_ns = received.ns,
	};

	observe(port->instance, port, &observation, true);
}

void joint_delay(struct port *port, struct gn_precise t3, struct gn_precise t4, struct gn_instant sent)
{
	struct gn_precise local = on_their_timescale(port->instance, t3);
	struct servo_observation observation = {
		.direction = SERVO_DELAY_REQ,
		.local = local,
		.value = gn_precise_distance(t4, local),
		.now_ns = sent.ns,
	};

	observe(port->instance, port, &observation, false);
}

void joint_known_delay(struct gn_instance *instance, struct port *port, struct gn_interval delay)
{
	struct servo_observation observation = {
		.direction = SERVO_PEER_DELAY,
		.value = gn_offset_from_interval(delay),
		.now_ns = instance->now.ns,
	};

	observe(instance, port, &observation, false);
}

/* ---- without messages ---- */

struct gn_instant joint_deadline(const struct gn_instance *instance)
{
	return (struct gn_instant){ servo_deadline(&instance->servo) };
}

void joint_expire(struct gn_instance *instance)
{
	struct servo_steering steering;

	if (servo_expire(&instance->servo, instance->now.ns, &steering)) {
		discipline_set_rate(instance, steering.frequency_ppb);
		instance->last_frequency = gn_rate_from_ppb(steering.frequency_ppb);
		instance->last_error_ns = steering.error_ns;
	}
	joint_tell_news(instance);
}

/* ---- the clock ---- */

void joint_clock_answered(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	if (answer->operation == GN_ACTION_CLOCK_SET_RATE) {
		servo_steered(&instance->servo, -gn_rate_to_ppb(answer->rate), instance->now.ns);
	} else if (answer->operation == GN_ACTION_CLOCK_STEP) {
		servo_stepped(&instance->servo, instance->step_under_way);
	}
	joint_tell_news(instance);
}

void joint_recall(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	struct servo_memory memory = {
		.frequency_ppb = gn_rate_to_ppb(answer->memory.frequency),
		.deviation_ppb = gn_rate_to_ppb(answer->memory.deviation),
	};

	instance->last_remembered = instance->now;
	/* From a disk, perhaps of another day: what this clock cannot be is not believed. */
	if (answer->has_memory && gn_math_fabs(memory.frequency_ppb) <= gn_rate_to_ppb(answer->rate_limit) &&
	    memory.deviation_ppb > 0) {
		servo_recall(&instance->servo, &memory);
	}
}

void joint_remember(struct gn_instance *instance)
{
	struct servo_memory memory;
	struct gn_action *action;

	instance->last_remembered = instance->now;
	if (!instance->config.frequency_memory[0] || !servo_remember(&instance->servo, &memory)) {
		return;
	}
	action = discipline_action(instance, GN_ACTION_CLOCK_REMEMBER);
	if (action) {
		action->u.memory = (struct gn_clock_memory){
			.frequency = gn_rate_from_ppb(memory.frequency_ppb),
			.deviation = gn_rate_from_ppb(memory.deviation_ppb),
		};
	}
}
