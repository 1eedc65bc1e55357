/* bench/servo/results_html.c -- one page without scripts or anything to be fetched, made of the reports' plots. */
#include "bench/servo/results.h"

#include "report/plot.h"
#include "report/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH 960.0
#define HALF 470.0
#define COLUMNS 440
#define INTERVALS_MAX 32
#define LINES (CONTESTANTS + 1) /* the optimum is the first */

static const char own_style[] =
	".s0 { stroke: var(--ink); stroke-width: 2; } .s1 { stroke: var(--s0); } .s2 { stroke: var(--s1); }\n"
	".s3 { stroke: var(--s2); stroke-dasharray: 5 3; } .s4 { stroke: var(--s3); stroke-dasharray: 2 3; "
	"}\n"
	".pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .bad { color: var(--bad); }\n"
	".key path { stroke-width: 3; } .key { display: inline-block; width: 2rem; height: .7rem; }\n";

struct line {
	const char *name;
	const struct series *series; /* NULL: it did not take part */
};

/* ---- the table ---- */

static void put_cell(const struct plot_out *out, bool is_there, double value)
{
	if (is_there && !isnan(value)) {
		PLOT_PUT(out, "<td>%.3g</td>", value);
	} else {
		PLOT_PUT(out, "<td>&ndash;</td>");
	}
}

static double shown(const struct verdict *v, int c)
{
	if (v->family->limit_of == LIMIT_SETTLE) {
		return v->settle[c];
	}
	return v->family->limit_of == LIMIT_POOLED ? v->pooled[c] : v->ratio[c];
}

static void put_row(const struct plot_out *out, const struct verdict *v)
{
	PLOT_PUT(out, "<tr%s><td class=\"text\"><a href=\"#%s\">%s</a></td><td>%zu</td>",
		 verdict_is_good(v) ? "" : " class=\"bad\"", v->family->name, v->family->name, v->trials);
	put_cell(out, v->family->limit_of != LIMIT_NONE, v->family->limit);
	for (int c = 0; c < CONTESTANTS; c++) {
		put_cell(out, v->took_part[c], shown(v, c));
	}
	PLOT_PUT(out, "<td>%.2f %%</td>", 100.0 * v->covered);
	put_cell(out, true, v->bound);
	put_cell(out, v->took_part[CONTESTANT_PI], v->worst[CONTESTANT_PI]);
	put_cell(out, v->took_part[CONTESTANT_LINREG], v->worst[CONTESTANT_LINREG]);
	PLOT_PUT(out, "</tr>\n");
}

static void put_table(const struct plot_out *out, const struct results *r)
{
	PLOT_PUT(out, "<table>\n<tr><th>RMS to the optimum&rsquo;s</th><th>trials</th><th>limit</th>");
	for (int c = 0; c < CONTESTANTS; c++) {
		PLOT_PUT(out, "<th>%s</th>", contestant_name((enum contestant)c));
	}
	PLOT_PUT(out, "<th>covered</th><th>bound</th><th>worst to pi</th><th>to linreg</th></tr>\n");
	for (size_t i = 0; i < r->tournament->family_count; i++) {
		put_row(out, &r->verdicts[i]);
	}
	PLOT_PUT(out, "</table>\n");
}

/* ---- one trial ---- */

static struct plot_column *columns_of(const struct plot *plot, const struct series *series, double interval_s)
{
	struct plot_column *columns = calloc(COLUMNS, sizeof(*columns));
	double last = (double)series->count * interval_s;

	for (size_t i = 0; columns && i < series->count; i++) {
		double time_s = (double)i * interval_s;
		size_t at = (size_t)(time_s / last * (COLUMNS - 1));

		columns[at].x = plot_x(plot, time_s);
		plot_column_add(&columns[at], series->error_ns[i]);
	}
	return columns;
}

static double largest_of(const struct line *lines, size_t from)
{
	double largest = 0;

	for (int k = 0; k < LINES; k++) {
		for (size_t i = from; lines[k].series && i < lines[k].series->count; i++) {
			largest = fmax(largest, fabs(lines[k].series->error_ns[i]));
		}
	}
	return largest;
}

