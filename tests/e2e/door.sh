#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who gets through the door, as the kernel sees them: root, a member of the group, strangers with and without a forged name
# on the bus; who can swap the socket; what one user's connections can do to others; a socket from a service manager.
. "$(dirname "$0")/lib.sh"
python=/usr/bin/python3 # Debian's: a stranger can run it wherever root keeps its own
for tool in setpriv curl "$python"; do
    command -v "$tool" >/dev/null || skip "needs $tool"
done

socket=$work/darsena.sock
group=4242   # of nobody here; the helper is told its number by a group of ours below
stranger() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
member() { setpriv --reuid 65534 --regid 65534 --groups "$group" "$@"; }
# ask METHOD PATH [HEADER…]: the status and the body.
ask() {
    local method=$1 path=$2 headers=() header
    shift 2
    for header in "$@"; do headers+=(-H "$header"); done
    curl -s -m 20 -X "$method" "${headers[@]}" -w '\n%{http_code}' --unix-socket "$socket" "http://localhost$path"
}
export -f ask
export socket

# A helper that knows the group "darsena" as 4242, whatever this machine has: its own /etc/group.
printf 'root:x:0:\ndarsena:x:%s:\n' "$group" > "$work/group"
chmod 711 "$work"
start_door() {
    : > "$work/helper.log"
    unshare --net --mount --propagation private sh -c 'ip link set lo up; mount --bind "$0" /etc/group; exec "$@"' "$work/group" \
        "$bin/darsena-helper" --root "$work/root" --run "$work/run" --socket "$socket" --libexec "$bin" --bus "unix:path=$work/no-bus" "$@" \
        >> "$work/helper.log" 2>&1 &
    await_helper $!
}
start_door || exit 1

# --- who is let in
equal "the socket is everybody's to connect to, and its group's" "666 0 $group" "$(stat -c '%a %u %g' "$socket")"
equal "its directory shows nothing" 711 "$(stat -c %a "$work/run")"
check "root is let in" d ps
check "a member is let in" member "$DOCKER" ps
fails "a stranger is told what to do" 1 'permission denied: user 65534 may not see the containers and images: .*usermod -aG darsena' stranger "$DOCKER" ps
fails "and about managing too" 1 'user 65534 may not manage containers and images' stranger "$DOCKER" volume create spoil
has "without anything having happened" '^$' "$(d volume ls -q)"
for request in "GET /info" "HEAD /_ping" "POST /containers/prune" "DELETE /volumes/x" "PUT /containers/x/archive?path=/" "GET /images/get?names=x"; do
    equal "a stranger gets 403 for $request" 403 "$(stranger curl -s -o /dev/null -m 20 $([ "${request%% *}" = HEAD ] && echo -I || echo -X "${request%% *}") -w '%{http_code}' --unix-socket "$socket" "http://localhost${request##* }")"
done
has "a name on the bus is no way in when nobody can be asked" 'no D-Bus system bus' "$(stranger bash -c 'ask POST /volumes/create "X-Darsena-Bus-Name: :1.1"')"
for forged in "org.freedesktop.PolicyKit1" "--help" ":1.1 --uid=0" ""; do
    has "a name that is none is refused: \"$forged\"" '403$' "$(stranger bash -c 'ask GET /info "X-Darsena-Bus-Name;$0" "$1"' "" "X-Darsena-Bus-Name: $forged")"
done
equal "nothing came of it" "" "$(d volume ls -q)"
has "only the log knows what they wanted" 'refused|permission denied: user 65534' "$(cat "$work/helper.log")"

# --- one user's connections are no other user's trouble
hold() { # hold USER-COMMAND COUNT: opens so many connections, says its number and what the last one hears, and keeps all
    "$1" "$python" -c '
import os, signal, socket, sys
held = []
for n in range(int(sys.argv[2])):
    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); held.append(s)
held[-1].settimeout(20)
print(os.getpid(), held[-1].recv(4096).decode().replace("\r\n", " "), flush=True)
signal.pause()' "$socket" "$2"
}
# keep NAME USER-COMMAND COUNT: such connections until drop; what the last one heard is in $work/NAME.
keep() {
    hold "$2" "$3" > "$work/$1" &
    for _ in $(seq 200); do [ -s "$work/$1" ] && break; sleep 0.1; done
}
drop() { # drop NAME…: ends those that keep() began
    local name
    for name in "$@"; do kill "$(cut -d' ' -f1 "$work/$name")"; done
    wait $(jobs -p | grep -vx "$helper_pid") 2>/dev/null
}
other_member() { setpriv --reuid 65533 --regid 65533 --groups "$group" "$@"; }
third_member() { setpriv --reuid 65532 --regid 65532 --groups "$group" "$@"; }
keep strangers stranger 17
has "a stranger's seventeenth connection is one too many" '503 .*user 65534 has as many connections to the engine as one may \(16\)' "$(cat "$work/strangers")"
check "others do not notice" other_member "$DOCKER" ps
drop strangers
keep first member 129
has "a member's hundred and twenty-ninth too" '503 .*user 65534 has as many connections to the engine as one may \(128\)' "$(cat "$work/first")"
check "another member does not notice" other_member "$DOCKER" ps
keep second other_member 129
has "all together have a bound" 'serves as many connections as it may \(256\)' "$(third_member bash -c 'ask GET /info')"
check "root gets through even then" d ps
drop first second
for _ in $(seq 100); do third_member "$DOCKER" ps >/dev/null 2>&1 && break; sleep 0.1; done # the helper sees them go
check "when they are gone there is room again" third_member "$DOCKER" ps

