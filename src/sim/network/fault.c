/* src/sim/network/fault.c -- a fault rule asks whether it has to do with a frame, then does what it says, each in a function.
 *
 * A rule that holds the order is a queue at the link's entry: nothing leaves it before what came earlier. Any other delay
 * takes a frame out of its row, and those behind it pass. */
#include "sim/network/fault.h"

#include "core/wire/message.h"
#include "core/wire/octets.h"

#define CORRECTION_AT 8
#define SEQUENCE_ID_AT 30
#define BITS_FLIPPED_MAX 3
#define DELAY_MAX (3600 * PS_PER_SECOND)
#define CORRECTION_LIMIT 1e17 /* ps: 27 hours */

const struct key_label link_affects_labels[] = {
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
	{ "event", LINK_AFFECTS_EVENT, "all event messages" },
	{ "general", LINK_AFFECTS_GENERAL, "all general messages" },
	{ "all", LINK_AFFECTS_ALL, "every message" },
	{ NULL, 0, NULL },
};

bool link_affects(uint32_t affects, const struct frame *frame)
{
	unsigned type = frame_message_type(frame);
	unsigned kind = frame->is_event ? LINK_AFFECTS_EVENT : LINK_AFFECTS_GENERAL;
	uint32_t bits = 1u << kind | 1u << LINK_AFFECTS_ALL;

	if (type < GN_MESSAGE_TYPES) {
		bits |= 1u << type;
	}
	return (affects & bits) != 0;
}

static const struct key_label directions[] = {
	{ "both", FAULT_BOTH, NULL },
	{ "forward", FAULT_FORWARD, "from the end of the link that is named first" },
	{ "backward", FAULT_BACKWARD, "to it" },
	{ NULL, 0, NULL },
};

#define MEMBER(member) KEY_MEMBER(struct fault_settings, member)

static const struct key keys[] = {
	{ "affects", KEY_WORDS, MEMBER(affects), 0, 0, link_affects_labels, "messages that it treats" },
	{ "direction", KEY_WORD, MEMBER(direction), 0, 0, directions, "direction in which it treats them" },
	{ "chance", KEY_FRACTION, MEMBER(chance), 0, 1, NULL,
	  "share of those messages that are treated, at random" },
	{ "every", KEY_INTEGER, MEMBER(every), 0, 1e9, NULL,
	  "treats only each n-th of those messages; 0 and 1: all of them" },
	{ "loses", KEY_BOOL, MEMBER(loses), 0, 0, NULL, "the frame is lost" },
	{ "duplicates", KEY_BOOL, MEMBER(duplicates), 0, 0, NULL, "the frame comes twice" },
	{ "corrupts", KEY_BOOL, MEMBER(corrupts), 0, 0, NULL,
	  "one to three of the frame's bits are flipped" },
	{ "passes_check", KEY_BOOL, MEMBER(passes_check), 0, 0, NULL,
	  "a frame so corrupted has a check sequence that fits, as if damaged in a device's memory; "
	  "otherwise "
	  "receivers drop it unseen" },
	{ "mispairs", KEY_BOOL, MEMBER(mispairs), 0, 0, NULL,
	  "sequenceId is one more than it should be: a Follow_Up then belongs to no Sync, or to another "
	  "one" },
	{ "delay", KEY_TIME, MEMBER(delay), 0, (double)DELAY_MAX, NULL, "how much later the frame comes" },
	{ "jitter", KEY_TIME, MEMBER(jitter), 0, (double)DELAY_MAX, NULL,
	  "mean of a further, exponentially distributed delay" },
	{ "holds_order", KEY_BOOL, MEMBER(holds_order), 0, 0, NULL,
	  "a delayed frame holds up all behind it in its direction; otherwise they overtake it" },
	{ "correction", KEY_TIME, MEMBER(correction), -CORRECTION_LIMIT, CORRECTION_LIMIT, NULL,
	  "added to correctionField, as by a transparent clock that is wrong" },
	{ "unusable_correction", KEY_BOOL, MEMBER(has_unusable_correction), 0, 0, NULL,
	  "correctionField says \"too large to express\"" },
	{ "on", KEY_BOOL, MEMBER(is_on), 0, 0, NULL, "the fault is in force" },
};

static const struct fault_settings defaults = {
	.affects = 1u << LINK_AFFECTS_ALL,
	.chance = 1.0,
	.is_on = true,
};

const struct part_kind fault_kind = {
	.name = "fault",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct fault_settings),
	.defaults = &defaults,
	.meaning = "a rule for some of the messages on a link, beside what the link does to all of them",
};

void link_add_fault(struct link *link, struct fault *fault, uint64_t seed)
{
	struct fault **place = &link->faults;

	while (*place) {
		place = &(*place)->next;
	}
	rng_init(&fault->rng, seed, fault->name, link->name);
	fault->seen = 0;
	fault->treated = 0;
	fault->last_out_ps[0] = 0;
	fault->last_out_ps[1] = 0;
	fault->next = NULL;
	*place = fault;
}

