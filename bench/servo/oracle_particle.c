/* bench/servo/oracle_particle.c -- the estimator for exponential noise: a particle filter (Gordon, Salmond & Smith 1993).
 *
 * Exponential noise has an edge: one quick message says more than many slow ones, which no linear filter can use. Particles are
 * guesses of phase and frequency, moved by the oscillator's true noise, weighed by the true density of the noise and
 * drawn anew (systematically) when half of them do not count any more. The delay is told. A Kalman filter of the noise's
 * mean and variance leads through the first messages, until its uncertainty is something that particles can fill. Four times as
 * many particles would gain half a per cent. */
#include "bench/servo/kalman.h"
#include "bench/servo/oracle.h"

#include "core/servo/math.h"

#include <string.h>

#define PARTICLES 4096
#define LED_MESSAGES 12 /* by the Kalman filter */
#define FREQUENCY_PPB 1e5
#define BLUR 0.2
#define WORTH_KEPT 0.5
#define WORTH_MIN 0.2
#define SHARE_MIN 1e-6
#define SPREAD 1.5 /* of the first particles, in sigmas of that filter */

struct particles {
	const struct trial *trial;
	struct rng rng;
	struct kalman leader;
	size_t led;
	bool is_started;
	int64_t at_ns;
	double phase_ns[PARTICLES], frequency_ppb[PARTICLES], weight[PARTICLES]; /* of sum 1 */
	double chance[PARTICLES]; /* its logarithm, of the message */
	double spare[2][PARTICLES];
};

static void begin(void *state, const struct trial *trial)
{
	struct particles *p = state;
	char name[64];

	p->trial = trial;
	trial_name(trial, name, sizeof(name));
	rng_init(&p->rng, trial->seed, name, "particles");
	p->leader.count = 2;
	p->leader.covariance[1][1] = FREQUENCY_PPB * FREQUENCY_PPB;
}

/* ---- the beginning ---- */

static void lead(struct particles *p, const struct world_message *m, double value_ns)
{
	double sign = m->direction == SERVO_DELAY_REQ ? -1.0 : 1.0;
	struct kalman_term x = { 0, sign };

	if (p->led++ == 0) {
		p->leader.state[0] = sign * value_ns;
		p->leader.covariance[0][0] = m->variance;
		p->leader.covariance[0][1] = p->leader.covariance[1][0] = 0;
	} else {
		kalman_update(&p->leader, &x, 1, value_ns, m->variance);
	}
}

static void scatter(struct particles *p)
{
	const struct kalman *k = &p->leader;
	double across = gn_math_sqrt(k->covariance[0][0]), slope = k->covariance[0][1] / k->covariance[0][0];
	double rest = gn_math_sqrt(k->covariance[1][1] - slope * k->covariance[0][1]);

	for (size_t i = 0; i < PARTICLES; i++) {
		double x = SPREAD * across * rng_normal(&p->rng);

		p->phase_ns[i] = k->state[0] + x;
		p->frequency_ppb[i] = k->state[1] + slope * x + SPREAD * rest * rng_normal(&p->rng);
		p->weight[i] = 1.0 / PARTICLES;
	}
	p->is_started = true;
}

/* ---- moving ---- */

static void propagate(struct particles *p, int64_t at_ns)
{
	double passed_s = (double)(at_ns - p->at_ns) / 1e9, root, slope, rest;
	struct oscillator_step step;

	if (passed_s <= 0) {
		return;
	}
	p->at_ns = at_ns;
	oscillator_step(&p->trial->oscillator, passed_s, &step);
	if (!p->is_started) {
		kalman_propagate(&p->leader, 0, 2, &step);
		return;
	}
	root = gn_math_sqrt(step.noise[1][1]);
	slope = step.noise[0][1] / root;
	rest = gn_math_sqrt(step.noise[0][0] - slope * slope);
	rng_normals(&p->rng, p->spare[0], PARTICLES);
	rng_normals(&p->rng, p->spare[1], PARTICLES);
	for (size_t i = 0; i < PARTICLES; i++) {
		p->phase_ns[i] += passed_s * p->frequency_ppb[i] + slope * p->spare[0][i] +
				  rest * p->spare[1][i];
		p->frequency_ppb[i] += root * p->spare[0][i];
	}
}

