/* src/core/ingress.c -- the checks of 9.5.1, in an order that drops what is not ours before anything is kept of it. */
#include "core/ingress.h"

#include "core/delay/e2e.h"
#include "core/delay/p2p.h"
#include "core/management/management.h"
#include "core/port/announce.h"
#include "core/port/port.h"
#include "core/port/signaling.h"
#include "core/port/sync.h"

#include <string.h>

void ingress_drop(struct port *port, enum gn_drop reason, const struct wire_header *header, int64_t a,
		  int64_t b, int64_t c)
{
	struct gn_report *report;

	if (!port) {
		return;
	}
	port->drops[reason]++;
	report = port_report(port, GN_REPORT_DROP);
	if (!report) {
		return;
	}
	report->number[0] = reason;
	report->number[1] = header ? header->message_type : -1;
	report->number[2] = header ? header->sequence_id : -1;
	report->number[3] = a;
	report->number[4] = b;
	report->number[5] = c;
	if (header) {
		report->identity = header->source_port_identity;
	}
}

/* States in which a port processes nothing (9.2.5). Stations that depend on more than that ask themselves. */
static bool is_active(const struct port *port)
{
	return port->ds.port_state != GN_PORT_INITIALIZING && port->ds.port_state != GN_PORT_FAULTY &&
	       port->ds.port_state != GN_PORT_DISABLED;
}

static uint16_t sdo_id_of(const struct wire_header *h)
{
	return (uint16_t)(h->major_sdo_id << 8 | h->minor_sdo_id);
}

/* majorSdoId decides; minorSdoId, which the 2008 edition reserved, is not looked at (isolation by sdoId, 16.5, is an
 * option). IEEE 802.1AS ports also hear the common mean link delay service (majorSdoId 2). */
static bool is_our_sdo(const struct gn_instance *instance, const struct port *port,
		       const struct wire_header *h)
{
	int own = port ? port->config.transport_specific : instance->default_ds.sdo_id >> 8;

	if (port && port->config.ignore_transport_specific) {
		return true;
	}
	if (port && port_is_802_1as(port)) {
		return h->major_sdo_id == 1 || h->major_sdo_id == 2;
	}
	return h->major_sdo_id == own;
}

static bool is_our_domain(const struct gn_instance *instance, const struct wire_header *h)
{
	return h->domain_number == instance->default_ds.domain_number;
}

static bool is_accepted(struct gn_instance *instance, struct port *port, const struct wire_message *m,
			const struct gn_frame_received *frame)
{
	const struct wire_header *h = &m->header;
	enum gn_drop reason;

	if (!is_our_sdo(instance, port, h)) {
		reason = GN_DROP_SDO_ID;
	} else if (!is_our_domain(instance, h)) {
		reason = GN_DROP_DOMAIN;
	} else if (gn_clock_identity_equal(&h->source_port_identity.clock_identity,
					   &instance->default_ds.clock_identity)) {
		reason = GN_DROP_OWN_MESSAGE;
	} else if (!frame->is_local && frame->is_general == wire_is_event(h->message_type)) {
		reason = GN_DROP_WRONG_SOCKET;
	} else {
		return true;
	}
	ingress_drop(port, reason, h, sdo_id_of(h), h->domain_number, 0);
	return false;
}

static const enum gn_drop drop_of_stamp[GN_STAMP_STATUSES] = {
	[GN_STAMP_MISSING] = GN_DROP_STAMP_MISSING,
	[GN_STAMP_BAD_NANOSECONDS] = GN_DROP_STAMP_BAD_NANOSECONDS,
	[GN_STAMP_STALE_EPOCH] = GN_DROP_STAMP_STALE_EPOCH,
	[GN_STAMP_IMPLAUSIBLE] = GN_DROP_STAMP_IMPLAUSIBLE,
	[GN_STAMP_CLOCK_JUMPED] = GN_DROP_STAMP_CLOCK_JUMPED,
	[GN_STAMP_NOT_SENT] = GN_DROP_STAMP_MISSING, /* of a received frame: nonsense */
};

