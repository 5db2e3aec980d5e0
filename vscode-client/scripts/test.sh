#!/usr/bin/env bash
# The tests of the extension: of its parts under plain Node, then of the packaged .vsix in a real VS Code.
#
#   test.sh [SUITE...]        default: all suites of tests/editor/run.mjs
#   test.sh --unit            only the parts
#
# Ends with 75 where npm's packages cannot be had, and with 76 where the parts passed but there is no VS Code to be had.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

done_in() { printf 'time    %s: %s s\n' "$1" $((SECONDS - $2)); }

started=$SECONDS
eval "$(tests/editor/prepare.sh --node)"
export PATH="$ORCHESTRATE_NODE:$PATH" NODE_USE_SYSTEM_CA=1
done_in "Node" "$started"

if [ "${1:-}" != --unit ]; then
  # Mostly waits for the network, so that it goes on beside the rest.
  paths=$(mktemp)
  trap 'wait; rm -f "$paths"' EXIT
  prepare() {
    local started=$SECONDS
    tests/editor/prepare.sh >"$paths" && done_in "VS Code and Chromium, beside the following" "$started"
  }
  prepare &
  preparing=$!
fi

started=$SECONDS
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --loglevel=error || exit 75 # nothing can be fetched from here
  touch node_modules/.package-lock.json
fi
done_in "npm's packages" "$started"
started=$SECONDS
npm test --silent
done_in "tests of the parts" "$started"
[ "${1:-}" = --unit ] && exit 0

started=$SECONDS
scripts/package.sh
done_in "the package" "$started"
started=$SECONDS
wait "$preparing" || {
  status=$?
  ((status == 75)) && exit 76
  exit "$status"
}
done_in "waiting for VS Code" "$started"
while IFS='=' read -r name value; do export "$name=$value"; done <"$paths"
target=$(node -p '`${process.platform}-${process.arch}`')
node tests/editor/run.mjs "../dist/orchestrate-$target.vsix" "$@"
