/* tests/servo/oracle_test.c -- the optimum of the servos' bench is one: it errs as much as it says it does, and as theory
 * says that nobody can err less. And the world that it lives in is what its model says. */
#include "tests/test.h"

#include "bench/servo/oracle.h"
#include "bench/servo/play.h"
#include "bench/servo/steered.h"
#include "bench/servo/verdict.h"
#include "core/servo/math.h"

#define SEEDS 40

static const bool nobody[CONTESTANTS];

/* Syncs every second, each with a request, of clocks whose filter settles in some ten of them. */
static void draw_plain(struct trial *t, struct rng *rng)
{
	(void)rng;
	t->oscillator = (struct oscillator_model){ .walk = 5, .white = 3 };
	t->frequency_limit_ppb = 1e6;
	t->interval_s = 1;
	t->request_interval_s = 1;
	t->jitter = 0.1;
	t->latency_s = 1e-3;
	t->syncs = 600;
	t->score_from_s = 60;
	t->down = (struct noise){ .kind = NOISE_GAUSSIAN, .sigma_ns = 20 };
	t->up = (struct noise){ .kind = NOISE_GAUSSIAN, .sigma_ns = 40 };
	t->delay_ns = 1000;
	for (size_t i = 0; i < TRIAL_HOPS_MAX; i++) {
		t->offset_ns[i] = 1e5;
		t->frequency_ppb[i] = 2e4 - 1e3 * (double)i;
	}
}

static double mean_normal(const struct family *family)
{
	struct gathered normal = { 0 };

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct outcome o;

		play_and_score(&o, family, TRIAL_TUNING, seed, nobody);
		CHECK(o.is_done);
		gather(&normal, o.optimum.normal);
	}
	return gathered_mean(&normal);
}

TEST(the_optimum_errs_as_much_as_it_says)
{
	const struct family family = { .name = "plain", .draw = draw_plain };

	CHECK_NEAR(mean_normal(&family), 1.0, 0.05);
}

static void draw_lossy(struct trial *t, struct rng *rng)
{
	draw_plain(t, rng);
	t->loss = 0.4;
	t->request_loss = 0.3;
	t->resolution_ns = 8;
}

TEST(the_optimum_errs_as_much_as_it_says_when_messages_are_lost_and_stamps_coarse)
{
	const struct family family = { .name = "lossy", .draw = draw_lossy };

	CHECK_NEAR(mean_normal(&family), 1.0, 0.05);
}

static void draw_warm(struct trial *t, struct rng *rng)
{
	draw_plain(t, rng);
	t->oscillator = (struct oscillator_model){ .walk = 1,
						   .white = 1,
						   .drift_walk = 0.01,
						   .drift = 0.1,
						   .temperature_ppb = 100,
						   .air_s = 60,
						   .crystal_s = 20 };
}

TEST(the_optimum_errs_as_much_as_it_says_when_it_gets_warm)
{
	const struct family family = { .name = "warm", .draw = draw_warm };

	CHECK_NEAR(mean_normal(&family), 1.0, 0.05);
}

static void draw_queues(struct trial *t, struct rng *rng)
{
	draw_plain(t, rng);
	t->down = (struct noise){ .kind = NOISE_MIXTURE,
				  .sigma_ns = 20,
				  .load = { .clean = 0.4, .mean_ns = 500 } };
	t->up = t->down;
}

TEST(the_optimum_errs_as_much_as_it_says_with_queues)
{
	const struct family family = { .name = "queues", .draw = draw_queues };

	CHECK_NEAR(mean_normal(&family), 1.0, 0.05);
}

static void draw_changes(struct trial *t, struct rng *rng)
{
	static const struct trial_change changes[] = {
		{ .kind = TRIAL_PATH, .at_s = 100.3, .amount_ns = 2000 },
		{ .kind = TRIAL_DOWN, .at_s = 200.3, .amount_ns = -1500 },
		{ .kind = TRIAL_UP, .at_s = 300.3, .amount_ns = 2500 },
		{ .kind = TRIAL_TIME_STEP, .at_s = 400.3, .amount_ns = -5000 },
	};

	draw_plain(t, rng);
	memcpy(t->changes, changes, sizeof(changes));
	t->change_count = 4;
}

TEST(the_optimum_errs_as_much_as_it_says_when_path_and_time_change)
{
	const struct family family = { .name = "changes", .draw = draw_changes };

	CHECK_NEAR(mean_normal(&family), 1.0, 0.05);
}

static void draw_silence(struct trial *t, struct rng *rng)
{
	draw_plain(t, rng);
	t->syncs = 260;
	t->holdover_from_s = 200;
	t->score_from_s = 202;
	t->oscillator.drift = 0.5;
}

TEST(the_optimum_errs_as_much_as_it_says_without_a_reference)
{
	const struct family family = { .name = "silence", .draw = draw_silence };
	double normal = mean_normal(&family); /* each trial's errors are much alike: few independent ones */

	CHECK(normal > 0.6 && normal < 1.5);
}

