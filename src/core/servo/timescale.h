/* src/core/servo/timescale.h -- time properties and leap seconds of the parent (8.2.4, 9.4), for the clock that follows it. */
#ifndef CORE_SERVO_TIMESCALE_H
#define CORE_SERVO_TIMESCALE_H

#include "core/dataset.h"

/* The parent's time properties are in timePropertiesDS; `is_decision`: by a state decision, else by a further Announce. */
void timescale_learn(struct gn_instance *instance, struct port *port, bool is_decision);

/* Nothing is done to the clock: by free_running, or as another program owns it. */
bool timescale_leaves_clock_alone(const struct gn_instance *instance);

/* A clock that keeps UTC is left alone in the last second before a leap: what is measured then may have its other half
 * behind it. Where the second has passed since the last measurement, that one is forgotten. Times are biased. */
bool timescale_is_leap_between(struct gn_instance *instance, struct gn_precise local);

/* The distance between the timescales, to be added to the offset of a clock that keeps UTC. */
struct gn_offset timescale_correction(const struct gn_instance *instance, struct gn_precise t2);

#endif
