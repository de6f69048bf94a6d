#!/usr/bin/env bash
# Usage: tidy.sh BUILD_DIR [FILE...]. clang-tidy over every source (or those named), one per core.
# A file whose text, headers and settings are unchanged since it last passed is not checked again.
set -euo pipefail
build=$(realpath "$1")
shift
cd "$(dirname "$0")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sidecar-tidy
mkdir -p "$cache"

# Headers are few enough to be taken together: any change of one checks every file again.
common=$({ cat .clang-tidy test/.clang-tidy; git ls-files '*.h' | xargs cat; } | sha256sum)

check() {
  local file=$1 key
  key=$(printf '%s\n%s' "$common" "$file" | cat - "$file" | sha256sum | cut -d' ' -f1)
  [[ -e $cache/$key ]] && return 0
  # The build is GCC's: clang does not know all of its warnings. What is found in a library's header
  # is not ours to mend; the analyzer knows no coroutines, and finds much in Asio's.
  local output found code=0
  output=$(clang-tidy --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option "$file" 2>&1) ||
    code=$?
  found=$(grep -E '(error|warning): ' <<<"$output" | grep -v '^/usr/' || true)
  if [[ -z $found ]] && ((code <= 1)); then
    touch "$cache/$key"
  else
    printf '%s\n' "$found" "tidy: $file failed" >&2
    return 1
  fi
}
export -f check
export build common cache

files=("$@")
(($#)) || mapfile -t files < <(git ls-files '*.cc' ':!test/fuzz/*')
# shellcheck disable=SC2016  # The inner bash expands it.
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -I{} bash -c 'check "$1"' _ {}
