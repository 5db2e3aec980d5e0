"""The state of a plan as a fold over its events: each event once, by time, then by id.

Incremental: events that come in order cost their number only. Where an earlier one turns up (a merge by git, a clock
that is slow) its task is folded again. Knows the events only, neither the plan nor how long anything should take.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from orchestrate_ls.progress.event import DEFAULT_CURRENCY, WHOLE_PLAN, Event, EventKind, RunAction, Verdict


class TaskState(StrEnum):
    """How far a task is, by what was recorded of it."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


FINISHED: Final = frozenset((TaskState.DONE, TaskState.SKIPPED))
"""What lets the tasks go on that wait for it."""
STATE_WORDS: Final[Mapping[TaskState, str]] = {
    TaskState.NOT_STARTED: "not started",
    TaskState.IN_PROGRESS: "in progress",
    TaskState.BLOCKED: "blocked",
    TaskState.DONE: "done",
    TaskState.FAILED: "failed",
    TaskState.SKIPPED: "skipped",
}
"""States as sentences have them."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time in which a started task was blocked. ``end`` is None while it is."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """What came of one check of a quality gate. ``note`` has the evidence in words, ``artefacts`` where it is."""

    gate: str
    check: str
    verdict: Verdict
    note: str | None
    time: datetime
    artefacts: tuple[str, ...] = ()


OUTSIDE_FILES: Final = ("files", "outside")
"""Gate and check of what runs find by themselves: that an attempt changed files which its task does not write."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said: of one gate, or of all (``gate`` None). Whether it was yes says where it stands."""

    who: str
    gate: str | None
    note: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What recovery or a trigger decided for a task (``agent``: who is to do it), or what a trigger asked for."""

    action: str
    agent: str | None
    note: str | None
    attempt: int
    time: datetime
    percent: float | None = None
    """How much of the work counts as done when rework begins, 0 to 100."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run of the plan: what happened to it last (``action``, a ``RunAction`` or of a later version), and when."""

    run: str
    action: str
    note: str | None
    began: datetime
    time: datetime


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money in an ISO 4217 currency."""

    amount: float
    currency: str = DEFAULT_CURRENCY


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """What was recorded of a task, or of the whole plan (its key is ``WHOLE_PLAN``).

    Attributes
    ----------
    key
        What the task is known by in the journal.
    task
        Its id by now.
    attempt
        The attempt that is under way, or the last; what follows belongs to it.
    started, ended
        Of this attempt.
    run
        The run of the plan in which this attempt was started; ``BY_HAND`` for one that a person started, None before.
    percent, actual, score, artefacts
        As reported last in this attempt; ``actual`` in seconds.
    note
        The last note: a result or a reason.
    blocked_since, blocked_by
        Since when the task is blocked, and the reason given.
    pauses
        When work on this attempt was blocked.
    failures
        Attempts that failed.
    forced
        What was overridden, in all attempts.
    last
        When the last event happened.
    stray
        Events that could not change anything, such as progress of an attempt that had ended.
    tokens, cost, currency, model
        What this attempt has used so far, as it was told last; a cost without currency is in ``DEFAULT_CURRENCY``.
    all_tokens, all_costs
        What all attempts have used; costs by currency, in the order of its name.
    checks
        The last verdict on each check of each gate in this attempt, in the order of gate and check.
    approvals, rejections
        What people said last in this attempt: each once for a gate, and once for all.
    decisions
        Of recovery and triggers in all attempts, the earliest first.
    triggered
        Replan triggers that held in this attempt, the earliest first.
    runs
        Runs of the plan, the earliest first; of the whole plan only.
    taken_from
        Who was at it in this attempt when it was given to somebody else, empty for nobody by name; None where that did
        not happen.
    tried
        Who has begun attempts at it, each once, the earliest first.
    """

    key: str
    task: str
    state: TaskState = TaskState.NOT_STARTED
    attempt: int = 1
    agent: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    run: str | None = None
    percent: float | None = None
    actual: int | None = None
    score: float | None = None
    artefacts: tuple[str, ...] = ()
    note: str | None = None
    blocked_since: datetime | None = None
    blocked_by: str | None = None
    pauses: tuple[Pause, ...] = ()
    failures: int = 0
    forced: tuple[str, ...] = ()
    last: datetime | None = None
    stray: int = 0
    tokens: int | None = None
    cost: float | None = None
    currency: str | None = None
    model: str | None = None
    all_tokens: int | None = None
    all_costs: tuple[Cost, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
    approvals: tuple[Review, ...] = ()
    rejections: tuple[Review, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    triggered: tuple[DecisionRecord, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    taken_from: str | None = None
    tried: tuple[str, ...] = ()


class _Draft:
    """A task's state while events are folded into it: the fields of ``TaskProgress``, changed in place, which takes a
    fraction of the time that a new object for each event does.
    """

    __slots__ = (
        "actual",
        "agent",
        "artefacts",
        "attempt",
        "blocked_by",
        "blocked_since",
        "cost",
        "currency",
        "ended",
        "failures",
        "forced",
        "key",
        "last",
        "model",
        "note",
        "pauses",
        "percent",
        "run",
        "score",
        "seldom",
        "started",
        "state",
        "stray",
        "taken_from",
        "task",
        "tokens",
        "tried",
    )

    def __init__(self, key: str) -> None:
        self.key = key
        self.task = key
        self.agent: str | None = None
        self.note: str | None = None
        self.failures = 0
        self.forced: tuple[str, ...] = ()
        self.last: datetime | None = None
        self.stray = 0
        self.tried: tuple[str, ...] = ()
        self.seldom: _Seldom | None = None
        self.tokens: int | None = None
        self.cost: float | None = None
        self.currency: str | None = None
        self.begin(1)

    def begin(self, attempt: int) -> None:
        """Forget what belonged to the attempt before."""
        if self.tokens is not None or self.cost is not None or self.seldom is not None:
            self.more().begin(self.tokens, self.cost, self.currency)
        self.attempt = attempt
        self.state = TaskState.NOT_STARTED
        self.started: datetime | None = None
        self.ended: datetime | None = None
        self.run: str | None = None
        self.percent: float | None = None
        self.actual: int | None = None
        self.score: float | None = None
        self.artefacts: tuple[str, ...] = ()
        self.blocked_since: datetime | None = None
        self.blocked_by: str | None = None
        self.pauses: tuple[Pause, ...] = ()
        self.tokens = None
        self.cost = None
        self.currency = None
        self.model: str | None = None
        self.taken_from: str | None = None

    def more(self) -> _Seldom:
        """What few tasks have."""
        if self.seldom is None:
            self.seldom = _Seldom()
        return self.seldom

    def frozen(self) -> TaskProgress:
        """The state as it is now."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "seldom"}
        seldom = self.seldom
        if seldom is not None:
            values |= seldom.frozen(self.tokens, self.cost, self.currency)
        elif self.tokens is not None or self.cost is not None:
            values |= _Seldom().frozen(self.tokens, self.cost, self.currency)
        return TaskProgress(**values)


