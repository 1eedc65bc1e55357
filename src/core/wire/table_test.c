/* src/core/wire/table_test.c -- one struct with a field of every type, and what holds of all tables. */
#include "core/wire/table.h"

#include <stdlib.h>

#include "core/wire/message.h"
#include "core/wire/tlv.h"
#include "tests/test.h"
#include "tests/wire/random.h"

struct wire_pair {
	uint16_t number;
	struct wire_text text;
};

static const struct wire_field pair_fields[] = {
	WIRE_FIELD(U16, wire_pair, number, "number"),
	WIRE_FIELD(TEXT, wire_pair, text, "text"),
};
static const struct wire_table pair_table = WIRE_TABLE("pair", wire_pair, pair_fields);

struct wire_everything {
	uint8_t u8, high, low, flags8, reserved;
	uint16_t u16, flags16;
	uint32_t u24, u32;
	uint64_t u48, u64, float64, little;
	int8_t i8;
	int16_t i16;
	int32_t i32;
	int64_t i64;
	struct gn_timestamp timestamp;
	struct gn_interval interval;
	struct gn_clock_identity clock_identity;
	struct gn_port_identity port_identity;
	struct gn_clock_quality clock_quality;
	uint8_t octets[3];
	struct wire_text text;
	struct wire_port_address port_address;
	struct wire_octets sized;
	uint8_t count;
	struct wire_records counted;
	bool has_more;
	uint8_t selector;
	struct wire_records records;
};

static const struct wire_bit some_bits[] = { { 0x01, "one" }, { 0x80, "eight" }, { 0, NULL } };

static const struct wire_field everything_fields[] = {
	WIRE_FIELD(U8, wire_everything, u8, "u8"),
	WIRE_FIELD(NIBBLE_HIGH, wire_everything, high, "high"),
	WIRE_FIELD(NIBBLE_LOW, wire_everything, low, "low"),
	WIRE_FIELD_FLAGS8(wire_everything, flags8, "flags8", some_bits),
	WIRE_FIELD_RESERVED(wire_everything, reserved),
	WIRE_FIELD(U16, wire_everything, u16, "u16"),
	WIRE_FIELD_FLAGS16(wire_everything, flags16, "flags16", some_bits),
	WIRE_FIELD(U24, wire_everything, u24, "u24"),
	WIRE_FIELD(U32, wire_everything, u32, "u32"),
	WIRE_FIELD(U48, wire_everything, u48, "u48"),
	WIRE_FIELD(U64, wire_everything, u64, "u64"),
	WIRE_FIELD(FLOAT64, wire_everything, float64, "float64"),
	WIRE_FIELD(LITTLE_U64, wire_everything, little, "little"),
	WIRE_FIELD(I8, wire_everything, i8, "i8"),
	WIRE_FIELD(I16, wire_everything, i16, "i16"),
	WIRE_FIELD(I32, wire_everything, i32, "i32"),
	WIRE_FIELD(I64, wire_everything, i64, "i64"),
	WIRE_FIELD(TIMESTAMP, wire_everything, timestamp, "timestamp"),
	WIRE_FIELD(INTERVAL, wire_everything, interval, "interval"),
	WIRE_FIELD(CLOCK_IDENTITY, wire_everything, clock_identity, "clockIdentity"),
	WIRE_FIELD(PORT_IDENTITY, wire_everything, port_identity, "portIdentity"),
	WIRE_FIELD(CLOCK_QUALITY, wire_everything, clock_quality, "clockQuality"),
	WIRE_FIELD_OCTETS(wire_everything, octets, "octets"),
	WIRE_FIELD(TEXT, wire_everything, text, "text"),
	WIRE_FIELD(PORT_ADDRESS, wire_everything, port_address, "portAddress"),
	WIRE_FIELD(SIZED_OCTETS, wire_everything, sized, "sized"),
	WIRE_FIELD(U8, wire_everything, count, "count"),
	WIRE_FIELD_COUNTED_RECORDS(wire_everything, counted, "counted", &pair_table),
	WIRE_FIELD_OPTIONAL(wire_everything, has_more),
	WIRE_FIELD(U8, wire_everything, selector, "selector"),
	WIRE_FIELD_WHEN(wire_everything, selector, 0x0F),
	WIRE_FIELD_RECORDS(wire_everything, records, "records", &pair_table),
};
static const struct wire_table everything_table = WIRE_TABLE("everything", wire_everything,
							     everything_fields);

