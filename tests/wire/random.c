/* tests/wire/random.c -- one source of values for each field type. Numbers are small, extreme or anything. */
#include "tests/wire/random.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static uint8_t arena[1 << 16];
static size_t arena_at;

void random_begin(void)
{
	arena_at = 0;
}

static uint8_t *take_octets(size_t count)
{
	uint8_t *octets = arena + arena_at;

	if (count > sizeof(arena) - arena_at) {
		abort();
	}
	arena_at += count;
	for (size_t i = 0; i < count; i++) {
		octets[i] = (uint8_t)test_random();
	}
	return octets;
}

/* A number of `bits` bits. */
static uint64_t any_number(unsigned bits)
{
	uint64_t mask = UINT64_MAX >> (64 - bits);

	switch (test_random_below(6)) {
	case 0:
		return 0;
	case 1:
		return mask; /* -1 */
	case 2:
		return mask >> 1; /* the largest signed */
	case 3:
		return (mask >> 1) + 1; /* the smallest signed */
	default:
		return test_random() & mask;
	}
}

/* By type: the size of the C member and the bits of the field; 0: not a number. */
static const struct {
	uint8_t size, bits;
} numbers[WIRE_TYPES] = {
	[WIRE_U8] = { 1, 8 },         [WIRE_U16] = { 2, 16 },     [WIRE_U24] = { 4, 24 },
	[WIRE_U32] = { 4, 32 },       [WIRE_U48] = { 8, 48 },     [WIRE_U64] = { 8, 64 },
	[WIRE_I8] = { 1, 8 },         [WIRE_I16] = { 2, 16 },     [WIRE_I32] = { 4, 32 },
	[WIRE_I64] = { 8, 64 },       [WIRE_FLOAT64] = { 8, 64 }, [WIRE_LITTLE_U64] = { 8, 64 },
	[WIRE_FLAGS8] = { 1, 8 },     [WIRE_FLAGS16] = { 2, 16 }, [WIRE_NIBBLE_HIGH] = { 1, 4 },
	[WIRE_NIBBLE_LOW] = { 1, 4 },
};

static void store(void *member, size_t size, uint64_t v)
{
	const uint8_t v8 = (uint8_t)v;
	const uint16_t v16 = (uint16_t)v;
	const uint32_t v32 = (uint32_t)v;

	const void *as_wide[] = { [1] = &v8, [2] = &v16, [4] = &v32, [8] = &v };

	memcpy(member, as_wide[size], size);
}

static struct wire_records any_records(const struct wire_table *record, size_t count)
{
	_Alignas(max_align_t) uint8_t scratch[WIRE_RECORD_SIZE_MAX];
	struct wire_records records = { 0 };
	uint8_t octets[4096];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	for (size_t i = 0; i < count; i++) {
		random_fields(record, scratch);
		wire_put_fields(&w, record, scratch);
	}
	if (w.overrun) {
		abort();
	}
	records.length = w.at;
	records.octets = take_octets(w.at);
	memcpy(arena + arena_at - w.at, octets, w.at);
	return records;
}

