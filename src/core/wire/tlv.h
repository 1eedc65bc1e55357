/* src/core/wire/tlv.h -- type, length, value (IEEE 1588-2019 clause 14).
 *
 * The registry (number, name, where it is carried, whether a boundary clock passes it on) and the fields of
 * every TLV are tables in tlv_tables.c. Codecs for each go through them: wire_tlv_decode() fills the struct of its
 * type, wire_tlv_encode() writes it back; what a table does not know stays octets.
 *
 * A value shorter than its table cannot be decoded, of a longer one the known part is (14.1). Reserved octets are
 * members, so that a decoded TLV encodes to the octets it came from. */
#ifndef CORE_WIRE_TLV_H
#define CORE_WIRE_TLV_H

#include "core/wire/octets.h"
#include "core/wire/table.h"

enum wire_tlv_type {
	WIRE_TLV_MANAGEMENT = 0x0001,
	WIRE_TLV_MANAGEMENT_ERROR_STATUS = 0x0002,
	WIRE_TLV_ORGANIZATION_EXTENSION = 0x0003,
	WIRE_TLV_REQUEST_UNICAST_TRANSMISSION = 0x0004,
	WIRE_TLV_GRANT_UNICAST_TRANSMISSION = 0x0005,
	WIRE_TLV_CANCEL_UNICAST_TRANSMISSION = 0x0006,
	WIRE_TLV_ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION = 0x0007,
	WIRE_TLV_PATH_TRACE = 0x0008,
	WIRE_TLV_ALTERNATE_TIME_OFFSET_INDICATOR = 0x0009,
	WIRE_TLV_NSM_REQUEST_NP = 0x21FE,  /* NetSync Monitor: asks for, */
	WIRE_TLV_NSM_RESPONSE_NP = 0x21FF, /* and is, a snapshot of a port; linuxptp's own */
	WIRE_TLV_ORGANIZATION_EXTENSION_PROPAGATE = 0x4000,
	WIRE_TLV_ENHANCED_ACCURACY_METRICS = 0x4001,
	WIRE_TLV_SLAVE_DELAY_TIMING_DATA_NP = 0x7F00, /* linuxptp's own */
	WIRE_TLV_ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE = 0x8000,
	WIRE_TLV_L1_SYNC = 0x8001,
	WIRE_TLV_PORT_COMMUNICATION_AVAILABILITY = 0x8002,
	WIRE_TLV_PROTOCOL_ADDRESS = 0x8003,
	WIRE_TLV_SLAVE_RX_SYNC_TIMING_DATA = 0x8004,
	WIRE_TLV_SLAVE_RX_SYNC_COMPUTED_DATA = 0x8005,
	WIRE_TLV_SLAVE_TX_EVENT_TIMESTAMPS = 0x8006,
	WIRE_TLV_CUMULATIVE_RATE_RATIO = 0x8007,
	WIRE_TLV_PAD = 0x8008,
	WIRE_TLV_AUTHENTICATION = 0x8009,
};

/* One TLV as it stands in a message. */
struct wire_tlv {
	uint16_t type;
	uint16_t length;      /* lengthField: octets of value */
	const uint8_t *value; /* into the message */
};

/* Takes the next TLV off the front of (*tlvs, *length). False at the end, and at the first one that is malformed
 * (odd length, or running out): then *length is not 0. */
bool wire_tlv_next(const uint8_t **tlvs, size_t *length, struct wire_tlv *out);

/* True if the octets are nothing but whole TLVs of even length. */
bool wire_tlvs_are_well_formed(const uint8_t *tlvs, size_t length);

/* The first TLV of that type, if any. */
bool wire_tlv_find(const uint8_t *tlvs, size_t length, uint16_t type, struct wire_tlv *out);

/* The organization extension (any of its three types) of that organizationId and organizationSubType. */
bool wire_tlv_find_organization(const uint8_t *tlvs, size_t length, uint32_t organization, uint32_t subtype,
				struct wire_tlv *out);

/* True if a boundary clock passes it on when it came with its parent's Announce (Table 52), known or not. */
bool wire_tlv_is_propagated(uint16_t type);

/* ---- organization extensions (14.3) ----------------------------------------------------------------------- */

