"""What the schedule says of a task, shown behind its id: when it starts and ends, its slack, whether it is critical.

Times are offsets of working time from the plan's start, by dependencies and estimates alone. Knows no editor.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.workspace.settings import InlayHints


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
    if not (shown.times or shown.slack or shown.critical):
        return
    for plan in check.plans:
        tasks = tasks_between(plan.source, start, end)
        if not tasks or not plan.analysis.times.makespan:
            continue
        knotted = {activity for component in plan.analysis.components for activity in component}
        for index in tasks:
            if index not in knotted and plan.source.plan.tasks[index].id is not None:
                yield from _hints_of(plan, index, start, end, shown)


def tasks_between(source: PlanSource, start: int, end: int) -> range:
    """The tasks whose parts touch a range of the file."""
    if len(source.parts) <= 1:
        return range(len(source.plan.tasks))
    chunks = source.chunks
    first = max(0, chunks.chunk_at(start) - source.first)
    last = chunks.chunk_at(end) - source.first
    return range(bisect_left(source.task_parts, first), bisect_left(source.task_parts, last + 1))


def _hints_of(plan: PlanCheck, index: int, start: int, end: int, shown: InlayHints) -> Iterator[Hint]:
    offset = plan.source.locate(Spot(index, ("id",)))[1]
    if not start <= offset <= end:
        return
    times = plan.analysis.times
    begin, finish = (
        format_duration(times.earliest_start[index]),
        format_duration(times.earliest_finish[index]),
    )
    slack = times.slack[index]
    if shown.times:
        yield Hint(
            offset,
            f"{begin} to {finish}",
            f"Starts {begin} into the plan at the earliest, and ends {finish} into it",
        )
    if shown.critical and slack <= 0:
        yield Hint(offset, "critical", "Every delay of this task delays the whole plan")
    if shown.slack and slack > 0:
        text = format_duration(slack)
        yield Hint(offset, f"slack {text}", f"Can start up to {text} later without delaying the plan")
