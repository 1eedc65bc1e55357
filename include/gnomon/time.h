/* include/gnomon/time.h -- time values of IEEE 1588-2019 clause 5.3.
 *
 * Each kind is a struct of its own, so the compiler refuses to mix a point in time with a
 * duration, or nanoseconds with scaled nanoseconds. Time arithmetic lives here and nowhere else.
 * All functions are pure and never fail: what cannot be expressed saturates, and says so. */
#ifndef GNOMON_TIME_H
#define GNOMON_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define GN_NS_PER_SECOND 1000000000

/* A point on a clock's timescale (5.3.3 Timestamp). seconds < 2^48, nanoseconds < 10^9. */
struct gn_timestamp {
	uint64_t seconds;
	uint32_t nanoseconds;
};

/* The same with what a Timestamp cannot hold: the part below a nanosecond, which travels in
 * correctionField. fraction is in units of 2^-16 ns and counts forward. */
struct gn_precise {
	struct gn_timestamp whole;
	uint16_t fraction;
};

/* A duration in units of 2^-16 ns (5.3.2 TimeInterval): 15 fs steps, +-39 hours. The two ends of
 * the range mean "too large to express"; results saturate there and stay, instead of wrapping. */
struct gn_interval {
	int64_t scaled_ns;
};

#define GN_INTERVAL_MAX INT64_MAX
#define GN_INTERVAL_MIN INT64_MIN

/* The distance of two clocks, for offsets and steps: +-292 years, so that a clock at 1970 can be told
 * how far it is from today. Its value is nanoseconds + fraction * 2^-16 ns (the fraction always counts
 * forward). INT64_MAX and INT64_MIN nanoseconds are the saturated ends. */
struct gn_offset {
	int64_t nanoseconds;
	uint16_t fraction; /* 2^-16 ns */
};

/* A moment of the driver's monotonic time, for deadlines: nanoseconds since any start, never negative. */
struct gn_instant {
	int64_t ns;
};

/* A frequency offset of a clock, in 2^-32 ppb: what is added to its own rate. +-2.1 s/s. */
struct gn_rate {
	int64_t scaled_ppb;
};

bool gn_timestamp_is_valid(struct gn_timestamp t);

/* <0, 0, >0 as a is before, at or after b. Both must be valid. */
int gn_timestamp_compare(struct gn_timestamp a, struct gn_timestamp b);

/* Returns later - earlier, negative if they stand the other way. Both must be valid (asserted). */
struct gn_interval gn_timestamp_diff(struct gn_timestamp later, struct gn_timestamp earlier);

/* Likewise for precise times; the second form reaches 292 years. */
struct gn_interval gn_precise_diff(struct gn_precise later, struct gn_precise earlier);
struct gn_offset gn_precise_distance(struct gn_precise a, struct gn_precise b);

/* t + by. Saturates at 0 and at the last expressible Timestamp; a saturated `by` gives those. */
struct gn_precise gn_precise_add(struct gn_precise t, struct gn_interval by);
struct gn_precise gn_precise_add_offset(struct gn_precise t, struct gn_offset by);

/* Nanoseconds since the epoch, and back. Valid up to year 2262 (saturates). Negative gives 0. */
uint64_t gn_timestamp_to_ns(struct gn_timestamp t);
struct gn_timestamp gn_timestamp_from_ns(uint64_t ns);

struct gn_interval gn_interval_from_ns(int64_t ns);
int64_t gn_interval_to_ns(struct gn_interval i);       /* toward minus infinity: an arithmetic shift */
int64_t gn_interval_truncate_ns(struct gn_interval i); /* toward zero */
bool gn_interval_is_saturated(struct gn_interval i);
struct gn_interval gn_interval_add(struct gn_interval a, struct gn_interval b);
struct gn_interval gn_interval_sub(struct gn_interval a, struct gn_interval b);
struct gn_interval gn_interval_negate(struct gn_interval i);
struct gn_interval gn_interval_half(struct gn_interval i); /* toward minus infinity */

struct gn_offset gn_offset_from_interval(struct gn_interval i);
struct gn_offset gn_offset_from_ns(int64_t ns);
struct gn_interval gn_offset_to_interval(struct gn_offset o); /* saturates */
struct gn_offset gn_offset_add(struct gn_offset a, struct gn_offset b);
struct gn_offset gn_offset_sub(struct gn_offset a, struct gn_offset b);
struct gn_offset gn_offset_negate(struct gn_offset o);
bool gn_offset_is_saturated(struct gn_offset o);

struct gn_rate gn_rate_from_ppb(double ppb); /* saturates; NaN gives 0 */
double gn_rate_to_ppb(struct gn_rate rate);

/* 2^log2_seconds in nanoseconds: exact for -9 and more, the nearest below; clamped to 1 ns .. 2^62 ns. */
int64_t gn_log_interval_ns(int log2_seconds);

#endif
