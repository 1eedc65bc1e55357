/* src/core/wire/tlv_tables.c -- the fields of every TLV, in wire order, and at the end Table 52: the registry.
 *
 * To add one: its struct (a member of struct wire_tlv_value), its fields here, its line in the registry. */
#include "core/wire/tlv_tables.h"

#include "gnomon/types.h"

/* The fields named `prefix_fields` of `struct wire_prefix` become `prefix_table`. */
#define TABLE(prefix)                                                                                        \
	static const struct wire_table prefix##_table = WIRE_TABLE(#prefix, wire_##prefix, prefix##_fields)
#define RECORD_TABLE(prefix)                                                                                 \
	const struct wire_table wire_##prefix##_table = WIRE_TABLE(#prefix, wire_##prefix, prefix##_fields); \
	_Static_assert(sizeof(struct wire_##prefix) <= WIRE_RECORD_SIZE_MAX,                                 \
		       "fits where records are measured")

/* Octets that nobody here reads: PAD, legacy, unknown. */
static const struct wire_field octets_fields[] = {
	{ .name = "valueField", .type = WIRE_REST },
};
TABLE(octets);

/* ---- management (15.4.3, 15.5.4) ----------------------------------------------------------------------------- */

static const struct wire_field management_tlv_fields[] = {
	WIRE_FIELD(U16, wire_management_tlv, management_id, "managementId"),
	WIRE_FIELD(REST, wire_management_tlv, data_field, "dataField"),
};
TABLE(management_tlv);

static const struct wire_field management_error_status_fields[] = {
	WIRE_FIELD(U16, wire_management_error_status, management_error_id, "managementErrorId"),
	WIRE_FIELD(U16, wire_management_error_status, management_id, "managementId"),
	WIRE_FIELD_RESERVED(wire_management_error_status, reserved),
	WIRE_FIELD_OPTIONAL(wire_management_error_status, has_display_data),
	WIRE_FIELD(TEXT, wire_management_error_status, display_data, "displayData"),
};
TABLE(management_error_status);

/* ---- unicast negotiation (16.1.4) ---------------------------------------------------------------------------- */

static const struct wire_field request_unicast_fields[] = {
	WIRE_FIELD(NIBBLE_HIGH, wire_request_unicast, message_type, "messageType"),
	WIRE_FIELD(NIBBLE_LOW, wire_request_unicast, reserved, NULL), /* reserved */
	WIRE_FIELD(I8, wire_request_unicast, log_inter_message_period, "logInterMessagePeriod"),
	WIRE_FIELD(U32, wire_request_unicast, duration_field, "durationField"),
};
TABLE(request_unicast);

static const struct wire_bit grant_bits[] = {
	{ WIRE_RENEWAL_INVITED, "renewalInvited" },
	{ 0, NULL },
};

static const struct wire_field grant_unicast_fields[] = {
	WIRE_FIELD(NIBBLE_HIGH, wire_grant_unicast, message_type, "messageType"),
	WIRE_FIELD(NIBBLE_LOW, wire_grant_unicast, reserved, NULL), /* reserved */
	WIRE_FIELD(I8, wire_grant_unicast, log_inter_message_period, "logInterMessagePeriod"),
	WIRE_FIELD(U32, wire_grant_unicast, duration_field, "durationField"),
	WIRE_FIELD_RESERVED(wire_grant_unicast, reserved2),
	WIRE_FIELD_FLAGS8(wire_grant_unicast, flags, "flags", grant_bits),
};
TABLE(grant_unicast);

static const struct wire_bit cancel_bits[] = {
	{ WIRE_MAINTAIN_REQUEST, "maintainRequest" },
	{ WIRE_MAINTAIN_GRANT, "maintainGrant" },
	{ 0, NULL },
};

static const struct wire_field cancel_unicast_fields[] = {
	WIRE_FIELD(NIBBLE_HIGH, wire_cancel_unicast, message_type, "messageType"),
	WIRE_FIELD_FLAGS_LOW(wire_cancel_unicast, flags, "flags", cancel_bits),
	WIRE_FIELD_RESERVED(wire_cancel_unicast, reserved),
};
TABLE(cancel_unicast);

/* ---- Announce (16.2, 16.3, 16.9, 16.12) ---------------------------------------------------------------------- */

static const struct wire_field path_trace_entry_fields[] = {
	WIRE_FIELD(CLOCK_IDENTITY, wire_path_trace_entry, clock_identity, "clockIdentity"),
};
RECORD_TABLE(path_trace_entry);

static const struct wire_field path_trace_fields[] = {
	WIRE_FIELD_RECORDS(wire_path_trace, path_sequence, "pathSequence", &wire_path_trace_entry_table),
};
TABLE(path_trace);

static const struct wire_field alternate_time_offset_indicator_fields[] = {
	WIRE_FIELD(U8, wire_alternate_time_offset_indicator, key_field, "keyField"),
	WIRE_FIELD(I32, wire_alternate_time_offset_indicator, current_offset, "currentOffset"),
	WIRE_FIELD(I32, wire_alternate_time_offset_indicator, jump_seconds, "jumpSeconds"),
	WIRE_FIELD(U48, wire_alternate_time_offset_indicator, time_of_next_jump, "timeOfNextJump"),
	WIRE_FIELD(TEXT, wire_alternate_time_offset_indicator, display_name, "displayName"),
};
TABLE(alternate_time_offset_indicator);

static const struct wire_field enhanced_accuracy_metrics_fields[] = {
	WIRE_FIELD(U8, wire_enhanced_accuracy_metrics, bc_hop_count, "bcHopCount"),
	WIRE_FIELD(U8, wire_enhanced_accuracy_metrics, tc_hop_count, "tcHopCount"),
	WIRE_FIELD_RESERVED(wire_enhanced_accuracy_metrics, reserved),
	WIRE_FIELD(INTERVAL, wire_enhanced_accuracy_metrics, max_gm_inaccuracy, "maxGmInaccuracy"),
	WIRE_FIELD(FLOAT64, wire_enhanced_accuracy_metrics, var_gm_inaccuracy, "varGmInaccuracy"),
	WIRE_FIELD(INTERVAL, wire_enhanced_accuracy_metrics, max_transient_inaccuracy,
		   "maxTransientInaccuracy"),
	WIRE_FIELD(FLOAT64, wire_enhanced_accuracy_metrics, var_transient_inaccuracy,
		   "varTransientInaccuracy"),
	WIRE_FIELD(INTERVAL, wire_enhanced_accuracy_metrics, max_dynamic_inaccuracy, "maxDynamicInaccuracy"),
	WIRE_FIELD(FLOAT64, wire_enhanced_accuracy_metrics, var_dynamic_inaccuracy, "varDynamicInaccuracy"),
	WIRE_FIELD(INTERVAL, wire_enhanced_accuracy_metrics, max_static_instance_inaccuracy,
		   "maxStaticInstanceInaccuracy"),
	WIRE_FIELD(FLOAT64, wire_enhanced_accuracy_metrics, var_static_instance_inaccuracy,
		   "varStaticInstanceInaccuracy"),
	WIRE_FIELD(INTERVAL, wire_enhanced_accuracy_metrics, max_static_medium_inaccuracy,
		   "maxStaticMediumInaccuracy"),
	WIRE_FIELD(FLOAT64, wire_enhanced_accuracy_metrics, var_static_medium_inaccuracy,
		   "varStaticMediumInaccuracy"),
};
TABLE(enhanced_accuracy_metrics);

static const struct wire_bit capability_bits[] = {
	{ WIRE_MULTICAST_CAPABLE, "multicastCapable" },
	{ WIRE_UNICAST_CAPABLE, "unicastCapable" },
	{ WIRE_UNICAST_NEGOTIATION_CAPABLE, "unicastNegotiationCapable" },
	{ WIRE_UNICAST_NEGOTIATION_REQUIRED, "unicastNegotiationRequired" },
	{ 0, NULL },
};

static const struct wire_field port_communication_availability_fields[] = {
	WIRE_FIELD_FLAGS8(wire_port_communication_availability, sync_message_availability,
			  "syncMessageAvailability", capability_bits),
	WIRE_FIELD_FLAGS8(wire_port_communication_availability, delay_resp_message_availability,
			  "delayRespMessageAvailability", capability_bits),
};
TABLE(port_communication_availability);

static const struct wire_field protocol_address_fields[] = {
	WIRE_FIELD(PORT_ADDRESS, wire_protocol_address, protocol_address, "protocolAddress"),
};
TABLE(protocol_address);

/* ---- L1_SYNC (Annex L) --------------------------------------------------------------------------------------- */

static const struct wire_bit l1_configuration_bits[] = {
	{ WIRE_L1_TX_COHERENT_IS_REQUIRED, "txCoherentIsRequired" },
	{ WIRE_L1_RX_COHERENT_IS_REQUIRED, "rxCoherentIsRequired" },
	{ WIRE_L1_CONGRUENT_IS_REQUIRED, "congruentIsRequired" },
	{ WIRE_L1_OPT_PARAMS_ENABLED, "optParamsEnabled" },
	{ 0, NULL },
};

static const struct wire_bit l1_state_bits[] = {
	{ WIRE_L1_IS_TX_COHERENT, "isTxCoherent" },
	{ WIRE_L1_IS_RX_COHERENT, "isRxCoherent" },
	{ WIRE_L1_IS_CONGRUENT, "isCongruent" },
	{ 0, NULL },
};

static const struct wire_bit l1_parameter_bits[] = {
	{ WIRE_L1_TIMESTAMPS_CORRECTED_TX, "timestampsCorrectedTx" },
	{ WIRE_L1_PHASE_OFFSET_TX_VALID, "phaseOffsetTxValid" },
	{ WIRE_L1_FREQUENCY_OFFSET_TX_VALID, "frequencyOffsetTxValid" },
	{ 0, NULL },
};

static const struct wire_field l1_sync_fields[] = {
	WIRE_FIELD_FLAGS8(wire_l1_sync, configuration, "configuration", l1_configuration_bits),
	WIRE_FIELD_FLAGS8(wire_l1_sync, state, "state", l1_state_bits),
	WIRE_FIELD_WHEN(wire_l1_sync, configuration, WIRE_L1_OPT_PARAMS_ENABLED),
	WIRE_FIELD_FLAGS8(wire_l1_sync, parameters, "parameters", l1_parameter_bits),
	WIRE_FIELD(INTERVAL, wire_l1_sync, phase_offset_tx, "phaseOffsetTx"),
	WIRE_FIELD(TIMESTAMP, wire_l1_sync, phase_offset_tx_timestamp, "phaseOffsetTxTimestamp"),
	WIRE_FIELD(INTERVAL, wire_l1_sync, frequency_offset_tx, "frequencyOffsetTx"),
	WIRE_FIELD(TIMESTAMP, wire_l1_sync, frequency_offset_tx_timestamp, "frequencyOffsetTxTimestamp"),
};
TABLE(l1_sync);

/* ---- slave event monitoring (16.11), cumulative frequency transfer (16.10) ----------------------------------- */

static const struct wire_field slave_rx_sync_timing_record_fields[] = {
	WIRE_FIELD(U16, wire_slave_rx_sync_timing_record, sequence_id, "sequenceId"),
	WIRE_FIELD(TIMESTAMP, wire_slave_rx_sync_timing_record, sync_origin_timestamp, "syncOriginTimestamp"),
	WIRE_FIELD(INTERVAL, wire_slave_rx_sync_timing_record, total_correction_field,
		   "totalCorrectionField"),
	WIRE_FIELD(I32, wire_slave_rx_sync_timing_record, scaled_cumulative_rate_offset,
		   "scaledCumulativeRateOffset"),
	WIRE_FIELD(TIMESTAMP, wire_slave_rx_sync_timing_record, sync_event_ingress_timestamp,
		   "syncEventIngressTimestamp"),
};
RECORD_TABLE(slave_rx_sync_timing_record);

static const struct wire_field slave_rx_sync_timing_data_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_slave_rx_sync_timing_data, sync_source_port_identity,
		   "syncSourcePortIdentity"),
	WIRE_FIELD_RECORDS(wire_slave_rx_sync_timing_data, records, "slaveRxSyncTimingRecords",
			   &wire_slave_rx_sync_timing_record_table),
};
TABLE(slave_rx_sync_timing_data);

