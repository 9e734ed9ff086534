#!/bin/sh
# Builds the image that the manifests name, mini-redis:<version>, from what ./mvnw package made, with the first of podman,
# buildah and docker that is installed. Arguments go to its build: deploy/image.sh --build-arg BASE=<an image with a JDK>
#
# The same commit, built with the same JDK on the same BASE, makes the same image: all files are dated to the commit, or to
# SOURCE_DATE_EPOCH where that is set. IMAGE is another name for it, ENGINE the one to build with.
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

# Podman and Buildah write into the image's description which containers and images it came from, by their random names, and
# so give it another digest each time. Nothing misses them.
same_each_time() {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    "$engine" push --quiet --format v2s2 "$name" "dir:$folder"
    tr -d ' \n\t' < "$folder/manifest.json" > "$folder/manifest"
    old=$(sed 's/.*"config":{[^}]*"digest":"sha256:\([0-9a-f]*\)".*/\1/' "$folder/manifest")
    sed -e 's/"container":"[0-9a-f]*",//' -e 's/"parent":"sha256:[0-9a-f]*",//' -e 's/,"comment":"FROM [^"]*"//g' \
        -e 's/"Hostname":"[0-9a-f]*"/"Hostname":""/g' "$folder/$old" > "$folder/config"
    new=$(sha256sum "$folder/config")
    new=${new%% *}
    size=$(wc -c < "$folder/config")
    sed -e "s/sha256:$old/sha256:$new/" -e "s/\(\"config\":{[^}]*\"size\":\)[0-9]*/\1$((size))/" \
        "$folder/manifest" > "$folder/manifest.json"
    rm "$folder/manifest" "$folder/$old"
    mv "$folder/config" "$folder/$new"
    "$engine" tag "$("$engine" pull --quiet "dir:$folder")" "$name"
}

set -- -f deploy/Containerfile -t "$name" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
    --build-arg "CREATED=$created" --build-arg "SOURCE_DATE_EPOCH=$epoch" "$@"
for engine in ${ENGINE:-podman buildah docker}; do
    command -v "$engine" > /dev/null || continue
    # The OCI format has no health check; Docker's own builder knows no other format than Docker's.
    [ "$engine" != docker ] || exec docker build "$@" .
    "$engine" build --format docker --layers --timestamp "$epoch" "$@" .
    same_each_time
    exit
done
echo "image.sh: none of ${ENGINE:-podman, buildah and docker} is installed" >&2
exit 1
