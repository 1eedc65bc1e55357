/* src/sim/network/box_test.c -- hosts around a box: who hears what, when, and how often. */
#include "sim/network/box.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/wire/message.h"
#include "sim/network/address.h"
#include "tests/test.h"

#define HOSTS_MAX 10001
#define LATENCY PS_PER_US
#define CABLE (100 * PS_PER_NS)
#define SHORTEST (64 * 8 * PS_PER_NS) /* of a frame at 1G: Sync and Delay_Req are such */
#define SPACE ((64 + 20) * 8 * PS_PER_NS)

static struct queue queue;
static struct frame_pool pool;
static struct box box;
static struct plug *hosts;
static struct link *links;
static unsigned host_count;

static struct {
	unsigned count;
	int64_t at_ps, residence_ps;
	const struct frame *frame;
	unsigned type;
	uint16_t sequence_id;
} heard[HOSTS_MAX + 1];
static int carriers;

static void receive(struct plug *plug, struct frame *frame)
{
	unsigned host = plug->port;

	heard[host].count++;
	heard[host].at_ps = queue.now_ps;
	heard[host].residence_ps = frame->residence_ps;
	heard[host].frame = frame;
	heard[host].type = frame_message_type(frame);
	heard[host].sequence_id = frame->length > 31 ? frame->octets[31] : 0;
	frame_drop(frame);
}

static void carrier(struct plug *plug, bool is_up)
{
	CHECK(plug->port > 0);
	carriers += is_up ? 1 : -1;
}

static void begin(bool is_hub, unsigned count, const struct box_settings *settings)
{
	struct link_settings cable = *(const struct link_settings *)link_kind.defaults;

	queue_init(&queue);
	frame_pool_init(&pool);
	memset(heard, 0, sizeof(heard));
	host_count = count;
	carriers = 0;
	hosts = calloc(count + 1, sizeof(*hosts));
	links = calloc(count + 1, sizeof(*links));
	CHECK(hosts && links);
	CHECK(box_init(&box, is_hub, &queue, test_random(), "sw", settings, (uint16_t)count));
	for (unsigned i = 1; i <= count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "h%u-sw", i);
		hosts[i] = (struct plug){ .port = (uint16_t)i, .receive = receive, .carrier = carrier };
		link_init(&links[i], &queue, 1, &cable, name, &hosts[i], box_plug(&box, (uint16_t)i));
	}
}

static struct box_settings exact(bool is_hub)
{
	struct box_settings settings = *(const struct box_settings *)(is_hub ? hub_kind.defaults
									     : switch_kind.defaults);

	settings.latency = LATENCY;
	settings.jitter = 0;
	return settings;
}

static void begin_switch(unsigned count)
{
	struct box_settings settings = exact(false);

	begin(false, count, &settings);
}

static void begin_hub(unsigned count, int serves)
{
	struct box_settings settings = exact(true);

	settings.serves = serves;
	begin(true, count, &settings);
}

static void run(void)
{
	queue_run(&queue, queue.now_ps + PS_PER_SECOND, NULL);
}

static void end(void)
{
	run();
	CHECK_EQ(pool.living, 0);
	box_free(&box);
	free(hosts);
	free(links);
	queue_free(&queue);
	frame_pool_free(&pool);
}

static void set_mac(uint8_t *mac, unsigned host)
{
	static const uint8_t group[6] = { 0x01, 0x1B, 0x19 };

	memcpy(mac, group, 6);
	if (host != 0) {
		mac[0] = 0x02;
		mac[4] = (uint8_t)(host >> 8);
		mac[5] = (uint8_t)host;
	}
}

static struct gn_port_identity identity_of(unsigned host)
{
	struct gn_port_identity identity = { .port_number = 1 };

	set_mac(identity.clock_identity.octets, host);
	return identity;
}

/* To 0: the group */
static struct frame *message(unsigned type, unsigned from, unsigned to, unsigned about)
{
	struct wire_message m = wire_message_of((enum gn_message_type)type, 1);
	uint8_t octets[128];
	struct frame *frame;
	size_t length;

