/* src/core/wire/management.c -- the fields of every dataField in wire order, then Table 59, then one codec for all.
 *
 * To add an id: its number and struct in the header, its fields here, its line in the registry, which is in the order
 * of the numbers. */
#include "core/wire/management.h"

#include <string.h>

/* The fields named `prefix_fields` of `struct wire_prefix` become `prefix_table`. */
#define TABLE(prefix)                                                                                        \
	static const struct wire_table prefix##_table = WIRE_TABLE(#prefix, wire_##prefix, prefix##_fields)
#define RECORD_TABLE(name, of)                                                                               \
	const struct wire_table wire_##name##_table = WIRE_TABLE(#name, of, name##_fields);                  \
	_Static_assert(sizeof(struct of) <= WIRE_RECORD_SIZE_MAX, "fits where records are measured")

/* An id of one value of its own name. */
#define DATUM_TABLE(prefix, text)                                                                            \
	static const struct wire_field prefix##_fields[] = {                                                 \
		WIRE_FIELD(U8, wire_datum, value, text),                                                     \
		WIRE_FIELD_RESERVED(wire_datum, reserved),                                                   \
	};                                                                                                   \
	static const struct wire_table prefix##_table = WIRE_TABLE(#prefix, wire_datum, prefix##_fields)
#define SIGNED_DATUM_TABLE(prefix, text)                                                                     \
	static const struct wire_field prefix##_fields[] = {                                                 \
		WIRE_FIELD(I8, wire_signed_datum, value, text),                                              \
		WIRE_FIELD_RESERVED(wire_signed_datum, reserved),                                            \
	};                                                                                                   \
	static const struct wire_table prefix##_table = WIRE_TABLE(#prefix, wire_signed_datum,               \
								   prefix##_fields)
#define WIDE_DATUM_TABLE(prefix, text)                                                                       \
	static const struct wire_field prefix##_fields[] = {                                                 \
		WIRE_FIELD(U16, wire_wide_datum, value, text),                                               \
	};                                                                                                   \
	static const struct wire_table prefix##_table = WIRE_TABLE(#prefix, wire_wide_datum, prefix##_fields)
/* One bit: bit 0, but for one id. */
#define FLAG_TABLE(prefix, text)                                                                             \
	static const struct wire_bit prefix##_bits[] = { { WIRE_ENABLED, text }, { 0, NULL } };              \
	static const struct wire_field prefix##_fields[] = {                                                 \
		WIRE_FIELD_FLAGS8(wire_datum, value, "flags", prefix##_bits),                                \
		WIRE_FIELD_RESERVED(wire_datum, reserved),                                                   \
	};                                                                                                   \
	static const struct wire_table prefix##_table = WIRE_TABLE(#prefix, wire_datum, prefix##_fields)

/* ---- all node types ----------------------------------------------------------------------------------------- */

static const struct wire_bit clock_type_bits[] = {
	{ 0x8000, "ordinaryClock" },       { 0x4000, "boundaryClock" },  { 0x2000, "p2pTransparentClock" },
	{ 0x1000, "e2eTransparentClock" }, { 0x0800, "managementNode" }, { 0, NULL },
};

static const struct wire_field clock_description_fields[] = {
	WIRE_FIELD_FLAGS16(wire_clock_description, clock_type, "clockType", clock_type_bits),
	WIRE_FIELD(TEXT, wire_clock_description, physical_layer_protocol, "physicalLayerProtocol"),
	WIRE_FIELD(SIZED_OCTETS, wire_clock_description, physical_address, "physicalAddress"),
	WIRE_FIELD(PORT_ADDRESS, wire_clock_description, protocol_address, "protocolAddress"),
	WIRE_FIELD_OCTETS(wire_clock_description, manufacturer_identity, "manufacturerIdentity"),
	WIRE_FIELD_RESERVED(wire_clock_description, reserved),
	WIRE_FIELD(TEXT, wire_clock_description, product_description, "productDescription"),
	WIRE_FIELD(TEXT, wire_clock_description, revision_data, "revisionData"),
	WIRE_FIELD(TEXT, wire_clock_description, user_description, "userDescription"),
	WIRE_FIELD_OCTETS(wire_clock_description, profile_identity, "profileIdentity"),
};
TABLE(clock_description);

static const struct wire_field user_description_fields[] = {
	WIRE_FIELD(TEXT, wire_user_description, user_description, "userDescription"),
};
TABLE(user_description);

WIDE_DATUM_TABLE(initialize, "initializationKey");

/* faultRecordLength is sent in two readings (with and without itself): the texts' own lengths tell where one ends. */
static const struct wire_field fault_record_fields[] = {
	WIRE_FIELD(U16, wire_fault_record, fault_record_length, "faultRecordLength"),
	WIRE_FIELD(TIMESTAMP, wire_fault_record, fault_time, "faultTime"),
	WIRE_FIELD(U8, wire_fault_record, severity_code, "severityCode"),
	WIRE_FIELD(TEXT, wire_fault_record, fault_name, "faultName"),
	WIRE_FIELD(TEXT, wire_fault_record, fault_value, "faultValue"),
	WIRE_FIELD(TEXT, wire_fault_record, fault_description, "faultDescription"),
};
RECORD_TABLE(fault_record, wire_fault_record);

static const struct wire_field fault_log_fields[] = {
	WIRE_FIELD(U16, wire_fault_log, number_of_fault_records, "numberOfFaultRecords"),
	WIRE_FIELD_COUNTED_RECORDS(wire_fault_log, fault_records, "faultRecord", &wire_fault_record_table),
};
TABLE(fault_log);

/* ---- data sets ---------------------------------------------------------------------------------------------- */

static const struct wire_bit default_data_set_bits[] = {
	{ WIRE_DEFAULT_TWO_STEP_FLAG, "twoStepFlag" },
	{ WIRE_DEFAULT_SLAVE_ONLY, "slaveOnly" },
	{ 0, NULL },
};

