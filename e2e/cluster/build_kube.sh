#!/usr/bin/env bash
# Builds kube-apiserver and kube-controller-manager from Debian's source package, for the tests that
# need a real API server.
#
#   build_kube.sh [OUT]      prints OUT; by default ${XDG_CACHE_HOME:-~/.cache}/sidecar-injector/kube-1.20.2
#
# About 6 minutes on two cores and 2 GB of disk while it builds; finds its own work again the next
# time. Needs root for apt. Sources and compiler come from the mirror that apt is set up with.
set -euo pipefail

readonly version=1.20.2
out=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/sidecar-injector/kube-$version}
is_built() { [[ -x $out/kube-apiserver && -x $out/kube-controller-manager ]]; }
mkdir -p "$out"
if is_built; then
  echo "$out"
  exit 0
fi
# Two runs on one machine build once.
exec 9>"$out/.lock"
flock 9
if is_built; then
  echo "$out"
  exit 0
fi

work=$(mktemp -d)
# The module cache of Go is read-only, which rm does not forgive.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
echo "building kube-apiserver $version, once, about 6 minutes" >&2

DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
  golang-1.19-go golang-github-modern-go-reflect2-dev dpkg-dev >/dev/null

fetch_source() {
  # The machine's own list of sources stays as it is: deb-src lines go to a private one.
  local lists=$work/lists sources=$work/sources uri
  mkdir -p "$lists/partial" "$sources"
  # shellcheck disable=SC2016  # apt fills these in, not the shell
  read -r uri _ < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    awk '$2 ~ /^bookworm/ || $2 == "stable" || $2 == "oldstable" {print; exit}')
  if [[ -z ${uri:-} ]]; then
    echo "build_kube.sh: apt has no Debian 12 mirror; set KUBEBUILDER_ASSETS to a folder with the binaries" >&2
    exit 1
  fi
  cat >"$sources/source.sources" <<SOURCES
Types: deb-src
URIs: $uri
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  local apt=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$sources"
    -o Dir::State::Lists="$lists" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  # The version by name: a later one would need other care.
  local found
  found=$("${apt[@]}" --only-source showsrc kubernetes 2>/dev/null |
    sed -n "s/^Version: \(.*$version.*\)/\1/p" | sort -V | tail -n 1)
  (cd "$work" && "${apt[@]}" source --download-only "kubernetes=$found" >&2)
}
fetch_source

export GOPATH=$work/go GO111MODULE=off GOPROXY=off GOFLAGS="" CGO_ENABLED=0 GOCACHE=$work/gocache
export PATH=/usr/lib/go-1.19/bin:$PATH
src=$GOPATH/src/k8s.io/kubernetes
mkdir -p "$(dirname "$src")"
tar -xzf "$work"/kubernetes_*.orig.tar.gz -C "$work"
mv "$work/kubernetes-$version" "$src"
cd "$src"

# The vendored reflect2 1.0.1 corrupts memory when built with Go 1.18 or later; Debian has 1.0.2.
rm -rf vendor/github.com/modern-go/reflect2
cp -r /usr/share/gocode/src/github.com/modern-go/reflect2 vendor/github.com/modern-go/

# Debian leaves the generated OpenAPI definitions out of the source package.
go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
packages=$(grep -rl --include='*.go' '+k8s:openapi-gen=' cmd pkg plugin vendor/k8s.io/*/ |
  grep -v -e '_test\.go$' -e '^pkg/generated/' \
    -e '^vendor/k8s.io/\(code-generator\|sample-apiserver\|gengo\|kube-openapi\)/' |
  xargs -n1 dirname | sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
"$work/openapi-gen" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
  -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt -r "$work/violations" \
  2>"$work/openapi-gen.log" || { cat "$work/openapi-gen.log" >&2; exit 1; }

# Without these the server calls itself v0.0.0, and clients judge it by that.
flags="-s -w"
for package in component-base/version client-go/pkg/version; do
  variable=k8s.io/kubernetes/vendor/k8s.io/$package
  flags+=" -X $variable.gitVersion=v$version -X $variable.gitMajor=1 -X $variable.gitMinor=20"
  flags+=" -X $variable.gitTreeState=clean"
done
mkdir "$work/out"
nice go build -trimpath -ldflags "$flags" -o "$work/out/" ./cmd/kube-apiserver ./cmd/kube-controller-manager
mv "$work"/out/* "$out/"
echo "$out"
