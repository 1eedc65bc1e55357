/* src/tools/status_show.c -- one screen: the verdict, why, the clock, its ports. A line whose facts are not known is left
 * out. What a person on call should not overlook is yellow or red where there are colours, and capitals anyway. */
#include "report/text.h"
#include "tools/status_facts.h"
#include "tools/status_show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum colour { PLAIN, GREEN, YELLOW, RED, FAINT };

struct screen {
	report_sink sink;
	void *context;
	bool has_colours;
	const char *separator; /* before the next word of a line */
};

static void say(struct screen *s, enum colour colour, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void say(struct screen *s, enum colour colour, const char *format, ...)
{
	static const char *const codes[] = { [PLAIN] = "",
					     [GREEN] = "\033[1;32m",
					     [YELLOW] = "\033[1;33m",
					     [RED] = "\033[1;31m",
					     [FAINT] = "\033[2m" };
	bool is_coloured = s->has_colours && colour != PLAIN;
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sink_print(s->sink, s->context, "%s", is_coloured ? codes[colour] : "");
	sink_print(s->sink, s->context, "%s", text);
	sink_print(s->sink, s->context, "%s", is_coloured ? "\033[0m" : "");
}

/* "  label         " and then words with three blanks between. */
static void begin_line(struct screen *s, const char *label)
{
	say(s, PLAIN, "  ");
	say(s, FAINT, "%-13s", label);
	s->separator = " ";
}

#define WORD(s, colour, ...)                                                                                 \
	do {                                                                                                 \
		say(s, PLAIN, "%s", (s)->separator);                                                         \
		say(s, colour, __VA_ARGS__);                                                                 \
		(s)->separator = ", ";                                                                       \
	} while (0)

static void end_line(struct screen *s)
{
	say(s, PLAIN, "\n");
}

/* ---- the clock ---- */

static void show_identity(struct screen *s, const struct status_picture *p)
{
	char identity[19], age[24];

	begin_line(s, "this clock");
	WORD(s, PLAIN, "%s", report_clock_identity(&p->default_ds.clock_identity, identity));
	WORD(s, PLAIN, "domain %u", p->default_ds.domain_number);
	if (p->default_ds.flags & WIRE_DEFAULT_SLAVE_ONLY) {
		WORD(s, PLAIN, "time receiver only");
	}
	if (status_knows(p, STATUS_GNOMON)) {
		WORD(s, PLAIN, "%s, up %s", p->version_text, fact_age(p->gnomon.uptime, age));
	}
	end_line(s);
}

static void show_grandmaster(struct screen *s, const struct status_picture *p)
{
	const struct wire_parent_data_set *parent = &p->parent_ds;
	char identity[19], port[25];

	if (!status_knows(p, STATUS_PARENT_DS)) {
		return;
	}
	begin_line(s, "grandmaster");
	WORD(s, PLAIN, "%s", report_clock_identity(&parent->grandmaster_identity, identity));
	if (fact_is_grandmaster(p)) {
		WORD(s, PLAIN, "this clock itself");
	} else if (status_knows(p, STATUS_CURRENT_DS)) {
		WORD(s, PLAIN, "%u step%s away", p->current_ds.steps_removed,
		     p->current_ds.steps_removed == 1 ? "" : "s");
	}
	WORD(s, PLAIN, "clockClass %u", parent->grandmaster_clock_quality.clock_class);
	WORD(s, PLAIN, "%s", fact_accuracy(parent->grandmaster_clock_quality.clock_accuracy));
	if (status_knows(p, STATUS_TIME_PROPERTIES_DS)) {
		WORD(s, PLAIN, "%s", fact_time_source(p->time_properties_ds.time_source));
	}
	end_line(s);
	if (!fact_is_grandmaster(p)) {
		begin_line(s, "parent");
		WORD(s, PLAIN, "%s", report_port_identity(&parent->parent_port_identity, port));
		end_line(s);
	}
}

static const char *duration_of(struct gn_interval interval, char out[24])
{
	struct fact fact = fact_of_interval(interval);

	if (fact.is_known) {
		return report_duration(fact.ns, out);
	}
	return "unknown";
}

static void show_offset(struct screen *s, const struct status_picture *p)
{
	const struct wire_gnomon_status_np *g = &p->gnomon;
	struct fact offset = fact_offset(p);
	char a[24], b[24], c[24];

	if (!offset.is_known) {
		return;
	}
	begin_line(s, "offset");
	WORD(s, PLAIN, "%s", report_duration(offset.ns, a));
	if (status_knows(p, STATUS_GNOMON) && g->window_samples) {
		WORD(s, PLAIN, "recent rms %s, max %s, mean %s (%u in %u s)", duration_of(g->offset_rms, a),
		     duration_of(g->offset_max, b), duration_of(g->offset_mean, c), g->window_samples,
		     g->window_seconds);
	}
	end_line(s);
}

static void show_delay(struct screen *s, const struct status_picture *p)
{
	struct fact delay = fact_delay(p);
	char number[24];

	if (fact_is_grandmaster(p)) {
		return;
	}
	begin_line(s, "path delay");
	if (delay.is_known) {
		WORD(s, delay.ns < 0 ? YELLOW : PLAIN, "%s", report_duration(delay.ns, number));
		if (status_knows(p, STATUS_GNOMON) && fact_of_interval(p->gnomon.delay_deviation).is_known) {
			WORD(s, PLAIN, "deviation %s", duration_of(p->gnomon.delay_deviation, number));
		}
	} else {
		WORD(s, YELLOW, "not measured");
	}
	end_line(s);
}

static void show_servo(struct screen *s, const struct status_picture *p)
{
	const struct wire_gnomon_status_np *g = &p->gnomon;
	char number[24];

	if (!status_knows(p, STATUS_GNOMON) || fact_is_grandmaster(p)) {
		return;
	}
	begin_line(s, "servo");
	WORD(s, g->servo_state < 2 ? YELLOW : PLAIN, "%s %s", fact_servo_kind(g->servo_kind),
	     fact_servo_state(g->servo_state));
	WORD(s, PLAIN, "frequency %+.1f ppb", (double)g->frequency / 4294967296.0);
	if (fact_of_interval(g->error_estimate).is_known) {
		WORD(s, PLAIN, "error estimate %s", duration_of(g->error_estimate, number));
	}
	if (g->last_sync_age != UINT32_MAX) {
		WORD(s, PLAIN, "last Sync %s ago", report_duration((double)g->last_sync_age * 1e6, number));
	}
	end_line(s);
}

static void show_holdover(struct screen *s, const struct wire_gnomon_servo_np *q)
{
	char age[24];

	if (q->holdover_seconds) {
		WORD(s, YELLOW, "HOLDOVER for %s", fact_age(q->holdover_seconds, age));
	}
	if (q->holdover == GN_HOLDOVER_DEGRADED) {
		WORD(s, RED, "beyond holdover_bound");
	}
	if (q->asymmetry_held.scaled_ns != 0 && fact_of_interval(q->asymmetry_held).is_known) {
		WORD(s, YELLOW, "ASYMMETRY of %s held back", duration_of(q->asymmetry_held, age));
	}
	if (q->clock_fault) {
		WORD(s, RED, "THE CLOCK DOES NOT OBEY: %s", gn_clock_fault_name(q->clock_fault));
	}
}

/* How good the servo believes the time to be, and what it learnt. */
static void show_estimate(struct screen *s, const struct status_picture *p)
{
	const struct wire_gnomon_servo_np *q = &p->servo;
	char number[24];

	if (!fact_has_estimate(p)) {
		return;
	}
	begin_line(s, "error");
	WORD(s, PLAIN, "%s (1 sigma)", duration_of(q->error_estimate, number));
	WORD(s, PLAIN, "bound %s", duration_of(q->bound, number));
	show_holdover(s, q);
	end_line(s);
	begin_line(s, "learnt");
	WORD(s, PLAIN, "the clock runs %+.1f +- %.1f ppb", (double)q->frequency / 4294967296.0,
	     (double)q->frequency_error / 4294967296.0);
	if (fact_of_interval(q->sync_noise).is_known) {
		WORD(s, PLAIN, "noise of Sync %s (%.1f %% clean)", duration_of(q->sync_noise, number),
		     q->sync_clean / 10.0);
	}
	if (fact_of_interval(q->delay_noise).is_known) {
		WORD(s, PLAIN, "of the delay %s (%.1f %% clean)", duration_of(q->delay_noise, number),
		     q->delay_clean / 10.0);
	}
	if (q->temperature_coefficient) {
		WORD(s, PLAIN, "%+.2f ppb/K", (double)q->temperature_coefficient / 1e3);
	}
	end_line(s);
}

static void show_clock(struct screen *s, const struct status_picture *p)
{
	const struct wire_gnomon_status_np *g = &p->gnomon;
	char age[24];

	if (!status_knows(p, STATUS_GNOMON)) {
		return;
	}
	begin_line(s, "steers");
	if (p->clock_name[0] || g->clock_kind) {
		WORD(s, PLAIN, "%s%s%s", fact_clock_kind(g->clock_kind),
		     p->clock_name[0] && fact_clock_kind(g->clock_kind)[0] ? " " : "", p->clock_name);
	}
	if (g->flags & WIRE_GNOMON_IS_FREE_RUNNING) {
		WORD(s, YELLOW, "NOT SET, only measured (free_running)");
	}
	WORD(s, PLAIN, "stepped %" PRIu32 " time%s", g->steps, g->steps == 1 ? "" : "s");
	if (g->clock_touches) {
		WORD(s, YELLOW, "SOMEBODY ELSE set it %" PRIu32 " time%s", g->clock_touches,
		     g->clock_touches == 1 ? "" : "s");
	}
	WORD(s, PLAIN, "last change %s ago", fact_age(g->seconds_since_state_change, age));
	end_line(s);
}

static void show_time(struct screen *s, const struct status_picture *p)
{
	const struct wire_time_properties_data_set *t = &p->time_properties_ds;

	if (!status_knows(p, STATUS_TIME_PROPERTIES_DS)) {
		return;
	}
	begin_line(s, "timescale");
	WORD(s, PLAIN, "%s", t->flags & WIRE_TIME_PTP_TIMESCALE ? "PTP" : "arbitrary");
	WORD(s, PLAIN, "UTC offset %d s%s", t->current_utc_offset,
	     t->flags & WIRE_TIME_CURRENT_UTC_OFFSET_VALID ? "" : " (not known to be right)");
	WORD(s, PLAIN, "%s", t->flags & WIRE_TIME_TIME_TRACEABLE ? "traceable" : "not traceable");
	if (t->flags & (WIRE_TIME_LEAP61 | WIRE_TIME_LEAP59)) {
		WORD(s, YELLOW, "LEAP SECOND at the end of this UTC day: %c1 s",
		     t->flags & WIRE_TIME_LEAP61 ? '+' : '-');
	}
	end_line(s);
}

/* ---- the ports ---- */

static enum colour state_colour(int state)
{
	static const uint8_t colours[GN_PORT_STATES] = {
		[GN_PORT_FAULTY] = RED,
		[GN_PORT_UNCALIBRATED] = YELLOW,
		[GN_PORT_LISTENING] = YELLOW,
		[GN_PORT_TIME_RECEIVER] = GREEN,
	};

	return state >= 0 && state < GN_PORT_STATES ? (enum colour)colours[state] : PLAIN;
}

static void show_attachment(struct screen *s, const struct status_port *port)
{
	const struct wire_gnomon_port_status_np *g = &port->gnomon;
	bool is_told = status_port_knows(port, STATUS_GNOMON_PORT);
	bool is_fallback = is_told && (g->flags & WIRE_GNOMON_PORT_IS_FALLBACK);
	int stamping = fact_time_stamping(port);

	if (is_told && !(g->flags & WIRE_GNOMON_PORT_LINK_IS_UP)) {
		WORD(s, RED, "LINK DOWN");
	} else if (is_told && g->speed) {
		WORD(s, PLAIN, "link up %" PRIu32 " Mb/s", g->speed);
	} else if (is_told) {
		WORD(s, PLAIN, "link up");
	}
	if (stamping >= 0) {
		WORD(s, stamping == GN_STAMPING_SOFTWARE ? YELLOW : PLAIN, "%s%s", fact_stamping(stamping),
		     is_fallback ? " INSTEAD OF HARDWARE" : "");
	}
	if (fact_phc_index(port) >= 0) {
		WORD(s, PLAIN, "/dev/ptp%d", fact_phc_index(port));
	}
	if (is_told && fact_protocol(g->network_protocol)[0]) {
		WORD(s, PLAIN, "%s", fact_protocol(g->network_protocol));
	}
	if (fact_mechanism(fact_delay_mechanism(port))[0]) {
		WORD(s, PLAIN, "%s", fact_mechanism(fact_delay_mechanism(port)));
	}
}

static void show_messages(struct screen *s, const char *label, const uint64_t counts[GN_MESSAGE_TYPES])
{
	bool has_any = false;

	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		const char *name = gn_message_type_name(type);

		if (!counts[type] || !name) {
			continue;
		}
		if (!has_any) {
			begin_line(s, label);
			has_any = true;
		}
		WORD(s, PLAIN, "%s %" PRIu64, name, counts[type]);
	}
	if (has_any) {
		end_line(s);
	}
}

