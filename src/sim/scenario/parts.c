/* src/sim/scenario/parts.c -- statements that make or describe parts of the world.
 *
 * A name is written down before the rest of its line is read, so that a bad key does not make the part unknown to all other
 * lines too. */
#include "sim/scenario/reader.h"

#include "config/config.h"
#include "sim/network/box.h"
#include "sim/network/link.h"
#include "sim/node/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_SIZE_MAX (256u << 10)
#define CSV_SIZE_MAX (16u << 20)
#define COUNT_MAX 100000

/* ---- declarations ---- */

static struct scenario_declaration *add_declaration(struct reader *reader, const struct statement *statement,
						    const struct statement_row *row, const char *name)
{
	struct scenario *s = reader->scenario;
	struct scenario_declaration *grown = reader_grow(reader, s->declarations, s->declaration_count,
							 &reader->declaration_room, sizeof(*grown));
	struct scenario_declaration *d;

	if (!grown) {
		return NULL;
	}
	s->declarations = grown;
	d = &grown[s->declaration_count++];
	d->statement = row->declares;
	d->where = statement->where;
	d->kind = row->kind;
	d->name = name;
	d->is_mutant = statement->is_mutant;
	return d;
}

/* Copies taken words of the statement to the declaration. */
static bool keep_words(struct reader *reader, const struct statement *statement, size_t first, size_t count,
		       struct scenario_declaration *d)
{
	d->words = reader_allocate(reader, count * sizeof(*d->words));
	for (size_t i = 0; d->words && i < count; i++) {
		d->words[i] = statement->words[first + i];
	}
	d->word_count = d->words ? count : 0;
	return d->words;
}

static bool check_name(struct reader *reader, const struct statement *statement,
		       const struct statement_row *row, const char *name)
{
	if (!names_are_valid(name)) {
		reader->misses_names = true;
		reader_say_at(reader, statement,
			      "%s %s: expected a name of letters, digits, _ and -, at most %d characters",
			      row->word, name, SCENARIO_NAME_MAX);
		return false;
	}
	if ((row->names & NAMES_OF_ENDS) && (key_find(&link_kind, name) || strcmp(name, "fanout") == 0)) {
		reader->misses_names = true;
		reader_say_at(reader, statement,
			      "%s %s: this is a key of links, which `connect` could not tell from an end",
			      row->word, name);
		return false;
	}
	if ((row->names & NAMES_OF(SCENARIO_NODE)) && strcmp(name, "all") == 0) {
		reader->misses_names = true;
		reader_say_at(reader, statement,
			      "node all: `all` stands for all nodes and cannot be one's name");
		return false;
	}
	return true;
}

/* ---- options of the daemon ---- */

/* What the reader of configurations says about one of them, in one line. */
struct said {
	char text[SCENARIO_WHY_SIZE];
};

static void say_of_config(void *context, int level, const char *line)
{
	struct said *said = context;
	size_t used = strlen(said->text);

	if (level == CONFIG_TO_STDERR) {
		snprintf(said->text + used, sizeof(said->text) - used, "%s%s", used ? "; " : "", line);
	}
}

static const char *find_option_like(const char *name)
{
	struct nearest nearest = { .word = name };

	for (size_t i = 0; i < config_option_count; i++) {
		nearest_try(&nearest, config_options[i].name);
	}
	return nearest.best;
}

/* Options first, as build does: what a configuration file says in [global] does not change them. */
static void check_config(struct reader *reader, const struct statement *statement,
			 const struct scenario_declaration *d)
{
	struct config *config = malloc(sizeof(*config));
	struct said said = { "" };

	if (!config) {
		reader->is_exhausted = true;
		return;
	}
	config_init(config, say_of_config, &said);
	config_prefer(config, "clock_servo", "adaptive");
	config->explains = true;
	for (size_t i = 0; i < d->option_count; i++) {
		said.text[0] = '\0';
		if (!config_set(config, d->options[i].name, d->options[i].value)) {
			reader_say(reader, d->options[i].where, "option: %s", said.text);
		}
	}
	said.text[0] = '\0';
	if (d->config_text && !config_parse_text(config, d->config_text, d->config_size)) {
		reader_say(reader, statement->where, "config %s: %s", d->config_file, said.text);
	}
	config_free(config);
	free(config);
}

/* ---- words that are no keys ---- */

/* The value behind `word`, or NULL: said. */
static const char *take_value(struct reader *reader, struct statement *statement, const char *word,
			      const char *expected)
{
	const char *value = words_take(statement);

	if (!value) {
		reader_say_at(reader, statement, "%s: its value is missing; expected %s", word, expected);
	}
	return value;
}

