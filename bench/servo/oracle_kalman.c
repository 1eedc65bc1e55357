/* bench/servo/oracle_kalman.c -- the estimator for gaussian noise, with the world's own states; of a chain all clocks' together.
 *
 *   Sync       y1 =  x - x of the clock before + d + a      (states of a clock: its oscillator's, then d, then a where
 *   Delay_Req  y2 = -x + x of the clock before + d - a       it is known that one direction changes)
 *
 * Of queued messages it takes mean and variance, the best that a linear filter can do; a little more is in them. */
#include "bench/servo/kalman.h"
#include "bench/servo/oracle.h"

#define FREQUENCY_PPB 1e5 /* a priori, 1 sigma */
#define FAR 10.0          /* what is unknown has ten times its true size as 1 sigma */

struct estimate {
	const struct trial *trial;
	struct kalman filter;
	size_t states, block; /* of an oscillator; of a clock with its delay */
	bool has_asymmetry;
	int64_t at_ns;
	bool is_started[TRIAL_HOPS_MAX], has_delay[TRIAL_HOPS_MAX];
};

static size_t phase_of(const struct estimate *e, size_t hop)
{
	return hop * e->block;
}

static size_t delay_of(const struct estimate *e, size_t hop)
{
	return hop * e->block + e->states;
}

static bool knows_asymmetry(const struct trial *t)
{
	for (size_t i = 0; i < t->change_count; i++) {
		if (t->changes[i].kind == TRIAL_DOWN || t->changes[i].kind == TRIAL_UP) {
			return true;
		}
	}
	return false;
}

static void begin_clock(struct estimate *e, size_t hop)
{
	size_t x = phase_of(e, hop), d = delay_of(e, hop);
	double prior[OSCILLATOR_STATES][OSCILLATOR_STATES];

	oscillator_prior(&e->trial->oscillator, prior);
	for (size_t i = 0; i < e->states; i++) {
		for (size_t j = 0; j < e->states; j++) {
			e->filter.covariance[x + i][x + j] = prior[i][j];
		}
	}
	e->filter.covariance[x + 1][x + 1] = FREQUENCY_PPB * FREQUENCY_PPB;
	e->filter.covariance[d][d] = FAR * FAR * e->trial->delay_ns * e->trial->delay_ns;
}

static void begin(void *state, const struct trial *trial)
{
	struct estimate *e = state;

	e->trial = trial;
	e->states = oscillator_states(&trial->oscillator);
	e->has_asymmetry = knows_asymmetry(trial);
	e->block = e->states + 1 + e->has_asymmetry;
	e->filter.count = trial->hops * e->block;
	for (size_t hop = 0; hop < trial->hops; hop++) {
		begin_clock(e, hop);
	}
}

static void propagate(struct estimate *e, int64_t at_ns)
{
	struct oscillator_step step;

	if (at_ns <= e->at_ns) {
		return;
	}
	oscillator_step(&e->trial->oscillator, (double)(at_ns - e->at_ns) / 1e9, &step);
	for (size_t hop = 0; hop < e->trial->hops; hop++) {
		kalman_propagate(&e->filter, phase_of(e, hop), e->states, &step);
	}
	e->at_ns = at_ns;
}

/* Nothing was known of the phase: seconds, beside nanoseconds that matter, would be too much for the digits of a double. It is
 * now what the first Sync says, x = y - d + x before, and known as well as those. */
static void start(struct estimate *e, size_t hop, double value, double variance)
{
	struct kalman *k = &e->filter;
	size_t x = phase_of(e, hop), d = delay_of(e, hop), before = hop > 0 ? phase_of(e, hop - 1) : 0;
	double row[KALMAN_STATES];

	k->state[x] = value - k->state[d] + (hop > 0 ? k->state[before] : 0);
	for (size_t i = 0; i < k->count; i++) {
		row[i] = -k->covariance[d][i] + (hop > 0 ? k->covariance[before][i] : 0);
	}
	row[x] = variance - row[d] + (hop > 0 ? row[before] : 0);
	for (size_t i = 0; i < k->count; i++) {
		k->covariance[x][i] = k->covariance[i][x] = row[i];
	}
	e->is_started[hop] = true;
}

