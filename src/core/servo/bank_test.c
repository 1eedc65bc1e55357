/* src/core/servo/bank_test.c -- each member against a Kalman filter as textbooks write it, with matrices; then the bank. */
#include "core/servo/bank.h"

#include "tests/random.h"

#define N 4

/* ---- the textbook ---- */

struct plain {
	double x[N], p[N][N]; /* sync, frequency, drift, delay */
	double q, w, s;       /* variances per second */
};

static void transition_of(double t, double f[N][N])
{
	const double by[N][N] = {
		{ 1, t, t * t / 2, 0 },
		{ 0, 1, t, 0 },
		{ 0, 0, 1, 0 },
		{ 0, -t, -t * t / 2, 1 },
	};

	memcpy(f, by, sizeof(by));
}

/* What noise w, q and s add in t: integrals of the transition times its transpose. */
static void noise_of(const struct plain *k, double t, double path, double out[N][N])
{
	double y = k->w * t + k->q * t * t * t / 3 + k->s * t * t * t * t * t / 20;
	double y_f = k->q * t * t / 2 + k->s * t * t * t * t / 8, y_r = k->s * t * t * t / 6;
	double f = k->q * t + k->s * t * t * t / 3, f_r = k->s * t * t / 2, r = k->s * t;
	const double by[N][N] = {
		{ y + path, y_f, y_r, -y + path },
		{ y_f, f, f_r, -y_f },
		{ y_r, f_r, r, -y_r },
		{ -y + path, -y_f, -y_r, y + path },
	};

	memcpy(out, by, sizeof(by));
}

static void plain_predict(struct plain *k, double t, double path_walk)
{
	double f[N][N], noise[N][N], x[N] = { 0 }, p[N][N];

	transition_of(t, f);
	noise_of(k, t, path_walk * path_walk * t, noise);
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			x[i] += f[i][j] * k->x[j];
			p[i][j] = noise[i][j];
			for (int a = 0; a < N; a++) {
				for (int b = 0; b < N; b++) {
					p[i][j] += f[i][a] * k->p[a][b] * f[j][b];
				}
			}
		}
	}
	memcpy(k->x, x, sizeof(x));
	memcpy(k->p, p, sizeof(p));
}

static void plain_measure(struct plain *k, const double h[N], double value, double variance)
{
	double ph[N] = { 0 }, s = variance, e = value;

	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			ph[i] += k->p[i][j] * h[j];
		}
		s += h[i] * ph[i];
		e -= h[i] * k->x[i];
	}
	for (int i = 0; i < N; i++) {
		k->x[i] += ph[i] * e / s;
		for (int j = 0; j < N; j++) {
			k->p[i][j] -= ph[i] * ph[j] / s;
		}
	}
}

/* One of the two components is `sum` less the other one, and noise; the rest stays: x' = T x, P' = T P T' + noise. */
static void plain_measure_against(struct plain *k, int own, int other, double sum, double variance)
{
	double t[N][N] = { { 0 } }, x[N] = { 0 }, p[N][N] = { { 0 } };

	for (int i = 0; i < N; i++) {
		t[i][i == own ? other : i] = i == own ? -1 : 1;
	}
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			x[i] += t[i][j] * k->x[j];
			for (int a = 0; a < N; a++) {
				for (int b = 0; b < N; b++) {
					p[i][j] += t[i][a] * k->p[a][b] * t[j][b];
				}
			}
		}
	}
	x[own] += sum;
	p[own][own] += variance;
	memcpy(k->x, x, sizeof(x));
	memcpy(k->p, p, sizeof(p));
}

/* ---- the bank beside it ---- */

static void row_of(const struct bank *bank, int i, double x[N], double p[N][N])
{
	const struct bank_covariance *c = &bank->p;
	const double by[N][N] = {
		{ c->sync_sync[i], c->sync_frequency[i], c->sync_drift[i], c->sync_delay[i] },
		{ c->sync_frequency[i], c->frequency_frequency[i], c->frequency_drift[i],
		  c->frequency_delay[i] },
		{ c->sync_drift[i], c->frequency_drift[i], c->drift_drift[i], c->drift_delay[i] },
		{ c->sync_delay[i], c->frequency_delay[i], c->drift_delay[i], c->delay_delay[i] },
	};

	x[0] = bank->sync[i];
	x[1] = bank->frequency[i];
	x[2] = bank->drift[i];
	x[3] = bank->delay[i];
	memcpy(p, by, sizeof(by));
}

