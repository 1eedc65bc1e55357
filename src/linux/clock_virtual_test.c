/* src/linux/clock_virtual_test.c -- the arithmetic over whole domains, and the page between processes. */
#include "linux/clock_virtual.h"
#include "linux/log.h"
#include "linux/test_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define UNITS GN_VIRTUAL_CLOCK_UNITS
#define SECOND INT64_C(1000000000)

__extension__ typedef __int128 int128;

static char why[512];

static const char *fresh_name(void)
{
	static char name[64];
	static int count;

	if (count == 0) {
		log_setup("test", LOG_LEVEL_EMERG, false, false, "");
		setenv("GNOMON_RUNTIME_DIR", test_directory(0755), 1);
	}
	snprintf(name, sizeof(name), "test.%d.%d", (int)getpid(), count++);
	return name;
}

static int64_t any_rate(int64_t limit_ppb)
{
	static const int64_t ends[] = { 0, 1, -1, 0xFFFFFFFF, -0xFFFFFFFFLL, INT64_C(1) << 32 };

	if (test_random_below(8) == 0) {
		return ends[test_random_below(6)];
	}
	return test_random_between(-(limit_ppb << 32), limit_ppb << 32);
}

static struct gn_virtual_clock_segment any_segment(void)
{
	return (struct gn_virtual_clock_segment){
		.raw_ns = test_random_between(0, INT64_C(1) << 58),
		.seconds = test_random_between(0, INT64_C(1) << 40),
		.nanoseconds = test_random_between(0, SECOND - 1),
		.remainder = test_random_below(8) ? test_random_below(UNITS) : UNITS - 1,
		.rate = any_rate(2 * GN_VIRTUAL_CLOCK_RATE_MAX_PPB),
	};
}

/* Units since second zero of the segment: the definition, in 128 bits. */
static int128 units_of(const struct gn_virtual_clock_segment *s, int64_t from_second)
{
	return ((int128)(s->seconds - from_second) * SECOND + s->nanoseconds) * (int128)UNITS + s->remainder;
}

static void check_in_range(const struct gn_virtual_clock_segment *s)
{
	CHECK(s->nanoseconds >= 0 && s->nanoseconds < SECOND && s->remainder < UNITS);
}

TEST(moving_the_reference_point_is_exact_in_both_directions)
{
	for (int i = 0; i < 200000; i++) {
		struct gn_virtual_clock_segment a = any_segment();
		int bits = (int)test_random_between(0, 58);
		int64_t elapsed = test_random_between(-(INT64_C(1) << bits), INT64_C(1) << bits);
		int64_t raw_ns = a.raw_ns + elapsed < 0 ? 0 : a.raw_ns + elapsed;
		struct gn_virtual_clock_segment b = gn_virtual_clock_move(&a, raw_ns);
		int128 expected = units_of(&a, a.seconds) +
				  (int128)(raw_ns - a.raw_ns) * ((int128)UNITS + a.rate);

		check_in_range(&b);
		CHECK(units_of(&b, a.seconds) == expected);
	}
}

TEST(rebasing_on_the_way_changes_nothing)
{
	for (int i = 0; i < 50000; i++) {
		struct gn_virtual_clock_segment a = any_segment();
		struct gn_virtual_clock_segment on_the_way = a;
		struct gn_virtual_clock_segment at_once;

		for (int n = 0; n < 5; n++) {
			int64_t raw_ns = on_the_way.raw_ns + test_random_between(0, 10 * SECOND);

			on_the_way = gn_virtual_clock_move(&on_the_way, raw_ns);
		}
		at_once = gn_virtual_clock_move(&a, on_the_way.raw_ns);
		CHECK_MEM_EQ(&at_once, &on_the_way, sizeof(at_once));
	}
}

