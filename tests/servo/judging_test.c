/* tests/servo/judging_test.c -- how much worse than the optimum the adaptive servo is, in every family of trials: the few trials of
 * the bench that fit into a suite (./dev bench servo plays the many). Same seeds, same figures, on every machine.
 *
 * Limits are some 10 % above what is seen; where they are stricter than the families' own, that shows what got worse. The
 * small build is judged too, by limits that are looser by what it costs. */
#include "tests/test.h"

#include "bench/servo/verdict.h"

#define SEEDS_MAX 20

/* A limit that is to come down: the family itself asks for 1.35. */
#define QUEUES 2.8

/* Of twenty holdovers one with bad luck is a twentieth; the family's 0.995 is of 200. */
#define COVERED_HOLDING 0.96

/* What the small build may lose: its members lie a decade apart instead of half of one; it has fewer kinds of them, and
 * windows of half the messages; and what each clock of a chain loses, the next ones lose with it. */
#define COARSE 1.1
#define FEW 1.35
#define FEW_IN_A_CHAIN 1.6
#define FEW_TO_KNOW_EXPONENTIAL 3.2 /* windows of 32 messages tell it from other noise late */

struct row {
	const char *family;
	uint64_t seeds;
	double limit; /* of the verdict's figure: the ratio to the optimum, in the geometric mean or pooled */
	double covered; /* share of errors within the servo's own bound, at least */
	double small;   /* what the limit is multiplied by in the small build */
};

static double limit_of_build(const struct row *row)
{
#ifdef GN_SERVO_SMALL
	return row->limit * row->small;
#else
	return row->limit;
#endif
}

/* NaN is within no limit. */
static bool is_good(const struct row *row, const struct verdict *v)
{
	return v->value <= limit_of_build(row) && v->covered >= row->covered;
}

static void judge(const struct row *row)
{
	const bool adaptive[CONTESTANTS] = { [CONTESTANT_ADAPTIVE] = true };
	struct outcome outcomes[SEEDS_MAX];
	struct verdict v;

	for (uint64_t seed = 1; seed <= row->seeds; seed++) {
		play_and_score(&outcomes[seed - 1], family_named(row->family), TRIAL_TUNING, seed, adaptive);
	}
	verdict_of(outcomes, row->seeds, &v);
	CHECK_EQ(v.trials, row->seeds);
	print_message("# %.3f of %.2f, covered %.4f of %.3f\n", v.value, limit_of_build(row), v.covered,
		      row->covered);
	CHECK(is_good(row, &v));
}

#define JUDGE(test, ...)                                                                                     \
	TEST(test)                                                                                           \
	{                                                                                                    \
		judge(&(const struct row){ __VA_ARGS__ });                                                   \
	}

JUDGE(near_the_optimum_with_hardware_stamps, "hardware", 20, 1.15, 0.98, COARSE)
JUDGE(near_the_optimum_with_software_stamps, "software-gaussian", 20, 1.15, 0.98, COARSE)
JUDGE(near_the_optimum_with_exponential_noise, "software-exponential", 4, 1.6, 0.85, FEW_TO_KNOW_EXPONENTIAL)
JUDGE(near_the_optimum_behind_queues, "pdv", 20, QUEUES, 0.9, FEW)
JUDGE(near_the_optimum_over_loss, "loss", 20, 1.25, 0.97, COARSE)
JUDGE(near_the_optimum_with_temperature, "temperature", 20, 1.1, 0.98, FEW)
JUDGE(near_the_optimum_over_changes_of_the_grandmaster, "gm-change", 20, 1.35, 0.98, COARSE)
JUDGE(near_the_optimum_over_changes_of_the_path, "path-change", 20, 1.2, 0.98, FEW)
JUDGE(near_the_optimum_in_holdover, "holdover", 20, 1.2, COVERED_HOLDING, COARSE)
JUDGE(near_the_optimum_in_a_chain, "chain", 4, 2.5, 0.9, FEW_IN_A_CHAIN)
JUDGE(near_the_optimum_from_clock_to_clock, "clock-to-clock", 20, 1.12, 0.98, COARSE)
JUDGE(settled_as_soon_as_the_optimum_nearly, "initial", 20, 1.5, 0.98, COARSE)
