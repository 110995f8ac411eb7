# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a script that uses one of Docker's client libraries against our helper, and against Debian's dockerd where that is
# there: what fails at dockerd, too, is the script's fault. Sourced; then: run_client WHAT COMMAND…
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
. "$here/peers/dockerd.sh"
clients=$here/clients

# at ENGINE SOCKET PID COMMAND…: in the engine's network, where its published ports are.
at() {
    local engine=$1 socket=$2 pid=$3
    shift 3
    mkdir -p "$work/$engine/bound"
    (cd "$work/$engine" && DOCKER_HOST=unix://$socket ENGINE=$engine BOUND=$work/$engine/bound timeout 200 nsenter -t "$pid" -n -- "$@")
}

run_client() {
    local what=$1
    shift
    start_helper || exit 1
    check "busybox loads" load_busybox
    [ -z "${CLIENT_IMAGES:-}" ] || check "and what else the client needs" prepare_images d
    if at ours "$work/darsena.sock" "$helper_pid" "$@"; then ok "$what works with our engine"; else not_ok "$what works with our engine" "see above"; fi
    if [ -n "${CLIENT_SKIP_PEER:-}" ] || [ -n "$(dockerd_missing)" ]; then
        echo "not run against dockerd: $(dockerd_missing)is missing"
        return
    fi
    start_dockerd || exit 1
    check "busybox loads into dockerd" p load -q -i "$("$here/base_images.sh" busybox)/busybox.tar"
    if at peer "$dockerd_socket" "$dockerd_pid" "$@" > "$work/peer.log" 2>&1; then
        ok "and the same steps with dockerd"
    else
        not_ok "and the same steps with dockerd (then the fault is the test's)" "$(cat "$work/peer.log")"
    fi
}

# node_modules: installs what clients/package-lock.json pins, once, below ~/.cache; prints the folder.
node_modules() {
    local folder
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/darsena/clients-$(cksum < "$clients/package-lock.json" | cut -d' ' -f1)
    (
        flock 9
        [ -e "$folder/installed" ] && exit 0
        mkdir -p "$folder"
        cp "$clients/package.json" "$clients/package-lock.json" "$folder"
        # No install scripts: the optional native modules are not needed.
        (cd "$folder" && timeout 180 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || exit 1
        touch "$folder/installed"
    ) 9> "${folder%/*}/.clients.lock" >&2 || return 1
    echo "$folder/node_modules"
}