TEST(the_clock_never_goes_back_when_its_rate_changes)
{
	struct gn_virtual_clock line = { .current = { .raw_ns = 5, .seconds = 1700000000 } };
	struct gn_precise last = gn_virtual_clock_at(&line, 5);

	line.previous = line.current;
	for (int i = 0; i < 200000; i++) {
		int64_t raw_ns = line.current.raw_ns + test_random_between(0, 3000);
		struct gn_precise now;

		if (test_random_below(3) == 0) {
			line.previous = line.current;
			line.current = gn_virtual_clock_move(&line.current, raw_ns);
			line.current.rate = any_rate(2 * GN_VIRTUAL_CLOCK_RATE_MAX_PPB);
		}
		now = gn_virtual_clock_at(&line, raw_ns);
		if (raw_ns == line.current.raw_ns) {
			CHECK(gn_precise_diff(now, last).scaled_ns >= 0);
			last = now;
		}
	}
}

TEST(before_the_last_change_the_line_of_before_counts)
{
	struct gn_virtual_clock line = {
		.previous = { .raw_ns = 0, .seconds = 100, .rate = INT64_C(1000) << 32 },
		.current = { .raw_ns = SECOND, .seconds = 500, .rate = 0 },
	};
	struct gn_precise before = gn_virtual_clock_at(&line, SECOND - 1);
	struct gn_precise at = gn_virtual_clock_at(&line, SECOND);

	CHECK_EQ(before.whole.seconds, 101); /* 1 s - 1 ns, and 1000 ns gained on the way */
	CHECK_EQ(before.whole.nanoseconds, 998);
	CHECK_EQ(at.whole.seconds, 500);
}

TEST(a_time_before_1970_or_after_the_last_timestamp_saturates)
{
	struct gn_virtual_clock line = { .current = { .seconds = -5, .nanoseconds = 1 } };
	struct gn_precise t = gn_virtual_clock_at(&line, 0);

	CHECK(t.whole.seconds == 0 && t.whole.nanoseconds == 0 && t.fraction == 0);
	line.current.seconds = INT64_C(1) << 48;
	t = gn_virtual_clock_at(&line, 0);
	CHECK_EQ(t.whole.seconds, (INT64_C(1) << 48) - 1);
	CHECK(gn_timestamp_is_valid(t.whole));
}

