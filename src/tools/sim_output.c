/* src/tools/sim_output.c -- judging, the summary, CSV and the trace; JSON and the page have files of their own.
 *
 * What one expectation says of many nodes becomes a few lines: those that failed, and how many did not. */
#include "tools/sim_output.h"

#include "report/text.h"
#include "sim/node/node.h"
#include "sim/world.h"
#include "tools/sim_figures.h"
#include "tools/sim_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LISTED_MAX 20      /* nodes in the table */
#define LISTED_OF_A_KIND 8 /* nodes of one expectation that each get a line */
#define FAILURES_LISTED 5  /* of more nodes than that */
#define NAME_WIDTH_MAX 24
#define PS_PER_S 1e12

/* ---- judging ---- */

static void keep(void *context, const struct expectation *expectation, const struct verdict *verdict)
{
	struct sim_judgements *j = context;

	if (j->count == j->room && !j->is_out_of_memory) {
		size_t room = j->room ? 2 * j->room : 32;
		struct sim_judgement *list = realloc(j->list, room * sizeof(list[0]));

		j->is_out_of_memory = !list;
		j->list = list ? list : j->list;
		j->room = list ? room : j->room;
	}
	if (!j->is_out_of_memory) {
		j->list[j->count++] = (struct sim_judgement){ expectation, *verdict };
		j->failed += !verdict->holds;
	}
}

/* Whether a longer run could only break it: at most, less than. */
static bool is_bound(const struct expectation *e)
{
	bool is_counted = e->subject >= EXPECT_STEPS && e->subject <= EXPECT_MALFORMED;

	return e->subject != EXPECT_SETTLES &&
	       (!is_counted || e->comparison == EXPECT_LESS || e->comparison == EXPECT_AT_MOST ||
		(e->comparison == EXPECT_EQUAL && e->value == 0));
}

static bool is_decided(const struct expectation *e, int64_t end_ps, int64_t duration_ps)
{
	if (end_ps >= duration_ps) {
		return true;
	}
	return e->from_ps <= end_ps && e->to_ps <= end_ps && e->after_ps <= end_ps &&
	       (e->to_ps >= 0 || is_bound(e));
}

bool sim_judge(struct sim_judgements *judgements, const struct scenario *scenario,
	       const struct observation *observation)
{
	int64_t end_ps = observation->world->queue.now_ps;

	for (size_t i = 0; i < scenario->expectation_count && !judgements->is_out_of_memory; i++) {
		const struct expectation *e = &scenario->expectations[i];

		if (!is_decided(e, end_ps, scenario->duration_ps)) {
			judgements->left_out++;
		} else if (!expect_judge(e, observation, keep, judgements)) {
			judgements->is_out_of_memory = true;
		}
	}
	return !judgements->is_out_of_memory;
}

void sim_judgements_free(struct sim_judgements *judgements)
{
	free(judgements->list);
	*judgements = (struct sim_judgements){ 0 };
}

/* ---- text for people ---- */

enum colour { PLAIN, GREEN, RED, FAINT };

struct screen {
	const struct sim_run_seen *run;
	const struct sim_look *look;
	report_sink sink;
	void *context;
};

__attribute__((format(printf, 3, 4))) static void say(const struct screen *s, enum colour colour,
						      const char *format, ...)
{
	static const char *const codes[] = {
		[PLAIN] = "", [GREEN] = "\033[32m", [RED] = "\033[1;31m", [FAINT] = "\033[2m"
	};
	bool is_coloured = s->look->has_colours && colour != PLAIN;
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sink_print(s->sink, s->context, "%s%s%s", is_coloured ? codes[colour] : "", text,
		   is_coloured ? "\033[0m" : "");
}

/* Names are octets from a file: what would move the cursor is not shown. Cut to the width, filled with blanks. */
static void say_name(const struct screen *s, const char *name, int width)
{
	char out[NAME_WIDTH_MAX + 1];
	int length = 0;

	for (; name[length] && length < width && length < NAME_WIDTH_MAX; length++) {
		out[length] = (unsigned char)name[length] < 0x20 || name[length] == 0x7F ? '?' : name[length];
	}
	out[length] = '\0';
	say(s, PLAIN, "%-*s", width, out);
}

