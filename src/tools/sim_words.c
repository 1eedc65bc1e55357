/* src/tools/sim_words.c -- a table of words for each type; frames are decoded as far as they can be. */
#include "tools/sim_words.h"

#include "core/wire/message.h"
#include "gnomon/report.h"
#include "report/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- text that grows ---- */

struct words {
	char *out;
	size_t used;
	const char *const *names;
	uint16_t ports;
};

__attribute__((format(printf, 2, 3))) static void say(struct words *w, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(w->out + w->used, SIM_WORDS_SIZE - w->used, format, arguments);
	va_end(arguments);
	if (length > 0) {
		w->used += (size_t)length;
	}
	if (w->used >= SIM_WORDS_SIZE) {
		w->used = SIM_WORDS_SIZE - 1;
	}
}

/* Names and texts may be anybody's: what would move the cursor is not shown. */
static const char *in_one_line(char *text)
{
	for (char *at = text; *at; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7F) {
			*at = '?';
		}
	}
	return text;
}

static struct words begin(char *out, const char *const *names, uint16_t ports)
{
	out[0] = '\0';
	return (struct words){ .out = out, .names = names, .ports = ports };
}

static void say_port(struct words *w, uint16_t port)
{
	if (port >= 1 && port <= w->ports) {
		say(w, "port %u (%s): ", port, w->names[port - 1]);
	} else if (port > 0) {
		say(w, "port %u: ", port);
	}
}

/* Twelve decimals where there is something below a nanosecond, else nine. */
static void say_time(struct words *w, const struct gn_precise *time)
{
	say(w, "%" PRIu64 ".%09" PRIu32, time->whole.seconds, time->whole.nanoseconds);
	if (time->fraction) {
		say(w, "%03u", time->fraction * 1000u / 65536u);
	}
}

static void say_stamp(struct words *w, const struct gn_stamp *stamp)
{
	static const char *const statuses[GN_STAMP_STATUSES] = {
		[GN_STAMP_MISSING] = "without a timestamp",
		[GN_STAMP_BAD_NANOSECONDS] = "timestamp with impossible nanoseconds",
		[GN_STAMP_STALE_EPOCH] = "timestamp of before a step",
		[GN_STAMP_IMPLAUSIBLE] = "implausible timestamp",
		[GN_STAMP_CLOCK_JUMPED] = "timestamp spoilt by a step",
		[GN_STAMP_NOT_SENT] = "which did not leave",
	};

	if (stamp->status == GN_STAMP_OK) {
		say(w, ", at ");
		say_time(w, &stamp->time);
		say(w, " (epoch %" PRIu32 ")", stamp->epoch);
	} else {
		say(w, ", %s", stamp->status < GN_STAMP_STATUSES ? statuses[stamp->status] : "?");
	}
}

static void say_rate(struct words *w, struct gn_rate rate)
{
	say(w, "%+.6f ppb", gn_rate_to_ppb(rate));
}

static void say_offset(struct words *w, struct gn_offset offset)
{
	say(w, "%+.3f ns", (double)offset.nanoseconds + offset.fraction / 65536.0);
}

static void say_message(struct words *w, const uint8_t *octets, size_t length)
{
	struct wire_message m;
	bool has_header = false;
	int reason = wire_decode(octets, length, &m, &has_header);
	const char *name = has_header ? gn_message_type_name(m.header.message_type) : NULL;
	char identity[25];

	if (!has_header) {
		say(w, "what is no PTP message");
	} else {
		say(w, "%s %u of %s", name ? name : "a message of reserved type", m.header.sequence_id,
		    report_port_identity(&m.header.source_port_identity, identity));
	}
	say(w, ", %zu octets", length);
	if (has_header && reason != GN_DROPS) {
		say(w, " (%s)", gn_drop_text((enum gn_drop)reason));
	}
}

/* ---- events ---- */

static void say_received(struct words *w, const struct gn_event *event)
{
	const struct gn_frame_received *frame = &event->u.received;

	say(w, "received ");
	say_message(w, frame->octets, frame->length);
	if (frame->is_local) {
		say(w, ", from a program of this machine%s",
		    frame->may_change ? " that may change things" : "");
		return;
	}
	if (frame->is_unicast) {
		say(w, ", unicast");
	}
	if (!frame->is_general) {
		say_stamp(w, &frame->stamp);
	}
}

