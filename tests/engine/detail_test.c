/* tests/engine/detail_test.c -- options and rules one by one, each on the smallest network that shows it. */
#include "core/port/port.h"
#include "core/wire/message.h"
#include "core/wire/tlv.h"
#include "tests/engine/world.h"
#include "tests/test.h"

#include <stdlib.h>

#define NS 65536LL
#define US (1000 * NS)
#define SECOND 1000000000LL

static struct world w;

/* ---- the network ---- */

/* What went over the links, newest of each type by sender; and what a test does to it. */
static struct {
	uint8_t octets[GN_FRAME_MAX];
	size_t length;
	uint64_t count;
	int64_t at_ns;
} seen[8][16];

/* False: the frame is lost. */
static bool (*meddle)(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns);

static bool observe(struct world *world, int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	int type = octets[0] & 0xF;

	if (meddle && !meddle(from, to, octets, length, delay_ns)) {
		return false;
	}
	if (from < 8) {
		memcpy(seen[from][type].octets, octets, *length);
		seen[from][type].length = *length;
		seen[from][type].count++;
		seen[from][type].at_ns = world->now_ns;
	}
	return true;
}

static void begin(uint64_t seed)
{
	world_init(&w, seed);
	memset(seen, 0, sizeof(seen));
	meddle = NULL;
	w.filter = observe;
}

/* A grandmaster (priority1 1) and a receiver whose clock is off, on one link. */
static void pair(int64_t offset_ns, int64_t ppb, int64_t delay_ns)
{
	begin(7);
	world_add(&w, 1, 0, 0);
	world_add(&w, 1, offset_ns, ppb);
	world_config(&w, 0)->priority1 = 1;
	world_link(&w, delay_ns, 0, 1, 1, 1);
}

/* A third clock on the same link: worse than the grandmaster, better than the receiver. */
static void add_second_grandmaster(void)
{
	int node = world_add(&w, 1, 0, 0);

	world_config(&w, node)->priority1 = 2;
	world_join(&w, 0, node, 1);
}

static struct gn_port_config *port_config(int node)
{
	return &w.node[node].ports[0];
}

static struct gn_instance *instance_of(int node)
{
	return w.node[node].instance;
}

static void use_p2p(int node)
{
	port_config(node)->delay_mechanism = GN_DELAY_P2P;
}

static void use_one_step(int node)
{
	world_config(&w, node)->time_stamping = GN_STAMPING_P2P1STEP;
	world_config(&w, node)->two_step_flag = 0;
	w.node[node].time_stamping[1] = GN_STAMPING_P2P1STEP;
}

static void use_gptp(int node)
{
	use_p2p(node);
	port_config(node)->follow_up_info = 1;
	port_config(node)->transport_specific = 1;
	w.node[node].config.port.transport_specific = 1;
}

static uint64_t drops(int node, enum gn_drop reason)
{
	return world_port(&w, node, 1)->drops[reason];
}

static uint64_t reports(int node, enum gn_report_id id)
{
	return w.node[node].reports[id];
}

static uint8_t parent_of(int node)
{
	return instance_of(node)->parent_ds.parent_port_identity.clock_identity.octets[7];
}

static bool is_state(int node, enum gn_port_state state)
{
	return world_state(&w, node, 1) == state;
}

/* The clock jumps and nobody is told. */
static void jump_in_secret(int node, int64_t by_ns)
{
	w.node[node].base_value += (__int128)by_ns * NS;
}

static void set_own_time(int node, struct time_properties_ds tp)
{
	instance_of(node)->own_time_properties = tp;
	instance_of(node)->time_properties_ds = tp;
}

static uint64_t get_be(const uint8_t *at, int octets)
{
	uint64_t value = 0;

	for (int i = 0; i < octets; i++) {
		value = value << 8 | at[i];
	}
	return value;
}

static void put_be(uint8_t *at, uint64_t value, int octets)
{
	for (int i = 0; i < octets; i++) {
		at[i] = (uint8_t)(value >> (8 * (octets - 1 - i)));
	}
}

/* ---- losing messages ---- */

static unsigned lost_types; /* bit by messageType, of node 0 */

static bool lose_types(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	(void)to;
	(void)length;
	(void)delay_ns;
	return from != 0 || !(lost_types & 1u << (octets[0] & 0xF));
}

static void lose(unsigned types)
{
	lost_types = types;
	meddle = lose_types;
}

