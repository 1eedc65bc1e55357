/* src/core/delay/process.h -- t1..t4 become a mean delay and an offset (11.3), with linuxptp's four modes.
 *
 * One processor per clock for E2E (Sync and Delay_Req exchanges), one per port for P2P (whose delay only is used).
 * Times, filter and results have the resolution of their inputs, 2^-16 ns; what is called _ns is cut to whole
 * nanoseconds toward zero, as the tools show it. */
#ifndef CORE_DELAY_PROCESS_H
#define CORE_DELAY_PROCESS_H

#include "core/servo/filter.h"

struct delay_process {
	enum gn_tsproc_mode mode;
	struct filter filter;
	double rate_ratio;                /* remote / local; 1 unless known */
	struct gn_precise t1, t2, t3, t4; /* t1 with Sync's and t4 with Delay_Resp's corrections applied */
	bool has_down;                    /* t1, t2 are there */
	bool has_up;                      /* t3, t4 are there */
	struct gn_interval filtered, raw; /* raw: as set or of the last exchange */
	int64_t filtered_ns, raw_ns;
	bool has_filtered, has_raw;
	bool is_raw_set; /* raw came by delay_process_set_delay(): t1..t4 say nothing about it */
};

/* What an update came to. */
struct delay_sample {
	struct gn_interval delay;
	int64_t raw_ns;
	bool is_negative;           /* raw delay below zero: reported, kept */
	int64_t t2_t3_ns, t4_t1_ns; /* what it was made of, before the rate ratio */
};

struct offset_sample {
	struct gn_offset offset;
	struct gn_interval delay; /* what was used */
	double weight;
};

size_t delay_process_size(int filter_length);
void delay_process_init(struct delay_process *p, enum gn_tsproc_mode mode, enum gn_filter_kind kind,
			int length, void *memory);
/* A ratio that no two clocks can have (outside 0.5 .. 2) counts as unknown. */
void delay_process_set_rate_ratio(struct delay_process *p, double ratio);
void delay_process_down(struct delay_process *p, struct gn_precise t1, struct gn_precise t2);
void delay_process_up(struct delay_process *p, struct gn_precise t3, struct gn_precise t4);
/* A delay known from elsewhere (peer delay, initial_delay): filtered and raw alike, until the next exchange. One too
 * large to express is none, and changes nothing. */
void delay_process_set_delay(struct delay_process *p, struct gn_interval delay);

/* The delay of the exchange, taken into the filter: call once per exchange. False until t1..t4 are all there, and
 * where they are too far apart to be one exchange. */
bool delay_process_update_delay(struct delay_process *p, struct delay_sample *out);
/* The offset of the last t1 and t2. False until a delay exists. */
bool delay_process_update_offset(struct delay_process *p, struct offset_sample *out);

/* keep_delay: after a step (t1..t4 mean nothing any more, the filter stays); else everything, for a new parent. */
void delay_process_reset(struct delay_process *p, bool keep_delay);

#endif
