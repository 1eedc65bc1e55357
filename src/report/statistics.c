/* src/report/statistics.c -- series of time errors, in one pass where the definition sounds like two.
 *
 * MDEV and TDEV slide a sum of n second differences along the series; MTIE builds the extremes of all windows of
 * 2^k values from those of 2^(k-1), and a window of any length is two of those that overlap. The Fourier transform's
 * roots of unity come from halving angles, the low-pass's exponential from squaring, so nothing here needs more of a
 * machine than a square root. */
#include "report/statistics.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NO_VALUE ((double)NAN)
#define PI 3.14159265358979323846
#define SQRT_OF_3 1.73205080756887729353

/* ---- summaries ---- */

void statistics_running_add(struct statistics_running *running, double x)
{
	double before = x - running->mean;

	if (running->count == 0 || x < running->minimum) {
		running->minimum = x;
	}
	if (running->count == 0 || x > running->maximum) {
		running->maximum = x;
	}
	running->count++;
	running->mean += before / (double)running->count;
	running->m2 += before * (x - running->mean);
}

struct statistics_summary statistics_running_summary(const struct statistics_running *running)
{
	struct statistics_summary summary = { .count = running->count };
	double variance;

	if (running->count == 0) {
		return summary;
	}
	variance = running->m2 / (double)running->count;
	summary.mean = running->mean;
	summary.deviation = sqrt(variance);
	summary.rms = sqrt(running->mean * running->mean + variance);
	summary.minimum = running->minimum;
	summary.maximum = running->maximum;
	summary.largest = -running->minimum > running->maximum ? -running->minimum : running->maximum;
	return summary;
}

struct statistics_summary statistics_summarize(const double *x, size_t count)
{
	struct statistics_running running = { 0 };

	for (size_t i = 0; i < count; i++) {
		statistics_running_add(&running, x[i]);
	}
	return statistics_running_summary(&running);
}

/* ---- percentiles ---- */

static void swap(double *a, double *b)
{
	double kept = *a;

	*a = *b;
	*b = kept;
}

/* Hoare's selection: afterwards x[k] is what sorting would put there, with nothing larger before it and nothing smaller
 * behind. The pivot is any element, by a generator that repeats: no order of a real series makes it quadratic. */
static double select_kth(double *x, size_t count, size_t k)
{
	size_t low = 0, high = count - 1;
	uint64_t any = UINT64_C(0x9E3779B97F4A7C15);

	while (low < high) {
		size_t i = low, j = high;
		double pivot;

		any = any * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		swap(&x[low], &x[low + (size_t)((any >> 33) % (high - low + 1))]);
		pivot = x[low];
		for (;;) {
			while (i < high && x[i] < pivot) {
				i++;
			}
			while (j > low && x[j] > pivot) {
				j--;
			}
			if (i >= j) {
				break;
			}
			swap(&x[i++], &x[j--]);
		}
		/* low..j are not larger than the pivot, j + 1..high not smaller; neither is all of it. */
		if (k <= j) {
			high = j;
		} else {
			low = j + 1;
		}
	}
	return x[k];
}

double statistics_percentile(double *x, size_t count, double fraction)
{
	double place, value, next;
	size_t k;

	if (count == 0) {
		return NO_VALUE;
	}
	place = fraction * (double)(count - 1);
	if (!(place > 0.0)) {
		place = 0.0;
	}
	if (place > (double)(count - 1)) {
		place = (double)(count - 1);
	}
	k = (size_t)place;
	value = select_kth(x, count, k);
	if (k + 1 == count) {
		return value;
	}
	next = x[k + 1];
	for (size_t i = k + 2; i < count; i++) {
		next = x[i] < next ? x[i] : next;
	}
	return value + (place - (double)k) * (next - value);
}

/* 99.9 / 100 is not quite 0.999: that must not make one value more of a whole number of them. */
#define FRACTION_SLACK 1e-12

double statistics_bound_of_magnitude(const double *x, size_t count, double fraction)
{
	double before = fraction * (double)count * (1.0 - FRACTION_SLACK);
	size_t k = before > 0.0 ? (size_t)before : 0;
	double *magnitudes = malloc((count ? count : 1) * sizeof(*magnitudes));
	double result = NO_VALUE;

	for (size_t i = 0; magnitudes && i < count; i++) {
		magnitudes[i] = fabs(x[i]);
	}
	if (magnitudes && count > 0) {
		result = select_kth(magnitudes, count, k < count ? k : count - 1);
	}
	free(magnitudes);
	return result;
}

/* ---- Allan's family ---- */

/* Are there k * n + 1 values? */
static bool is_long_enough(size_t count, size_t n, size_t k)
{
	return n > 0 && count > 0 && n <= (count - 1) / k;
}

