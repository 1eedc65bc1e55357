/* src/sim/watch/judge_test.c -- verdicts of runs that are made by hand. */
#include "sim/watch/expect.h"

#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define S PS_PER_SECOND
#define WORDS_MAX 32
#define CHANGES_MAX 16
#define NODES 3

/* ---- a run by hand: gm, client and bystander (not measured), sampled every 100 ms for 120 s ---- */

struct run {
	struct observation o;
	struct observed_node nodes[NODES];
	struct observed_change changes[NODES][CHANGES_MAX];
	struct verdict verdicts[NODES];
	size_t told;
};

static void run_init(struct run *r, int64_t interval_ps, size_t samples)
{
	static const char *const names[NODES] = { "gm", "client", "bystander" };

	*r = (struct run){
		.o = { .interval_ps = interval_ps, .sample_count = samples, .node_count = NODES }
	};
	r->o.nodes = r->nodes;
	for (size_t n = 0; n < NODES; n++) {
		struct observed_node *node = &r->nodes[n];

		node->name = names[n];
		node->identity.octets[7] = (uint8_t)(n + 1);
		node->changes = r->changes[n];
		node->is_measured = n < 2;
		if (!node->is_measured) {
			continue;
		}
		node->samples = calloc(samples, sizeof(*node->samples));
		assert_non_null(node->samples);
		for (size_t i = 0; i < samples; i++) {
			node->samples[i].is_running = true;
			node->samples[i].state = GN_PORT_TIME_RECEIVER;
		}
	}
}

static void run_free(struct run *r)
{
	free(r->nodes[0].samples);
	free(r->nodes[1].samples);
}

static struct observed_change *change(struct run *r, size_t n, enum observed_kind kind, int64_t at_ps)
{
	struct observed_change *c = &r->changes[n][r->nodes[n].change_count++];

	CHECK(r->nodes[n].change_count <= CHANGES_MAX);
	*c = (struct observed_change){ .at_ps = at_ps, .kind = (uint8_t)kind };
	return c;
}

static void grandmaster(struct run *r, size_t n, size_t who, int64_t at_ps)
{
	change(r, n, OBSERVED_GRANDMASTER, at_ps)->identity = r->nodes[who].identity;
}

static void state(struct run *r, size_t n, uint16_t port, enum gn_port_state to, int64_t at_ps)
{
	struct observed_change *c = change(r, n, OBSERVED_STATE, at_ps);

	c->port = port;
	c->to = (uint8_t)to;
}

static void keep(void *context, const struct expectation *expectation, const struct verdict *verdict)
{
	struct run *r = context;

	(void)expectation;
	CHECK(r->told < NODES);
	r->verdicts[r->told++] = *verdict;
}

/* The first verdict on that expectation. */
static struct verdict judged(struct run *r, const char *text)
{
	char copy[512], why[1024] = "", *words[WORDS_MAX], *at = copy;
	struct expectation e;
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *word; (word = strsep(&at, " ")) != NULL;) {
		words[count++] = word;
	}
	if (!expect_parse(&e, words, count, why, sizeof(why))) {
		print_error("%s: %s\n", text, why);
		fail();
	}
	r->told = 0;
	CHECK(expect_judge(&e, &r->o, keep, r));
	CHECK(r->told > 0);
	return r->verdicts[0];
}

static void holds(struct run *r, const char *text)
{
	struct verdict v = judged(r, text);

	if (!v.holds) {
		print_error("%s: should hold, but: %s\n", text, v.text);
		fail();
	}
}

static void fails(struct run *r, const char *text, const char *says)
{
	struct verdict v = judged(r, text);

	if (v.holds || !strstr(v.text, says)) {
		print_error("%s: should fail with \"%s\", but %s: %s\n", text, says,
			    v.holds ? "holds" : "fails", v.text);
		fail();
	}
}

/* ---- measures ---- */

/* A sine of 100 ns and 10 s. */
static void make_sine(struct run *r)
{
	run_init(r, S / 10, 1201);
	for (size_t i = 0; i < 1201; i++) {
		r->nodes[1].samples[i].offset_ns = 100.0 * sin(2.0 * 3.14159265358979 * (double)i / 100.0);
	}
}

