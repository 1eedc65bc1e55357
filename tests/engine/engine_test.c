/* tests/engine/engine_test.c -- whole instances, driven straight through the seam. */
#include "core/delay/rate.h"
#include "core/port/port.h"
#include "tests/engine/world.h"
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

#define NS 65536LL
#define US (1000 * NS)

static struct world w;

/* A grandmaster (priority1 1) and a receiver whose clock is off, on one link. */
static void pair(int64_t offset_ns, int64_t ppb, int64_t delay_ns)
{
	world_init(&w, 7);
	world_add(&w, 1, 0, 0);
	world_add(&w, 1, offset_ns, ppb);
	world_config(&w, 0)->priority1 = 1;
	world_link(&w, delay_ns, 0, 1, 1, 1);
}

static void use_p2p(int node)
{
	for (int p = 0; p < w.node[node].config.port_count; p++) {
		w.node[node].ports[p].delay_mechanism = GN_DELAY_P2P;
	}
}

static void use_one_step(int node)
{
	world_config(&w, node)->time_stamping = GN_STAMPING_P2P1STEP;
	world_config(&w, node)->two_step_flag = 0;
	for (int p = 1; p <= 8; p++) {
		w.node[node].time_stamping[p] = GN_STAMPING_P2P1STEP;
	}
}

static uint64_t drops(int node, enum gn_drop reason)
{
	return world_port(&w, node, 1)->drops[reason];
}

TEST(the_better_clock_becomes_time_transmitter_and_the_other_follows_to_the_nanosecond)
{
	pair(1500000000, 40000, 1000);
	world_start_all(&w);
	world_run(&w, 120);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK_EQ(w.node[1].steps, 1);
	CHECK_EQ(w.node[0].steps, 0);
	CHECK_EQ(gn_interval_to_ns(w.node[1].instance->current_ds.mean_delay), 1000);
	world_free(&w);
}

TEST(e2e_and_p2p_one_step_and_two_step_in_all_combinations_end_without_bias)
{
	for (int mix = 0; mix < 8; mix++) {
		pair(-3000000, -7000, 12345);
		for (int node = 0; node < 2; node++) {
			if (mix & 1) {
				use_p2p(node);
			}
			if (mix & (2 << node)) {
				use_one_step(node);
			}
		}
		world_start_all(&w);
		world_run(&w, 150);
		CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
		CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
		world_free(&w);
	}
}

TEST(a_known_asymmetry_and_known_latencies_leave_no_offset)
{
	for (int p2p = 0; p2p < 2; p2p++) {
		pair(0, 1000, 500);
		w.link[0].asymmetry_ns = 200; /* to the receiver 700, back 500: mean 600, asymmetry +100 */
		w.node[1].ports[0].delay_asymmetry = 100;
		if (p2p) {
			use_p2p(0);
			use_p2p(1);
			w.node[0].ports[0].delay_asymmetry = -100;
		}
		world_start_all(&w);
		world_run(&w, 120);
		CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
		CHECK_EQ(gn_interval_to_ns(w.node[1].instance->current_ds.mean_delay), 600);
		world_free(&w);
	}
}

TEST(latencies_move_the_stamps_to_the_reference_plane)
{
	/* Stamps of the receiver are taken 300 ns after ingress and 200 ns before egress of the plane. */
	pair(0, 0, 1000);
	w.node[1].ports[0].ingress_latency = 300;
	w.node[1].ports[0].egress_latency = 200;
	world_start_all(&w);
	world_run(&w, 120);
	/* The world's stamps are exact, so the wrong latencies show: -300 inwards, +200 outwards. */
	CHECK_EQ(gn_interval_to_ns(w.node[1].instance->current_ds.mean_delay), 1000 - 250);
	CHECK_NEAR((double)world_difference(&w, 1, 0) / NS, 50.0, 1.5);
	world_free(&w);
}

/* ---- boundary clocks ---- */

TEST(a_chain_of_boundary_clocks_synchronises_to_its_end_with_one_step_removed_a_hop)
{
	enum { N = 9 };

	world_init(&w, 3);
	for (int i = 0; i < N; i++) {
		world_add(&w, i == 0 || i == N - 1 ? 1 : 2, i * 1000000LL, (i % 5 - 2) * 3000);
		world_config(&w, i)->priority1 = i + 1;
	}
	for (int i = 0; i + 1 < N; i++) {
		world_link(&w, 500, i, i == 0 ? 1 : 2, i + 1, 1);
	}
	world_start_all(&w);
	world_run(&w, 300);
	for (int i = 1; i < N; i++) {
		CHECK_EQ(world_state(&w, i, 1), GN_PORT_TIME_RECEIVER);
		CHECK_EQ(w.node[i].instance->current_ds.steps_removed, i);
		CHECK_EQ(w.node[i].instance->parent_ds.grandmaster_identity.octets[7], 1);
		if (i < N - 1) {
			CHECK_EQ(world_state(&w, i, 2), GN_PORT_TIME_TRANSMITTER);
		}
		CHECK_LE(llabs(world_difference(&w, i, 0)), 100 * NS);
	}
	world_free(&w);
}

