/* src/core/time.c -- time arithmetic, exact until it saturates.
 *
 * Everything is brought to one form: whole nanoseconds rounded toward minus infinity, and a fraction that counts
 * forward. In it a TimeInterval is exactly the nanoseconds of 48 bits, so one range check decides. A saturated
 * operand stays what it is; of two, the first. 64 bits suffice everywhere, for targets that have no more. */
#include "gnomon/time.h"

#include "core/assert.h"

#define SECONDS_END ((int64_t)1 << 48)     /* first seconds that a Timestamp cannot hold */
#define INTERVAL_NS_END ((int64_t)1 << 47) /* first nanoseconds that a TimeInterval cannot hold */
#define FRACTION_END 65536                 /* 2^-16 ns in a nanosecond */
#define OFFSET_SECONDS_MAX (INT64_MAX / GN_NS_PER_SECOND)

static int64_t add_saturating(int64_t a, int64_t b)
{
	if (b > 0 && a > INT64_MAX - b) {
		return INT64_MAX;
	}
	if (b < 0 && a < INT64_MIN - b) {
		return INT64_MIN;
	}
	return a + b;
}

/* Not add_saturating(a, -b): the value next to the least has a negative that is an end of the range. */
static int64_t subtract_saturating(int64_t a, int64_t b)
{
	if (b < 0 && a > INT64_MAX + b) {
		return INT64_MAX;
	}
	if (b > 0 && a < INT64_MIN + b) {
		return INT64_MIN;
	}
	return a - b;
}

/* The ends of the range have one form each. */
static struct gn_offset offset_of(int64_t nanoseconds, uint16_t fraction)
{
	struct gn_offset o = { .nanoseconds = nanoseconds, .fraction = fraction };

	if (gn_offset_is_saturated(o)) {
		o.fraction = 0;
	}
	return o;
}

static struct gn_precise precise_of(struct gn_timestamp t)
{
	return (struct gn_precise){ .whole = t };
}

bool gn_timestamp_is_valid(struct gn_timestamp t)
{
	return t.seconds < (uint64_t)SECONDS_END && t.nanoseconds < GN_NS_PER_SECOND;
}

int gn_timestamp_compare(struct gn_timestamp a, struct gn_timestamp b)
{
	GN_ASSERT(gn_timestamp_is_valid(a) && gn_timestamp_is_valid(b));
	if (a.seconds != b.seconds) {
		return a.seconds < b.seconds ? -1 : 1;
	}
	return (a.nanoseconds > b.nanoseconds) - (a.nanoseconds < b.nanoseconds);
}

struct gn_interval gn_timestamp_diff(struct gn_timestamp later, struct gn_timestamp earlier)
{
	return gn_precise_diff(precise_of(later), precise_of(earlier));
}

struct gn_interval gn_precise_diff(struct gn_precise later, struct gn_precise earlier)
{
	return gn_offset_to_interval(gn_precise_distance(later, earlier));
}

struct gn_offset gn_precise_distance(struct gn_precise a, struct gn_precise b)
{
	int64_t seconds, ns;

	GN_ASSERT(gn_timestamp_is_valid(a.whole) && gn_timestamp_is_valid(b.whole));
	seconds = (int64_t)a.whole.seconds - (int64_t)b.whole.seconds;
	ns = (int64_t)a.whole.nanoseconds - (int64_t)b.whole.nanoseconds;
	if (a.fraction < b.fraction) {
		ns -= 1; /* borrowed by the fraction, which wraps below */
	}
	/* Seconds and nanoseconds of one sign: then the product overflows only where the sum does. */
	if (seconds > 0 && ns < 0) {
		seconds -= 1;
		ns += GN_NS_PER_SECOND;
	} else if (seconds < 0 && ns > 0) {
		seconds += 1;
		ns -= GN_NS_PER_SECOND;
	}
	if (seconds > OFFSET_SECONDS_MAX) {
		return offset_of(INT64_MAX, 0);
	}
	if (seconds < -OFFSET_SECONDS_MAX) {
		return offset_of(INT64_MIN, 0);
	}
	return offset_of(add_saturating(seconds * GN_NS_PER_SECOND, ns), (uint16_t)(a.fraction - b.fraction));
}

