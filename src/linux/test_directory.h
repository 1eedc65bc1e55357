/* src/linux/test_directory.h -- temporary directories of tests, which go with the program. */
#ifndef LINUX_TEST_DIRECTORY_H
#define LINUX_TEST_DIRECTORY_H

#include "tests/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char test_root[32];
static pid_t test_root_owner;

static inline int test_directory_remove_one(const char *path, const struct stat *st, int type,
					    struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

static inline void test_directory_remove(void)
{
	if (getpid() == test_root_owner) {
		nftw(test_root, test_directory_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	}
}

/* A new one; the text lives until the sixteenth call after. */
static inline const char *test_directory(mode_t mode)
{
	static char names[16][64];
	static unsigned count;
	char *name = names[count++ % 16];

	if (test_root[0] == '\0') {
		snprintf(test_root, sizeof(test_root), "/tmp/gnomon-test-XXXXXX");
		CHECK(mkdtemp(test_root) != NULL);
		test_root_owner = getpid();
		atexit(test_directory_remove);
	}
	snprintf(name, sizeof(names[0]), "%s/%u", test_root, count);
	CHECK_EQ(mkdir(name, 0700), 0);
	CHECK_EQ(chmod(name, mode), 0);
	return name;
}

#endif
