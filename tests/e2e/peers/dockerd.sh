# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's dockerd beside our helper, for comparing; sourced after lib.sh, not run.
#
# It runs in a network and a mount namespace of its own, on a data root in $work, with a /run of its own: nothing of the
# machine is seen or changed, and nothing is left. Its programs come from PATH or from where installer/test.sh unpacked them.

dockerd_pid=
dockerd_socket=$work/dockerd.sock
dockerd_cgroups=darsena-e2e-peer-$$
PATH=$PATH:/usr/sbin:/sbin:${XDG_CACHE_HOME:-$HOME/.cache}/darsena/tools/usr/sbin

# What dockerd needs and is not there, as words; empty = it can run.
dockerd_missing() {
    local program
    for program in dockerd containerd containerd-shim-runc-v2 runc docker-init iptables; do
        command -v "$program" >/dev/null || printf '%s ' "$program"
    done
}

# start_dockerd: returns when it answers.
start_dockerd() {
    mkdir -p "$work/dockerd"
    # Its key would go to /etc/docker otherwise.
    echo "{\"deprecated-key-path\": \"$work/dockerd/key.json\"}" > "$work/dockerd/daemon.json"
    unshare --net --mount --propagation private sh -c 'ip link set lo up; mount -t tmpfs -o mode=755 tmpfs /run; exec "$@"' sh \
        dockerd --config-file "$work/dockerd/daemon.json" --data-root "$work/dockerd/data" --exec-root "$work/dockerd/exec" \
        --pidfile "$work/dockerd/pid" --host "unix://$dockerd_socket" --storage-driver overlay2 --cgroup-parent "/$dockerd_cgroups" \
        > "$work/dockerd.log" 2>&1 &
    dockerd_pid=$!
    for _ in $(seq 300); do
        [ -S "$dockerd_socket" ] && p version >/dev/null 2>&1 && return 0
        kill -0 "$dockerd_pid" 2>/dev/null || break
        sleep 0.1
    done
    echo "dockerd did not start:"; tail -n 20 "$work/dockerd.log"
    return 1
}

# The docker client at dockerd ("peer").
p() { DOCKER_HOST=unix://$dockerd_socket "$DOCKER" "$@"; }

stop_dockerd() {
    [ -n "$dockerd_pid" ] || return 0
    local all
    all=$(p ps -aq 2>/dev/null) && [ -n "$all" ] && p rm -f $all >/dev/null 2>&1
    kill "$dockerd_pid" 2>/dev/null
    wait "$dockerd_pid" 2>/dev/null
    dockerd_pid=
    find /sys/fs/cgroup -depth -type d -path "*/$dockerd_cgroups*" -exec rmdir {} + 2>/dev/null
    return 0
}
trap 'status=$?; stop_dockerd; (exit $status); finish' EXIT
