/* tests/engine/mutate_test.c -- a million frames, made from every message and TLV that we have octets of, by mutation, into
 * running instances. Sanitizers watch; every frame is accounted for; every reason to drop one is met. */
#include "core/port/port.h"
#include "core/wire/message.h"
#include "tests/engine/world.h"
#include "tests/test.h"
#include "tests/vectors/wire.h"

#include <stdlib.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define FRAMES 1000000
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define FRAMES 1000000
#endif
#ifndef FRAMES
#define FRAMES 200000
#endif

#define VECTORS (sizeof(wire_vectors) / sizeof(wire_vectors[0]))
#define PORTS 2
#define PER_INSTANCE 5000

struct corpus_entry {
	uint8_t octets[512];
	size_t length;
};

static struct corpus_entry corpus[VECTORS];

static int hex_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void load_corpus(void)
{
	for (size_t v = 0; v < VECTORS; v++) {
		const char *hex = wire_vectors[v].hex;

		for (corpus[v].length = 0; hex[0] && hex[1]; hex += 2) {
			corpus[v].octets[corpus[v].length++] = (uint8_t)(hex_digit(hex[0]) << 4 |
									 hex_digit(hex[1]));
		}
	}
}

/* ---- the instances ---- */

static struct world world; /* only for its configuration of the default profile */
static struct gn_instance *instance;
static void *memory;
static int64_t now_ns;
static uint32_t epoch;
static bool is_crowded; /* many senders announce themselves on port 1 */
static uint64_t frames_of_this[PORTS + 1], seen[GN_DROPS], decoded, frames;

/* The vectors' slave is us, so that answers in them are for us; its master may become our parent. */
static const struct gn_clock_identity own = { { 0xAA, 0xBB, 0xCC, 0xFF, 0xFE, 0xDD, 0xEE, 0xFF } };

static void give(struct gn_event *event);

static void answer(const struct gn_action *action)
{
	struct gn_event event = { .port = action->port };

	switch (action->type) {
	case GN_ACTION_OPEN_PORT:
		event.type = GN_EVENT_PORT_OPENED;
		event.u.opened.is_open = test_random_below(20) > 0;
		event.u.opened.attachment.link_is_up = true;
		event.u.opened.attachment.time_stamping = GN_STAMPING_HARDWARE;
		break;
	case GN_ACTION_SEND:
		if (!action->u.send.token || test_random_below(8) == 0) {
			return; /* some never come back */
		}
		event.type = GN_EVENT_FRAME_SENT;
		event.u.sent.token = action->u.send.token;
		event.u.sent.stamp.time.whole.seconds = 1700000000 + (uint64_t)(now_ns / 1000000000);
		event.u.sent.stamp.status = (uint8_t)(test_random_below(6) ? 0 : 1);
		event.u.sent.stamp.epoch = epoch;
		break;
	case GN_ACTION_REPORT:
	case GN_ACTION_CLOSE_PORT:
	case GN_ACTION_REFCLOCK_SAMPLE:
		return;
	default:
		epoch += action->type == GN_ACTION_CLOCK_STEP;
		event.type = GN_EVENT_CLOCK_ANSWERED;
		event.u.clock.operation = action->type;
		event.u.clock.is_done = test_random_below(50) > 0;
		event.u.clock.rate_limit = gn_rate_from_ppb(1e8);
		event.u.clock.epoch = epoch;
		break;
	}
	give(&event);
}

static int depth, asleep;

static void give(struct gn_event *event)
{
	struct gn_action actions[256];
	int count = 0;

	event->now.ns = now_ns;
	event->raw_ns = now_ns;
	gn_instance_event(instance, event);
	if (asleep > 0) {
		asleep--; /* a driver that does not drain */
		return;
	}
	if (depth == 0 && test_random_below(3000) == 0) {
		asleep = (int)test_random_below(200);
	}
	while (count < 256 && gn_instance_poll(instance, &actions[count])) {
		count++;
	}
	depth++;
	for (int i = 0; i < count && depth < 6; i++) {
		answer(&actions[i]);
	}
	depth--;
}

static void count_drops(void)
{
	uint64_t accounted;

	for (uint16_t p = 1; p <= PORTS; p++) {
		struct port *port = instance_port(instance, p);

		accounted = port->drops[GN_DROP_TRUNCATED];
		for (int t = 0; t < GN_MESSAGE_TYPES; t++) {
			accounted += port->received[t];
		}
		/* Every frame was counted by its type, or its header could not be read (truncated ones may be both). */
		CHECK_LE(frames_of_this[p], accounted);
		CHECK_LE(accounted - port->drops[GN_DROP_TRUNCATED], frames_of_this[p]);
		for (int d = 0; d < GN_DROPS; d++) {
			seen[d] += port->drops[d];
		}
	}
}