TEST(a_ring_of_boundary_clocks_is_opened_at_exactly_one_port)
{
	for (int n = 3; n <= 8; n++) {
		int passive = 0, receivers = 0;

		world_init(&w, (uint64_t)n);
		for (int i = 0; i < n; i++) {
			world_add(&w, 2, 0, 0);
			world_config(&w, i)->priority1 = i == 0 ? 1 : 128;
		}
		for (int i = 0; i < n; i++) {
			world_link(&w, 500, i, 2, (i + 1) % n, 1);
		}
		world_start_all(&w);
		world_run(&w, 120);
		for (int i = 0; i < n; i++) {
			for (int p = 1; p <= 2; p++) {
				passive += world_state(&w, i, p) == GN_PORT_PASSIVE;
				receivers += world_state(&w, i, p) == GN_PORT_TIME_RECEIVER;
			}
			CHECK_EQ(w.node[i].instance->parent_ds.grandmaster_identity.octets[7], 1);
		}
		CHECK_EQ(receivers, n - 1);
		CHECK_EQ(passive, 1);
		world_free(&w);
	}
}

TEST(a_cut_ring_finds_the_other_way_round)
{
	world_init(&w, 11);
	for (int i = 0; i < 4; i++) {
		world_add(&w, 2, 0, i * 1000);
		world_config(&w, i)->priority1 = i == 0 ? 1 : 128;
	}
	for (int i = 0; i < 4; i++) {
		world_link(&w, 500, i, 2, (i + 1) % 4, 1);
	}
	world_start_all(&w);
	world_run(&w, 100);
	CHECK_EQ(w.node[1].instance->current_ds.steps_removed, 1);
	world_set_link(&w, 0, 2, false);
	world_set_link(&w, 1, 1, false);
	world_run(&w, 100);
	CHECK_EQ(w.node[1].instance->current_ds.steps_removed, 3);
	CHECK_EQ(w.node[1].instance->parent_ds.grandmaster_identity.octets[7], 1);
	world_free(&w);
}

TEST(the_wait_before_transmitting_behind_a_receiver_is_steps_removed_plus_one_intervals)
{
	int64_t entered;

	world_init(&w, 5);
	world_add(&w, 1, 0, 0);
	world_add(&w, 2, 0, 0);
	world_add(&w, 1, 0, 0);
	world_config(&w, 0)->priority1 = 1;
	world_config(&w, 2)->priority1 = 200; /* heard on the second port, and beaten */
	world_link(&w, 500, 0, 1, 1, 1);
	world_link(&w, 500, 1, 2, 2, 1);
	world_start(&w, 0);
	world_start(&w, 2);
	world_run(&w, 20);
	world_start(&w, 1);
	while (world_state(&w, 1, 2) != GN_PORT_PRE_TIME_TRANSMITTER) {
		world_run_ms(&w, 10);
		CHECK_LE(w.now_ns, 100000000000LL);
	}
	entered = w.now_ns;
	while (world_state(&w, 1, 2) != GN_PORT_TIME_TRANSMITTER) {
		world_run_ms(&w, 10);
		CHECK_LE(w.now_ns, 100000000000LL);
	}
	CHECK_NEAR((double)(w.now_ns - entered) / 1e9, 2 * 2.0,
		   0.03); /* stepsRemoved 1, announceInterval 2 s */
	world_free(&w);
}

/* ---- who is grandmaster ---- */

TEST(a_lost_grandmaster_is_replaced_after_the_announce_receipt_timeout_and_gets_its_role_back)
{
	int64_t killed;

	world_init(&w, 9);
	for (int i = 0; i < 3; i++) {
		world_add(&w, 1, i * 500000, i * 2000);
		world_config(&w, i)->priority1 = i + 1;
	}
	world_link(&w, 500, 0, 1, 1, 1);
	world_join(&w, 0, 2, 1);
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(w.node[2].instance->parent_ds.grandmaster_identity.octets[7], 1);
	world_kill(&w, 0);
	killed = w.now_ns;
	while (world_state(&w, 1, 1) != GN_PORT_TIME_TRANSMITTER) {
		world_run_ms(&w, 50);
		CHECK_LE(w.now_ns - killed, 9000000000LL);
	}
	CHECK_LE(4000000000LL, w.now_ns - killed); /* 3 to 4 intervals of 2 s after the last Announce */
	world_run(&w, 30);
	CHECK_EQ(w.node[2].instance->parent_ds.grandmaster_identity.octets[7], 2);
	CHECK_EQ(world_state(&w, 2, 1), GN_PORT_TIME_RECEIVER);
	world_start(&w, 0);
	world_run(&w, 60);
	CHECK_EQ(w.node[2].instance->parent_ds.grandmaster_identity.octets[7], 1);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	world_free(&w);
}

TEST(the_announce_receipt_timeout_is_spread_over_one_interval)
{
	double least = 1e9, most = 0;

	for (uint64_t seed = 1; seed <= 60; seed++) {
		world_init(&w, seed * 977);
		world_add(&w, 1, 0, 0);
		world_start_all(&w);
		while (world_state(&w, 0, 1) != GN_PORT_TIME_TRANSMITTER) {
			world_run_ms(&w, 20);
		}
		least = (double)(w.now_ns - 1000000000) / 1e9 < least ? (double)(w.now_ns - 1000000000) / 1e9
								      : least;
		most = (double)(w.now_ns - 1000000000) / 1e9 > most ? (double)(w.now_ns - 1000000000) / 1e9
								    : most;
		world_free(&w);
	}
	CHECK(least >= 6.0 && least < 6.3);
	CHECK(most <= 8.05 && most > 7.7);
}

