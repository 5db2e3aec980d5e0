"""Load per agent: when each was planned to work and when it did, and how much of its time that was."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.report.gantt_chart import WIDTH, chart_end
from orchestrate_ls.report.markdown import share
from orchestrate_ls.report.measure import AgentFigures
from orchestrate_ls.report.retrospective import Retrospective
from orchestrate_ls.report.svg import element, escape, label, picture
from orchestrate_ls.report.time_axis import TimeAxis
from orchestrate_ls.text.spans import span

MOST: Final = 40
_TOP: Final = 30
_ROW: Final = 38
_LABELS: Final = 226
_RIGHT: Final = 150


def load_chart(report: Retrospective) -> str:
    """The chart, of the agents that worked most; empty where nobody did."""
    agents = report.figures.agents
    kept = sorted(agents, key=lambda each: -each.work)[:MOST]
    shown_agents = [each for each in agents if each in kept]
    if not shown_agents:
        return ""
    height = _TOP + _ROW * len(shown_agents) + 8
    axis = TimeAxis(0, chart_end(report), _LABELS, WIDTH - _RIGHT)
    parts = [axis.drawn(_TOP, height - 8)]
    busy = _busy(report)
    for place, agent in enumerate(shown_agents):
        parts.append(_lane(report, agent, axis, _TOP + place * _ROW, busy.get(agent.agent, [])))
    more = f" The {MOST} that worked most of {len(agents)}." if len(agents) > MOST else ""
    description = (
        f"{len(shown_agents)} agents: above, pale, when each was planned to work; below when it did; at the right how"
        f" much of the time that was, and how much was planned.{more}"
    )
    return picture("".join(parts), WIDTH, height, "Load per agent", description, "load")


def _busy(report: Retrospective) -> dict[str, list[tuple[int, int, int]]]:
    found: dict[str, list[tuple[int, int, int]]] = {}
    for task, times in enumerate(report.timeline.tasks):
        for attempt in times.attempts:
            for part in attempt.stretches:
                found.setdefault(attempt.agent or "", []).append((part.start, part.end, task))
    return found


def _lane(
    report: Retrospective, agent: AgentFigures, axis: TimeAxis, top: float, busy: list[tuple[int, int, int]]
) -> str:
    timeline = report.timeline
    middle, tall = top + _ROW / 2, 12
    parts = [
        element("line", x1=8, x2=WIDTH - 8, y1=top + _ROW, y2=top + _ROW, cls="rule"),
        label(agent.agent, 8, middle + 4.5, "name s12", room=axis.left - 24, size=12.5),
    ]
    if timeline.planned is not None:
        for task, who in enumerate(timeline.planned.agents):
            if who == agent.agent:
                start, end = timeline.planned.starts[task], timeline.planned.finishes[task]
                parts.append(
                    _block(report, task, axis, start, end, middle - tall - 1, tall, "planned", "planned")
                )
    for start, end, task in sorted(busy):
        parts.append(_block(report, task, axis, start, end, middle + 1, tall, "bar load-bar", "worked on"))
    parts.append(_meter(agent, middle))
    return element("g", parts)


def _block(
    report: Retrospective,
    task: int,
    axis: TimeAxis,
    start: int,
    end: int,
    y: float,
    tall: float,
    cls: str,
    what: str,
) -> str:
    x = axis.x(start)
    width = max(1.5, axis.x(end) - x)
    name = report.figures.tasks[task].id
    tip = element("title", escape(f"{name} {what}: {span(start)} to {span(end)}"))
    inside = (
        label(name, x + 4, y + tall - 3, "inside", room=width - 6, size=9)
        if "bar" in cls and width > 22
        else ""
    )
    return element("g", [tip, element("rect", x=x, y=y, width=width, height=tall, rx=2, cls=cls), inside])


def _meter(agent: AgentFigures, middle: float) -> str:
    left, wide = WIDTH - _RIGHT + 20, 60
    parts = [element("rect", x=left, y=middle - 4, width=wide, height=8, rx=4, cls="meter")]
    if agent.utilisation:
        parts.append(
            element(
                "rect",
                x=left,
                y=middle - 4,
                width=max(2, wide * agent.utilisation),
                height=8,
                rx=4,
                cls="meter-in",
            )
        )
    if agent.planned_utilisation is not None:
        x = left + wide * agent.planned_utilisation
        parts.append(element("line", x1=x, x2=x, y1=middle - 8, y2=middle + 8, cls="meter-planned"))
    tip = f"{agent.agent}: {share(agent.utilisation)} of its time, planned {share(agent.planned_utilisation)}"
    parts.append(
        element("text", share(agent.utilisation), x=left + wide + 10, y=middle + 4.5, cls="tick figure")
    )
    return element("g", [element("title", escape(tip)), *parts])
