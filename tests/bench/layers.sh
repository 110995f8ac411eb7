#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Times the layer viewer's work on generated images and prints a table, with what dive took for images of the same size
# beside it. Fails where a budget is not kept.
#
#   tests/bench/layers.sh [--program FILE] [--only NAME,…]
#
# The images (2.8 GB) are made in the cache folder the first time. --program: a bench-layers that is built already.
set -euo pipefail
. "$(dirname "$0")/../../installer/lib.sh"

program=
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --program)
            program=$2
            shift ;;
        --only)
            arguments+=(--only "$2")
            shift ;;
        *) die "unknown option $1" ;;
    esac
    shift
done
if [ -z "$program" ]; then
    build release bench-layers
    program=$top/build/release/bin/bench-layers
fi
exec python3 "$top/tests/bench/layers.py" --program "$program" --images "$cache/bench-layers" "${arguments[@]}"
