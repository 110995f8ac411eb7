#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# testcontainers for Node.js runs unchanged against our engine. Ryuk, its sweeper, is switched off: its image is in a registry
# that tests do not reach.
. "$(dirname "$0")/clients/run.sh"
command -v npm >/dev/null || skip "needs node and npm"
modules=$(node_modules) || skip "npm cannot reach its registry, and testcontainers is not there yet"
export TESTCONTAINERS_RYUK_DISABLED=true
NODE_PATH=$modules run_client "testcontainers" node "$clients/testcontainers.js"
