"""Debian's pmc asks our daemon and Debian's own: the same layout. And `gnomon status` asks both."""

import json
import re

import peer_cases
import world
from world import check

GETS = """NULL_MANAGEMENT CLOCK_DESCRIPTION USER_DESCRIPTION DEFAULT_DATA_SET CURRENT_DATA_SET PARENT_DATA_SET
TIME_PROPERTIES_DATA_SET PORT_DATA_SET PRIORITY1 PRIORITY2 DOMAIN SLAVE_ONLY LOG_ANNOUNCE_INTERVAL
ANNOUNCE_RECEIPT_TIMEOUT LOG_SYNC_INTERVAL VERSION_NUMBER CLOCK_ACCURACY TRACEABILITY_PROPERTIES
TIMESCALE_PROPERTIES DELAY_MECHANISM LOG_MIN_PDELAY_REQ_INTERVAL TIME_STATUS_NP GRANDMASTER_SETTINGS_NP
PORT_DATA_SET_NP PORT_PROPERTIES_NP PORT_STATS_NP""".split()

SETTINGS = ("SET GRANDMASTER_SETTINGS_NP clockClass 6 clockAccuracy 0x21 offsetScaledLogVariance 0x4e5d "
            "currentUtcOffset 37 leap61 0 leap59 0 currentUtcOffsetValid 1 ptpTimescale 1 timeTraceable 1 "
            "frequencyTraceable 1 timeSource 0x20")


def both_daemons(w):
    """Ours as grandmaster, Debian's as receiver; both running."""
    gm, receiver = peer_cases.pair(w)
    ours = world.gnomon_run(gm, "gnomon", {"priority1": 100, "userDescription": "a;b"})
    theirs = world.debian_ptp4l(receiver, "ptp4l", {"slaveOnly": 1, "free_running": 1, "userDescription": "a;b"})
    ours.expect_event("grandmaster", 20)
    theirs.expect_event("follows", 20)
    return gm, receiver


def layout(answer):
    """What pmc printed, with every value replaced by its kind."""
    lines = []
    for line in answer.splitlines():
        line = line.rstrip()
        if not line or line.startswith("sending:"):
            continue
        head = re.match(r"\t[0-9a-f]{6}\.[0-9a-f]{4}\.[0-9a-f]{6}-\d+ seq \d+ (.*)$", line)
        if head:
            lines.append(head.group(1).strip())
            continue
        field = re.match(r"\t\t(\S+) +(.*)$", line)
        lines.append("%s: %s" % (field.group(1), kind(field.group(2))) if field else "? " + line)
    return lines


def kind(value):
    for name, pattern in (
        ("identity", r"[0-9a-f]{6}\.[0-9a-f]{4}\.[0-9a-f]{6}(-\d+)?$"),
        ("address", r"([0-9a-f]{2}:)+[0-9a-f]{2}$"),
        ("hex", r"0x[0-9a-fA-F]+$"),
        ("number", r"[+-]?\d+(\.\d+)?(e[+-]\d+)?$"),
    ):
        if re.match(pattern, value):
            return name
    return "text"


def every_get(w):
    ours, theirs = both_daemons(w)
    wrong = []
    for name in GETS:
        our_layout = layout(world.pmc(ours, "GET " + name))
        their_layout = layout(world.pmc(theirs, "GET " + name))
        if not our_layout or "RESPONSE MANAGEMENT" not in our_layout[0]:
            wrong.append("%s: %s" % (name, our_layout or "no answer"))
            continue
        # Values that are text with one daemon may be empty or a number with the other: only the names count there.
        mine, other = ([re.sub(r": (text|address|number|hex)$", "", l) for l in x] for x in (our_layout, their_layout))
        if mine != other:
            wrong.append("%s: ours %s, Debian's %s" % (name, our_layout, their_layout))
    check(not wrong, "pmc prints another layout:\n" + "\n".join(wrong))


