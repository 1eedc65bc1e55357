/* src/core/wire/management.h -- management ids (IEEE 1588-2019 clause 15.5, Table 59) and the dataField of each.
 *
 * One registry of the ids of the standard, of linuxptp (0xC000..) and of our own (0xD000.., docs/management-ids.md):
 * whom an id concerns, which actions it is defined for, how long its data is, and its fields as a table. The decoder,
 * the encoder and every face read those tables; what varies in size points into the octets decoded. Field names are
 * those of the standard, or of linuxptp's pmc for its ids. */
#ifndef CORE_WIRE_MANAGEMENT_H
#define CORE_WIRE_MANAGEMENT_H

#include "core/wire/message.h"
#include "core/wire/table.h"
#include "core/wire/tlv.h"

enum wire_management_id {
	WIRE_NULL_PTP_MANAGEMENT = 0x0000,
	WIRE_CLOCK_DESCRIPTION = 0x0001,
	WIRE_USER_DESCRIPTION = 0x0002,
	WIRE_SAVE_IN_NON_VOLATILE_STORAGE = 0x0003,
	WIRE_RESET_NON_VOLATILE_STORAGE = 0x0004,
	WIRE_INITIALIZE = 0x0005,
	WIRE_FAULT_LOG = 0x0006,
	WIRE_FAULT_LOG_RESET = 0x0007,
	WIRE_DEFAULT_DATA_SET = 0x2000,
	WIRE_CURRENT_DATA_SET = 0x2001,
	WIRE_PARENT_DATA_SET = 0x2002,
	WIRE_TIME_PROPERTIES_DATA_SET = 0x2003,
	WIRE_PORT_DATA_SET = 0x2004,
	WIRE_PRIORITY1 = 0x2005,
	WIRE_PRIORITY2 = 0x2006,
	WIRE_DOMAIN = 0x2007,
	WIRE_SLAVE_ONLY = 0x2008,
	WIRE_LOG_ANNOUNCE_INTERVAL = 0x2009,
	WIRE_ANNOUNCE_RECEIPT_TIMEOUT = 0x200A,
	WIRE_LOG_SYNC_INTERVAL = 0x200B,
	WIRE_VERSION_NUMBER = 0x200C,
	WIRE_ENABLE_PORT = 0x200D,
	WIRE_DISABLE_PORT = 0x200E,
	WIRE_TIME = 0x200F,
	WIRE_CLOCK_ACCURACY = 0x2010,
	WIRE_UTC_PROPERTIES = 0x2011,
	WIRE_TRACEABILITY_PROPERTIES = 0x2012,
	WIRE_TIMESCALE_PROPERTIES = 0x2013,
	WIRE_UNICAST_NEGOTIATION_ENABLE = 0x2014,
	WIRE_PATH_TRACE_LIST = 0x2015,
	WIRE_PATH_TRACE_ENABLE = 0x2016,
	WIRE_GRANDMASTER_CLUSTER_TABLE = 0x2017,
	WIRE_UNICAST_MASTER_TABLE = 0x2018,
	WIRE_UNICAST_MASTER_MAX_TABLE_SIZE = 0x2019,
	WIRE_ACCEPTABLE_MASTER_TABLE = 0x201A,
	WIRE_ACCEPTABLE_MASTER_TABLE_ENABLED = 0x201B,
	WIRE_ACCEPTABLE_MASTER_MAX_TABLE_SIZE = 0x201C,
	WIRE_ALTERNATE_MASTER = 0x201D,
	WIRE_ALTERNATE_TIME_OFFSET_ENABLE = 0x201E,
	WIRE_ALTERNATE_TIME_OFFSET_NAME = 0x201F,
	WIRE_ALTERNATE_TIME_OFFSET_MAX_KEY = 0x2020,
	WIRE_ALTERNATE_TIME_OFFSET_PROPERTIES = 0x2021,
	WIRE_EXTERNAL_PORT_CONFIGURATION_ENABLED = 0x3000,
	WIRE_MASTER_ONLY = 0x3001,
	WIRE_HOLDOVER_UPGRADE_ENABLE = 0x3002,
	WIRE_EXT_PORT_CONFIG_PORT_DATA_SET = 0x3003,
	WIRE_TRANSPARENT_CLOCK_DEFAULT_DATA_SET = 0x4000,
	WIRE_TRANSPARENT_CLOCK_PORT_DATA_SET = 0x4001,
	WIRE_PRIMARY_DOMAIN = 0x4002,
	WIRE_DELAY_MECHANISM = 0x6000,
	WIRE_LOG_MIN_PDELAY_REQ_INTERVAL = 0x6001,

