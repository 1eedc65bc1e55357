/* src/sim/clock/phc.h -- a clock that can be steered, as drivers know it: an oscillator, a register of time, an actuator.
 *
 * The operations are those of the kernel's struct ptp_clock_info, one table for each driver shape; a driver bug is a table
 * in which one operation is wrong. A clock's value is kept in 2^-32 ns, so that nothing is lost below its resolution. */
#ifndef SIM_PHC_H
#define SIM_PHC_H

#include "gnomon/time.h"
#include "sim/key.h"
#include "sim/clock/oscillator.h"

/* Driver bugs of clocks and stamps; the names are the scenario's words (phc.c). */
enum driver_bug {
	BUG_NONE,
	BUG_ADJFINE_SIGN,      /* the frequency is set the wrong way round */
	BUG_ADJFINE_SCALE,     /* ppb taken for scaled ppm: 65.536 times too small */
	BUG_ADJFINE_NOTHING,   /* accepted and ignored */
	BUG_ADJTIME_UNSIGNED,  /* loses the sign of negative values */
	BUG_ADJTIME_NOTHING,   /* accepted and ignored */
	BUG_SECONDS_LOST,      /* stamp: seconds * 10^9 worked out in 32 bits */
	BUG_NANOSECONDS_WRAP,  /* stamp: the 32-bit nanoseconds counter's wrap is missed */
	BUG_CARRY,             /* stamp: seconds read before nanoseconds: now and then a second short */
	BUG_SWAPPED_REGISTERS, /* stamp: seconds and nanoseconds the wrong way round */
	BUG_PREVIOUS_STAMP,    /* transmit: the stamp of the packet before */
	BUG_STALE_QUEUE,       /* transmit: after a lost one all stamps are one behind, until a reset */
	BUG_WRONG_PROVIDER, /* the other unit's capabilities are advertised; stamps come from this one's clock */
	BUG_LOAD_OFFSET,    /* stamps shift with the host's load: taken before a queue */
	BUG_RESET_OFFSET, /* after a link flap latencies are others */
};
#define DRIVER_BUGS 15
extern const struct key_label driver_bug_labels[]; /* all of them */
extern const struct key_label
	clock_bug_labels[]; /* those that a clock can have: of adjfine, adjtime and the stamp */
extern const struct key_label
	stamp_bug_labels[]; /* those that an interface can have: of the stamp and its ways */

struct phc_settings {
	int64_t offset; /* ps: from true time when the world starts; a later change steps it by the difference */
	int64_t offset_spread;   /* ps: and each one's own, uniform within +- this; drawn once */
	bool starts_at_zero;     /* or it starts at 0 s (1970), whatever the offset */
	double max_rate;         /* ppb */
	double rate_resolution;  /* ppb; 0: exact */
	int64_t step_resolution; /* ps; 0: exact (adjtime takes whole ns: 1ns) */
	int64_t read_latency; /* ps: mean of an exponential: how long a read takes; its moment is anywhere within */
	bool has_phase;       /* adjphase */
	int64_t phase_range; /* ps */
	int bug;             /* enum driver_bug: one of the clock's */
	double bug_chance;   /* of those that come and go */
};
extern const struct part_kind phc_kind;    /* statement "clock": of a node's PHC */
extern const struct part_kind system_kind; /* statement "system": of its CLOCK_REALTIME */

struct phc;

/* A value is handed in and out as gn_precise; what a register cannot show (below 0, beyond 2^48 s) it shows as its end.
 * A plain driver's stamp has whole nanoseconds, as the kernel's interface has: the fraction is cut off. */
