/* tests/vectors/wire.h -- PTP messages, octet for octet, with the values that they mean.
 *
 * Each is built from the standard's tables, then read by others: the packet analyser tshark 4.0 (all that it
 * knows) and the management library libptpmgmt (Signaling, Management, the TLVs of Announce); the ICV of the first
 * AUTHENTICATION vector by the latter too, key 00 01 .. 1F, HMAC-SHA256-128. Common values: "master"
 * 001122fffe334455 port 1, "slave" aabbccfffeddeeff port 2, time 1700000037.123456789. `means` lists some of the
 * lines that tests/wire/values.h makes of the message. */
#ifndef TESTS_VECTORS_WIRE_H
#define TESTS_VECTORS_WIRE_H

struct wire_vector {
	const char *title;
	const char *hex;
	const char *means[24]; /* ended by NULL */
};

/* clang-format off */
static const struct wire_vector wire_vectors[] = {
	{ "Announce",
	  "0b1200400000003c000000000000000000000000001122fffe33445500011234"
	  "05010000000000000000000000250080f8feffff80001122fffe3344550000a0",
	  {
		"header.messageType 11",
		"header.sequenceId 4660",
		"header.logMessageInterval 1",
		"header.flagField 60",
		"header.flagField.currentUtcOffsetValid 1",
		"header.flagField.leap61 0",
		"header.controlField 5",
		"header.sourcePortIdentity.clockIdentity 001122fffe334455",
		"header.sourcePortIdentity.portNumber 1",
		"Announce.currentUtcOffset 37",
		"Announce.grandmasterPriority1 128",
		"Announce.grandmasterClockQuality.clockClass 248",
		"Announce.grandmasterClockQuality.clockAccuracy 254",
		"Announce.grandmasterClockQuality.offsetScaledLogVariance 65535",
		"Announce.grandmasterPriority2 128",
		"Announce.grandmasterIdentity 001122fffe334455",
		"Announce.stepsRemoved 0",
		"Announce.timeSource 160",
	  } },
	{ "Sync two-step",
	  "0012002c00000200000000000000000000000000001122fffe33445500010007"
	  "00fd00000000000000000000",
	  {
		"header.messageType 0",
		"header.flagField.twoStepFlag 1",
		"header.sequenceId 7",
		"header.logMessageInterval -3",
		"Sync.originTimestamp.seconds 0",
	  } },
	{ "Sync one-step",
	  "0012002c00000000000000000002800000000000001122fffe33445500010008"
	  "000000006553f125075bcd15",
	  {
		"header.flagField.twoStepFlag 0",
		"header.correctionField 163840",
		"header.sequenceId 8",
		"Sync.originTimestamp.seconds 1700000037",
		"Sync.originTimestamp.nanoseconds 123456789",
	  } },
	{ "Follow_Up",
	  "0812002c0000000000000000000a800000000000001122fffe33445500010007"
	  "02fd00006553f125075bcd15",
	  {
		"header.messageType 8",
		"header.correctionField 688128",
		"header.sequenceId 7",
		"header.controlField 2",
		"Follow_Up.preciseOriginTimestamp.seconds 1700000037",
		"Follow_Up.preciseOriginTimestamp.nanoseconds 123456789",
	  } },
	{ "Delay_Req",
	  "0112002c00000000000000000000000000000000aabbccfffeddeeff00020099"
	  "017f00000000000000000000",
	  {
		"header.messageType 1",
		"header.sequenceId 153",
		"header.sourcePortIdentity.clockIdentity aabbccfffeddeeff",
		"header.logMessageInterval 127",
	  } },
	{ "Delay_Resp",
	  "0912003600000000000000000001000000000000001122fffe33445500010099"
	  "030000006553f125075bcd15aabbccfffeddeeff0002",
	  {
		"header.messageType 9",
		"header.correctionField 65536",
		"header.logMessageInterval 0",
		"Delay_Resp.requestingPortIdentity.clockIdentity aabbccfffeddeeff",
		"Delay_Resp.requestingPortIdentity.portNumber 2",
		"Delay_Resp.receiveTimestamp.seconds 1700000037",
		"Delay_Resp.receiveTimestamp.nanoseconds 123456789",
	  } },
	{ "Pdelay_Req",
	  "0212003600000000000000000000000000000000aabbccfffeddeeff00020005"
	  "057f0000000000000000000000000000000000000000",
	  {
		"header.messageType 2",
		"header.messageLength 54",
		"header.sequenceId 5",
		"Pdelay_Req.originTimestamp.seconds 0",
	  } },
	{ "Pdelay_Resp two-step",
	  "0312003600000200000000000000000000000000001122fffe33445500010005"
	  "057f00006553f125075bcd15aabbccfffeddeeff0002",
	  {
		"header.messageType 3",
		"header.flagField.twoStepFlag 1",
		"Pdelay_Resp.requestingPortIdentity.portNumber 2",
		"Pdelay_Resp.requestReceiptTimestamp.seconds 1700000037",
		"Pdelay_Resp.requestReceiptTimestamp.nanoseconds 123456789",
	  } },
	{ "Pdelay_Resp_Follow_Up",
	  "0a12003600000000000000000000000000000000001122fffe33445500010005"
	  "057f00006553f125075bd0fdaabbccfffeddeeff0002",
	  {
		"header.messageType 10",
		"Pdelay_Resp_Follow_Up.responseOriginTimestamp.nanoseconds 123457789",
		"Pdelay_Resp_Follow_Up.requestingPortIdentity.clockIdentity aabbccfffeddeeff",
	  } },
	{ "Announce+PATH_TRACE+ATOI+C37.238-2017",
	  "0b1200820000003c000000000000000000000000001122fffe33445500010001"
	  "05000000000000000000000000250080f8feffff80001122fffe3344550000a0"
	  "00080010aabbccfffeddeeff001122fffe334455000900140100000e10fffff1"
	  "f000006608b5b50343455400000300121c129d000002000300000000000000fa"
	  "0000",
	  {
		"tlv0.PATH_TRACE.pathSequence.count 2",
		"tlv0.PATH_TRACE.pathSequence0.clockIdentity aabbccfffeddeeff",
		"tlv0.PATH_TRACE.pathSequence1.clockIdentity 001122fffe334455",
		"tlv1.ALTERNATE_TIME_OFFSET_INDICATOR.keyField 1",
		"tlv1.ALTERNATE_TIME_OFFSET_INDICATOR.currentOffset 3600",
		"tlv1.ALTERNATE_TIME_OFFSET_INDICATOR.jumpSeconds -3600",
		"tlv1.ALTERNATE_TIME_OFFSET_INDICATOR.timeOfNextJump 1711846837",
		"tlv1.ALTERNATE_TIME_OFFSET_INDICATOR.displayName CET",
		"tlv2.IEEE_C37_238 2017.grandmasterID 3",
		"tlv2.IEEE_C37_238 2017.totalTimeInaccuracy 250",
	  } },
	{ "Announce+C37.238-2011",
	  "0b1200560000003c000000000000000000000000001122fffe33445500010001"
	  "05000000000000000000000000250080f8feffff80001122fffe3344550000a0"
	  "000300121c129d000001000300000032000000c80000",
	  {
		"tlv0.IEEE_C37_238 2011.grandmasterID 3",
		"tlv0.IEEE_C37_238 2011.grandmasterTimeInaccuracy 50",
		"tlv0.IEEE_C37_238 2011.networkTimeInaccuracy 200",
	  } },
	{ "Announce+ENHANCED_ACCURACY_METRICS",
	  "0b1200980000003c000000000000000000000000001122fffe33445500010001"
	  "05000000000000000000000000250080f8feffff80001122fffe3344550000a0"
	  "400100540102000000000000006400003d06849b86a12b9c0000000000140000"
	  "3cbcd2b297d889bd00000000001e00003cd036847569cd7b0000000000280000"
	  "3cdcd2b297d889bd00000000003200003ce6849b86a12b9c",
	  {
		"tlv0.ENHANCED_ACCURACY_METRICS.bcHopCount 1",
		"tlv0.ENHANCED_ACCURACY_METRICS.tcHopCount 2",
		"tlv0.ENHANCED_ACCURACY_METRICS.maxGmInaccuracy 6553600",
		"tlv0.ENHANCED_ACCURACY_METRICS.maxTransientInaccuracy 1310720",
		"tlv0.ENHANCED_ACCURACY_METRICS.maxDynamicInaccuracy 1966080",
		"tlv0.ENHANCED_ACCURACY_METRICS.maxStaticInstanceInaccuracy 2621440",
		"tlv0.ENHANCED_ACCURACY_METRICS.maxStaticMediumInaccuracy 3276800",
	  } },
	{ "gPTP Follow_Up",
	  "1812004c00000008000000000000000000000000001122fffe33445500010007"
	  "00fd00006553f125075bcd150003001c0080c2000001ffffcfc7000100000000"
	  "000000000000000000000000",
	  {
		"header.majorSdoId 1",
		"header.flagField.ptpTimescale 1",
		"tlv0.Follow_Up information.cumulativeScaledRateOffset -12345",
		"tlv0.Follow_Up information.gmTimeBaseIndicator 1",
		"tlv0.Follow_Up information.lastGmPhaseChange.nanoseconds 0",
		"tlv0.Follow_Up information.scaledLastGmFreqChange 0",
	  } },
	{ "gPTP Signaling message interval request",
	  "1c12003c00000000000000000000000000000000001122fffe33445500010001"
	  "007fffffffffffffffffffff0003000c0080c200000280fd7e060000",
	  {
		"tlv0.message interval request.linkDelayInterval -128",
		"tlv0.message interval request.timeSyncInterval -3",
		"tlv0.message interval request.announceInterval 126",
		"tlv0.message interval request.flags 6",
		"tlv0.message interval request.flags.computeNeighborRateRatio 1",
		"tlv0.message interval request.flags.computeMeanLinkDelay 1",
	  } },
	{ "gPTP Signaling gPTP-capable",
	  "1c12003c00000000000000000000000000000000001122fffe33445500010001"
	  "007fffffffffffffffffffff8000000c0080c2000004000000000000",
	  {
		"tlv0.tlvType 32768",
		"tlv0.gPTP-capable.logGptpCapableMessageInterval 0",
	  } },
	{ "gPTP Signaling gPTP-capable interval request",
	  "1c12003a00000000000000000000000000000000001122fffe33445500010001"
	  "007fffffffffffffffffffff8000000a0080c200000502000000",
	  {
		"tlv0.gPTP-capable message interval request.logGptpCapableMessageInterval 2",
	  } },
	{ "Signaling REQUEST_UNICAST x3",
	  "0c12004a00000400000000000000000000000000aabbccfffeddeeff00020001"
	  "057fffffffffffffffffffff00040006b0010000012c0004000600fc0000012c"
	  "0004000690fc0000012c",
	  {
		"header.flagField.unicastFlag 1",
		"tlv0.REQUEST_UNICAST_TRANSMISSION.messageType 11",
		"tlv0.REQUEST_UNICAST_TRANSMISSION.logInterMessagePeriod 1",
		"tlv0.REQUEST_UNICAST_TRANSMISSION.durationField 300",
		"tlv1.REQUEST_UNICAST_TRANSMISSION.messageType 0",
		"tlv1.REQUEST_UNICAST_TRANSMISSION.logInterMessagePeriod -4",
		"tlv1.REQUEST_UNICAST_TRANSMISSION.durationField 300",
		"tlv2.REQUEST_UNICAST_TRANSMISSION.messageType 9",
		"tlv2.REQUEST_UNICAST_TRANSMISSION.logInterMessagePeriod -4",
		"tlv2.REQUEST_UNICAST_TRANSMISSION.durationField 300",
	  } },
	{ "Signaling GRANT_UNICAST",
	  "0c12003800000400000000000000000000000000001122fffe33445500010001"
	  "057faabbccfffeddeeff000200050008b0010000012c0001",
	  {
		"tlv0.GRANT_UNICAST_TRANSMISSION.messageType 11",
		"tlv0.GRANT_UNICAST_TRANSMISSION.logInterMessagePeriod 1",
		"tlv0.GRANT_UNICAST_TRANSMISSION.durationField 300",
		"tlv0.GRANT_UNICAST_TRANSMISSION.flags.renewalInvited 1",
	  } },
	{ "Signaling CANCEL_UNICAST",
	  "0c12003200000400000000000000000000000000001122fffe33445500010001"
	  "057faabbccfffeddeeff0002000600020200",
	  {
		"tlv0.CANCEL_UNICAST_TRANSMISSION.messageType 0",
		"tlv0.CANCEL_UNICAST_TRANSMISSION.flags.maintainRequest 0",
		"tlv0.CANCEL_UNICAST_TRANSMISSION.flags.maintainGrant 1",
	  } },
	{ "Signaling ACK_CANCEL_UNICAST",
	  "0c12003200000400000000000000000000000000aabbccfffeddeeff00020001"
	  "057f001122fffe3344550001000700020000",
	  {
		"tlv0.ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION.messageType 0",
		"tlv0.ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION.flags 0",
	  } },
	{ "Signaling GRANT+interface rate",
	  "0c12004e00000400000000000000000000000000001122fffe33445500010001"
	  "057faabbccfffeddeeff000200050008b0010000012c0001000300120019a700"
	  "0002000000003b9aca00004002d0",
	  {
		"tlv1.interface rate.interfaceBitPeriod 1000000000",
		"tlv1.interface rate.numberBitsBeforeTimestamp 64",
		"tlv1.interface rate.numberBitsAfterTimestamp 720",
	  } },
	{ "Signaling L1_SYNC basic",
	  "0c12003200000000000000000000000000000000001122fffe33445500010001"
	  "057fffffffffffffffffffff800100020707",
	  {
		"tlv0.L1_SYNC.configuration 7",
		"tlv0.L1_SYNC.state 7",
		"tlv0.L1_SYNC.configuration.optParamsEnabled 0",
	  } },
	{ "Signaling L1_SYNC extended",
	  "0c12005800000000000000000000000000000000001122fffe33445500010001"
	  "057fffffffffffffffffffff800100280f0707000000000005000000006553f1"
	  "2500000001000000000003000000006553f1250000000200",
	  {
		"tlv0.L1_SYNC.configuration.optParamsEnabled 1",
		"tlv0.L1_SYNC.state 7",
		"tlv0.L1_SYNC.parameters 7",
		"tlv0.L1_SYNC.phaseOffsetTx 327680",
		"tlv0.L1_SYNC.phaseOffsetTxTimestamp.seconds 1700000037",
		"tlv0.L1_SYNC.frequencyOffsetTx 196608",
		"tlv0.L1_SYNC.frequencyOffsetTxTimestamp.nanoseconds 2",
	  } },
	{ "Signaling PORT_COMMUNICATION_AVAILABILITY",
	  "0c12003200000000000000000000000000000000001122fffe33445500010001"
	  "057fffffffffffffffffffff800200020103",
	  {
		"tlv0.PORT_COMMUNICATION_AVAILABILITY.syncMessageAvailability 1",
		"tlv0.PORT_COMMUNICATION_AVAILABILITY.delayRespMessageAvailability 3",
	  } },
	{ "Signaling PROTOCOL_ADDRESS",
	  "0c12003800000000000000000000000000000000001122fffe33445500010001"
	  "057fffffffffffffffffffff8003000800010004c0000201",
	  {
		"tlv0.PROTOCOL_ADDRESS.protocolAddress.networkProtocol 1",
		"tlv0.PROTOCOL_ADDRESS.protocolAddress.addressField c0000201",
	  } },
	{ "Signaling SLAVE_RX_SYNC_TIMING_DATA",
	  "0c12007e00000000000000000000000000000000aabbccfffeddeeff00020001"
	  "057fffffffffffffffffffff8004004e001122fffe3344550001000700006553"
	  "f125075bcd150000000000050000000003e800006553f125075bcf0900070000"
	  "6553f125075bcd150000000000050000000003e800006553f125075bcf09",
	  {
		"tlv0.SLAVE_RX_SYNC_TIMING_DATA.syncSourcePortIdentity.portNumber 1",
		"tlv0.SLAVE_RX_SYNC_TIMING_DATA.slaveRxSyncTimingRecords.count 2",
		"tlv0.SLAVE_RX_SYNC_TIMING_DATA.slaveRxSyncTimingRecords0.sequenceId 7",
		"tlv0.SLAVE_RX_SYNC_TIMING_DATA.slaveRxSyncTimingRecords1.totalCorrectionField 327680",
		"tlv0.SLAVE_RX_SYNC_TIMING_DATA.slaveRxSyncTimingRecords1.scaledCumulativeRateOffset 1000",
		"tlv0.SLAVE_RX_SYNC_TIMING_DATA.slaveRxSyncTimingRecords1.syncEventIngressTimestamp.nanoseconds 123457289",
	  } },
	{ "Signaling SLAVE_RX_SYNC_COMPUTED_DATA",
	  "0c12005200000000000000000000000000000000aabbccfffeddeeff00020001"
	  "057fffffffffffffffffffff80050022001122fffe334455000107000007ffff"
	  "ffffff9c00000000000001f40000fffffff9",
	  {
		"tlv0.SLAVE_RX_SYNC_COMPUTED_DATA.computedFlags 7",
		"tlv0.SLAVE_RX_SYNC_COMPUTED_DATA.slaveRxSyncComputedRecords.count 1",
		"tlv0.SLAVE_RX_SYNC_COMPUTED_DATA.slaveRxSyncComputedRecords0.offsetFromMaster -6553600",
		"tlv0.SLAVE_RX_SYNC_COMPUTED_DATA.slaveRxSyncComputedRecords0.meanPathDelay 32768000",
		"tlv0.SLAVE_RX_SYNC_COMPUTED_DATA.slaveRxSyncComputedRecords0.scaledNeighborRateRatio -7",
	  } },
	{ "Signaling SLAVE_TX_EVENT_TIMESTAMPS",
	  "0c12004800000000000000000000000000000000aabbccfffeddeeff00020001"
	  "057fffffffffffffffffffff80060018aabbccfffeddeeff0002010000090000"
	  "6553f125075bcd15",
	  {
		"tlv0.SLAVE_TX_EVENT_TIMESTAMPS.sourcePortIdentity.clockIdentity aabbccfffeddeeff",
		"tlv0.SLAVE_TX_EVENT_TIMESTAMPS.eventMessageType 1",
		"tlv0.SLAVE_TX_EVENT_TIMESTAMPS.slaveTxEventTimestampsRecords0.sequenceId 9",
		"tlv0.SLAVE_TX_EVENT_TIMESTAMPS.slaveTxEventTimestampsRecords0.eventEgressTimestamp.nanoseconds 123456789",
	  } },
	{ "Signaling CUMULATIVE_RATE_RATIO",
	  "0c12003400000000000000000000000000000000001122fffe33445500010001"
	  "057fffffffffffffffffffff8007000400218def",
	  {
		"tlv0.CUMULATIVE_RATE_RATIO.scaledCumulativeRateRatio 2199023",
	  } },
	{ "Signaling PAD",
	  "0c12003600000000000000000000000000000000001122fffe33445500010001"
	  "057fffffffffffffffffffff80080006000000000000",
	  {
		"tlv0.PAD.valueField 000000000000",
	  } },
	{ "Management GET NULL",
	  "0d12003600000000000000000000000000000000aabbccfffeddeeff00020003"
	  "047fffffffffffffffffffff01010000000100020000",
	  {
		"Management.actionField 0",
		"tlv0.MANAGEMENT.managementId 0",
		"Management.targetPortIdentity.clockIdentity ffffffffffffffff",
		"Management.targetPortIdentity.portNumber 65535",
		"Management.boundaryHops 1",
		"tlv0.lengthField 2",
	  } },
	{ "Management RESPONSE CLOCK_DESCRIPTION",
	  "0d12007a00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010046000180000a49454545203830"
	  "322e33000600112233445500030006001122334455001122000b41636d653b4d"
	  "313b534e3105313b323b33086465763b7261636b001b19010100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 1",
	  } },
	{ "Management RESPONSE USER_DESCRIPTION",
	  "0d12004000000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000c0002086465763b7261636b00",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 2",
	  } },
	{ "Management COMMAND INITIALIZE",
	  "0d12003800000000000000000000000000000000aabbccfffeddeeff00020003"
	  "047fffffffffffffffffffff010103000001000400050000",
	  {
		"Management.actionField 3",
		"tlv0.MANAGEMENT.managementId 5",
	  } },
	{ "Management RESPONSE FAULT_LOG",
	  "0d12005200000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001001e00060001001900006553f125"
	  "0000000503046c696e6b013004646f776e00",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 6",
	  } },
	{ "Management RESPONSE DEFAULT_DATA_SET",
	  "0d12004a00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001001620000100000280f8feffff7f"
	  "001122fffe3344550500",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8192",
	  } },
	{ "Management RESPONSE CURRENT_DATA_SET",
	  "0d12004800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001001420010001ffffffffff9c0000"
	  "0000000001f40000",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8193",
	  } },
	{ "Management RESPONSE PARENT_DATA_SET",
	  "0d12005600000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff000201010200000100222002aabbccfffeddeeff0002"
	  "0000ffff7fffffff0a06214e5d14aabbccfffeddeeff",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8194",
	  } },
	{ "Management RESPONSE TIME_PROPERTIES_DATA_SET",
	  "0d12003a00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010006200300253c20",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8195",
	  } },
	{ "Management RESPONSE PORT_DATA_SET",
	  "0d12005000000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001001c2004001122fffe3344550001"
	  "09000000000001f400000103fd010012",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8196",
	  } },
	{ "Management RESPONSE PRIORITY1",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420058000",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8197",
	  } },
	{ "Management RESPONSE SLAVE_ONLY",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420080100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8200",
	  } },
	{ "Management RESPONSE VERSION_NUMBER",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010004200c1200",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8204",
	  } },
	{ "Management COMMAND ENABLE_PORT",
	  "0d12003600000000000000000000000000000000aabbccfffeddeeff00020003"
	  "047fffffffffffffffffffff0101030000010002200d",
	  {
		"Management.actionField 3",
		"tlv0.MANAGEMENT.managementId 8205",
	  } },
	{ "Management RESPONSE TIME",
	  "0d12004000000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000c200f00006553f125075bcd15",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8207",
	  } },
	{ "Management RESPONSE CLOCK_ACCURACY",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420102100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8208",
	  } },
	{ "Management RESPONSE UTC_PROPERTIES",
	  "0d12003a00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010006201100250400",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8209",
	  } },
	{ "Management RESPONSE TRACEABILITY_PROPERTIES",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420123000",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8210",
	  } },
	{ "Management RESPONSE TIMESCALE_PROPERTIES",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420130820",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8211",
	  } },
	{ "Management RESPONSE UNICAST_NEGOTIATION_ENABLE",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420140100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8212",
	  } },
	{ "Management RESPONSE PATH_TRACE_LIST",
	  "0d12004600000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff000201010200000100122015aabbccfffeddeeff0011"
	  "22fffe334455",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8213",
	  } },
	{ "Management RESPONSE PATH_TRACE_ENABLE",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420160100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8214",
	  } },
	{ "Management RESPONSE GRANDMASTER_CLUSTER_TABLE",
	  "0d12004800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff000201010200000100142017010200010004c0000201"
	  "00010004c0000202",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8215",
	  } },
	{ "Management RESPONSE UNICAST_MASTER_TABLE",
	  "0d12004a00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010016201801000200010004c00002"
	  "0100010004c000020200",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8216",
	  } },
	{ "Management RESPONSE UNICAST_MASTER_MAX_TABLE_SIZE",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420190010",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8217",
	  } },
	{ "Management RESPONSE ACCEPTABLE_MASTER_TABLE",
	  "0d12004400000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010010201a0001aabbccfffeddeeff"
	  "00028000",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8218",
	  } },
	{ "Management RESPONSE ACCEPTABLE_MASTER_TABLE_ENABLED",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010004201b0100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8219",
	  } },
	{ "Management RESPONSE ACCEPTABLE_MASTER_MAX_TABLE_SIZE",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010004201c0008",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8220",
	  } },
	{ "Management RESPONSE ALTERNATE_MASTER",
	  "0d12003a00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010006201d01ff0400",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8221",
	  } },
	{ "Management RESPONSE ALTERNATE_TIME_OFFSET_ENABLE",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010004201e0101",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8222",
	  } },
	{ "Management RESPONSE ALTERNATE_TIME_OFFSET_NAME",
	  "0d12003c00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010008201f010343455400",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8223",
	  } },
	{ "Management RESPONSE ALTERNATE_TIME_OFFSET_MAX_KEY",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000420200400",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8224",
	  } },
	{ "Management RESPONSE ALTERNATE_TIME_OFFSET_PROPERTIES",
	  "0d12004600000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001001220210100000e10fffff1f000"
	  "006608b5b500",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 8225",
	  } },
	{ "Management RESPONSE EXTERNAL_PORT_CONFIGURATION_ENABLED",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000430000100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 12288",
	  } },
	{ "Management RESPONSE MASTER_ONLY",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000430010100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 12289",
	  } },
	{ "Management RESPONSE HOLDOVER_UPGRADE_ENABLE",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000430020100",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 12290",
	  } },
	{ "Management RESPONSE EXT_PORT_CONFIG_PORT_DATA_SET",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000430030106",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 12291",
	  } },
	{ "Management RESPONSE TRANSPARENT_CLOCK_DEFAULT_DATA_SET",
	  "0d12004200000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000e4000001122fffe3344550004"
	  "0200",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 16384",
	  } },
	{ "Management RESPONSE TRANSPARENT_CLOCK_PORT_DATA_SET",
	  "0d12004a00000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff000201010200000100164001001122fffe3344550001"
	  "00000000000001f40000",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 16385",
	  } },
	{ "Management RESPONSE PRIMARY_DOMAIN",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000440020500",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 16386",
	  } },
	{ "Management RESPONSE DELAY_MECHANISM",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002010102000001000460000200",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 24576",
	  } },
	{ "Management RESPONSE LOG_MIN_PDELAY_REQ_INTERVAL",
	  "0d12003800000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff000201010200000100046001ff00",
	  {
		"Management.actionField 2",
		"tlv0.MANAGEMENT.managementId 24577",
	  } },
	{ "Management error NOT_SUPPORTED",
	  "0d12004000000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff0002000002000002000c0006201800000000026e6f00",
	  {
		"Management.boundaryHops 0",
		"tlv0.MANAGEMENT_ERROR_STATUS.managementErrorId 6",
		"tlv0.MANAGEMENT_ERROR_STATUS.managementId 8216",
		"tlv0.MANAGEMENT_ERROR_STATUS.displayData no",
	  } },
	{ "Management SMPTE SM TLV",
	  "0d1200647f000000000000000000000000000000001122fffe33445500010001"
	  "047fffffffffffffffffffff01010300000300306897e8000001000075300000"
	  "03e90401ffffb9b00000000000000000000000006554181000006552c690ffff"
	  "b9b00000",
	  {
		"header.domainNumber 127",
		"Management.actionField 3",
		"tlv0.synchronization metadata.defaultSystemFrameRate.numerator 30000",
		"tlv0.synchronization metadata.defaultSystemFrameRate.denominator 1001",
		"tlv0.synchronization metadata.masterLockingStatus 4",
		"tlv0.synchronization metadata.timeAddressFlags.dropFrame 1",
		"tlv0.synchronization metadata.currentLocalOffset -18000",
		"tlv0.synchronization metadata.timeOfNextJam 1700010000",
		"tlv0.synchronization metadata.timeOfPreviousJam 1699923600",
		"tlv0.synchronization metadata.previousJamLocalOffset -18000",
	  } },
	{ "AUTHENTICATION on Management",
	  "0d12005200000000000000000000000000000000001122fffe33445500010003"
	  "047faabbccfffeddeeff00020101020000010004200580008009001601000000"
	  "00019f146b8df890db23bb1a42d88b21c8b2",
	  {
		"tlv0.MANAGEMENT.managementId 8197",
		"tlv1.AUTHENTICATION.SPP 1",
		"tlv1.AUTHENTICATION.secParamIndicator 0",
		"tlv1.AUTHENTICATION.keyID 1",
		"tlv1.AUTHENTICATION.ICV 9f146b8df890db23bb1a42d88b21c8b2",
	  } },
	{ "AUTHENTICATION on Sync",
	  "0012004600000200000000000000000000000000001122fffe33445500010007"
	  "00fd0000000000000000000080090016010000000001fce279d82adf2badff03"
	  "cb168aa9af3b",
	  {
		"header.messageLength 70",
		"tlv0.AUTHENTICATION.SPP 1",
		"tlv0.AUTHENTICATION.secParamIndicator 0",
		"tlv0.AUTHENTICATION.keyID 1",
		"tlv0.AUTHENTICATION.ICV fce279d82adf2badff03cb168aa9af3b",
	  } },
};
/* clang-format on */
#define WIRE_VECTORS (sizeof(wire_vectors) / sizeof(wire_vectors[0]))

#endif
