/* src/tools/demo_series.h -- what the demonstration measured: differences and frequencies over time, and state changes.
 *
 * "Settled" is the first moment after which the magnitude of the difference never again reaches the limit: a clock that
 * only passes through zero has not settled. */
#ifndef TOOLS_DEMO_SERIES_H
#define TOOLS_DEMO_SERIES_H

#include "report/html.h"

#define DEMO_MARKS_MAX 64
#define DEMO_CHART_NS_MIN 10.0

struct demo_series {
	struct report_sample *samples; /* offset: time receiver's clock - grandmaster's */
	double *differences; /* the same offsets, and NaN for those still to come: the chart keeps its scale */
	size_t count, capacity;
	struct report_mark marks[DEMO_MARKS_MAX];
	size_t mark_count;
};

/* Room for so many samples; false without memory. */
bool demo_series_init(struct demo_series *series, size_t capacity);
void demo_series_free(struct demo_series *series);

/* What there is no room for is not taken. `text` of a mark is kept, not copied. */
void demo_series_add(struct demo_series *series, const struct report_sample *sample);
void demo_series_mark(struct demo_series *series, double time_s, const char *text);

/* Seconds after which the difference stays below the limit; negative: it does not yet. */
double demo_settle_time_s(const struct demo_series *series, double limit_ns);

/* For src/report: refers to the series. */
struct report_series demo_series_report(const struct demo_series *series, const char *title,
					const char *subtitle);

#endif
