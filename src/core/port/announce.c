/* src/core/port/announce.c -- Announce in both directions. */
#include "core/port/announce.h"

#include "core/bmca/decision.h"
#include "core/egress.h"
#include "core/port/port.h"
#include "core/port/sync.h"
#include "core/servo/steer.h"

#include <string.h>

#define SECONDS_PER_DAY 86400

/* ---- transmit ---- */

static uint16_t time_flags(const struct gn_instance *instance)
{
	const struct time_properties_ds *tp = &instance->time_properties_ds;
	uint8_t np = instance->synchronization_uncertain_np;
	bool is_uncertain = np == 1 || (np == 0 && instance->current_ds.synchronization_uncertain);
	unsigned flags = 0;

	flags |= tp->leap61 ? WIRE_FLAG_LEAP61 : 0;
	flags |= tp->leap59 ? WIRE_FLAG_LEAP59 : 0;
	flags |= tp->current_utc_offset_valid ? WIRE_FLAG_CURRENT_UTC_OFFSET_VALID : 0;
	flags |= tp->ptp_timescale ? WIRE_FLAG_PTP_TIMESCALE : 0;
	flags |= tp->time_traceable ? WIRE_FLAG_TIME_TRACEABLE : 0;
	flags |= tp->frequency_traceable ? WIRE_FLAG_FREQUENCY_TRACEABLE : 0;
	flags |= is_uncertain ? WIRE_FLAG_SYNCHRONIZATION_UNCERTAIN : 0;
	return (uint16_t)flags;
}

/* PATH_TRACE with our identity behind the parent's list; a list that would not fit is not attached (16.2). */
static void put_path_trace(struct wire_writer *w, const struct gn_instance *instance)
{
	unsigned count = instance->path_length + 1u;

	if (count > PATH_TRACE_MAX) {
		return;
	}
	wire_put_u16(w, WIRE_TLV_PATH_TRACE);
	wire_put_u16(w, (uint16_t)(8 * count));
	for (unsigned i = 0; i < instance->path_length; i++) {
		wire_put_clock_identity(w, &instance->path[i]);
	}
	wire_put_clock_identity(w, &instance->default_ds.clock_identity);
}

/* What the parent's Announce carried and a boundary clock passes on (14.2.2.2); PATH_TRACE by its own rules. */
static void put_propagated(struct wire_writer *w, const struct gn_instance *instance, bool with_path_trace)
{
	const uint8_t *tlvs = instance->propagated;
	size_t left = instance->propagated_length;
	struct wire_tlv tlv;

	while (wire_tlv_next(&tlvs, &left, &tlv)) {
		if (with_path_trace || tlv.type != WIRE_TLV_PATH_TRACE) {
			wire_put_octets(w, tlv.value - 4, 4u + tlv.length);
		}
	}
}

/* The end of a leap second is seen at an egress time (announce_leap_is_over()); one-step Sync brings none back, so the
 * clock is asked. */
static void watch_leap(const struct port *port)
{
	struct gn_instance *instance = port->instance;
	const struct time_properties_ds *own = &instance->own_time_properties;

	if ((own->leap61 || own->leap59) && sync_is_one_step(port)) {
		steer_ask_time(instance);
	}
}

void announce_transmit(struct port *port)
{
	struct gn_instance *instance = port->instance;
	struct wire_message m = egress_message(instance, port, GN_ANNOUNCE);
	const struct parent_ds *parent = &instance->parent_ds;
	uint8_t tlvs[8 * PATH_TRACE_MAX + 4 + sizeof(instance->propagated)];
	struct wire_writer w = wire_writer(tlvs, sizeof(tlvs));

	if (port_is_802_1as(port) && !port->is_as_capable) {
		return;
	}
	watch_leap(port);
	m.header.sequence_id = port->announce_sequence++;
	m.header.log_message_interval = port->ds.log_announce_interval;
	m.header.flags |= time_flags(instance);
	m.body.announce = (struct wire_announce){
		.current_utc_offset = instance->time_properties_ds.current_utc_offset,
		.grandmaster_priority1 = parent->grandmaster_priority1,
		.grandmaster_clock_quality = parent->grandmaster_clock_quality,
		.grandmaster_priority2 = parent->grandmaster_priority2,
		.grandmaster_identity = parent->grandmaster_identity,
		.steps_removed = instance->current_ds.steps_removed,
		.time_source = instance->time_properties_ds.time_source,
	};
	if (port->config.path_trace_enabled) {
		put_path_trace(&w, instance);
	}
	put_propagated(&w, instance, !port->config.path_trace_enabled);
	m.tlvs = tlvs;
	m.tlvs_length = w.at;
	egress_send(instance, port, &m, &(struct egress_target){ .destination = GN_TO_PRIMARY });
}

