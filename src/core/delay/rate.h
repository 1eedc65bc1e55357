/* src/core/delay/rate.h -- the ratio of two clocks' rates from times taken on both (7.5.2 of 802.1AS; 11.4 of 1588). */
#ifndef CORE_DELAY_RATE_H
#define CORE_DELAY_RATE_H

#include "core/dataset.h"

/* An estimate over 2^(log_window - log_interval) intervals. */
void rate_init(struct rate_estimate *r, int log_window, int log_interval);

/* Two readings of the same moment (up to a constant). True if a new estimate is there. *is_bad: the times
 * did not advance, or by amounts that no two clocks differ by. */
bool rate_update(struct rate_estimate *r, struct gn_precise remote, struct gn_precise local, bool *is_bad);

#endif
