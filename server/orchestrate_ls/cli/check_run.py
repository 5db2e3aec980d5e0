"""One run of `check`: which files were meant, what was found in each, and what could not be checked."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import Diagnostic
from orchestrate_ls.workspace.checking import CheckedFile, Checker
from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text
from orchestrate_ls.workspace.settings_files import LoadedSettings, SettingsFiles

STANDARD_INPUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be checked. ``path`` is what a person calls it; ``line`` and ``column`` from
    1.
    """

    path: str
    message: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}:{self.column}"


@dataclass(slots=True)
class CheckRun:
    """What came of a run: files in the order they were named, those of a folder sorted."""

    files: list[CheckedFile] = field(default_factory=list[CheckedFile])
    failures: list[Failure] = field(default_factory=list[Failure])
    empty_folders: list[str] = field(default_factory=list[str])
    """Folders without any plan."""

    def diagnostics(self) -> Iterator[tuple[CheckedFile, Diagnostic]]:
        """Everything found, file by file."""
        for file in self.files:
            for diagnostic in file.check.diagnostics:
                yield file, diagnostic

    def worst(self) -> Severity | None:
        """The worst severity found."""
        return min(
            (each.severity for _, each in self.diagnostics()), key=lambda each: each.rank, default=None
        )


class CheckRunner:
    """Reads and checks what a command line names."""

    def __init__(self, config: Path | None, now: datetime | None, stdin_name: str | None) -> None:
        self.run: Final = CheckRun()
        self._settings = SettingsFiles(config)
        self._checkers: dict[Path | None, Checker] = {}
        self._now = now
        self._stdin_name = stdin_name
        self._seen: set[str] = set()

    def check_all(self, names: Sequence[str]) -> CheckRun:
        """Check files, folders and standard input. What cannot be read is a failure, and the rest goes on."""
        for name in expanded(names) if os.name == "nt" else names:
            if name == STANDARD_INPUT:
                self._check_standard_input()
            elif Path(name).is_dir():
                self._check_folder(Path(name))
            else:
                self._check_file(Path(name))
        for loaded in self._settings.loaded:
            self._report_settings(loaded)
        return self.run

    def checker(self, path: Path) -> Checker:
        """The checker with the settings that hold for a file."""
        loaded = self._settings.of(path)
        if loaded.path not in self._checkers:
            self._checkers[loaded.path] = Checker(loaded.settings, now=self._now)
        return self._checkers[loaded.path]

    def _check_folder(self, folder: Path) -> None:
        loaded = self._settings.of(folder)
        root = loaded.path.parent if loaded.path is not None else folder
        found = find_plans(folder, loaded.settings, root)
        if not found.files and not found.unreadable:
            self.run.empty_folders.append(str(folder))
        for unreadable in found.unreadable:
            self.run.failures.append(
                Failure(unreadable.path.as_posix(), f"the folder cannot be searched: {unreadable.message}")
            )
        for path in found.files:
            self._check_file(path)

    def _check_file(self, path: Path) -> None:
        try:
            real = os.path.realpath(path)
        except ValueError:
            real = str(path)
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            self.run.files.append(self.checker(path).check(path))
        except UnreadablePlanError as error:
            self.run.failures.append(Failure(path.as_posix(), error.message, error.hint))

    def _check_standard_input(self) -> None:
        name = self._stdin_name or "<stdin>"
        path = Path(self._stdin_name) if self._stdin_name else Path()
        checker = self.checker(path)
        limit = checker.settings.max_file_size
        try:
            source = decode_plan_text(sys.stdin.buffer.read(limit + 1), limit)
        except UnreadablePlanError as error:
            self.run.failures.append(Failure(name, error.message, error.hint))
            return
        self.run.files.append(checker.check_text(Path(name), source))

    def _report_settings(self, loaded: LoadedSettings) -> None:
        for problem in loaded.problems:
            place = problem.place
            self.run.failures.append(
                Failure(
                    _relative(loaded.path),
                    problem.message,
                    None,
                    place.line + 1 if place is not None else None,
                    place.start + 1 if place is not None else None,
                )
            )


def expanded(names: Sequence[str]) -> list[str]:
    """Names with globs put in for what they match, as shells of other systems than Windows have done already."""
    found: list[str] = []
    for name in names:
        matches = sorted(glob.glob(name)) if any(mark in name for mark in "*?[") else []  # noqa: PTH207
        found.extend(matches or [name])
    return found


def _relative(path: Path | None) -> str:
    """A path as a person in the current folder would name it."""
    if path is None:
        return ""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
