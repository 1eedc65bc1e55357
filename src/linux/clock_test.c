/* src/linux/clock_test.c -- the arithmetic of the calls, locks, and other servos. */
#include "linux/clock_calls.h"
#include "linux/log.h"
#include "linux/test_directory.h"

#include <errno.h>
#include <fcntl.h>

static char why[512];

TEST(a_rate_becomes_the_nearest_that_the_kernel_can_hold)
{
	const int64_t unit = 65536000;

	for (int i = 0; i < 200000; i++) {
		struct gn_rate rate = { test_random_between(-(INT64_C(100000000) << 32), INT64_C(100000000)
												 << 32) };
		int64_t back = clock_rate_from_timex(clock_rate_to_timex(rate)).scaled_ppb;

		CHECK(rate.scaled_ppb - back <= unit / 2 && back - rate.scaled_ppb <= unit / 2);
		CHECK_EQ(clock_rate_to_timex((struct gn_rate){ back }), clock_rate_to_timex(rate));
	}
	CHECK_EQ(clock_rate_to_timex(gn_rate_from_ppb(1000)), 65536); /* 1 ppm */
	CHECK_EQ(clock_rate_to_timex(gn_rate_from_ppb(-1000)), -65536);
}

TEST(an_offset_becomes_whole_seconds_and_a_positive_rest)
{
	for (int i = 0; i < 200000; i++) {
		int bits = (int)test_random_between(0, 61);
		struct gn_offset by = { test_random_between(-(INT64_C(1) << bits), INT64_C(1) << bits),
					(uint16_t)test_random() };
		struct timeval tv = clock_offset_to_timeval(by);

		CHECK(tv.tv_usec >= 0 && tv.tv_usec < 1000000000);
		CHECK_EQ((int64_t)tv.tv_sec * 1000000000 + tv.tv_usec,
			 by.nanoseconds + (by.fraction >= 0x8000));
	}
}

static const char *lock_directory(mode_t mode)
{
	const char *directory = test_directory(mode);

	log_setup("test", LOG_LEVEL_EMERG, false, false, "");
	setenv("GNOMON_RUNTIME_DIR", directory, 1);
	return directory;
}

TEST(a_lock_keeps_a_second_owner_out_until_it_is_closed)
{
	int first, second;

	(void)lock_directory(0755);
	first = clock_lock("some-clock", why, sizeof(why));
	CHECK(first >= 0);
	CHECK_EQ(clock_owner("some-clock"), getpid());
	CHECK_EQ(clock_owner("other-clock"), 0);
	CHECK_EQ(clock_lock("some-clock", why, sizeof(why)), -EBUSY);
	CHECK(strstr(why, "clock some-clock: process ") == why);
	close(first);
	second = clock_lock("some-clock", why, sizeof(why));
	CHECK(second >= 0);
	close(second);
}

TEST(a_directory_that_others_may_write_to_holds_no_lock)
{
	const char *directory = lock_directory(0777);
	char path[128];
	struct stat st;
	int fd = clock_lock("unsafe", why, sizeof(why));

	snprintf(path, sizeof(path), "%s/clock.unsafe.lock", directory);
	CHECK(stat(path, &st) != 0); /* it was made elsewhere, or not at all */
	if (fd >= 0) {
		close(fd);
	}
}

TEST(a_lock_file_is_never_a_link_to_something_else)
{
	const char *directory = lock_directory(0755);
	char path[128], victim[128];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/clock.linked.lock", directory);
	snprintf(victim, sizeof(victim), "%s/victim", directory);
	CHECK_EQ(symlink(victim, path), 0);
	fd = clock_lock("linked", why, sizeof(why));
	CHECK(stat(victim, &st) != 0);
	if (fd >= 0) {
		close(fd);
	}
}

TEST(two_paths_of_one_device_are_one_clock)
{
	const char *directory = lock_directory(0755);
	char path[128], other[128];
	int fd;

	snprintf(path, sizeof(path), "%s/ptp7", directory);
	snprintf(other, sizeof(other), "%s/ptp_of_the_nic", directory);
	close(creat(path, 0644));
	CHECK_EQ(symlink(path, other), 0);
	fd = clock_lock(path, why, sizeof(why));
	CHECK(fd >= 0);
	CHECK_EQ(clock_lock(other, why, sizeof(why)), -EBUSY);
	close(fd);
}

static void add_process(const char *proc, int pid, const char *command)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d", proc, pid);
	CHECK_EQ(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/%d/comm", proc, pid);
	f = fopen(path, "w");
	CHECK(f != NULL);
	fprintf(f, "%s\n", command);
	fclose(f);
}

TEST(other_servos_are_found_by_their_names_and_this_process_is_none)
{
	const char *proc = lock_directory(0755);

	CHECK_EQ(clock_warn_of_other_servos(proc), 0);
	add_process(proc, 71, "chronyd");
	add_process(proc, 72, "systemd-timesyn"); /* the kernel cuts there */
	add_process(proc, 73, "bash");
	add_process(proc, 74, "phc2sys-not");
	add_process(proc, (int)getpid(), "ptp4l");
	CHECK_EQ(clock_warn_of_other_servos(proc), 2);
	CHECK_EQ(clock_warn_of_other_servos("/nowhere"), 0);
}

TEST(any_clock_is_opened_to_read_by_its_name)
{
	struct clock clock;

	CHECK_EQ(clock_open_readonly(&clock, "CLOCK_REALTIME", why, sizeof(why)), 0);
	CHECK(clock.is_readonly && clock.is_utc);
	clock_close(&clock);
	CHECK_EQ(clock_open_readonly(&clock, "CLOCK_NONE", why, sizeof(why)), -ENOENT);
	CHECK_EQ(clock_open_readonly(&clock, "/dev/null", why, sizeof(why)), -ENOTTY);
	CHECK(strstr(why, "no PTP hardware clock") != NULL);
	CHECK_EQ(clock_open_readonly(&clock, "/dev/ptp-none", why, sizeof(why)), -ENOENT);
}
