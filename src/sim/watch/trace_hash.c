/* src/sim/watch/trace_hash.c -- what each event and action says, member by member: never the octets between members, nor what
 * another kind of event left behind in the union. */
#include "sim/watch/trace_hash.h"

#include "gnomon/report.h"

#include <string.h>

/* One multiplication for eight octets. Every step can be undone, so two traces that differ in one place stay different. */
static void mix(uint64_t *trace, uint64_t word)
{
	uint64_t h = (*trace ^ word) * UINT64_C(0x9E3779B97F4A7C15);

	*trace = h ^ h >> 29;
}

static void mix_signed(uint64_t *trace, int64_t word)
{
	mix(trace, (uint64_t)word);
}

static uint64_t little_endian(const uint8_t *octets, size_t count)
{
	uint64_t word = 0;

	for (size_t i = 0; i < count; i++) {
		word |= (uint64_t)octets[i] << (8 * i);
	}
	return word;
}

static void mix_octets(uint64_t *trace, const uint8_t *octets, size_t count)
{
	mix(trace, count);
	for (; count >= 8; count -= 8, octets += 8) {
		mix(trace, little_endian(octets, 8));
	}
	if (count > 0) {
		mix(trace, little_endian(octets, count));
	}
}

static void mix_precise(uint64_t *trace, struct gn_precise time)
{
	mix(trace, time.whole.seconds);
	mix(trace, (uint64_t)time.whole.nanoseconds << 16 | time.fraction);
}

static void mix_address(uint64_t *trace, const struct gn_address *address)
{
	mix(trace, address->network_protocol);
	mix_octets(trace, address->octets, address->length);
}

/* What a stamp that is none holds besides is nobody's. */
static void mix_stamp(uint64_t *trace, const struct gn_stamp *stamp)
{
	mix(trace, (uint64_t)stamp->epoch << 16 | (uint64_t)stamp->clock << 8 | stamp->status);
	if (stamp->status == GN_STAMP_OK) {
		mix_precise(trace, stamp->time);
	}
}

static void mix_attachment(uint64_t *trace, const struct gn_port_attachment *a)
{
	mix(trace, (uint64_t)a->speed_mbps << 32 | (uint64_t)a->time_stamping << 8 |
			   (uint64_t)a->link_is_up << 3 | (uint64_t)a->is_virtual_clock << 2 |
			   (uint64_t)a->is_fallback << 1 | a->is_changed_provider);
	mix_signed(trace, a->phc_index);
	mix_octets(trace, a->physical_address, a->physical_address_length);
	mix_address(trace, &a->protocol_address);
}

static void mix_received(uint64_t *trace, const struct gn_event *event)
{
	const struct gn_frame_received *f = &event->u.received;

	mix_octets(trace, f->octets, f->length);
	mix_stamp(trace, &f->stamp);
	mix_signed(trace, f->software_stamp.ns);
	mix_address(trace, &f->source);
	mix(trace, (uint64_t)f->is_unicast << 3 | (uint64_t)f->is_general << 2 | (uint64_t)f->is_local << 1 |
			   f->may_change);
}

static void mix_sent(uint64_t *trace, const struct gn_event *event)
{
	mix(trace, event->u.sent.token);
	mix_stamp(trace, &event->u.sent.stamp);
}

static void mix_opened(uint64_t *trace, const struct gn_event *event)
{
	mix(trace, event->u.opened.is_open);
	if (event->u.opened.is_open) {
		mix_attachment(trace, &event->u.opened.attachment);
	}
}

static void mix_link(uint64_t *trace, const struct gn_event *event)
{
	mix_attachment(trace, &event->u.link);
}

static void mix_answer(uint64_t *trace, const struct gn_event *event)
{
	const struct gn_clock_answer *a = &event->u.clock;

	mix(trace, (uint64_t)a->operation << 8 | a->is_done);
	mix_signed(trace, a->error);
	mix(trace, a->epoch);
	if (!a->is_done) {
		return;
	}
	if (a->operation == GN_ACTION_CLOCK_READ) {
		mix_signed(trace, a->rate_limit.scaled_ppb);
		mix(trace, a->is_utc);
		mix_precise(trace, a->time);
	}
	if (a->operation == GN_ACTION_CLOCK_READ || a->operation == GN_ACTION_CLOCK_SET_RATE) {
		mix_signed(trace, a->rate.scaled_ppb);
		mix_signed(trace, a->has_previous ? a->previous.scaled_ppb : INT64_MIN);
	}
	if (a->has_memory) {
		mix_signed(trace, a->memory.frequency.scaled_ppb);
		mix_signed(trace, a->memory.deviation.scaled_ppb);
	}
}

static void mix_touched(uint64_t *trace, const struct gn_event *event)
{
	mix(trace, event->u.touched.epoch);
}

