/* src/report/statistics.h -- what a series of time errors says: the one place where such numbers are worked out.
 *
 * x[i] are time errors in ns (any unit will do, results have the same) at equal distances tau0. NaN has no place in a
 * series: leave gaps out before. Results are the same on every machine: + - * / and square roots alone. Definitions are
 * ITU-T G.810's and IEEE 1139's. Long series cost linear or n log n time. */
#ifndef REPORT_STATISTICS_H
#define REPORT_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

struct statistics_summary {
	size_t count;
	double mean, deviation, rms, largest /* magnitude */, minimum, maximum;
};

/* All zero for none. */
struct statistics_summary statistics_summarize(const double *x, size_t count);

/* The value that `fraction` (0..1) of all values are not larger than, between neighbours linear. The array is reordered.
 * NaN for none. */
double statistics_percentile(double *x, size_t count, double fraction);
/* The smallest of the magnitudes that `fraction` of all, or more, are not larger than: it is below a limit if and only if
 * so many are. Leaves x alone; NaN for none, or without memory. */
double statistics_bound_of_magnitude(const double *x, size_t count, double fraction);

/* At one observation interval of n * tau0, 1 <= n. NaN where the series is too short (ADEV: 2n + 1 values, MDEV and
 * TDEV: 3n + 1, MTIE: n + 1) or there is no memory. */
double statistics_adev(const double *x, size_t count, double tau0,
		       size_t n); /* overlapping; x in s gives a fraction */
double statistics_mdev(const double *x, size_t count, double tau0, size_t n); /* modified */
double statistics_tdev(const double *x, size_t count, size_t n);
double statistics_mtie(const double *x, size_t count, size_t n);

/* MTIE at many n at once (ascending): n log n in all. */
bool statistics_mtie_all(const double *x, size_t count, const size_t *n, size_t n_count, double *out);

/* Observation intervals 1, 2, 5, 10, ... that a series of `count` can have (`needed`: 2 for n + 1 values, 3 for 2n + 1, 4 for
 * 3n + 1). Returns how many, at most `room`. */
size_t statistics_intervals(size_t count, unsigned needed, size_t *n, size_t room);

/* One-sided power spectral density in ns^2/Hz (Welch: Hann windows, half overlapped, of `segment` values, a power of
 * two, 4 at least; each without its mean).
 * density has segment / 2 + 1 places, the k-th at k / (segment * tau0) Hz. False: too short, no power of two, no memory. */
bool statistics_psd(const double *x, size_t count, double tau0, size_t segment, double *density);

/* A single-pole low-pass of that corner frequency (above 0), in place (G.8273.2's filter before MTIE and TDEV). It begins
 * settled at the mean of the first time constant, 1 / (2 pi corner). */
void statistics_low_pass(double *x, size_t count, double tau0, double corner_hz);

/* A running summary without memory, for daemons. */
struct statistics_running {
	size_t count;
	double mean, m2, minimum, maximum;
};
void statistics_running_add(struct statistics_running *running, double x);
struct statistics_summary statistics_running_summary(const struct statistics_running *running);

#endif
