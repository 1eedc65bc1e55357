/* tests/engine/world.c */
#include "tests/engine/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_SECONDS 1700000000LL

enum kind { DELIVER, SENT, DEADLINE };

struct world_event {
	int64_t at_ns;
	uint64_t sequence;
	enum kind kind;
	int node, port;
	uint64_t generation;
	uint8_t *octets;
	size_t length;
	bool is_general, is_unicast;
	struct gn_frame_sent sent;
	struct gn_address source;
};

/* ---- queue: a binary heap ---- */

static bool is_earlier(const struct world_event *a, const struct world_event *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->sequence < b->sequence;
}

static void swap(struct world_event *a, struct world_event *b)
{
	struct world_event t = *a;

	*a = *b;
	*b = t;
}

static void push(struct world *w, struct world_event event)
{
	size_t i = w->event_count++;

	if (w->event_count > w->event_capacity) {
		w->event_capacity = w->event_capacity ? 2 * w->event_capacity : 256;
		w->events = realloc(w->events, w->event_capacity * sizeof(*w->events));
	}
	event.sequence = w->sequence++;
	w->events[i] = event;
	while (i && is_earlier(&w->events[i], &w->events[(i - 1) / 2])) {
		swap(&w->events[i], &w->events[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static struct world_event pop(struct world *w)
{
	struct world_event first = w->events[0];
	size_t i = 0;

	w->events[0] = w->events[--w->event_count];
	for (;;) {
		size_t least = i, left = 2 * i + 1;

		if (left < w->event_count && is_earlier(&w->events[left], &w->events[least])) {
			least = left;
		}
		if (left + 1 < w->event_count && is_earlier(&w->events[left + 1], &w->events[least])) {
			least = left + 1;
		}
		if (least == i) {
			return first;
		}
		swap(&w->events[i], &w->events[least]);
		i = least;
	}
}

/* ---- clocks ---- */

static __int128 clock_value(const struct world_node *n, int64_t true_ns)
{
	__int128 span = ((__int128)(true_ns - n->base_true_ns)) << 16;
	__int128 rate = (__int128)n->oscillator_scaled_ppb + n->adjusted_scaled_ppb;
	__int128 extra = span * rate / ((__int128)1000000000 << 32);

	return n->base_value + span + extra;
}

static void rebase(struct world_node *n, int64_t true_ns)
{
	n->base_value = clock_value(n, true_ns);
	n->base_true_ns = true_ns;
}

struct gn_precise world_clock(const struct world *w, int node, int64_t true_ns)
{
	__int128 value = clock_value(&w->node[node], true_ns);
	struct gn_precise p;

	if (value < 0) {
		value = 0;
	}
	p.fraction = (uint16_t)(value & 0xFFFF);
	p.whole.seconds = (uint64_t)((value >> 16) / 1000000000);
	p.whole.nanoseconds = (uint32_t)((value >> 16) % 1000000000);
	return p;
}

int64_t world_difference(const struct world *w, int node, int other)
{
	return (int64_t)(clock_value(&w->node[node], w->now_ns) - clock_value(&w->node[other], w->now_ns));
}

/* ---- trace ---- */

static void hash_octets(struct world *w, const void *octets, size_t length)
{
	const uint8_t *o = octets;

	for (size_t i = 0; i < length; i++) {
		w->hash = (w->hash ^ o[i]) * 0x100000001B3u;
	}
}

static void hash_number(struct world *w, int64_t n)
{
	hash_octets(w, &n, sizeof(n));
}

static void trace(struct world *w, int node, const struct gn_action *a)
{
	hash_number(w, w->now_ns);
	hash_number(w, node);
	hash_number(w, a->type);
	hash_number(w, a->port);
	if (a->type == GN_ACTION_SEND) {
		hash_octets(w, a->u.send.octets, a->u.send.length);
	} else if (a->type == GN_ACTION_REPORT) {
		hash_number(w, a->u.report->id);
		hash_octets(w, a->u.report->number, sizeof(a->u.report->number));
	} else if (a->type == GN_ACTION_CLOCK_SET_RATE) {
		hash_number(w, a->u.rate.scaled_ppb);
	} else if (a->type == GN_ACTION_CLOCK_STEP) {
		hash_number(w, a->u.step.nanoseconds);
		hash_number(w, a->u.step.fraction);
	}
	if (w->is_printing) {
		printf("%lld %d %d %d %016llx\n", (long long)w->now_ns, node, a->type, a->port,
		       (unsigned long long)w->hash);
	}
}

/* ---- the driver ---- */

static void feed(struct world *w, int node, struct gn_event *event);

static void attach(const struct world_node *n, int port, struct gn_port_attachment *out)
{
	*out = (struct gn_port_attachment){
		.link_is_up = !n->link_is_down[port],
		.speed_mbps = 1000,
		.physical_address_length = 6,
		.phc_index = 0,
		.time_stamping = n->time_stamping[port],
	};
}

static void open_port(struct world *w, int node, int port)
{
	struct gn_event event = { .type = GN_EVENT_PORT_OPENED, .port = (uint16_t)port };

	event.u.opened.is_open = !w->node[node].fails_open;
	attach(&w->node[node], port, &event.u.opened.attachment);
	feed(w, node, &event);
}

static void put_be(uint8_t *at, uint64_t value, int octets)
{
	for (int i = 0; i < octets; i++) {
		at[i] = (uint8_t)(value >> (8 * (octets - 1 - i)));
	}
}

static uint64_t get_be(const uint8_t *at, int octets)
{
	uint64_t value = 0;

	for (int i = 0; i < octets; i++) {
		value = value << 8 | at[i];
	}
	return value;
}

static void add_correction(uint8_t *octets, int64_t scaled_ns)
{
	put_be(octets + 8, get_be(octets + 8, 8) + (uint64_t)scaled_ns, 8);
}

/* What one-step hardware does on the way out. */
static void insert_stamp(struct world_node *n, int port, uint8_t *octets, struct gn_precise egress)
{
	if ((octets[0] & 0xF) == GN_SYNC) {
		put_be(octets + 34, egress.whole.seconds, 6);
		put_be(octets + 40, egress.whole.nanoseconds, 4);
		add_correction(octets, egress.fraction);
	} else {
		add_correction(octets, gn_precise_diff(egress, n->last_pdelay_req[port]).scaled_ns);
	}
}

static void transmit_to(struct world *w, int from, int link, int from_member, int member,
			const struct gn_send *send, const uint8_t *frame)
{
	struct world_link *l = &w->link[link];
	int to = l->member[member].node, port = l->member[member].port;
	int64_t delay = l->delay_ns + (from_member < member ? l->asymmetry_ns : 0);
	uint8_t *copy = malloc(send->length);
	size_t length = send->length;

	memcpy(copy, frame, length);
	if ((w->filter && !w->filter(w, from, to, copy, &length, &delay)) || w->node[to].is_dead ||
	    w->node[to].link_is_down[port]) {
		free(copy);
		return;
	}
	push(w, (struct world_event){
			.at_ns = w->now_ns + delay,
			.kind = DELIVER,
			.node = to,
			.port = port,
			.octets = copy,
			.length = length,
			.is_general = !send->is_event,
			.is_unicast = send->destination == GN_TO_ADDRESS,
			.source = { GN_PROTOCOL_IEEE_802_3, 6, { 2, 0, 0, 0, 0, (uint8_t)from } },
		});
}

static void return_token(struct world *w, int node, int port, uint32_t token, struct gn_precise egress)
{
	struct world_node *n = &w->node[node];
	struct gn_frame_sent sent = { .token = token };

	n->tx_count++;
	sent.stamp.time = egress;
	sent.stamp.epoch = n->epoch;
	if (n->tx_loss_every && n->tx_count % (uint64_t)n->tx_loss_every == 0) {
		sent.stamp.status = GN_STAMP_MISSING;
	}
	push(w, (struct world_event){
			.at_ns = w->now_ns + w->tx_stamp_delay_ns,
			.kind = SENT,
			.node = node,
			.port = port,
			.sent = sent,
		});
}

static void send_frame(struct world *w, int node, int port, const struct gn_send *send)
{
	struct world_node *n = &w->node[node];
	struct gn_precise egress = world_clock(w, node, w->now_ns);
	uint8_t frame[GN_FRAME_MAX];

	memcpy(frame, send->octets, send->length);
	n->sent[frame[0] & 0xF]++;
	if (send->is_one_step) {
		insert_stamp(n, port, frame, egress);
	}
	for (int l = 0; l < w->links && !n->link_is_down[port]; l++) {
		for (int m = 0; m < w->link[l].members; m++) {
			if (w->link[l].member[m].node != node || w->link[l].member[m].port != port) {
				continue;
			}
			for (int other = 0; other < w->link[l].members; other++) {
				if (other != m) {
					transmit_to(w, node, l, m, other, send, frame);
				}
			}
		}
	}
	if (send->token) {
		return_token(w, node, port, send->token, egress);
	}
}

static void answer(struct world *w, int node, const struct gn_action *a)
{
	struct world_node *n = &w->node[node];
	struct gn_event event = { .type = GN_EVENT_CLOCK_ANSWERED };

	event.u.clock = (struct gn_clock_answer){
		.operation = a->type,
		.is_done = !n->fails_clock,
		.error = n->fails_clock ? 1 : 0,
		.rate = { n->adjusted_scaled_ppb },
		.rate_limit = gn_rate_from_ppb(900000000.0),
		.epoch = n->epoch,
		.is_utc = n->config.clock_kind == GN_CLOCK_SYSTEM,
		.time = world_clock(w, node, w->now_ns),
		.has_memory = n->has_remembered,
		.memory = n->remembered,
	};
	feed(w, node, &event);
}

static void clock_action(struct world *w, int node, const struct gn_action *a)
{
	struct world_node *n = &w->node[node];

	if (!n->fails_clock) {
		rebase(n, w->now_ns);
		if (a->type == GN_ACTION_CLOCK_SET_RATE) {
			n->adjusted_scaled_ppb = a->u.rate.scaled_ppb;
		} else if (a->type == GN_ACTION_CLOCK_STEP) {
			n->base_value += (__int128)a->u.step.nanoseconds * 65536 + a->u.step.fraction;
			n->epoch++;
			n->steps++;
		} else if (a->type == GN_ACTION_CLOCK_SET_PHASE) {
			n->base_value += (__int128)a->u.step.nanoseconds * 65536 + a->u.step.fraction;
		} else if (a->type == GN_ACTION_CLOCK_SET_TAI_OFFSET) {
			n->tai_offset = a->u.tai_offset;
		} else if (a->type == GN_ACTION_CLOCK_SET_LEAP) {
			n->leap = a->u.leap;
		}
	}
	answer(w, node, a);
}

static void carry_out(struct world *w, int node, const struct gn_action *a)
{
	struct world_node *n = &w->node[node];

	trace(w, node, a);
	switch (a->type) {
	case GN_ACTION_SEND:
		if (a->port) {
			send_frame(w, node, a->port, &a->u.send);
		}
		break;
	case GN_ACTION_OPEN_PORT:
		open_port(w, node, a->port);
		break;
	case GN_ACTION_CLOSE_PORT:
		break;
	case GN_ACTION_REFCLOCK_SAMPLE:
		n->samples++;
		n->last_sample = a->u.sample;
		break;
	case GN_ACTION_REPORT:
		n->reports[a->u.report->id]++;
		n->last_report[a->u.report->id] = *a->u.report;
		break;
	case GN_ACTION_CLOCK_REMEMBER:
		n->remembered = a->u.memory;
		n->has_remembered = true;
		break;
	default:
		clock_action(w, node, a);
		break;
	}
}

static void schedule(struct world *w, int node)
{
	struct world_node *n = &w->node[node];
	int64_t at = gn_instance_deadline(n->instance).ns;

	if (at != INT64_MAX) {
		push(w, (struct world_event){
				.at_ns = at < w->now_ns ? w->now_ns : at,
				.kind = DEADLINE,
				.node = node,
				.generation = ++n->generation,
			});
	} else {
		n->generation++;
	}
}

/* The actions of an event are copied out first: an answer given in between starts the queue over. */
static void feed(struct world *w, int node, struct gn_event *event)
{
	struct world_node *n = &w->node[node];
	struct gn_action actions[512];
	struct gn_report reports[512];
	uint8_t *frames[512];
	int count = 0;

	event->now.ns = w->now_ns;
	event->raw_ns = w->now_ns;
	gn_instance_event(n->instance, event);
	while (count < 512 && gn_instance_poll(n->instance, &actions[count])) {
		struct gn_action *a = &actions[count];

		frames[count] = NULL;
		if (a->type == GN_ACTION_SEND) {
			frames[count] = malloc(a->u.send.length);
			memcpy(frames[count], a->u.send.octets, a->u.send.length);
			a->u.send.octets = frames[count];
		} else if (a->type == GN_ACTION_REPORT) {
			reports[count] = *a->u.report;
			a->u.report = &reports[count];
		}
		count++;
	}
	for (int i = 0; i < count; i++) {
		carry_out(w, node, &actions[i]);
		free(frames[i]);
	}
}

/* ---- the test's side ---- */

void world_init(struct world *w, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	w->seed = seed;
	w->hash = 0xCBF29CE484222325u;
	w->now_ns = 1000000000;
}

void world_free(struct world *w)
{
	for (size_t i = 0; i < w->event_count; i++) {
		free(w->events[i].octets);
	}
	free(w->events);
	for (int i = 0; i < w->nodes; i++) {
		free(w->node[i].memory);
	}
}

static void default_config(struct gn_config *c, struct gn_port_config *p)
{
	*p = (struct gn_port_config){
		.network_transport = GN_PROTOCOL_IEEE_802_3,
		.delay_mechanism = GN_DELAY_E2E,
		.log_announce_interval = 1,
		.announce_receipt_timeout = 3,
		.delay_request_variability = 1.0,
		.as_capable = GN_AS_CAPABLE_AUTO,
		.neighbor_prop_delay_thresh = 20000000,
		.min_neighbor_prop_delay = -20000000,
		.allowed_lost_responses = 3,
		.delay_filter = GN_FILTER_MOVING_MEDIAN,
		.delay_filter_length = 10,
		.freq_est_interval = 1,
		.fault_reset_interval = 4,
		.fault_badpeernet_interval = 16,
		.phc_index = -1,
		.udp_ttl = 1,
	};
	*c = (struct gn_config){
		.two_step_flag = 1,
		.gm_capable = 1,
		.priority1 = 128,
		.priority2 = 128,
		.clock_class = 248,
		.clock_accuracy = 0xFE,
		.offset_scaled_log_variance = 0xFFFF,
		.clock_class_threshold = 248,
		.max_steps_removed = 255,
		.utc_offset = 37,
		.time_source = 0xA0,
		.ptp_minor_version = 1,
		.time_stamping = GN_STAMPING_HARDWARE,
		.freq_est_interval = 1,
		.kernel_leap = 1,
		.sanity_freq_limit = 200000000,
		.servo = {
			.first_step_threshold = 0.00002,
			.max_frequency = 900000000,
			.pi_proportional_exponent = -0.3,
			.pi_proportional_norm_max = 0.7,
			.pi_integral_exponent = 0.4,
			.pi_integral_norm_max = 0.3,
			.servo_num_offset_values = 10,
		},
		.port = *p,
	};
}

int world_add(struct world *w, int ports, int64_t offset_ns, int64_t ppb)
{
	int node = w->nodes++;
	struct world_node *n = &w->node[node];
	struct gn_port_config p;

	default_config(&n->config, &p);
	for (int i = 0; i < ports; i++) {
		n->ports[i] = p;
		snprintf(n->ports[i].name, sizeof(n->ports[i].name), "n%dp%d", node, i + 1);
		n->time_stamping[i + 1] = GN_STAMPING_HARDWARE;
	}
	n->config.ports = n->ports;
	n->config.port_count = (uint16_t)ports;
	n->base_true_ns = w->now_ns;
	n->base_value = (((__int128)START_SECONDS * 1000000000) + w->now_ns + offset_ns) << 16;
	n->oscillator_scaled_ppb = ppb * ((int64_t)1 << 32);
	n->is_dead = true;
	return node;
}

int world_link(struct world *w, int64_t delay_ns, int a, int a_port, int b, int b_port)
{
	int link = w->links++;

	w->link[link].delay_ns = delay_ns;
	world_join(w, link, a, a_port);
	world_join(w, link, b, b_port);
	return link;
}

void world_join(struct world *w, int link, int node, int port)
{
	struct world_link *l = &w->link[link];

	l->member[l->members].node = node;
	l->member[l->members++].port = port;
}

void world_start(struct world *w, int node)
{
	struct world_node *n = &w->node[node];
	struct gn_clock_identity identity = { { 2, 0, 0, 0xFF, 0xFE, 0, 0, (uint8_t)(node + 1) } };
	struct gn_event event = { .type = GN_EVENT_START };
	size_t size = gn_instance_size(&n->config);

	free(n->memory);
	n->memory = malloc(size);
	n->is_dead = false;
	if (gn_instance_init(n->memory, size, &n->config, &identity, w->seed + (uint64_t)node,
			     &n->instance) != GN_OK) {
		abort();
	}
	feed(w, node, &event);
	schedule(w, node);
}

void world_start_all(struct world *w)
{
	for (int i = 0; i < w->nodes; i++) {
		world_start(w, i);
	}
}

static void handle(struct world *w, struct world_event *e)
{
	struct world_node *n = &w->node[e->node];
	struct gn_event event = { .port = (uint16_t)e->port };

	if (n->is_dead || (e->kind == DEADLINE && e->generation != n->generation)) {
		return;
	}
	if (e->kind == DEADLINE) {
		event.type = GN_EVENT_DEADLINE;
	} else if (e->kind == SENT) {
		event.type = GN_EVENT_FRAME_SENT;
		event.u.sent = e->sent;
	} else {
		event.type = GN_EVENT_FRAME_RECEIVED;
		event.u.received = (struct gn_frame_received){
			.octets = e->octets,
			.length = e->length,
			.stamp = { .time = world_clock(w, e->node, w->now_ns), .epoch = n->epoch },
			.source = e->source,
			.is_general = e->is_general,
			.is_unicast = e->is_unicast,
		};
		if (e->length && (e->octets[0] & 0xF) == GN_PDELAY_REQ) {
			n->last_pdelay_req[e->port] = event.u.received.stamp.time;
		}
	}
	feed(w, e->node, &event);
	schedule(w, e->node);
}

void world_run_ms(struct world *w, int64_t milliseconds)
{
	int64_t end = w->now_ns + milliseconds * 1000000;

	while (w->event_count && w->events[0].at_ns <= end) {
		struct world_event e = pop(w);

		w->now_ns = e.at_ns;
		handle(w, &e);
		free(e.octets);
	}
	w->now_ns = end;
}

void world_run(struct world *w, int64_t seconds)
{
	world_run_ms(w, seconds * 1000);
}

void world_kill(struct world *w, int node)
{
	w->node[node].is_dead = true;
}

void world_set_link(struct world *w, int node, int port, bool is_up)
{
	struct gn_event event = { .type = GN_EVENT_LINK, .port = (uint16_t)port };

	w->node[node].link_is_down[port] = !is_up;
	if (!w->node[node].is_dead) {
		attach(&w->node[node], port, &event.u.link);
		feed(w, node, &event);
		schedule(w, node);
	}
}

void world_inject(struct world *w, int node, int port, const uint8_t *octets, size_t length, bool is_general)
{
	uint8_t *copy = malloc(length ? length : 1);

	memcpy(copy, octets, length);
	push(w, (struct world_event){
			.at_ns = w->now_ns,
			.kind = DELIVER,
			.node = node,
			.port = port,
			.octets = copy,
			.length = length,
			.is_general = is_general,
		});
	world_run_ms(w, 0);
}

void world_event(struct world *w, int node, struct gn_event *event)
{
	feed(w, node, event);
	schedule(w, node);
}

void world_step_clock(struct world *w, int node, int64_t by_ns)
{
	struct gn_event event = { .type = GN_EVENT_CLOCK_TOUCHED };

	w->node[node].base_value += (__int128)by_ns * 65536;
	event.u.touched.epoch = ++w->node[node].epoch;
	feed(w, node, &event);
	schedule(w, node);
}

struct gn_config *world_config(struct world *w, int node)
{
	return &w->node[node].config;
}

struct port *world_port(struct world *w, int node, int port)
{
	return &w->node[node].instance->ports[port - 1];
}

enum gn_port_state world_state(struct world *w, int node, int port)
{
	return world_port(w, node, port)->ds.port_state;
}
