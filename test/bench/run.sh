#!/usr/bin/env bash
# Usage: run.sh BUILD_DIR. Every benchmark of the tree; prints figures, judges nothing.
set -euo pipefail
build=$1
for benchmark in "$build"/bin/*_bench; do
  [[ -x $benchmark ]] && "$benchmark" --benchmark_min_time=0.2
done
"$(dirname "$0")"/kube_inject.py "$build"
"$build"/bin/controller_memory "$build"/bin/sidecar-injector
"$build"/bin/cluster_commands "$build"/bin/sidecar-injector
"$(dirname "$0")"/webhook_load.py "$build" --requests 100000
