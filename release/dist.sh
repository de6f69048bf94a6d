#!/usr/bin/env bash
# Makes what a release consists of: the tarball, the image, the chart, the custom resource definitions,
# the SBOM and the checksums of all of them. The same program and commit give the same bytes.
#
#   dist.sh PROGRAM OUT
set -euo pipefail
cd "$(dirname "$0")/.."

program=$1
out=$2
version=$("$program" version | cut -d' ' -f2)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
architecture=$(dpkg --print-architecture)
name=sidecar-injector-$version-linux-$architecture

rm -rf "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

release/packages.py "$program" --sbom "$version" >"$out/$name.spdx.json"
"$program" crds >"$out/sidecar-injector-crds.yaml"

release/stage.sh "$program" "$work/$name" ""
cp LICENSE README.md CHANGELOG.md "$work/$name/"
cp -r docs config "$work/$name/"
find "$work/$name" -type f -not -path '*/bin/*' -exec chmod 644 {} +
find "$work/$name" -type d -exec chmod 755 {} +
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
  --format=gnu -cf - "$name" | gzip -9n >"$out/$name.tar.gz"

release/rootfs.sh "$program" "$work/root"
release/image.py "$work/root" "$out/$name.oci.tar" "$version"

# With the version of the program; the tree's Chart.yaml holds that of the last release.
cp -r charts/sidecar-injector "$work/chart"
sed -i -E "s/^(version|appVersion): .*/\1: $version/" "$work/chart/Chart.yaml"
"$(e2e/cluster/fetch_clients.sh)/helm" package "$work/chart" -d "$out" >/dev/null

(cd "$out" && sha256sum -- * >SHA256SUMS)
cat "$out/SHA256SUMS"
