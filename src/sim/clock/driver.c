/* src/sim/clock/driver.c -- drivers of clocks: the kernel's operations, plain ones and those that are wrong.
 *
 * A driver with a bug is the plain table with one operation exchanged. The wrong ones are written as they are met in real
 * drivers: by the integer type or the sign that was overlooked. */
#include <errno.h>

#include "core/servo/math.h"
#include "sim/clock/phc.h"
#include "sim/queue.h"

#define UNIT ((__int128)1 << 32)  /* a nanosecond of a clock's value */
#define SCALED_PPM_PER_PPB 65.536 /* 2^16 / 1000 */
#define CARRY_NS 5000             /* so long after a second began the two registers may not belong together */

#define CLOCK_BUGS                                                                                           \
	{ "adjfine-sign", BUG_ADJFINE_SIGN, "the frequency is set the wrong way round" },                    \
		{ "adjfine-scale", BUG_ADJFINE_SCALE,                                                        \
		  "ppb are taken for scaled ppm: 65.536 times too small" },                                  \
		{ "adjfine-nothing", BUG_ADJFINE_NOTHING, "a frequency is accepted and ignored" },           \
		{ "adjtime-unsigned", BUG_ADJTIME_UNSIGNED, "a step back becomes a step forward" },          \
	{                                                                                                    \
		"adjtime-nothing", BUG_ADJTIME_NOTHING, "a step is accepted and ignored"                     \
	}

#define REGISTER_BUGS                                                                                        \
	{ "seconds-lost", BUG_SECONDS_LOST, "a stamp's seconds are turned into nanoseconds in 32 bits" },    \
		{ "nanoseconds-wrap", BUG_NANOSECONDS_WRAP,                                                  \
		  "a stamp's counter of 32 bits wraps unnoticed: the first stamp after it is 4.29 s "        \
		  "short" },                                                                                 \
		{ "carry", BUG_CARRY,                                                                        \
		  "a stamp's seconds are read before its nanoseconds: now and then it is a second short" },  \
	{                                                                                                    \
		"swapped-registers", BUG_SWAPPED_REGISTERS,                                                  \
			"a stamp's seconds and nanoseconds are exchanged"                                    \
	}

#define WAY_BUGS                                                                                             \
	{ "previous-stamp", BUG_PREVIOUS_STAMP, "a sent packet gets the stamp of the one before" },          \
		{ "stale-queue", BUG_STALE_QUEUE,                                                            \
		  "once a transmit stamp was lost all later ones are one behind, until the link goes "       \
		  "down" },                                                                                  \
		{ "wrong-provider", BUG_WRONG_PROVIDER,                                                      \
		  "the other unit's capabilities and clock are advertised; stamps come from this one" },     \
		{ "load-offset", BUG_LOAD_OFFSET,                                                            \
		  "stamps are taken before a queue: they shift with the host's load" },                      \
	{                                                                                                    \
		"reset-offset", BUG_RESET_OFFSET, "after the link was down its latencies are others"         \
	}

#define NO_BUG                                                                                               \
	{                                                                                                    \
		"none", BUG_NONE, "nothing is wrong"                                                         \
	}
#define END                                                                                                  \
	{                                                                                                    \
		NULL, 0, NULL                                                                                \
	}

const struct key_label driver_bug_labels[] = { NO_BUG, CLOCK_BUGS, REGISTER_BUGS, WAY_BUGS, END };
const struct key_label clock_bug_labels[] = { NO_BUG, CLOCK_BUGS, REGISTER_BUGS, END };
const struct key_label stamp_bug_labels[] = { NO_BUG, REGISTER_BUGS, WAY_BUGS, END };

_Static_assert(sizeof(driver_bug_labels) / sizeof(driver_bug_labels[0]) == DRIVER_BUGS + 1,
	       "a label for each bug");

/* --- frequency --- */

/* What is read back is what was asked for, whatever came of it. */
static int believe_rate(struct phc *phc, struct gn_rate rate)
{
	int64_t limit = gn_rate_from_ppb(phc->settings.max_rate).scaled_ppb;

	if (rate.scaled_ppb > limit || rate.scaled_ppb < -limit) {
		return -ERANGE;
	}
	phc->rate_set = gn_rate_from_ppb(phc_rounded_rate(phc, gn_rate_to_ppb(rate)));
	phc->rate_changes++;
	return 0;
}

