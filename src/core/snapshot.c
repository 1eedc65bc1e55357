/* src/core/snapshot.c -- the memory of an instance (memory.h) up to the queue of actions, with numbers where pointers were.
 *
 *   layout (8 octets, as this machine writes them) | struct gn_instance | ports | filters' windows
 *
 * A restored instance goes on with whatever the octets say, so everything that it relies on without looking is listed
 * below, a shape for each struct: truth values, indices and lengths, times that arithmetic asserts, numbers whose sums have
 * to fit. What is not listed may have any value. */
#include "gnomon/instance.h"

#include "core/dataset.h"
#include "core/memory.h"
#include "core/servo/controller.h"

#include <float.h>
#include <string.h>

/* ---- what members may hold ---- */

enum rule_kind {
	TRUTH,    /* 0 or 1 */
	SIGNED,   /* least..most */
	UNSIGNED, /* ..most */
	FINITE,   /* any number */
	REAL,     /* a number that sums and squares can be made of; > least and <= most if they are given */
	TIME,     /* struct gn_timestamp */
	TEXT,     /* ends within */
	PARTS,    /* structs of a shape of their own */
};

struct rule {
	enum rule_kind kind;
	size_t offset, size, count; /* of one element, how many */
	int64_t least, most;
	const struct shape *shape;
};

struct shape {
	size_t size;
	const struct rule *rules;
	size_t count;
};

#define SIZE_OF(type, member) sizeof(((struct type *)NULL)->member)
#define ONE(type, member) .offset = offsetof(struct type, member), .size = SIZE_OF(type, member), .count = 1
#define ALL(type, member)                                                                                    \
	.offset = offsetof(struct type, member), .size = SIZE_OF(type, member[0]),                           \
	.count = SIZE_OF(type, member) / SIZE_OF(type, member[0])
#define IS_TRUTH(type, member)                                                                               \
	{                                                                                                    \
		.kind = TRUTH, ONE(type, member)                                                             \
	}
#define IS_SIGNED(type, member, least_, most_)                                                               \
	{                                                                                                    \
		.kind = SIGNED, ONE(type, member), .least = (least_), .most = (most_)                        \
	}
#define IS_AT_MOST(type, member, most_)                                                                      \
	{                                                                                                    \
		.kind = UNSIGNED, ONE(type, member), .most = (most_)                                         \
	}
#define IS_REAL(type, member)                                                                                \
	{                                                                                                    \
		.kind = REAL, ONE(type, member)                                                              \
	}
#define IS_FINITE(type, member)                                                                              \
	{                                                                                                    \
		.kind = FINITE, ONE(type, member)                                                            \
	}
#define IS_TIME(type, member)                                                                                \
	{                                                                                                    \
		.kind = TIME, ONE(type, member)                                                              \
	}
#define IS_TEXT(type, member)                                                                                \
	{                                                                                                    \
		.kind = TEXT, ONE(type, member)                                                              \
	}
#define IS(type, member, shape_)                                                                             \
	{                                                                                                    \
		.kind = PARTS, ONE(type, member), .shape = &(shape_)                                         \
	}
#define ARE(type, member, shape_)                                                                            \
	{                                                                                                    \
		.kind = PARTS, ALL(type, member), .shape = &(shape_)                                         \
	}
#define SHAPE(type, rules_)                                                                                  \
	{                                                                                                    \
		sizeof(struct type), rules_, sizeof(rules_) / sizeof((rules_)[0])                            \
	}

/* Sums with an interval, which is at most 2^62 ns, fit. */
#define INSTANT_MAX (((int64_t)1 << 62) - 1)
#define RATE_MAX (((int64_t)1 << 62) - 1)
#define IS_INSTANT(type, member) IS_SIGNED(type, member, 0, INSTANT_MAX)

static const struct rule instant_rules[] = { IS_INSTANT(gn_instant, ns) };
static const struct shape instant = SHAPE(gn_instant, instant_rules);

/* A timer that does not run is at the end of time. */
static const struct rule timer_rules[] = { IS_SIGNED(gn_instant, ns, 0, INT64_MAX) };
static const struct shape timer = SHAPE(gn_instant, timer_rules);

