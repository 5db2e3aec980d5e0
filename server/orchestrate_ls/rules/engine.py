"""Runs the rules over a plan file, and again over its next version at the cost of what changed.

Findings of text and part rules are kept with the part they are about; findings of plan rules are kept as long as the
facets they read stay as they are. Where a finding stands is worked out last, in the text as it is now. This is the
only place that runs rules: the command line, the language server and the planner all call ``check_file``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from operator import is_
from typing import TYPE_CHECKING, Final, NamedTuple

from orchestrate_ls.agents.selection import DEFAULT_SELECTION, SelectionSettings
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.parts import Part
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.progress.track_record import NO_RECORD, TrackRecord
from orchestrate_ls.rules import unknown_rule, unused_suppression
from orchestrate_ls.rules.base import (
    SCHEDULE_FACETS,
    ChunkRange,
    Facet,
    Finding,
    Fix,
    Json,
    PartRule,
    PlanRule,
    ProgressRule,
    Rule,
    ScheduleRule,
    Severity,
    TaskRule,
    TextRule,
)
from orchestrate_ls.rules.context import KnownAgent, PartContext, RuleContext, TextContext, Thresholds
from orchestrate_ls.rules.facets import EVERYTHING, Changes, changes_between, differing
from orchestrate_ls.rules.lazy_schedule import LazySchedule
from orchestrate_ls.rules.registry import RULES, rule_by_code
from orchestrate_ls.rules.suppressions import Suppression, SuppressionTable, suppressions_in
from orchestrate_ls.rules.syntax import syntax_finding
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import PlanNetwork
from orchestrate_ls.schedule.plan_project import assigned_agents
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.tree import Mapping as MappingNode
from orchestrate_ls.text.steps import Steps, in_one_go

if TYPE_CHECKING:
    from orchestrate_ls.progress.plan_progress import PlanProgress
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule

_NETWORK_FACETS: Final = frozenset({Facet.NAMES, Facet.LINKS, Facet.ESTIMATES})
_UNREAD_MOSTLY: Final = frozenset({Facet.NAMES, Facet.CLAIMS})
"""What a schedule reads little of."""
_PARTS_PER_STEP: Final = 32
_TASKS_PER_STEP: Final = 512
_AT_ONCE: Final = 100
"""Tasks up to which a schedule takes no longer than a keystroke may."""
_TEXT_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, TextRule))
_PART_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, PartRule))
_TASK_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, TaskRule))
_PLAN_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, PlanRule))
_PROGRESS_RULES: Final = tuple(rule for rule in RULES if isinstance(rule, ProgressRule))


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What a user may set: the severity of each rule by its code, the figures rules compare with, and how agents are
    chosen.
    """

    severities: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    thresholds: Thresholds = Thresholds()
    selection: SelectionSettings = DEFAULT_SELECTION
    history: TrackRecord = NO_RECORD
    """What earlier plans say, where somebody has read them."""

    def severity_of(self, rule: Rule) -> Severity:
        """The severity in force for a rule, ``OFF`` for one that is silent."""
        chosen = self.severities.get(rule.code)
        if chosen is not None:
            return chosen
        return rule.severity if rule.on_by_default else Severity.OFF

    @property
    def wants_history(self) -> bool:
        """Whether a rule speaks that goes by earlier plans."""
        return self.severity_of(rule_by_code("biased-estimate")) is not Severity.OFF


class RelatedPlace(NamedTuple):
    """A further place of a diagnostic; offsets in code points of the file."""

    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding with its severity and its place; offsets in code points of the file."""

    code: str
    severity: Severity
    message: str
    start: int
    end: int
    related: tuple[RelatedPlace, ...]
    unnecessary: bool
    fixable: bool
    data: Mapping[str, Json]
    finding: Finding
    plan: int
    """Which of the file's plans it belongs to."""
    part: int
    """For ranges in a chunk: the index of the part in the plan's source."""


class _PartFindings(NamedTuple):
    text: tuple[Finding, ...]
    values: tuple[tuple[int, Finding], ...]
    """With the position of the task in the part."""
    suppressions: tuple[Suppression, ...]


