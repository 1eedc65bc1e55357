/* src/sim/node/shim.c */
#include "sim/node/shim.h"

#include "sim/world.h"

#include <string.h>

#define SCALED_PER_8_NS 524288 /* 2^-16 ns in 8 ns: 8000 ps */
#define PS_PER_8_NS 8000

enum { INGRESS, EGRESS };

static const struct key_label action_labels[] = {
	{ "send", GN_ACTION_SEND, "frames do not leave; their transmit stamps come all the same" },
	{ "open-port", GN_ACTION_OPEN_PORT, "the port is said to be open" },
	{ "close-port", GN_ACTION_CLOSE_PORT, "the port stays open" },
	{ "read", GN_ACTION_CLOCK_READ, "the clock is said to be at 1970, without a rate or limits" },
	{ "set-rate", GN_ACTION_CLOCK_SET_RATE, "the clock keeps its rate" },
	{ "step", GN_ACTION_CLOCK_STEP, "the clock is not stepped" },
	{ "set-phase", GN_ACTION_CLOCK_SET_PHASE, "the clock's phase control is not used" },
	{ "set-tai-offset", GN_ACTION_CLOCK_SET_TAI_OFFSET, "the kernel does not learn TAI - UTC" },
	{ "set-leap", GN_ACTION_CLOCK_SET_LEAP, "the kernel is not told of a leap second" },
	{ NULL, 0, NULL },
};

static const struct key_label message_labels[] = {
	{ "Sync", GN_SYNC, NULL },
	{ "Delay_Req", GN_DELAY_REQ, NULL },
	{ "Pdelay_Req", GN_PDELAY_REQ, NULL },
	{ "Pdelay_Resp", GN_PDELAY_RESP, NULL },
	{ "Follow_Up", GN_FOLLOW_UP, NULL },
	{ "Delay_Resp", GN_DELAY_RESP, NULL },
	{ "Pdelay_Resp_Follow_Up", GN_PDELAY_RESP_FOLLOW_UP, NULL },
	{ "Announce", GN_ANNOUNCE, NULL },
	{ "Signaling", GN_SIGNALING, NULL },
	{ "Management", GN_MANAGEMENT, NULL },
	{ NULL, 0, NULL },
};

static const struct key keys[] = {
	{ "rate_scale", KEY_NUMBER, KEY_MEMBER(struct shim_settings, rate_scale), -1e6, 1e6, NULL,
	  "what every frequency the core sets is multiplied by" },
	{ "step_scale", KEY_NUMBER, KEY_MEMBER(struct shim_settings, step_scale), -1e6, 1e6, NULL,
	  "what every step of the clock is multiplied by" },
	{ "ignores", KEY_WORDS, KEY_MEMBER(struct shim_settings, ignores), 0, 0, action_labels,
	  "actions of the core that are answered as if done, and not done" },
	{ "ingress_shift", KEY_TIME, KEY_MEMBER(struct shim_settings, ingress_shift), -1e15, 1e15, NULL,
	  "added to every receive stamp" },
	{ "egress_shift", KEY_TIME, KEY_MEMBER(struct shim_settings, egress_shift), -1e15, 1e15, NULL,
	  "added to every transmit stamp" },
	{ "swaps_stamps", KEY_BOOL, KEY_MEMBER(struct shim_settings, swaps_stamps), 0, 1, NULL,
	  "a receive stamp is that of the last frame sent, and the other way round" },
	{ "loses", KEY_WORDS, KEY_MEMBER(struct shim_settings, loses), 0, 0, message_labels,
	  "messages that the core does not hear" },
	{ "deaf_to_deadlines", KEY_BOOL, KEY_MEMBER(struct shim_settings, is_deaf_to_deadlines), 0, 1, NULL,
	  "its timers never expire" },
};

static const struct shim_settings defaults = { .rate_scale = 1, .step_scale = 1 };

const struct part_kind shim_kind = {
	.name = "core",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct shim_settings),
	.defaults = &defaults,
	.meaning = "what is put between a node's core and its driver, to see whether that is noticed",
};

bool shim_is_on(const struct shim_settings *s)
{
	return s->rate_scale != 1 || s->step_scale != 1 || s->ignores != 0 || s->ingress_shift != 0 ||
	       s->egress_shift != 0 || s->swaps_stamps || s->loses != 0 || s->is_deaf_to_deadlines;
}

/* ---- in ---- */

static struct gn_interval from_ps(int64_t ps)
{
	return (struct gn_interval){ ps / PS_PER_8_NS * SCALED_PER_8_NS +
				     ps % PS_PER_8_NS * SCALED_PER_8_NS / PS_PER_8_NS };
}

