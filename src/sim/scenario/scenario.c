/* src/sim/scenario/scenario.c -- files, errors, memory, and the whole at the end.
 *
 * Statements are carried out one after the other as they are read, so a parameter holds from the line below its own. Lines
 * of `mutant` are read like all others and sorted out at the end: what breaks a scenario is checked even while it is not
 * wanted. An error is said and reading goes on; with an error in it, nothing comes back. */
#include "sim/scenario/reader.h"

#include "config/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INCLUDES_MAX 16
#define FILES_MAX 20000 /* that are read, all kinds together: stops what includes itself by many names */
#define STATEMENTS_MAX 100000
#define SCENARIO_SIZE_MAX (1u << 20)
#define MEMORY_MAX (256u << 20)
#define BLOCK_SIZE 65536u

/* ---- memory ---- */

struct block {
	struct block *next;
	_Alignas(max_align_t) unsigned char octets[];
};

/* A scenario and all that it points to, in blocks that live and die together. */
struct whole {
	struct scenario scenario;
	struct block *blocks;
	unsigned char *free;
	size_t left;  /* octets at `free` */
	size_t total; /* of all blocks */
};

static unsigned char *add_block(struct whole *whole, size_t size)
{
	struct block *block;

	if (size > MEMORY_MAX - whole->total) {
		return NULL;
	}
	block = calloc(1, sizeof(*block) + size);
	if (!block) {
		return NULL;
	}
	block->next = whole->blocks;
	whole->blocks = block;
	whole->total += size;
	return block->octets;
}

static void *allocate(struct whole *whole, size_t size)
{
	unsigned char *out;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (size > BLOCK_SIZE / 4) {
		return add_block(whole, size);
	}
	if (size > whole->left) {
		whole->free = add_block(whole, BLOCK_SIZE);
		whole->left = whole->free ? BLOCK_SIZE : 0;
	}
	if (!whole->free) {
		return NULL;
	}
	out = whole->free;
	whole->free += size;
	whole->left -= size;
	return out;
}

void *reader_allocate(struct reader *reader, size_t size)
{
	void *memory = size <= MEMORY_MAX ? allocate(reader->scenario->memory, size ? size : 1) : NULL;

	reader->is_exhausted |= !memory;
	return memory;
}

char *reader_text(struct reader *reader, const char *text, size_t length)
{
	char *copy = reader_allocate(reader, length + 1);

	if (copy) {
		memcpy(copy, text, length);
	}
	return copy;
}

void *reader_grow(struct reader *reader, void *items, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 16;
	void *grown = items;

	if (count == *room) {
		grown = reader_allocate(reader, more * size);
		if (!grown) {
			return NULL;
		}
		if (count > 0) {
			memcpy(grown, items, count * size);
		}
		*room = more;
	}
	memset((char *)grown + count * size, 0,
	       size); /* items that were sorted out may have left something */
	return grown;
}

void scenario_free(struct scenario *scenario)
{
	struct whole *whole = scenario ? scenario->memory : NULL;

	while (whole && whole->blocks) {
		struct block *next = whole->blocks->next;

		free(whole->blocks);
		whole->blocks = next;
	}
	free(whole);
}

/* ---- errors ---- */

__attribute__((format(printf, 3, 0))) static void say(struct reader *reader, struct scenario_where where,
						      const char *format, va_list arguments)
{
	char line[SCENARIO_LINE_SIZE];
	int length;

	if (reader->error_count++ >= SCENARIO_ERRORS_MAX) {
		return;
	}
	if (where.line > 0) {
		length = snprintf(line, sizeof(line), "%s:%d: ", where.file, where.line);
	} else {
		length = snprintf(line, sizeof(line), "%s: ", where.file);
	}
	if (length > 0 && (size_t)length < sizeof(line)) {
		vsnprintf(line + length, sizeof(line) - (size_t)length, format, arguments);
	}
	reader->reading->say(reader->reading->context, line);
}

void reader_say(struct reader *reader, struct scenario_where where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(reader, where, format, arguments);
	va_end(arguments);
}

