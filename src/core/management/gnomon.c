/* src/core/management/gnomon.c -- the ids 0xD000.. of our own: how good the time is, and why (docs/management-ids.md). */
#include "core/management/family.h"
#include "core/servo/joint.h"
#include "core/servo/math.h"
#include "core/servo/statistics.h"

#include <string.h>

#define NS_PER_MS 1000000
#define NOT_KNOWN ((struct gn_interval){ INT64_MAX })
#define NEVER_SYNCHRONIZED UINT32_MAX

static struct gn_interval interval_of(double ns)
{
	const double end = 140737488355328.0; /* 2^47: first nanoseconds that a TimeInterval cannot hold */

	if (!(ns < end)) {
		return NOT_KNOWN; /* NaN too */
	}
	if (ns <= -end) {
		return (struct gn_interval){ INT64_MIN };
	}
	return (struct gn_interval){ (int64_t)(ns * 65536.0) };
}

/* How long ago, in units of `unit_ns`; `most` if longer. */
static uint32_t age_of(const struct gn_instance *instance, struct gn_instant since, int64_t unit_ns,
		       uint32_t most)
{
	int64_t units = (instance->now.ns - since.ns) / unit_ns;

	if (units < 0) {
		return 0;
	}
	return units > most ? most : (uint32_t)units;
}

static uint32_t seconds_since(const struct gn_instance *instance, struct gn_instant since)
{
	return age_of(instance, since, GN_NS_PER_SECOND, UINT32_MAX);
}

static uint32_t narrowed(uint64_t counter)
{
	return counter > UINT32_MAX ? UINT32_MAX : (uint32_t)counter;
}

/* ---- 0xD000 ---- */

static bool has_offset(const struct gn_instance *instance)
{
	return instance->last_sample.ns > 0 && !answer_is_grandmaster(instance);
}

static uint8_t status_flags(const struct gn_instance *instance)
{
	unsigned flags = 0;

	flags |= instance->config.free_running ? WIRE_GNOMON_IS_FREE_RUNNING : 0;
	flags |= has_offset(instance) ? WIRE_GNOMON_HAS_OFFSET : 0;
	flags |= answer_is_grandmaster(instance) ? WIRE_GNOMON_IS_GRANDMASTER : 0;
	for (uint16_t i = 0; i < instance->port_count; i++) {
		const struct port *port = &instance->ports[i];

		flags |= port->has_attachment && port->attachment.is_fallback ? WIRE_GNOMON_SOFTWARE_FALLBACK
									      : 0;
	}
	return (uint8_t)flags;
}

/* The clock that is steered where nothing else was configured: what the first port's stamps are of. */
static uint8_t clock_kind_of(const struct gn_instance *instance)
{
	static const uint8_t kinds[] = {
		[GN_CLOCK_BY_STAMPING] = WIRE_GNOMON_CLOCK_PHC,
		[GN_CLOCK_SYSTEM] = WIRE_GNOMON_CLOCK_SYSTEM,
		[GN_CLOCK_PHC] = WIRE_GNOMON_CLOCK_PHC,
		[GN_CLOCK_VIRTUAL] = WIRE_GNOMON_CLOCK_VIRTUAL,
	};
	int kind = instance->config.clock_kind;

	if (kind < 0 || (size_t)kind >= sizeof(kinds)) {
		return WIRE_GNOMON_CLOCK_NOT_TOLD;
	}
	if (kind == GN_CLOCK_BY_STAMPING && instance->is_clock_utc) {
		return WIRE_GNOMON_CLOCK_SYSTEM;
	}
	return kinds[kind];
}

/* "/dev/ptp" and the number, into the scratch. */
static struct wire_text device_name(int32_t index, uint8_t *scratch)
{
	static const char prefix[] = "/dev/ptp";
	uint8_t digits[10];
	size_t count = 0, length = sizeof(prefix) - 1;
	uint32_t left = (uint32_t)index;

	do {
		digits[count++] = (uint8_t)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	memcpy(scratch, prefix, length);
	while (count > 0) {
		scratch[length++] = digits[--count];
	}
	return (struct wire_text){ .octets = scratch, .length = (uint8_t)length };
}

static struct wire_text clock_name_of(const struct answer_subject *s, uint8_t kind)
{
	const struct gn_instance *instance = s->instance;
	const struct port *first = &instance->ports[0];