static void say_sent(struct words *w, const struct gn_event *event)
{
	say(w, "sent is what had token %" PRIu32, event->u.sent.token);
	say_stamp(w, &event->u.sent.stamp);
}

static void say_attachment(struct words *w, const struct gn_port_attachment *a)
{
	static const char *const stampings[] = {
		[GN_STAMPING_SOFTWARE] = "software",
		[GN_STAMPING_HARDWARE] = "hardware",
		[GN_STAMPING_LEGACY] = "legacy",
		[GN_STAMPING_ONESTEP] = "one-step",
		[GN_STAMPING_P2P1STEP] = "one-step peer delay",
	};
	bool is_known = a->time_stamping < sizeof(stampings) / sizeof(stampings[0]);

	say(w, "link %s, %s timestamps%s", a->link_is_up ? "up" : "down",
	    is_known ? stampings[a->time_stamping] : "unknown", a->is_fallback ? " for want of better" : "");
	if (a->phc_index >= 0) {
		say(w, ", /dev/ptp%" PRId32, a->phc_index);
	}
	if (a->is_changed_provider) {
		say(w, ", another clock than before");
	}
}

static void say_opened(struct words *w, const struct gn_event *event)
{
	say(w, event->u.opened.is_open ? "opened: " : "could not be opened: ");
	say_attachment(w, &event->u.opened.attachment);
}

static void say_link(struct words *w, const struct gn_event *event)
{
	say_attachment(w, &event->u.link);
}

static void say_answered(struct words *w, const struct gn_event *event)
{
	const struct gn_clock_answer *answer = &event->u.clock;

	say(w, "the clock answers \"%s\": ", sim_action_kind(answer->operation));
	if (!answer->is_done) {
		say(w, "refused, %s", strerror(answer->error));
	} else {
		say(w, "done");
	}
	if (answer->is_done &&
	    (answer->operation == GN_ACTION_CLOCK_READ || answer->operation == GN_ACTION_CLOCK_SET_RATE)) {
		say(w, ", rate ");
		say_rate(w, answer->rate);
	}
	if (answer->is_done && answer->operation == GN_ACTION_CLOCK_READ) {
		say(w, ", time ");
		say_time(w, &answer->time);
	}
	if (answer->has_memory) {
		say(w, ", remembered ");
		say_rate(w, answer->memory.frequency);
	}
	say(w, ", epoch %" PRIu32, answer->epoch);
}

static void say_touched(struct words *w, const struct gn_event *event)
{
	say(w, "somebody else has touched the clock: epoch %" PRIu32, event->u.touched.epoch);
}

static void say_temperature(struct words *w, const struct gn_event *event)
{
	say(w, "the oscillator has %.3f degrees Celsius", event->u.temperature.millidegrees / 1000.0);
}

static const struct {
	const char *text;
	void (*more)(struct words *w, const struct gn_event *event);
} event_words[] = {
	[GN_EVENT_START] = { "start", NULL },
	[GN_EVENT_STOP] = { "stop", NULL },
	[GN_EVENT_DEADLINE] = { "a timer is due", NULL },
	[GN_EVENT_FRAME_RECEIVED] = { "", say_received },
	[GN_EVENT_FRAME_SENT] = { "", say_sent },
	[GN_EVENT_PORT_OPENED] = { "", say_opened },
	[GN_EVENT_PORT_ERROR] = { "a socket failed", NULL },
	[GN_EVENT_LINK] = { "", say_link },
	[GN_EVENT_CLOCK_ANSWERED] = { "", say_answered },
	[GN_EVENT_CLOCK_TOUCHED] = { "", say_touched },
	[GN_EVENT_TEMPERATURE] = { "", say_temperature },
};

const char *sim_event_words(const struct gn_event *event, const char *const *names, uint16_t ports,
			    char out[SIM_WORDS_SIZE])
{
	struct words w = begin(out, names, ports);

	if (event->type >= sizeof(event_words) / sizeof(event_words[0])) {
		say(&w, "event %u", event->type);
		return out;
	}
	say_port(&w, event->port);
	say(&w, "%s", event_words[event->type].text);
	if (event_words[event->type].more) {
		event_words[event->type].more(&w, event);
	}
	return in_one_line(out);
}