	WIRE_TIME_STATUS_NP = 0xC000,
	WIRE_GRANDMASTER_SETTINGS_NP = 0xC001,
	WIRE_PORT_DATA_SET_NP = 0xC002,
	WIRE_SUBSCRIBE_EVENTS_NP = 0xC003,
	WIRE_PORT_PROPERTIES_NP = 0xC004,
	WIRE_PORT_STATS_NP = 0xC005,
	WIRE_SYNCHRONIZATION_UNCERTAIN_NP = 0xC006,
	WIRE_PORT_SERVICE_STATS_NP = 0xC007,
	WIRE_UNICAST_MASTER_TABLE_NP = 0xC008,
	WIRE_PORT_HWCLOCK_NP = 0xC009,
	WIRE_POWER_PROFILE_SETTINGS_NP = 0xC00A,
	WIRE_CMLDS_INFO_NP = 0xC00B,
	WIRE_PORT_CORRECTIONS_NP = 0xC00C,
	WIRE_EXTERNAL_GRANDMASTER_PROPERTIES_NP = 0xC00D,

	WIRE_GNOMON_STATUS_NP = 0xD000,
	WIRE_GNOMON_PORT_STATUS_NP = 0xD001,
	WIRE_GNOMON_DROP_COUNTERS_NP = 0xD002,
	WIRE_GNOMON_SERVO_NP = 0xD003,
};
#define WIRE_MANAGEMENT_IDS 69

/* 15.5.4.2 managementErrorId. NONE is ours: all went well. */
enum wire_management_error {
	WIRE_ERROR_NONE = 0x0000,
	WIRE_ERROR_RESPONSE_TOO_BIG = 0x0001,
	WIRE_ERROR_NO_SUCH_ID = 0x0002,
	WIRE_ERROR_WRONG_LENGTH = 0x0003,
	WIRE_ERROR_WRONG_VALUE = 0x0004,
	WIRE_ERROR_NOT_SETABLE = 0x0005,
	WIRE_ERROR_NOT_SUPPORTED = 0x0006,
	WIRE_ERROR_UNPOPULATED = 0x0007,
	WIRE_ERROR_GENERAL_ERROR = 0xFFFE,
};

/* "NO_SUCH_ID"; NULL for a number without a name. */
const char *wire_management_error_name(uint16_t error);

/* ---- flags ------------------------------------------------------------------------------------------------------ */

#define WIRE_DEFAULT_TWO_STEP_FLAG 0x01
#define WIRE_DEFAULT_SLAVE_ONLY 0x02
#define WIRE_PARENT_STATS 0x01
#define WIRE_ENABLED 0x01 /* of the ids that switch one thing on */

/* timePropertiesDS: those of the Announce's second flag octet (13.3.2.8) */
#define WIRE_TIME_LEAP61 0x01
#define WIRE_TIME_LEAP59 0x02
#define WIRE_TIME_CURRENT_UTC_OFFSET_VALID 0x04
#define WIRE_TIME_PTP_TIMESCALE 0x08
#define WIRE_TIME_TIME_TRACEABLE 0x10
#define WIRE_TIME_FREQUENCY_TRACEABLE 0x20
#define WIRE_TIME_SYNCHRONIZATION_UNCERTAIN 0x40

#define WIRE_HWCLOCK_IS_VIRTUAL 0x01

/* PORT_DATA_SET_NP.asCapable */
enum wire_as_capable { WIRE_AS_CAPABLE_NO, WIRE_AS_CAPABLE_YES, WIRE_AS_CAPABLE_FORCED };

/* SYNCHRONIZATION_UNCERTAIN_NP: beside 0 and 1 */
#define WIRE_UNCERTAIN_DONT_CARE 0xFF

