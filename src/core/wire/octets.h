/* src/core/wire/octets.h -- reading and writing big-endian octets, with one check at the end.
 *
 * A reader remembers its first overrun and from then on gives zeros; a writer likewise stops writing. So a
 * codec is a list of fields, in order, followed by one question. Nothing is ever read or written outside the
 * memory given. */
#ifndef CORE_WIRE_OCTETS_H
#define CORE_WIRE_OCTETS_H

#include "gnomon/time.h"
#include "gnomon/types.h"

struct wire_reader {
	const uint8_t *octets;
	size_t length;
	size_t at;
	bool overrun;
};

struct wire_writer {
	uint8_t *octets;
	size_t size;
	size_t at;
	bool overrun;
};

struct wire_reader wire_reader(const uint8_t *octets, size_t length);
struct wire_writer wire_writer(uint8_t *octets, size_t size);

/* Octets left to read. */
size_t wire_left(const struct wire_reader *r);

uint8_t wire_get_u8(struct wire_reader *r);
uint16_t wire_get_u16(struct wire_reader *r);
uint32_t wire_get_u24(struct wire_reader *r);
uint32_t wire_get_u32(struct wire_reader *r);
uint64_t wire_get_u48(struct wire_reader *r);
uint64_t wire_get_u64(struct wire_reader *r);
int8_t wire_get_i8(struct wire_reader *r);
int16_t wire_get_i16(struct wire_reader *r);
int32_t wire_get_i32(struct wire_reader *r);
int64_t wire_get_i64(struct wire_reader *r);
struct gn_timestamp wire_get_timestamp(struct wire_reader *r); /* as it stands: validity is the caller's */
struct gn_interval wire_get_interval(struct wire_reader *r);
struct gn_clock_identity wire_get_clock_identity(struct wire_reader *r);
struct gn_port_identity wire_get_port_identity(struct wire_reader *r);
struct gn_clock_quality wire_get_clock_quality(struct wire_reader *r);
void wire_get_octets(struct wire_reader *r, uint8_t *out, size_t count);
void wire_skip(struct wire_reader *r, size_t count);

void wire_put_u8(struct wire_writer *w, uint8_t v);
void wire_put_u16(struct wire_writer *w, uint16_t v);
void wire_put_u24(struct wire_writer *w, uint32_t v);
void wire_put_u32(struct wire_writer *w, uint32_t v);
void wire_put_u48(struct wire_writer *w, uint64_t v);
void wire_put_u64(struct wire_writer *w, uint64_t v);
void wire_put_i8(struct wire_writer *w, int8_t v);
void wire_put_i16(struct wire_writer *w, int16_t v);
void wire_put_i32(struct wire_writer *w, int32_t v);
void wire_put_i64(struct wire_writer *w, int64_t v);
void wire_put_timestamp(struct wire_writer *w, struct gn_timestamp v);
void wire_put_interval(struct wire_writer *w, struct gn_interval v);
void wire_put_clock_identity(struct wire_writer *w, const struct gn_clock_identity *v);
void wire_put_port_identity(struct wire_writer *w, const struct gn_port_identity *v);
void wire_put_clock_quality(struct wire_writer *w, const struct gn_clock_quality *v);
void wire_put_octets(struct wire_writer *w, const uint8_t *octets, size_t count);
void wire_put_zeros(struct wire_writer *w, size_t count);

#endif
