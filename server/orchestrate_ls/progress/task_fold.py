"""One task's state while events are folded into it, one event at a time.

Never fails: merged journals may hold any sequence. Knows the events of one task only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from orchestrate_ls.progress.event import DEFAULT_CURRENCY, Event, EventKind, Verdict
from orchestrate_ls.progress.state import (
    FINISHED,
    CheckRecord,
    Cost,
    DecisionRecord,
    Pause,
    Review,
    RunRecord,
    TaskProgress,
    TaskState,
)


class TaskDraft:
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


def apply(draft: TaskDraft, event: Event) -> None:
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


def _has_changed(draft: TaskDraft, event: Event) -> bool:
    """Let an event change what it can; False where that is nothing."""
    change = _CHANGES.get(event.kind)
    if change is None or event.attempt < draft.attempt:
        return False
    if event.attempt > draft.attempt:
        if event.kind in _OF_A_BEGUN_ATTEMPT:
            return False
        draft.begin(event.attempt)
    return change(draft, event)


def _start(draft: TaskDraft, event: Event) -> bool:
    if draft.state not in (TaskState.NOT_STARTED, TaskState.BLOCKED) or draft.started is not None:
        return False
    _report(draft, event)
    draft.state, draft.started, draft.run = TaskState.IN_PROGRESS, event.time, event.run
    draft.blocked_since = draft.blocked_by = None
    if draft.agent is not None and draft.agent not in draft.tried:
        draft.tried = (*draft.tried, draft.agent)
    return True


def _progress(draft: TaskDraft, event: Event) -> bool:
    if draft.state in _OVER:
        return False
    _report(draft, event)
    if draft.state is TaskState.NOT_STARTED:
        # Its start is in a journal that was not merged yet, or was never recorded.
        draft.state, draft.started, draft.run = TaskState.IN_PROGRESS, event.time, event.run
    return True


def _end(draft: TaskDraft, event: Event, state: TaskState) -> bool:
    _report(draft, event)
    draft.state, draft.ended = state, event.time
    draft.blocked_since = draft.blocked_by = None
    draft.pauses = _resumed(draft.pauses, event.time)
    return True


def _done(draft: TaskDraft, event: Event) -> bool:
    return draft.state is not TaskState.DONE and _end(draft, event, TaskState.DONE)


def _skipped(draft: TaskDraft, event: Event) -> bool:
    return draft.state not in FINISHED and _end(draft, event, TaskState.SKIPPED)


def _failed(draft: TaskDraft, event: Event) -> bool:
    if draft.state in _OVER:
        return False
    draft.failures += 1
    return _end(draft, event, TaskState.FAILED)


def _blocked(draft: TaskDraft, event: Event) -> bool:
    if draft.state in FINISHED or draft.state is TaskState.BLOCKED:
        return False
    _report(draft, event)
    if draft.state is TaskState.IN_PROGRESS:
        draft.pauses = (*draft.pauses, Pause(event.time))
    draft.state, draft.blocked_since, draft.blocked_by = TaskState.BLOCKED, event.time, event.note
    return True


def _unblocked(draft: TaskDraft, event: Event) -> bool:
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


def _reassigned(draft: TaskDraft, event: Event) -> bool:
    if draft.state in FINISHED:
        return False
    if draft.started is not None and draft.ended is None and event.agent not in (None, draft.agent):
        was = draft.taken_from if draft.taken_from is not None else draft.agent or ""
        draft.taken_from = was if event.agent != was else None
    _report(draft, event)
    return True


def _reopened(draft: TaskDraft, event: Event) -> bool:
    if draft.state not in _OVER:
        return False
    _report(draft, event)
    draft.begin(draft.attempt + 1)
    return True


def _checked(draft: TaskDraft, event: Event) -> bool:
    if event.gate is None or event.check is None:
        return False
    # A verdict of a later version is none that could be relied on here.
    verdict = Verdict(event.verdict) if event.verdict in _VERDICTS else Verdict.UNVERIFIED
    record = CheckRecord(event.gate, event.check, verdict, event.note, event.time, event.artefacts)
    draft.more().checks[event.gate, event.check] = record
    return True


def _approved(draft: TaskDraft, event: Event) -> bool:
    return _reviewed(draft, event, is_yes=True)


def _rejected(draft: TaskDraft, event: Event) -> bool:
    return _reviewed(draft, event, is_yes=False)


def _reviewed(draft: TaskDraft, event: Event, *, is_yes: bool) -> bool:
    if event.agent is None:
        return False
    review = Review(event.agent, event.gate, event.note, event.time)
    draft.more().reviews[event.agent, event.gate] = review, is_yes
    return True


def _triggered(draft: TaskDraft, event: Event) -> bool:
    draft.more().triggered.append(_decision_of(event))
    return True


def _decided(draft: TaskDraft, event: Event) -> None:
    draft.more().decisions.append(_decision_of(event))


def _ran(draft: TaskDraft, event: Event) -> None:
    runs = draft.more().runs
    before = runs.get(event.run)
    began = before.began if before is not None else event.time
    runs[event.run] = RunRecord(event.run, event.action or "", event.note, began, event.time)


def _decision_of(event: Event) -> DecisionRecord:
    return DecisionRecord(
        event.action or "", event.agent, event.note, event.attempt, event.time, event.percent
    )


def _report(draft: TaskDraft, event: Event) -> None:
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


def _of_review(entry: tuple[Review, bool]) -> tuple[datetime, str, str]:
    return entry[0].time, entry[0].who, entry[0].gate or ""


_VERDICTS: Final = frozenset(Verdict)
_OVER: Final = frozenset((*FINISHED, TaskState.FAILED))
_OF_A_BEGUN_ATTEMPT: Final = frozenset((EventKind.UNBLOCKED, EventKind.REOPENED))
_CHANGES: Final[Mapping[str, Callable[[TaskDraft, Event], bool]]] = {
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
_OF_ANY_ATTEMPT: Final[Mapping[str, Callable[[TaskDraft, Event], None]]] = {
    EventKind.DECIDED: _decided,
    EventKind.RUN: _ran,
}
