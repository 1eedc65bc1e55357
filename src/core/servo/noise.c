/* src/core/servo/noise.c -- the mixture of clean and queued messages: what one of them says, and how the mixture is learnt. */
#include "core/servo/noise.h"

#include "core/servo/controller.h"
#include "core/servo/math.h"

#include <string.h>

#define VARIANCE_MIN 0.01 /* ns^2: finer than any timestamp, coarse enough that nothing divides by zero */

/* The mixture (servo.md 6). Memories in messages. */
#define GAUSSIAN_MEMORY 400.0
#define QUEUED_MEMORY 200.0
#define CLEAN_MIN 0.02
#define CLEAN_MAX 0.99
#define MEAN_MIN                                                                                             \
	10.0      /* deviations: a tail any shorter would explain the floor, and the floor would be lost */
#define EDGE 0.03 /* deviation of the edge of plain exponential noise, in its mean */
#define UNEXPECTED 1e-4   /* over the mean: what fits neither is not impossible */
#define CLEAN_OF_USE 0.05 /* a message less likely clean than that is left out */
#define OUTLIER 5.0       /* deviations */
#define EARLY 4.5
#define CLEAR_FLOOR                                                                                          \
	6.0 /* deviations of the floor that the tail must exceed to be told apart message by message */
#define CLEAR_CLEAN 0.1 /* and the share of clean messages */
#define SOFT_EDGE 1.2 /* without a clear floor: deviations of the prediction by which its edge is softened */
#define WORTH_MIN 1e-9

#define ROOT_TWO_PI 2.50662827463100050242
#define LOG_ROOT_TWO_PI 0.91893853320467274178

void noise_init(struct noise *noise, double variance)
{
	memset(noise, 0, sizeof(*noise));
	noise->model.shape = NOISE_GAUSSIAN;
	noise->model.clean = 1;
	noise->model.variance = variance;
}

static void judge_gaussian(const struct noise_model *model, double error, double variance,
			   struct noise_verdict *out)
{
	double s = variance + model->variance, square = error * error / s;

	*out = (struct noise_verdict){
		.kind = square > OUTLIER * OUTLIER ? (error < 0 ? NOISE_EARLY : NOISE_LATE) : NOISE_USED,
		.variance = model->variance,
		.clean = 1,
		.log_density = -(square + gn_math_log(s)) / 2 - LOG_ROOT_TWO_PI,
	};
}

/* The message as it is, where it is told apart from the queued ones (probabilistic data association). */
static void take_floor(const struct noise_model *model, double clean, struct noise_verdict *out)
{
	out->kind = clean > CLEAN_OF_USE ? NOISE_USED : NOISE_LATE;
	out->variance = model->variance / (clean > CLEAN_OF_USE ? clean : CLEAN_OF_USE);
	out->shift = 0;
}

/* Where the two kinds overlap, each says something (Masreliez 1975): the part `way` of the error is expected not to be
 * queueing, with variance `spread`. As a gaussian measurement that is one with worth = 1 - spread / s. */
static void take_score(double error, double variance, double s, double clean, double way_queued,
		       double spread_queued, struct noise_verdict *out)
{
	double way = clean * error + (1 - clean) * way_queued;
	double spread = clean * error * error + (1 - clean) * (way_queued * way_queued + spread_queued) -
			way * way;
	double worth = 1 - spread / s;

	worth = worth < WORTH_MIN ? WORTH_MIN : worth > 1 ? 1 : worth;
	out->kind = NOISE_USED;
	out->shift = way / worth - error;
	out->variance = s / worth - variance;
	out->variance = out->variance < VARIANCE_MIN ? VARIANCE_MIN : out->variance;
}

/* How likely each kind is to show this error, times the mean, so that the numbers stay near 1. */
struct densities {
	double s, a, hazard; /* variance in all, with the edge softened; see take_score() */
	double floor, all;
	bool is_clear;
};