struct phc_operations {
	int (*adjfine)(struct phc *phc, int64_t at_ps,
		       struct gn_rate rate); /* 0 or -errno, as all of these */
	int (*adjtime)(struct phc *phc, int64_t at_ps, struct gn_offset by);
	int (*adjphase)(struct phc *phc, int64_t at_ps, struct gn_offset by);
	int (*gettimex)(struct phc *phc, int64_t at_ps, struct gn_precise *time);
	int (*settime)(struct phc *phc, int64_t at_ps, struct gn_precise time);
	/* this clock and `other` at the same instant: exact */
	int (*getcrosststamp)(struct phc *phc, int64_t at_ps, struct phc *other, struct gn_precise *time,
			      struct gn_precise *others);
	int (*extts)(struct phc *phc, int64_t at_ps, struct gn_precise *time); /* an edge came in */
	/* when the next edge of a periodic output of that period leaves, true time */
	int (*perout)(struct phc *phc, int64_t now_ps, int64_t period_ns, int64_t *at_ps);
	/* a register's value becomes the 64-bit nanoseconds that the driver hands over */
	void (*stamp)(struct phc *phc, struct gn_precise raw, struct gn_precise *handed);
};

/* The table of a driver with that bug; of a plain one where the bug is not a clock's. */
const struct phc_operations *phc_operations_of(enum driver_bug bug);

struct phc {
	const struct phc_operations *operations;
	struct phc_settings settings;
	struct oscillator *oscillator; /* the caller's */
	struct rng rng;
	__int128 base;       /* value at base_ps, in 2^-32 ns since the epoch */
	__int128 base_phase; /* of the oscillator then */
	int64_t base_ps;
	uint32_t base_rest;      /* what base lacks: this many thousandths of 2^-32 ns .. */
	int64_t rate_rest;       /* .. and this many 2^-62 of it: nothing is ever rounded away */
	int64_t rate_fixed;      /* 2^-62, really in force */
	int64_t offset_done;     /* of settings.offset */
	double rate;             /* rate_fixed as a fraction */
	struct gn_rate rate_set; /* as read back */
	uint32_t epoch;
	uint64_t steps, rate_changes;
	struct gn_precise last_stamp;
};

/* `start_seconds`: the timescale's seconds at true time 0. */
void phc_init(struct phc *phc, const struct phc_settings *settings, struct oscillator *oscillator,
	      uint64_t start_seconds, uint64_t seed, const char *name);

/* After settings were changed (another bug, another resolution): from now on. */
void phc_changed(struct phc *phc, int64_t now_ps);

/* Its oscillator's settings are about to change, or were: keeps the value continuous. */
void phc_rebase(struct phc *phc, int64_t at_ps);

/* The register, exactly: what an ideal reader sees. Below 0 it shows 0. */
struct gn_precise phc_exact(struct phc *phc, int64_t at_ps);

/* The same, and below 0 too, in 2^-32 ns. */
__int128 phc_value(struct phc *phc, int64_t at_ps);

/* Its value minus (start_seconds + true time), in 2^-16 ns; saturates. */
int64_t phc_error(struct phc *phc, int64_t at_ps, uint64_t start_seconds);
__int128 phc_error_exact(struct phc *phc, int64_t at_ps,
			 uint64_t start_seconds); /* in 2^-32 ns, whatever it is */

/* True frequency error now, ppb, with what it is set to. */
double phc_frequency_error(struct phc *phc, int64_t at_ps);

/* When its register will show `time`, as true time (to some ps, while its frequency is as now): now_ps when it is past,
 * SIM_NEVER when that is beyond all simulated time. */
int64_t phc_when(struct phc *phc, int64_t now_ps, struct gn_precise time);

/* Somebody else's hand: steps it, whatever the driver's bugs. A new epoch. */
void phc_step(struct phc *phc, int64_t at_ps, int64_t by_ps);

/* The hardware itself, which a driver's operations (driver.c) work: its rate, rounded to the resolution and held within
 * +-1; `by` (2^-32 ns) added to the register; the register loaded. None of these fails or counts anything. */
double phc_rounded_rate(const struct phc *phc, double ppb);
void phc_load_rate(struct phc *phc, int64_t at_ps, double ppb);
void phc_load_offset(struct phc *phc, int64_t at_ps, __int128 by);
void phc_load_time(struct phc *phc, int64_t at_ps, __int128 value);

/* gn_precise <-> 2^-32 ns. */
__int128 phc_from_precise(struct gn_precise time);
struct gn_precise phc_to_precise(__int128 value);

#endif