/* GNOMON_STATUS_NP.flags, GNOMON_PORT_STATUS_NP.flags */
#define WIRE_GNOMON_IS_FREE_RUNNING 0x01
#define WIRE_GNOMON_SOFTWARE_FALLBACK 0x02
#define WIRE_GNOMON_HAS_OFFSET 0x04
#define WIRE_GNOMON_IS_GRANDMASTER 0x08
#define WIRE_GNOMON_SERVO_IS_KNOWN 0x01
#define WIRE_GNOMON_SERVO_ADAPTIVE 16 /* servoKind */
#define WIRE_GNOMON_PORT_IS_FALLBACK 0x01
#define WIRE_GNOMON_PORT_LINK_IS_UP 0x02
#define WIRE_GNOMON_PORT_AS_CAPABLE 0x04
#define WIRE_GNOMON_PORT_IS_VIRTUAL_CLOCK 0x08

enum wire_gnomon_clock_kind {
	WIRE_GNOMON_CLOCK_NOT_TOLD,
	WIRE_GNOMON_CLOCK_SYSTEM,
	WIRE_GNOMON_CLOCK_PHC,
	WIRE_GNOMON_CLOCK_VIRTUAL,
	WIRE_GNOMON_CLOCK_SIMULATED,
};

#define WIRE_GNOMON_LAYOUT_VERSION 1

/* ---- dataFields ------------------------------------------------------------------------------------------------- */

/* The many ids of one value; the table of each id has the value's name. */
struct wire_datum { /* UInteger8, Enumeration8 and flags */
	uint8_t value;
	uint8_t reserved;
};

struct wire_signed_datum {
	int8_t value;
	uint8_t reserved;
};

struct wire_wide_datum {
	uint16_t value;
};

struct wire_clock_description {
	uint16_t clock_type;
	struct wire_text physical_layer_protocol;
	struct wire_octets physical_address;
	struct wire_port_address protocol_address;
	uint8_t manufacturer_identity[3];
	uint8_t reserved;
	struct wire_text product_description, revision_data, user_description;
	uint8_t profile_identity[6];
};

struct wire_user_description {
	struct wire_text user_description;
};

struct wire_fault_record { /* 5.3.10 */
	uint16_t fault_record_length;
	struct gn_timestamp fault_time;
	uint8_t severity_code;
	struct wire_text fault_name, fault_value, fault_description;
};

struct wire_fault_log {
	uint16_t number_of_fault_records;
	struct wire_records fault_records; /* struct wire_fault_record */
};

struct wire_default_data_set {
	uint8_t flags;
	uint8_t reserved;
	uint16_t number_ports;
	uint8_t priority1;
	struct gn_clock_quality clock_quality;
	uint8_t priority2;
	struct gn_clock_identity clock_identity;
	uint8_t domain_number;
	uint8_t reserved2;
};

struct wire_current_data_set {
	uint16_t steps_removed;
	struct gn_interval offset_from_master;
	struct gn_interval mean_delay;
};

struct wire_parent_data_set {
	struct gn_port_identity parent_port_identity;
	uint8_t flags;
	uint8_t reserved;
	uint16_t observed_parent_offset_scaled_log_variance;
	int32_t observed_parent_clock_phase_change_rate;
	uint8_t grandmaster_priority1;
	struct gn_clock_quality grandmaster_clock_quality;
	uint8_t grandmaster_priority2;
	struct gn_clock_identity grandmaster_identity;
};

struct wire_time_properties_data_set {
	int16_t current_utc_offset;
	uint8_t flags;
	uint8_t time_source;
};

struct wire_port_data_set {
	struct gn_port_identity port_identity;
	uint8_t port_state;
	int8_t log_min_delay_req_interval;
	struct gn_interval mean_link_delay;
	int8_t log_announce_interval;
	uint8_t announce_receipt_timeout;
	int8_t log_sync_interval;
	uint8_t delay_mechanism;
	int8_t log_min_pdelay_req_interval;
	uint8_t minor_version_number, version_number; /* half an octet each */
};

struct wire_version_number {
	uint8_t minor_version_number, version_number; /* half an octet each */
	uint8_t reserved;
};

