/* src/report/plot.c -- scales and the pieces of SVG that plots have in common.
 *
 * A clock that settles begins milliseconds off and ends nanoseconds off: where the largest value dwarfs the usual one the
 * axis is linear up to a power of ten and logarithmic beyond ("symlog"), so that both can be seen. */
#include "report/plot.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DWARFS 30.0 /* the largest over the usual magnitude, from which on the axis becomes logarithmic */
#define ROOM_OF_A_NUMBER 15.0
#define PIECE 512

/* ---- the document ---- */

void plot_put_text(const struct plot_out *out, const char *text)
{
	out->sink(out->context, text, strlen(text));
}

void plot_put_escaped(const struct plot_out *out, const char *text)
{
	static const char *const escapes[256] = {
		['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['"'] = "&quot;"
	};

	while (*text) {
		const char *from = text;
		unsigned char c;

		for (c = (unsigned char)*text;
		     (c >= 0x20 || c == '\t' || c == '\n') && !escapes[c] && c != 0x7F;
		     c = (unsigned char)*text) {
			text++;
		}
		if (text > from) {
			out->sink(out->context, from, (size_t)(text - from));
		}
		if (c) {
			plot_put_text(out, escapes[c] ? escapes[c] : "");
			text++;
		}
	}
}

static const char head[] = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

/* --s0 .. --s7 are the colours of series: neighbours differ for the colour-blind too. */
static const char style[] =
	":root { color-scheme: light dark; --paper: #fff; --ink: #1a1a1a; --faint: #5f6368; --grid: "
	"#e4e5e7;\n"
	"  --zero: #9a9da2; --offset: #0b62c4; --frequency: #b3540a; --mark: #7a1fa2; --good: #18794e; "
	"--bad: #c62828;\n"
	"  --s0: #2a78d6; --s1: #e0601f; --s2: #128a60; --s3: #c08a00; --s4: #c9559a; --s5: #5c4bc4; --s6: "
	"#00838f;\n"
	"  --s7: #8d5a3a; }\n"
	"@media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #e8e8e8; --faint: #a2a6ad;\n"
	"  --grid: #2c3036; --zero: #6a6f77; --offset: #6cb4ff; --frequency: #ffa860; --mark: #d39bf0; "
	"--good: #5bd69b;\n"
	"  --bad: #ff7b72; --s0: #5aa4f5; --s1: #f08a52; --s2: #40c394; --s3: #e2b23c; --s4: #e88cc0; --s5: "
	"#a498f5;\n"
	"  --s6: #4cc7d3; --s7: #c89a78; } }\n"
	"@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --grid: "
	"#ddd;\n"
	"  --zero: #888; --offset: #0b62c4; --frequency: #b3540a; --mark: #7a1fa2; --good: #18794e; --bad: "
	"#c62828;\n"
	"  --s0: #2a78d6; --s1: #e0601f; --s2: #128a60; --s3: #c08a00; --s4: #c9559a; --s5: #5c4bc4; --s6: "
	"#00838f;\n"
	"  --s7: #8d5a3a; } figure { break-inside: avoid; } }\n"
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
	"th { font-weight: 600; } th:first-child, .text { text-align: left; }\n";

void plot_put_head(const struct plot_out *out, const char *title, const char *own_style)
{
	plot_put_text(out, head);
	plot_put_text(out, "<title>");
	plot_put_escaped(out, title);
	plot_put_text(out, "</title>\n<style>\n");
	plot_put_text(out, style);
	plot_put_text(out, own_style);
	plot_put_text(out, "</style>\n</head>\n<body>\n");
}

/* ---- scales ---- */

static double transform(const struct plot_scale *scale, double value)
{
	double x;

	switch (scale->shape) {
	case PLOT_LOG:
		return log10(fmax(value, 1e-300));
	case PLOT_SYMLOG:
		x = fabs(value) / scale->linear_to;
		return copysign(x <= 1.0 ? x : 1.0 + log10(x), value);
	case PLOT_LINEAR:
	default:
		return value;
	}
}

static double transform_back(const struct plot_scale *scale, double at)
{
	switch (scale->shape) {
	case PLOT_LOG:
		return pow(10.0, at);
	case PLOT_SYMLOG:
		return copysign(fabs(at) <= 1.0 ? fabs(at) : pow(10.0, fabs(at) - 1.0), at) *
		       scale->linear_to;
	case PLOT_LINEAR:
	default:
		return at;
	}
}

double plot_position(const struct plot_scale *scale, double value)
{
	return (transform(scale, value) - scale->low) / (scale->high - scale->low);
}

double plot_value_at(const struct plot_scale *scale, double position)
{
	return transform_back(scale, scale->low + position * (scale->high - scale->low));
}

static void add_tick(struct plot_scale *scale, double value)
{
	double at = transform(scale, value);
	double slack = 1e-9 * (scale->high - scale->low);

	if (scale->tick_count < PLOT_TICKS_MAX && at >= scale->low - slack && at <= scale->high + slack) {
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

static void add_linear_ticks(struct plot_scale *scale, double unit, int ticks)
{
	double step = nice_step((scale->high - scale->low) / unit, ticks) * unit;
	double first = ceil(scale->low / step);

	for (int k = 0; k < PLOT_TICKS_MAX && (first + k) * step <= scale->high + step * 1e-9; k++) {
		add_tick(scale, (first + k) * step);
	}
}

static void set_linear(struct plot_scale *scale, double low, double high)
{
	if (!(high - low >
	      fmax(1e-6, 1e-9 * fmax(fabs(low), fabs(high))))) { /* one value: a range around it */
		double room = fmax(fabs(low) * 1e-3, 1.0);

		low -= room;
		high += room;
	}
	*scale = (struct plot_scale){ .shape = PLOT_LINEAR, .low = low, .high = high };
}

void plot_linear(struct plot_scale *scale, double low, double high, int ticks)
{
	set_linear(scale, low, high);
	add_linear_ticks(scale, 1.0, ticks);
}

void plot_symlog(struct plot_scale *scale, double low, double high, double linear_to)
{
	double room;

	*scale = (struct plot_scale){ .shape = PLOT_SYMLOG, .linear_to = linear_to };
	scale->low = transform(scale, fmin(low, -linear_to));
	scale->high = transform(scale, fmax(high, linear_to));
	room = 0.04 * (scale->high - scale->low);
	scale->low -= room;
	scale->high += room;
	add_tick(scale, 0.0);
	for (int k = 0; k < PLOT_TICKS_MAX / 2; k++) {
		double value = linear_to * pow(10.0, k);

		add_tick(scale, value);
		add_tick(scale, -value);
	}
}

void plot_log(struct plot_scale *scale, double low, double high)
{
	double from = floor(log10(low) + 1e-9), to = ceil(log10(high) - 1e-9);
	int stride;

	if (!isfinite(from) || !isfinite(to)) {
		from = to = 0.0;
	}
	if (to <= from) {
		to = from + 1.0;
	}
	*scale = (struct plot_scale){ .shape = PLOT_LOG, .low = from, .high = to };
	stride = 1 + (int)((to - from) / 12.0);
	for (int k = 0; from + k <= to; k += stride) {
		add_tick(scale, pow(10.0, from + k));
	}
}

void plot_offset_scale(struct plot_scale *scale, double low, double high, double usual)
{
	double largest;

	if (!isfinite(low) || !isfinite(high)) {
		low = high = 0.0;
	}
	largest = fmax(fabs(low), fabs(high));
	if (usual > 0.0 && largest > DWARFS * usual) {
		plot_symlog(scale, low, high, fmax(1.0, pow(10.0, ceil(log10(usual)))));
		return;
	}
	low = fmin(low, 0.0);
	high = fmax(high, 0.0);
	plot_linear(scale, low - 0.05 * (high - low), high + 0.05 * (high - low), 6);
}

/* ---- units of time ---- */

struct time_unit {
	double from_s; /* the range from which on it is used */
	double seconds;
	const char *name;
};

static const struct time_unit *time_unit_of(const struct plot_scale *scale)
{
	static const struct time_unit units[] = { { 4 * 86400.0, 86400.0, "d" },
						  { 4 * 3600.0, 3600.0, "h" },
						  { 1800.0, 60.0, "min" },
						  { 0.0, 1.0, "s" } };
	const struct time_unit *unit = units;

	while (unit->from_s > scale->high - scale->low) {
		unit++;
	}
	return unit;
}

void plot_time_scale(struct plot_scale *scale, double from_s, double to_s)
{
	set_linear(scale, from_s, to_s);
	add_linear_ticks(scale, time_unit_of(scale)->seconds, 10);
}

/* ---- plots ---- */

struct plot plot_of_size(struct plot_out out, double width, double height)
{
	return (struct plot){ .out = out,
			      .width = width,
			      .height = height,
			      .left = 84.0,
			      .right = 16.0,
			      .top = 26.0,
			      .bottom = 40.0 };
}

/* The edge rather than far outside: viewers differ in what they make of huge coordinates. */
static double within(double position)
{
	return position < 0.0 ? 0.0 : position > 1.0 ? 1.0 : position;
}

double plot_x(const struct plot *plot, double value)
{
	return plot->left + (plot->width - plot->left - plot->right) * within(plot_position(&plot->x, value));
}

double plot_y(const struct plot *plot, double value)
{
	return plot->top +
	       (plot->height - plot->top - plot->bottom) * (1.0 - within(plot_position(&plot->y, value)));
}

const char *plot_text_ns(double value, char out[32])
{
	return report_duration(value, out);
}

const char *plot_text_ppb(double value, char out[32])
{
	snprintf(out, 32, "%+.6g ppb", value);
	return out;
}

void plot_begin(const struct plot *plot, const char *description)
{
	PLOT_PUT(&plot->out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", plot->width,
		 plot->height);
	plot_put_escaped(&plot->out, description);
	plot_put_text(&plot->out, "\">\n");
}

void plot_end(const struct plot *plot)
{
	plot_put_text(&plot->out, "</svg>\n");
}

/* A tick of a linear axis of times: in the unit of the largest, with as many decimals as tell neighbours apart. Three
 * digits, as everywhere else, would be the same for all where a mean of microseconds varies by nanoseconds. */
static const char *tick_text(const struct plot_scale *scale, double value, plot_text text, char out[32])
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 }, { "ns", 1.0 } };
	double largest = 0.0, step;
	size_t u = 0;
	int decimals;

	if (text != plot_text_ns || scale->shape != PLOT_LINEAR || scale->tick_count < 2) {
		return text(value, out);
	}
	for (size_t i = 0; i < scale->tick_count; i++) {
		largest = fmax(largest, fabs(scale->ticks[i]));
	}
	while (u + 1 < sizeof(units) / sizeof(units[0]) && largest < units[u].ns) {
		u++;
	}
	step = fabs(scale->ticks[1] - scale->ticks[0]) / units[u].ns;
	decimals = (int)ceil(-log10(fmax(step, 1e-9)) - 1e-6);
	snprintf(out, 32, "%.*f %s", decimals > 0 ? decimals : 0, value / units[u].ns + 0.0, units[u].name);
	return out;
}

