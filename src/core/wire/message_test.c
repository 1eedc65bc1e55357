/* src/core/wire/message_test.c -- the laws of all messages, and the receive rules one by one. */
#include "core/wire/message.h"

#include <stdlib.h>

#include "core/wire/tlv.h"
#include "fuzz/wire_law.h"
#include "gnomon/report.h"
#include "tests/test.h"
#include "tests/wire/random.h"

static const uint8_t known_types[] = {
	GN_SYNC,
	GN_DELAY_REQ,
	GN_PDELAY_REQ,
	GN_PDELAY_RESP,
	GN_FOLLOW_UP,
	GN_DELAY_RESP,
	GN_PDELAY_RESP_FOLLOW_UP,
	GN_ANNOUNCE,
	GN_SIGNALING,
	GN_MANAGEMENT,
};
#define KNOWN_TYPES (sizeof(known_types) / sizeof(known_types[0]))

static uint8_t octets[GN_MESSAGE_TYPES * 4096];

static unsigned any_type(void)
{
	return known_types[test_random_below(KNOWN_TYPES)];
}

/* A message of this type without TLVs, all zero but what makes it one. Returns its length. */
static size_t plain(unsigned type)
{
	struct wire_message m = wire_message_of((enum gn_message_type)type, 1);

	return wire_encode(&m, octets, sizeof(octets));
}

static int decode(size_t length)
{
	struct wire_message m;
	bool has_header;

	return wire_decode(octets, length, &m, &has_header);
}

TEST(what_encodes_decodes_to_the_same_message)
{
	for (int i = 0; i < 20000; i++) {
		struct wire_message a, b;
		bool has_header;
		size_t length;

		random_begin();
		a = random_message(any_type(), 3);
		length = wire_encode(&a, octets, sizeof(octets));
		CHECK_EQ(length, a.header.message_length);
		CHECK_EQ(wire_decode(octets, length, &b, &has_header), GN_DROPS);
		CHECK(has_header);
		CHECK(wire_fields_equal(&wire_header_table, &a.header, &b.header));
		CHECK(wire_fields_equal(wire_body_table(a.header.message_type), &a.body, &b.body));
		CHECK_EQ(a.tlvs_length, b.tlvs_length);
		CHECK_MEM_EQ(a.tlvs, b.tlvs, a.tlvs_length);
	}
}

TEST(any_octets_keep_the_laws)
{
	for (int i = 0; i < 20000; i++) {
		struct wire_message m;
		size_t length;
		const char *broken;

		random_begin();
		m = random_message(any_type(), 3);
		length = wire_encode(&m, octets, sizeof(octets));
		for (uint64_t changes = test_random_below(4); changes > 0; changes--) {
			octets[test_random_below(length)] = (uint8_t)test_random();
		}
		broken = wire_broken_law(octets,
					 length - test_random_below(test_random_below(8) ? 1 : length));
		if (broken) {
			print_error("broken: %s\n", broken);
		}
		CHECK(!broken);
	}
}

/* The header by hand, to hold the table against. */
TEST(the_header_s_fields_are_where_the_standard_puts_them)
{
	struct wire_message m = wire_message_of(GN_PDELAY_RESP, 1);

	m.header.major_sdo_id = 0xA;
	m.header.domain_number = 0x11;
	m.header.minor_sdo_id = 0x22;
	m.header.flags = 0x3344;
	m.header.correction.scaled_ns = 0x0102030405060708;
	m.header.message_type_specific = 0x55667788;
	memset(m.header.source_port_identity.clock_identity.octets, 0x99, 8);
	m.header.source_port_identity.port_number = 0xAABB;
	m.header.sequence_id = 0xCCDD;
	m.header.control_field = 0xEE;
	m.header.log_message_interval = -2;
	CHECK_EQ(wire_encode(&m, octets, sizeof(octets)), 54);
	CHECK_EQ(octets[0], 0xA3);
	CHECK_EQ(octets[1], 0x12);
	CHECK_EQ(octets[2] << 8 | octets[3], 54);
	CHECK_EQ(octets[4], 0x11);
	CHECK_EQ(octets[5], 0x22);
	CHECK_EQ(octets[6] << 8 | octets[7], 0x3344);
	CHECK_EQ(octets[8], 1);
	CHECK_EQ(octets[15], 8);
	CHECK_EQ(octets[16], 0x55);
	CHECK_EQ(octets[20], 0x99);
	CHECK_EQ(octets[28] << 8 | octets[29], 0xAABB);
	CHECK_EQ(octets[30] << 8 | octets[31], 0xCCDD);
	CHECK_EQ(octets[32], 0xEE);
	CHECK_EQ(octets[33], 0xFE);
}

TEST(the_tables_are_as_long_as_the_messages)
{
	static const uint8_t lengths[GN_MESSAGE_TYPES] = { 44, 44, 54, 54, 0,  0,  0, 0,
							   44, 54, 54, 64, 44, 48, 0, 0 };

	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		CHECK_EQ(wire_message_length_min(type), lengths[type]);
		CHECK_EQ(wire_body_table(type) != NULL, lengths[type] != 0);
		if (lengths[type] != 0) {
			CHECK_EQ(plain(type), lengths[type]);
		}
	}
	CHECK_EQ(wire_message_length_min(16), 0);
	CHECK(!wire_body_table(16));
}