TEST(the_best_of_five_is_chosen_by_every_attribute_in_turn)
{
	for (int attribute = 0; attribute < 6; attribute++) {
		world_init(&w, 21);
		for (int i = 0; i < 6; i++) {
			struct gn_config *c;

			world_add(&w, 1, 0, 0);
			c = world_config(&w, i);
			c->priority1 = attribute == 0 && i == 3 ? 100 : c->priority1;
			c->clock_class = attribute == 1 && i == 3 ? 187 : c->clock_class;
			c->clock_accuracy = attribute == 2 && i == 3 ? 0x21 : c->clock_accuracy;
			c->offset_scaled_log_variance = attribute == 3 && i == 3
								? 0x4000
								: c->offset_scaled_log_variance;
			c->priority2 = attribute == 4 && i == 3 ? 100 : c->priority2;
			if (i == 0) {
				world_link(&w, 500, 0, 1, 1, 1);
			} else if (i > 1) {
				world_join(&w, 0, i, 1);
			}
		}
		world_start_all(&w);
		world_run(&w, 40);
		for (int i = 0; i < 6; i++) {
			CHECK_EQ(w.node[i].instance->parent_ds.grandmaster_identity.octets[7],
				 attribute == 5 ? 1 : 4);
		}
		world_free(&w);
	}
}

TEST(of_two_clocks_of_class_6_the_worse_is_passive_and_free_runs)
{
	pair(5000000, 100, 500);
	world_config(&w, 0)->clock_class = 6;
	world_config(&w, 1)->clock_class = 6;
	world_start_all(&w);
	world_run(&w, 40);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_PASSIVE);
	CHECK_EQ(w.node[1].steps, 0);
	world_kill(&w, 0);
	world_run(&w, 20);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_TRANSMITTER);
	world_free(&w);
}

TEST(a_time_receiver_only_clock_listens_for_ever_when_it_is_alone_and_sends_nothing)
{
	pair(0, 0, 500);
	world_config(&w, 1)->client_only = 1;
	world_start(&w, 1);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_LISTENING);
	CHECK_EQ(w.node[1].sent[GN_ANNOUNCE] + w.node[1].sent[GN_SYNC], 0);
	CHECK_EQ(w.node[1].instance->default_ds.clock_quality.clock_class, 255);
	world_start(&w, 0);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	world_kill(&w, 0);
	world_run(&w, 20);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_LISTENING);
	world_free(&w);
}

TEST(a_time_transmitter_only_port_never_follows)
{
	pair(1000000, 0, 500);
	w.node[1].ports[0].server_only = 1;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(w.node[1].steps, 0);
	world_free(&w);
}

static int64_t announce_gap_ns;
static int64_t last_announce_ns;

/* Lets Announce through at most once a gap. */
static bool thin_out_announce(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			      int64_t *delay)
{
	(void)to;
	(void)length;
	(void)delay;
	if (from != 0 || (octets[0] & 0xF) != GN_ANNOUNCE) {
		return true;
	}
	if (world->now_ns - last_announce_ns < announce_gap_ns) {
		return false;
	}
	last_announce_ns = world->now_ns;
	return true;
}

TEST(a_sender_qualifies_with_two_more_announce_within_four_intervals_and_not_with_fewer)
{
	for (int intervals = 1; intervals <= 5; intervals++) {
		pair(0, 0, 500);
		announce_gap_ns = intervals * 2000000000LL - 1000000;
		last_announce_ns = -announce_gap_ns;
		w.filter = thin_out_announce;
		w.node[1].ports[0].announce_receipt_timeout = 255; /* so that only qualification decides */
		world_start_all(&w);
		world_run(&w, 100);
		CHECK_EQ(world_port(&w, 1, 1)->best != NULL, intervals <= 3);
		CHECK_EQ(world_state(&w, 1, 1) == GN_PORT_LISTENING, intervals > 3);
		world_free(&w);
	}
}

static uint8_t steps_to_write;

static bool write_steps_removed(struct world *world, int from, int to, uint8_t *octets, size_t *length,
				int64_t *delay)
{
	(void)world;
	(void)to;
	(void)length;
	(void)delay;
	if (from == 0 && (octets[0] & 0xF) == GN_ANNOUNCE) {
		octets[61] = steps_to_write == 0 ? 0xFF : 0;
		octets[62] = steps_to_write == 0 ? 0xFF : steps_to_write;
	}
	return true;
}

TEST(announce_with_max_steps_removed_or_more_is_dropped)
{
	static const struct {
		uint8_t steps;
		int limit;
		bool accepted;
	} rows[] = {
		{ 254, 255, true }, { 255, 255, false }, { 0, 255, false }, { 9, 10, true }, { 10, 10, false }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pair(0, 0, 500);
		steps_to_write = rows[i].steps;
		w.filter = write_steps_removed;
		world_config(&w, 1)->max_steps_removed = rows[i].limit;
		world_start_all(&w);
		world_run(&w, 30);
		CHECK_EQ(world_state(&w, 1, 1) == GN_PORT_TIME_RECEIVER, rows[i].accepted);
		CHECK_EQ(drops(1, GN_DROP_STEPS_REMOVED) > 0, !rows[i].accepted);
		world_free(&w);
	}
}

static bool own_identity(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			 int64_t *delay)
{
	(void)world;
	(void)to;
	(void)length;
	(void)delay;
	if (from == 0) {
		octets[27] = 2; /* the receiver's own clockIdentity */
	}
	return true;
}

TEST(messages_with_our_own_identity_are_dropped_however_good_they_are)
{
	pair(0, 0, 500);
	w.filter = own_identity;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK(drops(1, GN_DROP_OWN_MESSAGE) > 20);
	world_free(&w);
}

TEST(a_better_clock_qualifies_among_a_crowd_that_fills_the_table)
{
	uint8_t announce[64] = { 0x0B, 0x12, 0, 64 };

	world_init(&w, 3);
	world_add(&w, 1, 0, 0);
	world_start_all(&w);
	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 30; i++) {
			announce[27] = announce[60] = (uint8_t)(100 + i);
			announce[29] = 1;
			announce[33] = 1;
			announce[47] = (uint8_t)(200 - i); /* the last of each round is the best */
			world_inject(&w, 0, 1, announce, sizeof(announce), true);
		}
		world_run(&w, 1);
	}
	CHECK(drops(0, GN_DROP_FOREIGN_TABLE_FULL) > 100);
	CHECK(world_port(&w, 0, 1)->best != NULL);
	CHECK_EQ(world_port(&w, 0, 1)->best->sender.clock_identity.octets[7], 129);
	world_free(&w);
}

