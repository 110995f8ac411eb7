#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The helper is killed with -9 at random moments while clients create, start, exec, stop, kill, pause, rename, restart and
# remove, and is started again. Containers run on, exit codes, logs and published ports survive, the second try of what was
# cut off succeeds, and the invariants hold after each round.
#
#   KILL_NINE_ROUNDS=200 KILL_NINE_SEED=… tests/e2e/kill_nine.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
command -v nsenter >/dev/null && command -v nft >/dev/null && command -v python3 >/dev/null || skip "needs nsenter, nft and python3"
python3 -c 'import sqlite3' 2>/dev/null || skip "needs python3's sqlite3"

rounds=${KILL_NINE_ROUNDS:-40}
seed=${KILL_NINE_SEED:-$RANDOM$RANDOM}
echo "seed $seed, $rounds rounds"
image=$("$here/base_images.sh" busybox)/busybox.tar
unshare --net --mount --propagation private sh -c 'ip link set lo up; exec "$@"' sh \
    python3 "$here/kill_nine.py" --bin "$bin" --work "$work" --image "$image" --rounds "$rounds" --seed "$seed" > "$work/out" 2>&1
code=$?
cat "$work/out"
equal "$rounds rounds of kill -9 (seed $seed)" 0 $code
if [ $code -ne 0 ]; then
    # What a failed run leaves, so that the machine is clean for the next test.
    grep -h . "$work"/run/shims/*/pid "$work"/run/execs/*/pid 2>/dev/null | while read -r first monitor; do
        [ "$(cat "/proc/$monitor/comm" 2>/dev/null)" = darsena-shim ] && kill -9 "$monitor" "$first" 2>/dev/null
    done

fi
