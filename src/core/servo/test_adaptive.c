/* src/core/servo/test_adaptive.c */
#include "core/servo/test_adaptive.h"

#include <math.h>

int64_t sim_monotonic(const struct sim *sim)
{
	return SIM_START_NS + (int64_t)(sim->at_s * 1e9);
}

struct gn_servo_config sim_config(void)
{
	return (struct gn_servo_config){
		.kind = GN_SERVO_ADAPTIVE,
		.first_step_threshold = 20e-6,
		.servo_num_offset_values = 10,
		.servo_damping = 5,
		.asymmetry_hold = 60,
	};
}

struct sim sim_with(const struct gn_servo_config *config)
{
	struct sim sim = { .interval_s = 0.125,
			   .error_ns = 1e6,
			   .own_ppb = 20000,
			   .walk = 0.1,
			   .down_ns = 5000,
			   .up_ns = 5000,
			   .noise_ns = 10,
			   .peer_noise_ns = 5,
			   .word = { .bound_ns = -1, .error_ns = -1 } };

	CHECK_EQ(servo_init(&sim.servo, config, false, 0, SIM_LIMIT_PPB), GN_OK);
	servo_set_interval(&sim.servo, sim.interval_s);
	return sim;
}

struct sim sim_default(void)
{
	struct gn_servo_config config = sim_config();

	return sim_with(&config);
}

double sim_off(const struct sim *sim)
{
	return sim->error_ns - sim->transmitter_ns;
}

static void gather_news(struct sim *sim)
{
	while (sim->news_count < SIM_NEWS && servo_next_news(&sim->servo, &sim->news[sim->news_count])) {
		sim->news_s[sim->news_count++] = sim->at_s;
	}
}

int sim_find_news(const struct sim *sim, enum servo_finding finding)
{
	for (int i = 0; i < sim->news_count; i++) {
		if (sim->news[i].finding == finding) {
			return i;
		}
	}
	return -1;
}

int sim_count_news(const struct sim *sim, enum servo_finding finding)
{
	int count = 0;

	for (int i = 0; i < sim->news_count; i++) {
		count += sim->news[i].finding == finding;
	}
	return count;
}

static void carry_out(struct sim *sim, const struct servo_steering *word)
{
	static const double responses[] = { 1, 0, -1, 2, 1 };
	double set = -word->frequency_ppb * responses[sim->obedience];

	sim->word = *word;
	gather_news(sim);
	CHECK(fabs(word->frequency_ppb) <= sim->servo.max_frequency_ppb);
	if (word->state == SERVO_UNLOCKED) {
		return;
	}
	sim->settings++;
	sim->set_ppb = sim->obedience == IGNORES_FREQUENCY ? sim->set_ppb : set;
	if (word->state == SERVO_JUMP) {
		struct gn_offset by = gn_offset_negate(word->offset);

		sim->error_ns += sim->obedience == IGNORES_STEPS ? 0 : servo_ns(by);
		sim->jumps++;
		servo_stepped(&sim->servo, by);
	}
	servo_steered(&sim->servo, word->frequency_ppb, sim_monotonic(sim));
}

static void drift_until(struct sim *sim, double at_s)
{
	double passed = at_s - sim->at_s;

	if (passed > 0) {
		sim->error_ns += passed * ((1 + sim->own_ppb * 1e-9) * (1e9 + sim->set_ppb) - 1e9);
		sim->own_ppb += sim->walk * sqrt(passed) * random_normal();
		sim->transmitter_ns += passed * sim->transmitter_ppb;
		sim->at_s = at_s;
	}
}

void sim_go_on(struct sim *sim, double seconds)
{
	double until_s = sim->at_s + seconds;

	for (;;) {
		double due_s = (double)(servo_deadline(&sim->servo) - SIM_START_NS) * 1e-9 + 1e-9;
		struct servo_steering word;

		if (!(due_s < until_s)) {
			break;
		}
		drift_until(sim, due_s);
		if (servo_expire(&sim->servo, sim_monotonic(sim), &word)) {
			carry_out(sim, &word);
		}
		CHECK(servo_deadline(&sim->servo) > sim_monotonic(sim));
	}
	drift_until(sim, until_s);
	gather_news(sim);
}

struct gn_offset sim_offset_of(double ns)
{
	double whole = floor(ns);

	return (struct gn_offset){ (int64_t)whole, (uint16_t)((ns - whole) * 65536.0) };
}

void sim_observe(struct sim *sim, enum servo_direction direction, double value)
{
	struct gn_precise start = { .whole = { 1700000000, 0 } };
	struct servo_observation o = {
		.direction = direction,
		.local = gn_precise_add_offset(start, sim_offset_of(sim->at_s * 1e9 + sim->error_ns)),
		.value = sim_offset_of(value),
		.now_ns = sim_monotonic(sim),
	};
	struct servo_steering word;

	if (random_fraction() < sim->loss) {
		return;
	}
	if (servo_observe(&sim->servo, &o, &word)) {
		carry_out(sim, &word);
	} else {
		gather_news(sim);
	}
}

static double noise(const struct sim *sim, double queued)
{
	double queue = random_fraction() < queued ? random_exponential(sim->queue_ns) : 0;

	return sim->noise_ns * random_normal() + queue;
}

void sim_turn(struct sim *sim)
{
	double extra = sim->extra_ns;

	sim->extra_ns = 0;
	sim->syncs++;
	if (sim->mode == DIRECT) {
		sim_observe(sim, SERVO_DIRECT, sim_off(sim) + extra + noise(sim, sim->down_queued));
	} else {
		sim_observe(sim, SERVO_SYNC,
			    sim_off(sim) + sim->down_ns + extra + noise(sim, sim->down_queued));
	}
	sim_go_on(sim, sim->interval_s / 2);
	if (sim->mode == BOTH_WAYS) {
		sim_observe(sim, SERVO_DELAY_REQ, sim->up_ns - sim_off(sim) + noise(sim, sim->up_queued));
	} else if (sim->mode == PEER) {
		sim_observe(sim, SERVO_PEER_DELAY,
			    (sim->down_ns + sim->up_ns) / 2 + sim->peer_noise_ns * random_normal());
	}
	sim_go_on(sim, sim->interval_s / 2);
}

struct seen sim_run(struct sim *sim, double seconds)
{
	int turns = (int)(seconds / sim->interval_s + 0.5);
	struct seen s = { 0 };

	for (int i = 0; i < turns; i++) {
		double error;

		sim_turn(sim);
		error = fabs(sim_off(sim));
		s.rms_ns += error * error / turns;
		s.most_ns = error > s.most_ns ? error : s.most_ns;
		s.within += (error <= sim->word.bound_ns) / (double)turns;
		s.error_ns += sim->word.error_ns / turns;
	}
	s.rms_ns = sqrt(s.rms_ns);
	return s;
}

struct sim sim_locked(const struct gn_servo_config *config)
{
	struct sim sim = sim_with(config);

	sim_run(&sim, 60);
	CHECK_EQ(sim.word.state, SERVO_LOCKED);
	CHECK(fabs(sim_off(&sim)) < 30);
	sim.news_count = 0;
	return sim;
}

struct servo_quality sim_quality(const struct sim *sim)
{
	struct servo_quality q;

	CHECK(servo_quality(&sim->servo, sim_monotonic(sim), &q));
	return q;
}
