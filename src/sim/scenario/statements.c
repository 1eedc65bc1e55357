/* src/sim/scenario/statements.c -- the table of statements, and those that say one value.
 *
 * The table is the grammar: words are looked up in it, errors and the manual are made of it. */
#include "sim/scenario/reader.h"

#include "sim/network/attacker.h"
#include "sim/network/box.h"
#include "sim/clock/gnss.h"
#include "sim/network/link.h"
#include "sim/node/nic.h"
#include "sim/node/node.h"
#include "sim/clock/oscillator.h"
#include "sim/clock/phc.h"
#include "sim/network/traffic.h"

#include <stdio.h>
#include <string.h>

#define DAY_PS INT64_C(86400000000000000)
#define MICROSECOND_PS INT64_C(1000000)
#define DURATION_PS_MAX (100 * DAY_PS)         /* 106 days of ps fit into 63 bits */
#define START_SECONDS_MAX UINT64_C(9000000000) /* drivers count ns in 63 bits: until 2262 */

/* ---- values ---- */

/* Base 10, or 16 behind 0x; no sign, no blank, nothing behind it. */
static bool read_unsigned(const char *text, uint64_t max, uint64_t *out)
{
	static const char digits[] = "0123456789abcdef";
	unsigned base = text[0] == '0' && text[1] == 'x' ? 16 : 10;
	uint64_t value = 0;

	text += base == 16 ? 2 : 0;
	if (*text == '\0') {
		return false;
	}
	for (; *text; text++) {
		const char *digit = memchr(digits, *text | (base == 16 && *text >= 'A' ? 0x20 : 0), base);
		unsigned add = digit ? (unsigned)(digit - digits) : 0;

		if (!digit || value > (max - add) / base) {
			return false;
		}
		value = value * base + add;
	}
	*out = value;
	return value <= max;
}

static bool read_duration(const char *text, struct scenario *out)
{
	return key_read_time(text, &out->duration_ps) && out->duration_ps > 0 &&
	       out->duration_ps <= DURATION_PS_MAX;
}

static bool read_sample(const char *text, struct scenario *out)
{
	return key_read_time(text, &out->sample_ps) && out->sample_ps >= MICROSECOND_PS;
}

static bool read_seed(const char *text, struct scenario *out)
{
	return read_unsigned(text, UINT64_MAX, &out->seed);
}

/* "2026-12-31T23:59:00" in its parts; `digits` tells how many each has. */
static bool read_date(const char *text, unsigned part[6])
{
	static const struct {
		unsigned digits;
		char behind;
		unsigned min, max;
	} parts[6] = { { 4, '-', 1970, 2254 }, { 2, '-', 1, 12 }, { 2, 'T', 1, 31 },
		       { 2, ':', 0, 23 },      { 2, ':', 0, 59 }, { 2, '\0', 0, 59 } };

	for (size_t i = 0; i < 6; i++) {
		part[i] = 0;
		for (unsigned k = 0; k < parts[i].digits; k++, text++) {
			if (*text < '0' || *text > '9') {
				return false;
			}
			part[i] = part[i] * 10 + (unsigned)(*text - '0');
		}
		if (part[i] < parts[i].min || part[i] > parts[i].max || *text != parts[i].behind) {
			return false;
		}
		text++;
	}
	return true;
}

static bool is_leap_year(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool days_of_date(const unsigned part[6], uint64_t *days)
{
	static const unsigned of_month[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned in_month = of_month[part[1] - 1] + (part[1] == 2 && is_leap_year(part[0]));

	*days = part[2] - 1;
	for (unsigned year = 1970; year < part[0]; year++) {
		*days += is_leap_year(year) ? 366 : 365;
	}
	for (unsigned month = 1; month < part[1]; month++) {
		*days += of_month[month - 1] + (month == 2 && is_leap_year(part[0]));
	}
	return part[2] <= in_month;
}

/* A date is TAI's, too: no leap seconds. */
static bool read_start(const char *text, struct scenario *out)
{
	unsigned part[6];
	uint64_t days;

	if (read_unsigned(text, START_SECONDS_MAX, &out->start_seconds)) {
		return true;
	}
	if (!read_date(text, part) || !days_of_date(part, &days)) {
		return false;
	}
	out->start_seconds = days * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
	return true;
}

static bool read_leap(const char *text, struct scenario *out)
{
	static const struct {
		const char *word;
		int8_t leap;
	} words[] = { { "none", 0 }, { "insert", 1 }, { "delete", -1 } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, text) == 0) {
			out->leap = words[i].leap;
			return true;
		}
	}
	return false;
}