TEST(a_foreign_table_that_is_full_keeps_the_parent)
{
	uint8_t announce[64] = { 0x0B, 0x12, 0, 64 };

	pair(0, 0, 500);
	world_start_all(&w);
	world_run(&w, 40);
	for (int i = 0; i < 500; i++) {
		announce[20] = (uint8_t)(i >> 8);
		announce[27] = (uint8_t)i;
		announce[24] = 0xEE;
		announce[29] = 1;
		announce[33] = 1;
		announce[47] = 0; /* priority1: better than all */
		world_inject(&w, 1, 1, announce, sizeof(announce), true);
	}
	world_run(&w, 10);
	CHECK_EQ(w.node[1].instance->parent_ds.grandmaster_identity.octets[7], 1);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	world_free(&w);
}

/* ---- Sync and Follow_Up ---- */

enum mischief { LOSE, DUPLICATE, HURRY, LATE, SWAP_SEQUENCE };
static enum mischief mischief;
static int mischief_type;
static int mischief_every;
static int mischief_count;

static bool do_mischief(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			int64_t *delay)
{
	(void)length;
	(void)to;
	if (from != 0 || (octets[0] & 0xF) != mischief_type || ++mischief_count % mischief_every) {
		return true;
	}
	switch (mischief) {
	case LOSE:
		return false;
	case DUPLICATE:
		world_inject(world, 1, 1, octets, 44, mischief_type >= 8);
		return true;
	case HURRY:
		*delay = 1; /* overtakes its Sync */
		return true;
	case LATE:
		*delay += 1200000000; /* behind the next one */
		return true;
	case SWAP_SEQUENCE:
		octets[31] = (uint8_t)(octets[31] + 3);
		return true;
	}
	return true;
}

static void start_mischief(enum mischief what, int type, int every)
{
	pair(20000, 3000, 5000);
	mischief = what;
	mischief_type = type;
	mischief_every = every;
	mischief_count = 0;
	w.filter = do_mischief;
	world_start_all(&w);
	world_run(&w, 200);
}

TEST(a_follow_up_that_overtakes_its_sync_is_used)
{
	start_mischief(HURRY, GN_FOLLOW_UP, 1);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK_EQ(drops(1, GN_DROP_FOLLOW_UP_MISPAIRED) + drops(1, GN_DROP_SYNC_MISPAIRED), 0);
	world_free(&w);
}

TEST(lost_follow_ups_cost_their_sync_alone_and_are_counted)
{
	start_mischief(LOSE, GN_FOLLOW_UP, 3);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK(drops(1, GN_DROP_SYNC_MISPAIRED) > 30);
	world_free(&w);
}

TEST(lost_syncs_leave_follow_ups_that_are_never_used)
{
	start_mischief(LOSE, GN_SYNC, 3);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK(drops(1, GN_DROP_FOLLOW_UP_MISPAIRED) > 30);
	world_free(&w);
}

TEST(duplicated_sync_and_follow_up_are_dropped_and_counted)
{
	start_mischief(DUPLICATE, GN_FOLLOW_UP, 2);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK(drops(1, GN_DROP_DUPLICATE) > 50);
	world_free(&w);
	start_mischief(DUPLICATE, GN_SYNC, 2);
	CHECK(drops(1, GN_DROP_DUPLICATE) > 50);
	world_free(&w);
}

TEST(late_follow_ups_are_dropped_without_harm_to_the_pair_they_meet)
{
	start_mischief(LATE, GN_FOLLOW_UP, 4);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK(drops(1, GN_DROP_FOLLOW_UP_MISPAIRED) > 30);
	world_free(&w);
}

TEST(a_follow_up_with_another_sequence_id_never_meets_a_sync_it_does_not_belong_to)
{
	start_mischief(SWAP_SEQUENCE, GN_FOLLOW_UP, 2);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK(drops(1, GN_DROP_SYNC_MISPAIRED) + drops(1, GN_DROP_FOLLOW_UP_MISPAIRED) > 50);
	world_free(&w);
}

TEST(sequence_ids_wrap_without_a_drop)
{
	pair(0, 5000, 1000);
	world_start_all(&w);
	world_run(&w, 30);
	world_port(&w, 0, 1)->sync_sequence = 65530;
	world_port(&w, 0, 1)->announce_sequence = 65530;
	world_port(&w, 1, 1)->delay_req_sequence = 65530;
	world_run(&w, 60);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK_EQ(drops(1, GN_DROP_SYNC_MISPAIRED) + drops(1, GN_DROP_FOLLOW_UP_MISPAIRED) +
			 drops(1, GN_DROP_DUPLICATE),
		 0);
	world_free(&w);
}

static int64_t correction_to_write;

static bool write_correction(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			     int64_t *delay)
{
	(void)world;
	(void)to;
	(void)length;
	(void)delay;
	if (from == 0 && (octets[0] & 0xF) != GN_ANNOUNCE) {
		for (int i = 0; i < 8; i++) {
			octets[8 + i] = (uint8_t)((uint64_t)correction_to_write >> (56 - 8 * i));
		}
	}
	return true;
}

