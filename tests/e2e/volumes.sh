#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Volumes, as the real docker client and the API know them: options of the driver, copies of the image's content, subpaths,
# who uses what, what stays mounted when the helper is killed.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

start_helper || exit 1
load_busybox >/dev/null
run() { d run --rm --network none "$@"; }
# api METHOD PATH [CURL OPTION…]: the answer and, on a line of its own, its status.
api() {
    local method=$1 path=$2
    shift 2
    curl -gs --max-time 20 --unix-socket "$work/darsena.sock" -X "$method" -H 'Content-Type: application/json' -w '\n%{http_code}\n' "$@" "http://d$path"
}
data() { d volume inspect -f '{{.Mountpoint}}' "$1"; }
# What happened; the client would cut a relative end down to the second.
past() { d events --since 5m --until "$(date +%s.%N)" "$@"; }
# What the helper sees mounted on the volume.
mounted() { grep -c " $(data "$1") " "/proc/$helper_pid/mounts"; }
until_true() {
    local what=$1 left=200
    shift
    while ! "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        if [ $left -le 0 ]; then not_ok "$what" "not within ten seconds: $*"; return; fi
        sleep 0.05
    done
    ok "$what"
}

# create, ls, inspect, rm
equal "create" plain "$(d volume create --label team=blue plain)"
equal "create again is no error" plain "$(d volume create plain)"
has "an anonymous one gets a name" '^[0-9a-f]{64}$' "$(d volume create)"
equal "ls -q --filter name takes an expression" plain "$(d volume ls -q --filter 'name=^pla.n$')"
equal "ls --filter label" plain "$(d volume ls -q --filter label=team=blue)"
equal "ls --filter label, another value" "" "$(d volume ls -q --filter label=team=red)"
equal "ls --filter driver" "" "$(d volume ls -q --filter driver=other)"
has "ls in columns" '^local +plain$' "$(d volume ls)"
equal "inspect" "plain local local map[team:blue]" "$(d volume inspect -f '{{.Name}} {{.Driver}} {{.Scope}} {{.Labels}}' plain)"
# The client's own words where its version is below 25.
fails "inspect of nothing" 1 '[Nn]o such volume' d volume inspect nothing
fails "rm of nothing" 1 'get nothing: no such volume|No such volume: nothing' d volume rm nothing
equal "in the engine's words" '{"message":"get nothing: no such volume"}' "$(api DELETE /volumes/nothing | head -1)"
check "rm -f of nothing" d volume rm -f nothing
fails "a name too short" 1 'volume name is too short, names should be at least two alphanumeric characters' d volume create x
fails "a bad name" 1 'includes invalid characters for a local volume name' d volume create 'a/b'
fails "another driver" 1 'error looking up volume plugin zfs: plugin "zfs" not found' d volume create --driver zfs z1
fails "an option that is none" 1 'create z1: invalid option: "colour"' d volume create -o colour=red z1
fails "an option without those it needs" 1 'create z1: missing required option: "device"' d volume create -o type=tmpfs z1
fails "no quota" 1 'quota size requested but no quota support' d volume create -o size=10m z1
fails "a bad filter" 1 "invalid filter 'colour'" d volume ls --filter colour=red
fails "a bad value of a filter" 1 "invalid filter 'dangling=\[maybe\]'" d volume ls --filter dangling=maybe
has "no cluster volumes" '^503$' "$(api POST /volumes/create -d '{"Name":"z1","ClusterVolumeSpec":{"Group":"g"}}' | tail -1)"
has "and nothing to update" '^503$' "$(api PUT '/volumes/plain?version=1' -d '{}' | tail -1)"