# --- a client that never finishes its request is dropped
started=$SECONDS
dropped=$("$python" -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b"GET /info HTTP/1.1\r\nHost: ")
s.settimeout(60)
print("closed" if s.recv(4096) == b"" else "answered")' "$socket")
equal "half a request is dropped after a while" closed "$dropped"
check "sooner than the connection limit" test $((SECONDS - started)) -lt 40

# --- an orderly stop
d events > "$work/events" 2>&1 &
watcher=$!
for n in $(seq 100); do d volume create "noticed-$n" >/dev/null; [ -s "$work/events" ] && break; sleep 0.1; done
has "events are followed" 'volume create noticed-' "$(cat "$work/events")"
kill -TERM "$helper_pid"
code=0; wait "$helper_pid" || code=$?
helper_pid=
equal "SIGTERM ends it in order while somebody follows" 0 "$code"
wait "$watcher" || true

# --- who could swap the socket or the state
refuses() { # refuses WHAT PATTERN OPTION…
    fails "$1" 1 "$2" timeout 20 "$bin/darsena-helper" --run "$work/run" --libexec "$bin" "${@:3}"
}
mkdir -p "$work/open" "$work/theirs/in" "$work/grouped"
chmod 777 "$work/open"; chown 65534 "$work/theirs"; chmod 775 "$work/grouped"
ln -s "$work/open" "$work/link"
own=(--root "$work/root")
refuses "a socket where everybody may write" "open can be written by others than root .*chmod go-w" "${own[@]}" --socket "$work/open/s"
refuses "where a group may" "grouped can be written by others" "${own[@]}" --socket "$work/grouped/s"
refuses "through a link to such a place" "open can be written by others" "${own[@]}" --socket "$work/link/s"
refuses "below another user's directory" "theirs belongs to user 65534" "${own[@]}" --socket "$work/theirs/in/s"
refuses "in a directory to be made below one" "theirs belongs to user 65534" "${own[@]}" --socket "$work/theirs/new/s"
check "where nothing was made" test ! -e "$work/theirs/new"
refuses "a relative path" "is not an absolute path" "${own[@]}" --socket "s"
refuses "state below another user's directory" "theirs belongs to user" --socket "$socket" --root "$work/theirs/root"
touch "$work/file"
refuses "something else at the socket's place" "something that is no socket is in the way" "${own[@]}" --socket "$work/file"
check "which is left alone" test -f "$work/file"
fails "a helper that is not root" 1 "must run as root" stranger "$bin/darsena-helper"

# --- a socket from a service manager (what systemd does: descriptor 3, LISTEN_PID, LISTEN_FDS, NOTIFY_SOCKET)
cat > "$work/activate.py" <<'P'
import os, socket, sys
kind, path, notify = sys.argv[1:4]
listener = socket.socket(socket.AF_INET if kind == "tcp" else socket.AF_UNIX)
listener.bind(("127.0.0.1", 0) if kind == "tcp" else "\0darsena-test" if kind == "abstract" else path)
if kind != "deaf":
    listener.listen(16)
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
count = "2" if kind == "two" else "1"
os.execve(sys.argv[4], sys.argv[4:], {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": count, "NOTIFY_SOCKET": notify})
P
activate() { # activate KIND OPTION…; with become=exec the process itself becomes the helper
    ${become:-} unshare --net --mount --propagation private sh -c 'ip link set lo up; exec "$@"' sh "$python" "$work/activate.py" "$1" "$work/run/given.sock" "$work/notify" \
        "$bin/darsena-helper" --root "$work/root" --run "$work/run" --libexec "$bin" "${@:2}"
}
for kind in tcp:"not a listening Unix socket" abstract:"no absolute path" deaf:"not a listening Unix socket" two:"exactly one socket"; do
    fails "a service manager's socket is refused: ${kind%%:*}" 1 "${kind#*:}" activate "${kind%%:*}"
    rm -f "$work/run/given.sock"
done
"$python" -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); s.settimeout(60)
print(s.recv(100).decode(), flush=True); print(s.recv(100).decode(), flush=True)' "$work/notify" > "$work/notified" &
for _ in $(seq 100); do [ -S "$work/notify" ] && break; sleep 0.05; done
become=exec activate unix > "$work/helper.log" 2>&1 &
helper_pid=$!
for _ in $(seq 200); do grep -q '^ready ' "$work/helper.log" && break; sleep 0.05; done
has "it serves on the socket it was given" "^ready $work/run/given.sock" "$(cat "$work/helper.log")"
check "and a client is served there" env DOCKER_HOST="unix://$work/run/given.sock" "$DOCKER" ps
kill -TERM "$helper_pid"; wait "$helper_pid" || true
helper_pid=
for _ in $(seq 100); do [ "$(wc -l < "$work/notified")" = 2 ] && break; sleep 0.05; done
equal "the service manager heard how it went" "READY=1 STOPPING=1" "$(tr '\n' ' ' < "$work/notified" | sed 's/ $//')"
check "and the socket, which is not ours, is left" test -S "$work/run/given.sock"
