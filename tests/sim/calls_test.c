/* tests/sim/calls_test.c -- what the daemon says is what it does: the offset reported is the step's argument, the frequency
 * reported is the rate that is set. */
#include "tests/sim/simulate.h"
#include "tests/test.h"

struct calls {
	struct watch watch;
	struct gn_report last;
	bool has_report;
	unsigned steps, rates;
};

static void compare(struct watch *watch, struct node *node, const struct gn_action *action)
{
	struct calls *calls = watch->context;

	if (strcmp(node->name, "client") != 0) {
		return;
	}
	if (action->type == GN_ACTION_REPORT && action->u.report->id == GN_REPORT_SERVO_SAMPLE) {
		calls->last = *action->u.report;
		calls->has_report = true;
	}
	if (action->type == GN_ACTION_CLOCK_STEP) {
		CHECK(calls->has_report);
		CHECK_LE(calls->last.number[0] + action->u.step.nanoseconds, 1);
		CHECK_LE(-1, calls->last.number[0] + action->u.step.nanoseconds);
		calls->steps++;
	}
	if (action->type == GN_ACTION_CLOCK_SET_RATE && calls->has_report) {
		CHECK_EQ(action->u.rate.scaled_ppb, -calls->last.number[2]);
		calls->rates++;
	}
}

TEST(what_is_printed_is_what_the_clock_is_told)
{
	static const char text[] = "duration 60s\n"
				   "node gm option priority1 1 option summary_interval -4\n"
				   "node client option clientOnly 1 option summary_interval -4\n"
				   "clock client offset 5ms\nlink gm client delay 700ns\n";
	struct calls calls = { .watch = { .action = compare } };
	struct simulation s;

	calls.watch.context = &calls;
	simulate_watched(&s, text, &calls.watch);
	CHECK_EQ(calls.steps, 1);
	CHECK(calls.rates > 20);
	simulation_free(&s);
}
