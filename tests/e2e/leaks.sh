#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Streams that are opened and left, clients that read nothing, uploads that stop half way: descriptors, threads and memory
# of the helper come back to where they were, and everybody else is served meanwhile.
#
#   LEAK_CYCLES=10000 tests/e2e/leaks.sh
set -uo pipefail
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip "needs python3"

start_helper --log-level error || exit 1
check "busybox loads" load_busybox
python3 "$here/leaks.py" --work "$work" --helper "$helper_pid" --cycles "${LEAK_CYCLES:-1000}" > "$work/out" 2>&1
code=$?
cat "$work/out"
equal "nothing leaks" 0 $code
equal "the engine is in order after it all" "" "$(python3 "$here/invariants.py" --root "$work/root" --run "$work/run" --helper "$helper_pid" --settle 5)"
