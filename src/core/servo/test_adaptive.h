/* src/core/servo/test_adaptive.h -- for the tests of the adaptive controller: a clock and a path, and what may happen to them. */
#ifndef CORE_SERVO_TEST_ADAPTIVE_H
#define CORE_SERVO_TEST_ADAPTIVE_H

#include "core/servo/adaptive.h"

#include "tests/random.h"

#define SIM_START_NS INT64_C(7000000000) /* of the monotonic time */
#define SIM_LIMIT_PPB 1e6
#define SIM_NEWS 64

enum obedience { OBEYS, IGNORES_FREQUENCY, INVERTS_FREQUENCY, DOUBLES_FREQUENCY, IGNORES_STEPS };
enum mode { BOTH_WAYS, PEER, DIRECT };

struct sim {
	struct servo servo;
	enum mode mode;
	enum obedience obedience;
	double interval_s;

	double at_s; /* true time since the start, which the monotonic time shows */
	double error_ns, own_ppb, set_ppb,
		walk; /* of the clock: how far it is off, runs by itself, was set to */
	double transmitter_ns, transmitter_ppb; /* how far the time transmitter is off, and runs away */
	double down_ns, up_ns, noise_ns, peer_noise_ns;
	double down_queued, up_queued,
		queue_ns; /* share of messages that wait, and for how long in the mean */
	double extra_ns;  /* of the next Sync alone */
	double loss;

	int syncs, jumps, settings;
	struct servo_steering word;
	struct servo_news news[SIM_NEWS];
	double news_s[SIM_NEWS];
	int news_count;
};

struct gn_servo_config sim_config(void);

/* A good crystal 20 ppm off behind 5 us of network, with hardware stamps: 8 Syncs a second. */
struct sim sim_with(const struct gn_servo_config *config);
struct sim sim_default(void);

/* The same a minute later, when it is checked to have locked. */
struct sim sim_locked(const struct gn_servo_config *config);

/* The clock's time less the time transmitter's. */
double sim_off(const struct sim *sim);
int64_t sim_monotonic(const struct sim *sim);
struct gn_offset sim_offset_of(double ns);

/* The index of the first; -1: there is none. */
int sim_find_news(const struct sim *sim, enum servo_finding finding);
int sim_count_news(const struct sim *sim, enum servo_finding finding);

/* Time passes without a message. */
void sim_go_on(struct sim *sim, double seconds);

/* A message with that value, unless it is lost. */
void sim_observe(struct sim *sim, enum servo_direction direction, double value);

/* A Sync, and half an interval later what tells the delay. */
void sim_turn(struct sim *sim);

struct seen {
	double rms_ns, most_ns;
	double within;   /* share of turns whose error was within the bound */
	double error_ns; /* mean of what the servo believed */
};

/* Errors after each turn. */
struct seen sim_run(struct sim *sim, double seconds);

struct servo_quality sim_quality(const struct sim *sim);

#endif