class _Known(NamedTuple):
    """What is kept with a part, and the schema by which it was found."""

    schema: PlanSchema
    found: _PartFindings


_NOTHING: Final = _PartFindings((), (), ())


@dataclass(frozen=True, slots=True)
class CheckInput:
    """All that findings depend on besides the text."""

    settings: RuleSettings
    schema: PlanSchema
    known_agents: Mapping[str, KnownAgent]
    now: datetime | None


class PlanCheck:
    """The findings of one plan of a file, and what was computed for them. Made by ``steps_of``."""

    @classmethod
    def steps_of(
        cls,
        source: PlanSource,
        given: CheckInput,
        previous: PlanCheck | None,
        *,
        defer: bool = False,
        searches: bool = False,
    ) -> Steps[PlanCheck]:
        """Check a plan in steps of some milliseconds."""
        check = cls()
        yield from check._steps(source, given, previous, defer=defer, searches=searches)
        return check

    def _steps(
        self,
        source: PlanSource,
        given: CheckInput,
        previous: PlanCheck | None,
        *,
        defer: bool,
        searches: bool,
    ) -> Steps[None]:
        self.source = source
        self._defers = defer and len(source.plan.tasks) > _AT_ONCE
        self.is_pending = False
        """Whether the findings of schedule rules are those of an earlier version."""
        self.given = given
        comparable = previous if previous is not None and previous.given == given else None
        changes = EVERYTHING
        if previous is not None:
            changes = yield from changes_between(previous.source.plan, source.plan)
        if previous is not None and not changes.facets & _NETWORK_FACETS:
            self.network, self.analysis = previous.network, previous.analysis
        else:
            same_names = changes.tasks is not None and Facet.NAMES not in changes.facets
            known = (previous.network, changes.tasks) if previous and changes.tasks and same_names else None
            self.network = PlanNetwork(source.plan, known)
            self.analysis = NetworkAnalysis(self.network.network)
            yield
        if previous is not None and not changes.facets & SCHEDULE_FACETS:
            self.schedule = previous.schedule
        else:
            refined = self._still_refined(previous, changes)
            self.schedule = LazySchedule(source.plan, self.analysis, searches=searches, refined=refined)
        self.context = self.context_for(0)
        self.progress: PlanProgress | None = previous.progress if previous is not None else None
        """How the plan stands by its journal, as far as that is known; perhaps that of an earlier version."""
        self.by_part: list[_PartFindings] = []
        self.speaking: list[int] = []
        """Indices of the parts that have findings or suppressions."""
        yield from self._check_parts(comparable)
        self.header = self._header_findings(comparable)
        self.by_task = yield from self._task_findings(changes, comparable)
        self.by_rule = yield from self._plan_findings(changes, comparable)
        self.by_progress = self._progress_findings(self.progress)
        self._earlier = None
        if self._defers and not self.schedule.is_known:
            # Hints ask for the schedule, too.
            self.is_pending = True
            if previous is not None and changes.tasks is not None:
                self._earlier = previous.shown_schedule

    @property
    def shown_schedule(self) -> PlanSchedule | None:
        """The best schedule known, or what is shown until one is: that of an earlier version with as many tasks."""
        if self.schedule.refined is not None:
            return self.schedule.refined
        return self.schedule.value if self.schedule.is_known or not self._defers else self._earlier

    def _still_refined(self, previous: PlanCheck | None, changes: Changes) -> PlanSchedule | None:
        """The earlier version's schedule of a full search, where names and claims changed that it does not read."""
        if previous is None or (refined := previous.schedule.refined) is None or refined.notes:
            return None
        if changes.tasks is None or not changes.facets & SCHEDULE_FACETS <= _UNREAD_MOSTLY:
            return None
        old, new = previous.source.plan, self.source.plan
        before, after = old.header, new.header
        alike = (
            before.start == after.start
            and before.concurrent_capacity == after.concurrent_capacity
            and previous.network.network.links == self.network.network.links
            and previous.network.network.durations == self.network.network.durations
            and assigned_agents(old) == assigned_agents(new)
        )
        return refined if alike else None

    def refined(self) -> PlanCheck:
        """The same check in the light of the schedule of a full search that has become known."""
        if self.is_pending:
            return self
        found = dict(self.by_rule)
        for rule in _PLAN_RULES:
            if isinstance(rule, ScheduleRule) and rule.searches and rule.code in found:
                found[rule.code] = tuple(rule.check(self.context))
        whole = copy(self)
        whole.by_rule = found
        return whole

    def with_progress(self, progress: PlanProgress | None) -> PlanCheck:
        """The same check of a plan that stands so; None where nothing is known of that."""
        if progress is self.progress:
            return self
        fresh = copy(self)
        fresh.progress = progress
        fresh.by_progress = self._progress_findings(progress)
        return fresh

    def _progress_findings(self, progress: PlanProgress | None) -> dict[str, tuple[Finding, ...]]:
        if progress is None:
            return {}
        return {
            rule.code: tuple(rule.check_progress(self.context, progress))
            for rule in _PROGRESS_RULES
            if self.given.settings.severity_of(rule) is not Severity.OFF
        }

    def context_for(self, base: int) -> RuleContext:
        """What rules are given; ``base`` is where the chunk of a text finding starts."""
        given = self.given
        return RuleContext(
            self.source,
            self.analysis,
            given.settings.thresholds,
            given.known_agents,
            given.now,
            base,
            given.settings.selection,
            self.schedule,
            given.settings.history,
        )

    def _check_parts(self, previous: PlanCheck | None) -> Steps[None]:
        parts = self.source.parts
        if previous is None or len(previous.source.parts) != len(parts):
            for index, part in enumerate(parts, 1):
                self.by_part.append(self._check_part(part))
                if not index % _PARTS_PER_STEP:
                    yield
            self.speaking = [index for index, found in enumerate(self.by_part) if found is not _NOTHING]
            return
        self.by_part = previous.by_part.copy()
        speaking = set(previous.speaking)
        for count, index in enumerate(differing(previous.source.parts, parts), 1):
            found = self._check_part(parts[index])
            self.by_part[index] = found
            (speaking.discard if found is _NOTHING else speaking.add)(index)
            if not count % _PARTS_PER_STEP:
                yield
        self.speaking = sorted(speaking)

    def _check_part(self, part: Part) -> _PartFindings:
        known = part.findings
        schema = self.given.schema
        if isinstance(known, _Known) and known.schema is schema:
            return known.found
        parsed = part.parsed
        problems = (*parsed.problems, *([part.doubt] if part.doubt is not None else []))
        text_context = TextContext(part.text, parsed.root, problems, tuple(parsed.repeating))
        text = tuple(finding for rule in _TEXT_RULES for finding in rule.check_text(text_context))
        values = tuple(
            (position, finding)
            for position, (node, task) in enumerate(zip(part.items, part.tasks, strict=True))
            for finding in self._run_part_rules(
                PartContext(node, schema, task, task.unreadable, part.broken, has_tasks=True)
            )
        )
        found = _PartFindings(text, values, suppressions_in(part.text))
        if not (text or values or found.suppressions):
            found = _NOTHING
        part.findings = _Known(schema, found)
        return found

    def _run_part_rules(self, context: PartContext) -> Iterator[Finding]:
        for rule in _PART_RULES:
            yield from rule.check_part(context)

    def _header_findings(self, previous: PlanCheck | None) -> tuple[Finding, ...]:
        source = self.source
        if previous is not None and source.plan.header is previous.source.plan.header:
            return previous.header
        root = MappingNode(0, 0, False)
        root.entries = [
            entry
            for index in source.header_parts
            for entry in source.parts[index].entries
            if entry.name != "tasks" or not source.is_task_list(entry)
        ]
        context = PartContext(
            root,
            self.given.schema,
            None,
            source.plan.header.unreadable,
            any(part.broken for part in source.parts) or bool(source.problems),
            source.plan.has_tasks,
        )
        return tuple(self._run_part_rules(context))

    def _task_findings(
        self, changes: Changes, previous: PlanCheck | None
    ) -> Steps[dict[str, dict[int, tuple[Finding, ...]]]]:
        """For each task rule the findings of the tasks that have some."""
        found: dict[str, dict[int, tuple[Finding, ...]]] = {}
        context = self.context
        for rule in _TASK_RULES:
            if self.given.settings.severity_of(rule) is Severity.OFF:
                continue
            check = rule.check_task
            if previous is None or changes.tasks is None or rule.shares & changes.facets:
                tasks, known = range(len(self.source.plan.tasks)), {}
            elif rule.reads & changes.facets:
                tasks, known = changes.tasks, previous.by_task[rule.code].copy()
            else:
                tasks, known = (), previous.by_task[rule.code]
            for count, task in enumerate(tasks, 1):
                if not count % _TASKS_PER_STEP:
                    yield
                findings = tuple(check(context, task))
                if findings:
                    known[task] = findings
                else:
                    known.pop(task, None)
            found[rule.code] = known
        return found

    def _plan_findings(
        self, changes: Changes, previous: PlanCheck | None
    ) -> Steps[dict[str, tuple[Finding, ...]]]:
        found: dict[str, tuple[Finding, ...]] = {}
        for rule in _PLAN_RULES:
            if self.given.settings.severity_of(rule) is Severity.OFF:
                continue
            late = isinstance(rule, ScheduleRule)
            known = previous is not None and not (late and previous.is_pending)
            if previous is not None and known and not rule.reads & changes.facets:
                found[rule.code] = previous.by_rule[rule.code]
            elif late and self._defers:
                self.is_pending = True
                found[rule.code] = self._carried(previous, changes, rule.code)
            else:
                found[rule.code] = yield from rule.check_steps(self.context)
        return found

    def _carried(self, previous: PlanCheck | None, changes: Changes, code: str) -> tuple[Finding, ...]:
        """What an earlier version's schedule said, until this one's is known, so that nothing flickers."""
        if previous is None:
            return ()
        findings = previous.by_rule[code]
        if changes.tasks is not None and Facet.NAMES not in changes.facets:
            return findings
        old, index_of = previous.source.plan.tasks, self.source.plan.index_of.known

        def moved(place: Spot | ChunkRange) -> Spot | ChunkRange | None:
            if not isinstance(place, Spot) or place.task is None:
                return place
            name = old[place.task].id
            index = index_of.get(name) if name is not None else None
            return replace(place, task=index) if index is not None else None

        carried: list[Finding] = []
        for finding in findings:
            at = moved(finding.at)
            if at is not None:
                related = tuple(
                    replace(other, at=place)
                    for other in finding.related
                    if (place := moved(other.at)) is not None
                )
                carried.append(replace(finding, at=at, related=related))
        return tuple(carried)

    def complete_steps(self) -> Generator[None, None, PlanCheck]:
        """The same check with what was put off, in steps of some milliseconds."""
        yield from self.schedule.steps()
        found = dict(self.by_rule)
        for rule in _PLAN_RULES:
            if isinstance(rule, ScheduleRule) and rule.code in found:
                found[rule.code] = tuple(rule.check(self.context))
                yield
        whole = copy(self)
        whole.by_rule, whole.is_pending = found, False
        return whole

    def placed(self, plan: int) -> Iterator[Diagnostic]:
        """All findings with their places, suppressed ones too, in no order."""
        source = self.source
        for index in self.speaking:
            found = self.by_part[index]
            for finding in found.text:
                yield from self._place(finding, plan, index)
            if found.values:
                first = bisect_left(source.task_parts, index)
                for position, finding in found.values:
                    yield from self._place(_in_task(finding, first + position), plan, index)
        for part_problem in source.problems:
            problem = part_problem.problem
            yield from self._place(syntax_finding(problem), plan, part_problem.part)
        for part, finding in self._repeated_keys():
            yield from self._place(finding, plan, part)
        for finding in self.header:
            yield from self._place(finding, plan, 0)
        for by_task in self.by_task.values():
            for findings in by_task.values():
                for finding in findings:
                    yield from self._place(finding, plan, 0)
        for findings in (*self.by_rule.values(), *self.by_progress.values()):
            for finding in findings:
                yield from self._place(finding, plan, 0)

    def _repeated_keys(self) -> Iterator[tuple[int, Finding]]:
        """Top-level keys that occur again in a later part; inside one part the rule itself sees them."""
        seen: dict[str, int] = {}
        for index in self.source.header_parts:
            for entry in self.source.parts[index].entries:
                name = entry.name
                if name is None:
                    continue
                if seen.setdefault(name, index) != index:
                    yield (
                        index,
                        Finding(
                            "duplicate-key",
                            f"`{name}` is already given further up; the first one counts. Merge the two, or delete one",
                            ChunkRange(entry.key.start, entry.key.end),
                            fixable=True,
                        ),
                    )

    def _place(self, finding: Finding, plan: int, part: int) -> Iterator[Diagnostic]:
        rule = rule_by_code(finding.code)
        severity = self.given.settings.severity_of(rule)
        if severity is Severity.OFF:
            return
        if finding.severity is not None and finding.code not in self.given.settings.severities:
            severity = finding.severity
        start, end = self._range(finding.at, part)
        related = tuple(
            RelatedPlace(*self._range(other.at, part), other.message) for other in finding.related
        )
        yield Diagnostic(
            finding.code,
            severity,
            finding.message,
            start,
            end,
            related,
            finding.unnecessary,
            finding.fixable,
            finding.data,
            finding,
            plan,
            part,
        )

    def _range(self, place: Spot | ChunkRange, part: int) -> tuple[int, int]:
        if isinstance(place, Spot):
            return self.source.locate(place)
        base = self.source.part_base(part)
        return base + place.start, base + place.end


