/* tests/wire/frames.c -- frames for another implementation to read: frames PCAP JSON [SEED].
 *
 * Encodes random messages of every type, with every kind of TLV, into a capture of Ethernet frames, and writes for
 * each a line of JSON with what it encoded: an object of paths and values (values.h), taken from the message before
 * it was encoded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "core/wire/message.h"
#include "core/wire/tlv.h"
#include "tests/test.h"
#include "tests/wire/random.h"
#include "tests/wire/values.h"

#define ROUNDS 20

static FILE *pcap, *json;

_Noreturn void gn_assertion_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken guarantee: %s\n", file, line, what);
	abort();
}

/* The random numbers of this program; in test programs they are tests/test.c's. */
static uint64_t state;

uint64_t test_random(void)
{
	uint64_t z = (state += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

uint64_t test_random_below(uint64_t limit)
{
	return limit ? test_random() % limit : 0;
}

static void write_octets(FILE *file, const void *octets, size_t length)
{
	if (fwrite(octets, 1, length, file) != length) {
		perror("frames");
		exit(1);
	}
}

static void write_u32(uint32_t v)
{
	write_octets(pcap, &v, sizeof(v)); /* the byte order of the magic number */
}

static void write_pcap_header(void)
{
	static const uint32_t header[] = { 0xA1B2C3D4, 0x00040002, 0, 0, 65535, 1 /* Ethernet */ };

	write_octets(pcap, header, sizeof(header));
}

static void write_frame(const uint8_t *octets, size_t length)
{
	static const uint8_t ethernet[14] = { 0x01, 0x1B, 0x19, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0x88, 0xF7 };
	uint32_t frame_length = (uint32_t)(sizeof(ethernet) + length);

	write_u32(0);
	write_u32(0);
	write_u32(frame_length);
	write_u32(frame_length);
	write_octets(pcap, ethernet, sizeof(ethernet));
	write_octets(pcap, octets, length);
}

static void say(void *context, const char *path, const char *value)
{
	bool *is_first = context;

	fprintf(json, "%s\"%s\": \"", *is_first ? "{" : ", ", path);
	for (; *value; value++) {
		fprintf(json, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
	}
	fputc('"', json);
	*is_first = false;
}

/* A random value whose texts are printable: a reader may show others in a way of its own. */
static struct wire_tlv_value readable(const struct wire_tlv_kind *kind)
{
	struct wire_tlv_value value = random_tlv(kind);
	static char text[256];

	value.type = kind->type;
	if (kind->subtype == WIRE_WHITE_RABBIT) {
		value.u.white_rabbit.wr_message_id = 0x2000;                                  /* ANN_SUFIX, */
		value.u.white_rabbit.data = (struct wire_octets){ (const uint8_t *)text, 2 }; /* with flags */
	}
	if (value.type == WIRE_TLV_MANAGEMENT) {
		value.u.management.management_id = 0; /* NULL_PTP_MANAGEMENT: no dataField */
		value.u.management.data_field.length = 0;
	}
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = (char)('!' + test_random_below('~' - '!'));
	}
	for (size_t i = 0; i < kind->fields->count; i++) {
		if (kind->fields->fields[i].type == WIRE_TEXT) {
			void *member = (uint8_t *)&value.u + kind->fields->fields[i].offset;

			((struct wire_text *)member)->octets = (const uint8_t *)text;
		}
	}
	return value;
}

static void emit(unsigned type, unsigned major_sdo_id, const struct wire_tlv_value *value)
{
	static uint8_t octets[4096], tlvs[2048];
	struct wire_message m = random_message(type, 0);
	struct wire_writer w = wire_writer(tlvs, sizeof(tlvs));
	bool is_first = true;
	size_t length;

	if (value) {
		wire_tlv_encode(&w, value);
	}
	m.header.major_sdo_id = (uint8_t)major_sdo_id;
	m.header.minor_version_ptp = 1;
	if (type == GN_SYNC && major_sdo_id == 1) {
		m.header.flags &=
			(uint16_t)~WIRE_FLAG_TWO_STEP; /* of gPTP's Sync only the one-step has TLVs */
	}
	m.tlvs = tlvs;
	m.tlvs_length = w.at;
	m.header.message_length = (uint16_t)(wire_message_length_min(type) + w.at);
	length = wire_encode(&m, octets, sizeof(octets));
	if (w.overrun || length == 0) {
		fprintf(stderr, "frames: a message of type %u does not encode\n", type);
		exit(1);
	}
	write_frame(octets, length);
	values_of_message(&m, say, &is_first);
	fputs("}\n", json);
}

/* Each kind in the messages that carry it; those of no message in Signaling, to be walked over. */
static void emit_kind(const struct wire_tlv_kind *kind)
{
	bool is_gptp = kind->organization == WIRE_ORGANIZATION_IEEE_802_1;
	uint16_t carried = kind->carried_in == WIRE_CARRIED_NOWHERE ? WIRE_CARRIED_IN(GN_SIGNALING)
								    : kind->carried_in;

	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		for (int i = 0; i < ROUNDS && (carried & WIRE_CARRIED_IN(type)) && wire_body_table(type);
		     i++) {
			struct wire_tlv_value value;

			random_begin();
			value = readable(kind);
			emit(type, is_gptp ? 1 : 0, &value);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: frames PCAP JSON [SEED]\n");
		return 2;
	}
	state = argc > 3 ? strtoull(argv[3], NULL, 0) : 20191107;
	pcap = fopen(argv[1], "wb");
	json = fopen(argv[2], "w");
	if (!pcap || !json) {
		perror("frames");
		return 1;
	}
	write_pcap_header();
	/* a Management message has a TLV, always: it comes with its kinds */
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		for (int i = 0; i < ROUNDS && wire_body_table(type) && type != GN_MANAGEMENT; i++) {
			random_begin();
			emit(type, 0, NULL);
		}
	}
	for (size_t i = 0; wire_tlv_kind_at(i); i++) {
		emit_kind(wire_tlv_kind_at(i));
	}
	return fclose(pcap) != 0 || fclose(json) != 0;
}
