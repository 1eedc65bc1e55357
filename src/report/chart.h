/* src/report/chart.h -- small pictures for terminals: magnitudes over time, on a logarithmic scale.
 *
 * What counts for a clock is how many powers of ten it is off: the scale goes by decades. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/sink.h"

#include <stdbool.h>

#define CHART_COLUMNS_MAX 200
#define CHART_ROWS_MAX 40

/* The newest `columns` values in one line, one character each: bars of eight heights (UTF-8), or digits 0..7. From `low` to
 * `high` in ns; NaN is a blank. Returns out, which has room for 3 * columns + 1 octets. */
const char *chart_sparkline(const double *values, size_t count, size_t columns, double low, double high,
			    bool is_utf8, char *out);

/* A plot of the magnitudes of all values, in equal parts of the columns; each part shows its largest. Braille dots (two by
 * four a character) or asterisks. The left margin has the decades' names. Nothing is drawn without values. */
void chart_draw(const double *values, size_t count, size_t columns, size_t rows, bool is_utf8,
		report_sink sink, void *context);

#endif
