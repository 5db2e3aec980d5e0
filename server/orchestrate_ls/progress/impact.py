"""What the failure of a task means for the others: which wait for it, how much later, and what goes on without it."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.schedule.critical_path import Times, compute_times
from orchestrate_ls.schedule.network import Network


@dataclass(frozen=True, slots=True)
class FailureImpact:
    """The impact of a failed task; tasks are the plan's indices, in its order. Times are seconds of working time.

    Attributes
    ----------
    task
        The task that failed.
    dependants
        Tasks that are not finished and depend on it, directly or not.
    critical
        Those of them that hold up the end of the plan.
    is_critical
        Whether doing the task again does so.
    task_delay
        By how much later a dependant starts if the task is done again from its beginning; the greatest of all.
    plan_delay
        By how much later what is left of the plan ends then. By dependencies and estimates alone, whoever is free.
    unaffected
        Tasks that are not finished and go on without it.
    """

    task: int
    dependants: tuple[int, ...]
    critical: tuple[int, ...]
    is_critical: bool
    task_delay: int
    plan_delay: int
    unaffected: tuple[int, ...]


def failure_impact(board: ProgressBoard, task: int) -> FailureImpact:
    """What it means that a task failed and has to be done again."""
    open_tasks = [each for each in range(len(board.progress)) if each not in board.finished]
    after = _after(board, task)
    dependants = tuple(each for each in open_tasks if each in after)
    with_rework = _left(board, task, is_done=False)
    without = _left(board, task, is_done=True)
    delays = [with_rework.earliest_start[each] - without.earliest_start[each] for each in dependants]
    return FailureImpact(
        task,
        dependants,
        tuple(each for each in dependants if not with_rework.slack[each]),
        not with_rework.slack[task],
        max(delays, default=0),
        with_rework.makespan - without.makespan,
        tuple(each for each in open_tasks if each not in after and each != task),
    )


def _after(board: ProgressBoard, task: int) -> frozenset[int]:
    """The tasks after one, directly or not; the links may have a cycle."""
    found: set[int] = set()
    ahead = [task]
    while ahead:
        for each in board.network.successors[ahead.pop()]:
            if each not in found:
                found.add(each)
                ahead.append(each)
    return frozenset(found - {task})


def _left(board: ProgressBoard, task: int, *, is_done: bool) -> Times:
    """What is left as a network: finished tasks take no time, and the failed one none or all of its estimate."""
    durations: list[int] = []
    for index, each in enumerate(board.plan.tasks):
        is_over = index in board.finished or (is_done and index == task)
        durations.append(0 if is_over or each.estimate is None else each.estimate.expected)
    return compute_times(Network(durations, board.network.links))
