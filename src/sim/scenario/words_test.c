/* src/sim/scenario/words_test.c */
#include "sim/scenario/said_test.h"

#define CHECK_TITLE(text, expected)                                                                          \
	do {                                                                                                 \
		struct scenario *scenario = said_fine(&(struct said){ 0 }, text);                            \
		CHECK_STR_EQ(scenario->title, expected);                                                     \
		scenario_free(scenario);                                                                     \
	} while (0)

TEST(words_are_separated_by_white_space)
{
	CHECK_TITLE("title one two\tthree   four  \r\n", "one two three four");
	CHECK_TITLE("title last line without an end", "last line without an end");
}

TEST(quotes_hold_words_together)
{
	CHECK_READS("node a\nnode b\nlink \"a\" b d\"ela\"y \"1us\"\n");
	CHECK_SAYS("seed \"1 2\"\n", "x:2: seed 1 2: expected a whole number, 0 .. 18446744073709551615\n");
	CHECK_SAYS("seed \"# 1\"\n", "x:2: seed # 1: expected a whole number, 0 .. 18446744073709551615\n");
	CHECK_SAYS("seed \"1\n", "x:2: a \" is missing: there is one that is not closed on its line\n");
}

TEST(quotes_in_prose_are_characters)
{
	CHECK_TITLE("title a \"field\n failure\" of 5\"\n", "a \"field failure\" of 5\"");
	CHECK_READS("mutant about a \"quote\n");
	CHECK_MENTIONS("mutant seed \"1\n", "a \" is missing");
}

TEST(a_comment_begins_at_the_beginning_of_a_word)
{
	CHECK_TITLE("title one # two\n# three \" $x\n", "one");
	CHECK_TITLE("title cable#2\n", "cable#2");
}

TEST(a_line_that_begins_with_white_space_continues_the_one_before)
{
	CHECK_TITLE("title one\n  two\n\n# comment\n \t# another\n\tthree\nseed 1\n", "one two three");
	CHECK_SAYS("seed 1\n  2\n", "x:3: 2: this is too much; expected the end of the statement\n");
}

TEST(a_first_line_cannot_continue_anything)
{
	struct said said = { .files = { { "x", "  duration 1s\n duration 2s\nduration 3s\n", 0 } } };

	CHECK(!said_scenario(&said));
	CHECK_STR_EQ(said.text,
		     "x:1: a line that begins with white space continues the one before; there is none\n");
}

TEST(parameters_are_replaced_in_the_lines_below)
{
	CHECK_TITLE("parameter a one\nparameter b ${a}x$a\ntitle $a $b ${b}c $a$$ $$a\n",
		    "one onexone onexonec one$ $a");
	CHECK_SAYS("parameter a 1x\nseed \"$a y\"\n",
		   "x:3: seed 1x y: expected a whole number, 0 .. 18446744073709551615\n");
}

TEST(a_parameter_stays_one_word)
{
	CHECK_TITLE("parameter a \"x  y # \"\nparameter b $a\ntitle $b.\n", "x  y # .");
	CHECK_SAYS("parameter a \"1 2\"\nseed $a\n",
		   "x:3: seed 1 2: expected a whole number, 0 .. 18446744073709551615\n");
}

TEST(an_unknown_parameter_is_answered_with_those_that_there_are)
{
	CHECK_SAYS("title $a\nparameter a 1\n", "x:2: $a: there is no parameter of that name above\n");
	CHECK_SAYS("parameter jitter 1\nparameter other 1\ntitle ${jiter}\n",
		   "x:4: $jiter: there is no parameter of that name above; did you mean jitter?; parameters: "
		   "jitter, other\n");
}

TEST(a_dollar_needs_a_name)
{
	const char *what = "$ without a parameter's name; expected: $name or ${name}, or $$ for a dollar";

	CHECK_MENTIONS("title 5$\n", what);
	CHECK_MENTIONS("title $1\n", what);
	CHECK_MENTIONS("parameter a 1\ntitle ${a\n", what);
	CHECK_MENTIONS("title ${}\n", what);
	CHECK_MENTIONS("title $abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\n", what);
}

TEST(what_is_no_text_is_refused_at_its_octet)
{
	struct said said = { .files = { { "x", "duration 1s\ntitle a\0b\n", 22 } } };

	CHECK(!said_scenario(&said));
	CHECK_STR_EQ(said.text, "x:2: octet 8 is 0x00: this is no text (in UTF-8)\n");
	CHECK_SAYS("title \xC3\xA9\xE2\x82\xAC\xF0\x9F\x95\x90\n", "");
	CHECK_SAYS("title \xFF\n", "x:2: octet 7 is 0xff: this is no text (in UTF-8)\n");
	CHECK_SAYS("title \xC0\xAF\n", "x:2: octet 7 is 0xc0: this is no text (in UTF-8)\n"); /* overlong */
	CHECK_SAYS("title \xED\xA0\x80\n",
		   "x:2: octet 7 is 0xed: this is no text (in UTF-8)\n");                 /* a surrogate */
	CHECK_SAYS("# \xE2\x82\n", "x:2: octet 3 is 0xe2: this is no text (in UTF-8)\n"); /* cut off */
	CHECK_SAYS("title a\x1B[1m\n", "x:2: octet 8 is 0x1b: this is no text (in UTF-8)\n");
}

TEST(a_byte_order_mark_is_passed_over)
{
	struct said said = { .files = { { "x",
					  "\xEF\xBB\xBF"
					  "duration 1s\n",
					  0 } } };
	struct scenario *scenario = said_scenario(&said);

	CHECK(scenario);
	scenario_free(scenario);
}

TEST(lines_words_and_statements_have_limits)
{
	static char text[8192];

	memset(text, 'a', 4097);
	text[4097] = '\n';
	CHECK_SAYS(
		text,
		"x:2: the line has 4097 octets, at most 4096 are read; a line that begins with white space "
		"continues the one before\n");
	memset(text, 0, sizeof(text));
	memset(text, 'a', 1025);
	CHECK_SAYS(text, "x:2: a word has more than 1024 octets\n");
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i < 129; i++) {
		memcpy(text + 2 * i, "a ", 2);
	}
	CHECK_SAYS(text, "x:2: a statement of more than 128 words\n");
}

TEST(parameters_that_multiply_run_into_the_limit_of_a_word)
{
	char text[4096] = "parameter p0 aaaaaaaaaaaaaaaa\n";

	for (int i = 1; i < 10; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "parameter p%d $p%d$p%d\n", i, i - 1, i - 1);
	}
	CHECK_MENTIONS(text, "x:9: a word has more than 1024 octets\n");
}
