/* src/sim/scenario/curve_test.c */
#include "sim/scenario/said_test.h"

#define SECOND_PS INT64_C(1000000000000)

/* The curve of a line, also when it is bad. */
static bool curve_of(const char *words, struct curve *out, char why[512])
{
	static char text[256], copy[256];
	const char *list[16];
	struct scenario_declaration d = { .statement = SCENARIO_CURVE, .name = "c", .words = list };
	char *save = NULL;

	snprintf(text, sizeof(text), "%s", words);
	memcpy(copy, text, sizeof(copy));
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		list[d.word_count++] = word;
	}
	why[0] = '\0';
	return scenario_curve(&d, out, why, 512);
}

TEST(the_words_of_a_curve_become_its_members)
{
	struct curve curve;
	char why[512];

	CHECK(curve_of("constant 30C", &curve, why));
	CHECK_EQ(curve.shape, CURVE_CONSTANT);
	CHECK_NEAR(curve.value, 30, 0);
	CHECK(curve_of("ramp 20C -40C from 60s to 660s", &curve, why));
	CHECK_EQ(curve.shape, CURVE_RAMP);
	CHECK_NEAR(curve.value, 20, 0);
	CHECK_NEAR(curve.other, -40, 0);
	CHECK_EQ(curve.from_ps, 60 * SECOND_PS);
	CHECK_EQ(curve.to_ps, 660 * SECOND_PS);
	CHECK(curve_of("sinusoid 25C period 1h amplitude 5C", &curve, why));
	CHECK_EQ(curve.shape, CURVE_SINUSOID);
	CHECK_NEAR(curve.other, 5, 0);
	CHECK_EQ(curve.period_ps, 3600 * SECOND_PS);
	CHECK(curve_of("step 25C 15C at 300s", &curve, why));
	CHECK_EQ(curve.shape, CURVE_STEP);
	CHECK_EQ(curve.from_ps, 300 * SECOND_PS);
}

TEST(a_bad_curve_says_what_was_expected)
{
	static const struct {
		const char *words, *why;
	} bad[] = {
		{ "rampe 1C 2C", "rampe: there is no such shape; did you mean ramp?; expected one of: "
				 "constant, ramp, sinusoid, "
				 "step, csv" },
		{ "constant", "constant: expected a temperature such as 25C, -273.15C .. 1000C" },
		{ "constant hot", "constant hot: expected a temperature such as 25C, -273.15C .. 1000C" },
		{ "constant 25C at 3s", "at: expected: constant DEGREES" },
		{ "ramp 20C 60C from 60s",
		  "`to` is missing; expected: ramp DEGREES DEGREES from TIME to TIME" },
		{ "ramp 20C 60C from 60s from 70s to 80s",
		  "`from` is said twice; expected: ramp DEGREES DEGREES from TIME to TIME" },
		{ "ramp 20C 60C from 60s to 60s", "`to` must be later than `from`" },
		{ "sinusoid 25C amplitude 5C period 0", "`period` must be more than 0" },
		{ "step 25C 15C at", "at: expected a time such as 500ns or 1.5ms, at least 0" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct curve curve;
		char why[512];

		CHECK(!curve_of(bad[i].words, &curve, why));
		if (i != 8) {
			CHECK_STR_EQ(why, bad[i].why);
		} else {
			CHECK(strncmp(why, "at: expected a time such as", 27) == 0);
		}
	}
}

TEST(a_curve_of_a_scenario_is_checked_when_it_is_read)
{
	CHECK_READS("curve c constant 25C\n");
	CHECK_SAYS("curve c step 25C 15C\n",
		   "x:2: curve c: `at` is missing; expected: step DEGREES DEGREES at TIME\n");
	CHECK_MENTIONS("curve c csv\n", "x:2: curve c: expected: csv FILE\n");
	CHECK_MENTIONS("curve c csv a b\n", "x:2: curve c: expected: csv FILE\n");
	CHECK_SAYS("curve c csv missing.csv\n", "x:2: missing.csv: cannot be read: no such file\n");
}

TEST(a_curve_can_come_from_a_file)
{
	struct said said = { .files = { { 0 }, { "t.csv", "0,20\n60,25\n", 0 } } };
	struct scenario *scenario = said_fine(&said, "curve c csv t.csv\n");
	const struct scenario_declaration *d = &scenario->declarations[0];

	CHECK_EQ(d->csv_size, 11);
	CHECK_MEM_EQ(d->csv_text, "0,20\n60,25\n", 11);
	CHECK_STR_EQ(said.asked_for, "x<;t.csv<x;");
	scenario_free(scenario);
	said.files[1] = (struct said_file){ "t.csv", "", 0 };
	CHECK(strstr(said_of(&said, "curve c csv t.csv\n"), "x:2: curve c: "));
}
