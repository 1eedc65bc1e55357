"""What `gnomon run --record` wrote down, `gnomon sim --replay` does again: every action the same."""

import json
import os
import random
import re
import time

import world
from world import check

# Quick to fill files of the least size there is.
QUICK = {"logSyncInterval": -6, "logMinDelayReqInterval": -6, **world.EAGER}
SIZE, FILES = 200000, 3


def pair(w):
    check(os.path.exists(world.GNOMON), "build/gnomon is not built")
    a, b = w.node("a"), w.node("b")
    w.link(a, b)
    return a, b


def record(node, label, settings, path, *more):
    return world.gnomon_run(node, label, {**QUICK, **settings}, arguments=("--record", path, *more))


def replay(node, path, *more):
    return node.run(world.GNOMON, "sim", "--replay", path, *more)


def all_the_same(node, path):
    """Replays one file; how many events it had."""
    done = replay(node, path)
    found = re.search(r"replayed ([\d,]+) events, ([\d,]+) actions over [\d.]+ s: all the same", done.stdout)
    check(done.returncode == 0 and found, "%s: status %d: %s%s" % (path, done.returncode, done.stdout, done.stderr))
    return int(found.group(1).replace(",", ""))


def files_of(path):
    return [name for name in [path] + ["%s.%d" % (path, n) for n in range(1, 50)] if os.path.exists(name)]


def both_ends_replay(w):
    """Locking, rotation, a cable that is pulled, questions of this machine: both daemons' files replay alike."""
    a, b = pair(w)
    paths = {node: os.path.join(w.directory, node.name + ".rec") for node in (a, b)}
    limits = ("--record-size", str(SIZE), "--record-files", str(FILES))
    gm = record(a, "gm", {"priority1": 100}, paths[a], *limits)
    ours = record(b, "receiver", {}, paths[b], *limits)
    ours.expect_event("locked", 40)
    asked = b.run(world.GNOMON, "status", "--socket", b.path("ptp4l"))
    check(asked.stdout, "gnomon status says nothing: %s" % asked.stderr)
    mark = ours.mark()
    a.ip("link", "set", "eth0", "down")
    ours.expect_event("link down", 10, after=mark)
    mark = ours.mark()
    a.ip("link", "set", "eth0", "up")
    ours.expect_event("locked", 40, after=mark)
    for node in (a, b):
        world.wait_until("%d files of %s" % (FILES, node.name), lambda: len(files_of(paths[node])) == FILES, 60)
    world.wait_until("the first file to be gone", lambda: sequence(b, files_of(paths[b])[-1]) > 0, 60)
    check(ours.stop() == 0 and gm.stop() == 0, "a daemon did not end well")
    for node in (a, b):
        files = files_of(paths[node])
        check(len(files) == FILES, "%d files instead of %d" % (len(files), FILES))
        for path in files:
            check(os.path.getsize(path) < SIZE * 1.3, "%s has %d octets" % (path, os.path.getsize(path)))
            check(os.stat(path).st_mode & 0o777 == 0o600, "%s may be read by others" % path)
            all_the_same(node, path)
        sequences = [sequence(node, path) for path in files]
        check(sequences == sorted(sequences, reverse=True) and len(set(sequences)) == FILES,
              "the files are not in order: %s" % sequences)
    told = json.loads(replay(b, paths[b], "--json").stdout)
    check(told["same"] is True and told["interfaces"] == ["eth0"] and "[global]" in told["configuration"],
          "--json says %s" % told)


def sequence(node, path):
    return json.loads(replay(node, path, "--json").stdout or '{"sequence": -1}')["sequence"]


