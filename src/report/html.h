/* src/report/html.h -- a run on one page: offset and frequency over time, what happened when, and a summary.
 *
 * The page is one file without scripts, fonts or anything to be fetched: it can be mailed, printed and kept. Plots are
 * inline SVG, light or dark as the reader's system is. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/sink.h"

#include <stdbool.h>

struct report_sample {
	double time_s;
	double offset_ns;     /* NaN: none at this time */
	double frequency_ppb; /* NaN: likewise */
};

struct report_mark {
	double time_s;
	const char *text; /* UTF-8: "TIME_RECEIVER", "cable pulled" */
};

struct report_series {
	const char *title;                   /* NULL: "Clock synchronisation" */
	const char *subtitle;                /* NULL: none */
	const struct report_sample *samples; /* in order of time */
	size_t count;
	const struct report_mark *marks;
	size_t mark_count;
};

/* What the summary tells of one quantity; all 0 with count 0. */
struct report_summary {
	size_t count;
	double mean, deviation, rms, largest, p99; /* the last two of the magnitude: 99 % are not larger */
};

/* Of the samples from `from_s` on; offset or frequency. p99 is NaN without memory. */
struct report_summary report_summarize(const struct report_series *series, bool of_frequency, double from_s);

void report_html_write(const struct report_series *series, report_sink sink, void *context);

#endif
