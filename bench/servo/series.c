/* bench/servo/series.c -- one block of memory. */
#include "bench/servo/series.h"

#include <stdlib.h>

bool series_make(struct series *series, size_t count)
{
	double *values = calloc(6 * count + 1, sizeof(*values));

	*series = (struct series){ 0 };
	if (!values) {
		return false;
	}
	*series = (struct series){
		.count = count,
		.error_ns = values,
		.parent_ns = values + count,
		.bound_ns = values + 2 * count,
		.frequency_ppb = values + 3 * count,
		.offset_ns = values + 4 * count,
		.delay_ns = values + 5 * count,
	};
	return true;
}

void series_free(struct series *series)
{
	free(series->error_ns);
	*series = (struct series){ 0 };
}