TEST(every_field_type_is_tried_here)
{
	bool seen[WIRE_TYPES] = { [WIRE_REST] = true }; /* nothing may follow it: the TLVs have it */

	for (size_t i = 0; i < everything_table.count; i++) {
		seen[everything_fields[i].type] = true;
	}
	for (size_t type = 0; type < WIRE_TYPES; type++) {
		CHECK(seen[type]);
	}
}

TEST(what_encodes_decodes_to_the_same)
{
	for (int i = 0; i < 10000; i++) {
		struct wire_everything a, b;
		uint8_t octets[2048];
		size_t length;

		random_begin();
		random_fields(&everything_table, &a);
		length = wire_encode_fields(octets, sizeof(octets), &everything_table, &a);
		CHECK(length > 0);
		CHECK(wire_decode_fields(octets, length, &everything_table, &b));
		CHECK(wire_fields_equal(&everything_table, &a, &b));
		CHECK_EQ(wire_fields_present(&everything_table, &a),
			 wire_fields_present(&everything_table, &b));
	}
}

TEST(an_octet_changed_on_the_wire_is_a_difference)
{
	for (int i = 0; i < 2000; i++) {
		struct wire_everything a, b;
		uint8_t octets[2048];
		size_t length, place;

		random_begin();
		random_fields(&everything_table, &a);
		length = wire_encode_fields(octets, sizeof(octets), &everything_table, &a);
		place = test_random_below(length);
		octets[place] ^= (uint8_t)(1 + test_random_below(255));
		if (wire_decode_fields(octets, length, &everything_table, &b)) {
			CHECK(!wire_fields_equal(&everything_table, &a, &b));
		}
	}
}

TEST(cut_anywhere_it_does_not_decode_or_is_what_the_octets_say)
{
	for (int i = 0; i < 200; i++) {
		struct wire_everything a, b;
		uint8_t octets[2048], again[2048];
		size_t length;

		random_begin();
		random_fields(&everything_table, &a);
		length = wire_encode_fields(octets, sizeof(octets), &everything_table, &a);
		for (size_t cut = 0; cut < length; cut++) {
			uint8_t *exact = malloc(cut);
			size_t used;

			memcpy(exact, octets, cut);
			if (wire_decode_fields(exact, cut, &everything_table, &b)) {
				used = wire_encode_fields(again, sizeof(again), &everything_table, &b);
				CHECK(used <= cut);
				CHECK_MEM_EQ(again, exact, used);
			}
			free(exact);
		}
	}
}

TEST(it_encodes_into_no_less_memory_than_it_needs)
{
	for (int i = 0; i < 200; i++) {
		struct wire_everything a;
		uint8_t octets[2048];
		size_t length;

		random_begin();
		random_fields(&everything_table, &a);
		length = wire_encode_fields(octets, sizeof(octets), &everything_table, &a);
		for (size_t size = 0; size < length; size++) {
			uint8_t *exact = malloc(size);

			CHECK_EQ(wire_encode_fields(exact, size, &everything_table, &a), 0);
			free(exact);
		}
	}
}

TEST(nibbles_share_an_octet_and_the_high_one_is_first)
{
	struct wire_everything a = { .high = 0xA, .low = 0x5 };
	uint8_t octets[2048];

	CHECK(wire_encode_fields(octets, sizeof(octets), &everything_table, &a) > 0);
	CHECK_EQ(octets[1], 0xA5);
}

TEST(a_count_without_its_records_does_not_decode)
{
	static const uint8_t one_of_two[] = { 2, 0, 7, 1, 'x' };
	struct wire_reader r = wire_reader(one_of_two, sizeof(one_of_two));
	struct wire_everything out;
	const struct wire_table tail = { "tail", &everything_fields[26], 2, sizeof(out) };

	CHECK(everything_fields[27].type == WIRE_COUNTED_RECORDS);
	CHECK(!wire_get_fields(&r, &tail, &out));
}

TEST(records_are_walked_one_by_one_and_a_remainder_is_passed_over)
{
	static const uint8_t octets[] = { 0, 7, 1, 'x', 0, 8, 0, 0, 9, 5, 'c', 'u', 't' };
	struct wire_everything out;
	const struct wire_table tail = { "tail", &everything_fields[31], 1, sizeof(out) };
	struct wire_pair pair;

	CHECK(everything_fields[31].type == WIRE_RECORDS);
	CHECK(wire_decode_fields(octets, sizeof(octets), &tail, &out));
	CHECK_EQ(wire_records_count(&out.records, &pair_table), 2);
	CHECK(wire_record_next(&out.records, &pair_table, &pair));
	CHECK_EQ(pair.number, 7);
	CHECK_EQ(pair.text.length, 1);
	CHECK(wire_record_next(&out.records, &pair_table, &pair));
	CHECK_EQ(pair.number, 8);
	CHECK(!wire_record_next(&out.records, &pair_table, &pair));
}