#define WIRE_ORGANIZATION_IEEE_802_1 0x0080C2
#define WIRE_FOLLOW_UP_INFORMATION 1
#define WIRE_MESSAGE_INTERVAL_REQUEST 2
#define WIRE_CSN 3
#define WIRE_GPTP_CAPABLE 4
#define WIRE_GPTP_CAPABLE_INTERVAL_REQUEST 5
#define WIRE_DRIFT_TRACKING 6
#define WIRE_ORGANIZATION_ITU_T 0x0019A7
#define WIRE_INTERFACE_RATE 2
#define WIRE_ORGANIZATION_IEEE_C37_238 0x1C129D
#define WIRE_C37_238_2011 1
#define WIRE_C37_238_2017 2
#define WIRE_ORGANIZATION_SMPTE 0x6897E8
#define WIRE_SYNCHRONIZATION_METADATA 1
#define WIRE_ORGANIZATION_CERN 0x080030
#define WIRE_WHITE_RABBIT 0xDEAD01

/* IEEE 802.1AS 11.4.4.3, in the fields' order */
struct wire_follow_up_information {
	int32_t cumulative_scaled_rate_offset; /* (ratio - 1) * 2^41 */
	uint16_t gm_time_base_indicator;
	uint16_t last_gm_phase_change_high; /* ScaledNs: 96 bits */
	uint64_t last_gm_phase_change_ns;
	uint16_t last_gm_phase_change_fraction;
	int32_t scaled_last_gm_freq_change;
};

/* flags of the message interval request: the masks of the field's bits 1 to 3, counted from 0 */
enum wire_interval_request_flag {
	WIRE_COMPUTE_NEIGHBOR_RATE_RATIO = 0x02,
	WIRE_COMPUTE_MEAN_LINK_DELAY = 0x04,
	WIRE_ONE_STEP_RECEIVE_CAPABLE = 0x08,
};

/* Values of its intervals that are no log2 of seconds. */
enum wire_interval_special {
	WIRE_INTERVAL_NO_CHANGE = -128,
	WIRE_INTERVAL_INITIAL = 126,
	WIRE_INTERVAL_STOP = 127,
};

/* IEEE 802.1AS 10.6.4.3 */
struct wire_interval_request {
	int8_t link_delay_interval;
	int8_t time_sync_interval;
	int8_t announce_interval;
	uint8_t flags; /* enum wire_interval_request_flag */
	uint8_t reserved[2];
};

/* IEEE 802.1AS 16, coordinated shared networks. The 96-bit times are UScaledNs. */
struct wire_csn {
	uint8_t upstream_tx_time[12];
	int32_t neighbor_rate_ratio;
	uint8_t mean_link_delay[12];
	uint8_t delay_asymmetry[12];
	bool has_domain_number; /* 2020 */
	uint8_t domain_number;
};

/* IEEE 802.1AS-2020 10.6.4.4, 10.6.4.5 */
struct wire_gptp_capable {
	int8_t log_gptp_capable_message_interval;
	uint8_t flags;
	uint8_t reserved[4];
};

struct wire_gptp_capable_interval_request {
	int8_t log_gptp_capable_message_interval;
	uint8_t reserved[3];
};

/* IEEE 802.1ASdm-2024 */
struct wire_drift_tracking {
	uint64_t sync_egress_seconds;
	uint64_t sync_egress_fractional_ns; /* 2^-16 ns */
	struct gn_clock_identity sync_grandmaster_identity;
	uint16_t sync_steps_removed;
	int32_t rate_ratio_drift;
};

/* IEEE C37.238-2011 and -2017; inaccuracies in ns, 0xFFFFFFFF: beyond */
struct wire_c37_238_2011 {
	uint16_t grandmaster_id;
	uint32_t grandmaster_time_inaccuracy;
	uint32_t network_time_inaccuracy;
	uint8_t reserved[2];
};

struct wire_c37_238_2017 {
	uint16_t grandmaster_id;
	uint8_t reserved[4];
	uint32_t total_time_inaccuracy;
	uint8_t reserved2[2];
};

/* ITU-T G.8275.2 Annex D */
struct wire_interface_rate {
	uint64_t interface_bit_period; /* attoseconds */
	uint16_t number_bits_before_timestamp;
	uint16_t number_bits_after_timestamp;
};

/* SMPTE ST 2059-2 */
struct wire_synchronization_metadata {
	uint32_t default_system_frame_rate_numerator;
	uint32_t default_system_frame_rate_denominator;
	uint8_t master_locking_status;
	uint8_t time_address_flags;
	int32_t current_local_offset;
	int32_t jump_seconds;
	uint64_t time_of_next_jump;
	uint64_t time_of_next_jam;
	uint64_t time_of_previous_jam;
	int32_t previous_jam_local_offset;
	uint8_t daylight_saving;
	uint8_t leap_second_jump;
};

