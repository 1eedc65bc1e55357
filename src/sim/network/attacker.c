/* src/sim/network/attacker.c -- listens always, keeps the last message of each type, and acts on what it knows by then.
 *
 * An act is two functions: one for each frame heard, one for its turn at `rate`. Parents are imitated with their identity
 * and their time: the last Sync's, with what has passed since. */
#include "sim/network/attacker.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/message.h"
#include "gnomon/report.h"

#define NAME_SIZE 64
#define MUTATIONS_MAX 4
#define EXTENSION_MAX 64
#define MESSAGE_LENGTH_AT 2
#define LOG_INTERVAL_AT 33
#define CLOCK_CLASS_GNSS 6
#define CLOCK_ACCURACY_25_NS 0x20
#define VARIANCE_GOOD 0x4E5D

struct attacker {
	char name[NAME_SIZE];
	struct attacker_settings settings;
	struct link *link;
	struct frame_pool *pool;
	struct rng rng;
	struct tap tap;
	struct fault fault; /* of ATTACKER_DELAY */
	uint64_t sent;
	uintptr_t turn; /* raised when settings change: what was planned before is not for us */

	struct frame *heard[GN_MESSAGE_TYPES]; /* the last of each type that went to the end it aims at */
	struct frame *heard_any;               /* the last group message, from either end */
	/* the parent's time: `parent_time` when its last Sync passed here */
	struct gn_precise parent_time;
	bool knows_parent_time;
	int64_t parent_time_at_ps;
	struct gn_interval sync_correction;
	int64_t sync_at_ps;
	uint16_t sync_sequence_id, forged_sequence_id;

	struct gn_clock_identity identity; /* when it is nobody else */
	uint16_t sequence_id;
};

/* ---- keys ------------------------------------------------------------------------------------------------------ */

static const struct key_label acts_labels[] = {
	{ "replay", ATTACKER_REPLAY, "sends what it heard again, `after` later" },
	{ "delay", ATTACKER_DELAY, "holds back what it heard for `after`" },
	{ "forge-announce", ATTACKER_FORGE_ANNOUNCE, "claims at `rate` to be the best of all grandmasters" },
	{ "forge-sync", ATTACKER_FORGE_SYNC,
	  "sends Sync and Follow_Up at `rate` in the parent's name, `shift` off" },
	{ "forge-delay-resp", ATTACKER_FORGE_DELAY_RESP,
	  "answers each Delay_Req in the parent's name, before it does, `shift` off" },
	{ "flood", ATTACKER_FLOOD, "sends Delay_Req at `rate`, each from another identity" },
	{ "garbage", ATTACKER_GARBAGE, "sends damaged copies of what it heard at `rate`" },
	{ NULL, 0, NULL },
};

#define MEMBER(member) KEY_MEMBER(struct attacker_settings, member)
#define TIME_MAX (86400.0 * (double)PS_PER_SECOND)

static const struct key keys[] = {
	{ "act", KEY_WORD, MEMBER(act), 0, 0, acts_labels, "what it does" },
	{ "affects", KEY_WORDS, MEMBER(affects), 0, 0, link_affects_labels,
	  "messages that replay and delay take" },
	{ "after", KEY_TIME, MEMBER(after), 0, TIME_MAX, NULL,
	  "how much later a replayed or delayed message comes" },
	{ "shift", KEY_TIME, MEMBER(shift), -TIME_MAX, TIME_MAX, NULL, "how far a forged timestamp is off" },
	{ "rate", KEY_NUMBER, MEMBER(rate), 0.001, 1e6, NULL, "messages that it sends in a second" },
	{ "side", KEY_INTEGER, MEMBER(side), 0, 1, NULL,
	  "which end of the link is its victim: 0 the one named first, 1 the other" },
	{ "on", KEY_BOOL, MEMBER(is_on), 0, 0, NULL, "it is at work; it listens in any case" },
};

static const struct attacker_settings defaults = {
	.affects = 1u << LINK_AFFECTS_EVENT,
	.after = PS_PER_SECOND,
	.shift = PS_PER_MS,
	.rate = 10.0,
	.side = 1,
	.is_on = true,
};

const struct part_kind attacker_kind = {
	.name = "attacker",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct attacker_settings),
	.defaults = &defaults,
	.meaning = "somebody on a link who means harm: hears all frames there and sends frames of its own",
};

/* ---- frames ---------------------------------------------------------------------------------------------------- */

