"""The critical path method: when each activity can and must happen, and what holds the project up.

Knows integers only: activities are numbers, times are seconds from the project's start.
"""
# ruff: noqa: PLR1730 (`max` and `min` calls take twice the time in these loops)

from __future__ import annotations

from dataclasses import dataclass
from operator import add, sub

from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.forward_pass import earliest_starts, makespan_of
from orchestrate_ls.schedule.network import Network


@dataclass(frozen=True, slots=True)
class Times:
    """What the critical path method says of a network; lists have one entry for each activity, in seconds.

    Attributes
    ----------
    earliest_start, earliest_finish
        The soonest that all links allow, with no start before 0.
    latest_start, latest_finish
        The latest that does not put off the makespan.
    slack
        Total float: latest start minus earliest start.
    free_float
        How far an activity can move from its earliest start without moving a successor from its own, nor the
        makespan.
    makespan
        The shortest time for the whole network with unlimited resources.
    critical
        The activities with no slack, in document order.
    path
        One critical path from start to end: each activity is what the next one on the path waits for. Ties go
        to the first in document order. In a network of finish-to-start links, durations and lags along it sum
        to the makespan.
    complete
        False if links had to be left out because they are part of a cycle.
    """

    earliest_start: list[int]
    earliest_finish: list[int]
    latest_start: list[int]
    latest_finish: list[int]
    slack: list[int]
    free_float: list[int]
    makespan: int
    critical: list[int]
    path: list[int]
    complete: bool


def compute_times(network: Network) -> Times:
    """Earliest and latest times, slack and a critical path.

    Of a network with cycles, self-loops and links inside strongly connected components are left out, so that
    all other activities still get their times; `Times.complete` is False then.

    Sources: Kelley and Walker 1959, "Critical-path planning and scheduling"; for link types with lags the
    precedence diagramming method, Fondahl 1961, "A non-computer approach to the critical path method". O(n +
    m).
    """
    acyclic = acyclic_part(network)
    earliest = earliest_starts(acyclic)
    makespan = makespan_of(acyclic, earliest)
    latest, free_float = _latest_starts(acyclic, earliest, makespan)
    slack = list(map(sub, latest, earliest))
    critical = [activity for activity, amount in enumerate(slack) if not amount]
    return Times(
        earliest_start=earliest,
        earliest_finish=list(map(add, earliest, acyclic.durations)),
        latest_start=latest,
        latest_finish=list(map(add, latest, acyclic.durations)),
        slack=slack,
        free_float=free_float,
        makespan=makespan,
        critical=critical,
        path=_critical_path(acyclic, earliest, slack, critical),
        complete=acyclic is network,
    )


def _latest_starts(network: Network, earliest: list[int], makespan: int) -> tuple[list[int], list[int]]:
    """The backward pass: latest starts, and free floats on the way."""
    durations = network.durations
    successors = network.successors
    weighted = network.weighted_successors
    latest = [makespan - duration for duration in durations]
    free_float = list(map(sub, latest, earliest))
    for wave in reversed(network.waves):
        for activity in wave:
            bound = free_bound = latest[activity]
            if activity in weighted:
                for after, weight in weighted[activity]:
                    bound = min(bound, latest[after] - weight)
                    free_bound = min(free_bound, earliest[after] - weight)
            elif successors[activity]:
                finish_bound = free_finish_bound = makespan
                for after in successors[activity]:
                    if latest[after] < finish_bound:
                        finish_bound = latest[after]
                    if earliest[after] < free_finish_bound:
                        free_finish_bound = earliest[after]
                bound = finish_bound - durations[activity]
                free_bound = free_finish_bound - durations[activity]
            else:
                continue
            latest[activity] = bound
            free_float[activity] = free_bound - earliest[activity]
    return latest, free_float


def _critical_path(network: Network, earliest: list[int], slack: list[int], critical: list[int]) -> list[int]:
    """Back from the first critical activity that no critical one waits for, each time to its first driver."""
    first_driver: dict[int, int] = {}
    drives: set[int] = set()
    for link in network.links:
        before, after, _, _ = link
        if slack[before] or slack[after] or earliest[before] + network.weight(link) != earliest[after]:
            continue
        drives.add(before)
        first_driver[after] = min(before, first_driver.get(after, before))
    path: list[int] = []
    activity = next((candidate for candidate in critical if candidate not in drives), None)
    while activity is not None:
        path.append(activity)
        activity = first_driver.get(activity)
    path.reverse()
    return path
