"""A plan as a resource-constrained project: who can do how much at once, and what must not happen together.

Activity i is task i. Resources are the number of tasks at once, each agent, and files that several tasks write.
What had to be assumed on the way is kept as notes in plain words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import gcd
from typing import Final, TypeVar

from orchestrate_ls.plan.file_patterns import overlapping, read_patterns
from orchestrate_ls.plan.model import Agent, Header, Plan
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.schedule.plan_time import PlanTime
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.text.display import quoted

MOST_COMPARISONS: Final = 100_000
_NAMED: Final = 5
_Key = TypeVar("_Key", str, tuple[str, ...])


class ResourceKind(StrEnum):
    """What a resource stands for."""

    CAPACITY = "capacity"
    AGENT = "agent"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class PlanResource:
    """One resource of a plan's project. ``name`` is the agent or the first file pattern; empty for the capacity."""

    kind: ResourceKind
    name: str
    amount: int


class PlanProject:
    """What a plan asks of a schedule.

    Attributes
    ----------
    network
        Durations and links in seconds.
    agents
        For each task who does it, after backups have stepped in; None where the plan names nobody.
    capacities
        How many tasks at once each agent of the plan does: those it declares that are available, and those its
        tasks name.
    resources, demands
        The agents and the files; the capacity is put before them by ``project``.
    time
        What times of the schedule mean, and the calendars they follow.
    notes
        What was assumed, one sentence each.
    """

    def __init__(self, plan: Plan, network: Network | None = None) -> None:
        """``network`` is that of the plan, where it is known already."""
        self.plan: Final = plan
        self.network: Final = network if network is not None else network_of(plan)
        self.notes: Final[list[str]] = []
        declared = {agent.id: agent for agent in reversed(plan.header.agents)}
        wanted = assigned_agents(plan)
        self.agents: Final = self._stand_ins(wanted, declared)
        self.capacities: Final = self._agent_capacities(declared)
        self.time: Final = PlanTime(plan, self.agents)
        self.resources: Final[list[PlanResource]] = []
        self.demands: Final[list[dict[int, int]]] = [{} for _ in plan.tasks]
        self._projects: Final[dict[int, ResourceProject]] = {}
        self._add_agents()
        self._add_files()
        self._note_unassigned()

    def project(self, capacity: int | None, unit: int = 1) -> ResourceProject:
        """The project with so many tasks at once (None: any number), its times counted in units of so many seconds.

        Raises ``ValueError`` where the dependencies have a cycle.
        """
        limit = len(self.plan.tasks) if capacity is None else min(capacity, len(self.plan.tasks))
        known = self._projects.get(unit)
        if known is None:
            demands = [
                {0: 1} | {1 + resource: amount for resource, amount in own.items()} for own in self.demands
            ]
            network = self.network if unit == 1 else _in_units(self.network, unit)
            amounts = [limit, *(each.amount for each in self.resources)]
            deadlines = self.time.deadlines()
            known = self._projects[unit] = ResourceProject(
                network,
                amounts,
                demands,
                calendars=self.time.calendars(),
                lag_calendar=self.time.plan_time if self.time.is_elapsed else None,
                deadlines=[each // unit if each is not None else None for each in deadlines]
                if deadlines is not None
                else None,
            )
        return known if known.capacities[0] == limit else known.with_capacity(0, limit)

    @property
    def unit(self) -> int:
        """The greatest number of seconds that all durations and lags are multiples of.

        The starts of a shortest schedule can be chosen as sums of durations and lags (it can be made active), so its
        makespan is a multiple as well, and a lower bound may be rounded up to one. Not with calendars: 1.
        """
        if self.time.is_elapsed:
            return 1
        return gcd(*self.network.durations, *(link.lag for link in self.network.links)) or 1

    def _stand_ins(self, wanted: Sequence[str | None], declared: Mapping[str, Agent]) -> list[str | None]:
        """Who really does each task: for an agent that is not available its backup, or the next one's."""
        replaced: dict[str, str] = {}
        for name in dict.fromkeys(name for name in wanted if name is not None):
            stand_in = _available(name, declared)
            if stand_in is None:
                self.notes.append(
                    f"{quoted(name)} is not available and has no backup that is; its tasks are scheduled as if it were"
                )
            elif stand_in != name:
                replaced[name] = stand_in
                self.notes.append(
                    f"{quoted(name)} is not available; its backup {quoted(stand_in)} does its tasks"
                )
        return [replaced.get(name, name) if name is not None else None for name in wanted]

    def _agent_capacities(self, declared: Mapping[str, Agent]) -> dict[str, int]:
        names = [agent.id for agent in self.plan.header.agents if agent.availability is not False]
        used = [name for name in self.agents if name is not None]
        capacities = {
            name: max(1, declared[name].capacity or 1) if name in declared else 1
            for name in dict.fromkeys([*names, *used])
        }
        unknown = [name for name in capacities if name not in declared]
        if unknown and declared:
            self.notes.append(
                f"{_listed(unknown)} {'is' if len(unknown) == 1 else 'are'} not among the plan's agents,"
                " and counted as doing one task at a time"
            )
        return capacities

    def _add_agents(self) -> None:
        for name, tasks in _grouped(self.agents).items():
            for task in tasks:
                self.demands[task][len(self.resources)] = 1
            self.resources.append(PlanResource(ResourceKind.AGENT, name, self.capacities[name]))

    def _add_files(self) -> None:
        """Keep tasks apart that may write the same file.

        One resource for each distinct list of patterns: its own tasks take all of it, and tasks with another list
        that overlaps take one part, so that only the former exclude each other and the latter. Broad lists come
        first, which leaves few resources: `src/**` beside a thousand files below it is a single one.
        """
        writers = _grouped([task.files or None for task in self.plan.tasks])
        lists = list(writers)
        found = overlapping([read_patterns(each) for each in lists], MOST_COMPARISONS)
        if not found.complete:
            self.notes.append(
                "too many file patterns to compare all of them; tasks that write files are kept apart only as far as"
                " they were compared"
            )
        meets: dict[int, list[int]] = {number: [] for number in range(len(lists))}
        for one, other in found.pairs:
            meets[one].append(other)
            meets[other].append(one)
        kept: set[int] = set()
        for number in sorted(meets, key=lambda each: (-len(meets[each]), each)):
            own = writers[lists[number]] if read_patterns(lists[number]).globs else []
            others = [task for each in meets[number] if each not in kept for task in writers[lists[each]]]
            kept.add(number)
            if not own or len(own) + len(others) < 2:
                continue
            amount = max(2, len(others))
            for task in own:
                self.demands[task][len(self.resources)] = amount
            for task in others:
                self.demands[task][len(self.resources)] = 1
            self.resources.append(PlanResource(ResourceKind.FILES, lists[number][0], amount))

    def _note_unassigned(self) -> None:
        nobody = [
            task.id or task.name or f"task {index + 1}"
            for index, task in enumerate(self.plan.tasks)
            if self.agents[index] is None
        ]
        if nobody and len(nobody) < len(self.agents):
            self.notes.append(
                f"{_listed(nobody)} {'has' if len(nobody) == 1 else 'have'} no agent;"
                " only dependencies, files and the number of tasks at once hold such tasks back"
            )


def assigned_agents(plan: Plan) -> list[str | None]:
    """For each task its agent, or else the first that the allocation list gives it to."""
    allocated = _allocated(plan.header)
    return [
        task.agent if task.agent is not None else allocated.get(task.id) if task.id is not None else None
        for task in plan.tasks
    ]


def _allocated(header: Header) -> dict[str, str]:
    allocated: dict[str, str] = {}
    for allocation in header.allocations:
        for task in allocation.tasks:
            allocated.setdefault(task, allocation.agent)
    return allocated


def _available(name: str, declared: Mapping[str, Agent]) -> str | None:
    """The first of an agent, its backup, the backup's backup ... that is not declared unavailable."""
    seen: set[str] = set()
    current: str | None = name
    while current is not None and current not in seen:
        seen.add(current)
        agent = declared.get(current)
        if agent is None:
            # An unknown agent may be asked for its own tasks, but nobody relies on an unknown backup.
            return current if current == name else None
        if agent.availability is not False:
            return current
        current = agent.backup
    return None


def _grouped(keys: Iterable[_Key | None]) -> dict[_Key, list[int]]:
    """The positions of each key, in the order in which keys first occur; None is no key."""
    groups: dict[_Key, list[int]] = {}
    for position, key in enumerate(keys):
        if key is not None:
            groups.setdefault(key, []).append(position)
    return groups


def _in_units(network: Network, unit: int) -> Network:
    links = [Link(before, after, kind, lag // unit) for before, after, kind, lag in network.links]
    return Network([duration // unit for duration in network.durations], links)


def _listed(names: Sequence[str]) -> str:
    shown = [quoted(name) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(f"{len(names) - _NAMED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
