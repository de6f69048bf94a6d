#!/usr/bin/env bash
# Makes a Debian package of the program, its man page and completions.
#
#   deb.sh PROGRAM OUT
set -euo pipefail
cd "$(dirname "$0")/.."

program=$1
out=$2
# 1.2.0+5.gabc sorts after 1.2.0, 1.2.0~dev before it.
version=$("$program" version | cut -d' ' -f2 | sed 's/-/~/')
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
architecture=$(dpkg --print-architecture)
# Built against this libc, whose symbols it may use.
libc=$(dpkg-query -W -f '${Version}' libc6 | sed 's/-.*//')

mkdir -p "$out"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
release/stage.sh "$program" "$root" /usr
# Debian's place for zsh's.
mkdir -p "$root/usr/share/zsh/vendor-completions" "$root/usr/share/doc/sidecar-injector" "$root/DEBIAN"
mv "$root/usr/share/zsh/site-functions/_sidecar-injector" "$root/usr/share/zsh/vendor-completions/"
rmdir "$root/usr/share/zsh/site-functions"
cp LICENSE "$root/usr/share/doc/sidecar-injector/copyright"
gzip -9nc CHANGELOG.md >"$root/usr/share/doc/sidecar-injector/changelog.gz"
find "$root" -type f -not -path '*/bin/*' -exec chmod 644 {} +
find "$root" -type d -exec chmod 755 {} +

cat >"$root/DEBIAN/control" <<CONTROL
Package: sidecar-injector
Version: $version
Architecture: $architecture
Maintainer: The sidecar-injector authors <maintainers@sidecar-injector.invalid>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: libc6 (>= $libc)
Recommends: ca-certificates, tzdata
Section: admin
Priority: optional
Description: puts sidecar containers into Kubernetes pods
 Adds a sidecar from a template to YAML manifests (kube-inject) or, as an
 admission webhook and its controller, to pods as they are created. Takes the
 place of Istio 0.5's istioctl kube-inject and sidecar injector.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
package=$out/sidecar-injector_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