const struct single_rule scenario_singles[SINGLES] = {
	[SINGLE_DURATION] = { "duration", read_duration, NULL,
			      "a time such as 120s or 2h, more than 0, at most 100d" },
	[SINGLE_SEED] = { "seed", read_seed, "1", "a whole number, 0 .. 18446744073709551615" },
	[SINGLE_SAMPLE] = { "sample", read_sample, "100ms", "a time such as 100ms, at least 1us" },
	[SINGLE_START] = { "start", read_start, "1700000000",
			   "TAI seconds since 1970, 0 .. 9000000000, or a date such as 2026-12-31T23:59:00, "
			   "read as TAI" },
	[SINGLE_LEAP] = { "leap", read_leap, "none", "none, insert, or delete" },
};

const struct single_rule *single_find(const char *name)
{
	for (size_t i = 0; i < SINGLES; i++) {
		if (strcmp(scenario_singles[i].name, name) == 0) {
			return &scenario_singles[i];
		}
	}
	return NULL;
}

static void read_single(struct reader *reader, struct statement *s, const struct statement_row *row)
{
	const struct single_rule *rule = single_find(row->word);
	struct given *given =
		&reader->given[rule - scenario_singles][s->is_mutant ? LEVEL_MUTANT : LEVEL_FILE];
	const char *text = words_take(s);
	struct scenario scratch;

	if (!text) {
		statement_say_form(reader, s, row);
		return;
	}
	if (!rule->read(text, &scratch)) {
		reader_say_at(reader, s, "%s %s: expected %s", rule->name, text, rule->expected);
		return;
	}
	if (!statement_ends(reader, s)) {
		return;
	}
	if (given->text) {
		reader_say_at(reader, s, "%s: it was said before, at %s:%d", rule->name, given->where.file,
			      given->where.line);
		return;
	}
	*given = (struct given){ text, s->where };
}

/* ---- texts ---- */

static void read_title(struct reader *reader, struct statement *s, const struct statement_row *row)
{
	if (s->at == s->count) {
		statement_say_form(reader, s, row);
	} else if (reader->scenario->title[0] != '\0') {
		reader_say_at(reader, s, "title: it was said before: %s", reader->scenario->title);
	} else {
		char *text = words_as_text(reader, s, s->at);

		reader->scenario->title = text ? text : "";
	}
}

static void read_about(struct reader *reader, struct statement *s, const struct statement_row *row)
{
	const char **about = s->is_mutant ? &reader->scenario->mutant_about : &reader->scenario->about;
	char *line = words_as_text(reader, s, s->at), *text;
	size_t size;

	if (s->at == s->count) {
		statement_say_form(reader, s, row);
		return;
	}
	if (!line) {
		return;
	}
	size = strlen(*about) + strlen(line) + 2;
	text = reader_allocate(reader, size);
	if (text) {
		snprintf(text, size, "%s%s%s", *about, **about ? "\n" : "", line);
		*about = text;
	}
}

static void read_include(struct reader *reader, struct statement *s, const struct statement_row *row)
{
	const char *name = words_take(s);

	if (!name || name[0] == '\0') {
		statement_say_form(reader, s, row);
	} else if (statement_ends(reader, s)) {
		reader_include(reader, s, name);
	}
}

/* ---- parameters ---- */

const struct scenario_option *parameter_find(const struct reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->scenario->parameter_count; i++) {
		if (strcmp(reader->scenario->parameters[i].name, name) == 0) {
			return &reader->scenario->parameters[i];
		}
	}
	return NULL;
}

const struct scenario_option *parameter_override(const struct reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->reading->parameter_count; i++) {
		if (strcmp(reader->reading->parameters[i].name, name) == 0) {
			return &reader->reading->parameters[i];
		}
	}
	return NULL;
}