static int adjfine(struct phc *phc, int64_t at_ps, struct gn_rate rate)
{
	int error = believe_rate(phc, rate);

	if (error == 0) {
		phc_load_rate(phc, at_ps, gn_rate_to_ppb(rate));
	}
	return error;
}

static int adjfine_sign(struct phc *phc, int64_t at_ps, struct gn_rate rate)
{
	int error = believe_rate(phc, rate);

	if (error == 0) {
		phc_load_rate(phc, at_ps, -gn_rate_to_ppb(rate));
	}
	return error;
}

static int adjfine_scale(struct phc *phc, int64_t at_ps, struct gn_rate rate)
{
	int error = believe_rate(phc, rate);

	if (error == 0) {
		phc_load_rate(phc, at_ps, gn_rate_to_ppb(rate) / SCALED_PPM_PER_PPB);
	}
	return error;
}

static int adjfine_nothing(struct phc *phc, int64_t at_ps, struct gn_rate rate)
{
	(void)at_ps;
	return believe_rate(phc, rate);
}

/* --- time --- */

/* `value` to the nearest multiple of the step's resolution, halves upward. */
static __int128 to_step(const struct phc *phc, __int128 value)
{
	__int128 step = phc->settings.step_resolution * UNIT / PS_PER_NS;
	__int128 rest;

	if (step <= 0) {
		return value;
	}
	value += step / 2;
	rest = value % step;
	return value - rest - (rest < 0 ? step : 0);
}

static __int128 units_of_offset(struct gn_offset by)
{
	return by.nanoseconds * UNIT + by.fraction * (UNIT >> 16);
}

static int stepped(struct phc *phc)
{
	phc->epoch++;
	phc->steps++;
	return 0;
}

static int adjtime(struct phc *phc, int64_t at_ps, struct gn_offset by)
{
	if (gn_offset_is_saturated(by)) {
		return -ERANGE;
	}
	phc_load_offset(phc, at_ps, to_step(phc, units_of_offset(by)));
	return stepped(phc);
}

/* The magnitude goes to one register, and the bit that says "subtract" is forgotten. */
static int adjtime_unsigned(struct phc *phc, int64_t at_ps, struct gn_offset by)
{
	return adjtime(phc, at_ps, by.nanoseconds < 0 ? gn_offset_negate(by) : by);
}

/* Who called it believes that it stepped. */
static int adjtime_nothing(struct phc *phc, int64_t at_ps, struct gn_offset by)
{
	(void)at_ps;
	return gn_offset_is_saturated(by) ? -ERANGE : stepped(phc);
}

/* The hardware slews it in by itself, much faster than anybody looks: it applies at once, in the same epoch. */
static int adjphase(struct phc *phc, int64_t at_ps, struct gn_offset by)
{
	__int128 units = units_of_offset(by);
	__int128 range = phc->settings.phase_range * UNIT / PS_PER_NS;

	if (!phc->settings.has_phase) {
		return -EOPNOTSUPP;
	}
	if (units > range || units < -range) {
		return -ERANGE;
	}
	phc_load_offset(phc, at_ps, to_step(phc, units));
	return 0;
}

static int settime(struct phc *phc, int64_t at_ps, struct gn_precise time)
{
	if (!gn_timestamp_is_valid(time.whole)) {
		return -EINVAL;
	}
	phc_load_time(phc, at_ps, to_step(phc, phc_from_precise(time)));
	return stepped(phc);
}

/* The caller takes the middle between the host's times before and after for the moment it was read. It was read anywhere
 * within. */
static int gettimex(struct phc *phc, int64_t at_ps, struct gn_precise *time)
{
	__int128 value = phc_value(phc, at_ps);

	if (phc->settings.read_latency > 0) {
		double took_ps = rng_exponential(&phc->rng) * (double)phc->settings.read_latency;
		double late_ps = (rng_uniform(&phc->rng) - 0.5) * took_ps;

		value += (int64_t)late_ps * UNIT / PS_PER_NS;
	}
	*time = phc_to_precise(value);
	return 0;
}

static int getcrosststamp(struct phc *phc, int64_t at_ps, struct phc *other, struct gn_precise *time,
			  struct gn_precise *others)
{
	*time = phc_exact(phc, at_ps);
	*others = phc_exact(other, at_ps);
	return 0;
}

static int extts(struct phc *phc, int64_t at_ps, struct gn_precise *time)
{
	phc->operations->stamp(phc, phc_exact(phc, at_ps), time);
	return 0;
}

