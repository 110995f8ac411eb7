#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Networks as the docker client knows them, and what attackers try on them: a second machine on the wire, a container on
# another network, a flushed firewall, a helper that is killed. All links are in the helper's own network namespace.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
for tool in ip nft nsenter ss python3; do command -v $tool >/dev/null || skip "needs $tool"; done

# The interpreter itself: what is on PATH may be a slow wrapper.
python=$(python3 -c 'import sys; print(sys.executable)')

start_helper || exit 1
check "busybox loads" load_busybox

# A neighbour machine at 10.9.0.2; the helper's "host" is 10.9.0.1.
in_host() { nsenter -t "$helper_pid" -n -- "$@"; }
unshare --net sleep 600 &
wire_pid=$!
in_wire() { nsenter -t $wire_pid -n -- "$@"; }
wire() {
    local i
    for i in $(seq 100); do [ "$(readlink /proc/$wire_pid/ns/net)" != "$(readlink /proc/self/ns/net)" ] && break; sleep 0.02; done
    in_host ip link add wire0 type veth peer name wire1 netns $wire_pid
    in_host ip addr add 10.9.0.1/24 dev wire0
    in_host ip link set wire0 up
    in_wire ip link set lo up
    in_wire ip addr add 10.9.0.2/24 dev wire1
    in_wire ip link set wire1 up
}
wire
wire_jobs=$wire_pid
trap 'status=$?; kill $wire_jobs 2>/dev/null; (exit $status); finish' EXIT

# reach NAMESPACE-COMMAND ADDRESS PORT: prints the server's word. Busybox's nc serves one connection at a time, again and again.
cat > "$work/reach.py" <<'P'
import socket, sys
kind = socket.SOCK_DGRAM if len(sys.argv) > 3 and sys.argv[3] == 'udp' else socket.SOCK_STREAM
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
s = socket.socket(family, kind); s.settimeout(float(sys.argv[4]) if len(sys.argv) > 4 else 1.0)
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
    if kind == socket.SOCK_DGRAM: s.send(b'x\n')
    print(s.recv(100).decode().strip())
except OSError as e:
    print('unreachable')
P
reach() { local where=$1; shift; $where $python "$work/reach.py" "$@"; }
# await NAMESPACE-COMMAND ADDRESS PORT: somebody answers there.
await() { local i; for i in $(seq 50); do [ "$(reach "$@")" != unreachable ] && return; sleep 0.1; done; }
# serve NAME WORD [DOCKER OPTION…]: a container that says WORD to whoever connects to its TCP port 80.
serve() { local name=$1 word=$2; shift 2; d run -d --name "$name" "$@" busybox sh -c "while :; do echo $word | nc -l -p 80; done" >/dev/null; }
sleeper() { local name=$1; shift; d run -d --name "$name" "$@" busybox sleep 600 >/dev/null; }
address() { d inspect -f "{{(index .NetworkSettings.Networks \"$2\").IPAddress}}" "$1"; }

