/* fuzz/wire_law.c -- decode, encode, decode, compare. */
#include "fuzz/wire_law.h"

#include <stdlib.h>
#include <string.h>

#include "core/wire/message.h"
#include "core/wire/tlv.h"
#include "gnomon/report.h"

static const char *law_of_value(const struct wire_tlv *tlv, const struct wire_tlv_value *value,
				uint8_t *octets, size_t size)
{
	struct wire_writer w = wire_writer(octets, size);
	struct wire_tlv again;
	struct wire_tlv_value same;
	const uint8_t *at = octets;
	size_t before = value->kind->organization != 0 ? 6 : 0;
	size_t length;

	wire_tlv_encode(&w, value);
	if (w.overrun) {
		return "a TLV encodes to no more octets than it was decoded from";
	}
	length = w.at;
	if (!wire_tlv_next(&at, &length, &again) || length != 0) {
		return "a TLV encodes to one TLV";
	}
	if (!wire_tlv_decode(&again, &same) || !wire_tlv_value_equal(value, &same)) {
		return "an encoded TLV decodes to the same value";
	}
	length = wire_encode_fields(octets, size, value->kind->fields, &value->u);
	if (length + before > tlv->length || memcmp(octets, tlv->value + before, length) != 0) {
		return "a TLV's fields encode to the octets they were decoded from";
	}
	return NULL;
}

static const char *law_of_tlv(const struct wire_tlv *tlv)
{
	struct wire_tlv_value value;
	size_t size = (size_t)tlv->length + 5; /* type, lengthField, pad */
	uint8_t *octets;
	const char *broken;

	if (!wire_tlv_decode(tlv, &value)) {
		return NULL;
	}
	octets = malloc(size);
	broken = law_of_value(tlv, &value, octets, size);
	free(octets);
	return broken;
}

static const char *law_of_message(const struct wire_message *m, const uint8_t *octets)
{
	size_t length = m->header.message_length;
	const struct wire_table *body = wire_body_table(m->header.message_type);
	uint8_t *encoded = malloc(length);
	const uint8_t *tlvs = m->tlvs;
	size_t left = m->tlvs_length;
	const char *broken = NULL;
	struct wire_message same;
	struct wire_tlv tlv;
	bool has_header;

	if (wire_encode(m, encoded, length) != length || memcmp(encoded, octets, length) != 0) {
		broken = "a message encodes to the octets it was decoded from";
	} else if (wire_encode(m, encoded, length - 1) != 0) {
		broken = "a message does not encode into less memory than it needs";
	} else if (wire_decode(encoded, length, &same, &has_header) != GN_DROPS ||
		   !wire_fields_equal(&wire_header_table, &m->header, &same.header) ||
		   !wire_fields_equal(body, &m->body, &same.body)) {
		broken = "an encoded message decodes to the same message";
	}
	while (!broken && wire_tlv_next(&tlvs, &left, &tlv)) {
		broken = law_of_tlv(&tlv);
	}
	if (!broken && left != 0) {
		broken = "the TLVs of a decoded message are well-formed";
	}
	free(encoded);
	return broken;
}

const char *wire_broken_law(const uint8_t *octets, size_t length)
{
	uint8_t *exact = malloc(length);
	struct wire_message m;
	bool has_header;
	const char *broken = NULL;
	int drop;

	if (length > 0) {
		memcpy(exact, octets, length);
	}
	drop = wire_decode(exact, length, &m, &has_header);
	if (drop == GN_DROPS) {
		broken = has_header ? law_of_message(&m, exact) : "a decoded message has a header";
	}
	free(exact);
	return broken;
}
