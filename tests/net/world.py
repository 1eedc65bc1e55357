"""A small world for one case: network namespaces, veth links, daemons and their logs.

The runner (tests/net/run) starts every case in user, mount, network, IPC and process namespaces of its own: whatever a
case makes is gone when its process ends, however it ends, and cases run side by side without knowing each other.
Nothing here sleeps for luck: a case waits for a log line, a file or a number, up to a deadline, and says what it was
still waiting for. Daemons run without CAP_SYS_TIME, so that no case can move this machine's clock.
"""

import collections
import mmap
import os
import re
import shutil
import struct
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("GNOMON_BUILD", os.path.join(ROOT, "build"))
PEERS = os.path.join(ROOT, "build", "peers")
GNOMON = os.path.join(BUILD, "gnomon")
OUR_PTP4L = os.path.join(BUILD, "compat", "ptp4l")
DEBIAN_PTP4L = os.path.join(PEERS, "usr/sbin/ptp4l")
OWN_CLOCK = os.path.join(BUILD, "tests", "net", "own-clock.so")
DEBIAN_PMC = os.path.join(PEERS, "usr/sbin/pmc")
DEBIAN_CONF = os.path.join(PEERS, "etc/linuxptp/ptp4l.conf")
PTPD = os.path.join(PEERS, "usr/sbin/ptpd")

# What a log line says, in linuxptp's words and in our own.
EVENTS = {
    "ready": (r"INITIALIZING to LISTENING on INIT_COMPLETE", r"INITIALIZING -> LISTENING"),
    "grandmaster": (r"assuming the grand master role", r"-> TIME_TRANSMITTER"),
    "follows": (r"to UNCALIBRATED on RS_SLAVE", r"-> UNCALIBRATED"),
    "locked": (r"UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED", r"UNCALIBRATED -> TIME_RECEIVER"),
    "takes over": (r"to MASTER on ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES", r"-> TIME_TRANSMITTER"),
    "gives way": (r"MASTER to UNCALIBRATED on RS_SLAVE", r"TIME_TRANSMITTER -> UNCALIBRATED"),
    "link down": (r"port 1.*: link down", r"port 1.*: link down"),
    "link up": (r"port 1.*: link up", r"port 1.*: link up"),
    "fault": (r"to FAULTY on FAULT_DETECTED", r"-> FAULTY"),
    "repaired": (r"FAULTY to LISTENING on INIT_COMPLETE", r"FAULTY -> LISTENING"),
}

WITHOUT_SYS_TIME = ["setpriv", "--bounding-set", "-sys_time", "--inh-caps", "-sys_time"]


class Failure(Exception):
    """The case does not hold; the text says what was seen."""


class Skip(Exception):
    """The case cannot be tried here; the text says why."""


def isolate(argv):
    """argv in user (for an ordinary user), mount, network, IPC and process namespaces of its own; all in them dies with it."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare"] + user + ["--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"] + argv


def private_folders():
    """Inside: sockets, network namespaces' names and shared memory of this case alone."""
    for path in ("/run", "/dev/shm"):
        sh("mount", "-t", "tmpfs", "tmpfs", path)
    os.makedirs("/run/netns")


def check(truth, text):
    if not truth:
        raise Failure(text)


def sh(*argv, check_status=True):
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if check_status and done.returncode != 0:
        raise Failure("%s: exit %d: %s" % (" ".join(argv), done.returncode, done.stderr.strip()))
    return done


def wait_until(what, truth, timeout, interval=0.1):
    """The first true value of truth(), asked again until the deadline."""
    deadline = time.monotonic() + timeout
    while True:
        value = truth()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure("%s: not within %g s" % (what, timeout))
        time.sleep(interval)


