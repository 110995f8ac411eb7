#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docker cp in both directions, export, import, commit and diff, with the real client.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

for tool in tar gzip bzip2 xz zstd curl python3; do command -v $tool >/dev/null || skip "needs $tool"; done
start_helper || exit 1
load_busybox
cd "$work" || exit 1
api() { curl -s --unix-socket "$work/darsena.sock" "$@"; }
code() { api -o /dev/null -w '%{http_code}' "$@"; }

# Something to copy.
mkdir -p in/d/deep
echo one > in/f
echo two > in/d/two
printf 'x' > in/d/deep/x
ln -s two in/d/link
ln in/d/two in/d/hard
chmod 4755 in/f
chmod 750 in/d
touch -d '2020-02-02 02:02:02 UTC' in/f in/d

# The same in each state that a container can be in.
d run -d --name running -v vol:/vol --tmpfs /tmpfs busybox sh -c 'mkdir -p /a/b; echo hi > /a/b/f; ln -s /a/b /l; ln -s /nowhere /dangling; echo t > /tmpfs/x; mkfifo /a/fifo; trap "exit 0" TERM; while :; do sleep 0.1; done' > /dev/null
d create --name created -v "$work/in/d:/bind:ro" -v /anonymous busybox true > /dev/null
d run --name stopped busybox sh -c 'echo made > /made' > /dev/null
d run -d --name paused busybox sleep 1000 > /dev/null
d pause paused > /dev/null
for _ in $(seq 100); do d exec running test -e /a/fifo 2>/dev/null && break; sleep 0.05; done
for c in running created stopped paused; do
    check "$c: cp in" d cp in/f "$c:/tmp/f"
    check "$c: cp of a folder in" d cp in/d "$c:/tmp/dir"
    check "$c: cp out" d cp "$c:/tmp/f" "out-$c-f"
    check "$c: cp of a folder out" d cp "$c:/tmp/dir" "out-$c-d"
    equal "$c: the bytes are the same" "$(cat in/f)" "$(cat "out-$c-f")"
    equal "$c: mode and time are kept" "$(stat -c '%a %Y' in/f)" "$(stat -c '%a %Y' "out-$c-f")"
    check "$c: the tree is the same" diff -r in/d "out-$c-d"
    equal "$c: a link stays a link" "two" "$(readlink "out-$c-d/link")"
    equal "$c: a stream out" "one" "$(d cp "$c:/tmp/f" - | tar -xO)"
    check "$c: a stream in" d cp - "$c:/tmp" < <(tar -C in/d -c deep)
    equal "$c: which arrived" "x" "$(d cp "$c:/tmp/deep/x" - | tar -xO)"
done

# Where things land: the rules of docker cp.
check "into a folder that is there" d cp in/f running:/a
equal "it has its name" "one" "$(d exec running cat /a/f)"
check "to a new name" d cp in/f running:/a/new
equal "it has the new name" "one" "$(d exec running cat /a/new)"
check "what is in a folder" d cp in/d/. running:/a/b
equal "it lands beside what was there" "deep f hard link two" "$(d exec running sh -c 'cd /a/b; echo *')"
fails "a folder over a file" 1 'cannot copy directory' d cp in/d running:/a/f
fails "a folder that is not there" 1 'no such directory|Could not find' d cp in/f running:/none/
# The client's own words where its version is below 25.
nothing='Could not find the file|No such container:path'
fails "a file that is not there" 1 'Could not find the file /none in container running|No such container:path: running:/none' d cp running:/none out
equal "in the engine's words" '{"message":"Could not find the file /none in container running"}' "$(api "http://d/containers/running/archive?path=/none" | tr -d '\n')"
fails "a container that is not there" 1 'No such container: nobody|No such container:path: nobody:/etc' d cp nobody:/etc out
check "cp -a in" d cp -a in/f running:/a/archived
check "cp -L out" d cp -L running:/l/link out-followed
equal "followed" "two" "$(cat out-followed)"
check "through an absolute link" d cp in/f running:/l/through
equal "it is behind the link" "one" "$(d exec running cat /a/b/through)"
check "out through an absolute link" d cp running:/l/through out-through
check "cp onto a dangling link" d cp in/f running:/dangling
equal "the link leads somewhere now" "one" "$(d exec running cat /nowhere)"
equal "ownership is the archive's" "7 8" "$(python3 - <<'P' | d cp - running:/a && d exec running stat -c '%u %g' /a/owned
import io, sys, tarfile
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|')
i = tarfile.TarInfo('owned'); i.uid, i.gid, i.size = 7, 8, 1
t.addfile(i, io.BytesIO(b'x'))
t.close()
P
)"

