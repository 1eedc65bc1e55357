/* src/tools/sim_json.c -- a run as one JSON object. Moments are whole picoseconds of true time, so that none is rounded; what
 * was measured is in the unit its key ends in. What is 0 of many (drops, messages) is left out. */
#include "tools/sim_output.h"

#include "report/json.h"
#include "report/text.h"
#include "sim/world.h"
#include "tools/sim_figures.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void put_identity(struct json *json, const char *key, const struct gn_clock_identity *identity)
{
	char text[19];

	json_text(json, key, report_clock_identity(identity, text));
}

static void put_state(struct json *json, const char *key, int state)
{
	if (state > 0 && state < GN_PORT_STATES) {
		json_text(json, key, report_state_name(&report_words_native, state));
	} else {
		json_null(json, key);
	}
}

static void put_seconds_ns(struct json *json, const char *key, double seconds)
{
	json_number(json, key, seconds * 1e9);
}

/* ---- a node ---- */

static void put_offset(struct json *json, const struct sim_figures *f)
{
	json_begin_object(json, "offset");
	json_unsigned(json, "samples", f->samples);
	json_number(json, "mean_ns", f->mean_ns);
	json_number(json, "rms_ns", f->rms_ns);
	json_number(json, "p50_ns", f->p50_ns);
	json_number(json, "p95_ns", f->p95_ns);
	json_number(json, "p99_ns", f->p99_ns);
	json_number(json, "p99.9_ns", f->p999_ns);
	json_number(json, "max_ns", f->largest_ns);
	json_end_object(json);
}

static void put_drops(struct json *json, const struct observed_node *node)
{
	json_begin_object(json, "drops");
	for (int reason = 0; reason < GN_DROPS; reason++) {
		if (node->drops[reason]) {
			json_unsigned(json, gn_drop_name((enum gn_drop)reason), node->drops[reason]);
		}
	}
	json_end_object(json);
}

static void put_messages(struct json *json, const char *key, const uint64_t counts[GN_MESSAGE_TYPES])
{
	json_begin_object(json, key);
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		char number[24];

		if (!counts[type]) {
			continue;
		}
		snprintf(number, sizeof(number), "reserved %u", type);
		json_unsigned(json, gn_message_type_name(type) ? gn_message_type_name(type) : number,
			      counts[type]);
	}
	json_end_object(json);
}

static void put_change(struct json *json, const struct observed_change *change)
{
	static const char *const kinds[] = {
		[OBSERVED_STATE] = "state", [OBSERVED_GRANDMASTER] = "grandmaster",
		[OBSERVED_STEP] = "step",   [OBSERVED_TOUCH] = "touch",
		[OBSERVED_START] = "start", [OBSERVED_END] = "end",
	};

	json_begin_object(json, NULL);
	json_integer(json, "at_ps", change->at_ps);
	json_text(json, "what",
		  change->kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[change->kind] : "unknown");
	if (change->kind == OBSERVED_STATE) {
		json_unsigned(json, "port", change->port);
		put_state(json, "from", change->from);
		put_state(json, "to", change->to);
	} else if (change->kind == OBSERVED_GRANDMASTER) {
		put_identity(json, "identity", &change->identity);
	} else if (change->kind == OBSERVED_STEP || change->kind == OBSERVED_TOUCH) {
		json_number(json, "by_ns", change->value_ns);
	}
	json_end_object(json);
}

static void put_grandmaster(struct json *json, const struct sim_figures *f)
{
	if (f->state == 0) {
		json_null(json, "grandmaster");
		return;
	}
	put_identity(json, "grandmaster", &f->grandmaster);
	if (f->grandmaster_name) {
		json_text(json, "grandmaster_name", f->grandmaster_name);
	}
}

