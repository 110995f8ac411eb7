#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docker run --runtime: containers that somebody else's OCI runtime makes behave like our own. Everything with runc, and
# with crun where that can run a container.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
command -v runc >/dev/null || skip "needs runc"
command -v python3 >/dev/null && python3 -c 'import sqlite3' 2>/dev/null || skip "needs python3 with sqlite3"

look() { python3 "$here/invariants.py" --root "$work/root" --run "$work/run" --helper "$helper_pid" --made "$work/made" --settle 10; }
# typed COMMAND…: with a terminal of 50 columns, through python's pty.
typed() {
    timeout 30 python3 -c 'import pty, sys
sys.exit(pty.spawn(sys.argv[1:]) >> 8)' "$@" < /dev/null | tr -d '\r'
}
until_says() { for _ in $(seq 100); do d logs "$1" 2>&1 | grep -q "$2" && return 0; sleep 0.05; done; return 1; }

fails "a runtime that is no program" any 'gone' start_helper --add-runtime "x=$work/gone"
cp /bin/true "$work/loose"
fails "one that others can change" any 'can be changed by others than root' start_helper --add-runtime "x=$work/loose"
fails "ours cannot be replaced" any 'built in' start_helper --add-runtime "darsena=$(command -v runc)"

start_helper --add-runtime "other=$(command -v runc)" || exit 1
load_busybox >/dev/null
: > "$work/made"
for name in darsena io.containerd.runc.v2 other runc; do
    has "docker info lists $name" "Runtimes:.* $name( |\$)" "$(d info 2>/dev/null | grep Runtimes)"
done
equal "the default is ours" darsena "$(d info -f '{{.DefaultRuntime}}')"
fails "an unknown one" 125 'unknown or invalid runtime name: kata' d run --rm --runtime kata busybox true
equal "none is left of it" "" "$(d ps -aq)"

# The other names of runc.
for name in other io.containerd.runc.v2; do
    equal "by the name $name" yes "$(d run --rm --network none --runtime $name busybox echo yes)"
done

always=() # what every container is run with

