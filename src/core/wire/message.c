/* src/core/wire/message.c -- clause 13 as tables, side by side with the standard's: fields in wire order, and the
 * ten types with their length, controlField and body. The code below them only walks. */
#include "core/wire/message.h"

#include "core/assert.h"
#include "core/wire/octets.h"
#include "core/wire/tlv.h"
#include "gnomon/report.h"

/* ---- 13.3 ----------------------------------------------------------------------------------------------- */

static const struct wire_bit flag_bits[] = {
	{ WIRE_FLAG_ALTERNATE_TIME_TRANSMITTER, "alternateMasterFlag" },
	{ WIRE_FLAG_TWO_STEP, "twoStepFlag" },
	{ WIRE_FLAG_UNICAST, "unicastFlag" },
	{ WIRE_FLAG_PROFILE_SPECIFIC_1, "profileSpecific1" },
	{ WIRE_FLAG_PROFILE_SPECIFIC_2, "profileSpecific2" },
	{ WIRE_FLAG_LEAP61, "leap61" },
	{ WIRE_FLAG_LEAP59, "leap59" },
	{ WIRE_FLAG_CURRENT_UTC_OFFSET_VALID, "currentUtcOffsetValid" },
	{ WIRE_FLAG_PTP_TIMESCALE, "ptpTimescale" },
	{ WIRE_FLAG_TIME_TRACEABLE, "timeTraceable" },
	{ WIRE_FLAG_FREQUENCY_TRACEABLE, "frequencyTraceable" },
	{ WIRE_FLAG_SYNCHRONIZATION_UNCERTAIN, "synchronizationUncertain" },
	{ 0, NULL },
};

static const struct wire_field header_fields[] = {
	WIRE_FIELD(NIBBLE_HIGH, wire_header, major_sdo_id, "majorSdoId"),
	WIRE_FIELD(NIBBLE_LOW, wire_header, message_type, "messageType"),
	WIRE_FIELD(NIBBLE_HIGH, wire_header, minor_version_ptp, "minorVersionPTP"),
	WIRE_FIELD(NIBBLE_LOW, wire_header, version_ptp, "versionPTP"),
	WIRE_FIELD(U16, wire_header, message_length, "messageLength"),
	WIRE_FIELD(U8, wire_header, domain_number, "domainNumber"),
	WIRE_FIELD(U8, wire_header, minor_sdo_id, "minorSdoId"),
	WIRE_FIELD_FLAGS16(wire_header, flags, "flagField", flag_bits),
	WIRE_FIELD(INTERVAL, wire_header, correction, "correctionField"),
	WIRE_FIELD(U32, wire_header, message_type_specific, "messageTypeSpecific"),
	WIRE_FIELD(PORT_IDENTITY, wire_header, source_port_identity, "sourcePortIdentity"),
	WIRE_FIELD(U16, wire_header, sequence_id, "sequenceId"),
	WIRE_FIELD(U8, wire_header, control_field, "controlField"),
	WIRE_FIELD(I8, wire_header, log_message_interval, "logMessageInterval"),
};
const struct wire_table wire_header_table = WIRE_TABLE("header", wire_header, header_fields);

/* ---- 13.5 to 13.13, 15.4.1 ---------------------------------------------------------------------------- */

static const struct wire_field announce_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_announce, origin_timestamp, "originTimestamp"),
	WIRE_FIELD(I16, wire_announce, current_utc_offset, "currentUtcOffset"),
	WIRE_FIELD_RESERVED(wire_announce, reserved),
	WIRE_FIELD(U8, wire_announce, grandmaster_priority1, "grandmasterPriority1"),
	WIRE_FIELD(CLOCK_QUALITY, wire_announce, grandmaster_clock_quality, "grandmasterClockQuality"),
	WIRE_FIELD(U8, wire_announce, grandmaster_priority2, "grandmasterPriority2"),
	WIRE_FIELD(CLOCK_IDENTITY, wire_announce, grandmaster_identity, "grandmasterIdentity"),
	WIRE_FIELD(U16, wire_announce, steps_removed, "stepsRemoved"),
	WIRE_FIELD(U8, wire_announce, time_source, "timeSource"),
};
static const struct wire_table announce_table = WIRE_TABLE("Announce", wire_announce, announce_fields);

