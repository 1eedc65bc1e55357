/* src/sim/node/clock_test.c */
#include "sim/node/clock.h"

#include "sim/node/test_pair.h"
#include "tests/test.h"

#include <errno.h>

/* One node's clock, its daemon not running. */
static void one_clock(struct pair *p)
{
	p->client->settings.starts = false;
	p->gm->settings.starts = false;
	CHECK(pair_make(p));
}

static struct gn_clock_answer act(struct pair *p, struct gn_action action)
{
	struct gn_clock_answer answer = { 0 };

	node_clock_act(p->client, &action, &answer);
	CHECK_EQ(answer.operation, action.type);
	CHECK_EQ(answer.epoch, p->client->epoch);
	CHECK_EQ(answer.is_done, answer.error == 0);
	return answer;
}

static struct gn_action set_rate(double ppb)
{
	return (struct gn_action){ .type = GN_ACTION_CLOCK_SET_RATE, .u.rate = gn_rate_from_ppb(ppb) };
}

static struct gn_action step(int64_t ns)
{
	return (struct gn_action){ .type = GN_ACTION_CLOCK_STEP, .u.step = gn_offset_from_ns(ns) };
}

TEST(a_clock_that_an_ntp_daemon_owns_is_the_system_s_and_stays_as_it_is)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[1].time_stamping = GN_STAMPING_SOFTWARE;
	p.config[1].software_clock_kind = GN_CLOCK_VIRTUAL;
	p.config[1].servo.kind = GN_SERVO_NTPSHM;
	CHECK(pair_make(&p));
	pair_run(&p, 30);
	CHECK(p.client->clock == &p.client->system && !p.client->is_virtual);
	CHECK(p.client->refclock_samples > 5);
	CHECK(p.client->refclock_sample.offset.nanoseconds != 0);
	CHECK_EQ(p.actions[GN_ACTION_REFCLOCK_SAMPLE], p.client->refclock_samples);
	CHECK_EQ(p.actions[GN_ACTION_CLOCK_SET_RATE], 0);
	CHECK_EQ(p.actions[GN_ACTION_CLOCK_STEP], 0);
	world_free(&p.world);
}

TEST(a_rate_is_answered_as_the_kernel_takes_it_with_what_was_before)
{
	const double unit = 1000.0 / 65536; /* 2^-16 ppm */
	struct pair p;
	struct gn_clock_answer answer;

	pair_init(&p, 1);
	one_clock(&p);
	answer = act(&p, set_rate(100.4 * unit));
	CHECK_NEAR(gn_rate_to_ppb(answer.rate), 100 * unit, 1e-6);
	CHECK(answer.has_previous);
	CHECK_NEAR(gn_rate_to_ppb(answer.previous), 0, 1e-9);
	answer = act(&p, set_rate(-1e9));
	CHECK_NEAR(gn_rate_to_ppb(answer.rate), -1e7, unit);
	CHECK(gn_rate_to_ppb(answer.rate) >= -1e7);
	CHECK_NEAR(gn_rate_to_ppb(answer.previous), 100 * unit, 1e-6);
	CHECK_NEAR(p.client->clock->rate, -0.01, 1e-9);
	answer = act(&p, (struct gn_action){ .type = GN_ACTION_CLOCK_READ });
	CHECK_NEAR(gn_rate_to_ppb(answer.rate), -1e7, unit);
	CHECK_NEAR(gn_rate_to_ppb(answer.rate_limit), 1e7, 1e-6);
	CHECK(!answer.is_utc);
	CHECK_EQ(answer.time.whole.seconds, WORLD_START_SECONDS);
	world_free(&p.world);
}

