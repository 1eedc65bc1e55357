"""What happens to a running daemon: time transmitters that die and come back, cables, mistakes of the person who starts it."""

import os
import re
import shutil
import time

import world
from world import check

ANNOUNCE_S = 0.5  # logAnnounceInterval -1, three of them without an Announce: 1.5 s, and up to one more of randomness


def gnomon_pair(w):
    check(os.path.exists(world.GNOMON), "build/gnomon is not built")
    a, b = w.node("a"), w.node("b")
    w.link(a, b)
    return a, b


def killed_and_back(start_survivor, killed_is_named):
    """The grandmaster `a` is killed; `b` takes over; `a` returns and is followed again."""

    def case(w):
        a, b = gnomon_pair(w)
        first = world.gnomon_run(a, "first", {"priority1": 100})
        first.expect_event("grandmaster", 20)
        survivor = start_survivor(b)
        survivor.expect_event("follows", 20)
        if killed_is_named:
            survivor.expect_event("locked", 30)
        mark = survivor.mark()
        killed_at = time.monotonic()
        first.kill()
        survivor.expect_event("takes over", 20, after=mark)
        took = time.monotonic() - killed_at
        check(2 * ANNOUNCE_S <= took <= 8 * ANNOUNCE_S, "took over after %.1f s" % took)
        mark = survivor.mark()
        again = world.gnomon_run(a, "again", {"priority1": 100})
        again.expect_event("ready", 10)
        survivor.expect_event("gives way", 20, after=mark)
        if killed_is_named:
            survivor.expect_event("locked", 30, after=mark)
            world.settled_difference_ns(b, "a", "b", 200e3, 30)

    return case


def pulled_cable(w):
    a, b = gnomon_pair(w)
    world.gnomon_run(a, "gm", {"priority1": 100})
    ours = world.gnomon_run(b, "receiver", {"clientOnly": 1, **world.EAGER})
    ours.expect_event("locked", 40)
    mark = ours.mark()
    a.ip("link", "set", "eth0", "down")
    ours.expect_event("link down", 10, after=mark)
    ours.expect_event("fault", 10, after=mark)
    mark = ours.mark()
    a.ip("link", "set", "eth0", "up")
    ours.expect_event("link up", 10, after=mark)
    ours.expect_event("repaired", 20, after=mark)
    ours.expect_event("locked", 40, after=mark)


def ends_with(process, status, *patterns):
    got = process.wait(10)
    text = process.log()
    check(got == status, "exit status %d instead of %d: %s" % (got, status, text))
    for pattern in patterns:
        check(re.search(pattern, text), "nothing like /%s/ is said: %s" % (pattern, text))


def no_such_interface(w):
    a, _ = gnomon_pair(w)
    ends_with(world.gnomon_run(a, "gnomon", iface="nosuch0"), 255, r"nosuch0", r"[Nn]o such (device|interface)|not exist")
    ends_with(a.start("ptp4l", world.OUR_PTP4L, "-S", "-m", "-q", "-i", "nosuch0"), 255, r"No such device",
              r"failed to create a clock")


def socket_in_use(w):
    a, _ = gnomon_pair(w)
    first = world.gnomon_run(a, "first")
    first.expect_event("ready", 10)
    second = world.gnomon_run(a, "second", {"clock_name": "another"})
    ends_with(second, 255, re.escape(a.path("ptp4l")))
    check("DEFAULT_DATA_SET" in world.pmc(a, "GET DEFAULT_DATA_SET"), "the first daemon lost its socket")
    check("priority1" in world.pmc(a, "GET DEFAULT_DATA_SET"), "the first daemon no longer answers")


def no_permission(w):
    a, _ = gnomon_pair(w)
    with open("/proc/self/uid_map") as f:
        if len(f.read().split()) == 3 and os.path.exists("/proc/self/setgroups") and \
                open("/proc/self/setgroups").read().strip() == "deny":
            raise world.Skip("started by an ordinary user: there is no second user to become")
    # In /run, which is the test's own: the tree may lie where nobody else may look.
    os.chmod("/run", 0o777)
    program, conf = shutil.copy(world.GNOMON, "/run/gnomon"), "/run/nobody.conf"
    with open(conf, "w") as f:
        f.write("[global]\ntime_stamping software\nclock virtual\nclock_name nobody\n"
                "uds_address /run/nobody.sock\nuds_ro_address /run/nobody.ro\n")
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps", "-all",
              "--bounding-set", "-all"]
    ours = a.start("gnomon", *nobody, program, "run", "-m", "-q", "-f", conf, "-i", "eth0")
    ours.expect(r"(?i)permi(tted|ssion)", 10)
    ours.expect(r"(?i)cap_net_bind_service|net_bind_service", 10)


