/* src/linux/clock_phc_test.c -- against a device of the test's own. */
#include "linux/clock_calls.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

static char why[512];

struct caps {
	int32_t max_adj, n_alarm, n_ext_ts, n_per_out, pps, n_pins, cross_timestamping, adjust_phase,
		max_phase_adj;
	int32_t reserved[11];
};

struct extended {
	uint32_t n_samples;
	int32_t clock_id;
	uint32_t reserved[2];
	struct {
		int64_t sec;
		uint32_t nsec, reserved;
	} at[25][3];
};

static struct device {
	struct caps caps;
	int extended_error; /* of SYS_OFFSET_EXTENDED, or 0 */
	int extended_calls;
	int64_t freq, offset;
	unsigned modes;
	struct timeval step;
	int64_t raw_ns;
} device;

static int device_adjtime(clockid_t id, struct timex *tx)
{
	CHECK_EQ(id & 7, 3); /* a clock behind a descriptor */
	device.modes = tx->modes;
	if (tx->modes & ADJ_FREQUENCY) {
		int64_t ppb = ((1 + (int64_t)tx->freq) * 125) >>
			      13; /* how the kernel compares with the limit */

		if (ppb > device.caps.max_adj || ppb < -device.caps.max_adj) {
			errno = ERANGE;
			return -1;
		}
		device.freq = tx->freq;
	}
	device.offset = tx->offset;
	device.step = tx->time;
	tx->freq = device.freq;
	return 0;
}

static int device_gettime(clockid_t id, struct timespec *ts)
{
	*ts = id == CLOCK_MONOTONIC_RAW ? (struct timespec){ 1, device.raw_ns += 100 }
					: (struct timespec){ 42, 7 };
	return 0;
}

static int device_ioctl(int fd, unsigned long request, void *argument)
{
	(void)fd;
	if (request == _IOR('=', 1, struct caps)) {
		memcpy(argument, &device.caps, sizeof(device.caps));
		return 0;
	}
	if (request == _IOWR('=', 9, struct extended)) {
		struct extended *x = argument;

		device.extended_calls++;
		errno = device.extended_error;
		if (errno != 0) {
			return -1;
		}
		CHECK_EQ(x->clock_id, CLOCK_MONOTONIC_RAW);
		for (uint32_t i = 0; i < x->n_samples; i++) { /* the second is the narrowest */
			x->at[i][0].sec = x->at[i][2].sec = 9;
			x->at[i][0].nsec = 1000 * i;
			x->at[i][1].sec = 77;
			x->at[i][1].nsec = i;
			x->at[i][2].nsec = 1000 * i + (i == 1 ? 30 : 400);
		}
		return 0;
	}
	errno = ENOTTY;
	return -1;
}

static const struct clock_calls calls = { device_adjtime, device_gettime, device_ioctl };

static int open_clock(struct clock *clock, bool may_write)
{
	return clock_phc_open_with(clock, "/dev/ptp3", open("/dev/null", O_RDWR), may_write, &calls, why,
				   sizeof(why));
}

static void plug_in(int32_t max_adj)
{
	device = (struct device){ .caps = { .max_adj = max_adj } };
}

TEST(the_driver_brackets_the_reading_where_it_can)
{
	struct clock clock;
	struct clock_reading r;

	plug_in(1000);
	CHECK_EQ(open_clock(&clock, true), 0);
	CHECK_EQ(clock.phc_index, 3);
	CHECK_EQ(clock.operations->read(&clock, &r), 0);
	CHECK_EQ(r.raw_before_ns, INT64_C(9000001000));
	CHECK_EQ(r.raw_after_ns, INT64_C(9000001030));
	CHECK_EQ(r.clock.whole.seconds, 77);
	CHECK_EQ(r.clock.whole.nanoseconds, 1);
	clock_close(&clock);
}

