/* bench/servo/cost.h -- what a servo costs: processor time for each message, and memory. Differs between machines and runs. */
#ifndef BENCH_SERVO_COST_H
#define BENCH_SERVO_COST_H

#include "bench/servo/contestant.h"

struct cost {
	bool is_known;
	double message_ns; /* mean over a trial's messages, of the quickest of some runs */
	size_t octets;     /* of a struct servo, which has room for any controller */
};

void cost_measure(const bool contestants[CONTESTANTS], struct cost out[CONTESTANTS]);

#endif