static const struct rule rate_rules[] = { IS_SIGNED(gn_rate, scaled_ppb, -RATE_MAX, RATE_MAX) };
static const struct shape rate = SHAPE(gn_rate, rate_rules);

static const struct rule precise_rules[] = { IS_TIME(gn_precise, whole) };
static const struct shape precise = SHAPE(gn_precise, precise_rules);

static const struct rule address_rules[] = { IS_AT_MOST(gn_address, length, 16) };
static const struct shape address = SHAPE(gn_address, address_rules);

/* ---- clause 8 ---- */

static const struct rule default_ds_rules[] = {
	IS_TRUTH(default_ds, two_step_flag),
	IS_TRUTH(default_ds, time_receiver_only),
	IS_AT_MOST(default_ds, sdo_id, 0xFFF),
};
static const struct shape default_ds = SHAPE(default_ds, default_ds_rules);

static const struct rule current_ds_rules[] = { IS_TRUTH(current_ds, synchronization_uncertain) };
static const struct shape current_ds = SHAPE(current_ds, current_ds_rules);

static const struct rule parent_ds_rules[] = {
	IS_TRUTH(parent_ds, parent_stats),
	IS(parent_ds, protocol_address, address),
	IS_TRUTH(parent_ds, synchronization_uncertain),
};
static const struct shape parent_ds = SHAPE(parent_ds, parent_ds_rules);

static const struct rule time_properties_ds_rules[] = {
	IS_TRUTH(time_properties_ds, current_utc_offset_valid),
	IS_TRUTH(time_properties_ds, leap59),
	IS_TRUTH(time_properties_ds, leap61),
	IS_TRUTH(time_properties_ds, time_traceable),
	IS_TRUTH(time_properties_ds, frequency_traceable),
	IS_TRUTH(time_properties_ds, ptp_timescale),
};
static const struct shape time_properties_ds = SHAPE(time_properties_ds, time_properties_ds_rules);

static const struct rule port_ds_rules[] = {
	{ .kind = UNSIGNED,
	  ONE(port_ds, port_state),
	  .least = GN_PORT_INITIALIZING,
	  .most = GN_PORT_TIME_RECEIVER },
	IS_AT_MOST(port_ds, delay_mechanism, GN_DELAY_NONE),
	IS_AT_MOST(port_ds, version_number, 0xF),
	IS_AT_MOST(port_ds, minor_version_number, 0xF),
	IS_TRUTH(port_ds, time_transmitter_only),
};
static const struct shape port_ds = SHAPE(port_ds, port_ds_rules);

/* ---- the configuration ---- */

static const struct rule servo_config_rules[] = {
	IS_FINITE(gn_servo_config, step_threshold),
	IS_FINITE(gn_servo_config, first_step_threshold),
	IS_FINITE(gn_servo_config, pi_proportional_const),
	IS_FINITE(gn_servo_config, pi_proportional_scale),
	IS_FINITE(gn_servo_config, pi_proportional_exponent),
	IS_FINITE(gn_servo_config, pi_proportional_norm_max),
	IS_FINITE(gn_servo_config, pi_integral_const),
	IS_FINITE(gn_servo_config, pi_integral_scale),
	IS_FINITE(gn_servo_config, pi_integral_exponent),
	IS_FINITE(gn_servo_config, pi_integral_norm_max),
	IS_REAL(gn_servo_config, servo_bandwidth),
	IS_REAL(gn_servo_config, servo_damping),
	IS_REAL(gn_servo_config, asymmetry_hold),
};
static const struct shape servo_config = SHAPE(gn_servo_config, servo_config_rules);

static const struct rule port_config_rules[] = {
	IS_TEXT(gn_port_config, name),
	IS_SIGNED(gn_port_config, sync_receipt_timeout, 0, 255),
	IS_FINITE(gn_port_config, delay_request_variability),
	IS_SIGNED(gn_port_config, transport_specific, 0, 0xF),
	IS_TEXT(gn_port_config, ptp_dst_ipv4),
	IS_TEXT(gn_port_config, p2p_dst_ipv4),
	IS_TEXT(gn_port_config, ptp_dst_ipv6),
	IS_TEXT(gn_port_config, p2p_dst_ipv6),
	IS_TEXT(gn_port_config, ptp_dst_mac),
	IS_TEXT(gn_port_config, p2p_dst_mac),
	IS_TEXT(gn_port_config, profile_identity),
};
static const struct shape port_config = SHAPE(gn_port_config, port_config_rules);

