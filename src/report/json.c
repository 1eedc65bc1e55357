/* src/report/json.c -- every value is: comma if a sibling stands before it, key, value. */
#include "report/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sink_print(report_sink sink, void *context, const char *format, ...)
{
	char piece[1024];
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(piece, sizeof(piece), format, arguments);
	va_end(arguments);
	if (n > 0) {
		sink(context, piece, (size_t)n < sizeof(piece) ? (size_t)n : sizeof(piece) - 1);
	}
}

struct json json_to(report_sink sink, void *context, bool is_indented)
{
	return (struct json){ .sink = sink, .context = context, .is_indented = is_indented };
}

static void put(struct json *json, const char *text)
{
	json->sink(json->context, text, strlen(text));
}

static void new_line(struct json *json)
{
	if (json->is_indented) {
		put(json, "\n");
		for (int i = 0; i < json->depth; i++) {
			put(json, "  ");
		}
	}
}

/* Octets of the UTF-8 sequence that begins here (RFC 3629), or 0 if none does. */
static size_t sequence_length(const unsigned char *c)
{
	static const struct {
		unsigned char first_low, first_high, second_low, second_high, length;
	} forms[] = {
		{ 0x20, 0x7F, 0, 0, 1 },       { 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 },
		{ 0xE1, 0xEC, 0x80, 0xBF, 3 }, { 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 },
		{ 0xF0, 0xF0, 0x90, 0xBF, 4 }, { 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t length = forms[i].length;

		if (c[0] < forms[i].first_low || c[0] > forms[i].first_high) {
			continue;
		}
		if (length > 1 && (c[1] < forms[i].second_low || c[1] > forms[i].second_high)) {
			return 0;
		}
		for (size_t k = 2; k < length; k++) {
			if (c[k] < 0x80 || c[k] > 0xBF) {
				return 0;
			}
		}
		return length;
	}
	return 0;
}

static void put_string(struct json *json, const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	put(json, "\"");
	while (*c) {
		size_t length = sequence_length(c);

		if (*c == '"' || *c == '\\') {
			sink_print(json->sink, json->context, "\\%c", *c);
		} else if (*c < 0x20 || *c == 0x7F) {
			sink_print(json->sink, json->context, "\\u%04x", *c);
		} else if (length) {
			json->sink(json->context, (const char *)c, length);
		} else {
			put(json, "\xEF\xBF\xBD");
		}
		c += length ? length : 1;
	}
	put(json, "\"");
}

static void before_value(struct json *json, const char *key)
{
	if (json->has_sibling) {
		put(json, json->is_indented ? "," : ", ");
	}
	if (json->depth) {
		new_line(json);
	}
	if (key) {
		put_string(json, key);
		put(json, ": ");
	}
	json->has_sibling = true;
}

static void begin(struct json *json, const char *key, const char *bracket)
{
	before_value(json, key);
	put(json, bracket);
	json->depth++;
	json->has_sibling = false;
}

static void end(struct json *json, const char *bracket)
{
	json->depth--;
	if (json->has_sibling) {
		new_line(json);
	}
	put(json, bracket);
	json->has_sibling = json->depth > 0;
	if (json->depth == 0) {
		put(json, "\n");
	}
}

void json_begin_object(struct json *json, const char *key)
{
	begin(json, key, "{");
}

void json_begin_array(struct json *json, const char *key)
{
	begin(json, key, "[");
}

void json_end_object(struct json *json)
{
	end(json, "}");
}

void json_end_array(struct json *json)
{
	end(json, "]");
}

void json_integer(struct json *json, const char *key, int64_t value)
{
	before_value(json, key);
	sink_print(json->sink, json->context, "%" PRId64, value);
}

void json_unsigned(struct json *json, const char *key, uint64_t value)
{
	before_value(json, key);
	sink_print(json->sink, json->context, "%" PRIu64, value);
}

/* Up to 15 digits survive the way to a double and back; 17 are enough for any double. */
void json_number(struct json *json, const char *key, double value)
{
	char text[32];

	if (!isfinite(value)) {
		json_null(json, key);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (digits == 17 || strtod(text, NULL) == value) {
			break;
		}
	}
	before_value(json, key);
	put(json, text);
}

void json_bool(struct json *json, const char *key, bool value)
{
	before_value(json, key);
	put(json, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	before_value(json, key);
	put(json, "null");
}

void json_text(struct json *json, const char *key, const char *text)
{
	before_value(json, key);
	put_string(json, text);
}
