"""Runs inside the VM: cases.py GROUP DIRECTORY. Each case has a link of its own; the cases of a group run together.

The lab's stamps are exact, so a servo that has settled shows what is left of its own mistakes: the offset must stay
within 2 ns of zero, and the measured path delay within 2 ns of the wire's.
"""

import json
import os
import re
import shutil
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "net"))

import world  # noqa: E402
from world import check  # noqa: E402

LIMIT_NS = 2
SETTLE_S = 45
# What is to come down. Where stamps are exact, the adaptive servo may take half of a longer path for time until the other
# direction has been seen, and go to and fro (to 100 ns); uniform jitter it may take for queues, and put their floor too low (to once the bound).
PATH_CHANGE_NS = 20000
JITTER_BOUNDS = 2
OURS = world.OUR_PTP4L

RATES = {
    "logAnnounceInterval": -1,
    "logSyncInterval": -3,
    "logMinDelayReqInterval": -3,
    "logMinPdelayReqInterval": -3,
    "summary_interval": -3,
    "tx_timestamp_timeout": 10,
    "step_threshold": "0.00002",
    "network_transport": "L2",
}


def parameter(name):
    with open("/sys/module/ptplab/parameters/" + name) as f:
        return f.read().strip()


def set_parameter(name, value):
    with open("/sys/module/ptplab/parameters/" + name, "w") as f:
        f.write(str(value))


class Link:
    """lab<2n> and lab<2n+1>, each in a namespace: `even` and `odd`."""

    def __init__(self, w, n):
        self.ends = []
        for i in (0, 1):
            node = w.node("n%d" % (2 * n + i))
            node.iface = "lab%d" % (2 * n + i)
            world.sh("ip", "link", "set", node.iface, "netns", node.name)
            node.ip("addr", "add", "10.1.%d.%d/24" % (n, i + 1), "dev", node.iface)
            node.ip("link", "set", node.iface, "up")
            self.ends.append(node)
        self.even, self.odd = self.ends


def daemon(node, program, label, settings):
    s = dict(RATES, uds_address=node.path("uds"))
    if program != world.DEBIAN_PTP4L:
        s["uds_ro_address"] = node.path("udsro")
    s.update(settings)
    conf = node.world.file(node.name + ".conf", "[global]\n" + "".join("%s %s\n" % kv for kv in s.items()))
    argv = [program] + ["run"] * (program == world.GNOMON)
    process = node.start(node.name + "-" + label, *argv, "-m", "-q", "-f", conf, "-i", node.iface, sys_time=True)
    process.is_native = program == world.GNOMON
    return process


UNITS_NS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def samples(process, after=0):
    """(offset, path delay) of each servo line in the locked state."""
    text = process.log()[after:]
    if process.is_native:
        return [(float(a) * UNITS_NS[u], float(b) * UNITS_NS[v]) for a, u, b, v in
                re.findall(r"offset ([-+]?[\d.]+) (\w+), frequency \S+ ppb, path delay ([\d.]+) (\w+), servo locked", text)]
    return [(int(a), int(b)) for a, b in
            re.findall(r"master offset +(-?\d+) s2 freq +\S+ path delay +(-?\d+)", text)]


def check_settled(receiver, what, limit_ns=LIMIT_NS, count=8, delays=True):
    seen = samples(receiver)
    check(len(seen) >= 2 * count, "%s: only %d locked samples" % (what, len(seen)))
    wire = int(parameter("delay_ns"))
    for offset, delay in seen[-count:]:
        check(abs(offset) <= limit_ns, "%s: offset %d ns; last samples %s" % (what, offset, seen[-count:]))
        check(not delays or abs(delay - wire) <= limit_ns, "%s: path delay %d ns, the wire's is %d" % (what, delay, wire))


# ---- the four groups


