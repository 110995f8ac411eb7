#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Containers, images and clients that try to make the engine touch files outside: each attack on what moves bytes in and
# out of containers is performed, and a folder beside the store must be the same afterwards, by inode, time and content.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

for tool in curl python3 tar; do command -v $tool >/dev/null || skip "needs $tool"; done

# What nobody may read or change. The mode of `secret` is one that a careless copy would widen.
outside=$work/outside
mkdir -p "$outside/dir"
echo "TOP-SECRET" > "$outside/secret"
echo "TOP-SECRET" > "$outside/passwd"
echo "TOP-SECRET" > "$outside/dir/b"
chmod 600 "$outside/secret"
fingerprint() { find "$outside" -printf '%p %i %m %U:%G %s %T@ %C@ %y\n' -type f -exec sha256sum {} + | LC_ALL=C sort; }
before=$(fingerprint)
untouched() { equal "$1: nothing outside has changed" "$before" "$(fingerprint)"; }
# Whatever runs outside a container would leave this.
marker=$work/executed
no_marker() { equal "$1: nothing of the image was run" "" "$(ls "$marker" 2>/dev/null)"; }

start_helper || exit 1
load_busybox
api() { curl -s --max-time 20 --unix-socket "$work/darsena.sock" "$@"; }
code() { api -o /dev/null -w '%{http_code}' "$@"; }
descriptors() { ls "/proc/$helper_pid/fd" | wc -l; }
mounts() { cat "/proc/$helper_pid/mountinfo" | sort; }

# hammer CONTAINER PATH SECONDS: copies in and out through the raw API as fast as they go; prints how many worked, how
# many did not, and every secret that came out.
cat > "$work/hammer.py" <<'P'
import io, socket, sys, tarfile, time, urllib.parse
sock, container, path, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode='w') as tar:
    info = tarfile.TarInfo('b'); info.size = 5; info.mode = 0o666
    tar.addfile(info, io.BytesIO(b'INPUT'))
