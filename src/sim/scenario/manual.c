/* src/sim/scenario/manual.c -- the tables of the language as text: help on a terminal, or a manual page.
 *
 * A style says how a heading, a term and what it means are set; the walk over the tables knows nothing of it. */
#include "sim/scenario/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_SIZE 2048

struct manual {
	const struct style *style;
	void (*line)(void *context, const char *text);
	void *context;
};

/* A line of what a term means among those of the same term. */
enum place { ONLY, FIRST, MIDDLE, LAST };

struct style {
	void (*heading)(const struct manual *manual, int depth, const char *text);
	void (*term)(const struct manual *manual, const char *term, const char *takes); /* takes: "" none */
	void (*meaning)(const struct manual *manual, const char *text, enum place place);
	void (*paragraph)(const struct manual *manual, const char *text);
};

__attribute__((format(printf, 2, 3))) static void put(const struct manual *manual, const char *format, ...)
{
	char text[2 * TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	manual->line(manual->context, text);
}

/* ---- plain ---- */

static void plain_heading(const struct manual *manual, int depth, const char *text)
{
	put(manual, "%*s%s", 2 * (depth - 1), "", text);
	put(manual, "%s", "");
}

static void plain_term(const struct manual *manual, const char *term, const char *takes)
{
	put(manual, "    %s%s%s", term, takes[0] ? " " : "", takes);
}

static void plain_meaning(const struct manual *manual, const char *text, enum place place)
{
	put(manual, "        %s", text);
	if (place == ONLY || place == LAST) {
		put(manual, "%s", "");
	}
}

static void plain_paragraph(const struct manual *manual, const char *text)
{
	put(manual, "  %s", text);
	put(manual, "%s", "");
}

static const struct style plain = { plain_heading, plain_term, plain_meaning, plain_paragraph };

/* ---- scdoc ---- */

/* What scdoc would take for emphasis is escaped. */
static const char *escape(const char *text, char *out, size_t size)
{
	size_t used = 0;

	for (; *text && used + 3 < size; text++) {
		if (strchr("_*\\<>#[]|", *text)) {
			out[used++] = '\\';
		}
		out[used++] = *text;
	}
	out[used] = '\0';
	return out;
}

static void scdoc_heading(const struct manual *manual, int depth, const char *text)
{
	char escaped[TEXT_SIZE];

	put(manual, "%s %s", depth == 1 ? "#" : "##", escape(text, escaped, sizeof(escaped)));
	put(manual, "%s", "");
}

static void scdoc_term(const struct manual *manual, const char *term, const char *takes)
{
	char escaped[TEXT_SIZE], escaped_takes[TEXT_SIZE];

	put(manual, "*%s*%s%s", escape(term, escaped, sizeof(escaped)), takes[0] ? " " : "",
	    escape(takes, escaped_takes, sizeof(escaped_takes)));
}

/* Behind a line that ends in ++ the indentation goes on; a tab would be shown. */
static void scdoc_meaning(const struct manual *manual, const char *text, enum place place)
{
	char escaped[TEXT_SIZE];

	put(manual, "%s%s%s", place == ONLY || place == FIRST ? "\t" : "",
	    escape(text, escaped, sizeof(escaped)), place == FIRST || place == MIDDLE ? "++" : "");
	if (place == ONLY || place == LAST) {
		put(manual, "%s", "");
	}
}

static void scdoc_paragraph(const struct manual *manual, const char *text)
{
	char escaped[TEXT_SIZE];

	put(manual, "%s", escape(text, escaped, sizeof(escaped)));
	put(manual, "%s", "");
}

static const struct style scdoc = { scdoc_heading, scdoc_term, scdoc_meaning, scdoc_paragraph };

/* ---- the walk ---- */

static void put_statements(const struct manual *manual)
{
	manual->style->heading(manual, 1, "STATEMENTS");
	for (size_t i = 0; i < scenario_statement_count; i++) {
		const struct statement_row *row = &scenario_statements[i];
		const struct single_rule *rule = single_find(row->word);
		char text[TEXT_SIZE];

		manual->style->term(manual, row->word, row->takes);
		manual->style->meaning(manual, row->meaning, rule ? FIRST : ONLY);
		if (rule) {
			snprintf(text, sizeof(text), "%s%s%s", rule->expected,
				 rule->normal ? "; default " : "", rule->normal ? rule->normal : "");
			manual->style->meaning(manual, text, LAST);
		}
	}
}

static void put_own_words(const struct manual *manual)
{
	manual->style->heading(manual, 1, "WORDS BESIDE KEYS");
	for (size_t i = 0; i < parts_own_word_count; i++) {
		manual->style->term(manual, parts_own_words[i].word, parts_own_words[i].takes);
		manual->style->meaning(manual, parts_own_words[i].meaning, ONLY);
	}
}

static void put_shapes(const struct manual *manual)
{
	manual->style->heading(manual, 1, "SHAPES");
	manual->style->paragraph(manual, "What `connect` joins with what:");
	for (size_t i = 0; i < parts_shape_count; i++) {
		manual->style->term(manual, parts_shapes[i].word, "");
		manual->style->meaning(manual, parts_shapes[i].meaning, ONLY);
	}
	manual->style->paragraph(manual, "What a `curve` can be:");
	for (size_t i = 0; i < curve_row_count; i++) {
		size_t word = strcspn(curve_rows[i].form, " ");
		char text[64];

		snprintf(text, sizeof(text), "%.*s", (int)word, curve_rows[i].form);
		manual->style->term(manual, text, curve_rows[i].form + word + 1);
		manual->style->meaning(manual, curve_rows[i].meaning, ONLY);
	}
}

static void put_verbs(const struct manual *manual)
{
	manual->style->heading(manual, 1, "WHAT HAPPENS");
	manual->style->paragraph(
		manual, "What `at` takes. A name may be a pattern, in which * stands for any characters.");
	for (size_t i = 0; i < happenings_verb_count; i++) {
		manual->style->term(manual, happenings_verbs[i].word, happenings_verbs[i].takes);
		manual->style->meaning(manual, happenings_verbs[i].meaning, ONLY);
	}
}

/* Examples that teach; a test has expect_parse() read them all. */
static const struct {
	const char *form, *meaning;
} expectations[] = {
	{ "client offset rms < 50ns from 60s to 120s",
	  "its clock against true time; also max (of the magnitude), mean, p2p, p50 .. p99.999; < <= > >= = "
	  "!=" },
	{ "client offset rms < 1us from 60s against gm", "against another node's clock" },
	{ "client settles within 10s threshold 100ns hold 30s after 65s",
	  "the RMS of every second is below the threshold, from then on for so long" },
	{ "client frequency max < 10ppb from 60s", "of its clock, against true time" },
	{ "client mtie below 0.1s:40ns,1000s:40ns from 100s",
	  "observation times and limits, or the name of a mask" },
	{ "client tdev below G.8273.2-A from 100s", "observation times and limits, or the name of a mask" },
	{ "client grandmaster is gm at 30s", "or all the time from 30s to 60s" },
	{ "client.1 state is TIME_RECEIVER at 60s", "of a port" },
	{ "client steps <= 1 from 10s", "by its servo" },
	{ "client drops stamp_stale_epoch >= 1", "messages that it dropped for that reason, or for `all`" },
	{ "client reports CLOCK_FAILED >= 1", "reports of that kind" },
	{ "client sent Sync > 100", "or received" },
	{ "client own-error max < 50ns from 60s", "the offset that the servo sees minus the true one" },
	{ "client path-delay mean > 400ns from 60s", "as the servo sees it" },
	{ "all malformed = 0",
	  "messages that it sent and that break the standard; `all` nodes, or a pattern" },
};

static void put_expectations(const struct manual *manual)
{
	manual->style->heading(manual, 1, "WHAT MUST HOLD");
	manual->style->paragraph(
		manual, "What `expect` takes, by examples. Without times the whole run counts. A window has "
			"both its ends in it, and what happens at 60s is already seen by the sample of 60s: "
			"what was before ends at 59s.");
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		manual->style->term(manual, expectations[i].form, "");
		manual->style->meaning(manual, expectations[i].meaning, ONLY);
	}
}