TEST(what_the_driver_refuses_once_is_not_asked_again)
{
	static const int refusals[] = { ENOTTY, EINVAL, EOPNOTSUPP };

	for (int i = 0; i < 3; i++) {
		struct clock clock;
		struct clock_reading r;

		plug_in(1000);
		device.extended_error = refusals[i];
		CHECK_EQ(open_clock(&clock, true), 0);
		CHECK_EQ(clock.operations->read(&clock, &r), 0);
		CHECK_EQ(clock.operations->read(&clock, &r), 0);
		CHECK_EQ(device.extended_calls, 1);
		CHECK_EQ(r.clock.whole.seconds, 42);
		CHECK_EQ(r.raw_after_ns - r.raw_before_ns, 100);
		clock_close(&clock);
	}
}

TEST(a_device_that_went_away_is_an_error_and_no_reason_to_fall_back)
{
	struct clock clock;
	struct clock_reading r;

	plug_in(1000);
	device.extended_error = ENODEV;
	CHECK_EQ(open_clock(&clock, true), 0);
	CHECK_EQ(clock.operations->read(&clock, &r), -ENODEV);
	clock_close(&clock);
}

TEST(every_rate_up_to_the_limit_is_accepted_by_the_device)
{
	static const int32_t limits[] = { 1, 77, 1000, 62499999, 99999999, 1000000000, INT32_MAX };

	for (size_t l = 0; l < sizeof(limits) / sizeof(limits[0]); l++) {
		struct clock clock;
		struct gn_rate applied, found;

		plug_in(limits[l]);
		CHECK_EQ(open_clock(&clock, true), 0);
		for (int i = 0; i < 20000; i++) {
			int64_t limit = clock.rate_limit.scaled_ppb;
			struct gn_rate wanted = { i == 0   ? limit
						  : i == 1 ? -limit
							   : test_random_between(-limit, limit) };

			CHECK_EQ(clock.operations->set_rate(&clock, wanted, &applied), 0);
			CHECK(applied.scaled_ppb - wanted.scaled_ppb <= 32768000);
			CHECK(wanted.scaled_ppb - applied.scaled_ppb <= 32768000);
			CHECK_EQ(clock.operations->get_rate(&clock, &found), 0);
			CHECK_EQ(found.scaled_ppb, applied.scaled_ppb);
			CHECK_EQ(device.modes, 0);
		}
		clock_close(&clock);
	}
}

TEST(phase_control_is_there_only_if_the_device_has_it_and_keeps_its_range)
{
	struct clock clock;

	plug_in(1000);
	CHECK_EQ(open_clock(&clock, true), 0);
	CHECK(!clock.has_phase && !clock.operations->set_phase);
	clock_close(&clock);

	device.caps.adjust_phase = 1;
	device.caps.max_phase_adj = 500;
	CHECK_EQ(open_clock(&clock, true), 0);
	CHECK(clock.has_phase);
	CHECK_EQ(clock.operations->set_phase(&clock, gn_offset_from_ns(-500)), 0);
	CHECK_EQ(device.offset, -500);
	CHECK_EQ(device.modes, ADJ_OFFSET | ADJ_NANO);
	CHECK_EQ(clock.operations->set_phase(&clock, gn_offset_from_ns(501)), -ERANGE);
	clock_close(&clock);
}

TEST(a_device_opened_to_read_is_not_changed)
{
	struct clock clock;
	struct gn_rate applied;

	plug_in(1000);
	CHECK_EQ(open_clock(&clock, false), 0);
	CHECK_EQ(clock.operations->set_rate(&clock, (struct gn_rate){ 0 }, &applied), -EROFS);
	CHECK_EQ(clock.operations->step(&clock, gn_offset_from_ns(1)), -EROFS);
	clock_close(&clock);
}

TEST(a_step_of_a_device_is_one_mode_alone)
{
	struct clock clock;

	plug_in(1000);
	CHECK_EQ(open_clock(&clock, true), 0);
	CHECK_EQ(clock.operations->step(&clock, gn_offset_from_ns(-1500000000)), 0);
	CHECK_EQ(device.step.tv_sec, -2);
	CHECK_EQ(device.step.tv_usec, 500000000);
	clock_close(&clock);
}
