/* src/tools/status_judge.c -- is the time good? Reasons against it are collected first, then the roles decide:
 *
 *   receives time      good if nothing speaks against it
 *   is grandmaster     good if its clockClass says that it is meant to be the source (up to 127); one that became
 *                      grandmaster for want of a better one follows nobody, and that is what it is told
 *   hands samples on   to an NTP daemon: good if the clock is near
 *   anything else      not synchronised
 */
#include "report/text.h"
#include "tools/status_facts.h"
#include "tools/status_show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CLOCK_CLASS_SOURCE_MAX 127 /* above, a clock is meant to follow (9.3.3) */
#define SYNC_AGE_MIN_MS 2000
#define SYNC_INTERVALS_MAX 5
#define HANDED_ON_NS_MAX 1e6 /* what NTP daemons stay within by software timestamps, with room */

__attribute__((format(printf, 2, 3))) static void object(struct status_verdict *verdict, const char *format,
							 ...)
{
	va_list arguments;

	if (verdict->reason_count == STATUS_REASONS_MAX) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(verdict->reasons[verdict->reason_count++], STATUS_REASON_SIZE, format, arguments);
	va_end(arguments);
}

__attribute__((format(printf, 4, 5))) static void conclude(struct status_verdict *verdict,
							   enum status_grade grade, bool is_synchronized,
							   const char *format, ...)
{
	va_list arguments;

	verdict->grade = grade;
	verdict->is_synchronized = is_synchronized;
	va_start(arguments, format);
	vsnprintf(verdict->headline, sizeof(verdict->headline), format, arguments);
	va_end(arguments);
}

static const char free_running_text[] = "the clock is only measured, not set (free_running)";
static const char *const fault_texts[] = { "failed", "a socket, its link or its transmit timestamps failed",
					   "several neighbours answer Pdelay_Req" };

static void look_at_port(const struct status_picture *picture, uint16_t number,
			 struct status_verdict *verdict)
{
	const struct status_port *port = &picture->ports[number - 1];
	bool is_told = status_port_knows(port, STATUS_GNOMON_PORT);
	bool is_down = is_told && !(port->gnomon.flags & WIRE_GNOMON_PORT_LINK_IS_UP);
	char name[STATUS_TEXT_SIZE + 16];

	fact_port_name(picture, number, name);
	if (is_down) {
		object(verdict, "%.64s: the link is down", name);
	} else if (fact_port_state(port) == GN_PORT_FAULTY) {
		uint8_t fault = is_told && port->gnomon.last_fault < 3 ? port->gnomon.last_fault : 0;

		object(verdict, "%.64s is FAULTY: %s", name, fault_texts[fault]);
	}
	if (is_told && (port->gnomon.flags & WIRE_GNOMON_PORT_IS_FALLBACK)) {
		object(verdict, "%.64s stamps in SOFTWARE although hardware was asked for", name);
	}
	if (is_told && port->gnomon.transmit_stamps_lost_in_a_row > 0) {
		object(verdict, "%.64s: the last %" PRIu32 " transmit timestamps did not come", name,
		       port->gnomon.transmit_stamps_lost_in_a_row);
	}
}

/* Sync is late when some in a row are missing. */
static void look_at_sync_age(const struct status_picture *picture, uint16_t receiver,
			     struct status_verdict *verdict)
{
	const struct status_port *port = &picture->ports[receiver - 1];
	int log = status_port_knows(port, STATUS_PORT_DS) ? port->ds.log_sync_interval : 0;
	int64_t limit = SYNC_INTERVALS_MAX * (gn_log_interval_ns(log > 10 ? 10 : log) / 1000000);
	uint32_t age = picture->gnomon.last_sync_age;

	limit = limit < SYNC_AGE_MIN_MS ? SYNC_AGE_MIN_MS : limit;
	if (age == UINT32_MAX) {
		object(verdict, "no Sync has given an offset yet");
	} else if (age > limit) {
		object(verdict, "the last usable Sync is %" PRIu32 " s old", age / 1000);
	}
}

