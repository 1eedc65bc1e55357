/* src/report/statistics_test.c -- against published values, against closed forms, and against the definitions themselves. */
#include "report/statistics.h"

#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

/* ---- series to try ---- */

/* The 1000 frequencies of NIST SP 1065, 12.4, as phase: 1001 values. */
static void make_nbs_phase(double phase[1001])
{
	uint64_t n = 1234567890;

	phase[0] = 0.0;
	for (int i = 0; i < 1000; i++) {
		phase[i + 1] = phase[i] + (double)n / 2147483647.0;
		n = 16807 * n % 2147483647;
	}
}

static double any_uniform(void)
{
	return (double)(test_random() >> 11) / 9007199254740992.0;
}

/* Variance 1: twelve uniform ones. */
static double any_normal(void)
{
	double sum = -6.0;

	for (int i = 0; i < 12; i++) {
		sum += any_uniform();
	}
	return sum;
}

enum noise { WHITE_PHASE, WHITE_FREQUENCY, WALKING_FREQUENCY };

static double *any_noise(enum noise kind, size_t count)
{
	double *x = malloc(count * sizeof(*x));
	double phase = 0.0, frequency = 0.0;

	assert_non_null(x);
	for (size_t i = 0; i < count; i++) {
		double value = any_normal();

		frequency = kind == WALKING_FREQUENCY ? frequency + value : value;
		phase += frequency;
		x[i] = kind == WHITE_PHASE ? value : phase;
	}
	return x;
}

/* ---- summaries ---- */

TEST(a_summary_says_what_a_series_is)
{
	const double x[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
	struct statistics_summary s = statistics_summarize(x, 8);

	CHECK_EQ(s.count, 8);
	CHECK_NEAR(s.mean, 5.0, 1e-15);
	CHECK_NEAR(s.deviation, 2.0, 1e-15);
	CHECK_NEAR(s.rms, sqrt(29.0), 1e-14);
	CHECK_NEAR(s.largest, 9.0, 0);
	CHECK_NEAR(s.minimum, 2.0, 0);
	CHECK_NEAR(s.maximum, 9.0, 0);
}

TEST(the_largest_magnitude_may_be_negative)
{
	const double x[] = { 3, -8, 5 };
	struct statistics_summary s = statistics_summarize(x, 3);

	CHECK_NEAR(s.largest, 8.0, 0);
	CHECK_NEAR(s.minimum, -8.0, 0);
	CHECK_NEAR(s.maximum, 5.0, 0);
	CHECK_NEAR(s.mean, 0.0, 1e-15);
}

TEST(a_small_spread_far_from_zero_is_kept)
{
	struct statistics_running running = { 0 };
	struct statistics_summary s;

	for (int i = 0; i < 1000; i++) {
		statistics_running_add(&running, 1e15 + (i % 2 ? 0.5 : -0.5));
	}
	s = statistics_running_summary(&running);
	CHECK_NEAR(s.deviation, 0.5, 1e-3);
	CHECK_EQ(s.count, 1000);
}

TEST(a_summary_of_nothing_is_zero)
{
	struct statistics_summary s = statistics_summarize(NULL, 0);

	CHECK_EQ(s.count, 0);
	CHECK(s.mean == 0.0 && s.deviation == 0.0 && s.rms == 0.0 && s.largest == 0.0);
}

/* ---- percentiles ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

TEST(a_percentile_is_what_sorting_says)
{
	for (int round = 0; round < 2000; round++) {
		double x[64], sorted[64];
		size_t count = 1 + test_random_below(64);
		int64_t range = test_random_between(0, 100); /* few values: many equal ones */
		double fraction = round % 5 == 0 ? 1.0 : any_uniform();
		double place = fraction * (double)(count - 1);
		size_t k = (size_t)place;
		double expected;

		for (size_t i = 0; i < count; i++) {
			x[i] = sorted[i] = (double)test_random_between(-range, range);
		}
		qsort(sorted, count, sizeof(*sorted), by_value);
		expected = sorted[k];
		if (k + 1 < count) {
			expected += (place - (double)k) * (sorted[k + 1] - sorted[k]);
		}
		CHECK_NEAR(statistics_percentile(x, count, fraction), expected, 1e-12);
	}
}