void plot_y_axis(const struct plot *plot, plot_text text)
{
	char number[32];

	for (size_t i = 0; i < plot->y.tick_count; i++) {
		double value = plot->y.ticks[i];
		double y = plot_y(plot, value);

		PLOT_PUT(&plot->out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
			 value == 0.0 ? "zero" : "grid", plot->left, y, plot->width - plot->right, y);
		PLOT_PUT(&plot->out,
			 "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			 plot->left - 8.0, y + 4.0, tick_text(&plot->y, value, text, number));
	}
}

static void put_x_tick(const struct plot *plot, double value, const char *text)
{
	double x = plot_x(plot, value);

	PLOT_PUT(&plot->out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x,
		 plot->top, x, plot->height - plot->bottom);
	PLOT_PUT(&plot->out, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
		 x, plot->height - plot->bottom + 16.0, text);
}

static void put_x_name(const struct plot *plot, const char *name)
{
	PLOT_PUT(&plot->out, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
		 plot->width - plot->right, plot->height - 6.0, name);
}

void plot_x_axis(const struct plot *plot, plot_text text, const char *name)
{
	char number[32];

	for (size_t i = 0; i < plot->x.tick_count; i++) {
		put_x_tick(plot, plot->x.ticks[i], text(plot->x.ticks[i], number));
	}
	put_x_name(plot, name);
}

void plot_time_axis(const struct plot *plot)
{
	const struct time_unit *unit = time_unit_of(&plot->x);
	char text[32];

	for (size_t i = 0; i < plot->x.tick_count; i++) {
		snprintf(text, sizeof(text), "%.10g", plot->x.ticks[i] / unit->seconds);
		put_x_tick(plot, plot->x.ticks[i], text);
	}
	snprintf(text, sizeof(text), "time in %s", unit->name);
	put_x_name(plot, text);
}

void plot_marks(const struct plot *plot, const struct report_mark *marks, size_t count)
{
	double last = -HUGE_VAL;

	for (size_t i = 0; i < count; i++) {
		double x = plot_x(plot, marks[i].time_s);
		double position = plot_position(&plot->x, marks[i].time_s);

		if (position < 0.0 || position > 1.0) {
			continue;
		}
		plot_put_text(&plot->out, "<g class=\"mark\"><title>");
		plot_put_escaped(&plot->out, marks[i].text);
		PLOT_PUT(&plot->out, "</title><line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x,
			 plot->top, x, plot->height - plot->bottom);
		if (fabs(x - last) >= ROOM_OF_A_NUMBER) {
			PLOT_PUT(&plot->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%zu</text>",
				 x, plot->top - 6.0, i + 1);
			last = x;
		}
		plot_put_text(&plot->out, "</g>\n");
	}
}

/* ---- columns ---- */

void plot_column_add(struct plot_column *column, double value)
{
	if (!column->count) {
		column->low = column->high = value;
		column->mean = 0.0;
	}
	column->count++;
	column->low = fmin(column->low, value);
	column->high = fmax(column->high, value);
	column->mean += (value - column->mean) / (double)column->count;
}

/* Points are gathered into pieces: one call of the sink for each would be slow. */
struct piece {
	const struct plot *plot;
	char text[PIECE];
	size_t used;
};

static void flush(struct piece *piece)
{
	if (piece->used) {
		piece->plot->out.sink(piece->plot->out.context, piece->text, piece->used);
		piece->used = 0;
	}
}

static void put_point(struct piece *piece, char command, double x, double value)
{
	int n;

	if (piece->used + 64 > sizeof(piece->text)) {
		flush(piece);
	}
	/* a point of its own has to be seen too: "M x y h0" with round ends */
	n = snprintf(piece->text + piece->used, 64, command == 'M' ? "M%.1f %.1fh0" : "L%.1f %.1f", x,
		     plot_y(piece->plot, value));
	if (n > 0 && n < 64) {
		piece->used += (size_t)n;
	}
}

void plot_means(const struct plot *plot, const struct plot_column *columns, size_t count)
{
	struct piece piece = { .plot = plot };
	bool is_drawing = false;

	for (size_t i = 0; i < count; i++) {
		if (columns[i].count) {
			put_point(&piece, is_drawing ? 'L' : 'M', columns[i].x, columns[i].mean);
		}
		is_drawing = columns[i].count > 0;
	}
	flush(&piece);
}

void plot_extents(const struct plot *plot, const struct plot_column *columns, size_t count)
{
	struct piece piece = { .plot = plot };
	bool is_drawing = false;

	for (size_t i = 0; i < count; i++) {
		if (columns[i].count) {
			put_point(&piece, is_drawing ? 'L' : 'M', columns[i].x, columns[i].low);
			if (columns[i].high > columns[i].low) {
				put_point(&piece, 'L', columns[i].x, columns[i].high);
			}
		}
		is_drawing = columns[i].count > 0;
	}
	flush(&piece);
}

/* One stretch without gaps: there along the tops, back along the bottoms. */
static void put_stretch(struct piece *piece, const struct plot_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put_point(piece, i ? 'L' : 'M', columns[i].x, columns[i].high);
	}
	for (size_t i = count; i > 0; i--) {
		put_point(piece, 'L', columns[i - 1].x, columns[i - 1].low);
	}
	flush(piece);
	plot_put_text(&piece->plot->out, "Z");
}

void plot_area(const struct plot *plot, const struct plot_column *columns, size_t count)
{
	struct piece piece = { .plot = plot };

	for (size_t from = 0, to; from < count; from = to) {
		to = from + 1;
		if (columns[from].count) {
			while (to < count && columns[to].count) {
				to++;
			}
			put_stretch(&piece, &columns[from], to - from);
		}
	}
}
