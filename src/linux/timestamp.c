/* src/linux/timestamp.c -- readings around a batch, a line through them, and the checks.
 *
 *   REALTIME  --R1-----stamp----R0--      R1, R0: readings before and after (kept newest first)
 *   RAW       --r1-------x------r0--      x = r0 - (R0 - stamp) * (r0 - r1) / (R0 - R1)
 *
 * The line through the two readings takes the slew of REALTIME out; a step shows as a slope that no slew explains. */
#include "linux/timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SLEW_PPM_MAX 1000
#define JUMP_NS_MAX 100000       /* beyond the slew: what two bracketed readings may be in doubt */
#define SLOPE_GAP_NS_MIN 1000000 /* readings nearer than this give no slope of the steered clock */
#define PLAUSIBLE_NS 1000000000
#define NEAR_NS UINT64_C(10000000) /* a stamp is fetched this soon after it was made, as a rule */
#define FUTURE_NS_MAX 100000 /* a stamp after `now` by more, soon after a step, is older than the step */
#define EXPLAIN_EVERY_NS 10000000000

static int64_t middle(int64_t before, int64_t after)
{
	return before + (after - before) / 2;
}

static int64_t raw_of(const struct timestamp_realtime *r)
{
	return middle(r->raw_before_ns, r->raw_after_ns);
}

static struct gn_stamp refused(const struct timestamper *t, enum gn_stamp_status status)
{
	return (struct gn_stamp){ .epoch = t->epoch, .status = (uint8_t)status };
}

/* ---- readings ---- */

static void keep_realtime(struct timestamper *t)
{
	struct timestamp_realtime reading;

	if (t->clocks.read_realtime(t->clocks.context, &reading) != 0) {
		return;
	}
	memmove(&t->realtime[1], &t->realtime[0], sizeof(t->realtime) - sizeof(t->realtime[0]));
	t->realtime[0] = reading;
	if (t->realtime_count < TIMESTAMP_READINGS) {
		t->realtime_count++;
	}
}

static void keep_clock(struct timestamper *t)
{
	uint32_t epoch = t->clocks.epoch(t->clocks.context);
	struct clock_reading reading;

	if (epoch != t->epoch) {
		t->epoch = epoch;
		t->has_clock = false;
		t->has_previous_clock = false;
	}
	if (t->clocks.read_clock(t->clocks.context, &reading) != 0) {
		t->has_clock = false;
		t->has_previous_clock = false;
		return;
	}
	if (t->has_clock) {
		t->previous = t->now;
		t->has_previous_clock = true;
	}
	t->now = reading;
	t->has_clock = true;
}

void timestamper_begin_batch(struct timestamper *t)
{
	if (t->conversion != TIMESTAMP_AS_IS) {
		keep_realtime(t);
	}
	keep_clock(t);
}

void timestamper_init(struct timestamper *t, const struct timestamp_clocks *clocks,
		      enum timestamp_conversion conversion, const char *label)
{
	*t = (struct timestamper){ .clocks = *clocks, .conversion = conversion };
	snprintf(t->label, sizeof(t->label), "%s", label);
	t->epoch = clocks->epoch(clocks->context);
	timestamper_begin_batch(t);
}

void timestamper_clock_stepped(struct timestamper *t)
{
	t->has_boundary = t->clocks.read_clock(t->clocks.context, &t->boundary) == 0;
	t->boundary_epoch = t->clocks.epoch(t->clocks.context);
}

/* ---- REALTIME to raw to the steered clock ---- */

static bool has_jumped(const struct timestamp_realtime *later, const struct timestamp_realtime *earlier)
{
	int64_t raw = raw_of(later) - raw_of(earlier);
	int64_t moved = later->realtime_ns - earlier->realtime_ns - raw;
	int64_t doubt = (later->raw_after_ns - later->raw_before_ns) / 2 +
			(earlier->raw_after_ns - earlier->raw_before_ns) / 2;
	int64_t bound = JUMP_NS_MAX + doubt + raw / 1000000 * SLEW_PPM_MAX;

	return moved > bound || moved < -bound;
}

/* The raw time of a moment of REALTIME. False: REALTIME jumped at or after it, or was never read. */
static bool raw_from_realtime(const struct timestamper *t, int64_t realtime_ns, int64_t *raw_ns)
{
	const struct timestamp_realtime *later = &t->realtime[0];
	double slope = 0;
	int64_t age;

	if (t->realtime_count == 0) {
		return false;
	}
	for (unsigned i = 1; i < t->realtime_count; i++) {
		const struct timestamp_realtime *earlier = &t->realtime[i];
		int64_t raw = raw_of(later) - raw_of(earlier);
		int64_t moved = later->realtime_ns - earlier->realtime_ns;

		if (has_jumped(later, earlier)) {
			return false;
		}
		slope = moved > 0 ? (double)(raw - moved) / (double)moved : 0;
		if (realtime_ns >= earlier->realtime_ns || i + 1 == t->realtime_count) {
			break;
		}
		later = earlier;
	}
	if (slope > SLEW_PPM_MAX * 1e-6 || slope < -SLEW_PPM_MAX * 1e-6) {
		slope = 0; /* two readings at nearly the same moment: their doubt is no slope */
	}
	age = later->realtime_ns - realtime_ns;
	*raw_ns = raw_of(later) - age - (int64_t)((double)age * slope);
	return true;
}

