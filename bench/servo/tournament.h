/* bench/servo/tournament.h -- many trials, side by side in processes of their own. */
#ifndef BENCH_SERVO_TOURNAMENT_H
#define BENCH_SERVO_TOURNAMENT_H

#include "bench/servo/play.h"

struct tournament {
	const struct family *wanted[32];
	size_t family_count;
	bool contestants[CONTESTANTS];
	enum trial_set set;
	uint64_t seed_from, seed_to;
	int jobs;
	bool is_progress_shown; /* on standard error */

	struct outcome *outcomes; /* of family f and seed s: [f * seeds + s - seed_from] */
};

size_t tournament_seeds(const struct tournament *t);

/* False: no memory or no processes, or one of them died. */
bool tournament_run(struct tournament *t);
void tournament_free(struct tournament *t);

#endif
