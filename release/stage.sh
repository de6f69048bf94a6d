#!/usr/bin/env bash
# Lays out the program, stripped, with man page and completions below FOLDER/PREFIX: what the tarball and
# the Debian package have in common.
#
#   stage.sh PROGRAM FOLDER PREFIX
set -euo pipefail

program=$1
base=$2$3
share=$base/share
mkdir -p "$base/bin" "$share/man/man1" "$share/bash-completion/completions" \
  "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
install -m 755 "$program" "$base/bin/sidecar-injector"
strip --strip-all --remove-section=.note.gnu.build-id --remove-section=.comment "$base/bin/sidecar-injector"
ln -sf sidecar-injector "$base/bin/kubectl-sidecar"  # A plugin of kubectl.
ln -sf sidecar-injector "$base/bin/kubectl_complete-sidecar"  # And whom kubectl asks how words go on.
"$program" man | gzip -9n >"$share/man/man1/sidecar-injector.1.gz"
"$program" completion bash >"$share/bash-completion/completions/sidecar-injector"
"$program" completion zsh >"$share/zsh/site-functions/_sidecar-injector"
"$program" completion fish >"$share/fish/vendor_completions.d/sidecar-injector.fish"
