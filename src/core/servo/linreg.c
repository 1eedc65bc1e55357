/* src/core/servo/linreg.c -- linear regression over the last 4, 8, 16, 32 or 64 samples, as linuxptp does it.
 *
 *      y |            . '                x: local time with our own steering taken out again (ns)
 *        |     . ' x                     y: time transmitter - x (ns)
 *        | x '                           the newest sample is always the origin
 *   -----+---------------x-- x           slope: the frequency to set; the line at x = 0 is what the newest
 *        |          . '                  sample would have been without its noise
 *
 * A line is fitted for every size, and before a sample joins the fit each line has to predict it. Longer lines average
 * better, shorter ones follow better: the longest of those that predict (nearly) best steers. As the origin moves with
 * the samples, only differences are kept: neither the years of an unset clock nor our own steps are in the numbers. */
#include "core/servo/controller.h"
#include "core/servo/math.h"

#include <string.h>

#define SIZES 5
#define POINTS_MAX 64

#define ERROR_SETTLED 10 /* predictions until an error says something; their plain mean */
#define ERROR_MEMORY 50  /* then the last about so many */
#define ERROR_SAME 1.05

static const int size_points[SIZES] = { 4, 8, 16, 32, POINTS_MAX };

/* Over so many intervals an offset is corrected: longer where the line knows the frequency better than that. */
static const double size_correction[SIZES] = { 1, 1, 1, 2, 3 };

struct linreg_point {
	double x, y, weight;
};

struct linreg_line {
	double slope, intercept;
	double error;        /* of its predictions, smoothed magnitude */
	int32_t error_count; /* up to ERROR_SETTLED */
};

/* `local` and `offset` are of the newest sample, both as if steps and leap seconds since had been before it. */
struct linreg {
	double intercept_ns;  /* of the line that steers, before a step: time transmitter - local */
	double frequency_ppb; /* last given; the clock runs with its negative */
	struct gn_precise local;
	struct gn_offset offset;
	int32_t chosen; /* index of the size that steers; -1: none yet */
	int32_t count;
	struct linreg_point points[POINTS_MAX]; /* the newest first */
	struct linreg_line lines[SIZES];
};

_Static_assert(sizeof(struct linreg) <= SERVO_STATE_OCTETS, "the state of linreg has to fit struct servo");

static struct linreg *linreg_of(struct servo *servo)
{
	return (struct linreg *)(void *)servo->state.octets;
}

static const struct linreg *const_linreg_of(const struct servo *servo)
{
	return (const struct linreg *)(const void *)servo->state.octets;
}

static void start_over(struct linreg *linreg)
{
	linreg->count = 0;
	linreg->chosen = -1;
	memset(linreg->lines, 0, sizeof(linreg->lines));
}

static void linreg_init(struct servo *servo, double frequency_ppb)
{
	struct linreg *linreg = linreg_of(servo);

	linreg->frequency_ppb = frequency_ppb;
	linreg->chosen = -1;
}

/* How fast the clock is made to run: 1 as it would by itself. */
static double steering_of(const struct linreg *linreg)
{
	return 1.0 - linreg->frequency_ppb / 1e9;
}

static void move_origin(struct linreg *linreg, double x, double y)
{
	for (int i = 0; i < linreg->count; i++) {
		linreg->points[i].x -= x;
		linreg->points[i].y -= y;
	}
	for (int i = 0; i < SIZES; i++) {
		linreg->lines[i].intercept += linreg->lines[i].slope * x - y;
	}
}

/* A line's intercept is by how much it misses the sample that has just become the origin. */
static void judge_predictions(struct linreg *linreg)
{
	for (int i = 0; i < SIZES && linreg->count >= size_points[i]; i++) {
		struct linreg_line *line = &linreg->lines[i];

		if (line->error_count < ERROR_SETTLED) {
			line->error_count++;
			line->error += (gn_math_fabs(line->intercept) - line->error) / line->error_count;
		} else {
			line->error += (gn_math_fabs(line->intercept) - line->error) / ERROR_MEMORY;
		}
	}
}

/* Moves the origin to the sample. */
static void advance(struct linreg *linreg, const struct servo_measurement *m)
{
	double elapsed_ns = servo_ns(gn_precise_distance(m->local, linreg->local));
	double x = elapsed_ns / steering_of(linreg);

	if (linreg->count > 0 && !(elapsed_ns > 0 && x > 0)) {
		start_over(linreg);
	}
	if (linreg->count > 0) {
		move_origin(linreg, x, elapsed_ns - servo_ns(gn_offset_sub(m->offset, linreg->offset)) - x);
		judge_predictions(linreg);
	}
	linreg->local = m->local;
	linreg->offset = m->offset;
}

static void add_point(struct linreg *linreg, double weight)
{
	if (linreg->count < POINTS_MAX) {
		linreg->count++;
	}
	memmove(&linreg->points[1], &linreg->points[0],
		(size_t)(linreg->count - 1) * sizeof(linreg->points[0]));
	linreg->points[0] = (struct linreg_point){ .x = 0, .y = 0, .weight = weight };
}