static void draw_row(struct trial *t, struct rng *rng)
{
	draw_plain(t, rng);
	t->hops = 4;
}

TEST(the_optimum_of_a_chain_errs_as_much_as_it_says)
{
	const struct family family = { .name = "row", .draw = draw_row };

	CHECK_NEAR(mean_normal(&family), 1.0, 0.05);
}

/* ---- exponential noise ---- */

static void draw_late(struct trial *t, struct rng *rng)
{
	draw_plain(t, rng);
	t->oscillator.walk = 50;
	t->syncs = 300;
	t->down = (struct noise){ .kind = NOISE_EXPONENTIAL, .sigma_ns = 5, .load = { .mean_ns = 1000 } };
	t->up = t->down;
}

TEST(with_exponential_noise_particles_err_as_much_as_they_say_and_less_than_any_linear_filter)
{
	const struct family family = { .name = "late", .draw = draw_late, .has_particles = true };
	struct gathered normal = { 0 }, ratio = { 0 };

	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct score by_particles, by_kalman;
		struct series linear;
		struct played p;

		CHECK(play(&p, &family, TRIAL_TUNING, seed, nobody));
		CHECK(series_make(&linear, p.trial.syncs));
		CHECK(oracle_run(&oracle_kalman, &p.world, &linear));
		by_particles = score_of(&p.world, &p.optimum, &p.optimum);
		by_kalman = score_of(&p.world, &linear, &p.optimum);
		gather(&normal, by_particles.normal);
		gather(&ratio, by_kalman.rms_ns / by_particles.rms_ns);
		series_free(&linear);
		played_free(&p);
	}
	CHECK_NEAR(gathered_mean(&normal), 1.0, 0.1);
	CHECK(gathered_mean(&ratio) > 1.2);
}

TEST(with_noise_that_is_mostly_gaussian_particles_come_to_what_the_linear_filter_says)
{
	const struct family family = { .name = "late", .draw = draw_late, .has_particles = true };
	struct trial t;
	struct world w;
	struct series particles, linear;
	struct score a, b;

	trial_draw(&t, &family, TRIAL_TUNING, 1);
	t.down = (struct noise){ .kind = NOISE_EXPONENTIAL, .sigma_ns = 1000, .load = { .mean_ns = 100 } };
	t.up = t.down;
	CHECK(world_make(&w, &t));
	CHECK(series_make(&particles, t.syncs) && series_make(&linear, t.syncs));
	CHECK(oracle_run(&oracle_particle, &w, &particles) && oracle_run(&oracle_kalman, &w, &linear));
	a = score_of(&w, &particles, &linear);
	b = score_of(&w, &linear, &linear);
	CHECK_NEAR(a.rms_ns / b.rms_ns, 1.0, 0.05);
	series_free(&particles);
	series_free(&linear);
	world_free(&w);
}

/* ---- what theory says ---- */

/* The optimum's sigma in the end, when only offsets are measured, each second. */
static double final_sigma(double noise_ns, double walk, double white)
{
	const struct family family = { .name = "plain", .draw = draw_plain };
	struct series optimum;
	struct trial t;
	struct world w;
	double sigma;

	trial_draw(&t, &family, TRIAL_TUNING, 1);
	t.is_direct = true;
	t.request_interval_s = 0;
	t.jitter = 0;
	t.syncs = 2000;
	t.oscillator = (struct oscillator_model){ .walk = walk, .white = white };
	t.down.sigma_ns = noise_ns;
	CHECK(world_make(&w, &t));
	CHECK(series_make(&optimum, t.syncs));
	CHECK(oracle_run(&oracle_kalman, &w, &optimum));
	sigma = optimum.bound_ns[t.syncs - 1] / 3.0;
	series_free(&optimum);
	world_free(&w);
	return sigma;
}

/* Kalata 1984: alpha = sqrt(2 lambda) for small lambda = q T^1.5 / sigma, and sigma sqrt(alpha) after each measurement. Before it
 * the error is larger by 1 / sqrt(1 - alpha). */
TEST(against_a_random_walk_of_frequency_the_optimum_is_that_of_theory)
{
	static const double walks[] = { 1e-3, 1e-2, 1e-1 };

	for (size_t i = 0; i < 3; i++) {
		double sigma = 100, alpha = gn_math_sqrt(2.0 * walks[i] / sigma);
		double expected = sigma * gn_math_sqrt(alpha / (1.0 - alpha));

		CHECK_NEAR(final_sigma(sigma, walks[i], 0) / expected, 1.0, 0.02);
	}
}

TEST(against_white_noise_of_frequency_the_optimum_is_that_of_theory)
{
	double sigma = 100, white = 1, walk = 1e-7;
	double after = sigma *
		       white; /* variance for w sqrt(T) << sigma; before a measurement w^2 T / 2 more */

	CHECK_NEAR(final_sigma(sigma, walk, white) / gn_math_sqrt(after + white * white / 2.0), 1.0, 0.03);
}

