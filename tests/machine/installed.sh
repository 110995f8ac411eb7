#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The installed engine on a whole machine: systemd starts it, polkit is real, limits bite. Changes the machine (users, polkit
# rules, /run/darsena, /var/lib/darsena): run it as root on a throw-away Debian 12 with systemd, cgroup v2, polkitd,
# python3-dbus, nftables and the docker client. No part of ctest.
#
#   installed.sh TREE IMAGE     TREE: what "DESTDIR=TREE installer/install.sh" made; IMAGE: busybox.tar of
#                               tests/e2e/base_images.sh
here=$(cd "$(dirname "$0")" && pwd)
tree=$1
image=$2
socket=/run/darsena/darsena.sock
export DOCKER_HOST=unix://$socket DOCKER_CLI_HINTS=false
passed=0
failed=0
ok() { passed=$((passed + 1)); echo "ok: $1"; }
not_ok() { failed=$((failed + 1)); echo "NOT OK: $1"; shift; printf '    %s\n' "$@"; }
check() { local what=$1 out; shift; if out=$("$@" 2>&1); then ok "$what"; else not_ok "$what" "exit $?" "$out"; fi; }
equal() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "wanted: $2" "got:    $3"; fi; }
has() { if grep -qE -- "$2" <<< "$3"; then ok "$1"; else not_ok "$1" "wanted: $2" "in:     $3"; fi; }
fails() {
    local what=$1 wanted=$2 pattern=$3 out code=0
    shift 3
    out=$("$@" 2>&1) || code=$?
    if [ "$code" = "$wanted" ]; then has "$what" "$pattern" "$out"; else not_ok "$what" "wanted exit $wanted, got $code" "$out"; fi
}
# until_true SECONDS COMMAND…
until_true() { local n=$(($1 * 5)); shift; while ! "$@" >/dev/null 2>&1; do n=$((n - 1)); [ $n -gt 0 ] || return 1; sleep 0.2; done; }
main_pid() { systemctl show -p MainPID --value darsena.service; }
as() { local user=$1; shift; setpriv --reuid "$user" --regid "$user" --init-groups "$@"; }
ask() { local user=$1; shift; as "$user" python3 "$here/ask.py" "$socket" "$@"; }
state() { docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}' "$1"; }
[ -d /run/systemd/system ] || { echo "needs a machine that systemd runs"; exit 77; }

# --- install, as a package would
cp -a "$tree/." /
systemd-sysusers /usr/local/lib/sysusers.d/darsena.conf
useradd -m -G darsena member
for user in looker stranger refused; do useradd -m "$user"; done
useradd -m -G sudo boss; echo boss:boss | chpasswd
cat > /etc/polkit-1/rules.d/10-test.rules <<'R'
polkit.addRule(function(action, subject) {
    if (action.id == "org.darsena.view" && subject.user == "looker")
        return polkit.Result.YES;
    if (action.id.indexOf("org.darsena.") == 0 && subject.user == "refused")
        return polkit.Result.NO;
});
R
systemctl daemon-reload
has "the unit has nothing to complain about" '^$' "$(systemd-analyze verify darsena.service darsena.socket 2>&1 | grep -i darsena)"
check "the socket starts" systemctl enable --now darsena.socket
equal "the engine does not run yet" inactive "$(systemctl is-active darsena.service)"
equal "the socket is the group's and everybody's" "666 root darsena" "$(stat -c '%a %U %G' $socket)"
equal "no setuid program was installed" "" "$(find "$tree" -perm /6000)"

