#!/usr/bin/env bash
# The tests of the extension: of its parts under plain Node, then of the packaged .vsix in a real VS Code.
#
#   test.sh [SUITE...]        default: all suites of tests/editor/run.mjs
#   test.sh --unit            only the parts

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

eval "$(tests/editor/prepare.sh --node)"
export PATH="$ORCHESTRATE_NODE:$PATH"
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --loglevel=error
  touch node_modules/.package-lock.json
fi
npm test --silent
[ "${1:-}" = --unit ] && exit 0

scripts/package.sh
paths=$(tests/editor/prepare.sh)
while IFS='=' read -r name value; do export "$name=$value"; done <<<"$paths"
target=$(node -p '`${process.platform}-${process.arch}`')
node tests/editor/run.mjs "../dist/orchestrate-$target.vsix" "$@"