/* A frame around these octets, in everything else like `like`. NULL without memory. */
static struct frame *frame_around(struct attacker *a, const struct frame *like, const uint8_t *octets,
				  size_t length)
{
	struct frame *frame = frame_new(a->pool, length);

	if (!frame) {
		return NULL;
	}
	frame->is_event = like->is_event;
	frame->is_unicast = like->is_unicast;
	frame->is_pdelay = like->is_pdelay;
	frame->transport = like->transport;
	frame->priority = like->priority;
	frame->vlan = like->vlan;
	frame->source = like->source;
	frame->destination = like->destination;
	memcpy(frame->source_mac, like->source_mac, sizeof(frame->source_mac));
	memcpy(frame->destination_mac, like->destination_mac, sizeof(frame->destination_mac));
	memcpy(frame->octets, octets, length);
	return frame;
}

static struct frame *copy_of(struct attacker *a, const struct frame *frame)
{
	return frame_around(a, frame, frame->octets, frame->length);
}

static void inject(struct attacker *a, struct frame *frame)
{
	if (frame) {
		a->sent++;
		link_inject(a->link, (int)a->settings.side, frame);
	}
}

/* The frame that a message of this type to the victim would best look like. */
static const struct frame *likeness(const struct attacker *a, unsigned type)
{
	static const uint8_t likes[] = { GN_SYNC, GN_ANNOUNCE, GN_FOLLOW_UP, GN_DELAY_RESP, GN_DELAY_REQ };

	if (a->heard[type]) {
		return a->heard[type];
	}
	for (size_t i = 0; i < sizeof(likes); i++) {
		if (a->heard[likes[i]]) {
			return a->heard[likes[i]];
		}
	}
	return a->heard_any;
}

static void send_message(struct attacker *a, const struct frame *like, const struct wire_message *message)
{
	uint8_t octets[GN_FRAME_MAX];
	size_t length = wire_encode(message, octets, sizeof(octets));
	struct frame *frame = frame_around(a, like, octets, length);

	if (frame) {
		frame->is_event = wire_is_event(message->header.message_type);
		frame->is_pdelay = false;
		inject(a, frame);
	}
}

static bool decode(const struct frame *frame, struct wire_message *out)
{
	bool has_header;

	return frame && wire_decode(frame->octets, frame->length, out, &has_header) == GN_DROPS;
}

/* One of the type as the victim hears it from others; failing that, a plain one. Without TLVs. */
static struct wire_message modelled(const struct attacker *a, unsigned type)
{
	struct wire_message message, other;

	if (!decode(a->heard[type], &message)) {
		message = wire_message_of((enum gn_message_type)type, 1);
		if (decode(likeness(a, type), &other)) {
			message.header.domain_number = other.header.domain_number;
			message.header.major_sdo_id = other.header.major_sdo_id;
			message.header.minor_sdo_id = other.header.minor_sdo_id;
		}
	}
	message.header.correction.scaled_ns = 0;
	message.tlvs = NULL;
	message.tlvs_length = 0;
	return message;
}

/* ---- the parent's time ----------------------------------------------------------------------------------------- */

static struct gn_interval interval_of_ps(int64_t ps)
{
	struct gn_interval rest = { .scaled_ns = ps % PS_PER_NS * 65536 / PS_PER_NS };

	return gn_interval_add(gn_interval_from_ns(ps / PS_PER_NS), rest);
}

static void learn_time(struct attacker *a, struct gn_timestamp origin, struct gn_interval correction)
{
	a->parent_time = gn_precise_add((struct gn_precise){ .whole = origin }, correction);
	a->parent_time_at_ps = a->sync_at_ps;
	a->knows_parent_time = true;
}

/* With the Sync that was heard last: its own origin, or the one that its Follow_Up brings. */
static void learn_parent(struct attacker *a, const struct frame *frame, unsigned type)
{
	struct wire_message m;

	if ((type != GN_SYNC && type != GN_FOLLOW_UP) || !decode(frame, &m)) {
		return;
	}
	if (type == GN_SYNC) {
		a->sync_at_ps = a->link->queue->now_ps;
		a->sync_sequence_id = m.header.sequence_id;
		a->sync_correction = m.header.correction;
		a->forged_sequence_id = m.header.sequence_id;
		if (!(m.header.flags & WIRE_FLAG_TWO_STEP)) {
			learn_time(a, m.body.sync.origin_timestamp, m.header.correction);
		}
	} else if (m.header.sequence_id == a->sync_sequence_id) {
		learn_time(a, m.body.follow_up.precise_origin_timestamp,
			   gn_interval_add(a->sync_correction, m.header.correction));
	}
}