static const struct wire_field default_data_set_fields[] = {
	WIRE_FIELD_FLAGS8(wire_default_data_set, flags, "flags", default_data_set_bits),
	WIRE_FIELD_RESERVED(wire_default_data_set, reserved),
	WIRE_FIELD(U16, wire_default_data_set, number_ports, "numberPorts"),
	WIRE_FIELD(U8, wire_default_data_set, priority1, "priority1"),
	WIRE_FIELD(CLOCK_QUALITY, wire_default_data_set, clock_quality, "clockQuality"),
	WIRE_FIELD(U8, wire_default_data_set, priority2, "priority2"),
	WIRE_FIELD(CLOCK_IDENTITY, wire_default_data_set, clock_identity, "clockIdentity"),
	WIRE_FIELD(U8, wire_default_data_set, domain_number, "domainNumber"),
	WIRE_FIELD_RESERVED(wire_default_data_set, reserved2),
};
TABLE(default_data_set);

static const struct wire_field current_data_set_fields[] = {
	WIRE_FIELD(U16, wire_current_data_set, steps_removed, "stepsRemoved"),
	WIRE_FIELD(INTERVAL, wire_current_data_set, offset_from_master, "offsetFromMaster"),
	WIRE_FIELD(INTERVAL, wire_current_data_set, mean_delay, "meanDelay"),
};
TABLE(current_data_set);

static const struct wire_bit parent_data_set_bits[] = {
	{ WIRE_PARENT_STATS, "parentStats" },
	{ 0, NULL },
};

static const struct wire_field parent_data_set_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_parent_data_set, parent_port_identity, "parentPortIdentity"),
	WIRE_FIELD_FLAGS8(wire_parent_data_set, flags, "flags", parent_data_set_bits),
	WIRE_FIELD_RESERVED(wire_parent_data_set, reserved),
	WIRE_FIELD(U16, wire_parent_data_set, observed_parent_offset_scaled_log_variance,
		   "observedParentOffsetScaledLogVariance"),
	WIRE_FIELD(I32, wire_parent_data_set, observed_parent_clock_phase_change_rate,
		   "observedParentClockPhaseChangeRate"),
	WIRE_FIELD(U8, wire_parent_data_set, grandmaster_priority1, "grandmasterPriority1"),
	WIRE_FIELD(CLOCK_QUALITY, wire_parent_data_set, grandmaster_clock_quality, "grandmasterClockQuality"),
	WIRE_FIELD(U8, wire_parent_data_set, grandmaster_priority2, "grandmasterPriority2"),
	WIRE_FIELD(CLOCK_IDENTITY, wire_parent_data_set, grandmaster_identity, "grandmasterIdentity"),
};
TABLE(parent_data_set);

static const struct wire_bit time_properties_bits[] = {
	{ WIRE_TIME_LEAP61, "leap61" },
	{ WIRE_TIME_LEAP59, "leap59" },
	{ WIRE_TIME_CURRENT_UTC_OFFSET_VALID, "currentUtcOffsetValid" },
	{ WIRE_TIME_PTP_TIMESCALE, "ptpTimescale" },
	{ WIRE_TIME_TIME_TRACEABLE, "timeTraceable" },
	{ WIRE_TIME_FREQUENCY_TRACEABLE, "frequencyTraceable" },
	{ WIRE_TIME_SYNCHRONIZATION_UNCERTAIN, "synchronizationUncertain" },
	{ 0, NULL },
};

static const struct wire_field time_properties_data_set_fields[] = {
	WIRE_FIELD(I16, wire_time_properties_data_set, current_utc_offset, "currentUtcOffset"),
	WIRE_FIELD_FLAGS8(wire_time_properties_data_set, flags, "flags", time_properties_bits),
	WIRE_FIELD(U8, wire_time_properties_data_set, time_source, "timeSource"),
};
TABLE(time_properties_data_set);

static const struct wire_field port_data_set_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_port_data_set, port_identity, "portIdentity"),
	WIRE_FIELD(U8, wire_port_data_set, port_state, "portState"),
	WIRE_FIELD(I8, wire_port_data_set, log_min_delay_req_interval, "logMinDelayReqInterval"),
	WIRE_FIELD(INTERVAL, wire_port_data_set, mean_link_delay, "meanLinkDelay"),
	WIRE_FIELD(I8, wire_port_data_set, log_announce_interval, "logAnnounceInterval"),
	WIRE_FIELD(U8, wire_port_data_set, announce_receipt_timeout, "announceReceiptTimeout"),
	WIRE_FIELD(I8, wire_port_data_set, log_sync_interval, "logSyncInterval"),
	WIRE_FIELD(U8, wire_port_data_set, delay_mechanism, "delayMechanism"),
	WIRE_FIELD(I8, wire_port_data_set, log_min_pdelay_req_interval, "logMinPdelayReqInterval"),
	WIRE_FIELD(NIBBLE_HIGH, wire_port_data_set, minor_version_number, "minorVersionNumber"),
	WIRE_FIELD(NIBBLE_LOW, wire_port_data_set, version_number, "versionNumber"),
};
TABLE(port_data_set);

/* ---- single members of the data sets ------------------------------------------------------------------------ */

DATUM_TABLE(priority1, "priority1");
DATUM_TABLE(priority2, "priority2");
DATUM_TABLE(domain, "domainNumber");
FLAG_TABLE(slave_only, "slaveOnly");
SIGNED_DATUM_TABLE(log_announce_interval, "logAnnounceInterval");
DATUM_TABLE(announce_receipt_timeout, "announceReceiptTimeout");
SIGNED_DATUM_TABLE(log_sync_interval, "logSyncInterval");
DATUM_TABLE(clock_accuracy, "clockAccuracy");
DATUM_TABLE(primary_domain, "primaryDomain");
DATUM_TABLE(delay_mechanism, "delayMechanism");
SIGNED_DATUM_TABLE(log_min_pdelay_req_interval, "logMinPdelayReqInterval");

static const struct wire_field version_number_fields[] = {
	WIRE_FIELD(NIBBLE_HIGH, wire_version_number, minor_version_number, "minorVersionNumber"),
	WIRE_FIELD(NIBBLE_LOW, wire_version_number, version_number, "versionNumber"),
	WIRE_FIELD_RESERVED(wire_version_number, reserved),
};
TABLE(version_number);

static const struct wire_field time_fields[] = {
	WIRE_FIELD(TIMESTAMP, wire_time, current_time, "currentTime"),
};
TABLE(time);

static const struct wire_bit utc_properties_bits[] = {
	{ WIRE_TIME_LEAP61, "leap61" },
	{ WIRE_TIME_LEAP59, "leap59" },
	{ WIRE_TIME_CURRENT_UTC_OFFSET_VALID, "currentUtcOffsetValid" },
	{ 0, NULL },
};