static bool take_integer(struct reader *reader, struct statement *statement, const char *word, int min,
			 int max, int64_t *out)
{
	const struct key key = { word, KEY_INTEGER, 0, sizeof(*out), min, max, NULL, NULL };
	char why[128];
	const char *text = take_value(reader, statement, word, key_expected(&key, why, sizeof(why)));

	if (!text) {
		return false;
	}
	if (*out != 0) {
		reader_say_at(reader, statement, "%s: it is said twice", word);
		return false;
	}
	if (!key_set(&key, out, text, why, sizeof(why))) {
		reader_say_at(reader, statement, "%s %s: expected %s", word, text, why);
		return false;
	}
	return true;
}

static bool read_count(struct reader *reader, struct statement *statement, struct scenario_declaration *d)
{
	return take_integer(reader, statement, "count", 1, COUNT_MAX, &d->count);
}

static bool read_ports(struct reader *reader, struct statement *statement, struct scenario_declaration *d)
{
	return take_integer(reader, statement, "ports", 1,
			    d->statement == SCENARIO_NODE ? GN_PORTS_MAX : UINT16_MAX, &d->ports);
}

static bool read_fanout(struct reader *reader, struct statement *statement, struct scenario_declaration *d)
{
	if (d->word_count == 0 || strcmp(d->words[0], "tree") != 0) {
		reader_say_at(reader, statement, "fanout: only a tree has one");
		return false;
	}
	return take_integer(reader, statement, "fanout", 1, COUNT_MAX, &d->fanout);
}

static bool read_config(struct reader *reader, struct statement *statement, struct scenario_declaration *d)
{
	const char *name = take_value(reader, statement, "config", "the name of a configuration file");

	if (!name) {
		return false;
	}
	if (d->config_file) {
		reader_say_at(reader, statement, "config: it is said twice");
		return false;
	}
	d->config_text = reader_file(reader, statement, name, CONFIG_SIZE_MAX, &d->config_size);
	d->config_file = name;
	return d->config_text;
}

static bool read_option(struct reader *reader, struct statement *statement, struct scenario_declaration *d)
{
	const char *name = take_value(reader, statement, "option", "an option of the daemon and its value");
	struct scenario_where where = { statement->where.file, statement->lines[statement->at - 1] };
	const char *value = name ? take_value(reader, statement, name, "the option's value") : NULL;

	if (!value) {
		return false;
	}
	if (!config_option_find(name)) {
		const char *like = find_option_like(name);

		reader_say(reader, where, "option %s: the daemon has no such option%s%s%s", name,
			   like ? "; did you mean " : "", like ? like : "", like ? "?" : "");
		return false;
	}
	/* There are never more than half of the statement's words. */
	if (!d->options) {
		d->options = reader_allocate(reader, SCENARIO_WORDS_MAX / 2 * sizeof(*d->options));
	}
	if (!d->options) {
		return false;
	}
	d->options[d->option_count++] = (struct scenario_option){ name, value, where };
	return true;
}

const struct own_word parts_own_words[] = {
	{ "count", NAMES_OF(SCENARIO_NODE), read_count, "N",
	  "makes NAME1 .. NAMEN; without it there is one, called NAME" },
	{ "ports", NAMES_OF_ENDS, read_ports, "N",
	  "how many ports there are; without it, as many as have cables, or as the configuration has" },
	{ "config", NAMES_OF(SCENARIO_NODE), read_config, "FILE",
	  "the daemon's configuration, found beside the scenario" },
	{ "option", NAMES_OF(SCENARIO_NODE), read_option, "NAME VALUE",
	  "an option of the daemon, stronger than [global] of its configuration; one of a port is for all "
	  "its ports" },
	{ "fanout", NAMES_OF(SCENARIO_CONNECT), read_fanout, "N",
	  "how many a node of a tree has below it; default 2" },
};
const size_t parts_own_word_count = sizeof(parts_own_words) / sizeof(parts_own_words[0]);

static const struct own_word *find_own_word(const struct scenario_declaration *d, const char *word)
{
	for (size_t i = 0; d && i < parts_own_word_count; i++) {
		if ((parts_own_words[i].statements & NAMES_OF(d->statement)) &&
		    strcmp(parts_own_words[i].word, word) == 0) {
			return &parts_own_words[i];
		}
	}
	return NULL;
}

/* ---- keys ---- */

