/* src/core/servo/adaptive.h -- the state of the adaptive controller, and the parts it is made of.
 *
 *   adaptive.c   one observation: to the oscillator's own frame, judged, taken in; steering, holdover, quality
 *   timeline.c   what we did to the clock and when, so that observations can be freed of it
 *   bank.c       Kalman filters: where the oscillator left to itself would be
 *   noise.c      what a message of each direction is worth
 *   fit.c        a noise model for a heap of values
 *   review.c     is it still the right one?
 *   acquire.c    the first messages over again, with what they taught: is there a floor, how large is the noise
 *   jump.c       time steps, longer paths, and one direction alone
 *   peer.c       the delay as the peer delay mechanism has it
 *   watch.c      does the clock do what it is told?
 *   obey.c       the same, by frequency
 *   thermal.c    what temperature does to the frequency */
#ifndef CORE_SERVO_ADAPTIVE_H
#define CORE_SERVO_ADAPTIVE_H

#include "core/servo/bank.h"
#include "core/servo/controller.h"
#include "core/servo/fit.h"
#include "core/servo/noise.h"
#include "core/servo/obey.h"
#include "core/servo/thermal.h"
#include "core/servo/timeline.h"

#define WINDOW FIT_VALUES_MAX

enum { DIRECTION_SYNC, DIRECTION_DELAY, DIRECTIONS };

/* A message in the oscillator's own frame: what it would have shown, had nobody touched the clock. */
struct sample {
	double at_s; /* local time since the origin */
	double value;
	double other;   /* what was believed then that the other direction would show */
	float off;      /* and by how much more this message was than was believed of its own */
	bool has_other; /* it was known at least as well as some messages say */
};

/* What the other direction should see of a shift of this one. */
enum { OTHER_STAYS, OTHER_OPPOSITE, OTHER_ALIKE, OTHERS };

/* Messages in a row that contradict the estimate, all by about as much. */
struct suspicion {
	uint8_t count, scattered; /* scattered: how often they contradicted each other too */
	uint8_t others;           /* messages of the other direction since */
	uint8_t age;              /* messages of this direction since */
	double mean, first_s;
	double other[OTHERS]; /* logarithm of their likelihood if that were so */
};

struct direction {
	struct noise noise;
	struct suspicion suspicion;
	struct sample window[WINDOW]; /* a ring, for acquire.c */
	double bias, square; /* of clean messages' errors lately, in their deviations: mean and mean square */
	double least_variance; /* that noise was ever learnt to have on this path; 0: not yet */
	uint32_t late;         /* messages in a row that were queued, and the least time that one was late */
	double least_late;
	uint8_t next, count;
	uint8_t unreviewed;        /* messages since review() */
	uint32_t seen;             /* messages since the path is this one */
	double last_s, interval_s; /* of messages, and their usual distance */
};

/* The computer's own clock beside the steered one, Sync by Sync: sums with forgetting, of what was set and what was seen. */
struct witness {
	double count, interval_s, set, seen, set_set, set_seen;
	double step_ns; /* by how much more the steered clock went on since the last Sync */
};

#define FREQUENCY_UNKNOWN 1e5 /* ppb, 1 sigma: any crystal */
#define FREQUENCY_MAX 1e8     /* ppb: no clock is that far off */
#define NEWS_MAX 4

struct adaptive {
	struct bank bank;
	struct direction direction[DIRECTIONS];
	struct timeline timeline;
	struct obey obey;
	struct witness witness;
	struct thermal thermal;

	bool has_origin, is_direct;     /* direct: offsets without a delay */
	struct gn_precise origin;       /* at_s == 0 */
	struct gn_offset base;          /* what is between the frame and the clock beside timeline_total() */
	double acquired_s, log_density; /* of messages as they were foreseen, since then */
	double filter_s;                /* when the bank is */
	int64_t now_ns;                 /* of the last message, and its local time */
	double now_s;
	double frequency_prior, frequency_deviation;
	uint32_t quiet;                   /* Syncs taken in since the last jump or beginning */
	double peer_delay, peer_variance; /* before the first Sync, or as configured */
	bool has_peer_delay;
	double peer_off; /* of the last peer delay that contradicted */
	uint8_t peer_suspects;
	uint32_t peer_seen;

	double asymmetry;         /* recognised and held back: half of what one direction became longer */
	double asymmetry_until_s; /* followed from then on */
	double step_ns;           /* of the last step of ours, and when */
	double step_s;
	bool is_step_new;                     /* no Sync since */
	double asked_ns;                      /* what the last steering was to correct */
	double runaway_offset, runaway_ratio; /* as the last Sync showed it, and to the one before */
	uint8_t runaways;                     /* how often in a row it was no smaller */
	bool has_obeyed;                      /* a large offset went away as asked for */
	bool is_last_clean;                   /* the last Sync met no queue */

