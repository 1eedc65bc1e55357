/* src/sim/scenario/reader.h -- what the files that read scenarios share.
 *
 *     scenario.c     files, errors, memory, and the whole at the end
 *     words.c        lines -> statements of words; quotes, comments, $parameters
 *     statements.c   the table of statements; those of one value
 *     parts.c        statements that make or describe parts of the world
 *     happenings.c   `at` and the table of its verbs
 *     sweep.c        lists and ranges of values
 *     curve.c        the words of a curve
 *     names.c        who is called what, and whether those spoken of are there
 *     manual.c       all these tables as text */
#ifndef SIM_SCENARIO_READER_H
#define SIM_SCENARIO_READER_H

#include "sim/scenario/scenario.h"

#define SCENARIO_NAME_MAX 31
#define SCENARIO_ERRORS_MAX 20 /* that are said */
#define SCENARIO_WORD_MAX 1024 /* octets, parameters replaced */
#define SCENARIO_LINE_MAX 4096
#define SCENARIO_LINE_SIZE 2048 /* of an error */
#define SCENARIO_WHY_SIZE 1024

/* A statement, and how far its words have been taken. */
struct statement {
	struct scenario_where where; /* of its first word */
	bool is_mutant;              /* behind the word `mutant` */
	size_t count, at;            /* words, and the one to be taken next */
	char *words[SCENARIO_WORDS_MAX];
	int lines[SCENARIO_WORDS_MAX];
};

/* A file that is being read. */
struct source {
	const char *file; /* with the way to it */
	const char *text;
	size_t size, at;
	int line; /* that ends before `at` */
	const struct source *included_by;
};

/* A statement of one value, which a file says at most once: duration, seed ... */
enum single { SINGLE_DURATION, SINGLE_SEED, SINGLE_SAMPLE, SINGLE_START, SINGLE_LEAP, SINGLES };

struct single_rule {
	const char *name;
	bool (*read)(const char *text, struct scenario *out);
	const char *normal; /* NULL: it must be said */
	const char *expected;
};
extern const struct single_rule scenario_singles[SINGLES];

/* Where a value comes from, the weakest first. */
enum level { LEVEL_SWEEP, LEVEL_FILE, LEVEL_MUTANT, LEVEL_OVERRIDE, LEVELS };

struct given {
	const char *text; /* NULL: not given */
	struct scenario_where where;
};

/* An expectation, and whether `mutant` stands before it. */
struct expected {
	struct expectation expectation;
	bool is_mutant;
};

#define PARAMETERS_MAX 1000

/* How often a parameter's value was asked for: one that `mutant parameter` changes below its last use changes nothing. */
struct parameter_use {
	size_t uses, uses_when_changed;
	struct scenario_where changed; /* file NULL: it was not */
};

struct reader {
	const struct scenario_reading *reading;
	struct scenario *scenario; /* with all lines of `mutant`, in force or not, until the end */
	const struct source *source;
	size_t error_count, statement_count, file_count;
	bool is_exhausted; /* no memory: said once, at the end */
	bool misses_names; /* a line was not understood that may have declared one */
	size_t declaration_room, happening_room, parameter_room, sweep_room, expected_room;
	struct expected *expected;
	size_t expected_count;
	struct given given[SINGLES][LEVELS];
	struct parameter_use uses[PARAMETERS_MAX]; /* of scenario->parameters, in their order */
};

/* ---- scenario.c ---- */

/* Errors; those beyond the 20th are not said. The second takes the line of the statement's last taken word. */
__attribute__((format(printf, 3, 4))) void reader_say(struct reader *reader, struct scenario_where where,
						      const char *format, ...);
__attribute__((format(printf, 3, 4))) void reader_say_at(struct reader *reader,
							 const struct statement *statement,
							 const char *format, ...);

/* Memory of the scenario, zeroed; it lives until scenario_free(). NULL: reader->is_exhausted. */
void *reader_allocate(struct reader *reader, size_t size);
char *reader_text(struct reader *reader, const char *text, size_t length);

/* Room for one more: the items, moved if need be, or NULL. The new one is zeroed. */
void *reader_grow(struct reader *reader, void *items, size_t count, size_t *room, size_t size);

/* The content of a file that a statement names, as written. NULL: said. */
const char *reader_file(struct reader *reader, const struct statement *statement, const char *name,
			size_t size_max, size_t *size);
void reader_include(struct reader *reader, const struct statement *statement, const char *name);

/* ---- words.c ---- */

/* The next statement of a file; its errors are said, and what has errors is left out. False: that was all. */
bool words_next(struct reader *reader, struct source *source, struct statement *out);

/* Takes the next word; NULL: that was all. */
char *words_take(struct statement *statement);

/* The words from `first` on, as they would be written. NULL without memory. */
char *words_join(struct reader *reader, const struct statement *statement, size_t first);

/* The same words of prose. */
char *words_as_text(struct reader *reader, const struct statement *statement, size_t first);

