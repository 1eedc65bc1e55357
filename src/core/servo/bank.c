/* src/core/servo/bank.c -- prediction, update and weighing of all members. */
#include "core/servo/bank.h"

#include "core/servo/controller.h"
#include "core/servo/math.h"

#include <string.h>

/* Measurements until the weights are made anew. At first each counts. */
#define WEIGH_EVERY 8
#define WEIGH_ALWAYS_UNTIL 12

/* The likelihoods forget, but slowly: they have to outlast many time constants of the slowest member that competes, or
 * chance favours a member for a while (servo.md 5: 17 time constants cost 1..2 %, 2 cost 12 %). */
#define MEMORY 4000.0

/* An oscillator may become another one (a fan starts, the sun comes out): who fell behind may catch up within some messages. */
#define FARTHEST (-14.0)
#define NO_LIKELIHOOD (-13.5)
#define BOUND_ROUNDS 30 /* of halving: the members' deviations differ by powers of ten */
#define NO_WEIGHT 1e-9  /* below it a member is left out of the mean */

struct member {
	double q, w, s; /* ppb/sqrt(s), ns/sqrt(s), ppb/s/sqrt(s) */
	double prior;   /* logarithm: members that have more to explain with have to earn it */
};

/* Random walk of frequency in half decades from an OCXO's to twice what the cheapest crystal does in a draft, without and
 * with white frequency noise beside it; then members that know a drift, for slow changes of temperature. Wrong by a
 * factor of 2 costs some 6..11 % of the error, and half of that where two neighbours share the weight. */
#define DRIFT_PRIOR (-2.0)
#define WHITE_PRIOR (-1.0)
static const struct member members[BANK_MEMBERS] = {
#ifdef GN_SERVO_SMALL
	{ 1e-3, 0, 0, 0 },       { 1e-2, 0, 0, 0 },       { 3e-2, 0, 0, 0 },    { 1e-1, 0, 0, 0 },
	{ 3e-1, 0, 0, 0 },       { 1, 0, 0, -0.5 },       { 3, 0, 0, -1.0 },    { 10, 0, 0, -1.5 },
	{ 100, 0, 0, -4.5 },     { 1e-3, 0.03, 0, -1.0 }, { 1e-2, 0.3, 0, -1 }, { 1e-1, 3, 0, -1 },
	{ 1e-2, 0, 1e-3, -3.0 }, { 1e-1, 0, 3e-2, -3 },
#else
	{ 3e-4, 0, 0, 0 },
	{ 1e-3, 0, 0, 0 },
	{ 3e-3, 0, 0, 0 },
	{ 1e-2, 0, 0, 0 },
	{ 3e-2, 0, 0, 0 },
	{ 1e-1, 0, 0, 0 },
	{ 3e-1, 0, 0, 0 },
	{ 1, 0, 0, -0.5 },
	{ 3, 0, 0, -1.0 },
	{ 10, 0, 0, -1.5 },
	{ 30, 0, 0, -3.0 },
	{ 100, 0, 0, -4.5 },

	{ 3e-4, 1e-2, 0, WHITE_PRIOR },
	{ 3e-4, 3e-2, 0, WHITE_PRIOR },
	{ 1e-3, 1e-2, 0, WHITE_PRIOR },
	{ 1e-3, 3e-2, 0, WHITE_PRIOR },
	{ 3e-3, 3e-2, 0, WHITE_PRIOR },
	{ 3e-3, 1e-1, 0, WHITE_PRIOR },
	{ 1e-2, 1e-1, 0, WHITE_PRIOR },
	{ 1e-2, 3e-1, 0, WHITE_PRIOR },
	{ 3e-2, 3e-1, 0, WHITE_PRIOR },
	{ 3e-2, 1, 0, WHITE_PRIOR },
	{ 1e-1, 1, 0, WHITE_PRIOR },
	{ 1e-1, 3, 0, WHITE_PRIOR },
	{ 3e-1, 3, 0, WHITE_PRIOR },
	{ 3e-1, 10, 0, WHITE_PRIOR },
	{ 1, 10, 0, WHITE_PRIOR - 1.0 },
	{ 10, 30, 0, WHITE_PRIOR - 2.0 },

	{ 3e-4, 0, 1e-5, DRIFT_PRIOR },
	{ 1e-3, 1e-2, 1e-4, DRIFT_PRIOR },
	{ 3e-3, 0, 3e-4, DRIFT_PRIOR },
	{ 1e-2, 0, 1e-4, DRIFT_PRIOR },
	{ 1e-2, 3e-2, 1e-3, DRIFT_PRIOR },
	{ 3e-2, 0, 3e-3, DRIFT_PRIOR },
	{ 1e-1, 0, 1e-3, DRIFT_PRIOR },
	{ 1e-1, 3e-1, 1e-2, DRIFT_PRIOR },
	{ 3e-1, 0, 3e-2, DRIFT_PRIOR },
	{ 1, 0, 1e-2, DRIFT_PRIOR },
	{ 1, 3, 1e-1, DRIFT_PRIOR },
	{ 3, 0, 1, DRIFT_PRIOR },
#endif
};

