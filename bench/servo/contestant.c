/* bench/servo/contestant.c -- what core/servo/steer.c and a driver do around a servo, for each clock of a world. */
#include "bench/servo/contestant.h"

#include "bench/servo/steered.h"
#include "core/delay/process.h"
#include "core/servo/math.h"
#include "core/servo/controller.h"

#include <stdlib.h>
#include <time.h>

#define MONOTONIC_START_NS INT64_C(5000000000)
#define MONOTONIC_RATE 2e-5 /* the computer's own clock is off by 20 ppm, and read a little later */
#define MONOTONIC_LATE_NS 20000
#define DELAY_FILTER_LENGTH 10
#define APPROACH 5.0         /* what the start was off by dies away with the third power of time */
#define HOLDOVER_INTERVALS 2 /* without a word of the servo: it is asked for one */

static const struct row {
	const char *name;
	int kind;
} rows[CONTESTANTS] = {
	[CONTESTANT_ADAPTIVE] = { "adaptive", GN_SERVO_ADAPTIVE },
	[CONTESTANT_PI] = { "pi", GN_SERVO_PI },
	[CONTESTANT_PI_TUNED] = { "pi-tuned", GN_SERVO_PI },
	[CONTESTANT_LINREG] = { "linreg", GN_SERVO_LINREG },
};

const char *contestant_name(enum contestant contestant)
{
	return rows[contestant].name;
}

bool contestant_exists(enum contestant contestant)
{
	return servo_kind_name(rows[contestant].kind) != NULL;
}

/* One clock and its servo. */
struct node {
	struct servo servo;
	struct steered clock;
	struct delay_process delay;
	uint64_t window[DELAY_FILTER_LENGTH * 4];
	uint32_t steps;
	bool is_steered;
	struct servo_steering word; /* the last one */
	int64_t last_word_ns;
	int64_t first_offset_ns; /* when the first offset was there */
};

/* Stamps on their way to the servo. */
struct stamps {
	struct gn_precise local;
	struct gn_offset value;
	uint32_t steps; /* of the clock when they were taken: a step makes them worthless */
	bool is_there;
};

struct race {
	const struct world *world;
	const struct trial *trial;
	enum contestant contestant;
	struct node *nodes;
	struct stamps *stamps; /* by message */
	double reference_ns;
	bool is_timed;
	struct contestant_counts counts;
};

static int64_t monotonic(int64_t at_ns)
{
	return MONOTONIC_START_NS + at_ns + (int64_t)((double)at_ns * MONOTONIC_RATE);
}

static int64_t of_monotonic(int64_t monotonic_ns)
{
	int64_t passed_ns = monotonic_ns - MONOTONIC_START_NS;

	return passed_ns - (int64_t)((double)passed_ns * (MONOTONIC_RATE / (1.0 + MONOTONIC_RATE)));
}

static void begin_delay(struct node *node)
{
	delay_process_init(&node->delay, GN_TSPROC_FILTER, GN_FILTER_MOVING_MEDIAN, DELAY_FILTER_LENGTH,
			   node->window);
}

static bool begin_node(struct race *race, size_t hop)
{
	const struct trial *t = race->trial;
	struct node *node = &race->nodes[hop];
	struct gn_config config;

	gn_config_defaults(&config);
	config.servo.kind = rows[race->contestant].kind;
	config.servo.step_threshold = 0;
	config.servo.first_step_threshold = 20e-6;
	steered_begin(&node->clock, t->offset_ns[hop], t->frequency_limit_ppb);
	node->word.bound_ns = -1;
	if (delay_process_size(DELAY_FILTER_LENGTH) > sizeof(node->window)) {
		return false;
	}
	begin_delay(node);
	if (servo_init(&node->servo, &config.servo, t->is_software_stamped, 0, t->frequency_limit_ppb) !=
	    GN_OK) {
		return false;
	}
	servo_set_interval(&node->servo, t->interval_s);
	return true;
}

/* ---- the servo's word is carried out ---- */

static void note_word(struct race *race, struct node *node, const struct servo_steering *word, int64_t at_ns)
{
	struct contestant_counts *counts = &race->counts;
	struct contestant_news *place = &counts->news[counts->news_count];

	node->word = *word;
	node->last_word_ns = at_ns;
	while (counts->news_count < CONTESTANT_NEWS && servo_next_news(&node->servo, &place->news)) {
		place->at_s = (double)at_ns / 1e9;
		place->hop = (size_t)(node - race->nodes);
		place = &counts->news[++counts->news_count];
	}
}

/* In the order of the daemon: rate, then step. */
static void carry_out(struct race *race, struct node *node, const struct servo_steering *word, int64_t at_ns)
{
	struct gn_offset by = gn_offset_negate(word->offset);
	double set;

	note_word(race, node, word, at_ns);
	if (word->state == SERVO_UNLOCKED) {
		return;
	}
	node->is_steered = true;
	set = steered_set(&node->clock, -word->frequency_ppb);
	if (word->state == SERVO_JUMP) {
		node->clock.error_ns += servo_ns(by);
		node->steps++;
		race->counts.steps++;
		delay_process_reset(&node->delay, true);
		servo_stepped(&node->servo, by);
	}
	servo_steered(&node->servo, -set, monotonic(at_ns));
}