# --- who gets through
check "a client starts the engine, and root is let in" docker version
equal "the engine runs" active "$(systemctl is-active darsena.service)"
equal "its directory shows nothing" "711 root" "$(stat -c '%a %U' /run/darsena)"
equal "the store is root's alone" "700 root" "$(stat -c '%a %U' /var/lib/darsena)"
check "an image is loaded" docker load -q -i "$image"
check "a member is let in" as member docker ps
check "and may run containers" as member docker run --rm --network none busybox true
equal "with an init as well" 7 "$(docker run --rm --init --network none busybox sh -c 'exit 7' >/dev/null; echo $?)"
fails "a stranger is told what to do" 1 'permission denied: user [0-9]+ may not see .*usermod -aG darsena' as stranger docker ps
has "polkit would need a password for a stranger with a name" '^403 .*password is needed' "$(ask stranger GET /containers/json)"
has "polkit's rule lets the looker look" '^200 \[' "$(ask looker GET /containers/json)"
has "and read logs of nothing" '^404' "$(ask looker GET /containers/nothing/logs?stdout=1)"
has "but not manage" '^403 .*may not manage' "$(ask looker POST /volumes/create)"
has "nor take files out" '^403 .*may not manage' "$(ask looker GET /images/get?names=busybox)"
has "polkit's no is a no" "^403 .*rules say no" "$(ask refused GET /info)"
has "without a name the looker is a stranger" '^403 .*nobody can be asked' "$(ask looker GET /info none)"
# password_ask USER METHOD PATH WORD: polkit's own agent asks on a terminal, and WORD is typed there until it is over.
password_ask() {
    for _ in $(seq 15); do sleep 1; echo "$4"; done | as "$1" script -qec "bash '$here/with_agent.sh' python3 '$here/ask.py' $socket $2 $3" /dev/null
}
has "who knows an administrator's password may manage" '200 ."VolumesDeleted"' "$(password_ask stranger POST /volumes/prune boss)"
has "who does not, may not" '403 .*may not manage' "$(password_ask stranger POST /volumes/prune wrong)"
mkfifo /tmp/hold
as looker python3 "$here/ask.py" x x x share < /tmp/hold > /tmp/name &
exec 7> /tmp/hold
until_true 20 test -s /tmp/name
has "another user's name is no way in" "^403 .*is not the caller's own" "$(ask stranger GET /info "$(cat /tmp/name)")"
has "nor is another process's of the same user" "^403 .*is not the caller's own" "$(ask looker GET /info "$(cat /tmp/name)")"
exec 7>&-
has "nor a name that has left" '^403' "$(ask looker GET /info "$(cat /tmp/name)")"
has "nor one's own that has left" '^403' "$(ask looker GET /info gone)"
systemctl stop polkit.service; systemctl mask --runtime polkit.service >/dev/null 2>&1
has "without polkit nobody is let in" '^403 .*PolicyKit1 does not answer' "$(ask looker GET /info)"
check "but root and members are" as member docker ps
systemctl unmask --runtime polkit.service >/dev/null 2>&1; systemctl start polkit.service
has "and with it they are again" '^200' "$(ask looker GET /info)"

# --- limits bite
equal "cgroup v2" cgroup2fs "$(stat -fc %T /sys/fs/cgroup)"
cgroup_of() { echo "/sys/fs/cgroup$(cut -d: -f3 "/proc/$(docker inspect -f '{{.State.Pid}}' "$1")/cgroup")"; }
docker run --name eater -m 20m --network none busybox sh -c 'tail /dev/zero'
equal "a container that eats its memory ends with 137" 137 $?
equal "and its state says why" "exited 137 true" "$(state eater)"
docker run --name eater2 -m 20m --network none busybox sh -c 'tail /dev/zero; echo survived; exit 3'
equal "a process of it alone that eats: the container goes on, and the state says so" "exited 3 true" "$(state eater2)"
docker run -d --name limited --pids-limit 12 --cpus 0.5 -m 64m --memory-swap 64m --cpuset-cpus 0 --cpu-shares 512 --network none busybox sleep 1000 >/dev/null
group=$(cgroup_of limited)
equal "--cpus stands in cpu.max" "50000 100000" "$(cat "$group/cpu.max")"
equal "-m in memory.max" $((64 * 1024 * 1024)) "$(cat "$group/memory.max")"
equal "no swap is left of --memory-swap" 0 "$(cat "$group/memory.swap.max")"
equal "--pids-limit in pids.max" 12 "$(cat "$group/pids.max")"
equal "--cpuset-cpus in cpuset.cpus" 0 "$(cat "$group/cpuset.cpus")"
has "a fork bomb stops at the limit" "can't fork" "$(docker exec limited sh -c 'for i in $(seq 30); do sleep 20 & done' 2>&1)"
docker exec -d limited sh -c 'while :; do :; done'
until_true 60 sh -c '[ "$(sed -n "s/^nr_throttled //p" "$0/cpu.stat")" -gt 0 ]' "$group"
equal "the processor is really withheld" 0 $?
has "stats reads it" '^limited .* / 64MiB' "$(docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' limited)"
check "a limit is changed while it runs" docker update --cpus 0.25 limited
equal "and stands there" "25000 100000" "$(cat "$group/cpu.max")"