static const struct wire_bit computed_bits[] = {
	{ WIRE_NEIGHBOR_RATE_RATIO_VALID, "scaledNeighborRateRatioValid" },
	{ WIRE_MEAN_PATH_DELAY_VALID, "meanPathDelayValid" },
	{ WIRE_OFFSET_FROM_MASTER_VALID, "offsetFromMasterValid" },
	{ 0, NULL },
};

static const struct wire_field slave_rx_sync_computed_record_fields[] = {
	WIRE_FIELD(U16, wire_slave_rx_sync_computed_record, sequence_id, "sequenceId"),
	WIRE_FIELD(INTERVAL, wire_slave_rx_sync_computed_record, offset_from_master, "offsetFromMaster"),
	WIRE_FIELD(INTERVAL, wire_slave_rx_sync_computed_record, mean_path_delay, "meanPathDelay"),
	WIRE_FIELD(I32, wire_slave_rx_sync_computed_record, scaled_neighbor_rate_ratio,
		   "scaledNeighborRateRatio"),
};
RECORD_TABLE(slave_rx_sync_computed_record);

static const struct wire_field slave_rx_sync_computed_data_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_slave_rx_sync_computed_data, source_port_identity,
		   "sourcePortIdentity"),
	WIRE_FIELD_FLAGS8(wire_slave_rx_sync_computed_data, computed_flags, "computedFlags", computed_bits),
	WIRE_FIELD_RESERVED(wire_slave_rx_sync_computed_data, reserved),
	WIRE_FIELD_RECORDS(wire_slave_rx_sync_computed_data, records, "slaveRxSyncComputedRecords",
			   &wire_slave_rx_sync_computed_record_table),
};
TABLE(slave_rx_sync_computed_data);

