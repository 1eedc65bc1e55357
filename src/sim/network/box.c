/* src/sim/network/box.c -- the way of a frame through a switch: in, ready, out; and the shorter one through a hub.
 *
 *     in      its start is here: the whole frame, latency and jitter later it is ready (one event)
 *     ready   who is to get it; at each of those ports the wait for traffic and for our own frames before it, and off
 *
 * The copies of a flooded frame are one frame with many references. Only a port where it had to wait longer than
 * elsewhere makes a copy, for its residence time. A hub does not wait at all and has no event of its own. */
#include "sim/network/box.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/message.h"
#include "sim/network/address.h"

#define MAC_SIZE 6
#define CUT_THROUGH_OCTETS 14 /* what a switch has to see before it knows the way */

#define SOURCE_IDENTITY_AT 20
#define TARGET_IDENTITY_AT 34     /* Signaling, Management */
#define REQUESTING_IDENTITY_AT 44 /* Delay_Resp, Pdelay_Resp, Pdelay_Resp_Follow_Up */
#define IDENTITY_SIZE 10

/* ---- keys ------------------------------------------------------------------------------------------------------ */

static const struct key_label serves[] = {
	{ "all", BOX_ALL, "every frame goes to all other ports" },
	{ "ptp", BOX_PTP,
	  "a stand-in for a network of any size: Sync, Follow_Up and Announce go to all, requests to the "
	  "port where Sync "
	  "comes from, and answers to their requester" },
	{ NULL, 0, NULL },
};

#define MEMBER(member) KEY_MEMBER(struct box_settings, member)
#define LATENCY_MAX (10.0 * (double)PS_PER_SECOND)

static const struct key switch_keys[] = {
	{ "latency", KEY_TIME, MEMBER(latency), 0, LATENCY_MAX, NULL,
	  "from the end of a frame coming in until it is ready to go out" },
	{ "jitter", KEY_TIME, MEMBER(jitter), 0, LATENCY_MAX, NULL,
	  "standard deviation of the latency, gaussian; it never falls below 0" },
	{ "buffer", KEY_INTEGER, MEMBER(buffer), 0, 1e12, NULL,
	  "octets that a port can hold, traffic included; frames beyond it are dropped" },
	{ "priority", KEY_INTEGER, MEMBER(priority), -1, 7, NULL,
	  "802.1p priority that PTP gets; -1: as the frame's tag says, and 0 without one" },
	{ "cut_through", KEY_BOOL, MEMBER(is_cut_through), 0, 0, NULL,
	  "frames are ready as soon as their header is in, the latency later, unless the other port is "
	  "faster" },
	{ "forwards_pdelay", KEY_BOOL, MEMBER(forwards_pdelay), 0, 0, NULL,
	  "peer delay messages pass: a bridge that keeps the standard never does that" },
	{ "on", KEY_BOOL, MEMBER(is_on), 0, 0, NULL, "it has power" },
};

static const struct key hub_keys[] = {
	{ "latency", KEY_TIME, MEMBER(latency), 0, LATENCY_MAX, NULL,
	  "from a frame's start coming in to its going out" },
	{ "jitter", KEY_TIME, MEMBER(jitter), 0, LATENCY_MAX, NULL,
	  "standard deviation of the latency, gaussian; it never falls below 0" },
	{ "serves", KEY_WORD, MEMBER(serves), 0, 0, serves, "which frames go where" },
	{ "forwards_pdelay", KEY_BOOL, MEMBER(forwards_pdelay), 0, 0, NULL, "peer delay messages pass" },
	{ "on", KEY_BOOL, MEMBER(is_on), 0, 0, NULL, "it has power" },
};

static const struct box_settings switch_defaults = {
	.latency = 2 * PS_PER_US,
	.jitter = 20 * PS_PER_NS,
	.buffer = 524288,
	.priority = -1,
	.is_on = true,
};

static const struct box_settings hub_defaults = {
	.latency = 500 * PS_PER_NS,
	.buffer = 524288,
	.priority = -1,
	.is_on = true,
};

