"""Computes the figures that ``metrics`` defines, from a timeline and what was found beside it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.progress.event import Event, EventKind, Verdict
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.progress.task_kind import kind_of
from orchestrate_ls.report.evidence import Churn, Evidence, FileMatcher
from orchestrate_ls.report.timeline import Timeline

REWORK_PENALTY: Final = 0.1
TIME_WEIGHT: Final = 0.4
QUALITY_WEIGHT: Final = 0.6
_PER_LINES: Final = 1000
_LARGEST_BIAS: Final = math.log(10)


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """A task's figures; see ``metrics`` for each. None where unknown; times are in seconds, ratios fractions.

    ``waiting`` is the sum of its parts as ``Timeline`` has them.
    """

    task: int
    id: str
    name: str
    kind: str
    agent: str | None
    state: TaskState
    estimated: int | None
    actual: int | None
    variance: float | None
    quality: float | None
    rework: int
    churn: Churn | None
    coverage: float | None
    defects: int
    defects_fixed: int
    defect_density: float | None
    waiting: int
    tokens: int | None
    costs: Mapping[str, float]
    models: tuple[str, ...]
    checks: int
    checks_passed: int


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """What an agent did. ``planned_utilisation`` is that of the plan's schedule."""

    agent: str
    tasks: int
    work: int
    utilisation: float | None
    planned_utilisation: float | None
    quality: float | None
    rework: int
    bias: float | None
    samples: int
    tokens: int | None
    costs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Estimates of a kind of task: ``bias`` is how many times as long they took."""

    kind: str
    bias: float
    samples: int
    tasks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The plan's figures; see ``metrics`` for each. ``remarks`` say where a formula left its range.

    ``estimated_total`` and ``actual_total`` are of the tasks that have both and are done; ``work`` is all work.
    """

    duration: int | None
    planned_duration: int | None
    progress: float
    time_accuracy: float | None
    estimate_variance: float | None
    total_variance: float | None
    estimated_total: int
    actual_total: int
    work: int
    quality: float | None
    scored: int
    rework: int
    rework_penalty: float | None
    efficiency: float | None
    parallelisation: float | None
    planned_parallelisation: float | None
    concurrency: float | None
    agent_utilisation: float | None
    planned_agent_utilisation: float | None
    capacity_utilisation: float | None
    timeline_accuracy: float | None
    waiting_share: float | None
    waited_for_agents: int
    waited_idle: int
    blocked: int
    checks: int
    checks_passed: int
    coverage: float | None
    defects: int
    defects_fixed: int
    churn: int | None
    tokens: int | None
    costs: Mapping[str, float]
    remarks: tuple[str, ...]

    @property
    def gates_passed(self) -> float | None:
        """The share of checks that passed."""
        return self.checks_passed / self.checks if self.checks else None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a report."""

    plan: PlanFigures
    tasks: tuple[TaskFigures, ...]
    agents: tuple[AgentFigures, ...]
    kinds: tuple[KindFigures, ...]


def measure(timeline: Timeline, evidence: Evidence) -> Figures:
    """All figures of a plan at a moment."""
    matcher = FileMatcher()
    tasks = tuple(_task(timeline, task, evidence, matcher) for task in range(len(timeline.tasks)))
    agents = _agents(timeline, tasks)
    return Figures(_plan(timeline, tasks, agents, evidence), tasks, agents, _kinds(tasks))


def efficiency(time_accuracy: float | None, quality: float | None, penalty: float | None) -> float | None:
    """(0.4 time accuracy + 0.6 quality) * (1 - rework penalty); None where one is unknown. All are from 0 to 1.

    Source: the project's seed description, performance metrics.
    """
    if time_accuracy is None or quality is None or penalty is None:
        return None
    return (TIME_WEIGHT * time_accuracy + QUALITY_WEIGHT * quality) * (1 - penalty)


def accuracy_of(estimated: float, actual: float) -> float:
    """1 - |actual - estimated| / estimated, and 0 where that is below; ``estimated`` is over 0."""
    return max(0.0, 1 - abs(actual - estimated) / estimated)


def defects_of(events: Sequence[Event]) -> tuple[int, int]:
    """How many defects the events of a task tell of, and how many of these were fixed since."""
    found: dict[tuple[str, ...], bool] = {}
    done = False
    for event in events:
        if event.kind == EventKind.REOPENED and done:
            found["reopened", str(event.attempt)] = False
            done = False
        elif event.kind == EventKind.CHECKED and event.gate is not None and event.check is not None:
            key = ("check", str(event.attempt), event.gate, event.check)
            if event.verdict == Verdict.FAILED:
                found[key] = False
            elif event.verdict == Verdict.PASSED:
                for each in found:
                    if each[0] == "check" and each[2:] == key[2:]:
                        found[each] = True
        elif event.kind == EventKind.REJECTED:
            found["rejected", str(event.attempt), event.agent or "", event.gate or ""] = False
        elif event.kind == EventKind.DONE:
            done = True
            found = {key: fixed or not event.forced for key, fixed in found.items()}
    return len(found), sum(found.values())


def _task(timeline: Timeline, index: int, evidence: Evidence, matcher: FileMatcher) -> TaskFigures:
    task, times = timeline.plan.tasks[index], timeline.tasks[index]
    progress = timeline.board.progress[index]
    estimated, actual = timeline.estimate(index), times.work
    variance = None
    if times.is_done and estimated is not None and actual is not None:
        variance = (actual - estimated) / estimated
    churn = _churn(timeline, index, evidence, matcher)
    events = timeline.events_of(index)
    found, fixed = defects_of(events)
    last = times.attempts[-1].progress if times.attempts else progress
    verdicts = [each.verdict is Verdict.PASSED for each in last.checks] if last is not None else []
    if last is not None:
        verdicts += [True] * len(last.approvals) + [False] * len(last.rejections)
    return TaskFigures(
        index,
        timeline.names[index],
        task.name or "",
        kind_of(task.name or ""),
        times.attempts[-1].agent if times.attempts else timeline.board.agents[index],
        times.state,
        estimated,
        actual,
        variance,
        progress.score if progress is not None else None,
        max(0, len(times.attempts) - 1),
        churn,
        _coverage(task.files, evidence, matcher),
        found,
        fixed,
        _PER_LINES * found / churn.lines if churn is not None and churn.lines else None,
        times.waiting.total,
        progress.all_tokens if progress is not None else None,
        {each.currency: each.amount for each in progress.all_costs} if progress is not None else {},
        tuple(dict.fromkeys(each.model for each in events if each.model is not None)),
        len(verdicts),
        sum(verdicts),
    )


def _churn(timeline: Timeline, task: int, evidence: Evidence, matcher: FileMatcher) -> Churn | None:
    files, attempts = timeline.plan.tasks[task].files, timeline.tasks[task].attempts
    if evidence.commits is None or not files or not attempts:
        return None
    first, last = attempts[0].started, attempts[-1].ended or timeline.now
    # The time of a commit has no fractions of a second.
    first = first.replace(microsecond=0)
    is_named = matcher.of(files)
    changed = [
        [each for each in commit.files if is_named(each.path)]
        for commit in evidence.commits
        if first <= commit.time <= last
    ]
    return Churn(
        sum(each.added for own in changed for each in own),
        sum(each.deleted for own in changed for each in own),
        sum(1 for own in changed if own),
    )


def _coverage(files: Sequence[str], evidence: Evidence, matcher: FileMatcher) -> float | None:
    if evidence.coverage is None or not files:
        return None
    is_named = matcher.of(files)
    own = [each for path, each in evidence.coverage.files.items() if is_named(path)]
    lines = sum(each[1] for each in own)
    return sum(each[0] for each in own) / lines if lines else None


def _agents(timeline: Timeline, tasks: Sequence[TaskFigures]) -> tuple[AgentFigures, ...]:
    work: dict[str, int] = {}
    of_agent: dict[str, list[TaskFigures]] = {}
    for each in tasks:
        for attempt in timeline.tasks[each.task].attempts:
            if attempt.agent is not None:
                work[attempt.agent] = work.get(attempt.agent, 0) + attempt.work
        if each.agent is not None and timeline.tasks[each.task].attempts:
            of_agent.setdefault(each.agent, []).append(each)
    planned = {load.agent: load for load in timeline.planned.loads} if timeline.planned is not None else {}
    declared = [agent.id for agent in timeline.plan.header.agents if agent.id in work]
    found: list[AgentFigures] = []
    for agent in dict.fromkeys([*declared, *sorted(work)]):
        own = of_agent.get(agent, [])
        load = planned.get(agent)
        available = (timeline.duration or 0) * capacity_of(timeline, agent)
        bias, samples = _bias(own)
        found.append(
            AgentFigures(
                agent,
                len(own),
                work[agent],
                min(1.0, work[agent] / available) if available else None,
                load.utilisation if load is not None and load.tasks else None,
                _mean(each.quality for each in own if each.quality is not None),
                sum(each.rework for each in own),
                bias,
                samples,
                _sum_known(each.tokens for each in own),
                _added(each.costs for each in own),
            )
        )
    return tuple(found)


def capacity_of(timeline: Timeline, agent: str) -> int:
    """How many tasks an agent does at once, as the plan says; 1 where it says nothing."""
    for each in timeline.plan.header.agents:
        if each.id == agent:
            return max(1, each.capacity or 1)
    return 1


def _kinds(tasks: Sequence[TaskFigures]) -> tuple[KindFigures, ...]:
    groups: dict[str, list[TaskFigures]] = {}
    for each in tasks:
        groups.setdefault(each.kind, []).append(each)
    found: list[KindFigures] = []
    for kind in sorted(groups):
        bias, samples = _bias(groups[kind])
        if bias is not None:
            own = tuple(each.task for each in groups[kind] if each.variance is not None)
            found.append(KindFigures(kind, bias, samples, own))
    return tuple(found)


def _bias(tasks: Iterable[TaskFigures]) -> tuple[float | None, int]:
    logs = [
        max(-_LARGEST_BIAS, min(_LARGEST_BIAS, math.log(each.actual / each.estimated)))
        for each in tasks
        if each.variance is not None and each.actual and each.estimated
    ]
    return (math.exp(math.fsum(logs) / len(logs)) if logs else None), len(logs)


def _plan(
    timeline: Timeline, tasks: Sequence[TaskFigures], agents: Sequence[AgentFigures], evidence: Evidence
) -> PlanFigures:
    done = [each for each in tasks if timeline.tasks[each.task].is_done]
    both = [each for each in done if each.variance is not None]
    estimated, actual = sum(each.estimated or 0 for each in both), sum(each.actual or 0 for each in both)
    remarks: list[str] = []
    accuracies = [accuracy_of(each.estimated or 1, each.actual or 0) for each in both]
    over = [each.id for each in both if (each.variance or 0) > 1]
    if over:
        raw = math.fsum(1 - abs(each.variance or 0) for each in both) / len(both)
        remarks.append(
            f"Time accuracy: {_few(over)} took over twice the estimate and count{'s' if len(over) == 1 else ''} as 0;"
            f" without that limit the mean would be {raw:.0%}."
        )
    quality = _mean(each.quality for each in done if each.quality is not None)
    rework = _mean(REWORK_PENALTY * each.rework for each in done)
    if rework is not None and rework > 1:
        remarks.append(
            f"Rework penalty: the formula gives {rework:.2f}, which would turn the efficiency negative; it is 1."
        )
    penalty = min(1.0, rework) if rework is not None else None
    work = sum(each.actual or 0 for each in tasks)
    duration = timeline.duration
    parallelisation = None
    if work and duration is not None:
        parallelisation = max(0.0, 1 - duration / work)
        if duration > work:
            remarks.append(
                f"Parallelisation: the plan lasted longer than all its work together ({1 - duration / work:.0%} by the"
                " formula); it is 0."
            )
    planned = timeline.planned
    time_accuracy = _mean(accuracies)
    waits = [each.waiting for each in timeline.tasks]
    lost = sum(each.idle + each.blocked + each.paused for each in waits)
    header = timeline.plan.header
    coverage = evidence.coverage
    churns = [each.churn.lines for each in tasks if each.churn is not None]
    return PlanFigures(
        duration,
        planned.makespan if planned is not None else None,
        _progress(tasks),
        time_accuracy,
        _mean(abs(each.variance or 0) for each in both),
        (actual - estimated) / estimated if estimated else None,
        estimated,
        actual,
        work,
        quality,
        sum(each.quality is not None for each in done),
        sum(each.rework for each in tasks),
        penalty,
        efficiency(time_accuracy, quality, penalty),
        parallelisation,
        1 - planned.makespan / planned.total if planned is not None and planned.total else None,
        work / duration if duration else None,
        _utilisation(timeline, [each.agent for each in agents], remarks),
        _planned_utilisation(timeline),
        min(1.0, work / (duration * header.concurrent_capacity))
        if duration and header.concurrent_capacity
        else None,
        accuracy_of(planned.makespan, duration)
        if timeline.is_finished and planned is not None and planned.makespan and duration is not None
        else None,
        lost / (lost + work) if lost + work else None,
        sum(each.for_agent for each in waits),
        sum(each.idle for each in waits),
        sum(each.blocked + each.paused for each in waits),
        sum(each.checks for each in done),
        sum(each.checks_passed for each in done),
        coverage.share if coverage is not None else None,
        sum(each.defects for each in tasks),
        sum(each.defects_fixed for each in tasks),
        sum(churns) if churns else None,
        _sum_known([*(each.tokens for each in tasks), timeline.state.plan.all_tokens]),
        _added(
            [
                *(each.costs for each in tasks),
                {each.currency: each.amount for each in timeline.state.plan.all_costs},
            ]
        ),
        tuple(remarks),
    )


def _progress(tasks: Sequence[TaskFigures]) -> float:
    counted = [each for each in tasks if each.state is not TaskState.SKIPPED]
    weights = [each.estimated or 0 for each in counted]
    if not any(weights):
        weights = [1] * len(counted)
    done = sum(weight for weight, each in zip(weights, counted, strict=True) if each.state is TaskState.DONE)
    return done / sum(weights) if counted else 0.0


def _utilisation(timeline: Timeline, agents: Sequence[str], remarks: list[str]) -> float | None:
    available = (timeline.duration or 0) * sum(capacity_of(timeline, each) for each in agents)
    if not available:
        return None
    work = sum(
        attempt.work for each in timeline.tasks for attempt in each.attempts if attempt.agent is not None
    )
    if work > available:
        remarks.append(
            f"Agent utilisation: more work was recorded than the agents' capacity allows ({work / available:.0%});"
            " it is 100%."
        )
    return min(1.0, work / available)


def _planned_utilisation(timeline: Timeline) -> float | None:
    planned = timeline.planned
    if planned is None or not planned.makespan:
        return None
    loads = [load for load in planned.loads if load.tasks]
    available = planned.makespan * sum(load.capacity for load in loads)
    return sum(load.work for load in loads) / available if available else None


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return math.fsum(known) / len(known) if known else None


def _sum_known(values: Iterable[int | None]) -> int | None:
    known = [each for each in values if each is not None]
    return sum(known) if known else None


def _added(costs: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, list[float]] = {}
    for each in costs:
        for currency, amount in each.items():
            total.setdefault(currency, []).append(amount)
    return {currency: math.fsum(total[currency]) for currency in sorted(total)}


def _few(names: Sequence[str], most: int = 5) -> str:
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
