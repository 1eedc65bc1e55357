/* bench/servo/world.c -- messages of each hop first, then the instants of all in order, then the oscillators along them. */
#include "bench/servo/world.h"

#include "core/servo/math.h"

#include <stdio.h>
#include <stdlib.h>

#define BASE_S 1700000000
#define PROPAGATION_NS 1000 /* a Sync scheduled now is stamped then at the earliest */
#define RECOGNITION 5       /* messages of each direction until a new time can be told from a new path */

static int64_t in_ns(double seconds)
{
	return (int64_t)(seconds * 1e9);
}

/* ---- lists that grow ---- */

struct builder {
	struct world *world;
	size_t message_room, instant_room;
	bool has_failed;
};

static void *grown(struct builder *b, void *old, size_t count, size_t *room, size_t size)
{
	void *place = old;

	if (count == *room) {
		*room = *room ? 2 * *room : 4096;
		place = realloc(old, *room * size);
		if (!place) {
			b->has_failed = true;
			*room = count;
		}
	}
	return place ? place : old;
}

static void add_instant(struct builder *b, int64_t at_ns, enum world_instant_kind kind, size_t hop,
			size_t index)
{
	struct world *w = b->world;

	w->instants = grown(b, w->instants, w->instant_count, &b->instant_room, sizeof(*w->instants));
	if (!b->has_failed) {
		w->instants[w->instant_count++] = (struct world_instant){ at_ns, (uint8_t)kind, (uint8_t)hop,
									  (uint32_t)index };
	}
}

static void add_message(struct builder *b, const struct world_message *message, size_t hop, int64_t taken_ns,
			int64_t given_ns)
{
	struct world *w = b->world;

	w->messages = grown(b, w->messages, w->message_count, &b->message_room, sizeof(*w->messages));
	if (b->has_failed) {
		return;
	}
	add_instant(b, taken_ns, WORLD_TAKEN, hop, w->message_count);
	add_instant(b, given_ns, WORLD_GIVEN, hop, w->message_count);
	if (!b->has_failed) {
		w->messages[w->message_count] = *message;
		w->messages[w->message_count++].taken_ns = taken_ns;
	}
}

/* ---- messages of one hop ---- */

struct line {
	const struct trial *trial;
	size_t hop;
	struct rng rng, outages;
	struct noise_source down, up;
	double outage_from_s, outage_until_s;
};

static bool is_out(struct line *l, double at_s)
{
	const struct trial *t = l->trial;

	if (t->holdover_from_s > 0 && at_s >= t->holdover_from_s) {
		return true;
	}
	if (t->outage_s <= 0) {
		return false;
	}
	while (at_s >= l->outage_until_s) {
		l->outage_from_s = l->outage_until_s + t->outage_gap_s * rng_exponential(&l->outages);
		l->outage_until_s = l->outage_from_s + t->outage_s;
	}
	return at_s >= l->outage_from_s;
}

struct path {
	double down_ns, up_ns, noise_scale;
};

static struct path path_at(const struct trial *t, double at_s)
{
	struct path p = { t->delay_ns, t->delay_ns, 1.0 };

	for (size_t i = 0; i < t->change_count; i++) {
		const struct trial_change *c = &t->changes[i];

		if (c->at_s > at_s) {
			continue;
		}
		if (c->kind == TRIAL_NEW_PARENT) {
			p = (struct path){ c->delay_ns, c->delay_ns, c->noise_scale };
		}
		p.down_ns += c->kind == TRIAL_PATH || c->kind == TRIAL_DOWN ? c->amount_ns : 0;
		p.up_ns += c->kind == TRIAL_PATH || c->kind == TRIAL_UP ? c->amount_ns : 0;
	}
	return p;
}

static struct world_message draw_message(struct line *l, enum servo_direction direction, double at_s)
{
	struct path path = path_at(l->trial, at_s);
	bool is_up = direction == SERVO_DELAY_REQ;
	struct noise_sample noise = noise_draw(is_up ? &l->up : &l->down, at_s);
	double scale = path.noise_scale, delay_ns = is_up ? path.up_ns : path.down_ns;
	double resolution = l->trial->resolution_ns;
	bool is_lost = rng_chance(&l->rng, is_up ? l->trial->request_loss : l->trial->loss);

	return (struct world_message){
		.direction = (uint8_t)direction,
		.is_lost = is_out(l, at_s) || is_lost,
		.is_queued = noise.is_queued,
		.extra_ns = delay_ns + scale * noise.ns,
		.delay_ns = delay_ns,
		.mean_ns = scale * noise.mean,
		.variance = scale * scale * noise.variance + 2.0 * resolution * resolution / 12.0,
	};
}

static double latency_s(struct line *l)
{
	return l->trial->latency_s * (0.5 + rng_uniform(&l->rng));
}