/* The steered clock at a raw time near its last reading. */
static struct gn_precise clock_from_readings(const struct timestamper *t, int64_t raw_ns)
{
	int64_t now_raw = middle(t->now.raw_before_ns, t->now.raw_after_ns);
	int64_t age = now_raw - raw_ns;
	double slope = 0;

	if (t->has_previous_clock) {
		int64_t raw = now_raw - middle(t->previous.raw_before_ns, t->previous.raw_after_ns);
		struct gn_interval moved = gn_precise_diff(t->now.clock, t->previous.clock);

		if (raw >= SLOPE_GAP_NS_MIN && !gn_interval_is_saturated(moved)) {
			slope = (double)(gn_interval_to_ns(moved) - raw) / (double)raw;
		}
	}
	return gn_precise_add(t->now.clock, gn_interval_from_ns(-(age + (int64_t)((double)age * slope))));
}

/* ---- checks, and what to say ---- */

/* The ways of getting a stamp wrong that leave a trace in its value: as if the driver had done this. */
static const char *suspicion(uint64_t stamp_ns, uint64_t clock_ns)
{
	uint64_t shifted = (stamp_ns >> 32) * GN_NS_PER_SECOND + (stamp_ns & 0xFFFFFFFFu);
	uint64_t seconds = clock_ns / GN_NS_PER_SECOND;
	uint64_t distance = stamp_ns > clock_ns ? stamp_ns - clock_ns : clock_ns - stamp_ns;

	if ((shifted > clock_ns ? shifted - clock_ns : clock_ns - shifted) < PLAUSIBLE_NS) {
		return "the driver combines seconds and nanoseconds wrongly: it shifts the seconds by 32 "
		       "bits "
		       "instead of multiplying them by 10^9";
	}
	if (stamp_ns < GN_NS_PER_SECOND && seconds > 0) {
		return "the driver combines seconds and nanoseconds wrongly: the seconds are lost";
	}
	if (stamp_ns <= 0xFFFFFFFFu && clock_ns > 0xFFFFFFFFu) {
		return "the driver combines seconds and nanoseconds wrongly: only 32 bits of them arrive";
	}
	if ((distance + NEAR_NS) % 0x100000000u < 2 * NEAR_NS) {
		return "off by a multiple of 2^32 ns: the driver misses an overflow of its 32-bit counter";
	}
	if (distance > 36 * (uint64_t)GN_NS_PER_SECOND && distance < 38 * (uint64_t)GN_NS_PER_SECOND) {
		return "off by TAI - UTC: it is of another clock than the one that is steered";
	}
	return "was this program stopped for longer than that? Else the driver combines seconds and "
	       "nanoseconds "
	       "wrongly, or the stamp is of another clock: compare the interface's PHC with the clock that "
	       "is steered";
}

static void explain(struct timestamper *t, enum gn_stamp_status status, const struct timespec *kernel,
		    enum timestamp_direction direction, const char *what)
{
	int64_t now = t->has_clock ? t->now.raw_after_ns : t->realtime[0].raw_after_ns;
	char line[600], more[64] = "";

	t->unexplained[status]++;
	if (t->explained_ns[status] != 0 && now - t->explained_ns[status] < EXPLAIN_EVERY_NS) {
		return;
	}
	if (t->unexplained[status] > 1) {
		snprintf(more, sizeof(more), " (%" PRIu64 " like it since the last such line)",
			 t->unexplained[status] - 1);
	}
	snprintf(line, sizeof(line), "%s: unusable %s timestamp %lld s %ld ns: %s%s", t->label,
		 direction == TIMESTAMP_TX ? "transmit" : "receive", (long long)kernel->tv_sec,
		 kernel->tv_nsec, what, more);
	t->clocks.explain(t->clocks.context, line);
	t->explained_ns[status] = now != 0 ? now : 1;
	t->unexplained[status] = 0;
}

static struct gn_stamp implausible(struct timestamper *t, const struct timespec *kernel,
				   enum timestamp_direction direction, const struct gn_precise *time)
{
	char what[300];

	if (time == NULL) {
		snprintf(what, sizeof(what),
			 "its seconds are no time of a PTP clock; the driver combines seconds "
			 "and nanoseconds wrongly?");
	} else {
		uint64_t clock_ns = gn_timestamp_to_ns(t->now.clock.whole);
		uint64_t ns = gn_timestamp_to_ns(time->whole);
		double off = ns > clock_ns ? (double)(ns - clock_ns) : -(double)(clock_ns - ns);

		snprintf(what, sizeof(what), "%+.3f s from its clock (%" PRIu64 ".%09u s): %s", off * 1e-9,
			 t->now.clock.whole.seconds, t->now.clock.whole.nanoseconds, suspicion(ns, clock_ns));
	}
	explain(t, GN_STAMP_IMPLAUSIBLE, kernel, direction, what);
	return timestamper_refuse(t, GN_STAMP_IMPLAUSIBLE);
}

