#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with_agent.sh COMMAND…: becomes the command, for which polkit's agent asks for passwords on this terminal.
ready=$(mktemp -u)
mkfifo "$ready"
pkttyagent --process $$ --notify-fd 5 5> "$ready" &
cat "$ready"
rm "$ready"
exec "$@"