# works RUNTIME [OPTION…]: the options, which want a memory controller, are for the long-lived container.
works() {
    local runtime=$1 id pid monitor got
    local -a run=(run --runtime "$runtime" "${always[@]}") more=("${@:2}")
    equal "$runtime: run --rm" "hello 1" "$(d "${run[@]}" --rm busybox sh -c 'echo hello $$')"
    equal "$runtime: exit code" 7 "$(d "${run[@]}" --rm busybox sh -c 'exit 7'; echo $?)"
    fails "$runtime: a program that is not there" 127 'nonesuch' d "${run[@]}" --rm busybox nonesuch
    fails "$runtime: one that cannot be run" 126 'denied' d "${run[@]}" --rm busybox /etc/passwd
    equal "$runtime: input" abc "$(echo abc | d "${run[@]}" --rm -i busybox cat)"
    equal "$runtime: streams stay apart" "err" "$(d "${run[@]}" --rm busybox sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)"
    has "$runtime: -it" '^/dev/pts/0' "$(typed "$DOCKER" "${run[@]}" --rm -it busybox tty)"
    equal "$runtime: nothing is left" "" "$(d ps -aq)"

    mkdir -p "$work/host"
    echo of the host > "$work/host/file"
    id=$(d "${run[@]}" -d --name box --hostname box -v "$work/host:/bound:ro" -v "data-$runtime:/data" "${more[@]}" --user 1:1 -w /made/here \
        --env A=b --label x=y busybox sh -c 'trap "echo term; exit 5" TERM; echo begun; while :; do sleep 0.1; done')
    echo "$id" >> "$work/made"
    check "$runtime: it runs" until_says box begun
    equal "$runtime: inspect shows it" "$runtime" "$(d inspect -f '{{.HostConfig.Runtime}}' box)"
    pid=$(d inspect -f '{{.State.Pid}}' box)
    check "$runtime: its process is that" grep -q '^sh' "/proc/$pid/comm"
    equal "$runtime: the invariants hold" "" "$(look)"
    equal "$runtime: exec" "1 box b /made/here" "$(d exec box sh -c 'echo $(id -u) $(hostname) $A $PWD')"
    equal "$runtime: exec's input" in "$(echo in | d exec -i box cat)"
    equal "$runtime: exec's exit code" 9 "$(d exec box sh -c 'exit 9'; echo $?)"
    has "$runtime: exec -it" '^/dev/pts/' "$(typed "$DOCKER" exec -it box tty)"
    fails "$runtime: exec of nothing" 127 'nonesuch' d exec box nonesuch
    check "$runtime: exec -d" d exec -d box sh -c 'sleep 300'
    has "$runtime: top shows it" 'sleep 300' "$(d top box)"
    equal "$runtime: binds" "of the host" "$(d exec box cat /bound/file)"
    fails "$runtime: read-only ones" 1 'Read-only' d exec --user 0 box sh -c 'echo x > /bound/file'
    check "$runtime: volumes" d exec --user 0 box sh -c 'echo kept > /data/file'
    equal "$runtime: umask" 0022 "$(d exec box sh -c umask)"
    equal "$runtime: SIGTERM is not ignored" 0000000000000000 "$(d exec box grep SigIgn /proc/self/status | cut -f2)"
    equal "$runtime: capabilities, as ours" "$(d run --rm --network none "${always[@]}" busybox grep CapBnd /proc/self/status)" \
        "$(d "${run[@]}" --rm --network none busybox grep CapBnd /proc/self/status)"
    equal "$runtime: the filter too" "$(d run --rm --network none "${always[@]}" busybox grep -w Seccomp: /proc/self/status)" "$(d exec box grep -w Seccomp: /proc/self/status)"
    if [ ${#more[@]} -gt 0 ]; then has "$runtime: stats" '^[1-9].*/ 64MiB' "$(d stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' box)"; fi
    check "$runtime: pause" d pause box
    equal "$runtime: is paused" paused "$(d inspect -f '{{.State.Status}}' box)"
    check "$runtime: unpause" d unpause box
    echo copied > "$work/copied"
    check "$runtime: cp" d cp "$work/copied" box:/made/copied
    equal "$runtime: cp back" copied "$(d cp box:/made/copied - | tar xO)"

    monitor=$(cut -d' ' -f2 "$work/run/shims/$id/pid")
    equal "$runtime: its root is mounted for nobody else" "" "$(grep "$id" /proc/self/mounts "/proc/$helper_pid/mounts" | grep rootfs)"
    stop_helper KILL
    start_helper --add-runtime "other=$(command -v runc)" || return 1
    equal "$runtime: it outlives the helper" "$pid" "$(d inspect -f '{{.State.Pid}}' box)"
    equal "$runtime: exec after that" yes "$(d exec box echo yes)"
    check "$runtime: restart" d restart box
    for _ in $(seq 100); do [ "$(d logs box | grep -c begun)" = 2 ] && break; sleep 0.05; done
    check "$runtime: stop" d stop box
    equal "$runtime: stopped by its signal" 5 "$(d inspect -f '{{.State.ExitCode}}' box)"
    equal "$runtime: logs" "begun term begun term" "$(echo $(d logs box))"
    check "$runtime: start" d start box
    check "$runtime: kill" d kill box
    equal "$runtime: wait" 137 "$(d wait box)"

    d start box >/dev/null
    pid=$(d inspect -f '{{.State.Pid}}' box)
    monitor=$(cut -d' ' -f2 "$work/run/shims/$id/pid")
    kill -9 "$monitor"
    for _ in $(seq 100); do [ "$(d inspect -f '{{.State.Status}}' box)" = exited ] && break; sleep 0.05; done
    equal "$runtime: it ends with its monitor" "exited 255" "$(d inspect -f '{{.State.Status}} {{.State.ExitCode}}' box)"
    for _ in $(seq 100); do [ -e "/proc/$pid" ] || break; sleep 0.05; done
    fails "$runtime: so does its process" any '' test -e "/proc/$pid"
    equal "$runtime: the invariants hold after it all" "" "$(look)"
    check "$runtime: rm" d rm -v box
}

works runc --memory 64m
stop_helper

# crun wants control groups of version 2 alone: where the machine has others too, the helper is shown those alone.
command -v crun >/dev/null || { echo "without crun, which is not installed"; exit 0; }
if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
    mkdir "$work/bin"
    cp "$bin"/darsena-{shim,init,unpack} "$work/bin"
    printf '#!/bin/sh\numount -R -l /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec %s "$@"\n' "$bin/darsena-helper" > "$work/bin/darsena-helper"
    chmod 755 "$work/bin/darsena-helper"
    bin=$work/bin
    [ -s /sys/fs/cgroup/unified/cgroup.controllers ] || always=(--pids-limit -1) # no limit is to be had there
fi
start_helper || exit 1
if ! said=$(d run --rm --network none --runtime crun "${always[@]}" busybox true 2>&1); then
    # Without the right to raise limits it cannot load its rules for devices.
    echo "crun without rules for devices alone, since it says: $said"
    always+=(--privileged)
fi
if ! said=$(d run --rm --network none --runtime crun "${always[@]}" busybox true 2>&1); then
    echo "without crun, which says here: $said"
else
    works crun
fi
