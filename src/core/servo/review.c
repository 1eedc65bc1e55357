/* src/core/servo/review.c -- is the noise model of a direction still the right one?
 *
 * Now and then the last messages are fitted again, without regard to what was believed of them. What they are off is seen
 * against the other direction where that one is known better: the sum of both is twice the delay, and free of what the
 * oscillator did meanwhile. Else they are taken as they were off their own prediction. */
#include "core/servo/adaptive.h"
#include "core/servo/fit.h"
#include "core/servo/math.h"

/* Nats by which another model must be the better one, after the messages: it was fitted to them, the present one not. */
#define EARLY_GAIN 6.0
#define QUEUED_GAIN 10.0 /* in place of plain noise */
#define MOVED_GAIN 8.0
#define SHAPE_GAIN 10.0
#define HEAP_GAIN 4.0      /* clean ones among what was taken for plain exponential noise */
#define GAUSSIAN_GAIN 10.0 /* in place of a floor */

#define MANY 24 /* messages: of so many, plain noise leans to one side seldom enough */
#define SKEWNESS 0.8
#define REVIEWED_LEAST 8
#define OFTEN_UNTIL 512    /* messages */
#define CLEANER 4.0        /* variances */
#define TRUSTED_FROM 8     /* messages of the other direction */
#define HEAP_VARIANCE 16.0 /* of clean messages': of a row that is a floor somewhere else */
#define ESTABLISHED 100    /* messages: queues that are empty for some time are still queues */
#define ROW_CLEAN 4.5      /* messages: fewer lie together by chance in some burst */
#define MOVED 3.0          /* deviations */

struct series {
	double values[WINDOW]; /* against what is believed now */
	int count;
	bool is_against_other;
	double now; /* is_against_other: the sum as believed */
};

static int due(const struct direction *d)
{
	int part = d->count < WINDOW ? d->count / 4 : d->seen < OFTEN_UNTIL ? WINDOW / 2 : 2 * WINDOW;

	return d->seen <= WINDOW ? (part > 1 ? part : 1) : part > REVIEWED_LEAST ? part : REVIEWED_LEAST;
}

static void make_series(const struct adaptive *a, int direction, struct series *out)
{
	const struct direction *d = &a->direction[direction], *other = &a->direction[1 - direction];
	struct bank_estimate e;
	double own_variance, other_variance;
	bool is_sync = direction == DIRECTION_SYNC;

	bank_estimate(&a->bank, &e);
	own_variance = is_sync ? e.sync_variance : e.delay_variance;
	other_variance = is_sync ? e.delay_variance : e.sync_variance;
	out->is_against_other = !a->is_direct && other->seen >= TRUSTED_FROM && other->suspicion.count == 0 &&
				other_variance < own_variance;
	out->now = e.sync + e.delay;
	out->count = 0;
	for (int i = 0; i < d->count; i++) {
		const struct sample *s = sample_of(d, i);

		if (s->has_other || !out->is_against_other) {
			out->values[out->count++] = out->is_against_other ? s->value + s->other - out->now
									  : (double)s->off;
		}
	}
}

/* How well the present model foresaw them. */
static double present_likelihood(const struct noise_model *model, const struct series *series)
{
	struct noise_verdict verdict;
	double sum = 0;

	for (int i = 0; i < series->count; i++) {
		noise_judge(model, series->values[i], 0, &verdict);
		sum += verdict.log_density;
	}
	return sum;
}

/* What was believed of the other direction was not worth much. */
static void forget_beliefs(struct direction *d)
{
	for (int i = 0; i < d->count; i++) {
		sample_at(d, i)->has_other = false;
	}
}

static void take(struct adaptive *a, int direction, const struct series *series, const struct fit *fit)
{
	struct direction *d = &a->direction[direction];
	bool is_sync = direction == DIRECTION_SYNC;

	if (series->is_against_other) {
		bank_measure_against(&a->bank, component_of(direction), series->now + fit->location,
				     fit->variance);
		adaptive_shift_beliefs(a, is_sync ? fit->location : 0, is_sync ? 0 : fit->location);
	} else {
		adaptive_shift(a, is_sync ? fit->location : 0, is_sync ? 0 : fit->location, fit->variance);
	}
	if (fit->model.shape != d->noise.model.shape) {
		forget_beliefs(&a->direction[1 - direction]);
	}
	noise_adopt(&d->noise, &fit->model, (uint32_t)series->count);
	d->suspicion = (struct suspicion){ 0 };
	d->late = 0;
	d->bias = 0;
	d->square = 1;
}

/* Two that are equally noisy may both be so by queues: then neither knows what clean messages are like. */
static struct fit_prior prior_of(const struct direction *d, const struct direction *other)
{
	const struct noise_model *m = &other->noise.model;
	bool is_known = other->noise.learnt >= TRUSTED_FROM;
	bool is_clean = m->shape == NOISE_QUEUED ||
			(m->shape == NOISE_GAUSSIAN && m->variance * CLEANER < d->noise.model.variance);

