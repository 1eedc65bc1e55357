/* src/core/delay/e2e.c -- each request is kept until its egress time and its answer are both there, in either order. */
#include "core/delay/e2e.h"

#include "core/egress.h"
#include "core/port/port.h"
#include "core/servo/steer.h"

#include <string.h>

#define FORGET_AFTER_NS (5LL * GN_NS_PER_SECOND)

void e2e_forget(struct port *port)
{
	memset(port->requests, 0, sizeof(port->requests));
	port->delay_responses_missed = 0;
}

/* ---- the time receiver's side ---- */

static bool is_forgotten(const struct port *port, const struct delay_request *request)
{
	return !request->is_open || port->instance->now.ns - request->sent.ns > FORGET_AFTER_NS;
}

static struct delay_request *find(struct port *port, uint16_t sequence_id)
{
	for (int i = 0; i < DELAY_REQUESTS_OPEN; i++) {
		struct delay_request *request = &port->requests[i];

		if (!is_forgotten(port, request) && request->sequence_id == sequence_id) {
			return request;
		}
	}
	return NULL;
}

/* A free place, or that of the oldest request. */
static struct delay_request *place_for_request(struct port *port)
{
	struct delay_request *oldest = &port->requests[0];

	for (int i = 0; i < DELAY_REQUESTS_OPEN; i++) {
		struct delay_request *request = &port->requests[i];

		if (is_forgotten(port, request)) {
			return request;
		}
		if (request->sent.ns < oldest->sent.ns) {
			oldest = request;
		}
	}
	return oldest;
}

/* The request before this one was not answered: count, and give up the lock after a configured run (SLAVE only). */
static void count_missing(struct port *port)
{
	int limit = port->config.delay_response_timeout;
	struct gn_report *report;

	if (port->ds.port_state != GN_PORT_TIME_RECEIVER || limit == 0) {
		return;
	}
	if (++port->delay_responses_missed <= (uint32_t)limit) {
		return;
	}
	report = port_report(port, GN_REPORT_DELAY_RESPONSE_TIMEOUT);
	if (report) {
		report->number[0] = limit;
	}
	port->delay_responses_missed = 0;
	port_dispatch(port, GN_EV_SYNCHRONIZATION_FAULT);
}

void e2e_request_transmit(struct port *port)
{
	struct wire_message m = egress_message(port->instance, port, GN_DELAY_REQ);
	struct egress_target target = { .destination = GN_TO_PRIMARY };
	struct pending_token pending = { 0 };
	struct delay_request *request;

	if (!port_is_time_receiver(port)) {
		return;
	}
	count_missing(port);
	m.header.sequence_id = port->delay_req_sequence++;
	m.header.correction = gn_interval_negate(port->ds.delay_asymmetry);
	request = place_for_request(port);
	*request = (struct delay_request){
		.is_open = true,
		.sequence_id = m.header.sequence_id,
		.sent = port->instance->now,
	};
	if (!egress_send_timed(port, &m, &target, &pending, false)) {
		request->is_open = false;
	}
}

static void complete(struct port *port, struct delay_request *request)
{
	if (request->has_t3 && request->has_t4) {
		request->is_open = false;
		steer_delay(port, request->t3, request->t4, request->sent);
	}
}

void e2e_request_sent(struct port *port, const struct pending_token *token, struct gn_precise t3)
{
	struct delay_request *request = find(port, token->sequence_id);

	if (request) {
		request->t3 = time_biased(t3);
		request->has_t3 = true;
		complete(port, request);
	}
}

/* The time transmitter decides how often it is asked (9.5.11.2). */
static void learn_interval(struct port *port, const struct wire_header *h)
{
	int8_t log = h->log_message_interval;
	struct gn_report *report;

	if ((uint8_t)log == WIRE_LOG_INTERVAL_NONE || (h->flags & WIRE_FLAG_UNICAST) ||
	    log == port->ds.log_min_delay_req_interval) {
		return;
	}
	if (log >= -10 && log <= 22) {
		port->ds.log_min_delay_req_interval = log;
		report = port_report(port, GN_REPORT_DELAY_REQ_INTERVAL);
	} else if (port_may_report(port, 2, 300)) {
		report = port_report(port, GN_REPORT_BOGUS_DELAY_REQ_INTERVAL);
	} else {
		return;
	}
	if (report) {
		report->number[0] = log;
	}
}

void e2e_response_receive(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	const struct wire_delay_resp *body = &in->message->body.delay_resp;
	struct delay_request *request;
	struct gn_precise t4 = { body->receive_timestamp, 0 };

	if (!gn_port_identity_equal(&body->requesting_port_identity, &port->ds.port_identity)) {
		return; /* for another receiver: multicast brings everybody's */
	}
	if (!port_is_time_receiver(port)) {
		ingress_drop(port, GN_DROP_PORT_STATE, h, port->ds.port_state, 0, 0);
		return;
	}
	if (!port->config.ignore_source_id &&
	    !gn_port_identity_equal(&h->source_port_identity,
				    &port->instance->parent_ds.parent_port_identity)) {
		ingress_drop(port, GN_DROP_NOT_FROM_PARENT, h, 0, 0, 0);
		return;
	}
	if (gn_interval_is_saturated(h->correction)) {
		ingress_drop(port, GN_DROP_CORRECTION_UNUSABLE, h, h->correction.scaled_ns, 0, 0);
		return;
	}
	request = find(port, h->sequence_id);
	if (!request) {
		ingress_drop(port, GN_DROP_NO_SUCH_EXCHANGE, h, (uint16_t)(port->delay_req_sequence - 1), 0,
			     0);
		return;
	}
	if (request->has_t4) {
		ingress_drop(port, GN_DROP_DUPLICATE, h, 0, 0, 0);
		return;
	}
	port->delay_responses_missed = 0;
	request->t4 = gn_precise_add(time_biased(t4), gn_interval_negate(h->correction));
	request->has_t4 = true;
	learn_interval(port, h);
	complete(port, request);
}

/* ---- the time transmitter's side ---- */

void e2e_request_receive(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	struct wire_message m = egress_message(port->instance, port, GN_DELAY_RESP);
	struct egress_target target = { .destination = GN_TO_PRIMARY };

	if (port->ds.port_state != GN_PORT_TIME_TRANSMITTER) {
		ingress_drop(port, GN_DROP_PORT_STATE, h, port->ds.port_state, 0, 0);
		return;
	}
	if (gn_interval_is_saturated(h->correction)) {
		ingress_drop(port, GN_DROP_CORRECTION_UNUSABLE, h, h->correction.scaled_ns, 0, 0);
		return;
	}
	m.header.sequence_id = h->sequence_id;
	m.header.log_message_interval = port->ds.log_min_delay_req_interval;
	/* t4 enters the formula with the opposite sign to the correction: what is below a nanosecond is taken off. */
	m.header.correction = gn_interval_sub(h->correction, (struct gn_interval){ in->time.fraction });
	m.body.delay_resp.receive_timestamp = in->time.whole;
	m.body.delay_resp.requesting_port_identity = h->source_port_identity;
	if (in->frame->is_unicast) {
		target = (struct egress_target){ .destination = GN_TO_ADDRESS, .address = in->frame->source };
		m.header.log_message_interval = WIRE_LOG_INTERVAL_NONE;
	}
	egress_send(port->instance, port, &m, &target);
}
