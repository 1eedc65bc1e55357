/* src/core/servo/steer.c -- one Sync: offset -> plausible? -> servo -> clock actions -> statistics -> the port's event. */
#include "core/servo/steer.h"

#include "core/delay/e2e.h"
#include "core/delay/p2p.h"
#include "core/delay/rate.h"
#include "core/port/announce.h"
#include "core/port/port.h"
#include "core/port/signaling.h"
#include "core/servo/math.h"
#include "core/servo/timescale.h"

#include <string.h>

#define RECENT_SECONDS_LOG 5 /* the window of what status shows: 32 s, but */
#define RECENT_MIN 8
#define RECENT_MAX 4096
#define LOCKED_STABLE_INITIAL 126

/* ---- the clock's actions ---- */

static struct gn_action *clock_action(struct gn_instance *instance, enum gn_action_type type)
{
	return action_add(&instance->actions, type, 0);
}

static bool is_free_running(const struct gn_instance *instance)
{
	return instance->config.free_running;
}

static void set_rate(struct gn_instance *instance, double frequency_ppb)
{
	struct gn_action *action = clock_action(instance, GN_ACTION_CLOCK_SET_RATE);

	if (action) {
		action->u.rate = gn_rate_from_ppb(-frequency_ppb);
		rate_check_frequency(&instance->rate_check, -frequency_ppb);
	}
}

/* All times taken so far are of a clock that no longer is. */
void steer_forget_times(struct gn_instance *instance)
{
	delay_process_reset(&instance->delay, true);
	instance->ingress = (struct gn_precise){ { 0, 0 }, 0 };
	instance->parent_rate.has_first = false;
	for (uint16_t i = 0; i < instance->port_count; i++) {
		struct port *port = &instance->ports[i];

		e2e_forget(port);
		p2p_forget(port);
		port->pair.state = PAIR_EMPTY;
		port->last_ingress = (struct gn_timestamp){ 0, 0 };
	}
}

static void forget_recent(struct gn_instance *instance)
{
	instance->last_sample = (struct gn_instant){ 0 };
	memset(&instance->recent, 0, sizeof(instance->recent));
	statistics_reset(&instance->recent_offset);
	statistics_reset(&instance->recent_delay);
	instance->recent_count = 0;
}

static void step(struct gn_instance *instance, struct gn_offset offset)
{
	struct gn_action *action = clock_action(instance, GN_ACTION_CLOCK_STEP);
	struct gn_offset by = gn_offset_negate(offset);
	struct gn_report *report;

	if (!action) {
		return;
	}
	action->u.step = by;
	instance->is_clock_busy = true;
	instance->steps++;
	instance->skip_of = instance->config.step_window;
	instance->skip_syncs = instance->config.step_window;
	rate_check_step(&instance->rate_check, by);
	steer_forget_times(instance);
	forget_recent(instance);
	report = instance_report(instance, GN_REPORT_CLOCK_STEPPED);
	if (report) {
		report->number[0] = by.nanoseconds;
		report->number[1] = by.fraction;
	}
}

/* ---- statistics ---- */

/* Whole nanoseconds toward zero, as people read them. */
static int64_t shown_ns(struct gn_offset offset)
{
	return offset.nanoseconds + (offset.nanoseconds < 0 && offset.fraction > 0);
}

static void reset_statistics(struct gn_instance *instance)
{
	statistics_reset(&instance->offset_statistics);
	statistics_reset(&instance->frequency_statistics);
	statistics_reset(&instance->delay_statistics);
}

/* The exponent is a sum of configured numbers, each of which may be any int. */
static uint32_t power_of_two(int64_t exponent)
{
	return exponent <= 0 ? 1 : exponent >= 31 ? (uint32_t)1 << 31 : (uint32_t)1 << exponent;
}

/* For a report; what does not fit is told as the end of its range. */
static int64_t as_number(double value)
{
	const double limit = 9.2e18;

	if (!(value < limit)) {
		return INT64_MAX;
	}
	return value > -limit ? (int64_t)gn_math_round(value) : INT64_MIN;
}

static int64_t in_thousandths(double value)
{
	return as_number(value * 1000.0);
}

