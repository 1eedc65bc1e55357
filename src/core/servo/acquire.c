/* src/core/servo/acquire.c -- the first messages over again.
 *
 * While a filter starts it knows neither how large the noise is nor whether it has a floor, and what it took in under a
 * wrong idea stays in it. So at 4, 8, 16 ... messages the window is run through a fresh bank under each idea, and the one
 * that predicted the messages best goes on:
 *
 *   gaussian   noise of unknown size in each direction
 *   queued     a line below the messages of each direction, with one slope for both; found among the edges of their lower
 *              hulls (Moon, Skelly & Towsley 1999), judged by how well the mixture fits what lies above */
#include "core/servo/adaptive.h"
#include "core/servo/fit.h"
#include "core/servo/math.h"

#define ROUNDS 8         /* of learning the size of gaussian noise, at most: mostly two do */
#define START_LARGE 25.0 /* variances */
#define START_SMALL 1e-4
#define SMALL_FROM 16 /* messages of Sync */
#define SMALL_GAIN 3.0
#define LIKE 4.0 /* messages that the other direction's noise is worth */
#define LIKE_FROM 8
#define LIKE_MOST 30.0 /* variances: a direction that is so much noisier is another kind */
#define GOOD_ENOUGH 0.1
#define SLOPES_MAX 8
#define STEEPEST (5 * FREQUENCY_UNKNOWN) /* no crystal is off by more */
#define QUEUED_FROM_DELAY 8              /* and of Delay_Req, once a slope is known */
#define SHORT_WINDOW                                                                                         \
	24 /* messages of Sync: where the oscillator wanders too far for a line below the whole window */
#define QUEUED_FROM 16 /* messages of Sync: fewer cannot tell a floor from chance */
#define EXPONENTIAL_GAIN 12.0
#define SKEWNESS 0.4
#define QUEUED_GAIN 5.0 /* nats */

struct line {
	double sync, delay, slope; /* at a->filter_s == at_s */
	double at_s;
	double sync_variance, delay_variance, slope_deviation;
};

/* What was believed when a message came, as the window keeps it. */
struct belief {
	double other;
	double off;
	bool has_other;
};

struct trial {
	struct noise_model model[DIRECTIONS];
	struct bank bank;
	double at_s;
	double log_density, log_recent;              /* recent: of messages that came since the last time */
	double square[DIRECTIONS], cube[DIRECTIONS]; /* of the errors, in their deviations */
	int count[DIRECTIONS], outliers;
	struct belief beliefs[DIRECTIONS][WINDOW];
	int length[DIRECTIONS]; /* of the windows */
};

/* The messages of both windows in the order of time. */
static const struct sample *next_sample(const struct adaptive *a, int index[DIRECTIONS], int *direction)
{
	const struct direction *sync = &a->direction[DIRECTION_SYNC], *delay = &a->direction[DIRECTION_DELAY];
	const struct sample *s = index[0] < sync->count ? sample_of(sync, index[0]) : NULL;
	const struct sample *d = index[1] < delay->count ? sample_of(delay, index[1]) : NULL;

	if (!s && !d) {
		return NULL;
	}
	*direction = s && (!d || s->at_s <= d->at_s) ? DIRECTION_SYNC : DIRECTION_DELAY;
	index[*direction]++;
	return *direction == DIRECTION_SYNC ? s : d;
}

static void note_belief(struct trial *t, const struct sample *sample, int direction, int index)
{
	bool is_sync = direction == DIRECTION_SYNC;
	struct bank_estimate e;

	bank_estimate(&t->bank, &e);
	t->beliefs[direction][index] = (struct belief){
		.other = is_sync ? e.delay : e.sync,
		.off = sample->value - (is_sync ? e.sync : e.delay),
		.has_other = is_sync ? t->bank.has_delay && is_known(&t->model[1], e.delay_variance)
				     : t->bank.has_sync && is_known(&t->model[0], e.sync_variance),
	};
}

