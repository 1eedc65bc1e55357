/* src/tools/status_picture.c -- an answer is checked against its question, decoded by the registry of management ids,
 * and copied to its place, which the table `parts` knows. */
#include "tools/status_picture.h"

#include "gnomon/instance.h"

#include <stdlib.h>
#include <string.h>

static void keep_text(char out[STATUS_TEXT_SIZE], struct wire_text text);

/* ---- what is more than a copy ---- */

static bool keep_ports(struct status_picture *picture, struct status_port *port)
{
	uint16_t count = picture->default_ds.number_ports;

	count = count < GN_PORTS_MAX ? count : GN_PORTS_MAX;
	(void)port;
	if (picture->ports && picture->port_count == count) {
		return true;
	}
	free(picture->ports);
	picture->ports = calloc(count ? count : 1, sizeof(picture->ports[0]));
	picture->port_count = picture->ports ? count : 0;
	return picture->ports != NULL;
}

static bool keep_gnomon(struct status_picture *picture, struct status_port *port)
{
	(void)port;
	keep_text(picture->clock_name, picture->gnomon.clock_name);
	keep_text(picture->version_text, picture->gnomon.version_text);
	return picture->gnomon.layout_version == WIRE_GNOMON_LAYOUT_VERSION;
}

static bool keep_servo(struct status_picture *picture, struct status_port *port)
{
	(void)port;
	return picture->servo.layout_version == WIRE_GNOMON_LAYOUT_VERSION;
}

static bool keep_properties(struct status_picture *picture, struct status_port *port)
{
	(void)picture;
	keep_text(port->interface, port->properties.interface);
	return true;
}

static bool keep_gnomon_port(struct status_picture *picture, struct status_port *port)
{
	(void)picture;
	keep_text(port->interface, port->gnomon.interface);
	return port->gnomon.layout_version == WIRE_GNOMON_LAYOUT_VERSION;
}

/* ---- the parts ---- */

static const struct part {
	uint16_t id;
	size_t offset, size; /* in the picture, or in its port; size 0: not copied, see take_drops() */
	bool (*keep)(struct status_picture *picture,
		     struct status_port *port); /* false: makes no sense after all */
} parts[STATUS_PARTS] = {
#define OF_CLOCK(name) offsetof(struct status_picture, name), sizeof(((struct status_picture *)NULL)->name)
#define OF_PORT(name) offsetof(struct status_port, name), sizeof(((struct status_port *)NULL)->name)
	[STATUS_DEFAULT_DS] = { WIRE_DEFAULT_DATA_SET, OF_CLOCK(default_ds), keep_ports },
	[STATUS_CURRENT_DS] = { WIRE_CURRENT_DATA_SET, OF_CLOCK(current_ds), NULL },
	[STATUS_PARENT_DS] = { WIRE_PARENT_DATA_SET, OF_CLOCK(parent_ds), NULL },
	[STATUS_TIME_PROPERTIES_DS] = { WIRE_TIME_PROPERTIES_DATA_SET, OF_CLOCK(time_properties_ds), NULL },
	[STATUS_TIME_STATUS] = { WIRE_TIME_STATUS_NP, OF_CLOCK(time_status), NULL },
	[STATUS_GNOMON] = { WIRE_GNOMON_STATUS_NP, OF_CLOCK(gnomon), keep_gnomon },
	[STATUS_SERVO] = { WIRE_GNOMON_SERVO_NP, OF_CLOCK(servo), keep_servo },
	[STATUS_PORT_DS] = { WIRE_PORT_DATA_SET, OF_PORT(ds), NULL },
	[STATUS_PORT_PROPERTIES] = { WIRE_PORT_PROPERTIES_NP, OF_PORT(properties), keep_properties },
	[STATUS_PORT_STATS] = { WIRE_PORT_STATS_NP, OF_PORT(stats), NULL },
	[STATUS_PORT_HWCLOCK] = { WIRE_PORT_HWCLOCK_NP, OF_PORT(hwclock), NULL },
	[STATUS_GNOMON_PORT] = { WIRE_GNOMON_PORT_STATUS_NP, OF_PORT(gnomon), keep_gnomon_port },
	[STATUS_DROPS] = { WIRE_GNOMON_DROP_COUNTERS_NP, 0, 0, NULL },
};

uint16_t status_id_of(enum status_part part)
{
	return parts[part].id;
}

/* ---- texts ---- */

/* What a terminal would obey becomes a question mark; whether the rest is UTF-8 is the terminal's matter, and JSON
 * repairs it. */
static void keep_text(char out[STATUS_TEXT_SIZE], struct wire_text text)
{
	size_t n = text.length;

	_Static_assert(UINT8_MAX < STATUS_TEXT_SIZE, "a PTPText always fits");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = text.octets[i];

		/* 0xC2 0x80..0x9F are control characters in UTF-8 */
		bool is_control = c < 0x20 || c == 0x7F ||
				  (c == 0xC2 && i + 1 < n && text.octets[i + 1] < 0xA0);

		out[i] = (char)(is_control ? '?' : c);
	}
	out[n] = '\0';
}