/* What the parent's clock would write now, and what does not fit into a Timestamp as a correction. */
static struct gn_timestamp parent_now(const struct attacker *a, int64_t more_ps,
				      struct gn_interval *correction)
{
	int64_t since_ps = a->link->queue->now_ps - a->parent_time_at_ps;
	struct gn_precise now = gn_precise_add(a->parent_time, interval_of_ps(since_ps));

	now = gn_precise_add(now, interval_of_ps(a->settings.shift + more_ps));
	correction->scaled_ns = now.fraction;
	return now.whole;
}

/* ---- acts that answer ------------------------------------------------------------------------------------------ */

static void send_replayed(void *object, void *argument)
{
	inject(object, argument);
}

static void replay(struct attacker *a, int from_side, const struct frame *frame)
{
	struct queue *queue = a->link->queue;
	struct frame *copy;

	if (from_side == a->settings.side || !link_affects(a->settings.affects, frame)) {
		return;
	}
	copy = copy_of(a, frame);
	if (copy) {
		queue_add(queue, queue->now_ps + a->settings.after, send_replayed, a, copy);
	}
}

/* To whoever asked: by the group, or to where the request came from. */
static void answer(struct attacker *a, const struct frame *request, const struct wire_message *resp)
{
	struct frame *like = copy_of(a, likeness(a, GN_DELAY_RESP));

	if (!like) {
		return;
	}
	if (request->is_unicast) {
		like->is_unicast = true;
		like->source = request->destination;
		like->destination = request->source;
		memcpy(like->destination_mac, request->source_mac, sizeof(like->destination_mac));
	}
	send_message(a, like, resp);
	frame_drop(like);
}

/* The right answer has yet to travel the link twice: this one is there first. */
static void forge_delay_resp(struct attacker *a, int from_side, const struct frame *frame)
{
	int64_t travel_ps = link_delay_ps(a->link, from_side, a->link->queue->now_ps);
	struct wire_message req, sync, resp;

	if (from_side != a->settings.side || frame_message_type(frame) != GN_DELAY_REQ ||
	    !a->knows_parent_time || !decode(frame, &req) || !decode(a->heard[GN_SYNC], &sync)) {
		return;
	}
	resp = modelled(a, GN_DELAY_RESP);
	resp.header.source_port_identity = sync.header.source_port_identity;
	resp.header.domain_number = req.header.domain_number;
	resp.header.sequence_id = req.header.sequence_id;
	resp.header.log_message_interval = 0;
	if (a->heard[GN_DELAY_RESP]) {
		resp.header.log_message_interval = (int8_t)a->heard[GN_DELAY_RESP]->octets[LOG_INTERVAL_AT];
	}
	resp.body.delay_resp.requesting_port_identity = req.header.source_port_identity;
	resp.body.delay_resp.receive_timestamp = parent_now(a, travel_ps, &resp.header.correction);
	/* 11.3.2 takes the correction away from t4: the fraction has to be against it. */
	resp.header.correction = gn_interval_sub(req.header.correction, resp.header.correction);
	answer(a, frame, &resp);
}

/* ---- acts of their own accord ---------------------------------------------------------------------------------- */

static void forge_announce(struct attacker *a)
{
	const struct frame *like = likeness(a, GN_ANNOUNCE);
	struct wire_message m = modelled(a, GN_ANNOUNCE);

	if (!like) {
		return;
	}
	if (!a->heard[GN_ANNOUNCE]) {
		m.header.flags = WIRE_FLAG_PTP_TIMESCALE;
		m.header.log_message_interval = 0;
		m.body.announce.time_source = GN_TIME_SOURCE_GNSS;
	}
	m.header.source_port_identity = (struct gn_port_identity){ a->identity, 1 };
	m.header.sequence_id = a->sequence_id++;
	m.body.announce.grandmaster_priority1 = 0;
	m.body.announce.grandmaster_priority2 = 0;
	m.body.announce.grandmaster_clock_quality = (struct gn_clock_quality){ CLOCK_CLASS_GNSS,
									       CLOCK_ACCURACY_25_NS,
									       VARIANCE_GOOD };
	m.body.announce.grandmaster_identity = a->identity;
	m.body.announce.steps_removed = 0;
	send_message(a, like, &m);
}