/* Taken before the step that began this epoch, though fetched after it. */
static bool is_before_step(const struct timestamper *t, struct gn_precise time)
{
	if (!t->has_boundary || t->epoch != t->boundary_epoch + 1) {
		return false;
	}
	if (gn_precise_diff(time, t->boundary.clock).scaled_ns < 0) {
		return true;
	}
	return t->has_clock && t->now.raw_after_ns - t->boundary.raw_after_ns < PLAUSIBLE_NS &&
	       gn_interval_to_ns(gn_precise_diff(time, t->now.clock)) > FUTURE_NS_MAX;
}

static void count_order(struct timestamper *t, struct gn_precise time, enum timestamp_direction direction)
{
	if (t->has_last[direction] && t->last_epoch[direction] == t->epoch &&
	    gn_precise_diff(time, t->last[direction]).scaled_ns < 0) {
		t->counters.out_of_order++;
	}
	t->last[direction] = time;
	t->last_epoch[direction] = t->epoch;
	t->has_last[direction] = true;
}

struct gn_stamp timestamper_refuse(struct timestamper *t, enum gn_stamp_status status)
{
	t->counters.count[status]++;
	return refused(t, status);
}

/* The stamp as a time of the steered clock; a status other than GN_STAMP_OK where there is no way. */
static enum gn_stamp_status to_steered(struct timestamper *t, const struct timespec *kernel,
				       struct gn_precise *out)
{
	int64_t raw_ns;

	if (t->conversion == TIMESTAMP_AS_IS) {
		*out = (struct gn_precise){ .whole = { .seconds = (uint64_t)kernel->tv_sec,
						       .nanoseconds = (uint32_t)kernel->tv_nsec } };
		return GN_STAMP_OK;
	}
	if (!raw_from_realtime(t, (int64_t)kernel->tv_sec * GN_NS_PER_SECOND + kernel->tv_nsec, &raw_ns)) {
		return GN_STAMP_CLOCK_JUMPED;
	}
	if (t->conversion == TIMESTAMP_BY_FORMULA) {
		*out = t->clocks.clock_at(t->clocks.context, raw_ns);
		return GN_STAMP_OK;
	}
	if (!t->has_clock) {
		return GN_STAMP_MISSING;
	}
	*out = clock_from_readings(t, raw_ns);
	return GN_STAMP_OK;
}

/* Seconds beyond this cannot be nanoseconds in 64 bits, nor a REALTIME of this millennium. */
#define SECONDS_MAX (INT64_MAX / GN_NS_PER_SECOND)

struct gn_stamp timestamper_convert(struct timestamper *t, const struct timespec *kernel,
				    enum timestamp_direction direction)
{
	struct gn_precise time = { 0 };
	enum gn_stamp_status status;

	if (kernel->tv_sec == 0 && kernel->tv_nsec == 0) {
		return timestamper_refuse(t, GN_STAMP_MISSING);
	}
	if (kernel->tv_nsec < 0 || kernel->tv_nsec >= GN_NS_PER_SECOND) {
		explain(t, GN_STAMP_BAD_NANOSECONDS, kernel, direction,
			"its nanoseconds are not below 10^9; the driver combines seconds and nanoseconds "
			"wrongly?");
		return timestamper_refuse(t, GN_STAMP_BAD_NANOSECONDS);
	}
	if (kernel->tv_sec < 0 || (int64_t)kernel->tv_sec > SECONDS_MAX - 1) {
		return implausible(t, kernel, direction, NULL);
	}
	status = to_steered(t, kernel, &time);
	if (status == GN_STAMP_CLOCK_JUMPED) {
		explain(t, status, kernel, direction,
			"CLOCK_REALTIME was stepped while the stamp was converted to the clock that is "
			"steered; if "
			"this repeats, find who steps it (another time daemon?)");
	}
	if (status != GN_STAMP_OK) {
		return timestamper_refuse(t, status);
	}
	if (is_before_step(t, time)) {
		return timestamper_refuse(t, GN_STAMP_STALE_EPOCH);
	}
	if (t->has_clock) {
		struct gn_interval off = gn_precise_diff(time, t->now.clock);

		if (gn_interval_to_ns(off) > PLAUSIBLE_NS || gn_interval_to_ns(off) < -PLAUSIBLE_NS) {
			return implausible(t, kernel, direction, &time);
		}
	}
	count_order(t, time, direction);
	t->counters.count[GN_STAMP_OK]++;
	return (struct gn_stamp){ .time = time, .epoch = t->epoch, .status = GN_STAMP_OK };
}