static void new_instance(unsigned kind)
{
	struct gn_config *c;
	struct gn_event event = { .type = GN_EVENT_START };
	size_t size;

	world_init(&world, kind);
	world_add(&world, PORTS, 0, 0);
	c = world_config(&world, 0);
	c->clock_class_threshold = 247 + (int)(kind % 2);
	c->max_steps_removed = 20;
	c->priority1 = 255;
	c->client_only = kind % 3 == 0;
	c->check_fup_sync = kind % 2;
	c->domain_number = 0;
	for (int p = 0; p < PORTS; p++) {
		struct gn_port_config *port = &world.node[0].ports[p];

		port->delay_mechanism = kind % 4 < 2 ? GN_DELAY_E2E : GN_DELAY_P2P;
		port->follow_up_info = kind % 8 == 3;
		port->transport_specific = kind % 8 == 3;
		port->freq_est_interval = -10;      /* a capable neighbour after two exchanges, */
		port->allowed_lost_responses = 255; /* and for long */
		port->neighbor_prop_delay_thresh = INT32_MAX;
		port->min_neighbor_prop_delay = -INT32_MAX;
		port->path_trace_enabled = 1;
		port->log_sync_interval = -4;
		port->log_min_delay_req_interval = -3;
		port->log_min_pdelay_req_interval = -3;
		port->log_announce_interval = -2;
		port->tx_timestamp_losses_max = kind % 5 ? 0 : 3;
	}
	size = gn_instance_size(c);
	memory = malloc(size);
	epoch = 0;
	asleep = 0;
	is_crowded = kind % 4 == 1;
	now_ns = 1000000000;
	memset(frames_of_this, 0, sizeof(frames_of_this));
	CHECK_EQ(gn_instance_init(memory, size, c, &own, kind, &instance), GN_OK);
	give(&event);
}

static void end_instance(void)
{
	count_drops();
	free(memory);
	world_free(&world);
}

static void serve_deadlines(void)
{
	for (int i = 0; i < 20 && gn_instance_deadline(instance).ns <= now_ns; i++) {
		struct gn_event event = { .type = GN_EVENT_DEADLINE };

		give(&event);
	}
}

/* ---- mutation ---- */

static void set_u16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void set_u32(uint8_t *at, uint32_t value)
{
	set_u16(at, value >> 16);
	set_u16(at + 2, value & 0xFFFF);
}

/* Numbers that a port waits for, so that exchanges are met, and their neighbours, so that they are missed. */
static void make_it_fit(struct corpus_entry *e, const struct port *port)
{
	unsigned type = e->octets[0] & 0xF;
	unsigned sequence = (unsigned)(now_ns / 50000000); /* of the pretended time transmitter */

	if (type == GN_DELAY_RESP) {
		sequence = port->delay_req_sequence - 1u;
	} else if (type == GN_PDELAY_RESP || type == GN_PDELAY_RESP_FOLLOW_UP) {
		sequence = port->pdelay.sequence_id;
	}
	set_u16(e->octets + 30, sequence + (test_random_below(4) ? 0 : (unsigned)test_random_below(3)));
	if (type == GN_ANNOUNCE && e->length > 47) {
		e->octets[33] = 0xFE;
		e->octets[47] = 1;
		if (port->number == 1 && is_crowded) {
			/* a crowd of senders, each heard often, the later ones worse than the table's */
			e->octets[33] = 0;
			e->octets[47] = e->octets[27] = (uint8_t)(1 + test_random_below(12));
		}
	}
	if ((type == GN_DELAY_RESP || type == GN_PDELAY_RESP || type == GN_PDELAY_RESP_FOLLOW_UP) &&
	    e->length > 53) {
		e->octets[53] = (uint8_t)port->number;
	}
	if (type == GN_FOLLOW_UP || type == GN_PDELAY_RESP || type == GN_PDELAY_RESP_FOLLOW_UP) {
		set_u32(e->octets + 36, (uint32_t)(1700000000 + now_ns / 1000000000));
		set_u32(e->octets + 40, (uint32_t)(now_ns % 1000000000));
	}
	if (port->config.transport_specific) {
		e->octets[0] = (uint8_t)(0x10 | type);
	}
}

