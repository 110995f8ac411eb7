# SPDX-License-Identifier: GPL-3.0-or-later
# Compares our helper with Debian's dockerd; sourced by the docker_compare_*.sh, with the names of sections of cases.txt.
# For one section by hand:   DARSENA_BIN=… bash docker_compare.sh images
# With COMPARE_ROWS=FILE, what is not in differences.txt is added to FILE as rows, for choosing from.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
. "$here/peers/dockerd.sh"

missing=$(dockerd_missing)
[ -z "$missing" ] || skip "needs Debian's dockerd beside ours; not there: $missing(installer/test.sh brings them)"

# The commands say "docker", whatever the client's file is called.
mkdir "$work/client"
ln -s "$(command -v "$DOCKER")" "$work/client/docker"
PATH=$work/client:$PATH

start_dockerd || exit 1
start_helper || exit 1
check "busybox loads into ours" load_busybox
check "busybox loads into dockerd" p load -q -i "$("$here/base_images.sh" busybox)/busybox.tar"
COMPARE=$here/compare; export COMPARE
if python3 "$COMPARE/compare.py" --cases "$COMPARE/cases.txt" --differences "$COMPARE/differences.txt" --prelude "$COMPARE/prelude.sh" \
    --work "$work" ${COMPARE_ROWS:+--rows "$COMPARE_ROWS"} --root ours="$work/root" --root peer="$work/dockerd/data" \
    "$work/darsena.sock" "$dockerd_socket" "$@"; then
    ok "the client's commands give the same at both engines"
else
    not_ok "the client's commands give the same at both engines" "see above; a difference that must stay is listed with its reason in compare/differences.txt"
fi