TEST(a_step_raises_the_epoch_and_is_of_whole_nanoseconds)
{
	struct gn_action odd = { .type = GN_ACTION_CLOCK_STEP,
				 .u.step = { .nanoseconds = -1001, .fraction = 0x4000 } };
	struct gn_action never = { .type = GN_ACTION_CLOCK_STEP, .u.step = { .nanoseconds = INT64_MAX } };
	struct pair p;
	double before;
	uint32_t epoch;

	pair_init(&p, 1);
	one_clock(&p);
	before = pair_error_ns(&p);
	epoch = p.client->epoch;
	CHECK(act(&p, odd).is_done);
	CHECK_NEAR(pair_error_ns(&p), before - 1001, 0.001);
	CHECK_EQ(p.client->epoch, epoch + 1);
	CHECK_EQ(act(&p, never).error, ERANGE);
	CHECK_EQ(p.client->epoch, epoch + 1);
	world_free(&p.world);
}

TEST(a_free_running_daemon_may_only_read)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[1].free_running = 1;
	one_clock(&p);
	CHECK_EQ(act(&p, set_rate(1)).error, EROFS);
	CHECK_EQ(act(&p, step(1)).error, EROFS);
	CHECK(act(&p, (struct gn_action){ .type = GN_ACTION_CLOCK_READ }).is_done);
	CHECK_EQ(p.client->clock->rate_changes + p.client->clock->steps, 0);
	world_free(&p.world);
}

TEST(phase_control_is_asked_of_hardware_that_has_it)
{
	struct gn_action phase = { .type = GN_ACTION_CLOCK_SET_PHASE, .u.step = gn_offset_from_ns(500) };
	struct gn_action far = { .type = GN_ACTION_CLOCK_SET_PHASE, .u.step = gn_offset_from_ns(2000000) };
	struct pair p;
	double before;

	pair_init(&p, 1);
	one_clock(&p);
	CHECK_EQ(act(&p, phase).error, EOPNOTSUPP);
	p.client->mac.settings.has_phase = true;
	before = pair_error_ns(&p);
	CHECK(act(&p, phase).is_done);
	CHECK_NEAR(pair_error_ns(&p), before + 500, 0.001);
	CHECK_EQ(act(&p, far).error, ERANGE);
	world_free(&p.world);
}

TEST(the_clock_is_the_one_that_the_configuration_and_the_stamps_say)
{
	static const struct {
		int time_stamping, clock_kind, software_kind, provider;
		const char *name;
		char expected; /* mac, phy, system, virtual, other */
	} cases[] = {
		{ GN_STAMPING_HARDWARE, GN_CLOCK_BY_STAMPING, 0, NIC_MAC, "", 'm' },
		{ GN_STAMPING_HARDWARE, GN_CLOCK_BY_STAMPING, 0, NIC_PHY, "", 'p' },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_BY_STAMPING, 0, NIC_MAC, "", 's' },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_BY_STAMPING, GN_CLOCK_VIRTUAL, NIC_MAC, "", 'v' },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_BY_STAMPING, GN_CLOCK_VIRTUAL, NIC_MAC, "/dev/ptp0", 'm' },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_PHC, 0, NIC_MAC, "", 'm' },
		{ GN_STAMPING_HARDWARE, GN_CLOCK_SYSTEM, 0, NIC_MAC, "", 's' },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_SYSTEM, 0, NIC_MAC, "CLOCK_AUX3", 'a' },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_VIRTUAL, 0, NIC_MAC, "mine", 'v' },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pair p;
		char c = cases[i].expected;

		pair_init(&p, 1);
		p.config[1].time_stamping = cases[i].time_stamping;
		p.config[1].clock_kind = cases[i].clock_kind;
		p.config[1].software_clock_kind = cases[i].software_kind;
		p.client->nics[0].settings.provider = cases[i].provider;
		snprintf(p.config[1].clock_name, sizeof(p.config[1].clock_name), "%s", cases[i].name);
		one_clock(&p);
		CHECK(p.client->clock == (c == 'm'   ? &p.client->mac
					  : c == 'p' ? &p.client->phy
						     : &p.client->system));
		CHECK_EQ(p.client->is_utc, c == 's');
		CHECK_EQ(p.client->is_virtual, c == 'v');
		if (c != 'm') { /* the tests' own offset is the MAC's */
			CHECK_NEAR(pair_error_ns(&p), 0, 0.001);
		}
		world_free(&p.world);
	}
}

