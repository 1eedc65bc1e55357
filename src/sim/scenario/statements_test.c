/* src/sim/scenario/statements_test.c */
#include "sim/scenario/reader.h"
#include "sim/scenario/said_test.h"

TEST(every_kind_is_called_as_its_statement)
{
	size_t kinds = 0;

	for (size_t i = 0; scenario_kinds[i]; i++, kinds++) {
		const struct statement_row *row = statement_of_kind(scenario_kinds[i]);

		CHECK(row);
		CHECK_STR_EQ(row->word, scenario_kinds[i]->name);
	}
	for (size_t i = 0; i < scenario_statement_count; i++) {
		const struct part_kind *kind = scenario_statements[i].kind;

		kinds -= kind && statement_of_kind(kind) == &scenario_statements[i];
	}
	CHECK_EQ(kinds, 0);
}

TEST(no_kind_has_a_key_that_is_a_word_of_its_statement)
{
	for (size_t i = 0; i < scenario_statement_count; i++) {
		const struct statement_row *row = &scenario_statements[i];

		for (size_t w = 0; row->kind && w < parts_own_word_count; w++) {
			if (parts_own_words[w].statements & NAMES_OF(row->declares)) {
				CHECK(!key_find(row->kind, parts_own_words[w].word));
			}
		}
	}
}

TEST(an_unknown_statement_is_answered_with_all_of_them)
{
	CHECK_SAYS(
		"nodes gm\n",
		"x:2: nodes: there is no such statement; did you mean node?; expected one of: title, about, "
		"include, "
		"parameter, sweep, duration, seed, sample, start, leap, curve, gnss, node, oscillator, "
		"clock, system, host, nic, "
		"mac, phy, switch, hub, link, connect, traffic, fault, attacker, core, at, expect, mutant\n");
}

TEST(every_statement_says_what_it_takes)
{
	for (size_t i = 0; i < scenario_statement_count; i++) {
		char line[64], expected[512];

		snprintf(line, sizeof(line), "%s\n", scenario_statements[i].word);
		snprintf(expected, sizeof(expected), "x:2: %s: expected: %s %s\n",
			 scenario_statements[i].word, scenario_statements[i].word,
			 scenario_statements[i].takes);
		CHECK_SAYS(line, expected);
	}
}

TEST(single_values_have_defaults)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 }, "");

	CHECK_EQ(scenario->duration_ps, INT64_C(100000000000000));
	CHECK_EQ(scenario->sample_ps, INT64_C(100000000000));
	CHECK_EQ(scenario->seed, 1);
	CHECK_EQ(scenario->start_seconds, 1700000000);
	CHECK_EQ(scenario->leap, 0);
	CHECK_STR_EQ(scenario->title, "");
	CHECK_STR_EQ(scenario->about, "");
	CHECK(!scenario->has_mutant);
	scenario_free(scenario);
}

TEST(single_values_are_read)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 },
					      "sample 1s\nseed 0xFFFFFFFFFFFFFFFf\nstart 0\nleap delete\n");

	CHECK_EQ(scenario->sample_ps, INT64_C(1000000000000));
	CHECK(scenario->seed == UINT64_MAX);
	CHECK_EQ(scenario->start_seconds, 0);
	CHECK_EQ(scenario->leap, -1);
	scenario_free(scenario);
}

TEST(a_start_is_seconds_or_a_date_of_tai)
{
	static const struct {
		const char *text;
		uint64_t seconds;
	} dates[] = {
		{ "1970-01-01T00:00:00", 0 },          { "2000-02-29T12:34:56", 951827696 },
		{ "2023-11-14T22:13:20", 1700000000 }, { "2024-03-01T00:00:00", 1709251200 },
		{ "2026-12-31T23:59:00", 1798761540 }, { "2100-03-01T00:00:00", 4107542400 },
		{ "2254-12-31T23:59:59", 8993721599 }, { "9000000000", 9000000000 },
	};
	static const char *const bad[] = { "2026-12-31",
					   "2026-13-01T00:00:00",
					   "2026-02-29T00:00:00",
					   "2100-02-29T00:00:00",
					   "2026-01-01T24:00:00",
					   "2026-01-01T00:00:60",
					   "2026-01-01T00:00:00Z",
					   "1969-12-31T23:59:59",
					   "9000000001",
					   "-1",
					   "",
					   "1.5",
					   "2026-1-1T00:00:00" };
	char line[64];

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct scenario *scenario;

		snprintf(line, sizeof(line), "start %s\n", dates[i].text);
		scenario = said_fine(&(struct said){ 0 }, line);
		CHECK_EQ(scenario->start_seconds, dates[i].seconds);
		scenario_free(scenario);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "start \"%s\"\n", bad[i]);
		CHECK_MENTIONS(line, "expected TAI seconds since 1970, 0 .. 9000000000, or a date such as");
	}
}

