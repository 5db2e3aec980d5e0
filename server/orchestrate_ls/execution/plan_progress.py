"""How the plans of a checked file stand, by their journals: what the rules about progress are given.

Reads journals; knows no command line and no editor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.journal import PlanJournal, find_journal, plan_id_of
from orchestrate_ls.execution.journal_file import JournalError
from orchestrate_ls.progress.plan_progress import PlanProgress
from orchestrate_ls.progress.status import StatusReporter
from orchestrate_ls.rules.engine import FileCheck, PlanCheck


@dataclass(slots=True)
class ReadProgress:
    """What is known of each plan of a file, None where nothing was recorded; and journals that could not be read."""

    plans: list[PlanProgress | None] = field(default_factory=list["PlanProgress | None"])
    problems: list[JournalError] = field(default_factory=list[JournalError])


class ProgressReader:
    """Follows the journals of one plan file. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._journals: dict[str, PlanJournal] = {}
        self._reporters: dict[str, tuple[PlanCheck, StatusReporter]] = {}

    @property
    def paths(self) -> tuple[Path, ...]:
        """Of the journals that were looked at so far, whether they are there or not."""
        return tuple(journal.path for journal in tuple(self._journals.values()))

    def read(self, check: FileCheck, now: datetime) -> ReadProgress:
        """Read on in the journals, and work out how the plans stand."""
        found = ReadProgress()
        for plan in check.plans:
            try:
                found.plans.append(self._read(plan, now))
            except JournalError as error:
                found.plans.append(None)
                found.problems.append(error)
        return found

    def _read(self, plan: PlanCheck, now: datetime) -> PlanProgress | None:
        plan_id = plan_id_of(plan.source)
        if plan_id is None or not plan.source.plan.tasks:
            return None
        journal = self._journals.get(plan_id)
        if journal is None or journal.state.events == 0:
            # It may have got its name since.
            journal = self._journals[plan_id] = find_journal(self.path, plan_id)
        journal.refresh()
        if journal.state.events == 0:
            return None
        model = plan.source.plan
        known = self._reporters.get(plan_id)
        if known is None or known[0].source.plan is not model or known[0].analysis is not plan.analysis:
            known = self._reporters[plan_id] = (plan, StatusReporter(model, plan.analysis))
        return PlanProgress(plan_id, model, journal.state, known[1].report(journal.state, now))


def with_progress(check: FileCheck, path: Path, now: datetime) -> tuple[FileCheck, list[JournalError]]:
    """A check with what is known of how its plans stand, and journals that could not be read."""
    if all(plan_id_of(plan.source) is None for plan in check.plans):
        return check, []
    found = ProgressReader(path).read(check, now)
    return check.with_progress(found.plans), found.problems