static void observe(struct race *race, struct node *node, const struct world_message *m,
		    const struct stamps *s, int64_t taken_ns, int64_t at_ns)
{
	struct servo_observation observation = {
		.direction = (enum servo_direction)m->direction,
		.local = s->local,
		.value = s->value,
		.deviation_ns = race->trial->is_deviation_told ? gn_math_sqrt(m->variance) : 0,
		.now_ns = monotonic(taken_ns) + MONOTONIC_LATE_NS,
	};
	struct servo_steering word;

	if (observation.now_ns > monotonic(at_ns)) {
		observation.now_ns = monotonic(at_ns);
	}
	if (servo_observe(&node->servo, &observation, &word)) {
		carry_out(race, node, &word, at_ns);
	}
}

/* Section 4 of the theory: w0^2 = q / (sigma sqrt(T)) is best in the end; until then as fast as what was seen allows. */
static void tune(const struct race *race, struct node *node, int64_t at_ns)
{
	const struct trial *t = race->trial;
	double down = t->down.sigma_ns + t->down.load.mean_ns, up = t->up.sigma_ns + t->up.load.mean_ns;
	double sigma = gn_math_sqrt(down * down + up * up / DELAY_FILTER_LENGTH) + t->resolution_ns / 3.0;
	double q = t->oscillator.walk +
		   t->oscillator.temperature_ppb / gn_math_sqrt(t->oscillator.air_s + 1.0);
	double interval = t->interval_s, passed_s = (double)(at_ns - node->first_offset_ns) / 1e9 + interval;
	double w0 = gn_math_sqrt(q / (sigma * gn_math_sqrt(interval)));
	double kp, ki;

	w0 = w0 < APPROACH / passed_s ? APPROACH / passed_s : w0;
	kp = w0 * 1.4142135623730951;
	ki = w0 * w0 * interval;
	node->servo.kp = kp < 0.7 / interval ? kp : 0.7 / interval;
	node->servo.ki = ki < 0.3 / interval ? ki : 0.3 / interval;
}

static void measure(struct race *race, struct node *node, const struct offset_sample *sample,
		    struct gn_precise t1, struct gn_precise t2, int64_t at_ns)
{
	struct servo_measurement measurement = {
		.offset = sample->offset,
		.weight = sample->weight,
		.local = t2,
		.remote = t1,
		.mean_delay = sample->delay,
	};
	struct servo_steering word;

	if (node->first_offset_ns == 0) {
		node->first_offset_ns = at_ns;
	}
	if (race->contestant == CONTESTANT_PI_TUNED) {
		tune(race, node, at_ns);
	}
	word = servo_measure(&node->servo, &measurement);
	word.offset = sample->offset;
	word.delay_ns = (double)sample->delay.scaled_ns / 65536.0;
	word.bound_ns = -1;
	carry_out(race, node, &word, at_ns);
}

/* For controllers that get the offset from the delay processor. */
static void process(struct race *race, struct node *node, const struct world_message *m,
		    const struct stamps *s, int64_t at_ns)
{
	struct gn_precise remote = gn_precise_add_offset(s->local, gn_offset_negate(s->value));
	struct offset_sample sample = { .offset = s->value, .weight = 1.0 };
	struct delay_sample delay;

	switch ((enum servo_direction)m->direction) {
	case SERVO_DELAY_REQ:
		delay_process_set_rate_ratio(&node->delay, servo_rate_ratio(&node->servo));
		delay_process_up(&node->delay, s->local, gn_precise_add_offset(s->local, s->value));
		(void)delay_process_update_delay(&node->delay, &delay); /* the first Sync is still to come */
		break;
	case SERVO_SYNC:
		delay_process_down(&node->delay, remote, s->local);
		if (delay_process_update_offset(&node->delay, &sample)) {
			measure(race, node, &sample, remote, s->local, at_ns);
		}
		break;
	case SERVO_DIRECT:
		measure(race, node, &sample, remote, s->local, at_ns);
		break;
	case SERVO_PEER_DELAY:
		break;
	}
}

/* ---- instants ---- */

static double parent_error(const struct race *race, size_t hop)
{
	return hop > 0 ? race->nodes[hop - 1].clock.error_ns : race->reference_ns;
}

static void take(struct race *race, const struct world_instant *now)
{
	const struct world_message *m = &race->world->messages[now->index];
	struct stamps *s = &race->stamps[now->index];
	struct node *node = &race->nodes[now->hop];

	world_measure(race->world, m, now->at_ns, node->clock.error_ns, parent_error(race, now->hop),
		      &s->local, &s->value);
	s->steps = node->steps;
	s->is_there = !m->is_lost;
}