static struct densities densities_of(const struct noise_model *model, double error, double variance)
{
	double soft = SOFT_EDGE * SOFT_EDGE * variance, mean = model->mean, root, normal, queued;
	struct densities d;

	d.is_clear = mean * mean > CLEAR_FLOOR * CLEAR_FLOOR * (variance + model->variance) &&
		     model->clean > CLEAR_CLEAN;
	d.s = variance + (d.is_clear || model->variance > soft ? model->variance : soft);
	root = gn_math_sqrt(d.s);
	d.a = error / root - root / mean;
	d.hazard = gn_math_normal_hazard(d.a);
	normal = gn_math_exp(-error * error / (2 * d.s)) / ROOT_TWO_PI;
	d.floor = model->clean * normal * mean / root;
	queued = d.hazard > 1e-200 ? normal / d.hazard : gn_math_exp(d.s / (2 * mean * mean) - error / mean);
	d.all = d.floor + (1 - model->clean) * queued + UNEXPECTED;
	return d;
}

double noise_density(const struct noise_model *model, double error, double variance)
{
	return densities_of(model, error, variance).all;
}

static void judge_queued(const struct noise_model *model, double error, double variance,
			 struct noise_verdict *out)
{
	struct densities d = densities_of(model, error, variance);
	double root = gn_math_sqrt(d.s), clean = d.floor / d.all;

	*out = (struct noise_verdict){ .clean = clean, .log_density = gn_math_log(d.all / model->mean) };
	if (error < -EARLY * root) {
		out->kind = NOISE_EARLY;
		out->variance = model->variance;
	} else if (d.is_clear) {
		take_floor(model, clean, out);
	} else {
		out->is_score = true;
		take_score(error, variance, d.s, clean, d.s / model->mean - root * d.hazard,
			   d.s * (1 - d.hazard * (d.hazard + d.a)), out);
	}
}

void noise_judge(const struct noise_model *model, double error, double variance, struct noise_verdict *out)
{
	if (model->shape == NOISE_GAUSSIAN) {
		judge_gaussian(model, error, variance, out);
	} else {
		judge_queued(model, error, variance, out);
	}
}

static double limit(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

static void keep_bounds(struct noise_model *model)
{
	double deviation;

	model->variance = model->variance > VARIANCE_MIN ? model->variance : VARIANCE_MIN;
	if (model->shape == NOISE_GAUSSIAN) {
		return;
	}
	deviation = gn_math_sqrt(model->variance);
	model->clean = limit(model->clean, CLEAN_MIN, CLEAN_MAX);
	model->mean = model->mean > MEAN_MIN * deviation ? model->mean : MEAN_MIN * deviation;
}

#define UNLIKELY (-14.0) /* a chance in a million */

bool noise_is_unlikely(const struct noise_model *model, uint32_t late_in_a_row)
{
	return late_in_a_row * gn_math_log(1 - model->clean) < UNLIKELY;
}

void noise_note(struct noise *noise, double error)
{
	noise->residual[noise->next] = (float)error;
	noise->next = (uint8_t)((noise->next + 1) % NOISE_WINDOW);
	noise->count = (uint8_t)(noise->count + (noise->count < NOISE_WINDOW));
	noise->unreviewed = (uint8_t)(noise->unreviewed + (noise->unreviewed < UINT8_MAX));
}

void noise_learn(struct noise *noise, const struct noise_verdict *verdict, double before, double after,
		 double variance_after)
{
	struct noise_model *m = &noise->model;
	double memory = m->shape == NOISE_GAUSSIAN ? GAUSSIAN_MEMORY : QUEUED_MEMORY;
	double rate, off = after * after + variance_after;

	noise->residual[noise->next] = (float)before;
	noise->next = (uint8_t)((noise->next + 1) % NOISE_WINDOW);
	noise->count = (uint8_t)(noise->count + (noise->count < NOISE_WINDOW));
	noise->unreviewed = (uint8_t)(noise->unreviewed + (noise->unreviewed < UINT8_MAX));
	noise->learnt += noise->learnt < (uint32_t)memory;
	rate = 1.0 / (noise->learnt < 4 ? 4 : noise->learnt);
	noise->log_density += verdict->log_density;
	if (m->shape == NOISE_GAUSSIAN) {
		if (verdict->kind == NOISE_USED) {
			m->variance += rate * (off - m->variance);
		}
	} else if (m->shape == NOISE_EXPONENTIAL) {
		m->mean += rate * ((before > 0 ? before : 0) - m->mean);
		m->variance = EDGE * EDGE * m->mean * m->mean;
	} else if (verdict->kind != NOISE_EARLY) {
		m->clean += rate * (verdict->clean - m->clean);
		m->variance += rate * verdict->clean * (off - m->variance);
		m->mean += rate * (1 - verdict->clean) * ((before > 0 ? before : 0) - m->mean);
	}
	keep_bounds(m);
}

void noise_adopt(struct noise *noise, const struct noise_model *model, uint32_t learnt)
{
	noise->model = *model;
	noise->learnt = learnt;
	noise->unreviewed = 0;
	noise->log_density = 0;
	noise->next = noise->count = 0;
}

/* ---- a model for a heap of values ---- */

static void sort(double *values, int count)
{
	static const int gaps[] = { 57, 23, 10, 4, 1 };

	for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
		for (int i = gaps[g]; i < count; i++) {
			double value = values[i];
			int k = i;

			for (; k >= gaps[g] && values[k - gaps[g]] > value; k -= gaps[g]) {
				values[k] = values[k - gaps[g]];
			}
			values[k] = value;
		}
	}
}