	return (struct fit_prior){
		.clean_variance = is_known && is_clean ? m->variance : 0,
		.has_floor = is_known && m->shape != NOISE_GAUSSIAN,
	};
}

static double gain_needed(const struct direction *d, const struct direction *other, const struct fit *fit)
{
	uint8_t shape = d->noise.model.shape;

	if (shape == NOISE_GAUSSIAN && other->noise.model.shape != NOISE_GAUSSIAN) {
		return 0;
	}
	if (d->seen < MANY) {
		return EARLY_GAIN;
	}
	return shape == fit->model.shape            ? MOVED_GAIN
	       : fit->model.shape == NOISE_GAUSSIAN ? GAUSSIAN_GAIN
	       : shape == NOISE_GAUSSIAN            ? QUEUED_GAIN
	       : shape == NOISE_EXPONENTIAL         ? HEAP_GAIN
						    : SHAPE_GAIN;
}

/* Is there news? `is_urgent`: the messages contradict what is believed, so that there is no waiting for more of them. */
static bool look_again(struct adaptive *a, int direction, bool is_urgent)
{
	struct direction *d = &a->direction[direction];
	const struct direction *other = &a->direction[1 - direction];
	const struct fit_prior prior = prior_of(d, other);
	bool is_gaussian = d->noise.model.shape == NOISE_GAUSSIAN, is_early = is_urgent || d->seen < MANY;
	const bool is_too_wide = is_gaussian && fit_is_too_wide(d->noise.model.variance, &prior);
	struct series series;
	struct fit fit;

	d->unreviewed = 0;
	make_series(a, direction, &series);
	if (series.count < (is_early      ? 3
			    : is_gaussian ? MANY
					  : REVIEWED_LEAST) ||
	    (is_early && !series.is_against_other)) {
		return false;
	}
	if (is_gaussian && !is_early && other->noise.model.shape == NOISE_GAUSSIAN && !is_too_wide &&
	    !fit_is_skewed(series.values, series.count, SKEWNESS)) {
		return false;
	}
	fit_best(series.values, series.count, &prior, &fit);
	if ((fit.model.shape != NOISE_QUEUED && d->noise.model.shape == NOISE_QUEUED &&
	     d->noise.learnt > ESTABLISHED) ||
	    (fit.model.shape == NOISE_GAUSSIAN && fit_is_too_wide(fit.model.variance, &prior))) {
		return false;
	}
	if (!is_too_wide &&
	    fit.log_likelihood < present_likelihood(&d->noise.model, &series) + gain_needed(d, other, &fit)) {
		return false;
	}
	if (is_gaussian && fit.model.shape == NOISE_GAUSSIAN) {
		if (d->seen >= MANY) {
			return false;
		}
		take(a, direction, &series, &fit);
	} else if (is_gaussian && !series.is_against_other) {
		acquire_queues(a);
	} else if (fit.model.shape != d->noise.model.shape || is_early) {
		take(a, direction, &series, &fit);
	} else {
		noise_adopt(&d->noise, &fit.model, (uint32_t)series.count);
		if (gn_math_fabs(fit.location) > MOVED * gn_math_sqrt(fit.model.variance)) {
			jump_suspect(a, direction, fit.location);
		}
	}
	return true;
}

void review(struct adaptive *a, int direction)
{
	struct direction *d = &a->direction[direction];

	if (d->unreviewed >= due(d) && d->suspicion.count == 0 &&
	    a->direction[1 - direction].suspicion.count == 0 &&
	    (d->seen >= MANY || direction == DIRECTION_DELAY)) {
		(void)look_again(a, direction, false);
	}
}

bool review_contradiction(struct adaptive *a, int direction)
{
	return a->direction[1 - direction].suspicion.count == 0 && look_again(a, direction, true) &&
	       a->direction[direction].noise.model.shape != NOISE_GAUSSIAN;
}

bool review_row(const struct adaptive *a, int direction, int count, double *location)
{
	const struct direction *d = &a->direction[direction];
	const struct fit_prior prior = { .clean_variance = d->noise.model.variance };
	double values[WINDOW] = { 0 };
	struct fit fit;

	count = count < d->count ? count : d->count;
	if (count < 3) {
		return false;
	}
	for (int i = 0; i < count; i++) {
		values[i] = (double)sample_of(d, d->count - count + i)->off;
	}
	fit_best(values, count, &prior, &fit);
	*location = fit.location;
	return fit.model.clean * count > (fit.model.shape == NOISE_QUEUED ? ROW_CLEAN : 0) &&
	       fit.model.shape != NOISE_EXPONENTIAL &&
	       fit.model.variance < HEAP_VARIANCE * d->noise.model.variance;
}
