/* src/report/chart.c -- a grid of dots is filled, then written character by character: a braille character is two dots
 * wide and four high, an ASCII one is one dot. */
#include "report/chart.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

#define BRAILLE_WIDE 2
#define BRAILLE_HIGH 4

/* 0 at low, 1 at high, by logarithm; below and above are the ends. */
static double height(double value, double low, double high)
{
	double h = (log10(fmax(fabs(value), low)) - log10(low)) / (log10(high) - log10(low));

	return fmin(1.0, fmax(0.0, h));
}

const char *chart_sparkline(const double *values, size_t count, size_t columns, double low, double high,
			    bool is_utf8, char *out)
{
	size_t first = count > columns ? count - columns : 0;
	char *at = out;

	for (size_t i = first; i < count; i++) {
		unsigned level;

		if (isnan(values[i])) {
			*at++ = ' ';
			continue;
		}
		level = (unsigned)(height(values[i], low, high) * 7.0 + 0.5);
		if (is_utf8) {
			*at++ = '\xE2'; /* U+2581 .. U+2588 */
			*at++ = '\x96';
			*at++ = (char)(0x81 + level);
		} else {
			*at++ = (char)('0' + level);
		}
	}
	*at = '\0';
	return out;
}

struct grid {
	bool dot[CHART_ROWS_MAX * BRAILLE_HIGH][CHART_COLUMNS_MAX * BRAILLE_WIDE]; /* row 0 is the top */
	size_t wide, high;                                                         /* in dots */
	double low, top;                                                           /* ns: powers of ten */
};

static void fill(struct grid *grid, const double *values, size_t count)
{
	for (size_t column = 0; column < grid->wide; column++) {
		size_t from = column * count / grid->wide;
		size_t to = (column + 1) * count / grid->wide;
		double largest = (double)NAN;

		for (size_t i = from; i < to || i == from;
		     i++) { /* fewer values than columns: each several times */
			largest = fmax(largest, fabs(values[i]));
		}
		if (!isnan(largest)) {
			double h = height(largest, grid->low, grid->top) * (double)(grid->high - 1);

			grid->dot[grid->high - 1 - (size_t)(h + 0.5)][column] = true;
		}
	}
}

static void put_braille(const struct grid *grid, size_t row, size_t column, report_sink sink, void *context)
{
	/* the bit of each dot, U+2800 and following */
	static const unsigned bits[BRAILLE_HIGH][BRAILLE_WIDE] = { { 0, 3 }, { 1, 4 }, { 2, 5 }, { 6, 7 } };
	unsigned code = 0;
	char text[3];

	for (size_t y = 0; y < BRAILLE_HIGH; y++) {
		for (size_t x = 0; x < BRAILLE_WIDE; x++) {
			if (grid->dot[row * BRAILLE_HIGH + y][column * BRAILLE_WIDE + x]) {
				code |= 1u << bits[y][x];
			}
		}
	}
	text[0] = '\xE2';
	text[1] = (char)(0xA0 | code >> 6);
	text[2] = (char)(0x80 | (code & 0x3F));
	sink(context, text, sizeof(text));
}

/* The name of the decade that begins in this row; of several the lowest, but the scale's end in any case. */
static void put_margin(const struct grid *grid, size_t row, size_t rows, report_sink sink, void *context)
{
	int decades = (int)floor(log10(grid->top / grid->low) + 0.5);
	char text[24] = "";

	for (int k = 0; k <= decades; k++) {
		size_t at = rows - 1 -
			    (size_t)((double)k / (double)(decades ? decades : 1) * (double)(rows - 1) + 0.5);

		if (at == row && (!text[0] || k == decades)) {
			report_duration(grid->low * pow(10.0, k), text);
		}
	}
	sink_print(sink, context, "%8s |", text);
}

void chart_draw(const double *values, size_t count, size_t columns, size_t rows, bool is_utf8,
		report_sink sink, void *context)
{
	struct grid grid = { .low = HUGE_VAL };

	columns = columns < 1 ? 1 : columns > CHART_COLUMNS_MAX ? CHART_COLUMNS_MAX : columns;
	rows = rows < 2 ? 2 : rows > CHART_ROWS_MAX ? CHART_ROWS_MAX : rows;
	for (size_t i = 0; i < count; i++) {
		if (isfinite(values[i])) {
			grid.low = fmin(grid.low, fmax(1.0, fabs(values[i])));
			grid.top = fmax(grid.top, fabs(values[i]));
		}
	}
	if (!isfinite(grid.low)) {
		return;
	}
	grid.low = pow(10.0, floor(log10(grid.low)));
	grid.top = fmax(grid.low * 10.0, pow(10.0, ceil(log10(fmax(1.0, grid.top)))));
	grid.wide = is_utf8 ? columns * BRAILLE_WIDE : columns;
	grid.high = is_utf8 ? rows * BRAILLE_HIGH : rows;
	fill(&grid, values, count);
	for (size_t row = 0; row < rows; row++) {
		put_margin(&grid, row, rows, sink, context);
		for (size_t column = 0; column < columns; column++) {
			if (is_utf8) {
				put_braille(&grid, row, column, sink, context);
			} else {
				sink(context, grid.dot[row][column] ? "*" : " ", 1);
			}
		}
		sink(context, "\n", 1);
	}
}
