/* src/sim/scenario/names.c -- who is called what, and whether those spoken of are there.
 *
 * All names stand in one sorted list, made when the last line was read. A node with a count is a family: leaf stands for
 * leaf1 .. leaf100, and is not a name itself. Lines of `mutant` see all names; the others only those that are there
 * without them. */
#include "sim/scenario/reader.h"

#include "sim/node/node.h"
#include "sim/clock/oscillator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAREST_MAX 40 /* octets of words that are compared */
#define LISTED_MAX 12  /* names in an error */
#define FAMILIES_MAX 1000

/* ---- patterns ---- */

bool scenario_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *resume = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = ++pattern; /* try the shortest first; resume where it was too short */
			resume = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star;
			name = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*') {
		pattern++;
	}
	return *pattern == '\0';
}

bool names_are_valid(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return length > 0 && length <= SCENARIO_NAME_MAX && name[length] == '\0' && name[0] != '-';
}

/* ---- words for errors ---- */

/* How many octets must be put in, taken out or changed (Levenshtein's distance). */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t row[NEAREST_MAX + 1];

	for (size_t j = 0; j <= b_length; j++) {
		row[j] = j;
	}
	for (size_t i = 1; i <= a_length; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t changed = diagonal + (a[i - 1] != b[j - 1]);
			size_t less = row[j - 1] < row[j] ? row[j - 1] : row[j];

			diagonal = row[j];
			row[j] = less + 1 < changed ? less + 1 : changed;
		}
	}
	return row[b_length];
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
	size_t length = strlen(nearest->word), other = strlen(candidate);
	size_t apart;

	if (length == 0 || length > NEAREST_MAX || other > NEAREST_MAX) {
		return;
	}
	apart = distance(nearest->word, length, candidate, other);
	if (apart <= (length + 2) / 3 && apart < other && (!nearest->best || apart < nearest->distance)) {
		nearest->best = candidate;
		nearest->distance = apart;
	}
}

const char *nearest_hint(const struct nearest *nearest, char *out, size_t size)
{
	snprintf(out, size, "%s%s%s", nearest->best ? "; did you mean " : "",
		 nearest->best ? nearest->best : "", nearest->best ? "?" : "");
	return out;
}

void list_add(struct list *list, const char *text)
{
	size_t room = sizeof(list->text) - list->length;
	int length;

	if (list->is_full) {
		return;
	}
	length = snprintf(list->text + list->length, room, "%s%s", list->length ? ", " : "", text);
	if (length < 0 || (size_t)length + sizeof(" ..") > room) {
		snprintf(list->text + list->length, room, " ..");
		list->is_full = true;
		return;
	}
	list->length += (size_t)length;
}

/* ---- the list of all names ---- */

struct name {
	const struct scenario_declaration *declaration;
	unsigned space; /* those of one space must differ */
};

struct names {
	struct reader *reader;
	const struct scenario_declaration **families;
	struct name *all; /* sorted by space, name, and place in the files */
	size_t count, family_count;
	bool has_connects[2]; /* [with lines of `mutant`]: cables are called by what is found in the world */
};

static unsigned space_of(enum scenario_statement statement)
{
	return NAMES_OF(statement) & NAMES_OF_ENDS ? NAMES_OF_ENDS : NAMES_OF(statement);
}

static int compare(const struct name *a, const char *name, unsigned space)
{
	return a->space != space ? (a->space < space ? -1 : 1) : strcmp(a->declaration->name, name);
}

static int compare_names(const void *left, const void *right)
{
	const struct name *a = left, *b = right;
	int order = compare(a, b->declaration->name, b->space);

	if (order != 0) {
		return order;
	}
	return a->declaration < b->declaration ? -1 : a->declaration > b->declaration;
}

static bool has_name(const struct scenario_declaration *d)
{
	return d->statement != SCENARIO_PART && d->statement != SCENARIO_CONNECT;
}

static bool collect(struct names *names)
{
	const struct scenario *s = names->reader->scenario;

	names->all = reader_allocate(names->reader, s->declaration_count * sizeof(*names->all));
	names->families = reader_allocate(names->reader, s->declaration_count * sizeof(const void *));
	if (!names->all || !names->families) {
		return false;
	}
	for (size_t i = 0; i < s->declaration_count; i++) {
		const struct scenario_declaration *d = &s->declarations[i];

		if (d->statement == SCENARIO_CONNECT) {
			names->has_connects[1] = true;
			names->has_connects[0] |= !d->is_mutant;
		}
		if (d->count > 0 && names->family_count == FAMILIES_MAX) {
			reader_say(names->reader, d->where, "count: more than %d nodes have one",
				   FAMILIES_MAX);
			return false;
		}
		if (d->count > 0) {
			names->families[names->family_count++] = d;
		}
		if (has_name(d)) {
			names->all[names->count++] = (struct name){ d, space_of(d->statement) };
		}
	}
	qsort(names->all, names->count, sizeof(*names->all), compare_names);
	return true;
}