static const struct wire_field slave_tx_event_record_fields[] = {
	WIRE_FIELD(U16, wire_slave_tx_event_record, sequence_id, "sequenceId"),
	WIRE_FIELD(TIMESTAMP, wire_slave_tx_event_record, event_egress_timestamp, "eventEgressTimestamp"),
};
RECORD_TABLE(slave_tx_event_record);

static const struct wire_field slave_tx_event_timestamps_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_slave_tx_event_timestamps, source_port_identity, "sourcePortIdentity"),
	WIRE_FIELD(NIBBLE_HIGH, wire_slave_tx_event_timestamps, reserved, NULL), /* reserved */
	WIRE_FIELD(NIBBLE_LOW, wire_slave_tx_event_timestamps, event_message_type, "eventMessageType"),
	WIRE_FIELD_RESERVED(wire_slave_tx_event_timestamps, reserved2),
	WIRE_FIELD_RECORDS(wire_slave_tx_event_timestamps, records, "slaveTxEventTimestampsRecords",
			   &wire_slave_tx_event_record_table),
};
TABLE(slave_tx_event_timestamps);

static const struct wire_field cumulative_rate_ratio_fields[] = {
	WIRE_FIELD(I32, wire_cumulative_rate_ratio, scaled_cumulative_rate_ratio,
		   "scaledCumulativeRateRatio"),
};
TABLE(cumulative_rate_ratio);

