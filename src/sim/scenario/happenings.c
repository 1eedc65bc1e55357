/* src/sim/scenario/happenings.c -- `at`: when, a verb of the table, whom, and what the verb takes. */
#include "sim/scenario/reader.h"

#include "gnomon/instance.h"
#include "sim/assemble/manage.h"

#include <string.h>

/* A time that must be there, more than 0 unless `may_be_negative`. */
static bool take_time(struct reader *reader, struct statement *statement, const char *word,
		      bool may_be_negative, int64_t *out)
{
	const char *text = words_take(statement);

	if (!text || !key_read_time(text, out) || *out == 0 || (*out < 0 && !may_be_negative)) {
		reader_say_at(reader, statement, "%s%s%s: expected a time such as 2s or 1.5ms, %s", word,
			      text ? " " : "", text ? text : "", may_be_negative ? "not 0" : "more than 0");
		return false;
	}
	return true;
}

/* "for 2s", "by 1ms" */
static bool take_word_and_time(struct reader *reader, struct statement *statement, const char *word,
			       bool may_be_negative, int64_t *out)
{
	const char *text = words_take(statement);

	if (!text || strcmp(text, word) != 0) {
		reader_say_at(reader, statement, "%s%sexpected `%s` and a time", text ? text : "",
			      text ? ": " : "", word);
		return false;
	}
	return take_time(reader, statement, word, may_be_negative, out);
}

/* ---- verbs ---- */

static bool read_freeze(struct reader *reader, struct statement *statement, struct scenario_happening *out)
{
	return take_word_and_time(reader, statement, "for", false, &out->by_ps);
}

static bool read_step(struct reader *reader, struct statement *statement, struct scenario_happening *out)
{
	return take_word_and_time(reader, statement, "by", true, &out->by_ps);
}

static bool read_manage(struct reader *reader, struct statement *statement, struct scenario_happening *out)
{
	size_t count = statement->count - statement->at;
	uint8_t octets[GN_FRAME_MAX];
	char why[SCENARIO_WHY_SIZE] = "";

	out->words = reader_allocate(reader, count * sizeof(*out->words));
	if (!out->words) {
		return false;
	}
	while (statement->at < statement->count) {
		out->words[out->word_count++] = words_take(statement);
	}
	if (manage_encode(out->words, out->word_count, 0, 0, octets, sizeof(octets), why, sizeof(why)) == 0) {
		reader_say_at(reader, statement, "manage: %s", why);
		return false;
	}
	return true;
}

/* The kind that `set` names. */
static const struct part_kind *take_kind(struct reader *reader, struct statement *statement)
{
	const char *word = words_take(statement);
	const struct statement_row *row = word ? statement_find(word) : NULL;
	struct nearest nearest = { .word = word ? word : "" };
	struct list list = { 0 };
	char hint[128];

	if (row && row->kind && !row->is_not_settable && statement_of_kind(row->kind) == row) {
		return row->kind;
	}
	for (size_t i = 0; scenario_kinds[i]; i++) {
		if (!statement_of_kind(scenario_kinds[i])->is_not_settable) {
			nearest_try(&nearest, statement_of_kind(scenario_kinds[i])->word);
			list_add(&list, statement_of_kind(scenario_kinds[i])->word);
		}
	}
	reader_say_at(reader, statement, "set%s%s: expected what is set%s: one of %s", word ? " " : "",
		      word ? word : "", nearest_hint(&nearest, hint, sizeof(hint)), list.text);
	return NULL;
}

static bool read_set(struct reader *reader, struct statement *statement, struct scenario_happening *out)
{
	out->kind = take_kind(reader, statement);
	if (!out->kind) {
		return false;
	}
	out->target = words_take(statement);
	if (!out->target || statement->at == statement->count) {
		reader_say_at(reader, statement, "set: expected: set %s NAME KEY VALUE ...",
			      statement_of_kind(out->kind)->word);
		return false;
	}
	return parts_read_settings(reader, statement, out->kind, NULL, &out->settings, &out->setting_count);
}

#define EVERY_PS_MIN INT64_C(1000000000)
#define REPETITIONS_MAX 1000000
#define NODES NAMES_OF(SCENARIO_NODE)
#define LINKS NAMES_OF(SCENARIO_LINK)

