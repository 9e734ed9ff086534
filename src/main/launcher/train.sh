#!/bin/sh
# Makes the AOT cache of the server (JEP 483, JEP 514), launcher/server.aot, which halves the time of every later start: runs
# the server that lies beside this folder once, has it answer a few commands, and stops it; the JVM writes the cache as it
# ends. The cache holds for this JVM and these jars only; with any others the JVM starts as if there were no cache.
#
# The cache is optional. Whatever fails here leaves a server without one and ends with exit code 0 and one line on standard
# output, a warning that says why; when all is well nothing is printed.
set -eu

launcher=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
home=${launcher%/*}
cache=$launcher/server.aot
work=
server=
client=

# shellcheck disable=SC2329 # the trap's
clean_up() {
    for process in $client $server; do kill -9 "$process" 2> /dev/null || true; done
    [ -z "$work" ] || rm -rf "$work"
    rm -f "$cache.part"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

give_up() {
    output=
    [ ! -s "$work/output" ] || output=" Its output: $(tail -n 5 "$work/output" | tr '\n' ' ')"
    echo "no AOT cache, so the server starts more slowly: $1.$output To try again: sh $0"
    exit 0
}

# Waits until the command succeeds, at most the given number of seconds.
await() {
    tries=$(($1 * 10))
    shift
    until "$@"; do
        [ "$tries" -gt 0 ] || return 1
        tries=$((tries - 1))
        sleep 0.1
    done
}

port() { sed -n 's/.* is ready on [^ ]*:\([0-9]*\) .*/\1/p' "$work/output"; }
is_up_or_gone() { [ -n "$(port)" ] || is_gone "$server"; }
is_gone() { ! kill -0 "$1" 2> /dev/null; }

# Becomes the command, without the settings and JVM flags of the person who builds. For a subshell.
become() { exec env -i "HOME=${HOME-}" "PATH=$PATH" "JAVA_HOME=${JAVA_HOME-}" "$@"; }

rm -f "$cache" 2> /dev/null || give_up "cannot write to $launcher"
work=$(mktemp -d) || give_up "no temporary folder"
become "MINI_REDIS_JAVA_OPTS=-Xmx512m -XX:AOTCacheOutput=$cache.part" \
    "$home/mini-redis" server --port 0 --http-port 0 --data-dir "$work/data" > "$work/output" 2>&1 &
server=$!
await 120 is_up_or_gone || give_up "the server did not start within two minutes"
[ -n "$(port)" ] || give_up "the server did not start"
printf 'PING\nSET k v\nGET k\nINFO\n' > "$work/requests"
become "$home/mini-redis" client --server "127.0.0.1:$(port)" < "$work/requests" >> "$work/output" 2>&1 &
client=$!
await 60 is_gone "$client" || give_up "the server did not answer within a minute"
wait "$client" || give_up "the server did not answer"
client=
# The JVM writes the cache before its process ends, in a JVM of its own.
kill "$server" 2> /dev/null || true
await 180 is_gone "$server" || give_up "the JVM did not write it within three minutes"
wait "$server" || give_up "the server ended with exit code $?"
server=
[ -s "$cache.part" ] || give_up "the JVM wrote none"
mv "$cache.part" "$cache" || give_up "cannot write to $launcher"
