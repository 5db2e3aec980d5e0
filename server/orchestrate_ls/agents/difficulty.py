"""How difficult a task looks, as the experience level that it asks for. A plan has no field for it.

From the expected estimate: up to 2 hours is for a junior, up to a working day for mid, up to three for senior, longer
for an expert; no estimate is mid. One level more each for a critical priority and for an estimate whose pessimistic end
is three times the likely one or more, which says that nobody knows yet what it takes.
"""

from __future__ import annotations

from typing import Final

from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.plan.model import Priority, Task

HIGHEST: Final = 3
_JUNIOR_SECONDS: Final = 2 * 3600
_RISKY: Final = 3


def difficulty_of(task: Task, calendar: Calendar) -> int:
    """An index of ``agents.selection.LEVELS``."""
    level, estimate = 1, task.estimate
    day = calendar.hours_per_day * 3600
    if estimate is not None:
        limits = (_JUNIOR_SECONDS, day, 3 * day)
        level = sum(estimate.expected > limit for limit in limits)
        level += estimate.pessimistic >= _RISKY * estimate.likely > 0
    priority = task.base_priority if task.base_priority is not None else task.priority
    return min(HIGHEST, level + (priority is Priority.CRITICAL))
