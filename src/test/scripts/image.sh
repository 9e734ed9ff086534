#!/usr/bin/env bash
# Builds the image from what ./mvnw verify has made, and uses it as its users do. Needs root, podman, buildah, runc and
# debootstrap, and no registry: the base is a Debian that debootstrap makes, with the JDK of this machine. Run by .ci/run,
# or by hand.
#
# All that is made is in a folder of its own, which goes at the end; no network but the machine's own loopback is used.
# One line a check, and last 'N passed, M failed'; exit code 1 if any did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

scratch=$(mktemp -d /var/tmp/mini-redis-image.XXXXXX)
export CONTAINERS_CONF=$scratch/containers.conf CONTAINERS_STORAGE_CONF=$scratch/storage.conf
unset MINI_REDIS_JAVA_OPTS
version=$(sed -n 's:^    <version>\(.*\)</version>$:\1:p' pom.xml)
image=localhost/mini-redis:$version
export IMAGE=mini-redis:$version
passed=0
failed=0
last_log=/dev/null

note() {
    if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    printf '%-6s %s\n' "$1" "$2"
}

# A command that has to succeed; what it printed is shown if it does not.
check() {
    local name=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then note ok "$name"; else
        note FAILED "$name"
        sed 's/^/    /' "$scratch/output" "$last_log"
    fi
}

# What something is, and what it has to be.
equal() {
    if [ "$2" = "$3" ]; then note ok "$1"; else note FAILED "$1: '$2' is not '$3'"; fi
}

# shellcheck disable=SC2317 # the trap's
clean_up() {
    quietly podman rm --all --force --time 0 || true
    quietly podman volume rm --all --force || true
    quietly podman rmi --all --force || true
    for mount in $(sed -n "s:^[^ ]* \($scratch/[^ ]*\) .*:\1:p" /proc/mounts | sort -r); do umount "$mount" || true; done
    rm -rf "$scratch"
}
trap clean_up EXIT

# Without systemd Podman cannot ask a health check by itself, and says so each time; here it is asked by hand.
quietly() { "$@" >/dev/null 2>&1; }

write_configuration() {
    mkdir "$scratch/storage" "$scratch/run"
    cat >"$CONTAINERS_CONF" <<EOF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
EOF
    cat >"$CONTAINERS_STORAGE_CONF" <<EOF
[storage]
driver = "overlay"
graphroot = "$scratch/storage"
runroot = "$scratch/run"
EOF
}

