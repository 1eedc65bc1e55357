/* src/sim/clock/oscillator_test.c -- what a measurement of an oscillator finds is what its settings say. */
#include "sim/clock/oscillator.h"

#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

#define PS_PER_S INT64_C(1000000000000)
#define GRID INT64_C(62500000000)

static struct oscillator_settings quiet(void)
{
	return (struct oscillator_settings){ .preset = OSCILLATOR_PERFECT, .grid = GRID };
}

static struct oscillator make(const struct oscillator_settings *settings, const struct curve *temperature,
			      uint64_t seed)
{
	struct oscillator oscillator;

	oscillator_init(&oscillator, settings, temperature, seed, "test");
	return oscillator;
}

static double seconds(__int128 phase)
{
	return (double)phase * 0x1p-32 * 1e-12;
}

static bool is_near(__int128 phase, double expected_s, double tolerance_s)
{
	if (fabs(seconds(phase) - expected_s) <= tolerance_s) {
		return true;
	}
	print_error("%.17g s, expected %.17g s\n", seconds(phase), expected_s);
	return false;
}

/* ---- Allan deviation --------------------------------------------------------------------------------------------- */

#define SAMPLES 60000

/* Overlapping Allan variance of time errors x at distance tau0, for tau = n tau0 (IEEE 1139) */
static double allan_variance(const double *x, size_t count, double tau0, size_t n)
{
	double sum = 0, tau = (double)n * tau0;

	for (size_t i = 0; i + 2 * n < count; i++) {
		double second_difference = x[i + 2 * n] - 2 * x[i + n] + x[i];

		sum += second_difference * second_difference;
	}
	return sum / (2 * tau * tau * (double)(count - 2 * n));
}

/* Of `seeds` oscillators, sampled at every grid point: the root of their mean variance, at each of n[] */
static void measure(const struct oscillator_settings *settings, int seeds, const size_t *n, size_t n_count,
		    double *adev)
{
	static double x[SAMPLES];
	double variance[8] = { 0 };

	for (int seed = 1; seed <= seeds; seed++) {
		struct oscillator oscillator = make(settings, NULL, (uint64_t)seed);

		for (size_t i = 0; i < SAMPLES; i++) {
			x[i] = seconds(oscillator_phase(&oscillator, (int64_t)i * settings->grid));
		}
		for (size_t i = 0; i < n_count; i++) {
			variance[i] += allan_variance(x, SAMPLES, (double)settings->grid / 1e12, n[i]);
		}
	}
	for (size_t i = 0; i < n_count; i++) {
		adev[i] = sqrt(variance[i] / seeds);
	}
}

static void check_near_share(double value, double expected, double share)
{
	CHECK_NEAR(value / expected, 1, share);
}

TEST(white_frequency_noise_falls_with_the_root_of_tau)
{
	static const size_t n[] = { 1, 4, 16, 64, 256 };
	static const int64_t grids[] = { INT64_C(1000000000), GRID, INT64_C(10000000000000) };
	double adev[5];

	for (int g = 0; g < 3; g++) {
		struct oscillator_settings settings = quiet();

		settings.white = 1e-10;
		settings.grid = grids[g];
		measure(&settings, 4, n, 5, adev);
		for (int i = 0; i < 5; i++) {
			double tau = (double)n[i] * (double)grids[g] / 1e12;

			check_near_share(adev[i], 1e-10 / sqrt(tau), i < 3 ? 0.02 : 0.07);
		}
	}
}

TEST(random_walk_of_frequency_grows_with_the_root_of_tau)
{
	static const size_t n[] = { 8, 16, 64, 256, 1024 };
	struct oscillator_settings settings = quiet();
	double adev[5];

	settings.random_walk = 1e-11;
	measure(&settings, 12, n, 5, adev);
	for (int i = 0; i < 5; i++) {
		double tau = (double)n[i] * (double)GRID / 1e12;

		check_near_share(adev[i], 1e-11 * sqrt(tau), i < 3 ? 0.03 : 0.08);
	}
}