# Volumes, binds, tmpfs.
check "into a volume" d cp in/f running:/vol/f
equal "another container sees it" "one" "$(d run --rm -v vol:/v busybox cat /v/f)"
check "out of a tmpfs" d cp running:/tmpfs/x out-tmpfs
equal "its content" "t" "$(cat out-tmpfs)"
check "out of a bind, not started yet" d cp created:/bind/two out-bind
equal "its content" "two" "$(cat out-bind)"
fails "into a read-only bind" 1 'mounted volume is marked read-only' d cp in/f created:/bind/f
check "into an anonymous volume, not started yet" d cp in/f created:/anonymous/f
d run -d --name readonly --read-only -v vol:/vol busybox sleep 1000 > /dev/null
fails "into a read-only root" 1 'container rootfs is marked read-only' d cp in/f readonly:/tmp/f
check "into its volume" d cp in/f readonly:/vol/again
d create --name readonly-created --read-only busybox true > /dev/null
fails "into a read-only root, not started" 1 'container rootfs is marked read-only' d cp in/f readonly-created:/tmp/f
equal "refused with 403" 403 "$(code -X PUT -T <(tar -C in -c f) "http://d/containers/readonly/archive?path=/tmp")"

fails "onto what is mounted" 1 'busy' d cp in/f running:/etc/hosts
d create --name file-bind -v "$work/in/f:/new/place" busybox true > /dev/null
equal "a file that is bound, not started yet" "one" "$(d cp file-bind:/new/place - | tar -xO)"

# The kernel's files are no files of the container.
mkdir out-proc
d cp running:/proc/. out-proc > /dev/null 2>&1
equal "nothing of /proc" "" "$(ls out-proc)"
fails "no way through /proc" 1 "$nothing" d cp running:/proc/1/root/etc/passwd out
fails "nor /proc/self" 1 "$nothing" d cp running:/proc/self/cwd/. out

# What the header says, against what Docker says.
stat_of() { api -I "http://d/containers/running/archive?path=$1" | tr -d '\r' | sed -n 's/^X-Docker-Container-Path-Stat: //p' | base64 -d | python3 -c 'import json,sys; s=json.load(sys.stdin); print(s["name"], s["mode"], s["linkTarget"])'; }
equal "stat of a folder" "b 2147484141 " "$(stat_of /a/b)"
equal "stat of a link" "l 134218239 /a/b" "$(stat_of /l)"
equal "stat behind a link" "l 2147484141 " "$(stat_of /l/)"
equal "stat of a FIFO" "fifo 33554852 " "$(stat_of /a/fifo)"
equal "stat of the root" "/ 2147484141 " "$(stat_of /)"
equal "members are named as asked" "./f" "$(api "http://d/containers/running/archive?path=/a/b/." | tar -t | grep '/f$')"
equal "no path: 400" 400 "$(code "http://d/containers/running/archive")"
equal "nothing there: 404" 404 "$(code -I "http://d/containers/running/archive?path=/none")"
equal "not a directory: 400" 400 "$(code -X PUT -T <(tar -C in -c f) "http://d/containers/running/archive?path=/a/f")"
equal "not a tar" 500 "$(code -X PUT --data-binary @/etc/passwd "http://d/containers/running/archive?path=/a")"
equal "names that lead out: 400" 400 "$(python3 -c "
import io, sys, tarfile
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|'); i = tarfile.TarInfo('../out'); i.size = 1
t.addfile(i, io.BytesIO(b'x')); t.close()" | code -X PUT --data-binary @- "http://d/containers/running/archive?path=/a")"
equal "a folder is kept when asked: 400" 400 "$(mkdir -p kinds; echo x > kinds/b; tar -C kinds -c b | code -X PUT --data-binary @- "http://d/containers/running/archive?path=/a&noOverwriteDirNonDir=1")"
for program in cat gzip bzip2 xz zstd; do
    equal "a tar by $program" 200 "$(tar -C in -c f | $program -c - 2>/dev/null | code -X PUT --data-binary @- "http://d/containers/running/archive?path=/a/b")"
done

# Owner by the container's user.
d run -d --name user -u 12:34 busybox sleep 1000 > /dev/null
tar -C in -c f | code -X PUT --data-binary @- "http://d/containers/user/archive?path=/tmp&copyUIDGID=1" > /dev/null
equal "copyUIDGID gives to the container's user" "12 34" "$(d exec user stat -c '%u %g' /tmp/f)"