static void report_summary(struct gn_instance *instance)
{
	struct gn_report *report = instance_report(instance, GN_REPORT_SERVO_SUMMARY);

	if (report) {
		report->number[0] = in_thousandths(statistics_rms(&instance->offset_statistics));
		report->number[1] = in_thousandths(instance->offset_statistics.largest);
		report->number[2] = in_thousandths(instance->frequency_statistics.mean);
		report->number[3] = in_thousandths(statistics_deviation(&instance->frequency_statistics));
		report->number[4] = in_thousandths(instance->delay_statistics.mean);
		report->number[5] = in_thousandths(statistics_deviation(&instance->delay_statistics));
		report->number[6] = instance->delay_statistics.count > 0;
	}
}

static void report_sample(struct gn_instance *instance)
{
	struct gn_report *report = instance_report(instance, GN_REPORT_SERVO_SAMPLE);

	if (report) {
		report->number[0] = instance->last_offset_ns;
		report->number[1] = instance->servo_state;
		report->number[2] = instance->last_frequency.scaled_ppb;
		report->number[3] = gn_interval_truncate_ns(instance->current_ds.mean_delay);
		report->number[4] = instance->has_delay;
	}
}

static void count_recent(struct gn_instance *instance, double offset, double delay)
{
	uint32_t window = power_of_two(RECENT_SECONDS_LOG - instance->log_interval);

	window = window < RECENT_MIN ? RECENT_MIN : window > RECENT_MAX ? RECENT_MAX : window;
	statistics_add(&instance->recent_offset, offset);
	statistics_add(&instance->recent_delay, delay);
	instance->recent_count++;
	if (instance->recent_count >= window || instance->recent.count < RECENT_MIN) {
		instance->recent.offset_rms = statistics_rms(&instance->recent_offset);
		instance->recent.offset_max = instance->recent_offset.largest;
		instance->recent.offset_mean = instance->recent_offset.mean;
		instance->recent.delay_mean = instance->recent_delay.mean;
		instance->recent.delay_deviation = statistics_deviation(&instance->recent_delay);
		instance->recent.count = instance->recent_count;
	}
	if (instance->recent_count >= window) {
		statistics_reset(&instance->recent_offset);
		statistics_reset(&instance->recent_delay);
		instance->recent_count = 0;
	}
}

/* One line a sample, or one of several as summary_interval says (2^(summary_interval - logSyncInterval) samples). */
static void tell(struct gn_instance *instance, double offset, double frequency_ppb, uint32_t updates)
{
	double delay = (double)gn_interval_truncate_ns(instance->current_ds.mean_delay);

	count_recent(instance, offset, delay);
	if (updates <= 1) {
		report_sample(instance);
		return;
	}
	statistics_add(&instance->offset_statistics, offset);
	statistics_add(&instance->frequency_statistics, frequency_ppb);
	if (instance->has_delay) {
		statistics_add(&instance->delay_statistics, delay);
	}
	if (instance->offset_statistics.count >= updates) {
		report_summary(instance);
		reset_statistics(instance);
	}
}

/* ---- rate of the parent ---- */

static void report_rate(struct gn_instance *instance, const struct port *port)
{
	struct gn_report *report = instance_report(instance, GN_REPORT_RATE_RATIO);

	if (report) {
		report->number[0] = as_number((instance->parent_rate.ratio - 1.0) * 1e12);
		report->number[1] = as_number((port->neighbor_rate.ratio - 1.0) * 1e12);
	}
}

/* free_running: how fast the local clock is, since nothing is done about it. True if a new estimate is there. */
static bool estimate_rate(struct port *port, struct gn_precise t1, struct gn_precise t2)
{
	struct gn_instance *instance = port->instance;
	bool is_bad;
	bool is_new = rate_update(&instance->parent_rate, t1, t2, &is_bad);

	if (is_bad) {
		port_report(port, GN_REPORT_BAD_RATE_STAMPS);
	}
	if (is_new) {
		delay_process_set_rate_ratio(&instance->delay, instance->parent_rate.ratio);
		report_rate(instance, port);
	}
	return is_new;
}

/* ---- the sample ---- */

static void keep_sample(struct gn_instance *instance, const struct offset_sample *sample)
{
	instance->current_ds.offset_from_time_transmitter = sample->offset;
	instance->last_offset_ns = shown_ns(sample->offset);
	instance->last_sample = instance->now;
}

static void note_servo_state(struct gn_instance *instance, enum servo_state state)
{
	if (state != instance->servo_state) {
		instance->last_servo_change = instance->now;
	}
	instance->servo_state = state;
}