static const struct rule config_rules[] = {
	IS_SIGNED(gn_config, ptp_minor_version, 0, 0xF),
	IS_TEXT(gn_config, clock_identity),
	IS_TEXT(gn_config, product_description),
	IS_TEXT(gn_config, revision_data),
	IS_TEXT(gn_config, user_description),
	IS_TEXT(gn_config, manufacturer_identity),
	IS_SIGNED(gn_config, step_window, 0, INT32_MAX),
	IS(gn_config, servo, servo_config),
	IS_TEXT(gn_config, frequency_memory),
	IS_TEXT(gn_config, temperature_source),
	IS_SIGNED(gn_config, clock_kind, 0, GN_CLOCK_VIRTUAL),
	IS_TEXT(gn_config, clock_name),
	IS_TEXT(gn_config, message_tag),
	IS_TEXT(gn_config, uds_address),
	IS_TEXT(gn_config, uds_ro_address),
	IS_TEXT(gn_config, refclock_sock_address),
	IS_TEXT(gn_config, user),
	IS(gn_config, port, port_config),
};
static const struct shape config = SHAPE(gn_config, config_rules);

/* ---- a port ---- */

static const struct rule attachment_rules[] = {
	IS_TRUTH(gn_port_attachment, link_is_up),
	IS_AT_MOST(gn_port_attachment, physical_address_length, 16),
	IS(gn_port_attachment, protocol_address, address),
	IS_TRUTH(gn_port_attachment, is_virtual_clock),
	IS_TRUTH(gn_port_attachment, is_fallback),
	IS_TRUTH(gn_port_attachment, is_changed_provider),
	IS_TEXT(gn_port_attachment, label),
};
static const struct shape attachment = SHAPE(gn_port_attachment, attachment_rules);

static const struct rule foreign_rules[] = {
	IS_TRUTH(foreign_record, is_used),
	IS(foreign_record, address, address),
	ARE(foreign_record, received, instant),
	IS_AT_MOST(foreign_record, received_count, FOREIGN_THRESHOLD + 1),
	IS_AT_MOST(foreign_record, path_length, PATH_TRACE_MAX),
	IS_AT_MOST(foreign_record, propagated_length, SIZE_OF(foreign_record, propagated)),
};
static const struct shape foreign = SHAPE(foreign_record, foreign_rules);

static const struct rule token_rules[] = {
	IS_AT_MOST(pending_token, message_type, GN_PDELAY_RESP),
	IS(pending_token, address, address),
	IS_TRUTH(pending_token, is_unicast),
	IS_TIME(pending_token, received.whole),
};
static const struct shape token = SHAPE(pending_token, token_rules);

static const struct rule request_rules[] = {
	IS_TRUTH(delay_request, is_open), IS_TRUTH(delay_request, has_t3), IS_TRUTH(delay_request, has_t4),
	IS(delay_request, sent, instant), IS(delay_request, t3, precise),  IS(delay_request, t4, precise),
};
static const struct shape request = SHAPE(delay_request, request_rules);

static const struct rule pair_rules[] = {
	IS_AT_MOST(sync_pair, state, PAIR_HAS_FOLLOW_UP),
	IS(sync_pair, t2, precise),
	IS_INSTANT(sync_pair, raw_ns),
	IS(sync_pair, received, instant),
	IS(sync_pair, t1, precise),
	IS_TRUTH(sync_pair, has_information),
	IS_TRUTH(sync_pair, has_last),
};
static const struct shape pair = SHAPE(sync_pair, pair_rules);

