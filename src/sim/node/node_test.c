/* src/sim/node/node_test.c */
#include "sim/node/node.h"

#include "core/dataset.h"
#include "core/wire/management.h"
#include "sim/node/clock.h"
#include "sim/node/test_pair.h"
#include "tests/test.h"

static enum gn_port_state state_of(const struct node *node)
{
	return node->instance->ports[0].ds.port_state;
}

static void check_converges(int delay_mechanism, int time_stamping)
{
	struct pair p;

	pair_init(&p, 1);
	for (int i = 0; i < 2; i++) {
		p.ports[i].delay_mechanism = delay_mechanism;
		p.config[i].time_stamping = time_stamping;
		p.config[i].two_step_flag = time_stamping == GN_STAMPING_HARDWARE;
	}
	CHECK(pair_make(&p));
	pair_run(&p, 60);
	CHECK_EQ(state_of(p.gm), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(state_of(p.client), GN_PORT_TIME_RECEIVER);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	CHECK_NEAR((double)gn_interval_to_ns(p.client->instance->current_ds.mean_delay),
		   PAIR_DELAY_PS / 1000.0, 1);
	CHECK_EQ(p.malformed, 0);
	CHECK_EQ(p.reports[GN_REPORT_CLOCK_FAILED], 0);
	world_free(&p.world);
}

TEST(two_ideal_nodes_agree_within_a_nanosecond_end_to_end)
{
	check_converges(GN_DELAY_E2E, GN_STAMPING_HARDWARE);
}

TEST(two_ideal_nodes_agree_within_a_nanosecond_peer_to_peer)
{
	check_converges(GN_DELAY_P2P, GN_STAMPING_HARDWARE);
}

TEST(one_step_agrees_as_well_as_two_step)
{
	check_converges(GN_DELAY_E2E, GN_STAMPING_ONESTEP);
	check_converges(GN_DELAY_P2P, GN_STAMPING_ONESTEP);
	check_converges(GN_DELAY_P2P, GN_STAMPING_P2P1STEP);
}

TEST(transports_carry_alike)
{
	for (int transport = GN_PROTOCOL_UDP_IPV4; transport <= GN_PROTOCOL_IEEE_802_3; transport++) {
		struct pair p;

		pair_init(&p, 1);
		p.ports[0].network_transport = p.ports[1].network_transport = transport;
		CHECK(pair_make(&p));
		pair_run(&p, 30);
		CHECK_NEAR(pair_error_ns(&p), 0, 1);
		world_free(&p.world);
	}
}

TEST(software_stamps_steer_the_system_clock_to_utc_and_the_virtual_one_to_tai)
{
	static const int kinds[] = { GN_CLOCK_SYSTEM, GN_CLOCK_VIRTUAL };

	for (int k = 0; k < 2; k++) {
		struct pair p;
		int64_t seconds;

		pair_init(&p, 1);
		p.config[0].time_stamping = p.config[1].time_stamping = GN_STAMPING_SOFTWARE;
		p.config[0].clock_kind = GN_CLOCK_VIRTUAL;
		p.config[1].clock_kind = kinds[k];
		p.config[1].utc_offset = 37;
		p.client->system.settings.offset = 3 * PS_PER_MS;
		CHECK(pair_make(&p));
		pair_run(&p, 60);
		CHECK(p.client->clock == &p.client->system);
		CHECK_EQ(p.client->is_utc, kinds[k] == GN_CLOCK_SYSTEM);
		CHECK_NEAR(pair_error_ns(&p), 0, 1000);
		seconds = (int64_t)phc_exact(p.client->clock, p.world.queue.now_ps + PS_PER_MS).whole.seconds;
		CHECK_EQ(seconds, (int64_t)WORLD_START_SECONDS + 60 - (kinds[k] == GN_CLOCK_SYSTEM ? 37 : 0));
		world_free(&p.world);
	}
}

static uint64_t trace_of(uint64_t seed)
{
	struct pair p;
	uint64_t hash;

	pair_init(&p, seed);
	for (int i = 0; i < 2; i++) {
		struct node *node = &p.world.nodes[i];

		node->host.settings = *(const struct host_settings *)host_kind.defaults;
		node->nics[0].settings = *(const struct nic_settings *)nic_kind.defaults;
		node->nics[0].settings.stamp_loss = 0.01;
		node->nics[0].mac = *(const struct unit_settings *)mac_kind.defaults;
		node->mac.settings = *(const struct phc_settings *)phc_kind.defaults;
	}
	p.cable.jitter = 10 * PS_PER_NS;
	CHECK(pair_make(&p));
	pair_run(&p, 30);
	hash = p.hash;
	world_free(&p.world);
	return hash;
}

TEST(the_same_seed_gives_the_same_trace_and_another_another)
{
	uint64_t first = trace_of(7);

	CHECK(first != 0);
	CHECK(first == trace_of(7));
	CHECK(first != trace_of(8));
}

TEST(monotonic_time_and_its_inverse_agree)
{
	struct pair p;

	pair_init(&p, 1);
	for (int i = -2; i <= 2; i++) {
		p.gm->monotonic_start_ns = 12345678901;
		p.gm->monotonic_rate = i * 50e-6;
		for (int n = 0; n < 10000; n++) {
			int64_t ns = p.gm->monotonic_start_ns +
				     test_random_between(1, INT64_C(8640000000000000)); /* 100 days */
			int64_t at_ps = node_when_ps(p.gm, ns);

			CHECK_EQ(node_monotonic_ns(p.gm, at_ps), ns);
			CHECK(node_monotonic_ns(p.gm, at_ps - 1100) < ns);
		}
	}
	CHECK_EQ(node_when_ps(p.gm, INT64_MAX), SIM_NEVER);
	CHECK_EQ(node_when_ps(p.gm, 0), 0);
	world_free(&p.world);
}

TEST(a_node_that_was_killed_is_silent_and_comes_back_by_a_start)
{
	struct pair p;
	uint64_t before;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	CHECK_EQ(state_of(p.client), GN_PORT_TIME_RECEIVER);
	node_kill(p.client);
	CHECK(!p.client->instance);
	before = p.client->nics[0].sent[GN_DELAY_REQ];
	memset(p.events, 0, sizeof(p.events));
	pair_run(&p, 5);
	CHECK_EQ(p.client->nics[0].sent[GN_DELAY_REQ], before);
	for (int type = 0; type <= GN_EVENT_TEMPERATURE; type++) {
		CHECK_EQ(p.events[type], 0);
	}
	node_start(p.client);
	CHECK_EQ(p.events[GN_EVENT_START], 1);
	pair_run(&p, 20);
	CHECK_EQ(state_of(p.client), GN_PORT_TIME_RECEIVER);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	CHECK_EQ(p.client->restarts, 2);
	world_free(&p.world);
}

TEST(nothing_that_was_under_way_for_an_earlier_life_reaches_the_next)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->host.settings.wake_up = 50 * PS_PER_MS;
	p.client->nics[0].settings.stamp_delay = 5 * PS_PER_MS;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	for (int i = 0; i < 20; i++) {
		node_kill(p.client);
		memset(p.events, 0, sizeof(p.events));
		node_start(p.client);
		pair_run_ms(&p, 49); /* a frame of now would be late by 50 ms */
		CHECK_EQ(p.events[GN_EVENT_FRAME_RECEIVED] + p.events[GN_EVENT_FRAME_SENT], 0);
		pair_run_ms(&p, 463);
		node_kill(p.client); /* and nothing is left for one that is gone */
		pair_run_ms(&p, 100 + i);
		node_start(p.client);
		pair_run_ms(&p, 300);
	}
	world_free(&p.world);
}

