/* src/report/page_tables.c -- what the page says in numbers: key figures, expectations, the budget, what happened, settings.
 *
 * Where many nodes share a row's meaning, the rows are those that a reader has to see: failures, the worst; the rest is
 * counted. */
#include "report/page_parts.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

#define LISTED_OF_A_KIND 8 /* nodes of one expectation that are listed one by one, holding or not */
#define FAILURES_LISTED 20
#define WINDOWS_MAX 4
#define HAPPENINGS_LISTED 100

/* ---- key figures ---- */

static void put_tile(const struct page_writer *w, const char *value, const char *what, const char *node)
{
	PUT(w, "<div><b>%s</b><span>%s", value, what);
	if (node) {
		PUT(w, ": ");
		page_put_name(&w->out, node, 24);
	}
	PUT(w, "</span></div>\n");
}

static const struct page_facts *largest_of(const struct page_writer *w,
					   double (*figure)(const struct page_facts *))
{
	const struct page_facts *found = NULL;

	for (size_t i = 0; i < w->measured; i++) {
		double value = figure(&w->facts[i]);

		if (!isnan(value) && (!found || value > figure(found))) {
			found = &w->facts[i];
		}
	}
	return found;
}

static double rms_of(const struct page_facts *facts)
{
	return facts->settled.rms;
}

static double peak_of(const struct page_facts *facts)
{
	return facts->settled.largest;
}

static double settled_of(const struct page_facts *facts)
{
	return facts->has_settled ? facts->node->settled_s : (double)HUGE_VAL;
}

static void put_nodes_tile(const struct page_writer *w)
{
	size_t boxes = 0;
	char count[32];

	for (size_t i = 0; i < w->page->node_count; i++) {
		boxes += w->page->nodes[i].is_box;
	}
	page_count(w->page->node_count - boxes, count);
	put_tile(w, count, w->page->node_count - boxes == 1 ? "clock" : "clocks", NULL);
}

void page_put_tiles(struct page_writer *w)
{
	const struct page_facts *rms = largest_of(w, rms_of), *peak = largest_of(w, peak_of);
	const struct page_facts *slowest = largest_of(w, settled_of);
	char text[24];

	PUT(w, "<div class=\"tiles\">\n");
	put_nodes_tile(w);
	if (w->page->sample_count > 1) {
		put_tile(w,
			 report_duration(w->page->interval_s * (double)(w->page->sample_count - 1) * 1e9,
					 text),
			 "simulated", NULL);
	}
	if (rms) {
		put_tile(w, report_duration(rms->settled.rms, text), "worst RMS once settled",
			 rms->node->name);
		put_tile(w, report_duration(peak->settled.largest, text), "largest offset once settled",
			 peak->node->name);
	}
	if (slowest && settled_of(slowest) > 0.0) {
		put_tile(w,
			 slowest->has_settled ? report_duration(slowest->node->settled_s * 1e9, text)
					      : "never",
			 slowest->has_settled ? "last to settle" : "settled", slowest->node->name);
	}
	PUT(w, "</div>\n");
}

/* ---- expectations ---- */

static void put_expectation(const struct page_writer *w, const struct page_expectation *e, bool is_again)
{
	PUT(w, "<tr%s><th><span class=\"pill %s\">%s</span></th><td class=\"text\">",
	    e->holds ? "" : " class=\"failed\"", e->holds ? "good" : "bad",
	    e->holds ? "&#10003; ok" : "&#10007; FAILED");
	PUT(w, "%s", is_again ? "<span class=\"again\">" : "");
	plot_put_escaped(&w->out, e->text ? e->text : "");
	PUT(w, "%s</td><td class=\"text\">", is_again ? "</span>" : "");
	plot_put_escaped(&w->out, e->node ? e->node : "");
	PUT(w, "</td><td class=\"text\">");
	plot_put_escaped(&w->out, e->seen ? e->seen : "");
	PUT(w, "</td></tr>\n");
}