class _Seldom:
    """What few tasks have recorded of them: it is made where it is needed, so that the others cost nothing."""

    __slots__ = ("checks", "costs", "decisions", "reviews", "runs", "tokens", "triggered")

    def __init__(self) -> None:
        self.checks: dict[tuple[str, str], CheckRecord] = {}
        self.reviews: dict[tuple[str, str | None], tuple[Review, bool]] = {}
        self.decisions: list[DecisionRecord] = []
        self.triggered: list[DecisionRecord] = []
        self.runs: dict[str, RunRecord] = {}
        self.tokens: int | None = None
        self.costs: dict[str, float] = {}

    def begin(self, tokens: int | None, cost: float | None, currency: str | None) -> None:
        """Forget what belonged to an attempt, and add up what it has used."""
        self.tokens, self.costs = self._all_used(tokens, cost, currency)
        self.checks = {}
        self.reviews = {}
        self.triggered = []

    def frozen(self, tokens: int | None, cost: float | None, currency: str | None) -> dict[str, Any]:
        """The fields of ``TaskProgress`` that come of it, given what the present attempt has used."""
        all_tokens, costs = self._all_used(tokens, cost, currency)
        reviews = sorted(self.reviews.values(), key=_of_review)
        return {
            "all_tokens": all_tokens,
            "all_costs": tuple(Cost(costs[name], name) for name in sorted(costs)),
            "checks": tuple(self.checks[name] for name in sorted(self.checks)),
            "approvals": tuple(review for review, is_yes in reviews if is_yes),
            "rejections": tuple(review for review, is_yes in reviews if not is_yes),
            "decisions": tuple(self.decisions),
            "triggered": tuple(self.triggered),
            "runs": tuple(self.runs.values()),
        }

    def _all_used(
        self, tokens: int | None, cost: float | None, currency: str | None
    ) -> tuple[int | None, dict[str, float]]:
        costs = dict(self.costs)
        if cost is not None:
            name = currency or DEFAULT_CURRENCY
            costs[name] = costs.get(name, 0) + cost
        if tokens is None:
            return self.tokens, costs
        return (self.tokens or 0) + tokens, costs


