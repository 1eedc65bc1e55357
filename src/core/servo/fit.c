/* src/core/servo/fit.c -- see fit.h. The mixture by expectation and maximisation from several beginnings. */
#include "core/servo/fit.h"

#include "core/servo/math.h"

#include <stddef.h>

#define ROUNDS_AT_FIRST 3 /* from each beginning, and more from the best of them */
#define ROUNDS 4
#define FINEST 256.0         /* a floor is not finer than the mean distance of values over this */
#define HEAP_WIDTH 3.5       /* deviations of the floor, in which nearly all clean values lie */
#define HEAP_SURPRISE 5.0    /* nats */
#define LATE_LEAST 1.5       /* values: a single late one is an outlier, or a jump that has just begun */
#define HINT_WEIGHT 4.0      /* values that the hint is worth */
#define FLOOR_WIDTH 4.0      /* deviations as hinted: values so near to the least may be clean */
#define EXPONENTIAL_LOSS 3.0 /* nats that one more parameter explains by chance, and that three do */
#define QUEUED_LOSS 9.0
#define FLOOR_LOSS 3.0 /* of plain noise, where the other direction has a floor */
#define FEW                                                                                                  \
	16 /* values: fewer may well be clean in part; then the least is a better floor than any below it */
/* ns: a frame of 64 octets takes 51 ns at 10 Gbit/s, so that what is off by less is the stamps' own step; and no queue holds
 * a message for a second. */
#define QUEUE_MIN 16.0
#define QUEUE_MAX 1e9
#define WIDEST 400.0 /* variances */
#define FLOOR_FROM 3 /* values, where it is known what clean ones are like */
#define FLOOR_FROM_ALONE 6
#define EXPONENTIAL_CROSSINGS 0.465 /* of the values: 2 p (1 - p) with p = exp(-1) beyond the mean */
#define CROSSINGS 3                 /* late ones in two groups at least */

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

/* How far from the hint such a variance is: the density of an inverse gamma distribution about it, 0 at its top. */
static double unlike_hint(double variance, double hint)
{
	double ratio = hint / variance;

	return hint > 0 ? HINT_WEIGHT / 2 * (ratio - 1 - gn_math_log(ratio)) : 0;
}

void fit_gaussian(const double *values, int count, const struct fit_prior *prior, struct fit *out)
{
	double hint = prior->clean_variance, known = hint > 0 ? HINT_WEIGHT : 0;
	double mean = 0, squares = 0, variance;

	for (int i = 0; i < count; i++) {
		mean += values[i];
	}
	mean /= count;
	for (int i = 0; i < count; i++) {
		squares += (values[i] - mean) * (values[i] - mean);
	}
	variance = (squares + known * hint) / (count + known) + NOISE_VARIANCE_MIN;
	*out = (struct fit){
		.model = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = variance, .mean = 0 },
		.location = mean,
		.variance = variance / count,
		.log_likelihood = -count * (gn_math_log(variance) / 2 + GN_MATH_LOG_ROOT_TWO_PI) -
				  squares / variance / 2 - unlike_hint(variance, hint) -
				  (prior->has_floor ? FLOOR_LOSS : 0),
	};
}

/* Plain exponential noise above the least value. */
static void fit_exponential(const double *sorted, int count, struct fit *out)
{
	double mean = 0;

	for (int i = 0; i < count; i++) {
		mean += (sorted[i] - sorted[0]) / (count - 1);
	}
	mean = mean > NOISE_VARIANCE_MIN ? mean : NOISE_VARIANCE_MIN;
	*out = (struct fit){
		.model = { .shape = NOISE_EXPONENTIAL,
			   .clean = 0,
			   .variance = NOISE_EDGE * NOISE_EDGE * mean * mean,
			   .mean = mean },
		.location = sorted[0] - (count < FEW ? 0 : mean / count),
		.variance = mean * mean / count / count + NOISE_EDGE * NOISE_EDGE * mean * mean,
		.log_likelihood = -count * (gn_math_log(mean) + 1) - EXPONENTIAL_LOSS,
	};
	noise_keep_bounds(&out->model);
}

static void start_at(const double *values, int count, double location, double share, double variance,
		     struct fit *fit)
{
	double sum = 0;