TEST(an_orderly_end_closes_the_ports_and_says_so)
{
	struct pair p;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	pair_run(&p, 10);
	node_stop(p.client);
	CHECK_EQ(p.events[GN_EVENT_STOP], 1);
	CHECK_EQ(p.actions[GN_ACTION_CLOSE_PORT], 1);
	CHECK(!p.client->instance && !p.client->nics[0].is_open);
	node_stop(p.client); /* of what does not run: nothing */
	CHECK_EQ(p.events[GN_EVENT_STOP], 1);
	pair_run(&p, 10);
	world_free(&p.world);
}

TEST(a_frozen_process_loses_nothing_and_hears_frames_before_its_timeouts)
{
	struct pair p;
	uint64_t received, timeouts;

	pair_init(&p, 1);
	p.ports[0].log_announce_interval = p.ports[1].log_announce_interval = -2;
	p.client->host.settings.wake_up = 20 * PS_PER_US;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	received = p.client->nics[0].received[GN_ANNOUNCE];
	timeouts = p.client->instance->ports[0].service[SERVICE_ANNOUNCE_TIMEOUT];
	node_freeze(p.client, 3 * PS_PER_SECOND);
	pair_run_ms(&p, 2990);
	CHECK_EQ(p.client->nics[0].received[GN_ANNOUNCE], received);
	pair_run(&p, 1);
	CHECK_LE(received + 14, p.client->nics[0].received[GN_ANNOUNCE]);
	CHECK_EQ(p.client->instance->ports[0].service[SERVICE_ANNOUNCE_TIMEOUT], timeouts);
	CHECK_EQ(state_of(p.client), GN_PORT_TIME_RECEIVER);
	pair_run(&p, 20);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(timers_that_a_pause_made_late_expire_after_it)
{
	struct pair p;
	uint64_t requests;

	pair_init(&p, 1);
	p.client->host.settings.wake_up = 20 * PS_PER_US;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	node_freeze(p.client, 3 * PS_PER_SECOND);
	pair_run(&p, 3);
	requests = p.client->nics[0].sent[GN_DELAY_REQ];
	pair_run(&p, 20);
	CHECK_LE(requests + 8, p.client->nics[0].sent[GN_DELAY_REQ]);
	world_free(&p.world);
}

TEST(a_link_that_goes_and_comes_is_told)
{
	struct pair p;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	p.link->settings.is_up = false;
	link_changed(p.link);
	pair_run(&p, 1);
	CHECK_EQ(p.events[GN_EVENT_LINK], 1);
	CHECK_EQ(state_of(p.client), GN_PORT_FAULTY);
	CHECK_EQ(p.actions[GN_ACTION_CLOSE_PORT], 1);
	p.link->settings.is_up = true;
	link_changed(p.link);
	pair_run(&p, 20);
	CHECK_EQ(p.events[GN_EVENT_LINK], 2);
	CHECK_EQ(state_of(p.client), GN_PORT_TIME_RECEIVER);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(one_step_on_an_interface_without_it_fails_to_open)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[1].time_stamping = GN_STAMPING_ONESTEP;
	p.client->nics[0].settings.has_one_step = false;
	CHECK(pair_make(&p));
	pair_run(&p, 1);
	CHECK_EQ(state_of(p.client), GN_PORT_FAULTY);
	CHECK(!p.client->nics[0].is_open);
	world_free(&p.world);
}

TEST(nodes_start_at_a_moment_of_their_own_or_when_told)
{
	struct pair p;

	pair_init(&p, 1);
	p.gm->settings.starts = false;
	p.client->settings.starts_at = 5 * PS_PER_SECOND;
	p.client->settings.starts_within = 2 * PS_PER_SECOND;
	CHECK(pair_make(&p));
	pair_run_ms(&p, 4999);
	CHECK(!p.client->instance);
	pair_run_ms(&p, 2001);
	CHECK(p.client->instance);
	CHECK(!p.gm->instance);
	node_start(p.gm);
	CHECK(p.gm->instance);
	world_free(&p.world);
}

TEST(identities_are_of_the_first_address_or_of_the_configuration)
{
	static const struct gn_clock_identity made = { { 2, 0, 0, 0xFF, 0xFE, 0, 0, 1 } };
	static const struct gn_clock_identity given = { { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 } };
	struct pair p;

	pair_init(&p, 1);
	snprintf(p.config[1].clock_identity, sizeof(p.config[1].clock_identity), "001122.3344.556677");
	CHECK(pair_make(&p));
	CHECK(gn_clock_identity_equal(&p.gm->identity, &made));
	CHECK(gn_clock_identity_equal(&p.client->identity, &given));
	world_free(&p.world);
}

TEST(a_change_of_the_provider_changes_the_clock_that_is_steered)
{
	struct pair p;

	pair_init(&p, 1);
	p.client->phy.settings.offset = -77 * PS_PER_MS;
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	CHECK(p.client->clock == &p.client->mac);
	p.client->nics[0].settings.provider = NIC_PHY;
	node_part_changed(p.client, &nic_kind, 1);
	pair_run(&p, 120);
	CHECK(p.client->clock == &p.client->phy);
	CHECK_EQ(p.events[GN_EVENT_CLOCK_TOUCHED], 1);
	CHECK_EQ(state_of(p.client), GN_PORT_TIME_RECEIVER);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(what_a_daemon_learnt_comes_back_to_it_and_it_hears_the_temperature)
{
	struct pair p;
	struct gn_action remember = { .type = GN_ACTION_CLOCK_REMEMBER, .u.memory = { { 5 }, { 7 } } };
	struct gn_clock_answer answer = { 0 };

	pair_init(&p, 1);
	p.config[1].servo.kind = GN_SERVO_ADAPTIVE;
	strcpy(p.config[1].temperature_source, "/sensor");
	CHECK(pair_make(&p));
	pair_run(&p, 20);
	CHECK(p.events[GN_EVENT_TEMPERATURE] >= 18 && p.events[GN_EVENT_TEMPERATURE] <= 20);
	node_clock_act(p.client, &(struct gn_action){ .type = GN_ACTION_CLOCK_READ }, &answer);
	CHECK(!answer.has_memory);
	p.client->remembered = remember.u.memory;
	p.client->has_remembered = true;
	node_clock_act(p.client, &(struct gn_action){ .type = GN_ACTION_CLOCK_READ }, &answer);
	CHECK(answer.has_memory);
	CHECK_EQ(answer.memory.frequency.scaled_ppb, 5);
	CHECK_EQ(answer.memory.deviation.scaled_ppb, 7);
	world_free(&p.world);
}

TEST(an_oscillator_that_changes_does_not_make_the_clock_jump)
{
	struct pair p;
	double before;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	pair_run(&p, 30);
	before = pair_error_ns(&p);
	p.client->mac_oscillator.settings.frequency = 1000;
	node_part_changed(p.client, &oscillator_kind, 0);
	CHECK_NEAR(pair_error_ns(&p), before, 0.001);
	pair_run(&p, 60);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	CHECK_NEAR(gn_rate_to_ppb(p.client->clock->rate_set), -1000, 2);
	world_free(&p.world);
}

static size_t management_get(const struct node *node, uint16_t id, uint8_t *out, size_t size)
{
	struct wire_message m = wire_message_of(GN_MANAGEMENT, 1);
	uint8_t tlv[8];
	struct wire_writer w = wire_writer(tlv, sizeof(tlv));

	(void)node;
	wire_put_u16(&w, WIRE_TLV_MANAGEMENT);
	wire_put_u16(&w, 2);
	wire_put_u16(&w, id);
	m.header.source_port_identity.port_number = 1;
	memset(&m.body.management.target_port_identity, 0xFF, sizeof(m.body.management.target_port_identity));
	m.tlvs = tlv;
	m.tlvs_length = w.at;
	return wire_encode(&m, out, size);
}

TEST(a_question_of_management_is_answered_to_the_watchers)
{
	uint8_t octets[128];
	struct pair p;
	uint64_t sends;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	pair_run(&p, 1);
	sends = p.actions[GN_ACTION_SEND];
	node_manage(p.client, octets, management_get(p.client, 0x2005, octets, sizeof(octets)));
	CHECK_EQ(p.actions[GN_ACTION_SEND], sends + 1);
	CHECK_EQ(p.malformed, 0);
	world_free(&p.world);
}

static void count_answer(struct watch *watch, struct node *node, const struct gn_action *action)
{
	const struct gn_address *to = &action->u.send.address;

	(void)node;
	if (action->type == GN_ACTION_SEND && action->u.send.destination == GN_TO_ADDRESS &&
	    to->network_protocol == GN_PROTOCOL_LOCAL) {
		++*(int *)watch->context;
	}
}

TEST(a_frozen_process_reads_its_management_messages_when_it_goes_on)
{
	int answers = 0;
	struct watch watch = { .action = count_answer, .context = &answers };
	uint8_t octets[256];
	struct pair p;
	size_t length;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	world_watch(&p.world, &watch);
	pair_run(&p, 10);
	length = management_get(p.client, 0x2005, octets, sizeof(octets));
	node_freeze(p.client, 3 * PS_PER_SECOND);
	node_manage(p.client, octets, length);
	node_manage(p.client, octets, length);
	memset(octets, 0, sizeof(octets)); /* the sender's own again */
	pair_run_ms(&p, 2900);
	CHECK_EQ(answers, 0);
	pair_run_ms(&p, 200);
	CHECK_EQ(answers, 2);
	node_freeze(p.client, PS_PER_SECOND);
	node_manage(p.client, octets, length);
	node_kill(p.client); /* and they are gone */
	node_start(p.client);
	CHECK(!p.client->letters);
	node_freeze(p.client, 10 * PS_PER_SECOND);
	node_manage(p.client, octets, length); /* unread at the end */
	pair_run(&p, 3);
	world_free(&p.world);
}

/* A grandmaster that announces a leap second, and a client whose system clock is steered over midnight. */
TEST(a_leap_second_passes_through_the_kernel_and_the_daemon_finds_its_time_again)
{
	struct wire_grandmaster_settings_np settings = { { 6, 0x21, 0x4E5D },
							 37,
							 WIRE_TIME_LEAP61 |
								 WIRE_TIME_CURRENT_UTC_OFFSET_VALID |
								 WIRE_TIME_PTP_TIMESCALE |
								 WIRE_TIME_TIME_TRACEABLE,
							 GN_TIME_SOURCE_GNSS };
	struct pair p;

	pair_init(&p, 1);
	p.world.start_seconds = UINT64_C(1483228800) + 37 - 120; /* two minutes before midnight */
	p.world.leap = 1;
	p.config[1].clock_kind = GN_CLOCK_SYSTEM;
	p.config[1].time_stamping = GN_STAMPING_SOFTWARE;
	CHECK(pair_make(&p));
	pair_run(&p, 1);
	p.gm->instance->default_ds.clock_quality = settings.clock_quality;
	p.gm->instance->own_time_properties = (struct time_properties_ds){
		.current_utc_offset = 37,
		.current_utc_offset_valid = true,
		.leap61 = true,
		.time_traceable = true,
		.ptp_timescale = true,
		.time_source = settings.time_source
	};
	pair_run(&p, 117);
	CHECK_EQ(p.client->system_leap, 1);
	CHECK_NEAR(pair_error_ns(&p), 0, 1000);
	pair_run(&p, 5);
	CHECK_EQ(p.client->system_tai_offset, 38);
	CHECK_EQ(p.events[GN_EVENT_CLOCK_TOUCHED],
		 1); /* as the real driver sees it: somebody moved the clock */
	for (int i = 0; i < 60; i++) {
		pair_run(&p, 1);
		CHECK_NEAR(pair_error_ns(&p), 0, 1000);
	}
	CHECK_EQ(p.client->clock->steps, 1); /* the kernel's */
	CHECK_EQ(state_of(p.client), GN_PORT_TIME_RECEIVER);
	world_free(&p.world);
}

TEST(a_boundary_clock_of_several_cards_steers_the_one_it_receives_time_by)
{
	struct gn_port_config ports[2];
	struct nic *nics = calloc(2, sizeof(*nics));
	struct pair p;

	pair_init(&p, 1);
	for (int i = 0; i < 2; i++) {
		ports[i] = p.ports[1];
		ports[i].boundary_clock_jbod = 1;
		nics[i].settings = p.client->nics[0].settings;
	}
	nics[0].settings.provider = NIC_PHY;
	free(p.client->nics);
	p.client->nics = nics;
	p.config[1].ports = ports;
	p.config[1].port_count = 2;
	CHECK(pair_make(&p));
	p.link->plug[1] = &nics[1].plug; /* the cable is in port 2 */
	nics[1].plug.link = p.link;
	nics[1].plug.side = 1;
	nics[0].plug.link = NULL;
	CHECK(p.client->clock == &p.client->phy);
	pair_run(&p, 60);
	CHECK(p.client->clock == &p.client->mac);
	CHECK_EQ(p.client->instance->ports[1].ds.port_state, GN_PORT_TIME_RECEIVER);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}
