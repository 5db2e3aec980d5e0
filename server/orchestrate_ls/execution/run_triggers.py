"""Watches a plan's replan triggers while it is run: tells of those that hold, and does what the settings let it do.

Looking is cheap where a plan has no triggers, and seldom where it has some. A changed plan is written to its file,
where the run finds it like any other edit; a task under way that it gives to somebody else is taken over by them.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orchestrate_ls.execution.journal import plan_id_of
from orchestrate_ls.execution.journal_file import JournalError
from orchestrate_ls.execution.run_plan import PlanVersion
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.state import PlanState
from orchestrate_ls.progress.status import StatusReporter
from orchestrate_ls.progress.triggers import FiredTrigger, conditions_of, fired
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.writing import UnwritableFileError

if TYPE_CHECKING:
    from orchestrate_ls.planner.triggered import Answer

_SECONDS: Final = 1.0
"""Between two looks."""
_SECONDS_OF_SCHEDULE: Final = 30.0
"""Between two looks for which what is left has to be scheduled."""
_OF_SCHEDULE: Final = frozenset(("task_behind", "plan_behind"))
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class TriggerNotice:
    """What a person should know; ``task`` is an id, or empty."""

    text: str
    task: str = ""
    is_problem: bool = True


class RunTriggers:
    """The triggers of one plan file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: set[tuple[str, int | str, int]] = set()
        self._next = 0.0
        self._reporter: tuple[Plan, StatusReporter] | None = None

    def look(
        self, version: PlanVersion, state: PlanState, now: datetime, allowed: Collection[str]
    ) -> list[TriggerNotice]:
        """What is new since the last look; changes the plan by those actions that are ``allowed``."""
        plan = version.plan
        if not plan.header.triggers or time.monotonic() < self._next:
            return []
        board = ProgressBoard(plan, state, version.check.analysis.network)
        holding = self._holding(version, board, state, now)
        new = [each for each in holding if self._name(board, each) not in self._told]
        if not new:
            return []
        self._told.update(self._name(board, each) for each in new)
        notices = [
            TriggerNotice(
                f"{shown(each.reason, _LONGEST)}; the plan asks for {each.action or 'attention'}",
                board.name(each.task) if each.task is not None else "",
            )
            for each in new
            if each.action not in allowed
        ]
        chosen = [each for each in new if each.action in allowed]
        return notices + (self._act(version, board, chosen, now) if chosen else [])

    def recover(
        self,
        version: PlanVersion,
        board: ProgressBoard,
        proposed: Sequence[FiredTrigger],
        now: datetime,
        allowed: Collection[str],
    ) -> list[TriggerNotice]:
        """Changes of the plan that recovery proposes: made by those actions that are ``allowed``, else told of."""
        new = [each for each in proposed if self._name(board, each) not in self._told]
        self._told.update(self._name(board, each) for each in new)
        chosen = [each for each in new if each.action in allowed]
        notices: list[TriggerNotice] = []
        for each in new:
            if each not in chosen:
                notices += self._offer(version, board, each)
        return notices + (self._act(version, board, chosen, now) if chosen else [])

    def _offer(
        self, version: PlanVersion, board: ProgressBoard, proposed: FiredTrigger
    ) -> list[TriggerNotice]:
        """What would come of a proposal; nothing where that is nothing."""
        from orchestrate_ls.planner.replan import ReplanError
        from orchestrate_ls.planner.triggered import replan_triggered

        file = PlanFile.parse(version.check.source.text)
        try:
            result = replan_triggered(
                file,
                version.check,
                board,
                [proposed],
                number=_number(file, version),
                file_name=self._path.name,
            )
        except ReplanError:
            return []
        name = board.name(proposed.task or 0)
        return [
            TriggerNotice(
                f"proposed: {name} {each.done}; `orchestrate replan {self._path.name} --triggered` shows that as a"
                " diff, and does it",
                name,
            )
            for each in result.answers
            if each.done is not None
        ]

    def _holding(
        self, version: PlanVersion, board: ProgressBoard, state: PlanState, now: datetime
    ) -> tuple[FiredTrigger, ...]:
        plan, analysis = version.plan, version.check.analysis
        names = {name.name for each in conditions_of(plan) if each is not None for name in each.names}
        if not names & _OF_SCHEDULE:
            self._next = time.monotonic() + _SECONDS
            return fired(plan, board, None, now, analysis=analysis)
        self._next = time.monotonic() + _SECONDS_OF_SCHEDULE
        if self._reporter is None or self._reporter[0] is not plan:
            self._reporter = plan, StatusReporter(plan, analysis)
        return self._reporter[1].report(state, now).triggered

    def _act(
        self, version: PlanVersion, board: ProgressBoard, chosen: list[FiredTrigger], now: datetime
    ) -> list[TriggerNotice]:
        from orchestrate_ls.execution.triggered import PlanChangedError, PlanOnDisk, carry_out
        from orchestrate_ls.planner.replan import ReplanError
        from orchestrate_ls.planner.triggered import replan_triggered

        try:
            source = read_plan_text(self._path)
            if source.text != version.check.source.text or source.problems:
                # Somebody is editing it: another look, once the run has taken that up.
                self._told -= {self._name(board, each) for each in chosen}
                return []
            file = PlanFile.parse(source.text)
            number = _number(file, version)
            result = replan_triggered(
                file,
                version.check,
                board,
                chosen,
                number=number,
                file_name=self._path.name,
                taken=lambda name: (self._path.parent / name).exists(),
            )
            carry_out(PlanOnDisk(self._path, source, number), result, now)
        except (
            JournalError,
            PlanChangedError,
            ReplanError,
            UnreadablePlanError,
            UnwritableFileError,
        ) as error:
            return [TriggerNotice(f"the plan was not changed: {error}")]
        return [
            TriggerNotice(
                _answered(each, board),
                board.name(each.trigger.task) if each.trigger.task is not None else "",
                is_problem=each.done is None,
            )
            for each in result.answers
        ]

    @staticmethod
    def _name(board: ProgressBoard, trigger: FiredTrigger) -> tuple[str, int | str, int]:
        task = board.name(trigger.task) if trigger.task is not None else -1
        return f"{trigger.action} {trigger.condition}", task, trigger.attempt


def _answered(answer: Answer, board: ProgressBoard) -> str:
    trigger = answer.trigger
    what = f"{answer.done or f'stays as it is: {answer.why_not}'}, because {shown(trigger.reason, _LONGEST)}"
    return f"{board.name(trigger.task)} {what}" if trigger.task is not None else what


def _number(file: PlanFile, version: PlanVersion) -> int:
    """Which plan of its file it is, from 0."""
    plan_id = plan_id_of(version.check.source)
    return next(number for number, each in enumerate(file.sources) if plan_id_of(each) == plan_id)
