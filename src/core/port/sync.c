/* src/core/port/sync.c -- a Sync and its Follow_Up are a pair: same source, same sequenceId. Either may come first, as they
 * arrive on different sockets, so one half of one pair is kept. A half that fits no other is dropped and counted,
 * never used with a stranger. */
#include "core/port/sync.h"

#include "core/bmca/foreign.h"
#include "core/egress.h"
#include "core/port/announce.h"
#include "core/port/port.h"
#include "core/servo/steer.h"

#define REORDERING 16 /* how far behind a sequenceId is late; farther behind, the sender started over */

/* ---- transmit ---- */

bool sync_is_one_step(const struct port *port)
{
	return port->attachment.time_stamping == GN_STAMPING_ONESTEP ||
	       port->attachment.time_stamping == GN_STAMPING_P2P1STEP;
}

/* IEEE 802.1AS: no time without a capable neighbour, and none from a clock that may not be grandmaster. */
static bool may_transmit(const struct port *port)
{
	const struct gn_instance *instance = port->instance;

	if (!port_is_802_1as(port)) {
		return true;
	}
	return port->is_as_capable &&
	       (instance->config.gm_capable ||
		(instance->best_port && instance->best_port->decision == GN_DECISION_S1));
}

static void put_information(struct wire_message *m, uint8_t *tlvs, size_t size)
{
	static const struct wire_follow_up_information none = { 0 };
	struct wire_writer w = wire_writer(tlvs, size);

	wire_tlv_put_follow_up_information(&w, &none);
	m->tlvs = tlvs;
	m->tlvs_length = w.at;
}

void sync_transmit(struct port *port)
{
	struct wire_message m = egress_message(port->instance, port, GN_SYNC);
	struct egress_target target = { .destination = GN_TO_PRIMARY };
	struct pending_token pending = { 0 };
	uint8_t tlvs[64];

	if (!may_transmit(port)) {
		return;
	}
	m.header.sequence_id = port->sync_sequence++;
	m.header.log_message_interval = port->ds.log_sync_interval;
	if (sync_is_one_step(port)) {
		/* The hardware writes its stamp, taken before the reference plane. */
		m.header.correction = gn_interval_from_ns(port->config.egress_latency);
		if (port->config.follow_up_info) {
			put_information(&m, tlvs, sizeof(tlvs));
		}
	} else {
		m.header.flags |= WIRE_FLAG_TWO_STEP;
	}
	egress_send_timed(port, &m, &target, &pending, sync_is_one_step(port));
}

void sync_sent(struct port *port, const struct pending_token *token, struct gn_precise time)
{
	struct wire_message m = egress_message(port->instance, port, GN_FOLLOW_UP);
	uint8_t tlvs[64];

	announce_leap_is_over(port->instance, time.whole);
	if (port->ds.port_state != GN_PORT_TIME_TRANSMITTER) {
		return;
	}
	m.header.sequence_id = token->sequence_id;
	m.header.log_message_interval = port->ds.log_sync_interval;
	m.header.correction.scaled_ns = time.fraction;
	m.body.follow_up.precise_origin_timestamp = time.whole;
	if (port->config.follow_up_info) {
		put_information(&m, tlvs, sizeof(tlvs));
	}
	egress_send(port->instance, port, &m, &(struct egress_target){ .destination = GN_TO_PRIMARY });
}

/* ---- receive ---- */

/* How far `a` is ahead of `b`, modulo 2^16. */
static int ahead(uint16_t a, uint16_t b)
{
	return (int16_t)(uint16_t)(a - b);
}

static bool is_late(uint16_t sequence_id, uint16_t newest)
{
	int distance = ahead(sequence_id, newest);

	return distance < 0 && distance >= -REORDERING;
}

