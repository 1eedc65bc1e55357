/* src/report/page_labels.h -- who is who in a plot: names at the ends of lines, or a legend. */
#ifndef REPORT_PAGE_LABELS_H
#define REPORT_PAGE_LABELS_H

#include "report/page_parts.h"

#define PAGE_NAMES_WIDTH 118.0 /* of a plot as wide as the page */

#define PAGE_LABELS_MAX (PAGE_DRAWN_MAX + 5)
#define PAGE_OTHERS (-1)
#define PAGE_LIMIT (-2)

struct page_label {
	double y; /* where its line ends */
	double place;
	int slot; /* whose colour; PAGE_OTHERS, PAGE_LIMIT: not a node's */
	const char *text;
};

struct page_labels {
	struct page_label label[PAGE_LABELS_MAX];
	size_t count;
	bool are_dashed; /* as smooth lines are */
};

void page_add_label(struct page_labels *labels, double y, int slot, const char *text);

/* Beside the right edge, as near as they can be to where the lines end, and joined to those. */
void page_put_labels(const struct plot *plot, struct page_labels *labels);

/* Where lines do not end at the right side: from the top on, in the order given. */
void page_put_legend(const struct plot *plot, struct page_labels *labels);

/* The class of a slot's line where lines are smooth enough for dashes. */
const char *page_dashed_class(int slot, char out[32]);

/* A plot of half the page's width. */
struct plot page_half_plot(const struct page_writer *w, double height);

/* For logarithmic axes, which go below what report_duration() shows: "10 ps", "1.24 ms". */
const char *page_text_ns(double value, char out[32]);

#endif