	for (int i = 0; i < count; i++) {
		sum += values[i] > location ? values[i] - location : 0;
	}
	fit->location = location;
	fit->model = (struct noise_model){
		.shape = NOISE_QUEUED,
		.clean = share,
		.variance = variance,
		.mean = sum / (count * (1 - share) + 1),
	};
	noise_keep_bounds(&fit->model);
}

/* The mixture around the `k` values that lie closest together. */
static void start_at_heap(const double *values, int count, int k, struct fit *fit)
{
	int first = 0;
	double width;

	for (int i = 1; i + k <= count; i++) {
		if (values[i + k - 1] - values[i] < values[first + k - 1] - values[first]) {
			first = i;
		}
	}
	width = values[first + k - 1] - values[first];
	start_at(values, count, values[first] + width / 2, (double)k / count, width * width / 9, fit);
}

/* The least value is clean, with what lies near to it. */
static void start_at_least(const double *values, int count, double hint, struct fit *fit)
{
	double width = FLOOR_WIDTH * gn_math_sqrt(hint), sum = 0;
	int near = 0;

	for (; near < count && values[near] - values[0] < width; near++) {
		sum += values[near];
	}
	start_at(values, count, sum / near, (double)near / (count + 1), hint, fit);
}

/* One round of expectation and maximisation; also the likelihood before it. */
static void improve(const double *values, int count, double variance_min, double hint, struct fit *fit)
{
	struct noise_model *m = &fit->model;
	double by_root, scale, root, clean = 0, place = 0, square = 0, late = 0, log_likelihood = 0,
				     product = 1;
	double known = hint > 0 ? HINT_WEIGHT : 0;

	m->variance = m->variance > variance_min ? m->variance : variance_min;
	noise_keep_bounds(m);
	root = gn_math_sqrt(m->variance);
	by_root = m->clean / (root * GN_MATH_ROOT_TWO_PI);
	scale = (1 - m->clean) / m->mean;
	for (int i = 0; i < count; i++) {
		double e = values[i] - fit->location;
		double square_e = e * e / (2 * m->variance);
		double floor = square_e < 40 ? by_root * gn_math_exp(-square_e) : 0;
		double queued = e > 0 ? scale * gn_math_exp(-e / m->mean) : 0;
		double density = floor + queued +
				 NOISE_UNEXPECTED / m->mean * gn_math_exp(-gn_math_fabs(e) / m->mean);
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
	fit->log_likelihood = log_likelihood + gn_math_log(product) - count * gn_math_log(m->mean) -
			      QUEUED_LOSS - unlike_hint(m->variance, hint);
	fit->variance = m->variance / (clean + 0.1);
	if (clean < 1) {
		return;
	}
	place /= clean;
	fit->location += place;
	m->variance = (square - clean * place * place + known * hint) / (clean + known);
	m->clean = clean / count;
	m->mean = late / (count - clean + 1e-3);
}

/* How much speaks against chance having put so many late values where the clean ones lie, nats (of a Poisson distribution). */
static double heap_surprise(const struct fit *fit, int count)
{
	const struct noise_model *m = &fit->model;
	double many = m->clean * count, width = HEAP_WIDTH * gn_math_sqrt(m->variance);
	double by_chance = count * width / m->mean + 1e-9, surprise = by_chance - many;

	if (many <= by_chance) {
		return 0;
	}
	return surprise + many * gn_math_log(many / by_chance) + gn_math_log(many + 1) / 2;
}

static bool is_possible(const struct fit *fit, int count)
{
	return heap_surprise(fit, count) > HEAP_SURPRISE && count * (1 - fit->model.clean) > LATE_LEAST;
}

static bool fit_queued(const double *sorted, int count, double spacing, double hint, struct fit *out)
{
	const int sizes[] = { 0, 3, 5, count / 12, count / 5, count / 2 };
	const double least = spacing / FINEST;
	bool has_any = false;

	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct fit fit = { .log_likelihood = 0 };

		if (s == 0 ? !(hint > 0) : sizes[s] >= count || sizes[s] < 3 || (s > 2 && sizes[s] <= 5)) {
			continue;
		}
		if (s == 0) {
			start_at_least(sorted, count, hint, &fit);
		} else {
			start_at_heap(sorted, count, sizes[s], &fit);
		}
		for (int i = 0; i < ROUNDS_AT_FIRST; i++) {
			improve(sorted, count, least * least, hint, &fit);
		}
		noise_keep_bounds(&fit.model);
		if (is_possible(&fit, count) && (!has_any || fit.log_likelihood > out->log_likelihood)) {
			*out = fit;
			has_any = true;
		}
	}
	for (int i = 0; i < ROUNDS && has_any; i++) {
		improve(sorted, count, least * least, hint, out);
		noise_keep_bounds(&out->model);
	}
	return has_any && is_possible(out, count);
}