double statistics_adev(const double *x, size_t count, double tau0, size_t n)
{
	double tau = (double)n * tau0, sum = 0.0;
	size_t terms;

	if (!is_long_enough(count, n, 2)) {
		return NO_VALUE;
	}
	terms = count - 2 * n;
	for (size_t i = 0; i < terms; i++) {
		double second = x[i + 2 * n] - 2.0 * x[i + n] + x[i];

		sum += second * second;
	}
	return sqrt(sum / (2.0 * (double)terms)) / tau;
}

/* Sum of the n second differences that begin at x[0]. */
static double sum_of_differences(const double *x, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++) {
		sum += x[i + 2 * n] - 2.0 * x[i + n] + x[i];
	}
	return sum;
}

double statistics_tdev(const double *x, size_t count, size_t n)
{
	double sum = 0.0, inner = 0.0;
	size_t terms;

	if (!is_long_enough(count, n, 3)) {
		return NO_VALUE;
	}
	terms = count - 3 * n + 1;
	for (size_t j = 0; j < terms; j++) {
		/* Slides by one value; summed up anew every n-th time, so that roundings do not pile up. */
		if (j % n == 0) {
			inner = sum_of_differences(x + j, n);
		} else {
			inner += x[j + 3 * n - 1] - 3.0 * x[j + 2 * n - 1] + 3.0 * x[j + n - 1] - x[j - 1];
		}
		sum += inner * inner;
	}
	return sqrt(sum / (6.0 * (double)terms)) / (double)n;
}

double statistics_mdev(const double *x, size_t count, double tau0, size_t n)
{
	/* TDEV = tau * MDEV / sqrt(3) */
	return statistics_tdev(x, count, n) * SQRT_OF_3 / ((double)n * tau0);
}

/* ---- MTIE ---- */

/* Extremes of every window of `length` values, length a power of two. */
struct extremes {
	double *maximum, *minimum;
	size_t length, windows;
};

static void double_length(struct extremes *e)
{
	size_t windows = e->windows - e->length;

	for (size_t i = 0; i < windows; i++) {
		double higher = e->maximum[i + e->length], lower = e->minimum[i + e->length];

		e->maximum[i] = higher > e->maximum[i] ? higher : e->maximum[i];
		e->minimum[i] = lower < e->minimum[i] ? lower : e->minimum[i];
	}
	e->windows = windows;
	e->length *= 2;
}

/* The largest peak-to-peak value in any window of `values` values, length <= values <= 2 * length. */
static double largest_range(const struct extremes *e, size_t values)
{
	size_t second = values - e->length;
	double largest = 0.0;

	for (size_t i = 0; i + second < e->windows; i++) {
		double maximum = e->maximum[i], minimum = e->minimum[i];

		maximum = e->maximum[i + second] > maximum ? e->maximum[i + second] : maximum;
		minimum = e->minimum[i + second] < minimum ? e->minimum[i + second] : minimum;
		largest = maximum - minimum > largest ? maximum - minimum : largest;
	}
	return largest;
}

bool statistics_mtie_all(const double *x, size_t count, const size_t *n, size_t n_count, double *out)
{
	struct extremes e = { .length = 1, .windows = count };

	if (count > 0) {
		e.maximum = malloc(2 * count * sizeof(*e.maximum));
		if (!e.maximum) {
			return false;
		}
		e.minimum = e.maximum + count;
		memcpy(e.maximum, x, count * sizeof(*x));
		memcpy(e.minimum, x, count * sizeof(*x));
	}
	for (size_t i = 0; i < n_count; i++) {
		if (!is_long_enough(count, n[i], 1)) {
			out[i] = NO_VALUE;
			continue;
		}
		while (e.length * 2 <= n[i] + 1) {
			double_length(&e);
		}
		out[i] = largest_range(&e, n[i] + 1);
	}
	free(e.maximum);
	return true;
}

double statistics_mtie(const double *x, size_t count, size_t n)
{
	double result;

	return statistics_mtie_all(x, count, &n, 1, &result) ? result : NO_VALUE;
}

size_t statistics_intervals(size_t count, unsigned needed, size_t *n, size_t room)
{
	static const size_t steps[] = { 1, 2, 5 };
	size_t filled = 0;

	for (size_t decade = 1; needed >= 2 && decade <= SIZE_MAX / 10; decade *= 10) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			if (filled == room || !is_long_enough(count, steps[i] * decade, needed - 1)) {
				return filled;
			}
			n[filled++] = steps[i] * decade;
		}
	}
	return filled;
}

/* ---- spectrum ---- */

struct complex {
	double re, im;
};

