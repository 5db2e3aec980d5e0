"""The state of a plan as a fold over its events: each event once, by time, then by id.

Incremental: events that come in order cost their number only. Where an earlier one turns up (a merge by git, a clock
that is slow) its task is folded again. Knows the events only, neither the plan nor how long anything should take.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from orchestrate_ls.progress.event import Event, EventKind


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


@dataclass(frozen=True, slots=True)
class Pause:
    """Time in which a started task was blocked. ``end`` is None while it is."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """What was recorded of a task.

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
    """

    key: str
    task: str
    state: TaskState = TaskState.NOT_STARTED
    attempt: int = 1
    agent: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
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
    """

    tasks: Mapping[str, TaskProgress]
    first: datetime | None
    last: datetime | None
    events: int
    conflicts: int
    unknown: Mapping[str, int]

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
        self._states: dict[str, TaskProgress] = {}
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
        known = {kind.value for kind in EventKind}
        unknown: dict[str, int] = {}
        times: list[datetime] = []
        for events in self._by_key.values():
            times += (events[0].time, events[-1].time)
        for event in self._known.values():
            if event.kind not in known:
                unknown[event.kind] = unknown.get(event.kind, 0) + 1
        return PlanState(
            {key: self._states[key] for key in sorted(self._states)},
            min(times, default=None),
            max(times, default=None),
            len(self._known),
            len(self._conflicts),
            {kind: unknown[kind] for kind in sorted(unknown)},
        )

    def _file(self, event: Event, stale: set[str]) -> None:
        """Put an event among those of its task, and fold it, or note that the task has to be folded again."""
        own = self._by_key.setdefault(event.key, [])
        if own and event.order < own[-1].order:
            insort(own, event, key=_order)
            stale.add(event.key)
            return
        own.append(event)
        if event.key not in stale:
            before = self._states.get(event.key) or TaskProgress(event.key, event.key)
            self._states[event.key] = apply(before, event)

    def _resolve(self, known: Event, event: Event, stale: set[str]) -> bool:
        """Of two events with one id the first in time counts, of equal ones that whose text comes first."""
        if _precedence(event) < _precedence(known):
            own = self._by_key[known.key]
            del own[bisect_left(own, known.order, key=_order)]
            stale.add(known.key)
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
            self._states.pop(key, None)
            return
        state = TaskProgress(key, key)
        for event in events:
            state = apply(state, event)
        self._states[key] = state


def apply(before: TaskProgress, event: Event) -> TaskProgress:
    """The state of a task after one more event of it. Never fails: merged journals may hold any sequence."""
    after = _after(before, event)
    if after is None:
        return replace(before, stray=before.stray + 1, last=event.time)
    forced = (*before.forced, *event.forced) if event.forced else before.forced
    name = event.to if event.kind == EventKind.RENAMED else None
    return replace(after, last=event.time, forced=forced, task=name or after.task)


def _after(before: TaskProgress, event: Event) -> TaskProgress | None:
    """What an event changes; None where it cannot change anything."""
    kind = event.kind
    if kind == EventKind.RENAMED:
        return before
    if kind not in _CHANGES or event.attempt < before.attempt:
        return None
    if event.attempt > before.attempt:
        before = _new_attempt(before, event.attempt)
    change = _CHANGES[EventKind(kind)]
    return change(before, event)


def _new_attempt(before: TaskProgress, attempt: int) -> TaskProgress:
    return TaskProgress(
        before.key,
        before.task,
        attempt=attempt,
        agent=before.agent,
        note=before.note,
        failures=before.failures,
        forced=before.forced,
        last=before.last,
        stray=before.stray,
    )


def _start(before: TaskProgress, event: Event) -> TaskProgress | None:
    if before.state not in (TaskState.NOT_STARTED, TaskState.BLOCKED) or before.started is not None:
        return None
    started = replace(
        _reported(before, event), state=TaskState.IN_PROGRESS, started=event.time, blocked_since=None
    )
    return replace(started, blocked_by=None)


