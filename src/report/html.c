/* src/report/html.c -- the page from top to bottom.
 *
 * A clock that settles begins milliseconds off and ends nanoseconds off: where the largest value dwarfs the usual one the
 * axis is linear up to a power of ten and logarithmic beyond ("symlog"), so that both can be seen. A plot has at most
 * PLOT_COLUMNS columns: where there are more samples than that, each column is drawn from its smallest to its largest
 * value, so that no spike is lost. */
#include "report/html.h"
#include "report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 960.0
#define HEIGHT 300.0
#define LEFT 84.0
#define RIGHT 16.0
#define TOP 26.0
#define BOTTOM 40.0
#define PLOT_WIDTH (WIDTH - LEFT - RIGHT)
#define PLOT_HEIGHT (HEIGHT - TOP - BOTTOM)
#define PLOT_COLUMNS 860
#define TICKS_MAX 24
#define LARGEST 1e19 /* ns: 317 years; what is beyond is no measurement */
#define DWARFS 30.0  /* the largest over the usual magnitude, from which on the axis becomes logarithmic */

struct page {
	const struct report_series *series;
	report_sink sink;
	void *context;
	double from_s, to_s;
};

#define PUT(page, ...) sink_print((page)->sink, (page)->context, __VA_ARGS__)

static void put_escaped(struct page *page, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			PUT(page, "&lt;");
			break;
		case '>':
			PUT(page, "&gt;");
			break;
		case '&':
			PUT(page, "&amp;");
			break;
		case '"':
			PUT(page, "&quot;");
			break;
		default:
			if ((unsigned char)*text >= 0x20 || *text == '\t') {
				page->sink(page->context, text, 1);
			}
		}
	}
}

/* ---- numbers ---- */

