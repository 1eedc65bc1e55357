/* src/sim/network/link.c -- when a frame that enters a link comes out, worked out at once: one event a frame and hop.
 *
 * Taps see it, faults treat it, then the link itself: loss, corruption, delay. A direction's last arrival keeps the row; a
 * frame that is reordered, or delayed by a fault that lets others pass, is put later without moving it. */
#include "sim/network/link.h"

#include <assert.h>
#include <stdio.h>

#include "sim/network/fault.h"

#define DELAY_MAX (10.0 * (double)PS_PER_SECOND)

static const struct key_label media[] = {
	{ "wired", LINK_WIRED, "a cable or fibre" },
	{ "wifi", LINK_WIFI,
	  "a radio: waits for others, slots and retries; the first end is the access point" },
	{ NULL, 0, NULL },
};

#define MEMBER(member) KEY_MEMBER(struct link_settings, member)

static const struct key keys[] = {
	{ "delay", KEY_TIME, MEMBER(delay), 0, DELAY_MAX, NULL, "one-way propagation delay" },
	{ "asymmetry", KEY_TIME, MEMBER(asymmetry), -DELAY_MAX, DELAY_MAX, NULL,
	  "how much longer forward (from the end named first) takes than backward; half of it each way" },
	{ "asymmetry_drift", KEY_NUMBER, MEMBER(asymmetry_drift), -1e9, 1e9, NULL,
	  "picoseconds that the asymmetry grows in a second, from the start of the run" },
	{ "jitter", KEY_TIME, MEMBER(jitter), 0, DELAY_MAX, NULL,
	  "standard deviation of the delay, gaussian; it never falls below half the delay" },
	{ "speed", KEY_SPEED, MEMBER(speed), 1e3, 1e13, NULL, "bits that it carries in a second" },
	{ "loss", KEY_FRACTION, MEMBER(loss), 0, 1, NULL, "share of frames that are lost" },
	{ "loss_forward", KEY_FRACTION, MEMBER(loss_forward), 0, 1, NULL,
	  "the same for frames from the end named first; the larger of the two counts" },
	{ "loss_backward", KEY_FRACTION, MEMBER(loss_backward), 0, 1, NULL,
	  "the same for frames to that end" },
	{ "duplicate", KEY_FRACTION, MEMBER(duplicate), 0, 1, NULL, "share of frames that come twice" },
	{ "reorder", KEY_FRACTION, MEMBER(reorder), 0, 1, NULL,
	  "share of frames that come late, those behind them passing" },
	{ "reorder_by", KEY_TIME, MEMBER(reorder_by), 0, DELAY_MAX, NULL,
	  "how much later such a frame comes" },
	{ "corrupt", KEY_FRACTION, MEMBER(corrupt), 0, 1, NULL,
	  "share of frames with one to three flipped bits" },
	{ "corrupt_passes", KEY_FRACTION, MEMBER(corrupt_passes), 0, 1, NULL,
	  "share of the corrupt frames whose check sequence fits all the same: the others are dropped "
	  "unseen" },
	{ "medium", KEY_WORD, MEMBER(medium), 0, 0, media, "what it is made of" },
	{ "vlan", KEY_INTEGER, MEMBER(vlan), 0, 4094, NULL,
	  "VLAN whose tag all frames get; 0: as they come" },
	{ "up", KEY_BOOL, MEMBER(is_up), 0, 0, NULL, "it is plugged in" },
};

static const struct link_settings defaults = {
	.delay = 100 * PS_PER_NS,
	.speed = INT64_C(1000000000),
	.reorder_by = 10 * PS_PER_US,
	.is_up = true,
};

const struct part_kind link_kind = {
	.name = "link",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct link_settings),
	.defaults = &defaults,
	.meaning = "a cable or a radio link between two ports",
};

void link_init(struct link *link, struct queue *queue, uint64_t seed, const struct link_settings *settings,
	       const char *name, struct plug *first, struct plug *second)
{
	*link = (struct link){ .settings = *settings, .plug = { first, second }, .queue = queue };
	snprintf(link->name, sizeof(link->name), "%s", name);
	rng_init(&link->rng[0], seed, link->name, "link forward");
	rng_init(&link->rng[1], seed, link->name, "link backward");
	first->link = link;
	first->side = 0;
	second->link = link;
	second->side = 1;
	link->was_up = link_has_carrier(link);
}

