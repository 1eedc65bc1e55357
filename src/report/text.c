/* src/report/text.c -- a row of the vocabulary is chosen, limited, and its template filled in.
 *
 * The fields a template may name are the table `fields`; words.h is their manual. Two things are remembered per port
 * besides the limits: the state it had when it began to initialize (which is passed within one step, so people see
 * `FAULTY to LISTENING`), and whether it was said to be grandmaster. */
#include "report/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S INT64_C(1000000000)
#define LIMITS (GN_REPORTS + GN_DROPS) /* every report has one, every reason to drop has one */

struct limit {
	int64_t said_at; /* ns + 1, so that 0 is never */
	uint32_t held_back;
};

struct port_memory {
	uint8_t initializing_from; /* the state before INITIALIZING, 0: none */
	bool is_grandmaster;
	struct limit limits[LIMITS];
};

struct report_writer {
	const struct report_words *words;
	const char *const *names;
	uint16_t ports;
	struct port_memory memory[]; /* by port number; [0] is the instance's */
};

/* ---- the line being written ---- */

struct line {
	char text[REPORT_LINE_MAX];
	size_t length;
};

struct spec {
	int sign, width, precision; /* precision -1: not given */
};

struct context {
	const struct report_writer *writer;
	const struct report_words *words;
	const struct gn_report *report;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
	size_t room = sizeof(line->text) - line->length;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(line->text + line->length, room, format, arguments);
	va_end(arguments);
	if (n > 0) {
		line->length += (size_t)n < room ? (size_t)n : room - 1;
	}
}

/* A name from outside keeps to one line of printable characters. */
static void add_text(struct line *line, const char *text)
{
	for (; *text; text++) {
		add(line, "%c", (unsigned char)*text < 0x20 || *text == 0x7F ? '?' : *text);
	}
}

static void add_double(struct line *line, double value, struct spec spec, int precision)
{
	if (spec.precision >= 0) {
		precision = spec.precision;
	}
	if (spec.sign) {
		add(line, "%+*.*f", spec.width, precision, value);
	} else {
		add(line, "%*.*f", spec.width, precision, value);
	}
}

static const char *name_of(const char *const *names, size_t count, int64_t value, const char *otherwise)
{
	return value >= 0 && (uint64_t)value < count && names[value] ? names[value] : otherwise;
}

/* ---- the fields ---- */

static void put_port(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	uint16_t port = c->report->port;

	(void)n;
	(void)spec;
	add(line, "port %u", port);
	if (port >= 1 && port <= c->writer->ports && c->writer->names && c->writer->names[port - 1]) {
		add(line, " (");
		add_text(line, c->writer->names[port - 1]);
		add(line, ")");
	}
}

static void put_id(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	char text[25];

	(void)n;
	(void)spec;
	add(line, "%s", report_port_identity(&c->report->identity, text));
}

static void put_clock(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	char text[19];

	(void)n;
	(void)spec;
	add(line, "%s", report_clock_identity(&c->report->identity.clock_identity, text));
}

static void put_from(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	static const struct gn_port_identity nobody;

	if (memcmp(&c->report->identity, &nobody, sizeof(nobody)) != 0) {
		add(line, " from ");
		put_id(line, c, n, spec);
	}
}

static void put_text(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)n;
	(void)spec;
	add_text(line, c->report->text ? c->report->text : "?");
}

static void put_d(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add(line, spec.sign ? "%+*" PRId64 : "%*" PRId64, spec.width, *n);
}

static void put_hex(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add(line, "0x%0*" PRIX64, spec.width ? spec.width : 1, (uint64_t)*n);
}

static void put_ppb(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_double(line, (double)*n / 4294967296.0, spec, 0);
}

static void put_kilo(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_double(line, (double)*n / 1e3, spec, 0);
}

static void put_share(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_double(line, (double)*n / 10.0, spec, 1);
	add(line, " %%");
}

static void put_micro(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_double(line, (double)*n / 1e6, spec, 6);
}

static void put_nano(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_double(line, 1.0 + (double)*n / 1e9, spec, 9);
}

static void put_pico(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_double(line, 1.0 + (double)*n / 1e12, spec, 12);
}

static void add_duration(struct line *line, double ns, struct spec spec)
{
	char text[24];

	add(line, "%s%s", spec.sign && ns >= 0.0 ? "+" : "", report_duration(ns, text));
}

static void put_ns(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_duration(line, (double)*n, spec);
}

static void put_kns(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add_duration(line, (double)*n / 1e3, spec);
}

static void put_log(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	int exponent = *n < -30 ? -30 : *n > 30 ? 30 : (int)*n;

	(void)c;
	add_duration(line, ldexp(1e9, exponent), spec);
}

static void put_log2ns(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	(void)spec;
	add(line, "%.0f", *n > 0 ? log2((double)*n / 1e9) : 0.0);
}

static void put_seconds(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	add(line, "%*" PRId64, spec.width, *n / NS_PER_S);
}

static void put_state(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)spec;
	add(line, "%s", name_of(c->words->states, REPORT_STATES, *n, c->words->states[0]));
}

