/* src/core/servo/discipline.c -- rates, steps and phases go out as actions; what they make untrue is forgotten here. */
#include "core/servo/discipline.h"

#include "core/delay/e2e.h"
#include "core/delay/p2p.h"
#include "core/port/port.h"
#include "core/port/signaling.h"
#include "core/servo/tell.h"

#define LOCKED_STABLE_INITIAL 126

struct gn_action *discipline_action(struct gn_instance *instance, enum gn_action_type type)
{
	return action_add(&instance->actions, type, 0);
}

void discipline_set_rate(struct gn_instance *instance, double frequency_ppb)
{
	struct gn_action *action = discipline_action(instance, GN_ACTION_CLOCK_SET_RATE);

	if (action) {
		action->u.rate = gn_rate_from_ppb(-frequency_ppb);
		rate_check_frequency(&instance->rate_check, -frequency_ppb);
	}
}

void discipline_forget_times(struct gn_instance *instance)
{
	delay_process_reset(&instance->delay, true);
	instance->ingress = (struct gn_precise){ { 0, 0 }, 0 };
	instance->parent_rate.has_first = false;
	for (uint16_t i = 0; i < instance->port_count; i++) {
		struct port *port = &instance->ports[i];

		e2e_forget(port);
		p2p_forget(port);
		port->pair.state = PAIR_EMPTY;
		port->last_ingress = (struct gn_timestamp){ 0, 0 };
	}
}

static void step(struct gn_instance *instance, struct gn_offset offset)
{
	struct gn_action *action = discipline_action(instance, GN_ACTION_CLOCK_STEP);
	struct gn_offset by = gn_offset_negate(offset);
	struct gn_report *report;

	if (!action) {
		return;
	}
	action->u.step = by;
	instance->step_under_way = by;
	instance->is_clock_busy = true;
	instance->steps++;
	instance->skip_of = instance->config.step_window;
	instance->skip_syncs = instance->config.step_window;
	rate_check_step(&instance->rate_check, by);
	discipline_forget_times(instance);
	tell_forget_recent(instance);
	report = instance_report(instance, GN_REPORT_CLOCK_STEPPED);
	if (report) {
		report->number[0] = by.nanoseconds;
		report->number[1] = by.fraction;
	}
}

void discipline_note_state(struct gn_instance *instance, enum servo_state state)
{
	if (state != instance->servo_state) {
		instance->last_servo_change = instance->now;
	}
	instance->servo_state = state;
}

static void request_interval(struct port *port, enum servo_state old, enum servo_state now)
{
	struct gn_instance *instance = port->instance;
	const struct gn_port_config *c = &port->config;

	if (!c->msg_interval_request) {
		return;
	}
	if (now == SERVO_LOCKED_STABLE && old != SERVO_LOCKED_STABLE) {
		port->ds.log_min_pdelay_req_interval = (int8_t)c->oper_log_pdelay_req_interval;
		port->ds.log_sync_interval = (int8_t)c->oper_log_sync_interval;
		signaling_request_sync_interval(port, (int8_t)c->oper_log_sync_interval);
		instance->is_stable_requested = true;
	} else if (now == SERVO_LOCKED_STABLE && instance->log_interval != c->oper_log_sync_interval &&
		   servo_is_joint(&instance->servo)) {
		/* Likewise, but what was learnt stays: once it counts as stable again. */
		instance->servo.small_offsets_left = instance->servo.config.servo_num_offset_values;
	} else if (now == SERVO_LOCKED_STABLE && instance->log_interval != c->oper_log_sync_interval) {
		/* The time transmitter did not take it up, or started anew: so do we, and ask again. */
		servo_reset(&instance->servo);
		port_dispatch(port, GN_EV_SYNCHRONIZATION_FAULT);
	} else if (now == SERVO_UNLOCKED && instance->is_stable_requested &&
		   instance->config.servo.servo_offset_threshold > 0 &&
		   port->ds.log_sync_interval != port->initial_log_sync_interval) {
		port->ds.log_sync_interval = port->initial_log_sync_interval;
		signaling_request_sync_interval(port, LOCKED_STABLE_INITIAL);
		instance->is_stable_requested = false;
	}
}

static void mark_synchronized(struct gn_instance *instance)
{
	struct gn_action *action = discipline_action(instance, GN_ACTION_CLOCK_IS_SYNCHRONIZED);

	if (action) {
		action->u.is_ptp_timescale = instance->time_properties_ds.ptp_timescale;
	}
}

/* Behind the port's event. */
static enum gn_port_event act(struct gn_instance *instance, const struct servo_steering *steering)
{
	struct gn_action *action;

	switch (steering->state) {
	case SERVO_UNLOCKED:
		return GN_EV_SYNCHRONIZATION_FAULT;
	case SERVO_JUMP:
		discipline_set_rate(instance, steering->frequency_ppb);
		step(instance, steering->offset);
		return GN_EV_SYNCHRONIZATION_FAULT;
	case SERVO_LOCKED_STABLE:
		if (instance->config.write_phase_mode) {
			action = discipline_action(instance, GN_ACTION_CLOCK_SET_PHASE);
			if (action) {
				action->u.step = gn_offset_negate(steering->offset);
			}
			return GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED;
		}
		discipline_set_rate(instance, steering->frequency_ppb);
		mark_synchronized(instance);
		return GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED;
	case SERVO_LOCKED:
		discipline_set_rate(instance, steering->frequency_ppb);
		mark_synchronized(instance);
		break;
	}
	return GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED;
}

void discipline_keep_offset(struct gn_instance *instance, struct gn_offset offset)
{
	instance->current_ds.offset_from_time_transmitter = offset;
	instance->last_offset_ns = tell_ns(offset);
	instance->last_sample = instance->now;
}

void discipline(struct gn_instance *instance, struct port *port, const struct servo_steering *steering,
		bool is_told)
{
	enum servo_state old = instance->servo_state;
	double frequency = steering->frequency_ppb;
	enum gn_port_event event;

	if (steering->state == SERVO_LOCKED_STABLE && instance->config.write_phase_mode) {
		frequency = 0.0;
	}
	discipline_keep_offset(instance, steering->offset);
	discipline_note_state(instance, steering->state);
	instance->last_frequency = gn_rate_from_ppb(frequency);
	instance->last_error_ns = steering->error_ns;
	if (is_told) {
		tell_sample(instance, (double)tell_ns(steering->offset), frequency,
			    tell_power_of_two((int64_t)instance->config.summary_interval -
					      instance->log_interval));
	}
	event = act(instance, steering);
	if (port) {
		port_dispatch(port, event);
		request_interval(port, old, steering->state);
	}
}
