/* bench/servo/trial.h -- what one trial is: clocks, messages, what happens; and how the trials of a family are drawn.
 *
 * A family is a situation; its trials differ by parameters drawn at random, most of them log-uniformly in wide ranges. The
 * tuning set is for working on a servo, the judging set, from other random numbers, for judging what was made of it. */
#ifndef BENCH_SERVO_TRIAL_H
#define BENCH_SERVO_TRIAL_H

#include "bench/servo/noise.h"
#include "bench/servo/oscillator.h"

#include <stdint.h>

#define TRIAL_HOPS_MAX 8
#define TRIAL_CHANGES_MAX 4

enum trial_set { TRIAL_TUNING, TRIAL_JUDGING };

enum trial_change_kind {
	TRIAL_PATH,      /* both directions get longer */
	TRIAL_DOWN,      /* Sync's direction alone */
	TRIAL_UP,        /* Delay_Req's direction alone */
	TRIAL_TIME_STEP, /* of the grandmaster, which tells nobody */
	TRIAL_NEW_PARENT, /* its time differs; the path's length is `delay_ns` then, and its noise `noise_scale` times */
};

struct trial_change {
	enum trial_change_kind kind;
	double at_s, amount_ns, delay_ns, noise_scale;
};

struct trial {
	const struct family *family;
	enum trial_set set;
	uint64_t seed;

	/* the clocks: equal ones, started differently */
	size_t hops;
	struct oscillator_model oscillator;
	double offset_ns[TRIAL_HOPS_MAX], frequency_ppb[TRIAL_HOPS_MAX];
	double frequency_limit_ppb;
	double resolution_ns; /* of timestamps, divides 1e9; 0: 2^-16 ns */
	bool is_software_stamped;

	/* the messages */
	double interval_s;         /* of Sync, or of readings */
	double request_interval_s; /* mean, of Delay_Req; 0: none */
	double jitter;             /* Sync leaves up to this share of its interval late */
	double latency_s;          /* mean time until a message's stamps are at the servo */
	size_t syncs;              /* scheduled */
	struct noise down, up;
	double delay_ns;
	double loss, request_loss;     /* share */
	double outage_gap_s, outage_s; /* mean time between and length of outages; 0: none */
	bool is_direct, is_bus_read;   /* SERVO_DIRECT; by bracketed reads over a bus */
	bool is_deviation_told;

	/* what happens */
	struct trial_change changes[TRIAL_CHANGES_MAX];
	size_t change_count;
	double holdover_from_s; /* no message any more; 0: never */

	double score_from_s; /* what is before is startup */
};

enum trial_limit { LIMIT_NONE, LIMIT_GEOMEAN, LIMIT_POOLED, LIMIT_SETTLE };

struct family {
	const char *name, *about;
	void (*draw)(struct trial *trial, struct rng *rng);
	enum trial_limit limit_of;
	double limit;       /* of the ratio to the optimum */
	bool has_particles; /* the optimum is a particle filter's */
};

extern const struct family families[];
extern const size_t family_count;

const struct family *family_named(const char *name); /* NULL: there is none */

/* "judging hardware": the streams of random numbers are named so. */
void trial_name(const struct trial *trial, char *out, size_t size);

void trial_draw(struct trial *trial, const struct family *family, enum trial_set set, uint64_t seed);

#endif
