/* src/report/page_plots.c -- what the clocks did over time: offsets, path delays, states.
 *
 * Up to PAGE_DRAWN_MAX nodes have a line each, in the same colour in every plot; the others are one grey band from their
 * lowest to their highest value. A line's name stands at its end. Where a pixel column has several samples the line is
 * their mean, over the area that they cover: noise of several clocks in one plot stays readable, and no spike is lost. */
#include "gnomon/types.h"
#include "report/page_labels.h"
#include "report/statistics.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 420
#define USUAL_OF 4096 /* values of a node that tell the usual magnitude */

/* ---- series over time ---- */

/* One quantity of all nodes in a stretch of time. */
struct view {
	const struct page_writer *w;
	const char *title, *reference,
		*note; /* the caption, one behind the other; the latter two may be NULL */
	bool of_path_delay;
	bool is_settled; /* of each node only what comes after settling */
	size_t from;     /* samples from..sample_count */
	double low, high, usual;
	char others[40];
};

static double value_of(const struct view *view, const struct page_facts *facts, size_t sample)
{
	if (view->is_settled && sample < facts->from) {
		return (double)NAN;
	}
	if (!view->of_path_delay) {
		return page_offset(facts->node, sample);
	}
	if (!facts->node->path_delay_ns || !(fabs(facts->node->path_delay_ns[sample]) <= PLOT_LARGEST)) {
		return (double)NAN;
	}
	return facts->node->path_delay_ns[sample];
}

static bool is_drawn(const struct page_writer *w, const struct page_facts *facts)
{
	for (size_t i = 0; i < w->drawn_count; i++) {
		if (w->drawn[i] == facts) {
			return true;
		}
	}
	return false;
}

static void find_range(struct view *view)
{
	view->low = (double)HUGE_VAL;
	view->high = -(double)HUGE_VAL;
	for (size_t n = 0; n < view->w->measured; n++) {
		for (size_t i = view->from; i < view->w->page->sample_count; i++) {
			double value = value_of(view, &view->w->facts[n], i);

			if (!isnan(value)) {
				view->low = fmin(view->low, value);
				view->high = fmax(view->high, value);
			}
		}
	}
}

/* The magnitude that three quarters of the drawn values do not exceed, of some of them; what is exactly zero (the
 * reference itself) does not count. NaN: there are none. */
static double usual_of(const struct view *view)
{
	const struct page_writer *w = view->w;
	size_t samples = w->page->sample_count - view->from, room = w->page->sample_count, count = 0;
	size_t each = w->drawn_count ? room / w->drawn_count : 0;
	size_t stride;

	each = each > USUAL_OF ? USUAL_OF : each ? each : 1;
	stride = samples / each + 1;
	for (size_t k = 0; k < w->drawn_count; k++) {
		for (size_t i = view->from; i < w->page->sample_count && count < room; i += stride) {
			double value = value_of(view, w->drawn[k], i);

			if (!isnan(value) && fabs(value) > 0.0) {
				w->values[count++] = fabs(value);
			}
		}
	}
	return statistics_percentile(w->values, count, 0.75);
}

/* Adds a node's values to columns in equal parts of the samples. Returns how many columns there are. */
static size_t gather(const struct view *view, const struct plot *plot, const struct page_facts *facts,
		     struct plot_column columns[COLUMNS])
{
	const struct page *page = view->w->page;
	size_t samples = page->sample_count - view->from;
	size_t count = samples < COLUMNS ? samples : COLUMNS;

	for (size_t i = 0; i < samples; i++) {
		double value = value_of(view, facts, view->from + i);
		struct plot_column *column = &columns[i * count / samples];

		if (!isnan(value)) {
			plot_column_add(column, value);
		}
	}
	for (size_t k = 0; k < count; k++) {
		double middle = ((double)k + 0.5) * (double)samples / (double)count - 0.5;

		columns[k].x = plot_x(plot, ((double)view->from + middle) * page->interval_s);
	}
	return count;
}