/* The first of that name, or NULL. */
static const struct name *find(const struct names *names, const char *name, unsigned space)
{
	size_t from = 0, to = names->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare(&names->all[middle], name, space) < 0) {
			from = middle + 1;
		} else {
			to = middle;
		}
	}
	return from < names->count && compare(&names->all[from], name, space) == 0 ? &names->all[from] : NULL;
}

/* Which member of the family it would be: 7 for leaf7; 0: none. */
static int64_t member_of(const struct scenario_declaration *family, const char *name)
{
	size_t length = strlen(family->name);
	int64_t number = 0;

	if (strncmp(family->name, name, length) != 0 || name[length] < '1' || name[length] > '9') {
		return 0;
	}
	for (name += length; *name; name++) {
		if (*name < '0' || *name > '9' || number > family->count) {
			return 0;
		}
		number = number * 10 + (*name - '0');
	}
	return number <= family->count ? number : 0;
}

/* ---- names that are given twice ---- */

static void say_taken(struct names *names, const struct scenario_declaration *d, const char *name,
		      const struct scenario_declaration *other)
{
	const char *hint = d->statement == SCENARIO_LINK
				   ? "; to tell cables apart, write their ports, as in gm.2"
				   : "";

	reader_say(names->reader, d->where, "%s: the name is taken, at %s:%d%s", name, other->where.file,
		   other->where.line, hint);
}

/* Members of one family that are called as somebody else: it is enough to look at its first that could be. */
static void check_family(struct names *names, const struct scenario_declaration *family)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct scenario_declaration *d = names->all[i].declaration;
		char name[SCENARIO_NAME_MAX + 2];

		if (names->all[i].space != NAMES_OF_ENDS || strcmp(d->name, family->name) == 0) {
			continue;
		}
		snprintf(name, sizeof(name), "%s%s", d->name, d->count > 0 ? "1" : "");
		if (member_of(family, name) > 0) {
			say_taken(names, d > family ? d : family, name, d > family ? family : d);
		}
	}
}

static void check_twice(struct names *names)
{
	for (size_t i = 1; i < names->count; i++) {
		if (compare(&names->all[i - 1], names->all[i].declaration->name, names->all[i].space) == 0) {
			say_taken(names, names->all[i].declaration, names->all[i].declaration->name,
				  names->all[i - 1].declaration);
		}
	}
	for (size_t i = 0; i < names->family_count; i++) {
		check_family(names, names->families[i]);
	}
}

/* ---- names that are not there ---- */

/* A name as somebody writes it. */
struct mention {
	struct scenario_where where;
	bool is_mutant;
	const char *who; /* "link", "at 60s kill": for the error */
	const char *text;
	unsigned names; /* NAMES_OF() what it may be; of one space */
	enum suffix suffix;
	bool is_pattern; /* may be one */
	bool needs_suffix;
};

static bool may_be(const struct mention *m, const struct scenario_declaration *d)
{
	return (m->names & NAMES_OF(d->statement)) && (m->is_mutant || !d->is_mutant);
}

static bool matches_family(const char *pattern, const struct scenario_declaration *family)
{
	char name[SCENARIO_NAME_MAX + 24];

	for (int64_t i = 1; i <= family->count; i++) {
		snprintf(name, sizeof(name), "%s%lld", family->name, (long long)i);
		if (scenario_matches(pattern, name)) {
			return true;
		}
	}
	return false;
}

static bool is_there(const struct names *names, const struct mention *m, const char *name)
{
	bool is_pattern = m->is_pattern && strchr(name, '*');
	const struct name *found;

	for (size_t i = 0; is_pattern && i < names->count; i++) {
		const struct scenario_declaration *d = names->all[i].declaration;

		if (may_be(m, d) &&
		    (d->count > 0 ? matches_family(name, d) : scenario_matches(name, d->name))) {
			return true;
		}
	}
	for (size_t i = 0; !is_pattern && i < names->family_count; i++) {
		if (may_be(m, names->families[i]) && member_of(names->families[i], name) > 0) {
			return true;
		}
	}
	found = is_pattern ? NULL : find(names, name, m->names & NAMES_OF_ENDS ? NAMES_OF_ENDS : m->names);
	return found && found->declaration->count == 0 && may_be(m, found->declaration);
}

