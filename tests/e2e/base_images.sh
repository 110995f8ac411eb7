#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the base images of the tests once, in ~/.cache/darsena/images, and prints that folder:
#   busybox.tar   from the package busybox-static
#   debian.tar    with gcc and the C library, by mmdebstrap (a minute, needs the package mirror)
#
#   base_images.sh [busybox] [debian]      default: both
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
recipes=$here/../../resources/recipes
images=${XDG_CACHE_HOME:-$HOME/.cache}/darsena/images
mkdir -p "$images"

# make NAME COMMAND…: an archive appears whole or not at all, also when two tests ask at once.
make() {
    local name=$1
    shift
    (
        flock 9
        [ -s "$images/$name.tar" ] && exit 0
        "$@" "$images/$name.tar.new" ${packages:-}
        mv "$images/$name.tar.new" "$images/$name.tar"
    ) 9> "$images/.lock" >&2
}

wanted=${*:-busybox debian}
for name in $wanted; do
    case $name in
    busybox) make busybox "$recipes/busybox.sh" ;;
    debian) packages="gcc libc6-dev" make debian "$recipes/debian.sh" ;;
    *) echo "base_images.sh: unknown image $name" >&2; exit 2 ;;
    esac
done
echo "$images"
