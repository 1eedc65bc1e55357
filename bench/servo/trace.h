/* bench/servo/trace.h -- one trial over time, as CSV on standard output. */
#ifndef BENCH_SERVO_TRACE_H
#define BENCH_SERVO_TRACE_H

#include "bench/servo/play.h"

/* A row for each scheduled Sync, just before it comes; before them the findings, in lines that begin with #. */
void trace_print(const struct played *played);

#endif
