#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The invariants checker finds a working engine clean, and names every kind of damage that is done on purpose.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
command -v nsenter >/dev/null && command -v nft >/dev/null && command -v python3 >/dev/null || skip "needs nsenter, nft and python3"
python3 -c 'import sqlite3' 2>/dev/null || skip "needs python3's sqlite3"

start_helper || exit 1
root=$work/root
run=$work/run
look() { python3 "$here/invariants.py" --root "$root" --run "$run" --helper "$helper_pid" --made "$work/made" "$@"; }

check "busybox loads" load_busybox
live=$(d run -d --name live -p 18080:80 -v data:/data busybox sh -c 'echo one; echo two; exec sleep 600')
gone=$(d run -d --name gone --network none busybox sh -c 'echo three; exit 3')
made=$(d create --name made --network none -v /anonymous busybox true)
d wait gone >/dev/null
for _ in $(seq 100); do d logs live 2>&1 | grep -q two && break; sleep 0.05; done
printf '%s\n' "$live" "$gone" "$made" > "$work/made"
equal "a working engine is clean" "" "$(look --settle 5)"

# damage WHAT PATTERN BREAK MEND: commands; the checker names the damage, and is content after the repair.
damage() {
    local what=$1 pattern=$2 out
    eval "$3"
    out=$(look)
    equal "$what: it says there is a fault" 1 $?
    has "$what: named" "$pattern" "$out"
    eval "$4"
    equal "$what: mended" "" "$(look --settle 1)"
}
sql() { python3 - "$root/catalog.db" "$1" <<'P'
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=10) as catalog:
    catalog.execute(sys.argv[2])
P
}
# edit FILE PYTHON: changes a JSON file; the old one is kept beside the folder.
edit() { cp "$1" "$work/kept.json"; python3 - "$1" "$2" <<'P'
import json, sys
value = json.load(open(sys.argv[1]))
exec(sys.argv[2])
json.dump(value, open(sys.argv[1], "w"))
P
}
mend() { cp "$work/kept.json" "$1"; }
inside() { nsenter -t "$helper_pid" -n -m "$@"; }