struct gn_precise gn_precise_add(struct gn_precise t, struct gn_interval by)
{
	return gn_precise_add_offset(t, gn_offset_from_interval(by));
}

struct gn_precise gn_precise_add_offset(struct gn_precise t, struct gn_offset by)
{
	static const struct gn_precise last = {
		.whole = { .seconds = (uint64_t)SECONDS_END - 1, .nanoseconds = GN_NS_PER_SECOND - 1 },
		.fraction = FRACTION_END - 1,
	};
	static const struct gn_precise first = { .whole = { .seconds = 0 } };
	int64_t seconds, ns;

	GN_ASSERT(gn_timestamp_is_valid(t.whole));
	seconds = (int64_t)t.whole.seconds + by.nanoseconds / GN_NS_PER_SECOND;
	ns = (int64_t)t.whole.nanoseconds + by.nanoseconds % GN_NS_PER_SECOND;
	ns += t.fraction + by.fraction >= FRACTION_END;
	if (ns < 0) {
		seconds -= 1;
		ns += GN_NS_PER_SECOND;
	} else if (ns >= GN_NS_PER_SECOND) {
		seconds += 1;
		ns -= GN_NS_PER_SECOND;
	}
	if (by.nanoseconds == INT64_MIN || seconds < 0) {
		return first;
	}
	if (by.nanoseconds == INT64_MAX || seconds >= SECONDS_END) {
		return last;
	}
	return (struct gn_precise){ .whole = { .seconds = (uint64_t)seconds, .nanoseconds = (uint32_t)ns },
				    .fraction = (uint16_t)(t.fraction + by.fraction) };
}

uint64_t gn_timestamp_to_ns(struct gn_timestamp t)
{
	GN_ASSERT(gn_timestamp_is_valid(t));
	if (t.seconds > (uint64_t)OFFSET_SECONDS_MAX) {
		return INT64_MAX;
	}
	return (uint64_t)add_saturating((int64_t)t.seconds * GN_NS_PER_SECOND, t.nanoseconds);
}

struct gn_timestamp gn_timestamp_from_ns(uint64_t ns)
{
	if (ns > INT64_MAX) {
		return (struct gn_timestamp){ .seconds = 0 }; /* a time before the epoch */
	}
	return (struct gn_timestamp){ .seconds = ns / GN_NS_PER_SECOND,
				      .nanoseconds = (uint32_t)(ns % GN_NS_PER_SECOND) };
}

struct gn_interval gn_interval_from_ns(int64_t ns)
{
	return gn_offset_to_interval(gn_offset_from_ns(ns));
}

int64_t gn_interval_to_ns(struct gn_interval i)
{
	return i.scaled_ns >> 16;
}

int64_t gn_interval_truncate_ns(struct gn_interval i)
{
	return i.scaled_ns / FRACTION_END;
}

bool gn_interval_is_saturated(struct gn_interval i)
{
	return i.scaled_ns == GN_INTERVAL_MAX || i.scaled_ns == GN_INTERVAL_MIN;
}

struct gn_interval gn_interval_add(struct gn_interval a, struct gn_interval b)
{
	if (gn_interval_is_saturated(a)) {
		return a;
	}
	if (gn_interval_is_saturated(b)) {
		return b;
	}
	return (struct gn_interval){ add_saturating(a.scaled_ns, b.scaled_ns) };
}

struct gn_interval gn_interval_sub(struct gn_interval a, struct gn_interval b)
{
	if (gn_interval_is_saturated(a)) {
		return a;
	}
	if (gn_interval_is_saturated(b)) {
		return gn_interval_negate(b);
	}
	return (struct gn_interval){ subtract_saturating(a.scaled_ns, b.scaled_ns) };
}

struct gn_interval gn_interval_negate(struct gn_interval i)
{
	return (struct gn_interval){ i.scaled_ns == GN_INTERVAL_MIN   ? GN_INTERVAL_MAX
				     : i.scaled_ns == GN_INTERVAL_MAX ? GN_INTERVAL_MIN
								      : -i.scaled_ns };
}

