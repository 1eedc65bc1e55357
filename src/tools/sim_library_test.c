/* src/tools/sim_library_test.c -- a library of three files in a folder of the test's own. */
#include "tests/test.h"
#include "tools/sim_library.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64], path[2048], why[2048];
static size_t size;

static void put_file(const char *name, const char *text)
{
	char file[256];
	FILE *to;

	snprintf(file, sizeof(file), "%s/%s", folder, name);
	to = fopen(file, "w");
	CHECK(to);
	CHECK(fputs(text, to) >= 0);
	CHECK_EQ(fclose(to), 0);
}

static void make_library(void)
{
	snprintf(folder, sizeof(folder), "/tmp/library-XXXXXX");
	CHECK(mkdtemp(folder));
	put_file("link-flap.scenario", "duration 1s\n");
	put_file("gnss-jump.scenario", "duration 2s\n");
	put_file("holdover.scenario", "include beside.inc\n");
	put_file("beside.inc", "duration 3s\n");
	CHECK_EQ(setenv("GNOMON_SCENARIOS", folder, 1), 0);
	why[0] = '\0';
}

static void remove_library(void)
{
	static const char *const names[] = { "link-flap.scenario", "gnss-jump.scenario", "holdover.scenario",
					     "beside.inc" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char file[256];

		snprintf(file, sizeof(file), "%s/%s", folder, names[i]);
		CHECK_EQ(unlink(file), 0);
	}
	CHECK_EQ(rmdir(folder), 0);
	unsetenv("GNOMON_SCENARIOS");
}

static bool find(const char *name)
{
	return sim_library_find(name, path, sizeof(path), why, sizeof(why));
}

TEST(a_bare_name_is_looked_for_in_the_library)
{
	char wanted[256];

	make_library();
	CHECK(find("link-flap"));
	snprintf(wanted, sizeof(wanted), "%s/link-flap.scenario", folder);
	CHECK_STR_EQ(path, wanted);
	remove_library();
}

TEST(a_path_is_taken_as_it_is)
{
	char file[256];

	make_library();
	snprintf(file, sizeof(file), "%s/beside.inc", folder);
	CHECK(find(file));
	CHECK_STR_EQ(path, file);
	CHECK(!find("./link-flap"));
	CHECK_STR_EQ(why, "there is no such file");
	CHECK(!find("/tmp/"));
	CHECK_STR_EQ(why, "it is a folder; name a file in it");
	CHECK(find("-"));
	CHECK_STR_EQ(path, "/dev/stdin");
	remove_library();
}

TEST(a_name_that_is_not_there_is_told_with_the_places_and_what_is_like_it)
{
	static const char *const slips[] = { "link-flop", "linkflap", "lnik-flap", "link-flaps",
					     "link_flap" };
	char wanted[256];

	make_library();
	snprintf(wanted, sizeof(wanted),
		 "there is no such file and no scenario of that name; did you mean link-flap?; looked for in "
		 "%s, scenarios, ",
		 folder);
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		CHECK(!find(slips[i]));
		CHECK(strncmp(why, wanted, strlen(wanted)) == 0);
	}
	CHECK(!find("telecom-mask-of-somebody-else"));
	CHECK(strstr(why, "of that name; looked for in"));
	CHECK(!find(""));
	remove_library();
}

TEST(names_of_any_length_are_refused_and_not_read_beyond)
{
	char name[3000];

	make_library();
	for (size_t length = 1; length < sizeof(name); length += 7) {
		memset(name, 'x', length);
		name[length] = '\0';
		CHECK(!find(name));
	}
	remove_library();
}

static char names[1024];

static void note(void *context, const char *name, const char *file)
{
	(void)context;
	CHECK(strstr(file, name));
	snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s ", name);
}

TEST(the_library_is_listed_in_the_order_of_names)
{
	make_library();
	names[0] = '\0';
	CHECK(sim_library_list(note, NULL, why, sizeof(why)));
	CHECK_STR_EQ(names, "gnss-jump holdover link-flap ");
	remove_library();
}

TEST(files_are_found_beside_the_one_that_names_them)
{
	char *text;

	make_library();
	CHECK(find("holdover"));
	text = sim_library_read(NULL, "beside.inc", path, &size, why, sizeof(why));
	CHECK(text);
	CHECK_STR_EQ(text, "duration 3s\n");
	CHECK_EQ(size, 12);
	free(text);
	CHECK(!sim_library_read(NULL, "nosuch.inc", path, &size, why, sizeof(why)));
	CHECK_STR_EQ(why, "No such file or directory");
	CHECK(!sim_library_read(NULL, "/", path, &size, why, sizeof(why)));
	CHECK_STR_EQ(why, "Is a directory");
	CHECK(!sim_library_read(NULL, "/dev/zero", path, &size, why, sizeof(why)));
	CHECK_STR_EQ(why, "it is larger than 16 MiB, or memory is short");
	remove_library();
}

TEST(what_comes_by_a_pipe_can_be_read_again)
{
	char file[64];
	int ends[2];

	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(write(ends[1], "seed 7\n", 7), 7);
	close(ends[1]);
	snprintf(file, sizeof(file), "/dev/fd/%d", ends[0]);
	for (int i = 0; i < 3; i++) {
		char *text = sim_library_read(NULL, file, NULL, &size, why, sizeof(why));

		CHECK(text);
		CHECK_STR_EQ(text, "seed 7\n");
		CHECK_EQ(size, 7);
		free(text);
	}
	close(ends[0]);
}
