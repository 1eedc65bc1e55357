/* src/sim/key.c -- one table row reads a text, checks it and prints it back.
 *
 * A number is read as decimal digits and an exponent, and stays so until it has been moved by its unit: 0.1ns is exactly
 * 100 ps, and 2.5ppm is the double next to 2500 ppb, without a rounding on the way. Printing goes the same way back: the
 * fewest digits that name the double, moved by the unit that makes them short. */
#include "sim/key.h"

#include "core/servo/math.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 35 /* of a number, without zeros in front: an __int128 has room for a unit too */
#define EXPONENT_MAX 1000
#define DOUBLE_DIGITS_MAX 17 /* that tell any two doubles apart */
#define NO_LIMIT 9.2e18      /* a bound beyond it is not worth saying */

/* ---- decimal numbers --------------------------------------------------------------------------------------------- */

/* +-digits * 10^exponent, digits being a whole number; no digits: zero */
struct decimal {
	bool is_negative;
	unsigned count;
	char digits[DIGITS_MAX];
	int exponent;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool add_digit(struct decimal *number, char digit)
{
	if (number->count == 0 && digit == '0') {
		return true;
	}
	if (number->count == DIGITS_MAX) {
		return false;
	}
	number->digits[number->count++] = digit;
	return true;
}

/* "e-9", if it is one: what follows may as well be a unit. */
static const char *read_exponent(const char *text, int *exponent)
{
	const char *c = text + 1;
	bool is_negative;
	int value = 0;

	if (*text != 'e' && *text != 'E') {
		return text;
	}
	is_negative = *c == '-';
	c += *c == '-' || *c == '+';
	if (!is_digit(*c)) {
		return text;
	}
	for (; is_digit(*c); c++) {
		value = value < EXPONENT_MAX ? value * 10 + (*c - '0') : value;
	}
	*exponent += is_negative ? -value : value;
	return c;
}

/* Digits, with a point among them. The character behind them, or NULL: there are none, or too many. */
static const char *read_digits(const char *text, struct decimal *number)
{
	bool has_digit = false, has_point = false;
	const char *c;

	for (c = text; is_digit(*c) || (*c == '.' && !has_point); c++) {
		if (*c == '.') {
			has_point = true;
			continue;
		}
		has_digit = true;
		number->exponent -= has_point;
		if (!add_digit(number, *c)) {
			return NULL;
		}
	}
	return has_digit ? c : NULL;
}

/* Reads a number at the beginning of a text: +-digits.digits e+-digits. What is behind it, or NULL: it is none. */
static const char *decimal_read(const char *text, struct decimal *number)
{
	*number = (struct decimal){ .is_negative = *text == '-' };
	text = read_digits(text + (*text == '-' || *text == '+'), number);
	if (!text) {
		return NULL;
	}
	text = read_exponent(text, &number->exponent);
	while (number->count > 0 && number->digits[number->count - 1] == '0') {
		number->count--;
		number->exponent++;
	}
	return text;
}

/* number * unit. False: it is not a whole number, or too large. */
static bool decimal_to_int64(const struct decimal *number, uint64_t unit, int64_t *out)
{
	const unsigned __int128 limit = ((unsigned __int128)1 << 63) - !number->is_negative;
	unsigned __int128 value = 0, divisor = 1;
	int exponent = number->exponent;

	for (unsigned i = 0; i < number->count; i++) {
		value = value * 10 + (unsigned)(number->digits[i] - '0');
	}
	for (; exponent < 0 && unit % 10 == 0; exponent++) {
		unit /= 10;
	}
	if (value != 0 && (value > ~(unsigned __int128)0 / unit || exponent < -DIGITS_MAX)) {
		return false;
	}
	value *= unit;
	for (; value != 0 && exponent < 0; exponent++) {
		divisor *= 10;
	}
	if (value % divisor != 0) {
		return false; /* finer than one */
	}
	value /= divisor;
	for (; value != 0 && value <= limit && exponent > 0; exponent--) {
		value *= 10;
	}
	if (value > limit) {
		return false;
	}
	*out = number->is_negative ? (int64_t)(0 - (uint64_t)value) : (int64_t)value;
	return true;
}

/* The double next to it, by the C library's exact conversion. False: none is. */
static bool decimal_to_double(const struct decimal *number, double *out)
{
	char text[DIGITS_MAX + 24];
	double value;

	snprintf(text, sizeof(text), "%s%.*s%se%d", number->is_negative ? "-" : "", (int)number->count,
		 number->digits, number->count ? "" : "0", number->count ? number->exponent : 0);
	value = strtod(text, NULL);
	if (!(value - value == 0)) {
		return false;
	}
	*out = value + 0.0; /* no negative zero */
	return true;
}

/* The fewest digits that name it; it is finite. */
static struct decimal decimal_of_double(double value)
{
	struct decimal number = { .count = 0 };
	double back = value;
	char text[40];

