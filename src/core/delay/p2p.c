/* src/core/delay/p2p.c -- one exchange at a time: the request's egress, the response and its Follow_Up arrive in any order
 * and are brought together when all are there. Pdelay_Resp_Follow_Up may overtake Pdelay_Resp. */
#include "core/delay/p2p.h"

#include "core/delay/rate.h"
#include "core/egress.h"
#include "core/port/port.h"
#include "core/servo/steer.h"

#include <string.h>

/* ---- the neighbour: asCapable (IEEE 802.1AS 11.2.2) ---- */

static void report_capable(struct port *port, enum gn_as_capable_change change, int64_t value, int64_t limit)
{
	struct gn_report *report = port_report(port, GN_REPORT_AS_CAPABLE);

	if (report) {
		report->number[0] = change;
		report->number[1] = value;
		report->number[2] = limit;
	}
}

static void not_capable(struct port *port, enum gn_as_capable_change why, int64_t value, int64_t limit)
{
	if (port->config.as_capable == GN_AS_CAPABLE_TRUE || !port_is_802_1as(port)) {
		return;
	}
	if (port->is_as_capable) {
		report_capable(port, why, value, limit);
	}
	port->is_as_capable = false;
	rate_init(&port->neighbor_rate, port->config.freq_est_interval, port->ds.log_min_pdelay_req_interval);
}

static void judge_capability(struct port *port)
{
	int64_t delay = gn_interval_to_ns(port->ds.mean_link_delay);
	const struct gn_port_config *c = &port->config;

	if (!port_is_802_1as(port)) {
		port->is_as_capable = true;
	} else if (delay > c->neighbor_prop_delay_thresh) {
		not_capable(port, GN_AS_CAPABLE_LOST_DELAY_TOO_LONG, delay, c->neighbor_prop_delay_thresh);
	} else if (delay < c->min_neighbor_prop_delay) {
		not_capable(port, GN_AS_CAPABLE_LOST_DELAY_TOO_SHORT, delay, c->min_neighbor_prop_delay);
	} else if (port->pdelay_missed > (uint32_t)c->allowed_lost_responses) {
		not_capable(port, GN_AS_CAPABLE_LOST_RESPONSES, port->pdelay_missed,
			    c->allowed_lost_responses);
	} else if (port->multiple_in_a_row > (uint32_t)c->allowed_lost_responses) {
		not_capable(port, GN_AS_CAPABLE_LOST_MULTIPLE_RESPONSES, port->multiple_in_a_row,
			    c->allowed_lost_responses);
	} else if (!port->has_peer) {
		not_capable(port, GN_AS_CAPABLE_LOST_PEER, 0, 0);
	} else if (!port->neighbor_rate.is_valid) {
		port->is_as_capable = false; /* not yet: the rate takes its window */
	} else if (!port->is_as_capable) {
		port->is_as_capable = true;
		report_capable(port, GN_AS_CAPABLE_SET, 0, 0);
	}
}

void p2p_forget(struct port *port)
{
	port->pdelay = (struct pdelay_exchange){ 0 };
	port->neighbor_rate.has_first = false;
}

void p2p_reset(struct port *port)
{
	p2p_forget(port);
	delay_process_reset(&port->pdelay_process, false);
	rate_init(&port->neighbor_rate, port->config.freq_est_interval, port->ds.log_min_pdelay_req_interval);
	port->ds.mean_link_delay = (struct gn_interval){ 0 };
	port->has_peer = false;
	port->multiple_responders = 0;
	port->multiple_in_a_row = 0;
	port->pdelay_missed = (uint32_t)port->config.allowed_lost_responses + 1;
	port->is_as_capable = !port_is_802_1as(port);
}

/* ---- requester ---- */

/* What became of the exchange before this request. */
static void close_exchange(struct port *port)
{
	const struct pdelay_exchange *x = &port->pdelay;

	if (!x->is_open) {
		return;
	}
	if (port->multiple_responders) {
		port->multiple_in_a_row++;
	} else {
		port->multiple_in_a_row = 0;
	}
	port->multiple_responders = 0;
	if (!x->is_done && port->pdelay_missed <= (uint32_t)port->config.allowed_lost_responses) {
		port->pdelay_missed++;
		judge_capability(port);
	}
	if (port->multiple_in_a_row > (uint32_t)port->config.allowed_lost_responses) {
		port->multiple_in_a_row = 0;
		port_fault(port, GN_FAULT_BAD_PEER_NETWORK);
	}
}

