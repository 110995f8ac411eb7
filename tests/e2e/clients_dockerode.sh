#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# dockerode, the Docker library of Node.js, does its everyday work against our engine.
. "$(dirname "$0")/clients/run.sh"
command -v npm >/dev/null || skip "needs node and npm"
modules=$(node_modules) || skip "npm cannot reach its registry, and dockerode is not there yet"
NODE_PATH=$modules run_client "dockerode" node "$clients/dockerode.js"