TEST(percentiles_have_ends)
{
	double x[] = { 5, 1, 3 };

	CHECK_NEAR(statistics_percentile(x, 3, 0.0), 1.0, 0);
	CHECK_NEAR(statistics_percentile(x, 3, 0.5), 3.0, 0);
	CHECK_NEAR(statistics_percentile(x, 3, 0.75), 4.0, 0);
	CHECK_NEAR(statistics_percentile(x, 3, 1.0), 5.0, 0);
	CHECK_NEAR(statistics_percentile(x, 3, -1.0), 1.0, 0);
	CHECK_NEAR(statistics_percentile(x, 3, 2.0), 5.0, 0);
	CHECK(isnan(statistics_percentile(x, 0, 0.5)));
}

/* "99.9 % < Y" is to be judged exactly so, in short series too. */
TEST(a_bound_of_magnitudes_is_below_a_limit_if_so_many_are)
{
	static const double percent[] = { 50.0, 95.0, 99.0, 99.9, 99.999, 100.0 };

	for (int round = 0; round < 2000; round++) {
		double x[1100];
		size_t count = round % 2 ? 1000 : 1 + test_random_below(1100);
		double p = percent[test_random_below(6)], limit = (double)test_random_between(1, 30);
		size_t below = 0;

		for (size_t i = 0; i < count; i++) {
			x[i] = test_random_below(300) == 0 ? -25.0 : (double)test_random_between(-9, 9);
			below += fabs(x[i]) < limit;
		}
		/* In thousandths of a percent, to be exact. */
		CHECK_EQ(statistics_bound_of_magnitude(x, count, p / 100.0) < limit,
			 below * 100000 >= (size_t)(p * 1000.0 + 0.5) * count);
	}
}

TEST(a_bound_of_magnitudes_leaves_the_series_alone)
{
	const double x[] = { -10, 1, -3, 2 };
	const double before[] = { -10, 1, -3, 2 };

	CHECK_NEAR(statistics_bound_of_magnitude(x, 4, 1.0), 10.0, 0);
	CHECK_NEAR(statistics_bound_of_magnitude(x, 4, 0.76), 10.0, 0);
	CHECK_NEAR(statistics_bound_of_magnitude(x, 4, 0.75), 3.0, 0);
	CHECK_NEAR(statistics_bound_of_magnitude(x, 4, 0.0), 1.0, 0);
	CHECK_MEM_EQ(x, before, sizeof(x));
	CHECK(isnan(statistics_bound_of_magnitude(x, 0, 0.5)));
}

/* Sorted, reversed, constant and organ-pipe series are where a quickselect may become quadratic. */
TEST(no_order_makes_a_percentile_slow)
{
	size_t count = 400000;
	double *x = malloc(count * sizeof(*x));

	assert_non_null(x);
	for (int order = 0; order < 4; order++) {
		for (size_t i = 0; i < count; i++) {
			size_t pipe = i < count / 2 ? i : count - i;

			x[i] = order == 0   ? (double)i
			       : order == 1 ? -(double)i
			       : order == 2 ? 7.0
					    : (double)pipe;
		}
		CHECK(!isnan(statistics_percentile(x, count, 0.999)));
	}
	free(x);
}

/* ---- Allan's family ---- */

/* NIST SP 1065, Table 31 and 32 (7 digits). */
TEST(the_published_1000_points_give_the_published_deviations)
{
	static const struct {
		size_t n;
		double adev, overlapping, mdev, tdev;
	} published[] = {
		{ 1, 2.922319e-01, 2.922319e-01, 2.922319e-01, 1.687202e-01 },
		{ 10, 9.965736e-02, 9.159953e-02, 6.172376e-02, 3.563623e-01 },
		{ 100, 3.897804e-02, 3.241343e-02, 2.170921e-02, 1.253382e+00 },
	};
	double phase[1001], thinned[1001];

	make_nbs_phase(phase);
	for (size_t i = 0; i < 3; i++) {
		size_t n = published[i].n, count = 0;

		for (size_t j = 0; j < 1001; j += n) {
			thinned[count++] = phase[j]; /* without overlap: every n-th phase */
		}
		CHECK_NEAR(statistics_adev(thinned, count, (double)n, 1) / published[i].adev, 1.0, 2e-7);
		CHECK_NEAR(statistics_adev(phase, 1001, 1.0, n) / published[i].overlapping, 1.0, 2e-7);
		CHECK_NEAR(statistics_mdev(phase, 1001, 1.0, n) / published[i].mdev, 1.0, 3e-7);
		CHECK_NEAR(statistics_tdev(phase, 1001, n) / published[i].tdev, 1.0, 3e-7);
	}
}

