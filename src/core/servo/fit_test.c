/* src/core/servo/fit_test.c -- fits against the models that made the values, and against values that no queue makes. */
#include "core/servo/fit.h"

#include "tests/random.h"

#include <math.h>

#define PLACE 5000.0
#define FITS 200

static const struct fit_prior nothing = { .clean_variance = 0 };

static double draw(const struct noise_model *m)
{
	double clean = gn_math_sqrt(m->variance) * random_normal();

	if (m->shape == NOISE_EXPONENTIAL) {
		return clean + random_exponential(m->mean);
	}
	return random_fraction() < m->clean ? clean : clean + random_exponential(m->mean);
}

static void draw_all(const struct noise_model *m, int count, double *values)
{
	for (int i = 0; i < count; i++) {
		values[i] = PLACE + draw(m);
	}
}

/* Of many fits: how often each shape was the best one, and of those of the truth's shape the means, of logarithms but for the
 * first two. */
struct fits {
	int shapes[3];
	double location, clean, deviation, mean;
	double normal; /* mean square of what the place is off, in its own deviations, each counted up to 5 */
	int off;       /* places off by more than a deviation of clean values */
};

static struct fits fit_many(const struct noise_model *truth, int count, const struct fit_prior *prior)
{
	struct fits f = { .location = 0 };
	double found;

	for (int i = 0; i < FITS; i++) {
		double values[FIT_VALUES_MAX], by;
		struct fit fit;

		draw_all(truth, count, values);
		fit_best(values, count, prior, &fit);
		f.shapes[fit.model.shape]++;
		if (fit.model.shape == truth->shape) {
			by = fit.location - PLACE;
			f.location += by;
			f.clean += fit.model.clean;
			f.deviation += gn_math_log(fit.model.variance) / 2;
			f.mean += fit.model.mean > 0 ? gn_math_log(fit.model.mean) : 0;
			f.normal += fmin(by * by / fit.variance, 25);
			f.off += by * by > truth->variance;
		}
	}
	found = fmax(f.shapes[truth->shape], 1);
	f.location /= found;
	f.clean /= found;
	f.deviation /= found;
	f.mean /= found;
	f.normal /= found;
	return f;
}

/* ---- what there is to be found ---- */

/* What a shorter window is granted, that of the small build (docs/servo.md, "The small build"): what is learnt is off by the
 * inverse of the number of values. */
static double of_window(double tolerance)
{
	return tolerance * 64 / FIT_VALUES_MAX;
}

TEST(a_heap_of_clean_values_below_late_ones_is_found_and_its_place_known)
{
	static const double cleans[] = { 0.3, 0.6, 0.9 };

	for (size_t i = 0; i < sizeof(cleans) / sizeof(cleans[0]); i++) {
		const struct noise_model truth = {
			.shape = NOISE_QUEUED, .clean = cleans[i], .variance = 400, .mean = 4000
		};
		struct fits f = fit_many(&truth, FIT_VALUES_MAX, &nothing);

		CHECK(f.shapes[NOISE_QUEUED] >= FITS - of_window(cleans[i] > 0.8 ? 25 : 5));
		CHECK_LE(f.off, 0.08 * FITS);
		CHECK_NEAR(f.location, 0, of_window(2));
		CHECK_NEAR(f.clean, cleans[i], of_window(0.02));
		CHECK_NEAR(f.deviation, log(20), of_window(0.15));
		CHECK_NEAR(f.mean, log(4000), of_window(0.2));
		CHECK(f.normal < of_window(2.5));
	}
}

TEST(what_the_other_direction_says_of_clean_values_makes_few_values_enough)
{
	const struct noise_model truth = {
		.shape = NOISE_QUEUED, .clean = 0.6, .variance = 400, .mean = 4000
	};
	const struct fit_prior prior = { .clean_variance = 400, .has_floor = true };
	struct fits with = fit_many(&truth, 8, &prior), without = fit_many(&truth, 8, &nothing);

	CHECK(with.shapes[NOISE_QUEUED] > 0.5 * FITS);
	CHECK(with.normal < 2.5);
	CHECK(with.normal < 1.2 * without.normal);
	CHECK_LE(with.off, 0.15 * with.shapes[NOISE_QUEUED]);
	CHECK_NEAR(with.deviation, log(20), 0.2);
	/* Of four values it can at least be said that they lie above a floor. */
	with = fit_many(&truth, 4, &prior);
	CHECK(with.shapes[NOISE_GAUSSIAN] < 0.5 * FITS);
	CHECK_EQ(fit_many(&truth, 4, &nothing).shapes[NOISE_GAUSSIAN], FITS);
}

