/* src/sim/clock/phc.c -- the clock itself: from true time to what its register shows.
 *
 *     local elapsed = true elapsed + what the oscillator gained         (2^-32 ps)
 *     value         = base + local elapsed * (1 + rate)                 (2^-32 ns)
 *
 * Worked out in integers. A division's remainder (base_rest) and the product's low bits (rate_rest) are carried into the
 * next base, so that the value does not depend on how often, or whether, the clock was read, or its rate changed to what it
 * was: over years as exact as over a second. Base moves only when something changes. */
#include "sim/clock/phc.h"

#include "core/servo/math.h"
#include "sim/queue.h"

#define UNIT_BITS 32 /* of a nanosecond, and of a picosecond of the oscillator's phase */
#define UNIT ((__int128)1 << UNIT_BITS)
#define RATE_BITS 62
#define RATE_LIMIT_PPB 999999999.0 /* rate_fixed stays within 63 bits, and time never stands still */
#define SECONDS_END ((__int128)1 << 48)
#define PPB 1e-9

static const struct key keys[] = {
	{ "offset", KEY_TIME, KEY_MEMBER(struct phc_settings, offset), -9e18, 9e18, NULL,
	  "offset from true time when the world starts; changed later, it steps the clock by the "
	  "difference" },
	{ "offset_spread", KEY_TIME, KEY_MEMBER(struct phc_settings, offset_spread), 0, 9e18, NULL,
	  "each clock's own offset besides, drawn once and uniformly from minus to plus this" },
	{ "starts_at_zero", KEY_BOOL, KEY_MEMBER(struct phc_settings, starts_at_zero), 0, 1, NULL,
	  "the clock starts at 1970, as many do at power-up, whatever its offset" },
	{ "max_rate", KEY_PPB, KEY_MEMBER(struct phc_settings, max_rate), 0, RATE_LIMIT_PPB, NULL,
	  "the largest frequency adjustment that the driver takes; beyond it adjfine fails with ERANGE" },
	{ "rate_resolution", KEY_PPB, KEY_MEMBER(struct phc_settings, rate_resolution), 0, 1e6, NULL,
	  "the step in which the frequency can be set; 0 is exact" },
	{ "step_resolution", KEY_TIME, KEY_MEMBER(struct phc_settings, step_resolution), 0, 1e12, NULL,
	  "what adjtime and settime round to; 0 is exact" },
	{ "read_latency", KEY_TIME, KEY_MEMBER(struct phc_settings, read_latency), 0, 1e12, NULL,
	  "how long reading the clock takes, the mean of an exponential: the moment read is anywhere "
	  "within" },
	{ "phase", KEY_BOOL, KEY_MEMBER(struct phc_settings, has_phase), 0, 1, NULL,
	  "the hardware can be told an offset to take out by itself (adjphase)" },
	{ "phase_range", KEY_TIME, KEY_MEMBER(struct phc_settings, phase_range), 0, 1e12, NULL,
	  "the largest such offset; beyond it adjphase fails with ERANGE" },
	{ "bug", KEY_WORD, KEY_MEMBER(struct phc_settings, bug), BUG_NONE, DRIVER_BUGS - 1, clock_bug_labels,
	  "what its driver does wrong" },
	{ "bug_chance", KEY_FRACTION, KEY_MEMBER(struct phc_settings, bug_chance), 0, 1, NULL,
	  "how often a bug shows that comes and goes (carry), beside when it must" },
};

/* max_rate: i210 and i225, on which PTP is met most often, take 62,499,999 ppb; others 50,000,000 to 10^9. Their frequency
 * is asked for in 2^-16 ppm, whatever the hardware does below. A read crosses PCIe. */
static const struct phc_settings phc_defaults = {
	.offset_spread = PS_PER_MS,
	.max_rate = 62499999,
	.rate_resolution = 0.0152587890625,
	.step_resolution = PS_PER_NS,
	.read_latency = PS_PER_US,
	.phase_range = PS_PER_MS,
	.bug_chance = 0.001,
};

/* CLOCK_REALTIME: adjtimex() takes +-500 ppm in 2^-16 ppm; a read is one of the processor's own counter. */
static const struct phc_settings system_defaults = {
	.offset_spread = PS_PER_MS,
	.max_rate = 500000,
	.rate_resolution = 0.0152587890625,
	.step_resolution = PS_PER_NS,
	.read_latency = 20 * PS_PER_NS,
	.phase_range = PS_PER_MS,
	.bug_chance = 0.001,
};

