/* src/sim/network/traffic_test.c -- waiting times against the closed forms of queueing theory. */
#include "sim/network/traffic.h"

#include <time.h>

#include "sim/queue.h"
#include "tests/test.h"

#define GIGABIT INT64_C(1000000000)
#define LARGE_S 1538.0 /* octets on the wire */
#define SMALL_S 84.0

/* Octets, and their squares, of a packet of the mix */
static const double imix_mean = (7 * 84.0 + 4 * 614.0 + 1538.0) / 12;
static const double imix_square = (7 * 84.0 * 84.0 + 4 * 614.0 * 614.0 + 1538.0 * 1538.0) / 12;

static struct traffic_settings settings_of(int model, int size, double load)
{
	struct traffic_settings settings = *(const struct traffic_settings *)traffic_kind.defaults;

	settings.model = model;
	settings.size = size;
	settings.load = load;
	return settings;
}

struct measured {
	double mean; /* octet times */
	double busy; /* share of the frames that had to wait */
	double longest;
};

/* Frames at times that know nothing of the traffic's, about so far apart. */
static struct measured measure(struct traffic *traffic, int priority, int frames, int64_t apart_ps)
{
	double octet_ps = 8e12 / (double)traffic->speed;
	struct measured m = { 0, 0, 0 };
	int64_t now_ps = 0;

	for (int i = 0; i < frames; i++) {
		double wait;

		now_ps += apart_ps / 2 + test_random_between(0, apart_ps);
		wait = (double)traffic_wait_ps(traffic, priority, now_ps) / octet_ps;
		CHECK(wait >= 0);
		m.mean += wait / frames;
		m.busy += (wait > 0 ? 1.0 : 0.0) / frames;
		m.longest = wait > m.longest ? wait : m.longest;
	}
	return m;
}

static struct measured measure_one(struct traffic_settings settings, int64_t speed, int priority, int frames,
				   int64_t apart_ps)
{
	struct traffic traffic;

	traffic_init(&traffic, &settings, speed, test_random(), "t");
	return measure(&traffic, priority, frames, apart_ps);
}

/* One in a row of packets, and each after a silence: the backlog is played on, or begun anew. */
static int64_t distance(size_t which, double load)
{
	return which ? 100 * PS_PER_MS : load > 0.7 ? PS_PER_MS : 40 * PS_PER_US;
}

/* Of a mean of 10,000 waits: few wait at a low load, and at a high one neighbours wait alike. */
static double tolerance(double load)
{
	return 0.05 + 0.01 / load + (load > 0.7 ? 0.1 : 0);
}

TEST(equal_packets_at_random_times_are_waited_for_as_in_m_d_1)
{
	static const double loads[] = { 0.1, 0.3, 0.6, 0.8, 0.9 };

	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		for (size_t d = 0; d < 2; d++) {
			struct measured m = measure_one(settings_of(TRAFFIC_POISSON, TRAFFIC_LARGE, loads[i]),
							GIGABIT, 0, 10000, distance(d, loads[i]));
			double expected = loads[i] * LARGE_S / (2 * (1 - loads[i]));

			CHECK_NEAR(m.mean, expected, expected * tolerance(loads[i]));
			CHECK_NEAR(m.busy, loads[i], 0.025);
		}
	}
}

TEST(a_mix_of_packets_is_waited_for_as_pollaczek_and_khinchine_say)
{
	static const double loads[] = { 0.2, 0.5, 0.8 };

	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		for (size_t d = 0; d < 2; d++) {
			struct measured m = measure_one(settings_of(TRAFFIC_POISSON, TRAFFIC_IMIX, loads[i]),
							GIGABIT, 0, 10000, distance(d, loads[i]));
			double expected = loads[i] * imix_square / imix_mean / (2 * (1 - loads[i]));

			CHECK_NEAR(m.mean, expected, expected * tolerance(loads[i]));
			CHECK_NEAR(m.busy, loads[i], 0.025);
		}
	}
}