	for (int digits = 1; digits <= DOUBLE_DIGITS_MAX; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, value);
		if (decimal_read(text, &number) && decimal_to_double(&number, &back) && !(back < value) &&
		    !(back > value)) {
			break;
		}
	}
	return number;
}

/* Without an exponent where that is short. */
static void decimal_print(const struct decimal *number, char *out, size_t size)
{
	int count = (int)number->count, before_point = count + number->exponent;
	const char *digits = number->digits, *sign = number->is_negative && count ? "-" : "";

	if (count == 0) {
		snprintf(out, size, "0");
	} else if (before_point > 0 && before_point <= 15) {
		int zeros = number->exponent > 0 ? number->exponent : 0;
		int whole = before_point < count ? before_point : count;

		snprintf(out, size, "%s%.*s%.*s%s%.*s", sign, whole, digits, zeros, "000000000000000",
			 whole < count ? "." : "", count - whole, digits + whole);
	} else if (before_point <= 0 && before_point > -4) {
		snprintf(out, size, "%s0.%.*s%.*s", sign, -before_point, "000", count, digits);
	} else {
		snprintf(out, size, "%s%.1s%s%.*se%d", sign, digits, count > 1 ? "." : "", count - 1,
			 digits + 1, before_point - 1);
	}
}

/* ---- units ----------------------------------------------------------------------------------------------------- */

/* Of whole numbers, the largest first. A value is printed in the first unit that is not larger than it and that shows it
 * with at most that many decimals. */
struct unit {
	const char *name;
	uint64_t size;
	unsigned decimals;
};

static const struct unit time_units[] = {
	{ "d", UINT64_C(86400000000000000), 0 },
	{ "h", UINT64_C(3600000000000000), 0 },
	{ "min", UINT64_C(60000000000000), 0 },
	{ "s", UINT64_C(1000000000000), 3 },
	{ "ms", UINT64_C(1000000000), 3 },
	{ "us", UINT64_C(1000000), 3 },
	{ "ns", UINT64_C(1000), 3 },
	{ "ps", 1, 0 },
	{ NULL, 0, 0 },
};

static const struct unit speed_units[] = {
	{ "T", UINT64_C(1000000000000), 3 },
	{ "G", UINT64_C(1000000000), 3 },
	{ "M", UINT64_C(1000000), 3 },
	{ "k", UINT64_C(1000), 3 },
	{ "", 1, 0 },
	{ NULL, 0, 0 },
};

static const struct unit plain_units[] = {
	{ "", 1, 0 },
	{ NULL, 0, 0 },
};

/* Of doubles: the member is the number * 10^exponent. Printed in the first unit that is not larger than the value. */
struct scale {
	const char *name;
	int exponent;
	double from; /* printed in it from here on */
};

static const struct scale ppb_scales[] = {
	{ "ppm", 3, 1e3 },
	{ "ppb", 0, 0 },
	{ "", 9, 0 }, /* a plain fraction */
	{ NULL, 0, 0 },
};

static const struct scale fraction_scales[] = {
	{ "%", -2, 1e-5 },
	{ "", 0, 0 },
	{ NULL, 0, 0 },
};

