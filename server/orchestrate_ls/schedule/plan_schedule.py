"""A plan's schedule: who does what when, how short it can be, and what more capacity would win.

Times are whole seconds of working time from the plan's start. Every schedule is checked by ``feasibility`` before it
is returned. No clock: whoever has one passes ``should_stop``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from typing import Final, Protocol

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import HeuristicSchedule, StopReason, quick_budget, solve
from orchestrate_ls.schedule.network import Link, LinkType
from orchestrate_ls.schedule.plan_project import PlanProject, ResourceKind
from orchestrate_ls.schedule.plan_time import PlanTime
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.solved import Improve, Improvement, SolvedProject, Solver

# One schedule of n tasks with many agents and files was measured to cost about so much, in microseconds for each
# task and for each pair of tasks; the schedules of a call, for all capacities together, are counted to fit a second
# or two. From many tasks on every schedule counts.
_COST_OF_TASK, _COST_OF_PAIR = 10.0, 0.03
_AFFORDABLE: Final = 2_000_000
_MOST_SCHEDULES: Final = 2_000
_SMALL_TASKS, _DENSE_TASKS, _MANY_TASKS = 200, 1_000, 2_000
_LONGEST_CURVE: Final = 64


class Cause(StrEnum):
    """Why a task on the critical chain does not start earlier."""

    START = "start"
    DEPENDENCY = "dependency"
    AGENT = "agent"
    CAPACITY = "capacity"
    FILES = "files"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A task on the critical chain, and what it waits for: the task before it on the chain, because of ``name``.

    ``name`` is the agent both need or the files both write; empty for the other causes.
    """

    task: int
    cause: Cause
    name: str = ""


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """What an agent does in a schedule. ``idle`` is capacity * makespan - work, ``utilisation`` the worked share.

    ``utilisation`` is 0 where the makespan is 0.
    """

    agent: str
    capacity: int
    tasks: int
    work: int
    idle: int
    utilisation: float


@dataclass(frozen=True, slots=True)
class CapacityPoint:
    """The shortest makespan found with so many tasks at once, and one that no schedule with so many can beat."""

    capacity: int
    makespan: int
    lower_bound: int

    @property
    def proven(self) -> bool:
        """Whether no schedule with this capacity can be shorter."""
        return self.makespan == self.lower_bound


@dataclass(frozen=True, slots=True)
class MissedDeadline:
    """A task that a schedule finishes too late, by so many seconds in the schedule's time."""

    task: int
    late: int


@dataclass(frozen=True, slots=True)
class PlanSchedule:
    """A feasible schedule of a plan; lists have one entry for each task.

    Attributes
    ----------
    starts, finishes
        In seconds.
    agents
        Who does each task, after backups have stepped in; None where the plan names nobody.
    makespan, lower_bound
        The latest finish, and a makespan that no schedule can beat.
    total
        All durations together: the makespan of one task after another (without lags).
    capacity
        How many tasks may run at once; None for any number.
    waves
        The tasks that start at the same moment, in the order of these moments.
    chain
        The critical chain: from the start to the end, each task waits for the one before by a dependency or for
        what both need. Without resources in the way it is a critical path.
    loads
        For each agent, in the plan's order.
    curve
        From capacity 1 to one more than is useful, or to the capacity asked for; never longer with more capacity.
        Up to 64 every capacity is there in plans of up to 1,000 tasks; in larger ones, and above, there are gaps.
    notes
        What was assumed, one sentence each.
    stopped
        Whether ``should_stop`` or a second solver's time limit ended the search.
    solver
        Which solver found the schedule, or last tried to better it.
    time
        What the times mean: working seconds of the plan's calendar, or elapsed ones where agents have calendars of
        their own (``time.is_elapsed``); and their dates.
    missed
        The deadlines that the schedule does not keep, in the plan's order.
    """

    starts: list[int]
    finishes: list[int]
    agents: list[str | None]
    makespan: int
    lower_bound: int
    total: int
    capacity: int | None
    waves: list[list[int]]
    chain: list[ChainLink]
    loads: list[AgentLoad]
    curve: list[CapacityPoint]
    notes: list[str]
    stopped: bool
    time: PlanTime | None = field(default=None, compare=False)
    missed: tuple[MissedDeadline, ...] = ()
    solver: Solver = Solver.HEURISTIC

    @property
    def proven(self) -> bool:
        """Whether no schedule can be shorter."""
        return self.makespan == self.lower_bound

    @property
    def gain(self) -> float:
        """The share of the total that the schedule saves: 1 - makespan / total; 0 without any work.

        Negative where lags make it longer than the work itself.
        """
        return 1 - self.working_makespan / self.total if self.total else 0.0

    @property
    def is_elapsed(self) -> bool:
        """Whether times are elapsed seconds from the start rather than working ones."""
        return self.time is not None and self.time.is_elapsed

    @property
    def working_makespan(self) -> int:
        """The makespan in working time of the plan's calendar."""
        return self.time.work_until(self.makespan) if self.time is not None else self.makespan

    @property
    def working_lower_bound(self) -> int:
        """The lower bound in working time of the plan's calendar."""
        return self.time.work_until(self.lower_bound) if self.time is not None else self.lower_bound

    @property
    def useful_capacity(self) -> int:
        """The least number of tasks at once that gives the shortest makespan known."""
        shortest = self.curve[-1].makespan
        return next(point.capacity for point in self.curve if point.makespan == shortest)


