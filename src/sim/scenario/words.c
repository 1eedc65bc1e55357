/* src/sim/scenario/words.c -- lines -> statements of words.
 *
 * A line belongs to the statement above it when it begins with white space. What is wrong with a line is said, and its whole
 * statement is left out: half a statement would only make more errors. */
#include "sim/scenario/reader.h"

#include <stdio.h>
#include <string.h>

/* ---- characters ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name_part(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9');
}

bool words_is_parameter_name(const char *text)
{
	if (!is_name_start(*text)) {
		return false;
	}
	while (is_name_part(*text)) {
		text++;
	}
	return *text == '\0';
}

/* The octets of one character of UTF-8 (RFC 3629), by its first: how many follow, and the limits of the second. */
static const struct {
	uint8_t first, last, more, second_min, second_max;
} utf8_rows[] = {
	{ 0xC2, 0xDF, 1, 0x80, 0xBF }, { 0xE0, 0xE0, 2, 0xA0, 0xBF }, { 0xE1, 0xEC, 2, 0x80, 0xBF },
	{ 0xED, 0xED, 2, 0x80, 0x9F }, { 0xEE, 0xEF, 2, 0x80, 0xBF }, { 0xF0, 0xF0, 3, 0x90, 0xBF },
	{ 0xF1, 0xF3, 3, 0x80, 0xBF }, { 0xF4, 0xF4, 3, 0x80, 0x8F },
};

/* Octets of the character at `text`; 0: it is none. */
static size_t character_octets(const uint8_t *text, size_t left)
{
	if (text[0] < 0x80) {
		return text[0] == '\t' || (text[0] >= 0x20 && text[0] != 0x7F);
	}
	for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
		if (text[0] < utf8_rows[i].first || text[0] > utf8_rows[i].last) {
			continue;
		}
		if (left <= utf8_rows[i].more || text[1] < utf8_rows[i].second_min ||
		    text[1] > utf8_rows[i].second_max) {
			return 0;
		}
		for (size_t k = 2; k <= utf8_rows[i].more; k++) {
			if (text[k] < 0x80 || text[k] > 0xBF) {
				return 0;
			}
		}
		return utf8_rows[i].more + 1u;
	}
	return 0;
}

/* ---- lines ---- */

struct line {
	const char *text;
	size_t length; /* without its end */
	struct scenario_where where;
};

static bool peek_line(const struct source *source, struct line *out, size_t *next)
{
	size_t left = source->size - source->at;
	const char *end;

	if (left == 0) {
		return false;
	}
	out->text = source->text + source->at;
	end = memchr(out->text, '\n', left);
	out->length = end ? (size_t)(end - out->text) : left;
	*next = source->at + out->length + (end ? 1 : 0);
	out->where = (struct scenario_where){ source->file, source->line + 1 };
	if (out->length > 0 && out->text[out->length - 1] == '\r') {
		out->length--;
	}
	if (source->at == 0 && out->length >= 3 && memcmp(out->text, "\xEF\xBB\xBF", 3) == 0) {
		out->text += 3; /* the byte order mark of some editors */
		out->length -= 3;
	}
	return true;
}

static bool is_empty(const struct line *line)
{
	size_t i = 0;

	while (i < line->length && is_blank(line->text[i])) {
		i++;
	}
	return i == line->length || line->text[i] == '#';
}

static bool check_line(struct reader *reader, const struct line *line)
{
	if (line->length > SCENARIO_LINE_MAX) {
		reader_say(reader, line->where,
			   "the line has %zu octets, at most %d are read; a line that begins with white "
			   "space continues "
			   "the one before",
			   line->length, SCENARIO_LINE_MAX);
		return false;
	}
	for (size_t i = 0; i < line->length;) {
		const uint8_t *at = (const uint8_t *)line->text + i;
		size_t octets = character_octets(at, line->length - i);

		if (octets == 0) {
			reader_say(reader, line->where, "octet %zu is 0x%02x: this is no text (in UTF-8)",
				   i + 1, *at);
			return false;
		}
		i += octets;
	}
	return true;
}

/* ---- words ---- */

struct splitter {
	struct reader *reader;
	const struct line *line;
	size_t at; /* in the line */
	bool is_prose;
	char word[SCENARIO_WORD_MAX + 1];
	size_t length;
};

static char current(const struct splitter *s)
{
	return s->at < s->line->length ? s->line->text[s->at] : '\0';
}

static bool put(struct splitter *s, const char *text, size_t length)
{
	if (length > SCENARIO_WORD_MAX - s->length) {
		reader_say(s->reader, s->line->where, "a word has more than %d octets", SCENARIO_WORD_MAX);
		return false;
	}
	memcpy(s->word + s->length, text, length);
	s->length += length;
	return true;
}

static bool put_parameter(struct splitter *s, const char *name)
{
	const struct scenario_option *parameter = parameter_find(s->reader, name);
	const struct scenario *scenario = s->reader->scenario;
	struct nearest nearest = { .word = name };
	struct list list = { 0 };
	char hint[128];

	if (parameter) {
		s->reader->uses[parameter - scenario->parameters].uses++;
		return put(s, parameter->value, strlen(parameter->value));
	}
	for (size_t i = 0; i < scenario->parameter_count; i++) {
		nearest_try(&nearest, scenario->parameters[i].name);
		list_add(&list, scenario->parameters[i].name);
	}
	reader_say(s->reader, s->line->where, "$%s: there is no parameter of that name above%s%s%s", name,
		   nearest_hint(&nearest, hint, sizeof(hint)), list.length ? "; parameters: " : "",
		   list.text);
	return false;
}

