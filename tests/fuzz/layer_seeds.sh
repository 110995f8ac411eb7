#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layer_seeds.sh SEEDS: where fuzzing of layers begins: what GNU tar writes in its formats, and small image archives.
set -eu
seeds=$1
rm -rf "$seeds"
mkdir -p "$seeds"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# keep NAME KIND FILE: \200 a layer, \201 an archive, both with checksums mended
keep() {
    { printf "$2"; cat "$3"; } > "$seeds/$1"
}
pack() {
    tar --sort=name --mtime=@1700000000 --owner=0 --group=0 -b 2 "$@"
}

mkdir -p base/etc base/usr/lib base/var holes
echo root:x:0:0 > base/etc/passwd
ln base/etc/passwd base/etc/passwd-
ln -s usr/lib base/lib
echo library > base/usr/lib/x
mkfifo base/var/pipe
chmod 4755 base/usr/lib/x
truncate -s 70000 holes/sparse
printf end >> holes/sparse
mkdir -p top/etc top/var "top/$(printf 'd%.0s' $(seq 90))"
: > top/etc/.wh.passwd
: > top/var/.wh..wh..opq
echo new > top/var/new
echo deep > "top/$(printf 'd%.0s' $(seq 90))/file"
for format in ustar gnu posix v7; do
    [ $format != v7 ] || rm base/var/pipe # which that one cannot hold
    pack --format=$format -C base -cf base-$format.tar .
    keep "base-$format" '\200' base-$format.tar
    pack --format=$format -C top -cf top-$format.tar .
    keep "top-$format" '\200' top-$format.tar
done
for version in 0.0 0.1 1.0; do
    pack --sparse --sparse-version=$version -C holes -cf sparse.tar . && keep "sparse-$version" '\200' sparse.tar
done
pack --format=gnu --sparse -C holes -cf sparse.tar . && keep sparse-gnu '\200' sparse.tar
pack --format=posix --pax-option=globexthdr.name=g,comment=hello -C base -cf global.tar etc && keep global '\200' global.tar
gzip -c top-ustar.tar > top.gz && keep top-gzip '\000' top.gz
zstd -qc top-ustar.tar > top.zst 2> /dev/null && keep top-zstd '\000' top.zst

sum() {
    sha256sum "$1" | cut -d' ' -f1
}
config() {
    printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s"]},"history":[{"created_by":"a"},{"created_by":"b"}]}' \
        "$(sum base-ustar.tar)" "$(sum top-ustar.tar)"
}
# docker-archive. The configuration's name is no digest, so that it can change.
mkdir -p docker/one docker/two
cp base-ustar.tar docker/one/layer.tar
cp top-ustar.tar docker/two/layer.tar
config > docker/config.json
printf '[{"Config":"config.json","RepoTags":["a:b"],"Layers":["one/layer.tar","two/layer.tar"]}]' > docker/manifest.json
pack --format=ustar -C docker -cf docker.tar . && keep docker '\201' docker.tar
ln -sf ../one/layer.tar docker/two/layer.tar
pack --format=ustar -C docker -cf docker.tar . && keep docker-link '\201' docker.tar
# OCI layout
mkdir -p layout/blobs/sha256
blob() {
    cp "$1" "layout/blobs/sha256/$(sum "$1")"
    printf '{"mediaType":"%s","digest":"sha256:%s","size":%s}' "$2" "$(sum "$1")" "$(wc -c < "$1")"
}
config > config.json
printf '{"schemaVersion":2,"config":%s,"layers":[%s,%s]}' "$(blob config.json application/vnd.oci.image.config.v1+json)" \
    "$(blob base-ustar.tar application/vnd.oci.image.layer.v1.tar)" "$(blob top-ustar.tar application/vnd.oci.image.layer.v1.tar)" > manifest.json
printf '{"schemaVersion":2,"manifests":[%s]}' "$(blob manifest.json application/vnd.oci.image.manifest.v1+json)" > layout/index.json
printf '{"imageLayoutVersion":"1.0.0"}' > layout/oci-layout
pack --format=ustar -C layout -cf layout.tar . && keep layout '\201' layout.tar
# An index: one directory, one file, the sums.
printf '\002\001\000\003etc\001\000\355\003\000\000\000\001\003\002/x\000\000\244\003\000\000\000\005\000\002\001\005' > "$seeds/index"