static void take(const struct adaptive *a, struct trial *t, const struct sample *sample, int direction,
		 int index)
{
	double dt = sample->at_s - t->at_s;
	struct bank_estimate before;
	struct noise_verdict verdict;
	bool is_started = direction == DIRECTION_SYNC ? t->bank.has_sync : t->bank.has_delay;
	double error, variance;

	if (dt > 0) {
		bank_predict(&t->bank, dt, a->is_direct ? 0 : path_walk(a));
		t->at_s = sample->at_s;
	}
	note_belief(t, sample, direction, index);
	if (!is_started) {
		bank_measure(&t->bank, component_of(direction), sample->value, t->model[direction].variance,
			     NULL);
		if (direction == DIRECTION_SYNC && (a->is_direct || a->has_peer_delay)) {
			bank_measure_delay(&t->bank, a->is_direct ? 0 : a->peer_delay,
					   a->is_direct ? 0 : a->peer_variance);
		}
		return;
	}
	bank_estimate(&t->bank, &before);
	error = sample->value - (direction == DIRECTION_SYNC ? before.sync : before.delay);
	variance = direction == DIRECTION_SYNC ? before.sync_variance : before.delay_variance;
	noise_judge(&t->model[direction], error, variance, &verdict);
	if (index > 1 || direction == DIRECTION_DELAY) {
		t->log_density += verdict.log_density;
		t->log_recent += sample->at_s > a->acquired_s ? verdict.log_density : 0;
	}
	t->outliers += verdict.kind != NOISE_USED;
	if (verdict.kind == NOISE_USED || t->model[direction].shape == NOISE_GAUSSIAN) {
		bank_take(&t->bank, &t->model[direction], component_of(direction), sample->value, &verdict);
	}
	if (index > 1 || direction == DIRECTION_DELAY) {
		double by = error / gn_math_sqrt(variance + t->model[direction].variance);

		t->square[direction] += by * by;
		t->cube[direction] += by * by * by;
		t->count[direction]++;
	}
}

static void run(const struct adaptive *a, struct trial *t)
{
	int index[DIRECTIONS] = { 0, 0 }, direction = 0;
	const struct sample *sample = next_sample(a, index, &direction);

	t->log_density = t->log_recent = 0;
	t->outliers = 0;
	for (int i = 0; i < DIRECTIONS; i++) {
		t->length[i] = a->direction[i].count;
		t->square[i] = t->cube[i] = 0;
		t->count[i] = 0;
	}
	t->at_s = sample->at_s;
	for (; sample; sample = next_sample(a, index, &direction)) {
		take(a, t, sample, direction, index[direction] - 1);
	}
}

/* Queues make messages late, never early: without that there is no floor to look for. */
static bool is_skewed(const struct trial *t, int direction)
{
	return t->count[direction] >= QUEUED_FROM_DELAY - 2 &&
	       t->cube[direction] > SKEWNESS * t->square[direction] *
					    gn_math_sqrt(t->square[direction] / t->count[direction]);
}

/* The noise as large as it was seen to be: the errors over what was expected of them. False: as it was. */
static bool rescale(struct trial *t)
{
	bool is_other = false;

	for (int i = 0; i < DIRECTIONS; i++) {
		double seen = t->count[i] >= 2 ? t->square[i] / t->count[i] : 1;

		is_other |= seen > 1 + GOOD_ENOUGH || seen < 1 - GOOD_ENOUGH;
		t->model[i].variance = t->model[i].variance * seen + 0.01;
	}
	/* A few messages may agree by chance; whoever believes in it takes all later ones for wander of the clock. */
	for (int i = 0; i < DIRECTIONS; i++) {
		double own = t->model[i].variance, others = t->model[1 - i].variance;

		others = others < LIKE_MOST * own ? others : LIKE_MOST * own;

		if (t->count[i] > 0 && t->count[1 - i] > t->count[i] && !is_skewed(t, 1 - i) &&
		    t->count[1 - i] >= LIKE_FROM) {
			t->model[i].variance = (t->count[i] * own + LIKE * others) / (t->count[i] + LIKE);
		}
	}
	return is_other;
}

