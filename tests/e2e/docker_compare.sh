#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The docker client gives the same at our engine and at dockerd: these sections of compare/cases.txt, or those named.
[ $# -gt 0 ] || set -- version images build context
. "$(dirname "$0")/compare/run.sh" "$@"