struct wire_time {
	struct gn_timestamp current_time;
};

struct wire_utc_properties {
	int16_t current_utc_offset;
	uint8_t flags;
	uint8_t reserved;
};

struct wire_timescale_properties {
	uint8_t flags;
	uint8_t time_source;
};

struct wire_address_entry {
	struct wire_port_address port_address;
};

struct wire_grandmaster_cluster_table {
	int8_t log_query_interval;
	uint8_t actual_table_size;
	struct wire_records port_addresses; /* struct wire_address_entry */
};

struct wire_unicast_master_table {
	int8_t log_query_interval;
	uint16_t actual_table_size;
	struct wire_records port_addresses; /* struct wire_address_entry */
};

struct wire_acceptable_master { /* 5.3.11 */
	struct gn_port_identity acceptable_port_identity;
	uint8_t alternate_priority1;
};

struct wire_acceptable_master_table {
	int16_t actual_table_size;
	struct wire_records list; /* struct wire_acceptable_master */
};

struct wire_alternate_master {
	uint8_t flags; /* transmitAlternateMulticastSync */
	int8_t log_alternate_multicast_sync_interval;
	uint8_t number_of_alternate_masters;
	uint8_t reserved;
};

struct wire_alternate_time_offset_enable {
	uint8_t key_field;
	uint8_t enable;
};

struct wire_alternate_time_offset_name {
	uint8_t key_field;
	struct wire_text display_name;
};

struct wire_alternate_time_offset_properties {
	uint8_t key_field;
	int32_t current_offset;
	int32_t jump_seconds;
	uint64_t time_of_next_jump; /* 48 bits */
	uint8_t reserved;
};

struct wire_ext_port_config_port_data_set {
	uint8_t flags;
	uint8_t desired_state;
};

struct wire_transparent_clock_default_data_set {
	struct gn_clock_identity clock_identity;
	uint16_t number_ports;
	uint8_t delay_mechanism;
	uint8_t primary_domain;
};

struct wire_transparent_clock_port_data_set {
	struct gn_port_identity port_identity;
	uint8_t flags; /* faultyFlag */
	int8_t log_min_pdelay_req_interval;
	struct gn_interval peer_mean_path_delay;
};

/* linuxptp's */

struct wire_time_status_np {
	int64_t master_offset; /* ns, as is ingress_time */
	int64_t ingress_time;
	int32_t cumulative_scaled_rate_offset;
	int32_t scaled_last_gm_phase_change;
	uint16_t gm_time_base_indicator;
	uint16_t last_gm_phase_change_high; /* ScaledNs: 96 bits */
	uint64_t last_gm_phase_change_ns;
	uint16_t last_gm_phase_change_fraction;
	int32_t gm_present;
	struct gn_clock_identity gm_identity;
};

struct wire_grandmaster_settings_np {
	struct gn_clock_quality clock_quality;
	int16_t current_utc_offset;
	uint8_t flags;
	uint8_t time_source;
};

struct wire_port_data_set_np {
	uint32_t neighbor_prop_delay_thresh; /* ns */
	int32_t as_capable;                  /* enum wire_as_capable */
};

struct wire_subscribe_events_np {
	uint16_t duration; /* s */
	uint8_t bitmask[64];
};

struct wire_port_properties_np {
	struct gn_port_identity port_identity;
	uint8_t port_state;
	uint8_t timestamping; /* enum gn_time_stamping */
	struct wire_text interface;
};

struct wire_port_stats_np {
	struct gn_port_identity port_identity;
	uint64_t received[GN_MESSAGE_TYPES];
	uint64_t sent[GN_MESSAGE_TYPES];
};

struct wire_port_service_stats_np {
	struct gn_port_identity port_identity;
	uint64_t counter[10]; /* announce_timeout .. followup_mismatch */
};

struct wire_unicast_master_entry_np {
	struct gn_port_identity port_identity;
	struct gn_clock_quality clock_quality;
	uint8_t selected;
	uint8_t port_state;
	uint8_t priority1, priority2;
	struct wire_port_address address;
};

struct wire_unicast_master_table_np {
	uint16_t actual_table_size;
	struct wire_records unicast_masters; /* struct wire_unicast_master_entry_np */
};