/* linuxptp prints one line an estimate; the servo stays out of it. */
static void free_run(struct port *port, bool is_new_rate, const struct offset_sample *sample)
{
	struct gn_instance *instance = port->instance;
	double frequency = (1.0 - instance->parent_rate.ratio) * 1e9;
	int64_t shift = (int64_t)instance->config.freq_est_interval - instance->log_interval;
	bool is_certain = instance->synchronization_uncertain_np == 0;
	uint32_t updates;

	keep_sample(instance, sample);
	note_servo_state(instance, is_certain ? SERVO_LOCKED : SERVO_UNLOCKED);
	instance->last_frequency = gn_rate_from_ppb(frequency);
	if (is_new_rate) {
		updates = power_of_two((int64_t)instance->config.summary_interval - instance->log_interval -
				       (shift > 0 ? shift : 0));
		tell(instance, (double)shown_ns(sample->offset), frequency, updates);
	}
	port_dispatch(port, is_certain ? GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED : GN_EV_SYNCHRONIZATION_FAULT);
}

/* Has somebody else moved the clock? Asked while it counts as synchronised. */
static void check_rate(struct port *port, struct gn_precise t2)
{
	struct gn_instance *instance = port->instance;
	struct gn_timestamp local = t2.whole;
	struct gn_report *report;
	int jump;

	if (port->ds.port_state != GN_PORT_TIME_RECEIVER || !instance->ingress_raw_ns) {
		return;
	}
	local.seconds -= TIME_BIAS_SECONDS;
	jump = rate_check_reading(&instance->rate_check, gn_timestamp_to_ns(local), instance->ingress_raw_ns);
	if (jump) {
		report = port_report(port, GN_REPORT_CLOCK_JUMPED);
		if (report) {
			report->number[0] = jump;
		}
		servo_reset(&instance->servo);
	}
}

static void request_interval(struct port *port, enum servo_state old, enum servo_state now)
{
	struct gn_instance *instance = port->instance;
	const struct gn_port_config *c = &port->config;

	if (!c->msg_interval_request) {
		return;
	}
	if (now == SERVO_LOCKED_STABLE && old != SERVO_LOCKED_STABLE) {
		port->ds.log_min_pdelay_req_interval = (int8_t)c->oper_log_pdelay_req_interval;
		port->ds.log_sync_interval = (int8_t)c->oper_log_sync_interval;
		signaling_request_sync_interval(port, (int8_t)c->oper_log_sync_interval);
		instance->is_stable_requested = true;
	} else if (now == SERVO_LOCKED_STABLE && instance->log_interval != c->oper_log_sync_interval) {
		/* The time transmitter did not take it up, or started anew: so do we, and ask again. */
		servo_reset(&instance->servo);
		port_dispatch(port, GN_EV_SYNCHRONIZATION_FAULT);
	} else if (now == SERVO_UNLOCKED && instance->is_stable_requested &&
		   instance->config.servo.servo_offset_threshold > 0 &&
		   port->ds.log_sync_interval != port->initial_log_sync_interval) {
		port->ds.log_sync_interval = port->initial_log_sync_interval;
		signaling_request_sync_interval(port, LOCKED_STABLE_INITIAL);
		instance->is_stable_requested = false;
	}
}

static void mark_synchronized(struct gn_instance *instance)
{
	struct gn_action *action = clock_action(instance, GN_ACTION_CLOCK_IS_SYNCHRONIZED);

	if (action) {
		action->u.is_ptp_timescale = instance->time_properties_ds.ptp_timescale;
	}
}

/* What the servo's verdict does to the clock (behind the port's event). */
static enum gn_port_event act(struct gn_instance *instance, const struct servo_steering *steering,
			      struct gn_offset offset)
{
	struct gn_action *action;

	switch (steering->state) {
	case SERVO_UNLOCKED:
		return GN_EV_SYNCHRONIZATION_FAULT;
	case SERVO_JUMP:
		set_rate(instance, steering->frequency_ppb);
		step(instance, offset);
		return GN_EV_SYNCHRONIZATION_FAULT;
	case SERVO_LOCKED_STABLE:
		if (instance->config.write_phase_mode) {
			action = clock_action(instance, GN_ACTION_CLOCK_SET_PHASE);
			if (action) {
				action->u.step = gn_offset_negate(offset);
			}
			return GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED;
		}
		set_rate(instance, steering->frequency_ppb);
		mark_synchronized(instance);
		return GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED;
	case SERVO_LOCKED:
		set_rate(instance, steering->frequency_ppb);
		mark_synchronized(instance);
		break;
	}
	return GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED;
}

