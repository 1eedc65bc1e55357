"""Gnomon and other people's daemons on one link, both ways round, over every transport, with both delay mechanisms."""

import os
import re

import world
from world import check

LIMIT_NS = 200e3


def pair(w, needs_gnomon=True):
    world.need(world.DEBIAN_PTP4L, "apt-get download linuxptp failed")
    if needs_gnomon:
        check_built()
    gm, receiver = w.node("gm"), w.node("receiver")
    w.link(gm, receiver)
    return gm, receiver


def check_built():
    check(os.path.exists(world.GNOMON), "build/gnomon is not built")


def mechanism(transport, delay):
    return {"network_transport": world.TRANSPORTS[transport], "delay_mechanism": world.DELAYS[delay]}


def follows_ptp4l(transport, delay):
    def case(w):
        gm, receiver = pair(w)
        theirs = world.debian_ptp4l(gm, "ptp4l", dict(mechanism(transport, delay), priority1=100, free_running=1))
        # One case has the servo's own constants, and takes the half minute that they need.
        eager = {} if (transport, delay) == ("udp4", "e2e") else world.EAGER
        ours = world.gnomon_run(receiver, "gnomon", dict(mechanism(transport, delay), clientOnly=1, **eager))
        theirs.expect_event("grandmaster", 20)
        ours.expect_event("locked", 60)
        world.settled_difference_ns(receiver, "receiver", "CLOCK_REALTIME", LIMIT_NS, 40)
        theirs.never("fault")
        ours.never("fault")
        check(ours.stop() == 0, "gnomon does not end with status 0 after SIGTERM")

    return case


def leads_ptp4l(transport, delay):
    def case(w):
        gm, receiver = pair(w)
        capture = Capture(receiver)
        ours = world.gnomon_run(gm, "gnomon", dict(mechanism(transport, delay), priority1=100))
        theirs = world.debian_ptp4l(receiver, "ptp4l", dict(mechanism(transport, delay), slaveOnly=1, free_running=1))
        ours.expect_event("grandmaster", 20)
        theirs.expect_event("follows", 30)
        theirs.expect(r"(master offset|rms) ", 40)
        # The fifth summary: the path delay's filter has what it needs.
        theirs.expect(r"(?:(master offset|rms) [^\n]*\n[^\0]*?){5}", 40)
        offset, delay_ns = last_offset(theirs)
        true_ns = world.clock_difference_ns(receiver, "CLOCK_REALTIME", "gm")
        # Whole seconds between the two are the timescale's (TAI - UTC), not an error.
        error = (offset - true_ns + 5e8) % 1e9 - 5e8
        check(abs(error) < LIMIT_NS, "ptp4l measures %.0f ns, read directly the clocks differ by %.0f" % (offset, true_ns))
        check(-50e3 < delay_ns < 1e6, "ptp4l measures a path delay of %.0f ns" % delay_ns)
        theirs.never("fault")
        theirs.never_said(r"bad message")
        ours.never("fault")
        capture.check_expert()

    return case


def last_offset(process):
    """Offset and path delay in ns of ptp4l's last servo line."""
    text = process.log()
    lines = re.findall(r"master offset +(-?\d+) s\d freq +\S+ path delay +(-?\d+)", text)
    if lines:
        return float(lines[-1][0]), float(lines[-1][1])
    lines = re.findall(r"rms +(\d+) max +\d+ freq +\S+ \+/- +\d+ delay +(-?\d+)", text)
    check(lines, "ptp4l printed no offset")
    # An rms has no sign: the whole-second comparison needs one, and both are tried by it.
    return float(lines[-1][0]), float(lines[-1][1])


