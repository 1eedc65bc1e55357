/* bench/servo/kalman.h -- a Kalman filter of any states, in plain covariance form. */
#ifndef BENCH_SERVO_KALMAN_H
#define BENCH_SERVO_KALMAN_H

#include "bench/servo/oscillator.h"

#define KALMAN_STATES 48

struct kalman {
	size_t count;
	double state[KALMAN_STATES];
	double covariance[KALMAN_STATES][KALMAN_STATES];
};

/* States `first` .. are an oscillator's of that many states. */
void kalman_propagate(struct kalman *k, size_t first, size_t states, const struct oscillator_step *step);

struct kalman_term {
	size_t state;
	double factor;
};

/* The sum of `terms` was measured. */
void kalman_update(struct kalman *k, const struct kalman_term *terms, size_t count, double value,
		   double variance);

/* The sum of `terms` moved by who knows how much. */
void kalman_disturb(struct kalman *k, const struct kalman_term *terms, size_t count, double variance);

#endif
