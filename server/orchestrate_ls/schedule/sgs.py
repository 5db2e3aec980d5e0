"""Schedule-generation schemes: an order or priorities of activities in, a feasible schedule out.

The innermost loops of all scheduling are here. Knows integers only, and nothing of searching: which orders
are worth trying is the business of `heuristic.py`.
"""
# ruff: noqa: PLR1730 (`max` and `min` calls take twice the time in these loops)

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from heapq import heapify, heappop, heappush

from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.resources import ResourceProject

_FOREVER = 1 << 100


class Direction(IntEnum):
    """Forward in time, or backward: the mirrored project, where time runs from the end to the start."""

    FORWARD = 0
    BACKWARD = 1


class CompiledProject:
    """A resource-constrained project in the form that the schemes work on; built once, used for every
    schedule.

    What one activity needs of all resources is packed into one integer, a field for each resource with a
    spare bit above it. The fields of `base_usage` start so high that adding up demands sets a spare bit
    exactly when a resource is overused: one addition and one `&` answer for all resources at once. Resources
    that can never run short are left out.

    Attributes
    ----------
    size, durations
        Number of activities and how long each takes.
    arcs
        For each direction and activity the pairs (activity before, weight): start >= start before + weight.
    orders
        For each direction a topological order.
    releases
        Earliest starts, forward.
    demands, base_usage, overuse
        Packed demands, the packed usage when nothing runs, and the spare bits.
    least_demand
        For each resource the least that any activity needs of it, packed; 0 for most projects, but where the
        number of activities at once is limited all need that.
    shared_demands
        The packed demands that two or more activities have.
    plain
        Whether activities sorted by their finishes are in a topological order of the mirrored project (ties
        in that order): true if all links are finish-to-start without negative lag.
    """

    __slots__ = (
        "arcs",
        "base_usage",
        "demands",
        "durations",
        "least_demand",
        "orders",
        "overuse",
        "plain",
        "releases",
        "shared_demands",
        "size",
    )

    def __init__(self, project: ResourceProject) -> None:
        network = project.network
        self.size: int = len(project)
        self.durations: list[int] = network.durations
        order = network.topological_order
        self.orders: tuple[list[int], list[int]] = (order, order[::-1])
        self.arcs: tuple[list[list[tuple[int, int]]], list[list[tuple[int, int]]]] = _arcs(network)
        self.releases: tuple[int, ...] = project.releases
        self.plain: bool = all(
            weight >= network.durations[before] for befores in self.arcs[0] for before, weight in befores
        )
        self._pack(project)

    def _pack(self, project: ResourceProject) -> None:
        wanted = [0] * len(project.capacities)
        for activity, demand in enumerate(project.demands):
            if self.durations[activity]:
                for resource, amount in demand.items():
                    wanted[resource] += amount
        offset = [-1] * len(project.capacities)
        place = self.base_usage = self.overuse = 0
        for resource, capacity in enumerate(project.capacities):
            if wanted[resource] <= capacity:
                continue
            bits = capacity.bit_length()
            offset[resource] = place
            self.base_usage |= ((1 << bits) - 1 - capacity) << place
            self.overuse |= 1 << (place + bits)
            place += bits + 1
        self.demands: list[int] = [
            sum(amount << offset[resource] for resource, amount in demand.items() if offset[resource] >= 0)
            if self.durations[activity]
            else 0
            for activity, demand in enumerate(project.demands)
        ]
        needs = [demand for demand, packed in zip(project.demands, self.demands, strict=True) if packed]
        common = set(needs[0]).intersection(*needs) if needs else set[int]()
        self.least_demand: int = sum(
            min(demand[resource] for demand in needs) << offset[resource]
            for resource in sorted(common)
            if offset[resource] >= 0
        )
        self.shared_demands: list[int] = [
            demand for demand, count in Counter(self.demands).items() if demand and count > 1
        ]


def _arcs(network: Network) -> tuple[list[list[tuple[int, int]]], list[list[tuple[int, int]]]]:
    durations = network.durations
    forward: list[list[tuple[int, int]]] = [[] for _ in durations]
    backward: list[list[tuple[int, int]]] = [[] for _ in durations]
    for link in network.links:
        before, after, _, _ = link
        weight = network.weight(link)
        forward[after].append((before, weight))
        # Mirrored, an activity starts at makespan - finish; see `Network` for the weights.
        backward[before].append((after, weight + durations[after] - durations[before]))
    return forward, backward


