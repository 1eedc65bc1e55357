/* tests/engine/holdover_test.c -- what a clock announces after its reference is gone. */
#include "tests/engine/fake_servo.h"
#include "tests/test.h"

static struct world w;

/* A reference of that class (0), a holder with the fake servo (1) and somebody who hears it (2), on one segment. */
static void start_segment(int clock_class, int accuracy)
{
	int link;

	world_init(&w, 11);
	world_add(&w, 1, 0, 0);
	world_add(&w, 1, 0, 0);
	world_add(&w, 1, 0, 0);
	world_config(&w, 0)->clock_class = clock_class;
	world_config(&w, 0)->clock_accuracy = accuracy;
	world_config(&w, 1)->servo.kind = GN_SERVO_ADAPTIVE;
	world_config(&w, 1)->priority2 = 100;
	world_config(&w, 1)->holdover_bound = 1000;
	world_config(&w, 1)->holdover_clock_class = 135;
	world_config(&w, 1)->holdover_degraded_class = 165;
	link = world_link(&w, 1000, 0, 1, 1, 1);
	world_join(&w, link, 2, 1);
}

static void run_and_lose(void)
{
	world_start_all(&w);
	fake_take_over(&w, 1);
	fake_says_locked(0, 0);
	fake.quality.error_ns = 20;
	fake.quality.bound_ns = 60;
	world_run(&w, 30);
	world_kill(&w, 0);
	world_run(&w, 15);
}

static struct gn_clock_quality own(void)
{
	return w.node[1].instance->default_ds.clock_quality;
}

static struct gn_clock_quality heard(void)
{
	return w.node[2].instance->parent_ds.grandmaster_clock_quality;
}

TEST(a_lost_reference_is_held_within_the_bound_then_degraded)
{
	start_segment(6, 0xFE);
	run_and_lose();
	CHECK_EQ(own().clock_class, 135);
	CHECK_EQ(own().clock_accuracy, 0x21); /* 60 ns */
	CHECK_EQ(heard().clock_class, 135);
	CHECK_EQ(w.node[1].reports[GN_REPORT_HOLDOVER], 1);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_HOLDOVER].number[0], 135);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_HOLDOVER].number[2], 60);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_HOLDOVER].number[3], GN_HOLDOVER_WITHIN);
	fake.quality.bound_ns = 700;
	world_run(&w, 6);
	CHECK_EQ(heard().clock_class, 135);
	CHECK_EQ(heard().clock_accuracy, 0x23); /* 1 us */
	CHECK_EQ(w.node[1].reports[GN_REPORT_HOLDOVER], 1);
	fake.quality.bound_ns = 1500;
	world_run(&w, 6);
	CHECK_EQ(heard().clock_class, 165);
	CHECK_EQ(heard().clock_accuracy, 0x24);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_HOLDOVER].number[3], GN_HOLDOVER_DEGRADED);
	fake.quality.bound_ns = 500; /* nobody believes that without a reference */
	world_run(&w, 6);
	CHECK_EQ(heard().clock_class, 165);
	world_free(&w);
}

TEST(the_reference_back_ends_it)
{
	start_segment(6, 0xFE);
	run_and_lose();
	CHECK_EQ(own().clock_class, 135);
	world_start(&w, 0);
	world_run(&w, 30);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(own().clock_class, 248);
	CHECK_EQ(own().clock_accuracy, 0xFE);
	CHECK_EQ(heard().clock_class, 6);
	CHECK_EQ(w.node[1].last_report[GN_REPORT_HOLDOVER].number[3], GN_HOLDOVER_NONE);
	CHECK_EQ(gn_instance_deadline(w.node[1].instance).ns > w.now_ns, true);
	world_free(&w);
}

