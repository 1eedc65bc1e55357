/* src/sim/scenario/chaos_test.c */
#include "sim/assemble/build.h"
#include "sim/scenario/chaos.h"
#include "sim/scenario/scenario.h"
#include "sim/world.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 2000
#define TEXT_SIZE 65536

static char text[TEXT_SIZE], said[2048];
static size_t length;

static void keep(void *context, const char *piece, size_t size)
{
	(void)context;
	CHECK(length + size < sizeof(text));
	memcpy(text + length, piece, size);
	length += size;
	text[length] = '\0';
}

static void write_world(uint64_t seed)
{
	length = 0;
	text[0] = '\0';
	chaos_write(seed, keep, NULL);
}

static void say(void *context, const char *line)
{
	(void)context;
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", line);
}

static char *read_text(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		       size_t why_size)
{
	(void)context;
	(void)name;
	(void)relative_to;
	(void)why;
	(void)why_size;
	*size = length;
	return strdup(text);
}

struct seen {
	unsigned pairs, attacked, troubled, satellites, rings;
	unsigned most_nodes;
};

static void look_at(const struct world *world, struct seen *seen)
{
	seen->pairs += world->box_count == 0;
	seen->attacked += world->attacker_count > 0;
	seen->troubled += world->fault_count > 0;
	seen->satellites += world->receiver_count > 0;
	seen->rings += strstr(text, "up no") != NULL;
	seen->most_nodes = world->node_count > seen->most_nodes ? (unsigned)world->node_count
								: seen->most_nodes;
}

static void read_and_build(struct seen *seen)
{
	struct scenario_reading reading = { .read = read_text, .say = say };
	struct scenario *scenario = scenario_read("random", &reading);
	struct world world;
	struct build *build = NULL;

	CHECK_STR_EQ(said, "");
	CHECK(scenario);
	CHECK(scenario->duration_ps >= 60 * PS_PER_SECOND && scenario->duration_ps <= 180 * PS_PER_SECOND);
	world_init(&world, scenario->seed, scenario->start_seconds);
	CHECK(build_world(scenario, &world, &build, say, NULL));
	CHECK_STR_EQ(said, "");
	look_at(&world, seen);
	world_free(&world);
	build_free(build);
	scenario_free(scenario);
}

TEST(every_random_world_can_be_read_and_built_and_all_kinds_come_up)
{
	struct seen seen = { 0 };

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		write_world(seed);
		read_and_build(&seen);
	}
	CHECK(seen.pairs > SEEDS / 5 && seen.pairs < SEEDS / 2);
	CHECK(seen.attacked > SEEDS / 20 && seen.attacked < SEEDS / 3);
	CHECK(seen.troubled > SEEDS / 10 && seen.troubled < SEEDS / 2);
	CHECK(seen.satellites > SEEDS / 20);
	CHECK(seen.rings > SEEDS / 100);
	CHECK_EQ(seen.most_nodes, 12);
}

TEST(the_same_seed_is_the_same_world_and_another_is_another)
{
	static char first[TEXT_SIZE];

	for (uint64_t seed = 0; seed < 100; seed++) {
		write_world(seed);
		memcpy(first, text, length + 1);
		write_world(seed);
		CHECK_STR_EQ(text, first);
		write_world(seed + 1);
		CHECK(strcmp(text, first) != 0);
	}
}
