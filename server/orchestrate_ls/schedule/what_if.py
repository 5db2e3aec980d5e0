"""Which one change would shorten a plan most: each candidate is tried by scheduling the plan with that change.

Candidates come from the critical chain, because nothing else holds the end up: an agent more where tasks wait for
one, one more task at once, files that no longer keep tasks apart, a task split in two, a dependency done without.
Pure; counts its work in schedules, not in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, pairwise, zip_longest
from typing import Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.heuristic import solve
from orchestrate_ls.schedule.left_shift import shifted_left
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.plan_project import PlanProject, ResourceKind
from orchestrate_ls.schedule.plan_schedule import Cause, PlanSchedule, affordable_schedules
from orchestrate_ls.schedule.resources import ResourceProject

_MOST_CANDIDATES, _FEWEST_CANDIDATES = 30, 4
_MOST_SCHEDULES_EACH: Final = 100
_MOST_RESOURCES: Final = 8


class ChangeKind(StrEnum):
    """What is changed."""

    CAPACITY = "capacity"
    AGENT = "agent"
    FILES = "files"
    SPLIT = "split"
    DEPENDENCY = "dependency"


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a plan; what does not belong to its kind is None or empty.

    Attributes
    ----------
    kind
        One more task at once; one more at once for the agent ``name``; tasks that write ``name`` (and what overlaps
        it) no longer kept apart; ``task`` split in two halves that run side by side, the second by somebody else and
        in other files; ``task`` no longer waiting for ``before``.
    """

    kind: ChangeKind
    name: str = ""
    task: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the makespan; times in seconds.

    ``certain`` says that the unchanged plan cannot be as short, however it is scheduled. Otherwise part of the gain
    may be luck of the search.
    """

    change: Change
    makespan: int
    gain: int
    certain: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The changes that shorten the plan, those that win most first (then in the order in which they were tried).

    ``tried`` of ``candidates`` changes were looked at: all of them unless the plan is large or a stop came.
    """

    effects: list[Effect]
    tried: int
    candidates: int


