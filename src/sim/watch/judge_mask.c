/* src/sim/watch/judge_mask.c -- a clock's offset against the limits of a mask, filtered as the mask says. */
#include "sim/watch/judge.h"

#include "report/statistics.h"
#include "report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INTERVALS_MAX 64
#define CONSTANT_S 1000 /* over which G.8273.2 takes the mean */

static double tau0_of(const struct judging *j)
{
	return (double)j->o->interval_ps / (double)PS_PER_SECOND;
}

/* Positive: low-pass; negative: what a low-pass of that corner takes away. False without memory. */
static bool filter(struct judging *j, struct series *s)
{
	double corner = j->e->low_pass_hz;
	double *before;

	if (corner > 0.0) {
		statistics_low_pass(s->x, s->count, tau0_of(j), corner);
	}
	if (corner >= 0.0) {
		return true;
	}
	before = malloc(s->count * sizeof(*before));
	if (!before) {
		j->is_out_of_memory = true;
		return false;
	}
	memcpy(before, s->x, s->count * sizeof(*before));
	statistics_low_pass(s->x, s->count, tau0_of(j), -corner);
	for (size_t i = 0; i < s->count; i++) {
		s->x[i] = before[i] - s->x[i];
	}
	free(before);
	return true;
}

/* Makes each value the mean of the 1,000 s that begin with it; a shorter series becomes its mean. */
static void average(const struct judging *j, struct series *s)
{
	size_t window = (size_t)(CONSTANT_S * PS_PER_SECOND / j->o->interval_ps);
	double sum = 0.0;

	window = window > s->count ? s->count : window < 1 ? 1 : window;
	for (size_t i = 0; i < window; i++) {
		sum += s->x[i];
	}
	for (size_t i = 0; i + window <= s->count; i++) {
		double mean = sum / (double)window;

		sum -= s->x[i];
		if (i + window < s->count) {
			sum += s->x[i + window];
		}
		s->x[i] = mean;
	}
	s->count -= window - 1;
}

/* An offset's limit: of max, mean or p2p. */
void judge_limit(struct judging *j, struct series *s)
{
	struct expectation below = *j->e;
	const struct expectation *e = j->e;
	char limit[JUDGE_TEXT_SIZE];

	if (!filter(j, s)) {
		return;
	}
	if (e->measure == EXPECT_MEAN) {
		average(j, s);
	}
	below.comparison = EXPECT_AT_MOST;
	below.value = e->points[0].limit_ns;
	j->e = &below;
	if (e->measure == EXPECT_MEAN) {
		judge_say(j, "mean over 1,000 s: ");
	}
	judge_by_measure(j, e->measure == EXPECT_MEAN ? EXPECT_MAX : e->measure, s);
	j->e = e;
	judge_say(j, "; %s allows %s", e->other, report_duration(below.value, limit));
}

/* How near the worst interval comes to its limit. */
struct closest {
	double seen, tau_s, limit_ns;
	size_t judged;
	double first_s, last_s;
	bool is_exceeded; /* then it is the first that is */
};

static void compare(const struct expectation *e, double seen, double tau_s, struct closest *closest)
{
	double limit = mask_limit(e->points, e->point_count, tau_s);

	if (isinf(limit) || isnan(seen)) {
		return;
	}
	closest->first_s = closest->judged == 0 ? tau_s : closest->first_s;
	closest->last_s = tau_s;
	closest->judged++;
	if (closest->is_exceeded ||
	    (closest->judged > 1 && seen <= limit && seen / limit <= closest->seen / closest->limit_ns)) {
		return;
	}
	closest->seen = seen;
	closest->tau_s = tau_s;
	closest->limit_ns = limit;
	closest->is_exceeded = seen > limit;
}

static bool compare_mtie(struct judging *j, const struct series *s, struct closest *closest)
{
	size_t n[INTERVALS_MAX], count = statistics_intervals(s->count, 2, n, INTERVALS_MAX);
	double seen[INTERVALS_MAX];

	if (!statistics_mtie_all(s->x, s->count, n, count, seen)) {
		j->is_out_of_memory = true;
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		compare(j->e, seen[i], (double)n[i] * tau0_of(j), closest);
	}
	return true;
}

static bool compare_tdev(struct judging *j, const struct series *s, struct closest *closest)
{
	size_t n[INTERVALS_MAX], count = statistics_intervals(s->count, 4, n, INTERVALS_MAX);

	for (size_t i = 0; i < count; i++) {
		compare(j->e, statistics_tdev(s->x, s->count, n[i]), (double)n[i] * tau0_of(j), closest);
	}
	return true;
}

static void say_closest(struct judging *j, const struct closest *closest, const char *name)
{
	char seen[JUDGE_TEXT_SIZE], limit[JUDGE_TEXT_SIZE], tau[JUDGE_TEXT_SIZE], first[JUDGE_TEXT_SIZE],
		last[JUDGE_TEXT_SIZE];

	judge_say(j, "%s %s at %s is %s %s (intervals of %s .. %s", name,
		  report_duration(closest->seen, seen), report_duration(closest->tau_s * 1e9, tau),
		  closest->is_exceeded ? "above" : "within", report_duration(closest->limit_ns, limit),
		  report_duration(closest->first_s * 1e9, first),
		  report_duration(closest->last_s * 1e9, last));
	judge_say_window(j);
	judge_say(j, ")");
}

static void judge_closest(struct judging *j, const struct series *s, const struct closest *closest)
{
	const char *name = j->e->subject == EXPECT_MTIE ? "MTIE" : "TDEV";
	char interval[JUDGE_TEXT_SIZE];

	if (closest->judged == 0) {
		judge_say(j, "%s has no observation interval in the mask: %zu samples of %s", name, s->count,
			  report_duration(tau0_of(j) * 1e9, interval));
		return;
	}
	j->verdict->holds = !closest->is_exceeded;
	j->verdict->seen = closest->seen;
	say_closest(j, closest, name);
}

void judge_mask(struct judging *j)
{
	struct closest closest = { 0 };
	struct series s;

	if (!series_take(j, &s)) {
		return;
	}
	if (filter(j, &s) &&
	    (j->e->subject == EXPECT_MTIE ? compare_mtie(j, &s, &closest) : compare_tdev(j, &s, &closest))) {
		judge_closest(j, &s, &closest);
		series_say_missing(j, &s);
	}
	series_free(&s);
}
