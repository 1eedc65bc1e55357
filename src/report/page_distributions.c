/* src/report/page_distributions.c -- how often offsets are how large, once settled: histograms, and the tails that a
 * histogram does not show. */
#include "report/page_labels.h"
#include "report/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BINS 60
#define FILLED_MAX 3 /* histograms in one plot; more of them would become mud */

struct range {
	double low, high; /* low is larger where there is nothing */
};

static struct range find_range(const struct page_writer *w)
{
	struct range range = { (double)HUGE_VAL, -(double)HUGE_VAL };

	for (size_t k = 0; k < w->drawn_count; k++) {
		for (size_t i = w->drawn[k]->from; i < w->page->sample_count; i++) {
			double value = page_offset(w->drawn[k]->node, i);

			if (!isnan(value)) {
				range.low = fmin(range.low, value);
				range.high = fmax(range.high, value);
			}
		}
	}
	return range;
}

/* The median of the nodes' medians; one that is never off (the reference itself) does not count. */
static double usual_of(const struct page_writer *w)
{
	double medians[PAGE_DRAWN_MAX];
	size_t count = 0;

	for (size_t k = 0; k < w->drawn_count; k++) {
		if (w->drawn[k]->settled.p50 > 0.0) {
			medians[count++] = w->drawn[k]->settled.p50;
		}
	}
	return statistics_percentile(medians, count, 0.5);
}

struct histogram {
	double share[BINS];
	size_t count;
};

static void count_into(struct histogram *h, const struct page_writer *w, const struct plot_scale *scale,
		       const struct page_facts *facts)
{
	for (size_t i = facts->from; i < w->page->sample_count; i++) {
		double value = page_offset(facts->node, i);
		double bin = isnan(value) ? -1.0 : plot_position(scale, value) * BINS;

		if (!isnan(value)) {
			h->share[bin >= BINS ? BINS - 1 : bin > 0.0 ? (size_t)bin : 0] += 1.0;
			h->count++;
		}
	}
}

/* The highest bin; 1 without samples. */
static double peak_of(const struct histogram *h)
{
	double top = 0.0;

	for (size_t i = 0; i < BINS; i++) {
		top = fmax(top, h->share[i]);
	}
	return top > 0.0 ? top : 1.0;
}

static const char *text_percent(double value, char out[32])
{
	snprintf(out, 32, "%.4g %%", value * 100.0);
	return out;
}

static const char *text_nothing(double value, char out[32])
{
	(void)value;
	out[0] = '\0';
	return out;
}

/* Steps from bin to bin. */
static void put_steps(const struct plot *plot, const struct histogram *h)
{
	double width = (plot->width - plot->left - plot->right) / BINS, peak = peak_of(h);

	PLOT_PUT(&plot->out, "M%.1f %.1f", plot->left, plot_y(plot, 0.0));
	for (int i = 0; i < BINS; i++) {
		PLOT_PUT(&plot->out, "V%.1fH%.1f", plot_y(plot, h->share[i] / peak),
			 plot->left + width * (i + 1));
	}
	PLOT_PUT(&plot->out, "V%.1f", plot_y(plot, 0.0));
}

