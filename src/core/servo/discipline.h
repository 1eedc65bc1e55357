/* src/core/servo/discipline.h -- the servo's verdict on the clock, carried out: rate, step or phase, what is told of it, and
 * the port's event (9.2.6.9, 9.2.6.10). */
#ifndef CORE_SERVO_DISCIPLINE_H
#define CORE_SERVO_DISCIPLINE_H

#include "core/dataset.h"

/* `port`: where the message came in; NULL: at none, no state follows. `is_told`: it is a sample of its own (a Sync). */
void discipline(struct gn_instance *instance, struct port *port, const struct servo_steering *steering,
		bool is_told);

/* The parts of it. `frequency_ppb` as in struct servo_steering. */
void discipline_set_rate(struct gn_instance *instance, double frequency_ppb);
void discipline_keep_offset(struct gn_instance *instance, struct gn_offset offset);
void discipline_note_state(struct gn_instance *instance, enum servo_state state);

struct gn_action *discipline_action(struct gn_instance *instance, enum gn_action_type type);

/* t1..t4 and everything open: they are of a clock, or a time scale, that no longer is. */
void discipline_forget_times(struct gn_instance *instance);

#endif