config=$root/containers/$gone/config.json
state=$root/containers/$gone/state.json
log=$root/containers/$gone/$gone-json.log
stray=$(printf '0%.0s' $(seq 64))
directory=$(python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT directory FROM snapshots WHERE id=?", sys.argv[2:]).fetchone()[0])' "$root/catalog.db" "$gone")
blob=$(find "$root/blobs/sha256" -type f | head -1)
index=$(find "$root/index" -mindepth 1 | head -1)
control=$(awk '$3 ~ /^cgroup2?$/ {print $2}' /proc/mounts | while read -r tree; do [ -d "$tree/darsena" ] && echo "$tree"; done | head -1)

damage "a record that is no JSON" 'record: .*cannot be read' 'cp "$config" "$work/kept"; echo nonsense > "$config"' 'cp "$work/kept" "$config"'
damage "a record of another" 'record: .*says it is' 'edit "$config" "value[\"id\"]=\"x\""' 'mend "$config"'
damage "one name twice" 'record: .*both named live' 'edit "$config" "value[\"name\"]=\"live\""' 'mend "$config"'
damage "a file that does not belong" 'record: .*strange' 'touch "$root/containers/$gone/x"' 'rm "$root/containers/$gone/x"'
damage "no snapshot" 'snapshot: .*has no snapshot' 'sql "UPDATE snapshots SET id=\"x\" WHERE id=\"$gone\""' 'sql "UPDATE snapshots SET id=\"$gone\" WHERE id=\"x\""'
damage "a snapshot of nobody" 'snapshot: .*is no container' 'sql "INSERT INTO snapshots SELECT \"$stray\", chain, \"other\" FROM snapshots LIMIT 1"' 'sql "DELETE FROM snapshots WHERE id=\"$stray\""'
damage "a snapshot without files" 'bytes: .*/fs, which is missing' 'mv "$root/snapshots/$directory/fs" "$work/kept-fs"' 'mv "$work/kept-fs" "$root/snapshots/$directory/fs"'
damage "files without a row" 'snapshot: the folder strayed has no row' 'mkdir "$root/snapshots/strayed"' 'rmdir "$root/snapshots/strayed"'
damage "a blob that is gone" 'bytes: .*blob .*missing' 'mv "$blob" "$work/kept-blob"' 'mv "$work/kept-blob" "$blob"'
damage "a blob that is cut" 'bytes: .*size' 'cp -p "$blob" "$work/kept-blob"; truncate -s -1 "$blob"' 'cp -p "$work/kept-blob" "$blob"'
damage "a blob of nobody" 'blob: .*has no row' 'touch "$root/blobs/sha256/$stray"' 'rm "$root/blobs/sha256/$stray"'
damage "an index that is gone" 'bytes: .*no index' 'mv "$index" "$work/kept-index"' 'mv "$work/kept-index" "$index"'
damage "something in tmp" 'tmp: left' 'touch "$root/tmp/left"' 'rm "$root/tmp/left"'
damage "noise in a log" 'log: .*no log line' 'cp "$log" "$work/kept"; echo noise >> "$log"' 'cp "$work/kept" "$log"'
damage "a torn log" 'log: .*middle of a line' 'cp "$log" "$work/kept"; truncate -s -5 "$log"' 'cp "$work/kept" "$log"'
damage "a volume that is gone" 'volume: .*uses data' 'mv "$root/volumes/data/volume.json" "$work/kept"' 'mv "$work/kept" "$root/volumes/data/volume.json"'
damage "a volume without a record" 'volume: half' 'mkdir "$root/volumes/half"' 'rmdir "$root/volumes/half"'
damage "running, and no process" 'state: .*not alive' 'edit "$root/containers/$live/state.json" "value[\"pid\"]=4194999"' 'mend "$root/containers/$live/state.json"'
damage "exited, and a process" 'state: .*exited and has process' 'edit "$state" "value[\"pid\"]=1"' 'mend "$state"'
damage "exited, and nobody knows how" 'state: .*how and when' 'edit "$state" "value[\"exitCode\"]=None"' 'mend "$state"'
damage "a run folder of nobody" 'run: shims/' 'mkdir "$run/shims/$stray"' 'rmdir "$run/shims/$stray"'
damage "name files of nobody" 'run: files/' 'mkdir "$run/files/$gone"' 'rmdir "$run/files/$gone"'
damage "an exec of nobody" 'run: execs/' 'mkdir "$run/execs/$stray"' 'rmdir "$run/execs/$stray"'
damage "a monitor of nobody" 'monitor: process .*watches nothing' \
    '(exec -a darsena-shim sleep 60 3< "$log") & watcher=$!; sleep 0.2' 'kill $watcher; wait $watcher 2>/dev/null'
damage "a control group of nobody" 'cgroup: .*no running container' 'mkdir "$control/darsena/$gone"' 'rmdir "$control/darsena/$gone"'
damage "a mount of nobody" 'mount: ' 'mkdir "$root/tmp/m"; inside mount -t tmpfs none "$root/tmp/m"' 'inside umount "$root/tmp/m"; rmdir "$root/tmp/m"'
damage "a link of nobody" 'link: left0' 'inside ip link add left0 type veth peer name left1' 'inside ip link del left0'
table=$(inside nft list tables | awk '{print $3; exit}')
damage "a rule of nobody" 'firewall: .*10\.9\.8\.7' 'inside nft add element inet "$table" published4 "{ tcp . 4321 : 10.9.8.7 . 80 }"' \
    'inside nft delete element inet "$table" published4 "{ tcp . 4321 }"'
damage "a port held for nobody" 'port: 18080/tcp is held' 'edit "$root/containers/$live/state.json" "value.pop(\"endpoints\"); value[\"kept\"]=json.load(open(sys.argv[1]))[\"endpoints\"][\"bridge\"][\"hostLink\"]"' \
    'mend "$root/containers/$live/state.json"'
damage "a port that is not held" 'port: 18081/tcp of container' 'edit "$root/containers/$live/state.json" "value[\"endpoints\"][\"bridge\"][\"ports\"][0][\"hostPort\"]=18081"' \
    'mend "$root/containers/$live/state.json"'
fails "a folder that is no engine's" 2 'no engine' python3 "$here/invariants.py" --root "$work" --run "$run"

check "all is removed" d rm -f -v live gone made
check "and the volume" d volume rm data
equal "an emptied engine is clean" "" "$(look --settle 5)"
equal "no snapshot is left of containers" 1 "$(ls "$root/snapshots" | wc -l)"
