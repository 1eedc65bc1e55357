/* bench/servo/noise.h -- what adds to the constant delay of messages in one direction: timestamps' noise and queues. */
#ifndef BENCH_SERVO_NOISE_H
#define BENCH_SERVO_NOISE_H

#include "sim/network/traffic.h"
#include "sim/rng.h"

#include <stdbool.h>

#define NOISE_SWITCHES_MAX 5

enum noise_kind {
	NOISE_GAUSSIAN,
	NOISE_EXPONENTIAL, /* and a little gaussian: software stamps */
	NOISE_MIXTURE,     /* queued, by chance or in bursts, or not */
	NOISE_SWITCHES,    /* real queues, one behind the other */
	NOISE_BUS,         /* five bracketed reads over a bus */
};

struct noise_load {
	double clean;   /* share of messages that meet no queue */
	double mean_ns; /* of the exponential delay of those that do */
};

struct noise {
	enum noise_kind kind;
	double sigma_ns; /* gaussian, of every message */
	struct noise_load load, later;
	double later_from_s; /* 0: the load stays */
	double calm_s,
		burst_s; /* NOISE_MIXTURE: mean lengths; 0: no bursts. In a burst all but few are queued */
	int switches;
	struct traffic_settings traffic;
	int64_t speed;
};

/* One message's. */
struct noise_sample {
	double ns;
	bool is_queued;
	double mean,
		variance; /* for one who knows all but ns; of a message that was queued by switches not known */
};

struct noise_source {
	const struct noise *noise;
	struct rng rng;
	bool is_burst;
	double phase_until_s;
	struct traffic traffic[NOISE_SWITCHES_MAX];
};

/* `name`: of the trial's set, family, hop and direction. */
void noise_begin(struct noise_source *source, const struct noise *noise, uint64_t seed, const char *name);

/* Times must not go backward. */
struct noise_sample noise_draw(struct noise_source *source, double at_s);

#endif