/* A drift that has acted for that long is what a drift member may start with. */
#define DRIFT_AGE 300.0

void bank_init(struct bank *bank, double frequency_ppb, double deviation_ppb)
{
	memset(bank, 0, sizeof(*bank));
	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->frequency[i] = frequency_ppb;
		bank->p.frequency_frequency[i] = deviation_ppb * deviation_ppb;
		bank->p.drift_drift[i] = members[i].s * members[i].s * DRIFT_AGE;
		bank->determinant[i] = 1.0;
		bank->likelihood[i] = members[i].prior;
	}
	bank_weigh(bank);
}

void bank_predict(struct bank *bank, double seconds, double path_walk)
{
	struct bank_covariance *p = &bank->p;
	const double t = seconds, h = t * t / 2, path = path_walk * path_walk * t;

	for (int i = 0; i < BANK_MEMBERS; i++) {
		const double q = members[i].q * members[i].q, w = members[i].w * members[i].w;
		const double s = members[i].s * members[i].s;
		/* What the oscillator gains, y = f t + r t^2/2, with its covariances before the process noise. */
		const double y = bank->frequency[i] * t + bank->drift[i] * h;
		const double y_frequency = p->frequency_frequency[i] * t + p->frequency_drift[i] * h;
		const double y_drift = p->frequency_drift[i] * t + p->drift_drift[i] * h;
		const double y_y = y_frequency * t + y_drift * h;
		const double y_sync = p->sync_frequency[i] * t + p->sync_drift[i] * h;
		const double y_delay = p->frequency_delay[i] * t + p->drift_delay[i] * h;
		const double noise = ((s * t / 20 * t + q / 3) * t * t + w) * t;
		const double noise_frequency = (s * t / 4 * t + q) * h;
		const double noise_drift = s * t * h / 3;

		bank->sync[i] += y;
		bank->delay[i] -= y;
		bank->frequency[i] += bank->drift[i] * t;
		p->sync_sync[i] += 2 * y_sync + y_y + noise + path;
		p->delay_delay[i] += -2 * y_delay + y_y + noise + path;
		p->sync_delay[i] += y_delay - y_sync - y_y - noise + path;
		p->sync_frequency[i] += p->sync_drift[i] * t + y_frequency + y_drift * t + noise_frequency;
		p->frequency_delay[i] += p->drift_delay[i] * t - y_frequency - y_drift * t - noise_frequency;
		p->sync_drift[i] += y_drift + noise_drift;
		p->drift_delay[i] -= y_drift + noise_drift;
		p->frequency_frequency[i] += (2 * p->frequency_drift[i] + p->drift_drift[i] * t) * t +
					     (q + s * t * t / 3) * t;
		p->frequency_drift[i] += p->drift_drift[i] * t + s * h;
		p->drift_drift[i] += s * t;
	}
}

static void start_sync(struct bank *bank, double value, double variance)
{
	struct bank_covariance *p = &bank->p;

	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->sync[i] = value;
		p->sync_sync[i] = variance;
		p->sync_frequency[i] = p->sync_drift[i] = p->sync_delay[i] = 0;
	}
	bank->has_sync = true;
}

static void start_delay(struct bank *bank, double value, double variance)
{
	struct bank_covariance *p = &bank->p;

	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->delay[i] = value;
		p->delay_delay[i] = variance;
		p->frequency_delay[i] = p->drift_delay[i] = p->sync_delay[i] = 0;
	}
	bank->has_delay = true;
}

/* A variance so large beside that of a message that doubles still tell the two apart. */
#define VARIANCE_MAX 1e12

static double at_most(double value, double most)
{
	return value < most ? value : most;
}

#define EVIDENCE_MAX 1e30 /* of one message: the product of some stays a number */

/* P -= k k' / S, with k = P h. */
#define REDUCE(p, a, b) ((p) -= (a) * (b)*by_s)

/* The gain k = P h on one member: what every measurement does, whatever it measured. */
struct gain {
	double sync, frequency, drift, delay;
};