static size_t terms_of(const struct estimate *e, size_t hop, enum servo_direction direction,
		       struct kalman_term *terms)
{
	double sign = direction == SERVO_DELAY_REQ ? -1.0 : 1.0;
	size_t n = 0;

	terms[n++] = (struct kalman_term){ phase_of(e, hop), sign };
	if (hop > 0) {
		terms[n++] = (struct kalman_term){ phase_of(e, hop - 1), -sign };
	}
	if (direction != SERVO_DIRECT) {
		terms[n++] = (struct kalman_term){ delay_of(e, hop), 1.0 };
	}
	if (e->has_asymmetry) {
		terms[n++] = (struct kalman_term){ delay_of(e, hop) + 1, sign };
	}
	return n;
}

static void measured(void *state, size_t hop, int64_t at_ns, const struct world_message *m, double value_ns)
{
	struct estimate *e = state;
	bool is_up = m->direction == SERVO_DELAY_REQ;
	struct kalman_term terms[4];
	size_t count = terms_of(e, hop, (enum servo_direction)m->direction, terms);

	propagate(e, at_ns);
	if (e->is_started[hop]) {
		kalman_update(&e->filter, terms, count, value_ns - m->mean_ns, m->variance);
		e->has_delay[hop] = e->has_delay[hop] || is_up || m->direction == SERVO_DIRECT;
	} else if (!is_up && (hop == 0 || e->is_started[hop - 1])) {
		start(e, hop, value_ns - m->mean_ns, m->variance);
	}
}

static void changed(void *state, int64_t at_ns, const struct trial_change *c)
{
	struct estimate *e = state;
	double variance = FAR * FAR * c->amount_ns * c->amount_ns;
	double delay_variance = FAR * FAR *
				(c->delay_ns * c->delay_ns + e->trial->delay_ns * e->trial->delay_ns);
	struct kalman_term x = { phase_of(e, 0), 1.0 }, d = { delay_of(e, 0), 1.0 };
	struct kalman_term one_way[2] = { { delay_of(e, 0), 0.5 },
					  { delay_of(e, 0) + 1, c->kind == TRIAL_UP ? -0.5 : 0.5 } };

	propagate(e, at_ns);
	switch (c->kind) {
	case TRIAL_PATH:
		kalman_disturb(&e->filter, &d, 1, variance);
		break;
	case TRIAL_DOWN:
	case TRIAL_UP:
		kalman_disturb(&e->filter, one_way, 2, variance);
		break;
	case TRIAL_NEW_PARENT:
		kalman_disturb(&e->filter, &d, 1, delay_variance);
		kalman_disturb(&e->filter, &x, 1, variance);
		break;
	case TRIAL_TIME_STEP:
		kalman_disturb(&e->filter, &x, 1, variance);
		break;
	}
}

static bool predict(const void *state, size_t hop, int64_t at_ns, double *phase_ns, double *variance)
{
	const struct estimate *e = state;
	const struct kalman *k = &e->filter;
	size_t x = phase_of(e, hop);
	struct oscillator_step step;

	if (!e->has_delay[hop]) {
		return false;
	}
	oscillator_step(&e->trial->oscillator, (double)(at_ns - e->at_ns) / 1e9, &step);
	*phase_ns = 0;
	*variance = step.noise[0][0];
	for (size_t i = 0; i < e->states; i++) {
		*phase_ns += step.transition[0][i] * k->state[x + i];
		for (size_t j = 0; j < e->states; j++) {
			*variance += step.transition[0][i] * step.transition[0][j] *
				     k->covariance[x + i][x + j];
		}
	}
	return true;
}

const struct oracle_estimator oracle_kalman = {
	.size = sizeof(struct estimate),
	.begin = begin,
	.measured = measured,
	.changed = changed,
	.predict = predict,
};
