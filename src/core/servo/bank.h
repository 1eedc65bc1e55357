/* src/core/servo/bank.h -- many Kalman filters beside each other, one for each idea of how much the oscillator wanders.
 *
 * State of each: what Sync sees of the oscillator left to itself (its offset + the delay), its frequency and drift, and
 * what Delay_Req sees (the delay - its offset).
 *
 *   sync'  = frequency + white noise w           frequency' = drift + white noise q
 *   delay' = the same, negated                   drift'     = white noise s
 *
 * So each message measures one component plainly, both start from their first measurement, and what moves one of them
 * alone (a path), both alike (a longer path) or both oppositely (time) is one vector each. A member's weight is the
 * likelihood of what it predicted (Magill 1965); the estimate is the mean by weight. Arrays lie member by member, so that
 * the processor does several at once. Units: ns, s, ppb = ns/s. */
#ifndef CORE_SERVO_BANK_H
#define CORE_SERVO_BANK_H

#include <stdbool.h>
#include <stdint.h>

#ifdef GN_SERVO_SMALL
#define BANK_MEMBERS 14
#else
#define BANK_MEMBERS 40
#endif

enum bank_component { BANK_SYNC, BANK_FREQUENCY, BANK_DRIFT, BANK_DELAY };

/* The covariance of a member: symmetric, so ten of sixteen. */
struct bank_covariance {
	double sync_sync[BANK_MEMBERS], sync_frequency[BANK_MEMBERS], sync_drift[BANK_MEMBERS],
		sync_delay[BANK_MEMBERS];
	double frequency_frequency[BANK_MEMBERS], frequency_drift[BANK_MEMBERS],
		frequency_delay[BANK_MEMBERS];
	double drift_drift[BANK_MEMBERS], drift_delay[BANK_MEMBERS];
	double delay_delay[BANK_MEMBERS];
};

struct bank {
	double sync[BANK_MEMBERS], frequency[BANK_MEMBERS], drift[BANK_MEMBERS], delay[BANK_MEMBERS];
	struct bank_covariance p;
	double determinant[BANK_MEMBERS],
		square[BANK_MEMBERS];    /* since the last weighing: product of S / R, sum of e^2 / S */
	double likelihood[BANK_MEMBERS]; /* logarithm, older measurements fading */
	double weight[BANK_MEMBERS];     /* sum 1 */
	uint32_t unweighed;              /* measurements since the last weighing */
	uint32_t weighed;                /* measurements in the likelihoods, up to their memory */
	bool has_sync, has_delay;
};

/* What the members agree on. Variances include how far they disagree. */
struct bank_estimate {
	double sync, frequency, drift, delay;
	double sync_variance, delay_variance, offset_variance, frequency_variance, drift_variance;
};

void bank_init(struct bank *bank, double frequency_ppb, double deviation_ppb);

/* Time goes on by `seconds`; the path wanders by `path_walk` ns/sqrt(s). */
void bank_predict(struct bank *bank, double seconds, double path_walk);

/* A measurement of BANK_SYNC or BANK_DELAY with this variance. The first of each sets it. `densities`: how likely each
 * member made it, where that is not the gaussian's word; else NULL. */
void bank_measure(struct bank *bank, enum bank_component component, double value, double variance,
		  const double *densities);

/* A measurement of the mean delay (sync + delay) / 2. The first sets `delay`; needs has_sync. */
void bank_measure_delay(struct bank *bank, double value, double variance);

/* The sum of both, by messages of that component; what was believed of it is forgotten. Needs both. */
void bank_measure_against(struct bank *bank, enum bank_component component, double sum, double variance);

/* The two are known to move by these, which is uncertain by `variance` along that same direction. */
void bank_shift(struct bank *bank, double sync, double delay, double variance);

/* That component alone is less certain than it was believed to be. */
void bank_doubt(struct bank *bank, enum bank_component component, double variance);

/* Everything is as uncertain again as that; what was learnt about the oscillator's kind stays. */
void bank_loosen(struct bank *bank, double offset_variance, double frequency_variance);

/* Nothing is known any more of the path, or of one direction. */
void bank_forget_path(struct bank *bank);

void bank_weigh(struct bank *bank);
void bank_estimate(const struct bank *bank, struct bank_estimate *out);

/* The same `seconds` later, without a measurement in between: offset_variance and frequency_variance alone. */
void bank_foresee(const struct bank *bank, double seconds, double *offset_variance,
		  double *frequency_variance);

/* What the estimate's error stays within then but for `tail` of all cases. The members' word is heard with the root of their
 * weights: how much an oscillator wanders is never known well. */
double bank_bound(const struct bank *bank, double seconds, double tail);

/* Finite, and variances not negative. */
bool bank_is_possible(const struct bank *bank);

#endif