const struct part_kind switch_kind = {
	.name = "switch",
	.keys = switch_keys,
	.key_count = sizeof(switch_keys) / sizeof(switch_keys[0]),
	.size = sizeof(struct box_settings),
	.defaults = &switch_defaults,
	.meaning = "a store-and-forward switch that knows no PTP",
};

const struct part_kind hub_kind = {
	.name = "hub",
	.keys = hub_keys,
	.key_count = sizeof(hub_keys) / sizeof(hub_keys[0]),
	.size = sizeof(struct box_settings),
	.defaults = &hub_defaults,
	.meaning = "a repeater without queues, or a stand-in for a large network",
};

/* ---- common to both -------------------------------------------------------------------------------------------- */

static int64_t latency_ps(struct box *box)
{
	int64_t latency = box->settings.latency;

	if (box->settings.jitter > 0) {
		latency += (int64_t)((double)box->settings.jitter * rng_normal(&box->rng));
	}
	return latency < 0 ? 0 : latency;
}

/* How long a frame that came in now stays, if nothing holds it up: no shorter than who came before it. */
static int64_t stay_in_row(struct box_port *from, int64_t stay)
{
	int64_t now_ps = from->box->queue->now_ps;

	if (now_ps + stay < from->last_ready_ps) {
		return from->last_ready_ps - now_ps;
	}
	from->last_ready_ps = now_ps + stay;
	return stay;
}

static void drop(struct box *box, struct frame *frame)
{
	box->dropped++;
	frame_drop(frame);
}

/* The frame with that much more residence time. NULL without memory, and dropped. */
static struct frame *resided(struct box *box, struct frame *frame, int64_t by_ps)
{
	if (by_ps != 0) {
		frame = frame_own(frame);
		if (!frame) {
			box->dropped++;
			return NULL;
		}
		frame->residence_ps += by_ps;
	}
	return frame;
}

static bool is_pdelay(const struct frame *frame)
{
	static const uint32_t types = 1u << GN_PDELAY_REQ | 1u << GN_PDELAY_RESP |
				      1u << GN_PDELAY_RESP_FOLLOW_UP;

	return frame->is_pdelay || (types >> frame_message_type(frame) & 1u);
}

/* ---- the switch ------------------------------------------------------------------------------------------------ */

static int64_t speed_of(const struct box_port *port)
{
	return port->plug.link->settings.speed;
}

static int64_t octets_ps(uint64_t octets, int64_t speed)
{
	return (int64_t)(8.0 * (double)octets * (double)PS_PER_SECOND / (double)speed);
}

static int priority_of(const struct box *box, const struct frame *frame)
{
	return box->settings.priority < 0 ? frame->priority : (int)box->settings.priority;
}

static void follow_speed(struct box_port *port, int64_t speed, int64_t now_ps)
{
	for (struct traffic *t = port->traffic; t; t = t->next) {
		t->buffer_octets = (uint64_t)port->box->settings.buffer;
		if (t->speed != speed) {
			t->speed = speed;
			traffic_changed(t, now_ps);
		}
	}
}

/* The wait for traffic and for our own frames. False: there is no room for the frame. */
static bool queue_up(struct box_port *port, const struct frame *frame, int64_t now_ps, int64_t *wait)
{
	int64_t speed = speed_of(port);
	int64_t own = port->busy_until_ps > now_ps ? port->busy_until_ps - now_ps : 0, traffic = 0;

	if (port->traffic) {
		follow_speed(port, speed, now_ps);
		traffic = traffic_wait_ps(port->traffic, priority_of(port->box, frame), now_ps);
	}
	*wait = traffic > own ? traffic : own;
	port->queued_octets = (uint64_t)((double)*wait / 8.0 / (double)PS_PER_SECOND * (double)speed);
	if (port->queued_octets + frame_wire_octets(frame) > (uint64_t)port->box->settings.buffer) {
		port->dropped++;
		return false;
	}
	port->busy_until_ps = now_ps + *wait + octets_ps(frame_wire_octets(frame), speed);
	if (port->traffic) {
		traffic_occupied(port->traffic, now_ps + *wait, port->busy_until_ps);
	}
	return true;
}