static void put_servo(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)spec;
	add(line, "%s", name_of(c->words->servo_states, 4, *n, "servo in an unknown state"));
}

static void put_fault(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)spec;
	add(line, "%s", name_of(c->words->faults, 3, *n, c->words->faults[0]));
}

static void put_drop(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	(void)spec;
	add(line, "%s", gn_drop_text(*n >= 0 && *n < GN_DROPS ? (enum gn_drop) * n : GN_DROPS));
}

static void put_errno(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)c;
	(void)spec;
	add(line, "%s", strerror(*n > 0 && *n <= INT32_MAX ? (int)*n : 0));
}

static void put_type(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	(void)spec;
	add(line, "%s", name_of(c->words->types, GN_MESSAGE_TYPES, *n, "a message"));
}

static void put_what(struct line *line, const struct context *c, const int64_t *n, struct spec spec)
{
	put_type(line, c, n, spec);
	if (name_of(c->words->types, GN_MESSAGE_TYPES, *n, NULL) && n[1] >= 0) {
		add(line, " %" PRId64, n[1]);
	}
}

static const struct field {
	const char *name;
	void (*put)(struct line *line, const struct context *c, const int64_t *n, struct spec spec);
} fields[] = {
	{ "port", put_port },       { "id", put_id },       { "clock", put_clock }, { "from", put_from },
	{ "text", put_text },       { "d", put_d },         { "hex", put_hex },     { "ppb", put_ppb },
	{ "kilo", put_kilo },       { "micro", put_micro }, { "nano", put_nano },   { "pico", put_pico },
	{ "ns", put_ns },           { "kns", put_kns },     { "log", put_log },     { "log2ns", put_log2ns },
	{ "seconds", put_seconds }, { "state", put_state }, { "servo", put_servo }, { "fault", put_fault },
	{ "drop", put_drop },       { "errno", put_errno }, { "type", put_type },   { "what", put_what },
	{ "share", put_share },
};

static const struct field *find_field(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strlen(fields[i].name) == length && memcmp(fields[i].name, name, length) == 0) {
			return &fields[i];
		}
	}
	return NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int read_number(const char **at)
{
	int value = 0;

	while (is_digit(**at)) {
		value = value < 100 ? value * 10 + (**at - '0') : value;
		(*at)++;
	}
	return value;
}

static struct spec read_spec(const char **at)
{
	struct spec spec = { 0, 0, -1 };

	if (**at != ':') {
		return spec;
	}
	(*at)++;
	if (**at == '+') {
		spec.sign = 1;
		(*at)++;
	}
	spec.width = read_number(at);
	if (**at == '.') {
		(*at)++;
		spec.precision = read_number(at);
	}
	return spec;
}

/* One field, `at` standing behind its brace; returns where the template goes on. A mistake in a template shows as
 * {?}, which the test over all rows looks for. */
static const char *put_field(struct line *line, const struct context *c, const char *at)
{
	size_t length = strcspn(at, ":}");
	const char *end = strchr(at, '}');
	size_t index = 0;
	const struct field *field;
	struct spec spec;

	if (!end) {
		add(line, "{?}");
		return at + strlen(at);
	}
	field = find_field(at, length);
	if (!field && length > 1 && is_digit(at[length - 1])) {
		index = (size_t)(at[length - 1] - '0');
		field = find_field(at, length - 1);
	}
	at += length;
	spec = read_spec(&at);
	if (!field || at != end || index >= sizeof(c->report->number) / sizeof(c->report->number[0])) {
		add(line, "{?}");
	} else {
		field->put(line, c, &c->report->number[index], spec);
	}
	return end + 1;
}

/* Fills in one line of the template; returns where the next one begins, NULL at the end. */
static const char *fill_line(struct line *line, const struct context *c, const char *at)
{
	line->length = 0;
	line->text[0] = '\0';
	while (*at && *at != '\n') {
		if (at[0] == '{' && at[1] == '{') {
			add(line, "{");
			at += 2;
		} else if (at[0] == '{') {
			at = put_field(line, c, at + 1);
		} else {
			size_t run = strcspn(at, "{\n");

			add(line, "%.*s", (int)run, at);
			at += run;
		}
	}
	return *at ? at + 1 : NULL;
}

/* ---- which row, and is it time? ---- */

static const struct report_row *choose_row(const struct report_words *words, const struct gn_report *report)
{
	const struct report_row *row = &words->rows[report->id];
	int64_t value = report->number[row->by];
	const struct report_row *variant;

	if (!row->variants || value < row->first || value >= row->first + row->count) {
		return row;
	}
	variant = &row->variants[value - row->first];
	return variant->text ? variant : row;
}

static struct limit *limit_of(struct port_memory *memory, const struct gn_report *report)
{
	if (report->id == GN_REPORT_DROP && report->number[0] >= 0 && report->number[0] < GN_DROPS) {
		return &memory->limits[GN_REPORTS + report->number[0]];
	}
	return &memory->limits[report->id];
}

