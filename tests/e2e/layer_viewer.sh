#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a viewer of layers is told about images that Docker's client built: which line made what, and the layers' files,
# compared with what docker save gives.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
for tool in curl python3 tar; do command -v $tool >/dev/null || skip "needs $tool"; done

api() { curl -sS --max-time 60 --unix-socket "$work/darsena.sock" "$@"; }
ours=http://x/darsena/v1/images
# origins IMAGE: "dockerfile:line-end stage" of each history entry that is known, "?" of the others
origins() {
    api "$ours/$1/description" | python3 -c '
import json, sys
for origin in json.load(sys.stdin)["origins"]:
    print("{dockerfile}:{line}-{endLine} {stage}".format(**origin) if origin else "?")'
}

start_helper || exit 1
load_busybox >/dev/null || exit 1

mkdir -p "$work/project/docker"
cat > "$work/project/docker/Dockerfile" <<'END'
# Built by several stages.
ARG WHAT=hello

FROM busybox AS build
ARG WHAT
RUN mkdir -p /out/deep && \
    echo $WHAT > /out/deep/file && \
    ln /out/deep/file /out/second && chmod 4750 /out/deep/file && \
    chown -R 12:34 /out && touch -d @1234567890 /out/deep/file
RUN echo never needed > /waste

FROM busybox
ENV A=b
COPY --from=build /out /out
RUN <<EOF
rm -r /out/deep /bin/vi
ln -s /out/second /link
EOF

CMD ["cat",
     "/link"]
END
if ! d image inspect busybox >/dev/null 2>&1; then not_ok "busybox is there"; exit 1; fi

echo "== Lines"
base=$(d history -q busybox | wc -l)
unknown=$(yes '?' | head -n "$base")
wanted="$unknown
docker/Dockerfile:13-13 1
docker/Dockerfile:14-14 1
docker/Dockerfile:15-18 1
docker/Dockerfile:20-21 1"
sed -i 's/^CMD \["cat",$/CMD ["cat", \\/' "$work/project/docker/Dockerfile"
check "a build with several stages" d build -q -t app -f "$work/project/docker/Dockerfile" "$work/project"
equal "its lines are the file's" "$wanted" "$(origins app)"
id=$(d image inspect -f '{{.Id}}' app)

stop_helper KILL
start_helper || exit 1
equal "the same after the helper was killed" "$wanted" "$(origins "$id")"
check "built again, everything cached" d build -q -t app -f "$work/project/docker/Dockerfile" "$work/project"
equal "still the same image" "$id" "$(d image inspect -f '{{.Id}}' app)"
equal "and lines" "$wanted" "$(origins app)"

# The same steps in another file: it was built last.
mkdir "$work/other"
{ echo; cat "$work/project/docker/Dockerfile"; } > "$work/project/Dockerfile"
check "the same image from another file" d build -q -t second "$work/project"
equal "is the same" "$id" "$(d image inspect -f '{{.Id}}' second)"
equal "and comes from the newest build" "$unknown
Dockerfile:14-14 1
Dockerfile:15-15 1
Dockerfile:16-19 1
Dockerfile:21-22 1" "$(origins app)"
# A file outside the context: the client sends it under a name of its own making.
cp "$work/project/docker/Dockerfile" "$work/other/Dockerfile"
check "a file from outside the context" d build -q -t third -f "$work/other/Dockerfile" "$work/project"
has "has lines and no name" "^:13-13 1" "$(origins app | sed -n "$((base + 1))p")"
equal "an image from elsewhere has none" "$unknown" "$(origins busybox)"

echo "== Layers"
layers=$(api "$ours/app/description" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["layers"]))')
equal "as many layers as docker says" "$(d image inspect -f '{{len .RootFS.Layers}}' app)" "$layers"
d save app > "$work/app.tar" && mkdir "$work/app" && tar -xf "$work/app.tar" -C "$work/app"
# The base's tar calls everything "./…", and has the root itself.
list() { tar --numeric-owner --full-time -tvf "$1" | grep -v '/\.wh\.' | sed -E 's/ +/ /g; / \.\/$/d; s/ \.\// /' | sort -k6; }
for n in $(seq 0 $((layers - 1))); do
    api "$ours/app/diffs/$n/archive?only=1" > "$work/layer.tar"
    blob=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[0]["Layers"][int(sys.argv[2])])' "$work/app/manifest.json" "$n")
    equal "layer $n holds what docker save's does" "$(list "$work/app/$blob")" "$(list "$work/layer.tar")"
    equal "and its index as many bytes as promised" \
        "$(api "$ours/app/description" | python3 -c "import json, sys; print(json.load(sys.stdin)['layers'][$n]['indexBytes'])")" \
        "$(api "$ours/app/diffs/$n/index" | wc -c)"
done
top=$((layers - 1))
api "$ours/app/diffs/$top/archive" > "$work/all.tar"
d create --name looked app >/dev/null && d export looked > "$work/export.tar"
# A container has files of its own: the engine's mount points.
containers_own='etc/(hosts|hostname|resolv\.conf)|(dev|proc|sys)/$|dev/(console|pts|shm|mqueue)|etc/mtab ->|\.dockerenv'
equal "everything visible is what docker export has" "$(list "$work/export.tar" | grep -vE " ($containers_own)")" "$(list "$work/all.tar" | grep -vE " ($containers_own)")"
d rm looked >/dev/null
equal "a file of a layer" "hello" "$(api "$ours/app/diffs/$((top - 1))/file?path=out/deep/file")"
equal "by its other name" "hello" "$(api "$ours/app/diffs/$((top - 1))/file?path=out/second")"
status() { api -o "$work/answer" -w '%{http_code}' "$@"; }
equal "what the next layer removed is not visible" 404 "$(status "$ours/app/diffs/$top/archive?path=out/deep")"
equal "but below" 200 "$(status "$ours/app/diffs/$((top - 1))/archive?path=out/deep")"
equal "a file that the layer does not store" 404 "$(status "$ours/app/diffs/$top/file?path=out/second")"
has "says so" 'layer [0-9]+ of app stores no out/second' "$(cat "$work/answer")"
equal "a link is no file" 400 "$(status "$ours/app/diffs/$top/file?path=link")"
equal "a way out" 400 "$(status "$ours/app/diffs/$top/file?path=../../../../etc/passwd")"
equal "a layer that is not there" 404 "$(status "$ours/app/diffs/99/index")"
equal "an image that is not there" 404 "$(status "$ours/none/description")"
