#!/usr/bin/env bash
# The tests of the extension: of its parts under plain Node, then of the packaged .vsix in a real VS Code.
#
#   test.sh [SUITE...]        default: all suites of tests/editor/run.mjs
#   test.sh --unit            only the parts
#
# Ends with 75 where npm's packages cannot be had.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

eval "$(tests/editor/prepare.sh --node)"
export PATH="$ORCHESTRATE_NODE:$PATH" NODE_USE_SYSTEM_CA=1
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --loglevel=error || exit 75 # nothing can be fetched from here
  touch node_modules/.package-lock.json
fi
npm test --silent
[ "${1:-}" = --unit ] && exit 0

scripts/package.sh
paths=$(tests/editor/prepare.sh)
while IFS='=' read -r name value; do export "$name=$value"; done <<<"$paths"
target=$(node -p '`${process.platform}-${process.arch}`')
node tests/editor/run.mjs "../dist/orchestrate-$target.vsix" "$@"