static double stopwatch_ns(const struct race *race)
{
	struct timespec now;

	if (!race->is_timed) {
		return 0;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void give(struct race *race, const struct world_instant *now)
{
	const struct world_message *m = &race->world->messages[now->index];
	const struct stamps *s = &race->stamps[now->index];
	struct node *node = &race->nodes[now->hop];
	double begun_ns = stopwatch_ns(race);

	if (!s->is_there || s->steps != node->steps) {
		return;
	}
	if (servo_is_joint(&node->servo)) {
		observe(race, node, m, s, m->taken_ns, now->at_ns);
	} else {
		process(race, node, m, s, now->at_ns);
	}
	race->counts.messages++;
	race->counts.spent_ns += stopwatch_ns(race) - begun_ns;
}

/* What the servo says of its clock now: its last word, and in the silence after it what it says when asked. */
static double bound_now(const struct race *race, const struct node *node, int64_t at_ns)
{
	double silence_s = (double)(at_ns - node->last_word_ns) / 1e9;
	struct servo_quality quality;

	if (servo_is_joint(&node->servo) && silence_s > HOLDOVER_INTERVALS * race->trial->interval_s &&
	    servo_quality(&node->servo, monotonic(at_ns), &quality)) {
		return quality.bound_ns;
	}
	return node->word.bound_ns;
}

static void compare(struct race *race, const struct world_instant *now, struct series *out)
{
	const struct node *node = &race->nodes[now->hop];

	if (now->hop != race->trial->hops - 1u) {
		return;
	}
	out->error_ns[now->index] = node->clock.error_ns - race->reference_ns;
	out->parent_ns[now->index] = node->clock.error_ns - parent_error(race, now->hop);
	out->bound_ns[now->index] = bound_now(race, node, now->at_ns);
	out->frequency_ppb[now->index] = node->clock.frequency_ppb;
	out->offset_ns[now->index] = servo_ns(node->word.offset);
	out->delay_ns[now->index] = node->word.delay_ns;
}

static void change(struct race *race, const struct world_instant *now)
{
	race->reference_ns += world_reference_step(race->trial, now->index);
	if (race->trial->changes[now->index].kind == TRIAL_NEW_PARENT) {
		servo_new_path(&race->nodes[0].servo);
		begin_delay(&race->nodes[0]);
	}
}

/* Deadlines before this instant; the oscillator's phase between two instants lies on the line between them. */
static void expire(struct race *race, struct node *node, int64_t at_ns, double phase_ns)
{
	while (servo_is_joint(&node->servo) && servo_deadline(&node->servo) < monotonic(at_ns)) {
		int64_t due_ns = of_monotonic(servo_deadline(&node->servo));
		double share;
		struct servo_steering word;

		due_ns = due_ns < node->clock.at_ns ? node->clock.at_ns : due_ns;
		due_ns = due_ns > at_ns ? at_ns : due_ns;
		share = at_ns > node->clock.at_ns
				? (double)(due_ns - node->clock.at_ns) / (double)(at_ns - node->clock.at_ns)
				: 0;
		steered_follow(&node->clock, due_ns,
			       node->clock.phase_ns + share * (phase_ns - node->clock.phase_ns));
		race->counts.expiries++;
		if (servo_expire(&node->servo, monotonic(due_ns), &word)) {
			carry_out(race, node, &word, due_ns);
		} else if (servo_deadline(&node->servo) <= monotonic(due_ns)) {
			return; /* it has nothing to say, and is still due */
		}
	}
}

static void follow(struct race *race, size_t instant)
{
	int64_t at_ns = race->world->instants[instant].at_ns;

	for (size_t hop = 0; hop < race->trial->hops; hop++) {
		double phase_ns = race->world->phase[instant * race->trial->hops + hop];

		expire(race, &race->nodes[hop], at_ns, phase_ns);
		steered_follow(&race->nodes[hop].clock, at_ns, phase_ns);
	}
}

static void run(struct race *race, struct series *out)
{
	for (size_t i = 0; i < race->world->instant_count; i++) {
		const struct world_instant *now = &race->world->instants[i];

		follow(race, i);
		switch ((enum world_instant_kind)now->kind) {
		case WORLD_CHANGE:
			change(race, now);
			break;
		case WORLD_SCHEDULED:
			compare(race, now, out);
			break;
		case WORLD_TAKEN:
			take(race, now);
			break;
		case WORLD_GIVEN:
			give(race, now);
			break;
		}
	}
}

bool contestant_run(const struct world *world, enum contestant contestant, bool is_timed, struct series *out,
		    struct contestant_counts *counts)
{
	struct race race = {
		.world = world,
		.trial = world->trial,
		.contestant = contestant,
		.is_timed = is_timed,
		.nodes = calloc(world->trial->hops, sizeof(struct node)),
		.stamps = calloc(world->message_count + 1, sizeof(struct stamps)),
	};
	bool is_ready = race.nodes && race.stamps;

	for (size_t hop = 0; is_ready && hop < world->trial->hops; hop++) {
		is_ready = begin_node(&race, hop);
	}
	if (is_ready) {
		run(&race, out);
	}
	*counts = race.counts;
	free(race.nodes);
	free(race.stamps);
	return is_ready;
}
