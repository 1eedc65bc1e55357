/* src/core/servo/controller.h -- what a controller is, to servo.c. Adding one: a file, a row in servo.c's table.
 *
 * A controller estimates and steers; when to step, how far the frequency may go and when the clock counts as stable
 * is asked of servo.c, the same for all. Its own state lives in servo->state and is zero before init. */
#ifndef CORE_SERVO_CONTROLLER_H
#define CORE_SERVO_CONTROLLER_H

#include "core/servo/servo.h"

struct servo_controller {
	const char *name; /* as clock_servo has it */
	int kind;         /* enum gn_servo_kind */
	void (*init)(struct servo *servo, double frequency_ppb);
	void (*set_interval)(struct servo *servo, double seconds); /* NULL: it does not matter */
	/* SERVO_UNLOCKED, SERVO_JUMP or SERVO_LOCKED, and the frequency, which goes out in every state. */
	enum servo_state (*measure)(struct servo *servo, const struct servo_measurement *measurement,
				    double *frequency_ppb);
	void (*reset)(struct servo *servo);              /* NULL: nothing to forget */
	double (*rate_ratio)(const struct servo *servo); /* NULL: not known, 1 */
	void (*leap)(struct servo *servo, int8_t leap);  /* NULL: it looks at no more than one sample */
	bool (*fit)(const struct servo *servo, struct servo_fit *out); /* NULL: it fits no line */

	/* Joint controllers have all of these (servo.h says what they do) and no measure(); the others none. */
	bool (*observe)(struct servo *servo, const struct servo_observation *observation,
			struct servo_steering *out);
	void (*steered)(struct servo *servo, double frequency_ppb, int64_t now_ns);
	void (*stepped)(struct servo *servo, struct gn_offset by);
	void (*new_path)(struct servo *servo);
	void (*reference_lost)(struct servo *servo, int64_t now_ns);
	int64_t (*deadline)(const struct servo *servo);
	bool (*expire)(struct servo *servo, int64_t now_ns, struct servo_steering *out);
	void (*temperature)(struct servo *servo, double celsius, int64_t now_ns);
	void (*quality)(const struct servo *servo, int64_t now_ns, struct servo_quality *out);
	bool (*next_news)(struct servo *servo, struct servo_news *out);
	bool (*remember)(const struct servo *servo, struct servo_memory *out);
	void (*recall)(struct servo *servo, const struct servo_memory *memory);
	void (*clock_found)(struct servo *servo, double frequency_ppb);

	/* NULL: any octets are a state. Else false for what the other functions could not go on with. */
	bool (*is_possible)(const struct servo *servo);
};

extern const struct servo_controller servo_adaptive;      /* adaptive.c */
extern const struct servo_controller servo_linreg;        /* linreg.c */
extern const struct servo_controller servo_ntpshm;        /* refclock.c, */
extern const struct servo_controller servo_refclock_sock; /* likewise */
extern const struct servo_controller servo_pi;            /* pi.c */
extern const struct servo_controller servo_null;          /* null.c */

/* Nanoseconds as the controllers reckon: exact within 2^53 ns (104 days) for whole nanoseconds. */
double servo_ns(struct gn_offset offset);

/* Beyond step_threshold, at any time. */
bool servo_is_beyond_step(const struct servo *servo, double offset_ns);

/* The same, or beyond first_step_threshold while the clock was never steered yet. */
bool servo_is_step_due(const struct servo *servo, double offset_ns);

/* Neither infinite nor NaN, and small enough to be reckoned with: for is_possible(). */
bool servo_is_number(double value);

/* Within +-max_frequency_ppb. */
double servo_limit(const struct servo *servo, double frequency_ppb);

#endif
