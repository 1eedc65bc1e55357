/* src/sim/scenario/sweep.c -- the values of a sweep: a list of words, or a range of numbers with one unit.
 *
 *     sweep seed 1..20          sweep jitter 1ns 4ns 16ns          sweep load 0%..90% step 10%
 *
 * A range is worked out in whole numbers of its smallest decimal place and written as its ends are: exactly. */
#include "sim/scenario/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 12 /* of a number; with six more behind the point they fit into 63 bits */
#define DECIMALS_MAX 6

/* "-1.5ns": -15, 1, "ns" */
struct number {
	int64_t value; /* in the last decimal place */
	unsigned decimals;
	const char *unit;
	size_t unit_length;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* `length` octets of `text`. */
static bool read_number(const char *text, size_t length, struct number *out)
{
	bool is_negative = length > 0 && text[0] == '-', has_point = false;
	unsigned digits = 0;
	size_t i = is_negative;

	*out = (struct number){ 0 };
	for (; i < length && (is_digit(text[i]) || (text[i] == '.' && !has_point && digits > 0)); i++) {
		if (text[i] == '.') {
			has_point = true;
			continue;
		}
		if (++digits > DIGITS_MAX) {
			return false;
		}
		out->value = out->value * 10 + (text[i] - '0');
		out->decimals += has_point;
	}
	out->value = is_negative ? -out->value : out->value;
	out->unit = text + i;
	out->unit_length = length - i;
	return digits > 0 && text[i - 1] != '.' && out->decimals <= DECIMALS_MAX;
}

static bool has_unit_of(const struct number *a, const struct number *b)
{
	return a->unit_length == b->unit_length && memcmp(a->unit, b->unit, a->unit_length) == 0;
}

static void scale_to(struct number *number, unsigned decimals)
{
	for (; number->decimals < decimals; number->decimals++) {
		number->value *= 10;
	}
}

static unsigned more(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* Without zeros at its end. */
static const char *print(struct reader *reader, struct number number)
{
	uint64_t magnitude = (uint64_t)llabs(number.value), scale = 1;
	char text[SCENARIO_WORD_MAX];

	for (; number.decimals > 0 && magnitude % 10 == 0; number.decimals--) {
		magnitude /= 10;
	}
	for (unsigned i = 0; i < number.decimals; i++) {
		scale *= 10;
	}
	snprintf(text, sizeof(text), "%s%llu%s", number.value < 0 ? "-" : "",
		 (unsigned long long)(magnitude / scale), number.decimals ? "." : "");
	if (number.decimals) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%0*llu", (int)number.decimals,
			 (unsigned long long)(magnitude % scale));
	}
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "%.*s", (int)number.unit_length,
		 number.unit);
	return reader_text(reader, text, strlen(text));
}

static bool say_range(struct reader *reader, const struct statement *statement, const char *range)
{
	reader_say_at(reader, statement,
		      "sweep %s: expected FIRST..LAST, or FIRST..LAST step BY, all numbers with the same "
		      "unit, BY more than 0",
		      range);
	return false;
}

static bool expand(struct reader *reader, const struct statement *statement, struct number first,
		   struct number last, struct number step, struct scenario_sweep *out)
{
	bool is_down = last.value < first.value;
	uint64_t distance = is_down ? (uint64_t)first.value - (uint64_t)last.value
				    : (uint64_t)last.value - (uint64_t)first.value;
	uint64_t count = distance / (uint64_t)step.value + 1;

	if (count > SCENARIO_VALUES_MAX) {
		reader_say_at(reader, statement, "sweep: %llu values; at most %d can be swept",
			      (unsigned long long)count, SCENARIO_VALUES_MAX);
		return false;
	}
	out->values = reader_allocate(reader, count * sizeof(*out->values));
	for (uint64_t i = 0; out->values && i < count; i++) {
		out->values[i] = print(reader, first);
		if (!out->values[i]) {
			return false;
		}
		first.value += is_down ? -step.value : step.value;
	}
	out->value_count = out->values ? (size_t)count : 0;
	return out->values;
}

