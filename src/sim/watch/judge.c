/* src/sim/watch/judge.c -- whether what was expected is what was seen: a row per subject.
 *
 * States and grandmasters are judged by walking the node's changes and looking at what holds after all of one moment. */
#include "sim/watch/judge.h"

#include "core/servo/math.h"
#include "report/text.h"
#include "report/words.h"
#include "sim/scenario/scenario.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- words ---- */

void judge_say(struct judging *j, const char *format, ...)
{
	size_t length = strlen(j->verdict->text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(j->verdict->text + length, sizeof(j->verdict->text) - length, format, arguments);
	va_end(arguments);
}

const char *judge_moment(int64_t ps, char out[JUDGE_TEXT_SIZE])
{
	int64_t ms = (ps + PS_PER_MS / 2) / PS_PER_MS;
	size_t length;

	length = (size_t)snprintf(out, JUDGE_TEXT_SIZE, "%lld.%03d", (long long)(ms / 1000),
				  (int)(ms % 1000));
	while (out[length - 1] == '0') {
		length--;
	}
	length -= out[length - 1] == '.';
	snprintf(out + length, JUDGE_TEXT_SIZE - length, " s");
	return out;
}

void judge_say_against(struct judging *j)
{
	if (j->against) {
		judge_say(j, " against %s", j->e->against);
	}
}

void judge_say_window(struct judging *j)
{
	char from[JUDGE_TEXT_SIZE], to[JUDGE_TEXT_SIZE];

	if (j->e->to_ps == j->e->from_ps) {
		judge_say(j, " at %s", judge_moment(j->e->from_ps, from));
	} else {
		judge_say(j, " from %s to %s", judge_moment(j->e->from_ps, from),
			  judge_moment(j->shown_end_ps, to));
	}
	judge_say_against(j);
}

/* ---- numbers ---- */

static bool is_so(int comparison, double seen, double wanted)
{
	switch (comparison) {
	case EXPECT_LESS:
		return seen < wanted;
	case EXPECT_AT_MOST:
		return seen <= wanted;
	case EXPECT_MORE:
		return seen > wanted;
	case EXPECT_AT_LEAST:
		return seen >= wanted;
	case EXPECT_EQUAL:
		return seen == wanted;
	default:
		return seen != wanted;
	}
}

void judge_decide(struct judging *j, double seen)
{
	j->verdict->seen = seen;
	j->verdict->holds = is_so(j->e->comparison, seen, j->e->value);
}

int64_t judge_sample_ps(const struct judging *j, size_t sample)
{
	return (int64_t)sample * j->o->interval_ps;
}

/* ---- states and grandmasters ---- */

struct walk {
	const struct observed_node *node;
	size_t next;
	bool is_running;
	struct gn_clock_identity grandmaster;
	uint8_t states[GN_PORTS_MAX + 1];
	uint16_t ports; /* highest seen */
};

static void begin_life(struct walk *w, bool is_running)
{
	w->is_running = is_running;
	w->grandmaster = (struct gn_clock_identity){ { 0 } };
	memset(w->states, is_running ? GN_PORT_INITIALIZING : 0, sizeof(w->states));
}

static void take_change(struct walk *w, const struct observed_change *change)
{
	switch (change->kind) {
	case OBSERVED_START:
	case OBSERVED_END:
		begin_life(w, change->kind == OBSERVED_START);
		break;
	case OBSERVED_GRANDMASTER:
		w->grandmaster = change->identity;
		break;
	case OBSERVED_STATE:
		if (change->port <= GN_PORTS_MAX) {
			w->states[change->port] = change->to;
			w->ports = change->port > w->ports ? change->port : w->ports;
		}
		break;
	default:
		break;
	}
}

static void walk_to(struct walk *w, int64_t at_ps)
{
	while (w->next < w->node->change_count && w->node->changes[w->next].at_ps <= at_ps) {
		take_change(w, &w->node->changes[w->next++]);
	}
}

static bool has_state(const struct judging *j, const struct walk *w, const void *wanted)
{
	const int *state = wanted;

	if (j->e->port > 0) {
		return j->e->port <= GN_PORTS_MAX && w->states[j->e->port] == *state;
	}
	for (uint16_t port = 1; port == 1 || port <= w->ports; port++) {
		if (w->states[port] == *state) {
			return true;
		}
	}
	return false;
}

static bool has_grandmaster(const struct judging *j, const struct walk *w, const void *wanted)
{
	(void)j;
	return w->is_running && gn_clock_identity_equal(&w->grandmaster, wanted);
}

static void say_state(struct judging *j, const struct walk *w)
{
	uint16_t first = j->e->port ? j->e->port : 1, last = j->e->port || !w->ports ? first : w->ports;

	if (!w->is_running) {
		judge_say(j, "not running");
		return;
	}
	for (uint16_t port = first; port <= last && port <= GN_PORTS_MAX; port++) {
		judge_say(j, "%s%s", port == first ? "state is " : ", ",
			  report_state_name(&report_words_native, w->states[port]));
	}
}

static void say_grandmaster(struct judging *j, const struct walk *w)
{
	char identity[19];

	if (!w->is_running) {
		judge_say(j, "not running");
		return;
	}
	for (size_t i = 0; i < j->o->node_count; i++) {
		if (gn_clock_identity_equal(&j->o->nodes[i].identity, &w->grandmaster)) {
			judge_say(j, "grandmaster is %s", j->o->nodes[i].name);
			return;
		}
	}
	judge_say(j, "grandmaster is %s", report_clock_identity(&w->grandmaster, identity));
}

/* Whether it is so at every moment of the window. */
static void judge_always(struct judging *j,
			 bool (*is_as_wanted)(const struct judging *, const struct walk *, const void *),
			 const void *wanted, void (*say_it)(struct judging *, const struct walk *))
{
	struct walk w = { .node = j->node };
	int64_t at_ps = j->e->from_ps;
	char at[JUDGE_TEXT_SIZE];

	for (;;) {
		walk_to(&w, at_ps);
		if (!is_as_wanted(j, &w, wanted)) {
			j->verdict->at_ps = at_ps;
			say_it(j, &w);
			judge_say(j, " at %s", judge_moment(at_ps, at));
			return;
		}
		if (w.next == j->node->change_count || j->node->changes[w.next].at_ps > j->end_ps) {
			break;
		}
		at_ps = j->node->changes[w.next].at_ps;
	}
	j->verdict->holds = true;
	say_it(j, &w);
	judge_say_window(j);
}

static void judge_state(struct judging *j)
{
	judge_always(j, has_state, &j->e->state, say_state);
}

static void judge_grandmaster(struct judging *j)
{
	const struct observed_node *wanted = observation_node(j->o, j->e->other);

	if (!wanted) {
		judge_say(j, "there is no node %s", j->e->other);
		return;
	}
	judge_always(j, has_grandmaster, &wanted->identity, say_grandmaster);
}

/* ---- counts ---- */

/* Did its daemon run at any moment of the window? */
static bool did_run(const struct judging *j)
{
	struct walk w = { .node = j->node };

	walk_to(&w, j->e->from_ps);
	while (!w.is_running && w.next < j->node->change_count &&
	       j->node->changes[w.next].at_ps <= j->end_ps) {
		take_change(&w, &j->node->changes[w.next++]);
	}
	return w.is_running;
}

static void judge_steps(struct judging *j)
{
	const struct observed_change *largest = NULL;
	size_t count = 0;
	char by[JUDGE_TEXT_SIZE], at[JUDGE_TEXT_SIZE];

	if (!did_run(j)) {
		judge_say(j, "not running");
		judge_say_window(j);
		return;
	}
	for (size_t i = 0; i < j->node->change_count; i++) {
		const struct observed_change *change = &j->node->changes[i];

		if (change->kind == OBSERVED_STEP && change->at_ps >= j->e->from_ps &&
		    change->at_ps <= j->end_ps) {
			count++;
			if (!largest || gn_math_fabs(change->value_ns) > gn_math_fabs(largest->value_ns)) {
				largest = change;
			}
		}
	}
	judge_decide(j, (double)count);
	judge_say(j, "%zu step%s", count, count == 1 ? "" : "s");
	judge_say_window(j);
	if (largest) {
		j->verdict->at_ps = largest->at_ps;
		judge_say(j, " (%s%s at %s)", count > 1 ? "the largest " : "",
			  report_duration(largest->value_ns, by), judge_moment(largest->at_ps, at));
	}
}

static void judge_count(struct judging *j, const uint64_t *counters, int end, const char *what,
			const char *name)
{
	uint64_t count = 0;

	for (int i = 0; i < end; i++) {
		if (j->e->id < 0 || j->e->id == i) {
			count += counters[i];
		}
	}
	judge_decide(j, (double)count);
	judge_say(j, "%llu %s%s%s", (unsigned long long)count, what, name ? " " : "", name ? name : "");
}

static void judge_drops(struct judging *j)
{
	judge_count(j, j->node->drops, GN_DROPS, "dropped",
		    j->e->id < 0 ? NULL : gn_drop_name((enum gn_drop)j->e->id));
}

static void judge_reports(struct judging *j)
{
	judge_count(j, j->node->reports, GN_REPORTS, "reports", NULL);
}

static void judge_sent(struct judging *j)
{
	judge_count(j, j->node->sent, GN_MESSAGE_TYPES, "sent", NULL);
}

static void judge_received(struct judging *j)
{
	judge_count(j, j->node->received, GN_MESSAGE_TYPES, "received", NULL);
}

static void judge_refused_steps(struct judging *j)
{
	judge_count(j, &j->node->refused_steps, 1, "steps although its thresholds forbid them", NULL);
}

static void judge_malformed(struct judging *j)
{
	judge_count(j, &j->node->malformed, 1, "malformed", NULL);
	if (j->node->malformed > 0) {
		judge_say(j, "; the first on %s", j->node->first_malformed);
	}
}

/* ---- one node, all nodes ---- */

static const struct judge_row {
	void (*judge)(struct judging *);
	bool needs_samples;
} judges[] = {
	[EXPECT_OFFSET] = { judge_measure, true },
	[EXPECT_FREQUENCY] = { judge_measure, true },
	[EXPECT_OWN_ERROR] = { judge_measure, true },
	[EXPECT_PATH_DELAY] = { judge_measure, true },
	[EXPECT_SETTLES] = { judge_settling, true },
	[EXPECT_MTIE] = { judge_mask, true },
	[EXPECT_TDEV] = { judge_mask, true },
	[EXPECT_GRANDMASTER] = { judge_grandmaster, false },
	[EXPECT_STATE] = { judge_state, false },
	[EXPECT_STEPS] = { judge_steps, false },
	[EXPECT_DROPS] = { judge_drops, false },
	[EXPECT_REPORTS] = { judge_reports, false },
	[EXPECT_SENT] = { judge_sent, false },
	[EXPECT_RECEIVED] = { judge_received, false },
	[EXPECT_REFUSED_STEPS] = { judge_refused_steps, false },
	[EXPECT_MALFORMED] = { judge_malformed, false },
};

/* The window in samples; at a moment between two, the earlier. An open one reaches to where the next sample would have been
 * taken. False: the run did not come so far. */
static bool set_window(struct judging *j)
{
	int64_t interval = j->o->interval_ps, run_ps = (int64_t)j->o->sample_count * interval;
	bool is_open = j->e->to_ps < 0;
	bool is_moment = j->e->to_ps == j->e->from_ps;

	if (j->o->sample_count == 0 || j->e->from_ps >= run_ps || j->e->to_ps >= run_ps ||
	    j->e->after_ps >= run_ps) {
		return false;
	}
	j->end_ps = is_open ? run_ps - 1 : j->e->to_ps;
	j->last = (size_t)(j->end_ps / interval);
	j->shown_end_ps = is_open ? judge_sample_ps(j, j->last) : j->end_ps;
	j->first = is_moment ? j->last : (size_t)((j->e->from_ps + interval - 1) / interval);
	return true;
}

static bool set_against(struct judging *j)
{
	if (j->e->against[0] == '\0') {
		return true;
	}
	j->against = observation_node(j->o, j->e->against);
	if (j->against && j->against->samples) {
		return true;
	}
	judge_say(j, "there is no %snode %s", j->against ? "measured " : "", j->e->against);
	return false;
}

static void judge(struct judging *j)
{
	char end[JUDGE_TEXT_SIZE];
	int64_t run_ps = j->o->sample_count ? judge_sample_ps(j, j->o->sample_count - 1) : 0;

	if (!set_window(j)) {
		judge_say(j, "the run ended at %s", judge_moment(run_ps, end));
		return;
	}
	if (judges[j->e->subject].needs_samples && !j->node->samples) {
		judge_say(j, "it is not measured");
		return;
	}
	if (set_against(j)) {
		judges[j->e->subject].judge(j);
	}
}

static void name_verdict(struct verdict *verdict, const struct expectation *e, const char *name)
{
	if (e->port > 0) {
		snprintf(verdict->node, sizeof(verdict->node), "%.56s.%u", name, e->port);
	} else {
		snprintf(verdict->node, sizeof(verdict->node), "%s", name);
	}
}

static struct verdict new_verdict(const struct expectation *e, const char *name)
{
	struct verdict verdict = { .seen = (double)NAN, .at_ps = -1 };

	name_verdict(&verdict, e, name);
	return verdict;
}

bool expect_judge(const struct expectation *e, const struct observation *o,
		  void (*tell)(void *context, const struct expectation *expectation,
			       const struct verdict *verdict),
		  void *context)
{
	bool is_pattern = strcmp(e->who, "all") == 0 || strchr(e->who, '*');
	const char *pattern = strcmp(e->who, "all") == 0 ? "*" : e->who;
	size_t told = 0;

	for (size_t i = 0; i < o->node_count; i++) {
		struct verdict verdict = new_verdict(e, o->nodes[i].name);
		struct judging j = { .e = e, .o = o, .node = &o->nodes[i], .verdict = &verdict };

		if (!scenario_matches(pattern, o->nodes[i].name) ||
		    (is_pattern && judges[e->subject].needs_samples && !o->nodes[i].samples)) {
			continue;
		}
		judge(&j);
		if (j.is_out_of_memory) {
			return false;
		}
		tell(context, e, &verdict);
		told++;
	}
	if (told == 0) {
		struct verdict verdict = new_verdict(e, e->who);

		snprintf(verdict.text, sizeof(verdict.text), "there is no such %snode",
			 judges[e->subject].needs_samples ? "measured " : "");
		tell(context, e, &verdict);
	}
	return true;
}
