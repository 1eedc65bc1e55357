/* bench/servo/oracle_kalman.h -- the optimum: what one who knows everything but the random numbers makes of a trial.
 *
 * It knows the oscillators' model and noise, each message's noise, which messages met a queue (and ignores those: a little is
 * lost by that, as a queued message still says what the clock is not), and when path or time changed, but not by how
 * much. It estimates with a Kalman filter whose states are those of the world: of a chain all clocks', jointly. Its clock has the same
 * actuator as everybody's. At each scheduled Sync and each one that comes it sets the frequency with which the clock is right
 * at the next scheduled one (dead beat). For gaussian noise no causal servo that acts then has a smaller error. */
#ifndef BENCH_SERVO_ORACLE_KALMAN_H
#define BENCH_SERVO_ORACLE_KALMAN_H

#include "bench/servo/series.h"
#include "bench/servo/world.h"

/* bound_ns is 3 sigma as the filter has it; before anything was measured error_ns is the running clock's, bound_ns -1. */
bool oracle_kalman_run(const struct world *world, struct series *out);

#endif
