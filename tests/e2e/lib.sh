# SPDX-License-Identifier: GPL-3.0-or-later
# What the end-to-end scripts share; sourced, not run. Expects bash, and DARSENA_BIN: the folder of the programs.
#
# Each script gets a folder of its own ($work), a helper with its own store, in a network and a mount namespace of its
# own, and leaves nothing behind. Checks go on after a failure; the script's end says how many failed.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${DARSENA_BIN:?the folder of darsena-helper and the other programs}
DOCKER=${DOCKER:-docker}
# Debian's client, where installer/test.sh unpacked it.
PATH=$PATH:${XDG_CACHE_HOME:-$HOME/.cache}/darsena/tools/usr/bin

skip() { echo "SKIP: $*"; exit 77; }
[ "$(id -u)" = 0 ] || skip "needs root: the engine makes namespaces and mounts"
command -v "$DOCKER" >/dev/null || skip "needs the docker client (installer/test.sh unpacks it)"

work=$(mktemp -d /tmp/darsena-e2e-XXXXXX)
export DOCKER_HOST=unix://$work/darsena.sock DOCKER_CONFIG=$work/docker-config DOCKER_BUILDKIT=0 DOCKER_CLI_HINTS=false
mkdir -p "$DOCKER_CONFIG"
helper_pid=
passed=0
failed=0
left_out=0

# start_helper [OPTION…]: returns when it accepts.
start_helper() {
    # Emptied first: a second start must not find the first one's "ready".
    : > "$work/helper.log"
    unshare --net --mount --propagation private sh -c 'ip link set lo up; exec "$@"' sh \
        "$bin/darsena-helper" --root "${store:-$work/root}" --run "$work/run" --socket "$work/darsena.sock" --libexec "$bin" "$@" \
        >> "$work/helper.log" 2>&1 &
    await_helper $!
}
# await_helper PID: returns when it accepts, as its log says.
await_helper() {
    helper_pid=$1
    for _ in $(seq 200); do
        grep -q '^ready ' "$work/helper.log" && return 0
        kill -0 "$helper_pid" 2>/dev/null || break
        sleep 0.05
    done
    echo "the helper did not start:"; cat "$work/helper.log"
    return 1
}

# stop_helper [SIGNAL]
stop_helper() {
    [ -n "$helper_pid" ] || return 0
    kill "-${1:-TERM}" "$helper_pid" 2>/dev/null || true
    wait "$helper_pid" 2>/dev/null || true
    helper_pid=
}

d() { "$DOCKER" "$@"; }
# newer VERSION WHAT: the client is of that version or later; if not, says that WHAT is left out, and counts it. What an
# older client cannot ask for is checked without one (raw), so that only the client's own words are lost.
newer() {
    local version
    version=$("$DOCKER" --version | sed -n 's/^Docker version \([0-9][0-9.]*\).*/\1/p')
    printf '%s\n' "$1" "$version" | sort -V -C && return 0
    left_out=$((left_out + 1))
    echo "left out: $2 (this docker client is $version; those from $1 on can)"
    return 1
}
# raw run|start [--name NAME] JSON: a container as the API's own words make it, without a client. "run" prints what it
# says and takes it away again; the exit code is the container's, or 125 after the engine's sentence.
raw() { python3 "$here/raw_api.py" "$work/darsena.sock" "$@"; }
load_busybox() { d load -q -i "$("$here/base_images.sh" busybox)/busybox.tar"; }

ok() { passed=$((passed + 1)); echo "ok: $1"; }
not_ok() {
    failed=$((failed + 1))
    echo "NOT OK: $1"
    shift
    printf '    %s\n' "$@"
}
# check WHAT COMMAND…: the command succeeds.
check() {
    local what=$1 out
    shift
    if out=$("$@" 2>&1); then ok "$what"; else not_ok "$what" "exit $?" "$out"; fi
}
# equal WHAT WANTED GOT
equal() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "wanted: $2" "got:    $3"; fi; }
# has WHAT PATTERN TEXT: an extended regular expression matches.
has() { if grep -qE -- "$2" <<< "$3"; then ok "$1"; else not_ok "$1" "wanted: $2" "in:     $3"; fi; }
# fails WHAT CODE PATTERN COMMAND…: the command exits with CODE ("any" = not 0) and says PATTERN.
fails() {
    local what=$1 wanted=$2 pattern=$3 out code=0
    shift 3
    out=$("$@" 2>&1) || code=$?
    if { [ "$wanted" = any ] && [ $code -ne 0 ]; } || [ "$code" = "$wanted" ]; then
        has "$what" "$pattern" "$out"
    else
        not_ok "$what" "wanted exit $wanted, got $code" "$out"
    fi
}
# until_is WHAT SECONDS WANTED COMMAND…: the command prints WANTED within that time.
until_is() {
    local what=$1 wanted=$3 left=$(($2 * 20)) got
    shift 3
    while got=$("$@" 2>&1); [ "$got" != "$wanted" ]; do
        left=$((left - 1))
        if [ $left -le 0 ]; then not_ok "$what" "wanted: $wanted" "got:    $got"; return; fi
        sleep 0.05
    done
    ok "$what"
}

finish() {
    local status=$?
    trap - EXIT
    if [ -n "$helper_pid" ]; then
        local all
        all=$(d ps -aq 2>/dev/null) && [ -n "$all" ] && d rm -f $all >/dev/null 2>&1
        stop_helper
    fi
    if [ $failed -gt 0 ] || { [ $status -ne 0 ] && [ $status -ne 77 ]; }; then
        echo "--- the helper's log"; tail -n 40 "$work/helper.log" 2>/dev/null
    fi
    # Nothing of ours may be mounted or run any longer.
    if grep -q "$work" /proc/self/mounts; then
        not_ok "no mount is left" "$(grep "$work" /proc/self/mounts)"
        grep "$work" /proc/self/mounts | cut -d' ' -f2 | sort -r | xargs -r -n1 umount -l
    fi
    local left
    left=$(pgrep -f "$work" || true)
    if [ -n "$left" ]; then
        not_ok "no process is left" "$(ps -o pid,args -p "$(tr '\n' ',' <<< "$left" | sed 's/,$//')")"
        kill -9 $left
    fi
    rm -rf "$work"
    [ $status -eq 77 ] && exit 77
    echo "$passed passed, $failed failed$([ $left_out -eq 0 ] || echo ", $left_out left out: the docker client is too old")"
    # An exit without a number would repeat the status from before the trap.
    if [ $failed -gt 0 ] || [ $status -ne 0 ]; then exit 1; fi
    exit 0
}
trap finish EXIT
