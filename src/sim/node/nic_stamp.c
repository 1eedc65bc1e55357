/* src/sim/node/nic_stamp.c -- a stamp's moment may be some ns before now, or some us after it. Clocks are read in order of time,
 * so they are read now and carried on at the rate they have: over so short a time that is exact. */
#include "sim/node/nic_stamp.h"

#include "sim/node/node.h"
#include "sim/world.h"

#include <string.h>

#define UNIT_BITS 32 /* of a nanosecond in a clock's value */
#define UNITS_PER_PS 4294967.296
#define FRACTION_BITS 16
#define SCALED_PER_8_NS 524288 /* 2^-16 ns in 8 ns: 8000 ps */
#define PS_PER_8_NS 8000
#define PLAUSIBLE_NS GN_NS_PER_SECOND
#define SOON_PS (PS_PER_SECOND / 2) /* fetched this soon, an unspoilt stamp is plausible */
#define SECONDS_MAX ((uint64_t)(INT64_MAX / GN_NS_PER_SECOND - 1))

static int64_t now_ps(const struct nic *nic)
{
	return nic->node->world->queue.now_ps;
}

/* ---- registers ---- */

static struct gn_precise register_after(struct phc *phc, int64_t at_ps, int64_t after_ps)
{
	__int128 value = phc_value(phc, at_ps);
	int64_t ns = after_ps / PS_PER_NS, ps = after_ps % PS_PER_NS;
	double gained_ps;

	if (after_ps == 0) {
		return phc_to_precise(value);
	}
	gained_ps = (double)after_ps * (phc->rate + oscillator_frequency(phc->oscillator, at_ps));
	value += (__int128)ns * ((int64_t)1 << UNIT_BITS) + ps * ((int64_t)1 << UNIT_BITS) / PS_PER_NS;
	value += (int64_t)(gained_ps * UNITS_PER_PS);
	return phc_to_precise(value);
}

/* The register has shown the multiple of its step before. */
static struct gn_precise quantised(struct gn_precise time, int64_t step_ps)
{
	uint64_t step = (uint64_t)(step_ps / PS_PER_8_NS * SCALED_PER_8_NS +
				   step_ps % PS_PER_8_NS * SCALED_PER_8_NS / PS_PER_8_NS);
	uint64_t within = (uint64_t)time.whole.nanoseconds << FRACTION_BITS | time.fraction;

	if (step == 0) {
		return time;
	}
	within -= within % step;
	time.whole.nanoseconds = (uint32_t)(within >> FRACTION_BITS);
	time.fraction = (uint16_t)within;
	return time;
}

/* ---- the driver ---- */

static bool has_bug(const struct nic *nic, enum driver_bug bug)
{
	return nic->settings.bug == (int)bug;
}

static bool is_register_bug(int bug)
{
	return bug >= BUG_SECONDS_LOST && bug <= BUG_SWAPPED_REGISTERS;
}

/* A bug of the conversion is the clock's or the interface's; the latter brings its own chance. */
static void convert(const struct nic *nic, struct phc *phc, struct gn_precise raw, struct gn_precise *handed)
{
	double chance = phc->settings.bug_chance;

	if (!is_register_bug(nic->settings.bug)) {
		phc->operations->stamp(phc, raw, handed);
		return;
	}
	phc->settings.bug_chance = nic->settings.bug_chance;
	phc_operations_of((enum driver_bug)nic->settings.bug)->stamp(phc, raw, handed);
	phc->settings.bug_chance = chance;
}

/* One behind: now and then, or from a lost one until the hardware is reset. */
static struct gn_precise previous_instead(struct nic *nic, struct gn_precise time)
{
	struct gn_precise last = nic->last_transmit.time;
	bool is_behind = nic->is_queue_stale || (has_bug(nic, BUG_PREVIOUS_STAMP) &&
						 rng_chance(&nic->rng, nic->settings.bug_chance));
	bool had_last = nic->has_last_transmit;

	nic->last_transmit.time = time;
	nic->has_last_transmit = true;
	return is_behind && had_last ? last : time;
}

void nic_stamp_lost(struct nic *nic)
{
	nic->is_queue_stale = has_bug(nic, BUG_STALE_QUEUE);
}