void noise_fit_gaussian(const double *values, int count, struct noise_fit *out)
{
	double mean = 0, variance = 0;

	for (int i = 0; i < count; i++) {
		mean += values[i];
	}
	mean /= count;
	for (int i = 0; i < count; i++) {
		variance += (values[i] - mean) * (values[i] - mean);
	}
	variance = variance / count + VARIANCE_MIN;
	*out = (struct noise_fit){
		.model = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = variance, .mean = 0 },
		.location = mean,
		.log_likelihood = -count * (gn_math_log(variance) / 2 + 0.5 + LOG_ROOT_TWO_PI),
	};
}

#define FINEST 256.0         /* a floor finer than the mean distance of values over this is chance */
#define HEAP_WIDTH 3.5       /* deviations of the floor, in which nearly all clean messages lie */
#define HEAP_SURPRISE 6.0    /* nats */
#define EXPONENTIAL_LOSS 6.0 /* nats that two parameters more explain by chance */

/* The mixture around the `k` values that lie closest together. */
static void start_at_cluster(const double *values, int count, int k, struct noise_fit *fit)
{
	int first = 0;
	double width, sum = 0;

	for (int i = 1; i + k <= count; i++) {
		if (values[i + k - 1] - values[i] < values[first + k - 1] - values[first]) {
			first = i;
		}
	}
	width = values[first + k - 1] - values[first];
	fit->location = values[first] + width / 2;
	for (int i = 0; i < count; i++) {
		sum += values[i] > fit->location ? values[i] - fit->location : 0;
	}
	fit->model = (struct noise_model){
		.shape = NOISE_QUEUED,
		.clean = (double)k / count,
		.variance = width * width / 9,
		.mean = sum / (count - k + 1),
	};
	keep_bounds(&fit->model);
}

