/* src/core/wire/vectors_test.c -- tests/vectors/wire.h: octets, meaning, and what becomes of changed ones. */
#include <stdio.h>
#include <stdlib.h>

#include "core/wire/message.h"
#include "core/wire/tlv.h"
#include "fuzz/wire_law.h"
#include "gnomon/report.h"
#include "tests/test.h"
#include "tests/vectors/wire.h"
#include "tests/wire/values.h"

static uint8_t octets[1500];

static size_t load(const char *hex)
{
	size_t length = strlen(hex) / 2;

	CHECK(length <= sizeof(octets));
	for (size_t i = 0; i < length; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		octets[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return length;
}

static size_t load_title(const char *title)
{
	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		if (strcmp(wire_vectors[i].title, title) == 0) {
			return load(wire_vectors[i].hex);
		}
	}
	fail_msg("no vector \"%s\"", title);
	return 0;
}

static int decode(size_t length)
{
	struct wire_message m;
	bool has_header;

	return wire_decode(octets, length, &m, &has_header);
}

static void check_law(const char *title, const uint8_t *from, size_t length)
{
	const char *broken = wire_broken_law(from, length);

	if (broken) {
		fail_msg("%s: broken law: %s", title, broken);
	}
}

TEST(every_vector_decodes_and_encodes_to_the_same_octets)
{
	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		size_t length = load(wire_vectors[i].hex);
		uint8_t again[sizeof(octets)];
		struct wire_message m;
		bool has_header;

		CHECK_EQ(wire_decode(octets, length, &m, &has_header), GN_DROPS);
		CHECK_EQ(m.header.message_length, length);
		CHECK_EQ(wire_encode(&m, again, sizeof(again)), length);
		CHECK_MEM_EQ(again, octets, length);
		check_law(wire_vectors[i].title, octets, length);
	}
}

TEST(every_tlv_of_every_vector_encodes_to_the_same_octets_from_its_typed_value)
{
	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		size_t length = load(wire_vectors[i].hex);
		struct wire_message m;
		struct wire_tlv tlv;
		bool has_header;

		CHECK_EQ(wire_decode(octets, length, &m, &has_header), GN_DROPS);
		while (wire_tlv_next(&m.tlvs, &m.tlvs_length, &tlv)) {
			uint8_t again[sizeof(octets)];
			struct wire_writer w = wire_writer(again, sizeof(again));
			struct wire_tlv_value value;

			CHECK(wire_tlv_decode(&tlv, &value));
			wire_tlv_encode(&w, &value);
			CHECK_EQ(w.at, tlv.length + 4);
			CHECK_MEM_EQ(again, tlv.value - 4, w.at);
		}
	}
}

TEST(every_vector_means_what_is_said_of_it)
{
	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		size_t length = load(wire_vectors[i].hex);
		struct wire_message m;
		bool has_header;
		char *text;

		CHECK_EQ(wire_decode(octets, length, &m, &has_header), GN_DROPS);
		text = values_text(&m);
		CHECK(!strstr(text, "undecodable"));
		CHECK(wire_vectors[i].means[0]);
		for (size_t k = 0; wire_vectors[i].means[k]; k++) {
			char line[256];
			const char *at;

			snprintf(line, sizeof(line), "%s\n", wire_vectors[i].means[k]);
			at = strstr(text, line);
			if (!at || (at != text && at[-1] != '\n')) {
				print_error("%s", text);
				fail_msg("%s: no \"%s\"", wire_vectors[i].title, wire_vectors[i].means[k]);
			}
		}
		free(text);
	}
}

TEST(every_prefix_of_every_vector_is_dropped_or_keeps_the_laws)
{
	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		size_t whole = load(wire_vectors[i].hex);

		for (size_t length = 0; length < whole; length++) {
			octets[2] = (uint8_t)(whole >> 8); /* messageLength says more than there is */
			octets[3] = (uint8_t)whole;
			CHECK_EQ(decode(length), GN_DROP_TRUNCATED);
			octets[2] = (uint8_t)(length >> 8); /* and once as much as there is */
			octets[3] = (uint8_t)length;
			check_law(wire_vectors[i].title, octets, length);
		}
	}
}

