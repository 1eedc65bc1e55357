/* src/core/servo/noise.h -- how messages of one direction are late, learnt from them, and what one message is worth.
 *
 * A message is either clean, gaussian around the floor of the path's delay, or was queued, and late by an exponential
 * time on top:   clean N(0, variance)   +   (1 - clean) N(0, variance) * Exp(mean)
 *
 * With `clean` = 1 that is plain gaussian noise. Plain exponential noise is a shape of its own: a mixture with a few
 * clean messages and a wide floor looks almost like it, but puts the floor too high. */
#ifndef CORE_SERVO_NOISE_H
#define CORE_SERVO_NOISE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef GN_SERVO_SMALL
#define NOISE_WINDOW 32
#else
#define NOISE_WINDOW 64
#endif

enum noise_shape { NOISE_GAUSSIAN, NOISE_QUEUED, NOISE_EXPONENTIAL };

struct noise_model {
	uint8_t shape;   /* enum noise_shape */
	double clean;    /* the share of messages that met no queue */
	double variance; /* of these, ns^2 */
	double mean;     /* of the time in queues of the others, ns */
};

struct noise {
	struct noise_model model;
	uint32_t learnt;              /* messages that the model was learnt from, up to its memory */
	float residual[NOISE_WINDOW]; /* what the last messages were off their prediction, ns */
	uint8_t next, count;
	uint8_t unreviewed; /* messages since noise_review(), and how well the model foresaw them */
	double log_density;
};

enum noise_kind {
	NOISE_USED,
	NOISE_LATE,  /* queued for long, or (gaussian) an outlier: of no use */
	NOISE_EARLY, /* earlier than the path allows: path or time have changed */
};

/* A message as a gaussian measurement: take `value + shift` with `variance`. */
struct noise_verdict {
	enum noise_kind kind;
	double shift, variance;
	double clean; /* the probability that it was not queued */
	double log_density;
	bool is_score; /* not a message as it is: its size is no evidence, noise_density() is */
};

void noise_init(struct noise *noise, double variance);

/* `error`: by how much it is later than predicted, where the prediction has `variance`. */
void noise_judge(const struct noise_model *model, double error, double variance, struct noise_verdict *out);

/* The density of such an error, up to a factor that depends on the model alone. */
double noise_density(const struct noise_model *model, double error, double variance);

/* From now on this is the model, learnt from so many messages. */
void noise_adopt(struct noise *noise, const struct noise_model *model, uint32_t learnt);

/* What a message was off before, and after the update with it, and how uncertain that still is. */
void noise_learn(struct noise *noise, const struct noise_verdict *verdict, double before, double after,
		 double variance_after);

/* The model is such that a message of that kind cannot have come by chance so many times in a row. */
bool noise_is_unlikely(const struct noise_model *model, uint32_t late_in_a_row);

/* A message that was left out for a while: for the next review. */
void noise_note(struct noise *noise, double error);

/* A model for values that are scattered around an unknown place; `values` are sorted by this. The floor is at
 * `location`. Returns the logarithm of the likelihood. */
struct noise_fit {
	struct noise_model model;
	double location;
	double log_likelihood;
};
void noise_fit_gaussian(const double *values, int count, struct noise_fit *out);
bool noise_fit_queued(double *values, int count, struct noise_fit *out); /* false: no such thing */

/* Now and then: is the model still the right one? */
enum noise_change {
	NOISE_SAME,
	NOISE_QUEUES_SEEN, /* a gaussian model's errors look like queues: for acquire_queues() */
	NOISE_OTHER_SHAPE, /* a better one was taken; its floor lies `location` beside where it was believed to be */
	NOISE_FLOOR_MOVED, /* likewise, and the floor itself is elsewhere */
};
enum noise_change noise_review(struct noise *noise, double *location);

bool noise_is_possible(const struct noise *noise);

#endif