	if (kind == WIRE_GNOMON_CLOCK_SYSTEM) {
		return answer_text("CLOCK_REALTIME");
	}
	if (instance->config.clock_name[0]) {
		return answer_text(instance->config.clock_name);
	}
	if (kind == WIRE_GNOMON_CLOCK_PHC && first->has_attachment && first->attachment.phc_index >= 0) {
		return device_name(first->attachment.phc_index, s->scratch);
	}
	return answer_text("");
}

/* The last full window; before there is one, what has come so far. */
static void put_window(const struct gn_instance *instance, struct wire_gnomon_status_np *status)
{
	uint32_t count = instance->recent.count;
	double seconds = (double)count * instance->servo.interval_s;

	status->window_samples = count > UINT16_MAX ? UINT16_MAX : (uint16_t)count;
	status->window_seconds = seconds < UINT16_MAX ? (uint16_t)seconds : UINT16_MAX;
	status->offset_rms = interval_of(instance->recent.offset_rms);
	status->offset_max = interval_of(instance->recent.offset_max);
	status->offset_mean = interval_of(instance->recent.offset_mean);
	status->delay_deviation = interval_of(instance->recent.delay_deviation);
}

static struct gn_instant last_change(const struct gn_instance *instance)
{
	struct gn_instant last = instance->last_servo_change;

	for (uint16_t i = 0; i < instance->port_count; i++) {
		if (instance->ports[i].state_since.ns > last.ns) {
			last = instance->ports[i].state_since;
		}
	}
	return last;
}

static uint32_t last_sync_age(const struct gn_instance *instance)
{
	if (instance->last_sample.ns <= 0) {
		return NEVER_SYNCHRONIZED;
	}
	return age_of(instance, instance->last_sample, NS_PER_MS, NEVER_SYNCHRONIZED - 1);
}

/* enum gn_servo_kind is linuxptp's up to there; ours are told in an octet that leaves it room. */
static uint8_t servo_kind_of(const struct gn_instance *instance)
{
	int kind = instance->config.servo.kind;

	return kind == GN_SERVO_ADAPTIVE ? WIRE_GNOMON_SERVO_ADAPTIVE : (uint8_t)kind;
}

/* Now, which is later than at the last measurement. */
static struct gn_interval error_now(const struct gn_instance *instance)
{
	struct servo_quality quality;