static void show_losses(struct screen *s, const struct wire_gnomon_port_status_np *g)
{
	if (!g->transmit_stamps_lost && !g->faults) {
		return;
	}
	begin_line(s, "  trouble");
	if (g->transmit_stamps_lost) {
		WORD(s, g->transmit_stamps_lost_in_a_row ? RED : PLAIN,
		     "%" PRIu64 " transmit timestamps lost (%" PRIu32 " in a row)", g->transmit_stamps_lost,
		     g->transmit_stamps_lost_in_a_row);
	}
	if (g->faults) {
		WORD(s, PLAIN, "%" PRIu32 " fault%s", g->faults, g->faults == 1 ? "" : "s");
	}
	end_line(s);
}

static void show_drops(struct screen *s, const struct status_port *port)
{
	if (!fact_drops(port)) {
		return;
	}
	begin_line(s, "  not used");
	for (size_t i = 0; i < GN_DROPS; i++) {
		if (port->drops[i]) {
			WORD(s, PLAIN, "%s %" PRIu64, gn_drop_name((enum gn_drop)i), port->drops[i]);
		}
	}
	if (port->drops_other) {
		WORD(s, PLAIN, "other %" PRIu64, port->drops_other);
	}
	end_line(s);
}

static void show_port(struct screen *s, const struct status_picture *p, uint16_t number)
{
	const struct status_port *port = &p->ports[number - 1];
	char name[STATUS_TEXT_SIZE + 16], age[24];
	int state = fact_port_state(port);

	say(s, PLAIN, "\n  %s: ", fact_port_name(p, number, name));
	say(s, state_colour(state), "%s",
	    state ? report_state_name(&report_words_native, state) : "not answered");
	if (status_port_knows(port, STATUS_GNOMON_PORT)) {
		say(s, PLAIN, " since %s", fact_age(port->gnomon.seconds_since_state_change, age));
	}
	end_line(s);
	begin_line(s, "  attached");
	show_attachment(s, port);
	end_line(s);
	if (status_port_knows(port, STATUS_PORT_STATS)) {
		show_messages(s, "  received", port->stats.received);
		show_messages(s, "  sent", port->stats.sent);
	}
	if (status_port_knows(port, STATUS_GNOMON_PORT)) {
		show_losses(s, &port->gnomon);
	}
	show_drops(s, port);
}

