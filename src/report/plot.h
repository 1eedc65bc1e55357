/* src/report/plot.h -- what the pages are made of: the document's head, text that is safe in it, and plots as inline SVG.
 *
 * A plot is a rectangle with two scales. Values that lie outside are drawn at its edge. Nothing here allocates; more points
 * than a picture has columns are the caller's to gather into struct plot_column, so that no spike is lost. */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "report/html.h"
#include "report/sink.h"

#include <stdbool.h>

struct plot_out {
	report_sink sink;
	void *context;
};

#define PLOT_PUT(out, ...) sink_print((out)->sink, (out)->context, __VA_ARGS__)

/* Text of any length: < > & " are escaped, control characters left out. */
void plot_put_escaped(const struct plot_out *out, const char *text);
void plot_put_text(const struct plot_out *out, const char *text); /* of any length, as it is */

/* From the document's first octet to <body>: title, the style of tables and plots, and the page's own. */
void plot_put_head(const struct plot_out *out, const char *title, const char *own_style);

/* ---- scales ---- */

#define PLOT_TICKS_MAX 24
#define PLOT_LARGEST 1e19 /* ns: 317 years; what is beyond is no measurement */

enum plot_shape { PLOT_LINEAR, PLOT_SYMLOG, PLOT_LOG };

struct plot_scale {
	enum plot_shape shape;
	double low, high; /* in transformed units */
	double linear_to; /* SYMLOG: linear within +- this, logarithmic beyond */
	double ticks[PLOT_TICKS_MAX];
	size_t tick_count;
};

/* About `ticks` round numbers. A range without extent gets one. */
void plot_linear(struct plot_scale *scale, double low, double high, int ticks);
void plot_symlog(struct plot_scale *scale, double low, double high, double linear_to);
/* Whole decades around two positive values. */
void plot_log(struct plot_scale *scale, double low, double high);
/* For offsets, which are seen against zero: symlog where the largest dwarfs the usual magnitude, else linear. Infinite low:
 * there are no values. */
void plot_offset_scale(struct plot_scale *scale, double low, double high, double usual);
/* Of time: from..to without room at the ends. */
void plot_time_scale(struct plot_scale *scale, double from_s, double to_s);

/* 0 at the low end, 1 at the high end, and the value there. */
double plot_position(const struct plot_scale *scale, double value);
double plot_value_at(const struct plot_scale *scale, double position);

/* ---- plots ---- */

struct plot {
	struct plot_out out;
	double width, height, left, right, top, bottom; /* of the picture, and its margins */
	struct plot_scale x, y;
};

typedef const char *(*plot_text)(double value, char out[32]);
const char *plot_text_ns(double value, char out[32]);  /* "1.24 ms" */
const char *plot_text_ppb(double value, char out[32]); /* "+12.5 ppb" */

/* The usual margins of a picture with labels to the left and below. */
struct plot plot_of_size(struct plot_out out, double width, double height);

double plot_x(const struct plot *plot, double value);
double plot_y(const struct plot *plot, double value);

void plot_begin(const struct plot *plot, const char *description);
void plot_end(const struct plot *plot);
void plot_y_axis(const struct plot *plot, plot_text text);
void plot_x_axis(const struct plot *plot, plot_text text, const char *name);
/* Time in s, min, h or d, as is readable. Its ticks are its own. */
void plot_time_axis(const struct plot *plot);

/* Dashed lines with their numbers above, as far as there is room; the texts show when pointed at. */
void plot_marks(const struct plot *plot, const struct report_mark *marks, size_t count);

/* What is drawn at one place: the values of one pixel column. */
struct plot_column {
	double x;     /* of the picture */
	size_t count; /* 0: a gap */
	double low, high, mean;
};
void plot_column_add(struct plot_column *column, double value);

/* Parts of a path's `d`: a line through the means; up and down each column; the area from lowest to highest. */
void plot_means(const struct plot *plot, const struct plot_column *columns, size_t count);
void plot_extents(const struct plot *plot, const struct plot_column *columns, size_t count);
void plot_area(const struct plot *plot, const struct plot_column *columns, size_t count);

#endif
