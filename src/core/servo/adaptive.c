/* src/core/servo/adaptive.c -- the controller that learns what it needs to know (docs/servo.md).
 *
 * An observation is freed of what we did to the clock, judged by what messages of its direction are like, and taken in by
 * the bank. What the bank believes is steered to zero until the next Sync: a better estimate cannot be had by steering
 * more gently, since steering does not disturb it. Without Sync the clock goes on with the frequency that was learnt. */
#include "core/servo/adaptive.h"

#include "core/servo/math.h"

#include <string.h>

#define NOISE_UNKNOWN_SOFTWARE 1e10 /* ns^2, before the first messages told */
#define NOISE_UNKNOWN_HARDWARE 1e6
#define SYNCS_BEFORE_STEERING 2
#define GRACE 1.05     /* intervals until the next Sync counts as missing: then what was to be corrected is */
#define LOST_AFTER 4.0 /* intervals, and */
#define LOST_AFTER_MIN 3e9  /* ns */
#define HOLDOVER_UPDATE 8e9 /* ns: how often the frequency is set anew while there is no reference */
#define DRIFT_LASTS 3000.0  /* s: a drift is not believed to go on for longer than it took to learn */
/* For 99.7 %: three for a normal distribution, but the variances are estimates themselves (of 200 trials each, three cover
 * 98.7 .. 99.6 % of the time), and where messages queue, the floor is one too. */
#define BOUND_SIGMAS 4.0
#define BOUND_SIGMAS_QUEUED 6.0
#define HOLDOVER_TAIL 1.5e-3 /* by the members' word; of 200 holdovers that covers 99.5 % of the time */
#define SATURATED_AFTER 32   /* updates */
#define BIAS_MEMORY 32.0     /* messages */
#define BIAS_MAX 0.8         /* six times what chance makes of the mean of so many */
#define SQUARE_MEMORY 16.0
#define SQUARE_MIN                                                                                           \
	0.2 /* noise has become so much less that learning it would take too long; by chance once in 1e7 */
#define SMOOTH_MESSAGES 8
#define SMOOTH_LATE 0.001 /* likewise, of the mean time in queues, squared */
#define RARELY_CLEAN 0.1
#define SMOOTH 0.04        /* of the variance: all of so many by chance once in 6e4 */
#define SMOOTH_GROWTH 30.0 /* of the variance, without which there is nothing to be suspected */
#define TIME_JUMP 1e5      /* s without a message, or backward: it is another clock */
#define EARLY_DOUBT 6.0    /* messages: while few were seen, variances are themselves uncertain */

void adaptive_tell(struct adaptive *a, enum servo_finding finding, double first, double second)
{
	if (a->news_count < NEWS_MAX) {
		a->news[a->news_count++] = (struct servo_news){ finding, { first, second } };
	}
}

static bool adaptive_next_news(struct servo *servo, struct servo_news *out)
{
	struct adaptive *a = adaptive_of(servo);

	if (a->news_count == 0) {
		return false;
	}
	*out = a->news[0];
	a->news_count--;
	memmove(&a->news[0], &a->news[1], a->news_count * sizeof(a->news[0]));
	return true;
}

/* ---- beginnings ---- */

static void forget_path(struct servo *servo)
{
	struct adaptive *a = adaptive_of(servo);

	for (int i = 0; i < DIRECTIONS; i++) {
		memset(&a->direction[i], 0, sizeof(a->direction[i]));
		noise_init(&a->direction[i].noise,
			   servo->is_software_stamped ? NOISE_UNKNOWN_SOFTWARE : NOISE_UNKNOWN_HARDWARE);
		a->direction[i].square = 1;
	}
	a->is_direct = a->has_peer_delay = false;
	a->peer_seen = 0;
	a->asymmetry = 0;
	a->step_ns = 0;
	a->quiet = 0;
	bank_forget_path(&a->bank);
}

static void start(struct servo *servo, double frequency_ppb, double deviation_ppb)
{
	struct adaptive *a = adaptive_of(servo);

	a->frequency_prior = frequency_ppb;
	a->frequency_deviation = deviation_ppb;
	bank_init(&a->bank, frequency_ppb, deviation_ppb);
	forget_path(servo);
	a->has_origin = false;
	a->updates = 0;
}

static void adaptive_init(struct servo *servo, double frequency_ppb)
{
	struct adaptive *a = adaptive_of(servo);

	memset(a, 0, sizeof(*a));
	a->deadline_ns = INT64_MAX;
	a->set_ppb = frequency_ppb;
	timeline_init(&a->timeline, -frequency_ppb);
	obey_init(&a->obey);
	start(servo, frequency_ppb, FREQUENCY_UNKNOWN);
}