/* "gm.2" without its ".2", "gm/mac" without its "/mac"; both also with a pattern. False: there is something else. */
static bool split_suffix(const struct mention *m, char *name, size_t size)
{
	static const char *const units[] = { "mac", "phy", "host" };
	char *dot = NULL;

	snprintf(name, size, "%s", m->text);
	if (m->suffix != SUFFIX_NONE) {
		dot = strrchr(name, m->suffix == SUFFIX_PORT ? '.' : '/');
	}
	if (!dot) {
		return !m->needs_suffix;
	}
	*dot++ = '\0';
	if (m->is_pattern && strcmp(dot, "*") == 0) {
		return true;
	}
	if (m->suffix == SUFFIX_PORT) {
		size_t digits = strspn(dot, "0123456789");

		return digits > 0 && digits <= 5 && dot[digits] == '\0' && dot[0] != '0' &&
		       atoi(dot) <= UINT16_MAX;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i], dot) == 0) {
			return true;
		}
	}
	return false;
}

static void list_names(const struct names *names, const struct mention *m, struct list *list,
		       struct nearest *nearest)
{
	size_t listed = 0;

	for (size_t i = 0; i < names->count; i++) {
		const struct scenario_declaration *d = names->all[i].declaration;
		char text[2 * SCENARIO_NAME_MAX + 32];

		if (!may_be(m, d)) {
			continue;
		}
		nearest_try(nearest, d->name);
		if (d->count > 0) {
			snprintf(text, sizeof(text), "%s1 .. %s%lld", d->name, d->name, (long long)d->count);
		}
		if (listed++ < LISTED_MAX) {
			list_add(list, d->count > 0 ? text : d->name);
		}
	}
	if (listed > LISTED_MAX) {
		list_add(list, "..");
	}
}

static const char *word_of(unsigned names)
{
	static const struct {
		unsigned names;
		const char *word;
	} words[] = {
		{ NAMES_OF_ENDS, "node, switch or hub" },
		{ NAMES_OF(SCENARIO_SWITCH) | NAMES_OF(SCENARIO_HUB), "switch or hub" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].names == names) {
			return words[i].word;
		}
	}
	for (size_t i = 0; i < scenario_statement_count; i++) {
		if (scenario_statements[i].declares == SCENARIO_PART ||
		    scenario_statements[i].declares == SCENARIO_CONNECT) {
			continue;
		}
		if (scenario_statements[i].names == names) {
			return scenario_statements[i].word;
		}
	}
	return "part";
}

static void check_mention(const struct names *names, const struct mention *m)
{
	static const char *const forms[] = {
		[SUFFIX_PORT] = "NAME.PORT", [SUFFIX_UNIT] = "NAME/mac, NAME/phy or NAME/host"
	};
	char name[SCENARIO_WORD_MAX + 1], hint[128];
	struct nearest nearest = { .word = name };
	struct list list = { 0 };

	if (names->reader->error_count >= SCENARIO_ERRORS_MAX) {
		return; /* nobody hears it, and the nearest of many takes its time */
	}
	if (!split_suffix(m, name, sizeof(name))) {
		reader_say(names->reader, m->where, "%s %s: expected %s%s", m->who, m->text,
			   m->needs_suffix ? "" : "NAME or ", forms[m->suffix]);
		return;
	}
	if (is_there(names, m, name) ||
	    (m->names == NAMES_OF(SCENARIO_LINK) && names->has_connects[m->is_mutant])) {
		return;
	}
	list_names(names, m, &list, &nearest);
	reader_say(names->reader, m->where, "%s %s: there is no %s of that name%s%s%s", m->who, name,
		   word_of(m->names), nearest_hint(&nearest, hint, sizeof(hint)),
		   list.length ? "; there are: " : "", list.text);
}

/* ---- who is mentioned where ---- */

/* Keys whose text is the name of something. */
static const struct reference {
	const struct part_kind *kind;
	const char *key;
	unsigned names;
} references[] = {
	{ &oscillator_kind, "temperature", NAMES_OF(SCENARIO_CURVE) },
	{ &node_kind, "reference", NAMES_OF(SCENARIO_GNSS) },
};

static void check_settings(const struct names *names, struct mention m, const struct part_kind *kind,
			   const struct scenario_setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t r = 0; r < sizeof(references) / sizeof(references[0]); r++) {
			if (references[r].kind != kind ||
			    strcmp(references[r].key, settings[i].key->name) != 0 ||
			    settings[i].text[0] == '\0') {
				continue;
			}
			m.who = settings[i].key->name;
			m.text = settings[i].text;
			m.names = references[r].names;
			check_mention(names, &m);
		}
	}
}