TEST(bursts_are_waited_for_as_one_long_packet_each)
{
	double burst = 8, load = 0.5, expected = load * burst * SMALL_S / (2 * (1 - load));

	for (size_t d = 0; d < 2; d++) {
		struct measured m = measure_one(settings_of(TRAFFIC_BURST, TRAFFIC_SMALL, load), GIGABIT, 0,
						10000, distance(d, load));

		CHECK_NEAR(m.mean, expected, expected * 0.08);
		CHECK_NEAR(m.busy, load, 0.025);
	}
}

TEST(a_frame_of_higher_priority_waits_for_the_rest_of_one_packet)
{
	static const double loads[] = { 0.3, 0.8 };

	for (size_t i = 0; i < 2; i++) {
		for (size_t d = 0; d < 2; d++) {
			struct measured m = measure_one(settings_of(TRAFFIC_POISSON, TRAFFIC_IMIX, loads[i]),
							GIGABIT, 1, 20000, distance(d, loads[i]));
			double expected = loads[i] * imix_square / (2 * imix_mean);

			CHECK_NEAR(m.mean, expected, expected * 0.06);
			CHECK_NEAR(m.busy, loads[i], 0.025);
			CHECK(m.longest <= 1538);
		}
	}
}

TEST(equal_packets_in_equal_distances_are_waited_for_half_a_packet_at_most_one)
{
	struct measured m = measure_one(settings_of(TRAFFIC_CONSTANT, TRAFFIC_LARGE, 0.4), GIGABIT, 0, 10000,
					PS_PER_MS);

	CHECK_NEAR(m.busy, 0.4, 0.015);
	CHECK_NEAR(m.mean, 0.4 * LARGE_S / 2, 20);
	CHECK(m.longest <= LARGE_S);
}

TEST(the_beat_between_equal_distances_and_ours_survives_silences)
{
	struct traffic_settings settings = settings_of(TRAFFIC_CONSTANT, TRAFFIC_LARGE, 0.5);
	struct traffic traffic;
	int64_t last, gap = 2 * 1538 * 8000;

	traffic_init(&traffic, &settings, GIGABIT, 1, "t");
	last = traffic_wait_ps(&traffic, 0, gap * 1000);
	for (int64_t i = 2; i < 5000; i++) {
		/* 10 ns later against the packets each time */
		int64_t wait = traffic_wait_ps(&traffic, 0, i * (gap * 1000 + 10000));

		if (i > 2 && last >= 10000) {
			CHECK_EQ(wait, last - 10000);
		}
		last = wait;
	}
}

TEST(on_and_off_periods_keep_the_load_in_the_long_run)
{
	static const int models[] = { TRAFFIC_ON_OFF, TRAFFIC_SELF_SIMILAR };
	static const double loads[] = { 0.2, 0.4, 0.7 };

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < 3; i++) {
			struct traffic_settings settings = settings_of(models[k], TRAFFIC_SMALL, loads[i]);
			struct measured m;

			settings.period = PS_PER_MS;
			m = measure_one(settings, GIGABIT, 0, 3000, 62 * PS_PER_MS);
			CHECK_NEAR(m.busy, loads[i], loads[i] > 0.5 ? 0.12 : 0.05);
		}
	}
}

TEST(phases_make_it_worse_than_random_times_alone)
{
	struct traffic_settings settings = settings_of(TRAFFIC_ON_OFF, TRAFFIC_LARGE, 0.45);
	double phased = measure_one(settings, GIGABIT, 0, 10000, 10 * PS_PER_MS).mean;
	double random = measure_one(settings_of(TRAFFIC_POISSON, TRAFFIC_LARGE, 0.45), GIGABIT, 0, 10000,
				    10 * PS_PER_MS)
				.mean;

	CHECK(phased > 3 * random);
}

