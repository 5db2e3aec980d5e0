"""A Gantt chart of planned against actual times: a row for each task, by its start (actual, or else planned)."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.progress.event import text_of
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.markdown import STATES
from orchestrate_ls.report.retrospective import Retrospective
from orchestrate_ls.report.svg import element, escape, label, picture
from orchestrate_ls.report.time_axis import TimeAxis
from orchestrate_ls.report.timeline import Attempt
from orchestrate_ls.text.spans import span

WIDTH: Final = 1120
_TOP: Final = 30
_THINNEST: Final = 1.5


def gantt_chart(report: Retrospective) -> str:
    """The chart; empty for a plan without tasks."""
    timeline = report.timeline
    size = len(timeline.tasks)
    if not size:
        return ""
    row, font, label_width = _look(size)
    height = _TOP + size * row + 8
    axis = TimeAxis(0, chart_end(report), label_width, WIDTH - 14)
    critical = {step.task for step in report.path}
    parts = [_stripes(size, row), axis.drawn(_TOP, height - 8)]
    for place, task in enumerate(in_order(report)):
        parts.append(_row(report, task, axis, _TOP + place * row, row, font, is_critical=task in critical))
    parts.append(_now(report, axis, height - 8))
    description = (
        f"{size} tasks. For each a pale bar for when it was planned, and below it a bar for when it was worked on;"
        " the table of tasks has the same figures."
    )
    return picture("".join(parts), WIDTH, height, "Planned against actual", description, "gantt")


def _look(size: int) -> tuple[float, float, float]:
    """Height of a row, size of its text (0 for none) and room for it."""
    if size <= 40:
        return 30, 12.5, 236
    if size <= 150:
        return 20, 11, 220
    if size <= 400:
        return 12, 9.5, 150
    return 8, 7, 70


def chart_end(report: Retrospective) -> int:
    """The last time that any chart shows."""
    timeline = report.timeline
    planned = timeline.planned.makespan if timeline.planned is not None else 0
    return max(planned, timeline.end or 0, 1)


def in_order(report: Retrospective) -> list[int]:
    """The tasks by their start, as it was or else as planned; then in the plan's order."""
    timeline = report.timeline
    planned = timeline.planned.starts if timeline.planned is not None else [0] * len(timeline.tasks)

    def start(task: int) -> tuple[int, int]:
        actual = timeline.tasks[task].start
        return planned[task] if actual is None else actual, task

    return sorted(range(len(timeline.tasks)), key=start)


def _stripes(size: int, row: float) -> str:
    if row < 12:
        return ""
    return "".join(
        element("rect", x=0, y=_TOP + place * row, width=WIDTH, height=row, cls="stripe")
        for place in range(0, size, 2)
    )


def _row(
    report: Retrospective,
    task: int,
    axis: TimeAxis,
    top: float,
    row: float,
    font: float,
    *,
    is_critical: bool,
) -> str:
    timeline, figures = report.timeline, report.figures.tasks[task]
    parts: list[str] = []
    middle = top + row / 2
    sign = "◆ " if is_critical and row >= 12 else ""
    text = f"{sign}{figures.id}" + (f"  {figures.name}" if figures.name and row >= 12 else "")
    parts.append(
        label(text, 8, middle + font * 0.36, f"name{' on-path' if is_critical else ''} s{_size_class(row)}",
              room=(axis.left - 22) / (1.08 if is_critical else 1), size=font)
    )  # fmt: skip
    tall = row * 0.34
    planned = timeline.planned
    if planned is not None:
        x, end = axis.x(planned.starts[task]), axis.x(planned.finishes[task])
        tip = f"{figures.id} planned: {span(planned.starts[task])} to {span(planned.finishes[task])}"
        parts.append(
            element(
                "rect", element("title", escape(tip)), x=x, y=middle - tall - 0.5, width=max(_THINNEST, end - x),
                height=tall, rx=min(2.5, tall / 2), cls="planned",
            )
        )  # fmt: skip
    parts += [
        _bar(report, task, attempt, axis, middle + 0.5, tall, is_critical=is_critical)
        for attempt in timeline.tasks[task].attempts
    ]
    return element("g", parts)


def _size_class(row: float) -> str:
    return "12" if row >= 30 else "11" if row >= 20 else "9" if row >= 12 else "7"


def _bar(
    report: Retrospective,
    task: int,
    attempt: Attempt,
    axis: TimeAxis,
    top: float,
    tall: float,
    *,
    is_critical: bool,
) -> str:
    figures = report.figures.tasks[task]
    is_last = attempt is report.timeline.tasks[task].attempts[-1]
    state = figures.state if is_last else TaskState.FAILED
    word = STATES[state][1] if is_last else "not the last attempt"
    ended = text_of(attempt.ended) if attempt.ended is not None else "now"
    tip = f"{figures.id} {figures.name}: {word}, {text_of(attempt.started)} to {ended}, {span(attempt.work)} of work"
    if attempt.agent:
        tip += f" by {attempt.agent}"
    parts = [element("title", escape(tip))]
    left, right = axis.x(attempt.span.start), axis.x(attempt.span.end)
    if sum(part.length for part in attempt.stretches) < attempt.span.length:
        y = top + tall / 2
        parts.append(element("line", x1=left, x2=right, y1=y, y2=y, cls="pause"))
    for part in attempt.stretches:
        x = axis.x(part.start)
        parts.append(
            element(
                "rect", x=x, y=top, width=max(_THINNEST, axis.x(part.end) - x), height=tall, rx=min(2.5, tall / 2),
                cls=f"bar {state.value}{' critical' if is_critical else ''}",
            )
        )  # fmt: skip
    return element("g", parts)


def _now(report: Retrospective, axis: TimeAxis, bottom: float) -> str:
    timeline = report.timeline
    if timeline.is_finished or timeline.begin is None:
        return ""
    x = axis.x(min(axis.end, timeline.clock.at(timeline.now)))
    return element("line", x1=x, x2=x, y1=_TOP - 4, y2=bottom, cls="now")
