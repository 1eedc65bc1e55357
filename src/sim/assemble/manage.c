/* src/sim/assemble/manage.c -- the words are looked up in the tables of core/wire; nothing here knows an id. */
#include "sim/assemble/manage.h"

#include "core/wire/management.h"
#include "gnomon/instance.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ALL_PORTS 0xFFFF
#define NAMES_MAX 32

/* What is asked for: fields not named yet. */
struct wanted {
	char *why;
	size_t why_size;
	union wire_management_data data;
	const struct wire_table *table;
	char names[512]; /* of all fields, for people */
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct wanted *w, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(w->why, w->why_size, format, arguments);
	va_end(arguments);
	return false;
}

/* ---- values ---- */

struct limits {
	int64_t min, max;
	size_t size;
};

static bool limits_of(uint8_t type, struct limits *out)
{
	static const struct limits limits[WIRE_TYPES] = {
		[WIRE_U8] = { 0, UINT8_MAX, 1 },          [WIRE_U16] = { 0, UINT16_MAX, 2 },
		[WIRE_U32] = { 0, UINT32_MAX, 4 },        [WIRE_U48] = { 0, (INT64_C(1) << 48) - 1, 8 },
		[WIRE_U64] = { 0, INT64_MAX, 8 },         [WIRE_I8] = { INT8_MIN, INT8_MAX, 1 },
		[WIRE_I16] = { INT16_MIN, INT16_MAX, 2 }, [WIRE_I32] = { INT32_MIN, INT32_MAX, 4 },
		[WIRE_I64] = { INT64_MIN, INT64_MAX, 8 },
	};

	*out = type < WIRE_TYPES ? limits[type] : (struct limits){ 0 };
	return out->size != 0;
}

static bool read_number(struct wanted *w, const char *name, const char *text, int64_t min, int64_t max,
			int64_t *out)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 0);
	if (end == text || *end || errno || value < min || value > max) {
		return refuse(w, "%s: a number %lld..%lld was expected, not \"%s\"", name, (long long)min,
			      (long long)max, text);
	}
	*out = value;
	return true;
}

static void *member(struct wanted *w, const struct wire_field *field)
{
	return (uint8_t *)&w->data + field->offset;
}

/* The machine's byte order is the struct's: the low octets of a little-endian number, or by type. */
static void store(void *at, size_t size, int64_t value)
{
	if (size == 1) {
		*(uint8_t *)at = (uint8_t)value;
	} else if (size == 2) {
		uint16_t v = (uint16_t)value;

		memcpy(at, &v, sizeof(v));
	} else if (size == 4) {
		uint32_t v = (uint32_t)value;

		memcpy(at, &v, sizeof(v));
	} else {
		memcpy(at, &value, sizeof(value));
	}
}

static bool set_bit(struct wanted *w, const struct wire_field *field, const struct wire_bit *bit,
		    const char *text)
{
	int64_t is_on = 0;
	uint16_t mask = bit->mask;

	if (!read_number(w, bit->name, text, 0, 1, &is_on)) {
		return false;
	}
	if (field->type == WIRE_FLAGS16) {
		uint16_t flags;

		memcpy(&flags, member(w, field), sizeof(flags));
		flags = (uint16_t)(is_on ? flags | mask : flags & ~mask);
		memcpy(member(w, field), &flags, sizeof(flags));
	} else {
		uint8_t *flags = member(w, field);

		*flags = (uint8_t)(is_on ? *flags | mask : *flags & ~mask);
	}
	return true;
}

static bool set_quality(struct wanted *w, const struct wire_field *field, const char *name, const char *text)
{
	struct gn_clock_quality *quality = member(w, field);
	bool is_variance = strcmp(name, "offsetScaledLogVariance") == 0;
	int64_t value = 0;

	if (!read_number(w, name, text, 0, is_variance ? UINT16_MAX : UINT8_MAX, &value)) {
		return false;
	}
	if (is_variance) {
		quality->offset_scaled_log_variance = (uint16_t)value;
	} else if (strcmp(name, "clockClass") == 0) {
		quality->clock_class = (uint8_t)value;
	} else {
		quality->clock_accuracy = (uint8_t)value;
	}
	return true;
}

static bool set_text(struct wanted *w, const struct wire_field *field, const char *text)
{
	struct wire_text *out = member(w, field);
	size_t length = strlen(text);

	if (length > UINT8_MAX) {
		return refuse(w, "%s: at most 255 octets", field->name);
	}
	*out = (struct wire_text){ (const uint8_t *)text, (uint8_t)length };
	return true;
}

/* ---- names ---- */

static const char *const quality_names[] = { "clockClass", "clockAccuracy", "offsetScaledLogVariance" };

/* Walks all names that a table offers, in wire order; `place` counts them. NULL: the end. */
struct name {
	const char *text;
	const struct wire_field *field;
	const struct wire_bit *bit;
};

static bool name_at(const struct wire_table *table, size_t place, struct name *out)
{
	for (uint16_t i = 0; i < table->count; i++) {
		const struct wire_field *f = &table->fields[i];

		if (f->type == WIRE_CLOCK_QUALITY) {
			if (place < 3) {
				*out = (struct name){ quality_names[place], f, NULL };
				return true;
			}
			place -= 3;
		} else if (f->bits) {
			for (const struct wire_bit *b = f->bits; b->mask; b++, place--) {
				if (place == 0) {
					*out = (struct name){ b->name, f, b };
					return true;
				}
			}
		} else if (f->name && place-- == 0) {
			*out = (struct name){ f->name, f, NULL };
			return true;
		}
	}
	return false;
}