static void try_gaussian(const struct adaptive *a, double scale, struct trial *t)
{
	for (int i = 0; i < DIRECTIONS; i++) {
		const struct noise_model *m = &a->direction[i].noise.model;
		double late = m->shape == NOISE_GAUSSIAN ? 0 : (1 - m->clean) * m->mean * m->mean;

		t->model[i] = (struct noise_model){ .shape = NOISE_GAUSSIAN,
						    .clean = 1,
						    .variance = scale * (m->variance + late) };
	}
	for (int round = 0; round < ROUNDS; round++) {
		bank_init(&t->bank, a->frequency_prior, a->frequency_deviation);
		run(a, t);
		if (!rescale(t)) {
			break;
		}
	}
}

/* Slopes of the longest edges of the lower hull of one direction's messages. */
static int hull_slopes(const struct direction *d, double sign, double *slopes, int most)
{
	struct sample hull[WINDOW];
	int length = 0, count = 0;

	for (int i = 0; i < d->count; i++) {
		struct sample s = *sample_of(d, i);

		while (length >= 2 &&
		       (hull[length - 1].value - hull[length - 2].value) * (s.at_s - hull[length - 2].at_s) >=
			       (s.value - hull[length - 2].value) *
				       (hull[length - 1].at_s - hull[length - 2].at_s)) {
			length--;
		}
		hull[length++] = s;
	}
	while (count < most) {
		int longest = -1;
		double width = 0;

		for (int i = 0; i + 1 < length; i++) {
			if (hull[i + 1].at_s - hull[i].at_s > width) {
				width = hull[i + 1].at_s - hull[i].at_s;
				longest = i;
			}
		}
		if (longest < 0) {
			break;
		}
		slopes[count++] = sign * (hull[longest + 1].value - hull[longest].value) / width;
		hull[longest + 1].at_s = hull[longest].at_s; /* not again */
	}
	return count;
}

static void fit_direction(const struct adaptive *a, int direction, double slope, double at_s,
			  const struct fit_prior *prior, struct fit *out)
{
	const struct direction *d = &a->direction[direction];
	double values[WINDOW], sign = direction == DIRECTION_SYNC ? 1 : -1;

	for (int i = 0; i < d->count; i++) {
		values[i] = sample_of(d, i)->value - sign * slope * (sample_of(d, i)->at_s - at_s);
	}
	fit_best(values, d->count, prior, out);
}

/* Both directions under that slope; each tells the other what its clean messages look like. False: neither has a floor. */
static bool fit_directions(const struct adaptive *a, double slope, double at_s, struct fit fit[DIRECTIONS])
{
	const struct direction *delay = &a->direction[DIRECTION_DELAY];

	struct fit_prior prior = { .has_floor = false };

	fit_direction(a, DIRECTION_SYNC, slope, at_s, &prior, &fit[0]);
	prior.has_floor = fit[0].model.shape != NOISE_GAUSSIAN;
	prior.clean_variance = fit[0].model.shape == NOISE_EXPONENTIAL ? 0 : fit[0].model.variance;
	if (delay->count > 0) {
		fit_direction(a, DIRECTION_DELAY, slope, at_s, &prior, &fit[1]);
	}
	return fit[0].model.shape != NOISE_GAUSSIAN ||
	       (delay->count > 0 && fit[1].model.shape != NOISE_GAUSSIAN);
}