/* An event message is of no use without the time it came in; that time must be of the clock as it is now. */
static bool take_stamp(struct port *port, struct ingress *in)
{
	const struct gn_stamp *stamp = &in->frame->stamp;
	int status = stamp->status;
	struct gn_interval latency = gn_interval_from_ns(port->config.ingress_latency);

	if (status == GN_STAMP_OK && !gn_timestamp_is_valid(stamp->time.whole)) {
		status = GN_STAMP_BAD_NANOSECONDS;
	}
	if (status == GN_STAMP_OK && stamp->epoch != port->instance->clock_epoch) {
		status = GN_STAMP_STALE_EPOCH;
	}
	if (status != GN_STAMP_OK) {
		enum gn_drop reason = status < GN_STAMP_STATUSES ? drop_of_stamp[status]
								 : GN_DROP_STAMP_MISSING;

		ingress_drop(port, reason, &in->message->header, (int64_t)stamp->time.whole.seconds,
			     stamp->time.whole.nanoseconds, 0);
		return false;
	}
	in->time = gn_precise_add(stamp->time, gn_interval_negate(latency));
	if (gn_timestamp_compare(stamp->time.whole, port->last_ingress) < 0) {
		port->stamps_out_of_order++;
	}
	port->last_ingress = stamp->time.whole;
	return true;
}

static void receive_delay(struct port *port, const struct ingress *in)
{
	bool is_request = in->message->header.message_type == GN_DELAY_REQ;

	if (port->ds.delay_mechanism != GN_DELAY_E2E) {
		if (is_request) {
			struct gn_report *report = port_report(port, GN_REPORT_MECHANISM_MISMATCH);

			if (report) {
				report->number[0] = GN_DELAY_REQ;
			}
		}
		ingress_drop(port, GN_DROP_MECHANISM, &in->message->header, port->ds.delay_mechanism, 0, 0);
	} else if (is_request) {
		e2e_request_receive(port, in);
	} else {
		e2e_response_receive(port, in);
	}
}

static void receive_peer_delay_response(struct port *port, const struct ingress *in)
{
	if (!port_is_p2p(port)) {
		ingress_drop(port, GN_DROP_MECHANISM, &in->message->header, port->ds.delay_mechanism, 0, 0);
	} else if (in->message->header.message_type == GN_PDELAY_RESP) {
		p2p_response_receive(port, in);
	} else {
		p2p_response_follow_up_receive(port, in);
	}
}

static void receive_management(struct port *port, const struct ingress *in)
{
	management_receive(port->instance, port, in);
}

static void (*const station_of[GN_MESSAGE_TYPES])(struct port *, const struct ingress *) = {
	[GN_SYNC] = sync_receive,
	[GN_DELAY_REQ] = receive_delay,
	[GN_PDELAY_REQ] = p2p_request_receive,
	[GN_PDELAY_RESP] = receive_peer_delay_response,
	[GN_FOLLOW_UP] = sync_follow_up_receive,
	[GN_DELAY_RESP] = receive_delay,
	[GN_PDELAY_RESP_FOLLOW_UP] = receive_peer_delay_response,
	[GN_ANNOUNCE] = announce_receive,
	[GN_SIGNALING] = signaling_receive,
	[GN_MANAGEMENT] = receive_management,
};

static void receive_local(struct gn_instance *instance, const struct ingress *in)
{
	if (in->message->header.message_type == GN_MANAGEMENT &&
	    is_accepted(instance, NULL, in->message, in->frame)) {
		management_receive(instance, NULL, in);
	}
}

void ingress_receive(struct gn_instance *instance, struct port *port, const struct gn_frame_received *frame)
{
	struct wire_message m;
	struct ingress in = { .message = &m, .frame = frame };
	bool has_header = false;
	int reason = wire_decode(frame->octets, frame->length, &m, &has_header);

	if (frame->is_local) {
		if (reason == GN_DROPS) {
			receive_local(instance, &in);
		}
		return;
	}
	if (!port) {
		return;
	}
	if (has_header) {
		port->received[m.header.message_type & 0xF]++;
	}
	if (reason != GN_DROPS) {
		ingress_drop(port, (enum gn_drop)reason, has_header ? &m.header : NULL,
			     (int64_t)frame->length, 0, 0);
	} else if (!is_active(port)) {
		ingress_drop(port, GN_DROP_PORT_STATE, &m.header, port->ds.port_state, 0, 0);
	} else if (is_accepted(instance, port, &m, frame) &&
		   (!wire_is_event(m.header.message_type) || take_stamp(port, &in))) {
		station_of[m.header.message_type](port, &in);
	}
}