TEST(a_wrong_word_of_the_other_direction_is_outvoted_by_many_values)
{
	const struct noise_model truth = {
		.shape = NOISE_QUEUED, .clean = 0.6, .variance = 400, .mean = 4000
	};
	static const double variances[] = { 40, 4000 };

	for (size_t i = 0; i < sizeof(variances) / sizeof(variances[0]); i++) {
		const struct fit_prior prior = { .clean_variance = variances[i] };
		struct fits f = fit_many(&truth, FIT_VALUES_MAX, &prior);

		CHECK(f.shapes[NOISE_QUEUED] >= 0.95 * FITS);
		CHECK_LE(f.off, 0.02 * FITS);
		CHECK_NEAR(f.deviation, log(20), of_window(0.4));
	}
}

TEST(plain_exponential_noise_is_told_from_a_heap)
{
	const struct noise_model truth = { .shape = NOISE_EXPONENTIAL, .variance = 1, .mean = 4000 };
	struct fits f = fit_many(&truth, FIT_VALUES_MAX, &nothing);

	CHECK(f.shapes[NOISE_EXPONENTIAL] >= FITS - of_window(16));
	CHECK_NEAR(f.mean, log(4000), of_window(0.05));
	CHECK_NEAR(f.location, 0,
		   of_window(30)); /* its least value is 4000 over so many above the edge, in the mean */
	CHECK(f.normal < 1.5);
}

TEST(gaussian_values_are_not_taken_for_a_floor)
{
	const struct noise_model truth = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 400 };
	const struct fit_prior alike = { .clean_variance = 400 }, other = { .clean_variance = 100 };
	static const int counts[] = { 4, 8, 16, 32, FIT_VALUES_MAX };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		CHECK(fit_many(&truth, counts[i], &nothing).shapes[NOISE_GAUSSIAN] >= 0.93 * FITS);
		CHECK(fit_many(&truth, counts[i], &alike).shapes[NOISE_GAUSSIAN] >= 0.93 * FITS);
		CHECK(fit_many(&truth, counts[i], &other).shapes[NOISE_GAUSSIAN] >= 0.93 * FITS);
	}
}

TEST(where_the_other_direction_has_a_floor_many_gaussian_values_are_still_seen_to_be_gaussian)
{
	const struct noise_model truth = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 400 };
	const struct fit_prior prior = { .clean_variance = 400, .has_floor = true };

	CHECK(fit_many(&truth, FIT_VALUES_MAX, &prior).shapes[NOISE_GAUSSIAN] >= FITS - of_window(12));
}

TEST(of_plain_noise_mean_and_size_are_found)
{
	const struct noise_model truth = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 400 };
	struct fits f = fit_many(&truth, FIT_VALUES_MAX, &nothing);

	CHECK_NEAR(f.location, 0, of_window(1));
	CHECK_NEAR(f.deviation, log(20), of_window(0.04));
	CHECK_NEAR(f.normal, 1, 0.6);
}

TEST(values_far_more_scattered_than_the_other_directions_are_queued_however_plain_they_look)
{
	const struct noise_model wide = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 1e8 };
	const struct fit_prior alike = { .clean_variance = 1e7 }, finer = { .clean_variance = 400 };

	CHECK(fit_many(&wide, 32, &alike).shapes[NOISE_GAUSSIAN] >= 0.9 * FITS);
	CHECK_LE(fit_many(&wide, 32, &finer).shapes[NOISE_GAUSSIAN], 0.1 * FITS);
}

/* ---- what no queue makes ---- */

TEST(late_values_in_one_row_at_the_end_are_a_change_and_no_queue)
{
	const struct noise_model clean = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 400 };
	static const double changes[] = { 1000, 1e5 };
	int queues = 0;

	for (int i = 0; i < 2 * FITS; i++) {
		double values[FIT_VALUES_MAX];
		int late = 2 + (int)test_random_below(FIT_VALUES_MAX / 2 - 2);
		bool is_at_end = test_random_below(2);
		struct fit fit;

		draw_all(&clean, FIT_VALUES_MAX, values);
		for (int k = 0; k < late; k++) {
			values[is_at_end ? FIT_VALUES_MAX - 1 - k : k] += changes[i % 2] *
									  random_between(0.8, 1.2);
		}
		fit_best(values, FIT_VALUES_MAX, &nothing, &fit);
		queues += fit.model.shape != NOISE_GAUSSIAN;
	}
	CHECK_LE(queues, 0.05 * 2 * FITS);
}

