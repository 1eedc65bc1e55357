/* src/sim/scenario/sweep_test.c */
#include "sim/scenario/said_test.h"

/* The values of the sweep in a line, with blanks between them. */
static void check_sweep(const char *line, const char *expected)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 }, line);
	char text[1024] = "";

	CHECK_EQ(scenario->sweep_count, 1);
	for (size_t i = 0; i < scenario->sweeps[0].value_count; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
			 scenario->sweeps[0].values[i]);
	}
	CHECK_STR_EQ(text, expected);
	scenario_free(scenario);
}

TEST(a_sweep_is_a_list_or_a_range)
{
	check_sweep("sweep a 1ns 4ns 16ns\n", "1ns 4ns 16ns");
	check_sweep("sweep a one\n", "one");
	check_sweep("sweep a 1..5\n", "1 2 3 4 5");
	check_sweep("sweep a 1..9 step 2\n", "1 3 5 7 9");
	check_sweep("sweep a 1..8 step 3\n", "1 4 7");
	check_sweep("sweep a 3..1\n", "3 2 1");
	check_sweep("sweep a -1..1\n", "-1 0 1");
	check_sweep("sweep a 1..-1\n", "1 0 -1");
	check_sweep("sweep a ./a.conf ../b.conf\n", "./a.conf ../b.conf");
}

TEST(a_range_keeps_its_unit_and_is_exact)
{
	check_sweep("sweep a 1ns..3ns\n", "1ns 2ns 3ns");
	check_sweep("sweep a 0.1..0.5 step 0.1\n", "0.1 0.2 0.3 0.4 0.5");
	check_sweep("sweep a 0.5us..2us step 0.50us\n", "0.5us 1us 1.5us 2us");
	check_sweep("sweep a 0%..90% step 30%\n", "0% 30% 60% 90%");
	check_sweep("sweep a -0.5ppm..0.5ppm step 0.25ppm\n", "-0.5ppm -0.25ppm 0ppm 0.25ppm 0.5ppm");
	check_sweep("sweep a 999999999999..999999999998\n", "999999999999 999999999998");
}

TEST(a_bad_range_says_how_one_is_written)
{
	static const char *const bad[] = {
		"1..",         "1..x",         "1ns..1us",         "1..9 step",
		"1..9 step 0", "1..9 step -1", "1ns..9ns step 1",  "1..9 by 2",
		"1.5.2..3",    "1.1234567..2", "1234567890123..2", "1...5",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char line[64], end[64];

		snprintf(line, sizeof(line), "sweep a %s\n", bad[i]);
		snprintf(end, sizeof(end), "x:2: sweep %.*s: expected FIRST..LAST", (int)strcspn(bad[i], " "),
			 bad[i]);
		CHECK_MENTIONS(line, end);
	}
	CHECK_SAYS("sweep a 1..9 step 2 3\n",
		   "x:2: 3: this is too much; expected the end of the statement\n");
}

TEST(a_sweep_has_at_most_a_thousand_values)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 }, "sweep a 1..1000\n");

	CHECK_EQ(scenario->sweeps[0].value_count, 1000);
	CHECK_STR_EQ(scenario->sweeps[0].values[999], "1000");
	scenario_free(scenario);
	CHECK_SAYS("sweep a 0..1000\n", "x:2: sweep: 1001 values; at most 1000 can be swept\n");
	CHECK_MENTIONS("sweep a -999999999999..999999999999 step 0.000001\n",
		       "values; at most 1000 can be swept\n");
}

TEST(a_sweep_gives_its_parameter_the_first_value)
{
	struct said said = { .parameters = { { .name = "a", .value = "9" } } };
	struct scenario *scenario = said_fine(&(struct said){ 0 }, "sweep a 5..7\nseed $a\n");

	CHECK_EQ(scenario->seed, 5);
	scenario_free(scenario);
	scenario = said_fine(&said, "sweep a 5..7\nseed $a\n"); /* unless told otherwise from outside */
	CHECK_EQ(scenario->seed, 9);
	scenario_free(scenario);
	scenario = said_fine(&(struct said){ 0 },
			     "parameter a 6\nsweep a 5..7\nseed $a\n"); /* or by the file */
	CHECK_EQ(scenario->seed, 6);
	scenario_free(scenario);
}

TEST(a_sweep_of_the_seed_needs_no_parameter)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 }, "sweep seed 3..5\nsweep sample 1ms 2ms\n");

	CHECK_EQ(scenario->seed, 3);
	CHECK_EQ(scenario->sample_ps, 1000000000);
	CHECK_EQ(scenario->sweep_count, 2);
	CHECK_EQ(scenario->parameter_count, 0);
	scenario_free(scenario);
	scenario = said_fine(&(struct said){ 0 }, "seed 4\nsweep seed 3..5\n");
	CHECK_EQ(scenario->seed, 4);
	scenario_free(scenario);
	CHECK_SAYS("sweep seed 1 two\n",
		   "x:2: sweep seed: two: expected a whole number, 0 .. 18446744073709551615\n");
}

TEST(a_sweep_is_said_once)
{
	CHECK_SAYS("sweep a 1 2\nsweep a 3 4\n", "x:3: sweep a: there is one already\n");
	CHECK_MENTIONS("sweep a-b 1 2\n", "x:2: sweep a-b: expected the name of a parameter");
	CHECK_MENTIONS("sweep a\n", "x:2: sweep: expected: sweep NAME VALUE ...");
}
