"""The plan files that a command line names: files, folders and standard input, each file once, and what went wrong.

Knows nothing of what is done with them.
"""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import PlanText, UnreadablePlanError, decode_plan_text
from orchestrate_ls.workspace.settings_files import SettingsFiles

STANDARD_INPUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read. ``path`` is what a person calls it; ``line`` and ``column`` from 1."""

    path: str
    message: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}:{self.column}"


@dataclass(slots=True)
class NamedFiles:
    """Finds what was named, and collects what could not be read.

    Attributes
    ----------
    settings
        Those of each folder; they say which files are plans.
    stdin_name
        What standard input is to be called; its settings are those of a file of that name.
    empty_folders
        Folders without any plan.
    """

    settings: SettingsFiles
    stdin_name: str | None
    failures: list[Failure] = field(default_factory=list[Failure])
    empty_folders: list[str] = field(default_factory=list[str])
    _seen: set[str] = field(default_factory=set[str])

    def find(self, names: Sequence[str]) -> Iterator[Path | None]:
        """Each file once, in the order named, those of a folder sorted; None stands for standard input."""
        for name in expanded(names) if os.name == "nt" else names:
            if name == STANDARD_INPUT:
                yield None
            elif Path(name).is_dir():
                yield from filter(self._is_new, self._plans_in(Path(name)))
            elif self._is_new(Path(name)):
                yield Path(name)

    @property
    def stdin_path(self) -> Path:
        """Where standard input counts as being."""
        return Path(self.stdin_name) if self.stdin_name else Path()

    @property
    def stdin_shown(self) -> str:
        """What standard input is called in messages."""
        return self.stdin_name or "<stdin>"

    def read_standard_input(self, limit: int) -> PlanText | None:
        """The text; None, with a failure, where it cannot be read or is larger than ``limit`` bytes."""
        try:
            return decode_plan_text(sys.stdin.buffer.read(limit + 1), limit)
        except UnreadablePlanError as error:
            self.fail(self.stdin_shown, error)
            return None

    def fail(self, name: str, error: UnreadablePlanError) -> None:
        """Note that a file cannot be read."""
        self.failures.append(Failure(name, error.message, error.hint))

    def note_settings(self, shown: Callable[[Path | None], str]) -> None:
        """Note what is wrong with the settings that were read; ``shown`` says how their files are called."""
        for loaded in self.settings.loaded:
            for problem in loaded.problems:
                place = problem.place
                line, column = (place.line + 1, place.start + 1) if place is not None else (None, None)
                self.failures.append(Failure(shown(loaded.path), problem.message, None, line, column))

    def _plans_in(self, folder: Path) -> Sequence[Path]:
        loaded = self.settings.of(folder)
        found = find_plans(folder, loaded.settings, loaded.path.parent if loaded.path is not None else folder)
        if not found.files and not found.unreadable:
            self.empty_folders.append(str(folder))
        for unreadable in found.unreadable:
            message = f"the folder cannot be searched: {unreadable.message}"
            self.failures.append(Failure(unreadable.path.as_posix(), message))
        return found.files

    def _is_new(self, path: Path) -> bool:
        try:
            real = os.path.realpath(path)
        except ValueError:
            real = str(path)
        if real in self._seen:
            return False
        self._seen.add(real)
        return True


def expanded(names: Sequence[str]) -> list[str]:
    """Names with globs put in for what they match, as shells of other systems than Windows have done already."""
    found: list[str] = []
    for name in names:
        matches = sorted(glob.glob(name)) if any(mark in name for mark in "*?[") else []  # noqa: PTH207
        found.extend(matches or [name])
    return found