void p2p_request_transmit(struct port *port)
{
	struct wire_message m;
	struct egress_target target = { .destination = GN_TO_PDELAY };
	struct pending_token pending = { 0 };

	close_exchange(port);
	if (port->ds.port_state == GN_PORT_FAULTY) {
		return;
	}
	m = egress_message(port->instance, port, GN_PDELAY_REQ);
	m.header.sequence_id = port->delay_req_sequence++;
	m.header.correction = gn_interval_negate(port->ds.delay_asymmetry);
	if (port_is_802_1as(port)) {
		m.header.log_message_interval = port->ds.log_min_pdelay_req_interval;
	}
	port->pdelay = (struct pdelay_exchange){ .is_open = true, .sequence_id = m.header.sequence_id };
	egress_send_timed(port, &m, &target, &pending, false);
}

static void learn_peer(struct port *port, const struct gn_port_identity *peer)
{
	struct gn_report *report;

	if (port->has_peer && gn_port_identity_equal(&port->peer, peer)) {
		return;
	}
	if (port->has_peer) {
		report = port_report(port, GN_REPORT_PEER_CHANGED);
		if (report) {
			report->number[0] = GN_PDELAY_RESP;
			report->identity = *peer;
		}
		not_capable(port, GN_AS_CAPABLE_LOST_PEER, 0, 0);
		rate_init(&port->neighbor_rate, port->config.freq_est_interval,
			  port->ds.log_min_pdelay_req_interval);
	}
	port->peer = *peer;
	port->has_peer = true;
	report = port_report(port, GN_REPORT_PEER);
	if (report) {
		report->identity = *peer;
	}
}

static void report_delay(struct port *port, const struct delay_sample *sample)
{
	struct gn_report *report = port_report(port, GN_REPORT_DELAY_SAMPLE);

	if (report) {
		report->number[0] = gn_interval_truncate_ns(sample->delay);
		report->number[1] = sample->raw_ns;
	}
}

static void update_rate(struct port *port, const struct pdelay_exchange *x, struct gn_precise t3)
{
	bool is_bad;

	if (x->is_one_step || !x->t3.whole.seconds) {
		return; /* option A and one-step have no absolute t3 */
	}
	rate_update(&port->neighbor_rate, t3, x->t4, &is_bad);
	if (is_bad) {
		struct gn_report *report = port_report(port, GN_REPORT_BAD_RATE_STAMPS);

		if (report) {
			report->number[0] = 1;
		}
	}
}

/* What Pdelay_Resp's correction belongs to: IEEE 802.1AS adds it to t2, IEEE 1588 (11.4.2) to the exchange. Both ends of
 * a link have to agree on what is below a nanosecond. */
static bool is_t2_corrected(const struct port *port)
{
	return port->config.transport_specific == 1;
}

/* 11.4.2 e) */
static void measure(struct port *port, const struct pdelay_exchange *x)
{
	struct gn_interval response = is_t2_corrected(port) ? gn_interval_negate(x->response_correction)
							    : x->response_correction;
	struct gn_interval correction = gn_interval_add(gn_interval_add(x->follow_up_correction, response),
							port->ds.delay_asymmetry);
	struct gn_precise t3 = gn_precise_add(time_biased(x->t3), correction);
	struct delay_sample sample;
	bool use_rate = port->config.follow_up_info && port->neighbor_rate.is_valid;

	if (gn_interval_is_saturated(correction)) {
		ingress_drop(port, GN_DROP_CORRECTION_UNUSABLE, NULL, correction.scaled_ns, 0, 0);
		return;
	}
	update_rate(port, x, t3);
	delay_process_set_rate_ratio(&port->pdelay_process, use_rate ? port->neighbor_rate.ratio : 1.0);
	/* Here the responder is the remote clock: its t3 arrives at our t4, our t1 arrives at its t2. */
	delay_process_down(&port->pdelay_process, t3, time_biased(x->t4));
	delay_process_up(&port->pdelay_process, time_biased(x->t1), time_biased(x->t2));
	if (!delay_process_update_delay(&port->pdelay_process, &sample)) {
		return;
	}
	port->ds.mean_link_delay = sample.delay;
	report_delay(port, &sample);
	if (port_is_time_receiver(port)) {
		steer_peer_delay(port, port->pdelay_process.raw);
	}
}