/* What is known of the oscillator, for whoever starts again with it. */
static void frequency_now(const struct adaptive *a, double *frequency, double *deviation)
{
	struct bank_estimate e;

	bank_estimate(&a->bank, &e);
	if (!servo_is_number(e.frequency) || !servo_is_number(e.frequency_variance) ||
	    gn_math_fabs(e.frequency) > FREQUENCY_MAX) {
		*frequency = 0;
		*deviation = FREQUENCY_UNKNOWN;
		return;
	}
	*frequency = e.frequency;
	*deviation = gn_math_sqrt(e.frequency_variance);
}

static void adaptive_reset(struct servo *servo)
{
	struct adaptive *a = adaptive_of(servo);
	double frequency, deviation;

	frequency_now(a, &frequency, &deviation);
	timeline_init(&a->timeline, timeline_rate(&a->timeline));
	a->obey.changes = 0;
	start(servo, frequency, deviation + 10);
	a->deadline_ns = INT64_MAX;
}

static void adaptive_clock_found(struct servo *servo, double frequency_ppb)
{
	struct adaptive *a = adaptive_of(servo);

	a->has_obeyed = false;
	adaptive_reset(servo);
	a->set_ppb = frequency_ppb;
	timeline_init(&a->timeline, -frequency_ppb);
}

static void adaptive_new_path(struct servo *servo)
{
	struct adaptive *a = adaptive_of(servo);

	frequency_now(a, &a->frequency_prior, &a->frequency_deviation);
	a->frequency_deviation += 1;
	forget_path(servo);
}

/* ---- the frame of the oscillator left to itself ---- */

static double seconds_since(const struct adaptive *a, struct gn_precise local)
{
	return servo_ns(gn_precise_distance(local, a->origin)) * 1e-9;
}

static struct gn_offset offset_of(double ns)
{
	const double limit = 9.2e18; /* beyond it the ends of its range, which say "saturated" */
	double whole;

	if (!(ns < limit && ns > -limit)) {
		return (struct gn_offset){ .nanoseconds = ns > 0 ? INT64_MAX : INT64_MIN, .fraction = 0 };
	}
	whole = gn_math_round(ns - 0.5);
	return (struct gn_offset){ .nanoseconds = (int64_t)whole,
				   .fraction = (uint16_t)((ns - whole) * 65535.0) };
}

/* What a message would have shown without our frequencies and steps. */
static double freed(const struct adaptive *a, enum servo_direction direction, double at_s,
		    struct gn_offset value)
{
	if (direction == SERVO_DELAY_REQ) {
		return servo_ns(gn_offset_add(value, a->base)) + timeline_total(&a->timeline, at_s);
	}
	return servo_ns(gn_offset_sub(value, a->base)) - timeline_total(&a->timeline, at_s);
}

/* The clock's offset now, from what the oscillator's would be. */
double adaptive_offset(const struct adaptive *a, double own, double at_s)
{
	return own + timeline_total(&a->timeline, at_s) + servo_ns(a->base) - a->asymmetry;
}

double path_walk(const struct adaptive *a)
{
	return 1e-3 + 1e-5 * gn_math_sqrt(a->direction[DIRECTION_SYNC].noise.model.variance);
}

/* ---- a message is taken in ---- */

/* While the windows hold all there is. */
static bool is_time_to_acquire(const struct adaptive *a, int direction)
{
	const struct direction *sync = &a->direction[DIRECTION_SYNC];
	uint32_t seen = a->direction[direction].seen;

	return sync->seen == sync->count && sync->seen >= 4 && seen <= WINDOW && seen >= 4 &&
	       (seen & (seen - 1)) == 0;
}

static void remember(struct direction *d, double at_s, double value)
{
	d->window[d->next] = (struct sample){ .at_s = at_s, .value = value };
	d->next = (uint8_t)((d->next + 1) % WINDOW);
	d->count = (uint8_t)(d->count + (d->count < WINDOW));
	d->unreviewed = (uint8_t)(d->unreviewed + (d->unreviewed < UINT8_MAX));
	if (d->seen > 0) {
		d->interval_s += (at_s - d->last_s - d->interval_s) / (d->seen < 8 ? d->seen : 8);
	}
	d->seen += d->seen < UINT32_MAX;
	d->last_s = at_s;
}

static void predict_to(struct adaptive *a, double at_s)
{
	if (at_s > a->filter_s) {
		bank_predict(&a->bank, at_s - a->filter_s, a->is_direct ? 0 : path_walk(a));
		a->filter_s = at_s;
	}
}

