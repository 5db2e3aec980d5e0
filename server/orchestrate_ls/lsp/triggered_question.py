"""What a plan's replan triggers and its recovery ask for, found out in a process of its own: plain data in and out.

The same as `orchestrate replan --triggered` shows. See ``search_process``. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestrate_ls.execution.journal_file import JournalError
from orchestrate_ls.execution.reporting import journal_beside
from orchestrate_ls.lsp.planning_question import Refusal
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.replan import ReplanError
from orchestrate_ls.planner.triggered import TriggeredReplan, replan_triggered
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.recovery import policies_of
from orchestrate_ls.progress.recovery_changes import proposed_changes
from orchestrate_ls.progress.status import StatusReporter
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.workspace.checking import shipped_schema


@dataclass(frozen=True, slots=True)
class TriggeredQuestion:
    """What the triggers of one plan of a file (by its number from 0) ask for at a moment."""

    text: str
    number: int
    place: Path
    settings: RuleSettings
    known_agents: Mapping[str, KnownAgent]
    now: datetime

    def answer(self) -> TriggeredReplan | Refusal:
        """The change and what becomes of each trigger, or why there is nothing to do."""
        file = PlanFile.parse(self.text)
        check = check_file(file, self.settings, shipped_schema(), self.known_agents).plans[self.number]
        source = check.source
        try:
            journal = journal_beside(self.place, source)
        except JournalError as error:
            return Refusal(error.message, error.hint)
        if journal is None or not source.plan.tasks:
            return Refusal("no replan trigger holds: nothing was recorded of the plan yet")
        board = ProgressBoard(source.plan, journal.state, check.analysis.network)
        status = StatusReporter(source.plan, check.analysis).report(journal.state, self.now)
        fired = status.triggered + proposed_changes(board, policies_of(source.plan))
        if not fired:
            return Refusal("no replan trigger holds now, or all of them were acted upon")
        try:
            return replan_triggered(
                file,
                check,
                board,
                fired,
                number=self.number,
                file_name=self.place.name,
                taken=lambda name: (self.place.parent / name).exists(),
            )
        except ReplanError as error:
            return Refusal(error.message, error.hint)
