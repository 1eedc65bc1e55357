/* src/sim/network/link_test.c -- what comes out of a link: when, in which order, how much of it, and unchanged or not. */
#include "sim/network/link.h"

#include <stdlib.h>

#include "core/servo/math.h"
#include "core/wire/message.h"
#include "tests/test.h"

#define HEARD_MAX 200000

static struct queue queue;
static struct frame_pool pool;
static struct link link;
static struct plug ends[2];
static struct frame *reference; /* what was sent, where bits are compared */

static struct heard {
	int64_t at_ps;
	uint16_t sequence_id;
	int64_t correction;
	bool is_corrupt;
	uint16_t vlan;
	int flipped;
} heard[2][HEARD_MAX];
static size_t heard_count[2];
static int carriers[2], last_carrier[2];

static const struct link_settings *defaults(void)
{
	return link_kind.defaults;
}

static struct frame *message(unsigned type, uint16_t sequence_id)
{
	struct wire_message m = wire_message_of((enum gn_message_type)type, 1);
	uint8_t octets[128];
	struct frame *frame;
	size_t length;

	m.header.sequence_id = sequence_id;
	length = wire_encode(&m, octets, sizeof(octets));
	frame = frame_new(&pool, length);
	memcpy(frame->octets, octets, length);
	frame->is_event = wire_is_event(type);
	frame->transport = GN_PROTOCOL_IEEE_802_3;
	return frame;
}

static int bits_apart(const struct frame *a, const struct frame *b)
{
	int bits = 0;

	for (size_t i = 0; i < a->length; i++) {
		bits += __builtin_popcount((unsigned)(a->octets[i] ^ b->octets[i]));
	}
	return bits;
}

static void receive(struct plug *plug, struct frame *frame)
{
	struct heard *h = &heard[plug->side][heard_count[plug->side]++];

	CHECK(heard_count[plug->side] < HEARD_MAX);
	*h = (struct heard){
		.at_ps = queue.now_ps,
		.sequence_id = (uint16_t)(frame->octets[30] << 8 | frame->octets[31]),
		.is_corrupt = frame->is_corrupt,
		.vlan = frame->vlan,
	};
	for (int i = 8; i < 16; i++) {
		h->correction = (int64_t)((uint64_t)h->correction << 8 | frame->octets[i]);
	}
	h->flipped = reference ? bits_apart(reference, frame) : 0;
	frame_drop(frame);
}

static void carrier(struct plug *plug, bool is_up)
{
	carriers[plug->side]++;
	last_carrier[plug->side] = is_up;
}

static void begin(const struct link_settings *settings)
{
	queue_init(&queue);
	frame_pool_init(&pool);
	for (int i = 0; i < 2; i++) {
		ends[i] = (struct plug){ .receive = receive, .carrier = carrier };
		heard_count[i] = 0;
		carriers[i] = 0;
	}
	link_init(&link, &queue, test_random(), settings, "a-b", &ends[0], &ends[1]);
}

static void end(void)
{
	queue_run(&queue, SIM_NEVER - 1, NULL);
	CHECK_EQ(pool.living, 0);
	queue_free(&queue);
	frame_pool_free(&pool);
}

/* `count` Sync from an end, so far apart, sequenceId counting from 0. */
static void send_many(int from, int count, int64_t apart_ps)
{
	for (int i = 0; i < count; i++) {
		queue_run(&queue, i * apart_ps, NULL);
		link_send(&ends[from], message(GN_SYNC, (uint16_t)i));
	}
	queue_run(&queue, queue.now_ps + 100 * PS_PER_SECOND, NULL);
}

static void start_fault(struct fault *fault, struct fault_settings settings)
{
	memset(fault, 0, sizeof(*fault));
	memcpy(fault->name, "f", 2);
	settings.is_on = true;
	settings.chance = settings.chance > 0 ? settings.chance : 1.0;
	fault->settings = settings;
	link_add_fault(&link, fault, test_random());
}

