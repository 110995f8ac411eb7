#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Attacks on the engine's API, and by what images say of themselves. Each is performed against a real helper; what must not
# happen is looked for afterwards: in the containers, in the helper's log, in its memory and outside of its folders.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
command -v nsenter >/dev/null && command -v nft >/dev/null && command -v python3 >/dev/null || skip "needs nsenter, nft and python3"

# Must be seen in no container, whatever its environment asks for.
export CANARY=host-environment-secret
start_helper --log-level debug || exit 1
check "busybox loads" load_busybox
image=$("$here/base_images.sh" busybox)/busybox.tar
echo untouched > "$work/sentinel"
python3 "$here/attacks_api.py" --bin "$bin" --work "$work" --helper "$helper_pid" --image "$image" > "$work/out" 2>&1
code=$?
cat "$work/out"
equal "every attack fails" 0 $code
equal "the file beside the engine's folders is as it was" untouched "$(cat "$work/sentinel")"
left=$(d ps -aq)
[ -z "$left" ] || d rm -f $left >/dev/null
equal "the engine is in order after it all" "" "$(python3 "$here/invariants.py" --root "$work/root" --run "$work/run" --helper "$helper_pid" --settle 5)"
