#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The docker client gives the same at our engine and at dockerd: these sections of compare/cases.txt.
. "$(dirname "$0")/compare/run.sh" port network