TEST(event_messages_are_those_whose_bit_3_is_clear)
{
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		if (wire_body_table(type)) {
			CHECK_EQ(wire_is_event(type), !(type & 8));
		}
	}
}

TEST(a_new_message_has_its_control_field_and_no_interval)
{
	static const uint8_t control[GN_MESSAGE_TYPES] = { 0, 1, 5, 5, 0, 0, 0, 0, 2, 3, 5, 5, 5, 4, 0, 0 };

	for (size_t i = 0; i < KNOWN_TYPES; i++) {
		struct wire_message m = wire_message_of((enum gn_message_type)known_types[i], 1);

		CHECK_EQ(m.header.control_field, control[known_types[i]]);
		CHECK_EQ(wire_control_field(known_types[i]), control[known_types[i]]);
		CHECK_EQ(m.header.log_message_interval, WIRE_LOG_INTERVAL_NONE);
		CHECK_EQ(m.header.version_ptp, 2);
		CHECK_EQ(m.header.minor_version_ptp, 1);
		CHECK_EQ(m.tlvs_length, 0);
	}
}

TEST(fewer_octets_than_a_header_are_truncated_and_have_none)
{
	struct wire_message m;
	bool has_header = true;

	plain(GN_SYNC);
	for (size_t length = 0; length < WIRE_HEADER_LENGTH; length++) {
		uint8_t *exact = malloc(length);

		memcpy(exact, octets, length);
		has_header = true;
		CHECK_EQ(wire_decode(exact, length, &m, &has_header), GN_DROP_TRUNCATED);
		CHECK(!has_header);
		free(exact);
	}
}

TEST(another_version_is_dropped_and_its_header_not_read)
{
	for (unsigned version = 0; version < 16; version++) {
		struct wire_message m;
		bool has_header;
		size_t length = plain(GN_ANNOUNCE);

		octets[1] = (uint8_t)(0x10 | version);
		CHECK_EQ(wire_decode(octets, length, &m, &has_header),
			 version == 2 ? GN_DROPS : GN_DROP_VERSION);
		CHECK_EQ(has_header, version == 2);
	}
}

TEST(any_minor_version_is_read)
{
	for (unsigned minor = 0; minor < 16; minor++) {
		struct wire_message m;
		bool has_header;
		size_t length = plain(GN_FOLLOW_UP);

		octets[1] = (uint8_t)(minor << 4 | 2);
		CHECK_EQ(wire_decode(octets, length, &m, &has_header), GN_DROPS);
		CHECK_EQ(m.header.minor_version_ptp, minor);
	}
}

TEST(message_length_is_no_less_than_the_type_s_and_no_more_than_there_is)
{
	for (size_t i = 0; i < KNOWN_TYPES; i++) {
		size_t whole = plain(known_types[i]);

		for (size_t said = 0; said <= whole + 1; said++) {
			octets[2] = 0;
			octets[3] = (uint8_t)said;
			CHECK_EQ(decode(whole), said == whole ? GN_DROPS : GN_DROP_TRUNCATED);
		}
		octets[3] = (uint8_t)whole;
		CHECK_EQ(decode(whole - 1), GN_DROP_TRUNCATED);
	}
}

TEST(reserved_types_are_dropped_but_have_a_header)
{
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		struct wire_message m;
		bool has_header;
		bool is_reserved = !wire_body_table(type);
		size_t length = plain(is_reserved ? GN_ANNOUNCE : type);
		int drop;

		octets[0] = (uint8_t)type;
		drop = wire_decode(octets, length, &m, &has_header);
		CHECK_EQ(drop, is_reserved ? GN_DROP_RESERVED_TYPE : GN_DROPS);
		CHECK(has_header);
		CHECK_EQ(m.header.message_type, type);
	}
}

TEST(ten_to_the_nine_nanoseconds_are_a_bad_timestamp_in_every_type_that_has_one)
{
	for (size_t i = 0; i < KNOWN_TYPES; i++) {
		unsigned type = known_types[i];
		bool has_timestamp = type != GN_SIGNALING && type != GN_MANAGEMENT;
		size_t length = plain(type);

		memcpy(octets + 40, (uint8_t[]){ 0x3B, 0x9A, 0xC9, 0xFF }, 4);
		CHECK_EQ(decode(length), GN_DROPS);
		octets[43] = 0x00;
		octets[42] = 0xCA;
		CHECK_EQ(decode(length), has_timestamp ? GN_DROP_BAD_TIMESTAMP : GN_DROPS);
	}
}

TEST(octets_beyond_message_length_are_ignored)
{
	for (size_t extra = 1; extra < 64; extra++) {
		struct wire_message m;
		bool has_header;
		size_t length = plain(GN_DELAY_RESP);

		memset(octets + length, 0xFF, extra);
		CHECK_EQ(wire_decode(octets, length + extra, &m, &has_header), GN_DROPS);
		CHECK_EQ(m.tlvs_length, 0);
		CHECK_EQ(m.header.message_length, length);
	}
}