static void put_labels(const struct manual *manual, const struct key *key)
{
	size_t left = 0;

	for (const struct key_label *label = key->labels; label && label->name; label++) {
		left += label->meaning != NULL;
	}
	for (const struct key_label *label = key->labels; label && label->name; label++) {
		char text[TEXT_SIZE];

		if (label->meaning) {
			snprintf(text, sizeof(text), "%s: %s", label->name, label->meaning);
			manual->style->meaning(manual, text, --left == 0 ? LAST : MIDDLE);
		}
	}
}

static bool has_meanings(const struct key *key)
{
	for (const struct key_label *label = key->labels; label && label->name; label++) {
		if (label->meaning) {
			return true;
		}
	}
	return false;
}

static void put_key(const struct manual *manual, const struct part_kind *kind, const struct key *key)
{
	char expected[TEXT_SIZE / 2], normal[TEXT_SIZE / 4], text[TEXT_SIZE];

	key_expected(key, expected, sizeof(expected));
	key_print(key, kind->defaults, normal, sizeof(normal));
	manual->style->term(manual, key->name, "");
	manual->style->meaning(manual, key->meaning, FIRST);
	snprintf(text, sizeof(text), "%s; %s%s", expected, normal[0] ? "default " : "unset by default",
		 normal);
	manual->style->meaning(manual, text, has_meanings(key) ? MIDDLE : LAST);
	put_labels(manual, key);
}

static void put_kinds(const struct manual *manual)
{
	manual->style->heading(manual, 1, "KEYS");
	for (size_t i = 0; scenario_kinds[i]; i++) {
		const struct part_kind *kind = scenario_kinds[i];

		manual->style->heading(manual, 2, statement_of_kind(kind)->word);
		manual->style->paragraph(manual, kind->meaning);
		for (size_t k = 0; k < kind->key_count; k++) {
			put_key(manual, kind, &kind->keys[k]);
		}
	}
}

void scenario_manual(enum scenario_manual_style style, void (*line)(void *context, const char *text),
		     void *context)
{
	const struct manual manual = { style == SCENARIO_MANUAL_SCDOC ? &scdoc : &plain, line, context };

	put_statements(&manual);
	put_own_words(&manual);
	put_shapes(&manual);
	put_verbs(&manual);
	put_expectations(&manual);
	put_kinds(&manual);
}
