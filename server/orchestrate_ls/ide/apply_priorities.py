"""Writes computed priorities into a plan: a number as `priority`, and beside it what it was worked out from.

`base_priority` keeps what the user meant, so that the next time starts from there: writing twice changes nothing, and a
changed plan gives changed numbers. Knows no editor and no terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import written_in
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.model import Priority, Spot, Task
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_layout import entries_before
from orchestrate_ls.schedule.priorities import TaskPriority
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

_BEFORE_PRIORITY: Final = ("id", "name", "description", "estimated_time", "dependencies", "agent")


def changed_priorities(tasks: Iterable[Task], priorities: Iterable[TaskPriority]) -> list[TaskPriority]:
    """Those of the priorities that the tasks (all of the plan) do not have yet."""
    known = list(tasks)
    return [each for each in priorities if _differs(known[each.task], each)]


def priority_edits(selection: Selection, priorities: Iterable[TaskPriority]) -> tuple[TextEdit, ...]:
    """The edits that write priorities. Raises ``NotPossibleError`` where a place is not safe to change."""
    source = selection.source
    draft = Draft(selection)
    edits: list[TextEdit] = []
    for each in changed_priorities(source.plan.tasks, priorities):
        found = [
            _entry(source, each.task, "priority", _number(each.value), _BEFORE_PRIORITY),
            _entry(source, each.task, "base_priority", _written(each.named), (*_BEFORE_PRIORITY, "priority"))
            if source.plan.tasks[each.task].base_priority is None
            else None,
        ]
        if found[0] is None or (found[1] is None and source.plan.tasks[each.task].base_priority is None):
            raise NotPossibleError(
                written_in(f"the priority of {quoted(selection.plan.context.names[each.task])}")
            )
        edits += [edit for edit in found if edit is not None]
    draft.apply_all(edits)
    return draft.edits()


def _differs(task: Task, priority: TaskPriority) -> bool:
    if task.base_priority is None and priority.value == priority.base:
        return False  # nothing was added, so the user's own word stays
    return task.base_priority is None or task.priority != priority.value


def _entry(source: PlanSource, task: int, key: str, written: str, after: tuple[str, ...]) -> TextEdit | None:
    edit = rewrite.replace_scalar(source, Spot(task, (key,)), written, verbatim=True)
    if edit is not None:
        return edit
    return rewrite.insert_entry(source, task, key, written, after=entries_before(source, task, after))


def _written(priority: Priority | float) -> str:
    return priority.value if isinstance(priority, Priority) else _number(priority)


def _number(value: float) -> str:
    """As a plan holds it: whole where it is, and never as a power of ten."""
    return f"{value:.0f}" if value == int(value) else f"{value:.6f}".rstrip("0")