/* "1..9" or "1..9 step 2"; `statement` stands behind the range. */
static bool read_range(struct reader *reader, struct statement *statement, const char *range,
		       const char *dots, struct scenario_sweep *out)
{
	struct number first, last, step = { .value = 1 };
	const char *word = words_take(statement), *by = words_take(statement);
	unsigned decimals;

	if (!read_number(range, (size_t)(dots - range), &first) ||
	    !read_number(dots + 2, strlen(dots + 2), &last) || !has_unit_of(&first, &last)) {
		return say_range(reader, statement, range);
	}
	step.unit = first.unit;
	step.unit_length = first.unit_length;
	if (word && (strcmp(word, "step") != 0 || !by || !read_number(by, strlen(by), &step) ||
		     !has_unit_of(&first, &step) || step.value <= 0)) {
		return say_range(reader, statement, range);
	}
	decimals = more(more(first.decimals, last.decimals), step.decimals);
	scale_to(&first, decimals);
	scale_to(&last, decimals);
	scale_to(&step, decimals);
	return statement_ends(reader, statement) && expand(reader, statement, first, last, step, out);
}

static bool read_list(struct reader *reader, struct statement *statement, struct scenario_sweep *out)
{
	size_t first = statement->at - 1;

	out->value_count = statement->count - first;
	out->values = reader_allocate(reader, out->value_count * sizeof(*out->values));
	for (size_t i = 0; out->values && i < out->value_count; i++) {
		out->values[i] = statement->words[first + i];
	}
	return out->values;
}

/* Behind the first value. */
static bool read_values(struct reader *reader, struct statement *statement, struct scenario_sweep *out)
{
	const char *first = statement->words[statement->at - 1];
	const char *dots = strstr(first, "..");
	bool is_range = dots && dots > first && (is_digit(dots[-1]) || dots[2] == '-' || is_digit(dots[2]));

	return is_range ? read_range(reader, statement, first, dots, out) : read_list(reader, statement, out);
}

/* Its first value is the parameter's, unless the file has said one. */
static bool take_first(struct reader *reader, const struct statement *statement,
		       const struct scenario_sweep *sweep)
{
	const struct single_rule *rule = single_find(sweep->name);
	struct scenario scratch;

	if (!rule) {
		if (!parameter_find(reader, sweep->name)) {
			parameter_add(reader, statement, sweep->name, sweep->values[0]);
		}
		return true;
	}
	for (size_t i = 0; i < sweep->value_count; i++) {
		if (!rule->read(sweep->values[i], &scratch)) {
			reader_say_at(reader, statement, "sweep %s: %s: expected %s", sweep->name,
				      sweep->values[i], rule->expected);
			return false;
		}
	}
	reader->given[rule - scenario_singles][LEVEL_SWEEP] = (struct given){ sweep->values[0],
									      statement->where };
	return true;
}

static bool check_name(struct reader *reader, const struct statement *statement, const char *name)
{
	const struct scenario *s = reader->scenario;

	if (!words_is_parameter_name(name) || strlen(name) > SCENARIO_NAME_MAX) {
		reader_say_at(reader, statement,
			      "sweep %s: expected the name of a parameter: letters, digits and _, at most %d",
			      name, SCENARIO_NAME_MAX);
		return false;
	}
	for (size_t i = 0; i < s->sweep_count; i++) {
		if (strcmp(s->sweeps[i].name, name) == 0) {
			reader_say_at(reader, statement, "sweep %s: there is one already", name);
			return false;
		}
	}
	return true;
}

void sweep_read(struct reader *reader, struct statement *statement, const struct statement_row *row)
{
	const char *name = words_take(statement), *first = words_take(statement);
	struct scenario *s = reader->scenario;
	struct scenario_sweep *grown, sweep = { .name = name };

	if (!first) {
		statement_say_form(reader, statement, row);
		return;
	}
	if (!check_name(reader, statement, name) || !read_values(reader, statement, &sweep) ||
	    !take_first(reader, statement, &sweep)) {
		return;
	}
	grown = reader_grow(reader, s->sweeps, s->sweep_count, &reader->sweep_room, sizeof(*grown));
	if (grown) {
		s->sweeps = grown;
		grown[s->sweep_count++] = sweep;
	}
}