void adaptive_shift_beliefs(struct adaptive *a, double sync, double delay)
{
	for (int i = 0; i < DIRECTIONS; i++) {
		struct direction *d = &a->direction[i];

		for (int k = 0; k < d->count; k++) {
			struct sample *s = sample_at(d, k);

			s->off -= (float)(i == DIRECTION_SYNC ? sync : delay);
			s->other += i == DIRECTION_SYNC ? delay : sync;
		}
	}
}

void adaptive_shift(struct adaptive *a, double sync, double delay, double variance)
{
	bank_shift(&a->bank, sync, delay, variance);
	adaptive_shift_beliefs(a, sync, delay);
}

static double expected(const struct bank_estimate *e, int direction, double *variance)
{
	*variance = direction == DIRECTION_SYNC ? e->sync_variance : e->delay_variance;
	return direction == DIRECTION_SYNC ? e->sync : e->delay;
}

/* The first of its direction sets the bank; and where the delay is known otherwise, the other component with it. */
static void begin_direction(struct adaptive *a, int direction, double value)
{
	const struct direction *sync = &a->direction[DIRECTION_SYNC];

	if (direction == DIRECTION_DELAY && sync->seen >= 8) {
		a->direction[direction].noise.model.variance =
			sync->noise.model.variance; /* the best guess */
	}
	bank_measure(&a->bank, component_of(direction), value, a->direction[direction].noise.model.variance,
		     NULL);
	if (direction == DIRECTION_SYNC && a->is_direct) {
		bank_measure_delay(&a->bank, 0, 0);
	} else if (direction == DIRECTION_SYNC && a->has_peer_delay) {
		bank_measure_delay(&a->bank, a->peer_delay, a->peer_variance);
	}
}

void bank_take(struct bank *bank, const struct noise_model *model, enum bank_component component,
	       double value, const struct noise_verdict *verdict)
{
	const double *predicted = component == BANK_SYNC ? bank->sync : bank->delay;
	const double *variance = component == BANK_SYNC ? bank->p.sync_sync : bank->p.delay_delay;
	double densities[BANK_MEMBERS];

	for (int i = 0; i < BANK_MEMBERS && verdict->is_score; i++) {
		densities[i] = noise_density(model, value - predicted[i], variance[i]);
	}
	bank_measure(bank, component, value + verdict->shift, verdict->variance,
		     verdict->is_score ? densities : NULL);
}

/* Three messages in a row are a straight line but for their noise: this is its square. */
double adaptive_bend(const struct direction *d, int last)
{
	const struct sample *s0 = sample_of(d, last - 2), *s1 = sample_of(d, last - 1),
			    *s2 = sample_of(d, last);
	double before = s1->at_s - s0->at_s, ratio, off;

	if (!(before > 0)) {
		return 0;
	}
	ratio = (s2->at_s - s1->at_s) / before;
	off = s2->value - s1->value - (s1->value - s0->value) * ratio;
	return off * off / (1 + (1 + ratio) * (1 + ratio) + ratio * ratio);
}

/* The last messages are far more of a line than noise is believed to leave them: it was the time transmitter finding its
 * own time that was taken for noise, and a filter for so much noise follows much too slowly. */
static bool is_too_smooth(struct direction *d, uint32_t quiet)
{
	const struct noise_model *m = &d->noise.model;
	bool is_gaussian = m->shape == NOISE_GAUSSIAN,
	     is_late = m->clean < RARELY_CLEAN || d->late >= SMOOTH_MESSAGES;
	double least = d->least_variance, variance = is_gaussian ? m->variance : m->mean * m->mean;

	if (is_gaussian && quiet >= WINDOW && (least == 0 || variance < least)) {
		d->least_variance = variance;
	}
	if (d->count < SMOOTH_MESSAGES || (!is_gaussian && !is_late) ||
	    (is_gaussian && quiet >= WINDOW && variance < SMOOTH_GROWTH * d->least_variance)) {
		return false;
	}
	for (int i = 2; i < SMOOTH_MESSAGES; i++) {
		if (adaptive_bend(d, d->count - SMOOTH_MESSAGES + i) >
		    (is_gaussian ? SMOOTH : SMOOTH_LATE) * variance) {
			return false;
		}
	}
	return true;
}

/* Errors of one sign are none of noise: whatever the reason is, the estimate is not as good as it believes. */
static void watch_bias(struct adaptive *a, int direction, double error, double variance)
{
	struct direction *d = &a->direction[direction];
	double deviation = gn_math_sqrt(variance);

	d->bias += (error / deviation - d->bias) / BIAS_MEMORY;
	d->square += (error * error / variance - d->square) / SQUARE_MEMORY;
	if (d->square < SQUARE_MIN && d->noise.model.shape == NOISE_GAUSSIAN) {
		acquire_again(a, sample_of(d, 0)->at_s, deviation);
	} else if (d->bias > BIAS_MAX || d->bias < -BIAS_MAX) {
		bank_doubt(&a->bank, component_of(direction), 4 * d->bias * d->bias * variance);
		d->bias = 0;
	}
}