void parameter_add(struct reader *reader, const struct statement *statement, const char *name,
		   const char *value)
{
	const struct scenario_option *override = parameter_override(reader, name);
	struct scenario *s = reader->scenario;
	struct scenario_option *grown;

	if (s->parameter_count == PARAMETERS_MAX) {
		reader_say_at(reader, statement, "parameter %s: there are more than %d", name,
			      PARAMETERS_MAX);
		return;
	}
	grown = reader_grow(reader, s->parameters, s->parameter_count, &reader->parameter_room,
			    sizeof(*grown));
	if (grown) {
		s->parameters = grown;
		value = override ? reader_text(reader, override->value, strlen(override->value)) : value;
		grown[s->parameter_count++] = (struct scenario_option){ name, value ? value : "",
									statement->where };
	}
}

/* `mutant parameter` gives another value to one that is there. */
static void change_parameter(struct reader *reader, struct statement *s, const char *name, const char *value)
{
	for (size_t i = 0; i < reader->scenario->parameter_count; i++) {
		struct scenario_option *parameter = &reader->scenario->parameters[i];

		if (strcmp(parameter->name, name) != 0) {
			continue;
		}
		reader->uses[i].changed = s->where;
		reader->uses[i].uses_when_changed = reader->uses[i].uses;
		if (reader->reading->is_mutant && !parameter_override(reader, name)) {
			parameter->value = value;
			parameter->where = s->where;
		}
		return;
	}
	reader_say_at(reader, s,
		      "mutant parameter %s: there is no parameter of that name above that could be changed",
		      name);
}

static void read_parameter(struct reader *reader, struct statement *s, const struct statement_row *row)
{
	const char *name = words_take(s), *value = words_take(s);
	const struct scenario_option *other;

	if (!value) {
		statement_say_form(reader, s, row);
		return;
	}
	if (!statement_ends(reader, s)) {
		return;
	}
	if (!words_is_parameter_name(name) || strlen(name) > SCENARIO_NAME_MAX || single_find(name)) {
		reader_say_at(reader, s,
			      single_find(name)
				      ? "parameter %s: this is the name of a statement"
				      : "parameter %s: expected a name of letters, digits and _, at most 31",
			      name);
		return;
	}
	if (s->is_mutant) {
		change_parameter(reader, s, name, value);
		return;
	}
	other = parameter_find(reader, name);
	if (other) {
		reader_say_at(reader, s, "parameter %s: the name is taken, at %s:%d", name, other->where.file,
			      other->where.line);
		return;
	}
	parameter_add(reader, s, name, value);
}

/* ---- expect, mutant ---- */

static void read_expect(struct reader *reader, struct statement *s, const struct statement_row *row)
{
	char why[SCENARIO_WHY_SIZE] = "";
	struct expected *grown;
	struct expectation *e;
	const char *text;

	if (s->at == s->count) {
		statement_say_form(reader, s, row);
		return;
	}
	grown = reader_grow(reader, reader->expected, reader->expected_count, &reader->expected_room,
			    sizeof(*grown));
	if (!grown) {
		return;
	}
	reader->expected = grown;
	text = words_join(reader, s, s->at);
	if (!text) {
		return;
	}
	e = &grown[reader->expected_count].expectation;
	if (!expect_parse(e, s->words + s->at, s->count - s->at, why, sizeof(why))) {
		reader_say_at(reader, s, "expect: %s", why);
		return;
	}
	snprintf(e->text, sizeof(e->text), "%s", text);
	e->file = s->where.file;
	e->line = s->where.line;
	grown[reader->expected_count++].is_mutant = s->is_mutant;
}

static void read_mutant(struct reader *reader, struct statement *s, const struct statement_row *row)
{
	if (s->at == s->count) {
		statement_say_form(reader, s, row);
		return;
	}
	s->is_mutant = true;
	reader->scenario->has_mutant |= strcmp(s->words[s->at], "about") != 0;
	statement_read(reader, s);
}

/* ---- the table, in the order of the manual ---- */

#define NAMES_OF_NODES NAMES_OF(SCENARIO_NODE)
#define NAMES_OF_LINKS NAMES_OF(SCENARIO_LINK)