static const struct wire_field utc_properties_fields[] = {
	WIRE_FIELD(I16, wire_utc_properties, current_utc_offset, "currentUtcOffset"),
	WIRE_FIELD_FLAGS8(wire_utc_properties, flags, "flags", utc_properties_bits),
	WIRE_FIELD_RESERVED(wire_utc_properties, reserved),
};
TABLE(utc_properties);

static const struct wire_bit traceability_bits[] = {
	{ WIRE_TIME_TIME_TRACEABLE, "timeTraceable" },
	{ WIRE_TIME_FREQUENCY_TRACEABLE, "frequencyTraceable" },
	{ 0, NULL },
};

static const struct wire_field traceability_properties_fields[] = {
	WIRE_FIELD_FLAGS8(wire_datum, value, "flags", traceability_bits),
	WIRE_FIELD_RESERVED(wire_datum, reserved),
};
static const struct wire_table traceability_properties_table = WIRE_TABLE(
	"traceability_properties", wire_datum, traceability_properties_fields);

static const struct wire_bit timescale_bits[] = {
	{ WIRE_TIME_PTP_TIMESCALE, "ptpTimescale" },
	{ 0, NULL },
};

static const struct wire_field timescale_properties_fields[] = {
	WIRE_FIELD_FLAGS8(wire_timescale_properties, flags, "flags", timescale_bits),
	WIRE_FIELD(U8, wire_timescale_properties, time_source, "timeSource"),
};
TABLE(timescale_properties);

/* ---- options (clauses 16 and 17) ---------------------------------------------------------------------------- */

FLAG_TABLE(unicast_negotiation_enable, "enable");
FLAG_TABLE(path_trace_enable, "enable");
FLAG_TABLE(acceptable_master_table_enabled, "enable");
WIDE_DATUM_TABLE(max_table_size, "maxTableSize");
DATUM_TABLE(alternate_time_offset_max_key, "maxKey");
FLAG_TABLE(external_port_configuration_enabled, "externalPortConfigurationEnabled");
FLAG_TABLE(master_only, "masterOnly");
FLAG_TABLE(holdover_upgrade_enable, "enable");

static const struct wire_field path_trace_list_fields[] = {
	WIRE_FIELD_RECORDS(wire_path_trace, path_sequence, "pathSequence", &wire_path_trace_entry_table),
};
static const struct wire_table path_trace_list_table = WIRE_TABLE("path_trace_list", wire_path_trace,
								  path_trace_list_fields);

static const struct wire_field address_entry_fields[] = {
	WIRE_FIELD(PORT_ADDRESS, wire_address_entry, port_address, "portAddress"),
};
RECORD_TABLE(address_entry, wire_address_entry);

static const struct wire_field grandmaster_cluster_table_fields[] = {
	WIRE_FIELD(I8, wire_grandmaster_cluster_table, log_query_interval, "logQueryInterval"),
	WIRE_FIELD(U8, wire_grandmaster_cluster_table, actual_table_size, "actualTableSize"),
	WIRE_FIELD_COUNTED_RECORDS(wire_grandmaster_cluster_table, port_addresses,
				   "grandmasterClusterMembers", &wire_address_entry_table),
};
TABLE(grandmaster_cluster_table);

static const struct wire_field unicast_master_table_fields[] = {
	WIRE_FIELD(I8, wire_unicast_master_table, log_query_interval, "logQueryInterval"),
	WIRE_FIELD(U16, wire_unicast_master_table, actual_table_size, "actualTableSize"),
	WIRE_FIELD_COUNTED_RECORDS(wire_unicast_master_table, port_addresses, "unicastMasterTable",
				   &wire_address_entry_table),
};
TABLE(unicast_master_table);

static const struct wire_field acceptable_master_entry_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_acceptable_master, acceptable_port_identity, "acceptablePortIdentity"),
	WIRE_FIELD(U8, wire_acceptable_master, alternate_priority1, "alternatePriority1"),
};
RECORD_TABLE(acceptable_master_entry, wire_acceptable_master);

static const struct wire_field acceptable_master_table_fields[] = {
	WIRE_FIELD(I16, wire_acceptable_master_table, actual_table_size, "actualTableSize"),
	WIRE_FIELD_COUNTED_RECORDS(wire_acceptable_master_table, list, "acceptableMasterTable",
				   &wire_acceptable_master_entry_table),
};
TABLE(acceptable_master_table);

static const struct wire_bit alternate_master_bits[] = {
	{ WIRE_ENABLED, "transmitAlternateMulticastSync" },
	{ 0, NULL },
};

static const struct wire_field alternate_master_fields[] = {
	WIRE_FIELD_FLAGS8(wire_alternate_master, flags, "flags", alternate_master_bits),
	WIRE_FIELD(I8, wire_alternate_master, log_alternate_multicast_sync_interval,
		   "logAlternateMulticastSyncInterval"),
	WIRE_FIELD(U8, wire_alternate_master, number_of_alternate_masters, "numberOfAlternateMasters"),
	WIRE_FIELD_RESERVED(wire_alternate_master, reserved),
};
TABLE(alternate_master);

static const struct wire_bit enable_bits[] = {
	{ WIRE_ENABLED, "enable" },
	{ 0, NULL },
};

static const struct wire_field alternate_time_offset_enable_fields[] = {
	WIRE_FIELD(U8, wire_alternate_time_offset_enable, key_field, "keyField"),
	WIRE_FIELD_FLAGS8(wire_alternate_time_offset_enable, enable, "flags", enable_bits),
};
TABLE(alternate_time_offset_enable);

static const struct wire_field alternate_time_offset_name_fields[] = {
	WIRE_FIELD(U8, wire_alternate_time_offset_name, key_field, "keyField"),
	WIRE_FIELD(TEXT, wire_alternate_time_offset_name, display_name, "displayName"),
};
TABLE(alternate_time_offset_name);

static const struct wire_field alternate_time_offset_properties_fields[] = {
	WIRE_FIELD(U8, wire_alternate_time_offset_properties, key_field, "keyField"),
	WIRE_FIELD(I32, wire_alternate_time_offset_properties, current_offset, "currentOffset"),
	WIRE_FIELD(I32, wire_alternate_time_offset_properties, jump_seconds, "jumpSeconds"),
	WIRE_FIELD(U48, wire_alternate_time_offset_properties, time_of_next_jump, "timeOfNextJump"),
	WIRE_FIELD_RESERVED(wire_alternate_time_offset_properties, reserved),
};
TABLE(alternate_time_offset_properties);

