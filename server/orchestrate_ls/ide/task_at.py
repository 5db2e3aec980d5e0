"""The task that is named at a place."""

from __future__ import annotations

from orchestrate_ls.ide.cursor import cursor_at
from orchestrate_ls.ide.names import NameKind, Role, name_at
from orchestrate_ls.plan.file import PlanFile


def task_at(file: PlanFile, offset: int) -> tuple[int, int] | None:
    """The plan and the task (both by index) whose id stands at an offset; None where there is none such."""
    cursor = cursor_at(file, offset)
    occurrence = name_at(cursor) if cursor is not None else None
    if cursor is None or occurrence is None or occurrence.name.kind is not NameKind.TASK:
        return None
    task = cursor.source.plan.index_of.known.get(occurrence.name.text)
    if occurrence.role is Role.DECLARATION and occurrence.task is not None:
        task = occurrence.task
    return None if task is None else (cursor.plan, task)