/* ---- actions ---- */

static const char *const action_kinds[] = {
	[GN_ACTION_SEND] = "send",
	[GN_ACTION_OPEN_PORT] = "open the port",
	[GN_ACTION_CLOSE_PORT] = "close the port",
	[GN_ACTION_CLOCK_READ] = "read the clock",
	[GN_ACTION_CLOCK_SET_RATE] = "set the rate",
	[GN_ACTION_CLOCK_STEP] = "step the clock",
	[GN_ACTION_CLOCK_SET_PHASE] = "shift the phase",
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = "set TAI - UTC",
	[GN_ACTION_CLOCK_SET_LEAP] = "set the leap second",
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = "mark the clock as synchronised",
	[GN_ACTION_REFCLOCK_SAMPLE] = "hand a sample on",
	[GN_ACTION_CLOCK_REMEMBER] = "remember the frequency",
	[GN_ACTION_REPORT] = "report",
};

const char *sim_action_kind(unsigned type)
{
	return type < sizeof(action_kinds) / sizeof(action_kinds[0]) ? action_kinds[type] : "unknown";
}

static void say_line(void *context, int level, const char *line)
{
	struct words *w = context;

	(void)level;
	say(w, ": %s", line);
}

/* A writer of its own for each: nothing is held back. */
static void say_report(struct words *w, const struct gn_report *report)
{
	struct report_writer *writer = report_writer_new(&report_words_native, w->names, w->ports);
	size_t before = w->used;

	if (writer) {
		report_write(writer, report, 0, say_line, w);
		report_writer_free(writer);
	}
	if (w->used == before) { /* one that the log is silent about */
		say(w, " %u of port %u:", report->id, report->port);
		for (size_t i = 0; i < sizeof(report->number) / sizeof(report->number[0]); i++) {
			say(w, " %" PRId64, report->number[i]);
		}
	}
}

static void say_send(struct words *w, const struct gn_send *send)
{
	say(w, " ");
	say_message(w, send->octets, send->length);
	if (send->token) {
		say(w, ", token %" PRIu32, send->token);
	}
	if (send->is_one_step) {
		say(w, ", one-step");
	}
	if (send->destination == GN_TO_ADDRESS) {
		say(w, send->address.network_protocol == GN_PROTOCOL_LOCAL ? ", to a program of this machine"
									   : ", unicast");
	}
}

const char *sim_action_words(const struct gn_action *action, const char *const *names, uint16_t ports,
			     char out[SIM_WORDS_SIZE])
{
	struct words w = begin(out, names, ports);

	say_port(&w, action->port);
	say(&w, "%s", sim_action_kind(action->type));
	switch (action->type) {
	case GN_ACTION_SEND:
		say_send(&w, &action->u.send);
		break;
	case GN_ACTION_CLOCK_SET_RATE:
		say(&w, " to ");
		say_rate(&w, action->u.rate);
		break;
	case GN_ACTION_CLOCK_STEP:
	case GN_ACTION_CLOCK_SET_PHASE:
		say(&w, " by ");
		say_offset(&w, action->u.step);
		break;
	case GN_ACTION_CLOCK_SET_TAI_OFFSET:
		say(&w, " to %" PRId32 " s", action->u.tai_offset);
		break;
	case GN_ACTION_CLOCK_SET_LEAP:
		say(&w, " to %+d", action->u.leap);
		break;
	case GN_ACTION_CLOCK_REMEMBER:
		say(&w, " ");
		say_rate(&w, action->u.memory.frequency);
		say(&w, ", uncertain by ");
		say_rate(&w, action->u.memory.deviation);
		break;
	case GN_ACTION_CLOCK_IS_SYNCHRONIZED:
		say(&w, ", on %s timescale", action->u.is_ptp_timescale ? "the PTP" : "an arbitrary");
		break;
	case GN_ACTION_REFCLOCK_SAMPLE:
		say(&w, ": ");
		say_offset(&w, action->u.sample.offset);
		say(&w, ", leap %+d", action->u.sample.leap);
		break;
	case GN_ACTION_REPORT:
		say_report(&w, action->u.report);
		break;
	default:
		break;
	}
	return in_one_line(out);
}