def serial_schedule(  # noqa: C901 (one loop without calls, on purpose)
    project: CompiledProject, order: Sequence[int], direction: Direction = Direction.FORWARD
) -> list[int]:
    """Starts of all activities: one after the other, in `order`, each as early as links and resources allow.

    `order` must be topological in the given direction. In the mirrored project starts count from the end. The
    schedules are active (nothing can start earlier without moving something else), and the best makespan is
    among them. Source: Kelley 1963, "The critical-path method: resources planning and scheduling"; Kolisch
    1996, "Serial and parallel resource-constrained project scheduling methods revisited".
    """
    durations, demands, arcs = project.durations, project.demands, project.arcs[direction]
    overuse, least_demand = project.overuse, project.least_demand
    # Usage is used[i] from times[i] up to times[i + 1].
    times = [0, _FOREVER]
    used = [project.base_usage]
    starts = [0] * project.size if direction is Direction.BACKWARD else list(project.releases)
    limits = {demand: _NoRoomBefore() for demand in project.shared_demands}
    for activity in order:
        start = starts[activity]
        for before, weight in arcs[activity]:
            bound = starts[before] + weight
            if bound > start:
                start = bound
        demand = demands[activity]
        if not demand:
            starts[activity] = start
            continue
        duration = durations[activity]
        limit = limits.get(demand)
        if limit is not None:
            known = limit.least_start(duration)
            if start <= known:
                start = known
            else:
                limit = None  # this search will say nothing of the time before `start`
        place = bisect_right(times, start) - 1
        if (used[place] + demand) & overuse:
            place += 1
            while (used[place] + demand) & overuse:
                place += 1
            start = times[place]
        first = place
        finish = start + duration
        place += 1
        while times[place] < finish:
            if (used[place] + demand) & overuse:
                place += 1
                while (used[place] + demand) & overuse:
                    place += 1
                first = place
                start = times[place]
                finish = start + duration
            place += 1
        if times[first] != start:
            first += 1
            times.insert(first, start)
            used.insert(first, used[first - 1])
            place += 1
        if times[place] != finish:
            times.insert(place, finish)
            used.insert(place, used[place - 1])
        for segment in range(first, place):
            used[segment] += demand
        starts[activity] = start
        if limit is not None:
            limit.learn(duration, start)
        if least_demand:
            # Neighbours in which nothing fits any more become one, so that searches pass them in one step.
            for segment in range(place, max(first, 1) - 1, -1):
                if (used[segment - 1] + least_demand) & overuse and (used[segment] + least_demand) & overuse:
                    del times[segment], used[segment]
    return starts


class _NoRoomBefore:
    """For one demand: how early an activity of some duration may at best start, learned from earlier
    searches.

    During a pass usage only grows. So once nothing of duration d can start before t, nothing that lasts d or
    longer ever can; later activities with the same demand need not look there again.
    """

    __slots__ = ("_durations", "_starts")

    def __init__(self) -> None:
        self._durations: list[int] = []  # both ascending
        self._starts: list[int] = []

    def least_start(self, duration: int) -> int:
        place = bisect_right(self._durations, duration)
        return self._starts[place - 1] if place else 0

    def learn(self, duration: int, start: int) -> None:
        """Nothing that lasts `duration` can start before `start`, which is at least
        `least_start(duration)`.
        """
        durations, starts = self._durations, self._starts
        first = bisect_left(durations, duration)
        end = bisect_right(starts, start)
        durations[first:end] = [duration]
        starts[first:end] = [start]


def parallel_schedule(project: CompiledProject, priorities: Sequence[int]) -> list[int]:
    """Starts of all activities: time moves on, and at each moment what fits starts, least priority value
    first.

    Ties go to the lower activity number. The schedules are non-delay; the best makespan may not be among
    them. O(n log n + moments * distinct demands). Source: Bedworth and Bailey 1982; Kolisch 1996, as above.
    """
    return _ParallelScheme(project, priorities).run()


class _ParallelScheme:
    def __init__(self, project: CompiledProject, priorities: Sequence[int]) -> None:
        self._project = project
        self._priorities = priorities
        self._starts = list(project.releases)
        self._waiting_for = [len(befores) for befores in project.arcs[Direction.FORWARD]]
        self._used = project.base_usage
        self._running: list[tuple[int, int]] = []  # heap of (finish, packed demand)
        self._later: list[tuple[int, int]] = []  # heap of (earliest start, activity)
        # By demand, a heap of (priority, activity): if the first does not fit, none of that demand does.
        self._ready: dict[int, list[tuple[int, int]]] = {}

    def run(self) -> list[int]:
        for activity, count in enumerate(self._waiting_for):
            if not count:
                heappush(self._later, (self._starts[activity], activity))
        while self._later or self._ready:
            time = self._next_time()
            while self._running and self._running[0][0] <= time:
                self._used -= heappop(self._running)[1]
            self._admit(time)
            self._start_what_fits(time)
        return self._starts

    def _next_time(self) -> int:
        times = [heap[0][0] for heap in (self._running, self._later) if heap]
        return min(times)

    def _admit(self, time: int) -> None:
        """Move what may start by now to the ready activities; start at once what needs nothing."""
        project = self._project
        while self._later and self._later[0][0] <= time:
            _, activity = heappop(self._later)
            demand = project.demands[activity]
            if demand:
                heap = self._ready.setdefault(demand, [])
                heappush(heap, (self._priorities[activity], activity))
            else:
                self._release_followers(activity)

    def _start_what_fits(self, time: int) -> None:
        project = self._project
        candidates = [(*heap[0], demand) for demand, heap in self._ready.items()]
        heapify(candidates)
        while candidates:
            _, activity, demand = heappop(candidates)
            if (self._used + demand) & project.overuse:
                continue
            heap = self._ready[demand]
            heappop(heap)
            if not heap:
                del self._ready[demand]
            self._used += demand
            self._starts[activity] = time
            heappush(self._running, (time + project.durations[activity], demand))
            self._release_followers(activity)
            if self._later and self._later[0][0] <= time:
                self._admit(time)
                candidates = [(*other[0], kind) for kind, other in self._ready.items()]
                heapify(candidates)
            elif heap:
                heappush(candidates, (*heap[0], demand))

    def _release_followers(self, activity: int) -> None:
        """Tell the successors when an activity starts; those that wait for nothing else get their earliest
        start.
        """
        project = self._project
        for after, _ in project.arcs[Direction.BACKWARD][activity]:
            self._waiting_for[after] -= 1
            if not self._waiting_for[after]:
                earliest = self._starts[after]
                for before, weight in project.arcs[Direction.FORWARD][after]:
                    bound = self._starts[before] + weight
                    if bound > earliest:
                        earliest = bound
                self._starts[after] = earliest
                heappush(self._later, (earliest, after))
