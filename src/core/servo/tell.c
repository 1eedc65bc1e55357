/* src/core/servo/tell.c -- one line a sample, or one of several; and the figures that status shows. */
#include "core/servo/tell.h"

#include "core/port/port.h"
#include "core/servo/math.h"

#include <string.h>

#define RECENT_SECONDS_LOG 5 /* the window of what status shows: 32 s, but */
#define RECENT_MIN 8
#define RECENT_MAX 4096

/* Whole nanoseconds toward zero, as people read them. */
int64_t tell_ns(struct gn_offset offset)
{
	return offset.nanoseconds + (offset.nanoseconds < 0 && offset.fraction > 0);
}

void tell_reset(struct gn_instance *instance)
{
	statistics_reset(&instance->offset_statistics);
	statistics_reset(&instance->frequency_statistics);
	statistics_reset(&instance->delay_statistics);
}

/* The exponent is a sum of configured numbers, each of which may be any int. */
uint32_t tell_power_of_two(int64_t exponent)
{
	return exponent <= 0 ? 1 : exponent >= 31 ? (uint32_t)1 << 31 : (uint32_t)1 << exponent;
}

/* For a report; what does not fit is told as the end of its range. */
int64_t tell_number(double value)
{
	const double limit = 9.2e18;

	if (!(value < limit)) {
		return INT64_MAX;
	}
	return value > -limit ? (int64_t)gn_math_round(value) : INT64_MIN;
}

static int64_t in_thousandths(double value)
{
	return tell_number(value * 1000.0);
}

void tell_forget_recent(struct gn_instance *instance)
{
	instance->last_sample = (struct gn_instant){ 0 };
	memset(&instance->recent, 0, sizeof(instance->recent));
	statistics_reset(&instance->recent_offset);
	statistics_reset(&instance->recent_delay);
	instance->recent_count = 0;
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
	uint32_t window = tell_power_of_two(RECENT_SECONDS_LOG - instance->log_interval);

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
void tell_sample(struct gn_instance *instance, double offset, double frequency_ppb, uint32_t updates)
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
		tell_reset(instance);
	}
}
