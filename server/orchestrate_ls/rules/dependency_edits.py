"""What fixes of dependencies share: finding the dependency again that a finding was about, and taking it out."""

from __future__ import annotations

from orchestrate_ls.plan.model import Dependency, Path, Plan, Spot
from orchestrate_ls.plan.rewrite import item_path, remove_entry, remove_item
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.base import ChunkRange
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.text.edits import TextEdit


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


def is_list_item(path: Path) -> bool:
    """Whether a dependency stands in a list, and not alone behind its key."""
    return any(isinstance(step, int) for step in path)


def remove_dependency(source: PlanSource, task: int, dependency: Dependency) -> TextEdit | None:
    """Take a dependency out of its list, or the whole entry where it is the only one and in no list."""
    path = item_path(dependency.path)
    if is_list_item(path):
        return remove_item(source, Spot(task, path))
    return remove_entry(source, Spot(task, path[:1]))
