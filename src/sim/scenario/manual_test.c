/* src/sim/scenario/manual_test.c */
#include "sim/scenario/reader.h"
#include "sim/scenario/said_test.h"

struct text {
	char *lines;
	size_t length, room;
};

static void add_line(void *context, const char *line)
{
	struct text *text = context;
	size_t length = strlen(line);

	CHECK(!strchr(line, '\n'));
	if (text->length + length + 2 > text->room) {
		text->room = 2 * text->room + length + 2;
		text->lines = realloc(text->lines, text->room);
		CHECK(text->lines);
	}
	memcpy(text->lines + text->length, line, length);
	memcpy(text->lines + text->length + length, "\n", 2);
	text->length += length + 1;
}

static struct text manual_of(enum scenario_manual_style style)
{
	struct text text = { 0 };

	scenario_manual(style, add_line, &text);
	CHECK(text.lines);
	return text;
}

TEST(the_manual_says_every_statement_verb_and_key)
{
	struct text text = manual_of(SCENARIO_MANUAL_PLAIN);
	char expected[256];

	for (size_t i = 0; i < scenario_statement_count; i++) {
		snprintf(expected, sizeof(expected), "\n    %s %s\n        %s\n", scenario_statements[i].word,
			 scenario_statements[i].takes, scenario_statements[i].meaning);
		CHECK(strstr(text.lines, expected));
	}
	for (size_t i = 0; i < happenings_verb_count; i++) {
		snprintf(expected, sizeof(expected), "\n    %s %s\n", happenings_verbs[i].word,
			 happenings_verbs[i].takes);
		CHECK(strstr(text.lines, expected));
	}
	for (size_t i = 0; scenario_kinds[i]; i++) {
		snprintf(expected, sizeof(expected), "\n  %s\n", scenario_kinds[i]->name);
		CHECK(strstr(text.lines, expected));
		for (size_t k = 0; k < scenario_kinds[i]->key_count; k++) {
			snprintf(expected, sizeof(expected), "\n    %s\n        %s\n",
				 scenario_kinds[i]->keys[k].name, scenario_kinds[i]->keys[k].meaning);
			CHECK(strstr(text.lines, expected));
		}
	}
	free(text.lines);
}

TEST(the_manual_in_scdoc_escapes_what_would_be_emphasis)
{
	struct text text = manual_of(SCENARIO_MANUAL_SCDOC);

	CHECK(strstr(text.lines, "# STATEMENTS\n"));
	CHECK(strstr(text.lines, "*start* SECONDS \\| DATE\n"));
	CHECK(strstr(text.lines, "*offset\\_spread*\n"));
	CHECK(strstr(text.lines, "## oscillator\n"));
	for (const char *c = text.lines; *c;
	     c++) { /* a star that is not escaped stands around a whole term */
		if (*c == '_' || *c == '<') {
			CHECK(c > text.lines && c[-1] == '\\');
		}
	}
	free(text.lines);
}

TEST(the_manual_s_examples_of_expectations_are_read)
{
	struct text text = manual_of(SCENARIO_MANUAL_PLAIN);
	char *at = strstr(text.lines, "WHAT MUST HOLD"), *end, *line, *save = NULL;
	size_t examples = 0;

	CHECK(at);
	end = strstr(at, "\nKEYS\n");
	CHECK(end);
	*end = '\0';
	for (line = strtok_r(at, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char scenario[512];

		if (strncmp(line, "    ", 4) == 0 && line[4] != ' ') {
			struct said said = { .parameters = { { .name = "duration", .value = "1000s" } } };

			snprintf(scenario, sizeof(scenario), "node gm\nnode client\nexpect %s\n", line + 4);
			scenario_free(said_fine(&said, scenario));
			examples++;
		}
	}
	CHECK(examples > 10);
	free(text.lines);
}
