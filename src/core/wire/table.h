/* src/core/wire/table.h -- wire formats as data: the fields of a message, TLV or dataField, in wire order.
 *
 * A table lists for each field its name in the standard, its type on the wire and where it is in the C struct.
 * Decoder and encoder walk it, and so do text, JSON and tests: nothing about a layout is said twice. The macros
 * let the compiler refuse a member of another C type than the field's (see WIRE_C_... below).
 *
 *     struct wire_example { uint16_t steps_removed; uint8_t reserved; struct wire_text display_name; };
 *     static const struct wire_field example_fields[] = {
 *             WIRE_FIELD(U16, wire_example, steps_removed, "stepsRemoved"),
 *             WIRE_FIELD_RESERVED(wire_example, reserved),
 *             WIRE_FIELD(TEXT, wire_example, display_name, "displayName"),
 *     };
 *     const struct wire_table example_table = WIRE_TABLE("EXAMPLE", wire_example, example_fields);
 *
 * What has no fixed size (texts, addresses, records, the rest) stays in the octets decoded: the struct points
 * there, and is good for as long as they are. To encode, point into any memory. */
#ifndef CORE_WIRE_TABLE_H
#define CORE_WIRE_TABLE_H

#include "core/wire/octets.h"

enum wire_type {
	WIRE_U8,
	WIRE_U16,
	WIRE_U24,
	WIRE_U32,
	WIRE_U48,
	WIRE_U64,
	WIRE_I8,
	WIRE_I16,
	WIRE_I32,
	WIRE_I64,
	WIRE_FLOAT64,     /* the bits of an IEEE 754 binary64 */
	WIRE_LITTLE_U64,  /* least significant octet first: an oddity of one stack's counters */
	WIRE_FLAGS8,      /* an octet of named bits (`bits`) */
	WIRE_FLAGS16,     /* two octets of named bits */
	WIRE_NIBBLE_HIGH, /* the high half of an octet; the next field is its low half */
	WIRE_NIBBLE_LOW,  /* shares the octet of the field before; may have `bits` */
	WIRE_TIMESTAMP,   /* as it stands: see wire_timestamps_are_valid() */
	WIRE_INTERVAL,
	WIRE_CLOCK_IDENTITY,
	WIRE_PORT_IDENTITY,
	WIRE_CLOCK_QUALITY,
	WIRE_OCTETS,          /* `size` octets */
	WIRE_RESERVED,        /* likewise: reserved, kept, without a name */
	WIRE_TEXT,            /* PTPText: an octet of length, then UTF-8 */
	WIRE_PORT_ADDRESS,    /* networkProtocol, addressLength, addressField */
	WIRE_SIZED_OCTETS,    /* two octets of length, then as many */
	WIRE_REST,            /* all octets that are left */
	WIRE_RECORDS,         /* as many whole `record`s as are left; a smaller remainder is passed over */
	WIRE_COUNTED_RECORDS, /* as many `record`s as the field before (U8 or U16) says */
	WIRE_OPTIONAL,        /* no octets: is anything left? If not, this and all later fields are absent */
	WIRE_WHEN, /* no octets: a U8 or FLAGS8 member seen before has bits of `size`; if not, likewise */
	WIRE_TYPES
};

/* Variable parts, pointing into the octets decoded. `octets` may be NULL when the length is 0. */
struct wire_octets {
	const uint8_t *octets;
	size_t length;
};

struct wire_text {
	const uint8_t *octets; /* UTF-8, not terminated */
	uint8_t length;
};

struct wire_port_address {
	uint16_t network_protocol;
	uint16_t address_length;
	const uint8_t *address;
};

struct wire_records {
	const uint8_t *octets; /* records back to back, as on the wire */
	size_t length;         /* of all of them */
};

