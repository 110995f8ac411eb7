#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of containers with the real client: update, restart policies, wait, rename, top, stats, exec; and what is left
# of it all when monitors, the helper or the machine end without a word.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

start_helper || exit 1
load_busybox >/dev/null
box() { d run -d --network none "$@" >/dev/null; }
status() { d inspect -f '{{.State.Status}}' "$1" 2>&1; }
code() { d inspect -f '{{.State.ExitCode}}' "$1" 2>&1; }
api() { curl -s --unix-socket "$work/darsena.sock" "$@"; }
# limit CONTAINER V1FILE V2FILE: what the kernel holds it to.
limit() {
    local pid group v2
    pid=$(d inspect -f '{{.State.Pid}}' "$1")
    v2=$(grep '^0::' "/proc/$pid/cgroup" | cut -d: -f3)
    group=$(grep -E ":(|.*,)${2%%/*}(|,.*):" "/proc/$pid/cgroup" | cut -d: -f3)
    if [ -n "$group" ]; then
        local mount
        mount=$(awk -v c="${2%%/*}" '$3 == "cgroup" && ("," $4 ",") ~ ("," c ",") {print $2; exit}' /proc/mounts)
        cat "$mount$group/${2#*/}"
    else
        cat "$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)$v2/$3"
    fi
}

# update
box --name up -m 20m busybox sleep 1000
check "update says the name" test "$(d update --memory 30m --memory-swap 60m --pids-limit 50 up)" = up
equal "the kernel holds to it" "31457280 50" "$(limit up memory/memory.limit_in_bytes memory.max) $(limit up pids/pids.max pids.max)"
equal "inspect shows it" "31457280 62914560 50" "$(d inspect -f '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.PidsLimit}}' up)"
check "less again" d update --memory 10m --memory-swap 20m up
equal "the kernel knows" 10485760 "$(limit up memory/memory.limit_in_bytes memory.max)"
check "processors" d update --cpus 0.5 up
has "the kernel knows" '^50000( 100000)?$' "$(limit up cpu/cpu.cfs_quota_us cpu.max)"
fails "a quota besides" 1 'Cannot update container .*Conflicting options: CPU Quota cannot be updated as NanoCPUs' d update --cpu-quota 50000 up
fails "memory above its swap" 1 'already set memoryswap limit' d update --memory 100m up
fails "too little" 1 'Minimum memory limit allowed is 6MB' d update --memory 1m up
fails "nothing of that name" 1 'No such container: nothing' d update --cpus 1 nothing
check "a restart policy" d update --restart on-failure:3 up
equal "inspect shows that" "on-failure 3" "$(d inspect -f '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' up)"
check "processors to run on" d update --cpuset-cpus 0 up
group=$(limit up cpuset/cpuset.cpus cpuset.cpus)
equal "the kernel knows" 0 "$group"
check "take a limit away" d update --pids-limit -1 up
equal "the kernel knows" max "$(limit up pids/pids.max pids.max)"
id=$(d inspect -f '{{.Id}}' up)
d rm -f up >/dev/null
equal "no group is left" "" "$(find /sys/fs/cgroup -maxdepth 4 -name "$id" 2>/dev/null)"
d create --name still busybox >/dev/null
check "one that does not run" d update -m 10m still
equal "has it too" 10485760 "$(d inspect -f '{{.HostConfig.Memory}}' still)"
d rm still >/dev/null

# restart policies
box --name fail --restart on-failure:2 busybox sh -c 'exit 5'
until_is "on-failure gives up" 20 "exited 2 5" d inspect -f '{{.State.Status}} {{.RestartCount}} {{.State.ExitCode}}' fail
box --name fine --restart on-failure busybox true
until_is "on-failure leaves success alone" 10 "exited 0" d inspect -f '{{.State.Status}} {{.RestartCount}}' fine
box --name again --restart always busybox sh -c 'sleep 0.1; exit 1'
until_is "always begins again" 20 true sh -c "[ \$($DOCKER inspect -f '{{.RestartCount}}' again) -ge 3 ] && echo true"
d stop -t 0 again >/dev/null
equal "until it is stopped" exited "$(status again)"
sleep 0.5
equal "and stays so" exited "$(status again)"
for _ in 1 2 3 4 5 6; do
    box --name flap --restart always busybox sh -c 'sleep 0.1; exit 1'
    sleep 0.3
    d stop -t 0 flap >/dev/null
    [ "$(status flap)" = exited ] || not_ok "a stop between two runs holds" "$(status flap)"
    d rm -f flap >/dev/null
