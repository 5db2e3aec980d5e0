"""Finds, reads and checks the plans of a workspace, for the process that does nothing else (``index_process``).

Everything that is asked and answered here is plain data, since it goes through a pipe. Knows no messages of the
protocol, and neither open documents: whoever asks lets their text win.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from time import process_time
from typing import Any, Final, NamedTuple

from orchestrate_ls.ide.diagnostics import MOST_SHOWN
from orchestrate_ls.ide.moved_files import Renames, edits_for_renames
from orchestrate_ls.ide.plan_summary import PlanSummary, summarize
from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.lsp.settings import Folder, WorkspaceSettings
from orchestrate_ls.lsp.wire_diagnostics import at_start, to_file_diagnostics
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.definition_files import known_agents
from orchestrate_ls.rules.engine import check_file
from orchestrate_ls.text.changes import FileEdits
from orchestrate_ls.workspace.agent_files import load_agents
from orchestrate_ls.workspace.checking import shipped_schema
from orchestrate_ls.workspace.find import find_plans, workspace_root
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.settings import Settings

MOST_PLANS: Final = 20_000
"""Of all folders together."""
_WORTH_PACKING: Final = 200

Stamp = tuple[int, int]
"""Nanoseconds of the last change, and bytes."""


@dataclass(frozen=True)
class Setup:
    """By what plans are found and checked from now on."""

    folders: tuple[Folder, ...] = ()
    editor: Mapping[str, object] = field(default_factory=dict[str, object])
    editor_by_folder: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, Mapping[str, object]]
    )
    abilities: ClientAbilities = field(default_factory=ClientAbilities)
    agents: Mapping[Path, Mapping[str, KnownAgent]] = field(
        default_factory=dict[Path, Mapping[str, KnownAgent]]
    )
    """What is known of agents by root; of other roots the definitions are read here."""


@dataclass(frozen=True)
class Find:
    """Ask for the plans of all folders."""


@dataclass(frozen=True)
class Read:
    """Ask for what is in some plans."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Follow:
    """Ask for the edits by which plans follow what is renamed."""

    renames: tuple[tuple[Path, Renames], ...]


@dataclass(frozen=True)
class Survey:
    """The plans that there are. ``left_out`` says what was not searched, as sentences."""

    plans: Mapping[Path, Stamp]
    left_out: tuple[str, ...]
    seconds: float = 0.0
    """Of the processor, that it took to look."""


class ReadPlan(NamedTuple):
    """What is in a plan. ``stamp`` is None for one that is not there (any more)."""

    path: Path
    stamp: Stamp | None
    summary: PlanSummary
    diagnostics: bytes
    """As ``packed``: errors and warnings."""
    result_id: str
    """The same for the same diagnostics."""


def packed(found: list[dict[str, Any]]) -> bytes:
    """Diagnostics, small: most of a workspace's are never looked at. Nothing for none."""
    if not found:
        return b""
    written = json.dumps(found, separators=(",", ":")).encode("ascii")
    return b"z" + zlib.compress(written, 1) if len(written) > _WORTH_PACKING else b"j" + written


def unpacked(diagnostics: bytes) -> list[dict[str, Any]]:
    """The inverse of ``packed``."""
    if not diagnostics:
        return []
    body = diagnostics[1:]
    return json.loads(zlib.decompress(body) if diagnostics[:1] == b"z" else body)


class IndexReader:
    """Reads plans by one setup."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._settings = WorkspaceSettings(setup.folders)
        self._settings.set_editor(setup.editor, setup.editor_by_folder)
        self._agents: dict[Path, Mapping[str, KnownAgent]] = dict(setup.agents)
        self._roots: dict[Path, Path] = {}

    def answer(self, question: Find | Read | Follow) -> Survey | list[ReadPlan] | list[FileEdits]:
        """Whatever is asked."""
        if isinstance(question, Find):
            return self.find()
        if isinstance(question, Read):
            return [self.read(path) for path in question.paths]
        found = [self.follow(path, renames) for path, renames in question.renames]
        return [each for each in found if each is not None]

    def find(self) -> Survey:
        """The plans of all folders, those of an inner folder once."""
        begun = process_time()
        plans: dict[Path, Stamp] = {}
        left_out: list[str] = []
        for folder in self._setup.folders:
            if folder.path is None or not folder.path.is_dir():
                continue
            settings = self._settings.of(folder.path / "_")
            found = find_plans(folder.path, settings, self._settings.root_of(folder.path / "_"))
            left_out += [f"{each.path} cannot be searched: {each.message}" for each in found.unreadable]
            for path in found.files:
                if len(plans) >= MOST_PLANS:
                    left_out.append(
                        f"{folder.path} has more plans than the {MOST_PLANS:,} that are looked at; leave some "
                        "out with `exclude` in orchestrate.toml"
                    )
                    break
                stamp = _stamp(path)
                if stamp is not None:
                    plans[path] = stamp
        return Survey(plans, tuple(left_out), process_time() - begun)

    def read(self, path: Path) -> ReadPlan:
        """What is in one plan."""
        stamp = _stamp(path)
        if stamp is None:
            return ReadPlan(path, None, PlanSummary(), b"", "")
        settings = self._settings.of(path)
        try:
            source = read_plan_text(path, settings.max_file_size)
        except UnreadablePlanError as error:
            if _stamp(path) is None:
                # It vanished between the two looks at it.
                return ReadPlan(path, None, PlanSummary(), b"", "")
            return _read(path, stamp, PlanSummary(), [unreadable_plan(str(error))], settings)
        file = PlanFile.parse(source.text)
        check = check_file(
            file,
            settings.rules,
            shipped_schema(),
            self._known(path, settings),
            None,
            source.problems,
            searches=settings.refine_schedules,
        )
        telling = [each for each in check.diagnostics if each.severity in (Severity.ERROR, Severity.WARNING)]
        found = to_file_diagnostics(path.as_uri(), file.chunks, telling, self._setup.abilities)
        return _read(path, stamp, summarize(file, self._setup.abilities.encoding), found, settings)

    def follow(self, path: Path, renames: Renames) -> FileEdits | None:
        """The edits of one plan; None where it needs none."""
        try:
            text = read_plan_text(path, self._settings.of(path).max_file_size).text
        except UnreadablePlanError:
            return None
        edits = edits_for_renames(PlanFile.parse(text), renames)
        return FileEdits(path, text, edits) if edits else None

    def _known(self, path: Path, settings: Settings) -> Mapping[str, KnownAgent]:
        folder = path.parent
        root = self._roots.get(folder)
        if root is None:
            root = self._roots[folder] = workspace_root(folder)
        known = self._agents.get(root)
        if known is None:
            known = self._agents[root] = known_agents(load_agents(root, settings.user_agent_folders))
        return known


def unreadable_plan(message: str) -> dict[str, Any]:
    """What is shown of a plan that cannot be read."""
    return at_start(Severity.ERROR, f"this plan is not checked: {message}")


def _read(
    path: Path, stamp: Stamp, summary: PlanSummary, found: list[dict[str, Any]], settings: Settings
) -> ReadPlan:
    shown = found[:MOST_SHOWN] if settings.workspace_diagnostics else []
    diagnostics = packed(shown)
    result_id = blake2b(diagnostics, digest_size=8).hexdigest() if diagnostics else "none"
    return ReadPlan(path, stamp, summary, diagnostics, result_id)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - asked of thousands
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size
