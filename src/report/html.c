/* src/report/html.c -- the page from top to bottom.
 *
 * A plot has at most PLOT_COLUMNS columns: where there are more samples than that, each column is drawn from its smallest
 * to its largest value, so that no spike is lost. */
#include "report/html.h"
#include "report/plot.h"
#include "report/text.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH 960.0
#define HEIGHT 300.0
#define PLOT_COLUMNS 860

struct page {
	const struct report_series *series;
	struct plot_out out;
	double from_s, to_s;
};

#define PUT(page, ...) PLOT_PUT(&(page)->out, __VA_ARGS__)

/* ---- numbers ---- */

static double value_of(const struct report_sample *sample, bool of_frequency)
{
	double value = of_frequency ? sample->frequency_ppb : sample->offset_ns;

	return fabs(value) <= PLOT_LARGEST ? value : (double)NAN;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The magnitude that this part of all magnitudes does not exceed; NaN without memory or values. */
static double quantile(const struct report_series *series, bool of_frequency, double from_s, double part)
{
	double *values = malloc((series->count + 1) * sizeof(values[0]));
	double result = (double)NAN;
	size_t n = 0;

	for (size_t i = 0; values && i < series->count; i++) {
		double value = value_of(&series->samples[i], of_frequency);

		if (series->samples[i].time_s >= from_s && !isnan(value)) {
			values[n++] = fabs(value);
		}
	}
	if (n) {
		size_t rank = (size_t)ceil(part * (double)n);

		qsort(values, n, sizeof(values[0]), compare);
		result = values[rank ? rank - 1 : 0];
	}
	free(values);
	return result;
}

struct report_summary report_summarize(const struct report_series *series, bool of_frequency, double from_s)
{
	struct report_summary s = { 0 };
	double differences = 0.0, squares = 0.0;

	for (size_t i = 0; i < series->count; i++) {
		double value = value_of(&series->samples[i], of_frequency);
		double difference = value - s.mean;

		if (series->samples[i].time_s < from_s || isnan(value)) {
			continue;
		}
		s.count++;
		s.mean += difference / (double)s.count;
		differences += difference * (value - s.mean);
		squares += value * value;
		s.largest = fmax(s.largest, fabs(value));
	}
	if (s.count) {
		s.deviation = sqrt(differences / (double)s.count);
		s.rms = sqrt(squares / (double)s.count);
		s.p99 = quantile(series, of_frequency, from_s, 0.99);
	}
	return s;
}

/* ---- a plot ---- */

static void make_scale(struct plot_scale *scale, const struct report_series *series, bool of_frequency)
{
	double low = HUGE_VAL, high = -HUGE_VAL;

	for (size_t i = 0; i < series->count; i++) {
		double value = value_of(&series->samples[i], of_frequency);

		if (!isnan(value)) {
			low = fmin(low, value);
			high = fmax(high, value);
		}
	}
	if (!of_frequency) {
		plot_offset_scale(scale, low, high, quantile(series, of_frequency, -HUGE_VAL, 0.5));
		return;
	}
	if (!isfinite(low)) {
		low = high = 0.0;
	}
	plot_linear(scale, low - 0.05 * (high - low), high + 0.05 * (high - low), 6);
}

static size_t column_of(const struct page *page, double time_s)
{
	double column = PLOT_COLUMNS * (time_s - page->from_s) / (page->to_s - page->from_s);

	return column < PLOT_COLUMNS - 1 ? (size_t)column : PLOT_COLUMNS - 1;
}

/* Columns in the order of time, an empty one wherever samples are missing. A gap narrower than a column is none. */
static void put_many(const struct page *page, const struct plot *plot, bool of_frequency)
{
	const struct report_series *series = page->series;
	double column_width = (plot->width - plot->left - plot->right) / PLOT_COLUMNS;
	struct plot_column columns[2 * PLOT_COLUMNS];
	size_t used = 0, current = SIZE_MAX;

	for (size_t i = 0; i < series->count; i++) {
		double value = value_of(&series->samples[i], of_frequency);
		size_t index = column_of(page, series->samples[i].time_s);
		bool is_new = index != current || !used;

		if (isnan(value) && used && columns[used - 1].count && used < 2 * PLOT_COLUMNS) {
			columns[used++] = (struct plot_column){ 0 };
		}
		if (isnan(value)) {
			continue;
		}
		if (!is_new && !columns[used - 1].count) {
			used--;
		}
		if (is_new && used < 2 * PLOT_COLUMNS) {
			columns[used++].count = 0;
			columns[used - 1].x = plot->left + column_width * ((double)index + 0.5);
			current = index;
		}
		plot_column_add(&columns[used - 1], value);
	}
	plot_extents(plot, columns, used);
}

static void put_few(const struct page *page, const struct plot *plot, bool of_frequency)
{
	struct plot_column columns[PLOT_COLUMNS];
	size_t count = page->series->count;

	for (size_t i = 0; i < count; i++) {
		double value = value_of(&page->series->samples[i], of_frequency);

		columns[i] = (struct plot_column){ .x = plot_x(plot, page->series->samples[i].time_s) };
		if (!isnan(value)) {
			plot_column_add(&columns[i], value);
		}
	}
	plot_means(plot, columns, count);
}

static void put_plot(const struct page *page, bool of_frequency)
{
	const char *name = of_frequency ? "Frequency" : "Offset";
	struct plot plot = plot_of_size(page->out, WIDTH, HEIGHT);

	make_scale(&plot.y, page->series, of_frequency);
	plot_time_scale(&plot.x, page->from_s, page->to_s);
	PUT(page, "<figure>\n<figcaption>%s", name);
	if (plot.y.shape == PLOT_SYMLOG) {
		char text[24];

		PUT(page, " <small>(logarithmic beyond &plusmn;%s)</small>",
		    report_duration(plot.y.linear_to, text));
	}
	PUT(page, "</figcaption>\n");
	plot_begin(&plot, of_frequency ? "Frequency over time" : "Offset over time");
	plot_y_axis(&plot, of_frequency ? plot_text_ppb : plot_text_ns);
	plot_time_axis(&plot);
	PUT(page, "<path class=\"%s\" d=\"", of_frequency ? "frequency" : "offset");
	if (page->series->count > PLOT_COLUMNS) {
		put_many(page, &plot, of_frequency);
	} else {
		put_few(page, &plot, of_frequency);
	}
	PUT(page, "\"/>\n");
	plot_marks(&plot, page->series->marks, page->series->mark_count);
	plot_end(&plot);
	PUT(page, "</figure>\n");
}

/* ---- the summary ---- */

static void put_quantity(const struct page *page, double value, bool of_frequency)
{
	char text[24];

	if (isnan(value)) {
		PUT(page, "<td>&ndash;</td>");
	} else if (of_frequency) {
		PUT(page, "<td>%.4g ppb</td>", value);
	} else {
		PUT(page, "<td>%s</td>", report_duration(value, text));
	}
}

static void put_summary_row(const struct page *page, const char *name, bool of_frequency, double from_s)
{
	struct report_summary s = report_summarize(page->series, of_frequency, from_s);

	if (!s.count) {
		return;
	}
	PUT(page, "<tr><th>%s</th><td>%zu</td>", name, s.count);
	put_quantity(page, s.mean, of_frequency);
	put_quantity(page, s.deviation, of_frequency);
	put_quantity(page, s.rms, of_frequency);
	put_quantity(page, s.p99, of_frequency);
	put_quantity(page, s.largest, of_frequency);
	PUT(page, "</tr>\n");
}

static void put_summary(const struct page *page)
{
	double middle = page->from_s + (page->to_s - page->from_s) / 2.0;

	PUT(page, "<table>\n<tr><th></th><th>samples</th><th>mean</th><th>std. deviation</th><th>RMS</th>"
		  "<th>99 %% within</th><th>largest</th></tr>\n");
	put_summary_row(page, "offset", false, -HUGE_VAL);
	put_summary_row(page, "offset, second half", false, middle);
	put_summary_row(page, "frequency", true, -HUGE_VAL);
	put_summary_row(page, "frequency, second half", true, middle);
	PUT(page, "</table>\n");
}

static void put_mark_list(const struct page *page)
{
	if (!page->series->mark_count) {
		return;
	}
	PUT(page, "<table>\n<tr><th></th><th>at</th><th>what happened</th></tr>\n");
	for (size_t i = 0; i < page->series->mark_count; i++) {
		PUT(page, "<tr><th>%zu</th><td>%.3f s</td><td class=\"text\">", i + 1,
		    page->series->marks[i].time_s);
		plot_put_escaped(&page->out, page->series->marks[i].text);
		PUT(page, "</td></tr>\n");
	}
	PUT(page, "</table>\n");
}

/* ---- the page ---- */

static void put_title(const struct page *page)
{
	const char *title = page->series->title ? page->series->title : "Clock synchronisation";

	plot_put_head(&page->out, title, "");
	PUT(page, "<h1>");
	plot_put_escaped(&page->out, title);
	PUT(page, "</h1>\n");
	if (page->series->subtitle) {
		PUT(page, "<p>");
		plot_put_escaped(&page->out, page->series->subtitle);
		PUT(page, "</p>\n");
	}
}

static void find_range(struct page *page)
{
	const struct report_series *series = page->series;

	page->from_s = series->count ? series->samples[0].time_s : 0.0;
	page->to_s = series->count ? series->samples[series->count - 1].time_s : 1.0;
	for (size_t i = 0; i < series->mark_count; i++) {
		page->from_s = fmin(page->from_s, series->marks[i].time_s);
		page->to_s = fmax(page->to_s, series->marks[i].time_s);
	}
	if (!(page->to_s > page->from_s)) {
		page->to_s = page->from_s + 1.0;
	}
}

void report_html_write(const struct report_series *series, report_sink sink, void *context)
{
	struct page page = { .series = series, .out = { sink, context } };

	find_range(&page);
	put_title(&page);
	put_summary(&page);
	put_plot(&page, false);
	put_plot(&page, true);
	put_mark_list(&page);
	PUT(&page, "</body>\n</html>\n");
}
