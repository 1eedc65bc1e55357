/* src/sim/network/attacker_test.c -- a parent at one end, a victim at the other, and what the victim hears of the attacker. */
#include "sim/network/attacker.h"

#include <stdlib.h>

#include "core/wire/message.h"
#include "gnomon/report.h"
#include "tests/test.h"

#define PARENT 0
#define VICTIM 1
#define ORIGIN_SECONDS 1700000000u
#define HEARD_MAX 20000

static struct queue queue;
static struct frame_pool pool;
static struct link link;
static struct plug ends[2];
static struct attacker *eve;
static struct wire_message heard[HEARD_MAX]; /* by the victim; only those that decode */
static int64_t heard_at_ps[HEARD_MAX];
static bool is_event[HEARD_MAX], is_unicast[HEARD_MAX];
static uint8_t source_mac[HEARD_MAX][6];
static size_t heard_count, undecoded, at_parent;

static void receive(struct plug *plug, struct frame *frame)
{
	bool has_header;

	if (plug->side == PARENT) {
		at_parent++;
	} else if (wire_decode(frame->octets, frame->length, &heard[heard_count], &has_header) == GN_DROPS) {
		heard_at_ps[heard_count] = queue.now_ps;
		is_event[heard_count] = frame->is_event;
		is_unicast[heard_count] = frame->is_unicast;
		memcpy(source_mac[heard_count], frame->source_mac, 6);
		heard_count++;
		CHECK(heard_count < HEARD_MAX);
	} else {
		undecoded++;
	}
	frame_drop(frame);
}

static void begin(struct attacker_settings settings)
{
	struct link_settings cable = *(const struct link_settings *)link_kind.defaults;

	cable.delay = PS_PER_US;
	queue_init(&queue);
	frame_pool_init(&pool);
	heard_count = 0;
	undecoded = 0;
	at_parent = 0;
	for (int i = 0; i < 2; i++) {
		ends[i] = (struct plug){ .receive = receive };
	}
	link_init(&link, &queue, 1, &cable, "gm-client", &ends[0], &ends[1]);
	eve = attacker_new(&link, &pool, test_random(), "eve", &settings);
	CHECK(eve);
}

static struct attacker_settings settings_of(int act)
{
	struct attacker_settings settings = *(const struct attacker_settings *)attacker_kind.defaults;

	settings.act = act;
	return settings;
}

static void end(void)
{
	attacker_free(eve);
	queue_free(&queue);
	frame_pool_free(&pool);
}

static struct frame *framed(const struct wire_message *m, bool is_to_one)
{
	uint8_t octets[256];
	size_t length = wire_encode(m, octets, sizeof(octets));
	struct frame *frame = frame_new(&pool, length);

	memcpy(frame->octets, octets, length);
	frame->is_event = wire_is_event(m->header.message_type);
	frame->is_unicast = is_to_one;
	frame->transport = GN_PROTOCOL_UDP_IPV4;
	frame->source_mac[5] = (uint8_t)m->header.source_port_identity.port_number;
	return frame;
}

static struct wire_message from(unsigned type, int who, uint16_t sequence_id)
{
	struct wire_message m = wire_message_of((enum gn_message_type)type, 1);

	m.header.domain_number = 24;
	m.header.sequence_id = sequence_id;
	m.header.source_port_identity.clock_identity.octets[0] = (uint8_t)(who == PARENT ? 0xAA : 0xBB);
	m.header.source_port_identity.port_number = (uint16_t)(who + 1);
	return m;
}

/* The parent's clock is true time and ORIGIN_SECONDS. */
static void parent_sync(uint16_t sequence_id, bool is_two_step)
{
	struct wire_message m = from(GN_SYNC, PARENT, sequence_id);
	struct gn_timestamp origin = { ORIGIN_SECONDS + (uint64_t)(queue.now_ps / PS_PER_SECOND),
				       (uint32_t)(queue.now_ps % PS_PER_SECOND / PS_PER_NS) };

	m.header.flags = is_two_step ? WIRE_FLAG_TWO_STEP : 0;
	m.header.correction.scaled_ns = 0;
	m.body.sync.origin_timestamp = is_two_step ? (struct gn_timestamp){ 0, 0 } : origin;
	link_send(&ends[PARENT], framed(&m, false));
	if (is_two_step) {
		m = from(GN_FOLLOW_UP, PARENT, sequence_id);
		m.body.follow_up.precise_origin_timestamp = origin;
		link_send(&ends[PARENT], framed(&m, false));
	}
}

static void run(int64_t for_ps)
{
	queue_run(&queue, queue.now_ps + for_ps, NULL);
}

/* How far a parent's timestamp is from true time, ps; the fraction is in the correction, with that sign. */
static int64_t error_ps(struct gn_timestamp t, const struct wire_message *m, int64_t at_ps, int sign)
{
	int64_t true_ps = at_ps - PS_PER_US; /* it was sent a link's delay earlier */

	return (int64_t)(t.seconds - ORIGIN_SECONDS) * PS_PER_SECOND + t.nanoseconds * PS_PER_NS +
	       sign * m->header.correction.scaled_ns * 1000 / 65536 - true_ps;
}

