"""A grandmaster under load."""

import os

import peer_cases
import world
from world import check

RATE = 20000
SECONDS = 5


def flooded(w):
    gm, receiver = peer_cases.pair(w)
    check(os.path.exists(os.path.join(world.BUILD, "bench", "flood")), "build/bench/flood is not built")
    ours = world.gnomon_run(gm, "gnomon", {"priority1": 100, "logSyncInterval": -4})
    ours.expect_event("grandmaster", 20)
    seen = world.flood(receiver, RATE, SECONDS)
    check(seen["sent"] >= 0.9 * RATE * SECONDS, "only %d requests could be sent" % seen["sent"])
    check(seen["sync_lost"] == 0, "%d Syncs were lost" % seen["sync_lost"])
    # Half a second longer than the flood, 16 a second, and a few for the timer's spread.
    check(seen["syncs"] >= 16 * SECONDS - 4, "only %d Syncs came" % seen["syncs"])
    check(seen["answered"] > 0, "no request was answered")
    ours.never("fault")
    answer = world.pmc(gm, "GET PORT_DATA_SET")
    check("MASTER" in answer, "after the flood pmc says %r" % answer)


def cases():
    return [("20,000 Delay_Req a second cost no Sync and no fault", flooded)]
