"""What fixes of dependencies share: finding the dependency again that a finding was about."""

from __future__ import annotations

from orchestrate_ls.plan.model import Dependency, Plan, Spot
from orchestrate_ls.plan.rewrite import item_path
from orchestrate_ls.plan.task_references import remove_dependency
from orchestrate_ls.rules.base import ChunkRange
from orchestrate_ls.rules.context import RuleContext

__all__ = ["all_are_links", "dependency_at", "remove_dependency"]


def dependency_at(plan: Plan, at: Spot | ChunkRange) -> tuple[int, Dependency] | None:
    """The task's index and its dependency at a spot: at the id, or at the list item that holds it."""
    if not isinstance(at, Spot) or at.task is None or at.task >= len(plan.tasks):
        return None
    for dependency in plan.tasks[at.task].dependencies:
        if at.path in (dependency.path, item_path(dependency.path)):
            return at.task, dependency
    return None


def all_are_links(context: RuleContext) -> bool:
    """Whether every dependency is a link of the network: none is unknown, written twice, or of a task on itself.

    That is so in nearly every plan nearly all the time, and quick to see. (A task that has another's id and depends
    on that id is not told apart here.)
    """
    return len(context.analysis.network.links) == sum([len(task.dependencies) for task in context.plan.tasks])