TEST(a_replay_is_the_same_message_again_later_and_only_the_affected)
{
	struct attacker_settings settings = settings_of(ATTACKER_REPLAY);

	settings.affects = 1u << GN_SYNC;
	settings.after = 3 * PS_PER_SECOND;
	begin(settings);
	parent_sync(7, true);
	link_send(&ends[VICTIM], framed(&(struct wire_message){ 0 }, false));
	run(10 * PS_PER_SECOND);
	CHECK_EQ(heard_count, 3);
	CHECK_EQ(heard[2].header.message_type, GN_SYNC);
	CHECK_EQ(heard[2].header.sequence_id, 7);
	CHECK_EQ(heard_at_ps[2], 3 * PS_PER_SECOND + PS_PER_US);
	CHECK_EQ(attacker_sent(eve), 1);
	end();
}

TEST(a_delay_holds_back_what_goes_to_the_victim_alone)
{
	struct attacker_settings settings = settings_of(ATTACKER_DELAY);

	settings.affects = 1u << LINK_AFFECTS_EVENT;
	settings.after = 5 * PS_PER_US;
	begin(settings);
	parent_sync(1, true);
	run(PS_PER_MS);
	CHECK_EQ(heard[0].header.message_type, GN_FOLLOW_UP);
	CHECK_EQ(heard_at_ps[0], PS_PER_US);
	CHECK_EQ(heard_at_ps[1], 6 * PS_PER_US);
	CHECK_EQ(attacker_sent(eve), 1);
	link_send(&ends[VICTIM], framed(&(struct wire_message){ .header = { .version_ptp = 2 } }, false));
	run(PS_PER_US);
	CHECK_EQ(at_parent, 1);
	attacker_settings(eve)->is_on = false;
	attacker_changed(eve);
	parent_sync(2, false);
	run(PS_PER_US);
	CHECK_EQ(heard_count, 3);
	end();
}

TEST(a_forged_announce_is_of_another_clock_that_nothing_can_beat)
{
	struct wire_message m = from(GN_ANNOUNCE, PARENT, 50);

	begin(settings_of(ATTACKER_FORGE_ANNOUNCE));
	run(5 * PS_PER_SECOND);
	CHECK_EQ(attacker_sent(eve), 0); /* it has heard nothing yet */
	m.header.log_message_interval = 1;
	m.header.flags = WIRE_FLAG_PTP_TIMESCALE | WIRE_FLAG_TIME_TRACEABLE;
	m.body.announce.grandmaster_priority1 = 1;
	m.body.announce.steps_removed = 3;
	link_send(&ends[PARENT], framed(&m, false));
	run(10 * PS_PER_SECOND);
	CHECK_NEAR((double)heard_count, 101, 1);
	for (size_t i = 1; i < heard_count; i++) {
		CHECK_EQ(heard[i].header.message_type, GN_ANNOUNCE);
		CHECK_EQ(heard[i].header.domain_number, 24);
		CHECK_EQ(heard[i].header.log_message_interval, 1);
		CHECK_EQ(heard[i].header.flags, m.header.flags);
		CHECK_EQ(heard[i].header.sequence_id, i - 1);
		CHECK_EQ(heard[i].body.announce.grandmaster_priority1, 0);
		CHECK_EQ(heard[i].body.announce.steps_removed, 0);
		CHECK(!is_event[i]);
		CHECK(heard[i].header.source_port_identity.clock_identity.octets[0] != 0xAA ||
		      heard[i].header.source_port_identity.clock_identity.octets[1] != 0);
	}
	end();
}

TEST(a_forged_sync_is_the_parent_s_by_name_number_and_time_but_for_the_shift)
{
	for (int two_step = 0; two_step < 2; two_step++) {
		struct attacker_settings settings = settings_of(ATTACKER_FORGE_SYNC);
		int forged = 0;

		settings.shift = 250 * PS_PER_US + 500;
		settings.rate = 4;
		begin(settings);
		for (uint16_t i = 0; i < 20; i++) {
			parent_sync((uint16_t)(100 + i), two_step);
			run(PS_PER_SECOND);
		}
		for (size_t i = 0; i < heard_count; i++) {
			const struct wire_message *m = &heard[i];
			bool is_sync = m->header.message_type == GN_SYNC;
			int64_t error;

			CHECK_EQ(m->header.source_port_identity.clock_identity.octets[0], 0xAA);
			CHECK_EQ(m->header.domain_number, 24);
			CHECK_EQ(is_event[i], is_sync);
			if (is_sync && two_step) {
				continue;
			}
			error = error_ps(is_sync ? m->body.sync.origin_timestamp
						 : m->body.follow_up.precise_origin_timestamp,
					 m, heard_at_ps[i], 1);
			if (error == 0) {
				continue; /* the parent's own */
			}
			CHECK_NEAR((double)error, (double)settings.shift, 1000);
			forged++;
		}
		CHECK_NEAR(forged, 79, 5);
		end();
	}
}