TEST(flicker_frequency_noise_is_level)
{
	static const size_t n[] = { 4, 8, 32, 128, 512, 2048 };
	static const int64_t grids[] = { INT64_C(1000000000), GRID, INT64_C(10000000000000) };
	double adev[6];

	for (int g = 0; g < 3; g++) {
		struct oscillator_settings settings = quiet();

		settings.flicker = 3e-10;
		settings.grid = grids[g];
		measure(&settings, 8, n, 6, adev);
		for (int i = 0; i < 6; i++) {
			check_near_share(adev[i], 3e-10, i < 4 ? 0.04 : 0.1);
		}
	}
}

/* The Allan variance of a first-order process of variance 1, averaged over n steps: var(y1) - cov(y1, y2) */
static long double pole_variance(long double log_keep, long double count)
{
	long double gone = -expm1l(log_keep), keep = 1 - gone; /* 1 - p, p */
	long double gone_in_all = -expm1l(count * log_keep);   /* 1 - p^n */

	return (count + 2 * keep * (count * gone - gone_in_all) / (gone * gone)) / (count * count) -
	       keep * (gone_in_all / gone) * (gone_in_all / gone) / (count * count);
}

/* No run is long enough to measure this: worked out from the poles instead. */
TEST(the_flicker_floor_is_flat_from_4_grid_intervals_to_100000_seconds_on_any_grid)
{
	for (int64_t grid = INT64_C(1000000000); grid <= INT64_C(100000000000000); grid = grid * 7 / 4) {
		struct oscillator_settings settings = quiet();
		struct oscillator oscillator;
		double step = (double)grid / 1e12;

		settings.flicker = 1;
		settings.grid = grid;
		oscillator = make(&settings, NULL, 1);
		for (double n = 4; n * step <= 1e5; n = floor(n * 1.3) + 1) {
			long double variance = 0;

			for (int i = 0; i < FLICKER_POLES; i++) {
				long double keep = (long double)oscillator.flicker_keep[i];
				long double fresh = (long double)oscillator.flicker_new[i];

				variance += fresh * fresh / (1 - keep * keep) *
					    pole_variance(logl(keep), (long double)n);
			}
			check_near_share(sqrt((double)variance), 1, 0.02);
		}
	}
}

/* At the start, flicker noise is as large as it ever is: no warming up. */
TEST(flicker_noise_is_stationary_from_the_start)
{
	struct oscillator_settings settings = quiet();
	double expected = 0, first = 0, later = 0;

	settings.flicker = 1e-10;
	for (uint64_t seed = 1; seed <= 4000; seed++) {
		struct oscillator oscillator = make(&settings, NULL, seed);
		double start = oscillator_frequency(&oscillator, 0);
		double end = oscillator_frequency(&oscillator, 20 * PS_PER_S);

		first += start * start;
		later += end * end;
		for (int i = 0; i < FLICKER_POLES && seed == 1; i++) {
			double keep = oscillator.flicker_keep[i], fresh = oscillator.flicker_new[i];

			expected += 1e-20 * fresh * fresh / (1 - keep * keep);
		}
	}
	check_near_share(first / 4000, expected, 0.12);
	check_near_share(later / 4000, expected, 0.12);
}

TEST(noise_has_no_mean)
{
	struct oscillator_settings settings = quiet();
	double sum = 0;

	settings.white = 1e-9;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct oscillator oscillator = make(&settings, NULL, seed);

		sum += seconds(oscillator_phase(&oscillator, 100 * PS_PER_S));
	}
	CHECK_NEAR(sum / 400, 0, 5 * 1e-8 / 20); /* a random walk of phase of 1e-9 sqrt(100) */
}

/* ---- frequency --------------------------------------------------------------------------------------------------- */

TEST(a_perfect_oscillator_is_perfect)
{
	struct oscillator_settings settings = quiet();
	struct oscillator oscillator;

	oscillator_kind.apply_preset(&settings, OSCILLATOR_PERFECT);
	oscillator = make(&settings, NULL, 1);
	CHECK(oscillator_phase(&oscillator, 0) == 0);
	CHECK(oscillator_phase(&oscillator, 9000000 * PS_PER_S + 17) == 0);
	CHECK(oscillator_frequency(&oscillator, 9000000 * PS_PER_S + 17) == 0);
}

