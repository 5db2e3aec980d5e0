"""The files of a folder with code: names only, bounded, without what git ignores. Opens nothing but ignore files.

Links are neither followed nor listed, so that there is no loop to fall into and nothing outside is seen. The upper
levels are walked first: what is beyond the bounds is what lies deepest.
"""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.find import REPOSITORY_MARK
from orchestrate_ls.workspace.repository.ignoring import Ignoring

MOST_FILES: Final = 20_000
"""Files that are listed."""
MOST_ENTRIES: Final = 60_000
"""Entries of folders that are looked at, ignored ones included."""
DEEPEST: Final = 24
"""Folders below the root."""
LONGEST_SEARCH: Final = 5.0
"""Seconds, for slow disks and hostile patterns; the other bounds are met long before."""
_LONGEST_PATH: Final = 400
_IGNORE_FILE: Final = ".gitignore"
_LARGEST_IGNORE_FILE: Final = 65_536
_MOST_IGNORE_FILES: Final = 200

_NEVER_OURS: Final = frozenset(
    {
        "__pycache__",
        "__pypackages__",
        "bower_components",
        "node_modules",
        "site-packages",
        "third_party",
        "vendor",
        "venv",
    }
)
_OUTPUT: Final = frozenset({"_build", "build", "buck-out", "dist", "out", "target"})
"""Build output, unless there is a package of that name."""
_HIDDEN_BUT_SEEN: Final = frozenset({".github", ".gitlab", ".circleci", ".gitea", ".forgejo", ".buildkite"})
_LISTED_HIDDEN_FILES: Final = frozenset(
    {".gitlab-ci.yml", ".golangci.yaml", ".golangci.yml", ".pre-commit-config.yaml", ".travis.yml"}
)


@dataclass(frozen=True, slots=True)
class Tree:
    """Files from the root with ``/``, sorted, and what was left out, as sentences."""

    root: Path
    files: tuple[str, ...]
    remarks: tuple[str, ...]


def read_tree(root: Path, most_files: int = MOST_FILES) -> Tree:
    """List a folder. One that cannot be read is a remark."""
    walk = _Walk(root, most_files)
    walk.run()
    return Tree(root, tuple(sorted(walk.files)), tuple(walk.remarks))


class _Walk:
    def __init__(self, root: Path, most_files: int) -> None:
        self.files: list[str] = []
        self.remarks: list[str] = []
        self._root = str(root)
        self._most_files = most_files
        self._ignoring = Ignoring()
        self._ignore_files = 0
        self._looked_at = 0
        self._unreadable = 0
        self._too_deep = 0
        self._until = time.monotonic() + LONGEST_SEARCH

    def run(self) -> None:
        self._add_ignore_file("", os.path.join(self._root, REPOSITORY_MARK, "info", "exclude"))  # noqa: PTH118
        pending: deque[tuple[str, int]] = deque([("", 0)])
        while pending:
            folder, depth = pending.popleft()
            stop = self._why_stop()
            if stop:
                self.remarks.append(f"only the first {len(self.files):,} files were looked at: {stop}")
                break
            for below in self._folder(folder):
                if depth >= DEEPEST or len(below) > _LONGEST_PATH:
                    self._too_deep += 1
                else:
                    pending.append((below, depth + 1))
        if self._too_deep:
            self.remarks.append(f"{_folders(self._too_deep)} too deep, so what is in there is left out")
        if self._unreadable:
            self.remarks.append(f"{self._unreadable:,} folders or files could not be read")
        if self._ignoring.left_out:
            self.remarks.append(
                f"{self._ignoring.left_out:,} lines of .gitignore were passed over: too many, or too many wildcards"
            )

    def _why_stop(self) -> str:
        if len(self.files) >= self._most_files:
            return "there are more"
        if self._looked_at >= MOST_ENTRIES:
            return f"there are more than {MOST_ENTRIES:,} entries"
        return "looking took too long" if time.monotonic() > self._until else ""

    def _folder(self, folder: str) -> list[str]:
        """List the files of a folder; its folders that are to be looked into."""
        entries = self._entries(folder)
        names = {entry.name for entry in entries}
        prefix = f"{folder}/" if folder else ""
        if _IGNORE_FILE in names:
            self._add_ignore_file(folder, os.path.join(self._root, folder, _IGNORE_FILE))  # noqa: PTH118
        inner: list[str] = []
        for entry in entries:
            if self._why_stop():
                # Noted by the caller, before the next folder.
                inner.append(prefix + entry.name)
                break
            self._take(entry, prefix + entry.name, inner)
        return inner

    def _take(self, entry: os.DirEntry[str], path: str, inner: list[str]) -> None:
        name = entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                if self._is_ours(entry, path) and not self._ignoring.ignores(path, is_folder=True):
                    inner.append(path)
            elif (
                entry.is_file(follow_symlinks=False)
                and (not name.startswith(".") or name in _LISTED_HIDDEN_FILES)
                and len(path) <= _LONGEST_PATH
                and _is_text(name)
                and not self._ignoring.ignores(path, is_folder=False)
            ):
                self.files.append(path)
        except OSError:
            self._unreadable += 1

    def _is_ours(self, entry: os.DirEntry[str], path: str) -> bool:
        name = entry.name
        if name.startswith("."):
            return name in _HIDDEN_BUT_SEEN and "/" not in path
        if name in _NEVER_OURS or not _is_text(name):
            return False
        if name in _OUTPUT:
            return "/" in path and os.path.isfile(os.path.join(entry.path, "__init__.py"))  # noqa: PTH113, PTH118
        return True

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:  # noqa: PTH118 - one per folder
                found: list[os.DirEntry[str]] = []
                for entry in entries:
                    self._looked_at += 1
                    found.append(entry)
                    if self._looked_at >= MOST_ENTRIES:
                        break
                return sorted(found, key=lambda entry: entry.name)
        except (OSError, ValueError):
            self._unreadable += 1
            return []

    def _add_ignore_file(self, folder: str, path: str) -> None:
        if self._ignore_files >= _MOST_IGNORE_FILES or os.path.islink(path) or not os.path.isfile(path):  # noqa: PTH113, PTH114
            return
        self._ignore_files += 1
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                text = file.read(_LARGEST_IGNORE_FILE).decode("utf-8", "replace")
        except OSError:
            return
        self._ignoring.add(folder, text.removeprefix("\ufeff"))


def _folders(count: int) -> str:
    return "1 folder lies" if count == 1 else f"{count:,} folders lie"


def _is_text(name: str) -> bool:
    """Whether a name can be written into a plan: no undecodable bytes, no control characters."""
    return name.isprintable()