TEST(a_forged_delay_resp_comes_before_the_parent_could_answer)
{
	struct attacker_settings settings = settings_of(ATTACKER_FORGE_DELAY_RESP);
	struct wire_message req = from(GN_DELAY_REQ, VICTIM, 77);

	settings.shift = -30 * PS_PER_US;
	begin(settings);
	link_send(&ends[VICTIM], framed(&req, false));
	run(PS_PER_SECOND);
	CHECK_EQ(heard_count, 0); /* it does not know the parent yet */
	parent_sync(3, true);
	run(PS_PER_SECOND / 8);
	heard_count = 0;
	req.header.correction.scaled_ns = 5 << 16;
	link_send(&ends[VICTIM], framed(&req, true));
	run(PS_PER_US);
	CHECK_EQ(heard_count, 1);
	CHECK_EQ(heard[0].header.message_type, GN_DELAY_RESP);
	CHECK_EQ(heard[0].header.sequence_id, 77);
	CHECK_EQ(heard[0].header.source_port_identity.clock_identity.octets[0], 0xAA);
	CHECK(gn_port_identity_equal(&heard[0].body.delay_resp.requesting_port_identity,
				     &req.header.source_port_identity));
	CHECK(!is_event[0]);
	CHECK(is_unicast[0]);
	/* It says when the request will be at the parent: now, where the answer is at the victim a delay later. */
	heard[0].header.correction.scaled_ns -= req.header.correction.scaled_ns;
	CHECK_NEAR((double)error_ps(heard[0].body.delay_resp.receive_timestamp, &heard[0],
				    heard_at_ps[0] + PS_PER_US, -1),
		   (double)settings.shift, 1000);
	end();
}

TEST(a_flood_has_ever_new_identities)
{
	struct attacker_settings settings = settings_of(ATTACKER_FLOOD);

	settings.rate = 1000;
	begin(settings);
	parent_sync(1, false);
	run(PS_PER_SECOND);
	CHECK_NEAR((double)heard_count, 1001, 2);
	for (size_t i = 1; i < heard_count; i++) {
		CHECK_EQ(heard[i].header.message_type, GN_DELAY_REQ);
		CHECK_EQ(heard[i].header.domain_number, 24);
		CHECK(is_event[i]);
		CHECK_EQ(source_mac[i][0] & 3, 2);
		for (size_t k = i + 1; k < heard_count; k += 97) {
			CHECK(!gn_port_identity_equal(&heard[i].header.source_port_identity,
						      &heard[k].header.source_port_identity));
		}
	}
	end();
}

TEST(garbage_is_of_all_sorts_and_some_of_it_decodes)
{
	struct attacker_settings settings = settings_of(ATTACKER_GARBAGE);

	settings.rate = 10000;
	begin(settings);
	parent_sync(1, true);
	link_send(&ends[PARENT], framed(&(struct wire_message){ .header = { .version_ptp = 2,
									    .message_type = GN_ANNOUNCE } },
					false));
	run(PS_PER_SECOND);
	CHECK_NEAR((double)(heard_count + undecoded), 10000, 10);
	CHECK(undecoded > 2000);
	CHECK(heard_count > 2000);
	end();
}

TEST(every_act_against_either_end_ends_when_it_is_switched_off)
{
	for (int act = 0; act < ATTACKER_ACTS; act++) {
		for (int64_t side = 0; side < 2; side++) {
			struct attacker_settings settings = settings_of(act);
			struct wire_message req = from(GN_DELAY_REQ, VICTIM, 1);
			uint64_t sent;

			settings.side = side;
			settings.affects = 1u << LINK_AFFECTS_ALL;
			begin(settings);
			for (uint16_t i = 0; i < 10; i++) {
				parent_sync(i, i % 2 == 0);
				link_send(&ends[VICTIM], framed(&req, false));
				run(PS_PER_SECOND);
			}
			attacker_settings(eve)->is_on = false;
			attacker_changed(eve);
			run(2 * PS_PER_SECOND);
			sent = attacker_sent(eve);
			parent_sync(11, true);
			link_send(&ends[VICTIM], framed(&req, false));
			run(5 * PS_PER_SECOND);
			CHECK_EQ(attacker_sent(eve), sent);
			/* The other end sends no Sync: there is no parent there to imitate. */
			CHECK_EQ(sent > 0, side == VICTIM || (act != ATTACKER_FORGE_SYNC &&
							      act != ATTACKER_FORGE_DELAY_RESP));
			end();
		}
	}
}

TEST(the_table_of_keys_reads_what_it_prints)
{
	struct attacker_settings settings = *(const struct attacker_settings *)attacker_kind.defaults;
	struct attacker_settings again = settings;
	char text[400], why[400];

	for (size_t i = 0; i < attacker_kind.key_count; i++) {
		const struct key *key = &attacker_kind.keys[i];

		CHECK(key_set(key, &again, key_print(key, &settings, text, sizeof(text)), why, sizeof(why)));
	}
	CHECK_MEM_EQ(&settings, &again, sizeof(settings));
}