/* True if it may be said now; then *held_back lines were not said in the *seconds before. */
static bool may_say(struct limit *limit, uint16_t seconds, int64_t now_ns, uint32_t *held_back,
		    int64_t *since)
{
	int64_t passed = now_ns - (limit->said_at - 1);

	*held_back = 0;
	*since = 0;
	if (limit->said_at && passed >= 0 && passed < seconds * NS_PER_S) {
		limit->held_back += limit->held_back < UINT32_MAX;
		return false;
	}
	if (limit->said_at) {
		*held_back = limit->held_back;
		*since = passed / NS_PER_S;
	}
	limit->said_at = now_ns + 1;
	limit->held_back = 0;
	return true;
}

/* A port passes INITIALIZING within one step: what is shown is where it came from and where it went. */
static bool fold_initializing(struct port_memory *memory, struct gn_report *report)
{
	int64_t *from = &report->number[0];
	int64_t *to = &report->number[1];

	if (*to == GN_PORT_INITIALIZING) {
		if (*from != GN_PORT_INITIALIZING && !memory->initializing_from) {
			memory->initializing_from = (uint8_t)*from;
			if (memory->is_grandmaster) {
				memory->initializing_from = REPORT_STATE_GRANDMASTER;
			}
		}
		memory->is_grandmaster = false;
		return false;
	}
	if (*from == GN_PORT_TIME_TRANSMITTER && memory->is_grandmaster) {
		*from = REPORT_STATE_GRANDMASTER;
	}
	if (*from == GN_PORT_INITIALIZING && memory->initializing_from) {
		*from = memory->initializing_from;
	}
	memory->initializing_from = 0;
	memory->is_grandmaster = *to == GN_PORT_TIME_TRANSMITTER && report->number[4];
	if (memory->is_grandmaster) {
		*to = REPORT_STATE_GRANDMASTER;
	}
	return *from != *to;
}

void report_write(struct report_writer *writer, const struct gn_report *report, int64_t now_ns,
		  report_line say, void *context)
{
	struct port_memory *memory = &writer->memory[report->port <= writer->ports ? report->port : 0];
	struct gn_report shown = *report;
	struct context c = { writer, writer->words, &shown };
	const struct report_row *row;
	uint32_t held_back = 0;
	int64_t since = 0;
	struct line line;
	const char *at;

	if (report->id >= GN_REPORTS ||
	    (report->id == GN_REPORT_PORT_STATE && !fold_initializing(memory, &shown))) {
		return;
	}
	row = choose_row(writer->words, &shown);
	if (!row->text[0] ||
	    (row->limit && !may_say(limit_of(memory, &shown), row->limit, now_ns, &held_back, &since))) {
		return;
	}
	for (at = row->text; at;) {
		at = fill_line(&line, &c, at);
		if (!at && held_back && writer->words->says_held_back) {
			add(&line, " (%" PRIu32 " more in %" PRId64 " s)", held_back, since);
		}
		say(context, row->level, line.text);
	}
}

struct report_writer *report_writer_new(const struct report_words *words, const char *const *names,
					uint16_t ports)
{
	struct report_writer *writer = calloc(1, sizeof(*writer) +
							 ((size_t)ports + 1) * sizeof(writer->memory[0]));

	if (writer) {
		writer->words = words;
		writer->names = names;
		writer->ports = ports;
	}
	return writer;
}

void report_writer_free(struct report_writer *writer)
{
	free(writer);
}

/* ---- identities, states, durations ---- */

const char *report_clock_identity(const struct gn_clock_identity *identity, char out[19])
{
	const uint8_t *o = identity->octets;

	snprintf(out, 19, "%02x%02x%02x.%02x%02x.%02x%02x%02x", o[0], o[1], o[2], o[3], o[4], o[5], o[6],
		 o[7]);
	return out;
}

const char *report_port_identity(const struct gn_port_identity *identity, char out[25])
{
	char clock[19];

	snprintf(out, 25, "%s-%u", report_clock_identity(&identity->clock_identity, clock),
		 identity->port_number);
	return out;
}

const char *report_state_name(const struct report_words *words, int state)
{
	return name_of(words->states, GN_PORT_STATES, state, words->states[0]);
}

const char *report_duration(double ns, char out[24])
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "ns", 1.0 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	double magnitude = fabs(ns);
	size_t u = 0;
	int decimals;
	char number[24];
	size_t n;

	if (!(magnitude <= 1e19)) {
		snprintf(out, 24, "too large");
		return out;
	}
	/* 999.5 would be rounded to four digits: it is 1.00 of the next unit. */
	while (u < 3 && magnitude >= 999.5 * units[u].ns) {
		u++;
	}
	magnitude /= units[u].ns;
	decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
	n = (size_t)snprintf(number, sizeof(number), "%.*f", decimals, magnitude);
	if (decimals) {
		while (number[n - 1] == '0') {
			n--;
		}
		n -= number[n - 1] == '.';
	}
	snprintf(out, 24, "%s%.*s %s", ns < 0.0 && !(n == 1 && number[0] == '0') ? "-" : "", (int)n, number,
		 units[u].unit);
	return out;
}
