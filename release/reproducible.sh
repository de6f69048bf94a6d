#!/usr/bin/env bash
# Builds the commit that is checked out once more, as the Dockerfile does: in another folder, from
# nothing but what is committed, without ccache; and compares the program, stripped as it is released.
#
#   reproducible.sh PROGRAM
#
# PROGRAM was built from the same, clean, commit. Takes as long as a first build.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$1
version=$("$program" version | cut -d' ' -f2)
if [[ -n $(git status --porcelain) ]]; then
  echo "reproducible: there are changes that are not committed" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Neither as deep nor as long as this tree's.
copy=$work/a/much/longer/path/than/the/first/one
mkdir -p "$copy"
git archive HEAD | tar -x -C "$copy"

cd "$copy"
env -u SIDECAR_LAUNCHER cmake --preset release -DSIDECAR_VERSION="$version" -DBUILD_TESTING=OFF \
  -DCMAKE_CXX_COMPILER_LAUNCHER= >/dev/null
cmake --build --preset release --target sidecar-injector ${JOBS:+-j "$JOBS"}
cd - >/dev/null

for n in first second; do
  [[ $n == first ]] && built=$program || built=$copy/build/release/bin/sidecar-injector
  install -m 755 "$built" "$work/$n"
  strip --strip-all --remove-section=.note.gnu.build-id --remove-section=.comment "$work/$n"
done
if ! cmp "$work/first" "$work/second"; then
  echo "reproducible: the two programs differ" >&2
  exit 1
fi
echo "reproducible: $(sha256sum <"$work/first" | cut -d' ' -f1) twice, from different folders"
