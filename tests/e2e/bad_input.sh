#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong says what went wrong, leaves nothing half stored, and the next try works.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

start_helper || exit 1
check "busybox loads" load_busybox
project=$work/project
mkdir -p "$project"

build() { d build "$@" "$project"; }
dockerfile() { cat > "$project/Dockerfile"; }

# Dockerfiles
dockerfile <<'D'
FROM busybox
RUNN echo hello
D
fails "a misspelt instruction names itself and its line" any '[Dd]ockerfile:2.*RUNN|line 2.*RUNN|RUNN.*line 2' build
has "lint says line and column" ':2:1: ' "$("$bin/darsena" lint "$project/Dockerfile" 2>&1)"

dockerfile <<'D'
FROM nowhere:1.2
RUN true
D
fails "a missing base image is named" any 'nowhere:1.2' build

dockerfile <<'D'
FROM busybox
COPY missing.c /src/
D
fails "a missing source of COPY is named" any 'missing\.c' build

echo text > "$project/secret.txt"
echo secret.txt > "$project/.dockerignore"
dockerfile <<'D'
FROM busybox
COPY secret.txt /
D
fails "an ignored source says that .dockerignore hides it" any 'secret\.txt' build
rm "$project/.dockerignore"

dockerfile <<'D'
FROM busybox AS a
COPY --from=b /x /
FROM busybox AS b
COPY --from=a /x /
D
fails "a stage that comes later cannot be copied from" any 'b' build
fails "an unknown target is named" any 'nosuch' build --target nosuch

dockerfile <<'D'
FROM busybox
RUN echo before && exit 42
D
images_before=$(d images -aq | sort)
fails "a failing RUN gives its command and code" any 'non-zero code: 42|exit code:? 42|returned.*42' build -t broken
fails "nothing is tagged by it" any 'No such image|not found' d image inspect broken
equal "and no image is left by it" "$images_before" "$(d images -aq | sort)"
dockerfile <<'D'
FROM busybox
RUN echo before && exit 0
D
check "the next try works" build -t mended

# Archives
archive=$("$here/base_images.sh" busybox)/busybox.tar
head -c 900000 "$archive" > "$work/cut.tar"
fails "a truncated archive is refused" any '.' d load -i "$work/cut.tar"
head -c 100000 /dev/urandom > "$work/noise.tar"
fails "noise is refused" any '.' d load -i "$work/noise.tar"
python3 - "$archive" "$work" <<'P'
import hashlib, io, json, os, sys, tarfile
archive, work = sys.argv[1:]

def image(name, members, corrupt=False):
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    layer = layer.getvalue()
    digest = hashlib.sha256(layer).hexdigest()
    if corrupt:
        layer = layer[:512] + bytes([layer[512] ^ 1]) + layer[513:]
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]}}).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": config_name, "RepoTags": [name + ":latest"], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(os.path.join(work, name + ".tar"), "w") as tar:
        for member, data in ((config_name, config), ("layer.tar", layer), ("manifest.json", manifest)):
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))

def file(name, data=b"x"):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    return info, data

def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""

outside = os.path.join(work, "outside")
image("dotdot", [file("../../../../../../../.." + outside + "/dotdot")])
image("absolute", [file(outside + "/absolute")])
image("throughlink", [link("d", outside), file("d/throughlink")])
image("hardlink", [link("h", outside + "/sentinel", tarfile.LNKTYPE), file("h", b"overwritten")])
image("whiteout", [link("w", outside), file("w/.wh.sentinel", b"")])
image("corrupt", [file("a", b"data")], corrupt=True)
P
mkdir "$work/outside"
echo untouched > "$work/outside/sentinel"
before=$(cd "$work/outside" && find . -printf '%p %i %T@ %m\n' | sort; cat "$work/outside/sentinel")
for trick in dotdot absolute throughlink hardlink whiteout; do
    d load -q -i "$work/$trick.tar" >/dev/null 2>&1 # refused, or kept inside: both are right
    after=$(cd "$work/outside" && find . -printf '%p %i %T@ %m\n' | sort; cat "$work/outside/sentinel")
    equal "the archive trick '$trick' changes nothing outside" "$before" "$after"
