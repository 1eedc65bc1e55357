/* src/report/page.c -- the page from top to bottom, and the facts that its parts share.
 *
 * Everything about a node is worked out once, before the first octet is written; then each part draws what it needs. What
 * grows with the number of nodes is cut to the worst ones: who reads a page about 10,000 clocks looks for those. */
#include "report/page.h"
#include "report/page_parts.h"
#include "report/statistics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *page_allocate(struct page_writer *w, size_t count, size_t size)
{
	void *memory = count < SIZE_MAX / size - 1 ? malloc((count + 1) * size) : NULL;

	if (!memory) {
		w->is_out_of_memory = true;
	}
	return memory;
}

/* ---- words ---- */

const char *page_count(size_t count, char out[32])
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%zu", count);
	char *to = out;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0) {
			*to++ = ',';
		}
		*to++ = digits[i];
	}
	*to = '\0';
	return out;
}

/* Octets of the first characters; continuation octets of UTF-8 belong to the character before them. */
static size_t octets_of(const char *text, size_t characters)
{
	size_t length = 0;

	while (text[length] && (characters || ((unsigned char)text[length] & 0xC0) == 0x80)) {
		characters -= ((unsigned char)text[length] & 0xC0) != 0x80;
		length++;
	}
	while (((unsigned char)text[length] & 0xC0) == 0x80) {
		length++;
	}
	return length;
}

void page_put_name(const struct plot_out *out, const char *name, size_t characters)
{
	char cut[256];
	size_t length = octets_of(name, characters - 1);

	if (!name[octets_of(name, characters)] || length >= sizeof(cut)) {
		plot_put_escaped(out, name);
		return;
	}
	memcpy(cut, name, length);
	cut[length] = '\0';
	plot_put_escaped(out, cut);
	plot_put_text(out, "&#8230;");
}

/* ---- facts ---- */

double page_offset(const struct page_node *node, size_t sample)
{
	double value = node->offset_ns[sample];

	return fabs(value) <= PLOT_LARGEST ? value : (double)NAN;
}

/* The first sample that is not before a time. */
static size_t sample_at(const struct page *page, double time_s)
{
	double sample = ceil(time_s / page->interval_s - 1e-6);

	if (!(sample > 0.0)) {
		return 0;
	}
	return sample < (double)page->sample_count ? (size_t)sample : page->sample_count;
}

static struct page_numbers numbers_of(double *values, size_t count)
{
	const double none = (double)NAN;
	struct page_numbers n = { count, none, none, none, none, none, none, none };
	struct statistics_summary s;

	if (!count) {
		return n;
	}
	s = statistics_summarize(values, count);
	n.mean = s.mean;
	n.rms = s.rms;
	n.largest = s.largest;
	for (size_t i = 0; i < count; i++) {
		values[i] = fabs(values[i]);
	}
	n.p50 = statistics_percentile(values, count, 0.5);
	n.p95 = statistics_percentile(values, count, 0.95);
	n.p99 = statistics_percentile(values, count, 0.99);
	n.p999 = statistics_percentile(values, count, 0.999);
	return n;
}

static struct page_numbers numbers_between(struct page_writer *w, const struct page_node *node, size_t from,
					   size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++) {
		double value = page_offset(node, i);

		if (!isnan(value)) {
			w->values[count++] = value;
		}
	}
	return numbers_of(w->values, count);
}

struct page_numbers page_numbers_of(struct page_writer *w, const struct page_node *node, double from_s,
				    double to_s)
{
	size_t from = sample_at(w->page, from_s);
	size_t to = sample_at(w->page, to_s + w->page->interval_s);

	return numbers_between(w, node, from, to > from ? to : from);
}

static double mean_path_delay(const struct page_writer *w, const struct page_node *node, size_t from)
{
	double mean = 0.0;
	size_t count = 0;

	for (size_t i = from; node->path_delay_ns && i < w->page->sample_count; i++) {
		double value = node->path_delay_ns[i];

		if (fabs(value) <= PLOT_LARGEST) {
			count++;
			mean += (value - mean) / (double)count;
		}
	}
	return count ? mean : (double)NAN;
}

static void find_facts(struct page_writer *w, struct page_facts *facts, size_t index)
{
	const struct page_node *node = &w->page->nodes[index];

	facts->node = node;
	facts->has_settled = !isnan(node->settled_s);
	facts->from = sample_at(w->page, facts->has_settled ? fmax(node->settled_s, w->page->settled_from_s)
							    : w->page->settled_from_s);
	facts->settled = numbers_between(w, node, facts->from, w->page->sample_count);
	facts->path_delay = mean_path_delay(w, node, facts->from);
	facts->failures = w->failures[index];
}

