#include "report/json.h"

#include "tests/test.h"

#include <math.h>
#include <stdio.h>

static char out[8192];
static size_t used;

static void keep(void *context, const char *text, size_t length)
{
	(void)context;
	assert_true(used + length < sizeof(out));
	memcpy(out + used, text, length);
	used += length;
	out[used] = '\0';
}

static struct json begin(bool is_indented)
{
	used = 0;
	out[0] = '\0';
	return json_to(keep, NULL, is_indented);
}

static void write_sample(struct json *j)
{
	json_begin_object(j, NULL);
	json_integer(j, "low", INT64_MIN);
	json_unsigned(j, "high", UINT64_MAX);
	json_begin_array(j, "list");
	json_bool(j, NULL, true);
	json_null(j, NULL);
	json_begin_object(j, NULL);
	json_end_object(j);
	json_end_array(j);
	json_text(j, "text", "a");
	json_end_object(j);
}

TEST(nested_values_come_out_in_one_line)
{
	struct json j = begin(false);

	write_sample(&j);
	CHECK_STR_EQ(
		out,
		"{\"low\": -9223372036854775808, \"high\": 18446744073709551615, \"list\": [true, null, {}], "
		"\"text\": \"a\"}\n");
}

TEST(nested_values_come_out_indented)
{
	struct json j = begin(true);

	write_sample(&j);
	CHECK_STR_EQ(
		out,
		"{\n  \"low\": -9223372036854775808,\n  \"high\": 18446744073709551615,\n  \"list\": [\n    "
		"true,\n    null,\n    {}\n  ],\n  \"text\": \"a\"\n}\n");
}

TEST(records_of_a_stream_are_lines)
{
	struct json j = begin(false);

	for (int i = 0; i < 2; i++) {
		json_begin_object(&j, NULL);
		json_integer(&j, "i", i);
		json_end_object(&j);
	}
	CHECK_STR_EQ(out, "{\"i\": 0}\n{\"i\": 1}\n");
}

static const char *quoted(const char *text)
{
	struct json j = begin(false);

	json_begin_array(&j, NULL);
	json_text(&j, NULL, text);
	json_end_array(&j);
	return out;
}

TEST(text_is_escaped_and_repaired)
{
	CHECK_STR_EQ(quoted("a\"b\\c\n\x01\x7f"), "[\"a\\\"b\\\\c\\u000a\\u0001\\u007f\"]\n");
	CHECK_STR_EQ(quoted("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x95\x92"),
		     "[\"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x95\x92\"]\n");
	CHECK_STR_EQ(quoted("\xFF"), "[\"\xEF\xBF\xBD\"]\n");
	CHECK_STR_EQ(quoted("\xC0\x80"), "[\"\xEF\xBF\xBD\xEF\xBF\xBD\"]\n");                 /* overlong */
	CHECK_STR_EQ(quoted("\xED\xA0\x80"), "[\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"]\n"); /* surrogate */
	CHECK_STR_EQ(quoted("\xE2\x82"), "[\"\xEF\xBF\xBD\xEF\xBF\xBD\"]\n");                 /* ends early */
	CHECK_STR_EQ(quoted("\xF5\x80\x80\x80x"),
		     "[\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx\"]\n");
}

/* The law: whatever octets a text has, what comes out is a JSON string of valid characters. */
TEST(any_octets_become_a_string_without_control_characters_or_stray_quotes)
{
	for (int i = 0; i < 20000; i++) {
		char text[16];
		size_t n = test_random_below(sizeof(text));

		for (size_t k = 0; k < n; k++) {
			text[k] = (char)(1 + test_random_below(255));
		}
		text[n] = '\0';
		quoted(text);
		for (const char *c = out + 2; c < out + used - 3; c++) {
			CHECK((unsigned char)*c >= 0x20);
			CHECK(*c != '"' || c[-1] == '\\');
		}
	}
}

static const char *number(double value)
{
	struct json j = begin(false);

	json_begin_array(&j, NULL);
	json_number(&j, NULL, value);
	json_end_array(&j);
	return out;
}

TEST(a_number_is_the_shortest_text_that_reads_back_as_the_same_value)
{
	CHECK_STR_EQ(number(0.1), "[0.1]\n");
	CHECK_STR_EQ(number(-12.5), "[-12.5]\n");
	CHECK_STR_EQ(number(0.0), "[0]\n");
	CHECK_STR_EQ(number(-0.0), "[-0]\n");
	CHECK_STR_EQ(number(1e21), "[1e+21]\n");
	CHECK_STR_EQ(number(0.1 + 0.2), "[0.30000000000000004]\n");
	CHECK_STR_EQ(number((double)NAN), "[null]\n");
	CHECK_STR_EQ(number(HUGE_VAL), "[null]\n");
	CHECK_STR_EQ(number(-HUGE_VAL), "[null]\n");
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = test_random();
		double value, back;

		memcpy(&value, &bits, sizeof(value));
		if (isfinite(value)) {
			CHECK_EQ(sscanf(number(value), "[%lf]", &back), 1);
			CHECK_MEM_EQ(&back, &value, sizeof(value));
		}
	}
}
