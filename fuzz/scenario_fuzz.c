/* fuzz/scenario_fuzz.c -- any octets as a scenario: it is read or its errors are said, never both; what is read once is read
 * the same way again; and all its settings are values that their keys take.
 *
 * A line "%%" ends the scenario: what is behind it is the content of whatever file it names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size; /* of the scenario */
	const uint8_t *other;
	size_t other_size;
	size_t errors;
};

static void check(bool holds, const char *law)
{
	if (!holds) {
		fprintf(stderr, "broken law: %s\n", law);
		abort();
	}
}

static char *read_part(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		       size_t why_size)
{
	const struct input *input = context;
	char *copy;

	(void)name; /* all files but the first are the same */
	*size = relative_to ? input->other_size : input->size;
	copy = malloc(*size ? *size : 1);
	if (!copy) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	if (*size > 0) {
		memcpy(copy, relative_to ? input->other : input->data, *size);
	}
	return copy;
}

static void count_error(void *context, const char *line)
{
	struct input *input = context;

	check(strlen(line) > 0 && !strchr(line, '\n'), "an error is one line");
	input->errors++;
}

static void split(struct input *input)
{
	static const char mark[] = "\n%%\n";
	const uint8_t *found = input->size ? memmem(input->data, input->size, mark, sizeof(mark) - 1) : NULL;

	if (found) {
		input->other = found + sizeof(mark) - 1;
		input->other_size = input->size - (size_t)(input->other - input->data);
		input->size = (size_t)(found - input->data);
	}
}

static void check_settings(const struct part_kind *kind, const struct scenario_setting *settings,
			   size_t count)
{
	unsigned char *scratch = kind ? malloc(kind->size) : NULL;
	char why[256];

	if (scratch) {
		memcpy(scratch, kind->defaults, kind->size);
	}
	for (size_t i = 0; scratch && i < count; i++) {
		check(key_set(settings[i].key, scratch, settings[i].text, why, sizeof(why)),
		      "what was read is a value");
	}
	free(scratch);
}

static void check_scenario(const struct scenario *s)
{
	check(s->duration_ps > 0 && s->sample_ps > 0 && s->sample_ps <= s->duration_ps, "times fit");
	for (size_t i = 0; i < s->declaration_count; i++) {
		check_settings(s->declarations[i].kind, s->declarations[i].settings,
			       s->declarations[i].setting_count);
	}
	for (size_t i = 0; i < s->happening_count; i++) {
		check(s->happenings[i].at_ps <= s->duration_ps, "what happens happens before the end");
		check_settings(s->happenings[i].kind, s->happenings[i].settings,
			       s->happenings[i].setting_count);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { .data = data, .size = size };
	struct scenario_reading reading = { .read = read_part, .say = count_error, .context = &input };
	struct scenario *first, *second;
	size_t errors;

	split(&input);
	first = scenario_read("scenario", &reading);
	errors = input.errors;
	check((first == NULL) == (errors > 0), "it is read, or its errors are said");
	if (first) {
		check_scenario(first);
	}
	input.errors = 0;
	second = scenario_read("scenario", &reading);
	check((first == NULL) == (second == NULL) && input.errors == errors,
	      "the same text is read the same way");
	scenario_free(first);
	scenario_free(second);
	return 0;
}