static void complete(struct port *port)
{
	struct pdelay_exchange *x = &port->pdelay;

	if (!x->is_open || x->is_done || !x->has_t1 || !x->has_response ||
	    !(x->is_one_step || x->has_follow_up)) {
		return;
	}
	if (port->multiple_responders) {
		return; /* of whom? */
	}
	x->is_done = true;
	port->pdelay_missed = 0;
	learn_peer(port, &x->responder);
	measure(port, x);
	judge_capability(port);
}

void p2p_request_sent(struct port *port, const struct pending_token *token, struct gn_precise t1)
{
	if (port->pdelay.is_open && token->sequence_id == port->pdelay.sequence_id) {
		port->pdelay.t1 = t1;
		port->pdelay.has_t1 = true;
		complete(port);
	}
}

/* Is it an answer to our request? */
static bool is_ours(struct port *port, const struct wire_header *h, const struct gn_port_identity *requester)
{
	if (!gn_port_identity_equal(requester, &port->ds.port_identity)) {
		return false; /* somebody else's; peer delay is link-local, so hubs and bad switches only */
	}
	if (!port->pdelay.is_open) {
		port_report(port, GN_REPORT_ROGUE_PDELAY_RESP);
	}
	if (!port->pdelay.is_open || h->sequence_id != port->pdelay.sequence_id) {
		ingress_drop(port, GN_DROP_NO_SUCH_EXCHANGE, h, port->pdelay.sequence_id, 0, 0);
		return false;
	}
	if (gn_interval_is_saturated(h->correction)) {
		ingress_drop(port, GN_DROP_CORRECTION_UNUSABLE, h, h->correction.scaled_ns, 0, 0);
		return false;
	}
	return true;
}

static void second_responder(struct port *port, const struct wire_header *h)
{
	struct gn_report *report = port_report(port, GN_REPORT_MULTIPLE_RESPONDERS);

	if (report) {
		report->identity = h->source_port_identity;
	}
	port->multiple_responders++;
	ingress_drop(port, GN_DROP_MULTIPLE_RESPONDERS, h, port->multiple_responders, 0, 0);
}

void p2p_response_receive(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	const struct wire_pdelay_resp *body = &in->message->body.pdelay_resp;
	struct pdelay_exchange *x = &port->pdelay;

	if (!is_ours(port, h, &body->requesting_port_identity)) {
		return;
	}
	if (x->has_response) {
		if (gn_port_identity_equal(&x->responder, &h->source_port_identity)) {
			ingress_drop(port, GN_DROP_DUPLICATE, h, 0, 0, 0);
		} else {
			second_responder(port, h);
		}
		return;
	}
	x->has_response = true;
	x->responder = h->source_port_identity;
	x->is_one_step = !(h->flags & WIRE_FLAG_TWO_STEP) && !port->instance->config.assume_two_step;
	x->t2 = (struct gn_precise){ body->request_receipt_timestamp, 0 };
	x->t4 = in->time;
	x->response_correction = h->correction;
	if (x->is_one_step) {
		/* All is in the correction; t2 and t3 are the same moment for the formula. */
		x->t3 = x->t2;
	} else if (x->has_follow_up && !gn_port_identity_equal(&x->follow_up_source, &x->responder)) {
		x->has_follow_up = false;
		ingress_drop(port, GN_DROP_FOLLOW_UP_MISPAIRED, h, 0, 0, 0);
	}
	complete(port);
}

void p2p_response_follow_up_receive(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	const struct wire_pdelay_resp_follow_up *body = &in->message->body.pdelay_resp_follow_up;
	struct pdelay_exchange *x = &port->pdelay;

	if (!is_ours(port, h, &body->requesting_port_identity)) {
		return;
	}
	if (x->has_response && !gn_port_identity_equal(&x->responder, &h->source_port_identity)) {
		ingress_drop(port, GN_DROP_FOLLOW_UP_MISPAIRED, h, 0, 0, 0);
		return;
	}
	if (x->has_follow_up) {
		ingress_drop(port, GN_DROP_DUPLICATE, h, 0, 0, 0);
		return;
	}
	x->has_follow_up = true;
	x->follow_up_source = h->source_port_identity;
	x->t3 = (struct gn_precise){ body->response_origin_timestamp, 0 };
	x->follow_up_correction = h->correction;
	complete(port);
}