/* How much later than at the connector the unit sees the frame. */
static int64_t unit_delay(struct nic *nic, const struct unit_settings *unit, enum stamp_direction direction)
{
	int64_t delay = direction == STAMP_IN ? unit->latency_in : -unit->latency_out;

	if (unit->jitter > 0) {
		delay += (int64_t)(rng_normal(&nic->rng) * (double)unit->jitter);
	}
	if (has_bug(nic, BUG_RESET_OFFSET) && direction == STAMP_IN && nic->flaps % 2 == 1) {
		delay += nic->settings.reset_shift;
	}
	if (has_bug(nic, BUG_LOAD_OFFSET) && direction == STAMP_OUT) {
		delay -= (int64_t)((double)nic->settings.load_shift * nic->node->host.settings.load);
	}
	return delay;
}

static void note_clock(const struct nic *nic, struct parcel *parcel, struct phc *clock)
{
	parcel->clock = clock;
	parcel->clock_epoch = clock->epoch;
	parcel->stamped_ps = now_ps(nic);
	parcel->stamp.epoch = nic->node->epoch;
	parcel->stamp.status = GN_STAMP_OK;
}

void nic_stamp_by_hardware(struct nic *nic, struct parcel *parcel, enum stamp_direction direction,
			   int64_t after_ps)
{
	struct node *node = nic->node;
	bool is_phy = (nic->settings.provider == NIC_PHY) != has_bug(nic, BUG_WRONG_PROVIDER);
	const struct unit_settings *unit = is_phy ? &nic->phy : &nic->mac;
	struct phc *clock = is_phy ? &node->phy : &node->mac;
	struct gn_precise raw, handed;

	raw = register_after(clock, now_ps(nic), after_ps + unit_delay(nic, unit, direction));
	if (unit->quantisation > 0) {
		raw = quantised(raw, unit->quantisation);
	}
	if (direction == STAMP_OUT) {
		raw = previous_instead(nic, raw);
	}
	convert(nic, clock, raw, &handed);
	if (unit->quantisation == 0 && handed.whole.seconds == raw.whole.seconds &&
	    handed.whole.nanoseconds == raw.whole.nanoseconds) {
		handed.fraction = raw.fraction; /* an ideal unit, not the kernel's whole nanoseconds */
	}
	note_clock(nic, parcel, clock);
	parcel->stamp.time = handed;
}

void nic_stamp_by_software(struct nic *nic, struct parcel *parcel, int64_t after_ps)
{
	struct phc *clock = nic->node->clock;

	note_clock(nic, parcel, clock);
	parcel->stamp.time = register_after(clock, now_ps(nic), after_ps);
}

/* ---- as it is fetched ---- */

static bool is_spoilt(const struct nic *nic, const struct parcel *parcel)
{
	return nic->settings.bug != BUG_NONE || parcel->clock->settings.bug != BUG_NONE ||
	       parcel->clock != nic->node->clock || parcel->clock_epoch != parcel->clock->epoch;
}

/* Within a second of its clock as that is read now. Most stamps need no reading to be seen to be. */
static bool is_plausible(const struct nic *nic, const struct parcel *parcel)
{
	int64_t off_ns;

	if (now_ps(nic) - parcel->stamped_ps < SOON_PS && !is_spoilt(nic, parcel)) {
		return true;
	}
	off_ns = gn_interval_to_ns(
		gn_precise_diff(parcel->stamp.time, phc_exact(nic->node->clock, now_ps(nic))));
	return off_ns <= PLAUSIBLE_NS && off_ns >= -PLAUSIBLE_NS;
}

void nic_stamp_fetch(const struct nic *nic, struct parcel *parcel)
{
	struct gn_stamp *stamp = &parcel->stamp;
	const struct gn_timestamp *time = &stamp->time.whole;

	if (stamp->status != GN_STAMP_OK) {
		return;
	}
	if (stamp->epoch != nic->node->epoch) {
		stamp->status = GN_STAMP_STALE_EPOCH;
	} else if (time->seconds == 0 && time->nanoseconds == 0) {
		stamp->status = GN_STAMP_MISSING;
	} else if (!gn_timestamp_is_valid(*time)) {
		stamp->status = time->nanoseconds >= GN_NS_PER_SECOND ? GN_STAMP_BAD_NANOSECONDS
								      : GN_STAMP_IMPLAUSIBLE;
	} else if (time->seconds > SECONDS_MAX || !is_plausible(nic, parcel)) {
		stamp->status = GN_STAMP_IMPLAUSIBLE;
	}
}