@dataclass(frozen=True, slots=True)
class PlanState:
    """What was recorded of a plan, so far.

    Attributes
    ----------
    tasks
        By key.
    first, last
        When the first and the last event happened; None without any.
    events
        How many different ones there are.
    conflicts
        Events of the same id that say different things; the earliest counts.
    unknown
        How many events are of a kind that this version does not know.
    plan
        What was recorded of the whole plan: checks, approvals, decisions, triggers and runs.
    """

    tasks: Mapping[str, TaskProgress]
    first: datetime | None
    last: datetime | None
    events: int
    conflicts: int
    unknown: Mapping[str, int]
    plan: TaskProgress = TaskProgress(WHOLE_PLAN, WHOLE_PLAN)

    @property
    def paused(self) -> bool:
        """Whether the run that was heard of last is paused."""
        return self.run == RunAction.PAUSED

    @property
    def run(self) -> RunAction | None:
        """What was heard last of a run that can still be paused or resumed: started, paused or resumed. None without
        one. Of a run that was killed nothing is heard.
        """
        latest = max(self.plan.runs, key=_of_run, default=None)
        going_on = (RunAction.STARTED, RunAction.PAUSED, RunAction.RESUMED)
        return next((each for each in going_on if latest is not None and latest.action == each), None)

    @property
    def triggered(self) -> tuple[tuple[str, DecisionRecord], ...]:
        """Replan triggers that held, each with the key of its task (``WHOLE_PLAN`` for none), the earliest first."""
        found = [(each.key, one) for each in (self.plan, *self.tasks.values()) for one in each.triggered]
        return tuple(sorted(found, key=_of_trigger))

    def by_task(self) -> dict[str, TaskProgress]:
        """By the ids that tasks have by now. Of two tasks with one id the one that was always called so counts, else
        the one whose key comes first.
        """
        found: dict[str, TaskProgress] = {}
        for key in sorted(self.tasks):
            each = self.tasks[key]
            if each.task not in found or each.key == each.task:
                found[each.task] = each
        return found


