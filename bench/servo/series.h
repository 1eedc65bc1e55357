/* bench/servo/series.h -- what became of one clock in one trial, at every scheduled Sync just before it comes. */
#ifndef BENCH_SERVO_SERIES_H
#define BENCH_SERVO_SERIES_H

#include <stdbool.h>
#include <stddef.h>

struct series {
	size_t count;
	double *error_ns;             /* against true time */
	double *parent_ns;            /* against the clock before: all that its servo can know of */
	double *bound_ns;             /* said to hold with 99.7 %; the optimum: 3 sigma; < 0: not known */
	double *frequency_ppb;        /* as set */
	double *offset_ns, *delay_ns; /* as estimated in the servo's last word */
};

bool series_make(struct series *series, size_t count);
void series_free(struct series *series);

#endif