/* One round of expectation and maximisation; also the likelihood before it. */
static void improve(const double *values, int count, double variance_min, struct noise_fit *fit)
{
	struct noise_model *m = &fit->model;
	double by_root, scale, root, clean = 0, place = 0, square = 0, late = 0, log_likelihood = 0,
				     product = 1;

	m->variance = m->variance > variance_min ? m->variance : variance_min;
	keep_bounds(m);
	root = gn_math_sqrt(m->variance);
	by_root = m->clean / (root * ROOT_TWO_PI);
	scale = (1 - m->clean) / m->mean;
	for (int i = 0; i < count; i++) {
		double e = values[i] - fit->location;
		double square_e = e * e / (2 * m->variance);
		double floor = square_e < 40 ? by_root * gn_math_exp(-square_e) : 0;
		double queued = e > 0 ? scale * gn_math_exp(-e / m->mean) : 0;
		double density = floor + queued +
				 UNEXPECTED / m->mean * gn_math_exp(-gn_math_fabs(e) / m->mean);
		double share = floor / density;

		product *= density * m->mean;
		if ((i & 7) == 7) {
			log_likelihood += gn_math_log(product);
			product = 1;
		}
		clean += share;
		place += share * e;
		square += share * e * e;
		late += (1 - share) * (e > 0 ? e : 0);
	}
	fit->log_likelihood = log_likelihood + gn_math_log(product) - count * gn_math_log(m->mean);
	if (clean < 1) {
		return;
	}
	place /= clean;
	fit->location += place;
	m->variance = square / clean - place * place;
	m->clean = clean / count;
	m->mean = late / (count - clean + 1e-3);
}

/* Plain exponential noise above the least value. */
static void fit_exponential(const double *sorted, int count, struct noise_fit *out)
{
	double mean = 0;

	for (int i = 0; i < count; i++) {
		mean += (sorted[i] - sorted[0]) / (count - 1);
	}
	mean = mean > VARIANCE_MIN ? mean : VARIANCE_MIN;
	*out = (struct noise_fit){
		.model = { .shape = NOISE_EXPONENTIAL,
			   .clean = CLEAN_MIN,
			   .variance = EDGE * EDGE * mean * mean + VARIANCE_MIN,
			   .mean = mean },
		.location = sorted[0] - mean / count,
		.log_likelihood = -count * (gn_math_log(mean) + 1),
	};
}

/* How much speaks against chance having put the clean messages so near to each other, nats: the expected number of heaps of
 * so many values in so little room, where the others lie (scan statistic, of Poisson distributed values). */
static double heap_surprise(const struct noise_fit *fit, int count)
{
	const struct noise_model *m = &fit->model;
	double many = m->clean * count, width = HEAP_WIDTH * gn_math_sqrt(m->variance);
	double by_chance = count * (1 - m->clean) * width / m->mean + 1e-9, surprise = -gn_math_log(count);

	for (double i = 1; i < many - 0.5; i++) {
		surprise += gn_math_log(i / by_chance);
	}
	return surprise;
}

bool noise_fit_queued(double *values, int count, struct noise_fit *out)
{
	int sizes[] = { 3, 5, count / 12, count / 5, count / 2 };
	bool has_any = false;
	struct noise_fit plain;

	sort(values, count);
	fit_exponential(values, count, &plain);
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		double least = plain.model.mean / count / FINEST;
		struct noise_fit fit;

		if (sizes[s] >= count || sizes[s] < 3 || (s > 1 && sizes[s] <= 5)) {
			continue;
		}
		start_at_cluster(values, count, sizes[s], &fit);
		for (int i = 0; i < 5; i++) {
			improve(values, count, least * least, &fit);
		}
		keep_bounds(&fit.model);
		if (heap_surprise(&fit, count) > HEAP_SURPRISE &&
		    (!has_any || fit.log_likelihood > out->log_likelihood)) {
			*out = fit;
			has_any = true;
		}
	}
	if (!has_any || plain.log_likelihood > out->log_likelihood - EXPONENTIAL_LOSS) {
		*out = plain;
	}
	return count >= 3;
}

/* Nats by which another model must be the better one, after the messages: it was fitted to them, the present one not. */
#define QUEUED_GAIN 10.0
#define OTHER_GAIN 10.0
#define SHAPE_GAIN 16.0
#define GAUSSIAN_GAIN 10.0 /* in place of plain exponential noise */

