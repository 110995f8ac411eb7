#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One image, read from everywhere it can be: archives and layouts as skopeo writes them, with every compression; a registry,
# open, with a password and with TLS; our engine, Debian's dockerd and podman. The layers' indexes are the same everywhere.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
. "$here/peers/dockerd.sh"

for tool in skopeo jq python3; do command -v $tool >/dev/null || skip "needs $tool"; done
[ -x "$bin/darsena" ] || skip "needs the darsena command"

cache=0
# figures ARGUMENT…: with a cache of its own, so that everything is really read.
figures() {
    cache=$((cache + 1))
    XDG_CACHE_HOME=$work/cache-$cache python3 "$here/layer_figures.py" "$bin/darsena" "$@"
    local status=$?
    rm -rf "$work/cache-$cache"
    return $status
}
copy() { skopeo --insecure-policy copy --quiet "$@"; }

# --- The image: files that come, change, go and are linked.
start_helper || exit 1
load_busybox >/dev/null || exit 1
mkdir "$work/context"
cat > "$work/context/Dockerfile" <<'END'
FROM busybox
RUN mkdir -p /data/deep && echo one > /data/a && ln /data/a /data/b && ln -s ../a /data/deep/link && dd if=/dev/urandom of=/data/large bs=64k count=40
RUN rm /data/large && echo two > /data/a && chmod 4755 /data/b
ENV NAME=value
RUN rm -r /data/deep && mkdir /data/deep && echo three > /data/deep/new
END
check "the image is built" d build -q -t layers:test "$work/context"
d save -o "$work/image.tar" layers:test || exit 1
wanted=$(figures "$work/image.tar")
equal "the archive has four layers" 4 "$(grep -c ' sha256:' <<< "$wanted" || true)"

# --- Archives and layouts.
# same WHAT ARGUMENT…
same() {
    local what=$1
    shift
    equal "$what" "$wanted" "$(figures "$@" 2>&1)"
}
same "docker-archive, named as skopeo does" "docker-archive:$work/image.tar:layers:test"
same "docker-archive on standard input" - < "$work/image.tar"
gzip -k "$work/image.tar" && same "docker-archive, gzip" "$work/image.tar.gz"
zstd -q "$work/image.tar" -o "$work/image.tar.zst" 2>/dev/null && same "docker-archive, zstd" "$work/image.tar.zst"
copy "docker-archive:$work/image.tar" "oci:$work/layout:first" && same "OCI layout" "$work/layout"
copy "docker-archive:$work/image.tar" "oci-archive:$work/oci.tar:first" && same "OCI archive" "$work/oci.tar"
copy --dest-compress-format zstd --dest-compress "docker-archive:$work/image.tar" "oci:$work/zstd:first" && same "OCI layout, layers in zstd" "$work/zstd"
has "its layers are zstd" 'tar.zstd' "$(cat "$work"/zstd/blobs/sha256/* | tr -d '\0' | grep -a -o 'layer.v1.tar+zstd' | head -1 | sed 's/+/./;s/layer.v1.//')"
copy "docker-archive:$work/image.tar" "oci:$work/layout:second"
same "OCI layout, one of two tags" "oci:$work/layout:second"
fails "a tag that is not there" 1 'no image third; there is: .*first' figures "oci:$work/layout:third"
head -c 200000 "$work/image.tar" > "$work/short.tar"
fails "half an archive" 1 'failed: .*short.tar' figures "$work/short.tar"

# --- A registry.
registry_pid=
stop_registry() {
    [ -n "$registry_pid" ] || return 0
    kill "$registry_pid" 2>/dev/null
    wait "$registry_pid" 2>/dev/null
    registry_pid=
}
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# start_registry SCHEME MORE-CONFIGURATION
start_registry() {
    stop_registry
    rm -rf "$work/registry"
    cat > "$work/registry.yml" <<END
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $work/registry}}
http:
  addr: 127.0.0.1:$port
$2
END
    OTEL_TRACES_EXPORTER=none docker-registry serve "$work/registry.yml" > "$work/registry.log" 2>&1 &
    registry_pid=$!
    for _ in $(seq 100); do
        curl -ks -o /dev/null "$1://127.0.0.1:$port/v2/" && return 0
        sleep 0.05
    done
    echo "the registry did not start:"; cat "$work/registry.log"
    return 1
}
trap 'status=$?; stop_registry; stop_podman; stop_dockerd; (exit $status); finish' EXIT
stop_podman() { :; }

