#!/bin/sh
# Puts a backup in the place of a server's data, which is kept beside it. No server may run on them meanwhile.
#
# BACKUP is the backup's name, or latest; UNTIL the last moment that is wanted of it, or end.
set -eu

data=${DATA_DIR:-/data}
backups=${BACKUP_DIR:-/backup}
name=${BACKUP:-latest}
until=${UNTIL:-end}

# The names are in the order of time.
[ "$name" != latest ] || name=$(ls "$backups" | grep '^mini-redis-.*Z$' | tail -n 1)
[ -n "$name" ] && [ -d "$backups/$name" ] || { echo "restore.sh: no backup '$name' in $backups" >&2; exit 1; }
[ "$until" != end ] || until=9999-12-31T23:59:59Z

# What is wrong with the backup is said here, before anything changes.
rm -rf "$data/restoring"
mini-redis log restore --data-dir "$backups/$name" --until "$until" --to "$data/restoring"

kept=$data/before-restore-$(date -u +%Y%m%dT%H%M%SZ)
mkdir "$kept"
for file in "$data"/mini-redis.*; do
    [ ! -e "$file" ] || mv "$file" "$kept/"
done
mv "$data/restoring"/mini-redis.* "$data/"
rm -r "$data/restoring"
sync
mini-redis log verify --data-dir "$data"
echo "Restored $name. What was there before is in $kept; delete it when all is well."