def steady(w, stamping):
    """Ours and Debian's, both ways round, over L2 and UDPv4, with E2E and P2P: eight links."""
    tried = []
    n = 0
    for transport in ("L2", "UDPv4"):
        for delay in ("E2E", "P2P"):
            for ours_leads in (False, True):
                link = Link(w, n)
                n += 1
                settings = {"network_transport": transport, "delay_mechanism": delay}
                settings.update(stamping(delay))
                gm_program, receiver_program = (OURS, world.DEBIAN_PTP4L) if ours_leads else (world.DEBIAN_PTP4L, OURS)
                gm = daemon(link.even, gm_program, "gm", dict(settings, priority1=100))
                slave_only = "slaveOnly" if receiver_program == world.DEBIAN_PTP4L else "clientOnly"
                receiver = daemon(link.odd, receiver_program, "receiver", dict(settings, **{slave_only: 1}))
                name = "gnomon %s Debian's ptp4l over %s with %s, %s" % (
                    "leads" if ours_leads else "follows", transport, delay, stamping.__doc__)
                tried.append((name, gm, receiver))
    time.sleep(SETTLE_S)
    for name, gm, receiver in tried:
        yield name, lambda gm=gm, receiver=receiver: settled_without_fault(gm, receiver)


def settled_without_fault(gm, receiver):
    check_settled(receiver, receiver.label)
    gm.never("fault")
    receiver.never("fault")


def two_step(w):
    def stamping(_delay):
        """two-step"""
        return {"time_stamping": "hardware"}

    return steady(w, stamping)


def one_step(w):
    def stamping(delay):
        """one-step"""
        return {"time_stamping": "onestep" if delay == "E2E" else "p2p1step", "twoStepFlag": 0}

    return steady(w, stamping)


def losses(w):
    """Ours on both ends of four links, E2E and P2P over L2 and UDPv4, while the hardware misbehaves."""
    pairs = []
    for n, (transport, delay) in enumerate((("L2", "E2E"), ("L2", "P2P"), ("UDPv4", "E2E"), ("UDPv4", "P2P"))):
        link = Link(w, n)
        settings = {"network_transport": transport, "delay_mechanism": delay, "tx_timestamp_losses_max": 0}
        gm = daemon(link.even, OURS, "gm", dict(settings, priority1=100))
        receiver = daemon(link.odd, OURS, "receiver", dict(settings, clientOnly=1))
        pairs.append(("over %s with %s" % (transport, delay), link, gm, receiver))
    time.sleep(30)
    for words, _, _, receiver in pairs:
        yield "synchronised before the losses " + words, lambda receiver=receiver: check_settled(receiver, receiver.label)
    for name, value, what in (
        ("txts_drop", 5, "every 5th transmit timestamp lost"),
        ("txts_delay_us", 3000, "transmit timestamps held back for 3 ms"),
        ("rxts_drop", 5, "every 5th receive timestamp lost"),
        ("frame_drop", 7, "every 7th frame lost"),
    ):
        before = {r.label: (r.mark(), sum_of_losses(l)) for _, l, _, r in pairs}
        set_parameter(name, value)
        time.sleep(20)
        set_parameter(name, 0)
        for words, link, gm, receiver in pairs:
            yield "%s %s" % (what, words), lambda n=name, l=link, gm=gm, r=receiver, b=before[receiver.label]: \
                kept_on(n, l, gm, r, *b)
    for words, link, gm, receiver in pairs:
        receiver.marked = receiver.mark()
        link.even.ip("link", "set", link.even.iface, "down")
    time.sleep(5)
    for words, link, gm, receiver in pairs:
        link.even.ip("link", "set", link.even.iface, "up")
    time.sleep(40)
    for words, link, gm, receiver in pairs:
        yield "link down and up again " + words, lambda r=receiver: recovered(r)


def sum_of_losses(link):
    """Drops and lost transmit stamps as both daemons count them, by gnomon status."""
    total = {}
    for node in link.ends:
        done = node.run(world.GNOMON, "status", "--json", "--socket", node.path("uds"))
        for name, value in re.findall(r'"(\w+)": *(\d+)', done.stdout):
            total[name] = total.get(name, 0) + int(value)
    return total


