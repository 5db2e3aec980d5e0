"""What the critical path really was: from the task that ended last back to the first, each time to what it had waited
for. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from orchestrate_ls.report.timeline import Timeline
from orchestrate_ls.schedule.network import LinkType


class Driver(StrEnum):
    """What a task on the path came after."""

    START = "start"
    DEPENDENCY = "dependency"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class PathStep:
    """A task of the actual path, and why it comes after the one before: it depends on it, or its agent was busy with
    it. ``gap`` is how long after that one it began, in seconds.
    """

    task: int
    driver: Driver
    gap: int


def planned_path(timeline: Timeline) -> list[int]:
    """The critical chain of the plan's own schedule: dependencies, and agents and the like where these decide."""
    return [link.task for link in timeline.planned.chain] if timeline.planned is not None else []


def actual_path(timeline: Timeline) -> list[PathStep]:
    """The chain that ended last, first task first. Of tasks that ended at the same time the plan's first counts; a
    dependency goes before an agent.
    """
    ends = {task: each.attempts[-1].span.end for task, each in enumerate(timeline.tasks) if each.attempts}
    if not ends:
        return []
    by_agent: dict[str, list[tuple[int, int]]] = {}
    for task, end in ends.items():
        agent = timeline.tasks[task].attempts[-1].agent
        if agent is not None:
            by_agent.setdefault(agent, []).append((end, -task))
    for own in by_agent.values():
        own.sort()
    path: list[PathStep] = []
    seen: set[int] = set()
    task: int | None = max(ends, key=lambda each: (ends[each], -each))
    while task is not None:
        seen.add(task)
        before, driver, at = _before(timeline, task, ends, by_agent, seen)
        start = timeline.tasks[task].start or 0
        path.append(PathStep(task, driver, timeline.clock.work(at, start) if before is not None else 0))
        task = before
    path.reverse()
    return path


def _before(
    timeline: Timeline,
    task: int,
    ends: dict[int, int],
    by_agent: dict[str, list[tuple[int, int]]],
    seen: set[int],
) -> tuple[int | None, Driver, int]:
    """What a task came after, how, and when that let it begin."""
    start = timeline.tasks[task].start or 0
    best: tuple[int, int, int] | None = None
    driver = Driver.START
    for other, kind, lag in timeline.links_into(task):
        if other in seen or other not in ends:
            continue
        if kind is LinkType.FINISH_TO_START:
            at = ends[other] + max(0, lag)
        elif kind is LinkType.START_TO_START:
            at = (timeline.tasks[other].start or 0) + max(0, lag)
        else:
            continue
        if at <= start and (best is None or (at, -other) > best[:2]):
            best, driver = (at, -other, other), Driver.DEPENDENCY
    agent = timeline.tasks[task].attempts[0].agent
    own = by_agent.get(agent, []) if agent is not None else []
    place = bisect_right(own, (start, 1)) - 1
    while place >= 0 and -own[place][1] in seen:
        place -= 1
    if place >= 0 and (best is None or own[place][0] > best[0]):
        end, other = own[place]
        return -other, Driver.AGENT, end
    return (best[2], driver, best[0]) if best is not None else (None, Driver.START, start)