static int compare_worst(const void *a, const void *b, void *context)
{
	const struct page_facts *facts = context;
	const struct page_facts *x = &facts[*(const size_t *)a], *y = &facts[*(const size_t *)b];
	double x_rms = x->settled.count ? x->settled.rms : -1.0,
	       y_rms = y->settled.count ? y->settled.rms : -1.0;

	if (x->failures != y->failures) {
		return x->failures > y->failures ? -1 : 1;
	}
	if (x_rms < y_rms || x_rms > y_rms) {
		return x_rms > y_rms ? -1 : 1;
	}
	return (x > y) - (x < y);
}

static int compare_names(const void *a, const void *b, void *context)
{
	const struct page_node *nodes = context;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = strcmp(nodes[x].name, nodes[y].name);

	return order ? order : (x > y) - (x < y);
}

size_t page_node_index(const struct page_writer *w, const char *name)
{
	size_t low = 0, high = w->page->node_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(w->page->nodes[w->by_name[middle]].name, name) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < w->page->node_count && strcmp(w->page->nodes[w->by_name[low]].name, name) == 0
		       ? w->by_name[low]
		       : SIZE_MAX;
}

/* A port's ("client.1") is its node's. */
static size_t node_of(const struct page_writer *w, const char *name)
{
	size_t index = page_node_index(w, name);
	const char *dot = strrchr(name, '.');
	char node[128];

	if (index != SIZE_MAX || !dot || (size_t)(dot - name) >= sizeof(node)) {
		return index;
	}
	memcpy(node, name, (size_t)(dot - name));
	node[dot - name] = '\0';
	return page_node_index(w, node);
}

static void find_failures(struct page_writer *w)
{
	const struct page *page = w->page;

	for (size_t i = 0; i < page->node_count; i++) {
		w->by_name[i] = i;
		w->failures[i] = 0;
	}
	qsort_r(w->by_name, page->node_count, sizeof(w->by_name[0]), compare_names, (void *)page->nodes);
	for (size_t i = 0; i < page->expectation_count; i++) {
		const struct page_expectation *e = &page->expectations[i];
		size_t index = e->node && !e->holds ? node_of(w, e->node) : SIZE_MAX;

		if (index != SIZE_MAX) {
			w->failures[index]++;
		}
	}
}

static bool is_measured(const struct page_node *node)
{
	return node->is_measured && node->offset_ns;
}

static void find_all_facts(struct page_writer *w)
{
	const struct page *page = w->page;
	size_t drawn = 0;

	for (size_t i = 0; i < page->node_count; i++) {
		w->facts_of[i] = SIZE_MAX;
		if (is_measured(&page->nodes[i])) {
			find_facts(w, &w->facts[w->measured], i);
			w->facts_of[i] = w->measured;
			w->worst[w->measured] = w->measured;
			w->measured++;
		}
	}
	qsort_r(w->worst, w->measured, sizeof(w->worst[0]), compare_worst, w->facts);
	for (; drawn < PAGE_DRAWN_MAX && drawn < w->measured; drawn++) {
		w->drawn[drawn] = &w->facts[w->measured <= PAGE_DRAWN_MAX ? drawn : w->worst[drawn]];
	}
	w->drawn_count = drawn;
}

static bool prepare(struct page_writer *w)
{
	const struct page *page = w->page;

	w->end_s = page->sample_count > 1 ? page->interval_s * (double)(page->sample_count - 1) : 0.0;
	for (size_t i = 0; i < page->mark_count; i++) {
		w->end_s = fmax(w->end_s, page->marks[i].time_s);
	}
	if (!(w->end_s > 0.0)) {
		w->end_s = 1.0;
	}
	w->values = page_allocate(w, page->sample_count, sizeof(w->values[0]));
	w->facts = page_allocate(w, page->node_count, sizeof(w->facts[0]));
	w->worst = page_allocate(w, page->node_count, sizeof(w->worst[0]));
	w->facts_of = page_allocate(w, page->node_count, sizeof(w->facts_of[0]));
	w->failures = page_allocate(w, page->node_count, sizeof(w->failures[0]));
	w->by_name = page_allocate(w, page->node_count, sizeof(w->by_name[0]));
	if (w->is_out_of_memory) {
		return false;
	}
	find_failures(w);
	find_all_facts(w);
	return true;
}

static void forget(struct page_writer *w)
{
	free(w->values);
	free(w->facts);
	free(w->worst);
	free(w->facts_of);
	free(w->failures);
	free(w->by_name);
}

/* ---- the page ---- */

