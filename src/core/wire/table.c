/* src/core/wire/table.c -- one small codec for each field type, in a table; everything else walks the fields.
 *
 * A codec gets the member of the C struct. Types without octets of their own (OPTIONAL, WHEN) and those that
 * need the field before them (NIBBLE_LOW, COUNTED_RECORDS) have the whole struct and the table at hand too. */
#include "core/wire/table.h"

#include <string.h>

#include "core/assert.h"

/* One field at work. */
struct place {
	const struct wire_table *table;
	const struct wire_field *field;
	const void *base; /* the C struct */
};

struct codec {
	void (*get)(struct wire_reader *r, const struct place *at, void *member);
	void (*put)(struct wire_writer *w, const struct place *at, const void *member);
	bool (*equal)(const struct wire_field *field, const void *a, const void *b);
	bool (*number)(const void *member, int64_t *out); /* NULL: not a number */
};

const void *wire_member(const struct wire_field *field, const void *from)
{
	return (const uint8_t *)from + field->offset;
}

/* ---- numbers: the C type, the reader's and writer's function ------------------------------------------ */

#define NUMBER_CODEC(name, ctype, get_function, put_function)                                                \
	static void get_##name(struct wire_reader *r, const struct place *at, void *member)                  \
	{                                                                                                    \
		(void)at;                                                                                    \
		*(ctype *)member = get_function(r);                                                          \
	}                                                                                                    \
	static void put_##name(struct wire_writer *w, const struct place *at, const void *member)            \
	{                                                                                                    \
		(void)at;                                                                                    \
		put_function(w, *(const ctype *)member);                                                     \
	}                                                                                                    \
	static bool equal_##name(const struct wire_field *field, const void *a, const void *b)               \
	{                                                                                                    \
		(void)field;                                                                                 \
		return *(const ctype *)a == *(const ctype *)b;                                               \
	}                                                                                                    \
	static bool number_##name(const void *member, int64_t *out)                                          \
	{                                                                                                    \
		*out = (int64_t) * (const ctype *)member;                                                    \
		return true;                                                                                 \
	}

static uint64_t take_reversed(struct wire_reader *r)
{
	return __builtin_bswap64(wire_get_u64(r));
}

static void give_reversed(struct wire_writer *w, uint64_t v)
{
	wire_put_u64(w, __builtin_bswap64(v));
}

static uint8_t take_high(struct wire_reader *r)
{
	return wire_get_u8(r) >> 4;
}

static void give_high(struct wire_writer *w, uint8_t v)
{
	GN_ASSERT(v <= 0xF);
	wire_put_u8(w, (uint8_t)(v << 4));
}

/* The octet is that of the high nibble just before. */
static uint8_t take_low(struct wire_reader *r)
{
	return r->overrun ? 0 : r->octets[r->at - 1] & 0xF;
}

static void give_low(struct wire_writer *w, uint8_t v)
{
	GN_ASSERT(v <= 0xF);
	if (!w->overrun) {
		w->octets[w->at - 1] |= v;
	}
}

NUMBER_CODEC(u8, uint8_t, wire_get_u8, wire_put_u8)
NUMBER_CODEC(u16, uint16_t, wire_get_u16, wire_put_u16)
NUMBER_CODEC(u24, uint32_t, wire_get_u24, wire_put_u24)
NUMBER_CODEC(u32, uint32_t, wire_get_u32, wire_put_u32)
NUMBER_CODEC(u48, uint64_t, wire_get_u48, wire_put_u48)
NUMBER_CODEC(u64, uint64_t, wire_get_u64, wire_put_u64)
NUMBER_CODEC(i8, int8_t, wire_get_i8, wire_put_i8)
NUMBER_CODEC(i16, int16_t, wire_get_i16, wire_put_i16)
NUMBER_CODEC(i32, int32_t, wire_get_i32, wire_put_i32)
NUMBER_CODEC(i64, int64_t, wire_get_i64, wire_put_i64)
NUMBER_CODEC(reversed, uint64_t, take_reversed, give_reversed)
NUMBER_CODEC(high, uint8_t, take_high, give_high)
NUMBER_CODEC(low, uint8_t, take_low, give_low)

