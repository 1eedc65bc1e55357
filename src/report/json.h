/* src/report/json.h -- writes JSON (RFC 8259) piece by piece, without building a tree and without allocating.
 *
 * Inside an object every value has a key; inside an array, and for the outermost value, the key is NULL. Times go out as
 * integers, identities as strings. Text that is no UTF-8 is repaired by U+FFFD, so that what comes out always parses. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "report/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct json {
	report_sink sink;
	void *context;
	bool is_indented; /* else all in one line, for streams of records */
	int depth;
	bool has_sibling;
};

struct json json_to(report_sink sink, void *context, bool is_indented);

void json_begin_object(struct json *json, const char *key);
void json_begin_array(struct json *json, const char *key);
void json_end_object(struct json *json); /* the outermost one ends the line */
void json_end_array(struct json *json);

void json_integer(struct json *json, const char *key, int64_t value);
void json_unsigned(struct json *json, const char *key, uint64_t value);
/* The shortest text that reads back as the same value; null for NaN and infinities, which JSON does not have. */
void json_number(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
void json_text(struct json *json, const char *key, const char *text);

#endif
