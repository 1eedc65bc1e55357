#include "report/html.h"

#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static char *page;
static size_t used, room;

static void keep(void *context, const char *text, size_t length)
{
	(void)context;
	if (used + length + 1 > room) {
		room = 2 * (used + length + 1);
		page = realloc(page, room);
		assert_non_null(page);
	}
	memcpy(page + used, text, length);
	used += length;
	page[used] = '\0';
}

static const char *page_of(const struct report_series *series)
{
	used = 0;
	report_html_write(series, keep, NULL);
	return page;
}

/* Every element is closed, in order; attributes have no stray signs; no number is nan or inf. */
static void check_well_formed(const char *text)
{
	const char *open[64];
	size_t lengths[64], depth = 0;
	static const char *const void_elements[] = { "meta", "line", "path" };

	for (const char *at = strchr(text, '<'); at; at = strchr(at + 1, '<')) {
		const char *end = strchr(at, '>');
		const char *name = at + 1 + (at[1] == '/');
		size_t length = strcspn(name, " />");
		bool is_void = at[1] == '!' || (end && end[-1] == '/');

		assert_non_null(end);
		for (size_t i = 0; i < 3; i++) {
			is_void = is_void || (strlen(void_elements[i]) == length &&
					      memcmp(name, void_elements[i], length) == 0);
		}
		if (is_void) {
			continue;
		}
		if (at[1] == '/') {
			CHECK(depth > 0);
			depth--;
			CHECK_EQ(lengths[depth], length);
			CHECK_MEM_EQ(open[depth], name, length);
		} else {
			CHECK(depth < 64);
			open[depth] = name;
			lengths[depth++] = length;
		}
	}
	CHECK_EQ(depth, 0);
	CHECK(strstr(text, "nan") == NULL);
	CHECK(strstr(text, "inf ") == NULL && strstr(text, "inf\"") == NULL);
}

#define MANY 5000
static struct report_sample samples[MANY];

static struct report_series settling(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double t = (double)i / 8.0;

		samples[i] = (struct report_sample){ t,
						     3e6 * exp(-t / 2.0) +
							     (double)test_random_between(-40, 40),
						     -12000.0 + 50.0 * sin(t / 30.0) };
	}
	return (struct report_series){ .samples = samples, .count = count };
}

TEST(a_page_of_a_settling_clock_is_whole_and_says_its_scale)
{
	struct report_series s = settling(600);
	const struct report_mark marks[] = { { 3.5, "TIME_RECEIVER" },
					     { 60.0, "cable <pulled> & \"back\"" } };

	s.title = "a<b";
	s.marks = marks;
	s.mark_count = 2;
	page_of(&s);
	check_well_formed(page);
	CHECK(strstr(page, "<title>a&lt;b</title>") != NULL);
	CHECK(strstr(page, "logarithmic beyond &plusmn;100 ns") != NULL);
	CHECK(strstr(page, "cable &lt;pulled&gt; &amp; &quot;back&quot;") != NULL);
	CHECK(strstr(page, "1 ms</text>") != NULL);
	CHECK(strstr(page, "prefers-color-scheme: dark") != NULL);
	CHECK(strstr(page, "<script") == NULL && strstr(page, "http") == NULL);
}

TEST(many_samples_make_no_larger_page_than_the_plot_has_columns)
{
	struct report_series s = settling(MANY);

	page_of(&s);
	check_well_formed(page);
	CHECK_LE(used, 80000);
}

/* One spike among thousands of samples reaches the plot: its column goes up to the top part. */
TEST(a_single_spike_is_not_lost_among_many_samples)
{
	struct report_series s = { .samples = samples, .count = MANY };
	const char *path;
	double y = 1e9, x, least = 1e9;

	for (size_t i = 0; i < MANY; i++) {
		samples[i] = (struct report_sample){ (double)i, i == 1234 ? 20.0 : 1.0, 0.0 };
	}
	path = strstr(page_of(&s), "class=\"offset\" d=\"") + strlen("class=\"offset\" d=\"");
	while (sscanf(path, "%*1[ML]%lf %lf", &x, &y) == 2) {
		least = fmin(least, y);
		path += 1 + strcspn(path + 1, "ML\"");
	}
	CHECK(least < 60.0);
}

TEST(empty_single_and_broken_series_make_pages_too)
{
	static const double odd[] = { 0.0, 1.0, -1e300, 1e300, 4e-320 };
	struct report_series s = { .samples = samples };

	check_well_formed(page_of(&s));
	for (s.count = 1; s.count < 6; s.count++) {
		for (int i = 0; i < 200; i++) {
			for (size_t k = 0; k < s.count; k++) {
				samples[k] = (struct report_sample){ (double)k * (i % 3),
								     odd[test_random_below(5)],
								     odd[test_random_below(3)] };
				if (test_random_below(4) == 0) {
					samples[k].offset_ns = (double)NAN;
					samples[k].frequency_ppb = HUGE_VAL;
				}
			}
			check_well_formed(page_of(&s));
		}
	}
}

TEST(a_gap_in_the_samples_is_a_gap_in_the_line)
{
	static struct report_sample few[] = {
		{ 0, 1, 0 }, { 1, 2, 0 }, { 2, 0, 0 }, { 3, 1, 0 }, { 4, 2, 0 }
	};
	struct report_series s = { .samples = few, .count = 5 };
	const char *path;
	int moves = 0;

	few[2].offset_ns = (double)NAN;
	path = strstr(page_of(&s), "class=\"offset\" d=\"") + strlen("class=\"offset\" d=\"");
	for (; *path != '"'; path++) {
		moves += *path == 'M';
	}
	CHECK_EQ(moves, 2);
}

TEST(the_summary_is_of_the_samples_from_its_time_on)
{
	static const struct report_sample few[] = {
		{ 0, 1000, 5 }, { 1, 3, 5 }, { 2, -4, 5 }, { 3, 3, 7 }, { 4, -4, 7 }
	};
	const struct report_series s = { .samples = few, .count = 5 };
	struct report_summary of = report_summarize(&s, false, 1.0);

	CHECK_EQ(of.count, 4);
	CHECK_NEAR(of.mean, -0.5, 1e-12);
	CHECK_NEAR(of.rms, sqrt(12.5), 1e-12);
	CHECK_NEAR(of.deviation, 3.5, 1e-12);
	CHECK_NEAR(of.largest, 4.0, 0.0);
	CHECK_NEAR(of.p99, 4.0, 0.0);
	CHECK_NEAR(report_summarize(&s, false, -HUGE_VAL).p99, 1000.0, 0.0);
	CHECK_NEAR(report_summarize(&s, true, 0.0).mean, 5.8, 1e-12);
	CHECK_EQ(report_summarize(&s, true, 99.0).count, 0);
}