static void add_syncs(struct builder *b, struct line *l, double start_s)
{
	const struct trial *t = l->trial;
	enum servo_direction direction = t->is_direct ? SERVO_DIRECT : SERVO_SYNC;

	for (size_t i = 0; i < t->syncs; i++) {
		double at_s = start_s + (double)i * t->interval_s;
		double taken_s = at_s + t->jitter * t->interval_s * rng_uniform(&l->rng);
		struct world_message message = draw_message(l, direction, taken_s);
		int64_t taken_ns = in_ns(taken_s) + PROPAGATION_NS;

		add_instant(b, in_ns(at_s), WORLD_SCHEDULED, l->hop, i);
		add_message(b, &message, l->hop, taken_ns, taken_ns + 1 + in_ns(latency_s(l)));
	}
}

static void add_requests(struct builder *b, struct line *l, double start_s)
{
	const struct trial *t = l->trial;
	double end_s = start_s + (double)t->syncs * t->interval_s;
	double at_s = start_s;

	while (t->request_interval_s > 0) {
		struct world_message message;
		double answer_s;

		at_s += 2.0 * t->request_interval_s * rng_uniform(&l->rng);
		if (at_s >= end_s) {
			return;
		}
		message = draw_message(l, SERVO_DELAY_REQ, at_s);
		answer_s = (message.extra_ns > 0 ? 2e-9 * message.extra_ns : 0) + latency_s(l);
		add_message(b, &message, l->hop, in_ns(at_s), in_ns(at_s + answer_s) + 1);
	}
}

/* Both directions are out together. */
static void begin_stream(struct line *l, const char *what)
{
	char name[64], stream[32];

	trial_name(l->trial, name, sizeof(name));
	snprintf(stream, sizeof(stream), "%s %zu", what, l->hop);
	rng_init(&l->rng, l->trial->seed, name, stream);
	snprintf(stream, sizeof(stream), "outages %zu", l->hop);
	rng_init(&l->outages, l->trial->seed, name, stream);
	l->outage_from_s = l->outage_until_s = 0;
}

static void begin_noise(struct line *l, struct noise_source *source, const struct noise *noise,
			const char *what)
{
	char name[64], stream[96];

	trial_name(l->trial, name, sizeof(name));
	snprintf(stream, sizeof(stream), "%s %s %zu", name, what, l->hop);
	noise_begin(source, noise, l->trial->seed, stream);
}

static void add_line(struct builder *b, size_t hop)
{
	struct line l = { .trial = b->world->trial, .hop = hop };
	double start_s;

	begin_noise(&l, &l.down, &l.trial->down, "down");
	begin_noise(&l, &l.up, &l.trial->up, "up");
	begin_stream(&l, "syncs");
	start_s = l.trial->interval_s * rng_uniform(&l.rng);
	add_syncs(b, &l, start_s);
	begin_stream(&l, "requests");
	add_requests(b, &l, start_s);
}

/* How long a message waits that has to wait in some switch is known from all that had to. */
static void know_queues(struct world *w, enum servo_direction direction, const struct noise *noise)
{
	double count = 0, sum = 0, squares = 0, mean;

	for (size_t i = 0; i < w->message_count; i++) {
		const struct world_message *m = &w->messages[i];
		double waited_ns = m->extra_ns - m->delay_ns;

		if (m->direction == direction && m->is_queued) {
			count += 1;
			sum += waited_ns;
			squares += waited_ns * waited_ns;
		}
	}
	mean = sum / count;
	for (size_t i = 0; i < w->message_count && noise->kind == NOISE_SWITCHES; i++) {
		struct world_message *m = &w->messages[i];

		if (m->direction == direction && m->is_queued) {
			m->mean_ns = mean;
			m->variance += squares / count - mean * mean;
		}
	}
}

/* ---- all together ---- */

static int compare_instants(const void *left, const void *right)
{
	const struct world_instant *a = left, *b = right;

	if (a->at_ns != b->at_ns) {
		return a->at_ns < b->at_ns ? -1 : 1;
	}
	if (a->kind != b->kind) {
		return a->kind < b->kind ? -1 : 1;
	}
	if (a->hop != b->hop) {
		return a->hop < b->hop ? -1 : 1;
	}
	return a->index < b->index ? -1 : a->index > b->index;
}

static void play_oscillator(struct world *w, size_t hop)
{
	const struct trial *t = w->trial;
	double state[OSCILLATOR_STATES];
	char name[64], stream[32];
	int64_t last_ns = 0;
	struct rng rng;

	trial_name(t, name, sizeof(name));
	snprintf(stream, sizeof(stream), "oscillator %zu", hop);
	rng_init(&rng, t->seed, name, stream);
	oscillator_draw(&t->oscillator, t->offset_ns[hop], t->frequency_ppb[hop], &rng, state);
	for (size_t i = 0; i < w->instant_count; i++) {
		const struct world_instant *now = &w->instants[i];

		if (now->at_ns > last_ns) {
			oscillator_advance(&t->oscillator, (double)(now->at_ns - last_ns) / 1e9, &rng, state);
		}
		last_ns = now->at_ns;
		w->phase[i * t->hops + hop] = state[0];
		if (now->kind == WORLD_SCHEDULED && hop == t->hops - 1 && now->hop == hop) {
			w->true_frequency_ppb[now->index] = state[1];
			w->scheduled_s[now->index] = (double)now->at_ns / 1e9;
		}
	}
}

