"""Whether a schedule keeps to everything it must: separate from the code that makes schedules, on purpose.

Knows integers only, and nothing of how schedules are made: it reads the project's links and demands directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from orchestrate_ls.schedule.network import Link, LinkType
from orchestrate_ls.schedule.resources import ResourceProject


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
class OverusedResource:
    """The activities running at `time` need more of a resource than there is."""

    resource: int
    time: int
    needed: int
    activities: tuple[int, ...]


Violation = StartTooEarly | BrokenLink | OverusedResource


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
    return [
        *_early_starts(project, starts),
        *_broken_links(project, starts),
        *_overused_resources(project, starts),
    ]


def _early_starts(project: ResourceProject, starts: Sequence[int]) -> list[Violation]:
    return [
        StartTooEarly(activity, start, release)
        for activity, (start, release) in enumerate(zip(starts, project.releases, strict=True))
        if start < release
    ]


def _broken_links(project: ResourceProject, starts: Sequence[int]) -> list[Violation]:
    durations = project.network.durations
    violations: list[Violation] = []
    for link in project.network.links:
        before, after, kind, lag = link
        from_start = kind in {LinkType.START_TO_START, LinkType.START_TO_FINISH}
        to_start = kind in {LinkType.FINISH_TO_START, LinkType.START_TO_START}
        since = starts[before] if from_start else starts[before] + durations[before]
        until = starts[after] if to_start else starts[after] + durations[after]
        if until < since + lag:
            violations.append(BrokenLink(link, since + lag - until))
    return violations


def _overused_resources(project: ResourceProject, starts: Sequence[int]) -> list[Violation]:
    # (time, change, resource, activity); what ends at a time gives way to what starts then.
    changes: list[tuple[int, int, int, int]] = []
    for activity, demand in enumerate(project.demands):
        duration = project.network.durations[activity]
        if duration:
            for resource, amount in demand.items():
                changes.append((starts[activity], amount, resource, activity))
                changes.append((starts[activity] + duration, -amount, resource, activity))
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
