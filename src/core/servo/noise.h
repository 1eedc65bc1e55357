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

#define NOISE_VARIANCE_MIN                                                                                   \
	0.01                  /* ns^2: finer than any timestamp, coarse enough that nothing divides by zero */
#define NOISE_EDGE 0.03       /* deviation of the edge of plain exponential noise, in its mean */
#define NOISE_UNEXPECTED 1e-4 /* density over the mean: what fits neither kind is not impossible */

enum noise_shape { NOISE_GAUSSIAN, NOISE_QUEUED, NOISE_EXPONENTIAL };

struct noise_model {
	uint8_t shape;   /* enum noise_shape */
	double clean;    /* the share of messages that met no queue */
	double variance; /* of these, ns^2 */
	double mean;     /* of the time in queues of the others, ns */
};

struct noise {
	struct noise_model model;
	uint32_t learnt; /* messages that the model was learnt from, up to its memory */
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

/* Every number in its range: what is divided by is not zero. */
void noise_keep_bounds(struct noise_model *model);

/* From now on this is the model, learnt from so many messages. */
void noise_adopt(struct noise *noise, const struct noise_model *model, uint32_t learnt);

/* What a message was off before, and after the update with it, and how uncertain that still is. */
void noise_learn(struct noise *noise, const struct noise_verdict *verdict, double before, double after,
		 double variance_after);

/* The model is such that a message of that kind cannot have come by chance so many times in a row. */
bool noise_is_unlikely(const struct noise_model *model, uint32_t late_in_a_row);

bool noise_is_possible(const struct noise *noise);

#endif
