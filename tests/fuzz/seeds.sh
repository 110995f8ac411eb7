#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# seeds.sh DATA SEEDS: where fuzzing begins: the Dockerfiles of the tests, and the text of each case of each rule.
set -eu
data=$1 seeds=$2
rm -rf "$seeds"
mkdir -p "$seeds"
number=0
find "$data" -name Dockerfile -o -name 'Dockerfile.*' | sort | while read -r file; do
    number=$((number + 1))
    cp "$file" "$seeds/file-$number"
done
for file in "$data"/rules/*.cases; do
    awk -v base="$seeds/$(basename "$file" .cases)" '
        /^== / { out = base "-" ++number; next }
        out { print > out }' "$file"
done
