#!/usr/bin/env bash
# Builds the image twice, compares, unpacks it with umoci as a container engine would, and runs the
# program in it as its user, with nothing else in sight. Prints the unpacked size.
#
#   image_test.sh PROGRAM FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."

release/dockerfile_test.py

program=$1
work=$2
readonly most_bytes=$((25 * 1000 * 1000))
version=$("$program" version | cut -d' ' -f2)
rm -rf "$work"
mkdir -p "$work"

for n in 1 2; do
  release/rootfs.sh "$program" "$work/root$n"
  release/image.py "$work/root$n" "$work/image$n.tar" "$version"
done
cmp "$work/image1.tar" "$work/image2.tar"
echo "image: the same bytes twice"

mkdir "$work/layout"
tar -xf "$work/image1.tar" -C "$work/layout"
umoci unpack --rootless --image "$work/layout:${version//+/_}" "$work/bundle"
root=$work/bundle/rootfs
bytes=$(find "$root" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
echo "image: $bytes bytes unpacked, $(stat -c %s "$work/image1.tar") packed"
((bytes <= most_bytes)) || { echo "image: more than $most_bytes bytes" >&2; exit 1; }

# The folder of the build must not matter to the program: see release/reproducible.sh.
own=$(strings -n 5 "$root/usr/bin/sidecar-injector" |
  grep -E '(^|/)(lib|webhook|controller|cli)/[a-z0-9_/]+\.(cc|h)$' | grep -vE '^\.\./(lib|src)/[^/]+$' || true)
[[ -z $own ]] || { echo "image: the program names its sources: $own" >&2; exit 1; }

executables=$(cd "$root" && find . -type f -perm /111 -not -name '*.so*' | sort)
[[ $executables == ./usr/bin/sidecar-injector ]] || { echo "image: unexpected: $executables" >&2; exit 1; }

# In namespaces of its own, as the image's user, below a root that cannot be written.
inside() {
  unshare --user --map-user=65532 --map-group=65532 --net --ipc --uts --root="$root" -- \
    /usr/bin/sidecar-injector "$@"
}
[[ $(inside version) == "sidecar-injector $version" ]]
inside kube-inject -f - <config/samples/sleep.yaml >"$work/injected.yaml"
grep -q 'name: istio-proxy' "$work/injected.yaml"
echo "image: runs as uid 65532, injects"
