#!/bin/sh
# Builds the image that the manifests name, mini-redis:<version>, from what ./mvnw package made, with the first of podman,
# buildah and docker that is installed. Arguments go to its build: deploy/image.sh --build-arg BASE=<an image with a JDK>
#
# The same commit, built with the same JDK on the same BASE, makes the same layers but for the last, which holds the AOT cache
# alone (docs/adr/0014): all files are dated to the commit, or to SOURCE_DATE_EPOCH where that is set. IMAGE is another name
# for the image, ENGINE the one to build with.
set -eu
cd "$(dirname -- "$0")/.."

[ -x target/mini-redis ] || { echo "image.sh: nothing is built yet; run ./mvnw package first" >&2; exit 1; }
version=$(sed -n 's:^    <version>\(.*\)</version>$:\1:p' pom.xml)
revision=unknown
epoch=${SOURCE_DATE_EPOCH-}
if command -v git > /dev/null && git rev-parse --verify -q HEAD > /dev/null 2>&1; then
    revision=$(git rev-parse HEAD)
    [ -z "$(git status --porcelain)" ] || revision=$revision-modified
    : "${epoch:=$(git log -1 --format=%ct)}"
fi
: "${epoch:=0}"
time=+%Y-%m-%dT%H:%M:%SZ
created=$(date -u -d "@$epoch" "$time" 2> /dev/null || date -u -r "$epoch" "$time") # GNU's, or BSD's

name=${IMAGE:-mini-redis:$version}

set -- -f deploy/Containerfile -t "$name" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
    --build-arg "CREATED=$created" --build-arg "SOURCE_DATE_EPOCH=$epoch" "$@"
for engine in ${ENGINE:-podman buildah docker}; do
    command -v "$engine" > /dev/null || continue
    # The OCI format has no health check; Docker's own builder knows no other format than Docker's.
    [ "$engine" != docker ] || exec docker build "$@" .
    exec "$engine" build --format docker --layers --timestamp "$epoch" "$@" .
done
echo "image.sh: none of ${ENGINE:-podman, buildah and docker} is installed" >&2
exit 1
