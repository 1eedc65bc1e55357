/* src/linux/clock_phc.c -- a PTP hardware clock: /dev/ptpN, a dynamic POSIX clock behind a descriptor.
 *
 * The best reading is the driver's own: before, device, after, taken with nothing in between, against the raw clock
 * that nobody steers. Kernels before 6.12 and many drivers cannot; then the clock is read like any other, between two
 * raw readings of ours. What was refused once is not asked again.
 *
 * Structures and numbers are ours, at full size: system headers may be older than the kernel below. */
#include "linux/clock_calls.h"
#include "linux/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define EXTENDED_SAMPLES_MAX 25
#define EXTENDED_SAMPLES 3

#ifndef ADJ_SETOFFSET
#define ADJ_SETOFFSET 0x0100
#endif

struct phc_caps {
	int32_t max_adj, n_alarm, n_ext_ts, n_per_out, pps, n_pins, cross_timestamping, adjust_phase;
	int32_t max_phase_adj; /* ns; 0 before 6.5 */
	int32_t reserved[11];
};

struct phc_time {
	int64_t sec;
	uint32_t nsec, reserved;
};

struct phc_extended {
	uint32_t n_samples;
	int32_t clock_id; /* 6.12; zero before */
	uint32_t reserved[2];
	struct phc_time at[EXTENDED_SAMPLES_MAX][3]; /* before, device, after */
};

_Static_assert(sizeof(struct phc_caps) == 80, "PTP_CLOCK_GETCAPS");
_Static_assert(sizeof(struct phc_extended) == 1216, "PTP_SYS_OFFSET_EXTENDED");

#define PHC_GETCAPS _IOR('=', 1, struct phc_caps)
#define PHC_SYS_OFFSET_EXTENDED _IOWR('=', 9, struct phc_extended)

struct phc_state {
	const struct clock_calls *calls;
	clockid_t id;
	bool has_extended; /* until it is refused */
	int32_t max_phase_ns;
};

static int64_t phc_time_ns(const struct phc_time *t)
{
	return t->sec * GN_NS_PER_SECOND + t->nsec;
}

static int read_extended(struct clock *clock, struct clock_reading *out)
{
	const struct phc_state *s = clock->state;
	struct phc_extended x = { .n_samples = EXTENDED_SAMPLES, .clock_id = CLOCK_MONOTONIC_RAW };
	int best = 0;

	if (s->calls->ioctl(clock->fd, PHC_SYS_OFFSET_EXTENDED, &x) != 0) {
		return -errno;
	}
	for (int i = 1; i < EXTENDED_SAMPLES; i++) {
		if (phc_time_ns(&x.at[i][2]) - phc_time_ns(&x.at[i][0]) <
		    phc_time_ns(&x.at[best][2]) - phc_time_ns(&x.at[best][0])) {
			best = i;
		}
	}
	out->raw_before_ns = phc_time_ns(&x.at[best][0]);
	out->raw_after_ns = phc_time_ns(&x.at[best][2]);
	out->clock = (struct gn_precise){ { 0, 0 }, 0 };
	if (x.at[best][1].sec >= 0) {
		out->clock.whole.seconds = (uint64_t)x.at[best][1].sec;
		out->clock.whole.nanoseconds = x.at[best][1].nsec;
	}
	return 0;
}

/* What an ioctl says that this kernel or driver has not: everything else is a failure of the device. */
static bool is_unsupported(int err)
{
	return err == -ENOTTY || err == -EINVAL || err == -EOPNOTSUPP || err == -ENOSYS;
}

static int phc_read(struct clock *clock, struct clock_reading *out)
{
	struct phc_state *s = clock->state;

	if (s->has_extended) {
		int err = read_extended(clock, out);

		if (!is_unsupported(err)) {
			return err;
		}
		s->has_extended = false;
	}
	return clock_bracket(s->calls, s->id, out);
}

static int adjust(const struct phc_state *s, struct timex *tx)
{
	return s->calls->adjtime(s->id, tx) < 0 ? -errno : 0;
}

static int phc_get_rate(struct clock *clock, struct gn_rate *out)
{
	struct timex tx = { .modes = 0 };
	int err = adjust(clock->state, &tx);

	if (err == 0) {
		*out = clock_rate_from_timex(tx.freq);
	}
	return err;
}

static int phc_set_rate(struct clock *clock, struct gn_rate rate, struct gn_rate *applied)
{
	struct gn_rate wanted = clock_clamp_rate(rate, clock->rate_limit);
	struct timex tx = { .modes = ADJ_FREQUENCY };
	int err;

	if (clock->is_readonly) {
		return -EROFS;
	}
	tx.freq = (__typeof__(tx.freq))clock_rate_to_timex(wanted);
	err = adjust(clock->state, &tx);
	if (err == 0) {
		*applied = clock_rate_from_timex(tx.freq);
	}
	return err;
}

static int phc_step(struct clock *clock, struct gn_offset by)
{
	struct timex tx = { .modes = ADJ_SETOFFSET | ADJ_NANO, .time = clock_offset_to_timeval(by) };

	if (clock->is_readonly) {
		return -EROFS;
	}
	return gn_offset_is_saturated(by) ? -ERANGE : adjust(clock->state, &tx);
}