TEST(single_values_are_checked)
{
	static const char *const bad[] = { "seed -1",      "seed 18446744073709551616",
					   "seed 0x",      "seed 0x10000000000000000",
					   "seed 1x",      "sample 0",
					   "sample 999ns", "leap maybe",
					   "sample 3 s",   "seed 0xfg" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_MENTIONS(bad[i], ": expected ");
	}
	CHECK_SAYS("duration 1s\n", "x:2: duration: it was said before, at x:1\n");
	CHECK_SAYS("sample 101s\n", "x: sample 101s: this is behind the end; the duration is 100s\n");
	CHECK_SAYS("seed 1 2\n", "x:2: 2: this is too much; expected the end of the statement\n");
}

TEST(a_duration_must_be_said)
{
	struct said said = { .files = { { "x", "seed 1\n", 0 } } };

	CHECK(!said_scenario(&said));
	CHECK_STR_EQ(said.text, "x: there is no `duration` in it; expected: duration a time such as 120s or "
				"2h, more than 0, at "
				"most 100d\n");
	for (size_t i = 0; i < 4; i++) {
		static const char *const bad[] = { "duration 0\n", "duration 101d\n", "duration 10\n",
						   "duration -1s\n" };

		said.files[0].text = bad[i];
		CHECK(!said_scenario(&said));
		CHECK(strstr(said.text, "x:1: duration"));
	}
}

TEST(title_and_about_are_texts)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 },
					      "about one  two\nabout \"three\n four\"\ntitle t\n"
					      "mutant about why\nmutant about not\n");

	CHECK_STR_EQ(scenario->about, "one two\n\"three four\"");
	CHECK_STR_EQ(scenario->mutant_about, "why\nnot");
	CHECK_STR_EQ(scenario->title, "t");
	CHECK(!scenario->has_mutant);
	scenario_free(scenario);
	CHECK_SAYS("title a\ntitle b\n", "x:3: title: it was said before: a\n");
}

TEST(parameters_have_names_of_their_own)
{
	CHECK_SAYS("parameter a 1\nparameter a 2\n", "x:3: parameter a: the name is taken, at x:2\n");
	CHECK_SAYS("parameter seed 1\n", "x:2: parameter seed: this is the name of a statement\n");
	CHECK_SAYS("parameter a-b 1\n",
		   "x:2: parameter a-b: expected a name of letters, digits and _, at most 31\n");
	CHECK_SAYS("parameter a 1 2\n", "x:2: 2: this is too much; expected the end of the statement\n");
}

TEST(parameters_from_outside_are_stronger)
{
	struct said said = { .parameters = { { .name = "a", .value = "7" },
					     { .name = "sample", .value = "2ms" },
					     { .name = "duration", .value = "5s" } } };
	struct scenario *scenario = said_fine(&said, "parameter a 3\nseed $a\nsample 1ms\n");

	CHECK_EQ(scenario->seed, 7);
	CHECK_EQ(scenario->sample_ps, 2000000000);
	CHECK_EQ(scenario->duration_ps, INT64_C(5000000000000));
	CHECK_EQ(scenario->parameter_count, 1);
	CHECK_STR_EQ(scenario->parameters[0].name, "a");
	CHECK_STR_EQ(scenario->parameters[0].value, "7");
	scenario_free(scenario);
}

TEST(a_parameter_from_outside_that_is_not_there_is_an_error)
{
	struct said said = { .parameters = { { .name = "jiter", .value = "7" } } };

	CHECK_STR_EQ(said_of(&said, "parameter jitter 3\n"),
		     "x: jiter: the scenario has no parameter of that name; did you mean jitter?; what can "
		     "be set: jitter, "
		     "duration, seed, sample, start, leap\n");
	said.parameters[0] = (struct scenario_option){ .name = "seed", .value = "one" };
	CHECK_STR_EQ(said_of(&said, ""), "x: seed one: expected a whole number, 0 .. 18446744073709551615\n");
}