static void report_fit(struct gn_instance *instance)
{
	struct servo_fit fit;
	struct gn_report *report = servo_fit(&instance->servo, &fit)
					   ? instance_report(instance, GN_REPORT_SERVO_FIT)
					   : NULL;

	if (report) {
		report->number[0] = fit.points;
		report->number[1] = as_number(fit.slope * 1e12);
		report->number[2] = as_number(fit.intercept_ns);
		report->number[3] = as_number(fit.error_ns);
	}
}

/* For the program that steers the clock. */
static void hand_on(struct gn_instance *instance, struct gn_offset offset)
{
	struct gn_action *action = clock_action(instance, GN_ACTION_REFCLOCK_SAMPLE);

	if (action) {
		action->u.sample = (struct gn_refclock_sample){
			.local = instance->ingress,
			.offset = offset,
			.leap = instance->leap.armed,
		};
	}
}

static void discipline(struct port *port, const struct offset_sample *sample, struct gn_precise t1,
		       struct gn_precise t2)
{
	struct gn_instance *instance = port->instance;
	struct servo_measurement measurement = {
		.offset = sample->offset,
		.weight = sample->weight,
		.local = t2,
		.remote = t1,
		.mean_delay = sample->delay,
	};
	enum servo_state old = instance->servo_state;
	struct servo_steering steering = servo_measure(&instance->servo, &measurement);
	double frequency = steering.frequency_ppb;
	enum gn_port_event event;

	if (steering.state == SERVO_LOCKED_STABLE && instance->config.write_phase_mode) {
		frequency = 0.0;
	}
	if (gn_servo_only_tells(instance->config.servo.kind)) {
		hand_on(instance, sample->offset);
	}
	report_fit(instance);
	keep_sample(instance, sample);
	note_servo_state(instance, steering.state);
	instance->last_frequency = gn_rate_from_ppb(frequency);
	instance->last_error_ns = steering.error_ns;
	tell(instance, (double)shown_ns(sample->offset), frequency,
	     power_of_two((int64_t)instance->config.summary_interval - instance->log_interval));
	event = act(instance, &steering, sample->offset);
	port_dispatch(port, event);
	request_interval(port, old, steering.state);
}

static bool is_skipped(struct gn_instance *instance)
{
	struct gn_report *report;

	if (instance->skip_syncs <= 0) {
		return false;
	}
	report = instance_report(instance, GN_REPORT_SKIPPED_AFTER_STEP);
	if (report) {
		report->number[0] = instance->skip_of - instance->skip_syncs + 1;
		report->number[1] = instance->skip_of;
	}
	instance->skip_syncs--;
	return true;
}

/* Not while a step is under way, nor before the clock was read for the first time. */
static bool may_measure(const struct gn_instance *instance)
{
	return !instance->is_clock_busy && (instance->has_clock || is_free_running(instance));
}

/* The time transmitter's rate over ours, from whoever knows it. */
static double remote_rate(const struct gn_instance *instance)
{
	if (is_free_running(instance)) {
		return instance->parent_rate.ratio;
	}
	return servo_rate_ratio(&instance->servo);
}

void steer_sync(struct port *port, struct gn_precise t1, struct gn_precise t2)
{
	struct gn_instance *instance = port->instance;
	struct offset_sample sample;
	bool is_new_rate = false;

	if (!may_measure(instance) || is_skipped(instance)) {
		return;
	}
	if (timescale_is_leap_between(instance, t2)) {
		instance_report(instance, GN_REPORT_LEAP_SUSPENDED);
		return;
	}
	instance->ingress = t2;
	instance->ingress.whole.seconds -= TIME_BIAS_SECONDS;
	if (is_free_running(instance)) {
		is_new_rate = estimate_rate(port, t1, t2);
	}
	delay_process_down(&instance->delay, t1, t2);
	if (!delay_process_update_offset(&instance->delay, &sample)) {
		return;
	}
	instance->current_ds.mean_delay = sample.delay;
	sample.offset = gn_offset_add(sample.offset, timescale_correction(instance, t2));
	check_rate(port, t2);
	if (is_free_running(instance)) {
		free_run(port, is_new_rate, &sample);
	} else {
		discipline(port, &sample, t1, t2);
	}
}