/* ---- AUTHENTICATION (16.14) ---------------------------------------------------------------------------------- */

static const struct wire_field authentication_fields[] = {
	WIRE_FIELD(U8, wire_authentication, spp, "SPP"),
	WIRE_FIELD(U8, wire_authentication, sec_param_indicator, "secParamIndicator"),
	WIRE_FIELD(U32, wire_authentication, key_id, "keyID"),
	WIRE_FIELD(REST, wire_authentication, rest, "ICV"),
};
TABLE(authentication);

/* ---- organizations (14.3) ------------------------------------------------------------------------------------ */

static const struct wire_field organization_extension_fields[] = {
	WIRE_FIELD(U24, wire_organization_extension, organization_id, "organizationId"),
	WIRE_FIELD(U24, wire_organization_extension, organization_sub_type, "organizationSubType"),
	WIRE_FIELD(REST, wire_organization_extension, data_field, "dataField"),
};
TABLE(organization_extension);

static const struct wire_field follow_up_information_fields[] = {
	WIRE_FIELD(I32, wire_follow_up_information, cumulative_scaled_rate_offset,
		   "cumulativeScaledRateOffset"),
	WIRE_FIELD(U16, wire_follow_up_information, gm_time_base_indicator, "gmTimeBaseIndicator"),
	WIRE_FIELD(U16, wire_follow_up_information, last_gm_phase_change_high, "lastGmPhaseChange.high"),
	WIRE_FIELD(U64, wire_follow_up_information, last_gm_phase_change_ns, "lastGmPhaseChange.nanoseconds"),
	WIRE_FIELD(U16, wire_follow_up_information, last_gm_phase_change_fraction,
		   "lastGmPhaseChange.fraction"),
	WIRE_FIELD(I32, wire_follow_up_information, scaled_last_gm_freq_change, "scaledLastGmFreqChange"),
};
TABLE(follow_up_information);

static const struct wire_bit interval_request_bits[] = {
	{ WIRE_COMPUTE_NEIGHBOR_RATE_RATIO, "computeNeighborRateRatio" },
	{ WIRE_COMPUTE_MEAN_LINK_DELAY, "computeMeanLinkDelay" },
	{ WIRE_ONE_STEP_RECEIVE_CAPABLE, "oneStepReceiveCapable" },
	{ 0, NULL },
};