void reader_say_at(struct reader *reader, const struct statement *statement, const char *format, ...)
{
	struct scenario_where where = statement->where;
	va_list arguments;

	if (statement->at > 0) {
		where.line = statement->lines[statement->at - 1];
	}
	va_start(arguments, format);
	say(reader, where, format, arguments);
	va_end(arguments);
}

/* ---- files ---- */

/* Takes "./" and "x/../" out of a path, so that one file has one name. */
static void normalise(char *path)
{
	char *out = path, *in = path;

	while (*in) {
		size_t length = strcspn(in, "/");
		bool is_last = in[length] == '\0';

		if (length == 1 && in[0] == '.' && !is_last) {
			in += 2;
			in += strspn(in, "/");
			continue;
		}
		if (length == 2 && memcmp(in, "..", 2) == 0 && !is_last && out > path + 1 &&
		    !(out - path >= 3 && memcmp(out - 3, "../", 3) == 0 &&
		      (out - path == 3 || out[-4] == '/'))) {
			out--;
			while (out > path && out[-1] != '/') {
				out--;
			}
			in += 3;
			in += strspn(in, "/");
			continue;
		}
		memmove(out, in, length + !is_last);
		out += length + !is_last;
		in += length + !is_last;
	}
	*out = '\0';
}

/* The way to a file that is named in another one. */
static char *path_of(struct reader *reader, const char *name, const char *named_in)
{
	const char *slash = name[0] == '/' ? NULL : strrchr(named_in, '/');
	size_t folder = slash ? (size_t)(slash - named_in) + 1 : 0;
	size_t length = strlen(name);
	char *path = reader_allocate(reader, folder + length + 1);

	if (path) {
		memcpy(path, named_in, folder);
		memcpy(path + folder, name, length);
		normalise(path);
	}
	return path;
}

/* The content of a file, copied to the scenario's memory. */
static const char *read_content(struct reader *reader, struct scenario_where where, const char *name,
				const char *named_in, size_t size_max, size_t *size)
{
	char why[SCENARIO_WHY_SIZE] = "";
	char *content, *copy;

	if (++reader->file_count > FILES_MAX) {
		reader_say(reader, where, "%s: more than %d files are read", name, FILES_MAX);
		return NULL;
	}
	*size = 0;
	content = reader->reading->read(reader->reading->context, name, named_in, size, why, sizeof(why));
	if (!content) {
		reader_say(reader, where, "%s: cannot be read: %s", name, why);
		return NULL;
	}
	if (*size > size_max) {
		free(content);
		reader_say(reader, where, "%s: %zu octets; at most %zu are read", name, *size, size_max);
		return NULL;
	}
	copy = reader_text(reader, content, *size);
	free(content);
	return copy;
}

const char *reader_file(struct reader *reader, const struct statement *statement, const char *name,
			size_t size_max, size_t *size)
{
	struct scenario_where where = { statement->where.file, statement->lines[statement->at - 1] };

	return read_content(reader, where, name, where.file, size_max, size);
}

static void read_source(struct reader *reader, struct source *source)
{
	struct statement *statement = malloc(sizeof(*statement));

	reader->is_exhausted |= !statement;
	reader->source = source;
	while (!reader->is_exhausted && words_next(reader, source, statement)) {
		if (++reader->statement_count > STATEMENTS_MAX) {
			if (reader->statement_count == STATEMENTS_MAX + 1) {
				reader_say(reader, statement->where, "more than %d statements",
					   STATEMENTS_MAX);
			}
			break;
		}
		statement_read(reader, statement);
	}
	reader->source = source->included_by;
	free(statement);
}

/* True: said. */
static bool refuse_include(struct reader *reader, const struct statement *statement, const char *path)
{
	size_t depth = 0;

	for (const struct source *s = reader->source; s; s = s->included_by) {
		struct list cycle = { 0 };

		depth++;
		if (strcmp(s->file, path) != 0) {
			continue;
		}
		for (const struct source *in = reader->source; in != s; in = in->included_by) {
			list_add(&cycle, in->file);
		}
		list_add(&cycle, s->file);
		reader_say_at(reader, statement, "include %s: it would include itself, by way of %s", path,
			      cycle.text);
		return true;
	}
	if (depth >= INCLUDES_MAX) {
		reader_say_at(reader, statement, "include %s: more than %d files inside each other", path,
			      INCLUDES_MAX);
		return true;
	}
	return false;
}

