# SPDX-License-Identifier: GPL-3.0-or-later
# What the lines of cases.txt may use beside docker; each line runs in a bash of its own that sourced this.

# terminal [WAIT TYPE]… -- COMMAND…: at a terminal, see terminal.py.
terminal() { python3 "$COMPARE/terminal.py" "$@"; }
# eventually COMMAND…: until the command succeeds, 10 s at most; its output is not shown.
eventually() {
    for _ in $(seq 100); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    echo "not within 10 s: $*" >&2
    return 1
}
# state CONTAINER [WANTED]: waits until it is in that state.
state() { eventually sh -c "[ \"\$(docker inspect -f '{{.State.Status}}' $1)\" = '$2' ]"; }
# api METHOD PATH [JSON]: the HTTP code and the answer of a request at the Engine API, without a client between.
api() { curl -sS --unix-socket "$DOCKER_SOCKET" -X "$1" ${3:+-H 'Content-Type: application/json' -d "$3"} -w '%{http_code}\n' "http://localhost$2" 2>&1; }
# get PATH: the same, only the answer, for comparing it member by member.
get() { curl -sS --unix-socket "$DOCKER_SOCKET" "http://localhost$1"; }
