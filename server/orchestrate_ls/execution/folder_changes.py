"""What changes in a folder while an agent works in it: a look before, a look after, and what is different.

In a git repository these are the files that git calls changed, with their sizes and times, and what was committed;
elsewhere all files, up to a number. No file's content is read, links are not followed, and nothing is written. Knows no
task and no plan.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.execution.git_command import Git, GitError

MOST_FILES: Final = 20_000
_OWN: Final = ".orchestrate"
_PASSED_OVER: Final = frozenset((_OWN, ".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv"))
_GIT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class FolderState:
    """What was found at one moment.

    Attributes
    ----------
    head
        The commit that is checked out; empty where the folder is in no repository, or has no commit yet.
    files
        Size and time of change (in nanoseconds) by path from the folder; -1 for a file that is gone. Of a repository
        those that git calls changed.
    """

    head: str
    files: Mapping[str, tuple[int, int]]

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return {"head": self.head, "files": {name: list(each) for name, each in self.files.items()}}

    @classmethod
    def from_data(cls, data: object) -> FolderState:
        """Read what ``to_data`` gave. Raises ``ValueError``, ``TypeError`` or ``KeyError`` for anything else."""
        if not isinstance(data, dict):
            raise TypeError("no state of a folder")
        known = cast("dict[str, Any]", data)
        files = {str(name): (int(size), int(time)) for name, (size, time) in known["files"].items()}
        return cls(str(known["head"]), files)


def look_at(folder: Path) -> FolderState | None:
    """What is there now; None where there is too much to look at, or git does not answer."""
    git = Git(folder, _GIT_SECONDS)
    try:
        if git.succeeds("rev-parse", "--is-inside-work-tree"):
            return _in_repository(git, folder)
    except GitError:
        if any((each / ".git").exists() for each in (folder, *folder.parents)):
            return None
    found: dict[str, tuple[int, int]] = {}
    return FolderState("", found) if _walk(folder, found) else None


def changed_between(before: FolderState, after: FolderState, folder: Path) -> tuple[str, ...]:
    """The paths from the folder, with `/`, of files that are not what they were, in their order."""
    names = {name for name, each in before.files.items() if after.files.get(name) != each}
    names |= after.files.keys() - before.files.keys()
    if before.head and after.head and before.head != after.head:
        try:
            names |= _committed(Git(folder, _GIT_SECONDS), before.head, after.head)
        except GitError:
            names |= set()
    return tuple(sorted(names))


def _in_repository(git: Git, folder: Path) -> FolderState | None:
    head = ""
    if git.succeeds("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
        head = git.text("rev-parse", "HEAD")
    inside = git.text("rev-parse", "--show-prefix")
    told = git.text("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", ".")
    files: dict[str, tuple[int, int]] = {}
    for entry in filter(None, told.split("\0")):
        name = entry[3:].removeprefix(inside)
        if _is_own(name):
            continue
        if len(files) == MOST_FILES:
            return None
        files[name] = _stamp(folder / name)
    return FolderState(head, files)


def _committed(git: Git, before: str, after: str) -> set[str]:
    told = git.text("diff", "--name-only", "--no-renames", "--relative", "-z", before, after)
    return {each for each in told.split("\0") if each and not _is_own(each)}


def _walk(folder: Path, found: dict[str, tuple[int, int]]) -> bool:
    """Note all files below a folder; whether that were not too many."""
    waiting = [("", str(folder))]
    seen = 0
    while waiting:
        prefix, path = waiting.pop()
        try:
            entries = sorted(os.scandir(path), key=lambda each: each.name)
        except OSError:
            continue
        for entry in entries:
            seen += 1
            if seen > MOST_FILES:
                return False
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _PASSED_OVER:
                    waiting.append((f"{prefix}{entry.name}/", entry.path))
            else:
                found[f"{prefix}{entry.name}"] = _stamp(Path(entry.path))
    return True


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.lstat()
    except (OSError, ValueError):
        return (-1, -1)
    return status.st_size, status.st_mtime_ns


def _is_own(name: str) -> bool:
    return _OWN in name.split("/")