static const struct wire_field interval_request_fields[] = {
	WIRE_FIELD(I8, wire_interval_request, link_delay_interval, "linkDelayInterval"),
	WIRE_FIELD(I8, wire_interval_request, time_sync_interval, "timeSyncInterval"),
	WIRE_FIELD(I8, wire_interval_request, announce_interval, "announceInterval"),
	WIRE_FIELD_FLAGS8(wire_interval_request, flags, "flags", interval_request_bits),
	WIRE_FIELD_RESERVED(wire_interval_request, reserved),
};
TABLE(interval_request);

static const struct wire_field csn_fields[] = {
	WIRE_FIELD_OCTETS(wire_csn, upstream_tx_time, "upstreamTxTime"),
	WIRE_FIELD(I32, wire_csn, neighbor_rate_ratio, "neighborRateRatio"),
	WIRE_FIELD_OCTETS(wire_csn, mean_link_delay, "meanLinkDelay"),
	WIRE_FIELD_OCTETS(wire_csn, delay_asymmetry, "delayAsymmetry"),
	WIRE_FIELD_OPTIONAL(wire_csn, has_domain_number),
	WIRE_FIELD(U8, wire_csn, domain_number, "domainNumber"),
};
TABLE(csn);

static const struct wire_field gptp_capable_fields[] = {
	WIRE_FIELD(I8, wire_gptp_capable, log_gptp_capable_message_interval, "logGptpCapableMessageInterval"),
	WIRE_FIELD(U8, wire_gptp_capable, flags, "flags"),
	WIRE_FIELD_RESERVED(wire_gptp_capable, reserved),
};
TABLE(gptp_capable);

static const struct wire_field gptp_capable_interval_request_fields[] = {
	WIRE_FIELD(I8, wire_gptp_capable_interval_request, log_gptp_capable_message_interval,
		   "logGptpCapableMessageInterval"),
	WIRE_FIELD_RESERVED(wire_gptp_capable_interval_request, reserved),
};
TABLE(gptp_capable_interval_request);

static const struct wire_field drift_tracking_fields[] = {
	WIRE_FIELD(U48, wire_drift_tracking, sync_egress_seconds, "syncEgressTimestamp.seconds"),
	WIRE_FIELD(U48, wire_drift_tracking, sync_egress_fractional_ns,
		   "syncEgressTimestamp.fractionalNanoseconds"),
	WIRE_FIELD(CLOCK_IDENTITY, wire_drift_tracking, sync_grandmaster_identity, "syncGrandmasterIdentity"),
	WIRE_FIELD(U16, wire_drift_tracking, sync_steps_removed, "syncStepsRemoved"),
	WIRE_FIELD(I32, wire_drift_tracking, rate_ratio_drift, "rateRatioDrift"),
};
TABLE(drift_tracking);

static const struct wire_field c37_238_2011_fields[] = {
	WIRE_FIELD(U16, wire_c37_238_2011, grandmaster_id, "grandmasterID"),
	WIRE_FIELD(U32, wire_c37_238_2011, grandmaster_time_inaccuracy, "grandmasterTimeInaccuracy"),
	WIRE_FIELD(U32, wire_c37_238_2011, network_time_inaccuracy, "networkTimeInaccuracy"),
	WIRE_FIELD_RESERVED(wire_c37_238_2011, reserved),
};
TABLE(c37_238_2011);

static const struct wire_field c37_238_2017_fields[] = {
	WIRE_FIELD(U16, wire_c37_238_2017, grandmaster_id, "grandmasterID"),
	WIRE_FIELD_RESERVED(wire_c37_238_2017, reserved),
	WIRE_FIELD(U32, wire_c37_238_2017, total_time_inaccuracy, "totalTimeInaccuracy"),
	WIRE_FIELD_RESERVED(wire_c37_238_2017, reserved2),
};
TABLE(c37_238_2017);

static const struct wire_field interface_rate_fields[] = {
	WIRE_FIELD(U64, wire_interface_rate, interface_bit_period, "interfaceBitPeriod"),
	WIRE_FIELD(U16, wire_interface_rate, number_bits_before_timestamp, "numberBitsBeforeTimestamp"),
	WIRE_FIELD(U16, wire_interface_rate, number_bits_after_timestamp, "numberBitsAfterTimestamp"),
};
TABLE(interface_rate);

static const struct wire_bit time_address_bits[] = {
	{ 0x01, "dropFrame" },
	{ 0x02, "colorFrame" },
	{ 0, NULL },
};

