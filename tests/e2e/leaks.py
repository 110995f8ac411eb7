#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaks.sh does to the helper."""
import argparse
import collections
import json
import os
import re
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from raw_api import Api, until

failures = 0
Use = collections.namedtuple("Use", "descriptors threads megabytes")


def check(what, good, detail=""):
    global failures
    failures += not good
    print(f"ok: {what}" if good else f"NOT OK: {what}\n    {str(detail)[:1500]}")
    sys.stdout.flush()


class Leaks:
    def __init__(self, options):
        self.options, self.api = options, Api(f"{options.work}/darsena.sock")

    def use(self):
        pid = self.options.helper
        status = open(f"/proc/{pid}/status").read()
        number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", status, re.M).group(1))
        return Use(len(os.listdir(f"/proc/{pid}/fd")), number("Threads"), number("VmRSS") / 1024)

    def settled(self):
        """Use, when nothing goes on any more: two equal looks."""
        last = []
        def still():
            last.append(self.use())
            return len(last) > 3 and last[-1][:2] == last[-2][:2] == last[-3][:2] and not any(len(name) == 64 for name in os.listdir(f"{self.options.work}/run/execs"))
        until(still, 30)
        return last[-1]

    def open(self, method, path, body=None, upgrade=False):
        """A connection with the request sent, and nothing read yet."""
        data = json.dumps(body).encode() if body is not None else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\n" + ("Connection: Upgrade\r\nUpgrade: tcp\r\n" if upgrade else "")
        head += (f"Content-Type: application/json\r\n" if data else "") + f"Content-Length: {len(data)}\r\n\r\n"
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(30)
        link.connect(self.api.path)
        link.sendall(head.encode() + data)
        return link

    def container(self, command, **more):
        body = {"Image": "busybox", "Cmd": command, **more}
        body["HostConfig"] = {"NetworkMode": "none", **more.get("HostConfig", {})}
        id = self.api.must("POST", "/containers/create", body)["Id"]
        self.api.must("POST", f"/containers/{id}/start")
        return id

    def exec(self, id, command, **more):
        return self.api.must("POST", f"/containers/{id}/exec", {"Cmd": command, "AttachStdout": True, "AttachStderr": True, **more})["Id"]

    # One turn of each kind. They differ in when the client goes.

    def attach_and_go(self, plain, terminal):
        self.open("POST", f"/containers/{plain}/attach?stream=1&stdout=1&stderr=1", upgrade=True).close()

    def attach_read_and_go(self, plain, terminal):
        link = self.open("POST", f"/containers/{terminal}/attach?stream=1&stdin=1&stdout=1", upgrade=True)
        link.recv(1000)
        link.sendall(b"x")
        link.close()

    def attach_and_detach(self, plain, terminal):
        link = self.open("POST", f"/containers/{terminal}/attach?stream=1&stdin=1&stdout=1&detachKeys=a", upgrade=True)
        link.recv(1000)
        link.sendall(b"a")
        while link.recv(65536):
            pass
        link.close()

    def exec_to_its_end(self, plain, terminal):
        self.api.stream("POST", f"/exec/{self.exec(plain, ['true'])}/start", {})

    def exec_and_go(self, plain, terminal):
        link = self.open("POST", f"/exec/{self.exec(plain, ['cat'], AttachStdin=True)}/start", {"Detach": False}, upgrade=True)
        link.recv(1000)
        link.close()

    def exec_that_fails(self, plain, terminal):
        self.api.stream("POST", f"/exec/{self.exec(plain, ['nosuchprogram'])}/start", {})

    def exec_and_resize(self, plain, terminal):
        id = self.exec(plain, ["cat"], AttachStdin=True, Tty=True)
        link = self.open("POST", f"/exec/{id}/start", {"Detach": False, "Tty": True}, upgrade=True)
        link.recv(1000)
        self.api.call("POST", f"/exec/{id}/resize?h=40&w=100")
        link.sendall(b"\x04")
        link.close()

    def resize(self, plain, terminal):
        self.api.must("POST", f"/containers/{terminal}/resize?h=40&w=100", ok=(200,))

    def wait_and_go(self, plain, terminal):
        link = self.open("POST", f"/containers/{plain}/wait")
        link.recv(1000)
        link.close()

    def logs_and_go(self, plain, terminal):
        link = self.open("GET", f"/containers/{plain}/logs?follow=1&stdout=1")
        link.recv(1000)
        link.close()

    def stats_and_go(self, plain, terminal):
        link = self.open("GET", f"/containers/{plain}/stats")
        link.recv(1000)
        link.close()

    def events_and_go(self, plain, terminal):
        link = self.open("GET", "/events")
        link.recv(1000)
        link.close()

    def upload(self, path, kind="application/x-tar"):
        link = socket.socket(socket.AF_UNIX)
        link.connect(self.api.path)
        link.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: 10000000\r\n\r\n".encode() + b"Dockerfile" + b"\0" * 3000)
        link.close()

    def cut_build(self, plain, terminal):
        self.upload("/build?networkmode=none")

    def cut_load(self, plain, terminal):
        self.upload("/images/load")

    def cut_create(self, plain, terminal):
        self.upload("/containers/create", "application/json")

    CHEAP = ("attach_and_go", "attach_read_and_go", "attach_and_detach", "resize", "wait_and_go", "logs_and_go", "stats_and_go", "events_and_go", "cut_create")
    DEAR = ("exec_to_its_end", "exec_and_go", "exec_that_fails", "exec_and_resize", "cut_build", "cut_load")

    def turns(self, count, plain, terminal):
        """In two threads, since a leak likes company."""
        errors = []
        def work(names):
            try:
                for number in range(count // 2):
                    getattr(self, names[number % len(names)])(plain, terminal)
            except Exception as error: # noqa: told below
                errors.append(f"turn {number}, {names[number % len(names)]}: {error!r}")
        threads = [threading.Thread(target=work, args=(names,)) for names in (self.CHEAP, self.DEAR)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check(f"{count} turns of {len(self.CHEAP) + len(self.DEAR)} kinds are answered", not errors, errors)

    def cycles(self):
        plain = self.container(["sleep", "100000"])
        terminal = self.container(["cat"], Tty=True, OpenStdin=True)
        # Pools, caches and the allocator's arenas grow to their size first.
        self.turns(200, plain, terminal)
        before = self.settled()
        begun = time.monotonic()
        self.turns(self.options.cycles, plain, terminal)
        after = self.settled()
        print(f"    before {before}, after {after}, {self.options.cycles} cycles in {time.monotonic() - begun:.1f} s")
        check("descriptors are as before", after.descriptors <= before.descriptors, (before, after))
        check("threads are as before", after.threads <= before.threads, (before, after))
        # Whoever leaks 1 KiB a cycle is found from 10 000 on; this allows for fragments.
        check("memory is as before", after.megabytes <= before.megabytes + 8, (before, after))
        ours = sum(1 for text in os.listdir("/proc") if text.isdigit() and self.held(text))
        check("two monitors are left, of the two containers", ours == 2, ours)
        for id in (plain, terminal):
            self.api.must("DELETE", f"/containers/{id}?force=1")

    def held(self, pid):
        try:
            if open(f"/proc/{pid}/comm").read() != "darsena-shim\n":
                return False
            return any(os.readlink(f"/proc/{pid}/fd/{number}").startswith(self.options.work) for number in os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            return False

    def last_words(self):
        """What a client says before it hangs up is said."""
        plain = self.container(["sleep", "100000"])
        size = 300000
        link = self.open("POST", f"/exec/{self.exec(plain, ['sh', '-c', 'usleep 200000; cat > /said'], AttachStdin=True)}/start", {"Detach": False}, upgrade=True)
        link.recv(1000)
        link.sendall(b"x" * size)
        link.close()
        heard = lambda: self.api.stream("POST", f"/exec/{self.exec(plain, ['wc', '-c', '/said'])}/start", {})[1][8:]
        check("what a client said before it hung up arrives", until(lambda: heard().startswith(b"%d " % size), 15), heard())
        self.api.must("DELETE", f"/containers/{plain}?force=1")

    def slow_readers(self):
        flood = self.container(["sh", "-c", "yes 0123456789012345678901234567890123456789012345678901234567890123456789"],
                               HostConfig={"LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "2"}}})
        before = self.settled()
        links = [self.open("GET", f"/containers/{flood}/logs?follow=1&stdout=1") for _ in range(20)]
        links += [self.open("GET", "/events") for _ in range(20)]
        size = 0
        for number in range(2000):
            self.api.must("POST", f"/images/busybox/tag?repo=slow&tag=t{number % 5}")
            if number % 100 == 0:
                size = max(size, self.use().megabytes)
        check("20 that follow a flood and 20 that follow events, and read nothing: memory stays", size < before.megabytes + 48, (before, size))
        begun = time.monotonic()
        for _ in range(50):
            self.api.must("GET", "/containers/json")
        check("others are served", time.monotonic() - begun < 10, time.monotonic() - begun)
        reader = self.open("GET", f"/containers/{flood}/logs?follow=1&stdout=1&tail=1")
        got = 0
        while got < 1 << 20:
            got += len(reader.recv(65536))
        check("one that reads is served the flood", got >= 1 << 20)
        reader.close()
        for link in links:
            link.close()
        self.api.must("DELETE", f"/containers/{flood}?force=1")
        after = self.settled()
        print(f"    before {before}, most {size:.0f} MB, after {after}")
        # The flood's own monitor had a descriptor or two of ours.
        check("all of them are forgotten", after.descriptors <= before.descriptors and after.threads <= before.threads, (before, after))
        for number in range(5):
            self.api.call("DELETE", f"/images/slow:t{number}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--helper", required=True, type=int)
    parser.add_argument("--cycles", required=True, type=int)
    options = parser.parse_args()
    leaks = Leaks(options)
    for part in (leaks.cycles, leaks.last_words, leaks.slow_readers):
        try:
            part()
        except Exception as error: # noqa: told as a failure
            check(f"{part.__name__}: {error!r}", False)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
