#!/bin/sh
# Starts the server that lies beside this folder once, has it answer a few commands, and makes of the classes that it
# loaded the JVM's record of a start, server.aot (JEP 483). Every later start by the launcher uses it and takes half the
# time. The record holds for this JVM and these jars only; with any others the JVM starts as if it were not there.
#
# The same JVM makes the same record of the same jars, to the byte: see src/main/packaging/StartRecord.java, whose class
# lies in this folder when it runs.
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
# The heap is large enough for never being collected: what that loads would depend on when it happens.
MINI_REDIS_JAVA_OPTS="${MINI_REDIS_JAVA_OPTS-} -Xmx512m -Xmn384m -XX:DumpLoadedClassList=$work/classes" \
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

# Long enough for what happens once a second to have happened.
sleep 3
kill "$server"
stopping=$server
server=
wait "$stopping" || fail "the server did not stop cleanly"

jdk_tool=java
. "$launcher/find-jdk.sh"
jars=$home/quarkus-app/quarkus-run.jar

tool() {
    "$JAVA_HOME/bin/java" -Xshare:auto -cp "$jars:$launcher" StartRecord "$@" > "$work/output" 2>&1 || fail "no record"
}

# Of a heap that does not depend on the machine, and with hashes that do not depend on chance.
record() {
    "$JAVA_HOME/bin/java" "@$launcher/jvm.options" -Xmx512m -Xshare:dump -XX:+AOTClassLinking \
        -XX:+UnlockExperimentalVMOptions -XX:hashCode=3 -XX:SharedClassListFile="$work/list" \
        -XX:SharedArchiveFile="$1" -cp "$jars" > "$work/output" 2>&1 || fail "the JVM made no record"
}

tool list "$work/classes" "$work/list"
record "$work/one"
record "$work/another"
tool same "$work/one" "$work/another" "$launcher/server.aot"