TEST(the_sync_receipt_timeout_ends_a_parent_that_only_announces)
{
	uint64_t others;

	pair(0, 1000, 1000);
	port_config(1)->sync_receipt_timeout = 3;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	others = world_port(&w, 1, 1)->service[SERVICE_ANNOUNCE_TIMEOUT]; /* as a listener */
	lose(1u << GN_SYNC);
	world_run_ms(&w, 1900);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_run_ms(&w, 1300);
	CHECK(is_state(1, GN_PORT_TIME_TRANSMITTER));
	CHECK_EQ(world_port(&w, 1, 1)->service[SERVICE_SYNC_TIMEOUT], 1);
	CHECK_EQ(world_port(&w, 1, 1)->service[SERVICE_ANNOUNCE_TIMEOUT], others);
	lose(0);
	world_run(&w, 30);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

TEST(without_a_sync_receipt_timeout_announce_alone_keeps_the_parent)
{
	pair(0, 0, 1000);
	world_start_all(&w);
	world_run(&w, 60);
	lose(1u << GN_SYNC);
	world_run(&w, 60);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

TEST(a_run_of_missing_delay_responses_ends_the_lock_and_only_a_configured_one)
{
	for (int limit = 0; limit <= 5; limit += 5) {
		uint64_t requests;

		pair(0, 1000, 1000);
		port_config(1)->delay_response_timeout = limit;
		world_start_all(&w);
		world_run(&w, 60);
		lose(1u << GN_DELAY_RESP);
		requests = w.node[1].sent[GN_DELAY_REQ];
		while (w.node[1].sent[GN_DELAY_REQ] - requests < 5) {
			CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
			world_run_ms(&w, 1);
		}
		while (w.node[1].sent[GN_DELAY_REQ] - requests < 6) {
			world_run_ms(&w, 1);
		}
		CHECK_EQ(reports(1, GN_REPORT_DELAY_RESPONSE_TIMEOUT), limit > 0);
		CHECK_EQ(is_state(1, GN_PORT_UNCALIBRATED), limit > 0);
		world_free(&w);
	}
}

static bool hold_delay_resp(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	(void)from;
	(void)to;
	(void)length;
	if ((octets[0] & 0xF) == GN_DELAY_RESP) {
		*delay_ns += 6 * SECOND;
	}
	return true;
}

TEST(an_answer_to_a_delay_req_of_more_than_five_seconds_ago_is_dropped)
{
	pair(0, 50000, 1000);
	meddle = hold_delay_resp;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK(seen[0][GN_DELAY_RESP].count > 10);
	CHECK_EQ(reports(1, GN_REPORT_DELAY_SAMPLE), 0);
	CHECK(drops(1, GN_DROP_NO_SUCH_EXCHANGE) > 10);
	world_free(&w);
}

/* ---- where the path delay comes from ---- */

TEST(initial_delay_is_used_until_a_delay_is_measured)
{
	for (int64_t initial = 0; initial <= 1000; initial += 1000) {
		pair(0, 3000, 1000);
		world_config(&w, 1)->initial_delay = (int)initial;
		lose(1u << GN_DELAY_RESP);
		world_start_all(&w);
		world_run(&w, 60);
		CHECK_EQ(is_state(1, GN_PORT_TIME_RECEIVER), initial > 0);
		CHECK_EQ(reports(1, GN_REPORT_SERVO_SAMPLE) > 0, initial > 0);
		CHECK_EQ(gn_interval_to_ns(instance_of(1)->current_ds.mean_delay), initial);
		if (initial) {
			CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
		}
		world_free(&w);
	}
	pair(0, 3000, 1000);
	world_config(&w, 1)->initial_delay = 999999;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_NEAR((double)instance_of(1)->current_ds.mean_delay.scaled_ns / NS, 1000.0, 0.1);
	world_free(&w);
}

TEST(without_a_delay_mechanism_the_initial_delay_is_all_there_is)
{
	for (int64_t initial = 0; initial <= 4000; initial += 4000) {
		pair(0, 3000, 4000);
		port_config(1)->delay_mechanism = GN_DELAY_NONE;
		world_config(&w, 1)->initial_delay = (int)initial;
		world_start_all(&w);
		world_run(&w, 60);
		CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
		CHECK_EQ(w.node[1].sent[GN_DELAY_REQ] + w.node[1].sent[GN_PDELAY_REQ], 0);
		CHECK_NEAR((double)world_difference(&w, 1, 0) / NS, (double)(initial - 4000), 1.0);
		world_free(&w);
	}
}

TEST(a_port_that_measures_nothing_takes_the_initial_delay_whichever_port_it_is)
{
	begin(5);
	world_add(&w, 1, 0, 0);
	world_add(&w, 2, 5000, 0);
	world_config(&w, 0)->priority1 = 1;
	w.node[1].ports[1].delay_mechanism = GN_DELAY_NONE;
	world_link(&w, 1000, 0, 1, 1, 2);
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(world_state(&w, 1, 2), GN_PORT_TIME_RECEIVER);
	world_free(&w);
}

TEST(inhibit_delay_req_keeps_requests_back_and_still_answers)
{
	pair(0, 0, 700);
	use_p2p(0);
	use_p2p(1);
	port_config(1)->inhibit_delay_req = 1;
	port_config(1)->as_capable = GN_AS_CAPABLE_TRUE;
	world_start_all(&w);
	world_run(&w, 30);
	CHECK_EQ(w.node[1].sent[GN_PDELAY_REQ], 0);
	CHECK(w.node[1].sent[GN_PDELAY_RESP] > 20);
	CHECK_EQ(gn_interval_to_ns(world_port(&w, 0, 1)->ds.mean_link_delay), 700);
	world_free(&w);
	pair(0, 0, 700);
	port_config(1)->inhibit_delay_req = 1;
	world_start_all(&w);
	world_run(&w, 30);
	CHECK_EQ(w.node[1].sent[GN_DELAY_REQ], 0);
	world_free(&w);
}

TEST(delay_mechanism_auto_asks_end_to_end_until_it_hears_a_peer_and_then_never_again)
{
	pair(0, 0, 700);
	port_config(1)->delay_mechanism = GN_DELAY_AUTO;
	world_start_all(&w);
	world_run(&w, 30);
	CHECK(w.node[1].sent[GN_DELAY_REQ] > 5);
	CHECK_EQ(w.node[1].sent[GN_PDELAY_REQ], 0);
	CHECK_EQ(reports(1, GN_REPORT_P2P_DETECTED), 0);
	world_free(&w);
	pair(0, 0, 700);
	use_p2p(0);
	port_config(1)->delay_mechanism = GN_DELAY_AUTO;
	world_start_all(&w);
	world_run(&w, 30);
	CHECK_EQ(reports(1, GN_REPORT_P2P_DETECTED), 1);
	CHECK_EQ(w.node[1].sent[GN_DELAY_REQ], 0);
	world_set_link(&w, 1, 1, false);
	world_set_link(&w, 1, 1, true);
	world_run(&w, 30);
	CHECK_EQ(world_port(&w, 1, 1)->ds.delay_mechanism, GN_DELAY_P2P);
	CHECK_EQ(w.node[1].sent[GN_DELAY_REQ], 0);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

/* ---- straight into one instance ---- */

/* Gives a frame to a node and takes its actions, without carrying them out. The first SEND is kept. */
static struct gn_send sent_by_it;
static uint8_t sent_octets[GN_FRAME_MAX];
static uint64_t reports_of_it[GN_REPORTS];

static void hand_in(int node, struct gn_event *event)
{
	struct gn_action action;

	memset(&sent_by_it, 0, sizeof(sent_by_it));
	event->now.ns = w.now_ns;
	event->port = 1;
	gn_instance_event(instance_of(node), event);
	while (gn_instance_poll(instance_of(node), &action)) {
		if (action.type == GN_ACTION_SEND && !sent_by_it.octets) {
			sent_by_it = action.u.send;
			memcpy(sent_octets, action.u.send.octets, action.u.send.length);
			sent_by_it.octets = sent_octets;
		} else if (action.type == GN_ACTION_REPORT) {
			reports_of_it[action.u.report->id]++;
		}
	}
}

static void hand_frame(int node, const uint8_t *octets, size_t length, bool is_unicast,
		       int64_t software_stamp_ns)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED };

	event.u.received = (struct gn_frame_received){
		.octets = octets,
		.length = length,
		.stamp = { .time = world_clock(&w, node, w.now_ns), .epoch = w.node[node].epoch },
		.software_stamp = { software_stamp_ns },
		.source = { GN_PROTOCOL_IEEE_802_3, 6, { 2, 0, 0, 0, 0, 77 } },
		.is_general = octets[0] & 8,
		.is_unicast = is_unicast,
	};
	hand_in(node, &event);
}

TEST(a_unicast_delay_req_is_answered_by_unicast_and_a_multicast_one_is_not)
{
	for (int is_unicast = 0; is_unicast <= 1; is_unicast++) {
		uint8_t request[44];

		pair(0, 0, 1000);
		world_start_all(&w);
		world_run(&w, 40);
		memcpy(request, seen[1][GN_DELAY_REQ].octets, sizeof(request));
		hand_frame(0, request, sizeof(request), is_unicast, 0);
		CHECK(sent_by_it.octets);
		CHECK_EQ(sent_by_it.octets[0] & 0xF, GN_DELAY_RESP);
		CHECK_EQ(sent_by_it.destination, is_unicast ? GN_TO_ADDRESS : GN_TO_PRIMARY);
		CHECK_EQ(sent_by_it.octets[6] & 4, is_unicast ? 4 : 0);
		CHECK_EQ((int8_t)sent_by_it.octets[33], is_unicast ? 0x7F : 0);
		CHECK_EQ(sent_by_it.address.octets[5], is_unicast ? 77 : 0);
		CHECK_MEM_EQ(sent_by_it.octets + 30, request + 30, 2);
		world_free(&w);
	}
}

/* The pair that went over the link last is kept from the receiver and handed in with software stamps. */
static bool keep_pairs_from_receiver(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	int type = octets[0] & 0xF;

	(void)to;
	(void)delay_ns;
	if (from != 0 || (type != GN_SYNC && type != GN_FOLLOW_UP)) {
		return true;
	}
	memcpy(seen[0][type].octets, octets, *length);
	seen[0][type].length = *length;
	return false;
}

TEST(check_fup_sync_refuses_a_follow_up_that_the_kernel_saw_before_its_sync)
{
	static const struct {
		int checks;
		int64_t sync_ns, follow_up_ns;
		bool is_used;
	} rows[] = {
		{ 1, 100, 200, true }, { 1, 200, 100, false }, { 0, 200, 100, true }, { 1, 0, 100, true }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t samples;

		pair(0, 0, 1000);
		world_config(&w, 1)->check_fup_sync = rows[i].checks;
		world_start_all(&w);
		world_run(&w, 40);
		meddle = keep_pairs_from_receiver;
		world_run_ms(&w, 1500);
		samples = reports_of_it[GN_REPORT_SERVO_SAMPLE];
		hand_frame(1, seen[0][GN_FOLLOW_UP].octets, seen[0][GN_FOLLOW_UP].length, false,
			   rows[i].follow_up_ns);
		hand_frame(1, seen[0][GN_SYNC].octets, seen[0][GN_SYNC].length, false, rows[i].sync_ns);
		CHECK_EQ(reports_of_it[GN_REPORT_SERVO_SAMPLE] - samples, rows[i].is_used);
		CHECK_EQ(drops(1, GN_DROP_FOLLOW_UP_MISPAIRED), !rows[i].is_used);
		/* The Sync was not to blame: it waits for its own Follow_Up. */
		hand_frame(1, seen[0][GN_FOLLOW_UP].octets, seen[0][GN_FOLLOW_UP].length, false, 300);
		CHECK_EQ(reports_of_it[GN_REPORT_SERVO_SAMPLE] - samples, 1);
		world_free(&w);
	}
}

TEST(an_egress_stamp_that_is_no_time_is_a_lost_one)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_SENT };
	uint64_t losses;

	pair(0, 0, 1000);
	world_start_all(&w);
	world_run(&w, 40);
	w.tx_stamp_delay_ns = 10 * SECOND;
	world_run_ms(&w, 1500);
	losses = world_port(&w, 0, 1)->tx_losses;
	for (int i = 0; i < TOKENS_PER_PORT; i++) {
		if (world_port(&w, 0, 1)->tokens[i].token) {
			event.u.sent.token = world_port(&w, 0, 1)->tokens[i].token;
		}
	}
	event.u.sent.stamp = (struct gn_stamp){ .time = { { 1700000000, 1000000000 }, 0 },
						.epoch = w.node[0].epoch };
	hand_in(0, &event);
	CHECK(!sent_by_it.octets);
	CHECK_EQ(world_port(&w, 0, 1)->tx_losses, losses + 1);
	world_free(&w);
}

TEST(a_flood_of_pdelay_req_whose_stamps_are_late_does_not_keep_sync_back)
{
	uint8_t request[54];
	uint64_t syncs;

	pair(0, 0, 1000);
	use_p2p(0);
	use_p2p(1);
	world_start_all(&w);
	world_run(&w, 40);
	w.tx_stamp_delay_ns = 900000000;
	memcpy(request, seen[1][GN_PDELAY_REQ].octets, sizeof(request));
	syncs = w.node[0].sent[GN_SYNC];
	for (int i = 0; i < 400; i++) {
		request[27] = 99; /* a stranger */
		put_be(request + 30, (uint64_t)i, 2);
		world_inject(&w, 0, 1, request, sizeof(request), false);
		world_run_ms(&w, 25);
	}
	CHECK_EQ(w.node[0].sent[GN_SYNC] - syncs, 10);
	CHECK(drops(0, GN_DROP_NO_TOKEN) > 100);
	CHECK(is_state(0, GN_PORT_TIME_TRANSMITTER));
	world_free(&w);
}

/* ---- whose Sync, and of how many steps ---- */

static bool write_stranger(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	(void)to;
	(void)length;
	(void)delay_ns;
	if (from == 0 && (octets[0] & 0xF) != GN_ANNOUNCE) {
		octets[27] = 99;
	}
	return true;
}