TEST(measures_are_those_of_the_series)
{
	struct run r;

	make_sine(&r);
	CHECK_NEAR(judged(&r, "client offset rms < 71ns from 10s to 19.9s").seen, 70.71, 0.01);
	CHECK_NEAR(judged(&r, "client offset max <= 100ns").seen, 100.0, 1e-9);
	CHECK_NEAR(judged(&r, "client offset mean < 1ns from 10s to 19.9s").seen, 0.0, 1e-9);
	CHECK_NEAR(judged(&r, "client offset p2p < 1us").seen, 200.0, 1e-9);
	CHECK_NEAR(judged(&r, "client offset p50 < 71ns from 10s to 19.9s").seen, 70.71, 3.0);
	CHECK_NEAR(judged(&r, "client offset max < 1us at 2.5s").seen, 100.0, 1e-9);
	CHECK_NEAR(judged(&r, "client offset max < 1us at 2.59s").seen, 100.0, 1e-9); /* the sample before */
	CHECK_EQ(judged(&r, "client offset max < 1us from 1s to 3s").at_ps, 2500 * PS_PER_MS);
	run_free(&r);
}

/* Of 601 samples 99.9 % are all, of 1,001 all but one. */
TEST(a_percentile_is_below_a_limit_if_so_many_samples_are)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	r.nodes[1].samples[300].offset_ns = -1000.0;
	fails(&r, "client offset p99.9 < 500ns to 60s", "p99.9 1 us");
	holds(&r, "client offset p99.8 < 500ns to 60s");
	holds(&r, "client offset p99.9 < 500ns to 100s");
	r.nodes[1].samples[301].offset_ns = 500.0;
	fails(&r, "client offset p99.9 < 500ns to 100s", "p99.9 500 ns");
	holds(&r, "client offset p99.9 <= 500ns to 100s");
	run_free(&r);
}

TEST(operators_compare)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	for (size_t i = 0; i < 1201; i++) {
		r.nodes[1].samples[i].offset_ns = -50.0;
	}
	holds(&r, "client offset mean < -49ns");
	holds(&r, "client offset mean <= -50ns");
	holds(&r, "client offset mean = -50ns");
	holds(&r, "client offset mean >= -50ns");
	holds(&r, "client offset mean > -51ns");
	holds(&r, "client offset mean != 50ns");
	holds(&r, "client offset max = 50ns"); /* of the magnitude */
	fails(&r, "client offset mean < -50ns", "offset mean -50 ns from 0 s to 120 s");
	fails(&r, "client offset mean <= -51ns", "-50 ns");
	fails(&r, "client offset mean > -50ns", "-50 ns");
	fails(&r, "client offset mean >= -49ns", "-50 ns");
	fails(&r, "client offset mean = 50ns", "-50 ns");
	fails(&r, "client offset mean != -50ns", "-50 ns");
	run_free(&r);
}

TEST(the_worst_second_is_told)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	for (size_t i = 730; i < 740; i++) {
		r.nodes[1].samples[i].offset_ns = 84.0;
	}
	fails(&r, "client offset rms < 1ns from 60s to 120s",
	      "from 60 s to 120 s (worst second 84 ns at 73 s)");
	CHECK_EQ(r.verdicts[0].at_ps, 73 * S);
	r.nodes[1].samples[801].offset_ns = -1234.0;
	fails(&r, "client offset max < 1us from 60s",
	      "offset max 1.23 us from 60 s to 120 s (-1.23 us at 80.1 s)");
	holds(&r, "client offset max < 1us from 80.11s");
	holds(&r, "client offset max < 1us to 80.09s");
	fails(&r, "client offset p2p < 1us", "(-1.23 us at 80.1 s, 84 ns at 73 s)");
	run_free(&r);
}

TEST(the_other_series_are_judged_likewise)
{
	struct run r;

	run_init(&r, S, 121);
	for (size_t i = 0; i < 121; i++) {
		struct observed_sample *sample = &r.nodes[1].samples[i];

		sample->frequency_ppb = -2500.0F;
		sample->own_error_ns = i < 10 ? NAN : -7.0F;
		sample->path_delay_ns = i < 10 ? NAN : 500.0F;
		sample->own_offset_ns = 1e6F;
		sample->offset_ns = 1e6;
	}
	fails(&r, "client frequency max < 2ppm", "frequency max 2.5 ppm");
	fails(&r, "client frequency mean > -10ppb", "frequency mean -2.5 ppm");
	holds(&r, "client own-error max = 7ns");
	holds(&r, "client path-delay mean = 500ns");
	fails(&r, "client path-delay mean > 500ns", "; 10 of 121 samples are missing");
	fails(&r, "client own-error max < 1s to 5s", "nothing was measured from 0 s to 5 s");
	run_free(&r);
}