class ProgressFold:
    """Takes events in any order, any number of times, and knows the state after all of them."""

    def __init__(self, plan: str) -> None:
        """``plan`` is the ``plan_id`` whose events count; others are passed over."""
        self.plan: Final = plan
        self._known: dict[str, Event] = {}
        self._by_key: dict[str, list[Event]] = {}
        self._drafts: dict[str, _Draft] = {}
        self._states: dict[str, TaskProgress] = {}
        self._touched: set[str] = set()
        self._unknown: dict[str, int] = {}
        self._conflicts: set[Event] = set()

    def add(self, events: Iterable[Event]) -> bool:
        """Take some events; whether there was anything new."""
        stale: set[str] = set()
        changed = False
        for event in events:
            if event.plan != self.plan:
                continue
            known = self._known.get(event.id)
            if known is not None:
                changed |= known != event and self._resolve(known, event, stale)
                continue
            changed = True
            self._known[event.id] = event
            self._file(event, stale)
        for key in stale:
            self._fold_again(key)
        return changed

    def state(self) -> PlanState:
        """The state after all events so far."""
        for key in self._touched:
            if key in self._drafts:
                self._states[key] = self._drafts[key].frozen()
            else:
                self._states.pop(key, None)
        whole = self._states.get(_PLAN)
        self._touched.clear()
        times = [event.time for own in self._by_key.values() for event in (own[0], own[-1])]
        return PlanState(
            {key: self._states[key] for key in sorted(self._states) if key != _PLAN},
            min(times, default=None),
            max(times, default=None),
            len(self._known),
            len(self._conflicts),
            {kind: self._unknown[kind] for kind in sorted(self._unknown) if self._unknown[kind]},
            whole if whole is not None else TaskProgress(WHOLE_PLAN, WHOLE_PLAN),
        )

    def events(self) -> list[Event]:
        """The events so far, each once, in their order."""
        return sorted(self._known.values(), key=_order)

    def _file(self, event: Event, stale: set[str]) -> None:
        """Put an event among those of its task, and fold it, or note that the task has to be folded again."""
        key = _key(event)
        self._touched.add(key)
        if event.kind not in _KNOWN:
            self._unknown[event.kind] = self._unknown.get(event.kind, 0) + 1
        own = self._by_key.setdefault(key, [])
        # Times are compared first: the rest of the order is needed for equal ones only.
        if own and event.time <= own[-1].time and event.order < own[-1].order:
            insort(own, event, key=_order)
            stale.add(key)
            return
        own.append(event)
        if key not in stale:
            draft = self._drafts.get(key)
            if draft is None:
                draft = self._drafts[key] = _Draft(event.key)
            _apply(draft, event)

    def _resolve(self, known: Event, event: Event, stale: set[str]) -> bool:
        """Of two events with one id the first in time counts, of equal ones that whose text comes first."""
        if _precedence(event) < _precedence(known):
            key = _key(known)
            own = self._by_key[key]
            del own[bisect_left(own, known.order, key=_order)]
            self._touched.add(key)
            if known.kind not in _KNOWN:
                self._unknown[known.kind] -= 1
            stale.add(key)
            self._known[event.id] = event
            self._conflicts.discard(event)
            self._conflicts.add(known)
            self._file(event, stale)
            return True
        fresh = event not in self._conflicts
        self._conflicts.add(event)
        return fresh

    def _fold_again(self, key: str) -> None:
        events = self._by_key[key]
        if not events:
            del self._by_key[key]
            self._drafts.pop(key, None)
            return
        draft = self._drafts[key] = _Draft(events[0].key)
        for event in events:
            _apply(draft, event)


def attempts_of(key: str, events: Iterable[Event]) -> list[TaskProgress]:
    """How each attempt at a task ended, and how the last one is; the events are those of the task, in order.

    The state of a whole plan keeps the last attempt only.
    """
    draft, ended = _Draft(key), list[TaskProgress]()
    for event in events:
        may_begin = event.attempt > draft.attempt or event.kind == EventKind.REOPENED
        before = draft.frozen() if may_begin else None
        _apply(draft, event)
        if before is not None and draft.attempt > before.attempt:
            ended.append(before)
    return [*ended, draft.frozen()]


def _apply(draft: _Draft, event: Event) -> None:
    """One more event of a task. Never fails: merged journals may hold any sequence."""
    draft.last = event.time
    if event.kind == EventKind.RENAMED:
        draft.task = event.to or draft.task
    elif event.kind in _OF_ANY_ATTEMPT:
        _OF_ANY_ATTEMPT[event.kind](draft, event)
    elif not _has_changed(draft, event):
        draft.stray += 1
        return
    if event.forced:
        draft.forced += event.forced