static const struct rule pdelay_rules[] = {
	IS_TRUTH(pdelay_exchange, is_open),      IS_TRUTH(pdelay_exchange, has_t1),
	IS_TRUTH(pdelay_exchange, has_response), IS_TRUTH(pdelay_exchange, has_follow_up),
	IS_TRUTH(pdelay_exchange, is_one_step),  IS_TRUTH(pdelay_exchange, is_done),
	IS(pdelay_exchange, t1, precise),        IS(pdelay_exchange, t2, precise),
	IS(pdelay_exchange, t3, precise),        IS(pdelay_exchange, t4, precise),
};
static const struct shape pdelay = SHAPE(pdelay_exchange, pdelay_rules);

/* A ratio of two clocks. */
#define IS_RATIO(type, member)                                                                               \
	{                                                                                                    \
		.kind = REAL, ONE(type, member), .least = 0, .most = 2                                       \
	}

static const struct rule estimate_rules[] = {
	IS_RATIO(rate_estimate, ratio),     IS_TRUTH(rate_estimate, is_valid),
	IS_TRUTH(rate_estimate, has_first), IS(rate_estimate, remote, precise),
	IS(rate_estimate, local, precise),
};
static const struct shape estimate = SHAPE(rate_estimate, estimate_rules);

static const struct rule process_rules[] = {
	IS_RATIO(delay_process, rate_ratio), IS(delay_process, t1, precise),
	IS(delay_process, t2, precise),      IS(delay_process, t3, precise),
	IS(delay_process, t4, precise),      IS_TRUTH(delay_process, has_down),
	IS_TRUTH(delay_process, has_up),     IS_TRUTH(delay_process, has_filtered),
	IS_TRUTH(delay_process, has_raw),    IS_TRUTH(delay_process, is_raw_set),
};
static const struct shape process = SHAPE(delay_process, process_rules);

static const struct rule port_rules[] = {
	IS(port, ds, port_ds),
	IS(port, config, port_config),
	IS(port, attachment, attachment),
	IS_TRUTH(port, is_open),
	IS_TRUTH(port, has_attachment),
	IS_TRUTH(port, is_grandmaster_port),
	IS_AT_MOST(port, fault, GN_FAULT_BAD_PEER_NETWORK),
	IS(port, state_since, instant),
	ARE(port, timer, timer),
	ARE(port, foreign, foreign),
	IS_AT_MOST(port, decision, GN_DECISION_P2),
	ARE(port, tokens, token),
	IS(port, pair, pair),
	ARE(port, requests, request),
	IS(port, pdelay, pdelay),
	IS(port, pdelay_process, process),
	IS_TRUTH(port, has_peer),
	IS_TRUTH(port, is_as_capable),
	IS(port, neighbor_rate, estimate),
	IS_TRUTH(port, is_p2p_detected),
	IS_TIME(port, last_ingress),
	ARE(port, limited, instant),
};
static const struct shape port_shape = SHAPE(port, port_rules);

/* ---- the instance ---- */

static const struct rule servo_rules[] = {
	IS(servo, config, servo_config),
	IS_TRUTH(servo, is_software_stamped),
	IS_REAL(servo, max_frequency_ppb),
	IS_REAL(servo, interval_s),
	IS_TRUTH(servo, is_first_update),
	IS_REAL(servo, error_square),
	IS_REAL(servo, kp),
	IS_REAL(servo, ki),
};
static const struct shape servo = SHAPE(servo, servo_rules);

static const struct rule rate_check_rules[] = {
	IS_REAL(rate_check, limit_ppb),         IS_TRUTH(rate_check, has_frequency),
	IS_TRUTH(rate_check, has_reading),      IS_REAL(rate_check, frequency_min_ppb),
	IS_REAL(rate_check, frequency_max_ppb), IS_REAL(rate_check, frequency_ppb),
	IS_INSTANT(rate_check, raw_ns),
};
static const struct shape rate_check = SHAPE(rate_check, rate_check_rules);

static const struct rule statistics_rules[] = {
	IS_REAL(statistics, mean),
	IS_REAL(statistics, square_sum_of_differences),
	IS_REAL(statistics, square_sum),
	IS_REAL(statistics, largest),
};
static const struct shape statistics = SHAPE(statistics, statistics_rules);

