#!/bin/sh
# Starts the server that lies beside this folder once, has it answer a few commands, and keeps the JVM's record of that
# run in server.aot: the classes it loaded, linked. Every later start by the launcher uses it (JEP 483) and takes half
# the time. The record holds for this JVM and these jars only; with any others the JVM starts as if it were not there.
set -eu

launcher=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
home=${launcher%/*}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

fail() {
    echo "train.sh: $1" >&2
    cat "$work/output" >&2
    exit 1
}

rm -f "$launcher/server.aot"
# No profiles are kept: the JIT compilers would compile by them at once, and compete with the start on a small machine.
MINI_REDIS_JAVA_OPTS="${MINI_REDIS_JAVA_OPTS-} -XX:AOTCacheOutput=$launcher/server.aot -Xlog:aot=error \
    -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining" \
    "$home/mini-redis" server --port 0 --http-port 0 --data-dir "$work/data" > "$work/output" 2>&1 &
server=$!

port=
tries=0
until [ -n "$port" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then
        fail "the server did not start"
    fi
    sleep 0.1
    port=$(sed -n 's/.* is ready on [^ ]*:\([0-9]*\) .*/\1/p' "$work/output")
done
printf 'PING\nSET k v\nGET k\nINFO\n' | "$home/mini-redis" client --server "127.0.0.1:$port" > "$work/replies" 2>&1 \
    || fail "the server did not answer"

kill "$server"
stopping=$server
server=
wait "$stopping" || fail "the server did not stop cleanly"
[ -s "$launcher/server.aot" ] || fail "the JVM kept no record"
