/* bench/servo/verdict.h -- what the trials of one family say together, and whether that is good enough. */
#ifndef BENCH_SERVO_VERDICT_H
#define BENCH_SERVO_VERDICT_H

#include "bench/servo/play.h"

#define VERDICT_COVERED 0.995 /* of all samples within the bound, at least */
#define VERDICT_BOUND 3.0     /* times the optimum's, at most */
#define VERDICT_WORSE 1.05    /* times pi and linreg, at most, in any single trial */

struct verdict {
	const struct family *family;
	size_t trials;
	double optimum_normal; /* the optimum's own squared error over what its filter says: 1 */
	double optimum_rms_ns; /* geometric mean */
	bool took_part[CONTESTANTS];
	double ratio[CONTESTANTS]; /* RMS to the optimum's: geometric mean */
	double pooled
		[CONTESTANTS]; /* root of the mean square error in sigmas of the optimum, to the same of the optimum's */
	double settle
		[CONTESTANTS]; /* time to settle to the optimum's: geometric mean over trials where it did */
	size_t unsettled[CONTESTANTS];    /* where only the optimum did */
	double covered, bound;            /* adaptive's */
	double worst[CONTESTANTS];        /* adaptive's RMS to this one's, in the worst trial */
	uint64_t worst_seed[CONTESTANTS]; /* of that trial; 0: pooled */
	double value;                     /* what the limit is on */
	bool is_within, is_covered, is_bound_tight, is_never_worse;
};

void verdict_of(const struct outcome *outcomes, size_t count, struct verdict *out);
bool verdict_is_good(const struct verdict *v);

/* The figure of one trial that the family's limit is on. */
double verdict_ratio(const struct outcome *o, enum contestant c);

#endif
