#include "tools/report_html.h"

#include "tests/test.h"

#include <math.h>

static struct report_samples samples;
static char why[128];

static bool reads(const char *text)
{
	FILE *from = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	bool is_good;

	assert_non_null(from);
	report_samples_free(&samples);
	is_good = report_samples_read(&samples, from, why, sizeof(why));
	fclose(from);
	return is_good;
}

TEST(samples_and_marks_are_read_with_empty_fields_and_comments)
{
	CHECK(reads("time_s,offset_ns,frequency_ppb,mark\n"
		    "# a comment\n"
		    "0,1500000,0,LISTENING\r\n"
		    "\n"
		    "0.125, -20.5 ,,\n"
		    "1e1,,-3,cable pulled, then back\n"
		    "11\n"));
	CHECK_EQ(samples.count, 4);
	CHECK_NEAR(samples.samples[1].offset_ns, -20.5, 0.0);
	CHECK(isnan(samples.samples[1].frequency_ppb));
	CHECK(isnan(samples.samples[2].offset_ns));
	CHECK_NEAR(samples.samples[2].frequency_ppb, -3.0, 0.0);
	CHECK(isnan(samples.samples[3].offset_ns) && isnan(samples.samples[3].frequency_ppb));
	CHECK_EQ(samples.mark_count, 2);
	CHECK_STR_EQ(samples.marks[0].text, "LISTENING");
	CHECK_NEAR(samples.marks[1].time_s, 10.0, 0.0);
	CHECK_STR_EQ(samples.marks[1].text, "cable pulled, then back");
}

TEST(a_mistake_is_named_with_its_line)
{
	CHECK(!reads("0,1,2\nx,1,2\n"));
	CHECK_STR_EQ(why, "line 2: the first column (time_s) is no number");
	CHECK(!reads("0,1 2,2\n"));
	CHECK_STR_EQ(why, "line 1: the second column (offset_ns) is no number");
	CHECK(!reads("0,1,inf\n"));
	CHECK_STR_EQ(why, "line 1: the third column (frequency_ppb) is no number");
	CHECK(!reads("2,1,1\n1,1,1\n"));
	CHECK_STR_EQ(why, "line 2: time goes backward");
	CHECK(!reads(",1,1\n"));
}

TEST(nothing_but_comments_is_an_empty_series)
{
	CHECK(reads("# nothing\n"));
	CHECK_EQ(samples.count, 0);
}

TEST(many_lines_are_kept)
{
	static char text[200000];
	size_t at = 0;

	for (int i = 0; i < 5000; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%d,%d,1,m%d\n", i, 2 * i, i);
	}
	CHECK(reads(text));
	CHECK_EQ(samples.count, 5000);
	CHECK_NEAR(samples.samples[4999].offset_ns, 9998.0, 0.0);
	CHECK_STR_EQ(samples.marks[4999].text, "m4999");
	report_samples_free(&samples);
}