static const char *count_text(uint64_t count, char out[32])
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count), used = 0;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0) {
			out[used++] = ',';
		}
		out[used++] = digits[i];
	}
	out[used] = '\0';
	return out;
}

/* ---- the table of nodes ---- */

static const char *duration_or_none(double ns, char out[24])
{
	return isnan(ns) ? "-" : report_duration(ns, out);
}

static const char *role_text(const struct sim_figures *f, char out[64])
{
	bool is_usual = f->state == GN_PORT_TIME_RECEIVER || f->state == 0 ||
			strcmp(f->role, "grandmaster") == 0;

	snprintf(out, 64, "%s%s%s", f->role, is_usual ? "" : ", ",
		 is_usual ? "" : report_state_name(&report_words_native, f->state));
	return out;
}

static const char *grandmaster_text(const struct sim_figures *f, char out[24])
{
	static const struct gn_clock_identity none;

	if (f->grandmaster_name) {
		return f->grandmaster_name == f->observed->name ? "itself" : f->grandmaster_name;
	}
	if (memcmp(&f->grandmaster, &none, sizeof(none)) == 0) {
		return "-";
	}
	return report_clock_identity(&f->grandmaster, out);
}

struct widths {
	int name, role, grandmaster;
};

static int wider(int width, const char *text)
{
	int length = (int)strnlen(text, NAME_WIDTH_MAX);

	return length > width ? length : width;
}

static struct widths find_widths(const struct sim_all_figures *all, size_t shown)
{
	struct widths widths = { 4, 4, 11 };
	char role[64], identity[24];

	for (size_t i = 0; i < shown; i++) {
		const struct sim_figures *f = &all->nodes[shown < all->count ? all->worst[i] : i];
		int length = (int)strlen(role_text(f, role));

		widths.name = wider(widths.name, f->observed->name);
		widths.role = length > widths.role ? length : widths.role;
		widths.grandmaster = wider(widths.grandmaster, grandmaster_text(f, identity));
	}
	return widths;
}

static const char *settled_text(const struct sim_figures *f, char out[24])
{
	if (isnan(f->settled_s)) {
		return f->samples ? "never" : "-";
	}
	return f->settled_s > 0.0 ? report_duration(f->settled_s * 1e9, out) : "0 s";
}

static void say_node(const struct screen *s, const struct sim_figures *f, const struct widths *widths)
{
	char text[64], identity[24], count[32];

	say(s, PLAIN, "  ");
	say_name(s, f->observed->name, widths->name);
	say(s, PLAIN, "  %-*s  ", widths->role, role_text(f, text));
	say_name(s, grandmaster_text(f, identity), widths->grandmaster);
	say(s, PLAIN, "  %10s", duration_or_none(f->rms_ns, text));
	say(s, PLAIN, "  %9s", duration_or_none(f->p999_ns, text));
	say(s, PLAIN, "  %9s", duration_or_none(f->largest_ns, text));
	say(s, PLAIN, "  %8s", settled_text(f, text));
	say(s, PLAIN, "  %10s", duration_or_none(f->path_delay_ns, text));
	say(s, PLAIN, "  %5s", count_text(f->steps, count));
	say(s, PLAIN, "  %7s\n", count_text(f->drops, count));
}

static void say_nodes(const struct screen *s, const struct sim_all_figures *all)
{
	bool is_cut = all->count > LISTED_MAX;
	size_t shown = is_cut ? LISTED_MAX : all->count;
	struct widths widths = find_widths(all, shown);
	char count[32];

	say(s, FAINT, "  %-*s  %-*s  %-*s  %10s  %9s  %9s  %8s  %10s  %5s  %7s\n", widths.name, "node",
	    widths.role, "role", widths.grandmaster, "grandmaster", "offset rms", "p99.9", "max", "settled",
	    "path delay", "steps", "drops");
	for (size_t i = 0; i < shown; i++) {
		say_node(s, &all->nodes[is_cut ? all->worst[i] : i], &widths);
	}
	if (is_cut) {
		say(s, FAINT, "  %s and %s more, worst first\n", s->look->is_utf8 ? "\xE2\x80\xA6" : "...",
		    count_text(all->count - shown, count));
	}
}