	if (joint_is_in_charge(instance) && instance->last_error_ns >= 0 &&
	    servo_quality(&instance->servo, instance->now.ns, &quality)) {
		return quality.error_ns < 0 ? NOT_KNOWN : interval_of(quality.error_ns);
	}
	return instance->last_error_ns < 0 ? NOT_KNOWN : interval_of(instance->last_error_ns);
}

GETTER(gnomon_status_np)
{
	const struct gn_instance *instance = s->instance;
	struct wire_gnomon_status_np *status = &out->gnomon_status_np;

	status->layout_version = WIRE_GNOMON_LAYOUT_VERSION;
	status->flags = status_flags(instance);
	status->servo_kind = servo_kind_of(instance);
	status->servo_state = (uint8_t)instance->servo_state;
	status->clock_kind = clock_kind_of(instance);
	put_window(instance, status);
	status->last_offset = gn_interval_from_ns(instance->last_offset_ns);
	status->mean_delay = instance->has_delay ? instance->current_ds.mean_delay : NOT_KNOWN;
	status->frequency = instance->last_frequency.scaled_ppb;
	status->error_estimate = error_now(instance);
	status->seconds_since_state_change = seconds_since(instance, last_change(instance));
	status->last_sync_age = last_sync_age(instance);
	status->steps = narrowed(instance->steps);
	status->clock_touches = narrowed(instance->clock_touches);
	status->uptime = seconds_since(instance, instance->started);
	status->clock_name = clock_name_of(s, status->clock_kind);
	status->version_text = answer_text("gnomon " GN_VERSION);
}

/* ---- 0xD001 ---- */

static uint8_t port_flags(const struct port *port)
{
	const struct gn_port_attachment *attachment = &port->attachment;
	bool is_as_capable = port->config.as_capable == GN_AS_CAPABLE_TRUE || port->is_as_capable;
	unsigned flags = is_as_capable ? WIRE_GNOMON_PORT_AS_CAPABLE : 0;

	if (port->has_attachment) {
		flags |= attachment->is_fallback ? WIRE_GNOMON_PORT_IS_FALLBACK : 0;
		flags |= attachment->link_is_up ? WIRE_GNOMON_PORT_LINK_IS_UP : 0;
		flags |= attachment->is_virtual_clock ? WIRE_GNOMON_PORT_IS_VIRTUAL_CLOCK : 0;
	}
	return (uint8_t)flags;
}

/* The standard has no number for "automatic, and no peer heard yet". */
static uint8_t mechanism_of(const struct port *port)
{
	bool is_undecided = port->config.delay_mechanism == GN_DELAY_AUTO && !port->is_p2p_detected;

	return is_undecided ? GN_DELAY_AUTO : answer_delay_mechanism(port);
}

GETTER(gnomon_port_status_np)
{
	const struct port *port = s->port;

	out->gnomon_port_status_np = (struct wire_gnomon_port_status_np){
		.layout_version = WIRE_GNOMON_LAYOUT_VERSION,
		.flags = port_flags(port),
		.port_identity = port->ds.port_identity,
		.port_state = (uint8_t)port->ds.port_state,
		.time_stamping = answer_time_stamping(port),
		.delay_mechanism = mechanism_of(port),
		.last_fault = (uint8_t)port->fault,
		.network_protocol = (uint16_t)port->config.network_transport,
		.speed = port->has_attachment ? port->attachment.speed_mbps : 0,
		.phc_index = port->has_attachment ? port->attachment.phc_index : -1,
		.seconds_since_state_change = seconds_since(s->instance, port->state_since),
		.transmit_stamps_lost = port->tx_losses,
		.transmit_stamps_lost_in_a_row = port->tx_losses_in_a_row,
		.faults = narrowed(port->faults),
		.interface = answer_interface(port),
	};
}

/* ---- 0xD002 ---- */

GETTER(gnomon_drop_counters_np)
{
	struct wire_writer w = wire_writer(s->scratch, ANSWER_SCRATCH);

	for (size_t i = 0; i < GN_DROPS; i++) {
		wire_put_u64(&w, s->port->drops[i]);
	}
	out->gnomon_drop_counters_np = (struct wire_gnomon_drop_counters_np){
		.count = GN_DROPS,
		.dropped = { .octets = s->scratch, .length = w.at },
	};
}

/* ---- 0xD003 ---- */

#define SHARE_NOT_KNOWN UINT16_MAX
#define RATE_NOT_KNOWN INT64_MAX

static uint16_t share_of(double share)
{
	return share >= 0.0 && share <= 1.0 ? (uint16_t)gn_math_round(share * 1000.0) : SHARE_NOT_KNOWN;
}

/* 0 is how the servo says that it does not know. */
static struct gn_interval noise_of(double ns)
{
	return ns > 0 ? interval_of(ns) : NOT_KNOWN;
}

static uint32_t whole_seconds(double s)
{
	return s > 0 ? s < UINT32_MAX ? (uint32_t)s : UINT32_MAX : 0;
}

static void put_quality(const struct servo_quality *q, struct wire_gnomon_servo_np *servo)
{
	servo->flags = WIRE_GNOMON_SERVO_IS_KNOWN;
	servo->clock_fault = q->fault;
	servo->sync_clean = share_of(q->sync_noise_ns > 0 ? q->sync_clean : -1);
	servo->delay_clean = share_of(q->delay_noise_ns > 0 ? q->delay_clean : -1);
	servo->error_estimate = q->error_ns < 0 ? NOT_KNOWN : interval_of(q->error_ns);
	servo->bound = q->bound_ns < 0 ? NOT_KNOWN : interval_of(q->bound_ns);
	servo->frequency = gn_rate_from_ppb(q->frequency_ppb).scaled_ppb;
	servo->frequency_error = gn_rate_from_ppb(q->frequency_error_ppb).scaled_ppb;
	servo->sync_noise = noise_of(q->sync_noise_ns);
	servo->delay_noise = noise_of(q->delay_noise_ns);
	servo->asymmetry_held = interval_of(q->asymmetry_ns);
	servo->temperature_coefficient = q->temperature_coefficient_ppt;
	servo->holdover_seconds = whole_seconds(q->holdover_s);
}

GETTER(gnomon_servo_np)
{
	const struct gn_instance *instance = s->instance;
	struct servo_quality quality;

	out->gnomon_servo_np = (struct wire_gnomon_servo_np){
		.layout_version = WIRE_GNOMON_LAYOUT_VERSION,
		.holdover = (uint8_t)instance->holdover.state,
		.sync_clean = SHARE_NOT_KNOWN,
		.delay_clean = SHARE_NOT_KNOWN,
		.error_estimate = NOT_KNOWN,
		.bound = NOT_KNOWN,
		.frequency = RATE_NOT_KNOWN,
		.frequency_error = RATE_NOT_KNOWN,
		.sync_noise = NOT_KNOWN,
		.delay_noise = NOT_KNOWN,
	};
	if (joint_is_in_charge(instance) && servo_quality(&instance->servo, instance->now.ns, &quality)) {
		put_quality(&quality, &out->gnomon_servo_np);
	}
}
