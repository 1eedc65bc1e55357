/* tests/wire/values.c -- one printer for each field type; the tables say the rest. */
#include "tests/wire/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 256

struct walk {
	values_say say;
	void *context;
};

static void say_number(const struct walk *walk, const char *path, const char *member, int64_t value)
{
	char text[32], whole[PATH_SIZE + 64];

	snprintf(text, sizeof(text), "%" PRId64, value);
	snprintf(whole, sizeof(whole), "%s%s", path, member);
	walk->say(walk->context, whole, text);
}

static void say_octets(const struct walk *walk, const char *path, const char *member, const uint8_t *octets,
		       size_t length)
{
	char whole[PATH_SIZE + 64];
	char *text = malloc(2 * length + 1);

	for (size_t i = 0; i < length; i++) {
		snprintf(text + 2 * i, 3, "%02x", octets[i]);
	}
	text[2 * length] = '\0';
	snprintf(whole, sizeof(whole), "%s%s", path, member);
	walk->say(walk->context, whole, text);
	free(text);
}

static void say_text(const struct walk *walk, const char *path, const struct wire_text *from)
{
	char text[UINT8_MAX + 1];

	if (from->length > 0) {
		memcpy(text, from->octets, from->length);
	}
	text[from->length] = '\0';
	walk->say(walk->context, path, text);
}

static void say_records(const struct walk *walk, const char *path, const struct wire_records *from,
			const struct wire_table *record)
{
	_Alignas(max_align_t) uint8_t scratch[WIRE_RECORD_SIZE_MAX];
	struct wire_records left = *from;
	size_t count = 0;

	while (wire_record_next(&left, record, scratch)) {
		char whole[PATH_SIZE + 64];

		snprintf(whole, sizeof(whole), "%s%zu", path, count++);
		values_of_fields(record, scratch, whole, walk->say, walk->context);
	}
	say_number(walk, path, ".count", (int64_t)count);
}

static void say_number_and_bits(const struct walk *walk, const struct wire_field *field, const char *path,
				int64_t value)
{
	say_number(walk, path, "", value);
	for (const struct wire_bit *bit = field->bits; bit && bit->mask; bit++) {
		char member[64];

		snprintf(member, sizeof(member), ".%s", bit->name);
		say_number(walk, path, member, (value & bit->mask) != 0);
	}
}

static void say_structure(const struct walk *walk, const struct wire_field *field, const char *path,
			  const void *member)
{
	const struct gn_port_identity *port = member;
	const struct wire_octets *slice = member;

	switch (field->type) {
	case WIRE_TIMESTAMP: {
		const struct gn_timestamp *t = member;

		say_number(walk, path, ".seconds", (int64_t)t->seconds);
		say_number(walk, path, ".nanoseconds", t->nanoseconds);
		break;
	}
	case WIRE_INTERVAL:
		say_number(walk, path, "", ((const struct gn_interval *)member)->scaled_ns);
		break;
	case WIRE_CLOCK_IDENTITY:
		say_octets(walk, path, "", member, 8);
		break;
	case WIRE_PORT_IDENTITY:
		say_octets(walk, path, ".clockIdentity", port->clock_identity.octets, 8);
		say_number(walk, path, ".portNumber", port->port_number);
		break;
	case WIRE_CLOCK_QUALITY: {
		const struct gn_clock_quality *quality = member;

		say_number(walk, path, ".clockClass", quality->clock_class);
		say_number(walk, path, ".clockAccuracy", quality->clock_accuracy);
		say_number(walk, path, ".offsetScaledLogVariance", quality->offset_scaled_log_variance);
		break;
	}
	case WIRE_OCTETS:
		say_octets(walk, path, "", member, field->size);
		break;
	case WIRE_TEXT:
		say_text(walk, path, member);
		break;
	case WIRE_PORT_ADDRESS: {
		const struct wire_port_address *address = member;

		say_number(walk, path, ".networkProtocol", address->network_protocol);
		say_number(walk, path, ".addressLength", address->address_length);
		say_octets(walk, path, ".addressField", address->address, address->address_length);
		break;
	}
	case WIRE_SIZED_OCTETS:
	case WIRE_REST:
		say_octets(walk, path, "", slice->octets, slice->length);
		break;
	case WIRE_RECORDS:
	case WIRE_COUNTED_RECORDS:
		say_records(walk, path, member, field->record);
		break;
	default:
		abort(); /* a field type without a printer */
	}
}

void values_of_fields(const struct wire_table *table, const void *from, const char *path, values_say say,
		      void *context)
{
	const struct walk walk = { say, context };
	size_t present = wire_fields_present(table, from);

	for (size_t i = 0; i < present; i++) {
		const struct wire_field *field = &table->fields[i];
		char whole[PATH_SIZE];
		int64_t number;

		if (!field->name) {
			continue;
		}
		snprintf(whole, sizeof(whole), "%s.%s", path, field->name);
		if (wire_field_number(field, from, &number)) {
			say_number_and_bits(&walk, field, whole, number);
		} else {
			say_structure(&walk, field, whole, wire_member(field, from));
		}
	}
}

void values_of_message(const struct wire_message *message, values_say say, void *context)
{
	const struct wire_table *body = wire_body_table(message->header.message_type);
	const uint8_t *tlvs = message->tlvs;
	size_t length = message->tlvs_length;
	struct wire_tlv tlv;

	values_of_fields(&wire_header_table, &message->header, "header", say, context);
	values_of_fields(body, &message->body, body->name, say, context);
	for (int i = 0; wire_tlv_next(&tlvs, &length, &tlv); i++) {
		const struct walk walk = { say, context };
		struct wire_tlv_value value;
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "tlv%d", i);
		say_number(&walk, path, ".tlvType", tlv.type);
		say_number(&walk, path, ".lengthField", tlv.length);
		snprintf(path, sizeof(path), "tlv%d.%s", i, wire_tlv_kind(&tlv)->name);
		if (wire_tlv_decode(&tlv, &value)) {
			values_of_fields(value.kind->fields, &value.u, path, say, context);
		} else {
			say_number(&walk, path, ".undecodable", 1);
		}
	}
}

static void say_line(void *context, const char *path, const char *value)
{
	fprintf(context, "%s %s\n", path, value);
}

char *values_text(const struct wire_message *message)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream) {
		abort();
	}
	values_of_message(message, say_line, stream);
	fclose(stream);
	return text;
}
