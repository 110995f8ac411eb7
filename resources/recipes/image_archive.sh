#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Wraps a root file system into an image archive that every engine loads (the layout of `docker save`):
#
#   image_archive.sh ROOT.tar NAME:TAG OUT.tar [COMMAND…]
#
# ROOT.tar is an uncompressed tar of the root. The same input gives the same bytes, and so the same image id.
set -eu
root=$1 name=$2 out=$3
shift 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

layer=$(sha256sum < "$root" | cut -d' ' -f1)
mkdir "$work/$layer"
cp "$root" "$work/$layer/layer.tar"

command=
for word in "$@"; do
    command="$command${command:+,}\"$word\""
done
printf '%s' "{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2024-01-01T00:00:00Z\",\
\"config\":{\"Env\":[\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"],\"Cmd\":[$command]},\
\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$layer\"]},\
\"history\":[{\"created\":\"2024-01-01T00:00:00Z\",\"created_by\":\"$name from Debian packages\"}]}" > "$work/config.json"
config=$(sha256sum < "$work/config.json" | cut -d' ' -f1)
mv "$work/config.json" "$work/$config.json"
printf '%s' "[{\"Config\":\"$config.json\",\"RepoTags\":[\"$name\"],\"Layers\":[\"$layer/layer.tar\"]}]" > "$work/manifest.json"

tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -cf "$out" \
    manifest.json "$config.json" "$layer"