static const char style[] =
	":root { --card: #f6f7f8; --link: #8a9099; --good-tint: #e3f4ea; --bad-tint: #fdeaea; --halo: #fff; "
	"}\n"
	"@media (prefers-color-scheme: dark) { :root { --card: #1e2126; --link: #767d87; --good-tint: "
	"#15322a;\n"
	"  --bad-tint: #402022; --halo: #16181c; } }\n"
	"header { display: flex; justify-content: space-between; align-items: flex-start; gap: 1.5rem; "
	"margin: 0 0 .8rem; }\n"
	"header h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin: 1.7rem 0 .4rem; "
	"}\n"
	".about p { color: var(--ink); max-width: 46rem; margin: 0 0 .7rem; }\n"
	".badge { flex: none; padding: .35rem .9rem; border-radius: 99px; font-weight: 600; white-space: "
	"nowrap;\n"
	"  border: 1.5px solid; } .good { color: var(--good); background: var(--good-tint); }\n"
	".bad { color: var(--bad); background: var(--bad-tint); } .none { color: var(--faint); background: "
	"var(--card); }\n"
	".pill { font-weight: 600; padding: 0 .5rem; border-radius: 99px; font-size: .85em; white-space: "
	"nowrap; }\n"
	".tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .7rem; "
	"margin: 1.2rem 0; }\n"
	".tiles div { background: var(--card); border-radius: 8px; padding: .6rem .9rem; }\n"
	".tiles b { display: block; font-size: 1.35rem; font-weight: 600; line-height: 1.3; }\n"
	".tiles span { color: var(--faint); font-size: .85rem; }\n"
	".pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 0 1.5rem; "
	"}\n"
	"figure { margin: .8rem 0 1.1rem; } figcaption { margin-bottom: .3rem; }\n"
	"th, td { padding: .2rem .6rem; } table { width: 100%; font-size: .92rem; margin: .4rem 0; } td, th "
	"{ vertical-align: top; } thead th { color: var(--faint); }\n"
	"td, th { white-space: nowrap; } .left { text-align: left; } td.text { white-space: normal; } "
	"tr.failed td, tr.failed th { background: var(--bad-tint); }\n"
	".again { opacity: .55; } td.more { color: var(--faint); text-align: left; } .scroll { overflow-x: "
	"auto; }\n"
	"code, pre { font: .9em ui-monospace, monospace; } pre { background: var(--card); border-radius: "
	"8px;\n"
	"  padding: .7rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0; }\n"
	"svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg text.tick { fill: "
	"var(--faint); }\n"
	"svg .mark text { fill: var(--mark); } svg text.name { font-weight: 600; } svg text.small { "
	"font-size: 10.5px;\n"
	"  fill: var(--faint); } .halo { paint-order: stroke; stroke: var(--halo); stroke-width: 4px; "
	"stroke-linejoin: round; }\n"
	".s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); } .s3 { stroke: "
	"var(--s3); }\n"
	".s4 { stroke: var(--s4); } .s5 { stroke: var(--s5); } .s6 { stroke: var(--s6); } .s7 { stroke: "
	"var(--s7); }\n"
	".a0 { fill: var(--s0); } .a1 { fill: var(--s1); } .a2 { fill: var(--s2); } .a3 { fill: var(--s3); "
	"}\n"
	".a4 { fill: var(--s4); } .a5 { fill: var(--s5); } .a6 { fill: var(--s6); } .a7 { fill: var(--s7); "
	"}\n"
	".area { stroke: none; fill-opacity: .16; } .others { stroke: none; fill: var(--zero); fill-opacity: "
	".28; }\n"
	".other-line { stroke: var(--zero); } .limit { stroke: var(--bad); stroke-width: 1.6; "
	"stroke-dasharray: 7 4; }\n"
	".d1 { stroke-dasharray: 8 3; } .d2 { stroke-dasharray: 2 3; } .d3 { stroke-dasharray: 9 3 2 3; }\n"
	".d4 { stroke-dasharray: 5 2; } .d5 { stroke-dasharray: 1 4; } .d6 { stroke-dasharray: 12 3 2 3 2 3; "
	"}\n"
	".d7 { stroke-dasharray: 4 4; }\n"
	".link { stroke: var(--link); stroke-width: 1.5; } .node rect { fill: var(--paper); stroke: "
	"var(--link); stroke-width: 1.5; }\n"
	".node.grandmaster rect { stroke: var(--s0); stroke-width: 2.5; } .node.boundary rect { stroke: "
	"var(--s2); }\n"
	".node.box rect { stroke-dasharray: 4 3; fill: var(--card); } .node.wrong rect { stroke: var(--bad); "
	"stroke-width: 2.5; }\n"
	".tray { fill: var(--card); stroke: var(--grid); }\n"
	".wrong-sign { fill: var(--bad) !important; font-weight: 700 !important; }\n"
	".st0 { fill: none; } .st1 { fill: #9aa0a6; } .st2 { fill: #d93025; } .st3 { fill: #5f6368; } .st4 { "
	"fill: #e2b23c; }\n"
	".st5 { fill: #a498f5; } .st6 { fill: #4285d6; } .st7 { fill: #b08968; } .st8 { fill: #ef8a3c; } "
	".st9 { fill: #34a26b; }\n"
	".strip rect { fill-opacity: .42; } .strip rect.st0 { stroke: var(--grid); stroke-dasharray: 2 3; }\n"
	".key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; color: var(--faint); font-size: .85rem; "
	"margin: .3rem 0 0; }\n"
	".key svg { display: inline-block; width: 22px; height: 12px; margin-right: .35rem; }\n"
	"@media print { :root { --card: #f6f7f8; --link: #777; --good-tint: #e3f4ea; --bad-tint: #fdeaea; "
	"--halo: #fff; }\n"
	"  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }\n"
	"  body { margin: 0; max-width: none; padding: 0; font-size: 10.5pt; } h2, figcaption { break-after: "
	"avoid; }\n"
	"  tr, .tiles div { break-inside: avoid; } section.sheet { break-before: page; } thead { display: "
	"table-header-group; }\n"
	"  .scroll { overflow: visible; } table { font-size: 8.5pt; }\n"
	"  th, td { padding: .1rem .4rem; } .pair { grid-template-columns: 1fr 1fr !important; } .tiles b { "
	"font-size: 14pt; }\n"
	"  .tiles { grid-template-columns: repeat(5, 1fr); } }\n"
	"@page { margin: 14mm; }\n";

