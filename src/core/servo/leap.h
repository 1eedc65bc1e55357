/* src/core/servo/leap.h -- leap seconds for a clock that keeps UTC (9.4; docs/compatibility.md). Pure. */
#ifndef CORE_SERVO_LEAP_H
#define CORE_SERVO_LEAP_H

#include "gnomon/time.h"

struct leap_verdict {
	int8_t leap;          /* in force at the end of this UTC day: +1, -1, 0 */
	int8_t utc_offset_by; /* what to add to the announced currentUtcOffset at this moment */
	bool is_suspended;    /* the last second before midnight: leave the clock alone */
};

/* `utc_seconds`: POSIX time of the clock. `announced`: what the parent says now; `in_force`: the verdict before. A parent
 * may drop its flags a little early or late, around the midnight: within six hours after it no leap is in force even
 * where announced, outside one in force stays so. */
struct leap_verdict leap_decide(uint64_t utc_seconds, int8_t announced, int8_t in_force);

#endif