const struct statement_row scenario_statements[] = {
	{ "title", read_title, "TEXT", "one line that says what the scenario shows", .is_prose = true,
	  .is_no_mutant = true },
	{ "about", read_about, "TEXT",
	  "several of these make a text; behind `mutant`: why that must break it", .is_prose = true },
	{ "include", read_include, "FILE", "reads FILE here; it is found beside the file that names it",
	  .is_no_mutant = true },
	{ "parameter", read_parameter, "NAME VALUE",
	  "$NAME or ${NAME} in lines below is replaced by VALUE, or by what the command line says instead" },
	{ "sweep", sweep_read, "NAME VALUE ... | NAME FIRST..LAST [step BY]",
	  "values of a parameter, or of duration, seed, sample, start or leap, with which the scenario is "
	  "run one by one; "
	  "also makes a parameter of that name, with the first of them",
	  .is_no_mutant = true },
	{ "duration", read_single, "TIME", "how long the run is; it must be said" },
	{ "seed", read_single, "NUMBER",
	  "what all random numbers are drawn from: the same seed, the same run" },
	{ "sample", read_single, "TIME", "how often clocks are looked at" },
	{ "start", read_single, "SECONDS | DATE",
	  "TAI seconds since 1970 at the beginning, or TAI as 2026-12-31T23:59:00" },
	{ "leap", read_single, "none | insert | delete", "a leap second at the end of the first UTC day" },
	{ "curve", parts_read_curve, "NAME SHAPE ...", "a temperature over time, for oscillators",
	  .declares = SCENARIO_CURVE, .names = NAMES_OF(SCENARIO_CURVE) },
	{ "gnss", parts_read_named, "NAME [KEY VALUE ...]",
	  "a satellite receiver, for the nodes that have it as their `reference`", &gnss_kind, SCENARIO_GNSS,
	  NAMES_OF(SCENARIO_GNSS) },
	{ "node", parts_read_named,
	  "NAME [count N] [ports N] [config FILE] [option NAME VALUE ...] [KEY VALUE ...]",
	  "a computer on which the daemon runs", &node_kind, SCENARIO_NODE, NAMES_OF_NODES,
	  .is_not_settable = true },
	{ "oscillator", parts_read_part, "NODE[/mac | /phy | /host] KEY VALUE ...",
	  "what drives the clocks of a node: all three, or that one", &oscillator_kind, SCENARIO_PART,
	  NAMES_OF_NODES, SUFFIX_UNIT },
	{ "clock", parts_read_part, "NODE KEY VALUE ...", "a node's hardware clock", &phc_kind, SCENARIO_PART,
	  NAMES_OF_NODES },
	{ "system", parts_read_part, "NODE KEY VALUE ...", "a node's system clock", &system_kind,
	  SCENARIO_PART, NAMES_OF_NODES },
	{ "host", parts_read_part, "NODE KEY VALUE ...", "how late a node's processor is", &host_kind,
	  SCENARIO_PART, NAMES_OF_NODES },
	{ "nic", parts_read_part, "NODE[.PORT] KEY VALUE ...", "a network interface, or all of a node",
	  &nic_kind, SCENARIO_PART, NAMES_OF_NODES, SUFFIX_PORT },
	{ "mac", parts_read_part, "NODE[.PORT] KEY VALUE ...", "the timestamping unit in an interface's MAC",
	  &mac_kind, SCENARIO_PART, NAMES_OF_NODES, SUFFIX_PORT },
	{ "phy", parts_read_part, "NODE[.PORT] KEY VALUE ...", "the timestamping unit in an interface's PHY",
	  &phy_kind, SCENARIO_PART, NAMES_OF_NODES, SUFFIX_PORT },
	{ "switch", parts_read_named, "NAME [ports N] [KEY VALUE ...]", "a switch that knows no PTP",
	  &switch_kind, SCENARIO_SWITCH, NAMES_OF(SCENARIO_SWITCH) },
	{ "hub", parts_read_named, "NAME [ports N] [KEY VALUE ...]",
	  "what comes in goes out everywhere; or a stand-in for a network of any size", &hub_kind,
	  SCENARIO_HUB, NAMES_OF(SCENARIO_HUB) },
	{ "link", parts_read_link, "END END [KEY VALUE ...]",
	  "a cable between two ports: the next free ones, or as in bc.2; its name is END-END, as written",
	  &link_kind, SCENARIO_LINK, NAMES_OF_LINKS },
	{ "connect", parts_read_connect, "SHAPE END END ... [fanout N] [KEY VALUE ...]",
	  "cables between many: line, ring, star, tree or full; ends may be patterns", &link_kind,
	  SCENARIO_CONNECT, NAMES_OF_ENDS, SUFFIX_PORT },
	{ "traffic", parts_read_placed, "NAME at SWITCH.PORT [KEY VALUE ...]",
	  "what else leaves a switch by that port", &traffic_kind, SCENARIO_TRAFFIC,
	  NAMES_OF(SCENARIO_TRAFFIC), .place = "at" },
	{ "fault", parts_read_placed, "NAME on LINK [KEY VALUE ...]",
	  "what happens to some messages on a link", &fault_kind, SCENARIO_FAULT, NAMES_OF(SCENARIO_FAULT),
	  .place = "on" },
	{ "attacker", parts_read_placed, "NAME on LINK [KEY VALUE ...]", "somebody on a link who means harm",
	  &attacker_kind, SCENARIO_ATTACKER, NAMES_OF(SCENARIO_ATTACKER), .place = "on" },
	{ "core", parts_read_part, "NODE KEY VALUE ...",
	  "a mutation: what stands between a node's protocol core and its driver", &shim_kind, SCENARIO_PART,
	  NAMES_OF_NODES },
	{ "at", happenings_read, "TIME [every TIME [until TIME]] VERB ...",
	  "what happens then, and again every so often (1ms at least)" },
	{ "expect", read_expect, "NODE ...", "what must hold" },
	{ "mutant", read_mutant, "STATEMENT",
	  "a statement that is in force only when the scenario is run as its own mutant, which must then "
	  "fail; "
	  "`parameter` then gives another value to one that is there",
	  .is_no_mutant = true },
};
const size_t scenario_statement_count = sizeof(scenario_statements) / sizeof(scenario_statements[0]);

