"""The plan as data: what its text says, as far as it could be read.

Values are plain and immutable, so that two versions of a task can be compared to see what an edit changed. Where a
value stands is not kept with it: a ``Spot`` names the place by keys and indices, and ``plan.locate`` finds the range
in the tree as it is now. Durations are whole seconds of working time; ratios are fractions from 0 to 1.
This file does not know how a plan is read from a tree (``plan.build``) or checked (``rules``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from orchestrate_ls.plan.claims import WallTimeClaim
from orchestrate_ls.plan.duration import Calendar, Estimate
from orchestrate_ls.plan.working_hours import DaysOff, WorkingHours

Path: TypeAlias = tuple[str | int, ...]
Part: TypeAlias = Literal["value", "key"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a plan by names: keys and indices from the task's mapping, or from the plan's root.

    ``task`` is the index in ``Plan.tasks``, or None for the rest of the plan. ``part`` says whether the value or the
    key of the last step is meant. A place that is no longer there stands for the deepest part of it that is.
    ``within`` narrows it to a part of a text: offsets in the value, not in how it is written.
    """

    task: int | None
    path: Path = ()
    part: Part = "value"
    within: tuple[int, int] | None = None


class LinkKind(StrEnum):
    """How a task hangs on another (precedence diagramming method)."""

    FINISH_TO_START = "finish-to-start"
    START_TO_START = "start-to-start"
    FINISH_TO_FINISH = "finish-to-finish"
    START_TO_FINISH = "start-to-finish"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of ``dependencies``. ``path`` leads from the task's mapping to the id as written."""

    task: str
    kind: LinkKind
    lag: int
    path: Path


class Priority(StrEnum):
    """The named priorities, from highest to lowest."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


PRIORITY_WEIGHT: Final[Mapping[Priority, int]] = MappingProxyType(
    {Priority.CRITICAL: 40, Priority.HIGH: 30, Priority.MEDIUM: 20, Priority.LOW: 10}
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that could not be read; the rest of its task or plan went on without it."""

    code: Literal["invalid-duration", "schema"]
    path: Path
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a task may use up at most; None for no limit. ``cost`` is an amount with its currency code, as written."""

    tokens: int | None = None
    cost: str | None = None


NO_BUDGET: Final = Budget()


@dataclass(frozen=True, slots=True)
class Task:
    """One task. None or an empty tuple where nothing (readable) was written."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    estimate: Estimate | None = None
    dependencies: tuple[Dependency, ...] = ()
    agent: str | None = None
    priority: Priority | float | None = None
    parallel_group: str | None = None
    required_skills: tuple[str, ...] = ()
    deadline: datetime | None = None
    files: tuple[str, ...] = ()
    success_criteria: tuple[str, ...] = ()
    definition_of_done: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    quality_gates: tuple[tuple[str, Path], ...] = ()
    """Names of gates and where each is written; gates that a task defines itself (a mapping) are not listed."""
    own_gates: tuple[QualityGate, ...] = ()
    """Gates that the task defines itself."""
    model: str | None = None
    base_priority: Priority | float | None = None
    """The priority before what was added for blocked tasks and the like; None where ``priority`` is that itself."""
    budget: Budget = NO_BUDGET
    plan: str | None = None
    """The file of the plan that carries the task out, as a path from the plan's own file."""
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent declared in the plan. ``spot`` is where its id stands."""

    id: str
    spot: Spot
    skills: tuple[str, ...] = ()
    experience_level: str | None = None
    capacity: int | None = None
    availability: bool | None = None
    current_load: float | None = None
    recent_performance: float | None = None
    backup: str | None = None
    working: WorkingHours | None = None
    """The agent's own calendar; None for the plan's."""
    away: tuple[DaysOff, ...] = ()
    """Days on which the agent is not there."""
    details: Path = ()
    """Where the agent's own mapping stands (below the plan's root); empty for the allocation list."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """One ``agent: T1, T2`` line of the allocation list: ``spot`` is where the task ids stand."""

    agent: str
    tasks: tuple[str, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Trigger:
    """One replan trigger; the condition is kept as text."""

    condition: str
    action: str | None
    severity: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One check of a quality gate: its name, and what is expected of it as written; None where only the name is."""

    name: str
    expected: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class QualityGate:
    """A quality gate: checks that have to pass, and how many people have to approve.

    Attributes
    ----------
    is_required
        Whether work must not go on before it is passed.
    for_tasks, for_groups, for_every_task
        The tasks that it holds open, besides those that name it: by id, by parallel group, or all. A gate of a plan
        that holds no task is one of the plan as a whole.
    spot
        Where its name stands.
    """

    name: str
    checks: tuple[GateCheck, ...] = ()
    approvals: int = 0
    is_required: bool = True
    for_tasks: tuple[str, ...] = ()
    for_groups: tuple[str, ...] = ()
    for_every_task: bool = False
    spot: Spot = Spot(None)