static const struct scale temperature_scales[] = {
	{ "C", 0, 0 },
	{ "", 0, 0 },
	{ NULL, 0, 0 },
};

static const struct scale number_scales[] = {
	{ "", 0, 0 },
	{ NULL, 0, 0 },
};

static bool read_with_unit(const struct unit *units, const char *text, int64_t *out)
{
	struct decimal number;
	const char *unit = decimal_read(text, &number);

	if (!unit) {
		return false;
	}
	if (*unit == '\0' && number.count == 0) {
		*out = 0;
		return true;
	}
	for (; units->name; units++) {
		if (strcmp(unit, units->name) == 0) {
			return decimal_to_int64(&number, units->size, out);
		}
	}
	return false;
}

static void print_with_unit(const struct unit *units, int64_t value, char *out, size_t size)
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	struct decimal number = { .is_negative = value < 0 };
	char digits[24];

	if (value == 0) {
		snprintf(out, size, "0");
		return;
	}
	for (; units->size > 1; units++) {
		if (magnitude >= units->size &&
		    magnitude % (units->decimals ? units->size / 1000 : units->size) == 0) {
			break;
		}
	}
	/* Whole units, or thousandths of them. */
	if (units->decimals) {
		magnitude /= units->size / 1000;
	} else {
		magnitude /= units->size;
	}
	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)magnitude);
	(void)decimal_read(digits, &number); /* cannot fail: these are digits */
	number.is_negative = value < 0;
	number.exponent -= (int)units->decimals;
	decimal_print(&number, out, size);
	snprintf(out + strlen(out), size - strlen(out), "%s", units->name);
}

static bool read_scaled(const struct scale *scales, const char *text, double *out)
{
	struct decimal number;
	const char *unit = decimal_read(text, &number);

	for (; unit && scales->name; scales++) {
		if (strcmp(unit, scales->name) == 0) {
			number.exponent += scales->exponent;
			return decimal_to_double(&number, out);
		}
	}
	return false;
}

static void print_scaled(const struct scale *scales, double value, char *out, size_t size)
{
	struct decimal number = decimal_of_double(value);

	if (number.count == 0) {
		snprintf(out, size, "0");
		return;
	}
	while (gn_math_fabs(value) < scales->from) {
		scales++;
	}
	number.exponent -= scales->exponent;
	decimal_print(&number, out, size);
	snprintf(out + strlen(out), size - strlen(out), "%s", scales->name);
}

/* ---- the types --------------------------------------------------------------------------------------------------- */

/* A member of any type but text. */
union value {
	int64_t integer;
	double real;
	bool is_true;
	int word;
	uint32_t words;
};

struct type {
	size_t size; /* of a member; 0: any */
	bool (*read)(const struct key *key, const char *text, union value *value);
	void (*print)(const struct key *key, const union value *value, char *out, size_t size);
	const void *units;
	const char *expected;
};

static const struct type *type_of(const struct key *key);

static bool read_integer(const struct key *key, const char *text, union value *value)
{
	int64_t integer;

	if (!read_with_unit(type_of(key)->units, text, &integer) || (double)integer < key->min ||
	    (double)integer > key->max) {
		return false;
	}
	value->integer = integer;
	return true;
}

static void print_integer(const struct key *key, const union value *value, char *out, size_t size)
{
	print_with_unit(type_of(key)->units, value->integer, out, size);
}

static bool read_hexadecimal(const char *text, int64_t *out)
{
	uint64_t value = 0;

	if (text[2] == '\0') {
		return false;
	}
	for (text += 2; *text; text++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *digit = strchr(digits, *text);

		if (!digit || value > INT64_MAX / 16) {
			return false;
		}
		value = value * 16 + (uint64_t)(digit - digits) % 16;
	}
	*out = (int64_t)value;
	return true;
}

static bool read_plain_integer(const struct key *key, const char *text, union value *value)
{
	char decimal[24];
	int64_t integer;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		if (!read_hexadecimal(text, &integer)) {
			return false;
		}
		snprintf(decimal, sizeof(decimal), "%lld", (long long)integer);
		text = decimal;
	}
	return read_integer(key, text, value);
}