TEST(mutants_are_in_force_when_asked_for)
{
	const char *text =
		"parameter p 1\nmutant parameter p 2\nseed $p\nsample 1ms\nmutant sample 2ms\nnode gm\n"
		"mutant node rogue\nat 1s kill gm\nmutant at 2s kill gm\nexpect gm steps <= 1\n"
		"mutant expect gm steps <= 2\n";
	struct said said = { .is_mutant = false };
	struct scenario *scenario = said_fine(&said, text);

	CHECK(scenario->has_mutant);
	CHECK_EQ(scenario->seed, 1);
	CHECK_EQ(scenario->sample_ps, 1000000000);
	CHECK_EQ(scenario->declaration_count, 1);
	CHECK_EQ(scenario->happening_count, 1);
	CHECK_EQ(scenario->expectation_count, 1);
	scenario_free(scenario);
	said.is_mutant = true;
	scenario = said_fine(&said, text);
	CHECK_EQ(scenario->seed, 2);
	CHECK_EQ(scenario->sample_ps, 2000000000);
	CHECK_EQ(scenario->declaration_count, 2);
	CHECK(scenario->declarations[1].is_mutant);
	CHECK_EQ(scenario->happening_count, 2);
	CHECK(scenario->happenings[1].is_mutant);
	CHECK_EQ(scenario->expectation_count, 2);
	CHECK_EQ(scenario->expectations[1].line, 12);
	scenario_free(scenario);
	said.parameters[0] = (struct scenario_option){ .name = "p", .value = "3" };
	scenario = said_fine(&said, text);
	CHECK_EQ(scenario->seed, 3);
	scenario_free(scenario);
}

TEST(mutants_are_checked_when_they_are_not_in_force)
{
	CHECK_SAYS("mutant seed one\n",
		   "x:2: seed one: expected a whole number, 0 .. 18446744073709551615\n");
	CHECK_MENTIONS("mutant fault bad on a-b affects Nothing\n", "x:2: affects Nothing: expected ");
	CHECK_SAYS("mutant title x\n", "x:2: mutant title: `mutant` cannot stand before `title`\n");
	CHECK_SAYS("mutant mutant seed 1\n", "x:2: mutant mutant: `mutant` cannot stand before `mutant`\n");
	CHECK_SAYS(
		"mutant parameter p 2\n",
		"x:2: mutant parameter p: there is no parameter of that name above that could be changed\n");
	CHECK_SAYS("parameter p 2\nseed $p\nmutant parameter p 3\n",
		   "x:4: mutant parameter p: nothing below uses $p: put it above the lines that it is to "
		   "change\n");
	CHECK_MENTIONS("mutant at 200s kill gm\nnode gm\n",
		       "x:2: at 200s: this is behind the end; the duration is 100s\n");
}

TEST(expectations_know_their_text_and_place)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 },
					      "node gm\nexpect gm  offset rms < 50ns\n from 60s\n");

	CHECK_EQ(scenario->expectation_count, 1);
	CHECK_STR_EQ(scenario->expectations[0].text, "gm offset rms < 50ns from 60s");
	CHECK_STR_EQ(scenario->expectations[0].file, "x");
	CHECK_EQ(scenario->expectations[0].line, 3);
	scenario_free(scenario);
	CHECK_MENTIONS("node gm\nexpect gm offset\n", "x:3: expect: ");
}

TEST(expectations_end_with_the_run)
{
	CHECK_READS("node gm\nexpect gm offset rms < 50ns from 60s to 100s\n");
	CHECK_MENTIONS("node gm\nexpect gm offset rms < 50ns from 101s\n",
		       "x:3: expect: from 101s: this is behind the end");
	CHECK_MENTIONS("node gm\nexpect gm offset rms < 50ns from 1s to 101s\n",
		       "x:3: expect: to 101s: this is behind the end");
	CHECK_MENTIONS("node gm\nexpect gm settles within 60s threshold 100ns hold 10s after 50s\n",
		       "x:3: expect: within 110s: this is behind the end");
}
