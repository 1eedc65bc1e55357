/* src/report/page_labels.c -- a label stands where its line ends, or as near as the other labels let it. */
#include "report/page_labels.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LABEL_HEIGHT 14.0
#define HALF_WIDTH 470.0
#define HALF_NAMES_WIDTH 104.0

void page_add_label(struct page_labels *labels, double y, int slot, const char *text)
{
	if (labels->count < PAGE_LABELS_MAX) {
		labels->label[labels->count++] = (struct page_label){ y, y, slot, text };
	}
}

static int compare_labels(const void *a, const void *b)
{
	const struct page_label *x = a, *y = b;

	return x->y < y->y ? -1 : x->y > y->y ? 1 : x->slot - y->slot;
}

/* Labels that would overlap stand around the middle of where they want to be: from the top on, each is a block of one, and
 * joins the block above as long as the two touch. */
static void place_labels(const struct plot *plot, struct page_labels *labels)
{
	struct {
		double middle, weight;
	} blocks[PAGE_LABELS_MAX];
	double top = plot->top + 4.0, bottom = plot->height - plot->bottom;
	size_t count = 0, next = 0;

	qsort(labels->label, labels->count, sizeof(labels->label[0]), compare_labels);
	for (size_t i = 0; i < labels->count; i++) {
		blocks[count].middle = labels->label[i].y;
		blocks[count++].weight = 1.0;
		for (;;) {
			double half = LABEL_HEIGHT * blocks[count - 1].weight / 2.0, weight;

			blocks[count - 1].middle = fmin(blocks[count - 1].middle,
							bottom - half + LABEL_HEIGHT / 2.0);
			blocks[count - 1].middle = fmax(blocks[count - 1].middle,
							top + half - LABEL_HEIGHT / 2.0);
			if (count < 2 || blocks[count - 1].middle - half >=
						 blocks[count - 2].middle +
							 LABEL_HEIGHT * blocks[count - 2].weight / 2.0) {
				break;
			}
			weight = blocks[count - 1].weight + blocks[count - 2].weight;
			blocks[count - 2].middle = (blocks[count - 1].middle * blocks[count - 1].weight +
						    blocks[count - 2].middle * blocks[count - 2].weight) /
						   weight;
			blocks[count - 2].weight = weight;
			count--;
		}
	}
	for (size_t k = 0; k < count; k++) {
		double place = blocks[k].middle - LABEL_HEIGHT * (blocks[k].weight - 1.0) / 2.0;

		for (double n = 0.0; n < blocks[k].weight && next < labels->count; n += 1.0) {
			labels->label[next++].place = place;
			place += LABEL_HEIGHT;
		}
	}
}

static const char *line_class(const struct page_labels *labels, int slot, char out[32])
{
	if (slot == PAGE_OTHERS) {
		return "other-line";
	}
	if (slot == PAGE_LIMIT) {
		return "limit";
	}
	snprintf(out, 32, labels->are_dashed ? "s%d d%d" : "s%d", slot, slot);
	return out;
}

static void put_label(const struct plot *plot, const struct page_label *label, double x)
{
	PLOT_PUT(&plot->out, "<text x=\"%.1f\" y=\"%.1f\">", x, label->place + 4.0);
	page_put_name(&plot->out, label->text, 13);
	PLOT_PUT(&plot->out, "</text>\n");
}

void page_put_labels(const struct plot *plot, struct page_labels *labels)
{
	double x = plot->width - plot->right;
	char class[32];

	place_labels(plot, labels);
	for (size_t i = 0; i < labels->count; i++) {
		const struct page_label *label = &labels->label[i];

		PLOT_PUT(&plot->out, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1fh10\"/>",
			 line_class(labels, label->slot, class), x + 2.0, label->y, x + 10.0, label->place);
		put_label(plot, label, x + 24.0);
	}
}

void page_put_legend(const struct plot *plot, struct page_labels *labels)
{
	double x = plot->width - plot->right + 8.0;
	char class[32];

	for (size_t i = 0; i < labels->count; i++) {
		struct page_label *label = &labels->label[i];

		label->place = plot->top + 8.0 + (LABEL_HEIGHT + 2.0) * (double)i;
		PLOT_PUT(&plot->out, "<path class=\"%s\" d=\"M%.1f %.1fh18\"/>",
			 line_class(labels, label->slot, class), x, label->place);
		put_label(plot, label, x + 24.0);
	}
}

const char *page_dashed_class(int slot, char out[32])
{
	snprintf(out, 32, "s%d d%d", slot, slot);
	return out;
}

struct plot page_half_plot(const struct page_writer *w, double height)
{
	struct plot plot = plot_of_size(w->out, HALF_WIDTH, height);

	plot.left = 66.0;
	plot.right = HALF_NAMES_WIDTH;
	return plot;
}

const char *page_text_ns(double value, char out[32])
{
	if (value < 0.9) {
		snprintf(out, 32, "%.3g ps", value * 1e3);
		return out;
	}
	return report_duration(value, out);
}
