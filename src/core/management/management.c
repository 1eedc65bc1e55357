/* src/core/management/management.c -- what becomes of a management message (15.3, 15.4).
 *
 *     forwarded?  to us?  a request with one MANAGEMENT TLV?  id known?  may it be changed from here?
 *     whom does it concern: the clock, or which ports?  then for each: action, length, values, answer
 *
 * Where the standard leaves it open, the answers are linuxptp's: a clock's id is answered by the port that was asked,
 * a port's by each port addressed; and SET and COMMAND are for the management socket that may change, alone. */
#include "core/management/management.h"

#include "core/egress.h"
#include "core/management/answer.h"
#include "core/port/port.h"

#include <string.h>

#define ALL_PORTS 0xFFFF
#define ACTION_MASK 0xF /* the other half of the octet is reserved */
#define TLV_HEADER_LENGTH 4
#define MESSAGE_LENGTH 48 /* of a management message without TLVs */

/* A request that is answered. */
struct request {
	struct gn_instance *instance;
	struct port *port; /* that it came in on; NULL: the management socket */
	const struct ingress *in;
	enum wire_action action;
	bool may_change;
	uint16_t id;
	const struct wire_management_kind *kind; /* of the id; NULL: no such id */
	const uint8_t *data;
	size_t data_length;
};

/* ---- answers ---- */

static enum wire_action answering_action(enum wire_action request)
{
	return request == WIRE_COMMAND ? WIRE_ACKNOWLEDGE : WIRE_RESPONSE;
}

/* As the request came: unicast to its sender, else to everybody (15.3.2). */
static struct egress_target target_of(const struct gn_frame_received *frame)
{
	if (frame->is_local || frame->is_unicast) {
		return (struct egress_target){ .destination = GN_TO_ADDRESS, .address = frame->source };
	}
	return (struct egress_target){ .destination = GN_TO_PRIMARY };
}

/* As far back as the request had come. One that claims more hops left than it started with is not to make us send
 * further than that. */
static uint8_t hops_back(const struct wire_management *request)
{
	if (request->boundary_hops > request->starting_boundary_hops) {
		return 0;
	}
	return (uint8_t)(request->starting_boundary_hops - request->boundary_hops);
}

/* From `answering`, or if that is NULL from the port that the request came in on (15.4.1). */
static void send_answer(const struct request *r, const struct port *answering, const struct wire_writer *tlv)
{
	const struct wire_message *request = r->in->message;
	struct wire_message m = egress_message(r->instance, r->port, GN_MANAGEMENT);
	struct egress_target target = target_of(r->in->frame);

	m.header.major_sdo_id = request->header.major_sdo_id;
	m.header.minor_sdo_id = request->header.minor_sdo_id;
	m.header.domain_number = request->header.domain_number;
	m.header.sequence_id = request->header.sequence_id;
	if (answering) {
		m.header.source_port_identity = answering->ds.port_identity;
	}
	m.body.management = (struct wire_management){
		.target_port_identity = request->header.source_port_identity,
		.starting_boundary_hops = hops_back(&request->body.management),
		.boundary_hops = hops_back(&request->body.management),
		.action_field = (uint8_t)answering_action(r->action),
	};
	m.tlvs = tlv->octets;
	m.tlvs_length = tlv->at;
	(void)egress_send(r->instance, r->port, &m, &target); /* counted there if there was no room */
}

static void answer_error(const struct request *r, const struct port *answering,
			 enum wire_management_error error)
{
	uint8_t octets[TLV_HEADER_LENGTH + 8];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	wire_put_u16(&w, WIRE_TLV_MANAGEMENT_ERROR_STATUS);
	wire_put_u16(&w, sizeof(octets) - TLV_HEADER_LENGTH);
	wire_put_u16(&w, (uint16_t)error);
	wire_put_u16(&w, r->id);
	wire_put_zeros(&w, 4); /* reserved; no displayData */
	send_answer(r, answering, &w);
}

/* The current data of the id; of a COMMAND, nothing. */
static void answer_data(const struct request *r, const struct answer_row *row,
			const struct answer_subject *subject)
{
	uint8_t octets[GN_FRAME_MAX - MESSAGE_LENGTH];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	struct wire_writer length = wire_writer(octets + 2, 2);
	union wire_management_data data;

	memset(&data, 0, sizeof(data)); /* `= { 0 }` would be its first member */
	wire_put_u16(&w, WIRE_TLV_MANAGEMENT);
	wire_put_u16(&w, 0);
	wire_put_u16(&w, r->id);
	if (r->action != WIRE_COMMAND) {
		row->get(subject, &data);
		wire_management_encode(&w, r->kind, &data);
	}
	if (w.overrun) {
		answer_error(r, subject->port, WIRE_ERROR_RESPONSE_TOO_BIG);
		return;
	}
	wire_put_u16(&length, (uint16_t)(w.at - TLV_HEADER_LENGTH));
	send_answer(r, subject->port, &w);
}

