/* src/linux/clock_watch_test.c -- steps of others, with clocks of the test's own. */
#include "linux/clock_watch.h"
#include "tests/test.h"

#include <errno.h>

static int64_t monotonic_ns, realtime_ns;
static bool is_missing;

static int fake_gettime(clockid_t id, struct timespec *ts)
{
	int64_t ns;

	if (id == CLOCK_REALTIME && is_missing) {
		errno = EINVAL;
		return -1;
	}
	monotonic_ns += 30; /* reading takes time */
	realtime_ns += 30;
	ns = id == CLOCK_REALTIME ? realtime_ns : monotonic_ns;
	*ts = (struct timespec){ ns / 1000000000, ns % 1000000000 };
	return 0;
}

static const struct clock_calls calls = { .gettime = fake_gettime };

static void pass(int64_t ns, int64_t apart_ns)
{
	monotonic_ns += ns;
	realtime_ns += ns + apart_ns;
}

TEST(a_step_is_found_and_time_passing_is_none)
{
	const struct clock clock = { .is_utc = true };
	struct clock_watch watch;
	int64_t by_ns;

	clock_watch_start(&watch, &clock, &calls);
	for (int i = 0; i < 10000; i++) {
		pass(test_random_between(0, 2000000000), 0);
		CHECK(!clock_watch_look(&watch, &by_ns));
		if (i % 10 == 0) {
			int64_t step = test_random_between(3000, 1000000000) * (i % 20 ? 1 : -1);

			pass(1000000, step);
			CHECK(clock_watch_look(&watch, &by_ns));
			CHECK_NEAR((double)by_ns, (double)step, 200.0);
		}
	}
}

TEST(a_step_of_our_own_is_none_of_others)
{
	const struct clock clock = { .is_utc = true };
	struct clock_watch watch;
	int64_t by_ns;

	clock_watch_start(&watch, &clock, &calls);
	pass(0, 5000000);
	clock_watch_restart(&watch);
	CHECK(!clock_watch_look(&watch, &by_ns));
}

TEST(clocks_that_run_apart_as_those_of_simulators_do_are_not_stepped)
{
	const struct clock clock = { .is_utc = true };
	struct clock_watch watch;
	int64_t by_ns;

	clock_watch_start(&watch, &clock, &calls);
	for (int i = 0; i < 1000; i++) {
		pass(1000000000, i % 2 ? 900000 : -900000); /* 900 ppm */
		CHECK(!clock_watch_look(&watch, &by_ns));
	}
}

TEST(a_clock_that_cannot_be_watched_is_left_alone)
{
	struct clock clock = { .phc_index = 0 };
	struct clock_watch watch;
	int64_t by_ns;

	clock_watch_start(&watch, &clock, &calls);
	pass(0, 5000000);
	CHECK(!clock_watch_look(&watch, &by_ns));
	clock.is_utc = true;
	is_missing = true;
	clock_watch_start(&watch, &clock, &calls);
	CHECK(!clock_watch_look(&watch, &by_ns));
	is_missing = false;
}