# A Debian from where apt gets its packages, kept for the next time.
make_base() {
    local codename site kept
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    kept=/var/tmp/mini-redis-minbase-$codename.tar
    if [ ! -s "$kept" ]; then
        site=$(apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' \
            | sed -n "s/^$codename //p" | head -n 1)
        debootstrap --variant=minbase "$codename" "$scratch/minbase" "$site" >"$scratch/debootstrap.log" \
            || { tail "$scratch/debootstrap.log"; return 1; }
        tar -C "$scratch/minbase" --exclude='./proc/*' --exclude='./sys/*' --exclude='./var/cache/apt/*' \
            --exclude='./var/lib/apt/lists/*' -cf "$kept.new" .
        mv "$kept.new" "$kept"
        rm -rf "$scratch/minbase"
    fi
    podman import --quiet --change 'ENV PATH=/opt/jdk/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$kept" base:test
}

# Builds with the JDK of this machine in the base's /opt/jdk. More arguments are the build's.
build() {
    local jdk certificates
    jdk=$(jdk_tool=jlink && . .mvn/find-jdk.sh && echo "$JAVA_HOME")
    certificates=$(dirname "$(readlink -f "$jdk/lib/security/cacerts")") # a distribution's own place, perhaps
    "${folder:-.}/deploy/image.sh" --isolation chroot --network host --build-arg BASE=localhost/base:test \
        --volume "$jdk:/opt/jdk:ro" --volume "$certificates:$certificates:ro" "$@"
}

free_port() {
    python3 -c '
import socket
with socket.create_server(("127.0.0.1", 0)) as probe:
    print(probe.getsockname()[1])'
}

# Starts the image as strictly as it can be: a name, then more of `podman run`.
start() {
    local name=$1
    shift
    last_log=$scratch/$name.log
    quietly podman run --detach --name "$name" --network host --read-only --tmpfs /tmp --cap-drop ALL \
        --security-opt no-new-privileges --memory 512m --log-driver k8s-file --log-opt "path=$last_log" \
        --volume "$name:/data" --env "MINI_REDIS_HTTP_PORT=$http_port" --env MINI_REDIS_HOST=127.0.0.1 "$@" "$image"
}

# Waits for an answer PONG to what follows, for at most a minute.
await_pong() {
    local deadline=$((SECONDS + 60))
    until [ "$(timeout 5 "$@" PING 2>/dev/null)" = PONG ]; do
        if ((SECONDS >= deadline)); then return 1; fi
        sleep 0.1
    done
}

redis() { timeout 10 redis-cli -p "$port" "$@" 2>&1; }
label() { podman image inspect --format "{{index .Config.Labels \"org.opencontainers.image.$1\"}}" "$image"; }
of_image() { podman image inspect --format "{{$1}}" "$image"; }
layers() { podman image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | grep .; }

check_facts() {
    equal 'the user is 10001' "$(of_image .Config.User)" 10001:10001
    for name in title description version revision created licenses base.name; do
        check "there is a label $name" test -n "$(label "$name")"
    done
    equal 'the label of the version' "$(label version)" "$version"
    equal 'the label of the revision' "$(label revision)" \
        "$(git rev-parse HEAD)$([ -z "$(git status --porcelain)" ] || echo -modified)"
    equal 'the time is that of the commit' "$(date -d "$(label created)" +%s)" "$(git log -1 --format=%ct)"
    local bytes
    bytes=$(of_image .Size)
    podman save --quiet "$image" | gzip | wc -c >"$scratch/compressed"
    echo "       $((bytes / 1000000)) MB, compressed $(($(<"$scratch/compressed") / 1000000)) MB"
    check 'it has at most 150 MB' test "$bytes" -le 150000000
    check 'it has at most 60 MB to load' test "$(<"$scratch/compressed")" -le 60000000
}

# What is in the image's folder of jars is in its list, and nothing else.
check_sbom() {
    podman run --rm --network none --entrypoint cat "$image" /opt/mini-redis/sbom.json >"$scratch/sbom.json" 2>/dev/null
    podman run --rm --network none --entrypoint sh "$image" -c \
        'cd /opt/mini-redis/quarkus-app && find * -type f -exec sha256sum {} +' 2>/dev/null | sort >"$scratch/files"
    python3 -c '
import json, sys
bill = json.load(open(sys.argv[1]))
assert bill["bomFormat"] == "CycloneDX"
for component in bill["components"]:
    for place in component["evidence"]["occurrences"]:
        print(component["hashes"][0]["content"] + "  " + place["location"])' "$scratch/sbom.json" | sort >"$scratch/listed"
    check 'the SBOM lists the files of the server, with their hashes, and nothing else' diff "$scratch/files" "$scratch/listed"
}

check_use() {
    port=$(free_port) http_port=$(free_port)
    start plain --env "MINI_REDIS_PORT=$port"
    check 'it starts with a read-only root and without capabilities' await_pong redis-cli -p "$port"
    equal 'SET' "$(redis SET greeting hello)" OK
    equal 'GET' "$(redis GET greeting)" hello
    equal 'it runs as 10001' "$(podman exec plain id -u)" 10001
    equal 'it is process 1' "$(podman exec plain sh -c 'tr "\0" " " </proc/1/cmdline' | cut -d ' ' -f 1)" /opt/java/bin/java
    check 'it uses its AOT cache' podman exec plain grep -q server.aot /proc/1/maps
    check 'its own client' sh -c 'podman exec plain mini-redis client -p "$1" GET greeting | grep -x hello' - "$port"
    check 'the health check finds it well' podman healthcheck run plain
    check 'maxmemory follows from the memory' memory_between 100000000 300000000
    quietly podman kill --signal KILL plain
    quietly podman wait plain
    check 'the health check finds it gone' sh -c '! podman healthcheck run plain'
    quietly podman rm plain
    start plain --env "MINI_REDIS_PORT=$port"
    check 'it starts after kill -9, with the same volume' await_pong redis-cli -p "$port"
    equal 'what was written is there' "$(redis GET greeting)" hello
    quietly podman stop --time 30 plain
    equal 'SIGTERM ends it with 0' "$(podman inspect --format '{{.State.ExitCode}}' plain)" 0
    check 'and it says so' grep -q 'Mini Redis has stopped' "$last_log"
}

memory_between() {
    local bytes
    bytes=$(redis CONFIG GET maxmemory | tail -n 1)
    echo "maxmemory is $bytes"
    ((bytes > $1 && bytes < $2)) && redis INFO memory | tr -d '\r' | grep -x "maxmemory:$bytes"
}

# A password in a file and TLS alone: the health check needs neither.
check_secrets() {
    port=$(free_port) http_port=$(free_port)
    mkdir "$scratch/secrets"
    echo 'correct horse' >"$scratch/secrets/password"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$scratch/secrets/tls.key" -out "$scratch/secrets/tls.crt" 2>/dev/null
    chmod -R a+rX "$scratch/secrets"
    start secret --volume "$scratch/secrets:/secrets:ro" --env MINI_REDIS_PORT=no --env "MINI_REDIS_TLS_PORT=$port" \
        --env MINI_REDIS_TLS_CERT_FILE=/secrets/tls.crt --env MINI_REDIS_TLS_KEY_FILE=/secrets/tls.key \
        --env MINI_REDIS_TLS_AUTH_CLIENTS=no --env MINI_REDIS_REQUIREPASS_FILE=/secrets/password \
        --env REDISCLI_AUTH_FILE=/secrets/password
    check 'a password of a file and TLS' await_pong redis-cli --tls --cacert "$scratch/secrets/tls.crt" -p "$port" \
        -a 'correct horse' --no-auth-warning
    check 'who does not know it is refused' sh -c \
        'redis-cli --tls --cacert "$1" -p "$2" PING | grep NOAUTH' - "$scratch/secrets/tls.crt" "$port"
    check "the client's password comes from a file too" sh -c \
        'podman exec secret mini-redis client --tls --cacert /secrets/tls.crt -h 127.0.0.1 -p "$1" PING | grep -x PONG' - "$port"
    check 'the health check needs neither' podman healthcheck run secret
    quietly podman stop --time 30 secret
    equal 'SIGTERM ends it with 0' "$(podman inspect --format '{{.State.ExitCode}}' secret)" 0
}

# The same commit in another folder, by the other engine, makes the same layers but the last, which is the AOT cache alone.
check_reproducible() {
    last_log=/dev/null
    folder=$scratch/copy
    git clone --quiet . "$folder"
    (cd "$folder" && ./mvnw --batch-mode --quiet -Dmaven.test.skip=true package) \
        || { note FAILED 'another build in another folder'; return; }
    check 'another build has the same jars' diff -r target/quarkus-app "$folder/target/quarkus-app"
    check 'and the same SBOM' diff target/sbom.json "$folder/target/sbom.json"
    ENGINE=buildah IMAGE=mini-redis:again build --no-cache >"$scratch/again.log" 2>&1 \
        || { note FAILED 'another image'; tail "$scratch/again.log"; return; }
    files "$image" >"$scratch/all"
    files localhost/mini-redis:again >"$scratch/all.again"
    check 'another image has the same files but the cache' diff "$scratch/all" "$scratch/all.again"
    check 'there are several layers' test "$(layers "$image" | wc -l)" -ge 9
    check 'and the same layers but the last' diff <(layers "$image" | head -n -1) <(layers localhost/mini-redis:again | head -n -1)
    equal 'of which each image has as many' "$(layers localhost/mini-redis:again | wc -l)" "$(layers "$image" | wc -l)"
}

# Every file of an image but the AOT cache with its hash, mode, owner and time.
files() {
    local root
    root=$(podman image mount "$1")
    (cd "$root" && find . -type f -exec sha256sum {} + && find . -mindepth 1 -printf '%m:%U:%G:%T@:%l %p\n') \
        | grep -v 'launcher/server.aot$' | sort
    quietly podman image umount "$1"
}

# Quarkus's own builder, which runs nothing and so makes no AOT cache. It has a base of a file, for want of a
# registry, and Podman to load what it makes into.
check_jib() {
    local folder=.
    IMAGE=mini-redis-runtime:$version build --target runtime >"$scratch/runtime.log" 2>&1
    podman save --quiet --output "$scratch/runtime.tar" "localhost/mini-redis-runtime:$version" 2>/dev/null
    check 'Jib makes an image' jib
    image=localhost/mini-redis:jib
    port=$(free_port) http_port=$(free_port)
    start jib --env "MINI_REDIS_PORT=$port"
    check 'it starts' await_pong redis-cli -p "$port"
    equal 'SET' "$(redis SET greeting hello)" OK
    check 'it is ready' podman exec jib /opt/mini-redis/launcher/healthcheck
    quietly podman stop --time 30 jib
    equal 'SIGTERM ends it with 0' "$(podman inspect --format '{{.State.ExitCode}}' jib)" 0
}

# In the other folder, whose classes it takes as they are.
jib() (
    cd "$scratch/copy" && ./mvnw --batch-mode --quiet -Pjib -Dmaven.main.skip=true -Dmaven.test.skip=true \
        -Dmaven.antrun.skip=true -Dquarkus.container-image.image=mini-redis:jib \
        -Dquarkus.jib.docker-executable-name=podman "-Djib.base=tar://$scratch/runtime.tar" package
)

write_configuration
make_base
build >"$scratch/build.log" 2>&1 || { tail -n 20 "$scratch/build.log"; exit 1; }
check_facts
check_sbom
check_use
check_secrets
check_reproducible
check_jib
echo "$passed passed, $failed failed"
((failed == 0))