BAD_FILES = [
    "[global]\nnonsense 1\n",
    "[global]\nlogSyncInterval x\n",
    "[global]\nlogSyncInterval 200\n",
    "[global]\npriority1 5 # x\n",
    "[global]\npriority1 -1\n",
    "logSyncInterval 0\n",
    "[global]\npriority1\n",
    "[global\npriority1 1\n",
    "[global]\ndelay_mechanism E3E\n",
    "[eth9]\ndomainNumber 3\n",
    "[ ]\n",
]

BAD_LINES = [
    ["-f", "/nonexistent.conf", "-i", "eth0"],
    [],
    ["-i", "eth0", "--logSyncInterval=200"],
    ["-i", "eth0", "--network_transport=token_ring"],
    ["-i", "eth0", "-l", "9"],
    ["-Z"],
]


def mistakes_are_worded_alike(w):
    """Our ptp4l and Debian's, given the same mistakes, say the same and end alike."""
    a, _ = gnomon_pair(w)
    world.need(world.DEBIAN_PTP4L, "apt-get download linuxptp failed")
    tries = [["-f", w.file("bad%d.conf" % i, text), "-i", "eth0"] for i, text in enumerate(BAD_FILES)] + BAD_LINES
    for arguments in tries:
        said = []
        for program in (world.DEBIAN_PTP4L, world.OUR_PTP4L):
            done = a.run(program, "-S", "-q", *arguments, timeout=10)
            # Of a usage text the first line counts: release 4.4, which we follow, has other options than Debian's 3.1.
            text = done.stderr.replace(program, "PROGRAM").split("\nusage:")[0]
            said.append((done.returncode, text))
        check(said[0] == said[1], "%s: Debian's says %r, ours %r" % (" ".join(arguments), said[0], said[1]))


def native_mistakes_tell_where(w):
    a, _ = gnomon_pair(w)
    for text, pattern in (
        ("[global]\nlogSyncInterval 200\n", r"[^\n]*bad\.conf[^\n]*2[^\n]*|line 2"),
        ("[global]\nnonsense 1\n", r"nonsense"),
    ):
        done = a.run(world.GNOMON, "run", "-f", w.file("bad.conf", text), "-i", "eth0")
        check(done.returncode == 254, "exit status %d instead of 254" % done.returncode)
        check(re.search(pattern, done.stderr), "nothing like /%s/ is said: %s" % (pattern, done.stderr))


def debians_own_configuration(w):
    a, b = gnomon_pair(w)
    world.need(world.DEBIAN_CONF, "apt-get download linuxptp failed")
    # Only the clock is kept out of it: this is a machine in use.
    ours = a.start("ptp4l", world.OUR_PTP4L, "-S", "-m", "-q", "-f", world.DEBIAN_CONF, "-i", "eth0", "--free_running=1")
    ours.expect(r"^ptp4l\[\d+\.\d{3}\]: port 1 \(eth0\): INITIALIZING to LISTENING on INIT_COMPLETE$", 10)
    ours.expect(r"^ptp4l\[\d+\.\d{3}\]: port 1 \(eth0\): LISTENING to MASTER on ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES$", 20)
    ours.expect_event("grandmaster", 10)
    answer = world.pmc(a, "GET PORT_DATA_SET", socket="/var/run/ptp4l")
    check(re.search(r"portState +MASTER", answer), "pmc at /var/run/ptp4l: %r" % answer)
    check(ours.stop() == 0, "does not end with status 0 after SIGTERM")
    check(not os.path.exists("/var/run/ptp4l"), "/var/run/ptp4l is left behind")


def cases():
    def gnomon_survives(b):
        return world.gnomon_run(b, "survivor", {"priority1": 120, **world.EAGER})

    def debian_survives(b):
        return world.debian_ptp4l(b, "survivor", {"priority1": 120, "free_running": 1})

    return [
        ("a killed grandmaster is replaced by gnomon and followed again when back", killed_and_back(gnomon_survives, True)),
        ("a killed gnomon is replaced by Debian's ptp4l and followed again when back",
         killed_and_back(debian_survives, False)),
        ("a pulled cable is a fault, and its return the end of it", pulled_cable),
        ("an interface that does not exist is named", no_such_interface),
        ("a management socket in use is named and not taken away", socket_in_use),
        ("a missing permission is named", no_permission),
        ("our ptp4l words configuration mistakes as Debian's does", mistakes_are_worded_alike),
        ("gnomon run says where a configuration mistake is", native_mistakes_tell_where),
        ("Debian's own ptp4l.conf starts unchanged", debians_own_configuration),
    ]
