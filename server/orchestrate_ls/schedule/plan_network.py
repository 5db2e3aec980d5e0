"""A plan as an activity network: activity i is task i, and only links between two different known tasks
count.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from orchestrate_ls.plan.model import LinkKind, Plan, Task
from orchestrate_ls.schedule.network import Link, LinkType, Network

_TYPES = {kind: LinkType(kind.value) for kind in LinkKind}


class PlanNetwork:
    """The network of a plan, in seconds. A task without a readable estimate takes no time.

    Unknown and self dependencies are left out, and of dependencies written twice the first counts; rules
    report them. Where several tasks share an id, a dependency on it means the first.
    """

    def __init__(self, plan: Plan, previous: tuple[PlanNetwork, Sequence[int]] | None = None) -> None:
        """``previous`` is the network of an earlier version in which all tasks had the names they have now,
        with the indices of the tasks that changed since.
        """
        index_of = plan.index_of.known if previous is None else previous[0].index_of
        self.index_of = index_of
        if previous is None:
            self.links_to = [
                _links_to(successor, task, index_of) for successor, task in enumerate(plan.tasks)
            ]
            self.durations = [_duration(task) for task in plan.tasks]
        else:
            self.links_to = previous[0].links_to.copy()
            self.durations = previous[0].durations.copy()
            for index in previous[1]:
                task = plan.tasks[index]
                self.links_to[index] = _links_to(index, task, index_of)
                self.durations[index] = _duration(task)
        self.network = Network(self.durations, chain.from_iterable(self.links_to))


def network_of(plan: Plan) -> Network:
    """The network of a plan; see ``PlanNetwork``."""
    return PlanNetwork(plan).network


def _duration(task: Task) -> int:
    return 0 if task.estimate is None else task.estimate.expected


def _links_to(successor: int, task: Task, index_of: dict[str, int]) -> list[Link]:
    links: list[Link] = []
    if not task.dependencies:
        return links
    finish_to_start = LinkKind.FINISH_TO_START
    seen: set[tuple[int, LinkKind]] = set()
    for dependency in task.dependencies:
        predecessor = index_of.get(dependency.task)
        if predecessor is None or predecessor == successor:
            continue
        kind = dependency.kind
        if (predecessor, kind) in seen:
            continue
        seen.add((predecessor, kind))
        link_type = LinkType.FINISH_TO_START if kind is finish_to_start else _TYPES[kind]
        links.append(Link(predecessor, successor, link_type, dependency.lag))
    return links
