/* src/sim/watch/expect_test.c -- every form of an expectation is read as written, and every wrong word is named. */
#include "sim/watch/expect.h"

#include "tests/test.h"

#include <stdio.h>

#define WORDS_MAX 32

static char said[2048];

/* Splits at spaces. */
static bool parse(const char *text, struct expectation *e)
{
	static char copy[512];
	char *words[WORDS_MAX];
	size_t count = 0;
	char *at = copy;

	snprintf(copy, sizeof(copy), "%s", text);
	said[0] = '\0';
	while (*at && count < WORDS_MAX) {
		char *end = strchr(at, ' ');

		words[count++] = at;
		if (!end) {
			break;
		}
		*end = '\0';
		at = end + 1;
	}
	return expect_parse(e, words, count, said, sizeof(said));
}

static struct expectation read(const char *text)
{
	struct expectation e;

	if (!parse(text, &e)) {
		print_error("%s: %s\n", text, said);
		fail();
	}
	return e;
}

static void refused(const char *text, const char *word, const char *expected)
{
	struct expectation e = { .line = 4711 };

	CHECK(!parse(text, &e));
	if (!strstr(said, word) || !strstr(said, expected)) {
		print_error("%s: \"%s\" has no \"%s\" or no \"%s\"\n", text, said, word, expected);
		fail();
	}
	CHECK_EQ(e.line, 4711); /* untouched */
}

TEST(all_forms_of_the_header_are_read)
{
	static const char *const forms[] = {
		"client offset rms < 50ns from 60s to 120s",
		"client offset p99.9 < 100ns from 60s",
		"client offset p50 < 100ns",
		"client offset p99.999 < 100ns",
		"client offset p2p < 1us from 60s",
		"client offset rms < 1us from 60s against gm",
		"client settles within 10s threshold 100ns hold 30s after 65s",
		"client offset max below G.8272-A from 60s",
		"client frequency max < 10ppb from 60s",
		"client mtie below G.8273.2-A from 100s",
		"client mtie below 0.1s:40ns,1000s:40ns",
		"client tdev below G.8273.2-A from 100s",
		"client grandmaster is gm at 30s",
		"client grandmaster is gm from 30s to 60s",
		"client.1 state is TIME_RECEIVER at 60s",
		"client steps <= 1 from 10s",
		"client refused-steps = 0",
		"client drops stamp_stale_epoch >= 1",
		"client reports CLOCK_FAILED >= 1",
		"client sent Sync > 100",
		"client received Follow_Up > 100",
		"client own-error max < 50ns from 60s",
		"client path-delay mean > 400ns from 60s",
		"all malformed = 0",
		"leaf* malformed != 1",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct expectation e = read(forms[i]);

		CHECK_STR_EQ(e.text, forms[i]);
	}
}

