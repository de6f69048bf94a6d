#!/usr/bin/env bash
# Assembles the files of the image: the program, stripped; the few libraries of libc that it loads;
# CA certificates, time zones, a user; and the licences of all of them. No shell, no package manager.
#
#   rootfs.sh PROGRAM FOLDER
#
# Runs on the Debian 12 that built the program, in the Dockerfile as well as without any registry.
set -euo pipefail

program=$1
root=$2
rm -rf "$root"
mkdir -p "$root"/{etc/ssl/certs,usr/bin,usr/share/zoneinfo,usr/share/doc/sidecar-injector}

install -m 755 "$program" "$root/usr/bin/sidecar-injector"
strip --strip-all --remove-section=.note.gnu.build-id --remove-section=.comment \
  "$root/usr/bin/sidecar-injector"

# "libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x...)", and the loader, which has no arrow.
ldd "$program" | sed -nE 's/^.*(=> |\t)(\/[^ ]+) \(0x.*$/\2/p' | while read -r library; do
  install -D -m 755 "$(readlink -f "$library")" "$root$library"
done

install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
# Templates may convert times. Without the two copies of everything.
(cd /usr/share/zoneinfo && tar -cf - --exclude=./posix --exclude=./right --exclude='./localtime' .) |
  tar -xf - -C "$root/usr/share/zoneinfo" --no-same-owner

echo 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin' >"$root/etc/passwd"
echo 'nonroot:x:65532:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"

install -m 644 "$(dirname "$0")/../LICENSE" "$root/usr/share/doc/sidecar-injector/copyright"
"$(dirname "$0")/packages.py" "$program" --names | while read -r package; do
  install -D -m 644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
done
