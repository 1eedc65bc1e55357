/* src/report/page.h -- the report of a simulation on one page: what was connected how, what the clocks did, what held.
 *
 * One self-contained file without scripts or anything to be fetched: it opens offline and reads well on paper. Plots are
 * inline SVG, light or dark as the reader's system is; colours are told apart without colour too (dashes, labels). */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/html.h"
#include "report/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct page_node {
	const char *name;
	const char *role; /* "grandmaster", "time receiver", "boundary clock", "switch" .. */
	bool is_box;      /* no clock: a switch or hub */
	bool is_measured;
	const double
		*offset_ns; /* page->sample_count values, NaN where it did not run; NULL when not measured */
	const double *path_delay_ns;
	const uint8_t *state; /* enum gn_port_state of its best port; 0: it does not run */
	double settled_s; /* its statistics are of what comes after, and after page->settled_from_s; NaN: it never settled */
};

struct page_link {
	size_t from, to;   /* indices of nodes */
	const char *label; /* "500 ns, 1G" */
};

struct page_expectation {
	const char *text, *seen, *node;
	bool holds;
	double from_s, to_s; /* the window judged: the budget table's windows */
};

struct page_mask {
	const char *name;
	bool is_tdev; /* else MTIE */
	const double *tau_s, *limit_ns;
	size_t count;
	double low_pass_hz; /* the curves are filtered so before, as the mask's standard wants; 0: they are not */
};

struct page_setting {
	const char *name, *value;
};

struct page {
	const char *title, *about;           /* about: paragraphs separated by a blank line */
	const struct page_setting *settings; /* seed, duration, parameters, version, trace .. */
	size_t setting_count;
	const struct page_node *nodes;
	size_t node_count; /* large worlds: the page shows the worst ones and says so */
	const struct page_link *links;
	size_t link_count;
	const char *reference; /* the clock that offsets are against; NULL: true time */
	double interval_s;
	size_t sample_count;
	double settled_from_s; /* statistics are of what comes after */
	const struct report_mark *marks;
	size_t mark_count;
	const struct page_expectation *expectations;
	size_t expectation_count;
	const struct page_mask *masks; /* drawn with the MTIE and TDEV curves */
	size_t mask_count;
	const char *command; /* that gives this page again */
};

/* False without memory (the page then is cut short). */
bool page_write(const struct page *page, report_sink sink, void *context);

#endif
