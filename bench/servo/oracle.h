/* bench/servo/oracle.h -- the optimum: what one who knows everything but the random numbers makes of a trial.
 *
 * It knows the oscillators' model and noise, each message's noise, which messages met a queue, and when path or time changed, but not
 * by how much; of a chain it has the measurements of all clocks. Its clocks have everybody's actuator. At each scheduled Sync
 * and each one that comes it sets the frequency with which the clock is right at the next scheduled one (dead beat), by
 * the prediction of an estimator. For the estimator that is right for the noise no causal servo that acts then has a smaller
 * error. One that also acts on Delay_Resps can: 7 % in the mean of the hardware trials, 1 % with software stamps.
 *
 * What a servo has to find out costs it something; where the limits are wide they leave room for that. Unfair would be to
 * count the time that it takes to tell a step of the grandmaster's time from a new path: that is left out (world.c).
 *
 * Estimators measure the undisciplined oscillators: what steering does to a clock is known exactly and taken off, so that
 * estimates do not depend on what was done with them. */
#ifndef BENCH_SERVO_ORACLE_H
#define BENCH_SERVO_ORACLE_H

#include "bench/servo/series.h"
#include "bench/servo/world.h"

struct oracle_estimator {
	size_t size; /* of its state, which starts as zeros */
	void (*begin)(void *state, const struct trial *trial);
	/* x (Sync) or -x (Delay_Req) of a hop, against the clock before, with the delay and noise in it */
	void (*measured)(void *state, size_t hop, int64_t at_ns, const struct world_message *message,
			 double value_ns);
	void (*changed)(void *state, int64_t at_ns, const struct trial_change *change);
	/* Phase at a time not before what was measured last. False: it cannot be told yet. */
	bool (*predict)(const void *state, size_t hop, int64_t at_ns, double *phase_ns, double *variance);
};

extern const struct oracle_estimator oracle_kalman;
extern const struct oracle_estimator oracle_particle;

/* The one for the trial's noise. bound_ns is 3 sigma as the estimator has it; -1 before it could tell. */
const struct oracle_estimator *oracle_for(const struct trial *trial);
bool oracle_run(const struct oracle_estimator *estimator, const struct world *world, struct series *out);

#endif
