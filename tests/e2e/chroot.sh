#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A helper that was started in a chroot keeps its containers in as well: nothing of the host is above their root, neither for
# a session (exec) nor for whoever makes a second chroot to get out of the first.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

: > "$work/helper.log"
mkdir "$work/all"
unshare --net --mount --propagation private sh -c 'ip link set lo up; mount --rbind / "$0"; exec chroot "$0" "$@"' "$work/all" \
    "$bin/darsena-helper" --root "$work/root" --run "$work/run" --socket "$work/darsena.sock" --libexec "$bin" >> "$work/helper.log" 2>&1 &
await_helper $! || exit 1
load_busybox >/dev/null

listing='ls -a / | sort | tr "\n" " "'
image=$(d run --rm --network none busybox sh -c "$listing")
d run -d --name one --network none busybox sh -c 'touch /here; exec sleep 1000' >/dev/null
check "a container runs" d exec one sh -c 'for i in 1 2 3 4 5 6 7 8 9; do test -e /here && exit 0; sleep 0.1; done; exit 1'
equal "a session sees the container's root" "${image}" "$(d exec one sh -c "rm /here; $listing")"
equal "and copies come from there" "${image}" "$(d cp one:/ - | tar t 2>/dev/null | sed 's|^/||' | cut -d/ -f1 | grep . | sort -u | tr '\n' ' ' | sed 's/^/. .. /')"
# The classic way out: a chroot below, then up and up from where one was.
equal "a second chroot leads nowhere" "${image}" \
    "$(d exec one sh -c 'mkdir -p /tmp/x; busybox chroot /tmp/x true 2>/dev/null; cd /; for i in 1 2 3 4 5 6; do cd ..; done; ls -a . | sort | tr "\n" " "')"
equal "the namespace's first mount is the container's" "/" "$(d exec one sh -c 'head -1 /proc/self/mountinfo | cut -d" " -f5')"
printf 'FROM busybox\nRUN ls / > /seen\n' > "$work/Dockerfile"
check "a build runs" d build -q -t seen -f "$work/Dockerfile" "$work/docker-config"
equal "and its steps see the image" "" "$(d run --rm --network none seen sh -c 'grep -x lost+found /seen; grep -x boot /seen')"
