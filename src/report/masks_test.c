/* src/report/masks_test.c -- the rows are sound, and limits between points lie on straight lines. */
#include "report/masks.h"

#include "tests/test.h"

#include <math.h>

static bool is_by_interval(const struct mask *mask)
{
	return mask->quantity == MASK_MTIE || mask->quantity == MASK_TDEV;
}

TEST(every_row_is_found_by_its_name_and_quantity)
{
	size_t rows = 0;

	for (const struct mask *mask = masks; mask->name; mask++) {
		CHECK(mask_find(mask->name, mask->quantity) == mask); /* so none stands twice */
		CHECK(mask->meaning && mask->meaning[0]);
		CHECK(!strchr(mask->name, ' '));
		rows++;
	}
	CHECK(rows > 20);
}

TEST(every_row_has_points_of_its_kind)
{
	for (const struct mask *mask = masks; mask->name; mask++) {
		size_t count = 0;

		CHECK(mask->points[0].limit_ns > 0.0);
		if (!is_by_interval(mask)) {
			CHECK(mask->points[0].tau_s == 0.0);
			continue;
		}
		while (mask->points[count].tau_s > 0.0) {
			CHECK(count == 0 || mask->points[count].tau_s > mask->points[count - 1].tau_s);
			CHECK(mask->points[count].limit_ns > 0.0);
			count++;
		}
		CHECK(count >= 2);
	}
}

TEST(dynamic_error_is_judged_behind_a_filter)
{
	for (const struct mask *mask = masks; mask->name; mask++) {
		if (is_by_interval(mask)) {
			CHECK_NEAR(mask->low_pass_hz, 0.1, 0);
		}
		if (mask->quantity == MASK_PEAK_TO_PEAK) {
			CHECK_NEAR(mask->low_pass_hz, -0.1, 0);
		}
	}
}

TEST(a_better_class_has_no_looser_limit)
{
	static const char *const classes[] = { "G.8273.2-A", "G.8273.2-B", "G.8273.2-C" };

	for (int q = 0; q < MASK_QUANTITIES; q++) {
		for (size_t i = 1; i < 3; i++) {
			const struct mask *worse = mask_find(classes[i - 1], (enum mask_quantity)q);
			const struct mask *better = mask_find(classes[i], (enum mask_quantity)q);

			CHECK(worse);
			if (better) {
				CHECK(better->points[0].limit_ns <= worse->points[0].limit_ns);
			}
		}
	}
	CHECK(!mask_find("G.8273.2-C", MASK_PEAK_TO_PEAK));
}

TEST(other_names_lead_to_the_same_row)
{
	CHECK(mask_find("PRTC-A", MASK_MAX_ABS) == mask_find("G.8272-A", MASK_MAX_ABS));
	CHECK(mask_find("PRTC-B", MASK_MAX_ABS) == mask_find("G.8272-B", MASK_MAX_ABS));
	CHECK(mask_find("ePRTC", MASK_MAX_ABS) == mask_find("G.8272.1", MASK_MAX_ABS));
	CHECK(mask_find("C37.238", MASK_MAX_ABS) == mask_find("61850-9-3", MASK_MAX_ABS));
	CHECK(mask_find("PRTC-A", MASK_MAX_ABS)->points[0].limit_ns == 100.0);
	CHECK(!mask_find("PRTC-A", MASK_TDEV));
	CHECK(!mask_find("G.8273.2", MASK_MTIE));
	CHECK(!mask_find("", MASK_MAX_ABS));
}

TEST(a_flat_mask_is_flat_up_to_1000_s)
{
	const struct mask *mask = mask_find("G.8273.2-A", MASK_MTIE);

	for (int i = 0; i < 1000; i++) {
		CHECK_NEAR(mask_limit(mask->points, 3, 0.1 * pow(1e4, i / 1000.0)), 40.0, 1e-12);
	}
	CHECK_NEAR(mask_limit(mask->points, 3, 3 * 0.1 - 0.2), 40.0, 0); /* 0.1 and a rounding */
	CHECK_NEAR(mask_limit(mask->points, 3, 1000.0 * (1.0 + 1e-12)), 40.0, 0);
	CHECK(isinf(mask_limit(mask->points, 3, 0.09)));
	CHECK(isinf(mask_limit(mask->points, 3, 1001.0)));
}

TEST(between_points_a_limit_is_straight_on_logarithmic_scales)
{
	static const struct mask_point points[] = {
		{ 0.05, 30.0 }, { 2.0, 30.0 }, { 50.0, 7000.0 }, { 900.0, 10.0 }
	};

	for (int n = 0; n < 1000; n++) {
		double tau = 0.051 * pow(899.0 / 0.051, n / 1000.0);
		size_t i = tau < 2.0 ? 0 : tau < 50.0 ? 1 : 2;
		double share = log(tau / points[i].tau_s) / log(points[i + 1].tau_s / points[i].tau_s);
		double expected = points[i].limit_ns *
				  pow(points[i + 1].limit_ns / points[i].limit_ns, share);

		CHECK_NEAR(mask_limit(points, 4, tau), expected, 1e-9 * expected);
	}
	for (size_t i = 0; i < 4; i++) {
		CHECK_NEAR(mask_limit(points, 4, points[i].tau_s), points[i].limit_ns, 0);
	}
}

TEST(a_single_point_is_a_limit_at_one_interval)
{
	static const struct mask_point points[] = { { 10.0, 5.0 } };

	CHECK_NEAR(mask_limit(points, 1, 10.0), 5.0, 0);
	CHECK(isinf(mask_limit(points, 1, 9.9)));
	CHECK(isinf(mask_limit(points, 1, 10.1)));
	CHECK(isinf(mask_limit(points, 0, 10.0)));
}