/* ---- the model ---- */

static void check_halves(const struct oscillator_model *m, double seconds)
{
	size_t n = oscillator_states(m);
	struct oscillator_step half, whole;

	oscillator_step(m, seconds / 2.0, &half);
	oscillator_step(m, seconds, &whole);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			double transition = 0, noise = half.noise[i][j];
			double scale = gn_math_sqrt(whole.noise[i][i] * whole.noise[j][j]);

			for (size_t k = 0; k < n; k++) {
				transition += half.transition[i][k] * half.transition[k][j];
				for (size_t l = 0; l < n; l++) {
					noise += half.transition[i][k] * half.noise[k][l] *
						 half.transition[j][l];
				}
			}
			CHECK_NEAR(transition, whole.transition[i][j],
				   1e-9 * (1.0 + gn_math_fabs(transition)));
			CHECK_NEAR(noise, whole.noise[i][j], 1e-7 * scale);
		}
	}
}

TEST(two_half_steps_of_an_oscillator_are_a_whole_one)
{
	const struct oscillator_model all = {
		.white = 2, .walk = 3, .drift_walk = 0.5, .temperature_ppb = 50, .air_s = 300, .crystal_s = 60
	};
	const struct oscillator_model warm = {
		.walk = 1e-3, .temperature_ppb = 50, .air_s = 900, .crystal_s = 100
	};

	for (double seconds = 0.01; seconds < 32; seconds *= 3) {
		check_halves(&all, seconds);
		check_halves(&warm, seconds);
	}
}

TEST(what_is_drawn_of_an_oscillator_has_the_covariance_of_the_model)
{
	const struct oscillator_model m = {
		.white = 2, .walk = 3, .drift_walk = 0.5, .temperature_ppb = 50, .air_s = 30, .crystal_s = 10
	};
	double sum[OSCILLATOR_STATES][OSCILLATOR_STATES] = { { 0 } };
	struct oscillator_step step;
	struct rng rng;
	const int count = 20000;

	rng_init(&rng, 1, "model", "test");
	oscillator_step(&m, 4, &step);
	for (int draw = 0; draw < count; draw++) {
		double state[OSCILLATOR_STATES] = { 0 };

		oscillator_advance(&m, 4, &rng, state);
		for (size_t i = 0; i < OSCILLATOR_STATES; i++) {
			for (size_t j = 0; j < OSCILLATOR_STATES; j++) {
				sum[i][j] += state[i] * state[j] / count;
			}
		}
	}
	for (size_t i = 0; i < OSCILLATOR_STATES; i++) {
		for (size_t j = 0; j < OSCILLATOR_STATES; j++) {
			CHECK_NEAR(sum[i][j], step.noise[i][j],
				   0.05 * gn_math_sqrt(step.noise[i][i] * step.noise[j][j]));
		}
	}
}

TEST(rates_of_oscillator_and_setting_multiply)
{
	struct steered clock;

	steered_begin(&clock, 0, 1e6);
	CHECK_NEAR(steered_set(&clock, -1e5), -1e5, 0.01);
	steered_follow(&clock, 1000000000, 1e5); /* 100 ppm fast by itself, set 100 ppm slow */
	CHECK_NEAR(clock.error_ns, -10.0, 0.01);
	CHECK_NEAR(steered_set(&clock, 1e9), 1e6, 0);
	CHECK_NEAR(steered_set(&clock, 0.01), 1000.0 / 65536, 1e-12);
}

TEST(one_seed_is_one_world)
{
	for (size_t i = 0; i < family_count; i++) {
		struct outcome a, b;

		play_and_score(&a, &families[i], TRIAL_JUDGING, 7, nobody);
		play_and_score(&b, &families[i], TRIAL_JUDGING, 7, nobody);
		CHECK(a.is_done && b.is_done);
		CHECK(a.optimum.rms_ns > 0 && a.optimum.samples >= 30);
		CHECK(a.optimum.rms_ns == b.optimum.rms_ns);
		play_and_score(&b, &families[i], TRIAL_TUNING, 7, nobody);
		CHECK(a.optimum.rms_ns != b.optimum.rms_ns);
	}
}

/* ---- contestants ---- */

static void draw_quiet(struct trial *t, struct rng *rng)
{
	draw_plain(t, rng);
	t->oscillator = (struct oscillator_model){ .walk = 1e-3 };
	t->down.sigma_ns = 1;
	t->up.sigma_ns = 1;
}

TEST(without_noise_worth_the_name_every_servo_gets_there)
{
	const struct family family = { .name = "quiet", .draw = draw_quiet };
	const bool all[CONTESTANTS] = { true, true, true, true };
	struct outcome o;

	play_and_score(&o, &family, TRIAL_TUNING, 1, all);
	CHECK(o.is_done);
	for (int c = 0; c < CONTESTANTS; c++) {
		CHECK(!o.took_part[c] || c == CONTESTANT_ADAPTIVE || o.scores[c].rms_ns < 20);
	}
}