TEST(a_measured_value_has_its_measure_comparison_value_and_window)
{
	struct expectation e = read("client offset rms < 50ns from 60s to 120s");

	CHECK_STR_EQ(e.who, "client");
	CHECK_EQ(e.port, 0);
	CHECK_EQ(e.subject, EXPECT_OFFSET);
	CHECK_EQ(e.measure, EXPECT_RMS);
	CHECK_EQ(e.comparison, EXPECT_LESS);
	CHECK_NEAR(e.value, 50.0, 0);
	CHECK_EQ(e.from_ps, 60 * PS_PER_SECOND);
	CHECK_EQ(e.to_ps, 120 * PS_PER_SECOND);
	CHECK_STR_EQ(e.against, "");
	CHECK_EQ(e.point_count, 0);
	e = read("client offset p99.9 >= -1.5us");
	CHECK_EQ(e.measure, EXPECT_PERCENTILE);
	CHECK_NEAR(e.percentile, 99.9, 1e-12);
	CHECK_EQ(e.comparison, EXPECT_AT_LEAST);
	CHECK_NEAR(e.value, -1500.0, 1e-9);
	CHECK_EQ(e.from_ps, 0);
	CHECK_EQ(e.to_ps, -1);
	e = read("client frequency mean != 2.5ppm against gm at 3s");
	CHECK_EQ(e.subject, EXPECT_FREQUENCY);
	CHECK_EQ(e.measure, EXPECT_MEAN);
	CHECK_EQ(e.comparison, EXPECT_UNEQUAL);
	CHECK_NEAR(e.value, 2500.0, 1e-9);
	CHECK_EQ(e.from_ps, 3 * PS_PER_SECOND);
	CHECK_EQ(e.to_ps, 3 * PS_PER_SECOND);
	CHECK_STR_EQ(e.against, "gm");
	CHECK_EQ(read("a own-error max > 0").subject, EXPECT_OWN_ERROR);
	CHECK_EQ(read("a path-delay p2p = 1ns").measure, EXPECT_P2P);
	CHECK_EQ(read("a path-delay p2p = 1ns").comparison, EXPECT_EQUAL);
	CHECK_EQ(read("a path-delay p2p <= 1ns").comparison, EXPECT_AT_MOST);
	CHECK_EQ(read("a path-delay p2p > 1ns").comparison, EXPECT_MORE);
}

TEST(settling_has_its_clauses_in_any_order)
{
	struct expectation e = read(
		"client settles hold 30s after 65s threshold 100ns within 10s against gm");

	CHECK_EQ(e.subject, EXPECT_SETTLES);
	CHECK_EQ(e.within_ps, 10 * PS_PER_SECOND);
	CHECK_EQ(e.hold_ps, 30 * PS_PER_SECOND);
	CHECK_EQ(e.after_ps, 65 * PS_PER_SECOND);
	CHECK_NEAR(e.threshold_ns, 100.0, 0);
	CHECK_STR_EQ(e.against, "gm");
	CHECK_EQ(read("c settles within 10s threshold 100ns hold 30s").after_ps, 0);
}

TEST(a_mask_is_read_as_points)
{
	struct expectation e = read("client mtie below 0.1s:40ns,10s:1.5us,1000s:2us from 5s");

	CHECK_EQ(e.subject, EXPECT_MTIE);
	CHECK_EQ(e.point_count, 3);
	CHECK_NEAR(e.points[1].tau_s, 10.0, 1e-12);
	CHECK_NEAR(e.points[1].limit_ns, 1500.0, 1e-9);
	CHECK_NEAR(e.low_pass_hz, 0.0, 0);
	e = read("client tdev below G.8273.2-A");
	CHECK_EQ(e.point_count, 2);
	CHECK_STR_EQ(e.other, "G.8273.2-A");
	CHECK_NEAR(e.points[1].limit_ns, 4.0, 0);
	CHECK_NEAR(e.low_pass_hz, 0.1, 0);
	e = read("client offset p2p below G.8273.2-A");
	CHECK_EQ(e.point_count, 1);
	CHECK_NEAR(e.points[0].limit_ns, 70.0, 0);
	CHECK_NEAR(e.low_pass_hz, -0.1, 0);
	CHECK_NEAR(read("c offset mean below G.8273.2-B").points[0].limit_ns, 20.0, 0);
	CHECK_NEAR(read("c offset max below PRTC-B").points[0].limit_ns, 40.0, 0);
}

TEST(every_mask_can_be_said_and_fits)
{
	static const char *const forms[MASK_QUANTITIES] = {
		[MASK_MAX_ABS] = "offset max", [MASK_CONSTANT] = "offset mean",    [MASK_MTIE] = "mtie",
		[MASK_TDEV] = "tdev",          [MASK_PEAK_TO_PEAK] = "offset p2p",
	};

	for (const struct mask *mask = masks; mask->name; mask++) {
		char text[128];
		size_t count = 1;
		struct expectation e;

		snprintf(text, sizeof(text), "c %s below %s", forms[mask->quantity], mask->name);
		e = read(text);
		while (mask->points[0].tau_s > 0.0 && mask->points[count].tau_s > 0.0) {
			count++;
		}
		CHECK_EQ(e.point_count, count);
	}
}