/* 9.5.4: only the parent's, and not an alternate's. */
static bool is_wanted(struct port *port, const struct wire_message *message)
{
	const struct wire_header *h = &message->header;

	if (!port_is_time_receiver(port)) {
		ingress_drop(port, GN_DROP_PORT_STATE, h, port->ds.port_state, 0, 0);
	} else if (!port->config.ignore_source_id &&
		   !gn_port_identity_equal(&h->source_port_identity,
					   &port->instance->parent_ds.parent_port_identity)) {
		ingress_drop(port, GN_DROP_NOT_FROM_PARENT, h, 0, 0, 0);
	} else if (h->flags & WIRE_FLAG_ALTERNATE_TIME_TRANSMITTER) {
		ingress_drop(port, GN_DROP_ALTERNATE, h, 0, 0, 0);
	} else if (port_is_802_1as(port) && !port->is_as_capable) {
		ingress_drop(port, GN_DROP_NOT_AS_CAPABLE, h, 0, 0, 0);
	} else if (gn_interval_is_saturated(h->correction)) {
		ingress_drop(port, GN_DROP_CORRECTION_UNUSABLE, h, h->correction.scaled_ns, 0, 0);
	} else {
		return true;
	}
	return false;
}

static bool is_same_source(const struct sync_pair *pair, const struct wire_header *h)
{
	return gn_port_identity_equal(&pair->source, &h->source_port_identity);
}

/* A multicast Sync tells its interval; the servo and the statistics keep to it. */
static void learn_interval(struct port *port, const struct wire_header *h)
{
	int8_t log = h->log_message_interval;
	struct gn_report *report;

	if ((uint8_t)log == WIRE_LOG_INTERVAL_NONE || (h->flags & WIRE_FLAG_UNICAST)) {
		return;
	}
	if (log >= -10 && log <= 22) {
		steer_set_interval(port->instance, log);
	} else if (port_may_report(port, 1, 300)) {
		report = port_report(port, GN_REPORT_BOGUS_SYNC_INTERVAL);
		if (report) {
			report->number[0] = log;
		}
	}
}

static void synchronize(struct port *port, const struct sync_pair *pair, uint16_t sequence_id)
{
	struct gn_precise t1 = gn_precise_add(time_biased(pair->t1), pair->correction);

	port->pair.has_last = true;
	port->pair.last_sequence_id = sequence_id;
	port_restart_sync_receipt(port);
	if (pair->has_information) {
		port->instance->follow_up_information = pair->information;
		port->instance->has_follow_up_information = true;
	}
	port->instance->ingress_raw_ns = pair->raw_ns;
	steer_sync(port, t1, time_biased(pair->t2), pair->received);
	if (port->timer[GN_TIMER_DELAY_REQ].ns == INT64_MAX && !port_is_p2p(port)) {
		port_schedule_delay_req(
			port); /* 9.5.11.2: the first one after the first Sync of this parent */
	}
}

/* Sync and Follow_Up corrections; false if the sum cannot be expressed. */
static bool add_correction(struct port *port, struct sync_pair *pair, const struct wire_header *h,
			   struct gn_interval by)
{
	struct gn_interval sum = gn_interval_add(pair->correction, by);

	if (gn_interval_is_saturated(sum)) {
		ingress_drop(port, GN_DROP_CORRECTION_UNUSABLE, h, sum.scaled_ns, 0, 0);
		return false;
	}
	pair->correction = sum;
	return true;
}

/* check_fup_sync: a Follow_Up may only have overtaken its Sync between the sockets, not on the wire. */
static bool came_in_order(const struct port *port, struct gn_instant sync, struct gn_instant follow_up)
{
	if (!port->instance->config.check_fup_sync || !sync.ns || !follow_up.ns) {
		return true;
	}
	return follow_up.ns >= sync.ns;
}

static void drop_half(struct port *port, enum gn_drop reason, const struct wire_header *h, uint16_t expected)
{
	port->service[reason == GN_DROP_SYNC_MISPAIRED ? SERVICE_SYNC_MISMATCH
						       : SERVICE_FOLLOW_UP_MISMATCH]++;
	ingress_drop(port, reason, h, expected, 0, 0);
}

