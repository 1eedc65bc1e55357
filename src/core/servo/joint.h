/* src/core/servo/joint.h -- a servo that estimates offset, delay and frequency together: it hears each message by itself.
 *
 *     Sync       t2, t2 - t1 = offset + delay   (11.2, 11.3)
 *     Delay_Req  t3, t4 - t3 = delay - offset
 *     Pdelay     the delay, of one exchange as measured, not filtered
 *
 * Its times and offsets are on one timescale, the time transmitter's: those of a clock that keeps UTC are corrected, so
 * that a leap second is no jump to it. All functions but the first two need joint_is_in_charge(). Times are biased. */
#ifndef CORE_SERVO_JOINT_H
#define CORE_SERVO_JOINT_H

#include "core/dataset.h"

/* The clock is known, is to be steered, and the controller is such a one. */
bool joint_is_in_charge(const struct gn_instance *instance);

/* currentDS shows its estimates. */
bool joint_has_estimate(const struct gn_instance *instance);

void joint_sync(struct port *port, struct gn_precise t1, struct gn_precise t2, struct gn_instant received);
void joint_delay(struct port *port, struct gn_precise t3, struct gn_precise t4, struct gn_instant sent);

/* Of a peer delay exchange, or as configured (`port` is NULL). */
void joint_known_delay(struct gn_instance *instance, struct port *port, struct gn_interval delay);

/* A rate or a step was carried out. */
void joint_clock_answered(struct gn_instance *instance, const struct gn_clock_answer *answer);

struct gn_instant joint_deadline(const struct gn_instance *instance);
void joint_expire(struct gn_instance *instance);

/* What the controller found out becomes reports. */
void joint_tell_news(struct gn_instance *instance);

/* What the driver kept for us, and what it is to keep (GN_ACTION_CLOCK_REMEMBER). */
void joint_recall(struct gn_instance *instance, const struct gn_clock_answer *answer);
void joint_remember(struct gn_instance *instance);

#endif
