"""Whether a schedule keeps to everything it must: separate from the code that makes schedules, on purpose.

Knows integers only, and nothing of how schedules are made: it reads the project's links and demands directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from orchestrate_ls.plan.working_time import WorkingTime
from orchestrate_ls.schedule.network import Link, LinkType
from orchestrate_ls.schedule.resources import ResourceProject

# In seconds; beyond it the calendar's own sums are taken.
_LONGEST_WALK = 2 * 366 * 86_400


@dataclass(frozen=True, slots=True)
class StartTooEarly:
    """An activity starts before the project, or before its release."""

    activity: int
    start: int
    allowed: int


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link does not hold; `missing` says by how much, in the unit of the durations."""

    link: Link
    missing: int


@dataclass(frozen=True, slots=True)
class StartOffDuty:
    """An activity starts when its calendar has no work; `next` is when there is some."""

    activity: int
    start: int
    next: int


@dataclass(frozen=True, slots=True)
class OverusedResource:
    """The activities running at `time` need more of a resource than there is."""

    resource: int
    time: int
    needed: int
    activities: tuple[int, ...]


Violation = StartTooEarly | BrokenLink | StartOffDuty | OverusedResource


def check_feasible(project: ResourceProject, starts: Sequence[int]) -> list[Violation]:
    """Everything that is wrong with a schedule given by its starts; an empty list if it can be carried out.

    Of an overused resource, each stretch of overuse is reported once, at its beginning.

    Raises
    ------
    ValueError
        If there is not exactly one start for each activity.
    """
    if len(starts) != len(project):
        raise ValueError("a schedule needs one start for each activity")
    finishes = [_finish(project, activity, start) for activity, start in enumerate(starts)]
    return [
        *_early_starts(project, starts),
        *_off_duty_starts(project, starts),
        *_broken_links(project, starts, finishes),
        *_overused_resources(project, starts, finishes),
    ]


def _finish(project: ResourceProject, activity: int, start: int) -> int:
    """Walks through the working times one by one, where there are not too many of them."""
    left = project.network.durations[activity]
    calendar = project.calendars[activity] if project.calendars is not None else None
    if calendar is None or not left:
        return start + left
    if left > _LONGEST_WALK:
        return calendar.finish(start, left)
    for begin, end in calendar.windows(start):
        worked = min(left, end - max(start, begin))
        left -= worked
        if not left:
            return max(start, begin) + worked
    raise AssertionError("working times have no end")


def _work_between(calendar: WorkingTime, since: int, until: int) -> int:
    """Working time from one time to a later one."""
    if until - since > _LONGEST_WALK:
        return calendar.work_before(until) - calendar.work_before(since)
    work = 0
    for begin, end in calendar.windows(since):
        if begin >= until:
            return work
        work += min(end, until) - max(begin, since)
    raise AssertionError("working times have no end")


def _off_duty_starts(project: ResourceProject, starts: Sequence[int]) -> list[Violation]:
    violations: list[Violation] = []
    for activity, (start, calendar) in enumerate(zip(starts, project.calendars or (), strict=False)):
        if calendar is not None and project.network.durations[activity]:
            begin, _ = next(calendar.windows(start))
            if begin > start:
                violations.append(StartOffDuty(activity, start, begin))
    return violations


def _early_starts(project: ResourceProject, starts: Sequence[int]) -> list[Violation]:
    return [
        StartTooEarly(activity, start, release)
        for activity, (start, release) in enumerate(zip(starts, project.releases, strict=True))
        if start < release
    ]


def _broken_links(
    project: ResourceProject, starts: Sequence[int], finishes: Sequence[int]
) -> list[Violation]:
    violations: list[Violation] = []
    calendar = project.lag_calendar
    for link in project.network.links:
        before, after, kind, lag = link
        from_start = kind in {LinkType.START_TO_START, LinkType.START_TO_FINISH}
        to_start = kind in {LinkType.FINISH_TO_START, LinkType.START_TO_START}
        since = starts[before] if from_start else finishes[before]
        until = starts[after] if to_start else finishes[after]
        if calendar is None or not lag:
            missing = since + lag - until
        elif lag > 0:
            missing = since - until if until < since else lag - _work_between(calendar, since, until)
        else:
            missing = _work_between(calendar, until, since) + lag if until < since else 0
        if missing > 0:
            violations.append(BrokenLink(link, missing))
    return violations


def _overused_resources(
    project: ResourceProject, starts: Sequence[int], finishes: Sequence[int]
) -> list[Violation]:
    # (time, change, resource, activity); what ends at a time gives way to what starts then.
    changes: list[tuple[int, int, int, int]] = []
    for activity, demand in enumerate(project.demands):
        if project.network.durations[activity]:
            for resource, amount in demand.items():
                changes.append((starts[activity], amount, resource, activity))
                changes.append((finishes[activity], -amount, resource, activity))
    changes.sort()
    used = [0] * len(project.capacities)
    running: list[set[int]] = [set() for _ in project.capacities]
    over = [False] * len(project.capacities)
    violations: list[Violation] = []
    for time, at_once in groupby(changes, key=lambda entry: entry[0]):
        touched: set[int] = set()
        for _, change, resource, activity in at_once:
            touched.add(resource)
            used[resource] += change
            if change > 0:
                running[resource].add(activity)
            else:
                running[resource].discard(activity)
        for resource in sorted(touched):
            too_much = used[resource] > project.capacities[resource]
            if too_much and not over[resource]:
                activities = tuple(sorted(running[resource]))
                violations.append(OverusedResource(resource, time, used[resource], activities))
            over[resource] = too_much
    return violations