TEST(a_correction_field_that_says_too_large_makes_the_message_unusable)
{
	pair(0, 0, 1000);
	correction_to_write = INT64_MAX;
	w.filter = write_correction;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(w.node[1].steps, 0);
	CHECK(drops(1, GN_DROP_CORRECTION_UNUSABLE) > 20);
	CHECK_EQ(w.node[1].reports[GN_REPORT_SERVO_SAMPLE], 0);
	world_free(&w);
}

/* ---- egress timestamps ---- */

TEST(a_lost_egress_timestamp_costs_one_follow_up_and_sync_goes_on)
{
	uint64_t syncs;

	pair(0, 5000, 1000);
	world_start_all(&w);
	world_run(&w, 60);
	w.node[0].tx_loss_every = 4;
	syncs = w.node[0].sent[GN_SYNC];
	world_run(&w, 100);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(w.node[0].sent[GN_SYNC] - syncs, 100);
	CHECK_EQ(world_port(&w, 0, 1)->tx_losses, 25);
	CHECK_EQ(w.node[0].reports[GN_REPORT_TX_STAMP_MISSING], 25);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

TEST(only_a_configured_run_of_losses_makes_the_port_faulty)
{
	pair(0, 0, 1000);
	w.node[0].ports[0].tx_timestamp_losses_max = 5;
	w.node[0].tx_loss_every = 2;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(world_port(&w, 0, 1)->faults, 0);
	w.node[0].tx_loss_every = 1;
	world_run(&w, 6);
	CHECK_EQ(world_port(&w, 0, 1)->faults, 1);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_FAULTY);
	world_free(&w);
}

TEST(a_late_egress_timestamp_after_delay_resp_still_completes_the_exchange)
{
	pair(0, 5000, 1000);
	w.tx_stamp_delay_ns = 3000000; /* behind Delay_Resp, and behind the Pdelay answers */
	world_start_all(&w);
	world_run(&w, 100);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

/* ---- peer delay ---- */

TEST(several_responders_on_a_link_are_a_fault_after_a_run_and_nothing_is_measured)
{
	world_init(&w, 31);
	for (int i = 0; i < 3; i++) {
		world_add(&w, 1, 0, 0);
		world_config(&w, i)->priority1 = i + 1;
		use_p2p(i);
	}
	world_link(&w, 1000, 0, 1, 1, 1);
	world_join(&w, 0, 2, 1);
	world_start_all(&w);
	world_run(&w, 12);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_FAULTY);
	CHECK_EQ(world_port(&w, 1, 1)->fault, GN_FAULT_BAD_PEER_NETWORK);
	CHECK(drops(1, GN_DROP_MULTIPLE_RESPONDERS) >= 4);
	world_run(&w, 16);
	CHECK(w.node[1].reports[GN_REPORT_FAULT_CLEARING] > 0);
	world_free(&w);
}

TEST(a_gptp_pair_measures_the_neighbours_rate_and_becomes_as_capable)
{
	pair(0, 30000, 400);
	for (int i = 0; i < 2; i++) {
		use_p2p(i);
		w.node[i].ports[0].follow_up_info = 1;
		w.node[i].ports[0].transport_specific = 1;
		w.node[i].config.port.transport_specific = 1;
		w.node[i].ports[0].path_trace_enabled = 1;
		w.node[i].ports[0].log_announce_interval = 0;
		w.node[i].ports[0].log_sync_interval = -3;
		w.node[i].ports[0].sync_receipt_timeout = 3;
	}
	world_start_all(&w);
	world_run_ms(&w, 5500);
	CHECK(world_port(&w, 1, 1)->is_as_capable);
	CHECK_NEAR((world_port(&w, 1, 1)->neighbor_rate.ratio - 1.0) * 1e9, -30000.0, 10.0);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	CHECK_EQ(gn_interval_to_ns(world_port(&w, 1, 1)->ds.mean_link_delay), 400);
	CHECK_EQ(w.node[1].instance->path_length, 1);
	world_free(&w);
}

TEST(delay_mechanism_auto_takes_to_p2p_when_it_hears_a_pdelay_req)
{
	pair(0, 0, 700);
	use_p2p(0);
	w.node[1].ports[0].delay_mechanism = GN_DELAY_AUTO;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(world_port(&w, 1, 1)->ds.delay_mechanism, GN_DELAY_P2P);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

TEST(a_port_of_the_other_mechanism_is_told_of_and_not_answered)
{
	pair(0, 0, 700);
	use_p2p(1);
	world_start_all(&w);
	world_run(&w, 30);
	CHECK(drops(0, GN_DROP_MECHANISM) > 5);
	CHECK(w.node[0].reports[GN_REPORT_MECHANISM_MISMATCH] > 5);
	CHECK_EQ(w.node[0].sent[GN_PDELAY_RESP], 0);
	world_free(&w);
}

/* ---- faults ---- */

TEST(a_link_that_goes_down_makes_the_port_faulty_and_its_return_brings_it_back)
{
	pair(0, 5000, 1000);
	world_start_all(&w);
	world_run(&w, 60);
	world_set_link(&w, 1, 1, false);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_FAULTY);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 1),
		 GN_PORT_FAULTY); /* the fault timer does not help while the link is down */
	world_set_link(&w, 1, 1, true);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_LISTENING);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

TEST(a_port_that_cannot_be_opened_is_tried_again_after_the_fault_interval)
{
	pair(0, 0, 1000);
	w.node[1].fails_open = true;
	world_start_all(&w);
	world_run(&w, 10);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_FAULTY);
	w.node[1].fails_open = false;
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	world_free(&w);
}