TEST(ignore_source_id_takes_the_time_of_anybody)
{
	for (int ignore = 0; ignore <= 1; ignore++) {
		pair(0, 4000, 1000);
		port_config(1)->ignore_source_id = ignore;
		meddle = write_stranger;
		world_start_all(&w);
		world_run(&w, 60);
		CHECK_EQ(is_state(1, GN_PORT_TIME_RECEIVER), ignore);
		CHECK_EQ(drops(1, GN_DROP_NOT_FROM_PARENT) > 0, !ignore);
		world_free(&w);
	}
}

static bool clear_two_step_flag(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	(void)from;
	(void)to;
	(void)length;
	(void)delay_ns;
	octets[6] = (uint8_t)(octets[6] & ~2);
	return true;
}

TEST(assume_two_step_waits_for_follow_ups_that_were_not_promised)
{
	for (int p2p = 0; p2p <= 1; p2p++) {
		pair(0, 4000, 1000);
		world_config(&w, 0)->assume_two_step = 1;
		world_config(&w, 1)->assume_two_step = 1;
		if (p2p) {
			use_p2p(0);
			use_p2p(1);
		}
		meddle = clear_two_step_flag;
		world_start_all(&w);
		world_run(&w, 60);
		CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
		CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
		world_free(&w);
	}
}

TEST(a_fraction_of_a_nanosecond_survives_one_step_and_two_step_e2e_p2p_and_gptp)
{
	for (int mix = 0; mix < 5; mix++) { /* one-step Pdelay_Resp has no t3, and gPTP no rate without it */
		pair(0, 0, 1000);
		w.node[0].base_value += 0xC001;
		w.node[1].base_value += 0x4003;
		for (int node = 0; node < 2; node++) {
			if (mix % 3 == 1) {
				use_p2p(node);
			} else if (mix % 3 == 2) {
				use_gptp(node);
			}
			if (mix >= 3) {
				use_one_step(node);
			}
		}
		world_start_all(&w);
		world_run(&w, 200);
		CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
		CHECK_LE(llabs(world_difference(&w, 1, 0)), 100);
		world_free(&w);
	}
}

TEST(a_known_asymmetry_leaves_no_offset_in_gptp)
{
	pair(0, 1000, 500);
	w.link[0].asymmetry_ns = 200; /* to the receiver 700, back 500: mean 600, asymmetry +100 */
	use_gptp(0);
	use_gptp(1);
	port_config(0)->delay_asymmetry = -100;
	port_config(1)->delay_asymmetry = 100;
	world_start_all(&w);
	world_run(&w, 120);
	CHECK_EQ(gn_interval_to_ns(world_port(&w, 1, 1)->ds.mean_link_delay), 600);
	CHECK_EQ(gn_interval_to_ns(world_port(&w, 0, 1)->ds.mean_link_delay), 600);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_free(&w);
}

/* ---- correctionField ---- */

static unsigned correction_type;
static int64_t correction_value;

static bool write_correction(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	(void)from;
	(void)to;
	(void)length;
	(void)delay_ns;
	if ((octets[0] & 0xFu) == correction_type) {
		put_be(octets + 8, (uint64_t)correction_value, 8);
	}
	return true;
}

TEST(a_saturated_correction_of_any_delay_message_measures_nothing)
{
	static const unsigned types[] = { GN_DELAY_REQ, GN_DELAY_RESP, GN_PDELAY_REQ, GN_PDELAY_RESP,
					  GN_PDELAY_RESP_FOLLOW_UP };
	static const int64_t values[] = { INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1 };

	for (int i = 0; i < 5 * 4; i++) {
		pair(0, 1000, 1000);
		if (types[i / 4] != GN_DELAY_REQ && types[i / 4] != GN_DELAY_RESP) {
			use_p2p(0);
			use_p2p(1);
		}
		world_start_all(&w);
		world_run(&w, 40);
		correction_type = types[i / 4];
		correction_value = values[i % 4];
		meddle = write_correction;
		world_run(&w, 20);
		if (i % 4 < 2) {
			CHECK_EQ(gn_interval_to_ns(instance_of(1)->current_ds.mean_delay), 1000);
			CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
		}
		world_free(&w);
	}
}

TEST(sums_of_corrections_that_cannot_be_expressed_are_not_used)
{
	static const unsigned types[] = { GN_PDELAY_RESP_FOLLOW_UP, GN_SYNC };

	for (int i = 0; i < 2; i++) {
		pair(0, 1000, 1000);
		use_p2p(0);
		use_p2p(1);
		world_start_all(&w);
		world_run(&w, 40);
		/* The asymmetry makes the sum too large. */
		world_port(&w, 1, 1)->ds.delay_asymmetry = gn_interval_from_ns(100);
		correction_type = types[i];
		correction_value = INT64_MAX - 1;
		meddle = write_correction;
		world_run(&w, 20);
		CHECK(drops(1, GN_DROP_CORRECTION_UNUSABLE) > 10);
		CHECK_EQ(gn_interval_to_ns(world_port(&w, 1, 1)->ds.mean_link_delay), 1000);
		world_free(&w);
	}
}

TEST(sequence_ids_of_requests_wrap_without_a_drop)
{
	for (int p2p = 0; p2p <= 1; p2p++) {
		uint64_t samples;

		pair(0, 5000, 1000);
		if (p2p) {
			use_p2p(0);
			use_p2p(1);
		}
		world_start_all(&w);
		world_run(&w, 30);
		world_port(&w, 1, 1)->delay_req_sequence = 65530;
		samples = reports(1, GN_REPORT_DELAY_SAMPLE);
		world_run(&w, 60);
		CHECK(reports(1, GN_REPORT_DELAY_SAMPLE) - samples > 40);
		CHECK_EQ(drops(1, GN_DROP_NO_SUCH_EXCHANGE), 0);
		CHECK(world_port(&w, 1, 1)->delay_req_sequence < 1000);
		world_free(&w);
	}
}

/* ---- PATH_TRACE and other TLVs of Announce ---- */

/* grandmaster - boundary clock - boundary clock - receiver */
static void chain(int path_trace)
{
	begin(3);
	for (int i = 0; i < 4; i++) {
		world_add(&w, i == 0 || i == 3 ? 1 : 2, 0, 0);
		world_config(&w, i)->priority1 = i + 1;
		w.node[i].ports[0].path_trace_enabled = path_trace;
		w.node[i].ports[1].path_trace_enabled = path_trace;
	}
	for (int i = 0; i < 3; i++) {
		world_link(&w, 500, i, i == 0 ? 1 : 2, i + 1, 1);
	}
}

static bool find_in_announce(int node, uint16_t type, struct wire_tlv *tlv)
{
	return wire_tlv_find(seen[node][GN_ANNOUNCE].octets + 64, seen[node][GN_ANNOUNCE].length - 64, type,
			     tlv);
}

TEST(every_clock_of_a_chain_adds_itself_to_the_path_trace)
{
	struct wire_tlv tlv;

	chain(1);
	world_start_all(&w);
	world_run(&w, 60);
	for (int i = 0; i < 3; i++) {
		CHECK(find_in_announce(i, WIRE_TLV_PATH_TRACE, &tlv));
		CHECK_EQ(tlv.length, 8 * (i + 1));
		for (int k = 0; k <= i; k++) {
			CHECK_EQ(tlv.value[8 * k + 7], k + 1);
		}
	}
	CHECK_EQ(instance_of(3)->path_length, 3);
	world_free(&w);
}

static uint8_t extra_tlvs[600];
static size_t extra_length;

/* An Announce of a stranger with those TLVs, handed in three times so that it qualifies. */
static void announce_by_hand(int node, uint8_t priority1)
{
	uint8_t announce[64 + sizeof(extra_tlvs)] = { 0x0B, 0x12 };

	put_be(announce + 2, 64 + extra_length, 2);
	announce[27] = announce[60] = 200;
	announce[29] = 1;
	announce[33] = 1;
	announce[47] = priority1;
	memcpy(announce + 64, extra_tlvs, extra_length);
	for (int i = 0; i < 3; i++) {
		put_be(announce + 30, seen[7][0].count++, 2);
		world_inject(&w, node, 1, announce, 64 + extra_length, true);
		world_run(&w, 1);
	}
}

static void put_path(unsigned count, uint8_t last)
{
	put_be(extra_tlvs, WIRE_TLV_PATH_TRACE, 2);
	put_be(extra_tlvs + 2, 8 * count, 2);
	memset(extra_tlvs + 4, 0, 8 * count);
	for (unsigned i = 0; i < count; i++) {
		memcpy(extra_tlvs + 4 + 8 * i, (uint8_t[8]){ 2, 0, 0, 0xFF, 0xFE, 0, 1, (uint8_t)i }, 8);
	}
	memcpy(extra_tlvs + 4 + 8 * (count - 1), (uint8_t[8]){ 2, 0, 0, 0xFF, 0xFE, 0, 0, last }, 8);
	extra_length = 4 + 8 * count;
}

TEST(an_announce_that_already_came_by_is_dropped_where_paths_are_traced)
{
	for (int path_trace = 0; path_trace <= 1; path_trace++) {
		begin(3);
		world_add(&w, 1, 0, 0);
		port_config(0)->path_trace_enabled = path_trace;
		world_start_all(&w);
		put_path(5, 1); /* our own */
		announce_by_hand(0, 1);
		CHECK_EQ(drops(0, GN_DROP_PATH_LOOP), path_trace ? 3 : 0);
		CHECK_EQ(is_state(0, GN_PORT_UNCALIBRATED), !path_trace);
		world_free(&w);
	}
}

