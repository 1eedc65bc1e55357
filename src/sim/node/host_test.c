#include "sim/node/host.h"

#include "sim/queue.h"
#include "tests/test.h"

static struct host_settings preset(int which)
{
	struct host_settings settings = { 0 };

	host_kind.apply_preset(&settings, which);
	return settings;
}

static int preset_named(const char *name)
{
	const struct key_label *labels = host_kind.keys[0].labels;

	while (strcmp(labels->name, name) != 0) {
		labels++;
	}
	return labels->value;
}

static struct host_settings ideal(void)
{
	return preset(preset_named("ideal"));
}

TEST(an_ideal_host_is_never_late)
{
	struct host_settings settings = ideal();
	struct host host;

	host_init(&host, &settings, 1, "h");
	for (int64_t at_ps = 0; at_ps < 1000; at_ps++) {
		int64_t stamped_ps, wire_ps;

		host_transmit_ps(&host, at_ps, &stamped_ps, &wire_ps);
		CHECK_EQ(host_interrupt_ps(&host, at_ps), at_ps);
		CHECK_EQ(host_turn_ps(&host, at_ps), at_ps);
		CHECK_EQ(stamped_ps, at_ps);
		CHECK_EQ(wire_ps, at_ps);
	}
}

TEST(a_preset_says_which_it_is_and_the_first_is_the_default)
{
	const struct key_label *label = host_kind.keys[0].labels;

	CHECK_STR_EQ(host_kind.keys[0].name, "preset");
	CHECK_EQ(host_kind.keys[0].offset, 0);
	CHECK_EQ(((const struct host_settings *)host_kind.defaults)->preset, preset_named("server"));
	CHECK_EQ(label->value, preset_named("server"));
	for (; label->name != NULL; label++) {
		CHECK_EQ(preset(label->value).preset, label->value);
	}
}

/* Mean lateness, in ns. */
static double mean_turn(struct host_settings settings, double load)
{
	struct host host;
	double sum = 0;
	const int turns = 20000;

	settings.load = load;
	host_init(&host, &settings, 1, "h");
	for (int i = 0; i < turns; i++) {
		int64_t at_ps = (i + 1) * PS_PER_SECOND;

		sum += (double)(host_turn_ps(&host, at_ps) - at_ps) / (double)PS_PER_NS;
	}
	return sum / turns;
}

TEST(load_stretches_what_varies_and_not_the_least)
{
	struct host_settings settings = ideal();

	settings.wake_up = 5 * PS_PER_US;
	settings.wake_up_jitter = 2 * PS_PER_US;
	CHECK_NEAR(mean_turn(settings, 0), 7000, 60);
	CHECK_NEAR(mean_turn(settings, 0.5), 9000, 120);
	CHECK_NEAR(mean_turn(settings, 0.9), 25000, 600);
	CHECK_NEAR(mean_turn(settings, 1), 205000, 6000);
}

TEST(software_stamps_vary_by_microseconds_on_a_server)
{
	struct host_settings settings = preset(preset_named("server"));
	struct host host;
	double sum = 0, squares = 0;
	const int frames = 20000;

	host_init(&host, &settings, 1, "h");
	for (int i = 0; i < frames; i++) {
		int64_t at_ps = (i + 1) * PS_PER_SECOND;
		double late = (double)(host_interrupt_ps(&host, at_ps) - at_ps) / (double)PS_PER_US;

		sum += late;
		squares += late * late;
	}
	CHECK_NEAR(sum / frames, 3, 0.05);
	CHECK_NEAR(squares / frames - sum / frames * sum / frames, 1,
		   0.06); /* a standard deviation of 1 us */
}

TEST(nothing_overtakes_on_its_way_in_or_out)
{
	struct host_settings settings = preset(preset_named("virtual-machine"));
	struct host host;
	int64_t at_ps = 0, interrupt = 0, turn = 0, wire = 0;

	settings.stall_every = PS_PER_MS;
	settings.stall = 100 * PS_PER_US;
	host_init(&host, &settings, test_random(), "h");
	for (int i = 0; i < 100000; i++) {
		int64_t next, stamped_ps, wire_ps;

		at_ps += test_random_between(0, 30 * PS_PER_US);
		next = host_interrupt_ps(&host, at_ps);
		CHECK(next >= at_ps && next >= interrupt);
		interrupt = next;
		next = host_turn_ps(&host, next);
		CHECK(next >= interrupt && next >= turn);
		turn = next;
		host_transmit_ps(&host, at_ps, &stamped_ps, &wire_ps);
		CHECK(at_ps <= stamped_ps && stamped_ps <= wire_ps && wire_ps >= wire);
		wire = wire_ps;
	}
}

