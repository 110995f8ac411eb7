#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What "darsena lint" calls a BuildError our engine's builder refuses, with the same sentence, and nothing else: on the
# hundreds of right and wrong Dockerfiles about which lint agrees with BuildKit (builder_agrees.sh).
set -uo pipefail
. "$(dirname "$0")/lib.sh"

[ -x "$bin/darsena" ] || skip "needs the darsena command"
start_helper || exit 1
check "busybox loads" load_busybox
if python3 "$here/builder_agrees.py" --lint "$bin/darsena" --work "$work/files" --engine "$work/darsena.sock"; then
    ok "the builder refuses what lint refuses"
else
    not_ok "the builder refuses what lint refuses" "see above"
fi
