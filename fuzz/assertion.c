/* fuzz/assertion.c -- the assertion handler of fuzz targets: a broken guarantee is a crash. */
#include "core/assert.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void gn_assertion_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken guarantee: %s\n", file, line, what);
	abort();
}