/* Takes the reference. */
static void leave(struct box_port *port, struct frame *frame)
{
	struct box *box = port->box;
	int64_t now_ps = box->queue->now_ps, wait;

	if (!queue_up(port, frame, now_ps, &wait)) {
		drop(box, frame);
		return;
	}
	frame = resided(box, frame, wait);
	if (frame) {
		box->forwarded++;
		link_send_at(&port->plug, frame, now_ps + wait);
	}
}

static void flood(struct box *box, const struct box_port *from, struct frame *frame)
{
	for (uint16_t i = 0; i < box->port_count; i++) {
		struct box_port *port = &box->ports[i];

		if (port != from && port->plug.link && link_has_carrier(port->plug.link)) {
			leave(port, frame_keep(frame));
		}
	}
	frame_drop(frame);
}

static bool is_group(const uint8_t *mac)
{
	return mac[0] & 1;
}

static uint16_t switch_port_to(const struct box *box, const struct frame *frame)
{
	static const uint8_t nobody[MAC_SIZE];
	const uint8_t *mac = frame->destination_mac;

	if (is_group(mac) || memcmp(mac, nobody, MAC_SIZE) == 0) {
		return 0;
	}
	return box_port_of(box, mac, MAC_SIZE);
}

static void ready(void *object, void *argument)
{
	const struct box_port *from = object;
	struct frame *frame = argument;
	struct box *box = from->box;
	uint16_t to = switch_port_to(box, frame);

	if (!box->settings.is_on) {
		drop(box, frame);
	} else if (to == 0) {
		flood(box, from, frame);
	} else if (&box->ports[to - 1] == from) {
		drop(box, frame); /* it is there already */
	} else {
		leave(&box->ports[to - 1], frame);
	}
}

/* From the start of the frame until enough of it is in. Cut through needs a known way that is not faster. */
static int64_t reception_ps(const struct box_port *from, const struct frame *frame)
{
	const struct box *box = from->box;
	int64_t speed = speed_of(from);

	if (box->settings.is_cut_through) {
		uint16_t to = switch_port_to(box, frame);

		if (to != 0 && box->ports[to - 1].plug.link && speed_of(&box->ports[to - 1]) <= speed) {
			return octets_ps(CUT_THROUGH_OCTETS, speed);
		}
		if (to == 0 && is_group(frame->destination_mac)) {
			return octets_ps(CUT_THROUGH_OCTETS, speed);
		}
	}
	return frame_duration_ps(frame, speed);
}

static void switch_receive(struct box_port *from, struct frame *frame)
{
	static const uint8_t nobody[MAC_SIZE];
	struct box *box = from->box;
	int64_t stay;

	if ((frame->is_corrupt && !box->settings.is_cut_through) ||
	    (is_pdelay(frame) && !box->settings.forwards_pdelay)) {
		drop(box, frame);
		return;
	}
	if (!is_group(frame->source_mac) && memcmp(frame->source_mac, nobody, MAC_SIZE) != 0) {
		box_learn(box, frame->source_mac, MAC_SIZE, from->plug.port);
	}
	stay = stay_in_row(from, reception_ps(from, frame) + latency_ps(box));
	frame = resided(box, frame, stay);
	if (frame) {
		queue_add(box->queue, box->queue->now_ps + stay, ready, from, frame);
	}
}

/* ---- the hub --------------------------------------------------------------------------------------------------- */

static void repeat_to(struct box *box, uint16_t to, struct frame *frame, int64_t at_ps)
{
	struct plug *plug = to >= 1 && to <= box->port_count ? &box->ports[to - 1].plug : NULL;

	if (!plug || !plug->link) {
		drop(box, frame);
		return;
	}
	box->forwarded++;
	if (at_ps < box->ports[to - 1].busy_until_ps) {
		at_ps = box->ports[to - 1].busy_until_ps;
	}
	box->ports[to - 1].busy_until_ps = at_ps;
	link_send_at(plug, frame, at_ps);
}