def schedule_plan(
    plan: Plan,
    capacity: int | None = None,
    *,
    budget: int | None = None,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
    improve: Improve | None = None,
) -> PlanSchedule:
    """A short schedule of a plan, and its makespans for other capacities.

    Parameters
    ----------
    plan
        A plan without dependency cycles. Tasks without an estimate take no time.
    capacity
        How many tasks may run at once; the plan's ``concurrent_capacity`` where left out, and any number where it
        has none either.
    budget
        Schedules that may be built for each capacity; by default as many as keep a call to some seconds.
    seed
        Of the random choices; the same arguments give the same result.
    should_stop
        Asked before each further schedule; the rest of the search is cut short when it says yes.
    improve
        A second solver, which goes on from the heuristic's schedule for the capacity asked for.

    Raises
    ------
    ValueError
        If the plan has a dependency cycle, or capacity or budget is below 1.

    Notes
    -----
    The schedule for each capacity is offered to the search for the next one, so that more capacity never gives a
    longer one. That holds for two calls as well: both search the same steps, and where the curve has a gap (see
    ``PlanSchedule.curve``), the schedule for the capacity before the gap is given.
    """
    if capacity is None:
        capacity = plan.header.concurrent_capacity
    if capacity is not None and capacity < 1:
        raise ValueError("the capacity must be at least one task at once")
    if budget is not None and budget < 1:
        raise ValueError("the budget must be at least one schedule")
    project = PlanProject(plan)
    search = _CurveSearch(project, budget, seed, should_stop)
    found: SolvedProject = search.run(capacity)
    if improve is not None:
        found = improve(project.project(capacity, search.unit), found)
        search.take(found, capacity)
    starts = [start * search.unit for start in found.starts]
    verify(project.project(capacity, search.unit), found.starts)
    return PlanScheduleBuilder(project, starts, capacity).build(found, search)