struct wire_white_rabbit {
	uint16_t wr_message_id;
	struct wire_octets data;
};

/* Any other organization's. */
struct wire_organization_extension {
	uint32_t organization_id;
	uint32_t organization_sub_type;
	struct wire_octets data_field;
};

/* ---- the standard's own ------------------------------------------------------------------------------------- */

struct wire_management_tlv { /* 15.4.3; the dataField is management.h's */
	uint16_t management_id;
	struct wire_octets data_field;
};

struct wire_management_error_status { /* 15.5.4 */
	uint16_t management_error_id;
	uint16_t management_id;
	uint8_t reserved[4];
	bool has_display_data;
	struct wire_text display_data;
};

struct wire_request_unicast { /* 16.1.4.1 */
	uint8_t message_type;
	uint8_t reserved; /* 4 bits */
	int8_t log_inter_message_period;
	uint32_t duration_field; /* s */
};

#define WIRE_RENEWAL_INVITED 0x01

struct wire_grant_unicast { /* 16.1.4.2 */
	uint8_t message_type;
	uint8_t reserved; /* 4 bits */
	int8_t log_inter_message_period;
	uint32_t duration_field; /* s; 0: denied */
	uint8_t reserved2;
	uint8_t flags; /* WIRE_RENEWAL_INVITED */
};

/* What the sender of the CANCEL keeps: the requests it has made, the grants it has given. */
#define WIRE_MAINTAIN_REQUEST 0x01
#define WIRE_MAINTAIN_GRANT 0x02

struct wire_cancel_unicast { /* 16.1.4.3, and 16.1.4.4 its acknowledgement */
	uint8_t message_type;
	uint8_t flags; /* 4 bits */
	uint8_t reserved;
};

struct wire_path_trace {                   /* 16.2.5 */
	struct wire_records path_sequence; /* of struct wire_path_trace_entry */
};

struct wire_path_trace_entry {
	struct gn_clock_identity clock_identity;
};

struct wire_alternate_time_offset_indicator { /* 16.3.3 */
	uint8_t key_field;
	int32_t current_offset;     /* s */
	int32_t jump_seconds;       /* s */
	uint64_t time_of_next_jump; /* s, 48 bits */
	struct wire_text display_name;
};

struct wire_enhanced_accuracy_metrics { /* 16.12; var: the bits of a binary64, s^2 */
	uint8_t bc_hop_count;
	uint8_t tc_hop_count;
	uint8_t reserved[2];
	struct gn_interval max_gm_inaccuracy;
	uint64_t var_gm_inaccuracy;
	struct gn_interval max_transient_inaccuracy;
	uint64_t var_transient_inaccuracy;
	struct gn_interval max_dynamic_inaccuracy;
	uint64_t var_dynamic_inaccuracy;
	struct gn_interval max_static_instance_inaccuracy;
	uint64_t var_static_instance_inaccuracy;
	struct gn_interval max_static_medium_inaccuracy;
	uint64_t var_static_medium_inaccuracy;
};

/* Annex L: octets of L1_SYNC */
enum wire_l1_sync_bit {
	WIRE_L1_TX_COHERENT_IS_REQUIRED = 0x01, /* configuration */
	WIRE_L1_RX_COHERENT_IS_REQUIRED = 0x02,
	WIRE_L1_CONGRUENT_IS_REQUIRED = 0x04,
	WIRE_L1_OPT_PARAMS_ENABLED = 0x08, /* the extended format */
	WIRE_L1_IS_TX_COHERENT = 0x01,     /* state */
	WIRE_L1_IS_RX_COHERENT = 0x02,
	WIRE_L1_IS_CONGRUENT = 0x04,
	WIRE_L1_TIMESTAMPS_CORRECTED_TX = 0x01, /* parameters */
	WIRE_L1_PHASE_OFFSET_TX_VALID = 0x02,
	WIRE_L1_FREQUENCY_OFFSET_TX_VALID = 0x04,
};

struct wire_l1_sync {
	uint8_t configuration; /* with WIRE_L1_OPT_PARAMS_ENABLED there are parameters and what follows them */
	uint8_t state;
	uint8_t parameters;
	struct gn_interval phase_offset_tx;
	struct gn_timestamp phase_offset_tx_timestamp;
	struct gn_interval frequency_offset_tx;
	struct gn_timestamp frequency_offset_tx_timestamp;
};

/* 16.9 CommunicationCapabilities */
enum wire_capability {
	WIRE_MULTICAST_CAPABLE = 0x01,
	WIRE_UNICAST_CAPABLE = 0x02,
	WIRE_UNICAST_NEGOTIATION_CAPABLE = 0x04,
	WIRE_UNICAST_NEGOTIATION_REQUIRED = 0x08,
};

