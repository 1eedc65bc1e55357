/* src/core/servo/servo.h -- offsets become a rate or a step.
 *
 * A controller is a row in the table of servo.c: adding one is adding a file and its row. What all share is
 * here: when to step, the limit of the frequency, and when the clock counts as locked (reference: linuxptp's
 * rules, docs/compatibility.md). Floating point made of + - * / and sqrt only; math.h of this folder has the rest. */
#ifndef CORE_SERVO_SERVO_H
#define CORE_SERVO_SERVO_H

#include "gnomon/config.h"
#include "gnomon/time.h"

enum servo_state {
	SERVO_UNLOCKED,      /* s0: gathering, leave the clock alone */
	SERVO_JUMP,          /* s1: set the frequency and step by -offset */
	SERVO_LOCKED,        /* s2: set the frequency */
	SERVO_LOCKED_STABLE, /* s3: likewise, and the last offsets were all small */
};

/* One measurement. The raw exchange goes along for controllers that estimate offset and delay together. */
struct servo_measurement {
	struct gn_offset offset;  /* local clock - time transmitter, by the delay processor */
	double weight;            /* 0..1 by the delay processor */
	double offset_variance;   /* ns^2; 0: unknown */
	struct gn_precise local;  /* t2: when, on the local clock */
	struct gn_precise remote; /* t1 with all corrections */
	struct gn_interval mean_delay;
};

/* What to do with the clock, and how good it is believed to be. */
struct servo_steering {
	enum servo_state state;
	double frequency_ppb; /* how fast the local clock runs: the clock is set to its negative */
	double error_ns;      /* the servo's own estimate of the remaining time error, 1 sigma; <0: unknown */
};

#define SERVO_STATE_OCTETS 1024 /* room for any controller's own state */

struct servo {
	const struct servo_controller *controller;
	struct gn_servo_config config;
	bool is_software_stamped; /* chooses the pi defaults */
	double max_frequency_ppb;
	double interval_s;
	bool is_first_update;
	int32_t small_offsets_left; /* until LOCKED_STABLE */
	double error_square;        /* smoothed offset^2, for error_ns */
	double kp, ki;              /* of pi, to be reported */
	union {
		uint8_t octets[SERVO_STATE_OCTETS];
		double align;
		void *align_pointer;
	} state;
};

/* `frequency_ppb`: what the clock was found set to, negated (how fast it is believed to run). `hardware_limit_ppb`:
 * the clock's own. GN_ERR_UNSUPPORTED for a kind this build does not have. */
enum gn_result servo_init(struct servo *servo, const struct gn_servo_config *config, bool is_software_stamped,
			  double frequency_ppb, double hardware_limit_ppb);

/* The measurement interval changed; also needed once before the first measurement. */
void servo_set_interval(struct servo *servo, double seconds);

struct servo_steering servo_measure(struct servo *servo, const struct servo_measurement *measurement);

/* The clock jumped or refused: start over, keeping the frequency. */
void servo_reset(struct servo *servo);

/* For a servo whose members were read from octets that anybody may have written: gives it the controller of that kind, or
 * says that there is none, or that it cannot be in such a state. */
bool servo_revive(struct servo *servo, int kind);

/* Remote / local rate as the controller knows it; 1 where it does not. */
double servo_rate_ratio(const struct servo *servo);

/* "pi"; NULL for a kind without a controller. */
const char *servo_kind_name(int kind);

#endif
