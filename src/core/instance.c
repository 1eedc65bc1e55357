/* src/core/instance.c -- the only way in and out. An event goes to its station; timers that are due are served one at a
 * time, each with its actions taken before the next, so that the queue need only hold what one of them leads to. */
#include "gnomon/instance.h"

#include "core/assert.h"
#include "core/bmca/decision.h"
#include "core/bmca/holdover.h"
#include "core/delay/rate.h"
#include "core/egress.h"
#include "core/ingress.h"
#include "core/memory.h"
#include "core/port/port.h"
#include "core/servo/steer.h"

#include <string.h>

static size_t filters_size(const struct gn_config *config)
{
	size_t size = memory_aligned(delay_process_size(config->port.delay_filter_length));

	for (uint16_t i = 0; i < config->port_count; i++) {
		size += memory_aligned(delay_process_size(config->ports[i].delay_filter_length));
	}
	return size;
}

size_t gn_instance_size(const struct gn_config *config)
{
	if (config->port_count == 0 || config->port_count > GN_PORTS_MAX) {
		return 0;
	}
	return memory_aligned(sizeof(struct gn_instance)) +
	       memory_aligned(config->port_count * sizeof(struct port)) + filters_size(config) +
	       memory_aligned(action_queue_size(config->port_count));
}

/* ---- data sets at power-up (8.1.3.5) ---- */

static void init_data_sets(struct gn_instance *instance, const struct gn_clock_identity *identity)
{
	const struct gn_config *c = &instance->config;
	bool never_grandmaster = c->client_only || !c->gm_capable;

	instance->default_ds = (struct default_ds){
		.two_step_flag = c->two_step_flag,
		.clock_identity = *identity,
		.number_ports = instance->port_count,
		.clock_quality = {
			.clock_class = never_grandmaster ? 255 : (uint8_t)c->clock_class,
			.clock_accuracy = (uint8_t)c->clock_accuracy,
			.offset_scaled_log_variance = (uint16_t)c->offset_scaled_log_variance,
		},
		.priority1 = (uint8_t)c->priority1,
		.priority2 = (uint8_t)c->priority2,
		.domain_number = (uint8_t)c->domain_number,
		.time_receiver_only = c->client_only,
		.sdo_id = (uint16_t)(c->port.transport_specific << 8),
		.max_steps_removed = (uint8_t)c->max_steps_removed,
	};
	instance->own_clock_quality = instance->default_ds.clock_quality;
	instance->own_time_properties = (struct time_properties_ds){
		.current_utc_offset = (int16_t)c->utc_offset,
		.ptp_timescale = true, /* until the clock says that it keeps UTC (steer.c) */
		.time_source = (uint8_t)c->time_source,
	};
	instance->utc_offset = (int16_t)c->utc_offset;
	instance->synchronization_uncertain_np = 0xFF;
	decision_update_as_grandmaster(instance);
}

static void init_measurement(struct gn_instance *instance, void *delay_memory)
{
	const struct gn_config *c = &instance->config;
	const struct gn_port_config *first = &instance->ports[0].config;

	instance->log_interval = (int8_t)first->log_sync_interval;
	instance->is_delay_disabled = first->delay_mechanism == GN_DELAY_NONE;
	delay_process_init(&instance->delay, (enum gn_tsproc_mode)c->port.tsproc_mode,
			   (enum gn_filter_kind)c->port.delay_filter, c->port.delay_filter_length,
			   delay_memory);
	rate_init(&instance->parent_rate, c->freq_est_interval, instance->log_interval);
	rate_check_init(&instance->rate_check, c->sanity_freq_limit);
	instance->last_error_ns = -1.0;
}

enum gn_result gn_instance_init(void *memory, size_t size, const struct gn_config *config,
				const struct gn_clock_identity *identity, uint64_t seed,
				struct gn_instance **out)
{
	uint8_t *at = memory;
	struct gn_instance *instance;
	size_t needed = gn_instance_size(config);

	if (needed == 0) {
		return GN_ERR_RANGE;
	}
	if (!servo_kind_name(config->servo.kind)) {
		return GN_ERR_UNSUPPORTED;
	}
	if (size < needed) {
		return GN_ERR_NO_SPACE;
	}
	memset(memory, 0, needed);
	instance = memory_take(&at, sizeof(*instance));
	instance->config = *config;
	instance->config.ports = NULL;
	instance->port_count = config->port_count;
	instance->ports = memory_take(&at, config->port_count * sizeof(struct port));
	instance->random = seed;
	init_data_sets(instance, identity);
	for (uint16_t i = 0; i < config->port_count; i++) {
		port_init(&instance->ports[i], instance, (uint16_t)(i + 1), &config->ports[i],
			  memory_take(&at, delay_process_size(config->ports[i].delay_filter_length)));
	}
	init_measurement(instance, memory_take(&at, delay_process_size(config->port.delay_filter_length)));
	action_queue_init(&instance->actions, config->port_count,
			  memory_take(&at, action_queue_size(config->port_count)));
	*out = instance;
	return GN_OK;
}