/* The C type of each field type. */
#define WIRE_C_U8 uint8_t
#define WIRE_C_U16 uint16_t
#define WIRE_C_U24 uint32_t
#define WIRE_C_U32 uint32_t
#define WIRE_C_U48 uint64_t
#define WIRE_C_U64 uint64_t
#define WIRE_C_I8 int8_t
#define WIRE_C_I16 int16_t
#define WIRE_C_I32 int32_t
#define WIRE_C_I64 int64_t
#define WIRE_C_FLOAT64 uint64_t
#define WIRE_C_LITTLE_U64 uint64_t
#define WIRE_C_NIBBLE_HIGH uint8_t
#define WIRE_C_NIBBLE_LOW uint8_t
#define WIRE_C_TIMESTAMP struct gn_timestamp
#define WIRE_C_INTERVAL struct gn_interval
#define WIRE_C_CLOCK_IDENTITY struct gn_clock_identity
#define WIRE_C_PORT_IDENTITY struct gn_port_identity
#define WIRE_C_CLOCK_QUALITY struct gn_clock_quality
#define WIRE_C_TEXT struct wire_text
#define WIRE_C_PORT_ADDRESS struct wire_port_address
#define WIRE_C_SIZED_OCTETS struct wire_octets
#define WIRE_C_REST struct wire_octets
#define WIRE_C_OPTIONAL bool

struct wire_bit {
	uint16_t mask;
	const char *name;
};

struct wire_table;

struct wire_field {
	const char *name; /* as the standard spells it; NULL: nothing to show (reserved, presence) */
	uint8_t type;     /* enum wire_type */
	uint16_t offset;  /* of the member in the C struct */
	uint16_t size;    /* OCTETS, RESERVED: how many; WHEN: the mask */
	const struct wire_bit *bits; /* FLAGS, NIBBLE_LOW: ended by a mask of 0 */
	const struct wire_table *record;
};

struct wire_table {
	const char *name;
	const struct wire_field *fields;
	uint16_t count;
	uint16_t size; /* sizeof the C struct */
};

/* offsetof, refusing a member that is not of this C type */
#define WIRE_OFFSET(ctype, name_of_struct, member)                                                           \
	_Generic(&((struct name_of_struct *)NULL)->member, ctype * : offsetof(struct name_of_struct, member))

