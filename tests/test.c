/* tests/test.c -- main() of every unit test program. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TESTS_MAX 512

static struct CMUnitTest tests[TESTS_MAX];
static size_t test_count;
static uint64_t seed, state;

void test_register(const char *name, test_function function)
{
	if (test_count == TESTS_MAX) {
		abort();
	}
	tests[test_count++] = (struct CMUnitTest){ .name = name, .test_func = function };
}

/* splitmix64 */
uint64_t test_random(void)
{
	uint64_t z = (state += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

uint64_t test_random_below(uint64_t limit)
{
	return limit ? test_random() % limit : 0;
}

int64_t test_random_between(int64_t low, int64_t high)
{
	return (int64_t)((uint64_t)low + test_random_below((uint64_t)high - (uint64_t)low + 1));
}

static void test_fail(const char *text, const char *values, const char *file, int line)
{
	print_error("%s: %s (replay with --seed %llu)\n", text, values, (unsigned long long)seed);
	_fail(file, line);
}

void test_check_eq(int64_t a, int64_t b, const char *text, const char *file, int line)
{
	char values[64];

	if (a != b) {
		snprintf(values, sizeof(values), "%lld and %lld", (long long)a, (long long)b);
		test_fail(text, values, file, line);
	}
}

void test_check_le(int64_t a, int64_t b, const char *text, const char *file, int line)
{
	char values[64];

	if (a > b) {
		snprintf(values, sizeof(values), "%lld and %lld", (long long)a, (long long)b);
		test_fail(text, values, file, line);
	}
}

void test_check_near(double a, double b, double tolerance, const char *text, const char *file, int line)
{
	char values[96];

	if (!(fabs(a - b) <= tolerance)) {
		snprintf(values, sizeof(values), "%.17g and %.17g", a, b);
		test_fail(text, values, file, line);
	}
}

void test_skip(const char *why)
{
	print_message("# SKIP %s\n", why);
	skip();
}

int main(int argc, char **argv)
{
	static struct CMUnitTest chosen[TESTS_MAX];
	size_t count = 0;
	int names = argc - 1;

	seed = 20191107;
	for (int i = 1; i + 1 < argc; i++) {
		if (argv[i] && strcmp(argv[i], "--seed") == 0) {
			seed = strtoull(argv[i + 1], NULL, 0);
			argv[i] = argv[i + 1] = NULL;
			names -= 2;
		}
	}
	for (size_t t = 0; t < test_count; t++) {
		bool is_wanted = true;

		for (int i = 1; i < argc; i++) {
			is_wanted = false;
			if (argv[i] && strstr(tests[t].name, argv[i])) {
				is_wanted = true;
				break;
			}
		}
		if (names == 0 || is_wanted) {
			chosen[count++] = tests[t];
		}
	}
	state = seed;
	return _cmocka_run_group_tests(argv[0], chosen, count, NULL, NULL);
}