/* NBS Monograph 140, Annex 8.E: nine frequencies; SP 1065 has their deviations. */
TEST(the_published_nine_points_give_the_published_deviation)
{
	static const double frequency[9] = { 892, 809, 823, 798, 671, 644, 883, 903, 677 };
	double phase[10] = { 0.0 };

	for (int i = 0; i < 9; i++) {
		phase[i + 1] = phase[i] + frequency[i];
	}
	CHECK_NEAR(statistics_adev(phase, 10, 1.0, 1), 91.22945, 5e-6);
	CHECK_NEAR(statistics_adev(phase, 10, 1.0, 2), 85.95287, 5e-6);
	CHECK_NEAR(statistics_mdev(phase, 10, 1.0, 2), 74.78849, 5e-6);
}

/* Definitions, term by term. */
static double plain_tdev(const double *x, size_t count, size_t n)
{
	double sum = 0.0;

	for (size_t j = 0; j + 3 * n <= count; j++) {
		double inner = 0.0;

		for (size_t i = j; i < j + n; i++) {
			inner += x[i + 2 * n] - 2.0 * x[i + n] + x[i];
		}
		sum += inner * inner;
	}
	return sqrt(sum / (6.0 * (double)(count - 3 * n + 1))) / (double)n;
}

TEST(tdev_is_its_definition)
{
	for (int round = 0; round < 300; round++) {
		size_t n = 1 + test_random_below(40), count = 3 * n + 1 + test_random_below(200);
		double *x = any_noise((enum noise)(round % 3), count);
		double expected = plain_tdev(x, count, n);

		CHECK_NEAR(statistics_tdev(x, count, n), expected, 1e-9 * expected);
		CHECK_NEAR(statistics_mdev(x, count, 0.5, n) * 0.5 * (double)n / sqrt(3.0), expected,
			   1e-9 * expected);
		free(x);
	}
}

TEST(constant_offset_and_frequency_are_no_instability)
{
	double x[500];

	for (size_t i = 0; i < 500; i++) {
		x[i] = 1e6 + 3.0 * (double)i;
	}
	for (size_t n = 1; n <= 100; n *= 10) {
		CHECK_NEAR(statistics_adev(x, 500, 1.0, n), 0.0, 1e-9);
		CHECK_NEAR(statistics_mdev(x, 500, 1.0, n), 0.0, 1e-9);
		CHECK_NEAR(statistics_tdev(x, 500, n), 0.0, 1e-9);
	}
}

/* A frequency drift D gives ADEV = D tau / sqrt(2) at every tau. */
TEST(a_drift_gives_a_deviation_that_grows_with_tau)
{
	const double drift = 0.25, tau0 = 0.5;
	double x[1000];

	for (size_t i = 0; i < 1000; i++) {
		double t = (double)i * tau0;

		x[i] = drift * t * t / 2.0;
	}
	for (size_t n = 1; n <= 300; n += 13) {
		double tau = (double)n * tau0;

		CHECK_NEAR(statistics_adev(x, 1000, tau0, n), drift * tau / sqrt(2.0), 1e-9);
		CHECK_NEAR(statistics_mdev(x, 1000, tau0, n), drift * tau / sqrt(2.0), 1e-9);
	}
}

TEST(too_short_a_series_has_no_deviation)
{
	double x[10] = { 1, 5, 2, 8, 3, 9, 1, 4, 4, 2 };

	CHECK(!isnan(statistics_adev(x, 9, 1.0, 4)));
	CHECK(isnan(statistics_adev(x, 8, 1.0, 4)));
	CHECK(!isnan(statistics_tdev(x, 10, 3)));
	CHECK(isnan(statistics_tdev(x, 9, 3)));
	CHECK(isnan(statistics_mdev(x, 9, 1.0, 3)));
	CHECK(!isnan(statistics_mtie(x, 4, 3)));
	CHECK(isnan(statistics_mtie(x, 3, 3)));
	CHECK(isnan(statistics_adev(x, 10, 1.0, 0)));
	CHECK(isnan(statistics_tdev(x, 10, 0)));
	CHECK(isnan(statistics_mtie(x, 10, 0)));
	CHECK(isnan(statistics_adev(x, 0, 1.0, 1)));
	CHECK(isnan(statistics_mtie(x, 0, 1)));
	CHECK(isnan(statistics_adev(x, 10, 1.0, SIZE_MAX / 2 + 1)));
	CHECK(isnan(statistics_tdev(x, 10, SIZE_MAX / 3 + 1)));
}

