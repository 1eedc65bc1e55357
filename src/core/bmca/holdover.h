/* src/core/bmca/holdover.h -- what a clock says of itself once its reference is gone (7.6.2.5: clockClass 7, 52, 135 ...).
 *
 * A clock that was locked to a traceable time transmitter keeps good time for a while. As long as the servo's bound of the
 * time error is within holdover_bound it announces holdover_clock_class, then holdover_degraded_class, and
 * clockAccuracy follows the bound. Whoever is followed next ends it. Needs a servo that knows its error. */
#ifndef CORE_BMCA_HOLDOVER_H
#define CORE_BMCA_HOLDOVER_H

#include "core/dataset.h"

/* Before a state decision: is the parent gone, and was it worth anything? defaultDS gets the quality to decide with. */
void holdover_consider(struct gn_instance *instance);

/* After it: somebody is followed, which ends it; or it is told. */
void holdover_settle(struct gn_instance *instance, bool is_receiver);

/* When the error is to be looked at again; INT64_MAX: never. */
struct gn_instant holdover_deadline(const struct gn_instance *instance);
void holdover_expire(struct gn_instance *instance);

/* Its own quality changed by management. */
void holdover_set_quality(struct gn_instance *instance, struct gn_clock_quality quality);

/* timePropertiesDS of a grandmaster by holdover: what the reference said is still true within the bound. */
void holdover_add_time_properties(const struct gn_instance *instance, struct time_properties_ds *properties);

#endif