static bool read_real(const struct key *key, const char *text, union value *value)
{
	double real;

	if (!read_scaled(type_of(key)->units, text, &real) || real < key->min || real > key->max) {
		return false;
	}
	value->real = real;
	return true;
}

static void print_real(const struct key *key, const union value *value, char *out, size_t size)
{
	print_scaled(type_of(key)->units, value->real, out, size);
}

static bool read_bool(const struct key *key, const char *text, union value *value)
{
	bool is_yes = strcmp(text, "yes") == 0;

	(void)key; /* all tables of functions have the same arguments */
	if (!is_yes && strcmp(text, "no") != 0) {
		return false;
	}
	value->is_true = is_yes;
	return true;
}

static void print_bool(const struct key *key, const union value *value, char *out, size_t size)
{
	(void)key;
	snprintf(out, size, "%s", value->is_true ? "yes" : "no");
}

static const struct key_label *find_label(const struct key *key, const char *text, size_t length)
{
	for (const struct key_label *label = key->labels; label->name; label++) {
		if (strlen(label->name) == length && memcmp(label->name, text, length) == 0) {
			return label;
		}
	}
	return NULL;
}

static bool read_word(const struct key *key, const char *text, union value *value)
{
	const struct key_label *label = find_label(key, text, strlen(text));

	if (!label) {
		return false;
	}
	value->word = label->value;
	return true;
}

static void print_word(const struct key *key, const union value *value, char *out, size_t size)
{
	for (const struct key_label *label = key->labels; label->name; label++) {
		if (label->value == value->word) {
			snprintf(out, size, "%s", label->name);
			return;
		}
	}
	snprintf(out, size, "%d", value->word);
}

static bool read_words(const struct key *key, const char *text, union value *value)
{
	uint32_t words = 0;

	if (strcmp(text, "none") == 0) {
		value->words = 0;
		return true;
	}
	for (;;) {
		size_t length = strcspn(text, ",");
		const struct key_label *label = find_label(key, text, length);

		if (!label) {
			return false;
		}
		words |= 1u << label->value;
		if (text[length] == '\0') {
			break;
		}
		text += length + 1;
	}
	value->words = words;
	return true;
}

static void print_words(const struct key *key, const union value *value, char *out, size_t size)
{
	uint32_t left = value->words;
	const char *comma = "";

	snprintf(out, size, "%s", left ? "" : "none");
	for (const struct key_label *label = key->labels; label->name; label++) {
		if (left & 1u << label->value) {
			snprintf(out + strlen(out), size - strlen(out), "%s%s", comma, label->name);
			left &= ~(1u << label->value); /* a further name for it is not said */
			comma = ",";
		}
	}
}

static const struct type types[KEY_TYPES] = {
	[KEY_TIME] = { sizeof(int64_t), read_integer, print_integer, time_units,
		       "a time such as 500ns or 1.5ms" },
	[KEY_PPB] = { sizeof(double), read_real, print_real, ppb_scales,
		      "a frequency such as 3ppb, 2.5ppm or 1e-9" },
	[KEY_NUMBER] = { sizeof(double), read_real, print_real, number_scales,
			 "a number such as 0.5 or 1e-9" },
	[KEY_INTEGER] = { sizeof(int64_t), read_plain_integer, print_integer, plain_units, "a whole number" },
	[KEY_FRACTION] = { sizeof(double), read_real, print_real, fraction_scales,
			   "a fraction such as 0.25 or 25%" },
	[KEY_SPEED] = { sizeof(int64_t), read_integer, print_integer, speed_units,
			"bits per second such as 100M or 2.5G" },
	[KEY_TEMPERATURE] = { sizeof(double), read_real, print_real, temperature_scales,
			      "a temperature such as 25C" },
	[KEY_BOOL] = { sizeof(bool), read_bool, print_bool, NULL, "yes or no" },
	[KEY_WORD] = { sizeof(int), read_word, print_word, NULL, "one of " },
	[KEY_WORDS] = { sizeof(uint32_t), read_words, print_words, NULL,
			"none, or with commas between them some of " },
	[KEY_TEXT] = { 0, NULL, NULL, NULL, "a word, or several in \"\"" },
};

