/* src/sim/watch/expect.c -- an expectation's words: who, what about it, how it compares, and when.
 *
 * A row per subject says how the words behind it go on and which clauses may follow. judge.h has the verdicts. */
#include "sim/watch/expect.h"

#include "report/text.h"
#include "report/words.h"
#include "sim/key.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define NS_PER_PS 1e-3
#define PS_PER_S 1e12

#define PORT_MAX 65534
#define LIST_SIZE 1536 /* all names of enum gn_report_id fit */

enum clause_bit {
	CLAUSE_FROM = 1 << 0,
	CLAUSE_TO = 1 << 1,
	CLAUSE_AT = 1 << 2,
	CLAUSE_AGAINST = 1 << 3,
	CLAUSE_WITHIN = 1 << 4,
	CLAUSE_THRESHOLD = 1 << 5,
	CLAUSE_HOLD = 1 << 6,
	CLAUSE_AFTER = 1 << 7,
};
#define WINDOW (CLAUSE_FROM | CLAUSE_TO | CLAUSE_AT)
#define SETTLING (CLAUSE_WITHIN | CLAUSE_THRESHOLD | CLAUSE_HOLD)

struct parse {
	char *const *words;
	size_t count, at;
	struct expectation *e;
	unsigned seen; /* clauses */
	char *why;
	size_t why_size;
};

struct subject_row {
	const char *name;
	enum expect_subject subject;
	bool (*read)(struct parse *parse,
		     const struct subject_row *row); /* what stands between the subject and the clauses */
	bool (*read_value)(const char *text, double *value);
	const char *value;        /* that is expected */
	unsigned allowed, needed; /* clauses */
	bool has_port;
};

/* ---- refusing ---- */

