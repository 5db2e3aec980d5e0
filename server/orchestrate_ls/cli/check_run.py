"""One run of `check`: which files were meant, what was found in each, and what could not be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from orchestrate_ls.agents.registry import AgentRegistry
from orchestrate_ls.cli.named_files import Failure, NamedFiles
from orchestrate_ls.progress.track_record import TrackRecord
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
from orchestrate_ls.workspace.find import workspace_root
from orchestrate_ls.workspace.reading import UnreadablePlanError
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_files import SettingsFiles


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
        self._settings = SettingsFiles(config)
        self._named = NamedFiles(self._settings, stdin_name)
        self.run: Final = CheckRun(failures=self._named.failures, empty_folders=self._named.empty_folders)
        self._checkers: dict[tuple[Path | None, Path], Checker] = {}
        self._agents: dict[tuple[Path, tuple[str, ...]], AgentRegistry] = {}
        self._roots: dict[Path, Path] = {}
        self._user_agents = user_agents
        self._now = now

    def check_all(self, names: Sequence[str]) -> CheckRun:
        """Check files, folders and standard input. What cannot be read is a failure, and the rest goes on."""
        for path in self._named.find(names):
            if path is None:
                self._check_standard_input()
            else:
                self._check_file(path)
        self._report_definitions()
        self._named.note_settings(_relative)
        return self.run

    def checker(self, path: Path) -> Checker:
        """The checker with the settings that hold for a file."""
        loaded = self._settings.of(path)
        root = self._root_of(path)
        key = (loaded.path, root)
        if key not in self._checkers:
            known = known_agents(self._registry(root, loaded.settings))
            settings = loaded.settings
            if settings.rules.wants_history:
                rules = replace(settings.rules, history=self._history(root, settings))
                settings = replace(settings, rules=rules)
            self._checkers[key] = Checker(settings, now=self._now, known_agents=known)
        return self._checkers[key]

    def _root_of(self, path: Path) -> Path:
        """Where the agents of a plan are looked for."""
        folder = path if path.is_dir() else path.parent
        root = self._roots.get(folder)
        if root is None:
            root = self._roots[folder] = workspace_root(folder)
        return root

    def _history(self, root: Path, settings: Settings) -> TrackRecord:
        """What the plans of a project say of earlier work."""
        from orchestrate_ls.report.past_plans import read_past

        past = read_past(root, self._now or datetime.now(UTC), settings)
        self.run.notes += past.problems
        return past.record

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

    def _check_file(self, path: Path) -> None:
        try:
            self.run.files.append(self._with_progress(path, self.checker(path).check(path)))
        except UnreadablePlanError as error:
            self._named.fail(path.as_posix(), error)

    def _with_progress(self, path: Path, file: CheckedFile) -> CheckedFile:
        """The check of a plan that has a journal, in the light of it."""
        if all(plan.source.header_entry("plan_id") is None for plan in file.check.plans):
            return file
        from orchestrate_ls.execution.plan_progress import with_progress

        check, problems = with_progress(file.check, path, self._now or datetime.now(UTC))
        self.run.notes += [f"{problem}; how the plan stands is not known" for problem in problems]
        return replace(file, check=check)

    def _check_standard_input(self) -> None:
        checker = self.checker(self._named.stdin_path)
        source = self._named.read_standard_input(checker.settings.max_file_size)
        if source is not None:
            self.run.files.append(checker.check_text(Path(self._named.stdin_shown), source))


def _relative(path: Path | None) -> str:
    """A path as a person in the current folder would name it."""
    if path is None:
        return ""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
