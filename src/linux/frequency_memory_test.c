/* src/linux/frequency_memory_test.c -- a real directory, and files that anybody may have written. */
#include "linux/frequency_memory.h"

#include "linux/test_directory.h"
#include "tests/test.h"

#include <errno.h>
#include <string.h>

static const struct gn_clock_identity identity = { { 2, 0, 0, 0xFF, 0xFE, 0, 0x0A, 1 } };
static const struct clock_operations phc = { .kind = "phc" };
static const struct clock_operations virtual_clock = { .kind = "virtual" };

static struct frequency_memory memory;

static struct clock hardware(int index)
{
	struct clock clock = { .operations = &phc, .phc_index = index };

	snprintf(clock.name, sizeof(clock.name), "/dev/ptp%d", index);
	return clock;
}

static void write_file(const char *path, const char *text, size_t length)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fwrite(text, 1, length, f) == length);
	CHECK_EQ(fclose(f), 0);
}

/* The memory of a virtual clock "lab" in a directory of its own. */
static const char *set_up(void)
{
	struct clock clock = { .operations = &virtual_clock, .phc_index = -1, .name = "lab" };
	const char *directory = test_directory(0700);

	frequency_memory_open(&memory, directory, &identity, &clock, "/nowhere");
	return directory;
}

TEST(what_was_written_is_read_by_the_next_process)
{
	struct gn_clock_memory in = { gn_rate_from_ppb(-1234.5), gn_rate_from_ppb(0.25) }, out;

	set_up();
	CHECK(!frequency_memory_read(&memory, &out)); /* the first run */
	CHECK_EQ(frequency_memory_write(&memory, &in), 0);
	set_up();
	CHECK(!frequency_memory_read(&memory, &out)); /* of another directory */
	CHECK_EQ(frequency_memory_write(&memory, &in), 0);
	CHECK(frequency_memory_read(&memory, &out));
	CHECK_NEAR(gn_rate_to_ppb(out.frequency), -1234.5, 1e-6);
	CHECK_NEAR(gn_rate_to_ppb(out.deviation), 0.25, 1e-6);
	in.frequency = gn_rate_from_ppb(7);
	CHECK_EQ(frequency_memory_write(&memory, &in), 0); /* replaced */
	CHECK(frequency_memory_read(&memory, &out));
	CHECK_NEAR(gn_rate_to_ppb(out.frequency), 7, 1e-6);
}

TEST(the_file_is_named_for_the_clock_and_its_driver)
{
	char directory[64], path[512], expected[512];
	struct clock clock = hardware(5);

	snprintf(directory, sizeof(directory), "%s", test_directory(0700));
	snprintf(path, sizeof(path), "%s/ptp5", directory);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/ptp5/clock_name", directory);
	write_file(path, "ice-0000:17:00.0 clk/..\n", 24);
	frequency_memory_open(&memory, "/d", &identity, &clock, directory);
	CHECK_STR_EQ(memory.path, "/d/020000.fffe.000a01-phc-ice-0000_17_00.0_clk_...frequency");
	frequency_memory_open(&memory, "/d", &identity, &clock, "/nowhere"); /* by its number, then */
	snprintf(expected, sizeof(expected), "/d/020000.fffe.000a01-phc-_dev_ptp5.frequency");
	CHECK_STR_EQ(memory.path, expected);
}

TEST(without_a_directory_nothing_is_remembered)
{
	struct gn_clock_memory any = { { 0 }, { 0 } };
	struct clock clock = hardware(0);
	char path[600];

	frequency_memory_open(&memory, "", &identity, &clock, "/nowhere");
	CHECK_STR_EQ(memory.path, "");
	CHECK_EQ(frequency_memory_write(&memory, &any), 0);
	CHECK(!frequency_memory_read(&memory, &any));
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	frequency_memory_open(&memory, path, &identity, &clock, "/nowhere"); /* too long */
	CHECK_STR_EQ(memory.path, "");
	frequency_memory_open(&memory, "/not/there", &identity, &clock, "/nowhere");
	CHECK(!frequency_memory_read(&memory, &any));
	CHECK_EQ(frequency_memory_write(&memory, &any), -ENOENT);
	CHECK(memory.is_failure_told);
}

