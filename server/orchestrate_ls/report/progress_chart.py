"""Progress over time: the share of estimated work that was done, against the plan's schedule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.gantt_chart import WIDTH, chart_end
from orchestrate_ls.report.retrospective import Retrospective
from orchestrate_ls.report.svg import element, number, picture
from orchestrate_ls.report.time_axis import TimeAxis
from orchestrate_ls.text.spans import percentage

_HEIGHT: Final = 260
_TOP: Final = 30
_BOTTOM: Final = 236


def progress_chart(report: Retrospective) -> str:
    """The chart; empty for a plan without tasks."""
    timeline = report.timeline
    if not timeline.tasks:
        return ""
    axis = TimeAxis(0, chart_end(report), 50, WIDTH - 14)
    counted = [task for task, each in enumerate(timeline.tasks) if each.state is not TaskState.SKIPPED]
    weights = {task: float(timeline.estimate(task) or 0) for task in counted}
    if not any(weights.values()):
        weights = dict.fromkeys(counted, 1.0)
    total = sum(weights.values()) or 1.0
    planned = timeline.planned
    parts = [axis.drawn(_TOP, _BOTTOM)]
    for percent in (0, 25, 50, 75, 100):
        y = _y(percent / 100)
        parts.append(element("line", x1=axis.left, x2=axis.right, y1=y, y2=y, cls="grid"))
        parts.append(element("text", f"{percent}%", x=axis.left - 8, y=y + 4, cls="tick", text_anchor="end"))
    if planned is not None:
        ramps = [(planned.starts[task], planned.finishes[task], weights[task] / total) for task in counted]
        points = [*_grown(ramps), (axis.end, 1.0)]
        parts.append(
            element(
                "path",
                d=f"{_path(axis, points)}L{number(axis.right)} {_BOTTOM}L{number(axis.left)} {_BOTTOM}Z",
                cls="area-planned",
            )
        )
        parts.append(element("path", d=_path(axis, points), cls="line-planned"))
    ramps = _actual(report, counted, weights, total)
    actual = _grown(ramps)
    if ramps:
        end = axis.end if timeline.end is None else timeline.end
        actual.append((max(end, int(actual[-1][0])), actual[-1][1]))
        parts.append(element("path", d=_path(axis, actual), cls="line-actual"))
        x, y = axis.x(actual[-1][0]), _y(actual[-1][1])
        parts.append(element("circle", cx=x, cy=y, r=4, cls="dot-actual"))
    done = percentage(min(1.0, actual[-1][1])) if ramps else "0%"
    description = (
        f"{done} of the estimated work is done. The pale area is the plan's schedule, the line what was done."
    )
    return picture("".join(parts), WIDTH, _HEIGHT, "Progress over time", description, "progress")


def _actual(
    report: Retrospective, counted: Iterable[int], weights: dict[int, float], total: float
) -> list[tuple[int, int, float]]:
    """What was done from when to when: a task's work is spread evenly over its attempts' time."""
    found: list[tuple[int, int, float]] = []
    for task in counted:
        times = report.timeline.tasks[task]
        if not times.attempts:
            continue
        percent = times.attempts[-1].progress.percent or 0
        part = 1.0 if times.is_done else percent / 100
        if part:
            found.append(
                (times.attempts[-1].span.start, times.attempts[-1].span.end, part * weights[task] / total)
            )
    return found


def _grown(ramps: Iterable[tuple[int, int, float]]) -> list[tuple[float, float]]:
    """The sum of ramps, each from 0 to its weight between two times, as points of a line."""
    slopes: dict[int, float] = {}
    jumps: dict[int, float] = {}
    for start, end, weight in ramps:
        if end <= start:
            jumps[end] = jumps.get(end, 0) + weight
            slopes.setdefault(end, 0)
            continue
        slope = weight / (end - start)
        slopes[start] = slopes.get(start, 0) + slope
        slopes[end] = slopes.get(end, 0) - slope
    points: list[tuple[float, float]] = [(0, 0)]
    level = slope = 0.0
    last = 0
    for time in sorted(slopes):
        level += slope * (time - last)
        points.append((time, min(1.0, level)))
        if time in jumps:
            level += jumps[time]
            points.append((time, min(1.0, level)))
        slope += slopes[time]
        last = time
    return points


def _path(axis: TimeAxis, points: Iterable[tuple[float, float]]) -> str:
    places = [f"{number(axis.x(time))} {number(_y(level))}" for time, level in points]
    return f"M{'L'.join(dict.fromkeys(places))}"


def _y(level: float) -> float:
    return _BOTTOM - level * (_BOTTOM - _TOP)
