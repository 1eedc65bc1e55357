/* bench/servo/oracle.c -- the optimum's clocks, and how they are steered by what an estimator says. */
#include "bench/servo/oracle.h"

#include "bench/servo/steered.h"
#include "core/servo/controller.h"
#include "core/servo/math.h"

#include <stdlib.h>

#define STEP_NS 20000.0 /* beyond it the first correction is a step, as everybody's */

struct oracle_clock {
	struct steered clock;
	bool is_steered;
	int64_t next_ns; /* when the next Sync is scheduled; 0: not known yet */
	double sigma_ns; /* of the error then */
};

struct oracle {
	const struct oracle_estimator *estimator;
	const struct world *world;
	const struct trial *trial;
	void *state;
	double reference_ns;
	struct oracle_clock clocks[TRIAL_HOPS_MAX];
};

/* The value with all steering taken off. */
static void take(struct oracle *o, const struct world_instant *now)
{
	const struct world_message *m = &o->world->messages[now->index];
	const struct steered *own = &o->clocks[now->hop].clock;
	const struct steered *parent = now->hop > 0 ? &o->clocks[now->hop - 1].clock : NULL;
	double sign = m->direction == SERVO_DELAY_REQ ? -1.0 : 1.0, value_ns;
	struct gn_precise local;
	struct gn_offset value;

	if (m->is_lost) {
		return;
	}
	world_measure(o->world, m, now->at_ns, own->error_ns, parent ? parent->error_ns : o->reference_ns,
		      &local, &value);
	value_ns = servo_ns(value);
	value_ns -= sign * (own->error_ns - own->phase_ns);
	value_ns += sign * (parent ? parent->error_ns - parent->phase_ns : 0);
	o->estimator->measured(o->state, now->hop, now->at_ns, m, value_ns);
}

static double first_step(struct oracle_clock *c, double offset_ns)
{
	bool is_step = !c->is_steered && gn_math_fabs(offset_ns) > STEP_NS;

	c->is_steered = true;
	if (!is_step) {
		return offset_ns;
	}
	c->clock.error_ns -= offset_ns;
	return 0;
}

static void act(struct oracle *o, size_t hop, int64_t now_ns)
{
	struct oracle_clock *c = &o->clocks[hop];
	double left_s = (double)(c->next_ns - now_ns) / 1e9, here_ns, there_ns, variance, offset_ns;

	if (left_s <= 0 || !o->estimator->predict(o->state, hop, now_ns, &here_ns, &variance) ||
	    !o->estimator->predict(o->state, hop, c->next_ns, &there_ns, &variance)) {
		return;
	}
	offset_ns = first_step(c, here_ns + c->clock.error_ns - c->clock.phase_ns);
	(void)steered_set(&c->clock,
			  -(offset_ns + there_ns - here_ns) / (left_s + (there_ns - here_ns) / 1e9));
	c->sigma_ns = gn_math_sqrt(variance);
}

static void compare(const struct oracle *o, const struct world_instant *now, struct series *out)
{
	const struct oracle_clock *c = &o->clocks[now->hop];
	double parent_ns = now->hop > 0 ? o->clocks[now->hop - 1].clock.error_ns : o->reference_ns;

	if (now->hop == o->trial->hops - 1u) {
		out->error_ns[now->index] = c->clock.error_ns - o->reference_ns;
		out->parent_ns[now->index] = c->clock.error_ns - parent_ns;
		out->bound_ns[now->index] = c->is_steered ? 3.0 * c->sigma_ns : -1.0;
		out->frequency_ppb[now->index] = c->clock.frequency_ppb;
	}
}

static void follow(struct oracle *o, size_t instant)
{
	for (size_t hop = 0; hop < o->trial->hops; hop++) {
		steered_follow(&o->clocks[hop].clock, o->world->instants[instant].at_ns,
			       o->world->phase[instant * o->trial->hops + hop]);
	}
}

static void meet(struct oracle *o, const struct world_instant *now, struct series *out)
{
	switch ((enum world_instant_kind)now->kind) {
	case WORLD_CHANGE:
		o->estimator->changed(o->state, now->at_ns, &o->trial->changes[now->index]);
		o->reference_ns += world_reference_step(o->trial, now->index);
		break;
	case WORLD_SCHEDULED:
		compare(o, now, out);
		o->clocks[now->hop].next_ns = now->at_ns + (int64_t)(o->trial->interval_s * 1e9);
		act(o, now->hop, now->at_ns);
		break;
	case WORLD_TAKEN:
		take(o, now);
		break;
	case WORLD_GIVEN:
		if (o->world->messages[now->index].direction != SERVO_DELAY_REQ) {
			act(o, now->hop, now->at_ns);
		}
		break;
	}
}

const struct oracle_estimator *oracle_for(const struct trial *trial)
{
	return trial->family->has_particles ? &oracle_particle : &oracle_kalman;
}

bool oracle_run(const struct oracle_estimator *estimator, const struct world *world, struct series *out)
{
	struct oracle o = { .estimator = estimator,
			    .world = world,
			    .trial = world->trial,
			    .state = calloc(1, estimator->size) };

	if (!o.state) {
		return false;
	}
	for (size_t hop = 0; hop < o.trial->hops; hop++) {
		steered_begin(&o.clocks[hop].clock, o.trial->offset_ns[hop], o.trial->frequency_limit_ppb);
	}
	estimator->begin(o.state, o.trial);
	for (size_t i = 0; i < world->instant_count; i++) {
		follow(&o, i);
		meet(&o, &world->instants[i], out);
	}
	free(o.state);
	return true;
}