static const struct wire_field ext_port_config_port_data_set_fields[] = {
	WIRE_FIELD_FLAGS8(wire_ext_port_config_port_data_set, flags, "flags", enable_bits),
	WIRE_FIELD(U8, wire_ext_port_config_port_data_set, desired_state, "desiredState"),
};
TABLE(ext_port_config_port_data_set);

/* ---- transparent clocks ------------------------------------------------------------------------------------- */

static const struct wire_field transparent_clock_default_data_set_fields[] = {
	WIRE_FIELD(CLOCK_IDENTITY, wire_transparent_clock_default_data_set, clock_identity, "clockIdentity"),
	WIRE_FIELD(U16, wire_transparent_clock_default_data_set, number_ports, "numberPorts"),
	WIRE_FIELD(U8, wire_transparent_clock_default_data_set, delay_mechanism, "delayMechanism"),
	WIRE_FIELD(U8, wire_transparent_clock_default_data_set, primary_domain, "primaryDomain"),
};
TABLE(transparent_clock_default_data_set);

static const struct wire_bit transparent_clock_port_bits[] = {
	{ WIRE_ENABLED, "faultyFlag" },
	{ 0, NULL },
};

static const struct wire_field transparent_clock_port_data_set_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_transparent_clock_port_data_set, port_identity, "portIdentity"),
	WIRE_FIELD_FLAGS8(wire_transparent_clock_port_data_set, flags, "flags", transparent_clock_port_bits),
	WIRE_FIELD(I8, wire_transparent_clock_port_data_set, log_min_pdelay_req_interval,
		   "logMinPdelayReqInterval"),
	WIRE_FIELD(INTERVAL, wire_transparent_clock_port_data_set, peer_mean_path_delay, "peerMeanPathDelay"),
};
TABLE(transparent_clock_port_data_set);

/* ---- linuxptp's --------------------------------------------------------------------------------------------- */

static const struct wire_field time_status_np_fields[] = {
	WIRE_FIELD(I64, wire_time_status_np, master_offset, "master_offset"),
	WIRE_FIELD(I64, wire_time_status_np, ingress_time, "ingress_time"),
	WIRE_FIELD(I32, wire_time_status_np, cumulative_scaled_rate_offset, "cumulativeScaledRateOffset"),
	WIRE_FIELD(I32, wire_time_status_np, scaled_last_gm_phase_change, "scaledLastGmPhaseChange"),
	WIRE_FIELD(U16, wire_time_status_np, gm_time_base_indicator, "gmTimeBaseIndicator"),
	WIRE_FIELD(U16, wire_time_status_np, last_gm_phase_change_high, "lastGmPhaseChange.high"),
	WIRE_FIELD(U64, wire_time_status_np, last_gm_phase_change_ns, "lastGmPhaseChange.nanoseconds"),
	WIRE_FIELD(U16, wire_time_status_np, last_gm_phase_change_fraction, "lastGmPhaseChange.fraction"),
	WIRE_FIELD(I32, wire_time_status_np, gm_present, "gmPresent"),
	WIRE_FIELD(CLOCK_IDENTITY, wire_time_status_np, gm_identity, "gmIdentity"),
};
TABLE(time_status_np);

static const struct wire_field grandmaster_settings_np_fields[] = {
	WIRE_FIELD(CLOCK_QUALITY, wire_grandmaster_settings_np, clock_quality, "clockQuality"),
	WIRE_FIELD(I16, wire_grandmaster_settings_np, current_utc_offset, "currentUtcOffset"),
	WIRE_FIELD_FLAGS8(wire_grandmaster_settings_np, flags, "flags", time_properties_bits),
	WIRE_FIELD(U8, wire_grandmaster_settings_np, time_source, "timeSource"),
};
TABLE(grandmaster_settings_np);

static const struct wire_field port_data_set_np_fields[] = {
	WIRE_FIELD(U32, wire_port_data_set_np, neighbor_prop_delay_thresh, "neighborPropDelayThresh"),
	WIRE_FIELD(I32, wire_port_data_set_np, as_capable, "asCapable"),
};
TABLE(port_data_set_np);

static const struct wire_field subscribe_events_np_fields[] = {
	WIRE_FIELD(U16, wire_subscribe_events_np, duration, "duration"),
	WIRE_FIELD_OCTETS(wire_subscribe_events_np, bitmask, "bitmask"),
};
TABLE(subscribe_events_np);

static const struct wire_field port_properties_np_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_port_properties_np, port_identity, "portIdentity"),
	WIRE_FIELD(U8, wire_port_properties_np, port_state, "portState"),
	WIRE_FIELD(U8, wire_port_properties_np, timestamping, "timestamping"),
	WIRE_FIELD(TEXT, wire_port_properties_np, interface, "interface"),
};
TABLE(port_properties_np);

/* Reserved messageTypes have counters without a name. */
#define COUNTER(member, type, text) WIRE_FIELD(LITTLE_U64, wire_port_stats_np, member[type], text)
#define COUNTERS(member, prefix)                                                                             \
	COUNTER(member, GN_SYNC, prefix "Sync"), COUNTER(member, GN_DELAY_REQ, prefix "Delay_Req"),          \
		COUNTER(member, GN_PDELAY_REQ, prefix "Pdelay_Req"),                                         \
		COUNTER(member, GN_PDELAY_RESP, prefix "Pdelay_Resp"), COUNTER(member, 4, NULL),             \
		COUNTER(member, 5, NULL), COUNTER(member, 6, NULL), COUNTER(member, 7, NULL),                \
		COUNTER(member, GN_FOLLOW_UP, prefix "Follow_Up"),                                           \
		COUNTER(member, GN_DELAY_RESP, prefix "Delay_Resp"),                                         \
		COUNTER(member, GN_PDELAY_RESP_FOLLOW_UP, prefix "Pdelay_Resp_Follow_Up"),                   \
		COUNTER(member, GN_ANNOUNCE, prefix "Announce"),                                             \
		COUNTER(member, GN_SIGNALING, prefix "Signaling"),                                           \
		COUNTER(member, GN_MANAGEMENT, prefix "Management"), COUNTER(member, 14, NULL),              \
		COUNTER(member, 15, NULL)

