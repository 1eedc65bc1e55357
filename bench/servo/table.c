/* bench/servo/table.c -- see table.h. */
#include "bench/servo/table.h"

#include <math.h>
#include <stdio.h>

static void put_ratio(bool is_there, double ratio)
{
	if (!is_there || isnan(ratio)) {
		printf(" %8s", "-");
	} else {
		printf(ratio < 100 ? " %8.2f" : " %8.3g", ratio);
	}
}

void table_head(void)
{
	printf("%-20s %6s %10s %6s %8s", "RMS / the optimum's", "trials", "optimum", "normal", "limit");
	for (int c = 0; c < CONTESTANTS; c++) {
		printf(" %8s", contestant_name((enum contestant)c));
	}
	printf(" %8s %8s %8s %8s %8s\n", "covered", "bound", "settle", "worst/pi", "/linreg");
}

static double shown(const struct verdict *v, int c)
{
	switch (v->family->limit_of) {
	case LIMIT_POOLED:
		return v->pooled[c];
	case LIMIT_SETTLE:
		return v->settle[c];
	default:
		return v->ratio[c];
	}
}

static void put_worse(const struct verdict *v, enum contestant c)
{
	if (v->took_part[c] && !(v->worst[c] <= VERDICT_WORSE)) {
		printf(" worse than %s", contestant_name(c));
	}
	if (v->took_part[c] && !(v->worst[c] <= VERDICT_WORSE) && v->worst_seed[c]) {
		printf(" in %llu", (unsigned long long)v->worst_seed[c]);
	}
}

static void put_marks(const struct verdict *v)
{
	printf("  %s%s%s%s", verdict_is_good(v) ? "ok" : "FAIL:", v->is_within ? "" : " limit",
	       v->is_covered ? "" : " covered", v->is_bound_tight ? "" : " bound");
	put_worse(v, CONTESTANT_PI);
	put_worse(v, CONTESTANT_LINREG);
	printf("\n");
}

void table_row(const struct verdict *v)
{
	printf("%-20s %6zu %7.4g ns %6.3f", v->family->name, v->trials, v->optimum_rms_ns, v->optimum_normal);
	put_ratio(v->family->limit_of != LIMIT_NONE, v->family->limit);
	for (int c = 0; c < CONTESTANTS; c++) {
		put_ratio(v->took_part[c], shown(v, c));
	}
	printf(" %7.2f%%", 100.0 * v->covered);
	put_ratio(true, v->bound);
	put_ratio(true, v->settle[CONTESTANT_ADAPTIVE]);
	put_ratio(v->took_part[CONTESTANT_PI], v->worst[CONTESTANT_PI]);
	put_ratio(v->took_part[CONTESTANT_LINREG], v->worst[CONTESTANT_LINREG]);
	put_marks(v);
}

void table_costs(const struct cost costs[CONTESTANTS])
{
	printf("\n");
	for (int c = 0; c < CONTESTANTS; c++) {
		if (costs[c].is_known) {
			printf("%-20s %8.0f ns for each message, %zu octets\n",
			       contestant_name((enum contestant)c), costs[c].message_ns, costs[c].octets);
		}
	}
}

void table_legend(void)
{
	printf("\noptimum: geometric mean of its RMS. normal: its squared error over what its filter says, 1 "
	       "if it is the optimum.\n"
	       "Contestants: RMS as a multiple of the optimum's, geometric mean (holdover: pooled; initial: "
	       "time to settle).\n"
	       "covered, bound, settle: of adaptive; its bound as a multiple of the optimum's 3 sigma. "
	       "worst/..: its RMS over\n"
	       "the other's in its worst trial.\n");
}

static void put_noise(const char *name, const struct noise *n)
{
	static const char *const kinds[] = { "gaussian", "exponential", "mixture", "switches", "bus" };

	printf(" %s %s sigma %.3g ns", name, kinds[n->kind], n->sigma_ns);
	if (n->load.mean_ns > 0) {
		printf(" queue %.3g ns clean %.2g", n->load.mean_ns, n->load.clean);
	}
	if (n->later_from_s > 0) {
		printf(" from %.0f s queue %.3g ns clean %.2g", n->later_from_s, n->later.mean_ns,
		       n->later.clean);
	}
	if (n->burst_s > 0) {
		printf(" bursts %.3g of %.3g s", n->burst_s, n->calm_s);
	}
	if (n->switches) {
		printf(" %d x %.2g Gbit/s load %.2f", n->switches, (double)n->speed / 1e9, n->traffic.load);
	}
}

static void put_changes(const struct trial *t)
{
	static const char *const kinds[] = { "path", "down", "up", "time step", "new parent" };

	for (size_t i = 0; i < t->change_count; i++) {
		printf(" %s %.3g ns at %.1f s", kinds[t->changes[i].kind], t->changes[i].amount_ns,
		       t->changes[i].at_s);
	}
}

void table_trial(const struct outcome *o)
{
	const struct trial *t = &o->trial;

	printf("%s:%llu", t->family->name, (unsigned long long)t->seed);
	for (int c = 0; c < CONTESTANTS; c++) {
		if (o->took_part[c]) {
			printf(" %s %.3g", contestant_name((enum contestant)c),
			       verdict_ratio(o, (enum contestant)c));
		}
	}
	printf(" covered %.4f bound %.2f\n   ", o->scores[0].covered, o->scores[0].bound);
	printf(" optimum %.4g ns normal %.3g, T %g s, requests %g s, q %.3g w %.3g,", o->optimum.rms_ns,
	       o->optimum.normal, t->interval_s, t->request_interval_s, t->oscillator.walk,
	       t->oscillator.white);
	put_noise("down", &t->down);
	if (t->request_interval_s > 0) {
		put_noise("up", &t->up);
	}
	if (t->oscillator.temperature_ppb > 0) {
		printf(" temperature %.3g ppb air %.3g s crystal %.3g s", t->oscillator.temperature_ppb,
		       t->oscillator.air_s, t->oscillator.crystal_s);
	}
	if (t->oscillator.drift > 0) {
		printf(" drift %.3g ppb/s", t->oscillator.drift);
	}
	printf(" from %.3g ns %.4g ppb%s", t->offset_ns[0], t->frequency_ppb[0],
	       t->is_deviation_told ? " told" : "");
	printf(" resolution %g delay %.3g latency %.2g loss %.2g %.2g", t->resolution_ns, t->delay_ns,
	       t->latency_s, t->loss, t->request_loss);
	put_changes(t);
	if (t->holdover_from_s > 0) {
		printf(" holdover from %.0f s of %.0f s", t->holdover_from_s,
		       t->interval_s * (double)t->syncs);
	}
	printf("\n");
}