void reader_include(struct reader *reader, const struct statement *statement, const char *name)
{
	struct source source = { .included_by = reader->source };

	source.file = path_of(reader, name, statement->where.file);
	if (!source.file || refuse_include(reader, statement, source.file)) {
		return;
	}
	source.text = reader_file(reader, statement, name, SCENARIO_SIZE_MAX, &source.size);
	reader->misses_names |= !source.text;
	if (source.text) {
		read_source(reader, &source);
	}
}

/* ---- the whole ---- */

static void check_overrides(struct reader *reader)
{
	const struct scenario *s = reader->scenario;
	struct scenario_where where = { s->file, 0 };

	for (size_t i = 0; i < reader->reading->parameter_count; i++) {
		const char *name = reader->reading->parameters[i].name;
		struct nearest nearest = { .word = name };
		struct list list = { 0 };
		char hint[128];

		if (parameter_find(reader, name) || single_find(name)) {
			continue;
		}
		for (size_t p = 0; p < s->parameter_count; p++) {
			nearest_try(&nearest, s->parameters[p].name);
			list_add(&list, s->parameters[p].name);
		}
		for (size_t p = 0; p < SINGLES; p++) {
			nearest_try(&nearest, scenario_singles[p].name);
			list_add(&list, scenario_singles[p].name);
		}
		reader_say(reader, where,
			   "%s: the scenario has no parameter of that name%s; what can be set: %s", name,
			   nearest_hint(&nearest, hint, sizeof(hint)), list.text);
	}
}

static void check_changes(struct reader *reader)
{
	for (size_t i = 0; i < reader->scenario->parameter_count; i++) {
		const struct parameter_use *use = &reader->uses[i];

		if (use->changed.file && use->uses == use->uses_when_changed) {
			reader_say(reader, use->changed,
				   "mutant parameter %s: nothing below uses $%s: put it above the lines that "
				   "it is to change",
				   reader->scenario->parameters[i].name,
				   reader->scenario->parameters[i].name);
		}
	}
}

/* Values from outside are checked here, the file's own were when they were read. */
static bool take_single(struct reader *reader, enum single single)
{
	const struct single_rule *rule = &scenario_singles[single];
	struct given *given = reader->given[single];
	const struct scenario_option *override = parameter_override(reader, rule->name);
	const char *text = rule->normal;

	if (override) {
		given[LEVEL_OVERRIDE] = (struct given){ override->value, { reader->scenario->file, 0 } };
	}
	for (int level = 0; level < LEVELS; level++) {
		bool is_in_force = level != LEVEL_MUTANT || reader->reading->is_mutant;

		text = is_in_force && given[level].text ? given[level].text : text;
	}
	if (!text) {
		reader_say(reader, (struct scenario_where){ reader->scenario->file, 0 },
			   "there is no `%s` in it; expected: %s %s", rule->name, rule->name, rule->expected);
		return false;
	}
	if (!rule->read(text, reader->scenario)) {
		reader_say(reader, (struct scenario_where){ reader->scenario->file, 0 }, "%s %s: expected %s",
			   rule->name, text, rule->expected);
		return false;
	}
	return true;
}

static bool take_singles(struct reader *reader)
{
	bool is_fine = true;

	for (int single = 0; single < SINGLES; single++) {
		is_fine = take_single(reader, (enum single)single) && is_fine;
	}
	return is_fine;
}

static void check_time(struct reader *reader, struct scenario_where where, const char *what, int64_t at_ps)
{
	static const struct key key = { "", KEY_TIME, 0, sizeof(int64_t), 0, 0, NULL, NULL };
	int64_t duration_ps = reader->scenario->duration_ps;
	char at[64], duration[64];

	if (at_ps > duration_ps) {
		reader_say(reader, where, "%s %s: this is behind the end; the duration is %s", what,
			   key_print(&key, &at_ps, at, sizeof(at)),
			   key_print(&key, &duration_ps, duration, sizeof(duration)));
	}
}