static void report_delay(struct port *port, const struct delay_sample *sample)
{
	struct gn_report *report;

	if (sample->is_negative) {
		report = port_report(port, GN_REPORT_NEGATIVE_DELAY);
		if (report) {
			report->number[0] = sample->raw_ns;
			report->number[1] = sample->t2_t3_ns;
			report->number[2] = sample->t4_t1_ns;
			report->number[3] = as_number((port->instance->delay.rate_ratio - 1.0) * 1e9);
		}
	}
	report = port_report(port, GN_REPORT_DELAY_SAMPLE);
	if (report) {
		report->number[0] = gn_interval_truncate_ns(sample->delay);
		report->number[1] = sample->raw_ns;
	}
}

void steer_delay(struct port *port, struct gn_precise t3, struct gn_precise t4)
{
	struct gn_instance *instance = port->instance;
	struct delay_sample sample;

	if (!may_measure(instance) || timescale_is_leap_between(instance, t3)) {
		return;
	}
	delay_process_set_rate_ratio(&instance->delay, remote_rate(instance));
	delay_process_up(&instance->delay, t3, t4);
	if (!delay_process_update_delay(&instance->delay, &sample)) {
		return;
	}
	instance->has_delay = true;
	instance->current_ds.mean_delay = sample.delay;
	report_delay(port, &sample);
}

void steer_peer_delay(struct port *port)
{
	struct gn_instance *instance = port->instance;

	delay_process_set_delay(&instance->delay, port->ds.mean_link_delay);
	instance->has_delay = true;
	instance->current_ds.mean_delay = port->ds.mean_link_delay;
}

/* ---- what changes around it ---- */

static void report_interval(struct gn_instance *instance)
{
	struct gn_report *report = instance->config.servo.kind == GN_SERVO_PI
					   ? instance_report(instance, GN_REPORT_SERVO_INTERVAL)
					   : NULL;

	if (report) {
		report->number[0] = gn_log_interval_ns(instance->log_interval) / 1000;
		report->number[1] = as_number(instance->servo.kp * 1e6);
		report->number[2] = as_number(instance->servo.ki * 1e6);
	}
}

void steer_set_interval(struct gn_instance *instance, int log_interval)
{
	if (instance->has_interval && instance->log_interval == log_interval) {
		return;
	}
	instance->has_interval = true;
	instance->log_interval = (int8_t)log_interval;
	rate_init(&instance->parent_rate, instance->config.freq_est_interval, log_interval);
	reset_statistics(instance);
	if (instance->has_clock) {
		servo_set_interval(&instance->servo, (double)gn_log_interval_ns(log_interval) / 1e9);
		report_interval(instance);
	}
}

static void start_delay(struct gn_instance *instance)
{
	int64_t initial = instance->config.initial_delay;
	struct gn_interval delay = gn_interval_from_ns(initial);

	instance->has_delay = false;
	instance->current_ds.mean_delay = (struct gn_interval){ 0 };
	if (initial || instance->is_delay_disabled) {
		delay_process_set_delay(&instance->delay, delay);
		instance->current_ds.mean_delay = delay;
		instance->has_delay = initial != 0;
	}
}

/* Everything measured against the old parent. The servo keeps its state: the oscillator is the same. */
void steer_new_parent(struct gn_instance *instance)
{
	delay_process_reset(&instance->delay, false);
	delay_process_set_rate_ratio(&instance->delay, 1.0);
	start_delay(instance);
	rate_init(&instance->parent_rate, instance->config.freq_est_interval, instance->log_interval);
	instance->ingress = (struct gn_precise){ { 0, 0 }, 0 };
	instance->has_follow_up_information = false;
	rate_check_forget(&instance->rate_check);
	instance->leap.is_known = false;
	reset_statistics(instance);
	forget_recent(instance);
}

void steer_no_parent(struct gn_instance *instance)
{
	if (instance->had_parent) {
		steer_new_parent(instance);
		note_servo_state(instance, SERVO_UNLOCKED);
	}
	instance->had_parent = false;
}

/* ---- the driver's answers ---- */

/* Whose time it keeps: a clock on UTC is not on the PTP timescale, which a grandmaster has to say (8.2.4.9). */
static void learn_timescale(struct gn_instance *instance, bool is_utc)
{
	instance->is_clock_utc = is_utc;
	instance->own_time_properties.ptp_timescale = !is_utc;
	if (!instance->had_parent) {
		instance->time_properties_ds = instance->own_time_properties;
	}
	if (is_utc && !timescale_leaves_clock_alone(instance)) {
		clock_action(instance,
			     GN_ACTION_CLOCK_SET_LEAP); /* none: what a process before us may have left */
	}
}