struct wire_port_communication_availability {
	uint8_t sync_message_availability;
	uint8_t delay_resp_message_availability;
};

struct wire_protocol_address {
	struct wire_port_address protocol_address;
};

struct wire_slave_rx_sync_timing_data { /* 16.11.4.1 */
	struct gn_port_identity sync_source_port_identity;
	struct wire_records records; /* of struct wire_slave_rx_sync_timing_record */
};

struct wire_slave_rx_sync_timing_record {
	uint16_t sequence_id;
	struct gn_timestamp sync_origin_timestamp;
	struct gn_interval total_correction_field;
	int32_t scaled_cumulative_rate_offset;
	struct gn_timestamp sync_event_ingress_timestamp;
};

enum wire_computed_flag {
	WIRE_NEIGHBOR_RATE_RATIO_VALID = 0x01,
	WIRE_MEAN_PATH_DELAY_VALID = 0x02,
	WIRE_OFFSET_FROM_MASTER_VALID = 0x04,
};

struct wire_slave_rx_sync_computed_data { /* 16.11.4.2 */
	struct gn_port_identity source_port_identity;
	uint8_t computed_flags;
	uint8_t reserved;
	struct wire_records records; /* of struct wire_slave_rx_sync_computed_record */
};

struct wire_slave_rx_sync_computed_record {
	uint16_t sequence_id;
	struct gn_interval offset_from_master;
	struct gn_interval mean_path_delay;
	int32_t scaled_neighbor_rate_ratio;
};

struct wire_slave_tx_event_timestamps { /* 16.11.5.1 */
	struct gn_port_identity source_port_identity;
	uint8_t reserved; /* 4 bits */
	uint8_t event_message_type;
	uint8_t reserved2;
	struct wire_records records; /* of struct wire_slave_tx_event_record */
};

struct wire_slave_tx_event_record {
	uint16_t sequence_id;
	struct gn_timestamp event_egress_timestamp;
};

struct wire_cumulative_rate_ratio {           /* 16.10 */
	int32_t scaled_cumulative_rate_ratio; /* (ratio - 1) * 2^41 */
};

/* 16.14. disclosedKey, sequenceNo and RES have sizes that only the security association knows: they are the
 * octets before the ICV, which is last. */
struct wire_authentication {
	uint8_t spp;
	uint8_t sec_param_indicator;
	uint32_t key_id;
	struct wire_octets rest;
};

/* ---- linuxptp's own ------------------------------------------------------------------------------------------- */

struct wire_slave_delay_timing_data {
	struct gn_port_identity source_port_identity;
	struct wire_records records; /* of struct wire_slave_delay_timing_record */
};

struct wire_slave_delay_timing_record {
	uint16_t sequence_id;
	struct gn_timestamp delay_origin_timestamp;
	struct gn_interval total_correction_field;
	struct gn_timestamp delay_response_timestamp;
};

/* A port at a glance: the data sets as management messages lay them out. */
struct wire_nsm_response {
	uint8_t port_state;
	uint8_t reserved;
	struct wire_port_address parent_address;
	struct gn_port_identity parent_port_identity;
	uint8_t parent_stats;
	uint8_t reserved2;
	uint16_t observed_parent_offset_scaled_log_variance;
	int32_t observed_parent_clock_phase_change_rate;
	uint8_t grandmaster_priority1;
	struct gn_clock_quality grandmaster_clock_quality;
	uint8_t grandmaster_priority2;
	struct gn_clock_identity grandmaster_identity;
	uint16_t steps_removed;
	struct gn_interval offset_from_master;
	struct gn_interval mean_delay;
	int16_t current_utc_offset;
	uint8_t time_flags;
	uint8_t time_source;
	struct gn_timestamp last_sync_ingress;
};

/* ---- the registry ----------------------------------------------------------------------------------------------- */

#define WIRE_CARRIED_IN(type) (1u << (type))
#define WIRE_CARRIED_IN_ANY 0xFFFFu
#define WIRE_CARRIED_NOWHERE 0u

/* A TLV as Table 52 knows it, or an organization's. */
struct wire_tlv_kind {
	uint16_t type; /* of an organization's: the type it is sent with; any of the three is read */
	uint32_t organization, subtype; /* 0, 0: not an organization's */
	const char *name;
	uint16_t carried_in; /* bits WIRE_CARRIED_IN(message type) */
	bool is_propagated;
	const struct wire_table *fields; /* of the value; of an organization's, of what follows the subtype */
};