name=localhost:$port/team/layers
if command -v docker-registry >/dev/null; then
    start_registry http "" || exit 1
    copy --dest-tls-verify=false "docker-archive:$work/image.tar" "docker://$name:1" || not_ok "skopeo pushes"
    same "registry" "docker://$name:1"
    digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$name:1")
    same "registry, by digest" "docker://$name@$digest"
    fails "registry, no such tag" 1 'manifests/2: the registry does not have it' figures "docker://$name:2"
    # A blob that is not what its name says.
    blob=$(skopeo inspect --tls-verify=false "docker://$name:1" | jq -r '.Layers[1]')
    file=$work/registry/docker/registry/v2/blobs/sha256/$(cut -c8-9 <<< "$blob")/${blob#sha256:}/data
    size=$(stat -c %s "$file")
    head -c "$size" /dev/zero > "$file"
    fails "registry, a damaged blob" 1 'failed: .*layer 1' figures "docker://$name:1"

    python3 -W ignore -c 'import crypt; print("ann:" + crypt.crypt("se:cret", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=32)))' > "$work/htpasswd"
    start_registry http "auth: {htpasswd: {realm: test, path: $work/htpasswd}}" || exit 1
    copy --dest-tls-verify=false --dest-creds ann:se:cret "docker-archive:$work/image.tar" "docker://$name:1" || not_ok "skopeo pushes with a password"
    fails "registry with a password, nobody known" 1 "docker login localhost:$port" figures "docker://$name:1"
    printf '{"auths":{"localhost:%s":{"auth":"%s"}}}' "$port" "$(printf 'ann:se:cret' | base64)" > "$DOCKER_CONFIG/config.json"
    same "registry with a password" "docker://$name:1"
    printf '{"auths":{"localhost:%s":{"auth":"%s"}}}' "$port" "$(printf 'ann:wrong' | base64)" > "$DOCKER_CONFIG/config.json"
    fails "registry with a wrong password" 1 'refuses the login' figures "docker://$name:1"
    mkdir -p "$work/bin"
    printf '#!/bin/sh\nread -r host\n[ "$host" = localhost:%s ] && echo %s\n' "$port" "'{\"Username\":\"ann\",\"Secret\":\"se:cret\"}'" > "$work/bin/docker-credential-e2e"
    chmod +x "$work/bin/docker-credential-e2e"
    echo '{"credsStore":"e2e"}' > "$DOCKER_CONFIG/config.json"
    PATH=$work/bin:$PATH same "registry with a credential helper" "docker://$name:1"
    rm "$DOCKER_CONFIG/config.json"

    if command -v openssl >/dev/null; then
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
            -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
        start_registry https "  tls: {certificate: $work/certificate.pem, key: $work/key.pem}" || exit 1
        copy --dest-tls-verify=false "docker-archive:$work/image.tar" "docker://$name:1" || not_ok "skopeo pushes over TLS"
        same "registry with TLS" "docker://$name:1"
    fi
    stop_registry
    fails "registry that is gone" 1 "failed: .*localhost:$port" figures "docker://$name:1"
else
    echo "not here: docker-registry (installer/test.sh brings it)"
fi

# --- Engines.
same "our engine" --socket "$work/darsena.sock" layers:test
id=$(d image inspect --format '{{.Id}}' layers:test)
same "our engine, by id" --socket "$work/darsena.sock" "$id"
DOCKER_HOST=unix://$work/darsena.sock DARSENA_SOCKET= same "the engine in DOCKER_HOST" docker-daemon:layers:test
fails "our engine, no such image" 1 'missing:1: there is no such image.*docker://missing:1' figures --socket "$work/darsena.sock" missing:1
fails "no engine there" 1 'failed: .*nobody.sock' figures --socket "$work/nobody.sock" layers:test

missing=$(dockerd_missing)
if [ -z "$missing" ]; then
    start_dockerd || exit 1
    check "dockerd loads the image" p load -q -i "$work/image.tar"
    same "Debian's dockerd" --socket "$dockerd_socket" layers:test
    # It knows no indexes: the archive that it saves is read.
    equal "darsena layers by dockerd's archive" "$("$bin/darsena" layers --json - "$work/image.tar" | jq -c '[.exact, .platforms]')" \
        "$("$bin/darsena" layers --socket "$dockerd_socket" --json - layers:test | jq -c '[.exact, .platforms]')"
    check "another tag" p tag layers:test layers:other
    same "dockerd, one of two tags of a repository" --socket "$dockerd_socket" layers:test
    fails "dockerd, no such image" 1 'Pull it first' figures --socket "$dockerd_socket" missing:1
    stop_dockerd
else
    echo "not here: dockerd ($missing)"
fi

if command -v podman >/dev/null; then
    pod=(podman --root "$work/pod" --runroot "$work/pod-run" --tmpdir "$work/pod-tmp" --storage-driver vfs --events-backend none --cgroup-manager cgroupfs)
    export HOME=$work/home
    mkdir -p "$HOME/.config/containers"
    echo '{"default":[{"type":"insecureAcceptAnything"}]}' > "$HOME/.config/containers/policy.json"
    if "${pod[@]}" load -q -i "$work/image.tar" >/dev/null 2>&1; then
        "${pod[@]}" system service --time 0 "unix://$work/podman.sock" > "$work/podman.log" 2>&1 &
        podman_pid=$!
        stop_podman() {
            kill "$podman_pid" 2>/dev/null
            wait "$podman_pid" 2>/dev/null
        }
        for _ in $(seq 100); do [ -S "$work/podman.sock" ] && break; sleep 0.05; done
        same "podman" --socket "$work/podman.sock" layers:test
        fails "podman, no such image" 1 'Pull it first' figures --socket "$work/podman.sock" missing:1
    else
        echo "not here: podman cannot load an image on this machine"
    fi
else
    echo "not here: podman"
fi