TEST(a_plain_link_is_a_delay_the_same_both_ways_and_one_event_a_frame)
{
	begin(defaults());
	send_many(0, 10, PS_PER_MS);
	link_send(&ends[1], message(GN_DELAY_REQ, 7));
	queue_step(&queue);
	CHECK_EQ(heard_count[1], 10);
	CHECK_EQ(heard[1][9].at_ps, 9 * PS_PER_MS + 100 * PS_PER_NS);
	CHECK_EQ(heard[1][9].sequence_id, 9);
	CHECK_EQ(heard_count[0], 1);
	CHECK_EQ(queue.handled, 11);
	CHECK_EQ(link.carried[0], 10);
	CHECK_EQ(link.carried[1], 1);
	end();
}

TEST(asymmetry_is_forward_minus_backward_to_the_picosecond_and_drifts)
{
	struct link_settings settings = *defaults();

	settings.delay = PS_PER_US;
	settings.asymmetry = 333;
	settings.asymmetry_drift = 10;
	begin(&settings);
	for (int64_t s = 0; s < 100; s++) {
		int64_t forward = link_delay_ps(&link, 0, s * PS_PER_SECOND);
		int64_t backward = link_delay_ps(&link, 1, s * PS_PER_SECOND);

		CHECK_EQ(forward - backward, 333 + 10 * s);
		CHECK_LE(forward + backward - 2 * PS_PER_US, 1);
	}
	settings.asymmetry = -5 * PS_PER_US;
	link.settings = settings;
	CHECK_EQ(link_delay_ps(&link, 0, 0), 0); /* never back in time */
	end();
}

TEST(jitter_has_its_mean_and_deviation_and_keeps_the_order)
{
	struct link_settings settings = *defaults();
	double sum = 0, squares = 0;
	const int count = 100000;

	settings.delay = PS_PER_US;
	settings.jitter = 20 * PS_PER_NS;
	begin(&settings);
	send_many(0, count, PS_PER_US);
	for (int i = 0; i < count; i++) {
		double delay = (double)(heard[1][i].at_ps - i * PS_PER_US) / 1e6;

		CHECK_EQ(heard[1][i].sequence_id, (uint16_t)i);
		sum += delay;
		squares += (delay - 1.0) * (delay - 1.0);
	}
	CHECK_NEAR(sum / count, 1.0, 0.0005);
	CHECK_NEAR(gn_math_sqrt(squares / count), 0.020, 0.0005);
	end();
}

TEST(even_wild_jitter_takes_no_less_than_half_the_delay_and_overtakes_nobody)
{
	struct link_settings settings = *defaults();

	settings.delay = PS_PER_US;
	settings.jitter = 10 * PS_PER_US;
	begin(&settings);
	send_many(1, 10000, 100 * PS_PER_NS);
	CHECK_EQ(heard_count[0], 10000);
	for (int i = 0; i < 10000; i++) {
		CHECK_LE(i * 100 * PS_PER_NS + PS_PER_US / 2, heard[0][i].at_ps);
		CHECK_EQ(heard[0][i].sequence_id, i);
	}
	end();
}

TEST(loss_is_the_larger_of_the_common_and_the_direction_s)
{
	struct link_settings settings = *defaults();

	settings.loss = 0.1;
	settings.loss_backward = 0.3;
	begin(&settings);
	send_many(0, 50000, PS_PER_US);
	CHECK_NEAR((double)heard_count[1], 45000, 500);
	CHECK_EQ(link.lost[0] + link.carried[0], 50000);
	for (int i = 0; i < 50000; i++) {
		link_send(&ends[1], message(GN_DELAY_REQ, 0));
	}
	queue_run(&queue, SIM_NEVER - 1, NULL);
	CHECK_NEAR((double)heard_count[0], 35000, 700);
	end();
}

TEST(duplicates_come_one_frame_later_and_reordered_frames_are_passed)
{
	struct link_settings settings = *defaults();
	int late = 0;

	settings.duplicate = 1.0;
	begin(&settings);
	send_many(0, 100, PS_PER_MS);
	CHECK_EQ(heard_count[1], 200);
	CHECK_EQ(link.duplicated, 100);
	CHECK_EQ(heard[1][1].sequence_id, 0);
	CHECK_EQ(heard[1][1].at_ps - heard[1][0].at_ps, 64 * 8 * PS_PER_NS); /* the shortest frame, at 1G */
	end();
	settings = *defaults();
	settings.reorder = 0.2;
	begin(&settings);
	send_many(0, 10000, PS_PER_US);
	CHECK_EQ(heard_count[1], 10000);
	for (int i = 1; i < 10000; i++) {
		late += heard[1][i].sequence_id < heard[1][i - 1].sequence_id;
	}
	CHECK_NEAR((double)link.reordered, 2000, 200);
	CHECK(late > 1000);
	end();
}

