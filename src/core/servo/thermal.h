/* src/core/servo/thermal.h -- what temperature does to the frequency, learnt while there is a reference, for when there is none. */
#ifndef CORE_SERVO_THERMAL_H
#define CORE_SERVO_THERMAL_H

#include <stdbool.h>
#include <stdint.h>

struct thermal {
	bool has_temperature;
	double celsius, reference_celsius; /* now; at the time the reference was lost, or lately */
	int64_t now_ns;
	/* Recursive least squares of frequency changes against temperature changes, older ones fading. */
	double celsius_mean, frequency_mean, square, product, frequency_square, weight;
	int64_t learnt_ns;
};

void thermal_temperature(struct thermal *thermal, double celsius, int64_t now_ns);

/* While there is a reference: the clock runs at this frequency by itself. */
void thermal_learn(struct thermal *thermal, double frequency_ppb, int64_t now_ns);

/* ppb per K; 0 while none is known well enough. */
double thermal_coefficient(const struct thermal *thermal);

/* Holdover begins: from now on frequencies are told against this temperature. */
void thermal_hold(struct thermal *thermal);

/* The thermometer speaks, and what it says means something. */
bool thermal_is_known(const struct thermal *thermal, int64_t now_ns);

/* By how much the frequency has changed since, ppb; 0 where nothing is known. */
double thermal_change(const struct thermal *thermal, int64_t now_ns);

bool thermal_is_possible(const struct thermal *thermal);

#endif