done
fails "with --rm it makes no sense" 125 "AutoRemove|onflicting options: (cannot specify both )?--restart and --rm" d run --rm --restart always busybox
box --name backoff --restart always busybox false
sleep 3.5 # by then its delay is of seconds
until_is "one that waits is restarting" 20 restarting status backoff
has "ps says so" '^Restarting \(1\)' "$(d ps --filter name=backoff --format '{{.Status}}')"
fails "exec says so" 1 'is restarting|is not running' d exec backoff true
fails "rm wants force" 1 'container is (restarting|running): stop the container before removing or force remove' d rm backoff
check "start is no error" d start backoff
check "force removes it" d rm -f backoff
d rm fail fine again >/dev/null

# wait, rename
box --name ww busybox sh -c 'sleep 0.4; exit 3'
equal "wait gives the code" 3 "$(d wait ww)"
equal "of what is over, at once" 3 "$(d wait ww)"
(sleep 0.5; d start ww >/dev/null) &
has "next-exit waits for the next" '"StatusCode":3' "$(api -X POST "http://d/v1.50/containers/ww/wait?condition=next-exit")"
has "an unknown condition" 'invalid condition' "$(api -X POST "http://d/v1.50/containers/ww/wait?condition=soon")"
(sleep 0.3; d rm ww >/dev/null) &
has "removed waits for the removal" '"StatusCode":3' "$(api -X POST "http://d/v1.50/containers/ww/wait?condition=removed")"
fails "wait for nothing" 1 'No such container: nothing' d wait nothing
d create --name r1 busybox >/dev/null; d create --name r2 busybox >/dev/null
check "rename" d rename r1 r3
equal "the new name" r3 "$(d inspect -f '{{.Name}}' r3 | tr -d /)"
fails "the old one is free" 1 'No such' d inspect r1
fails "a name in use" 1 'is already in use by container' d rename r3 r2
fails "its own" 1 'same name' d rename r3 r3
fails "a bad one" 1 'Invalid container name' d rename r3 'a b'
fails "of nothing" 1 'No such container: nothing' d rename nothing x1
check "the old name can be taken" d create --name r1 busybox
d rm r1 r2 r3 >/dev/null

# top, stats, ps filters
box --name tt -p 8080:80 --expose 9000 busybox sleep 1000
equal "top" "UID PID PPID C STIME TTY TIME CMD" "$(d top tt | head -1 | xargs)"
has "top aux" '^root +[0-9]+ +[0-9.]+ +[0-9.]+ +[0-9]+ +[0-9]+ +\? +S[<NLsl+]* ' "$(d top tt aux | tail -1)"
has "top -o" '^[0-9]+ +sleep +sleep 1000$' "$(d top tt -o pid,comm,args | tail -1)"
fails "top without numbers" 1 "Couldn't find PID field in ps output" d top tt -o user
fails "top with nonsense" 1 'unknown user-defined format specifier' d top tt -o pid,x
equal "filter publish" tt "$(d ps --filter publish=80 --format '{{.Names}}')"
equal "filter publish, a range" tt "$(d ps --filter publish=70-90/tcp --format '{{.Names}}')"
equal "filter publish, the other protocol" "" "$(d ps --filter publish=80/udp --format '{{.Names}}')"
equal "filter expose" tt "$(d ps --filter expose=9000 --format '{{.Names}}')"
fails "filter publish, nonsense" 1 "invalid filter 'publish" d ps --filter publish=x
fails "filter exited, nonsense" 1 "invalid filter 'exited" d ps -a --filter exited=x
two=$(api "http://d/v1.50/containers/tt/stats?stream=0")
check "stats has a sample before" python3 -c 'import json,sys; s=json.loads(sys.argv[1]); assert 0 < s["precpu_stats"]["system_cpu_usage"] < s["cpu_stats"]["system_cpu_usage"]; assert s["preread"] < s["read"]; assert s["memory_stats"]["usage"] > 0; assert s["pids_stats"]["current"] == 1' "$two"
has "one-shot of a stream makes no sense" 'cannot have stream=true and one-shot=true' "$(api "http://d/v1.50/containers/tt/stats?stream=1&one-shot=1")"
has "stats of what does not run" '^[a-z]+ 0.00% 0B / 0B' "$(d create --name idle busybox >/dev/null; d stats --no-stream --format '{{.Name}} {{.CPUPerc}} {{.MemUsage}}' idle)"
d rm -f tt idle >/dev/null