# What must have been counted, as gnomon status calls it: any of these.
COUNTED = {
    "txts_drop": r"transmit_?stamps_?lost",
    "rxts_drop": r"stamp_?missing",
}


def kept_on(name, link, gm, receiver, mark, before):
    seen = samples(receiver, mark)
    check(len(seen) >= 20, "only %d offsets in 20 s" % len(seen))
    worst = max(abs(offset) for offset, _ in seen)
    check(worst <= 50, "offset up to %d ns: %s" % (worst, seen[:20]))
    receiver.never("fault")
    gm.never("fault")
    if name in COUNTED:
        after = sum_of_losses(link)
        grown = [k for k in after if re.search(COUNTED[name], k, re.I) and after[k] > before.get(k, 0)]
        check(grown, "no counter like /%s/ has grown: %s" % (COUNTED[name], sorted(after)))


def recovered(receiver):
    text = receiver.log()[receiver.marked:]
    for name in ("link down", "fault", "link up", "repaired", "locked"):
        check(re.search(world.EVENTS[name][receiver.is_native], text), "%s: nothing like %r said" % (receiver.label, name))
    check_settled(receiver, receiver.label)


def swapped(w):
    """The PHC indices are the other way round than on the last boot: each daemon must find its interface's own."""
    tried = []
    for n in range(2):
        link = Link(w, n)
        gm = daemon(link.even, OURS, "gm", {"priority1": 100})
        receiver = daemon(link.odd, OURS, "receiver", {"clientOnly": 1})
        tried.append((link, gm, receiver))
    time.sleep(SETTLE_S)
    for link, gm, receiver in tried:
        yield "clocks created in reverse order, %s follows %s" % (link.odd.iface, link.even.iface), \
            lambda l=link, g=gm, r=receiver: of_its_own(l, g, r)


def of_its_own(link, gm, receiver):
    for node, process in zip(link.ends, (gm, receiver)):
        names = os.listdir("/sys/class/ptp")
        own = phc_of(node)
        check("selected /dev/ptp%d as PTP clock" % own in process.log(),
              "%s has PHC %d of %s: %s" % (node.iface, own, names, process.log()[:300]))
    settled_without_fault(gm, receiver)


def adaptive(w):
    """gnomon run as it comes, by its adaptive servo, behind Debian's ptp4l: exact stamps, and what may happen to a path."""
    tried = []
    for n, (transport, delay) in enumerate((("L2", "E2E"), ("L2", "P2P"), ("UDPv4", "E2E"), ("UDPv4", "P2P"))):
        link = Link(w, n)
        settings = {"network_transport": transport, "delay_mechanism": delay, "time_stamping": "hardware"}
        daemon(link.even, world.DEBIAN_PTP4L, "gm", dict(settings, priority1=100))
        receiver = daemon(link.odd, world.GNOMON, "receiver", dict(settings, clientOnly=1, frequency_memory="/run"))
        tried.append(("over %s with %s" % (transport, delay), link, receiver))
    time.sleep(SETTLE_S)
    for words, link, receiver in tried:
        yield "gnomon run follows Debian's ptp4l " + words, lambda l=link, r=receiver: settled_and_sure(l, r)
    for _, _, receiver in tried:
        receiver.marked = receiver.mark()
    set_parameter("delay_ns", 10500)
    time.sleep(15)
    for words, link, receiver in tried:
        yield "a path of 10 us more is no time in the end " + words, lambda l=link, r=receiver: unmoved(l, r)
    set_parameter("jitter_ns", 200)
    time.sleep(30)
    for words, link, _ in tried:
        yield "jitter of 200 ns is averaged " + words, lambda l=link: bounded(l, 100, JITTER_BOUNDS)
    set_parameter("jitter_ns", 0)
    time.sleep(30)
    for _, link, _ in tried:
        link.even.ip("link", "set", link.even.iface, "down")
    time.sleep(60)
    for words, link, _ in tried:
        yield "a minute of silence is held, and told, " + words, lambda l=link: held(l)
    for _, link, _ in tried:
        link.even.ip("link", "set", link.even.iface, "up")
    time.sleep(30)
    for words, link, receiver in tried:
        yield "after the silence it is as before " + words, lambda l=link, r=receiver: settled_and_sure(l, r)