	m.header.source_port_identity = identity_of(from);
	if (type == GN_DELAY_RESP) {
		m.body.delay_resp.requesting_port_identity = identity_of(about);
	}
	if (type == GN_PDELAY_RESP) {
		m.body.pdelay_resp.requesting_port_identity = identity_of(about);
	}
	if (type == GN_SIGNALING || type == GN_MANAGEMENT) {
		m.body.signaling.target_port_identity = identity_of(about);
	}
	length = wire_encode(&m, octets, sizeof(octets));
	frame = frame_new(&pool, length);
	memcpy(frame->octets, octets, length);
	frame->is_event = wire_is_event(type);
	frame->transport = GN_PROTOCOL_IEEE_802_3;
	set_mac(frame->source_mac, from);
	set_mac(frame->destination_mac, to);
	return frame;
}

static void say(unsigned type, unsigned from, unsigned to, unsigned about)
{
	link_send(&hosts[from], message(type, from, to, about));
	run();
}

/* Everybody who heard something since, as bits. */
static unsigned hearers(void)
{
	unsigned bits = 0;

	for (unsigned i = 1; i <= host_count && i < 32; i++) {
		bits |= heard[i].count > 0 ? 1u << i : 0;
		CHECK(heard[i].count <= 1);
		heard[i].count = 0;
	}
	return bits;
}

TEST(a_switch_stores_a_whole_frame_floods_groups_and_shares_the_frame)
{
	begin_switch(4);
	say(GN_SYNC, 1, 0, 0);
	CHECK_EQ(heard[2].at_ps, CABLE + SHORTEST + LATENCY + CABLE);
	CHECK_EQ(heard[2].residence_ps, SHORTEST + LATENCY);
	CHECK(heard[2].frame == heard[3].frame && heard[3].frame == heard[4].frame);
	CHECK_EQ(hearers(), 1u << 2 | 1u << 3 | 1u << 4);
	CHECK_EQ(queue.handled, 1 + 1 + 3); /* in, ready, and one for each that hears it */
	CHECK_EQ(box.forwarded, 3);
	end();
}

TEST(a_switch_learns_who_is_where_and_forgets_with_the_cable)
{
	begin_switch(4);
	say(GN_DELAY_REQ, 1, 3, 0);
	CHECK_EQ(hearers(), 1u << 2 | 1u << 3 | 1u << 4); /* not known yet */
	say(GN_SYNC, 3, 1, 0);
	CHECK_EQ(hearers(), 1u << 1);
	say(GN_DELAY_REQ, 1, 3, 0);
	CHECK_EQ(hearers(), 1u << 3);
	say(GN_DELAY_REQ, 3, 3, 0);
	CHECK_EQ(hearers(), 0);
	links[3].settings.is_up = false;
	link_changed(&links[3]);
	say(GN_DELAY_REQ, 1, 3, 0);
	CHECK_EQ(hearers(), 1u << 2 | 1u << 4);
	link_send(&hosts[4], message(GN_SYNC, 3, 1, 0)); /* it has moved */
	run();
	(void)hearers();
	say(GN_DELAY_REQ, 1, 3, 0);
	CHECK_EQ(hearers(), 1u << 4);
	end();
}

TEST(peer_delay_messages_and_corrupt_frames_go_no_further)
{
	struct box_settings settings = exact(false);
	struct frame *frame;

	begin_switch(3);
	say(GN_PDELAY_REQ, 1, 0, 0);
	frame = message(GN_SYNC, 1, 0, 0);
	frame->is_corrupt = true;
	link_send(&hosts[1], frame);
	run();
	CHECK_EQ(hearers(), 0);
	CHECK_EQ(box.dropped, 2);
	end();
	settings.forwards_pdelay = true;
	settings.is_cut_through = true;
	begin(false, 3, &settings);
	say(GN_PDELAY_REQ, 1, 0, 0);
	CHECK_EQ(hearers(), 1u << 2 | 1u << 3);
	frame = message(GN_SYNC, 1, 0, 0);
	frame->is_corrupt = true; /* its check comes last: it is out by then */
	link_send(&hosts[1], frame);
	run();
	CHECK_EQ(hearers(), 1u << 2 | 1u << 3);
	end();
}