static enum colour verdict_colour(const struct status_verdict *verdict)
{
	if (verdict->grade == STATUS_GOOD) {
		return GREEN;
	}
	return verdict->is_synchronized ? YELLOW : RED;
}

void status_show_text(const struct status_picture *p, const struct status_verdict *verdict, bool has_colours,
		      report_sink sink, void *context)
{
	struct screen s = { .sink = sink, .context = context, .has_colours = has_colours };
	unsigned silent = 0;

	say(&s, verdict_colour(verdict), "%s", verdict->headline);
	end_line(&s);
	for (size_t i = 0; i < verdict->reason_count; i++) {
		if (!strstr(verdict->headline, verdict->reasons[i])) {
			say(&s, PLAIN, "  - %s\n", verdict->reasons[i]);
		}
	}
	end_line(&s);
	show_identity(&s, p);
	show_grandmaster(&s, p);
	show_offset(&s, p);
	show_delay(&s, p);
	show_servo(&s, p);
	show_estimate(&s, p);
	show_clock(&s, p);
	show_time(&s, p);
	for (uint16_t number = 1; number <= p->port_count; number++) {
		if (p->ports[number - 1].known) {
			show_port(&s, p, number);
		} else {
			silent++;
		}
	}
	if (silent) {
		say(&s, YELLOW, "\n  %u of %u ports did not answer\n", silent, p->port_count);
	}
	if (!status_knows(p, STATUS_GNOMON)) {
		say(&s, FAINT,
		    "\n  %s is served by another daemon than Gnomon: no drop counters, no servo state, no "
		    "recent RMS\n",
		    p->path);
	}
}
