"""Which files of a folder are plans, and where its settings file is. Reads folders, and the first lines of
YAML files.

A link to a folder is never followed: what it leads to inside the folder is found at its own place, what it
leads to outside is none of the folder's business, and there is no loop to fall into.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.globs import Globs
from orchestrate_ls.workspace.settings import Settings

SETTINGS_FILE: Final = "orchestrate.toml"
PLAN_ENDINGS: Final = (".plan.yaml", ".plan.yml")
YAML_ENDINGS: Final = (".yaml", ".yml")
REPOSITORY_MARK: Final = ".git"

SKIPPED_FOLDERS: Final = frozenset(
    {
        "__pycache__",
        "__pypackages__",
        "_build",
        "bower_components",
        "build",
        "buck-out",
        "dist",
        "node_modules",
        "out",
        "site-packages",
        "target",
        "venv",
    }
)
"""Installed packages and build output, beside all hidden folders. One that is named explicitly is
searched."""

# At the margin: what is indented may be a line of a text, as in a Kubernetes ConfigMap that carries a plan.
_MARK: Final = re.compile(r"^#[ \t]*orchestrate:[ \t]*plan[ \t]*$")
_MARK_LINES: Final = 5
_MARK_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class UnreadableFolder:
    """A folder that could not be searched, and why."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class FoundPlans:
    """The plan files of a folder, sorted, and the folders below it that could not be searched."""

    files: tuple[Path, ...]
    unreadable: tuple[UnreadableFolder, ...]


def is_plan_name(name: str) -> bool:
    """Whether a file is a plan by its name."""
    return name.lower().endswith(PLAN_ENDINGS)


def has_plan_mark(text: str) -> bool:
    """Whether one of a text's first five lines is the comment `# orchestrate: plan`, not indented."""
    lines = re.split(r"\r\n?|\n", text[:_MARK_BYTES].removeprefix("\ufeff"), maxsplit=_MARK_LINES)
    return any(_MARK.match(line) is not None for line in lines[:_MARK_LINES])


def workspace_root(start: Path) -> Path:
    """The repository that a file or folder is in, else the folder with its settings file, else its own
    folder.
    """
    folder = _folder_of(start)
    settings = settings_file(start)
    for candidate in (folder, *folder.parents):
        if _exists(candidate / REPOSITORY_MARK):
            return candidate
    return settings.parent if settings is not None else folder


def settings_file(start: Path, root: Path | None = None) -> Path | None:
    """The nearest `orchestrate.toml` from a file or folder upwards, not above its repository nor above
    ``root``.
    """
    folder = _folder_of(start)
    top = Path(os.path.abspath(root)) if root is not None else None  # noqa: PTH100 - links stay as they are
    for candidate in (folder, *folder.parents):
        path = candidate / SETTINGS_FILE
        if path.is_file():
            return path
        if candidate == top or _exists(candidate / REPOSITORY_MARK):
            return None
    return None


def find_plans(folder: Path, settings: Settings | None = None, root: Path | None = None) -> FoundPlans:
    """The plans in a folder and below: `*.plan.yaml`, `*.plan.yml`, and other YAML files that say so at their
    top.

    Parameters
    ----------
    folder:
        Where to search. It is searched even if its own name is one of those that are skipped below it.
    settings:
        Their globs count from ``root``.
    root:
        The folder of the settings file; ``folder`` itself where not given.
    """
    settings = settings or Settings()
    search = _Search(folder, root or folder, settings)
    files = search.run()
    return FoundPlans(tuple(files), tuple(search.unreadable))


class _Search:
    def __init__(self, folder: Path, root: Path, settings: Settings) -> None:
        self.folder = folder
        self.unreadable: list[UnreadableFolder] = []
        self._exclude = Globs(settings.exclude)
        self._include = Globs(settings.extend_include)
        self._prefix = _names_between(root, folder)
        self._real = os.path.realpath(folder)

    def run(self) -> list[Path]:
        own: dict[str, tuple[str, ...]] = {}
        linked: dict[str, tuple[str, ...]] = {}
        for names, entry in self._walk():
            real = os.path.realpath(entry.path)
            if not entry.is_symlink():
                own[real] = names
            elif _is_below(self._real, real):
                linked.setdefault(real, names)
        # A file that is there both by itself and through a link is one plan.
        found = [*own.values(), *(names for real, names in linked.items() if real not in own)]
        return [self.folder.joinpath(*names) for names in sorted(found)]

    def _walk(self) -> Iterator[tuple[tuple[str, ...], os.DirEntry[str]]]:
        pending: list[tuple[str, ...]] = [()]
        while pending:
            names = pending.pop()
            for entry in self._entries(names):
                below = (*names, entry.name)
                if self._exclude.matches((*self._prefix, *below)):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS:
                        pending.append(below)
                elif self._is_plan(entry, below):
                    yield below, entry

    def _entries(self, names: tuple[str, ...]) -> list[os.DirEntry[str]]:
        path = self.folder.joinpath(*names)
        try:
            with os.scandir(path) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.unreadable.append(UnreadableFolder(path, error.strerror or str(error)))
            return []

    def _is_plan(self, entry: os.DirEntry[str], names: tuple[str, ...]) -> bool:
        name = entry.name.lower()
        if not name.endswith(YAML_ENDINGS):
            return False
        try:
            # Follows a link; pipes and devices are no files, so nothing here can block.
            if not entry.is_file():
                return False
        except OSError:
            return False
        if is_plan_name(name) or self._include.matches((*self._prefix, *names)):
            return True
        return not entry.name.startswith(".") and _says_plan(entry.path)


def _says_plan(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as many as there are YAML files
            start = file.read(_MARK_BYTES)
    except OSError:
        return False
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return has_plan_mark(start.decode(encoding, "replace"))


def _names_between(root: Path, folder: Path) -> tuple[str, ...]:
    """The names that lead from a root down to a folder; none where it does not lie in it."""
    try:
        return Path(os.path.realpath(folder)).relative_to(os.path.realpath(root)).parts
    except ValueError:
        return ()


def _is_below(root: str, path: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)


def _folder_of(start: Path) -> Path:
    # Not resolved: a user who works through a link expects the folders of the path as it was named.
    absolute = Path(os.path.abspath(start))  # noqa: PTH100
    return absolute if absolute.is_dir() else absolute.parent


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
