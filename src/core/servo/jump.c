/* src/core/servo/jump.c -- what a row of messages that contradict the estimate all by as much means.
 *
 *   Sync   Delay_Req
 *    +d       +d       the path is longer            the time is as good as before
 *    +p       -p       time was stepped              by us, who did not notice, or by the time transmitter
 *    +a        0       one direction is longer, or   a crystal cannot jump: the time transmitter's time is right only if
 *     0       +a       the two became unequal        the path was unequal before
 *
 * One message decides nothing. Single ones are outliers, and left out (servo.md 7). */
#include "core/servo/adaptive.h"
#include "core/servo/math.h"

#define DECIDE_AFTER 3    /* messages of a direction that agree */
#define QUIET 64          /* Syncs after which a beginning is over */
#define OTHER_SURE 8.0    /* nats by which what the other direction saw speaks for one explanation */
#define OTHER_WORST 50.0  /* nats a message may count */
#define ALONE_AFTER 8     /* where the other direction is silent */
#define SCATTERED_AFTER 8 /* messages that agree with nothing: more noise, or another frequency */
#define OLD 64            /* messages after which a suspicion is none */
#define LATE_MAX 48       /* messages in a row: no burst of queues is that long */
#define GROWING 3         /* so many count one that grew */
#define GROWS_BY 4.0
#define TOLERANCE 6.0    /* deviations */
#define SILENT_AFTER 8.0 /* intervals of the other direction, as they were */
#define SMEARED 0.02     /* of a jump: messages on the way make its size uncertain */
#define STEP_ACCURACY 0.02
#define STEP_REMEMBERED 60.0 /* s */

void jump_forget(struct adaptive *a)
{
	for (int i = 0; i < DIRECTIONS; i++) {
		a->direction[i].suspicion = (struct suspicion){ 0 };
	}
}

static double deviation_of(const struct adaptive *a, int direction)
{
	const struct direction *d = &a->direction[direction];

	return d->suspicion.count ? gn_math_sqrt(d->noise.model.variance / d->suspicion.count) : 0;
}

static bool has_other(const struct adaptive *a, int other)
{
	const struct direction *d = &a->direction[other];

	return d->seen > 1 && a->filter_s - d->last_s < SILENT_AFTER * d->interval_s;
}

/* Our own last step taken back, or taken twice the other way: the clock did not carry it out. */
static bool is_step_undone(const struct adaptive *a, double by)
{
	double response = a->step_ns != 0 ? 1 + by / a->step_ns : 1;

	return a->filter_s - a->step_s < STEP_REMEMBERED &&
	       (gn_math_fabs(response) < STEP_ACCURACY || gn_math_fabs(response + 1) < STEP_ACCURACY);
}

static void step_of_time(struct adaptive *a, double by, double variance)
{
	variance += SMEARED * SMEARED * by * by;
	adaptive_shift(a, by, -by, variance);
	if (is_step_undone(a, by)) {
		obey_give_up(&a->obey, SERVO_FAULT_STEP, a->filter_s);
		adaptive_tell(a, SERVO_FOUND_FAULT, SERVO_FAULT_STEP, 1000 * (1 + by / a->step_ns));
	} else {
		adaptive_tell(a, SERVO_FOUND_TIME_STEP, -by, 0);
	}
}

/* Where a floor was taken for lower than it turns out to be, the estimate was wrong, not the path. */
static bool is_lower_floor(const struct adaptive *a, double sync, double delay)
{
	return (sync < 0 && a->direction[DIRECTION_SYNC].noise.model.shape != NOISE_GAUSSIAN) ||
	       (delay < 0 && a->direction[DIRECTION_DELAY].noise.model.shape != NOISE_GAUSSIAN);
}

static void one_direction(struct adaptive *a, const struct gn_servo_config *config, double sync, double delay,
			  double variance)
{
	double by = (sync - delay) / 2, hold = config->asymmetry_hold;
	double limit = 4 * gn_math_sqrt(variance) + 0.1 * gn_math_fabs(by);

	adaptive_shift(a, sync, delay, variance);
	if (a->asymmetry == 0 && is_lower_floor(a, sync, delay)) {
		return;
	}
	if (!(hold > 0)) {
		adaptive_tell(a, SERVO_FOUND_ASYMMETRY, 2 * by, 0);
		return;
	}
	a->asymmetry += by;
	if (gn_math_fabs(a->asymmetry) < limit) {
		a->asymmetry = 0;
		adaptive_tell(a, SERVO_FOUND_ASYMMETRY_GONE, 2 * by, 0);
		return;
	}
	a->asymmetry_until_s = a->filter_s + hold;
	adaptive_tell(a, SERVO_FOUND_ASYMMETRY, 2 * by, hold);
}

