/* src/core/wire/tlv.c -- walking TLVs, finding their kind in the registry, and one codec for all kinds.
 *
 * A value is decoded by the table of its kind. Kinds go from the special to the general: an organization's
 * extension that is known, a type that is known, the range that the type is in. */
#include "core/wire/tlv.h"

#include "core/assert.h"
#include "core/wire/tlv_tables.h"

#define TLV_HEADER_LENGTH 4
#define ORGANIZATION_LENGTH 6 /* organizationId, organizationSubType */

/* ---- walking ------------------------------------------------------------------------------------------------ */

static bool is_organization_type(uint16_t type)
{
	return type == WIRE_TLV_ORGANIZATION_EXTENSION || type == WIRE_TLV_ORGANIZATION_EXTENSION_PROPAGATE ||
	       type == WIRE_TLV_ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE;
}

static bool get_organization(const struct wire_tlv *tlv, uint32_t *organization, uint32_t *subtype)
{
	struct wire_reader r = wire_reader(tlv->value, tlv->length);

	if (!is_organization_type(tlv->type)) {
		return false;
	}
	*organization = wire_get_u24(&r);
	*subtype = wire_get_u24(&r);
	return !r.overrun;
}

/* IEEE C37.238-2011 prints a lengthField of 12 for a TLV whose fields make 18, and some send that: the six octets
 * behind it are its last two fields, and no TLV. */
static bool is_c37_238_misprint(const struct wire_tlv *tlv, size_t left)
{
	uint32_t organization, subtype;

	return tlv->length == 12 && left >= 18 && get_organization(tlv, &organization, &subtype) &&
	       organization == WIRE_ORGANIZATION_IEEE_C37_238 &&
	       (subtype == WIRE_C37_238_2011 || subtype == WIRE_C37_238_2017);
}

bool wire_tlv_next(const uint8_t **tlvs, size_t *length, struct wire_tlv *out)
{
	struct wire_reader r = wire_reader(*tlvs, *length);
	struct wire_tlv tlv;

	if (*length == 0) {
		return false;
	}
	tlv.type = wire_get_u16(&r);
	tlv.length = wire_get_u16(&r);
	tlv.value = *tlvs + r.at;
	if (r.overrun || tlv.length % 2 != 0 || tlv.length > wire_left(&r)) {
		return false;
	}
	if (is_c37_238_misprint(&tlv, wire_left(&r))) {
		tlv.length = 18;
	}
	*tlvs = tlv.value + tlv.length;
	*length -= (size_t)TLV_HEADER_LENGTH + tlv.length;
	*out = tlv;
	return true;
}

bool wire_tlvs_are_well_formed(const uint8_t *tlvs, size_t length)
{
	struct wire_tlv tlv;

	while (wire_tlv_next(&tlvs, &length, &tlv)) {
	}
	return length == 0;
}

bool wire_tlv_find(const uint8_t *tlvs, size_t length, uint16_t type, struct wire_tlv *out)
{
	struct wire_tlv tlv;

	while (wire_tlv_next(&tlvs, &length, &tlv)) {
		if (tlv.type == type) {
			*out = tlv;
			return true;
		}
	}
	return false;
}

bool wire_tlv_find_organization(const uint8_t *tlvs, size_t length, uint32_t organization, uint32_t subtype,
				struct wire_tlv *out)
{
	struct wire_tlv tlv;
	uint32_t its_organization, its_subtype;

	while (wire_tlv_next(&tlvs, &length, &tlv)) {
		if (get_organization(&tlv, &its_organization, &its_subtype) &&
		    its_organization == organization && its_subtype == subtype) {
			*out = tlv;
			return true;
		}
	}
	return false;
}

/* ---- the registry ------------------------------------------------------------------------------------------- */

const struct wire_tlv_kind *wire_tlv_kind_at(size_t place)
{
	return place < wire_tlv_kinds_count ? &wire_tlv_kinds[place] : NULL;
}

const struct wire_tlv_kind *wire_tlv_kind_of_organization(uint32_t organization, uint32_t subtype)
{
	for (size_t i = 0; i < wire_tlv_kinds_count; i++) {
		const struct wire_tlv_kind *kind = &wire_tlv_kinds[i];

		if (kind->organization != 0 && kind->organization == organization &&
		    kind->subtype == subtype) {
			return kind;
		}
	}
	return NULL;
}

static const struct wire_tlv_kind *kind_of_type(uint16_t type)
{
	const struct wire_tlv_range *range = wire_tlv_ranges;

	for (size_t i = 0; i < wire_tlv_kinds_count; i++) {
		if (wire_tlv_kinds[i].organization == 0 && wire_tlv_kinds[i].type == type) {
			return &wire_tlv_kinds[i];
		}
	}
	while (type > range->last) {
		range++;
	}
	return &range->kind;
}

