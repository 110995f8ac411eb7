#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Docker's Python library (the package python3-docker) does its everyday work against our engine.
. "$(dirname "$0")/clients/run.sh"
/usr/bin/python3 -c 'import docker' 2>/dev/null || skip "needs the package python3-docker"
run_client "python3-docker" /usr/bin/python3 "$clients/docker_py.py"
