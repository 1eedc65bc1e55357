/* src/tools/clock_view.h -- one look at a clock, and at two clocks at one moment. */
#ifndef TOOLS_CLOCK_VIEW_H
#define TOOLS_CLOCK_VIEW_H

#include "gnomon/virtual_clock.h"
#include "linux/clock.h"

struct clock_view {
	const char *name, *kind;
	struct gn_precise time;
	int64_t raw_ns;        /* when */
	int64_t doubt_ns;      /* how far from it at most */
	const char *timescale; /* "UTC", "TAI" (what PHCs and virtual clocks keep if they are kept), "" */
	bool has_rate;
	struct gn_rate rate, rate_limit;
	int owner; /* pid, 0: nobody; -1: somebody */
	bool is_virtual;
	struct gn_virtual_clock page; /* with is_virtual */
	bool is_kept;                 /* false: `why` says since when not */
	char why[256];
};

/* 0 or -errno. */
int clock_view_take(struct clock *clock, struct clock_view *out);

/* As lines for people, or as a JSON object on one line or indented. */
void clock_view_print(const struct clock_view *view);
void clock_view_print_json(const struct clock_view *view, bool is_indented);

/* How far a is ahead of b. */
struct clock_difference {
	struct gn_offset difference; /* a - b */
	int64_t raw_ns;              /* when */
	int64_t doubt_ns;            /* 0: exact, both were taken at this one raw moment */
	bool is_exact;
};

/* Two virtual clocks are computed for one raw moment; others are read one after the other, each between two raw
 * times. 0 or -errno. */
int clock_difference_take(struct clock *a, struct clock *b, struct clock_difference *out);

/* The arithmetic of two readings (exposed for the test). */
struct clock_difference clock_difference_of(const struct clock_reading *a, const struct clock_reading *b);

/* "2025-01-31 23:59:59.123456789" in at most 32 octets; and seconds with sign and 12 digits, as "+0.000000123456". */
const char *clock_view_date(struct gn_precise time, char out[40]);
const char *clock_view_seconds(struct gn_offset offset, char out[48]);

#endif