static void put_rest(const struct page_writer *w, size_t count, bool holds, const char *text, bool are_all)
{
	char number[32];

	if (!count) {
		return;
	}
	PUT(w, "<tr%s><th><span class=\"pill %s\">%s</span></th><td class=\"text\">",
	    holds ? "" : " class=\"failed\"", holds ? "good" : "bad",
	    holds ? "&#10003; ok" : "&#10007; FAILED");
	plot_put_escaped(&w->out, text);
	PUT(w, "</td><td class=\"more\" colspan=\"2\">%s%s%s</td></tr>\n", are_all ? "all " : "",
	    page_count(count, number),
	    are_all ? " nodes"
	    : holds ? " other nodes"
		    : " more nodes");
}

/* The verdicts of one expectation about many nodes. */
static void put_many(const struct page_writer *w, const struct page_expectation *e, size_t count)
{
	size_t failed = 0, listed = 0;

	for (size_t i = 0; i < count; i++) {
		failed += !e[i].holds;
		if (!e[i].holds && listed < FAILURES_LISTED) {
			put_expectation(w, &e[i], listed > 0);
			listed++;
		}
	}
	put_rest(w, failed - listed, false, e->text ? e->text : "", false);
	put_rest(w, count - failed, true, e->text ? e->text : "", !failed);
}

static bool is_same(const struct page_expectation *a, const struct page_expectation *b)
{
	return a->text && b->text && strcmp(a->text, b->text) == 0;
}

void page_put_expectations(struct page_writer *w)
{
	const struct page_expectation *e = w->page->expectations;
	size_t count = w->page->expectation_count;

	if (!count) {
		return;
	}
	PUT(w, "<section>\n<h2>Expectations</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th></th>"
	       "<th class=\"text\">expected</th><th class=\"text\">of</th><th "
	       "class=\"text\">seen</th></tr></thead>\n<tbody>\n");
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && is_same(&e[from], &e[to]); to++) {
		}
		if (to - from > LISTED_OF_A_KIND) {
			put_many(w, &e[from], to - from);
			continue;
		}
		for (size_t i = from; i < to; i++) {
			put_expectation(w, &e[i], i > from);
		}
	}
	PUT(w, "</tbody>\n</table></div>\n</section>\n");
}

/* ---- the budget ---- */

struct window {
	double from_s, to_s;
};

static bool is_of(const struct page_expectation *e, const struct page_node *node)
{
	return !e->node || strcmp(e->node, node->name) == 0;
}

/* The windows that expectations of a node speak of, each once. */
static size_t find_windows(const struct page_writer *w, const struct page_node *node,
			   struct window out[WINDOWS_MAX])
{
	double all_s = w->page->interval_s * (double)w->page->sample_count;
	size_t count = 0;

	for (size_t i = 0; i < w->page->expectation_count && count < WINDOWS_MAX; i++) {
		const struct page_expectation *e = &w->page->expectations[i];
		struct window window = { e->from_s, fmin(e->to_s, w->end_s) };
		bool is_new = is_of(e, node) && window.to_s > window.from_s &&
			      window.to_s - window.from_s < all_s - 1.5 * w->page->interval_s;

		for (size_t k = 0; k < count; k++) {
			is_new = is_new && (fabs(out[k].from_s - window.from_s) > 1e-9 ||
					    fabs(out[k].to_s - window.to_s) > 1e-9);
		}
		if (is_new) {
			out[count++] = window;
		}
	}
	return count;
}

static void put_quantity(const struct page_writer *w, double ns)
{
	char text[24];

	if (isnan(ns)) {
		PUT(w, "<td>&ndash;</td>");
	} else {
		PUT(w, "<td>%s</td>", report_duration(ns, text));
	}
}

static void put_numbers(const struct page_writer *w, const struct page_numbers *n)
{
	const double columns[] = { n->mean, n->rms, n->p50, n->p95, n->p99, n->p999, n->largest };
	char count[32];

	PUT(w, "<td>%s</td>", page_count(n->count, count));
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		put_quantity(w, columns[i]);
	}
}

