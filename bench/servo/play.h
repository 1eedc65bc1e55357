/* bench/servo/play.h -- one trial from its seed to its scores. */
#ifndef BENCH_SERVO_PLAY_H
#define BENCH_SERVO_PLAY_H

#include "bench/servo/score.h"

struct outcome {
	struct trial trial; /* family NULL: it was not begun */
	bool is_done;       /* false if it was: it ended the process, or there was no memory */
	struct score optimum;
	bool took_part[CONTESTANTS];
	struct score scores[CONTESTANTS];
};

/* Everything of one trial, for who wants to draw it. */
struct played {
	struct trial trial;
	struct world world;
	struct series optimum;
	struct series series[CONTESTANTS];
	struct contestant_counts counts[CONTESTANTS];
	bool took_part[CONTESTANTS];
};

bool play(struct played *played, const struct family *family, enum trial_set set, uint64_t seed,
	  const bool wanted[CONTESTANTS]);
void played_free(struct played *played);

/* The same, scored. is_done stays false without memory. */
void play_and_score(struct outcome *out, const struct family *family, enum trial_set set, uint64_t seed,
		    const bool wanted[CONTESTANTS]);

#endif