/* What noise a member believes in, by what it adds to perfect knowledge. */
static void noise_of_member(int member, struct plain *k)
{
	struct bank bank;
	double t = 1e-3, f, f_y;

	bank_init(&bank, 0, 0);
	for (int i = 0; i < BANK_MEMBERS; i++) {
		bank.p.drift_drift[i] = 0;
	}
	bank_predict(&bank, t, 0);
	k->s = bank.p.drift_drift[member] / t;
	f = bank.p.frequency_frequency[member];
	k->q = (f - k->s * t * t * t / 3) / t;
	f_y = bank.p.sync_sync[member] - k->q * t * t * t / 3 - k->s * t * t * t * t * t / 20;
	k->w = f_y > 1e-9 * bank.p.sync_sync[member] ? f_y / t : 0;
}

/* Within 1e-6 of the size that the numbers have; of covariances, of what the variances allow. */
static void check_same(const struct bank *bank, int member, const struct plain *k)
{
	double x[N], p[N][N];

	row_of(bank, member, x, p);
	for (int i = 0; i < N; i++) {
		CHECK_NEAR(x[i], k->x[i], 1e-6 * gn_math_sqrt(k->p[i][i]) + 1e-9 * gn_math_fabs(k->x[i]));
		for (int j = 0; j < N; j++) {
			CHECK_NEAR(p[i][j], k->p[i][j], 1e-6 * gn_math_sqrt(k->p[i][i] * k->p[j][j]));
		}
	}
}

static const double h_of_sync[N] = { 1, 0, 0, 0 }, h_of_delay[N] = { 0, 0, 0, 1 },
		    h_of_mean[N] = { 0.5, 0, 0, 0.5 };

/* Both know the same after the first of each direction. */
static void begin(struct bank *bank, struct plain *k, int member)
{
	bank_init(bank, 50, 300);
	noise_of_member(member, k);
	bank_measure(bank, BANK_SYNC, 1234, 100, NULL);
	bank_measure(bank, BANK_DELAY, 766, 225, NULL);
	row_of(bank, member, k->x, k->p);
	CHECK(k->x[0] == 1234 && k->x[1] == 50 && k->x[2] == 0 && k->x[3] == 766);
	CHECK(k->p[0][0] == 100 && k->p[1][1] == 90000 && k->p[3][3] == 225 && k->p[0][3] == 0);
}

TEST(each_member_is_a_plain_kalman_filter)
{
	for (int member = 0; member < BANK_MEMBERS; member++) {
		struct bank bank;
		struct plain k;

		begin(&bank, &k, member);
		for (int i = 0; i < 60; i++) {
			double t = random_between(0.01, 2), variance = random_between(1, 400);
			double path = random_between(0, 2), value;

			bank_predict(&bank, t, path);
			plain_predict(&k, t, path);
			check_same(&bank, member, &k);
			switch (test_random_below(3)) {
			case 0:
				value = k.x[0] + 30 * random_normal();
				bank_measure(&bank, BANK_SYNC, value, variance, NULL);
				plain_measure(&k, h_of_sync, value, variance);
				break;
			case 1:
				value = k.x[3] + 30 * random_normal();
				bank_measure(&bank, BANK_DELAY, value, variance, NULL);
				plain_measure(&k, h_of_delay, value, variance);
				break;
			default:
				value = (k.x[0] + k.x[3]) / 2 + 30 * random_normal();
				bank_measure_delay(&bank, value, variance);
				plain_measure(&k, h_of_mean, value, variance);
				break;
			}
			check_same(&bank, member, &k);
		}
	}
}

static void run_randomly(struct bank *bank, int messages)
{
	double x = 0, frequency = 3;

	bank_init(bank, 2, 5);
	for (int i = 0; i < messages; i++) {
		frequency += 0.1 * random_normal();
		x += frequency;
		bank_predict(bank, 1, 0.01);
		bank_measure(bank, BANK_SYNC, 500 + x + 5 * random_normal(), 25, NULL);
		bank_measure(bank, BANK_DELAY, 500 - x + 5 * random_normal(), 36, NULL);
	}
}

