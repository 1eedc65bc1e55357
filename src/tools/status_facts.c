/* src/tools/status_facts.c -- where two ids tell the same, ours is preferred: it knows "not known". */
#include "tools/status_facts.h"

#include <inttypes.h>
#include <stdio.h>

#define SCALED_NS 65536.0

struct fact fact_of_interval(struct gn_interval interval)
{
	bool is_known = interval.scaled_ns != INT64_MAX && interval.scaled_ns != INT64_MIN;

	return (struct fact){ is_known, is_known ? (double)interval.scaled_ns / SCALED_NS : 0.0 };
}

bool fact_has_estimate(const struct status_picture *picture)
{
	return status_knows(picture, STATUS_SERVO) && (picture->servo.flags & WIRE_GNOMON_SERVO_IS_KNOWN);
}

static struct fact first_known(struct fact a, struct fact b)
{
	return a.is_known ? a : b;
}

static const struct fact unknown = { false, 0.0 };

bool fact_is_grandmaster(const struct status_picture *picture)
{
	return status_knows(picture, STATUS_DEFAULT_DS) && status_knows(picture, STATUS_PARENT_DS) &&
	       gn_clock_identity_equal(&picture->default_ds.clock_identity,
				       &picture->parent_ds.grandmaster_identity);
}

/* linuxptp's has all 64 bits for nanoseconds: an offset of years is known there too. */
static struct fact offset_of_linuxptp(const struct status_picture *picture)
{
	const struct wire_time_status_np *status = &picture->time_status;
	bool is_known = status_knows(picture, STATUS_TIME_STATUS) && status->gm_present &&
			status->ingress_time != 0;

	return (struct fact){ is_known, (double)status->master_offset };
}

struct fact fact_offset(const struct status_picture *picture)
{
	bool is_gnomons = status_knows(picture, STATUS_GNOMON);

	if (fact_is_grandmaster(picture)) {
		return unknown;
	}
	if (is_gnomons && !(picture->gnomon.flags & WIRE_GNOMON_HAS_OFFSET)) {
		return unknown;
	}
	return first_known(is_gnomons ? fact_of_interval(picture->gnomon.last_offset) : unknown,
			   offset_of_linuxptp(picture));
}

struct fact fact_delay(const struct status_picture *picture)
{
	uint16_t receiver;
	struct fact delay = unknown;

	if (fact_is_grandmaster(picture)) {
		return unknown;
	}
	if (status_knows(picture, STATUS_GNOMON)) {
		return fact_of_interval(picture->gnomon.mean_delay);
	}
	if (status_knows(picture, STATUS_CURRENT_DS) && picture->current_ds.mean_delay.scaled_ns != 0) {
		delay = fact_of_interval(picture->current_ds.mean_delay);
	}
	if (!delay.is_known && (fact_ports_in(picture, GN_PORT_TIME_RECEIVER, &receiver) ||
				fact_ports_in(picture, GN_PORT_UNCALIBRATED, &receiver))) {
		delay = fact_of_interval(picture->ports[receiver - 1].ds.mean_link_delay);
	}
	return delay;
}

int fact_port_state(const struct status_port *port)
{
	if (status_port_knows(port, STATUS_PORT_DS)) {
		return port->ds.port_state;
	}
	return status_port_knows(port, STATUS_GNOMON_PORT) ? port->gnomon.port_state : 0;
}

int fact_time_stamping(const struct status_port *port)
{
	if (status_port_knows(port, STATUS_GNOMON_PORT)) {
		return port->gnomon.time_stamping;
	}
	return status_port_knows(port, STATUS_PORT_PROPERTIES) ? port->properties.timestamping : -1;
}

int fact_phc_index(const struct status_port *port)
{
	if (status_port_knows(port, STATUS_GNOMON_PORT)) {
		return port->gnomon.phc_index;
	}
	return status_port_knows(port, STATUS_PORT_HWCLOCK) ? port->hwclock.phc_index : -1;
}

int fact_delay_mechanism(const struct status_port *port)
{
	if (status_port_knows(port, STATUS_GNOMON_PORT)) {
		return port->gnomon.delay_mechanism;
	}
	return status_port_knows(port, STATUS_PORT_DS) ? port->ds.delay_mechanism : -1;
}

unsigned fact_ports_in(const struct status_picture *picture, int state, uint16_t *first)
{
	unsigned count = 0;

	for (uint16_t i = 0; i < picture->port_count; i++) {
		if (fact_port_state(&picture->ports[i]) != state) {
			continue;
		}
		if (count == 0) {
			*first = (uint16_t)(i + 1);
		}
		count++;
	}
	return count;
}

uint64_t fact_drops(const struct status_port *port)
{
	uint64_t sum = port->drops_other;

	for (size_t i = 0; i < GN_DROPS; i++) {
		sum += port->drops[i];
	}
	return sum;
}

const char *fact_port_name(const struct status_picture *picture, uint16_t number,
			   char out[STATUS_TEXT_SIZE + 16])
{
	const char *interface = picture->ports[number - 1].interface;

	snprintf(out, STATUS_TEXT_SIZE + 16, interface[0] ? "port %u (%s)" : "port %u", number, interface);
	return out;
}

