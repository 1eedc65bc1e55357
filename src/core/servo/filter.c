/* src/core/servo/filter.c -- a ring of the last values, and what makes each kind cheap.
 *
 * Average: the sum of the ring in 128 bits, so that it is exact and never drifts. Median: the ring's indices in
 * ascending order of their values; the index that a new value takes over is moved to its new place. */
#include "core/servo/filter.h"

#include <string.h>

#include "core/assert.h"

static size_t length_of(int length)
{
	return length < 1 ? 1 : length > FILTER_LENGTH_MAX ? FILTER_LENGTH_MAX : (size_t)length;
}

size_t filter_size(int length)
{
	size_t n = length_of(length);

	return n * sizeof(int64_t) + (n + 1) / 2 * 2 * sizeof(uint32_t);
}

void filter_init(struct filter *filter, enum gn_filter_kind kind, int length, void *memory)
{
	GN_ASSERT(memory && (uintptr_t)memory % sizeof(int64_t) == 0);
	*filter = (struct filter){ .kind = kind, .length = length_of(length), .values = memory };
	filter->order = (uint32_t *)(void *)(filter->values + filter->length);
}

/* Every index once, in ascending order of the values: the search for one that leaves relies on both. */
static bool is_ordered(const struct filter *filter)
{
	uint64_t seen[FILTER_LENGTH_MAX / 64] = { 0 };

	for (size_t i = 0; i < filter->count; i++) {
		uint32_t index = filter->order[i];

		if (index >= filter->count || (seen[index / 64] >> index % 64 & 1) ||
		    (i > 0 && filter->values[filter->order[i - 1]] > filter->values[index])) {
			return false;
		}
		seen[index / 64] |= (uint64_t)1 << index % 64;
	}
	return true;
}

bool filter_revive(struct filter *filter, int length, void *memory)
{
	filter->values = memory;
	filter->order = (uint32_t *)(void *)(filter->values + length_of(length));
	if (filter->length != length_of(length) || filter->count > filter->length ||
	    filter->next >= filter->length ||
	    (filter->count < filter->length && filter->next != filter->count)) {
		return false;
	}
	return filter->kind != GN_FILTER_MOVING_MEDIAN || is_ordered(filter);
}

void filter_reset(struct filter *filter)
{
	filter->count = 0;
	filter->next = 0;
	filter->sum_high = 0;
	filter->sum_low = 0;
}

/* sum += value, or -= value; sum_low is the low half, taken as unsigned. */
static void sum_change(struct filter *filter, int64_t value, bool is_added)
{
	uint64_t low = (uint64_t)filter->sum_low, high = (uint64_t)filter->sum_high;
	uint64_t value_low = (uint64_t)value, value_high = value < 0 ? UINT64_MAX : 0;

	if (is_added) {
		high += value_high + (low + value_low < low);
		low += value_low;
	} else {
		high -= value_high + (low < value_low);
		low -= value_low;
	}
	filter->sum_low = (int64_t)low;
	filter->sum_high = (int64_t)high;
}

/* trunc(sum / count) by long division in digits of 32 bits: compilers call a library for 128 bits. */
static int64_t sum_divide(const struct filter *filter)
{
	uint64_t low = (uint64_t)filter->sum_low, high = (uint64_t)filter->sum_high;
	uint64_t quotient = 0, rest = 0;
	bool is_negative = filter->sum_high < 0;
	uint32_t digits[4];

	if (is_negative) {
		high = ~high + (low == 0);
		low = ~low + 1;
	}
	digits[0] = (uint32_t)(high >> 32);
	digits[1] = (uint32_t)high;
	digits[2] = (uint32_t)(low >> 32);
	digits[3] = (uint32_t)low;
	for (int i = 0; i < 4; i++) {
		rest = rest << 32 | digits[i];
		quotient = quotient << 32 | rest / filter->count;
		rest %= filter->count;
	}
	/* The magnitude of an average is at most 2^63, which has no positive int64_t. */
	return (int64_t)(is_negative ? ~quotient + 1 : quotient);
}

/* The first place of the order whose value is not below `value`, among `count`. */
static size_t place_of(const struct filter *filter, int64_t value, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (filter->values[filter->order[middle]] < value) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static void order_remove(struct filter *filter, size_t index, size_t count)
{
	size_t place = place_of(filter, filter->values[index], count);

	while (filter->order[place] != index) {
		place += 1; /* equal values */
	}
	memmove(&filter->order[place], &filter->order[place + 1], (count - place - 1) * sizeof(uint32_t));
}

static void order_insert(struct filter *filter, size_t index, int64_t value, size_t count)
{
	size_t place = place_of(filter, value, count);

	memmove(&filter->order[place + 1], &filter->order[place], (count - place) * sizeof(uint32_t));
	filter->order[place] = (uint32_t)index;
}

/* trunc((a + b) / 2) without the sum, which may not fit. */
static int64_t mean_of(int64_t a, int64_t b)
{
	int64_t down = (a & b) + ((a ^ b) >> 1); /* toward minus infinity */

	return down + (down < 0 && ((a ^ b) & 1));
}

static int64_t median_of(const struct filter *filter)
{
	size_t middle = filter->count / 2;
	int64_t high = filter->values[filter->order[middle]];

	return filter->count % 2 ? high : mean_of(filter->values[filter->order[middle - 1]], high);
}

int64_t filter_sample(struct filter *filter, int64_t value)
{
	bool is_full = filter->count == filter->length;
	size_t at = filter->next;

	if (filter->kind == GN_FILTER_MOVING_MEDIAN) {
		if (is_full) {
			order_remove(filter, at, filter->count);
		}
		order_insert(filter, at, value, filter->count - is_full);
	} else {
		if (is_full) {
			sum_change(filter, filter->values[at], false);
		}
		sum_change(filter, value, true);
	}
	filter->values[at] = value;
	filter->next = at + 1 == filter->length ? 0 : at + 1;
	filter->count += !is_full;
	return filter->kind == GN_FILTER_MOVING_MEDIAN ? median_of(filter) : sum_divide(filter);
}
