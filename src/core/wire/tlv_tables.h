/* src/core/wire/tlv_tables.h -- the registry of TLVs as data, for tlv.c alone: others ask tlv.h. */
#ifndef CORE_WIRE_TLV_TABLES_H
#define CORE_WIRE_TLV_TABLES_H

#include "core/wire/tlv.h"

/* What Table 52 says of types that it does not name. */
struct wire_tlv_range {
	uint16_t first, last;
	struct wire_tlv_kind kind;
};

extern const struct wire_tlv_kind wire_tlv_kinds[];
extern const size_t wire_tlv_kinds_count;
extern const struct wire_tlv_range wire_tlv_ranges[]; /* together the whole domain */

#endif
