/* src/sim/watch/judge.h -- what judges share; expect.h has what they are for.
 *
 * judge.c chooses, and judges states and counts; judge_clock.c judges clocks, judge_mask.c by masks. Each gets the node
 * and the window, and fills in the verdict, which begins as "does not hold". */
#ifndef SIM_JUDGE_H
#define SIM_JUDGE_H

#include "sim/watch/expect.h"

#define JUDGE_TEXT_SIZE 32

struct judging {
	const struct expectation *e;
	const struct observation *o;
	const struct observed_node *node;
	const struct observed_node *against; /* or NULL */
	int64_t end_ps;                      /* of the window, inclusive; the run's at most */
	int64_t shown_end_ps; /* as people say it: of an open window the last sample, not what is left to the next */
	size_t first, last; /* samples of the window; none when last < first */
	struct verdict *verdict;
	bool is_out_of_memory;
};

/* Adds to the verdict's text; the window as " from 60 s to 120 s against gm", the latter part alone. */
void judge_say(struct judging *j, const char *format, ...) __attribute__((format(printf, 2, 3)));
void judge_say_window(struct judging *j);
void judge_say_against(struct judging *j);

/* "73.4 s": seconds of the run, to the millisecond. */
const char *judge_moment(int64_t ps, char out[JUDGE_TEXT_SIZE]);

/* What was seen is compared with what was wanted. */
void judge_decide(struct judging *j, double seen);

int64_t judge_sample_ps(const struct judging *j, size_t sample);

/* The values of a window, without those that say nothing. */
struct series {
	double *x;
	size_t *at; /* their samples */
	size_t count, missing;
	bool is_running; /* at one sample at least */
};

/* The window's, to be freed. False: there is none, and the verdict says why; or no memory. */
bool series_take(struct judging *j, struct series *s);
void series_free(struct series *s);
void series_say_missing(struct judging *j, const struct series *s);

/* As the expectation's subject measures it, by that enum expect_measure: decides, and says so. */
void judge_by_measure(struct judging *j, int measure, const struct series *s);

void judge_measure(struct judging *j); /* an offset, frequency, own error or path delay */
void judge_settling(struct judging *j);
void judge_mask(struct judging *j);                    /* MTIE, TDEV */
void judge_limit(struct judging *j, struct series *s); /* an offset by a mask of one limit */

#endif