#define WIRE_FIELD(kind, name_of_struct, member, text)                                                       \
	{                                                                                                    \
		.name = (text), .type = WIRE_##kind,                                                         \
		.offset = WIRE_OFFSET(WIRE_C_##kind, name_of_struct, member)                                 \
	}
/* `bits_of` is an array of struct wire_bit */
#define WIRE_FIELD_FLAGS8(name_of_struct, member, text, bits_of)                                             \
	{                                                                                                    \
		.name = (text), .type = WIRE_FLAGS8, .offset = WIRE_OFFSET(uint8_t, name_of_struct, member), \
		.bits = (bits_of)                                                                            \
	}
#define WIRE_FIELD_FLAGS16(name_of_struct, member, text, bits_of)                                            \
	{                                                                                                    \
		.name = (text), .type = WIRE_FLAGS16,                                                        \
		.offset = WIRE_OFFSET(uint16_t, name_of_struct, member), .bits = (bits_of)                   \
	}
#define WIRE_FIELD_FLAGS_LOW(name_of_struct, member, text, bits_of)                                          \
	{                                                                                                    \
		.name = (text), .type = WIRE_NIBBLE_LOW,                                                     \
		.offset = WIRE_OFFSET(uint8_t, name_of_struct, member), .bits = (bits_of)                    \
	}
/* a member that is an array of octets */
#define WIRE_FIELD_OCTETS(name_of_struct, member, text)                                                      \
	{                                                                                                    \
		.name = (text), .type = WIRE_OCTETS, .offset = offsetof(struct name_of_struct, member),      \
		.size = sizeof(((struct name_of_struct *)NULL)->member)                                      \
	}
/* a uint8_t or an array of them */
#define WIRE_FIELD_RESERVED(name_of_struct, member)                                                          \
	{                                                                                                    \
		.type = WIRE_RESERVED, .offset = offsetof(struct name_of_struct, member),                    \
		.size = sizeof(((struct name_of_struct *)NULL)->member)                                      \
	}
#define WIRE_FIELD_RECORDS(name_of_struct, member, text, table_of_record)                                    \
	{                                                                                                    \
		.name = (text), .type = WIRE_RECORDS,                                                        \
		.offset = WIRE_OFFSET(struct wire_records, name_of_struct, member),                          \
		.record = (table_of_record)                                                                  \
	}
#define WIRE_FIELD_COUNTED_RECORDS(name_of_struct, member, text, table_of_record)                            \
	{                                                                                                    \
		.name = (text), .type = WIRE_COUNTED_RECORDS,                                                \
		.offset = WIRE_OFFSET(struct wire_records, name_of_struct, member),                          \
		.record = (table_of_record)                                                                  \
	}
/* the fields after it are absent unless the bool member is set; decoding sets it when octets are left */
#define WIRE_FIELD_OPTIONAL(name_of_struct, member) WIRE_FIELD(OPTIONAL, name_of_struct, member, NULL)
/* the fields after it are absent unless `member & mask`, the member being a field before it */
#define WIRE_FIELD_WHEN(name_of_struct, member, mask)                                                        \
	{                                                                                                    \
		.type = WIRE_WHEN, .offset = WIRE_OFFSET(uint8_t, name_of_struct, member), .size = (mask)    \
	}

#define WIRE_TABLE(text, name_of_struct, array)                                                              \
	{                                                                                                    \
		.name = (text), .fields = (array), .count = sizeof(array) / sizeof((array)[0]),              \
		.size = sizeof(struct name_of_struct)                                                        \
	}

/* The largest struct that may be a record. */
#define WIRE_RECORD_SIZE_MAX 128

/* Decodes the fields into the struct `out` (table->size octets, zeroed first). False when the octets end before
 * the fields do: *out is then half filled. Octets that are left are the caller's. */
bool wire_get_fields(struct wire_reader *r, const struct wire_table *table, void *out);

/* Encodes the struct; the writer remembers if it did not fit. */
void wire_put_fields(struct wire_writer *w, const struct wire_table *table, const void *from);

/* The same from and into octets. The second returns the number of octets, 0 if they do not fit (or are none). */
bool wire_decode_fields(const uint8_t *octets, size_t length, const struct wire_table *table, void *out);
size_t wire_encode_fields(uint8_t *out, size_t size, const struct wire_table *table, const void *from);

/* Takes the next record off the front. False at the end. */
bool wire_record_next(struct wire_records *records, const struct wire_table *record, void *out);
size_t wire_records_count(const struct wire_records *records, const struct wire_table *record);

/* How many of the table's fields are there in this struct: less than table->count where an OPTIONAL or WHEN says
 * no. Printers walk these. */
size_t wire_fields_present(const struct wire_table *table, const void *from);

/* True if all fields that are there say the same. What they point to is compared, not the pointers. */
bool wire_fields_equal(const struct wire_table *table, const void *a, const void *b);

/* True if every Timestamp has less than 10^9 nanoseconds. Records are not looked into. */
bool wire_timestamps_are_valid(const struct wire_table *table, const void *from);

/* The member's address, and its value where it is an integer, flags or a nibble (false for all else). A U64 or
 * FLOAT64 comes as the int64_t of the same bits. */
const void *wire_member(const struct wire_field *field, const void *from);
bool wire_field_number(const struct wire_field *field, const void *from, int64_t *out);

/* To and from the address type of the public headers; false if it has more than its 16 octets. The second points
 * into `address`. */
bool wire_port_address_to(const struct wire_port_address *from, struct gn_address *out);
struct wire_port_address wire_port_address_of(const struct gn_address *address);

#endif
