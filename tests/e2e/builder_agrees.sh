#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What Debian's BuildKit refuses, "darsena lint" refuses, and nothing else: on hundreds of right and wrong Dockerfiles
# (builder_agrees.py), without running or pulling anything.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
. "$here/peers/dockerd.sh"

missing=$(dockerd_missing)
[ -z "$missing" ] || skip "needs Debian's dockerd; not there: $missing(installer/test.sh brings it)"
[ -x "$bin/darsena" ] || skip "needs the darsena command"

start_dockerd || exit 1
check "busybox loads" p load -q -i "$("$here/base_images.sh" busybox)/busybox.tar"
if python3 "$here/builder_agrees.py" --lint "$bin/darsena" --work "$work/files" "$dockerd_socket"; then
    ok "the builder and we agree about every file"
else
    not_ok "the builder and we agree about every file" "see above; what must differ is listed with its reason in builder_agrees.py"
fi
