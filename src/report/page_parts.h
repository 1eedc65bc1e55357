/* src/report/page_parts.h -- what the files of the simulation's page share: page.c is the page from top to bottom,
 * page_tables.c has its numbers, page_plots.c what happened over time, page_distributions.c and page_stability.c what that
 * amounts to, page_topology.c what was connected how. */
#ifndef REPORT_PAGE_PARTS_H
#define REPORT_PAGE_PARTS_H

#include "report/page.h"
#include "report/plot.h"

#define PAGE_WIDTH 960.0
#define PAGE_DRAWN_MAX 8   /* nodes with a line of their own: there are so many colours and dashes */
#define PAGE_LISTED_MAX 20 /* nodes with a row of their own */

struct page_numbers { /* of offsets, ns; NaN with count 0 */
	size_t count;
	double mean, rms, p50, p95, p99, p999, largest;
};

/* One measured node. */
struct page_facts {
	const struct page_node *node;
	size_t from; /* the first sample after settling */
	bool has_settled;
	struct page_numbers settled;
	double path_delay; /* mean after settling; NaN */
	size_t failures;   /* expectations of it that failed */
};

struct page_writer {
	const struct page *page;
	struct plot_out out;
	double end_s;             /* of the time axis */
	struct page_facts *facts; /* [measured], in the page's order */
	size_t measured;
	size_t *worst;                                  /* [measured]: by failures, then by RMS */
	const struct page_facts *drawn[PAGE_DRAWN_MAX]; /* the slot is the colour */
	size_t drawn_count;
	size_t *failures; /* [node_count] */
	size_t *facts_of; /* [node_count]: the index of its facts; SIZE_MAX: not measured */
	size_t *by_name;  /* [node_count]: indices of nodes, sorted by name */
	double *values;   /* [sample_count]: room for one series */
	bool is_out_of_memory;
};

#define PUT(writer, ...) PLOT_PUT(&(writer)->out, __VA_ARGS__)

/* malloc() of count * size octets, at least one; NULL and is_out_of_memory when there is none. */
void *page_allocate(struct page_writer *w, size_t count, size_t size);

/* The usable offset of a sample; NaN: none. */
double page_offset(const struct page_node *node, size_t sample);

/* Of the samples within from_s..to_s. Uses w->values. */
struct page_numbers page_numbers_of(struct page_writer *w, const struct page_node *node, double from_s,
				    double to_s);

/* The index of the first node of that name, or SIZE_MAX. */
size_t page_node_index(const struct page_writer *w, const char *name);

const char *page_count(size_t count, char out[32]); /* "9,980" */
void page_put_name(const struct plot_out *out, const char *name,
		   size_t characters); /* escaped; cut with an ellipsis */

void page_put_tiles(struct page_writer *w);
void page_put_expectations(struct page_writer *w);
void page_put_budget(struct page_writer *w);
void page_put_happenings(struct page_writer *w);
void page_put_settings(struct page_writer *w);

void page_put_topology(struct page_writer *w);

void page_put_offsets(struct page_writer *w);
void page_put_distributions(struct page_writer *w);
void page_put_path_delays(struct page_writer *w);
void page_put_states(struct page_writer *w);
void page_put_stability(struct page_writer *w); /* MTIE and TDEV */

#endif
