/* src/sim/scenario/curve.c -- the words of a curve: a shape, its temperatures, then named values in any order. */
#include "sim/scenario/reader.h"

#include <stdio.h>
#include <string.h>

#define ABSOLUTE_ZERO (-273.15)
#define DEGREES_MAX 1000
#define TIME_PS_MAX 9e18

/* For one shape: its words, and the members that its values go to. */
static const struct shape {
	const char *word;
	enum curve_shape shape;
	size_t degrees; /* temperatures behind the word */
	const char *named[2];
} shapes[] = {
	{ "constant", CURVE_CONSTANT, 1, { NULL } },
	{ "ramp", CURVE_RAMP, 2, { "from", "to" } },
	{ "sinusoid", CURVE_SINUSOID, 1, { "amplitude", "period" } },
	{ "step", CURVE_STEP, 2, { "at" } },
	{ "csv", CURVE_POINTS, 0, { NULL } },
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

const struct curve_row curve_rows[SHAPES] = {
	{ "constant DEGREES", "always the same" },
	{ "ramp DEGREES DEGREES from TIME to TIME", "from one to the other, and constant before and after" },
	{ "sinusoid DEGREES amplitude DEGREES period TIME",
	  "up and down around a mean, from its mean upward" },
	{ "step DEGREES DEGREES at TIME", "from one to the other at once" },
	{ "csv FILE", "lines \"seconds,degrees\" of a file, linear between them" },
};
const size_t curve_row_count = SHAPES;

static const struct key degrees_key = {
	"", KEY_TEMPERATURE, 0, sizeof(double), ABSOLUTE_ZERO, DEGREES_MAX, NULL, NULL
};
static const struct key time_key = { "", KEY_TIME, 0, sizeof(int64_t), 0, TIME_PS_MAX, NULL, NULL };

/* The named values; `at` of a step is where a ramp begins. */
static const struct named {
	const char *word;
	const struct key *key;
	size_t offset;
} named_values[] = {
	{ "from", &time_key, offsetof(struct curve, from_ps) },
	{ "at", &time_key, offsetof(struct curve, from_ps) },
	{ "to", &time_key, offsetof(struct curve, to_ps) },
	{ "period", &time_key, offsetof(struct curve, period_ps) },
	{ "amplitude", &degrees_key, offsetof(struct curve, other) },
};

/* Words being taken. */
struct words {
	const char *const *words;
	size_t count, at;
	char *why;
	size_t why_size;
};

static const char *take(struct words *words)
{
	return words->at < words->count ? words->words[words->at++] : NULL;
}

static bool take_value(struct words *words, const char *word, const struct key *key, void *member)
{
	const char *text = take(words);
	char expected[256];

	if (text && key_set(key, member, text, expected, sizeof(expected))) {
		return true;
	}
	snprintf(words->why, words->why_size, "%s%s%.64s: expected %s", word, text ? " " : "",
		 text ? text : "", key_expected(key, expected, sizeof(expected)));
	return false;
}

static const struct named *find_named(const struct shape *shape, const char *word)
{
	for (size_t i = 0; i < sizeof(named_values) / sizeof(named_values[0]); i++) {
		for (size_t n = 0; n < 2; n++) {
			if (shape->named[n] && strcmp(shape->named[n], word) == 0 &&
			    strcmp(named_values[i].word, word) == 0) {
				return &named_values[i];
			}
		}
	}
	return NULL;
}

static bool take_named(struct words *words, const struct shape *shape, struct curve *out)
{
	size_t seen[2] = { 0, 0 };
	const char *word;

	while ((word = take(words))) {
		const struct named *named = find_named(shape, word);

		if (!named) {
			snprintf(words->why, words->why_size, "%.64s: expected: %s", word,
				 curve_rows[shape - shapes].form);
			return false;
		}
		seen[strcmp(shape->named[0], word) != 0]++;
		if (!take_value(words, word, named->key, (char *)out + named->offset)) {
			return false;
		}
	}
	for (size_t n = 0; n < 2; n++) {
		if (seen[n] != (shape->named[n] ? 1u : 0u)) {
			snprintf(words->why, words->why_size, "`%s` %s; expected: %s", shape->named[n],
				 seen[n] ? "is said twice" : "is missing", curve_rows[shape - shapes].form);
			return false;
		}
	}
	return true;
}

static bool take_curve(struct words *words, const struct shape *shape, struct curve *out)
{
	double *const degrees[2] = { &out->value, &out->other };

	for (size_t i = 0; i < 2 && i < shape->degrees; i++) {
		if (!take_value(words, shape->word, &degrees_key, degrees[i])) {
			return false;
		}
	}
	if (!take_named(words, shape, out)) {
		return false;
	}
	if (shape->shape == CURVE_RAMP && out->to_ps <= out->from_ps) {
		snprintf(words->why, words->why_size, "`to` must be later than `from`");
		return false;
	}
	if (shape->shape == CURVE_SINUSOID && out->period_ps == 0) {
		snprintf(words->why, words->why_size, "`period` must be more than 0");
		return false;
	}
	return true;
}

static const struct shape *find_shape(struct words *words)
{
	const char *word = take(words);
	struct nearest nearest = { .word = word ? word : "" };
	struct list list = { 0 };
	char hint[128];

	for (size_t i = 0; i < SHAPES; i++) {
		if (word && strcmp(shapes[i].word, word) == 0) {
			return &shapes[i];
		}
		nearest_try(&nearest, shapes[i].word);
		list_add(&list, shapes[i].word);
	}
	snprintf(words->why, words->why_size, "%.64s: there is no such shape%s; expected one of: %s",
		 word ? word : "", nearest_hint(&nearest, hint, sizeof(hint)), list.text);
	return NULL;
}

bool scenario_curve(const struct scenario_declaration *declaration, struct curve *out, char *why,
		    size_t why_size)
{
	struct words words = { declaration->words, declaration->word_count, 0, why, why_size };
	const struct shape *shape = find_shape(&words);
	struct curve curve = { 0 };

	if (!shape) {
		return false;
	}
	curve.shape = shape->shape;
	if (shape->shape == CURVE_POINTS
		    ? !curve_read_csv(&curve, declaration->csv_text, declaration->csv_size, why, why_size)
		    : !take_curve(&words, shape, &curve)) {
		return false;
	}
	*out = curve;
	return true;
}
