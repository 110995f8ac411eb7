#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says whether an engine's folders, processes and network agree with each other. Prints one line for each fault; exit 0
when there is none, 1 when there are some, 2 when it cannot look.

    invariants.py --root DIR --run DIR [--helper PID] [--made FILE] [--settle SECONDS]

It reads the disk and the kernel alone and asks the engine nothing. Nothing may be under way in the engine meanwhile: an
operation that runs is half done by nature. --settle looks again until all is well or the time is over, for what ends by
itself (the last files of a monitor).

--helper: also look into its network and mount namespace.
--made: a file with the ids of all containers and exec sessions that this engine ever made, one a line: without it a
control group that was left behind cannot be told from one of another engine on this machine.
"""
import argparse
import ctypes
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time

ID = re.compile(r"[0-9a-f]{64}")
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
RUNS = ("running", "paused")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def names(folder):
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def alive(pid):
    """Runs, and is no zombie."""
    try:
        return pid > 0 and read(f"/proc/{pid}/stat").rsplit(b") ", 1)[1][:1] not in (b"Z", b"X")
    except (OSError, IndexError):
        return False


def texts(value):
    """Every text and number in a JSON value, as text."""
    if isinstance(value, dict):
        for member in value.values():
            yield from texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)
    else:
        yield str(value)


class Checker:
    def __init__(self, root, run, helper=None, made=()):
        self.root, self.run, self.helper, self.made = os.path.realpath(root), os.path.realpath(run), helper, set(made)
        self.faults = []
        self.records, self.states = {}, {}

    def fault(self, kind, text):
        self.faults.append(f"{kind}: {text}")

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def check(self):
        self.read_containers()
        self.check_store()
        self.check_states()
        self.check_logs()
        self.check_volumes()
        self.check_run_folder()
        self.check_monitors()
        self.check_cgroups()
        self.check_mounts(os.getpid())
        if self.helper:
            self.check_mounts(self.helper)
            self.check_network()
        return self.faults

    def running(self):
        return {id for id, state in self.states.items() if state.get("status") in RUNS}

    # On disk

    def read_containers(self):
        for id in names(self.path("containers")):
            folder = self.path("containers", id)
            try:
                record = json.loads(read(f"{folder}/config.json"))
                state = json.loads(read(f"{folder}/state.json")) if os.path.exists(f"{folder}/state.json") else {"status": "created"}
            except (OSError, ValueError) as error:
                self.fault("record", f"container {id[:12]} cannot be read: {error}")
                continue
            if record.get("id") != id:
                self.fault("record", f"container {id[:12]} says it is {record.get('id')}")
            left = [name for name in names(folder) if name not in ("config.json", "state.json") and not name.startswith(f"{id}-json.log")]
            if left:
                self.fault("record", f"container {id[:12]} has strange files: {' '.join(left)}")
            self.records[id], self.states[id] = record, state
        by_name = {}
        for id, record in self.records.items():
            other = by_name.setdefault(record.get("name"), id)
            if other != id:
                self.fault("record", f"containers {other[:12]} and {id[:12]} are both named {record.get('name')}")

    def check_store(self):
        catalog = sqlite3.connect(self.path("catalog.db"), timeout=10)
        with catalog:
            if catalog.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                self.fault("catalogue", "its integrity check fails")
            if catalog.execute("PRAGMA foreign_key_check").fetchall():
                self.fault("catalogue", "a row refers to one that does not exist")
            snapshots = dict(catalog.execute("SELECT id, directory FROM snapshots"))
            layers = dict(catalog.execute("SELECT chain, directory FROM layers"))
            diffs = {diff.rsplit(":", 1)[-1] for (diff,) in catalog.execute("SELECT diff FROM layers")}
            blobs = {digest.rsplit(":", 1)[-1]: size for digest, size in catalog.execute("SELECT digest, size FROM blobs")}
            images = dict(catalog.execute("SELECT i.id, count(l.chain) FROM images i LEFT JOIN image_layers l ON l.image = i.id GROUP BY i.id"))
            listed = [(chain, image) for image, chain in catalog.execute("SELECT image, chain FROM image_layers")]
        catalog.close()
        for id, state in self.states.items():
            if state.get("startedAt") and id not in snapshots:
                self.fault("snapshot", f"container {id[:12]} was started and has no snapshot")
            image = self.records[id].get("imageId", "").rsplit(":", 1)[-1]
            if image not in {known.rsplit(":", 1)[-1] for known in images}:
                self.fault("image", f"container {id[:12]} is of image {image}, which is not there")
        for id, directory in snapshots.items():
            if ID.fullmatch(id) and id not in self.records:
                self.fault("snapshot", f"{id[:12]} has a row and is no container")
            for part in ("fs", "work"):
                if not os.path.isdir(self.path("snapshots", directory, part)):
                    self.fault("bytes", f"the row of snapshot {id[:12]} names {directory}/{part}, which is missing")
        for chain, directory in layers.items():
            if not os.path.isdir(self.path("snapshots", directory, "fs")):
                self.fault("bytes", f"the row of layer {chain[:20]} names {directory}/fs, which is missing")
        for chain, image in listed:
            if chain not in layers:
                self.fault("bytes", f"image {image[:20]} has a layer without a row")
        for name in set(names(self.path("snapshots"))) - set(snapshots.values()) - set(layers.values()):
            self.fault("snapshot", f"the folder {name} has no row")
        for diff in diffs - set(names(self.path("index"))):
            self.fault("bytes", f"layer {diff[:12]} has no index")
        for name in set(names(self.path("index"))) - diffs:
            self.fault("index", f"{name[:12]} is of no layer")
        present = set(names(self.path("blobs", "sha256")))
        for digest, size in blobs.items():
            if digest not in present:
                self.fault("bytes", f"the row of blob {digest[:12]} names bytes that are missing")
            elif os.path.getsize(self.path("blobs", "sha256", digest)) != size:
                self.fault("bytes", f"blob {digest[:12]} is not of the size that its row says")
        for digest in present - set(blobs):
            self.fault("blob", f"{digest[:12]} has no row")
        # The builder has a folder of its own there.
        for name in [name for name in names(self.path("tmp")) if name != "builds"] + names(self.path("tmp", "builds")):
            self.fault("tmp", f"{name} was left")

    def check_logs(self):
        for id in self.records:
            folder = self.path("containers", id)
            for name in names(folder):
                if not name.startswith(f"{id}-json.log"):
                    continue
                if not os.path.isfile(f"{folder}/{name}") or os.path.islink(f"{folder}/{name}"):
                    self.fault("log", f"container {id[:12]}: {name} is no file")
                    continue
                if name.endswith(".gz"):
                    continue
                lines = read(f"{folder}/{name}").split(b"\n")
                if lines.pop() and id not in self.running():
                    self.fault("log", f"container {id[:12]}: {name} ends in the middle of a line")
                for number, line in enumerate(lines, 1):
                    try:
                        entry = json.loads(line)
                        good = isinstance(entry["log"], str) and entry["stream"] in ("stdout", "stderr") and entry["time"].endswith("Z")
                    except (ValueError, KeyError, TypeError, AttributeError):
                        good = False
                    if not good:
                        self.fault("log", f"container {id[:12]}: {name}:{number} is no log line: {line[:60]!r}")
                        break

    def check_volumes(self):
        for id, record in self.records.items():
            for mount in record.get("mounts", []):
                volume = mount.get("volume")
                if mount.get("type") == "volume" and not os.path.isfile(self.path("volumes", volume or "-", "volume.json")):
                    self.fault("volume", f"container {id[:12]} uses {volume}, which is not there")
        for name in names(self.path("volumes")):
            if not os.path.isfile(self.path("volumes", name, "volume.json")):
                self.fault("volume", f"{name} is a folder without a record")

    # What runs

    def monitor_of(self, folder):
        """Numbers of the first process and of the monitor, as the run folder has them."""
        try:
            first, monitor = read(os.path.join(folder, "pid")).split()
            return int(first), int(monitor)
        except (OSError, ValueError):
            return 0, 0

    def check_states(self):
        for id, state in self.states.items():
            status, short = state.get("status"), id[:12]
            pid = int(state.get("pid") or 0)
            if status in RUNS:
                first, monitor = self.monitor_of(os.path.join(self.run, "shims", id))
                if not alive(pid):
                    self.fault("state", f"container {short} is {status}, and its process {pid} is not alive")
                elif first != pid:
                    self.fault("state", f"container {short}: its state says process {pid}, its monitor {first}")
                if not alive(monitor):
                    self.fault("state", f"container {short} is {status}, and its monitor {monitor} is not alive")
            else:
                if pid:
                    self.fault("state", f"container {short} is {status} and has process {pid}")
                if status == "exited" and (not state.get("finishedAt") or not isinstance(state.get("exitCode"), int)):
                    self.fault("state", f"container {short} exited, and its state does not say how and when")
                if status == "removing":
                    self.fault("state", f"container {short} is being removed for ever")

    def exec_folders(self):
        return [id for id in names(os.path.join(self.run, "execs")) if not id.endswith(".json")]

    def check_run_folder(self):
        for id in names(os.path.join(self.run, "shims")):
            if id not in self.running():
                self.fault("run", f"shims/{id[:12]} is of no running container")
        for id in names(os.path.join(self.run, "files")):
            if id not in self.running():
                self.fault("run", f"files/{id[:12]} is of no running container")
        for id in self.exec_folders():
            if not alive(self.monitor_of(os.path.join(self.run, "execs", id))[1]):
                self.fault("run", f"execs/{id[:12]} has no monitor")
        for name in set(names(os.path.join(self.run, "execs"))) - set(self.exec_folders()):
            try:
                container = json.loads(read(os.path.join(self.run, "execs", name)))["container"]
            except (OSError, ValueError, KeyError) as error:
                container = f"nobody: {error}"
            if container not in self.records:
                self.fault("run", f"execs/{name[:12]} is of {container[:12]}, which is no container")
        for id in names(os.path.join(self.run, "builds")):
            self.fault("run", f"builds/{id[:12]} was left by a build")

    def check_monitors(self):
        """Every darsena-shim that holds something below our folders is the monitor of something that runs."""
        expected = set()
        for id in self.running():
            expected.add(self.monitor_of(os.path.join(self.run, "shims", id))[1])
        for id in self.exec_folders():
            expected.add(self.monitor_of(os.path.join(self.run, "execs", id))[1])
        for text in os.listdir("/proc"):
            if not text.isdigit() or int(text) in expected:
                continue
            try:
                if not read(f"/proc/{text}/cmdline").startswith(b"darsena-shim\0"):
                    continue
                held = [os.readlink(f"/proc/{text}/fd/{number}") for number in os.listdir(f"/proc/{text}/fd")]
                inodes = {name[8:-1] for name in held if name.startswith("socket:[")}
                for line in read(f"/proc/{text}/net/unix").decode(errors="replace").splitlines()[1:]:
                    fields = line.split()
                    if len(fields) == 8 and fields[6] in inodes:
                        held.append(fields[7])
            except OSError:
                continue
            ours = [name for name in held if name.startswith((self.root + "/", self.run + "/"))]
            if ours and alive(int(text)):
                self.fault("monitor", f"process {text} watches nothing that runs: {ours[0]}")

    def check_cgroups(self):
        """Below /darsena of every hierarchy: what is ours belongs to a running container."""
        ours = self.made | set(self.records)
        for line in read("/proc/self/mountinfo").decode().splitlines():
            fields = line.split()
            if fields[fields.index("-") + 1] not in ("cgroup", "cgroup2"):
                continue
            for name in names(os.path.join(fields[4], "darsena")):
                folder = os.path.join(fields[4], "darsena", name)
                if os.path.isdir(folder) and name in ours and name not in self.running():
                    self.fault("cgroup", f"{folder} is of no running container")
        for id in self.running():
            pid = int(self.states[id].get("pid") or 0)
            try:
                if f"/{id}" not in read(f"/proc/{pid}/cgroup").decode():
                    self.fault("cgroup", f"the process of container {id[:12]} is not in its control group")
            except OSError:
                pass # said already

    def check_mounts(self, pid):
        used = {mount.get("volume") for id in self.running() for mount in self.records[id].get("mounts", [])}
        for line in read(f"/proc/{pid}/mountinfo").decode().splitlines():
            target = line.split()[4].encode().decode("unicode_escape")
            if not target.startswith((self.root + "/", self.run + "/")):
                continue
            parts = set(target.split("/"))
            if not parts & self.running() and not parts & used:
                self.fault("mount", f"{target} is mounted and nothing that runs uses it")

    # The network

    def inside(self, *command):
        """Runs a program in the helper's network namespace."""
        done = subprocess.run(["nsenter", f"--net=/proc/{self.helper}/ns/net", *command], stdout=subprocess.PIPE, check=True)
        return done.stdout

    def check_network(self):
        known = {id: set(texts(self.states[id])) for id in self.running()}
        everything = set().union(*known.values()) if known else set()
        addresses = {address for text in everything for address in ADDRESS.findall(text)}
        owners = []
        for link in json.loads(self.inside("ip", "-json", "-details", "link", "show") or "[]"):
            kind = link.get("linkinfo", {}).get("info_kind")
            if kind == "veth" and link["ifname"] not in everything:
                self.fault("link", f"{link['ifname']} is of no running container")
            if kind == "bridge" and link.get("ifalias") == f"darsena {self.run}":
                owners.append(link["ifname"])
        ruleset = json.loads(self.inside("nft", "-j", "list", "ruleset") or "{}").get("nftables", [])
        tables = {entry["table"]["name"] for entry in ruleset if "table" in entry}
        published = set()
        for entry in ruleset:
            for element in (entry.get("map") or {}).get("elem", []):
                found = set(ADDRESS.findall(json.dumps(element[1] if isinstance(element, list) else element)))
                published |= found
                if found - addresses:
                    self.fault("firewall", f"map {entry['map']['name']} sends to {' '.join(found - addresses)}, no running container's address")
        held = self.held_ports()
        wanted = set()
        for id in self.running():
            for port in self.ports(self.states[id]):
                wanted.add((port["protocol"], port["hostPort"]))
                if (port["protocol"], port["hostPort"]) not in held:
                    self.fault("port", f"{port['hostPort']}/{port['protocol']} of container {id[:12]} is not held")
                if ADDRESS.fullmatch(port["containerAddress"]) and port["containerAddress"] not in published:
                    self.fault("firewall", f"port {port['hostPort']} of container {id[:12]} is not published")
            if owners and not tables:
                self.fault("firewall", "a bridge stands without a table")
        for protocol, port in held - wanted:
            self.fault("port", f"{port}/{protocol} is held for no running container")

    def ports(self, value):
        """What looks like a published port anywhere in a state."""
        if isinstance(value, dict):
            if "hostPort" in value and "containerAddress" in value:
                yield value
            for member in value.values():
                yield from self.ports(member)
        elif isinstance(value, list):
            for member in value:
                yield from self.ports(member)

    def held_ports(self):
        """Ports that the helper has bound sockets for. Bound and not listening, they are in no list of /proc."""
        libc = ctypes.CDLL(None, use_errno=True)
        pidfd = libc.syscall(434, self.helper, 0) # pidfd_open
        ports = set()
        for number in os.listdir(f"/proc/{self.helper}/fd") if pidfd >= 0 else []:
            try:
                if not os.readlink(f"/proc/{self.helper}/fd/{number}").startswith("socket:["):
                    continue
            except OSError:
                continue
            fd = libc.syscall(438, pidfd, int(number), 0) # pidfd_getfd
            if fd < 0:
                continue
            with socket.socket(fileno=fd) as held:
                if held.family in (socket.AF_INET, socket.AF_INET6) and held.getsockname()[1]:
                    ports.add(("udp" if held.type == socket.SOCK_DGRAM else "tcp", held.getsockname()[1]))
        if pidfd >= 0:
            os.close(pidfd)
        return ports


def faults_of(root, run, helper=None, made=(), settle=0.0):
    end = time.monotonic() + settle
    while True:
        try:
            faults = Checker(root, run, helper, made).check()
        except (FileNotFoundError, ProcessLookupError) as error: # it changed under our eyes
            faults = [f"race: {error}"]
        if not faults or time.monotonic() > end:
            return faults
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--helper", type=int)
    parser.add_argument("--made")
    parser.add_argument("--settle", type=float, default=0)
    options = parser.parse_args()
    if not os.path.isfile(os.path.join(options.root, "catalog.db")):
        print(f"{options.root} is no engine's folder")
        return 2
    made = open(options.made).read().split() if options.made else ()
    faults = faults_of(options.root, options.run, options.helper, made, options.settle)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