/* Of one message, to one port. Never back to where it came from: two hubs that each take the requester to be behind the other
 * would hand it to and fro for ever. */
static void repeat_to_other(struct box *box, uint16_t from, uint16_t to, struct frame *frame, int64_t at_ps)
{
	if (to == from) {
		drop(box, frame);
	} else {
		repeat_to(box, to, frame, at_ps);
	}
}

static void repeat_to_all(struct box *box, uint16_t from, struct frame *frame, int64_t at_ps)
{
	for (uint16_t to = 1; to <= box->port_count; to++) {
		if (to != from && box->ports[to - 1].plug.link) {
			repeat_to(box, to, frame_keep(frame), at_ps);
		}
	}
	frame_drop(frame);
}

/* Who a message is for. */
enum audience {
	TO_NOBODY,
	TO_ALL,
	TO_SYNC_PORT,
	TO_REQUESTER, /* requestingPortIdentity */
	TO_TARGET,    /* targetPortIdentity; all when it names nobody in particular */
};

/* From the port where Sync comes from, and from the others. */
static const uint8_t audiences[GN_MESSAGE_TYPES][2] = {
	[GN_SYNC] = { TO_ALL, TO_ALL },
	[GN_FOLLOW_UP] = { TO_ALL, TO_ALL },
	[GN_ANNOUNCE] = { TO_ALL, TO_ALL },
	[GN_DELAY_REQ] = { TO_NOBODY, TO_SYNC_PORT },
	[GN_DELAY_RESP] = { TO_REQUESTER, TO_REQUESTER },
	[GN_SIGNALING] = { TO_TARGET, TO_SYNC_PORT },
	[GN_MANAGEMENT] = { TO_TARGET, TO_SYNC_PORT },
	[GN_PDELAY_REQ] = { TO_NOBODY, TO_SYNC_PORT },
	[GN_PDELAY_RESP] = { TO_REQUESTER, TO_REQUESTER },
	[GN_PDELAY_RESP_FOLLOW_UP] = { TO_REQUESTER, TO_REQUESTER },
};

static uint16_t port_behind(const struct box *box, const struct frame *frame, size_t identity_at)
{
	if (frame->length < identity_at + IDENTITY_SIZE) {
		return 0;
	}
	return box_port_of(box, frame->octets + identity_at, IDENTITY_SIZE);
}

/* Requests teach who is behind a port; Sync where requests have to go. A time transmitter that takes over does so with its
 * first Sync; Announce alone counts only while there was none. */
static void learn_from(struct box *box, uint16_t from, const struct frame *frame, unsigned type)
{
	static const uint32_t requests = 1u << GN_DELAY_REQ | 1u << GN_PDELAY_REQ | 1u << GN_SIGNALING |
					 1u << GN_MANAGEMENT;

	if (type == GN_SYNC || (type == GN_ANNOUNCE && box->sync_port == 0)) {
		box->sync_port = from;
	}
	if ((requests >> type & 1u) && frame->length >= SOURCE_IDENTITY_AT + IDENTITY_SIZE) {
		box_learn(box, frame->octets + SOURCE_IDENTITY_AT, IDENTITY_SIZE, from);
	}
}

static void serve(struct box *box, uint16_t from, struct frame *frame, int64_t at_ps)
{
	unsigned type = frame_message_type(frame);
	enum audience audience;
	uint16_t target;

	if (type >= GN_MESSAGE_TYPES || frame->is_corrupt) {
		drop(box, frame);
		return;
	}
	learn_from(box, from, frame, type);
	audience = audiences[type][from == box->sync_port ? 0 : 1];
	target = port_behind(box, frame, TARGET_IDENTITY_AT);
	if (audience == TO_ALL || (audience == TO_TARGET && target == 0)) {
		repeat_to_all(box, from, frame, at_ps);
	} else if (audience == TO_TARGET) {
		repeat_to_other(box, from, target, frame, at_ps);
	} else if (audience == TO_SYNC_PORT) {
		repeat_to_other(box, from, box->sync_port, frame, at_ps);
	} else if (audience == TO_REQUESTER) {
		repeat_to_other(box, from, port_behind(box, frame, REQUESTING_IDENTITY_AT), frame, at_ps);
	} else {
		drop(box, frame);
	}
}

