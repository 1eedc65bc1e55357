/* src/tools/sim_break_test.c */
#include "tools/sim_break.h"

#include "gnomon/report.h"
#include "sim/node/node.h"
#include "sim/world.h"
#include "tests/test.h"

#include <stdio.h>

static struct sim_break b;
static char why[2048];
static struct world world;
static struct node node;

static bool parse(const char *text)
{
	why[0] = '\0';
	return sim_break_parse(&b, text, why, sizeof(why));
}

/* Tells it a report of a node; true if that ended the world. */
static bool tell(const char *name, const struct gn_report *report)
{
	struct gn_action action = { .type = GN_ACTION_REPORT };

	action.u.report = report;
	world = (struct world){ .seed = 1 };
	world.queue.now_ps = 1500 * PS_PER_MS;
	snprintf(node.name, sizeof(node.name), "%s", name);
	b.is_met = false;
	sim_break_watch(&b, &world);
	b.watch.action(&b.watch, &node, &action);
	CHECK_EQ(b.is_met, world.is_ended);
	return b.is_met;
}

TEST(a_report_of_that_kind_ends_the_world)
{
	CHECK(parse("TX_STAMP_MISSING"));
	CHECK_STR_EQ(b.pattern, "*");
	CHECK(tell("client", &(struct gn_report){ .id = GN_REPORT_TX_STAMP_MISSING, .port = 2 }));
	CHECK_STR_EQ(b.text, "client, port 2, at 1.500000000 s");
	CHECK(!tell("client", &(struct gn_report){ .id = GN_REPORT_TX_STAMPS_LOST }));
}

TEST(a_node_before_the_colon_is_a_pattern)
{
	CHECK(parse("client*:TX_STAMP_MISSING"));
	CHECK(tell("client7", &(struct gn_report){ .id = GN_REPORT_TX_STAMP_MISSING }));
	CHECK(!tell("gm", &(struct gn_report){ .id = GN_REPORT_TX_STAMP_MISSING }));
}

TEST(a_drop_is_known_by_its_reason)
{
	CHECK(parse("drop=stamp_stale_epoch"));
	CHECK(tell("gm",
		   &(struct gn_report){ .id = GN_REPORT_DROP, .number = { GN_DROP_STAMP_STALE_EPOCH } }));
	CHECK(!tell("gm", &(struct gn_report){ .id = GN_REPORT_DROP, .number = { GN_DROP_DOMAIN } }));
	CHECK(!tell("gm",
		    &(struct gn_report){ .id = GN_REPORT_LINK, .number = { GN_DROP_STAMP_STALE_EPOCH } }));
	CHECK(parse("drop=all"));
	CHECK(tell("gm", &(struct gn_report){ .id = GN_REPORT_DROP, .number = { GN_DROP_DOMAIN } }));
}

TEST(a_state_is_the_one_that_is_entered)
{
	CHECK(parse("gm:state=FAULTY"));
	CHECK_STR_EQ(b.pattern, "gm");
	CHECK(tell("gm", &(struct gn_report){ .id = GN_REPORT_PORT_STATE,
					      .number = { GN_PORT_LISTENING, GN_PORT_FAULTY } }));
	CHECK(!tell("gm", &(struct gn_report){ .id = GN_REPORT_PORT_STATE,
					       .number = { GN_PORT_FAULTY, GN_PORT_LISTENING } }));
}

TEST(it_ends_the_world_once)
{
	struct gn_report report = { .id = GN_REPORT_LINK };
	struct gn_action action = { .type = GN_ACTION_REPORT };

	action.u.report = &report;
	CHECK(parse("LINK"));
	CHECK(tell("first", &report));
	snprintf(node.name, sizeof(node.name), "second");
	b.watch.action(&b.watch, &node, &action);
	CHECK(strstr(b.text, "first"));
}

TEST(actions_that_are_no_reports_end_nothing)
{
	struct gn_action action = { .type = GN_ACTION_CLOCK_SET_RATE };

	CHECK(parse("all"));
	world = (struct world){ .seed = 1 };
	sim_break_watch(&b, &world);
	b.watch.action(&b.watch, &node, &action);
	CHECK(!b.is_met);
}

TEST(what_it_does_not_know_is_told_with_what_there_is)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "NOSUCH", "NOSUCH: expected a report: all, PORT_STATE" },
		{ "", "expected a report: " },
		{ ":", "expected a report: " },
		{ "gm:", "expected a report: " },
		{ "=x", "expected a report: " },
		{ "drop=nosuch", "nosuch: expected a reason: all, truncated" },
		{ "drop=", "expected a reason: " },
		{ "state=SLAVE", "SLAVE: expected a port state: INITIALIZING" },
		{ "gm:state=", "expected a port state: " },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK(!parse(cases[i].text));
		CHECK(strstr(why, cases[i].says));
	}
}

/* Longer than any of its places. */
TEST(a_text_of_any_length_is_refused)
{
	char text[600];

	for (size_t length = 1; length < sizeof(text); length++) {
		memset(text, 'x', length);
		text[length] = '\0';
		CHECK(!parse(text));
		text[length / 2] = ':';
		CHECK(!parse(text));
		text[length / 2] = '=';
		CHECK(!parse(text));
	}
}
