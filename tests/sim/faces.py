#!/usr/bin/env python3
"""The faces of `gnomon sim` are what its manual says: tests/sim/faces.py [--program PATH]

JSON, CSV, captures (read by tshark), pages, tables of sweeps and of several files, exit statuses, early ends, the trace's
hash, and what is said about scenarios that are wrong. One line a case, "ok NAME" or "not ok NAME"; exit status 1 if one
of them is not. Without tshark its cases are skipped, and said to be.
"""
import csv
import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LIMIT_S = 120
HELD, FAILED, UNUSABLE, USAGE = 0, 1, 2, 255

PAIR = """\
title      Two hosts, one cable
duration   40s
parameter  delay 500ns
parameter  transport L2
node       gm      option priority1 10  option network_transport $transport
node       client  option clientOnly 1  option network_transport $transport
clock      gm      offset_spread 0s
oscillator gm      preset perfect
link       gm client  delay $delay
at 30s     set link gm-client  jitter 1ns
expect     client offset max < 10us from 20s
expect     client grandmaster is gm at 30s
expect     client steps <= 1
expect     client sent Delay_Req > 3
"""

# A line behind PAIR, and what must be said of it; "x.scenario:15: " stands before it.
WRONG = [
    ("nod a", "did you mean node?"),
    ("node gm", "gm: the name is taken, at x.scenario:5"),
    ("node a colour red", "colour: node has no such key"),
    ("node a option priorty1 1", "did you mean priority1?"),
    ("node a option priority1 300", "priority1 takes 0..255"),
    ("node a config nosuch.conf", "nosuch.conf: cannot be read: No such file or directory"),
    ("node a config bad.conf", "unknown option nosuch at line 2"),
    ("node a count 0", "count 0: expected a whole number, 1 .. 100000"),
    ("node a count 1e30", "expected a whole number, 1 .. 100000"),
    ("oscillator gn preset tcxo", "did you mean gm?"),
    ("oscillator gm preset txco", "expected one of perfect, xo"),
    ("oscillator gm frequency 1e30ppb", "-1000ppm .. 1000ppm"),
    ("oscillator gm temperature oven", "there is no curve of that name"),
    ("nic gm.3 stamp_loss 1%", "there is no such port"),
    ("link gm client", "gm-client: the name is taken, at x.scenario:9"),
    ("link gm.1 client.2", "gm: port 1 has a cable already"),
    ("link gm nosuch", "there is no node, switch or hub of that name"),
    ("link gm.2 client.2 dealy 5ns", "did you mean delay?"),
    ("link gm.2 client.2 delay -5ns", "delay -5ns: expected a time"),
    ("connect lien gm client", "did you mean line?"),
    ("connect ring gm client", "a ring needs at least 3 parts, not 2"),
    ("traffic t at gm.1 load 1%", "there is no switch or hub of that name"),
    ("fault f on gm-clinet affects Sync", "did you mean gm-client?"),
    ("fault f on gm-client affects Snyc", "some of Sync, Delay_Req"),
    ("attacker e on gm-client act raplay", "expected one of replay"),
    ("core gm rate_scale 1e400", "expected a number"),
    ("at 60s kill gm", "this is behind the end; the duration is 40s"),
    ("at 5s pul gm-client", "did you mean pull?"),
    ("at 5s every 1ps kill gm", "expected `every` at least 1ms"),
    ("at 5s kill nosuch", "kill nosuch: there is no node of that name"),
    ("at 5s manage gm SET PRIORITY1 priority1 300", "a number 0..255 was expected"),
    ("at 5s set link gm-client dleay 5ns", "did you mean delay?"),
    ("expect nosuch offset rms < 50ns", "there is no node of that name"),
    ("expect client offset rms < 50", "50: expected a time"),
    ("expect client offset rms < 50ns from 60s", "this is behind the end"),
    ("expect client.7 state is FAULTY", "client has no port 7"),
    ("expect client mtie below nosuch", "the name of a mask: G.8273.2-A"),
    ("include nosuch.inc", "cannot be read: No such file or directory"),
    ("include x.scenario", "it would include itself"),
    ("node $nosuch", "there is no parameter of that name above"),
    ("sweep seed 1..1000000000", "at most 1000 can be swept"),
    ("duration 5s", "it was said before, at x.scenario:2"),
    ("seed 18446744073709551616", "0 .. 18446744073709551615"),
    ("sample 1ps", "at least 1us"),
    ('node "a', 'a " is missing'),
    ("node a\x00b", "this is no text"),
]

