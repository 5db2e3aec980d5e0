"""The tasks that can start now, the most pressing first, and why."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.schedule import priorities
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.priorities import PriorityWeights, TaskPriority
from orchestrate_ls.text.spans import count


def startable(
    board: ProgressBoard,
    analysis: NetworkAnalysis,
    now: datetime,
    finished: AbstractSet[int],
    weights: PriorityWeights,
) -> list[TaskPriority]:
    """Those whose dependencies are ``finished`` and that nobody has begun; deadlines are held against ``now``."""
    found = priorities.next_tasks(board.plan, analysis, now, finished, weights)
    return [each for each in found if board.state_of(each.task) in (TaskState.NOT_STARTED, TaskState.FAILED)]


def reasons(plan: Plan, priority: TaskPriority) -> list[str]:
    """What a priority is made of, in words."""
    named, own = priority.named, plan.tasks[priority.task].priority is not None
    parts = [
        f"{named} {priority.base:g}" if isinstance(named, str) and own else f"priority {priority.base:g}"
    ]
    if priority.blocked:
        parts.append(
            f"{count(priority.blocked, 'task')} {'waits' if priority.blocked == 1 else 'wait'} for it"
        )
    if priority.critical:
        parts.append("on the critical path")
    if priority.urgent:
        parts.append("its deadline is near or past")
    return parts


def next_as_json(
    plan: Plan, priority: TaskPriority, names: list[str], agents: list[str | None]
) -> dict[str, object]:
    """One of them for programs."""
    task = plan.tasks[priority.task]
    return {
        "task": names[priority.task],
        "name": task.name,
        "agent": agents[priority.task],
        "priority": priority.value,
        "base_priority": priority.base,
        "blocked_tasks": priority.blocked,
        "critical": priority.critical,
        "deadline_near": priority.urgent,
        "reasons": reasons(plan, priority),
    }