static const struct wire_field port_stats_np_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_port_stats_np, port_identity, "portIdentity"),
	COUNTERS(received, "rx_"),
	COUNTERS(sent, "tx_"),
};
TABLE(port_stats_np);

#define SERVICE(place, text) WIRE_FIELD(LITTLE_U64, wire_port_service_stats_np, counter[place], text)

static const struct wire_field port_service_stats_np_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_port_service_stats_np, port_identity, "portIdentity"),
	SERVICE(0, "announce_timeout"),
	SERVICE(1, "sync_timeout"),
	SERVICE(2, "delay_timeout"),
	SERVICE(3, "unicast_service_timeout"),
	SERVICE(4, "unicast_request_timeout"),
	SERVICE(5, "master_announce_timeout"),
	SERVICE(6, "master_sync_timeout"),
	SERVICE(7, "qualification_timeout"),
	SERVICE(8, "sync_mismatch"),
	SERVICE(9, "followup_mismatch"),
};
TABLE(port_service_stats_np);

DATUM_TABLE(synchronization_uncertain_np, "uncertain");

static const struct wire_field unicast_master_entry_np_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_unicast_master_entry_np, port_identity, "identity"),
	WIRE_FIELD(CLOCK_QUALITY, wire_unicast_master_entry_np, clock_quality, "clockQuality"),
	WIRE_FIELD(U8, wire_unicast_master_entry_np, selected, "selected"),
	WIRE_FIELD(U8, wire_unicast_master_entry_np, port_state, "state"),
	WIRE_FIELD(U8, wire_unicast_master_entry_np, priority1, "priority1"),
	WIRE_FIELD(U8, wire_unicast_master_entry_np, priority2, "priority2"),
	WIRE_FIELD(PORT_ADDRESS, wire_unicast_master_entry_np, address, "address"),
};
RECORD_TABLE(unicast_master_entry_np, wire_unicast_master_entry_np);

static const struct wire_field unicast_master_table_np_fields[] = {
	WIRE_FIELD(U16, wire_unicast_master_table_np, actual_table_size, "actual_table_size"),
	WIRE_FIELD_COUNTED_RECORDS(wire_unicast_master_table_np, unicast_masters, "unicastMasters",
				   &wire_unicast_master_entry_np_table),
};
TABLE(unicast_master_table_np);

static const struct wire_bit hwclock_bits[] = {
	{ WIRE_HWCLOCK_IS_VIRTUAL, "virtualClock" },
	{ 0, NULL },
};

static const struct wire_field port_hwclock_np_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_port_hwclock_np, port_identity, "portIdentity"),
	WIRE_FIELD(I32, wire_port_hwclock_np, phc_index, "phcIndex"),
	WIRE_FIELD_FLAGS8(wire_port_hwclock_np, flags, "flags", hwclock_bits),
	WIRE_FIELD_RESERVED(wire_port_hwclock_np, reserved),
};
TABLE(port_hwclock_np);

static const struct wire_field power_profile_settings_np_fields[] = {
	WIRE_FIELD(U16, wire_power_profile_settings_np, version, "version"),
	WIRE_FIELD(U16, wire_power_profile_settings_np, grandmaster_id, "grandmasterID"),
	WIRE_FIELD(U32, wire_power_profile_settings_np, grandmaster_time_inaccuracy,
		   "grandmasterTimeInaccuracy"),
	WIRE_FIELD(U32, wire_power_profile_settings_np, network_time_inaccuracy, "networkTimeInaccuracy"),
	WIRE_FIELD(U32, wire_power_profile_settings_np, total_time_inaccuracy, "totalTimeInaccuracy"),
};
TABLE(power_profile_settings_np);

static const struct wire_field cmlds_info_np_fields[] = {
	WIRE_FIELD(INTERVAL, wire_cmlds_info_np, mean_link_delay, "meanLinkDelay"),
	WIRE_FIELD(I32, wire_cmlds_info_np, scaled_neighbor_rate_ratio, "scaledNeighborRateRatio"),
	WIRE_FIELD(U32, wire_cmlds_info_np, as_capable, "as_capable"),
};
TABLE(cmlds_info_np);

static const struct wire_field port_corrections_np_fields[] = {
	WIRE_FIELD(LITTLE_U64, wire_port_corrections_np, egress_latency, "egressLatency"),
	WIRE_FIELD(LITTLE_U64, wire_port_corrections_np, ingress_latency, "ingressLatency"),
	WIRE_FIELD(LITTLE_U64, wire_port_corrections_np, delay_asymmetry, "delayAsymmetry"),
};
TABLE(port_corrections_np);

static const struct wire_field external_grandmaster_properties_np_fields[] = {
	WIRE_FIELD(CLOCK_IDENTITY, wire_external_grandmaster_properties_np, gm_identity, "gmIdentity"),
	WIRE_FIELD(U16, wire_external_grandmaster_properties_np, steps_removed, "stepsRemoved"),
};
TABLE(external_grandmaster_properties_np);

/* ---- our own (docs/management-ids.md) ----------------------------------------------------------------------- */

static const struct wire_bit gnomon_status_bits[] = {
	{ WIRE_GNOMON_IS_FREE_RUNNING, "isFreeRunning" },
	{ WIRE_GNOMON_SOFTWARE_FALLBACK, "softwareFallback" },
	{ WIRE_GNOMON_HAS_OFFSET, "hasOffset" },
	{ WIRE_GNOMON_IS_GRANDMASTER, "isGrandmaster" },
	{ 0, NULL },
};

