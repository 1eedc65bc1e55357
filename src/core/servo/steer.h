/* src/core/servo/steer.h -- what is measured becomes what is done to the clock: the servo's verdict as actions, statistics,
 * and the port's calibration events (behind 9.2.6.9 and 9.2.6.10). */
#ifndef CORE_SERVO_STEER_H
#define CORE_SERVO_STEER_H

#include "core/dataset.h"

/* Times are biased (time_biased()). A Sync (with its Follow_Up) of the parent: t1 with all corrections, t2 on our clock;
 * `received`: when the Sync itself came in. */
void steer_sync(struct port *port, struct gn_precise t1, struct gn_precise t2, struct gn_instant received);

/* t3 and t4 of an exchange of the delay request-response mechanism; `sent`: when the request left. */
void steer_delay(struct port *port, struct gn_precise t3, struct gn_precise t4, struct gn_instant sent);

/* A new peer delay of the port that receives time: meanLinkDelay, and `raw` as this exchange alone has it. */
void steer_peer_delay(struct port *port, struct gn_interval raw);

/* The interval of the measurements changed. */
void steer_set_interval(struct gn_instance *instance, int log_interval);

void steer_new_parent(struct gn_instance *instance);
void steer_no_parent(struct gn_instance *instance);

/* The parent's messages stopped. */
void steer_reference_lost(struct gn_instance *instance);

/* When the servo wants to be asked, and it is asked; a servo that estimates jointly may go on without messages. */
struct gn_instant steer_deadline(const struct gn_instance *instance);
void steer_expire(struct gn_instance *instance);

/* Of the oscillator, in thousandths of a degree Celsius. */
void steer_temperature(struct gn_instance *instance, int32_t millidegrees);

/* The answers and news of the driver. */
void steer_clock_answered(struct gn_instance *instance, const struct gn_clock_answer *answer);
void steer_clock_touched(struct gn_instance *instance, uint32_t epoch);

/* Reads the clock for announce_leap_is_over(). */
void steer_ask_time(struct gn_instance *instance);

/* At start: asks for the clock's rate and limits. At the end: what was learnt is given out, to be remembered. */
void steer_start(struct gn_instance *instance);
void steer_stop(struct gn_instance *instance);

#endif