body = buffer.getvalue()
def ask(method, path, body=b''):
    s = socket.socket(socket.AF_UNIX); s.settimeout(30); s.connect(sock)
    query = urllib.parse.urlencode({'path': path})
    s.sendall(f'{method} /v1.41/containers/{container}/archive?{query} HTTP/1.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body)
    answer = b''
    while True:
        try: part = s.recv(1 << 20)
        except ConnectionResetError: break
        if not part: break
        answer += part
    s.close()
    return answer
good = bad = leaks = 0
end = time.monotonic() + seconds
while time.monotonic() < end:
    for method, where, data in (('GET', path + '/b', b''), ('GET', path, b''), ('HEAD', path + '/b', b''), ('PUT', path, body), ('GET', path + '/.', b'')):
        answer = ask(method, where, data)
        if b' 200 ' in answer[:16]: good += 1
        else: bad += 1
        if b'TOP-SECRET' in answer: leaks += 1
print(good, bad, leaks)
P
hammer() { python3 "$work/hammer.py" "$work/darsena.sock" "$@"; }

# CVE-2018-15664: a component is swapped between check and use.
d run -d --name racer busybox sh -c "mkdir -p /a /x; echo in > /a/b; while :; do mv /a /a2; ln -s $outside/dir /a; rm /a; ln -s ../../../../../../../../..$outside/dir /a; rm /a; mv /a2 /a; done" > /dev/null
hammer racer /a 0.2 > /dev/null
open=$(descriptors)
read -r good bad leaks < <(hammer racer /a 8)
equal "racing links: no secret in $((good + bad)) copies" 0 "$leaks"
check "racing links: some copies worked, some met the race" test "$good" -gt 50 -a "$bad" -gt 0
untouched "racing links"
# The connections' threads end by themselves: a moment.
for _ in $(seq 100); do [ "$(descriptors)" -le "$open" ] && break; sleep 0.05; done
check "racing links: no descriptor is left in the engine" test "$(descriptors)" -le "$open"
d rm -f racer > /dev/null

# CVE-2026-41568, CVE-2026-42306: the folder that holds a mount point is swapped, in the container itself and, for one that
# does not run, through a volume that both have.
d volume create shared > /dev/null
d run -d --name flipper -v shared:/v busybox sh -c "while :; do mkdir -p /v/sub/deep; ln -s $outside /v/link; mv /v/sub /v/sub2; mv /v/link /v/sub; sleep 0.001; rm -rf /v/sub /v/sub2 /v/link; done" > /dev/null
mounted=$(mounts)
d create --name under -v shared:/data -v inner:/data/sub/deep busybox true > /dev/null
read -r good bad leaks < <(hammer under /data/sub/deep 5)
equal "racing mount points: no secret in $((good + bad)) copies" 0 "$leaks"
for _ in 1 2 3 4 5 6; do d start -a under > /dev/null 2>&1; done
equal "racing mount points: the engine's mounts are the same" "$mounted" "$(mounts)"
untouched "racing mount points"
d rm -f under flipper > /dev/null
d volume rm shared > /dev/null

# CVE-2023-0778: what is in a volume turns into links while it is copied out, exported, or filled for the first time.
d volume create filled > /dev/null
d run -d --name turner --mount type=volume,src=filled,dst=/v,volume-nocopy busybox sh -c "while :; do echo x > /v/f; rm /v/f; ln -s $outside/secret /v/f; ln -s $outside /v/etc; ln -s $outside /v/init.d; rm -f /v/f /v/etc /v/init.d; done" > /dev/null
d create --name reads -v filled:/v busybox true > /dev/null
read -r good bad leaks < <(hammer reads /v 3)
equal "racing volume: no secret in $((good + bad)) copies" 0 "$leaks"
equal "racing volume: none in an export" 0 "$(d export reads | grep -c TOP-SECRET)"
for _ in 1 2 3 4; do d run --rm -v filled:/bin busybox true > /dev/null 2>&1; done
untouched "racing volume"
d rm -f reads turner > /dev/null

# CVE-2021-41089: links in the container to files of the host.
d run -d --name linked busybox sh -c "ln -s $outside/secret /secret; ln -s $outside /dir; mkdir -p /tmp/in; ln -s /tmp/in /absolute; sleep 1000" > /dev/null
for _ in $(seq 100); do d exec linked test -e /absolute 2>/dev/null && break; sleep 0.05; done
echo harmless > "$work/harmless"
d cp "$work/harmless" linked:/secret > /dev/null 2>&1
d cp "$work/harmless" linked:/dir/secret > /dev/null 2>&1
d cp -L linked:/secret "$work/out" > /dev/null 2>&1
equal "a link to a file of the host gives nothing" "" "$(cat "$work/out" 2>/dev/null)"
check "a link inside works" d cp "$work/harmless" linked:/absolute/
equal "and leads inside" harmless "$(d exec linked cat /tmp/in/harmless)"
tar -C "$work" -cf "$work/through.tar" --transform 's,^,dir/,' harmless
code -X PUT -T "$work/through.tar" "http://d/containers/linked/archive?path=/" > /dev/null
untouched "links to the host"
# A tar that brings its own link, and then writes through it.
python3 - "$outside" "$work/own.tar" <<'P'
import io, sys, tarfile
tar = tarfile.open(sys.argv[2], 'w')
def add(name, kind=tarfile.REGTYPE, link='', data=b'BAD'):
    i = tarfile.TarInfo(name); i.type, i.linkname, i.size = kind, link, len(data) if kind == tarfile.REGTYPE else 0
    tar.addfile(i, io.BytesIO(data))
add('l', tarfile.SYMTYPE, sys.argv[1]); add('l/secret'); add('l/new')
add('h', tarfile.LNKTYPE, '../../../../../..' + sys.argv[1] + '/secret'); add('h')
add('k', tarfile.LNKTYPE, sys.argv[1] + '/secret'); add('k')
tar.close()
P
code -X PUT -T "$work/own.tar" "http://d/containers/linked/archive?path=/tmp" > /dev/null
untouched "links in a tar"
d rm -f linked > /dev/null

# CVE-2019-14271, CVE-2026-41567: programs and libraries of the image that the engine might run or load.
mkdir -p "$work/evil/usr/local/bin" "$work/evil/lib/x86_64-linux-gnu" "$work/evil/etc"
for program in xz unxz gzip gunzip unpigz pigz zstd unzstd bzip2 bunzip2 tar ps sh; do
    printf '#!/bin/busybox sh\n/bin/busybox touch %s /touched\n' "$marker" > "$work/evil/usr/local/bin/$program"
    chmod 755 "$work/evil/usr/local/bin/$program"
done
echo 'passwd: files evil' > "$work/evil/etc/nsswitch.conf"
if command -v cc > /dev/null; then
    printf '#include <fcntl.h>\n__attribute__((constructor)) static void run(void) { open("%s", O_CREAT | O_WRONLY, 0600); open("/touched", O_CREAT | O_WRONLY, 0600); }\n' "$marker" > "$work/evil.c"
    cc -shared -fPIC -o "$work/evil/lib/x86_64-linux-gnu/libnss_files.so.2" "$work/evil.c" &&
        for name in libnss_evil.so.2 libnss_compat.so.2 liblzma.so.5 libz.so.1 libbz2.so.1.0 libzstd.so.1; do
            cp "$work/evil/lib/x86_64-linux-gnu/libnss_files.so.2" "$work/evil/lib/x86_64-linux-gnu/$name"
        done
else
    echo "note: no compiler, so no hostile library"
fi
d create --name evil -u nobody busybox sleep 1000 > /dev/null
check "hostile programs and libraries go in" sh -c "tar -C '$work/evil' -c . | '$DOCKER' cp - evil:/"
for state in created running; do
    [ $state = running ] && d start evil > /dev/null
    for program in cat gzip bzip2 xz zstd; do
        command -v $program > /dev/null || continue
        equal "$state: a tar by $program goes in" 200 "$(tar -C "$work" -c harmless | $program -c - 2>/dev/null | code -X PUT --data-binary @- "http://d/containers/evil/archive?path=/tmp&copyUIDGID=1")"
    done
    d cp evil:/tmp/harmless "$work/out2" > /dev/null
    code -I "http://d/containers/evil/archive?path=/tmp" > /dev/null
    d export evil > /dev/null
    d diff evil > /dev/null
    d commit evil > /dev/null
    no_marker "$state"
    equal "$state: nor inside" 404 "$(code -I "http://d/containers/evil/archive?path=/touched")"
done
check "top runs nothing" d top evil
no_marker "top"
equal "top: nor inside" 404 "$(code -I "http://d/containers/evil/archive?path=/touched")"
d rm -f evil > /dev/null

# CVE-2026-55686, CVE-2022-23648: what an image says about folders.
mkdir "$work/build"
cat > "$work/build/Dockerfile" <<D
FROM busybox
RUN ln -s $outside /link && ln -s / /root-link
WORKDIR /link/made/here
WORKDIR /../../..$outside/made
VOLUME /link/dir
VOLUME ["/../../../..$outside", "/root-link/../..$outside/dir"]
CMD ["sh", "-c", "find / -xdev -name secret; cat /link/dir/b $outside/dir/b $outside/secret 2>/dev/null"]
D
d build -q -t folders "$work/build" > /dev/null 2>&1
equal "an image's folders show nothing of the host" "" "$(d run --rm folders 2>&1 | grep -E 'TOP-SECRET')"
d run --rm -w /link/other busybox true > /dev/null 2>&1
untouched "working directories and volumes"

# CVE-2026-53489: the log is replaced.
d run --name logged busybox echo said > /dev/null
id=$(d inspect -f '{{.Id}}' logged)
log=$work/root/containers/$id/$id-json.log
equal "the log is there" said "$(d logs logged)"
mv "$log" "$log.kept"
ln -s "$outside/secret" "$log"
fails "a link as log is refused" any 'is a link' timeout 10 "$DOCKER" logs logged
rm "$log"; mkfifo "$log"
fails "a FIFO as log is refused" any 'not a regular file' timeout 10 "$DOCKER" logs logged
rm "$log"; mkdir "$log"
fails "a folder as log is refused" any 'not a regular file' timeout 10 "$DOCKER" logs logged
rmdir "$log"; mv "$log.kept" "$log"
equal "the true one is read again" said "$(d logs logged)"
untouched "logs"

# CVE-2024-9676, CVE-2026-47262: accounts that are no plain files. Looked for a user by name, they are an error, and soon.
for kind in fifo device link folder; do
    for file in passwd group; do
        python3 - "$kind" "$file" "$outside" > "$work/accounts.tar" <<'P'
import io, sys, tarfile
kind, file, outside = sys.argv[1:]
tar = tarfile.open(fileobj=sys.stdout.buffer, mode='w|')
other = {'passwd': 'group', 'group': 'passwd'}[file]
i = tarfile.TarInfo('etc/' + other); text = b'me:x:7:7:/:/bin/sh\n'; i.size = len(text); tar.addfile(i, io.BytesIO(text))
i = tarfile.TarInfo('etc/' + file)
if kind == 'fifo': i.type = tarfile.FIFOTYPE
elif kind == 'device': i.type, i.devmajor, i.devminor = tarfile.CHRTYPE, 1, 5
elif kind == 'link': i.type, i.linkname = tarfile.SYMTYPE, outside + '/passwd'
else: i.type, i.mode = tarfile.DIRTYPE, 0o755
tar.addfile(i)
tar.close()
P
        if ! d import "$work/accounts.tar" accounts > /dev/null 2> "$work/import.err"; then
            not_ok "$kind as $file: the image comes in" "$(cat "$work/import.err")"
            continue
        fi
        started=$SECONDS
        out=$(timeout 10 "$DOCKER" run --rm -u nosuch:nosuch accounts /none 2>&1)
        has "$kind as $file is an error" 'unable to find (user|group)|not a regular file|at most|more than' "$out"
        check "$kind as $file: soon" test $((SECONDS - started)) -le 5
    done
done
for file in passwd group; do
    d run -d --name "giant-$file" busybox sh -c "truncate -s 5G /etc/$file; sleep 1000" > /dev/null
    for _ in $(seq 100); do d exec "giant-$file" test -s "/etc/$file" > /dev/null 2>&1 || break; sleep 0.05; done
    started=$SECONDS
    fails "five gigabytes of $file are an error" any 'unable to find|at most|bytes' timeout 10 "$DOCKER" exec -u nosuch:nosuch "giant-$file" true
    check "five gigabytes of $file: soon" test $((SECONDS - started)) -le 5
    d rm -f "giant-$file" > /dev/null
done
untouched "accounts"

# CVE-2016-3697 and its like: numbers are numbers.
for user in 4294967296 4294967295 -1 1e3 0x0 99999999999999999999 0:-1 0:4294967296; do
    fails "user $user is refused" any 'must be in range|unable to find' d run --rm -u "$user" busybox id
done
equal "an empty group is none" "1000" "$(d run --rm -u 1000: busybox id -u)"
printf 'FROM busybox\nRUN echo "1000:x:0:0::/:/bin/sh" >> /etc/passwd\nUSER 1000\n' | d build -q -t numbered - > /dev/null 2>&1
equal "a user called 1000 is not user 1000" "1000" "$(d run --rm numbered id -u)"

# CVE-2022-4318: line breaks where the engine writes lines.
nl=$'\n'
fails "a line break in the user" any 'line break' d run --rm -u "0${nl}x" busybox true
fails "a line break in the host name" any 'nvalid' d run --rm --hostname "a${nl}b" busybox true
for body in '{"Image":"busybox","HostConfig":{"ExtraHosts":["a\nevil:1.2.3.4"]}}' '{"Image":"busybox","HostConfig":{"ExtraHosts":["a:1.2.3.4\n6.6.6.6 evil"]}}' \
    '{"Image":"busybox","HostConfig":{"Dns":["1.2.3.4\nnameserver 6.6.6.6"]}}' '{"Image":"busybox","HostConfig":{"DnsSearch":["a\nnameserver 6.6.6.6"]}}' \
    '{"Image":"busybox","Domainname":"a\nb"}' '{"Image":"busybox","Hostname":"a\nb"}' '{"Image":"busybox","User":"0\n1"}'; do
    made=$(api -X POST -H 'Content-Type: application/json' -d "$body" -w ' %{http_code}' http://d/containers/create)
    if [ "${made##* }" = 201 ]; then
        # Looked at when the file is written, at the start.
        name=$(sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p' <<< "$made")
        equal "a line break is refused at the start: $body" 400 "$(code -X POST "http://d/containers/$name/start")"
    else
        equal "a line break is refused: $body" 400 "${made##* }"
    fi
done
equal "a line break in HOME stays in HOME" "0" "$(d run --rm -e "HOME=/x${nl}evil:x:0:0::/:/bin/sh" busybox grep -c evil /etc/passwd)"

# Clients that leave in the middle of a copy: no process, no descriptor, no mount stays.
d run -d --name left busybox sh -c 'head -c 50000000 /dev/zero > /big; sleep 1000' > /dev/null
for _ in $(seq 200); do [ "$(d exec left stat -c %s /big 2>/dev/null)" = 50000000 ] && break; sleep 0.05; done
open=$(descriptors)
python3 - "$work/darsena.sock" <<'P'
import socket, sys
for turn in range(60):
    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
    if turn % 3 == 0: s.sendall(b'GET /v1.41/containers/left/archive?path=/big HTTP/1.1\r\n\r\n'); s.recv(1000)
    elif turn % 3 == 1: s.sendall(b'GET /v1.41/containers/left/export HTTP/1.1\r\n\r\n'); s.recv(1000)
    else: s.sendall(b'PUT /v1.41/containers/left/archive?path=/tmp HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n' + b'f'.ljust(100, b'\0'))
    s.close()
P
workers() { pgrep -P "$helper_pid" darsena-unpack | wc -l; }
for _ in $(seq 200); do [ "$(descriptors)" -le "$open" ] && [ "$(workers)" = 0 ] && break; sleep 0.05; done
equal "abandoned copies: no worker is left" 0 "$(workers)"
check "abandoned copies: no descriptor is left" test "$(descriptors)" -le "$open"
d rm -f left > /dev/null

# Names that would be paths: never a file, never a 500.
python3 - "$work/darsena.sock" > "$work/names.out" <<'P'
import json, socket, sys, urllib.parse
def ask(method, target, body=None):
    s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1])
    data = json.dumps(body).encode() if body is not None else b''
    s.sendall(f'{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n'.encode() + data)
    answer = b''
    while part := s.recv(65536): answer += part
    s.close()
    return int(answer.split()[1])
bad = ['..', '../..', '../../outside', '/', '', '.', 'a/../../b', 'x\n', '\n', 'a b', 'x\0y', '\\..', '%2e%2e', 'é', 'a' * 300, '-x', '..' + '/..' * 50 + '/etc']
for name in bad:
    q = urllib.parse.quote(name, safe='')
    # Made with that name: 400.
    for method, target, body in (
        ('POST', f'/containers/create?name={q}', {'Image': 'busybox', 'Cmd': ['true']}),
        ('POST', '/volumes/create', {'Name': name}),
        ('POST', '/networks/create', {'Name': name}),
        ('POST', f'/images/busybox/tag?repo={q}', None),
        ('POST', f'/commit?container=logged&repo={q}', None),
        ('POST', f'/containers/logged/rename?name={q}', None)):
        # No name: one is made up, or the image has none.
        if name == '' and target.split('?')[0] in ('/containers/create', '/volumes/create', '/commit'): continue
        if name == '/' and target.startswith('/containers/create'): continue
        status = ask(method, target, body)
        if status not in (400, 501): print(f'{method} {target} {body} gave {status}')
    # Looked for under that name: 400 or 404, as what is not there.
    for method, target in (
        ('GET', f'/containers/{q}/json'), ('POST', f'/containers/{q}/start'), ('DELETE', f'/containers/{q}?force=1'),
        ('GET', f'/containers/{q}/logs?stdout=1'), ('GET', f'/containers/{q}/archive?path=/'), ('PUT', f'/containers/{q}/archive?path=/'),
        ('GET', f'/containers/{q}/export'), ('GET', f'/containers/{q}/changes'), ('POST', f'/commit?container={q}'), ('GET', f'/containers/{q}/top'),
        ('GET', f'/exec/{q}/json'), ('POST', f'/exec/{q}/resize?h=1&w=1'), ('GET', f'/volumes/{q}'), ('DELETE', f'/volumes/{q}'),
        ('GET', f'/networks/{q}'), ('DELETE', f'/networks/{q}'), ('GET', f'/images/{q}/json'), ('GET', f'/images/{q}/history'),
        ('DELETE', f'/images/{q}'), ('GET', f'/images/{q}/get'), ('GET', f'/images/get?names={q}')):
        status = ask(method, target)
        # An empty segment is another route; lists of that shape exist.
        if status not in (400, 404, 405, 501) and not (name == '' and status == 200): print(f'{method} {target} gave {status}')
P
equal "bad names: 400 where made, 400 or 404 where looked for" "" "$(cat "$work/names.out")"
untouched "bad names"
check "the engine is well after all that" d run --rm busybox true
