/* src/linux/clock_system.c -- the kernel's own clocks: CLOCK_REALTIME and the auxiliary CLOCK_AUX0..7.
 *
 * The kernel takes a frequency of +-500 ppm only; what is more goes into the length of the tick (USER_HZ of them a
 * second, in whole microseconds, +-10 %). One tick unit is USER_HZ ppm, so that
 *
 *     rate = (tick - nominal) * USER_HZ ppm + freq * 2^-16 ppm
 *
 * Every call writes both: whatever another program left in the tick ends with our first rate. A step is relative
 * (ADJ_SETOFFSET): no reading of ours ages between looking and setting. */
#include "linux/clock_calls.h"
#include "linux/clock_virtual.h"
#include "linux/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLOCK_AUX_FIRST 16 /* linux/time.h from 6.17 on */
#define FREQ_LIMIT_PPB 500000
#define RATE_LIMIT_PPB 100000000
#define LEAP_FLAGS (STA_INS | STA_DEL)

#ifndef ADJ_SETOFFSET
#define ADJ_SETOFFSET 0x0100
#endif
#ifndef ADJ_TAI
#define ADJ_TAI 0x0080
#endif

struct system_state {
	const struct clock_calls *calls;
	clockid_t id;
	int64_t tick_nominal;
	int64_t tick_unit; /* of the rate, 2^-32 ppb */
	int status;        /* the STA_ bits we want */
};

static int system_read(struct clock *clock, struct clock_reading *out)
{
	const struct system_state *s = clock->state;

	return clock_bracket(s->calls, s->id, out);
}

static int adjust(const struct system_state *s, struct timex *tx)
{
	return s->calls->adjtime(s->id, tx) < 0 ? -errno : 0;
}

static int system_get_rate(struct clock *clock, struct gn_rate *out)
{
	const struct system_state *s = clock->state;
	struct timex tx = { .modes = 0 };
	int err = adjust(s, &tx);

	if (err != 0) {
		return err;
	}
	*out = clock_rate_from_timex(tx.freq);
	if (tx.tick != 0) { /* simulators leave it empty */
		out->scaled_ppb += (tx.tick - s->tick_nominal) * s->tick_unit;
	}
	return 0;
}

static int64_t nearest(int64_t value, int64_t unit)
{
	return value / unit + (value % unit + (value < 0 ? -unit / 2 : unit / 2)) / unit;
}

static int system_set_rate(struct clock *clock, struct gn_rate rate, struct gn_rate *applied)
{
	const struct system_state *s = clock->state;
	struct gn_rate wanted = clock_clamp_rate(rate, clock->rate_limit);
	struct gn_rate freq_limit = gn_rate_from_ppb(FREQ_LIMIT_PPB);
	int64_t ticks = 0;
	struct gn_rate rest = wanted;
	struct timex tx = { .modes = ADJ_FREQUENCY | ADJ_TICK };
	int err;

	if (wanted.scaled_ppb > freq_limit.scaled_ppb || wanted.scaled_ppb < -freq_limit.scaled_ppb) {
		ticks = nearest(wanted.scaled_ppb, s->tick_unit);
		rest.scaled_ppb -= ticks * s->tick_unit;
	}
	tx.tick = (__typeof__(tx.tick))(s->tick_nominal + ticks);
	tx.freq = (__typeof__(tx.freq))clock_rate_to_timex(rest);
	err = adjust(s, &tx);
	if (err == 0) {
		*applied = clock_rate_from_timex(tx.freq);
		applied->scaled_ppb += ticks * s->tick_unit;
	}
	return err;
}

static int system_step(struct clock *clock, struct gn_offset by)
{
	struct timex tx = { .modes = ADJ_SETOFFSET | ADJ_NANO, .time = clock_offset_to_timeval(by) };

	return gn_offset_is_saturated(by) ? -ERANGE : adjust(clock->state, &tx);
}