#define HEAD "gnomon-frequency 1\nclock 020000.fffe.000a01 virtual lab\n"

TEST(a_bad_file_is_ignored)
{
	static const char *const texts[] = {
		"",
		"gnomon-frequency 1",
		"gnomon-frequency 2\nclock 020000.fffe.000a01 virtual lab\nfrequency_ppb 1\ndeviation_ppb "
		"1\n",
		"gnomon-frequency 1\nclock 020000.fffe.000a02 virtual lab\nfrequency_ppb 1\ndeviation_ppb "
		"1\n",
		"gnomon-frequency 1\nclock 020000.fffe.000a01 virtual lab2\nfrequency_ppb 1\ndeviation_ppb "
		"1\n",
		HEAD,
		HEAD "frequency_ppb\ndeviation_ppb 1\n",
		HEAD "frequency_ppb x\ndeviation_ppb 1\n",
		HEAD "frequency_ppb 1\n",
		HEAD "frequency_ppb 1\ndeviation_ppb 1",
		HEAD "frequency_ppb 1\ndeviation_ppb 1\nmore\n",
		HEAD "frequency_ppb nan\ndeviation_ppb 1\n",
		HEAD "frequency_ppb 1e10\ndeviation_ppb 1\n",
		HEAD "frequency_ppb inf\ndeviation_ppb 1\n",
		HEAD "frequency_ppb 1\ndeviation_ppb -1\n",
		HEAD "frequency_ppb 1 ppb\ndeviation_ppb 1\n",
	};
	struct gn_clock_memory out;
	char large[5000];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		set_up();
		write_file(memory.path, texts[i], strlen(texts[i]));
		CHECK(!frequency_memory_read(&memory, &out));
	}
	memset(large, '\n', sizeof(large));
	memcpy(large, HEAD, sizeof(HEAD) - 1);
	write_file(memory.path, large, sizeof(large));
	CHECK(!frequency_memory_read(&memory, &out));
	write_file(memory.path, HEAD "frequency_ppb 1\ndeviation_ppb 1\n\0x", sizeof(HEAD) + 34);
	CHECK(!frequency_memory_read(&memory, &out));
	write_file(memory.path, HEAD "frequency_ppb 1\ndeviation_ppb 1\n", sizeof(HEAD) + 31);
	CHECK(frequency_memory_read(&memory, &out)); /* and this is what was meant */
}

TEST(no_link_and_no_directory_is_read_or_written_through)
{
	struct gn_clock_memory any = { { 5 }, { 5 } }, out;
	char target[256];

	snprintf(target, sizeof(target), "%s/target", set_up());
	write_file(target, HEAD "frequency_ppb 1\ndeviation_ppb 1\n", sizeof(HEAD) + 31);
	CHECK_EQ(symlink(target, memory.path), 0);
	CHECK(!frequency_memory_read(&memory, &out));
	CHECK_EQ(frequency_memory_write(&memory, &any), 0); /* the link goes, its target stays */
	CHECK(frequency_memory_read(&memory, &out));
	CHECK_EQ(access(target, F_OK), 0);
	CHECK_EQ(unlink(memory.path), 0);
	CHECK_EQ(mkdir(memory.path, 0700), 0);
	CHECK(!frequency_memory_read(&memory, &out));
	CHECK(frequency_memory_write(&memory, &any) < 0);
	CHECK(memory.is_failure_told);
}

TEST(what_an_earlier_process_left_half_written_is_no_hindrance)
{
	struct gn_clock_memory any = { { 5 }, { 5 } };
	char rest[600];

	set_up();
	snprintf(rest, sizeof(rest), "%s.new", memory.path);
	write_file(rest, "gnomon", 6);
	CHECK_EQ(frequency_memory_write(&memory, &any), 0);
	CHECK(access(rest, F_OK) != 0);
}
