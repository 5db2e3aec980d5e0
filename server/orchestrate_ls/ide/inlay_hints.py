"""What the schedule says of a task, shown behind its id: when it starts and ends, its slack, whether it is critical.

Times are offsets of working time from the plan's start, under agents, capacity and files or by dependencies alone, or
dates where the plan says when it starts and when work is done. Knows no editor.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrate_ls.ide.plan_standing import status_of
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.progress.plan_progress import standing
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.workspace.settings import InlayHints

if TYPE_CHECKING:
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule


@dataclass(frozen=True, slots=True)
class Hint:
    """A text to show at an offset (code points of the file)."""

    offset: int
    label: str
    tooltip: str


def hints_in(check: FileCheck, start: int, end: int, shown: InlayHints) -> Iterator[Hint]:
    """The hints of the tasks whose ids stand in a range, in document order.

    Tasks in a cycle have none, and neither has a plan without any estimate: its times would all be nothing.
    """
    if not (shown.times or shown.slack or shown.critical or shown.progress):
        return
    for plan in check.plans:
        tasks = tasks_between(plan.source, start, end)
        if not tasks or not plan.analysis.times.makespan:
            continue
        schedule = plan.shown_schedule if shown.schedule and shown.times else None
        knotted = {activity for component in plan.analysis.components for activity in component}
        for index in tasks:
            if index not in knotted and plan.source.plan.tasks[index].id is not None:
                yield from _hints_of(plan, index, start, end, shown, schedule)


def tasks_between(source: PlanSource, start: int, end: int) -> range:
    """The tasks whose parts touch a range of the file."""
    if len(source.parts) <= 1:
        return range(len(source.plan.tasks))
    chunks = source.chunks
    first = max(0, chunks.chunk_at(start) - source.first)
    last = chunks.chunk_at(end) - source.first
    return range(bisect_left(source.task_parts, first), bisect_left(source.task_parts, last + 1))


def _hints_of(
    plan: PlanCheck, index: int, start: int, end: int, shown: InlayHints, schedule: PlanSchedule | None
) -> Iterator[Hint]:
    offset = plan.source.locate(Spot(index, ("id",)))[1]
    if not start <= offset <= end:
        return
    times = plan.analysis.times
    slack = times.slack[index]
    if shown.times:
        yield Hint(offset, *_times(plan, index, schedule))
    if shown.critical and slack <= 0:
        yield Hint(offset, "critical", "Every delay of this task delays the whole plan")
    if shown.slack and slack > 0:
        text = format_duration(slack)
        yield Hint(offset, f"slack {text}", f"Can start up to {text} later without delaying the plan")
    status = status_of(plan, index) if shown.progress else None
    if status is not None and (words := standing(status)):
        percent = f" {status.percent:g}%" if status.percent is not None and status.percent < 100 else ""
        yield Hint(offset, f"{status.stand.value.replace('_', ' ')}{percent}", words)


def _times(plan: PlanCheck, index: int, schedule: PlanSchedule | None) -> tuple[str, str]:
    """Start and finish, and what they mean."""
    times = plan.analysis.times
    earliest = [format_duration(each) for each in (times.earliest_start[index], times.earliest_finish[index])]
    by_links = f"{earliest[0]} into the plan at the earliest, and ends {earliest[1]} into it"
    if schedule is None:
        return f"{earliest[0]} to {earliest[1]}", f"Starts {by_links}"
    start, finish = schedule.starts[index], schedule.finishes[index]
    if (dates := dates_of(schedule, index)) is not None:
        text = span_of_dates(*dates)
        return text, f"Scheduled {text}; by its dependencies alone it starts {by_links}"
    begin, end = format_duration(start), format_duration(finish)
    if [begin, end] == earliest:
        return f"{begin} to {end}", f"Starts {by_links}"
    tooltip = (
        f"Scheduled {begin} into the plan, when its agent and everything else it needs are free, and ends {end} into"
        f" it; by its dependencies alone it starts {by_links}"
    )
    return f"{begin} to {end}", tooltip


def dates_of(schedule: PlanSchedule, index: int) -> tuple[datetime, datetime] | None:
    """Start and finish of a task as dates; None where the plan does not say when work is done."""
    time = schedule.time
    if time is None or not time.has_start or not (time.is_elapsed or time.has_hours):
        return None
    start, finish = schedule.starts[index], schedule.finishes[index]
    try:
        end = time.finish_moment(finish)
        return min(time.start_moment(start, finish), end), end
    except OverflowError:
        return None


def span_of_dates(start: datetime, finish: datetime) -> str:
    """From one date to another, to the minute."""
    same_day = start.date() == finish.date()
    return (
        f"{start:%Y-%m-%d %H:%M} to {finish:%H:%M}"
        if same_day
        else f"{start:%Y-%m-%d %H:%M} to {finish:%Y-%m-%d %H:%M}"
    )