# use, in-use
d run -d --name user --network none -v plain:/data busybox sleep 1000 >/dev/null
user=$(d inspect -f '{{.Id}}' user)
fails "rm of one in use" 1 "remove plain: volume is in use - \[$user\]" d volume rm plain
fails "rm -f does not help" 1 'volume is in use' d volume rm -f plain
equal "ls --filter dangling=false" plain "$(d volume ls -q --filter dangling=false)"
d exec user sh -c 'head -c 1000000 /dev/zero > /data/big'
usage=$(api GET '/v1.50/system/df?type=volume' | grep -oE '"Name":"plain","Options":null,"Scope":"local","UsageData":\{"Size":[0-9]+,"RefCount":[0-9]+')
equal "df counts users" 1 "${usage##*:}"
size=${usage#*Size\":}; size=${size%%,*}
du=$(du -s --block-size=1 "$(data plain)" | cut -f1)
check "df and du agree within 5 % ($size, $du)" test $((size * 100)) -ge $((du * 95)) -a $((size * 100)) -le $((du * 105))
has "df -v lists it" '^plain +1 +1(\.0[0-9]*)?MB' "$(d system df -v)"
d rm -f user >/dev/null
check "rm afterwards" d volume rm plain

# copy-up, nocopy, subpath, :ro, labels of --mount
cat > "$work/Dockerfile" <<'D'
FROM busybox
RUN mkdir -p /content/sub && echo from-image > /content/file && echo deep > /content/sub/deep && chown -R 7:8 /content && chmod 750 /content && ln -s /etc/passwd /content/link
VOLUME /content
D
check "build an image with content" d build -q -t filled - < "$work/Dockerfile"
equal "the first use copies the image's content" "from-image deep 7:8 750 /etc/passwd" \
    "$(run -v copied:/content filled sh -c 'cat /content/file /content/sub/deep; stat -c %u:%g\ %a /content; readlink /content/link' | tr '\n' ' ' | sed 's/ $//')"
equal "the second does not" "mine" "$(run -v copied:/content filled sh -c 'echo mine > /content/file' && run -v copied:/content filled cat /content/file)"
run -v empty:/content:nocopy filled true
equal "nocopy" "" "$(run -v empty:/x busybox ls -A /x)"
equal "an image's VOLUME fills an anonymous one" "from-image" "$(run filled cat /content/file)"
equal "which --rm takes along" "" "$(d volume ls -q --filter label=com.docker.volume.anonymous)"
# below SUBPATH PROGRAM ARGUMENT: a part of the volume at /m, in the API's words.
below() {
    raw run '{"Image": "busybox", "Cmd": ["'"$2"'", "'"$3"'"], "HostConfig": {"NetworkMode": "none", "Mounts":
        [{"Type": "volume", "Source": "copied", "Target": "/m", "VolumeOptions": {"Subpath": "'"$1"'"}}]}}'
}
equal "subpath" "deep" "$(below sub cat /m/deep)"
newer 26 "--mount volume-subpath=" && equal "as the client says it" "deep" "$(run --mount type=volume,src=copied,dst=/m,volume-subpath=sub busybox cat /m/deep)"
equal "subpath of a file" "mine" "$(below file cat /m)"
fails "subpath that is not there" any 'cannot access path .*/nothing: no such file or directory' below nothing ls /m
fails "subpath that climbs" any 'subpath must be a relative path within the volume' below ../x ls /m
run -v copied:/m busybox sh -c 'ln -s /etc /m/out && ln -s / /m/top'
fails "a link out of the volume leads nowhere" any 'no such file or directory' below out/hostname ls /m
equal "and one to / stays inside" "deep" "$(below top/sub cat /m/deep)"
fails "read-only" any 'Read-only' run -v copied:/m:ro busybox touch /m/x
check "--mount makes a volume with labels" run --mount type=volume,src=labelled,dst=/m,volume-label=a=b busybox true
equal "and they are there" b "$(d volume inspect -f '{{.Labels.a}}' labelled)"
d create --name lender --network none -v copied:/one -v /bound:/two --tmpfs /three busybox true >/dev/null
equal "--volumes-from" "deep ro" "$(run --volumes-from lender:ro busybox sh -c 'cat /one/sub/deep; touch /one/x 2>/dev/null || echo ro; ls -d /three 2>/dev/null' | tr '\n' ' ' | sed 's/ $//')"
fails "--volumes-from nobody" any 'No such container: nobody' run --volumes-from nobody busybox true
d rm lender >/dev/null

# events
has "mount is told" 'volume mount copied \(container=[0-9a-f]{64}, destination=/content, driver=local, propagation=, read/write=true\)' "$(past --filter volume=copied)"
equal "and unmount, as often" "$(past --filter type=volume --filter event=mount | wc -l)" "$(past --filter type=volume --filter event=unmount | wc -l)"