/* ---- responder ---- */

static void detect_p2p(struct port *port)
{
	if (port->config.delay_mechanism != GN_DELAY_AUTO || port->is_p2p_detected) {
		return;
	}
	port->is_p2p_detected = true;
	port_report(port, GN_REPORT_P2P_DETECTED);
	port->ds.delay_mechanism = GN_DELAY_P2P;
	port_timer_stop(port, GN_TIMER_DELAY_REQ);
	p2p_reset(port);
	port_schedule_delay_req(port);
}

void p2p_request_receive(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	struct wire_message m;
	struct egress_target target = { .destination = GN_TO_PDELAY };
	struct pending_token pending = { 0 };
	bool is_one_step = port->attachment.time_stamping == GN_STAMPING_P2P1STEP;

	detect_p2p(port);
	if (!port_is_p2p(port)) {
		struct gn_report *report = port_report(port, GN_REPORT_MECHANISM_MISMATCH);

		if (report) {
			report->number[0] = GN_PDELAY_REQ;
		}
		ingress_drop(port, GN_DROP_MECHANISM, h, port->ds.delay_mechanism, 0, 0);
		return;
	}
	m = egress_message(port->instance, port, GN_PDELAY_RESP);
	m.header.major_sdo_id = h->major_sdo_id;
	m.header.minor_sdo_id = h->minor_sdo_id;
	m.header.domain_number = h->domain_number;
	m.header.sequence_id = h->sequence_id;
	m.body.pdelay_resp.requesting_port_identity = h->source_port_identity;
	if (in->frame->is_unicast) {
		target = (struct egress_target){ .destination = GN_TO_ADDRESS, .address = in->frame->source };
	}
	if (is_one_step) {
		/* The hardware adds its egress less its ingress time; ours is the way to the reference plane. */
		int64_t latency = (int64_t)port->config.egress_latency + port->config.ingress_latency;

		m.header.correction = gn_interval_add(h->correction, gn_interval_from_ns(latency));
		egress_send_timed(port, &m, &target, &pending, true);
		return;
	}
	/* Two-step, option B: t2 here, t3 in the Follow_Up, what is below a nanosecond in the corrections. */
	m.header.flags |= WIRE_FLAG_TWO_STEP;
	m.header.correction.scaled_ns = is_t2_corrected(port) ? in->time.fraction
							      : -(int64_t)in->time.fraction;
	m.body.pdelay_resp.request_receipt_timestamp = in->time.whole;
	pending.requester = h->source_port_identity;
	pending.sdo_id = (uint16_t)(h->major_sdo_id << 8 | h->minor_sdo_id);
	pending.domain_number = h->domain_number;
	pending.correction = h->correction;
	pending.is_unicast = in->frame->is_unicast;
	pending.address = in->frame->source;
	pending.received = in->time;
	if (!egress_send_timed(port, &m, &target, &pending, false)) {
		ingress_drop(port, GN_DROP_NO_TOKEN, h, TOKENS_PER_PORT, 0, 0);
	}
}

void p2p_response_sent(struct port *port, const struct pending_token *token, struct gn_precise t3)
{
	struct wire_message m = egress_message(port->instance, port, GN_PDELAY_RESP_FOLLOW_UP);
	struct egress_target target = { .destination = GN_TO_PDELAY };

	if (token->is_unicast) {
		target = (struct egress_target){ .destination = GN_TO_ADDRESS, .address = token->address };
	}
	m.header.domain_number = token->domain_number;
	m.header.major_sdo_id = (uint8_t)(token->sdo_id >> 8 & 0xF);
	m.header.minor_sdo_id = (uint8_t)token->sdo_id;
	m.header.sequence_id = token->sequence_id;
	m.header.correction = gn_interval_add(token->correction, (struct gn_interval){ t3.fraction });
	m.body.pdelay_resp_follow_up.response_origin_timestamp = t3.whole;
	m.body.pdelay_resp_follow_up.requesting_port_identity = token->requester;
	egress_send(port->instance, port, &m, &target);
}
