"""The solver for projects with deadlines or calendars: orders of activities, tried forward in time only.

What `heuristic.py` does backward in time has no meaning here, since pauses do not lie symmetrically and a schedule
pushed to its end misses what deadlines it can. So orders by due dates come first, then the best of them with some
noise. Knows integers only, no clock and no dates.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence

from orchestrate_ls.schedule.bounds import heads, makespan_lower_bound, tails
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import HeuristicSchedule, StopReason, solve
from orchestrate_ls.schedule.network import LinkType
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import (
    CompiledProject,
    Direction,
    NoRoomBefore,
    finished,
    serial_steps,
    topological_list,
)

_FROM_START = frozenset({LinkType.START_TO_START, LinkType.START_TO_FINISH})
_TO_START = frozenset({LinkType.FINISH_TO_START, LinkType.START_TO_START})
_PAUSE = 500
_NOISE = (0.02, 0.1, 0.3)


def solve_in_order(
    project: ResourceProject,
    *,
    budget: int,
    seed: int = 0,
    known: Sequence[Sequence[int]] = (),
    should_stop: Callable[[], bool] | None = None,
    trusted: bool = False,
) -> HeuristicSchedule:
    """As `heuristic.solve`, for a project with calendars or deadlines: less lateness first, then a short makespan.

    Raises ``ValueError`` if the budget is below 1 or a known schedule is not feasible.
    """
    if budget < 1:
        raise ValueError("the budget must be at least one schedule")
    for starts in known:
        if not trusted and check_feasible(project, starts):
            raise ValueError("a schedule given as known is not feasible")
    return finished(order_steps(project, budget, seed, known, should_stop))


def order_steps(
    project: ResourceProject,
    budget: int,
    seed: int = 0,
    known: Sequence[Sequence[int]] = (),
    should_stop: Callable[[], bool] | None = None,
) -> Generator[None, None, HeuristicSchedule]:
    """`solve_in_order` in steps of some milliseconds."""
    search = _OrderSearch(project, budget, seed, should_stop)
    yield
    for starts in known:
        search.offer(list(starts))
    if not project.has_calendars:
        # Deadlines are often met without being thought of.
        plain = solve(project.without_deadlines(), budget=budget, seed=seed, should_stop=should_stop)
        search.offer(plain.starts, plain.schedules_built)
        yield
        if plain.stop_reason is StopReason.STOPPED:
            search.stop()
        search.extend(budget)
    yield from search.run()
    yield from search.settle()
    return search.result()


def scheduled_by(project: ResourceProject, priorities: Sequence[int]) -> list[int]:
    """Starts by the serial scheme: of the activities whose predecessors have a place, that with the least priority
    value comes next, as early as links, resources and its calendar allow.
    """
    return finished(_OrderSearch(project, 1, 0, None).build(priorities))


class _OrderSearch:
    def __init__(
        self, project: ResourceProject, budget: int, seed: int, should_stop: Callable[[], bool] | None
    ) -> None:
        self._project = project
        self._compiled = CompiledProject(project)
        self._budget = budget
        self._should_stop = should_stop
        self._random = random.Random(seed)  # noqa: S311 (not for secrets)
        self._built = 0
        self._best: list[int] | None = None
        self._best_cost = (0, 0)
        self._stopped = False
        self._links: list[list[tuple[int, bool, bool, int]]] = [[] for _ in project.network.durations]
        for before, after, kind, lag in project.network.links:
            self._links[after].append((before, kind in _FROM_START, kind in _TO_START, lag))
        self._bound = self._least_cost()

    def result(self) -> HeuristicSchedule:
        if self._best is None:
            raise AssertionError("the first schedule is always built")
        if self._best_cost <= self._bound:
            reason = StopReason.PROVEN
        else:
            reason = StopReason.STOPPED if self._stopped else StopReason.BUDGET
        return HeuristicSchedule(self._best, self._best_cost[1], self._bound[1], self._built, reason)

    def offer(self, starts: list[int], built: int = 0, *, even_if_equal: bool = False) -> None:
        """Keep a feasible schedule if it is the best so far."""
        self._built += built
        cost = self._cost(starts)
        if self._best is None or cost < self._best_cost or (even_if_equal and cost == self._best_cost):
            self._best, self._best_cost = starts, cost

    def extend(self, budget: int) -> None:
        """Allow so many schedules more."""
        self._budget = self._built + budget

    def stop(self) -> None:
        """Build no more than what is needed for an answer."""
        self._stopped = True

    def run(self) -> Generator[None, None, None]:
        for priorities in self._rules():
            if self._is_over():
                return
            yield from self._try(priorities)
        size = self._compiled.size
        while self._best is not None and not self._is_over():
            best = self._best
            reach = 2 + int(_NOISE[self._built % len(_NOISE)] * size)
            ranks = [0] * size
            for place, activity in enumerate(sorted(range(size), key=best.__getitem__)):
                ranks[activity] = 2 * place + int(2 * reach * self._random.random())
            yield from self._try(ranks)

    def settle(self) -> Generator[None, None, None]:
        """Start everything of the best schedule as early as can be without moving what starts before it.

        A schedule for less capacity that is good enough here may wait for what is not scarce any more.
        """
        if self._best is not None:
            yield from self._try(self._best, even_if_equal=True)

    def _is_over(self) -> bool:
        if self._best is None:
            return False
        if self._best_cost <= self._bound or self._built >= self._budget:
            return True
        if not self._stopped and self._should_stop is not None and self._should_stop():
            self._stopped = True
        return self._stopped

    def _try(self, priorities: Sequence[int], *, even_if_equal: bool = False) -> Generator[None, None, None]:
        starts = yield from self.build(priorities)
        yield
        self.offer(starts, 1, even_if_equal=even_if_equal)

    def build(self, priorities: Sequence[int]) -> Generator[None, None, list[int]]:
        """The serial scheme's schedule by priorities, the least first."""
        order = topological_list(self._compiled, priorities, Direction.FORWARD)
        yield
        if self._project.has_calendars:
            return (yield from self._decode(order))
        return (yield from serial_steps(self._compiled, order, Direction.FORWARD, _PAUSE))

    def _rules(self) -> list[list[int]]:
        """Orders to begin with: by latest finish with deadlines, by latest start, by deadlines alone, by what
        can be met, by path alone.
        """
        durations = self._spans()
        compiled = self._compiled
        tail = tails(compiled)
        end = max(self._bound[1], 1)
        by_path = [end - wait for wait in tail]
        due = self._due(durations)
        beyond = end + max(tail, default=0) + 1
        latest = [
            path if limit is None else min(path, limit) for path, limit in zip(by_path, due, strict=True)
        ]
        return [
            latest,
            [finish - duration for finish, duration in zip(latest, durations, strict=True)],
            [beyond + path if limit is None else limit for path, limit in zip(by_path, due, strict=True)],
            # What is late whatever happens had better not make others late, the longest least of all.
            [
                beyond * 2 + finish if limit is not None and head + finish > limit else path
                for path, limit, head, finish in zip(latest, due, heads(compiled), durations, strict=True)
            ],
            by_path,
        ]

    def _spans(self) -> list[int]:
        """How long activities take from start to finish, more or less: calendars stretch them."""
        calendars = self._project.calendars
        durations = self._compiled.durations
        if calendars is None:
            return durations
        return [
            duration * calendar.stretch_percent // 100 if calendar is not None else duration
            for duration, calendar in zip(durations, calendars, strict=True)
        ]

    def _due(self, durations: Sequence[int]) -> list[int | None]:
        """The latest finish at which no deadline after it is missed for sure."""
        due = list(self._project.deadlines or [None] * self._compiled.size)
        arcs = self._compiled.arcs[Direction.FORWARD]
        for activity in self._compiled.orders[Direction.BACKWARD]:
            limit = due[activity]
            if limit is None:
                continue
            for before, weight in arcs[activity]:
                latest = limit - durations[activity] - weight + self._compiled.durations[before]
                known = due[before]
                if known is None or latest < known:
                    due[before] = latest
        return due

    def _cost(self, starts: Sequence[int]) -> tuple[int, int]:
        finishes = self._project.finishes(starts)
        return self._project.lateness(finishes), max(finishes, default=0)

    def _least_cost(self) -> tuple[int, int]:
        """Lateness and makespan that no schedule can beat: those without any limits, and what resources ask for."""
        project = self._project
        if not project.has_calendars:
            starts = heads(self._compiled)
            return self._cost(starts)[0], makespan_lower_bound(project, self._compiled)
        starts = finished(self._decode(self._compiled.orders[Direction.FORWARD], with_resources=False))
        late, makespan = self._cost(starts)
        return late, max(makespan, self._energy(starts))

    def _energy(self, earliest: Sequence[int]) -> int:
        """When the work of one calendar on one resource is done at best."""
        project = self._project
        calendars = project.calendars or ()
        work: dict[int, tuple[int, int]] = {}
        mixed: set[int] = set()
        calendar_of: dict[int, int] = {}
        for activity, needs in enumerate(self._compiled.needs):
            calendar = calendars[activity]
            for resource, amount in needs:
                if calendar_of.setdefault(resource, id(calendar)) != id(calendar) or calendar is None:
                    mixed.add(resource)
                first, total = work.get(resource, (earliest[activity], 0))
                work[resource] = (
                    min(first, earliest[activity]),
                    total + amount * self._compiled.durations[activity],
                )
        bound = 0
        for activity, needs in enumerate(self._compiled.needs):
            calendar = calendars[activity]
            for resource, _ in needs:
                if resource in mixed or resource not in work or calendar is None:
                    continue
                first, total = work.pop(resource)
                bound = max(bound, calendar.finish(first, -(-total // self._compiled.capacities[resource])))
        return bound

    def _later(self, time: int, lag: int) -> int:
        calendar = self._project.lag_calendar
        if not lag:
            return time
        if calendar is None:
            return time + lag
        return calendar.finish(time, lag) if lag > 0 else calendar.moment(calendar.work_before(time) + lag)

    def _decode(
        self, order: Sequence[int], *, with_resources: bool = True
    ) -> Generator[None, None, list[int]]:
        """The serial scheme with calendars: each activity as early as links, resources and its calendar allow."""
        project, compiled = self._project, self._compiled
        calendars = project.calendars or (None,) * compiled.size
        profiles = compiled.empty_profiles()
        starts = list(project.releases)
        finishes = [0] * compiled.size
        limits: dict[tuple[int, int], NoRoomBefore] = {}
        until_pause = _PAUSE
        for activity in order:
            if not until_pause:
                until_pause = _PAUSE
                yield
            until_pause -= 1
            duration, calendar = compiled.durations[activity], calendars[activity]
            start = max(0, starts[activity])
            for before, from_start, to_start, lag in self._links[activity]:
                bound = self._later(starts[before] if from_start else finishes[before], lag)
                if not to_start:
                    bound = bound - duration if calendar is None else calendar.latest_start(bound, duration)
                start = max(start, bound)
            limit = None
            if with_resources and compiled.needs[activity]:
                key = compiled.demands[activity], id(calendar)
                limit = limits.setdefault(key, NoRoomBefore())
                known = limit.least_start(duration)
                if start <= known:
                    start = known
                else:
                    limit = None
            while True:
                if calendar is not None and duration:
                    start = calendar.next_working(start)
                    finish = calendar.finish(start, duration)
                else:
                    finish = start + duration
                if not with_resources:
                    break
                later = start
                for resource, amount in compiled.needs[activity]:
                    later = max(later, profiles[resource].after_conflict(start, finish, amount))
                if later == start:
                    break
                start = later
            if with_resources:
                for resource, amount in compiled.needs[activity]:
                    profiles[resource].take(start, finish, amount)
            if limit is not None:
                limit.learn(duration, start)
            starts[activity], finishes[activity] = start, finish
        return starts