def values_make_sense(w):
    ours, theirs = both_daemons(w)

    def field(node, command, name):
        answer = world.pmc(node, command)
        found = re.search(r"\b%s +(\S.*)$" % name, answer, re.M)
        check(found, "%s has no %s: %r" % (command, name, answer))
        return found.group(1).strip()

    identity = field(ours, "GET DEFAULT_DATA_SET", "clockIdentity")
    check(field(theirs, "GET PARENT_DATA_SET", "grandmasterIdentity") == identity, "Debian's has another grandmaster")
    check(field(ours, "GET DEFAULT_DATA_SET", "priority1") == "100", "priority1")
    check(field(ours, "GET PORT_DATA_SET", "portState") == "MASTER", "portState")
    check(field(ours, "GET PORT_DATA_SET", "logSyncInterval") == "-3", "logSyncInterval")
    check(field(ours, "GET TIME_STATUS_NP", "gmIdentity") == identity, "gmIdentity")
    check(field(ours, "GET USER_DESCRIPTION", "userDescription") == "a;b", "userDescription")
    check(int(field(ours, "GET PORT_STATS_NP", "tx_Sync")) > 0, "tx_Sync")
    check(int(field(ours, "GET PORT_STATS_NP", "rx_Delay_Req")) > 0, "rx_Delay_Req")
    # SET, seen by GET here and by Announce there
    for name in ("PRIORITY1", "PRIORITY2"):
        check("RESPONSE MANAGEMENT " + name in world.pmc(ours, "SET %s 99" % name), "SET %s is not answered" % name)
        check(field(ours, "GET " + name, name.lower()) == "99", "%s was not set" % name)
    check("RESPONSE MANAGEMENT GRANDMASTER_SETTINGS_NP" in world.pmc(ours, SETTINGS), "SET GRANDMASTER_SETTINGS_NP")
    check(field(ours, "GET GRANDMASTER_SETTINGS_NP", "clockClass") == "6", "clockClass was not set")
    for name, value in (("grandmasterPriority1", "99"), ("gm.ClockClass", "6"), ("gm.ClockAccuracy", "0x21")):
        world.wait_until("Debian's ptp4l sees %s %s" % (name, value),
                         lambda name=name, value=value: field(theirs, "GET PARENT_DATA_SET", name) == value, 10)
    # The read-only socket answers and does not obey.
    read_only = ours.path("ptp4lro")
    check("RESPONSE MANAGEMENT PRIORITY1" in world.pmc(ours, "GET PRIORITY1", socket=read_only), "no answer read-only")
    refused = world.pmc(ours, "SET PRIORITY1 1", socket=read_only)
    check("NOT_SUPPORTED" in refused or "MANAGEMENT_ERROR_STATUS" in refused, "the read-only socket said %r" % refused)
    check(field(ours, "GET PRIORITY1", "priority1") == "99", "the read-only socket obeyed")


def status_of_both(w):
    ours, theirs = both_daemons(w)
    for node, state in ((ours, "MASTER|TIME_TRANSMITTER"), (theirs, "UNCALIBRATED|SLAVE|TIME_RECEIVER")):
        shown = node.run(world.GNOMON, "status", "--socket", node.path("ptp4l"))
        check(shown.returncode in (0, 1), "gnomon status: exit %d: %s" % (shown.returncode, shown.stderr))
        check(re.search(state, shown.stdout, re.I), "gnomon status shows no %s: %s" % (state, shown.stdout))
        as_json = node.run(world.GNOMON, "status", "--json", "--socket", node.path("ptp4l"))
        try:
            json.loads(as_json.stdout)
        except ValueError as error:
            raise world.Failure("gnomon status --json: %s: %r %s" % (error, as_json.stdout, as_json.stderr))
    alone = ours.run(world.GNOMON, "status", "--socket", "/run/nobody-there")
    check(alone.returncode != 0, "gnomon status of nobody ends with 0")
    check("/run/nobody-there" in alone.stderr, "gnomon status of nobody does not name the socket: %r" % alone.stderr)


def cases():
    return [
        ("Debian's pmc prints the answers of gnomon as those of ptp4l", every_get),
        ("what pmc gets and sets is what gnomon does", values_make_sense),
        ("gnomon status shows gnomon and Debian's ptp4l", status_of_both),
    ]