TEST(numbers_come_out_with_their_sign)
{
	struct wire_everything a = {
		.u8 = 200, .i8 = -3, .u24 = 0xFFFFFF, .i64 = INT64_MIN, .flags16 = 0x8001
	};
	int64_t v;

	for (size_t i = 0; i < everything_table.count; i++) {
		const struct wire_field *field = &everything_fields[i];
		bool is_number = wire_field_number(field, &a, &v);

		CHECK_EQ(is_number, field->type <= WIRE_NIBBLE_LOW);
		if (field->offset == offsetof(struct wire_everything, i8)) {
			CHECK_EQ(v, -3);
		} else if (field->offset == offsetof(struct wire_everything, u8)) {
			CHECK_EQ(v, 200);
		} else if (field->offset == offsetof(struct wire_everything, u24)) {
			CHECK_EQ(v, 0xFFFFFF);
		} else if (field->offset == offsetof(struct wire_everything, i64)) {
			CHECK_EQ(v, INT64_MIN);
		} else if (field->offset == offsetof(struct wire_everything, flags16)) {
			CHECK_EQ(v, 0x8001);
		}
	}
}

TEST(a_timestamp_of_a_whole_second_of_nanoseconds_is_not_valid)
{
	struct wire_everything a = { .timestamp.nanoseconds = GN_NS_PER_SECOND - 1 };

	CHECK(wire_timestamps_are_valid(&everything_table, &a));
	a.timestamp.nanoseconds++;
	CHECK(!wire_timestamps_are_valid(&everything_table, &a));
}

TEST(addresses_of_up_to_16_octets_fit_the_public_type)
{
	uint8_t octets[17] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 };

	for (uint16_t length = 0; length <= 17; length++) {
		struct wire_port_address from = { 2, length, octets };
		struct gn_address address;

		CHECK_EQ(wire_port_address_to(&from, &address), length <= 16);
		if (length <= 16) {
			struct wire_port_address back = wire_port_address_of(&address);

			CHECK_EQ(back.network_protocol, 2);
			CHECK_EQ(back.address_length, length);
			CHECK_MEM_EQ(back.address, octets, length);
		}
	}
}

/* ---- what holds of every table ------------------------------------------------------------------------------ */

static void check_field(const struct wire_table *table, size_t i)
{
	const struct wire_field *field = &table->fields[i];
	bool is_nameless = field->type == WIRE_RESERVED || field->type == WIRE_OPTIONAL ||
			   field->type == WIRE_WHEN || field->type == WIRE_NIBBLE_HIGH ||
			   field->type == WIRE_NIBBLE_LOW;

	CHECK(field->type < WIRE_TYPES);
	CHECK(field->offset < table->size);
	CHECK(field->name || is_nameless);
	if (field->type == WIRE_NIBBLE_HIGH) {
		CHECK(i + 1 < table->count && field[1].type == WIRE_NIBBLE_LOW);
	}
	if (field->type == WIRE_NIBBLE_LOW) {
		CHECK(i > 0 && field[-1].type == WIRE_NIBBLE_HIGH);
	}
	if (field->type == WIRE_REST || field->type == WIRE_RECORDS) {
		CHECK_EQ(i, table->count - 1);
	}
	if (field->type == WIRE_RECORDS || field->type == WIRE_COUNTED_RECORDS) {
		CHECK(field->record && field->record->size <= WIRE_RECORD_SIZE_MAX);
	}
	if (field->type == WIRE_OCTETS || field->type == WIRE_RESERVED || field->type == WIRE_WHEN) {
		CHECK(field->size > 0);
	}
	for (size_t j = 0; j < i; j++) {
		CHECK(!field->name || !table->fields[j].name ||
		      strcmp(field->name, table->fields[j].name) != 0);
		CHECK(field->type == WIRE_WHEN || field->offset != table->fields[j].offset);
	}
}

static void check_table(const struct wire_table *table)
{
	CHECK(table->name && table->count > 0 && table->size > 0);
	for (size_t i = 0; i < table->count; i++) {
		check_field(table, i);
		if (table->fields[i].record) {
			check_table(table->fields[i].record);
		}
	}
}

TEST(every_table_is_well_made)
{
	check_table(&everything_table);
	check_table(&wire_header_table);
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		if (wire_body_table(type)) {
			check_table(wire_body_table(type));
		}
	}
	for (size_t i = 0; wire_tlv_kind_at(i); i++) {
		check_table(wire_tlv_kind_at(i)->fields);
	}
}
