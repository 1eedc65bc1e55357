/* src/core/servo/noise_test.c -- what a message is worth, against integrals; and models that are learnt, against those that
 * made the messages. */
#include "core/servo/noise.h"

#include "tests/random.h"

#include <math.h>

static const struct noise_model clear = {
	.shape = NOISE_QUEUED, .clean = 0.5, .variance = 100, .mean = 1000
};

static double draw(const struct noise_model *m)
{
	double clean = gn_math_sqrt(m->variance) * random_normal();

	return random_fraction() < m->clean ? clean : clean + random_exponential(m->mean);
}

static struct noise_verdict judge(const struct noise_model *m, double error, double variance)
{
	struct noise_verdict v;

	noise_judge(m, error, variance, &v);
	return v;
}

/* ---- one message ---- */

TEST(of_gaussian_noise_five_deviations_are_the_limit)
{
	const struct noise_model m = { .shape = NOISE_GAUSSIAN, .clean = 1, .variance = 64 };
	static const struct {
		double error;
		enum noise_kind kind;
	} rows[] = {
		{ 0, NOISE_USED },    { 49.9, NOISE_USED },   { -49.9, NOISE_USED },
		{ 50.1, NOISE_LATE }, { -50.1, NOISE_EARLY }, { 1e9, NOISE_LATE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noise_verdict v = judge(&m, rows[i].error, 36);

		CHECK_EQ(v.kind, rows[i].kind);
		CHECK(v.variance == 64 && v.shift == 0 && v.clean == 1 && !v.is_score);
		CHECK_NEAR(v.log_density, -rows[i].error * rows[i].error / 200 - log(10 * sqrt(2 * M_PI)),
			   1e-9 * (1 + rows[i].error * rows[i].error));
	}
}

TEST(above_a_clear_floor_a_message_is_clean_or_left_out)
{
	struct noise_verdict v = judge(&clear, 3, 9);

	/* Both densities in full, by hand: 0.5 N(3; 109) and 0.5 / 1000 Phi(..). */
	double root = sqrt(109), normal = exp(-9 / 218.0) / (root * sqrt(2 * M_PI));
	double queued = exp(109 / 2e6 - 0.003) / 1000 * erfc(-(3 / root - root / 1000) / sqrt(2)) / 2;

	CHECK_EQ(v.kind, NOISE_USED);
	CHECK(!v.is_score && v.shift == 0);
	CHECK_NEAR(v.clean, 0.5 * normal / (0.5 * (normal + queued) + 1e-7), 1e-6);
	CHECK_NEAR(v.variance, 100 / v.clean, 1e-9);
	CHECK_NEAR(v.log_density, log(0.5 * (normal + queued) + 1e-7), 1e-6);
	CHECK_EQ(judge(&clear, 60, 9).kind, NOISE_LATE);
	CHECK_EQ(judge(&clear, 2000, 9).kind, NOISE_LATE);
	CHECK_EQ(judge(&clear, -44, 0).kind, NOISE_USED);
	CHECK_EQ(judge(&clear, -46, 0).kind, NOISE_EARLY);
	for (double error = -40; error < 60; error += 0.5) {
		v = judge(&clear, error, 0);
		CHECK_EQ(v.kind, v.clean > 0.05 ? NOISE_USED : NOISE_LATE);
		CHECK_NEAR(v.variance, 100 / fmax(v.clean, 0.05), 1e-6);
	}
}

TEST(an_uncertain_prediction_has_no_clear_floor)
{
	CHECK(!judge(&clear, 0, 100).is_score);
	CHECK(judge(&clear, 0, 1e5).is_score);
}

/* The likelihood of an error if `g` of it are no noise, by summing over the time in queues. */
static double likelihood(const struct noise_model *m, double error, double g)
{
	const double sigma = sqrt(m->variance), step = sigma / 10;
	double rest = error - g, sum = 0;

	for (double q = step / 2; q < rest + 8 * sigma; q += step) {
		double e = (rest - q) / sigma;

		sum += exp(-q / m->mean) * exp(-e * e / 2) * step / m->mean;
	}
	return (m->clean * exp(-rest * rest / m->variance / 2) + (1 - m->clean) * sum) /
	       (sigma * sqrt(2 * M_PI));
}

struct moments {
	double mean, variance, mass;
};

/* What is known of g ~ N(0, variance) once the error was seen. */
static struct moments integrate(const struct noise_model *m, double error, double variance)
{
	const double sigma = sqrt(variance), step = sigma / 10;
	struct moments s = { 0 };
	double square = 0;

	for (double g = -8 * sigma; g < 8 * sigma; g += step) {
		double p = exp(-g * g / variance / 2) * likelihood(m, error, g) * step /
			   (sigma * sqrt(2 * M_PI));

		s.mass += p;
		s.mean += p * g;
		square += p * g * g;
	}
	s.mean /= s.mass;
	s.variance = square / s.mass - s.mean * s.mean;
	return s;
}

/* What a Kalman filter makes of the verdict. */
static struct moments update(const struct noise_verdict *v, double error, double variance)
{
	double gain = variance / (variance + v->variance);

	return (struct moments){ gain * (error + v->shift), variance * (1 - gain), 0 };
}

TEST(without_a_clear_floor_the_update_is_what_integration_says)
{
	static const struct noise_model models[] = {
		{ .shape = NOISE_QUEUED, .clean = 0.05, .variance = 100, .mean = 300 },
		{ .shape = NOISE_QUEUED, .clean = 0.02, .variance = 100, .mean = 100 },
		{ .shape = NOISE_QUEUED, .clean = 0.1, .variance = 4, .mean = 60 },
	};

	for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
		const struct noise_model *m = &models[k];
		double variance = m->variance / 5; /* no edge is softened */
		double sigma = sqrt(variance + m->variance);

		for (double error = -2.5 * sigma; error < m->mean; error += sigma / 2) {
			struct noise_verdict v = judge(m, error, variance);
			struct moments seen = integrate(m, error, variance),
				       ours = update(&v, error, variance);

			CHECK(v.is_score);
			CHECK_EQ(v.kind, NOISE_USED);
			CHECK_NEAR(ours.mean, seen.mean, 0.01 * sqrt(variance));
			/* Where clean and queued are as likely, less is known than before: no update says that. */
			CHECK_NEAR(ours.variance, fmin(seen.variance, variance), 0.02 * variance);
			CHECK_NEAR(v.log_density, log(seen.mass), 0.05);
		}
	}
}

