/* src/core/servo/rate_check.h -- is the clock still the clock we steer? (sanity_freq_limit)
 *
 * Compares the interval between two readings of the clock with a monotonic time that nobody steers, at most once
 * a second of both. Nothing is checked before the first frequency is set. Steps and frequencies set by ourselves
 * are told to it and allowed for. */
#ifndef CORE_SERVO_RATE_CHECK_H
#define CORE_SERVO_RATE_CHECK_H

#include "gnomon/time.h"

struct rate_check {
	double limit_ppb; /* 0: off */
	bool has_frequency, has_reading;
	double frequency_min_ppb, frequency_max_ppb, frequency_ppb;
	int64_t raw_ns;
	uint64_t clock_ns;
};

void rate_check_init(struct rate_check *c, int32_t limit_ppb);
void rate_check_frequency(struct rate_check *c, double ppb); /* the clock was set to it (minus the servo's) */
void rate_check_step(struct rate_check *c, struct gn_offset step); /* the clock was stepped by us */
void rate_check_forget(struct rate_check *c);                      /* readings so far mean nothing any more */

/* A reading of the clock and of the raw time. +1: it jumped forward or runs too fast, -1: backward or too
 * slow, 0: fine, or too soon to tell. */
int rate_check_reading(struct rate_check *c, uint64_t clock_ns, int64_t raw_ns);

#endif