/* ---- what is asked or told ---- */

static void report_change(const struct request *r, const struct answer_subject *subject)
{
	struct gn_report *report;

	if (r->id == WIRE_NULL_PTP_MANAGEMENT) {
		return; /* the ping changes nothing */
	}
	report = subject->port ? port_report(subject->port, GN_REPORT_CONFIGURATION_CHANGED)
			       : instance_report(r->instance, GN_REPORT_CONFIGURATION_CHANGED);
	if (report) {
		report->number[0] = r->id;
	}
}

static enum wire_management_error set(const struct request *r, const struct answer_row *row,
				      const struct answer_subject *subject)
{
	union wire_management_data data;
	enum wire_management_error error;

	memset(&data, 0, sizeof(data));
	if (r->kind->fields && !wire_management_decode(r->kind, r->data, r->data_length, &data)) {
		return WIRE_ERROR_WRONG_LENGTH;
	}
	error = row->set(subject, &data);
	if (error == WIRE_ERROR_NONE) {
		r->instance->is_decision_due = true;
		report_change(r, subject);
	}
	return error;
}

static void command(const struct request *r, const struct answer_row *row,
		    const struct answer_subject *subject)
{
	row->command(subject);
	report_change(r, subject);
}

/* Is this to be had here? 15.5.2.3 says what an id is for, the row what we do of it. */
static bool is_supported(const struct request *r, const struct answer_row *row)
{
	if (!row || (row->is_private && !r->may_change)) {
		return false;
	}
	switch (r->action) {
	case WIRE_GET:
		return row->get;
	case WIRE_SET:
		return row->set;
	default:
		return row->command;
	}
}

static enum wire_management_error carry_out(const struct request *r, const struct answer_row *row,
					    const struct answer_subject *subject)
{
	if (!is_supported(r, row)) {
		return WIRE_ERROR_NOT_SUPPORTED;
	}
	if (!wire_management_fits(r->kind, r->data, r->data_length)) {
		return WIRE_ERROR_WRONG_LENGTH;
	}
	if (r->action == WIRE_SET) {
		return set(r, row, subject);
	}
	if (r->action == WIRE_COMMAND) {
		command(r, row, subject);
	}
	return WIRE_ERROR_NONE;
}

/* `port` NULL: the clock. */
static void answer(const struct request *r, struct port *port)
{
	uint8_t scratch[ANSWER_SCRATCH];
	const struct answer_subject subject = { .instance = r->instance, .port = port, .scratch = scratch };
	const struct answer_row *row = answer_row(r->id);
	enum wire_management_error error = carry_out(r, row, &subject);

	if (error == WIRE_ERROR_NONE) {
		answer_data(r, row, &subject);
	} else {
		answer_error(r, port, error);
	}
}

static void answer_by_ports(const struct request *r)
{
	uint16_t number = r->in->message->body.management.target_port_identity.port_number;
	struct port *port = instance_port(r->instance, number);

	if (port) {
		answer(r, port);
	} else if (number != ALL_PORTS) {
		answer_error(r, NULL, WIRE_ERROR_WRONG_VALUE);
	} else {
		for (uint16_t i = 0; i < r->instance->port_count; i++) {
			answer(r, &r->instance->ports[i]);
		}
	}
}

/* Nobody knows whom an unknown id concerns: one answer, by the port addressed, or the first of all. */
static void answer_unknown(const struct request *r)
{
	uint16_t number = r->in->message->body.management.target_port_identity.port_number;
	const struct port *port = instance_port(r->instance, number);

	answer_error(r, port ? port : &r->instance->ports[0], WIRE_ERROR_NO_SUCH_ID);
}

static void answer_request(const struct request *r)
{
	if (!r->kind) {
		answer_unknown(r);
	} else if (r->action != WIRE_GET && !r->may_change) {
		answer_error(r, NULL, WIRE_ERROR_NOT_SUPPORTED);
	} else if (r->kind->scope == WIRE_SCOPE_CLOCK) {
		answer(r, NULL);
	} else {
		answer_by_ports(r);
	}
}

