#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The real docker client does its daily work against a real helper: every command's output and exit code are checked.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

start_helper || exit 1
running() { d inspect -f '{{.State.Running}}' "$1"; }
# until WHAT SECONDS COMMAND…: the command succeeds within that time.
until_true() {
    local what=$1 left=$(($2 * 20))
    shift 2
    while ! "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        if [ $left -le 0 ]; then not_ok "$what" "not within the time: $*"; return; fi
        sleep 0.05
    done
    ok "$what"
}

# version, info
has "version tells the engine's API" '^1\.50$' "$(d version -f '{{.Server.APIVersion}}')"
has "version names the server" 'Server:' "$(d version)"
check "info" d info
equal "info counts nothing yet" "0 0" "$(d info -f '{{.Containers}} {{.Images}}')"
equal "an older client is served" "1.30" "$(DOCKER_API_VERSION=1.30 d version -f '{{.Client.APIVersion}}')"
fails "a client that is too new is told so" any 'too new' env DOCKER_API_VERSION=1.99 "$DOCKER" ps
equal "no containers yet" "" "$(d ps -aq)"
equal "no images yet" "" "$(d images -q)"

# load, images, tag, history, inspect
has "load says what it loaded" '^Loaded image: busybox:latest$' "$(d load -i "$("$here/base_images.sh" busybox)/busybox.tar")"
id=$(d images -q --no-trunc busybox)
has "images gives the id" '^sha256:[0-9a-f]{64}$' "$id"
has "images lists it" '^busybox +latest +[0-9a-f]{12} ' "$(d images)"
check "tag" d tag busybox registry.example:5000/team/box:v1
equal "both names are one image" "$id" "$(d inspect -f '{{.Id}}' registry.example:5000/team/box:v1)"
equal "inspect gives the layers" 1 "$(d image inspect -f '{{len .RootFS.Layers}}' busybox)"
equal "an id's beginning names it" "$id" "$(d inspect -f '{{.Id}}' "${id:7:10}")"
has "history has a step" '[0-9]' "$(d history busybox)"
check "history in full" d history --no-trunc busybox
fails "inspect of nothing" 1 'No such object: nothing' d inspect nothing
fails "an image that is not there" 1 'No such image: nothing' d image inspect nothing
has "rmi takes one name away" '^Untagged: registry.example:5000/team/box:v1$' "$(d rmi registry.example:5000/team/box:v1)"
check "and the image stays" d image inspect busybox
fails "pull says what to do" any 'docker load' d pull alpine

# run: output, codes, options
equal "run prints" "hello" "$(d run --rm --network none busybox echo hello)"
equal "errors go to standard error" "oops" "$(d run --rm --network none busybox sh -c 'echo oops >&2' 2>&1 >/dev/null)"
fails "run gives the code" 3 '' d run --rm --network none busybox sh -c 'exit 3'
fails "a command that is not there" 127 'executable file not found' d run --rm --network none busybox nosuchcommand
fails "a file that cannot be executed" 126 'permission denied' d run --rm --network none busybox /etc/passwd
equal "-e sets, -w leads, -u is" "v /tmp 1000" "$(d run --rm --network none -e K=v -w /tmp -u 1000 busybox sh -c 'echo $K $(pwd) $(id -u)')"
equal "--entrypoint replaces" "a b" "$(d run --rm --network none --entrypoint echo busybox a b)"
equal "-i reads input to its end" "5" "$(printf hello | d run --rm -i --network none busybox wc -c)"
equal "a megabyte goes through" "1048576" "$(head -c 1048576 /dev/zero | d run --rm -i --network none busybox cat | wc -c)"
equal "--hostname" "boat" "$(d run --rm --network none --hostname boat busybox hostname)"
equal "--network none has only lo" "lo" "$(d run --rm --network none busybox ls /sys/class/net)"
has "--network bridge has an address" 'inet [0-9.]+/' "$(d run --rm --network bridge busybox ip -4 addr show dev eth0)"
has "bridge is the default" 'eth0' "$(d run --rm busybox ls /sys/class/net)"
equal "--read-only" "read-only" "$(d run --rm --network none --read-only busybox sh -c 'touch /x 2>/dev/null && echo writable || echo read-only')"
has "-t is a terminal" '^/dev/pts/|^/dev/console' "$(d run --rm -t --network none busybox tty | tr -d '\r')"
equal "--rm leaves nothing" "" "$(d ps -aq)"
fails "what is not done is refused by name" any 'HostConfig.StorageOpt' d run --rm --network none --storage-opt size=1G busybox true

