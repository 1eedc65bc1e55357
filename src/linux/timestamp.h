/* src/linux/timestamp.h -- the one place where the kernel's timestamps become ours.
 *
 * A driver hands its stamps over as seconds and nanoseconds of some clock. Most faults of PTP on Linux are faults of
 * this hand-over, so every stamp is checked here before anybody computes with it: its nanoseconds, its epoch, and
 * that it lies within a second of its clock as that is read when the stamp is fetched. A failure has a status
 * (enum gn_stamp_status), a counter and, at a limited rate, a line that says what to suspect.
 *
 * Software stamps are of CLOCK_REALTIME. Where another clock is steered they are converted: readings of REALTIME and
 * MONOTONIC_RAW before and after the stamp give its raw time, that the time of the steered clock. Where REALTIME
 * jumped between those readings nobody can tell on which side the stamp lies: GN_STAMP_CLOCK_JUMPED.
 *
 * Reads clocks through functions given to it only. */
#ifndef LINUX_TIMESTAMP_H
#define LINUX_TIMESTAMP_H

#include "gnomon/instance.h"
#include "linux/clock.h"

#include <time.h>

/* CLOCK_REALTIME at some moment between the two raw times. */
struct timestamp_realtime {
	int64_t realtime_ns;
	int64_t raw_before_ns, raw_after_ns;
};

/* How the clocks are read; `context` is handed back. Functions return 0 or a negative errno. */
struct timestamp_clocks {
	int (*read_clock)(void *context, struct clock_reading *out); /* the steered clock */
	int (*read_realtime)(void *context, struct timestamp_realtime *out);
	struct gn_precise (*clock_at)(void *context, int64_t raw_ns); /* TIMESTAMP_BY_FORMULA only */
	uint32_t (*epoch)(void *context);                             /* of the steered clock, now */
	void (*explain)(void *context, const char *line);             /* one line for people */
	void *context;
};

enum timestamp_conversion {
	TIMESTAMP_AS_IS, /* stamps are of the steered clock: a PHC's, or software stamps of CLOCK_REALTIME */
	TIMESTAMP_BY_FORMULA, /* software stamps; clock_at() gives the clock at any raw time (virtual clocks) */
	TIMESTAMP_BY_READINGS, /* software stamps; the clock is known where it was read */
};

enum timestamp_direction { TIMESTAMP_RX, TIMESTAMP_TX };

struct timestamp_counters {
	uint64_t count[GN_STAMP_STATUSES]; /* by enum gn_stamp_status */
	uint64_t out_of_order;
};

#define TIMESTAMP_READINGS 8

/* The state of one port's conversion. Private, but in the caller's memory. */
struct timestamper {
	struct timestamp_clocks clocks;
	enum timestamp_conversion conversion;
	char label[64];
	uint32_t epoch;
	bool has_clock, has_previous_clock; /* `now` and `previous` are readings of this epoch */
	struct clock_reading now, previous;
	struct timestamp_realtime realtime[TIMESTAMP_READINGS]; /* newest first */
	unsigned realtime_count;
	bool has_boundary;
	uint32_t boundary_epoch; /* `boundary` was read after the step that ends this epoch */
	struct clock_reading boundary;
	struct gn_precise last[2]; /* by direction */
	uint32_t last_epoch[2];
	bool has_last[2];
	struct timestamp_counters counters;
	int64_t explained_ns[GN_STAMP_STATUSES]; /* raw time of the last line, 0: none */
	uint64_t unexplained[GN_STAMP_STATUSES];
};

/* `label` opens each line, e.g. "port 1 (eth0)". Takes a first reading, so that the first stamp has one before it. */
void timestamper_init(struct timestamper *t, const struct timestamp_clocks *clocks,
		      enum timestamp_conversion conversion, const char *label);

/* To be called once per batch, after it was fetched: reads the clocks. */
void timestamper_begin_batch(struct timestamper *t);

/* A stamp of the batch. A stamp of zero is no stamp: GN_STAMP_MISSING, counted by the caller where it expected one. */
struct gn_stamp timestamper_convert(struct timestamper *t, const struct timespec *kernel,
				    enum timestamp_direction direction);

/* The steered clock was just stepped, and its epoch is about to rise: stamps of the old epoch that are still on their
 * way are known in the new one by lying before this moment, or after `now`. */
void timestamper_clock_stepped(struct timestamper *t);

/* A stamp that is none, with a reason; it is counted. */
struct gn_stamp timestamper_refuse(struct timestamper *t, enum gn_stamp_status status);

#endif
