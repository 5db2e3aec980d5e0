"""The default solver for resource-constrained projects: a search in plain Python, the same for the same seed.

Priority rules give first schedules, regret-biased random sampling more of them, and a genetic algorithm on
two populations improves them: one of schedules pushed to the left, one of schedules pushed to the right.
Children of the one are built by a pass in the other direction, so that every generation is a forward-backward
improvement as well.

Knows integers only, and no clock: whoever has one passes `should_stop`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from operator import add

from orchestrate_ls.schedule.bounds import makespan_lower_bound
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.priority_rules import PRIORITY_RULES, latest_finish
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import (
    CompiledProject,
    Direction,
    parallel_schedule,
    parallel_steps,
    serial_schedule,
    serial_steps,
    topological_list,
)

POPULATION = 24
TOURNAMENT = 3
# What part of the list a child takes in its mother's order.
LEAST_WINDOW, GREATEST_WINDOW = 0.1, 0.5
# One activity of a child moves to another place that the links allow; of small projects, which run out of
# variety sooner, one more for each time that the size goes into this.
MOVES_SHARED = 100
# Generations without a better schedule, for each activity, after which the search starts over with new
# schedules.
PATIENCE = 0.65


_SMALL = 130
"""Activities up to which a quick search takes a few milliseconds at once."""
_PAUSE = 1_000


class StopReason(StrEnum):
    """Why a search ended."""

    PROVEN = "proven optimal"
    BUDGET = "budget used up"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class HeuristicSchedule:
    """The best schedule found.

    Attributes
    ----------
    starts
        For each activity, in the unit of the durations.
    makespan
        The latest finish.
    lower_bound
        A makespan that no schedule can beat.
    schedules_built
        How many schedules the search made; at most its budget.
    stop_reason
        Why it ended.
    """

    starts: list[int]
    makespan: int
    lower_bound: int
    schedules_built: int
    stop_reason: StopReason

    @property
    def proven_optimal(self) -> bool:
        """Whether no schedule can be shorter."""
        return self.makespan == self.lower_bound


def quick_budget(size: int) -> int:
    """A budget for a project of `size` activities that an editor can afford at every change.

    Never below 3: one schedule, and one pass backward and forward, which improves it most.
    """
    return min(60, max(3, 400 // max(1, size)))


def quick_steps(project: ResourceProject) -> Generator[None, None, HeuristicSchedule]:
    """A schedule as `solve` finds it with `quick_budget`, in steps of some milliseconds.

    Whoever takes the steps can do other things between them, or leave off.
    """
    if project.has_calendars or project.has_deadlines:
        from orchestrate_ls.schedule.order_search import order_steps

        return (yield from order_steps(project, quick_budget(len(project))))
    if len(project) <= _SMALL:
        return solve(project, budget=quick_budget(len(project)))
    compiled = CompiledProject(project)
    yield
    bound = makespan_lower_bound(project, compiled)
    yield
    search = _Search(project, 3, 0, None, compiled, bound)
    starts = yield from parallel_steps(compiled, latest_finish(compiled), _PAUSE)
    yield
    backward = search.keep(starts, Direction.FORWARD)
    if not search.is_done:
        starts = yield from serial_steps(compiled, backward.order, Direction.BACKWARD, _PAUSE)
        yield
        forward = search.keep(starts, Direction.BACKWARD)
        if not search.is_done:
            starts = yield from serial_steps(compiled, forward.order, Direction.FORWARD, _PAUSE)
            yield
            search.keep(starts, Direction.FORWARD)
    return search.result()


def solve(
    project: ResourceProject,
    *,
    budget: int = 2_000,
    seed: int = 0,
    known: Sequence[Sequence[int]] = (),
    should_stop: Callable[[], bool] | None = None,
    trusted: bool = False,
) -> HeuristicSchedule:
    """A short feasible schedule of a resource-constrained project.

    Parameters
    ----------
    project
        What to schedule.
    budget
        How many schedules may be built, at least 1. It decides the time: some microseconds for each
        activity of each schedule. The same budget and seed give the same result.
    seed
        Of the random choices.
    known
        Starts of schedules known to be feasible, such as that for a smaller capacity: the result is never
        longer.
    should_stop
        Asked before each further schedule; the search ends with the best so far when it says yes.
    trusted
        That the known schedules need not be looked at, as they come from a project that allows less than this one.

    Raises
    ------
    ValueError
        If the budget is below 1 or a known schedule is not feasible.

    Notes
    -----
    Sources: forward-backward improvement, Tormos and Lova 2001, "A competitive heuristic solution technique
    for resource-constrained project scheduling"; two populations, Debels and Vanhoucke 2005, "A bi-population
    based genetic algorithm for the resource-constrained project scheduling problem"; activity lists and
    crossover, Hartmann 1998, "A competitive genetic algorithm for resource-constrained project scheduling";
    biased sampling, Drexl 1991.
    """
    if project.has_calendars or project.has_deadlines:
        from orchestrate_ls.schedule.order_search import solve_in_order

        return solve_in_order(
            project, budget=budget, seed=seed, known=known, should_stop=should_stop, trusted=trusted
        )
    if budget < 1:
        raise ValueError("the budget must be at least one schedule")
    search = _Search(project, budget, seed, should_stop)
    for starts in known:
        if not trusted and check_feasible(project, starts):
            raise ValueError("a schedule given as known is not feasible")
        search.offer(list(starts))
    with suppress(_SearchEnded):
        search.run()
    return search.result()


class _SearchEnded(Exception):  # noqa: N818 (not an error: the way out of nested loops)
    """The search has reached its bound, its budget or a stop."""


@dataclass(frozen=True, slots=True)
class _Individual:
    makespan: int
    order: list[int]  # a list for the pass in the other direction


class _Search:
    def __init__(
        self,
        project: ResourceProject,
        budget: int,
        seed: int,
        should_stop: Callable[[], bool] | None,
        compiled: CompiledProject | None = None,
        bound: int | None = None,
    ) -> None:
        self._project = compiled or CompiledProject(project)
        self._bound = bound if bound is not None else makespan_lower_bound(project, self._project)
        self._budget = budget
        self._should_stop = should_stop
        self._random = random.Random(seed)  # noqa: S311 (not for secrets)
        self._built = 0
        self._best: list[int] | None = None
        self._best_makespan = -1
        self._reason = StopReason.BUDGET
        # A mirrored schedule knows nothing of releases, so it only counts as a schedule where there are none.
        self._mirrors_count = not any(project.releases)
        self._best_is_mirrored = False
        # Odds of the worst choice when sampling: a fifth of a mean duration, whatever the unit of time.
        self._least_odds = 1 + sum(self._project.durations) // (5 * max(1, self._project.size))

    @cached_property
    def _befores(self) -> tuple[list[set[int]], ...]:
        return tuple([{before for before, _ in arcs} for arcs in side] for side in self._project.arcs)

    @property
    def is_done(self) -> bool:
        """Whether no schedule can be shorter than the best."""
        return self._best is not None and self._best_makespan <= self._bound

    def keep(self, starts: list[int], direction: Direction) -> _Individual:
        """Take a schedule that was built elsewhere."""
        self._built += 1
        return self._keep(starts, direction)

    def result(self) -> HeuristicSchedule:
        if self._best is None:
            raise AssertionError("the first schedule is always built")
        if self._best_is_mirrored:
            # It is pushed to the right; a last pass starts everything as early as it can be.
            order = self._list_by(self._best, Direction.FORWARD)
            self.offer(serial_schedule(self._project, order), even_if_equal=True)
        if self._best_makespan == self._bound:
            self._reason = StopReason.PROVEN
        return HeuristicSchedule(self._best, self._best_makespan, self._bound, self._built, self._reason)

    def offer(self, starts: list[int], *, even_if_equal: bool = False) -> None:
        """Keep a feasible schedule if it is the best so far."""
        makespan = max(self._finishes(starts), default=0)
        if self._best is None or makespan < self._best_makespan + even_if_equal:
            self._best, self._best_makespan, self._best_is_mirrored = starts, makespan, False

    def run(self) -> None:
        population = self._first_generation()
        while True:
            self._improve(population)
            population = self._sampled_generation([])

    def _improve(self, population: list[_Individual]) -> None:
        """Generation after generation, until the best of this population has long been the same."""
        direction = Direction.BACKWARD
        previous: list[_Individual] = []
        best = min(individual.makespan for individual in population)
        stale = 0
        while stale < PATIENCE * self._project.size:
            lists = [self._child(population, father, direction) for father in population]
            children = [self._record(order, direction) for order in lists]
            population, previous = self._fittest(children, previous), population
            direction = Direction(1 - direction)
            stale += 1
            if population[0].makespan < best:
                best, stale = population[0].makespan, 0

    # First schedules

    def _first_generation(self) -> list[_Individual]:
        project = self._project
        population: list[_Individual] = []
        rules: list[list[int]] = []
        for rule in PRIORITY_RULES:
            self._check_in()
            rules.append(rule(project))
            population.append(self._keep(parallel_schedule(project, rules[-1]), Direction.FORWARD))
            if len(population) == 1:
                self._push_back_and_forth(population[0])  # what helps most when the budget is small
        lists = [self._list_by(priorities, Direction.FORWARD) for priorities in rules]
        population += [self._record(order, Direction.FORWARD) for order in lists]
        return self._sampled_generation(population)

    def _sampled_generation(self, population: list[_Individual]) -> list[_Individual]:
        """Fill a population up with random schedules."""
        regrets = latest_finish(self._project)
        while len(population) < POPULATION:
            population.append(self._record(self._sample(regrets), Direction.FORWARD))
        return population

    def _push_back_and_forth(self, individual: _Individual) -> None:
        while True:
            mirrored = self._record(individual.order, Direction.BACKWARD)
            again = self._record(mirrored.order, Direction.FORWARD)
            if again.makespan >= individual.makespan:
                return
            individual = again

    def _sample(self, priorities: list[int]) -> list[int]:
        """A random topological list: activities are drawn with odds of 1 + how much worse the worst choice
        is.
        """
        project = self._project
        waiting_for = [len(befores) for befores in project.arcs[Direction.FORWARD]]
        followers = project.arcs[Direction.BACKWARD]
        eligible = [activity for activity, count in enumerate(waiting_for) if not count]
        drawn: list[int] = []
        while eligible:
            place = self._draw([priorities[activity] for activity in eligible])
            activity = eligible[place]
            eligible[place] = eligible[-1]
            eligible.pop()
            drawn.append(activity)
            for after, _ in followers[activity]:
                waiting_for[after] -= 1
                if not waiting_for[after]:
                    eligible.append(after)
        return drawn

    def _draw(self, priorities: list[int]) -> int:
        if len(priorities) == 1:
            return 0
        worst = max(priorities)
        floor = worst + self._least_odds
        left = self._random.random() * (len(priorities) * floor - sum(priorities))
        for place, priority in enumerate(priorities):
            left -= floor - priority
            if left < 0:
                return place
        return len(priorities) - 1

    # Generations

    def _child(self, population: list[_Individual], father: _Individual, direction: Direction) -> list[int]:
        """The father's list with a window of it in the mother's order, and some activities moved."""
        uniform = self._random.random
        size = self._project.size
        mother = min(
            (population[int(uniform() * len(population))] for _ in range(TOURNAMENT)),
            key=lambda individual: individual.makespan,
        )
        length = int(size * (LEAST_WINDOW + (GREATEST_WINDOW - LEAST_WINDOW) * uniform()))
        first = int(uniform() * (size - length + 1))
        window = set(father.order[first : first + length])
        child = father.order[:first]
        child += [activity for activity in mother.order if activity in window]
        child += father.order[first + length :]
        for _ in range(1 + MOVES_SHARED // size if size else 0):
            self._move_one(child, self._befores[direction])
        return child

    def _move_one(self, order: list[int], befores: list[set[int]]) -> None:
        """Move a random activity to a random place before or after its own that keeps the list
        topological.
        """
        uniform = self._random.random
        place = int(uniform() * len(order))
        activity = order[place]
        limit = place
        if uniform() < 0.5:
            while limit > 0 and order[limit - 1] not in befores[activity]:
                limit -= 1
            target = limit + int(uniform() * (place - limit))
        else:
            last = len(order) - 1
            while limit < last and activity not in befores[order[limit + 1]]:
                limit += 1
            target = limit - int(uniform() * (limit - place))
        order.insert(target, order.pop(place))

    def _fittest(self, children: list[_Individual], previous: list[_Individual]) -> list[_Individual]:
        """The best of the children and of the generation that last went in their direction, without twins."""
        survivors: dict[tuple[int, ...], _Individual] = {}
        for individual in sorted([*children, *previous], key=lambda one: one.makespan):
            survivors.setdefault(tuple(individual.order), individual)
            if len(survivors) == POPULATION:
                break
        return list(survivors.values())

    # Building and keeping score

    def _record(self, order: list[int], direction: Direction) -> _Individual:
        self._check_in()
        return self._keep(serial_schedule(self._project, order, direction), direction)

    def _check_in(self) -> None:
        """Before each schedule: end the search if there is nothing to win, no budget left, or a stop."""
        if self._best is not None:
            if self._best_makespan <= self._bound or self._built >= self._budget:
                raise _SearchEnded
            if self._should_stop is not None and self._should_stop():
                self._reason = StopReason.STOPPED
                raise _SearchEnded
        self._built += 1

    def _keep(self, starts: list[int], direction: Direction) -> _Individual:
        finishes = self._finishes(starts)
        makespan = max(finishes, default=0)
        if self._best is None or makespan < self._best_makespan:
            if direction is Direction.FORWARD:
                self._best, self._best_makespan, self._best_is_mirrored = starts, makespan, False
            elif self._mirrors_count:
                mirrored = [makespan - finish for finish in finishes]
                self._best, self._best_makespan, self._best_is_mirrored = mirrored, makespan, True
        return _Individual(makespan, self._list_for_the_way_back(finishes, direction))

    def _finishes(self, starts: list[int]) -> list[int]:
        return list(map(add, starts, self._project.durations))

    def _list_for_the_way_back(self, finishes: list[int], direction: Direction) -> list[int]:
        """What finishes last goes first in the mirrored project."""
        back = Direction(1 - direction)
        if self._project.plain:
            return sorted(self._project.orders[back], key=finishes.__getitem__, reverse=True)
        return self._list_by([-finish for finish in finishes], back)

    def _list_by(self, priorities: list[int], direction: Direction) -> list[int]:
        """A topological list that takes the least priority value first whenever there is a choice."""
        return topological_list(self._project, priorities, direction)
