/* src/core/delay/process.c -- the mean path delay and the offset from the last t1..t4.
 *
 *   time transmitter  --t1----------------t4--
 *                         \ Sync         / Delay_Req
 *   time receiver     -----t2----------t3-----
 *
 * Timestamps are paired by clock, not by message: t2 - t1 saturates while the two clocks are still years apart;
 * t4 - t1 and t2 - t3 never do. The latter is local time, which the rate ratio turns into remote time. */
#include "core/delay/process.h"

#define RATE_RATIO_MIN 0.5
#define RATE_RATIO_MAX 2.0

size_t delay_process_size(int filter_length)
{
	return filter_size(filter_length);
}

void delay_process_init(struct delay_process *p, enum gn_tsproc_mode mode, enum gn_filter_kind kind,
			int length, void *memory)
{
	*p = (struct delay_process){ .mode = mode };
	filter_init(&p->filter, kind, length, memory);
	delay_process_reset(p, false);
}

void delay_process_set_rate_ratio(struct delay_process *p, double ratio)
{
	p->rate_ratio = ratio >= RATE_RATIO_MIN && ratio <= RATE_RATIO_MAX ? ratio : 1.0;
}

void delay_process_down(struct delay_process *p, struct gn_precise t1, struct gn_precise t2)
{
	p->t1 = t1;
	p->t2 = t2;
	p->has_down = true;
}

void delay_process_up(struct delay_process *p, struct gn_precise t3, struct gn_precise t4)
{
	p->t3 = t3;
	p->t4 = t4;
	p->has_up = true;
}

static void keep_filtered(struct delay_process *p, struct gn_interval delay)
{
	p->filtered = delay;
	p->filtered_ns = gn_interval_truncate_ns(delay);
	p->has_filtered = true;
}

static void keep_raw(struct delay_process *p, struct gn_interval delay, bool is_set)
{
	p->raw = delay;
	p->raw_ns = gn_interval_truncate_ns(delay);
	p->has_raw = true;
	p->is_raw_set = is_set;
}

void delay_process_set_delay(struct delay_process *p, struct gn_interval delay)
{
	if (gn_interval_is_saturated(delay)) {
		return; /* not a delay: the last one stays */
	}
	keep_filtered(p, delay);
	keep_raw(p, delay, true);
}

/* Only what the ratio changes is computed in floating point: at a ratio of 1 nothing is rounded. */
static struct gn_interval scale(struct gn_interval duration, double ratio)
{
	double change = (double)duration.scaled_ns * (ratio - 1.0);

	/* A ratio is between 0.5 and 2, so that the change fits where the duration does, but for its very end. */
	if (change >= 9223372036854775807.0 || change <= -9223372036854775807.0) {
		return duration;
	}
	return gn_interval_add(duration,
			       (struct gn_interval){ (int64_t)(change < 0 ? change - 0.5 : change + 0.5) });
}

static struct gn_interval half_toward_zero(struct gn_interval i)
{
	return gn_interval_is_saturated(i) ? i : (struct gn_interval){ i.scaled_ns / 2 };
}

/* ((t2 - t3) * rate_ratio + (t4 - t1)) / 2 of the times as they are now; false where it is none. */
static bool measure_raw(const struct delay_process *p, struct gn_interval *out)
{
	struct gn_interval travel;

	if (!p->has_down || !p->has_up) {
		return false;
	}
	travel = gn_interval_add(scale(gn_precise_diff(p->t2, p->t3), p->rate_ratio),
				 gn_precise_diff(p->t4, p->t1));
	if (gn_interval_is_saturated(travel)) {
		return false;
	}
	*out = half_toward_zero(travel);
	return true;
}

static bool uses_raw(const struct delay_process *p)
{
	return p->mode == GN_TSPROC_RAW || p->mode == GN_TSPROC_RAW_WEIGHT;
}

static bool uses_weight(const struct delay_process *p)
{
	return p->mode == GN_TSPROC_FILTER_WEIGHT || p->mode == GN_TSPROC_RAW_WEIGHT;
}

bool delay_process_update_delay(struct delay_process *p, struct delay_sample *out)
{
	struct gn_interval raw;

	if (!measure_raw(p, &raw)) {
		return false;
	}
	keep_raw(p, raw, false);
	keep_filtered(p, (struct gn_interval){ filter_sample(&p->filter, raw.scaled_ns) });
	*out = (struct delay_sample){
		.delay = uses_raw(p) ? p->raw : p->filtered,
		.raw_ns = p->raw_ns,
		.is_negative = p->raw_ns < 0,
		.t2_t3_ns = gn_interval_truncate_ns(gn_precise_diff(p->t2, p->t3)),
		.t4_t1_ns = gn_interval_truncate_ns(gn_precise_diff(p->t4, p->t1)),
	};
	return true;
}

/* The raw delay at the last Sync: with its t1 and t2, and the t3 and t4 before it. */
static bool raw_now(const struct delay_process *p, struct gn_interval *out)
{
	if (p->has_raw && p->is_raw_set) {
		*out = p->raw;
		return true;
	}
	return measure_raw(p, out);
}

/* How far a sample is to be trusted: less, the longer its messages were queued. */
static double weight_of(struct gn_interval filtered, struct gn_interval raw)
{
	if (filtered.scaled_ns <= 0 || raw.scaled_ns <= 0 || filtered.scaled_ns >= raw.scaled_ns) {
		return 1.0;
	}
	return (double)filtered.scaled_ns / (double)raw.scaled_ns;
}

bool delay_process_update_offset(struct delay_process *p, struct offset_sample *out)
{
	bool needs_raw = p->mode != GN_TSPROC_FILTER;
	struct gn_interval raw = p->raw, delay;

	if (!p->has_down || !p->has_filtered || (needs_raw && !raw_now(p, &raw))) {
		return false;
	}
	delay = uses_raw(p) ? raw : p->filtered;
	*out = (struct offset_sample){
		.offset = gn_offset_sub(gn_precise_distance(p->t2, p->t1), gn_offset_from_interval(delay)),
		.delay = delay,
		.weight = uses_weight(p) ? weight_of(p->filtered, raw) : 1.0,
	};
	return true;
}

void delay_process_reset(struct delay_process *p, bool keep_delay)
{
	p->has_down = false;
	p->has_up = false;
	if (keep_delay) {
		return;
	}
	filter_reset(&p->filter);
	p->has_filtered = false;
	p->has_raw = false;
	p->is_raw_set = false;
	p->rate_ratio = 1.0;
}