struct wire_port_hwclock_np {
	struct gn_port_identity port_identity;
	int32_t phc_index;
	uint8_t flags;
	uint8_t reserved;
};

struct wire_power_profile_settings_np {
	uint16_t version;
	uint16_t grandmaster_id;
	uint32_t grandmaster_time_inaccuracy;
	uint32_t network_time_inaccuracy;
	uint32_t total_time_inaccuracy;
};

struct wire_cmlds_info_np {
	struct gn_interval mean_link_delay;
	int32_t scaled_neighbor_rate_ratio;
	uint32_t as_capable;
};

struct wire_port_corrections_np { /* the bits of an Integer64 in 2^-16 ns, least significant octet first */
	uint64_t egress_latency, ingress_latency, delay_asymmetry;
};

struct wire_external_grandmaster_properties_np {
	struct gn_clock_identity gm_identity;
	uint16_t steps_removed;
};

/* our own */

struct wire_gnomon_status_np {
	uint8_t layout_version;
	uint8_t flags;
	uint8_t servo_kind, servo_state;
	uint8_t clock_kind; /* enum wire_gnomon_clock_kind */
	uint8_t reserved;
	uint16_t window_samples;
	struct gn_interval offset_rms, offset_max, offset_mean, last_offset;
	struct gn_interval mean_delay, delay_deviation;
	int64_t frequency; /* 2^-32 ppb */
	struct gn_interval error_estimate;
	uint32_t seconds_since_state_change;
	uint32_t last_sync_age; /* ms */
	uint32_t steps, clock_touches;
	uint32_t uptime;
	uint16_t window_seconds;
	struct wire_text clock_name, version_text;
};

struct wire_gnomon_port_status_np {
	uint8_t layout_version;
	uint8_t flags;
	struct gn_port_identity port_identity;
	uint8_t port_state;
	uint8_t time_stamping;
	uint8_t delay_mechanism;
	uint8_t last_fault;
	uint16_t network_protocol;
	uint8_t reserved[2];
	uint32_t speed; /* Mb/s */
	int32_t phc_index;
	uint32_t seconds_since_state_change;
	uint64_t transmit_stamps_lost;
	uint32_t transmit_stamps_lost_in_a_row;
	uint32_t faults;
	struct wire_text interface;
};

struct wire_gnomon_counter {
	uint64_t dropped;
};

struct wire_gnomon_drop_counters_np {
	uint16_t count;
	struct wire_records dropped; /* struct wire_gnomon_counter */
};

struct wire_gnomon_servo_np {
	uint8_t layout_version;
	uint8_t flags;
	uint8_t clock_fault;              /* enum gn_clock_fault */
	uint8_t holdover;                 /* enum gn_holdover */
	uint16_t sync_clean, delay_clean; /* thousandths, 0xFFFF: not known */
	struct gn_interval error_estimate, bound;
	int64_t frequency, frequency_error; /* 2^-32 ppb */
	struct gn_interval sync_noise, delay_noise, asymmetry_held;
	int64_t temperature_coefficient; /* 10^-12 per K */
	uint32_t holdover_seconds;
};