struct frame *fault_corrupt(struct frame *frame, struct rng *rng, bool passes_check)
{
	uint64_t flips = 1 + rng_below(rng, BITS_FLIPPED_MAX), bit, bits;

	frame = frame_own(frame);
	if (!frame) {
		return NULL;
	}
	frame->is_corrupt = frame->is_corrupt || !passes_check;
	bits = (uint64_t)frame->length * 8;
	bit = rng_below(rng, bits);
	for (; bits > 0 && flips > 0; flips--) {
		/* Never the last one again, which would undo it. */
		bit = (bit + 1 + rng_below(rng, bits - 1)) % bits;
		frame->octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	return frame;
}

static void mispair(struct frame *frame)
{
	struct wire_reader r = wire_reader(frame->octets, frame->length);
	struct wire_writer w = wire_writer(frame->octets, frame->length);
	uint16_t sequence_id;

	wire_skip(&r, SEQUENCE_ID_AT);
	sequence_id = wire_get_u16(&r);
	w.at = SEQUENCE_ID_AT;
	if (!r.overrun) {
		wire_put_u16(&w, (uint16_t)(sequence_id + 1));
	}
}

/* In 2^-16 ns, toward zero: whole nanoseconds and the rest apart, or the product would overflow. */
static struct gn_interval interval_of_ps(int64_t ps)
{
	struct gn_interval whole = gn_interval_from_ns(ps / PS_PER_NS);
	struct gn_interval rest = { .scaled_ns = ps % PS_PER_NS * 65536 / PS_PER_NS };

	return gn_interval_add(whole, rest);
}

static void correct(struct frame *frame, const struct fault_settings *settings)
{
	struct wire_reader r = wire_reader(frame->octets, frame->length);
	struct wire_writer w = wire_writer(frame->octets, frame->length);
	struct gn_interval correction;

	wire_skip(&r, CORRECTION_AT);
	correction = gn_interval_add(wire_get_interval(&r), interval_of_ps(settings->correction));
	if (settings->has_unusable_correction) {
		correction.scaled_ns = WIRE_CORRECTION_TOO_LARGE;
	}
	w.at = CORRECTION_AT;
	if (!r.overrun) {
		wire_put_interval(&w, correction);
	}
}

static void change(struct fault *fault, struct fault_passage *passage)
{
	const struct fault_settings *settings = &fault->settings;
	bool has_correction = settings->correction != 0 || settings->has_unusable_correction;

	if (passage->frame && (settings->mispairs || has_correction)) {
		passage->frame = frame_own(passage->frame);
	}
	if (passage->frame && settings->mispairs) {
		mispair(passage->frame);
	}
	if (passage->frame && has_correction) {
		correct(passage->frame, settings);
	}
	if (passage->frame && settings->corrupts) {
		passage->frame = fault_corrupt(passage->frame, &fault->rng, settings->passes_check);
	}
}

static int64_t delay_of(struct fault *fault)
{
	int64_t delay = fault->settings.delay;

	if (fault->settings.jitter > 0) {
		delay += (int64_t)((double)fault->settings.jitter * rng_exponential(&fault->rng));
	}
	return delay;
}

static void treat(struct fault *fault, struct fault_passage *passage)
{
	const struct fault_settings *settings = &fault->settings;

	fault->treated++;
	if (settings->loses) {
		frame_drop(passage->frame);
		passage->frame = NULL;
		return;
	}
	change(fault, passage);
	passage->copies += settings->duplicates;
	if (settings->holds_order) {
		passage->out_ps += delay_of(fault);
	} else {
		passage->overtaken_ps += delay_of(fault);
	}
}

static bool is_treated(struct fault *fault, const struct frame *frame)
{
	const struct fault_settings *settings = &fault->settings;

	if (!link_affects(settings->affects, frame)) {
		return false;
	}
	fault->seen++;
	if (settings->every > 1 && fault->seen % (uint64_t)settings->every != 0) {
		return false;
	}
	return settings->chance >= 1.0 || rng_chance(&fault->rng, settings->chance);
}

void fault_apply(struct fault *fault, struct fault_passage *passage)
{
	const struct fault_settings *settings = &fault->settings;
	int direction = passage->direction;

	if (!settings->is_on || settings->direction == (direction ? FAULT_FORWARD : FAULT_BACKWARD)) {
		return;
	}
	if (is_treated(fault, passage->frame)) {
		treat(fault, passage);
	}
	if (!settings->holds_order || !passage->frame) {
		return;
	}
	if (passage->out_ps < fault->last_out_ps[direction]) {
		passage->out_ps = fault->last_out_ps[direction];
	}
	fault->last_out_ps[direction] = passage->out_ps;
}
