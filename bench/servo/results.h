/* bench/servo/results.h -- a whole run for programs to read (JSON) and for people to look at (HTML). */
#ifndef BENCH_SERVO_RESULTS_H
#define BENCH_SERVO_RESULTS_H

#include "bench/servo/cost.h"
#include "bench/servo/tournament.h"
#include "bench/servo/verdict.h"

#include "report/sink.h"

struct results {
	const struct tournament *tournament;
	const struct verdict *verdicts; /* by family */
	const struct cost *costs;       /* by contestant; NULL: not measured */
};

/* One object; all of it repeats on every machine but "cost". NaN (a servo that never settled) is null. */
void results_put_json(const struct results *results, report_sink sink, void *context);

/* The table, and of each family one trial, that whose ratio is the median: time error, MTIE and TDEV of everybody. False: no
 * memory for one of them. */
bool results_put_html(const struct results *results, report_sink sink, void *context);

#endif
