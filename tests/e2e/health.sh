#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Health checks with the real client: what they run, how they count, what is shown, and that they outlive the helper.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

start_helper || exit 1
load_busybox >/dev/null
health() { d inspect -f '{{.State.Health.Status}}' "$1" 2>&1; }
streak() { d inspect -f '{{.State.Health.FailingStreak}}' "$1"; }
box() { d run -d --network none "$@"; }

# healthy, unhealthy, healthy again; events
box --name one --health-cmd 'test ! -e /bad || { echo gone wrong; exit 3; }' --health-interval 100ms --health-retries 2 busybox sleep 1000 >/dev/null
has "it starts as 'starting'" '^(starting|healthy)$' "$(health one)"
until_is "and becomes healthy" 10 healthy health one
has "ps says so" '^Up .* \(healthy\)$' "$(d ps --filter name=one --format '{{.Status}}')"
equal "filter health" one "$(d ps --filter health=healthy --format '{{.Names}}')"
equal "filter health, another" "" "$(d ps --filter health=unhealthy --format '{{.Names}}')"
fails "filter health, nonsense" 1 "invalid filter 'health" d ps --filter health=happy
equal "the check is in the configuration" '["CMD-SHELL","test ! -e /bad || { echo gone wrong; exit 3; }"] 100000000 2' \
    "$(d inspect -f '{{json .Config.Healthcheck.Test}} {{.Config.Healthcheck.Interval.Nanoseconds}} {{.Config.Healthcheck.Retries}}' one)"
d exec one touch /bad
until_is "it becomes unhealthy" 10 unhealthy health one
has "the log has the output and the code" '^3 gone wrong$' "$(d inspect -f '{{range .State.Health.Log}}{{.ExitCode}} {{.Output}}{{end}}' one)"
check "the streak counts on" test "$(streak one)" -ge 2
has "ps says that too" '\(unhealthy\)$' "$(d ps --filter name=one --format '{{.Status}}')"
d exec one rm /bad
until_is "it recovers" 10 healthy health one
equal "the streak is over" 0 "$(streak one)"
equal "five results are kept" 5 "$(d inspect -f '{{len .State.Health.Log}}' one)"
events=$(d events --since 60s --until "$(date +%s.%N)" --filter container=one --filter event=health_status --format '{{.Action}}')
equal "the changes are events" "health_status: healthy
health_status: unhealthy
health_status: healthy" "$(head -3 <<< "$events")"

# bounds: output, time; programs that are not there
box --name loud --health-cmd 'head -c 10000 /dev/zero | tr "\0" x' --health-interval 100ms busybox sleep 1000 >/dev/null
box --name slow --health-cmd 'echo early; sleep 60' --health-timeout 2s --health-interval 100ms --health-retries 1 busybox sleep 1000 >/dev/null
d create --name absent --network none busybox sleep 1000 >/dev/null && d rm absent >/dev/null
until_is "much output is no failure" 10 healthy health loud
equal "and is cut" 4099 "$(d inspect -f '{{(index .State.Health.Log 0).Output}}' loud | tr -d '\n' | wc -c)"
until_is "a check that takes too long fails" 10 unhealthy health slow
has "and says so, with what it said" '^-1 Health check exceeded timeout \(2s\): early' "$(d inspect -f '{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}' slow)"
until_is "its process is gone with it" 10 1 sh -c "$DOCKER exec slow ps -o args | grep -c 'sleep 60\$' | tr -d '\n'; true"
d rm -f loud slow >/dev/null

# start period, NONE, an image's check
# Durations as the API has them: nanoseconds.
raw start --name early '{"Image": "busybox", "Cmd": ["sleep", "1000"], "HostConfig": {"NetworkMode": "none"}, "Healthcheck":
    {"Test": ["CMD-SHELL", "exit 1"], "Interval": 3600000000000, "Retries": 1, "StartPeriod": 3600000000000, "StartInterval": 100000000}}' >/dev/null
until_is "failures in the start period are in the log" 10 5 d inspect -f '{{len .State.Health.Log}}' early
equal "but do not count" "starting 0" "$(health early) $(streak early)"
has "ps says that it starts" '\(health: starting\)$' "$(d ps --filter name=early --format '{{.Status}}')"
d build -q -t checked - >/dev/null 2>&1 <<'IMAGE'
FROM busybox
HEALTHCHECK --interval=100ms --retries=1 CMD ["true"]
CMD ["sleep", "1000"]
IMAGE
box --name image checked >/dev/null
until_is "an image's check is run" 10 healthy health image
box --name none --no-healthcheck checked >/dev/null
has "unless it is switched off" '^<nil>|no value|nil pointer|map has no entry' "$(d inspect -f '{{.State.Health}}' none 2>&1)"
has "ps says nothing of it" '^Up [^(]*$' "$(d ps --filter name=none --format '{{.Status}}')"
fails "an interval below a millisecond" 125 'Interval in Healthcheck cannot be less than 1ms' d run --health-cmd true --health-interval 1us busybox

# pause, stop, and a helper that dies
d pause image >/dev/null
has "a paused one is paused" '\(Paused\)$' "$(d ps --filter name=image --format '{{.Status}}')"
d unpause image >/dev/null
d stop -t 0 image >/dev/null
equal "what does not run is not healthy" unhealthy "$(health image)"
d start image >/dev/null
until_is "and is again when it runs" 10 healthy health image
box --name stuck --health-cmd 'sleep 300' --health-interval 100ms --health-timeout 1h busybox sleep 1000 >/dev/null
until_is "a check is under way" 10 1 sh -c "$DOCKER exec stuck ps -o args | grep -c '^sleep 300'"
before=$(d inspect -f '{{(index .State.Health.Log 0).Start}}' one)
stop_helper KILL
start_helper || exit 1
equal "kill -9: the status is still known" healthy "$(health one)"
until_is "and the checks go on" 10 true sh -c "[ \"\$($DOCKER inspect -f '{{(index .State.Health.Log 0).Start}}' one)\" != '$before' ] && echo true"
d exec one touch /bad
until_is "and count" 10 unhealthy health one
until_is "the check that was under way is ended" 10 1 sh -c "$DOCKER exec stuck ps -o args | grep -c '^sleep 300'"
equal "no session is left behind" "" "$(d rm -f one early image none stuck >/dev/null; sleep 0.3; ls "$work/run/execs" | grep -v json)"