static void take_in(struct servo *servo, int direction, double at_s, double value, double deviation_ns)
{
	struct adaptive *a = adaptive_of(servo);
	struct direction *d = &a->direction[direction];
	struct bank_estimate before, after;
	struct noise_verdict verdict;
	struct noise_model model = d->noise.model;
	struct sample *newest = sample_at(d, d->count - 1);
	double error, variance, variance_after = 0, at_filter, left, other_variance;

	predict_to(a, at_s);
	if (direction == DIRECTION_SYNC ? !a->bank.has_sync : !a->bank.has_delay) {
		bank_estimate(&a->bank, &before);
		newest->other = expected(&before, 1 - direction, &other_variance);
		newest->has_other = (direction == DIRECTION_SYNC ? a->bank.has_delay : a->bank.has_sync) &&
				    is_known(&a->direction[1 - direction].noise.model, other_variance);
		begin_direction(a, direction, value);
		return;
	}
	bank_estimate(&a->bank, &before);
	/* Late news: what it would have shown at the time where the bank is already. */
	at_filter = value + (direction == DIRECTION_SYNC ? 1 : -1) * before.frequency * (a->filter_s - at_s);
	error = at_filter - expected(&before, direction, &variance);
	newest->off = (float)error;
	newest->other = at_filter - value + expected(&before, 1 - direction, &other_variance);
	newest->has_other = is_known(&a->direction[1 - direction].noise.model, other_variance);
	if (deviation_ns > 0) {
		model.variance = deviation_ns * deviation_ns;
	}
	noise_judge(&model, error, variance, &verdict);
	a->log_density += verdict.log_density;
	if (direction == DIRECTION_SYNC) {
		a->is_last_clean = verdict.kind == NOISE_USED && verdict.clean > 0.5;
	}
	switch (jump_watch(a, servo, direction, error, variance, &verdict)) {
	case JUMP_NONE:
		bank_take(&a->bank, &model, component_of(direction), at_filter, &verdict);
		bank_estimate(&a->bank, &after);
		left = at_filter - expected(&after, direction, &variance_after);
		noise_learn(&d->noise, &verdict, error, left, variance_after);
		a->quiet += direction == DIRECTION_SYNC && a->quiet < UINT32_MAX;
		if (verdict.clean > 0.5) {
			watch_bias(a, direction, error, variance + model.variance);
		}
		break;
	case JUMP_QUEUED:
		noise_learn(&d->noise, &verdict, error, error, variance);
		break;
	case JUMP_SUSPECT:
		break;
	}
	review(a, direction);
}

/* ---- steering ---- */

/* While the variances themselves come from few messages. */
static double doubt(const struct adaptive *a)
{
	uint32_t seen = a->direction[DIRECTION_SYNC].seen + a->direction[DIRECTION_DELAY].seen;

	return 1 + EARLY_DOUBT / (seen + 1);
}

static double known_asymmetry(const struct servo *servo)
{
	const struct adaptive *a = adaptive_of_const(servo);

	return servo->config.asymmetry_bound + gn_math_fabs(a->asymmetry);
}

/* What the clock will be off at the end of `ahead_s`, and how sure that is. */
static void state_error(const struct servo *servo, double ahead_s, double left, double *error, double *bound)
{
	const struct adaptive *a = adaptive_of_const(servo);
	bool is_queued = a->direction[DIRECTION_SYNC].noise.model.shape != NOISE_GAUSSIAN ||
			 a->direction[DIRECTION_DELAY].noise.model.shape != NOISE_GAUSSIAN;
	double variance, frequency_variance, deviation;

	bank_foresee(&a->bank, ahead_s, &variance, &frequency_variance);
	deviation = gn_math_sqrt(variance) * doubt(a);
	left = gn_math_fabs(left);
	*error = gn_math_sqrt(deviation * deviation + left * left);
	if (a->lost_ns) {
		*bound = bank_bound(&a->bank, ahead_s, HOLDOVER_TAIL) * doubt(a) + known_asymmetry(servo);
		return;
	}
	*bound = left + (is_queued ? BOUND_SIGMAS_QUEUED : BOUND_SIGMAS) * deviation + known_asymmetry(servo);
}

/* Steered to zero within `within_s`: (1 + own) (1 + set) = 1 - offset / within. */
static double frequency_to_zero(double own_ppb, double offset, double within_s)
{
	double rate = (1 - offset / within_s * 1e-9) / (1 + own_ppb * 1e-9) - 1;

	return -rate * 1e9;
}

/* Periods of the bandwidth before the loop begins, and again before it has all of its damping: whatever it takes over from a
 * beginning, a frequency above all, would be forgotten with its slower time constant then, in minutes. */