	/* steering */
	uint32_t updates;             /* since the clock is this one */
	double set_ppb;               /* the frequency that was asked for */
	int64_t deadline_ns, lost_ns; /* lost: when holdover began; 0: it did not */
	double wander;                /* integral part of servo_bandwidth: ppb */
	uint32_t slowed;              /* updates in a row that servo_bandwidth has steered */
	double saturated_offset;
	uint8_t saturated;
	bool is_saturated;

	struct servo_news news[NEWS_MAX];
	uint8_t news_count;
};

_Static_assert(sizeof(struct adaptive) <= SERVO_STATE_OCTETS,
	       "the state of adaptive has to fit struct servo");

static inline struct adaptive *adaptive_of(struct servo *servo)
{
	return (struct adaptive *)(void *)servo->state.octets;
}

static inline const struct adaptive *adaptive_of_const(const struct servo *servo)
{
	return (const struct adaptive *)(const void *)servo->state.octets;
}

static inline enum bank_component component_of(int direction)
{
	return direction == DIRECTION_SYNC ? BANK_SYNC : BANK_DELAY;
}

/* The oldest is 0. */
static inline struct sample *sample_at(struct direction *d, int index)
{
	return &d->window[(d->next + WINDOW - d->count + index) % WINDOW];
}

static inline const struct sample *sample_of(const struct direction *d, int index)
{
	return &d->window[(d->next + WINDOW - d->count + index) % WINDOW];
}

#define KNOWN 9.0 /* variances of one message */

static inline bool is_known(const struct noise_model *model, double variance)
{
	return variance < KNOWN * model->variance;
}

void adaptive_tell(struct adaptive *a, enum servo_finding finding, double first, double second);

/* The two are known to be more by these: now, and when the messages of the windows came. */
void adaptive_shift(struct adaptive *a, double sync, double delay, double variance);

/* ... they were believed to be, and the bank knows it already. */
void adaptive_shift_beliefs(struct adaptive *a, double sync, double delay);

/* review.c: with every message of that direction; now and then it looks at all of them again. */
void review(struct adaptive *a, int direction);

/* The messages of that direction contradict what is believed: is it because they are of another kind? Then they are now. */
bool review_contradiction(struct adaptive *a, int direction);

/* The last `count` messages lie around another place, by how much later; else they are just late. */
bool review_row(const struct adaptive *a, int direction, int count, double *location);

/* The clock's offset then, from what the oscillator's would be. */
double adaptive_offset(const struct adaptive *a, double own, double at_s);

/* Three messages in a row are a straight line but for their noise: this is its square. `last` >= 2: the index of the last. */
double adaptive_bend(const struct direction *d, int last);

/* watch.c: a Sync came, and is in the window. */
void watch_sync(struct servo *servo, const struct servo_observation *o, double at_s, double value);

/* obey.fault was found: unless the clock is seen to obey, it is told and left alone. */
void watch_give_up(struct adaptive *a);

/* peer.c */
void peer_delay_take(struct adaptive *a, double delay, double deviation_ns);

/* acquire.c: starts again with the messages since then, the frequency being that much less certain. */
void acquire_again(struct adaptive *a, double since_s, double frequency_deviation);

/* There seem to be queues: takes a floor below the messages of the windows if there is one. */
bool acquire_queues(struct adaptive *a);

/* The messages of the windows again. Takes what it finds better into the bank and the noise models. */
void acquire(struct adaptive *a);

/* A message as judged goes into the bank. */
void bank_take(struct bank *bank, const struct noise_model *model, enum bank_component component,
	       double value, const struct noise_verdict *verdict);

/* How the path wanders by itself, ns/sqrt(s). */
double path_walk(const struct adaptive *a);

/* jump.c: a message was judged; `error` is what it is off. Only JUMP_NONE is to be taken in, JUMP_SUSPECT not even learnt. */
enum jump { JUMP_NONE, JUMP_QUEUED, JUMP_SUSPECT };
enum jump jump_watch(struct adaptive *a, const struct servo *servo, int direction, double error,
		     double variance, const struct noise_verdict *verdict);
/* The floor of a direction was found to be that much higher: for jump_watch() to decide about. */
void jump_suspect(struct adaptive *a, int direction, double by);
void jump_forget(struct adaptive *a);

#endif