/* The slope between two tau on logarithmic scales, of the mean of some series. */
static double slope(enum noise kind, double (*deviation)(const double *, size_t, size_t), size_t from,
		    size_t to)
{
	const size_t count = 20000;
	double first = 0.0, last = 0.0;

	for (int i = 0; i < 8; i++) {
		double *x = any_noise(kind, count);

		first += deviation(x, count, from);
		last += deviation(x, count, to);
		free(x);
	}
	return log(last / first) / log((double)to / (double)from);
}

static double adev(const double *x, size_t count, size_t n)
{
	return statistics_adev(x, count, 1.0, n);
}

static double mdev(const double *x, size_t count, size_t n)
{
	return statistics_mdev(x, count, 1.0, n);
}

TEST(noise_types_have_their_slopes)
{
	CHECK_NEAR(slope(WHITE_PHASE, adev, 1, 64), -1.0, 0.05);
	CHECK_NEAR(slope(WHITE_PHASE, mdev, 1, 64), -1.5, 0.05);
	CHECK_NEAR(slope(WHITE_PHASE, statistics_tdev, 1, 64), -0.5, 0.05);
	CHECK_NEAR(slope(WHITE_FREQUENCY, adev, 1, 64), -0.5, 0.06);
	CHECK_NEAR(slope(WHITE_FREQUENCY, statistics_tdev, 4, 64), 0.5, 0.1);
	CHECK_NEAR(slope(WALKING_FREQUENCY, adev, 4, 64), 0.5, 0.12);
	CHECK_NEAR(slope(WALKING_FREQUENCY, statistics_tdev, 4, 64), 1.5, 0.12);
}

/* White phase noise of deviation s: TDEV(tau0) = s, ADEV(tau0) = s sqrt(3) / tau0. White frequency noise of deviation s:
 * ADEV(tau0) = s. */
TEST(noise_types_have_their_levels)
{
	const size_t count = 100000;
	double *phase = any_noise(WHITE_PHASE, count), *frequency = any_noise(WHITE_FREQUENCY, count);

	CHECK_NEAR(statistics_tdev(phase, count, 1), 1.0, 0.02);
	CHECK_NEAR(statistics_adev(phase, count, 0.1, 1), sqrt(3.0) / 0.1, 0.4);
	CHECK_NEAR(statistics_adev(frequency, count, 1.0, 1), 1.0, 0.02);
	free(phase);
	free(frequency);
}

/* ---- MTIE ---- */

static double plain_mtie(const double *x, size_t count, size_t n)
{
	double largest = 0.0;

	for (size_t i = 0; i + n < count; i++) {
		double low = x[i], high = x[i];

		for (size_t j = i; j <= i + n; j++) {
			low = x[j] < low ? x[j] : low;
			high = x[j] > high ? x[j] : high;
		}
		largest = high - low > largest ? high - low : largest;
	}
	return largest;
}

TEST(mtie_is_its_definition)
{
	for (int round = 0; round < 60; round++) {
		size_t count = 2 + test_random_below(150), n[150];
		double *x = any_noise((enum noise)(round % 3), count), out[150];

		for (size_t i = 0; i + 1 < count; i++) {
			n[i] = i + 1;
		}
		CHECK(statistics_mtie_all(x, count, n, count - 1, out));
		for (size_t i = 0; i + 1 < count; i++) {
			double expected = plain_mtie(x, count, n[i]);

			CHECK(out[i] == expected);
			CHECK(statistics_mtie(x, count, n[i]) == expected);
		}
		free(x);
	}
}

TEST(mtie_of_a_ramp_grows_with_the_interval)
{
	double x[1001];

	for (size_t i = 0; i < 1001; i++) {
		x[i] = 0.5 * (double)i;
	}
	for (size_t n = 1; n <= 1000; n += 37) {
		CHECK_NEAR(statistics_mtie(x, 1001, n), 0.5 * (double)n, 1e-12);
	}
}

/* A sin(2 pi t / T): 2 A sin(pi tau / T) up to half a period, then 2 A. */
TEST(mtie_of_a_sine_stops_at_its_peaks)
{
	const size_t period = 200;
	double x[1000];

	for (size_t i = 0; i < 1000; i++) {
		x[i] = 10.0 * sin(2.0 * PI * (double)i / (double)period);
	}
	for (size_t n = 2; n < 500; n += 2) {
		double expected = n < period / 2 ? 20.0 * sin(PI * (double)n / (double)period) : 20.0;

		CHECK_NEAR(statistics_mtie(x, 1000, n), expected, 1e-9);
	}
}