static const struct wire_field sync_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_sync, origin_timestamp, "originTimestamp"),
};
static const struct wire_table sync_table = WIRE_TABLE("Sync", wire_sync, sync_fields);
static const struct wire_table delay_req_table = WIRE_TABLE("Delay_Req", wire_sync, sync_fields);

static const struct wire_field follow_up_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_follow_up, precise_origin_timestamp, "preciseOriginTimestamp"),
};
static const struct wire_table follow_up_table = WIRE_TABLE("Follow_Up", wire_follow_up, follow_up_fields);

static const struct wire_field delay_resp_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_delay_resp, receive_timestamp, "receiveTimestamp"),
	WIRE_FIELD(PORT_IDENTITY, wire_delay_resp, requesting_port_identity, "requestingPortIdentity"),
};
static const struct wire_table delay_resp_table = WIRE_TABLE("Delay_Resp", wire_delay_resp,
							     delay_resp_fields);

static const struct wire_field pdelay_req_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_pdelay_req, origin_timestamp, "originTimestamp"),
	WIRE_FIELD_RESERVED(wire_pdelay_req, reserved),
};
static const struct wire_table pdelay_req_table = WIRE_TABLE("Pdelay_Req", wire_pdelay_req,
							     pdelay_req_fields);

static const struct wire_field pdelay_resp_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_pdelay_resp, request_receipt_timestamp, "requestReceiptTimestamp"),
	WIRE_FIELD(PORT_IDENTITY, wire_pdelay_resp, requesting_port_identity, "requestingPortIdentity"),
};
static const struct wire_table pdelay_resp_table = WIRE_TABLE("Pdelay_Resp", wire_pdelay_resp,
							      pdelay_resp_fields);

static const struct wire_field pdelay_resp_follow_up_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_pdelay_resp_follow_up, response_origin_timestamp,
		   "responseOriginTimestamp"),
	WIRE_FIELD(PORT_IDENTITY, wire_pdelay_resp_follow_up, requesting_port_identity,
		   "requestingPortIdentity"),
};
static const struct wire_table pdelay_resp_follow_up_table = WIRE_TABLE(
	"Pdelay_Resp_Follow_Up", wire_pdelay_resp_follow_up, pdelay_resp_follow_up_fields);

static const struct wire_field signaling_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_signaling, target_port_identity, "targetPortIdentity"),
};
static const struct wire_table signaling_table = WIRE_TABLE("Signaling", wire_signaling, signaling_fields);

static const struct wire_field management_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_management, target_port_identity, "targetPortIdentity"),
	WIRE_FIELD(U8, wire_management, starting_boundary_hops, "startingBoundaryHops"),
	WIRE_FIELD(U8, wire_management, boundary_hops, "boundaryHops"),
	WIRE_FIELD(U8, wire_management, action_field, "actionField"),
	WIRE_FIELD_RESERVED(wire_management, reserved),
};
static const struct wire_table management_table = WIRE_TABLE("Management", wire_management,
							     management_fields);

/* ---- Table 36 and 13.3.2.13 ----------------------------------------------------------------------------- */

struct kind {
	uint8_t length_min; /* header and body */
	uint8_t control_field;
	const struct wire_table *body;
};

static const struct kind kinds[GN_MESSAGE_TYPES] = {
	[GN_SYNC] = { 44, 0x00, &sync_table },
	[GN_DELAY_REQ] = { 44, 0x01, &delay_req_table },
	[GN_PDELAY_REQ] = { 54, 0x05, &pdelay_req_table },
	[GN_PDELAY_RESP] = { 54, 0x05, &pdelay_resp_table },
	[GN_FOLLOW_UP] = { 44, 0x02, &follow_up_table },
	[GN_DELAY_RESP] = { 54, 0x03, &delay_resp_table },
	[GN_PDELAY_RESP_FOLLOW_UP] = { 54, 0x05, &pdelay_resp_follow_up_table },
	[GN_ANNOUNCE] = { 64, 0x05, &announce_table },
	[GN_SIGNALING] = { 44, 0x05, &signaling_table },
	[GN_MANAGEMENT] = { 48, 0x04, &management_table },
};