/* By its class alone it would never follow again (7.6.2.5). */
TEST(class_7_of_holdover_does_not_keep_it_from_following_again)
{
	start_segment(6, 0xFE);
	world_config(&w, 1)->holdover_clock_class = 7;
	world_config(&w, 1)->holdover_degraded_class = 52;
	run_and_lose();
	CHECK_EQ(heard().clock_class, 7);
	world_start(&w, 0);
	world_run(&w, 30);
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(own().clock_class, 248);
	world_free(&w);
}

TEST(the_accuracy_of_the_reference_is_added)
{
	start_segment(6, 0x22); /* 250 ns and 60 of our own */
	run_and_lose();
	CHECK_EQ(own().clock_accuracy, 0x23);
	world_free(&w);
}

TEST(nothing_to_hold_is_not_held)
{
	static const struct {
		int parent_class, bound_ns;
		double quality_ns;
		bool is_pi;
	} cases[] = {
		{ 248, 1000, 60, false }, /* a free-running clock was followed */
		{ 6, 0, 60, false },      /* not asked for */
		{ 6, 1000, -1, false },   /* the error is not known */
		{ 6, 1000, 60, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start_segment(cases[i].parent_class, 0x21);
		world_config(&w, 0)->priority1 = 1;
		world_config(&w, 1)->holdover_bound = cases[i].bound_ns;
		if (cases[i].is_pi) {
			world_config(&w, 1)->servo.kind = GN_SERVO_PI;
		}
		world_start_all(&w);
		if (!cases[i].is_pi) {
			fake_take_over(&w, 1);
			fake_says_locked(0, 0);
			fake.quality.bound_ns = cases[i].quality_ns;
		}
		world_run(&w, 30);
		world_kill(&w, 0);
		world_run(&w, 15);
		CHECK_EQ(own().clock_class, 248);
		CHECK_EQ(heard().clock_class, 248);
		CHECK_EQ(w.node[1].reports[GN_REPORT_HOLDOVER], 0);
		world_free(&w);
	}
}

TEST(a_clock_that_never_serves_time_announces_no_holdover)
{
	start_segment(6, 0xFE);
	world_config(&w, 1)->client_only = 1;
	world_config(&w, 1)->clock_class = 255;
	run_and_lose();
	CHECK_EQ(own().clock_class, 255);
	world_free(&w);
}

TEST(a_class_of_0_or_a_better_one_of_its_own_stays)
{
	start_segment(6, 0xFE);
	world_config(&w, 1)->holdover_degraded_class = 0;
	run_and_lose();
	fake.quality.bound_ns = 5000;
	world_run(&w, 6);
	CHECK_EQ(own().clock_class, 248);
	CHECK_EQ(own().clock_accuracy, 0xFE);
	world_free(&w);
}

TEST(a_clock_in_holdover_wins_against_one_that_never_had_a_reference)
{
	start_segment(6, 0xFE);
	world_config(&w, 1)->priority2 = 200; /* by class alone, not by priority */
	run_and_lose();
	CHECK_EQ(world_state(&w, 1, 1), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(world_state(&w, 2, 1), GN_PORT_TIME_RECEIVER);
	world_free(&w);
}

TEST(the_accuracy_is_the_smallest_that_holds_the_bound)
{
	static const struct {
		double bound_ns;
		int accuracy;
	} cases[] = {
		{ 0.0005, 0x17 }, { 1, 0x1D },     { 1.5, 0x1E }, { 25, 0x20 },   { 26, 0x21 },
		{ 100e3, 0x27 },  { 999e6, 0x2F }, { 2e9, 0x30 }, { 30e9, 0x31 },
	};

	start_segment(6, 0xFE);
	world_config(&w, 1)->holdover_bound = INT32_MAX;
	run_and_lose();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake.quality.bound_ns = cases[i].bound_ns;
		world_run(&w, 3);
		CHECK_EQ(own().clock_accuracy, cases[i].accuracy);
	}
	fake.quality.bound_ns = -1; /* somebody stepped the clock */
	world_run(&w, 3);
	CHECK_EQ(own().clock_class, 165);
	CHECK_EQ(own().clock_accuracy, 0xFE);
	world_free(&w);
}