def estimate(link):
    """What the receiver's servo believes; then by how much its clock is ahead in truth, ns."""
    asked = link.odd.run(world.GNOMON, "status", "--json", "--socket", link.odd.path("uds"))
    clocks = ["/dev/ptp%d" % phc_of(node) for node in (link.odd, link.even)]
    compared = link.odd.run(world.GNOMON, "clock", "compare", *clocks, "--json")
    check(asked.returncode in (0, 1) and compared.returncode == 0, asked.stderr + compared.stderr)
    return json.loads(asked.stdout)["estimate"], json.loads(compared.stdout)["difference_ns"]


def bounded(link, most_ns, bounds=1):
    """Returns the servo's word; the comparison of two clocks is a nanosecond or two off itself."""
    said, truth = estimate(link)
    check(said["bound_ps"] is not None, "it does not know how good its clock is, %d ns off: %s" % (truth, said))
    check(abs(truth) <= bounds * said["bound_ps"] / 1000 + LIMIT_NS, "%d ns off, beyond the bound: %s" % (truth, said))
    check(abs(truth) <= most_ns, "%d ns off: %s" % (truth, said))
    check(said["clock_fault"] == "none", "a fault of the clock: %s" % said)
    return said


def settled_and_sure(link, receiver):
    check_settled(receiver, receiver.label)
    said = bounded(link, LIMIT_NS)
    check(said["bound_ps"] <= 50000 and said["holdover_s"] == 0, "of exact stamps it says %s" % said)


def unmoved(link, receiver):
    worst = max(abs(offset) for offset, _ in samples(receiver, receiver.marked))
    check(worst <= PATH_CHANGE_NS, "offset up to %d ns" % worst)
    settled_and_sure(link, receiver)


def held(link):
    said = bounded(link, 200)
    check(said["holdover_s"] >= 50, "no holdover: %s" % said)


def phc_of(node):
    """By SIOCETHTOOL, as ethtool -T asks."""
    import array
    import fcntl
    import socket
    import struct

    with open("/proc/self/ns/net") as here, open(node.net) as there:
        setns(there.fileno())
        try:
            info = array.array("B", struct.pack("IIiIIIIIIIIII"[:13], 0x41, *[0] * 12))
            request = struct.pack("16sP16x", node.iface.encode(), info.buffer_info()[0])
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                fcntl.ioctl(s, 0x8946, request)
            return struct.unpack_from("i", info.tobytes(), 8)[0]
        finally:
            setns(here.fileno())


def setns(fd):
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    check(libc.setns(fd, 0) == 0, "setns: errno %d" % ctypes.get_errno())


GROUPS = {"two_step": two_step, "one_step": one_step, "losses": losses, "swapped": swapped, "adaptive": adaptive}


def main():
    group, directory = sys.argv[1:3]
    w = world.World("/run/lab")
    os.makedirs("/run/netns", exist_ok=True)
    failed = 0
    try:
        for name, holds in GROUPS[group](w):
            try:
                holds()
                print("ok " + name, flush=True)
            except world.Failure as failure:
                failed += 1
                print("not ok %s\n    %s" % (name, str(failure).replace("\n", "\n    ")), flush=True)
    except world.Failure as failure:
        failed += 1
        print("not ok %s\n%s\n%s" % (group, failure, w.story(8)), flush=True)
    w.close()
    for process in w.processes:
        shutil.copy(process.log_path, directory)
    sys.exit(1 if failed else 0)


main()