static void put_node(struct json *json, const struct sim_figures *f)
{
	const struct observed_node *node = f->observed;

	json_begin_object(json, NULL);
	json_text(json, "name", node->name);
	put_identity(json, "identity", &node->identity);
	json_text(json, "role", f->role);
	put_state(json, "state", f->state);
	put_grandmaster(json, f);
	json_bool(json, "measured", node->samples != NULL);
	if (node->samples) {
		put_seconds_ns(json, "settled_ns", f->settled_s);
		put_offset(json, f);
		json_number(json, "path_delay_ns", f->path_delay_ns);
		json_number(json, "frequency_ppb", f->frequency_ppb);
	}
	json_unsigned(json, "steps", f->steps);
	json_unsigned(json, "refused_steps", node->refused_steps);
	put_drops(json, node);
	put_messages(json, "sent", node->sent);
	put_messages(json, "received", node->received);
	json_unsigned(json, "malformed", node->malformed);
	if (node->malformed) {
		json_text(json, "first_malformed", node->first_malformed);
	}
	json_begin_array(json, "changes");
	for (size_t i = 0; i < node->change_count; i++) {
		put_change(json, &node->changes[i]);
	}
	json_end_array(json);
	json_end_object(json);
}

/* ---- the run ---- */

static void put_verdict(struct json *json, const struct sim_judgement *j)
{
	json_begin_object(json, NULL);
	json_text(json, "text", j->expectation->text);
	if (j->expectation->file) {
		json_text(json, "file", j->expectation->file);
		json_integer(json, "line", j->expectation->line);
	}
	json_text(json, "node", j->verdict.node);
	json_bool(json, "holds", j->verdict.holds);
	json_number(json, "seen", j->verdict.seen);
	if (j->verdict.at_ps >= 0) {
		json_integer(json, "at_ps", j->verdict.at_ps);
	} else {
		json_null(json, "at_ps");
	}
	json_text(json, "detail", j->verdict.text);
	json_end_object(json);
}

static void put_scenario(struct json *json, const struct sim_run_seen *run)
{
	const struct scenario *s = run->scenario;

	json_text(json, "title", s->title ? s->title : "");
	json_text(json, "file", s->file ? s->file : "");
	json_unsigned(json, "seed", run->observation->world->seed);
	json_integer(json, "duration_ps", sim_end_ps(run));
	json_integer(json, "sample_ps", run->observation->interval_ps);
	json_unsigned(json, "start_tai_seconds", run->observation->world->start_seconds);
	json_begin_object(json, "parameters");
	for (size_t i = 0; i < s->parameter_count; i++) {
		json_text(json, s->parameters[i].name, s->parameters[i].value);
	}
	json_end_object(json);
}

static void put_trace(struct json *json, const struct observation *o)
{
	char hash[24];

	if (!o->is_tracing) {
		json_null(json, "trace");
		return;
	}
	snprintf(hash, sizeof(hash), "%016" PRIx64, o->trace); /* as text: JSON's numbers have 53 bits */
	json_text(json, "trace", hash);
}

bool sim_json(const struct sim_run_seen *run, report_sink sink, void *context)
{
	struct json json = json_to(sink, context, true);
	const struct observation *o = run->observation;
	struct sim_all_figures all;

	if (!sim_figures_find(&all, run)) {
		return false;
	}
	json_begin_object(&json, NULL);
	json_text(&json, "status", run->judgements->failed ? "failed" : "held");
	put_scenario(&json, run);
	json_text(&json, "offsets_against", all.reference ? all.reference->name : "true time");
	json_begin_array(&json, "nodes");
	for (size_t i = 0; i < all.count; i++) {
		put_node(&json, &all.nodes[i]);
	}
	json_end_array(&json);
	json_begin_array(&json, "happenings");
	for (size_t i = 0; i < o->mark_count; i++) {
		json_begin_object(&json, NULL);
		json_integer(&json, "at_ps", o->marks[i].at_ps);
		json_text(&json, "text", o->marks[i].text);
		json_end_object(&json);
	}
	json_end_array(&json);
	json_begin_array(&json, "expectations");
	for (size_t i = 0; i < run->judgements->count; i++) {
		put_verdict(&json, &run->judgements->list[i]);
	}
	json_end_array(&json);
	json_unsigned(&json, "left_out", run->judgements->left_out);
	json_text(&json, "stopped", run->stopped ? run->stopped : "");
	put_trace(&json, o);
	if (run->command) {
		json_text(&json, "command", run->command);
	}
	json_end_object(&json);
	sim_figures_free(&all);
	return true;
}