static void list_names(struct wanted *w)
{
	struct name name;
	size_t used = 0;

	for (size_t i = 0; name_at(w->table, i, &name) && used + 1 < sizeof(w->names); i++) {
		int n = snprintf(w->names + used, sizeof(w->names) - used, "%s%s", i ? ", " : "", name.text);

		used += n > 0 ? (size_t)n : 0;
	}
}

static bool set_field(struct wanted *w, const char *word, const char *text, uint32_t *seen)
{
	struct limits limits;
	struct name name;
	int64_t value = 0;

	for (size_t i = 0; i < NAMES_MAX && name_at(w->table, i, &name); i++) {
		if (strcasecmp(name.text, word) != 0) {
			continue;
		}
		if (*seen & UINT32_C(1) << i) {
			return refuse(w, "%s is said twice", name.text);
		}
		*seen |= UINT32_C(1) << i;
		if (name.bit) {
			return set_bit(w, name.field, name.bit, text);
		}
		if (name.field->type == WIRE_CLOCK_QUALITY) {
			return set_quality(w, name.field, name.text, text);
		}
		if (name.field->type == WIRE_TEXT) {
			return set_text(w, name.field, text);
		}
		if (!limits_of(name.field->type, &limits)) {
			return refuse(w, "%s: a field of this kind cannot be written here", name.text);
		}
		if (!read_number(w, name.text, text, limits.min, limits.max, &value)) {
			return false;
		}
		store(member(w, name.field), limits.size, value);
		return true;
	}
	return refuse(w, "\"%s\" is no field of it; its fields: %s", word, w->names);
}

static bool has_all(struct wanted *w, uint32_t seen)
{
	struct name name;

	for (size_t i = 0; i < NAMES_MAX && name_at(w->table, i, &name); i++) {
		if (!(seen & UINT32_C(1) << i)) {
			return refuse(w, "%s is missing: a SET gives all fields: %s", name.text, w->names);
		}
	}
	return true;
}

/* ---- the message ---- */

static const struct wire_management_kind *find_kind(const char *name)
{
	const struct wire_management_kind *kind;

	for (size_t i = 0; (kind = wire_management_kind_at(i)); i++) {
		if (strcasecmp(kind->name, name) == 0 ||
		    (kind->linuxptp && strcasecmp(kind->linuxptp, name) == 0)) {
			return kind;
		}
	}
	return NULL;
}

static size_t finish(struct wanted *w, const struct wire_management_kind *kind, uint8_t action, uint16_t port,
		     const struct wire_message *header, uint8_t *out, size_t size)
{
	struct wire_message message = *header;
	uint8_t tlv[1024];
	struct wire_writer writer = wire_writer(tlv, sizeof(tlv));
	size_t length;

	wire_put_u16(&writer, WIRE_TLV_MANAGEMENT);
	wire_put_u16(&writer, 0);
	wire_put_u16(&writer, kind->id);
	if (action == WIRE_SET && w->table) {
		wire_management_encode(&writer, kind, &w->data);
	}
	if (writer.overrun) {
		refuse(w, "%s: too long for a message", kind->name);
		return 0;
	}
	length = writer.at - 4;
	tlv[2] = (uint8_t)(length >> 8);
	tlv[3] = (uint8_t)length;
	memset(&message.body.management.target_port_identity, 0xFF,
	       sizeof(message.body.management.target_port_identity));
	message.body.management.target_port_identity.port_number = port;
	message.body.management.action_field = action;
	message.tlvs = tlv;
	message.tlvs_length = writer.at;
	return wire_encode(&message, out, size);
}

size_t manage_encode(const char *const *words, size_t count, uint8_t domain_number, uint8_t major_sdo_id,
		     uint8_t *out, size_t size, char *why, size_t why_size)
{
	struct wire_message message = wire_message_of(GN_MANAGEMENT, 1);
	struct wanted w = { .why = why, .why_size = why_size };
	const struct wire_management_kind *kind;
	int64_t port = ALL_PORTS;
	uint32_t seen = 0;
	uint8_t action;

	if (count >= 2 && strcasecmp(words[0], "port") == 0) {
		if (!read_number(&w, "port", words[1], 1, GN_PORTS_MAX, &port)) {
			return 0;
		}
		words += 2;
		count -= 2;
	}
	if (count < 2 || (strcasecmp(words[0], "SET") != 0 && strcasecmp(words[0], "COMMAND") != 0)) {
		refuse(&w, "\"SET ID field value ...\" or \"COMMAND ID\" was expected");
		return 0;
	}
	action = strcasecmp(words[0], "SET") == 0 ? WIRE_SET : WIRE_COMMAND;
	kind = find_kind(words[1]);
	if (!kind || !(kind->actions & WIRE_MAY(action))) {
		refuse(&w, "%s is no management id that takes %s", words[1], words[0]);
		return 0;
	}
	w.table = action == WIRE_SET ? kind->fields : NULL;
	if (!w.table && count > 2) {
		refuse(&w, "%s takes no fields; \"%s\" is too much", words[1], words[2]);
		return 0;
	}
	if (w.table) {
		list_names(&w);
		for (size_t i = 2; i < count; i += 2) {
			if (i + 1 == count) {
				refuse(&w, "%s: its value is missing", words[i]);
				return 0;
			}
			if (!set_field(&w, words[i], words[i + 1], &seen)) {
				return 0;
			}
		}
		if (!has_all(&w, seen)) {
			return 0;
		}
	}
	message.header.domain_number = domain_number;
	message.header.major_sdo_id = major_sdo_id;
	message.header.source_port_identity.port_number = 1;
	return finish(&w, kind, action, (uint16_t)port, &message, out, size);
}
