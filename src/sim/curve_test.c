/* src/sim/curve_test.c */
#include "sim/curve.h"

#include "tests/test.h"

#include <math.h>
#include <stdio.h>

#define SECONDS(s) ((int64_t)(s)*INT64_C(1000000000000))

static char why[160];

static bool read_csv(struct curve *curve, const char *text)
{
	why[0] = '\0';
	return curve_read_csv(curve, text, strlen(text), why, sizeof(why));
}

TEST(without_a_curve_it_is_room_temperature)
{
	CHECK(curve_at(NULL, 0) == 25);
	CHECK(curve_at(NULL, SECONDS(1000)) == 25);
}

TEST(a_constant_is_constant)
{
	struct curve curve = { .shape = CURVE_CONSTANT, .value = 30 };

	CHECK(curve_at(&curve, 0) == 30);
	CHECK(curve_at(&curve, SECONDS(100000)) == 30);
}

TEST(a_ramp_is_level_before_and_behind)
{
	struct curve curve = {
		.shape = CURVE_RAMP, .value = 20, .other = 60, .from_ps = SECONDS(60), .to_ps = SECONDS(660)
	};

	CHECK(curve_at(&curve, 0) == 20);
	CHECK(curve_at(&curve, SECONDS(60)) == 20);
	CHECK_NEAR(curve_at(&curve, SECONDS(210)), 30, 1e-12);
	CHECK(curve_at(&curve, SECONDS(360)) == 40);
	CHECK(curve_at(&curve, SECONDS(660)) == 60);
	CHECK(curve_at(&curve, SECONDS(1000)) == 60);
	curve.to_ps = curve.from_ps; /* no time for it: a step */
	CHECK(curve_at(&curve, SECONDS(60) - 1) == 20);
	CHECK(curve_at(&curve, SECONDS(60)) == 60);
}

TEST(a_step_is_at_its_time)
{
	struct curve curve = { .shape = CURVE_STEP, .value = 25, .other = 15, .from_ps = SECONDS(300) };

	CHECK(curve_at(&curve, SECONDS(300) - 1) == 25);
	CHECK(curve_at(&curve, SECONDS(300)) == 15);
}

TEST(a_sinusoid_starts_at_its_mean_and_comes_back_to_it)
{
	struct curve curve = { .shape = CURVE_SINUSOID, .value = 25, .other = 5, .period_ps = SECONDS(3600) };

	CHECK(curve_at(&curve, 0) == 25);
	CHECK_NEAR(curve_at(&curve, SECONDS(900)), 30, 1e-12);
	CHECK_NEAR(curve_at(&curve, SECONDS(1800)), 25, 1e-12);
	CHECK_NEAR(curve_at(&curve, SECONDS(2700)), 20, 1e-12);
	for (int i = 0; i < 1000; i++) {
		int64_t at_ps = test_random_between(0, SECONDS(9000000));
		double turns = (double)(at_ps % SECONDS(3600)) / (double)SECONDS(3600);

		CHECK_NEAR(curve_at(&curve, at_ps), 25 + 5 * sin(2 * M_PI * turns), 1e-12);
	}
}

TEST(points_of_a_file_are_joined_by_lines)
{
	struct curve curve;

	CHECK(read_csv(&curve, "# measured in the lab, with a comma, and another\n"
			       "time,temperature\r\n"
			       "\n"
			       "10,20\n"
			       "  20.5 ,\t30.5 \r\n"
			       "# in between\n"
			       "1e2,-4e1"));
	CHECK_EQ(curve.shape, CURVE_POINTS);
	CHECK_EQ(curve.count, 3);
	CHECK_EQ(curve.points[1].at_ps, INT64_C(20500000000000));
	CHECK(curve_at(&curve, 0) == 20);
	CHECK(curve_at(&curve, SECONDS(10)) == 20);
	CHECK_NEAR(curve_at(&curve, INT64_C(15250000000000)), 25.25, 1e-12);
	CHECK(curve_at(&curve, INT64_C(20500000000000)) == 30.5);
	CHECK(curve_at(&curve, SECONDS(100)) == -40);
	CHECK(curve_at(&curve, SECONDS(1000)) == -40);
	curve_free(&curve);
	CHECK(curve_at(&curve, 0) == 25);
}