# --- the engine dies, containers do not
docker run -d --name keep --network none busybox sh -c 'i=0; while :; do echo line $i; i=$((i + 1)); sleep 1; done' >/dev/null
docker run -d --name ends --network none busybox sh -c 'sleep 6; exit 9' >/dev/null
pid=$(docker inspect -f '{{.State.Pid}}' keep)
old=$(main_pid)
kill -9 "$old"
restarted() { local new; new=$(main_pid); [ "$new" != 0 ] && [ "$new" != "$old" ] && [ "$(systemctl is-active darsena.service)" = active ]; }
check "systemd starts the engine again" until_true 60 restarted
check "the container did not notice" kill -0 "$pid"
equal "and was adopted" "running 0 false $pid" "$(state keep) $(docker inspect -f '{{.State.Pid}}' keep)"
check "it can be entered" docker exec keep true
until_true 30 sh -c '[ "$(docker inspect -f "{{.State.Status}}" ends)" = exited ]'
equal "one that ended meanwhile or after has its exit code" "exited 9 false" "$(state ends)"
count=$(docker logs keep | wc -l)
more_lines() { [ "$(docker logs keep | wc -l)" -gt "$count" ]; }
check "its log goes on" until_true 30 more_lines
equal "without a hole" "" "$(docker logs keep | awk '{ if ($2 != NR - 1) print }')"
check "systemctl restart keeps it too" systemctl restart darsena.service
equal "with the same process" "running $pid" "$(docker inspect -f '{{.State.Status}} {{.State.Pid}}' keep)"

# --- the machine starts anew, as far as a running one can show: no process, no run directory
docker run -d --name always --restart always --network none busybox sleep 1000 >/dev/null
docker run -d --name unless --restart unless-stopped --network none busybox sleep 1000 >/dev/null
docker stop -t 1 unless >/dev/null
docker run -d --name bridged --restart always busybox sleep 1000 >/dev/null
systemctl stop darsena.service darsena.socket
pkill -9 darsena-shim
until_true 20 sh -c '! pgrep darsena-shim'
grep -o ' /[^ ]*darsena[^ ]*' /proc/mounts | sort -r | xargs -r umount -l
ip -o link | sed -n 's/^[0-9]*: \(darsena[^:@]*\|veth[^:@]*\|br-[^:@]*\).*/\1/p' | xargs -r -n1 ip link del
nft flush ruleset
rm -rf /run/darsena
find /sys/fs/cgroup/darsena -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null
systemctl start darsena.socket darsena.service
equal "one without a policy is not said to run" exited "$(docker inspect -f '{{.State.Status}}' keep)"
is_up() { [ "$(docker inspect -f '{{.State.Running}}' "$1")" = true ]; }
check "--restart always is up again" until_true 30 is_up always
check "with a network too" until_true 30 is_up bridged
check "that works" docker exec bridged ip route get 1.2.3.4
equal "what somebody stopped stays so" exited "$(docker inspect -f '{{.State.Status}}' unless)"
check "and keep can be started" docker start keep

# --- nothing is left
docker rm -f $(docker ps -aq) >/dev/null
equal "no monitor is left" "" "$(pgrep -a darsena-shim)"
equal "no cgroup of a container is left" "" "$(find /sys/fs/cgroup -path '*darsena/*' -type d -not -path '*system.slice*')"
check "it stops in order" systemctl stop darsena.service darsena.socket
equal "without having failed" "success" "$(systemctl show -p Result --value darsena.service)"
check "the socket is gone" test ! -e $socket

echo "$passed passed, $failed failed"
if [ $failed -gt 0 ]; then
    journalctl -u darsena.service --no-pager | tail -n 60
    exit 1
fi