static inline void correct(struct bank *bank, int i, struct gain k, double gain, double by_s)
{
	struct bank_covariance *p = &bank->p;

	bank->sync[i] += k.sync * gain;
	bank->frequency[i] += k.frequency * gain;
	bank->drift[i] += k.drift * gain;
	bank->delay[i] += k.delay * gain;
	REDUCE(p->sync_sync[i], k.sync, k.sync);
	REDUCE(p->sync_frequency[i], k.sync, k.frequency);
	REDUCE(p->sync_drift[i], k.sync, k.drift);
	REDUCE(p->sync_delay[i], k.sync, k.delay);
	REDUCE(p->frequency_frequency[i], k.frequency, k.frequency);
	REDUCE(p->frequency_drift[i], k.frequency, k.drift);
	REDUCE(p->frequency_delay[i], k.frequency, k.delay);
	REDUCE(p->drift_drift[i], k.drift, k.drift);
	REDUCE(p->drift_delay[i], k.drift, k.delay);
	REDUCE(p->delay_delay[i], k.delay, k.delay);
}

void bank_measure(struct bank *bank, enum bank_component component, double value, double variance,
		  const double *densities)
{
	struct bank_covariance *p = &bank->p;
	const bool is_sync = component == BANK_SYNC;
	const double by_r = 1 / variance;
	double evidence[BANK_MEMBERS], squares[BANK_MEMBERS];

	if (is_sync && !bank->has_sync) {
		start_sync(bank, value, variance);
		return;
	}
	if (!is_sync && !bank->has_delay) {
		start_delay(bank, value, variance);
		return;
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		const struct gain k = is_sync ? (struct gain){ p->sync_sync[i], p->sync_frequency[i],
							       p->sync_drift[i], p->sync_delay[i] }
					      : (struct gain){ p->sync_delay[i], p->frequency_delay[i],
							       p->drift_delay[i], p->delay_delay[i] };
		const double e = value - (is_sync ? bank->sync[i] : bank->delay[i]);
		const double variance_before = is_sync ? k.sync : k.delay;
		const double by_s = 1 / (variance_before + variance), gain = e * by_s;

		correct(bank, i, k, gain, by_s);
		/* What was measured itself: P R / S, which does not cancel where P is large. */
		*(is_sync ? &p->sync_sync[i] : &p->delay_delay[i]) = variance_before * variance * by_s;
		evidence[i] = at_most((variance_before + variance) * by_r, EVIDENCE_MAX);
		squares[i] = at_most(e * gain, EVIDENCE_MAX);
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->determinant[i] *= densities ? 1 / (densities[i] * densities[i]) : evidence[i];
		bank->square[i] += densities ? 0 : squares[i];
	}
	bank->unweighed++;
	if (bank->unweighed >= WEIGH_EVERY || bank->weighed < WEIGH_ALWAYS_UNTIL) {
		bank_weigh(bank);
	}
}

void bank_measure_delay(struct bank *bank, double value, double variance)
{
	struct bank_covariance *p = &bank->p;

	if (!bank->has_delay) {
		bank_measure_against(bank, BANK_DELAY, 2 * value, 4 * variance);
		bank->has_delay = true;
		return;
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		const struct gain k = {
			.sync = (p->sync_sync[i] + p->sync_delay[i]) / 2,
			.frequency = (p->sync_frequency[i] + p->frequency_delay[i]) / 2,
			.drift = (p->sync_drift[i] + p->drift_delay[i]) / 2,
			.delay = (p->sync_delay[i] + p->delay_delay[i]) / 2,
		};
		const double by_s = 1 / ((k.sync + k.delay) / 2 + variance);

		correct(bank, i, k, (value - (bank->sync[i] + bank->delay[i]) / 2) * by_s, by_s);
	}
}

void bank_measure_against(struct bank *bank, enum bank_component component, double sum, double variance)
{
	struct bank_covariance *p = &bank->p;

	for (int i = 0; i < BANK_MEMBERS && component == BANK_SYNC; i++) {
		bank->sync[i] = sum - bank->delay[i];
		p->sync_sync[i] = variance + p->delay_delay[i];
		p->sync_delay[i] = -p->delay_delay[i];
		p->sync_frequency[i] = -p->frequency_delay[i];
		p->sync_drift[i] = -p->drift_delay[i];
	}
	for (int i = 0; i < BANK_MEMBERS && component == BANK_DELAY; i++) {
		bank->delay[i] = sum - bank->sync[i];
		p->delay_delay[i] = variance + p->sync_sync[i];
		p->sync_delay[i] = -p->sync_sync[i];
		p->frequency_delay[i] = -p->sync_frequency[i];
		p->drift_delay[i] = -p->sync_drift[i];
	}
}

