"""Which tasks of a plan are done or under way by its journal, so that replanning leaves them as they are."""

from __future__ import annotations

from pathlib import Path

from orchestrate_ls.execution.reporting import journal_beside
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.progress.state import TaskState


def begun_tasks(path: Path, source: PlanSource) -> frozenset[str]:
    """Their ids; empty where nothing was recorded yet. ``path`` is the plan's file. Raises ``JournalError``."""
    journal = journal_beside(path, source)
    if journal is None:
        return frozenset()
    recorded = journal.state.by_task()
    return frozenset(task for task, each in recorded.items() if each.state is not TaskState.NOT_STARTED)
