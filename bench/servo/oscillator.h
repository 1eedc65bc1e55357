/* bench/servo/oscillator.h -- a free running oscillator as a linear system driven by white noise, made discrete exactly.
 *
 *   x' = f + g + white FM    f' = r + random walk    r' = drift noise
 *   a' = -a / air + noise    g' = (a - g) / crystal
 *
 * x: phase, ns. f: frequency, ppb (ns/s). r: drift, ppb/s. a: the air's temperature, as the frequency (ppb) that a crystal as
 * warm would be off by; g: the crystal's, which follows slowly. States that a model does not have are left out, so that the
 * world and the filter that knows it share one description and the filter is optimal by construction. */
#ifndef BENCH_SERVO_OSCILLATOR_H
#define BENCH_SERVO_OSCILLATOR_H

#include "sim/rng.h"

#include <stdbool.h>
#include <stddef.h>

#define OSCILLATOR_STATES 5

struct oscillator_model {
	double white;           /* of frequency, ns/sqrt(s): the Allan deviation at 1 s, in ppb */
	double walk;            /* of frequency, ppb/sqrt(s) */
	double drift_walk;      /* ppb/s/sqrt(s) */
	double drift;           /* at the start, ppb/s, 1 sigma */
	double temperature_ppb; /* what the air's temperature amounts to, 1 sigma; 0: none */
	double air_s, crystal_s;
};

struct oscillator_step {
	double transition[OSCILLATOR_STATES][OSCILLATOR_STATES];
	double noise[OSCILLATOR_STATES][OSCILLATOR_STATES]; /* covariance */
};

/* 2 to 5: x, f [, r] [, a, g]. */
size_t oscillator_states(const struct oscillator_model *model);

void oscillator_step(const struct oscillator_model *model, double seconds, struct oscillator_step *out);

/* What is known of it before anything is: the covariance of all states but x and f, which are 0. */
void oscillator_prior(const struct oscillator_model *model, double out[OSCILLATOR_STATES][OSCILLATOR_STATES]);

/* Its states at the start, drawn; x and f as given. */
void oscillator_draw(const struct oscillator_model *model, double phase_ns, double frequency_ppb,
		     struct rng *rng, double state[OSCILLATOR_STATES]);
void oscillator_advance(const struct oscillator_model *model, double seconds, struct rng *rng,
			double state[OSCILLATOR_STATES]);

#endif