TEST(mtie_of_a_step_is_the_step)
{
	double x[300];
	size_t n[20], count = statistics_intervals(300, 2, n, 20);
	double out[20];

	for (size_t i = 0; i < 300; i++) {
		x[i] = i < 123 ? 0.0 : 42.0;
	}
	CHECK(statistics_mtie_all(x, 300, n, count, out));
	for (size_t i = 0; i < count; i++) {
		CHECK_NEAR(out[i], 42.0, 0);
	}
}

TEST(mtie_never_falls_with_the_interval)
{
	double *x = any_noise(WHITE_PHASE, 5000);
	double last = 0.0;

	for (size_t n = 1; n < 5000; n = n * 3 / 2 + 1) {
		double now = statistics_mtie(x, 5000, n);

		CHECK(now >= last);
		last = now;
	}
	free(x);
}

TEST(intervals_go_1_2_5_as_far_as_the_series_goes)
{
	static const size_t expected[] = { 1, 2, 5, 10, 20, 50, 100 };
	size_t n[20];

	CHECK_EQ(statistics_intervals(101, 2, n, 20), 7);
	CHECK_MEM_EQ(n, expected, sizeof(expected));
	CHECK_EQ(statistics_intervals(100, 2, n, 20), 6);
	CHECK_EQ(statistics_intervals(101, 3, n, 20), 6); /* 2 * 50 + 1 */
	CHECK_EQ(statistics_intervals(100, 3, n, 20), 5);
	CHECK_EQ(statistics_intervals(101, 4, n, 20), 5); /* 3 * 20 + 1 */
	CHECK_EQ(statistics_intervals(101, 2, n, 3), 3);
	CHECK_EQ(statistics_intervals(1, 2, n, 20), 0);
	CHECK_EQ(statistics_intervals(0, 2, n, 20), 0);
}

/* ---- spectrum ---- */

TEST(white_noise_has_a_flat_spectrum_of_its_variance)
{
	const size_t count = 1 << 16, segment = 256;
	const double tau0 = 0.1;
	double *x = any_noise(WHITE_PHASE, count), density[129], low = 0.0, high = 0.0;

	/* One-sided: the variance lies between 0 and 1 / (2 tau0). */
	CHECK(statistics_psd(x, count, tau0, segment, density));
	for (size_t k = 4; k < 64; k++) {
		low += density[k] / 60.0;
		high += density[k + 60] / 60.0;
	}
	CHECK_NEAR(low, 2.0 * tau0, 0.02);
	CHECK_NEAR(high, 2.0 * tau0, 0.02);
	free(x);
}

/* Parseval: the density's integral is the mean square under the windows. */
TEST(a_spectrum_sums_up_to_the_variance)
{
	const double tau0 = 0.25;
	double x[4096], density[2049], sum = 0.0, weighted = 0.0, weights = 0.0, mean = 0.0;

	for (size_t segment = 4; segment <= 4096; segment *= 2) {
		sum = weighted = weights = mean = 0.0;
		for (size_t i = 0; i < segment; i++) {
			x[i] = any_normal();
			mean += x[i] / (double)segment;
		}
		for (size_t i = 0; i < segment; i++) {
			double w = 0.5 - 0.5 * cos(2.0 * PI * (double)i / (double)segment);

			weighted += w * w * (x[i] - mean) * (x[i] - mean);
			weights += w * w;
		}
		CHECK(statistics_psd(x, segment, tau0, segment, density));
		for (size_t k = 0; k <= segment / 2; k++) {
			sum += density[k] / ((double)segment * tau0);
		}
		CHECK_NEAR(sum, weighted / weights, 1e-11);
	}
}