struct gn_interval gn_interval_half(struct gn_interval i)
{
	return gn_interval_is_saturated(i) ? i : (struct gn_interval){ i.scaled_ns >> 1 };
}

struct gn_offset gn_offset_from_interval(struct gn_interval i)
{
	if (gn_interval_is_saturated(i)) {
		return offset_of(i.scaled_ns, 0);
	}
	return offset_of(i.scaled_ns >> 16, (uint16_t)(i.scaled_ns & (FRACTION_END - 1)));
}

struct gn_offset gn_offset_from_ns(int64_t ns)
{
	return offset_of(ns, 0);
}

struct gn_interval gn_offset_to_interval(struct gn_offset o)
{
	if (o.nanoseconds >= INTERVAL_NS_END) {
		return (struct gn_interval){ GN_INTERVAL_MAX };
	}
	if (o.nanoseconds < -INTERVAL_NS_END) {
		return (struct gn_interval){ GN_INTERVAL_MIN };
	}
	return (struct gn_interval){ o.nanoseconds * FRACTION_END + o.fraction };
}

struct gn_offset gn_offset_add(struct gn_offset a, struct gn_offset b)
{
	int64_t carry = a.fraction + b.fraction >= FRACTION_END;
	int64_t low = a.nanoseconds < b.nanoseconds ? a.nanoseconds : b.nanoseconds;
	int64_t high = a.nanoseconds < b.nanoseconds ? b.nanoseconds : a.nanoseconds;

	if (gn_offset_is_saturated(a)) {
		return a;
	}
	if (gn_offset_is_saturated(b)) {
		return b;
	}
	/* The carry goes to the lower one, which it cannot overflow before the sum does. */
	return offset_of(add_saturating(high, low + carry), (uint16_t)(a.fraction + b.fraction));
}

struct gn_offset gn_offset_sub(struct gn_offset a, struct gn_offset b)
{
	int64_t borrow = a.fraction < b.fraction;

	if (gn_offset_is_saturated(a)) {
		return a;
	}
	if (gn_offset_is_saturated(b)) {
		return gn_offset_negate(b);
	}
	return offset_of(subtract_saturating(a.nanoseconds, b.nanoseconds + borrow),
			 (uint16_t)(a.fraction - b.fraction));
}

struct gn_offset gn_offset_negate(struct gn_offset o)
{
	if (gn_offset_is_saturated(o)) {
		return offset_of(o.nanoseconds == INT64_MAX ? INT64_MIN : INT64_MAX, 0);
	}
	/* -(n + f) = (-n - 1) + (1 - f), and -n - 1 is the complement of n. */
	return o.fraction ? offset_of(~o.nanoseconds, (uint16_t)(FRACTION_END - o.fraction))
			  : offset_of(-o.nanoseconds, 0);
}

bool gn_offset_is_saturated(struct gn_offset o)
{
	return o.nanoseconds == INT64_MAX || o.nanoseconds == INT64_MIN;
}

struct gn_rate gn_rate_from_ppb(double ppb)
{
	double scaled = ppb * 4294967296.0;
	int64_t whole;
	double rest;

	if (!(scaled == scaled)) {
		return (struct gn_rate){ 0 };
	}
	if (scaled >= 9223372036854775808.0) {
		return (struct gn_rate){ INT64_MAX };
	}
	if (scaled < -9223372036854775808.0) {
		return (struct gn_rate){ INT64_MIN };
	}
	/* To the nearest; adding one half first would itself be rounded. */
	whole = (int64_t)scaled;
	rest = scaled - (double)whole;
	return (struct gn_rate){ whole + (rest >= 0.5) - (rest <= -0.5) };
}

double gn_rate_to_ppb(struct gn_rate rate)
{
	return (double)rate.scaled_ppb / 4294967296.0;
}

int64_t gn_log_interval_ns(int log2_seconds)
{
	if (log2_seconds > 32) {
		return (int64_t)1 << 62;
	}
	if (log2_seconds < -29) {
		return 1;
	}
	return log2_seconds < 0 ? (int64_t)GN_NS_PER_SECOND >> -log2_seconds
				: (int64_t)GN_NS_PER_SECOND << log2_seconds;
}
