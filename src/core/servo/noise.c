/* src/core/servo/noise.c -- the mixture of clean and queued messages: what one of them says, and how the mixture is learnt. */
#include "core/servo/noise.h"

#include "core/servo/controller.h"
#include "core/servo/math.h"

#include <string.h>

/* The mixture (servo.md 6). Memories in messages. */
#define GAUSSIAN_MEMORY 400.0
#define QUEUED_MEMORY 200.0
#define CLEAN_MIN 0.02
#define CLEAN_MAX 0.99
#define MEAN_MIN                                                                                             \
	10.0 /* deviations: a tail any shorter would explain the floor, and the floor would be lost */
#define CLEAN_OF_USE 0.05 /* a message less likely clean than that is left out */
#define OUTLIER 5.0       /* deviations */
#define EARLY 4.5
#define CLEAR_FLOOR                                                                                          \
	6.0 /* deviations of the floor that the tail must exceed to be told apart message by message */
#define CLEAR_CLEAN 0.1 /* and the share of clean messages */
#define SOFT_EDGE 1.2  /* without a clear floor: deviations of the prediction by which its edge is softened */
#define WORTH_MIN 1e-3 /* a shift of a whole deviation more is for a member that knows nothing yet */

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
		.log_density = -(square + gn_math_log(s)) / 2 - GN_MATH_LOG_ROOT_TWO_PI,
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
	out->variance = out->variance < NOISE_VARIANCE_MIN ? NOISE_VARIANCE_MIN : out->variance;
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
	normal = gn_math_exp(-error * error / (2 * d.s)) / GN_MATH_ROOT_TWO_PI;
	d.floor = model->clean * normal * mean / root;
	queued = d.hazard > 1e-200 ? normal / d.hazard : gn_math_exp(d.s / (2 * mean * mean) - error / mean);
	d.all = d.floor + (1 - model->clean) * queued + NOISE_UNEXPECTED;
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

void noise_keep_bounds(struct noise_model *model)
{
	double deviation;

	model->variance = model->variance > NOISE_VARIANCE_MIN ? model->variance : NOISE_VARIANCE_MIN;
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

void noise_learn(struct noise *noise, const struct noise_verdict *verdict, double before, double after,
		 double variance_after)
{
	struct noise_model *m = &noise->model;
	double memory = m->shape == NOISE_GAUSSIAN ? GAUSSIAN_MEMORY : QUEUED_MEMORY;
	double rate, off = after * after + variance_after;

	noise->learnt += noise->learnt < (uint32_t)memory;
	rate = 1.0 / (noise->learnt < 4 ? 4 : noise->learnt);
	if (m->shape == NOISE_GAUSSIAN) {
		if (verdict->kind == NOISE_USED) {
			m->variance += rate * (off - m->variance);
		}
	} else if (m->shape == NOISE_EXPONENTIAL) {
		m->mean += rate * ((before > 0 ? before : 0) - m->mean);
		m->variance = NOISE_EDGE * NOISE_EDGE * m->mean * m->mean;
	} else if (verdict->kind != NOISE_EARLY) {
		m->clean += rate * (verdict->clean - m->clean);
		m->variance += rate * verdict->clean * (off - m->variance);
		m->mean += rate * (1 - verdict->clean) * ((before > 0 ? before : 0) - m->mean);
	}
	noise_keep_bounds(m);
}

void noise_adopt(struct noise *noise, const struct noise_model *model, uint32_t learnt)
{
	noise->model = *model;
	noise->learnt = learnt;
}

bool noise_is_possible(const struct noise *noise)
{
	const struct noise_model *m = &noise->model;

	return m->shape <= NOISE_EXPONENTIAL && servo_is_number(m->clean) && servo_is_number(m->variance) &&
	       servo_is_number(m->mean) && m->variance > 0 && m->clean >= 0 && m->clean <= 1 &&
	       (m->shape == NOISE_GAUSSIAN || m->mean > 0);
}
