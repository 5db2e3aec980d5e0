"""What was recorded of a plan: the state of each task, and what is known of the plan as a whole.

Plain data; `fold.py` makes it of events. Knows neither the plan nor how long anything should take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from orchestrate_ls.progress.event import DEFAULT_CURRENCY, WHOLE_PLAN, RunAction, Verdict

MICROSECOND: Final = timedelta(microseconds=1)
"""The least time between two events of a task: their order decides what they mean."""


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
_GOING_ON: Final = (RunAction.STARTED, RunAction.PAUSED, RunAction.RESUMED)
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

    def next_time(self, now: datetime) -> datetime:
        """The time of an event that is recorded now: behind all others."""
        return now if self.last is None or now > self.last else self.last + MICROSECOND


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
        latest = self.latest_run
        return RunAction(latest.action) if latest is not None and latest.action in _GOING_ON else None

    @property
    def latest_run(self) -> RunRecord | None:
        """The run that was heard of last."""
        return max(self.plan.runs, key=_of_run, default=None)

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


def _of_run(run: RunRecord) -> tuple[datetime, str]:
    return run.time, run.run


def _of_trigger(entry: tuple[str, DecisionRecord]) -> tuple[datetime, str, str]:
    return entry[1].time, entry[0], entry[1].action