/* Also for a clock that was touched or changed: its rate and limits are what was found, and a first step happens once. */
static void start_servo(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	bool is_first_update = !instance->has_clock || instance->servo.is_first_update;
	bool is_software = instance->config.time_stamping == GN_STAMPING_SOFTWARE;
	double limit = gn_rate_to_ppb(answer->rate_limit);

	if (!instance->has_clock) {
		learn_timescale(instance, answer->is_utc);
	}
	/* The kind was checked by gn_instance_init(). */
	(void)servo_init(&instance->servo, &instance->config.servo, is_software,
			 -gn_rate_to_ppb(answer->rate), limit);
	servo_set_interval(&instance->servo, (double)gn_log_interval_ns(instance->log_interval) / 1e9);
	instance->servo.is_first_update = is_first_update;
	instance->has_clock = true;
	report_interval(instance);
}

static void report_failure(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	struct gn_report *report = instance_report(instance, GN_REPORT_CLOCK_FAILED);

	if (report) {
		report->number[0] = answer->operation;
		report->number[1] = answer->error;
	}
}

static void lose_lock(struct gn_instance *instance)
{
	if (instance->has_clock) {
		servo_reset(&instance->servo);
	}
	note_servo_state(instance, SERVO_UNLOCKED);
	for (uint16_t i = 0; i < instance->port_count; i++) {
		port_dispatch(&instance->ports[i], GN_EV_SYNCHRONIZATION_FAULT);
	}
}

static bool steers(uint8_t operation)
{
	return operation == GN_ACTION_CLOCK_SET_RATE || operation == GN_ACTION_CLOCK_STEP ||
	       operation == GN_ACTION_CLOCK_SET_PHASE;
}

/* Somebody else's frequency on our clock: told, not fought (seen before ours was set). */
static void compare_rate(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	int64_t difference = answer->previous.scaled_ppb - instance->clock_rate.scaled_ppb;
	int64_t one_ppb = (int64_t)1 << 32;
	struct gn_report *report;

	if (!answer->has_previous || !instance->has_clock_rate ||
	    (difference <= one_ppb && difference >= -one_ppb)) {
		return;
	}
	report = instance_report(instance, GN_REPORT_CLOCK_RATE_CHANGED);
	if (report) {
		report->number[0] = answer->previous.scaled_ppb;
		report->number[1] = instance->clock_rate.scaled_ppb;
	}
}

void steer_clock_answered(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	bool is_time_asked = answer->operation == GN_ACTION_CLOCK_READ && instance->is_time_asked;

	instance->clock_epoch = answer->epoch;
	if (answer->operation == GN_ACTION_CLOCK_STEP) {
		instance->is_clock_busy = false;
	}
	if (is_time_asked) {
		instance->is_time_asked = false;
		if (answer->is_done) {
			announce_leap_is_over(instance, answer->time.whole);
		}
		return;
	}
	if (!answer->is_done) {
		report_failure(instance, answer);
		if (steers(answer->operation)) {
			lose_lock(instance);
		}
		return;
	}
	if (answer->operation == GN_ACTION_CLOCK_READ) {
		start_servo(instance, answer);
	}
	if (answer->operation == GN_ACTION_CLOCK_SET_RATE) {
		compare_rate(instance, answer);
	}
	if (answer->operation == GN_ACTION_CLOCK_SET_RATE || answer->operation == GN_ACTION_CLOCK_READ) {
		instance->clock_rate = answer->rate;
		instance->has_clock_rate = true;
	}
}

void steer_clock_touched(struct gn_instance *instance, uint32_t epoch)
{
	instance->clock_epoch = epoch;
	instance->clock_touches++;
	steer_forget_times(instance);
	rate_check_forget(&instance->rate_check);
	lose_lock(instance);
	clock_action(instance, GN_ACTION_CLOCK_READ);
}

void steer_ask_time(struct gn_instance *instance)
{
	instance->is_time_asked = clock_action(instance, GN_ACTION_CLOCK_READ) != NULL;
}

void steer_start(struct gn_instance *instance)
{
	start_delay(instance);
	clock_action(instance, GN_ACTION_CLOCK_READ);
}