/* Sums of times that are each checked by themselves: they saturate. */
static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void check_times(struct reader *reader)
{
	const struct scenario *s = reader->scenario;

	for (size_t i = 0; i < s->happening_count; i++) {
		check_time(reader, s->happenings[i].where, "at", s->happenings[i].at_ps);
		check_time(reader, s->happenings[i].where, "until", s->happenings[i].until_ps);
	}
	for (size_t i = 0; i < reader->expected_count; i++) {
		const struct expectation *e = &reader->expected[i].expectation;
		struct scenario_where where = { e->file, e->line };

		check_time(reader, where, "expect: from", e->from_ps);
		if (e->to_ps != e->from_ps) {
			check_time(reader, where, "expect: to", e->to_ps);
		}
		check_time(reader, where, "expect: within", add(e->after_ps, e->within_ps));
		check_time(reader, where, "expect: hold", add(e->after_ps, e->hold_ps));
	}
	check_time(reader, (struct scenario_where){ s->file, 0 }, "sample", s->sample_ps);
}

static void leave_out_mutants(struct reader *reader)
{
	struct scenario *s = reader->scenario;
	size_t kept = 0;

	for (size_t i = 0; i < s->declaration_count; i++) {
		if (!s->declarations[i].is_mutant) {
			s->declarations[kept++] = s->declarations[i];
		}
	}
	s->declaration_count = kept;
	kept = 0;
	for (size_t i = 0; i < s->happening_count; i++) {
		if (!s->happenings[i].is_mutant) {
			s->happenings[kept++] = s->happenings[i];
		}
	}
	s->happening_count = kept;
}

static void take_expectations(struct reader *reader)
{
	struct scenario *s = reader->scenario;

	s->expectations = reader_allocate(reader, reader->expected_count * sizeof(*s->expectations));
	for (size_t i = 0; s->expectations && i < reader->expected_count; i++) {
		if (!reader->expected[i].is_mutant || reader->reading->is_mutant) {
			s->expectations[s->expectation_count++] = reader->expected[i].expectation;
		}
	}
}

static void finish(struct reader *reader)
{
	if (take_singles(reader)) {
		check_times(reader);
	}
	check_overrides(reader);
	check_changes(reader);
	names_check(reader);
	if (!reader->reading->is_mutant) {
		leave_out_mutants(reader);
	}
	take_expectations(reader);
}

static struct scenario *new_scenario(void)
{
	struct whole *whole = calloc(1, sizeof(*whole));

	if (!whole) {
		return NULL;
	}
	whole->scenario.memory = whole;
	return &whole->scenario;
}

static void read_all(struct reader *reader, const char *file)
{
	struct source source = { 0 };

	reader->scenario->title = "";
	reader->scenario->about = "";
	reader->scenario->mutant_about = "";
	reader->scenario->file = reader_text(reader, file, strlen(file));
	if (!reader->scenario->file) {
		return;
	}
	source.file = reader->scenario->file;
	source.text = read_content(reader, (struct scenario_where){ source.file, 0 }, file, NULL,
				   SCENARIO_SIZE_MAX, &source.size);
	if (source.text) {
		read_source(reader, &source);
	}
	if (source.text && !reader->is_exhausted) {
		finish(reader);
	}
}

struct scenario *scenario_read(const char *file, const struct scenario_reading *reading)
{
	struct reader reader = { .reading = reading, .scenario = new_scenario() };

	if (!reader.scenario) {
		reader_say(&reader, (struct scenario_where){ file, 0 }, "out of memory");
		return NULL;
	}
	read_all(&reader, file);
	if (reader.is_exhausted) {
		reader.error_count = reader.error_count < SCENARIO_ERRORS_MAX ? reader.error_count
									      : SCENARIO_ERRORS_MAX - 1;
		reader_say(&reader, (struct scenario_where){ file, 0 }, "out of memory");
	}
	if (reader.error_count > 0) {
		scenario_free(reader.scenario);
		return NULL;
	}
	return reader.scenario;
}