static const struct wire_bit daylight_bits[] = {
	{ 0x01, "currentDaylightSaving" },
	{ 0x02, "daylightSavingAtNextDiscontinuity" },
	{ 0x04, "daylightSavingAtPreviousJam" },
	{ 0, NULL },
};

static const struct wire_bit leap_jump_bits[] = {
	{ 0x01, "nextJumpIsLeapSecond" },
	{ 0, NULL },
};

static const struct wire_field synchronization_metadata_fields[] = {
	WIRE_FIELD(U32, wire_synchronization_metadata, default_system_frame_rate_numerator,
		   "defaultSystemFrameRate.numerator"),
	WIRE_FIELD(U32, wire_synchronization_metadata, default_system_frame_rate_denominator,
		   "defaultSystemFrameRate.denominator"),
	WIRE_FIELD(U8, wire_synchronization_metadata, master_locking_status, "masterLockingStatus"),
	WIRE_FIELD_FLAGS8(wire_synchronization_metadata, time_address_flags, "timeAddressFlags",
			  time_address_bits),
	WIRE_FIELD(I32, wire_synchronization_metadata, current_local_offset, "currentLocalOffset"),
	WIRE_FIELD(I32, wire_synchronization_metadata, jump_seconds, "jumpSeconds"),
	WIRE_FIELD(U48, wire_synchronization_metadata, time_of_next_jump, "timeOfNextJump"),
	WIRE_FIELD(U48, wire_synchronization_metadata, time_of_next_jam, "timeOfNextJam"),
	WIRE_FIELD(U48, wire_synchronization_metadata, time_of_previous_jam, "timeOfPreviousJam"),
	WIRE_FIELD(I32, wire_synchronization_metadata, previous_jam_local_offset, "previousJamLocalOffset"),
	WIRE_FIELD_FLAGS8(wire_synchronization_metadata, daylight_saving, "daylightSaving", daylight_bits),
	WIRE_FIELD_FLAGS8(wire_synchronization_metadata, leap_second_jump, "leapSecondJump", leap_jump_bits),
};
TABLE(synchronization_metadata);

static const struct wire_field white_rabbit_fields[] = {
	WIRE_FIELD(U16, wire_white_rabbit, wr_message_id, "wrMessageID"),
	WIRE_FIELD(REST, wire_white_rabbit, data, "data"),
};
TABLE(white_rabbit);

/* ---- linuxptp's own ------------------------------------------------------------------------------------------ */

static const struct wire_field slave_delay_timing_record_fields[] = {
	WIRE_FIELD(U16, wire_slave_delay_timing_record, sequence_id, "sequenceId"),
	WIRE_FIELD(TIMESTAMP, wire_slave_delay_timing_record, delay_origin_timestamp, "delayOriginTimestamp"),
	WIRE_FIELD(INTERVAL, wire_slave_delay_timing_record, total_correction_field, "totalCorrectionField"),
	WIRE_FIELD(TIMESTAMP, wire_slave_delay_timing_record, delay_response_timestamp,
		   "delayResponseTimestamp"),
};
RECORD_TABLE(slave_delay_timing_record);

static const struct wire_field slave_delay_timing_data_fields[] = {
	WIRE_FIELD(PORT_IDENTITY, wire_slave_delay_timing_data, source_port_identity, "sourcePortIdentity"),
	WIRE_FIELD_RECORDS(wire_slave_delay_timing_data, records, "slaveDelayTimingRecords",
			   &wire_slave_delay_timing_record_table),
};
TABLE(slave_delay_timing_data);

static const struct wire_bit parent_bits[] = {
	{ 0x01, "parentStats" },
	{ 0, NULL },
};

static const struct wire_bit time_property_bits[] = {
	{ 0x01, "leap61" },
	{ 0x02, "leap59" },
	{ 0x04, "currentUtcOffsetValid" },
	{ 0x08, "ptpTimescale" },
	{ 0x10, "timeTraceable" },
	{ 0x20, "frequencyTraceable" },
	{ 0, NULL },
};