TEST(a_disabled_port_is_silent_until_it_is_enabled)
{
	uint64_t sent;

	pair(0, 0, 1000);
	world_start_all(&w);
	world_run(&w, 30);
	port_dispatch(world_port(&w, 0, 1), GN_EV_DESIGNATED_DISABLED);
	sent = w.node[0].sent[GN_SYNC];
	world_run(&w, 30);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_DISABLED);
	CHECK_EQ(w.node[0].sent[GN_SYNC], sent);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_TRANSMITTER);
	world_free(&w);
}

TEST(a_clock_that_refuses_to_be_set_never_counts_as_synchronised)
{
	pair(1000000, 0, 1000);
	world_start_all(&w);
	world_run(&w, 1);
	w.node[1].fails_clock = true;
	world_run(&w, 60);
	CHECK(world_state(&w, 1, 1) != GN_PORT_TIME_RECEIVER);
	CHECK(w.node[1].reports[GN_REPORT_CLOCK_FAILED] > 0);
	world_free(&w);
}

TEST(a_clock_stepped_by_somebody_else_is_noticed_and_brought_back)
{
	pair(0, 5000, 1000);
	w.node[1].config.servo.step_threshold = 0.001;
	world_start_all(&w);
	world_run(&w, 60);
	world_step_clock(&w, 1, 5000000);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_UNCALIBRATED);
	world_run(&w, 120);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

TEST(free_running_measures_and_leaves_the_clock_alone)
{
	pair(12345, 2000, 1000);
	world_config(&w, 1)->free_running = 1;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(w.node[1].steps, 0);
	CHECK_EQ(w.node[1].adjusted_scaled_ppb, 0);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_UNCALIBRATED);
	CHECK_NEAR(gn_rate_to_ppb(w.node[1].instance->last_frequency), 2000.0, 1.0);
	CHECK(w.node[1].reports[GN_REPORT_SERVO_SAMPLE] > 20);
	world_free(&w);
}

TEST(a_new_parent_sends_the_receiver_back_to_uncalibrated_and_the_old_ones_messages_are_dropped)
{
	world_init(&w, 13);
	for (int i = 0; i < 3; i++) {
		world_add(&w, 1, i * 300, i * 100);
		world_config(&w, i)->priority1 = 10 - i;
	}
	world_config(&w, 2)->priority1 = 255;
	world_config(&w, 2)->client_only = 1;
	world_link(&w, 500, 0, 1, 1, 1);
	world_join(&w, 0, 2, 1);
	world_start(&w, 0);
	world_start(&w, 2);
	world_run(&w, 40);
	CHECK_EQ(world_state(&w, 2, 1), GN_PORT_TIME_RECEIVER);
	world_start(&w, 1);
	while (w.node[2].instance->parent_ds.grandmaster_identity.octets[7] != 2) {
		world_run_ms(&w, 10);
		CHECK_LE(w.now_ns, 90000000000LL);
	}
	CHECK_EQ(world_state(&w, 2, 1), GN_PORT_UNCALIBRATED);
	world_run(&w, 30);
	CHECK_EQ(world_state(&w, 2, 1), GN_PORT_TIME_RECEIVER);
	world_free(&w);
}

/* ---- time of day ---- */

static bool is_ptp_second(int node, uint64_t at_least)
{
	return world_clock(&w, node, w.now_ns).whole.seconds >= at_least;
}

/* The grandmaster keeps the PTP timescale and announces leap61 on the last day; the receiver steers a clock that keeps
 * UTC and whose kernel inserts the second, which this test does in the kernel's place. */
TEST(a_leap_second_passes_without_a_step_and_without_a_glitch)
{
	/* 1,700,006,400 is a UTC midnight. */
	uint64_t midnight = 1700006400 + 86400;
	struct time_properties_ds *own;
	int64_t worst = 0;

	pair(-37000000000LL, 200, 1000); /* UTC is 37 s behind */
	world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
	for (int i = 0; i < 2; i++) {
		w.node[i].base_value += ((__int128)(midnight - 200 + 37 - 1700000001) * 1000000000) << 16;
	}
	world_start_all(&w);
	own = &w.node[0].instance->own_time_properties;
	own->leap61 = true;
	own->current_utc_offset_valid = true;
	own->time_traceable = true;
	w.node[0].instance->time_properties_ds = *own;
	world_run(&w, 150);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(w.node[1].leap, 1);
	CHECK_EQ(w.node[1].tai_offset, 37);
	while (!is_ptp_second(1, midnight)) {
		world_run_ms(&w, 1);
	}
	w.node[1].base_value -= (__int128)1000000000 << 16; /* the kernel repeats 23:59:59 */
	for (int i = 0; i < 60; i++) {
		int64_t difference;

		world_run(&w, 1);
		difference = world_difference(&w, 1, 0) + (38LL * 1000000000 << 16);
		worst = llabs(difference) > worst ? llabs(difference) : worst;
	}
	CHECK_LE(worst, 2 * US);
	CHECK_EQ(w.node[0].instance->own_time_properties.current_utc_offset, 38);
	CHECK(!w.node[0].instance->own_time_properties.leap61);
	CHECK_EQ(w.node[1].instance->utc_offset, 38);
	CHECK_EQ(w.node[1].leap, 0);
	CHECK_EQ(w.node[1].steps, 0);
	world_free(&w);
}

TEST(an_arb_timescale_is_followed_as_it_is)
{
	pair(1000000, 1000, 1000);
	world_config(&w, 0)->clock_kind = GN_CLOCK_SYSTEM;
	world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
	world_start_all(&w);
	world_run(&w, 120);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), 10 * NS);
	CHECK(w.node[1].reports[GN_REPORT_NOT_PTP_TIMESCALE] > 0);
	CHECK(!w.node[1].instance->time_properties_ds.ptp_timescale);
	world_free(&w);
}

