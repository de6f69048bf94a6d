#!/usr/bin/env bash
# Format, layering, house rules, shell scripts. Prints what is wrong; exit status 1 if anything is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
status=0

mapfile -t sources < <(git ls-files --cached --others --exclude-standard '*.cc' '*.h')
clang-format --dry-run --Werror "${sources[@]}" || status=1
python3 test/tools/lint.py || status=1
python3 test/tools/lint_test.py || status=1
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' .ci/run)
shellcheck "${scripts[@]}" || status=1
exit $status
