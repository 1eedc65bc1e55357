/* src/tools/sim_sweep_test.c -- titles and values of columns, and the words of progress. Runs are tried by tests/sim. */
#include "tools/sim_sweep.h"

#include "tests/test.h"
#include "tools/sim_progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct expectation expectations[8];
static struct scenario scenario = { .expectations = expectations };
static char title[128], value[32];

static void expect(const char *line)
{
	char copy[256], why[256] = "", *words[32], *save = NULL;
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		words[count++] = word;
	}
	CHECK(expect_parse(&expectations[scenario.expectation_count], words, count, why, sizeof(why)));
	snprintf(expectations[scenario.expectation_count++].text, sizeof(expectations[0].text), "%s", line);
}

static const char *title_of(size_t i)
{
	sim_sweep_title(&scenario, i, title, sizeof(title));
	return title;
}

TEST(a_column_is_called_what_is_measured)
{
	scenario.expectation_count = 0;
	expect("client offset rms < 50ns from 60s to 120s");
	expect("client settles within 10s threshold 100ns hold 30s after 65s");
	expect("client mtie below 0.1s:40ns,1000s:40ns from 100s");
	expect("client drops stamp_stale_epoch >= 1");
	CHECK_STR_EQ(title_of(0), "client offset rms");
	CHECK_STR_EQ(title_of(1), "client settles");
	CHECK_STR_EQ(title_of(2), "client mtie");
	CHECK_STR_EQ(title_of(3), "client drops stamp_stale_epoch");
}

TEST(columns_of_the_same_measure_have_their_times)
{
	scenario.expectation_count = 0;
	expect("client offset rms < 50ns from 60s to 120s");
	expect("client offset rms < 1us from 200s");
	expect("client offset max <= 50ns");
	expect("client settles within 10s threshold 100ns hold 30s after 65s");
	expect("client settles within 20s threshold 100ns hold 30s");
	CHECK_STR_EQ(title_of(0), "client offset rms from 60s to 120s");
	CHECK_STR_EQ(title_of(1), "client offset rms from 200s");
	CHECK_STR_EQ(title_of(2), "client offset max");
	CHECK_STR_EQ(title_of(3), "client settles threshold 100ns hold 30s after 65s");
	CHECK_STR_EQ(title_of(4), "client settles threshold 100ns hold 30s");
}

TEST(a_title_fits_any_room)
{
	char small[8];

	scenario.expectation_count = 0;
	expect("client offset rms < 50ns from 60s to 120s");
	sim_sweep_title(&scenario, 0, small, sizeof(small));
	CHECK_STR_EQ(small, "client ");
}

TEST(values_have_their_units)
{
	scenario.expectation_count = 0;
	expect("client offset rms < 50ns");
	expect("client frequency max < 10ppb");
	expect("client steps <= 1");
	expect("client settles within 10s threshold 100ns hold 30s");
	CHECK_STR_EQ(sim_sweep_value(&expectations[0], 918097.6, value), "918 us");
	CHECK_STR_EQ(sim_sweep_value(&expectations[0], (double)NAN, value), "-");
	CHECK_STR_EQ(sim_sweep_value(&expectations[1], 12.5, value), "12.5 ppb");
	CHECK_STR_EQ(sim_sweep_value(&expectations[2], 3, value), "3");
	CHECK_STR_EQ(sim_sweep_value(&expectations[2], 123456789, value), "123456789");
	CHECK_STR_EQ(sim_sweep_value(&expectations[3], 13e9, value), "13 s");
}

TEST(progress_says_how_far_how_fast_and_how_long)
{
	char text[160];

	sim_progress_text(60, 180, 2, text, sizeof(text));
	CHECK_STR_EQ(text, "60.0 s of 180 s, 33%, 30x real time, 4 s left");
	sim_progress_text(1, 4, 2, text, sizeof(text));
	CHECK_STR_EQ(text, "1.00 s of 4 s, 25%, 0.50x real time, 6 s left");
	sim_progress_text(0, 0, 0, text, sizeof(text)); /* nothing is divided by nothing */
	CHECK_STR_EQ(text, "0.00 s of 0 s, 100%, 0.00x real time, 0 s left");
}

static void count(void *object, void *argument)
{
	(void)argument;
	++*(int *)object;
}

TEST(a_world_in_pieces_does_all_and_no_more)
{
	struct world world;
	int counted = 0;

	world_init(&world, 1, WORLD_START_SECONDS);
	for (int64_t i = 0; i <= 100000; i++) {
		queue_add(&world.queue, i * PS_PER_SECOND, count, &counted, NULL);
	}
	sim_progress_run(&world, 5 * PS_PER_SECOND, false);
	CHECK_EQ(counted, 6);
	CHECK_EQ(world.queue.now_ps, 5 * PS_PER_SECOND);
	sim_progress_run(&world, 100000 * PS_PER_SECOND, false);
	CHECK_EQ(counted, 100001);
	world_free(&world);
}