def start_to_end_and_beyond(w):
    """A whole run from power-up; then damage of every kind is told and never passes for the same."""
    a, b = pair(w)
    path = os.path.join(w.directory, "b.rec")
    world.gnomon_run(a, "gm", {"priority1": 100})
    ours = record(b, "receiver", {}, path)
    ours.expect_event("locked", 40)
    check(ours.stop() == 0, "the daemon did not end well")
    events = all_the_same(b, path)
    trace = replay(b, path, "--trace").stdout
    for pattern in (r"start\n", r"received Sync \d+ of ", r"-> (port 1 \(eth0\): )?send Delay_Req", r"-> set the rate to ",
                    r"-> report: port 1 \(eth0\): .*TIME_RECEIVER", r"stop\n"):
        check(re.search(pattern, trace), "nothing like /%s/ in the trace" % pattern)
    check(trace.count("\n") > events, "the trace has %d lines for %d events" % (trace.count("\n"), events))
    with open(path, "rb") as f:
        whole = f.read()
    dice = random.Random(1)
    damaged = os.path.join(w.directory, "damaged.rec")
    # Somewhere in the header, in the snapshot and among the records.
    for at in [0, 9, 40, 3000, 12000] + [dice.randrange(len(whole)) for _ in range(40)]:
        with open(damaged, "wb") as f:
            f.write(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1:])
        done = replay(b, damaged)
        check(done.returncode in (1, 2), "octet %d: status %d: %s" % (at, done.returncode, done.stdout))
        check(done.stderr.startswith(damaged) or "not the same" in done.stdout, "octet %d: %s" % (at, done.stderr))
    for length in [0, 7, 8, 500, len(whole) // 2, len(whole) - 1]:
        with open(damaged, "wb") as f:
            f.write(whole[:length])
        done = replay(b, damaged)
        check(done.returncode == 2 and done.stderr, "cut at %d: status %d" % (length, done.returncode))
    check(replay(b, "/etc/hostname").returncode == 2, "a host's name was replayed")
    check(replay(b, "/nonexistent").returncode == 2, "nothing was replayed")


def killed(w):
    """SIGKILL: what happened up to a second before is there and replays."""
    a, b = pair(w)
    path = os.path.join(w.directory, "b.rec")
    world.gnomon_run(a, "gm", {"priority1": 100})
    ours = record(b, "receiver", {}, path)
    ours.expect_event("locked", 40)
    time.sleep(1.2)
    ours.kill()
    all_the_same(b, path)
    check("TIME_RECEIVER" in replay(b, path, "--trace").stdout, "the lock is not in the recording")
    again = record(b, "again", {"clock_name": "another"}, path)
    again.expect_event("locked", 40)
    check(again.stop() == 0, "the daemon did not end well")
    check(files_of(path) == [path, path + ".1"], "the recording of the first run is gone: %s" % files_of(path))
    for one in files_of(path):
        all_the_same(b, one)


def refused(w):
    """What is no recording is not touched, and the daemon does not start without the recording it was told to make."""
    _, b = pair(w)
    letter = w.file("letter", "Dear Sir")
    link = os.path.join(w.directory, "link")
    os.symlink(letter, link)
    for label, path, pattern in (("letter", letter, "is no recording"), ("link", link, "is a symbolic link"),
                                 ("nowhere", "/nonexistent/x", "No such file")):
        ours = record(b, label, {}, path)
        check(ours.wait(10) == 255, "%s: it started" % label)
        check(re.search(pattern, ours.log()), "%s: nothing like /%s/: %s" % (label, pattern, ours.log()))
    with open(letter) as f:
        check(f.read() == "Dear Sir", "the letter was changed")


def no_room(w):
    """A full disk ends the recording with one line; time goes on."""
    a, b = pair(w)
    os.makedirs("/run/small")
    world.sh("mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", "/run/small")
    world.gnomon_run(a, "gm", {"priority1": 100, "logSyncInterval": -6})
    ours = record(b, "receiver", {}, "/run/small/b.rec")
    ours.expect(r"recording to /run/small/b.rec ends: .*No space left", 60)
    mark = ours.mark()
    ours.expect_event("locked", 60, after=0)
    world.settled_difference_ns(b, "a", "b", 500e3, 40)
    check(len(re.findall("recording to .* ends", ours.log())) == 1, "it is said more than once")
    check(ours.child.poll() is None, "the daemon ended: %s" % ours.log()[mark:])
    check(ours.stop() == 0, "the daemon did not end well")
    done = replay(b, "/run/small/b.rec")
    check(done.returncode == 2 and "damaged" in done.stderr, "status %d: %s" % (done.returncode, done.stderr))
    check("all the same" in done.stdout, "what is whole does not replay: %s" % done.stdout)


def cases():
    yield "record, both ends: every file replays alike", both_ends_replay
    yield "record, from start to end: damage is told", start_to_end_and_beyond
    yield "record, killed: what was flushed is there", killed
    yield "record, what is no recording is left alone", refused
    yield "record, no room: the recording ends, time goes on", no_room
