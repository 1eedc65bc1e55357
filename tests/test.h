/* tests/test.h -- TEST and CHECK: a thin layer over cmocka.
 *
 * A test is named for the sentence it proves. TEST registers itself; the program that links test.c runs all of them,
 * or with arguments those whose name contains one. --seed N replays a failure's random numbers. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

typedef void (*test_function)(void **);
void test_register(const char *name, test_function function);

#define TEST(name)                                                                                           \
	static void name(void **test_state);                                                                 \
	__attribute__((constructor)) static void test_add_##name(void)                                       \
	{                                                                                                    \
		test_register(#name, name);                                                                  \
	}                                                                                                    \
	static void name(__attribute__((unused)) void **test_state)

/* Random numbers of the run's seed, which a failure prints. */
uint64_t test_random(void);
uint64_t test_random_below(uint64_t limit);
int64_t test_random_between(int64_t low, int64_t high);

#define CHECK(condition) assert_true(condition)
#define CHECK_EQ(a, b) test_check_eq((int64_t)(a), (int64_t)(b), #a " == " #b, __FILE__, __LINE__)
#define CHECK_LE(a, b) test_check_le((int64_t)(a), (int64_t)(b), #a " <= " #b, __FILE__, __LINE__)
#define CHECK_NEAR(a, b, tolerance) test_check_near((a), (b), (tolerance), #a " ~ " #b, __FILE__, __LINE__)
#define CHECK_STR_EQ(a, b) assert_string_equal(a, b)
#define CHECK_MEM_EQ(a, b, size) assert_memory_equal(a, b, size)
#define SKIP(why) test_skip(why)

void test_check_eq(int64_t a, int64_t b, const char *text, const char *file, int line);
void test_check_le(int64_t a, int64_t b, const char *text, const char *file, int line);
void test_check_near(double a, double b, double tolerance, const char *text, const char *file, int line);
void test_skip(const char *why);

#endif
