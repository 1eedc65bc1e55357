/* src/sim/watch/judge_clock.c -- what a node's clock was like, in the samples of a window.
 *
 * They become a series without those that say nothing, which remembers of which samples its values are: a verdict says
 * when it was worst. */
#include "sim/watch/judge.h"

#include "core/servo/math.h"
#include "report/statistics.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NS_PER_PS 1e-3

static const char *frequency(double ppb, char out[JUDGE_TEXT_SIZE])
{
	bool is_large = ppb >= 999.5 || ppb <= -999.5;

	snprintf(out, JUDGE_TEXT_SIZE, "%.3g %s", is_large ? ppb / 1e3 : ppb, is_large ? "ppm" : "ppb");
	return out;
}

/* A value of the subject's. */
static const char *value(const struct judging *j, double x, char out[JUDGE_TEXT_SIZE])
{
	return j->e->subject == EXPECT_FREQUENCY ? frequency(x, out) : report_duration(x, out);
}

/* ---- series ---- */

static double offset_of(const struct judging *j, size_t i)
{
	return j->node->samples[i].offset_ns - (j->against ? j->against->samples[i].offset_ns : 0.0);
}

static double frequency_of(const struct judging *j, size_t i)
{
	double other = j->against ? (double)j->against->samples[i].frequency_ppb : 0.0;

	return (double)j->node->samples[i].frequency_ppb - other;
}

static double own_error_of(const struct judging *j, size_t i)
{
	return (double)j->node->samples[i].own_error_ns;
}

static double path_delay_of(const struct judging *j, size_t i)
{
	return (double)j->node->samples[i].path_delay_ns;
}

static double value_of(const struct judging *j, size_t i)
{
	static double (*const values[])(const struct judging *, size_t) = {
		[EXPECT_OFFSET] = offset_of,       [EXPECT_FREQUENCY] = frequency_of,
		[EXPECT_OWN_ERROR] = own_error_of, [EXPECT_PATH_DELAY] = path_delay_of,
		[EXPECT_SETTLES] = offset_of,      [EXPECT_MTIE] = offset_of,
		[EXPECT_TDEV] = offset_of,
	};

	bool is_running = j->node->samples[i].is_running &&
			  (!j->against || j->against->samples[i].is_running);

	return is_running ? values[j->e->subject](j, i) : (double)NAN;
}

void series_free(struct series *s)
{
	free(s->x);
	free(s->at);
}

static bool collect(struct judging *j, struct series *s)
{
	size_t room = j->last >= j->first ? j->last - j->first + 1 : 1;

	*s = (struct series){ .x = malloc(room * sizeof(*s->x)), .at = malloc(room * sizeof(*s->at)) };
	if (!s->x || !s->at) {
		series_free(s);
		j->is_out_of_memory = true;
		return false;
	}
	for (size_t i = j->first; i <= j->last; i++) {
		double x = value_of(j, i);

		s->is_running = s->is_running || j->node->samples[i].is_running;
		if (isfinite(x)) {
			s->x[s->count] = x;
			s->at[s->count++] = i;
		} else {
			s->missing++;
		}
	}
	return true;
}

void series_say_missing(struct judging *j, const struct series *s)
{
	if (s->missing > 0) {
		judge_say(j, "; %zu of %zu samples are missing", s->missing, s->missing + s->count);
	}
}

bool series_take(struct judging *j, struct series *s)
{
	if (!collect(j, s)) {
		return false;
	}
	if (s->count > 0) {
		return true;
	}
	judge_say(j, s->missing == 0 ? "no sample" : s->is_running ? "nothing was measured" : "not running");
	judge_say_window(j);
	series_free(s);
	return false;
}

/* ---- measures ---- */

struct second {
	double rms;
	int64_t at_ps;
};

/* Of the whole seconds of the run. */
static struct second worst_second(const struct judging *j, const struct series *s)
{
	struct second worst = { -1.0, -1 };
	size_t i = 0;

	while (i < s->count) {
		int64_t second = judge_sample_ps(j, s->at[i]) / PS_PER_SECOND;
		double sum = 0.0, rms;
		size_t start = i;

		for (; i < s->count && judge_sample_ps(j, s->at[i]) / PS_PER_SECOND == second; i++) {
			sum += s->x[i] * s->x[i];
		}
		rms = gn_math_sqrt(sum / (double)(i - start));
		if (rms > worst.rms) {
			worst = (struct second){ rms, second * PS_PER_SECOND };
		}
	}
	return worst;
}

