"""Which of the tasks that can start now goes first, and why. No clock: ``now`` is passed in.

Source of the formula: the project's seed description, dynamic task priority adjustment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from orchestrate_ls.plan.model import PRIORITY_WEIGHT, Header, Plan, Priority, Task
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.blocking import blocking_counts
from orchestrate_ls.schedule.network import LinkType, Network

_ORDER: Final = tuple(Priority)


@dataclass(frozen=True, slots=True)
class PriorityWeights:
    """What the named priorities count, and what is added to a task's base priority.

    ``deadline_within`` is in seconds of the clock.
    """

    base: Mapping[Priority, float] = field(default_factory=lambda: PRIORITY_WEIGHT)
    blocked_task: float = 10
    critical: float = 20
    deadline: float = 30
    deadline_within: int = 4 * 3600


@dataclass(frozen=True, slots=True)
class TaskPriority:
    """A task's priority and what it is made of.

    ``base`` is the task's own priority (40, 30, 20 and 10 for critical to low), ``blocked`` how many tasks wait for it,
    directly or not, ``value`` the sum: base + 10 for each blocked task + 20 if critical + 30 if urgent. ``named`` is
    the base as it is written; of a task that has none, that of the plan's template, else medium.
    """

    task: int
    value: float
    base: float
    blocked: int
    critical: bool
    urgent: bool
    named: Priority | float = Priority.MEDIUM


def task_priorities(
    plan: Plan,
    analysis: NetworkAnalysis,
    now: datetime | None = None,
    done: Collection[int] = (),
    weights: PriorityWeights = PriorityWeights(),
) -> list[TaskPriority]:
    """The priority of each task, in document order.

    A task's base is its ``base_priority``, else its ``priority``. It is urgent with less than 4 hours to its deadline,
    or after it; without ``now`` none is. Critical are the tasks on the critical path (all without slack). Tasks that
    are ``done`` block nothing and are not counted as blocked.
    """
    default = _default_base(plan.header)
    standard = weights.base
    slack = analysis.times.slack
    blocked = _blocked(analysis, done)
    priorities: list[TaskPriority] = []
    for index, task in enumerate(plan.tasks):
        named = _named(task, default)
        base = float(standard[named]) if isinstance(named, Priority) else named
        critical = slack[index] == 0
        urgent = now is not None and _is_urgent(task, now, weights)
        value = (
            base
            + weights.blocked_task * blocked[index]
            + weights.critical * critical
            + weights.deadline * urgent
        )
        priorities.append(TaskPriority(index, value, base, blocked[index], critical, urgent, named))
    return priorities


def tasks_that_can_start(analysis: NetworkAnalysis, done: Collection[int] = ()) -> list[int]:
    """The tasks, in document order, that are not done and whose start waits for none that is not.

    Links that hold only the finish back do not count; tasks on a cycle never can start.
    """
    finished = set(done)
    network = analysis.network
    waiting = {
        link.successor
        for link in network.links
        if link.type in (LinkType.FINISH_TO_START, LinkType.START_TO_START)
        and link.predecessor not in finished
    }
    knotted = {task for component in analysis.components for task in component}
    return [task for task in range(len(network)) if task not in finished | waiting | knotted]


def next_tasks(
    plan: Plan,
    analysis: NetworkAnalysis,
    now: datetime | None = None,
    done: Collection[int] = (),
    weights: PriorityWeights = PriorityWeights(),
) -> list[TaskPriority]:
    """The tasks that can start now, the highest priority first; of equal ones the first in the document."""
    priorities = task_priorities(plan, analysis, now, done, weights)
    ready = [priorities[task] for task in tasks_that_can_start(analysis, done)]
    return sorted(ready, key=lambda each: (-each.value, each.task))


def _named(task: Task, default: Priority) -> Priority | float:
    if task.base_priority is not None:
        return task.base_priority
    return default if task.priority is None else task.priority


def _default_base(header: Header) -> Priority:
    """That of the plan's template, one step higher on the fast track; else medium."""
    template = next((each for each in header.templates if each.name == header.template), None)
    named = template.priority if template is not None else None
    priority = Priority(named) if named in tuple(each.value for each in Priority) else Priority.MEDIUM
    if template is not None and template.fast_track:
        priority = _ORDER[max(0, _ORDER.index(priority) - 1)]
    return priority


def _is_urgent(task: Task, now: datetime, weights: PriorityWeights) -> bool:
    return task.deadline is not None and task.deadline - now < timedelta(seconds=weights.deadline_within)


def _blocked(analysis: NetworkAnalysis, done: Collection[int]) -> list[int]:
    if not done:
        return analysis.blocking
    # What is done waits for nothing any more, and nothing waits for it.
    finished = set(done)
    network = analysis.network
    left = [link for link in network.links if not finished & {link.predecessor, link.successor}]
    return blocking_counts(Network(network.durations, left))