/* ---- verdicts ---- */

static void say_verdict(const struct screen *s, const struct sim_judgement *j)
{
	const struct verdict *v = &j->verdict;

	say(s, v->holds ? GREEN : RED, "  %-6s", v->holds ? "ok" : "FAILED");
	say(s, PLAIN, "  %s", j->expectation->text);
	say(s, FAINT, "  --  ");
	if (strcmp(j->expectation->who, v->node) != 0) {
		say(s, PLAIN, "%s: ", v->node);
	}
	say(s, PLAIN, "%s", v->text);
	if (v->at_ps >= 0 && !strstr(v->text, " at ")) {
		say(s, PLAIN, " at %.6g s", (double)v->at_ps / PS_PER_S);
	}
	say(s, PLAIN, "\n");
}

static void say_command(const struct screen *s)
{
	if (s->run->command) {
		say(s, PLAIN, "          %s\n", s->run->command);
	}
}

static void say_many(const struct screen *s, const struct sim_judgement *list, size_t count, bool is_listed)
{
	size_t failed = 0, shown = 0;
	char number[32];

	for (size_t i = 0; i < count; i++) {
		failed += !list[i].verdict.holds;
		if ((is_listed && !s->look->is_quiet) ||
		    (!list[i].verdict.holds && (is_listed || shown < FAILURES_LISTED))) {
			say_verdict(s, &list[i]);
			shown += !list[i].verdict.holds;
		}
	}
	if (failed > shown) {
		say(s, RED, "  FAILED");
		say(s, PLAIN, "  %s  --  %s more nodes\n", list->expectation->text,
		    count_text(failed - shown, number));
	}
	if (failed) {
		say_command(s);
	}
	if (!is_listed && count > failed && !s->look->is_quiet) {
		say(s, GREEN, "  ok    ");
		say(s, PLAIN, "  %s  --  %s%s nodes\n", list->expectation->text,
		    failed ? "the other " : "all ", count_text(count - failed, number));
	}
}

static void say_verdicts(const struct screen *s)
{
	const struct sim_judgements *j = s->run->judgements;

	for (size_t from = 0, to; from < j->count; from = to) {
		for (to = from + 1; to < j->count && j->list[to].expectation == j->list[from].expectation;
		     to++) {
		}
		say_many(s, &j->list[from], to - from, to - from <= LISTED_OF_A_KIND);
	}
}

static void say_result(const struct screen *s)
{
	const struct sim_judgements *j = s->run->judgements;
	char failed[32], count[32];

	if (j->failed) {
		say(s, RED, "%s of %s expectation%s FAILED", count_text(j->failed, failed),
		    count_text(j->count, count), j->count == 1 ? "" : "s");
		say(s, PLAIN, "\n");
	} else if (!s->look->is_quiet && j->count) {
		say(s, GREEN, "%s%s expectation%s", j->count == 1 ? "the" : "all ",
		    j->count == 1 ? "" : count_text(j->count, count), j->count == 1 ? " holds" : "s hold");
		say(s, PLAIN, "\n");
	}
	if (j->left_out && !s->look->is_quiet) {
		say(s, FAINT, "%s expectation%s of later times left out", count_text(j->left_out, count),
		    j->left_out == 1 ? "" : "s");
		say(s, PLAIN, "\n");
	}
	if (s->run->stopped && s->run->stopped[0]) {
		say(s, PLAIN, "stopped: %s\n", s->run->stopped);
	}
}

