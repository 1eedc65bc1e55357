"""The harness itself, with Debian's ptp4l on both sides: when this fails, look here before looking at Gnomon."""

import peer_cases
import world


def two_debian_daemons(w):
    gm, receiver = peer_cases.pair(w, needs_gnomon=False)
    theirs = world.debian_ptp4l(gm, "gm", {"priority1": 100, "free_running": 1})
    follower = world.debian_ptp4l(receiver, "receiver", {"slaveOnly": 1, "free_running": 1})
    theirs.expect_event("grandmaster")
    follower.expect(r"(master offset|rms) ")
    world.check("grandmasterPriority1" in world.pmc(receiver, "GET PARENT_DATA_SET"), "pmc does not answer")


def cases():
    return [("the harness: two of Debian's ptp4l see each other", two_debian_daemons)]
