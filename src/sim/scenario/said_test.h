/* src/sim/scenario/said_test.h -- scenarios from texts in memory, and what was said about them. */
#ifndef SIM_SCENARIO_SAID_TEST_H
#define SIM_SCENARIO_SAID_TEST_H

#include "sim/scenario/scenario.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

struct said_file {
	const char *name, *text; /* name: as the one who asks for it writes it */
	size_t size;             /* 0: up to the text's end */
};

/* A reading with its files; the first is the scenario's. */
struct said {
	struct said_file files[8];
	struct scenario_option parameters[4];
	bool is_mutant;
	char text[65536]; /* errors, each with a line end */
	size_t lines;
	char asked_for[1024]; /* "name<named in;" */
};

static inline char *said_read(void *context, const char *name, const char *relative_to, size_t *size,
			      char *why, size_t why_size)
{
	struct said *said = context;
	size_t used = strlen(said->asked_for);

	snprintf(said->asked_for + used, sizeof(said->asked_for) - used, "%s<%s;", name,
		 relative_to ? relative_to : "");
	for (size_t i = 0; i < 8 && said->files[i].name; i++) {
		const struct said_file *file = &said->files[i];
		char *content;

		if (strcmp(file->name, name) != 0) {
			continue;
		}
		*size = file->size ? file->size : strlen(file->text);
		content = malloc(*size ? *size : 1); /* no more than it says: reading beyond is seen */
		if (content) {
			memcpy(content, file->text, *size);
		}
		return content;
	}
	snprintf(why, why_size, "no such file");
	return NULL;
}

static inline void said_line(void *context, const char *line)
{
	struct said *said = context;
	size_t used = strlen(said->text);

	snprintf(said->text + used, sizeof(said->text) - used, "%s\n", line);
	said->lines++;
}

static inline struct scenario *said_scenario(struct said *said)
{
	struct scenario_reading reading = { .read = said_read,
					    .say = said_line,
					    .context = said,
					    .parameters = said->parameters,
					    .is_mutant = said->is_mutant };

	said->text[0] = said->asked_for[0] = '\0';
	said->lines = 0;
	while (reading.parameter_count < 4 && said->parameters[reading.parameter_count].name) {
		reading.parameter_count++;
	}
	return scenario_read(said->files[0].name, &reading);
}

/* The errors of a text called "x", which is read behind a first line `duration 100s`. */
static inline const char *said_of(struct said *said, const char *text)
{
	static char whole[1 << 21];
	struct scenario *scenario;

	snprintf(whole, sizeof(whole), "duration 100s\n%s", text);
	said->files[0] = (struct said_file){ "x", whole, 0 };
	scenario = said_scenario(said);
	CHECK((scenario == NULL) == (said->lines > 0));
	scenario_free(scenario);
	return said->text;
}

/* Likewise what it reads without an error. */
static inline struct scenario *said_fine(struct said *said, const char *text)
{
	static char whole[1 << 21];
	struct scenario *scenario;

	snprintf(whole, sizeof(whole), "duration 100s\n%s", text);
	said->files[0] = (struct said_file){ "x", whole, 0 };
	scenario = said_scenario(said);
	CHECK_STR_EQ(said->text, "");
	CHECK(scenario);
	return scenario;
}

#define CHECK_SAYS(text, what) CHECK_STR_EQ(said_of(&(struct said){ 0 }, text), what)
#define CHECK_MENTIONS(text, what) CHECK(strstr(said_of(&(struct said){ 0 }, text), what))
#define CHECK_READS(text) scenario_free(said_fine(&(struct said){ 0 }, text))

#endif
