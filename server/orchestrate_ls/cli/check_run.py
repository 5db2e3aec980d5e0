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

from orchestrate_ls.agents.registry import AgentRegistry
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.definition_files import known_agents
from orchestrate_ls.rules.engine import Diagnostic
from orchestrate_ls.workspace.agent_files import load_agents
from orchestrate_ls.workspace.checking import (
    CheckedDefinition,
    CheckedFile,
    Checker,
    ReportedFile,
    checked_definitions,
)
from orchestrate_ls.workspace.find import find_plans, workspace_root
from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text
from orchestrate_ls.workspace.settings import Settings
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
    definitions: list[CheckedDefinition] = field(default_factory=list[CheckedDefinition])
    """Agent definition files in which something is wrong."""
    failures: list[Failure] = field(default_factory=list[Failure])
    empty_folders: list[str] = field(default_factory=list[str])
    """Folders without any plan."""
    notes: list[str] = field(default_factory=list[str])
    """What else a person should know."""

    @property
    def reported(self) -> list[ReportedFile]:
        """All files, those of agents behind the plans."""
        return [*self.files, *self.definitions]

    def diagnostics(self) -> Iterator[tuple[ReportedFile, Diagnostic]]:
        """Everything found, file by file."""
        for file in self.reported:
            for diagnostic in file.diagnostics:
                yield file, diagnostic

    def worst(self) -> Severity | None:
        """The worst severity found."""
        return min(
            (each.severity for _, each in self.diagnostics()), key=lambda each: each.rank, default=None
        )


class CheckRunner:
    """Reads and checks what a command line names."""

    def __init__(
        self,
        config: Path | None,
        now: datetime | None,
        stdin_name: str | None,
        *,
        user_agents: bool = False,
    ) -> None:
        self.run: Final = CheckRun()
        self._settings = SettingsFiles(config)
        self._checkers: dict[tuple[Path | None, Path], Checker] = {}
        self._agents: dict[tuple[Path, tuple[str, ...]], AgentRegistry] = {}
        self._roots: dict[Path, Path] = {}
        self._user_agents = user_agents
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
        self._report_definitions()
        for loaded in self._settings.loaded:
            self._report_settings(loaded)
        return self.run

    def checker(self, path: Path) -> Checker:
        """The checker with the settings that hold for a file."""
        loaded = self._settings.of(path)
        root = self._root_of(path)
        key = (loaded.path, root)
        if key not in self._checkers:
            known = known_agents(self._registry(root, loaded.settings))
            self._checkers[key] = Checker(loaded.settings, now=self._now, known_agents=known)
        return self._checkers[key]

    def _root_of(self, path: Path) -> Path:
        """Where the agents of a plan are looked for."""
        folder = path if path.is_dir() else path.parent
        root = self._roots.get(folder)
        if root is None:
            root = self._roots[folder] = workspace_root(folder)
        return root

    def _registry(self, root: Path, settings: Settings) -> AgentRegistry:
        folders = settings.user_agent_folders if self._user_agents else ()
        key = (root, folders)
        if key not in self._agents:
            self._agents[key] = load_agents(root, folders)
        return self._agents[key]

    def _report_definitions(self) -> None:
        """Say what is wrong with the agent definitions that counted for what was checked, once for each file."""
        said: set[str] = set()
        for (root, _), registry in self._agents.items():
            settings = self._settings.of(root).settings
            for file in checked_definitions(
                registry, settings.rules, lambda path: Path(_relative(Path(path)))
            ):
                if file.path.as_posix() not in said:
                    said.add(file.path.as_posix())
                    self.run.definitions.append(file)
            for sentence in registry.left_out:
                self.run.notes.append(sentence)

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
