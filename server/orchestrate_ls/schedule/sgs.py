"""Schedule-generation schemes: an order or priorities of activities in, a feasible schedule out.

The innermost loops of all scheduling are here. Knows integers only, and nothing of searching: which orders
are worth trying is the business of `heuristic.py`.
"""
# ruff: noqa: PLR1730 (`max` and `min` calls take twice the time in these loops)

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Generator, Sequence
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import TypeVar

from orchestrate_ls.schedule.resources import ResourceProject

_FOREVER = 1 << 100
_MANY = 1_000
"""Activities from which on each resource has a profile of its own."""
Result = TypeVar("Result")


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
    binding, capacities, needs
        The resources that may run short, their capacities, and for each activity the pairs (number among them,
        amount).
    spares
        For each of the binding resources its spare bit.
    uniform
        For each of the binding resources, whether all that need it need the same amount.
    plain
        Whether activities sorted by their finishes are in a topological order of the mirrored project (ties
        in that order): true if all links are finish-to-start without negative lag.
    """

    __slots__ = (
        "_least",
        "arcs",
        "base_usage",
        "binding",
        "capacities",
        "demands",
        "durations",
        "least_demand",
        "needs",
        "orders",
        "overuse",
        "plain",
        "releases",
        "shared_demands",
        "size",
        "spares",
        "uniform",
    )

    def __init__(self, project: ResourceProject) -> None:
        network = project.network
        self.size: int = len(project)
        self.durations: list[int] = network.durations
        order = network.topological_order
        self.orders: tuple[list[int], list[int]] = (order, order[::-1])
        self.arcs: tuple[list[list[tuple[int, int]]], list[list[tuple[int, int]]]] = network.arcs
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
        self.binding: list[int] = _binding(project, self.durations, wanted)
        self.spares: list[int] = []
        for resource in self.binding:
            capacity = project.capacities[resource]
            bits = capacity.bit_length()
            offset[resource] = place
            self.base_usage |= ((1 << bits) - 1 - capacity) << place
            self.spares.append(1 << (place + bits))
            self.overuse |= self.spares[-1]
            place += bits + 1
        self.capacities: list[int] = [project.capacities[resource] for resource in self.binding]
        number = {resource: place for place, resource in enumerate(self.binding)}
        self.needs: list[list[tuple[int, int]]] = [
            [(number[resource], amount) for resource, amount in demand.items() if resource in number]
            if self.durations[activity]
            else []
            for activity, demand in enumerate(project.demands)
        ]
        amounts: list[set[int]] = [set() for _ in self.binding]
        for own in self.needs:
            for place, amount in own:
                amounts[place].add(amount)
        self.uniform: list[bool] = [len(each) == 1 for each in amounts]
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
        self._least: list[int] = [min(each) for each in amounts]
        self.shared_demands: list[int] = [
            demand for demand, count in Counter(self.demands).items() if demand and count > 1
        ]

    def empty_profiles(self) -> list[Profile]:
        """For each of the binding resources a profile of which nothing is taken yet."""
        return [
            Profile(capacity, least) for capacity, least in zip(self.capacities, self._least, strict=True)
        ]


def _binding(project: ResourceProject, durations: list[int], wanted: list[int]) -> list[int]:
    """The resources that may run short.

    Not one of which all activities together need no more than there is, and not one that others keep from running
    short: of the activities that share their scarcest other resource, no more run at once than that allows, so that
    ten agents that do one task at a time never take more than ten places.
    """
    short = [resource for resource, capacity in enumerate(project.capacities) if wanted[resource] > capacity]
    # For a resource and another: what is needed of the first in all, at most, and the least of the other.
    groups: dict[int, dict[int, tuple[int, int, int]]] = {resource: {} for resource in short}
    for activity, demand in enumerate(project.demands):
        if not durations[activity]:
            continue
        scarce = sorted(
            (project.capacities[resource] // amount, resource)
            for resource, amount in demand.items()
            if resource in groups
        )
        if len(scarce) < 2:
            continue
        for _, resource in scarce:
            other = scarce[0][1] if scarce[0][1] != resource else scarce[1][1]
            amount = demand[resource]
            total, most, least = groups[resource].get(other, (0, 0, demand[other]))
            groups[resource][other] = (total + amount, max(most, amount), min(least, demand[other]))
    dropped: set[int] = set()
    relied_on: set[int] = set()
    for resource in sorted(short, key=lambda each: (-len(groups[each]), each)):
        if resource in relied_on or not dropped.isdisjoint(groups[resource]):
            continue
        most_at_once = wanted[resource]
        for other, (total, most, least) in groups[resource].items():
            most_at_once -= max(0, total - most * (project.capacities[other] // least))
        if most_at_once <= project.capacities[resource]:
            dropped.add(resource)
            relied_on.update(groups[resource])
    return [resource for resource in short if resource not in dropped]


def serial_schedule(
    project: CompiledProject, order: Sequence[int], direction: Direction = Direction.FORWARD
) -> list[int]:
    """Starts of all activities: one after the other, in `order`, each as early as links and resources allow.

    `order` must be topological in the given direction. In the mirrored project starts count from the end. The
    schedules are active (nothing can start earlier without moving something else), and the best makespan is
    among them. Source: Kelley 1963, "The critical-path method: resources planning and scheduling"; Kolisch
    1996, "Serial and parallel resource-constrained project scheduling methods revisited".
    """
    return finished(serial_steps(project, order, direction, max(1, len(order))))


def topological_list(project: CompiledProject, priorities: Sequence[int], direction: Direction) -> list[int]:
    """A topological list that takes the least priority value first whenever there is a choice."""
    waiting_for = [len(befores) for befores in project.arcs[direction]]
    followers = project.arcs[1 - direction]
    eligible = [(priorities[number], number) for number, count in enumerate(waiting_for) if not count]
    heapify(eligible)
    order: list[int] = []
    while eligible:
        _, activity = heappop(eligible)
        order.append(activity)
        for after, _ in followers[activity]:
            waiting_for[after] -= 1
            if not waiting_for[after]:
                heappush(eligible, (priorities[after], after))
    return order


def finished(steps: Generator[None, None, Result]) -> Result:
    """Take all steps of some work at once; what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def serial_steps(
    project: CompiledProject, order: Sequence[int], direction: Direction, every: int
) -> Generator[None, None, list[int]]:
    """`serial_schedule` in steps: it pauses after so many activities, so that others may have their turn."""
    if project.size > _MANY:
        return _profile_serial_steps(project, order, direction, every)
    return _packed_serial_steps(project, order, direction, every)