TEST(a_clock_is_judged_against_another)
{
	struct run r;

	run_init(&r, S, 121);
	for (size_t i = 0; i < 121; i++) {
		r.nodes[0].samples[i].offset_ns = 1e6;
		r.nodes[1].samples[i].offset_ns = 1e6 + 10.0;
		r.nodes[0].samples[i].frequency_ppb = 5.0F;
	}
	holds(&r, "client offset max = 10ns against gm");
	fails(&r, "client offset max < 10ns against gm", "10 ns from 0 s to 120 s against gm");
	holds(&r, "client frequency mean = -5ppb against gm");
	holds(&r, "client settles within 0 threshold 11ns hold 10s against gm");
	holds(&r, "client mtie below 1s:1ns,100s:1ns against gm");
	r.nodes[0].samples[70].is_running = false; /* nothing to compare with */
	r.nodes[0].samples[70].offset_ns = 0.0;
	holds(&r, "client offset max = 10ns against gm");
	CHECK(strstr(r.verdicts[0].text, "1 of 121 samples are missing"));
	fails(&r, "client settles within 60s threshold 11ns hold 100s against gm",
	      "not running at 70 s against gm");
	fails(&r, "client offset max < 1s against nobody", "there is no node nobody");
	fails(&r, "client offset max < 1s against bystander", "no measured node bystander");
	run_free(&r);
}

TEST(samples_of_a_node_that_does_not_run_are_left_out_and_said)
{
	struct run r;

	run_init(&r, S, 121);
	for (size_t i = 50; i < 60; i++) {
		r.nodes[1].samples[i].is_running = false;
		r.nodes[1].samples[i].offset_ns = 1e9;
	}
	r.nodes[1].samples[40].offset_ns = 5.0;
	fails(&r, "client offset max < 1ns", "5 ns at 40 s); 10 of 121 samples are missing");
	fails(&r, "client offset max < 2s from 50s to 59s", "not running from 50 s to 59 s");
	CHECK(isnan(r.verdicts[0].seen));
	fails(&r, "client mtie below 1s:1s,2s:1s from 50s to 59s", "not running");
	run_free(&r);
}

TEST(a_window_beyond_the_run_fails)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	fails(&r, "client offset max < 1s from 121s", "the run ended at 120 s");
	fails(&r, "client offset max < 1s to 121s", "the run ended at 120 s");
	fails(&r, "client state is PASSIVE at 121s", "the run ended at 120 s");
	fails(&r, "client settles within 1s threshold 1s hold 1s after 130s", "the run ended at 120 s");
	holds(&r, "client offset max < 1s to 120s");
	fails(&r, "client offset max < 1s from 1.01s to 1.02s", "no sample from 1.01 s to 1.02 s");
	r.o.sample_count = 0;
	fails(&r, "client offset max < 1s", "the run ended at 0 s");
	run_free(&r);
}

/* ---- settling ---- */

/* Off by 1 ms until then. */
static void make_settled(struct run *r, int64_t at_ps)
{
	run_init(r, S / 10, 1201);
	for (size_t i = 0; (int64_t)i * r->o.interval_ps < at_ps; i++) {
		r->nodes[1].samples[i].offset_ns = 1e6;
	}
}

TEST(settling_is_found_at_its_second)
{
	struct run r;

	make_settled(&r, 68 * S);
	holds(&r, "client settles within 3s threshold 100ns hold 30s after 65s");
	CHECK_NEAR(r.verdicts[0].seen, 3e9, 0);
	CHECK_EQ(r.verdicts[0].at_ps, 68 * S);
	fails(&r, "client settles within 2s threshold 100ns hold 30s after 65s",
	      "settled after 3 s, at 68 s (worst second of the hold 0 ns at 68 s); rms 1 ms at 67 s");
	holds(&r, "client settles within 68s threshold 100ns hold 52s");
	fails(&r, "client settles within 68s threshold 100ns hold 53s",
	      "below the threshold since 68 s, but the run ended at 120 s");
	holds(&r,
	      "client settles within 0 threshold 100ns hold 10s after 70.5s"); /* seconds count from there */
	fails(&r, "client settles within 10s threshold 100ns hold 10s after 119.5s",
	      "not settled when the run ended at 120 s");
	run_free(&r);
}