static void look_at_servo(const struct status_picture *picture, uint16_t receiver,
			  struct status_verdict *verdict)
{
	const struct wire_gnomon_status_np *g = &picture->gnomon;

	if (!status_knows(picture, STATUS_GNOMON)) {
		return;
	}
	if (g->flags & WIRE_GNOMON_IS_FREE_RUNNING) {
		object(verdict, "%s", free_running_text);
	} else if (g->servo_state < 2) {
		object(verdict, "the servo is %s", fact_servo_state(g->servo_state));
	}
	if (fact_has_estimate(picture) && picture->servo.clock_fault) {
		object(verdict, "the clock does not obey (%s)",
		       gn_clock_fault_name(picture->servo.clock_fault));
	}
	if (fact_has_estimate(picture) && picture->servo.holdover_seconds) {
		object(verdict, "the servo is in holdover since %" PRIu32 " s",
		       picture->servo.holdover_seconds);
	}
	look_at_sync_age(picture, receiver, verdict);
}

static void look_at_source(const struct status_picture *picture, struct status_verdict *verdict)
{
	uint8_t flags = picture->time_properties_ds.flags;

	if (status_knows(picture, STATUS_TIME_PROPERTIES_DS) &&
	    (flags & WIRE_TIME_SYNCHRONIZATION_UNCERTAIN)) {
		object(verdict, "the time transmitter itself says that its time is uncertain");
	}
}

static void judge_receiver(const struct status_picture *picture, struct status_verdict *verdict)
{
	struct fact offset = fact_offset(picture);
	char number[24], grandmaster[19] = "of unknown identity";
	char how_far[32] = "offset unknown";

	if (status_knows(picture, STATUS_PARENT_DS)) {
		report_clock_identity(&picture->parent_ds.grandmaster_identity, grandmaster);
	}
	if (offset.is_known) {
		snprintf(how_far, sizeof(how_far), "%s", report_duration(offset.ns, number));
	}
	if (verdict->reason_count) {
		conclude(verdict, STATUS_NOT_GOOD, true, "time is DEGRADED: %s", verdict->reasons[0]);
	} else if (status_knows(picture, STATUS_GNOMON)) {
		conclude(verdict, STATUS_GOOD, true, "time is good: %s from grandmaster %s, servo %s",
			 how_far, grandmaster, fact_servo_state(picture->gnomon.servo_state));
	} else {
		conclude(verdict, STATUS_GOOD, true, "time is good: %s from grandmaster %s", how_far,
			 grandmaster);
	}
}

static void judge_grandmaster(const struct status_picture *picture, struct status_verdict *verdict)
{
	const struct gn_clock_quality *quality = &picture->default_ds.clock_quality;

	if (quality->clock_class > CLOCK_CLASS_SOURCE_MAX) {
		object(verdict,
		       "no better time transmitter is heard; if this clock shall be the source, give it a "
		       "clockClass "
		       "of at most %d",
		       CLOCK_CLASS_SOURCE_MAX);
		conclude(verdict, STATUS_NOT_GOOD, false,
			 "NOT SYNCHRONISED: this clock follows nobody, it is its own grandmaster (clockClass "
			 "%u)",
			 quality->clock_class);
	} else if (verdict->reason_count) {
		conclude(verdict, STATUS_NOT_GOOD, true, "this clock is the grandmaster, but DEGRADED: %s",
			 verdict->reasons[0]);
	} else {
		conclude(verdict, STATUS_GOOD, true,
			 "time is good: this clock is the grandmaster (clockClass %u, %s)",
			 quality->clock_class, fact_accuracy(quality->clock_accuracy));
	}
}

/* An NTP daemon has the samples and the clock: whether it does its part shows in the offset. */
static bool is_handed_on(const struct status_picture *picture)
{
	return status_knows(picture, STATUS_GNOMON) && gn_servo_only_tells(picture->gnomon.servo_kind);
}