static void mix_temperature(uint64_t *trace, const struct gn_event *event)
{
	mix_signed(trace, event->u.temperature.millidegrees);
}

void trace_event(uint64_t *trace, int64_t now_ps, const struct node *node, const struct gn_event *event)
{
	static void (*const contents[])(uint64_t *, const struct gn_event *) = {
		[GN_EVENT_FRAME_RECEIVED] = mix_received, [GN_EVENT_FRAME_SENT] = mix_sent,
		[GN_EVENT_PORT_OPENED] = mix_opened,      [GN_EVENT_LINK] = mix_link,
		[GN_EVENT_CLOCK_ANSWERED] = mix_answer,   [GN_EVENT_CLOCK_TOUCHED] = mix_touched,
		[GN_EVENT_TEMPERATURE] = mix_temperature,
	};

	mix_signed(trace, now_ps);
	mix(trace, (uint64_t)node->index << 32 | (uint64_t)event->port << 16 | event->type);
	mix_signed(trace, event->now.ns);
	mix_signed(trace, event->raw_ns);
	if (event->type < sizeof(contents) / sizeof(contents[0]) && contents[event->type]) {
		contents[event->type](trace, event);
	}
}

static void mix_send(uint64_t *trace, const struct gn_action *action)
{
	const struct gn_send *send = &action->u.send;

	mix(trace, (uint64_t)send->token << 32 | (uint64_t)send->message_type << 16 |
			   (uint64_t)send->destination << 8 | (uint64_t)send->is_event << 1 |
			   send->is_one_step);
	mix_octets(trace, send->octets, send->length);
	if (send->destination == GN_TO_ADDRESS) {
		mix_address(trace, &send->address);
	}
}

static void mix_rate(uint64_t *trace, const struct gn_action *action)
{
	mix_signed(trace, action->u.rate.scaled_ppb);
}

static void mix_step(uint64_t *trace, const struct gn_action *action)
{
	mix_signed(trace, action->u.step.nanoseconds);
	mix(trace, action->u.step.fraction);
}

static void mix_tai_offset(uint64_t *trace, const struct gn_action *action)
{
	mix_signed(trace, action->u.tai_offset);
}

static void mix_leap(uint64_t *trace, const struct gn_action *action)
{
	mix_signed(trace, action->u.leap);
}

static void mix_timescale(uint64_t *trace, const struct gn_action *action)
{
	mix(trace, action->u.is_ptp_timescale);
}

static void mix_sample(uint64_t *trace, const struct gn_action *action)
{
	const struct gn_refclock_sample *sample = &action->u.sample;

	mix_precise(trace, sample->local);
	mix_signed(trace, sample->offset.nanoseconds);
	mix(trace, (uint64_t)(uint8_t)sample->leap << 16 | sample->offset.fraction);
}

static void mix_memory(uint64_t *trace, const struct gn_action *action)
{
	mix_signed(trace, action->u.memory.frequency.scaled_ppb);
	mix_signed(trace, action->u.memory.deviation.scaled_ppb);
}

static void mix_report(uint64_t *trace, const struct gn_action *action)
{
	const struct gn_report *report = action->u.report;

	mix(trace, (uint64_t)report->id << 32 | (uint64_t)report->port << 16 | report->identity.port_number);
	mix(trace, little_endian(report->identity.clock_identity.octets, 8));
	for (size_t i = 0; i < sizeof(report->number) / sizeof(report->number[0]); i++) {
		mix_signed(trace, report->number[i]);
	}
	if (report->text) {
		mix_octets(trace, (const uint8_t *)report->text, strlen(report->text));
	}
}

void trace_action(uint64_t *trace, int64_t now_ps, const struct node *node, const struct gn_action *action)
{
	static void (*const contents[])(uint64_t *, const struct gn_action *) = {
		[GN_ACTION_SEND] = mix_send,
		[GN_ACTION_CLOCK_SET_RATE] = mix_rate,
		[GN_ACTION_CLOCK_STEP] = mix_step,
		[GN_ACTION_CLOCK_SET_PHASE] = mix_step,
		[GN_ACTION_CLOCK_SET_TAI_OFFSET] = mix_tai_offset,
		[GN_ACTION_CLOCK_SET_LEAP] = mix_leap,
		[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = mix_timescale,
		[GN_ACTION_REFCLOCK_SAMPLE] = mix_sample,
		[GN_ACTION_CLOCK_REMEMBER] = mix_memory,
		[GN_ACTION_REPORT] = mix_report,
	};

	mix_signed(trace, now_ps);
	mix(trace,
	    UINT64_C(1) << 63 | (uint64_t)node->index << 24 | (uint64_t)action->port << 8 | action->type);
	if (action->type < sizeof(contents) / sizeof(contents[0]) && contents[action->type]) {
		contents[action->type](trace, action);
	}
}