# driver options: tmpfs
check "create with options" d volume create -o type=tmpfs -o device=tmpfs -o o=size=1m,uid=1000,nosuid fleeting
check "the same again" d volume create -o type=tmpfs -o device=tmpfs -o o=size=1m,uid=1000,nosuid fleeting
fails "other options are a conflict" 1 'exists already, with other driver options' d volume create -o type=tmpfs -o device=tmpfs -o o=size=2m fleeting
equal "inspect shows them" "map[device:tmpfs o:size=1m,uid=1000,nosuid type:tmpfs]" "$(d volume inspect -f '{{.Options}}' fleeting)"
equal "mounted by nobody yet" 0 "$(mounted fleeting)"
d run -d --name holder --network none -v fleeting:/f busybox sh -c 'echo held > /f/file; sleep 1000' >/dev/null
has "mounted in the container as asked for" '^tmpfs /f tmpfs rw,nosuid,relatime,size=1024k,uid=1000' "$(d exec holder grep ' /f ' /proc/mounts)"
has "on the host nothing of it runs or opens" 'rw,nosuid,nodev,' "$(grep " $(data fleeting) " "/proc/$helper_pid/mounts")"
until_true "a second container shares it" run -v fleeting:/g busybox grep held /g/file
equal "it stays while one uses it" 1 "$(mounted fleeting)"
fails "a full one says so" any 'No space left|I/O error' d exec holder sh -c 'head -c 2000000 /dev/zero > /f/big'
# The helper dies; a new one, in a mount namespace of its own, finds what the container holds.
kill -9 "$helper_pid"; wait "$helper_pid" 2>/dev/null; helper_pid=
start_helper || exit 1
equal "after kill -9 a new container still shares it" held "$(run -v fleeting:/g busybox cat /g/file)"
d rm -f holder >/dev/null
until_true "the last user unmounts" sh -c "! grep -q ' $(data fleeting) ' /proc/$helper_pid/mounts"
equal "and its content is gone" "" "$(run -v fleeting:/f busybox ls -A /f)"
fails "df passes over it" any '' sh -c "'$DOCKER' system df -v | grep fleeting"
api POST '/v1.50/volumes/prune?filters={"all":["true"]}' >/dev/null
check "prune of all leaves it" d volume inspect fleeting
check "rm" d volume rm fleeting

# driver options: bind, and what cannot be mounted
mkdir -p "$work/bound"; echo theirs > "$work/bound/file"
d volume create -o type=none -o "device=$work/bound" -o o=bind bound >/dev/null
equal "bind shows the folder" theirs "$(run -v bound:/b busybox cat /b/file)"
run -v bound:/b busybox sh -c 'echo ours > /b/file'
equal "and writes to it" ours "$(cat "$work/bound/file")"
d volume create -o type=none -o "device=$work/bound" -o o=bind,ro boundro >/dev/null
fails "ro in the options" any 'Read-only' run -v boundro:/b busybox touch /b/x
check "rm of a bound volume" d volume rm bound
equal "leaves the folder alone" ours "$(cat "$work/bound/file")"
d volume create -o type=none -o device=/nowhere/at/all -o o=bind broken >/dev/null
fails "a device that is not there" any "error while mounting volume '.*/broken/_data': failed to mount local volume: mount /nowhere/at/all:.*, flags: 0x1000: no such file or directory" \
    d run --name half --network none -v broken:/b busybox true
equal "and it stays created" created "$(d inspect -f '{{.State.Status}}' half)"
d rm half >/dev/null
fails "a file system that is none" any 'failed to mount local volume' sh -c "'$DOCKER' volume create -o type=nosuchfs -o device=x odd >/dev/null && '$DOCKER' run --rm --network none -v odd:/b busybox true"
fails "remount is not for volumes" 1 'invalid mount option "remount"' d volume create -o type=none -o device=/tmp -o o=bind,remount odd2
equal "nothing is mounted in the end" 0 "$(grep -c "$work/root/volumes" "/proc/$helper_pid/mounts")"

# prune
# pruned FILTERS: what went, as the API says it; "all" takes those with names, too.
pruned() { api POST "/v1.50/volumes/prune?filters=$1" | sed -n 's/.*"VolumesDeleted":\[\([^]]*\)\].*/\1/p'; }
pruned '{"all":["true"]}' >/dev/null
d volume create kept >/dev/null; d volume create --label keep=no gone >/dev/null
anonymous=$(d volume create)
has "prune takes anonymous ones" "^Deleted Volumes: $anonymous  Total reclaimed space: 0B" "$(DOCKER_API_VERSION=1.42 d volume prune -f | tr '\n' ' ')"
equal "prune of all by a label" '"gone"' "$(pruned '{"all":["true"],"label":["keep=no"]}')"
equal "and by two" "" "$(pruned '{"all":["true"],"label!":["none"],"label":["keep"]}')"
if newer 23 "volume prune -a"; then
    d volume create --label keep=no gone >/dev/null
    equal "prune -a --filter label" "gone" "$(d volume prune -af --filter label=keep=no | sed -n 2p)"
    equal "prune -a --filter label!" "" "$(d volume prune -af --filter 'label!=none' --filter label=keep | sed -n 2p)"
fi
fails "prune with a filter that is none" 1 "invalid filter 'until'" d volume prune -f --filter until=1h
has "before 1.42 named ones went, too" 'kept' "$(DOCKER_API_VERSION=1.41 d volume prune -f)"