static const struct rule leap_rules[] = {
	IS_SIGNED(leap_state, announced, -1, 1),
	IS_SIGNED(leap_state, armed, -1, 1),
	IS_TRUTH(leap_state, is_known),
};
static const struct shape leap = SHAPE(leap_state, leap_rules);

static const struct rule holdover_rules[] = {
	IS_TRUTH(holdover, is_held),
	IS_AT_MOST(holdover, state, GN_HOLDOVER_DEGRADED),
	IS_AT_MOST(holdover, told, GN_HOLDOVER_DEGRADED),
	IS_TRUTH(holdover, time_traceable),
	IS_TRUTH(holdover, current_utc_offset_valid),
	IS(holdover, due, timer),
};
static const struct shape holdover = SHAPE(holdover, holdover_rules);

static const struct rule instance_rules[] = {
	IS(gn_instance, default_ds, default_ds),
	IS(gn_instance, current_ds, current_ds),
	IS(gn_instance, parent_ds, parent_ds),
	IS(gn_instance, time_properties_ds, time_properties_ds),
	IS(gn_instance, own_time_properties, time_properties_ds),
	IS(gn_instance, config, config),
	IS(gn_instance, now, instant),
	IS_INSTANT(gn_instance, raw_ns),
	IS_TRUTH(gn_instance, is_started),
	IS_TRUTH(gn_instance, is_stopped),
	IS_TRUTH(gn_instance, is_decision_due),
	IS(gn_instance, started, instant),
	IS(gn_instance, holdover, holdover),
	IS_AT_MOST(gn_instance, path_length, PATH_TRACE_MAX),
	IS_AT_MOST(gn_instance, propagated_length, SIZE_OF(gn_instance, propagated)),
	IS(gn_instance, clock_rate, rate),
	IS_TRUTH(gn_instance, has_clock),
	IS_TRUTH(gn_instance, is_clock_utc),
	IS_TRUTH(gn_instance, is_clock_busy),
	IS_TRUTH(gn_instance, is_time_asked),
	IS_TRUTH(gn_instance, has_clock_rate),
	IS_TRUTH(gn_instance, is_tai_offset_set),
	IS(gn_instance, servo, servo),
	IS_AT_MOST(gn_instance, servo_state, SERVO_LOCKED_STABLE),
	IS(gn_instance, delay, process),
	IS(gn_instance, rate_check, rate_check),
	IS_SIGNED(gn_instance, skip_syncs, 0, INT32_MAX),
	IS_SIGNED(gn_instance, skip_of, 0, INT32_MAX),
	IS(gn_instance, offset_statistics, statistics),
	IS(gn_instance, frequency_statistics, statistics),
	IS(gn_instance, delay_statistics, statistics),
	IS(gn_instance, recent_offset, statistics),
	IS(gn_instance, recent_delay, statistics),
	IS_REAL(gn_instance, recent.offset_rms),
	IS_REAL(gn_instance, recent.offset_max),
	IS_REAL(gn_instance, recent.delay_mean),
	IS_REAL(gn_instance, recent.delay_deviation),
	IS_REAL(gn_instance, recent.offset_mean),
	IS_TRUTH(gn_instance, has_interval),
	IS_TRUTH(gn_instance, has_delay),
	IS_TRUTH(gn_instance, is_delay_disabled),
	IS_TRUTH(gn_instance, had_parent),
	IS_REAL(gn_instance, last_error_ns),
	IS(gn_instance, last_sample, instant),
	IS(gn_instance, last_servo_change, instant),
	IS(gn_instance, last_remembered, instant),
	IS_INSTANT(gn_instance, ingress_raw_ns),
	IS(gn_instance, ingress, precise),
	IS(gn_instance, parent_rate, estimate),
	IS_TRUTH(gn_instance, has_follow_up_information),
	IS(gn_instance, leap, leap),
	IS_TRUTH(gn_instance, is_stable_requested),
};
static const struct shape instance_shape = SHAPE(gn_instance, instance_rules);

/* ---- checking ---- */