static void say_unknown_key(struct reader *reader, const struct statement *statement,
			    const struct part_kind *kind, const struct scenario_declaration *d,
			    const char *word)
{
	struct nearest nearest = { .word = word };
	struct list list = { 0 };
	char hint[128];

	for (size_t i = 0; d && i < parts_own_word_count; i++) {
		if (parts_own_words[i].statements & NAMES_OF(d->statement)) {
			nearest_try(&nearest, parts_own_words[i].word);
			list_add(&list, parts_own_words[i].word);
		}
	}
	for (size_t i = 0; i < kind->key_count; i++) {
		nearest_try(&nearest, kind->keys[i].name);
		list_add(&list, kind->keys[i].name);
	}
	reader_say_at(reader, statement, "%s: %s has no such key%s; keys: %s", word, kind->name,
		      nearest_hint(&nearest, hint, sizeof(hint)), list.text);
}

struct keys_read {
	const struct part_kind *kind;
	void *scratch; /* a copy of the kind's defaults */
	size_t count;
	struct scenario_setting settings[SCENARIO_WORDS_MAX / 2];
};

static bool read_key(struct reader *reader, struct statement *statement, const struct key *key,
		     struct keys_read *keys)
{
	char why[SCENARIO_WHY_SIZE];
	const char *text = take_value(reader, statement, key->name, key_expected(key, why, sizeof(why)));

	if (!text) {
		return false;
	}
	for (size_t i = 0; i < keys->count; i++) {
		if (keys->settings[i].key == key) {
			reader_say_at(reader, statement, "%s: it is said twice", key->name);
			return false;
		}
	}
	if (strcmp(key->name, "preset") == 0 && keys->count > 0) {
		reader_say_at(reader, statement,
			      "preset %s: it must come before all other keys, as it sets them; here it "
			      "stands behind %s",
			      text, keys->settings[0].key->name);
		return false;
	}
	if (!key_set(key, keys->scratch, text, why, sizeof(why))) {
		reader_say_at(reader, statement, "%s %s: expected %s", key->name, text, why);
		return false;
	}
	keys->settings[keys->count++] = (struct scenario_setting){ key, text };
	return true;
}

/* All pairs up to the end. After a bad value reading goes on, behind a word that is no key it does not: what follows may be
 * anything. */
static bool read_pairs(struct reader *reader, struct statement *statement, struct scenario_declaration *d,
		       struct keys_read *keys)
{
	bool is_fine = true;
	const char *word;

	while ((word = words_take(statement))) {
		const struct own_word *own = find_own_word(d, word);
		const struct key *key = own ? NULL : key_find(keys->kind, word);

		if (own) {
			is_fine = own->read(reader, statement, d) && is_fine;
		} else if (key) {
			is_fine = read_key(reader, statement, key, keys) && is_fine;
		} else {
			say_unknown_key(reader, statement, keys->kind, d, word);
			return false;
		}
	}
	return is_fine;
}

bool parts_read_settings(struct reader *reader, struct statement *statement, const struct part_kind *kind,
			 struct scenario_declaration *declaration, struct scenario_setting **settings,
			 size_t *count)
{
	struct keys_read keys = { .kind = kind, .scratch = malloc(kind->size + 1) };
	bool is_fine;

	if (!keys.scratch) {
		reader->is_exhausted = true;
		return false;
	}
	memcpy(keys.scratch, kind->defaults, kind->size);
	is_fine = read_pairs(reader, statement, declaration, &keys);
	free(keys.scratch);
	*settings = reader_allocate(reader, keys.count * sizeof(**settings));
	if (!*settings) {
		return false;
	}
	memcpy(*settings, keys.settings, keys.count * sizeof(**settings));
	*count = keys.count;
	return is_fine;
}

static bool read_settings(struct reader *reader, struct statement *statement, struct scenario_declaration *d)
{
	return parts_read_settings(reader, statement, d->kind, d, &d->settings, &d->setting_count);
}

/* ---- statements ---- */

void parts_read_named(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	const char *name = words_take(statement);
	struct scenario_declaration *d;

	if (!name) {
		reader->misses_names = true;
		statement_say_form(reader, statement, row);
		return;
	}
	if (!check_name(reader, statement, row, name)) {
		return;
	}
	d = add_declaration(reader, statement, row, name);
	if (d && read_settings(reader, statement, d) && d->statement == SCENARIO_NODE) {
		check_config(reader, statement, d);
	}
}

void parts_read_part(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	const char *target = words_take(statement);
	struct scenario_declaration *d;

	if (!target || statement->at == statement->count) {
		statement_say_form(reader, statement, row);
		return;
	}
	d = add_declaration(reader, statement, row, target);
	if (d) {
		(void)read_settings(reader, statement, d); /* it has said what is wrong */
	}
}