static int system_set_tai_offset(struct clock *clock, int seconds)
{
	struct timex tx = { .modes = ADJ_TAI, .constant = seconds };

	return adjust(clock->state, &tx);
}

static int system_set_leap(struct clock *clock, int leap)
{
	struct system_state *s = clock->state;
	int status = (s->status & ~LEAP_FLAGS) | (leap > 0 ? STA_INS : leap < 0 ? STA_DEL : 0);
	struct timex tx = { .modes = ADJ_STATUS, .status = status };
	int err = adjust(s, &tx);

	if (err == 0) {
		s->status = status;
	}
	return err;
}

/* From now on the kernel itself lets the maximum error grow, until the next call. */
static int system_mark_synchronized(struct clock *clock, bool is_ptp_timescale)
{
	struct system_state *s = clock->state;
	int status = s->status & ~STA_UNSYNC;
	struct timex tx = { .modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR, .status = status };
	int err = adjust(s, &tx);

	(void)is_ptp_timescale; /* UTC is kept from either */
	if (err == 0) {
		s->status = status;
	}
	return err;
}

static void system_close(struct clock *clock)
{
	free(clock->state);
}

static int refuse_rate(struct clock *clock, struct gn_rate rate, struct gn_rate *applied)
{
	(void)clock;
	(void)rate;
	(void)applied;
	return -EROFS;
}

static int refuse_offset(struct clock *clock, struct gn_offset by)
{
	(void)clock;
	(void)by;
	return -EROFS;
}

static const struct clock_operations realtime = {
	.kind = "system",
	.read = system_read,
	.get_rate = system_get_rate,
	.set_rate = system_set_rate,
	.step = system_step,
	.set_tai_offset = system_set_tai_offset,
	.set_leap = system_set_leap,
	.mark_synchronized = system_mark_synchronized,
	.close = system_close,
};

static const struct clock_operations auxiliary = {
	.kind = "system",
	.read = system_read,
	.get_rate = system_get_rate,
	.set_rate = system_set_rate,
	.step = system_step,
	.close = system_close,
};

static const struct clock_operations readonly = {
	.kind = "system",
	.read = system_read,
	.get_rate = system_get_rate,
	.set_rate = refuse_rate,
	.step = refuse_offset,
	.close = system_close,
};

struct system_name {
	const char *name;
	clockid_t id;
	bool is_utc, may_steer;
	const struct clock_operations *operations;
};

#define AUX(n)                                                                                               \
	{                                                                                                    \
		"CLOCK_AUX" #n, CLOCK_AUX_FIRST + (n), false, true, &auxiliary                               \
	}

static const struct system_name system_names[] = {
	{ "CLOCK_REALTIME", CLOCK_REALTIME, true, true, &realtime },
	{ "CLOCK_TAI", CLOCK_TAI, false, false, &readonly },
	{ "CLOCK_MONOTONIC", CLOCK_MONOTONIC, false, false, &readonly },
	{ "CLOCK_BOOTTIME", CLOCK_BOOTTIME, false, false, &readonly },
	AUX(0),
	AUX(1),
	AUX(2),
	AUX(3),
	AUX(4),
	AUX(5),
	AUX(6),
	AUX(7),
};

static const struct system_name *find_name(const char *name)
{
	for (size_t i = 0; i < sizeof(system_names) / sizeof(system_names[0]); i++) {
		if (strcmp(name, system_names[i].name) == 0) {
			return &system_names[i];
		}
	}
	return NULL;
}