TEST(a_constant_frequency_is_exact)
{
	static const double all[] = { 1, -1, 1000, -4600, 123456.789, 1e6, 1e-6 };
	static const int64_t grids[] = { INT64_C(1000000000), GRID, INT64_C(100000000000000) };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (int g = 0; g < 3; g++) {
			struct oscillator_settings settings = quiet();
			struct oscillator oscillator;

			settings.frequency = all[i];
			settings.grid = grids[g];
			oscillator = make(&settings, NULL, 1);
			for (int64_t at = 1; at < 1800000 * PS_PER_S; at = at * 5 + 3) {
				double expected = (double)at * 1e-12 * all[i] * 1e-9;
				int64_t intervals = at / grids[g] + 2;

				/* 2^-33 ps a grid interval, and the doubles' own rounding */
				CHECK(is_near(oscillator_phase(&oscillator, at), expected,
					      fabs(expected) * 1e-15 + (double)intervals * 0x1p-33 * 1e-12));
			}
		}
	}
}

TEST(each_oscillator_has_a_frequency_of_its_own_within_the_spread)
{
	struct oscillator_settings settings = quiet();
	double sum = 0, squares = 0;

	settings.frequency = 7;
	settings.frequency_spread = 100;
	for (uint64_t seed = 1; seed <= 5000; seed++) {
		struct oscillator oscillator = make(&settings, NULL, seed);
		double own = oscillator_frequency(&oscillator, 0) * 1e9 - 7;

		CHECK(fabs(own) <= 100);
		CHECK_NEAR(own, oscillator.own_frequency, 1e-9);
		sum += own;
		squares += own * own;
	}
	CHECK_NEAR(sum / 5000, 0, 5 * 0.82);
	CHECK_NEAR(squares / 5000, 1e4 / 3, 5 * 42);
}

TEST(ageing_adds_up_to_a_parabola)
{
	struct oscillator_settings settings = quiet();
	struct oscillator oscillator;

	settings.ageing = -864; /* ppb a day: 1e-14 more in every ms */
	oscillator = make(&settings, NULL, 1);
	CHECK_NEAR(oscillator_frequency(&oscillator, 1000 * PS_PER_S), -1e-8, 1e-12);
	for (int64_t s = 1; s < 20000; s *= 3) {
		double t = (double)s;

		CHECK(is_near(oscillator_phase(&oscillator, s * PS_PER_S + 1000 * PS_PER_S),
			      -0.5e-11 * (t + 1000) * (t + 1000), 1e-15 * t));
	}
}

