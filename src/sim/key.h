/* src/sim/key.h -- what can be said of a part of the world, as tables.
 *
 * Each kind of part (link, oscillator, nic ...) has a plain struct of settings and a table of keys, one for each member. The
 * same table reads a scenario file, changes a setting while the world runs, prints a value back and makes the manual.
 *
 *     link gm-client  delay 500ns  asymmetry 20ns       in a scenario file
 *     at 60s set link gm-client  asymmetry 2us          the same key, later
 */
#ifndef SIM_KEY_H
#define SIM_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_type {
	KEY_TIME,        /* int64_t ps: 500ns 20us 1.5ms 2s 3min 4h 1d; 0 needs no unit */
	KEY_PPB,         /* double ppb: 3ppb 2.5ppm 1e-9 */
	KEY_NUMBER,      /* double */
	KEY_INTEGER,     /* int64_t; base 10 or 0x */
	KEY_FRACTION,    /* double, 1 is all: 0.25 25% */
	KEY_SPEED,       /* int64_t bit/s: 10M 100M 1G 2.5G 100G */
	KEY_TEMPERATURE, /* double degrees Celsius: 25C */
	KEY_BOOL,        /* bool: yes no */
	KEY_WORD,        /* int: one of the labels */
	KEY_WORDS,       /* uint32_t: a set of labels' bits 1u << value, separated by commas; "none" */
	KEY_TEXT,        /* char[size]: a word, or "several words" */
};
#define KEY_TYPES 11

struct key_label {
	const char *name;
	int value;
	const char *meaning; /* for the manual; may be NULL */
};

struct key {
	const char *name;
	enum key_type type;
	size_t offset, size;            /* of the member in the settings */
	double min, max;                /* inclusive, in the unit of the member */
	const struct key_label *labels; /* ended by a name of NULL */
	const char *meaning; /* a sentence without a capital and a full stop: "one-way propagation delay" */
};

#define KEY_MEMBER(type, member) offsetof(type, member), sizeof(((type *)0)->member)

/* A kind of part. `defaults` has `size` octets. A preset key (name "preset", KEY_WORD) stands first in a line: it sets all
 * that apply_preset() gives, and what follows it changes that. */
struct part_kind {
	const char *name; /* the word of the statement: "link" */
	const struct key *keys;
	size_t key_count;
	size_t size;
	const void *defaults;
	void (*apply_preset)(void *settings, int preset); /* NULL: there are no presets */
	const char *meaning;
};

const struct key *key_find(const struct part_kind *kind, const char *name);

/* Reads `text` into the member of `settings`. False: `why` says what was expected ("a time such as 500ns or 1.5ms, 0 ..
 * 10s"), settings are as before. */
bool key_set(const struct key *key, void *settings, const char *text, char *why, size_t why_size);

/* The value as key_set() reads it. */
const char *key_print(const struct key *key, const void *settings, char *out, size_t size);

/* One value without a member, for the grammar's own words ("at 60s", "rms < 50ns"). */
bool key_read_time(const char *text, int64_t *ps);
bool key_read_ppb(const char *text, double *ppb);
bool key_read_number(const char *text, double *number);

/* "a time such as 500ns or 1.5ms, 0 .. 10s": what key_set() would say is expected. */
const char *key_expected(const struct key *key, char *out, size_t size);

#endif
