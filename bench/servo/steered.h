/* bench/servo/steered.h -- a clock that is steered: the oscillator's time, the frequency that was set, and steps. */
#ifndef BENCH_SERVO_STEERED_H
#define BENCH_SERVO_STEERED_H

#include <stdint.h>

struct steered {
	double error_ns;      /* how far it is off true time */
	double frequency_ppb; /* as set */
	double limit_ppb;
	double phase_ns; /* the oscillator's, up to where it was followed */
	int64_t at_ns;
};

void steered_begin(struct steered *clock, double phase_ns, double limit_ppb);

/* The oscillator has come to this phase. */
void steered_follow(struct steered *clock, int64_t at_ns, double phase_ns);

/* To what the clock can be set to, 2^-16 ppm, and within its limit. Returns what it is. */
double steered_set(struct steered *clock, double frequency_ppb);

#endif
