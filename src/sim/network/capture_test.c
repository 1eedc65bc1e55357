/* src/sim/network/capture_test.c -- the octets of a capture: file header, records, and frames of each transport. */
#include "sim/network/capture.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/wire/message.h"
#include "tests/test.h"

#define START 1700000000u

static struct queue queue;
static struct frame_pool pool;
static struct link link;
static struct plug ends[2];
static struct capture capture;
static uint8_t file[100000];
static size_t file_size;

static void collect(void *context, const char *text, size_t length)
{
	CHECK(context == file && file_size + length <= sizeof(file));
	memcpy(file + file_size, text, length);
	file_size += length;
}

static void receive(struct plug *plug, struct frame *frame)
{
	CHECK(plug->link == &link);
	frame_drop(frame);
}

static void begin(void)
{
	queue_init(&queue);
	frame_pool_init(&pool);
	file_size = 0;
	ends[0] = (struct plug){ .receive = receive };
	ends[1] = (struct plug){ .receive = receive };
	link_init(&link, &queue, 1, link_kind.defaults, "a-b", &ends[0], &ends[1]);
	capture_init(&capture, &link, START, collect, file);
}

static void end(void)
{
	queue_run(&queue, SIM_NEVER - 1, NULL);
	queue_free(&queue);
	frame_pool_free(&pool);
}

static struct frame *message(unsigned type, uint8_t transport)
{
	static const uint8_t group[] = { 0x01, 0x00, 0x5E, 0x00, 0x01, 0x81 };
	static const uint8_t sender[] = { 0x02, 0x00, 0x00, 0x00, 0x01, 0x02 };
	struct wire_message m = wire_message_of((enum gn_message_type)type, 1);
	uint8_t octets[128];
	size_t length = wire_encode(&m, octets, sizeof(octets));
	struct frame *frame = frame_new(&pool, length);

	memcpy(frame->octets, octets, length);
	frame->is_event = wire_is_event(type);
	frame->transport = transport;
	frame->source.network_protocol = transport;
	frame->source.length = transport == GN_PROTOCOL_UDP_IPV4 ? 4 : 16;
	memcpy(frame->source.octets, (const uint8_t[16]){ 192, 168, 1, 7 }, 16);
	memcpy(frame->destination_mac, group, 6);
	memcpy(frame->source_mac, sender, 6);
	return frame;
}

static uint32_t little(size_t at)
{
	return (uint32_t)file[at] | (uint32_t)file[at + 1] << 8 | (uint32_t)file[at + 2] << 16 |
	       (uint32_t)file[at + 3] << 24;
}

static unsigned big(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

/* Sums of 16 bits with the carry around: 0xFFFF over octets that hold their own checksum. */
static unsigned ones_sum(unsigned sum, const uint8_t *octets, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		sum += i % 2 ? octets[i] : (unsigned)octets[i] << 8;
		sum = (sum & 0xFFFF) + (sum >> 16);
	}
	return sum;
}

TEST(a_capture_begins_with_the_nanosecond_header_and_has_a_record_a_frame_with_true_time)
{
	begin();
	CHECK_EQ(file_size, 24);
	CHECK_EQ(little(0), 0xA1B23C4D);
	CHECK_EQ(little(4), 2 | 4 << 16);
	CHECK_EQ(little(20), 1);
	queue_run(&queue, 3 * PS_PER_SECOND + 5678, NULL);
	link_send(&ends[0], message(GN_SYNC, GN_PROTOCOL_IEEE_802_3));
	queue_run(&queue, 4 * PS_PER_SECOND, NULL);
	link_inject(&link, 0, message(GN_DELAY_RESP, GN_PROTOCOL_IEEE_802_3));
	CHECK_EQ(capture.frames, 2);
	CHECK_EQ(little(24), START + 3);
	CHECK_EQ(little(28), 5);
	CHECK_EQ(little(32), 60);
	CHECK_EQ(little(36), 60);
	CHECK_EQ(little(24 + 16 + 60), START + 4);
	CHECK_EQ(file_size, 24 + 16 + 60 + 16 + 14 + 54);
	end();
}

TEST(ethernet_frames_have_their_type_their_tag_and_the_least_length)
{
	uint8_t out[CAPTURE_FRAME_MAX];
	struct frame *frame;

	begin();
	frame = message(GN_SYNC, GN_PROTOCOL_IEEE_802_3);
	CHECK_EQ(capture_wrap(frame, out), 60);
	CHECK_EQ(out[0], 0x01);
	CHECK_EQ(out[11], 0x02);
	CHECK_EQ(big(out + 12), 0x88F7);
	CHECK_MEM_EQ(out + 14, frame->octets, 44);
	CHECK_EQ(out[58] | out[59], 0);
	frame->vlan = 100;
	frame->priority = 6;
	CHECK_EQ(capture_wrap(frame, out), 62);
	CHECK_EQ(big(out + 12), 0x8100);
	CHECK_EQ(big(out + 14), 6 << 13 | 100);
	CHECK_EQ(big(out + 16), 0x88F7);
	CHECK_MEM_EQ(out + 18, frame->octets, 44);
	end();
}

