/* src/sim/assemble/happen_test.c -- worlds from texts, run past the moment at which something happens. */
#include "core/dataset.h"
#include "sim/assemble/built_test.h"
#include "sim/assemble/happen.h"
#include "sim/network/link.h"
#include "sim/node/node.h"
#include "sim/network/traffic.h"

#define PAIR "node gm option priority1 10\nnode client\nlink gm client\n"

static struct built b;
static struct watch watch;
static char happened[4096];

static void note(struct watch *w, const char *text)
{
	(void)w;
	snprintf(happened + strlen(happened), sizeof(happened) - strlen(happened), "%s@%lld;", text,
		 (long long)(b.world.queue.now_ps / PS_PER_MS));
}

/* Builds it, and runs up to `seconds`. */
static void play(const char *text, double seconds)
{
	built_fine(&b, text);
	happened[0] = '\0';
	watch = (struct watch){ .happened = note };
	world_watch(&b.world, &watch);
	world_run(&b.world, (int64_t)(seconds * 1000) * PS_PER_MS);
}

static struct node *node(const char *name)
{
	return world_node(&b.world, name);
}

/* ---- verbs ---- */

TEST(pull_and_plug_are_of_cables)
{
	play(PAIR "at 5s pull gm-client\nat 7s plug gm-*\n", 6);
	CHECK(!b.world.links[0]->settings.is_up && !link_has_carrier(b.world.links[0]));
	world_run(&b.world, 8 * PS_PER_SECOND);
	CHECK(b.world.links[0]->settings.is_up && link_has_carrier(b.world.links[0]));
	CHECK_STR_EQ(happened, "pull gm-client@5000;plug gm-*@7000;");
	built_free(&b);
}

TEST(kill_stop_and_start_are_of_daemons)
{
	play(PAIR "at 5s kill gm\nat 5s stop client\nat 7s start *\n", 4);
	CHECK(node("gm")->instance && node("client")->instance);
	world_run(&b.world, 6 * PS_PER_SECOND);
	CHECK(!node("gm")->instance && !node("client")->instance);
	world_run(&b.world, 8 * PS_PER_SECOND);
	CHECK(node("gm")->instance && node("client")->instance);
	built_free(&b);
}

TEST(start_leaves_a_daemon_alone_that_runs)
{
	play(PAIR "at 5s start gm\n", 4);
	CHECK_EQ(node("gm")->restarts, node("client")->restarts);
	world_run(&b.world, 6 * PS_PER_SECOND);
	CHECK_EQ(node("gm")->restarts, node("client")->restarts);
	built_free(&b);
}

TEST(restart_is_of_daemons)
{
	play(PAIR "at 5s restart gm\n", 6);
	CHECK(node("gm")->instance);
	CHECK_EQ(node("gm")->restarts, node("client")->restarts + 1);
	built_free(&b);
}

TEST(freeze_lasts_as_long_as_was_said)
{
	play(PAIR "at 5s freeze gm for 2s\n", 6);
	CHECK_EQ(node("gm")->frozen_until_ps, 7 * PS_PER_SECOND);
	CHECK(node("client")->frozen_until_ps <= 6 * PS_PER_SECOND);
	built_free(&b);
}

TEST(step_is_of_the_steered_clock)
{
	int64_t before;

	play(PAIR "clock * offset_spread 0s\nat 5s step gm by 250ms\n", 4.999);
	before = node_error(node("gm"), b.world.queue.now_ps);
	world_run(&b.world, 5 * PS_PER_SECOND + PS_PER_MS);
	CHECK_NEAR((double)(node_error(node("gm"), b.world.queue.now_ps) - before) / 65536.0, 250e6, 1e3);
	built_free(&b);
}

TEST(manage_changes_what_the_daemon_serves)
{
	play(PAIR "at 5s manage gm SET PRIORITY1 priority1 99\n", 6);
	CHECK_EQ(node("gm")->instance->default_ds.priority1, 99);
	CHECK_EQ(node("client")->instance->default_ds.priority1, 128);
	built_free(&b);
}

/* ---- set: every kind ---- */