bool link_has_carrier(const struct link *link)
{
	return link->settings.is_up && !link->plug[0]->is_dark && !link->plug[1]->is_dark;
}

void link_changed(struct link *link)
{
	bool is_up = link_has_carrier(link);

	if (is_up == link->was_up) {
		return;
	}
	link->was_up = is_up;
	for (int side = 0; side < 2; side++) {
		struct plug *plug = link->plug[side];

		if (plug->carrier) {
			plug->carrier(plug, is_up);
		}
	}
}

void link_add_tap(struct link *link, struct tap *tap)
{
	struct tap **place = &link->taps;

	while (*place) {
		place = &(*place)->next;
	}
	tap->next = NULL;
	*place = tap;
}

int64_t link_delay_ps(const struct link *link, int from_side, int64_t at_ps)
{
	const struct link_settings *settings = &link->settings;
	int64_t drift = (int64_t)(settings->asymmetry_drift * ((double)at_ps / (double)PS_PER_SECOND));
	int64_t asymmetry = settings->asymmetry + drift;
	int64_t backward = asymmetry / 2;
	int64_t delay = settings->delay + (from_side == 0 ? asymmetry - backward : -backward);

	return delay < 0 ? 0 : delay;
}

/* ---- the radio ------------------------------------------------------------------------------------------------- */

/* The distributed coordination function (IEEE 802.11 clause 10.3): wait until the medium was idle for DIFS, count down a
 * random number of slots, which stands still while others send; without an answer try again with twice the slots. */
#define DIFS (34 * PS_PER_US)
#define SLOT (9 * PS_PER_US)
#define SLOTS_FIRST 16
#define SLOTS_LAST 1024
#define TRIES 8
#define UNANSWERED (120 * PS_PER_US) /* a frame and the wait for its acknowledgement */

/* The access point has to share with all; the station is heard worse. */
static const struct radio {
	double busy;       /* chance to meet another's frame, again after each */
	int64_t busy_mean; /* ps: how long that one is */
	double unanswered;
} radio[2] = {
	{ 0.45, 180 * PS_PER_US, 0.05 },
	{ 0.30, 180 * PS_PER_US, 0.15 },
};

static bool radio_wait(const struct radio *r, struct rng *rng, int64_t *wait)
{
	uint64_t slots = SLOTS_FIRST;

	for (int i = 0; i < TRIES; i++) {
		*wait += DIFS + (int64_t)rng_below(rng, slots) * SLOT;
		while (rng_chance(rng, r->busy)) {
			*wait += (int64_t)((double)r->busy_mean * rng_exponential(rng));
		}
		if (!rng_chance(rng, r->unanswered)) {
			return true;
		}
		*wait += UNANSWERED;
		slots = slots < SLOTS_LAST ? slots * 2 : slots;
	}
	return false;
}

/* ---- a frame's way --------------------------------------------------------------------------------------------- */

/* At the far end. The cable may have been pulled meanwhile. */
static void arrive(void *object, void *argument)
{
	struct plug *to = object;
	struct frame *frame = argument;
	struct link *link = to->link;
	int direction = 1 - to->side;

	if (!link_has_carrier(link)) {
		link->lost[direction]++;
		frame_drop(frame);
		return;
	}
	link->carried[direction]++;
	to->receive(to, frame);
}

static int64_t travel_ps(struct link *link, int from_side, int64_t at_ps)
{
	int64_t jitter = link->settings.jitter;
	int64_t delay = link_delay_ps(link, from_side, at_ps), varied;

	if (jitter == 0) {
		return delay;
	}
	varied = delay + (int64_t)((double)jitter * rng_normal(&link->rng[from_side]));
	return varied < delay / 2 ? delay / 2 : varied;
}

static bool is_lost(struct link *link, int direction)
{
	const struct link_settings *settings = &link->settings;
	double loss = direction == 0 ? settings->loss_forward : settings->loss_backward;

	return rng_chance(&link->rng[direction], loss > settings->loss ? loss : settings->loss);
}

/* The link's own doings with a frame's content. NULL: it is lost. */
static struct frame *carry(struct link *link, int direction, struct frame *frame)
{
	const struct link_settings *settings = &link->settings;
	struct rng *rng = &link->rng[direction];

