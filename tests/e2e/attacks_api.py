#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attacks of attacks_api.sh."""
import argparse
import base64
import ctypes
import hashlib
import io
import json
import os
import re
import socket
import stat
import sys
import tarfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from raw_api import Api, Gone, standard_output

failures = 0


def check(what, good, detail=""):
    global failures
    if good:
        print(f"ok: {what}")
    else:
        failures += 1
        print(f"NOT OK: {what}\n    {str(detail)[:2000]}")
    sys.stdout.flush()


class Attacks:
    def __init__(self, options):
        self.options = options
        self.api = Api(f"{options.work}/darsena.sock")

    # What they share

    def alive(self):
        return self.api.call("GET", "/_ping")[0] == 200

    def containers(self):
        return sorted(c["Id"] for c in self.api.must("GET", "/containers/json?all=1"))

    def resident(self):
        text = open(f"/proc/{self.options.helper}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) // 1024

    def log(self):
        return open(f"{self.options.work}/helper.log", errors="replace").read()

    def run(self, body):
        """Creates, starts, waits; returns code and standard output. The container goes."""
        body = {"Image": "busybox", **body}
        body.setdefault("HostConfig", {}).setdefault("NetworkMode", "none")
        id = self.api.must("POST", "/containers/create", body)["Id"]
        try:
            self.api.must("POST", f"/containers/{id}/start")
            code = self.api.must("POST", f"/containers/{id}/wait")["StatusCode"]
            output = standard_output(self.api.must("GET", f"/containers/{id}/logs?stdout=1"))
            return code, output.decode(errors="replace")
        finally:
            self.api.must("DELETE", f"/containers/{id}?force=1")

    # Bodies and heads

    def status_of(self, answer):
        match = re.match(rb"HTTP/1\.1 (\d{3})", answer)
        return int(match.group(1)) if match else 0

    def messages(self):
        body = json.dumps({"Image": "busybox", "Cmd": ["true"]}).encode()
        create = b"POST /containers/create HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        before = self.containers()
        deep = b"[" * 100 + b"]" * 100
        second = b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n"
        refused = {
            "no body": create + b"Content-Length: 0\r\n\r\n",
            "no body and no length": create + b"\r\n",
            "a chunked body without chunks": create + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "a body that is cut by its length": create + b"Content-Length: %d\r\n\r\n" % (len(body) - 1) + body,
            "two lengths": create + b"Content-Length: %d\r\nContent-Length: 2\r\n\r\n" % len(body) + body,
            "two equal lengths": create + b"Content-Length: %d\r\nContent-Length: %d\r\n\r\n" % (len(body), len(body)) + body,
            "two lengths in one line": create + b"Content-Length: %d, %d\r\n\r\n" % (len(body), len(body)) + body,
            "a length and chunks": create + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(body) + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n",
            "chunks inside gzip": create + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n",
            "another transfer encoding": create + b"Transfer-Encoding: xchunked\r\n\r\n" + body,
            "a blank before the colon": create + b"Transfer-Encoding : chunked\r\n\r\n" + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n",
            "a folded line": create + b"X: a\r\n b\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
            "a negative length": create + b"Content-Length: -1\r\n\r\n" + body,
            "a length with a sign": create + b"Content-Length: +%d\r\n\r\n" % len(body) + body,
            "a length in hex": create + b"Content-Length: 0x10\r\n\r\n" + body,
            "a length beyond 64 bits": create + b"Content-Length: 99999999999999999999999\r\n\r\n" + body,
            "a length over the limit": create + b"Content-Length: 1000000000\r\n\r\n" + body,
            "a chunk beyond 64 bits": create + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + body,
            "a chunk size that is none": create + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + body,
            "JSON that is 100 deep": create + b"Content-Length: %d\r\n\r\n" % len(deep) + deep,
            "JSON with something after it": create + b"Content-Length: %d\r\n\r\n" % (len(body) + 2) + body + b"{}",
            "a body of another type": b"POST /containers/create HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
            "a NUL in a header": create + b"X: a\0b\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
            "a bare carriage return in a header": create + b"X: a\rY: b\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
            "101 headers": create + b"".join(b"X-%d: 1\r\n" % n for n in range(100)) + b"Content-Length: %d\r\n\r\n" % len(body) + body,
            "a head over 64 KiB": create + b"X: " + b"a" * 70000 + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
            "a target over 64 KiB": b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "HTTP/0.9": b"GET /version\r\n\r\n",
            "a head of noise": bytes(range(256)) + b"\r\n\r\n",
        }
        for what, data in refused.items():
            begun = time.monotonic()
            answer = self.api.raw(data)
            taken = time.monotonic() - begun
            status = self.status_of(answer)
            check(f"{what}: refused", status in (400, 413, 414, 431, 415, 501, 505), answer)
            check(f"{what}: nothing was made", self.containers() == before)
        # Two readers must not disagree about where a message ends: what follows a bad one is never a request.
        for what in ("two lengths", "a length and chunks", "a blank before the colon"):
            answer = self.api.raw(refused[what] + second)
            check(f"{what}, then a second request: one answer", answer.count(b"HTTP/1.1 ") == 1 and b"ApiVersion" not in answer, answer)
        answer = self.api.raw(create + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n{\r\n" + b"%x\r\n" % (len(body) - 1) + body[1:] + b"\r\n0\r\n\r\n")
        check("a chunked body is a body", self.status_of(answer) == 201, answer)
        for id in set(self.containers()) - set(before):
            self.api.must("DELETE", f"/containers/{id}")
        deepest = b'{"Image":"busybox","Unknown":' + b"[" * 60 + b"]" * 60 + b"}"
        answer = self.api.raw(create + b"Content-Length: %d\r\n\r\n" % len(deepest) + deepest)
        check("JSON that is 61 deep is read", self.status_of(answer) in (201, 400) and b"deep" not in answer, answer)
        for id in set(self.containers()) - set(before):
            self.api.must("DELETE", f"/containers/{id}")
        huge = b'{"Image":"busybox","Cmd":["' + b"a" * (8 << 20) + b'"]}'
        try:
            status, answer = self.api.call("POST", "/containers/create", huge.decode())
        except Gone:
            status = 413 # it hung up before we had said all
        check("a body of 8 MiB is too much", status in (400, 413), answer)
        self.api.forget()
        check("the engine answers after all that", self.alive())

    def bombs(self):
        """Small requests that ask for much."""
        for member in ("CpusetCpus", "CpusetMems"):
            for text in ("0-4294967295", "0-2147483647", "0-18446744073709551615", "-1", "0-", "1-0", "0,,1", "x", "0-1-2", "0\n1", "99999",
                         ",".join(["0"] * 300000) + ",77777", " " * 100000):
                before, begun = self.resident(), time.monotonic()
                status, answer = self.api.call("POST", "/containers/create", {"Image": "busybox", "HostConfig": {member: text}})
                taken = time.monotonic() - begun
                check(f"{member} {text[:30]!r}: 400", status == 400, (status, answer))
                check(f"{member} {text[:30]!r}: fast, and costs no memory", taken < 5 and self.resident() - before < 32, (taken, before, self.resident()))
        big = 2 ** 63
        for host in ({"Memory": -1}, {"Memory": 1}, {"NanoCpus": 2 ** 62}, {"PidsLimit": 2 ** 40, "Memory": 10}, {"ShmSize": -5},
                     {"Memory": big}, {"OomScoreAdj": 5000}, {"Ulimits": [{"Name": "nofile", "Soft": 10, "Hard": 5}]},
                     {"Sysctls": {"kernel.core_pattern": "|/x"}}, {"Sysctls": {"net.ipv4.../../kernel/x": "1"}}):
            status, answer = self.api.call("POST", "/containers/create", {"Image": "busybox", "HostConfig": {"NetworkMode": "none", **host}})
            check(f"{host}: refused", status in (400, 501), (status, answer))
            if status == 201:
                self.api.call("DELETE", f"/containers/{answer['Id']}")
        check("the engine answers after the bombs", self.alive())

    def names(self):
        """Names and ids that are paths."""
        outside = f"{self.options.work}/sentinel"
        ups = "../" * 12
        evil = [ups + outside[1:], "..%2f" * 12 + "etc/passwd", "%2e%2e%2f" * 12 + "etc/passwd", "..", ".", "%00", "a%00b", "%252e%252e%252fx",
                "....//", "%c0%ae%c0%ae/", "a/../../b", "%5c..%5c", "x" * 5000]
        for name in evil:
            for method, path in (("GET", f"/containers/{name}/json"), ("DELETE", f"/containers/{name}?force=1"), ("GET", f"/images/{name}/json"),
                                 ("DELETE", f"/images/{name}"), ("GET", f"/volumes/{name}"), ("DELETE", f"/volumes/{name}?force=0"),
                                 ("GET", f"/exec/{name}/json"), ("GET", f"/networks/{name}"), ("GET", f"/containers/{name}/logs?stdout=1")):
                try:
                    status, answer = self.api.call(method, path)
                except (Gone, ValueError, UnicodeError):
                    status, answer = 400, ""
                check(f"{method} {path[:60]}: not found or bad", status in (400, 404, 405, 414), (status, answer))
        for name in ("../x", "..", "a/b", "/../x", "a\0b", "a\nb", "", "-x", ".x", "ä", "x" * 5000):
            for path, body in (("/volumes/create", {"Name": name}),):
                status, answer = self.api.call("POST", path, body)
                if name == "": # anonymous
                    self.api.call("DELETE", f"/volumes/{answer['Name']}")
                    continue
                check(f"volume {name[:20]!r}: 400", status == 400, (status, answer))
        for name in ("..%2fx", "..", "a%2fb", "%2f..%2fx", "a%00b", "a%0ab", "-x", ".x", "x" * 5000):
            status, answer = self.api.call("POST", f"/containers/create?name={name}", {"Image": "busybox"})
            check(f"container name {name[:20]}: 400", status == 400, (status, answer))
        for reference in ("../x", "x:..", "x@sha256:../../x", "x@sha256:" + "a" * 63, "x@md5:abc", "UPPER", "x:y:z", "a\nb", "x" * 5000):
            status, answer = self.api.call("POST", "/containers/create", {"Image": reference})
            check(f"image {reference[:20]!r}: refused", status in (400, 404), (status, answer))
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as tar:
            for name, data in (("Dockerfile", b"FROM busybox\n"),):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
            link = tarfile.TarInfo("Linked")
            link.type, link.linkname = tarfile.SYMTYPE, outside
            tar.addfile(link)
        for query in (f"dockerfile={ups}{outside[1:]}", f"dockerfile={outside}", "dockerfile=Linked", "dockerfile=..", "t=../x", "t=x:..", "remote=file:///etc/passwd",
                      "remote=/etc/passwd", "target=..%2f..%2fx"):
            status, answer = self.api.call("POST", f"/build?{query}", context.getvalue())
            text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            check(f"build with {query[:60]}: refused, and tells nothing", (status >= 400 or b"errorDetail" in text) and b"untouched" not in text, (status, text))
        check("the engine answers after the names", self.alive())

    # Who can reach it

    def doors(self):
        pid = self.options.helper
        listening = [line for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6") for line in open(f"/proc/{pid}/net/{table}").read().splitlines()[1:]
                     if line.split()[3] in ("0A", "07")]
        check("the helper listens on no network socket", not listening, listening)
        id = self.api.must("POST", "/containers/create", {"Image": "busybox", "Cmd": ["sleep", "600"], "HostConfig": {"NetworkMode": "bridge"}})["Id"]
        self.api.must("POST", f"/containers/{id}/start")
        exec_id = self.api.must("POST", f"/containers/{id}/exec", {"Cmd": ["sleep", "600"], "AttachStdout": True})["Id"]
        self.api.must("POST", f"/exec/{exec_id}/start", {"Detach": True})
        process = self.api.must("GET", f"/containers/{id}/json")["State"]["Pid"]
        abstract = [line for line in open(f"/proc/{pid}/net/unix").read().splitlines() if " @" in line]
        check("no abstract socket, which a container on the host's network would reach", not abstract, abstract)
        monitors = []
        for folder, _, files in os.walk(f"{self.options.work}/run"):
            for name in files:
                path = os.path.join(folder, name)
                if stat.S_ISSOCK(os.lstat(path).st_mode):
                    monitors.append(path)
                    modes = [stat.S_IMODE(os.lstat(path).st_mode), stat.S_IMODE(os.lstat(folder).st_mode)]
                    check(f"the monitor's socket is 0600 in a folder 0700", modes == [0o600, 0o700] and os.lstat(path).st_uid == 0, (path, modes))
        check("there are two monitors' sockets", len(monitors) == 2, monitors)
        child = os.fork()
        if child == 0:
            os.setgid(65534), os.setgroups([]), os.setuid(65534)
            reached = 0
            for path in monitors:
                try:
                    socket.socket(socket.AF_UNIX).connect(path)
                    reached = 1
                except OSError:
                    pass
            for path in (f"{self.options.work}/root", f"{self.options.work}/run/shims", f"{self.options.work}/run/execs"):
                try:
                    os.listdir(path)
                    reached = 1
                except OSError:
                    pass
            os._exit(reached)
        check("another user reaches no monitor and sees no folder", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0)
        # From inside: every port of the gateway and of the container's own addresses.
        child = os.fork()
        if child == 0:
            space = os.open(f"/proc/{process}/ns/net", os.O_RDONLY)
            if ctypes.CDLL(None).setns(space, 0x40000000) != 0:
                os._exit(3)
            gateway = next(line.split()[2] for line in open(f"/proc/self/net/route").read().splitlines()[1:] if line.split()[1] == "00000000")
            gateway = socket.inet_ntoa(bytes.fromhex(gateway)[::-1])
            for address in (gateway, "127.0.0.1"):
                for port in range(1, 65536):
                    with socket.socket() as probe:
                        probe.settimeout(0.5)
                        if probe.connect_ex((address, port)) == 0 and probe.getsockname() != probe.getpeername():
                            print(f"    {address}:{port} answers")
                            os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        check("from a container, no port of the gateway answers", code == 0, code)
        self.api.must("DELETE", f"/containers/{id}?force=1")
        code, output = self.run({"Cmd": ["sh", "-c", "find / -xdev -type s 2>/dev/null; find /run /var/run /tmp -type s 2>/dev/null; exit 0"]})
        check("no socket is in a container by default", output == "", output)

    def secrets(self):
        word = "s3cr3t-" + hashlib.sha256(os.urandom(8)).hexdigest()[:12]
        self.run({"Cmd": ["true"], "Env": [f"PASSWORD={word}"]})
        self.api.call("POST", "/containers/create", {"Image": "no such", "Env": [f"PASSWORD={word}"]})
        self.api.call("POST", "/containers/create", json.dumps({"Image": "busybox", "Env": [f"P={word}"], "HostConfig": {"Memory": word}}))
        id = self.api.must("POST", "/containers/create", {"Image": "busybox", "Cmd": ["sleep", "60"], "Env": [f"P={word}"], "HostConfig": {"NetworkMode": "none"}})["Id"]
        self.api.must("POST", f"/containers/{id}/start")
        for environment in ([f"P={word}"], [f"={word}"]):
            status, answer = self.api.call("POST", f"/containers/{id}/exec", {"Cmd": ["true"], "Env": environment})
            if status == 201:
                self.api.stream("POST", f"/exec/{answer['Id']}/start", {})
        # Whoever may list processes sees a monitor's command line.
        for text in os.listdir("/proc"):
            try:
                line = open(f"/proc/{text}/cmdline", "rb").read()
                if line.startswith(b"darsena-shim"):
                    check(f"process {text}: no secret in its command line", word.encode() not in line)
                    check(f"process {text}: none in its environment", word.encode() not in open(f"/proc/{text}/environ", "rb").read())
            except OSError:
                continue
        self.api.must("DELETE", f"/containers/{id}?force=1")
        login = base64.urlsafe_b64encode(json.dumps({"username": "u", "password": word}).encode()).decode()
        self.api.raw(f"POST /images/create?fromImage=localhost:1/x&tag=y HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Registry-Auth: {login}\r\nContent-Length: 0\r\n\r\n".encode())
        self.api.call("POST", "/auth", {"username": "u", "password": word, "serveraddress": "http://localhost:1"})
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as tar:
            data = b"FROM busybox\nARG TOKEN\nRUN true\nRUN false\n"
            info = tarfile.TarInfo("Dockerfile")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        arguments = json.dumps({"TOKEN": word}).replace('"', "%22").replace(" ", "")
        self.api.call("POST", f"/build?networkmode=none&buildargs={arguments}", context.getvalue())
        log = self.log()
        check("the helper's log has lines", "ready" in log)
        check("no secret is in the helper's log, not even at level debug", word not in log and login not in log,
              [line for line in log.splitlines() if word in line or login in line])
        self.api.call("POST", "/containers/create", {"Image": "x\nFAKED line"})
        self.api.call("GET", "/containers/x%0aFAKED/json")
        self.api.call("POST", "/containers/create?name=x%0aFAKED", {"Image": "busybox"})
        check("nobody writes lines of their own into the log", not re.search(r"^FAKED", self.log(), re.M))

    # What an image says of itself

    def load(self, name, config, annotations=None):
        """An image of busybox's files with another configuration."""
        with tarfile.open(self.options.image) as source:
            layer = source.extractfile(next(m for m in source.getmembers() if m.name.endswith("layer.tar"))).read()
        digest = "sha256:" + hashlib.sha256(layer).hexdigest()
        image = json.dumps({"architecture": "amd64", "os": "linux", "config": config, "rootfs": {"type": "layers", "diff_ids": [digest]},
                            **({"annotations": annotations} if annotations else {})}).encode()
        blobs = {digest: layer, "sha256:" + hashlib.sha256(image).hexdigest(): image}
        config_digest = list(blobs)[1]
        def descriptor(kind, digest):
            return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": digest, "size": len(blobs[digest]), **({"annotations": annotations} if annotations else {})}
        manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": descriptor("config.v1+json", config_digest),
                               "layers": [descriptor("layer.v1.tar", digest)], **({"annotations": annotations} if annotations else {})}).encode()
        manifest_digest = "sha256:" + hashlib.sha256(manifest).hexdigest()
        blobs[manifest_digest] = manifest
        entry = descriptor("manifest.v1+json", manifest_digest)
        entry["annotations"] = {**(annotations or {}), "io.containerd.image.name": f"docker.io/library/{name}:latest", "org.opencontainers.image.ref.name": "latest"}
        files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
                 "index.json": json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]}).encode(),
                 "manifest.json": json.dumps([{"Config": "blobs/sha256/" + config_digest[7:], "RepoTags": [f"{name}:latest"],
                                               "Layers": ["blobs/sha256/" + digest[7:]]}]).encode()}
        files.update({"blobs/sha256/" + digest[7:]: data for digest, data in blobs.items()})
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            for path, data in files.items():
                info = tarfile.TarInfo(path)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return self.api.call("POST", "/images/load", out.getvalue())

    PROBE = r"""
        grep -E '^(Cap|Seccomp|NoNewPrivs|Uid|Gid|Groups)' /proc/self/status
        sed 's/^[0-9]* [0-9]* [0-9]*:[0-9]* //; s/(upper|lower|work)dir=[^, ]*//g' /proc/self/mountinfo | sed 's/[0-9a-f]\{64\}/ID/g; s/overlay .*//' | sed 's/master:[0-9]*//'
        cat /proc/self/limits; sed 's/[0-9a-f]\{64\}/ID/g' /proc/self/cgroup; env | grep -v HOSTNAME | sort; ls /dev; ls /sys/class/net; id
        cat /proc/self/oom_score_adj; readlink /proc/1/exe; cat /proc/sys/kernel/shmmax /proc/sys/net/ipv4/ip_unprivileged_port_start; tty
    """
    KEYS = ["io.podman.annotations.checkpoint", "io.kubernetes.cri-o.annotations.checkpoint.name", "org.criu.checkpoint.container.name", "io.podman.annotations.privileged",
            "io.podman.annotations.seccomp", "io.podman.annotations.userns", "io.podman.annotations.init", "io.podman.annotations.autoremove", "io.container.manager",
            "run", "install", "uninstall", "RUN", "INSTALL", "io.containers.autoupdate", "io.containers.capabilities", "PODMAN_SYSTEMD_UNIT", "org.systemd.property.DeviceAllow",
            "run.oci.hooks.stdout", "run.oci.handler", "run.oci.keep_original_groups", "run.oci.systemd.subgroup", "run.oci.mount_context_type", "module.wasm.image/variant",
            "org.opencontainers.runc.exec.isolated-cpu-affinity-transition", "io.kubernetes.cri.container-type", "io.kubernetes.cri.untrusted-workload", "containerd.io/snapshot.ref",
            "containerd.io/runc.binary-name", "containerd.io/restart.loguri", "containerd.io/restart.status", "containerd.io/gc.root", "com.docker.compose.project",
            "com.docker.compose.service", "com.docker.swarm.service.id", "com.docker.network.bridge.name", "com.docker.volume.anonymous", "io.docker.secret", "org.darsena.privileged",
            "org.darsena.view", "org.darsena.manage", "darsena.privileged", "security-opt", "privileged", "network", "volume", "entrypoint"]

    def identity(self):
        plain = {"Cmd": ["sh", "-c", self.PROBE], "Env": ["PATH=/bin"]}
        values = {"com.docker.compose.project": "victim", "containerd.io/restart.loguri": f"binary:///bin/sh?-c=echo+>{self.options.work}/sentinel"}
        marks = {key: values.get(key, "true") for key in self.KEYS}
        check("the plain image loads", self.load("plain", plain)[0] == 200)
        status, answer = self.load("marked", {**plain, "Labels": marks}, marks)
        check("the image with every label and annotation loads", status == 200, (status, answer))
        seen = {}
        for image in ("plain", "marked"):
            id = self.api.must("POST", "/containers/create", {"Image": image, "Hostname": "same", "HostConfig": {"NetworkMode": "none"}})["Id"]
            self.api.must("POST", f"/containers/{id}/start")
            code = self.api.must("POST", f"/containers/{id}/wait")["StatusCode"]
            output = standard_output(self.api.must("GET", f"/containers/{id}/logs?stdout=1")).decode()
            inspect = self.api.must("GET", f"/containers/{id}/json")
            seen[image] = (output, inspect["HostConfig"], inspect["Mounts"], inspect.get("AppArmorProfile"), inspect["Config"]["User"], code)
            labels = inspect["Config"]["Labels"] or {}
            self.api.must("DELETE", f"/containers/{id}?force=1")
        check("the probe saw its container", "CapEff" in seen["plain"][0] and "Max open files" in seen["plain"][0], seen["plain"])
        check("what an image says of itself changes nothing of its container", seen["plain"] == seen["marked"],
              [pair for pair in zip(seen["plain"][0].splitlines(), seen["marked"][0].splitlines()) if pair[0] != pair[1]] or seen)
        check("its label is a label", labels.get("run") == "true", labels)
        mine = [key for key in labels if key.startswith(("com.docker.compose.", "org.darsena."))]
        check("labels by which others find their own are not an image's to give", not mine, mine)
        found = self.api.must("POST", "/containers/create", {"Image": "marked", "Labels": {"com.docker.compose.project": "mine"}})["Id"]
        labels = self.api.must("GET", f"/containers/{found}/json")["Config"]["Labels"]
        check("they are the client's to give", labels.get("com.docker.compose.project") == "mine", labels)
        self.api.must("DELETE", f"/containers/{found}")

    def environment(self):
        bad = ["FOO", "CANARY", "*", "CAN*", "CANARY*", "=x", "=", "", "A=b\0CANARY=c", "\0"]
        for entry in bad:
            status, answer = self.api.call("POST", "/containers/create", {"Image": "busybox", "Cmd": ["env"], "Env": [entry], "HostConfig": {"NetworkMode": "none"}})
            if status == 201:
                self.api.must("POST", f"/containers/{answer['Id']}/start")
                self.api.must("POST", f"/containers/{answer['Id']}/wait")
                output = standard_output(self.api.must("GET", f"/containers/{answer['Id']}/logs?stdout=1")).decode()
                self.api.must("DELETE", f"/containers/{answer['Id']}?force=1")
                check(f"Env {entry!r}: the host's environment does not appear", "PATH=" in output and "host-environment" not in output and "LANG=" not in output, output)
            else:
                check(f"Env {entry!r}: 400", status == 400, (status, answer))
        status, answer = self.api.call("POST", "/containers/create", {"Image": "busybox", "Cmd": ["sleep", "60"], "HostConfig": {"NetworkMode": "none"}})
        id = answer["Id"]
        self.api.must("POST", f"/containers/{id}/start")
        for entry in bad:
            status, answer = self.api.call("POST", f"/containers/{id}/exec", {"Cmd": ["env"], "Env": [entry], "AttachStdout": True})
            if status == 201:
                output = standard_output(self.api.stream("POST", f"/exec/{answer['Id']}/start", {})[1]).decode()
                check(f"exec with Env {entry!r}: the host's environment does not appear", "PATH=" in output and "host-environment" not in output, output)
            else:
                check(f"exec with Env {entry!r}: 400", status == 400, (status, answer))
        self.api.must("DELETE", f"/containers/{id}?force=1")
        for number, entry in enumerate(bad):
            status, answer = self.load(f"env{number}", {"Cmd": ["env"], "Env": ["PATH=/bin", entry]})
            if status != 200 or b"error" in (answer if isinstance(answer, bytes) else json.dumps(answer).encode()):
                check(f"an image with Env {entry!r} is refused", True)
                continue
            status, answer = self.api.call("POST", "/containers/create", {"Image": f"env{number}", "HostConfig": {"NetworkMode": "none"}})
            if status != 201:
                check(f"a container of an image with Env {entry!r}: 400", status == 400, (status, answer))
                continue
            status, answer2 = self.api.call("POST", f"/containers/{answer['Id']}/start")
            if status == 204:
                self.api.must("POST", f"/containers/{answer['Id']}/wait")
                output = standard_output(self.api.must("GET", f"/containers/{answer['Id']}/logs?stdout=1")).decode()
                check(f"an image with Env {entry!r}: the host's environment does not appear", "PATH=" in output and "host-environment" not in output, output)
            else:
                check(f"an image with Env {entry!r}: does not start", status == 400, (status, answer2))
            self.api.must("DELETE", f"/containers/{answer['Id']}?force=1")

    # Clients that are slow, or many

    def slow(self):
        before = self.resident()
        links = []
        for number in range(150):
            link = socket.socket(socket.AF_UNIX)
            link.connect(self.api.path)
            link.sendall(b"GET /info HTTP/1.1\r\nHost:" if number % 2 else b"POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{")
            links.append(link)
        check("150 clients that stop in the middle of a word keep nobody from the engine", self.alive())
        check("and cost little", self.resident() - before < 64, (before, self.resident()))
        begun = time.monotonic()
        links[1].settimeout(30)
        try:
            heard = links[1].recv(1000)
        except TimeoutError:
            heard = b"nothing"
        check("a head that does not end is dropped", heard == b"" or b"HTTP/1.1 4" in heard, heard)
        for link in links:
            link.close()
        check("and the engine answers", self.alive())


def main():
    parser = argparse.ArgumentParser()
    for name in ("--bin", "--work", "--image"):
        parser.add_argument(name, required=True)
    parser.add_argument("--helper", required=True, type=int)
    parser.add_argument("--only")
    options = parser.parse_args()
    attacks = Attacks(options)
    for part in ("messages", "bombs", "names", "doors", "secrets", "identity", "environment", "slow"):
        if options.only not in (None, part):
            continue
        begun = time.monotonic()
        try:
            getattr(attacks, part)()
        except Exception as error: # noqa: an attack that got through in its own way
            check(f"{part}: {error!r}", False)
        print(f"({part}: {time.monotonic() - begun:.1f} s)")
    print(f"{failures} attacks got through")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
