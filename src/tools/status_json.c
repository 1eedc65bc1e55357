/* src/tools/status_json.c -- the picture as one JSON object. Its keys are part of the interface (gnomon-status(1)): they are
 * never renamed; what is not known is null, what the daemon does not have at all is left out with its object. */
#include "report/json.h"
#include "report/text.h"
#include "tools/status_facts.h"
#include "tools/status_show.h"

#include <stdio.h>

#define PS_PER_NS 1000
#define FRACTION (1 << 16)

/* 2^-16 ns to ps, toward minus infinity, without leaving 64 bits. */
static void put_interval(struct json *json, const char *key, struct gn_interval interval)
{
	int64_t ns = interval.scaled_ns >> 16;
	int64_t fraction = interval.scaled_ns - ns * FRACTION;

	if (!fact_of_interval(interval).is_known) {
		json_null(json, key);
		return;
	}
	json_integer(json, key, ns * PS_PER_NS + fraction * PS_PER_NS / FRACTION);
}

static void put_fact_ns(struct json *json, const char *key, struct fact fact)
{
	if (fact.is_known) {
		json_integer(json, key, (int64_t)(fact.ns < 0 ? fact.ns - 0.5 : fact.ns + 0.5));
	} else {
		json_null(json, key);
	}
}

static void put_clock_identity(struct json *json, const char *key, const struct gn_clock_identity *identity)
{
	char text[19];

	json_text(json, key, report_clock_identity(identity, text));
}

static void put_port_identity(struct json *json, const char *key, const struct gn_port_identity *identity)
{
	char text[25];

	json_text(json, key, report_port_identity(identity, text));
}

static void put_quality(struct json *json, const struct gn_clock_quality *quality)
{
	json_integer(json, "clock_class", quality->clock_class);
	json_integer(json, "clock_accuracy", quality->clock_accuracy);
	json_integer(json, "offset_scaled_log_variance", quality->offset_scaled_log_variance);
}

/* ---- the clock ---- */

static void put_verdict(struct json *json, const struct status_verdict *verdict)
{
	static const char *const synchronized[] = { "good", "degraded" };

	json_text(json, "verdict",
		  verdict->is_synchronized ? synchronized[verdict->grade != STATUS_GOOD]
					   : "not_synchronised");
	json_text(json, "summary", verdict->headline);
	json_begin_array(json, "reasons");
	for (size_t i = 0; i < verdict->reason_count; i++) {
		json_text(json, NULL, verdict->reasons[i]);
	}
	json_end_array(json);
}

static void put_clock(struct json *json, const struct status_picture *p)
{
	const struct wire_default_data_set *d = &p->default_ds;

	json_begin_object(json, "clock");
	put_clock_identity(json, "identity", &d->clock_identity);
	json_integer(json, "domain", d->domain_number);
	put_quality(json, &d->clock_quality);
	json_integer(json, "priority1", d->priority1);
	json_integer(json, "priority2", d->priority2);
	json_bool(json, "two_step", d->flags & WIRE_DEFAULT_TWO_STEP_FLAG);
	json_bool(json, "time_receiver_only", d->flags & WIRE_DEFAULT_SLAVE_ONLY);
	json_bool(json, "is_grandmaster", fact_is_grandmaster(p));
	json_end_object(json);
}

static void put_parent(struct json *json, const struct status_picture *p)
{
	const struct wire_parent_data_set *parent = &p->parent_ds;

	json_begin_object(json, "grandmaster");
	put_clock_identity(json, "identity", &parent->grandmaster_identity);
	put_quality(json, &parent->grandmaster_clock_quality);
	json_integer(json, "priority1", parent->grandmaster_priority1);
	json_integer(json, "priority2", parent->grandmaster_priority2);
	json_end_object(json);
	put_port_identity(json, "parent_port", &parent->parent_port_identity);
}

static void put_time(struct json *json, const struct wire_time_properties_data_set *t)
{
	unsigned leaps = t->flags & (WIRE_TIME_LEAP61 | WIRE_TIME_LEAP59);

	json_begin_object(json, "time_properties");
	json_integer(json, "current_utc_offset_s", t->current_utc_offset);
	json_bool(json, "current_utc_offset_valid", t->flags & WIRE_TIME_CURRENT_UTC_OFFSET_VALID);
	json_integer(json, "leap", leaps == WIRE_TIME_LEAP61 ? 1 : leaps == WIRE_TIME_LEAP59 ? -1 : 0);
	json_bool(json, "ptp_timescale", t->flags & WIRE_TIME_PTP_TIMESCALE);
	json_bool(json, "time_traceable", t->flags & WIRE_TIME_TIME_TRACEABLE);
	json_bool(json, "frequency_traceable", t->flags & WIRE_TIME_FREQUENCY_TRACEABLE);
	json_bool(json, "synchronization_uncertain", t->flags & WIRE_TIME_SYNCHRONIZATION_UNCERTAIN);
	json_integer(json, "time_source", t->time_source);
	json_end_object(json);
}

