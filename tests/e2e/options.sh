#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a container is made with, seen from inside it: the options of docker create, with the real client.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

start_helper || exit 1
load_busybox >/dev/null
once() { d run --rm --network none "$@"; }
api() { curl -s --unix-socket "$work/darsena.sock" "$@"; }

# --init
d run -d --name init --init --network none busybox sh -c 'trap "exit 7" TERM; (sleep 0.1 &) ; while :; do sleep 0.1; done' >/dev/null
has "--init is the first process" '^/sbin/docker-init -- sh' "$(d exec init sh -c 'tr "\0" " " < /proc/1/cmdline')"
has "top shows it" '/sbin/docker-init -- sh -c' "$(d top init)"
fails "it cannot be written" 1 'Read-only|read-only' d exec init sh -c 'echo x > /sbin/docker-init'
sleep 0.3
equal "orphans are reaped" 0 "$(d exec init sh -c 'grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l')"
d stop init >/dev/null
equal "signals are handed on, and the code is the program's" 7 "$(d inspect -f '{{.State.ExitCode}}' init)"
equal "a signal's death too" 137 "$(once --init busybox sh -c 'kill -9 $$' >/dev/null 2>&1; echo $?)"
fails "a program that is not there" 127 'nosuch' once --init busybox nosuch
equal "input goes through it" abc "$(echo abc | once -i --init busybox cat)"
equal "inspect tells" true "$(d inspect -f '{{.HostConfig.Init}}' init)"
has "without it the program is first" '^sh$' "$(once busybox sh -c 'cat /proc/1/comm; true')"
d rm init >/dev/null

# --volumes-from
d create --name source -v data:/data -v /anonymous -v /etc:/hostetc:ro busybox >/dev/null
once -v data:/d busybox sh -c 'echo kept > /d/file'
equal "--volumes-from brings volumes" kept "$(once --volumes-from source busybox cat /data/file)"
check "and binds" once --volumes-from source busybox test -e /hostetc/passwd
fails "read-only ones stay so" 1 'Read-only' once --volumes-from source busybox touch /hostetc/x
fails ":ro makes all so" 1 'Read-only' once --volumes-from source:ro busybox touch /data/x
equal "own mounts go before" own "$(once --volumes-from source -v other:/data busybox sh -c 'echo own > /data/file; cat /data/file')"
fails "of nothing" 125 "No such container: nothing" once --volumes-from nothing busybox
fails "with nonsense" 125 'invalid mode: what' once --volumes-from source:what busybox
d rm -v source >/dev/null

# mounts
mkdir -p "$work/tree/below" && mount -t tmpfs none "$work/tree/below" && touch "$work/tree/below/file"
nsenter --mount --target "$helper_pid" sh -c "mount -t tmpfs none '$work/tree/below'"
fails "read-only binds are so below, too" 1 'Read-only' once -v "$work/tree:/t:ro" busybox touch /t/below/x
# mounted MOUNT COMMAND…: with a mount in the API's words.
mounted() {
    local mount=$1 command
    shift
    command=$(printf ', "%s"' "$@")
    raw run '{"Image": "busybox", "Cmd": ['"${command:2}"'], "HostConfig": {"NetworkMode": "none", "Mounts": ['"$mount"']}}'
}
# tree OPTIONS COMMAND…: the folder bound at /t; folder SUBPATH COMMAND…: a folder of the volume at /x.
tree() { mounted '{"Type": "bind", "Source": "'"$work/tree"'", "Target": "/t", '"$1"'}' "${@:2}"; }
folder() { mounted '{"Type": "volume", "Source": "data", "Target": "/x", "VolumeOptions": {"Subpath": "'"$1"'"}}' "${@:2}"; }
check "unless told otherwise" tree '"ReadOnly": true, "BindOptions": {"ReadOnlyNonRecursive": true}' touch /t/below/x
equal "not recursive" 0 "$(tree '"BindOptions": {"NonRecursive": true}' grep -c ' /t/below ' /proc/mounts)"
equal "but recursive without a word" 1 "$(tree '"BindOptions": {}' grep -c ' /t/below ' /proc/mounts)"
if newer 25 "--mount bind-recursive="; then
    check "unless the client tells otherwise" once --mount "type=bind,src=$work/tree,dst=/t,readonly,bind-recursive=writable" busybox touch /t/below/x
    equal "not recursive by the client" 0 "$(once --mount "type=bind,src=$work/tree,dst=/t,bind-recursive=disabled" busybox grep -c ' /t/below ' /proc/mounts)"
fi
umount "$work/tree/below"
once -v data:/d busybox sh -c 'mkdir -p /d/sub/dir; echo deep > /d/sub/dir/f; ln -s /etc /d/link'
equal "a folder of a volume" deep "$(folder sub/dir cat /x/f)"
fails "one that is not there" any 'cannot access path' folder no true
fails "a link in it leads nowhere outside" any 'cannot access path' folder link true
fails "nor does a name" 125 'subpath must be a relative path' folder ../x true
newer 26 "--mount volume-subpath=" && equal "as the client says it" deep "$(once --mount type=volume,src=data,dst=/x,volume-subpath=sub/dir busybox cat /x/f)"
once --mount type=volume,src=marked,dst=/x,volume-label=a=b busybox true
equal "labels of a volume that --mount makes" b "$(d volume inspect -f '{{.Labels.a}}' marked)"
has "tmpfs options" 'size=1024k|size=1048576' "$(once --mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=700 busybox grep ' /t ' /proc/mounts)"
equal "tmpfs mode" 700 "$(once --mount type=tmpfs,dst=/t,tmpfs-mode=700 busybox stat -c %a /t)"