const struct part_kind *const scenario_kinds[] = {
	&gnss_kind,    &node_kind,  &oscillator_kind, &phc_kind,    &system_kind, &host_kind,
	&nic_kind,     &mac_kind,   &phy_kind,        &switch_kind, &hub_kind,    &link_kind,
	&traffic_kind, &fault_kind, &attacker_kind,   &shim_kind,   NULL,
};

const struct statement_row *statement_find(const char *word)
{
	for (size_t i = 0; i < scenario_statement_count; i++) {
		if (strcmp(scenario_statements[i].word, word) == 0) {
			return &scenario_statements[i];
		}
	}
	return NULL;
}

bool statement_is_prose(const struct statement *statement)
{
	size_t first = statement->count > 1 && strcmp(statement->words[0], "mutant") == 0;
	const struct statement_row *row = statement->count > first ? statement_find(statement->words[first])
								   : NULL;

	return row && row->is_prose;
}

const struct statement_row *statement_of_kind(const struct part_kind *kind)
{
	for (size_t i = 0; i < scenario_statement_count; i++) {
		if (scenario_statements[i].kind == kind) {
			return &scenario_statements[i];
		}
	}
	return NULL;
}

bool statement_ends(struct reader *reader, struct statement *statement)
{
	const char *word = words_take(statement);

	if (word) {
		reader_say_at(reader, statement, "%s: this is too much; expected the end of the statement",
			      word);
	}
	return !word;
}

void statement_say_form(struct reader *reader, const struct statement *statement,
			const struct statement_row *row)
{
	reader_say_at(reader, statement, "%s: expected: %s %s", row->word, row->word, row->takes);
}

static void say_unknown(struct reader *reader, const struct statement *statement, const char *word)
{
	struct nearest nearest = { .word = word };
	struct list list = { 0 };
	char hint[128];

	for (size_t i = 0; i < scenario_statement_count; i++) {
		nearest_try(&nearest, scenario_statements[i].word);
		list_add(&list, scenario_statements[i].word);
	}
	reader_say_at(reader, statement, "%s: there is no such statement%s; expected one of: %s", word,
		      nearest_hint(&nearest, hint, sizeof(hint)), list.text);
}

void statement_read(struct reader *reader, struct statement *statement)
{
	const char *word = words_take(statement);
	const struct statement_row *row = word ? statement_find(word) : NULL;

	if (!row) {
		reader->misses_names = true;
		say_unknown(reader, statement, word ? word : "");
		return;
	}
	if (statement->is_mutant && row->is_no_mutant) {
		reader_say_at(reader, statement, "mutant %s: `mutant` cannot stand before `%s`", word, word);
		return;
	}
	row->read(reader, statement, row);
}
