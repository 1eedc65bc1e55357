/* src/sim/node/nic_test.c -- interfaces between two nodes: what the daemon gets is what the hardware and its bugs make of it. */
#include "sim/node/nic.h"

#include "core/dataset.h"
#include "sim/node/test_pair.h"
#include "tests/test.h"

static const struct port *port_of(const struct pair *p)
{
	return &p->client->instance->ports[0];
}

/* ---- the keys ---- */

static void check_keys(const struct part_kind *kind)
{
	char why[200], text[200];
	_Alignas(max_align_t) uint8_t settings[512];

	CHECK(kind->size <= sizeof(settings));
	memcpy(settings, kind->defaults, kind->size);
	for (size_t i = 0; i < kind->key_count; i++) {
		const struct key *key = &kind->keys[i];

		CHECK(key->offset + key->size <= kind->size);
		CHECK(key_print(key, settings, text, sizeof(text)) != NULL);
		if (key->type != KEY_TEXT) {
			CHECK(key_set(key, settings, text, why, sizeof(why)));
		}
	}
	CHECK_MEM_EQ(settings, kind->defaults, kind->size);
}

TEST(every_default_is_a_value_that_its_key_reads)
{
	check_keys(&nic_kind);
	check_keys(&mac_kind);
	check_keys(&phy_kind);
	check_keys(&node_kind);
	check_keys(&shim_kind);
}

TEST(the_ideal_preset_of_a_unit_has_no_error)
{
	struct unit_settings unit;

	memcpy(&unit, mac_kind.defaults, sizeof(unit));
	CHECK(unit.quantisation > 0);
	mac_kind.apply_preset(&unit, NIC_IDEAL);
	CHECK_EQ(unit.quantisation + unit.jitter + unit.latency_in + unit.latency_out, 0);
	phy_kind.apply_preset(&unit, NIC_REALISTIC);
	CHECK_MEM_EQ(&unit, phy_kind.defaults, sizeof(unit));
}

/* ---- addresses ---- */

TEST(the_hardware_address_can_be_told_from_every_address)
{
	for (int transport = GN_PROTOCOL_UDP_IPV4; transport <= GN_PROTOCOL_IEEE_802_3; transport++) {
		static const struct {
			uint32_t index;
			uint16_t port;
		} cases[] = { { 0, 1 }, { 9999, 1 }, { 258, 1023 } };

		for (size_t i = 0; i < 3; i++) {
			struct gn_port_config ports[1024];
			struct gn_config config = { .ports = ports, .port_count = 1024 };
			struct node node = { .index = cases[i].index, .config = &config };
			struct nic nic = { 0 };
			uint8_t mac[6];

			ports[cases[i].port - 1] = (struct gn_port_config){ .network_transport = transport };
			nic_init(&nic, &node, cases[i].port, 1, "n.1");
			CHECK_EQ(nic.address.network_protocol, transport);
			CHECK_EQ(nic.address.length, transport == GN_PROTOCOL_UDP_IPV4   ? 4
						     : transport == GN_PROTOCOL_UDP_IPV6 ? 16
											 : 6);
			nic_mac_of_address(&nic.address, mac);
			CHECK_MEM_EQ(mac, nic.physical_address, 6);
		}
	}
}

TEST(ethernet_groups_can_be_configured)
{
	static const uint8_t all[6] = { 0x01, 0x80, 0xC2, 0, 0, 0x0E },
			     standard[6] = { 0x01, 0x1B, 0x19, 0, 0, 0 };
	struct gn_port_config port = { .network_transport = GN_PROTOCOL_IEEE_802_3 };
	struct gn_config config = { .ports = &port, .port_count = 1 };
	struct node node = { .config = &config };
	struct nic nic = { 0 };

	nic_init(&nic, &node, 1, 1, "n.1");
	CHECK_MEM_EQ(nic.group_mac[GN_TO_PRIMARY], standard, 6);
	snprintf(port.ptp_dst_mac, sizeof(port.ptp_dst_mac), "01:80:C2:00:00:0E");
	nic_init(&nic, &node, 1, 1, "n.1");
	CHECK_MEM_EQ(nic.group_mac[GN_TO_PRIMARY], all, 6);
}

