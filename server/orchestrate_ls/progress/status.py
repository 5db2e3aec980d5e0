"""How a plan stands: each task's state with the reason, figures for the whole, a forecast, and what needs attention.

Source of the list: the project's seed description, execution monitoring. Pure: the plan, its journal's state and the
time are passed in. Figures are defined where they are named below, each once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.clock import ProgressClock
from orchestrate_ls.progress.event import Verdict
from orchestrate_ls.progress.forecast import Forecast, forecast, is_under_way, left_of
from orchestrate_ls.progress.gates import GateState, gate_states
from orchestrate_ls.progress.recovery import rework_share
from orchestrate_ls.progress.state import OUTSIDE_FILES, PlanState, TaskProgress
from orchestrate_ls.progress.triggers import Baseline, FiredTrigger, fired, values_text
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_project import PlanProject, ResourceKind
from orchestrate_ls.schedule.quick_schedule import quick_schedule

LONGER_BY: Final = 0.1
"""A task that took more than this share longer than estimated is worth a note."""
BEHIND_BY: Final = 60
"""Seconds by which a task or plan is behind its schedule before that is worth an alert."""


class Stand(StrEnum):
    """How a task stands. ``READY`` can start now, ``QUEUED`` is next: it waits for tasks that are under way or could
    be, or for an agent, files or capacity. The others are those of ``TaskState``.
    """

    NOT_STARTED = "not_started"
    QUEUED = "queued"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Risk(StrEnum):
    """What a delay threatens: the end of the plan or a deadline (high), more than half of the slack, or less."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class AlertKind(StrEnum):
    """What needs attention."""

    BEHIND = "behind_schedule"
    PLAN_BEHIND = "plan_behind_schedule"
    DEADLINE = "deadline_at_risk"
    FAILED = "failed"
    BLOCKED = "blocked"
    LONGER = "took_longer"
    CAPACITY = "capacity_free"
    TRIGGERED = "replan_triggered"
    OUTSIDE = "changed_outside"
    """An attempt changed files that are not among its task's `files`."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs attention. Times are in seconds; what does not belong to the kind is None or empty.

    Attributes
    ----------
    task
        None for the plan as a whole.
    by
        How late (of the schedule or the deadline), how long blocked, how much longer than estimated.
    share
        Of ``took_longer``: by / estimate. Of ``capacity_free``: tasks at once that are taken, from 0 to 1.
    room
        Of ``capacity_free``: how many more tasks may run at once.
    tasks
        Of ``capacity_free``: those that can start now.
    reason
        Of ``blocked``, ``failed`` and ``changed_outside``: as it was given. Of ``replan_triggered``: the condition and
        its values.
    condition, values
        Of ``replan_triggered``: the two parts of the reason.
    action, severity
        Of ``replan_triggered``: what the plan asks for (None for nothing), and how bad it says this is.
    """

    kind: AlertKind
    task: int | None = None
    by: int = 0
    risk: Risk | None = None
    share: float = 0.0
    room: int = 0
    tasks: tuple[int, ...] = ()
    reason: str | None = None
    action: str | None = None
    severity: str | None = None
    condition: str | None = None
    values: str | None = None


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """A task's state. Durations are in seconds, moments with their zone.

    Attributes
    ----------
    estimate
        None where the plan gives none.
    spent
        Work so far, as reported or else measured; of a finished task its actual time. None where it has not begun.
    percent
        As reported, 100 when done; None where nobody said.
    waits_for
        Tasks that keep it from starting.
    wait
        What else does: an agent, files, or the number of tasks at once; with the tasks that take it up.
    forecast_start, forecast_finish
        None for what is over.
    gates
        Its quality gates.
    """

    task: int
    stand: Stand
    agent: str | None
    estimate: int | None
    spent: int | None
    percent: float | None
    attempt: int
    waits_for: tuple[int, ...]
    wait_kind: ResourceKind | None
    wait_name: str
    busy_with: tuple[int, ...]
    started: datetime | None
    ended: datetime | None
    forecast_start: datetime | None
    forecast_finish: datetime | None
    recorded: TaskProgress | None
    gates: tuple[GateState, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """How a plan stands at a moment. Durations are in seconds, ratios from 0 to 1.

    Attributes
    ----------
    by_task
        The share of tasks that is done, those in progress with their percentage; skipped ones are not counted.
    by_effort
        The same, each task weighed by its estimate.
    elapsed
        Clock time from the first event to now, or to the last where all is finished.
    remaining
        Working time from now to the end of the schedule of what is left; None where the dependencies have a cycle.
    work_left
        The work of all tasks that is left, as if one after the other.
    finish
        When it will be finished, if work goes on at once.
    behind
        By how much that is later than the plan's own schedule, in working time; negative where it is earlier.
    planned
        The makespan of the plan's own schedule.
    capacity
        Tasks at once, as the plan says; None for any number.
    strangers
        Ids in the journal that the plan does not have.
    triggered
        The replan triggers that hold and were not acted upon.
    gates
        The quality gates of the plan as a whole.
    """

    now: datetime
    tasks: tuple[TaskStatus, ...]
    alerts: tuple[Alert, ...]
    by_task: float
    by_effort: float
    elapsed: int
    remaining: int | None
    work_left: int
    finish: datetime | None
    behind: int | None
    planned: int | None
    capacity: int | None
    running: int
    strangers: tuple[str, ...]
    triggered: tuple[FiredTrigger, ...] = ()
    gates: tuple[GateState, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left."""
        return all(each.stand in (Stand.DONE, Stand.SKIPPED) for each in self.tasks)


class StatusReporter:
    """Says how a plan stands; what depends on the plan alone is worked out once."""

    def __init__(self, plan: Plan, analysis: NetworkAnalysis) -> None:
        """``analysis`` is that of the plan's network."""
        self._plan = plan
        self._analysis = analysis
        self._baselines: dict[datetime | None, tuple[list[int], list[int], int]] = {}

    def report(self, state: PlanState, now: datetime) -> PlanStatus:
        """The status at a moment."""
        return _Report(self, self._plan, self._analysis, state, now).build()

    def baseline(self, plan: Plan, *, anchored: datetime | None) -> tuple[list[int], list[int], int]:
        """Starts, finishes and makespan of the plan's own schedule, by its estimates; ``anchored`` is its start."""
        known = self._baselines.get(anchored)
        if known is None:
            found = quick_schedule(plan)
            known = self._baselines[anchored] = found.starts, found.finishes, found.makespan
        return known


class _Report:
    def __init__(
        self, reporter: StatusReporter, plan: Plan, analysis: NetworkAnalysis, state: PlanState, now: datetime
    ) -> None:
        self._reporter = reporter
        self._analysis = analysis
        self._original = plan
        self._state = state
        self._now = now
        self._board = ProgressBoard(plan, state, analysis.network)
        self._clock = ProgressClock(self._board.plan, self._board.agents, state.first or now)
        size = len(plan.tasks)
        self._estimates = [
            task.estimate.expected if task.estimate is not None else None for task in plan.tasks
        ]
        self._spent = [self._spent_on(task) for task in range(size)]
        self._left = [self._left_of(task) for task in range(size)]
        self._forecast: Forecast | None = None
        self._baseline: tuple[list[int], list[int], int] | None = None
        if analysis.times.complete:
            self._schedule()

    def build(self) -> PlanStatus:
        board, clock = self._board, self._clock
        tasks = tuple(self._task(task) for task in range(len(board.progress)))
        counted = [each for each in tasks if each.stand is not Stand.SKIPPED]
        effort = sum(each.estimate or 0 for each in counted)
        by_task = sum(map(_share, counted)) / len(counted) if counted else 1.0
        by_effort = (
            sum(_share(each) * (each.estimate or 0) for each in counted) / effort if effort else by_task
        )
        now = clock.at(self._now)
        end = self._forecast.end if self._forecast is not None else None
        is_over = all(each.stand in (Stand.DONE, Stand.SKIPPED) for each in tasks)
        last = max((each.ended for each in tasks if each.ended is not None), default=self._now)
        until = min(last, self._now) if is_over else self._now
        began = self._state.first
        triggered = self._triggered()
        return PlanStatus(
            self._now,
            tasks,
            tuple(self._alerts(tasks, triggered)),
            by_task,
            by_effort,
            max(0, round((until - began).total_seconds())) if began is not None else 0,
            clock.work(now, end) if end is not None else None,
            sum(self._left),
            (until if is_over else clock.date(end)) if end is not None else None,
            self._behind(clock.at(until) if is_over else end),
            clock.work(0, self._baseline[2]) if self._baseline is not None else None,
            board.plan.header.concurrent_capacity,
            len(board.running),
            tuple(sorted(each.task for each in board.strangers)),
            triggered,
            gate_states(board.written, None, self._state.plan),
        )

    def _triggered(self) -> tuple[FiredTrigger, ...]:
        if not self._original.header.triggers:
            return ()
        baseline = Baseline(self._baseline[1], self._baseline[2]) if self._baseline is not None else None
        return fired(
            self._original, self._board, self._forecast, self._now, baseline=baseline, analysis=self._analysis
        )

    def _schedule(self) -> None:
        """The plan's own schedule, and that of what is left."""
        # By the plan's own agents, so that giving a task to somebody else does not move the goalposts.
        clock = ProgressClock(self._original, self._board.agents, self._state.first or self._now)
        has_dates = clock.plan.header.start is not None
        baseline = self._reporter.baseline(clock.plan, anchored=clock.anchor if has_dates else None)
        project = PlanProject(self._clock.plan, self._board.network) if has_dates else self._board.project
        ended = [
            self._clock.at(each.ended) if each is not None and each.ended is not None else None
            for each in self._board.progress
        ]
        self._baseline = baseline
        now = self._clock.at(self._now)
        self._forecast = forecast(self._board, project, now, self._left, baseline[0], ended)

    def _spent_on(self, task: int) -> int | None:
        progress = self._board.progress[task]
        if progress is None:
            return None
        if progress.actual is not None:
            return progress.actual
        if progress.started is None:
            return None
        until = progress.ended or max(self._now, progress.started)
        return self._clock.worked(self._board.agents[task], progress.started, until, progress.pauses)

    def _left_of(self, task: int) -> int:
        state, estimate = self._board.state_of(task), self._estimates[task] or 0
        if task in self._board.finished:
            return 0
        progress = self._board.progress[task]
        if progress is not None:
            estimate = round(estimate * rework_share(progress))
        if progress is None or not is_under_way(state) or progress.started is None:
            return estimate
        return left_of(estimate, self._spent[task] or 0, progress.percent)

    def _task(self, task: int) -> TaskStatus:
        board, progress = self._board, self._board.progress[task]
        stand, waits, wait = Stand(board.state_of(task).value), (), None
        if stand in (Stand.NOT_STARTED, Stand.FAILED):
            waits = tuple(board.waits_for(task))
        if stand is Stand.NOT_STARTED:
            if not waits:
                wait = board.wait_of(task)
                stand = Stand.READY if wait is None else Stand.QUEUED
            elif all(self._is_near(each) for each in waits):
                stand = Stand.QUEUED
        times: tuple[datetime | None, datetime | None] = (None, None)
        if self._forecast is not None and task not in board.finished:
            start, finish = self._forecast.starts[task], self._forecast.finishes[task]
            times = self._date(start), self._date(finish)
        return TaskStatus(
            task,
            stand,
            board.agents[task],
            self._estimates[task],
            self._spent[task],
            100.0 if stand is Stand.DONE else progress.percent if progress is not None else None,
            progress.attempt if progress is not None else 1,
            waits,
            wait.kind if wait is not None else None,
            wait.name if wait is not None else "",
            wait.busy_with if wait is not None else (),
            progress.started if progress is not None else None,
            progress.ended if progress is not None else None,
            *times,
            progress,
            gate_states(board.written, task, progress),
        )

    def _date(self, time: int | None) -> datetime | None:
        return self._clock.date(time) if time is not None else None

    def _is_near(self, task: int) -> bool:
        """Whether a task is under way, or waits for no other."""
        state = self._board.state_of(task)
        return is_under_way(state) or not self._board.waits_for(task)

    def _behind(self, end: int | None) -> int | None:
        if end is None or self._baseline is None:
            return None
        return _signed(self._clock, self._baseline[2], end)

    def _alerts(self, tasks: tuple[TaskStatus, ...], triggered: tuple[FiredTrigger, ...]) -> list[Alert]:
        found = [
            Alert(
                AlertKind.TRIGGERED,
                each.task,
                reason=each.reason,
                action=each.action,
                severity=each.severity,
                condition=each.condition,
                values=values_text(each.values),
            )
            for each in triggered
        ]
        for each in tasks:
            found += self._alerts_of(each)
        end = self._forecast.end if self._forecast is not None else None
        behind = (
            self._behind(end)
            if any(each.stand not in (Stand.DONE, Stand.SKIPPED) for each in tasks)
            else None
        )
        if behind is not None and behind >= BEHIND_BY and self._state.first is not None:
            found.append(Alert(AlertKind.PLAN_BEHIND, by=behind, risk=Risk.HIGH))
        capacity = self._board.plan.header.concurrent_capacity
        room = capacity - len(self._board.running) if capacity is not None else 0
        is_open = any(each.stand not in (Stand.DONE, Stand.SKIPPED) for each in tasks)
        if capacity is not None and room > 0 and is_open:
            ready = tuple(each.task for each in tasks if each.stand is Stand.READY)
            share = len(self._board.running) / capacity
            found.append(Alert(AlertKind.CAPACITY, share=share, room=room, tasks=ready))
        return sorted(found, key=lambda each: _URGENCY.index(each.kind))

    def _alerts_of(self, each: TaskStatus) -> list[Alert]:
        found: list[Alert] = []
        recorded = each.recorded
        if each.stand is Stand.BLOCKED and recorded is not None and recorded.blocked_since is not None:
            since = max(0, round((self._now - recorded.blocked_since).total_seconds()))
            found.append(Alert(AlertKind.BLOCKED, each.task, since, reason=recorded.blocked_by))
        if each.stand is Stand.FAILED and recorded is not None:
            found.append(Alert(AlertKind.FAILED, each.task, reason=recorded.note))
        if each.stand is Stand.DONE and each.estimate and each.spent is not None:
            longer = each.spent - each.estimate
            if longer > LONGER_BY * each.estimate:
                found.append(Alert(AlertKind.LONGER, each.task, longer, share=longer / each.estimate))
        if each.stand is Stand.IN_PROGRESS:
            found += self._behind_of(each)
        for check in recorded.checks if recorded is not None else ():
            if (check.gate, check.check) == OUTSIDE_FILES and check.verdict is not Verdict.PASSED:
                found.append(Alert(AlertKind.OUTSIDE, each.task, reason=check.note))
        deadline = self._original.tasks[each.task].deadline
        if deadline is not None and each.stand not in (Stand.DONE, Stand.SKIPPED):
            expected = max(each.forecast_finish or self._now, self._now)
            late = round((expected - deadline).total_seconds())
            if late > 0:
                found.append(Alert(AlertKind.DEADLINE, each.task, late, Risk.HIGH))
        return found

    def _behind_of(self, each: TaskStatus) -> list[Alert]:
        """A task in progress that will be finished later than the plan's schedule has it."""
        if self._forecast is None or self._baseline is None:
            return []
        finish = self._forecast.finishes[each.task]
        late = _signed(self._clock, self._baseline[1][each.task], finish) if finish is not None else 0
        if late < BEHIND_BY:
            return []
        slack = self._analysis.times.slack[each.task]
        risk = Risk.HIGH if late > slack else Risk.MEDIUM if 2 * late > slack else Risk.LOW
        return [Alert(AlertKind.BEHIND, each.task, late, risk)]


def _signed(clock: ProgressClock, planned: int, expected: int) -> int:
    """By how much working time one time is after another; negative where it is before."""
    return clock.work(planned, expected) if expected >= planned else -clock.work(expected, planned)


def _share(each: TaskStatus) -> float:
    """How much of a task is done, from 0 to 1; what nobody reported counts as nothing."""
    if each.stand is Stand.DONE:
        return 1.0
    return each.percent / 100 if each.percent is not None and each.stand in _PARTLY else 0.0


_PARTLY: Final = (Stand.IN_PROGRESS, Stand.BLOCKED)
_URGENCY: Final = (
    AlertKind.FAILED,
    AlertKind.DEADLINE,
    AlertKind.BLOCKED,
    AlertKind.TRIGGERED,
    AlertKind.BEHIND,
    AlertKind.PLAN_BEHIND,
    AlertKind.OUTSIDE,
    AlertKind.LONGER,
    AlertKind.CAPACITY,
)
