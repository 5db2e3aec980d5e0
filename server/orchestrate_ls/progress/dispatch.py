"""Which tasks a runner may start now: dependencies, agents, files and the number of tasks at once, the most pressing
first.

Kept up to date task by task, so that a plan of thousands costs little at each step; ``ProgressBoard`` says the same of
a plan as a whole and is the oracle in tests. Pure: the time is passed in.

The four kinds of links, of a task B on a task A:

- finish-to-start: B starts when A is done, its lag later;
- start-to-start: B starts when A has begun, its lag later;
- finish-to-finish: B starts when A has begun, and is done when A is;
- start-to-finish: B is done when A has begun.

A lag is waited for as schedules count it: in working time of the plan's calendar, or by the clock where nobody said
when work rests. A negative one is not made use of, since nobody knows when A will be done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.clock import ProgressClock
from orchestrate_ls.progress.state import FINISHED, TaskProgress, TaskState
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.plan_project import PlanProject, ResourceKind

_FOR_START: Final = (LinkType.FINISH_TO_START, LinkType.START_TO_START, LinkType.FINISH_TO_FINISH)
_FOR_FINISH: Final = (LinkType.FINISH_TO_FINISH, LinkType.START_TO_FINISH)
_OPEN: Final = (TaskState.NOT_STARTED, TaskState.FAILED)
_NOTHING: Final = TaskProgress("", "")
_LONG_AGO: Final = datetime(2000, 1, 3, tzinfo=UTC)
"""A Monday."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A task that waits for no other; ``since`` is when that began, None for always."""

    task: int
    since: datetime | None


class Dispatcher:
    """Tasks are the plan's indices.

    Attributes
    ----------
    agents
        For each task who does it by now, after backups have stepped in for agents that are not available.
    planned
        The same by the plan alone, whatever was recorded.
    capacity
        The number of tasks at once.
    """

    def __init__(
        self,
        plan: Plan,
        network: Network,
        progress: Sequence[TaskProgress | None],
        parallel: int,
        first: datetime | None = None,
    ) -> None:
        """``progress`` is what was recorded of each task, ``parallel`` the number of tasks at once where the plan does
        not say, ``first`` when its first event was, which its calendar counts from where it has no start.
        """
        project = PlanProject(plan, network)
        self.capacity: Final = plan.header.concurrent_capacity or parallel
        self.notes: Final = project.notes
        self.planned: Final = project.agents
        self._capacities: Final = project.capacities
        self._files: Final = [
            {
                resource: amount
                for resource, amount in demand.items()
                if project.resources[resource].kind is ResourceKind.FILES
            }
            for demand in project.demands
        ]
        self._amounts: Final = [each.amount for each in project.resources]
        self._progress: Final[list[TaskProgress]] = [_NOTHING] * len(plan.tasks)
        self._before: Final[list[list[Link]]] = [[] for _ in plan.tasks]
        self._to_finish: Final[list[list[Link]]] = [[] for _ in plan.tasks]
        self._after: Final[list[list[int]]] = [[] for _ in plan.tasks]
        for link in network.links:
            if link.type in _FOR_START:
                self._before[link.successor].append(link)
                self._after[link.predecessor].append(link.successor)
            if link.type in _FOR_FINISH:
                self._to_finish[link.successor].append(link)
        self.agents: Final[list[str | None]] = list(self.planned)
        begins = [each.started for each in progress if each is not None and each.started is not None]
        began = first if first is not None else min(begins, default=_LONG_AGO)
        self._clock: Final = ProgressClock(plan, self.planned, began)
        self._open: Final[dict[int, Opening]] = {}
        self.finished: Final[set[int]] = set()
        for task, each in enumerate(progress):
            self._note(task, each)
        for task in range(len(plan.tasks)):
            self._look_at(task)

    def update(self, task: int, progress: TaskProgress | None) -> None:
        """Take what was recorded of a task since."""
        self._note(task, progress)
        for each in (task, *self._after[task]):
            self._look_at(each)

    def state_of(self, task: int) -> TaskState:
        """How far a task is."""
        return self._progress[task].state

    def openings(self, now: datetime) -> list[int]:
        """The tasks that were not begun in their present attempt and wait for no other, in document order."""
        return sorted(task for task, each in self._open.items() if each.since is None or each.since <= now)

    def next_opening(self, now: datetime) -> datetime | None:
        """When the next lag is over; None where none is waited for."""
        times = [each.since for each in self._open.values() if each.since is not None and each.since > now]
        return min(times, default=None)

    def may_finish(self, task: int) -> list[int]:
        """The tasks that keep one from being done although its work is; none where it may be."""
        found: list[int] = []
        for link in self._to_finish[task]:
            if link.type is LinkType.FINISH_TO_FINISH:
                holds = link.predecessor not in self.finished
            else:
                holds = not self._has_begun(link.predecessor)
            if holds:
                found.append(link.predecessor)
        return list(dict.fromkeys(found))

    def choose(
        self, wanted: Iterable[int], occupied: Collection[int], held: Collection[int] = ()
    ) -> list[int]:
        """Of the tasks ``wanted``, the most pressing first, those that can start together with the ``occupied`` ones.

        Tasks that are ``held`` have had their work done and keep their files only.
        """
        room = self.capacity - len(occupied)
        agents: dict[str, int] = {}
        files: dict[int, int] = {}
        for task in occupied:
            self._take(task, agents, files)
        for task in held:
            for resource, amount in self._files[task].items():
                files[resource] = files.get(resource, 0) + amount
        chosen: list[int] = []
        for task in wanted:
            if room <= 0:
                break
            if self._fits(task, agents, files):
                chosen.append(task)
                room -= 1
                self._take(task, agents, files)
        return chosen

    def _take(self, task: int, agents: dict[str, int], files: dict[int, int]) -> None:
        agent = self.agents[task]
        if agent is not None:
            agents[agent] = agents.get(agent, 0) + 1
        for resource, amount in self._files[task].items():
            files[resource] = files.get(resource, 0) + amount

    def _fits(self, task: int, agents: dict[str, int], files: dict[int, int]) -> bool:
        agent = self.agents[task]
        if agent is not None and agents.get(agent, 0) >= self._capacities.get(agent, 1):
            return False
        # One that takes more than there is goes alone.
        return all(
            not files.get(resource) or files[resource] + amount <= self._amounts[resource]
            for resource, amount in self._files[task].items()
        )

    def _note(self, task: int, progress: TaskProgress | None) -> None:
        each = self._progress[task] = progress or _NOTHING
        self.agents[task] = each.agent or self.planned[task]
        if each.state in FINISHED:
            self.finished.add(task)
        else:
            self.finished.discard(task)

    def _has_begun(self, task: int) -> bool:
        each = self._progress[task]
        return each.started is not None or each.state in FINISHED

    def _look_at(self, task: int) -> None:
        self._open.pop(task, None)
        if self._progress[task].state not in _OPEN:
            return
        since: datetime | None = None
        for link in self._before[task]:
            before = self._progress[link.predecessor]
            if link.type is LinkType.FINISH_TO_START:
                if link.predecessor not in self.finished:
                    return
                moment = before.ended
            else:
                if not self._has_begun(link.predecessor):
                    return
                moment = before.started or before.ended
            if link.lag > 0 and moment is not None and link.type is not LinkType.FINISH_TO_FINISH:
                later = self._clock.moment_after(moment, link.lag)
                since = later if since is None else max(since, later)
        self._open[task] = Opening(task, since)