/* ---- the standard's structures -------------------------------------------------------------------------- */

static void get_timestamp(struct wire_reader *r, const struct place *at, void *member)
{
	(void)at;
	*(struct gn_timestamp *)member = wire_get_timestamp(r);
}

static void put_timestamp(struct wire_writer *w, const struct place *at, const void *member)
{
	(void)at;
	wire_put_timestamp(w, *(const struct gn_timestamp *)member);
}

static bool equal_timestamp(const struct wire_field *field, const void *a, const void *b)
{
	const struct gn_timestamp *x = a, *y = b;

	(void)field;
	return x->seconds == y->seconds && x->nanoseconds == y->nanoseconds;
}

static void get_interval(struct wire_reader *r, const struct place *at, void *member)
{
	(void)at;
	*(struct gn_interval *)member = wire_get_interval(r);
}

static void put_interval(struct wire_writer *w, const struct place *at, const void *member)
{
	(void)at;
	wire_put_interval(w, *(const struct gn_interval *)member);
}

static bool equal_interval(const struct wire_field *field, const void *a, const void *b)
{
	(void)field;
	return ((const struct gn_interval *)a)->scaled_ns == ((const struct gn_interval *)b)->scaled_ns;
}

static void get_clock_identity(struct wire_reader *r, const struct place *at, void *member)
{
	(void)at;
	*(struct gn_clock_identity *)member = wire_get_clock_identity(r);
}

static void put_clock_identity(struct wire_writer *w, const struct place *at, const void *member)
{
	(void)at;
	wire_put_clock_identity(w, member);
}

static bool equal_clock_identity(const struct wire_field *field, const void *a, const void *b)
{
	(void)field;
	return memcmp(a, b, sizeof(struct gn_clock_identity)) == 0;
}

static void get_port_identity(struct wire_reader *r, const struct place *at, void *member)
{
	(void)at;
	*(struct gn_port_identity *)member = wire_get_port_identity(r);
}

static void put_port_identity(struct wire_writer *w, const struct place *at, const void *member)
{
	(void)at;
	wire_put_port_identity(w, member);
}

static bool equal_port_identity(const struct wire_field *field, const void *a, const void *b)
{
	const struct gn_port_identity *x = a, *y = b;

	return equal_clock_identity(field, &x->clock_identity, &y->clock_identity) &&
	       x->port_number == y->port_number;
}

static void get_clock_quality(struct wire_reader *r, const struct place *at, void *member)
{
	(void)at;
	*(struct gn_clock_quality *)member = wire_get_clock_quality(r);
}

static void put_clock_quality(struct wire_writer *w, const struct place *at, const void *member)
{
	(void)at;
	wire_put_clock_quality(w, member);
}

static bool equal_clock_quality(const struct wire_field *field, const void *a, const void *b)
{
	const struct gn_clock_quality *x = a, *y = b;

	(void)field;
	return x->clock_class == y->clock_class && x->clock_accuracy == y->clock_accuracy &&
	       x->offset_scaled_log_variance == y->offset_scaled_log_variance;
}

/* ---- octets ------------------------------------------------------------------------------------------------- */

static void get_array(struct wire_reader *r, const struct place *at, void *member)
{
	wire_get_octets(r, member, at->field->size);
}

static void put_array(struct wire_writer *w, const struct place *at, const void *member)
{
	wire_put_octets(w, member, at->field->size);
}

static bool equal_array(const struct wire_field *field, const void *a, const void *b)
{
	return memcmp(a, b, field->size) == 0;
}