TEST(two_kinds_of_traffic_on_a_port_share_one_queue)
{
	struct traffic_settings settings = settings_of(TRAFFIC_POISSON, TRAFFIC_LARGE, 0.4);
	struct traffic first, second;
	struct measured m;

	traffic_init(&first, &settings, GIGABIT, test_random(), "a");
	traffic_init(&second, &settings, GIGABIT, test_random(), "b");
	first.next = &second;
	m = measure(&first, 0, 20000, 30 * PS_PER_US);
	CHECK_NEAR(m.mean, 0.8 * LARGE_S / (2 * (1 - 0.8)), 450);
	CHECK_NEAR(m.busy, 0.8, 0.025);
}

/* Cobham 1954: mean residual / (1 - load of the class), as nothing above it is there. */
TEST(a_frame_between_two_priorities_waits_for_those_above_and_one_packet_below)
{
	struct traffic_settings low = settings_of(TRAFFIC_POISSON, TRAFFIC_LARGE, 0.4);
	struct traffic_settings high = settings_of(TRAFFIC_POISSON, TRAFFIC_SMALL, 0.3);
	double residual = 0.4 * LARGE_S / 2 + 0.3 * SMALL_S / 2, expected = residual / (1 - 0.3);

	for (size_t d = 0; d < 2; d++) {
		struct traffic first, second;
		struct measured m;

		high.priority = 5;
		traffic_init(&first, &low, GIGABIT, test_random(), "low");
		traffic_init(&second, &high, GIGABIT, test_random(), "high");
		first.next = &second;
		m = measure(&first, 5, 20000, distance(d, 0.8));
		CHECK_NEAR(m.mean, expected, expected * 0.1);
	}
}

/* Cobham again: what is above overtakes the frame as long as it waits, and is waited for on top. */
TEST(a_frame_below_all_is_overtaken_by_what_comes_while_it_waits)
{
	static const double loads[] = { 0.3, 0.7 };

	for (size_t i = 0; i < 2; i++) {
		struct traffic_settings above = settings_of(TRAFFIC_POISSON, TRAFFIC_IMIX, loads[i]);
		double residual = loads[i] * imix_square / (2 * imix_mean);
		double expected = residual / ((1 - loads[i]) * (1 - loads[i]));

		above.priority = 5;
		for (size_t d = 0; d < 2; d++) {
			struct measured m = measure_one(above, GIGABIT, 0, 60000, distance(d, loads[i]));

			CHECK_NEAR(m.mean, expected, expected * 0.12);
			CHECK_NEAR(m.busy, loads[i], 0.025);
		}
	}
}

/* Who is never served waits for no longer than it can be kept. */
TEST(traffic_above_that_fills_the_port_starves_a_frame_and_ends)
{
	struct traffic_settings above = settings_of(TRAFFIC_POISSON, TRAFFIC_LARGE, 1.5);
	struct measured m;

	above.priority = 7;
	m = measure_one(above, GIGABIT, 0, 100, PS_PER_MS);
	CHECK(m.longest > 500000);
	CHECK(m.longest < 1100000);
}

TEST(without_load_nobody_waits)
{
	for (int model = TRAFFIC_CONSTANT; model <= TRAFFIC_SELF_SIMILAR; model++) {
		struct measured m = measure_one(settings_of(model, TRAFFIC_IMIX, 0), GIGABIT, 0, 1000,
						PS_PER_MS);

		CHECK(m.longest <= 0);
	}
}

/* What random times leave free of it */
TEST(overload_fills_the_buffer_and_no_more)
{
	static const double fullest[] = { 98000, 95000, 70000, 95000, 95000 };

	for (int model = TRAFFIC_CONSTANT; model <= TRAFFIC_SELF_SIMILAR; model++) {
		struct traffic_settings settings = settings_of(model, TRAFFIC_LARGE, 1.3);
		struct traffic traffic;
		struct measured m;

		traffic_init(&traffic, &settings, GIGABIT, test_random(), "t");
		traffic.buffer_octets = 100000;
		m = measure(&traffic, 0, 3000, 3 * PS_PER_MS);
		CHECK(m.longest <= 100000);
		CHECK(m.mean > fullest[model]);
		m = measure_one(settings, GIGABIT, 7, 3000, 3 * PS_PER_MS);
		CHECK(m.longest <= 1538);
		CHECK_NEAR(m.mean, 1538 / 2.0, 40);
	}
}

