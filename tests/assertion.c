/* tests/assertion.c -- the assertion handler of test programs: a broken guarantee fails the test, unless the test
 * expects it (cmocka's expect_assert_failure). */
#include "core/assert.h"
#include "tests/test.h"

#include <stdlib.h>

_Noreturn void gn_assertion_failed(const char *file, int line, const char *what)
{
	mock_assert(0, what, file, line);
	abort();
}
