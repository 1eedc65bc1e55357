/* tests/engine/joint_test.c -- what an instance tells a controller that estimates jointly, and what it does for it. */
#include "tests/engine/fake_servo.h"
#include "tests/test.h"

#include <stdlib.h>

#define MS 1000000LL

static struct world w;

/* A time transmitter (0) and a receiver (1) with the fake servo, whose clock is `offset_ns` ahead; the receiver has read
 * its clock and heard nothing. */
static void start_pair(int64_t offset_ns, void (*change)(void))
{
	world_init(&w, 7);
	world_add(&w, 1, 0, 0);
	world_add(&w, 1, offset_ns, 0);
	world_config(&w, 0)->priority1 = 1;
	world_config(&w, 1)->servo.kind = GN_SERVO_ADAPTIVE;
	world_link(&w, 1000, 0, 1, 1, 1);
	if (change) {
		change();
	}
	world_start_all(&w);
	fake_take_over(&w, 1);
}

static struct gn_instance *receiver(void)
{
	return w.node[1].instance;
}

static double ns_of(struct gn_offset offset)
{
	return servo_ns(offset);
}

TEST(each_message_is_an_observation_of_its_own)
{
	start_pair(250, NULL);
	world_run(&w, 20);
	CHECK(fake.count[SERVO_SYNC] > 8);
	CHECK(fake.count[SERVO_DELAY_REQ] > 3);
	CHECK_EQ(fake.count[SERVO_PEER_DELAY], 0);
	CHECK_NEAR(ns_of(fake.last[SERVO_SYNC].value), 1250, 0);
	CHECK_NEAR(ns_of(fake.last[SERVO_DELAY_REQ].value), 750, 0);
	CHECK_NEAR(fake.last[SERVO_SYNC].deviation_ns, 0, 0);
	world_free(&w);
}

static bool delay_follow_up(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			    int64_t *delay_ns)
{
	(void)world;
	(void)from;
	(void)to;
	(void)length;
	if ((octets[0] & 0xF) == GN_FOLLOW_UP) {
		*delay_ns += 50 * MS;
	}
	if ((octets[0] & 0xF) == GN_DELAY_RESP) {
		*delay_ns += 70 * MS;
	}
	return true;
}

static int64_t ns_since_start(struct gn_precise local)
{
	return (int64_t)(local.whole.seconds - TIME_BIAS_SECONDS - 1700000000) * GN_NS_PER_SECOND +
	       local.whole.nanoseconds;
}

TEST(the_moment_is_that_of_the_event_message_not_of_what_came_behind_it)
{
	start_pair(0, NULL);
	w.filter = delay_follow_up;
	world_run(&w, 20);
	/* The clock is right: its reading and the driver's time agree. */
	CHECK_EQ(fake.last[SERVO_SYNC].now_ns, ns_since_start(fake.last[SERVO_SYNC].local));
	CHECK_EQ(fake.last[SERVO_DELAY_REQ].now_ns, ns_since_start(fake.last[SERVO_DELAY_REQ].local));
	world_free(&w);
}

static bool hurry_follow_up(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			    int64_t *delay_ns)
{
	(void)world;
	(void)from;
	(void)to;
	(void)length;
	*delay_ns += (octets[0] & 0xF) == GN_SYNC ? 30 * MS : 0;
	return true;
}

TEST(a_sync_that_its_follow_up_overtook_came_when_it_came)
{
	start_pair(0, NULL);
	w.filter = hurry_follow_up;
	world_run(&w, 20);
	CHECK_NEAR(ns_of(fake.last[SERVO_SYNC].value), 1000 + 30e6, 0);
	CHECK_EQ(fake.last[SERVO_SYNC].now_ns, ns_since_start(fake.last[SERVO_SYNC].local));
	world_free(&w);
}

static void keep_utc(void)
{
	world_config(&w, 1)->clock_kind = GN_CLOCK_SYSTEM;
}

TEST(a_clock_that_keeps_utc_is_observed_on_the_time_transmitters_timescale)
{
	start_pair(-37LL * GN_NS_PER_SECOND + 250, keep_utc);
	world_run(&w, 20);
	CHECK_NEAR(ns_of(fake.last[SERVO_SYNC].value), 1250, 0);
	CHECK_NEAR(ns_of(fake.last[SERVO_DELAY_REQ].value), 750, 0);
	CHECK_LE(llabs(fake.last[SERVO_SYNC].now_ns - ns_since_start(fake.last[SERVO_SYNC].local)), 1000);
	world_free(&w);
}

static void be_asymmetric(void)
{
	w.node[1].ports[0].delay_asymmetry = 100;
	w.link[0].asymmetry_ns = 200;
}