# --- networks come and go
id=$(d network create --label team=a --subnet 10.20.0.0/16 --ip-range 10.20.5.0/24 --gateway 10.20.0.7 -o com.docker.network.bridge.name=brtest one)
has "create prints the id" '^[0-9a-f]{64}$' "$id"
equal "its subnet, range and gateway" "10.20.0.0/16 10.20.5.0/24 10.20.0.7" "$(d network inspect -f '{{with index .IPAM.Config 0}}{{.Subnet}} {{.IPRange}} {{.Gateway}}{{end}}' one)"
equal "its label and driver" "a bridge local" "$(d network inspect -f '{{.Labels.team}} {{.Driver}} {{.Scope}}' one)"
has "its bridge is called as asked" 'inet 10\.20\.0\.7/16' "$(in_host ip -4 addr show brtest)"
fails "a name is taken once" 1 'network with name one already exists' d network create one
fails "predefined names are not for others" 1 'operation is not permitted on predefined host network' d network create host
fails "predefined networks stay" 1 'bridge is a pre-defined network and cannot be removed' d network rm bridge
fails "an overlapping subnet is refused" 1 'Pool overlaps with other one on this address space' d network create --subnet 10.20.128.0/24 two
fails "so is one that the host uses" 1 'Pool overlaps' d network create --subnet 10.9.0.0/24 two
fails "a subnet that is none" 1 '[Ii]nvalid.*10\.1\.2\.3' d network create --subnet 10.1.2.3 two
fails "an unknown driver" 1 'plugin "nope" not found' d network create -d nope two
fails "an unknown option is named" 1 'com\.example\.what' d network create -o com.example.what=1 two
fails "an unknown network" 1 'network nosuch not found|No such network' d network inspect nosuch
fails "a bridge name with blanks" 1 'invalid name of a network link' d network create -o com.docker.network.bridge.name='a b' two
d network create --internal inner >/dev/null
d network create --ipv6 --subnet fd00:77::/64 six >/dev/null
d network create --ipv6 ula >/dev/null
has "IPv6 subnets are chosen, too" '^fd' "$(d network inspect -f '{{range .IPAM.Config}}{{println .Subnet}}{{end}}' ula | grep :)"
equal "ls lists all" "bridge host inner none one six ula" "$(d network ls --format '{{.Name}}' | sort | xargs)"
equal "filter by driver and name" "one" "$(d network ls -f driver=bridge -f name=on --format '{{.Name}}' | grep -v none | xargs)"
equal "filter by label" "one" "$(d network ls -f label=team=a --format '{{.Name}}')"
equal "filter by type" "bridge host none" "$(d network ls -f type=builtin --format '{{.Name}}' | sort | xargs)"
equal "filter by id" "one" "$(d network ls -f id=${id:0:12} --format '{{.Name}}')"
equal "dangling ones have no containers" "inner one six ula" "$(d network ls -f dangling=true --format '{{.Name}}' | sort | xargs)"

# --- containers on it
serve web hello --network one --network-alias www --hostname webhost
sleeper client --network one --ip 10.20.77.5 --mac-address 02:42:00:00:00:99
equal "addresses come from the range" "10.20.5" "$(address web one | cut -d. -f1-3)"
equal "a static address" "10.20.77.5" "$(address client one)"
equal "a given MAC address" "02:42:00:00:00:99" "$(d exec client cat /sys/class/net/eth0/address)"
fails "a taken address is refused" any 'Address already in use' d run --rm --network one --ip 10.20.77.5 busybox true
fails "an address outside is refused" any 'no configured subnet contains IP address 10\.99\.0\.1' d run --rm --network one --ip 10.99.0.1 busybox true
fails "no static address where the engine chose" any 'user configured subnets' d run --rm --network inner --ip 10.0.0.9 busybox true
# Named, for a client of 20.10 does not send what it has no network for.
fails "no alias on the default network" any 'alias(es are only supported for user-defined| is supported only for containers in user defined) networks' d run --rm --network bridge --network-alias x busybox true
fails "links are refused with a sentence" any 'know each other by name' d run --rm --link web busybox true
short=$(d inspect -f '{{slice .Id 0 12}}' web)
for name in web www webhost $short web.one; do
    equal "$name resolves to it" "$(address web one)" "$(d exec client nslookup $name 2>/dev/null | awk '/^Address/ && !/127.0.0.11/ {print $NF}' | head -1)"
done
has "its address resolves back" 'name = web\.one' "$(d exec client nslookup "$(address web one)" 2>&1)"
equal "and by name it is reached" "hello" "$(d exec client sh -c 'nc -w 2 web 80 </dev/null')"
has "resolv.conf names the container's own server" '^nameserver 127\.0\.0\.11$' "$(d exec client cat /etc/resolv.conf)"
fails "an unknown name fails" any '.' d exec client nslookup nosuchname
equal "a container may have port 53 for itself" "yes" "$(d exec client sh -c 'timeout 1 nc -l -p 53 </dev/null; [ $? -ge 124 ] && echo yes')"
equal "inspect says what it is called" "web www $short webhost" "$(d inspect -f '{{range .NetworkSettings.Networks.one.DNSNames}}{{.}} {{end}}' web | xargs)"
d rename web site
equal "a new name resolves" "$(address site one)" "$(d exec client nslookup site 2>/dev/null | awk '/^Address/ && !/127.0.0.11/ {print $NF}' | head -1)"
fails "the old one does not" any '.' d exec client nslookup web
d rename site web
fails "a network in use stays" 1 'has active endpoints' d network rm one
equal "inspect lists its containers" "client web" "$(d network inspect -f '{{range .Containers}}{{.Name}} {{end}}' one | xargs -n1 | sort | xargs)"