TEST(coalesced_interrupts_come_no_more_often_than_that)
{
	struct host_settings settings = ideal();
	struct host host;
	int64_t at_ps = PS_PER_SECOND, last = 0;

	settings.coalesce = 50 * PS_PER_US;
	settings.interrupt = PS_PER_US;
	settings.interrupt_jitter = PS_PER_US;
	host_init(&host, &settings, 1, "h");
	for (int i = 0; i < 10000; i++) {
		int64_t now;

		at_ps += test_random_between(1, 20 * PS_PER_US);
		now = host_interrupt_ps(&host, at_ps);
		CHECK(now == last || now >= last + settings.coalesce);
		CHECK(now >= at_ps);
		CHECK_LE(now - at_ps, settings.coalesce + 30 * PS_PER_US);
		last = now;
	}
}

TEST(other_frames_hold_back_interrupts_by_half_of_the_coalescing_time_when_there_are_many)
{
	struct host_settings settings = ideal();
	struct host host;
	double sum = 0;
	const int frames = 100000;

	settings.coalesce = 200 * PS_PER_US;
	settings.other_frames = 15000; /* three in that time: three of four frames wait */
	host_init(&host, &settings, 1, "h");
	for (int64_t i = 1; i <= frames; i++) {
		int64_t wait = host_interrupt_ps(&host, i * PS_PER_MS) - i * PS_PER_MS;

		CHECK(wait >= 0 && wait < settings.coalesce);
		sum += (double)wait;
	}
	CHECK_NEAR(sum / frames / PS_PER_US, 75, 1);
	settings.coalesce = 0;
	host_init(&host, &settings, 1, "h");
	CHECK_EQ(host_interrupt_ps(&host, PS_PER_MS), PS_PER_MS);
}

TEST(stalls_come_as_often_as_said_and_hold_turns_to_their_end)
{
	struct host_settings settings = ideal();
	struct host host;
	int64_t stalls = 0, last_end = 0, held = 0;
	const int64_t turns = 1000000;

	settings.stall_every = 100 * PS_PER_MS;
	settings.stall = 10 * PS_PER_MS;
	host_init(&host, &settings, 1, "h");
	for (int64_t i = 0; i < turns; i++) {
		int64_t at_ps = i * PS_PER_MS;
		int64_t turn = host_turn_ps(&host, at_ps);

		CHECK_LE(turn - at_ps, settings.stall);
		if (turn > at_ps) {
			held++;
			stalls += turn != last_end;
			last_end = turn;
		}
	}
	CHECK_NEAR((double)stalls, 1000000.0 / 110, 400); /* 1,000 s: every 100 ms, and 10 ms of its own */
	CHECK_NEAR((double)held / (double)turns, 10.0 / 110, 0.005);
}

TEST(a_frozen_host_gives_its_next_turn_when_it_thaws)
{
	struct host_settings settings = ideal();
	struct host host;

	host_init(&host, &settings, 1, "h");
	host.stalled_until_ps = 5 * PS_PER_SECOND;
	CHECK_EQ(host_turn_ps(&host, PS_PER_SECOND), 5 * PS_PER_SECOND);
	CHECK_EQ(host_turn_ps(&host, 6 * PS_PER_SECOND), 6 * PS_PER_SECOND);
}

TEST(stalls_can_be_switched_on_while_it_runs)
{
	struct host_settings settings = ideal();
	struct host host;
	int held = 0;

	host_init(&host, &settings, 1, "h");
	CHECK_EQ(host.next_stall_ps, SIM_NEVER);
	host.settings.stall_every = PS_PER_SECOND;
	host.settings.stall = PS_PER_SECOND;
	host_changed(&host, 100 * PS_PER_SECOND);
	CHECK(host.next_stall_ps > 100 * PS_PER_SECOND);
	for (int64_t s = 101; s < 200; s++) {
		held += host_turn_ps(&host, s * PS_PER_SECOND) > s * PS_PER_SECOND;
	}
	CHECK(held > 20 && held < 80);
	host.settings.stall_every = 0;
	host_changed(&host, 200 * PS_PER_SECOND);
	CHECK_EQ(host.next_stall_ps, SIM_NEVER);
}

TEST(the_same_seed_gives_the_same_delays_and_another_name_others)
{
	struct host_settings settings = preset(preset_named("server"));
	struct host a, b, c;

	host_init(&a, &settings, 7, "h");
	host_init(&b, &settings, 7, "h");
	host_init(&c, &settings, 7, "i");
	for (int64_t i = 1; i < 100; i++) {
		int64_t turn = host_turn_ps(&a, i * PS_PER_SECOND);

		CHECK_EQ(host_turn_ps(&b, i * PS_PER_SECOND), turn);
		CHECK(host_turn_ps(&c, i * PS_PER_SECOND) != turn);
	}
}