class _CurveSearch:
    """Schedules for rising capacities, each at least as short as the one before."""

    def __init__(
        self, project: PlanProject, budget: int | None, seed: int, should_stop: Callable[[], bool] | None
    ) -> None:
        self._project = project
        self._seed = seed
        self._ask = should_stop
        self._size = max(1, len(project.plan.tasks))
        self.stopped = False
        self.unit: Final = project.unit
        asked = project.project(None, self.unit)
        # Among schedules of the same makespan one may be better: less late, or with shorter waits.
        self._by_order = asked.has_deadlines or asked.has_calendars
        self._unlimited = self._solve(None, budget or _schedules_each(self._size, 4))
        self._peak = self._peak_of(self._unlimited.starts)
        self._grid = capacities_to_try(self._peak, self._size)
        self._budget = budget or _schedules_each(self._size, 1 + len(self._grid))
        self.curve: list[CapacityPoint] = []

    def run(self, capacity: int | None) -> HeuristicSchedule:
        """Fill the curve; the schedule for a capacity."""
        steps = self._steps()
        wanted = self._peak if capacity is None else min(capacity, self._peak)
        # In a gap of the steps the one before serves: a search of its own might do better than that for the next step.
        chosen = max(step for step in steps if step <= wanted)
        answer = self._unlimited
        best: HeuristicSchedule | None = None
        for step in steps:
            if self.stopped and step not in (chosen, self._peak):
                continue
            if best is None or self._by_order or best.makespan > self._unlimited.lower_bound:
                best = self._next(step, best)
            if step == chosen:
                answer = best
                if capacity is None or capacity > step:
                    # What cannot be beaten with so many at once, more might beat.
                    answer = replace(best, lower_bound=self._unlimited.lower_bound)
            bound = self._unlimited.lower_bound if step == self._peak else best.lower_bound
            self.curve.append(CapacityPoint(step, best.makespan * self.unit, bound * self.unit))
        self._cut_curve(capacity)
        return answer

    def _steps(self) -> list[int]:
        """The capacities that are searched, whichever is asked for: the grid and what the plan itself says."""
        own = self._project.plan.header.concurrent_capacity
        return sorted({*self._grid, min(own, self._peak)} if own is not None else self._grid)

    def take(self, found: Improvement, capacity: int | None) -> None:
        """Let the curve know of a better schedule, and of a better bound, for the capacity asked for."""
        self.stopped = found.stop_reason is StopReason.STOPPED and found.failure is None
        makespan, bound = found.makespan * self.unit, found.lower_bound * self.unit
        peak = self._peak_of(found.starts)
        known = [point.capacity for point in self.curve]
        added = {peak, peak + 1} if peak > known[-1] else {peak}
        better: list[CapacityPoint] = []
        for step in sorted({*known, *added}):
            point = next((each for each in self.curve if each.capacity == step), None)
            shortest = min(
                makespan if step >= peak else self.curve[0].makespan, *_makespans(self.curve, step)
            )
            least = point.lower_bound if point is not None else self._unlimited.lower_bound * self.unit
            if capacity is None or step <= capacity:
                least = max(least, bound)
            better.append(CapacityPoint(step, shortest, least))
        self.curve = better

    def _cut_curve(self, capacity: int | None) -> None:
        """End the curve where more is useless: one step behind, or at the capacity that was asked for."""
        last = self.curve[-1]
        useful = next(place for place, point in enumerate(self.curve) if point.makespan == last.makespan)
        del self.curve[useful + 1 :]
        asked = capacity if capacity is not None and capacity <= _LONGEST_CURVE else 0
        end = max(self.curve[useful].capacity + 1, asked)
        for step in range(self.curve[useful].capacity + 1, end + 1):
            self.curve.append(CapacityPoint(step, last.makespan, last.lower_bound))

    def _next(self, capacity: int, before: HeuristicSchedule | None) -> HeuristicSchedule:
        known = [before.starts] if before is not None else []
        if capacity >= self._peak:
            known.append(self._unlimited.starts)
        budget = self._budget
        if capacity == self._project.plan.header.concurrent_capacity:
            # Never less than the quick schedule has had.
            budget = max(budget, quick_budget(self._size))
        return self._solve(capacity, 1 if self.stopped else budget, known)

    def _solve(
        self, capacity: int | None, budget: int, known: Sequence[Sequence[int]] = ()
    ) -> HeuristicSchedule:
        project = self._project.project(capacity, self.unit)
        result = solve(
            project, budget=budget, seed=self._seed, known=known, should_stop=self._ask, trusted=True
        )
        self.stopped = self.stopped or result.stop_reason is StopReason.STOPPED
        return result

    def _peak_of(self, starts: Sequence[int]) -> int:
        """How many tasks run at once at most in a schedule, at least 1."""
        changes: list[tuple[int, int]] = []
        finishes = self._project.project(None, self.unit).finishes(starts)
        for start, finish in zip(starts, finishes, strict=True):
            if finish > start:
                changes += [(start, 1), (finish, -1)]
        running = peak = 0
        for _, change in sorted(changes):
            running += change
            peak = max(peak, running)
        return max(1, peak)


