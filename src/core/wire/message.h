/* src/core/wire/message.h -- the ten messages of IEEE 1588-2019 clause 13.
 *
 * wire_decode() turns octets into a struct wire_message, wire_encode() back. Fields, their order and their
 * types are the table in message.c; the names here are the standard's. TLVs stay octets behind the body, to be
 * walked with tlv.h, so that unknown ones travel through unchanged. Reserved fields that a law needs (encode of
 * decode gives the same octets) are members too. */
#ifndef CORE_WIRE_MESSAGE_H
#define CORE_WIRE_MESSAGE_H

#include "core/wire/table.h"
#include "gnomon/time.h"
#include "gnomon/types.h"

#define WIRE_HEADER_LENGTH 34
#define WIRE_LOG_INTERVAL_NONE 0x7F
#define WIRE_CORRECTION_TOO_LARGE INT64_MAX

/* flagField, octet 0 in the high byte as the standard's tables number it (13.3.2.8) */
enum wire_flag {
	WIRE_FLAG_ALTERNATE_TIME_TRANSMITTER = 0x0100,
	WIRE_FLAG_TWO_STEP = 0x0200,
	WIRE_FLAG_UNICAST = 0x0400,
	WIRE_FLAG_PROFILE_SPECIFIC_1 = 0x2000,
	WIRE_FLAG_PROFILE_SPECIFIC_2 = 0x4000,
	WIRE_FLAG_LEAP61 = 0x0001,
	WIRE_FLAG_LEAP59 = 0x0002,
	WIRE_FLAG_CURRENT_UTC_OFFSET_VALID = 0x0004,
	WIRE_FLAG_PTP_TIMESCALE = 0x0008,
	WIRE_FLAG_TIME_TRACEABLE = 0x0010,
	WIRE_FLAG_FREQUENCY_TRACEABLE = 0x0020,
	WIRE_FLAG_SYNCHRONIZATION_UNCERTAIN = 0x0040,
};

struct wire_header {
	uint8_t major_sdo_id; /* 4 bits */
	uint8_t message_type; /* 4 bits */
	uint8_t minor_version_ptp;
	uint8_t version_ptp;
	uint16_t message_length; /* decode: as received; encode: computed, this member is not read */
	uint8_t domain_number;
	uint8_t minor_sdo_id;
	uint16_t flags;
	struct gn_interval correction;
	uint32_t message_type_specific;
	struct gn_port_identity source_port_identity;
	uint16_t sequence_id;
	uint8_t control_field;
	int8_t log_message_interval;
};

struct wire_announce {
	struct gn_timestamp origin_timestamp;
	int16_t current_utc_offset;
	uint8_t reserved;
	uint8_t grandmaster_priority1;
	struct gn_clock_quality grandmaster_clock_quality;
	uint8_t grandmaster_priority2;
	struct gn_clock_identity grandmaster_identity;
	uint16_t steps_removed;
	uint8_t time_source;
};

struct wire_sync { /* and Delay_Req */
	struct gn_timestamp origin_timestamp;
};

struct wire_follow_up {
	struct gn_timestamp precise_origin_timestamp;
};

struct wire_delay_resp {
	struct gn_timestamp receive_timestamp;
	struct gn_port_identity requesting_port_identity;
};

struct wire_pdelay_req {
	struct gn_timestamp origin_timestamp;
	uint8_t reserved[10];
};

struct wire_pdelay_resp {
	struct gn_timestamp request_receipt_timestamp;
	struct gn_port_identity requesting_port_identity;
};

struct wire_pdelay_resp_follow_up {
	struct gn_timestamp response_origin_timestamp;
	struct gn_port_identity requesting_port_identity;
};

struct wire_signaling {
	struct gn_port_identity target_port_identity;
};

enum wire_action {
	WIRE_GET = 0,
	WIRE_SET = 1,
	WIRE_RESPONSE = 2,
	WIRE_COMMAND = 3,
	WIRE_ACKNOWLEDGE = 4,
};

struct wire_management {
	struct gn_port_identity target_port_identity;
	uint8_t starting_boundary_hops;
	uint8_t boundary_hops;
	uint8_t action_field; /* the whole octet: the high nibble is reserved */
	uint8_t reserved;
};

struct wire_message {
	struct wire_header header;
	union {
		struct wire_announce announce;
		struct wire_sync sync;
		struct wire_sync delay_req;
		struct wire_follow_up follow_up;
		struct wire_delay_resp delay_resp;
		struct wire_pdelay_req pdelay_req;
		struct wire_pdelay_resp pdelay_resp;
		struct wire_pdelay_resp_follow_up pdelay_resp_follow_up;
		struct wire_signaling signaling;
		struct wire_management management;
	} body;
	const uint8_t
		*tlvs; /* into the octets decoded; encode copies them. Never NULL with tlvs_length > 0 */
	size_t tlvs_length;
};

/* The shortest messageLength of a type, or 0 for a reserved type. */
size_t wire_message_length_min(unsigned type);

/* True for Sync, Delay_Req, Pdelay_Req, Pdelay_Resp. */
bool wire_is_event(unsigned type);

/* controlField by type (13.3.2.13). */
uint8_t wire_control_field(unsigned type);

/* The fields of the header and of each type's body (NULL for a reserved type), to be walked by printers. The
 * structs are struct wire_message's `header` and `body`. */
extern const struct wire_table wire_header_table;
const struct wire_table *wire_body_table(unsigned type);

/* Decodes one message of `length` octets; octets beyond messageLength are ignored (padding). On success the
 * TLVs are known to be well-formed and every Timestamp in header and body to be valid. Otherwise the reason why
 * the message is to be dropped: GN_DROP_TRUNCATED, _VERSION, _RESERVED_TYPE, _BAD_TIMESTAMP or _MALFORMED;
 * GN_DROPS means success. *out is untouched on failure, except that `header` is filled in when the header
 * could be read and *has_header says so: 34 octets or more, of versionPTP 2 (the header of another version is not
 * ours to read). minorVersionPTP may be anything. */
int wire_decode(const uint8_t *octets, size_t length, struct wire_message *out, bool *has_header);

/* Encodes into `out`; returns the number of octets, or 0 if they do not fit. */
size_t wire_encode(const struct wire_message *message, uint8_t *out, size_t size);

/* A message of this type with everything zero but type, versions 2.`minor`, controlField and
 * logMessageInterval 0x7F. */
struct wire_message wire_message_of(enum gn_message_type type, uint8_t minor_version);

#endif