void announce_leap_is_over(struct gn_instance *instance, struct gn_timestamp time)
{
	struct time_properties_ds *own = &instance->own_time_properties;
	int leap = own->leap61 ? 1 : own->leap59 ? -1 : 0;
	int64_t utc = (int64_t)time.seconds - (own->ptp_timescale ? own->current_utc_offset : 0);

	if (!leap || utc < 0) {
		instance->leap_midnight = 0;
		return;
	}
	if (!instance->leap_midnight) {
		instance->leap_midnight = (utc / SECONDS_PER_DAY + 1) * SECONDS_PER_DAY + (leap > 0 ? 1 : -1);
		return;
	}
	if (utc < instance->leap_midnight) {
		return;
	}
	own->leap61 = false;
	own->leap59 = false;
	own->current_utc_offset = (int16_t)(own->current_utc_offset + leap);
	instance->leap_midnight = 0;
	if (!instance->best_port || instance->best_port->decision != GN_DECISION_S1) {
		instance->time_properties_ds = *own;
	}
}

/* ---- receive ---- */

static bool is_parent(const struct port *port, const struct gn_port_identity *sender)
{
	return gn_port_identity_equal(sender, &port->instance->parent_ds.parent_port_identity);
}

static bool is_in_path(const struct port *port, const struct wire_message *message)
{
	const struct gn_clock_identity *own = &port->instance->default_ds.clock_identity;
	struct wire_tlv tlv;

	if (!port->config.path_trace_enabled ||
	    !wire_tlv_find(message->tlvs, message->tlvs_length, WIRE_TLV_PATH_TRACE, &tlv)) {
		return false;
	}
	for (size_t i = 0; i + 8 <= tlv.length; i += 8) {
		if (memcmp(tlv.value + i, own->octets, 8) == 0) {
			return true;
		}
	}
	return false;
}

static void report_clock_class(struct port *port, int announced, int allowed)
{
	struct gn_report *report;

	if (!port_may_report(port, 0, 60)) {
		return;
	}
	report = port_report(port, GN_REPORT_CLOCK_CLASS_TOO_LARGE);
	if (report) {
		report->number[0] = announced;
		report->number[1] = allowed;
	}
}

/* 9.3.2.5: what is never qualified, whoever sends it and how often. */
static bool is_acceptable(struct port *port, const struct wire_message *message)
{
	const struct gn_instance *instance = port->instance;
	const struct wire_announce *announce = &message->body.announce;
	int clock_class = announce->grandmaster_clock_quality.clock_class;

	if (message->header.flags & WIRE_FLAG_ALTERNATE_TIME_TRANSMITTER) {
		ingress_drop(port, GN_DROP_ALTERNATE, &message->header, 0, 0, 0);
	} else if (announce->steps_removed >= instance->default_ds.max_steps_removed) {
		ingress_drop(port, GN_DROP_STEPS_REMOVED, &message->header, announce->steps_removed,
			     instance->default_ds.max_steps_removed, 0);
	} else if (clock_class > instance->config.clock_class_threshold) {
		report_clock_class(port, clock_class, instance->config.clock_class_threshold);
		ingress_drop(port, GN_DROP_CLOCK_CLASS, &message->header, clock_class,
			     instance->config.clock_class_threshold, 0);
	} else if (is_in_path(port, message)) {
		ingress_drop(port, GN_DROP_PATH_LOOP, &message->header, 0, 0, 0);
	} else if (port_is_802_1as(port) && !port->is_as_capable) {
		ingress_drop(port, GN_DROP_NOT_AS_CAPABLE, &message->header, 0, 0, 0);
	} else {
		return true;
	}
	return false;
}

void announce_receive(struct port *port, const struct ingress *in)
{
	struct foreign_record *record;
	bool is_decision_wanted;

	if (!is_acceptable(port, in->message)) {
		return;
	}
	is_decision_wanted = foreign_announce(port, in, &record);
	if (!record) {
		return;
	}
	/* A receiver's timer is kept alive by its parent alone; a listener's by whom it follows or, from the second
	 * message on, may be about to follow: so it does not turn TIME_TRANSMITTER just before a late starter qualifies. */
	if (port_is_time_receiver(port) && is_parent(port, &record->sender)) {
		port_restart_announce_receipt(port);
		decision_update_from_parent(port->instance, port, record, false);
	} else if ((port->ds.port_state == GN_PORT_PASSIVE || port->ds.port_state == GN_PORT_LISTENING) &&
		   (record == port->best || (!port->best && record->received_count >= 2))) {
		port_restart_announce_receipt(port);
	}
	if (is_decision_wanted) {
		port->instance->is_decision_due = true;
	}
}

void announce_receipt_timeout(struct port *port)
{
	if (port->config.inhibit_announce) {
		return;
	}
	if (port_is_time_receiver(port)) {
		steer_reference_lost(port->instance);
	}
	/* The records that fell silent go with their sender; what is qualified by then may follow at once. */
	if (port->best) {
		foreign_forget(port, port->best);
	}
	port->instance->is_decision_due = true;
	port_dispatch(port, GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES);
}