static bool equal_octets(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

/* Points to the next `length` octets, which the reader passes over; NULL if there are none or not enough. */
static const uint8_t *point_to(struct wire_reader *r, size_t length)
{
	size_t from = r->at;

	wire_skip(r, length);
	return r->overrun || length == 0 ? NULL : r->octets + from;
}

static void get_text(struct wire_reader *r, const struct place *at, void *member)
{
	struct wire_text *text = member;

	(void)at;
	text->length = wire_get_u8(r);
	text->octets = point_to(r, text->length);
}

static void put_text(struct wire_writer *w, const struct place *at, const void *member)
{
	const struct wire_text *text = member;

	(void)at;
	wire_put_u8(w, text->length);
	wire_put_octets(w, text->octets, text->length);
}

static bool equal_text(const struct wire_field *field, const void *a, const void *b)
{
	const struct wire_text *x = a, *y = b;

	(void)field;
	return equal_octets(x->octets, x->length, y->octets, y->length);
}

static void get_port_address(struct wire_reader *r, const struct place *at, void *member)
{
	struct wire_port_address *address = member;

	(void)at;
	address->network_protocol = wire_get_u16(r);
	address->address_length = wire_get_u16(r);
	address->address = point_to(r, address->address_length);
}

static void put_port_address(struct wire_writer *w, const struct place *at, const void *member)
{
	const struct wire_port_address *address = member;

	(void)at;
	wire_put_u16(w, address->network_protocol);
	wire_put_u16(w, address->address_length);
	wire_put_octets(w, address->address, address->address_length);
}

static bool equal_port_address(const struct wire_field *field, const void *a, const void *b)
{
	const struct wire_port_address *x = a, *y = b;

	(void)field;
	return x->network_protocol == y->network_protocol &&
	       equal_octets(x->address, x->address_length, y->address, y->address_length);
}

static void get_sized(struct wire_reader *r, const struct place *at, void *member)
{
	struct wire_octets *octets = member;

	(void)at;
	octets->length = wire_get_u16(r);
	octets->octets = point_to(r, octets->length);
}

static void put_sized(struct wire_writer *w, const struct place *at, const void *member)
{
	const struct wire_octets *octets = member;

	(void)at;
	GN_ASSERT(octets->length <= UINT16_MAX);
	wire_put_u16(w, (uint16_t)octets->length);
	wire_put_octets(w, octets->octets, octets->length);
}

static void get_rest(struct wire_reader *r, const struct place *at, void *member)
{
	struct wire_octets *octets = member;

	(void)at;
	octets->length = wire_left(r);
	octets->octets = point_to(r, octets->length);
}

static void put_rest(struct wire_writer *w, const struct place *at, const void *member)
{
	const struct wire_octets *octets = member;

	(void)at;
	wire_put_octets(w, octets->octets, octets->length);
}

static bool equal_slice(const struct wire_field *field, const void *a, const void *b)
{
	const struct wire_octets *x = a, *y = b;

	(void)field;
	return equal_octets(x->octets, x->length, y->octets, y->length);
}

/* ---- records ------------------------------------------------------------------------------------------------ */

/* A record is decoded only to know where it ends. False, and the reader back before it, if it does not fit. */
static bool pass_over_record(struct wire_reader *r, const struct wire_table *record)
{
	_Alignas(max_align_t) uint8_t scratch[WIRE_RECORD_SIZE_MAX];
	struct wire_reader start = *r;

	GN_ASSERT(record->size <= sizeof(scratch));
	if (!wire_get_fields(r, record, scratch)) {
		*r = start;
		return false;
	}
	GN_ASSERT(r->at > start.at); /* else the records would never end */
	return true;
}

static void get_records(struct wire_reader *r, const struct place *at, void *member)
{
	struct wire_records *records = member;
	struct wire_reader end = *r;

	while (wire_left(&end) > 0 && pass_over_record(&end, at->field->record)) {
	}
	records->length = end.at - r->at;
	records->octets = point_to(r, records->length);
	wire_skip(r, wire_left(r));
}

static void get_counted_records(struct wire_reader *r, const struct place *at, void *member)
{
	struct wire_records *records = member;
	struct wire_reader end = *r;
	int64_t count = 0;
	bool is_counted = at->field > at->table->fields && wire_field_number(at->field - 1, at->base, &count);

	GN_ASSERT(is_counted);
	for (int64_t i = 0; i < count && !r->overrun; i++) {
		r->overrun = !pass_over_record(&end, at->field->record);
	}
	records->length = end.at - r->at;
	records->octets = point_to(r, records->length);
}

static void put_records(struct wire_writer *w, const struct place *at, const void *member)
{
	const struct wire_records *records = member;

	(void)at;
	wire_put_octets(w, records->octets, records->length);
}

static bool equal_records(const struct wire_field *field, const void *a, const void *b)
{
	const struct wire_records *x = a, *y = b;

	(void)field;
	return equal_octets(x->octets, x->length, y->octets, y->length);
}

bool wire_record_next(struct wire_records *records, const struct wire_table *record, void *out)
{
	struct wire_reader r = wire_reader(records->octets, records->length);

	if (records->length == 0 || !wire_get_fields(&r, record, out)) {
		return false;
	}
	records->octets += r.at;
	records->length -= r.at;
	return true;
}

size_t wire_records_count(const struct wire_records *records, const struct wire_table *record)
{
	struct wire_reader r = wire_reader(records->octets, records->length);
	size_t count = 0;

	while (wire_left(&r) > 0 && pass_over_record(&r, record)) {
		count++;
	}
	return count;
}

/* ---- presence ----------------------------------------------------------------------------------------------- */

static void get_optional(struct wire_reader *r, const struct place *at, void *member)
{
	(void)at;
	*(bool *)member = wire_left(r) > 0;
}

static void put_nothing(struct wire_writer *w, const struct place *at, const void *member)
{
	(void)w;
	(void)at;
	(void)member;
}

static bool equal_optional(const struct wire_field *field, const void *a, const void *b)
{
	(void)field;
	return *(const bool *)a == *(const bool *)b;
}

static void get_nothing(struct wire_reader *r, const struct place *at, void *member)
{
	(void)r;
	(void)at;
	(void)member;
}

static bool equal_always(const struct wire_field *field, const void *a, const void *b)
{
	(void)field;
	(void)a;
	(void)b;
	return true;
}

/* Does this field say that the later ones are absent? */
static bool is_end(const struct wire_field *field, const void *base)
{
	const void *member = wire_member(field, base);

	return (field->type == WIRE_OPTIONAL && !*(const bool *)member) ||
	       (field->type == WIRE_WHEN && !(*(const uint8_t *)member & field->size));
}

/* ---- the table of types --------------------------------------------------------------------------------- */

#define NUMBER(name)                                                                                         \
	{                                                                                                    \
		get_##name, put_##name, equal_##name, number_##name                                          \
	}
#define STRUCTURE(name)                                                                                      \
	{                                                                                                    \
		get_##name, put_##name, equal_##name, NULL                                                   \
	}

static const struct codec codecs[WIRE_TYPES] = {
	[WIRE_U8] = NUMBER(u8),
	[WIRE_U16] = NUMBER(u16),
	[WIRE_U24] = NUMBER(u24),
	[WIRE_U32] = NUMBER(u32),
	[WIRE_U48] = NUMBER(u48),
	[WIRE_U64] = NUMBER(u64),
	[WIRE_I8] = NUMBER(i8),
	[WIRE_I16] = NUMBER(i16),
	[WIRE_I32] = NUMBER(i32),
	[WIRE_I64] = NUMBER(i64),
	[WIRE_FLOAT64] = NUMBER(u64),
	[WIRE_LITTLE_U64] = NUMBER(reversed),
	[WIRE_FLAGS8] = NUMBER(u8),
	[WIRE_FLAGS16] = NUMBER(u16),
	[WIRE_NIBBLE_HIGH] = NUMBER(high),
	[WIRE_NIBBLE_LOW] = NUMBER(low),
	[WIRE_TIMESTAMP] = STRUCTURE(timestamp),
	[WIRE_INTERVAL] = STRUCTURE(interval),
	[WIRE_CLOCK_IDENTITY] = STRUCTURE(clock_identity),
	[WIRE_PORT_IDENTITY] = STRUCTURE(port_identity),
	[WIRE_CLOCK_QUALITY] = STRUCTURE(clock_quality),
	[WIRE_OCTETS] = STRUCTURE(array),
	[WIRE_RESERVED] = STRUCTURE(array),
	[WIRE_TEXT] = STRUCTURE(text),
	[WIRE_PORT_ADDRESS] = STRUCTURE(port_address),
	[WIRE_SIZED_OCTETS] = { get_sized, put_sized, equal_slice, NULL },
	[WIRE_REST] = { get_rest, put_rest, equal_slice, NULL },
	[WIRE_RECORDS] = STRUCTURE(records),
	[WIRE_COUNTED_RECORDS] = { get_counted_records, put_records, equal_records, NULL },
	[WIRE_OPTIONAL] = { get_optional, put_nothing, equal_optional, NULL },
	[WIRE_WHEN] = { get_nothing, put_nothing, equal_always, NULL },
};

/* ---- walking ------------------------------------------------------------------------------------------------ */

bool wire_get_fields(struct wire_reader *r, const struct wire_table *table, void *out)
{
	struct place at = { .table = table, .base = out };

	memset(out, 0, table->size);
	for (size_t i = 0; i < table->count; i++) {
		at.field = &table->fields[i];
		codecs[at.field->type].get(r, &at, (uint8_t *)out + at.field->offset);
		if (is_end(at.field, out)) {
			break;
		}
	}
	return !r->overrun;
}

void wire_put_fields(struct wire_writer *w, const struct wire_table *table, const void *from)
{
	struct place at = { .table = table, .base = from };
	size_t present = wire_fields_present(table, from);

	for (size_t i = 0; i < present; i++) {
		at.field = &table->fields[i];
		codecs[at.field->type].put(w, &at, wire_member(at.field, from));
	}
}

bool wire_decode_fields(const uint8_t *octets, size_t length, const struct wire_table *table, void *out)
{
	struct wire_reader r = wire_reader(octets, length);

	return wire_get_fields(&r, table, out);
}

size_t wire_encode_fields(uint8_t *out, size_t size, const struct wire_table *table, const void *from)
{
	struct wire_writer w = wire_writer(out, size);

	wire_put_fields(&w, table, from);
	return w.overrun ? 0 : w.at;
}

size_t wire_fields_present(const struct wire_table *table, const void *from)
{
	for (size_t i = 0; i < table->count; i++) {
		if (is_end(&table->fields[i], from)) {
			return i + 1;
		}
	}
	return table->count;
}

bool wire_fields_equal(const struct wire_table *table, const void *a, const void *b)
{
	size_t present = wire_fields_present(table, a);

	if (present != wire_fields_present(table, b)) {
		return false;
	}
	for (size_t i = 0; i < present; i++) {
		const struct wire_field *field = &table->fields[i];

		if (!codecs[field->type].equal(field, wire_member(field, a), wire_member(field, b))) {
			return false;
		}
	}
	return true;
}

bool wire_timestamps_are_valid(const struct wire_table *table, const void *from)
{
	size_t present = wire_fields_present(table, from);

	for (size_t i = 0; i < present; i++) {
		const struct gn_timestamp *t = wire_member(&table->fields[i], from);

		if (table->fields[i].type == WIRE_TIMESTAMP && t->nanoseconds >= GN_NS_PER_SECOND) {
			return false;
		}
	}
	return true;
}

bool wire_field_number(const struct wire_field *field, const void *from, int64_t *out)
{
	return codecs[field->type].number && codecs[field->type].number(wire_member(field, from), out);
}

/* ---- addresses ---------------------------------------------------------------------------------------------- */

bool wire_port_address_to(const struct wire_port_address *from, struct gn_address *out)
{
	struct gn_address address = { .network_protocol = from->network_protocol };

	if (from->address_length > sizeof(address.octets)) {
		return false;
	}
	address.length = (uint8_t)from->address_length;
	if (address.length > 0) {
		memcpy(address.octets, from->address, address.length);
	}
	*out = address;
	return true;
}

struct wire_port_address wire_port_address_of(const struct gn_address *address)
{
	GN_ASSERT(address->length <= sizeof(address->octets));
	return (struct wire_port_address){
		.network_protocol = address->network_protocol,
		.address_length = address->length,
		.address = address->octets,
	};
}