/* Paragraphs are separated by a blank line. */
static void put_about(const struct page_writer *w)
{
	const char *text = w->page->about;
	char line[1024];

	if (!text || !text[0]) {
		return;
	}
	PUT(w, "<div class=\"about\">\n<p>");
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t length = end ? (size_t)(end - text) : strlen(text);

		while (length) {
			/* not in the middle of a character */
			size_t part = length < sizeof(line) ? length : sizeof(line) - 1;

			while (part > 1 && part < length && ((unsigned char)text[part] & 0xC0) == 0x80) {
				part--;
			}
			memcpy(line, text, part);
			line[part] = '\0';
			plot_put_escaped(&w->out, line);
			text += part;
			length -= part;
		}
		text += strspn(text, "\n");
		PUT(w, "%s", *text ? "</p>\n<p>" : "");
	}
	PUT(w, "</p>\n</div>\n");
}

static void put_badge(const struct page_writer *w)
{
	size_t count = w->page->expectation_count, failed = 0;
	char failed_text[32], count_text[32];

	for (size_t i = 0; i < count; i++) {
		failed += !w->page->expectations[i].holds;
	}
	page_count(failed, failed_text);
	page_count(count, count_text);
	if (!count) {
		PUT(w, "<span class=\"badge none\">nothing was expected</span>\n");
	} else if (failed) {
		PUT(w, "<span class=\"badge bad\">&#10007; %s of %s expectation%s FAILED</span>\n",
		    failed_text, count_text, count == 1 ? "" : "s");
	} else if (count == 1) {
		PUT(w, "<span class=\"badge good\">&#10003; the expectation holds</span>\n");
	} else {
		PUT(w, "<span class=\"badge good\">&#10003; all %s expectations hold</span>\n", count_text);
	}
}

static void put_top(const struct page_writer *w)
{
	const char *title = w->page->title && w->page->title[0] ? w->page->title : "Simulated clocks";

	plot_put_head(&w->out, title, style);
	PUT(w, "<header>\n<h1>");
	plot_put_escaped(&w->out, title);
	PUT(w, "</h1>\n");
	put_badge(w);
	PUT(w, "</header>\n");
	put_about(w);
}

bool page_write(const struct page *page, report_sink sink, void *context)
{
	struct page_writer w = { .page = page, .out = { sink, context } };

	put_top(&w);
	if (prepare(&w)) {
		page_put_tiles(&w);
		page_put_expectations(&w);
		page_put_topology(&w);
		page_put_offsets(&w);
		page_put_states(&w);
		page_put_path_delays(&w);
		page_put_distributions(&w);
		page_put_stability(&w);
		page_put_budget(&w);
		page_put_happenings(&w);
		page_put_settings(&w);
	}
	PUT(&w, "</body>\n</html>\n");
	forget(&w);
	return !w.is_out_of_memory;
}