def _has_changed(draft: _Draft, event: Event) -> bool:
    """Let an event change what it can; False where that is nothing."""
    change = _CHANGES.get(event.kind)
    if change is None or event.attempt < draft.attempt:
        return False
    if event.attempt > draft.attempt:
        if event.kind in _OF_A_BEGUN_ATTEMPT:
            return False
        draft.begin(event.attempt)
    return change(draft, event)


def _start(draft: _Draft, event: Event) -> bool:
    if draft.state not in (TaskState.NOT_STARTED, TaskState.BLOCKED) or draft.started is not None:
        return False
    _report(draft, event)
    draft.state, draft.started, draft.run = TaskState.IN_PROGRESS, event.time, event.run
    draft.blocked_since = draft.blocked_by = None
    if draft.agent is not None and draft.agent not in draft.tried:
        draft.tried = (*draft.tried, draft.agent)
    return True


def _progress(draft: _Draft, event: Event) -> bool:
    if draft.state in _OVER:
        return False
    _report(draft, event)
    if draft.state is TaskState.NOT_STARTED:
        # Its start is in a journal that was not merged yet, or was never recorded.
        draft.state, draft.started, draft.run = TaskState.IN_PROGRESS, event.time, event.run
    return True


def _end(draft: _Draft, event: Event, state: TaskState) -> bool:
    _report(draft, event)
    draft.state, draft.ended = state, event.time
    draft.blocked_since = draft.blocked_by = None
    draft.pauses = _resumed(draft.pauses, event.time)
    return True


def _done(draft: _Draft, event: Event) -> bool:
    return draft.state is not TaskState.DONE and _end(draft, event, TaskState.DONE)


def _skipped(draft: _Draft, event: Event) -> bool:
    return draft.state not in FINISHED and _end(draft, event, TaskState.SKIPPED)


def _failed(draft: _Draft, event: Event) -> bool:
    if draft.state in _OVER:
        return False
    draft.failures += 1
    return _end(draft, event, TaskState.FAILED)


def _blocked(draft: _Draft, event: Event) -> bool:
    if draft.state in FINISHED or draft.state is TaskState.BLOCKED:
        return False
    _report(draft, event)
    if draft.state is TaskState.IN_PROGRESS:
        draft.pauses = (*draft.pauses, Pause(event.time))
    draft.state, draft.blocked_since, draft.blocked_by = TaskState.BLOCKED, event.time, event.note
    return True


def _unblocked(draft: _Draft, event: Event) -> bool:
    if draft.state is not TaskState.BLOCKED:
        return False
    _report(draft, event)
    if draft.ended is not None:
        draft.state = TaskState.FAILED
    else:
        draft.state = TaskState.IN_PROGRESS if draft.started is not None else TaskState.NOT_STARTED
    draft.blocked_since = draft.blocked_by = None
    draft.pauses = _resumed(draft.pauses, event.time)
    return True


def _reassigned(draft: _Draft, event: Event) -> bool:
    if draft.state in FINISHED:
        return False
    if draft.started is not None and draft.ended is None and event.agent not in (None, draft.agent):
        was = draft.taken_from if draft.taken_from is not None else draft.agent or ""
        draft.taken_from = was if event.agent != was else None
    _report(draft, event)
    return True


def _reopened(draft: _Draft, event: Event) -> bool:
    if draft.state not in _OVER:
        return False
    _report(draft, event)
    draft.begin(draft.attempt + 1)
    return True


def _checked(draft: _Draft, event: Event) -> bool:
    if event.gate is None or event.check is None:
        return False
    # A verdict of a later version is none that could be relied on here.
    verdict = Verdict(event.verdict) if event.verdict in _VERDICTS else Verdict.UNVERIFIED
    record = CheckRecord(event.gate, event.check, verdict, event.note, event.time, event.artefacts)
    draft.more().checks[event.gate, event.check] = record
    return True