TEST(no_bias_at_the_epoch_at_2_31_and_at_2_32_seconds)
{
	static const int64_t starts[] = { 2, (1LL << 31) - 30, (1LL << 32) - 30 };

	for (int i = 0; i < 3; i++) {
		for (int p2p = 0; p2p < 2; p2p++) {
			pair(0, 500, 1000);
			for (int n = 0; n < 2; n++) {
				w.node[n].base_value = ((__int128)starts[i] * 1000000000 + n * 70000) << 16;
				if (p2p) {
					use_p2p(n);
				}
			}
			world_start_all(&w);
			world_run(&w, 120);
			CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
			CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
			world_free(&w);
		}
	}
}

/* ---- intervals ---- */

TEST(delay_requests_are_spread_uniformly_between_zero_and_two_intervals)
{
	int64_t last = 0, least = INT64_MAX, most = 0, sum = 0;
	uint64_t seen = 0, count = 0;

	pair(0, 0, 1000);
	world_start_all(&w);
	world_run(&w, 30);
	seen = w.node[1].sent[GN_DELAY_REQ];
	last = w.now_ns;
	while (count < 1000) {
		world_run_ms(&w, 1);
		if (w.node[1].sent[GN_DELAY_REQ] != seen) {
			int64_t gap = w.now_ns - last;

			if (count) {
				least = gap < least ? gap : least;
				most = gap > most ? gap : most;
				sum += gap;
			}
			count++;
			seen = w.node[1].sent[GN_DELAY_REQ];
			last = w.now_ns;
		}
	}
	CHECK_LE(least, 50000000);
	CHECK_LE(1900000000, most);
	CHECK_LE(most, 2003000000);
	CHECK_NEAR((double)sum / 999.0 / 1e9, 1.0, 0.06);
	world_free(&w);
}

TEST(the_receiver_keeps_to_the_intervals_that_its_transmitter_tells)
{
	pair(0, 0, 1000);
	w.node[0].ports[0].log_min_delay_req_interval = 3;
	w.node[0].ports[0].log_sync_interval = -2;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(world_port(&w, 1, 1)->ds.log_min_delay_req_interval, 3);
	CHECK_EQ(w.node[1].instance->log_interval, -2);
	CHECK_NEAR(w.node[1].instance->servo.interval_s, 0.25, 1e-9);
	world_free(&w);
}

TEST(sync_and_announce_go_out_at_their_interval_without_drift)
{
	for (int log = -7; log <= 1; log++) {
		uint64_t syncs;

		pair(0, 0, 1000);
		w.node[0].ports[0].log_sync_interval = log;
		world_start_all(&w);
		world_run(&w, 20);
		syncs = w.node[0].sent[GN_SYNC];
		world_run(&w, 64);
		CHECK_EQ(w.node[0].sent[GN_SYNC] - syncs, log < 0 ? 64 << -log : 64 >> log);
		world_free(&w);
	}
}

TEST(the_locked_stable_state_asks_for_the_operating_interval)
{
	pair(0, 1000, 1000);
	w.node[1].config.servo.servo_offset_threshold = 100;
	w.node[1].ports[0].msg_interval_request = 1;
	w.node[1].ports[0].oper_log_sync_interval = 2;
	world_start_all(&w);
	world_run(&w, 120);
	CHECK_EQ(world_port(&w, 0, 1)->ds.log_sync_interval, 2);
	CHECK_EQ(w.node[1].instance->log_interval, 2);
	world_free(&w);
}

