/* src/tools/sim_list.c -- scenarios are read for this as they are for a run, but no world is built. */
#include "tools/sim_list.h"

#include "report/json.h"
#include "tools/sim_library.h"

#include <stdio.h>
#include <string.h>

#define PATH_ROOM 2048
#define TEXT_WIDTH 80

static void print_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "gnomon sim: %s\n", line);
}

struct scenario *sim_list_read(const char *path, const struct scenario_option *set, size_t count,
			       bool is_mutant)
{
	struct scenario_reading reading = {
		.read = sim_library_read,
		.say = print_line,
		.parameters = set,
		.parameter_count = count,
		.is_mutant = is_mutant,
	};

	return scenario_read(path, &reading);
}

static const char *text_or_none(const char *text)
{
	return text ? text : "";
}

static void to_stdout(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context); /* asked of ferror() at the end */
}

/* ---- the list ---- */

static void list_one(void *context, const char *name, const char *path)
{
	struct scenario *s = sim_list_read(path, NULL, 0, false);
	struct json *json = context;

	if (json) {
		json_begin_object(json, NULL);
		json_text(json, "name", name);
		json_text(json, "file", path);
		json_text(json, "title", s ? text_or_none(s->title) : "");
		json_bool(json, "readable", s);
		json_end_object(json);
	} else {
		printf("%-34s %s\n", name, s ? text_or_none(s->title) : "(cannot be read)");
	}
	scenario_free(s);
}

bool sim_list(bool is_json)
{
	struct json json = json_to(to_stdout, stdout, true);
	char why[1024] = "";
	bool is_there;

	if (is_json) {
		json_begin_array(&json, NULL);
	}
	is_there = sim_library_list(list_one, is_json ? &json : NULL, why, sizeof(why));
	if (is_json) {
		json_end_array(&json);
	}
	if (!is_there) {
		fprintf(stderr, "gnomon sim: %s\n", why);
	}
	return is_there;
}

/* ---- one of them ---- */

static double seconds(int64_t ps)
{
	return (double)ps / (double)PS_PER_SECOND;
}

/* Prose in lines of the terminal's width, those but the first behind `indent` blanks. */
static void print_prose(const char *text, int indent)
{
	size_t column = (size_t)indent;
	bool is_begun = false;

	while (*text) {
		size_t length = strcspn(text, " \n");

		if (is_begun && (column + 1 + length > TEXT_WIDTH || text[-1] == '\n')) {
			printf("\n%*s", indent, "");
			column = (size_t)indent;
			is_begun = false;
		}
		if (length > 0) {
			column += (size_t)printf("%s%.*s", is_begun ? " " : "", (int)length, text);
			is_begun = true;
		}
		text += length;
		text += *text ? 1 : 0;
	}
	putchar('\n');
}

static void explain_happenings(const struct scenario *s)
{
	for (size_t i = 0; i < s->happening_count; i++) {
		const struct scenario_happening *h = &s->happenings[i];

		printf("%-10s at %g s", i ? "" : "Happens", seconds(h->at_ps));
		if (h->every_ps > 0) {
			printf(" and every %g s", seconds(h->every_ps));
		}
		if (h->every_ps > 0 && h->until_ps >= 0) {
			printf(" until %g s", seconds(h->until_ps));
		}
		printf(": %s\n", h->text);
	}
}

static void explain_as_text(const struct scenario *s, const char *name, const char *path)
{
	printf("%s\n", s->title && s->title[0] ? s->title : name);
	if (s->about && s->about[0]) {
		putchar('\n');
		print_prose(s->about, 0);
	}
	printf("\n%-10s %s\n%-10s %g s\n", "File", path, "Duration", seconds(s->duration_ps));
	for (size_t i = 0; i < s->parameter_count; i++) {
		printf("%-10s %s = %s\n", i ? "" : "Parameter", s->parameters[i].name,
		       s->parameters[i].value);
	}
	for (size_t i = 0; i < s->sweep_count; i++) {
		const struct scenario_sweep *sweep = &s->sweeps[i];

		printf("%-10s %s: %zu value%s, %s .. %s\n", i ? "" : "Sweep", sweep->name, sweep->value_count,
		       sweep->value_count == 1 ? "" : "s", sweep->values[0],
		       sweep->values[sweep->value_count - 1]);
	}
	explain_happenings(s);
	for (size_t i = 0; i < s->expectation_count; i++) {
		printf("%-10s %s\n", i ? "" : "Expects", s->expectations[i].text);
	}
	if (s->has_mutant) {
		printf("%-10s ", "Mutant");
		print_prose(s->mutant_about ? s->mutant_about : "yes: --mutant breaks it", 11);
	}
}

static void explain_sweeps(const struct scenario *s, struct json *json)
{
	json_begin_array(json, "sweeps");
	for (size_t i = 0; i < s->sweep_count; i++) {
		json_begin_object(json, NULL);
		json_text(json, "name", s->sweeps[i].name);
		json_begin_array(json, "values");
		for (size_t v = 0; v < s->sweeps[i].value_count; v++) {
			json_text(json, NULL, s->sweeps[i].values[v]);
		}
		json_end_array(json);
		json_end_object(json);
	}
	json_end_array(json);
}

static void explain_as_json(const struct scenario *s, const char *name, const char *path)
{
	struct json json = json_to(to_stdout, stdout, true);

	json_begin_object(&json, NULL);
	json_text(&json, "name", name);
	json_text(&json, "file", path);
	json_text(&json, "title", text_or_none(s->title));
	json_text(&json, "about", text_or_none(s->about));
	json_integer(&json, "duration_ps", s->duration_ps);
	json_unsigned(&json, "seed", s->seed);
	json_begin_object(&json, "parameters");
	for (size_t i = 0; i < s->parameter_count; i++) {
		json_text(&json, s->parameters[i].name, s->parameters[i].value);
	}
	json_end_object(&json);
	explain_sweeps(s, &json);
	json_begin_array(&json, "happenings");
	for (size_t i = 0; i < s->happening_count; i++) {
		json_begin_object(&json, NULL);
		json_integer(&json, "at_ps", s->happenings[i].at_ps);
		json_integer(&json, "every_ps", s->happenings[i].every_ps);
		json_integer(&json, "until_ps", s->happenings[i].until_ps);
		json_text(&json, "text", s->happenings[i].text);
		json_end_object(&json);
	}
	json_end_array(&json);
	json_begin_array(&json, "expectations");
	for (size_t i = 0; i < s->expectation_count; i++) {
		json_text(&json, NULL, s->expectations[i].text);
	}
	json_end_array(&json);
	json_bool(&json, "has_mutant", s->has_mutant);
	json_text(&json, "mutant", text_or_none(s->mutant_about));
	json_end_object(&json);
}

bool sim_explain(const char *name, const struct scenario_option *set, size_t count, bool is_json)
{
	char path[PATH_ROOM], why[1024] = "";
	struct scenario *s;

	if (!sim_library_find(name, path, sizeof(path), why, sizeof(why))) {
		fprintf(stderr, "gnomon sim: %s: %s\n", name, why);
		return false;
	}
	s = sim_list_read(path, set, count, false);
	if (!s) {
		return false;
	}
	if (is_json) {
		explain_as_json(s, name, path);
	} else {
		explain_as_text(s, name, path);
	}
	scenario_free(s);
	return true;
}