static void put_budget_rows(struct page_writer *w, const struct page_facts *facts)
{
	struct window windows[WINDOWS_MAX];
	size_t count = find_windows(w, facts->node, windows);

	PUT(w, "<tr%s><th>", facts->failures ? " class=\"failed\"" : "");
	page_put_name(&w->out, facts->node->name, 32);
	if (facts->has_settled && facts->from == 0) {
		PUT(w, "</th><td class=\"left\">all</td>");
	} else if (facts->has_settled) {
		PUT(w, "</th><td class=\"left\">from %.6g s (settled)</td>",
		    (double)facts->from * w->page->interval_s);
	} else {
		PUT(w, "</th><td class=\"left\">from %.6g s (never settled)</td>",
		    (double)facts->from * w->page->interval_s);
	}
	put_numbers(w, &facts->settled);
	put_quantity(w, facts->path_delay);
	PUT(w, "</tr>\n");
	for (size_t i = 0; i < count; i++) {
		struct page_numbers numbers = page_numbers_of(w, facts->node, windows[i].from_s,
							      windows[i].to_s);

		PUT(w, "<tr><th></th><td class=\"left\">%.6g s to %.6g s</td>", windows[i].from_s,
		    windows[i].to_s);
		put_numbers(w, &numbers);
		PUT(w, "<td></td></tr>\n");
	}
}

void page_put_budget(struct page_writer *w)
{
	bool is_cut = w->measured > PAGE_LISTED_MAX;
	char count[32];

	if (!w->measured || !w->page->sample_count) {
		return;
	}
	PUT(w, "<section>\n<h2>Time error budget <small>of each clock against ");
	plot_put_escaped(&w->out, w->page->reference ? w->page->reference : "true time");
	PUT(w,
	    "; percentiles and the largest are of the magnitude</small></h2>\n<div "
	    "class=\"scroll\"><table>\n<thead><tr><th>clock</th>"
	    "<th class=\"text\">window</th><th>samples</th><th>mean</th><th>RMS</th><th>p50</th><th>p95</th>"
	    "<th>p99</th><th>p99.9</th><th>largest</th><th>path delay</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < w->measured && i < PAGE_LISTED_MAX; i++) {
		put_budget_rows(w, &w->facts[is_cut ? w->worst[i] : i]);
	}
	if (is_cut) {
		PUT(w, "<tr><td class=\"more\" colspan=\"11\">&#8230; and %s more, worst first</td></tr>\n",
		    page_count(w->measured - PAGE_LISTED_MAX, count));
	}
	PUT(w, "</tbody>\n</table></div>\n</section>\n");
}

/* ---- what happened ---- */

void page_put_happenings(struct page_writer *w)
{
	size_t count = w->page->mark_count;
	char number[32];

	if (!count) {
		return;
	}
	PUT(w, "<section>\n<h2>What happened</h2>\n<div "
	       "class=\"scroll\"><table>\n<thead><tr><th></th><th>at</th>"
	       "<th class=\"text\" style=\"width:100%%\"></th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count && i < HAPPENINGS_LISTED; i++) {
		PUT(w, "<tr><th>%zu</th><td>%.3f s</td><td class=\"text\">", i + 1, w->page->marks[i].time_s);
		plot_put_escaped(&w->out, w->page->marks[i].text);
		PUT(w, "</td></tr>\n");
	}
	if (count > HAPPENINGS_LISTED) {
		PUT(w, "<tr><td class=\"more\" colspan=\"3\">&#8230; and %s more</td></tr>\n",
		    page_count(count - HAPPENINGS_LISTED, number));
	}
	PUT(w, "</tbody>\n</table></div>\n</section>\n");
}

/* ---- settings ---- */

void page_put_settings(struct page_writer *w)
{
	if (!w->page->setting_count && !w->page->command) {
		return;
	}
	PUT(w, "<section>\n<h2>Settings</h2>\n");
	if (w->page->setting_count) {
		PUT(w, "<div class=\"scroll\"><table>\n<tbody>\n");
		for (size_t i = 0; i < w->page->setting_count; i++) {
			PUT(w, "<tr><th>");
			plot_put_escaped(&w->out, w->page->settings[i].name);
			PUT(w, "</th><td class=\"text\" style=\"width:100%%\">");
			plot_put_escaped(&w->out, w->page->settings[i].value);
			PUT(w, "</td></tr>\n");
		}
		PUT(w, "</tbody>\n</table></div>\n");
	}
	if (w->page->command) {
		PUT(w, "<p>The same run again, octet for octet:</p>\n<pre>");
		plot_put_escaped(&w->out, w->page->command);
		PUT(w, "</pre>\n");
	}
	PUT(w, "</section>\n");
}
