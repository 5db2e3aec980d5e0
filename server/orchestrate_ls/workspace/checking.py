"""Reads plan files and checks them, and says what is wrong with agent definition files. The language server, which has
texts of its own, uses the rules' engine itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from orchestrate_ls.agents.registry import AgentRegistry
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.rules.base import Fix
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.definition_files import definition_diagnostics
from orchestrate_ls.rules.engine import Diagnostic, FileCheck, RuleSettings, check_file
from orchestrate_ls.text.blocks import BLOCK_CUTTER, BlockText
from orchestrate_ls.text.chunks import ChunkedText
from orchestrate_ls.workspace.reading import PlanText, read_plan_text
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.shipped import schema_text


@cache
def shipped_schema() -> PlanSchema:
    """The schema that comes with the program, loaded once."""
    return PlanSchema.parse(schema_text())


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A plan file as it was read and what was found in it."""

    path: Path
    source: PlanText
    check: FileCheck

    @property
    def text(self) -> ChunkedText[Any]:
        """What the offsets of findings count in."""
        return self.check.file.chunks

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What was found."""
        return self.check.diagnostics

    def fixes(self, diagnostic: Diagnostic) -> list[Fix]:
        """The fixes of a finding, the best first."""
        return self.check.fixes(diagnostic)


@dataclass(frozen=True, slots=True)
class CheckedDefinition:
    """An agent definition file in which something is wrong."""

    path: Path
    text: ChunkedText[Any]
    diagnostics: list[Diagnostic]

    def fixes(self, diagnostic: Diagnostic) -> list[Fix]:
        """None: the file is another tool's."""
        return []


ReportedFile: TypeAlias = CheckedFile | CheckedDefinition
"""What findings are printed of."""


def checked_definitions(
    registry: AgentRegistry, settings: RuleSettings, name: Callable[[str], Path] = Path
) -> list[CheckedDefinition]:
    """The definition files of a root in which something is wrong; ``name`` says what their paths are called.

    The user's own files are left out: they are no part of what is checked.
    """
    found: list[CheckedDefinition] = []
    for file in registry.files:
        diagnostics = list(definition_diagnostics(file, settings)) if not file.of_user else []
        if diagnostics:
            text = BlockText.of(file.text, BLOCK_CUTTER)
            found.append(CheckedDefinition(name(file.path), text, diagnostics))
    return found


class Checker:
    """Checks files by one set of settings.

    ``now`` is the time for rules that compare with it, which are silent without. ``searches`` says whether findings may
    wait for a full search for a schedule; by default where the settings allow it.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        now: datetime | None = None,
        known_agents: Mapping[str, KnownAgent] | None = None,
        schema: PlanSchema | None = None,
        searches: bool | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._searches = self.settings.refine_schedules if searches is None else searches
        self.schema = schema or shipped_schema()
        self._now = now
        self._known_agents = known_agents

    def check(self, path: Path) -> CheckedFile:
        """Read and check a file. Raises ``UnreadablePlanError``."""
        return self.check_text(path, read_plan_text(path, self.settings.max_file_size))

    def check_text(self, path: Path, source: PlanText) -> CheckedFile:
        """Check what was read, from a file or from elsewhere; ``path`` is only what it is called."""
        check = check_file(
            PlanFile.parse(source.text),
            self.settings.rules,
            self.schema,
            self._known_agents,
            self._now,
            source.problems,
            searches=self._searches,
        )
        return CheckedFile(path, source, check)
