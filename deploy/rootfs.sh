#!/bin/sh
# Makes in $1 the root file system of the image from the Linux that this runs in: a shell, the few tools that the launcher
# and a person who looks inside need, the C library, and nothing else. The Java runtime, in $2, tells what else it needs
# of the system's libraries. For any distribution with glibc and bash.
#
# No option of buildah, podman, docker or jlink makes such a file system. Tools that do (Chisel, mmdebstrap, the builders of
# "distroless" images) want one distribution's packages from the network; this needs what BASE has, and nothing else.
set -eu

root=$1
java=$2
# The first line is the launcher's and the health check's, the second a person's and a restore's.
tools="sh bash readlink dirname sed mktemp rm cat sleep touch
    ls cp mv mkdir rmdir chmod cut tee uniq grep head tail tr wc sort du df date env id stat sync find tar gzip sha256sum"
# What the C library, the JVM and Netty load when they first need it.
loaded_late="libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libgcc_s.so.1"

packages=

# Copies a file and, where it is a link, what the link leads to.
take() {
    [ ! -e "$root$1" ] || return 0
    mkdir -p "$root${1%/*}"
    if [ -L "$1" ]; then
        link=$(readlink "$1")
        cp -P "$1" "$root$1"
        case $link in
            /*) take "$link" ;;
            *) take "$(cd "${1%/*}" && cd "$(dirname "$link")" && pwd -P)/${link##*/}" ;;
        esac
    else
        cp -p "$1" "$root$1"
        note_package "$1"
    fi
}

# Debian's packages of which something was taken: scanners look for them. Older files are known by their place before /usr.
note_package() {
    command -v dpkg-query > /dev/null || return 0
    owner=$(dpkg-query -S "$1" 2> /dev/null || dpkg-query -S "${1#/usr}" 2> /dev/null) || return 0
    packages="$packages ${owner%%:*}"
}

# /bin and its like lead to /usr/bin in most distributions of today.
mkdir -p "$root/usr"
for folder in bin sbin lib lib64; do
    [ ! -L "/$folder" ] || { mkdir -p "$root/usr/$folder" && ln -s "usr/$folder" "$root/$folder"; }
done

libraries=$(ldconfig -p | sed -n 's/.* => //p')
for tool in $tools; do
    # Where /bin is a link, /usr/bin is the place.
    file=$(command -v "$tool")
    take "$(cd "${file%/*}" && pwd -P)/${file##*/}"
done
for name in $loaded_late; do
    take "$(echo "$libraries" | grep "/$name\$" | head -n 1)"
done
find "$root" "$java" -type f \( -perm -100 -o -name '*.so*' \) -exec ldd {} \; 2> /dev/null \
    | sed -n 's/^[^/]*\(\/[^ ]*\) (0x.*/\1/p' | sort -u | grep -v "^$java/" > /tmp/needed
while read -r library; do take "$library"; done < /tmp/needed
rm /tmp/needed

mkdir -p "$root/etc" "$root/tmp" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/var/tmp"
chmod 1777 "$root/tmp" "$root/var/tmp"
printf '%s\n' 'root:x:0:0:root:/:/bin/sh' 'mini-redis:x:10001:10001:Mini Redis:/tmp:/usr/sbin/nologin' > "$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'mini-redis:x:10001:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
cp -L /etc/os-release "$root/etc/os-release"

for package in $(printf '%s\n' $packages | sort -u); do
    mkdir -p "$root/var/lib/dpkg/status.d" "$root/usr/share/doc/$package"
    dpkg-query -s "$package" > "$root/var/lib/dpkg/status.d/$package"
    cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/" 2> /dev/null || true
done