# exec
box --name ee -u 1000 -w /tmp -e A=b busybox sleep 1000
equal "exec has the container's user, folder and environment" "1000 /tmp b" "$(d exec ee sh -c 'echo $(id -u) $(pwd) $A')"
equal "or its own" "0 /etc c" "$(d exec -u 0 -w /etc -e A=c ee sh -c 'echo $(id -u) $(pwd) $A')"
has "--privileged has all capabilities" '^CapEff:.*[13]ff[0-9a-f]{7}f$' "$(d exec -u 0 --privileged ee grep CapEff /proc/self/status)"
has "without it it has not" '^CapEff:.*a80425fb$' "$(d exec -u 0 ee grep CapEff /proc/self/status)"
equal "input ends before output does" 6 "$(printf abc | d exec -i ee sh -c 'cat > /tmp/f; sleep 0.2; cat /tmp/f /tmp/f' | wc -c)"
d pause ee >/dev/null
fails "not in a paused one" 1 'is paused, unpause the container before exec' d exec ee true
d unpause ee >/dev/null
session() { api -H 'Content-Type: application/json' -d "{\"Cmd\":[\"sh\",\"-c\",\"$1\"]}" http://d/v1.50/containers/ee/exec | tr -d '"{}' | cut -d: -f2; }
begin() { api -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -d '{"Detach":true}' "http://d/v1.50/exec/$1/start"; }
ended() { api "http://d/v1.50/exec/$1/json" | python3 -c 'import json,sys; e=json.load(sys.stdin); print(e.get("Running"), e.get("ExitCode"), e.get("message", ""))'; }
over=$(session 'exit 4'); running=$(session 'sleep 1; exit 6'); away=$(session 'sleep 0.3; exit 8')
for one in $over $running $away; do begin "$one" >/dev/null; done
until_is "an exec's end" 5 "False 4 " ended "$over"
equal "is not begun twice" 409 "$(begin "$over")"

# the helper dies; something ends meanwhile
box --name stay --restart unless-stopped busybox sleep 1000
box --name quick --restart on-failure busybox sh -c 'sleep 0.5; exit 9'
box --name gone --rm busybox sleep 0.5
box --name counted --restart always busybox sh -c '[ -e /x ] && sleep 1000; touch /x; exit 1'
until_is "a restart count" 10 1 d inspect -f '{{.RestartCount}}' counted
equal "no thread for each" 1 "$([ "$(ls /proc/$helper_pid/task | wc -l)" -lt 12 ] && echo 1)"
pid=$(d inspect -f '{{.State.Pid}}' stay)
stop_helper KILL
sleep 0.7
start_helper || exit 1
equal "kill -9: it runs on" "running $pid" "$(d inspect -f '{{.State.Status}} {{.State.Pid}}' stay)"
until_is "what ended with --rm is removed" 5 "" d ps -aq --filter name=gone
until_is "what failed is begun again" 5 true sh -c "[ \$($DOCKER inspect -f '{{.RestartCount}}' quick) -ge 1 ] && echo true"
equal "restarts are still counted" 1 "$(d inspect -f '{{.RestartCount}}' counted)"
equal "an exec that was over" "False 4 " "$(ended "$over")"
until_is "one that ended meanwhile" 5 "False 8 " ended "$away"
until_is "one that ends after that" 5 "False 6 " ended "$running"
d rm -f quick counted ee >/dev/null
has "an exec goes with its container" 'No such exec instance' "$(ended "$over")"

# a monitor is killed
box --name lost busybox sleep 1000
read -r child monitor < "$work/run/shims/$(d inspect -f '{{.Id}}' lost)/pid"
kill -9 "$monitor"
until_is "a killed monitor ends its container, and that is known" 1 exited status lost
check "no process is left of it" test ! -d "/proc/$child" -o "$(cut -d' ' -f3 "/proc/$child/stat" 2>/dev/null)" = Z
has "and told" 'not known' "$(d inspect -f '{{.State.Error}}' lost)"
equal "with a code" 255 "$(code lost)"
check "it can be begun again" d start lost
d rm -f lost >/dev/null

# the machine ends: no monitor, no run folder
box --name always --restart always busybox sleep 1000
box --name stopped --restart unless-stopped busybox sleep 1000
d stop -t 0 stopped >/dev/null
box --name plain busybox sleep 1000
box --name temp --rm busybox sleep 1000
monitors=$(cut -d' ' -f2 "$work"/run/shims/*/pid)
stop_helper KILL
kill -9 $monitors
sleep 0.3
rm -rf "$work/run"
start_helper || exit 1
until_is "always runs again" 5 running status always
until_is "unless-stopped too" 5 running status stay
equal "but not what was stopped" exited "$(status stopped)"
equal "without a policy it ended" "exited 255" "$(status plain) $(code plain)"
equal "--rm went" "" "$(d ps -aq --filter name=temp)"
d stop -t 0 always >/dev/null
stop_helper
start_helper || exit 1
until_is "always means after a stop, too" 5 running status always
