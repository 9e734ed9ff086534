#!/usr/bin/env bash
# How long the server in an image takes from exec to its first PONG, in milliseconds, a line a start; last the median. Times
# are taken inside of the container, whose own making is the engine's. On an otherwise idle machine:
#
#     src/test/scripts/image_start.sh [image] [starts] [more of podman run, such as -e MINI_REDIS_JAVA_OPTS=-Xlog:gc]
set -euo pipefail

image=${1:-mini-redis:$(sed -n 's:^    <version>\(.*\)</version>$:\1:p' "$(dirname "$0")/../../../pom.xml")}
starts=${2:-11}
podman run --rm --interactive --network none --read-only --tmpfs /tmp --cap-drop ALL --memory 512m \
    --no-healthcheck --entrypoint bash "${@:3}" "$image" -s "$starts" <<'EOF' | tee -a /dev/stderr | sort -n \
    | awk '{all[NR] = $1} END {print "median " all[int((NR + 1) / 2)]}'
exec 4<> <(:) # nobody writes to it: to read from it is to wait
for ((i = 0; i < $1; i++)); do
    begin=${EPOCHREALTIME/./}
    mini-redis server --port 6379 --http-port 0 --data-dir "/tmp/data$i" >/tmp/out 2>&1 </dev/null &
    answer=
    until [[ $answer == *PONG* ]]; do # before it has read its log it says LOADING
        if { exec 3<>/dev/tcp/127.0.0.1/6379; } 2>/dev/null; then
            printf 'PING\r\n' >&3
            read -r -u 3 answer
        else
            read -r -t 0.001 -u 4 || true
        fi
    done
    end=${EPOCHREALTIME/./}
    exec 3>&-
    kill $!
    wait $! || exit 1
    echo $(((end - begin) / 1000))
done
EOF
