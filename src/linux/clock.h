/* src/linux/clock.h -- a clock that can be disciplined, of whatever kind.
 *
 * One table of functions a kind: system (CLOCK_REALTIME, CLOCK_AUXn), phc (/dev/ptpN), virtual (a rate and an offset
 * over CLOCK_MONOTONIC_RAW in shared memory). Functions return 0 or a negative errno. */
#ifndef LINUX_CLOCK_H
#define LINUX_CLOCK_H

#include "gnomon/config.h"
#include "gnomon/time.h"

/* A reading with what surrounds it: the clock was at `clock` at some moment between the two RAW times. */
struct clock_reading {
	struct gn_precise clock;
	int64_t raw_before_ns, raw_after_ns; /* CLOCK_MONOTONIC_RAW */
};

struct clock;

struct clock_operations {
	const char *kind; /* "system", "phc", "virtual" */
	int (*read)(struct clock *clock, struct clock_reading *out);
	int (*get_rate)(struct clock *clock, struct gn_rate *out);
	int (*set_rate)(struct clock *clock, struct gn_rate rate, struct gn_rate *applied);
	int (*step)(struct clock *clock, struct gn_offset by);
	int (*set_phase)(struct clock *clock, struct gn_offset by); /* NULL: no phase control */
	int (*set_tai_offset)(struct clock *clock, int seconds);    /* NULL: not a UTC clock */
	int (*set_leap)(struct clock *clock, int leap);             /* NULL: likewise */
	/* NULL: nothing to mark. Whether what it follows is the PTP timescale or an arbitrary one. */
	int (*mark_synchronized)(struct clock *clock, bool is_ptp_timescale);
	void (*close)(struct clock *clock);
};

struct clock {
	const struct clock_operations *operations;
	char name[GN_NAME_SIZE]; /* "CLOCK_REALTIME", "/dev/ptp0", or the virtual clock's name */
	struct gn_rate rate_limit;
	bool has_phase;
	bool is_utc;    /* CLOCK_REALTIME; PHCs and virtual clocks keep the PTP timescale */
	int phc_index;  /* -1 */
	uint32_t epoch; /* raised by every step; stamps carry it */
	int fd;
	void *state;
	bool is_readonly; /* operations that change it give -EROFS */
	int lock;         /* what proves the ownership; -1: none */
};

/* The clock to steer, or -errno with a reason in `why` (where, what, what to do). The virtual clock is created and
 * published under `name`; its lock is taken (one process owns a clock): -EBUSY names the owner's pid in `why`. */
int clock_open_system(struct clock *clock, const char *name, char *why, size_t why_size);
int clock_open_phc(struct clock *clock, const char *device, bool may_write, char *why, size_t why_size);
int clock_open_virtual(struct clock *clock, const char *name, double initial_offset_s,
		       double initial_frequency_ppb, char *why, size_t why_size);
/* A clock that is only read: no lock, nothing changed; whoever owns it. By its name: "CLOCK_REALTIME", "CLOCK_TAI",
 * "CLOCK_AUX0", a path ("/dev/ptp0"), or the name of another process's virtual clock. */
int clock_open_readonly(struct clock *clock, const char *name, char *why, size_t why_size);
int clock_open_system_readonly(struct clock *clock, const char *name, char *why, size_t why_size);
/* Another process's virtual clock, to look at. */
int clock_open_virtual_readonly(struct clock *clock, const char *name, char *why, size_t why_size);
void clock_close(struct clock *clock);

/* The pid that owns a clock of that name, or 0. */
int clock_owner(const char *name);

/* Makes this process the owner of a clock: a lock file named after it, with the pid inside, in the first of
 * $GNOMON_RUNTIME_DIR, /run/lock/gnomon, /run/gnomon, $XDG_RUNTIME_DIR/gnomon, /tmp/gnomon-UID that can be used. The
 * lock ends with the process. Returns a descriptor for close(); -EBUSY names pid and command of the owner in `why`;
 * another error: no place for a lock file. */
int clock_lock(const char *name, char *why, size_t why_size);

/* Warns (log.h) of every running program that is known to steer CLOCK_REALTIME: returns how many there are. `proc` is
 * "/proc". */
int clock_warn_of_other_servos(const char *proc);

/* CLOCK_MONOTONIC_RAW in ns, or CLOCK_MONOTONIC where that is missing. */
int64_t clock_raw_ns(void);
int64_t clock_monotonic_ns(void);

#endif