TEST(udp_over_ipv4_has_right_ports_addresses_lengths_and_checksums)
{
	static const uint8_t primary[] = { 224, 0, 1, 129 }, pdelay[] = { 224, 0, 0, 107 };

	begin();
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		uint8_t out[CAPTURE_FRAME_MAX], *ip = out + 14, *udp = ip + 20;
		struct frame *frame;
		size_t length;

		if (wire_message_length_min(type) == 0) {
			continue;
		}
		frame = message(type, GN_PROTOCOL_UDP_IPV4);
		frame->is_pdelay = type == GN_PDELAY_REQ;
		length = capture_wrap(frame, out);
		CHECK_EQ(length, 14 + 28 + frame->length);
		CHECK_EQ(big(out + 12), 0x0800);
		CHECK_EQ(big(ip + 2), 28 + frame->length);
		CHECK_EQ(ones_sum(0, ip, 20), 0xFFFF);
		CHECK_MEM_EQ(ip + 12, frame->source.octets, 4);
		CHECK_MEM_EQ(ip + 16, frame->is_pdelay ? pdelay : primary, 4);
		CHECK_EQ(big(udp), wire_is_event(type) ? 319 : 320);
		CHECK_EQ(big(udp + 2), big(udp));
		CHECK_EQ(big(udp + 4), 8 + frame->length);
		CHECK_EQ(ones_sum(ones_sum(17 + big(udp + 4), ip + 12, 8), udp, big(udp + 4)), 0xFFFF);
		CHECK_MEM_EQ(udp + 8, frame->octets, frame->length);
		frame->is_unicast = true;
		frame->destination = frame->source;
		(void)capture_wrap(frame, out);
		CHECK_MEM_EQ(ip + 16, frame->source.octets, 4);
	}
	end();
}

TEST(udp_over_ipv6_has_right_addresses_lengths_and_checksums)
{
	static const uint8_t primary[16] = { 0xFF, 0x0E, [14] = 0x01, 0x81 };
	uint8_t out[CAPTURE_FRAME_MAX], *ip = out + 14, *udp = ip + 40;
	struct frame *frame;

	begin();
	frame = message(GN_ANNOUNCE, GN_PROTOCOL_UDP_IPV6);
	CHECK_EQ(capture_wrap(frame, out), 14 + 48 + 64);
	CHECK_EQ(big(out + 12), 0x86DD);
	CHECK_EQ(ip[0], 0x60);
	CHECK_EQ(big(ip + 4), 8 + 64);
	CHECK_EQ(ip[6], 17);
	CHECK_MEM_EQ(ip + 8, frame->source.octets, 16);
	CHECK_MEM_EQ(ip + 24, primary, 16);
	CHECK_EQ(big(udp), 320);
	CHECK_EQ(ones_sum(ones_sum(17 + big(udp + 4), ip + 8, 32), udp, 72), 0xFFFF);
	end();
}

TEST(frames_of_any_length_fit)
{
	uint8_t out[CAPTURE_FRAME_MAX];

	begin();
	for (size_t length = 0; length <= GN_FRAME_MAX; length++) {
		for (uint8_t transport = 0; transport < 4; transport++) {
			struct frame *frame = frame_new(&pool, length);
			size_t wrapped;

			frame->transport = transport;
			frame->vlan = 1;
			wrapped = capture_wrap(frame, out);
			CHECK(wrapped >= 60 && wrapped >= length && wrapped <= sizeof(out));
			CHECK_EQ(wrapped + 4 + 20, frame_wire_octets(frame));
			frame_drop(frame);
		}
	}
	end();
}

/* For a look with other tools: GNOMON_CAPTURE=x.pcap test-sim-network for_a_look. (Management needs a TLV to be whole.) */
TEST(one_of_each_message_for_a_look)
{
	const char *path = getenv("GNOMON_CAPTURE");

	begin();
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		for (uint8_t transport = 1;
		     transport <= 3 && wire_message_length_min(type) > 0 && type != GN_MANAGEMENT;
		     transport++) {
			struct frame *frame = message(type, transport);

			frame->vlan = transport == 2 ? 5 : 0;
			link_send(&ends[type % 2], frame);
		}
		queue_run(&queue, queue.now_ps + PS_PER_MS, NULL);
	}
	CHECK_EQ(capture.frames, 27);
	if (path) {
		FILE *out = fopen(path, "wb");

		CHECK(out && fwrite(file, 1, file_size, out) == file_size && fclose(out) == 0);
	}
	end();
}
