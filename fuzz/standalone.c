/* fuzz/standalone.c -- main() of a fuzz target without libFuzzer: every file given, and every file of every
 * directory given, goes in once. Exit status 0: all did. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs;

static int fail(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return 1;
}

static int run_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(size + 1);
	size_t got;

	if (!file || !data) {
		free(data);
		return fail(path);
	}
	got = fread(data, 1, size, file);
	fclose(file);
	LLVMFuzzerTestOneInput(data, got);
	free(data);
	inputs++;
	return 0;
}

static int run(const char *path);

static int run_directory(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int failures = 0;

	if (!directory) {
		return fail(path);
	}
	while ((entry = readdir(directory))) {
		char inner[4096];

		if (entry->d_name[0] != '.') {
			snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
			failures += run(inner);
		}
	}
	closedir(directory);
	return failures;
}

static int run(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0) {
		return fail(path);
	}
	return S_ISDIR(status.st_mode) ? run_directory(path) : run_file(path, (size_t)status.st_size);
}

int main(int argc, char **argv)
{
	int failures = 0;

	for (int i = 1; i < argc; i++) {
		failures += run(argv[i]);
	}
	printf("%zu inputs\n", inputs);
	return failures != 0 || inputs == 0;
}
