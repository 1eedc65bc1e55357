/* bench/servo/steered.c -- rates multiply: (1 + oscillator) (1 + set). */
#include "bench/servo/steered.h"

#include "core/servo/math.h"

#define RESOLUTION_PPB (1000.0 / 65536.0)

void steered_begin(struct steered *clock, double phase_ns, double limit_ppb)
{
	*clock = (struct steered){ .error_ns = phase_ns, .phase_ns = phase_ns, .limit_ppb = limit_ppb };
}

void steered_follow(struct steered *clock, int64_t at_ns, double phase_ns)
{
	double passed_s = (double)(at_ns - clock->at_ns) / 1e9, grown_ns = phase_ns - clock->phase_ns;

	clock->error_ns += grown_ns * (1.0 + clock->frequency_ppb / 1e9) + clock->frequency_ppb * passed_s;
	clock->phase_ns = phase_ns;
	clock->at_ns = at_ns;
}

double steered_set(struct steered *clock, double frequency_ppb)
{
	double limited = frequency_ppb;

	if (limited > clock->limit_ppb) {
		limited = clock->limit_ppb;
	}
	if (!(limited >= -clock->limit_ppb)) { /* or no number at all */
		limited = -clock->limit_ppb;
	}
	clock->frequency_ppb = gn_math_round(limited / RESOLUTION_PPB) * RESOLUTION_PPB;
	return clock->frequency_ppb;
}
