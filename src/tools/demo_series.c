/* src/tools/demo_series.c -- arrays of a fixed room. */
#include "tools/demo_series.h"

#include <math.h>
#include <stdlib.h>

bool demo_series_init(struct demo_series *series, size_t capacity)
{
	*series = (struct demo_series){
		.samples = calloc(capacity, sizeof(*series->samples)),
		.differences = calloc(capacity, sizeof(*series->differences)),
		.capacity = capacity,
	};
	if (!series->samples || !series->differences) {
		demo_series_free(series);
		return false;
	}
	for (size_t i = 0; i < capacity; i++) {
		series->differences[i] = (double)NAN;
	}
	return true;
}

void demo_series_free(struct demo_series *series)
{
	free(series->samples);
	free(series->differences);
	*series = (struct demo_series){ .samples = NULL };
}

/* A lucky reading of 0.3 ns would stretch the chart's scale over decades that hold nothing else. */
static double clamp(double offset_ns)
{
	return fabs(offset_ns) < DEMO_CHART_NS_MIN ? DEMO_CHART_NS_MIN : fabs(offset_ns);
}

void demo_series_add(struct demo_series *series, const struct report_sample *sample)
{
	if (series->count < series->capacity) {
		series->differences[series->count] = clamp(sample->offset_ns);
		series->samples[series->count++] = *sample;
	}
}

void demo_series_mark(struct demo_series *series, double time_s, const char *text)
{
	if (series->mark_count < DEMO_MARKS_MAX) {
		series->marks[series->mark_count++] = (struct report_mark){ time_s, text };
	}
}

double demo_settle_time_s(const struct demo_series *series, double limit_ns)
{
	size_t first = series->count;

	while (first > 0 && fabs(series->samples[first - 1].offset_ns) < limit_ns) {
		first--;
	}
	return first < series->count ? series->samples[first].time_s : -1;
}

struct report_series demo_series_report(const struct demo_series *series, const char *title,
					const char *subtitle)
{
	return (struct report_series){
		.title = title,
		.subtitle = subtitle,
		.samples = series->samples,
		.count = series->count,
		.marks = series->marks,
		.mark_count = series->mark_count,
	};
}