def _in_task(finding: Finding, task: int) -> Finding:
    def put(place: Spot | ChunkRange) -> Spot | ChunkRange:
        return replace(place, task=task) if isinstance(place, Spot) else place

    related = tuple(replace(other, at=put(other.at)) for other in finding.related)
    return replace(finding, at=put(finding.at), related=related)


class FileCheck:
    """The checked version of a file. Made by ``check_file`` and ``check_file_steps``."""

    def __init__(
        self,
        file: PlanFile,
        given: CheckInput,
        reading_problems: Sequence[SyntaxProblem],
        plans: list[PlanCheck],
    ) -> None:
        self.file = file
        self.given = given
        self.reading_problems = tuple(reading_problems)
        self.plans = plans

    @property
    def is_pending(self) -> bool:
        """Whether rules that ask for the schedule have been put off; see ``complete_steps``."""
        return any(check.is_pending for check in self.plans)

    def complete_steps(self) -> Generator[None, None, FileCheck]:
        """The whole check of the same version, in steps of some milliseconds; this one stays as it is."""
        plans: list[PlanCheck] = []
        for check in self.plans:
            plans.append((yield from check.complete_steps()) if check.is_pending else check)  # noqa: PERF401
        return self._with(plans)

    def refined(self) -> FileCheck:
        """The whole check of the same version in the light of the schedules of full searches that have become known."""
        return self._with([check.refined() for check in self.plans])

    def with_progress(self, progress: Sequence[PlanProgress | None]) -> FileCheck:
        """The same check of plans that stand so, one entry for each plan of the file."""
        plans = [check.with_progress(each) for check, each in zip(self.plans, progress, strict=True)]
        return self if all(map(is_, plans, self.plans)) else self._with(plans)

    def _with(self, plans: list[PlanCheck]) -> FileCheck:
        whole = copy(self)
        whole.plans = plans
        for name in ("diagnostics", "_all"):
            whole.__dict__.pop(name, None)
        return whole

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """What was found and not suppressed, by place and then code."""
        return self._all[0]

    @cached_property
    def _all(self) -> tuple[list[Diagnostic], SuppressionTable]:
        chunks = self.file.chunks
        entries: list[tuple[int, Suppression]] = []
        for check in self.plans:
            for index in check.speaking:
                found = check.by_part[index]
                entries.extend((check.source.first + index, entry) for entry in found.suppressions)
        table = SuppressionTable(entries, [chunks.lines[index] for index, _ in entries])
        found = [diagnostic for index, check in enumerate(self.plans) for diagnostic in check.placed(index)]
        found += self._unreadable_text()
        if entries:
            line_of = chunks.position_at
            found = [each for each in found if not table.silences(each.code, line_of(each.start).line)]
            found += self._about_suppressions(table)
        found.sort(key=lambda each: (each.start, each.end, each.code, each.message))
        return found, table

    def _unreadable_text(self) -> Iterator[Diagnostic]:
        severity = self.given.settings.severity_of(rule_by_code("syntax"))
        if severity is Severity.OFF:
            return
        for problem in self.reading_problems:
            yield Diagnostic(
                "syntax", severity, problem.message, problem.start, problem.end, (), False, False, {},
                syntax_finding(problem), 0, 0,
            )  # fmt: skip

    def _about_suppressions(self, table: SuppressionTable) -> Iterator[Diagnostic]:
        settings = self.given.settings
        for rule, findings in (
            (unknown_rule.RULE, unknown_rule.findings(table)),
            (unused_suppression.RULE, unused_suppression.findings(table, settings.severity_of)),
        ):
            severity = settings.severity_of(rule)
            for entry, finding in findings:
                base = self.file.chunks.offsets[table.entries[entry][0]]
                place = finding.at
                if not isinstance(place, ChunkRange):
                    continue
                start = base + place.start
                line = self.file.chunks.position_at(start).line
                if severity is Severity.OFF or table.silences(rule.code, line):
                    continue
                yield Diagnostic(
                    finding.code, severity, finding.message, start, base + place.end, (), finding.unnecessary,
                    finding.fixable, finding.data, finding, 0, table.entries[entry][0],
                )  # fmt: skip

    def fixes(self, diagnostic: Diagnostic) -> list[Fix]:
        """The fixes of one of this check's diagnostics, the best first."""
        if not diagnostic.fixable:
            return []
        check = self.plans[diagnostic.plan]
        base = (
            diagnostic.start - diagnostic.finding.at.start
            if isinstance(diagnostic.finding.at, ChunkRange)
            else 0
        )
        return list(rule_by_code(diagnostic.code).fixes(check.context_for(base), diagnostic.finding))


