/* src/sim/scenario/happenings_test.c */
#include "sim/network/link.h"
#include "sim/scenario/said_test.h"

#define SECOND_PS INT64_C(1000000000000)
#define WORLD "node gm\nnode client\nlink gm client\n"

static struct scenario *happening_of(const char *line)
{
	char text[512];

	snprintf(text, sizeof(text), WORLD "%s\n", line);
	return said_fine(&(struct said){ 0 }, text);
}

TEST(every_verb_is_read)
{
	static const struct {
		const char *line, *target;
		enum scenario_verb verb;
	} lines[] = {
		{ "set link gm-client delay 1us", "gm-client", VERB_SET },
		{ "pull gm-*", "gm-*", VERB_PULL },
		{ "plug gm-client", "gm-client", VERB_PLUG },
		{ "kill gm", "gm", VERB_KILL },
		{ "start *", "*", VERB_START },
		{ "stop gm", "gm", VERB_STOP },
		{ "restart gm", "gm", VERB_RESTART },
		{ "freeze gm for 2s", "gm", VERB_FREEZE },
		{ "step gm by -1ms", "gm", VERB_STEP },
		{ "manage gm SET PRIORITY1 priority1 200", "gm", VERB_MANAGE },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct scenario *scenario;
		const struct scenario_happening *h;
		char line[128];

		snprintf(line, sizeof(line), "at 60s %s", lines[i].line);
		scenario = happening_of(line);
		h = &scenario->happenings[0];
		CHECK_EQ(scenario->happening_count, 1);
		CHECK_EQ(h->verb, lines[i].verb);
		CHECK_STR_EQ(h->target, lines[i].target);
		CHECK_STR_EQ(h->text, lines[i].line);
		CHECK_EQ(h->at_ps, 60 * SECOND_PS);
		CHECK_EQ(h->every_ps, 0);
		CHECK_EQ(h->until_ps, -1);
		CHECK_EQ(h->where.line, 5);
		scenario_free(scenario);
	}
}

TEST(verbs_keep_what_they_take)
{
	struct scenario *scenario = happening_of("at 1s set link gm-client delay 1us loss 1%");

	CHECK(scenario->happenings[0].kind == &link_kind);
	CHECK_EQ(scenario->happenings[0].setting_count, 2);
	CHECK_STR_EQ(scenario->happenings[0].settings[1].text, "1%");
	scenario_free(scenario);
	scenario = happening_of("at 1s step gm by -1ms");
	CHECK_EQ(scenario->happenings[0].by_ps, -1000000000);
	scenario_free(scenario);
	scenario = happening_of("at 1s manage gm SET PRIORITY1 priority1 200");
	CHECK_EQ(scenario->happenings[0].word_count, 4);
	CHECK_STR_EQ(scenario->happenings[0].words[0], "SET");
	CHECK_STR_EQ(scenario->happenings[0].words[3], "200");
	scenario_free(scenario);
}

TEST(a_happening_can_come_again)
{
	struct scenario *scenario = happening_of("at 10s every 5s until 30s pull gm-client");

	CHECK_EQ(scenario->happenings[0].every_ps, 5 * SECOND_PS);
	CHECK_EQ(scenario->happenings[0].until_ps, 30 * SECOND_PS);
	CHECK_STR_EQ(scenario->happenings[0].text, "pull gm-client");
	scenario_free(scenario);
	scenario = happening_of("at 10s every 5s pull gm-client");
	CHECK_EQ(scenario->happenings[0].until_ps, -1);
	scenario_free(scenario);
}

TEST(bad_happenings_say_what_was_expected)
{
	static const struct {
		const char *line, *what;
	} bad[] = {
		{ "at soon pull gm-client",
		  "x:5: at soon: expected a time such as 60s or 1.5ms, at least 0\n" },
		{ "at -1s pull gm-client",
		  "x:5: at -1s: expected a time such as 60s or 1.5ms, at least 0\n" },
		{ "at 1s", "x:5: at: expected: at TIME [every TIME [until TIME]] VERB ...\n" },
		{ "at 1s every 0 pull gm-client",
		  "x:5: every 0: expected a time such as 2s or 1.5ms, more than 0\n" },
		{ "at 9s every 1s until 8s pull gm-client",
		  "x:5: until 8s: it is before the first time, 9s\n" },
		{ "at 1s until 8s pull gm-client",
		  "x:5: at until: expected what happens: one of set, pull, plug, kill, start, stop, "
		  "restart, freeze, step, manage\n" },
		{ "at 1s pul gm-client",
		  "x:5: at pul: expected what happens; did you mean pull?: one of set, " },
		{ "at 1s pull", "x:5: pull: expected: pull LINK\n" },
		{ "at 1s pull gm-client now",
		  "x:5: now: this is too much; expected the end of the statement\n" },
		{ "at 1s freeze gm", "x:5: expected `for` and a time\n" },
		{ "at 1s freeze gm by 2s", "x:5: by: expected `for` and a time\n" },
		{ "at 1s freeze gm for -2s",
		  "x:5: for -2s: expected a time such as 2s or 1.5ms, more than 0\n" },
		{ "at 1s step gm by", "x:5: by: expected a time such as 2s or 1.5ms, not 0\n" },
		{ "at 1s set", "x:5: set: expected what is set: one of gnss, oscillator, " },
		{ "at 1s set node gm starts no", "x:5: set node: expected what is set" },
		{ "at 1s set connect gm delay 1us", "x:5: set connect: expected what is set" },
		{ "at 1s set link gm-client", "x:5: set: expected: set link NAME KEY VALUE ...\n" },
		{ "at 1s set link gm-client dely 1us",
		  "x:5: dely: link has no such key; did you mean delay?" },
		{ "at 1s manage gm GET PRIORITY1", "x:5: manage: " },
		{ "at 1s manage gm SET PRIORITY1 priority1 256", "x:5: manage: " },
		{ "at 101s pull gm-client", "x:5: at 101s: this is behind the end; the duration is 100s\n" },
		{ "at 1s every 1s until 101s pull gm-client", "x:5: until 101s: this is behind the end" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[512];

		snprintf(text, sizeof(text), WORLD "%s\n", bad[i].line);
		CHECK_MENTIONS(text, bad[i].what);
	}
}