# --- live connect and disconnect
d network create far >/dev/null
sleeper lonely
fails "no names on the default network" any '.' d exec lonely nslookup web
check "connect while it runs" d network connect --alias late one lonely
equal "it is reached by its alias" "$(address lonely one)" "$(d exec client nslookup late 2>/dev/null | awk '/^Address/ && !/127.0.0.11/ {print $NF}' | head -1)"
equal "and knows the others" "$(address web one)" "$(d exec lonely nslookup web 2>/dev/null | awk '/^Address/ && !/127.0.0.11/ {print $NF}' | head -1)"
has "eth1 is there" 'inet 10\.20\.5' "$(d exec lonely ip -4 addr show eth1)"
has "its /etc/hosts names both addresses" "$(address lonely one)" "$(d exec lonely cat /etc/hosts)"
has "the default route is still the first by name" 'default via 172\.' "$(d exec lonely ip route)"
fails "twice is refused" 1 'endpoint with name lonely already exists in network one' d network connect one lonely
fails "not the host's" 1 'cannot be disconnected from host network or connected to host network' d network connect host lonely
check "disconnect the default one" d network disconnect bridge lonely
has "the default route moved" 'default via 10\.20\.0\.7' "$(d exec lonely ip route)"
fails "eth0 is gone" any '.' d exec lonely ip link show eth0
fails "it was connected once" 1 'is not connected to network bridge' d network disconnect bridge lonely
d create --name later busybox sleep 600 >/dev/null
check "connect before it runs" d network connect far later
d start later >/dev/null
equal "both links are there" "eth0 eth1" "$(d exec later sh -c 'ls /sys/class/net' | grep eth | xargs)"
equal "several networks at create" "far one" "$(d run -d --name both --network name=one,alias=b1 --network far busybox sleep 600 >/dev/null; d inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{end}}' both | xargs)"
equal "eth0 is the one named first" "10.20" "$(d exec both ip -4 addr show eth0 | awk '/inet/ {print $2}' | cut -d. -f1-2)"
d rm -f both later lonely >/dev/null

# --- one network namespace for two
equal "who joins another's network has its links and names" "$(address client one) $(address web one)" "$(d run --rm --network container:client busybox sh -c 'echo $(ip -4 addr show eth0 | sed -n "s/.*inet \([0-9.]*\).*/\1/p") $(nslookup web. | sed -n "s/^Address: \(10[0-9.]*\)$/\1/p")')"
fails "and no network of its own" 1 'sharing network namespace' d network connect far "$(d create --network container:client busybox true)"

# --- isolation
serve hidden secret --network far
sleeper caged --network inner
serve cagedweb inside --network inner
equal "networks are apart" "unreachable" "$(d exec client timeout 2 nc -w 1 "$(address hidden far)" 80 </dev/null 2>/dev/null || echo unreachable)"
in_wire ip route add 10.20.0.0/16 via 10.9.0.1
in_wire ip route add "$(d network inspect -f '{{(index .IPAM.Config 0).Subnet}}' inner)" via 10.9.0.1
equal "a neighbour does not come in by route" "unreachable" "$(reach in_wire "$(address web one)" 80)"
equal "nor into the internal network" "unreachable" "$(reach in_wire "$(address cagedweb inner)" 80)"
nsenter -t $wire_pid -n -- $python -c "
import socket
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('10.9.0.2', 90)); s.listen(5); s.settimeout(60)
while True:
    c, a = s.accept(); c.send((a[0] + '\n').encode()); c.close()
" 2>/dev/null &
wire_jobs+=" $!"
await in_wire 10.9.0.2 90
equal "out goes with the host's address" "10.9.0.1" "$(d exec client timeout 3 nc 10.9.0.2 90 </dev/null)"
equal "the internal network has no way out" "unreachable" "$(d exec caged timeout 2 nc -w 1 10.9.0.2 90 </dev/null 2>/dev/null || echo unreachable)"
equal "not even with a route of its own" "unreachable" "$(d run --rm --cap-add NET_ADMIN --network inner busybox sh -c "ip route add default via $(d network inspect -f '{{(index .IPAM.Config 0).Gateway}}' inner); timeout 2 nc -w 1 10.9.0.2 90 </dev/null" 2>/dev/null || echo unreachable)"
equal "its containers reach each other" "inside" "$(d exec caged sh -c 'nc -w 2 cagedweb 80 </dev/null')"