TEST(a_known_asymmetry_is_taken_off_both_directions)
{
	start_pair(0, be_asymmetric);
	world_run(&w, 20);
	CHECK_NEAR(ns_of(fake.last[SERVO_SYNC].value), 1100, 0);
	CHECK_NEAR(ns_of(fake.last[SERVO_DELAY_REQ].value), 1100, 0);
	world_free(&w);
}

static void use_p2p(void)
{
	w.node[0].ports[0].delay_mechanism = GN_DELAY_P2P;
	w.node[1].ports[0].delay_mechanism = GN_DELAY_P2P;
}

static bool lengthen_later(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			   int64_t *delay_ns)
{
	(void)from;
	(void)to;
	(void)octets;
	(void)length;
	*delay_ns += world->now_ns > 24LL * GN_NS_PER_SECOND ? 400 : 0;
	return true;
}

TEST(a_peer_delay_is_told_as_measured_and_not_filtered)
{
	start_pair(250, use_p2p);
	w.filter = lengthen_later;
	world_run(&w, 25);
	CHECK(fake.count[SERVO_PEER_DELAY] > 5);
	CHECK_EQ(fake.count[SERVO_DELAY_REQ], 0);
	CHECK_NEAR(ns_of(fake.last[SERVO_PEER_DELAY].value), 1400, 0);
	CHECK_EQ(gn_interval_to_ns(world_port(&w, 1, 1)->ds.mean_link_delay), 1000); /* the median */
	world_free(&w);
}

static void know_the_delay(void)
{
	w.node[1].ports[0].delay_mechanism = GN_DELAY_NONE;
	world_config(&w, 1)->initial_delay = 900;
}

TEST(a_configured_delay_is_told_with_the_parent)
{
	start_pair(250, know_the_delay);
	world_run(&w, 12);
	CHECK_EQ(fake.count[SERVO_PEER_DELAY], 1);
	CHECK_NEAR(ns_of(fake.last[SERVO_PEER_DELAY].value), 900, 0);
	CHECK_EQ(fake.paths, 1);
	CHECK(fake.count[SERVO_SYNC] > 0);
	world_free(&w);
}

TEST(the_verdict_is_carried_out_and_what_was_really_applied_is_told)
{
	start_pair(250, NULL);
	fake_says_locked(-3, 12.5);
	world_run(&w, 20);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_NEAR(gn_rate_to_ppb((struct gn_rate){ w.node[1].adjusted_scaled_ppb }), -12.5, 1e-6);
	CHECK_NEAR(fake.steered_ppb, 12.5, 1e-6);
	CHECK_EQ(receiver()->current_ds.offset_from_time_transmitter.nanoseconds, -3);
	CHECK_EQ(receiver()->current_ds.mean_delay.scaled_ns, 777 * 65536 + 32768);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_SAMPLE].number[0], -3);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_SAMPLE].number[3], 777);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_SERVO_SAMPLE].number[4], 1);
	CHECK_NEAR(receiver()->last_error_ns, 4, 0);
	CHECK_EQ(w.node[1].reports[GN_REPORT_SERVO_SAMPLE], fake.count[SERVO_SYNC]);
	CHECK(w.node[1].reports[GN_REPORT_DELAY_SAMPLE] > 0); /* the processor's, as ever */
	world_free(&w);
}

TEST(a_delay_request_may_lead_to_a_verdict_without_being_a_sample)
{
	start_pair(250, NULL);
	fake_says_locked(-3, 12.5);
	fake.speaks[SERVO_SYNC] = false;
	fake.speaks[SERVO_DELAY_REQ] = true;
	world_run(&w, 20);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(fake.steered_count, fake.count[SERVO_DELAY_REQ]);
	CHECK_EQ(w.node[1].reports[GN_REPORT_SERVO_SAMPLE], 0);
	world_free(&w);
}

TEST(a_jump_steps_by_the_offset_and_the_step_is_told_once_it_is_done)
{
	start_pair(5000000, NULL);
	fake_says_locked(5000000, 0);
	fake.says.state = SERVO_JUMP;
	world_run(&w, 20);
	CHECK_EQ(w.node[1].steps, 1);
	CHECK_EQ(fake.stepped_count, 1);
	CHECK_EQ(fake.stepped.nanoseconds, -5000000);
	CHECK_EQ(fake.resets, 0);
	CHECK_NEAR(ns_of(fake.last[SERVO_SYNC].value), 1000, 0);
	world_free(&w);
}