TEST(names_are_plain_words)
{
	char too_long[GN_VIRTUAL_CLOCK_NAME_MAX + 2];

	memset(too_long, 'a', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	CHECK(clock_virtual_is_name("gnomon"));
	CHECK(clock_virtual_is_name("a-b_c.9"));
	CHECK(clock_virtual_is_name(&too_long[1]));
	CHECK(!clock_virtual_is_name(too_long));
	CHECK(!clock_virtual_is_name(""));
	CHECK(!clock_virtual_is_name(".."));
	CHECK(!clock_virtual_is_name("a/b"));
	CHECK(!clock_virtual_is_name("a b"));
}

TEST(a_new_clock_starts_as_far_off_and_as_fast_as_told)
{
	struct clock clock, reader;
	struct gn_virtual_clock line;
	struct gn_rate rate;
	struct timespec tai;
	const char *name = fresh_name();
	struct clock_reading reading;
	int64_t offset;

	CHECK_EQ(clock_virtual_create(&clock, name, -2.5, 12345.5, 37, why, sizeof(why)), 0);
	CHECK_EQ(clock_open_virtual_readonly(&reader, name, why, sizeof(why)), 0);
	CHECK(clock_virtual_load(&reader, &line));
	CHECK_EQ(line.current.rate, (INT64_C(12345) << 32) + (INT64_C(1) << 31));
	CHECK_EQ(line.pid, getpid());
	CHECK_EQ(reader.operations->get_rate(&reader, &rate), 0);
	CHECK_EQ(rate.scaled_ppb, 0); /* the oscillator's error is for the servo to find */

	CHECK_EQ(reader.operations->read(&reader, &reading), 0);
	clock_gettime(CLOCK_TAI, &tai);
	offset = (int64_t)gn_timestamp_to_ns(reading.clock.whole) - (tai.tv_sec * SECOND + tai.tv_nsec);
	if (offset > 30 * SECOND) {
		offset -= 37 * SECOND; /* the kernel does not know TAI */
	}
	CHECK_NEAR((double)offset, -2.5e9, 0.2e9);
	clock_close(&reader);
	clock_close(&clock);
}

TEST(a_start_beyond_the_range_is_refused)
{
	struct clock clock;

	CHECK_EQ(clock_virtual_create(&clock, fresh_name(), 0, 100000001.0, 37, why, sizeof(why)), -ERANGE);
	CHECK_EQ(clock_virtual_create(&clock, fresh_name(), 1e10, 0, 37, why, sizeof(why)), -ERANGE);
	CHECK_EQ(clock_virtual_create(&clock, fresh_name(), 0.0 / 0.0, 0, 37, why, sizeof(why)), -ERANGE);
	CHECK_EQ(clock_virtual_create(&clock, "no/name", 0, 0, 37, why, sizeof(why)), -EINVAL);
}

TEST(steering_adds_to_the_oscillator_and_is_applied_exactly)
{
	struct clock clock;
	struct gn_virtual_clock line;
	struct gn_rate applied, found;

	CHECK_EQ(clock_open_virtual(&clock, fresh_name(), 0, 5000, why, sizeof(why)), 0);
	for (int i = 0; i < 1000; i++) {
		struct gn_rate wanted = { any_rate(GN_VIRTUAL_CLOCK_RATE_MAX_PPB) };

		CHECK_EQ(clock.operations->set_rate(&clock, wanted, &applied), 0);
		CHECK_EQ(applied.scaled_ppb, wanted.scaled_ppb);
		CHECK_EQ(clock.operations->get_rate(&clock, &found), 0);
		CHECK_EQ(found.scaled_ppb, wanted.scaled_ppb);
		CHECK(clock_virtual_load(&clock, &line));
		CHECK_EQ(line.current.rate, wanted.scaled_ppb + (INT64_C(5000) << 32));
	}
	CHECK_EQ(clock.operations->set_rate(&clock, gn_rate_from_ppb(-2e8), &applied), 0);
	CHECK_EQ(applied.scaled_ppb, -(INT64_C(100000000) << 32));
	clock_close(&clock);
}

TEST(a_step_moves_the_line_by_exactly_that_and_raises_the_epoch)
{
	struct clock clock;
	struct gn_virtual_clock before, after;
	static const struct gn_offset steps[] = { { 0, 1 },           { -1, 0xFFFF },        { SECOND, 0 },
						  { -3 * SECOND, 7 }, { 999999999, 0xFFFF }, { -1, 0 } };

	CHECK_EQ(clock_open_virtual(&clock, fresh_name(), 0, 777.25, why, sizeof(why)), 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct gn_virtual_clock_segment unmoved;
		int128 moved;

		CHECK(clock_virtual_load(&clock, &before));
		CHECK_EQ(clock.operations->step(&clock, steps[i]), 0);
		CHECK(clock_virtual_load(&clock, &after));
		unmoved = gn_virtual_clock_move(&before.current, after.current.raw_ns);
		moved = units_of(&after.current, unmoved.seconds) - units_of(&unmoved, unmoved.seconds);
		CHECK(moved == (int128)steps[i].nanoseconds * (int128)UNITS +
				       (int128)steps[i].fraction * (int128)(UNITS >> 16));
		check_in_range(&after.current);
		CHECK_EQ(after.epoch, before.epoch + 1);
	}
	CHECK_EQ(clock.operations->step(&clock, (struct gn_offset){ INT64_MAX, 0 }), -ERANGE);
	clock_close(&clock);
}

TEST(a_reader_may_not_steer)
{
	struct clock clock, reader;
	const char *name = fresh_name();
	struct gn_rate applied;

	CHECK_EQ(clock_open_virtual(&clock, name, 0, 0, why, sizeof(why)), 0);
	CHECK_EQ(clock_open_virtual_readonly(&reader, name, why, sizeof(why)), 0);
	CHECK_EQ(reader.operations->set_rate(&reader, (struct gn_rate){ 0 }, &applied), -EROFS);
	CHECK_EQ(reader.operations->step(&reader, gn_offset_from_ns(1)), -EROFS);
	CHECK_EQ(reader.operations->mark_synchronized(&reader, true), -EROFS);
	clock_close(&reader);
	clock_close(&clock);
}

static int count_time_going_back(const char *name, int readings)
{
	struct clock reader;
	struct clock_reading last, next;
	int count = 0;

	if (clock_open_virtual_readonly(&reader, name, why, sizeof(why)) != 0 ||
	    reader.operations->read(&reader, &last) != 0) {
		return 100;
	}
	for (int i = 0; i < readings; i++) {
		if (reader.operations->read(&reader, &next) != 0 ||
		    !gn_timestamp_is_valid(next.clock.whole)) {
			return 101;
		}
		count += gn_precise_diff(next.clock, last.clock).scaled_ns < 0 && count < 99;
		last = next;
	}
	return count;
}

TEST(another_process_reads_whole_monotone_values_while_the_rate_changes)
{
	struct clock clock;
	const char *name = fresh_name();
	struct gn_rate applied;
	int status = -1;
	pid_t child;

	CHECK_EQ(clock_open_virtual(&clock, name, 0, 0, why, sizeof(why)), 0);
	child = fork();
	if (child == 0) {
		_exit(count_time_going_back(name, 300000));
	}
	while (waitpid(child, &status, WNOHANG) == 0) {
		for (int i = 0; i < 100; i++) {
			struct gn_rate rate = { any_rate(GN_VIRTUAL_CLOCK_RATE_MAX_PPB) };

			CHECK_EQ(clock.operations->set_rate(&clock, rate, &applied), 0);
		}
	}
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 0);
	clock_close(&clock);
}