const char *fact_age(uint64_t seconds, char out[24])
{
	static const struct {
		uint64_t below, unit;
		const char *name;
	} units[] = {
		{ 120, 1, "s" }, { 7200, 60, "min" }, { 172800, 3600, "h" }, { UINT64_MAX, 86400, "d" }
	};
	size_t i = 0;

	while (seconds >= units[i].below && i < 3) {
		i++;
	}
	snprintf(out, 24, "%" PRIu64 " %s", seconds / units[i].unit, units[i].name);
	return out;
}

/* ---- words ---- */

const char *fact_accuracy(uint8_t clock_accuracy)
{
	static const char *const words[] = {
		/* Table 5, from 0x17 */
		"within 1 ps",   "within 2.5 ps",   "within 10 ps",  "within 25 ps",  "within 100 ps",
		"within 250 ps", "within 1 ns",     "within 2.5 ns", "within 10 ns",  "within 25 ns",
		"within 100 ns", "within 250 ns",   "within 1 us",   "within 2.5 us", "within 10 us",
		"within 25 us",  "within 100 us",   "within 250 us", "within 1 ms",   "within 2.5 ms",
		"within 10 ms",  "within 25 ms",    "within 100 ms", "within 250 ms", "within 1 s",
		"within 10 s",   "worse than 10 s",
	};
	const unsigned first = 0x17;

	if (clock_accuracy < first || clock_accuracy - first >= sizeof(words) / sizeof(words[0])) {
		return "accuracy unknown";
	}
	return words[clock_accuracy - first];
}

struct word {
	int value;
	const char *text;
};

static const char *word_of(const struct word *words, size_t count, int value, const char *otherwise)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].value == value) {
			return words[i].text;
		}
	}
	return otherwise;
}

#define WORD_OF(words, value, otherwise) word_of(words, sizeof(words) / sizeof((words)[0]), value, otherwise)

const char *fact_time_source(uint8_t time_source)
{
	static const struct word words[] = {
		{ GN_TIME_SOURCE_ATOMIC_CLOCK, "atomic clock" },
		{ GN_TIME_SOURCE_GNSS, "GNSS" },
		{ GN_TIME_SOURCE_TERRESTRIAL_RADIO, "radio" },
		{ GN_TIME_SOURCE_SERIAL_TIME_CODE, "serial time code" },
		{ GN_TIME_SOURCE_PTP, "PTP" },
		{ GN_TIME_SOURCE_NTP, "NTP" },
		{ GN_TIME_SOURCE_HAND_SET, "set by hand" },
		{ GN_TIME_SOURCE_OTHER, "another source" },
		{ GN_TIME_SOURCE_INTERNAL_OSCILLATOR, "its own oscillator" },
	};

	return WORD_OF(words, time_source, "unknown source");
}

const char *fact_servo_kind(uint8_t kind)
{
	static const struct word words[] = {
		{ 0, "pi" },       { 1, "linreg" },        { 2, "ntpshm" },
		{ 3, "nullf" },    { 4, "refclock_sock" }, { WIRE_GNOMON_SERVO_ADAPTIVE, "adaptive" },
		{ 17, "external" }
	};

	return WORD_OF(words, kind, "unknown");
}

const char *fact_servo_state(uint8_t state)
{
	static const struct word words[] = {
		{ 0, "unlocked" }, { 1, "stepping" }, { 2, "locked" }, { 3, "locked and stable" }
	};

	return WORD_OF(words, state, "in an unknown state");
}

const char *fact_clock_kind(uint8_t kind)
{
	static const struct word words[] = { { WIRE_GNOMON_CLOCK_SYSTEM, "system clock" },
					     { WIRE_GNOMON_CLOCK_PHC, "hardware clock" },
					     { WIRE_GNOMON_CLOCK_VIRTUAL, "virtual clock" },
					     { WIRE_GNOMON_CLOCK_SIMULATED, "simulated clock" } };

	return WORD_OF(words, kind, "");
}

const char *fact_stamping(int time_stamping)
{
	static const struct word words[] = {
		{ GN_STAMPING_SOFTWARE, "SOFTWARE timestamps" },
		{ GN_STAMPING_HARDWARE, "hardware timestamps" },
		{ GN_STAMPING_LEGACY, "hardware timestamps (legacy)" },
		{ GN_STAMPING_ONESTEP, "hardware timestamps, one-step" },
		{ GN_STAMPING_P2P1STEP, "hardware timestamps, one-step peer delay" },
	};

	return WORD_OF(words, time_stamping, "timestamping unknown");
}

const char *fact_mechanism(int delay_mechanism)
{
	static const struct word words[] = { { GN_DELAY_AUTO, "delay automatic" },
					     { GN_DELAY_E2E, "E2E" },
					     { GN_DELAY_P2P, "P2P" },
					     { GN_DELAY_COMMON_P2P, "common P2P" },
					     { GN_DELAY_SPECIAL, "special" },
					     { GN_DELAY_NONE, "no delay mechanism" } };

	return WORD_OF(words, delay_mechanism, "");
}

const char *fact_protocol(uint16_t network_protocol)
{
	static const struct word words[] = { { GN_PROTOCOL_UDP_IPV4, "UDP/IPv4" },
					     { GN_PROTOCOL_UDP_IPV6, "UDP/IPv6" },
					     { GN_PROTOCOL_IEEE_802_3, "Ethernet" } };

	return WORD_OF(words, network_protocol, "");
}