/* ---- steps by others ---- */

TEST(a_step_of_the_system_clock_is_noticed_and_that_of_a_phc_is_not)
{
	for (int is_system = 0; is_system < 2; is_system++) {
		struct pair p;

		pair_init(&p, 1);
		p.config[1].clock_kind = is_system ? GN_CLOCK_SYSTEM : GN_CLOCK_PHC;
		p.config[1].time_stamping = is_system ? GN_STAMPING_SOFTWARE : GN_STAMPING_HARDWARE;
		CHECK(pair_make(&p));
		pair_run(&p, 30);
		CHECK_EQ(p.events[GN_EVENT_CLOCK_TOUCHED], 0);
		node_step_clock(p.client, 5 * PS_PER_MS);
		pair_run(&p, 1);
		CHECK_EQ(p.events[GN_EVENT_CLOCK_TOUCHED], is_system);
		pair_run(&p, 60);
		CHECK_NEAR(pair_error_ns(&p), 0, 1000);
		world_free(&p.world);
	}
}

TEST(a_step_is_noticed_before_the_next_frame_is_taken_in)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[1].clock_kind = GN_CLOCK_SYSTEM;
	p.config[1].time_stamping = GN_STAMPING_SOFTWARE;
	p.client->shim.is_deaf_to_deadlines = true; /* by a frame, not by a timer */
	CHECK(pair_make(&p));
	pair_run(&p, 10);
	node_step_clock(p.client, 5 * PS_PER_MS);
	pair_run(&p, 1);
	CHECK_EQ(p.events[GN_EVENT_CLOCK_TOUCHED], 1);
	world_free(&p.world);
}

TEST(a_step_too_small_to_see_is_not_seen)
{
	struct pair p;

	pair_init(&p, 1);
	p.config[1].clock_kind = GN_CLOCK_SYSTEM;
	one_clock(&p);
	node_step_clock(p.client, 900 * PS_PER_NS);
	CHECK(!node_clock_was_stepped(p.client));
	node_step_clock(p.client, -1100 * PS_PER_NS);
	CHECK(node_clock_was_stepped(p.client));
	CHECK(!node_clock_was_stepped(p.client)); /* told once */
	pair_run(&p, 1);
	node_step_clock(p.client, 900 * PS_PER_US); /* a thousandth of the second since the last look */
	CHECK(!node_clock_was_stepped(p.client));
	world_free(&p.world);
}

/* ---- the leap second ---- */

#define NOON (UINT64_C(1483185600) + 37) /* 2016-12-31 12:00:00 UTC, by today's TAI - UTC */
#define HALF_DAY 43200

static void at_noon(struct pair *p, int leap)
{
	pair_init(p, 1);
	p->world.start_seconds = NOON;
	p->world.leap = (int8_t)leap;
	p->config[1].clock_kind = GN_CLOCK_SYSTEM;
	p->config[1].time_stamping = GN_STAMPING_SOFTWARE;
	p->client->host_oscillator.settings.frequency = 3000;
	one_clock(p);
}