TEST(temperature_moves_the_frequency_along_its_curve)
{
	struct curve ramp = {
		.shape = CURVE_RAMP, .value = 25, .other = 35, .from_ps = 0, .to_ps = 100 * PS_PER_S
	};
	struct curve hot = { .shape = CURVE_CONSTANT, .value = 45 };
	struct oscillator_settings settings = quiet();
	struct oscillator oscillator;

	settings.temperature_coefficient = 50;
	oscillator = make(&settings, &ramp, 1);
	CHECK(is_near(oscillator_phase(&oscillator, 100 * PS_PER_S), 250e-9 * 100, 1e-17));
	CHECK_NEAR(oscillator_frequency(&oscillator, 200 * PS_PER_S), 500e-9, 1e-20);
	oscillator = make(&settings, &hot, 1);
	CHECK_NEAR(oscillator_frequency(&oscillator, 0), 1e-6, 1e-20);
	CHECK(is_near(oscillator_phase(&oscillator, 100 * PS_PER_S), 1e-4, 1e-17));
	oscillator = make(&settings, NULL, 1);
	CHECK(oscillator_phase(&oscillator, 100 * PS_PER_S) == 0);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static const struct curve day = {
	.shape = CURVE_SINUSOID, .value = 25, .other = 5, .period_ps = 60 * PS_PER_S
};

static struct oscillator_settings everything(void)
{
	struct oscillator_settings settings = quiet();

	oscillator_kind.apply_preset(&settings, OSCILLATOR_XO);
	settings.frequency = 12.5;
	return settings;
}

TEST(how_often_it_is_read_changes_nothing)
{
	enum { TENS = 6 };
	static const struct curve *const curves[] = { &day, NULL, NULL };

	for (int kind = 0; kind < 3; kind++) {
		struct oscillator_settings settings = everything();
		struct oscillator oscillator;
		__int128 rarely[TENS + 1];
		double frequency;

		if (kind == 2) {
			/* steady: another way through the code */
			settings = quiet();
			settings.frequency = 1e9 / 3e5;
		}
		oscillator = make(&settings, curves[kind], 5);
		for (int i = 1; i <= TENS; i++) {
			rarely[i] = oscillator_phase(&oscillator, 10 * i * PS_PER_S);
		}
		frequency = oscillator_frequency(&oscillator, 60 * PS_PER_S);
		/* every ms */
		oscillator = make(&settings, curves[kind], 5);
		for (int64_t ms = 1; ms <= TENS * 10000; ms++) {
			__int128 phase = oscillator_phase(&oscillator, ms * PS_PER_S / 1000);

			CHECK(ms % 10000 != 0 || phase == rarely[ms / 10000]);
		}
		CHECK(oscillator_frequency(&oscillator, 60 * PS_PER_S) == frequency);
		/* at random times, and once at the end */
		oscillator = make(&settings, curves[kind], 5);
		for (int64_t at = 0; at < 20 * PS_PER_S; at += test_random_between(0, 2 * GRID)) {
			(void)oscillator_phase(&oscillator, at);
		}
		CHECK(oscillator_phase(&oscillator, 60 * PS_PER_S) == rarely[6]);
	}
}

TEST(within_the_last_grid_intervals_it_can_be_read_in_any_order)
{
	struct oscillator_settings all[] = { everything(), quiet() };

	all[1].frequency = 300;
	for (int kind = 0; kind < 2; kind++) {
		struct oscillator oscillator = make(&all[kind], &day, 9);

		for (int i = 0; i < 1000; i++) {
			int64_t start = (i * 3 + 1) * GRID, a = start + test_random_between(0, GRID - 1);
			int64_t b = start + GRID + test_random_between(0, GRID - 1);
			__int128 first = oscillator_phase(&oscillator, a), second;
			double frequency = oscillator_frequency(&oscillator, a);

			second = oscillator_phase(&oscillator, b);
			CHECK(oscillator_phase(&oscillator, start + GRID) <= second ||
			      oscillator_frequency(&oscillator, b) < 0);
			CHECK(oscillator_phase(&oscillator, a) == first);
			CHECK(oscillator_frequency(&oscillator, a) == frequency);
			CHECK(oscillator_phase(&oscillator, b) == second);
		}
	}
}

TEST(the_phase_is_continuous)
{
	struct oscillator_settings settings = everything();
	struct oscillator oscillator = make(&settings, &day, 3);
	__int128 before = 0;

	for (int64_t i = 1; i < 3000; i++) {
		__int128 now = oscillator_phase(&oscillator, i * GRID - 1);

		CHECK_NEAR(seconds(now - before), 0, 0.0625 * 2e-4);
		before = oscillator_phase(&oscillator, i * GRID);
		CHECK_NEAR(seconds(before - now), 0, 1e-12 * 2e-4);
	}
}

/* ---- changes ----------------------------------------------------------------------------------------------------- */

TEST(a_change_holds_from_its_moment_on_and_leaves_the_phase_continuous)
{
	struct oscillator_settings settings = quiet();
	struct oscillator oscillator;
	int64_t at = 10 * PS_PER_S + GRID / 3;
	__int128 before;

	settings.frequency = 1000;
	for (int is_read_before = 0; is_read_before < 2; is_read_before++) {
		oscillator = make(&settings, NULL, 1);
		before = is_read_before ? oscillator_phase(&oscillator, at) : 0;
		oscillator.settings.frequency = -500; /* long after it was read, perhaps: no matter */
		oscillator_changed(&oscillator, at);
		CHECK(!is_read_before || oscillator_phase(&oscillator, at) == before);
		CHECK(is_near(oscillator_phase(&oscillator, at), 1e-6 * (double)at * 1e-12, 1e-20));
		CHECK(oscillator_frequency(&oscillator, at) < 0);
		CHECK(oscillator_frequency(&oscillator, at - 1) > 0);
		CHECK(is_near(oscillator_phase(&oscillator, at - 1000000),
			      1e-6 * (double)(at - 1000000) * 1e-12, 1e-20));
		CHECK(is_near(oscillator_phase(&oscillator, at + 5 * PS_PER_S),
			      1e-6 * (double)at * 1e-12 - 5 * 500e-9, 1e-19));
	}
}

TEST(what_was_not_changed_goes_on_as_it_would_have)
{
	struct oscillator_settings settings = everything();
	struct oscillator changed = make(&settings, &day, 4), untouched = make(&settings, &day, 4);
	int64_t at = 20 * PS_PER_S + 12345678901;
	double own;

	changed.settings.frequency += 100;
	oscillator_changed(&changed, at);
	oscillator_changed(&changed, at); /* once more changes nothing */
	for (int s = 21; s < 200; s++) {
		double gained = seconds(oscillator_phase(&changed, s * PS_PER_S) -
					oscillator_phase(&untouched, s * PS_PER_S));

		CHECK_NEAR(gained, 1e-7 * ((double)s - (double)at * 1e-12), 2e-15);
	}
	/* Its own frequency is a share of the spread: drawn once. */
	own = changed.own_frequency;
	changed.settings.frequency_spread *= 2;
	oscillator_changed(&changed, 300 * PS_PER_S);
	CHECK(changed.own_frequency == 2 * own);
}

TEST(noise_can_be_switched_on_and_off)
{
	struct oscillator_settings settings = quiet();
	struct oscillator oscillator = make(&settings, NULL, 8);
	__int128 phase;
	double frequency;

	CHECK(oscillator_phase(&oscillator, 10 * PS_PER_S) == 0);
	oscillator.settings.white = 1e-9;
	oscillator.settings.flicker = 1e-9;
	oscillator_changed(&oscillator, 10 * PS_PER_S);
	frequency = oscillator_frequency(&oscillator, 10 * PS_PER_S);
	CHECK(frequency < 0 || frequency > 0);
	phase = oscillator_phase(&oscillator, 20 * PS_PER_S);
	CHECK(phase != 0);
	oscillator.settings.white = oscillator.settings.flicker = 0;
	oscillator_changed(&oscillator, 20 * PS_PER_S);
	CHECK(oscillator_phase(&oscillator, 30 * PS_PER_S) == phase);
	oscillator.settings.flicker = 1e-9;
	oscillator_changed(&oscillator, 30 * PS_PER_S);
	CHECK(oscillator_phase(&oscillator, 40 * PS_PER_S) != phase);
}

TEST(another_grid_goes_on_at_its_own_multiples)
{
	struct oscillator_settings settings = quiet();
	struct oscillator oscillator;
	double frequency;

	settings.white = 1e-9;
	oscillator = make(&settings, NULL, 8);
	oscillator.settings.grid = PS_PER_S;
	oscillator_changed(&oscillator, 10 * PS_PER_S + PS_PER_S / 3);
	frequency = oscillator_frequency(&oscillator, 10 * PS_PER_S + PS_PER_S / 2);
	CHECK(oscillator_frequency(&oscillator, 11 * PS_PER_S - 1) == frequency);
	CHECK(oscillator_frequency(&oscillator, 11 * PS_PER_S) != frequency);
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

TEST(defaults_and_presets_are_within_the_ranges_of_the_keys)
{
	struct oscillator_settings settings, again;
	char text[64], why[200];

	for (int preset = OSCILLATOR_PERFECT - 1; preset <= OSCILLATOR_RUBIDIUM; preset++) {
		memset(&settings, 0, sizeof(settings));
		memcpy(&settings, oscillator_kind.defaults, oscillator_kind.size);
		if (preset >= OSCILLATOR_PERFECT) {
			oscillator_kind.apply_preset(&settings, preset);
		}
		again = settings;
		for (size_t k = 0; k < oscillator_kind.key_count; k++) {
			const struct key *key = &oscillator_kind.keys[k];

			CHECK(key_set(key, &again, key_print(key, &settings, text, sizeof(text)), why,
				      sizeof(why)));
		}
		CHECK_MEM_EQ(&settings, &again, sizeof(again));
	}
}

TEST(the_defaults_are_those_of_their_preset)
{
	struct oscillator_settings settings;

	memcpy(&settings, oscillator_kind.defaults, sizeof(settings));
	oscillator_kind.apply_preset(&settings, settings.preset);
	CHECK_MEM_EQ(&settings, oscillator_kind.defaults, sizeof(settings));
}
