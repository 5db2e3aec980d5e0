"""Records in a plan's journal what a person or an agent reports of a task. How that is told is known elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrate_ls.execution.journal import PlanJournal, find_journal, identified, plan_id_of
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.progress.actions import Report, event_of
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import Event
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.state import PlanState
from orchestrate_ls.schedule.network import Network


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that was written, and the plan's progress before and after it."""

    event: Event
    journal: PlanJournal
    before: ProgressBoard
    after: ProgressBoard


def journal_beside(path: Path, source: PlanSource) -> PlanJournal | None:
    """The journal of a plan, read; None where nothing can have been recorded yet. Raises ``JournalError``."""
    plan_id = plan_id_of(source)
    if plan_id is None:
        return None
    journal = find_journal(path, plan_id)
    journal.refresh()
    return journal


def record_report(
    path: Path, number: int, source: PlanSource, network: Network, task: int, report: Report
) -> Recorded:
    """Write the event of a report on a task.

    ``number`` is the plan's place in its file, from 0. The first event of a plan without ``plan_id`` writes that into
    the file. Raises ``RefusedError`` where the report makes no sense, with nothing written, and ``JournalError``.
    """
    boards: list[ProgressBoard] = []

    def decide(state: PlanState) -> Event:
        boards.append(ProgressBoard(source.plan, state, network))
        return event_of(boards[-1], task, report, plan_id)

    journal = journal_beside(path, source)
    plan_id = "unknown"
    if journal is None:
        # What will be refused leaves no id in the plan.
        decide(ProgressFold("").state())
        plan_id = identified(path, number)
        journal = find_journal(path, plan_id)
    plan_id = journal.plan_id
    event = journal.record(decide)
    return Recorded(event, journal, boards[-1], ProgressBoard(source.plan, journal.state, network))


def record_decided(
    path: Path,
    number: int,
    source: PlanSource,
    network: Network,
    decide: Callable[[ProgressBoard, str], Sequence[Event]],
) -> tuple[Sequence[Event], PlanJournal]:
    """Write the events that ``decide`` makes of the plan's progress and its ``plan_id``, while nobody else writes.

    What it raises goes through, with nothing written; else as ``record_report``.
    """
    journal = journal_beside(path, source)
    if journal is None:
        # What will be refused leaves no id in the plan.
        decide(ProgressBoard(source.plan, ProgressFold("").state(), network), "unknown")
        journal = find_journal(path, identified(path, number))
    plan_id = journal.plan_id
    events = journal.record_all(lambda state: decide(ProgressBoard(source.plan, state, network), plan_id))
    return events, journal