/* The best of some slopes. False: no direction has a floor under any of them. */
static bool find_line(const struct adaptive *a, struct trial *t, struct line *line)
{
	double slopes[2 * SLOPES_MAX], best = 0;
	const struct direction *sync = &a->direction[DIRECTION_SYNC], *delay = &a->direction[DIRECTION_DELAY];
	int count = hull_slopes(sync, 1, slopes, SLOPES_MAX / 2);
	bool has_any = false;
	double span = sample_of(sync, sync->count - 1)->at_s - sample_of(sync, 0)->at_s;

	count += hull_slopes(delay, -1, slopes + count, SLOPES_MAX / 2);
	for (int i = 0; i < count; i++) {
		struct fit fit[DIRECTIONS] = { { .log_likelihood = 0 } };

		if (gn_math_fabs(slopes[i] - a->frequency_prior) > STEEPEST ||
		    !fit_directions(a, slopes[i], line->at_s, fit) ||
		    (has_any && fit[0].log_likelihood + fit[1].log_likelihood <= best)) {
			continue;
		}
		has_any = true;
		best = fit[0].log_likelihood + fit[1].log_likelihood;
		line->sync = fit[0].location;
		line->delay = fit[1].location;
		line->slope = slopes[i];
		t->model[0] = fit[0].model;
		if (delay->count > 0) {
			t->model[1] = fit[1].model;
		}
		line->sync_variance = fit[0].model.variance + fit[0].variance;
		line->delay_variance = fit[1].model.variance + fit[1].variance;
		line->slope_deviation = 4 * gn_math_sqrt(line->sync_variance + line->delay_variance) / span;
	}
	return has_any;
}

static bool try_queued(const struct adaptive *a, struct trial *t)
{
	int index[DIRECTIONS] = { 0, 0 }, direction = 0;
	const struct direction *delay = &a->direction[DIRECTION_DELAY];
	struct line line = { .at_s = next_sample(a, index, &direction)->at_s };

	t->model[1] = a->direction[1].noise.model;
	if (!find_line(a, t, &line)) {
		return false;
	}
	bank_init(&t->bank, line.slope, line.slope_deviation);
	bank_measure(&t->bank, BANK_SYNC, line.sync, line.sync_variance, NULL);
	if (delay->count > 0) {
		bank_measure(&t->bank, BANK_DELAY, line.delay, line.delay_variance, NULL);
	} else if (a->is_direct || a->has_peer_delay) {
		bank_measure_delay(&t->bank, a->is_direct ? 0 : a->peer_delay,
				   a->is_direct ? 0 : a->peer_variance);
	}
	run(a, t);
	return true;
}

/* Messages older than the trial's are not known to it. */
static void remember_beliefs(struct direction *d, const struct belief *beliefs, int length)
{
	for (int i = 0; i < d->count; i++) {
		struct sample *s = sample_at(d, i);
		int index = i - (d->count - length);
		const struct belief *b = &beliefs[index > 0 ? index : 0];

		s->has_other = false;
		if (index >= 0) {
			s->other = b->other;
			s->off = (float)b->off;
			s->has_other = b->has_other;
		}
	}
	d->unreviewed = 0;
}

static void adopt(struct adaptive *a, const struct trial *t)
{
	a->bank = t->bank;
	a->filter_s = t->at_s;
	for (int i = 0; i < DIRECTIONS; i++) {
		remember_beliefs(&a->direction[i], t->beliefs[i], t->length[i]);
		noise_adopt(&a->direction[i].noise, &t->model[i], a->direction[i].count);
	}
	a->acquired_s = a->filter_s;
	a->log_density = 0;
	jump_forget(a);
}

static void cut_windows(struct adaptive *a, double since_s)
{
	for (int i = 0; i < DIRECTIONS; i++) {
		struct direction *d = &a->direction[i];

		while (d->count > 0 && sample_of(d, 0)->at_s < since_s) {
			d->count--;
		}
	}
}

/* Few messages of plain noise look like exponential ones now and then. */
static double gain_needed(const struct trial *t)
{
	bool is_queued = t->model[0].shape == NOISE_QUEUED || t->model[1].shape == NOISE_QUEUED;

	return is_queued ? QUEUED_GAIN : EXPONENTIAL_GAIN;
}