@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """One step of a recovery policy, as written: its name, when or how it applies, and its settings."""

    name: str
    when: str | None
    settings: tuple[tuple[str, str], ...]
    spot: Spot
    """Where the name stands."""


@dataclass(frozen=True, slots=True)
class RecoveryPolicy:
    """What a plan has tried when something fails: the kind of failure, and the steps in their order."""

    failure: str
    steps: tuple[RecoveryStep, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Template:
    """A workflow template: phases in order, and what it sets for the plans made from it."""

    name: str
    phases: tuple[str, ...]
    default_agents: tuple[str, ...]
    optional_phases: tuple[str, ...]
    priority: str | None
    fast_track: bool
    quality_focus: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Goal:
    """What the plan is for: ``goal`` and ``analysis``."""

    text: str | None = None
    primary: str | None = None
    key_features: tuple[str, ...] = ()
    implied_requirements: tuple[str, ...] = ()
    technical_scope: tuple[str, ...] = ()
    estimated_complexity: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Everything in a plan but its tasks."""

    version: int | None = None
    goal: Goal = Goal()
    template: str | None = None
    concurrent_capacity: int | None = None
    calendar: Calendar = Calendar()
    working: WorkingHours | None = None
    """The hours and days of work, where the plan gives them."""
    holidays: tuple[DaysOff, ...] = ()
    """Days off of everybody who does not work round the clock."""
    start: datetime | None = None
    agents: tuple[Agent, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    quality_gates: tuple[tuple[str, Spot], ...] = ()
    """Name and place of each gate (the keys below ``quality_gates``) and of each check inside one."""
    gates: tuple[QualityGate, ...] = ()
    """What ``quality_gates`` says of each gate."""
    triggers: tuple[Trigger, ...] = ()
    recovery: tuple[RecoveryPolicy, ...] = ()
    templates: tuple[Template, ...] = ()
    wall_time_claim: WallTimeClaim | None = None
    efficiency_claim: float | None = None
    keys: tuple[str, ...] = ()
    """The top-level keys as written."""
    unreadable: tuple[Unreadable, ...] = ()


class IndexById(Mapping[str, int]):
    """Task id to index in ``Plan.tasks``; of equal ids the first counts. Made on first use: most edits need none."""

    __slots__ = ("_known", "_tasks")

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        self._tasks = tasks
        self._known: dict[str, int] | None = None

    @property
    def known(self) -> dict[str, int]:
        """The same as a plain dictionary, for loops that cannot afford more."""
        if self._known is None:
            tasks = self._tasks
            self._known = {
                name: index
                for index in range(len(tasks) - 1, -1, -1)
                if (name := tasks[index].id) is not None
            }
        return self._known

    def __getitem__(self, key: str) -> int:
        return self.known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def __contains__(self, key: object) -> bool:
        return key in self.known


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan (one document of the file)."""

    header: Header = Header()
    tasks: tuple[Task, ...] = ()
    has_tasks: bool = False
    """True where there is a ``tasks:`` key at all."""
    index_of: IndexById = field(default_factory=lambda: IndexById(()), compare=False)
