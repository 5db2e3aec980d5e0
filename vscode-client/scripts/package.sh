#!/usr/bin/env bash
# Makes dist/orchestrate-TARGET.vsix at the repository's root: the bundled extension with its own copy of the server.
#
#   package.sh [TARGET]       default: the platform it runs on. PYTHON=... names a Python with pip.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${PYTHON:-python3}

eval "$(tests/editor/prepare.sh --node)"
export PATH="$ORCHESTRATE_NODE:$PATH" NODE_USE_SYSTEM_CA=1

target=${1:-$(node -p '`${process.platform}-${process.arch}`')}
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --loglevel=error
  touch node_modules/.package-lock.json
fi
npx --no-install tsc --noEmit
rm -rf dist
node scripts/build.mjs
"$python" scripts/bundle.py --target "$target"
cp ../LICENSE LICENSE
mkdir -p ../dist
out=../dist/orchestrate-$target.vsix
# What goes into it is listed (.vscodeignore) and comes from the repository or from locked packages; vsce's own search of
# all of that for secrets and .env files takes longer than everything else here.
npx --no-install vsce package --target "$target" --no-dependencies --skip-license --allow-missing-repository --no-rewrite-relative-links \
  --allow-package-all-secrets --allow-package-env-file --out "$out" </dev/null >/dev/null
"$python" scripts/contents.py "$out" "$target"