TEST(a_frame_of_ours_is_waited_for_by_what_follows)
{
	struct traffic_settings settings = settings_of(TRAFFIC_POISSON, TRAFFIC_LARGE, 0.000001);
	struct traffic traffic;

	traffic_init(&traffic, &settings, GIGABIT, 3, "t");
	CHECK_EQ(traffic_wait_ps(&traffic, 0, PS_PER_MS), 0);
	traffic_occupied(&traffic, PS_PER_MS, PS_PER_MS + 700000);
	CHECK_EQ(traffic_wait_ps(&traffic, 0, PS_PER_MS + 200000), 500000);
	CHECK_EQ(traffic_wait_ps(&traffic, 7, PS_PER_MS + 300000), 400000);
	CHECK_EQ(traffic_wait_ps(&traffic, 7, PS_PER_MS + 700000), 0);
}

TEST(the_same_seed_gives_the_same_waits_and_another_name_others)
{
	struct traffic_settings settings = settings_of(TRAFFIC_SELF_SIMILAR, TRAFFIC_IMIX, 0.6);
	struct traffic a, b, c;
	int other = 0;

	traffic_init(&a, &settings, GIGABIT, 7, "t");
	traffic_init(&b, &settings, GIGABIT, 7, "t");
	traffic_init(&c, &settings, GIGABIT, 7, "u");
	for (int64_t i = 1; i < 2000; i++) {
		int64_t wait = traffic_wait_ps(&a, 0, i * PS_PER_MS);

		CHECK_EQ(wait, traffic_wait_ps(&b, 0, i * PS_PER_MS));
		other += wait != traffic_wait_ps(&c, 0, i * PS_PER_MS);
	}
	CHECK(other > 500);
}

TEST(a_changed_load_and_speed_count_from_then_on)
{
	struct traffic_settings settings = settings_of(TRAFFIC_POISSON, TRAFFIC_LARGE, 0);
	struct traffic traffic;
	double expected = 0.5 * LARGE_S / (2 * (1 - 0.5));

	traffic_init(&traffic, &settings, GIGABIT, test_random(), "t");
	CHECK_EQ(traffic_wait_ps(&traffic, 0, PS_PER_SECOND), 0);
	traffic.settings.load = 0.5;
	traffic.speed = 10 * GIGABIT;
	traffic_changed(&traffic, PS_PER_SECOND);
	traffic.played_until_ps -= PS_PER_SECOND; /* measure() begins at 0 */
	CHECK_NEAR(measure(&traffic, 0, 20000, PS_PER_MS).mean, expected, expected * 0.06);
}

static double seconds_for(int64_t speed, int64_t apart_ps)
{
	clock_t from = clock();

	(void)measure_one(settings_of(TRAFFIC_POISSON, TRAFFIC_IMIX, 0.6), speed, 0, 2000, apart_ps);
	return (double)(clock() - from) / CLOCKS_PER_SEC;
}

TEST(a_fast_port_and_a_long_silence_cost_what_others_cost)
{
	double slow = seconds_for(10000000, PS_PER_SECOND);

	CHECK(seconds_for(100 * GIGABIT, PS_PER_SECOND) < 10 * slow + 0.1);
	CHECK(seconds_for(GIGABIT, 500 * PS_PER_SECOND) < 10 * slow + 0.1);
}

TEST(the_smallest_period_and_load_end_too)
{
	struct traffic_settings settings = settings_of(TRAFFIC_SELF_SIMILAR, TRAFFIC_LARGE, 1e-9);

	settings.period = PS_PER_US;
	CHECK(measure_one(settings, 10000000, 0, 100, 3600 * PS_PER_SECOND).busy < 0.5);
	settings.load = 0.999999;
	CHECK(measure_one(settings, 10000000, 0, 100, 3600 * PS_PER_SECOND).busy > 0.5);
}