TEST(a_path_that_is_too_long_is_not_passed_on_and_neither_is_a_part_of_it)
{
	static const struct {
		unsigned length, told;
	} rows[] = { { 1, 2 }, { 31, 32 }, { 32, 0 }, { 33, 0 }, { 60, 0 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_tlv tlv;
		bool is_there;

		begin(3);
		world_add(&w, 2, 0, 0);
		world_add(&w, 1, 0, 0);
		world_link(&w, 500, 0, 2, 1, 1);
		w.node[0].ports[0].path_trace_enabled = 1;
		w.node[0].ports[1].path_trace_enabled = 1;
		world_start_all(&w);
		world_run(&w, 1);
		put_path(rows[i].length, 200);
		for (int k = 0; k < 8; k++) {
			announce_by_hand(0, 1);
		}
		CHECK_EQ(parent_of(0), 200);
		CHECK(seen[0][GN_ANNOUNCE].count > 2);
		is_there = find_in_announce(0, WIRE_TLV_PATH_TRACE, &tlv);
		CHECK_EQ(is_there ? tlv.length / 8u : 0u, rows[i].told);
		world_free(&w);
	}
}

TEST(a_boundary_clock_passes_on_the_tlvs_that_are_to_be_passed_on_and_no_others)
{
	static const struct {
		uint16_t type;
		bool is_passed_on;
	} rows[] = { { 0x0009, true },  { 0x4000, true },  { 0x4321, true },
		     { 0x7F00, true },  { 0x8000, false }, { 0x8009, false },
		     { 0x0003, false }, { 0x2004, false }, { 0x0008, true } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_tlv tlv;

		begin(3);
		world_add(&w, 2, 0, 0);
		world_add(&w, 1, 0, 0);
		world_link(&w, 500, 0, 2, 1, 1);
		world_start_all(&w);
		world_run(&w, 1);
		put_path(2, 200);
		put_be(extra_tlvs, rows[i].type, 2);
		for (int k = 0; k < 8; k++) {
			announce_by_hand(0, 1);
		}
		CHECK_EQ(parent_of(0), 200);
		CHECK_EQ(find_in_announce(0, rows[i].type, &tlv), rows[i].is_passed_on);
		if (rows[i].is_passed_on) {
			CHECK_EQ(tlv.length, extra_length - 4);
			CHECK_MEM_EQ(tlv.value, extra_tlvs + 4, extra_length - 4);
		}
		world_run(&w, 40); /* the parent is silent: what it said goes with it */
		CHECK_EQ(parent_of(0), 1);
		CHECK(!find_in_announce(0, rows[i].type, &tlv));
		world_free(&w);
	}
}

/* ---- whom to follow ---- */

TEST(announce_above_the_clock_class_threshold_is_dropped_and_told_of_once_a_minute)
{
	for (int class = 134; class <= 136; class ++) {
		pair(0, 0, 1000);
		world_config(&w, 0)->clock_class = class;
		world_config(&w, 1)->clock_class_threshold = 135;
		world_start_all(&w);
		world_run(&w, 100);
		CHECK_EQ(is_state(1, GN_PORT_TIME_RECEIVER), class <= 135);
		CHECK_EQ(drops(1, GN_DROP_CLOCK_CLASS) > 40, class > 135);
		CHECK_EQ(reports(1, GN_REPORT_CLOCK_CLASS_TOO_LARGE), class > 135 ? 2 : 0);
		world_free(&w);
	}
}

TEST(waiting_to_transmit_ends_at_once_when_there_is_nothing_left_to_wait_for)
{
	begin(5);
	world_add(&w, 1, 0, 0);
	world_add(&w, 2, 0, 0);
	world_add(&w, 1, 0, 0);
	world_config(&w, 0)->priority1 = 1;
	world_config(&w, 2)->priority1 = 200;
	w.node[1].ports[1].log_announce_interval = 6; /* so that waiting takes two minutes */
	world_link(&w, 500, 0, 1, 1, 1);
	world_link(&w, 500, 1, 2, 2, 1);
	world_start(&w, 0);
	world_start(&w, 2);
	world_run(&w, 20);
	world_start(&w, 1);
	world_run(&w, 30);
	CHECK_EQ(world_state(&w, 1, 2), GN_PORT_PRE_TIME_TRANSMITTER);
	world_kill(&w, 0);
	world_run(&w, 12);
	CHECK_EQ(world_state(&w, 1, 2), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(world_port(&w, 1, 2)->service[SERVICE_QUALIFICATION_TIMEOUT], 0);
	world_free(&w);
}

TEST(the_wait_before_transmitting_follows_steps_removed)
{
	for (int steps = 0; steps <= 3; steps++) {
		int64_t entered;

		begin(5);
		world_add(&w, 1, 0, 0);
		for (int i = 0; i < steps; i++) {
			world_add(&w, 2, 0, 0);
		}
		world_add(&w, 2, 0, 0);
		world_add(&w, 1, 0, 0);
		for (int i = 0; i < w.nodes; i++) {
			/* The last one is better than all but the grandmaster: heard first or not, it is beaten. */
			world_config(&w, i)->priority1 = i == 0 ? 1 : 200 - i;
			if (i) {
				world_link(&w, 500, i - 1, i == 1 ? 1 : 2, i, 1);
			}
		}
		for (int i = 0; i < w.nodes; i++) {
			if (i != steps + 1) {
				world_start(&w, i);
			}
		}
		world_run(&w, 60);
		world_start(&w, steps + 1);
		while (world_state(&w, steps + 1, 2) != GN_PORT_PRE_TIME_TRANSMITTER) {
			world_run_ms(&w, 10);
			CHECK_LE(w.now_ns, 100 * SECOND);
		}
		entered = w.now_ns;
		while (world_state(&w, steps + 1, 2) != GN_PORT_TIME_TRANSMITTER) {
			world_run_ms(&w, 10);
			CHECK_LE(w.now_ns, 100 * SECOND);
		}
		CHECK_NEAR((double)(w.now_ns - entered) / 1e9, 2.0 * (steps + 2), 0.03);
		world_free(&w);
	}
}

static uint8_t interval_to_write;

static bool write_announce_interval(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	(void)to;
	(void)length;
	(void)delay_ns;
	if (from == 0 && (octets[0] & 0xF) == GN_ANNOUNCE) {
		octets[33] = interval_to_write;
	}
	return true;
}

TEST(an_announce_interval_that_cannot_be_is_taken_for_our_own)
{
	static const uint8_t bogus[] = { 0x7F, 0x80, 0xF0, 40 };

	for (size_t i = 0; i < sizeof(bogus); i++) {
		pair(0, 0, 1000);
		interval_to_write = bogus[i];
		meddle = write_announce_interval;
		world_start_all(&w);
		world_run(&w, 40);
		CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
		world_free(&w);
	}
}

TEST(intervals_beyond_all_reason_neither_spin_nor_overflow)
{
	for (int log = -128; log <= 127; log += 255) {
		begin(3);
		world_add(&w, 1, 0, 0);
		world_add(&w, 1, 0, 0);
		world_link(&w, 500, 0, 1, 1, 1);
		for (int node = 0; node < 2; node++) {
			struct gn_port_config *c = port_config(node);

			c->log_announce_interval = c->log_sync_interval = log;
			c->log_min_delay_req_interval = c->log_min_pdelay_req_interval = log;
			c->sync_receipt_timeout = 3;
			if (node) {
				use_p2p(node);
				world_config(&w, node)->client_only = 1;
			}
		}
		world_start_all(&w);
		world_run(&w, 5);
		for (int type = 0; type < 16; type++) {
			CHECK_LE(w.node[0].sent[type] + w.node[1].sent[type], 2 * 5 * 1024 + 10);
		}
		world_free(&w);
	}
}

TEST(a_new_parent_of_an_uncalibrated_port_starts_it_over)
{
	int64_t switched;
	uint64_t requests;

	pair(0, 0, 1000);
	add_second_grandmaster();
	world_config(&w, 1)->priority1 = 255;
	world_config(&w, 1)->client_only = 1;
	lose(1u << GN_FOLLOW_UP); /* it never gets beyond UNCALIBRATED with node 0 */
	world_start(&w, 2);
	world_start(&w, 1);
	world_run(&w, 40);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	CHECK_EQ(parent_of(1), 3);
	world_start(&w, 0);
	while (parent_of(1) != 1) {
		world_run_ms(&w, 1);
		CHECK_LE(w.now_ns, 90 * SECOND);
	}
	CHECK(is_state(1, GN_PORT_UNCALIBRATED));
	requests = w.node[1].sent[GN_DELAY_REQ];
	world_run(&w, 10);
	CHECK(is_state(1, GN_PORT_UNCALIBRATED));
	/* No Delay_Req before a valid Sync of this parent. */
	CHECK_EQ(w.node[1].sent[GN_DELAY_REQ], requests);
	/* Uncalibrated still, and the parent changes again: its whole timeout is granted to the new one. */
	world_kill(&w, 0);
	world_config(&w, 2)->priority1 = 0;
	instance_of(2)->default_ds.priority1 = 0;
	while (parent_of(1) != 3) {
		world_run_ms(&w, 1);
		CHECK_LE(w.now_ns, 90 * SECOND);
	}
	switched = w.now_ns;
	CHECK(world_port(&w, 1, 1)->timer[GN_TIMER_ANNOUNCE_RECEIPT].ns - switched >=
	      3 * 2 * SECOND - 1000000);
	world_free(&w);
}

TEST(a_better_clock_qualifying_in_uncalibrated_is_granted_a_whole_timeout)
{
	int64_t left;

	pair(0, 0, 1000);
	add_second_grandmaster();
	world_config(&w, 1)->priority1 = 255;
	lose(1u << GN_SYNC);
	world_config(&w, 0)->priority1 = 5; /* node 2 with priority1 2 comes later and is better */
	world_start(&w, 1);
	world_start(&w, 0);
	world_run(&w, 30);
	CHECK(is_state(1, GN_PORT_UNCALIBRATED));
	CHECK_EQ(parent_of(1), 1);
	world_start(&w, 2);
	world_run_ms(&w, 100);
	while (parent_of(1) != 3) {
		world_run_ms(&w, 1);
		CHECK_LE(w.now_ns, 90 * SECOND);
	}
	left = world_port(&w, 1, 1)->timer[GN_TIMER_ANNOUNCE_RECEIPT].ns - w.now_ns;
	CHECK(left >= 3 * 2 * SECOND - 2000000);
	world_free(&w);
}

TEST(inhibit_announce_sends_none_and_waits_for_none)
{
	pair(0, 0, 1000);
	port_config(0)->inhibit_announce = 1;
	world_start(&w, 0);
	world_run(&w, 60);
	CHECK(is_state(0, GN_PORT_LISTENING));
	CHECK_EQ(w.node[0].sent[GN_ANNOUNCE], 0);
	world_free(&w);
}

TEST(a_static_receiver_learns_from_announce_who_its_parent_is)
{
	pair(0, 3000, 1000);
	for (int node = 0; node < 2; node++) {
		port_config(node)->bmca = GN_BMCA_NOOP;
	}
	port_config(0)->server_only = 1;
	world_config(&w, 1)->client_only = 1;
	world_config(&w, 0)->utc_offset = 39;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK(is_state(0, GN_PORT_TIME_TRANSMITTER));
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	CHECK_EQ(parent_of(1), 1);
	CHECK_EQ(instance_of(1)->utc_offset, 39);
	CHECK_EQ(instance_of(1)->current_ds.steps_removed, 1);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), NS);
	world_kill(&w, 0);
	world_run(&w, 60);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

TEST(a_gptp_clock_that_may_not_be_grandmaster_announces_class_255_and_sends_no_sync)
{
	for (int gm_capable = 0; gm_capable <= 1; gm_capable++) {
		pair(0, 0, 500);
		use_gptp(0);
		use_gptp(1);
		world_config(&w, 0)->gm_capable = gm_capable;
		world_config(&w, 1)->client_only = 1;
		world_start_all(&w);
		world_run(&w, 60);
		CHECK(is_state(0, GN_PORT_TIME_TRANSMITTER));
		CHECK(w.node[0].sent[GN_ANNOUNCE] > 10);
		CHECK_EQ(seen[0][GN_ANNOUNCE].octets[48], gm_capable ? 248 : 255);
		CHECK_EQ(w.node[0].sent[GN_SYNC] > 0, gm_capable);
		world_free(&w);
	}
}

/* ---- servo options ---- */

TEST(a_first_step_is_made_once_and_a_later_offset_of_that_size_is_slewed)
{
	pair(1000000, 0, 1000);
	world_config(&w, 1)->sanity_freq_limit = 0;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK_EQ(w.node[1].steps, 1);
	jump_in_secret(1, 1000000);
	world_run(&w, 200);
	CHECK_EQ(w.node[1].steps, 1);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), 10 * NS);
	world_free(&w);
	pair(1000000, 0, 1000);
	world_config(&w, 1)->servo.first_step_threshold = 0;
	world_start_all(&w);
	world_run(&w, 200);
	CHECK_EQ(w.node[1].steps, 0);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), 10 * NS);
	world_free(&w);
}