const struct part_kind phc_kind = {
	.name = "clock",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct phc_settings),
	.defaults = &phc_defaults,
	.meaning = "a node's PTP hardware clock and its driver",
};

const struct part_kind system_kind = {
	.name = "system",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct phc_settings),
	.defaults = &system_defaults,
	.meaning = "a node's system clock (CLOCK_REALTIME)",
};

/* `whole` ps and `part` 2^-32 ps become 2^-32 ns. *rest comes in, and the thousandths left over go to it. Both divisions are
 * of 64 bits by a constant. */
static __int128 nanoseconds_of(int64_t whole, uint32_t part, uint32_t *rest)
{
	int64_t ns = whole / PS_PER_NS;
	int64_t ps = whole % PS_PER_NS;
	uint64_t below;

	if (ps < 0) {
		ns -= 1;
		ps += PS_PER_NS;
	}
	below = ((uint64_t)ps << UNIT_BITS) + part + *rest;
	*rest = (uint32_t)(below % PS_PER_NS);
	return ns * UNIT + (__int128)(below / PS_PER_NS);
}

static __int128 units_of_ps(int64_t ps)
{
	uint32_t rest = 0;

	return nanoseconds_of(ps, 0, &rest);
}

/* floor((elapsed * rate + *rest) / 2^62); what is left goes to *rest. In two halves: the product of days has 140 bits. */
static __int128 rate_share(__int128 elapsed, int64_t rate, int64_t *rest)
{
	int64_t high = (int64_t)(elapsed >> UNIT_BITS);
	uint32_t low = (uint32_t)elapsed;
	__int128 below = (__int128)low * rate + *rest;
	__int128 above = (__int128)high * rate + (below >> UNIT_BITS);
	const int shift = RATE_BITS - UNIT_BITS;

	*rest = (int64_t)((above & (((__int128)1 << shift) - 1)) * UNIT) | (int64_t)(uint32_t)below;
	return above >> shift;
}

/* The value at `at_ps`, and what it lacks of the true one. */
struct moment {
	__int128 value, phase;
	int64_t rate_rest;
	uint32_t rest;
};

static struct moment moment_at(const struct phc *phc, int64_t at_ps)
{
	struct moment m = {
		.phase = oscillator_phase(phc->oscillator, at_ps),
		.rest = phc->base_rest,
		.rate_rest = phc->rate_rest,
	};
	__int128 gained = m.phase - phc->base_phase;
	__int128 elapsed = nanoseconds_of(at_ps - phc->base_ps + (int64_t)(gained >> UNIT_BITS),
					  (uint32_t)gained, &m.rest);

	m.value = phc->base + elapsed;
	if (phc->rate_fixed != 0) {
		m.value += rate_share(elapsed, phc->rate_fixed, &m.rate_rest);
	}
	return m;
}

__int128 phc_value(struct phc *phc, int64_t at_ps)
{
	return moment_at(phc, at_ps).value;
}

void phc_rebase(struct phc *phc, int64_t at_ps)
{
	struct moment m = moment_at(phc, at_ps);

	phc->base = m.value;
	phc->base_phase = m.phase;
	phc->base_rest = m.rest;
	phc->rate_rest = m.rate_rest;
	phc->base_ps = at_ps;
}

double phc_rounded_rate(const struct phc *phc, double ppb)
{
	double resolution = phc->settings.rate_resolution;

	return resolution > 0 ? gn_math_round(ppb / resolution) * resolution : ppb;
}

void phc_load_rate(struct phc *phc, int64_t at_ps, double ppb)
{
	const double one = (double)((int64_t)1 << RATE_BITS);
	double taken = phc_rounded_rate(phc, ppb);

	if (taken > RATE_LIMIT_PPB) {
		taken = RATE_LIMIT_PPB;
	} else if (taken < -RATE_LIMIT_PPB) {
		taken = -RATE_LIMIT_PPB;
	}
	phc_rebase(phc, at_ps);
	phc->rate_fixed = (int64_t)gn_math_round(taken * PPB * one);
	phc->rate = (double)phc->rate_fixed / one;
}

void phc_load_offset(struct phc *phc, int64_t at_ps, __int128 by)
{
	phc_rebase(phc, at_ps);
	phc->base += by;
}

void phc_load_time(struct phc *phc, int64_t at_ps, __int128 value)
{
	phc_rebase(phc, at_ps);
	phc->base = value;
	phc->base_rest = 0;
	phc->rate_rest = 0;
}

