/* src/sim/node/shim_test.c */
#include "sim/node/shim.h"

#include "core/dataset.h"
#include "sim/node/test_pair.h"
#include "tests/test.h"

/* The client after 30 s behind such a shim. */
static void run_behind(struct pair *p, const struct shim_settings *shim)
{
	pair_init(p, 1);
	p->client->shim = *shim;
	p->client->mac_oscillator.settings.frequency = 2000;
	CHECK(pair_make(p));
	pair_run(p, 30);
}

static struct shim_settings settings(void)
{
	return *(const struct shim_settings *)shim_kind.defaults;
}

TEST(a_shim_without_settings_is_off)
{
	struct shim_settings s = settings();
	struct pair p;

	CHECK(!shim_is_on(&s));
	run_behind(&p, &s);
	CHECK(!p.client->is_shimmed);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}

TEST(a_rate_of_the_wrong_sign_never_settles)
{
	struct shim_settings s = settings();
	struct pair p;

	s.rate_scale = -1;
	CHECK(shim_is_on(&s));
	run_behind(&p, &s);
	CHECK(pair_error_ns(&p) > 1000 || pair_error_ns(&p) < -1000);
	world_free(&p.world);
}

TEST(stamps_that_are_shifted_shift_the_clock_by_half)
{
	struct shim_settings s = settings();
	struct pair p;

	s.ingress_shift = 300 * PS_PER_NS; /* of Sync alone: t4 is the other end's */
	run_behind(&p, &s);
	CHECK_NEAR(pair_error_ns(&p), -150, 2);
	world_free(&p.world);
	s = settings();
	s.egress_shift = 300 * PS_PER_NS;
	run_behind(&p, &s);
	CHECK_NEAR(pair_error_ns(&p), -150, 2);
	world_free(&p.world);
}

TEST(what_is_ignored_is_answered_and_not_done)
{
	struct shim_settings s = settings();
	struct pair p;

	s.ignores = 1u << GN_ACTION_CLOCK_STEP | 1u << GN_ACTION_CLOCK_SET_RATE;
	run_behind(&p, &s);
	CHECK(p.actions[GN_ACTION_CLOCK_STEP] >= 1);
	CHECK_EQ(p.client->clock->steps + p.client->clock->rate_changes, 0);
	CHECK_EQ(p.reports[GN_REPORT_CLOCK_FAILED], 0);
	world_free(&p.world);
	s.ignores = 1u << GN_ACTION_SEND;
	run_behind(&p, &s);
	CHECK(p.actions[GN_ACTION_SEND] > 10);
	CHECK_EQ(p.client->nics[0].sent[GN_DELAY_REQ], 0);
	CHECK(p.sent_status[GN_STAMP_OK] > 10);
	world_free(&p.world);
}

TEST(a_core_that_does_not_hear_follow_up_never_synchronises)
{
	struct shim_settings s = settings();
	struct pair p;

	s.loses = 1u << GN_FOLLOW_UP;
	run_behind(&p, &s);
	CHECK(p.client->nics[0].received[GN_FOLLOW_UP] > 100);
	CHECK_EQ(p.client->instance->ports[0].received[GN_FOLLOW_UP], 0);
	CHECK_EQ(p.reports[GN_REPORT_SERVO_SAMPLE], 0);
	world_free(&p.world);
}

TEST(a_core_deaf_to_deadlines_sends_nothing_by_itself)
{
	struct shim_settings s = settings();
	struct pair p;

	s.is_deaf_to_deadlines = true;
	run_behind(&p, &s);
	CHECK_EQ(p.events[GN_EVENT_DEADLINE], 0);
	CHECK_EQ(p.client->nics[0].sent[GN_DELAY_REQ], 0);
	world_free(&p.world);
}

TEST(swapped_stamps_are_not_those_that_belong_there)
{
	struct shim_settings s = settings();
	struct pair p;

	s.swaps_stamps = true;
	run_behind(&p, &s);
	CHECK(pair_error_ns(&p) > 1000 || pair_error_ns(&p) < -1000);
	world_free(&p.world);
}

TEST(a_shim_can_be_put_in_and_taken_out_while_the_node_runs)
{
	struct shim_settings s = settings();
	struct pair p;

	run_behind(&p, &s);
	p.client->shim.ingress_shift = 1000 * PS_PER_NS;
	node_part_changed(p.client, &shim_kind, 0);
	pair_run(&p, 30);
	CHECK_NEAR(pair_error_ns(&p), -500, 2);
	p.client->shim.ingress_shift = 0;
	node_part_changed(p.client, &shim_kind, 0);
	pair_run(&p, 30);
	CHECK_NEAR(pair_error_ns(&p), 0, 1);
	world_free(&p.world);
}