/* Little or big endian, the value's own octets say it: it is copied into the integer of its size. */
static int64_t signed_of(const uint8_t *at, size_t size)
{
	int8_t one;
	int32_t four;
	int64_t eight;

	switch (size) {
	case sizeof(one):
		memcpy(&one, at, sizeof(one));
		return one;
	case sizeof(four):
		memcpy(&four, at, sizeof(four));
		return four;
	default:
		memcpy(&eight, at, sizeof(eight));
		return eight;
	}
}

static int64_t unsigned_of(const uint8_t *at, size_t size)
{
	uint16_t two;
	uint32_t four;

	switch (size) {
	case sizeof(uint8_t):
		return *at;
	case sizeof(two):
		memcpy(&two, at, sizeof(two));
		return two;
	default:
		memcpy(&four, at, sizeof(four));
		return four;
	}
}

static bool is_finite(const uint8_t *at)
{
	double value;

	memcpy(&value, at, sizeof(value));
	return value <= DBL_MAX && value >= -DBL_MAX; /* never true of NaN */
}

static bool is_real(const struct rule *rule, const uint8_t *at)
{
	double value;

	memcpy(&value, at, sizeof(value));
	return servo_is_number(value) &&
	       (rule->most == 0 || (value > (double)rule->least && value <= (double)rule->most));
}

static bool is_time(const uint8_t *at)
{
	struct gn_timestamp time;

	memcpy(&time, at, sizeof(time));
	return gn_timestamp_is_valid(time);
}

static bool is_text(const uint8_t *at, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (at[i] == 0) {
			return true;
		}
	}
	return false;
}

static bool is_of_shape(const struct shape *shape, const uint8_t *at);

static bool holds(const struct rule *rule, const uint8_t *at)
{
	int64_t value;

	switch (rule->kind) {
	case TRUTH:
		return *at <= 1;
	case SIGNED:
		value = signed_of(at, rule->size);
		return value >= rule->least && value <= rule->most;
	case UNSIGNED:
		value = unsigned_of(at, rule->size);
		return value >= rule->least && value <= rule->most;
	case FINITE:
		return is_finite(at);
	case REAL:
		return is_real(rule, at);
	case TIME:
		return is_time(at);
	case TEXT:
		return is_text(at, rule->size);
	case PARTS:
		return is_of_shape(rule->shape, at);
	}
	return false;
}

/* Shapes contain each other no deeper than structs do. NOLINTNEXTLINE(misc-no-recursion) */
static bool is_of_shape(const struct shape *shape, const uint8_t *at)
{
	for (size_t i = 0; i < shape->count; i++) {
		const struct rule *rule = &shape->rules[i];

		for (size_t n = 0; n < rule->count; n++) {
			if (!holds(rule, at + rule->offset + n * rule->size)) {
				return false;
			}
		}
	}
	return true;
}

/* ---- the layout as a number ---- */

static uint64_t mixed(uint64_t number, uint64_t value)
{
	number = (number ^ value) * 0x9E3779B97F4A7C15u;
	return number ^ number >> 32;
}

static uint64_t layout_of(const struct shape *shape, uint64_t number)
{
	number = mixed(number, shape->size);
	for (size_t i = 0; i < shape->count; i++) {
		const struct rule *rule = &shape->rules[i];

		number = mixed(number, rule->kind);
		number = mixed(number, rule->offset);
		number = mixed(number, rule->size);
		number = mixed(number, rule->count);
		number = mixed(number, (uint64_t)rule->least);
		number = mixed(number, (uint64_t)rule->most);
		if (rule->shape) {
			number = layout_of(rule->shape, number);
		}
	}
	return number;
}

uint64_t gn_instance_layout(void)
{
	const uint64_t order = 0x0102030405060708u; /* of octets */
	uint64_t number = mixed(1, memory_aligned(1));
	uint8_t first;

	memcpy(&first, &order, sizeof(first));
	number = mixed(mixed(mixed(number, first), sizeof(void *)), FILTER_LENGTH_MAX);
	return layout_of(&port_shape, layout_of(&instance_shape, number));
}

/* ---- what is where ---- */

#define LAYOUT_SIZE sizeof(uint64_t)

