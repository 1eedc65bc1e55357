/* src/tools/clock_test.c -- the command against virtual clocks of the test's own, and the arithmetic under it. */
#include "tools/clock.h"

#include "linux/clock_virtual.h"
#include "linux/log.h"
#include "linux/test_directory.h"
#include "tools/clock_view.h"

#include <sys/wait.h>

static char output[65536];
static char name_a[64], name_b[64];

/* Runs it in a child; `output` is what both streams got. */
static int run(const char *const *words)
{
	char *argv[12] = { NULL };
	char path[96];
	int status = -1, argc = 0;
	FILE *f;
	pid_t child;

	for (; words[argc]; argc++) {
		argv[argc] = strdup(words[argc]);
	}
	snprintf(path, sizeof(path), "%s/output", test_directory(0755));
	fflush(stdout);
	child = fork();
	if (child == 0) {
		int result = 254;

		if (freopen(path, "a", stdout) && freopen(path, "a", stderr)) {
			result = clock_main(argc, argv);
		}
		fflush(NULL); /* a reopened stderr is buffered */
		_exit(result);
	}
	waitpid(child, &status, 0);
	for (int i = 0; i < argc; i++) {
		free(argv[i]);
	}
	f = fopen(path, "r");
	output[f ? fread(output, 1, sizeof(output) - 1, f) : 0] = '\0';
	if (f) {
		fclose(f);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define RUN(...) run((const char *const[]){ "gnomon", __VA_ARGS__, NULL })

static struct clock clock_a, clock_b;

static void open_both(double a_ahead_s)
{
	static int count;
	char why[512];

	log_setup("test", LOG_LEVEL_EMERG, false, false, "");
	setenv("GNOMON_RUNTIME_DIR", test_directory(0755), 1);
	snprintf(name_a, sizeof(name_a), "test-tool.%d.%d.a", (int)getpid(), count);
	snprintf(name_b, sizeof(name_b), "test-tool.%d.%d.b", (int)getpid(), count++);
	CHECK_EQ(clock_open_virtual(&clock_a, name_a, a_ahead_s, 0, why, sizeof(why)), 0);
	CHECK_EQ(clock_open_virtual(&clock_b, name_b, 0, 0, why, sizeof(why)), 0);
}

static void close_both(void)
{
	clock_close(&clock_a);
	clock_close(&clock_b);
}

TEST(show_tells_the_time_the_owner_and_whether_it_is_kept)
{
	char owner[64];

	open_both(0);
	CHECK_EQ(RUN("show", name_a), 0);
	snprintf(owner, sizeof(owner), "owner       process %d\n", (int)getpid());
	CHECK(strstr(output, "(virtual)\n") && strstr(output, owner) && strstr(output, " TAI\n"));
	CHECK(strstr(output, "NOT KEPT") == NULL);
	CHECK_EQ(RUN("show", name_a, "--json"), 0);
	CHECK(output[0] == '{' && strstr(output, "\"is_kept\": true"));
	close_both();
	CHECK_EQ(RUN("show", name_a), 2);
	CHECK(strstr(output, "there is no such virtual clock"));
	CHECK_EQ(RUN("show", "CLOCK_REALTIME"), 0);
	CHECK(strstr(output, " UTC\n") && strstr(output, "read within"));
}

static double printed_difference(void)
{
	const char *gap = strstr(output, "  ");

	return gap ? strtod(gap, NULL) : 0.0;
}

TEST(comparing_two_virtual_clocks_is_exact_and_says_how_far_the_first_is_ahead)
{
	struct clock_difference before, after;

	open_both(0);
	CHECK_EQ(clock_difference_take(&clock_a, &clock_b, &before), 0);
	CHECK_EQ(clock_a.operations->step(&clock_a, (struct gn_offset){ 1500000000, 0x8000 }), 0);
	CHECK_EQ(clock_difference_take(&clock_a, &clock_b, &after), 0);
	CHECK(after.is_exact && after.doubt_ns == 0);
	CHECK_EQ(gn_offset_sub(after.difference, before.difference).nanoseconds, 1500000000);
	CHECK_EQ(gn_offset_sub(after.difference, before.difference).fraction, 0x8000);

	CHECK_EQ(RUN("compare", name_a, name_b), 0);
	CHECK(strstr(output, " s  exact\n") != NULL);
	CHECK_NEAR(printed_difference(), 1.5, 0.1);
	CHECK_EQ(RUN("compare", name_b, name_a, "--count", "3", "--interval", "0"), 0);
	CHECK_NEAR(printed_difference(), -1.5, 0.1);
	CHECK_EQ(RUN("compare", name_a, name_b, "--json"), 0);
	CHECK(strstr(output, "\"is_exact\": true") || strstr(output, "\"is_exact\":true"));
	close_both();
}

TEST(difference_of_two_readings_takes_the_time_between_them_into_account)
{
	for (int i = 0; i < 10000; i++) {
		int64_t ahead = test_random_between(-1000000000, 1000000000);
		int64_t at_a = test_random_between(0, 1000000000), at_b = test_random_between(0, 1000000000);
		int64_t width_a = 2 * test_random_between(0, 500), width_b = 2 * test_random_between(0, 500);
		const int64_t start = INT64_C(1700000000000000000);
		struct clock_reading a = { { gn_timestamp_from_ns((uint64_t)(start + at_a + ahead)), 0 },
					   at_a - width_a / 2,
					   at_a + width_a / 2 };
		struct clock_reading b = { { gn_timestamp_from_ns((uint64_t)(start + at_b)), 0 },
					   at_b - width_b / 2,
					   at_b + width_b / 2 };
		struct clock_difference d = clock_difference_of(&a, &b);

		CHECK_EQ(d.difference.nanoseconds, ahead);
		CHECK_EQ(d.doubt_ns, (width_a + width_b) / 2);
		CHECK(!d.is_exact);
	}
}

/* A page whose owner is gone for long: written by hand, since waiting for it would take seconds. */
static void publish_orphan(const char *name)
{
	struct gn_virtual_clock_page page = { .magic = GN_VIRTUAL_CLOCK_MAGIC,
					      .version = GN_VIRTUAL_CLOCK_VERSION };
	struct gn_virtual_clock line = { .pid = 4194304 + 1, .valid_until_raw_ns = 1 }; /* beyond any pid */
	static const char padding[GN_VIRTUAL_CLOCK_PAGE_SIZE - sizeof(page)];
	char path[128];
	FILE *f;

	snprintf(line.name, sizeof(line.name), "%.60s", name);
	memcpy(page.words, &line, sizeof(line));
	snprintf(path, sizeof(path), "/dev/shm" GN_VIRTUAL_CLOCK_PREFIX "%s", name);
	f = fopen(path, "w");
	CHECK(f != NULL);
	CHECK_EQ(fwrite(&page, sizeof(page), 1, f), 1);
	CHECK_EQ(fwrite(padding, sizeof(padding), 1, f), 1);
	fclose(f);
}

TEST(a_clock_that_nobody_keeps_is_shown_as_that_and_not_compared)
{
	char name[64], path[128];

	open_both(0);
	snprintf(name, sizeof(name), "test-tool.%d.orphan", (int)getpid());
	publish_orphan(name);
	CHECK_EQ(RUN("show", name), 1);
	CHECK(strstr(output, "NOT KEPT") && strstr(output, "died about"));
	CHECK_EQ(RUN("compare", name, name_b), 1);
	CHECK(strstr(output, "nobody keeps this time"));
	CHECK_EQ(RUN("compare", name_b, name, "--json"), 1);
	snprintf(path, sizeof(path), "/dev/shm" GN_VIRTUAL_CLOCK_PREFIX "%s", name);
	remove(path);
	close_both();
}

TEST(list_has_the_system_clock_and_the_virtual_ones)
{
	open_both(0);
	CHECK_EQ(RUN("list"), 0);
	CHECK(strstr(output, "CLOCK_REALTIME") && strstr(output, name_a) && strstr(output, name_b));
	CHECK_EQ(RUN("list", "--json"), 0);
	CHECK(output[0] == '[' && strstr(output, name_b));
	close_both();
}

TEST(wrong_usage_is_255_and_help_is_0)
{
	CHECK_EQ(RUN("--help"), 0);
	CHECK(strstr(output, "Usage: gnomon clock") == output);
	CHECK_EQ(run((const char *const[]){ "gnomon", NULL }), 255);
	CHECK_EQ(RUN("shw", "x"), 255);
	CHECK_EQ(RUN("show"), 255);
	CHECK_EQ(RUN("compare", "one"), 255);
	CHECK_EQ(RUN("compare", "a", "b", "--count", "-1"), 255);
	CHECK_EQ(RUN("compare", "a", "b", "--interval", "soon"), 255);
	CHECK_EQ(RUN("list", "--nonsense"), 255);
	CHECK_EQ(RUN("show", "no such clock"), 2);
}

TEST(seconds_and_dates_are_written_to_the_last_digit)
{
	char text[48];

	CHECK_STR_EQ(clock_view_seconds((struct gn_offset){ 0, 0 }, text), "+0.000000000000");
	CHECK_STR_EQ(clock_view_seconds((struct gn_offset){ -1, 0x8000 }, text), "-0.000000000500");
	CHECK_STR_EQ(clock_view_seconds((struct gn_offset){ -1, 0 }, text), "-0.000000001000");
	CHECK_STR_EQ(clock_view_seconds((struct gn_offset){ 1500000000, 0x4000 }, text), "+1.500000000250");
	CHECK_STR_EQ(clock_view_date((struct gn_precise){ { 1700000000, 5 }, 0 }, text),
		     "2023-11-14 22:13:20.000000005");
	CHECK_STR_EQ(clock_view_date((struct gn_precise){ { UINT64_C(281474976710655), 5 }, 0 }, text),
		     "281474976710655.000000005 s");
}