void parts_read_link(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	const char *first = words_take(statement), *second = words_take(statement);
	struct scenario_declaration *d;
	size_t size;
	char *name;

	if (!second) {
		reader->misses_names = true;
		statement_say_form(reader, statement, row);
		return;
	}
	size = strlen(first) + strlen(second) + 2;
	name = reader_allocate(reader, size);
	d = name ? add_declaration(reader, statement, row, name) : NULL;
	if (d) {
		snprintf(name, size, "%s-%s", first, second);
		(void)keep_words(reader, statement, statement->at - 2, 2,
				 d); /* without memory all ends anyway */
		(void)read_settings(reader, statement, d);
	}
}

const struct shape_row parts_shapes[] = {
	{ "line", "each with the next" },
	{ "ring", "each with the next, and the last with the first" },
	{ "star", "the first with all others" },
	{ "tree", "the first with the next N (`fanout`), each of these with the next N, and so on" },
	{ "full", "each with all others" },
};
const size_t parts_shape_count = sizeof(parts_shapes) / sizeof(parts_shapes[0]);

static bool check_shape(struct reader *reader, const struct statement *statement, const char *shape)
{
	struct nearest nearest = { .word = shape };
	struct list list = { 0 };
	char hint[128];

	for (size_t i = 0; i < parts_shape_count; i++) {
		if (strcmp(parts_shapes[i].word, shape) == 0) {
			return true;
		}
		nearest_try(&nearest, parts_shapes[i].word);
		list_add(&list, parts_shapes[i].word);
	}
	reader->misses_names = true;
	reader_say_at(reader, statement, "connect %s: there is no such shape%s; expected one of: %s", shape,
		      nearest_hint(&nearest, hint, sizeof(hint)), list.text);
	return false;
}

/* Ends are all words up to the first that is a key. */
void parts_read_connect(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	size_t first = statement->at;
	const char *shape = words_take(statement);
	struct scenario_declaration *d;

	if (!shape) {
		statement_say_form(reader, statement, row);
		return;
	}
	if (!check_shape(reader, statement, shape)) {
		return;
	}
	while (statement->at < statement->count && !key_find(&link_kind, statement->words[statement->at]) &&
	       strcmp(statement->words[statement->at], "fanout") != 0) {
		statement->at++;
	}
	if (statement->at == first + 1) {
		statement_say_form(reader, statement, row);
		return;
	}
	d = add_declaration(reader, statement, row, "");
	if (d) {
		(void)keep_words(reader, statement, first, statement->at - first, d);
		(void)read_settings(reader, statement, d); /* it has said what is wrong */
	}
}

void parts_read_placed(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	const char *name = words_take(statement), *word = words_take(statement),
		   *place = words_take(statement);
	struct scenario_declaration *d;

	if (!place || strcmp(word, row->place) != 0) {
		reader->misses_names = true;
		statement_say_form(reader, statement, row);
		return;
	}
	if (!check_name(reader, statement, row, name)) {
		return;
	}
	d = add_declaration(reader, statement, row, name);
	if (d) {
		(void)keep_words(reader, statement, statement->at - 1, 1, d);
		(void)read_settings(reader, statement, d); /* it has said what is wrong */
	}
}

static bool read_csv(struct reader *reader, struct statement *statement, struct scenario_declaration *d)
{
	if (d->word_count != 2) {
		reader_say_at(reader, statement, "curve %s: expected: csv FILE", d->name);
		return false;
	}
	statement->at = statement->count;
	d->csv_text = reader_file(reader, statement, d->words[1], CSV_SIZE_MAX, &d->csv_size);
	return d->csv_text;
}

void parts_read_curve(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	const char *name = words_take(statement);
	char why[SCENARIO_WHY_SIZE] = "";
	struct scenario_declaration *d;
	struct curve curve;

	if (!name || statement->at == statement->count) {
		reader->misses_names |= !name;
		statement_say_form(reader, statement, row);
		return;
	}
	if (!check_name(reader, statement, row, name)) {
		return;
	}
	d = add_declaration(reader, statement, row, name);
	if (!d || !keep_words(reader, statement, statement->at, statement->count - statement->at, d)) {
		return;
	}
	if (strcmp(d->words[0], "csv") == 0 && !read_csv(reader, statement, d)) {
		return;
	}
	if (!scenario_curve(d, &curve, why, sizeof(why))) {
		reader_say_at(reader, statement, "curve %s: %s", name, why);
		return;
	}
	curve_free(&curve);
}