const struct verb_row happenings_verbs[] = {
	{ "set", VERB_SET, read_set, 0, "KIND NAME KEY VALUE ...",
	  "other settings from now on; KIND is the word of a statement" },
	{ "pull", VERB_PULL, NULL, LINKS, "LINK", "its cable is unplugged" },
	{ "plug", VERB_PLUG, NULL, LINKS, "LINK", "and plugged in again" },
	{ "kill", VERB_KILL, NULL, NODES, "NODE", "its daemon is gone at once, without a last word" },
	{ "start", VERB_START, NULL, NODES, "NODE", "its daemon is started, if it does not run" },
	{ "stop", VERB_STOP, NULL, NODES, "NODE", "its daemon ends in order" },
	{ "restart", VERB_RESTART, NULL, NODES, "NODE", "its daemon ends in order and is started again" },
	{ "freeze", VERB_FREEZE, read_freeze, NODES, "NODE for TIME", "its daemon gets no turn for so long" },
	{ "step", VERB_STEP, read_step, NODES, "NODE by TIME", "somebody else steps its clock" },
	{ "manage", VERB_MANAGE, read_manage, NODES,
	  "NODE [port N] SET ID FIELD VALUE ... | NODE [port N] COMMAND ID",
	  "a management message as from its own operator" },
};
const size_t happenings_verb_count = sizeof(happenings_verbs) / sizeof(happenings_verbs[0]);

static const struct verb_row *take_verb(struct reader *reader, struct statement *statement)
{
	const char *word = words_take(statement);
	struct nearest nearest = { .word = word ? word : "" };
	struct list list = { 0 };
	char hint[128];

	for (size_t i = 0; i < happenings_verb_count; i++) {
		if (word && strcmp(happenings_verbs[i].word, word) == 0) {
			return &happenings_verbs[i];
		}
		nearest_try(&nearest, happenings_verbs[i].word);
		list_add(&list, happenings_verbs[i].word);
	}
	reader_say_at(reader, statement, "at%s%s: expected what happens%s: one of %s", word ? " " : "",
		      word ? word : "", nearest_hint(&nearest, hint, sizeof(hint)), list.text);
	return NULL;
}

static bool read_verb(struct reader *reader, struct statement *statement, struct scenario_happening *out)
{
	const struct verb_row *verb = take_verb(reader, statement);

	if (!verb) {
		return false;
	}
	out->verb = verb->verb;
	if (verb->names) {
		out->target = words_take(statement);
		if (!out->target) {
			reader_say_at(reader, statement, "%s: expected: %s %s", verb->word, verb->word,
				      verb->takes);
			return false;
		}
	}
	return (!verb->read || verb->read(reader, statement, out)) && statement_ends(reader, statement);
}

/* ---- when ---- */

static bool next_is(const struct statement *statement, const char *word)
{
	return statement->at < statement->count && strcmp(statement->words[statement->at], word) == 0;
}

static bool read_times(struct reader *reader, struct statement *statement, struct scenario_happening *out)
{
	const char *at = words_take(statement);

	out->until_ps = -1;
	if (!key_read_time(at, &out->at_ps) || out->at_ps < 0) {
		reader_say_at(reader, statement, "at %s: expected a time such as 60s or 1.5ms, at least 0",
			      at);
		return false;
	}
	if (!next_is(statement, "every")) {
		return true;
	}
	statement->at++;
	if (!take_time(reader, statement, "every", false, &out->every_ps)) {
		return false;
	}
	if (!next_is(statement, "until")) {
		return true;
	}
	statement->at++;
	if (!take_time(reader, statement, "until", false, &out->until_ps)) {
		return false;
	}
	if (out->until_ps < out->at_ps) {
		reader_say_at(reader, statement, "until %s: it is before the first time, %s",
			      statement->words[statement->at - 1], at);
		return false;
	}
	return true;
}

/* Each time takes a moment of the run and of memory: a unit that is wrong would take all of both. */
static bool check_repetitions(struct reader *reader, struct statement *statement,
			      const struct scenario_happening *happening)
{
	if (happening->every_ps > 0 &&
	    (happening->every_ps < EVERY_PS_MIN ||
	     (happening->until_ps >= 0 &&
	      (happening->until_ps - happening->at_ps) / happening->every_ps >= REPETITIONS_MAX))) {
		reader_say(reader, statement->where,
			   "at: expected `every` at least 1ms, and at most %d times", REPETITIONS_MAX);
		return false;
	}
	return true;
}

void happenings_read(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	struct scenario *s = reader->scenario;
	struct scenario_happening *grown,
		happening = { .where = statement->where, .is_mutant = statement->is_mutant };

	if (statement->count - statement->at < 2) {
		statement_say_form(reader, statement, row);
		return;
	}
	if (!read_times(reader, statement, &happening) || !check_repetitions(reader, statement, &happening)) {
		return;
	}
	happening.text = words_join(reader, statement, statement->at);
	if (!happening.text || !read_verb(reader, statement, &happening)) {
		return;
	}
	grown = reader_grow(reader, s->happenings, s->happening_count, &reader->happening_room,
			    sizeof(*grown));
	if (grown) {
		s->happenings = grown;
		grown[s->happening_count++] = happening;
	}
}