static void fill_structure(const struct wire_field *field, void *out)
{
	uint8_t *member = (uint8_t *)out + field->offset;
	struct wire_port_address *address = (void *)member;
	struct wire_octets *octets = (void *)member;
	struct wire_text *text = (void *)member;

	switch (field->type) {
	case WIRE_TIMESTAMP:
		*(struct gn_timestamp *)(void *)member = (struct gn_timestamp){
			any_number(48),
			(uint32_t)test_random_below(GN_NS_PER_SECOND),
		};
		break;
	case WIRE_INTERVAL:
		((struct gn_interval *)(void *)member)->scaled_ns = (int64_t)any_number(64);
		break;
	case WIRE_CLOCK_IDENTITY:
		memcpy(member, take_octets(8), 8);
		break;
	case WIRE_PORT_IDENTITY:
		memcpy(member, take_octets(8), 8);
		((struct gn_port_identity *)(void *)member)->port_number = (uint16_t)any_number(16);
		break;
	case WIRE_CLOCK_QUALITY:
		*(struct gn_clock_quality *)(void *)member = (struct gn_clock_quality){
			(uint8_t)any_number(8),
			(uint8_t)any_number(8),
			(uint16_t)any_number(16),
		};
		break;
	case WIRE_OCTETS:
	case WIRE_RESERVED:
		memcpy(member, take_octets(field->size), field->size);
		break;
	case WIRE_TEXT:
		text->length = (uint8_t)test_random_below(20);
		text->octets = take_octets(text->length);
		break;
	case WIRE_PORT_ADDRESS:
		address->network_protocol = (uint16_t)any_number(16);
		address->address_length = (uint16_t)test_random_below(20);
		address->address = take_octets(address->address_length);
		break;
	case WIRE_SIZED_OCTETS:
		octets->length = test_random_below(20);
		octets->octets = take_octets(octets->length);
		break;
	case WIRE_REST:
		octets->length = 2 * test_random_below(20);
		octets->octets = take_octets(octets->length);
		break;
	case WIRE_RECORDS:
		*(struct wire_records *)(void *)member = any_records(field->record, test_random_below(5));
		break;
	case WIRE_COUNTED_RECORDS: {
		size_t count = test_random_below(5);

		store((uint8_t *)out + field[-1].offset, numbers[field[-1].type].size, count);
		*(struct wire_records *)(void *)member = any_records(field->record, count);
		break;
	}
	case WIRE_OPTIONAL:
		*(bool *)member = test_random_below(2);
		break;
	case WIRE_WHEN:
		break;
	default:
		abort(); /* a field type without values */
	}
}

void random_fields(const struct wire_table *table, void *out)
{
	size_t i = 0;

	memset(out, 0, table->size);
	while (i < table->count) {
		const struct wire_field *field = &table->fields[i++];

		if (numbers[field->type].size) {
			store((uint8_t *)out + field->offset, numbers[field->type].size,
			      any_number(numbers[field->type].bits));
		} else {
			fill_structure(field, out);
		}
		if (wire_fields_present(table, out) <= i) {
			break; /* a field said that the later ones are absent */
		}
	}
}

const struct wire_tlv_kind *random_tlv_kind(void)
{
	size_t count = 0;

	while (wire_tlv_kind_at(count)) {
		count++;
	}
	return wire_tlv_kind_at(test_random_below(count));
}

struct wire_tlv_value random_tlv(const struct wire_tlv_kind *kind)
{
	static const uint16_t organization_types[] = {
		WIRE_TLV_ORGANIZATION_EXTENSION,
		WIRE_TLV_ORGANIZATION_EXTENSION_PROPAGATE,
		WIRE_TLV_ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE,
	};
	struct wire_tlv_value value = { .type = kind->type, .kind = kind };

	if (kind->organization != 0) {
		value.type = organization_types[test_random_below(3)];
	}
	random_fields(kind->fields, &value.u);
	return value;
}

struct wire_message random_message(unsigned type, unsigned tlvs)
{
	struct wire_message m = wire_message_of((enum gn_message_type)type, 1);
	uint8_t octets[8192];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	random_fields(&wire_header_table, &m.header);
	m.header.message_type = (uint8_t)type;
	m.header.version_ptp = 2;
	random_fields(wire_body_table(type), &m.body);
	for (uint64_t n = test_random_below(tlvs + 1); n > 0; n--) {
		struct wire_tlv_value value = random_tlv(random_tlv_kind());

		wire_tlv_encode(&w, &value);
	}
	if (w.overrun) {
		abort();
	}
	m.tlvs = take_octets(w.at);
	m.tlvs_length = w.at;
	memcpy(arena + arena_at - w.at, octets, w.at);
	m.header.message_length = (uint16_t)(wire_message_length_min(type) + w.at);
	return m;
}
