/* src/linux/clock_system_test.c -- against a kernel of the test's own: nothing here moves a clock of the machine. */
#include "linux/clock_calls.h"
#include "tests/test.h"

#include <errno.h>

#ifndef ADJ_SETOFFSET
#define ADJ_SETOFFSET 0x0100
#endif

static char why[512];

static struct kernel {
	bool forbids; /* EPERM for every change */
	bool lacks;   /* EINVAL: no such clock */
	int64_t freq, tick;
	int status, tai, changes;
	int64_t maxerror;
	struct timeval step;
	int64_t raw_ns, real_ns;
} kernel;

static int kernel_adjtime(clockid_t id, struct timex *tx)
{
	(void)id;
	if (kernel.lacks) {
		errno = EINVAL;
		return -1;
	}
	if (tx->modes != 0 && kernel.forbids) {
		errno = EPERM;
		return -1;
	}
	if ((tx->modes & ADJ_TICK) && (tx->tick < 9000 || tx->tick > 11000)) {
		errno = EINVAL;
		return -1;
	}
	kernel.changes += tx->modes != 0;
	if (tx->modes & ADJ_TICK) {
		kernel.tick = tx->tick;
	}
	if (tx->modes & ADJ_FREQUENCY) { /* clamps, as the real one does */
		kernel.freq = tx->freq > 32768000 ? 32768000 : tx->freq < -32768000 ? -32768000 : tx->freq;
	}
	if (tx->modes & ADJ_STATUS) {
		kernel.status = tx->status;
	}
	if (tx->modes & ADJ_MAXERROR) {
		kernel.maxerror = tx->maxerror;
	}
	if ((tx->modes & 0x80) && !(tx->modes & ADJ_STATUS)) {
		kernel.tai = (int)tx->constant;
	}
	if (tx->modes & ADJ_SETOFFSET) {
		CHECK(tx->modes & ADJ_NANO);
		kernel.step = tx->time;
	}
	tx->freq = kernel.freq;
	tx->tick = kernel.tick;
	tx->status = kernel.status;
	return kernel.status & STA_UNSYNC ? 5 : 0;
}

static int kernel_gettime(clockid_t id, struct timespec *ts)
{
	int64_t ns = id == CLOCK_MONOTONIC_RAW ? (kernel.raw_ns += 40) : kernel.real_ns;

	if (kernel.lacks && id != CLOCK_MONOTONIC_RAW) {
		errno = EINVAL;
		return -1;
	}
	ts->tv_sec = ns / 1000000000;
	ts->tv_nsec = ns % 1000000000;
	return 0;
}

static const struct clock_calls calls = { kernel_adjtime, kernel_gettime, NULL };

static void boot(void)
{
	kernel = (struct kernel){ .tick = 10000,
				  .status = STA_UNSYNC | STA_INS | STA_PLL,
				  .raw_ns = 5000,
				  .real_ns = INT64_C(1700000000123456789) };
}

static int open_clock(struct clock *clock, const char *name, bool may_write)
{
	return clock_system_open_with(clock, name, may_write, &calls, why, sizeof(why));
}

/* What the kernel's clock really does with tick and freq, in 2^-32 ppb. */
static int64_t kernel_rate(void)
{
	return (kernel.tick - 10000) * (INT64_C(100000) << 32) + kernel.freq * 65536000;
}

TEST(every_rate_of_ten_percent_either_way_is_set_as_near_as_the_kernel_can)
{
	struct clock clock;
	struct gn_rate applied, found;

	boot();
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", true), 0);
	for (int i = 0; i < 100000; i++) {
		int64_t limit = (i & 1 ? INT64_C(100000000) : INT64_C(600000)) << 32;
		struct gn_rate wanted = { test_random_between(-limit, limit) };

		CHECK_EQ(clock.operations->set_rate(&clock, wanted, &applied), 0);
		CHECK_EQ(applied.scaled_ppb, kernel_rate());
		CHECK(applied.scaled_ppb - wanted.scaled_ppb <= 32768000);
		CHECK(wanted.scaled_ppb - applied.scaled_ppb <= 32768000);
		CHECK_EQ(clock.operations->get_rate(&clock, &found), 0);
		CHECK_EQ(found.scaled_ppb, applied.scaled_ppb);
	}
	clock_close(&clock);
}

TEST(a_rate_beyond_the_limit_is_the_limit)
{
	struct clock clock;
	struct gn_rate applied;

	boot();
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", true), 0);
	CHECK_EQ(clock.rate_limit.scaled_ppb, INT64_C(100000000) << 32);
	CHECK_EQ(clock.operations->set_rate(&clock, gn_rate_from_ppb(3e8), &applied), 0);
	CHECK_EQ(applied.scaled_ppb, clock.rate_limit.scaled_ppb);
	CHECK_EQ(kernel.tick, 11000);
	clock_close(&clock);
}

