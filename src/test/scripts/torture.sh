#!/usr/bin/env bash
# Kills the packaged server again and again in the midst of random work, and checks what the next one knows:
#
#   src/test/scripts/torture.sh [kills] [seed] [power]
#
# 1000 kills and a seed of its own unless told otherwise. With power, each kill also takes what was not synced, as a loss
# of power does (needs gcc). Needs ./mvnw package before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

if [ ! -x target/mini-redis ] || [ ! -d target/test-classes/dev/miniredis/torture ]; then
    echo 'There is no packaged server, or no tests beside it. Run ./mvnw package -DskipTests first.' >&2
    exit 2
fi
jdk_tool=java
. .mvn/find-jdk.sh
exec "$JAVA_HOME/bin/java" -cp target/test-classes:target/classes dev.miniredis.torture.Torture "$@"
