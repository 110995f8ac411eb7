# SPDX-License-Identifier: GPL-3.0-or-later
# What run.sh and test.sh share; sourced, not run. Expects bash.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/darsena

say() { printf '\n\033[1m==> %s\033[0m\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# as_root COMMAND… runs it as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo: run it as root, or install sudo. It wanted: $*"
    fi
}

# become_root COMMAND… is as_root for the background: the process itself becomes the command (or sudo, which hands signals
# on), so that $! is who must be told to stop.
become_root() {
    [ "$(id -u)" = 0 ] || set -- sudo "$@"
    exec "$@"
}

# packages LIST… prints the package names of installer/packages/LIST.txt.
packages() {
    local list
    for list in "$@"; do
        grep -v '^#' "$top/installer/packages/$list.txt"
    done
}

# install_packages LIST… installs what is missing, and says what.
install_packages() {
    local missing=() name
    for name in $(packages "$@"); do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# unpack_tools puts the programs of unpacked.txt below $cache/tools and their folders on PATH. Nothing is installed,
# no service is made or started.
unpack_tools() {
    local tools=$cache/tools name work
    mkdir -p "$tools"
    for name in $(packages unpacked); do
        [ -e "$tools/.$name" ] && continue
        say "Unpacking $name into $tools (not installed: it would start a service)"
        work=$(mktemp -d)
        # apt's own sandbox user cannot write into a private folder.
        (cd "$work" && apt-get -o APT::Sandbox::User=root download "$name" >/dev/null && dpkg -x ./*.deb "$tools") \
            || { rm -rf "$work"; die "cannot download the package $name"; }
        rm -rf "$work"
        touch "$tools/.$name"
    done
    PATH=$PATH:$tools/usr/bin:$tools/usr/sbin
    export PATH
}

# fresh PRESET prints the option for a first build: whole folders at once, which is faster. Those who edit the source
# configure with cmake themselves, and one changed file then rebuilds in seconds.
fresh() {
    [ -e "$top/build/$1/CMakeCache.txt" ] || echo -DDARSENA_UNITY=ON
}

# build PRESET [TARGET…] configures and builds.
build() {
    local preset=$1 log
    shift
    say "Building ($preset)"
    log=$(mktemp)
    (cd "$top" && cmake --preset "$preset" $(fresh "$preset")) > "$log" 2>&1 || { cat "$log"; rm -f "$log"; die "cmake failed"; }
    rm -f "$log"
    # One compiler a core: ninja's two more only push one another out of the processor's caches.
    (cd "$top" && cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"})
}
