/* bench/servo/world.h -- a trial played out, but for what a servo does: when every message comes and what noise it has, and
 * how far each clock's oscillator runs away by itself.
 *
 * All contestants and the optimum meet the very same world. It is a list of instants in order of time; between two of them
 * an oscillator's frequency is constant. */
#ifndef BENCH_SERVO_WORLD_H
#define BENCH_SERVO_WORLD_H

#include "bench/servo/trial.h"

#include "core/servo/servo.h"

enum world_instant_kind {
	WORLD_CHANGE,    /* index: of trial->changes */
	WORLD_SCHEDULED, /* index: of the Sync. Clocks are compared with the truth here */
	WORLD_TAKEN,     /* index: of the message whose stamps are taken */
	WORLD_GIVEN,     /* its stamps are at the servo */
};

struct world_instant {
	int64_t at_ns;
	uint8_t kind, hop;
	uint32_t index;
};

struct world_message {
	uint8_t direction; /* enum servo_direction */
	bool is_lost, is_queued;
	int64_t taken_ns;
	double extra_ns;          /* noise and delay: adds to the offset (Sync) or its negative (Delay_Req) */
	double mean_ns, variance; /* of the noise, for one who knows */
	double delay_ns;          /* the same's, without noise */
};

struct world {
	const struct trial *trial;
	struct world_message *messages;
	size_t message_count;
	struct world_instant *instants;
	size_t instant_count;
	double *phase;   /* of hop h at instant i: phase[i * hops + h], ns */
	bool *is_scored; /* by scheduled Sync of the last hop */
	double *scheduled_s;
	double *true_frequency_ppb; /* of the last hop, by scheduled Sync */
};

bool world_make(struct world *world, const struct trial *trial); /* false: no memory */
void world_free(struct world *world);

/* What the servo of a clock gets to see of a message: the clock's own time and the value, when the clock and the one before
 * are off by that much. */
void world_measure(const struct world *world, const struct world_message *message, int64_t at_ns,
		   double own_ns, double parent_ns, struct gn_precise *local, struct gn_offset *value);

/* By how much true time (the grandmaster's) jumps with this change, ns. */
double world_reference_step(const struct trial *trial, size_t change);

struct gn_offset world_offset(double ns);

#endif