#define BANDWIDTH_AFTER 5.0
#define DAMPING_AT_FIRST 1.0

static bool is_after(const struct servo *servo, uint32_t updates)
{
	return updates * servo->interval_s * servo->config.servo_bandwidth >= BANDWIDTH_AFTER;
}

static bool is_masked(const struct servo *servo)
{
	const struct adaptive *a = adaptive_of_const(servo);

	return servo->config.servo_bandwidth > 0 && a->direction[DIRECTION_SYNC].count > 0 &&
	       a->updates >= WINDOW && is_after(servo, a->updates);
}

/* The last Sync itself, if it met no queue. The estimate would be a second filter before the loop, which peaks where its own
 * bandwidth comes near to it: where the time transmitter moves by no more than the noise, it is that narrow. */
static double measured(const struct adaptive *a, const struct bank_estimate *e, double at_s, double estimated)
{
	const struct direction *sync = &a->direction[DIRECTION_SYNC];

	if (!a->is_last_clean || sync->last_s < at_s) {
		return estimated;
	}
	return sample_of(sync, sync->count - 1)->value - (e->sync + e->delay) / 2;
}

/* A loop of constant gains, for masks of bandwidth and gain peaking (ITU-T G.8273.2): damped so far that its closed loop
 * rises above 1 by less than 0.1 dB. Its frequency at the start is the learnt one. */
static double frequency_by_bandwidth(struct servo *servo, double own_ppb, double offset, double interval_s)
{
	struct adaptive *a = adaptive_of(servo);
	double asked = servo->config.servo_damping;
	double damping = is_after(servo, a->slowed) || asked < DAMPING_AT_FIRST ? asked : DAMPING_AT_FIRST;
	double square = 1 + 2 * damping * damping;
	double natural = 2 * 3.14159265358979323846 * servo->config.servo_bandwidth /
			 gn_math_sqrt(square + gn_math_sqrt(square * square + 1));
	double proportional = 2 * damping * natural;

	if (a->slowed == 0) {
		a->wander = own_ppb;
	}
	a->slowed += a->slowed < UINT32_MAX;
	if (proportional * interval_s > 0.7) {
		proportional = 0.7 / interval_s; /* the messages come too slowly for it */
	}
	a->wander += natural * natural * interval_s * offset;
	return a->wander + proportional * offset;
}

static void watch_saturation(struct servo *servo, double offset, double asked, double allowed)
{
	struct adaptive *a = adaptive_of(servo);

	if (asked == allowed) {
		if (a->is_saturated) {
			adaptive_tell(a, SERVO_FOUND_FAULT_GONE, SERVO_FAULT_SATURATED, 0);
		}
		a->saturated = 0;
		a->is_saturated = false;
		return;
	}
	if (a->saturated == 0) {
		a->saturated_offset = gn_math_fabs(offset);
	}
	a->saturated = (uint8_t)(a->saturated + (a->saturated < UINT8_MAX));
	if (a->saturated >= SATURATED_AFTER && !a->is_saturated &&
	    gn_math_fabs(offset) > 1.1 * a->saturated_offset + 1000) {
		adaptive_tell(a, SERVO_FOUND_FAULT, SERVO_FAULT_SATURATED, 1000);
		a->is_saturated = true;
	}
}

/* The control law: at a Sync, or when one is missing. */
static void steer(struct servo *servo, double at_s, const struct bank_estimate *e, struct servo_steering *out)
{
	struct adaptive *a = adaptive_of(servo);
	double own = (e->sync - e->delay) / 2 + e->frequency * (at_s - a->filter_s);
	double offset = adaptive_offset(a, own, at_s), interval = servo->interval_s;
	double frequency = e->frequency + e->drift * interval / 2, asked, allowed, left;
	bool is_slow = is_masked(servo);

	a->slowed = is_slow ? a->slowed : 0;
	asked = is_slow ? frequency_by_bandwidth(servo, frequency,
						 adaptive_offset(a, measured(a, e, at_s, own), at_s),
						 interval)
			: frequency_to_zero(frequency, offset, interval);
	allowed = servo_limit(servo, asked);
	watch_saturation(servo, offset, asked, allowed);
	left = is_slow ? offset : (asked - allowed) * interval;
	out->state = SERVO_LOCKED;
	out->frequency_ppb = allowed;
	out->offset = offset_of(offset);
	a->asked_ns = (allowed - frequency) * interval;
	out->delay_ns = (e->sync + e->delay) / 2;
	state_error(servo, interval, left, &out->error_ns, &out->bound_ns);
	a->updates += a->updates < UINT32_MAX;
}