# --- names outside: a fake resolver of the host's
mkdir -p "$work/names"
cat > "$work/dns.py" <<'P'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], 53))
while True:
    q, a = s.recvfrom(4096)
    open(sys.argv[2], 'a').write(repr(q) + '\n')
    s.sendto(q[:2] + b'\x81\x80\0\1\0\1\0\0\0\0' + q[12:q.index(b'\0', 12) + 5] + b'\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\x63\x63\x63', a)
P
nsenter -t $wire_pid -n -- $python "$work/dns.py" 10.9.0.2 "$work/asked" 2>/dev/null &
wire_jobs+=" $!"
for _ in $(seq 50); do in_wire ss -Huln | grep -q ':53 ' && break; sleep 0.05; done
d run -d --name asker --network one --dns 10.9.0.2 --dns-search example.org --dns-option timeout:1 --add-host given:1.2.3.4 --add-host gw:host-gateway busybox sleep 600 >/dev/null
has "other names are asked outside" '10\.99\.99\.99' "$(d exec asker nslookup -type=a outside.example 2>&1)"
equal "containers' names are not" "$(address web one)" "$(d exec asker nslookup web. 2>/dev/null | awk '/^Address/ && !/127.0.0.11/ {print $NF}' | head -1)"
has "search and options are written" 'search example.org' "$(d exec asker cat /etc/resolv.conf)"
has "and options" 'options timeout:1 ndots:0' "$(d exec asker cat /etc/resolv.conf)"
has "extra hosts" '1\.2\.3\.4	given' "$(d exec asker cat /etc/hosts)"
has "host-gateway" "$(d network inspect -f '{{(index .IPAM.Config 0).Gateway}}' bridge)	gw" "$(d exec asker cat /etc/hosts)"
: > "$work/asked"
d run --rm --network inner --dns 10.9.0.2 busybox timeout 3 nslookup leak.example >/dev/null 2>&1
equal "an internal network asks nobody (CVE-2024-29018)" "" "$(cat "$work/asked")"