TEST(a_bad_second_in_the_hold_starts_it_anew)
{
	struct run r;

	make_settled(&r, 10 * S);
	r.nodes[1].samples[305].offset_ns = 1000.0; /* its second: 316 ns */
	holds(&r, "client settles within 10s threshold 400ns hold 30s");
	fails(&r, "client settles within 10s threshold 300ns hold 30s", "settled after 31 s, at 31 s");
	holds(&r, "client settles within 10s threshold 300ns hold 20s");
	for (size_t i = 1190; i < 1200; i++) {
		r.nodes[1].samples[i].offset_ns = 200.0;
	}
	fails(&r, "client settles within 10s threshold 200ns hold 110s",
	      "not settled when the run ended at 120 s; rms 200 ns at 119 s"); /* below, not at */
	run_free(&r);
}

TEST(a_node_that_does_not_run_has_not_settled)
{
	struct run r;

	make_settled(&r, 0);
	for (size_t i = 200; i < 220; i++) {
		r.nodes[1].samples[i].is_running = false;
	}
	fails(&r, "client settles within 10s threshold 100ns hold 50s", "settled after 22 s, at 22 s");
	CHECK(strstr(r.verdicts[0].text, "not running at 21 s"));
	run_free(&r);
}

TEST(settling_works_with_samples_farther_apart_than_a_second)
{
	struct run r;

	run_init(&r, 5 * S, 25);
	r.nodes[1].samples[0].offset_ns = r.nodes[1].samples[1].offset_ns = 1e6;
	holds(&r, "client settles within 10s threshold 1us hold 30s");
	CHECK_NEAR(r.verdicts[0].seen, 10e9, 0);
	fails(&r, "client settles within 5s threshold 1us hold 30s", "settled after 10 s");
	run_free(&r);
}

/* ---- masks ---- */

TEST(mtie_is_judged_at_all_intervals_of_the_mask)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	for (size_t i = 0; i < 1201; i++) {
		r.nodes[1].samples[i].offset_ns = (double)i; /* 10 ns/s */
	}
	holds(&r, "client mtie below 0.1s:1.1ns,100s:1001ns");
	holds(&r, "client mtie below 0.1s:40ns,4s:40ns");
	CHECK_NEAR(r.verdicts[0].seen, 20.0, 1e-9); /* the nearest to its limit: at 2 s */
	fails(&r, "client mtie below 0.1s:40ns,1000s:40ns",
	      "MTIE 50 ns at 5 s is above 40 ns (intervals of 100 ms .. 100 s from 0 s to 120 s)");
	CHECK_NEAR(r.verdicts[0].seen, 50.0, 1e-9);
	fails(&r, "client mtie below 200s:40ns,1000s:40ns", "no observation interval in the mask");
	fails(&r, "client mtie below 0.1s:1ns at 5s", "no observation interval in the mask: 1 samples");
	run_free(&r);
}

TEST(a_named_mask_filters_first)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	for (size_t i = 0; i < 1201; i++) {
		r.nodes[1].samples[i].offset_ns = i % 2 ? 36.0 : -36.0; /* 5 Hz: the low-pass takes it away */
	}
	holds(&r, "client mtie below G.8273.2-A from 20s");
	holds(&r, "client tdev below G.8273.2-A from 20s");
	fails(&r, "client mtie below 0.1s:40ns,1000s:40ns", "MTIE 72 ns at 100 ms is above 40 ns");
	fails(&r, "client tdev below 0.1s:4ns,1000s:4ns", "is above 4 ns");
	holds(&r, "client offset max below G.8273.2-A");
	holds(&r, "client offset max below G.8273.2-D from 20s");                     /* low-pass */
	fails(&r, "client offset p2p below G.8273.2-A", "; G.8273.2-A allows 70 ns"); /* high-pass */
	fails(&r, "client offset max below G.8273.2-C", "offset max 36 ns");
	run_free(&r);
}

TEST(a_slow_wander_passes_a_high_pass)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	for (size_t i = 0; i < 1201; i++) {
		r.nodes[1].samples[i].offset_ns = (double)i;
	}
	holds(&r, "client offset p2p below G.8273.2-A");
	fails(&r, "client offset max below G.8273.2-A", "offset max 1.2 us");
	run_free(&r);
}

