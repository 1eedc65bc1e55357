/* src/core/servo/fit.h -- a noise model for some values that are scattered around an unknown place.
 *
 * Gaussian, plain exponential, or a heap of clean ones with late ones above it; whichever explains the values best, where
 * a model with more to explain with has to earn it. */
#ifndef CORE_SERVO_FIT_H
#define CORE_SERVO_FIT_H

#include "core/servo/noise.h"

#ifdef GN_SERVO_SMALL
#define FIT_VALUES_MAX 32
#else
#define FIT_VALUES_MAX 64
#endif

struct fit {
	struct noise_model model;
	double location;       /* of the mean (gaussian) or of the floor */
	double variance;       /* of the location: how well the values say it */
	double log_likelihood; /* less what the model had to earn */
};

/* What the other direction's messages are like: these are probably alike. */
struct fit_prior {
	double clean_variance; /* of clean ones; 0: not known */
	bool has_floor;
};

/* The best one of some values in the order they came, one at least. */
void fit_best(const double *values, int count, const struct fit_prior *prior, struct fit *out);

/* Plain noise alone, as far as these values say. */
void fit_gaussian(const double *values, int count, const struct fit_prior *prior, struct fit *out);

/* Another one than that. False: too few values. */
bool fit_floor(const double *values, int count, const struct fit_prior *prior, struct fit *out);

/* No clean message is that much noisier than the other direction's: what makes it so are queues, be there one or so many of
 * them that the sum looks like plain noise. */
bool fit_is_too_wide(double variance, const struct fit_prior *prior);

/* Lateness makes values lean to one side. */
bool fit_is_skewed(const double *values, int count, double least);

#endif
