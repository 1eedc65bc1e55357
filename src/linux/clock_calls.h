/* src/linux/clock_calls.h -- the system calls under the clocks, as a table: tests put their own kernel there, since
 * nothing but the lab may really move a clock. */
#ifndef LINUX_CLOCK_CALLS_H
#define LINUX_CLOCK_CALLS_H

#include "linux/clock.h"

#include <sys/timex.h>
#include <time.h>

struct clock_calls {
	int (*adjtime)(clockid_t id,
		       struct timex *tx); /* the clock's state or -1 with errno, as clock_adjtime() */
	int (*gettime)(clockid_t id, struct timespec *ts);
	int (*ioctl)(int fd, unsigned long request, void *argument);
};

extern const struct clock_calls clock_calls_of_libc;

/* As clock_open_system() and clock_open_phc(), with these calls (kept, not copied) and, for the tests, without lock;
 * the descriptor of the PHC becomes the clock's. */
int clock_system_open_with(struct clock *clock, const char *name, bool may_write,
			   const struct clock_calls *calls, char *why, size_t why_size);
int clock_phc_open_with(struct clock *clock, const char *device, int fd, bool may_write,
			const struct clock_calls *calls, char *why, size_t why_size);

/* Pure arithmetic, shared by both kinds. A rate in 2^-16 ppm as struct timex has it, to the nearest; and back. */
int64_t clock_rate_to_timex(struct gn_rate rate);
struct gn_rate clock_rate_from_timex(int64_t freq);
/* An offset as ADJ_SETOFFSET | ADJ_NANO wants it: to the nearest ns, tv_usec 0..999999999. */
struct timeval clock_offset_to_timeval(struct gn_offset by);
struct gn_precise clock_precise_from_timespec(const struct timespec *ts);
struct gn_rate clock_clamp_rate(struct gn_rate rate, struct gn_rate limit);
int64_t clock_timespec_ns(const struct timespec *ts);

/* clock_gettime(id) between two raw readings, the narrowest of some. */
int clock_bracket(const struct clock_calls *calls, clockid_t id, struct clock_reading *out);

#endif