static size_t ports_at(void)
{
	return memory_aligned(sizeof(struct gn_instance));
}

static size_t window_size(const uint8_t *length_at)
{
	return memory_aligned(delay_process_size((int)signed_of(length_at, sizeof(int))));
}

/* How long the parts before the queue are by what stands in them; 0 if they are not `size` octets. */
static size_t parts_size(const uint8_t *parts, size_t size, uint16_t *port_count)
{
	size_t needed = ports_at();
	const uint8_t *port = parts + needed;

	if (size < needed) {
		return 0;
	}
	*port_count = (uint16_t)unsigned_of(parts + offsetof(struct gn_instance, port_count),
					    sizeof(uint16_t));
	if (*port_count == 0 || *port_count > GN_PORTS_MAX) {
		return 0;
	}
	needed += memory_aligned(*port_count * sizeof(struct port));
	if (size < needed) {
		return 0;
	}
	for (uint16_t i = 0; i < *port_count; i++, port += sizeof(struct port)) {
		needed += window_size(port + offsetof(struct port, config.delay_filter_length));
	}
	needed += window_size(parts + offsetof(struct gn_instance, config.port.delay_filter_length));
	return size == needed ? needed : 0;
}

/* ---- taking ---- */

size_t gn_instance_snapshot_size(const struct gn_instance *instance)
{
	return LAYOUT_SIZE + (size_t)((const uint8_t *)instance->actions.actions - (const uint8_t *)instance);
}

static void put_number(uint8_t *at, uintptr_t number)
{
	memcpy(at, &number, sizeof(number));
}

static void put_process(uint8_t *at)
{
	put_number(at + offsetof(struct delay_process, filter.values), 0);
	put_number(at + offsetof(struct delay_process, filter.order), 0);
}

static void put_port(uint8_t *at, const struct port *port)
{
	put_number(at + offsetof(struct port, instance), 0);
	put_number(at + offsetof(struct port, best),
		   port->best ? (uintptr_t)(port->best - port->foreign) + 1 : 0);
	put_process(at + offsetof(struct port, pdelay_process));
}

static void put_instance(uint8_t *at, const struct gn_instance *instance)
{
	const struct servo_controller *controller = instance->servo.controller;
	const struct action_queue queue = { .lost = instance->actions.lost };

	put_number(at + offsetof(struct gn_instance, config.ports), 0);
	put_number(at + offsetof(struct gn_instance, ports), 0);
	put_number(at + offsetof(struct gn_instance, best_port),
		   instance->best_port ? instance->best_port->number : 0);
	put_number(at + offsetof(struct gn_instance, servo.controller),
		   controller ? (uintptr_t)controller->kind + 1 : 0);
	put_process(at + offsetof(struct gn_instance, delay));
	memcpy(at + offsetof(struct gn_instance, actions), &queue, sizeof(queue));
}

enum gn_result gn_instance_snapshot(const struct gn_instance *instance, void *octets, size_t size)
{
	size_t needed = gn_instance_snapshot_size(instance);
	uint64_t layout = gn_instance_layout();
	uint8_t *parts = (uint8_t *)octets + LAYOUT_SIZE;

	if (size < needed) {
		return GN_ERR_NO_SPACE;
	}
	if (instance->actions.head != instance->actions.tail) {
		return GN_ERR_UNSUPPORTED;
	}
	memcpy(octets, &layout, sizeof(layout));
	memcpy(parts, instance, needed - LAYOUT_SIZE);
	put_instance(parts, instance);
	for (uint16_t i = 0; i < instance->port_count; i++) {
		put_port(parts + ports_at() + i * sizeof(struct port), &instance->ports[i]);
	}
	return GN_OK;
}

/* ---- restoring ---- */

static bool is_of_this_build(const void *snapshot, size_t size)
{
	uint64_t layout;

	if (size < LAYOUT_SIZE) {
		return false;
	}
	memcpy(&layout, snapshot, sizeof(layout));
	return layout == gn_instance_layout();
}