/* ---- forwarding (15.3.3) ---- */

static bool is_in_forwarding_state(const struct port *port)
{
	enum gn_port_state state = port->ds.port_state;

	return state == GN_PORT_TIME_TRANSMITTER || state == GN_PORT_PRE_TIME_TRANSMITTER ||
	       state == GN_PORT_TIME_RECEIVER || state == GN_PORT_UNCALIBRATED;
}

static bool is_request(enum wire_action action)
{
	return action == WIRE_GET || action == WIRE_SET || action == WIRE_COMMAND;
}

/* From a port of the network, or from the management socket that may change; never what is for this clock only. */
static bool is_to_be_forwarded(const struct gn_instance *instance, const struct port *port,
			       const struct ingress *in)
{
	const struct wire_management *m = &in->message->body.management;
	const struct gn_frame_received *frame = in->frame;

	if (m->boundary_hops == 0 || gn_clock_identity_equal(&m->target_port_identity.clock_identity,
							     &instance->default_ds.clock_identity)) {
		return false;
	}
	if (frame->is_local) {
		return frame->may_change;
	}
	return port && is_in_forwarding_state(port) && !frame->is_unicast;
}

/* To all other ports; answers to the management socket too, to whoever wrote there last. */
static bool forward(struct gn_instance *instance, const struct port *port, const struct ingress *in)
{
	const struct egress_target everybody = { .destination = GN_TO_PRIMARY };
	const struct egress_target latest = {
		.destination = GN_TO_ADDRESS,
		.address = { .network_protocol = GN_PROTOCOL_LOCAL },
	};
	struct wire_message m = *in->message;
	bool is_sent = false;

	if (!is_to_be_forwarded(instance, port, in)) {
		return false;
	}
	m.body.management.boundary_hops--;
	for (uint16_t i = 0; i < instance->port_count; i++) {
		struct port *out = &instance->ports[i];

		if (out != port && is_in_forwarding_state(out)) {
			is_sent = egress_send(instance, out, &m, &everybody) || is_sent;
		}
	}
	if (port && !is_request((enum wire_action)(m.body.management.action_field & ACTION_MASK))) {
		is_sent = egress_send(instance, NULL, &m, &latest) || is_sent;
	}
	return is_sent;
}

/* ---- receiving ---- */

static bool is_for_us(const struct gn_instance *instance, const struct wire_management *m)
{
	static const struct gn_clock_identity all = { { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF } };
	const struct gn_clock_identity *target = &m->target_port_identity.clock_identity;

	return gn_clock_identity_equal(target, &all) ||
	       gn_clock_identity_equal(target, &instance->default_ds.clock_identity);
}

/* The one TLV of a management message, which AUTHENTICATION alone may follow (15.4.1.7, 16.14). */
static bool take_request(struct request *r)
{
	const uint8_t *tlvs = r->in->message->tlvs;
	size_t left = r->in->message->tlvs_length;
	struct wire_tlv tlv, second;
	struct wire_reader reader;

	if (!wire_tlv_next(&tlvs, &left, &tlv) || tlv.type != WIRE_TLV_MANAGEMENT) {
		return false;
	}
	if (wire_tlv_next(&tlvs, &left, &second) && (second.type != WIRE_TLV_AUTHENTICATION || left > 0)) {
		return false;
	}
	reader = wire_reader(tlv.value, tlv.length);
	r->id = wire_get_u16(&reader);
	r->data = tlv.value + reader.at;
	r->data_length = wire_left(&reader);
	r->kind = wire_management_kind(r->id);
	return !reader.overrun;
}

static void ignore(struct port *port, const struct wire_message *m)
{
	if (port) {
		ingress_drop(port, GN_DROP_MANAGEMENT_IGNORED, &m->header, m->body.management.action_field,
			     (int64_t)m->tlvs_length, 0);
	}
}

void management_receive(struct gn_instance *instance, struct port *port, const struct ingress *in)
{
	const struct wire_management *m = &in->message->body.management;
	struct request r = {
		.instance = instance,
		.port = port,
		.in = in,
		.action = (enum wire_action)(m->action_field & ACTION_MASK),
		.may_change = in->frame->is_local && in->frame->may_change,
	};
	bool is_forwarded = forward(instance, port, in);

	if (!is_request(r.action)) {
		if (!is_forwarded) {
			ignore(port, in->message);
		}
	} else if (is_for_us(instance, m)) {
		if (take_request(&r)) {
			answer_request(&r);
		} else {
			ignore(port, in->message);
		}
	}
}