TEST(random_mutations_of_every_vector_keep_the_laws)
{
	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		for (int round = 0; round < 300; round++) {
			size_t length = load(wire_vectors[i].hex);

			for (uint64_t changes = 1 + test_random_below(4); changes > 0; changes--) {
				octets[test_random_below(length)] = (uint8_t)test_random();
			}
			check_law(wire_vectors[i].title, octets, length);
		}
	}
}

TEST(every_octet_at_its_extremes_keeps_the_laws)
{
	static const uint8_t extremes[] = { 0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF };

	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		size_t length = load(wire_vectors[i].hex);

		for (size_t at = 0; at < length; at++) {
			uint8_t before = octets[at];

			for (size_t k = 0; k < sizeof(extremes); k++) {
				octets[at] = extremes[k];
				check_law(wire_vectors[i].title, octets, length);
			}
			octets[at] = before;
		}
	}
}

/* ---- negative vectors --------------------------------------------------------------------------------------- */

TEST(version_1_and_3_are_dropped)
{
	size_t length = load_title("Announce");

	octets[1] = 0x11;
	CHECK_EQ(decode(length), GN_DROP_VERSION);
	octets[1] = 0x13;
	CHECK_EQ(decode(length), GN_DROP_VERSION);
}

TEST(an_announce_of_63_octets_or_longer_than_its_datagram_is_dropped)
{
	size_t length = load_title("Announce");

	octets[3] = 63;
	CHECK_EQ(decode(length), GN_DROP_TRUNCATED);
	octets[3] = 65;
	CHECK_EQ(decode(length), GN_DROP_TRUNCATED);
}

TEST(nanoseconds_of_a_whole_second_are_dropped)
{
	size_t length = load_title("Sync one-step");

	memcpy(octets + 40, (uint8_t[]){ 0x3B, 0x9A, 0xCA, 0x00 }, 4);
	CHECK_EQ(decode(length), GN_DROP_BAD_TIMESTAMP);
}

TEST(a_tlv_length_that_is_odd_or_past_the_end_is_malformed)
{
	size_t length = load_title("gPTP Follow_Up");

	octets[47] = 27;
	CHECK_EQ(decode(length), GN_DROP_MALFORMED);
	octets[47] = 30;
	CHECK_EQ(decode(length), GN_DROP_MALFORMED);
	octets[47] = 28;
	CHECK_EQ(decode(length), GN_DROPS);
}

TEST(two_extra_octets_are_ignored)
{
	size_t length = load_title("Delay_Req");

	octets[length] = octets[length + 1] = 0;
	CHECK_EQ(decode(length + 2), GN_DROPS);
}

TEST(an_unknown_tlv_between_two_known_ones_is_skipped)
{
	size_t length = load_title("Signaling REQUEST_UNICAST x3");
	struct wire_message m;
	struct wire_tlv tlv;
	bool has_header;

	octets[54] = 0x12;
	octets[55] = 0x34;
	CHECK_EQ(wire_decode(octets, length, &m, &has_header), GN_DROPS);
	CHECK(wire_tlv_next(&m.tlvs, &m.tlvs_length, &tlv) && tlv.type == 4);
	CHECK(wire_tlv_next(&m.tlvs, &m.tlvs_length, &tlv) && tlv.type == 0x1234);
	CHECK(wire_tlv_next(&m.tlvs, &m.tlvs_length, &tlv) && tlv.type == 4);
	CHECK_EQ(m.tlvs_length, 0);
}

TEST(minor_version_5_is_accepted)
{
	size_t length = load_title("Announce");

	octets[1] = 0x52;
	CHECK_EQ(decode(length), GN_DROPS);
}

TEST(reserved_bits_set_are_accepted)
{
	size_t length = load_title("Announce");

	octets[6] = 0x98;
	octets[7] |= 0x80;
	octets[46] = 0xFF;
	CHECK_EQ(decode(length), GN_DROPS);
}
