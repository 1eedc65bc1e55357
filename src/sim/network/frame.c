/* src/sim/network/frame.c -- frames come from blocks of equal places, of two sizes, and go back to a list of free ones: nearly all
 * messages of PTP are small, and a run of millions of them asks malloc for a few. */
#include "sim/network/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SMALL_ROOM 128
#define LARGE_ROOM GN_FRAME_MAX
#define SMALL_PER_BLOCK 128
#define LARGE_PER_BLOCK 16

/* On the wire (IEEE 802.3 clause 3, IEEE 802.1Q clause 9) */
#define PREAMBLE 8u /* with the start-of-frame delimiter */
#define MAC_HEADER 14u
#define TAG 4u
#define CHECK_SEQUENCE 4u
#define GAP 12u
#define FRAME_MIN 64u /* from the header to the check sequence */
#define UDP_IPV4_HEADERS 28u
#define UDP_IPV6_HEADERS 48u

#define PS_PER_S INT64_C(1000000000000)

/* In front of the frames of a block */
struct block {
	void *next;
	max_align_t frames[];
};

void frame_pool_init(struct frame_pool *pool)
{
	*pool = (struct frame_pool){ .living = 0 };
}

void frame_pool_free(struct frame_pool *pool)
{
	struct block *block = pool->blocks;

	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
	frame_pool_init(pool);
}

static size_t place_size(size_t room)
{
	size_t size = sizeof(struct frame) + room;

	return (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
}

static bool add_block(struct frame_pool *pool, struct frame **free_list, size_t room, size_t count)
{
	size_t size = place_size(room);
	struct block *block = malloc(sizeof(*block) + count * size);

	if (!block) {
		return false;
	}
	block->next = pool->blocks;
	pool->blocks = block;
	for (size_t i = count; i-- > 0;) {
		struct frame *frame = (struct frame *)(void *)((char *)block->frames + i * size);

		frame->next_free = *free_list;
		*free_list = frame;
	}
	return true;
}

struct frame *frame_new(struct frame_pool *pool, size_t length)
{
	bool is_small = length <= SMALL_ROOM;
	size_t room = is_small ? SMALL_ROOM : LARGE_ROOM;
	struct frame **free_list = is_small ? &pool->free_small : &pool->free_large;
	struct frame *frame;

	assert(length <= GN_FRAME_MAX);
	if (!*free_list && !add_block(pool, free_list, room, is_small ? SMALL_PER_BLOCK : LARGE_PER_BLOCK)) {
		return NULL;
	}
	frame = *free_list;
	*free_list = frame->next_free;
	memset(frame, 0, sizeof(*frame) + room);
	frame->pool = pool;
	frame->references = 1;
	frame->length = (uint16_t)length;
	frame->room = (uint16_t)room;
	pool->living++;
	return frame;
}

struct frame *frame_keep(struct frame *frame)
{
	assert(frame->references > 0);
	frame->references++;
	return frame;
}

void frame_drop(struct frame *frame)
{
	struct frame_pool *pool = frame->pool;
	struct frame **free_list = frame->room == SMALL_ROOM ? &pool->free_small : &pool->free_large;

	assert(frame->references > 0);
	if (--frame->references == 0) {
		frame->next_free = *free_list;
		*free_list = frame;
		pool->living--;
	}
}

struct frame *frame_own(struct frame *frame)
{
	struct frame *copy;

	if (frame->references == 1) {
		return frame;
	}
	copy = frame_new(frame->pool, frame->length);
	if (copy) {
		uint16_t room = copy->room;

		memcpy(copy, frame, sizeof(*frame) + frame->length);
		copy->references = 1;
		copy->room = room;
	}
	frame_drop(frame);
	return copy;
}

/* From the first octet of the header to the last of the check sequence */
static unsigned frame_octets(const struct frame *frame)
{
	static const uint8_t headers[] = {
		[GN_PROTOCOL_UDP_IPV4] = UDP_IPV4_HEADERS,
		[GN_PROTOCOL_UDP_IPV6] = UDP_IPV6_HEADERS,
	};
	bool is_tagged = frame->vlan != 0 || frame->priority != 0;
	unsigned octets = MAC_HEADER + (is_tagged ? TAG : 0) + frame->length + CHECK_SEQUENCE;

	if (frame->transport < sizeof(headers)) {
		octets += headers[frame->transport];
	}
	return octets < FRAME_MIN ? FRAME_MIN : octets;
}

unsigned frame_wire_octets(const struct frame *frame)
{
	return PREAMBLE + frame_octets(frame) + GAP;
}

int64_t frame_duration_ps(const struct frame *frame, int64_t bits_per_second)
{
	int64_t bits = (int64_t)frame_octets(frame) * 8;

	assert(bits_per_second > 0);
	return (bits * PS_PER_S + bits_per_second / 2) / bits_per_second;
}

unsigned frame_message_type(const struct frame *frame)
{
	return frame->length > 0 ? frame->octets[0] & 0xFu : 16;
}
