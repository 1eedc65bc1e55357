#include "report/chart.h"

#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

static char out[65536];
static size_t used;

static void keep(void *context, const char *text, size_t length)
{
	(void)context;
	assert_true(used + length < sizeof(out));
	memcpy(out + used, text, length);
	used += length;
	out[used] = '\0';
}

static const char *drawn(const double *values, size_t count, size_t columns, size_t rows, bool is_utf8)
{
	used = 0;
	out[0] = '\0';
	chart_draw(values, count, columns, rows, is_utf8, keep, NULL);
	return out;
}

TEST(a_sparkline_rises_by_decades)
{
	const double values[] = { 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, -1e7, 1e12, 0, (double)NAN };
	char text[64];

	CHECK_STR_EQ(chart_sparkline(values, 12, 12, 1.0, 1e7, false, text), "01234567770 ");
	CHECK_STR_EQ(chart_sparkline(values, 12, 3, 1.0, 1e7, false, text), "70 ");
	CHECK_STR_EQ(chart_sparkline(values, 2, 9, 1.0, 1e7, true, text), "\xE2\x96\x81\xE2\x96\x82");
	CHECK_STR_EQ(chart_sparkline(values, 0, 9, 1.0, 1e7, true, text), "");
}

TEST(a_falling_offset_falls_in_the_plot)
{
	const double values[] = { 1000, 100, -10, 1 };

	CHECK_STR_EQ(drawn(values, 4, 4, 4, false), "    1 us |*   \n"
						    "  100 ns | *  \n"
						    "   10 ns |  * \n"
						    "    1 ns |   *\n");
}

TEST(a_part_shows_its_largest_magnitude_and_a_gap_stays_empty)
{
	const double values[] = { 1, -1000, 1, 1, (double)NAN, (double)NAN };

	CHECK_STR_EQ(drawn(values, 6, 3, 2, false), "    1 us |*  \n"
						    "    1 ns | * \n");
}

TEST(braille_has_eight_dots_a_character)
{
	const double values[] = { 1000, 1 };

	/* left top dot: U+2801; right bottom dot two rows below: U+2880 */
	CHECK_STR_EQ(drawn(values, 2, 1, 2, true), "    1 us |\xE2\xA0\x81\n"
						   "    1 ns |\xE2\xA2\x80\n");
}

TEST(nothing_is_drawn_without_values_and_sizes_are_limited)
{
	const double none[] = { (double)NAN, (double)NAN };
	const double some[] = { 0.0, 1e14, HUGE_VAL };

	CHECK_STR_EQ(drawn(none, 2, 10, 10, false), "");
	CHECK_STR_EQ(drawn(none, 0, 10, 10, true), "");
	drawn(some, 3, 100000, 100000, true);
	CHECK_EQ(used, CHART_ROWS_MAX * (10 + 3 * CHART_COLUMNS_MAX + 1));
	drawn(some, 3, 0, 0, false);
	CHECK(used > 0);
}
