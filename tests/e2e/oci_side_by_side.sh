#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same bundles under runc, crun and darsena-oci: what is printed inside, and the exit code, must be the same. A second
# table lists commands and their exit codes on a container that was made with each.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: > "$work/helper.log"
for tool in runc jq busybox; do
    command -v $tool >/dev/null || skip "needs $tool"
done
runtimes=(runc "$bin/darsena-oci")

bundle=$work/bundle
mkdir -p "$bundle"/rootfs/{bin,etc,tmp,root,data,proc,sys,dev,plain} "$work/host"
cp "$(command -v busybox)" "$bundle/rootfs/bin/busybox"
for applet in sh cat ls echo id sleep env grep readlink stat touch true hostname sort cut test mkdir ulimit dd uname wc sed tty stty; do
    ln -sf busybox "$bundle/rootfs/bin/$applet"
done
chmod 1777 "$bundle/rootfs/tmp"; chmod 750 "$bundle/rootfs/plain"
echo root:x:0:0:root:/root:/bin/sh > "$bundle/rootfs/etc/passwd"
echo "of the host" > "$work/host/file"

# What every runtime's own `spec` agrees on; no limit is raised, which takes a capability that some machines lack.
base=$(cd "$work" && runc spec && jq '.process.terminal=false | .root.readonly=false | .process.rlimits=[] | .hostname="box"
    | .process.env=["PATH=/bin","HOME=/root"]' config.json)

# under RUNTIME: runs the bundle; prints what it prints, then its exit code.
under() {
    local code=0
    timeout 30 "$1" --root "$work/state" run --bundle "$bundle" "side-$$" < /dev/null 2>"$work/err" || code=$?
    echo "exit $code"
}

jq '.process.args=["true"]' <<< "$base" > "$bundle/config.json"
[ "$(under runc)" = "exit 0" ] || skip "runc cannot run a container on this machine: $(cat "$work/err")"
if command -v crun >/dev/null; then
    if [ "$(under crun)" = "exit 0" ]; then runtimes+=(crun); else echo "without crun, which says here: $(cat "$work/err")"; fi
    crun --root "$work/state" delete -f "side-$$" 2>/dev/null || true
fi

# same WHAT FILTER SCRIPT: the specification changed by a jq filter, and what to run.
same() {
    local what=$1 runtime wanted= got
    jq --arg script "$3" --arg host "$work/host" ".process.args=[\"sh\",\"-c\",\$script] | $2" <<< "$base" > "$bundle/config.json"
    for runtime in "${runtimes[@]}"; do
        got=$(under "$runtime")
        if [ -z "$wanted" ]; then
            wanted=$got
        else
            equal "$what, like runc: $(basename "$runtime")" "$wanted" "$got"
        fi
    done
}

same "nothing special" . 'id; pwd; env | sort; hostname; echo $0 $$'
same "exit code" . 'exit 42'
same "death by a signal" . 'kill -9 $$; echo no'
same "user and groups" '.process.user={"uid":1000,"gid":1001,"additionalGids":[5,6]}' 'id -u; id -g; id -G'
same "umask" '.process.user.umask=7' 'umask; touch /tmp/umask-$$; stat -c %a /tmp/umask-$$'
same "capabilities of root" . 'grep Cap /proc/self/status'
same "capabilities of a user" '.process.user.uid=1000' 'grep Cap /proc/self/status'
same "no capabilities" '.process.capabilities={}' 'grep Cap /proc/self/status'
same "ambient capabilities" '.process.user.uid=1000 | .process.capabilities |= map_values(["CAP_KILL","CAP_CHOWN"]) | .process.capabilities.ambient=["CAP_KILL"] | .process.capabilities.inheritable=["CAP_KILL","CAP_CHOWN"]' 'grep Cap /proc/self/status'
same "no_new_privs" '.process.noNewPrivileges=true' 'grep NoNewPrivs /proc/self/status'
same "working directory" '.process.cwd="/data"' 'pwd; readlink /proc/self/cwd'
same "working directory that is missing" '.process.cwd="/made/deep"' 'pwd; stat -c "%a %u" /made /made/deep'
same "limits" '.process.rlimits=[{"type":"RLIMIT_NOFILE","soft":100,"hard":200},{"type":"RLIMIT_CORE","soft":0,"hard":0},{"type":"RLIMIT_NPROC","soft":64,"hard":64}]' 'grep -E "open files|core file|processes" /proc/self/limits'
same "a bind" '.mounts+=[{"destination":"/data","type":"bind","source":$host,"options":["rbind","rw"]}]' 'cat /data/file; stat -f -c %t /data >/dev/null && echo bound'
same "a bind, read-only" '.mounts+=[{"destination":"/data","type":"bind","source":$host,"options":["rbind","ro","nosuid","noexec"]}]' 'touch /data/x 2>/dev/null || echo refused; grep " /data " /proc/self/mounts | cut -d" " -f4 | cut -d, -f1-3'
same "a bind of a file" '.mounts+=[{"destination":"/etc/one","type":"bind","source":($host+"/file"),"options":["bind"]}]' 'cat /etc/one'
same "a tmpfs" '.mounts+=[{"destination":"/scratch","type":"tmpfs","source":"tmpfs","options":["size=64k","mode=1700","nosuid"]}]' 'stat -c %a /scratch; grep " /scratch " /proc/self/mounts'
same "a tmpfs over a folder keeps its mode" '.mounts+=[{"destination":"/plain","type":"tmpfs","source":"tmpfs","options":["nosuid"]}]' 'stat -c %a /plain'
same "tmpcopyup" '.mounts+=[{"destination":"/etc","type":"tmpfs","source":"tmpfs","options":["tmpcopyup"]}]' 'cat /etc/passwd; stat -c "%a %u" /etc/passwd'
same "a read-only root" '.root.readonly=true' 'touch /x 2>/dev/null || echo refused; touch /dev/shm/x && echo shm'
same "masked and read-only paths" '.linux.maskedPaths=["/proc/timer_list","/data"] | .linux.readonlyPaths=["/proc/sys","/etc"]' 'ls /data | wc -l; cat /proc/timer_list | wc -c; touch /etc/x 2>/dev/null || echo refused; echo 1 2>/dev/null > /proc/sys/kernel/msgmax || echo refused'
same "sysctls" '.linux.sysctl={"kernel.msgmax":"5000","net.ipv4.ip_unprivileged_port_start":"7"}' 'cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_unprivileged_port_start'
same "host name" '.hostname="another"' 'hostname; uname -n'
same "devices" '.linux.devices=[{"path":"/dev/mine","type":"c","major":1,"minor":5,"fileMode":416,"uid":3,"gid":4},{"path":"/dev/pipe","type":"p","fileMode":384}]' 'stat -c "%F %t:%T %a %u:%g" /dev/mine /dev/pipe; for d in null zero full random urandom tty; do stat -c "%n %t:%T %a" /dev/$d; done; readlink /dev/ptmx /dev/fd /dev/stdin'
same "what devices may be opened" '.linux.devices=[{"path":"/dev/loop","type":"b","major":7,"minor":0,"fileMode":438}] | .linux.resources.devices=[{"allow":false,"access":"rwm"}]' 'cat /dev/loop 2>/dev/null | wc -c; dd if=/dev/loop of=/dev/null count=1 2>/dev/null || echo refused; dd if=/dev/zero bs=3 count=1 2>/dev/null | wc -c'
same "a filter" '.linux.seccomp={"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"],"syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":28}]}' 'mkdir /tmp/x 2>&1; grep Seccomp: /proc/self/status'
same "a filter by argument" '.linux.seccomp={"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["kill"],"action":"SCMP_ACT_ERRNO","errnoRet":1,"args":[{"index":1,"value":10,"op":"SCMP_CMP_EQ"}]}]}' 'kill -12 $$ 2>/dev/null; kill -10 1 2>&1; trap "" USR1; kill -0 $$ && echo alive'
same "own namespaces" . 'for n in mnt pid ipc uts net; do test -e /proc/self/ns/$n && echo $n; done; ls /proc | grep -c "^[0-9]*$"'
same "the host's network" '.linux.namespaces|=map(select(.type!="network"))' 'readlink /proc/self/ns/net; ls /sys/class/net | sort'
same "oom score" '.process.oomScoreAdj=500' 'cat /proc/self/oom_score_adj'
same "a missing command" '.process.args=["nonesuch"]' ''
same "a command that is a folder" '.process.args=["/etc"]' ''
same "no interpreter" '.process.args=["/etc/passwd"]' ''
same "a wrong capability" '.process.capabilities.bounding+=["CAP_NONESUCH"]' 'echo ran'

# The commands: what each answers on a container that sleeps.
jq '.process.args=["sleep","1000"]' <<< "$base" > "$bundle/config.json"
commands() {
    local r=("$1" --root "$work/state") id=side-$$ step
    step() { local code=0; timeout 30 "${r[@]}" "$@" </dev/null >"$work/out" 2>&1 || code=$?; echo "$1 $code"; }
    step state $id; step start $id; step kill $id; step exec $id true; step delete $id; step delete --force $id
    step create --bundle "$bundle" $id; step create --bundle "$bundle" $id
    "${r[@]}" state $id | jq -c '[.id,.status,.bundle,.rootfs]'
    step start $id; step start $id; step delete $id
    "${r[@]}" state $id | jq -r .status
    step exec $id true; step exec $id sh -c 'exit 5'; step exec -e A=b --cwd /tmp --user 7:8 $id sh -c 'echo $A $PWD $(id -u) $(id -g)'; cat "$work/out"
    step exec $id nonesuch; step exec $id; step exec --no-new-privs --cap CAP_SYS_TIME $id sh -c 'grep -E "NoNewPrivs|CapBnd" /proc/self/status'; cat "$work/out"
    step ps --format json $id; jq length "$work/out"
    step pause $id
    "${r[@]}" state $id | jq -r .status
    step exec $id true; step resume $id; step resume $id
    step update --memory 67108864 --pids-limit 50 $id
    echo '{"cpu":{"shares":512}}' > "$work/resources"; step update --resources "$work/resources" $id
    "${r[@]}" list --format json | jq -c 'map([.id,.status,.owner])'
    "${r[@]}" list --quiet
    step kill --all $id KILL
    for _ in $(seq 100); do [ "$("${r[@]}" state $id | jq -r .status)" = stopped ] && break; sleep 0.05; done
    "${r[@]}" state $id | jq -c '[.status,.pid]'
    step kill $id TERM; step exec $id true; step delete $id; step state $id
}
wanted=$(commands runc)
equal "commands, like runc" "$wanted" "$(commands "$bin/darsena-oci")"