JSON_KEYS = {
    "status": str, "title": str, "file": str, "seed": int, "duration_ps": int, "sample_ps": int,
    "start_tai_seconds": int, "parameters": dict, "offsets_against": str, "nodes": list, "happenings": list,
    "expectations": list, "left_out": int, "stopped": str, "command": str,
}
COLUMNS = ["time_s", "node", "offset_ns", "own_offset_ns", "frequency_ppb", "path_delay_ns", "state"]


class Wrong(Exception):
    """A case's complaint."""


def need(condition, complaint):
    if not condition:
        raise Wrong(complaint)


class Bench:
    """A folder with scenarios, and the program."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.write("x.scenario", PAIR)
        self.write("bad.conf", "[global]\nnosuch 1\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="latin1") as to:
            to.write(text)

    def sim(self, *arguments, **more):
        """Exit status, standard output, standard error."""
        environment = dict(os.environ, GNOMON_SCENARIOS=os.path.join(ROOT, "scenarios"))
        done = subprocess.run([self.program, "sim", *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              env=environment, timeout=LIMIT_S, text=True,
                              **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more})
        return done.returncode, done.stdout, done.stderr

    def fine(self, *arguments, status=HELD):
        got, out, err = self.sim(*arguments)
        need(got == status, "gnomon sim %s: status %d, not %d\n%s%s" % (" ".join(arguments), got, status, out, err))
        return out

    def hash(self, *arguments):
        found = re.search(r"^trace ([0-9a-f]{16}), \d+ events", self.fine("--hash", *arguments), re.M)
        need(found, "no trace's hash")
        return found[1]


# ---- results ----


def json_of_a_run(bench):
    result = json.loads(bench.fine("--json", "--hash", "x.scenario"))
    for key, kind in JSON_KEYS.items():
        need(isinstance(result.get(key), kind), "%s is %r" % (key, result.get(key)))
    need(result["status"] == "held", result["status"])
    need(result["parameters"] == {"delay": "500ns", "transport": "L2"}, result["parameters"])
    need([n["name"] for n in result["nodes"]] == ["gm", "client"], "nodes")
    need(result["happenings"] == [{"at_ps": 30 * 10**12, "text": "set link gm-client jitter 1ns"}], "happenings")
    need(len(result["expectations"]) == 4 and all(e["holds"] for e in result["expectations"]), "expectations")
    need(result["expectations"][0]["line"] == 11 and result["expectations"][0]["seen"] < 1000, "the first expectation")
    need(re.fullmatch("[0-9a-f]{16}", result["trace"]), "the trace's hash")


def json_of_a_failure(bench):
    out = bench.fine("--json", "--set", "delay=100us", "--until", "25s", "x.scenario")
    need(json.loads(out)["left_out"] == 2, "the grandmaster at 30 s and Delay_Req to come should be left out")
    bench.write("fails.scenario", PAIR + "expect client offset max < 1ps from 30s\n")
    result = json.loads(bench.fine("--json", "fails.scenario", status=FAILED))
    need(result["status"] == "failed" and not result["expectations"][-1]["holds"], "it should have failed")


def json_of_lists(bench):
    listed = json.loads(bench.fine("--list", "--json"))
    need(len(listed) > 30 and all(s["readable"] and s["title"] for s in listed), "the library is not readable")
    told = json.loads(bench.fine("--explain", "x.scenario", "--json"))
    need(told["duration_ps"] == 40 * 10**12 and len(told["expectations"]) == 4, "explanation")


def csv_of_a_run(bench):
    bench.fine("-q", "x.scenario", "--csv", "x.csv")
    with open(bench.path("x.csv"), encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    need(rows[0] == COLUMNS, rows[0])
    need(len(rows) == 1 + 2 * 401, "%d rows" % len(rows))
    need(all(len(row) == len(COLUMNS) for row in rows), "rows of different lengths")
    last = rows[-1]
    need(float(last[0]) == 40 and last[1] == "client" and last[6] == "TIME_RECEIVER", last)
    need(abs(float(last[2])) < 1000 and abs(float(last[5]) - 500) < 50, last)


def csv_of_one_node(bench):
    status, out, err = bench.sim("x.scenario", "--csv", "cl*=-")
    rows = [line.split(",") for line in out.splitlines() if not line.startswith("#")]
    need(status == HELD and len(rows) == 402, "%d rows" % len(rows))
    need({row[1] for row in rows[1:]} == {"client"}, "other nodes")
    need("all 4 expectations hold" in err, "the summary should be on standard error")


class Page(html.parser.HTMLParser):
    VOID = {"meta", "br", "hr", "img", "input", "link", "col", "wbr"}

    def __init__(self):
        super().__init__()
        self.open, self.complaints, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "action") and not (value or "").startswith(("#", "data:")):
                self.complaints.append("%s %s=%s" % (tag, name, value))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.complaints.append("</%s> closes something else, at line %d" % (tag, self.getpos()[0]))


def page_of_a_run(bench):
    bench.write("odd.scenario", PAIR.replace("Two hosts", 'Two <hosts> & "one\''))
    for name in ("odd.scenario", "switch-under-load-steps"):
        bench.fine("-q", "--no-sweep", name, "--report", "x.html")
        with open(bench.path("x.html"), encoding="utf-8") as file:
            text = file.read()
        page = Page()
        page.feed(text)
        need(not page.complaints and not page.open, "%s: %s, open: %s" % (name, page.complaints[:3], page.open))
        need({"svg", "table", "title", "style"} <= page.tags, "%s: parts are missing" % name)
        need(not re.search(r"(?:src|href)=[\"']?http|url\(|@import", text), "%s: it needs something else" % name)


# ---- captures ----

FIELDS = ["_ws.malformed", "_ws.expert", "vlan.id", "ip.checksum.status", "udp.checksum.status", "ptp.v2.messagetype"]


def dissect(path):
    argv = ["tshark", "-r", path, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o",
            "ptp.analyze_ptp_messages:FALSE", "-T", "fields", "-E", "separator=;"]
    for field in FIELDS:
        argv += ["-e", field]
    out = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
    return [dict(zip(FIELDS, line.split(";"))) for line in out.splitlines()]


def captures_of(bench, transport, vlan):
    # A tag shows behind the link that puts it on: captures have what enters a link.
    bench.write("net.scenario", PAIR.replace("link       gm client  delay $delay", "switch sw\n"
                "link gm sw vlan %d\nlink sw client vlan %d" % (vlan, vlan))
                .replace("link gm-client", "link gm-sw"))
    folder = "captures-%s-%d" % (transport, vlan)
    bench.fine("-q", "--set", "transport=" + transport, "net.scenario", "--pcap", folder)
    need(sorted(os.listdir(bench.path(folder))) == ["gm-sw.pcap", "sw-client.pcap"], "files")
    frames = dissect(bench.path(folder + "/sw-client.pcap"))
    need(len(frames) > 100, "%d frames" % len(frames))
    need({int(f["ptp.v2.messagetype"], 0) for f in frames} >= {0, 1, 8, 9, 11}, "message types are missing")
    for number, frame in enumerate(frames, 1):
        need(not frame["_ws.malformed"] and not frame["_ws.expert"], "frame %d: %s" % (number, frame))
        need(frame["ip.checksum.status"] == ("1" if transport == "UDPv4" else ""), "frame %d: %s" % (number, frame))
        need(frame["udp.checksum.status"] == ("" if transport == "L2" else "1"), "frame %d: %s" % (number, frame))
    tags = {frame["vlan.id"] for frame in frames}
    need(str(vlan) in tags if vlan else tags == {""}, "tags: %s" % tags)


def capture_of_one_link(bench):
    bench.fine("-q", "x.scenario", "--pcap", "gm-client=one.pcap")
    need(os.path.getsize(bench.path("one.pcap")) > 5000, "it is empty")
    status, _, err = bench.sim("x.scenario", "--pcap", "gm-clinet=two.pcap")
    need(status == UNUSABLE and "there is no link gm-clinet; there are: gm-client" in err, err)


# ---- runs ----


def hashes(bench):
    first = bench.hash("x.scenario")
    need(bench.hash("x.scenario") == first, "the same seed gives another trace")
    need(bench.hash("--trace=gm", "--csv", "h.csv", "--report", "h.html", "x.scenario") == first,
         "watching changes the trace")
    seeds = {bench.hash("--seed", seed, "x.scenario") for seed in ("2", "3", "18446744073709551615")}
    need(len(seeds | {first}) == 4, "different seeds give the same trace")
    need(bench.hash("--set", "delay=501ns", "x.scenario") != first, "another delay gives the same trace")


def until(bench):
    out = bench.fine("--until", "10s", "x.scenario")
    need("10 s of 2 nodes" in out and "3 expectations of later times left out" in out, out)
    need("the expectation holds" in out, out)


def break_on(bench):
    out = bench.fine("--break-on", "client:state=TIME_RECEIVER", "x.scenario")
    need(re.search(r"^stopped: client:state=TIME_RECEIVER: client, port 1, at \d+\.\d+ s", out, re.M), out)
    result = json.loads(bench.fine("--json", "--break-on", "CLOCK_STEPPED", "x.scenario"))
    need(result["stopped"].startswith("CLOCK_STEPPED: client") and result["duration_ps"] < 40 * 10**12, result["stopped"])
    need(json.loads(bench.fine("--json", "--break-on", "FAULT_WAIT", "x.scenario"))["stopped"] == "", "nothing happened")


def trace(bench):
    lines = bench.fine("-q", "--trace=client", "--until", "35s", "x.scenario").splitlines()
    need(len(lines) > 100, "%d lines" % len(lines))
    odd = [line for line in lines if not re.match(r" *\d+\.\d{12}  (client|\*) ", line)]
    need(not odd, odd[:3])
    need("    30.000000000000  *       set link gm-client jitter 1ns" in lines, "what happened is missing")


def mutant(bench):
    bench.write("m.scenario", PAIR + "mutant core client rate_scale -1\n")
    bench.fine("-q", "m.scenario")
    out = bench.fine("-q", "m.scenario", "--mutant", status=FAILED)
    need("gnomon sim m.scenario --mutant" in out, out)
    status, _, err = bench.sim("x.scenario", "--mutant")
    need(status == UNUSABLE and "it has no `mutant' line" in err, err)


def command_of_a_failure(bench):
    """What is said to run it again does."""
    bench.write("it's odd.scenario", PAIR + "expect client offset max < 1ps from 30s\n")
    out = bench.fine("it's odd.scenario", "--set", "delay=3us", "--seed", "7", status=FAILED)
    command = re.search(r"^ +gnomon (sim .*)$", out, re.M)[1]
    argv = subprocess.run(["sh", "-c", "for a in %s; do echo \"$a\"; done" % command], stdout=subprocess.PIPE,
                          text=True, check=True).stdout.splitlines()
    need(argv == ["sim", "it's odd.scenario", "--set", "delay=3us", "--set", "seed=7"], argv)


def from_a_pipe(bench):
    text = "sweep seed 1..3\n" + PAIR
    done = subprocess.run([bench.program, "sim", "-"], input=text, stdout=subprocess.PIPE, text=True, timeout=LIMIT_S)
    need(done.returncode == HELD and "3 runs: 3 held, 0 failed" in done.stdout, done.stdout)


# ---- several runs ----


def sweep_table(bench):
    bench.write("s.scenario", PAIR.replace("parameter  delay 500ns", "sweep delay 500ns 5us 2ms")
                + "sweep seed 1..2\nexpect client path-delay mean < 1ms from 30s\n")
    out = bench.fine("s.scenario", status=FAILED)
    lines = out.splitlines()
    need(re.split("  +", lines[0].strip()) == ["run", "verdict", "client offset max", "client steps",
                                               "client sent Delay_Req", "client path-delay mean"], lines[0])
    need(len({len(line.rstrip(" !")) for line in lines[1:5]}) == 1, "columns are not below one another")
    need(re.match(r"delay=500ns seed=1  held +[\d.]+ [nu]s +\d +\d+ +[\d.]+ ns$", lines[1]), lines[1])
    need(re.match(r"delay=2ms seed=2 +FAILED .*2 ms !$", lines[6]), lines[6])
    need("! does not hold" in lines[7] and "6 runs: 4 held, 2 failed" in lines[-1], out)
    need("gnomon sim s.scenario --set delay=2ms --set seed=1" in out, out)
    need(bench.fine("-j", "1", "s.scenario", status=FAILED) == out, "it depends on how many run at once")
    out = bench.fine("s.scenario", "--set", "delay=2ms", "--set", "seed=1", status=FAILED)
    need("40 s of 2 nodes, seed 1" in out and "delay 2ms" in out, "the failure's command runs more than it:\n" + out)
    out = bench.fine("s.scenario", "--seed", "9", status=FAILED)
    need(re.search(r"^delay=5us +held", out, re.M) and "3 runs: 2 held, 1 failed" in out, out)


def sweep_json(bench):
    runs = json.loads(bench.fine("--json", "s.scenario", status=FAILED))
    need([r["status"] for r in runs] == ["held"] * 4 + ["failed"] * 2, "statuses")
    need([r["parameters"] for r in runs][:3] == [{"delay": "500ns", "seed": "1"}, {"delay": "500ns", "seed": "2"},
                                                 {"delay": "5us", "seed": "1"}], "the last does not vary fastest")
    need(all(r["simulated_s"] == 40 and len(r["expectations"]) == 5 for r in runs), "expectations")


def no_sweep(bench):
    out = bench.fine("--no-sweep", "s.scenario")
    need("delay 500ns" in out and "all 5 expectations hold" in out, out)


def several_files(bench):
    out = bench.fine("x.scenario", "s.scenario", "link-flap", status=FAILED)
    lines = out.splitlines()
    need(len([l for l in lines if re.match(r"\S+scenario .*(held|FAILED) ", l)]) == 7, out)
    need(re.search(r"^link-flap +held +6 of 6 +250 s", out, re.M), out)
    need("8 runs: 6 held, 2 failed" in lines[-1], lines[-1])
    runs = json.loads(bench.fine("--json", "x.scenario", "link-flap"))
    need([os.path.basename(r["file"]) for r in runs] == ["x.scenario", "link-flap.scenario"], "files")
    status, out, err = bench.sim("x.scenario", "nosuch", "bad.conf")
    need(status == UNUSABLE and not out and "nosuch: there is no such file" in err and "bad.conf:1:" in err,
         "all mistakes are told before anything runs")


def check(bench):
    out = bench.fine("--check", "x.scenario", "s.scenario")
    need(out == "x.scenario: no mistakes\ns.scenario: no mistakes, in 6 runs\n", out)


def interrupted(bench):
    bench.write("long.scenario", PAIR.replace("40s", "100d").replace("title", "sample 100s\ntitle"))
    for sweep, wanted in (("", r"^stopped: interrupted at \d"), ("sweep seed 1..9\n", r"9 runs: 0 held, 0 failed, 9 not run")):
        bench.write("long.scenario", sweep + PAIR.replace("40s", "100d\nsample 100s"))
        run = subprocess.Popen([bench.program, "sim", "long.scenario"], cwd=bench.folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=LIMIT_S)
        need(run.returncode == -signal.SIGINT, "status %d" % run.returncode)
        need(re.search(wanted, out, re.M), out + err)


# ---- what is wrong ----


def wrong_scenarios(bench):
    complaints = []
    for line, said in WRONG:
        bench.write("x.scenario", PAIR + line + "\n")
        status, out, err = bench.sim("x.scenario")
        first = err.splitlines()[0] if err else ""
        if status != UNUSABLE or out or said not in err or not re.match(r"gnomon sim: x\.scenario:15: ", first):
            complaints.append("%r: status %d: %s%s" % (line, status, out, err))
    bench.write("x.scenario", PAIR)
    need(not complaints, "\n".join(complaints))


def statuses(bench):
    cases = [
        ([], USAGE, "no scenario"),
        (["--nosuch"], USAGE, "gnomon sim: unrecognized option '--nosuch'"),
        (["--until", "10", "x.scenario"], USAGE, "--until takes a time such as 90s"),
        (["--until", "-1s", "x.scenario"], USAGE, "--until takes a time such as 90s"),
        (["--set", "x", "x.scenario"], USAGE, "--set takes NAME=VALUE"),
        (["-j", "0", "x.scenario"], USAGE, "a number 1 .. 256 was expected"),
        (["--json", "--trace", "x.scenario"], USAGE, "each want it to themselves"),
        (["--list", "x.scenario"], USAGE, "take none"),
        (["--replay", "a", "b"], USAGE, "take none"),
        (["--trace", "x.scenario", "s.scenario"], USAGE, "are of one run, but these are 7"),
        (["--set", "dely=1us", "x.scenario"], UNUSABLE, "the scenario has no parameter of that name; did you mean delay?"),
        (["--seed", "-1", "x.scenario"], UNUSABLE, "0 .. 18446744073709551615"),
        (["--break-on", "NOSUCH", "x.scenario"], UNUSABLE, "expected a report: all, PORT_STATE"),
        (["--break-on", "nosuch:LINK", "x.scenario"], UNUSABLE, "there is no node nosuch"),
        (["--trace=nosuch", "x.scenario"], UNUSABLE, "there is no node nosuch"),
        (["--csv", "nosuch=y.csv", "x.scenario"], UNUSABLE, "there is no node nosuch"),
        (["link-flop"], UNUSABLE, "did you mean link-flap?"),
        (["."], UNUSABLE, "there is no such file"),
        (["/tmp/"], UNUSABLE, "it is a folder"),
        (["/dev/null"], UNUSABLE, "there is no `duration` in it"),
        (["--csv", "/nosuch/x", "x.scenario"], UNUSABLE, "--csv /nosuch/x: No such file or directory"),
        (["--report", ".", "x.scenario"], UNUSABLE, "--report .: Is a directory"),
        (["--replay", "x.scenario"], UNUSABLE, "it is no recording"),
        (["--replay", "/dev/null"], UNUSABLE, "it is no file that can be read twice"),
    ]
    for arguments, wanted, said in cases:
        status, out, err = bench.sim(*arguments)
        need(status == wanted and said in err and not out, "%s: status %d: %s%s" % (arguments, status, out, err))


def full_disk(bench):
    with open("/dev/full", "w", encoding="ascii") as full:
        for arguments in (["x.scenario"], ["--json", "x.scenario"], ["--list"], ["--keys"], ["s.scenario"],
                          ["--explain", "x.scenario"], ["--trace", "x.scenario"], ["--csv", "-", "x.scenario"]):
            status, _, err = bench.sim(*arguments, stdout=full)
            need(status in (FAILED, UNUSABLE) and "No space left on device" in err, "%s: %d %s" % (arguments, status, err))
    for option in ("--csv", "--report", "--pcap"):
        status, _, err = bench.sim("x.scenario", option, "gm-client=/dev/full" if option == "--pcap" else "/dev/full")
        need(status == UNUSABLE and "could not be written completely" in err, "%s: %d %s" % (option, status, err))


def colours(bench):
    need("\033" not in bench.fine("x.scenario"), "a pipe gets colours")


CASES = [
    ("the results are JSON as described", json_of_a_run),
    ("a run that ended early leaves out what it cannot know", json_of_a_failure),
    ("the library and an explanation are JSON too", json_of_lists),
    ("samples are CSV with all columns and rows", csv_of_a_run),
    ("samples of one node go to standard output, alone", csv_of_one_node),
    ("a page is well formed and needs nothing else", page_of_a_run),
    ("one link is captured", capture_of_one_link),
    ("the same seed gives the same trace, another another", hashes),
    ("--until leaves out later expectations", until),
    ("--break-on ends the run", break_on),
    ("--trace is of one node", trace),
    ("a mutant fails", mutant),
    ("the command of a failure runs it again", command_of_a_failure),
    ("a scenario comes by a pipe", from_a_pipe),
    ("a sweep becomes a table", sweep_table),
    ("a sweep becomes JSON", sweep_json),
    ("--no-sweep takes the first values", no_sweep),
    ("several files become one result", several_files),
    ("--check tries all combinations", check),
    ("an interrupt shows what was seen", interrupted),
    ("mistakes are told with file, line and what was expected", wrong_scenarios),
    ("exit statuses are as documented", statuses),
    ("what cannot be written is told", full_disk),
    ("a pipe gets no colours", colours),
]
TSHARK_CASES = [("tshark reads %s%s" % (t, " with VLAN tags" if v else ""), lambda b, t=t, v=v: captures_of(b, t, v))
                for t in ("L2", "UDPv4", "UDPv6") for v in (0, 100)]


def main():
    program = os.path.join(ROOT, "build", "gnomon")
    if sys.argv[1:2] == ["--program"]:
        program = os.path.abspath(sys.argv[2])
    has_tshark = shutil.which("tshark") is not None
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(program, folder)
        for name, case in CASES + (TSHARK_CASES if has_tshark else []):
            complaint = None
            try:
                case(bench)
            except (Wrong, subprocess.TimeoutExpired, ValueError, KeyError, IndexError, TypeError) as error:
                complaint = "%s: %s" % (type(error).__name__, error)
            print("%s %s" % ("not ok" if complaint else "ok", name), flush=True)
            if complaint:
                fine = False
                print("\n".join("    " + line for line in complaint.splitlines()[:40]), flush=True)
    if not has_tshark:
        print("ok captures # SKIP tshark is not installed")
    sys.exit(0 if fine else 1)


main()