/* A step, the first frequency, or the law. False: not yet. */
static bool decide(struct servo *servo, double at_s, struct servo_steering *out)
{
	struct adaptive *a = adaptive_of(servo);
	struct bank_estimate e;
	double offset;

	*out = (struct servo_steering){
		.state = SERVO_UNLOCKED, .frequency_ppb = a->set_ppb, .error_ns = -1, .bound_ns = -1
	};
	if (!a->bank.has_delay) {
		return false;
	}
	bank_estimate(&a->bank, &e);
	offset = adaptive_offset(a, (e.sync - e.delay) / 2 + e.frequency * (at_s - a->filter_s), at_s);
	if (!servo_is_number(offset) || !servo_is_number(e.offset_variance) ||
	    !(gn_math_fabs(e.frequency) <= FREQUENCY_MAX)) {
		adaptive_reset(servo); /* no clocks do that */
		return false;
	}
	out->offset = offset_of(offset);
	out->delay_ns = (e.sync + e.delay) / 2;
	if (a->direction[DIRECTION_SYNC].seen < SYNCS_BEFORE_STEERING || a->obey.fault) {
		return true;
	}
	if (servo_is_step_due(servo, offset)) {
		out->state = SERVO_JUMP;
		out->frequency_ppb = servo_limit(servo, frequency_to_zero(e.frequency, 0, 1));
		return true;
	}
	steer(servo, at_s, &e, out);
	if (a->obey.fault) {
		watch_give_up(a);
		out->state = SERVO_UNLOCKED;
		out->frequency_ppb = a->set_ppb;
	}
	return true;
}

/* ---- holdover ---- */

static double lost_after_ns(const struct servo *servo)
{
	double after = LOST_AFTER * servo->interval_s * 1e9;

	return after > LOST_AFTER_MIN ? after : LOST_AFTER_MIN;
}

static double local_at(const struct adaptive *a, int64_t now_ns)
{
	return a->now_s + (double)(now_ns - a->now_ns) * 1e-9;
}

static void begin_holdover(struct adaptive *a, int64_t now_ns)
{
	if (a->lost_ns || !a->has_origin) {
		return;
	}
	a->lost_ns = now_ns;
	a->slowed = 0;
	thermal_hold(&a->thermal);
}

static void end_holdover(struct adaptive *a)
{
	a->lost_ns = 0;
}

static void adaptive_reference_lost(struct servo *servo, int64_t now_ns)
{
	struct adaptive *a = adaptive_of(servo);

	if (a->updates == 0 || a->obey.fault) {
		return;
	}
	begin_holdover(a, now_ns);
	a->deadline_ns = now_ns;
}

static int64_t adaptive_deadline(const struct servo *servo)
{
	return adaptive_of_const(servo)->deadline_ns;
}

/* The drift that goes on, and does not for ever: its integral over the time since the reference was lost. */
static double drift_by_now(const struct bank_estimate *e, double since_s)
{
	double significant = e->drift * e->drift > 4 * e->drift_variance ? e->drift : 0;

	return significant * DRIFT_LASTS * (1 - gn_math_exp(-since_s / DRIFT_LASTS));
}

/* A drift is mostly a temperature's: where the thermometer tells of it, it is not told twice. */
static double change_by_now(const struct adaptive *a, const struct bank_estimate *e, double since_s,
			    int64_t now_ns)
{
	return a->lost_ns && thermal_is_known(&a->thermal, now_ns) ? thermal_change(&a->thermal, now_ns)
								   : drift_by_now(e, since_s);
}

/* What the bank does not know of is put into it as it happens: temperature. */
static bool adaptive_expire(struct servo *servo, int64_t now_ns, struct servo_steering *out)
{
	struct adaptive *a = adaptive_of(servo);
	double at_s = local_at(a, now_ns), since, interval = servo->interval_s;
	struct bank_estimate e;

	if (now_ns < a->deadline_ns) {
		return false;
	}
	a->deadline_ns = INT64_MAX;
	if (a->updates == 0 || !a->bank.has_delay || a->obey.fault) {
		return false;
	}
	if ((double)(now_ns - a->now_ns) > lost_after_ns(servo)) {
		begin_holdover(a, now_ns);
	}
	bank_estimate(&a->bank, &e);
	since = at_s - a->filter_s;
	e.frequency += change_by_now(a, &e, since, now_ns);
	e.drift = 0;
	if (a->lost_ns) {
		/* Where it is now nobody can see: only the frequency is kept. */
		out->state = SERVO_LOCKED;
		out->frequency_ppb = servo_limit(servo, frequency_to_zero(e.frequency, 0, 1));
		out->offset = (struct gn_offset){ 0, 0 };
		out->delay_ns = (e.sync + e.delay) / 2;
		state_error(servo, since, 0, &out->error_ns, &out->bound_ns);
		a->deadline_ns = now_ns + (int64_t)HOLDOVER_UPDATE;
		return true;
	}
	steer(servo, at_s, &e, out);
	a->deadline_ns = now_ns + (int64_t)(interval * 1e9);
	return true;
}