# --- ports
serve pub public -p 8080:80 -p 127.0.0.1:8081:80 -p 8100-8102:80 -p 8200-8202:90-92/udp --network one
equal "a published port from outside" "public" "$(reach in_wire 10.9.0.1 8080)"
equal "and from the host's loopback" "public" "$(reach in_host 127.0.0.1 8080)"
equal "a range gives the first free one" "0.0.0.0:8100" "$(d port pub 80/tcp | grep 810)"
equal "ranges to ranges" "0.0.0.0:8202" "$(d port pub 92/udp)"
equal "loopback binding for the host" "public" "$(reach in_host 127.0.0.1 8081)"
equal "and not from outside" "unreachable" "$(reach in_wire 10.9.0.1 8081)"
in_wire sh -c 'ip addr del 127.0.0.1/8 dev lo; ip route flush table local root 127.0.0.0/8; echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet; ip route add 127.0.0.1/32 via 10.9.0.1 src 10.9.0.2 dev wire1'
equal "not even sent to 127.0.0.1 by our MAC (moby 45610)" "unreachable" "$(reach in_wire 127.0.0.1 8081)"
# The attack is a real one: while the helper cannot put its rule back, it works without it.
table=$(in_host nft list tables | awk '/inet dsn/ {print $3}')
kill -STOP "$helper_pid"
in_host nft flush chain inet "$table" raw
equal "which works without the rule" "public" "$(reach in_wire 127.0.0.1 8081)"
kill -CONT "$helper_pid"
for _ in $(seq 20); do in_host nft list chain inet "$table" raw | grep -q drop && break; sleep 0.1; done
equal "and not when it is back" "unreachable" "$(reach in_wire 127.0.0.1 8081)"
equal "a container reaches itself through its port" "public" "$(d exec pub sh -c 'nc -w 2 10.9.0.1 8080 </dev/null')"
equal "one of another network does, too" "public" "$(d exec hidden sh -c 'nc -w 2 10.9.0.1 8080 </dev/null')"
fails "a taken port" any 'Bind for 0\.0\.0\.0:8080 failed: port is already allocated' d run --rm -p 8080:80 busybox true
equal "the next of a range" "0.0.0.0:8101" "$(d run -d --name ranged -p 8100-8105:80 busybox sleep 600 >/dev/null; d port ranged 80/tcp)"
d rm -f ranged >/dev/null
equal "a random port" "yes" "$(d run -d --name random -p 80 busybox sleep 600 >/dev/null; d port random 80/tcp | grep -qE '^0\.0\.0\.0:[0-9]+$' && echo yes)"
check "SCTP ports are taken" d run --rm -p 9000:9000/sctp busybox true
equal "-P publishes what is exposed" "yes" "$(d run -d --name all -P --expose 7001-7002 busybox sleep 600 >/dev/null; [ "$(d port all | wc -l)" = 2 ] && echo yes)"
# The real source.
d run -d --name source -p 8300:80 busybox sh -c 'echo real | nc -l -p 80; sleep 600' >/dev/null
cat > "$work/hold.py" <<'P'
import socket, time
s = socket.create_connection(('10.9.0.1', 8300), 3); s.recv(10); time.sleep(5)
P
nsenter -t $wire_pid -n -- $python "$work/hold.py" & wire_jobs+=" $!"
for _ in $(seq 30); do peer=$(d exec source netstat -tn 2>/dev/null | awk '/:80 / {print $5}'); [ -n "$peer" ] && break; sleep 0.1; done
has "the container sees the real source (CVE-2021-20199)" '^(::ffff:)?10\.9\.0\.2:' "$peer"
equal "nothing listens on the host" "" "$(in_host ss -Htln)"
equal "no abstract socket" "" "$(in_host ss -Hxl | grep ' @.*darsena')"

# --- IPv6
serve six1 sixth --network six -p 8600:80 --ip6 fd00:77::55
sleeper six2 --network six
equal "a static IPv6 address" "fd00:77::55" "$(d inspect -f '{{.NetworkSettings.Networks.six.GlobalIPv6Address}}' six1)"
check "ping by IPv6" d exec six2 ping -6 -c 1 -W 2 fd00:77::55
has "AAAA by name" 'fd00:77::55' "$(d exec six2 nslookup -type=aaaa six1 2>&1)"
has "published on both" '^0\.0\.0\.0:8600 (\[::\]|::):8600$' "$(d port six1 80/tcp | xargs)"
in_host ip -6 addr add fd00:9::1/64 dev wire0 nodad
in_wire ip -6 addr add fd00:9::2/64 dev wire1 nodad
equal "an IPv6 port from outside" "sixth" "$(reach in_wire fd00:9::1 8600 tcp 3)"
in_wire ip -6 route add fd00:77::/64 via fd00:9::1
equal "not by route" "unreachable" "$(reach in_wire fd00:77::55 80)"
# A container forges a router advertisement (CVE-2020-13401).
routes=$(in_host ip -6 route | sort)
addresses=$(in_host ip -6 addr | grep inet6 | sort)
cat > "$work/ra.py" <<'P'
import socket, struct, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
i = socket.if_nametoindex('eth0')
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, i)
ra = struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, 1800, 0, 0)
ra += struct.pack('!BBBBIII', 3, 4, 64, 0xc0, 86400, 14400, 0) + socket.inet_pton(socket.AF_INET6, 'fd66:6::')
for _ in range(3): s.sendto(ra, ('ff02::1', 0, 0, i))
P
nsenter -t "$(d inspect -f '{{.State.Pid}}' six2)" -n -- $python "$work/ra.py"
neighbour_before=$(d exec six1 ip -6 route)
sleep 0.5
equal "a forged router advertisement gives the host no route" "$routes" "$(in_host ip -6 route | sort)"
equal "and no address" "$addresses" "$(in_host ip -6 addr | grep inet6 | sort)"
equal "nor its neighbours" "0" "$(d exec six1 ip -6 addr | grep -c fd66)"

