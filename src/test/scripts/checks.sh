#!/usr/bin/env bash
# What only a whole server can show, in about three minutes: short forms of ../shared/checks against target/mini-redis,
# as ./mvnw verify has built it, and live reload in dev mode. Run by .ci/run, or by hand.
#
# One line a check, all that a failed check said below its line, and last 'N passed, M failed'; exit code 1 if any did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

scripts=src/test/scripts
shared=../shared/checks
mini_redis=$PWD/target/mini-redis
scratch=$(mktemp -d)
export MINI_REDIS_JAVA_OPTS=-XX:TieredStopAtLevel=1 # some eighty servers start here, each for a moment
all_passed=0
all_failed=0

# Starts a command as a process group of its own, which end_started ends.
start() {
    local output=$1
    shift
    set -m
    "$@" </dev/null >"$output" 2>&1 &
    set +m
    echo $! >>"$scratch/started"
}

end_started() {
    local group deadline=$((SECONDS + 10))
    [ -e "$scratch/started" ] || return 0
    while read -r group; do
        kill -TERM -- "-$group" 2>/dev/null || continue
        while kill -0 -- "-$group" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.1; done
        kill -KILL -- "-$group" 2>/dev/null || true
    done <"$scratch/started"
    rm "$scratch/started"
}

trap 'end_started; rm -rf "$scratch"' EXIT

# Below the ports of outgoing connections, one of which could have the server's port while it restarts.
free_port() {
    python3 -c '
import random, socket
for port in random.sample(range(20000, 32000), 100):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) != 0:
            print(port)
            break'
}

redis() {
    timeout 5 redis-cli -p "$@" 2>/dev/null
}

# Waits until a server answers PING so: port, answer, seconds.
wait_for() {
    local deadline=$((SECONDS + $3))
    until [ "$(redis "$1" PING)" = "$2" ]; do
        if ((SECONDS >= deadline)); then
            echo "no answer $2 within $3 seconds"
            return 1
        fi
        sleep 0.2
    done
}

# Runs a check whose last line is 'N passed, M failed'. One that tries nothing has failed too.
check() {
    local name=$1 began=$SECONDS output passed=0 failed=1
    shift
    "$@" >"$scratch/output" 2>&1 || true
    end_started
    output=$(<"$scratch/output")
    if [[ ${output##*$'\n'} =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] \
        && ((BASH_REMATCH[1] + BASH_REMATCH[2] > 0)); then
        passed=${BASH_REMATCH[1]}
        failed=${BASH_REMATCH[2]}
    fi
    printf '%-42s %4d passed, %d failed  (%d s)\n' "$name" "$passed" "$failed" $((SECONDS - began))
    if ((failed > 0)); then printf '%s\n' "$output"; fi
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
}

# crash.py ends its servers itself, also when it is interrupted.
crash() {
    mkdir -p "$scratch/crash"
    timeout --signal=INT --kill-after=10 120 python3 "$scratch/crash.py" "$@" --dir "$scratch/crash" \
        --port "$(free_port)" --start "$mini_redis server --port {port} --data-dir {dir} --http-port 0" \
        --log '{dir}/mini-redis.log'
}

# Its tally leaves out whether the repaired log can be written to and read again.
crash_truncate() {
    local output
    output=$(crash truncate "$@") || true
    if ! grep -Eq 'restarted without loss: ([0-9]+) of \1$' <<<"$output"; then
        output+=$'\n0 passed, 1 failed'
    fi
    printf '%s\n' "$output"
}

# Redis's exact bytes, for the commands that there are.
protocol() {
    local port
    port=$(free_port)
    start "$scratch/server.out" "$mini_redis" server --port "$port" --data-dir "$scratch/data" --http-port 0
    wait_for "$port" PONG 30 || { cat "$scratch/server.out"; return 1; }
    python3 "$scripts/known_cases.py" "$port" <"$shared/protocol.json" >"$scratch/protocol.json"
    timeout 120 python3 "$scratch/protocol.py" --port "$port" --show
}

# A copy of the sources is edited while quarkus:dev runs them: the answer changes, and the key is still there.
live_reload() {
    local copy=$scratch/dev port
    port=$(free_port)
    mkdir -p "$copy/src"
    cp -R pom.xml mvnw .mvn "$copy"
    cp -R src/main "$copy/src"
    (
        cd "$copy"
        start "$copy/out" ./mvnw --batch-mode quarkus:dev -Dspotless.check.skip -Ddebug=false \
            "-Dquarkus.args=server --port $port --data-dir $copy/data --http-port 0"
    )
    if wait_for "$port" PONG 180 \
        && [ "$(redis "$port" SET key value)" = OK ] \
        && sed -i.before 's/"+PONG/"+RELOADED/' "$copy/src/main/java/dev/miniredis/resp/Reply.java" \
        && wait_for "$port" RELOADED 30 \
        && [ "$(redis "$port" GET key)" = value ]; then
        echo '1 passed, 0 failed'
    else
        cat "$copy/out"
        echo '0 passed, 1 failed'
    fi
}

if [ -d "$shared" ]; then
    cp "$shared/crash.py" "$shared/protocol.py" "$scripts/fsyncspy.c" "$scratch"
    check 'acknowledged writes after kill -9' crash kill --kills 8
    check 'acknowledged writes after a power loss' crash powerloss --kills 4
    check 'torn ends of the log' crash_truncate --max-offsets 16
    check 'torn ends of the log, zeroes behind' crash_truncate --max-offsets 8 --pad zero
    check 'flipped bytes in the log' crash flip --flips 8
    check "Redis's protocol" protocol
else
    echo "There is no $shared: its checks are left out."
fi
check 'live reload in dev mode' live_reload

echo "$all_passed passed, $all_failed failed"
((all_failed == 0))
