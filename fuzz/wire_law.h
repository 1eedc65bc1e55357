/* fuzz/wire_law.h -- what must hold for any octets whatever: shared by the fuzz target and the unit tests.
 *
 * What decodes also encodes, to the same octets, and that decodes to the same message. Each TLV, through its typed
 * codec, does likewise: its fields encode to the octets they were decoded from. */
#ifndef FUZZ_WIRE_LAW_H
#define FUZZ_WIRE_LAW_H

#include <stddef.h>
#include <stdint.h>

/* The broken law as a sentence, or NULL. Copies the octets to memory of just their size first, so that a sanitizer
 * sees every access outside. */
const char *wire_broken_law(const uint8_t *octets, size_t length);

#endif
