/* src/tools/main_test.c -- which tool is called, and with what. */
#include "tools/main.h"
#include "tools/report_html.h"

#include "tests/test.h"
#include "tools/clock.h"
#include "tools/compat/ptp4l.h"
#include "tools/demo.h"
#include "tools/run.h"
#include "tools/sim.h"
#include "tools/status.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char *called;
static char arguments[256];

static int record(const char *name, int argc, char **argv)
{
	called = name;
	arguments[0] = '\0';
	for (int i = 0; i < argc; i++) {
		strcat(arguments, argv[i]);
		strcat(arguments, " ");
	}
	return 7;
}

int run_main(int argc, char **argv)
{
	return record("run", argc, argv);
}

int sim_main(int argc, char **argv)
{
	return record("sim", argc, argv);
}

int status_main(int argc, char **argv)
{
	return record("status", argc, argv);
}

int clock_main(int argc, char **argv)
{
	return record("clock", argc, argv);
}

int demo_main(int argc, char **argv)
{
	return record("demo", argc, argv);
}

int report_html_main(int argc, char **argv)
{
	return record("report-html", argc, argv);
}

int ptp4l_main(int argc, char **argv)
{
	return record("ptp4l", argc, argv);
}

/* Calls it with both outputs away; -1 and `called` NULL if nothing was called. */
static int call(const char *a, const char *b, const char *c)
{
	char words[3][64];
	char *argv[4] = { words[0], b ? words[1] : NULL, c ? words[2] : NULL, NULL };
	int saved[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
	int nowhere = open("/dev/null", O_WRONLY);
	int status;

	fflush(stdout);
	snprintf(words[0], sizeof(words[0]), "%s", a);
	snprintf(words[1], sizeof(words[1]), "%s", b ? b : "");
	snprintf(words[2], sizeof(words[2]), "%s", c ? c : "");
	called = NULL;
	CHECK(nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0);
	status = tools_main(1 + (b != NULL) + (c != NULL), argv);
	fflush(stdout);
	dup2(saved[0], STDOUT_FILENO);
	dup2(saved[1], STDERR_FILENO);
	close(nowhere);
	close(saved[0]);
	close(saved[1]);
	return status;
}

TEST(the_name_it_is_called_by_decides_first)
{
	CHECK_EQ(call("/usr/sbin/ptp4l", "-m", "run"), 7);
	CHECK_STR_EQ(called, "ptp4l");
	CHECK_STR_EQ(arguments, "/usr/sbin/ptp4l -m run ");
	CHECK_EQ(call("ptp4l", NULL, NULL), 7);
	CHECK_STR_EQ(called, "ptp4l");
}

TEST(else_the_first_argument_does_and_is_taken_away)
{
	for (const struct tool *t = tools; t->name; t++) {
		char expected[64];

		CHECK_EQ(call("./build/gnomon", t->name, "-x"), 7);
		CHECK_STR_EQ(called, t->name);
		snprintf(expected, sizeof(expected), "./build/gnomon -x ");
		CHECK_STR_EQ(arguments, expected);
	}
}

TEST(help_and_version_call_nothing_and_help_of_a_command_calls_it)
{
	CHECK_EQ(call("gnomon", "--help", NULL), 0);
	CHECK_EQ(call("gnomon", "--version", NULL), 0);
	CHECK(called == NULL);
	CHECK_EQ(call("gnomon", "help", "clock"), 7);
	CHECK_STR_EQ(called, "clock");
	CHECK_STR_EQ(arguments, "gnomon --help ");
}

TEST(without_a_command_or_with_an_unknown_one_it_is_wrong_usage)
{
	CHECK_EQ(call("gnomon", NULL, NULL), 255);
	CHECK_EQ(call("gnomon", "rum", NULL), 255);
	CHECK(called == NULL);
}

TEST(the_nearest_command_is_offered_if_it_is_near)
{
	CHECK_STR_EQ(tool_nearest(tools, "rnu")->name, "run");
	CHECK_STR_EQ(tool_nearest(tools, "stats")->name, "status");
	CHECK_STR_EQ(tool_nearest(tools, "clocks")->name, "clock");
	CHECK(tool_nearest(tools, "demmo") == NULL); /* not for users */
	CHECK(tool_nearest(tools, "synchronise") == NULL);
	CHECK(tool_nearest(tools, "") == NULL);
	CHECK(tool_nearest(tools, "a-very-very-long-word-that-is-no-command-at-all") == NULL);
}