void bank_shift(struct bank *bank, double sync, double delay, double variance)
{
	const double norm = sync * sync + delay * delay;
	const double a = norm > 0 ? sync * sync / norm : 0, b = norm > 0 ? delay * delay / norm : 0;
	const double c = norm > 0 ? sync * delay / norm : 0, along = at_most(variance, VARIANCE_MAX);

	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->sync[i] += sync;
		bank->delay[i] += delay;
		bank->p.sync_sync[i] += 2 * a * along;
		bank->p.delay_delay[i] += 2 * b * along;
		bank->p.sync_delay[i] += 2 * c * along;
	}
}

void bank_doubt(struct bank *bank, enum bank_component component, double variance)
{
	double *own = component == BANK_SYNC ? bank->p.sync_sync : bank->p.delay_delay;

	for (int i = 0; i < BANK_MEMBERS; i++) {
		own[i] += at_most(variance, VARIANCE_MAX);
	}
}

void bank_loosen(struct bank *bank, double offset_variance, double frequency_variance)
{
	const double offset = at_most(offset_variance, VARIANCE_MAX);

	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->p.sync_sync[i] += offset;
		bank->p.delay_delay[i] += offset;
		bank->p.sync_delay[i] -= offset;
		bank->p.frequency_frequency[i] += at_most(frequency_variance, VARIANCE_MAX);
	}
}

void bank_forget_path(struct bank *bank)
{
	bank->has_sync = bank->has_delay = false;
}

static double largest(const double *values)
{
	double most = values[0];

	for (int i = 1; i < BANK_MEMBERS; i++) {
		most = values[i] > most ? values[i] : most;
	}
	return most;
}

void bank_weigh(struct bank *bank)
{
	double keep = 1 - bank->unweighed / MEMORY, most, sum = 0;

	for (int i = 0; i < BANK_MEMBERS; i++) {
		double news = (gn_math_log(bank->determinant[i]) + bank->square[i]) / 2;

		bank->likelihood[i] = (bank->likelihood[i] - members[i].prior) * keep - news +
				      members[i].prior;
		bank->determinant[i] = 1;
		bank->square[i] = 0;
	}
	most = largest(bank->likelihood);
	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->likelihood[i] -= most;
		bank->likelihood[i] = bank->likelihood[i] > FARTHEST ? bank->likelihood[i] : FARTHEST;
		bank->weight[i] = bank->likelihood[i] > NO_LIKELIHOOD ? gn_math_exp(bank->likelihood[i]) : 0;
		sum += bank->weight[i];
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank->weight[i] /= sum;
	}
	bank->weighed += bank->weighed < (1u << 30) ? bank->unweighed : 0;
	bank->unweighed = 0;
}

void bank_estimate(const struct bank *bank, struct bank_estimate *out)
{
	const struct bank_covariance *p = &bank->p;
	struct bank_estimate m = { 0 };

	for (int i = 0; i < BANK_MEMBERS; i++) {
		const double weight = bank->weight[i];

		m.sync += weight * bank->sync[i];
		m.frequency += weight * bank->frequency[i];
		m.drift += weight * bank->drift[i];
		m.delay += weight * bank->delay[i];
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		const double weight = bank->weight[i];
		const double sync = bank->sync[i] - m.sync, delay = bank->delay[i] - m.delay;
		const double frequency = bank->frequency[i] - m.frequency, drift = bank->drift[i] - m.drift;

		if (weight < NO_WEIGHT) {
			continue;
		}
		m.sync_variance += weight * (p->sync_sync[i] + sync * sync);
		m.delay_variance += weight * (p->delay_delay[i] + delay * delay);
		m.offset_variance += weight / 4 *
				     (p->sync_sync[i] - 2 * p->sync_delay[i] + p->delay_delay[i] +
				      (sync - delay) * (sync - delay));
		m.frequency_variance += weight * (p->frequency_frequency[i] + frequency * frequency);
		m.drift_variance += weight * (p->drift_drift[i] + drift * drift);
	}
	*out = m;
}

/* Of one member after some time without a measurement. */
static double foreseen_offset(const struct bank *bank, int i, double t, double h)
{
	return (bank->sync[i] - bank->delay[i]) / 2 + bank->frequency[i] * t + bank->drift[i] * h;
}