static void put_gnomon(struct json *json, const struct status_picture *p)
{
	const struct wire_gnomon_status_np *g = &p->gnomon;
	bool has_window = g->window_samples > 0;
	const struct gn_interval none = { INT64_MAX };

	json_begin_object(json, "servo");
	json_text(json, "kind", fact_servo_kind(g->servo_kind));
	json_integer(json, "state", g->servo_state);
	json_bool(json, "is_free_running", g->flags & WIRE_GNOMON_IS_FREE_RUNNING);
	put_interval(json, "last_offset_ps", g->flags & WIRE_GNOMON_HAS_OFFSET ? g->last_offset : none);
	put_interval(json, "offset_rms_ps", has_window ? g->offset_rms : none);
	put_interval(json, "offset_max_ps", has_window ? g->offset_max : none);
	put_interval(json, "offset_mean_ps", has_window ? g->offset_mean : none);
	json_integer(json, "window_samples", g->window_samples);
	json_integer(json, "window_s", g->window_seconds);
	put_interval(json, "mean_delay_ps", g->mean_delay);
	put_interval(json, "delay_deviation_ps", g->delay_deviation);
	put_interval(json, "error_estimate_ps", g->error_estimate);
	json_integer(json, "frequency_ppt", (int64_t)((double)g->frequency / 4294967296.0 * 1e3));
	if (g->last_sync_age == UINT32_MAX) {
		json_null(json, "last_sync_age_ms");
	} else {
		json_integer(json, "last_sync_age_ms", g->last_sync_age);
	}
	json_end_object(json);
	json_begin_object(json, "steered_clock");
	json_text(json, "kind", fact_clock_kind(g->clock_kind));
	json_text(json, "name", p->clock_name);
	json_integer(json, "steps", g->steps);
	json_integer(json, "touched_by_others", g->clock_touches);
	json_end_object(json);
	json_integer(json, "seconds_since_change", g->seconds_since_state_change);
	json_integer(json, "uptime_s", g->uptime);
	json_bool(json, "software_fallback", g->flags & WIRE_GNOMON_SOFTWARE_FALLBACK);
}

static void put_rate(struct json *json, const char *key, int64_t rate)
{
	if (rate == INT64_MAX) {
		json_null(json, key);
	} else {
		json_integer(json, key, (int64_t)((double)rate / 4294967296.0 * 1e3));
	}
}

static void put_share(struct json *json, const char *key, uint16_t thousandths)
{
	if (thousandths > 1000) {
		json_null(json, key);
	} else {
		json_number(json, key, thousandths / 1000.0);
	}
}

static void put_estimate(struct json *json, const struct wire_gnomon_servo_np *q)
{
	static const char *const holdovers[] = {
		[GN_HOLDOVER_NONE] = "none",
		[GN_HOLDOVER_WITHIN] = "within",
		[GN_HOLDOVER_DEGRADED] = "degraded",
	};

	json_begin_object(json, "estimate");
	put_interval(json, "error_ps", q->error_estimate);
	put_interval(json, "bound_ps", q->bound);
	json_integer(json, "holdover_s", q->holdover_seconds);
	json_text(json, "holdover", q->holdover <= GN_HOLDOVER_DEGRADED ? holdovers[q->holdover] : "unknown");
	put_rate(json, "frequency_ppt", q->frequency);
	put_rate(json, "frequency_error_ppt", q->frequency_error);
	put_interval(json, "sync_noise_ps", q->sync_noise);
	put_interval(json, "delay_noise_ps", q->delay_noise);
	put_share(json, "sync_clean", q->sync_clean);
	put_share(json, "delay_clean", q->delay_clean);
	put_interval(json, "asymmetry_held_ps", q->asymmetry_held);
	json_integer(json, "temperature_coefficient_ppt_per_k", q->temperature_coefficient);
	json_text(json, "clock_fault", gn_clock_fault_name(q->clock_fault));
	json_end_object(json);
}

/* ---- a port ---- */