TEST(names_are_those_of_the_tables)
{
	char text[128];

	for (int i = 0; i < GN_DROPS; i++) {
		snprintf(text, sizeof(text), "c drops %s >= 1", gn_drop_name((enum gn_drop)i));
		CHECK_EQ(read(text).id, i);
	}
	for (unsigned i = 0; i < GN_MESSAGE_TYPES; i++) {
		if (gn_message_type_name(i)) {
			snprintf(text, sizeof(text), "c sent %s >= 1", gn_message_type_name(i));
			CHECK_EQ(read(text).id, i);
		}
	}
	CHECK_EQ(read("c reports PORT_STATE = 1").id, GN_REPORT_PORT_STATE);
	CHECK_EQ(read("c reports CLOCK_FAILED = 1").id, GN_REPORT_CLOCK_FAILED);
	CHECK_EQ(read("c reports CONFIGURATION_CHANGED = 1").id, GN_REPORT_CONFIGURATION_CHANGED);
	CHECK_EQ(read("c drops all = 1").id, -1);
	CHECK_EQ(read("c received all = 1").id, -1);
	CHECK_EQ(read("c state is INITIALIZING").state, GN_PORT_INITIALIZING);
	CHECK_EQ(read("c state is TIME_RECEIVER").state, GN_PORT_TIME_RECEIVER);
	CHECK_STR_EQ(read("c grandmaster is gm2").other, "gm2");
}

TEST(a_port_is_split_from_its_node)
{
	struct expectation e = read("bc.12 state is PASSIVE");

	CHECK_STR_EQ(e.who, "bc");
	CHECK_EQ(e.port, 12);
	CHECK_EQ(read("leaf*.1 state is PASSIVE").port, 1);
	CHECK_EQ(read("bc state is PASSIVE").port, 0);
	refused("bc.2 offset max < 1us", "bc.2", "state");
	refused("bc.0 offset max < huge", "huge", "time");
}

TEST(a_wrong_word_is_named_with_what_was_expected)
{
	refused("client", "client", "offset");
	refused("client phase rms < 1ns", "phase", "offset, settles, frequency, mtie");
	refused("client offset", "offset", "rms, max, mean, p2p");
	refused("client offset median < 1ns", "median", "p99.9");
	refused("client offset p0 < 1ns", "p0", "p99.9");
	refused("client offset p101 < 1ns", "p101", "p99.9");
	refused("client offset rms", "rms", "< <= > >= = !=");
	refused("client offset rms << 1ns", "<<", "< <= > >= = !=");
	refused("client offset rms <", "<", "50ns");
	refused("client offset rms < 50", "50", "a time");
	refused("client frequency rms < 50ns", "50ns", "ppb");
	refused("client steps < 1.5", "1.5", "whole number");
	refused("client steps < -1", "-1", "whole number");
	refused("client offset rms < 50ns at", "at", "a time such as 60s");
	refused("client offset rms < 50ns from -1s", "-1s", "at least 0");
	refused("client offset rms < 50ns since 60s", "since", "from, to, at, against");
	refused("client offset rms < 50ns from 1s from 2s", "from", "to, against");
	refused("client offset rms < 50ns at 1s to 2s", "to", "one of against");
	refused("client offset rms < 50ns from 2s to 1s", "to", "not before");
	refused("client offset rms < 50ns within 2s", "within", "from");
	refused("client settles within 10s hold 30s", "30s", "threshold");
	refused("client settles threshold 10s", "10s", "within, hold");
	refused("client settles within 10s hold 30s threshold 0", "0", "above 0");
	refused("client settles from 10s", "from", "against, within, threshold, hold, after");
	refused("client drops stale >= 1", "stale", "all, truncated");
	refused("client drops all", "all", "< <=");
	refused("client drops all = 1 from 10s", "from", "nothing more");
	refused("client reports CLOCK_BROKEN = 1", "CLOCK_BROKEN", "CLOCK_FAILED");
	refused("client sent sync > 1", "sync", "Sync, Delay_Req");
	refused("client state is SLAVE", "SLAVE", "TIME_RECEIVER");
	refused("client state is", "is", "TIME_RECEIVER");
	refused("client state = TIME_RECEIVER", "=", "`is`");
	refused("client grandmaster is", "is", "the name of a node");
	refused("client mtie < 40ns", "<", "`below`");
	refused("client mtie below", "below", "G.8273.2-A");
	refused("client mtie below G.8272-A", "G.8272-A", "1000s:40ns");
	refused("client offset rms below G.8272-A", "below", "max, mean and p2p");
	refused("client offset max below G.9999", "G.9999", "G.8272-A");
	refused("client own-error max below G.8272-A", "below", "< <=");
}

