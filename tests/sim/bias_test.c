/* tests/sim/bias_test.c -- with perfect oscillators, no jitter and no quantisation, the offset converges to within 1 ns of
 * zero: there is no bias anywhere in our arithmetic, whatever the mechanism, the epoch, the asymmetry that is configured
 * and the corrections that messages carry. */
#include "tests/sim/simulate.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

static const char perfect[] =
	"duration 150s\nsample 500ms\n"
	"oscillator * preset perfect\nclock * rate_resolution 0 step_resolution 0 offset_spread 0s\n"
	"nic * preset ideal\nmac * preset ideal\nhost * preset ideal\n";

struct way {
	const char *name, *options;
	bool is_one_step;
};

static const struct way ways[] = {
	{ "E2E, two-step", "option delay_mechanism E2E", false },
	{ "E2E, one-step", "option delay_mechanism E2E option time_stamping onestep", true },
	{ "P2P, two-step", "option delay_mechanism P2P", false },
	{ "P2P, one-step", "option delay_mechanism P2P option time_stamping onestep", true },
	{ "P2P, one-step responses too", "option delay_mechanism P2P option time_stamping p2p1step", true },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static const char *const starts[] = { "0", "1700000000", "2147483600",
				      "4294967250" }; /* over 2^31 and 2^32 s */

static double error_with(const struct way *way, const char *start, const char *of_client, const char *cable,
			 const char *more, double wanted_ns)
{
	struct simulation s;
	char text[2048];
	double error;

	snprintf(text, sizeof(text),
		 "%sstart %s\n"
		 "node gm option priority1 1 option logSyncInterval -2 option network_transport L2 %s\n"
		 "node client option clientOnly 1 option logSyncInterval -2 option network_transport L2 %s "
		 "%s\n"
		 "clock client offset 300ms\nnic * one_step yes p2p_one_step yes\nlink gm client delay "
		 "1234ns %s\n%s",
		 perfect, start, way->options, way->options, of_client, cable, more);
	simulate(&s, text);
	error = simulation_error_ns(&s, "client", wanted_ns, 120);
	if (error >= 1.0) {
		fprintf(stderr, "%s, start %s, %s: off by %.3f ns\n", way->name, start, more, error);
	}
	CHECK_EQ(simulation_node(&s, "client")->malformed + simulation_node(&s, "gm")->malformed, 0);
	simulation_free(&s);
	return error;
}

static double error_of(const struct way *way, const char *start, const char *more, double wanted_ns)
{
	return error_with(way, start, "", "", more, wanted_ns);
}

TEST(every_mechanism_converges_to_zero_at_every_epoch)
{
	for (size_t w = 0; w < WAYS; w++) {
		for (size_t e = 0; e < sizeof(starts) / sizeof(starts[0]); e++) {
			CHECK(error_of(&ways[w], starts[e], "", 0.0) < 1.0);
		}
	}
}

/* What a Sync's correction says is believed, to the nanosecond: the clock ends that much ahead. */
TEST(corrections_of_a_second_and_of_ten_hours_are_followed_to_the_nanosecond)
{
	static const struct {
		const char *text, *opposite;
		double ns;
	} corrections[] = { { "1s", "-1s", 1e9 },
			    { "-1s", "1s", -1e9 },
			    { "10h", "-10h", 36e12 },
			    { "-10h", "10h", -36e12 } };

	for (size_t w = 0; w < WAYS; w++) {
		for (size_t c = 0; c < sizeof(corrections) / sizeof(corrections[0]); c++) {
			bool is_e2e = w < 2;
			char more[256];

			/* E2E: the opposite in Delay_Resp keeps the mean path delay what it is */
			snprintf(more, sizeof(more), "fault s on gm-client affects Sync correction %s\n",
				 corrections[c].text);
			if (is_e2e) {
				snprintf(more + strlen(more), sizeof(more) - strlen(more),
					 "fault d on gm-client affects Delay_Resp correction %s\n",
					 corrections[c].opposite);
			}
			CHECK(error_of(&ways[w], "1700000000", more, corrections[c].ns) < 1.0);
		}
	}
}

/* Halves that cancel leave nothing. */
TEST(corrections_that_cancel_leave_nothing)
{
	CHECK(error_of(&ways[0], "1700000000",
		       "fault s on gm-client affects Sync correction 10h\n"
		       "fault f on gm-client affects Follow_Up correction -10h\n",
		       0.0) < 1.0);
	CHECK(error_of(&ways[2], "1700000000",
		       "fault r on gm-client affects Pdelay_Resp correction -10h\n"
		       "fault f on gm-client affects Pdelay_Resp_Follow_Up correction 10h\n",
		       0.0) < 1.0);
}

TEST(configured_asymmetry_is_taken_out)
{
	for (size_t w = 0; w < WAYS; w++) {
		/* the cable takes 400 ns more towards the client, 200 more than the mean: that is its delayAsymmetry; P2P
		 * measures at both ends */
		CHECK(error_with(&ways[w], "1700000000", "option delayAsymmetry 200", "asymmetry 400ns", "",
				 0.0) < 1.0);
	}
}

/* One-step hardware puts its time in by itself: it alone can know the latency. */
TEST(configured_latencies_are_taken_out)
{
	for (size_t w = 0; w < WAYS; w++) {
		struct way way = ways[w];
		char options[300];

		snprintf(options, sizeof(options), "%s option ingressLatency 70 option egressLatency 30",
			 way.options);
		way.options = options;
		if (!way.is_one_step) {
			CHECK(error_of(&way, "1700000000", "mac * latency_in 70ns latency_out 30ns\n", 0.0) <
			      1.0);
		}
	}
}

TEST(a_correction_that_is_too_large_to_express_makes_the_message_unusable_and_is_counted)
{
	struct simulation s;
	char text[1024];

	snprintf(text, sizeof(text),
		 "%snode gm option priority1 1\nnode client option clientOnly 1\nlink gm client\n"
		 "fault f on gm-client affects Sync unusable_correction yes\n",
		 perfect);
	simulate(&s, text);
	CHECK(simulation_node(&s, "client")->drops[GN_DROP_CORRECTION_UNUSABLE] > 100);
	CHECK_EQ(simulation_node(&s, "client")->reports[GN_REPORT_SERVO_SAMPLE], 0);
	simulation_free(&s);
}

TEST(the_same_seed_gives_the_same_trace_and_another_seed_another)
{
	static const char text[] = "duration 20s\nnode gm\nnode client\nlink gm client jitter 5ns\n";
	uint64_t trace[3];

	for (int i = 0; i < 3; i++) {
		struct simulation s;
		char seeded[256];

		snprintf(seeded, sizeof(seeded), "seed %d\n%s", i == 2 ? 8 : 7, text);
		simulate(&s, seeded);
		trace[i] = s.observation.trace;
		simulation_free(&s);
	}
	CHECK_EQ(trace[0], trace[1]);
	CHECK(trace[0] != trace[2] && trace[0] != 0);
}