/* The half that is kept meets one that does not fit. */
static void give_up_kept(struct port *port, const struct wire_header *h)
{
	struct wire_header kept = *h;
	enum gn_drop reason = port->pair.state == PAIR_HAS_SYNC ? GN_DROP_SYNC_MISPAIRED
								: GN_DROP_FOLLOW_UP_MISPAIRED;

	kept.sequence_id = port->pair.sequence_id;
	kept.message_type = port->pair.state == PAIR_HAS_SYNC ? GN_SYNC : GN_FOLLOW_UP;
	drop_half(port, reason, &kept, h->sequence_id);
	port->pair.state = PAIR_EMPTY;
}

static bool is_repeated(const struct port *port, const struct wire_header *h)
{
	const struct sync_pair *pair = &port->pair;

	return pair->has_last && is_same_source(pair, h) && pair->last_sequence_id == h->sequence_id;
}

static void keep_sync(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	struct sync_pair *pair = &port->pair;

	pair->sequence_id = h->sequence_id;
	pair->source = h->source_port_identity;
	pair->t2 = in->time;
	pair->raw_ns = port->instance->raw_ns;
	pair->received = port->instance->now;
	pair->correction = h->correction;
	pair->software_stamp = in->frame->software_stamp;
	pair->has_information = false;
}

static void one_step_receive(struct port *port, const struct ingress *in,
			     const struct wire_follow_up_information *info)
{
	struct sync_pair *pair = &port->pair;

	if (pair->state != PAIR_EMPTY) {
		give_up_kept(port, &in->message->header);
	}
	keep_sync(port, in);
	pair->t1 = (struct gn_precise){ in->message->body.sync.origin_timestamp, 0 };
	pair->has_information = info != NULL;
	if (info) {
		pair->information = *info;
	}
	if (add_correction(port, pair, &in->message->header, port->ds.delay_asymmetry)) {
		synchronize(port, pair, pair->sequence_id);
	}
}

static bool find_information(const struct wire_message *m, struct wire_follow_up_information *out)
{
	struct wire_tlv tlv;

	return wire_tlv_find_organization(m->tlvs, m->tlvs_length, WIRE_ORGANIZATION_IEEE_802_1,
					  WIRE_FOLLOW_UP_INFORMATION, &tlv) &&
	       wire_tlv_get_follow_up_information(&tlv, out);
}

static void two_step_receive(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	struct sync_pair *pair = &port->pair;
	bool fits = pair->state != PAIR_EMPTY && is_same_source(pair, h) &&
		    pair->sequence_id == h->sequence_id;

	if (fits && pair->state == PAIR_HAS_FOLLOW_UP &&
	    !came_in_order(port, in->frame->software_stamp, pair->software_stamp)) {
		fits = false; /* that Follow_Up is not this Sync's */
	}
	if (fits && pair->state == PAIR_HAS_FOLLOW_UP) {
		pair->t2 = in->time;
		pair->raw_ns = port->instance->raw_ns;
		pair->received = port->instance->now;
		pair->state = PAIR_EMPTY;
		if (add_correction(port, pair, h, h->correction) &&
		    add_correction(port, pair, h, port->ds.delay_asymmetry)) {
			synchronize(port, pair, h->sequence_id);
		}
		return;
	}
	if (fits) {
		ingress_drop(port, GN_DROP_DUPLICATE, h, 0, 0, 0);
		return;
	}
	/* Only a Sync tells what is late: a Follow_Up that claims to be ahead may be lying about its sequenceId. */
	if (pair->state == PAIR_HAS_SYNC && is_same_source(pair, h) &&
	    is_late(h->sequence_id, pair->sequence_id)) {
		drop_half(port, GN_DROP_SYNC_MISPAIRED, h, pair->sequence_id);
		return;
	}
	if (pair->state != PAIR_EMPTY) {
		give_up_kept(port, h);
	}
	keep_sync(port, in);
	if (add_correction(port, pair, h, port->ds.delay_asymmetry)) {
		pair->state = PAIR_HAS_SYNC;
	}
}

