"""Reads plan files and checks them. The language server, which has texts of its own, uses the rules' engine
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import FileCheck, check_file
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


class Checker:
    """Checks files by one set of settings.

    ``now`` is the time for rules that compare with it, which are silent without.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        now: datetime | None = None,
        known_agents: Mapping[str, KnownAgent] | None = None,
        schema: PlanSchema | None = None,
    ) -> None:
        self.settings = settings or Settings()
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
        )
        return CheckedFile(path, source, check)