static void put_errors(const struct plot_out *out, const struct played *p, const struct line *lines)
{
	double interval_s = p->trial.interval_s, end_s = interval_s * (double)p->trial.syncs;
	double largest = fmin(largest_of(lines, 0), 1e9);
	double best = p->optimum.bound_ns[p->optimum.count - 1];
	struct plot plot = plot_of_size(*out, WIDTH, 260);

	plot_time_scale(&plot.x, 0, end_s);
	plot_symlog(&plot.y, -largest, largest, pow(10.0, ceil(log10(fmax(best, 1e-3)))));
	PLOT_PUT(out, "<figure>\n<figcaption>Time error</figcaption>\n");
	plot_begin(&plot, "Time error over time");
	plot_y_axis(&plot, plot_text_ns);
	plot_time_axis(&plot);
	for (int k = LINES - 1; k >= 0; k--) {
		struct plot_column *columns = lines[k].series ? columns_of(&plot, lines[k].series, interval_s)
							      : NULL;

		if (columns) {
			PLOT_PUT(out, "<path class=\"s%d\" d=\"", k);
			plot_extents(&plot, columns, COLUMNS);
			PLOT_PUT(out, "\"/>\n");
		}
		free(columns);
	}
	plot_end(&plot);
	PLOT_PUT(out, "</figure>\n");
}

struct curve {
	size_t count;
	double tau_s[INTERVALS_MAX], value[INTERVALS_MAX];
};

/* Of what is scored: without startup. */
static void find_curve(const struct played *p, const struct series *series, bool is_tdev, struct curve *curve)
{
	double *values = calloc(series->count, sizeof(*values));
	size_t n[INTERVALS_MAX], count = 0, intervals;

	for (size_t i = 0; values && i < series->count; i++) {
		if (p->world.is_scored[i]) {
			values[count++] = series->error_ns[i];
		}
	}
	intervals = statistics_intervals(count, is_tdev ? 4 : 2, n, INTERVALS_MAX);
	for (size_t i = 0; i < intervals; i++) {
		double value = is_tdev ? statistics_tdev(values, count, n[i])
				       : statistics_mtie(values, count, n[i]);

		if (value > 0) {
			curve->tau_s[curve->count] = (double)n[i] * p->trial.interval_s;
			curve->value[curve->count++] = value;
		}
	}
	free(values);
}

static const char *text_seconds(double value, char out[32])
{
	snprintf(out, 32, "%g", value);
	return out;
}

static void scale_curves(struct plot *plot, const struct curve *curves)
{
	double tau[2] = { (double)INFINITY, 0 }, value[2] = { (double)INFINITY, 0 };

	for (int k = 0; k < LINES; k++) {
		for (size_t i = 0; i < curves[k].count; i++) {
			tau[0] = fmin(tau[0], curves[k].tau_s[i]);
			tau[1] = fmax(tau[1], curves[k].tau_s[i]);
			value[0] = fmin(value[0], curves[k].value[i]);
			value[1] = fmax(value[1], curves[k].value[i]);
		}
	}
	plot_log(&plot->x, tau[0], tau[1]);
	plot_log(&plot->y, value[0], value[1]);
}

static void put_curves(const struct plot_out *out, const struct played *p, const struct line *lines,
		       bool is_tdev)
{
	struct curve curves[LINES] = { { 0 } };
	struct plot plot = plot_of_size(*out, HALF, 280);

	for (int k = 0; k < LINES; k++) {
		if (lines[k].series) {
			find_curve(p, lines[k].series, is_tdev, &curves[k]);
		}
	}
	if (!curves[0].count) {
		return;
	}
	scale_curves(&plot, curves);
	PLOT_PUT(out, "<figure>\n<figcaption>%s</figcaption>\n", is_tdev ? "TDEV" : "MTIE");
	plot_begin(&plot, is_tdev ? "Time deviation over the observation interval"
				  : "Maximum time interval error over the observation interval");
	plot_y_axis(&plot, plot_text_ns);
	plot_x_axis(&plot, text_seconds, "observation interval in s");
	for (int k = LINES - 1; k >= 0; k--) {
		PLOT_PUT(out, "<path class=\"s%d\" d=\"", k);
		for (size_t i = 0; i < curves[k].count; i++) {
			PLOT_PUT(out, "%c%.1f %.1f", i ? 'L' : 'M', plot_x(&plot, curves[k].tau_s[i]),
				 plot_y(&plot, curves[k].value[i]));
		}
		PLOT_PUT(out, "\"/>\n");
	}
	plot_end(&plot);
	PLOT_PUT(out, "</figure>\n");
}