static double last_y(const struct plot *plot, const struct plot_column *columns, size_t count)
{
	while (count && !columns[count - 1].count) {
		count--;
	}
	return count ? plot_y(plot, columns[count - 1].mean) : (double)NAN;
}

static void put_others(struct view *view, const struct plot *plot, struct page_labels *labels)
{
	const struct page_writer *w = view->w;
	struct plot_column columns[COLUMNS] = { 0 };
	size_t count = 0, others = 0;
	char number[32];

	for (size_t n = 0; n < w->measured; n++) {
		if (!is_drawn(w, &w->facts[n])) {
			count = gather(view, plot, &w->facts[n], columns);
			others++;
		}
	}
	if (!others || isnan(last_y(plot, columns, count))) {
		return;
	}
	PLOT_PUT(&plot->out, "<path class=\"others\" d=\"");
	plot_area(plot, columns, count);
	PLOT_PUT(&plot->out, "\"/>\n");
	snprintf(view->others, sizeof(view->others), "%s others", page_count(others, number));
	page_add_label(labels, last_y(plot, columns, count), PAGE_OTHERS, view->others);
}

static void put_node(const struct view *view, const struct plot *plot, size_t slot,
		     struct page_labels *labels)
{
	struct plot_column columns[COLUMNS] = { 0 };
	size_t count = gather(view, plot, view->w->drawn[slot], columns);
	double end = last_y(plot, columns, count);

	if (isnan(end)) {
		return;
	}
	if (view->w->page->sample_count - view->from > COLUMNS) {
		PLOT_PUT(&plot->out, "<path class=\"area a%zu\" d=\"", slot);
		plot_area(plot, columns, count);
		PLOT_PUT(&plot->out, "\"/>\n");
	}
	PLOT_PUT(&plot->out, "<path class=\"s%zu\" d=\"", slot);
	plot_means(plot, columns, count);
	PLOT_PUT(&plot->out, "\"/>\n");
	page_add_label(labels, end, (int)slot, view->w->drawn[slot]->node->name);
}

static void put_caption(const struct view *view, const struct plot *plot)
{
	char text[24];

	PLOT_PUT(&plot->out, "<figure>\n<figcaption>%s", view->title);
	if (view->reference) {
		PLOT_PUT(&plot->out, " ");
		plot_put_escaped(&plot->out, view->reference);
	}
	if (view->note) {
		PLOT_PUT(&plot->out, " <small>%s</small>", view->note);
	}
	if (plot->y.shape == PLOT_SYMLOG) {
		PLOT_PUT(&plot->out, " <small>(logarithmic beyond &plusmn;%s)</small>",
			 report_duration(plot->y.linear_to, text));
	}
	PLOT_PUT(&plot->out, "</figcaption>\n");
}

static void put_view(struct view *view, const struct plot *plot)
{
	struct page_labels labels = { .count = 0 };

	put_caption(view, plot);
	plot_begin(plot, view->title);
	plot_y_axis(plot, plot_text_ns);
	plot_time_axis(plot);
	put_others(view, plot, &labels);
	for (size_t slot = view->w->drawn_count; slot > 0; slot--) {
		put_node(view, plot, slot - 1, &labels);
	}
	plot_marks(plot, view->w->page->marks, view->w->page->mark_count);
	page_put_labels(plot, &labels);
	plot_end(plot);
	PLOT_PUT(&plot->out, "</figure>\n");
}

static struct plot plot_of_view(const struct view *view, double height)
{
	struct plot plot = plot_of_size(view->w->out, PAGE_WIDTH, height);

	plot.right = PAGE_NAMES_WIDTH;
	plot_time_scale(&plot.x, (double)view->from * view->w->page->interval_s, view->w->end_s);
	return plot;
}