TEST(roles_by_configuration_need_no_announce)
{
	pair(300000, 5000, 1000);
	for (int i = 0; i < 2; i++) {
		w.node[i].ports[0].bmca = GN_BMCA_NOOP;
		w.node[i].ports[0].inhibit_announce = 1;
		w.node[i].ports[0].ignore_source_id = 1;
		use_p2p(i);
	}
	w.node[0].ports[0].server_only = 1;
	world_config(&w, 1)->client_only = 1;
	world_start_all(&w);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	world_run(&w, 60);
	CHECK_EQ(w.node[0].sent[GN_ANNOUNCE], 0);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

/* ---- the seam ---- */

TEST(the_same_seed_gives_the_same_trace_and_another_seed_another)
{
	uint64_t hash[3];

	for (int run = 0; run < 3; run++) {
		pair(1000000, 20000, 3000);
		w.seed = run == 2 ? 8 : 7;
		world_start_all(&w);
		world_run(&w, 100);
		hash[run] = w.hash;
		world_free(&w);
	}
	CHECK(hash[0] == hash[1]);
	CHECK(hash[0] != hash[2]);
}

TEST(an_instance_needs_the_memory_it_asked_for_and_not_an_octet_more)
{
	struct gn_clock_identity identity = { { 1 } };
	struct gn_instance *instance;
	size_t size;
	void *memory;

	world_init(&w, 1);
	world_add(&w, 3, 0, 0);
	size = gn_instance_size(world_config(&w, 0));
	memory = malloc(size);
	CHECK_EQ(gn_instance_init(memory, size - 1, world_config(&w, 0), &identity, 1, &instance),
		 GN_ERR_NO_SPACE);
	CHECK_EQ(gn_instance_init(memory, size, world_config(&w, 0), &identity, 1, &instance), GN_OK);
	free(memory);
	world_config(&w, 0)->port_count = 0;
	CHECK_EQ(gn_instance_size(world_config(&w, 0)), 0);
	world_free(&w);
}

/* Every fourth Sync and its Follow_Up take 1.5 s longer than the others. */
static bool delay_whole_pairs(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			      int64_t *delay)
{
	unsigned type = octets[0] & 0xF;

	(void)world;
	(void)to;
	(void)length;
	if (from == 0 && (type == GN_SYNC || type == GN_FOLLOW_UP) && octets[31] % 4 == 0) {
		*delay += 1500000000;
	}
	return true;
}

TEST(a_whole_pair_that_comes_behind_a_newer_one_is_dropped)
{
	uint64_t samples;

	pair(0, 3000, 1000);
	world_start_all(&w);
	world_run(&w, 60);
	w.filter = delay_whole_pairs;
	samples = w.node[1].reports[GN_REPORT_SERVO_SAMPLE];
	world_run(&w, 200);
	CHECK_LE(w.node[1].reports[GN_REPORT_SERVO_SAMPLE] - samples, 152);
	CHECK(drops(1, GN_DROP_SYNC_MISPAIRED) >= 45);
	CHECK(drops(1, GN_DROP_FOLLOW_UP_MISPAIRED) >= 45);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

static int answered_sdo[16];

static bool note_sdo(struct world *world, int from, int to, uint8_t *octets, size_t *length, int64_t *delay)
{
	(void)world;
	(void)to;
	(void)length;
	(void)delay;
	if (from == 0) {
		answered_sdo[octets[0] & 0xF] = octets[0] >> 4;
	}
	return true;
}

TEST(both_answers_to_a_pdelay_req_have_its_major_sdo_id)
{
	static const uint8_t request[54] = {
		0x22, 0x12, 0, 54, [20] = 0x77, [29] = 1, [31] = 9, [33] = 0x7F
	};

	pair(0, 0, 700);
	use_p2p(0);
	w.node[0].ports[0].ignore_transport_specific = 1;
	world_start_all(&w);
	world_run(&w, 20);
	memset(answered_sdo, 0xFF, sizeof(answered_sdo));
	w.filter = note_sdo;
	world_inject(&w, 0, 1, request, sizeof(request), false);
	world_run_ms(&w, 1);
	CHECK_EQ(answered_sdo[GN_PDELAY_RESP], 2);
	CHECK_EQ(answered_sdo[GN_PDELAY_RESP_FOLLOW_UP], 2);
	world_free(&w);
}

TEST(an_offset_of_half_a_year_is_told_as_the_end_of_a_reports_range)
{
	pair(200LL * 86400 * 1000000000, 0, 1000);
	world_config(&w, 1)->summary_interval = 2;
	world_config(&w, 1)->servo.first_step_threshold = 0.0;
	world_start_all(&w);
	world_run(&w, 40);
	CHECK(w.node[1].reports[GN_REPORT_SERVO_SUMMARY] > 0);
	CHECK(w.node[1].last_report[GN_REPORT_SERVO_SUMMARY].number[0] == INT64_MAX);
	world_free(&w);
}

TEST(a_variability_that_is_no_number_leaves_the_nominal_interval)
{
	uint64_t sent;

	pair(0, 0, 1000);
	w.node[1].ports[0].delay_request_variability = 0.0 * (double)INFINITY;
	world_start_all(&w);
	world_run(&w, 30);
	sent = w.node[1].sent[GN_DELAY_REQ];
	world_run(&w, 50);
	CHECK_EQ(w.node[1].sent[GN_DELAY_REQ] - sent, 50);
	world_free(&w);
}

TEST(a_rate_that_no_two_clocks_differ_by_is_not_believed)
{
	struct rate_estimate r;
	struct gn_precise local = { { 1000, 0 }, 0 }, remote = { { 5000, 0 }, 0 };
	bool is_bad;

	rate_init(&r, 0, 0);
	CHECK(!rate_update(&r, remote, local, &is_bad));
	local.whole.seconds += 1;
	remote.whole.seconds += 1000000;
	CHECK(!rate_update(&r, remote, local, &is_bad));
	CHECK(is_bad);
	CHECK(!r.is_valid);
	local.whole.seconds += 1;
	remote.whole.seconds += 1;
	CHECK(rate_update(&r, remote, local, &is_bad));
	CHECK(r.is_valid && r.ratio == 1.0);
}

TEST(a_frame_that_did_not_leave_is_no_lost_timestamp)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_SENT, .port = 1 };

	pair(0, 0, 1000);
	w.node[0].ports[0].tx_timestamp_losses_max = 1;
	world_start_all(&w);
	world_run(&w, 30);
	world_port(&w, 0, 1)->tokens[0] = (struct pending_token){ .token = 77, .message_type = GN_SYNC };
	event.now.ns = w.now_ns;
	event.u.sent = (struct gn_frame_sent){ .token = 77, .stamp.status = GN_STAMP_NOT_SENT };
	gn_instance_event(w.node[0].instance, &event);
	CHECK_EQ(world_port(&w, 0, 1)->tx_losses, 0);
	CHECK_EQ(world_port(&w, 0, 1)->tokens[0].token, 0);
	CHECK_EQ(world_state(&w, 0, 1), GN_PORT_TIME_TRANSMITTER);
	world_free(&w);
}

TEST(tokens_that_were_never_given_or_come_twice_change_nothing)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_SENT, .port = 1 };
	uint64_t follow_ups;

	pair(0, 0, 1000);
	world_start_all(&w);
	world_run(&w, 30);
	follow_ups = world_port(&w, 0, 1)->sent[GN_FOLLOW_UP];
	event.now.ns = w.now_ns;
	for (uint32_t token = 0; token < 200; token++) {
		event.u.sent.token = token;
		gn_instance_event(w.node[0].instance, &event);
	}
	CHECK_EQ(world_port(&w, 0, 1)->sent[GN_FOLLOW_UP], follow_ups);
	world_free(&w);
}
