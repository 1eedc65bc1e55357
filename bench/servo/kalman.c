/* bench/servo/kalman.c -- the update in Joseph's form, written out for one measurement: P -= K g' + g K' - K K' S. */
#include "bench/servo/kalman.h"

static void transform_columns(struct kalman *k, size_t first, size_t states,
			      const struct oscillator_step *step)
{
	for (size_t i = 0; i < k->count; i++) {
		double old[OSCILLATOR_STATES];

		for (size_t j = 0; j < states; j++) {
			old[j] = k->covariance[i][first + j];
		}
		for (size_t j = 0; j < states; j++) {
			double sum = 0;

			for (size_t l = 0; l < states; l++) {
				sum += step->transition[j][l] * old[l];
			}
			k->covariance[i][first + j] = sum;
		}
	}
}

static void transform_rows(struct kalman *k, size_t first, size_t states, const struct oscillator_step *step)
{
	for (size_t i = 0; i < k->count; i++) {
		double old[OSCILLATOR_STATES];

		for (size_t j = 0; j < states; j++) {
			old[j] = k->covariance[first + j][i];
		}
		for (size_t j = 0; j < states; j++) {
			double sum = 0;

			for (size_t l = 0; l < states; l++) {
				sum += step->transition[j][l] * old[l];
			}
			k->covariance[first + j][i] = sum;
		}
	}
}

void kalman_propagate(struct kalman *k, size_t first, size_t states, const struct oscillator_step *step)
{
	double old[OSCILLATOR_STATES];

	transform_columns(k, first, states, step);
	transform_rows(k, first, states, step);
	for (size_t i = 0; i < states; i++) {
		old[i] = k->state[first + i];
	}
	for (size_t i = 0; i < states; i++) {
		double sum = 0;

		for (size_t j = 0; j < states; j++) {
			sum += step->transition[i][j] * old[j];
			k->covariance[first + i][first + j] += step->noise[i][j];
		}
		k->state[first + i] = sum;
	}
}

void kalman_update(struct kalman *k, const struct kalman_term *terms, size_t count, double value,
		   double variance)
{
	double g[KALMAN_STATES], gain[KALMAN_STATES], innovation = value, s = variance;

	for (size_t i = 0; i < k->count; i++) {
		g[i] = 0;
		for (size_t t = 0; t < count; t++) {
			g[i] += terms[t].factor * k->covariance[i][terms[t].state];
		}
	}
	for (size_t t = 0; t < count; t++) {
		innovation -= terms[t].factor * k->state[terms[t].state];
		s += terms[t].factor * g[terms[t].state];
	}
	for (size_t i = 0; i < k->count; i++) {
		gain[i] = g[i] / s;
		k->state[i] += gain[i] * innovation;
	}
	for (size_t i = 0; i < k->count; i++) {
		for (size_t j = 0; j <= i; j++) {
			k->covariance[i][j] -= gain[i] * g[j] + g[i] * gain[j] - gain[i] * gain[j] * s;
			k->covariance[j][i] = k->covariance[i][j];
		}
	}
}

void kalman_disturb(struct kalman *k, const struct kalman_term *terms, size_t count, double variance)
{
	for (size_t a = 0; a < count; a++) {
		for (size_t b = 0; b < count; b++) {
			k->covariance[terms[a].state][terms[b].state] += variance * terms[a].factor *
									 terms[b].factor;
		}
	}
}