/* ---- weighing ---- */

/* The logarithm of the normal distribution's integral (Abramowitz & Stegun 26.2.17, to 7.5e-8; far below by its tail). */
static double log_normal_below(double a)
{
	double t, tail;

	if (a > 6.0) {
		return 0;
	}
	if (a < -6.0) {
		return -a * a / 2.0 - gn_math_log(-a * 2.5066282746310002) - 1.0 / (a * a);
	}
	t = 1.0 / (1.0 + 0.2316419 * gn_math_fabs(a));
	tail = 0.3989422804014327 * gn_math_exp(-a * a / 2.0) * t *
	       (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
	return gn_math_log(a < 0 ? tail : 1.0 - tail);
}

/* Exponential plus gaussian: the logarithm of the density, but for what all particles have in common. */
static double log_density(double late_ns, double mean_ns, double sigma_ns)
{
	return -late_ns / mean_ns + log_normal_below(late_ns / sigma_ns - sigma_ns / mean_ns);
}

static double mean_of(const double *x)
{
	double sum = 0;

	for (size_t i = 0; i < PARTICLES; i++) {
		sum += x[i];
	}
	return sum / PARTICLES;
}

static double product_of(const double *x, double x_mean, const double *y, double y_mean)
{
	double sum = 0;

	for (size_t i = 0; i < PARTICLES; i++) {
		sum += (x[i] - x_mean) * (y[i] - y_mean);
	}
	return sum / PARTICLES;
}

/* Particles drawn several times are the same guess, and where the oscillator is quiet they would stay it: they are drawn
 * together a little and blurred by as much, which leaves their mean and covariance as they are (Liu & West 2001). */
static void tell_apart(struct particles *p)
{
	double x = mean_of(p->phase_ns), f = mean_of(p->frequency_ppb);
	double across = gn_math_sqrt(product_of(p->phase_ns, x, p->phase_ns, x));
	double slope = across > 0 ? product_of(p->phase_ns, x, p->frequency_ppb, f) / across : 0;
	double rest = gn_math_sqrt(product_of(p->frequency_ppb, f, p->frequency_ppb, f) - slope * slope);
	double kept = gn_math_sqrt(1.0 - BLUR * BLUR);

	rng_normals(&p->rng, p->spare[0], PARTICLES);
	rng_normals(&p->rng, p->spare[1], PARTICLES);
	for (size_t i = 0; i < PARTICLES; i++) {
		p->phase_ns[i] = x + kept * (p->phase_ns[i] - x) + BLUR * across * p->spare[0][i];
		p->frequency_ppb[i] = f + kept * (p->frequency_ppb[i] - f) +
				      BLUR * (slope * p->spare[0][i] + rest * p->spare[1][i]);
	}
}

static void draw_anew(struct particles *p)
{
	double at = rng_uniform(&p->rng) / PARTICLES, below = p->weight[0];
	size_t from = 0;

	for (size_t i = 0; i < PARTICLES; i++) {
		while (below < at && from < PARTICLES - 1) {
			below += p->weight[++from];
		}
		p->spare[0][i] = p->phase_ns[from];
		p->spare[1][i] = p->frequency_ppb[from];
		at += 1.0 / PARTICLES;
	}
	memcpy(p->phase_ns, p->spare[0], sizeof(p->phase_ns));
	memcpy(p->frequency_ppb, p->spare[1], sizeof(p->frequency_ppb));
	for (size_t i = 0; i < PARTICLES; i++) {
		p->weight[i] = 1.0 / PARTICLES;
	}
	tell_apart(p);
}

static void find_chances(struct particles *p, const struct world_message *m, double value_ns)
{
	bool is_up = m->direction == SERVO_DELAY_REQ;
	double sign = is_up ? -1.0 : 1.0, sigma_ns = is_up ? p->trial->up.sigma_ns : p->trial->down.sigma_ns;

	for (size_t i = 0; i < PARTICLES; i++) {
		p->chance[i] = log_density(value_ns - sign * p->phase_ns[i], m->mean_ns, sigma_ns);
	}
}

static double largest_chance(const struct particles *p)
{
	double largest = p->chance[0];

	for (size_t i = 1; i < PARTICLES; i++) {
		largest = p->chance[i] > largest ? p->chance[i] : largest;
	}
	return largest;
}

/* New weights in spare[0], by that share of the message. Returns how many particles they are worth. */
static double weigh_by(struct particles *p, double share)
{
	double largest = largest_chance(p), sum = 0, squares = 0;

	for (size_t i = 0; i < PARTICLES; i++) {
		double w = p->weight[i] * gn_math_exp(share * (p->chance[i] - largest));

		p->spare[0][i] = w;
		sum += w;
		squares += w * w;
	}
	for (size_t i = 0; i < PARTICLES; i++) {
		p->spare[0][i] /= sum;
	}
	return sum * sum / squares;
}

/* A message that leaves few particles is taken in shares, so that they can move to where it points in between. */
static void weigh(struct particles *p, const struct world_message *m, double value_ns)
{
	double left = 1.0;

	while (left > 0) {
		double share = left, worth;

		find_chances(p, m, value_ns);
		worth = weigh_by(p, share);
		while (worth < PARTICLES * WORTH_MIN && share > SHARE_MIN) {
			share /= 2.0;
			worth = weigh_by(p, share);
		}
		memcpy(p->weight, p->spare[0], sizeof(p->weight));
		left -= share;
		if (worth < PARTICLES * WORTH_KEPT) {
			draw_anew(p);
		}
	}
}

/* ---- as an estimator ---- */

static void measured(void *state, size_t hop, int64_t at_ns, const struct world_message *m, double value_ns)
{
	struct particles *p = state;

	(void)hop;
	propagate(p, at_ns);
	if (p->is_started) {
		weigh(p, m, value_ns - m->delay_ns);
		return;
	}
	lead(p, m, value_ns - m->delay_ns - m->mean_ns);
	if (p->led == LED_MESSAGES) {
		scatter(p);
	}
}

static void changed(void *state, int64_t at_ns, const struct trial_change *change)
{
	(void)change; /* none in trials of such noise */
	propagate(state, at_ns);
}

static bool predict(const void *state, size_t hop, int64_t at_ns, double *phase_ns, double *variance)
{
	const struct particles *p = state;
	double left_s = (double)(at_ns - p->at_ns) / 1e9, mean = 0, square = 0;
	const struct kalman *k = &p->leader;
	struct oscillator_step step;

	(void)hop;
	oscillator_step(&p->trial->oscillator, left_s, &step);
	if (!p->is_started) {
		*phase_ns = k->state[0] + left_s * k->state[1];
		*variance = k->covariance[0][0] +
			    left_s * (2.0 * k->covariance[0][1] + left_s * k->covariance[1][1]) +
			    step.noise[0][0];
		return p->led > 0;
	}
	for (size_t i = 0; i < PARTICLES; i++) {
		mean += p->weight[i] * (p->phase_ns[i] + left_s * p->frequency_ppb[i]);
	}
	for (size_t i = 0; i < PARTICLES; i++) {
		double apart = p->phase_ns[i] + left_s * p->frequency_ppb[i] - mean;

		square += p->weight[i] * apart * apart;
	}
	*phase_ns = mean;
	*variance = square + step.noise[0][0];
	return true;
}

const struct oracle_estimator oracle_particle = {
	.size = sizeof(struct particles),
	.begin = begin,
	.measured = measured,
	.changed = changed,
	.predict = predict,
};
