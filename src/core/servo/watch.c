/* src/core/servo/watch.c -- does the clock do what it is told? Seen in Sync, by frequency (obey.c), steps, and offsets that run away.
 *
 * What the messages say may be the time transmitter's doing: before the clock is blamed, the computer's own clock is heard. */
#include "core/servo/adaptive.h"
#include "core/servo/math.h"

#define WITNESS_MEMORY 16.0 /* intervals */
#define WITNESS_NOISE 5e4   /* ns: between a message's stamp and the reading of the computer's clock */
#define WITNESS_SURE 0.25   /* deviation of the response */
#define WITNESS_AGREES 0.4

/* An interval between two Syncs, by both clocks. What the computer's own clock is off changes slowly; what we set, at once. */
static void hear_witness(struct witness *w, double local_s, double own_s, double set_ppb)
{
	const double keep = 1 - 1 / WITNESS_MEMORY, seen = (local_s / own_s - 1) * 1e9;

	if (!(own_s > 0)) {
		return;
	}
	w->step_ns = (local_s - own_s) * 1e9;
	w->count = keep * w->count + 1;
	w->interval_s += (own_s - w->interval_s) / w->count;
	w->set = keep * w->set + set_ppb;
	w->seen = keep * w->seen + seen;
	w->set_set = keep * w->set_set + set_ppb * set_ppb;
	w->set_seen = keep * w->set_seen + set_ppb * seen;
}

/* The clock does what it is told, whatever the messages say: then it is the time transmitter that moves. The opposite cannot
 * be told: the computer's clock may be the one that is set, or follow it. */
static bool is_obeyed(const struct witness *w)
{
	double variance = w->count > 2 ? w->set_set / w->count - w->set / w->count * (w->set / w->count) : 0;
	double both = w->count > 2 ? w->set_seen / w->count - w->set / w->count * (w->seen / w->count) : 0;
	double noise = WITNESS_NOISE / (w->interval_s + 1e-9);

	return noise * noise < WITNESS_SURE * WITNESS_SURE * variance * w->count &&
	       gn_math_fabs(both / variance - 1) < WITNESS_AGREES;
}

/* Had the clock not stepped, the interval would have been shorter by so much (the frame takes it for done). */
static bool is_step_seen(const struct witness *w, double step_ns)
{
	return gn_math_fabs(step_ns) > 2 * WITNESS_NOISE &&
	       gn_math_fabs(w->step_ns) < gn_math_fabs(step_ns) / 2;
}

static void give_up(struct adaptive *a, uint8_t fault, double response)
{
	obey_give_up(&a->obey, fault, a->filter_s);
	adaptive_tell(a, SERVO_FOUND_FAULT, fault, 1000 * response);
	a->deadline_ns = INT64_MAX;
}

void watch_give_up(struct adaptive *a)
{
	if (is_obeyed(&a->witness)) {
		a->obey.fault = SERVO_FAULT_NONE;
		a->obey.changes = 0;
		return;
	}
	give_up(a, a->obey.fault, obey_response(&a->obey));
}

static void watch_obedience(struct adaptive *a, double at_s, double value)
{
	struct bank_estimate e;
	double asked, last_s = a->direction[DIRECTION_SYNC].last_s, ahead = at_s - a->filter_s, variance;
	const struct timeline_entry *t = a->timeline.entries;

	if (a->timeline.count < 2 || !a->bank.has_sync || t[0].from_s < last_s) {
		return;
	}
	bank_estimate(&a->bank, &e);
	variance = e.sync_variance + e.frequency_variance * ahead * ahead +
		   a->direction[DIRECTION_SYNC].noise.model.variance;
	asked = (t[0].rate_ppb - t[1].rate_ppb) * (at_s - t[0].from_s);
	obey_watch(&a->obey, asked, value - e.sync - e.frequency * ahead, variance);
	if (a->obey.fault) {
		watch_give_up(a);
	}
}

#define STEP_RESPONSE 0.02 /* of the step: that near to none, or to its opposite */

/* The first Sync after a step of ours shows whether the clock carried it out: that needs no idea of the noise, only a
 * step that is large beside it. */
