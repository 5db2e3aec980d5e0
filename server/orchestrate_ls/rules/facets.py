"""Which values of a plan belong to which facet, and which facets an edit changed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress, count
from operator import is_not
from typing import Any, Final

from orchestrate_ls.plan.model import Header, Plan, Task
from orchestrate_ls.rules.base import Facet
from orchestrate_ls.text.steps import Steps

ALL_FACETS: Final = frozenset(Facet)
_MANY: Final = 100
"""Changed tasks from which it takes long to compare them all."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two versions of a plan. ``tasks`` is None where tasks came, went or moved."""

    facets: frozenset[Facet]
    tasks: tuple[int, ...] | None


EVERYTHING: Final = Changes(ALL_FACETS, None)


def _task_key(task: Task, facet: Facet) -> Any:
    if facet is Facet.NAMES:
        return task.id or (None, task.name)
    if facet is Facet.LINKS:
        return task.dependencies
    if facet is Facet.ESTIMATES:
        return task.estimate
    if facet is Facet.ASSIGNMENTS:
        return task.agent, task.required_skills
    if facet is Facet.GROUPS:
        return task.parallel_group
    if facet is Facet.DEADLINES:
        return task.deadline, task.priority, task.base_priority
    if facet is Facet.GATES:
        return task.quality_gates
    if facet is Facet.CRITERIA:
        return bool(task.success_criteria), bool(task.definition_of_done)
    if facet is Facet.FILES:
        return task.files
    return None


def _header_key(header: Header, facet: Facet) -> Any:
    if facet is Facet.ESTIMATES:
        return header.calendar, header.working, header.holidays
    if facet is Facet.DECLARED_AGENTS:
        return header.agents, header.allocations
    if facet is Facet.CLAIMS:
        return header.concurrent_capacity, header.wall_time_claim, header.efficiency_claim, header.start
    if facet is Facet.DECLARED_GATES:
        return header.quality_gates, header.gates
    if facet is Facet.RECOVERY:
        return header.recovery
    if facet is Facet.TEMPLATES:
        return header.template, header.templates, header.triggers
    return None


def differing(old: tuple[Any, ...] | list[Any], new: tuple[Any, ...] | list[Any]) -> list[int]:
    """Where two rows of equal length hold different objects. At the speed of C, since rows are long."""
    return list(compress(count(), map(is_not, old, new)))


def changes_between(old: Plan, new: Plan) -> Steps[Changes]:
    """What differs, in steps. Tasks that are the same object are not compared."""
    if len(old.tasks) != len(new.tasks) or old.has_tasks != new.has_tasks:
        return EVERYTHING
    tasks = differing(old.tasks, new.tasks)
    same_header = old.header is new.header
    facets: set[Facet] = set()
    for facet in Facet:
        if (not same_header and _header_key(old.header, facet) != _header_key(new.header, facet)) or any(
            _task_key(old.tasks[task], facet) != _task_key(new.tasks[task], facet) for task in tasks
        ):
            facets.add(facet)
        if len(tasks) > _MANY:
            yield
    return Changes(frozenset(facets), tuple(tasks))
