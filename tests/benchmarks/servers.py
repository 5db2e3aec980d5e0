"""The servers that are measured: how each is started, and how the peer is installed. Measures nothing.

The peer, yaml-language-server, is put by npm in a folder of the platform's cache, never in this repository,
with a Node of its own. Its wait of 200 ms before it validates is set to 0 there, in the one line that has the
constant, so that work is compared with work; without that its edits and openings take 200 ms more each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
PEER_VERSION = "2.0.0"
NODE_MAJOR = 24

_DEBOUNCE_FILE = "node_modules/yaml-language-server/out/src/yamlSettings.js"
_DEBOUNCE_BEFORE = "this.validationDelayMs = 200;"
_DEBOUNCE_AFTER = "this.validationDelayMs = 0;"
_DEBOUNCE_NOTE = (
    "Its debounce is taken out: in the cached copy `validationDelayMs = 200` is set to 0 (Node waits 1 ms)."
    " As shipped, each of its edits and openings takes 200 ms more."
)


class InstallationError(Exception):
    """The peer could not be installed; the message says what was tried."""


@dataclass(frozen=True, slots=True)
class Server:
    """A language server to measure.

    Attributes
    ----------
    name : str
        What tables call it.
    command : tuple of str
        Starts it on stdin and stdout.
    language_id : str
        What an editor calls its documents.
    settings : mapping
        Section to value, as the server asks for them.
    environment : mapping
        The whole environment it is started with.
    notes : tuple of str
        What a reader of its figures has to know.
    """

    name: str
    command: tuple[str, ...]
    language_id: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    notes: tuple[str, ...] = ()


def orchestrate() -> Server:
    """This checkout's server, run by the Python that runs the benchmark."""
    path = os.pathsep.join(filter(None, [str(REPOSITORY / "server"), os.environ.get("PYTHONPATH")]))
    return Server(
        name="orchestrate",
        command=(sys.executable, "-m", "orchestrate_ls", "lsp"),
        language_id="orchestrate-plan",
        environment={**os.environ, "PYTHONPATH": path},
        notes=(f"orchestrate runs on Python {sys.version.split()[0]}.",),
    )


def yaml_language_server(schema: Path) -> Server:
    """The peer with the given schema for all `*.plan.yaml`; installed first if it is not there.

    Raises
    ------
    InstallationError
        npm or a Node new enough is missing, npm failed, or the constant to change is not where it was.
    """
    folder = cache_folder() / f"yaml-language-server-{PEER_VERSION}"
    if not folder.is_dir():
        _install(folder)
    node, node_version = _node(folder)
    _take_debounce_out(folder)
    settings = {
        "yaml": {
            "schemas": {schema.resolve().as_uri(): ["*.plan.yaml"]},
            "schemaStore": {"enable": False},
            "kubernetesCRDStore": {"enable": False},
            "validate": True,
            "hover": True,
            "completion": True,
        }
    }
    return Server(
        name="yaml-language-server",
        command=(node, str(folder / "node_modules/yaml-language-server/bin/yaml-language-server"), "--stdio"),
        language_id="yaml",
        settings=settings,
        notes=(
            f"yaml-language-server {PEER_VERSION} runs on Node {node_version} with {schema.name}.",
            _DEBOUNCE_NOTE,
        ),
    )


def cache_folder() -> Path:
    """The folder for what benchmarks download, in the platform's cache (`XDG_CACHE_HOME` on Linux)."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "orchestrate-ls" / "benchmarks"


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise InstallationError("npm is not on the PATH; install Node with npm, or leave --peer out.")
    # Installed beside its place and moved when whole: a run that was broken off leaves nothing half done.
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    try:
        (unfinished / "package.json").write_text('{"private": true}\n')
        packages = [f"yaml-language-server@{PEER_VERSION}", f"node@{NODE_MAJOR}"]
        command = [npm, "install", "--no-audit", "--no-fund", *packages]
        done = subprocess.run(command, cwd=unfinished, capture_output=True, text=True, check=False)
        if done.returncode:
            raise InstallationError(f"`npm install {' '.join(packages)}` failed:\n{done.stderr.strip()}")
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _node(folder: Path) -> tuple[str, str]:
    """The installed Node, or the one on the PATH where npm may not run its installation script."""
    installed = folder / "node_modules/node/bin" / ("node.exe" if sys.platform == "win32" else "node")
    for candidate in (str(installed), shutil.which("node")):
        if candidate is None or not Path(candidate).is_file():
            continue
        tried = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
        version = tried.stdout.strip().lstrip("v")
        if version and int(version.split(".")[0]) >= NODE_MAJOR:
            return candidate, version
    raise InstallationError(
        f"no Node {NODE_MAJOR} in {folder} nor on the PATH; delete that folder to install it again."
    )


def _take_debounce_out(folder: Path) -> None:
    file = folder / _DEBOUNCE_FILE
    text = file.read_text(encoding="utf-8")
    if _DEBOUNCE_AFTER in text:
        return
    if text.count(_DEBOUNCE_BEFORE) != 1:
        raise InstallationError(
            f"`{_DEBOUNCE_BEFORE}` is not in {file}, so its debounce cannot be taken out."
        )
    file.write_text(text.replace(_DEBOUNCE_BEFORE, _DEBOUNCE_AFTER), encoding="utf-8")