/* Any of them. Which member is in use the kind says. */
union wire_management_data {
	struct wire_datum datum;
	struct wire_signed_datum signed_datum;
	struct wire_wide_datum wide_datum;
	struct wire_clock_description clock_description;
	struct wire_user_description user_description;
	struct wire_fault_log fault_log;
	struct wire_default_data_set default_data_set;
	struct wire_current_data_set current_data_set;
	struct wire_parent_data_set parent_data_set;
	struct wire_time_properties_data_set time_properties_data_set;
	struct wire_port_data_set port_data_set;
	struct wire_version_number version_number;
	struct wire_time time;
	struct wire_utc_properties utc_properties;
	struct wire_timescale_properties timescale_properties;
	struct wire_path_trace path_trace_list;
	struct wire_grandmaster_cluster_table grandmaster_cluster_table;
	struct wire_unicast_master_table unicast_master_table;
	struct wire_acceptable_master_table acceptable_master_table;
	struct wire_alternate_master alternate_master;
	struct wire_alternate_time_offset_enable alternate_time_offset_enable;
	struct wire_alternate_time_offset_name alternate_time_offset_name;
	struct wire_alternate_time_offset_properties alternate_time_offset_properties;
	struct wire_ext_port_config_port_data_set ext_port_config_port_data_set;
	struct wire_transparent_clock_default_data_set transparent_clock_default_data_set;
	struct wire_transparent_clock_port_data_set transparent_clock_port_data_set;
	struct wire_time_status_np time_status_np;
	struct wire_grandmaster_settings_np grandmaster_settings_np;
	struct wire_port_data_set_np port_data_set_np;
	struct wire_subscribe_events_np subscribe_events_np;
	struct wire_port_properties_np port_properties_np;
	struct wire_port_stats_np port_stats_np;
	struct wire_port_service_stats_np port_service_stats_np;
	struct wire_unicast_master_table_np unicast_master_table_np;
	struct wire_port_hwclock_np port_hwclock_np;
	struct wire_power_profile_settings_np power_profile_settings_np;
	struct wire_cmlds_info_np cmlds_info_np;
	struct wire_port_corrections_np port_corrections_np;
	struct wire_external_grandmaster_properties_np external_grandmaster_properties_np;
	struct wire_gnomon_status_np gnomon_status_np;
	struct wire_gnomon_port_status_np gnomon_port_status_np;
	struct wire_gnomon_drop_counters_np gnomon_drop_counters_np;
	struct wire_gnomon_servo_np gnomon_servo_np;
};

/* The single records of those that have them; of PATH_TRACE_LIST, wire_path_trace_entry_table. */
extern const struct wire_table wire_fault_record_table;
extern const struct wire_table wire_address_entry_table;
extern const struct wire_table wire_acceptable_master_entry_table;
extern const struct wire_table wire_unicast_master_entry_np_table;
extern const struct wire_table wire_gnomon_counter_table;

/* ---- the registry ----------------------------------------------------------------------------------------------- */

enum wire_management_scope { WIRE_SCOPE_CLOCK, WIRE_SCOPE_PORT };

/* How long the data of an id is where there is any. Senders differ (editions, zero-filled GETs, growing layouts), so
 * that not every id is strict. */
enum wire_management_size {
	WIRE_SIZE_ANY,      /* nothing of it is looked at, or the layout may grow at its end */
	WIRE_SIZE_EXACT,    /* `size` octets */
	WIRE_SIZE_AT_LEAST, /* `size` octets or more: the fields known come first */
	WIRE_SIZE_FIELDS,   /* what the fields take, made even */
	WIRE_SIZE_MULTIPLE, /* of `size` octets */
};

#define WIRE_MAY(action) (1u << (action))

struct wire_management_kind {
	uint16_t id;
	const char *name;     /* as in Table 59 */
	const char *linuxptp; /* its name for the same id; NULL where that is no other */
	uint8_t scope;        /* enum wire_management_scope */
	uint8_t actions;      /* bits WIRE_MAY(): those that the id is defined for */
	uint8_t size_rule;    /* enum wire_management_size */
	uint16_t size;
	const struct wire_table *fields; /* NULL: no data */
};

/* The kind of an id, or NULL. The second walks them by place, in the order of their numbers: NULL past the last. */
const struct wire_management_kind *wire_management_kind(uint16_t id);
const struct wire_management_kind *wire_management_kind_at(size_t place);

/* True if a dataField of this length and content fits the id. An empty one always does: a GET carries nothing. */
bool wire_management_fits(const struct wire_management_kind *kind, const uint8_t *octets, size_t length);

/* Decodes a dataField; false if it does not fit, or is empty though the id has data. *out is untouched then. */
bool wire_management_decode(const struct wire_management_kind *kind, const uint8_t *octets, size_t length,
			    union wire_management_data *out);

/* Encodes one, with the pad octet that makes it even. The writer remembers if it did not fit. */
void wire_management_encode(struct wire_writer *w, const struct wire_management_kind *kind,
			    const union wire_management_data *data);

/* True if all fields say the same. */
bool wire_management_equal(const struct wire_management_kind *kind, const union wire_management_data *a,
			   const union wire_management_data *b);

#endif