TEST(the_rate_stays_within_max_frequency)
{
	pair(0, 50000, 1000);
	world_config(&w, 1)->servo.max_frequency = 10000;
	world_start_all(&w);
	for (int i = 0; i < 100; i++) {
		world_run(&w, 1);
		CHECK_LE(llabs(w.node[1].adjusted_scaled_ppb), 10000LL << 32);
	}
	CHECK_EQ(w.node[1].adjusted_scaled_ppb, -(10000LL << 32));
	world_free(&w);
}

TEST(a_clock_that_jumped_is_noticed_by_the_sanity_check_and_only_if_it_is_on)
{
	for (int limit = 0; limit <= 1; limit++) {
		for (int way = -1; way <= 1; way += 2) {
			pair(0, 1000, 1000);
			world_config(&w, 1)->sanity_freq_limit = limit ? 200000000 : 0;
			world_start_all(&w);
			world_run(&w, 60);
			jump_in_secret(1, way * 10 * SECOND);
			for (int i = 0; i < 250 && !reports(1, GN_REPORT_CLOCK_JUMPED); i++) {
				world_run_ms(&w, 10);
			}
			CHECK_EQ(reports(1, GN_REPORT_CLOCK_JUMPED), limit);
			CHECK_EQ(is_state(1, GN_PORT_UNCALIBRATED), limit);
			if (limit) {
				CHECK_EQ(w.node[1].last_report[GN_REPORT_CLOCK_JUMPED].number[0], way);
			}
			world_free(&w);
		}
	}
}

TEST(our_own_steps_and_rates_are_no_jumps)
{
	pair(1500000000, 40000, 1000);
	world_config(&w, 1)->servo.step_threshold = 0.00002;
	world_config(&w, 1)->sanity_freq_limit = 100000;
	world_start_all(&w);
	world_run(&w, 120);
	CHECK(w.node[1].steps >= 1);
	CHECK_EQ(reports(1, GN_REPORT_CLOCK_JUMPED), 0);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

TEST(a_step_window_ignores_that_many_syncs_after_a_step)
{
	uint64_t samples;

	pair(1000000, 0, 1000);
	world_config(&w, 1)->step_window = 4;
	world_start_all(&w);
	while (w.node[1].steps == 0) {
		world_run_ms(&w, 10);
		CHECK_LE(w.now_ns, 60 * SECOND);
	}
	samples = reports(1, GN_REPORT_SERVO_SAMPLE);
	world_run_ms(&w, 4100);
	CHECK_EQ(reports(1, GN_REPORT_SKIPPED_AFTER_STEP), 4);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SKIPPED_AFTER_STEP].number[0], 4);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SKIPPED_AFTER_STEP].number[1], 4);
	CHECK_EQ(reports(1, GN_REPORT_SERVO_SAMPLE), samples);
	world_run_ms(&w, 1000);
	CHECK_EQ(reports(1, GN_REPORT_SERVO_SAMPLE), samples + 1);
	world_free(&w);
}

TEST(write_phase_mode_hands_the_offset_to_the_phase_control_once_locked_stable)
{
	int64_t rate;

	pair(0, 1000, 1000);
	world_config(&w, 1)->write_phase_mode = 1;
	world_config(&w, 1)->sanity_freq_limit = 0;
	world_config(&w, 1)->servo.servo_offset_threshold = 100;
	world_start_all(&w);
	world_run(&w, 120);
	CHECK_EQ(instance_of(1)->servo_state, SERVO_LOCKED_STABLE);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_SAMPLE].number[2], 0);
	rate = w.node[1].adjusted_scaled_ppb;
	jump_in_secret(1, 50);
	world_run(&w, 2);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), 2 * NS);
	CHECK(w.node[1].adjusted_scaled_ppb == rate);
	jump_in_secret(1, 150); /* no longer small: back to the rate */
	world_run(&w, 2);
	CHECK_EQ(instance_of(1)->servo_state, SERVO_LOCKED);
	CHECK(w.node[1].adjusted_scaled_ppb != rate);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

/* Every fourth Sync alike: 0, 100, 200 and 300 ns late. */
static bool vary_sync_delay(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	(void)to;
	(void)length;
	if (from == 0 && (octets[0] & 0xF) == GN_SYNC) {
		*delay_ns += (int64_t)(get_be(octets + 30, 2) % 4) * 100;
	}
	return true;
}