/* ---- questions and answers ---- */

size_t status_encode_question(const struct status_question *question, uint8_t out[64])
{
	struct wire_message m = wire_message_of(GN_MANAGEMENT, 1);
	uint16_t id = parts[question->part].id;
	const uint8_t tlv[] = { 0, WIRE_TLV_MANAGEMENT, 0, 2, (uint8_t)(id >> 8), (uint8_t)id };

	m.header.major_sdo_id = question->major_sdo_id;
	m.header.domain_number = question->domain_number;
	m.header.source_port_identity = question->asker;
	m.header.sequence_id = question->sequence_id;
	memset(m.body.management.target_port_identity.clock_identity.octets, 0xFF, 8);
	m.body.management.target_port_identity.port_number = question->port ? question->port : 0xFFFF;
	m.body.management.action_field = WIRE_GET;
	m.tlvs = tlv;
	m.tlvs_length = sizeof(tlv);
	return wire_encode(&m, out, 64);
}

static bool is_answer_to(const struct status_question *question, const struct wire_message *m)
{
	return m->header.message_type == GN_MANAGEMENT &&
	       (m->body.management.action_field & 0x0F) == WIRE_RESPONSE &&
	       m->header.sequence_id == question->sequence_id &&
	       gn_port_identity_equal(&m->body.management.target_port_identity, &question->asker);
}

/* An error, or a port that is not the one that was asked. */
static bool is_refusal(const struct status_question *question, const struct wire_message *m,
		       const struct wire_tlv *tlv, uint16_t id)
{
	return tlv->type != WIRE_TLV_MANAGEMENT || tlv->length <= 2 || id != parts[question->part].id ||
	       (question->port && m->header.source_port_identity.port_number != question->port);
}

static bool take_drops(struct status_port *port, const struct wire_gnomon_drop_counters_np *counters)
{
	struct wire_records records = counters->dropped;
	struct wire_gnomon_counter counter;

	if (!port) {
		return false; /* counters are a port's */
	}
	memset(port->drops, 0, sizeof(port->drops));
	port->drops_other = 0;
	for (size_t i = 0; wire_record_next(&records, &wire_gnomon_counter_table, &counter); i++) {
		if (i < GN_DROPS) {
			port->drops[i] = counter.dropped;
		} else {
			port->drops_other += counter.dropped;
		}
	}
	return true;
}

static bool take_data(struct status_picture *picture, struct status_port *port, const struct part *part,
		      const uint8_t *octets, size_t length)
{
	const struct wire_management_kind *kind = wire_management_kind(part->id);
	union wire_management_data data;
	void *target = port ? (char *)port + part->offset : (char *)picture + part->offset;

	if (!kind || !wire_management_decode(kind, octets, length, &data)) {
		return false;
	}
	if (part->size == 0) {
		return take_drops(port, &data.gnomon_drop_counters_np);
	}
	memcpy(target, &data, part->size);
	return !part->keep || part->keep(picture, port);
}

enum status_taken status_take(struct status_picture *picture, const struct status_question *question,
			      const uint8_t *octets, size_t length)
{
	struct status_port *port = NULL;
	struct wire_message m;
	struct wire_tlv tlv;
	bool has_header;
	const uint8_t *tlvs;
	size_t left;
	uint16_t id = 0;

	if (wire_decode(octets, length, &m, &has_header) != GN_DROPS || !is_answer_to(question, &m)) {
		return STATUS_FOREIGN;
	}
	tlvs = m.tlvs;
	left = m.tlvs_length;
	if (!wire_tlv_next(&tlvs, &left, &tlv)) {
		return STATUS_REFUSED;
	}
	if (tlv.type == WIRE_TLV_MANAGEMENT && tlv.length >= 2) {
		id = (uint16_t)(tlv.value[0] << 8 | tlv.value[1]);
	}
	if (is_refusal(question, &m, &tlv, id)) {
		return STATUS_REFUSED;
	}
	if (question->port) {
		if (question->port > picture->port_count) {
			return STATUS_REFUSED;
		}
		port = &picture->ports[question->port - 1];
	}
	if (!take_data(picture, port, &parts[question->part], tlv.value + 2, (size_t)tlv.length - 2)) {
		return STATUS_REFUSED;
	}
	picture->major_sdo_id = m.header.major_sdo_id;
	*(port ? &port->known : &picture->known) |= 1u << question->part;
	return STATUS_TAKEN;
}

void status_forget(struct status_picture *picture)
{
	char path[GN_PATH_SIZE];

	memcpy(path, picture->path, sizeof(path));
	free(picture->ports);
	memset(picture, 0, sizeof(*picture));
	memcpy(picture->path, path, sizeof(path));
}
