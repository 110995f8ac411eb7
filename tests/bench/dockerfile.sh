#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Times what an editor needs, Darsena beside npm's dockerfile-utils and dockerfile-language-service, in one run on one
# machine, and prints a table. Fails where a budget is not kept.
#
#   tests/bench/dockerfile.sh [--install] [--program FILE]
#
# --install brings the peers into the cache folder (npm install). A peer that is missing is left out of the table, and the
# table says so. --program: a bench-dockerfile that is built already.
set -euo pipefail
. "$(dirname "$0")/../../installer/lib.sh"

modules=$cache/bench-dockerfile
program=
while [ $# -gt 0 ]; do
    case $1 in
        --install)
            mkdir -p "$modules"
            npm install --prefix "$modules" --silent --no-audit --no-fund \
                dockerfile-utils@0.16.3 dockerfile-language-service@0.16.1 vscode-languageserver-textdocument@1 ;;
        --program)
            program=$2
            shift ;;
        *) die "unknown option $1" ;;
    esac
    shift
done
if [ -z "$program" ]; then
    build release bench-dockerfile
    program=$top/build/release/bin/bench-dockerfile
fi
exec python3 "$top/tests/bench/dockerfile.py" --program "$program" --modules "$modules"