# A copy that stalls holds up neither start nor removal.
head -c 300000000 /dev/zero > in/big
check "a big file in" d cp in/big stopped:/tmp/big
mkfifo stalled
d cp stopped:/tmp/big - > stalled 2> /dev/null &
stalling=$!
exec 9< stalled
head -c 1000 <&9 > /dev/null
check "start while a copy stalls" timeout 20 "$DOCKER" start stopped
check "removal while a copy stalls" timeout 20 "$DOCKER" rm -f stopped
exec 9<&-
wait $stalling
equal "the copy has failed" yes "$([ $? -ne 0 ] && echo yes)"

# export
check "export" d export running -o root.tar
equal "it is the root" "one" "$(tar -xOf root.tar a/b/f)"
equal "without what is mounted" "" "$(tar -tf root.tar | grep -E '^(vol|tmpfs|proc|sys|dev/pts)/.' )"
d export running -o root2.tar
check "the same again" cmp root.tar root2.tar
d export running 2>/dev/null | head -c 1000 > /dev/null
check "an abandoned export leaves the engine well" d ps

# import
check "import" d import -c 'CMD ["cat", "/a/b/f"]' -c 'ENV K=v' -m 'a word' root.tar imported:1
equal "it runs" "one" "$(d run --rm imported:1)"
equal "its environment" "v" "$(d run --rm imported:1 sh -c 'echo $K')"
equal "its message" "a word" "$(d history --format '{{.Comment}}' imported:1)"
equal "import from a pipe" 1 "$(gzip -c root.tar | d import - imported:2 | grep -cE '^sha256:[0-9a-f]{64}$')"
fails "import from a URL" 1 'curl' d import http://example.com/x.tar
fails "a change that is none" 1 'run is not a valid change command' d import -c 'RUN true' root.tar

# diff and commit
d run --name changed busybox sh -c 'echo n > /new; rm /bin/vi; mkdir /deep; echo d > /deep/d; chmod 700 /tmp; ln /new /deep/hard; rm -rf /root; echo f > /root; mkfifo /deep/fifo; mknod /deep/null c 1 3' > /dev/null
equal "diff" "A /deep
A /deep/d
A /deep/fifo
A /deep/hard
A /deep/null
A /new
C /bin
C /root
C /tmp
D /bin/vi" "$(d diff changed | sort)"
committed=$(d commit -a 'A Person <a@example.com>' -m 'the reason' -c 'ENTRYPOINT ["cat"]' -c 'CMD /new' -c 'LABEL a=b' -c 'EXPOSE 80' -c 'WORKDIR /deep' changed committed:1)
has "commit prints the id" '^sha256:[0-9a-f]{64}$' "$committed"
equal "the name leads there" "$committed" "$(d inspect -f '{{.Id}}' committed:1)"
equal "comment and author" "the reason A Person <a@example.com>" "$(d inspect -f '{{.Comment}} {{.Author}}' committed:1)"
equal "the changes are in" '[cat] /deep b map[80/tcp:{}]' "$(d inspect -f '{{.Config.Entrypoint}} {{.Config.WorkingDir}} {{.Config.Labels.a}} {{.Config.ExposedPorts}}' committed:1)"
equal "one layer more" "$(($(d inspect -f '{{len .RootFS.Layers}}' busybox) + 1))" "$(d inspect -f '{{len .RootFS.Layers}}' committed:1)"
has "history names it" 'the reason' "$(d history committed:1 | sed -n 2p)"
equal "it runs" "n" "$(d run --rm --entrypoint cat committed:1 /new)"
equal "hard links, devices, modes, what is gone" "2 1:3 700 gone regular file" "$(d run --rm --entrypoint sh committed:1 -c 'echo $(stat -c %h /new) $(stat -c %t:%T /deep/null) $(stat -c %a /tmp) $([ -e /bin/vi ] || echo gone) $(stat -c %F /root)')"
d run --name nothing busybox true
equal "a commit of nothing adds no layer" "$(d inspect -f '{{.RootFS.Layers}}' busybox)" "$(d inspect -f '{{.RootFS.Layers}}' "$(d commit nothing)")"
check "commit of a running container" d commit running committed:2
equal "which runs on" "running" "$(d inspect -f '{{.State.Status}}' running)"
check "commit without a pause" d commit -p=false running
equal "of which we read" "one" "$(d run --rm committed:2 cat /a/b/f)"
fails "a change that is none" 1 'from is not a valid change command' d commit -c 'FROM x' running
fails "a bad name" 1 'invalid reference format' d commit running 'UPPER case'
equal "volumes do not come along" "" "$(d run --rm committed:2 ls /vol)"

check "cp into a container that is gone again" sh -c '! '"$DOCKER"' cp in/f stopped:/tmp 2>/dev/null'