const struct wire_tlv_kind *wire_tlv_kind(const struct wire_tlv *tlv)
{
	const struct wire_tlv_kind *kind = NULL;
	uint32_t organization, subtype;

	if (get_organization(tlv, &organization, &subtype)) {
		kind = wire_tlv_kind_of_organization(organization, subtype);
	}
	return kind ? kind : kind_of_type(tlv->type);
}

const char *wire_tlv_name(uint16_t type)
{
	return kind_of_type(type)->name;
}

bool wire_tlv_is_propagated(uint16_t type)
{
	return kind_of_type(type)->is_propagated;
}

/* ---- values ------------------------------------------------------------------------------------------------- */

bool wire_tlv_decode(const struct wire_tlv *tlv, struct wire_tlv_value *out)
{
	struct wire_tlv_value value = { .type = tlv->type, .kind = wire_tlv_kind(tlv) };
	struct wire_reader r = wire_reader(tlv->value, tlv->length);

	if (value.kind->organization != 0) {
		wire_skip(&r, ORGANIZATION_LENGTH);
	}
	if (!wire_get_fields(&r, value.kind->fields, &value.u)) {
		return false;
	}
	*out = value;
	return true;
}

/* Ends a TLV begun at `start`: the pad octet, and lengthField now that it is known. */
static void end_tlv(struct wire_writer *w, size_t start)
{
	struct wire_writer length_field;
	size_t length;

	wire_put_zeros(w, (w->at - start) % 2);
	length = w->at - start - TLV_HEADER_LENGTH;
	if (w->overrun || length > UINT16_MAX) {
		w->overrun = true;
		return;
	}
	length_field = wire_writer(w->octets + start + 2, 2);
	wire_put_u16(&length_field, (uint16_t)length);
}

void wire_tlv_encode(struct wire_writer *w, const struct wire_tlv_value *value)
{
	const struct wire_tlv_kind *kind = value->kind;
	size_t start = w->at;

	wire_put_u16(w, value->type);
	wire_put_u16(w, 0); /* lengthField */
	if (kind->organization != 0) {
		wire_put_u24(w, kind->organization);
		wire_put_u24(w, kind->subtype);
	}
	wire_put_fields(w, kind->fields, &value->u);
	end_tlv(w, start);
}

struct wire_tlv_value wire_tlv_value_of(uint16_t type)
{
	return (struct wire_tlv_value){ .type = type, .kind = kind_of_type(type) };
}

struct wire_tlv_value wire_tlv_value_of_organization(uint32_t organization, uint32_t subtype)
{
	const struct wire_tlv_kind *kind = wire_tlv_kind_of_organization(organization, subtype);

	GN_ASSERT(kind);
	return (struct wire_tlv_value){ .type = kind->type, .kind = kind };
}

bool wire_tlv_value_equal(const struct wire_tlv_value *a, const struct wire_tlv_value *b)
{
	return a->type == b->type && a->kind == b->kind && wire_fields_equal(a->kind->fields, &a->u, &b->u);
}

/* ---- IEEE 802.1AS -------------------------------------------------------------------------------------------- */

/* The value, if it is of that kind and long enough. */
static bool decode_as(const struct wire_tlv *tlv, uint32_t subtype, struct wire_tlv_value *out)
{
	return wire_tlv_kind(tlv) == wire_tlv_kind_of_organization(WIRE_ORGANIZATION_IEEE_802_1, subtype) &&
	       wire_tlv_decode(tlv, out);
}

bool wire_tlv_get_follow_up_information(const struct wire_tlv *tlv, struct wire_follow_up_information *out)
{
	struct wire_tlv_value value;

	if (!decode_as(tlv, WIRE_FOLLOW_UP_INFORMATION, &value)) {
		return false;
	}
	*out = value.u.follow_up_information;
	return true;
}

void wire_tlv_put_follow_up_information(struct wire_writer *w, const struct wire_follow_up_information *v)
{
	struct wire_tlv_value value = wire_tlv_value_of_organization(WIRE_ORGANIZATION_IEEE_802_1,
								     WIRE_FOLLOW_UP_INFORMATION);

	value.u.follow_up_information = *v;
	wire_tlv_encode(w, &value);
}

bool wire_tlv_get_interval_request(const struct wire_tlv *tlv, struct wire_interval_request *out)
{
	struct wire_tlv_value value;

	if (!decode_as(tlv, WIRE_MESSAGE_INTERVAL_REQUEST, &value)) {
		return false;
	}
	*out = value.u.interval_request;
	return true;
}

void wire_tlv_put_interval_request(struct wire_writer *w, const struct wire_interval_request *v)
{
	struct wire_tlv_value value = wire_tlv_value_of_organization(WIRE_ORGANIZATION_IEEE_802_1,
								     WIRE_MESSAGE_INTERVAL_REQUEST);

	value.u.interval_request = *v;
	wire_tlv_encode(w, &value);
}
