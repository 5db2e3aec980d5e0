"""Which values of a plan belong to which facet, and which facets an edit changed."""

from __future__ import annotations

from typing import Any, Final

from orchestrate_ls.plan.model import Header, Plan, Task
from orchestrate_ls.rules.base import Facet

ALL_FACETS: Final = frozenset(Facet)


def _task_key(task: Task, facet: Facet) -> Any:
    if facet is Facet.IDENTITY:
        # The name is what messages call a task that has no id.
        return task.id or (None, task.name), task.dependencies
    if facet is Facet.NETWORK:
        return task.estimate, task.dependencies
    if facet is Facet.AGENTS:
        return task.agent, task.required_skills
    if facet is Facet.GROUPS:
        return task.parallel_group
    if facet is Facet.DEADLINES:
        return task.deadline, task.priority
    if facet is Facet.GATES:
        return task.quality_gates
    if facet is Facet.CRITERIA:
        return bool(task.success_criteria), bool(task.definition_of_done)
    if facet is Facet.FILES:
        return task.files
    return None


def _header_key(header: Header, facet: Facet) -> Any:
    if facet is Facet.NETWORK:
        return header.calendar
    if facet is Facet.AGENTS:
        return header.agents, header.allocations
    if facet is Facet.CLAIMS:
        return (
            header.concurrent_capacity,
            header.wall_time_claim,
            header.efficiency_claim,
            header.calendar,
            header.start,
        )
    if facet is Facet.GATES:
        return header.quality_gates
    if facet is Facet.TEMPLATES:
        return header.template, header.templates, header.triggers
    return None


def changed_facets(old: Plan, new: Plan) -> frozenset[Facet]:
    """The facets in which two plans differ. Tasks that are the same object are not compared."""
    if len(old.tasks) != len(new.tasks) or old.has_tasks != new.has_tasks:
        return ALL_FACETS
    pairs = [
        (before, after) for before, after in zip(old.tasks, new.tasks, strict=True) if before is not after
    ]
    same_header = old.header is new.header
    return frozenset(
        facet
        for facet in Facet
        if (not same_header and _header_key(old.header, facet) != _header_key(new.header, facet))
        or any(_task_key(before, facet) != _task_key(after, facet) for before, after in pairs)
    )