static double foreseen_variance(const struct bank *bank, int i, double t, double h)
{
	const struct bank_covariance *p = &bank->p;
	const double q = members[i].q * members[i].q, w = members[i].w * members[i].w;
	const double s = members[i].s * members[i].s;
	const double x = (p->sync_sync[i] - 2 * p->sync_delay[i] + p->delay_delay[i]) / 4;
	const double x_f = (p->sync_frequency[i] - p->frequency_delay[i]) / 2;
	const double x_r = (p->sync_drift[i] - p->drift_delay[i]) / 2;
	const double f = p->frequency_frequency[i], f_r = p->frequency_drift[i], r = p->drift_drift[i];

	return x + 2 * x_f * t + 2 * x_r * h + f * t * t + 2 * f_r * t * h + r * h * h +
	       ((s * t / 20 * t + q / 3) * t * t + w) * t;
}

void bank_foresee(const struct bank *bank, double seconds, double *offset_variance,
		  double *frequency_variance)
{
	const struct bank_covariance *p = &bank->p;
	const double t = seconds, h = t * t / 2;
	double offset_mean = 0, frequency_mean = 0, drift_mean = 0, offset_sum = 0, frequency_sum = 0;

	for (int i = 0; i < BANK_MEMBERS; i++) {
		const double weight = bank->weight[i];

		offset_mean += weight * (bank->sync[i] - bank->delay[i]) / 2;
		frequency_mean += weight * bank->frequency[i];
		drift_mean += weight * bank->drift[i];
	}
	offset_mean += frequency_mean * t + drift_mean * h;
	for (int i = 0; i < BANK_MEMBERS; i++) {
		const double q = members[i].q * members[i].q, s = members[i].s * members[i].s;
		const double f = p->frequency_frequency[i], f_r = p->frequency_drift[i],
			     r = p->drift_drift[i];
		const double away = bank->frequency[i] - frequency_mean + (bank->drift[i] - drift_mean) * t;
		const double weight = bank->weight[i], off = foreseen_offset(bank, i, t, h) - offset_mean;

		if (weight < NO_WEIGHT) {
			continue;
		}
		offset_sum += weight * (foreseen_variance(bank, i, t, h) + off * off);
		frequency_sum += weight *
				 (f + 2 * f_r * t + r * t * t + (q + s * t * t / 3) * t + away * away);
	}
	*offset_variance = offset_sum;
	*frequency_variance = frequency_sum;
}

/* The probability that a normal variable is above `a`. */
static double above(double a)
{
	return a > 8 ? 0 : gn_math_exp(-a * a / 2) / GN_MATH_ROOT_TWO_PI / gn_math_normal_hazard(-a);
}

double bank_bound(const struct bank *bank, double seconds, double tail)
{
	const double t = seconds, h = t * t / 2;
	double weight[BANK_MEMBERS], off[BANK_MEMBERS], deviation[BANK_MEMBERS];
	double sum = 0, mean = 0, low = 0, high = 0;

	for (int i = 0; i < BANK_MEMBERS; i++) {
		mean += bank->weight[i] * foreseen_offset(bank, i, t, h);
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		weight[i] = bank->weight[i] < NO_WEIGHT ? 0
							: gn_math_sqrt(gn_math_sqrt(bank->weight[i])) *
								  gn_math_sqrt(bank->weight[i]);
		off[i] = gn_math_fabs(foreseen_offset(bank, i, t, h) - mean);
		deviation[i] = gn_math_sqrt(foreseen_variance(bank, i, t, h));
		sum += weight[i];
		high = weight[i] > 0 && off[i] + 8 * deviation[i] > high ? off[i] + 8 * deviation[i] : high;
	}
	for (int round = 0; round < BOUND_ROUNDS; round++) {
		double middle = (low + high) / 2, beyond = 0;

		for (int i = 0; i < BANK_MEMBERS; i++) {
			beyond += weight[i] > 0 ? weight[i] * (above((middle - off[i]) / deviation[i]) +
							       above((middle + off[i]) / deviation[i]))
						: 0;
		}
		low = beyond > tail * sum ? middle : low;
		high = beyond > tail * sum ? high : middle;
	}
	return high;
}

bool bank_is_possible(const struct bank *bank)
{
	const double *numbers = bank->sync;
	const size_t count = offsetof(struct bank, unweighed) / sizeof(double);

	for (size_t i = 0; i < count; i++) {
		if (!servo_is_number(numbers[i])) {
			return false;
		}
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		if (bank->p.sync_sync[i] < 0 || bank->p.delay_delay[i] < 0 ||
		    bank->p.frequency_frequency[i] < 0 || bank->weight[i] < 0 ||
		    !(bank->determinant[i] > 0)) {
			return false;
		}
	}
	return true;
}