static const struct wire_field gnomon_status_np_fields[] = {
	WIRE_FIELD(U8, wire_gnomon_status_np, layout_version, "layoutVersion"),
	WIRE_FIELD_FLAGS8(wire_gnomon_status_np, flags, "flags", gnomon_status_bits),
	WIRE_FIELD(U8, wire_gnomon_status_np, servo_kind, "servoKind"),
	WIRE_FIELD(U8, wire_gnomon_status_np, servo_state, "servoState"),
	WIRE_FIELD(U8, wire_gnomon_status_np, clock_kind, "clockKind"),
	WIRE_FIELD_RESERVED(wire_gnomon_status_np, reserved),
	WIRE_FIELD(U16, wire_gnomon_status_np, window_samples, "windowSamples"),
	WIRE_FIELD(INTERVAL, wire_gnomon_status_np, offset_rms, "offsetRms"),
	WIRE_FIELD(INTERVAL, wire_gnomon_status_np, offset_max, "offsetMax"),
	WIRE_FIELD(INTERVAL, wire_gnomon_status_np, offset_mean, "offsetMean"),
	WIRE_FIELD(INTERVAL, wire_gnomon_status_np, last_offset, "lastOffset"),
	WIRE_FIELD(INTERVAL, wire_gnomon_status_np, mean_delay, "meanDelay"),
	WIRE_FIELD(INTERVAL, wire_gnomon_status_np, delay_deviation, "delayDeviation"),
	WIRE_FIELD(I64, wire_gnomon_status_np, frequency, "frequency"),
	WIRE_FIELD(INTERVAL, wire_gnomon_status_np, error_estimate, "errorEstimate"),
	WIRE_FIELD(U32, wire_gnomon_status_np, seconds_since_state_change, "secondsSinceStateChange"),
	WIRE_FIELD(U32, wire_gnomon_status_np, last_sync_age, "lastSyncAge"),
	WIRE_FIELD(U32, wire_gnomon_status_np, steps, "steps"),
	WIRE_FIELD(U32, wire_gnomon_status_np, clock_touches, "clockTouches"),
	WIRE_FIELD(U32, wire_gnomon_status_np, uptime, "uptime"),
	WIRE_FIELD(U16, wire_gnomon_status_np, window_seconds, "windowSeconds"),
	WIRE_FIELD(TEXT, wire_gnomon_status_np, clock_name, "clockName"),
	WIRE_FIELD(TEXT, wire_gnomon_status_np, version_text, "versionText"),
};
TABLE(gnomon_status_np);

static const struct wire_bit gnomon_port_status_bits[] = {
	{ WIRE_GNOMON_PORT_IS_FALLBACK, "isFallback" },
	{ WIRE_GNOMON_PORT_LINK_IS_UP, "linkIsUp" },
	{ WIRE_GNOMON_PORT_AS_CAPABLE, "asCapable" },
	{ WIRE_GNOMON_PORT_IS_VIRTUAL_CLOCK, "isVirtualClock" },
	{ 0, NULL },
};

static const struct wire_field gnomon_port_status_np_fields[] = {
	WIRE_FIELD(U8, wire_gnomon_port_status_np, layout_version, "layoutVersion"),
	WIRE_FIELD_FLAGS8(wire_gnomon_port_status_np, flags, "flags", gnomon_port_status_bits),
	WIRE_FIELD(PORT_IDENTITY, wire_gnomon_port_status_np, port_identity, "portIdentity"),
	WIRE_FIELD(U8, wire_gnomon_port_status_np, port_state, "portState"),
	WIRE_FIELD(U8, wire_gnomon_port_status_np, time_stamping, "timeStamping"),
	WIRE_FIELD(U8, wire_gnomon_port_status_np, delay_mechanism, "delayMechanism"),
	WIRE_FIELD(U8, wire_gnomon_port_status_np, last_fault, "lastFault"),
	WIRE_FIELD(U16, wire_gnomon_port_status_np, network_protocol, "networkProtocol"),
	WIRE_FIELD_RESERVED(wire_gnomon_port_status_np, reserved),
	WIRE_FIELD(U32, wire_gnomon_port_status_np, speed, "speed"),
	WIRE_FIELD(I32, wire_gnomon_port_status_np, phc_index, "phcIndex"),
	WIRE_FIELD(U32, wire_gnomon_port_status_np, seconds_since_state_change, "secondsSinceStateChange"),
	WIRE_FIELD(U64, wire_gnomon_port_status_np, transmit_stamps_lost, "transmitStampsLost"),
	WIRE_FIELD(U32, wire_gnomon_port_status_np, transmit_stamps_lost_in_a_row,
		   "transmitStampsLostInARow"),
	WIRE_FIELD(U32, wire_gnomon_port_status_np, faults, "faults"),
	WIRE_FIELD(TEXT, wire_gnomon_port_status_np, interface, "interface"),
};
TABLE(gnomon_port_status_np);

static const struct wire_field gnomon_counter_fields[] = {
	WIRE_FIELD(U64, wire_gnomon_counter, dropped, "dropped"),
};
RECORD_TABLE(gnomon_counter, wire_gnomon_counter);

static const struct wire_field gnomon_drop_counters_np_fields[] = {
	WIRE_FIELD(U16, wire_gnomon_drop_counters_np, count, "count"),
	WIRE_FIELD_COUNTED_RECORDS(wire_gnomon_drop_counters_np, dropped, "dropped",
				   &wire_gnomon_counter_table),
};
TABLE(gnomon_drop_counters_np);

static const struct wire_bit gnomon_servo_bits[] = {
	{ WIRE_GNOMON_SERVO_IS_KNOWN, "isKnown" },
	{ 0, NULL },
};

static const struct wire_field gnomon_servo_np_fields[] = {
	WIRE_FIELD(U8, wire_gnomon_servo_np, layout_version, "layoutVersion"),
	WIRE_FIELD_FLAGS8(wire_gnomon_servo_np, flags, "flags", gnomon_servo_bits),
	WIRE_FIELD(U8, wire_gnomon_servo_np, clock_fault, "clockFault"),
	WIRE_FIELD(U8, wire_gnomon_servo_np, holdover, "holdover"),
	WIRE_FIELD(U16, wire_gnomon_servo_np, sync_clean, "syncClean"),
	WIRE_FIELD(U16, wire_gnomon_servo_np, delay_clean, "delayClean"),
	WIRE_FIELD(INTERVAL, wire_gnomon_servo_np, error_estimate, "errorEstimate"),
	WIRE_FIELD(INTERVAL, wire_gnomon_servo_np, bound, "bound"),
	WIRE_FIELD(I64, wire_gnomon_servo_np, frequency, "frequency"),
	WIRE_FIELD(I64, wire_gnomon_servo_np, frequency_error, "frequencyError"),
	WIRE_FIELD(INTERVAL, wire_gnomon_servo_np, sync_noise, "syncNoise"),
	WIRE_FIELD(INTERVAL, wire_gnomon_servo_np, delay_noise, "delayNoise"),
	WIRE_FIELD(INTERVAL, wire_gnomon_servo_np, asymmetry_held, "asymmetryHeld"),
	WIRE_FIELD(I64, wire_gnomon_servo_np, temperature_coefficient, "temperatureCoefficient"),
	WIRE_FIELD(U32, wire_gnomon_servo_np, holdover_seconds, "holdoverSeconds"),
};
TABLE(gnomon_servo_np);