TEST(a_density_is_a_density)
{
	double sum = 0, step = 0.5;

	for (double error = -200; error < 20000; error += step) {
		sum += (noise_density(&clear, error, 20) - 1e-4) * step / clear.mean;
	}
	CHECK_NEAR(sum, 1, 0.001);
}

/* ---- learning ---- */

struct learnt {
	double clean, deviation, mean;
};

/* Averages of the model while it learns on, from where it has settled. */
static struct learnt learn(struct noise *noise, const struct noise_model *truth, int messages)
{
	struct learnt l = { 0 };

	for (int i = 0; i < messages; i++) {
		double error = draw(truth);
		struct noise_verdict v = judge(&noise->model, error, 0);

		noise_learn(noise, &v, error, error, 0);
		if (i >= messages / 4) {
			l.clean += noise->model.clean;
			l.deviation += gn_math_sqrt(noise->model.variance);
			l.mean += noise->model.mean;
		}
	}
	messages -= messages / 4;
	return (struct learnt){ l.clean / messages, l.deviation / messages, l.mean / messages };
}

TEST(the_size_of_gaussian_noise_is_learnt)
{
	static const double deviations[] = { 1, 30, 3000 };

	for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++) {
		const struct noise_model truth = { .shape = NOISE_GAUSSIAN,
						   .clean = 1,
						   .variance = deviations[i] * deviations[i] };
		struct noise noise;

		noise_init(&noise, 100 * truth.variance);
		learn(&noise, &truth, 6000);
		CHECK_NEAR(learn(&noise, &truth, 6000).deviation, deviations[i], 0.03 * deviations[i]);
		CHECK_EQ(noise.model.shape, NOISE_GAUSSIAN);
	}
}

TEST(what_the_estimate_itself_is_uncertain_by_is_counted)
{
	struct noise noise;

	noise_init(&noise, 50);
	for (int i = 0; i < 8000; i++) {
		/* What is left after the update shows too little: 4 of 9, the rest is in its own uncertainty. */
		double left = 2 * random_normal();
		struct noise_verdict v = judge(&noise.model, left, 0);

		noise_learn(&noise, &v, left, left, 5);
	}
	CHECK_NEAR(noise.model.variance, 9, 1);
}

TEST(the_mixture_is_learnt)
{
	static const double cleans[] = { 0.2, 0.5, 0.9 }, deviations[] = { 5, 500 }, means[] = { 30, 300 };

	for (int i = 0; i < 3 * 2 * 2; i++) {
		double deviation = deviations[i / 3 % 2];
		const struct noise_model truth = { .shape = NOISE_QUEUED,
						   .clean = cleans[i % 3],
						   .variance = deviation * deviation,
						   .mean = deviation * means[i / 6] };
		struct noise_model start = truth;
		struct noise noise;
		struct learnt l;

		start.variance *= 2;
		start.mean /= 2;
		start.clean = 0.5;
		noise_init(&noise, 1);
		noise_adopt(&noise, &start, 16);
		l = learn(&noise, &truth, 12000);
		CHECK_NEAR(l.clean, truth.clean, 0.05);
		CHECK_NEAR(l.deviation, deviation, 0.1 * deviation);
		CHECK_NEAR(l.mean, truth.mean, 0.12 * truth.mean);
	}
}

TEST(outliers_and_early_messages_teach_nothing)
{
	struct noise noise;
	struct noise_verdict v;

	noise_init(&noise, 100);
	v = judge(&noise.model, 1000, 0);
	noise_learn(&noise, &v, 1000, 1000, 0);
	CHECK(noise.model.variance == 100);
	noise_adopt(&noise, &clear, 16);
	v = judge(&noise.model, -1000, 0);
	noise_learn(&noise, &v, -1000, -1000, 0);
	CHECK(noise.model.variance == clear.variance && noise.model.clean == clear.clean &&
	      noise.model.mean == clear.mean);
}

TEST(so_many_queued_messages_in_a_row_are_no_chance)
{
	struct noise_model m = clear;

	CHECK(!noise_is_unlikely(&m, 20)); /* 2^-20 is one in a million: exp(-14) */
	CHECK(noise_is_unlikely(&m, 21));
	m.clean = 0.1;
	CHECK(!noise_is_unlikely(&m, 132));
	CHECK(noise_is_unlikely(&m, 133));
}

TEST(states_that_cannot_be_are_refused)
{
	struct noise noise, other;

	noise_init(&noise, 100);
	CHECK(noise_is_possible(&noise));
	other = noise;
	other.model.variance = 0;
	CHECK(!noise_is_possible(&other));
	other = noise;
	other.model.shape = 200;
	CHECK(!noise_is_possible(&other));
	other = noise;
	other.model.clean = (double)NAN;
	CHECK(!noise_is_possible(&other));
	other = noise;
	other.model = clear;
	other.model.mean = 0;
	CHECK(!noise_is_possible(&other));
	other.model.mean = 10;
	other.model.clean = 1.5;
	CHECK(!noise_is_possible(&other));
}