TEST(against_the_other_direction_each_member_is_what_matrices_say)
{
	for (int member = 0; member < BANK_MEMBERS; member++) {
		struct bank bank;
		struct plain k;

		begin(&bank, &k, member);
		for (int i = 0; i < 20; i++) {
			double t = random_between(0.01, 2), variance = random_between(1, 400), value;
			bool is_sync = test_random_below(2);

			bank_predict(&bank, t, 0.5);
			plain_predict(&k, t, 0.5);
			value = k.x[0] + 30 * random_normal();
			bank_measure(&bank, BANK_SYNC, value, variance, NULL);
			plain_measure(&k, h_of_sync, value, variance);
			value = k.x[0] + k.x[3] + 1000 * random_normal();
			bank_measure_against(&bank, is_sync ? BANK_SYNC : BANK_DELAY, value, variance);
			plain_measure_against(&k, is_sync ? 0 : 3, is_sync ? 3 : 0, value, variance);
			check_same(&bank, member, &k);
		}
	}
}

TEST(what_is_measured_against_the_other_direction_is_the_sum_alone)
{
	struct bank bank;
	struct bank_estimate before, after;

	run_randomly(&bank, 50);
	bank_doubt(&bank, BANK_DELAY, 1e6);
	bank_estimate(&bank, &before);
	bank_measure_against(&bank, BANK_DELAY, 1000, 25);
	bank_estimate(&bank, &after);
	CHECK_NEAR(after.sync + after.delay, 1000, 1e-6);
	CHECK_NEAR(after.delay_variance, before.sync_variance + 25, 1e-6);
	CHECK(after.sync == before.sync && after.sync_variance == before.sync_variance);
	CHECK(after.frequency == before.frequency && after.frequency_variance == before.frequency_variance);
	bank_predict(&bank, 1, 0);
	bank_estimate(&bank, &after);
	CHECK_NEAR(after.sync + after.delay, 1000, 1e-6); /* whatever the oscillator does */
}

TEST(members_differ_and_some_know_a_drift_and_some_white_noise)
{
	int walks = 0, whites = 0, drifts = 0;

	for (int member = 0; member < BANK_MEMBERS; member++) {
		struct plain k;

		noise_of_member(member, &k);
		CHECK(k.q > 0 && k.w >= 0 && k.s >= 0);
		drifts += k.s > 0;
		whites += k.w > 0;
		walks += k.s == 0 && k.w == 0;
	}
	CHECK(walks >= 5 && whites >= 3 && drifts >= 2);
}

TEST(the_bank_has_as_many_members_as_this_build_says)
{
	struct {
		struct bank bank;
		uint8_t beyond[4 * sizeof(struct bank)];
	} room;
	double sum = 0;

	memset(&room, 0xA5, sizeof(room));
	bank_init(&room.bank, 0, 100);
	bank_measure(&room.bank, BANK_SYNC, 0, 1, NULL);
	bank_predict(&room.bank, 1, 0);
	for (int i = 0; i < BANK_MEMBERS; i++) {
		CHECK(room.bank.weight[i] > 0);
		sum += room.bank.weight[i];
	}
	CHECK_NEAR(sum, 1, 1e-9);
	for (size_t i = 0; i < sizeof(room.beyond); i++) {
		CHECK_EQ(room.beyond[i], 0xA5);
	}
}

/* ---- weights ---- */

/* An oscillator with that random walk of frequency, seen through `deviation` each second; the weighted mean of the members'
 * logarithms of q. */
static double believed_log_q(double q, double deviation, int messages)
{
	double x = 0, frequency = 0, sum = 0, mean = 0;
	struct bank bank;

	bank_init(&bank, 0, 100);
	for (int i = 0; i < messages; i++) {
		double walk = q * random_normal();

		x += frequency + walk / 2 + q * 0.28867513459481287 * random_normal();
		frequency += walk;
		bank_predict(&bank, 1, 0);
		bank_measure(&bank, BANK_SYNC, x + 500 + deviation * random_normal(), deviation * deviation,
			     NULL);
		bank_measure(&bank, BANK_DELAY, 500 - x + deviation * random_normal(), deviation * deviation,
			     NULL);
	}
	for (int i = 0; i < BANK_MEMBERS; i++) {
		struct plain k;

		noise_of_member(i, &k);
		sum += bank.weight[i];
		mean += bank.weight[i] * gn_math_log(gn_math_sqrt(k.q));
	}
	CHECK_NEAR(sum, 1, 1e-9);
	return mean;
}