static void say_head(const struct screen *s, const struct sim_all_figures *all)
{
	const struct scenario *scenario = s->run->scenario;
	char count[32];

	say(s, PLAIN, "%s\n",
	    scenario->title && scenario->title[0] ? scenario->title
	    : scenario->file                      ? scenario->file
						  : "a simulation");
	say(s, FAINT, "%.6g s of %s node%s, seed %" PRIu64, all->end_s, count_text(all->count, count),
	    all->count == 1 ? "" : "s", s->run->observation->world->seed);
	for (size_t i = 0; i < scenario->parameter_count; i++) {
		say(s, FAINT, ", %s %s", scenario->parameters[i].name, scenario->parameters[i].value);
	}
	if (all->reference) {
		say(s, FAINT, ", offsets against %s", all->reference->name);
	}
	say(s, PLAIN, "\n\n");
}

bool sim_summary(const struct sim_run_seen *run, const struct sim_look *look, report_sink sink, void *context)
{
	struct screen s = { run, look, sink, context };
	struct sim_all_figures all;

	if (!sim_figures_find(&all, run)) {
		return false;
	}
	if (!look->is_quiet) {
		say_head(&s, &all);
		say_nodes(&s, &all);
		say(&s, PLAIN, "%s", run->judgements->count ? "\n" : "");
	}
	if (run->observation->is_out_of_memory) {
		say(&s, RED, "the run ended for want of memory at %.6g s", all.end_s);
		say(&s, PLAIN, "\n");
	}
	say_verdicts(&s);
	say_result(&s);
	sim_figures_free(&all);
	return true;
}

/* ---- CSV ---- */

static size_t put_number(char *out, size_t room, int decimals, double value)
{
	int length = isfinite(value) ? snprintf(out, room, "%.*f", decimals, value) : 0;

	return length > 0 && (size_t)length < room ? (size_t)length : 0;
}

static void put_sample(const struct sim_run_seen *run, const struct observed_node *node, size_t i,
		       report_sink sink, void *context)
{
	const struct observed_sample *sample = &node->samples[i];
	int64_t at_ns = (int64_t)i * run->observation->interval_ps / 1000;
	char line[256];
	size_t used;

	sink_print(sink, context, "%" PRId64 ".%09" PRId64 ",%s,", at_ns / 1000000000, at_ns % 1000000000,
		   node->name);
	if (!sample->is_running) {
		sink_print(sink, context, ",,,,\n");
		return;
	}
	used = put_number(line, 64, 3, sample->offset_ns);
	line[used++] = ',';
	used += put_number(line + used, 48, 3, (double)sample->own_offset_ns);
	line[used++] = ',';
	used += put_number(line + used, 48, 4, (double)sample->frequency_ppb);
	line[used++] = ',';
	used += put_number(line + used, 48, 3, (double)sample->path_delay_ns);
	line[used] = '\0';
	sink_print(sink, context, "%s,%s\n", line, report_state_name(&report_words_native, sample->state));
}

/* A comment's text stays in its line. */
static void put_comment(report_sink sink, void *context, const char *name, const char *text)
{
	sink_print(sink, context, "# %s: ", name);
	for (; *text; text++) {
		sink(context, *text == '\n' || *text == '\r' ? " " : text, 1);
	}
	sink(context, "\n", 1);
}

void sim_csv(const struct sim_run_seen *run, report_sink sink, void *context)
{
	const struct observation *o = run->observation;

	put_comment(sink, context, "scenario", run->scenario->file ? run->scenario->file : "");
	put_comment(sink, context, "title", run->scenario->title ? run->scenario->title : "");
	sink_print(sink, context, "# seed: %" PRIu64 "\n", o->world->seed);
	for (size_t i = 0; i < run->scenario->parameter_count; i++) {
		put_comment(sink, context, run->scenario->parameters[i].name,
			    run->scenario->parameters[i].value);
	}
	sink_print(sink, context, "time_s,node,offset_ns,own_offset_ns,frequency_ppb,path_delay_ns,state\n");
	for (size_t i = 0; i < o->sample_count; i++) {
		for (size_t n = 0; n < o->node_count; n++) {
			if (o->nodes[n].samples && (!run->csv_nodes || !run->csv_nodes[0] ||
						    scenario_matches(run->csv_nodes, o->nodes[n].name))) {
				put_sample(run, &o->nodes[n], i, sink, context);
			}
		}
	}
}