/* A floor must foresee the messages better than plain noise does; below the whole window, or below its last part. */
static bool find_queues(struct adaptive *a, const struct trial *gaussian, struct trial *queued)
{
	struct direction *sync = &a->direction[DIRECTION_SYNC], *delay = &a->direction[DIRECTION_DELAY];
	uint8_t counts[DIRECTIONS] = { sync->count, delay->count };
	struct trial part;
	bool is_found;

	if (sync->count < QUEUED_FROM ||
	    !(is_skewed(gaussian, DIRECTION_SYNC) || is_skewed(gaussian, DIRECTION_DELAY))) {
		return false;
	}
	if (try_queued(a, queued) && queued->log_density > gaussian->log_density + gain_needed(queued)) {
		return true;
	}
	if (sync->count <= SHORT_WINDOW) {
		return false;
	}
	cut_windows(a, sample_of(sync, sync->count - SHORT_WINDOW)->at_s);
	part.model[0] = gaussian->model[0];
	part.model[1] = gaussian->model[1];
	try_gaussian(a, START_LARGE, &part);
	is_found = try_queued(a, queued) && queued->log_density > part.log_density + gain_needed(queued);
	sync->count = counts[0];
	delay->count = counts[1];
	return is_found;
}

static bool has_floor(const struct adaptive *a)
{
	return a->direction[0].noise.model.shape != NOISE_GAUSSIAN ||
	       a->direction[1].noise.model.shape != NOISE_GAUSSIAN;
}

/* What might be wander or noise is taken for noise where it begins with much, and for wander where it begins with little. */
static bool find_wander(const struct adaptive *a, const struct trial *gaussian, struct trial *quiet)
{
	if (a->direction[DIRECTION_SYNC].count < SMALL_FROM) {
		return false;
	}
	try_gaussian(a, START_SMALL, quiet);
	return quiet->outliers == 0 && quiet->log_density > gaussian->log_density + SMALL_GAIN;
}

void acquire(struct adaptive *a)
{
	struct trial gaussian, other;
	const struct trial *best;

	if (a->direction[DIRECTION_SYNC].count < 3) {
		return;
	}
	try_gaussian(a, START_LARGE, &gaussian);
	if (find_queues(a, &gaussian, &other)) {
		adopt(a, &other);
		return;
	}
	best = find_wander(a, &gaussian, &other) ? &other : &gaussian;
	if (!has_floor(a) || best->log_recent > a->log_density) {
		adopt(a, best);
	}
}

bool acquire_queues(struct adaptive *a)
{
	struct trial gaussian, queued;
	struct bank_estimate e;

	bank_estimate(&a->bank, &e);
	a->frequency_prior = e.frequency;
	a->frequency_deviation = gn_math_sqrt(e.frequency_variance);
	try_gaussian(a, START_LARGE, &gaussian);
	if (!find_queues(a, &gaussian, &queued)) {
		return false;
	}
	adopt(a, &queued);
	return true;
}

/* Before the first messages of a beginning were enough to know it, nothing that contradicts them is a change of the path. */
void acquire_again(struct adaptive *a, double since_s, double frequency_deviation)
{
	struct bank_estimate e;

	cut_windows(a, since_s);
	for (int i = 0; i < DIRECTIONS; i++) {
		struct direction *d = &a->direction[i];

		d->seen = d->count;
		d->bias = 0;
		d->square = 1;
	}
	bank_estimate(&a->bank, &e);
	a->frequency_prior = e.frequency;
	a->frequency_deviation = gn_math_sqrt(e.frequency_variance) + frequency_deviation;
	if (a->frequency_deviation > FREQUENCY_UNKNOWN || gn_math_fabs(e.frequency) > FREQUENCY_MAX) {
		a->frequency_prior = gn_math_fabs(e.frequency) > FREQUENCY_MAX ? 0 : e.frequency;
		a->frequency_deviation = FREQUENCY_UNKNOWN;
	}
	a->quiet = 0;
	bank_init(&a->bank, a->frequency_prior, a->frequency_deviation);
	acquire(a);
	if (a->direction[DIRECTION_DELAY].count < 4) {
		a->direction[DIRECTION_DELAY].noise.model = a->direction[DIRECTION_SYNC].noise.model;
	}
}
