#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the archive of an image debian:bookworm, with the PACKAGES added, by mmdebstrap:
#
#   debian.sh OUT.tar [PACKAGE…]
#
# Takes a minute and needs the package mirror; keep the archive.
set -eu
out=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
command -v mmdebstrap >/dev/null || { echo "debian.sh: install the package mmdebstrap first" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
include=$(echo "$*" | tr ' ' ',')
mmdebstrap --quiet --variant=minbase --mode=root ${include:+--include="$include"} \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    bookworm "$work/root.tar"
"$here/image_archive.sh" "$work/root.tar" debian:bookworm "$out" bash
