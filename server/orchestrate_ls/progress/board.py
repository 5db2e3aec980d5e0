"""A plan beside what was recorded of it: for each task its state, what it waits for, and who has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.state import FINISHED, PlanState, TaskProgress, TaskState
from orchestrate_ls.schedule.network import LinkType, Network
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.schedule.plan_project import PlanProject, ResourceKind, assigned_agents

_BEFORE_START: Final = (LinkType.FINISH_TO_START, LinkType.START_TO_START)


@dataclass(frozen=True, slots=True)
class Wait:
    """What keeps a task from starting besides other tasks: an agent, files or the number of tasks at once, and the
    tasks under way that take it up.
    """

    kind: ResourceKind
    name: str
    busy_with: tuple[int, ...]


class ProgressBoard:
    """Tasks are the plan's indices.

    Attributes
    ----------
    plan
        The plan, with the agents that tasks were given since.
    written
        The plan as it is written.
    state
        What was recorded.
    progress
        For each task what was recorded of it; None for nothing.
    strangers
        What was recorded of tasks that the plan does not have (any more).
    """

    def __init__(self, plan: Plan, state: PlanState, network: Network | None = None) -> None:
        """``network`` is that of the plan, where it is known already."""
        recorded = state.by_task()
        self.state: Final = state
        self.written: Final = plan
        self.network: Final = network if network is not None else network_of(plan)
        self.progress: Final[list[TaskProgress | None]] = [
            recorded.get(task.id) if task.id is not None and plan.index_of[task.id] == index else None
            for index, task in enumerate(plan.tasks)
        ]
        mine = {id(each) for each in self.progress}
        self.strangers: Final = [each for each in recorded.values() if id(each) not in mine]
        self.plan: Final = _with_agents(plan, self.progress)

    @cached_property
    def agents(self) -> list[str | None]:
        """For each task who it is given to by now."""
        return assigned_agents(self.plan)

    @cached_property
    def project(self) -> PlanProject:
        """What the plan asks of a schedule, with the agents as they are now."""
        return PlanProject(self.plan, self.network)

    @cached_property
    def finished(self) -> frozenset[int]:
        """The tasks that are done or skipped."""
        return frozenset(index for index in range(len(self.progress)) if self.state_of(index) in FINISHED)

    @cached_property
    def running(self) -> tuple[int, ...]:
        """The tasks in progress; a blocked one takes nobody's time."""
        return tuple(
            index for index in range(len(self.progress)) if self.state_of(index) is TaskState.IN_PROGRESS
        )

    @cached_property
    def _before(self) -> list[list[tuple[int, LinkType]]]:
        before: list[list[tuple[int, LinkType]]] = [[] for _ in self.plan.tasks]
        for link in self.network.links:
            if link.type in _BEFORE_START:
                before[link.successor].append((link.predecessor, link.type))
        return before

    def state_of(self, task: int) -> TaskState:
        """How far a task is."""
        progress = self.progress[task]
        return progress.state if progress is not None else TaskState.NOT_STARTED

    def has_begun(self, task: int) -> bool:
        """Whether it was started, or needs no start any more."""
        progress = self.progress[task]
        return progress is not None and (progress.started is not None or progress.state in FINISHED)

    def waits_for(self, task: int) -> list[int]:
        """The tasks that have to be done (or, for start-to-start, begun) before this one can start."""
        return list(
            dict.fromkeys(
                before
                for before, kind in self._before[task]
                if before not in self.finished
                and not (kind is LinkType.START_TO_START and self.has_begun(before))
            )
        )

    def is_open(self, task: int) -> bool:
        """Whether a task was not begun in its present attempt, and waits for no other."""
        state = self.state_of(task)
        return state in (TaskState.NOT_STARTED, TaskState.FAILED) and not self.waits_for(task)

    def wait_of(self, task: int) -> Wait | None:
        """What keeps an open task waiting all the same; None where it can start now."""
        limit = self.plan.header.concurrent_capacity
        if limit is not None and len(self.running) >= limit:
            return Wait(ResourceKind.CAPACITY, "", self.running)
        project = self.project
        for resource, amount in project.demands[task].items():
            busy = tuple(each for each in self.running if resource in project.demands[each])
            taken = sum(project.demands[each][resource] for each in busy)
            what = project.resources[resource]
            if busy and taken + amount > what.amount:
                return Wait(what.kind, what.name, busy)
        return None

    def name(self, task: int) -> str:
        """The id, or what stands for it."""
        return self.plan.tasks[task].id or f"#{task + 1}"


def _with_agents(plan: Plan, progress: list[TaskProgress | None]) -> Plan:
    changed: Mapping[int, str] = {
        index: each.agent
        for index, each in enumerate(progress)
        if each is not None and each.agent is not None and each.agent != plan.tasks[index].agent
    }
    if not changed:
        return plan
    tasks = tuple(
        replace(task, agent=changed[index]) if index in changed else task
        for index, task in enumerate(plan.tasks)
    )
    return replace(plan, tasks=tasks)