/* When the first clock has settled that had to; 0: none had to, or none has. */
static size_t first_settled(const struct page_writer *w)
{
	size_t from = w->page->sample_count;

	for (size_t i = 0; i < w->measured; i++) {
		if (w->facts[i].has_settled && w->facts[i].from && w->facts[i].from < from) {
			from = w->facts[i].from;
		}
	}
	return from < w->page->sample_count ? from : 0;
}

/* All of it; and, where the beginning dwarfs the rest, once more what comes after settling. */
void page_put_offsets(struct page_writer *w)
{
	struct view all = { .w = w,
			    .title = "Offset from",
			    .reference = w->page->reference ? w->page->reference : "true time" };
	struct view settled = { .w = w, .title = "Offset once settled", .is_settled = true };
	struct plot plot;

	find_range(&all);
	if (!isfinite(all.low)) {
		return;
	}
	PUT(w, "<section class=\"sheet\">\n<h2>Clocks over time</h2>\n");
	plot = plot_of_view(&all, 320.0);
	plot_offset_scale(&plot.y, all.low, all.high, usual_of(&all));
	put_view(&all, &plot);
	settled.from = first_settled(w);
	if (plot.y.shape == PLOT_SYMLOG && settled.from) {
		find_range(&settled);
		plot = plot_of_view(&settled, 320.0);
		plot_offset_scale(&plot.y, settled.low, settled.high, usual_of(&settled));
		put_view(&settled, &plot);
	}
	PUT(w, "</section>\n");
}

void page_put_path_delays(struct page_writer *w)
{
	struct view view = {
		.w = w, .title = "Mean path delay", .note = "as each clock holds it", .of_path_delay = true
	};
	struct plot plot;
	double usual;

	find_range(&view);
	if (!isfinite(view.low)) {
		return;
	}
	plot = plot_of_view(&view, 240.0);
	usual = usual_of(&view);
	if (usual > 0.0 && fmax(fabs(view.low), fabs(view.high)) > 100.0 * usual) {
		plot_offset_scale(&plot.y, view.low, view.high, usual);
	} else {
		double room = 0.06 * (view.high - view.low);

		plot_linear(&plot.y, view.low - room, view.high + room, 5);
	}
	put_view(&view, &plot);
}

/* ---- states ---- */

#define STRIP 18.0
#define STRIP_PITCH 24.0
#define CHARACTER 6.3 /* wide, about */

static const struct {
	const char *text;
	const char *brief;
} state_texts[GN_PORT_STATES] = {
	[0] = { "not running", "" },
	[GN_PORT_INITIALIZING] = { "initializing", "I" },
	[GN_PORT_FAULTY] = { "faulty", "F" },
	[GN_PORT_DISABLED] = { "disabled", "D" },
	[GN_PORT_LISTENING] = { "listening", "L" },
	[GN_PORT_PRE_TIME_TRANSMITTER] = { "pre time transmitter", "PTT" },
	[GN_PORT_TIME_TRANSMITTER] = { "time transmitter", "TT" },
	[GN_PORT_PASSIVE] = { "passive", "P" },
	[GN_PORT_UNCALIBRATED] = { "uncalibrated", "U" },
	[GN_PORT_TIME_RECEIVER] = { "time receiver", "TR" },
};

static uint8_t state_of(const struct page_node *node, size_t sample)
{
	uint8_t state = node->state[sample];

	return state < GN_PORT_STATES ? state : 0;
}

static void put_stretch(const struct plot *plot, double from, double to, double y, uint8_t state)
{
	const char *text = state_texts[state].text;

	PLOT_PUT(&plot->out,
		 "<rect class=\"st%u\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		 "height=\"%.1f\"><title>%s</title></rect>",
		 state, from, y, fmax(to - from, 0.8), STRIP, text);
	if ((double)strlen(text) * CHARACTER + 8.0 > to - from) {
		text = state_texts[state].brief;
	}
	if (text[0] && (double)strlen(text) * CHARACTER + 6.0 <= to - from) {
		PLOT_PUT(&plot->out, "<text x=\"%.1f\" y=\"%.1f\" style=\"font-size:11px\">%s</text>",
			 from + 4.0, y + 13.0, text);
	}
	PLOT_PUT(&plot->out, "\n");
}