/* ---- Table 59 ----------------------------------------------------------------------------------------------- */

#define C WIRE_SCOPE_CLOCK
#define P WIRE_SCOPE_PORT
#define G WIRE_MAY(WIRE_GET)
#define GS (G | WIRE_MAY(WIRE_SET))
#define CMD WIRE_MAY(WIRE_COMMAND)
#define GSC (GS | CMD)
#define ANY WIRE_SIZE_ANY, 0
#define EXACT(octets) WIRE_SIZE_EXACT, octets
#define AT_LEAST(octets) WIRE_SIZE_AT_LEAST, octets
#define FIELDS WIRE_SIZE_FIELDS, 0
#define EACH(octets) WIRE_SIZE_MULTIPLE, octets

/* The name is the number's, in words. */
#define ID(name, scope, actions, size, table)                                                                \
	{                                                                                                    \
		WIRE_##name, #name, NULL, scope, actions, size, table                                        \
	}

/* clang-format off */
static const struct wire_management_kind kinds[] = {
	{ WIRE_NULL_PTP_MANAGEMENT, "NULL_PTP_MANAGEMENT", "NULL_MANAGEMENT", P, GSC, ANY, NULL },
	ID(CLOCK_DESCRIPTION, P, G, FIELDS, &clock_description_table),
	ID(USER_DESCRIPTION, C, GS, FIELDS, &user_description_table),
	ID(SAVE_IN_NON_VOLATILE_STORAGE, C, CMD, EXACT(0), NULL),
	ID(RESET_NON_VOLATILE_STORAGE, C, CMD, EXACT(0), NULL),
	ID(INITIALIZE, C, CMD, EXACT(2), &initialize_table),
	ID(FAULT_LOG, C, G, FIELDS, &fault_log_table),
	ID(FAULT_LOG_RESET, C, CMD, EXACT(0), NULL),

	ID(DEFAULT_DATA_SET, C, G, EXACT(20), &default_data_set_table),
	ID(CURRENT_DATA_SET, C, G, EXACT(18), &current_data_set_table),
	ID(PARENT_DATA_SET, C, G, EXACT(32), &parent_data_set_table),
	ID(TIME_PROPERTIES_DATA_SET, C, G, EXACT(4), &time_properties_data_set_table),
	ID(PORT_DATA_SET, P, G, EXACT(26), &port_data_set_table),
	ID(PRIORITY1, C, GS, AT_LEAST(2), &priority1_table),
	ID(PRIORITY2, C, GS, AT_LEAST(2), &priority2_table),
	ID(DOMAIN, C, GS, AT_LEAST(2), &domain_table),
	ID(SLAVE_ONLY, C, GS, AT_LEAST(2), &slave_only_table),
	ID(LOG_ANNOUNCE_INTERVAL, P, GS, AT_LEAST(2), &log_announce_interval_table),
	ID(ANNOUNCE_RECEIPT_TIMEOUT, P, GS, AT_LEAST(2), &announce_receipt_timeout_table),
	ID(LOG_SYNC_INTERVAL, P, GS, AT_LEAST(2), &log_sync_interval_table),
	ID(VERSION_NUMBER, P, GS, AT_LEAST(2), &version_number_table),
	ID(ENABLE_PORT, P, CMD, EXACT(0), NULL),
	ID(DISABLE_PORT, P, CMD, EXACT(0), NULL),
	ID(TIME, C, GS, EXACT(10), &time_table),
	ID(CLOCK_ACCURACY, C, GS, AT_LEAST(2), &clock_accuracy_table),
	ID(UTC_PROPERTIES, C, GS, EXACT(4), &utc_properties_table),
	ID(TRACEABILITY_PROPERTIES, C, GS, AT_LEAST(2), &traceability_properties_table),
	ID(TIMESCALE_PROPERTIES, C, GS, AT_LEAST(2), &timescale_properties_table),
	ID(UNICAST_NEGOTIATION_ENABLE, P, GS, EXACT(2), &unicast_negotiation_enable_table),
	ID(PATH_TRACE_LIST, C, G, EACH(8), &path_trace_list_table),
	ID(PATH_TRACE_ENABLE, C, GS, EXACT(2), &path_trace_enable_table),
	ID(GRANDMASTER_CLUSTER_TABLE, C, GS, FIELDS, &grandmaster_cluster_table_table),
	ID(UNICAST_MASTER_TABLE, P, GS, FIELDS, &unicast_master_table_table),
	ID(UNICAST_MASTER_MAX_TABLE_SIZE, P, G, EXACT(2), &max_table_size_table),
	ID(ACCEPTABLE_MASTER_TABLE, C, GS, FIELDS, &acceptable_master_table_table),
	ID(ACCEPTABLE_MASTER_TABLE_ENABLED, P, GS, EXACT(2), &acceptable_master_table_enabled_table),
	ID(ACCEPTABLE_MASTER_MAX_TABLE_SIZE, C, G, EXACT(2), &max_table_size_table),
	ID(ALTERNATE_MASTER, P, GS, EXACT(4), &alternate_master_table),
	ID(ALTERNATE_TIME_OFFSET_ENABLE, C, GS, AT_LEAST(2), &alternate_time_offset_enable_table),
	ID(ALTERNATE_TIME_OFFSET_NAME, C, GS, FIELDS, &alternate_time_offset_name_table),
	ID(ALTERNATE_TIME_OFFSET_MAX_KEY, C, G, EXACT(2), &alternate_time_offset_max_key_table),
	ID(ALTERNATE_TIME_OFFSET_PROPERTIES, C, GS, EXACT(16), &alternate_time_offset_properties_table),

	ID(EXTERNAL_PORT_CONFIGURATION_ENABLED, C, GS, EXACT(2), &external_port_configuration_enabled_table),
	ID(MASTER_ONLY, P, GS, AT_LEAST(2), &master_only_table),
	ID(HOLDOVER_UPGRADE_ENABLE, C, GS, EXACT(2), &holdover_upgrade_enable_table),
	ID(EXT_PORT_CONFIG_PORT_DATA_SET, P, GS, EXACT(2), &ext_port_config_port_data_set_table),

	ID(TRANSPARENT_CLOCK_DEFAULT_DATA_SET, C, G, EXACT(12), &transparent_clock_default_data_set_table),
	ID(TRANSPARENT_CLOCK_PORT_DATA_SET, P, G, EXACT(20), &transparent_clock_port_data_set_table),
	ID(PRIMARY_DOMAIN, C, GS, EXACT(2), &primary_domain_table),

	ID(DELAY_MECHANISM, P, GS, AT_LEAST(2), &delay_mechanism_table),
	ID(LOG_MIN_PDELAY_REQ_INTERVAL, P, GS, AT_LEAST(2), &log_min_pdelay_req_interval_table),

	ID(TIME_STATUS_NP, C, G, EXACT(50), &time_status_np_table),
	ID(GRANDMASTER_SETTINGS_NP, C, GS, EXACT(8), &grandmaster_settings_np_table),
	ID(PORT_DATA_SET_NP, P, GS, EXACT(8), &port_data_set_np_table),
	ID(SUBSCRIBE_EVENTS_NP, C, GS, EXACT(66), &subscribe_events_np_table),
	ID(PORT_PROPERTIES_NP, P, G, FIELDS, &port_properties_np_table),
	ID(PORT_STATS_NP, P, G, EXACT(266), &port_stats_np_table),
	ID(SYNCHRONIZATION_UNCERTAIN_NP, C, GS, AT_LEAST(2), &synchronization_uncertain_np_table),
	ID(PORT_SERVICE_STATS_NP, P, G, EXACT(90), &port_service_stats_np_table),
	ID(UNICAST_MASTER_TABLE_NP, P, G, AT_LEAST(2), &unicast_master_table_np_table),
	ID(PORT_HWCLOCK_NP, P, G, EXACT(16), &port_hwclock_np_table),
	ID(POWER_PROFILE_SETTINGS_NP, P, GS, AT_LEAST(16), &power_profile_settings_np_table),
	ID(CMLDS_INFO_NP, P, G, AT_LEAST(16), &cmlds_info_np_table),
	ID(PORT_CORRECTIONS_NP, P, GS, EXACT(24), &port_corrections_np_table),
	ID(EXTERNAL_GRANDMASTER_PROPERTIES_NP, C, GS, EXACT(10), &external_grandmaster_properties_np_table),

	ID(GNOMON_STATUS_NP, C, G, ANY, &gnomon_status_np_table),
	ID(GNOMON_PORT_STATUS_NP, P, G, ANY, &gnomon_port_status_np_table),
	ID(GNOMON_DROP_COUNTERS_NP, P, G, ANY, &gnomon_drop_counters_np_table),
	ID(GNOMON_SERVO_NP, C, G, ANY, &gnomon_servo_np_table),
};
/* clang-format on */
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == WIRE_MANAGEMENT_IDS,
	       "every id of the header has its line");

