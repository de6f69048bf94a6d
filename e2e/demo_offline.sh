#!/usr/bin/env bash
# Usage: demo_offline.sh PROGRAM. Injects the sleep sample offline and shows what was added: in colour on a
# terminal, plain otherwise.
set -euo pipefail
program=$1
sample=config/samples/sleep.yaml

injected=$(mktemp)
trap 'rm -f "$injected"' EXIT

echo "\$ sidecar-injector kube-inject -f $sample"
"$program" kube-inject -f "$sample" >"$injected"
echo

colour=never
[[ -t 1 && -z ${NO_COLOR:-} ]] && colour=always
# diff exits with 1 when there is a difference, which is the point here.
diff --unified=1 --color=$colour --label "$sample" --label "$sample, injected" "$sample" "$injected" || true
echo
echo "The same for files of yours:  $program kube-inject -f FILE"
