"""Samples of finished work for the track record: how long tasks took, and how attempts went. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.progress.task_kind import kind_of
from orchestrate_ls.progress.track_record import AttemptSample, EstimateSample, TrackRecord
from orchestrate_ls.report.timeline import Attempt, Timeline


@dataclass(frozen=True, slots=True)
class PastPlan:
    """What one plan adds to the track record.

    ``attempts`` are with the moments at which they ended. ``name`` is the plan's file as a person knows it.
    """

    name: str
    title: str
    done: int
    tasks: int
    estimates: tuple[EstimateSample, ...]
    attempts: tuple[tuple[datetime, AttemptSample], ...]
    last: datetime | None


def past_plan(name: str, timeline: Timeline) -> PastPlan:
    """What a plan adds, as far as it was recorded."""
    estimates: list[EstimateSample] = []
    attempts: list[tuple[datetime, AttemptSample]] = []
    for index, times in enumerate(timeline.tasks):
        estimate = timeline.estimate(index)
        work = times.work
        for attempt in times.attempts:
            is_last = attempt is times.attempts[-1]
            value = _value(attempt, estimate, is_last=is_last)
            if value is not None and attempt.agent and attempt.ended is not None:
                attempts.append((attempt.ended, AttemptSample(attempt.agent, value)))
        if times.is_done and estimate and work:
            agent = times.attempts[-1].agent or ""
            kind = kind_of(timeline.plan.tasks[index].name or "")
            estimates.append(EstimateSample(name, timeline.names[index], agent, kind, estimate, work))
    done = sum(each.is_done for each in timeline.tasks)
    goal = timeline.plan.header.goal.text or ""
    return PastPlan(
        name, goal, done, len(timeline.tasks), tuple(estimates), tuple(attempts), timeline.state.last
    )


def record_of(plans: Iterable[PastPlan]) -> TrackRecord:
    """The track record of some plans; the order in which they are given does not matter."""
    estimates: list[EstimateSample] = []
    attempts: list[tuple[datetime, AttemptSample]] = []
    for plan in sorted(plans, key=lambda each: each.name):
        estimates += plan.estimates
        attempts += plan.attempts
    attempts.sort(key=lambda each: (each[0], each[1].agent, each[1].value))
    return TrackRecord(tuple(estimates), tuple(each for _, each in attempts))


def _value(attempt: Attempt, estimate: int | None, *, is_last: bool) -> float | None:
    """How an attempt went, from 0 to 1; None while it is under way, and for one that was skipped."""
    if attempt.progress.state is TaskState.FAILED or not is_last:
        return 0.0
    if attempt.progress.state is not TaskState.DONE:
        return None
    known: Final = [attempt.progress.score] if attempt.progress.score is not None else []
    if estimate and attempt.work:
        known.append(min(1.0, estimate / attempt.work))
    return sum(known) / len(known) if known else 1.0
