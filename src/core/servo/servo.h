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

/* What one message says by itself, for controllers that estimate offset and delay together ("joint"). */
enum servo_direction {
	SERVO_SYNC,       /* t2 - t1 = offset + delay */
	SERVO_DELAY_REQ,  /* t4 - t3 = delay - offset */
	SERVO_PEER_DELAY, /* the delay itself, of one peer delay exchange or as configured */
	SERVO_DIRECT,     /* the offset itself: a cross timestamp, a pulse */
};
#define SERVO_DIRECTIONS 4

struct servo_observation {
	enum servo_direction direction;
	struct gn_precise local; /* when, on the clock that is steered: t2, t3; of SERVO_PEER_DELAY unused */
	struct gn_offset value;  /* as above, all corrections applied, both clocks on one timescale */
	double deviation_ns;     /* how uncertain the value is known to be (a bus read); 0: to be learnt */
	int64_t now_ns;          /* the driver's monotonic time when `local` was taken, as near as known */
};

/* What to do with the clock, and how good it is believed to be. */
struct servo_steering {
	enum servo_state state;
	double frequency_ppb; /* how fast the local clock runs: the clock is set to its negative */
	struct gn_offset
		offset;  /* joint controllers: the offset as estimated; SERVO_JUMP steps by its negative */
	double delay_ns; /* joint controllers: the mean delay as estimated */
	double error_ns; /* the servo's own estimate of the remaining time error, 1 sigma; <0: unknown */
	double bound_ns; /* the time error stays within, at 99.7 %; <0: unknown */
};

/* The present word on the clock, between updates and in holdover. */
struct servo_quality {
	double error_ns, bound_ns; /* as above, at the moment asked for */
	double frequency_ppb;      /* how fast the clock runs by itself */
	double frequency_error_ppb;
	double holdover_s; /* since the reference was lost; 0: it is there */
	double sync_noise_ns,
		delay_noise_ns;         /* 1 sigma of a message that met no queue, by direction; 0: unknown */
	double sync_clean, delay_clean; /* the share of such messages, 0..1 */
	double asymmetry_ns;            /* of the path, recognised and held back at present */
	int64_t temperature_coefficient_ppt; /* per K, learnt; 0: none */
	uint8_t fault;                       /* enum servo_fault */
};

/* A clock that does not do what it is told. */
enum servo_fault {
	SERVO_FAULT_NONE,
	SERVO_FAULT_NO_EFFECT,  /* frequencies are accepted and change nothing */
	SERVO_FAULT_WRONG_SIGN, /* they act the wrong way round */
	SERVO_FAULT_WRONG_SCALE,
	SERVO_FAULT_SATURATED, /* at the limit of the frequency, and the offset still grows */
	SERVO_FAULT_STEP,      /* a step did not have the size that was asked for */
};

/* What a joint controller found out, to be told. */
enum servo_finding {
	SERVO_FOUND_TIME_STEP,          /* number: ns by which the time transmitter's time jumped */
	SERVO_FOUND_PATH_CHANGE,        /* ns by which both directions became longer */
	SERVO_FOUND_ASYMMETRY,          /* ns by which one direction became longer, seconds it is held back */
	SERVO_FOUND_ASYMMETRY_GONE,     /* ns */
	SERVO_FOUND_ASYMMETRY_FOLLOWED, /* ns */
	SERVO_FOUND_FAULT, /* enum servo_fault, the response in thousandths of what was asked for */
	SERVO_FOUND_FAULT_GONE,
};

struct servo_news {
	enum servo_finding finding;
	double number[2];
};

/* What is worth remembering across restarts. */
struct servo_memory {
	double frequency_ppb, deviation_ppb;
};

/* The line that steers, of a controller that fits one: what the newest measurement should have been, and the smoothed
 * magnitude of what such lines missed. */
struct servo_fit {
	int32_t points;
	double slope;                  /* of the time transmitter's time over our clock's own, less 1 */
	double intercept_ns, error_ns; /* time transmitter - local */
};

/* Room for any controller's own state, and what a struct servo takes at most, which has some more in it. */
#ifdef GN_SERVO_SMALL
#define SERVO_STATE_OCTETS 5376
#define SERVO_OCTETS_MAX 6144
#else
#define SERVO_STATE_OCTETS 11264
#define SERVO_OCTETS_MAX 16384
#endif

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

_Static_assert(sizeof(struct servo) <= SERVO_OCTETS_MAX, "a servo stays as small as this build says");

/* `frequency_ppb`: what the clock was found set to, negated (how fast it is believed to run). `hardware_limit_ppb`:
 * the clock's own. GN_ERR_UNSUPPORTED for a kind this build does not have. */
enum gn_result servo_init(struct servo *servo, const struct gn_servo_config *config, bool is_software_stamped,
			  double frequency_ppb, double hardware_limit_ppb);

/* The measurement interval changed; also needed once before the first measurement. */
void servo_set_interval(struct servo *servo, double seconds);

struct servo_steering servo_measure(struct servo *servo, const struct servo_measurement *measurement);

/* ---- joint controllers -------------------------------------------------------------------------------- */

/* It takes servo_observe() and servo_clock_found(); servo_measure() is for the others. */
bool servo_is_joint(const struct servo *servo);

/* Takes one message in. True: `out` says what to do. A step is to be carried out, or servo_reset() called, before the
 * next observation. */
bool servo_observe(struct servo *servo, const struct servo_observation *observation,
		   struct servo_steering *out);

/* The clock was set: `frequency_ppb` as in servo_steering, as it was really applied. */
void servo_steered(struct servo *servo, double frequency_ppb, int64_t now_ns);

/* The clock was stepped by us. Times of observations from now on are those after it. */
void servo_stepped(struct servo *servo, struct gn_offset by);

/* Another path or parent: the oscillator is the same, delay and noise are not. */
void servo_new_path(struct servo *servo);

/* Messages stopped: nothing is measured any more until the next observation. Also found out by the deadline. */
void servo_reference_lost(struct servo *servo, int64_t now_ns);

/* When servo_expire() is due, monotonic; INT64_MAX: never. */
int64_t servo_deadline(const struct servo *servo);
bool servo_expire(struct servo *servo, int64_t now_ns, struct servo_steering *out);

/* Of the oscillator, from a sensor near it. */
void servo_temperature(struct servo *servo, double celsius, int64_t now_ns);

/* False where the controller does not know. */
bool servo_quality(const struct servo *servo, int64_t now_ns, struct servo_quality *out);
bool servo_next_news(struct servo *servo, struct servo_news *out);
bool servo_remember(const struct servo *servo, struct servo_memory *out);
void servo_recall(struct servo *servo, const struct servo_memory *memory);

/* The clock was found at this frequency with this limit, by a reading: at first, or after somebody touched it. */
void servo_clock_found(struct servo *servo, double frequency_ppb, double hardware_limit_ppb);

/* The clock jumped or refused: start over, keeping the frequency. */
void servo_reset(struct servo *servo);

/* For a servo whose members were read from octets that anybody may have written: gives it the controller of that kind, or
 * says that there is none, or that it cannot be in such a state. */
bool servo_revive(struct servo *servo, int kind);

/* Remote / local rate as the controller knows it; 1 where it does not. */
double servo_rate_ratio(const struct servo *servo);

/* A leap second (+1, -1) has passed that nobody steps the clock for: offsets will be larger by it. */
void servo_leap(struct servo *servo, int8_t leap);

/* Of the last measurement; false where there is none. */
bool servo_fit(const struct servo *servo, struct servo_fit *out);

/* "pi"; NULL for a kind without a controller. */
const char *servo_kind_name(int kind);

#endif