done
fails "a layer that is not what its digest says is refused" any '.' d load -i "$work/corrupt.tar"
fails "and not stored" any 'No such image|not found' d image inspect corrupt
check "a good archive loads after all that" load_busybox

# HTTP
raw() { printf "$1" | python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1]); s.sendall(sys.stdin.buffer.read())
out = b""
try:
    while chunk := s.recv(65536): out += chunk
except TimeoutError: pass
print(out.decode(errors="replace"))' "$work/darsena.sock"; }
has "noise gets 400" '^HTTP/1.1 400' "$(raw 'nonsense\r\n\r\n')"
has "two Content-Lengths get 400" '^HTTP/1.1 400' "$(raw 'POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x')"
has "broken JSON gets 400 with a message" '"message"' "$(raw 'POST /containers/create HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{"a":')"
has "an unknown path gets 404" '^HTTP/1.1 404' "$(raw 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')"
check "and the engine answers on" d version

# Names and values
fails "a bad container name" any 'Invalid container name' d create --name '../x' busybox
fails "an unknown image" any 'nosuchimage' d create --pull never nosuchimage
fails "an unknown container" any 'No such container: nosuch' d start nosuch
fails "a command that is not there gives 127" 127 'nosuchcommand.*executable file not found' d run --rm --network none busybox nosuchcommand
fails "a command that cannot be executed gives 126" 126 'permission denied' d run --rm --network none busybox /etc/passwd

# The helper goes away
check "a container starts" d run -d --name survivor --network none busybox sh -c 'while :; do echo tick; sleep 0.2; done'
pid=$(d inspect -f '{{.State.Pid}}' survivor)
dockerfile <<'D'
FROM busybox
RUN echo begun && sleep 30
D
build --network none -t interrupted > "$work/build.log" 2>&1 &
build_pid=$!
for _ in $(seq 100); do grep -q begun "$work/build.log" && break; sleep 0.1; done
has "a build is under way" begun "$(cat "$work/build.log")"
stop_helper KILL
wait "$build_pid"
equal "the build's client is told" 1 $?
check "the container outlives the helper" kill -0 "$pid"
fails "without a helper, docker says so" any 'Cannot connect|connect' d ps
start_helper || exit 1
equal "the next helper finds the container running" "$pid" "$(d inspect -f '{{.State.Pid}}' survivor)"
has "with its log" tick "$(d logs --tail 3 survivor)"
equal "nothing is left of the build's step" "" "$(pgrep -f '^sleep 30$' || true)"
fails "and no image of it" any 'No such image|not found' d image inspect interrupted
dockerfile <<'D'
FROM busybox
RUN echo begun && sleep 0
D
check "the next build works" build --network none -t interrupted
check "the container stops" d stop -t 1 survivor
equal "and its code is known" 137 "$(d inspect -f '{{.State.ExitCode}}' survivor)"
check "it is removed" d rm survivor

# A full disk
stop_helper
truncate -s 24M "$work/small.img"
mkfs.ext4 -q -O ^has_journal "$work/small.img"
mkdir "$work/small"
mount -o loop "$work/small.img" "$work/small"
store=$work/small/root start_helper || exit 1
check "busybox loads on a small disk" load_busybox
dockerfile <<'D'
FROM busybox
RUN dd if=/dev/zero of=/big bs=1M count=40
D
fails "a disk that a command fills says so" any 'No space left' build --network none -t big
head -c 40000000 /dev/zero > "$project/big"
fails "a disk that a context fills says so" any 'No space left|no space left' build --network none -t big
rm "$project/big"
head -c 40000000 /dev/zero > "$work/big.layer"
tar -C "$work" -cf "$work/big.root.tar" big.layer
"$here/../../resources/recipes/image_archive.sh" "$work/big.root.tar" big:latest "$work/big.tar" sh
fails "a disk that an image fills says so" any 'No space left|no space left' d load -i "$work/big.tar"
fails "and the image is not there" any 'No such image|not found' d image inspect big
check "images are listed on it" d images
dockerfile <<'D'
FROM busybox
RUN echo small > /small
D
check "and a smaller build works" build --network none -t small
for container in $(d ps -aq); do d rm -f "$container" >/dev/null; done
stop_helper
check "the small disk unmounts: nothing holds it" umount "$work/small"
