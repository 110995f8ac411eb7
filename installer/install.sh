#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Darsena and installs it for everybody on this machine: programs below /usr/local, the engine as a systemd service
# that starts with the machine, the group "darsena", the polkit actions.
#
#   installer/install.sh                 build, install, start
#   installer/install.sh --no-build      install what build/release holds already
#   DESTDIR=/some/where installer/install.sh   only copy the files there, for packaging; starts nothing
#   installer/install.sh --uninstall     stop, and remove what was installed; images, containers and volumes in
#                                        /var/lib/darsena and the group stay, and it says how to remove them
set -euo pipefail
. "$(dirname "$0")/lib.sh"

build=yes
uninstall=
for argument in "$@"; do
    case $argument in
    --no-build) build= ;;
    --uninstall) uninstall=yes ;;
    -h | --help) sed -n '3,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option $argument (see --help)" ;;
    esac
done
destination=${DESTDIR:-}
manifest=/usr/local/share/darsena/installed
units="darsena.service darsena.socket"
running_systemd() { [ -z "$destination" ] && [ -d /run/systemd/system ]; }

if [ -n "$uninstall" ]; then
    [ -f "$manifest" ] || die "$manifest is missing: nothing was installed by this script"
    if running_systemd; then
        say "Stopping the engine (containers that run go on until they are stopped or the machine is)"
        as_root systemctl disable --now $units || true
    fi
    say "Removing what was installed"
    # Only names that this script wrote, each a file of ours. The last line has no end.
    while IFS= read -r file || [ -n "$file" ]; do
        as_root rm -f -- "$file"
    done < "$manifest"
    as_root rmdir --ignore-fail-on-non-empty /usr/local/libexec/darsena
    as_root rm -f -- "$manifest"
    as_root rmdir --ignore-fail-on-non-empty -- "$(dirname "$manifest")"
    running_systemd && as_root systemctl daemon-reload
    say "Left, for you to decide: /var/lib/darsena (images, containers, volumes) and the group darsena (groupdel darsena)"
    exit 0
fi

if [ -n "$build" ]; then
    install_packages build run
    build release
fi
[ -e "$top/build/release/bin/darsena-helper" ] || die "nothing is built in build/release: run without --no-build"

say "Installing below ${destination:-/}"
as_root env ${destination:+DESTDIR="$destination"} cmake --install "$top/build/release" --strip > /dev/null
if [ -n "$destination" ]; then
    say "Done: the files are in $destination"
    exit 0
fi
as_root install -D -m 644 "$top/build/release/install_manifest.txt" "$manifest"
as_root systemd-sysusers /usr/local/lib/sysusers.d/darsena.conf

if running_systemd; then
    say "Starting the engine"
    as_root systemctl daemon-reload
    as_root systemctl enable --now darsena.socket
    # An engine that runs already is replaced by the new one; its containers go on.
    as_root systemctl enable darsena.service
    as_root systemctl restart darsena.service
else
    say "No systemd here: start the engine yourself, as root, with /usr/local/libexec/darsena/darsena-helper"
fi
cat <<'T'

Darsena is installed. The engine's socket is /run/darsena/darsena.sock.
  The studio asks for an administrator's password when it must. Whoever should not be asked, or wants to use docker:
      sudo usermod -aG darsena <user>        (then log in again; it is as good as being root)
      docker context create darsena --docker host=unix:///run/darsena/darsena.sock
      docker --context darsena ps
T