# --- the firewall is flushed (CVE-2025-54388)
in_host nft flush ruleset
restored=no
for _ in $(seq 20); do [ "$(reach in_wire 10.9.0.1 8080 tcp 0.3)" = public ] && restored=yes && break; sleep 0.1; done
equal "flushed rules are back within 2 s" "yes" "$restored"
equal "isolation, too" "unreachable" "$(reach in_wire "$(address web one)" 80)"
in_host nft flush chain inet "$table" forward
sleep 1
equal "a flushed chain is put back" "unreachable" "$(reach in_wire "$(address web one)" 80)"

# --- kill -9 of the helper
before=$(d inspect -f '{{json .NetworkSettings.Networks}} {{json .NetworkSettings.Ports}}' web client six1 pub)
# The "host" must outlive the helper: its namespace is held, and the next helper is started in it.
nsenter -t "$helper_pid" -n -- sleep 600 &
hold_net=$!
wire_jobs+=" $hold_net"
sleep 0.2
kill -9 "$helper_pid"; wait "$helper_pid" 2>/dev/null
equal "ports work without a helper" "public" "$(nsenter -t $hold_net -n -- $python "$work/reach.py" 127.0.0.1 8080)"
: > "$work/helper.log"
nsenter -t $hold_net -n -- unshare --mount --propagation private \
    "$bin/darsena-helper" --root "$work/root" --run "$work/run" --socket "$work/darsena.sock" --libexec "$bin" >> "$work/helper.log" 2>&1 &
helper_pid=$!
for _ in $(seq 200); do grep -q '^ready ' "$work/helper.log" && break; sleep 0.05; done
equal "addresses and ports are as before" "$before" "$(d inspect -f '{{json .NetworkSettings.Networks}} {{json .NetworkSettings.Ports}}' web client six1 pub)"
equal "networks are as before" "bridge far host inner none one six ula" "$(d network ls --format '{{.Name}}' | sort | xargs)"
equal "names answer again" "$(address web one)" "$(d exec client nslookup web 2>/dev/null | awk '/^Address/ && !/127.0.0.11/ {print $NF}' | head -1)"
equal "ports still work" "public" "$(reach in_host 127.0.0.1 8080)"
fails "and are still taken" any 'port is already allocated' d run --rm -p 8080:80 busybox true
fails "so are addresses" any 'Address already in use' d run --rm --network one --ip 10.20.77.5 busybox true

# --- prune and the end
d rm -f hidden >/dev/null
equal "prune takes what nobody uses" "far ula" "$(d network prune -f | grep -v Deleted | sort | xargs)"
d rm -f $(d ps -aq) >/dev/null 2>&1
equal "rm prints the name" "one" "$(d network rm one)"
fails "its bridge is gone" any '.' in_host ip link show brtest
d network rm six inner >/dev/null
links() { in_host ip -o link | grep -oE '(br-|dv)[0-9a-f]+' | xargs; }
for _ in $(seq 20); do [ -z "$(links)" ] && break; sleep 0.1; done # a namespace goes when the kernel gets round to it
equal "no link is left but the default bridge" "" "$(links)"

# --- the machine is switched off and on: the run folder and every link are gone
d network create --subnet 10.40.0.0/24 kept >/dev/null
serve keeper again --network kept --ip 10.40.0.9 --restart always -p 8700:80
monitor=$(awk '/^PPid/ {print $2}' /proc/"$(d inspect -f '{{.State.Pid}}' keeper)"/status)
kill -9 "$helper_pid" "$monitor"; wait "$helper_pid" 2>/dev/null; helper_pid=
for _ in $(seq 50); do kill -0 "$monitor" 2>/dev/null || break; sleep 0.1; done
rm -rf "$work/run"
start_helper || exit 1
for _ in $(seq 50); do [ -n "$(address keeper kept)" ] && break; sleep 0.1; done
equal "networks outlive the machine" "bridge host kept none" "$(d network ls --format '{{.Name}}' | sort | xargs)"
equal "so do the addresses asked for" "10.40.0.9" "$(address keeper kept)"
await in_host 127.0.0.1 8700
equal "and the ports" "again" "$(reach in_host 127.0.0.1 8700 tcp 3)"
d rm -f keeper >/dev/null