TEST(points_of_a_mask_ascend_and_are_whole)
{
	refused("c mtie below 1s:40ns,1s:50ns", "1s:40ns,1s:50ns", "ascending");
	refused("c mtie below 1s:40ns,", "1s:40ns,", "points");
	refused("c mtie below 1s:", "1s:", "points");
	refused("c mtie below :40ns", ":40ns", "points");
	refused("c mtie below 1s:0", "1s:0", "points");
	refused("c mtie below 0:1ns", "0:1ns", "points");
	refused("c mtie below "
		"1s:1ns,2s:1ns,3s:1ns,4s:1ns,5s:1ns,6s:1ns,7s:1ns,8s:1ns,9s:1ns,10s:1ns,11s:1ns,12s:1ns,"
		"13s:1ns,14s:1ns,15s:1ns,16s:1ns,17s:1ns",
		"1s:1ns", "at most 16");
	CHECK_EQ(
		read("c mtie below "
		     "1s:1ns,2s:1ns,3s:1ns,4s:1ns,5s:1ns,6s:1ns,7s:1ns,8s:1ns,9s:1ns,10s:1ns,11s:1ns,12s:1ns,"
		     "13s:1ns,14s:1ns,15s:1ns,16s:1ns")
			.point_count,
		16);
}

TEST(no_words_are_refused)
{
	struct expectation e;

	CHECK(!expect_parse(&e, NULL, 0, said, sizeof(said)));
	CHECK(strstr(said, "the name of a node"));
}

TEST(a_name_that_is_too_long_is_refused)
{
	refused("c123456789c123456789c123456789c123456789c123456789c123456789c123456789 malformed = 0",
		"c123456789", "at most 63");
}

/* Any words at all: nothing is read out of bounds, and a refusal says something. */
TEST(any_words_are_read_or_refused_with_a_reason)
{
	static const char *const vocabulary[] = {
		"client", "offset", "settles", "frequency", "mtie", "grandmaster", "state",  "steps",
		"drops",  "sent",   "rms",     "p99",       "<",    ">=",          "50ns",   "10ppb",
		"from",   "to",     "at",      "60s",       "is",   "gm",          "within", "hold",
		"below",  "PRTC-A", "1s:40ns", "all",       "Sync", "against",     "",       "7",
	};
	size_t taken = 0;

	for (int round = 0; round < 200000; round++) {
		char *words[8];
		size_t count = test_random_below(9);
		struct expectation e;

		for (size_t i = 0; i < count; i++) {
			words[i] = (char *)(uintptr_t)
				vocabulary[test_random_below(sizeof(vocabulary) / sizeof(vocabulary[0]))];
		}
		said[0] = '\0';
		if (expect_parse(&e, words, count, said, sizeof(said))) {
			taken++;
			CHECK(e.to_ps == -1 || e.to_ps >= e.from_ps);
		} else {
			CHECK(strstr(said, "expected"));
		}
	}
	CHECK(taken > 0);
}
