/* src/sim/queue.c -- a heap with four children to a place: half as deep as with two.
 *
 * The heap is of keys alone, what they stand for keeps its place. A key is one number of 128 bits: the time, the order of
 * entry, and the entry's index (which decides nothing, as no order comes twice). So two are compared without a branch
 * that the processor would have to guess, and four children are one line of its cache: the root stands at place 3, the
 * children of place p at 4p - 8 .. 4p - 5.
 *
 * What is taken out leaves a hole that sinks to the bottom before the last key fills it: events are mostly added for
 * later, so the last one mostly belongs there. */
#include "sim/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct queue_entry {
	queue_handler handler;
	void *object, *argument;
	size_t next_free; /* 1 + index; 0: none */
};

#define ROOT 3
#define CAPACITY_AT_FIRST 64
#define CACHE_LINE 64
#define INDEX_BITS 24
#define ENTRIES_MAX ((size_t)1 << INDEX_BITS)

void queue_init(struct queue *queue)
{
	*queue = (struct queue){ .now_ps = 0 };
}

void queue_free(struct queue *queue)
{
	free(queue->keys);
	free(queue->entries);
	queue_init(queue);
}

static bool has_room(struct queue *queue)
{
	size_t capacity = queue->capacity ? queue->capacity * 2 : CAPACITY_AT_FIRST;
	struct queue_entry *entries;
	queue_key *keys;

	if (queue->count < queue->capacity) {
		return true;
	}
	if (queue->capacity >= ENTRIES_MAX) {
		return false;
	}
	entries = realloc(queue->entries, capacity * sizeof(*entries));
	if (!entries) {
		return false;
	}
	queue->entries = entries;
	/* ROOT more, to the next whole line */
	keys = aligned_alloc(CACHE_LINE, capacity * sizeof(*keys) + CACHE_LINE);
	if (!keys) {
		return false;
	}
	if (queue->count > 0) {
		memcpy(keys + ROOT, queue->keys + ROOT, queue->count * sizeof(*keys));
	}
	free(queue->keys);
	queue->keys = keys;
	queue->capacity = capacity;
	return true;
}

/* Takes a free entry; there is one. */
static size_t take_entry(struct queue *queue)
{
	size_t index = queue->free_entry - 1;

	if (queue->free_entry == 0) {
		return queue->count; /* all before it are in use */
	}
	queue->free_entry = queue->entries[index].next_free;
	return index;
}

static int64_t time_of(queue_key key)
{
	return (int64_t)(uint64_t)(key >> 64);
}

/* Puts a key into the hole at `place`, or above it where it belongs. */
static void rise(queue_key *keys, size_t place, queue_key key)
{
	while (place > ROOT) {
		size_t parent = place / 4 + 2;

		if (keys[parent] < key) {
			break;
		}
		keys[place] = keys[parent];
		place = parent;
	}
	keys[place] = key;
}

/* By the sign of the difference, as keys have no sign of their own: compilers make a branch of a comparison. */
static inline size_t earlier_of(const queue_key *keys, size_t a, size_t b)
{
	size_t is_b = (size_t)((__int128)(keys[b] - keys[a]) >> 127); /* all bits or none */

	return a + ((b - a) & is_b);
}

/* Moves the hole at the root down to where no child is; `end` is behind the last place. Returns where. */
static size_t sink_hole(queue_key *keys, size_t end)
{
	size_t hole = ROOT, child = 4 * ROOT - 8;

	while (child + 4 <= end) {
		child = earlier_of(keys, earlier_of(keys, child, child + 1),
				   earlier_of(keys, child + 2, child + 3));
		keys[hole] = keys[child];
		hole = child;
		child = 4 * hole - 8;
	}
	if (child < end) {
		size_t earliest = child;

		while (++child < end) {
			earliest = earlier_of(keys, earliest, child);
		}
		keys[hole] = keys[earliest];
		hole = earliest;
	}
	return hole;
}

void queue_add(struct queue *queue, int64_t at_ps, queue_handler handler, void *object, void *argument)
{
	uint64_t time = (uint64_t)(at_ps < queue->now_ps ? queue->now_ps : at_ps);
	size_t index;

	assert(queue->order >> (64 - INDEX_BITS) == 0);
	if (!has_room(queue)) {
		queue->is_out_of_memory = true;
		return;
	}
	index = take_entry(queue);
	queue->entries[index] = (struct queue_entry){ .handler = handler,
						      .object = object,
						      .argument = argument };
	rise(queue->keys, ROOT + queue->count++,
	     (queue_key)time << 64 | queue->order++ << INDEX_BITS | index);
}

int64_t queue_next_ps(const struct queue *queue)
{
	return queue->count ? time_of(queue->keys[ROOT]) : SIM_NEVER;
}

bool queue_step(struct queue *queue)
{
	struct queue_entry *entry, next;
	queue_key first, last;
	size_t index, end;

	if (queue->count == 0) {
		return false;
	}
	first = queue->keys[ROOT];
	index = (size_t)first & (ENTRIES_MAX - 1);
	entry = &queue->entries[index];
	__builtin_prefetch(entry);
	end = ROOT + --queue->count;
	last = queue->keys[end];
	if (queue->count > 0) {
		rise(queue->keys, sink_hole(queue->keys, end), last);
	}
	next = *entry;
	entry->next_free = queue->free_entry;
	queue->free_entry = index + 1;
	queue->now_ps = time_of(first);
	queue->handled++;
	next.handler(next.object, next.argument);
	return true;
}

void queue_run(struct queue *queue, int64_t until_ps, const bool *is_ended)
{
	while (queue->count > 0 && time_of(queue->keys[ROOT]) <= until_ps) {
		(void)queue_step(queue); /* there is an event */
		if (queue->is_out_of_memory || (is_ended && *is_ended)) {
			return;
		}
	}
	if (queue->now_ps < until_ps) {
		queue->now_ps = until_ps;
	}
}
