/* src/sim/watch/expect.h -- what a scenario says must hold, and whether it did.
 *
 *     expect client offset rms < 50ns from 60s to 120s
 *     expect client offset p99.9 < 100ns from 60s            also p50 .. p99.999, max (of the magnitude), mean (signed)
 *     expect client offset p2p < 1us from 60s                largest minus smallest
 *     expect client offset rms < 1us from 60s against gm     the difference of two clocks instead of against true time
 *     expect client settles within 10s threshold 100ns hold 30s after 65s
 *                                                            the RMS of every second of the hold is below the threshold
 *     expect client offset max below G.8272-A from 60s       a mask of report/masks.h: of max, mean or p2p
 *     expect client frequency max < 10ppb from 60s           rms, max, mean, pN as with offset
 *     expect client mtie below G.8273.2-A from 100s          or points: below 0.1s:40ns,1000s:40ns
 *     expect client tdev below G.8273.2-A from 100s
 *     expect client grandmaster is gm at 30s                 or: from 30s to 60s (all the time)
 *     expect client.1 state is TIME_RECEIVER at 60s
 *     expect client steps <= 1 from 10s                      by the servo
 *     expect client refused-steps = 0                        of those, what its step thresholds forbid
 *     expect client drops stamp_stale_epoch >= 1             a name of gn_drop_name(), or `all`
 *     expect client reports CLOCK_FAILED >= 1                a name of enum gn_report_id without GN_REPORT_
 *     expect client sent Sync > 100                          or received
 *     expect client own-error max < 50ns from 60s            the servo's own offset minus the true one
 *     expect client path-delay mean > 400ns from 60s
 *     expect all malformed = 0                               `all` or a pattern with *: each of them
 *
 * Operators: < <= > >= = !=. A window's default is the whole run; a time after the run's end is an error of the
 * scenario. What is counted without a time is counted over the whole run.
 *
 * pN is the smallest value that N % of the samples, or more, are not larger than: one of them, so that pN < X holds if
 * and only if N % of them are below X, in short windows too.
 *
 * Moments at which a node's daemon (or that of the node it is judged against) did not run, or had not measured yet, are
 * left out, and said. A name that is a pattern is of all nodes that are measured, where it is about clocks; and it must
 * be of one at least. A state without a port is that of any port. Settling is looked for second by second. */
#ifndef SIM_EXPECT_H
#define SIM_EXPECT_H

#include "report/masks.h"
#include "sim/watch/observe.h"

enum expect_subject {
	EXPECT_OFFSET,
	EXPECT_FREQUENCY,
	EXPECT_OWN_ERROR,
	EXPECT_PATH_DELAY,
	EXPECT_SETTLES,
	EXPECT_MTIE,
	EXPECT_TDEV,
	EXPECT_GRANDMASTER,
	EXPECT_STATE,
	EXPECT_STEPS,
	EXPECT_DROPS,
	EXPECT_REPORTS,
	EXPECT_SENT,
	EXPECT_RECEIVED,
	EXPECT_REFUSED_STEPS,
	EXPECT_MALFORMED,
};
enum expect_measure { EXPECT_RMS, EXPECT_MAX, EXPECT_MEAN, EXPECT_PERCENTILE, EXPECT_P2P };
enum expect_operator {
	EXPECT_LESS,
	EXPECT_AT_MOST,
	EXPECT_MORE,
	EXPECT_AT_LEAST,
	EXPECT_EQUAL,
	EXPECT_UNEQUAL
};

#define EXPECT_POINTS 16

struct expectation {
	char text[256]; /* as written, without "expect" */
	char who[64];   /* a node, or a pattern */
	uint16_t port;  /* 0: none given */
	int subject, measure, comparison;
	double percentile;
	double value;           /* ns, ppb or a count */
	int64_t from_ps, to_ps; /* to: -1 until the end. `at`: both the same */
	char against[64];       /* "" true time */
	int64_t within_ps, hold_ps, after_ps;
	double threshold_ns;
	char other[64];     /* grandmaster's node, a mask's name */
	int state, id;      /* port state; drop reason, report id, message type; -1: all */
	size_t point_count; /* of a mask: MTIE, TDEV, and OFFSET that is compared with one; else 0 */
	struct mask_point points[EXPECT_POINTS];
	double low_pass_hz; /* of the mask, as struct mask has it */
	const char *file;
	int line;
};

/* The words behind "expect". False: `why` says what was expected and which word it was. */
bool expect_parse(struct expectation *expectation, char *const *words, size_t count, char *why,
		  size_t why_size);

struct verdict {
	bool holds;
	char node[64];
	double seen; /* of a number, in the unit of `value`; ns that it took to settle; NaN: there is none */
	int64_t at_ps;  /* when it was seen first or worst; -1: nothing to say */
	char text[256]; /* "offset rms 71.3 ns from 60 s to 120 s (worst second 84.0 ns at 73 s)" */
};

/* One verdict for each node that it is of; told one by one. False without memory. Of the observation only its samples,
 * changes and counters are looked at. */
bool expect_judge(const struct expectation *expectation, const struct observation *observation,
		  void (*tell)(void *context, const struct expectation *expectation,
			       const struct verdict *verdict),
		  void *context);

#endif
