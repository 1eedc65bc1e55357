/* src/sim/network/fault.h -- what a link asks its faults about one frame. */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "sim/network/link.h"

/* A frame on its way through the faults of a link. */
struct fault_passage {
	struct frame *frame; /* NULL: lost */
	int direction;       /* 0: forward */
	int64_t out_ps; /* when it leaves the last fault, those that hold up what is behind them counted */
	int64_t overtaken_ps; /* how much later than that it comes, those behind it passing */
	unsigned copies;      /* beside itself */
};

void fault_apply(struct fault *fault, struct fault_passage *passage);

/* Flips one to three bits, in a frame of its own. NULL without memory. */
struct frame *fault_corrupt(struct frame *frame, struct rng *rng, bool passes_check);

#endif
