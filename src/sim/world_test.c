/* src/sim/world_test.c */
#include "sim/world.h"

#include "sim/node/test_pair.h"
#include "tests/test.h"

TEST(parts_are_found_by_their_names)
{
	struct pair p;

	pair_init(&p, 1);
	CHECK(pair_make(&p));
	CHECK(world_node(&p.world, "gm") == p.gm);
	CHECK(world_node(&p.world, "client") == p.client);
	CHECK(world_node(&p.world, "other") == NULL);
	CHECK(world_link(&p.world, "gm-client") == p.link);
	CHECK(world_link(&p.world, "gm") == NULL);
	CHECK(world_box(&p.world, "sw") == NULL);
	CHECK(world_curve(&p.world, "oven") == NULL);
	CHECK(world_receiver(&p.world, "roof") == NULL);
	world_free(&p.world);
}

TEST(the_leap_second_is_at_the_end_of_the_first_utc_day)
{
	struct world world;

	world_init(&world, 1, UINT64_C(1483185600) + 37); /* noon, UTC */
	CHECK_EQ(world_leap_ps(&world), SIM_NEVER);
	CHECK_EQ(world_utc_offset(&world, INT64_MAX - 1), 37);
	world.leap = 1;
	CHECK_EQ(world_leap_ps(&world), 43200 * PS_PER_SECOND);
	CHECK_EQ(world_utc_offset(&world, 43200 * PS_PER_SECOND - 1), 37);
	CHECK_EQ(world_utc_offset(&world, 43200 * PS_PER_SECOND), 38);
	world.leap = -1;
	CHECK_EQ(world_leap_ps(&world), 43199 * PS_PER_SECOND);
	CHECK_EQ(world_utc_offset(&world, 43199 * PS_PER_SECOND), 36);
	world_free(&world);
}

static void keep_text(struct watch *watch, const char *text)
{
	snprintf(watch->context, 64, "%s", text);
}

TEST(watchers_hear_what_happened)
{
	char first[64] = "", second[64] = "";
	struct watch one = { .happened = keep_text, .context = first },
		     two = { .happened = keep_text, .context = second };
	struct world world;

	world_init(&world, 1, WORLD_START_SECONDS);
	world_watch(&world, &one);
	world_watch(&world, &two);
	world_happened(&world, "cable %s pulled", "gm-client");
	CHECK_STR_EQ(first, "cable gm-client pulled");
	CHECK_STR_EQ(second, first);
	world_free(&world);
}

static void end_it(void *object, void *argument)
{
	(void)argument;
	world_out_of_memory(object);
}

TEST(a_run_ends_where_memory_does)
{
	struct world world;

	world_init(&world, 1, WORLD_START_SECONDS);
	queue_add(&world.queue, PS_PER_SECOND, end_it, &world, NULL);
	world_run(&world, 10 * PS_PER_SECOND);
	CHECK(world.is_ended);
	CHECK_LE(world.queue.now_ps, PS_PER_SECOND);
	world_free(&world);
}
