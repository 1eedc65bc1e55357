/* bench/servo/verdict.c -- ratios are averaged as logarithms: twice as bad here and twice as good there is even. */
#include "bench/servo/verdict.h"

#include "core/servo/math.h"

#include <math.h>
#include <string.h>

/* An error of nothing (or no number) has no logarithm. */
static double safe_log(double x)
{
	const double largest = 1e12;

	return x > 1e-12 && x < largest ? gn_math_log(x) : gn_math_log(largest);
}

double verdict_ratio(const struct outcome *o, enum contestant c)
{
	if (o->trial.family->limit_of == LIMIT_SETTLE) {
		return o->scores[c].settle_s / o->optimum.settle_s;
	}
	if (o->trial.family->limit_of == LIMIT_POOLED) {
		return gn_math_sqrt(o->scores[c].normal);
	}
	return o->scores[c].rms_ns / o->optimum.rms_ns;
}

/* Who never settles counts as if it had in the end: more would be right, but nobody knows how much. */
static void gather_settling(const struct outcome *o, enum contestant c, struct gathered *settle,
			    struct verdict *v)
{
	double took_s = o->scores[c].settle_s;

	if (isnan(o->optimum.settle_s)) {
		return;
	}
	if (isnan(took_s)) {
		v->unsettled[c]++;
		took_s = o->trial.interval_s * (double)o->trial.syncs;
	}
	gather(settle, safe_log(took_s / o->optimum.settle_s));
}

static void compare(const struct outcome *o, struct verdict *v)
{
	for (int c = 0; c < CONTESTANTS; c++) {
		double ratio = o->scores[CONTESTANT_ADAPTIVE].rms_ns / o->scores[c].rms_ns;

		if (o->took_part[c] && o->took_part[CONTESTANT_ADAPTIVE] && !(ratio <= v->worst[c])) {
			v->worst[c] = ratio;
			v->worst_seed[c] = o->trial.seed;
		}
	}
}

static void judge_contestant(const struct outcome *outcomes, size_t count, enum contestant c,
			     struct verdict *v)
{
	struct gathered ratio = { 0 }, pooled = { 0 }, settle = { 0 };
	struct gathered optimum = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct outcome *o = &outcomes[i];

		if (!o->is_done || !o->took_part[c]) {
			continue;
		}
		v->took_part[c] = true;
		gather(&ratio, safe_log(o->scores[c].rms_ns / o->optimum.rms_ns));
		gather(&pooled, o->scores[c].normal);
		gather(&optimum, o->optimum.normal);
		gather_settling(o, c, &settle, v);
	}
	v->ratio[c] = gn_math_exp(gathered_mean(&ratio));
	v->pooled[c] = gn_math_sqrt(gathered_mean(&pooled) / gathered_mean(&optimum));
	v->settle[c] = gn_math_exp(gathered_mean(&settle));
}

static void judge_limits(struct verdict *v)
{
	const struct family *f = v->family;

	v->value = v->ratio[CONTESTANT_ADAPTIVE];
	if (f->limit_of == LIMIT_POOLED) {
		v->value = v->pooled[CONTESTANT_ADAPTIVE];
	}
	if (f->limit_of == LIMIT_SETTLE) {
		v->value = v->settle[CONTESTANT_ADAPTIVE];
	}
	v->is_within = f->limit_of == LIMIT_NONE || v->value <= f->limit;
	/* Without a limit: what cannot be known is looked at only. */
	v->is_covered = f->limit_of == LIMIT_NONE || v->covered >= VERDICT_COVERED;
	v->is_bound_tight = f->limit_of == LIMIT_NONE || v->bound <= VERDICT_BOUND;
	if (f->limit_of == LIMIT_POOLED) {
		/* Of a single holdover luck decides: a frequency that was wrong may have been right later. */
		for (int c = 0; c < CONTESTANTS; c++) {
			v->worst[c] = v->took_part[c] ? v->pooled[CONTESTANT_ADAPTIVE] / v->pooled[c] : 0;
			v->worst_seed[c] = 0;
		}
	}
	v->is_never_worse = v->worst[CONTESTANT_PI] <= VERDICT_WORSE &&
			    v->worst[CONTESTANT_LINREG] <= VERDICT_WORSE;
}

void verdict_of(const struct outcome *outcomes, size_t count, struct verdict *out)
{
	struct gathered normal = { 0 }, rms = { 0 }, covered = { 0 }, bound = { 0 };

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < count; i++) {
		const struct outcome *o = &outcomes[i];

		if (!o->is_done) {
			continue;
		}
		out->family = o->trial.family;
		out->trials++;
		gather(&normal, o->optimum.normal);
		gather(&rms, safe_log(o->optimum.rms_ns));
		gather(&covered, o->scores[CONTESTANT_ADAPTIVE].covered);
		gather(&bound, o->scores[CONTESTANT_ADAPTIVE].bound);
		compare(o, out);
	}
	out->optimum_normal = gathered_mean(&normal);
	out->optimum_rms_ns = gn_math_exp(gathered_mean(&rms));
	out->covered = gathered_mean(&covered);
	out->bound = gathered_mean(&bound);
	for (int c = 0; c < CONTESTANTS; c++) {
		judge_contestant(outcomes, count, (enum contestant)c, out);
	}
	if (out->family) {
		judge_limits(out);
	}
}

bool verdict_is_good(const struct verdict *v)
{
	return v->family && v->is_within && v->is_covered && v->is_bound_tight && v->is_never_worse;
}