void sync_receive(struct port *port, const struct ingress *in)
{
	const struct wire_message *m = in->message;
	bool is_two_step = (m->header.flags & WIRE_FLAG_TWO_STEP) || port->instance->config.assume_two_step;
	struct wire_follow_up_information info;
	bool has_info;

	if (!is_wanted(port, m)) {
		return;
	}
	if (is_repeated(port, &m->header)) {
		ingress_drop(port, GN_DROP_DUPLICATE, &m->header, 0, 0, 0);
		return;
	}
	if (port->pair.has_last && is_same_source(&port->pair, &m->header) &&
	    is_late(m->header.sequence_id, port->pair.last_sequence_id)) {
		drop_half(port, GN_DROP_SYNC_MISPAIRED, &m->header, port->pair.last_sequence_id);
		return;
	}
	learn_interval(port, &m->header);
	if (is_two_step) {
		two_step_receive(port, in);
		return;
	}
	has_info = port->config.follow_up_info && find_information(m, &info);
	if (port_is_802_1as(port) && !has_info) {
		ingress_drop(port, GN_DROP_NO_FOLLOW_UP_INFO, &m->header, 0, 0, 0);
		return;
	}
	one_step_receive(port, in, has_info ? &info : NULL);
}

static void keep_follow_up(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	struct sync_pair *pair = &port->pair;

	pair->sequence_id = h->sequence_id;
	pair->source = h->source_port_identity;
	pair->correction = h->correction;
	pair->software_stamp = in->frame->software_stamp;
	pair->state = PAIR_HAS_FOLLOW_UP;
}

static void complete_with_follow_up(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	struct sync_pair *pair = &port->pair;

	pair->state = PAIR_EMPTY;
	if (add_correction(port, pair, h, h->correction)) {
		synchronize(port, pair, h->sequence_id);
	}
}

void sync_follow_up_receive(struct port *port, const struct ingress *in)
{
	const struct wire_header *h = &in->message->header;
	struct sync_pair *pair = &port->pair;
	struct wire_follow_up_information info;
	bool has_info;
	bool is_kept = pair->state != PAIR_EMPTY && is_same_source(pair, h);

	if (!is_wanted(port, in->message)) {
		return;
	}
	has_info = port->config.follow_up_info && find_information(in->message, &info);
	if (port_is_802_1as(port) && !has_info) {
		ingress_drop(port, GN_DROP_NO_FOLLOW_UP_INFO, h, 0, 0, 0);
		return;
	}
	if (is_repeated(port, h) ||
	    (is_kept && pair->state == PAIR_HAS_FOLLOW_UP && pair->sequence_id == h->sequence_id)) {
		ingress_drop(port, GN_DROP_DUPLICATE, h, 0, 0, 0);
		return;
	}
	if ((is_kept && pair->state == PAIR_HAS_SYNC && is_late(h->sequence_id, pair->sequence_id)) ||
	    (pair->state == PAIR_EMPTY && pair->has_last && is_same_source(pair, h) &&
	     is_late(h->sequence_id, pair->last_sequence_id))) {
		drop_half(port, GN_DROP_FOLLOW_UP_MISPAIRED, h,
			  is_kept ? pair->sequence_id : pair->last_sequence_id);
		return;
	}
	if (pair->state != PAIR_EMPTY && !(is_kept && pair->sequence_id == h->sequence_id)) {
		give_up_kept(port, h);
	}
	pair->t1 = (struct gn_precise){ in->message->body.follow_up.precise_origin_timestamp, 0 };
	pair->has_information = has_info;
	if (has_info) {
		pair->information = info;
	}
	if (pair->state == PAIR_HAS_SYNC) {
		complete_with_follow_up(port, in);
	} else {
		/* Follow_Up may overtake its Sync, as the two arrive on different sockets: keep the early one. */
		keep_follow_up(port, in);
	}
}
