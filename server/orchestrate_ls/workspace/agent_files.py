"""Finds and reads the agent definition files of a root, and of the user where that is wanted. Executes nothing.

What the files say is known in the agents package; this file knows folders. A link is followed only where it stays below
the root (below the home folder for the user's files), and each folder is searched once, so that there is no loop to
fall into. Number and size are bounded: what is beyond is named, not read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from orchestrate_ls.agents.definition import DefinitionProblem, Tool
from orchestrate_ls.agents.registries import PROJECT_REGISTRIES, USER_REGISTRIES, Registry, registry_of
from orchestrate_ls.agents.registry import AgentRegistry, DefinitionFile, registry_from
from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text, read_bytes

LARGEST_FILE: Final = 262_144
"""Bytes of a definition file. Instructions have some thousand."""
MOST_FILES: Final = 1_000
"""Definition files of one root, and of the user."""
MOST_ENTRIES: Final = 20_000
"""Entries of folders that are looked at in one registry."""
DEEPEST: Final = 12
"""Folders below a registry's own."""

OpenText: TypeAlias = Callable[[Path], str | None]
"""The text of a file that is open in an editor; None for one that is not."""


def load_agents(
    root: Path,
    user_folders: Sequence[str] = (),
    open_text: OpenText | None = None,
    home: Path | None = None,
) -> AgentRegistry:
    """The agents below a root, and those of the user's folders.

    Parameters
    ----------
    root:
        Where the tools look for a project's agents, usually the repository.
    user_folders:
        Which of ``agents.registries.USER_FOLDERS`` to read besides; others are not read.
    open_text:
        Says which files are open in an editor; their text there counts instead of the disk's.
    home:
        The user's home folder; asked of the system where not given.
    """
    search = _Search(open_text)
    search.run(root, PROJECT_REGISTRIES, of_user=False)
    wanted = [each for each in USER_REGISTRIES if f"~/{each.folder}" in user_folders]
    if wanted and (home := home or _home()) is not None and not _same(home, root):
        search.run(home, wanted, of_user=True)
    return registry_from(search.files, search.left_out)


def read_agent_file(path: Path, root: Path, text: str | None = None) -> DefinitionFile | None:
    """One file below a root, read anew; None for one that is no definition. ``text`` is that of an editor."""
    try:
        below = path.relative_to(root).as_posix()
    except ValueError:
        return None
    found = registry_of(below)
    return _read(path, below, found[0], found[1], text, of_user=False) if found is not None else None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a search is: a folder's path, its names below the registry's folder, and its real path."""

    path: str
    below: str
    real: str
    depth: int


class _Search:
    def __init__(self, open_text: OpenText | None) -> None:
        self.files: list[DefinitionFile] = []
        self.left_out: list[str] = []
        self._open_text = open_text
        self._seen: set[tuple[Tool, str]] = set()
        self._count = 0

    def run(self, root: Path, registries: Sequence[Registry], *, of_user: bool) -> None:
        """Read all files of some registries below a root."""
        real_root = os.path.realpath(root)
        self._count = 0
        for registry in registries:
            folder = root / registry.folder
            for path, below in self._paths(registry, folder, real_root):
                if self._count >= MOST_FILES:
                    whose = "your own" if of_user else f"those below {root}"
                    self.left_out.append(
                        f"there are more than {MOST_FILES:,} agent definitions; of {whose} the rest is not read"
                    )
                    return
                self._count += 1
                shown = (
                    f"~/{registry.folder}/{below}" if of_user else f"{registry.folder}/{below}".lstrip("/")
                )
                text = self._open_text(path) if self._open_text is not None else None
                self.files.append(_read(path, shown, registry, below, text, of_user=of_user))

    def _paths(self, registry: Registry, folder: Path, real_root: str) -> Iterator[tuple[Path, str]]:
        real = _real_below(str(folder), real_root)
        if real is None:
            return
        pending = [_Place(str(folder), "", real, 0)]
        searched = {real}
        looked_at = 0
        while pending:
            place = pending.pop()
            inner: list[_Place] = []
            for entry in _entries(place.path):
                looked_at += 1
                if looked_at > MOST_ENTRIES:
                    self.left_out.append(
                        f"{folder} has more than {MOST_ENTRIES:,} entries; the rest is not read"
                    )
                    return
                below = f"{place.below}{entry.name}"
                kind = _kind(entry)
                if kind == "folder" and registry.deep and place.depth < DEEPEST:
                    real = _real_below(entry.path, real_root)
                    if real is not None and real not in searched:
                        searched.add(real)
                        inner.append(_Place(entry.path, f"{below}/", real, place.depth + 1))
                elif kind == "file" and registry.takes(entry.name):
                    real = _real_below(entry.path, real_root)
                    if real is not None and (registry.tool, real) not in self._seen:
                        self._seen.add((registry.tool, real))
                        yield Path(entry.path), below
            pending.extend(reversed(inner))


def _read(
    path: Path, shown: str, registry: Registry, below: str, text: str | None, *, of_user: bool
) -> DefinitionFile:
    problems: list[DefinitionProblem] = []
    if text is None:
        try:
            source = decode_plan_text(read_bytes(path, LARGEST_FILE), LARGEST_FILE)
        except UnreadablePlanError as error:
            # Only the message: the hint is about plans.
            problem = DefinitionProblem("syntax", f"this agent definition is not read: {error.message}", 0, 0)
            return DefinitionFile(str(path), shown, registry.tool, "", problems=(problem,), of_user=of_user)
        text = source.text
        problems = [
            DefinitionProblem("syntax", each.message, each.start, each.end) for each in source.problems
        ]
    elif len(text) > LARGEST_FILE:
        problem = DefinitionProblem(
            "syntax", f"this agent definition is not read: more than {LARGEST_FILE:,} characters", 0, 0
        )
        return DefinitionFile(str(path), shown, registry.tool, text, problems=(problem,), of_user=of_user)
    found = registry.read(text, below)
    return DefinitionFile.of(str(path), shown, registry.tool, text, found, problems, of_user=of_user)


def _entries(path: str) -> list[os.DirEntry[str]]:
    """The entries of a folder, sorted; none where it is missing or may not be read."""
    try:
        with os.scandir(path) as entries:
            found: list[os.DirEntry[str]] = []
            for entry in entries:
                found.append(entry)
                if len(found) > MOST_ENTRIES:
                    break
            return sorted(found, key=lambda entry: entry.name)
    except (OSError, ValueError):
        return []


def _kind(entry: os.DirEntry[str]) -> str:
    """``folder``, ``file``, or empty for a pipe, a device, or a link that leads nowhere."""
    try:
        if entry.is_dir():
            return "folder"
        return "file" if entry.is_file() else ""
    except OSError:
        return ""


def _real_below(path: str, real_root: str) -> str | None:
    """The real path of something, if it lies below the root or is the root; None otherwise."""
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return None
    inside = real == real_root or real.startswith(real_root.rstrip(os.sep) + os.sep)
    return real if inside else None


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None
