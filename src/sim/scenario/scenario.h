/* src/sim/scenario/scenario.h -- a scenario file as read: statements, checked against the tables of the parts they speak of.
 *
 *     # two hosts, one cable                             a comment
 *     title     Back to back, hardware timestamps        one line
 *     about     ...                                      several of these make a text
 *     include   hardware.inc                             beside this file
 *     parameter jitter 4ns                               $jitter or ${jitter} below is replaced; --set jitter=8ns
 *     sweep     jitter 1ns 4ns 16ns                      or  sweep seed 1..20  (also  1..9 step 2)
 *     duration  120s
 *     seed      1
 *     sample    100ms                                    how often clocks are looked at
 *     start     1700000000                               TAI seconds at the beginning, or 2026-12-31T23:59:00
 *     leap      insert                                   at the end of the first UTC day; or delete
 *     curve     oven ramp 20C 60C from 60s to 660s       see curve.h
 *     gnss      roof  jitter 10ns
 *     node      gm      config ./gm.conf  option priority1 10
 *     node      leaf    count 100  ports 1               leaf1 .. leaf100
 *     oscillator leaf*  preset tcxo  temperature oven    of the nodes that match: all three of a node, or leaf1/mac,
 *                                                        leaf1/phy, leaf1/host alone
 *     clock     leaf*   offset_spread 1s                 its PHC; `system` its system clock
 *     host      leaf*   load 50%
 *     nic       client.1  stamp_loss 1%                  a port, or all ports of a node without ".N"; mac, phy likewise
 *     switch    sw      ports 8  latency 2us             hub likewise
 *     link      gm sw   delay 500ns                      next free ports, or bc.2; it is called gm-sw (as written)
 *     connect   line gm bc* client  delay 1us            line, ring, star (first is the middle), tree (fanout N), full
 *     traffic   bulk at sw.2  load 60%                   what leaves sw by port 2
 *     fault     late on gm-sw  affects Follow_Up  delay 50ms
 *     attacker  eve on gm-sw   act replay
 *     core      client  rate_scale -1                    a mutation
 *     at 60s    pull gm-sw                               plug; kill, start, restart, stop NODE; freeze NODE for 2s;
 *     at 60s    set link gm-sw asymmetry 2us             step NODE by 1ms; manage NODE SET PRIORITY1 priority1 200;
 *     at 60s every 10s until 120s  pull gm-sw            repeated
 *     expect    client offset rms < 50ns from 60s        see expect.h
 *     mutant    fault bad on gm-sw affects Sync loses yes   any of the above, in force only with --mutant
 *     mutant    parameter jitter 1ms                     another value, from here on, of one that is there
 *
 * A line that begins with white space continues the one before; empty lines and comments between them do not count. Words
 * are separated by white space; "..." on one line holds some together, except in `title` and `about`, which are prose. A #
 * at the beginning of a word begins a comment. Parameters are replaced inside words, quoted or not: the value of one stays
 * one word. $$ is a dollar. Text is UTF-8.
 *
 * Names are letters, digits, _ and -, at most 31; nodes, switches and hubs share one set of them. Names may be used before
 * they are declared, parameters may not. Everything is checked when it is read, also what `mutant` says when it is not in
 * force; errors name file, line and what was expected. Files are read by a function of the caller's, so nothing here does
 * I/O. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "sim/curve.h"
#include "sim/watch/expect.h"
#include "sim/key.h"

#define SCENARIO_WORDS_MAX 128
#define SCENARIO_VALUES_MAX 1000 /* of one sweep */

struct scenario_where {
	const char *file; /* lives as long as the scenario */
	int line;
};

/* One key and its value, already checked against the table. */
struct scenario_setting {
	const struct key *key;
	const char *text;
};

enum scenario_statement {
	SCENARIO_CURVE,
	SCENARIO_GNSS,
	SCENARIO_NODE,
	SCENARIO_PART,
	SCENARIO_SWITCH,
	SCENARIO_HUB,
	SCENARIO_LINK,
	SCENARIO_CONNECT,
	SCENARIO_TRAFFIC,
	SCENARIO_FAULT,
	SCENARIO_ATTACKER,
};

struct scenario_option {
	const char *name, *value;
	struct scenario_where where;
};