/* ---- what is heard ---- */

static void hear(struct pair *p, void (*change)(struct frame *frame))
{
	static const uint8_t octets[64] = { GN_MANAGEMENT, 2, 0, 64 };
	struct frame *frame = frame_new(&p->world.frames, sizeof(octets));

	memcpy(frame->octets, octets, sizeof(octets));
	frame->transport = GN_PROTOCOL_IEEE_802_3;
	change(frame);
	nic_receive(&p->client->nics[0].plug, frame);
	pair_run_ms(p, 1);
}

static void nothing(struct frame *frame)
{
	(void)frame;
}

static void corrupt(struct frame *frame)
{
	frame->is_corrupt = true;
}

static void other_transport(struct frame *frame)
{
	frame->transport = GN_PROTOCOL_UDP_IPV4;
}

static void to_another(struct frame *frame)
{
	frame->is_unicast = true;
	frame->destination = (struct gn_address){ GN_PROTOCOL_IEEE_802_3, 6, { 2, 0, 0, 9, 0, 1 } };
}

TEST(frames_that_are_corrupt_or_for_others_are_not_heard)
{
	struct pair p;
	const uint64_t *heard;

	pair_init(&p, 1);
	p.gm->settings.starts = false;
	CHECK(pair_make(&p));
	heard = &p.client->nics[0].received[GN_MANAGEMENT];
	hear(&p, nothing); /* the port is not open yet */
	CHECK_EQ(*heard, 0);
	pair_run(&p, 1);
	hear(&p, nothing);
	CHECK_EQ(*heard, 1);
	hear(&p, corrupt);
	hear(&p, other_transport);
	hear(&p, to_another);
	CHECK_EQ(*heard, 1);
	node_kill(p.client);
	hear(&p, nothing);
	CHECK_EQ(*heard, 1);
	CHECK_EQ(p.world.frames.living, 0);
	world_free(&p.world);
}

/* ---- units ---- */

TEST(a_latency_shifts_the_clock_by_half_of_it)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->nics[0].mac.latency_in = 400 * PS_PER_NS;
	CHECK(pair_make(&p));
	pair_run(&p, 60);
	CHECK_NEAR(pair_error_ns(&p), -200, 1);
	world_free(&p.world);
	pair_init(&p, 1);
	p.client->nics[0].mac.latency_in = 400 * PS_PER_NS;
	p.client->nics[0].mac.latency_out = 300 * PS_PER_NS;
	p.ports[1].ingress_latency = 400;
	p.ports[1].egress_latency = 300;
	CHECK(pair_make(&p));
	pair_run(&p, 60);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(one_step_times_are_taken_at_the_unit_too)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[0].time_stamping = GN_STAMPING_ONESTEP;
	p.config[0].two_step_flag = 0;
	p.gm->nics[0].mac.latency_out = 300 * PS_PER_NS;
	p.ports[0].egress_latency = 300;
	CHECK(pair_make(&p));
	pair_run(&p, 60);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(one_step_times_are_told_below_a_nanosecond)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[0].time_stamping = GN_STAMPING_ONESTEP;
	p.config[0].two_step_flag = 0;
	p.gm->mac.settings.offset = 700;
	CHECK(pair_make(&p));
	pair_run(&p, 90);
	CHECK_NEAR(pair_error_ns(&p), 0.7, 0.1);
	world_free(&p.world);
}

TEST(a_register_counts_in_its_steps)
{
	struct pair p;

	pair_init(&p, 1);
	p.gm->nics[0].mac.quantisation = p.client->nics[0].mac.quantisation = 8 * PS_PER_NS;
	CHECK(pair_make(&p));
	for (int i = 0; i < 20; i++) {
		pair_run(&p, 1);
		CHECK_EQ(port_of(&p)->last_ingress.nanoseconds % 8, 0);
	}
	pair_run(&p, 40);
	CHECK_NEAR(pair_error_ns(&p), 0, 16);
	world_free(&p.world);
}

