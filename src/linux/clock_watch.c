/* src/linux/clock_watch.c -- each look gives an interval in which the difference of the two clocks must lie. While
 * nobody steps it is the same difference: two intervals that do not meet are a step. The allowance for the time between
 * two looks is for simulators, whose clocks do run apart. */
#include "linux/clock_watch.h"
#include "linux/clock_virtual.h"

#define ALLOWANCE_NS 1000
#define ALLOWANCE_DIVISOR 1000 /* 0.1 % */

static bool look(const struct clock_watch *watch, struct clock_watch *out)
{
	struct timespec before, watched, after;

	if (watch->calls->gettime(CLOCK_MONOTONIC, &before) != 0 ||
	    watch->calls->gettime(watch->watched, &watched) != 0 ||
	    watch->calls->gettime(CLOCK_MONOTONIC, &after) != 0) {
		return false;
	}
	*out = *watch;
	out->low_ns = clock_timespec_ns(&watched) - clock_timespec_ns(&after);
	out->high_ns = clock_timespec_ns(&watched) - clock_timespec_ns(&before);
	out->at_ns = clock_timespec_ns(&after);
	return true;
}

void clock_watch_restart(struct clock_watch *watch)
{
	if (watch->is_on) {
		watch->is_on = look(watch, watch);
	}
}

void clock_watch_start(struct clock_watch *watch, const struct clock *clock, const struct clock_calls *calls)
{
	*watch = (struct clock_watch){ .calls = calls };
	if (clock->is_utc) {
		watch->watched = CLOCK_REALTIME;
		watch->is_on = true;
	} else if (clock_is_virtual(clock)) {
		watch->watched = CLOCK_BOOTTIME;
		watch->is_on = true;
	}
	clock_watch_restart(watch);
}

bool clock_watch_look(struct clock_watch *watch, int64_t *by_ns)
{
	struct clock_watch now;
	int64_t allowance;
	bool is_stepped;

	if (!watch->is_on || !look(watch, &now)) {
		return false;
	}
	allowance = ALLOWANCE_NS + (now.at_ns - watch->at_ns) / ALLOWANCE_DIVISOR;
	is_stepped = now.low_ns > watch->high_ns + allowance || now.high_ns < watch->low_ns - allowance;
	if (is_stepped) {
		*by_ns = now.low_ns - watch->low_ns;
	}
	*watch = now;
	return is_stepped;
}
