/* src/sim/network/frame_test.c */
#include "sim/network/frame.h"

#include "tests/test.h"

#define MEGABIT INT64_C(1000000)

static const size_t lengths[] = { 0, 1, 44, 127, 128, 129, 1000, GN_FRAME_MAX };

TEST(a_new_frame_is_all_zero_whatever_its_place_held_before)
{
	struct frame_pool pool;
	struct frame *frame;

	frame_pool_init(&pool);
	for (int again = 0; again < 3; again++) {
		for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			frame = frame_new(&pool, lengths[i]);
			CHECK(frame);
			CHECK_EQ(frame->length, lengths[i]);
			CHECK(frame->room >= lengths[i]);
			CHECK_EQ(frame->references, 1);
			CHECK(!frame->is_event && !frame->is_corrupt && frame->vlan == 0);
			CHECK(frame->residence_ps == 0 && frame->source.length == 0);
			for (size_t octet = 0; octet < frame->room; octet++) {
				CHECK_EQ(frame->octets[octet], 0);
			}
			memset(frame->octets, 0xA5, frame->room);
			memset(&frame->source, 0xA5, sizeof(frame->source));
			frame->is_event = frame->is_corrupt = true;
			frame->vlan = 7;
			frame->residence_ps = 9;
			frame_drop(frame);
		}
	}
	CHECK_EQ(pool.living, 0);
	frame_pool_free(&pool);
}

TEST(a_frame_lives_until_its_last_reference_is_dropped)
{
	struct frame_pool pool;
	struct frame *frame;

	frame_pool_init(&pool);
	frame = frame_new(&pool, 44);
	CHECK(frame_keep(frame) == frame);
	frame_keep(frame);
	frame_drop(frame);
	frame_drop(frame);
	CHECK_EQ(pool.living, 1);
	frame->octets[43] = 1;
	CHECK(frame_new(&pool, 44) != frame);
	frame_drop(frame);
	CHECK_EQ(pool.living, 1);
	CHECK(frame_new(&pool, 44) == frame); /* its place is used again */
	frame_pool_free(&pool);
	CHECK_EQ(pool.living, 0);
}

/* Each frame is filled with a number of its own: nobody's octets are written by another. */
TEST(living_frames_do_not_share_places)
{
	enum { FRAMES = 2000 };
	static struct frame *frames[FRAMES];
	struct frame_pool pool;

	frame_pool_init(&pool);
	for (int i = 0; i < 40000; i++) {
		size_t which = test_random_below(FRAMES);

		if (frames[which]) {
			for (size_t octet = 0; octet < frames[which]->length; octet++) {
				CHECK_EQ(frames[which]->octets[octet], which & 0xFF);
			}
			frame_drop(frames[which]);
			frames[which] = NULL;
		} else {
			frames[which] = frame_new(&pool, lengths[test_random_below(8)]);
			memset(frames[which]->octets, (int)(which & 0xFF), frames[which]->room);
		}
	}
	for (size_t i = 0; i < FRAMES; i++) {
		if (frames[i]) {
			frame_drop(frames[i]);
			frames[i] = NULL;
		}
	}
	CHECK_EQ(pool.living, 0);
	frame_pool_free(&pool);
}

TEST(who_owns_a_frame_alone_keeps_it)
{
	struct frame_pool pool;
	struct frame *frame;

	frame_pool_init(&pool);
	frame = frame_new(&pool, 44);
	CHECK(frame_own(frame) == frame);
	CHECK_EQ(frame->references, 1);
	frame_pool_free(&pool);
}

TEST(who_shares_a_frame_gets_a_copy_of_it)
{
	struct frame_pool pool;

	frame_pool_init(&pool);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame *frame = frame_new(&pool, lengths[i]), *own;

		memset(frame->octets, 0x5A, frame->length);
		frame->is_event = true;
		frame->priority = 6;
		frame->source_mac[5] = 9;
		frame->residence_ps = 123;
		own = frame_own(frame_keep(frame));
		CHECK(own && own != frame);
		CHECK_EQ(frame->references, 1);
		CHECK_EQ(own->references, 1);
		CHECK_EQ(own->length, frame->length);
		CHECK_MEM_EQ(own->octets, frame->octets, frame->length);
		CHECK(own->is_event && own->priority == 6 && own->source_mac[5] == 9 &&
		      own->residence_ps == 123);
		memset(own->octets, 0, own->room);
		CHECK(frame->length == 0 || frame->octets[frame->length - 1] == 0x5A);
		frame_drop(frame);
		frame_drop(own);
	}
	CHECK_EQ(pool.living, 0);
	frame_pool_free(&pool);
}

