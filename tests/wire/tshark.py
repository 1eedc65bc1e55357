#!/usr/bin/env python3
"""What Gnomon encodes, another implementation reads: tshark.py FRAMES-PROGRAM [SEED]

The program (frames.c) writes a capture with random messages of every type and TLVs of every kind, and for each what
it encoded. tshark dissects the capture; no frame may be malformed or carry an expert warning, and every value must be
the same, field by field. A value that is neither mapped to a field of tshark's nor listed as unknown to it is a
failure too, so a new TLV cannot be forgotten here.

What tshark 4.0 does not know, and which is therefore only walked over (its type and length are compared where tshark
shows TLVs at all: in Announce, Signaling, Management, gPTP's Follow_Up and one-step Sync):

  ENHANCED_ACCURACY_METRICS, L1_SYNC .. AUTHENTICATION (0x8001..0x8009)   new in IEEE 1588-2019
  AUTHENTICATION_2008 .. CUM_FREQ_SCALE_FACTOR_OFFSET (0x2000..0x2003)    experimental of IEEE 1588-2008
  ORGANIZATION_EXTENSION_PROPAGATE, _DO_NOT_PROPAGATE (but for gPTP's)    new in IEEE 1588-2019
  SLAVE_DELAY_TIMING_DATA_NP, NSM_REQUEST_NP, NSM_RESPONSE_NP             one stack's own
  CSN, drift tracking                        read as Follow_Up information, whatever their organizationSubType says
  White Rabbit in Signaling                  known by some of its message numbers alone
  any TLV of the other message types         not looked at
  displayData of a single character          looked for only where the lengthField is above 10

Exit status 0: the same; 1: not; 77: tshark is not installed.
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

# A place is a field's name, or several joined by +, or with [a:b] some hexadecimal digits of it. Prefix "x " for
# octets, "t " for text, none for a number.
HEADER = {
    "majorSdoId": "ptp.v2.majorsdoid",
    "messageType": "ptp.v2.messagetype",
    "minorVersionPTP": "ptp.v2.minorversionptp",
    "versionPTP": "ptp.v2.versionptp",
    "messageLength": "ptp.v2.messagelength",
    "domainNumber": "ptp.v2.domainnumber",
    "minorSdoId": "ptp.v2.minorsdoid",
    "flagField": "ptp.v2.flags",
    "flagField.alternateMasterFlag": "ptp.v2.flags.alternatemaster",
    "flagField.twoStepFlag": "ptp.v2.flags.twostep",
    "flagField.unicastFlag": "ptp.v2.flags.unicast",
    "flagField.profileSpecific1": "ptp.v2.flags.specific1",
    "flagField.profileSpecific2": "ptp.v2.flags.specific2",
    "flagField.leap61": "ptp.v2.flags.li61",
    "flagField.leap59": "ptp.v2.flags.li59",
    "flagField.currentUtcOffsetValid": "ptp.v2.flags.utcreasonable",
    "flagField.ptpTimescale": "ptp.v2.flags.timescale",
    "flagField.timeTraceable": "ptp.v2.flags.timetraceable",
    "flagField.frequencyTraceable": "ptp.v2.flags.frequencytraceable",
    "flagField.synchronizationUncertain": "ptp.v2.flags.synchronizationUncertain",
    "correctionField": "ptp.v2.correction.ns+ptp.v2.correction.subns",
    "messageTypeSpecific": "ptp.v2.messagetypespecific",
    "sourcePortIdentity.clockIdentity": "x ptp.v2.clockidentity",
    "sourcePortIdentity.portNumber": "ptp.v2.sourceportid",
    "sequenceId": "ptp.v2.sequenceid",
    "controlField": "ptp.v2.controlfield",
    "logMessageInterval": "ptp.v2.logmessageperiod",
}


def timestamp(name, field):
    return {f"{name}.seconds": f"{field}.seconds", f"{name}.nanoseconds": f"{field}.nanoseconds"}


def port_identity(name, identity, number):
    return {f"{name}.clockIdentity": f"x {identity}", f"{name}.portNumber": number}


BODY = {
    "Sync": timestamp("originTimestamp", "ptp.v2.sdr.origintimestamp"),
    "Delay_Req": timestamp("originTimestamp", "ptp.v2.sdr.origintimestamp"),
    "Pdelay_Req": timestamp("originTimestamp", "ptp.v2.pdrq.origintimestamp"),
    "Pdelay_Resp": timestamp("requestReceiptTimestamp", "ptp.v2.pdrs.requestreceipttimestamp")
    | port_identity("requestingPortIdentity", "ptp.v2.pdrs.requestingportidentity",
                    "ptp.v2.pdrs.requestingsourceportid"),
    "Follow_Up": timestamp("preciseOriginTimestamp", "ptp.v2.fu.preciseorigintimestamp"),
    "Delay_Resp": timestamp("receiveTimestamp", "ptp.v2.dr.receivetimestamp")
    | port_identity("requestingPortIdentity", "ptp.v2.dr.requestingsourceportidentity",
                    "ptp.v2.dr.requestingsourceportid"),
    "Pdelay_Resp_Follow_Up": timestamp("responseOriginTimestamp", "ptp.v2.pdfu.responseorigintimestamp")
    | port_identity("requestingPortIdentity", "ptp.v2.pdfu.requestingportidentity",
                    "ptp.v2.pdfu.requestingsourceportid"),
    "Announce": timestamp("originTimestamp", "ptp.v2.an.origintimestamp") | {
        "currentUtcOffset": "ptp.v2.an.origincurrentutcoffset",
        "grandmasterPriority1": "ptp.v2.an.priority1",
        "grandmasterClockQuality.clockClass": "ptp.v2.an.grandmasterclockclass",
        "grandmasterClockQuality.clockAccuracy": "ptp.v2.an.grandmasterclockaccuracy",
        "grandmasterClockQuality.offsetScaledLogVariance": "ptp.v2.an.grandmasterclockvariance",
        "grandmasterPriority2": "ptp.v2.an.priority2",
        "grandmasterIdentity": "x ptp.v2.an.grandmasterclockidentity",
        "stepsRemoved": "ptp.v2.an.localstepsremoved",
        "timeSource": "ptp.v2.timesource",
    },
    "Signaling": port_identity("targetPortIdentity", "ptp.v2.sig.targetportidentity", "ptp.v2.sig.targetportid"),
    "Management": port_identity("targetPortIdentity", "ptp.v2.mm.targetportidentity", "ptp.v2.mm.targetportid") | {
        "startingBoundaryHops": "ptp.v2.mm.startingboundaryhops",
        "boundaryHops": "ptp.v2.mm.boundaryhops",
        "actionField": "ptp.v2.mm.action",  # its low nibble
    },
}
# Where a TLV's type and length are, by message and whether it is gPTP's.
ENVELOPE = {
    ("Announce", False): "ptp.v2.an.",
    ("Signaling", False): "ptp.v2.sig.tlv.",
    ("Management", False): "ptp.v2.mm.",
    ("Signaling", True): "ptp.as.sig.",
    ("Follow_Up", True): "ptp.as.fu.",
    ("Sync", True): "ptp.as.fu.",
}

UNICAST = {
    "messageType": "ptp.v2.sig.tlv.messageType",
    "logInterMessagePeriod": "ptp.v2.sig.tlv.logInterMessagePeriod",
    "durationField": "ptp.v2.sig.tlv.durationField",
}
CANCEL = {
    "messageType": "ptp.v2.sig.tlv.messageType",
    "flags": None,  # new in IEEE 1588-2019
    "flags.maintainRequest": None,
    "flags.maintainGrant": None,
}
INFORMATION = {
    "cumulativeScaledRateOffset": "ptp.as.fu.cumulativeScaledRateOffset",
    "gmTimeBaseIndicator": "ptp.as.fu.gmTimeBaseIndicator",
    "lastGmPhaseChange.high": "ptp.as.fu.lastGmPhaseChange[0:4]",
    "lastGmPhaseChange.nanoseconds": "ptp.as.fu.lastGmPhaseChange[4:20]",
    "lastGmPhaseChange.fraction": "ptp.as.fu.lastGmPhaseChange[20:24]",
    "scaledLastGmFreqChange": "ptp.as.fu.scaledLastGmFreqChange",
}
SMPTE = "ptp.v2.oe.smpte."
TLVS = {
    ("MANAGEMENT", "Management"): {"managementId": "ptp.v2.mm.managementId", "dataField": None},
    ("MANAGEMENT_ERROR_STATUS", "Management"): {
        "managementErrorId": "ptp.v2.mm.managementErrorId",
        "managementId": "ptp.v2.mm.managementId",
        "displayData": "t ptp.v2.mm.displayData",
    },
    ("ORGANIZATION_EXTENSION", "Announce"): {
        "organizationId": "ptp.v2.an.oe.organizationId",
        "organizationSubType": "ptp.v2.an.oe.organizationSubType",
        "dataField": "x ptp.v2.an.oe.dataField",
    },
    ("ORGANIZATION_EXTENSION", "Signaling"): {
        "organizationId": "ptp.v2.an.oe.organizationId",
        "organizationSubType": "ptp.v2.an.oe.organizationSubType",
        "dataField": None,
    },
    ("ORGANIZATION_EXTENSION", "Management"): {
        "organizationId": "ptp.v2.an.oe.organizationId",
        "organizationSubType": None,
        "dataField": None,
    },
    ("REQUEST_UNICAST_TRANSMISSION", "Signaling"): UNICAST,
    ("GRANT_UNICAST_TRANSMISSION", "Signaling"): UNICAST | {
        "flags": None,
        "flags.renewalInvited": "ptp.v2.sig.tlv.renewalInvited",
    },
    ("CANCEL_UNICAST_TRANSMISSION", "Signaling"): CANCEL,
    ("ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION", "Signaling"): CANCEL,
    ("PATH_TRACE", "Announce"): {
        "pathSequence.clockIdentity": "x ptp.v2.an.pathsequence",
        "pathSequence.count": None,
    },
    ("ALTERNATE_TIME_OFFSET_INDICATOR", "Announce"): {
        "keyField": "ptp.v2.an.atoi.keyField",
        "currentOffset": "ptp.v2.an.atoi.currentOffset",
        "jumpSeconds": "ptp.v2.an.atoi.jumpSeconds",
        "timeOfNextJump": "ptp.v2.an.atoi.timeOfNextJump",
        "displayName": "t ptp.v2.an.atoi.displayName",
    },
    ("Follow_Up information", "Follow_Up"): INFORMATION,
    ("Follow_Up information", "Sync"): INFORMATION,
    ("message interval request", "Signaling"): {
        "linkDelayInterval": "ptp.as.sig.tlv.linkdelayinterval",
        "timeSyncInterval": "ptp.as.sig.tlv.timesyncinterval",
        "announceInterval": "ptp.as.sig.tlv.announceinterval",
        "flags": "ptp.as.sig.tlv.flags",
        "flags.computeNeighborRateRatio": "ptp.as.sig.tlv.flags.rateratio",
        "flags.computeMeanLinkDelay": "ptp.as.sig.tlv.flags.meanlinkdelay",
        "flags.oneStepReceiveCapable": "ptp.as.sig.tlv.flags.stepreceivecapable",
    },
    ("gPTP-capable", "Signaling"): {
        "logGptpCapableMessageInterval": "ptp.as.sig.tlv.gptpcapablemessageinterval",
        "flags": None,
    },
    ("gPTP-capable message interval request", "Signaling"): {
        "logGptpCapableMessageInterval": "ptp.as.sig.tlv.gptpcapablemessageinterval",
    },
    ("interface rate", "Signaling"): {
        "interfaceBitPeriod": "ptp.as.sig.tlv.interfaceBitPeriod",
        "numberBitsBeforeTimestamp": "ptp.as.sig.tlv.numberBitsBeforeTimestamp",
        "numberBitsAfterTimestamp": "ptp.as.sig.tlv.numberBitsAfterTimestamp",
    },
    ("IEEE_C37_238 2011", "Announce"): {
        "grandmasterID": "ptp.v2.an.oe.grandmasterID",
        "grandmasterTimeInaccuracy": "ptp.v2.an.oe.grandmasterTimeInaccuracy",
        "networkTimeInaccuracy": "ptp.v2.an.oe.networkTimeInaccuracy",
    },
    ("IEEE_C37_238 2017", "Announce"): {
        "grandmasterID": "ptp.v2.an.oe.grandmasterID",
        "totalTimeInaccuracy": "ptp.v2.an.oe.totalTimeInaccuracy",
    },
    ("synchronization metadata", "Management"): {
        "defaultSystemFrameRate.numerator": SMPTE + "defaultsystemframerate.numerator",
        "defaultSystemFrameRate.denominator": SMPTE + "defaultsystemframerate.denominator",
        "masterLockingStatus": SMPTE + "masterlockingstatus",
        "timeAddressFlags": SMPTE + "timeaddressflags",
        "timeAddressFlags.dropFrame": SMPTE + "timeaddressflags.drop",
        "timeAddressFlags.colorFrame": SMPTE + "timeaddressflags.color",
        "currentLocalOffset": SMPTE + "currentlocaloffset",
        "jumpSeconds": SMPTE + "jumpseconds",
        "timeOfNextJump": SMPTE + "timeofnextjump",
        "timeOfNextJam": SMPTE + "timeofnextjam",
        "timeOfPreviousJam": SMPTE + "timeofpreviousjam",
        "previousJamLocalOffset": SMPTE + "previousjamlocaloffset",
        "daylightSaving": SMPTE + "daylightsaving",
        "daylightSaving.currentDaylightSaving": SMPTE + "daylightsaving.current",
        "daylightSaving.daylightSavingAtNextDiscontinuity": SMPTE + "daylightsaving.next",
        "daylightSaving.daylightSavingAtPreviousJam": SMPTE + "daylightsaving.previous",
        "leapSecondJump": SMPTE + "leapsecondjump",
        "leapSecondJump.nextJumpIsLeapSecond": SMPTE + "leapsecondjump.change",
    },
    ("White Rabbit", "Announce"): {
        "wrMessageID": "ptp.v2.an.oe.cern.wr.wrMessageID",
        "data": "x ptp.v2.an.oe.cern.wr.wrFlags",
    },
}
WALKED_OVER = {
    "ENHANCED_ACCURACY_METRICS", "L1_SYNC", "PORT_COMMUNICATION_AVAILABILITY", "PROTOCOL_ADDRESS",
    "SLAVE_RX_SYNC_TIMING_DATA", "SLAVE_RX_SYNC_COMPUTED_DATA", "SLAVE_TX_EVENT_TIMESTAMPS",
    "CUMULATIVE_RATE_RATIO", "PAD", "AUTHENTICATION", "AUTHENTICATION_2008", "AUTHENTICATION_CHALLENGE",
    "SECURITY_ASSOCIATION_UPDATE", "CUM_FREQ_SCALE_FACTOR_OFFSET", "ORGANIZATION_EXTENSION",
    "ORGANIZATION_EXTENSION_PROPAGATE", "ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE", "SLAVE_DELAY_TIMING_DATA_NP",
    "NSM_REQUEST_NP", "NSM_RESPONSE_NP", "CSN", "drift tracking", "White Rabbit",
}


def read_value(seen, place, index):
    """The hexadecimal digits at this place of a dissected frame; None if tshark shows no such field."""
    digits = ""
    for part in place.split("+"):
        name, begin, end = re.fullmatch(r"([^\[]+)(?:\[(\d+):(\d+)\])?", part).groups()
        if index >= len(seen[name]):
            return None
        value = seen[name][index]
        digits += value[int(begin):int(end)] if begin else value
    return digits


def same(ours, theirs, kind):
    if theirs is None:
        return kind == "t" and ours == ""
    if kind == "t":
        return ours.encode().hex() == theirs
    if kind == "x":
        return ours == theirs
    return theirs != "" and int(ours) % 16 ** len(theirs) == int(theirs, 16)


def place_of(path, message, is_gptp, names):
    """Where tshark shows this path (None: nowhere), and the index of a record. KeyError: nobody said."""
    head, rest = path.split(".", 1)
    if head == "header":
        return HEADER[rest], 0
    if head == message:
        return BODY[message][rest], 0
    if rest in ("tlvType", "lengthField"):
        envelope = ENVELOPE.get((message, is_gptp))
        return (envelope + rest if envelope else None), 0
    kind, rest = rest.split(".", 1)
    names[kind, message] += 1
    if (kind, message) not in TLVS and kind in WALKED_OVER:
        return None, 0
    record = re.fullmatch(r"(\D+)(\d+)(\..+)", rest)
    if record:
        return TLVS[kind, message][record[1] + record[3]], int(record[2])
    return TLVS[kind, message][rest], 0


def check_frame(number, packet, values, names):
    """Complaints about one frame, and how many of its values were compared."""
    seen = collections.defaultdict(list)
    complaints = []
    for field in packet.iter("field"):
        name = field.get("name") or ""
        if name.startswith(("_ws.malformed", "_ws.expert")):
            complaints.append(f"{name}: {field.get('showname')}")
        seen[name].append(field.get("value") or "")
    if any(proto.get("name") == "_ws.malformed" for proto in packet.iter("proto")):
        complaints.append("malformed")
    message = next(path.split(".")[0] for path in values if path.split(".")[0] in BODY)
    is_gptp = values["header.majorSdoId"] == "1"
    compared = 0
    for path, ours in values.items():
        if path == "tlv0.MANAGEMENT_ERROR_STATUS.displayData" and int(values["tlv0.lengthField"]) <= 10:
            continue
        try:
            place, index = place_of(path, message, is_gptp, names)
        except KeyError:
            complaints.append(f"{path}: mapped to no field and not listed as unknown to tshark")
            continue
        if place is None:
            continue
        kind = place[0] if place[1] == " " else ""
        theirs = read_value(seen, place[2:] if kind else place, index)
        compared += 1
        if not same(ours, theirs, kind):
            complaints.append(f"{path} is {ours}; tshark reads {place} {theirs}")
    return [f"frame {number} ({message}): {complaint}" for complaint in complaints], compared


def main():
    if not shutil.which("tshark"):
        print("SKIP: tshark is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        capture, expected = os.path.join(folder, "frames.pcap"), os.path.join(folder, "frames.json")
        subprocess.run([sys.argv[1], capture, expected] + sys.argv[2:], check=True)
        with open(expected) as lines:
            messages = [json.loads(line) for line in lines]
        pdml = subprocess.run(["tshark", "-r", capture, "-o", "ptp.analyze_ptp_messages:FALSE", "-T", "pdml"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    packets = ElementTree.fromstring(pdml).findall("packet")
    if len(packets) != len(messages):
        print(f"{len(messages)} frames were written, tshark read {len(packets)}")
        return 1
    complaints, compared, names = [], 0, collections.Counter()
    for number, (packet, values) in enumerate(zip(packets, messages), 1):
        more, count = check_frame(number, packet, values, names)
        complaints += more
        compared += count
    unseen = [key for key in TLVS if not names[key]]
    complaints += [f"no frame had a {kind} in {message}" for kind, message in unseen]
    for complaint in complaints[:50]:
        print(complaint)
    print(f"{len(messages)} frames, {compared} values compared, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