/* A PHC obeys one mode a call: OFFSET alone is its phase control. */
static int phc_set_phase(struct clock *clock, struct gn_offset by)
{
	const struct phc_state *s = clock->state;
	int64_t ns = by.nanoseconds;
	int64_t limit = s->max_phase_ns > 0 ? s->max_phase_ns : INT32_MAX;
	struct timex tx = { .modes = ADJ_OFFSET | ADJ_NANO };

	if (clock->is_readonly) {
		return -EROFS;
	}
	ns += by.fraction >= 0x8000 && ns < INT64_MAX;
	if (ns > limit || ns < -limit) {
		return -ERANGE;
	}
	tx.offset = (__typeof__(tx.offset))ns;
	return adjust(s, &tx);
}

static void phc_close(struct clock *clock)
{
	if (clock->fd >= 0) {
		close(clock->fd);
	}
	free(clock->state);
}

static const struct clock_operations without_phase = {
	.kind = "phc",
	.read = phc_read,
	.get_rate = phc_get_rate,
	.set_rate = phc_set_rate,
	.step = phc_step,
	.close = phc_close,
};

static const struct clock_operations with_phase = {
	.kind = "phc",
	.read = phc_read,
	.get_rate = phc_get_rate,
	.set_rate = phc_set_rate,
	.step = phc_step,
	.set_phase = phc_set_phase,
	.close = phc_close,
};

/* -1 for a device that is not called /dev/ptpN in the end. */
static int index_of(const char *device)
{
	char real[PATH_MAX];
	int index, end = 0;

	if (!realpath(device, real)) {
		snprintf(real, sizeof(real), "%s", device);
	}
	if (sscanf(real, "/dev/ptp%d%n", &index, &end) == 1 && end > 0 && real[end] == '\0') {
		return index;
	}
	return -1;
}

/* The kernel's limit, and what struct timex can carry where long has 32 bits. */
static struct gn_rate limit_of(const struct phc_caps *caps)
{
	const int32_t carried_ppb = sizeof(long) == 4 ? 32767000 : INT32_MAX;
	int32_t ppb = caps->max_adj < carried_ppb ? caps->max_adj : carried_ppb;

	return gn_rate_from_ppb(ppb > 0 ? ppb : 0);
}

int clock_phc_open_with(struct clock *clock, const char *device, int fd, bool may_write,
			const struct clock_calls *calls, char *why, size_t why_size)
{
	struct phc_caps caps = { 0 };
	struct phc_state *s;

	if (calls->ioctl(fd, PHC_GETCAPS, &caps) != 0) {
		int err = -errno;

		snprintf(why, why_size, "clock %s: it is no PTP hardware clock (%s)", device, strerror(-err));
		close(fd);
		return err;
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		snprintf(why, why_size, "clock %s: out of memory", device);
		close(fd);
		return -ENOMEM;
	}
	*s = (struct phc_state){ .calls = calls,
				 .id = (clockid_t)((~(unsigned)fd << 3) | 3),
				 .has_extended = true,
				 .max_phase_ns = caps.max_phase_adj };
	*clock = (struct clock){ .operations = caps.adjust_phase ? &with_phase : &without_phase,
				 .rate_limit = limit_of(&caps),
				 .has_phase = caps.adjust_phase != 0,
				 .phc_index = index_of(device),
				 .fd = fd,
				 .lock = -1,
				 .is_readonly = !may_write,
				 .state = s };
	snprintf(clock->name, sizeof(clock->name), "%s", device);
	return 0;
}

static int explain_open(const char *device, int err, bool may_write, char *why, size_t why_size)
{
	if (err == -EACCES || err == -EPERM) {
		snprintf(why, why_size,
			 "clock %s: %s access is not permitted: run as root, or give a group the device "
			 "(udev rule: "
			 "SUBSYSTEM==\"ptp\", GROUP=\"ptp\", MODE=\"0660\")",
			 device, may_write ? "write" : "read");
	} else if (err == -ENOENT || err == -ENODEV || err == -ENXIO) {
		snprintf(why, why_size,
			 "clock %s: there is no such device; `gnomon clock list` shows those there are",
			 device);
	} else {
		snprintf(why, why_size, "clock %s: %s", device, strerror(-err));
	}
	return err;
}

int clock_open_phc(struct clock *clock, const char *device, bool may_write, char *why, size_t why_size)
{
	int lock = -1;
	int fd, err;

	fd = open(device, (may_write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0) {
		return explain_open(device, -errno, may_write, why, why_size);
	}
	if (may_write) {
		lock = clock_lock(device, why, why_size);
		if (lock == -EBUSY) {
			close(fd);
			return lock;
		}
		if (lock < 0) {
			log_warning("%s; going on without", why);
		}
	}
	err = clock_phc_open_with(clock, device, fd, may_write, &clock_calls_of_libc, why, why_size);
	if (err != 0) {
		if (lock >= 0) {
			close(lock);
		}
		return err;
	}
	clock->lock = lock;
	return 0;
}