TEST(summaries_have_the_numbers_of_their_interval)
{
	for (int is_free = 0; is_free <= 1; is_free++) {
		const struct gn_report *summary;
		uint64_t count;

		pair(0, 0, 1000);
		use_p2p(0);
		use_p2p(1);
		world_config(&w, 1)->summary_interval = 2;
		world_config(&w, 1)->freq_est_interval = 0;
		world_config(&w, 1)->free_running = is_free;
		world_config(&w, 1)->servo.kind = GN_SERVO_NULL;
		world_config(&w, 1)->servo.first_step_threshold = 0;
		meddle = vary_sync_delay;
		world_start_all(&w);
		world_run(&w, 40);
		count = reports(1, GN_REPORT_SERVO_SUMMARY);
		world_run(&w, 40);
		CHECK_EQ(reports(1, GN_REPORT_SERVO_SUMMARY) - count, 10);
		CHECK_EQ(reports(1, GN_REPORT_SERVO_SAMPLE), 0);
		summary = &w.node[1].last_report[GN_REPORT_SERVO_SUMMARY];
		CHECK_EQ(summary->number[0], 187083); /* sqrt(35000) */
		CHECK_EQ(summary->number[1], 300000);
		CHECK_NEAR((double)summary->number[2], 0.0, 1.0);
		CHECK_NEAR((double)summary->number[3], is_free ? 173205.0 : 0.0, 1.0);
		CHECK_EQ(summary->number[4], 1000000);
		CHECK_EQ(summary->number[5], 0);
		CHECK_EQ(summary->number[6], 1);
		world_free(&w);
	}
}

TEST(a_summary_of_one_interval_or_less_is_a_line_a_sync)
{
	for (int summary = -3; summary <= 0; summary++) {
		pair(0, 0, 1000);
		world_config(&w, 1)->summary_interval = summary;
		world_start_all(&w);
		world_run(&w, 60);
		CHECK(reports(1, GN_REPORT_SERVO_SAMPLE) > 40);
		CHECK_EQ(reports(1, GN_REPORT_SERVO_SUMMARY), 0);
		world_free(&w);
	}
}

/* The options take any int: a snapshot of such an instance is as good as any other. */
static void check_snapshot(const struct gn_instance *instance)
{
	size_t size = gn_instance_snapshot_size(instance), needed;
	void *octets = malloc(size), *memory;
	struct gn_instance *restored;

	CHECK_EQ(gn_instance_snapshot(instance, octets, size), GN_OK);
	needed = gn_instance_restored_size(octets, size);
	memory = malloc(needed);
	CHECK_EQ(gn_instance_restore(memory, needed, octets, size, &restored), GN_OK);
	free(memory);
	free(octets);
}

TEST(windows_at_the_ends_of_their_range_are_none_or_never_full)
{
	static const int ends[] = { INT32_MIN, INT32_MAX };

	for (int i = 0; i < 8; i++) {
		int summary = ends[i & 1], window = ends[i >> 1 & 1], is_free = i >> 2;

		pair(1000, 50000, 500);
		use_p2p(0);
		use_p2p(1);
		port_config(0)->log_sync_interval = -3;
		port_config(1)->freq_est_interval = window;
		world_config(&w, 1)->freq_est_interval = window;
		world_config(&w, 1)->summary_interval = summary;
		world_config(&w, 1)->free_running = is_free;
		world_start_all(&w);
		world_run(&w, 40);
		CHECK_EQ(reports(1, GN_REPORT_SERVO_SUMMARY), 0);
		/* A line a sample, unless the summary never comes, or (free running) no rate does. */
		CHECK((reports(1, GN_REPORT_SERVO_SAMPLE) > 20) == (summary < 0 && (!is_free || window < 0)));
		check_snapshot(instance_of(1));
		world_free(&w);
	}
}

/* No configuration file has such, but whoever fills in the structure himself, or sends a snapshot. */
TEST(constants_of_the_servo_beyond_all_reason_are_told_as_the_end_of_the_range)
{
	pair(0, 0, 1000);
	world_config(&w, 1)->servo.pi_proportional_const = -1e300;
	world_config(&w, 1)->servo.pi_integral_const = 0.25;
	world_start_all(&w);
	world_run(&w, 40);
	CHECK(reports(1, GN_REPORT_SERVO_INTERVAL) > 0);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_INTERVAL].number[1], INT64_MIN);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_INTERVAL].number[2], 250000);
	world_free(&w);
}

/* ---- message intervals ---- */

TEST(the_operating_interval_is_asked_for_and_given_back)
{
	pair(0, 1000, 1000);
	world_config(&w, 1)->servo.servo_offset_threshold = 100;
	port_config(1)->msg_interval_request = 1;
	port_config(1)->oper_log_sync_interval = 2;
	port_config(1)->oper_log_pdelay_req_interval = 3;
	world_start_all(&w);
	world_run(&w, 100);
	CHECK_EQ(reports(1, GN_REPORT_INTERVAL_REQUEST), 1);
	CHECK_EQ(world_port(&w, 0, 1)->ds.log_sync_interval, 2);
	CHECK_EQ(world_port(&w, 1, 1)->ds.log_sync_interval, 2);
	CHECK_EQ(world_port(&w, 1, 1)->ds.log_min_pdelay_req_interval, 3);
	world_step_clock(&w, 1, 5000000);
	world_run(&w, 10);
	CHECK_EQ(reports(1, GN_REPORT_INTERVAL_REQUEST), 2);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_INTERVAL_REQUEST].number[0], 126);
	CHECK_EQ(world_port(&w, 0, 1)->ds.log_sync_interval, 0);
	world_free(&w);
}

TEST(a_transmitter_that_fell_back_to_its_own_interval_is_asked_again)
{
	pair(0, 1000, 1000);
	world_config(&w, 1)->servo.servo_offset_threshold = 100;
	port_config(1)->msg_interval_request = 1;
	port_config(1)->oper_log_sync_interval = 1;
	world_start_all(&w);
	world_run(&w, 100);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	CHECK_EQ(instance_of(1)->servo_state, SERVO_LOCKED_STABLE);
	world_port(&w, 0, 1)->ds.log_sync_interval = 0; /* it was restarted */
	for (int i = 0; i < 500 && !is_state(1, GN_PORT_UNCALIBRATED); i++) {
		world_run_ms(&w, 10);
	}
	CHECK(is_state(1, GN_PORT_UNCALIBRATED));
	world_run(&w, 100);
	CHECK_EQ(world_port(&w, 0, 1)->ds.log_sync_interval, 1);
	CHECK_EQ(instance_of(1)->servo_state, SERVO_LOCKED_STABLE);
	world_free(&w);
}

/* ---- faults ---- */

TEST(a_fault_that_is_cleared_at_once_is_over_at_once)
{
	pair(0, 0, 1000);
	port_config(1)->fault_reset_interval = -128;
	world_start_all(&w);
	world_run(&w, 30);
	port_fault(world_port(&w, 1, 1), GN_FAULT_UNSPECIFIED);
	world_run_ms(&w, 0);
	world_step_clock(&w, 1, 0); /* any event, so that the deadline is asked for again */
	world_run_ms(&w, 10);
	CHECK(is_state(1, GN_PORT_LISTENING));
	CHECK_EQ(reports(1, GN_REPORT_FAULT_CLEARING), 1);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_FAULT_CLEARING].number[0], 1);
	CHECK_EQ(reports(1, GN_REPORT_FAULT_WAIT), 0);
	world_free(&w);
}

TEST(a_fault_of_a_link_that_is_down_is_not_cleared_at_once)
{
	pair(0, 0, 1000);
	port_config(1)->fault_reset_interval = -128;
	world_start_all(&w);
	world_run(&w, 30);
	world_set_link(&w, 1, 1, false);
	world_run(&w, 30);
	CHECK(is_state(1, GN_PORT_FAULTY));
	CHECK_EQ(reports(1, GN_REPORT_FAULT_CLEARING), 0);
	world_set_link(&w, 1, 1, true);
	CHECK(is_state(1, GN_PORT_LISTENING));
	world_free(&w);
}

TEST(a_port_that_cannot_be_opened_is_not_tried_a_thousand_times_a_second)
{
	pair(0, 0, 1000);
	port_config(1)->fault_reset_interval = -128;
	w.node[1].fails_open = true;
	world_start_all(&w);
	world_run(&w, 30);
	CHECK_LE(world_port(&w, 1, 1)->faults, 31);
	CHECK_LE(20, world_port(&w, 1, 1)->faults);
	w.node[1].fails_open = false;
	world_run(&w, 60);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

TEST(a_bad_peer_network_has_a_fault_interval_of_its_own)
{
	for (int interval = 0; interval <= 3; interval += 3) {
		begin(31);
		for (int i = 0; i < 3; i++) {
			world_add(&w, 1, 0, 0);
			use_p2p(i);
			port_config(i)->fault_badpeernet_interval = interval;
			port_config(i)->fault_reset_interval = interval ? -128 : 4;
		}
		world_link(&w, 1000, 0, 1, 1, 1);
		world_join(&w, 0, 2, 1);
		world_start_all(&w);
		for (int i = 0; i < 20000 && !world_port(&w, 1, 1)->faults; i++) {
			world_run_ms(&w, 1);
		}
		CHECK_EQ(world_port(&w, 1, 1)->faults, 1);
		CHECK(is_state(1, GN_PORT_FAULTY));
		if (interval) {
			world_run_ms(&w, interval * 1000 - 100);
			CHECK(is_state(1, GN_PORT_FAULTY));
		}
		world_run_ms(&w, 110);
		CHECK(!is_state(1, GN_PORT_FAULTY));
		CHECK_EQ(w.node[1].last_report[GN_REPORT_FAULT_CLEARING].number[0], interval == 0);
		world_free(&w);
	}
}

/* ---- asCapable ---- */

TEST(a_gptp_port_becomes_capable_with_a_whole_rate_estimate_and_loses_it_with_its_neighbour)
{
	pair(0, 30000, 400);
	use_gptp(0);
	use_gptp(1);
	world_start_all(&w);
	world_run_ms(&w, 2900); /* two exchanges: 2^(1 - 0) + 1 are needed */
	CHECK(!world_port(&w, 1, 1)->is_as_capable);
	world_run_ms(&w, 200);
	CHECK(world_port(&w, 1, 1)->is_as_capable);
	CHECK_NEAR((world_port(&w, 1, 1)->neighbor_rate.ratio - 1.0) * 1e9, -30000.0, 10.0);
	lose(1u << GN_PDELAY_RESP);
	world_run_ms(&w, 4000); /* three are missed at its end, and allowed */
	CHECK(world_port(&w, 1, 1)->is_as_capable);
	world_run_ms(&w, 1000);
	CHECK(!world_port(&w, 1, 1)->is_as_capable);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_AS_CAPABLE].number[0], GN_AS_CAPABLE_LOST_RESPONSES);
	world_run(&w, 20);
	CHECK(drops(1, GN_DROP_NOT_AS_CAPABLE) > 0);
	CHECK(!is_state(1, GN_PORT_TIME_RECEIVER));
	world_free(&w);
}

