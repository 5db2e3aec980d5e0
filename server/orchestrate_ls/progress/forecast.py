"""What is left of a plan, as a schedule: finished tasks take no more time, tasks in progress go on from now.

The rest comes in the order of the plan's own schedule, as early as dependencies, agents, files, capacity and calendars
allow. Times are those of the plan's schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.order_search import scheduled_by
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.resources import ResourceProject

LEAST_LEFT: Final = 0.1
"""Of the estimate: as much is left at least of a task in progress of which nobody said how far it is."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When tasks will start and finish; for each task, None for those that are finished.

    ``end`` is the latest finish, or now where nothing is left.
    """

    starts: list[int | None]
    finishes: list[int | None]
    end: int


def left_of(estimate: int, elapsed: int, percent: float | None) -> int:
    """Seconds of work left of a task in progress.

    With the share p that is done: (1 - p) * (elapsed + (1 - p) * estimate). That is the rest of the estimate where
    little is done, and goes over to the rest at the pace so far, (1 - p) / p * elapsed, as p grows (of the usual
    estimates at completion of earned value, each gets the weight p has given it). Without a share the rest of the
    estimate counts, and a tenth of it at least.
    """
    if percent is None:
        return max(estimate - elapsed, round(LEAST_LEFT * estimate))
    rest = 1 - percent / 100
    return round(rest * (elapsed + rest * estimate))


def forecast(
    board: ProgressBoard,
    project: PlanProject,
    now: int,
    left: list[int],
    order: list[int],
    ended: list[int | None],
) -> Forecast:
    """Schedule what is left.

    Parameters
    ----------
    board
        The plan and its state; its dependencies have no cycle.
    project
        What the plan asks of a schedule.
    now
        In the schedule's time.
    left
        For each task how much work is left; 0 for finished ones.
    order
        For each task a number; the least comes first. The starts of the plan's own schedule serve.
    ended
        For each task when it ended, where it has; lags count from there.
    """
    finished = board.finished
    running = set(board.running)
    size = len(board.progress)
    capacity = board.plan.header.concurrent_capacity
    whole = project.project(capacity)
    releases = [now] * size
    links: list[Link] = []
    for link in board.network.links:
        before, after, kind, lag = link
        if after in finished or (
            after in running and kind in (LinkType.FINISH_TO_START, LinkType.START_TO_START)
        ):
            continue
        if before not in finished:
            links.append(link)
        elif kind is LinkType.FINISH_TO_START and lag > 0:
            releases[after] = max(releases[after], _later(whole, ended[before] or 0, lag))
    demands = [{} if index in finished else demand for index, demand in enumerate(whole.demands)]
    capacities = list(whole.capacities)
    for resource in range(len(capacities)):
        # More than there should be may be in progress; that goes on all the same.
        taken = sum(demands[index].get(resource, 0) for index in running)
        capacities[resource] = max(capacities[resource], taken)
    rest = ResourceProject(
        Network(left, links),
        capacities,
        demands,
        releases,
        calendars=whole.calendars,
        lag_calendar=whole.lag_calendar,
    )
    starts = scheduled_by(rest, [-1 if index in running else order[index] for index in range(size)])
    finishes = rest.finishes(starts)
    end = max((finishes[index] for index in range(size) if index not in finished), default=now)
    return Forecast(
        [None if index in finished else start for index, start in enumerate(starts)],
        [None if index in finished else finish for index, finish in enumerate(finishes)],
        end,
    )


def _later(project: ResourceProject, time: int, lag: int) -> int:
    calendar = project.lag_calendar
    return time + lag if calendar is None else calendar.finish(time, lag)


def is_under_way(state: TaskState) -> bool:
    """Whether work on a task has begun and not ended."""
    return state in (TaskState.IN_PROGRESS, TaskState.BLOCKED)