def _makespans(curve: Sequence[CapacityPoint], capacity: int) -> list[int]:
    """Those of schedules that keep to a capacity; that for one task at once does to all."""
    return [point.makespan for point in curve if point.capacity <= capacity]


def capacities_to_try(peak: int, size: int) -> list[int]:
    """Capacities from 1 to `peak`: all of them as far as a plan of so many tasks allows, then ever fewer.

    They depend on nothing else, so that asking for one capacity or another walks the same steps.
    """
    dense = _LONGEST_CURVE if size <= _DENSE_TASKS else max(1, affordable_schedules(size) // 8)
    steps = list(range(1, min(peak, dense) + 1))
    while steps[-1] < peak:
        steps.append(min(peak, steps[-1] * (2 if size <= _MANY_TASKS else 8)))
    return steps


def affordable_schedules(size: int) -> int:
    """How many schedules of so many tasks, at least 1, can be built in a second or two; 0 for very many tasks."""
    return int(_AFFORDABLE / (size * (_COST_OF_TASK + _COST_OF_PAIR * size)))


def _schedules_each(size: int, capacities: int) -> int:
    """How many schedules each of so many capacities may take."""
    least = 1 if size > _MANY_TASKS else 3 if size <= _SMALL_TASKS else 2
    return min(_MOST_SCHEDULES, max(least, affordable_schedules(size) // capacities))


def _failures(found: SolvedProject) -> list[str]:
    if not isinstance(found, Improvement) or found.failure is None:
        return []
    kept = (
        "the best schedule it found is kept" if found.solver is Solver.CP_SAT else "the heuristic's is kept"
    )
    return [f"{found.failure}; {kept}"]


def verify(project: ResourceProject, starts: Sequence[int]) -> None:
    """Raise ``AssertionError`` for a schedule that cannot be carried out."""
    if violations := check_feasible(project, starts):
        raise AssertionError(f"the schedule cannot be carried out: {violations[:3]}")


class Search(Protocol):
    """What is known of a search besides its schedule."""

    @property
    def unit(self) -> int:
        """How many seconds the unit of the search's times has."""
        ...

    @property
    def curve(self) -> list[CapacityPoint]: ...

    @property
    def stopped(self) -> bool: ...


class PlanScheduleBuilder:
    """What follows from the starts."""

    def __init__(self, project: PlanProject, starts: list[int], capacity: int | None) -> None:
        self._project = project
        self._starts = starts
        self._capacity = capacity
        self._calendars = project.time.calendars()
        self._finishes = [self._finish(task, start) for task, start in enumerate(starts)]
        self._makespan = max(self._finishes, default=0)

    def _finish(self, task: int, start: int) -> int:
        calendar = self._calendars[task] if self._calendars is not None else None
        duration = self._project.network.durations[task]
        return start + duration if calendar is None else calendar.finish(start, duration)

    def build(self, found: SolvedProject, search: Search) -> PlanSchedule:
        order = sorted(range(len(self._starts)), key=self._starts.__getitem__)
        waves = [list(wave) for _, wave in groupby(order, key=self._starts.__getitem__)]
        return PlanSchedule(
            starts=self._starts,
            finishes=self._finishes,
            agents=list(self._project.agents),
            makespan=self._makespan,
            lower_bound=found.lower_bound * search.unit,
            total=sum(self._project.network.durations),
            capacity=self._capacity,
            waves=waves,
            chain=self._chain(),
            loads=self._loads(),
            curve=search.curve,
            notes=[*self._project.notes, *_failures(found)],
            stopped=search.stopped,
            solver=found.solver if isinstance(found, Improvement) else Solver.HEURISTIC,
            time=self._project.time,
            missed=self._missed(),
        )

    def _missed(self) -> tuple[MissedDeadline, ...]:
        deadlines = self._project.time.deadlines()
        if deadlines is None:
            return ()
        return tuple(
            MissedDeadline(task, finish - deadline)
            for task, (finish, deadline) in enumerate(zip(self._finishes, deadlines, strict=True))
            if deadline is not None and finish > deadline
        )

    def _loads(self) -> list[AgentLoad]:
        work: dict[str, int] = dict.fromkeys(self._project.capacities, 0)
        tasks: dict[str, int] = dict.fromkeys(self._project.capacities, 0)
        for agent, duration in zip(self._project.agents, self._project.network.durations, strict=True):
            if agent is not None:
                work[agent] += duration
                tasks[agent] += 1
        loads: list[AgentLoad] = []
        for agent, capacity in self._project.capacities.items():
            calendar = self._project.time.time_of(agent)
            there = self._makespan if calendar is None else calendar.work_before(self._makespan)
            available = capacity * there
            share = work[agent] / available if available else 0.0
            loads.append(
                AgentLoad(agent, capacity, tasks[agent], work[agent], available - work[agent], share)
            )
        return loads

    def _chain(self) -> list[ChainLink]:
        """Back from the first task that finishes last, each time to what its start waits for."""
        if not self._starts:
            return []
        task: int | None = self._finishes.index(self._makespan)
        ended = [(finish, each) for each, finish in enumerate(self._finishes) if finish > self._starts[each]]
        ended.sort()
        into: dict[int, list[Link]] = {}
        for link in self._project.network.links:
            into.setdefault(link.successor, []).append(link)
        chain: list[ChainLink] = []
        seen: set[int] = set()
        while task is not None:
            seen.add(task)
            before, cause, name = self._driver(task, into.get(task, ()), ended, seen)
            chain.append(ChainLink(task, cause, name))
            task = before
        chain.reverse()
        return chain

    def _driver(
        self, task: int, links: Sequence[Link], ended: list[tuple[int, int]], seen: set[int]
    ) -> tuple[int | None, Cause, str]:
        start = self._starts[task]
        if self._ready(task, 0) == start:
            return None, Cause.START if start == 0 else Cause.CALENDAR, ""
        befores = [
            link.predecessor for link in links if link.predecessor not in seen and self._is_tight(link)
        ]
        if befores:
            return min(befores), Cause.DEPENDENCY, ""
        # What ended last before the start; with calendars also what ended in the pause before it.
        recent: list[int] = []
        for place in range(bisect_right(ended, (start, len(self._starts))) - 1, -1, -1):
            finish, before = ended[place]
            if finish != start and self._ready(task, finish) != start:
                break
            if before not in seen:
                recent.append(before)
        for resource in sorted(self._project.demands[task]):
            shared = [before for before in recent if resource in self._project.demands[before]]
            if shared:
                kind, name = self._project.resources[resource].kind, self._project.resources[resource].name
                cause = Cause.AGENT if kind is ResourceKind.AGENT else Cause.FILES
                return min(shared), cause, name
        if recent and self._capacity is not None:
            return min(recent), Cause.CAPACITY, ""
        return None, Cause.START, ""

    def _ready(self, task: int, time: int) -> int:
        """When a task can start that may start from a time on."""
        calendar = self._calendars[task] if self._calendars is not None else None
        if calendar is None or not self._project.network.durations[task]:
            return time
        return calendar.next_working(time)

    def _is_tight(self, link: Link) -> bool:
        """Whether the successor cannot start earlier because of a link."""
        before, after, kind, lag = link
        if self._calendars is None:
            return self._starts[before] + self._project.network.weight(link) == self._starts[after]
        from_start = kind in {LinkType.START_TO_START, LinkType.START_TO_FINISH}
        since = self._starts[before] if from_start else self._finishes[before]
        clock = self._project.time.plan_time
        bound = clock.moment(clock.work_before(since) + lag) if lag else since
        if kind in {LinkType.FINISH_TO_FINISH, LinkType.START_TO_FINISH}:
            return self._finishes[after] == bound
        return self._ready(after, bound) == self._starts[after]
