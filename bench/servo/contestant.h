/* bench/servo/contestant.h -- a servo in a world: fed as the daemon feeds it, its word carried out on the clock. */
#ifndef BENCH_SERVO_CONTESTANT_H
#define BENCH_SERVO_CONTESTANT_H

#include "bench/servo/series.h"
#include "bench/servo/world.h"

enum contestant {
	CONTESTANT_ADAPTIVE, /* the program's own, as it comes */
	CONTESTANT_PI, /* linuxptp's defaults: gains for the kind of stamps, moving median of ten delays */
	CONTESTANT_PI_TUNED, /* the same told the noise: the best fixed gains, approached as fast as can be from above */
	CONTESTANT_LINREG,
	CONTESTANTS,
};

const char *contestant_name(enum contestant contestant);
bool contestant_exists(enum contestant contestant); /* in this build */

#define CONTESTANT_NEWS 64

/* What a servo found out, and when. */
struct contestant_news {
	double at_s;
	size_t hop;
	struct servo_news news;
};

struct contestant_counts {
	size_t steps, expiries;
	size_t messages;                              /* that a servo was given */
	double spent_ns;                              /* of processor time on them, with a stopwatch */
	struct contestant_news news[CONTESTANT_NEWS]; /* the first ones */
	size_t news_count;
};

/* `is_timed`: with a stopwatch around each call, which costs some itself. */
bool contestant_run(const struct world *world, enum contestant contestant, bool is_timed, struct series *out,
		    struct contestant_counts *counts);

#endif
