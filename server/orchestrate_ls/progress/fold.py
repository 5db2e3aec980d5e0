"""The state of a plan as a fold over its events: each event once, by time, then by id.

Incremental: events that come in order cost their number only. Where an earlier one turns up (a merge by git, a clock
that is slow) its task is folded again. Knows the events only, neither the plan nor how long anything should take.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from orchestrate_ls.progress.event import WHOLE_PLAN, Event, EventKind
from orchestrate_ls.progress.state import PlanState, TaskProgress
from orchestrate_ls.progress.task_fold import TaskDraft, apply

# No task has it, as keys have a character at least.
_PLAN: Final = ""
_KNOWN: Final = frozenset(EventKind)


class ProgressFold:
    """Takes events in any order, any number of times, and knows the state after all of them."""

    def __init__(self, plan: str) -> None:
        """``plan`` is the ``plan_id`` whose events count; others are passed over."""
        self.plan: Final = plan
        self._known: dict[str, Event] = {}
        self._by_key: dict[str, list[Event]] = {}
        self._drafts: dict[str, TaskDraft] = {}
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
                draft = self._drafts[key] = TaskDraft(event.key)
            apply(draft, event)

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
        draft = self._drafts[key] = TaskDraft(events[0].key)
        for event in events:
            apply(draft, event)


def attempts_of(key: str, events: Iterable[Event]) -> list[TaskProgress]:
    """How each attempt at a task ended, and how the last one is; the events are those of the task, in order.

    The state of a whole plan keeps the last attempt only.
    """
    draft, ended = TaskDraft(key), list[TaskProgress]()
    for event in events:
        may_begin = event.attempt > draft.attempt or event.kind == EventKind.REOPENED
        before = draft.frozen() if may_begin else None
        apply(draft, event)
        if before is not None and draft.attempt > before.attempt:
            ended.append(before)
    return [*ended, draft.frozen()]


def _order(event: Event) -> tuple[datetime, str, str]:
    return event.order


def _key(event: Event) -> str:
    return _PLAN if event.is_of_plan else event.key


def _precedence(event: Event) -> tuple[datetime, str]:
    return event.time, repr(event)