/* Least squares of weight * (y - intercept - slope * x)^2, about the centre of gravity. */
static void fit(struct linreg_line *line, const struct linreg_point *points, int count)
{
	double weights = 0, x = 0, y = 0, xx = 0, xy = 0;

	for (int i = 0; i < count; i++) {
		weights += points[i].weight;
		x += points[i].weight * points[i].x;
		y += points[i].weight * points[i].y;
	}
	if (!(weights > 0)) {
		return; /* nothing to learn from: as before */
	}
	x /= weights;
	y /= weights;
	for (int i = 0; i < count; i++) {
		xx += points[i].weight * (points[i].x - x) * (points[i].x - x);
		xy += points[i].weight * (points[i].x - x) * (points[i].y - y);
	}
	if (xx > 0) {
		line->slope = xy / xx;
	}
	line->intercept = y - line->slope * x;
}

/* A size without enough predictions has no say, but the smallest, when there is no other. */
static int choose(const struct linreg *linreg)
{
	int chosen = 0;

	for (int i = 1; i < SIZES; i++) {
		const struct linreg_line *line = &linreg->lines[i];

		if (line->error_count >= ERROR_SETTLED &&
		    line->error <= linreg->lines[chosen].error * ERROR_SAME) {
			chosen = i;
		}
	}
	return chosen;
}

/* The clock will be stepped: what was measured on it is moved along. */
static void step(struct linreg *linreg)
{
	linreg->local = gn_precise_add_offset(linreg->local, gn_offset_negate(linreg->offset));
	linreg->offset = gn_offset_from_ns(0);
}

static enum servo_state linreg_measure(struct servo *servo, const struct servo_measurement *measurement,
				       double *frequency_ppb)
{
	struct linreg *linreg = linreg_of(servo);
	enum servo_state state = SERVO_LOCKED;
	const struct linreg_line *line;
	double correction_s;

	advance(linreg, measurement);
	add_point(linreg, measurement->weight);
	*frequency_ppb = linreg->frequency_ppb;
	for (int i = 0; i < SIZES && linreg->count >= size_points[i]; i++) {
		fit(&linreg->lines[i], linreg->points, size_points[i]);
	}
	if (linreg->count < size_points[0]) {
		return SERVO_UNLOCKED;
	}
	linreg->chosen = choose(linreg);
	line = &linreg->lines[linreg->chosen];
	linreg->intercept_ns = line->intercept - servo_ns(linreg->offset);
	if (servo_is_step_due(servo, linreg->intercept_ns)) {
		state = SERVO_JUMP;
		step(linreg);
	}
	correction_s = servo->interval_s * size_correction[linreg->chosen];
	linreg->frequency_ppb = servo_limit(
		servo, -1e9 * line->slope + (servo_ns(linreg->offset) - line->intercept) / correction_s);
	*frequency_ppb = linreg->frequency_ppb;
	return state;
}

static void linreg_reset(struct servo *servo)
{
	start_over(linreg_of(servo));
}

/* The time transmitter's time over ours: the line is over a clock that nobody steers. */
static double linreg_rate_ratio(const struct servo *servo)
{
	const struct linreg *linreg = const_linreg_of(servo);

	if (linreg->chosen < 0 || !(steering_of(linreg) > 0)) {
		return 1.0;
	}
	return (1.0 + linreg->lines[linreg->chosen].slope) / steering_of(linreg);
}

static bool linreg_fit(const struct servo *servo, struct servo_fit *out)
{
	const struct linreg *linreg = const_linreg_of(servo);

	if (linreg->chosen < 0) {
		return false;
	}
	out->points = size_points[linreg->chosen];
	out->slope = linreg->lines[linreg->chosen].slope;
	out->intercept_ns = linreg->intercept_ns;
	out->error_ns = linreg->lines[linreg->chosen].error;
	return true;
}

/* As if the time transmitter had counted the old samples' seconds like those to come. */
static void linreg_leap(struct servo *servo, int8_t leap)
{
	struct linreg *linreg = linreg_of(servo);

	linreg->offset = gn_offset_add(linreg->offset, gn_offset_from_ns(leap * (int64_t)GN_NS_PER_SECOND));
}

static bool linreg_is_possible(const struct servo *servo)
{
	const struct linreg *linreg = const_linreg_of(servo);

	if (!servo_is_number(linreg->frequency_ppb) || !servo_is_number(linreg->intercept_ns) ||
	    !gn_timestamp_is_valid(linreg->local.whole) || linreg->count < 0 || linreg->count > POINTS_MAX ||
	    linreg->chosen < -1 || linreg->chosen >= SIZES) {
		return false;
	}
	for (int i = 0; i < POINTS_MAX; i++) {
		const struct linreg_point *p = &linreg->points[i];

		if (!servo_is_number(p->x) || !servo_is_number(p->y) || !servo_is_number(p->weight)) {
			return false;
		}
	}
	for (int i = 0; i < SIZES; i++) {
		const struct linreg_line *line = &linreg->lines[i];

		if (!servo_is_number(line->slope) || !servo_is_number(line->intercept) ||
		    !servo_is_number(line->error) || line->error_count < 0 ||
		    line->error_count > ERROR_SETTLED) {
			return false;
		}
	}
	return true;
}

const struct servo_controller servo_linreg = {
	.name = "linreg",
	.kind = GN_SERVO_LINREG,
	.init = linreg_init,
	.measure = linreg_measure,
	.reset = linreg_reset,
	.rate_ratio = linreg_rate_ratio,
	.leap = linreg_leap,
	.fit = linreg_fit,
	.is_possible = linreg_is_possible,
};