/* At a dollar: "$$", "$name" or "${name}". */
static bool put_dollar(struct splitter *s)
{
	char name[SCENARIO_NAME_MAX + 1];
	size_t length = 0;
	bool is_braced;

	s->at++;
	if (current(s) == '$') {
		s->at++;
		return put(s, "$", 1);
	}
	is_braced = current(s) == '{';
	s->at += is_braced;
	while (is_name_part(current(s)) && length < SCENARIO_NAME_MAX) {
		name[length++] = current(s);
		s->at++;
	}
	name[length] = '\0';
	if (!words_is_parameter_name(name) || is_name_part(current(s)) || (is_braced && current(s) != '}')) {
		reader_say(s->reader, s->line->where,
			   "$ without a parameter's name; expected: $name or ${name}, or $$ for a dollar");
		return false;
	}
	s->at += is_braced;
	return put_parameter(s, name);
}

/* One word into s->word. */
static bool split_word(struct splitter *s)
{
	bool is_quoted = false;

	s->length = 0;
	while (s->at < s->line->length && (is_quoted || !is_blank(current(s)))) {
		if (current(s) == '$') {
			if (!put_dollar(s)) {
				return false;
			}
			continue;
		}
		if (current(s) == '"' && !s->is_prose) {
			is_quoted = !is_quoted;
		} else if (!put(s, &s->line->text[s->at], 1)) {
			return false;
		}
		s->at++;
	}
	s->word[s->length] = '\0';
	if (is_quoted) {
		reader_say(s->reader, s->line->where,
			   "a \" is missing: there is one that is not closed on its line");
	}
	return !is_quoted;
}

static bool add_word(struct splitter *s, struct statement *out)
{
	char *text;

	if (out->count == SCENARIO_WORDS_MAX) {
		reader_say(s->reader, s->line->where, "a statement of more than %d words",
			   SCENARIO_WORDS_MAX);
		return false;
	}
	text = reader_text(s->reader, s->word, s->length);
	if (!text) {
		return false;
	}
	out->lines[out->count] = s->line->where.line;
	out->words[out->count++] = text;
	return true;
}

static bool split_line(struct reader *reader, const struct line *line, struct statement *out)
{
	struct splitter s = { .reader = reader, .line = line };

	for (;;) {
		while (is_blank(current(&s))) {
			s.at++;
		}
		if (s.at == line->length || current(&s) == '#') {
			return true;
		}
		s.is_prose = statement_is_prose(out);
		if (!split_word(&s) || !add_word(&s, out)) {
			return false;
		}
	}
}

/* ---- statements ---- */

/* The lines of one statement. False: the end; `is_fine` says whether all of them could be read. */
static bool gather(struct reader *reader, struct source *source, struct statement *out, bool *is_fine)
{
	bool has_begun = false;
	struct line line;
	size_t next;

	*is_fine = true;
	while (peek_line(source, &line, &next)) {
		bool is_continued = line.length > 0 && is_blank(line.text[0]);
		bool is_text;

		if (has_begun && !is_continued && !is_empty(&line)) {
			break;
		}
		source->at = next;
		source->line++;
		is_text = check_line(reader, &line);
		if (is_empty(&line)) {
			continue;
		}
		*is_fine = *is_fine && is_text;
		if (!has_begun && is_continued) {
			reader_say(reader, line.where,
				   "a line that begins with white space continues the one before; there is "
				   "none");
			*is_fine = false;
		}
		if (!has_begun) {
			out->where = line.where;
		}
		has_begun = true;
		*is_fine = *is_fine && split_line(reader, &line, out);
	}
	return has_begun;
}

bool words_next(struct reader *reader, struct source *source, struct statement *out)
{
	bool is_fine = false;

	while (!is_fine) {
		out->count = out->at = 0;
		out->is_mutant = false;
		if (!gather(reader, source, out, &is_fine) || reader->is_exhausted) {
			return false;
		}
		reader->misses_names |= !is_fine;
	}
	return true;
}

char *words_take(struct statement *statement)
{
	return statement->at < statement->count ? statement->words[statement->at++] : NULL;
}

static char *join(struct reader *reader, const struct statement *statement, size_t first, bool quotes)
{
	size_t size = 1;
	char *out, *end;

	for (size_t i = first; i < statement->count; i++) {
		size += strlen(statement->words[i]) + 3;
	}
	out = reader_allocate(reader, size);
	end = out;
	for (size_t i = first; out && i < statement->count; i++) {
		const char *word = statement->words[i];
		const char *quote = quotes && (word[0] == '\0' || strpbrk(word, " \t")) ? "\"" : "";

		end += snprintf(end, size - (size_t)(end - out), "%s%s%s%s", i > first ? " " : "", quote,
				word, quote);
	}
	return out;
}

char *words_join(struct reader *reader, const struct statement *statement, size_t first)
{
	return join(reader, statement, first, true);
}

char *words_as_text(struct reader *reader, const struct statement *statement, size_t first)
{
	return join(reader, statement, first, false);
}