TEST(a_clock_has_one_owner)
{
	struct clock first, second;
	const char *name = fresh_name();
	char pid[32];

	CHECK_EQ(clock_owner(name), 0);
	CHECK_EQ(clock_open_virtual(&first, name, 0, 0, why, sizeof(why)), 0);
	CHECK_EQ(clock_owner(name), getpid());
	CHECK_EQ(clock_open_virtual(&second, name, 0, 0, why, sizeof(why)), -EBUSY);
	snprintf(pid, sizeof(pid), "process %d (", (int)getpid());
	CHECK(strstr(why, pid) != NULL);
	clock_close(&first);
	CHECK_EQ(clock_owner(name), 0);
	CHECK_EQ(clock_open_virtual(&second, name, 0, 0, why, sizeof(why)), 0);
	clock_close(&second);
}

TEST(after_a_crash_readers_learn_since_when_and_the_next_owner_goes_on_with_a_new_epoch)
{
	struct clock reader, next;
	struct gn_virtual_clock line;
	const char *name = fresh_name();
	pid_t child = fork();

	if (child == 0) {
		struct clock clock;

		if (clock_open_virtual(&clock, name, 0, 0, why, sizeof(why)) == 0) {
			(void)clock.operations->step(&clock, gn_offset_from_ns(5));
		}
		_exit(0);
	}
	waitpid(child, NULL, 0);
	CHECK_EQ(clock_open_virtual_readonly(&reader, name, why, sizeof(why)), 0);
	CHECK(clock_virtual_load(&reader, &line));
	CHECK_EQ(line.pid, child);
	CHECK(clock_virtual_is_alive(&line, line.valid_until_raw_ns, why, sizeof(why)));
	CHECK(!clock_virtual_is_alive(&line, line.valid_until_raw_ns + 2 * SECOND, why, sizeof(why)));
	CHECK(strstr(why, "died about 5.0 s ago") != NULL);

	CHECK_EQ(clock_open_virtual(&next, name, 0, 0, why, sizeof(why)), 0);
	CHECK_EQ(next.epoch, reader.epoch + 1);
	CHECK(clock_virtual_load(&reader, &line)); /* the old mapping shows the new owner */
	CHECK_EQ(line.pid, getpid());
	clock_close(&next);
	clock_close(&reader);
}

