#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's podman with darsena-oci as its runtime: run, exec, logs, pause, update, stop and remove.
#
# In a process namespace of its own, below an init that takes in orphans, which conmon is: not every machine's does. Whatever
# is left ends with the namespace.
set -euo pipefail
if [ -z "${DARSENA_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || { echo "SKIP: needs root"; exit 77; }
    init='import os, sys
child = os.fork()
if child == 0:
    os.execvp("bash", ["bash", sys.argv[1]])
while True:
    pid, status = os.wait()
    if pid == child:
        sys.exit(os.waitstatus_to_exitcode(status) % 256)'
    DARSENA_INSIDE=1 exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private python3 -c "$init" "$0"
fi
. "$(dirname "$0")/lib.sh"
for tool in podman conmon; do
    command -v $tool >/dev/null || skip "needs $tool"
done
ip link set lo up
# Seen in this mount namespace alone: what conmon runs when a container has ended is the podman of /usr/bin, wherever podman
# lies, and it does nothing on a machine where nobody listens for log messages. Without it podman waits 20 s for each end.
[ -e /usr/bin/podman ] || mount -t overlay -o "lowerdir=$(dirname "$(command -v podman)"):/usr/bin" overlay /usr/bin
mount -t tmpfs run /run
python3 -c 'import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/run/log")
while True:
    log.recv(65536)' &
for _ in $(seq 100); do [ -S /run/log ] && break; sleep 0.05; done

# Where podman keeps things, and what it would otherwise read from /etc.
mkdir -p "$work/home/.config/containers"
echo '{"default":[{"type":"insecureAcceptAnything"}]}' > "$work/home/.config/containers/policy.json"
printf '[storage]\ndriver = "overlay"\nrunroot = "%s"\ngraphroot = "%s"\n' "$work/pod-run" "$work/pod-graph" > "$work/storage.conf"
cat > "$work/containers.conf" <<END
[containers]
default_ulimits = []
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
tmp_dir = "$work/pod-tmp"
END
images=$("$here/base_images.sh" busybox)
export HOME=$work/home CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf
unset DARSENA_INSIDE DOCKER_CONFIG DOCKER_HOST
: > "$work/helper.log"
p() { podman --runtime "$bin/darsena-oci" "$@"; }
r() { p run --rm --network none "$@"; }

p load -q -i "$images/busybox.tar" >/dev/null || skip "podman cannot load an image on this machine"

equal "run prints" hello "$(r busybox echo hello)"
fails "run gives the exit code" 7 '^$' r busybox sh -c 'exit 7'
fails "a missing command is 127" 127 'executable file not found in' r busybox nonesuch
fails "a directory is 126" 126 'is a directory' r busybox /etc
equal "standard input" "one two" "$(echo 'one two' | r -i busybox cat)"
equal "a terminal" "/dev/pts/0 24 80" "$(r -t busybox sh -c 'stty rows 24 cols 80; echo $(tty) $(stty size)' | tr -d '\r')"
equal "user and groups" "1000 1000 1000 2000" "$(r --user 1000:1000 --group-add 2000 busybox sh -c 'echo $(id -u) $(id -g) $(id -G)')"
equal "environment and directory" "b /tmp" "$(r -e A=b -w /tmp busybox sh -c 'echo $A $PWD')"
equal "host name" box "$(r --hostname box busybox hostname)"
equal "read-only root" no "$(r --read-only busybox sh -c 'touch /x 2>/dev/null && echo yes || echo no')"
equal "capabilities" "CapEff: 0000000000000000" "$(r --cap-drop all busybox grep CapEff /proc/self/status | tr '\t' ' ')"
equal "a system call filter" "2" "$(r busybox sed -n 's/^Seccomp:\t//p' /proc/self/status)"
mkdir "$work/data"; echo content > "$work/data/file"
equal "a bind, read-only" "content no" "$(r -v "$work/data:/data:ro" busybox sh -c 'echo $(cat /data/file) $(touch /data/x 2>/dev/null && echo yes || echo no)')"
equal "a volume with what the image has" "root" "$(r -v vol:/etc busybox sh -c 'head -n 1 /etc/passwd | cut -d: -f1')"
equal "a tmpfs" "tmpfs 777" "$(r --tmpfs /scratch:mode=777 busybox sh -c "echo \$(stat -f -c %T /scratch) \$(stat -c %a /scratch)")"
equal "a sysctl" 4096 "$(r --sysctl kernel.msgmax=4096 busybox cat /proc/sys/kernel/msgmax)"
equal "process number file" yes "$(r --pidfile "$work/pid" busybox true; [ -s "$work/pid" ] && echo yes)"
equal "a device" "c 1 7" "$(r --device /dev/full:/dev/mine busybox sh -c "stat -c '%t %T' /dev/mine | sed 's/^/c /'")"
equal "descriptors to hand on" "handed" "$(echo handed > "$work/fd"; r --preserve-fds 1 busybox cat /proc/self/fd/3 3< "$work/fd")"
equal "the user namespace of a range" "0 0 65536 200000" "$(r --uidmap 0:200000:65536 --gidmap 0:200000:65536 busybox sh -c 'read a b c < /proc/self/uid_map; echo $(id -u) $a $c $b')"
equal "of two hosts" "$(readlink /proc/self/ns/net)" "$(p run --rm --network host busybox readlink /proc/self/ns/net)"

p run -d --name one --network none --memory 64m busybox sh -c 'trap "echo told; exit 3" TERM; echo begun; while :; do sleep 0.05; done' >/dev/null
equal "exec" "1" "$(p exec one sh -c 'readlink /proc/1/exe >/dev/null && echo 1')"
fails "exec gives the exit code" 9 '^$' p exec one sh -c 'exit 9'
fails "exec of a missing command is 127" 127 'executable file not found in' p exec one nonesuch
equal "exec with a terminal" "/dev/pts/0" "$(p exec -t one tty | tr -d '\r')"
equal "exec as another user" "5 6" "$(p exec --user 5:6 one sh -c 'echo $(id -u) $(id -g)')"
equal "exec in the background" yes "$(p exec -d one touch /tmp/made >/dev/null; for _ in $(seq 100); do p exec one test -e /tmp/made && break; sleep 0.1; done; p exec one sh -c 'test -e /tmp/made && echo yes')"
has "top" 'while' "$(p top one args)"
check "pause" p pause one
equal "paused" paused "$(p inspect -f '{{.State.Status}}' one)"
check "unpause" p unpause one
if [ -d /sys/fs/cgroup/memory ]; then
    pid=$(p inspect -f '{{.State.Pid}}' one)
    limit=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' "/proc/$pid/cgroup")/memory.limit_in_bytes
    equal "a memory limit" 67108864 "$(cat "$limit")"
fi
fails "stop" 0 one p stop -t 10 one
equal "it stopped as it wanted" 3 "$(p inspect -f '{{.State.ExitCode}}' one)"
equal "logs" "begun told" "$(echo $(p logs one))"
check "start again" p start one
check "kill" p kill one
equal "wait" 137 "$(p wait one)"
check "rm" p rm one
p run -d --name two --network none busybox sleep 1000 >/dev/null
check "rm --force" p rm -f -t 0 two
equal "none is left" "" "$(p ps -aq)"
equal "the runtime knows none" "" "$("$bin/darsena-oci" list --quiet)"
p volume rm -a -f >/dev/null
p umount -a >/dev/null 2>&1 || true
# What podman mounts for itself.
for place in $(grep "$work" /proc/self/mounts | cut -d' ' -f2 | sort -r); do umount -l "$place"; done
for name in libpod_parent; do
    for directory in /sys/fs/cgroup/*/$name /sys/fs/cgroup/$name; do
        [ ! -d "$directory" ] || find "$directory" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
done
