#include "report/plot.h"

#include "tests/test.h"

#include <math.h>
#include <stdio.h>

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

static struct plot_out fresh(void)
{
	used = 0;
	out[0] = '\0';
	return (struct plot_out){ keep, NULL };
}

static const char *escaped(const char *text)
{
	struct plot_out to = fresh();

	plot_put_escaped(&to, text);
	return out;
}

TEST(text_is_escaped_and_control_characters_are_left_out)
{
	static const char bells[] = { 'x', 7, 27, 'y', 127, '\0' };

	CHECK_STR_EQ(escaped("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
	CHECK_STR_EQ(escaped(bells), "xy");
	CHECK_STR_EQ(escaped(""), "");
	CHECK_STR_EQ(escaped("\xC2\xB5s\n"), "\xC2\xB5s\n");
	for (int c = 1; c < 256; c++) {
		char text[2] = { (char)c, '\0' };

		CHECK(strpbrk(escaped(text), "<>\"") == NULL);
	}
}

/* Monotonic from 0 to 1, and back again. */
static void check_scale(const struct plot_scale *scale)
{
	double last = -HUGE_VAL;

	for (int i = 0; i <= 1000; i++) {
		double value = plot_value_at(scale, i / 1000.0);

		CHECK(value > last);
		CHECK_NEAR(plot_position(scale, value), i / 1000.0, 1e-9);
		last = value;
	}
	CHECK(scale->tick_count >= 2 && scale->tick_count <= PLOT_TICKS_MAX);
	for (size_t i = 0; i < scale->tick_count; i++) {
		double position = plot_position(scale, scale->ticks[i]);

		CHECK(position > -1e-6 && position < 1.0 + 1e-6);
	}
}

TEST(scales_are_monotonic_and_have_their_ticks_within)
{
	struct plot_scale scale;

	for (int i = 0; i < 2000; i++) {
		double low = (double)test_random_between(-1000000, 1000000) / 1000.0;
		double range = pow(10.0, (double)test_random_between(-3, 12));

		plot_linear(&scale, low, low + range, 6);
		check_scale(&scale);
		plot_symlog(&scale, low, low + range, pow(10.0, (double)test_random_below(4)));
		check_scale(&scale);
		plot_log(&scale, range, range * (1.0 + (double)test_random_below(1000)));
		check_scale(&scale);
		plot_time_scale(&scale, 0.0, range);
		check_scale(&scale);
	}
}

TEST(a_range_without_extent_gets_one)
{
	struct plot_scale scale;

	plot_linear(&scale, 5.0, 5.0, 6);
	check_scale(&scale);
	plot_log(&scale, 1.0, 1.0);
	check_scale(&scale);
	plot_log(&scale, 0.0, 0.0);
	check_scale(&scale);
	plot_offset_scale(&scale, HUGE_VAL, -HUGE_VAL, (double)NAN);
	check_scale(&scale);
}

TEST(offsets_are_on_a_logarithmic_scale_where_the_largest_dwarfs_the_usual)
{
	struct plot_scale scale;

	plot_offset_scale(&scale, -50.0, 80.0, 10.0);
	CHECK_EQ(scale.shape, PLOT_LINEAR);
	CHECK(scale.low < -50.0 && scale.high > 80.0);
	plot_offset_scale(&scale, 3.0, 1e9, 42.0);
	CHECK_EQ(scale.shape, PLOT_SYMLOG);
	CHECK_NEAR(scale.linear_to, 100.0, 0.0);
}

TEST(long_times_have_larger_units)
{
	struct plot plot = plot_of_size(fresh(), 960.0, 300.0);

	plot_time_scale(&plot.x, 0.0, 120.0);
	plot_time_axis(&plot);
	CHECK(strstr(out, "time in s<") && strstr(out, ">100<"));
	plot.out = fresh();
	plot_time_scale(&plot.x, 0.0, 3600.0);
	plot_time_axis(&plot);
	CHECK(strstr(out, "time in min<") && strstr(out, ">60<"));
	plot.out = fresh();
	plot_time_scale(&plot.x, 0.0, 86400.0);
	plot_time_axis(&plot);
	CHECK(strstr(out, "time in h<") && strstr(out, ">24<"));
	plot.out = fresh();
	plot_time_scale(&plot.x, 0.0, 30 * 86400.0);
	plot_time_axis(&plot);
	CHECK(strstr(out, "time in d<") && strstr(out, ">30<"));
}

TEST(neighbouring_ticks_are_told_apart)
{
	struct plot plot = plot_of_size(fresh(), 960.0, 300.0);

	plot_linear(&plot.y, 1496.0, 1504.0, 5);
	plot_y_axis(&plot, plot_text_ns);
	CHECK(strstr(out, ">1.500 us<") && strstr(out, ">1.502 us<"));
	plot.out = fresh();
	plot_linear(&plot.y, -4.0, 3.0, 5);
	plot_y_axis(&plot, plot_text_ns);
	CHECK(strstr(out, ">0 ns<") && strstr(out, ">2 ns<") && !strstr(out, ">-0 ns<"));
}

TEST(a_value_outside_is_drawn_at_the_edge)
{
	struct plot plot = plot_of_size(fresh(), 960.0, 300.0);

	plot_linear(&plot.y, 0.0, 10.0, 5);
	CHECK_NEAR(plot_y(&plot, 1e18), plot.top, 1e-9);
	CHECK_NEAR(plot_y(&plot, -1e18), 300.0 - plot.bottom, 1e-9);
}

TEST(columns_become_lines_with_gaps_extents_and_areas)
{
	struct plot plot = plot_of_size(fresh(), 960.0, 300.0);
	struct plot_column columns[4] = { { .x = 1 }, { .x = 2 }, { .x = 3 }, { .x = 4 } };

	plot.top = plot.bottom = 0.0;
	plot_linear(&plot.y, 0.0, 300.0, 5);
	plot_column_add(&columns[0], 10.0);
	plot_column_add(&columns[0], 20.0);
	plot_column_add(&columns[1], 40.0);
	plot_column_add(&columns[3], 60.0);
	plot_means(&plot, columns, 4);
	CHECK_STR_EQ(out, "M1.0 285.0h0L2.0 260.0M4.0 240.0h0");
	plot.out = fresh();
	plot_extents(&plot, columns, 4);
	CHECK_STR_EQ(out, "M1.0 290.0h0L1.0 280.0L2.0 260.0M4.0 240.0h0");
	plot.out = fresh();
	plot_area(&plot, columns, 4);
	CHECK_STR_EQ(out, "M1.0 280.0h0L2.0 260.0L2.0 260.0L1.0 290.0ZM4.0 240.0h0L4.0 240.0Z");
}

TEST(marks_too_near_have_no_number_and_those_outside_are_not_drawn)
{
	struct plot plot = plot_of_size(fresh(), 960.0, 300.0);
	const struct report_mark marks[] = {
		{ 10.0, "one" }, { 10.1, "two" }, { 50.0, "a<b" }, { 101.0, "far" }
	};

	plot_time_scale(&plot.x, 0.0, 100.0);
	plot_marks(&plot, marks, 4);
	CHECK(strstr(out, ">1</text>") && !strstr(out, ">2</text>") && strstr(out, ">3</text>"));
	CHECK(strstr(out, "<title>two</title>") && strstr(out, "a&lt;b") && !strstr(out, "far"));
}
