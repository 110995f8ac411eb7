#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types the same commands at two engines and compares what comes back.

    compare.py --cases FILE --differences FILE --prelude FILE --work DIR --client NAME OURS PEER [SECTION...]

OURS and PEER are sockets. The cases file holds sections, "[name]", of shell lines. Every line runs at both engines, in a
folder that each has for itself; standard output, standard error and exit code are made comparable (normalise.py) and
compared. A line that begins with "@" prepares something: only its exit code is compared. What is JSON in both outputs is
compared member by member, so that a difference has a place: "out.State.Health".

The differences file has a row for every difference that is known, with its reason. An unlisted difference fails the run.
A row that was not needed is told, so that the table stays true; it does not fail, for some depend on the client's version.
"""
import argparse
import concurrent.futures
import fnmatch
import os
import re
import signal
import subprocess
import sys
import time

import normalise

LINE_SECONDS = 25
SLOW_SECONDS = 8


def kill_session(session):
    """Ends all processes of a session: a command such as timeout makes a process group of its own."""
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as stat:
                if int(stat.read().rpartition(")")[2].split()[3]) == session:
                    os.kill(int(entry), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass


class Engine:
    def __init__(self, name, socket, work, prelude, roots):
        self.name = name
        self.folder = os.path.join(work, name)
        self.prelude = prelude
        os.makedirs(self.folder, exist_ok=True)
        # "docker context" keeps what it is told in the client's own folder.
        self.environment = dict(os.environ, DOCKER_CONFIG=os.path.join(self.folder, ".docker"), DOCKER_HOST="unix://" + socket, DOCKER_SOCKET=socket, LC_ALL="C", COLUMNS="200")
        # What each engine has for itself, and the name both get in what is compared.
        self.places = [(self.folder, "<folder>"), (socket, "<socket>")] + [(root, "<root>") for root in roots]

    def run(self, line):
        """The exit code, standard output and standard error of a line."""
        begun = time.monotonic()
        process = subprocess.Popen(
            ["bash", "-c", ". " + self.prelude + "\n" + line], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        try:
            out, error = process.communicate(timeout=LINE_SECONDS)
        except subprocess.TimeoutExpired:
            kill_session(process.pid)
            out, error = process.communicate()
            error += b"\n(not done within %d seconds)" % LINE_SECONDS
        if time.monotonic() - begun > SLOW_SECONDS:
            print(f"slow at {self.name}, {time.monotonic() - begun:.0f} s: {line}", flush=True)
        return process.returncode, out.decode(errors="replace"), error.decode(errors="replace")


def sections(path):
    """[(section, [line])] of a cases file; a line that ends with a backslash goes on."""
    found = []
    with open(path) as text:
        for line in text.read().replace("\\\n", "").split("\n"):
            if not line.strip() or line.startswith("#"):
                continue
            heading = re.fullmatch(r"\[([a-z0-9-]+)\]", line)
            if heading:
                found.append((heading[1], []))
            else:
                found[-1][1].append(line)
    return found


class Row:
    """A difference that is known: "section :: command :: place" below a line "= reason"; the three may hold * and ?."""

    def __init__(self, text, reason):
        parts = [part.strip() for part in text.split(" :: ")]
        if len(parts) != 3 or not reason:
            raise SystemExit(f"a row needs three parts, and a reason above it: {text}")
        self.section, self.command, self.place = parts
        self.used = False

    def matches(self, section, command, place):
        # Brackets are common in commands and places and mean themselves.
        return all(fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))
                   for pattern, text in ((self.section, section), (self.command, command), (self.place, place)))

    def __str__(self):
        return f"{self.section} :: {self.command} :: {self.place}"


def rows(path):
    found, reason = [], ""
    with open(path) as text:
        for line in text:
            if line.startswith("= "):
                reason = line[2:].strip()
            elif line.strip() and not line.startswith("#"):
                found.append(Row(line.strip(), reason))
    return found


def compare(line, ours, peer):
    """[(place, ours, peer)] of what differs."""
    if line.startswith("@") and peer[0] != 0:
        yield "exit", "(not compared)", f"the preparation fails: {peer[2].strip()}"
    elif ours[0] != peer[0]:
        yield "exit", f"{ours[0]}  {ours[2].strip()}", f"{peer[0]}  {peer[2].strip()}"
    if line.startswith("@"):
        return
    for place, mine, other in (("out", ours[1], peer[1]), ("err", ours[2], peer[2])):
        if mine == other or place == "err" and normalise.same_sentence(mine, other):
            continue
        documents = normalise.document(mine), normalise.document(other)
        if None in documents:
            yield place, mine, other
        else:
            yield from normalise.differing(place, *documents)


def lines_of(who, text):
    return "".join(f"    {who}: {line}\n" for line in text.rstrip("\n").split("\n"))


def main():
    parser = argparse.ArgumentParser()
    for option in ("cases", "differences", "prelude", "work"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--root", action="append", default=[], help="ENGINE=FOLDER: where an engine keeps its data")
    parser.add_argument("--rows", help="a file to which the rows that are missing in the differences file are added")
    parser.add_argument("ours")
    parser.add_argument("peer")
    parser.add_argument("section", nargs="*")
    arguments = parser.parse_args()
    engines = [Engine(name, socket, arguments.work, os.path.abspath(arguments.prelude),
                      [root.partition("=")[2] for root in arguments.root if root.startswith(name + "=")])
               for name, socket in (("ours", arguments.ours), ("peer", arguments.peer))]
    known = rows(arguments.differences)
    same = listed = unlisted = 0
    missing = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for section, lines in sections(arguments.cases):
            if arguments.section and section not in arguments.section:
                continue
            begun = time.monotonic()
            # Both engines at once, each at its own pace: line by line the slower one would hold up the other.
            outcomes = list(pool.map(lambda engine: [normalise.outcome(engine.run(line.lstrip("@")), engine) for line in lines], engines))
            for line, ours, peer in zip(lines, *outcomes):
                differs = False
                for place, mine, other in compare(line, ours, peer):
                    row = next((row for row in known if row.matches(section, line, place)), None)
                    if row:
                        row.used = True
                        listed += 1
                        continue
                    unlisted += 1
                    missing.append(f"{section} :: {line} :: {place}")
                    if not differs:
                        print(f"NOT OK: [{section}] {line}")
                    if "\n" in mine.strip() + other.strip() or place in ("out", "err"):
                        print(f"  {place}\n" + lines_of("ours", mine) + lines_of("peer", other), end="")
                    else:
                        print(f"  {place}   ours: {mine}   peer: {other}")
                    differs = True
                same += not differs
            print(f"section {section}: {len(lines)} commands, {time.monotonic() - begun:.1f} s", flush=True)
    for row in known:
        if not row.used and (not arguments.section or row.section in arguments.section):
            print(f"note: this row was not needed: {row}")
    if arguments.rows:
        with open(arguments.rows, "a") as text:
            text.writelines(row + "\n" for row in missing)
    print(f"{same} commands alike but for {listed} listed differences, {unlisted} unlisted differences")
    return 1 if unlisted else 0


sys.exit(main())