static bool adaptive_observe(struct servo *servo, const struct servo_observation *o,
			     struct servo_steering *out)
{
	struct adaptive *a = adaptive_of(servo);
	int direction = o->direction == SERVO_DELAY_REQ ? DIRECTION_DELAY : DIRECTION_SYNC;
	double at_s, value;

	if (o->direction == SERVO_PEER_DELAY) {
		peer_delay_take(a, servo_ns(o->value), o->deviation_ns);
		return false;
	}
	if (!a->has_origin) {
		if (o->direction == SERVO_DELAY_REQ) {
			return false; /* Sync says first where we are */
		}
		a->origin = o->local;
		a->base = o->value;
		a->has_origin = true;
		a->filter_s = 0;
		timeline_init(&a->timeline, timeline_rate(&a->timeline));
	}
	a->is_direct = o->direction == SERVO_DIRECT;
	at_s = seconds_since(a, o->local);
	if (gn_math_fabs(at_s - a->filter_s) > TIME_JUMP) {
		adaptive_reset(servo);
		return false;
	}
	value = freed(a, o->direction, at_s, o->value);
	if (obey_tries_again(&a->obey, at_s)) {
		adaptive_reset(servo);
		return false;
	}
	remember(&a->direction[direction], at_s, value);
	if (direction == DIRECTION_SYNC) {
		watch_sync(servo, o, at_s, value);
	}
	if (direction == DIRECTION_SYNC && is_too_smooth(&a->direction[direction], a->quiet)) {
		acquire_again(
			a,
			sample_of(&a->direction[direction], a->direction[direction].count - SMOOTH_MESSAGES)
				->at_s,
			FREQUENCY_UNKNOWN);
	} else if (is_time_to_acquire(a, direction)) {
		acquire(a);
	} else {
		take_in(servo, direction, at_s, value, o->deviation_ns);
	}
	if (direction == DIRECTION_DELAY) {
		return false;
	}
	end_holdover(a);
	a->now_ns = o->now_ns;
	a->now_s = at_s;
	if (a->asymmetry != 0 && at_s >= a->asymmetry_until_s) {
		adaptive_tell(a, SERVO_FOUND_ASYMMETRY_FOLLOWED, 2 * a->asymmetry, 0);
		a->asymmetry = 0;
	}
	if (!decide(servo, at_s, out)) {
		return false;
	}
	if (out->state == SERVO_LOCKED) {
		struct bank_estimate e;

		bank_estimate(&a->bank, &e);
		thermal_learn(&a->thermal, e.frequency, o->now_ns);
		a->deadline_ns = o->now_ns + (int64_t)(GRACE * servo->interval_s * 1e9);
	}
	return true;
}

static void adaptive_steered(struct servo *servo, double frequency_ppb, int64_t now_ns)
{
	struct adaptive *a = adaptive_of(servo);
	struct bank_estimate e;
	double at_s = local_at(a, now_ns);

	a->set_ppb = frequency_ppb;
	bank_estimate(&a->bank, &e);
	timeline_set(&a->timeline, at_s > a->now_s ? at_s : a->now_s,
		     -frequency_ppb * (1 + e.frequency * 1e-9));
}

static void adaptive_stepped(struct servo *servo, struct gn_offset by)
{
	struct adaptive *a = adaptive_of(servo);

	a->base = gn_offset_add(a->base, by);
	a->origin = gn_precise_add_offset(a->origin, by);
	a->step_ns = servo_ns(by);
	a->step_s = a->filter_s;
	a->is_step_new = a->step_ns != 0;
	a->runaway_offset = 0;
	a->runaways = 0;
	a->slowed = 0;
}

static void adaptive_temperature(struct servo *servo, double celsius, int64_t now_ns)
{
	thermal_temperature(&adaptive_of(servo)->thermal, celsius, now_ns);
}

static double deviation_or_0(const struct direction *d)
{
	return d->seen >= 4 ? gn_math_sqrt(d->noise.model.variance) : 0;
}