def _profile_serial_steps(
    project: CompiledProject, order: Sequence[int], direction: Direction, every: int
) -> Generator[None, None, list[int]]:
    """A profile for each resource: what one agent does makes no steps in the profiles of the others. It gives the same
    schedules as the packed profile, which is faster for few activities and quadratic in their number.
    """
    durations, needs, arcs = project.durations, project.needs, project.arcs[direction]
    profiles = project.empty_profiles()
    starts = [0] * project.size if direction is Direction.BACKWARD else list(project.releases)
    limits = {demand: NoRoomBefore() for demand in project.shared_demands}
    until_pause = every
    for activity in order:
        if not until_pause:
            until_pause = every
            yield
        until_pause -= 1
        start = starts[activity]
        for before, weight in arcs[activity]:
            bound = starts[before] + weight
            if bound > start:
                start = bound
        own = needs[activity]
        if not own:
            starts[activity] = start
            continue
        duration = durations[activity]
        limit = limits.get(project.demands[activity])
        if limit is not None:
            known = limit.least_start(duration)
            if start <= known:
                start = known
            else:
                limit = None
        if len(own) == 1:
            start = profiles[own[0][0]].room(start, duration, own[0][1])
        else:
            agreed = 0
            place = 0
            while agreed < len(own):
                resource, amount = own[place]
                later = profiles[resource].room(start, duration, amount)
                agreed = agreed + 1 if later == start else 1
                start = later
                place = place + 1 if place + 1 < len(own) else 0
        for resource, amount in own:
            profiles[resource].take(start, start + duration, amount)
        starts[activity] = start
        if limit is not None:
            limit.learn(duration, start)
    return starts