TEST(weights_favour_the_oscillator_that_there_is)
{
	static const double walks[] = { 0.01, 0.1, 1, 10 };

	for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
		double off = believed_log_q(walks[i], 3 * walks[i], 3000) - gn_math_log(walks[i]);

		CHECK(off < gn_math_log(2.5) && off > -gn_math_log(2.5));
	}
}

TEST(densities_weigh_instead_of_the_error_where_they_are_told)
{
	double densities[BANK_MEMBERS];
	struct bank bank;

	bank_init(&bank, 0, 10);
	bank_measure(&bank, BANK_SYNC, 0, 1, NULL);
	for (int i = 0; i < 50; i++) {
		for (int k = 0; k < BANK_MEMBERS; k++) {
			densities[k] = k == 3 ? 0.9 : 0.3;
		}
		bank_predict(&bank, 1, 0);
		bank_measure(&bank, BANK_SYNC, 0, 1, densities);
	}
	CHECK(bank.weight[3] > 0.999);
}

/* ---- foreseeing ---- */

TEST(what_is_foreseen_is_what_a_prediction_says)
{
	for (int i = 0; i < 20; i++) {
		double seconds = i * random_between(0, 20), offset, frequency;
		struct bank_estimate e;
		struct bank bank;

		run_randomly(&bank, 10 + 5 * i);
		bank_foresee(&bank, seconds, &offset, &frequency);
		bank_predict(&bank, seconds, 0);
		bank_estimate(&bank, &e);
		CHECK_NEAR(offset, e.offset_variance, 1e-6 * e.offset_variance);
		CHECK_NEAR(frequency, e.frequency_variance, 1e-6 * e.frequency_variance);
	}
}

TEST(the_time_between_two_messages_may_be_cut_into_any_pieces)
{
	struct bank bank, cut;
	struct bank_estimate a, b;

	run_randomly(&bank, 50);
	cut = bank;
	bank_predict(&bank, 10, 0.5);
	for (int i = 0; i < 1000; i++) {
		bank_predict(&cut, 0.01, 0.5);
	}
	bank_estimate(&bank, &a);
	bank_estimate(&cut, &b);
	CHECK_NEAR(a.sync, b.sync, 1e-6);
	CHECK_NEAR(a.sync_variance, b.sync_variance, 1e-6 * a.sync_variance);
	CHECK_NEAR(a.delay_variance, b.delay_variance, 1e-6 * a.delay_variance);
	CHECK_NEAR(a.offset_variance, b.offset_variance, 1e-6 * a.offset_variance);
	CHECK_NEAR(a.frequency_variance, b.frequency_variance, 1e-6 * a.frequency_variance);
}

/* ---- vectors ---- */

struct change {
	double sync, delay, sync_variance, delay_variance, offset_variance, frequency_variance;
};

static struct change change_of(const struct bank_estimate *before, const struct bank *bank)
{
	struct bank_estimate after;

	bank_estimate(bank, &after);
	return (struct change){ after.sync - before->sync,
				after.delay - before->delay,
				after.sync_variance - before->sync_variance,
				after.delay_variance - before->delay_variance,
				after.offset_variance - before->offset_variance,
				after.frequency_variance - before->frequency_variance };
}

static void check_change(const struct change *is, const struct change *should)
{
	CHECK_NEAR(is->sync, should->sync, 1e-6);
	CHECK_NEAR(is->delay, should->delay, 1e-6);
	CHECK_NEAR(is->sync_variance, should->sync_variance, 1e-6);
	CHECK_NEAR(is->delay_variance, should->delay_variance, 1e-6);
	CHECK_NEAR(is->offset_variance, should->offset_variance, 1e-6);
	CHECK_NEAR(is->frequency_variance, should->frequency_variance, 1e-6);
}

