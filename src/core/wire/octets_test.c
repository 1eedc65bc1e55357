/* src/core/wire/octets_test.c */
#include "core/wire/octets.h"

#include <stdlib.h>

#include "tests/test.h"

TEST(integers_are_big_endian)
{
	static const uint8_t octets[] = { 0x81, 2, 3, 4, 5, 6, 7, 8 };
	struct wire_reader r = wire_reader(octets, sizeof(octets));

	CHECK_EQ(wire_get_u16(&r), 0x8102);
	r.at = 0;
	CHECK_EQ(wire_get_u24(&r), 0x810203);
	r.at = 0;
	CHECK_EQ(wire_get_u32(&r), 0x81020304);
	r.at = 0;
	CHECK_EQ(wire_get_u48(&r), 0x810203040506);
	r.at = 0;
	CHECK(wire_get_u64(&r) == 0x8102030405060708);
	CHECK_EQ(wire_left(&r), 0);
	CHECK(!r.overrun);
}

TEST(signed_integers_are_two_s_complement)
{
	static const uint8_t octets[] = { 0x80, 0, 0, 0, 0, 0, 0, 0 };
	struct wire_reader r = wire_reader(octets, sizeof(octets));

	CHECK_EQ(wire_get_i8(&r), INT8_MIN);
	r.at = 0;
	CHECK_EQ(wire_get_i16(&r), INT16_MIN);
	r.at = 0;
	CHECK_EQ(wire_get_i32(&r), INT32_MIN);
	r.at = 0;
	CHECK_EQ(wire_get_i64(&r), INT64_MIN);
}

TEST(the_first_overrun_is_remembered_and_gives_zeros_from_then_on)
{
	for (size_t length = 0; length < 4; length++) {
		uint8_t *octets = malloc(length);
		struct wire_reader r = wire_reader(octets, length);

		for (size_t i = 0; i < length; i++) {
			octets[i] = 0xFF;
		}
		CHECK_EQ(wire_get_u32(&r), 0);
		CHECK(r.overrun);
		CHECK_EQ(wire_left(&r), 0);
		CHECK_EQ(wire_get_u8(&r), 0); /* though there is one */
		CHECK_EQ(wire_get_port_identity(&r).clock_identity.octets[7], 0);
		CHECK_EQ(wire_get_timestamp(&r).nanoseconds, 0);
		free(octets);
	}
}

TEST(skipping_too_far_is_an_overrun)
{
	static const uint8_t octets[4] = { 0 };
	struct wire_reader r = wire_reader(octets, sizeof(octets));

	wire_skip(&r, 4);
	CHECK(!r.overrun);
	wire_skip(&r, 0);
	CHECK(!r.overrun);
	wire_skip(&r, SIZE_MAX);
	CHECK(r.overrun);
}

TEST(a_writer_stops_at_the_end_and_writes_no_part_of_what_does_not_fit)
{
	uint8_t *octets = malloc(3);
	struct wire_writer w = wire_writer(octets, 3);

	wire_put_u16(&w, 0x1234);
	octets[2] = 0x77;
	wire_put_u16(&w, 0x5678);
	CHECK(w.overrun);
	CHECK_EQ(octets[2], 0x77);
	wire_put_u8(&w, 1);
	wire_put_zeros(&w, 1);
	wire_put_octets(&w, octets, 1);
	CHECK_EQ(octets[2], 0x77);
	CHECK_EQ(w.at, 2);
	free(octets);
}

TEST(no_octets_may_be_at_null)
{
	struct wire_reader r = wire_reader(NULL, 0);
	struct wire_writer w = wire_writer(NULL, 0);

	wire_get_octets(&r, (uint8_t[1]){ 0 }, 0);
	wire_put_octets(&w, NULL, 0);
	wire_put_zeros(&w, 0);
	CHECK(!r.overrun && !w.overrun);
	CHECK_EQ(wire_get_u8(&r), 0);
	wire_put_u8(&w, 0);
	CHECK(r.overrun && w.overrun);
}

TEST(a_number_wider_than_its_field_is_our_own_mistake)
{
	uint8_t octets[8];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	wire_put_u24(&w, 0xFFFFFF);
	expect_assert_failure(wire_put_u24(&w, 0x1000000));
	w.at = 0;
	wire_put_u48(&w, 0xFFFFFFFFFFFF);
	expect_assert_failure(wire_put_u48(&w, 0x1000000000000));
}

TEST(what_is_put_is_got)
{
	for (int i = 0; i < 10000; i++) {
		uint8_t octets[128];
		struct wire_writer w = wire_writer(octets, sizeof(octets));
		struct wire_reader r;
		const uint64_t v = test_random();
		const struct gn_timestamp t = { v >> 16, (uint32_t)v };
		const struct gn_clock_quality q = { (uint8_t)v, (uint8_t)(v >> 8), (uint16_t)(v >> 16) };
		struct gn_port_identity p = { .port_number = (uint16_t)v };

		memcpy(p.clock_identity.octets, &v, 8);
		wire_put_u8(&w, (uint8_t)v);
		wire_put_u16(&w, (uint16_t)v);
		wire_put_u24(&w, (uint32_t)v & 0xFFFFFF);
		wire_put_u32(&w, (uint32_t)v);
		wire_put_u48(&w, v >> 16);
		wire_put_u64(&w, v);
		wire_put_i8(&w, (int8_t)v);
		wire_put_i16(&w, (int16_t)v);
		wire_put_i32(&w, (int32_t)v);
		wire_put_i64(&w, (int64_t)v);
		wire_put_timestamp(&w, t);
		wire_put_interval(&w, (struct gn_interval){ (int64_t)v });
		wire_put_clock_identity(&w, &p.clock_identity);
		wire_put_port_identity(&w, &p);
		wire_put_clock_quality(&w, &q);
		wire_put_zeros(&w, 3);
		CHECK_EQ(w.at, 1 + 2 + 3 + 4 + 6 + 8 + 1 + 2 + 4 + 8 + 10 + 8 + 8 + 10 + 4 + 3);

		r = wire_reader(octets, w.at);
		CHECK_EQ(wire_get_u8(&r), (uint8_t)v);
		CHECK_EQ(wire_get_u16(&r), (uint16_t)v);
		CHECK_EQ(wire_get_u24(&r), v & 0xFFFFFF);
		CHECK_EQ(wire_get_u32(&r), (uint32_t)v);
		CHECK_EQ(wire_get_u48(&r), v >> 16);
		CHECK(wire_get_u64(&r) == v);
		CHECK_EQ(wire_get_i8(&r), (int8_t)v);
		CHECK_EQ(wire_get_i16(&r), (int16_t)v);
		CHECK_EQ(wire_get_i32(&r), (int32_t)v);
		CHECK_EQ(wire_get_i64(&r), (int64_t)v);
		{
			struct gn_timestamp got = wire_get_timestamp(&r);

			CHECK_EQ(got.seconds, t.seconds);
			CHECK_EQ(got.nanoseconds, t.nanoseconds);
		}
		CHECK_EQ(wire_get_interval(&r).scaled_ns, (int64_t)v);
		{
			struct gn_clock_identity got = wire_get_clock_identity(&r);

			CHECK_MEM_EQ(got.octets, p.clock_identity.octets, 8);
		}
		CHECK_EQ(wire_get_port_identity(&r).port_number, p.port_number);
		CHECK_EQ(wire_get_clock_quality(&r).offset_scaled_log_variance, (uint16_t)(v >> 16));
		CHECK_EQ(wire_get_u24(&r), 0);
		CHECK(!r.overrun && wire_left(&r) == 0);
	}
}