# devices, limits
has "a folder of devices" '/dev/all/null' "$(mkdir -p "$work/nodes" && mknod "$work/nodes/null" c 1 3 && once --device "$work/nodes:/dev/all" busybox sh -c 'echo x > /dev/all/null && ls /dev/all/null')"
fails "no device" 127 'no such file or directory' once --device /dev/nosuch busybox
# There is no device of that number: who may use it hears so, who may not is refused.
has "not without a rule" 'not permitted' "$(once --cap-add MKNOD busybox sh -c 'mknod /d c 240 0 && cat /d' 2>&1)"
has "--device-cgroup-rule" 'No such device' "$(once --cap-add MKNOD --device-cgroup-rule 'c 240:* rwm' busybox sh -c 'mknod /d c 240 0 && cat /d' 2>&1)"
equal "--ulimit" "77 88" "$(once --ulimit nofile=77:88 busybox sh -c 'echo $(ulimit -Sn) $(ulimit -Hn)')"
d run -d --name lim --network none --ulimit nofile=77:88 busybox sleep 1000 >/dev/null
equal "--ulimit holds for exec too" 77 "$(d exec lim sh -c 'ulimit -Sn')"
d rm -f lim >/dev/null
has "--shm-size" '^8.0M' "$(once --shm-size 8m busybox df -h /dev/shm | awk 'END{print $2}')"
equal "--sysctl" 1234 "$(once --sysctl net.core.somaxconn=1234 busybox cat /proc/sys/net/core/somaxconn)"
equal "--group-add" "0 1234" "$(once --group-add 1234 busybox sh -c 'id -G' | tr ' ' '\n' | grep -xE '0|1234' | xargs)"
equal "defaults are shown" "67108864 private json-file no" \
    "$(d create --name shown busybox >/dev/null; d inspect -f '{{.HostConfig.ShmSize}} {{.HostConfig.IpcMode}} {{.HostConfig.LogConfig.Type}} {{.HostConfig.RestartPolicy.Name}}' shown)"
d rm shown >/dev/null
equal "memory and as much swap" "16777216 33554432" "$(d create --name shown -m 16m busybox >/dev/null; d inspect -f '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}' shown)"
d rm shown >/dev/null

# namespaces of others
d run -d --name host --network none --ipc shareable busybox sleep 1000 >/dev/null
equal "--pid container:" "$(d exec host readlink /proc/self/ns/pid)" "$(once --pid container:host busybox readlink /proc/self/ns/pid)"
equal "--ipc container:" "$(d exec host readlink /proc/self/ns/ipc)" "$(once --ipc container:host busybox readlink /proc/self/ns/ipc)"
equal "--init is not for another's processes" sh "$(once --init --pid container:host busybox sh -c 'cat /proc/$$/comm; true')"
fails "nobody's processes" 125 'No such container: nobody' once --pid container:nobody busybox
equal "--uts host" "$(readlink /proc/self/ns/uts)" "$(once --uts host busybox readlink /proc/self/ns/uts)"
d rm -f host >/dev/null

# refused, with a sentence
# On a network: for none the client of 20.10 refuses by itself.
fails "--link" 125 'Links is not supported.*network' d run --rm --link a:b busybox
fails "--storage-opt" 125 'StorageOpt is not supported' once --storage-opt size=1G busybox
fails "--userns" 125 'UsernsMode is not supported|invalid USER mode' once --userns remap busybox
fails "--runtime" 125 'unknown or invalid runtime name: kata' once --runtime kata busybox
fails "--gpus" 125 'DeviceRequests|could not select' once --gpus all busybox
fails "--log-driver" 125 "log driver 'syslog' is not supported" once --log-driver syslog busybox
fails "--security-opt apparmor" 125 'apparmor' once --security-opt apparmor=mine busybox

# logs
d run --name logged --network none --label team=sea --label other=x -e COLOUR='deep blue' --log-opt labels=team,none --log-opt env=COLOUR --log-opt tag='{{.Name}}/{{.ID}}' busybox echo hello >/dev/null
id=$(d inspect -f '{{.Id}}' logged)
equal "logs --details" "COLOUR=deep+blue,tag=logged%2F${id:0:12},team=sea hello" "$(d logs --details logged)"
has "with time stamps" '^20..-..-..T[0-9:.]*Z COLOUR=[^ ]* hello$' "$(d logs --details -t logged)"
equal "and without" hello "$(d logs logged)"
has "the record has them" '"stream":"stdout","attrs":\{.*"team":"sea".*\},"time":"' "$(cat "$(d inspect -f '{{.LogPath}}' logged)")"
d run --name plain --log-driver local --network none busybox echo hello >/dev/null
equal "--log-driver local can be read" hello "$(d logs plain)"
equal "details of none" " hello" "$(d logs --details plain)"
fails "an unknown option" 125 "unknown log opt 'colour' for json-file log driver" once --log-opt colour=x busybox
d run --name mute --log-driver none --network none busybox echo hello >/dev/null
fails "--log-driver none cannot" 1 'does not support reading' d logs mute
d rm logged plain mute >/dev/null

# wrong types are told, unknown members are not looked at
post() { api -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -d "$2" "http://d/v1.50$1"; }
equal "a wrong type is 400" 400 "$(post /containers/create '{"Image":"busybox","HostConfig":{"Memory":"big"}}')"
equal "another" 400 "$(post /containers/create '{"Image":"busybox","Env":{"a":"b"}}')"
equal "no JSON at all" 400 "$(post /containers/create '{"Image":')"
equal "an unknown member" 201 "$(post '/containers/create?name=odd' '{"Image":"busybox","Nonsense":[1],"HostConfig":{"Nonsense":2}}')"
