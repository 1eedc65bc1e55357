/* src/core/memory.h -- the memory of an instance, in this order: struct gn_instance; its ports; the window of every port's
 * peer delay filter; the window of the delay filter; the queue of actions. Each part begins aligned for any type. */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t memory_aligned(size_t size)
{
	size_t unit = alignof(max_align_t);

	return (size + unit - 1) / unit * unit;
}

/* The part that begins at `*at`, which moves on to the next. */
static inline void *memory_take(uint8_t **at, size_t size)
{
	void *memory = *at;

	*at += memory_aligned(size);
	return memory;
}

#endif