size_t gn_instance_restored_size(const void *snapshot, size_t snapshot_size)
{
	uint16_t port_count;
	size_t size;

	if (!is_of_this_build(snapshot, snapshot_size)) {
		return 0;
	}
	size = parts_size((const uint8_t *)snapshot + LAYOUT_SIZE, snapshot_size - LAYOUT_SIZE, &port_count);
	return size ? size + memory_aligned(action_queue_size(port_count)) : 0;
}

/* What stands in a pointer's place. */
static uintptr_t number_of(const void *pointer)
{
	return (uintptr_t)pointer;
}

static bool revive_port(struct gn_instance *instance, uint16_t index, void *window)
{
	struct port *port = &instance->ports[index];
	uintptr_t best = number_of(port->best);

	port->instance = instance;
	port->best = NULL;
	if (port->number != index + 1 || best > FOREIGN_RECORDS) {
		return false;
	}
	if (best) {
		port->best = &port->foreign[best - 1];
	}
	return filter_revive(&port->pdelay_process.filter, port->config.delay_filter_length, window);
}

static bool revive_best_port(struct gn_instance *instance)
{
	uintptr_t best = number_of(instance->best_port);

	instance->best_port = NULL;
	if (best == 0) {
		return true;
	}
	if (best > instance->port_count) {
		return false;
	}
	instance->best_port = &instance->ports[best - 1];
	return instance->best_port->best != NULL;
}

/* Whoever knows the clock, or has set its frequency, has a servo. */
static bool revive_servo(struct gn_instance *instance)
{
	uintptr_t kind = number_of(instance->servo.controller);

	instance->servo.controller = NULL;
	if (kind == 0) {
		return !instance->has_clock && !instance->rate_check.has_frequency;
	}
	return kind <= INT32_MAX && servo_revive(&instance->servo, (int)kind - 1);
}

/* Pointers again, in the order of memory.h. */
static bool revive(struct gn_instance *instance)
{
	uint8_t *at = (uint8_t *)instance;
	uint64_t lost = instance->actions.lost;

	memory_take(&at, sizeof(*instance));
	instance->config.ports = NULL;
	instance->ports = memory_take(&at, instance->port_count * sizeof(struct port));
	for (uint16_t i = 0; i < instance->port_count; i++) {
		int length = instance->ports[i].config.delay_filter_length;

		if (!revive_port(instance, i, memory_take(&at, delay_process_size(length)))) {
			return false;
		}
	}
	if (!filter_revive(&instance->delay.filter, instance->config.port.delay_filter_length,
			   memory_take(&at, delay_process_size(instance->config.port.delay_filter_length)))) {
		return false;
	}
	action_queue_init(&instance->actions, instance->port_count, at);
	instance->actions.lost = lost;
	return revive_best_port(instance) && servo_kind_name(instance->config.servo.kind) &&
	       revive_servo(instance);
}

static bool is_sound(const uint8_t *parts, uint16_t port_count)
{
	if (!is_of_shape(&instance_shape, parts)) {
		return false;
	}
	for (uint16_t i = 0; i < port_count; i++) {
		if (!is_of_shape(&port_shape, parts + ports_at() + i * sizeof(struct port))) {
			return false;
		}
	}
	return true;
}

enum gn_result gn_instance_restore(void *memory, size_t size, const void *snapshot, size_t snapshot_size,
				   struct gn_instance **out)
{
	const uint8_t *parts = (const uint8_t *)snapshot + LAYOUT_SIZE;
	uint16_t port_count;
	size_t length;

	if (!is_of_this_build(snapshot, snapshot_size)) {
		return GN_ERR_UNSUPPORTED;
	}
	length = parts_size(parts, snapshot_size - LAYOUT_SIZE, &port_count);
	if (length == 0) {
		return GN_ERR_MALFORMED;
	}
	if (size < length + memory_aligned(action_queue_size(port_count))) {
		return GN_ERR_NO_SPACE;
	}
	if (!is_sound(parts, port_count)) {
		return GN_ERR_RANGE;
	}
	memset((uint8_t *)memory + length, 0, memory_aligned(action_queue_size(port_count)));
	memcpy(memory, parts, length);
	if (!revive(memory)) {
		return GN_ERR_RANGE;
	}
	*out = memory;
	return GN_OK;
}
