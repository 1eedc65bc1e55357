/* src/sim/node/host.h -- the computer a node runs on: how late it is, and how much that varies.
 *
 * Three delays of a frame: from its last octet to the interrupt handler, where software stamps are taken; from there to
 * the daemon's turn; and, on the way out, from the daemon's call to the wire. Load stretches all of them. */
#ifndef SIM_HOST_H
#define SIM_HOST_H

#include "sim/key.h"
#include "sim/rng.h"

struct host_settings {
	int preset;
	int64_t interrupt;        /* ps: the least from the frame's end to the software stamp */
	int64_t interrupt_jitter; /* ps: mean of an exponential, more */
	int64_t wake_up;          /* ps: the least from there, and from a timer, to the daemon's turn */
	int64_t wake_up_jitter;   /* ps: mean of an exponential, more */
	int64_t transmit; /* ps: the least from the call to the wire; the software stamp is taken half way */
	int64_t transmit_jitter; /* ps: mean of an exponential, more */
	int64_t coalesce;        /* ps: interrupts come at most this often */
	double other_frames;     /* a second: what else arrives, and is gathered with the daemon's own */
	double load;             /* 0..1: all jitters grow as 1 / (1 - load) */
	int64_t stall_every;     /* ps: mean time between stalls of the daemon; 0: none */
	int64_t stall;           /* ps: their length */
};
extern const struct part_kind host_kind;

struct host {
	struct host_settings settings;
	struct rng rng;
	int64_t next_stall_ps, stalled_until_ps; /* also by `freeze` */
	int64_t last_interrupt_ps;
	int64_t last_turn_ps; /* turns come in order */
	int64_t last_wire_ps; /* and so do frames that are sent */
};

void host_init(struct host *host, const struct host_settings *settings, uint64_t seed, const char *name);
void host_changed(struct host *host, int64_t now_ps);

/* When the interrupt handler sees a frame whose last octet came in at `at_ps`: not before the one before it. */
int64_t host_interrupt_ps(struct host *host, int64_t at_ps);

/* When the daemon gets its turn for something that is ready at `at_ps`. Never before an earlier turn. */
int64_t host_turn_ps(struct host *host, int64_t at_ps);

/* When a frame that the daemon sends now is stamped in software, and when it is on the wire. */
void host_transmit_ps(struct host *host, int64_t now_ps, int64_t *stamped_ps, int64_t *wire_ps);

#endif