TEST(a_copy_of_a_frame_that_was_cut_short_has_its_own_room)
{
	struct frame_pool pool;
	struct frame *frame, *own, *small;

	frame_pool_init(&pool);
	frame = frame_new(&pool, 1000);
	frame->length = 44;
	own = frame_own(frame_keep(frame));
	CHECK_EQ(own->room, 128);
	frame_drop(own);
	small = frame_new(&pool, 44);
	CHECK(small == own); /* it went back to where it belongs */
	frame_pool_free(&pool);
}

TEST(octets_on_the_wire_are_those_of_the_standards)
{
	static const struct {
		uint8_t transport, priority;
		uint16_t vlan;
		size_t length;
		unsigned octets;
	} known[] = {
		{ GN_PROTOCOL_IEEE_802_3, 0, 0, 0, 84 },
		{ GN_PROTOCOL_IEEE_802_3, 0, 0, 44, 84 }, /* Sync: 62, padded to 64 */
		{ GN_PROTOCOL_IEEE_802_3, 0, 0, 46, 84 }, /* 64 exactly */
		{ GN_PROTOCOL_IEEE_802_3, 0, 0, 47, 85 },
		{ GN_PROTOCOL_IEEE_802_3, 0, 5, 42, 84 }, /* a tag takes the place of padding */
		{ GN_PROTOCOL_IEEE_802_3, 6, 0, 43, 85 }, /* tagged for its priority alone */
		{ GN_PROTOCOL_IEEE_802_3, 0, 0, 1500, 1538 },
		{ GN_PROTOCOL_UDP_IPV4, 0, 0, 44, 110 }, /* 14 + 20 + 8 + 44 + 4, and 20 */
		{ GN_PROTOCOL_UDP_IPV6, 0, 0, 44, 130 },
		{ GN_PROTOCOL_UDP_IPV4, 0, 100, 64, 134 },
	};
	struct frame_pool pool;

	frame_pool_init(&pool);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct frame *frame = frame_new(&pool, known[i].length);

		frame->transport = known[i].transport;
		frame->priority = known[i].priority;
		frame->vlan = known[i].vlan;
		CHECK_EQ(frame_wire_octets(frame), known[i].octets);
		/* From the delimiter to the end of the check sequence: 8 before and 12 behind do not count. */
		CHECK_EQ(frame_duration_ps(frame, 1000 * MEGABIT), (known[i].octets - 20) * INT64_C(8000));
	}
	frame_pool_free(&pool);
}

TEST(a_frame_lasts_as_long_as_its_speed_says)
{
	struct frame_pool pool;
	struct frame *frame;

	frame_pool_init(&pool);
	frame = frame_new(&pool, 44);
	frame->transport = GN_PROTOCOL_IEEE_802_3;
	CHECK_EQ(frame_duration_ps(frame, 10 * MEGABIT), INT64_C(51200000));
	CHECK_EQ(frame_duration_ps(frame, 100 * MEGABIT), 5120000);
	CHECK_EQ(frame_duration_ps(frame, 2500 * MEGABIT), 204800);
	CHECK_EQ(frame_duration_ps(frame, 100000 * MEGABIT), 5120);
	CHECK_EQ(frame_duration_ps(frame, 3), INT64_C(170666666666667)); /* rounded to the nearest */
	frame_pool_free(&pool);
}

TEST(the_message_type_is_in_the_first_octet)
{
	struct frame_pool pool;
	struct frame *frame;

	frame_pool_init(&pool);
	frame = frame_new(&pool, 34);
	frame->octets[0] = 0x1B;
	CHECK_EQ(frame_message_type(frame), 11);
	frame->length = 0;
	CHECK_EQ(frame_message_type(frame), 16);
	frame_pool_free(&pool);
}