TEST(constant_time_error_is_the_worst_mean_of_1000_s)
{
	struct run r;

	run_init(&r, 10 * S, 301);
	for (size_t i = 0; i < 301; i++) {
		r.nodes[1].samples[i].offset_ns = i >= 100 && i < 200 ? -60.0 : 0.0;
	}
	fails(&r, "client offset mean below G.8273.2-A", "offset mean over 1,000 s: max 60 ns");
	CHECK_EQ(r.verdicts[0].at_ps, 1000 * S);
	holds(&r, "client offset mean < 50ns");
	holds(&r, "client offset mean below G.8273.2-A to 1500s"); /* half of it */
	CHECK_NEAR(r.verdicts[0].seen, 60.0 * 51 / 100, 1e-9);
	holds(&r, "client offset mean below G.8273.2-A from 900s to 1100s"); /* shorter: all of it */
	CHECK_NEAR(r.verdicts[0].seen, 60.0 * 11 / 21, 1e-9);
	run_free(&r);
}

/* ---- states and grandmasters ---- */

static void make_history(struct run *r)
{
	run_init(r, S / 10, 1201);
	change(r, 1, OBSERVED_START, 0);
	grandmaster(r, 1, 1, 0);
	state(r, 1, 1, GN_PORT_LISTENING, S);
	state(r, 1, 1, GN_PORT_UNCALIBRATED, 5 * S);
	grandmaster(r, 1, 0, 5 * S);
	state(r, 1, 1, GN_PORT_TIME_RECEIVER, 8 * S);
	grandmaster(r, 1, 2, 90 * S);
	change(r, 1, OBSERVED_END, 100 * S);
	change(r, 1, OBSERVED_START, 110 * S);
	grandmaster(r, 1, 1, 110 * S);
}

TEST(a_grandmaster_is_so_at_every_moment_of_the_window)
{
	struct run r;

	make_history(&r);
	holds(&r, "client grandmaster is client at 0");
	holds(&r, "client grandmaster is gm at 5s");
	holds(&r, "client grandmaster is gm from 5s to 89.9s");
	fails(&r, "client grandmaster is gm at 4.99s", "grandmaster is client at 4.99 s");
	fails(&r, "client grandmaster is gm from 30s to 95s", "grandmaster is bystander at 90 s");
	CHECK_EQ(r.verdicts[0].at_ps, 90 * S);
	fails(&r, "client grandmaster is bystander from 95s to 105s", "not running at 100 s");
	fails(&r, "client grandmaster is gm from 110s", "grandmaster is client at 110 s");
	fails(&r, "client grandmaster is nobody at 5s", "there is no node nobody");
	r.changes[1][7].identity.octets[0] = 0xAB;
	run_free(&r);
}

TEST(an_unknown_grandmaster_is_told_by_its_identity)
{
	struct run r;

	make_history(&r);
	r.changes[1][6].identity = (struct gn_clock_identity){ { 0, 1, 2, 3, 4, 5, 6, 7 } };
	fails(&r, "client grandmaster is gm at 91s", "grandmaster is 000102.0304.050607 at 91 s");
	run_free(&r);
}

TEST(a_state_is_so_at_every_moment_of_the_window)
{
	struct run r;

	make_history(&r);
	holds(&r, "client.1 state is INITIALIZING at 0.5s");
	holds(&r, "client.1 state is TIME_RECEIVER from 8s to 99.9s");
	CHECK_STR_EQ(r.verdicts[0].node, "client.1");
	CHECK_STR_EQ(r.verdicts[0].text, "state is TIME_RECEIVER from 8 s to 99.9 s");
	fails(&r, "client.1 state is TIME_RECEIVER from 2s to 99s", "state is LISTENING at 2 s");
	fails(&r, "client.1 state is TIME_RECEIVER from 60s", "not running at 100 s");
	holds(&r, "client.1 state is INITIALIZING at 111s");
	fails(&r, "client.2 state is TIME_RECEIVER at 60s", "state is INITIALIZING at 60 s");
	run_free(&r);
}

TEST(a_state_without_a_port_is_of_any_port)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	change(&r, 1, OBSERVED_START, 0);
	state(&r, 1, 1, GN_PORT_TIME_TRANSMITTER, S);
	state(&r, 1, 3, GN_PORT_TIME_RECEIVER, S);
	state(&r, 1, 2, GN_PORT_PASSIVE, S);
	holds(&r, "client state is TIME_RECEIVER at 2s");
	holds(&r, "client state is PASSIVE at 2s");
	fails(&r, "client state is FAULTY at 2s", "state is TIME_TRANSMITTER, PASSIVE, TIME_RECEIVER at 2 s");
	run_free(&r);
}

