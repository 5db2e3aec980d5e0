"""Lower bounds: makespans that no schedule of a resource-constrained project can beat.

Knows integers only.
"""
# ruff: noqa: PLR1730 (a call of `max` takes twice the time in these loops)

from __future__ import annotations

from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import CompiledProject, Direction

# How many pairs of an activity and a threshold the energy bounds may look at, in all: a few milliseconds.
ENERGY_BUDGET = 20_000


def heads(project: CompiledProject) -> list[int]:
    """The earliest start of each activity by links and releases alone (Kelley and Walker 1959)."""
    starts = list(project.releases)
    arcs = project.arcs[Direction.FORWARD]
    for activity in project.orders[Direction.FORWARD]:
        if arcs[activity]:
            bound = max(starts[before] + weight for before, weight in arcs[activity])
            starts[activity] = max(starts[activity], bound)
    return starts


def tails(project: CompiledProject) -> list[int]:
    """The least time between each activity's finish and the end of the project, by links alone."""
    waits = [0] * project.size
    arcs = project.arcs[Direction.BACKWARD]
    for activity in project.orders[Direction.BACKWARD]:
        if arcs[activity]:
            waits[activity] = max(0, *(waits[after] + weight for after, weight in arcs[activity]))
    return waits


def makespan_lower_bound(project: ResourceProject, compiled: CompiledProject) -> int:
    """A makespan that no schedule can beat, in the unit of the durations.

    The greater of the critical path (with releases) and, for each resource, an energy bound: of the
    activities with a head of at least h and a tail of at least q, all work lies between h and makespan - q,
    so that makespan >= h + work / capacity + q. All h, and as many q as `ENERGY_BUDGET` allows, are tried
    (compare Carlier 1982, "The one-machine sequencing problem", for capacity 1).
    """
    durations = compiled.durations
    head, tail = heads(compiled), tails(compiled)
    critical = (start + duration + wait for start, duration, wait in zip(head, durations, tail, strict=True))
    bound = max(critical, default=0)
    users: list[list[tuple[int, int, int]]] = [[] for _ in project.capacities]
    for activity, demand in enumerate(project.demands):
        if compiled.demands[activity]:
            for resource, amount in demand.items():
                users[resource].append((head[activity], tail[activity], amount * durations[activity]))
    affordable = max(1, ENERGY_BUDGET // max(1, sum(map(len, users))))
    for capacity, entries in zip(project.capacities, users, strict=True):
        if entries:
            bound = max(bound, energy_bound(entries, capacity, affordable))
    return bound


def energy_bound(users: list[tuple[int, int, int]], capacity: int, affordable: int) -> int:
    """A makespan that no schedule can beat, for (head, tail, work) of the activities that use one resource.

    `work` is amount times duration, and as many thresholds for the tail are tried as are `affordable`. Sorts
    `users`.
    """
    users.sort(reverse=True)
    # Times the capacity, so that there is one division for each threshold.
    scaled = [(head * capacity, tail, work) for head, tail, work in users]
    thresholds = sorted({tail for _, tail, _ in users})
    step = -(-len(thresholds) // affordable)
    best = 0
    for threshold in thresholds[::step]:
        total = reached = 0
        for head, tail, work in scaled:
            if tail >= threshold:
                total += work
                if head + total > reached:
                    reached = head + total
        bound = threshold - (-reached // capacity)
        best = max(best, bound)
    return best
