"""Carries out what replan triggers and recovery ask for: the plan is written, and the journal is told what was done and
why.

Which change that is, is decided in ``planner.triggered``; whether it is wanted, by whoever calls this.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestrate_ls.execution.journal import find_journal, identified
from orchestrate_ls.execution.run_events import task_event
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.planner.triggered import Answer, TriggeredReplan
from orchestrate_ls.progress.actions import RefusedError, Report, event_of
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import BY_HAND, Event, EventKind
from orchestrate_ls.progress.recovery import Decision, RecoveryAction, decided_event
from orchestrate_ls.progress.state import MICROSECOND, PlanState, TaskState
from orchestrate_ls.progress.triggers import FiredTrigger, triggered_event
from orchestrate_ls.workspace.reading import PlanText, read_plan_text
from orchestrate_ls.workspace.writing import write_whole


class PlanChangedError(Exception):
    """The plan's file is another than the one that the change was made for; nothing was written."""


@dataclass(frozen=True, slots=True)
class PlanOnDisk:
    """A plan file as it was read, and which of its plans is meant, from 0."""

    path: Path
    source: PlanText
    number: int = 0


def carry_out(where: PlanOnDisk, result: TriggeredReplan, now: datetime) -> list[Answer]:
    """Write the changed plan (whole or not at all, new files first), then record what was done. What was recorded.

    Triggers that could not be acted upon are not recorded, so that they go on holding. Raises ``PlanChangedError``,
    ``UnwritableFileError``, ``UnreadablePlanError`` and ``JournalError``.
    """
    replanned = result.replanned
    if replanned.is_change:
        if read_plan_text(where.path).text != where.source.text:
            raise PlanChangedError(f"{where.path} was changed meanwhile and left as it is")
        for file in replanned.change.new_files:
            write_whole(where.path.parent / file.path, file.text, overwrite=False)
        write_whole(where.path, where.source.encode(replanned.text), overwrite=True)
    answered = answered_by(result)
    record_answers(where.path, where.number, where.source.text, answered, now)
    return answered


def answered_by(result: TriggeredReplan) -> list[Answer]:
    """The answers that are to be recorded: those of triggers that were acted upon, or that are only to be known."""
    return [each for each in result.answers if each.done is not None or is_for_knowing(each.trigger)]


def is_for_knowing(trigger: FiredTrigger) -> bool:
    """Whether a trigger asks for nothing but that it is known."""
    return trigger.action in (None, "notify")


def record_answers(path: Path, number: int, text: str, answers: Sequence[Answer], now: datetime) -> None:
    """Tell the journal what was done about triggers; does nothing where there are no answers.

    ``text`` is what the plan's file said when they were found, for their tasks are those of that text; ``number`` is
    the plan's place in the file, from 0. Raises ``UnreadablePlanError`` and ``JournalError``.
    """
    if not answers:
        return
    plan_id = identified(path, number)
    journal = find_journal(path, plan_id)
    plan = PlanFile.parse(text).sources[number].plan

    for answer in answers:

        def triggered(state: PlanState, answer: Answer = answer) -> Event:
            return triggered_event(ProgressBoard(plan, state), answer.trigger, plan_id, now)

        def reassigned(state: PlanState, answer: Answer = answer) -> Event:
            board, task = ProgressBoard(plan, state), answer.trigger.task or 0
            progress = board.progress[task]
            if progress is None or (progress.started is None and progress.agent is None):
                raise RefusedError("what the plan says is enough")
            note = f"by a replan trigger: {answer.trigger.reason}"
            report = Report(EventKind.REASSIGNED, now, is_clock=True, agent=answer.agent, note=note)
            return event_of(board, task, report, plan_id)

        if answer.trigger.is_recovery:
            journal.record_all(lambda state, answer=answer: _recovered(plan, state, answer, plan_id, now))
            continue
        journal.record(triggered)
        if answer.agent is not None and answer.trigger.task is not None:
            # What was recorded of who does a task counts more than what the plan says.
            with suppress(RefusedError):
                journal.record(reassigned)


def _recovered(plan: Plan, state: PlanState, answer: Answer, plan_id: str, now: datetime) -> list[Event]:
    """That recovery has changed the plan: a task that was split comes again behind its parts, one that was given to
    somebody else is tried again by them.
    """
    trigger = answer.trigger
    board, task = ProgressBoard(plan, state), trigger.task or 0
    progress = board.progress[task]
    if progress is None or progress.state is not TaskState.FAILED or progress.attempt != trigger.attempt:
        # Somebody was faster.
        return []
    moment = progress.next_time(now)
    what = [triggered_event(board, trigger, plan_id, moment)]
    note = f"{answer.done}, because {trigger.reason}"
    run = progress.run or BY_HAND
    moment += MICROSECOND
    if answer.agent is None:
        return [*what, task_event(plan_id, run, moment, EventKind.REOPENED, progress, note=note)]
    decision = Decision(RecoveryAction.REASSIGN, f"{progress.task} {note}", agent=answer.agent)
    what.append(decided_event(decision, progress, plan_id, moment, run))
    moment += MICROSECOND
    given = task_event(plan_id, run, moment, EventKind.REASSIGNED, progress, agent=answer.agent, note=note)
    return [*what, given]
