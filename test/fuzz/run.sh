#!/usr/bin/env bash
# Runs every fuzz target of a build for a while and names those that found something. What libFuzzer
# adds to the corpus stays outside of the tree: copy what is worth keeping.
#   test/fuzz/run.sh BUILD_DIR SECONDS
set -uo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
build=$1
seconds=$2
found=$build/test/fuzz/found
status=0
for target in "$build"/test/fuzz/*_fuzz; do
  name=$(basename "$target" _fuzz)
  mkdir -p "$found/$name"
  log=$found/$name.log
  if "$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -artifact_prefix="$found/$name-" \
      "$found/$name" "$folder/corpus/$name" >"$log" 2>&1; then
    echo "$name: $(grep -oE 'Done [0-9]+ runs' "$log" || echo "no run")"
  else
    echo "$name: FAILED, see $log"
    status=1
  fi
done
exit $status