TEST(corruption_flips_one_to_three_bits_of_the_frame_s_own_copy)
{
	struct link_settings settings = *defaults();
	struct frame *frame;
	int passed = 0;

	settings.corrupt = 1.0;
	settings.corrupt_passes = 0.25;
	begin(&settings);
	frame = frame_keep(message(GN_SYNC, 5));
	link_send(&ends[0], frame);
	queue_run(&queue, PS_PER_MS, NULL);
	CHECK_EQ(frame->octets[31], 5);
	CHECK(!frame->is_corrupt);
	heard_count[1] = 0;
	reference = frame;
	for (int i = 0; i < 4000; i++) {
		link_send(&ends[0], message(GN_SYNC, 5));
	}
	queue_run(&queue, SIM_NEVER - 1, NULL);
	for (int i = 0; i < 4000; i++) {
		CHECK(heard[1][i].flipped >= 1 && heard[1][i].flipped <= 3);
		passed += !heard[1][i].is_corrupt;
	}
	CHECK_NEAR(passed, 1000, 150);
	CHECK_EQ(link.corrupted, 4001);
	reference = NULL;
	frame_drop(frame);
	end();
}

TEST(a_pulled_cable_loses_what_is_sent_and_what_is_under_way_and_tells_both_ends_once)
{
	begin(defaults());
	link_send(&ends[0], message(GN_SYNC, 1));
	link.settings.is_up = false;
	link_changed(&link);
	link_changed(&link);
	link_send(&ends[1], message(GN_SYNC, 2));
	link_inject(&link, 0, message(GN_SYNC, 2));
	queue_run(&queue, PS_PER_MS, NULL);
	CHECK_EQ(heard_count[0] + heard_count[1], 0);
	CHECK_EQ(link.lost[0], 1);
	CHECK_EQ(link.lost[1], 1);
	CHECK_EQ(carriers[0], 1);
	CHECK_EQ(carriers[1], 1);
	CHECK_EQ(last_carrier[0], false);
	ends[1].is_dark = true;
	link.settings.is_up = true;
	link_changed(&link);
	CHECK_EQ(carriers[0], 1); /* no power over there */
	ends[1].is_dark = false;
	link_changed(&link);
	CHECK_EQ(carriers[0], 2);
	CHECK_EQ(last_carrier[1], true);
	ends[0].link = NULL;
	link_send(&ends[0], message(GN_SYNC, 1));
	end();
}

TEST(a_radio_is_slow_differs_by_direction_and_has_a_long_tail)
{
	struct link_settings settings = *defaults();
	double mean[2] = { 0, 0 };
	int64_t longest = 0;

	settings.medium = LINK_WIFI;
	begin(&settings);
	send_many(0, 20000, 62 * PS_PER_MS);
	for (int i = 0; i < 20000; i++) {
		queue_run(&queue, queue.now_ps + PS_PER_SECOND, NULL);
		heard[1][i].at_ps -= heard[1][i].sequence_id * 62 * PS_PER_MS;
		mean[0] += (double)heard[1][i].at_ps / 1e6 / 20000;
		longest = heard[1][i].at_ps > longest ? heard[1][i].at_ps : longest;
	}
	for (int i = 0; i < 20000; i++) {
		int64_t from = queue.now_ps;

		link_send(&ends[1], message(GN_SYNC, 0));
		queue_step(&queue);
		mean[1] += (double)(queue.now_ps - from) / 1e6 / 20000;
	}
	CHECK(mean[0] > 150 && mean[0] < 400);
	CHECK(mean[1] > 100 && mean[1] < mean[0] - 20);
	CHECK(longest > 1200 * PS_PER_US);
	end();
}