TEST(cut_through_waits_for_the_header_unless_the_other_port_is_faster)
{
	struct box_settings settings = exact(false);

	settings.is_cut_through = true;
	begin(false, 3, &settings);
	say(GN_SYNC, 2, 1, 0);
	say(GN_SYNC, 3, 1, 0);
	say(GN_SYNC, 1, 2, 0);
	CHECK_EQ(heard[2].residence_ps, 14 * 8 * PS_PER_NS + LATENCY);
	links[3].settings.speed *= 10;
	say(GN_SYNC, 1, 3, 0);
	CHECK_EQ(heard[3].residence_ps, SHORTEST + LATENCY);
	end();
}

TEST(frames_for_one_port_go_one_after_the_other_and_the_buffer_ends)
{
	struct box_settings settings = exact(false);
	int64_t first;

	settings.buffer = 84 * 3;
	begin(false, 6, &settings);
	say(GN_SYNC, 6, 0, 0); /* makes itself known */
	(void)hearers();
	memset(heard, 0, sizeof(heard));
	first = queue.now_ps + CABLE + SHORTEST + LATENCY + CABLE;
	for (unsigned i = 1; i <= 5; i++) {
		link_send(&hosts[i], message(GN_DELAY_REQ, i, 6, 0));
	}
	run();
	CHECK_EQ(heard[6].count, 3); /* each finds the ones before it, the first being on its way out */
	CHECK_EQ(heard[6].at_ps, first + 2 * SPACE);
	CHECK_EQ(heard[6].residence_ps, SHORTEST + LATENCY + 2 * SPACE);
	CHECK_EQ(box.ports[5].dropped, 2);
	end();
}

TEST(only_a_port_with_a_queue_makes_a_frame_of_its_own)
{
	begin_switch(3);
	say(GN_SYNC, 3, 0, 0);
	link_send(&hosts[2], message(GN_DELAY_REQ, 2, 3, 0));
	link_send(&hosts[1], message(GN_SYNC, 1, 0, 0));
	run();
	CHECK_EQ(heard[2].residence_ps, SHORTEST + LATENCY);
	CHECK_EQ(heard[3].residence_ps, SHORTEST + LATENCY + SPACE);
	end();
}