/* A statement that makes or describes parts of the world, in the order of the file. */
struct scenario_declaration {
	enum scenario_statement statement;
	struct scenario_where where;
	const struct part_kind *kind; /* of its settings; NULL: it has none */
	const char *name;             /* or pattern; LINK: "gm-sw" of its ends; CONNECT: "" */
	const char **
		words; /* LINK, CONNECT: shape and ends; TRAFFIC, FAULT, ATTACKER: where; CURVE: all after the name */
	size_t word_count;
	struct scenario_setting *settings;
	size_t setting_count;
	int64_t count;           /* NODE: name1 .. nameN; 0: one, called as it is */
	int64_t ports;           /* NODE, SWITCH, HUB; 0: nothing was said */
	int64_t fanout;          /* CONNECT tree; 0: nothing was said */
	const char *config_file; /* as written; found beside the scenario's file. NULL: none */
	const char *config_text; /* its content */
	size_t config_size;
	struct scenario_option *options;
	size_t option_count;
	/* CURVE from a file */
	const char *csv_text;
	size_t csv_size;
	bool is_mutant; /* a line of `mutant`, in force */
};

enum scenario_verb {
	VERB_SET,
	VERB_PULL,
	VERB_PLUG,
	VERB_KILL,
	VERB_START,
	VERB_STOP,
	VERB_RESTART,
	VERB_FREEZE,
	VERB_STEP,
	VERB_MANAGE,
};

struct scenario_happening {
	int64_t at_ps, every_ps, until_ps; /* every 0: once; until -1: the end */
	enum scenario_verb verb;
	struct scenario_where where;
	const struct part_kind *kind; /* SET */
	const char *target;           /* a name or pattern */
	struct scenario_setting *settings;
	size_t setting_count;
	int64_t by_ps; /* FREEZE, STEP */
	const char *
		*words; /* MANAGE: action (SET, COMMAND), managementId's name, then field and value in turn */
	size_t word_count;
	const char *text; /* as written behind its times, for the record: "pull gm-sw" */
	bool is_mutant;
};

struct scenario_sweep {
	const char *name; /* of a parameter, or "seed" */
	const char **values;
	size_t value_count;
};

struct scenario {
	const char *file;
	const char *title, *about, *mutant_about; /* mutant_about: `mutant about ...` */
	int64_t duration_ps, sample_ps;
	uint64_t seed, start_seconds;
	int8_t leap;
	struct scenario_declaration *declarations;
	size_t declaration_count;
	struct scenario_happening *happenings;
	size_t happening_count;
	struct expectation *expectations;
	size_t expectation_count;
	struct scenario_option *parameters; /* as in force */
	size_t parameter_count;
	struct scenario_sweep *sweeps;
	size_t sweep_count;
	bool has_mutant; /* it says what breaks it */
	void *memory;    /* all of the above */
};

struct scenario_reading {
	/* Gives the content of a file, malloc'ed; NULL: `why` says why not. `name` is as written; when it does not begin with /,
	 * it is beside `relative_to`, the file that names it (NULL: none does). */
	char *(*read)(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		      size_t why_size);
	void (*say)(void *context, const char *line); /* an error: "FILE:LINE: what, and what was expected" */
	void *context;
	const struct scenario_option
		*parameters; /* stronger than the file's: --set; "seed", "duration", "sample" .. too */
	size_t parameter_count;
	bool is_mutant; /* lines of `mutant` are in force */
};

/* NULL: all errors were said (up to 20). Free it with scenario_free(). */
struct scenario *scenario_read(const char *file, const struct scenario_reading *reading);
void scenario_free(struct scenario *scenario);

/* The kinds that statements and `set` speak of, in the order of the manual; ended by NULL. */
extern const struct part_kind *const scenario_kinds[];

/* `*` in a pattern stands for any characters, also none; nothing else is special. */
bool scenario_matches(const char *pattern, const char *name);

/* The words of a CURVE as a curve, to be freed with curve_free(). False: `why` says what was expected. */
bool scenario_curve(const struct scenario_declaration *declaration, struct curve *out, char *why,
		    size_t why_size);

/* All statements, what `at` and `expect` take, and all keys of all kinds with what they take, their defaults and what they
 * mean: as a text for terminals, or as the body of a manual page in scdoc's language. Lines come without their ends. */
enum scenario_manual_style { SCENARIO_MANUAL_PLAIN, SCENARIO_MANUAL_SCDOC };
void scenario_manual(enum scenario_manual_style style, void (*line)(void *context, const char *text),
		     void *context);

#endif
