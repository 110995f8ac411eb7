#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what the tests need, builds, runs every test, and ends with CTest's summary.
#
#   installer/test.sh            every test, preset dev
#   installer/test.sh asan       unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
#   installer/test.sh tsan       unit tests under ThreadSanitizer
#   installer/test.sh dev ARGS…  ARGS go to ctest: -L unit, -R store, …
#
# Tests that need root are run as root; without root and sudo they are skipped and say so.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

preset=${1:-dev}
[ $# -eq 0 ] || shift

install_packages build run test
unpack_tools
build "$preset"

say "Testing ($preset)"
cd "$top"
if [ "$(id -u)" = 0 ] || [ "$preset" != dev ]; then
    exec ctest --preset "$preset" "$@"
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    # Windows belong to the user, the engine to root: two runs, each with its summary.
    status=0
    ctest --preset "$preset" -LE 'privileged|e2e' "$@" || status=$?
    sudo -n env PATH="$PATH" HOME="$HOME" ctest --preset "$preset" -L 'privileged|e2e' "$@" || status=$?
    exit $status
else
    echo "Not root, and sudo would ask: tests labelled privileged and e2e will skip themselves."
    exec ctest --preset "$preset" "$@"
fi