__attribute__((format(printf, 3, 4))) static bool refuse(struct parse *parse, const char *word,
							 const char *format, ...)
{
	char what[LIST_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	if (word) {
		snprintf(parse->why, parse->why_size, "%.64s: expected %s", word, what);
	} else if (parse->at > 0) {
		snprintf(parse->why, parse->why_size, "behind %.64s: expected %s",
			 parse->words[parse->at - 1], what);
	} else {
		snprintf(parse->why, parse->why_size, "expected %s", what);
	}
	return false;
}

static const char *next_word(struct parse *parse)
{
	return parse->at < parse->count ? parse->words[parse->at++] : NULL;
}

static void add_name(char *list, size_t size, const char *name)
{
	size_t length = strlen(list);

	snprintf(list + length, size - length, "%s%s", length > 0 ? ", " : "", name);
}

/* ---- names ---- */

#define REPORT(id) [GN_REPORT_##id] = #id

static const char *const report_names[] = {
	REPORT(PORT_STATE),
	REPORT(NEW_FOREIGN),
	REPORT(BEST_FOREIGN),
	REPORT(BEST_LOCAL),
	REPORT(GRANDMASTER_ROLE),
	REPORT(RECEIVER_ONLY_CONFLICT),
	REPORT(NOT_PTP_TIMESCALE),
	REPORT(UTC_OFFSET_BELOW),
	REPORT(UTC_OFFSET),
	REPORT(LEAP),
	REPORT(LEAP_SET),
	REPORT(LEAP_SUSPENDED),
	REPORT(CLOCK_CLASS_TOO_LARGE),
	REPORT(DELAY_REQ_INTERVAL),
	REPORT(BOGUS_DELAY_REQ_INTERVAL),
	REPORT(BOGUS_SYNC_INTERVAL),
	REPORT(P2P_DETECTED),
	REPORT(SERVO_SAMPLE),
	REPORT(SERVO_SUMMARY),
	REPORT(DELAY_SAMPLE),
	REPORT(NEGATIVE_DELAY),
	REPORT(SERVO_INTERVAL),
	REPORT(SERVO_FIT),
	REPORT(SKIPPED_AFTER_STEP),
	REPORT(RATE_RATIO),
	REPORT(BAD_RATE_STAMPS),
	REPORT(CLOCK_FAILED),
	REPORT(CLOCK_JUMPED),
	REPORT(CLOCK_RATE_CHANGED),
	REPORT(CLOCK_STEPPED),
	REPORT(LINK),
	REPORT(LABEL_CHANGED),
	REPORT(FAULT_WAIT),
	REPORT(FAULT_CLEARING),
	REPORT(DELAY_RESPONSE_TIMEOUT),
	REPORT(TX_STAMP_MISSING),
	REPORT(TX_STAMPS_LOST),
	REPORT(DROP),
	REPORT(MECHANISM_MISMATCH),
	REPORT(MULTIPLE_RESPONDERS),
	REPORT(ROGUE_PDELAY_RESP),
	REPORT(PEER_CHANGED),
	REPORT(PEER),
	REPORT(AS_CAPABLE),
	REPORT(TIMER),
	REPORT(INTERVAL_REQUEST),
	REPORT(CONFIGURATION_CHANGED),
	REPORT(TIME_STEPPED),
	REPORT(PATH_CHANGED),
	REPORT(ASYMMETRY),
	REPORT(ASYMMETRY_GONE),
	REPORT(ASYMMETRY_FOLLOWED),
	REPORT(CLOCK_FAULT),
	REPORT(CLOCK_FAULT_GONE),
	REPORT(HOLDOVER),
};
_Static_assert(LENGTH(report_names) == GN_REPORTS, "a name for every report");

static const char *report_name(int id)
{
	return report_names[id];
}

static const char *drop_name(int id)
{
	return gn_drop_name((enum gn_drop)id);
}

static const char *message_name(int id)
{
	return gn_message_type_name((unsigned)id);
}

static const char *state_name(int id)
{
	return id > 0 ? report_state_name(&report_words_native, id) : NULL;
}

/* The numbers 0 .. end that have a name; -1 is all of them. */
struct names {
	const char *what;
	const char *(*name)(int id);
	int end;
	bool has_all;
};

static const struct names drops = { "a reason", drop_name, GN_DROPS, true };
static const struct names reports = { "a report", report_name, GN_REPORTS, true };
static const struct names messages = { "a message type", message_name, GN_MESSAGE_TYPES, true };
static const struct names states = { "a port state", state_name, GN_PORT_STATES, false };

static bool read_name(struct parse *parse, const struct names *names, int *out)
{
	const char *word = next_word(parse);
	char list[LIST_SIZE] = "";

	if (names->has_all) {
		add_name(list, sizeof(list), "all");
	}
	for (int id = 0; id < names->end; id++) {
		const char *name = names->name(id);

		if (word && name && strcmp(name, word) == 0) {
			*out = id;
			return true;
		}
		if (name) {
			add_name(list, sizeof(list), name);
		}
	}
	if (word && names->has_all && strcmp(word, "all") == 0) {
		*out = -1;
		return true;
	}
	return refuse(parse, word, "%s: %s", names->what, list);
}

/* A word that is copied as it is. */
static bool read_text(struct parse *parse, const char *what, char *out, size_t size)
{
	const char *word = next_word(parse);

	if (!word || !word[0] || strlen(word) >= size) {
		return refuse(parse, word, "%s of at most %zu characters", what, size - 1);
	}
	snprintf(out, size, "%s", word);
	return true;
}

/* ---- values ---- */

static bool read_ns(const char *text, double *ns)
{
	int64_t ps;

	if (!key_read_time(text, &ps)) {
		return false;
	}
	*ns = (double)ps * NS_PER_PS;
	return true;
}

static bool read_count(const char *text, double *count)
{
	return key_read_number(text, count) && *count >= 0 && *count <= 1e15 &&
	       *count == (double)(int64_t)*count;
}

#define A_TIME "a time such as 50ns or 1.5ms"
#define A_FREQUENCY "a frequency such as 10ppb or 2.5ppm"
#define A_COUNT "a whole number"

static bool read_comparison(struct parse *parse, const struct subject_row *row)
{
	static const struct {
		const char *word;
		enum expect_operator comparison;
	} operators[] = {
		{ "<", EXPECT_LESS },      { "<=", EXPECT_AT_MOST }, { ">", EXPECT_MORE },
		{ ">=", EXPECT_AT_LEAST }, { "=", EXPECT_EQUAL },    { "!=", EXPECT_UNEQUAL },
	};
	const char *word = next_word(parse), *value;
	bool is_found = false;

	for (size_t i = 0; word && i < LENGTH(operators) && !is_found; i++) {
		if (strcmp(word, operators[i].word) == 0) {
			parse->e->comparison = (int)operators[i].comparison;
			is_found = true;
		}
	}
	if (!is_found) {
		return refuse(parse, word, "one of < <= > >= = !=");
	}
	value = next_word(parse);
	if (!value || !row->read_value(value, &parse->e->value)) {
		return refuse(parse, value, "%s", row->value);
	}
	return true;
}

/* ---- masks ---- */

static bool take_mask(struct parse *parse, const char *word, enum mask_quantity quantity)
{
	const struct mask *mask = word ? mask_find(word, quantity) : NULL;
	struct expectation *e = parse->e;
	char list[LIST_SIZE] = "";

	for (const struct mask *m = masks; m->name; m++) {
		if (m->quantity == quantity) {
			add_name(list, sizeof(list), m->name);
		}
	}
	if (!mask || strlen(word) >= sizeof(e->other)) {
		return refuse(parse, word, "%sthe name of a mask: %s",
			      quantity == MASK_MTIE || quantity == MASK_TDEV
				      ? "points such as 0.1s:40ns,1000s:40ns or "
				      : "",
			      list);
	}
	snprintf(e->other, sizeof(e->other), "%s", word);
	e->low_pass_hz = mask->low_pass_hz;
	do {
		e->points[e->point_count] = mask->points[e->point_count];
		e->point_count++;
	} while (e->point_count < EXPECT_POINTS && mask->points[e->point_count - 1].tau_s > 0.0 &&
		 mask->points[e->point_count].tau_s > 0.0);
	return true;
}

/* "0.1s:40ns": intervals ascend, limits are above 0. */
static bool take_point(struct expectation *e, const char *text, size_t length)
{
	char tau[32], *limit;
	int64_t tau_ps, limit_ps;

	if (length >= sizeof(tau) || e->point_count == EXPECT_POINTS) {
		return false;
	}
	memcpy(tau, text, length);
	tau[length] = '\0';
	limit = strchr(tau, ':');
	if (!limit) {
		return false;
	}
	*limit++ = '\0';
	if (!key_read_time(tau, &tau_ps) || !key_read_time(limit, &limit_ps) || tau_ps <= 0 ||
	    limit_ps <= 0) {
		return false;
	}
	e->points[e->point_count] = (struct mask_point){ (double)tau_ps / PS_PER_S,
							 (double)limit_ps * NS_PER_PS };
	if (e->point_count > 0 && e->points[e->point_count].tau_s <= e->points[e->point_count - 1].tau_s) {
		return false;
	}
	e->point_count++;
	return true;
}

static bool take_points(struct parse *parse, const char *word)
{
	const char *rest = word;

	for (;;) {
		size_t length = strcspn(rest, ",");

		if (!take_point(parse->e, rest, length)) {
			return refuse(parse, word,
				      "at most %d points such as 0.1s:40ns,1000s:40ns, intervals ascending",
				      EXPECT_POINTS);
		}
		if (rest[length] == '\0') {
			return true;
		}
		rest += length + 1;
	}
}

static bool read_mask(struct parse *parse, const struct subject_row *row)
{
	const char *word = next_word(parse);

	if (!word || strcmp(word, "below") != 0) {
		return refuse(parse, word, "`below` and a mask");
	}
	word = next_word(parse);
	if (word && strchr(word, ':')) {
		return take_points(parse, word);
	}
	return take_mask(parse, word, row->subject == EXPECT_MTIE ? MASK_MTIE : MASK_TDEV);
}

/* ---- measures ---- */

static const struct {
	const char *word;
	enum expect_measure measure;
	int quantity; /* of masks of an offset; -1: there are none */
} measures[] = {
	{ "rms", EXPECT_RMS, -1 },
	{ "max", EXPECT_MAX, MASK_MAX_ABS },
	{ "mean", EXPECT_MEAN, MASK_CONSTANT },
	{ "p2p", EXPECT_P2P, MASK_PEAK_TO_PEAK },
};

static bool read_percentile(const char *word, double *percentile)
{
	return word[0] == 'p' && word[1] >= '0' && word[1] <= '9' && key_read_number(word + 1, percentile) &&
	       *percentile > 0.0 && *percentile <= 100.0;
}

static bool read_measure(struct parse *parse, int *quantity)
{
	const char *word = next_word(parse);

	*quantity = -1;
	for (size_t i = 0; word && i < LENGTH(measures); i++) {
		if (strcmp(word, measures[i].word) == 0) {
			parse->e->measure = (int)measures[i].measure;
			*quantity = measures[i].quantity;
			return true;
		}
	}
	if (word && read_percentile(word, &parse->e->percentile)) {
		parse->e->measure = EXPECT_PERCENTILE;
		return true;
	}
	return refuse(parse, word, "what of it: rms, max, mean, p2p, or a percentile such as p99.9");
}

static bool read_measured(struct parse *parse, const struct subject_row *row)
{
	int quantity;

	if (!read_measure(parse, &quantity)) {
		return false;
	}
	if (row->subject == EXPECT_OFFSET && parse->at < parse->count &&
	    strcmp(parse->words[parse->at], "below") == 0) {
		const char *name;

		parse->at++;
		name = next_word(parse);
		if (quantity < 0) {
			return refuse(parse, parse->words[parse->at - 1 - (name != NULL)],
				      "< and a time: masks are of max, mean and p2p");
		}
		return take_mask(parse, name, (enum mask_quantity)quantity);
	}
	return read_comparison(parse, row);
}

/* ---- the other subjects ---- */

static bool read_nothing(struct parse *parse, const struct subject_row *row)
{
	(void)parse;
	(void)row;
	return true;
}

static bool read_is(struct parse *parse)
{
	const char *word = next_word(parse);

	return (word && strcmp(word, "is") == 0) || refuse(parse, word, "`is`");
}

static bool read_grandmaster(struct parse *parse, const struct subject_row *row)
{
	(void)row;
	return read_is(parse) &&
	       read_text(parse, "the name of a node", parse->e->other, sizeof(parse->e->other));
}

static bool read_state(struct parse *parse, const struct subject_row *row)
{
	(void)row;
	return read_is(parse) && read_name(parse, &states, &parse->e->state);
}

static bool read_drops(struct parse *parse, const struct subject_row *row)
{
	return read_name(parse, &drops, &parse->e->id) && read_comparison(parse, row);
}

static bool read_reports(struct parse *parse, const struct subject_row *row)
{
	return read_name(parse, &reports, &parse->e->id) && read_comparison(parse, row);
}

static bool read_messages(struct parse *parse, const struct subject_row *row)
{
	return read_name(parse, &messages, &parse->e->id) && read_comparison(parse, row);
}

#define TIMES read_measured, read_ns, A_TIME
#define COUNTS(read) read, read_count, A_COUNT

static const struct subject_row subjects[] = {
	{ "offset", EXPECT_OFFSET, TIMES, WINDOW | CLAUSE_AGAINST, 0, false },
	{ "settles", EXPECT_SETTLES, read_nothing, NULL, NULL, SETTLING | CLAUSE_AFTER | CLAUSE_AGAINST,
	  SETTLING, false },
	{ "frequency", EXPECT_FREQUENCY, read_measured, key_read_ppb, A_FREQUENCY, WINDOW | CLAUSE_AGAINST, 0,
	  false },
	{ "mtie", EXPECT_MTIE, read_mask, NULL, NULL, WINDOW | CLAUSE_AGAINST, 0, false },
	{ "tdev", EXPECT_TDEV, read_mask, NULL, NULL, WINDOW | CLAUSE_AGAINST, 0, false },
	{ "grandmaster", EXPECT_GRANDMASTER, read_grandmaster, NULL, NULL, WINDOW, 0, false },
	{ "state", EXPECT_STATE, read_state, NULL, NULL, WINDOW, 0, true },
	{ "steps", EXPECT_STEPS, COUNTS(read_comparison), WINDOW, 0, false },
	{ "refused-steps", EXPECT_REFUSED_STEPS, COUNTS(read_comparison), 0, 0, false },
	{ "drops", EXPECT_DROPS, COUNTS(read_drops), 0, 0, false },
	{ "reports", EXPECT_REPORTS, COUNTS(read_reports), 0, 0, false },
	{ "sent", EXPECT_SENT, COUNTS(read_messages), 0, 0, false },
	{ "received", EXPECT_RECEIVED, COUNTS(read_messages), 0, 0, false },
	{ "own-error", EXPECT_OWN_ERROR, TIMES, WINDOW, 0, false },
	{ "path-delay", EXPECT_PATH_DELAY, TIMES, WINDOW, 0, false },
	{ "malformed", EXPECT_MALFORMED, COUNTS(read_comparison), 0, 0, false },
};

static const struct subject_row *read_subject(struct parse *parse)
{
	const char *word = next_word(parse);
	char list[LIST_SIZE] = "";

	for (size_t i = 0; i < LENGTH(subjects); i++) {
		if (word && strcmp(word, subjects[i].name) == 0) {
			parse->e->subject = (int)subjects[i].subject;
			return &subjects[i];
		}
		add_name(list, sizeof(list), subjects[i].name);
	}
	refuse(parse, word, "what is expected of it: %s", list);
	return NULL;
}

/* ---- clauses ---- */

static bool read_moment(struct parse *parse, int64_t *ps)
{
	const char *word = next_word(parse);

	return (word && key_read_time(word, ps) && *ps >= 0) ||
	       refuse(parse, word, "a time such as 60s or 1.5ms, at least 0");
}

static bool read_from(struct parse *parse)
{
	return read_moment(parse, &parse->e->from_ps);
}

static bool read_to(struct parse *parse)
{
	return read_moment(parse, &parse->e->to_ps);
}

static bool read_at(struct parse *parse)
{
	bool is_read = read_moment(parse, &parse->e->from_ps);

	parse->e->to_ps = parse->e->from_ps;
	return is_read;
}

static bool read_against(struct parse *parse)
{
	return read_text(parse, "the name of a node", parse->e->against, sizeof(parse->e->against));
}

static bool read_within(struct parse *parse)
{
	return read_moment(parse, &parse->e->within_ps);
}

static bool read_threshold(struct parse *parse)
{
	const char *word = next_word(parse);

	return (word && read_ns(word, &parse->e->threshold_ns) && parse->e->threshold_ns > 0.0) ||
	       refuse(parse, word, A_TIME ", above 0");
}

static bool read_hold(struct parse *parse)
{
	return read_moment(parse, &parse->e->hold_ps);
}

static bool read_after(struct parse *parse)
{
	return read_moment(parse, &parse->e->after_ps);
}

static const struct clause {
	const char *word;
	unsigned bit, excludes;
	bool (*read)(struct parse *parse);
} clauses[] = {
	{ "from", CLAUSE_FROM, CLAUSE_AT, read_from },
	{ "to", CLAUSE_TO, CLAUSE_AT, read_to },
	{ "at", CLAUSE_AT, CLAUSE_FROM | CLAUSE_TO, read_at },
	{ "against", CLAUSE_AGAINST, 0, read_against },
	{ "within", CLAUSE_WITHIN, 0, read_within },
	{ "threshold", CLAUSE_THRESHOLD, 0, read_threshold },
	{ "hold", CLAUSE_HOLD, 0, read_hold },
	{ "after", CLAUSE_AFTER, 0, read_after },
};

/* Which of these clauses may still come. */
static const char *list_clauses(const struct parse *parse, unsigned allowed, char *list, size_t size)
{
	unsigned excluded = parse->seen;

	for (size_t i = 0; i < LENGTH(clauses); i++) {
		excluded |= parse->seen & clauses[i].bit ? clauses[i].excludes : 0;
	}
	list[0] = '\0';
	for (size_t i = 0; i < LENGTH(clauses); i++) {
		if (clauses[i].bit & allowed & ~excluded) {
			add_name(list, size, clauses[i].word);
		}
	}
	return list;
}

static bool read_clause(struct parse *parse, const struct subject_row *row)
{
	const char *word = next_word(parse);
	char list[LIST_SIZE];

	for (size_t i = 0; i < LENGTH(clauses); i++) {
		if (strcmp(word, clauses[i].word) == 0 && (clauses[i].bit & row->allowed) &&
		    !(parse->seen & (clauses[i].bit | clauses[i].excludes))) {
			parse->seen |= clauses[i].bit;
			return clauses[i].read(parse);
		}
	}
	list_clauses(parse, row->allowed, list, sizeof(list));
	return refuse(parse, word, "%s%s", list[0] ? "one of " : "nothing more", list);
}

static bool read_clauses(struct parse *parse, const struct subject_row *row)
{
	const struct expectation *e = parse->e;
	char list[LIST_SIZE];

	while (parse->at < parse->count) {
		if (!read_clause(parse, row)) {
			return false;
		}
	}
	if (row->needed & ~parse->seen) {
		return refuse(parse, NULL, "also: %s", list_clauses(parse, row->needed, list, sizeof(list)));
	}
	if (e->to_ps >= 0 && e->to_ps < e->from_ps) {
		return refuse(parse, "to", "a time that is not before that of `from`");
	}
	return true;
}

/* ---- who ---- */

/* "client.1": its port. */
static void split_port(struct expectation *e)
{
	char *dot = strrchr(e->who, '.');
	unsigned long port;
	char *end;

	if (!dot || dot[1] < '1' || dot[1] > '9') {
		return;
	}
	port = strtoul(dot + 1, &end, 10);
	if (*end == '\0' && port <= PORT_MAX) {
		e->port = (uint16_t)port;
		*dot = '\0';
	}
}

static void keep_text(struct expectation *e, char *const *words, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count && length < sizeof(e->text); i++) {
		length += (size_t)snprintf(e->text + length, sizeof(e->text) - length, "%s%s",
					   i > 0 ? " " : "", words[i]);
	}
}

bool expect_parse(struct expectation *e, char *const *words, size_t count, char *why, size_t why_size)
{
	struct expectation read = { .to_ps = -1, .id = -1 };
	struct parse parse = { words, count, 0, &read, 0, why, why_size };
	const struct subject_row *row;

	if (!read_text(&parse, "the name of a node, a pattern with * or `all`,", read.who,
		       sizeof(read.who))) {
		return false;
	}
	split_port(&read);
	row = read_subject(&parse);
	if (!row) {
		return false;
	}
	if (read.port != 0 && !row->has_port) {
		return refuse(&parse, words[0], "a node: a port goes with `state` alone");
	}
	if (!row->read(&parse, row) || !read_clauses(&parse, row)) {
		return false;
	}
	keep_text(&read, words, count);
	*e = read;
	return true;
}