static const struct type *type_of(const struct key *key)
{
	const struct type *type = &types[key->type];

	assert((unsigned)key->type < KEY_TYPES && (type->size == 0 || type->size == key->size));
	return type;
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

const struct key *key_find(const struct part_kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->key_count; i++) {
		if (strcmp(kind->keys[i].name, name) == 0) {
			return &kind->keys[i];
		}
	}
	return NULL;
}

static bool set_text(const struct key *key, char *member, const char *text)
{
	size_t length = strlen(text);

	if (length >= key->size) {
		return false;
	}
	memset(member, 0, key->size);
	memcpy(member, text, length);
	return true;
}

bool key_set(const struct key *key, void *settings, const char *text, char *why, size_t why_size)
{
	const struct type *type = type_of(key);
	char *member = (char *)settings + key->offset;
	union value value;
	bool is_read;

	if (key->type == KEY_TEXT) {
		is_read = set_text(key, member, text);
	} else {
		is_read = type->read(key, text, &value);
		if (is_read) {
			memcpy(member, &value, key->size); /* all of the union begin at its begin */
		}
	}
	if (!is_read) {
		(void)key_expected(key, why, why_size); /* it gives `why` back */
	}
	return is_read;
}

const char *key_print(const struct key *key, const void *settings, char *out, size_t size)
{
	const struct type *type = type_of(key);
	const char *member = (const char *)settings + key->offset;
	union value value = { .integer = 0 };

	if (key->type == KEY_TEXT) {
		snprintf(out, size, "%.*s", (int)key->size, member);
	} else {
		memcpy(&value, member, key->size);
		type->print(key, &value, out, size);
	}
	return out;
}

/* ---- what was expected ------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static void append(char *out, size_t size, const char *format, ...)
{
	size_t length = strlen(out);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(out + length, size - length, format, arguments);
	va_end(arguments);
}

static void append_bound(const struct key *key, double bound, char *out, size_t size)
{
	const struct type *type = type_of(key);
	union value value = { .real = bound };
	char text[64];

	if (type->print == print_integer) {
		value.integer = (int64_t)bound;
	}
	type->print(key, &value, text, sizeof(text));
	append(out, size, "%s", text);
}

static void append_range(const struct key *key, char *out, size_t size)
{
	bool has_min = key->min > -NO_LIMIT, has_max = key->max < NO_LIMIT;

	if (has_min || has_max) {
		append(out, size, "%s", !has_min ? ", at most " : !has_max ? ", at least " : ", ");
	}
	if (has_min) {
		append_bound(key, key->min, out, size);
	}
	if (has_min && has_max) {
		append(out, size, " .. ");
	}
	if (has_max) {
		append_bound(key, key->max, out, size);
	}
}

static void append_labels(const struct key *key, char *out, size_t size)
{
	for (const struct key_label *label = key->labels; label->name; label++) {
		append(out, size, "%s%s", label == key->labels ? "" : ", ", label->name);
	}
}

const char *key_expected(const struct key *key, char *out, size_t size)
{
	const struct type *type = type_of(key);

	if (size == 0) {
		return out;
	}
	snprintf(out, size, "%s", type->expected);
	if (type->read == read_word || type->read == read_words) {
		append_labels(key, out, size);
	} else if (key->type == KEY_TEXT) {
		append(out, size, ", at most %zu characters", key->size - 1);
	} else if (key->type != KEY_BOOL) {
		append_range(key, out, size);
	}
	return out;
}

bool key_read_time(const char *text, int64_t *ps)
{
	return read_with_unit(time_units, text, ps);
}

bool key_read_ppb(const char *text, double *ppb)
{
	return read_scaled(ppb_scales, text, ppb);
}

bool key_read_number(const char *text, double *number)
{
	return read_scaled(number_scales, text, number);
}