static void judge_handed_on(const struct status_picture *picture, uint16_t number,
			    struct status_verdict *verdict)
{
	const char *kind = fact_servo_kind(picture->gnomon.servo_kind);
	struct fact offset = fact_offset(picture);
	char duration[24];

	look_at_sync_age(picture, number, verdict);
	if (!offset.is_known) {
		object(verdict, "no offset was measured yet: do Sync, Follow_Up and delay messages arrive?");
	} else if (!(offset.ns <= HANDED_ON_NS_MAX && offset.ns >= -HANDED_ON_NS_MAX)) {
		object(verdict, "the clock is %s off: does the NTP daemon run, and take the samples of %s?",
		       report_duration(offset.ns, duration), kind);
	}
	if (verdict->reason_count) {
		conclude(verdict, STATUS_NOT_GOOD, false, "time is DEGRADED: %s", verdict->reasons[0]);
	} else {
		conclude(verdict, STATUS_GOOD, true,
			 "time is good: %s, by the NTP daemon that has the samples (%s)",
			 report_duration(offset.ns, duration), kind);
	}
}

static void judge_uncalibrated(const struct status_picture *picture, uint16_t number,
			       struct status_verdict *verdict)
{
	struct fact offset = fact_offset(picture);
	char name[STATUS_TEXT_SIZE + 16], duration[24];

	fact_port_name(picture, number, name);
	if (status_knows(picture, STATUS_GNOMON) && (picture->gnomon.flags & WIRE_GNOMON_IS_FREE_RUNNING)) {
		object(verdict, "%s", free_running_text);
	}
	if (offset.is_known) {
		conclude(verdict, STATUS_NOT_GOOD, false,
			 "NOT SYNCHRONISED yet: %.64s hears a time transmitter, offset %s, the servo has not "
			 "locked",
			 name, report_duration(offset.ns, duration));
	} else {
		object(verdict, "no offset was measured yet: do Sync, Follow_Up and delay messages arrive?");
		conclude(verdict, STATUS_NOT_GOOD, false,
			 "NOT SYNCHRONISED yet: %.64s hears a time transmitter", name);
	}
}

static void judge_others(const struct status_picture *picture, struct status_verdict *verdict)
{
	char name[STATUS_TEXT_SIZE + 16];
	uint16_t first = 0;

	if (fact_ports_in(picture, GN_PORT_LISTENING, &first)) {
		object(verdict, "%.64s hears no time transmitter of domain %u that qualifies",
		       fact_port_name(picture, first, name), picture->default_ds.domain_number);
	}
	conclude(verdict, STATUS_NOT_GOOD, false, "NOT SYNCHRONISED: %s",
		 verdict->reason_count ? verdict->reasons[0] : "no port receives time");
}

struct status_verdict status_judge(const struct status_picture *picture)
{
	struct status_verdict verdict = { .grade = STATUS_NOT_GOOD };
	uint16_t receiver = 0, uncalibrated = 0, first = 0;

	fact_ports_in(picture, GN_PORT_TIME_RECEIVER, &receiver);
	fact_ports_in(picture, GN_PORT_UNCALIBRATED, &uncalibrated);
	for (uint16_t number = 1; number <= picture->port_count; number++) {
		if (!receiver || number == receiver) { /* the others matter to whom they serve */
			look_at_port(picture, number, &verdict);
		}
	}
	if (receiver) {
		look_at_servo(picture, receiver, &verdict);
		look_at_source(picture, &verdict);
		judge_receiver(picture, &verdict);
	} else if (uncalibrated && is_handed_on(picture)) {
		judge_handed_on(picture, uncalibrated, &verdict);
	} else if (uncalibrated) {
		judge_uncalibrated(picture, uncalibrated, &verdict);
	} else if (fact_is_grandmaster(picture) && fact_ports_in(picture, GN_PORT_TIME_TRANSMITTER, &first)) {
		judge_grandmaster(picture, &verdict);
	} else {
		judge_others(picture, &verdict);
	}
	return verdict;
}
