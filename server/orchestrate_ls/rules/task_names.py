"""What tasks are called in messages, and which have no name yet."""

from __future__ import annotations

from orchestrate_ls.plan.model import Task


def called(task: Task, index: int) -> str:
    """A task's id, else its name, else its number; the same as in ``RuleContext.names``."""
    return task.id or task.name or f"task {index + 1}"


def is_blank(task: Task) -> bool:
    """Whether a task has neither id nor name yet. That is reported; what else it lacks would only be noise."""
    return task.id is None and task.name is None
