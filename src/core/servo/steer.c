/* src/core/servo/steer.c -- one Sync: offset -> plausible? -> servo -> clock actions -> statistics -> the port's event. */
#include "core/servo/steer.h"

#include "core/delay/rate.h"
#include "core/port/announce.h"
#include "core/port/port.h"
#include "core/servo/discipline.h"
#include "core/servo/joint.h"
#include "core/servo/tell.h"
#include "core/servo/timescale.h"

static bool is_free_running(const struct gn_instance *instance)
{
	return instance->config.free_running;
}

/* ---- rate of the parent ---- */

static void report_rate(struct gn_instance *instance, const struct port *port)
{
	struct gn_report *report = instance_report(instance, GN_REPORT_RATE_RATIO);

	if (report) {
		report->number[0] = tell_number((instance->parent_rate.ratio - 1.0) * 1e12);
		report->number[1] = tell_number((port->neighbor_rate.ratio - 1.0) * 1e12);
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

/* linuxptp prints one line an estimate; the servo stays out of it. */
static void free_run(struct port *port, bool is_new_rate, const struct offset_sample *sample)
{
	struct gn_instance *instance = port->instance;
	double frequency = (1.0 - instance->parent_rate.ratio) * 1e9;
	int64_t shift = (int64_t)instance->config.freq_est_interval - instance->log_interval;
	bool is_certain = instance->synchronization_uncertain_np == 0;
	uint32_t updates;

	discipline_keep_offset(instance, sample->offset);
	discipline_note_state(instance, is_certain ? SERVO_LOCKED : SERVO_UNLOCKED);
	instance->last_frequency = gn_rate_from_ppb(frequency);
	if (is_new_rate) {
		updates = tell_power_of_two((int64_t)instance->config.summary_interval -
					    instance->log_interval - (shift > 0 ? shift : 0));
		tell_sample(instance, (double)tell_ns(sample->offset), frequency, updates);
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

/* For the program that steers the clock. */
static void hand_on(struct gn_instance *instance, struct gn_offset offset)
{
	struct gn_action *action = discipline_action(instance, GN_ACTION_REFCLOCK_SAMPLE);

	if (action) {
		action->u.sample = (struct gn_refclock_sample){
			.local = instance->ingress,
			.offset = offset,
			.leap = instance->leap.armed,
		};
	}
}

static void report_fit(struct gn_instance *instance)
{
	struct servo_fit fit;
	struct gn_report *report = servo_fit(&instance->servo, &fit)
					   ? instance_report(instance, GN_REPORT_SERVO_FIT)
					   : NULL;

	if (report) {
		report->number[0] = fit.points;
		report->number[1] = tell_number(fit.slope * 1e12);
		report->number[2] = tell_number(fit.intercept_ns);
		report->number[3] = tell_number(fit.error_ns);
	}
}

/* Offset first, then what to do about it. */
static void measure(struct port *port, const struct offset_sample *sample, struct gn_precise t1,
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
	struct servo_steering steering = servo_measure(&instance->servo, &measurement);

	if (gn_servo_only_tells(instance->config.servo.kind)) {
		hand_on(instance, sample->offset);
	}
	report_fit(instance);
	steering.offset = sample->offset;
	discipline(instance, port, &steering, true);
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

/* By the delay processor: filtered, from both directions together. */
static void measure_filtered(struct port *port, struct gn_precise t1, struct gn_precise t2)
{
	struct gn_instance *instance = port->instance;
	struct offset_sample sample;
	bool is_new_rate = false;

	if (is_free_running(instance)) {
		is_new_rate = estimate_rate(port, t1, t2);
	}
	if (!delay_process_update_offset(&instance->delay, &sample)) {
		return;
	}
	instance->current_ds.mean_delay = sample.delay;
	sample.offset = gn_offset_add(sample.offset, timescale_correction(instance, t2));
	check_rate(port, t2);
	if (is_free_running(instance)) {
		free_run(port, is_new_rate, &sample);
	} else {
		measure(port, &sample, t1, t2);
	}
}

void steer_sync(struct port *port, struct gn_precise t1, struct gn_precise t2, struct gn_instant received)
{
	struct gn_instance *instance = port->instance;

	if (!may_measure(instance) || is_skipped(instance)) {
		return;
	}
	if (timescale_is_leap_between(instance, t2)) {
		instance_report(instance, GN_REPORT_LEAP_SUSPENDED);
		return;
	}
	instance->ingress = t2;
	instance->ingress.whole.seconds -= TIME_BIAS_SECONDS;
	delay_process_down(&instance->delay, t1, t2);
	if (joint_is_in_charge(instance)) {
		check_rate(port, t2);
		joint_sync(port, t1, t2, received);
	} else {
		measure_filtered(port, t1, t2);
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
			report->number[3] = tell_number((port->instance->delay.rate_ratio - 1.0) * 1e9);
		}
	}
	report = port_report(port, GN_REPORT_DELAY_SAMPLE);
	if (report) {
		report->number[0] = gn_interval_truncate_ns(sample->delay);
		report->number[1] = sample->raw_ns;
	}
}

/* What the delay processor makes of it, to be reported. */
static void update_delay(struct port *port, struct gn_precise t3, struct gn_precise t4)
{
	struct gn_instance *instance = port->instance;
	struct delay_sample sample;

	delay_process_set_rate_ratio(&instance->delay, remote_rate(instance));
	delay_process_up(&instance->delay, t3, t4);
	if (!delay_process_update_delay(&instance->delay, &sample)) {
		return;
	}
	if (!joint_has_estimate(instance)) {
		instance->has_delay = true;
		instance->current_ds.mean_delay = sample.delay;
	}
	report_delay(port, &sample);
}

void steer_delay(struct port *port, struct gn_precise t3, struct gn_precise t4, struct gn_instant sent)
{
	struct gn_instance *instance = port->instance;

	if (!may_measure(instance) || timescale_is_leap_between(instance, t3)) {
		return;
	}
	update_delay(port, t3, t4);
	if (joint_is_in_charge(instance) && instance->skip_syncs <= 0) {
		joint_delay(port, t3, t4, sent);
	}
}

void steer_peer_delay(struct port *port, struct gn_interval raw)
{
	struct gn_instance *instance = port->instance;

	delay_process_set_delay(&instance->delay, port->ds.mean_link_delay);
	if (!joint_has_estimate(instance)) {
		instance->has_delay = true;
		instance->current_ds.mean_delay = port->ds.mean_link_delay;
	}
	if (joint_is_in_charge(instance) && may_measure(instance)) {
		joint_known_delay(instance, port, raw);
	}
}

/* ---- what changes around it ---- */

static void report_interval(struct gn_instance *instance)
{
	struct gn_report *report = instance->config.servo.kind == GN_SERVO_PI
					   ? instance_report(instance, GN_REPORT_SERVO_INTERVAL)
					   : NULL;

	if (report) {
		report->number[0] = gn_log_interval_ns(instance->log_interval) / 1000;
		report->number[1] = tell_number(instance->servo.kp * 1e6);
		report->number[2] = tell_number(instance->servo.ki * 1e6);
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
	tell_reset(instance);
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

/* To a servo that hears of it by messages only. */
static void tell_known_delay(struct gn_instance *instance)
{
	int64_t initial = instance->config.initial_delay;

	if (joint_is_in_charge(instance) && (initial || instance->is_delay_disabled)) {
		joint_known_delay(instance, NULL, gn_interval_from_ns(initial));
	}
}

/* Everything measured against the old parent. The servo keeps its state: the oscillator is the same. */
static void forget_parent(struct gn_instance *instance)
{
	delay_process_reset(&instance->delay, false);
	delay_process_set_rate_ratio(&instance->delay, 1.0);
	start_delay(instance);
	rate_init(&instance->parent_rate, instance->config.freq_est_interval, instance->log_interval);
	instance->ingress = (struct gn_precise){ { 0, 0 }, 0 };
	instance->has_follow_up_information = false;
	rate_check_forget(&instance->rate_check);
	instance->leap.is_known = false;
	tell_reset(instance);
	tell_forget_recent(instance);
}

void steer_new_parent(struct gn_instance *instance)
{
	forget_parent(instance);
	if (joint_is_in_charge(instance)) {
		servo_new_path(&instance->servo);
		tell_known_delay(instance);
	}
}

void steer_reference_lost(struct gn_instance *instance)
{
	if (joint_is_in_charge(instance)) {
		servo_reference_lost(&instance->servo, instance->now.ns);
		joint_tell_news(instance);
	}
}

void steer_no_parent(struct gn_instance *instance)
{
	if (instance->had_parent) {
		steer_reference_lost(instance);
		forget_parent(instance);
		discipline_note_state(instance, SERVO_UNLOCKED);
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
		discipline_action(
			instance,
			GN_ACTION_CLOCK_SET_LEAP); /* none: what a process before us may have left */
	}
}

/* The kind was checked by gn_instance_init(). */
static void init_servo(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	bool is_first_update = !instance->has_clock || instance->servo.is_first_update;
	bool is_software = instance->config.time_stamping == GN_STAMPING_SOFTWARE;

	(void)servo_init(&instance->servo, &instance->config.servo, is_software,
			 -gn_rate_to_ppb(answer->rate), gn_rate_to_ppb(answer->rate_limit));
	servo_set_interval(&instance->servo, (double)gn_log_interval_ns(instance->log_interval) / 1e9);
	instance->servo.is_first_update = is_first_update;
}

/* Also for a clock that was touched or changed: its rate and limits are what was found, and a first step happens once. */
static void start_servo(struct gn_instance *instance, const struct gn_clock_answer *answer)
{
	bool is_first = !instance->has_clock;

	if (is_first) {
		learn_timescale(instance, answer->is_utc);
	}
	if (is_first || !servo_is_joint(&instance->servo)) {
		init_servo(instance, answer);
	} else {
		servo_clock_found(&instance->servo, -gn_rate_to_ppb(answer->rate),
				  gn_rate_to_ppb(answer->rate_limit));
	}
	instance->has_clock = true;
	if (is_first && joint_is_in_charge(instance)) {
		joint_recall(instance, answer);
		tell_known_delay(instance);
	}
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
	discipline_note_state(instance, SERVO_UNLOCKED);
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
	if (joint_is_in_charge(instance)) {
		joint_clock_answered(instance, answer);
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
	discipline_forget_times(instance);
	rate_check_forget(&instance->rate_check);
	lose_lock(instance);
	discipline_action(instance, GN_ACTION_CLOCK_READ);
}

void steer_ask_time(struct gn_instance *instance)
{
	instance->is_time_asked = discipline_action(instance, GN_ACTION_CLOCK_READ) != NULL;
}

struct gn_instant steer_deadline(const struct gn_instance *instance)
{
	struct gn_instant never = { INT64_MAX };

	return joint_is_in_charge(instance) ? joint_deadline(instance) : never;
}

void steer_expire(struct gn_instance *instance)
{
	joint_expire(instance);
}

void steer_temperature(struct gn_instance *instance, int32_t millidegrees)
{
	if (joint_is_in_charge(instance)) {
		servo_temperature(&instance->servo, millidegrees / 1000.0, instance->now.ns);
		joint_tell_news(instance);
	}
}

void steer_stop(struct gn_instance *instance)
{
	if (joint_is_in_charge(instance)) {
		joint_remember(instance);
	}
}

void steer_start(struct gn_instance *instance)
{
	start_delay(instance);
	discipline_action(instance, GN_ACTION_CLOCK_READ);
}