/* Stretches of one state, to the width of a pixel: within one the state that is another than before is shown. */
static void put_strip(const struct page_writer *w, const struct plot *plot, const struct page_node *node,
		      double y, bool *is_used)
{
	size_t count = w->page->sample_count;
	double pixel = w->end_s / (plot->width - plot->left - plot->right);
	double from_s = 0.0;
	uint8_t state = state_of(node, 0);

	for (size_t i = 1; i <= count; i++) {
		double time_s = (double)i * w->page->interval_s;

		if (i < count && (state_of(node, i) == state || time_s - from_s < pixel)) {
			continue;
		}
		is_used[state] = true;
		put_stretch(plot, plot_x(plot, from_s), plot_x(plot, fmin(time_s, w->end_s)), y, state);
		from_s = time_s;
		state = i < count ? state_of(node, i) : 0;
	}
}

static void put_states_key(const struct page_writer *w, const bool *is_used)
{
	PUT(w, "<div class=\"key\">");
	for (unsigned i = 0; i < GN_PORT_STATES; i++) {
		if (is_used[i]) {
			PUT(w,
			    "<span><svg class=\"strip\" viewBox=\"0 0 22 12\"><rect class=\"st%u\" x=\"0\" "
			    "y=\"0\" width=\"22\" "
			    "height=\"12\"/></svg>%s%s%s</span>\n",
			    i, state_texts[i].brief, i ? " &ndash; " : "", state_texts[i].text);
		}
	}
	PUT(w, "</div>\n");
}

static void put_strips(const struct page_writer *w, size_t rows)
{
	struct plot plot = plot_of_size(w->out, PAGE_WIDTH, 0.0);
	bool is_used[GN_PORT_STATES] = { false };
	size_t row = 0;

	plot.right = PAGE_NAMES_WIDTH;
	plot.height = plot.top + plot.bottom + STRIP_PITCH * (double)rows;
	plot_time_scale(&plot.x, 0.0, w->end_s);
	plot_begin(&plot, "State of each clock over time");
	plot_time_axis(&plot);
	PUT(w, "<g class=\"strip\">\n");
	for (size_t i = 0; i < w->measured && row < rows; i++) {
		const struct page_node *node = w->facts[rows < w->measured ? w->worst[i] : i].node;
		double y = plot.top + STRIP_PITCH * (double)row + (STRIP_PITCH - STRIP) / 2.0;

		if (node->state) {
			PUT(w, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">",
			    plot.left - 8.0, y + 13.0);
			page_put_name(&w->out, node->name, 11);
			PUT(w, "</text>\n");
			put_strip(w, &plot, node, y, is_used);
			row++;
		}
	}
	PUT(w, "</g>\n");
	plot_marks(&plot, w->page->marks, w->page->mark_count);
	plot_end(&plot);
	put_states_key(w, is_used);
}

void page_put_states(struct page_writer *w)
{
	size_t rows = 0;
	char all[32];

	for (size_t i = 0; i < w->measured; i++) {
		rows += w->facts[i].node->state != NULL;
	}
	if (!rows || !w->page->sample_count) {
		return;
	}
	PUT(w, "<figure>\n<figcaption>States");
	if (rows > PAGE_LISTED_MAX) {
		PUT(w, " <small>of the worst %d of %s</small>", PAGE_LISTED_MAX, page_count(rows, all));
		rows = PAGE_LISTED_MAX;
	}
	PUT(w, "</figcaption>\n");
	put_strips(w, rows);
	PUT(w, "</figure>\n");
}