# -d, names, ps, logs, exec, stop, kill, wait, rm
cid=$(d run -d --name web --network none busybox sh -c 'trap "echo bye; exit 0" TERM; i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1; done')
has "run -d prints the id" '^[0-9a-f]{64}$' "$cid"
equal "it runs" true "$(running web)"
has "ps shows it" "^${cid:0:12} +busybox .* Up .* web$" "$(d ps)"
fails "its name is taken" 125 'already in use' d run -d --name web --network none busybox true
until_true "logs hold its lines" 5 sh -c "'$DOCKER' logs web | grep -q 'line 2'"
has "logs --tail" '^line [0-9]+$' "$(d logs --tail 1 web)"
has "logs -t stamps" '^20[0-9-]+T[0-9:.]+Z line' "$(d logs -t --tail 1 web)"
timeout 1.5 "$DOCKER" logs -f --tail 1 web > "$work/follow.txt"
lines=$(wc -l < "$work/follow.txt")
check "logs -f follows" test "$lines" -ge 5
equal "exec prints" "inside" "$(d exec web echo inside)"
equal "exec reads input" "3" "$(printf abc | d exec -i web wc -c)"
equal "exec -e -w -u" "v /tmp 7" "$(d exec -e K=v -w /tmp -u 7 web sh -c 'echo $K $(pwd) $(id -u)')"
fails "exec gives the code" 9 '' d exec web sh -c 'exit 9'
fails "exec of what is not there" 127 'executable file not found' d exec web nosuchcommand
check "exec -d" d exec -d web sh -c 'echo done > /tmp/marker'
until_true "and it ran" 5 d exec web test -s /tmp/marker
has "top" 'sleep|sh -c' "$(d top web)"
equal "inspect knows its state" "running web" "$(d inspect -f '{{.State.Status}} {{slice .Name 1}}' web)"
fails "rm of a running one" 1 'container is running' d rm web
d wait web > "$work/wait.txt" & wait_pid=$!
d logs -f web > "$work/all.txt" 2>&1 & logs_pid=$!
check "stop" d stop web
wait "$wait_pid"
equal "wait gives the code" 0 "$(cat "$work/wait.txt")"
wait "$logs_pid"
equal "logs -f ends with it, and has its last word" bye "$(tail -n 1 "$work/all.txt")"
has "ps -a shows it ended" 'Exited \(0\)' "$(d ps -a)"
equal "ps does not" "" "$(d ps -q)"
check "start again" d start web
equal "it runs again" true "$(running web)"
check "kill" d kill web
until_true "it ends" 5 sh -c "[ \"\$('$DOCKER' inspect -f '{{.State.Running}}' web)\" = false ]"
equal "with 137" 137 "$(d inspect -f '{{.State.ExitCode}}' web)"
fails "kill of a stopped one" 1 'is not running' d kill web
equal "rm" web "$(d rm web)"
fails "and it is gone" 1 'No such container: web' d start web
check "create" d create --name made --network none busybox echo made
equal "start -a prints" made "$(d start -a made)"
fails "rmi of an image in use" 1 'container' d rmi busybox
check "rm -f" d rm -f made
cid=$(d run -d --network none busybox sh -c 'while :; do sleep 1; done')
has "a name is made up" '^/[a-z]+_[a-z]+' "$(d inspect -f '{{.Name}}' "$cid")"
before=$(date +%s)
check "stop -t 1 of one that does not listen" d stop -t 1 "$cid"
equal "kills it" 137 "$(d inspect -f '{{.State.ExitCode}}' "$cid")"
check "container prune" d container prune -f
equal "leaves none" "" "$(d ps -aq)"

# attach: input, half-close, several clients
d run -d -i --name tunnel --network none busybox cat >/dev/null
equal "attach carries both ways" "through" "$(echo through | timeout -s KILL 3 "$DOCKER" attach tunnel)"
equal "the end of one client's input does not end it" true "$(running tunnel)"
d rm -f tunnel >/dev/null

# events
d events --format '{{.Type}} {{.Action}}' > "$work/events.txt" & events_pid=$!
sleep 0.5
d run --rm --name seen --network none busybox true
until_true "events tell of it" 5 grep -q 'container destroy' "$work/events.txt"
kill "$events_pid" 2>/dev/null; wait "$events_pid" 2>/dev/null
equal "in order" "create start die destroy" "$(grep -oE 'container (create|start|die|destroy)$' "$work/events.txt" | cut -d' ' -f2 | tr '\n' ' ' | sed 's/ $//')"
has "events of the past end by themselves" 'container die .*exitCode=0' "$(d events --since 1m --until 0s)"