/* The kinds by place, for listings, NULL past the last; organizations' follow the standard's. */
const struct wire_tlv_kind *wire_tlv_kind_at(size_t place);

/* The kind of this TLV: the most special that is known, never NULL (an unknown type has a kind "unknown" whose
 * fields are octets). The other finds an organization's by its numbers, or NULL. */
const struct wire_tlv_kind *wire_tlv_kind(const struct wire_tlv *tlv);
const struct wire_tlv_kind *wire_tlv_kind_of_organization(uint32_t organization, uint32_t subtype);

/* "PATH_TRACE", or of an unknown type "reserved", "experimental". Never NULL. */
const char *wire_tlv_name(uint16_t type);

/* ---- typed values ----------------------------------------------------------------------------------------------- */

struct wire_tlv_value {
	uint16_t type;
	const struct wire_tlv_kind *kind; /* says which member is in use: see its fields' table */
	union {
		struct wire_management_tlv management;
		struct wire_management_error_status management_error_status;
		struct wire_organization_extension organization_extension;
		struct wire_request_unicast request_unicast;
		struct wire_grant_unicast grant_unicast;
		struct wire_cancel_unicast cancel_unicast; /* and its acknowledgement */
		struct wire_path_trace path_trace;
		struct wire_alternate_time_offset_indicator alternate_time_offset_indicator;
		struct wire_enhanced_accuracy_metrics enhanced_accuracy_metrics;
		struct wire_l1_sync l1_sync;
		struct wire_port_communication_availability port_communication_availability;
		struct wire_protocol_address protocol_address;
		struct wire_slave_rx_sync_timing_data slave_rx_sync_timing_data;
		struct wire_slave_rx_sync_computed_data slave_rx_sync_computed_data;
		struct wire_slave_tx_event_timestamps slave_tx_event_timestamps;
		struct wire_cumulative_rate_ratio cumulative_rate_ratio;
		struct wire_authentication authentication;
		struct wire_slave_delay_timing_data slave_delay_timing_data;
		struct wire_nsm_response nsm_response;
		struct wire_follow_up_information follow_up_information;
		struct wire_interval_request interval_request;
		struct wire_csn csn;
		struct wire_gptp_capable gptp_capable;
		struct wire_gptp_capable_interval_request gptp_capable_interval_request;
		struct wire_drift_tracking drift_tracking;
		struct wire_c37_238_2011 c37_238_2011;
		struct wire_c37_238_2017 c37_238_2017;
		struct wire_interface_rate interface_rate;
		struct wire_synchronization_metadata synchronization_metadata;
		struct wire_white_rabbit white_rabbit;
		struct wire_octets octets; /* PAD, the legacy security TLVs, unknown ones */
	} u;
};

/* Decodes a TLV of any type; false if its value is too short for its fields (*out is untouched). What varies in
 * size stays in the TLV's octets. */
bool wire_tlv_decode(const struct wire_tlv *tlv, struct wire_tlv_value *out);

/* Writes type, lengthField and value, with the pad octet that makes it even. */
void wire_tlv_encode(struct wire_writer *w, const struct wire_tlv_value *value);

/* A value of that type with all fields zero; the second of an organization's, which must be known (asserted). */
struct wire_tlv_value wire_tlv_value_of(uint16_t type);
struct wire_tlv_value wire_tlv_value_of_organization(uint32_t organization, uint32_t subtype);

/* True if they are of the same type and all fields say the same. */
bool wire_tlv_value_equal(const struct wire_tlv_value *a, const struct wire_tlv_value *b);

/* The single records of those TLVs that have them. */
extern const struct wire_table wire_path_trace_entry_table;
extern const struct wire_table wire_slave_rx_sync_timing_record_table;
extern const struct wire_table wire_slave_rx_sync_computed_record_table;
extern const struct wire_table wire_slave_tx_event_record_table;
extern const struct wire_table wire_slave_delay_timing_record_table;

/* Two that IEEE 802.1AS needs at every Sync: the whole TLV, to and from its struct. */
bool wire_tlv_get_follow_up_information(const struct wire_tlv *tlv, struct wire_follow_up_information *out);
void wire_tlv_put_follow_up_information(struct wire_writer *w, const struct wire_follow_up_information *v);
bool wire_tlv_get_interval_request(const struct wire_tlv *tlv, struct wire_interval_request *out);
void wire_tlv_put_interval_request(struct wire_writer *w, const struct wire_interval_request *v);

#endif
