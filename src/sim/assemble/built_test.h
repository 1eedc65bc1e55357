/* src/sim/assemble/built_test.h -- worlds built from texts, for tests. */
#ifndef SIM_BUILT_TEST_H
#define SIM_BUILT_TEST_H

#include "sim/assemble/build.h"
#include "sim/scenario/said_test.h"

struct built {
	struct said said; /* files beside the scenario may be filled in: from the second on */
	struct scenario *scenario;
	struct world world;
	struct build *build;
	bool is_fine;
};

/* The text, a scenario "x", stands behind a first line `duration 100s`. It must be read without an error. */
static inline void built_try(struct built *b, const char *text)
{
	b->scenario = said_fine(&b->said, text);
	world_init(&b->world, b->scenario->seed, b->scenario->start_seconds);
	b->is_fine = build_world(b->scenario, &b->world, &b->build, said_line, &b->said);
	CHECK_EQ(b->is_fine, b->said.lines == 0);
}

static inline void built_free(struct built *b)
{
	world_free(&b->world);
	build_free(b->build);
	scenario_free(b->scenario);
	*b = (struct built){ .build = NULL };
}

static inline struct built *built_fine(struct built *b, const char *text)
{
	built_try(b, text);
	CHECK_STR_EQ(b->said.text, "");
	return b;
}

static inline void built_refuses(struct built *b, const char *text, const char *what)
{
	built_try(b, text);
	if (!strstr(b->said.text, what)) {
		CHECK_STR_EQ(b->said.text, what);
	}
	built_free(b);
}

#define CHECK_BUILD_SAYS(text, what)                                                                         \
	do {                                                                                                 \
		static struct built built_one;                                                               \
		built_refuses(&built_one, text, what);                                                       \
	} while (0)

#endif
