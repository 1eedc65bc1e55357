/* tests/sim/chain_test.c -- eight boundary clocks in a row, each with `servo_bandwidth`, and a grandmaster whose time sways:
 * how much of it each clock passes on. ITU-T G.8273.2 allows none of them to add more than 0.1 dB, at any frequency. */
#include "tests/sim/simulate.h"
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HOPS 8
#define PERIODS 4    /* in a window, at least */
#define SETTLE_S 100 /* and a multiple of all periods, so that one sway begins where another ends */
#define STILL_S 200
#define AMPLITUDE_NS 200.0
#define LEAST_NS 10.0 /* of what comes in at a hop, to be told from its noise */

/* A frequency that goes up and down with the temperature by 1 ppb/K sways the time by this amplitude. */
static int write_curve(char *text, size_t size, const char *name, double hertz, double amplitude_ns)
{
	return snprintf(text, size, "curve %s sinusoid 25C amplitude %.6fC period %.6fs\n", name,
			2 * M_PI * hertz * amplitude_ns, 1 / hertz);
}

static int write_network(char *text, size_t size, int hops, const char *more)
{
	return snprintf(
		text, size,
		"sample 100ms\n"
		"node gm option priority1 1 option logSyncInterval -3 option logMinDelayReqInterval -3\n"
		"node bc count %d option logSyncInterval -3 option logMinDelayReqInterval -3 option "
		"servo_bandwidth 0.1 %s\n"
		"connect line gm bc* delay 500ns\n"
		"oscillator * preset perfect\noscillator gm temperature_coefficient 1ppb\n"
		"clock * rate_resolution 0 step_resolution 0 offset_spread 0s\n"
		"nic * preset ideal\nhost * preset ideal\nmac * jitter 1ns quantisation 0ns\n",
		hops, more);
}

/* The amplitude at this frequency. Through a Hann window, as the clocks of a chain take minutes to forget their beginning. */
static double amplitude_of(const struct simulation *s, const char *node, double hertz, int from_s,
			   int seconds)
{
	const struct observed_sample *samples = simulation_node(s, node)->samples;
	double interval_s = (double)s->observation.interval_ps * 1e-12, weights = 0, mean = 0, cosine = 0,
	       sine = 0;
	size_t first = (size_t)(from_s / interval_s + 0.5), count = (size_t)(seconds / interval_s + 0.5);

	CHECK(first + count <= s->observation.sample_count);
	for (size_t i = 0; i < count; i++) {
		double weight = 1 - cos(2 * M_PI * (double)i / (double)count);

		weights += weight;
		mean += weight * samples[first + i].offset_ns;
	}
	for (size_t i = 0; i < count; i++) {
		double weight = 1 - cos(2 * M_PI * (double)i / (double)count);
		double off = weight * (samples[first + i].offset_ns - mean / weights);
		double angle = 2 * M_PI * hertz * (double)i * interval_s;

		cosine += off * cos(angle);
		sine += off * sin(angle);
	}
	return 2 * hypot(cosine, sine) / weights;
}

static double decibels(double ratio)
{
	return 20 * log10(ratio);
}

/* What is passed on of one sway, from the grandmaster (0) to the last clock; ns. */
struct passed {
	double hertz;
	double amplitude[HOPS + 1];
};

static void measure(const struct simulation *s, int hops, int from_s, int seconds, struct passed *out)
{
	char name[16] = "gm";

	out->amplitude[0] = amplitude_of(s, name, out->hertz, from_s, seconds);
	for (int hop = 1; hop <= hops; hop++) {
		snprintf(name, sizeof(name), "bc%d", hop);
		out->amplitude[hop] = amplitude_of(s, name, out->hertz, from_s, seconds);
	}
}

static int window_of(double hertz)
{
	double seconds = ceil(PERIODS / hertz / SETTLE_S) * SETTLE_S;

	return (int)seconds;
}