/* Edges are at whole multiples of the period. */
static int perout(struct phc *phc, int64_t now_ps, int64_t period_ns, int64_t *at_ps)
{
	__int128 ns = phc_value(phc, now_ps) / UNIT;
	__int128 next;

	if (period_ns <= 0) {
		return -EINVAL;
	}
	next = ns <= 0 ? period_ns : (ns / period_ns + 1) * period_ns;
	*at_ps = phc_when(phc, now_ps, phc_to_precise(next * UNIT));
	return 0;
}

/* --- stamps: registers of seconds and nanoseconds become one number of nanoseconds --- */

static struct gn_precise handed_over(uint64_t ns)
{
	return (struct gn_precise){ .whole = gn_timestamp_from_ns(ns) };
}

static uint64_t to_ns(struct gn_timestamp time)
{
	return time.seconds * GN_NS_PER_SECOND + time.nanoseconds;
}

/* Not by way of 64 bits, which end 584 years after 1970. */
static void stamp(struct phc *phc, struct gn_precise raw, struct gn_precise *handed)
{
	phc->last_stamp = raw;
	*handed = (struct gn_precise){ .whole = raw.whole };
}

static void stamp_seconds_lost(struct phc *phc, struct gn_precise raw, struct gn_precise *handed)
{
	uint32_t seconds = (uint32_t)raw.whole.seconds;
	uint32_t ns = seconds * 1000000000U + raw.whole.nanoseconds;

	phc->last_stamp = raw;
	*handed = handed_over(ns);
}

/* The hardware has the low 32 bits; the high ones are kept by the driver, which learns of a wrap only afterwards. */
static void stamp_nanoseconds_wrap(struct phc *phc, struct gn_precise raw, struct gn_precise *handed)
{
	uint64_t kept = to_ns(phc->last_stamp.whole) & ~(uint64_t)UINT32_MAX;
	uint32_t counter = (uint32_t)to_ns(raw.whole);

	phc->last_stamp = raw;
	*handed = handed_over(kept | counter);
}

static void stamp_carry(struct phc *phc, struct gn_precise raw, struct gn_precise *handed)
{
	bool is_short = rng_chance(&phc->rng, phc->settings.bug_chance) || raw.whole.nanoseconds < CARRY_NS;

	stamp(phc, raw, handed);
	if (is_short && handed->whole.seconds > 0) {
		handed->whole.seconds -= 1;
	}
}

static void stamp_swapped_registers(struct phc *phc, struct gn_precise raw, struct gn_precise *handed)
{
	phc->last_stamp = raw;
	*handed = handed_over((uint64_t)raw.whole.nanoseconds * GN_NS_PER_SECOND + raw.whole.seconds);
}

/* --- tables --- */

#define DRIVER(rate, step, handover)                                                                         \
	{                                                                                                    \
		.adjfine = rate, .adjtime = step, .adjphase = adjphase, .gettimex = gettimex,                \
		.settime = settime, .getcrosststamp = getcrosststamp, .extts = extts, .perout = perout,      \
		.stamp = handover                                                                            \
	}

static const struct phc_operations operations[] = {
	[BUG_NONE] = DRIVER(adjfine, adjtime, stamp),
	[BUG_ADJFINE_SIGN] = DRIVER(adjfine_sign, adjtime, stamp),
	[BUG_ADJFINE_SCALE] = DRIVER(adjfine_scale, adjtime, stamp),
	[BUG_ADJFINE_NOTHING] = DRIVER(adjfine_nothing, adjtime, stamp),
	[BUG_ADJTIME_UNSIGNED] = DRIVER(adjfine, adjtime_unsigned, stamp),
	[BUG_ADJTIME_NOTHING] = DRIVER(adjfine, adjtime_nothing, stamp),
	[BUG_SECONDS_LOST] = DRIVER(adjfine, adjtime, stamp_seconds_lost),
	[BUG_NANOSECONDS_WRAP] = DRIVER(adjfine, adjtime, stamp_nanoseconds_wrap),
	[BUG_CARRY] = DRIVER(adjfine, adjtime, stamp_carry),
	[BUG_SWAPPED_REGISTERS] = DRIVER(adjfine, adjtime, stamp_swapped_registers),
};

const struct phc_operations *phc_operations_of(enum driver_bug bug)
{
	return &operations[bug <= BUG_SWAPPED_REGISTERS ? bug : BUG_NONE];
}