TEST(set_is_of_every_kind_of_part)
{
	play("node gm reference roof\nnode client ports 2\ngnss roof\nswitch sw ports 4\nhub h\nlink gm sw\n"
	     "link client sw\ntraffic bulk at sw.2 load 10%\nfault f on gm-sw affects Sync on no\n"
	     "attacker e on gm-sw act replay on no\n"
	     "at 1s set oscillator client frequency 3ppb\n"
	     "at 1s set oscillator gm/mac frequency 4ppb\n"
	     "at 1s set clock client max_rate 1000ppm\n"
	     "at 1s set system client max_rate 2000ppm\n"
	     "at 1s set host client load 50%\n"
	     "at 1s set nic client.2 stamp_loss 50%\n"
	     "at 1s set mac client jitter 7ns\n"
	     "at 1s set phy client jitter 8ns\n"
	     "at 1s set core client rate_scale -1\n"
	     "at 1s set link gm-sw delay 9us\n"
	     "at 1s set switch sw latency 11us\n"
	     "at 1s set hub h latency 12us\n"
	     "at 1s set traffic bulk load 20%\n"
	     "at 1s set fault f delay 13us\n"
	     "at 1s set attacker e on yes\n"
	     "at 1s set gnss roof fix no\n",
	     2);
	CHECK_NEAR(node("client")->host_oscillator.settings.frequency, 3, 1e-9);
	CHECK_NEAR(node("client")->phy_oscillator.settings.frequency, 3, 1e-9);
	CHECK_NEAR(node("gm")->mac_oscillator.settings.frequency, 4, 1e-9);
	CHECK_NEAR(node("gm")->host_oscillator.settings.frequency, 0, 1e-9);
	CHECK_NEAR(node("client")->mac.settings.max_rate, 1e6, 1);
	CHECK_NEAR(node("client")->phy.settings.max_rate, 1e6, 1);
	CHECK_NEAR(node("client")->system.settings.max_rate, 2e6, 1);
	CHECK_NEAR(node("client")->host.settings.load, 0.5, 1e-9);
	CHECK_NEAR(node("client")->nics[0].settings.stamp_loss, 0, 1e-9);
	CHECK_NEAR(node("client")->nics[1].settings.stamp_loss, 0.5, 1e-9);
	CHECK_EQ(node("client")->nics[1].mac.jitter, 7 * PS_PER_NS);
	CHECK_EQ(node("client")->nics[0].phy.jitter, 8 * PS_PER_NS);
	CHECK_NEAR(node("client")->shim.rate_scale, -1, 1e-9);
	CHECK_EQ(b.world.links[0]->settings.delay, 9 * PS_PER_US);
	CHECK_EQ(world_box(&b.world, "sw")->settings.latency, 11 * PS_PER_US);
	CHECK_EQ(world_box(&b.world, "h")->settings.latency, 12 * PS_PER_US);
	CHECK_NEAR(b.world.traffics[0]->settings.load, 0.2, 1e-9);
	CHECK_EQ(b.world.faults[0]->settings.delay, 13 * PS_PER_US);
	CHECK(attacker_settings(b.world.attackers[0])->is_on);
	CHECK(!world_receiver(&b.world, "roof")->settings.has_fix);
	built_free(&b);
}

TEST(a_preset_comes_before_what_changes_it)
{
	play(PAIR "at 1s set oscillator gm preset perfect frequency 5ppb\n", 2);
	CHECK_NEAR(node("gm")->mac_oscillator.settings.frequency, 5, 1e-9);
	CHECK_NEAR(node("gm")->mac_oscillator.settings.white, 0, 1e-30);
	built_free(&b);
}

TEST(patterns_name_ports_and_all_of_them)
{
	built_fine(&b, "node bc count 3 ports 2\nnode other\n");
	CHECK_EQ(happen_set(&b.world, &nic_kind, "bc*", NULL, 0, HAPPEN_COUNT), 6);
	CHECK_EQ(happen_set(&b.world, &nic_kind, "bc*.2", NULL, 0, HAPPEN_COUNT), 3);
	CHECK_EQ(happen_set(&b.world, &nic_kind, "bc2", NULL, 0, HAPPEN_COUNT), 2);
	CHECK_EQ(happen_set(&b.world, &nic_kind, "bc2.3", NULL, 0, HAPPEN_COUNT), 0);
	CHECK_EQ(happen_set(&b.world, &oscillator_kind, "*", NULL, 0, HAPPEN_COUNT), 12);
	CHECK_EQ(happen_set(&b.world, &oscillator_kind, "bc*/phy", NULL, 0, HAPPEN_COUNT), 3);
	CHECK_EQ(happen_set(&b.world, &host_kind, "bc*", NULL, 0, HAPPEN_COUNT), 3);
	CHECK_EQ(happen_set(&b.world, &link_kind, "*", NULL, 0, HAPPEN_COUNT), 0);
	built_free(&b);
}

/* ---- when ---- */

TEST(what_is_repeated_ends_when_it_was_said_to)
{
	play(PAIR "at 2s every 500ms until 4s set link gm-client delay 1us\n", 10);
	CHECK_STR_EQ(happened, "set link gm-client delay 1us@2000;set link gm-client delay 1us@2500;"
			       "set link gm-client delay 1us@3000;set link gm-client delay 1us@3500;"
			       "set link gm-client delay 1us@4000;");
	built_free(&b);
}

TEST(what_is_repeated_without_an_end_goes_on)
{
	size_t count = 0;

	play(PAIR "at 90s every 1s step gm by 1ns\n", 100);
	for (const char *at = happened; (at = strstr(at, "step gm")); at++) {
		count++;
	}
	CHECK_EQ(count, 11);
	built_free(&b);
}

/* ---- refusals ---- */

TEST(what_happens_to_nobody_is_refused)
{
	CHECK_BUILD_SAYS(PAIR "at 1s set nic gm.3 stamp_loss 1%\n",
			 "x:5: gm.3: there is no nic of that name\n");
	CHECK_BUILD_SAYS("node n count 3\nconnect line n*\nat 1s pull n1-n3\n",
			 "x:4: n1-n3: there is no link of that name\n");
	CHECK_BUILD_SAYS("node n count 3\nconnect line n*\nat 1s set link n1-n3 delay 1us\n",
			 "x:4: n1-n3: there is no link of that name\n");
}

TEST(moments_too_close_together_are_refused)
{
	CHECK_MENTIONS(PAIR "at 5s every 1ps kill gm\n", "x:5: at: expected `every` at least 1ms");
	CHECK_READS(PAIR "at 5s every 1ms kill gm\n");
}
