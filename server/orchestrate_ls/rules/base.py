"""What a rule is, what it is given, and what it returns.

A rule looks at a plan and yields findings; the engine (``rules.engine``) decides their severity, drops suppressed
ones, finds their ranges in the text and caches what an edit did not touch. A rule does no I/O and keeps no state.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.text.changes import NewFile
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.steps import Steps

if TYPE_CHECKING:
    from orchestrate_ls.progress.plan_progress import PlanProgress
    from orchestrate_ls.rules.context import PartContext, RuleContext, TextContext

Json: TypeAlias = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Severity(StrEnum):
    """From worst to mildest; ``OFF`` silences a rule."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"
    OFF = "off"

    @property
    def rank(self) -> int:
        """0 for error up to 4 for off."""
        return _RANK[self]


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Facet(Enum):
    """What a plan rule reads. An edit that leaves a facet as it was leaves the rule's findings as they were.

    Which fields belong to which facet is written down in ``rules.facets``.
    """

    NAMES = "what tasks are called: their ids, and the names of those without one"
    LINKS = "dependencies: ids, kinds and lags"
    ESTIMATES = "estimates, and the calendar"
    ASSIGNMENTS = "each task's agent and required skills"
    DECLARED_AGENTS = "the plan's agents and allocations"
    GROUPS = "parallel groups"
    CLAIMS = "capacity, wall time and gain that the plan claims, and its start"
    DEADLINES = "deadlines and priorities"
    GATES = "the gates that tasks name"
    DECLARED_GATES = "the plan's quality gates"
    RECOVERY = "recovery policies"
    CRITERIA = "success criteria and definitions of done"
    FILES = "files that tasks write"
    TEMPLATES = "template, templates and triggers"


@dataclass(frozen=True, slots=True)
class ChunkRange:
    """A range of the text of one chunk, in code points from its start. For text rules only."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Related:
    """A further place that explains a finding."""

    at: Spot | ChunkRange
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``data`` is all a fix needs to know besides the plan itself (JSON values only)."""

    code: str
    message: str
    at: Spot | ChunkRange
    related: tuple[Related, ...] = ()
    unnecessary: bool = False
    """The text at ``at`` can be deleted; editors show it faded."""
    fixable: bool = False
    data: Mapping[str, Json] = field(default_factory=dict[str, "Json"])
    severity: Severity | None = None
    """Only where one finding differs from its rule's severity."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that answers a finding: edits in code points of the whole file's text as it is now."""

    title: str
    edits: tuple[TextEdit, ...]
    preferred: bool = False
    """The one obvious fix; only these take part in "fix all"."""
    new_files: tuple[NewFile, ...] = ()
    """Files that it makes besides. Such a fix is never preferred: "fix all" changes the text alone."""


class Rule(ABC):
    """One diagnostic code. ``page`` is the Markdown text that ``orchestrate explain`` shows and the tests run."""

    code: ClassVar[str]
    group: ClassVar[str]
    """shape, identity, graph, agents, time, concurrency, quality, progress or housekeeping."""
    severity: ClassVar[Severity]
    on_by_default: ClassVar[bool] = True
    summary: ClassVar[str]
    """One line, no full stop."""
    page: ClassVar[str]

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        """Fixes for a finding of this rule in the plan as it is now; the best first.

        ``finding.at`` is what the rule gave, with the task put in; offsets of a ``ChunkRange`` count from
        ``context.base``.
        """
        return iter(())


class TextRule(Rule):
    """A rule about the text of one chunk, whatever it holds. Its findings are cached with the chunk's part."""

    def check_text(self, part: TextContext) -> Iterator[Finding]:
        """The findings of one chunk; places are ``ChunkRange``."""
        raise NotImplementedError


class PartRule(Rule):
    """A rule about the values of one task, or of the header. Its findings are cached with the task or header."""

    def check_part(self, part: PartContext) -> Iterator[Finding]:
        """The findings of one task or of the header.

        Places are spots whose path starts at the part's root and whose ``task`` is None; the engine puts in which
        task it is.
        """
        raise NotImplementedError


class TaskRule(Rule):
    """A rule about one task in the light of what the whole plan declares.

    ``reads`` are the facets of the task itself, ``shares`` those of anything in the plan. As long as the latter stay
    as they are, an edit makes only the tasks that changed be looked at again.
    """

    reads: ClassVar[frozenset[Facet]]
    shares: ClassVar[frozenset[Facet]] = frozenset()

    def check_task(self, context: RuleContext, index: int) -> Iterator[Finding]:
        """The findings of one task. Places are spots in this task (related ones anywhere)."""
        raise NotImplementedError


class PlanRule(Rule):
    """A rule that looks at the plan as a whole."""

    reads: ClassVar[frozenset[Facet]]

    def check(self, context: RuleContext) -> Iterator[Finding]:
        """All findings of the rule in the plan. Places are spots, and only facets in ``reads`` may be read."""
        raise NotImplementedError

    def check_steps(self, context: RuleContext) -> Steps[tuple[Finding, ...]]:
        """The same in steps, for a rule that takes long for a large plan."""
        yield
        return tuple(self.check(context))


class ScheduleRule(PlanRule):
    """A plan rule that asks for the plan's schedule, or takes as long as one.

    For a large plan in an editor it runs in a second phase, right after the findings of all other rules are shown.
    """

    searches: ClassVar[bool] = False
    """Whether it looks at the schedule of a full search, so that it runs once more when an editor has made one."""


class ProgressRule(Rule):
    """A rule about how the plan stands. It runs only where that is known, and again whenever either of them changes, so
    it should cost no more than what it finds.
    """

    def check_progress(self, context: RuleContext, progress: PlanProgress) -> Iterator[Finding]:
        """The findings. Places are spots of the plan as it is now, which may differ from the one that was looked at."""
        raise NotImplementedError


SCHEDULE_FACETS = frozenset(
    {
        Facet.NAMES,
        Facet.LINKS,
        Facet.ESTIMATES,
        Facet.ASSIGNMENTS,
        Facet.DECLARED_AGENTS,
        Facet.CLAIMS,
        Facet.DEADLINES,
        Facet.FILES,
    }
)
"""All that a schedule depends on."""