size_t wire_message_length_min(unsigned type)
{
	return type < GN_MESSAGE_TYPES ? kinds[type].length_min : 0;
}

const struct wire_table *wire_body_table(unsigned type)
{
	return type < GN_MESSAGE_TYPES ? kinds[type].body : NULL;
}

bool wire_is_event(unsigned type)
{
	return type <= GN_PDELAY_RESP;
}

uint8_t wire_control_field(unsigned type)
{
	GN_ASSERT(wire_body_table(type));
	return kinds[type].control_field;
}

/* ---- both ways ---------------------------------------------------------------------------------------------- */

/* Header and messageLength, in the order of the receive rules. GN_DROPS: go on. */
static int check_header(const struct wire_header *h, size_t length)
{
	if (h->message_length < WIRE_HEADER_LENGTH || h->message_length > length ||
	    h->message_length < wire_message_length_min(h->message_type)) {
		return GN_DROP_TRUNCATED;
	}
	if (!wire_body_table(h->message_type)) {
		return GN_DROP_RESERVED_TYPE;
	}
	return GN_DROPS;
}

int wire_decode(const uint8_t *octets, size_t length, struct wire_message *out, bool *has_header)
{
	struct wire_reader r = wire_reader(octets, length);
	const struct wire_table *body;
	struct wire_message m = { 0 };
	int drop;

	*has_header = false;
	if (!wire_get_fields(&r, &wire_header_table, &m.header)) {
		return GN_DROP_TRUNCATED;
	}
	if (m.header.version_ptp != 2) {
		return GN_DROP_VERSION;
	}
	*has_header = true;
	out->header = m.header;
	drop = check_header(&m.header, length);
	if (drop != GN_DROPS) {
		return drop;
	}
	body = wire_body_table(m.header.message_type);
	r.length = m.header.message_length; /* padding is nobody's */
	if (!wire_get_fields(&r, body, &m.body)) {
		return GN_DROP_TRUNCATED;
	}
	if (!wire_timestamps_are_valid(body, &m.body)) {
		return GN_DROP_BAD_TIMESTAMP;
	}
	m.tlvs = octets + r.at;
	m.tlvs_length = wire_left(&r);
	if (!wire_tlvs_are_well_formed(m.tlvs, m.tlvs_length)) {
		return GN_DROP_MALFORMED;
	}
	*out = m;
	return GN_DROPS;
}

size_t wire_encode(const struct wire_message *message, uint8_t *out, size_t size)
{
	unsigned type = message->header.message_type;
	size_t length = wire_message_length_min(type) + message->tlvs_length;
	struct wire_header header = message->header;
	struct wire_writer w = wire_writer(out, size);

	GN_ASSERT(wire_body_table(type));
	if (message->tlvs_length > UINT16_MAX || length > UINT16_MAX || length > size) {
		return 0;
	}
	header.message_length = (uint16_t)length;
	wire_put_fields(&w, &wire_header_table, &header);
	wire_put_fields(&w, wire_body_table(type), &message->body);
	wire_put_octets(&w, message->tlvs, message->tlvs_length);
	GN_ASSERT(!w.overrun && w.at == length);
	return length;
}

struct wire_message wire_message_of(enum gn_message_type type, uint8_t minor_version)
{
	return (struct wire_message){
		.header = {
			.message_type = (uint8_t)type,
			.minor_version_ptp = minor_version,
			.version_ptp = 2,
			.control_field = wire_control_field(type),
			.log_message_interval = WIRE_LOG_INTERVAL_NONE,
		},
	};
}