static void measure_rms(struct judging *j, const struct series *s)
{
	struct second worst = worst_second(j, s);
	char rms[JUDGE_TEXT_SIZE], second[JUDGE_TEXT_SIZE], at[JUDGE_TEXT_SIZE];

	judge_decide(j, statistics_summarize(s->x, s->count).rms);
	j->verdict->at_ps = worst.at_ps;
	judge_say(j, "rms %s", value(j, j->verdict->seen, rms));
	judge_say_window(j);
	judge_say(j, " (worst second %s at %s)", value(j, worst.rms, second), judge_moment(worst.at_ps, at));
}

static size_t place_of_largest(const struct series *s)
{
	size_t largest = 0;

	for (size_t i = 1; i < s->count; i++) {
		if (gn_math_fabs(s->x[i]) > gn_math_fabs(s->x[largest])) {
			largest = i;
		}
	}
	return largest;
}

static void measure_max(struct judging *j, const struct series *s)
{
	size_t largest = place_of_largest(s);
	char max[JUDGE_TEXT_SIZE], at[JUDGE_TEXT_SIZE];

	judge_decide(j, gn_math_fabs(s->x[largest]));
	j->verdict->at_ps = judge_sample_ps(j, s->at[largest]);
	judge_say(j, "max %s", value(j, j->verdict->seen, max));
	judge_say_window(j);
	judge_say(j, " (%s at %s)", value(j, s->x[largest], max), judge_moment(j->verdict->at_ps, at));
}

static void measure_mean(struct judging *j, const struct series *s)
{
	struct statistics_summary summary = statistics_summarize(s->x, s->count);
	char mean[JUDGE_TEXT_SIZE], low[JUDGE_TEXT_SIZE], high[JUDGE_TEXT_SIZE];

	judge_decide(j, summary.mean);
	judge_say(j, "mean %s", value(j, summary.mean, mean));
	judge_say_window(j);
	judge_say(j, " (%s .. %s)", value(j, summary.minimum, low), value(j, summary.maximum, high));
}

static void measure_percentile(struct judging *j, const struct series *s)
{
	size_t largest = place_of_largest(s);
	char seen[JUDGE_TEXT_SIZE], max[JUDGE_TEXT_SIZE], at[JUDGE_TEXT_SIZE];
	double percentile = statistics_bound_of_magnitude(s->x, s->count, j->e->percentile / 100.0);

	if (isnan(percentile)) {
		j->is_out_of_memory = true;
		return;
	}
	judge_decide(j, percentile);
	j->verdict->at_ps = judge_sample_ps(j, s->at[largest]);
	judge_say(j, "p%.6g %s", j->e->percentile, value(j, percentile, seen));
	judge_say_window(j);
	judge_say(j, " (largest %s at %s)", value(j, s->x[largest], max),
		  judge_moment(j->verdict->at_ps, at));
}

static void measure_p2p(struct judging *j, const struct series *s)
{
	size_t low = 0, high = 0;
	char range[JUDGE_TEXT_SIZE], lowest[JUDGE_TEXT_SIZE], highest[JUDGE_TEXT_SIZE],
		low_at[JUDGE_TEXT_SIZE], high_at[JUDGE_TEXT_SIZE];

	for (size_t i = 1; i < s->count; i++) {
		low = s->x[i] < s->x[low] ? i : low;
		high = s->x[i] > s->x[high] ? i : high;
	}
	judge_decide(j, s->x[high] - s->x[low]);
	j->verdict->at_ps = judge_sample_ps(j, s->at[low > high ? low : high]);
	judge_say(j, "p2p %s", value(j, j->verdict->seen, range));
	judge_say_window(j);
	judge_say(j, " (%s at %s, %s at %s)", value(j, s->x[low], lowest),
		  judge_moment(judge_sample_ps(j, s->at[low]), low_at), value(j, s->x[high], highest),
		  judge_moment(judge_sample_ps(j, s->at[high]), high_at));
}

static void (*const measures[])(struct judging *, const struct series *) = {
	[EXPECT_RMS] = measure_rms,   [EXPECT_MAX] = measure_max,
	[EXPECT_MEAN] = measure_mean, [EXPECT_PERCENTILE] = measure_percentile,
	[EXPECT_P2P] = measure_p2p,
};

void judge_by_measure(struct judging *j, int measure, const struct series *s)
{
	measures[measure](j, s);
}