TEST(a_gptp_port_is_not_capable_over_a_link_that_is_too_long_or_too_short)
{
	pair(0, 0, 900);
	use_gptp(0);
	use_gptp(1);
	port_config(1)->neighbor_prop_delay_thresh = 800;
	world_start_all(&w);
	world_run(&w, 20);
	CHECK(world_port(&w, 0, 1)->is_as_capable);
	CHECK(!world_port(&w, 1, 1)->is_as_capable);
	world_free(&w);
	pair(0, 0, 900);
	use_gptp(0);
	use_gptp(1);
	port_config(1)->ingress_latency = 3000;
	port_config(1)->min_neighbor_prop_delay = -500;
	world_start_all(&w);
	world_run(&w, 20);
	CHECK(!world_port(&w, 1, 1)->is_as_capable);
	world_free(&w);
	pair(0, 0, 900);
	use_gptp(0);
	use_gptp(1);
	port_config(1)->neighbor_prop_delay_thresh = 1;
	port_config(1)->as_capable = GN_AS_CAPABLE_TRUE;
	world_start_all(&w);
	world_run(&w, 60);
	CHECK(world_port(&w, 1, 1)->is_as_capable);
	world_free(&w);
}

/* ---- time of day ---- */

TEST(a_larger_utc_offset_is_learnt_and_a_smaller_one_only_if_it_is_valid_and_traceable)
{
	static const struct {
		int16_t announced;
		bool is_valid;
		int16_t learnt;
	} rows[] = {
		{ 38, false, 38 }, { 38, true, 38 }, { 36, false, 37 }, { 36, true, 36 }, { 37, true, 37 }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pair(-(int64_t)rows[i].learnt * SECOND, 0, 1000);
		world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
		world_start_all(&w);
		set_own_time(0, (struct time_properties_ds){
					.current_utc_offset = rows[i].announced,
					.current_utc_offset_valid = rows[i].is_valid,
					.time_traceable = rows[i].is_valid,
					.ptp_timescale = true,
				});
		world_run(&w, 60);
		CHECK_EQ(instance_of(1)->utc_offset, rows[i].learnt);
		CHECK_EQ(w.node[1].tai_offset, rows[i].is_valid ? rows[i].learnt : 0);
		CHECK_EQ(w.node[1].steps, 0);
		CHECK_LE(llabs(world_difference(&w, 1, 0) + (rows[i].learnt * SECOND << 16)), 2 * NS);
		/* Grandmaster itself, it announces the last that it knew, and does not vouch for it. */
		world_kill(&w, 0);
		world_run(&w, 20);
		CHECK(is_state(1, GN_PORT_TIME_TRANSMITTER));
		CHECK_EQ((int16_t)get_be(seen[1][GN_ANNOUNCE].octets + 44, 2), rows[i].learnt);
		CHECK_EQ(seen[1][GN_ANNOUNCE].octets[7] & 0x04, 0);
		world_free(&w);
	}
}

TEST(a_parent_on_an_arbitrary_timescale_is_told_of_once_and_no_tai_offset_is_set)
{
	pair(0, 0, 1000);
	world_config(&w, 0)->clock_kind = GN_CLOCK_SYSTEM;
	world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
	world_start_all(&w);
	instance_of(0)->own_time_properties.current_utc_offset_valid = true;
	instance_of(0)->own_time_properties.time_traceable = true;
	world_run(&w, 120);
	CHECK_EQ(reports(1, GN_REPORT_NOT_PTP_TIMESCALE), 1);
	CHECK_EQ(w.node[1].tai_offset, 0);
	world_free(&w);
}

/* 1,700,006,400 is a UTC midnight. Puts both clocks so that the receiver's UTC one is `before` seconds from the next. */
static const uint64_t midnight = 1700006400 + 86400;

static void go_to_midnight(int64_t before)
{
	for (int i = 0; i < 2; i++) {
		w.node[i].base_value += ((__int128)((int64_t)midnight - before + 37 - 1700000001) * SECOND)
					<< 16;
	}
}

static void wait_for_midnight(int node, int64_t from_it)
{
	while ((int64_t)world_clock(&w, node, w.now_ns).whole.seconds < (int64_t)midnight + from_it) {
		world_run_ms(&w, 1);
	}
}

static void announce_leap(int node, int leap)
{
	set_own_time(node, (struct time_properties_ds){
				   .current_utc_offset = 37,
				   .current_utc_offset_valid = true,
				   .time_traceable = true,
				   .ptp_timescale = true,
				   .leap61 = leap > 0,
				   .leap59 = leap < 0,
			   });
}

/* Passes a leap second with a kernel that does its part; returns the largest offset from UTC, 2^-16 ns. */
static int64_t pass_leap(int leap)
{
	int64_t worst = 0;

	world_run(&w, 150);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	CHECK_EQ(w.node[1].leap, leap);
	wait_for_midnight(1, leap < 0 ? -1 : 0);
	jump_in_secret(1, -leap * SECOND);
	for (int i = 0; i < 600; i++) {
		int64_t difference;

		world_run_ms(&w, 100);
		CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
		difference = world_difference(&w, 1, 0) + ((37 + leap) * SECOND << 16);
		worst = llabs(difference) > worst ? llabs(difference) : worst;
	}
	return worst;
}

TEST(leap_seconds_pass_without_losing_the_lock_with_every_filter_and_either_way)
{
	for (int mix = 0; mix < 16; mix++) {
		int leap = mix & 1 ? -1 : 1;

		pair(-37 * SECOND, 200, 1000);
		world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
		w.node[1].config.port.delay_filter = mix & 2 ? GN_FILTER_MOVING_AVERAGE
							     : GN_FILTER_MOVING_MEDIAN;
		w.node[1].config.port.tsproc_mode = mix & 4 ? GN_TSPROC_RAW : GN_TSPROC_FILTER;
		port_config(0)->log_sync_interval = mix & 8 ? 1 : 0;
		port_config(0)->log_min_delay_req_interval = -2;
		port_config(1)->log_min_delay_req_interval = -2;
		go_to_midnight(200);
		world_start_all(&w);
		announce_leap(0, leap);
		CHECK_LE(pass_leap(leap), 5 * US);
		CHECK_EQ(instance_of(1)->utc_offset, 37 + leap);
		CHECK_EQ(w.node[1].tai_offset, 37 + leap);
		CHECK_EQ(w.node[1].leap, 0);
		CHECK_EQ(w.node[1].steps, 0);
		CHECK_EQ(reports(1, GN_REPORT_CLOCK_JUMPED), 0);
		world_free(&w);
	}
}

TEST(both_leap_flags_at_once_are_none)
{
	pair(-37 * SECOND, 0, 1000);
	world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
	go_to_midnight(100);
	world_start_all(&w);
	announce_leap(0, 1);
	instance_of(0)->own_time_properties.leap59 = true;
	instance_of(0)->time_properties_ds.leap59 = true;
	world_run(&w, 60);
	CHECK(is_state(1, GN_PORT_TIME_RECEIVER));
	CHECK_EQ(seen[0][GN_ANNOUNCE].octets[7] & 3, 3);
	CHECK_EQ(w.node[1].leap, 0);
	CHECK_EQ(reports(1, GN_REPORT_LEAP), 0);
	world_free(&w);
}

TEST(without_kernel_leap_the_kernel_is_told_nothing_and_the_servo_takes_the_second_out)
{
	pair(-37 * SECOND, 0, 1000);
	world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
	world_config(&w, 1)->kernel_leap = 0;
	world_config(&w, 1)->servo.step_threshold = 0.1;
	go_to_midnight(200);
	world_start_all(&w);
	announce_leap(0, 1);
	world_run(&w, 150);
	CHECK_EQ(w.node[1].leap, 0);
	CHECK_EQ(reports(1, GN_REPORT_LEAP_SET), 0);
	world_run(&w, 150);
	CHECK_EQ(w.node[1].steps, 1);
	CHECK_LE(llabs(world_difference(&w, 1, 0) + (38 * SECOND << 16)), 10 * NS);
	world_free(&w);
}