static const struct wire_field nsm_response_fields[] = {
	WIRE_FIELD(U8, wire_nsm_response, port_state, "portState"),
	WIRE_FIELD_RESERVED(wire_nsm_response, reserved),
	WIRE_FIELD(PORT_ADDRESS, wire_nsm_response, parent_address, "parentPortAddress"),
	WIRE_FIELD(PORT_IDENTITY, wire_nsm_response, parent_port_identity, "parentPortIdentity"),
	WIRE_FIELD_FLAGS8(wire_nsm_response, parent_stats, "parentStats", parent_bits),
	WIRE_FIELD_RESERVED(wire_nsm_response, reserved2),
	WIRE_FIELD(U16, wire_nsm_response, observed_parent_offset_scaled_log_variance,
		   "observedParentOffsetScaledLogVariance"),
	WIRE_FIELD(I32, wire_nsm_response, observed_parent_clock_phase_change_rate,
		   "observedParentClockPhaseChangeRate"),
	WIRE_FIELD(U8, wire_nsm_response, grandmaster_priority1, "grandmasterPriority1"),
	WIRE_FIELD(CLOCK_QUALITY, wire_nsm_response, grandmaster_clock_quality, "grandmasterClockQuality"),
	WIRE_FIELD(U8, wire_nsm_response, grandmaster_priority2, "grandmasterPriority2"),
	WIRE_FIELD(CLOCK_IDENTITY, wire_nsm_response, grandmaster_identity, "grandmasterIdentity"),
	WIRE_FIELD(U16, wire_nsm_response, steps_removed, "stepsRemoved"),
	WIRE_FIELD(INTERVAL, wire_nsm_response, offset_from_master, "offsetFromMaster"),
	WIRE_FIELD(INTERVAL, wire_nsm_response, mean_delay, "meanDelay"),
	WIRE_FIELD(I16, wire_nsm_response, current_utc_offset, "currentUtcOffset"),
	WIRE_FIELD_FLAGS8(wire_nsm_response, time_flags, "timePropertiesFlags", time_property_bits),
	WIRE_FIELD(U8, wire_nsm_response, time_source, "timeSource"),
	WIRE_FIELD(TIMESTAMP, wire_nsm_response, last_sync_ingress, "lastSyncIngressTimestamp"),
};
TABLE(nsm_response);

/* ---- Table 52 ------------------------------------------------------------------------------------------------ */

#define ANNOUNCE WIRE_CARRIED_IN(GN_ANNOUNCE)
#define SYNC WIRE_CARRIED_IN(GN_SYNC)
#define FOLLOW_UP WIRE_CARRIED_IN(GN_FOLLOW_UP)
#define DELAY_REQ WIRE_CARRIED_IN(GN_DELAY_REQ)
#define DELAY_RESP WIRE_CARRIED_IN(GN_DELAY_RESP)
#define SIGNALING WIRE_CARRIED_IN(GN_SIGNALING)
#define MANAGEMENT WIRE_CARRIED_IN(GN_MANAGEMENT)
#define ANY WIRE_CARRIED_IN_ANY
#define NOWHERE WIRE_CARRIED_NOWHERE

#define STANDARD(number, carried, propagated, table)                                                         \
	{                                                                                                    \
		.type = WIRE_TLV_##number, .name = #number, .carried_in = (carried),                         \
		.is_propagated = (propagated), .fields = &(table)                                            \
	}
#define LEGACY(number, text)                                                                                 \
	{                                                                                                    \
		.type = (number), .name = (text), .carried_in = NOWHERE, .fields = &octets_table             \
	}
#define ORGANIZATION(number, owner, sub, text, carried, table)                                               \
	{                                                                                                    \
		.type = WIRE_TLV_##number, .organization = WIRE_ORGANIZATION_##owner, .subtype = WIRE_##sub, \
		.name = (text), .carried_in = (carried), .fields = &(table)                                  \
	}

