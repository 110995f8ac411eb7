#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what Darsena needs, builds it, starts the helper with a store of its own, and opens the studio on the sample
# project. Without a display it does the same job in the terminal: build, layers, run, clean up.
#
#   installer/run.sh [PROJECT-FOLDER]       --terminal: no window, even with a display
set -euo pipefail
. "$(dirname "$0")/lib.sh"

terminal=
project=
for argument in "$@"; do
    case $argument in
    --terminal) terminal=yes ;;
    -h | --help) sed -n '3,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) die "unknown option $argument (see --help)" ;;
    *) project=$(cd "$argument" && pwd) ;;
    esac
done
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || terminal=yes

install_packages build run
unpack_tools
build release darsena-studio darsena-helper darsena-shim darsena-unpack darsena-oci darsena

# The store stays between runs; the run directory and the socket are this run's own.
state=$cache/run
store=$state/store
socket=$state/darsena.sock
bin=$top/build/release/bin
mkdir -p "$state"
as_root mkdir -p "$store"

if [ -z "$project" ]; then
    project=$state/hello
    [ -d "$project" ] || cp -r "$top/resources/samples/hello" "$project"
fi

helper_log=$state/helper.log
helper_pid=
stop_helper() {
    [ -n "$helper_pid" ] || return 0
    as_root kill "$helper_pid" 2>/dev/null || true
    wait "$helper_pid" 2>/dev/null || true
    helper_pid=
}
trap stop_helper EXIT

# The helper lets root and one group in. For this run that group is the caller's own, so that the studio, which never
# runs as root, may talk to it without anybody being added to a group.
say "Starting the helper (root; store in $store)"
become_root "$bin/darsena-helper" --root "$store" --run "$state/engine" --socket "$socket" --group "$(id -gn)" \
    --libexec "$bin" > "$helper_log" 2>&1 &
helper_pid=$!
for _ in $(seq 100); do
    grep -q '^ready ' "$helper_log" 2>/dev/null && break
    [ -d "/proc/$helper_pid" ] || { cat "$helper_log"; helper_pid=; die "the helper did not start"; }
    sleep 0.1
done
grep -q '^ready ' "$helper_log" || die "the helper is not ready after 10 s; its log is $helper_log"

# docker, pointed at our helper. DOCKER_CONFIG of our own: the user's contexts stay as they are.
export DOCKER_HOST=unix://$socket DOCKER_CONFIG=$state/docker-config DOCKER_BUILDKIT=0
docker() { as_root env DOCKER_HOST="$DOCKER_HOST" DOCKER_CONFIG="$DOCKER_CONFIG" DOCKER_BUILDKIT=0 PATH="$PATH" docker "$@"; }

if ! docker image inspect busybox:latest >/dev/null 2>&1; then
    say "Making the base image busybox:latest from the Debian package busybox-static"
    "$top/resources/recipes/busybox.sh" "$state/busybox.tar"
    docker load -q -i "$state/busybox.tar"
    rm -f "$state/busybox.tar"
fi

if [ -z "$terminal" ]; then
    say "Opening the studio on $project"
    "$bin/darsena-studio" --socket "$socket" "$project"
    exit
fi

say "The stages of $project/Dockerfile"
"$bin/darsena" graph --format json "$project/Dockerfile"
say "Checking it"
"$bin/darsena" lint "$project/Dockerfile" || true
say "Building it as hello:latest"
docker build -t hello:latest "$project"
say "Its layers"
docker history hello:latest
say "Running it"
container=$(docker run -d --network none hello:latest)
sleep 1
docker ps
docker logs "$container"
say "Cleaning up"
docker stop -t 2 "$container"
docker rm "$container"
docker image rm hello:latest
say "Done. The same with a window: installer/run.sh on a desktop."