class Profile:
    """How much of one resource is taken over time: ``used[i]`` from ``times[i]`` up to ``times[i + 1]``."""

    __slots__ = ("_capacity", "_least", "_times", "_used")

    def __init__(self, capacity: int, least: int) -> None:
        """``least`` is the least that anything needs of the resource."""
        self._capacity = capacity
        self._times = [0, _FOREVER]
        self._used = [0]
        self._least = least

    def room(self, start: int, duration: int, amount: int) -> int:
        """The earliest time from `start` on at which so much is free for so long."""
        times, used = self._times, self._used
        most = self._capacity - amount
        place = bisect_right(times, start) - 1
        if used[place] > most:
            place += 1
            while used[place] > most:
                place += 1
            start = times[place]
        finish = start + duration
        place += 1
        while times[place] < finish:
            if used[place] > most:
                place += 1
                while used[place] > most:
                    place += 1
                start = times[place]
                finish = start + duration
            place += 1
        return start

    def after_conflict(self, start: int, finish: int, amount: int) -> int:
        """`start` if so much is free up to `finish`, else the end of the first time at which it is not."""
        times, used = self._times, self._used
        most = self._capacity - amount
        place = bisect_right(times, start) - 1
        while times[place] < finish:
            if used[place] > most:
                while used[place] > most:
                    place += 1
                return times[place]
            place += 1
        return start

    def take(self, start: int, finish: int, amount: int) -> None:
        """Take so much from one time up to another."""
        times, used = self._times, self._used
        first = bisect_right(times, start) - 1
        if times[first] != start:
            first += 1
            times.insert(first, start)
            used.insert(first, used[first - 1])
        place = bisect_left(times, finish, first)
        if times[place] != finish:
            times.insert(place, finish)
            used.insert(place, used[place - 1])
        for segment in range(first, place):
            used[segment] += amount
        # Neighbours in which nothing fits any more become one, so that searches pass them in one step.
        most = self._capacity - self._least
        for segment in range(place, max(first, 1) - 1, -1):
            if used[segment - 1] > most and used[segment] > most:
                del times[segment], used[segment]


def _packed_serial_steps(  # noqa: C901 (one loop without calls, on purpose)
    project: CompiledProject, order: Sequence[int], direction: Direction, every: int
) -> Generator[None, None, list[int]]:
    durations, demands, arcs = project.durations, project.demands, project.arcs[direction]
    overuse, least_demand = project.overuse, project.least_demand
    # Usage is used[i] from times[i] up to times[i + 1].
    times = [0, _FOREVER]
    used = [project.base_usage]
    starts = [0] * project.size if direction is Direction.BACKWARD else list(project.releases)
    limits = {demand: NoRoomBefore() for demand in project.shared_demands}
    until_pause = every
    for activity in order:
        if not until_pause:
            until_pause = every
            yield
        until_pause -= 1
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


class NoRoomBefore:
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
    return finished(parallel_steps(project, priorities, max(1, project.size)))


def parallel_steps(
    project: CompiledProject, priorities: Sequence[int], every: int
) -> Generator[None, None, list[int]]:
    """`parallel_schedule` in steps: it pauses after so many moments, so that others may have their turn."""
    return _ParallelScheme(project, priorities).run(every)


