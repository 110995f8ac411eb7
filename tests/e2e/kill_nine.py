#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the engine with -9 at random moments while clients use it, starts it again, and compares what it says with what
its clients know. See kill_nine.sh, which makes the namespaces that this runs in.

    kill_nine.py --bin DIR --work DIR --image FILE --rounds N --seed S

Each worker has containers of its own and does one thing at a time to them, so it knows what must be true of them. What an
operation did that was cut off in the middle is not known: it is done again, and the second try must succeed.
"""
import argparse
import os
import queue
import random
import sys
import threading
import time
import traceback
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import invariants
import raw_api
from raw_api import Gone, standard_output, until

WORKERS = 4
TICK = 'trap "echo end; exit 7" TERM; i=0; while :; do echo $i; i=$((i+1)); usleep 10000; done'
WEB = "mkdir -p /www; hostname > /www/index.html; exec httpd -f -p 80 -h /www"


class Wrong(AssertionError):
    pass


def demand(condition, text):
    if not condition:
        raise Wrong(text)


class Container:
    def __init__(self, kind, name, code=0):
        self.kind, self.name, self.code = kind, name, code
        self.id = None
        self.state = "none" # none, created, running, ended, gone
        self.codes = () # with which it may have ended
        self.pid = None # of one that runs until it is told otherwise
        self.starts = 0 # how often it was told to start, seen or not
        self.paused = False

    @property
    def lasts(self):
        return self.kind in ("tick", "web")


class Worker:
    def __init__(self, number, api, seed, made):
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.number, self.api, self.made = number, api, made
        self.random = random.Random(f"{seed}-{number}")
        self.containers = []
        self.count = 0
        self.doubt = None # an operation that was cut off
        self.go, self.parked = threading.Event(), threading.Event()
        self.halt = False
        self.error = None
        self.done = {} # operation: how often
        self.interrupted = {}

    # The loop. `go` set: work; cleared: finish the operation at hand and park.

    def work(self):
        try:
            while True:
                if not self.go.is_set() and not self.doubt:
                    self.parked.set()
                    self.go.wait()
                if self.halt:
                    return
                operation, container, arguments = self.doubt or self.choose()
                try:
                    getattr(self, operation)(container, *arguments, again=self.doubt is not None)
                    self.doubt = None
                    self.done[operation] = self.done.get(operation, 0) + 1
                except Gone:
                    self.doubt = (operation, container, arguments)
                    self.interrupted[operation] = self.interrupted.get(operation, 0) + 1
                    self.parked.set()
                    self.back.wait()
        except BaseException as error: # noqa: the main thread tells
            self.error = f"{error}\n{traceback.format_exc()}"
            self.parked.set()

    back = threading.Event() # the engine answers

    def choose(self):
        pick = self.random.choice
        self.containers = [c for c in self.containers if c.state != "gone"]
        if len(self.containers) < 2 or (len(self.containers) < 5 and self.random.random() < 0.3):
            self.count += 1
            kind = pick(["tick", "tick", "web", "exit", "exit", "auto", "retry", "loop"])
            if kind == "web" and any(c.kind == "web" for c in self.containers):
                kind = "exit"
            container = Container(kind, f"w{self.number}-{self.count}", self.random.randrange(1, 100))
            self.containers.append(container)
            return "create", container, ()
        container = pick(self.containers)
        if container.state in ("none", "created"):
            return pick(["start", "start", "start", "remove"]), container, ()
        if container.state == "ended":
            return pick(["start", "remove", "logs", "inspect", "inspect"]), container, ()
        if container.kind == "loop":
            return pick(["stop", "stop", "inspect", "remove"]), container, ()
        if not container.lasts:
            return pick(["wait", "inspect", "remove"] if container.kind == "exit" else ["finish"]), container, ()
        if container.paused:
            return pick(["unpause", "inspect"]), container, ()
        return pick(["stop", "kill", "restart", "run_exec", "run_exec", "run_exec", "logs", "pause", "rename", "inspect", "remove"]), container, ()

    # Operations. `again`: it was cut off before, and may have been done.

    def path(self, container, rest=""):
        return f"/containers/{container.id or container.name}{rest}"

    def create(self, container, again=False):
        script = {"tick": TICK, "web": WEB}.get(container.kind, f"usleep {self.random.randrange(0, 300000)}; exit {container.code}")
        host = {"NetworkMode": "none"}
        body = {"Image": "busybox", "Cmd": ["sh", "-c", script], "Hostname": container.name, "HostConfig": host}
        if container.kind == "web":
            host.update(NetworkMode="bridge", PortBindings={"80/tcp": [{"HostPort": str(20000 + self.number)}]})
            body["Volumes"] = {"/www": {}}
        elif container.kind == "tick":
            host["Binds"] = [f"kept-{self.number}:/kept"] # all of a worker's share one, which outlives them
        elif container.kind == "auto":
            host.update(AutoRemove=True, Mounts=[{"Type": "volume", "Target": "/data"}])
        elif container.kind == "retry":
            host["RestartPolicy"] = {"Name": "on-failure", "MaximumRetryCount": 2}
        elif container.kind == "loop":
            host["RestartPolicy"] = {"Name": "unless-stopped"}
            body["Cmd"] = ["sh", "-c", f"usleep 20000; exit {container.code}"]
        status, answer = self.api.call("POST", f"/containers/create?name={container.name}", body)
        if again and status == 409:
            answer = {"Id": self.inspected(container)["Id"]}
        else:
            demand(status == 201, f"create {container.name}: {status} {answer}")
        container.id = answer["Id"]
        self.made.put(container.id)
        container.state = "created"

    def start(self, container, again=False):
        container.starts += 1
        status, answer = self.api.call("POST", self.path(container, "/start"))
        if again and status == 404 and container.kind == "auto":
            container.state = "gone"
            return
        demand(status == 204 or (again and status == 304), f"start {container.name}: {status} {answer}")
        self.runs(container)

    def runs(self, container):
        container.codes = (container.code,)
        if container.lasts:
            state = self.inspected(container)["State"]
            demand(state["Running"] and state["Pid"] > 0, f"{container.name} does not run after its start: {state}")
            container.pid = state["Pid"]
        container.state = "running"

    def await_words(self, container):
        """Until the program has said something: then its handler stands."""
        def spoke():
            return b"0\n" in standard_output(self.log(container)[1])
        if container.kind == "tick":
            demand(until(spoke), f"{container.name} says nothing")

    def ended(self, container, *codes):
        container.state, container.codes, container.pid, container.paused = "ended", codes, None, False

    def stop(self, container, again=False):
        self.await_words(container)
        status, answer = self.api.call("POST", self.path(container, f"/stop?t={10 if container.kind == 'tick' else 0}"))
        demand(status == 204 or (again and status == 304), f"stop {container.name}: {status} {answer}")
        if container.kind == "loop":
            # Between two runs or in one, it does not come back; how the last one ended is open.
            state = self.inspected(container)["State"]
            demand(state["Status"] == "exited", f"{container.name} was stopped and is {state}")
            self.ended(container, container.code, 137, 143, 255)
            return
        self.ended(container, *((7,) if container.kind == "tick" else (137, 143, 0)))

    def kill(self, container, again=False):
        status, answer = self.api.call("POST", self.path(container, "/kill"))
        demand(status == 204 or (again and status == 409), f"kill {container.name}: {status} {answer}")
        demand(until(lambda: not self.inspected(container)["State"]["Running"]), f"{container.name} survives SIGKILL")
        self.ended(container, 137)

    def restart(self, container, again=False):
        if not again:
            self.await_words(container)
        container.starts += 1
        status, answer = self.api.call("POST", self.path(container, f"/restart?t={10 if container.kind == 'tick' else 0}"))
        demand(status == 204, f"restart {container.name}: {status} {answer}")
        self.runs(container)

    def run_exec(self, container, again=False):
        self.count += 1
        token = f"token-{self.number}-{self.count}"
        code = self.random.randrange(100)
        script = f"usleep {self.random.randrange(0, 40000)}; echo {token}; exit {code}"
        exec_id = self.api.must("POST", self.path(container, "/exec"), {"AttachStdout": True, "AttachStderr": True, "Cmd": ["sh", "-c", script]})["Id"]
        self.made.put(exec_id)
        status, output = self.api.stream("POST", f"/exec/{exec_id}/start", {"Detach": False, "Tty": False})
        if standard_output(output).decode() != token + "\n":
            # Cut off? Then the engine does not know it any more, or is not there.
            if self.api.call("GET", f"/exec/{exec_id}/json")[0] == 404:
                raise Gone("exec")
            raise Wrong(f"exec in {container.name}: {status} {output!r}, wanted {token}")
        result = {}
        def over():
            result["status"], result["answer"] = self.api.call("GET", f"/exec/{exec_id}/json")
            return result["status"] == 404 or not result["answer"]["Running"]
        demand(until(over), f"exec in {container.name} runs for ever")
        if result["status"] == 404: # the engine died just now
            raise Gone("exec")
        demand(result["answer"]["ExitCode"] == code, f"exec in {container.name}: code {result['answer']['ExitCode']}, wanted {code}")

    def pause(self, container, again=False):
        status, answer = self.api.call("POST", self.path(container, "/pause"))
        demand(status == 204 or (again and status == 409), f"pause {container.name}: {status} {answer}")
        container.paused = True

    def unpause(self, container, again=False):
        status, answer = self.api.call("POST", self.path(container, "/unpause"))
        demand(status == 204 or (again and status == 409), f"unpause {container.name}: {status} {answer}")
        container.paused = False

    def rename(self, container, again=False):
        name = container.name + "r" if not again else container.wanted
        container.wanted = name
        status, answer = self.api.call("POST", self.path(container, f"/rename?name={name}"))
        demand(status == 204 or (again and status in (400, 409) and self.inspected(container)["Name"] == "/" + name), f"rename {container.name}: {status} {answer}")
        container.name = name

    def remove(self, container, again=False):
        if container.state == "ended" and not again:
            self.check_log(container)
        status, answer = self.api.call("DELETE", self.path(container, "?force=1&v=1"))
        demand(status == 204 or (again and status == 404), f"remove {container.name}: {status} {answer}")
        demand(self.api.call("GET", self.path(container, "/json"))[0] == 404, f"{container.name} is there after its removal")
        container.state = "gone"

    def wait(self, container, again=False):
        answer = self.api.must("POST", self.path(container, "/wait"))
        demand(answer["StatusCode"] in container.codes, f"wait {container.name}: {answer}, wanted {container.codes}")
        self.ended(container, *container.codes)
        self.inspect(container)

    def finish(self, container, again=False):
        """One that removes itself, or is tried again: waits until it has come to rest."""
        if container.kind == "auto":
            demand(until(lambda: self.api.call("GET", self.path(container, "/json"))[0] == 404), f"{container.name} does not remove itself")
            container.state = "gone"
        else:
            demand(until(lambda: self.inspected(container)["State"]["Status"] == "exited"), f"{container.name} does not come to rest")
            self.ended(container, *container.codes)
            self.inspect(container)

    def log(self, container):
        return self.api.call("GET", self.path(container, "/logs?stdout=1&stderr=1"))

    def logs(self, container, again=False):
        self.check_log(container)

    def inspect(self, container, again=False):
        self.check(container, self.inspected(container))

    def inspected(self, container):
        return self.api.must("GET", self.path(container, "/json"))

    # What must be true

    def check(self, container, seen):
        state = seen["State"]
        if container.state == "created":
            demand(not state["Running"], f"{container.name} was never started and runs")
        elif container.state == "running" and container.lasts:
            demand(state["Running"] and state["Pid"] == container.pid, f"{container.name} should run as {container.pid}: {state}")
            demand(state["Paused"] == container.paused, f"{container.name}: paused is {state['Paused']}, wanted {container.paused}")
            demand(invariants.alive(container.pid), f"{container.name}: process {container.pid} is dead")
        elif container.state == "running" and container.kind == "loop":
            demand(state["Status"] in ("running", "restarting"), f"{container.name} should be started again and again: {state}")
        elif container.state == "ended" or (not container.lasts and state["Status"] == "exited"):
            demand(not state["Running"], f"{container.name} should have ended: {state}")
            demand(state["ExitCode"] in container.codes, f"{container.name}: code {state['ExitCode']}, wanted {container.codes}: {state}")

    def check_log(self, container):
        if container.kind != "tick":
            return
        status, data = self.log(container)
        demand(status == 200, f"logs of {container.name}: {status} {data}")
        lines = standard_output(data).decode().split("\n")[:-1]
        runs = 0
        expected = None
        for number, line in enumerate(lines):
            if line == "0":
                runs, expected = runs + 1, 1
            elif line == "end" and expected is not None:
                expected = None
            else:
                demand(expected is not None and line == str(expected), f"log of {container.name}, line {number}: {line!r}, wanted {expected}")
                expected += 1
        demand(runs <= container.starts, f"log of {container.name} tells of {runs} runs, it was started {container.starts} times")
        if container.state == "ended" and container.codes == (7,):
            demand(lines and lines[-1] == "end", f"log of {container.name} lacks its last word: {lines[-3:]}")

    def check_all(self):
        for container in self.containers:
            if container.state in ("none", "gone"):
                continue
            status, seen = self.api.call("GET", self.path(container, "/json"))
            if status == 404 and container.kind == "auto":
                container.state = "gone"
                continue
            demand(status == 200, f"{container.name}: {status} {seen}")
            self.check(container, seen)
            if container.kind == "web" and container.state == "running" and not container.paused:
                def served():
                    try:
                        with urllib.request.urlopen(f"http://127.0.0.1:{20000 + self.number}/", timeout=5) as page:
                            return page.read().decode().strip().startswith(f"w{self.number}-")
                    except OSError:
                        return False
                demand(until(served, 10), f"{container.name}: its port {20000 + self.number} does not answer")


class Test:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.helper = raw_api.Helper(options.bin, options.work)
        self.api = raw_api.Api(f"{options.work}/darsena.sock")
        self.made = queue.SimpleQueue()
        self.ids = set()
        self.slowest = 0.0

    def run(self):
        self.helper.start()
        with open(self.options.image, "rb") as image:
            self.api.must("POST", "/images/load", image.read())
        self.workers = [Worker(number, self.api, self.options.seed, self.made) for number in range(WORKERS)]
        Worker.back.set()
        for worker in self.workers:
            worker.thread.start()
        for number in range(self.options.rounds):
            self.round(number)
        self.finish()

    def park(self):
        """Lets the workers finish what they do, with second tries, and stand still."""
        for worker in self.workers:
            worker.parked.clear()
            worker.go.clear()
        Worker.back.set()
        for worker in self.workers:
            # One that failed may have parked before we asked and never will again: its error is what to tell.
            end = time.monotonic() + 120
            while not worker.error and not worker.parked.wait(0.05):
                demand(time.monotonic() < end, f"worker {worker.number} hangs in {worker.doubt}")
            demand(not worker.error, f"worker {worker.number}: {worker.error}")

    def round(self, number):
        for worker in self.workers:
            worker.go.set()
        time.sleep(self.random.uniform(0.01, 0.3))
        Worker.back.clear()
        self.helper.kill()
        # Some containers end now, unseen.
        time.sleep(self.random.choice([0, 0, 0.05]))
        begun = time.monotonic()
        if self.random.random() < 0.2: # also while it puts things in order
            self.helper.spawn()
            time.sleep(self.random.uniform(0, 0.08))
            self.helper.kill()
        self.helper.start()
        self.slowest = max(self.slowest, time.monotonic() - begun)
        # The workers see Gone in their own time; those that were waiting in a call know it already.
        self.park()
        self.api.forget()
        self.check_invariants(number)
        for worker in self.workers:
            worker.check_all()

    def check_invariants(self, number):
        while not self.made.empty():
            self.ids.add(self.made.get())
        faults = invariants.faults_of(f"{self.options.work}/root", f"{self.options.work}/run", self.helper.pid, self.ids, settle=10)
        demand(not faults, f"round {number}:\n  " + "\n  ".join(faults))

    def finish(self):
        for worker in self.workers:
            for container in worker.containers:
                if container.state == "running" and container.kind in ("exit", "auto", "retry"):
                    worker.finish(container)
                elif container.paused:
                    worker.unpause(container)
                if container.state not in ("none", "gone"):
                    worker.check_log(container)
                    worker.remove(container)
        left = self.api.must("GET", "/containers/json?all=1")
        demand(not left, f"containers are left: {left}")
        # Named volumes stay, and nobody uses them any more.
        for volume in self.api.must("GET", "/volumes")["Volumes"] or []:
            if volume["Name"].startswith("kept-"):
                self.api.must("DELETE", "/volumes/" + volume["Name"])
        self.check_invariants("last")
        demand(self.helper.stop() == 0, "the helper does not stop cleanly")
        for worker in self.workers:
            worker.halt = True
            worker.go.set()
        total, cut = {}, {}
        for worker in self.workers:
            for name, count in worker.done.items():
                total[name] = total.get(name, 0) + count
            for name, count in worker.interrupted.items():
                cut[name] = cut.get(name, 0) + count
        print("done: " + ", ".join(f"{name} {count}" for name, count in sorted(total.items())))
        print("cut off and done again: " + ", ".join(f"{name} {count}" for name, count in sorted(cut.items())))
        print(f"slowest start of the engine: {self.slowest * 1000:.0f} ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", required=True)
    options = parser.parse_args()
    test = Test(options)
    number = 0
    try:
        test.run()
    except (AssertionError, Gone) as error:
        print(f"WRONG (seed {options.seed}): {error}")
        return 1
    finally:
        if test.helper.process and test.helper.process.poll() is None:
            test.helper.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
