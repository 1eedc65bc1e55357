/* fuzz/wire_fuzz.c -- any octets as a message: see wire_law.h for what must hold. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/wire_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *broken = wire_broken_law(data, size);

	if (broken) {
		fprintf(stderr, "broken law: %s\n", broken);
		abort();
	}
	return 0;
}
