#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# darsena layers and darsena diff as people script them, on images that tar and skopeo make: figures worked out by hand, the
# same for every form that an image comes in, and the exit codes.
. "$(dirname "$0")/lib.sh"
command -v skopeo >/dev/null || skip "needs skopeo"
command -v jq >/dev/null || skip "needs jq"

export HOME=$work XDG_CACHE_HOME=$work/cache
unset CI
cd "$work" || exit 1
darsena() { "$bin/darsena" "$@"; }
# bytes FILE COUNT [CHARACTER]
bytes() { mkdir -p "$(dirname "$1")"; head -c "$2" /dev/zero | tr '\0' "${3:-x}" > "$1"; }

# image FILE LAYER…: a docker-archive as `docker save` wrote it before version 25, of folders, with one RUN line each.
image() {
    local file=$1 dir=$work/image.$RANDOM layer hash paths=() ids=() history=() n=0
    shift
    mkdir -p "$dir"
    for layer; do
        mkdir -p "$dir/$n"
        tar -C "$layer" --owner=0 --group=0 --numeric-owner --sort=name --mtime="${MTIME:-@1700000000}" ${TAR_OPTIONS_OF_LAYERS:-} -cf "$dir/$n/layer.tar" .
        hash=$(sha256sum "$dir/$n/layer.tar" | cut -d' ' -f1)
        ids+=("\"sha256:$hash\"")
        paths+=("\"$n/layer.tar\"")
        history+=("{\"created\":\"2026-01-01T00:00:00Z\",\"created_by\":\"/bin/sh -c step $n\"}")
        n=$((n + 1))
    done
    # Lists with commas between them; `$*` would do it by IFS, which everything after it would see.
    local members=$(IFS=,; echo "${ids[*]}|${history[*]}|${paths[*]}")
    local id_list=${members%%|*} path_list=${members##*|}
    local history_list=${members#*|}; history_list=${history_list%|*}
    printf '{"architecture":"%s","os":"linux","config":{%s},"rootfs":{"type":"layers","diff_ids":[%s]},"history":[%s]}' \
        "${ARCHITECTURE:-amd64}" "${CONFIG:-\"Env\":[\"A=1\"]}" "$id_list" "$history_list" > "$dir/config.json"
    printf '[{"Config":"config.json","RepoTags":["shop:1"],"Layers":[%s]}]' "$path_list" > "$dir/manifest.json"
    tar -C "$dir" -cf "$file" config.json manifest.json $(seq -f '%.0f/layer.tar' 0 $((n - 1)))
    rm -r "$dir"
}

# The classic mistake: 100 bytes stay, 300 are removed in the next layer.
bytes l0/keep/a 100
bytes l1/tmp/x 200 y
bytes l1/tmp/s/y 100 z
mkdir l2; : > l2/.wh.tmp
image mistake.tar l0 l1 l2

# Every form of it has the same figures.
skopeo --insecure-policy copy -q docker-archive:mistake.tar oci-archive:mistake.oci.tar:shop >/dev/null
skopeo --insecure-policy copy -q docker-archive:mistake.tar oci:layout:shop >/dev/null
skopeo --insecure-policy copy -q --dest-compress-format zstd docker-archive:mistake.tar oci:zstd:shop >/dev/null
gzip -k mistake.tar
figures='[.exact.wastedBytes, .exact.efficiency, .image.efficiencyScore, .image.inefficientBytes, [.exact.waste[] | .path, .bytes, .storedIn, .hiddenBy, .how], [.layer[] | .digestId, .storedBytes, .visibleBytes]]'
for form in mistake.tar mistake.tar.gz mistake.oci.tar layout zstd; do
    darsena layers --json "$form.json" "$form" || not_ok "$form is read" "exit $?"
    equal "$form: what is wasted" '[300,0.25,1,0,["/tmp/x",200,1,2,"removed","/tmp/s/y",100,1,2,"removed"]]' "$(jq -c "$figures | .[:5]" "$form.json")"
    equal "$form: layers as those of the first" "$(jq -c "$figures | .[5]" mistake.tar.json)" "$(jq -c "$figures | .[5]" "$form.json")"
done
equal "the digests are those of the layers' bytes" "$(tar -xOf mistake.tar config.json | jq -c .rootfs.diff_ids)" "$(jq -c '[.layer[].digestId]' mistake.tar.json)"
equal "the id is the digest of the configuration" "sha256:$(tar -xOf mistake.tar config.json | sha256sum | cut -d' ' -f1)" "$(jq -r .image.id mistake.tar.json)"

# Headers for all members of a layer, which dive takes for none of its business.
TAR_OPTIONS_OF_LAYERS="--format=posix --pax-option=comment=hello" image global.tar l0 l1 l2
has "there is such a header" "^g$" "$(tar -xOf global.tar 0/layer.tar | head -c 157 | tail -c 1)"
equal "PAX global headers" '[300,0.25,1,0]' "$(darsena layers --json - global.tar | jq -c "$figures | .[:4]")"

# Two platforms in one: each has its own layers, and an attestation is no image.
ARCHITECTURE=arm64 image arm.tar l0
skopeo --insecure-policy copy -q docker-archive:mistake.tar oci:multi:amd >/dev/null
skopeo --insecure-policy copy -q docker-archive:arm.tar oci:multi:arm >/dev/null
jq '.manifests[0].platform = {os: "linux", architecture: "amd64"} | .manifests[1].platform = {os: "linux", architecture: "arm64"}
    | .manifests += [.manifests[1] | .platform = {os: "unknown", architecture: "unknown"} | .annotations = {"vnd.docker.reference.type": "attestation-manifest"}]' multi/index.json > index.json
mv index.json multi/index.json
for platform in linux/amd64 linux/arm64; do
    darsena layers --platform $platform --json ${platform#*/}.json multi || not_ok "$platform is read" "exit $?"
done
equal "platforms: the layers of one" '[3,1]' "$(jq -sc 'map(.layer | length)' amd64.json arm64.json)"
equal "platforms: all that there are" '["linux/arm64","linux/amd64"]' "$(jq -c .platforms arm64.json)"

# dive's shape, by the names and types of every member.
shape='{layer: (.layer[0] | [.index, .id, .digestId, .sizeBytes, .command, (.fileList[0] | [.path, .typeFlag, .linkName, .size, .fileMode, .uid, .gid, .isDir] | map(type))] | map(if type == "array" then . else type end)),
        image: (.image | [.sizeBytes, .inefficientBytes, .efficiencyScore, .fileReference] | map(type))}'
equal "dive's shape" '{"layer":["number","string","string","number","string",["string","number","string","number","number","number","number","boolean"]],"image":["number","number","number","array"]}' \
    "$(jq -c "$shape" mistake.tar.json)"
equal "files as dive lists them" '[["tmp/s/y",48,420,false],["tmp/s",53,2147484141,true],["tmp/x",48,420,false],["tmp",53,2147484141,true]]' \
    "$(jq -c '[.layer[1].fileList[] | [.path, .typeFlag, .fileMode, .isDir]]' mistake.tar.json)"
equal "a whiteout is listed under its own name" '[".wh.tmp"]' "$(jq -c '[.layer[2].fileList[].path]' mistake.tar.json)"
equal "the command has no shell in front" 'step 1' "$(jq -r '.layer[1].command' mistake.tar.json)"
equal "what a layer does" '[{"files":2,"bytes":300},{"files":0,"bytes":0},{"files":0,"bytes":0}]' "$(jq -c '.layer[1] | [.added, .changed, .removed] | map({files, bytes})' mistake.tar.json)"
equal "what a layer removes" '{"files":2,"bytes":300}' "$(jq -c '.layer[2].removed | {files, bytes}' mistake.tar.json)"

# Where the JSON goes.
for spelling in "--json -" "--json=-" "-j -"; do
    equal "$spelling prints" 300 "$(darsena layers $spelling mistake.tar | jq .exact.wastedBytes)"
done
equal "--json after the image prints" 300 "$(darsena layers mistake.tar --json | jq .exact.wastedBytes)"
equal "--json before the image prints" 300 "$(darsena layers --json mistake.tar | jq .exact.wastedBytes)"
cp mistake.tar before.tar
equal "and leaves the image alone" "" "$(cmp mistake.tar before.tar 2>&1)"
equal "standard input" 300 "$(darsena layers --json - - < mistake.tar | jq .exact.wastedBytes)"
equal "the second time from the cache" "$(jq -S . mistake.tar.json)" "$(darsena layers --json - mistake.tar | jq -S .)"
equal "without the cache" "$(jq -S . mistake.tar.json)" "$(darsena layers --no-cache --json - mistake.tar | jq -S .)"
fails "a file that cannot be written" 2 "nowhere/x.json" darsena layers --json nowhere/x.json mistake.tar

# The rules. dive's figures: /keep/a is stored twice, 100 + 100 of 200 user bytes… in all 100 of 200 bytes.
bytes m1/keep/a 100 n
image twice.tar l0 m1
equal "dive's figures" '[0.5,200,2]' "$(darsena layers --json - twice.tar | jq -c '[.image.efficiencyScore, .image.inefficientBytes, .userWastedPercent]')"
fails "dive's defaults fail it" 1 "^FAIL \[fail:2 skip:1\]" darsena layers --ci twice.tar
has "the report names the file" "^  2      200 B         /keep/a$" "$(darsena layers --ci twice.tar)"
fails "CI=true is --ci" 1 "^Analysis:" env CI=true "$bin/darsena" layers twice.tar
check "CI=true does not judge what is only written" env CI=true "$bin/darsena" layers --json x.json twice.tar
fails "--ci judges it, too" 1 "" darsena layers --ci --json x.json twice.tar
check "CI=false is no --ci" env CI=false "$bin/darsena" layers twice.tar
printf 'rules:\n  lowestEfficiency: 0.5\n  highestWastedBytes: 200B\n  highestUserWastedPercent: disabled\n' > .dive-ci
check ".dive-ci is read, and limits may be met" darsena layers --ci twice.tar
fails "an option goes before the file" 1 "FAIL  lowestEfficiency .*0.50 < threshold=0.6" darsena layers --ci --lowestEfficiency 0.6 twice.tar
fails "its other spelling" 1 "FAIL  highestWastedBytes .*200 > threshold=199" darsena layers --ci --highest-wasted-bytes 199 twice.tar
mv .dive-ci rules.yaml
fails "the file is not there" 1 "FAIL" darsena layers --ci twice.tar
check "--ci-config names it" darsena layers --ci --ci-config rules.yaml twice.tar
fails "a file that was named and is not there" 2 "gone.yaml" darsena layers --ci --ci-config gone.yaml twice.tar
printf 'rules:\n  lowestEfficiency: much\n' > bad.yaml
fails "a limit that is none" 2 "lowestEfficiency: \"much\" is no number" darsena layers --ci --ci-config bad.yaml twice.tar
check "paths to ignore" darsena layers --ci --ignore '/keep/*' twice.tar
check "a floor" darsena layers --ci --waste-floor 200B twice.tar
fails "a floor that was passed" 1 "FAIL" darsena layers --ci --waste-floor 199B twice.tar
fails "exact figures: the mistake that dive lets pass" 1 "efficiency=0.25" darsena layers --ci --score exact mistake.tar
check "dive lets it pass" darsena layers --ci mistake.tar

# Growth against another image and against a report.
bytes g0/keep/a 100; bytes g0/b 50
image good.tar g0
fails "waste that grew" 1 "FAIL  highestWastedBytesGrowth .*before=0 after=200" darsena layers --ci --ci-config rules.yaml --baseline good.tar twice.tar
check "waste that grew as much as it may" darsena layers --ci --ci-config rules.yaml --baseline good.tar --highest-wasted-bytes-growth 200B twice.tar
darsena layers --json good.json good.tar
fails "against a report" 1 "FAIL  highestWastedBytesGrowth" darsena layers --ci --ci-config rules.yaml --baseline good.json twice.tar
fails "an image that grew" 1 "FAIL  highestSizeGrowth .*before=150 after=200" darsena layers --ci --ci-config rules.yaml --baseline good.json --highest-wasted-bytes-growth off --highest-size-growth 10% twice.tar
echo '{"image":{"sizeBytes":150,"inefficientBytes":0,"efficiencyScore":1,"fileReference":[]},"layer":[]}' > dive.json
fails "against dive's own report" 1 "FAIL  highestWastedBytesGrowth" darsena layers --ci --ci-config rules.yaml --baseline dive.json twice.tar
fails "which has no exact figures" 2 "dive writes none" darsena layers --ci --score exact --baseline dive.json twice.tar

# The other formats, by programs that know them.
darsena layers --html page.html --csv table.csv --sarif found.sarif --ci --junit tests.xml twice.tar > report.txt
equal "all at once, and the exit code" 1 $?
has "the report stays on standard output" "^FAIL" "$(cat report.txt)"
equal "CSV by Python" "[['0', '/keep/a', '100', '1', 'overwritten'], ['1', '/keep/a', '0', '', '']]" \
    "$(python3 -c 'import csv; print([[r["layer"], r["path"], r["wastedBytes"], r["hiddenBy"], r["how"]] for r in csv.DictReader(open("table.csv")) if r["type"] == "file"])')"
equal "SARIF" '["2.1.0",["limit/highestUserWastedPercent","limit/lowestEfficiency","waste/overwritten"]]' "$(jq -c '[.version, [.runs[0].results[].ruleId]]' found.sarif)"
equal "JUnit by Python" "3 2 1" "$(python3 -c 'import xml.etree.ElementTree as t; s = t.parse("tests.xml").getroot()[0]; print(s.get("tests"), s.get("failures"), s.get("skipped"))')"
equal "the page has no address in it" "" "$(grep -oE '(https?:|src=|href=)' page.html)"
has "the summary" "^ +1 +100 B +100 B .* step 1$" "$(darsena layers twice.tar)"
has "the tree of a layer" "^~ +100 B +a  \(content\)$" "$(darsena layers --tree --layer 1 twice.tar)"
fails "a layer that is not there" 2 "has 2 layers" darsena layers --tree --layer 2 twice.tar

# Packages, from the lists that they keep.
mkdir -p p0/var/lib/dpkg p0/lib/apk/db p0/app/node_modules/left-pad p0/py/r.dist-info
printf 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n' > p0/var/lib/dpkg/status
printf 'P:musl\nV:1.2.4-r2\nA:x86_64\n\n' > p0/lib/apk/db/installed
echo '{"name":"left-pad","version":"1.3.0"}' > p0/app/node_modules/left-pad/package.json
printf 'Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\n\ntext\n' > p0/py/r.dist-info/METADATA
mkdir -p p0/usr/lib/sysimage/rpm
python3 - p0/usr/lib/sysimage/rpm/rpmdb.sqlite <<'PYTHON'
import sqlite3, struct, sys
data, index = b"", b""
for tag, text in ((1000, b"glibc"), (1001, b"2.39"), (1002, b"8.fc40"), (1022, b"x86_64")):
    index += struct.pack(">4I", tag, 6, len(data), 1)
    data += text + b"\0"
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode=WAL")
db.execute("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB)")
db.execute("INSERT INTO Packages(blob) VALUES(?)", (struct.pack(">2I", 4, len(data)) + index + data,))
db.commit()
db.close()
PYTHON
mkdir -p p1/lib/apk/db
printf 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n' > p1/lib/apk/db/installed
image packages.tar p0
image newer.tar p0 p1
equal "packages" "$(printf '%s\n' 'dpkg  bash  5.2-1' 'apk  musl  1.2.4-r2' 'rpm  glibc  2.39-8.fc40' 'npm  left-pad  1.3.0' 'pip  requests  2.31.0')" "$(darsena layers --packages packages.tar)"
equal "packages in the JSON" '["bash","musl","glibc","left-pad","requests"]' "$(darsena layers --packages --json - packages.tar | jq -c '[.packages[].name]')"

# darsena diff.
check "an image is the same as itself" darsena diff mistake.tar mistake.tar
check "and as its other form" darsena diff mistake.tar layout
fails "two that differ" 1 "^~ +0 B  /keep/a  \(content\)$" darsena diff good.tar twice.tar
fails "packages that differ" 1 "^~ apk musl 1.2.4-r2 → 1.2.5-r0$" darsena diff packages.tar newer.tar
equal "JSON" '[false,["/b"],[["/keep/a",["content"]]],["/bin/sh -c step 1"]]' "$(darsena diff --json - good.tar twice.tar | jq -c '[.same, [.removed[].path], [.changed[] | [.path, .reasons]], [.history[].createdBy]]')"
equal "JSON without a name for it" true "$(darsena diff --json mistake.tar layout | jq .same)"
CONFIG='"Env":["A=2"],"Labels":{"v":"1"}' image other.tar l0 m1
fails "the configuration" 1 "^~ Env A: 1 → 2$" darsena diff twice.tar other.tar
check "files only" darsena diff --files-only twice.tar other.tar
darsena layers --json twice.json twice.tar
cp -r m1 m2; printf 'one\ntwo\nthree\n' > l0/text; printf 'one\n2\nthree\n' > m2/text
image text1.tar l0
image text2.tar l0 m2
darsena diff text1.tar text2.tar /text > text.diff
equal "one file of both: the exit code" 1 $?
cp l0/text text; patch -s text text.diff
equal "one file of both: patch makes the one of the other" "" "$(cmp text m2/text 2>&1)"
check "one file that is the same" darsena diff text1.tar text1.tar text
fails "a file of neither" 2 "neither image has /nothing" darsena diff text1.tar text2.tar nothing
fails "a file of one" 1 "^\+\+\+ text2.tar:/keep/a" darsena diff good.tar text2.tar keep/a
# Times: the same bytes, packed a day later.
rm -rf day0 day1; mkdir day0; echo hello > day0/f; cp -r day0 day1
image today.tar day0
MTIME=@1700086400 image tomorrow.tar day1
fails "times differ" 1 "\(time\)" darsena diff today.tar tomorrow.tar
check "times do not matter" darsena diff --semantic today.tar tomorrow.tar
fails "one image only" 2 "which two images" darsena diff today.tar
fails "an image that is not there" 2 "gone.tar" darsena diff today.tar ./gone.tar

# An image that an engine has: everything is the same as of the archive that it saves, only that the engine tells how it keeps
# a layer itself. It is asked for indexes and files, not for layers: none is read, so none is remembered.
start_helper || exit 1
everything='del(.layer[].blobBytes)'
for archive in mistake.tar packages.tar text2.tar; do
    d load -q -i $archive > /dev/null
    d save -o saved.tar shop:1
    darsena layers --packages --json saved.json saved.tar
    darsena layers --socket "$work/darsena.sock" --cache "$work/untouched" --packages --json engine.json shop:1
    equal "an engine's image, $archive" "" "$(diff <(jq -S "$everything" saved.json) <(jq -S "$everything" engine.json))"
done
darsena layers --socket "$work/darsena.sock" --cache "$work/untouched" --json engine.json "$(d image inspect --format '{{.Id}}' shop:1)"
equal "by its id" "$(jq -c .exact saved.json)" "$(jq -c .exact engine.json)"
equal "no layer was read" "" "$(ls -A "$work/untouched")"
check "is the same as the archive" darsena diff --socket "$work/darsena.sock" --files-only shop:1 text2.tar
darsena diff --socket "$work/darsena.sock" --cache "$work/untouched" text1.tar shop:1 /text > text.diff
cp l0/text text; patch -s text text.diff
equal "one file of the engine's" "" "$(cmp text m2/text 2>&1)"
fails "a file that it has not" 2 "neither image has /nothing" darsena diff --socket "$work/darsena.sock" shop:1 shop:1 nothing
fails "an image that the engine has not" 2 "nothing:1" darsena layers --socket "$work/darsena.sock" nothing:1

# What is no image.
fails "no image" 2 "which image" darsena layers
fails "a file that is none" 2 "rules.yaml" darsena layers rules.yaml
head -c 5000 mistake.tar > cut.tar
fails "an image that is cut off" 2 "cut.tar" darsena layers cut.tar
fails "another platform" 2 "linux/s390x" darsena layers --platform linux/s390x mistake.tar
