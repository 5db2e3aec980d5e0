"""Which replan triggers of a plan hold now, for which tasks and by which values.

A trigger is asked for each task, or once for the plan where its condition speaks of the plan only. It has one cause: a
condition and an attempt at a task. Once it was acted upon (a ``triggered`` event says so) that cause counts no more.
Pure: plan, history and time are passed in; what is to be done about it is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Agent, Plan, Priority
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.clock import ProgressClock
from orchestrate_ls.progress.condition_names import ValueType, condition_name, trigger_action
from orchestrate_ls.progress.conditions import Condition, Value, read_condition
from orchestrate_ls.progress.event import WHOLE_PLAN, Event, EventKind, make_event
from orchestrate_ls.progress.forecast import Forecast, is_under_way
from orchestrate_ls.progress.state import FINISHED, TaskProgress, TaskState
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.quick_schedule import quick_schedule

DEFAULT_SEVERITY: Final = "medium"
SEVERITIES: Final = ("critical", "high", "medium", "low")
"""From the worst on."""


FROM_RECOVERY: Final = -1
"""In place of a trigger's index: recovery asks for it, not a condition."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The plan's own schedule by its estimates, in its own times: when each task finishes, and its makespan."""

    finishes: Sequence[int]
    makespan: int


@dataclass(frozen=True, slots=True)
class FiredTrigger:
    """A replan trigger that holds.

    Attributes
    ----------
    trigger
        Its index in the plan's ``replan_triggers``, or ``FROM_RECOVERY``; then ``condition`` is the reason in words.
    action
        By its first name, where it is known; else as written. None where none is.
    severity
        low, medium, high or critical.
    task
        The task's index; None for the plan as a whole.
    attempt
        At the task.
    values
        What the condition speaks of and what that is now, as written in messages.
    recorded
        When it was acted upon; None where it was not yet.
    """

    trigger: int
    condition: str
    action: str | None
    severity: str
    task: int | None
    attempt: int
    values: tuple[tuple[str, str], ...]
    recorded: datetime | None = None

    @property
    def reason(self) -> str:
        """The condition and its values: ``task_duration > estimated * 1.5: task_duration is 10h, estimated 6h``."""
        return self.condition if self.is_recovery else f"{self.condition}: {values_text(self.values)}"

    @property
    def is_recovery(self) -> bool:
        """Whether it follows from a decision after a failure."""
        return self.trigger == FROM_RECOVERY


def values_text(values: Sequence[tuple[str, str]]) -> str:
    """``task_duration is 10h, estimated 6h``; a condition that holds by itself is just named."""
    parts = [
        name if value == "true" else f"{name} {value}" if place else f"{name} is {value}"
        for place, (name, value) in enumerate(values)
    ]
    return ", ".join(parts) or "it always holds"


def fired(
    plan: Plan,
    board: ProgressBoard,
    forecast: Forecast | None,
    now: datetime,
    *,
    baseline: Baseline | None = None,
    analysis: NetworkAnalysis | None = None,
    with_recorded: bool = False,
) -> tuple[FiredTrigger, ...]:
    """The triggers that hold, the severest first; then in the order of the plan's triggers and tasks.

    Parameters
    ----------
    plan
        As it is written: its conditions, and its own schedule.
    board
        The plan beside what was recorded.
    forecast
        When the rest will be finished; without it nothing is known of delays.
    baseline, analysis
        Of the plan, where they are known already; else they are worked out where a condition asks for them.
    with_recorded
        Whether those are among them that were acted upon already.
    """
    conditions = conditions_of(plan)
    if not any(each is not None for each in conditions):
        return ()
    measures = Measures(plan, board, forecast, now, baseline, analysis)
    found: list[FiredTrigger] = []
    for index, condition in enumerate(conditions):
        if condition is not None:
            found += _fired(plan, board, measures, index, condition)
    found = [each for each in found if with_recorded or each.recorded is None]
    return tuple(sorted(found, key=lambda each: SEVERITIES.index(each.severity)))


def conditions_of(plan: Plan) -> list[Condition | None]:
    """The condition of each trigger; None for one that makes no sense, which a rule reports."""
    calendar = plan.header.calendar
    return [read_condition(each.condition, calendar).condition for each in plan.header.triggers]


def triggered_event(board: ProgressBoard, trigger: FiredTrigger, plan_id: str, time: datetime) -> Event:
    """The event that a trigger was acted upon, which keeps it from firing again for the same cause."""
    if trigger.task is None:
        task = key = WHOLE_PLAN
    else:
        task = board.plan.tasks[trigger.task].id or ""
        progress = board.progress[trigger.task]
        key = progress.key if progress is not None else task
    return make_event(
        plan_id,
        time,
        EventKind.TRIGGERED,
        task,
        key,
        attempt=trigger.attempt,
        action=trigger.action or "notify",
        note=trigger.reason,
    )


class Measures:
    """The values that conditions speak of, each measured where it is asked for. Durations are seconds."""

    def __init__(
        self,
        plan: Plan,
        board: ProgressBoard,
        forecast: Forecast | None,
        now: datetime,
        baseline: Baseline | None = None,
        analysis: NetworkAnalysis | None = None,
    ) -> None:
        self._plan = plan
        self._board = board
        self._forecast = forecast
        self._now = now
        self._known_baseline = baseline
        self._known_analysis = analysis

    def value(self, name: str, task: int | None) -> Value | None:
        """The value of a name for a task, or for the plan; None where it has none."""
        of_plan = self.OF_PLAN.get(name)
        if of_plan is not None:
            return of_plan(self)
        return self.OF_TASK[name](self, task) if task is not None else None

    @cached_property
    def _clock(self) -> ProgressClock:
        return ProgressClock(self._board.plan, self._board.agents, self._board.state.first or self._now)

    @cached_property
    def _analysis(self) -> NetworkAnalysis:
        known = self._known_analysis
        return known if known is not None else NetworkAnalysis(self._board.network)

    @cached_property
    def _baseline(self) -> Baseline | None:
        if self._known_baseline is not None or not self._analysis.times.complete:
            return self._known_baseline
        # By the plan's own agents, so that giving a task to somebody else does not move the goalposts.
        schedule = quick_schedule(ProgressClock(self._plan, self._board.agents, self._clock.anchor).plan)
        return Baseline(schedule.finishes, schedule.makespan)

    @cached_property
    def _critical(self) -> frozenset[int]:
        times = self._analysis.times
        return frozenset(times.critical) if times.complete else frozenset()

    @cached_property
    def _agents(self) -> dict[str, Agent]:
        return {agent.id: agent for agent in reversed(self._plan.header.agents)}

    @cached_property
    def _missing(self) -> dict[str, bool]:
        """Agents that are not there, with whether that is only for some days."""
        today = self._now.date()
        found: dict[str, bool] = {}
        for name, agent in self._agents.items():
            if agent.availability is False:
                found[name] = False
            elif any(first <= today <= last for first, last in agent.away):
                found[name] = True
        return found

    def _task_duration(self, task: int) -> float | None:
        progress = self._board.progress[task]
        if progress is None:
            return None
        if progress.actual is not None:
            return float(progress.actual)
        if progress.started is None:
            return None
        until = progress.ended or max(self._now, progress.started)
        agent = self._board.agents[task]
        return float(self._clock.worked(agent, progress.started, until, progress.pauses))

    def _estimated(self, task: int) -> float | None:
        estimate = self._plan.tasks[task].estimate
        return float(estimate.expected) if estimate is not None else None

    def _task_blocked(self, task: int) -> float | None:
        progress = self._board.progress[task]
        if progress is None or progress.blocked_since is None:
            return None
        return max(0.0, (self._now - progress.blocked_since).total_seconds())

    def _critical_task_blocked(self, task: int) -> float | None:
        blocked = self._task_blocked(task)
        return blocked if blocked is not None and self._is_critical(task) else None

    def _is_critical(self, task: int) -> bool:
        return task in self._critical or self._plan.tasks[task].priority is Priority.CRITICAL

    def _task_behind(self, task: int) -> float | None:
        if self._forecast is None or not is_under_way(self._board.state_of(task)) or self._baseline is None:
            return None
        finish = self._forecast.finishes[task]
        return float(self._lateness(self._baseline.finishes[task], finish)) if finish is not None else None

    def _slack(self, task: int) -> float | None:
        times = self._analysis.times
        return float(times.slack[task]) if times.complete else None

    def _percent(self, task: int) -> float | None:
        if self._board.state_of(task) is TaskState.DONE:
            return 100.0
        return _number(_progress(self._board, task).percent)

    def _agent_unavailable(self, task: int) -> bool | None:
        agent = self._board.agents[task]
        if agent is None or not self._missing or self._board.state_of(task) in FINISHED:
            return None if agent is None else False
        for_days = self._missing.get(agent)
        if for_days is None:
            return False
        return not for_days or is_under_way(self._board.state_of(task)) or self._board.is_open(task)

    def _plan_behind(self) -> float | None:
        if self._forecast is None or self._baseline is None or self._board.state.first is None:
            return None
        return float(self._lateness(self._baseline.makespan, self._forecast.end))

    def _plan_elapsed(self) -> float | None:
        first = self._board.state.first
        return max(0.0, (self._now - first).total_seconds()) if first is not None else None

    def _plan_percent(self) -> float | None:
        states = [self._board.state_of(task) for task in range(len(self._board.progress))]
        counted = [task for task, state in enumerate(states) if state is not TaskState.SKIPPED]
        if not counted:
            return None
        done = sum((self._percent(task) or 0) if states[task] in _PARTLY else 0 for task in counted)
        return done / len(counted)

    def _lateness(self, planned: int, expected: int) -> int:
        if expected >= planned:
            return self._clock.work(planned, expected)
        return -self._clock.work(expected, planned)

    def _recorded(self, task: int) -> TaskProgress:
        return _progress(self._board, task)

    OF_TASK: ClassVar[Mapping[str, Callable[[Any, int], Value | None]]] = {
        "task_duration": _task_duration,
        "estimated": _estimated,
        "task_blocked": _task_blocked,
        "critical_task_blocked": _critical_task_blocked,
        "task_behind": _task_behind,
        "slack": _slack,
        "percent": _percent,
        "quality_score": lambda self, task: _number(self._recorded(task).score),
        "attempt": lambda self, task: float(self._recorded(task).attempt),
        "failures": lambda self, task: float(self._recorded(task).failures),
        "tokens": lambda self, task: _number(self._recorded(task).tokens),
        "cost": lambda self, task: _number(self._recorded(task).cost),
        "agent_unavailable": _agent_unavailable,
        "critical": _is_critical,
        "state": lambda self, task: self._board.state_of(task).value,
        "task": lambda self, task: self._plan.tasks[task].id,
        "agent": lambda self, task: self._board.agents[task],
    }
    """How each name of ``progress.condition_names`` is measured."""
    OF_PLAN: ClassVar[Mapping[str, Callable[[Any], Value | None]]] = {
        "plan_behind": _plan_behind,
        "plan_elapsed": _plan_elapsed,
        "plan_percent": _plan_percent,
    }


_OF_AGENT: Final = ("agent", "agent_unavailable")
_PARTLY: Final = (TaskState.IN_PROGRESS, TaskState.BLOCKED, TaskState.DONE)


def _progress(board: ProgressBoard, task: int) -> TaskProgress:
    progress = board.progress[task]
    return progress if progress is not None else _NOTHING


_NOTHING: Final = TaskProgress("", "")


def _number(value: float | None) -> float | None:
    return float(value) if value is not None else None


def _fired(
    plan: Plan, board: ProgressBoard, measures: Measures, index: int, condition: Condition
) -> list[FiredTrigger]:
    trigger = plan.header.triggers[index]
    known = trigger_action(trigger.action) if trigger.action is not None else None
    action = known.name if known is not None else trigger.action
    severity = trigger.severity if trigger.severity in SEVERITIES else DEFAULT_SEVERITY
    found: list[FiredTrigger] = []
    tasks: Sequence[int | None] = range(len(board.progress)) if condition.is_of_task else (None,)
    for task in tasks:
        state = board.state_of(task) if task is not None else None
        if state is TaskState.SKIPPED or (
            state is TaskState.DONE and known is not None and not known.for_finished
        ):
            continue
        if not condition.holds(lambda name, task=task: measures.value(name, task)):
            continue
        values = tuple(
            (each.name, _written(each.name, value))
            for each in condition.names
            if (value := measures.value(each.name, task)) is not None
        )
        progress = _progress(board, task) if task is not None else board.state.plan
        agent = board.agents[task] if task is not None else None
        if agent is not None and ("agent_unavailable", "true") in values:
            values = (*(each for each in values if each[0] not in _OF_AGENT), ("agent", agent))
        one = FiredTrigger(
            index,
            condition.text,
            action,
            severity,
            task,
            progress.attempt if task is not None else 1,
            values,
            _recorded(progress, condition.text),
        )
        found.append(one)
    return found


def _recorded(progress: TaskProgress, condition: str) -> datetime | None:
    """When the trigger of a condition was acted upon for this attempt."""
    return next(
        (each.time for each in progress.triggered if (each.note or "").startswith(f"{condition}: ")), None
    )


def _written(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    known = condition_name(name)
    if known is not None and known.type is ValueType.DURATION:
        seconds = round(value)
        return format_duration(seconds if abs(seconds) < 60 else 60 * round(seconds / 60))
    return f"{value:.10g}"