class Node:
    """One network namespace, and what runs in it."""

    def __init__(self, world, name):
        self.world = world
        self.name = name
        self.net = "/run/netns/" + name
        sh("ip", "netns", "add", name)
        self.ip("link", "set", "lo", "up")

    def inside(self, argv, sys_time=False):
        return ["nsenter", "--net=" + self.net] + ([] if sys_time else WITHOUT_SYS_TIME) + list(argv)

    def ip(self, *argv):
        return sh("ip", "-n", self.name, *argv)

    def run(self, *argv, timeout=30, stdin=subprocess.DEVNULL, **more):
        return subprocess.run(self.inside(argv), capture_output=True, text=True, timeout=timeout, stdin=stdin, **more)

    def start(self, label, *argv, sys_time=False):
        return self.world.start(label, self.inside(argv, sys_time))

    def path(self, name):
        """A short path of this node's own, for sockets (107 octets are all that they take)."""
        return "/run/%s.%s" % (self.name, name)


class Process:
    """A daemon with its log; stdout and stderr go to one file, as a person would see them."""

    def __init__(self, label, argv, log_path):
        self.label = label
        self.argv = argv
        self.log_path = log_path
        self.is_native = False  # speaks our words, not linuxptp's
        self.log_file = open(log_path, "wb")
        self.child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=subprocess.STDOUT, start_new_session=True
        )

    @property
    def pid(self):
        return self.child.pid

    def log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def mark(self):
        """The end of the log as it is now: expect(..., after=mark) looks at later lines only."""
        return len(self.log())

    def expect(self, pattern, timeout=30, after=0):
        regex = re.compile(pattern, re.M)
        deadline = time.monotonic() + timeout
        while True:
            found = regex.search(self.log()[after:])
            if found:
                return found
            if self.child.poll() is not None:
                found = regex.search(self.log()[after:])
                if found:
                    return found
                raise Failure("%s ended with status %d before it said /%s/" % (self.label, self.child.returncode, pattern))
            if time.monotonic() > deadline:
                raise Failure("%s did not say /%s/ within %g s" % (self.label, pattern, timeout))
            time.sleep(0.05)

    def expect_event(self, name, timeout=30, after=0):
        return self.expect(EVENTS[name][self.is_native], timeout, after)

    def never(self, name):
        self.never_said(EVENTS[name][self.is_native])

    def never_said(self, pattern):
        found = re.search(pattern, self.log(), re.M)
        check(not found, "%s said %r" % (self.label, found.group(0) if found else ""))

    def wait(self, timeout=10):
        try:
            return self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failure("%s still runs after %g s" % (self.label, timeout))

    def stop(self, timeout=5):
        """SIGTERM; the exit status."""
        if self.child.poll() is None:
            self.child.terminate()
        return self.wait(timeout)

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()