TEST(a_time_put_in_before_a_queue_is_early_by_the_wait)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[0].time_stamping = GN_STAMPING_ONESTEP;
	p.config[0].two_step_flag = 0;
	p.gm->nics[0].settings.insertion = NIC_BEFORE_QUEUE;
	p.gm->nics[0].settings.queue_jitter = 20 * PS_PER_US;
	CHECK(pair_make(&p));
	pair_run(&p, 60);
	CHECK(pair_error_ns(&p) < -100); /* Sync seems to take 20 us longer, Delay_Req does not */
	CHECK_EQ(p.malformed, 0);
	world_free(&p.world);
}

/* ---- transmit stamps ---- */

TEST(a_stamp_that_is_lost_comes_back_as_missing_once_when_the_wait_is_over)
{
	struct pair p;
	uint64_t requests;

	pair_init(&p, 1);
	p.client->nics[0].settings.stamp_loss = 1;
	p.config[1].tx_timestamp_timeout = 10;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	requests = p.client->nics[0].sent[GN_DELAY_REQ];
	CHECK(requests > 10);
	CHECK_EQ(p.sent_status[GN_STAMP_OK], 0);
	CHECK_LE(requests - 1, p.sent_status[GN_STAMP_MISSING]);
	CHECK_LE(p.sent_status[GN_STAMP_MISSING], requests);
	CHECK_LE(p.sent_status[GN_STAMP_MISSING], p.client->nics[0].stamps_lost);
	world_free(&p.world);
}

TEST(a_stamp_that_comes_after_the_wait_is_as_good_as_lost)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->nics[0].settings.stamp_delay = 11 * PS_PER_MS;
	p.config[1].tx_timestamp_timeout = 10;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	CHECK_EQ(p.sent_status[GN_STAMP_OK], 0);
	CHECK(p.sent_status[GN_STAMP_MISSING] > 10);
	CHECK(p.client->nics[0].stamps_late > 10);
	p.client->nics[0].settings.stamp_delay = 9 * PS_PER_MS;
	pair_run(&p, 20);
	CHECK(p.sent_status[GN_STAMP_OK] > 10);
	world_free(&p.world);
}

TEST(half_of_the_stamps_lost_do_not_spoil_the_others)
{
	struct pair p;

	pair_init(&p, 1);
	for (int i = 0; i < 2; i++) {
		p.world.nodes[i].nics[0].settings.stamp_loss = 0.5;
		p.world.nodes[i].nics[0].settings.receive_stamp_loss = 0.1;
		p.config[i].tx_timestamp_timeout = 10;
		p.ports[i].tx_timestamp_losses_max = 0;
	}
	CHECK(pair_make(&p));
	pair_run(&p, 60);
	CHECK(p.sent_status[GN_STAMP_MISSING] > 100);
	CHECK(p.drops[GN_DROP_STAMP_MISSING] > 50);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(a_stamp_that_comes_twice_is_given_once)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->nics[0].settings.stamp_duplicate = 1;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	CHECK_LE(p.events[GN_EVENT_FRAME_SENT], p.client->nics[0].sent[GN_DELAY_REQ]);
	CHECK(p.client->nics[0].stamps_unmatched > 10);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(stamps_that_change_places_make_wrong_delays_and_lose_no_token)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->nics[0].settings.stamp_swap = 0.5;
	p.config[1].tx_timestamp_timeout = 900; /* the next one comes in time */
	CHECK(pair_make(&p));
	pair_run(&p, 30);
	CHECK(p.client->nics[0].sent[GN_DELAY_REQ] - p.events[GN_EVENT_FRAME_SENT] <= 2);
	CHECK_EQ(p.sent_status[GN_STAMP_MISSING], 0);
	CHECK(p.client->instance->current_ds.mean_delay.scaled_ns / 65536 != PAIR_DELAY_PS / PS_PER_NS);
	world_free(&p.world);
}

TEST(a_held_stamp_that_no_other_follows_is_given_up)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->nics[0].settings.stamp_swap = 1;
	p.config[1].tx_timestamp_timeout = 1;     /* over before the next request, */
	p.ports[1].delay_request_variability = 0; /* which never is sent at once */
	CHECK(pair_make(&p));
	pair_run(&p, 30);
	CHECK_EQ(p.sent_status[GN_STAMP_OK], 0);
	CHECK(p.sent_status[GN_STAMP_MISSING] > 10);
	world_free(&p.world);
}