TEST(all_frames_get_the_link_s_tag)
{
	struct link_settings settings = *defaults();

	settings.vlan = 12;
	begin(&settings);
	send_many(0, 1, 0);
	CHECK_EQ(heard[1][0].vlan, 12);
	end();
}

TEST(a_fault_affects_only_its_messages_its_direction_and_each_n_th)
{
	static const uint32_t all_types = 1u << GN_SYNC | 1u << GN_ANNOUNCE;
	static const struct {
		uint32_t affects;
		int direction;
		unsigned type;
		int from;
		bool is_hit;
	} cases[] = {
		{ 1u << GN_SYNC, FAULT_BOTH, GN_SYNC, 0, true },
		{ 1u << GN_SYNC, FAULT_BOTH, GN_SYNC, 1, true },
		{ 1u << GN_SYNC, FAULT_FORWARD, GN_SYNC, 0, true },
		{ 1u << GN_SYNC, FAULT_FORWARD, GN_SYNC, 1, false },
		{ 1u << GN_SYNC, FAULT_BACKWARD, GN_SYNC, 0, false },
		{ 1u << GN_SYNC, FAULT_BACKWARD, GN_SYNC, 1, true },
		{ 1u << GN_SYNC, FAULT_BOTH, GN_FOLLOW_UP, 0, false },
		{ all_types, FAULT_BOTH, GN_ANNOUNCE, 0, true },
		{ 1u << LINK_AFFECTS_EVENT, FAULT_BOTH, GN_PDELAY_RESP, 0, true },
		{ 1u << LINK_AFFECTS_EVENT, FAULT_BOTH, GN_DELAY_RESP, 0, false },
		{ 1u << LINK_AFFECTS_GENERAL, FAULT_BOTH, GN_DELAY_RESP, 0, true },
		{ 1u << LINK_AFFECTS_GENERAL, FAULT_BOTH, GN_SYNC, 0, false },
		{ 1u << LINK_AFFECTS_ALL, FAULT_BOTH, GN_MANAGEMENT, 1, true },
		{ 0, FAULT_BOTH, GN_SYNC, 0, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault fault;

		begin(defaults());
		start_fault(&fault, (struct fault_settings){ .affects = cases[i].affects,
							     .direction = cases[i].direction,
							     .loses = true,
							     .every = 3 });
		for (int n = 0; n < 9; n++) {
			link_send(&ends[cases[i].from], message(cases[i].type, 1));
		}
		queue_run(&queue, PS_PER_MS, NULL);
		CHECK_EQ(heard_count[1 - cases[i].from], cases[i].is_hit ? 6 : 9);
		CHECK_EQ(fault.treated, cases[i].is_hit ? 3 : 0);
		end();
	}
}

TEST(a_fault_s_chance_is_of_the_affected_frames_and_off_means_off)
{
	struct fault fault;

	begin(defaults());
	start_fault(&fault,
		    (struct fault_settings){ .affects = 1u << GN_SYNC, .chance = 0.3, .loses = true });
	send_many(0, 10000, PS_PER_US);
	CHECK_NEAR((double)heard_count[1], 7000, 300);
	heard_count[1] = 0;
	fault.settings.is_on = false;
	for (int i = 0; i < 100; i++) {
		link_send(&ends[0], message(GN_SYNC, 0));
	}
	queue_run(&queue, SIM_NEVER - 1, NULL);
	CHECK_EQ(heard_count[1], 100);
	end();
}

TEST(a_delayed_frame_is_overtaken_unless_the_fault_holds_the_order)
{
	struct fault fault;

	begin(defaults());
	start_fault(&fault, (struct fault_settings){ .affects = 1u << GN_SYNC, .delay = PS_PER_MS });
	link_send(&ends[0], message(GN_SYNC, 1));
	link_send(&ends[0], message(GN_FOLLOW_UP, 2));
	queue_run(&queue, 10 * PS_PER_MS, NULL);
	CHECK_EQ(heard[1][0].sequence_id, 2);
	CHECK_EQ(heard[1][0].at_ps, 100 * PS_PER_NS);
	CHECK_EQ(heard[1][1].at_ps, PS_PER_MS + 100 * PS_PER_NS);
	end();
	begin(defaults());
	start_fault(&fault, (struct fault_settings){
				    .affects = 1u << GN_SYNC, .delay = PS_PER_MS, .holds_order = true });
	link_send(&ends[0], message(GN_SYNC, 1));
	link_send(&ends[0], message(GN_FOLLOW_UP, 2));
	link_send(&ends[1], message(GN_DELAY_REQ, 3));
	queue_run(&queue, 10 * PS_PER_MS, NULL);
	CHECK_EQ(heard[1][0].sequence_id, 1);
	CHECK_EQ(heard[1][0].at_ps, PS_PER_MS + 100 * PS_PER_NS);
	CHECK_EQ(heard[1][1].at_ps, heard[1][0].at_ps);
	CHECK_EQ(heard[0][0].at_ps, 100 * PS_PER_NS); /* the other direction is not held up */
	end();
}

TEST(a_fault_s_jitter_is_exponential_above_its_delay)
{
	struct fault fault;
	double sum = 0;
	int64_t least = SIM_NEVER;

	begin(defaults());
	start_fault(&fault, (struct fault_settings){
				    .affects = 1u << GN_SYNC, .delay = PS_PER_US, .jitter = 10 * PS_PER_US });
	for (int i = 0; i < 50000; i++) {
		int64_t from = queue.now_ps;

		link_send(&ends[0], message(GN_SYNC, 1));
		queue_step(&queue);
		sum += (double)(queue.now_ps - from) / 1e6 / 50000;
		least = queue.now_ps - from < least ? queue.now_ps - from : least;
	}
	CHECK_NEAR(sum, 0.1 + 1 + 10, 0.2);
	CHECK_LE(1100 * PS_PER_NS, least);
	end();
}

TEST(a_fault_changes_sequence_id_and_correction_in_a_copy_of_its_own)
{
	static const struct {
		int64_t before, ps, after;
		bool is_unusable;
	} cases[] = {
		{ 0, 1000, 65536, false },
		{ 65536, -1500, 65536 - 98304, false },
		{ 0, 1, 65, false },
		{ 0, -1, -65, false },
		{ INT64_MAX - 5, 1000, INT64_MAX, false },
		{ INT64_MIN + 5, -1000, INT64_MIN, false },
		{ INT64_MAX, -1000, INT64_MAX, false }, /* too large stays so */
		{ 17, 0, INT64_MAX, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault fault;
		struct frame *frame;

		begin(defaults());
		start_fault(&fault,
			    (struct fault_settings){ .affects = 1u << LINK_AFFECTS_ALL,
						     .mispairs = true,
						     .correction = cases[i].ps,
						     .has_unusable_correction = cases[i].is_unusable });
		frame = frame_keep(message(GN_SYNC, 0xFFFF));
		for (int octet = 0; octet < 8; octet++) {
			frame->octets[8 + octet] = (uint8_t)((uint64_t)cases[i].before >> (56 - 8 * octet));
		}
		link_send(&ends[0], frame);
		queue_run(&queue, PS_PER_MS, NULL);
		CHECK_EQ(heard[1][0].correction, cases[i].after);
		CHECK_EQ(heard[1][0].sequence_id, 0);
		CHECK_EQ(frame->octets[31], 0xFF);
		frame_drop(frame);
		end();
	}
}

TEST(faults_survive_frames_of_any_length)
{
	struct fault fault;

	begin(defaults());
	start_fault(&fault, (struct fault_settings){ .affects = 1u << LINK_AFFECTS_ALL,
						     .mispairs = true,
						     .correction = 1000,
						     .corrupts = true,
						     .duplicates = true });
	for (size_t length = 0; length < 200; length++) {
		link_send(&ends[0], frame_new(&pool, length));
	}
	/* receive() reads 32 octets; places of frames are larger than that */
	queue_run(&queue, PS_PER_MS, NULL);
	CHECK_EQ(heard_count[1], 400);
	CHECK(heard[1][0].is_corrupt);
	end();
}

static int tapped;
static int64_t tapped_at_ps;

static void count_frame(struct tap *tap, struct link *from, int from_side, const struct frame *frame)
{
	CHECK(tap->context == &tapped && from == &link && frame->length == 44);
	tapped += from_side == 0 ? 1 : 100;
	tapped_at_ps = queue.now_ps;
}

TEST(a_tap_sees_what_enters_before_faults_and_not_what_is_injected)
{
	struct tap tap = { .frame = count_frame, .context = &tapped };
	struct fault fault;

	tapped = 0;
	begin(defaults());
	link_add_tap(&link, &tap);
	start_fault(&fault, (struct fault_settings){ .affects = 1u << GN_SYNC, .loses = true });
	link_send(&ends[0], message(GN_SYNC, 1));
	link_send(&ends[1], message(GN_DELAY_REQ, 1));
	link_inject(&link, 1, message(GN_SYNC, 9));
	link_send_at(&ends[0], message(GN_SYNC, 1), 5 * PS_PER_US);
	queue_run(&queue, PS_PER_MS, NULL);
	CHECK_EQ(tapped, 102);
	CHECK_EQ(tapped_at_ps, 5 * PS_PER_US);
	CHECK_EQ(heard_count[1], 1); /* past the fault */
	CHECK_EQ(heard[1][0].sequence_id, 9);
	CHECK_EQ(heard[1][0].at_ps, 100 * PS_PER_NS);
	end();
}

static void see_nothing(struct tap *tap, struct link *watched, int from_side, const struct frame *frame)
{
	(void)tap;
	(void)watched;
	(void)from_side;
	(void)frame;
}

/* Frames of both directions are given to the link in another order than they enter it. */
TEST(who_watches_a_link_changes_nothing_of_what_comes_out_of_it)
{
	enum { COUNT = 1000 };
	static int64_t unwatched[2][COUNT];
	static struct tap tap;
	struct link_settings settings = *defaults();

	settings.jitter = 10 * PS_PER_NS;
	settings.loss = 0.1;
	settings.medium = LINK_WIFI;
	for (int is_watched = 0; is_watched < 2; is_watched++) {
		begin(&settings);
		link_init(&link, &queue, 1, &settings, "a-b", &ends[0], &ends[1]);
		tap = (struct tap){ .frame = see_nothing };
		if (is_watched) {
			link_add_tap(&link, &tap);
		}
		for (int i = 0; i < COUNT; i++) {
			queue_run(&queue, i * PS_PER_SECOND, NULL);
			link_send_at(&ends[0], message(GN_SYNC, 1), queue.now_ps + 5 * PS_PER_US);
			link_send_at(&ends[1], message(GN_DELAY_REQ, 1), queue.now_ps + 2 * PS_PER_US);
		}
		end();
		for (int side = 0; side < 2; side++) {
			for (int i = 0; i < COUNT; i++) {
				unwatched[side][i] = is_watched ? unwatched[side][i] : heard[side][i].at_ps;
				CHECK_EQ(heard[side][i].at_ps, unwatched[side][i]);
			}
		}
	}
}

TEST(a_frame_for_later_arrives_as_if_it_were_sent_then_in_one_event)
{
	begin(defaults());
	link_send_at(&ends[0], message(GN_SYNC, 1), 7 * PS_PER_US);
	CHECK_EQ(queue.count, 1);
	queue_run(&queue, PS_PER_MS, NULL);
	CHECK_EQ(heard[1][0].at_ps, 7 * PS_PER_US + 100 * PS_PER_NS);
	CHECK_EQ(queue.handled, 1);
	end();
}

TEST(the_tables_of_keys_read_what_they_print)
{
	static const struct part_kind *const kinds[] = { &link_kind, &fault_kind };

	for (size_t k = 0; k < 2; k++) {
		char settings[512], again[512], text[400], why[400];

		CHECK(kinds[k]->size <= sizeof(settings));
		memcpy(settings, kinds[k]->defaults, kinds[k]->size);
		memcpy(again, kinds[k]->defaults, kinds[k]->size);
		for (size_t i = 0; i < kinds[k]->key_count; i++) {
			const struct key *key = &kinds[k]->keys[i];

			CHECK(key_find(kinds[k], key->name) == key);
			CHECK(key_set(key, again, key_print(key, settings, text, sizeof(text)), why,
				      sizeof(why)));
		}
		CHECK_MEM_EQ(settings, again, kinds[k]->size);
	}
}
