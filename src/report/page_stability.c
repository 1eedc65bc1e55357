/* src/report/page_stability.c -- MTIE and TDEV of the clocks that are drawn, once settled, against the masks. */
#include "report/page_labels.h"
#include "report/statistics.h"

#include <math.h>
#include <stdio.h>

#define INTERVALS_MAX 32

struct curve {
	size_t count;
	double tau_s[INTERVALS_MAX], value[INTERVALS_MAX];
};

struct stability {
	struct page_writer *w;
	bool is_tdev;
	double low_pass_hz;
	struct curve curves[PAGE_DRAWN_MAX];
	double value_low, value_high, tau_low, tau_high;
};

static size_t settled_values(const struct page_writer *w, const struct page_facts *facts)
{
	size_t count = 0;

	for (size_t i = facts->from; i < w->page->sample_count; i++) {
		double value = page_offset(facts->node, i);

		if (!isnan(value)) {
			w->values[count++] = value;
		}
	}
	return count;
}

static void find_curve(struct stability *s, const struct page_facts *facts, struct curve *curve)
{
	double tau0 = s->w->page->interval_s, all[INTERVALS_MAX];
	size_t count = settled_values(s->w, facts);
	size_t n[INTERVALS_MAX];
	size_t intervals = statistics_intervals(count, s->is_tdev ? 4 : 2, n, INTERVALS_MAX);

	if (s->low_pass_hz > 0.0 && count) {
		statistics_low_pass(s->w->values, count, tau0, s->low_pass_hz);
	}
	if (!s->is_tdev && intervals && !statistics_mtie_all(s->w->values, count, n, intervals, all)) {
		s->w->is_out_of_memory = true;
		return;
	}
	for (size_t i = 0; i < intervals; i++) {
		double value = s->is_tdev ? statistics_tdev(s->w->values, count, n[i]) : all[i];

		if (value > 0.0 && value <= PLOT_LARGEST) {
			curve->tau_s[curve->count] = (double)n[i] * tau0;
			curve->value[curve->count++] = value;
		}
	}
}

static void include(struct stability *s, double tau_s, double value)
{
	s->tau_low = fmin(s->tau_low, tau_s);
	s->tau_high = fmax(s->tau_high, tau_s);
	s->value_low = fmin(s->value_low, value);
	s->value_high = fmax(s->value_high, value);
}

static bool find_curves(struct stability *s)
{
	s->tau_low = s->value_low = (double)HUGE_VAL;
	s->tau_high = s->value_high = 0.0;
	for (size_t i = 0; i < s->w->page->mask_count; i++) {
		if (s->w->page->masks[i].is_tdev == s->is_tdev) {
			s->low_pass_hz = fmax(s->low_pass_hz, s->w->page->masks[i].low_pass_hz);
		}
	}
	for (size_t k = 0; k < s->w->drawn_count; k++) {
		find_curve(s, s->w->drawn[k], &s->curves[k]);
		for (size_t i = 0; i < s->curves[k].count; i++) {
			include(s, s->curves[k].tau_s[i], s->curves[k].value[i]);
		}
	}
	return s->tau_high > 0.0;
}

static void include_masks(struct stability *s)
{
	double low = s->tau_low, high = s->tau_high;

	for (size_t i = 0; i < s->w->page->mask_count; i++) {
		const struct page_mask *mask = &s->w->page->masks[i];

		for (size_t k = 0; mask->is_tdev == s->is_tdev && k < mask->count; k++) {
			if (mask->limit_ns[k] > 0.0 && mask->tau_s[k] >= low && mask->tau_s[k] <= high) {
				include(s, mask->tau_s[k], mask->limit_ns[k]);
			} else if (mask->limit_ns[k] >
				   0.0) { /* what is seen of it may begin or end outside */
				include(s, s->tau_low, fmin(mask->limit_ns[k], 1e3 * s->value_high));
			}
		}
	}
}

static const char *text_seconds(double value, char out[32])
{
	snprintf(out, 32, "%g", value);
	return out;
}

/* Between two points of a mask linear on logarithmic scales: straight lines in the plot, cut at its sides. */
static double limit_at(const struct page_mask *mask, double tau_s)
{
	for (size_t k = 0; k + 1 < mask->count; k++) {
		double part = (log(tau_s) - log(mask->tau_s[k])) /
			      (log(mask->tau_s[k + 1]) - log(mask->tau_s[k]));

		if (part >= 0.0 && part <= 1.0) {
			return exp(log(mask->limit_ns[k]) +
				   part * (log(mask->limit_ns[k + 1]) - log(mask->limit_ns[k])));
		}
	}
	return (double)NAN;
}