/* A line over both sides of the midnight would be a second wrong, or a slope of years. */
TEST(without_kernel_leap_linreg_keeps_its_line_over_the_leap_second)
{
	for (int leap = -1; leap <= 1; leap += 2) {
		int64_t rate = 0;

		pair(-37 * SECOND, 1000, 1000);
		world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
		world_config(&w, 1)->kernel_leap = 0;
		world_config(&w, 1)->servo.kind = GN_SERVO_LINREG;
		world_config(&w, 1)->servo.step_threshold = 0.1;
		go_to_midnight(200);
		world_start_all(&w);
		announce_leap(0, leap);
		world_run(&w, 150);
		CHECK_LE(llabs(world_difference(&w, 1, 0) + (37 * SECOND << 16)), 100 * NS);
		while (w.node[1].steps == 0) {
			rate = w.node[1].adjusted_scaled_ppb;
			world_run_ms(&w, 10);
		}
		CHECK_LE(llabs(w.node[1].adjusted_scaled_ppb - rate) >> 32, 100);
		world_run(&w, 150);
		CHECK_EQ(w.node[1].steps, 1);
		CHECK_LE(llabs(world_difference(&w, 1, 0) + ((37 + leap) * SECOND << 16)), 100 * NS);
		check_snapshot(instance_of(1));
		world_free(&w);
	}
}

/* ---- samples for an NTP daemon ---- */

static const int servos_that_tell[] = { GN_SERVO_NTPSHM, GN_SERVO_REFCLOCK_SOCK };

TEST(servos_that_only_tell_hand_on_every_sample_and_touch_nothing)
{
	for (size_t i = 0; i < 2; i++) {
		const struct gn_refclock_sample *s = &w.node[1].last_sample;

		pair(-37 * SECOND + 1234567, 0, 1000);
		world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
		world_config(&w, 1)->servo.kind = servos_that_tell[i];
		world_config(&w, 1)->servo.step_threshold = 1e-6;
		world_start_all(&w);
		set_own_time(0, (struct time_properties_ds){
					.current_utc_offset = 37,
					.current_utc_offset_valid = true,
					.time_traceable = true,
					.ptp_timescale = true,
				});
		world_run(&w, 60);
		CHECK(is_state(1, GN_PORT_UNCALIBRATED));
		CHECK(w.node[1].samples > 20);
		CHECK_EQ(w.node[1].samples, reports(1, GN_REPORT_SERVO_SAMPLE));
		CHECK_EQ(s->offset.nanoseconds, 1234567);
		CHECK_EQ(s->offset.fraction, 0);
		CHECK_EQ(s->leap, 0);
		CHECK_LE(gn_precise_distance(world_clock(&w, 1, w.now_ns), s->local).nanoseconds, 2 * SECOND);
		CHECK(gn_precise_distance(world_clock(&w, 1, w.now_ns), s->local).nanoseconds >= 0);
		CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_SAMPLE].number[1], 0);
		CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_SAMPLE].number[2], 0);
		CHECK_EQ(w.node[1].steps, 0);
		CHECK_EQ(w.node[1].adjusted_scaled_ppb, 0);
		CHECK_EQ(w.node[1].tai_offset, 0);
		check_snapshot(instance_of(1));
		world_free(&w);
	}
}

TEST(a_leap_second_goes_with_the_samples_and_not_to_the_kernel)
{
	for (int mix = 0; mix < 8; mix++) {
		int leap = mix & 1 ? -1 : 1;

		pair(-37 * SECOND, 0, 1000);
		world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
		world_config(&w, 1)->servo.kind = servos_that_tell[mix >> 1 & 1];
		world_config(&w, 1)->kernel_leap = mix >> 2;
		go_to_midnight(200);
		world_start_all(&w);
		announce_leap(0, leap);
		world_run(&w, 150);
		CHECK_EQ(w.node[1].last_sample.leap, leap);
		CHECK_EQ(w.node[1].last_sample.offset.nanoseconds, 0);
		world_run(&w, 150);
		CHECK_EQ(w.node[1].last_sample.leap, 0);
		CHECK_EQ(w.node[1].last_sample.offset.nanoseconds,
			 leap * SECOND); /* nobody took it out here */
		CHECK_EQ(w.node[1].leap, 0);
		CHECK_EQ(reports(1, GN_REPORT_LEAP_SET), 0);
		world_free(&w);
	}
}

TEST(a_new_parent_that_knows_of_no_leap_second_is_believed)
{
	pair(-37 * SECOND, 0, 1000);
	add_second_grandmaster();
	world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
	go_to_midnight(400);
	w.node[2].base_value = w.node[0].base_value;
	world_start_all(&w);
	announce_leap(0, 1);
	set_own_time(2, (struct time_properties_ds){
				.current_utc_offset = 37,
				.current_utc_offset_valid = true,
				.time_traceable = true,
				.ptp_timescale = true,
			});
	world_run(&w, 60);
	CHECK_EQ(w.node[1].leap, 1);
	CHECK_EQ(parent_of(1), 1);
	world_kill(&w, 0);
	world_run(&w, 60);
	CHECK_EQ(parent_of(1), 3);
	CHECK_EQ(w.node[1].leap, 0);
	CHECK_LE(llabs(world_difference(&w, 1, 2) + (37 * SECOND << 16)), 10 * NS);
	world_run(&w, 400);
	CHECK_EQ(instance_of(1)->utc_offset, 37);
	CHECK_EQ(w.node[1].steps, 0);
	CHECK_LE(llabs(world_difference(&w, 1, 2) + (37 * SECOND << 16)), 10 * NS);
	world_free(&w);
}

static unsigned odd_announce; /* Announce whose flags and offset do not belong together */
static unsigned old_announce, new_announce;
static int leap_told;

static bool judge_announce(int from, int to, uint8_t *octets, size_t *length, int64_t *delay_ns)
{
	bool is_announce = from == 0 && (octets[0] & 0xF) == GN_ANNOUNCE;
	int offset = is_announce ? (int16_t)get_be(octets + 44, 2) : 0;
	int flags = octets[7] & 3;

	(void)to;
	(void)length;
	(void)delay_ns;
	if (is_announce && (flags || new_announce || old_announce)) {
		old_announce += offset == 37 && flags == (leap_told > 0 ? 1 : 2);
		new_announce += offset == 37 + leap_told && flags == 0;
		odd_announce = odd_announce + !((offset == 37) == (flags != 0));
	}
	return true;
}

TEST(a_grandmaster_ends_its_leap_second_in_one_announce_two_step_and_one_step)
{
	for (int mix = 0; mix < 4; mix++) {
		int64_t over;

		leap_told = mix & 1 ? -1 : 1;
		pair(0, 0, 1000);
		if (mix & 2) {
			use_one_step(0);
		}
		go_to_midnight(60);
		world_start_all(&w);
		odd_announce = old_announce = new_announce = 0;
		meddle = judge_announce;
		announce_leap(0, leap_told);
		world_run(&w, 30);
		CHECK(old_announce > 5);
		CHECK_EQ(new_announce, 0);
		wait_for_midnight(0, 37 + leap_told); /* its end, in PTP seconds less 37 */
		over = w.now_ns;
		while (!new_announce) {
			world_run_ms(&w, 10);
			CHECK_LE(w.now_ns - over, 2 * 2 * SECOND);
		}
		world_run(&w, 20);
		CHECK_EQ(odd_announce, 0);
		CHECK(new_announce > 5);
		CHECK_EQ(instance_of(0)->own_time_properties.current_utc_offset, 37 + leap_told);
		CHECK(!instance_of(0)->own_time_properties.leap61);
		CHECK(!instance_of(0)->own_time_properties.leap59);
		world_free(&w);
	}
}

/* ---- counters ---- */

TEST(every_message_is_counted_by_its_type_on_both_sides)
{
	static const unsigned types[] = { GN_SYNC, GN_FOLLOW_UP, GN_ANNOUNCE, GN_DELAY_RESP };

	for (int p2p = 0; p2p <= 1; p2p++) {
		pair(0, 0, 1000);
		if (p2p) {
			use_p2p(0);
			use_p2p(1);
		}
		world_start_all(&w);
		world_run(&w, 60);
		world_run_ms(&w, 5); /* nothing is under way */
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
			CHECK_EQ(world_port(&w, 0, 1)->sent[types[i]], w.node[0].sent[types[i]]);
			CHECK_EQ(world_port(&w, 1, 1)->received[types[i]], w.node[0].sent[types[i]]);
			CHECK_EQ(w.node[0].sent[types[i]] > 10, !p2p || types[i] != GN_DELAY_RESP);
		}
		CHECK_EQ(world_port(&w, 0, 1)->received[GN_DELAY_REQ], w.node[1].sent[GN_DELAY_REQ]);
		CHECK_EQ(world_port(&w, 0, 1)->received[GN_PDELAY_REQ], w.node[1].sent[GN_PDELAY_REQ]);
		CHECK_EQ(world_port(&w, 0, 1)->received[GN_PDELAY_RESP], w.node[1].sent[GN_PDELAY_RESP]);
		CHECK_EQ(world_port(&w, 0, 1)->received[GN_PDELAY_RESP_FOLLOW_UP],
			 w.node[1].sent[GN_PDELAY_RESP_FOLLOW_UP]);
		CHECK_EQ(w.node[1].sent[GN_PDELAY_RESP_FOLLOW_UP] > 40, p2p);
		world_free(&w);
	}
}