/* ---- the trace ---- */

struct traced {
	const char **names; /* of its ports; NULL: not traced */
	uint16_t ports;
};

struct sim_trace {
	struct watch watch;
	struct world *world;
	struct traced *nodes; /* [world->node_count] */
	int width;
	report_sink sink;
	void *context;
};

static void put_line(const struct sim_trace *t, const char *name, const char *text)
{
	int64_t now_ps = t->world->queue.now_ps;
	char line[SIM_WORDS_SIZE + 128];
	int length = snprintf(line, sizeof(line), "%6" PRId64 ".%012" PRId64 "  %-*s  %s\n",
			      now_ps / 1000000000000, now_ps % 1000000000000, t->width, name, text);

	if (length > 0) {
		t->sink(t->context, line, (size_t)length < sizeof(line) ? (size_t)length : sizeof(line) - 1);
	}
}

static void on_event(struct watch *watch, struct node *node, const struct gn_event *event)
{
	const struct sim_trace *t = watch->context;
	const struct traced *traced = &t->nodes[node->index];
	char text[SIM_WORDS_SIZE];

	if (traced->names) {
		put_line(t, node->name, sim_event_words(event, traced->names, traced->ports, text));
	}
}

static void on_action(struct watch *watch, struct node *node, const struct gn_action *action)
{
	const struct sim_trace *t = watch->context;
	const struct traced *traced = &t->nodes[node->index];
	char text[SIM_WORDS_SIZE], shown[SIM_WORDS_SIZE + 4];

	if (traced->names && sim_action_words(action, traced->names, traced->ports, text)[0]) {
		snprintf(shown, sizeof(shown), "-> %s", text);
		put_line(t, node->name, shown);
	}
}

static void on_malformed(struct watch *watch, struct node *node, uint16_t port, const char *why)
{
	const struct sim_trace *t = watch->context;
	char text[256];

	if (t->nodes[node->index].names) {
		snprintf(text, sizeof(text), "-> port %u: MALFORMED: %s", port, why);
		put_line(t, node->name, text);
	}
}

static void on_happened(struct watch *watch, const char *text)
{
	put_line(watch->context, "*", text);
}

static bool is_wanted(const char *name, const char *const *patterns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (scenario_matches(patterns[i], name)) {
			return true;
		}
	}
	return count == 0;
}

static bool name_ports(struct traced *traced, const struct node *node)
{
	traced->ports = node->config ? node->config->port_count : 0;
	traced->names = calloc((size_t)traced->ports + 1, sizeof(traced->names[0]));
	for (uint16_t i = 0; traced->names && i < traced->ports; i++) {
		traced->names[i] = node->config->ports[i].name;
	}
	return traced->names != NULL;
}

struct sim_trace *sim_trace_start(struct world *world, const char *const *patterns, size_t pattern_count,
				  report_sink sink, void *context)
{
	struct sim_trace *t = calloc(1, sizeof(*t));

	if (!t) {
		return NULL;
	}
	t->world = world;
	t->sink = sink;
	t->context = context;
	t->width = 4;
	t->watch = (struct watch){ on_event, on_action, on_malformed, on_happened, t, NULL };
	t->nodes = calloc(world->node_count + 1, sizeof(t->nodes[0]));
	for (size_t i = 0; t->nodes && i < world->node_count; i++) {
		if (!is_wanted(world->nodes[i].name, patterns, pattern_count)) {
			continue;
		}
		t->width = wider(t->width, world->nodes[i].name);
		if (!name_ports(&t->nodes[i], &world->nodes[i])) {
			sim_trace_free(t);
			return NULL;
		}
	}
	if (!t->nodes) {
		sim_trace_free(t);
		return NULL;
	}
	world_watch(world, &t->watch);
	return t;
}

void sim_trace_free(struct sim_trace *trace)
{
	for (size_t i = 0; trace && trace->nodes && i < trace->world->node_count; i++) {
		free(trace->nodes[i].names);
	}
	if (trace) {
		free(trace->nodes);
	}
	free(trace);
}
