#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docker-compose 1.29 (Debian's package) brings up, scales, looks into and takes down a project of three services.
. "$(dirname "$0")/clients/run.sh"
[ -x /usr/bin/docker-compose ] || skip "needs the package docker-compose"

# Runs in the folder of one engine; DOCKER_HOST says which.
session() {
    cp -r "$clients/compose" project && cd project || return 1
    local c="/usr/bin/docker-compose --no-ansi -p trio" failures=0 out
    # fails WHAT, or says so: the output goes below it.
    step() {
        local what=$1
        shift
        if out=$("$@" 2>&1); then echo "ok: $what"; else failures=$((failures + 1)); printf 'NOT OK: %s (exit %d)\n%s\n' "$what" $? "$(sed 's/^/    /' <<< "$out")"; fi
    }
    says() { if grep -qE -- "$2" <<< "$out"; then echo "ok: $1"; else failures=$((failures + 1)); printf 'NOT OK: %s\n    wanted: %s\n%s\n' "$1" "$2" "$(sed 's/^/    /' <<< "$out")"; fi; }

    step "config is understood" $c config -q
    step "up" $c up -d
    says "the database was waited for" 'trio_db_1 *\.\.\. done|Creating trio_db_1'
    step "ps" $c ps
    says "the web service runs and shows its port" 'trio_web_1 .* Up .*127\.0\.0\.1:8099->80/tcp'
    says "the database is healthy" 'trio_db_1 .*Up \(healthy\)'
    step "the page is served on the published port" busybox wget -q -O - http://127.0.0.1:8099/
    says "and was built with the argument" '^served by compose$'
    step "exec" $c exec -T web sh -c 'echo $DATABASE'
    says "has the environment" '^db$'
    step "names of services are found" $c exec -T worker ping -c 1 -W 3 db
    step "so are aliases" $c exec -T web ping -c 1 -W 3 database
    step "but not on a network that is not shared" $c exec -T worker sh -c '! ping -c 1 -W 1 www'
    step "port" $c port web 80
    says "tells where" '^127\.0\.0\.1:8099$'
    step "scale" $c up -d --scale worker=3 worker
    step "three workers" sh -c "[ \$($c ps -q worker | wc -l) = 3 ]"
    step "back to one" $c up -d --scale worker=1 worker
    step "one worker" sh -c "[ \$($c ps -q worker | wc -l) = 1 ]"
    step "logs" $c logs --tail 2 worker
    says "of the worker" 'worker_1 .*working for db'
    step "top" $c top db
    says "shows processes" 'sh -c'
    step "run" $c run --rm --no-deps -T worker echo once
    says "prints" '^once'
    step "stop and start" sh -c "$c stop -t 1 worker && $c start worker"
    step "pause and unpause" sh -c "$c pause worker && $c unpause worker"
    step "restart keeps the volume" $c restart -t 1 db
    step "both rows are there" $c exec -T db cat /data/table
    says "two rows" '^row$'
    step "up again changes nothing" $c up -d
    says "all are up to date" 'trio_db_1 is up-to-date'
    step "a changed service is made anew" sh -c "sed -i 's/DATABASE=db/DATABASE=other/' docker-compose.yml && $c up -d worker"
    says "recreated" '[Rr]ecreat'
    step "images" $c images
    says "of all services" 'trio_web'
    step "down keeps the volume" $c down -t 1
    step "it is there" docker volume inspect trio_data
    step "networks are gone" sh -c '! docker network ls --format "{{.Name}}" | grep trio'
    step "down -v takes it away, and the built image" $c down -v --rmi local
    step "no container is left" sh -c '[ -z "$(docker ps -aq)" ]'
    step "no volume is left" sh -c '[ -z "$(docker volume ls -q)" ]'
    step "no image is left" sh -c '! docker image inspect trio_web'
    return $((failures > 0))
}
export -f session
export clients
run_client "docker-compose" bash -c session