static void put_key(const struct plot_out *out, const struct line *lines)
{
	PLOT_PUT(out, "<p>");
	for (int k = 0; k < LINES; k++) {
		if (lines[k].series) {
			PLOT_PUT(out,
				 "<svg class=\"key\" viewBox=\"0 0 32 8\"><path class=\"s%d\" d=\"M1 "
				 "4H31\"/></svg> %s ",
				 k, lines[k].name);
		}
	}
	PLOT_PUT(out, "</p>\n");
}

static void put_trial(const struct plot_out *out, const struct played *p)
{
	struct line lines[LINES] = { { "optimum", &p->optimum } };
	const struct trial *t = &p->trial;

	for (int c = 0; c < CONTESTANTS; c++) {
		lines[c + 1] = (struct line){ contestant_name((enum contestant)c),
					      p->took_part[c] ? &p->series[c] : NULL };
	}
	PLOT_PUT(out,
		 "<section id=\"%s\">\n<h2>%s <small>%s</small></h2>\n<p>Trial %llu: a Sync every %g s, q "
		 "%.3g ppb, "
		 "w %.3g ppb, noise %.3g ns.</p>\n",
		 t->family->name, t->family->name, t->family->about, (unsigned long long)t->seed,
		 t->interval_s, t->oscillator.walk, t->oscillator.white, t->down.sigma_ns);
	put_key(out, lines);
	put_errors(out, p, lines);
	PLOT_PUT(out, "<div class=\"pair\">\n");
	put_curves(out, p, lines, false);
	put_curves(out, p, lines, true);
	PLOT_PUT(out, "</div>\n</section>\n");
}

/* ---- which ---- */

static int compare_ratios(const void *left, const void *right)
{
	double a = verdict_ratio(*(const struct outcome *const *)left, CONTESTANT_ADAPTIVE);
	double b = verdict_ratio(*(const struct outcome *const *)right, CONTESTANT_ADAPTIVE);

	return a < b ? -1 : a > b;
}

static const struct outcome *median_of(const struct outcome *outcomes, size_t count)
{
	const struct outcome **sorted = calloc(count, sizeof(struct outcome *));
	const struct outcome *median = NULL;
	size_t done = 0;

	for (size_t i = 0; sorted && i < count; i++) {
		if (outcomes[i].is_done) {
			sorted[done++] = &outcomes[i];
		}
	}
	if (done > 0) {
		qsort(sorted, done, sizeof(struct outcome *), compare_ratios);
		median = sorted[done / 2];
	}
	free(sorted);
	return median;
}

bool results_put_html(const struct results *results, report_sink sink, void *context)
{
	const struct plot_out out = { sink, context };
	const struct tournament *t = results->tournament;
	size_t seeds = tournament_seeds(t);
	bool is_complete = true;

	plot_put_head(&out, "Servos against the optimum", own_style);
	PLOT_PUT(&out, "<h1>Servos against the optimum</h1>\n<p>Below, of each family, the trial whose ratio "
		       "is the median.</p>\n");
	put_table(&out, results);
	for (size_t i = 0; i < t->family_count; i++) {
		const struct outcome *o = median_of(&t->outcomes[i * seeds], seeds);
		struct played p;

		if (!o || !play(&p, t->wanted[i], t->set, o->trial.seed, t->contestants)) {
			is_complete = false;
			continue;
		}
		put_trial(&out, &p);
		played_free(&p);
	}
	PLOT_PUT(&out, "</body>\n</html>\n");
	return is_complete;
}
