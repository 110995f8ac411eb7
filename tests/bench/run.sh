#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures Darsena beside Debian's runc, docker and buildah, in one run on one machine, and prints a table.
#
#   tests/bench/run.sh [--install] [--rounds N] [--only run|many|noop|cold|idle] [--containers N]
#
# Needs root. --install brings the peers: runc and buildah as packages, docker and containerd unpacked into a folder
# (installing them would start services). A peer that is missing is left out of the table, and the table says so.
set -euo pipefail
. "$(dirname "$0")/../../installer/lib.sh"

arguments=()
for argument in "$@"; do
    if [ "$argument" = --install ]; then
        install_packages build run test
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends runc buildah iptables >/dev/null
        unpack_tools
        if [ ! -e "$cache/tools/.containerd" ]; then
            work=$(mktemp -d)
            (cd "$work" && apt-get -o APT::Sandbox::User=root download containerd >/dev/null && dpkg -x ./*.deb "$cache/tools")
            rm -rf "$work"
            touch "$cache/tools/.containerd"
        fi
    else
        arguments+=("$argument")
    fi
done
[ "$(id -u)" = 0 ] || die "run it as root: containers need it"

# Debian's own first: another docker may be installed, and it is Debian's that is measured.
PATH=$cache/tools/usr/bin:$cache/tools/usr/sbin:$PATH
export PATH
build release darsena-helper darsena-shim darsena-unpack darsena-oci
exec python3 "$top/tests/bench/bench.py" --bin "$top/build/release/bin" --recipes "$top/resources/recipes" "${arguments[@]}"
