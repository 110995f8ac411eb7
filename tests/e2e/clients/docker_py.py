#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Docker's Python library at its everyday work, against the engine at DOCKER_HOST that has the image busybox.

Prints "ok: …" or "NOT OK: …" a step and exits with 1 when a step failed. Nothing here knows which engine it talks to.
"""
import io
import os
import sys
import tarfile
import threading
import time
import traceback

import docker

failed = 0
steps = []


def step(function):
    steps.append(function)
    return function


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(wanted, got):
    expect(wanted == got, f"wanted {wanted!r}, got {got!r}")


def prints(wanted, run):
    """What a container prints. dockerd may tell of its end before its last line is in the log; ours must not."""
    got = run()
    for _ in range(0 if os.environ.get("ENGINE") == "ours" else 4):
        if got == wanted:
            break
        got = run()
    equal(wanted, got)


def eventually(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < end, f"not within {seconds} s")
        time.sleep(0.05)


def archive(**files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return data.getvalue()


def sleeper(client, name, **options):
    options.setdefault("network_mode", "none")
    return client.containers.run("busybox", ["sleep", "1000"], name=name, detach=True, **options)


@step
def ping_version_info(client):
    expect(client.ping(), "ping")
    expect(client.version()["ApiVersion"], "version")
    equal("linux", client.info()["OSType"])
    equal([], client.containers.list(all=True))


@step
def run_to_the_end(client):
    prints(b"hello\n", lambda: client.containers.run("busybox", ["echo", "hello"], remove=True, network_mode="none"))
    prints(b"both\n", lambda: client.containers.run("busybox", "sh -c 'echo both >&2'", remove=True, stderr=True, network_mode="none"))
    try:
        client.containers.run("busybox", ["sh", "-c", "echo why >&2; exit 3"], remove=True, network_mode="none")
    except docker.errors.ContainerError as error:
        equal(3, error.exit_status)
        equal(b"why\n", error.stderr)
    else:
        expect(False, "ContainerError")


@step
def errors(client):
    for error, call in (
        (docker.errors.NotFound, lambda: client.containers.get("nosuch")),
        (docker.errors.ImageNotFound, lambda: client.images.get("nosuch")),
        (docker.errors.NotFound, lambda: client.networks.get("nosuch")),
        (docker.errors.NotFound, lambda: client.volumes.get("nosuch")),
        (docker.errors.APIError, lambda: client.containers.create("busybox", name="bad name")),
    ):
        try:
            call()
        except error:
            continue
        expect(False, error.__name__)


@step
def the_life_of_a_container(client):
    container = client.containers.create(
        "busybox", ["sh", "-c", "trap 'exit 0' TERM; touch /scratch/ready; while :; do sleep 0.1; done"], name="life", labels={"role": "web"},
        environment={"A": "b"}, mem_limit="64m", nano_cpus=500_000_000, network_mode="none", hostname="boat", working_dir="/tmp", user="0",
        cap_drop=["MKNOD"], tmpfs={"/scratch": "size=1m"}, read_only=True, restart_policy={"Name": "on-failure", "MaximumRetryCount": 2},
        stop_signal="SIGTERM", ulimits=[docker.types.Ulimit(name="nofile", soft=100, hard=200)], sysctls={"net.ipv4.ip_forward": "0"})
    equal("created", container.status)
    container.start()
    container.reload()
    equal("running", container.status)
    attributes = container.attrs
    equal("boat", attributes["Config"]["Hostname"])
    equal(64 << 20, attributes["HostConfig"]["Memory"])
    equal({"role": "web"}, container.labels)
    equal([container], client.containers.list(filters={"label": "role=web"}))
    equal([container], client.containers.list(filters={"name": "life", "status": "running"}))
    container.pause()
    container.reload()
    equal("paused", container.status)
    container.unpause()
    container.rename("renamed")
    equal(container.id, client.containers.get("renamed").id)
    container.restart(timeout=2)
    # Before its trap is set, the first process of a container does not hear SIGTERM.
    while container.exec_run(["test", "-e", "/scratch/ready"]).exit_code != 0:
        time.sleep(0.05)
    container.stop(timeout=5)
    container.reload()
    equal("exited", container.status)
    equal(0, container.wait()["StatusCode"])
    container.start()
    container.kill()
    equal(137, container.wait(timeout=10)["StatusCode"])
    container.remove()
    equal([], client.containers.list(all=True))


@step
def update(client):
    container = sleeper(client, "updated", mem_limit="64m")
    container.update(mem_limit="32m", memswap_limit="64m", cpu_shares=256)
    container.reload()
    equal(32 << 20, container.attrs["HostConfig"]["Memory"])
    container.remove(force=True)


@step
def logs(client):
    container = client.containers.run("busybox", ["sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.2; done; echo end >&2"], detach=True,
                                      network_mode="none")
    equal([b"line 1\n", b"line 2\n", b"line 3\n"], list(container.logs(stream=True, follow=True, stderr=False)))
    container.wait()
    equal(b"end\n", container.logs(stdout=False))
    equal(b"line 3\n", container.logs(stderr=False, tail=2))
    expect(b"T" in container.logs(stderr=False, tail=2, timestamps=True).split(b" ")[0], "a time")
    container.remove()


@step
def attach(client):
    container = client.containers.create("busybox", "cat", stdin_open=True, network_mode="none")
    socket = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
    container.start()
    socket._sock.sendall(b"through\n")
    header = b""
    while len(header) < 8:
        header += socket._sock.recv(8 - len(header))
    equal(b"through\n", socket._sock.recv(int.from_bytes(header[4:], "big")))
    socket.close()
    container.kill()
    container.remove(force=True)
    talker = client.containers.create("busybox", ["sh", "-c", "sleep 0.3; echo seen"], network_mode="none")
    stream = talker.attach(stream=True, logs=True)
    talker.start()
    equal(b"seen\n", b"".join(stream))
    talker.remove(force=True)


@step
def exec_(client):
    container = sleeper(client, "execs")
    equal((0, b"inside\n"), tuple(container.exec_run(["echo", "inside"])))
    equal(4, container.exec_run("sh -c 'exit 4'").exit_code)
    equal((b"out\n", b"err\n"), container.exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True).output)
    equal(b"b /tmp\n", container.exec_run(["sh", "-c", "echo $A $PWD"], environment={"A": "b"}, workdir="/tmp").output)
    equal(b"uid=7", container.exec_run("id", user="7").output[:5])
    equal(b"1\n2\n", b"".join(container.exec_run(["sh", "-c", "echo 1; sleep 0.2; echo 2"], stream=True).output))
    container.exec_run("touch /tmp/marker", detach=True)
    eventually(lambda: container.exec_run("test -e /tmp/marker").exit_code == 0)
    _, socket = container.exec_run("cat", stdin=True, socket=True)
    socket._sock.sendall(b"typed\n")
    expect(socket._sock.recv(64).endswith(b"typed\n"), "what was typed comes back")
    socket.close()
    made = client.api.exec_create(container.id, ["sh", "-c", "stty size"], tty=True)
    client.api.exec_start(made["Id"], tty=True)
    equal(0, client.api.exec_inspect(made["Id"])["ExitCode"])
    container.remove(force=True)


@step
def top_and_stats(client):
    container = sleeper(client, "watched", mem_limit="64m")
    processes = container.top()
    expect("PID" in processes["Titles"] and any("sleep 1000" in " ".join(row) for row in processes["Processes"]), "top")
    expect(container.top(ps_args="aux")["Titles"][0] == "USER", "top aux")
    stats = container.stats(stream=False)
    equal(64 << 20, stats["memory_stats"]["limit"])
    expect(stats["cpu_stats"]["cpu_usage"]["total_usage"] > 0, "cpu")
    stream = container.stats(stream=True, decode=True)
    expect(next(stream)["read"] != next(stream)["read"], "two samples")
    stream.close()
    container.remove(force=True)


@step
def archives(client):
    container = sleeper(client, "archives")
    expect(container.put_archive("/tmp", archive(a="alpha", b="beta")), "put_archive")
    equal((0, b"alpha"), tuple(container.exec_run("cat /tmp/a")))
    chunks, stat = container.get_archive("/tmp/b")
    equal(("b", 4), (stat["name"], stat["size"]))
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
        equal(b"beta", tar.extractfile("b").read())
    try:
        container.get_archive("/nosuch")
    except docker.errors.NotFound:
        pass
    else:
        expect(False, "NotFound")
    container.exec_run("touch /new")
    expect({"Path": "/new", "Kind": 1} in container.diff(), "diff")
    with tarfile.open(fileobj=io.BytesIO(b"".join(container.export()))) as tar:
        expect("new" in tar.getnames(), "export")
    image = container.commit("committed", "1", message="a message", changes="CMD [\"cat\", \"/tmp/a\"]")
    committed = client.containers.run("committed:1", detach=True, network_mode="none")
    committed.wait()
    equal(b"alpha", committed.logs())
    committed.remove()
    container.remove(force=True)
    client.images.remove(image.id, force=True)


@step
def images(client):
    image = client.images.get("busybox")
    equal(["busybox:latest"], image.tags)
    expect(image.tag("other", "1"), "tag")
    expect("other:1" in client.images.get("busybox").tags, "tags")
    equal(1, len(client.images.list(name="other")))
    expect(image.history(), "history")
    saved = b"".join(client.images.get("other:1").save(named="other:1"))
    client.images.remove("other:1")
    equal([image.id], [loaded.id for loaded in client.images.load(saved)])
    image.reload()
    client.images.remove("other:1")
    client.images.prune()


@step
def build(client):
    dockerfile = b"FROM busybox\nARG WHO=world\nRUN echo hello $WHO > /greeting\nLABEL made=here\nCMD [\"cat\", \"/greeting\"]\n"
    image, lines = client.images.build(fileobj=io.BytesIO(dockerfile), tag="built:1", buildargs={"WHO": "there"}, rm=True, network_mode="none")
    expect(any("Successfully built" in line.get("stream", "") for line in lines), "the log of the build")
    equal("here", image.labels["made"])
    prints(b"hello there\n", lambda: client.containers.run("built:1", remove=True, network_mode="none"))
    try:
        client.images.build(fileobj=io.BytesIO(b"FROM busybox\nRUN exit 4\n"), rm=True, forcerm=True, network_mode="none")
    except docker.errors.BuildError as error:
        expect("code: 4" in error.msg, error.msg)
    else:
        expect(False, "BuildError")
    client.images.remove("built:1", force=True)


@step
def events(client):
    seen = []
    stream = client.events(decode=True, filters={"type": "container"})
    thread = threading.Thread(target=lambda: seen.extend(stream), daemon=True)
    thread.start()
    time.sleep(0.3)
    client.containers.run("busybox", "true", remove=True, network_mode="none", name="told")
    wanted = ["create", "start", "die", "destroy"]
    eventually(lambda: [event["Action"] for event in seen if event["Action"] in wanted] == wanted)
    equal("told", seen[0]["Actor"]["Attributes"]["name"])
    stream.close()
    thread.join(5)


@step
def networks(client):
    network = client.networks.create("lan", driver="bridge", labels={"a": "b"}, ipam=docker.types.IPAMConfig(
        pool_configs=[docker.types.IPAMPool(subnet="10.81.0.0/24", gateway="10.81.0.1")]))
    equal("10.81.0.0/24", network.attrs["IPAM"]["Config"][0]["Subnet"])
    one = client.containers.run("busybox", ["sleep", "1000"], name="one", detach=True, network="lan")
    two = sleeper(client, "two", network_mode="bridge")
    network.connect(two, aliases=["zwei"], ipv4_address="10.81.0.9")
    two.reload()
    equal("10.81.0.9", two.attrs["NetworkSettings"]["Networks"]["lan"]["IPAddress"])
    network.reload()
    equal({"one", "two"}, {container.name for container in network.containers})
    equal(0, one.exec_run("ping -c 1 -W 3 zwei").exit_code)
    network.disconnect(two)
    equal(["lan"], [found.name for found in client.networks.list(names=["lan"])])
    one.remove(force=True)
    two.remove(force=True)
    network.remove()
    client.networks.create("unused")
    equal(["unused"], client.networks.prune()["NetworksDeleted"])


@step
def ports(client):
    container = sleeper(client, "ports", network_mode="bridge", ports={"80/tcp": None, "81/tcp": ("127.0.0.1", 8081)})
    container.reload()
    expect(int(container.ports["80/tcp"][0]["HostPort"]) > 0, "a port was chosen")
    equal([{"HostIp": "127.0.0.1", "HostPort": "8081"}], container.ports["81/tcp"])
    equal("8081", client.api.port(container.id, 81)[0]["HostPort"])
    container.remove(force=True)


@step
def volumes(client):
    volume = client.volumes.create("vol", labels={"a": "b"})
    equal({"a": "b"}, volume.attrs["Labels"])
    equal(["vol"], [found.name for found in client.volumes.list(filters={"label": "a"})])
    options = {"remove": True, "network_mode": "none"}
    client.containers.run("busybox", "sh -c 'echo kept > /data/f'", volumes={"vol": {"bind": "/data", "mode": "rw"}}, **options)
    mount = docker.types.Mount("/data", "vol", read_only=True)
    prints(b"kept\n", lambda: client.containers.run("busybox", "cat /data/f", mounts=[mount], **options))
    bound = os.environ["BOUND"]
    with open(os.path.join(bound, "f"), "w") as text:
        text.write("bound")
    prints(b"bound", lambda: client.containers.run("busybox", "cat /data/f", volumes=[bound + ":/data:ro"], **options))
    volume.remove()
    equal([], client.volumes.list())
    expect("SpaceReclaimed" in client.volumes.prune(), "prune")


@step
def health(client):
    container = sleeper(client, "health", healthcheck={"test": ["CMD", "true"], "interval": 200_000_000})
    eventually(lambda: client.containers.get("health").attrs["State"]["Health"]["Status"] == "healthy")
    container.remove(force=True)


@step
def wait_conditions(client):
    container = client.containers.run("busybox", ["sh", "-c", "sleep 0.3; exit 5"], detach=True, network_mode="none")
    equal(5, container.wait(condition="not-running")["StatusCode"])
    container.remove()
    container = client.containers.run("busybox", ["sh", "-c", "sleep 0.5; exit 6"], detach=True, auto_remove=True, network_mode="none")
    equal(6, container.wait(condition="removed")["StatusCode"])
    eventually(lambda: container.id not in [found.id for found in client.containers.list(all=True)])


@step
def df_and_prune(client):
    client.containers.run("busybox", "true", network_mode="none", detach=True).wait()
    expect({"Images", "Containers", "Volumes"} <= set(client.df()), "df")
    equal(1, len(client.containers.prune()["ContainersDeleted"]))


client = docker.from_env(timeout=30)
for function in steps:
    try:
        function(client)
        print(f"ok: {function.__name__.strip('_').replace('_', ' ')}", flush=True)
    except Exception:
        failed += 1
        # The library's own frames say little; the line here and the answer say it all.
        error = sys.exc_info()[1]
        line = next(frame.line for frame in reversed(traceback.extract_tb(error.__traceback__)) if frame.filename == __file__)
        print(f"NOT OK: {function.__name__.strip('_').replace('_', ' ')}\n    {line}\n    {type(error).__name__}: {error}", flush=True)
        for container in client.containers.list(all=True):
            container.remove(force=True)
sys.exit(1 if failed else 0)
