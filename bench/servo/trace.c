/* bench/servo/trace.c -- see trace.h. */
#include "bench/servo/trace.h"

#include <stdio.h>

static const char *const findings[] = {
	[SERVO_FOUND_TIME_STEP] = "time step, ns",
	[SERVO_FOUND_PATH_CHANGE] = "path change, ns",
	[SERVO_FOUND_ASYMMETRY] = "asymmetry, ns, held for s",
	[SERVO_FOUND_ASYMMETRY_GONE] = "asymmetry gone, ns",
	[SERVO_FOUND_ASYMMETRY_FOLLOWED] = "asymmetry followed, ns",
	[SERVO_FOUND_FAULT] = "fault",
	[SERVO_FOUND_FAULT_GONE] = "fault gone",
};

static void print_findings(const struct played *p)
{
	for (int c = 0; c < CONTESTANTS; c++) {
		for (size_t i = 0; i < p->counts[c].news_count; i++) {
			const struct contestant_news *n = &p->counts[c].news[i];

			printf("# %s, clock %zu at %.3f s: %s: %g %g\n", contestant_name((enum contestant)c),
			       n->hop + 1, n->at_s, findings[n->news.finding], n->news.number[0],
			       n->news.number[1]);
		}
	}
}

static void print_changes(const struct trial *t)
{
	static const char *const kinds[] = { "path, both ways", "path of Sync", "path of Delay_Req",
					     "time step", "new parent" };

	for (size_t i = 0; i < t->change_count; i++) {
		printf("# truth at %.3f s: %s: %g\n", t->changes[i].at_s, kinds[t->changes[i].kind],
		       t->changes[i].amount_ns);
	}
}

static void print_head(const struct played *p)
{
	printf("time_s,is_scored,true_frequency_ppb,optimum_error_ns,optimum_bound_ns");
	for (int c = 0; c < CONTESTANTS; c++) {
		const char *who = contestant_name((enum contestant)c);

		if (p->took_part[c]) {
			printf(",%s_error_ns,%s_parent_ns,%s_bound_ns,%s_frequency_ppb,%s_offset_ns,%s_delay_"
			       "ns",
			       who, who, who, who, who, who);
		}
	}
	printf("\n");
}

static void print_row(const struct played *p, size_t i)
{
	printf("%.9g,%d,%.9g,%.6g,%.6g", p->world.scheduled_s[i], p->world.is_scored[i],
	       p->world.true_frequency_ppb[i], p->optimum.error_ns[i], p->optimum.bound_ns[i]);
	for (int c = 0; c < CONTESTANTS; c++) {
		const struct series *s = &p->series[c];

		if (p->took_part[c]) {
			printf(",%.6g,%.6g,%.6g,%.9g,%.6g,%.6g", s->error_ns[i], s->parent_ns[i],
			       s->bound_ns[i], s->frequency_ppb[i], s->offset_ns[i], s->delay_ns[i]);
		}
	}
	printf("\n");
}

void trace_print(const struct played *played)
{
	print_changes(&played->trial);
	print_findings(played);
	print_head(played);
	for (size_t i = 0; i < played->trial.syncs; i++) {
		print_row(played, i);
	}
}
