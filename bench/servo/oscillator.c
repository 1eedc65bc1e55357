/* bench/servo/oscillator.c -- the transition is a matrix exponential, the noise the integral of the responses' products:
 * for x, f and r in closed form, for the temperature by Gauss and Legendre's rule of five points (exact to the last digits
 * as long as a step is short beside the time constants). */
#include "bench/servo/oscillator.h"

#include "core/servo/math.h"

#include <string.h>

#define POINTS 5

static bool has_drift(const struct oscillator_model *m)
{
	return m->drift > 0 || m->drift_walk > 0;
}

static bool has_temperature(const struct oscillator_model *m)
{
	return m->temperature_ppb > 0;
}

/* Where the air's temperature is; the crystal's follows. */
static size_t air_index(const struct oscillator_model *m)
{
	return has_drift(m) ? 3 : 2;
}

size_t oscillator_states(const struct oscillator_model *model)
{
	return air_index(model) + (has_temperature(model) ? 2 : 0);
}

static void add_frequency(const struct oscillator_model *m, double t, struct oscillator_step *out)
{
	double q = m->walk * m->walk;

	out->transition[0][1] = t;
	out->noise[0][0] = m->white * m->white * t + q * t * t * t / 3.0;
	out->noise[0][1] = out->noise[1][0] = q * t * t / 2.0;
	out->noise[1][1] = q * t;
}

static void add_drift(const struct oscillator_model *m, double t, struct oscillator_step *out)
{
	double s = m->drift_walk * m->drift_walk, t2 = t * t, t3 = t2 * t;

	out->transition[0][2] = t2 / 2.0;
	out->transition[1][2] = t;
	out->noise[0][0] += s * t3 * t2 / 20.0;
	out->noise[0][1] += s * t2 * t2 / 8.0;
	out->noise[1][0] = out->noise[0][1];
	out->noise[1][1] += s * t3 / 3.0;
	out->noise[0][2] = out->noise[2][0] = s * t3 / 6.0;
	out->noise[1][2] = out->noise[2][1] = s * t2 / 2.0;
	out->noise[2][2] = s * t;
}

/* What x, a and g become of a = 1 after t. */
struct response {
	double phase, air, crystal;
};

static struct response response_of_air(const struct oscillator_model *m, double t)
{
	double a = 1.0 / m->air_s, b = 1.0 / m->crystal_s, k = b / (b - a);
	double air = gn_math_exp(-a * t), crystal = gn_math_exp(-b * t);

	return (struct response){
		.phase = k * ((1.0 - air) / a - (1.0 - crystal) / b),
		.air = air,
		.crystal = k * (air - crystal),
	};
}

static void add_temperature_noise(const struct oscillator_model *m, double t, struct oscillator_step *out)
{
	static const double at[POINTS] = { 0.5, 0.5 - 0.5384693101056831 / 2, 0.5 + 0.5384693101056831 / 2,
					   0.5 - 0.9061798459386640 / 2, 0.5 + 0.9061798459386640 / 2 };
	static const double weight[POINTS] = { 0.5688888888888889 / 2, 0.4786286704993665 / 2,
					       0.4786286704993665 / 2, 0.2369268850561891 / 2,
					       0.2369268850561891 / 2 };
	double density = 2.0 / m->air_s * m->temperature_ppb * m->temperature_ppb;
	size_t air = air_index(m);
	const size_t index[3] = { 0, air, air + 1 };

	for (int p = 0; p < POINTS; p++) {
		struct response r = response_of_air(m, t * at[p]);
		const double value[3] = { r.phase, r.air, r.crystal };

		for (int i = 0; i < 3; i++) {
			for (int j = 0; j < 3; j++) {
				out->noise[index[i]][index[j]] += density * t * weight[p] * value[i] *
								  value[j];
			}
		}
	}
}

static void add_temperature(const struct oscillator_model *m, double t, struct oscillator_step *out)
{
	size_t air = air_index(m), crystal = air + 1;
	struct response r = response_of_air(m, t);
	double kept = gn_math_exp(-t / m->crystal_s);

	out->transition[air][air] = r.air;
	out->transition[crystal][air] = r.crystal;
	out->transition[crystal][crystal] = kept;
	out->transition[0][air] = r.phase;
	out->transition[0][crystal] = (1.0 - kept) * m->crystal_s;
	add_temperature_noise(m, t, out);
}

void oscillator_step(const struct oscillator_model *model, double seconds, struct oscillator_step *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < OSCILLATOR_STATES; i++) {
		out->transition[i][i] = 1.0;
	}
	add_frequency(model, seconds, out);
	if (has_drift(model)) {
		add_drift(model, seconds, out);
	}
	if (has_temperature(model)) {
		add_temperature(model, seconds, out);
	}
}

/* The temperatures have been about for ever: the covariance that stays the same. */
void oscillator_prior(const struct oscillator_model *model, double out[OSCILLATOR_STATES][OSCILLATOR_STATES])
{
	size_t air = air_index(model);
	double variance = model->temperature_ppb * model->temperature_ppb;

	memset(out, 0, OSCILLATOR_STATES * sizeof(out[0]));
	if (has_drift(model)) {
		out[2][2] = model->drift * model->drift;
	}
	if (has_temperature(model)) {
		double common = variance * model->air_s / (model->air_s + model->crystal_s);

		out[air][air] = variance;
		out[air][air + 1] = out[air + 1][air] = common;
		out[air + 1][air + 1] = common;
	}
}

/* Adds a draw of that covariance, by Cholesky's decomposition; one of lower rank is fine. */
static void add_draw(size_t n, double c[OSCILLATOR_STATES][OSCILLATOR_STATES], struct rng *rng, double *state)
{
	double root[OSCILLATOR_STATES][OSCILLATOR_STATES] = { { 0 } };

	for (size_t j = 0; j < n; j++) {
		double pivot = c[j][j], normal = rng_normal(rng);

		for (size_t k = 0; k < j; k++) {
			pivot -= root[j][k] * root[j][k];
		}
		if (pivot <= c[j][j] * 1e-13) {
			continue;
		}
		root[j][j] = gn_math_sqrt(pivot);
		state[j] += root[j][j] * normal;
		for (size_t i = j + 1; i < n; i++) {
			double sum = c[i][j];

			for (size_t k = 0; k < j; k++) {
				sum -= root[i][k] * root[j][k];
			}
			root[i][j] = sum / root[j][j];
			state[i] += root[i][j] * normal;
		}
	}
}

void oscillator_draw(const struct oscillator_model *model, double phase_ns, double frequency_ppb,
		     struct rng *rng, double state[OSCILLATOR_STATES])
{
	double prior[OSCILLATOR_STATES][OSCILLATOR_STATES];

	memset(state, 0, OSCILLATOR_STATES * sizeof(*state));
	oscillator_prior(model, prior);
	add_draw(oscillator_states(model), prior, rng, state);
	state[0] = phase_ns;
	state[1] = frequency_ppb;
}

void oscillator_advance(const struct oscillator_model *model, double seconds, struct rng *rng,
			double state[OSCILLATOR_STATES])
{
	size_t n = oscillator_states(model);
	double next[OSCILLATOR_STATES] = { 0 };
	struct oscillator_step step;

	oscillator_step(model, seconds, &step);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			next[i] += step.transition[i][j] * state[j];
		}
	}
	add_draw(n, step.noise, rng, next);
	memcpy(state, next, sizeof(next));
}