static void check_words(const struct names *names, struct mention m, const struct scenario_declaration *d,
			size_t first)
{
	for (size_t i = first; i < d->word_count; i++) {
		m.text = d->words[i];
		check_mention(names, &m);
	}
}

/* What the words of a declaration are, by its statement. */
static const struct words_rule {
	enum scenario_statement statement;
	size_t first; /* of the words that are names */
	unsigned names;
	enum suffix suffix;
	bool is_pattern, needs_suffix;
} words_rules[] = {
	{ SCENARIO_LINK, 0, NAMES_OF_ENDS, SUFFIX_PORT, false, false },
	{ SCENARIO_CONNECT, 1, NAMES_OF_ENDS, SUFFIX_PORT, true, false },
	{ SCENARIO_TRAFFIC, 0, NAMES_OF(SCENARIO_SWITCH) | NAMES_OF(SCENARIO_HUB), SUFFIX_PORT, false, true },
	{ SCENARIO_FAULT, 0, NAMES_OF(SCENARIO_LINK), SUFFIX_NONE, true, false },
	{ SCENARIO_ATTACKER, 0, NAMES_OF(SCENARIO_LINK), SUFFIX_NONE, true, false },
};

static void check_declaration(const struct names *names, const struct scenario_declaration *d)
{
	const struct statement_row *row = d->kind ? statement_of_kind(d->kind) : NULL;
	struct mention m = { .where = d->where, .is_mutant = d->is_mutant, .who = row ? row->word : "" };

	if (d->statement == SCENARIO_CONNECT) {
		m.who = "connect"; /* its settings are a link's */
	}
	if (d->statement == SCENARIO_PART && row) {
		m.text = d->name;
		m.names = row->names;
		m.suffix = row->suffix;
		m.is_pattern = true;
		check_mention(names, &m);
	}
	for (size_t i = 0; i < sizeof(words_rules) / sizeof(words_rules[0]); i++) {
		const struct words_rule *rule = &words_rules[i];

		if (rule->statement == d->statement) {
			m.names = rule->names;
			m.suffix = rule->suffix;
			m.is_pattern = rule->is_pattern;
			m.needs_suffix = rule->needs_suffix;
			check_words(names, m, d, rule->first);
		}
	}
	m = (struct mention){ .where = d->where, .is_mutant = d->is_mutant };
	check_settings(names, m, d->kind, d->settings, d->setting_count);
}

static void check_happening(const struct names *names, const struct scenario_happening *h)
{
	const struct statement_row *row = h->kind ? statement_of_kind(h->kind) : NULL;
	struct mention m = {
		.where = h->where, .is_mutant = h->is_mutant, .is_pattern = true, .text = h->target
	};

	for (size_t i = 0; i < happenings_verb_count; i++) {
		if (happenings_verbs[i].verb == h->verb) {
			m.who = happenings_verbs[i].word;
			m.names = happenings_verbs[i].names;
		}
	}
	if (row) {
		m.names = row->names;
		m.suffix = row->suffix;
	}
	check_mention(names, &m);
	check_settings(names, m, h->kind, h->settings, h->setting_count);
}

static void check_expectation(const struct names *names, const struct expected *expected)
{
	const struct expectation *e = &expected->expectation;
	struct mention m = { .where = { e->file, e->line },
			     .is_mutant = expected->is_mutant,
			     .who = "expect",
			     .names = NAMES_OF(SCENARIO_NODE) };
	const char *const others[] = { e->against, e->subject == EXPECT_GRANDMASTER ? e->other : "" };

	m.is_pattern = true;
	m.text = e->who;
	if (strcmp(e->who, "all") != 0) {
		check_mention(names, &m);
	}
	m.is_pattern = false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		m.text = others[i];
		if (others[i][0] != '\0') {
			check_mention(names, &m);
		}
	}
}

void names_check(struct reader *reader)
{
	struct names names = { .reader = reader };
	const struct scenario *s = reader->scenario;

	if (!collect(&names)) {
		return;
	}
	check_twice(&names);
	if (reader->misses_names) {
		return; /* what is missed may be on a line that was not understood */
	}
	for (size_t i = 0; i < s->declaration_count; i++) {
		check_declaration(&names, &s->declarations[i]);
	}
	for (size_t i = 0; i < s->happening_count; i++) {
		check_happening(&names, &s->happenings[i]);
	}
	for (size_t i = 0; i < reader->expected_count; i++) {
		check_expectation(&names, &reader->expected[i]);
	}
}