TEST(within_500_ppm_the_tick_is_the_nominal_one_whatever_was_left_there)
{
	struct clock clock;
	struct gn_rate applied;

	boot();
	kernel.tick = 10500;
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", true), 0);
	CHECK_EQ(clock.operations->set_rate(&clock, gn_rate_from_ppb(-500000), &applied), 0);
	CHECK_EQ(kernel.tick, 10000);
	CHECK_EQ(kernel.freq, -32768000);
	clock_close(&clock);
}

TEST(taking_over_clears_leap_seconds_and_the_pll_but_does_not_claim_synchronization)
{
	struct clock clock;

	boot();
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", true), 0);
	CHECK_EQ(kernel.status, STA_UNSYNC);
	CHECK_EQ(clock.operations->set_leap(&clock, 1), 0);
	CHECK_EQ(kernel.status, STA_UNSYNC | STA_INS);
	kernel.maxerror = 16000000;
	CHECK_EQ(clock.operations->mark_synchronized(&clock, true), 0);
	CHECK_EQ(kernel.status, STA_INS); /* the leap second stays announced */
	CHECK_EQ(kernel.maxerror, 0);
	CHECK_EQ(clock.operations->set_leap(&clock, -1), 0);
	CHECK_EQ(kernel.status, STA_DEL);
	CHECK_EQ(clock.operations->set_tai_offset(&clock, 37), 0);
	CHECK_EQ(kernel.tai, 37);
	clock_close(&clock);
}

TEST(a_step_is_relative_and_in_nanoseconds)
{
	struct clock clock;

	boot();
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", true), 0);
	CHECK_EQ(clock.operations->step(&clock, gn_offset_from_ns(-1)), 0);
	CHECK_EQ(kernel.step.tv_sec, -1);
	CHECK_EQ(kernel.step.tv_usec, 999999999);
	CHECK_EQ(clock.operations->step(&clock, (struct gn_offset){ INT64_MIN, 0 }), -ERANGE);
	clock_close(&clock);
}

TEST(a_reading_lies_between_two_raw_times)
{
	struct clock clock;
	struct clock_reading r;

	boot();
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", false), 0);
	CHECK_EQ(clock.operations->read(&clock, &r), 0);
	CHECK_EQ(r.clock.whole.seconds, 1700000000);
	CHECK_EQ(r.clock.whole.nanoseconds, 123456789);
	CHECK_EQ(r.raw_after_ns - r.raw_before_ns, 40);
	clock_close(&clock);
}

TEST(a_clock_that_is_only_read_is_never_changed)
{
	struct clock clock;
	struct gn_rate applied;

	boot();
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", false), 0);
	CHECK_EQ(clock.operations->set_rate(&clock, (struct gn_rate){ 0 }, &applied), -EROFS);
	CHECK_EQ(clock.operations->step(&clock, gn_offset_from_ns(1)), -EROFS);
	CHECK(clock.operations->mark_synchronized == NULL);
	CHECK_EQ(kernel.changes, 0);
	clock_close(&clock);
}

TEST(without_the_privilege_the_text_names_it_and_how_to_grant_it)
{
	struct clock clock;

	boot();
	kernel.forbids = true;
	CHECK_EQ(open_clock(&clock, "CLOCK_REALTIME", true), -EPERM);
	CHECK(strstr(why, "CAP_SYS_TIME") != NULL);
	CHECK(strstr(why, "setcap") != NULL);
	CHECK_EQ(open_clock(&clock, "CLOCK_AUX3", true), -EPERM);
}

TEST(auxiliary_clocks_have_neither_tai_nor_leap_seconds)
{
	struct clock clock;

	boot();
	CHECK_EQ(open_clock(&clock, "CLOCK_AUX3", true), 0);
	CHECK(!clock.is_utc);
	CHECK(!clock.operations->set_tai_offset && !clock.operations->set_leap);
	clock_close(&clock);
	kernel.lacks = true;
	CHECK_EQ(open_clock(&clock, "CLOCK_AUX3", true), -EINVAL);
	CHECK(strstr(why, "aux_clock_enable") != NULL);
	CHECK_EQ(open_clock(&clock, "CLOCK_AUX8", true), -ENOENT);
	CHECK_EQ(open_clock(&clock, "CLOCK_TAI", true), -EROFS);
}
