/* src/linux/packet_filter_test.c -- the program in a small interpreter: the kernel's needs privileges. */
#include "linux/packet_filter.h"
#include "tests/test.h"

#include <linux/filter.h>

static const uint8_t own[6] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };

/* What the kernel does: a load beyond the end drops the frame. */
static uint32_t load(const uint8_t *frame, size_t length, size_t offset, size_t size, bool *is_beyond)
{
	uint32_t value = 0;

	if (offset + size > length) {
		*is_beyond = true;
		return 0;
	}
	for (size_t i = 0; i < size; i++) {
		value = value << 8 | frame[offset + i];
	}
	return value;
}

static uint32_t run(const struct sock_filter *program, const uint8_t *frame, size_t length)
{
	uint32_t a = 0, x = 0;
	bool is_beyond = false;

	for (size_t at = 0; at < PACKET_FILTER_LENGTH; at++) {
		const struct sock_filter *step = &program[at];
		size_t size = BPF_SIZE(step->code) == BPF_W ? 4 : BPF_SIZE(step->code) == BPF_H ? 2 : 1;

		switch (step->code & ~0x18) { /* without the size */
		case BPF_LD | BPF_ABS:
			a = load(frame, length, step->k, size, &is_beyond);
			break;
		case BPF_LD | BPF_IND:
			a = load(frame, length, step->k + x, size, &is_beyond);
			break;
		case BPF_LDX | BPF_IMM:
			x = step->k;
			break;
		case BPF_RET | BPF_K:
			return step->k;
		default:
			CHECK_EQ(BPF_CLASS(step->code), BPF_JMP);
			if (BPF_OP(step->code) == BPF_JA) {
				at += step->k;
			} else if (BPF_OP(step->code) == BPF_JEQ) {
				at += a == step->k ? step->jt : step->jf;
			} else {
				CHECK_EQ(BPF_OP(step->code), BPF_JSET);
				at += a & step->k ? step->jt : step->jf;
			}
			break;
		}
		if (is_beyond) {
			return 0;
		}
	}
	fail_msg("the program ran over its end");
	return 0;
}

static size_t make(uint8_t frame[64], const uint8_t source[6], unsigned tag, unsigned type, unsigned message)
{
	static const uint8_t group[6] = { 0x01, 0x1B, 0x19 };
	size_t at = 12;

	memset(frame, 0, 64);
	memcpy(frame, group, sizeof(group));
	memcpy(frame + 6, source, 6);
	if (tag) {
		frame[at++] = (uint8_t)(tag >> 8);
		frame[at++] = (uint8_t)tag;
		frame[at++] = 0xE0;
		frame[at++] = 5;
	}
	frame[at++] = (uint8_t)(type >> 8);
	frame[at++] = (uint8_t)type;
	frame[at] = (uint8_t)message;
	return 64;
}

TEST(event_and_general_sockets_share_all_ptp_frames_of_others_tagged_or_not)
{
	static const unsigned tags[] = { 0, 0x8100, 0x88A8 };
	static const uint8_t other[6] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x56 };
	struct sock_filter event[PACKET_FILTER_LENGTH], general[PACKET_FILTER_LENGTH];
	uint8_t frame[64];

	packet_filter_build(event, own, true);
	packet_filter_build(general, own, false);
	for (size_t t = 0; t < 3; t++) {
		for (unsigned octet = 0; octet < 256; octet++) { /* majorSdoId and messageType */
			size_t length = make(frame, other, tags[t], 0x88F7, octet);
			bool is_event = (octet & 0xF) < 8;

			CHECK_EQ(run(event, frame, length) >= length, is_event);
			CHECK_EQ(run(event, frame, length) == 0, !is_event);
			CHECK_EQ(run(general, frame, length) >= length, !is_event);
			CHECK_EQ(run(general, frame, length) == 0, is_event);
		}
	}
}

TEST(own_frames_are_dropped_and_near_namesakes_are_not)
{
	struct sock_filter event[PACKET_FILTER_LENGTH];
	uint8_t frame[64], source[6];

	packet_filter_build(event, own, true);
	CHECK_EQ(run(event, frame, make(frame, own, 0, 0x88F7, 0)), 0);
	CHECK_EQ(run(event, frame, make(frame, own, 0x8100, 0x88F7, 0)), 0);
	for (int i = 0; i < 6; i++) {
		memcpy(source, own, 6);
		source[i] ^= 1;
		CHECK(run(event, frame, make(frame, source, 0, 0x88F7, 0)) > 0);
	}
}

TEST(other_protocols_are_dropped)
{
	static const uint8_t other[6] = { 2 };
	struct sock_filter event[PACKET_FILTER_LENGTH], general[PACKET_FILTER_LENGTH];
	uint8_t frame[64];

	packet_filter_build(event, own, true);
	packet_filter_build(general, own, false);
	for (unsigned type = 0; type < 0x10000; type++) {
		if (type == 0x88F7 || type == 0x8100 || type == 0x88A8) {
			continue;
		}
		CHECK_EQ(run(event, frame, make(frame, other, 0, type, 0)), 0);
		CHECK_EQ(run(event, frame, make(frame, other, 0x8100, type, 0)), 0);
		CHECK_EQ(run(general, frame, make(frame, other, 0, type, 8)), 0);
	}
}

TEST(frames_too_short_for_a_message_are_dropped)
{
	static const uint8_t other[6] = { 2 };
	struct sock_filter event[PACKET_FILTER_LENGTH];
	uint8_t frame[64];

	packet_filter_build(event, own, true);
	(void)make(frame, other, 0, 0x88F7, 0);
	for (size_t length = 0; length < 15; length++) {
		CHECK_EQ(run(event, frame, length), 0);
	}
	CHECK(run(event, frame, 15) > 0);
	(void)make(frame, other, 0x8100, 0x88F7, 0);
	for (size_t length = 0; length < 19; length++) {
		CHECK_EQ(run(event, frame, length), 0);
	}
}