/* Messages; then whenever a part as many again came. Errors of plain noise look like queues now and then while they are few. */
#define REVIEW_FROM_QUEUED 8
#define REVIEW_FROM_GAUSSIAN 24

static bool is_time_to_review(const struct noise *noise)
{
	int from = noise->model.shape == NOISE_GAUSSIAN ? REVIEW_FROM_GAUSSIAN : REVIEW_FROM_QUEUED;
	int due = noise->count < NOISE_WINDOW ? noise->count / 4 : NOISE_WINDOW;

	return noise->count >= (from < NOISE_WINDOW ? from : NOISE_WINDOW) && noise->unreviewed >= due;
}

/* Lateness makes errors lean to one side: without that there is nothing to look closer at. Of so many values of plain noise
 * one in a hundred windows leans that much. */
#define SKEWNESS 0.8

static bool is_skewed(const double *values, int count, const struct noise_fit *gaussian)
{
	double cubes = 0;

	for (int i = 0; i < count; i++) {
		double e = values[i] - gaussian->location;

		cubes += e * e * e;
	}
	return cubes / count > SKEWNESS * gaussian->model.variance * gn_math_sqrt(gaussian->model.variance);
}

enum noise_change noise_review(struct noise *noise, double *location)
{
	double values[NOISE_WINDOW] = { 0 }, present = noise->log_density;
	struct noise_fit gaussian, queued;
	bool was_queued = noise->model.shape != NOISE_GAUSSIAN, is_queued;
	const struct noise_fit *best;
	enum noise_change change;
	double gain;
	int first, count;

	if (!is_time_to_review(noise)) {
		return NOISE_SAME;
	}
	count = noise->unreviewed < noise->count && was_queued ? noise->unreviewed : noise->count;
	first = noise->next + NOISE_WINDOW - count;
	for (int i = 0; i < count; i++) {
		values[i] = (double)noise->residual[(first + i) % NOISE_WINDOW];
	}
	noise->unreviewed = 0;
	noise->log_density = 0;
	noise_fit_gaussian(values, count, &gaussian);
	is_queued = (was_queued || is_skewed(values, count, &gaussian)) &&
		    noise_fit_queued(values, count, &queued) &&
		    queued.log_likelihood > gaussian.log_likelihood + QUEUED_GAIN;
	if (!was_queued) {
		return is_queued ? NOISE_QUEUES_SEEN : NOISE_SAME;
	}
	best = is_queued ? &queued : &gaussian;
	gain = !is_queued && noise->model.shape == NOISE_EXPONENTIAL ? GAUSSIAN_GAIN
	       : best->model.shape == noise->model.shape             ? OTHER_GAIN
								     : SHAPE_GAIN;
	if (best->log_likelihood < present + gain) {
		return NOISE_SAME;
	}
	change = best->model.shape == noise->model.shape ? NOISE_FLOOR_MOVED : NOISE_OTHER_SHAPE;
	noise_adopt(noise, &best->model, NOISE_WINDOW);
	*location = best->location;
	return change;
}

bool noise_is_possible(const struct noise *noise)
{
	const struct noise_model *m = &noise->model;

	for (int i = 0; i < NOISE_WINDOW; i++) {
		if (!servo_is_number((double)noise->residual[i])) {
			return false;
		}
	}
	return m->shape <= NOISE_EXPONENTIAL && servo_is_number(m->clean) && servo_is_number(m->variance) &&
	       servo_is_number(m->mean) && m->variance > 0 && m->clean >= 0 && m->clean <= 1 &&
	       (m->shape == NOISE_GAUSSIAN || m->mean > 0) && noise->next < NOISE_WINDOW &&
	       noise->count <= NOISE_WINDOW && servo_is_number(noise->log_density);
}