/* Numbered on from the last true one, so that the next true ones come too late. */
static void forge_sync(struct attacker *a)
{
	struct wire_message sync = modelled(a, GN_SYNC), follow_up = modelled(a, GN_FOLLOW_UP);
	struct gn_interval correction;
	struct gn_timestamp origin;

	if (!a->knows_parent_time || !a->heard[GN_SYNC]) {
		return;
	}
	origin = parent_now(a, 0, &correction);
	sync.header.sequence_id = ++a->forged_sequence_id;
	if (!(sync.header.flags & WIRE_FLAG_TWO_STEP)) {
		sync.body.sync.origin_timestamp = origin;
		sync.header.correction = correction;
		send_message(a, a->heard[GN_SYNC], &sync);
		return;
	}
	send_message(a, a->heard[GN_SYNC], &sync);
	follow_up.header.source_port_identity = sync.header.source_port_identity;
	follow_up.header.sequence_id = sync.header.sequence_id;
	follow_up.header.correction = correction;
	follow_up.body.follow_up.precise_origin_timestamp = origin;
	send_message(a, likeness(a, GN_FOLLOW_UP), &follow_up);
}

static void draw_octets(struct attacker *a, uint8_t *out, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = (uint8_t)rng_below(&a->rng, 256);
	}
}

static void flood(struct attacker *a)
{
	const struct frame *like = likeness(a, GN_DELAY_REQ);
	struct wire_message m = modelled(a, GN_DELAY_REQ);
	struct frame *from;

	from = like ? copy_of(a, like) : NULL;
	if (!from) {
		return;
	}
	draw_octets(a, m.header.source_port_identity.clock_identity.octets, sizeof(struct gn_clock_identity));
	m.header.source_port_identity.port_number = (uint16_t)(1 + rng_below(&a->rng, 4));
	m.header.sequence_id = a->sequence_id++;
	draw_octets(a, from->source_mac, sizeof(from->source_mac));
	from->source_mac[0] = (uint8_t)((from->source_mac[0] & 0xFC) | 2); /* a local one, of one station */
	send_message(a, from, &m);
	frame_drop(from);
}

/* ---- garbage --------------------------------------------------------------------------------------------------- */

struct draft {
	uint8_t octets[GN_FRAME_MAX];
	size_t length;
};

static void flip_bit(struct attacker *a, struct draft *d)
{
	if (d->length > 0) {
		d->octets[rng_below(&a->rng, d->length)] ^= (uint8_t)(1u << rng_below(&a->rng, 8));
	}
}

static void set_octet(struct attacker *a, struct draft *d)
{
	static const uint8_t extremes[] = { 0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF };

	if (d->length > 0) {
		d->octets[rng_below(&a->rng, d->length)] = extremes[rng_below(&a->rng, sizeof(extremes))];
	}
}

static void set_header_octet(struct attacker *a, struct draft *d)
{
	if (d->length > 0) {
		size_t end = d->length < WIRE_HEADER_LENGTH ? d->length : WIRE_HEADER_LENGTH;

		draw_octets(a, d->octets + rng_below(&a->rng, end), 1);
	}
}

static void cut(struct attacker *a, struct draft *d)
{
	d->length = rng_below(&a->rng, d->length + 1);
}

static void extend(struct attacker *a, struct draft *d)
{
	size_t more = rng_below(&a->rng, EXTENSION_MAX);

	if (d->length + more <= sizeof(d->octets)) {
		draw_octets(a, d->octets + d->length, more);
		d->length += more;
	}
}

/* messageLength as it is, so that what was cut or added is looked at. */
static void set_length(struct attacker *a, struct draft *d)
{
	(void)a; /* all tables of functions have the same arguments */
	if (d->length >= WIRE_HEADER_LENGTH) {
		d->octets[MESSAGE_LENGTH_AT] = (uint8_t)(d->length >> 8);
		d->octets[MESSAGE_LENGTH_AT + 1] = (uint8_t)d->length;
	}
}

static void (*const mutations[])(struct attacker *a, struct draft *d) = {
	flip_bit, set_octet, set_header_octet, cut, extend, set_length,
};
#define MUTATIONS (sizeof(mutations) / sizeof(mutations[0]))

static void garbage(struct attacker *a)
{
	const struct frame *frame = NULL;
	unsigned type = (unsigned)rng_below(&a->rng, GN_MESSAGE_TYPES);
	struct draft draft;

	for (unsigned i = 0; i < GN_MESSAGE_TYPES && !frame; i++) {
		frame = a->heard[(type + i) % GN_MESSAGE_TYPES];
	}
	if (!frame) {
		return;
	}
	draft.length = frame->length;
	memcpy(draft.octets, frame->octets, frame->length);
	for (uint64_t i = 1 + rng_below(&a->rng, MUTATIONS_MAX); i > 0; i--) {
		mutations[rng_below(&a->rng, MUTATIONS)](a, &draft);
	}
	inject(a, frame_around(a, frame, draft.octets, draft.length));
}

