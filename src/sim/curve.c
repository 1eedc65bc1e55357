/* src/sim/curve.c -- the shapes are formulas; a curve from a file is looked up by halves. */
#include "sim/curve.h"

#include "core/servo/math.h"
#include "sim/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_TEMPERATURE 25.0
#define TWO_PI 6.283185307179586
#define PS_PER_S 1e12
#define SECONDS_MAX 9.2e6 /* that picoseconds can count, either way */
#define POINTS_AT_FIRST 256
#define FIELD_MAX 64

static double between(int64_t from_ps, double from, int64_t to_ps, double to, int64_t at_ps)
{
	if (at_ps < from_ps) {
		return from;
	}
	if (at_ps >= to_ps) {
		return to;
	}
	return from + (to - from) * ((double)(at_ps - from_ps) / (double)(to_ps - from_ps));
}

static double sinusoid_at(const struct curve *curve, int64_t at_ps)
{
	double turn;

	if (curve->period_ps <= 0) {
		return curve->value;
	}
	turn = (double)(at_ps % curve->period_ps) / (double)curve->period_ps;
	return curve->value + curve->other * gn_math_sin(TWO_PI * turn);
}

static double points_at(const struct curve *curve, int64_t at_ps)
{
	const struct curve_point *points = curve->points;
	size_t low = 0, high; /* the wanted time is between them, or outside */

	if (curve->count == 0) {
		return ROOM_TEMPERATURE;
	}
	high = curve->count - 1;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (points[middle].at_ps <= at_ps) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return between(points[low].at_ps, points[low].value, points[high].at_ps, points[high].value, at_ps);
}

double curve_at(const struct curve *curve, int64_t at_ps)
{
	if (!curve) {
		return ROOM_TEMPERATURE;
	}
	switch (curve->shape) {
	case CURVE_RAMP:
		return between(curve->from_ps, curve->value, curve->to_ps, curve->other, at_ps);
	case CURVE_STEP:
		return at_ps < curve->from_ps ? curve->value : curve->other;
	case CURVE_SINUSOID:
		return sinusoid_at(curve, at_ps);
	case CURVE_POINTS:
		return points_at(curve, at_ps);
	case CURVE_CONSTANT:
		break;
	}
	return curve->value;
}

/* ---- CSV ------------------------------------------------------------------------------------------------------- */

struct reader {
	const char *text, *end; /* what is left */
	int line;
	bool has_header;
	struct curve_point *points;
	size_t count, room;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next field of a line without the blanks around it, ended by a comma or by the line. False: it is too long for a
 * number, or no text. */
static bool take_field(const char **line, const char *end, char field[FIELD_MAX])
{
	const char *from = *line, *comma = memchr(from, ',', (size_t)(end - from));
	const char *to = comma ? comma : end;

	*line = comma ? comma + 1 : end;
	while (from < to && is_blank(*from)) {
		from++;
	}
	while (from < to && is_blank(to[-1])) {
		to--;
	}
	if (to - from >= FIELD_MAX || memchr(from, '\0', (size_t)(to - from))) {
		return false;
	}
	memcpy(field, from, (size_t)(to - from));
	field[to - from] = '\0';
	return true;
}

static bool add_point(struct reader *reader, struct curve_point point)
{
	if (reader->count == reader->room) {
		size_t room = reader->room ? reader->room * 2 : POINTS_AT_FIRST;
		struct curve_point *points = realloc(reader->points, room * sizeof(*points));

		if (!points) {
			return false;
		}
		reader->points = points;
		reader->room = room;
	}
	reader->points[reader->count++] = point;
	return true;
}

/* One line; NULL when it is well, else what is wrong with it. */
static const char *read_line(struct reader *reader, const char *line, const char *end)
{
	char seconds_text[FIELD_MAX], value_text[FIELD_MAX];
	const char *rest = line;
	struct curve_point point;
	double seconds;
	bool is_first = reader->count == 0 && !reader->has_header;

	while (line < end && is_blank(*line)) {
		line++;
	}
	if (line == end || *line == '#') {
		return NULL;
	}
	if (!take_field(&rest, end, seconds_text) || !key_read_number(seconds_text, &seconds)) {
		reader->has_header = true;
		return is_first ? NULL : "expected \"seconds,value\", two numbers";
	}
	if (!take_field(&rest, end, value_text) || rest != end ||
	    !key_read_number(value_text, &point.value)) {
		return "expected \"seconds,value\", two numbers";
	}
	if (!(gn_math_fabs(seconds) <= SECONDS_MAX)) {
		return "expected at most 9.2e6 seconds";
	}
	point.at_ps = (int64_t)gn_math_round(seconds * PS_PER_S);
	if (reader->count > 0 && point.at_ps <= reader->points[reader->count - 1].at_ps) {
		return "expected a later time than in the line before";
	}
	return add_point(reader, point) ? NULL : "no memory for it";
}

/* As some programs begin a file. */
static void skip_byte_order_mark(struct reader *reader)
{
	if (reader->end - reader->text >= 3 && memcmp(reader->text, "\xEF\xBB\xBF", 3) == 0) {
		reader->text += 3;
	}
}

bool curve_read_csv(struct curve *curve, const char *text, size_t size, char *why, size_t why_size)
{
	struct reader reader = { .text = text, .end = text + size };
	const char *wrong = NULL;

	skip_byte_order_mark(&reader);
	while (!wrong && reader.text < reader.end) {
		const char *newline = memchr(reader.text, '\n', (size_t)(reader.end - reader.text));
		const char *end = newline ? newline : reader.end;

		reader.line++;
		wrong = read_line(&reader, reader.text, end);
		reader.text = newline ? newline + 1 : reader.end;
	}
	if (wrong) {
		snprintf(why, why_size, "line %d: %s", reader.line, wrong);
	} else if (reader.count == 0) {
		snprintf(why, why_size, "line %d: the file ends without a line \"seconds,value\"",
			 reader.line ? reader.line : 1);
	} else {
		*curve = (struct curve){ .shape = CURVE_POINTS,
					 .points = reader.points,
					 .count = reader.count };
		return true;
	}
	free(reader.points);
	return false;
}

void curve_free(struct curve *curve)
{
	free(curve->points);
	*curve = (struct curve){ .shape = CURVE_CONSTANT, .value = ROOM_TEMPERATURE };
}