def _progress(before: TaskProgress, event: Event) -> TaskProgress | None:
    if before.state in (*FINISHED, TaskState.FAILED):
        return None
    after = _reported(before, event)
    if before.state is TaskState.NOT_STARTED:
        # Its start is in a journal that was not merged yet, or was never recorded.
        return replace(after, state=TaskState.IN_PROGRESS, started=event.time)
    return after


def _end(state: TaskState, before: TaskProgress, event: Event) -> TaskProgress:
    after = replace(_reported(before, event), state=state, ended=event.time, blocked_since=None)
    return replace(after, blocked_by=None, pauses=_resumed(before.pauses, event.time))


def _done(before: TaskProgress, event: Event) -> TaskProgress | None:
    return None if before.state is TaskState.DONE else _end(TaskState.DONE, before, event)


def _skipped(before: TaskProgress, event: Event) -> TaskProgress | None:
    return None if before.state in FINISHED else _end(TaskState.SKIPPED, before, event)


def _failed(before: TaskProgress, event: Event) -> TaskProgress | None:
    if before.state in (*FINISHED, TaskState.FAILED):
        return None
    return replace(_end(TaskState.FAILED, before, event), failures=before.failures + 1)


def _blocked(before: TaskProgress, event: Event) -> TaskProgress | None:
    if before.state in (*FINISHED, TaskState.BLOCKED):
        return None
    after = replace(_reported(before, event), state=TaskState.BLOCKED, blocked_since=event.time)
    pauses = (*before.pauses, Pause(event.time)) if before.state is TaskState.IN_PROGRESS else before.pauses
    return replace(after, blocked_by=event.note, pauses=pauses)


def _unblocked(before: TaskProgress, event: Event) -> TaskProgress | None:
    if before.state is not TaskState.BLOCKED:
        return None
    state = TaskState.IN_PROGRESS if before.started is not None else TaskState.NOT_STARTED
    if before.ended is not None:
        state = TaskState.FAILED
    after = replace(_reported(before, event), state=state, blocked_since=None, blocked_by=None)
    return replace(after, pauses=_resumed(before.pauses, event.time))


def _reassigned(before: TaskProgress, event: Event) -> TaskProgress | None:
    return None if before.state in FINISHED else _reported(before, event)


def _reopened(before: TaskProgress, event: Event) -> TaskProgress | None:
    if before.state not in (*FINISHED, TaskState.FAILED):
        return None
    return _new_attempt(_reported(before, event), before.attempt + 1)


def _reported(before: TaskProgress, event: Event) -> TaskProgress:
    """What any event may say besides."""
    return replace(
        before,
        agent=event.agent or before.agent,
        percent=before.percent if event.percent is None else event.percent,
        actual=before.actual if event.actual is None else event.actual,
        score=before.score if event.score is None else event.score,
        artefacts=tuple(dict.fromkeys((*before.artefacts, *event.artefacts))),
        note=event.note or before.note,
    )


def _resumed(pauses: tuple[Pause, ...], time: datetime) -> tuple[Pause, ...]:
    if not pauses or pauses[-1].end is not None:
        return pauses
    return (*pauses[:-1], Pause(pauses[-1].start, time))


def _order(event: Event) -> tuple[datetime, str, str]:
    return event.order


def _precedence(event: Event) -> tuple[datetime, str]:
    return event.time, repr(event)


_CHANGES: Final = {
    EventKind.STARTED: _start,
    EventKind.PROGRESS: _progress,
    EventKind.DONE: _done,
    EventKind.FAILED: _failed,
    EventKind.BLOCKED: _blocked,
    EventKind.UNBLOCKED: _unblocked,
    EventKind.REASSIGNED: _reassigned,
    EventKind.SKIPPED: _skipped,
    EventKind.REOPENED: _reopened,
}