TEST(a_clock_that_refuses_leads_to_a_new_start)
{
	start_pair(5000000, NULL);
	fake_says_locked(5000000, 0);
	fake.says.state = SERVO_JUMP;
	w.node[1].fails_clock = true;
	world_run(&w, 12);
	CHECK_EQ(fake.stepped_count, 0);
	CHECK(fake.resets > 0);
	world_free(&w);
}

static void keep_a_window(void)
{
	world_config(&w, 1)->step_window = 3;
}

TEST(what_a_step_window_skips_is_no_observation)
{
	uint64_t before;

	start_pair(5000000, keep_a_window);
	fake_says_locked(5000000, 0);
	fake.says.state = SERVO_JUMP;
	while (fake.stepped_count == 0) {
		world_run_ms(&w, 1);
	}
	before = fake.count[SERVO_SYNC] + fake.count[SERVO_DELAY_REQ];
	world_run_ms(&w, 3500);
	CHECK_EQ(fake.count[SERVO_SYNC] + fake.count[SERVO_DELAY_REQ], before);
	CHECK_EQ(w.node[1].reports[GN_REPORT_SKIPPED_AFTER_STEP], 3);
	world_run(&w, 3);
	CHECK(fake.count[SERVO_SYNC] + fake.count[SERVO_DELAY_REQ] > before);
	world_free(&w);
}

TEST(its_deadline_is_kept_and_sets_the_rate_without_any_state_event)
{
	uint64_t states;

	start_pair(0, NULL);
	fake_says_locked(0, 12.5);
	world_run(&w, 20);
	states = w.node[1].reports[GN_REPORT_PORT_STATE];
	fake.says.state = SERVO_UNLOCKED;
	fake.says.frequency_ppb = 44;
	fake.speaks[SERVO_SYNC] = false;
	fake.deadline_ns = w.now_ns + 300 * MS;
	CHECK_EQ(gn_instance_deadline(receiver()).ns <= w.now_ns + 300 * MS, true);
	world_step_clock(&w, 0, 0); /* has the world ask again */
	while (!fake.expired) {
		world_run_ms(&w, 1);
	}
	CHECK_NEAR(fake.steered_ppb, 44, 1e-6);
	CHECK_EQ(w.node[1].reports[GN_REPORT_PORT_STATE], states);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	world_free(&w);
}

TEST(a_parent_that_falls_silent_is_a_lost_reference_and_the_next_one_another_path)
{
	start_pair(0, NULL);
	fake_says_locked(0, 0);
	world_run(&w, 20);
	CHECK_EQ(fake.paths, 1);
	CHECK_EQ(fake.losses, 0);
	world_kill(&w, 0);
	world_run(&w, 12);
	CHECK(fake.losses > 0);
	CHECK_EQ(fake.paths, 1);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_TRANSMITTER);
	world_start(&w, 0);
	world_run(&w, 20);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(fake.paths, 2);
	world_free(&w);
}

TEST(a_pulled_cable_is_a_lost_reference)
{
	start_pair(0, NULL);
	fake_says_locked(0, 0);
	world_run(&w, 20);
	world_set_link(&w, 1, 1, false);
	CHECK(fake.losses > 0);
	CHECK_EQ(fake.lost_at_ns, w.now_ns);
	world_free(&w);
}

TEST(a_clock_that_somebody_touched_is_found_again_and_what_was_learnt_stays)
{
	start_pair(0, NULL);
	fake_says_locked(0, 12.5);
	world_run(&w, 20);
	world_step_clock(&w, 1, 1000000);
	CHECK_EQ(fake.found_count, 1);
	CHECK_NEAR(fake.found_ppb, 12.5, 1e-6);
	CHECK_EQ(fake.resets, 1);
	CHECK(receiver()->servo.controller == &fake_controller);
	world_free(&w);
}

TEST(what_it_found_out_is_reported_with_the_port)
{
	static const struct {
		enum servo_finding finding;
		enum gn_report_id report;
	} cases[] = {
		{ SERVO_FOUND_TIME_STEP, GN_REPORT_TIME_STEPPED },
		{ SERVO_FOUND_PATH_CHANGE, GN_REPORT_PATH_CHANGED },
		{ SERVO_FOUND_ASYMMETRY, GN_REPORT_ASYMMETRY },
		{ SERVO_FOUND_ASYMMETRY_GONE, GN_REPORT_ASYMMETRY_GONE },
		{ SERVO_FOUND_ASYMMETRY_FOLLOWED, GN_REPORT_ASYMMETRY_FOLLOWED },
		{ SERVO_FOUND_FAULT, GN_REPORT_CLOCK_FAULT },
		{ SERVO_FOUND_FAULT_GONE, GN_REPORT_CLOCK_FAULT_GONE },
	};

	start_pair(0, NULL);
	fake_says_locked(0, 0);
	world_run(&w, 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct gn_report *report = &w.node[1].last_report[cases[i].report];

		fake.news = (struct servo_news){ cases[i].finding, { -350.4, 2 } };
		fake.has_news = true;
		world_run(&w, 2);
		CHECK_EQ(w.node[1].reports[cases[i].report], 1);
		CHECK_EQ(report->port, 1);
		CHECK_EQ(report->number[0], -350);
		CHECK_EQ(report->number[1], 2);
	}
	world_free(&w);
}

