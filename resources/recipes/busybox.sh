#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the archive of the image busybox:latest from the Debian package busybox-static:
#
#   busybox.sh OUT.tar
set -eu
out=$1
here=$(cd "$(dirname "$0")" && pwd)
busybox=$(command -v busybox) || { echo "busybox.sh: install the package busybox-static first" >&2; exit 2; }
if "$busybox" --list >/dev/null 2>&1 && ldd "$busybox" >/dev/null 2>&1; then
    echo "busybox.sh: $busybox is not static: install the package busybox-static" >&2
    exit 2
fi

root=$(mktemp -d)
trap 'rm -rf "$root" "$root.tar"' EXIT
# mktemp makes it private; an image's root is everybody's.
chmod 755 "$root"
mkdir -p "$root/bin" "$root/etc" "$root/home" "$root/root" "$root/usr/bin" "$root/var"
mkdir -m 1777 "$root/tmp"
cp "$busybox" "$root/bin/busybox"
chmod 755 "$root/bin/busybox"
for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
cat > "$root/etc/passwd" <<'P'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
P
cat > "$root/etc/group" <<'P'
root:x:0:
daemon:x:1:
nobody:x:65534:
P
chmod 700 "$root/root"
chmod 644 "$root/etc/passwd" "$root/etc/group"
tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$root.tar" .
"$here/image_archive.sh" "$root.tar" busybox:latest "$out" sh
