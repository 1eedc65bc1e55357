/* src/linux/clock_watch.h -- notices that somebody else stepped a clock.
 *
 * Two clocks of the kernel that run at one rate are compared at every look: CLOCK_REALTIME with CLOCK_MONOTONIC (the
 * kernel steers both, but only the first can be stepped), CLOCK_BOOTTIME with CLOCK_MONOTONIC (they part while the
 * machine sleeps, and the raw clock under a virtual clock sleeps too). A timer that is cancelled when the clock is set
 * would do as well, but simulators of clocks have none. */
#ifndef LINUX_CLOCK_WATCH_H
#define LINUX_CLOCK_WATCH_H

#include "linux/clock_calls.h"

struct clock_watch {
	const struct clock_calls *calls;
	clockid_t watched;
	bool is_on;
	int64_t low_ns, high_ns; /* watched - CLOCK_MONOTONIC lay between these */
	int64_t at_ns;           /* when */
};

/* Starts watching what the clock depends on; a clock that cannot be watched so (a PHC) is never found stepped. */
void clock_watch_start(struct clock_watch *watch, const struct clock *clock, const struct clock_calls *calls);

/* After a step of our own. */
void clock_watch_restart(struct clock_watch *watch);

/* True if the clock was stepped since the last look, by more than 0.1 % of the time between and the time that
 * reading takes. `by_ns` is how much, about. */
bool clock_watch_look(struct clock_watch *watch, int64_t *by_ns);

#endif