static void both_directions(struct adaptive *a, const struct gn_servo_config *config, double sync,
			    double delay, double deviation)
{
	double variance = deviation * deviation;
	double tolerance = 4 * deviation + 0.02 * (gn_math_fabs(sync) + gn_math_fabs(delay));

	if (sync * delay < 0) {
		step_of_time(a, (sync - delay) / 2, variance);
		adaptive_shift(a, (sync + delay) / 2, (sync + delay) / 2,
			       variance + (sync + delay) * (sync + delay) / 4);
	} else if (gn_math_fabs(sync - delay) < tolerance) {
		adaptive_shift(a, (sync + delay) / 2, (sync + delay) / 2, variance);
		adaptive_tell(a, SERVO_FOUND_PATH_CHANGE, (sync + delay) / 2, 0);
	} else {
		one_direction(a, config, sync, delay, variance);
	}
}

/* The explanation that the other direction's messages are for; OTHERS while they do not say. */
static int explanation(const struct suspicion *s)
{
	int best = 0;

	for (int i = 1; i < OTHERS; i++) {
		best = s->other[i] > s->other[best] ? i : best;
	}
	for (int i = 0; i < OTHERS; i++) {
		if (i != best && s->other[best] - s->other[i] < OTHER_SURE) {
			return OTHERS;
		}
	}
	return best;
}

/* What came before the jump is of another place. */
static void shorten_windows(struct adaptive *a, double since_s)
{
	for (int i = 0; i < DIRECTIONS; i++) {
		struct direction *d = &a->direction[i];

		while (d->count > 0 && sample_of(d, 0)->at_s < since_s) {
			d->count--;
		}
	}
}

static void decide(struct adaptive *a, const struct servo *servo, int direction)
{
	const struct suspicion *this = &a->direction[direction].suspicion;
	const struct suspicion *that = &a->direction[1 - direction].suspicion;
	double deviation = deviation_of(a, direction) + deviation_of(a, 1 - direction);
	bool is_sync = direction == DIRECTION_SYNC, is_alone = !has_other(a, 1 - direction);
	double by = this->mean, other;
	int what = that->count >= DECIDE_AFTER ? OTHERS : explanation(this);

	if (this->count < DECIDE_AFTER || (is_alone && !a->is_direct && this->count < ALONE_AFTER)) {
		return;
	}
	if (!is_alone && what == OTHERS && that->count < DECIDE_AFTER &&
	    (a->quiet >= QUIET || a->direction[direction].noise.model.shape != NOISE_GAUSSIAN)) {
		return;
	}
	if (a->quiet < QUIET && a->direction[direction].noise.model.shape == NOISE_GAUSSIAN) {
		if (review_contradiction(a, direction) || acquire_queues(a)) {
			return;
		}
		acquire_again(a, this->first_s, gn_math_fabs(by) / servo->interval_s);
		return;
	}
	a->quiet = 0;
	if (is_alone) {
		shorten_windows(a, this->first_s);
		step_of_time(a, is_sync ? by : -by, deviation * deviation);
		jump_forget(a);
		return;
	}
	switch (what) {
	case OTHER_STAYS:
		one_direction(a, &servo->config, is_sync ? by : 0, is_sync ? 0 : by, deviation * deviation);
		break;
	case OTHER_OPPOSITE:
		step_of_time(a, is_sync ? by : -by, deviation * deviation);
		break;
	case OTHER_ALIKE:
		both_directions(a, &servo->config, by, by, deviation);
		break;
	default:
		other = that->mean;
		both_directions(a, &servo->config, is_sync ? by : other, is_sync ? other : by, deviation);
		break;
	}
	shorten_windows(a, this->first_s);
	jump_forget(a);
}

/* A message of a direction says something about what the other one is suspected of. */
static void bear_witness(struct adaptive *a, int direction, double error, double variance)
{
	struct suspicion *s = &a->direction[1 - direction].suspicion;
	const struct noise_model *model = &a->direction[direction].noise.model;
	const double shifts[OTHERS] = { 0, -s->mean, s->mean };

	if (s->count == 0) {
		return;
	}
	for (int i = 0; i < OTHERS; i++) {
		double e = error - shifts[i];
		double nats = model->shape == NOISE_GAUSSIAN ? -e * e / (variance + model->variance) / 2
							     : gn_math_log(noise_density(model, e, variance));

		s->other[i] += nats > -OTHER_WORST ? nats : -OTHER_WORST;
	}
	s->others = (uint8_t)(s->others + (s->others < UINT8_MAX));
}

/* The frequency is another one by now, and the next error will be larger still: of both directions, oppositely. */
static bool is_growing(const struct adaptive *a, int direction, double before, double error)
{
	const struct suspicion *that = &a->direction[1 - direction].suspicion;

	return (!has_other(a, 1 - direction) || (that->count > 0 && that->mean * error < 0)) &&
	       before * error > 0 && gn_math_fabs(error) > gn_math_fabs(before) &&
	       gn_math_fabs(error) < GROWS_BY * gn_math_fabs(before);
}