def _approved(draft: _Draft, event: Event) -> bool:
    return _reviewed(draft, event, is_yes=True)


def _rejected(draft: _Draft, event: Event) -> bool:
    return _reviewed(draft, event, is_yes=False)


def _reviewed(draft: _Draft, event: Event, *, is_yes: bool) -> bool:
    if event.agent is None:
        return False
    review = Review(event.agent, event.gate, event.note, event.time)
    draft.more().reviews[event.agent, event.gate] = review, is_yes
    return True


def _triggered(draft: _Draft, event: Event) -> bool:
    draft.more().triggered.append(_decision_of(event))
    return True


def _decided(draft: _Draft, event: Event) -> None:
    draft.more().decisions.append(_decision_of(event))


def _ran(draft: _Draft, event: Event) -> None:
    runs = draft.more().runs
    before = runs.get(event.run)
    began = before.began if before is not None else event.time
    runs[event.run] = RunRecord(event.run, event.action or "", event.note, began, event.time)


def _decision_of(event: Event) -> DecisionRecord:
    return DecisionRecord(
        event.action or "", event.agent, event.note, event.attempt, event.time, event.percent
    )


def _report(draft: _Draft, event: Event) -> None:
    """What any event may say besides."""
    draft.agent = event.agent or draft.agent
    draft.note = event.note or draft.note
    if event.percent is not None:
        draft.percent = event.percent
    if event.actual is not None:
        draft.actual = event.actual
    if event.score is not None:
        draft.score = event.score
    if event.artefacts:
        draft.artefacts = tuple(dict.fromkeys((*draft.artefacts, *event.artefacts)))
    if event.tokens is not None:
        draft.tokens = event.tokens
    if event.cost is not None:
        draft.cost = event.cost
        draft.currency = event.currency
    draft.model = event.model or draft.model


def _resumed(pauses: tuple[Pause, ...], time: datetime) -> tuple[Pause, ...]:
    if not pauses or pauses[-1].end is not None:
        return pauses
    return (*pauses[:-1], Pause(pauses[-1].start, time))


def _order(event: Event) -> tuple[datetime, str, str]:
    return event.order


def _key(event: Event) -> str:
    return _PLAN if event.is_of_plan else event.key


def _of_review(entry: tuple[Review, bool]) -> tuple[datetime, str, str]:
    return entry[0].time, entry[0].who, entry[0].gate or ""


def _of_run(run: RunRecord) -> tuple[datetime, str]:
    return run.time, run.run


def _of_trigger(entry: tuple[str, DecisionRecord]) -> tuple[datetime, str, str]:
    return entry[1].time, entry[0], entry[1].action


def _precedence(event: Event) -> tuple[datetime, str]:
    return event.time, repr(event)


# No task has it, as keys have a character at least.
_PLAN: Final = ""
_KNOWN: Final = frozenset(EventKind)
_VERDICTS: Final = frozenset(Verdict)
_OVER: Final = frozenset((*FINISHED, TaskState.FAILED))
_OF_A_BEGUN_ATTEMPT: Final = frozenset((EventKind.UNBLOCKED, EventKind.REOPENED))
_CHANGES: Final[Mapping[str, Callable[[_Draft, Event], bool]]] = {
    EventKind.STARTED: _start,
    EventKind.PROGRESS: _progress,
    EventKind.DONE: _done,
    EventKind.FAILED: _failed,
    EventKind.BLOCKED: _blocked,
    EventKind.UNBLOCKED: _unblocked,
    EventKind.REASSIGNED: _reassigned,
    EventKind.SKIPPED: _skipped,
    EventKind.REOPENED: _reopened,
    EventKind.CHECKED: _checked,
    EventKind.APPROVED: _approved,
    EventKind.REJECTED: _rejected,
    EventKind.TRIGGERED: _triggered,
}
_OF_ANY_ATTEMPT: Final[Mapping[str, Callable[[_Draft, Event], None]]] = {
    EventKind.DECIDED: _decided,
    EventKind.RUN: _ran,
}