static void adaptive_quality(const struct servo *servo, int64_t now_ns, struct servo_quality *out)
{
	const struct adaptive *a = adaptive_of_const(servo);
	double ahead = local_at(a, now_ns) - a->filter_s, own, variance, frequency_variance;
	struct bank_estimate e;

	*out = (struct servo_quality){ .error_ns = -1,
				       .bound_ns = -1,
				       .fault = a->is_saturated ? SERVO_FAULT_SATURATED : a->obey.fault };
	bank_estimate(&a->bank, &e);
	out->frequency_ppb = e.frequency;
	out->frequency_error_ppb = gn_math_sqrt(e.frequency_variance);
	out->sync_noise_ns = deviation_or_0(&a->direction[DIRECTION_SYNC]);
	out->delay_noise_ns = deviation_or_0(&a->direction[DIRECTION_DELAY]);
	out->sync_clean = a->direction[DIRECTION_SYNC].noise.model.clean;
	out->delay_clean = a->direction[DIRECTION_DELAY].noise.model.clean;
	out->asymmetry_ns = 2 * a->asymmetry;
	out->temperature_coefficient_ppt = (int64_t)gn_math_round(1000 * thermal_coefficient(&a->thermal));
	out->holdover_s = a->lost_ns ? (double)(now_ns - a->lost_ns) * 1e-9 : 0;
	if (a->updates == 0 || !a->bank.has_delay || a->obey.fault) {
		return;
	}
	ahead = ahead > 0 ? ahead : 0;
	own = (e.sync - e.delay) / 2 + e.frequency * ahead + e.drift * ahead * ahead / 2;
	if (a->lost_ns) {
		own = (e.sync - e.delay) / 2 + (e.frequency) * ahead;
	}
	bank_foresee(&a->bank, ahead, &variance, &frequency_variance);
	out->frequency_error_ppb = gn_math_sqrt(frequency_variance);
	state_error(servo, ahead, a->lost_ns ? 0 : adaptive_offset(a, own, a->filter_s + ahead),
		    &out->error_ns, &out->bound_ns);
}

static bool adaptive_remember(const struct servo *servo, struct servo_memory *out)
{
	const struct adaptive *a = adaptive_of_const(servo);

	if (a->updates < WINDOW || a->obey.fault) {
		return false;
	}
	frequency_now(a, &out->frequency_ppb, &out->deviation_ppb);
	return true;
}

/* Since it was written down the oscillator has been off and on again, and warm and cold. */
#define MEMORY_AGE 200.0 /* ppb */

static void adaptive_recall(struct servo *servo, const struct servo_memory *memory)
{
	if (adaptive_of(servo)->updates == 0 && servo_is_number(memory->frequency_ppb) &&
	    memory->deviation_ppb >= 0) {
		start(servo, memory->frequency_ppb,
		      gn_math_sqrt(memory->deviation_ppb * memory->deviation_ppb + MEMORY_AGE * MEMORY_AGE));
	}
}

static bool is_possible_direction(const struct direction *d)
{
	if (!noise_is_possible(&d->noise) || d->next >= WINDOW || d->count > WINDOW ||
	    !servo_is_number(d->last_s) || !servo_is_number(d->suspicion.mean)) {
		return false;
	}
	for (int i = 0; i < WINDOW; i++) {
		const struct sample *s = &d->window[i];

		if (!servo_is_number(s->at_s) || !servo_is_number(s->value) || !servo_is_number(s->other) ||
		    !servo_is_number((double)s->off)) {
			return false;
		}
	}
	return true;
}

static bool adaptive_is_possible(const struct servo *servo)
{
	const struct adaptive *a = adaptive_of_const(servo);

	for (int i = 0; i < DIRECTIONS; i++) {
		if (!is_possible_direction(&a->direction[i])) {
			return false;
		}
	}
	return bank_is_possible(&a->bank) && obey_is_possible(&a->obey) && thermal_is_possible(&a->thermal) &&
	       gn_timestamp_is_valid(a->origin.whole) && servo_is_number(a->filter_s) &&
	       servo_is_number(a->now_s) && servo_is_number(a->peer_delay) &&
	       servo_is_number(a->peer_variance) && servo_is_number(a->set_ppb) &&
	       servo_is_number(a->asymmetry) && servo_is_number(a->wander) && a->timeline.count >= 1 &&
	       a->timeline.count <= TIMELINE_LENGTH && a->news_count <= NEWS_MAX;
}

const struct servo_controller servo_adaptive = {
	.name = "adaptive",
	.kind = GN_SERVO_ADAPTIVE,
	.init = adaptive_init,
	.reset = adaptive_reset,
	.observe = adaptive_observe,
	.steered = adaptive_steered,
	.stepped = adaptive_stepped,
	.new_path = adaptive_new_path,
	.reference_lost = adaptive_reference_lost,
	.deadline = adaptive_deadline,
	.expire = adaptive_expire,
	.temperature = adaptive_temperature,
	.quality = adaptive_quality,
	.next_news = adaptive_next_news,
	.remember = adaptive_remember,
	.recall = adaptive_recall,
	.clock_found = adaptive_clock_found,
	.is_possible = adaptive_is_possible,
};
