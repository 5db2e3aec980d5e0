"""Spreads tasks over the agents that can do them, so that the plan takes as little time as can be found.

Which agents can do a task is given; what is fixed has one choice. A list schedule with a choice of agents gives a first
answer, and a local search moves tasks off the chain that decides the makespan. Both only guess how long the plan takes:
they know agents, dependencies and the number of tasks at once, but no files and no calendars. So the answer is held
against the assignments to beat by real schedules, and is never worse than these. Deterministic; effort is counted in
schedules, not in time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from typing import Final

from orchestrate_ls.schedule.network import Network

MOST_CHOICES: Final = 12
"""Agents that are considered for a task, the best first."""
_AFFORDABLE: Final = 400_000
"""Tasks placed in all trial schedules together, some seconds' worth at most."""
_MOST_TRIALS: Final = 2_000

Choices = Sequence[Sequence[str]]
"""For each task the agents that may do it, the preferred one first; none for a task that nobody does."""
Agents = list[str | None]


@dataclass(frozen=True, slots=True)
class _Trial:
    """A guessed schedule: how long, how uneven the loads are, and the tasks that decide how long."""

    makespan: int
    unevenness: int
    chain: tuple[int, ...]

    @property
    def cost(self) -> tuple[int, int]:
        return self.makespan, self.unevenness


def balance(
    network: Network,
    choices: Choices,
    capacities: Mapping[str, int],
    at_once: int | None,
    to_beat: Sequence[Agents],
    makespan_of: Callable[[Agents], int],
    effort: float = 1.0,
) -> Agents:
    """Agents for all tasks, with a makespan no longer than that of any assignment ``to_beat``.

    Parameters
    ----------
    network
        Durations and links; acyclic.
    choices
        See ``Choices``; at most ``MOST_CHOICES`` of each are considered.
    capacities
        Tasks at once of each agent; 1 for one that is not there.
    at_once
        Tasks at once of the plan; None for any number.
    to_beat
        Assignments that are known; of equal makespans the first of them is the answer.
    makespan_of
        The makespan of a real schedule.
    effort
        What share of the usual trials to make.
    """
    spreader = _Spreader(
        network, [list(each[:MOST_CHOICES]) for each in choices], capacities, at_once, effort
    )
    greedy = spreader.spread()
    candidates = [list(each) for each in to_beat]
    improved = min((*candidates, greedy), key=lambda each: spreader.trial(each).cost)
    candidates.append(spreader.improve(improved))
    known: dict[tuple[str | None, ...], int] = {}
    for each in candidates:
        key = tuple(each)
        if key not in known:
            known[key] = makespan_of(each)
    return min(candidates, key=lambda each: known[tuple(each)])


