/* src/core/servo/thermal.c */
#include "core/servo/thermal.h"

#include "core/servo/controller.h"

#define LEARN_EVERY 10000000000 /* ns: the sensor follows slowly, and so does the crystal */
#define MEMORY 2000.0           /* such intervals: some hours */
#define STALE 60000000000       /* ns: a sensor that is silent for so long says nothing */
#define WEIGHT_NEEDED 20.0
#define SPREAD_NEEDED 0.05   /* K^2: below that the sensor's own steps are learnt */
#define EXPLAINED_NEEDED 0.5 /* of the frequency's variance */

void thermal_temperature(struct thermal *thermal, double celsius, int64_t now_ns)
{
	if (!thermal->has_temperature) {
		thermal->reference_celsius = celsius;
	}
	thermal->has_temperature = true;
	thermal->celsius = celsius;
	thermal->now_ns = now_ns;
}

static bool is_fresh(const struct thermal *thermal, int64_t now_ns)
{
	return thermal->has_temperature && now_ns - thermal->now_ns < STALE;
}

void thermal_learn(struct thermal *thermal, double frequency_ppb, int64_t now_ns)
{
	double share, celsius, frequency;

	if (!is_fresh(thermal, now_ns) ||
	    (thermal->weight > 0 && now_ns - thermal->learnt_ns < LEARN_EVERY)) {
		return;
	}
	thermal->learnt_ns = now_ns;
	thermal->weight = thermal->weight * (1 - 1 / MEMORY) + 1;
	share = 1 / thermal->weight;
	celsius = thermal->celsius - thermal->celsius_mean;
	frequency = frequency_ppb - thermal->frequency_mean;
	thermal->celsius_mean += share * celsius;
	thermal->frequency_mean += share * frequency;
	/* Means of products, by Welford's form, so that nothing cancels. */
	thermal->square += share * ((1 - share) * celsius * celsius - thermal->square);
	thermal->product += share * ((1 - share) * celsius * frequency - thermal->product);
	thermal->frequency_square += share *
				     ((1 - share) * frequency * frequency - thermal->frequency_square);
}

double thermal_coefficient(const struct thermal *thermal)
{
	double coefficient;

	if (thermal->weight < WEIGHT_NEEDED || thermal->square < SPREAD_NEEDED) {
		return 0;
	}
	coefficient = thermal->product / thermal->square;
	if (coefficient * thermal->product < EXPLAINED_NEEDED * thermal->frequency_square) {
		return 0;
	}
	return coefficient;
}

void thermal_hold(struct thermal *thermal)
{
	thermal->reference_celsius = thermal->celsius;
}

bool thermal_is_known(const struct thermal *thermal, int64_t now_ns)
{
	double coefficient = thermal_coefficient(thermal);

	return is_fresh(thermal, now_ns) && (coefficient > 0 || coefficient < 0);
}

double thermal_change(const struct thermal *thermal, int64_t now_ns)
{
	if (!is_fresh(thermal, now_ns)) {
		return 0;
	}
	return thermal_coefficient(thermal) * (thermal->celsius - thermal->reference_celsius);
}

bool thermal_is_possible(const struct thermal *thermal)
{
	return servo_is_number(thermal->celsius) && servo_is_number(thermal->reference_celsius) &&
	       servo_is_number(thermal->celsius_mean) && servo_is_number(thermal->frequency_mean) &&
	       servo_is_number(thermal->square) && servo_is_number(thermal->product) &&
	       servo_is_number(thermal->frequency_square) && servo_is_number(thermal->weight) &&
	       thermal->weight >= 0;
}