TEST(a_clock_that_was_closed_says_so_to_who_has_it_open_and_is_gone_for_others)
{
	struct clock clock, reader, late;
	struct gn_virtual_clock line;
	const char *name = fresh_name();

	CHECK_EQ(clock_open_virtual(&clock, name, 0, 0, why, sizeof(why)), 0);
	CHECK_EQ(clock_open_virtual_readonly(&reader, name, why, sizeof(why)), 0);
	clock_close(&clock);
	CHECK(clock_virtual_load(&reader, &line));
	CHECK(!clock_virtual_is_alive(&line, clock_raw_ns(), why, sizeof(why)));
	CHECK(strstr(why, "ended") != NULL);
	CHECK_EQ(clock_open_virtual_readonly(&late, name, why, sizeof(why)), -ENOENT);
	CHECK(strstr(why, "there is no such virtual clock") != NULL);
	clock_close(&reader);
}

TEST(an_owner_that_died_while_writing_is_found_out)
{
	struct gn_virtual_clock_page page = { .magic = GN_VIRTUAL_CLOCK_MAGIC, .version = 1, .words = { 7 } };
	struct gn_virtual_clock line = { 0 };

	CHECK(gn_virtual_clock_is_page(&page));
	CHECK(!gn_virtual_clock_load(&page, &line));
	page.words[0] = 8;
	CHECK(gn_virtual_clock_load(&page, &line));
	page.words[0] = 10;
	CHECK(gn_virtual_clock_has_changed(&page, &line));
}

TEST(what_is_no_clock_is_not_read_as_one)
{
	struct clock reader;
	const char *name = fresh_name();
	char path[128];
	int fd;

	snprintf(path, sizeof(path), GN_VIRTUAL_CLOCK_PREFIX "%s", name);
	fd = shm_open(path, O_RDWR | O_CREAT, 0644);
	CHECK(fd >= 0);
	CHECK_EQ(clock_open_virtual_readonly(&reader, name, why, sizeof(why)), -EPROTO); /* too short */
	CHECK_EQ(ftruncate(fd, GN_VIRTUAL_CLOCK_PAGE_SIZE), 0);
	CHECK_EQ(clock_open_virtual_readonly(&reader, name, why, sizeof(why)), -EPROTO); /* all zero */
	close(fd);
	shm_unlink(path);
}

static void find(void *context, const char *name)
{
	const char **wanted = context;

	if (*wanted && strcmp(*wanted, name) == 0) {
		*wanted = NULL;
	}
}

TEST(published_clocks_are_listed)
{
	struct clock clock;
	const char *name = fresh_name(), *wanted = name;

	CHECK_EQ(clock_open_virtual(&clock, name, 0, 0, why, sizeof(why)), 0);
	CHECK(clock_virtual_list(find, &wanted) >= 1);
	CHECK(wanted == NULL);
	clock_close(&clock);
}

TEST(a_refresh_moves_the_end_of_validity_and_synchronization_is_noted)
{
	struct clock clock;
	struct gn_virtual_clock before, after;

	CHECK_EQ(clock_open_virtual(&clock, fresh_name(), 0, 0, why, sizeof(why)), 0);
	CHECK(clock_virtual_load(&clock, &before));
	clock_virtual_refresh(&clock);
	CHECK(clock_virtual_load(&clock, &after));
	CHECK(after.valid_until_raw_ns > before.valid_until_raw_ns);
	CHECK_EQ(after.synchronized_raw_ns, 0);
	CHECK_EQ(clock.operations->mark_synchronized(&clock, false), 0);
	CHECK(clock_virtual_load(&clock, &after));
	CHECK(after.synchronized_raw_ns > 0);
	CHECK_EQ(after.timescale, GN_TIMESCALE_ARB);
	CHECK_EQ(clock.operations->mark_synchronized(&clock, true), 0);
	CHECK(clock_virtual_load(&clock, &after));
	CHECK_EQ(after.timescale, GN_TIMESCALE_PTP);
	clock_close(&clock);
}
