/* bench/servo/score.h -- series become numbers, numbers of many trials one verdict. */
#ifndef BENCH_SERVO_SCORE_H
#define BENCH_SERVO_SCORE_H

#include "bench/servo/contestant.h"

/* One clock in one trial. */
struct score {
	double rms_ns;
	double normal; /* mean of (error / sigma of the optimum)^2: of the optimum itself, 1 */
	double settle_s; /* until the error stays within 3 sigma of the optimum's last sigma for 30 s; NaN: never */
	double covered; /* share of samples within the bound; unknown bounds count as missed */
	double bound;   /* mean ratio of the bound to the optimum's */
	size_t samples;
};

struct score score_of(const struct world *world, const struct series *series, const struct series *optimum);

#define SCORE_HOLD_S 30.0

/* exp(mean(log(x))) and so on, over trials. */
struct gathered {
	double sum;
	size_t count;
};
void gather(struct gathered *g, double value);
double gathered_mean(const struct gathered *g); /* NaN of none */

#endif