/* One sway after the other, in one run. */
static void sway(struct passed *passed, int count, int hops, const char *more)
{
	struct simulation s;
	char text[4000];
	int length = write_network(text, sizeof(text), hops, more), at_s = STILL_S;

	for (int i = 0; i < count; i++) {
		char curve[16];

		snprintf(curve, sizeof(curve), "sway%d", i);
		length += write_curve(text + length, sizeof(text) - (size_t)length, curve, passed[i].hertz,
				      AMPLITUDE_NS);
		length += snprintf(text + length, sizeof(text) - (size_t)length,
				   "at %ds set oscillator gm temperature %s\n", at_s, curve);
		at_s += SETTLE_S + window_of(passed[i].hertz);
	}
	snprintf(text + length, sizeof(text) - (size_t)length, "duration %ds\n", at_s);
	simulate(&s, text);
	at_s = STILL_S;
	for (int i = 0; i < count; i++) {
		measure(&s, hops, at_s + SETTLE_S, window_of(passed[i].hertz), &passed[i]);
		at_s += SETTLE_S + window_of(passed[i].hertz);
	}
	simulation_free(&s);
}

static double gain_of_hop(const struct passed *passed, int hop)
{
	return decibels(passed->amplitude[hop] / passed->amplitude[hop - 1]);
}

TEST(eight_boundary_clocks_in_a_row_do_not_amplify)
{
	struct passed passed[] = {
		{ .hertz = 0.01 }, { .hertz = 0.02 }, { .hertz = 0.05 }, { .hertz = 0.1 }, { .hertz = 0.3 }
	};
	const int count = sizeof(passed) / sizeof(passed[0]);
	int measured = 0;

	sway(passed, count, HOPS, "");
	for (int i = 0; i < count; i++) {
		CHECK_NEAR(passed[i].amplitude[0], AMPLITUDE_NS, 1);
		for (int hop = 1; hop <= HOPS && passed[i].amplitude[hop - 1] > LEAST_NS; hop++) {
			double gain = gain_of_hop(&passed[i], hop);

			if (gain >= 0.1) {
				fprintf(stderr, "%.2f Hz, hop %d: %+.2f dB\n", passed[i].hertz, hop, gain);
			}
			CHECK(gain < 0.1);
			CHECK(gain > -0.5 || passed[i].hertz > 0.03); /* well within the bandwidth */
			CHECK(gain < -8 || passed[i].hertz < 0.2);    /* and well beyond it */
			measured++;
		}
	}
	CHECK_NEAR(gain_of_hop(&passed[3], 1), -3, 0.4); /* the bandwidth is where it was asked for */
	CHECK(measured >= 4 * HOPS);
	CHECK(passed[0].amplitude[HOPS] < AMPLITUDE_NS * 1.1 && passed[4].amplitude[HOPS] < 2);
}

/* Where the sway is not above the noise, an estimate of it has a bandwidth and a peak of its own: it is not in the loop. */
TEST(a_sway_as_small_as_the_noise_is_not_amplified_either)
{
	struct passed passed = { .hertz = 0.02 };
	struct simulation s;
	char text[2000];
	int length = write_network(text, sizeof(text), 1, "");

	write_curve(text + length, sizeof(text) - (size_t)length, "small", passed.hertz, 5);
	length = (int)strlen(text);
	snprintf(text + length, sizeof(text) - (size_t)length,
		 "duration 2600s\nat 200s set oscillator gm temperature small\n");
	simulate(&s, text);
	measure(&s, 1, 600, 2000, &passed);
	CHECK(gain_of_hop(&passed, 1) < 0.1);
	CHECK(gain_of_hop(&passed, 1) > -0.3);
	simulation_free(&s);
}

/* All clocks start at once, each behind one that has not found its time yet: with the slow loop from the beginning on, what a
 * clock then learnt of its frequency would take minutes to be forgotten. */
TEST(a_chain_that_starts_together_is_on_time_before_its_loops_are_slow)
{
	struct simulation s;
	char text[2000];
	int length = write_network(text, sizeof(text), HOPS, "");

	length += write_curve(text + length, sizeof(text) - (size_t)length, "always", 0.2, AMPLITUDE_NS);
	snprintf(text + length, sizeof(text) - (size_t)length,
		 "duration 200s\noscillator gm temperature always\nmac * jitter 3ns\n"
		 "oscillator bc* preset good-xo\n");
	simulate(&s, text);
	CHECK(simulation_error_ns(&s, "bc8", AMPLITUDE_NS, 100) < 1000);
	simulation_free(&s);
}

/* The measurement sees what it is to see: with the damping of a usual loop every hop adds almost 2 dB. */
TEST(with_little_damping_every_hop_amplifies)
{
	struct passed passed = { .hertz = 0.05 };

	sway(&passed, 1, 3, "option servo_damping 0.7");
	for (int hop = 1; hop <= 3; hop++) {
		CHECK_NEAR(gain_of_hop(&passed, hop), 1.8, 0.2);
	}
}
