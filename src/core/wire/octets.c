/* src/core/wire/octets.c -- every access goes through take() or room(), which hold the bounds. */
#include "core/wire/octets.h"

#include <string.h>

#include "core/assert.h"

struct wire_reader wire_reader(const uint8_t *octets, size_t length)
{
	return (struct wire_reader){ .octets = octets, .length = length };
}

struct wire_writer wire_writer(uint8_t *octets, size_t size)
{
	return (struct wire_writer){ .octets = octets, .size = size };
}

size_t wire_left(const struct wire_reader *r)
{
	return r->overrun ? 0 : r->length - r->at;
}

/* The next `count` octets, or NULL where there are not so many: for good, by then. */
static const uint8_t *take(struct wire_reader *r, size_t count)
{
	const uint8_t *octets;

	if (r->overrun || count > r->length - r->at) {
		r->overrun = true;
		return NULL;
	}
	octets = r->octets ? r->octets + r->at : NULL; /* no octets may be at NULL */
	r->at += count;
	return octets;
}

static uint8_t *room(struct wire_writer *w, size_t count)
{
	uint8_t *octets;

	if (w->overrun || count > w->size - w->at) {
		w->overrun = true;
		return NULL;
	}
	octets = w->octets ? w->octets + w->at : NULL;
	w->at += count;
	return octets;
}

static uint64_t get(struct wire_reader *r, size_t count)
{
	const uint8_t *octets = take(r, count);
	uint64_t v = 0;

	for (size_t i = 0; octets && i < count; i++) {
		v = v << 8 | octets[i];
	}
	return v;
}

static void put(struct wire_writer *w, uint64_t v, size_t count)
{
	uint8_t *octets = room(w, count);

	for (size_t i = count; octets && i > 0; i--) {
		octets[i - 1] = (uint8_t)v;
		v >>= 8;
	}
}

uint8_t wire_get_u8(struct wire_reader *r)
{
	return (uint8_t)get(r, 1);
}

uint16_t wire_get_u16(struct wire_reader *r)
{
	return (uint16_t)get(r, 2);
}

uint32_t wire_get_u24(struct wire_reader *r)
{
	return (uint32_t)get(r, 3);
}

uint32_t wire_get_u32(struct wire_reader *r)
{
	return (uint32_t)get(r, 4);
}

uint64_t wire_get_u48(struct wire_reader *r)
{
	return get(r, 6);
}

uint64_t wire_get_u64(struct wire_reader *r)
{
	return get(r, 8);
}

int8_t wire_get_i8(struct wire_reader *r)
{
	return (int8_t)wire_get_u8(r);
}

int16_t wire_get_i16(struct wire_reader *r)
{
	return (int16_t)wire_get_u16(r);
}

int32_t wire_get_i32(struct wire_reader *r)
{
	return (int32_t)wire_get_u32(r);
}

int64_t wire_get_i64(struct wire_reader *r)
{
	return (int64_t)wire_get_u64(r);
}

struct gn_timestamp wire_get_timestamp(struct wire_reader *r)
{
	struct gn_timestamp v = { 0 };

	v.seconds = wire_get_u48(r);
	v.nanoseconds = wire_get_u32(r);
	return v;
}

struct gn_interval wire_get_interval(struct wire_reader *r)
{
	return (struct gn_interval){ .scaled_ns = wire_get_i64(r) };
}

struct gn_clock_identity wire_get_clock_identity(struct wire_reader *r)
{
	struct gn_clock_identity v;

	wire_get_octets(r, v.octets, sizeof(v.octets));
	return v;
}

struct gn_port_identity wire_get_port_identity(struct wire_reader *r)
{
	struct gn_port_identity v;

	v.clock_identity = wire_get_clock_identity(r);
	v.port_number = wire_get_u16(r);
	return v;
}

struct gn_clock_quality wire_get_clock_quality(struct wire_reader *r)
{
	struct gn_clock_quality v;

	v.clock_class = wire_get_u8(r);
	v.clock_accuracy = wire_get_u8(r);
	v.offset_scaled_log_variance = wire_get_u16(r);
	return v;
}

void wire_get_octets(struct wire_reader *r, uint8_t *out, size_t count)
{
	const uint8_t *octets = take(r, count);

	if (!octets) {
		memset(out, 0, count);
	} else if (count > 0) {
		memcpy(out, octets, count);
	}
}

void wire_skip(struct wire_reader *r, size_t count)
{
	(void)take(r, count); /* only moves on */
}

void wire_put_u8(struct wire_writer *w, uint8_t v)
{
	put(w, v, 1);
}

void wire_put_u16(struct wire_writer *w, uint16_t v)
{
	put(w, v, 2);
}

void wire_put_u24(struct wire_writer *w, uint32_t v)
{
	GN_ASSERT(v >> 24 == 0);
	put(w, v, 3);
}

void wire_put_u32(struct wire_writer *w, uint32_t v)
{
	put(w, v, 4);
}

void wire_put_u48(struct wire_writer *w, uint64_t v)
{
	GN_ASSERT(v >> 48 == 0);
	put(w, v, 6);
}

void wire_put_u64(struct wire_writer *w, uint64_t v)
{
	put(w, v, 8);
}

void wire_put_i8(struct wire_writer *w, int8_t v)
{
	wire_put_u8(w, (uint8_t)v);
}

void wire_put_i16(struct wire_writer *w, int16_t v)
{
	wire_put_u16(w, (uint16_t)v);
}

void wire_put_i32(struct wire_writer *w, int32_t v)
{
	wire_put_u32(w, (uint32_t)v);
}

void wire_put_i64(struct wire_writer *w, int64_t v)
{
	wire_put_u64(w, (uint64_t)v);
}

void wire_put_timestamp(struct wire_writer *w, struct gn_timestamp v)
{
	wire_put_u48(w, v.seconds);
	wire_put_u32(w, v.nanoseconds);
}

void wire_put_interval(struct wire_writer *w, struct gn_interval v)
{
	wire_put_i64(w, v.scaled_ns);
}

void wire_put_clock_identity(struct wire_writer *w, const struct gn_clock_identity *v)
{
	wire_put_octets(w, v->octets, sizeof(v->octets));
}

void wire_put_port_identity(struct wire_writer *w, const struct gn_port_identity *v)
{
	wire_put_clock_identity(w, &v->clock_identity);
	wire_put_u16(w, v->port_number);
}

void wire_put_clock_quality(struct wire_writer *w, const struct gn_clock_quality *v)
{
	wire_put_u8(w, v->clock_class);
	wire_put_u8(w, v->clock_accuracy);
	wire_put_u16(w, v->offset_scaled_log_variance);
}

void wire_put_octets(struct wire_writer *w, const uint8_t *octets, size_t count)
{
	uint8_t *to = room(w, count);

	if (to && count > 0) {
		memcpy(to, octets, count);
	}
}

void wire_put_zeros(struct wire_writer *w, size_t count)
{
	uint8_t *to = room(w, count);

	if (to && count > 0) {
		memset(to, 0, count);
	}
}