static void put_messages(struct json *json, const char *key, const uint64_t counts[GN_MESSAGE_TYPES])
{
	json_begin_object(json, key);
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		if (gn_message_type_name(type)) {
			json_unsigned(json, gn_message_type_name(type), counts[type]);
		}
	}
	json_end_object(json);
}

static void put_gnomon_port(struct json *json, const struct wire_gnomon_port_status_np *g)
{
	json_bool(json, "software_fallback", g->flags & WIRE_GNOMON_PORT_IS_FALLBACK);
	json_bool(json, "link_up", g->flags & WIRE_GNOMON_PORT_LINK_IS_UP);
	json_bool(json, "as_capable", g->flags & WIRE_GNOMON_PORT_AS_CAPABLE);
	json_integer(json, "speed_mbps", g->speed);
	json_text(json, "transport", fact_protocol(g->network_protocol));
	json_integer(json, "seconds_since_change", g->seconds_since_state_change);
	json_unsigned(json, "transmit_stamps_lost", g->transmit_stamps_lost);
	json_integer(json, "transmit_stamps_lost_in_a_row", g->transmit_stamps_lost_in_a_row);
	json_integer(json, "faults", g->faults);
	json_integer(json, "last_fault", g->last_fault);
}

static void put_drops(struct json *json, const struct status_port *port)
{
	json_begin_object(json, "dropped");
	for (size_t i = 0; i < GN_DROPS; i++) {
		json_unsigned(json, gn_drop_name((enum gn_drop)i), port->drops[i]);
	}
	json_unsigned(json, "other", port->drops_other);
	json_end_object(json);
}

static void put_port(struct json *json, const struct status_picture *p, uint16_t number)
{
	static const char *const stampings[] = { "software", "hardware", "legacy", "onestep", "p2p1step" };
	const struct status_port *port = &p->ports[number - 1];
	int state = fact_port_state(port), stamping = fact_time_stamping(port);

	json_begin_object(json, NULL);
	json_integer(json, "number", number);
	if (port->interface[0]) {
		json_text(json, "interface", port->interface);
	} else {
		json_null(json, "interface");
	}
	json_text(json, "state", report_state_name(&report_words_native, state));
	if (stamping >= 0 && stamping <= GN_STAMPING_P2P1STEP) {
		json_text(json, "time_stamping", stampings[stamping]);
	} else {
		json_null(json, "time_stamping");
	}
	json_integer(json, "phc_index", fact_phc_index(port));
	json_integer(json, "delay_mechanism", fact_delay_mechanism(port));
	if (status_port_knows(port, STATUS_PORT_DS)) {
		put_interval(json, "mean_link_delay_ps", port->ds.mean_link_delay);
	}
	if (status_port_knows(port, STATUS_GNOMON_PORT)) {
		put_gnomon_port(json, &port->gnomon);
	}
	if (status_port_knows(port, STATUS_PORT_STATS)) {
		put_messages(json, "received", port->stats.received);
		put_messages(json, "sent", port->stats.sent);
	}
	if (status_port_knows(port, STATUS_DROPS)) {
		put_drops(json, port);
	}
	json_end_object(json);
}

void status_show_json(const struct status_picture *p, const struct status_verdict *verdict, bool is_indented,
		      report_sink sink, void *context)
{
	struct json json = json_to(sink, context, is_indented);

	json_begin_object(&json, NULL);
	json_integer(&json, "schema", 1);
	put_verdict(&json, verdict);
	json_text(&json, "socket", p->path);
	if (status_knows(p, STATUS_GNOMON)) {
		json_text(&json, "software", p->version_text);
	} else {
		json_null(&json, "software");
	}
	put_clock(&json, p);
	if (status_knows(p, STATUS_PARENT_DS)) {
		put_parent(&json, p);
	}
	if (status_knows(p, STATUS_CURRENT_DS)) {
		json_integer(&json, "steps_removed", p->current_ds.steps_removed);
	}
	put_fact_ns(&json, "offset_ns", fact_offset(p));
	put_fact_ns(&json, "mean_delay_ns", fact_delay(p));
	if (status_knows(p, STATUS_TIME_PROPERTIES_DS)) {
		put_time(&json, &p->time_properties_ds);
	}
	if (status_knows(p, STATUS_GNOMON)) {
		put_gnomon(&json, p);
	}
	if (fact_has_estimate(p)) {
		put_estimate(&json, &p->servo);
	}
	json_begin_array(&json, "ports");
	for (uint16_t number = 1; number <= p->port_count; number++) {
		put_port(&json, p, number);
	}
	json_end_array(&json);
	json_end_object(&json);
}