/* How often the values, as they came, went from one side of a threshold to the other. */
static int crossings(const double *values, int count, double threshold)
{
	int sum = 0;

	for (int i = 1; i < count; i++) {
		sum += (values[i] > threshold) != (values[i - 1] > threshold);
	}
	return sum;
}

/* Late messages come and go. A row of them that is not over, or was over before, is a change of something else. */
static bool comes_and_goes(const double *values, int count, const struct fit *fit)
{
	return crossings(values, count, fit->location + FLOOR_WIDTH * gn_math_sqrt(fit->model.variance)) >=
	       CROSSINGS;
}

/* What stays on one side of the median for long is no noise. */
static bool is_scattered(const double *values, int count, const double *sorted)
{
	double median = (sorted[count / 2] + sorted[(count - 1) / 2]) / 2;

	return crossings(values, count, median) + 1 >= count / 2.0 - gn_math_sqrt(count);
}

/* Of exponential noise a third lies beyond its mean, and comes and goes: a wild value, early or late, is none. */
static bool is_exponential(const double *values, int count, const double *sorted, const struct fit *fit)
{
	return is_scattered(values, count, sorted) &&
	       crossings(values, count, sorted[0] + fit->model.mean) + 1 >=
		       EXPONENTIAL_CROSSINGS * count - gn_math_sqrt(count);
}

static bool is_of_queues(const struct fit *fit, double hint)
{
	double mean = fit->model.mean;

	return mean > QUEUE_MIN && mean < QUEUE_MAX && mean * mean > hint;
}

bool fit_floor(const double *values, int count, const struct fit_prior *prior, struct fit *out)
{
	double sorted[FIT_VALUES_MAX], hint = prior->clean_variance;
	struct fit queued;

	if (count < (hint > 0 ? FLOOR_FROM : FLOOR_FROM_ALONE)) {
		return false;
	}
	for (int i = 0; i < count; i++) {
		sorted[i] = values[i];
	}
	sort(sorted, count);
	fit_exponential(sorted, count, out);
	if (fit_queued(sorted, count, out->model.mean / count, hint, &queued) &&
	    queued.log_likelihood > out->log_likelihood && is_of_queues(&queued, hint) &&
	    (prior->has_floor || comes_and_goes(values, count, &queued))) {
		*out = queued;
		return true;
	}
	return is_of_queues(out, hint) && (prior->has_floor ? is_scattered(values, count, sorted)
							    : is_exponential(values, count, sorted, out));
}

bool fit_is_too_wide(double variance, const struct fit_prior *prior)
{
	return prior->clean_variance > 0 && variance > WIDEST * prior->clean_variance;
}

void fit_best(const double *values, int count, const struct fit_prior *prior, struct fit *out)
{
	struct fit floor;

	fit_gaussian(values, count, prior, out);
	if (fit_floor(values, count, prior, &floor) &&
	    (floor.log_likelihood > out->log_likelihood || fit_is_too_wide(out->model.variance, prior))) {
		*out = floor;
	}
}

bool fit_is_skewed(const double *values, int count, double least)
{
	struct fit gaussian;
	double cubes = 0;

	fit_gaussian(values, count, &(struct fit_prior){ .has_floor = false }, &gaussian);
	for (int i = 0; i < count; i++) {
		double e = values[i] - gaussian.location;

		cubes += e * e * e;
	}
	return cubes / count > least * gaussian.model.variance * gn_math_sqrt(gaussian.model.variance);
}