static void mutate(struct corpus_entry *e)
{
	size_t at = (size_t)test_random_below(e->length);

	switch (test_random_below(12)) {
	case 0:
		e->octets[at] ^= (uint8_t)(1u << test_random_below(8));
		break;
	case 1:
		e->octets[at] = (uint8_t)test_random();
		break;
	case 2:
		e->length = at + 1;
		break;
	case 3:
		e->octets[20 + test_random_below(10)] = (uint8_t)test_random_below(4);
		break;
	case 4:
		memset(e->octets + at, test_random_below(2) ? 0xFF : 0,
		       e->length - at < 8 ? e->length - at : 8);
		break;
	case 5: /* TLVs of another vector behind this one's body */
		if (e->length <= 128) {
			const struct corpus_entry *other = &corpus[test_random_below(VECTORS)];
			size_t tail = other->length > 64 ? other->length - 64 : 0;

			memcpy(e->octets + e->length, other->octets + 64, tail);
			e->length += tail;
			set_u16(e->octets + 2, (unsigned)e->length);
		}
		break;
	case 6:
		set_u16(e->octets + 2, (unsigned)test_random_below(e->length + 4));
		break;
	case 7:
		e->octets[4] = (uint8_t)test_random_below(2);
		break;
	case 8:
		e->octets[6 + test_random_below(2)] ^= (uint8_t)(1u << test_random_below(8));
		break;
	case 9:
		e->octets[8] = 0x7F;
		memset(e->octets + 9, 0xFF, 7);
		break;
	case 10:
		e->octets[1] = (uint8_t)(test_random_below(3) << 4 | (test_random_below(4) ? 2u : 3u));
		break;
	default:
		if (e->length > 62) {
			e->octets[62] = (uint8_t)test_random_below(30); /* stepsRemoved */
			e->octets[48] = (uint8_t)(246 + test_random_below(4));
		}
		break;
	}
}

static struct gn_stamp any_stamp(void)
{
	struct gn_stamp stamp = { .epoch = epoch };

	stamp.time.whole.seconds = 1700000000 + (uint64_t)(now_ns / 1000000000);
	stamp.time.whole.nanoseconds = (uint32_t)(now_ns % 1000000000);
	if (test_random_below(40) == 0) {
		stamp.status = (uint8_t)test_random_below(GN_STAMP_STATUSES);
	}
	if (test_random_below(200) == 0) {
		stamp.epoch++;
	}
	return stamp;
}

static void send_one(void)
{
	uint16_t number = (uint16_t)(1 + test_random_below(PORTS));
	struct corpus_entry e = corpus[test_random_below(VECTORS)];
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED, .port = number };
	struct wire_message m;
	uint8_t *exact;
	bool has_header;

	if (test_random_below(3)) {
		e = corpus[test_random_below(10)]; /* the messages that keep time, more often */
	}
	if (test_random_below(3)) {
		make_it_fit(&e, instance_port(instance, number));
	}
	for (uint64_t n = test_random_below(3); n > 0; n--) {
		mutate(&e);
	}
	exact = malloc(e.length); /* so that one octet too far is noticed */
	memcpy(exact, e.octets, e.length);
	decoded += wire_decode(exact, e.length, &m, &has_header) == GN_DROPS;
	event.u.received = (struct gn_frame_received){
		.octets = exact,
		.length = e.length,
		.stamp = any_stamp(),
		.software_stamp = { now_ns - (int64_t)test_random_below(3) },
		.source = { GN_PROTOCOL_IEEE_802_3, 6, { 2, 0, 0, 0, 0, 1 } },
		.is_general = (e.octets[0] & 8) || test_random_below(100) == 0,
		.is_unicast = test_random_below(10) == 0,
		.is_local = test_random_below(50) == 0,
		.may_change = test_random_below(2),
	};
	frames_of_this[number] += !event.u.received.is_local;
	give(&event);
	free(exact);
}

TEST(a_million_mutated_frames_do_no_harm_and_meet_every_reason_to_be_dropped)
{
	load_corpus();
	for (frames = 0; frames < FRAMES; frames++) {
		if (frames % PER_INSTANCE == 0) {
			if (frames) {
				end_instance();
			}
			new_instance((unsigned)(frames / PER_INSTANCE));
		}
		now_ns += (int64_t)test_random_below(4000000);
		if (test_random_below(4)) {
			serve_deadlines();
		}
		send_one();
	}
	end_instance();
	print_message("# %llu of %d frames decoded\n", (unsigned long long)decoded, FRAMES);
	CHECK_LE(FRAMES * 3LL / 10, decoded);
	for (int d = 0; d < GN_DROPS; d++) {
		if (!seen[d]) {
			print_error("drop reason %d was never met\n", d);
		}
		CHECK(seen[d] > 0);
	}
}
