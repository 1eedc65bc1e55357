/* src/tools/sim_break.c -- the names are those of expectations, and are read by their reader. */
#include "tools/sim_break.h"

#include "sim/scenario/scenario.h"

#include <stdio.h>
#include <string.h>

bool sim_break_parse(struct sim_break *b, const char *text, char *why, size_t why_size)
{
	const char *colon = strchr(text, ':');
	const char *equals = strchr(text, '=');
	char node[] = "x", port[] = "x.1", reports[] = "reports", drops[] = "drops", state[] = "state",
	     is[] = "is", at[] = "at", zero[] = "0s", least[] = ">=", one[] = "1", name[64];
	char *report_words[] = { node, reports, name, least, one };
	char *drop_words[] = { node, drops, name, least, one };
	char *state_words[] = { port, state, is, name, at, zero };

	*b = (struct sim_break){ .pattern = "*" };
	if (colon) {
		snprintf(b->pattern, sizeof(b->pattern), "%.*s", (int)(colon - text), text);
		text = colon + 1;
	}
	snprintf(name, sizeof(name), "%s", equals && equals > text ? equals + 1 : text);
	if (strncmp(text, "drop=", 5) == 0) {
		return expect_parse(&b->what, drop_words, 5, why, why_size);
	}
	if (strncmp(text, "state=", 6) == 0) {
		return expect_parse(&b->what, state_words, 6, why, why_size);
	}
	return expect_parse(&b->what, report_words, 5, why, why_size);
}

static bool fits(const struct sim_break *b, const struct gn_report *report)
{
	switch (b->what.subject) {
	case EXPECT_REPORTS:
		return b->what.id < 0 || report->id == b->what.id;
	case EXPECT_DROPS:
		return report->id == GN_REPORT_DROP && (b->what.id < 0 || report->number[0] == b->what.id);
	default:
		return report->id == GN_REPORT_PORT_STATE && report->number[1] == b->what.state;
	}
}

static void look(struct watch *watch, struct node *node, const struct gn_action *action)
{
	struct sim_break *b = watch->context;

	if (b->is_met || action->type != GN_ACTION_REPORT || !fits(b, action->u.report) ||
	    !scenario_matches(b->pattern, node->name)) {
		return;
	}
	b->is_met = true;
	b->world->is_ended = true;
	snprintf(b->text, sizeof(b->text), "%s, port %u, at %.9f s", node->name, action->u.report->port,
		 (double)b->world->queue.now_ps / (double)PS_PER_SECOND);
}

void sim_break_watch(struct sim_break *b, struct world *world)
{
	b->world = world;
	b->watch = (struct watch){ .action = look, .context = b };
	world_watch(world, &b->watch);
}
