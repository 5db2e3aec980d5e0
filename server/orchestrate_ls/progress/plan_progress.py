"""How a plan stood when its journal was last looked at, by the ids of its tasks.

It outlives edits of the plan, so that an editor can show it while it is worked out again. Knows no journal file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.state import PlanState
from orchestrate_ls.progress.status import Alert, PlanStatus, Stand, TaskStatus


class PlanProgress:
    """A plan's status, and what it was recorded of."""

    def __init__(self, plan_id: str, plan: Plan, state: PlanState, status: PlanStatus) -> None:
        """``status`` is that of ``plan``, whose tasks its indices mean, after ``state``."""
        self.plan_id: Final = plan_id
        self.state: Final = state
        self.status: Final = status
        self._ids: Final = tuple(task.id for task in plan.tasks)
        self.plan: Final = plan

    @cached_property
    def tasks(self) -> Mapping[str, TaskStatus]:
        """How each task stands, by its id; of equal ids the first counts."""
        found: dict[str, TaskStatus] = {}
        for name, each in zip(self._ids, self.status.tasks, strict=True):
            if name is not None:
                found.setdefault(name, each)
        return found

    def alerts(self, plan: Plan) -> Iterator[tuple[Alert, int | None]]:
        """What needs attention, each with the index of its task in the plan as it is now; None for the plan itself.

        Alerts about tasks that are gone are left out.
        """
        index_of = plan.index_of
        for alert in self.status.alerts:
            name = self._ids[alert.task] if alert.task is not None else None
            index = index_of.get(name) if name is not None else None
            if alert.task is None or index is not None:
                yield alert, index

    @property
    def changes_with_time(self) -> bool:
        """Whether it is another after a while even if nothing is recorded."""
        return any(each.stand in _GOING_ON for each in self.status.tasks) or bool(
            self.plan.header.triggers and not self.status.is_finished
        )


_GOING_ON: Final = (Stand.IN_PROGRESS, Stand.BLOCKED)


def about(seconds: int) -> str:
    """A duration as people are told of it: to the minute."""
    return (
        format_duration(60 * round(seconds / 60)) if abs(seconds) >= 60 else "under 1m" if seconds else "0h"
    )


def standing(task: TaskStatus) -> str:
    """How a task stands in a few words: `in progress, 40%, 3h of 6h estimated`; empty where it has not begun."""
    if task.stand not in _WORDS:
        return ""
    parts = [_WORDS[task.stand]]
    recorded = task.recorded
    if task.stand is Stand.BLOCKED and recorded is not None and recorded.blocked_since is not None:
        parts[0] += f" since {recorded.blocked_since:%Y-%m-%d %H:%M} UTC"
        if recorded.blocked_by:
            parts.append(" ".join(recorded.blocked_by.split()))
    if task.percent is not None and task.stand in _GOING_ON:
        parts.append(f"{task.percent:g}%")
    if task.spent is not None and task.stand is not Stand.SKIPPED:
        of = f" of {about(task.estimate)} estimated" if task.estimate is not None else ""
        parts.append(f"{about(task.spent)}{of}")
    if task.attempt > 1:
        parts.append(f"attempt {task.attempt}")
    return ", ".join(parts)


_WORDS: Final = {
    Stand.DONE: "done",
    Stand.IN_PROGRESS: "in progress",
    Stand.BLOCKED: "blocked",
    Stand.FAILED: "failed",
    Stand.SKIPPED: "skipped",
}
