"""A plan as an activity network: activity i is task i, and only links between two different known tasks count."""

from __future__ import annotations

from orchestrate_ls.plan.model import LinkKind, Plan
from orchestrate_ls.schedule.network import Link, LinkType, Network

_TYPES = {kind: LinkType(kind.value) for kind in LinkKind}


def network_of(plan: Plan) -> Network:
    """The network of a plan, in seconds. A task without a readable estimate takes no time.

    Unknown and self dependencies are left out, and of dependencies written twice the first counts; rules report them.
    Where several tasks share an id, a dependency on it means the first.
    """
    index_of = plan.index_of.known
    finish_to_start = LinkType.FINISH_TO_START
    links: list[Link] = []
    durations: list[int] = []
    for successor, task in enumerate(plan.tasks):
        estimate = task.estimate
        durations.append(0 if estimate is None else estimate.expected)
        dependencies = task.dependencies
        if not dependencies:
            continue
        seen: set[tuple[int, LinkKind]] = set()
        for dependency in dependencies:
            predecessor = index_of.get(dependency.task)
            if predecessor is None or predecessor == successor:
                continue
            kind = dependency.kind
            if (predecessor, kind) in seen:
                continue
            seen.add((predecessor, kind))
            link_type = finish_to_start if kind is LinkKind.FINISH_TO_START else _TYPES[kind]
            links.append(Link(predecessor, successor, link_type, dependency.lag))
    return Network(durations, links)