class _Spreader:
    def __init__(
        self,
        network: Network,
        choices: list[list[str]],
        capacities: Mapping[str, int],
        at_once: int | None,
        effort: float,
    ) -> None:
        self._durations: Final = network.durations
        self._choices: Final = choices
        self._capacities: Final = capacities
        self._at_once: Final = at_once if at_once is not None and at_once < len(choices) else None
        self._befores: Final[list[list[tuple[int, int]]]] = [[] for _ in choices]
        for link in network.links:
            self._befores[link.successor].append((link.predecessor, network.weight(link)))
        self._order: Final = self._by_urgency(network)
        wanted = Counter(name for each in choices for name in each)
        # More at once than there are tasks for would only take memory.
        self._slots: Final = {name: min(count, capacities.get(name, 1)) for name, count in wanted.items()}
        self._trials_left = min(_MOST_TRIALS, int(effort * _AFFORDABLE) // max(1, len(choices)))

    def _by_urgency(self, network: Network) -> list[int]:
        """A topological order in which of the tasks that could come next the one with the longest rest goes first."""
        rest = list(self._durations)
        for task in reversed(network.topological_order):
            for before, weight in self._befores[task]:
                rest[before] = max(rest[before], weight + rest[task])
        waiting = [len({before for before, _ in befores}) for befores in self._befores]
        ready = [(-rest[task], task) for task, count in enumerate(waiting) if not count]
        heapify(ready)
        order: list[int] = []
        while ready:
            _, task = heappop(ready)
            order.append(task)
            for after in dict.fromkeys(network.successors[task]):
                waiting[after] -= 1
                if not waiting[after]:
                    heappush(ready, (-rest[after], after))
        return order

    def spread(self) -> Agents:
        """Each task to the agent that can finish it first; of equal ones the preferred one."""
        free = self._free_times()
        finish = [0] * len(self._choices)
        start = [0] * len(self._choices)
        agents: Agents = [None] * len(self._choices)
        for task in self._order:
            ready = max((start[before] + weight for before, weight in self._befores[task]), default=0)
            duration = self._durations[task]
            best: tuple[int, int] | None = None
            for rank, name in enumerate(self._choices[task]):
                at = max(ready, free[name][0], 0)
                if best is None or (at, rank) < best:
                    best = at, rank
            if best is None:
                start[task] = max(ready, 0)
            else:
                start[task] = best[0]
                name = self._choices[task][best[1]]
                agents[task] = name
                if duration:
                    heapreplace(free[name], best[0] + duration)
            finish[task] = start[task] + duration
        return agents

    def trial(self, agents: Agents) -> _Trial:
        """A list schedule of an assignment."""
        free = self._free_times(agents)
        slots = [0] * self._at_once if self._at_once is not None else None
        size = len(agents)
        start, finish = [0] * size, [0] * size
        why = [-1] * size
        last: dict[tuple[str | None, int], int] = {}
        load: dict[str, int] = {}
        for task in self._order:
            at = 0
            for before, weight in self._befores[task]:
                if start[before] + weight > at:
                    at, why[task] = start[before] + weight, before
            name, duration = agents[task], self._durations[task]
            if duration:
                if slots is not None and slots[0] > at:
                    at, why[task] = slots[0], last.get((None, slots[0]), -1)
                if name is not None:
                    if free[name][0] > at:
                        at, why[task] = free[name][0], last.get((name, free[name][0]), -1)
                    heapreplace(free[name], at + duration)
                    last[name, at + duration] = task
                    load[name] = load.get(name, 0) + duration
                if slots is not None:
                    heapreplace(slots, at + duration)
                    last[None, at + duration] = task
            start[task], finish[task] = at, at + duration
        end = max(range(size), key=lambda task: (finish[task], -task), default=-1)
        chain: list[int] = []
        while end >= 0 and len(chain) < size:
            chain.append(end)
            end = why[end]
        unevenness = sum((work // 60) ** 2 // self._capacities.get(name, 1) for name, work in load.items())
        return _Trial(max(finish, default=0), unevenness, tuple(reversed(chain)))

    def improve(self, agents: Agents) -> Agents:
        """Moves tasks of the chain that decides the makespan to other agents, as long as that helps."""
        agents = list(agents)
        best = self.trial(agents)
        moved = True
        while moved and self._trials_left > 0:
            moved = False
            for task in best.chain:
                for name in self._choices[task]:
                    if name == agents[task] or self._trials_left <= 0:
                        continue
                    self._trials_left -= 1
                    before, agents[task] = agents[task], name
                    found = self.trial(agents)
                    if found.cost < best.cost:
                        best, moved = found, True
                        break
                    agents[task] = before
                if moved:
                    break
        return agents

    def _free_times(self, agents: Agents | None = None) -> dict[str, list[int]]:
        """For each agent when each of the tasks that it can do at once may begin; all zero, so a heap."""
        if agents is None:
            return {name: [0] * slots for name, slots in self._slots.items()}
        return {
            name: [0] * self._slots.get(name, self._capacities.get(name, 1))
            for name in dict.fromkeys(agents)
            if name is not None
        }