	if (is_lost(link, direction)) {
		frame_drop(frame);
		return NULL;
	}
	if (settings->vlan != 0 && frame->vlan != settings->vlan) {
		frame = frame_own(frame);
		if (!frame) {
			return NULL;
		}
		frame->vlan = (uint16_t)settings->vlan;
	}
	if (rng_chance(rng, settings->corrupt)) {
		link->corrupted++;
		frame = fault_corrupt(frame, rng, rng_chance(rng, settings->corrupt_passes));
	}
	return frame;
}

static int64_t arrival_in_row(struct link *link, int direction, int64_t arrival_ps)
{
	if (arrival_ps < link->last_arrival_ps[direction]) {
		arrival_ps = link->last_arrival_ps[direction];
	}
	link->last_arrival_ps[direction] = arrival_ps;
	return arrival_ps;
}

/* Reordered and duplicate frames, and the one event that all this comes to. */
static void deliver(struct link *link, struct fault_passage *passage, int64_t arrival_ps)
{
	const struct link_settings *settings = &link->settings;
	struct frame *frame = passage->frame;
	struct plug *to = link->plug[1 - passage->direction];
	struct rng *rng = &link->rng[passage->direction];
	bool is_reordered = rng_chance(rng, settings->reorder);

	if (!is_reordered) {
		arrival_ps = arrival_in_row(link, passage->direction, arrival_ps);
	} else {
		arrival_ps += settings->reorder_by;
		link->reordered++;
	}
	arrival_ps += passage->overtaken_ps;
	passage->copies += rng_chance(rng, settings->duplicate);
	for (; passage->copies > 0; passage->copies--) {
		int64_t behind = (int64_t)passage->copies * frame_duration_ps(frame, settings->speed);

		link->duplicated++;
		queue_add(link->queue, arrival_ps + behind, arrive, to, frame_keep(frame));
	}
	queue_add(link->queue, arrival_ps, arrive, to, frame);
}

static void pass(struct link *link, int direction, struct frame *frame, int64_t at_ps)
{
	struct fault_passage passage = { .frame = frame, .direction = direction, .out_ps = at_ps };
	int64_t wait = 0;

	for (struct fault *fault = link->faults; fault && passage.frame; fault = fault->next) {
		fault_apply(fault, &passage);
	}
	if (passage.frame) {
		passage.frame = carry(link, direction, passage.frame);
	}
	if (passage.frame && link->settings.medium == LINK_WIFI &&
	    !radio_wait(&radio[direction], &link->rng[direction], &wait)) {
		frame_drop(passage.frame);
		passage.frame = NULL;
	}
	if (!passage.frame) {
		link->lost[direction]++;
		return;
	}
	deliver(link, &passage, passage.out_ps + wait + travel_ps(link, direction, passage.out_ps));
}

void link_send(struct plug *from, struct frame *frame)
{
	struct link *link = from->link;

	if (!link) {
		frame_drop(frame);
		return;
	}
	if (!link_has_carrier(link)) {
		link->lost[from->side]++;
		frame_drop(frame);
		return;
	}
	for (struct tap *tap = link->taps; tap; tap = tap->next) {
		tap->frame(tap, link, from->side, frame);
	}
	pass(link, from->side, frame, link->queue->now_ps);
}

static void send_now(void *object, void *argument)
{
	link_send(object, argument);
}

void link_send_at(struct plug *from, struct frame *frame, int64_t at_ps)
{
	struct link *link = from->link;

	if (!link || at_ps <= link->queue->now_ps || !link_has_carrier(link)) {
		link_send(from, frame);
	} else if (link->taps || link->faults) {
		/* They are to see the frames of both directions in order of time. */
		queue_add(link->queue, at_ps, send_now, from, frame);
	} else {
		pass(link, from->side, frame, at_ps);
	}
}

void link_inject(struct link *link, int to_side, struct frame *frame)
{
	int64_t now_ps = link->queue->now_ps;

	assert(to_side == 0 || to_side == 1);
	if (!link_has_carrier(link)) {
		frame_drop(frame);
		return;
	}
	for (struct tap *tap = link->taps; tap; tap = tap->next) {
		if (tap->sees_injected) {
			tap->frame(tap, link, 1 - to_side, frame);
		}
	}
	queue_add(link->queue, now_ps + link_delay_ps(link, 1 - to_side, now_ps), arrive, link->plug[to_side],
		  frame);
}