/* Against the sum that the transform stands for. */
TEST(a_spectrum_is_its_definition)
{
	const size_t segment = 64;
	double x[64], density[33];

	for (size_t i = 0; i < segment; i++) {
		x[i] = any_normal();
	}
	CHECK(statistics_psd(x, segment, 1.0, segment, density));
	for (size_t k = 0; k <= segment / 2; k++) {
		double re = 0.0, im = 0.0, mean = 0.0;

		for (size_t i = 0; i < segment; i++) {
			mean += x[i] / (double)segment;
		}
		for (size_t i = 0; i < segment; i++) {
			double w = 0.5 - 0.5 * cos(2.0 * PI * (double)i / (double)segment);
			double angle = 2.0 * PI * (double)k * (double)i / (double)segment;

			re += w * (x[i] - mean) * cos(angle);
			im -= w * (x[i] - mean) * sin(angle);
		}
		CHECK_NEAR(density[k], (re * re + im * im) * (k == 0 || k == segment / 2 ? 1.0 : 2.0) / 24.0,
			   1e-12);
	}
}

TEST(a_sine_stands_at_its_frequency)
{
	const size_t count = 8192, segment = 1024;
	double x[8192], density[513], sum = 0.0;

	for (size_t i = 0; i < count; i++) {
		x[i] = 1e6 + 3.0 * sin(2.0 * PI * 100.0 * (double)i / (double)segment);
	}
	CHECK(statistics_psd(x, count, 1.0, segment, density));
	for (size_t k = 0; k <= segment / 2; k++) {
		sum += density[k] / (double)segment;
		if (k < 98 || k > 102) {
			CHECK(density[k] < 1e-6 * density[100]);
		}
	}
	CHECK_NEAR(sum, 4.5, 1e-6); /* its mean square; the offset of 10^6 is gone */
}

TEST(a_spectrum_needs_a_power_of_two_that_fits)
{
	double x[100] = { 0.0 }, density[129];

	CHECK(!statistics_psd(x, 100, 1.0, 128, density));
	CHECK(!statistics_psd(x, 100, 1.0, 60, density));
	CHECK(!statistics_psd(x, 100, 1.0, 0, density));
	CHECK(!statistics_psd(x, 100, 1.0, 2, density));
	CHECK(statistics_psd(x, 100, 1.0, 64, density));
}

/* ---- filter ---- */

TEST(a_low_pass_settles_by_its_time_constant)
{
	const double tau0 = 0.01, corner = 0.5; /* a time constant of 31.8 steps */
	double x[1000];

	for (size_t i = 0; i < 1000; i++) {
		x[i] = i < 100 ? 0.0 : 1.0;
	}
	statistics_low_pass(x, 1000, tau0, corner);
	for (size_t i = 0; i < 1000; i++) {
		double elapsed = i < 100 ? 0.0 : ((double)i - 99.0) * tau0;

		CHECK_NEAR(x[i], 1.0 - exp(-2.0 * PI * corner * elapsed), 1e-12);
	}
}

TEST(a_low_pass_does_not_begin_with_the_noise_of_the_first_value)
{
	double x[1000];

	for (size_t i = 0; i < 1000; i++) {
		x[i] = i % 2 ? 1.0 : -1.0;
	}
	statistics_low_pass(x, 1000, 0.1, 0.1); /* a time constant of 15.9 steps */
	for (size_t i = 0; i < 1000; i++) {
		CHECK_NEAR(x[i], 0.0, 0.15);
	}
}

TEST(a_low_pass_halves_the_power_at_its_corner)
{
	const size_t count = 200000;
	const double tau0 = 0.01, corner = 0.1;
	double *x = malloc(count * sizeof(*x));
	struct statistics_summary s;

	assert_non_null(x);
	for (size_t i = 0; i < count; i++) {
		x[i] = sin(2.0 * PI * corner * tau0 * (double)i);
	}
	statistics_low_pass(x, count, tau0, corner);
	s = statistics_summarize(x + count / 2, count / 2);
	CHECK_NEAR(s.rms * s.rms, 0.25, 0.003);
	free(x);
}

TEST(a_low_pass_lets_a_constant_through)
{
	double x[10];

	for (size_t i = 0; i < 10; i++) {
		x[i] = 1e9;
	}
	statistics_low_pass(x, 10, 0.1, 0.1);
	for (size_t i = 0; i < 10; i++) {
		CHECK_NEAR(x[i], 1e9, 1e-6);
	}
	statistics_low_pass(x, 0, 0.1, 0.1);
}

TEST(a_low_pass_far_above_the_samples_changes_nothing)
{
	double x[3] = { 1, -2, 3 };

	statistics_low_pass(x, 3, 1.0, 1e6);
	CHECK_NEAR(x[0], 1.0, 0);
	CHECK_NEAR(x[1], -2.0, 0);
	CHECK_NEAR(x[2], 3.0, 0);
}