static struct complex multiply(struct complex a, struct complex b)
{
	return (struct complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

/* roots[j] = exp(-2 pi i j / size), j < size / 2; size is a power of two, 4 at least. Those of j = 2^k come from halving the
 * angle, each other one of two before it: as many roundings as j has bits. */
static void make_roots(struct complex *roots, size_t size)
{
	double cosine = -1.0, sine = 0.0; /* of pi */

	roots[0] = (struct complex){ 1.0, 0.0 };
	for (size_t stride = size / 4; stride > 0; stride /= 2) {
		double half = sqrt((1.0 + cosine) / 2.0);

		sine = cosine < 0.0 ? 1.0 : sine / (2.0 * half);
		cosine = half;
		/* Odd multiples of this angle are even ones, which are there already, and it. */
		for (size_t j = stride; j < size / 2; j += 2 * stride) {
			roots[j] = multiply(roots[j - stride], (struct complex){ cosine, -sine });
		}
	}
}

static void reverse_order(struct complex *x, size_t size)
{
	for (size_t i = 1, j = 0; i < size; i++) {
		size_t bit = size / 2;

		for (; j & bit; bit /= 2) {
			j ^= bit;
		}
		j ^= bit;
		if (i < j) {
			struct complex kept = x[i];

			x[i] = x[j];
			x[j] = kept;
		}
	}
}

static void transform(struct complex *x, size_t size, const struct complex *roots)
{
	reverse_order(x, size);
	for (size_t half = 1; half < size; half *= 2) {
		size_t stride = size / (2 * half);

		for (size_t start = 0; start < size; start += 2 * half) {
			for (size_t k = 0; k < half; k++) {
				struct complex *even = &x[start + k], *odd = even + half;
				struct complex turned = multiply(*odd, roots[k * stride]);

				*odd = (struct complex){ even->re - turned.re, even->im - turned.im };
				*even = (struct complex){ even->re + turned.re, even->im + turned.im };
			}
		}
	}
}

/* Hann's window: (1 - cos(2 pi i / size)) / 2. */
static double window_at(const struct complex *roots, size_t size, size_t i)
{
	double cosine = i < size / 2 ? roots[i].re : -roots[i - size / 2].re;

	return (1.0 - cosine) / 2.0;
}

/* One segment, without its mean: a constant offset would spill into the lowest frequencies. */
static void add_segment(const double *x, size_t size, const struct complex *roots, struct complex *work,
			double *density)
{
	double mean = 0.0;

	for (size_t i = 0; i < size; i++) {
		mean += x[i];
	}
	mean /= (double)size;
	for (size_t i = 0; i < size; i++) {
		work[i] = (struct complex){ (x[i] - mean) * window_at(roots, size, i), 0.0 };
	}
	transform(work, size, roots);
	for (size_t k = 0; k <= size / 2; k++) {
		density[k] += work[k].re * work[k].re + work[k].im * work[k].im;
	}
}

bool statistics_psd(const double *x, size_t count, double tau0, size_t segment, double *density)
{
	size_t segments;
	struct complex *work, *roots;
	double scale;

	if (segment < 4 || (segment & (segment - 1)) != 0 || count < segment) {
		return false;
	}
	work = malloc((segment + segment / 2) * sizeof(*work));
	if (!work) {
		return false;
	}
	roots = work + segment;
	make_roots(roots, segment);
	segments = (count - segment) / (segment / 2) + 1;
	memset(density, 0, (segment / 2 + 1) * sizeof(*density));
	for (size_t s = 0; s < segments; s++) {
		add_segment(x + s * (segment / 2), segment, roots, work, density);
	}
	/* The window's squares sum up to 3/8 of the segment. */
	scale = tau0 / (0.375 * (double)segment * (double)segments);
	for (size_t k = 0; k <= segment / 2; k++) {
		/* One-sided: what lies at negative frequencies counts here; these two ends have no such twin. */
		density[k] *= k == 0 || k == segment / 2 ? scale : 2.0 * scale;
	}
	free(work);
	return true;
}

/* ---- filter ---- */

/* exp(-x), 0 <= x: by the series for x / 2^k below 1/16, squared k times. */
static double decay(double x)
{
	double term = 1.0, sum = 1.0;
	int squarings = 0;

	if (!(x < 700.0)) {
		return 0.0;
	}
	while (x > 1.0 / 16.0) {
		x /= 2.0;
		squarings++;
	}
	for (int i = 1; i <= 12; i++) {
		term *= -x / i;
		sum += term;
	}
	for (; squarings > 0; squarings--) {
		sum *= sum;
	}
	return sum;
}

/* Where it has settled already: the mean of as many values as it remembers. The first one alone would be noise that takes
 * several time constants to be forgotten. */
static double settled_value(const double *x, size_t count, double radians)
{
	double remembered = 1.0 / radians, sum = 0.0;
	size_t used = 1;

	if (remembered > 1.0) {
		used = remembered < (double)count ? (size_t)remembered : count;
	}
	for (size_t i = 0; i < used; i++) {
		sum += x[i];
	}
	return sum / (double)used;
}

void statistics_low_pass(double *x, size_t count, double tau0, double corner_hz)
{
	double radians = 2.0 * PI * corner_hz *
			 tau0; /* in one step at the corner: 1 / time constant in steps */
	double weight = 1.0 - decay(radians);
	double value;

	if (count == 0) {
		return;
	}
	value = settled_value(x, count, radians);
	for (size_t i = 0; i < count; i++) {
		value += weight * (x[i] - value);
		x[i] = value;
	}
}
