"""linuxptp's servos besides pi: linreg on a clock that may be steered, and samples as an NTP daemon reads them."""

import ctypes
import os
import re
import socket
import struct
import time

import world
from world import check

GM_AHEAD_NS = 5000000  # what a receiver on the machine's own clock measures as -5 ms
NEAR_NS = 200e3


def grandmaster_and_receiver(w, gm_clock=(GM_AHEAD_NS, 0)):
    world.need(world.DEBIAN_PTP4L, "apt-get download linuxptp failed")
    check(os.path.exists(world.GNOMON), "build/gnomon is not built")
    gm, receiver = w.node("gm"), w.node("receiver")
    w.link(gm, receiver)
    world.debian_ptp4l(gm, "gm", {"priority1": 100, "free_running": 1}, before=world.on_own_clock(*gm_clock))
    return receiver


# ---- linreg

OFF_NS, FAST_PPB = 300000, 40000

LINREG_LINES = (
    r"linreg: points (4|8|16|32|64) slope [01]\.\d{9} intercept -?\d+ err \d+$",
    r"master offset [ -]*\d+ s[012] freq +[-+]\d+ path delay +-?\d+$",
)


def linreg(start):
    """The same clock, 300 us off and 40 ppm fast, under each daemon: stepped at the start, locked, its rate found."""

    def case(w):
        receiver = grandmaster_and_receiver(w, (0, 0))
        settings = {"slaveOnly": 1, "clock_servo": "linreg", "logging_level": 7}
        daemon = start(receiver, "receiver", settings, before=world.on_own_clock(OFF_NS, FAST_PPB))
        daemon.expect(r"master offset +\d+ s1 freq", 40)
        daemon.expect_event("locked", 10)
        daemon.expect(r"linreg: points (32|64) slope", 40)
        world.wait_until("a hundred samples", lambda: daemon.log().count("master offset") >= 100, 40)
        for line in daemon.log().splitlines():
            said = re.sub(r"^ptp4l\[\d+\.\d{3}\]: ", "", line)
            if said.startswith("linreg:") or said.startswith("master offset"):
                check(any(re.match(shape, said) for shape in LINREG_LINES), "unlike the others: %r" % line)
        rows = re.findall(r"master offset +(-?\d+) s(\d) freq +([-+]\d+)", daemon.log())
        states = "".join(row[1] for row in rows)
        check(re.match(r"^0001(2+)$", states), "servo states %s" % states)
        last = rows[-20:]
        offset = sorted(abs(int(row[0])) for row in last)[len(last) // 2]
        rate = sorted(int(row[2]) for row in last)[len(last) // 2]
        check(offset < NEAR_NS, "%d ns off at the end" % offset)
        check(abs(rate - FAST_PPB) < 10000, "a clock %d ppb fast is believed to be %d" % (FAST_PPB, rate))

    return case


# ---- ntpshm

SHM = struct.Struct("@iiqiqiiiiiII8i4x")  # as ntpd's struct shmTime lies in memory
SHM_KEY = 0x4E545030


class Segment:
    """The NTP daemon's end."""

    def __init__(self, number):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.shmat.restype = ctypes.c_void_p
        self.id = libc.shmget(SHM_KEY + number, SHM.size, 0)
        check(self.id >= 0, "there is no segment of key 0x%x" % (SHM_KEY + number))
        self.address = libc.shmat(self.id, None, 0)

    def read(self):
        names = ("mode", "count", "clock_sec", "clock_usec", "receive_sec", "receive_usec", "leap", "precision",
                 "samples", "valid", "clock_nsec", "receive_nsec")
        return dict(zip(names, SHM.unpack(ctypes.string_at(self.address, SHM.size))))


def is_filled(number):
    def look():
        s = Segment(number).read()
        return s if s["valid"] and s["count"] >= 6 else None

    return look


def check_only_told(daemon):
    """Every line is s0 and without a frequency; the port never gets beyond UNCALIBRATED."""
    rows = re.findall(r"master offset +-?\d+ s(\d) freq +(\S+) path delay", daemon.log())
    check(len(rows) >= 3, "no servo lines")
    check(set(rows) <= {("0", "+0"), ("0", "-0")}, "servo lines %s" % sorted(set(rows)))
    daemon.never("locked")


def ntpshm(start, before, is_debian):
    def case(w):
        receiver = grandmaster_and_receiver(w)
        daemon = start(receiver, "receiver", {"slaveOnly": 1, "clock_servo": "ntpshm", "ntpshm_segment": 7}, before=before)
        daemon.expect_event("follows", 40)
        world.wait_until("three samples", lambda: daemon.log().count("master offset") >= 3, 40)
        s = world.wait_until("samples in the segment", is_filled(7), 20)
        check(s["mode"] == 1 and s["count"] % 2 == 0 and s["precision"] == -30 and s["leap"] == 0, "%s" % s)
        check(s["clock_usec"] == s["clock_nsec"] // 1000 and s["receive_usec"] == s["receive_nsec"] // 1000, "%s" % s)
        off_ns = (s["clock_sec"] - s["receive_sec"]) * 10**9 + s["clock_nsec"] - s["receive_nsec"]
        check(abs(off_ns - GM_AHEAD_NS) < NEAR_NS, "the reference is %d ns ahead by the segment" % off_ns)
        check(abs(time.time() - s["receive_sec"]) < 10, "%s is not now" % s)
        check_only_told(daemon)
        segment = Segment(7)
        daemon.stop()
        # Debian's release 3.1 leaves it so.
        check(is_debian or segment.read()["valid"] == 0, "the last sample is left as if it were fresh")

    return case


# ---- refclock_sock

SOCK = struct.Struct("@qqdiiii")  # as chronyd's struct sock_sample lies in memory
SOCK_MAGIC = 0x534F434B


def listen(path):
    reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    reader.bind(path)
    reader.settimeout(40)
    return reader


def check_datagram(octets):
    check(len(octets) == SOCK.size, "a datagram of %d octets" % len(octets))
    second, microsecond, offset, pulse, leap, _, magic = SOCK.unpack(octets)
    check(magic == SOCK_MAGIC and pulse == 0 and leap == 0, "%s" % (SOCK.unpack(octets),))
    check(abs(time.time() - second) < 10 and 0 <= microsecond < 10**6, "%d.%06d is not now" % (second, microsecond))
    check(abs(offset * 1e9 - GM_AHEAD_NS) < NEAR_NS, "the reference is %.9f s ahead by the datagram" % offset)


def refclock_sock(start):
    def case(w):
        receiver = grandmaster_and_receiver(w)
        path = receiver.path("chrony")
        reader = listen(path)
        daemon = start(receiver, "receiver",
                       {"clientOnly": 1, "clock_servo": "refclock_sock", "refclock_sock_address": path})
        for _ in range(3):
            check_datagram(reader.recv(100))
        # chronyd is restarted: the new socket gets the samples.
        reader.close()
        os.unlink(path)
        daemon.expect(r"(send failed|a sample is lost)", 10)
        reader = listen(path)
        check_datagram(reader.recv(100))
        if not daemon.is_native:
            check_only_told(daemon)
        daemon.never("locked")
        check(daemon.stop() == 0, "does not end with status 0 after SIGTERM")

    return case


def nobody_listens(w):
    node = w.node("a")
    other = w.node("b")
    w.link(node, other)
    path = node.path("nobody")
    settings = {"clock_servo": "refclock_sock", "refclock_sock_address": path}
    started = time.monotonic()
    theirs = world.our_ptp4l(node, "ptp4l", settings)
    check(theirs.wait() == 255, "exit status of our ptp4l")
    check(time.monotonic() - started >= 1, "it does not try for a second")
    theirs.expect(r"refclock_sock: connect failed: No such file or directory")
    theirs.expect(r"failed to create a clock")
    ours = world.gnomon_run(node, "gnomon", {**settings, "clock": "system", "clock_name": "CLOCK_REALTIME"})
    check(ours.wait() == 255, "exit status of gnomon run")
    ours.expect(r"refclock_sock_address %s: No such file or directory: chronyd makes it" % re.escape(path))


def as_gnomon(node, label, settings):
    # The helper's clock is a virtual one, which no NTP daemon steers.
    return world.gnomon_run(node, label, {**settings, "clock": "system", "clock_name": "CLOCK_REALTIME"})


def cases():
    on_machines_clock = world.on_own_clock(0, 0) if os.path.exists(world.OWN_CLOCK) else ()
    return [
        ("linreg brings a clock in by Debian's ptp4l", linreg(world.debian_ptp4l)),
        ("linreg brings a clock in by our ptp4l", linreg(world.our_ptp4l)),
        ("ntpshm of Debian's ptp4l is what we take it for", ntpshm(world.debian_ptp4l, on_machines_clock, True)),
        ("ntpshm of our ptp4l is read by an NTP daemon", ntpshm(world.our_ptp4l, (), False)),
        ("refclock_sock of our ptp4l is read by chronyd", refclock_sock(world.our_ptp4l)),
        ("refclock_sock of gnomon run is read by chronyd", refclock_sock(as_gnomon)),
        ("refclock_sock without a reader ends the start", nobody_listens),
    ]