static int explain(const char *name, int err, char *why, size_t why_size)
{
	if (err == -EPERM) {
		char program[256] = "gnomon";
		ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

		program[n > 0 ? n : 6] = '\0';
		snprintf(why, why_size,
			 "clock %s: the kernel lets nobody steer it without CAP_SYS_TIME: run as root, or "
			 "`setcap "
			 "cap_sys_time+ep %s`, or AmbientCapabilities=CAP_SYS_TIME in the systemd unit; "
			 "`clock virtual` "
			 "needs no privilege",
			 name, program);
	} else if (err == -EINVAL || err == -ENODEV) {
		snprintf(why, why_size,
			 "clock %s: this kernel does not have it, or it is off (for CLOCK_AUXn write 1 to "
			 "/sys/kernel/time/aux_clocks/n/aux_clock_enable)",
			 name);
	} else {
		snprintf(why, why_size, "clock %s: %s", name, strerror(-err));
	}
	return err;
}

/* Tells at the start, not at the first rate, whether the clock can be steered: reads it, and writes what does no harm.
 * STA_UNSYNC stays as it is found; leap flags and the kernel's own PLL of an earlier program end. */
static int take_over(struct clock *clock)
{
	struct system_state *s = clock->state;
	struct timex tx = { .modes = 0 };
	int err = adjust(s, &tx);

	if (err != 0) {
		return err;
	}
	s->status = tx.status & STA_UNSYNC;
	if (clock->operations->set_leap) {
		return clock->operations->set_leap(clock, 0);
	}
	tx = (struct timex){ .modes = ADJ_FREQUENCY, .freq = tx.freq };
	return adjust(s, &tx);
}

int clock_system_open_with(struct clock *clock, const char *name, bool may_write,
			   const struct clock_calls *calls, char *why, size_t why_size)
{
	const struct system_name *known = find_name(name);
	int64_t user_hz = sysconf(_SC_CLK_TCK) > 0 ? sysconf(_SC_CLK_TCK) : 100;
	struct system_state *s;
	struct clock_reading reading;
	int err;

	if (!known) {
		snprintf(why, why_size,
			 "clock %s: there is no such system clock (CLOCK_REALTIME, CLOCK_AUX0 .. CLOCK_AUX7)",
			 name);
		return -ENOENT;
	}
	if (may_write && !known->may_steer) {
		snprintf(why, why_size, "clock %s: it can only be read; steer CLOCK_REALTIME", name);
		return -EROFS;
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		snprintf(why, why_size, "clock %s: out of memory", name);
		return -ENOMEM;
	}
	*s = (struct system_state){ .calls = calls,
				    .id = known->id,
				    .tick_nominal = (1000000 + user_hz / 2) / user_hz,
				    .tick_unit = user_hz * 1000 * ((int64_t)1 << 32) };
	*clock = (struct clock){ .operations = may_write ? known->operations : &readonly,
				 .rate_limit = gn_rate_from_ppb(RATE_LIMIT_PPB),
				 .is_utc = known->is_utc,
				 .phc_index = -1,
				 .fd = -1,
				 .lock = -1,
				 .is_readonly = !may_write,
				 .state = s };
	snprintf(clock->name, sizeof(clock->name), "%s", name);
	err = system_read(clock, &reading);
	if (err == 0 && may_write) {
		err = take_over(clock);
	}
	if (err != 0) {
		clock_close(clock);
		return explain(name, err, why, why_size);
	}
	return 0;
}

int clock_open_system(struct clock *clock, const char *name, char *why, size_t why_size)
{
	int lock = clock_lock(name, why, why_size);
	int err;

	if (lock == -EBUSY) {
		return lock;
	}
	if (lock < 0) {
		log_warning("%s; going on without", why);
	}
	err = clock_system_open_with(clock, name, true, &clock_calls_of_libc, why, why_size);
	if (err != 0) {
		if (lock >= 0) {
			close(lock);
		}
		return err;
	}
	clock->lock = lock;
	if (clock->is_utc) {
		(void)clock_warn_of_other_servos("/proc"); /* told is told; the count is for the tests */
	}
	return 0;
}

int clock_open_system_readonly(struct clock *clock, const char *name, char *why, size_t why_size)
{
	return clock_system_open_with(clock, name, false, &clock_calls_of_libc, why, why_size);
}