static void check_leap(int leap)
{
	struct gn_action flag = { .type = GN_ACTION_CLOCK_SET_LEAP, .u.leap = (int8_t)leap };
	struct pair p;

	at_noon(&p, leap);
	CHECK(act(&p, flag).is_done);
	pair_run(&p, HALF_DAY - 2);
	CHECK_EQ(p.client->system_tai_offset, 37);
	/* 3 ppm make 130 ms of a half day: its midnight is not the true one. */
	CHECK_NEAR(pair_error_ns(&p), 3e-6 * (HALF_DAY - 2) * 1e9, 1000);
	pair_run(&p, 1);
	CHECK_EQ(p.client->system_tai_offset, leap < 0 ? 36 : 37); /* 23:59:59 is skipped, or comes twice */
	pair_run_ms(&p, 900);
	CHECK_EQ(p.client->system_tai_offset, 37 + leap);
	pair_run_ms(&p, 10100);
	node_step_clock(p.client, 0);
	CHECK_NEAR(pair_error_ns(&p), 3e-6 * (HALF_DAY + 10) * 1e9, 1000);
	pair_run(&p, 86400);
	CHECK_EQ(p.client->system_tai_offset, 37 + leap); /* once */
	world_free(&p.world);
}

TEST(the_kernel_inserts_or_deletes_one_second_at_its_own_midnight)
{
	check_leap(+1);
	check_leap(-1);
}

TEST(the_second_is_inserted_at_midnight_though_the_clock_was_slowed_on_the_way)
{
	struct gn_action flag = { .type = GN_ACTION_CLOCK_SET_LEAP, .u.leap = 1 };
	struct pair p;

	at_noon(&p, +1);
	CHECK(act(&p, flag).is_done);
	pair_run(&p, HALF_DAY - 3600);
	CHECK(act(&p, set_rate(-300000)).is_done); /* 1.08 s in the last hour */
	pair_run(&p, 3600);
	CHECK_EQ(p.client->system_tai_offset, 37);
	pair_run(&p, 2);
	CHECK_EQ(p.client->system_tai_offset, 38);
	CHECK_EQ(phc_exact(&p.client->system, p.world.queue.now_ps).whole.seconds % 86400, 0);
	world_free(&p.world);
}

TEST(a_kernel_that_was_not_told_is_off_by_a_second)
{
	struct pair p;

	at_noon(&p, +1);
	pair_run(&p, HALF_DAY + 10);
	CHECK_EQ(p.client->system_tai_offset, 37);
	CHECK_NEAR(pair_error_ns(&p), 1e9 + 3e-6 * (HALF_DAY + 10) * 1e9, 1000);
	world_free(&p.world);
}

TEST(a_leap_flag_that_is_taken_back_does_nothing)
{
	struct gn_action flag = { .type = GN_ACTION_CLOCK_SET_LEAP, .u.leap = 1 };
	struct gn_action none = { .type = GN_ACTION_CLOCK_SET_LEAP };
	struct pair p;

	at_noon(&p, 0);
	CHECK(act(&p, flag).is_done);
	pair_run(&p, 100);
	CHECK(act(&p, none).is_done);
	pair_run(&p, HALF_DAY);
	CHECK_EQ(p.client->system_tai_offset, 37);
	world_free(&p.world);
}

TEST(utc_matters_to_no_other_clock)
{
	struct gn_action offset = { .type = GN_ACTION_CLOCK_SET_TAI_OFFSET, .u.tai_offset = 12 };
	struct gn_action leap = { .type = GN_ACTION_CLOCK_SET_LEAP, .u.leap = 1 };
	struct pair p;

	pair_init(&p, 1);
	one_clock(&p);
	CHECK(act(&p, offset).is_done);
	CHECK(act(&p, leap).is_done);
	CHECK_EQ(p.client->system_tai_offset, 37);
	CHECK_EQ(p.client->system_leap, 0);
	world_free(&p.world);
}

TEST(an_error_of_years_is_told_as_it_is)
{
	struct pair p;

	pair_init(&p, 1);
	one_clock(&p);
	node_step_clock(p.client, 1000000 * PS_PER_SECOND);
	CHECK_NEAR(node_error_ns(p.client, p.world.queue.now_ps), 1e15, 1e9);
	CHECK_EQ(node_error(p.client, p.world.queue.now_ps), INT64_MAX);
	world_free(&p.world);
}