TEST(what_takes_less_than_a_frame_is_no_queue)
{
	const struct noise_model exponential = { .shape = NOISE_EXPONENTIAL, .variance = 0.01, .mean = 6 };
	const struct noise_model queued = {
		.shape = NOISE_QUEUED, .clean = 0.5, .variance = 0.04, .mean = 6
	};

	CHECK(fit_many(&exponential, FIT_VALUES_MAX, &nothing).shapes[NOISE_GAUSSIAN] >= 0.97 * FITS);
	CHECK(fit_many(&queued, FIT_VALUES_MAX, &nothing).shapes[NOISE_GAUSSIAN] >= 0.97 * FITS);
}

TEST(few_values_have_no_floor)
{
	const double values[] = { 1, 2000, 3, 4000, 2, 900 };
	const struct fit_prior prior = { .clean_variance = 1 };
	struct fit fit;

	CHECK(!fit_floor(values, 5, &nothing, &fit));
	CHECK(fit_floor(values, 6, &nothing, &fit));
	CHECK(!fit_floor(values, 2, &prior, &fit));
	CHECK(fit_floor(values, 5, &prior, &fit));
	fit_best(values, 1, &nothing, &fit);
	CHECK_EQ(fit.model.shape, NOISE_GAUSSIAN);
	CHECK(fit.location == 1 && fit.model.variance > 0 && fit.variance > 0);
}

/* ---- what a fit is ---- */

TEST(values_stay_in_the_order_they_came_and_a_fit_does_not_depend_on_it_but_for_rows)
{
	const struct noise_model truth = {
		.shape = NOISE_QUEUED, .clean = 0.5, .variance = 400, .mean = 4000
	};
	double values[FIT_VALUES_MAX], copy[FIT_VALUES_MAX];
	struct fit fit, again;

	draw_all(&truth, FIT_VALUES_MAX, values);
	memcpy(copy, values, sizeof(values));
	CHECK(fit_floor(values, FIT_VALUES_MAX, &nothing, &fit));
	fit_best(values, FIT_VALUES_MAX, &nothing, &again);
	CHECK(memcmp(copy, values, sizeof(values)) == 0);
	for (int i = 0; i < FIT_VALUES_MAX; i++) {
		copy[i] = values[FIT_VALUES_MAX - 1 - i];
	}
	CHECK(fit_floor(copy, FIT_VALUES_MAX, &nothing, &again));
	CHECK(fit.location == again.location && fit.model.mean == again.model.mean &&
	      fit.log_likelihood == again.log_likelihood);
}

TEST(a_fits_likelihood_is_that_of_its_model)
{
	const struct noise_model truth = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 400 };
	double values[FIT_VALUES_MAX], sum = 0;
	struct noise_verdict verdict;
	struct fit gaussian;

	draw_all(&truth, FIT_VALUES_MAX, values);
	fit_gaussian(values, FIT_VALUES_MAX, &nothing, &gaussian);
	for (int i = 0; i < FIT_VALUES_MAX; i++) {
		noise_judge(&gaussian.model, values[i] - gaussian.location, 0, &verdict);
		sum += verdict.log_density;
	}
	CHECK_NEAR(gaussian.log_likelihood, sum, 0.01);
}

TEST(late_values_make_a_sample_lean_and_plain_noise_does_not)
{
	const struct noise_model plain = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 400 };
	const struct noise_model late = { .shape = NOISE_EXPONENTIAL, .variance = 1, .mean = 400 };
	int leaning = 0, upright = 0;

	for (int i = 0; i < FITS; i++) {
		double values[FIT_VALUES_MAX];

		draw_all(&plain, FIT_VALUES_MAX, values);
		leaning += fit_is_skewed(values, FIT_VALUES_MAX, 0.8);
		draw_all(&late, FIT_VALUES_MAX, values);
		upright += !fit_is_skewed(values, FIT_VALUES_MAX, 0.8);
	}
	CHECK_LE(leaning, of_window(12));
	CHECK_LE(upright, of_window(24));
}