static void put_histogram(const struct page_writer *w, const struct range *range)
{
	struct plot plot = page_half_plot(w, 280.0);
	struct histogram nodes[PAGE_DRAWN_MAX] = { 0 };
	struct page_labels labels = { .are_dashed = true };
	char class[32];

	plot_offset_scale(&plot.x, range->low, range->high, usual_of(w));
	if (plot.x.tick_count > 5 && plot.x.shape == PLOT_LINEAR) {
		double low = plot.x.low, high = plot.x.high;

		plot_linear(&plot.x, low, high, 4);
	}
	for (size_t k = 0; k < w->drawn_count; k++) {
		count_into(&nodes[k], w, &plot.x, w->drawn[k]);
	}
	plot_linear(&plot.y, 0.0, 1.04, 5);
	plot.y.tick_count = 1; /* at 0 */
	plot.left = 12.0;
	PUT(w, "<figure>\n<figcaption>How offsets are distributed <small>histograms, each to its own "
	       "height</small></figcaption>\n");
	plot_begin(&plot, "Histograms of offsets");
	plot_y_axis(&plot, text_nothing);
	plot_x_axis(&plot, plot_text_ns, "offset");
	for (size_t k = w->drawn_count; k > 0; k--) {
		if (nodes[k - 1].count) {
			if (w->drawn_count <= FILLED_MAX) {
				PUT(w, "<path class=\"area a%zu\" d=\"", k - 1);
				put_steps(&plot, &nodes[k - 1]);
				PUT(w, "Z\"/>\n");
			}
			PUT(w, "<path class=\"%s\" d=\"", page_dashed_class((int)k - 1, class));
			put_steps(&plot, &nodes[k - 1]);
			PUT(w, "\"/>\n");
		}
	}
	for (size_t k = 0; k < w->drawn_count; k++) {
		if (nodes[k].count) {
			page_add_label(&labels, 0.0, (int)k, w->drawn[k]->node->name);
		}
	}
	page_put_legend(&plot, &labels);
	plot_end(&plot);
	PUT(w, "</figure>\n");
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Magnitudes after settling, ascending, in w->values. */
static size_t sorted_magnitudes(const struct page_writer *w, const struct page_facts *facts)
{
	size_t count = 0;

	for (size_t i = facts->from; i < w->page->sample_count; i++) {
		double value = page_offset(facts->node, i);

		if (!isnan(value)) {
			w->values[count++] = fabs(value);
		}
	}
	qsort(w->values, count, sizeof(w->values[0]), compare_doubles);
	return count;
}

/* The share of samples that are larger, at some 150 magnitudes: more of them toward the rare ones. */
static void put_tail(const struct plot *plot, const double *sorted, size_t count, double least)
{
	double at = 0.0;

	for (size_t beyond = count; beyond > 0; beyond = beyond < 15 ? beyond - 1 : beyond - beyond / 15) {
		double x = sorted[count - beyond];

		if (x >= least && x > at) {
			PLOT_PUT(&plot->out, "%c%.1f %.1f", at > 0.0 ? 'L' : 'M', plot_x(plot, x),
				 plot_y(plot, (double)beyond / (double)count));
			at = x;
		}
	}
	if (!(at > 0.0)) {
		PLOT_PUT(&plot->out, "M%.1f %.1fh0", plot->left, plot_y(plot, 1.0));
	}
}

static void put_tails(const struct page_writer *w, const struct range *range)
{
	struct plot plot = page_half_plot(w, 280.0);
	struct page_labels labels = { .are_dashed = true };
	double largest = fmax(fabs(range->low), fabs(range->high));
	double least = fmax(largest, 1.0);
	size_t most = 1;
	char class[32];

	for (size_t k = 0; k < w->drawn_count; k++) {
		if (w->drawn[k]->settled.count) {
			least = fmin(least, fmax(w->drawn[k]->settled.p50, 0.01) / 2.0);
			most = w->drawn[k]->settled.count > most ? w->drawn[k]->settled.count : most;
		}
	}
	plot_log(&plot.x, least, fmax(largest, 2.0 * least));
	plot_log(&plot.y, fmin(0.1, 1.0 / (double)most), 1.0);
	least = plot_value_at(&plot.x, 0.0);
	PUT(w, "<figure>\n<figcaption>How often it is worse <small>share of samples beyond a "
	       "magnitude</small></figcaption>\n");
	plot_begin(&plot, "Share of samples whose offset is larger");
	plot_y_axis(&plot, text_percent);
	plot_x_axis(&plot, page_text_ns, "magnitude of the offset");
	for (size_t k = 0; k < w->drawn_count; k++) {
		size_t count = sorted_magnitudes(w, w->drawn[k]);

		if (count) {
			PUT(w, "<path class=\"%s\" d=\"", page_dashed_class((int)k, class));
			put_tail(&plot, w->values, count, least);
			PUT(w, "\"/>\n");
			page_add_label(&labels, 0.0, (int)k, w->drawn[k]->node->name);
		}
	}
	page_put_legend(&plot, &labels);
	plot_end(&plot);
	PUT(w, "</figure>\n");
}

void page_put_distributions(struct page_writer *w)
{
	struct range range = find_range(w);

	if (!(range.high > range.low)) {
		return;
	}
	PUT(w, "<section>\n<h2>Offsets once settled</h2>\n<div class=\"pair\">\n");
	put_histogram(w, &range);
	put_tails(w, &range);
	PUT(w, "</div>\n</section>\n");
}