const struct wire_tlv_kind wire_tlv_kinds[] = {
	STANDARD(MANAGEMENT, MANAGEMENT, false, management_tlv_table),
	STANDARD(MANAGEMENT_ERROR_STATUS, MANAGEMENT, false, management_error_status_table),
	STANDARD(ORGANIZATION_EXTENSION, ANY, false, organization_extension_table),
	STANDARD(REQUEST_UNICAST_TRANSMISSION, SIGNALING, false, request_unicast_table),
	STANDARD(GRANT_UNICAST_TRANSMISSION, SIGNALING, false, grant_unicast_table),
	STANDARD(CANCEL_UNICAST_TRANSMISSION, SIGNALING, false, cancel_unicast_table),
	STANDARD(ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION, SIGNALING, false, cancel_unicast_table),
	STANDARD(PATH_TRACE, ANNOUNCE, true, path_trace_table),
	STANDARD(ALTERNATE_TIME_OFFSET_INDICATOR, ANNOUNCE, true, alternate_time_offset_indicator_table),
	LEGACY(0x2000, "AUTHENTICATION_2008"),
	LEGACY(0x2001, "AUTHENTICATION_CHALLENGE"),
	LEGACY(0x2002, "SECURITY_ASSOCIATION_UPDATE"),
	LEGACY(0x2003, "CUM_FREQ_SCALE_FACTOR_OFFSET"),
	STANDARD(NSM_REQUEST_NP, DELAY_REQ, false, octets_table),
	STANDARD(NSM_RESPONSE_NP, DELAY_RESP, false, nsm_response_table),
	STANDARD(ORGANIZATION_EXTENSION_PROPAGATE, ANY, true, organization_extension_table),
	STANDARD(ENHANCED_ACCURACY_METRICS, ANNOUNCE, true, enhanced_accuracy_metrics_table),
	STANDARD(SLAVE_DELAY_TIMING_DATA_NP, SIGNALING, true, slave_delay_timing_data_table),
	STANDARD(ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE, ANY, false, organization_extension_table),
	STANDARD(L1_SYNC, SIGNALING, false, l1_sync_table),
	STANDARD(PORT_COMMUNICATION_AVAILABILITY, ANNOUNCE | SIGNALING, false,
		 port_communication_availability_table),
	STANDARD(PROTOCOL_ADDRESS, ANNOUNCE | SIGNALING, false, protocol_address_table),
	STANDARD(SLAVE_RX_SYNC_TIMING_DATA, SIGNALING, false, slave_rx_sync_timing_data_table),
	STANDARD(SLAVE_RX_SYNC_COMPUTED_DATA, SIGNALING, false, slave_rx_sync_computed_data_table),
	STANDARD(SLAVE_TX_EVENT_TIMESTAMPS, SIGNALING, false, slave_tx_event_timestamps_table),
	STANDARD(CUMULATIVE_RATE_RATIO, SYNC | FOLLOW_UP, false, cumulative_rate_ratio_table),
	STANDARD(PAD, ANY, false, octets_table),
	STANDARD(AUTHENTICATION, ANY, false, authentication_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, IEEE_802_1, FOLLOW_UP_INFORMATION, "Follow_Up information",
		     SYNC | FOLLOW_UP, follow_up_information_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, IEEE_802_1, MESSAGE_INTERVAL_REQUEST, "message interval request",
		     SIGNALING, interval_request_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, IEEE_802_1, CSN, "CSN", FOLLOW_UP, csn_table),
	ORGANIZATION(ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE, IEEE_802_1, GPTP_CAPABLE, "gPTP-capable",
		     SIGNALING, gptp_capable_table),
	ORGANIZATION(ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE, IEEE_802_1, GPTP_CAPABLE_INTERVAL_REQUEST,
		     "gPTP-capable message interval request", SIGNALING, gptp_capable_interval_request_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, IEEE_802_1, DRIFT_TRACKING, "drift tracking", SYNC | FOLLOW_UP,
		     drift_tracking_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, ITU_T, INTERFACE_RATE, "interface rate", SIGNALING,
		     interface_rate_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, IEEE_C37_238, C37_238_2011, "IEEE_C37_238 2011", ANNOUNCE,
		     c37_238_2011_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, IEEE_C37_238, C37_238_2017, "IEEE_C37_238 2017", ANNOUNCE,
		     c37_238_2017_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, SMPTE, SYNCHRONIZATION_METADATA, "synchronization metadata",
		     MANAGEMENT, synchronization_metadata_table),
	ORGANIZATION(ORGANIZATION_EXTENSION, CERN, WHITE_RABBIT, "White Rabbit", ANNOUNCE | SIGNALING,
		     white_rabbit_table),
};
const size_t wire_tlv_kinds_count = sizeof(wire_tlv_kinds) / sizeof(wire_tlv_kinds[0]);

#define RANGE(from, to, text, propagated)                                                                    \
	{                                                                                                    \
		(from), (to),                                                                                \
		{                                                                                            \
			.type = (from), .name = (text), .is_propagated = (propagated),                       \
			.fields = &octets_table                                                              \
		}                                                                                            \
	}

const struct wire_tlv_range wire_tlv_ranges[] = {
	RANGE(0x0000, 0x1FFF, "reserved", false),
	RANGE(0x2000, 0x202F, "experimental", false),
	RANGE(0x2030, 0x3FFF, "reserved", false),
	RANGE(0x4000, 0x7EFF, "reserved, propagated", true),
	RANGE(0x7F00, 0x7FFF, "experimental, propagated", true),
	RANGE(0x8000, 0xFFFF, "reserved", false),
};
