"""What rules are given to look at."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from orchestrate_ls.agents.selection import DEFAULT_SELECTION, SelectionSettings
from orchestrate_ls.plan.model import Plan, Task, Unreadable
from orchestrate_ls.progress.track_record import NO_RECORD, TrackRecord
from orchestrate_ls.rules.lazy_schedule import LazySchedule
from orchestrate_ls.syntax.tree import AnyNode, Mapping

if TYPE_CHECKING:
    from orchestrate_ls.plan.schema import PlanSchema
    from orchestrate_ls.plan.source import PlanSource
    from orchestrate_ls.schedule.analysis import NetworkAnalysis
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule
    from orchestrate_ls.syntax.problems import SyntaxProblem


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The figures that rules compare with; settings may change them."""

    long_task_seconds: int | None = None
    """Longest expected estimate before ``long-task`` speaks up; None means one working day of the plan's calendar."""
    serial_share: float = 0.9
    """``serial-plan`` speaks up when the critical path is over this share of the total."""
    serial_tasks: int = 4
    """Fewest tasks for ``serial-plan``."""
    claim_tolerance: float = 0.02
    """How far a claimed total or gain may be from the computed one (share of the computed one)."""


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An agent that is known from outside the plan, for example from a definition file."""

    id: str
    skills: tuple[str, ...] = ()
    origin: str = ""
    """Where it comes from, as a person would name it."""
    built_in: bool = False
    """It comes with a tool: naming it is no mistake, but it is not proposed."""
    inferred_skills: tuple[str, ...] = ()
    """Read from what its definition says; they may speak for it, but no finding rests on them."""
    described: frozenset[str] = frozenset()
    """The stems of the words of its description; see ``agents.words``."""


class RuleContext:
    """One plan with everything rules may look at. Findings must follow from this alone (no clock, no disk)."""

    def __init__(
        self,
        source: PlanSource,
        analysis: NetworkAnalysis,
        thresholds: Thresholds,
        known_agents: AnyMapping[str, KnownAgent],
        now: datetime | None,
        base: int = 0,
        selection: SelectionSettings = DEFAULT_SELECTION,
        schedule: LazySchedule | None = None,
        history: TrackRecord = NO_RECORD,
    ) -> None:
        self.source = source
        """Trees and text: ``source.node(spot)``, ``source.locate(spot)``, ``source.text``."""
        self.plan: Plan = source.plan
        self.analysis = analysis
        """Graph analysis; activity i is ``plan.tasks[i]``. Unknown and self dependencies are left out of it."""
        self.thresholds = thresholds
        self.known_agents = known_agents
        self.now = now
        self.selection = selection
        self.history = history
        """What earlier plans say of estimates and agents; nothing where nobody has read them."""
        self.base = base
        """For fixes of text rules: the offset in the file at which the finding's chunk starts."""

        self._schedule = schedule

    @property
    def schedule(self) -> PlanSchedule | None:
        """Who does what when, under all limits, found quickly; None for a plan without tasks or with a cycle.

        For a ``ScheduleRule`` only: others would make every edit wait for it.
        """
        return self._lazy_schedule.value

    @property
    def searched_schedule(self) -> PlanSchedule | None:
        """The same, as `orchestrate schedule` shows it where there is time for that.

        For a ``ScheduleRule`` that ``searches``, and that has something to say which this could refute.
        """
        return self._lazy_schedule.searched

    @property
    def _lazy_schedule(self) -> LazySchedule:
        if self._schedule is None:
            self._schedule = LazySchedule(self.plan, self.analysis)
        return self._schedule

    @cached_property
    def names(self) -> list[str]:
        """How to call each task in a message: its id, or its name, or ``task 3``."""
        return [task.id or task.name or f"task {index + 1}" for index, task in enumerate(self.plan.tasks)]


@dataclass(frozen=True, slots=True)
class TextContext:
    """The text of one chunk with its tree and what is wrong with it. All ranges count from the chunk's start."""

    text: str
    root: AnyNode | None
    problems: tuple[SyntaxProblem, ...]
    repeating: tuple[Mapping, ...] = ()
    """The mappings in which a key may occur twice; no other has one that does."""


@dataclass(frozen=True, slots=True)
class PartContext:
    """The values of one task (``task`` is set; ``root`` is the node of its list item) or of the header.

    The header's root is a mapping put together from all top-level entries but ``tasks``; its nodes come from several
    chunks, so their offsets mean nothing here. ``has_tasks`` says whether there is a ``tasks`` key.
    ``broken`` is True where the text has syntax problems, so that something may be missing that is half typed.
    """

    root: AnyNode
    schema: PlanSchema
    task: Task | None
    unreadable: tuple[Unreadable, ...]
    broken: bool
    has_tasks: bool