bool words_is_parameter_name(const char *text);

/* ---- statements.c ---- */

enum suffix { SUFFIX_NONE, SUFFIX_PORT /* gm.2 */, SUFFIX_UNIT /* gm/mac */ };

#define NAMES_OF(statement) (1u << (statement))
#define NAMES_OF_ENDS (NAMES_OF(SCENARIO_NODE) | NAMES_OF(SCENARIO_SWITCH) | NAMES_OF(SCENARIO_HUB))

struct statement_row {
	const char *word;
	void (*read)(struct reader *reader, struct statement *statement, const struct statement_row *row);
	const char *takes, *meaning; /* for errors and the manual */
	const struct part_kind *kind;
	enum scenario_statement declares;
	unsigned names;       /* NAMES_OF() those that it declares, or speaks of */
	enum suffix suffix;   /* that such a name may have */
	const char *place;    /* the word before where it is: "at", "on" */
	bool is_prose;        /* a quote in it is a character like others */
	bool is_no_mutant;    /* cannot stand behind `mutant` */
	bool is_not_settable; /* what it says is used once, when the world is made */
};
extern const struct statement_row scenario_statements[];
extern const size_t scenario_statement_count;

const struct statement_row *statement_find(const char *word);
const struct statement_row *statement_of_kind(const struct part_kind *kind);
void statement_read(struct reader *reader, struct statement *statement);

/* By its first words: a text for people follows. */
bool statement_is_prose(const struct statement *statement);

/* True if nothing is left to be taken; else the word that is too much was said. */
bool statement_ends(struct reader *reader, struct statement *statement);

/* "x: expected ROW'S WORDS": what the statement takes. */
void statement_say_form(struct reader *reader, const struct statement *statement,
			const struct statement_row *row);

const struct single_rule *single_find(const char *name);
const struct scenario_option *parameter_find(const struct reader *reader, const char *name);
const struct scenario_option *parameter_override(const struct reader *reader, const char *name);
void parameter_add(struct reader *reader, const struct statement *statement, const char *name,
		   const char *value);

/* ---- parts.c, happenings.c, sweep.c ---- */

void parts_read_curve(struct reader *reader, struct statement *statement, const struct statement_row *row);
void parts_read_named(struct reader *reader, struct statement *statement, const struct statement_row *row);
void parts_read_part(struct reader *reader, struct statement *statement, const struct statement_row *row);
void parts_read_link(struct reader *reader, struct statement *statement, const struct statement_row *row);
void parts_read_connect(struct reader *reader, struct statement *statement, const struct statement_row *row);
void parts_read_placed(struct reader *reader, struct statement *statement, const struct statement_row *row);

/* Keys and values up to the statement's end. `declaration`: takes the words that are no keys too; NULL: there are none.
 * False: said. */
bool parts_read_settings(struct reader *reader, struct statement *statement, const struct part_kind *kind,
			 struct scenario_declaration *declaration, struct scenario_setting **settings,
			 size_t *count);

/* What a statement takes beside keys. */
struct own_word {
	const char *word;
	unsigned statements; /* NAMES_OF() */
	bool (*read)(struct reader *reader, struct statement *statement,
		     struct scenario_declaration *declaration);
	const char *takes, *meaning;
};
extern const struct own_word parts_own_words[];
extern const size_t parts_own_word_count;

struct shape_row {
	const char *word, *meaning;
};
extern const struct shape_row parts_shapes[];
extern const size_t parts_shape_count;

struct verb_row {
	const char *word;
	enum scenario_verb verb;
	bool (*read)(struct reader *reader, struct statement *statement, struct scenario_happening *out);
	unsigned names; /* NAMES_OF() its targets; 0: of the kind that is set */
	const char *takes, *meaning;
};
extern const struct verb_row happenings_verbs[];
extern const size_t happenings_verb_count;
void happenings_read(struct reader *reader, struct statement *statement, const struct statement_row *row);

void sweep_read(struct reader *reader, struct statement *statement, const struct statement_row *row);

/* ---- curve.c ---- */

struct curve_row {
	const char *form, *meaning;
};
extern const struct curve_row curve_rows[];
extern const size_t curve_row_count;

/* ---- names.c ---- */

bool names_are_valid(const char *name);

/* All names are known now: those declared twice, and those spoken of and not declared. */
void names_check(struct reader *reader);

/* The candidate that is most like `word`, or NULL: none is much like it. */
struct nearest {
	const char *word;
	const char *best;
	size_t distance;
};
void nearest_try(struct nearest *nearest, const char *candidate);

/* A list for people: "a, b, c"; ends in ".." when it does not fit. */
struct list {
	char text[768];
	size_t length;
	bool is_full;
};
void list_add(struct list *list, const char *text);

/* "; did you mean x?" or "". */
const char *nearest_hint(const struct nearest *nearest, char *out, size_t size);

#endif