static const char *const subject_names[] = {
	[EXPECT_OFFSET] = "offset",
	[EXPECT_FREQUENCY] = "frequency",
	[EXPECT_OWN_ERROR] = "own-error",
	[EXPECT_PATH_DELAY] = "path-delay",
};

void judge_measure(struct judging *j)
{
	struct series s;

	if (!series_take(j, &s)) {
		return;
	}
	judge_say(j, "%s ", subject_names[j->e->subject]);
	if (j->e->point_count > 0) {
		judge_limit(j, &s);
	} else {
		judge_by_measure(j, j->e->measure, &s);
	}
	series_say_missing(j, &s);
	series_free(&s);
}

/* ---- settling ---- */

/* Seconds counted from `after`; of longer sampling intervals, those. */
struct settling {
	int64_t second_ps, start_ps; /* start: of the good ones in a row; -1: the last was bad */
	int64_t bad_ps;              /* the last bad one; -1: none */
	double bad_rms, worst_rms;   /* bad: NaN, nothing was seen in it; worst of the good ones in a row */
	int64_t worst_ps;
	bool is_settled;
};

/* RMS of the samples in [from, to); NaN for none. */
static double rms_between(const struct judging *j, int64_t from_ps, int64_t to_ps)
{
	size_t first = (size_t)((from_ps + j->o->interval_ps - 1) / j->o->interval_ps), count = 0;
	double sum = 0.0;

	for (size_t i = first; i < j->o->sample_count && judge_sample_ps(j, i) < to_ps; i++) {
		double x = value_of(j, i);

		if (isfinite(x)) {
			sum += x * x;
			count++;
		}
	}
	return count > 0 ? gn_math_sqrt(sum / (double)count) : (double)NAN;
}

static void settle(const struct judging *j, struct settling *s)
{
	for (int64_t at = j->e->after_ps; !s->is_settled && at + s->second_ps <= j->shown_end_ps;
	     at += s->second_ps) {
		double rms = rms_between(j, at, at + s->second_ps);

		if (!(rms < j->e->threshold_ns)) {
			s->start_ps = -1;
			s->bad_ps = at;
			s->bad_rms = rms;
			continue;
		}
		if (s->start_ps < 0) {
			s->start_ps = at;
			s->worst_rms = -1.0;
		}
		if (rms > s->worst_rms) {
			s->worst_rms = rms;
			s->worst_ps = at;
		}
		s->is_settled = at + s->second_ps - s->start_ps >= j->e->hold_ps;
	}
}

static void say_bad_second(struct judging *j, const struct settling *s)
{
	char rms[JUDGE_TEXT_SIZE], at[JUDGE_TEXT_SIZE];

	if (s->bad_ps < 0) {
		return;
	}
	if (isnan(s->bad_rms)) {
		judge_say(j, "; not running at %s", judge_moment(s->bad_ps, at));
	} else {
		judge_say(j, "; rms %s at %s", report_duration(s->bad_rms, rms), judge_moment(s->bad_ps, at));
	}
}

void judge_settling(struct judging *j)
{
	int64_t second_ps = j->o->interval_ps > PS_PER_SECOND ? j->o->interval_ps : PS_PER_SECOND;
	struct settling s = { .second_ps = second_ps, .start_ps = -1, .bad_ps = -1 };
	char at[JUDGE_TEXT_SIZE], took[JUDGE_TEXT_SIZE], rms[JUDGE_TEXT_SIZE], worst[JUDGE_TEXT_SIZE],
		end[JUDGE_TEXT_SIZE];

	settle(j, &s);
	if (s.is_settled) {
		int64_t took_ps = s.start_ps - j->e->after_ps;

		j->verdict->holds = took_ps <= j->e->within_ps;
		j->verdict->seen = (double)took_ps * NS_PER_PS;
		j->verdict->at_ps = s.start_ps;
		judge_say(j, "settled after %s, at %s (worst second of the hold %s at %s)",
			  judge_moment(took_ps, took), judge_moment(s.start_ps, at),
			  report_duration(s.worst_rms, rms), judge_moment(s.worst_ps, worst));
	} else if (s.start_ps >= 0) {
		j->verdict->at_ps = s.start_ps;
		judge_say(j, "below the threshold since %s, but the run ended at %s",
			  judge_moment(s.start_ps, at), judge_moment(j->shown_end_ps, end));
	} else {
		j->verdict->at_ps = s.bad_ps;
		judge_say(j, "not settled when the run ended at %s", judge_moment(j->shown_end_ps, end));
	}
	if (!j->verdict->holds) {
		say_bad_second(j, &s);
	}
	judge_say_against(j);
}
