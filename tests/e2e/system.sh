#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What an engine says of itself: version, info, df, events; images and their housekeeping; prune; every version of the API;
# contexts. With the real docker client, and Debian's older one where it is there.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

start_helper || exit 1
# api METHOD PATH [CURL OPTION…]: the answer and, on a line of its own, its status.
api() {
    local method=$1 path=$2
    shift 2
    curl -gs --max-time 20 --unix-socket "$work/darsena.sock" -X "$method" -H 'Content-Type: application/json' -w '\n%{http_code}\n' "$@" "http://d$path"
}
# status WHAT CODE PATTERN METHOD PATH [CURL OPTION…]
status() {
    local what=$1 wanted=$2 pattern=$3 answer
    shift 3
    answer=$(api "$@")
    if [ "$(tail -1 <<< "$answer")" = "$wanted" ]; then has "$what" "$pattern" "$answer"; else not_ok "$what" "wanted $wanted" "$answer"; fi
}
run() { d run --rm --network none "$@"; }
# What happened; the client would cut a relative end down to the second.
past() { d events --since 5m --until "$(date +%s.%N)" "$@"; }

# ping, version, info
ping=$(curl -si --unix-socket "$work/darsena.sock" http://d/_ping)
for header in 'Api-Version: 1.50' 'Docker-Experimental: false' 'Ostype: linux' 'Builder-Version: 1' 'Swarm: inactive' 'Cache-Control: no-cache'; do
    has "ping has $header" "^$header" "$ping"
done
has "HEAD of ping" '^HTTP/1.1 200' "$(curl -sI --unix-socket "$work/darsena.sock" http://d/_ping)"
has "version" 'API version: +1.50 \(minimum version 1.24\)' "$(d version)"
has "version --format" '^linux amd64|^linux arm64' "$(d version -f '{{.Server.Os}} {{.Server.Arch}}')"
info=$(d info)
for line in 'Storage Driver: overlay2' 'Backing Filesystem: [a-z0-9]+' 'Logging Driver: json-file' 'Cgroup Driver: cgroupfs' 'Cgroup Version: [12]' \
    'Volume: local' 'Swarm: inactive' 'seccomp' 'Kernel Version: ' 'Operating System: ' 'OSType: linux' 'Architecture: ' 'CPUs: [0-9]+' 'Total Memory: ' \
    'Name: ' 'ID: [0-9a-f]{8}-[0-9a-f]{4}-' 'Docker Root Dir: ' 'Live Restore Enabled: true'; do
    has "info has $line" "$line" "$info"
done

# versions
load_busybox >/dev/null
for version in 1.24 1.25 1.30 1.35 1.39 1.40 1.41 1.42 1.43 1.44 1.45 1.46 1.47 1.48 1.49 1.50; do
    out=$(export DOCKER_API_VERSION=$version; d version -f '{{.Client.APIVersion}}' && d info -f '{{.ServerVersion}}' >/dev/null && d images -q >/dev/null \
        && run busybox echo "$version runs" && d ps -a >/dev/null && d image inspect -f '{{.Os}}' busybox && d volume ls -q && d network ls -q >/dev/null && d history -q busybox >/dev/null 2>&1)
    equal "API $version" "$version $version runs linux" "$(tr '\n' ' ' <<< "$out" | sed 's/ $//')"
done
status "a version that is too new" 400 'client version 1.99 is too new. Maximum supported API version is 1.50' GET /v1.99/info
status "a version that is too old" 400 'client version 1.12 is too old. Minimum supported API version is 1.24' GET /v1.12/info
status "no path" 404 '^\{"message":"page not found"\}' GET /nothing
status "no path of a version" 404 'page not found' GET /v1.30/nothing
has "VirtualSize before 1.44" '"VirtualSize":[0-9]' "$(api GET /v1.43/images/json)"
equal "and not after" 0 "$(api GET /v1.44/images/json | grep -c VirtualSize)"
has "ContainerConfig before 1.45" '"ContainerConfig":\{' "$(api GET /v1.44/images/busybox/json)"
has "security options of 1.24" '"SecurityOptions":\["seccomp"' "$(api GET /v1.24/info)"
status "both forms of filters" 200 'busybox' GET '/v1.24/images/json?filters={"reference":{"busybox":true}}'
status "no images fit" 200 '^\[\]' GET '/v1.24/images/json?filters={"reference":{"nosuch":true}}'
old=${XDG_CACHE_HOME:-$HOME/.cache}/darsena/tools/usr/bin/docker
if [ -x "$old" ]; then
    equal "Debian's client runs a container" "old client" "$("$old" run --rm --network none busybox echo old client)"
    has "its info" 'Server Version' "$("$old" info 2>/dev/null)"
    has "its df" '^Images +1 ' "$("$old" system df)"
    has "its df -v" '^busybox +latest ' "$("$old" system df -v)"
    check "its volumes" "$old" volume ls
    check "its inspect" "$old" inspect busybox
else
    echo "Debian's older client is not there: not checked with it"
fi

# what this engine has not
status "no swarm" 503 'This node is not a swarm manager' GET /swarm
status "no services" 503 'not a swarm manager' GET /services
status "no secrets" 503 'not a swarm manager' POST /secrets/create -d '{}'
status "none to leave" 503 'This node is not part of a swarm' POST /swarm/leave
status "none to make" 501 'one machine only' POST /swarm/init -d '{}'
status "no plugins" 200 '^\[\]' GET /plugins
status "none of a name" 404 'plugin ..vieux/sshfs.. not found' GET /plugins/vieux/sshfs/json
fails "node ls" 1 'not a swarm manager' d node ls
equal "plugin ls" 1 "$(d plugin ls | wc -l)"
for what in 'POST /auth' 'GET /distribution/busybox/json' 'POST /images/create?fromImage=busybox' 'POST /images/busybox/push' 'GET /images/search?term=x'; do
    status "$what says what to do" 501 'docker load' $what
done
status "no BuildKit session" 501 'DOCKER_BUILDKIT=0' POST /session

# contexts
equal "context create" here "$(d context create here --docker "host=unix://$work/darsena.sock" 2>/dev/null)"
# For a client of 20.10 an empty variable is an address, too.
hostless() { (unset DOCKER_HOST; d "$@"); }
equal "context use" here "$(hostless context use here 2>/dev/null)"
equal "and commands go there" linux "$(hostless version -f '{{.Server.Os}}')"
has "context ls marks it" '^here \* ' "$(hostless context ls)"
hostless context use default >/dev/null 2>&1; d context rm here >/dev/null

# images: list, tag, history, save, load
cat > "$work/Dockerfile" <<'D'
FROM busybox
LABEL team=blue
RUN head -c 2000000 /dev/urandom > /two-megabytes
CMD ["echo", "made"]
D
check "build" d build -q -t made:1 - < "$work/Dockerfile"
check "tag" d tag made:1 reg.example:5000/team/made:v1
equal "images of a repository only" "made:1" "$(d images --format '{{.Repository}}:{{.Tag}}' made)"
equal "filter reference" "reg.example:5000/team/made:v1" "$(d images --format '{{.Repository}}:{{.Tag}}' -f 'reference=reg.example:5000/*/*')"
equal "filter label" "made:1 reg.example:5000/team/made:v1" "$(d images --format '{{.Repository}}:{{.Tag}}' -f label=team=blue | sort | tr '\n' ' ' | sed 's/ $//')"
equal "filter since" "made:1 reg.example:5000/team/made:v1" "$(d images --format '{{.Repository}}:{{.Tag}}' -f since=busybox | sort | tr '\n' ' ' | sed 's/ $//')"
equal "filter before" "busybox:latest" "$(d images --format '{{.Repository}}:{{.Tag}}' -f before=made:1)"
equal "filter dangling" "" "$(d images -q -f dangling=true)"
fails "filter before nothing" 1 'No such image: nosuch:latest' d images -f before=nosuch
fails "filter that is none" 1 "invalid filter 'colour'" d images -f colour=red
fails "filter with a bad value" 1 "invalid filter 'dangling=\[maybe\]'" d images -f dangling=maybe
fails "a tag with a digest" 1 'refusing to create a tag with a digest reference' d tag made:1 "x@sha256:$(printf 'a%.0s' $(seq 64))"
fails "a bad tag" any 'invalid reference' d tag made:1 Upper
status "another platform" 404 'does not provide the specified platform \(linux/s390x\)' GET '/v1.50/images/made:1/json?platform={"os":"linux","architecture":"s390x"}'
status "a platform that is none" 400 'invalid platform' GET '/v1.50/images/made:1/json?platform=linux'
status "manifests are tolerated" 200 '"Id"' GET '/v1.50/images/json?manifests=1'
has "history" 'LABEL team=blue' "$(d history --no-trunc made:1)"
mkdir "$work/archive"; d save busybox made:1 | tar -C "$work/archive" -x
equal "save of two has both names" 2 "$(grep -oE '"(busybox:latest|made:1)"' "$work/archive/manifest.json" | sort -u | wc -l)"
equal "save | load" "Loaded image: busybox:latest Loaded image: made:1" "$(d save busybox made:1 | d load | sort | tr '\n' ' ' | sed 's/ $//')"
fails "save of nothing" any 'No such image: nosuch' d save nosuch -o "$work/none.tar"
fails "load of nothing" any '.' sh -c "echo garbage | '$DOCKER' load"

# images: df, rmi
made=$(d images -q --no-trunc made:1); busybox=$(d images -q --no-trunc busybox)
df=$(d system df -v)
has "df -v knows what is shared" '^made +1 +[0-9a-f]{12} +.* 3\.[0-9]+MB +1\.[0-9]+MB +2(\.0[0-9]*)?MB +0' "$df"
has "df in short" '^Images +2 +0 ' "$(d system df)"
status "df of one kind" 200 '"LayersSize":0,"Images":\[\]' GET '/v1.50/system/df?type=volume'
status "df of none" 400 'unknown object type: house' GET '/v1.50/system/df?type=house'
sum=$(api GET '/v1.50/system/df?type=image' | grep -oE '"LayersSize":[0-9]+' | cut -d: -f2)
du=$(du -s --block-size=1 "$work/root/snapshots" | cut -f1)
check "df and du agree on layers within 5 % ($sum, $du)" test $((sum * 100)) -ge $((du * 95)) -a $((sum * 100)) -le $((du * 105))
d run -d --name runs --network none made:1 sleep 1000 >/dev/null
d create --name lies --network none made:1 >/dev/null
fails "rmi by id, several names" 1 "conflict: unable to delete ${made:7:12} \(cannot be forced\) - image is being used by running container" d rmi "${made:7:12}"
equal "rmi of one name of two" "Untagged: reg.example:5000/team/made:v1" "$(d rmi reg.example:5000/team/made:v1)"
fails "rmi of the last name" 1 "conflict: unable to remove repository reference \"made:1\" \(must force\) - container [0-9a-f]{12} is using its referenced image ${made:7:12}" d rmi made:1
equal "rmi -f of the last name leaves the image to its container" "Untagged: made:1" "$(d rmi -f made:1)"
equal "which is dangling now" "${made:7:12}" "$(d images -q -f dangling=true)"
equal "and had a name before 1.43" "<none>:<none>" "$(DOCKER_API_VERSION=1.42 d images -f dangling=true --format '{{.Repository}}:{{.Tag}}')"
equal "prune leaves it" "Total reclaimed space: 0B" "$(d image prune -f)"
d rm -f runs >/dev/null
fails "rmi with a stopped one" 1 "conflict: unable to delete ${made:7:12} \(must be forced\) - image is being used by stopped container" d rmi "${made:7:12}"
has "rmi -f" "^Deleted: $made" "$(d rmi -f "${made:7:12}")"
d rm lies >/dev/null
# A client of 20.10 cuts the tag off.
fails "rmi of nothing" 1 'No such image: nosuch' d rmi nosuch
status "in the engine's words" 404 'No such image: nosuch:latest' DELETE /images/nosuch
fails "rmi of what can be no name" any 'invalid reference|No such image' d rmi 'a::b'

# prune
build() { printf 'FROM busybox\nLABEL n=%s\nRUN head -c 1000000 /dev/urandom > /file%s\n' "$1" "$1" | d build -q ${2:+-t "$2"} - >/dev/null; }
build one; build two named:1; build three named:3
equal "image prune --filter label" 0 "$(d image prune -f --filter label=n=nosuch | grep -c Deleted)"
equal "image prune --filter until" 0 "$(d image prune -f --filter until=1h | grep -c Deleted)"
fails "image prune with a filter that is none" 1 "invalid filter 'colour'" d image prune -f --filter colour=red
equal "image prune takes the nameless" 1 "$(d image prune -f | grep -c '^[dD]eleted: sha256:[0-9a-f]*$')"
equal "and leaves the others" 2 "$(d images -q named | wc -l)"
d create --name keeps --network none named:3 >/dev/null
has "image prune -a --filter" 'untagged: named:1|Untagged: named:1' "$(d image prune -af --filter label=n=two)"
check "image prune -a" d image prune -af
equal "leaves what containers use" "named:3" "$(d images --format '{{.Repository}}:{{.Tag}}')"
load_busybox >/dev/null
has "the build cache is counted" '^Build Cache +[1-9]' "$(d system df)"
fails "builder prune with a filter that is none" 1 "invalid filter 'colour'" sh -c "'$DOCKER' builder prune -f --filter colour=red"
equal "builder prune --filter until" "Total reclaimed space: 0B" "$(d builder prune -f --filter until=1h | tail -1 | sed 's/^Total:.*0B$/Total reclaimed space: 0B/')"
status "min-free-space is refused" 501 'min-free-space' POST '/v1.50/build/prune?min-free-space=1'
status "keep more than there is" 200 '"CachesDeleted":\[\],"SpaceReclaimed":0' POST '/v1.50/build/prune?keep-storage=1000000000'
status "builder prune" 200 '"SpaceReclaimed":[1-9]' POST '/v1.50/build/prune'
status "what an image has is only taken by all" 200 '"CachesDeleted":\["' POST '/v1.50/build/prune?all=1'
has "and then there is none" '^Build Cache +0 ' "$(d system df)"
d volume create --label keep=yes kept >/dev/null; anonymous=$(d volume create)
if [ "$(api POST /networks/prune | tail -1)" = 200 ]; then
    out=$(d system prune -f --volumes)
    has "system prune takes containers" 'Deleted Containers:' "$out"
    has "and anonymous volumes" "$anonymous" "$out"
    has "and says how much" '^Total reclaimed space: ' "$out"
    if newer 23 "system prune spares named volumes"; then equal "not named ones" kept "$(d volume ls -q)"; fi
    has "system prune -a takes images" 'untagged: named:3|Untagged: named:3' "$(d system prune -af)"
    load_busybox >/dev/null
    fails "until is not for volumes" 1 'until' d system prune -f --volumes --filter until=1h
else
    d rm keeps >/dev/null
fi
equal "container prune of none" "Total reclaimed space: 0B" "$(d container prune -f)"
fails "container prune with a filter that is none" 1 "invalid filter 'colour'" d container prune -f --filter colour=red

# events
has "image events: load" "image load $busybox \(name=$busybox\)" "$(past)"
has "tag" 'image tag .*name=reg.example:5000/team/made:v1' "$(past --filter event=tag)"
has "untag, with the image's labels" 'image untag sha256:.*team=blue' "$(past --filter event=untag)"
has "delete" 'image delete sha256:' "$(past --filter type=image --filter event=delete)"
has "save" 'image save sha256:' "$(past --filter image="$busybox" --filter event=save)"
has "prune" 'image prune  \(reclaimed=[0-9]+\)|image prune \(reclaimed=[0-9]+\)' "$(past --filter type=image --filter event=prune)"
equal "filter by container" "create start die destroy" "$(run --name only busybox true; past --filter container=only --filter event=create --filter event=start --filter event=die --filter event=destroy --format '{{.Action}}' | tr '\n' ' ' | sed 's/ $//')"
has "filter by image" 'container start' "$(past --filter image=busybox --filter event=start)"
equal "filter by another" "" "$(past --filter image=nosuch)"
equal "filter by label" 1 "$(past --filter label=team=blue --filter event=delete | wc -l)"
equal "filter by scope" "" "$(past --filter scope=swarm)"
has "as JSON" '"Type":"container"' "$(past --filter container=only --format '{{json .}}')"
newer 23 "events --format json" && has "--format json" '"Type":"container"' "$(past --filter container=only --format json)"
equal "since now is nothing" "" "$(d events --since "$(date +%s.%N)" --until "$(date +%s.%N)")"
status "since after until" 400 'since.* time \(5\) cannot be after .until. time \(4\)' GET '/events?since=5&until=4'
status "a time that is none" 400 'invalid time' GET '/events?since=yesterday'
status "a filter that is none" 400 "invalid filter 'colour'" GET '/events?filters={"colour":["red"]}&until=1'
