/* src/core/servo/tell.h -- what is told of the samples: reports, and the running figures behind status. */
#ifndef CORE_SERVO_TELL_H
#define CORE_SERVO_TELL_H

#include "core/dataset.h"

/* Whole nanoseconds toward zero, as people read them. */
int64_t tell_ns(struct gn_offset offset);

/* For a report; what does not fit is told as the end of its range. */
int64_t tell_number(double value);

/* The exponent is a sum of configured numbers, each of which may be any int. */
uint32_t tell_power_of_two(int64_t exponent);

/* One line a sample, or one of every `updates`. The delay is that of currentDS. */
void tell_sample(struct gn_instance *instance, double offset, double frequency_ppb, uint32_t updates);

void tell_reset(struct gn_instance *instance);         /* the summary begins anew */
void tell_forget_recent(struct gn_instance *instance); /* and so do the figures of status */

#endif