def check_file(
    file: PlanFile,
    settings: RuleSettings,
    schema: PlanSchema,
    known_agents: Mapping[str, KnownAgent] | None = None,
    now: datetime | None = None,
    reading_problems: Sequence[SyntaxProblem] = (),
    previous: FileCheck | None = None,
    *,
    defer: bool = False,
    searches: bool = False,
) -> FileCheck:
    """Check a file. ``previous`` is an earlier check of an earlier version, whose work is used again where it holds.

    ``now`` is the time for rules that compare with it; they are silent without. ``reading_problems`` are those of the
    bytes behind the text (offsets in the file). ``defer`` puts off what needs the schedule of a large plan, for an
    editor that shows the rest at once and then calls ``complete_steps``. ``searches`` lets findings that the quick
    schedule is not enough for wait for a full search, of some seconds at most; an editor makes it elsewhere, puts it
    into the plan's ``schedule.refined`` and then calls ``refined``.
    """
    return in_one_go(
        check_file_steps(
            file,
            settings,
            schema,
            known_agents,
            now,
            reading_problems,
            previous,
            defer=defer,
            searches=searches,
        )
    )


def check_file_steps(
    file: PlanFile,
    settings: RuleSettings,
    schema: PlanSchema,
    known_agents: Mapping[str, KnownAgent] | None = None,
    now: datetime | None = None,
    reading_problems: Sequence[SyntaxProblem] = (),
    previous: FileCheck | None = None,
    *,
    defer: bool = False,
    searches: bool = False,
) -> Steps[FileCheck]:
    """The same as ``check_file``, in steps of some milliseconds."""
    given = CheckInput(settings, schema, known_agents or {}, now)
    if previous is not None and previous.given.schema is not schema:
        previous = None
    old = previous.plans if previous is not None and len(previous.plans) == len(file.sources) else None
    plans: list[PlanCheck] = []
    for index, source in enumerate(file.sources):
        earlier = old[index] if old is not None else None
        plans.append((yield from PlanCheck.steps_of(source, given, earlier, defer=defer, searches=searches)))
    return FileCheck(file, given, reading_problems, plans)