const struct wire_management_kind *wire_management_kind_at(size_t place)
{
	return place < WIRE_MANAGEMENT_IDS ? &kinds[place] : NULL;
}

const struct wire_management_kind *wire_management_kind(uint16_t id)
{
	size_t first = 0, end = WIRE_MANAGEMENT_IDS;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (kinds[middle].id == id) {
			return &kinds[middle];
		}
		if (kinds[middle].id < id) {
			first = middle + 1;
		} else {
			end = middle;
		}
	}
	return NULL;
}

const char *wire_management_error_name(uint16_t error)
{
	static const char *const names[] = {
		[WIRE_ERROR_RESPONSE_TOO_BIG] = "RESPONSE_TOO_BIG",
		[WIRE_ERROR_NO_SUCH_ID] = "NO_SUCH_ID",
		[WIRE_ERROR_WRONG_LENGTH] = "WRONG_LENGTH",
		[WIRE_ERROR_WRONG_VALUE] = "WRONG_VALUE",
		[WIRE_ERROR_NOT_SETABLE] = "NOT_SETABLE",
		[WIRE_ERROR_NOT_SUPPORTED] = "NOT_SUPPORTED",
		[WIRE_ERROR_UNPOPULATED] = "UNPOPULATED",
	};

	if (error == WIRE_ERROR_GENERAL_ERROR) {
		return "GENERAL_ERROR";
	}
	return error < sizeof(names) / sizeof(names[0]) ? names[error] : NULL;
}

/* ---- one codec for all -------------------------------------------------------------------------------------- */

static bool size_fits(const struct wire_management_kind *kind, size_t length, size_t taken)
{
	switch ((enum wire_management_size)kind->size_rule) {
	case WIRE_SIZE_ANY:
		return true;
	case WIRE_SIZE_EXACT:
		return length == kind->size;
	case WIRE_SIZE_AT_LEAST:
		return length >= kind->size;
	case WIRE_SIZE_FIELDS:
		return length == taken + taken % 2;
	case WIRE_SIZE_MULTIPLE:
		return length % kind->size == 0;
	}
	return false;
}

bool wire_management_decode(const struct wire_management_kind *kind, const uint8_t *octets, size_t length,
			    union wire_management_data *out)
{
	struct wire_reader r = wire_reader(octets, length);
	union wire_management_data data;

	memset(&data, 0, sizeof(data));
	if (kind->fields && !wire_get_fields(&r, kind->fields, &data)) {
		return false;
	}
	if (!size_fits(kind, length, r.at)) {
		return false;
	}
	*out = data;
	return true;
}

/* Of the ids that take any data nothing is demanded, not even that the fields are there. */
bool wire_management_fits(const struct wire_management_kind *kind, const uint8_t *octets, size_t length)
{
	union wire_management_data ignored;

	return length == 0 || kind->size_rule == WIRE_SIZE_ANY ||
	       wire_management_decode(kind, octets, length, &ignored);
}

void wire_management_encode(struct wire_writer *w, const struct wire_management_kind *kind,
			    const union wire_management_data *data)
{
	size_t start = w->at;

	if (kind->fields) {
		wire_put_fields(w, kind->fields, data);
	}
	if ((w->at - start) % 2 != 0) {
		wire_put_u8(w, 0);
	}
}

bool wire_management_equal(const struct wire_management_kind *kind, const union wire_management_data *a,
			   const union wire_management_data *b)
{
	return !kind->fields || wire_fields_equal(kind->fields, a, b);
}