static void watch_step(struct adaptive *a, double at_s, double value)
{
	struct bank_estimate e;
	double off, ahead = at_s - a->filter_s;

	if (!a->is_step_new || !a->bank.has_sync) {
		return;
	}
	a->is_step_new = false;
	bank_estimate(&a->bank, &e);
	off = (value - e.sync - e.frequency * ahead) / a->step_ns;
	if (a->step_ns * a->step_ns * STEP_RESPONSE * STEP_RESPONSE <
	    e.sync_variance + e.frequency_variance * ahead * ahead) {
		return;
	}
	if (is_step_seen(&a->witness, a->step_ns)) {
		return;
	}
	if (gn_math_fabs(off + 1) < STEP_RESPONSE || gn_math_fabs(off + 2) < STEP_RESPONSE) {
		give_up(a, SERVO_FAULT_STEP, 1 + off);
	}
}

#define RUNAWAYS 6
#define RUNAWAY_S 0.5      /* and s: a parent that looks for its own time may look so for some messages */
#define RUNAWAY 0.9        /* of the offset that should be gone by now, still there */
#define RUNAWAY_ASKED 0.2  /* of it that was to be corrected, at least: where nothing is, nobody disobeys */
#define RUNAWAY_MIN 1000.0 /* ns */
#define OBEYED 0.5 /* an offset of which more than that was to go, and went: from then on obey.c watches */
#define RUNAWAY_BEND 0.05 /* of the offset's square: more would be noise */
#define RUNAWAY_DOUBLE 1.5

/* An offset that every Sync should find gone, and that every Sync finds no smaller. Told from what is measured alone: an
 * estimate would by then take the disobedience for noise. A clock that does too much overshoots instead. */
static void watch_runaway(struct servo *servo, double at_s, double value)
{
	struct adaptive *a = adaptive_of(servo);
	const struct direction *sync = &a->direction[DIRECTION_SYNC];
	struct bank_estimate e;
	double offset, ratio, bent = sync->count >= 3 ? adaptive_bend(sync, sync->count - 1) : 0;

	bank_estimate(&a->bank, &e);
	offset = adaptive_offset(a, value - (e.sync + e.delay) / 2, at_s);
	ratio = a->runaway_offset != 0 ? offset / a->runaway_offset : 0;
	if (!a->bank.has_delay || a->updates == 0 || a->has_obeyed || gn_math_fabs(offset) < RUNAWAY_MIN ||
	    gn_math_fabs(a->set_ppb) >= servo->max_frequency_ppb || gn_math_fabs(ratio) < RUNAWAY ||
	    a->asked_ns / a->runaway_offset < RUNAWAY_ASKED ||
	    (ratio > 0 && bent > RUNAWAY_BEND * offset * offset) ||
	    (a->runaways > 0 && ratio * a->runaway_ratio < 0)) {
		a->runaways = 0;
	} else {
		a->runaways = (uint8_t)(a->runaways + (a->runaways < UINT8_MAX));
	}
	a->has_obeyed |= gn_math_fabs(a->runaway_offset) > RUNAWAY_MIN && gn_math_fabs(ratio) < OBEYED &&
			 a->asked_ns / a->runaway_offset > OBEYED;
	a->runaway_offset = offset;
	a->runaway_ratio = ratio;
	if (a->runaways >= RUNAWAYS && a->runaways * servo->interval_s > RUNAWAY_S) {
		a->runaways = 0;
		a->obey.fault = ratio < 0                ? SERVO_FAULT_WRONG_SCALE
				: ratio > RUNAWAY_DOUBLE ? SERVO_FAULT_WRONG_SIGN
							 : SERVO_FAULT_NO_EFFECT;
		a->obey.ratio = -ratio;
		watch_give_up(a);
	}
}

void watch_sync(struct servo *servo, const struct servo_observation *o, double at_s, double value)
{
	struct adaptive *a = adaptive_of(servo);

	if (a->direction[DIRECTION_SYNC].count > 1) {
		hear_witness(&a->witness, at_s - a->now_s, (double)(o->now_ns - a->now_ns) * 1e-9,
			     -a->set_ppb);
	}
	if (!a->obey.fault) {
		watch_obedience(a, at_s, value);
	}
	if (!a->obey.fault) {
		watch_step(a, at_s, value);
	}
	if (!a->obey.fault) {
		watch_runaway(servo, at_s, value);
	}
}