class _ParallelScheme:
    """Ready activities wait in heaps by their demand: if the first of a heap does not fit, none of it does.

    A demand that does not fit waits for one resource that it would overuse, and is looked at again when some of
    that is given back; of those that wait for the same resource the first goes ahead and the others follow it.
    """

    def __init__(self, project: CompiledProject, priorities: Sequence[int]) -> None:
        self._project = project
        self._priorities = priorities
        self._starts = list(project.releases)
        self._waiting_for = [len(befores) for befores in project.arcs[Direction.FORWARD]]
        self._used = project.base_usage
        self._running: list[tuple[int, int]] = []  # heap of (finish, activity)
        self._later: list[tuple[int, int]] = []  # heap of (earliest start, activity)
        self._ready: dict[int, list[tuple[int, int]]] = {}  # by demand, a heap of (priority, activity)
        # Heap of (priority, activity, demand, the resource whose queue it came from or -1); may hold outdated ones.
        self._heads: list[tuple[int, int, int, int]] = []
        self._queues: list[list[tuple[int, int, int]]] = [[] for _ in project.binding]
        self._blocked: dict[int, int] = {}  # by demand, the resource it waits for

    def run(self, every: int) -> Generator[None, None, list[int]]:
        for activity, count in enumerate(self._waiting_for):
            if not count:
                heappush(self._later, (self._starts[activity], activity))
        until_pause = every
        while self._later or self._ready:
            if not until_pause:
                until_pause = every
                yield
            until_pause -= 1
            time = self._next_time()
            while self._running and self._running[0][0] <= time:
                self._end(heappop(self._running)[1])
            self._admit(time)
            self._start_what_fits(time)
        return self._starts

    def _next_time(self) -> int:
        times = [heap[0][0] for heap in (self._running, self._later) if heap]
        return min(times)

    def _end(self, activity: int) -> None:
        self._used -= self._project.demands[activity]
        for resource, _ in self._project.needs[activity]:
            self._call_next(resource)

    def _call_next(self, resource: int) -> None:
        """Let the first of those that wait for a resource try again; all where some may need less than the first."""
        queue = self._queues[resource]
        chain = resource if self._project.uniform[resource] else -1
        while queue:
            _, _, demand = heappop(queue)
            if self._blocked.get(demand) != resource:
                continue
            del self._blocked[demand]
            heap = self._ready.get(demand)
            if heap:
                heappush(self._heads, (*heap[0], demand, chain))
                if chain >= 0:
                    return

    def _admit(self, time: int) -> None:
        """Move what may start by now to the ready activities; start at once what needs nothing."""
        project = self._project
        while self._later and self._later[0][0] <= time:
            _, activity = heappop(self._later)
            demand = project.demands[activity]
            if not demand:
                self._release_followers(activity)
                continue
            heap = self._ready.setdefault(demand, [])
            entry = (self._priorities[activity], activity)
            heappush(heap, entry)
            if heap[0] == entry:
                # It may go before the one that was called first from the same queue.
                self._blocked.pop(demand, None)
                heappush(self._heads, (*entry, demand, -1))

    def _start_what_fits(self, time: int) -> None:
        project = self._project
        overuse, least_demand = project.overuse, project.least_demand
        while self._heads and not (least_demand and (self._used + least_demand) & overuse):
            _, activity, demand, called_by = heappop(self._heads)
            heap = self._ready.get(demand)
            if not heap or heap[0][1] != activity or demand in self._blocked:
                if called_by >= 0:
                    self._call_next(called_by)
                continue
            over = (self._used + demand) & overuse
            if over:
                resource = self._short_of(activity, over)
                self._blocked[demand] = resource
                heappush(self._queues[resource], (*heap[0], demand))
                if called_by not in (-1, resource):
                    self._call_next(called_by)
                continue
            heappop(heap)
            self._used += demand
            self._starts[activity] = time
            heappush(self._running, (time + project.durations[activity], activity))
            if heap:
                heappush(self._heads, (*heap[0], demand, -1))
            else:
                del self._ready[demand]
            if called_by >= 0:
                self._call_next(called_by)
            self._release_followers(activity)
            if self._later and self._later[0][0] <= time:
                self._admit(time)

    def _short_of(self, activity: int, over: int) -> int:
        """The first resource that an activity would overuse."""
        return next(
            resource for resource, _ in self._project.needs[activity] if over & self._project.spares[resource]
        )

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
