#!/bin/sh
# Builds the image that the manifests name, mini-redis:<version>, from what ./mvnw package made, with the first of
# podman, buildah and docker that is installed. Arguments go to its build: deploy/image.sh --build-arg BASE=ubuntu:24.04
set -eu
cd "$(dirname -- "$0")/.."

[ -x target/mini-redis ] || { echo "image.sh: nothing is built yet; run ./mvnw package first" >&2; exit 1; }
image=mini-redis:$(sed -n 's/^ *newTag: *//p' deploy/kustomization.yaml)
for engine in podman buildah docker; do
    command -v "$engine" >/dev/null || continue
    # The OCI format has no health check; Docker's own builder knows no other format than Docker's.
    [ "$engine" = docker ] || set -- --format docker "$@"
    exec "$engine" build -f deploy/Containerfile -t "$image" "$@" .
done
echo "image.sh: none of podman, buildah and docker is installed" >&2
exit 1