/* After a step of the time that is followed nobody can be right before some messages told it from a new path: not counted,
 * for anyone. Everything else is counted from the end of the startup. */
static void mark_scored(struct world *w)
{
	const struct trial *t = w->trial;
	size_t missing[2] = { 0, 0 };

	for (size_t i = 0; i < w->instant_count; i++) {
		const struct world_instant *now = &w->instants[i];

		if (now->kind == WORLD_CHANGE && (t->changes[now->index].kind == TRIAL_TIME_STEP ||
						  t->changes[now->index].kind == TRIAL_NEW_PARENT)) {
			missing[0] = RECOGNITION;
			missing[1] = t->request_interval_s > 0 ? RECOGNITION : 0;
		}
		if (now->kind == WORLD_GIVEN && !w->messages[now->index].is_lost) {
			size_t *left = &missing[w->messages[now->index].direction == SERVO_DELAY_REQ];

			*left -= *left > 0;
		}
		if (now->kind == WORLD_SCHEDULED && now->hop == t->hops - 1) {
			w->is_scored[now->index] = missing[0] + missing[1] == 0 &&
						   (double)now->at_ns >= t->score_from_s * 1e9;
		}
	}
}

bool world_make(struct world *world, const struct trial *trial)
{
	struct builder b = { .world = world };

	*world = (struct world){ .trial = trial };
	for (size_t i = 0; i < trial->change_count; i++) {
		add_instant(&b, in_ns(trial->changes[i].at_s), WORLD_CHANGE, 0, i);
	}
	for (size_t hop = 0; hop < trial->hops; hop++) {
		add_line(&b, hop);
	}
	world->phase = calloc(world->instant_count * trial->hops + 1, sizeof(*world->phase));
	world->is_scored = calloc(trial->syncs, sizeof(*world->is_scored));
	world->true_frequency_ppb = calloc(trial->syncs, sizeof(*world->true_frequency_ppb));
	world->scheduled_s = calloc(trial->syncs, sizeof(*world->scheduled_s));
	if (b.has_failed || !world->phase || !world->is_scored || !world->scheduled_s ||
	    !world->true_frequency_ppb) {
		world_free(world);
		return false;
	}
	know_queues(world, SERVO_SYNC, &trial->down);
	know_queues(world, SERVO_DELAY_REQ, &trial->up);
	qsort(world->instants, world->instant_count, sizeof(*world->instants), compare_instants);
	for (size_t hop = 0; hop < trial->hops; hop++) {
		play_oscillator(world, hop);
	}
	mark_scored(world);
	return true;
}

void world_free(struct world *world)
{
	free(world->messages);
	free(world->instants);
	free(world->phase);
	free(world->is_scored);
	free(world->true_frequency_ppb);
	free(world->scheduled_s);
	*world = (struct world){ 0 };
}

double world_reference_step(const struct trial *trial, size_t change)
{
	const struct trial_change *c = &trial->changes[change];

	return c->kind == TRIAL_TIME_STEP || c->kind == TRIAL_NEW_PARENT ? c->amount_ns : 0;
}

/* ---- what is seen ---- */

struct gn_offset world_offset(double ns)
{
	double scaled = ns * 65536.0;
	int64_t units = (int64_t)scaled;

	if ((double)units > scaled) {
		units--;
	}
	return (struct gn_offset){ units >> 16, (uint16_t)(units & 0xFFFF) };
}

static struct gn_precise coarse(struct gn_precise t, double resolution_ns)
{
	uint32_t resolution = (uint32_t)resolution_ns;

	if (resolution > 0) {
		t.whole.nanoseconds -= t.whole.nanoseconds % resolution;
		t.fraction = 0;
	}
	return t;
}

void world_measure(const struct world *world, const struct world_message *message, int64_t at_ns,
		   double own_ns, double parent_ns, struct gn_precise *local, struct gn_offset *value)
{
	struct gn_precise base = { { BASE_S, 0 }, 0 };
	struct gn_offset own = world_offset(own_ns);
	double resolution = world->trial->resolution_ns;
	double sign = message->direction == SERVO_DELAY_REQ ? -1.0 : 1.0;
	struct gn_offset exact = world_offset(sign * (own_ns - parent_ns) + message->extra_ns);
	struct gn_precise here, there;

	own.nanoseconds += at_ns;
	here = gn_precise_add_offset(base, own);
	there = gn_precise_add_offset(here, sign < 0 ? exact : gn_offset_negate(exact));
	*local = coarse(here, resolution);
	there = coarse(there, resolution);
	*value = sign < 0 ? gn_precise_distance(there, *local) : gn_precise_distance(*local, there);
}
