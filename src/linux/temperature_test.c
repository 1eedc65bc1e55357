/* src/linux/temperature_test.c */
#include "linux/temperature.h"

#include "linux/test_directory.h"
#include "tests/test.h"

#include <errno.h>
#include <string.h>

static char path[256];

static void show(const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fputs(text, f) >= 0);
	CHECK_EQ(fclose(f), 0);
}

static void set_up(const char *text)
{
	snprintf(path, sizeof(path), "%s/temp1_input", test_directory(0700));
	show(text);
}

TEST(a_source_is_read_again_and_again)
{
	struct temperature t;
	int32_t now;

	set_up("41250\n");
	CHECK_EQ(temperature_open(&t, path), 0);
	CHECK_EQ(temperature_read(&t, &now), 0);
	CHECK_EQ(now, 41250);
	show("-7000");
	CHECK_EQ(temperature_read(&t, &now), 0);
	CHECK_EQ(now, -7000);
	temperature_close(&t);
	CHECK_EQ(temperature_read(&t, &now), -ENOENT);
	temperature_close(&t);
}

TEST(no_path_is_no_source)
{
	struct temperature t;

	CHECK_EQ(temperature_open(&t, ""), 0);
	CHECK_EQ(t.fd, -1);
	temperature_close(&t);
}

TEST(what_is_no_temperature_is_done_without)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
		{ "", -EINVAL },         { "warm\n", -EINVAL },    { "41 degrees\n", -EINVAL },
		{ "200001\n", -ERANGE }, { "-100001\n", -ERANGE }, { "99999999999999999999999\n", -ERANGE },
	};
	struct temperature t;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_up(cases[i].text);
		CHECK_EQ(temperature_open(&t, path), cases[i].err);
		CHECK_EQ(t.fd, -1);
	}
	CHECK_EQ(temperature_open(&t, "/not/there"), -ENOENT);
	CHECK_EQ(t.fd, -1);
	CHECK_EQ(temperature_open(&t, "/"), -EISDIR);
	CHECK_EQ(t.fd, -1);
}

TEST(a_sensor_that_fails_for_a_while_is_told_once_and_taken_again)
{
	struct temperature t;
	int32_t now = 1;

	set_up("41250\n");
	CHECK_EQ(temperature_open(&t, path), 0);
	show("n/a\n");
	CHECK_EQ(temperature_read(&t, &now), -EINVAL);
	CHECK(t.is_failure_told);
	CHECK_EQ(now, 1);
	show("30000\n");
	CHECK_EQ(temperature_read(&t, &now), 0);
	CHECK(!t.is_failure_told);
	temperature_close(&t);
}