TEST(one_point_is_a_constant)
{
	struct curve curve;

	CHECK(read_csv(&curve, "\xEF\xBB\xBF"
			       "5,17\n"));
	CHECK(curve_at(&curve, 0) == 17);
	CHECK(curve_at(&curve, SECONDS(5)) == 17);
	CHECK(curve_at(&curve, SECONDS(50)) == 17);
	curve_free(&curve);
}

/* Of many points at random distances, every one is found, and what is between lies between. */
TEST(any_point_of_many_is_found)
{
	static char text[200000];
	struct curve curve;
	size_t length = 0;
	int64_t ms = 0;

	for (int i = 0; i < 5000; i++) {
		ms += test_random_between(1, 5000);
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%lld.%03d,%d\n",
					   (long long)(ms / 1000), (int)(ms % 1000), i % 7 * i);
	}
	CHECK(read_csv(&curve, text));
	CHECK_EQ(curve.count, 5000);
	for (size_t i = 0; i + 1 < curve.count; i++) {
		const struct curve_point *a = &curve.points[i], *b = a + 1;

		CHECK(a->at_ps < b->at_ps);
		CHECK(curve_at(&curve, a->at_ps) == a->value);
		CHECK_NEAR(curve_at(&curve, a->at_ps + (b->at_ps - a->at_ps) / 2), (a->value + b->value) / 2,
			   fabs(a->value - b->value) * 1e-3 + 1e-9);
	}
	curve_free(&curve);
}

TEST(a_wrong_file_is_refused_with_the_number_of_the_line)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "", "line 1: the file ends without a line \"seconds,value\"" },
		{ "# nothing\n\n", "line 2: the file ends without a line \"seconds,value\"" },
		{ "time,value\n", "line 1: the file ends without a line \"seconds,value\"" },
		{ "time,value\nagain,value\n1,2\n", "line 2: expected \"seconds,value\", two numbers" },
		{ "1,2\ntime,value\n", "line 2: expected \"seconds,value\", two numbers" },
		{ "1,2\n2\n", "line 2: expected \"seconds,value\", two numbers" },
		{ "1,2\n2,\n", "line 2: expected \"seconds,value\", two numbers" },
		{ "1,2\n2,3,4\n", "line 2: expected \"seconds,value\", two numbers" },
		{ "1,warm\n", "line 1: expected \"seconds,value\", two numbers" },
		{ "1,2\n\n1,3\n", "line 3: expected a later time than in the line before" },
		{ "2,2\n1,3\n", "line 2: expected a later time than in the line before" },
		{ "1,2\n1.0000000000001,3\n", "line 2: expected a later time than in the line before" },
		{ "1e9,2\n", "line 1: expected at most 9.2e6 seconds" },
		{ "1,0000000000000000000000000000000000000000000000000000000000000000000000000001\n",
		  "line 1: expected \"seconds,value\", two numbers" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct curve curve = { .shape = CURVE_STEP, .value = 3 };

		CHECK(!read_csv(&curve, wrong[i].text));
		CHECK_STR_EQ(why, wrong[i].why);
		CHECK_EQ(curve.shape, CURVE_STEP); /* untouched */
		CHECK(!curve.points);
	}
}

TEST(octets_at_random_are_no_danger)
{
	static const char alphabet[] = "0123456789.,-e#\n\r ab\0";

	for (int i = 0; i < 20000; i++) {
		size_t size = test_random_below(60);
		struct curve curve;
		char text[60];

		for (size_t c = 0; c < size; c++) {
			text[c] = alphabet[test_random_below(sizeof(alphabet))];
		}
		if (curve_read_csv(&curve, text, size, why, sizeof(why))) {
			CHECK(curve.count > 0);
			CHECK(isfinite(curve_at(&curve, SECONDS(5))));
			curve_free(&curve);
		}
	}
}
