/* src/core/bmca/compare.h -- the data set comparison algorithm (9.3.4, Figures 34 and 35). */
#ifndef CORE_BMCA_COMPARE_H
#define CORE_BMCA_COMPARE_H

#include "gnomon/types.h"

/* What is compared (Table 30). For an Announce: its fields, its sender, and the port that received it; for D0, the local
 * clock: defaultDS with its own clockIdentity everywhere, steps removed 0 and port number 0. */
struct bmca_dataset {
	uint8_t priority1;
	struct gn_clock_quality clock_quality;
	uint8_t priority2;
	struct gn_clock_identity grandmaster_identity;
	uint16_t steps_removed;
	struct gn_port_identity sender;
	struct gn_port_identity receiver;
};

/* Positive: A wins, negative: B wins; swapping the two swaps the sign. The error results (a message that its own clock
 * sent, or the same message twice) are no win for either. */
enum bmca_verdict {
	BMCA_B_BETTER = -2,
	BMCA_B_BETTER_BY_TOPOLOGY = -1,
	BMCA_EQUAL = 0, /* error-1 and error-2 */
	BMCA_A_BETTER_BY_TOPOLOGY = 1,
	BMCA_A_BETTER = 2,
};

enum bmca_verdict bmca_compare(const struct bmca_dataset *a, const struct bmca_dataset *b);

#endif
