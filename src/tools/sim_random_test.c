/* src/tools/sim_random_test.c */
#include "tools/sim_random.h"

#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

TEST(a_seed_or_a_range_of_them_is_understood)
{
	struct sim_random random = { 0 };

	CHECK(sim_random_parse("17", &random));
	CHECK(random.is_asked);
	CHECK_EQ(random.first, 17);
	CHECK_EQ(random.last, 17);
	CHECK(sim_random_parse("1..1000", &random));
	CHECK_EQ(random.first, 1);
	CHECK_EQ(random.last, 1000);
	CHECK(sim_random_parse("18446744073709551615", &random));
	CHECK_EQ(random.last, UINT64_MAX);
}

TEST(what_is_no_range_of_seeds_is_refused)
{
	static const char *const wrong[] = { "",          "x",    "-1",    "1..",
					     "..2",       "2..1", "1...2", "1..2..3",
					     "1..2 x",    "1.5",  "1..-2", "18446744073709551616",
					     "1..1000001" };
	struct sim_random random = { 0 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(!sim_random_parse(wrong[i], &random));
		CHECK(!random.is_asked);
	}
}

TEST(a_name_stands_for_the_text_of_its_world)
{
	char why[100] = "";
	size_t size = 0, again_size = 0;
	char *text = sim_random_read(NULL, "random-17", NULL, &size, why, sizeof(why));
	char *again = sim_random_read(NULL, "random-17", NULL, &again_size, why, sizeof(why));

	CHECK(text && again);
	CHECK(size > 100);
	CHECK_EQ(size, again_size);
	CHECK(memcmp(text, again, size) == 0);
	CHECK(strstr(text, "Random world 17"));
	CHECK_STR_EQ(why, "");
	free(text);
	free(again);
}

TEST(a_random_world_has_no_other_files)
{
	char why[100] = "";
	size_t size = 0;

	CHECK(!sim_random_read(NULL, "hardware.inc", "random-17", &size, why, sizeof(why)));
	CHECK_STR_EQ(why, "a random world has no other files");
}

TEST(a_world_is_run_and_judged_by_what_holds_in_all)
{
	struct sim_request request = { .file = "random-1",
				       .is_random = true,
				       .has_invariants = true,
				       .command = "gnomon sim --random 1" };
	struct sim_outcome outcome;

	sim_run(&request, &outcome);
	CHECK_STR_EQ(outcome.said ? outcome.said : "", "");
	CHECK_EQ(outcome.status, SIM_HELD);
	CHECK(outcome.simulated_s >= 60);
	sim_outcome_free(&outcome);
}