static void suspect(struct adaptive *a, int direction, double error, double variance)
{
	struct direction *d = &a->direction[direction];
	struct suspicion *s = &d->suspicion;
	double tolerance = TOLERANCE * gn_math_sqrt(variance + d->noise.model.variance) +
			   0.02 * gn_math_fabs(s->mean);

	if (s->count && gn_math_fabs(error - s->mean) < tolerance) {
		s->count = (uint8_t)(s->count + (s->count < UINT8_MAX));
		s->mean += (error - s->mean) / s->count;
	} else {
		s->scattered = (uint8_t)(s->scattered + (s->count > 0) +
					 (is_growing(a, direction, s->mean, error) ? GROWING : 0));
		s->count = 1;
		s->mean = error;
		s->first_s = a->filter_s;
		s->others = s->age = 0;
		s->other[OTHER_STAYS] = s->other[OTHER_OPPOSITE] = s->other[OTHER_ALIKE] = 0;
	}
}

void jump_suspect(struct adaptive *a, int direction, double by)
{
	a->direction[direction].suspicion = (struct suspicion){ .count = DECIDE_AFTER,
								.mean = by,
								.first_s = a->filter_s };
}

static void widen(struct direction *d)
{
	if (d->noise.model.shape == NOISE_GAUSSIAN) {
		d->noise.model.variance *= 4;
		d->noise.learnt = d->noise.learnt > 16 ? 16 : d->noise.learnt;
	}
}

/* Nothing agrees with anything: noise became larger, or the frequency is another one. */
static void start_afresh(struct adaptive *a, int direction, double error, double interval_s)
{
	struct direction *d = &a->direction[direction];
	double elapsed = a->filter_s - d->suspicion.first_s + interval_s,
	       loosened = gn_math_fabs(error) / elapsed;

	if (a->direction[1 - direction].suspicion.count == 0 && has_other(a, 1 - direction)) {
		if (!review_contradiction(a, direction)) {
			bank_doubt(&a->bank, component_of(direction), error * error);
			widen(d);
		}
		jump_forget(a);
		return;
	}
	bank_loosen(&a->bank, error * error,
		    loosened < FREQUENCY_UNKNOWN ? loosened * loosened
						 : FREQUENCY_UNKNOWN * FREQUENCY_UNKNOWN);
	widen(d);
	jump_forget(a);
}

/* They were late by chance after all. */
static void acquit(struct direction *d)
{
	d->suspicion = (struct suspicion){ 0 };
	d->late = 0;
}

/* Queued messages are no news; so many without a clean one are. */
static void late_in_a_row(struct adaptive *a, int direction, double error)
{
	struct direction *d = &a->direction[direction];
	double location;

	d->least_late = d->late == 0 || error < d->least_late ? error : d->least_late;
	d->late += d->late < UINT32_MAX;
	if (!noise_is_unlikely(&d->noise.model, d->late)) {
		return;
	}
	if (review_row(a, direction, (int)(d->late < WINDOW ? d->late : WINDOW), &location)) {
		jump_suspect(a, direction, location);
		d->late = 0;
	} else if (d->late >= LATE_MAX) {
		jump_suspect(a, direction, d->least_late);
		d->late = 0;
	}
}

enum jump jump_watch(struct adaptive *a, const struct servo *servo, int direction, double error,
		     double variance, const struct noise_verdict *verdict)
{
	struct direction *d = &a->direction[direction];
	bool is_gaussian = d->noise.model.shape == NOISE_GAUSSIAN;

	bear_witness(a, direction, error, variance);
	d->suspicion.age = (uint8_t)(d->suspicion.age + (d->suspicion.count > 0));
	if ((verdict->kind == NOISE_USED && verdict->clean > 0.5) || d->suspicion.age > OLD) {
		acquit(d);
	}
	if (verdict->kind == NOISE_LATE && !is_gaussian) {
		late_in_a_row(a, direction, error);
	}
	if (verdict->kind == NOISE_USED || (verdict->kind == NOISE_LATE && !is_gaussian)) {
		if (d->suspicion.count) {
			decide(a, servo, direction);
		}
		if (a->direction[1 - direction].suspicion.count) {
			decide(a, servo, 1 - direction);
		}
		return verdict->kind == NOISE_USED ? JUMP_NONE : JUMP_QUEUED;
	}
	suspect(a, direction, error, variance);
	decide(a, servo, direction);
	if (d->suspicion.scattered >= SCATTERED_AFTER) {
		start_afresh(a, direction, error, servo->interval_s);
	}
	return JUMP_SUSPECT;
}