static void change_stamp(struct node *node, struct gn_stamp *stamp, int direction)
{
	const struct shim_settings *s = &node->shim;
	struct gn_stamp *other = &node->shim_stamps[direction == INGRESS ? EGRESS : INGRESS];
	struct gn_stamp own = *stamp;

	if (stamp->status != GN_STAMP_OK) {
		return;
	}
	if (s->swaps_stamps && other->time.whole.seconds > 0) {
		*stamp = *other;
	}
	node->shim_stamps[direction] = own;
	stamp->time = gn_precise_add(stamp->time,
				     from_ps(direction == INGRESS ? s->ingress_shift : s->egress_shift));
}

bool shim_event(struct node *node, struct gn_event *event)
{
	const struct gn_frame_received *frame = &event->u.received;

	if (event->type == GN_EVENT_DEADLINE) {
		return !node->shim.is_deaf_to_deadlines;
	}
	if (event->type == GN_EVENT_FRAME_SENT) {
		change_stamp(node, &event->u.sent.stamp, EGRESS);
	}
	if (event->type != GN_EVENT_FRAME_RECEIVED) {
		return true;
	}
	if (frame->length > 0 && (node->shim.loses >> (frame->octets[0] & 0xF) & 1)) {
		return false;
	}
	change_stamp(node, &event->u.received.stamp, INGRESS);
	return true;
}

/* ---- out ---- */

static struct gn_offset scaled(struct gn_offset by, double scale)
{
	double ns = ((double)by.nanoseconds + (double)by.fraction / 65536.0) * scale;
	const double limit = 9e18;

	return gn_offset_from_ns(ns > limit ? INT64_MAX : ns < -limit ? INT64_MIN : (int64_t)ns);
}

static void change_action(const struct shim_settings *s, struct gn_action *action)
{
	if (action->type == GN_ACTION_CLOCK_SET_RATE) {
		action->u.rate = gn_rate_from_ppb(gn_rate_to_ppb(action->u.rate) * s->rate_scale);
	} else if (action->type == GN_ACTION_CLOCK_STEP && s->step_scale != 1) {
		action->u.step = scaled(action->u.step, s->step_scale);
	}
}

static void pretend_clock(struct node *node, const struct gn_action *action, struct gn_event *answer)
{
	answer->type = GN_EVENT_CLOCK_ANSWERED;
	if (action->type == GN_ACTION_CLOCK_STEP) {
		node->epoch++;
	}
	answer->u.clock = (struct gn_clock_answer){
		.operation = action->type,
		.is_done = true,
		.rate = action->type == GN_ACTION_CLOCK_SET_RATE ? action->u.rate : (struct gn_rate){ 0 },
		.is_utc = node->is_utc,
		.epoch = node->epoch,
	};
}

static void pretend_open(struct node *node, const struct gn_action *action, struct gn_event *answer)
{
	answer->type = GN_EVENT_PORT_OPENED;
	answer->port = action->port;
	answer->u.opened.is_open = true;
	nic_attachment(&node->nics[action->port - 1], &answer->u.opened.attachment);
}

static void pretend_sent(struct node *node, const struct gn_action *action, struct gn_event *answer)
{
	if (action->u.send.token == 0) {
		return;
	}
	answer->type = GN_EVENT_FRAME_SENT;
	answer->port = action->port;
	answer->u.sent.token = action->u.send.token;
	answer->u.sent.stamp.time = phc_exact(node->clock, node->world->queue.now_ps);
	answer->u.sent.stamp.epoch = node->epoch;
}

static void (*const pretend[])(struct node *node, const struct gn_action *action, struct gn_event *answer) = {
	[GN_ACTION_SEND] = pretend_sent,
	[GN_ACTION_OPEN_PORT] = pretend_open,
	[GN_ACTION_CLOCK_READ] = pretend_clock,
	[GN_ACTION_CLOCK_SET_RATE] = pretend_clock,
	[GN_ACTION_CLOCK_STEP] = pretend_clock,
	[GN_ACTION_CLOCK_SET_PHASE] = pretend_clock,
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = pretend_clock,
	[GN_ACTION_CLOCK_SET_LEAP] = pretend_clock,
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = pretend_clock,
	[GN_ACTION_REPORT] = NULL,
};

bool shim_action(struct node *node, struct gn_action *action, struct gn_event *answer)
{
	*answer = (struct gn_event){ .type = GN_EVENT_START };
	if (!(node->shim.ignores >> action->type & 1)) {
		change_action(&node->shim, action);
		return true;
	}
	if (pretend[action->type]) {
		pretend[action->type](node, action, answer);
	}
	return false;
}
