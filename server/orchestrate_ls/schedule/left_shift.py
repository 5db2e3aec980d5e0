"""A known schedule built again from its order: as early as links and resources allow, never later than it was.

For schedules that come from elsewhere (another solver, a project that has changed since). Knows integers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import CompiledProject, Direction, serial_schedule


def shifted_left(project: ResourceProject, starts: Sequence[int]) -> list[int]:
    """Starts of an active schedule in the order of `starts`, in which no activity starts later than there.

    If `starts` is not feasible for the project (because that has changed), the result is feasible all the same, but
    may start later.
    """
    compiled = CompiledProject(project)
    return serial_schedule(compiled, list_by_starts(compiled, starts))


def list_by_starts(project: CompiledProject, starts: Sequence[int]) -> list[int]:
    """A topological list that takes the earliest start first whenever there is a choice. O(n log n + m)."""
    waiting_for = [len(befores) for befores in project.arcs[Direction.FORWARD]]
    followers = project.arcs[Direction.BACKWARD]
    ready = [(starts[number], number) for number, count in enumerate(waiting_for) if not count]
    heapify(ready)
    order: list[int] = []
    while ready:
        _, activity = heappop(ready)
        order.append(activity)
        for after, _ in followers[activity]:
            waiting_for[after] -= 1
            if not waiting_for[after]:
                heappush(ready, (starts[after], after))
    return order