/* ---- events ---- */

static void start(struct gn_instance *instance)
{
	if (instance->is_started) {
		return;
	}
	instance->is_started = true;
	instance->started = instance->now;
	instance->last_servo_change = instance->now;
	steer_start(instance);
	for (uint16_t i = 0; i < instance->port_count; i++) {
		instance->ports[i].state_since = instance->now;
		port_powerup(&instance->ports[i]);
	}
}

static void stop(struct gn_instance *instance)
{
	instance->is_stopped = true;
	steer_stop(instance);
	for (uint16_t i = 0; i < instance->port_count; i++) {
		if (instance->ports[i].is_open) {
			action_add(&instance->actions, GN_ACTION_CLOSE_PORT, instance->ports[i].number);
		}
	}
}

/* The timer that is due and was due first; ties go by port and by the order of enum gn_timer. */
static bool find_due(struct gn_instance *instance, struct port **port_out, enum gn_timer *timer_out)
{
	int64_t first = instance->now.ns;
	bool is_found = false;

	for (uint16_t i = 0; i < instance->port_count; i++) {
		for (int t = 0; t < GN_TIMERS; t++) {
			int64_t due = instance->ports[i].timer[t].ns;

			if (due < first || (due == first && !is_found)) {
				first = due;
				is_found = true;
				*port_out = &instance->ports[i];
				*timer_out = (enum gn_timer)t;
			}
		}
	}
	return is_found;
}

/* What is the instance's own comes after the ports' of the same moment. */
static void serve_one_timer(struct gn_instance *instance)
{
	enum gn_timer timer;
	struct port *port;
	bool is_port_due = find_due(instance, &port, &timer);
	struct gn_instant due = is_port_due ? port->timer[timer] : instance->now;
	int64_t end = is_port_due ? due.ns - 1 : due.ns;

	if (steer_deadline(instance).ns <= end) {
		steer_expire(instance);
	} else if (holdover_deadline(instance).ns <= end) {
		holdover_expire(instance);
	} else if (is_port_due) {
		port_timer_stop(port, timer);
		port_timer_expired(port, timer, due);
	}
}

static void decide_if_due(struct gn_instance *instance)
{
	if (instance->is_decision_due) {
		decision_run(instance);
	}
}

static void handle_port_event(struct gn_instance *instance, struct port *port, const struct gn_event *event)
{
	switch (event->type) {
	case GN_EVENT_FRAME_RECEIVED:
		ingress_receive(instance, port, &event->u.received);
		break;
	case GN_EVENT_FRAME_SENT:
		if (port) {
			egress_token_returned(port, &event->u.sent);
		}
		break;
	case GN_EVENT_PORT_OPENED:
		if (port) {
			port_opened(port, event->u.opened.is_open, &event->u.opened.attachment);
		}
		break;
	case GN_EVENT_PORT_ERROR:
		if (port) {
			port_fault(port, GN_FAULT_UNSPECIFIED);
		}
		break;
	case GN_EVENT_LINK:
		if (port) {
			port_link(port, &event->u.link);
		}
		break;
	default:
		break;
	}
}

void gn_instance_event(struct gn_instance *instance, const struct gn_event *event)
{
	action_queue_restart(&instance->actions);
	if (event->now.ns > instance->now.ns) {
		instance->now = event->now; /* monotonic, whatever the driver says */
	}
	instance->raw_ns = event->raw_ns;
	if (instance->is_stopped) {
		return;
	}
	switch (event->type) {
	case GN_EVENT_START:
		start(instance);
		break;
	case GN_EVENT_STOP:
		stop(instance);
		return;
	case GN_EVENT_DEADLINE:
		serve_one_timer(instance);
		break;
	case GN_EVENT_CLOCK_ANSWERED:
		steer_clock_answered(instance, &event->u.clock);
		break;
	case GN_EVENT_CLOCK_TOUCHED:
		steer_clock_touched(instance, event->u.touched.epoch);
		break;
	case GN_EVENT_TEMPERATURE:
		steer_temperature(instance, event->u.temperature.millidegrees);
		break;
	default:
		handle_port_event(instance, instance_port(instance, event->port), event);
		break;
	}
	decide_if_due(instance);
}

bool gn_instance_poll(struct gn_instance *instance, struct gn_action *action)
{
	return action_queue_take(&instance->actions, action);
}

struct gn_instant gn_instance_deadline(const struct gn_instance *instance)
{
	struct gn_instant first = steer_deadline(instance);

	if (holdover_deadline(instance).ns < first.ns) {
		first = holdover_deadline(instance);
	}
	for (uint16_t i = 0; i < instance->port_count; i++) {
		for (int t = 0; t < GN_TIMERS; t++) {
			if (instance->ports[i].timer[t].ns < first.ns) {
				first = instance->ports[i].timer[t];
			}
		}
	}
	return first;
}