static void have_a_memory(void)
{
	strcpy(world_config(&w, 1)->frequency_memory, "/somewhere");
}

TEST(what_was_learnt_goes_out_now_and_then_and_at_the_end)
{
	struct gn_event stop = { .type = GN_EVENT_STOP };

	start_pair(0, have_a_memory);
	fake_says_locked(0, 0);
	fake.has_memory = true;
	fake.memory = (struct servo_memory){ 123.5, 0.25 };
	world_run(&w, 290);
	CHECK(!w.node[1].has_remembered);
	world_run(&w, 30);
	CHECK(w.node[1].has_remembered);
	CHECK_NEAR(gn_rate_to_ppb(w.node[1].remembered.frequency), 123.5, 1e-6);
	CHECK_NEAR(gn_rate_to_ppb(w.node[1].remembered.deviation), 0.25, 1e-6);
	w.node[1].has_remembered = false;
	world_event(&w, 1, &stop);
	CHECK(w.node[1].has_remembered);
	world_free(&w);
}

TEST(without_a_place_for_it_nothing_goes_out)
{
	struct gn_event stop = { .type = GN_EVENT_STOP };

	start_pair(0, NULL);
	fake_says_locked(0, 0);
	fake.has_memory = true;
	world_run(&w, 400);
	world_event(&w, 1, &stop);
	CHECK(!w.node[1].has_remembered);
	world_free(&w);
}

/* By the real controller's own word: it was started with what the driver kept. */
TEST(what_was_remembered_is_recalled_once)
{
	struct gn_event answer = { .type = GN_EVENT_CLOCK_ANSWERED };

	start_pair(0, have_a_memory);
	answer.u.clock = (struct gn_clock_answer){
		.operation = GN_ACTION_CLOCK_READ,
		.is_done = true,
		.rate_limit = gn_rate_from_ppb(1e6),
		.has_memory = true,
		.memory = { gn_rate_from_ppb(55), gn_rate_from_ppb(1) },
	};
	world_event(&w, 1, &answer); /* a further reading is not the start */
	CHECK_NEAR(fake.recalled.frequency_ppb, 0, 0);
	CHECK_EQ(fake.found_count, 1);
	world_free(&w);
}

TEST(a_temperature_reaches_it)
{
	struct gn_event event = { .type = GN_EVENT_TEMPERATURE, .u.temperature.millidegrees = -12250 };

	start_pair(0, NULL);
	world_event(&w, 1, &event);
	CHECK_NEAR(fake.celsius, -12.25, 0);
	world_event(&w, 0, &event); /* of another servo: nothing happens */
	world_free(&w);
}

static void hand_over_phase(void)
{
	world_config(&w, 1)->write_phase_mode = 1;
	world_config(&w, 1)->servo.servo_offset_threshold = 100;
	world_config(&w, 1)->servo.servo_num_offset_values = 2;
}

TEST(the_phase_control_gets_the_estimate)
{
	unsigned steered;

	start_pair(0, hand_over_phase);
	fake_says_locked(0, 12.5);
	world_run(&w, 20);
	CHECK_EQ(receiver()->servo_state, SERVO_LOCKED_STABLE);
	steered = fake.steered_count;
	fake.says.offset = gn_offset_from_ns(7);
	while (receiver()->last_offset_ns != 7) {
		world_run_ms(&w, 1);
	}
	CHECK_EQ(fake.steered_count, steered);
	CHECK_EQ(receiver()->last_frequency.scaled_ppb, 0);
	CHECK_LE(llabs(world_difference(&w, 1, 0)), 1000000 * 65536LL);
	world_free(&w);
}

static void run_free(void)
{
	world_config(&w, 1)->free_running = 1;
}

TEST(a_free_running_clock_is_measured_without_it)
{
	start_pair(250, run_free);
	fake.deadline_ns = 1;
	world_run(&w, 20);
	CHECK_EQ(fake.count[SERVO_SYNC], 0);
	CHECK_EQ(fake.expired, 0);
	CHECK_EQ(receiver()->last_offset_ns, 250);
	world_free(&w);
}
