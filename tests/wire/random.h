/* tests/wire/random.h -- any value that a wire table can hold, from the run's seed. */
#ifndef TESTS_WIRE_RANDOM_H
#define TESTS_WIRE_RANDOM_H

#include "core/wire/message.h"
#include "core/wire/table.h"
#include "core/wire/tlv.h"

/* Forgets what earlier values point to: their texts, addresses and records. Call it once per round. */
void random_begin(void);

/* Fills the struct. Timestamps are valid, and octets that end a TLV are of even number, as a pad octet could not
 * be told from them. */
void random_fields(const struct wire_table *table, void *out);

/* A value of that kind, of one of the types that it may come with. */
struct wire_tlv_value random_tlv(const struct wire_tlv_kind *kind);
const struct wire_tlv_kind *random_tlv_kind(void);

/* A message of that type, with up to `tlvs` TLVs of any kind; its messageLength is the right one. */
struct wire_message random_message(unsigned type, unsigned tlvs);

#endif