def what_if(
    plan: Plan, schedule: PlanSchedule, *, seed: int = 0, should_stop: Callable[[], bool] | None = None
) -> WhatIf:
    """Try single changes to a plan.

    Parameters
    ----------
    plan, schedule
        A plan and its schedule.
    seed
        Of the random choices; the same arguments give the same result.
    should_stop
        Asked before each candidate and each schedule.

    Notes
    -----
    A changed plan is first scheduled in the order of the known schedule, then searched for something better with a
    few schedules more, so that the gain shown is at least what the change wins.
    """
    if not schedule.makespan:
        return WhatIf([], 0, 0)
    trial = _Trial(plan, schedule, seed, should_stop)
    possible = _candidates(schedule, len(plan.tasks))
    size = max(1, len(plan.tasks))
    affordable = affordable_schedules(size)
    chosen = possible[: max(_FEWEST_CANDIDATES, min(_MOST_CANDIDATES, affordable // 3))]
    budget = max(1, min(_MOST_SCHEDULES_EACH, affordable // max(1, len(chosen))))
    effects: list[Effect] = []
    tried = 0
    for change in chosen:
        if should_stop is not None and should_stop():
            break
        tried += 1
        makespan = trial.makespan_with(change, budget)
        if makespan < schedule.makespan:
            gain = schedule.makespan - makespan
            effects.append(Effect(change, makespan, gain, makespan < schedule.lower_bound))
    effects.sort(key=lambda effect: -effect.gain)
    return WhatIf(effects, tried, len(possible))


def _candidates(schedule: PlanSchedule, size: int) -> list[Change]:
    """Resources that tasks on the chain wait for, then in turn its longest tasks and its longest waits."""
    changes: list[Change] = []
    if schedule.capacity is not None and schedule.capacity < size:
        changes.append(Change(ChangeKind.CAPACITY))
    links = schedule.chain
    waits = dict.fromkeys((link.cause, link.name) for link in links)
    kinds = {Cause.AGENT: ChangeKind.AGENT, Cause.FILES: ChangeKind.FILES}
    resources = [Change(kinds[cause], name) for cause, name in waits if cause in kinds]
    changes += resources[:_MOST_RESOURCES]

    def duration(task: int) -> int:
        return schedule.finishes[task] - schedule.starts[task]

    longest = sorted(
        (link.task for link in links if duration(link.task) > 1), key=lambda task: -duration(task)
    )
    waiting = [(before.task, link.task) for before, link in pairwise(links) if link.cause is Cause.DEPENDENCY]
    waiting.sort(key=lambda pair: -duration(pair[0]))
    splits = [Change(ChangeKind.SPLIT, task=task) for task in longest]
    doubts = [Change(ChangeKind.DEPENDENCY, task=task, before=before) for before, task in waiting]
    changes += [change for change in chain.from_iterable(zip_longest(splits, doubts)) if change is not None]
    return changes


class _Trial:
    """A plan's project with one thing changed at a time."""

    def __init__(
        self, plan: Plan, schedule: PlanSchedule, seed: int, should_stop: Callable[[], bool] | None
    ) -> None:
        self._asked = PlanProject(plan)
        self._project = self._asked.project(schedule.capacity)
        self._is_limited = schedule.capacity is not None and schedule.capacity <= len(plan.tasks)
        self._starts = schedule.starts
        self._seed = seed
        self._should_stop = should_stop

    def makespan_with(self, change: Change, budget: int) -> int:
        project, starts = self._changed(change)
        if not project.has_calendars and not project.has_deadlines:
            known = [shifted_left(project, starts)]
        else:  # the order alone makes no schedule then; what allows more than before keeps the one there is
            known = [list(starts)] if change.kind is not ChangeKind.SPLIT else []
        return solve(
            project, budget=budget, seed=self._seed, known=known, should_stop=self._should_stop
        ).makespan

    def _changed(self, change: Change) -> tuple[ResourceProject, Sequence[int]]:
        match change:
            case Change(ChangeKind.CAPACITY):
                return self._with_more_of({0}), self._starts
            case Change(ChangeKind.AGENT, name):
                return self._with_more_of(self._resources(ResourceKind.AGENT, name)), self._starts
            case Change(ChangeKind.FILES, name):
                return self._without(self._resources(ResourceKind.FILES, name)), self._starts
            case Change(ChangeKind.SPLIT, task=int(task)):
                return self._split(task), [*self._starts, self._starts[task]]
            case _:
                return self._without_link(change.before, change.task), self._starts

    def _resources(self, kind: ResourceKind, name: str) -> set[int]:
        """The numbers of resources in the project, where the capacity comes first."""
        return {
            1 + number
            for number, each in enumerate(self._asked.resources)
            if (each.kind, each.name) == (kind, name)
        }

    def _with_more_of(self, resources: set[int]) -> ResourceProject:
        project = self._project
        capacities = [capacity + (number in resources) for number, capacity in enumerate(project.capacities)]
        return project.replaced(capacities=capacities)

    def _without(self, resources: set[int]) -> ResourceProject:
        project = self._project
        demands = [
            {number: amount for number, amount in demand.items() if number not in resources}
            for demand in project.demands
        ]
        return project.replaced(demands=demands)

    def _without_link(self, before: int | None, after: int | None) -> ResourceProject:
        project = self._project
        links = [link for link in project.network.links if (link[0], link[1]) != (before, after)]
        return project.replaced(network=Network(project.network.durations, links))

    def _split(self, task: int) -> ResourceProject:
        project = self._project
        durations = list(project.network.durations)
        other = len(durations)
        durations.append(durations[task] // 2)
        durations[task] -= durations[other]
        network = Network(durations, [*project.network.links, *_copied(project.network.links, task, other)])
        if not self._is_limited:
            project = project.replaced(capacities=[len(durations), *project.capacities[1:]])
        return project.with_twin(task, network, {0: 1})


def _copied(links: Sequence[Link], task: int, other: int) -> Iterator[Link]:
    """The links of a task for another one."""
    for link in links:
        if link.predecessor == task:
            yield link._replace(predecessor=other)
        elif link.successor == task:
            yield link._replace(successor=other)