static double value_of(const struct report_sample *sample, bool of_frequency)
{
	double value = of_frequency ? sample->frequency_ppb : sample->offset_ns;

	return fabs(value) <= LARGEST ? value : (double)NAN;
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

/* ---- scales ---- */

struct scale {
	double low, high; /* in transformed units */
	double linear_to; /* 0: all linear */
	double ticks[TICKS_MAX];
	size_t tick_count;
};

static double transform(const struct scale *scale, double value)
{
	double x = scale->linear_to > 0.0 ? fabs(value) / scale->linear_to : 0.0;

	if (scale->linear_to <= 0.0) {
		return value;
	}
	return copysign(x <= 1.0 ? x : 1.0 + log10(x), value);
}

/* 0 at the low end, 1 at the high end */
static double position(const struct scale *scale, double value)
{
	return (transform(scale, value) - scale->low) / (scale->high - scale->low);
}

static void add_tick(struct scale *scale, double value)
{
	double at = transform(scale, value);
	double slack = 1e-9 * (scale->high - scale->low);

	if (scale->tick_count < TICKS_MAX && at >= scale->low - slack && at <= scale->high + slack) {
		scale->ticks[scale->tick_count++] = value;
	}
}

/* 1, 2 or 5 times a power of ten, about `count` to the range */
static double nice_step(double range, int count)
{
	double raw = range / count;
	double power = pow(10.0, floor(log10(raw)));
	double digit = raw / power;

	return power * (digit < 1.5 ? 1.0 : digit < 3.5 ? 2.0 : digit < 7.5 ? 5.0 : 10.0);
}

static void make_linear(struct scale *scale, double low, double high, int ticks)
{
	double step;

	if (!(high - low >
	      fmax(1e-6, 1e-9 * fmax(fabs(low), fabs(high))))) { /* one value: a range around it */
		double room = fmax(fabs(low) * 1e-3, 1.0);

		low -= room;
		high += room;
	}
	*scale = (struct scale){ .low = low, .high = high };
	step = nice_step(high - low, ticks);
	for (double k = ceil(low / step); k * step <= high + step * 1e-9 && scale->tick_count < TICKS_MAX;
	     k++) {
		add_tick(scale, k * step);
	}
}

static void make_logarithmic(struct scale *scale, double low, double high, double linear_to)
{
	double room;

	*scale = (struct scale){ .linear_to = linear_to };
	scale->low = transform(scale, fmin(low, -linear_to));
	scale->high = transform(scale, fmax(high, linear_to));
	room = 0.04 * (scale->high - scale->low);
	scale->low -= room;
	scale->high += room;
	add_tick(scale, 0.0);
	for (int k = 0; k < TICKS_MAX / 2; k++) {
		double value = linear_to * pow(10.0, k);

		add_tick(scale, value);
		add_tick(scale, -value);
	}
}

/* The scale of offset or frequency. */
static void make_scale(struct scale *scale, const struct report_series *series, bool of_frequency)
{
	double low = HUGE_VAL, high = -HUGE_VAL;
	double usual = quantile(series, of_frequency, -HUGE_VAL, 0.5);
	double largest;

	for (size_t i = 0; i < series->count; i++) {
		double value = value_of(&series->samples[i], of_frequency);

		if (!isnan(value)) {
			low = fmin(low, value);
			high = fmax(high, value);
		}
	}
	if (!isfinite(low)) {
		low = high = 0.0;
	}
	largest = fmax(fabs(low), fabs(high));
	if (!of_frequency && usual > 0.0 && largest > DWARFS * usual) {
		make_logarithmic(scale, low, high, fmax(1.0, pow(10.0, ceil(log10(usual)))));
		return;
	}
	if (!of_frequency) { /* an offset is seen against zero */
		low = fmin(low, 0.0);
		high = fmax(high, 0.0);
	}
	make_linear(scale, low - 0.05 * (high - low), high + 0.05 * (high - low), 6);
}

/* ---- a plot ---- */

static double x_of(const struct page *page, double time_s)
{
	return LEFT + PLOT_WIDTH * (time_s - page->from_s) / (page->to_s - page->from_s);
}

static double y_of(const struct scale *scale, double value)
{
	return TOP + PLOT_HEIGHT * (1.0 - position(scale, value));
}

static void put_tick_text(struct page *page, double value, bool of_frequency)
{
	char text[24];

	if (of_frequency) {
		PUT(page, "%+.6g ppb", value);
	} else {
		PUT(page, "%s", report_duration(value, text));
	}
}

static void put_axes(struct page *page, const struct scale *scale, bool of_frequency)
{
	struct scale time;

	for (size_t i = 0; i < scale->tick_count; i++) {
		double y = y_of(scale, scale->ticks[i]);

		PUT(page, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
		    scale->ticks[i] == 0.0 ? "zero" : "grid", LEFT, y, WIDTH - RIGHT, y);
		PUT(page, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 8.0,
		    y + 4.0);
		put_tick_text(page, scale->ticks[i], of_frequency);
		PUT(page, "</text>\n");
	}
	make_linear(&time, page->from_s, page->to_s, 10);
	for (size_t i = 0; i < time.tick_count; i++) {
		double x = x_of(page, time.ticks[i]);

		PUT(page, "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x, TOP, x,
		    HEIGHT - BOTTOM);
		PUT(page, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.10g</text>\n",
		    x, HEIGHT - BOTTOM + 16.0, time.ticks[i]);
	}
	PUT(page, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">time in s</text>\n",
	    WIDTH - RIGHT, HEIGHT - 6.0);
}

static void put_marks(struct page *page)
{
	for (size_t i = 0; i < page->series->mark_count; i++) {
		double x = x_of(page, page->series->marks[i].time_s);

		PUT(page, "<g class=\"mark\"><title>");
		put_escaped(page, page->series->marks[i].text);
		PUT(page, "</title><line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x, TOP, x,
		    HEIGHT - BOTTOM);
		PUT(page, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%zu</text></g>\n", x, TOP - 6.0,
		    i + 1);
	}
}

struct column {
	int index; /* -1: none yet */
	double low, high;
};

static void put_column(struct page *page, const struct scale *scale, const struct column *column,
		       bool *is_drawing)
{
	double x = LEFT + PLOT_WIDTH * ((double)column->index + 0.5) / PLOT_COLUMNS;

	if (column->index < 0) {
		return;
	}
	PUT(page, "%c%.1f %.1f", *is_drawing ? 'L' : 'M', x, y_of(scale, column->low));
	PUT(page, "L%.1f %.1f", x, y_of(scale, column->high));
	*is_drawing = true;
}

static int column_of(const struct page *page, double time_s)
{
	int column = (int)(PLOT_COLUMNS * (time_s - page->from_s) / (page->to_s - page->from_s));

	return column < PLOT_COLUMNS ? column : PLOT_COLUMNS - 1;
}

static void put_many(struct page *page, const struct scale *scale, bool of_frequency)
{
	const struct report_series *series = page->series;
	struct column column = { .index = -1 };
	bool is_drawing = false;

	for (size_t i = 0; i < series->count; i++) {
		double value = value_of(&series->samples[i], of_frequency);
		int index = column_of(page, series->samples[i].time_s);

		if (isnan(value)) {
			put_column(page, scale, &column, &is_drawing);
			column.index = -1;
			is_drawing = false;
		} else if (index == column.index) {
			column.low = fmin(column.low, value);
			column.high = fmax(column.high, value);
		} else {
			put_column(page, scale, &column, &is_drawing);
			column = (struct column){ index, value, value };
		}
	}
	put_column(page, scale, &column, &is_drawing);
}

static void put_few(struct page *page, const struct scale *scale, bool of_frequency)
{
	const struct report_series *series = page->series;
	bool is_drawing = false;

	for (size_t i = 0; i < series->count; i++) {
		double value = value_of(&series->samples[i], of_frequency);
		double x = x_of(page, series->samples[i].time_s);

		if (!isnan(value)) {
			/* a point of its own has to be seen too: "M x y h0" with round ends */
			PUT(page, is_drawing ? "L%.1f %.1f" : "M%.1f %.1fh0", x, y_of(scale, value));
		}
		is_drawing = !isnan(value);
	}
}

static void put_plot(struct page *page, bool of_frequency)
{
	const char *name = of_frequency ? "Frequency" : "Offset";
	struct scale scale;

	make_scale(&scale, page->series, of_frequency);
	PUT(page, "<figure>\n<figcaption>%s", name);
	if (scale.linear_to > 0.0) {
		char text[24];

		PUT(page, " <small>(logarithmic beyond &plusmn;%s)</small>",
		    report_duration(scale.linear_to, text));
	}
	PUT(page, "</figcaption>\n<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s over time\">\n",
	    WIDTH, HEIGHT, name);
	put_axes(page, &scale, of_frequency);
	PUT(page, "<path class=\"%s\" d=\"", of_frequency ? "frequency" : "offset");
	if (page->series->count > PLOT_COLUMNS) {
		put_many(page, &scale, of_frequency);
	} else {
		put_few(page, &scale, of_frequency);
	}
	PUT(page, "\"/>\n");
	put_marks(page);
	PUT(page, "</svg>\n</figure>\n");
}

/* ---- the summary ---- */

static void put_quantity(struct page *page, double value, bool of_frequency)
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

static void put_summary_row(struct page *page, const char *name, bool of_frequency, double from_s)
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

static void put_summary(struct page *page)
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

static void put_mark_list(struct page *page)
{
	if (!page->series->mark_count) {
		return;
	}
	PUT(page, "<table>\n<tr><th></th><th>at</th><th>what happened</th></tr>\n");
	for (size_t i = 0; i < page->series->mark_count; i++) {
		PUT(page, "<tr><th>%zu</th><td>%.3f s</td><td class=\"text\">", i + 1,
		    page->series->marks[i].time_s);
		put_escaped(page, page->series->marks[i].text);
		PUT(page, "</td></tr>\n");
	}
	PUT(page, "</table>\n");
}

/* ---- the page ---- */

static const char head[] = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

static const char style[] =
	"<style>\n"
	":root { color-scheme: light dark; --paper: #fff; --ink: #1a1a1a; --faint: #666; --grid: #e2e2e2; "
	"--zero: #999;\n"
	"  --offset: #0b62c4; --frequency: #b3540a; --mark: #7a1fa2; }\n"
	"@media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #e8e8e8; --faint: #a0a0a0;\n"
	"  --grid: #2e3238; --zero: #6a6f77; --offset: #6cb4ff; --frequency: #ffa860; --mark: #d39bf0; } }\n"
	"@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --grid: "
	"#ddd;\n"
	"  --zero: #888; --offset: #0b62c4; --frequency: #b3540a; --mark: #7a1fa2; } figure { break-inside: "
	"avoid; } }\n"
	"body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; background: var(--paper); color: "
	"var(--ink);\n"
	"  font: 15px/1.5 system-ui, sans-serif; }\n"
	"h1 { font-size: 1.4rem; margin: 0; } p { color: var(--faint); margin: 0 0 1.5rem; }\n"
	"figure { margin: 1.5rem 0; } figcaption { font-weight: 600; } small { font-weight: 400; color: "
	"var(--faint); }\n"
	"svg { width: 100%; height: auto; display: block; }\n"
	"svg line { vector-effect: non-scaling-stroke; } .grid { stroke: var(--grid); } .zero { stroke: "
	"var(--zero); }\n"
	".tick { font-size: 12px; fill: var(--faint); }\n"
	"path { fill: none; stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round;\n"
	"  vector-effect: non-scaling-stroke; }\n"
	".offset { stroke: var(--offset); } .frequency { stroke: var(--frequency); }\n"
	".mark line { stroke: var(--mark); stroke-dasharray: 4 3; } .mark text { font-size: 12px; fill: "
	"var(--mark); }\n"
	"table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }\n"
	"th, td { text-align: right; padding: .2rem .8rem; border-bottom: 1px solid var(--grid); }\n"
	"th { font-weight: 600; } th:first-child, .text { text-align: left; }\n"
	"</style>\n</head>\n<body>\n";

static void put_head(struct page *page)
{
	const char *title = page->series->title ? page->series->title : "Clock synchronisation";

	PUT(page, "%s", head);
	PUT(page, "<title>");
	put_escaped(page, title);
	PUT(page, "</title>\n");
	page->sink(page->context, style, sizeof(style) - 1);
	PUT(page, "<h1>");
	put_escaped(page, title);
	PUT(page, "</h1>\n");
	if (page->series->subtitle) {
		PUT(page, "<p>");
		put_escaped(page, page->series->subtitle);
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
	struct page page = { .series = series, .sink = sink, .context = context };

	find_range(&page);
	put_head(&page);
	put_summary(&page);
	put_plot(&page, false);
	put_plot(&page, true);
	put_mark_list(&page);
	PUT(&page, "</body>\n</html>\n");
}