TEST(changes_at_one_moment_are_looked_at_together)
{
	struct run r;

	run_init(&r, S / 10, 1201);
	change(&r, 1, OBSERVED_START, 0);
	state(&r, 1, 1, GN_PORT_TIME_RECEIVER, S);
	state(&r, 1, 1, GN_PORT_FAULTY, 2 * S);
	state(&r, 1, 1, GN_PORT_TIME_RECEIVER, 2 * S);
	holds(&r, "client.1 state is TIME_RECEIVER from 1s");
	run_free(&r);
}

/* A long run's samples say when it ended to the interval; its last changes count. */
TEST(a_change_behind_the_last_sample_counts)
{
	struct run r;

	run_init(&r, 50 * S, 3);
	change(&r, 1, OBSERVED_START, 0);
	state(&r, 1, 1, GN_PORT_FAULTY, 120 * S);
	fails(&r, "client.1 state is INITIALIZING", "state is FAULTY at 120 s");
	run_free(&r);
}

/* ---- counts ---- */

TEST(steps_are_counted_in_their_window)
{
	struct run r;

	make_history(&r);
	change(&r, 0, OBSERVED_START, 0);
	change(&r, 0, OBSERVED_STEP, 2 * S)->value_ns = 1e9;
	change(&r, 0, OBSERVED_TOUCH, 5 * S)->value_ns = 7e9;
	change(&r, 0, OBSERVED_STEP, 20 * S)->value_ns = -3e6;
	change(&r, 0, OBSERVED_STEP, 30 * S)->value_ns = 2e6;
	holds(&r, "gm steps = 3");
	holds(&r, "gm steps <= 2 from 10s");
	fails(&r, "gm steps <= 1 from 10s", "2 steps from 10 s to 120 s (the largest -3 ms at 20 s)");
	CHECK_EQ(r.verdicts[0].at_ps, 20 * S);
	fails(&r, "gm steps = 0 from 0 to 2s", "1 step from 0 s to 2 s (1 s at 2 s)");
	holds(&r, "client steps = 0");
	fails(&r, "client steps = 0 from 101s to 109s", "not running from 101 s to 109 s");
	holds(&r, "client steps = 0 from 101s to 111s");
	fails(&r, "bystander steps = 0", "not running");
	run_free(&r);
}

TEST(counters_are_of_the_whole_run)
{
	struct run r;

	run_init(&r, S, 121);
	r.nodes[1].drops[GN_DROP_DOMAIN] = 3;
	r.nodes[1].drops[GN_DROP_VERSION] = 4;
	r.nodes[1].reports[GN_REPORT_CLOCK_FAILED] = 5;
	r.nodes[1].sent[GN_SYNC] = 6;
	r.nodes[1].received[GN_ANNOUNCE] = 7;
	r.nodes[1].refused_steps = 8;
	r.nodes[1].malformed = 9;
	snprintf(r.nodes[1].first_malformed, sizeof(r.nodes[1].first_malformed), "port 1: messageLength");
	holds(&r, "client drops domain = 3");
	holds(&r, "client drops all = 7");
	holds(&r, "client reports CLOCK_FAILED = 5");
	holds(&r, "client sent Sync = 6");
	holds(&r, "client sent all = 6");
	holds(&r, "client received Announce = 7");
	holds(&r, "client received Sync = 0");
	holds(&r, "client refused-steps = 8");
	fails(&r, "client malformed = 0", "9 malformed; the first on port 1: messageLength");
	fails(&r, "client drops domain > 3", "3 dropped domain");
	run_free(&r);
}

/* ---- who ---- */

TEST(all_and_patterns_tell_one_verdict_a_node)
{
	struct run r;

	run_init(&r, S, 121);
	r.nodes[2].malformed = 1;
	judged(&r, "all malformed = 0");
	CHECK_EQ(r.told, 3);
	CHECK_STR_EQ(r.verdicts[2].node, "bystander");
	CHECK(r.verdicts[0].holds && r.verdicts[1].holds && !r.verdicts[2].holds);
	judged(&r, "*t* malformed = 0"); /* client, bystander */
	CHECK_EQ(r.told, 2);
	judged(&r, "all offset max < 1s"); /* those that are measured */
	CHECK_EQ(r.told, 2);
	fails(&r, "bystander offset max < 1s", "it is not measured");
	fails(&r, "nobody offset max < 1s", "there is no such measured node");
	fails(&r, "by* offset max < 1s", "there is no such measured node");
	fails(&r, "x* malformed = 0", "there is no such node");
	CHECK_STR_EQ(r.verdicts[0].node, "x*");
	run_free(&r);
}
