"""From a schedule to its order: which activity hands resources on to which, so that the order survives other durations.

Knows integers only. A schedule says when; its resource flow says after whom. Activities that keep to the links and to
the flow are feasible together whatever their durations turn out to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from orchestrate_ls.schedule.components import strongly_connected_components
from orchestrate_ls.schedule.network import Link, LinkType
from orchestrate_ls.schedule.resources import ResourceProject


def order_links(project: ResourceProject, starts: Sequence[int]) -> list[Link]:
    """The project's own links and those of its resource flow, without a cycle.

    Where a link lets an activity start before the one it waits for (a lead, a link to its finish) and the two share a
    resource, the order may contradict the flow; in such a knot the flow is left out, because links must hold.
    """
    links, flow = project.network.links, resource_links(project, starts)
    successors: list[list[int]] = [[] for _ in starts]
    for link in (*links, *flow):
        successors[link.predecessor].append(link.successor)
    knots = strongly_connected_components(successors)
    if not knots:
        return [*links, *flow]
    knot_of = {activity: number for number, knot in enumerate(knots) for activity in knot}
    return [
        *links,
        *(
            link
            for link in flow
            if link.predecessor not in knot_of or knot_of[link.predecessor] != knot_of.get(link.successor)
        ),
    ]


def resource_links(project: ResourceProject, starts: Sequence[int]) -> list[Link]:
    """Finish-to-start links that make any times which keep to them and to the project's own links feasible.

    Parameters
    ----------
    project, starts
        A project and a feasible schedule of it. Activities of duration 0 take nothing and get no such links.

    Returns
    -------
    Links between activities that share a resource which can run short, sorted by activity; one for each pair. They
    hold in the schedule itself.

    Notes
    -----
    Each activity, by its start, takes what it needs of a resource from activities that have finished: first from those
    it waits for anyway, then from those that finished first, which leaves most room for delays. Source: Artigues,
    Michelon and Reusser 2003, "Insertion techniques for static and dynamic resource-constrained project scheduling".
    """
    durations = project.network.durations
    finishes = project.finishes(starts)
    order = sorted(range(len(project)), key=lambda activity: (starts[activity], activity))
    awaited: list[set[int]] = [set() for _ in durations]
    for before, after, kind, lag in project.network.links:
        if kind is LinkType.FINISH_TO_START and lag >= 0:
            awaited[after].add(before)
    users: list[list[int]] = [[] for _ in project.capacities]
    for activity in order:
        if durations[activity]:
            for resource in project.demands[activity]:
                users[resource].append(activity)
    found: set[tuple[int, int]] = set()
    for resource, activities in enumerate(users):
        amounts = {activity: project.demands[activity][resource] for activity in activities}
        if sum(amounts.values()) > project.capacities[resource]:
            found |= _flow(activities, amounts, project.capacities[resource], starts, finishes, awaited)
    return [Link(before, after) for before, after in sorted(found, key=lambda pair: (pair[1], pair[0]))]


def _flow(
    activities: Sequence[int],
    amounts: dict[int, int],
    capacity: int,
    starts: Sequence[int],
    finishes: Sequence[int],
    awaited: Sequence[set[int]],
) -> set[tuple[int, int]]:
    """The pairs (giver, taker) of one resource; activities come by their starts."""
    never_used = capacity
    held: dict[int, int] = {}  # what each activity took and has not handed on
    finishing: list[
        tuple[int, int]
    ] = []  # heap of (finish, activity), also of some that hold nothing any more
    pairs: set[tuple[int, int]] = set()
    for activity in activities:
        needed = amounts[activity]
        for giver in sorted(before for before in awaited[activity] if before in held):
            if needed:
                needed -= _take(held, giver, needed)
                pairs.add((giver, activity))
        fresh = min(needed, never_used)
        never_used -= fresh
        needed -= fresh
        while needed:
            if not finishing or finishing[0][0] > starts[activity]:
                raise ValueError("a schedule that is not feasible has no resource flow")
            giver = finishing[0][1]
            if giver in held:
                needed -= _take(held, giver, needed)
                pairs.add((giver, activity))
            if giver not in held:
                heappop(finishing)
        held[activity] = amounts[activity]
        heappush(finishing, (finishes[activity], activity))
    return pairs


def _take(held: dict[int, int], giver: int, wanted: int) -> int:
    taken = min(held[giver], wanted)
    held[giver] -= taken
    if not held[giver]:
        del held[giver]
    return taken