TEST(tlvs_that_run_out_or_are_odd_make_a_message_malformed)
{
	static const struct {
		uint8_t tlv[8];
		size_t length;
		int drop;
	} cases[] = {
		{ { 0x12, 0x34, 0, 4, 1, 2, 3, 4 }, 8, GN_DROPS },
		{ { 0x12, 0x34, 0, 2, 1, 2 }, 6, GN_DROPS },
		{ { 0x12, 0x34, 0, 0 }, 4, GN_DROPS },
		{ { 0 }, 1, GN_DROP_MALFORMED },
		{ { 0 }, 2, GN_DROP_MALFORMED },
		{ { 0 }, 3, GN_DROP_MALFORMED },
		{ { 0x12, 0x34, 0, 6, 1, 2, 3, 4 }, 8, GN_DROP_MALFORMED },
		{ { 0x12, 0x34, 0, 3, 1, 2, 3, 4 }, 8, GN_DROP_MALFORMED },
		{ { 0x12, 0x34, 0xFF, 0xFE, 1, 2, 3, 4 }, 8, GN_DROP_MALFORMED },
		{ { 0x12, 0x34, 0, 2, 1, 2, 3, 4 }, 8, GN_DROP_MALFORMED }, /* two octets are left over */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = plain(GN_ANNOUNCE);

		memcpy(octets + length, cases[i].tlv, cases[i].length);
		octets[3] = (uint8_t)(length + cases[i].length);
		CHECK_EQ(decode(length + cases[i].length), cases[i].drop);
	}
}

TEST(the_checks_come_in_the_order_of_the_receive_rules)
{
	size_t length = plain(GN_ANNOUNCE);

	octets[length] = 1;
	octets[3] = (uint8_t)(length + 1);
	CHECK_EQ(decode(length + 1), GN_DROP_MALFORMED);
	memset(octets + 40, 0xFF, 4);
	CHECK_EQ(decode(length + 1), GN_DROP_BAD_TIMESTAMP);
	octets[0] = 0x0F;
	CHECK_EQ(decode(length + 1), GN_DROP_RESERVED_TYPE);
	CHECK_EQ(decode(length), GN_DROP_TRUNCATED);
	octets[1] = 0x11;
	CHECK_EQ(decode(length), GN_DROP_VERSION);
	CHECK_EQ(decode(33), GN_DROP_TRUNCATED);
}

TEST(a_failure_leaves_the_body_untouched)
{
	struct wire_message m;
	bool has_header;
	size_t length = plain(GN_SYNC);

	memset(&m, 0x5A, sizeof(m));
	memset(octets + 40, 0xFF, 4);
	CHECK_EQ(wire_decode(octets, length, &m, &has_header), GN_DROP_BAD_TIMESTAMP);
	CHECK_EQ(m.header.message_length, 44);
	CHECK_EQ(m.body.sync.origin_timestamp.nanoseconds, 0x5A5A5A5A);
	CHECK_EQ(m.tlvs_length, 0x5A5A5A5A5A5A5A5A);
}

TEST(reserved_bits_and_octets_are_accepted_and_kept)
{
	static uint8_t copy[128];

	for (size_t i = 0; i < KNOWN_TYPES; i++) {
		struct wire_message m;
		bool has_header;
		size_t length = plain(known_types[i]);

		octets[6] |= 0x98; /* flagField */
		octets[7] |= 0x80;
		octets[16] = 0xFF;  /* messageTypeSpecific */
		octets[46] |= 0xF0; /* Announce, and of actionField */
		octets[47] |= 0x01; /* Management */
		CHECK_EQ(wire_decode(octets, length, &m, &has_header), GN_DROPS);
		CHECK_EQ(wire_encode(&m, copy, sizeof(copy)), length);
		CHECK_MEM_EQ(copy, octets, length);
	}
}

TEST(a_message_of_a_reserved_type_or_with_a_wide_nibble_is_our_own_mistake)
{
	struct wire_message m = wire_message_of(GN_SYNC, 1);

	m.header.message_type = 4;
	expect_assert_failure(wire_encode(&m, octets, sizeof(octets)));
	m = wire_message_of(GN_SYNC, 16);
	expect_assert_failure(wire_encode(&m, octets, sizeof(octets)));
	expect_assert_failure(wire_control_field(4));
}

TEST(what_does_not_fit_is_not_encoded)
{
	static uint8_t tlvs[UINT16_MAX];
	static uint8_t large[UINT16_MAX + 1];
	struct wire_message m = wire_message_of(GN_SYNC, 1);

	for (size_t size = 0; size < 44; size++) {
		uint8_t *exact = malloc(size);

		CHECK_EQ(wire_encode(&m, exact, size), 0);
		free(exact);
	}
	m.tlvs = tlvs;
	m.tlvs_length = UINT16_MAX - 44;
	CHECK_EQ(wire_encode(&m, large, sizeof(large)), UINT16_MAX);
	m.tlvs_length++;
	CHECK_EQ(wire_encode(&m, large, sizeof(large)), 0); /* messageLength has 16 bits */
}