class World:
    def __init__(self, directory):
        self.directory = directory
        self.processes = []
        self.nodes = collections.OrderedDict()
        self.links = 0
        os.makedirs(directory, exist_ok=True)

    def node(self, name):
        self.nodes[name] = Node(self, name)
        return self.nodes[name]

    def link(self, a, b, iface_a="eth0", iface_b="eth0"):
        """A veth pair between two nodes, with addresses of both families that nobody has to wait for."""
        self.links += 1
        n = self.links
        sh("ip", "link", "add", iface_a, "netns", a.name, "type", "veth", "peer", "name", iface_b, "netns", b.name)
        for i, (node, iface) in enumerate(((a, iface_a), (b, iface_b))):
            for key in ("accept_dad", "autoconf"):
                self._sysctl(node, "net/ipv6/conf/%s/%s" % (iface, key), "0")
            node.ip("addr", "add", "10.0.%d.%d/24" % (n, i + 1), "dev", iface)
            node.ip("addr", "add", "fd00:%d::%d/64" % (n, i + 1), "dev", iface, "nodad")
            node.ip("link", "set", iface, "up")
        for node, iface in ((a, iface_a), (b, iface_b)):
            wait_until(
                "an IPv6 link-local address on %s of %s" % (iface, node.name),
                lambda node=node, iface=iface: self._has_link_local(node, iface),
                5,
                0.02,
            )

    def bridge(self, node, ifaces, name="br0"):
        """A switch: the interfaces of `node` become its ports. No snooping: PTP multicast goes everywhere."""
        node.ip("link", "add", name, "type", "bridge", "mcast_snooping", "0")
        for iface in ifaces:
            node.ip("link", "set", iface, "master", name)
        node.ip("link", "set", name, "up")

    @staticmethod
    def _sysctl(node, key, value):
        subprocess.run(
            ["nsenter", "--net=" + node.net, "sh", "-c", 'echo "$1" >"/proc/sys/$2"', "-", value, key],
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    @staticmethod
    def _has_link_local(node, iface):
        shown = sh("ip", "-n", node.name, "-6", "addr", "show", "dev", iface, "scope", "link").stdout
        return "fe80" in shown and "tentative" not in shown

    def start(self, label, argv):
        process = Process(label, argv, os.path.join(self.directory, label + ".log"))
        self.processes.append(process)
        return process

    def file(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as f:
            f.write(text)
        return path

    def close(self):
        for process in self.processes:
            if process.child.poll() is None:
                process.child.terminate()
        for process in self.processes:
            try:
                process.child.wait(2)
            except subprocess.TimeoutExpired:
                process.child.kill()
                process.child.wait()

    def story(self, lines=25):
        """The end of every log, for a failure's report."""
        parts = []
        for process in self.processes:
            tail = process.log().splitlines()[-lines:]
            state = "still running" if process.child.poll() is None else "status %d" % process.child.returncode
            parts.append("--- %s (%s): %s" % (process.label, state, " ".join(process.argv[2:])))
            parts.extend("    " + line for line in tail)
        return "\n".join(parts)


# ---- the daemons

TRANSPORTS = {"udp4": "UDPv4", "udp6": "UDPv6", "l2": "L2"}
DELAYS = {"e2e": "E2E", "p2p": "P2P"}

# Faster than the defaults, so that a case takes seconds and not half a minute; the same for both sides.
FAST = {
    "logAnnounceInterval": -1,
    "logSyncInterval": -3,
    "logMinDelayReqInterval": -3,
    "logMinPdelayReqInterval": -2,
    "freq_est_interval": 0,
    "summary_interval": -3,
}


# By its defaults the servo measures a software-stamped clock's frequency for half a minute before it steers.
EAGER = {"pi_proportional_const": 0.3, "pi_integral_const": 0.05}


def on_own_clock(offset_ns, rate_ppb, page=None):
    """Before a daemon's argv: its CLOCK_REALTIME is its own (own_clock.c), which it may steer. OwnClock(page) reads it."""
    need(OWN_CLOCK, "it is built with the tests")
    shown = ["OWN_CLOCK_PAGE=" + page] if page else []
    return ["env", "OWN_CLOCK=%d %g" % (offset_ns, rate_ppb)] + shown + ["LD_PRELOAD=" + OWN_CLOCK]


class OwnClock:
    """The own clock of a daemon, read from outside: what it shows at an instant of CLOCK_MONOTONIC_RAW."""

    LAYOUT = struct.Struct("@Qqqdd")

    def __init__(self, path):
        with open(path, "rb") as f:
            self.page = mmap.mmap(f.fileno(), self.LAYOUT.size, prot=mmap.PROT_READ)

    def at(self, raw_ns):
        """Whole nanoseconds and the rest; None: it was set after that instant, or is being set."""
        sequence, base, base_raw, own_ppb, set_ppb = self.LAYOUT.unpack(self.page[:])
        if sequence % 2 or self.LAYOUT.unpack(self.page[:])[0] != sequence or raw_ns < base_raw:
            return None
        elapsed = raw_ns - base_raw
        return base + elapsed, elapsed * ((1 + own_ppb / 1e9) * (1 + set_ppb / 1e9) - 1)


def own_difference_ns(a, b):
    """a - b now, of two own clocks, exactly."""
    while True:
        raw = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)
        at_a, at_b = a.at(raw), b.at(raw)
        if at_a and at_b:
            return at_a[0] - at_b[0] + at_a[1] - at_b[1]


def debian_ptp4l(node, label, settings=None, iface="eth0", conf=None, before=()):
    """Debian's daemon, with sockets of its own; release 3.1 knows no long option in every place: a file is sure."""
    s = dict(FAST)
    s.update(settings or {})
    s.setdefault("uds_address", node.path("ptp4l"))
    if conf is None:
        conf = node.world.file(label + ".conf", "[global]\n" + "".join("%s %s\n" % kv for kv in s.items()))
    return node.start(label, *before, DEBIAN_PTP4L, "-S", "-m", "-q", "-f", conf, "-i", iface)


def gnomon_run(node, label, settings=None, iface="eth0", clock=None, arguments=()):
    """Our daemon; the virtual clock that it steers is named `clock`, else like the node."""
    s = dict(FAST)
    s.update({"time_stamping": "software", "clock": "virtual", "clock_name": clock or node.name})
    s.update(settings or {})
    s.setdefault("uds_address", node.path("ptp4l"))
    s.setdefault("uds_ro_address", node.path("ptp4lro"))
    conf = node.world.file(label + ".conf", "[global]\n" + "".join("%s %s\n" % kv for kv in s.items()))
    process = node.start(label, GNOMON, "run", "-m", "-q", "-f", conf, "-i", iface, *arguments)
    process.is_native = True
    return process


def our_ptp4l(node, label, settings=None, iface="eth0", arguments=("-S",), before=()):
    """Our daemon as ptp4l: linuxptp's words, and the clock that it would steer."""
    s = dict(FAST)
    s.update(settings or {})
    s.setdefault("uds_address", node.path("ptp4l"))
    s.setdefault("uds_ro_address", node.path("ptp4lro"))
    conf = node.world.file(label + ".conf", "[global]\n" + "".join("%s %s\n" % kv for kv in s.items()))
    return node.start(label, *before, OUR_PTP4L, *arguments, "-m", "-q", "-f", conf, "-i", iface)


def clock_difference_ns(node, a, b):
    """a - b in ns, both clocks read directly by `gnomon clock compare`."""
    done = node.run(GNOMON, "clock", "compare", a, b)
    check(done.returncode == 0, "gnomon clock compare %s %s: %s%s" % (a, b, done.stdout, done.stderr))
    # "A - B  +0.000002748032 s  exact", or "+- 40 ns" at the end
    found = re.search(r" ([+-]\d+)\.(\d+) s ", done.stdout)
    check(found, "gnomon clock compare says no difference: %r" % done.stdout)
    whole, fraction = found.groups()
    part_ns = float("0." + fraction) * 1e9
    return int(whole) * 1e9 + (-part_ns if whole.startswith("-") else part_ns)


def settled_difference_ns(node, a, b, limit_ns, timeout, readings=5, modulo=False):
    """Waits until the true difference of two clocks (but for whole seconds, with `modulo`) stays below the limit for
    some readings in a row."""
    deadline = time.monotonic() + timeout
    seen = []
    while True:
        difference = clock_difference_ns(node, a, b)
        seen.append((difference + 5e8) % 1e9 - 5e8 if modulo else difference)
        if len(seen) >= readings and all(abs(x) < limit_ns for x in seen[-readings:]):
            return max(abs(x) for x in seen[-readings:])
        if time.monotonic() > deadline:
            raise Failure("%s - %s is not below %g ns: last read %s" % (a, b, limit_ns, seen[-readings:]))
        time.sleep(0.3)


def pmc(node, *commands, socket=None, timeout=20):
    done = node.run(DEBIAN_PMC, "-u", "-b", "0", "-s", socket or node.path("ptp4l"), *commands, timeout=timeout)
    return done.stdout


def need(path, why):
    if not os.path.exists(path) and not shutil.which(path):
        raise Skip("%s is missing: %s" % (path, why))


def flood(node, rate, seconds):
    """What bench/flood.c counted, by name."""
    done = node.run(os.path.join(BUILD, "bench", "flood"), "eth0", str(rate), str(seconds), timeout=seconds + 30)
    check(done.returncode == 0, "flood: %s" % done.stderr)
    words = done.stdout.split()
    return {name: float(value) for name, value in zip(words[::2], words[1::2])}
