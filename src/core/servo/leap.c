/* src/core/servo/leap.c */
#include "core/servo/leap.h"

#define DAY 86400
#define MORNING (6 * 3600) /* within it a leap still announced is the one that has just happened */

struct leap_verdict leap_decide(uint64_t utc_seconds, int8_t announced, int8_t in_force)
{
	uint64_t second = utc_seconds % DAY;
	struct leap_verdict verdict = { .leap = announced };

	if (second < MORNING) {
		verdict.leap = 0;
		verdict.utc_offset_by = announced; /* the parent has not counted it in yet */
	} else if (in_force && !announced) {
		verdict.leap = in_force;
		verdict.utc_offset_by = (int8_t)-in_force; /* the parent has counted it in already */
	}
	verdict.is_suspended = verdict.leap && second >= DAY - 1 - (verdict.leap < 0);
	return verdict;
}