__int128 phc_from_precise(struct gn_precise time)
{
	__int128 ns = (__int128)time.whole.seconds * GN_NS_PER_SECOND + time.whole.nanoseconds;

	return ns * UNIT + time.fraction * (UNIT >> 16);
}

struct gn_precise phc_to_precise(__int128 value)
{
	const __int128 end = SECONDS_END * GN_NS_PER_SECOND * UNIT;
	__int128 shown = value < 0 ? 0 : value < end ? value : end - 1;
	__int128 ns = shown >> UNIT_BITS;
	struct gn_precise time = { .fraction = (uint16_t)((uint32_t)shown >> (UNIT_BITS - 16)) };

	if (ns <= INT64_MAX) { /* the usual case, without a division of 128 bits */
		time.whole.seconds = (uint64_t)((int64_t)ns / GN_NS_PER_SECOND);
		time.whole.nanoseconds = (uint32_t)((int64_t)ns % GN_NS_PER_SECOND);
	} else {
		time.whole.seconds = (uint64_t)(ns / GN_NS_PER_SECOND);
		time.whole.nanoseconds = (uint32_t)(ns % GN_NS_PER_SECOND);
	}
	return time;
}

/* offset_spread is drawn even if nothing comes of it, from a stream of its own. */
static int64_t own_offset(const struct phc_settings *settings, uint64_t seed, const char *name)
{
	struct rng rng;

	rng_init(&rng, seed, name, "offset");
	return (int64_t)((2 * rng_uniform(&rng) - 1) * (double)settings->offset_spread);
}

void phc_init(struct phc *phc, const struct phc_settings *settings, struct oscillator *oscillator,
	      uint64_t start_seconds, uint64_t seed, const char *name)
{
	__int128 start = (__int128)start_seconds * GN_NS_PER_SECOND * UNIT;

	*phc = (struct phc){
		.operations = phc_operations_of((enum driver_bug)settings->bug),
		.settings = *settings,
		.oscillator = oscillator,
		.base_phase = oscillator_phase(oscillator, 0),
		.offset_done = settings->offset,
	};
	rng_init(&phc->rng, seed, name, "clock");
	if (!settings->starts_at_zero) {
		phc->base = start + units_of_ps(settings->offset) +
			    units_of_ps(own_offset(settings, seed, name));
	}
	phc->last_stamp = phc_to_precise(phc->base);
}

void phc_changed(struct phc *phc, int64_t now_ps)
{
	int64_t by_ps = phc->settings.offset - phc->offset_done;

	phc->operations = phc_operations_of((enum driver_bug)phc->settings.bug);
	phc->offset_done = phc->settings.offset;
	if (by_ps != 0) {
		phc_step(phc, now_ps, by_ps);
	}
}

void phc_step(struct phc *phc, int64_t at_ps, int64_t by_ps)
{
	phc_load_offset(phc, at_ps, units_of_ps(by_ps));
	phc->epoch++;
	phc->steps++;
}

struct gn_precise phc_exact(struct phc *phc, int64_t at_ps)
{
	return phc_to_precise(phc_value(phc, at_ps));
}

__int128 phc_error_exact(struct phc *phc, int64_t at_ps, uint64_t start_seconds)
{
	return phc_value(phc, at_ps) - (__int128)start_seconds * GN_NS_PER_SECOND * UNIT - units_of_ps(at_ps);
}

int64_t phc_error(struct phc *phc, int64_t at_ps, uint64_t start_seconds)
{
	__int128 error = phc_error_exact(phc, at_ps, start_seconds) >> (UNIT_BITS - 16);

	return error > INT64_MAX ? INT64_MAX : error < INT64_MIN ? INT64_MIN : (int64_t)error;
}

double phc_frequency_error(struct phc *phc, int64_t at_ps)
{
	double own = oscillator_frequency(phc->oscillator, at_ps);

	return (own + phc->rate + own * phc->rate) / PPB;
}

int64_t phc_when(struct phc *phc, int64_t now_ps, struct gn_precise time)
{
	const double unit = (double)PS_PER_NS / (double)((int64_t)1 << UNIT_BITS);
	double speed = 1 + phc_frequency_error(phc, now_ps) * PPB;
	double left_ps = (double)(phc_from_precise(time) - phc_value(phc, now_ps)) * unit / speed;

	if (left_ps <= 0) {
		return now_ps;
	}
	if (left_ps >= (double)(SIM_NEVER / 2)) {
		return SIM_NEVER;
	}
	return now_ps + (int64_t)gn_math_round(left_ps);
}
