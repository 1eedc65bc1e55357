/* src/core/servo/filter.h -- moving average and moving median over the last values.
 *
 * The window is the caller's: delay_filter_length has no upper limit in the configuration, so gn_instance_size()
 * counts it. Results as linuxptp's: average truncated toward zero; the median of an even count is the mean of the
 * middle two, truncated. */
#ifndef CORE_SERVO_FILTER_H
#define CORE_SERVO_FILTER_H

#include "gnomon/config.h"

#define FILTER_LENGTH_MAX 65536 /* longer windows are cut to this (docs/compatibility.md) */

struct filter {
	enum gn_filter_kind kind;
	size_t length, count, next;
	int64_t *values;           /* in order of arrival; the last value is at next - 1 */
	uint32_t *order;           /* median: indices of values, smallest first */
	int64_t sum_high, sum_low; /* average: exact sum of the window (128 bits) */
};

/* Octets of memory for a window of that length; a multiple of 8. */
size_t filter_size(int length);
void filter_init(struct filter *filter, enum gn_filter_kind kind, int length, void *memory);
void filter_reset(struct filter *filter);

/* For a filter whose members were read from octets that anybody may have written, its window already in `memory`: gives it
 * that memory, or says that no filter of this length can be in such a state. */
bool filter_revive(struct filter *filter, int length, void *memory);

/* Takes a value in and returns the filtered one. */
int64_t filter_sample(struct filter *filter, int64_t value);

#endif