TEST(the_kernels_own_times_are_asked_for_with_check_fup_sync)
{
	struct pair p;

	for (int is_checked = 0; is_checked < 2; is_checked++) {
		pair_init(&p, 1);
		p.config[1].check_fup_sync = is_checked;
		CHECK(pair_make(&p));
		pair_run(&p, 30);
		CHECK_EQ(port_of(&p)->pair.software_stamp.ns != 0, is_checked);
		CHECK_NEAR(pair_error_ns(&p), 0, 1);
		world_free(&p.world);
	}
}

/* ---- bugs ---- */

static double error_with_bug(int bug, double bug_chance, struct pair *p)
{
	pair_init(p, 1);
	p->client->nics[0].settings.bug = bug;
	p->client->nics[0].settings.bug_chance = bug_chance;
	CHECK(pair_make(p));
	pair_run(p, 40);
	return pair_error_ns(p);
}

TEST(a_stamp_whose_seconds_are_lost_is_implausible)
{
	struct pair p;

	error_with_bug(BUG_SECONDS_LOST, 0, &p);
	CHECK(p.drops[GN_DROP_STAMP_IMPLAUSIBLE] > 100);
	CHECK_EQ(p.client->clock->steps, 0);
	world_free(&p.world);
	error_with_bug(BUG_SWAPPED_REGISTERS, 0, &p);
	CHECK(p.drops[GN_DROP_STAMP_IMPLAUSIBLE] > 100);
	world_free(&p.world);
}

TEST(a_transmit_stamp_of_the_frame_before_is_a_wrong_delay)
{
	struct pair p;

	CHECK(error_with_bug(BUG_PREVIOUS_STAMP, 1, &p) > 1000 || pair_error_ns(&p) < -1000);
	world_free(&p.world);
	CHECK_NEAR(error_with_bug(BUG_PREVIOUS_STAMP, 0, &p), 0, 1);
	world_free(&p.world);
}

TEST(a_stale_queue_is_one_behind_from_a_lost_stamp_until_the_link_flaps)
{
	struct pair p;

	CHECK_NEAR(error_with_bug(BUG_STALE_QUEUE, 0, &p), 0, 1);
	CHECK(!p.client->nics[0].is_queue_stale);
	p.client->nics[0].settings.stamp_loss = 1;
	pair_run(&p, 1);
	p.client->nics[0].settings.stamp_loss = 0;
	CHECK(p.client->nics[0].is_queue_stale);
	pair_run(&p, 30);
	CHECK(pair_error_ns(&p) > 1000 || pair_error_ns(&p) < -1000);
	for (int up = 0; up < 2; up++) {
		p.link->settings.is_up = up;
		link_changed(p.link);
		pair_run(&p, 1);
	}
	CHECK(!p.client->nics[0].is_queue_stale);
	pair_run(&p, 120);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(stamps_of_the_other_unit_are_of_another_clock)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->nics[0].settings.bug = BUG_WRONG_PROVIDER;
	p.client->phy.settings.offset = 5 * PS_PER_SECOND;
	CHECK(pair_make(&p));
	pair_run(&p, 40);
	CHECK(p.client->clock == &p.client->mac);
	CHECK(p.drops[GN_DROP_STAMP_IMPLAUSIBLE] > 100);
	world_free(&p.world);
}

TEST(hardware_stamps_do_not_fit_a_system_clock)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[1].clock_kind = GN_CLOCK_SYSTEM;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	CHECK(p.client->clock == &p.client->system);
	CHECK(p.drops[GN_DROP_STAMP_IMPLAUSIBLE] > 100); /* TAI and UTC */
	world_free(&p.world);
}