static void put_mask(const struct plot *plot, const struct page_mask *mask, struct page_labels *labels)
{
	double from = plot_value_at(&plot->x, 0.0), to = plot_value_at(&plot->x, 1.0), end = (double)NAN;
	bool is_drawing = false;

	PLOT_PUT(&plot->out, "<path class=\"limit\" d=\"");
	for (int i = 0; i <= 100; i++) {
		double tau_s = from * pow(to / from, i / 100.0);
		double limit = mask->count == 1 ? mask->limit_ns[0] : limit_at(mask, tau_s);

		if (limit > 0.0 && limit <= PLOT_LARGEST) {
			end = plot_y(plot, limit);
			PLOT_PUT(&plot->out, "%c%.1f %.1f", is_drawing ? 'L' : 'M', plot_x(plot, tau_s), end);
			is_drawing = true;
		}
	}
	PLOT_PUT(&plot->out, "%s\"/>\n", is_drawing ? "" : "M0 0");
	if (!isnan(end)) {
		page_add_label(labels, end, PAGE_LIMIT, mask->name ? mask->name : "limit");
	}
}

static void put_curve(const struct stability *s, const struct plot *plot, size_t slot,
		      struct page_labels *labels)
{
	const struct curve *curve = &s->curves[slot];
	char class[32];

	if (!curve->count) {
		return;
	}
	PLOT_PUT(&plot->out, "<path class=\"%s\" d=\"", page_dashed_class((int)slot, class));
	for (size_t i = 0; i < curve->count; i++) {
		PLOT_PUT(&plot->out, i ? "L%.1f %.1f" : "M%.1f %.1fh0", plot_x(plot, curve->tau_s[i]),
			 plot_y(plot, curve->value[i]));
	}
	PLOT_PUT(&plot->out, "\"/>\n");
	page_add_label(labels, plot_y(plot, curve->value[curve->count - 1]), (int)slot,
		       s->w->drawn[slot]->node->name);
}

static void put_stability(struct stability *s)
{
	struct plot plot = page_half_plot(s->w, 300.0);
	struct page_labels labels = { .are_dashed = true };
	const char *name = s->is_tdev ? "TDEV" : "MTIE";

	include_masks(s);
	plot_log(&plot.x, s->tau_low, s->tau_high);
	plot_log(&plot.y, s->value_low, s->value_high);
	PUT(s->w, "<figure>\n<figcaption>%s", name);
	if (s->low_pass_hz > 0.0) {
		PUT(s->w, " <small>through a low-pass of %g Hz, as the mask wants</small>", s->low_pass_hz);
	}
	PUT(s->w, "</figcaption>\n");
	plot_begin(&plot, s->is_tdev ? "Time deviation over the observation interval"
				     : "Maximum time interval error over the observation interval");
	plot_y_axis(&plot, page_text_ns);
	plot_x_axis(&plot, text_seconds, "observation interval in s");
	for (size_t i = 0; i < s->w->page->mask_count; i++) {
		if (s->w->page->masks[i].is_tdev == s->is_tdev && s->w->page->masks[i].count) {
			put_mask(&plot, &s->w->page->masks[i], &labels);
		}
	}
	for (size_t slot = s->w->drawn_count; slot > 0; slot--) {
		put_curve(s, &plot, slot - 1, &labels);
	}
	page_put_labels(&plot, &labels);
	plot_end(&plot);
	PUT(s->w, "</figure>\n");
}

void page_put_stability(struct page_writer *w)
{
	struct stability mtie = { .w = w }, tdev = { .w = w, .is_tdev = true };
	bool has_mtie = find_curves(&mtie), has_tdev = find_curves(&tdev);

	if (!has_mtie && !has_tdev) {
		return;
	}
	PUT(w, "<section>\n<h2>Stability <small>once settled</small></h2>\n<div class=\"pair\">\n");
	if (has_mtie) {
		put_stability(&mtie);
	}
	if (has_tdev) {
		put_stability(&tdev);
	}
	PUT(w, "</div>\n</section>\n");
}