class Capture:
    """What tshark thinks of the frames that arrive at a node."""

    def __init__(self, node):
        self.node = node
        self.path = os.path.join(node.world.directory, "frames.pcap")
        world.need("tshark", "apt-get install tshark failed")
        self.process = node.start("tshark", "tshark", "-q", "-i", "eth0", "-w", self.path,
                                  "-f", "ether proto 0x88f7 or udp port 319 or udp port 320")
        self.process.expect(r"Capturing on", 20)

    def check_expert(self):
        self.process.child.send_signal(2)
        self.process.wait()
        read = self.node.run("tshark", "-r", self.path, "-T", "fields", "-e", "frame.number",
                             "-e", "ptp.v2.messagetype", "-e", "_ws.malformed", "-e", "_ws.expert.message", "-Y", "ptp")
        rows = [line.split("\t") for line in read.stdout.splitlines()]
        check(len(rows) >= 10, "tshark sees only %d PTP frames: %s" % (len(rows), read.stderr))
        for number, message_type, malformed, expert in (r[:4] for r in rows):
            check(not malformed, "tshark: frame %s (messageType %s) is malformed" % (number, message_type))
            check(not expert, "tshark on frame %s (messageType %s): %s" % (number, message_type, expert))
        types = {int(r[1], 0) for r in rows}
        check({0x0, 0x8, 0xB} <= types, "no Sync, Follow_Up and Announce in the capture: %s" % sorted(types))


# ---- ptpd

PTPD_SETTINGS = """
ptpengine:interface=eth0
ptpengine:transport=ipv4
ptpengine:ip_mode=multicast
ptpengine:delay_mechanism=E2E
ptpengine:log_announce_interval=0
ptpengine:log_sync_interval=-2
ptpengine:log_delayreq_interval=-2
ptpengine:log_delayreq_override=Y
clock:no_adjust=Y
clock:no_reset=Y
global:foreground=Y
global:verbose_foreground=Y
global:ignore_lock=Y
global:log_level=LOG_ALL
"""


def ptpd(node, preset, **more):
    world.need(world.PTPD, "apt-get download ptpd failed")
    text = PTPD_SETTINGS + "ptpengine:preset=%s\n" % preset
    text += "global:lock_directory=%s\nglobal:status_file=%s\n" % (node.world.directory, node.path("ptpd.status"))
    text += "global:log_statistics=Y\nglobal:log_status=Y\n"
    text += "".join("%s=%s\n" % kv for kv in more.items())
    return node.start("ptpd", world.PTPD, "-c", node.world.file("ptpd.conf", text))


def follows_ptpd(w):
    gm, receiver = pair(w)
    settings = {"logAnnounceInterval": 0, "logSyncInterval": -2, "logMinDelayReqInterval": -2, "clientOnly": 1,
                **world.EAGER}
    ptpd(gm, "masteronly")
    ours = world.gnomon_run(receiver, "gnomon", settings)
    ours.expect_event("locked", 40)
    # ptpd announces the PTP timescale but serves the system's: whole seconds are its business.
    world.settled_difference_ns(receiver, "receiver", "CLOCK_REALTIME", LIMIT_NS, 40, modulo=True)
    ours.never("fault")


def leads_ptpd(w):
    gm, receiver = pair(w)
    ours = world.gnomon_run(gm, "gnomon", {"logAnnounceInterval": 0, "logSyncInterval": -2, "priority1": 100})
    ours.expect_event("grandmaster", 20)
    theirs = ptpd(receiver, "slaveonly")
    # The statistics: time, state, identity of the time transmitter, one way delay, offset, ...
    theirs.expect(r", slv, [0-9a-f]{6}fffe[0-9a-f]{6}\S*, +-?0\.\d+, +-?\d+\.\d+", 60)
    rows = world.wait_until("ten lines of ptpd's statistics", lambda: enough(ptpd_rows(theirs), 10), 40)
    for delay_s in rows[-3:]:
        check(abs(delay_s) < 1e-3, "ptpd measures a one way delay of %g s" % delay_s)
    ours.never("fault")


def ptpd_rows(process):
    return [float(x) for x in re.findall(r", slv, [0-9a-f]{6}fffe[0-9a-f]{6}\S*, +(-?0\.\d+),", process.log())]


def enough(rows, count):
    return rows if len(rows) >= count else None


def cases():
    found = []
    for transport in world.TRANSPORTS:
        for delay in world.DELAYS:
            words = "over %s with %s" % (world.TRANSPORTS[transport], world.DELAYS[delay])
            found.append(("gnomon follows Debian's ptp4l " + words, follows_ptp4l(transport, delay)))
            found.append(("gnomon leads Debian's ptp4l " + words, leads_ptp4l(transport, delay)))
    found.append(("gnomon follows ptpd over UDPv4", follows_ptpd))
    found.append(("gnomon leads ptpd over UDPv4", leads_ptpd))
    return found