TEST(a_shift_is_uncertain_along_itself_alone)
{
	static const struct {
		double sync, delay;
		struct change change;
	} rows[] = {
		{ 70, 70, { 70, 70, 16, 16, 0, 0 } },    /* a longer path: time is as sure as before */
		{ 70, -70, { 70, -70, 16, 16, 16, 0 } }, /* a step of time */
		{ 70, 0, { 70, 0, 32, 0, 8, 0 } },       /* one direction alone */
		{ 0, 70, { 0, 70, 0, 32, 8, 0 } },       { 0, 0, { 0, 0, 0, 0, 0, 0 } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bank bank;
		struct bank_estimate before;
		struct change change;

		run_randomly(&bank, 50);
		bank_estimate(&bank, &before);
		bank_shift(&bank, rows[i].sync, rows[i].delay, 16);
		change = change_of(&before, &bank);
		check_change(&change, &rows[i].change);
	}
}

TEST(a_doubt_is_of_one_component_alone)
{
	const struct change sync = { 0, 0, 16, 0, 4, 0 }, delay = { 0, 0, 0, 16, 4, 0 },
			    loose = { 0, 0, 16, 16, 16, 9 };
	struct bank bank;
	struct bank_estimate before;
	struct change change;

	run_randomly(&bank, 50);
	bank_estimate(&bank, &before);
	bank_doubt(&bank, BANK_SYNC, 16);
	change = change_of(&before, &bank);
	check_change(&change, &sync);
	bank_estimate(&bank, &before);
	bank_doubt(&bank, BANK_DELAY, 16);
	change = change_of(&before, &bank);
	check_change(&change, &delay);
	bank_estimate(&bank, &before);
	bank_loosen(&bank, 16, 9);
	change = change_of(&before, &bank);
	check_change(&change, &loose);
}

TEST(a_known_delay_ties_the_two_components_together)
{
	struct bank bank;
	struct bank_estimate e;

	bank_init(&bank, 10, 100);
	bank_measure(&bank, BANK_SYNC, 1500, 25, NULL);
	bank_measure_delay(&bank, 500, 4);
	bank_estimate(&bank, &e);
	CHECK_NEAR(e.delay, -500, 1e-9);
	CHECK_NEAR(e.offset_variance, 29, 1e-9); /* of the Sync and of the delay */
	CHECK_NEAR((e.sync + e.delay) / 2, 500, 1e-9);
	bank_predict(&bank, 1, 0);
	bank_estimate(&bank, &e);
	CHECK_NEAR((e.sync + e.delay) / 2, 500, 1e-9); /* whatever the oscillator does */
}

TEST(the_directions_are_each_others_mirror)
{
	struct bank bank, mirrored;
	struct bank_estimate a, b;

	for (int i = 0; i < 30; i++) {
		bank_init(&bank, 2, 5);
		bank_init(&mirrored, -2, 5);
		for (int k = 0; k < 100; k++) {
			double value = 100 * random_normal(), t = random_between(0, 2);
			double variance = random_between(1, 100);
			bool is_sync = test_random_below(2);

			bank_predict(&bank, t, 0.1);
			bank_predict(&mirrored, t, 0.1);
			bank_measure(&bank, is_sync ? BANK_SYNC : BANK_DELAY, value, variance, NULL);
			bank_measure(&mirrored, is_sync ? BANK_DELAY : BANK_SYNC, value, variance, NULL);
		}
		bank_estimate(&bank, &a);
		bank_estimate(&mirrored, &b);
		CHECK_NEAR(a.sync, b.delay, 1e-6);
		CHECK_NEAR(a.delay, b.sync, 1e-6);
		CHECK_NEAR(a.frequency, -b.frequency, 1e-6);
		CHECK_NEAR(a.drift, -b.drift, 1e-6);
		CHECK_NEAR(a.sync_variance, b.delay_variance, 1e-6 * a.sync_variance);
		CHECK_NEAR(a.offset_variance, b.offset_variance, 1e-6 * a.offset_variance);
	}
}

TEST(after_many_messages_a_bank_is_still_possible_and_what_is_no_number_is_not)
{
	struct bank bank, other;

	run_randomly(&bank, 30000);
	CHECK(bank_is_possible(&bank));
	other = bank;
	other.sync[BANK_MEMBERS - 1] = (double)__builtin_nan("");
	CHECK(!bank_is_possible(&other));
	other = bank;
	other.likelihood[0] = (double)__builtin_inf();
	CHECK(!bank_is_possible(&other));
	other = bank;
	other.p.delay_delay[2] = -1;
	CHECK(!bank_is_possible(&other));
	other = bank;
	other.determinant[1] = 0;
	CHECK(!bank_is_possible(&other));
	other = bank;
	other.weight[1] = -0.5;
	CHECK(!bank_is_possible(&other));
}
