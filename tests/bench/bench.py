#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the same work on Darsena and on its peers; see run.sh.

Every engine gets the same image, the same Dockerfiles and the same number of rounds, started in a network and a mount
namespace of its own. Medians are printed with the smallest and largest round beside them.
"""
import argparse
import http.client
import io
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

NOOP = "FROM busybox\n" + "".join(
    f"RUN echo {i} > /file{i}\nENV STEP={i}\n" for i in range(1, 10)) + 'COPY data.txt /\nCMD ["sh"]\n'
COLD = """FROM busybox AS a
RUN sleep 1; head -c 20000000 /dev/urandom > /a
FROM busybox AS b
RUN sleep 1; head -c 20000000 /dev/urandom > /b
FROM busybox
COPY --from=a /a /
COPY --from=b /b /
"""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    """An engine behind a Docker socket, in namespaces of its own."""

    def __init__(self, name, command, socket_path, log_path):
        self.name, self.socket_path, self.log_path = name, socket_path, log_path
        self.connection = None
        with open(log_path, "wb") as log:
            self.process = subprocess.Popen(
                ["unshare", "-n", "-m", "--propagation", "private", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", *command],
                stdout=log, stderr=log, start_new_session=True)
        for _ in range(300):
            try:
                if self.request("GET", "/_ping")[0] == 200:
                    return
            except OSError:
                self.connection = None
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit(f"{name} does not answer; its log:\n{open(log_path, errors='replace').read()[-2000:]}")

    def request(self, method, path, body=None, kind="application/json"):
        if self.connection is None:
            self.connection = UnixConnection(self.socket_path)
        headers = {} if body is None else {"Content-Type": kind}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def must(self, method, path, body=None, kind="application/json", ok=(200, 201, 204)):
        status, answer = self.request(method, path, body, kind)
        if status not in ok:
            sys.exit(f"{self.name}: {method} {path}: {status} {answer[:500]!r}")
        return answer

    def children_rss_kib(self):
        """Resident memory of the engine's own processes: what was started, and its children."""
        total, wanted = 0, {self.process.pid}
        for pid in sorted(int(p) for p in os.listdir("/proc") if p.isdigit()):
            try:
                status = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status") if ":\t" in line)
            except (OSError, ValueError):
                continue
            if pid in wanted or int(status.get("PPid", "0")) in wanted:
                wanted.add(pid)
                total += int(status.get("VmRSS", "0 kB").split()[0])
        return total

    def stop(self):
        # Containers outlive their engine.
        for container in json.loads(self.request("GET", "/containers/json?all=1")[1]):
            self.request("DELETE", f"/containers/{container['Id']}?force=1")
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def memory_kib(pid):
    """Resident, proportional and private memory of one process."""
    rollup = {}
    for line in open(f"/proc/{pid}/smaps_rollup"):
        fields = line.split()
        if len(fields) >= 3 and fields[2] == "kB":
            rollup[fields[0].rstrip(":")] = int(fields[1])
    return rollup["Rss"], rollup["Pss"], rollup["Private_Clean"] + rollup["Private_Dirty"]


def monitors_of(engine, name):
    """Processes of that name in the engine's network namespace: others may run engines of their own here."""
    found = []
    space = os.readlink(f"/proc/{engine.process.pid}/ns/net")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if open(f"/proc/{pid}/comm").read().strip() == name and os.readlink(f"/proc/{pid}/ns/net") == space:
                found.append(int(pid))
        except OSError:
            pass
    return found