static void hub_receive(struct box_port *from, struct frame *frame)
{
	struct box *box = from->box;
	int64_t stay = stay_in_row(from, latency_ps(box));

	if (is_pdelay(frame) && !box->settings.forwards_pdelay) {
		drop(box, frame);
		return;
	}
	frame = resided(box, frame, stay);
	if (!frame) {
		return;
	}
	if (box->settings.serves == BOX_PTP) {
		serve(box, from->plug.port, frame, box->queue->now_ps + stay);
	} else {
		repeat_to_all(box, from->plug.port, frame, box->queue->now_ps + stay);
	}
}

/* ---- the box --------------------------------------------------------------------------------------------------- */

static void receive(struct plug *plug, struct frame *frame)
{
	struct box_port *port = plug->owner;

	if (!port->box->settings.is_on) {
		drop(port->box, frame);
	} else if (port->box->is_hub) {
		hub_receive(port, frame);
	} else {
		switch_receive(port, frame);
	}
}

/* Who was behind a port is not known any more when its cable is out. */
static void carrier(struct plug *plug, bool is_up)
{
	struct box_port *port = plug->owner;
	struct box *box = port->box;

	if (is_up || !box->settings.is_on) {
		return; /* without power it has forgotten all */
	}
	box_forget(box, plug->port);
	if (box->sync_port == plug->port) {
		box->sync_port = 0;
	}
}

bool box_init(struct box *box, bool is_hub, struct queue *queue, uint64_t seed, const char *name,
	      const struct box_settings *settings, uint16_t port_count)
{
	*box = (struct box){ .settings = *settings, .is_hub = is_hub, .queue = queue };
	snprintf(box->name, sizeof(box->name), "%s", name);
	rng_init(&box->rng, seed, box->name, "box");
	box->ports = calloc(port_count > 0 ? port_count : 1, sizeof(*box->ports));
	if (!box->ports) {
		return false;
	}
	box->port_count = port_count;
	for (uint16_t i = 0; i < port_count; i++) {
		struct box_port *port = &box->ports[i];

		port->box = box;
		port->plug.owner = port;
		port->plug.is_dark = !settings->is_on;
		port->plug.port = (uint16_t)(i + 1);
		port->plug.receive = receive;
		port->plug.carrier = carrier;
		snprintf(port->plug.name, sizeof(port->plug.name), "%.56s.%u", box->name, i + 1u);
	}
	return true;
}

void box_free(struct box *box)
{
	free(box->ports);
	free(box->addresses);
	box->ports = NULL;
	box->addresses = NULL;
	box->port_count = 0;
	box->address_count = 0;
	box->address_room = 0;
}

void box_changed(struct box *box)
{
	for (uint16_t i = 0; i < box->port_count; i++) {
		struct plug *plug = &box->ports[i].plug;

		plug->is_dark = !box->settings.is_on;
		if (plug->link) {
			link_changed(plug->link);
		}
	}
	if (!box->settings.is_on) {
		box_forget(box, 0);
		box->sync_port = 0;
	}
}

struct plug *box_plug(struct box *box, uint16_t port)
{
	return port >= 1 && port <= box->port_count ? &box->ports[port - 1].plug : NULL;
}

void box_add_traffic(struct box *box, uint16_t port, struct traffic *traffic)
{
	struct traffic **place;

	assert(port >= 1 && port <= box->port_count);
	place = &box->ports[port - 1].traffic;
	while (*place) {
		place = &(*place)->next;
	}
	traffic->next = NULL;
	traffic->buffer_octets = (uint64_t)box->settings.buffer;
	*place = traffic;
}