TEST(load_and_resets_shift_the_stamps_of_those_bugs)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->nics[0].settings.bug = BUG_LOAD_OFFSET;
	p.client->nics[0].settings.load_shift = 1000 * PS_PER_NS;
	p.client->host.settings.load = 0.4;
	CHECK(pair_make(&p));
	pair_run(&p, 40);
	CHECK_NEAR(pair_error_ns(&p), 200, 1); /* t3 is 400 ns early */
	world_free(&p.world);
	pair_init(&p, 1);
	p.client->nics[0].settings.bug = BUG_RESET_OFFSET;
	p.client->nics[0].settings.reset_shift = 200 * PS_PER_NS;
	CHECK(pair_make(&p));
	pair_run(&p, 40);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	for (int flap = 1; flap <= 2; flap++) {
		for (int up = 0; up < 2; up++) {
			p.link->settings.is_up = up;
			link_changed(p.link);
			pair_run(&p, 1);
		}
		pair_run(&p, 60);
		CHECK_NEAR(pair_error_ns(&p), flap == 1 ? -100 : 0, 1);
	}
	world_free(&p.world);
}

/* ---- epochs ---- */

TEST(what_was_stamped_before_a_step_is_stale_after_it)
{
	struct pair p;
	uint64_t stale;

	pair_init(&p, 1);
	p.client->host.settings.wake_up = 200 * PS_PER_MS; /* several frames are always under way */
	p.client->mac.settings.offset = 5 * PS_PER_SECOND;
	CHECK(pair_make(&p));
	pair_run(&p, 40);
	stale = p.drops[GN_DROP_STAMP_STALE_EPOCH];
	CHECK(stale > 0); /* the first step of the servo */
	CHECK_EQ(p.drops[GN_DROP_STAMP_IMPLAUSIBLE], 0);
	world_free(&p.world);
}

TEST(a_stamp_that_waited_for_seconds_is_implausible)
{
	struct pair p;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	pair_run(&p, 30);
	node_freeze(p.client, 3 * PS_PER_SECOND);
	pair_run(&p, 4);
	CHECK(p.drops[GN_DROP_STAMP_IMPLAUSIBLE] > 20);
	CHECK_LE(p.drops[GN_DROP_STAMP_IMPLAUSIBLE], 40);
	world_free(&p.world);
}

static struct {
	const struct node *of;
	int64_t last_ps, longest_ps;
} sync_gap;

static void note_sync(struct watch *watch, struct node *node, const struct gn_action *action)
{
	int64_t now_ps = node->world->queue.now_ps;

	(void)watch;
	if (node != sync_gap.of || action->type != GN_ACTION_SEND || action->u.send.message_type != GN_SYNC) {
		return;
	}
	if (sync_gap.last_ps > 0 && now_ps - sync_gap.last_ps > sync_gap.longest_ps) {
		sync_gap.longest_ps = now_ps - sync_gap.last_ps;
	}
	sync_gap.last_ps = now_ps;
}

/* The daemon's own timers do not wait for an interrupt that is held back. */
TEST(coalesced_frames_do_not_hold_up_the_daemon)
{
	struct watch watch = { .action = note_sync };
	struct pair p;

	pair_init(&p, 1);
	p.gm->host.settings.coalesce = 50 * PS_PER_MS;
	CHECK(pair_make(&p));
	world_watch(&p.world, &watch);
	pair_run(&p, 20);
	memset(&sync_gap, 0, sizeof(sync_gap));
	sync_gap.of = p.gm;
	pair_run(&p, 60);
	CHECK_NEAR((double)sync_gap.longest_ps / 1e9, 62.5, 0.1); /* as configured */
	world_free(&p.world);
}

TEST(frames_leave_one_behind_the_other)
{
	struct pair p;
	int64_t least_ps;

	pair_init(&p, 1);
	p.cable.speed = 10000000;
	CHECK(pair_make(&p));
	pair_run(&p, 1);
	least_ps = p.world.queue.now_ps;
	for (int i = 0; i < 3; i++) {
		static const uint8_t octets[64] = { GN_SIGNALING, 2 };
		const struct gn_send send = { .octets = octets,
					      .length = sizeof(octets),
					      .message_type = GN_SIGNALING };

		nic_send(&p.gm->nics[0], &send);
	}
	/* 64 octets of message, 38 around it */
	CHECK_LE(least_ps + 3 * INT64_C(102) * 8 * 100000, p.gm->nics[0].wire_free_ps);
	world_free(&p.world);
}