TEST(cross_traffic_is_waited_for_by_priority_and_at_the_port_s_speed)
{
	static const struct {
		int64_t ptp;
		uint8_t tag;
		int64_t longest; /* octets */
	} cases[] = { { -1, 0, 1000000 }, { -1, 7, 1538 }, { 7, 0, 1538 }, { 0, 7, 1000000 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct traffic_settings load = *(const struct traffic_settings *)traffic_kind.defaults;
		struct box_settings settings = exact(false);
		struct traffic traffic;
		int64_t longest = 0;

		load.load = 0.9;
		load.size = TRAFFIC_LARGE;
		settings.priority = cases[i].ptp;
		begin(false, 2, &settings);
		links[2].settings.speed = 100000000;
		traffic_init(&traffic, &load, 1000000000, 1, "bulk");
		box_add_traffic(&box, 2, &traffic);
		for (int n = 0; n < 300; n++) {
			struct frame *frame = message(GN_SYNC, 1, 0, 0);
			int64_t wait;

			frame->priority = cases[i].tag;
			link_send(&hosts[1], frame);
			run();
			wait = heard[2].residence_ps - LATENCY;
			longest = wait > longest ? wait : longest;
		}
		CHECK_EQ(traffic.speed, 100000000);
		CHECK_EQ(longest > 2000 * 80 * PS_PER_NS, cases[i].longest > 2000);
		CHECK(longest > 500 * 80 * PS_PER_NS);
		end();
	}
}

TEST(latency_varies_and_is_never_negative)
{
	struct box_settings settings = exact(false);
	int64_t longest = 0, shortest = SIM_NEVER;

	settings.latency = PS_PER_US;
	settings.jitter = PS_PER_US;
	begin(false, 2, &settings);
	for (int n = 0; n < 2000; n++) {
		say(GN_SYNC, 1, 0, 0);
		longest = heard[2].residence_ps > longest ? heard[2].residence_ps : longest;
		shortest = heard[2].residence_ps < shortest ? heard[2].residence_ps : shortest;
	}
	CHECK_EQ(shortest, SHORTEST);
	CHECK(longest > SHORTEST + 3 * PS_PER_US);
	end();
}

TEST(however_its_latency_varies_a_box_keeps_the_order)
{
	for (int is_hub = 0; is_hub < 2; is_hub++) {
		struct box_settings settings = exact(is_hub);

		settings.jitter = 10 * PS_PER_US;
		begin(is_hub, 3, &settings);
		for (int n = 0; n < 1000; n++) {
			queue_run(&queue, n * 10 * PS_PER_MS, NULL);
			link_send(&hosts[1], message(GN_SYNC, 1, 0, 0));
			queue_run(&queue, n * 10 * PS_PER_MS + PS_PER_US, NULL);
			link_send(&hosts[1], message(GN_FOLLOW_UP, 1, 0, 0));
			queue_run(&queue, n * 10 * PS_PER_MS + PS_PER_MS, NULL);
			CHECK_EQ(heard[2].type, GN_FOLLOW_UP); /* the last one */
			CHECK_EQ(heard[3].type, GN_FOLLOW_UP);
		}
		CHECK_EQ(heard[2].count, 2000);
		end();
	}
}

TEST(a_box_without_power_is_silent_and_its_neighbours_see_no_carrier)
{
	struct box_settings settings = exact(false);

	begin_switch(3);
	say(GN_SYNC, 2, 0, 0);
	(void)hearers();
	link_send(&hosts[1], message(GN_SYNC, 1, 0, 0));
	box.settings.is_on = false;
	box_changed(&box);
	CHECK_EQ(carriers, -3);
	say(GN_SYNC, 1, 0, 0);
	CHECK_EQ(hearers(), 0);
	box.settings.is_on = true;
	box_changed(&box);
	box_changed(&box);
	CHECK_EQ(carriers, 0);
	say(GN_SYNC, 1, 2, 0);
	CHECK_EQ(hearers(), 1u << 2 | 1u << 3); /* it has forgotten */
	end();
	settings.is_on = false;
	begin(false, 2, &settings);
	CHECK(!link_has_carrier(&links[1]));
	box.settings.is_on = true;
	box_changed(&box);
	CHECK_EQ(carriers, 2);
	end();
}

TEST(a_hub_repeats_everything_to_all_others_after_its_latency)
{
	begin_hub(3, BOX_ALL);
	say(GN_DELAY_REQ, 1, 2, 0);
	CHECK_EQ(heard[3].at_ps, CABLE + LATENCY + CABLE);
	CHECK_EQ(heard[3].residence_ps, LATENCY);
	CHECK_EQ(hearers(), 1u << 2 | 1u << 3);
	CHECK_EQ(queue.handled, 3);
	end();
}

TEST(a_hub_that_serves_ptp_hands_requests_to_the_sync_port_and_answers_to_their_requester)
{
	begin_hub(5, BOX_PTP);
	say(GN_DELAY_REQ, 2, 0, 0);
	CHECK_EQ(hearers(), 0); /* there is no Sync yet */
	say(GN_ANNOUNCE, 1, 0, 0);
	CHECK_EQ(hearers(), 0x3Cu);
	CHECK_EQ(box.sync_port, 1);
	say(GN_SYNC, 1, 0, 0);
	CHECK_EQ(hearers(), 0x3Cu);
	say(GN_FOLLOW_UP, 1, 0, 0);
	CHECK_EQ(hearers(), 0x3Cu);
	say(GN_DELAY_REQ, 3, 0, 0);
	CHECK_EQ(hearers(), 1u << 1);
	say(GN_DELAY_RESP, 1, 0, 3);
	CHECK_EQ(hearers(), 1u << 3);
	say(GN_DELAY_RESP, 1, 0, 5);
	CHECK_EQ(hearers(), 0); /* nobody of that name asked */
	say(GN_DELAY_RESP, 3, 0, 3);
	CHECK_EQ(hearers(), 0); /* it has been where it would go */
	say(GN_SIGNALING, 4, 0, 1);
	CHECK_EQ(hearers(), 1u << 1);
	say(GN_SIGNALING, 1, 0, 4);
	CHECK_EQ(hearers(), 1u << 4);
	say(GN_MANAGEMENT, 1, 0, 99);
	CHECK_EQ(hearers(), 0x3Cu);
	say(GN_PDELAY_REQ, 3, 0, 0);
	CHECK_EQ(hearers(), 0);
	end();
}

TEST(a_hub_that_serves_ptp_follows_the_one_who_sends_sync)
{
	begin_hub(4, BOX_PTP);
	say(GN_ANNOUNCE, 1, 0, 0);
	say(GN_ANNOUNCE, 2, 0, 0);
	CHECK_EQ(box.sync_port, 1);
	say(GN_SYNC, 2, 0, 0);
	CHECK_EQ(box.sync_port, 2);
	memset(heard, 0, sizeof(heard));
	say(GN_DELAY_REQ, 3, 0, 0);
	CHECK_EQ(hearers(), 1u << 2);
	links[2].settings.is_up = false;
	link_changed(&links[2]);
	CHECK_EQ(box.sync_port, 0);
	say(GN_DELAY_RESP, 2, 0, 3);
	CHECK_EQ(hearers(), 0);
	end();
}

TEST(a_hub_that_serves_ptp_takes_peer_delay_where_it_may)
{
	struct box_settings settings = exact(true);

	settings.serves = BOX_PTP;
	settings.forwards_pdelay = true;
	begin(true, 4, &settings);
	say(GN_SYNC, 1, 0, 0);
	memset(heard, 0, sizeof(heard));
	say(GN_PDELAY_REQ, 3, 0, 0);
	CHECK_EQ(hearers(), 1u << 1);
	say(GN_PDELAY_RESP, 1, 0, 3);
	CHECK_EQ(hearers(), 1u << 3);
	say(GN_PDELAY_REQ, 1, 0, 0);
	CHECK_EQ(hearers(), 0);
	end();
}

TEST(ten_thousand_requesters_are_told_apart)
{
	begin_hub(10001, BOX_PTP);
	say(GN_SYNC, 10001, 0, 0);
	for (unsigned i = 1; i <= 10000; i++) {
		CHECK_EQ(heard[i].count, 1);
		link_send(&hosts[i], message(GN_DELAY_REQ, i, 0, 0));
	}
	run();
	CHECK_EQ(heard[10001].count, 10000);
	for (unsigned i = 1; i <= 10000; i++) {
		link_send(&hosts[10001], message(GN_DELAY_RESP, 10001, 0, i));
	}
	run();
	for (unsigned i = 1; i <= 10000; i++) {
		CHECK_EQ(heard[i].count, 2);
		CHECK_EQ(heard[i].type, GN_DELAY_RESP);
	}
	end();
}

TEST(a_flood_of_addresses_fills_the_table_and_does_no_harm)
{
	struct box_settings settings = exact(false);

	CHECK(box_init(&box, false, &queue, 1, "sw", &settings, 2));
	CHECK_EQ(box_port_of(&box, (const uint8_t *)"abcdef", 6), 0);
	for (unsigned i = 0; i < 200000; i++) {
		uint8_t mac[6] = { 2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };

		box_learn(&box, mac, 6, 2);
		CHECK_EQ(box_port_of(&box, mac, 6), i < 65536 ? 2 : 0);
	}
	box_forget(&box, 2);
	CHECK_EQ(box_port_of(&box, (const uint8_t[6]){ 2, 0, 0, 0, 0, 1 }, 6), 0);
	box_learn(&box, (const uint8_t[6]){ 2, 0, 0, 0, 0, 1 }, 6, 1);
	CHECK_EQ(box_port_of(&box, (const uint8_t[6]){ 2, 0, 0, 0, 0, 1 }, 6), 1);
	box_free(&box);
}

TEST(frames_of_any_length_pass_both_kinds_of_box)
{
	for (int kind = 0; kind < 3; kind++) {
		if (kind == 0) {
			begin_switch(3);
		} else {
			begin_hub(3, kind == 1 ? BOX_ALL : BOX_PTP);
		}
		for (size_t length = 0; length < 120; length++) {
			for (unsigned type = 0; type < 16; type++) {
				struct frame *frame = frame_new(&pool, length);

				if (length > 0) {
					frame->octets[0] = (uint8_t)type;
				}
				link_send(&hosts[1 + type % 3], frame);
			}
		}
		end();
	}
}

TEST(the_tables_of_keys_read_what_they_print)
{
	static const struct part_kind *const kinds[] = { &switch_kind, &hub_kind, &traffic_kind };

	for (size_t k = 0; k < 3; k++) {
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
