/* src/core/servo/rate_check.c -- the interval of the clock, with the set frequency taken out of it, against that
 * of the raw time.
 *
 * Between two checks several frequencies may have been set. Taking out the least of them gives the highest rate
 * that the bare clock can have had, and the other way round: it is too fast only if it is so by the lower estimate. */
#include "core/servo/rate_check.h"

#define CHECK_INTERVAL_NS GN_NS_PER_SECOND
#define STANDSTILL_NS (10 * (int64_t)GN_NS_PER_SECOND)

void rate_check_init(struct rate_check *c, int32_t limit_ppb)
{
	*c = (struct rate_check){ .limit_ppb = limit_ppb };
}

void rate_check_frequency(struct rate_check *c, double ppb)
{
	if (!c->has_frequency) {
		c->frequency_min_ppb = c->frequency_max_ppb = ppb;
		c->has_frequency = true;
	}
	c->frequency_ppb = ppb;
	if (ppb < c->frequency_min_ppb) {
		c->frequency_min_ppb = ppb;
	}
	if (ppb > c->frequency_max_ppb) {
		c->frequency_max_ppb = ppb;
	}
}

void rate_check_step(struct rate_check *c, struct gn_offset step)
{
	if (gn_offset_is_saturated(step)) {
		rate_check_forget(c);
		return;
	}
	/* As if the clock had stood there at the last reading; modulo 2^64, in which only differences count. */
	c->clock_ns += (uint64_t)step.nanoseconds;
}

void rate_check_forget(struct rate_check *c)
{
	c->has_reading = false;
}

static void take_reading(struct rate_check *c, uint64_t clock_ns, int64_t raw_ns)
{
	c->clock_ns = clock_ns;
	c->raw_ns = raw_ns;
	c->has_reading = true;
	c->frequency_min_ppb = c->frequency_max_ppb = c->frequency_ppb;
}

/* How much faster than raw time the clock would run with its set frequency taken out, ppb. */
static double bare_rate_ppb(int64_t clock_ns, int64_t raw_ns, double frequency_ppb)
{
	return 1e9 * ((double)clock_ns / (1.0 + frequency_ppb / 1e9) / (double)raw_ns - 1.0);
}

int rate_check_reading(struct rate_check *c, uint64_t clock_ns, int64_t raw_ns)
{
	int64_t clock_interval = (int64_t)(clock_ns - c->clock_ns), raw_interval = raw_ns - c->raw_ns;
	int verdict = 0;

	if (c->limit_ppb <= 0 || !c->has_frequency) {
		return 0;
	}
	/* A clock slowed to nothing would be divided by nothing. */
	if (c->has_reading && c->frequency_min_ppb > -1e9) {
		if (raw_interval < CHECK_INTERVAL_NS) {
			return 0;
		}
		/* A clock that hardly moves is told as well, after a while. */
		if (clock_interval >= 0 && clock_interval < CHECK_INTERVAL_NS &&
		    raw_interval < STANDSTILL_NS) {
			return 0;
		}
		if (bare_rate_ppb(clock_interval, raw_interval, c->frequency_max_ppb) > c->limit_ppb) {
			verdict = 1;
		} else if (bare_rate_ppb(clock_interval, raw_interval, c->frequency_min_ppb) <
			   -c->limit_ppb) {
			verdict = -1;
		}
	}
	take_reading(c, clock_ns, raw_ns);
	return verdict;
}