# build
mkdir -p "$work/context/sub"
echo 'int main(void) { return 0; }' > "$work/context/main.c"
echo ignored > "$work/context/secret"; echo secret > "$work/context/.dockerignore"
cat > "$work/context/Dockerfile" <<'D'
FROM busybox AS build
ARG WHO=world
COPY . /src
RUN echo "hello $WHO" > /greeting && ls /src
FROM busybox AS extra
RUN echo extra > /extra
FROM busybox
LABEL made.by=darsena
ENV GREETING=/greeting
WORKDIR /app
COPY --from=build /greeting /greeting
COPY --from=extra /extra .
CMD ["cat", "/greeting"]
D
out=$(d build --network none -t greet:1 --build-arg WHO=there "$work/context" 2>/dev/null)
has "build shows its steps" '^Step 1/' "$out"
has "and the output of RUN" 'main\.c' "$out"
equal "the ignored file did not come along" "" "$(grep -x secret <<< "$out")"
has "and what it made" '^Successfully built [0-9a-f]{12}$' "$out"
has "and its name" '^Successfully tagged greet:1$' "$out"
equal "the image runs" "hello there" "$(d run --rm --network none greet:1)"
equal "files are copied" "extra" "$(d run --rm --network none greet:1 cat /app/extra)"
equal "labels are set" "darsena" "$(d inspect -f '{{index .Config.Labels "made.by"}}' greet:1)"
first=$(d images -q --no-trunc greet:1)
has "again, all comes from the cache" 'Using cache' "$(d build --network none -t greet:1 --build-arg WHO=there "$work/context" 2>/dev/null)"
equal "and is the same image" "$first" "$(d images -q --no-trunc greet:1)"
has "build -q prints only the id" '^sha256:[0-9a-f]{64}$' "$(d build -q --network none -t greet:1 --build-arg WHO=there "$work/context" 2>/dev/null)"
has "history tells the steps" 'LABEL made.by=darsena' "$(d history --no-trunc greet:1)"
check "--iidfile" d build --network none --iidfile "$work/iid" --build-arg WHO=there "$work/context"
equal "holds the id" "$first" "$(cat "$work/iid")"
check "--target" d build --network none --target extra -t extra "$work/context"
equal "builds that stage" "extra" "$(d run --rm --network none extra cat /extra)"
mkdir "$work/elsewhere"; printf "only this" > "$work/elsewhere/file"
check "a Dockerfile from outside the context" d build --network none -q -f "$work/context/Dockerfile" "$work/elsewhere"
check "a Dockerfile from standard input" d build -q -t fromstdin - <<< $'FROM busybox\nLABEL a=b'
cat > "$work/context/Broken" <<'D'
FROM busybox
RUN echo before; exit 5
D
fails "a RUN that fails fails the build" 5 'exit 5.*code: 5|code.*5' d build --network none -f "$work/context/Broken" "$work/context"
fails "a broken Dockerfile names the line" 1 '[Uu]nknown instruction.*FRM|FRM' d build -q - <<< 'FRM busybox'

# save and load again, then away with it
d save greet:1 -o "$work/greet.tar"
check "rmi" d rmi greet:1 extra fromstdin
fails "it is gone" 1 'No such image' d image inspect greet:1
check "load of what was saved" d load -i "$work/greet.tar"
equal "gives the same image" "$first" "$(d images -q --no-trunc greet:1)"
check "system df" d system df
check "network ls" d network ls
check "volume ls" d volume ls
check "rmi -f" d rmi -f greet:1
check "image prune" d image prune -f

# the door
if [ -x "$(command -v setpriv)" ]; then
    chmod 711 "$work"
    cp "$(command -v "$DOCKER")" "$work/docker" # the client may be in a folder that others cannot enter
    fails "another user is told what to do" any 'usermod -aG darsena|groupadd darsena' \
        setpriv --reuid 65534 --regid 65534 --clear-groups env DOCKER_CONFIG=/nonexistent "$work/docker" ps
fi
second=$("$bin/darsena-helper" --root "$work/root" --run "$work/run2" --socket "$work/two.sock" --libexec "$bin" 2>&1)
equal "a second helper on the same root is refused" 1 $?
has "in a sentence" 'another|already' "$second"
mkdir -m 0777 "$work/open"
fails "a directory that others can write is refused" 1 'can be written by others' \
    "$bin/darsena-helper" --root "$work/root3" --run "$work/run3" --socket "$work/open/s.sock" --libexec "$bin"

# the end
d run -d --name lasting --network none busybox sh -c 'while :; do sleep 0.2; done' >/dev/null
pid=$(d inspect -f '{{.State.Pid}}' lasting)
d logs -f lasting >/dev/null 2>&1 & logs_pid=$!
kill -TERM "$helper_pid"
wait "$helper_pid"; code=$?
helper_pid=
equal "SIGTERM ends the helper with 0" 0 "$code"
wait "$logs_pid"
check "the container runs on" kill -0 "$pid"
start_helper || exit 1
equal "the next helper knows it" "$pid" "$(d inspect -f '{{.State.Pid}}' lasting)"
equal "and can enter it" "in" "$(d exec lasting echo in)"
check "and remove it" d rm -f lasting
