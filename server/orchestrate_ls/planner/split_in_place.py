"""Splits a task of a plan into smaller ones in the same plan: the parts come first, and the task puts them together.

The task keeps its id, so that what depends on it and what was recorded of it stay as they are. Pure; knows what the
new tasks are, not how they are written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.plan.duration import HOUR, format_duration
from orchestrate_ls.plan.model import Priority, Task
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.sub_plan import drafted_parts
from orchestrate_ls.planner.three_way import Addition

SHARE_OF_PARTS: Final = 0.8
"""Of the task's estimate; the rest is for putting them together."""
_QUARTER: Final = HOUR // 4


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a task, in an order in which they can be put in behind each other.

    ``last`` are the ids of those that no other part waits for; ``left`` is what the task itself is estimated at then,
    in seconds, None where it has no estimate.
    """

    parts: tuple[Addition, ...]
    last: tuple[str, ...]
    left: int | None


def split_task(task: Task, agent: str, taken: Collection[str]) -> Split | None:
    """The parts of a task, all for one agent; None where it is too small. Raises ``GoalError``.

    ``taken`` are ids that there are already.
    """
    planned = drafted_parts(task, plan_offline)
    if planned is None:
        return None
    drafted = planned.draft.tasks
    ids: dict[str, str] = {}
    number = 0
    for each in drafted:
        number += 1
        while f"{task.id}-{number}" in taken:
            number += 1
        ids[each.id] = f"{task.id}-{number}"
    expected = round(task.estimate.expected) if task.estimate is not None else None
    whole = sum(each.expected_hours for each in drafted)
    parts: list[Addition] = []
    after = task.id
    for each in drafted:
        length = each.expected_hours * HOUR
        if expected is not None and whole:
            length = SHARE_OF_PARTS * expected * each.expected_hours / whole
        rounded = max(_QUARTER, round(length / _QUARTER) * _QUARTER)
        own = replace(
            each,
            priority=task.priority.value if isinstance(task.priority, Priority) else each.priority,
            parallel_group=None,
            required_skills=(),
            quality_gates=(),
            stated_time=(format_duration(rounded),),
            lags=(),
            deadline=None,
            files=task.files,
        )
        name = ids[each.id]
        waits_for = tuple(ids[link] for link in each.dependencies)
        if task.files:
            # All write the same files, so one comes after the other.
            waits_for = (parts[-1].id,) if parts else ()
        parts.append(Addition(own, name, waits_for, agent, after))
        after = name
    waited_for = {link for each in parts for link in each.dependencies}
    last = tuple(each.id for each in parts if each.id not in waited_for)
    left = max(_QUARTER, round(expected * (1 - SHARE_OF_PARTS))) if expected is not None else None
    return Split(tuple(parts), last, left)