/* ---- the attacker ---------------------------------------------------------------------------------------------- */

static const struct act {
	void (*hear)(struct attacker *a, int from_side, const struct frame *frame);
	void (*turn)(struct attacker *a);
} acts[ATTACKER_ACTS] = {
	[ATTACKER_REPLAY] = { .hear = replay },
	[ATTACKER_DELAY] = { NULL, NULL }, /* its fault does it */
	[ATTACKER_FORGE_ANNOUNCE] = { .turn = forge_announce },
	[ATTACKER_FORGE_SYNC] = { .turn = forge_sync },
	[ATTACKER_FORGE_DELAY_RESP] = { .hear = forge_delay_resp },
	[ATTACKER_FLOOD] = { .turn = flood },
	[ATTACKER_GARBAGE] = { .turn = garbage },
};

static void keep(struct attacker *a, struct frame **place, const struct frame *frame)
{
	struct frame *copy = copy_of(a, frame);

	if (copy) {
		if (*place) {
			frame_drop(*place);
		}
		*place = copy;
	}
}

static void hear(struct tap *tap, struct link *link, int from_side, const struct frame *frame)
{
	struct attacker *a = tap->context;
	unsigned type = frame_message_type(frame);

	(void)link; /* it is on one alone */
	if (frame->is_corrupt || type >= GN_MESSAGE_TYPES) {
		return;
	}
	if (!frame->is_unicast) {
		keep(a, &a->heard_any, frame);
	}
	if (from_side != a->settings.side) {
		keep(a, &a->heard[type], frame);
		learn_parent(a, frame, type);
	}
	if (a->settings.is_on && acts[a->settings.act].hear) {
		acts[a->settings.act].hear(a, from_side, frame);
	}
}

static int64_t between_turns_ps(const struct attacker *a)
{
	return (int64_t)((double)PS_PER_SECOND / a->settings.rate);
}

static void take_turn(void *object, void *argument)
{
	struct attacker *a = object;

	if ((uintptr_t)argument != a->turn) {
		return;
	}
	acts[a->settings.act].turn(a);
	queue_add(a->link->queue, a->link->queue->now_ps + between_turns_ps(a), take_turn, a, argument);
}

void attacker_changed(struct attacker *a)
{
	struct queue *queue = a->link->queue;

	a->fault.settings.affects = a->settings.affects;
	a->fault.settings.direction = a->settings.side == 1 ? FAULT_FORWARD : FAULT_BACKWARD;
	a->fault.settings.delay = a->settings.after;
	a->fault.settings.is_on = a->settings.is_on && a->settings.act == ATTACKER_DELAY;
	a->turn++;
	if (a->settings.is_on && acts[a->settings.act].turn) {
		double part = rng_uniform(&a->rng);

		queue_add(queue, queue->now_ps + (int64_t)(part * (double)between_turns_ps(a)), take_turn, a,
			  (void *)a->turn);
	}
}

struct attacker *attacker_new(struct link *link, struct frame_pool *pool, uint64_t seed, const char *name,
			      const struct attacker_settings *settings)
{
	struct attacker *a = calloc(1, sizeof(*a));

	if (!a) {
		return NULL;
	}
	a->settings = *settings;
	a->link = link;
	a->pool = pool;
	snprintf(a->name, sizeof(a->name), "%s", name);
	snprintf(a->fault.name, sizeof(a->fault.name), "%s", name);
	rng_init(&a->rng, seed, name, link->name);
	draw_octets(a, a->identity.octets, sizeof(a->identity));
	a->tap = (struct tap){ .frame = hear, .context = a };
	link_add_tap(link, &a->tap);
	a->fault.settings = *(const struct fault_settings *)fault_kind.defaults;
	link_add_fault(link, &a->fault, seed);
	attacker_changed(a);
	return a;
}

struct attacker_settings *attacker_settings(struct attacker *attacker)
{
	return &attacker->settings;
}

uint64_t attacker_sent(const struct attacker *attacker)
{
	return attacker->sent + attacker->fault.treated;
}

void attacker_free(struct attacker *attacker)
{
	for (size_t i = 0; i < GN_MESSAGE_TYPES; i++) {
		if (attacker->heard[i]) {
			frame_drop(attacker->heard[i]);
		}
	}
	if (attacker->heard_any) {
		frame_drop(attacker->heard_any);
	}
	free(attacker);
}