def switches(pid):
    """How often all threads of a process were woken so far."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        for line in open(f"/proc/{pid}/task/{thread}/status"):
            if "ctxt_switches" in line:
                total += int(line.split()[1])
    return total


def times(rounds, work):
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def show(what, rows, budget=None):
    print(f"\n{what}" + (f"   [budget {budget}]" if budget else ""))
    for name, taken in rows:
        if taken is None:
            print(f"  {name:44} not measured: missing here")
        elif isinstance(taken, str):
            print(f"  {name:44} {taken}")
        else:
            print(f"  {name:44} {statistics.median(taken):9.1f} ms   ({min(taken):.1f} … {max(taken):.1f}, {len(taken)} rounds)")
    sys.stdout.flush()


def context(dockerfile):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, text in (("Dockerfile", dockerfile), ("data.txt", "data\n")):
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = len(text), 0o644, 1700000000
            tar.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def run_once(engine, network):
    body = json.dumps({"Image": "busybox", "Cmd": ["true"], "HostConfig": {"NetworkMode": network}})
    container = json.loads(engine.must("POST", "/containers/create", body))["Id"]
    engine.must("POST", f"/containers/{container}/start")
    code = json.loads(engine.must("POST", f"/containers/{container}/wait"))["StatusCode"]
    if code != 0:
        sys.exit(f"{engine.name}: true exited with {code}")
    engine.must("DELETE", f"/containers/{container}")


def start_sleeper(engine):
    body = json.dumps({"Image": "busybox", "Cmd": ["sleep", "1000000"], "HostConfig": {"NetworkMode": "none"}})
    container = json.loads(engine.must("POST", "/containers/create", body))["Id"]
    engine.must("POST", f"/containers/{container}/start")
    return container


def remove_sleeper(engine, container):
    engine.must("DELETE", f"/containers/{container}?force=1")


def sleepers(engine, count):
    """What `count` running containers cost: to list, to start one more, in memory. One by one, as they come in life."""
    def once():
        container = start_sleeper(engine)
        timed.append(container)
    timed = []
    first = times(20, once)
    for container in timed:
        remove_sleeper(engine, container)
    running = [start_sleeper(engine) for _ in range(count)]
    timed.clear()
    next_one = times(20, once)
    for container in timed:
        remove_sleeper(engine, container)
    listed = times(20, lambda: engine.must("GET", "/containers/json"))
    show(f"{count} running containers: list them", [("darsena, over the API", listed)], "20 ms")
    show(f"{count} running containers: create and start one more",
         [("darsena, the first", first), (f"darsena, number {count + 1}", next_one),
          ("ratio of the medians", f"{statistics.median(next_one) / statistics.median(first):9.2f}")], "1.5 times the first")
    rss, pss, private = memory_kib(engine.process.pid)
    threads = len(os.listdir(f"/proc/{engine.process.pid}/task"))
    woken = switches(engine.process.pid)
    time.sleep(5)
    woken = switches(engine.process.pid) - woken
    show(f"{count} running containers: the helper",
         [("resident / proportional / private", f"{rss / 1024:9.1f} / {pss / 1024:.1f} / {private / 1024:.1f} MiB"),
          ("threads", f"{threads:9}"), ("woken in 5 s", f"{woken:9} times")], "60 MB, no wake-ups")
    monitors = [memory_kib(pid) for pid in monitors_of(engine, "darsena-shim")]
    rows = [(name, f"{statistics.median(column) / 1024:9.2f} MiB   (most {max(column) / 1024:.2f}, {len(column)} monitors)")
            for name, column in zip(("resident", "proportional", "private"), zip(*monitors))]
    show(f"{count} running containers: a monitor", rows, "1 MB private")
    begun = time.perf_counter()
    for container in running:
        remove_sleeper(engine, container)
    print(f"  removed again in {time.perf_counter() - begun:.1f} s, {(time.perf_counter() - begun) / count * 1000:.1f} ms each")


def peer_monitors(docker):
    """The same of docker, of ten: a thousand would take a quarter of an hour."""
    running = [start_sleeper(docker) for _ in range(10)]
    monitors = [memory_kib(pid) for pid in monitors_of(docker, "containerd-shim")]
    if monitors:
        show("10 running containers: a monitor of docker",
             [(name, f"{statistics.median(column) / 1024:9.2f} MiB") for name, column in zip(("resident", "proportional", "private"), zip(*monitors))])
    for container in running:
        remove_sleeper(docker, container)


def podman(work, image):
    """A command line for podman with a store of its own and the image in it; None when it is missing."""
    if not shutil.which("podman") or not shutil.which("runc"):
        return None
    base = ["unshare", "-n", "-m", "podman", "--root", f"{work}/podman", "--runroot", f"{work}/podman-run", "--cgroup-manager", "cgroupfs",
            "--runtime", shutil.which("runc")]
    loaded = subprocess.run([*base, "load", "-q", "-i", image], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if loaded.returncode != 0:
        print(f"podman cannot load the image: {loaded.stderr[-300:]}")
        return None
    # No limits that this machine may not raise.
    return [*base, "run", "--rm", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "busybox", "true"]


def api_build(engine, tar, query):
    answer = engine.must("POST", f"/build?{query}", tar, "application/x-tar")
    if b'"errorDetail"' in answer or b"Successfully built" not in answer:
        sys.exit(f"{engine.name}: the build failed: {answer[-600:]!r}")


def docker_build(engine, folder, buildkit, *options):
    environment = dict(os.environ, DOCKER_HOST=f"unix://{engine.socket_path}", DOCKER_BUILDKIT=buildkit,
                       DOCKER_CONFIG=os.path.join(folder, ".docker"))
    done = subprocess.run([docker_client(), "build", "-q", *options, folder], env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{engine.name}: docker build failed: {done.stderr[-600:]}")


def docker_client():
    # The client that came with the dockerd measured: one without buildx, which speaks both builders.
    daemon = shutil.which("dockerd") or "/usr/bin/dockerd"
    return shutil.which("docker", path=os.path.dirname(daemon) + ":" + os.environ["PATH"])


def runc_bundle(work, root_tar):
    bundle = os.path.join(work, "bundle")
    os.makedirs(os.path.join(bundle, "rootfs"))
    with tarfile.open(root_tar) as archive:
        layer = next(m for m in archive.getmembers() if m.name.endswith("layer.tar"))
        with tarfile.open(fileobj=archive.extractfile(layer)) as root:
            root.extractall(os.path.join(bundle, "rootfs"), filter="fully_trusted") if hasattr(tarfile, "data_filter") \
                else root.extractall(os.path.join(bundle, "rootfs"))
    subprocess.run(["runc", "spec"], cwd=bundle, check=True)
    path = os.path.join(bundle, "config.json")
    spec = json.load(open(path))
    spec["process"].update(terminal=False, args=["true"])
    spec["process"].pop("rlimits", None)
    json.dump(spec, open(path, "w"))
    return bundle


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--recipes", required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=["run", "noop", "cold", "idle", "many"])
    parser.add_argument("--containers", type=int, default=1000, help="how many run side by side in the part \"many\"")
    options = parser.parse_args()
    wants = lambda part: options.only in (None, part)

    work = tempfile.mkdtemp(prefix="darsena-bench-")
    engines = []
    try:
        image = os.path.join(work, "busybox.tar")
        subprocess.run([os.path.join(options.recipes, "busybox.sh"), image], check=True)

        ours = Engine("darsena", [os.path.join(options.bin, "darsena-helper"), "--root", f"{work}/root", "--run", f"{work}/run",
                                  "--socket", f"{work}/darsena.sock", "--libexec", options.bin],
                      f"{work}/darsena.sock", f"{work}/darsena.log")
        engines.append(ours)
        docker = None
        if shutil.which("dockerd"):
            docker = Engine("docker", ["dockerd", "--data-root", f"{work}/docker", "--exec-root", f"{work}/docker-exec", "--pidfile",
                                       f"{work}/docker.pid", "-H", f"unix://{work}/docker.sock", "--storage-driver", "overlay2"],
                            f"{work}/docker.sock", f"{work}/docker.log")
            engines.append(docker)
        for engine in engines:
            engine.must("POST", "/images/load", open(image, "rb").read(), "application/x-tar")

        if wants("idle"):
            woken = switches(ours.process.pid)
            time.sleep(5)
            woken = switches(ours.process.pid) - woken
            show("Engine idle, resident memory (its processes together)",
                 [(e.name, f"{e.children_rss_kib() / 1024:9.1f} MiB") for e in engines] + ([] if docker else [("docker", None)])
                 + [("darsena, woken in 5 s", f"{woken:9} times")], "20 MB, no wake-ups")

        if wants("run"):
            rows = [(f"{e.name}, over the API", times(options.rounds, lambda e=e: run_once(e, "none"))) for e in engines]
            for tool in ("darsena-oci", "runc"):
                program = os.path.join(options.bin, tool) if tool.startswith("darsena") else shutil.which(tool)
                if program and os.path.exists(program) and shutil.which("runc"):
                    bundle = os.path.join(work, "bundle")
                    if not os.path.isdir(bundle):
                        runc_bundle(work, image)
                    count = iter(range(10 ** 6))
                    rows.append((f"{tool} run, the runtime alone", times(options.rounds, lambda: subprocess.run(
                        [program, "--root", f"{work}/{tool}", "run", "--bundle", bundle, f"{tool}{next(count)}"],
                        check=True, stdin=subprocess.DEVNULL))))
                else:
                    rows.append((f"{tool} run", None))
            command = podman(work, image)
            runs = lambda network: times(min(options.rounds, 10), lambda: subprocess.run(
                [*command[:-2], "--network", network, *command[-2:]], check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            rows.append(("podman run --rm, client included", runs("none") if command else None))
            if not docker:
                rows.append(("docker", None))
            show("create + start + wait + remove of `true`, no network", rows, "15 ms")
            show("the same with a bridge network",
                 [(f"{e.name}, over the API", times(options.rounds, lambda e=e: run_once(e, "bridge"))) for e in engines], "30 ms")

        if wants("many"):
            sleepers(ours, options.containers)
            if docker:
                peer_monitors(docker)

        for part, title, dockerfile, cold in (("noop", "rebuild with nothing changed, 21 instructions", NOOP, False),
                                              ("cold", "two independent 1 s stages + 2 × 20 MB copies, no cache", COLD, True)):
            if not wants(part):
                continue
            folder = os.path.join(work, part)
            os.makedirs(os.path.join(folder, ".docker"))
            open(os.path.join(folder, "Dockerfile"), "w").write(dockerfile)
            open(os.path.join(folder, "data.txt"), "w").write("data\n")
            tar = context(dockerfile)
            rounds = min(options.rounds, 3) if cold else options.rounds
            flag = ["--no-cache"] if cold else []
            query = "nocache=1&networkmode=none" if cold else "networkmode=none"
            if not cold:
                api_build(ours, tar, query)
            rows = [("darsena, over the API", times(rounds, lambda: api_build(ours, tar, query)))]
            if docker_client():
                flags = [*flag, "--network", "none"]
                if not cold:
                    docker_build(ours, folder, "0", *flags)
                rows.append(("darsena, docker client included", times(rounds, lambda: docker_build(ours, folder, "0", *flags))))
                if docker:
                    for kind, buildkit in (("BuildKit", "1"), ("classic builder", "0")):
                        if not cold:
                            docker_build(docker, folder, buildkit, *flags)
                        rows.append((f"docker {kind}, client included",
                                     times(rounds, lambda: docker_build(docker, folder, buildkit, *flags))))
            if not docker:
                rows.append(("docker", None))
            if shutil.which("buildah"):
                base = ["unshare", "-n", "-m", "buildah", "--root", f"{work}/buildah", "--runroot", f"{work}/buildah-run"]
                subprocess.run([*base, "pull", "-q", f"docker-archive:{image}"], check=True, stdout=subprocess.DEVNULL)
                # runc: crun refuses machines with both cgroup versions mounted.
                command = [*base, *(["--runtime", shutil.which("runc")] if shutil.which("runc") else []), "bud", "-q", "--layers", "--network", "none", *flag, folder]
                runs = lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                if not cold:
                    runs()
                rows.append(("buildah bud --layers", times(rounds, runs)))
            else:
                rows.append(("buildah", None))
            show(title, rows)
    finally:
        for engine in engines:
            try:
                engine.stop()
            except (OSError, ValueError, http.client.HTTPException) as error:
                print(f"{engine.name} did not stop: {error!r}", file=sys.stderr)
        # dockerd and buildah leave mounts behind when their namespaces outlive them; ours were private.
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
