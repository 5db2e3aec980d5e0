"""A plan's schedule as JSON data, by dependencies and estimates alone: what waits for what, and when at best."""

from __future__ import annotations

from typing import Any

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.schedule.analysis import NetworkAnalysis


class NoScheduleError(Exception):
    """A plan whose schedule would mean nothing; the message says why."""


def plan_to_schedule(check: FileCheck, number: int = 1) -> PlanCheck:
    """One of a file's plans, counted from 1, if a schedule of it means something. Raises ``NoScheduleError``."""
    if not 1 <= number <= len(check.plans):
        raise NoScheduleError(f"there is no plan {number} in this file: it holds {len(check.plans)}")
    errors = [
        each
        for each in check.diagnostics
        if each.severity is Severity.ERROR and (each.plan == number - 1 or len(check.plans) == 1)
    ]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise NoScheduleError(
            f"the plan has errors, so no schedule of it would mean anything: {errors[0].message}{more}"
        )
    chosen = check.plans[number - 1]
    if not chosen.source.plan.tasks:
        raise NoScheduleError("the plan has no tasks; write them below `tasks:`")
    if not chosen.analysis.times.complete:
        # The finding is silenced; the circle is there all the same.
        raise NoScheduleError("the tasks wait for each other in a circle; remove a dependency of it")
    return chosen


def schedule_as_json(plan: Plan, analysis: NetworkAnalysis) -> dict[str, Any]:
    """A schedule for programs. All times are seconds of working time from the plan's start.

    A task without an id, or with one that an earlier task has, is named by its place: `#3` for the third.
    """
    names = task_names(plan)
    times = analysis.times
    return {
        "total_seconds": sum(analysis.network.durations),
        "critical_path": [names[index] for index in times.path],
        "critical_path_seconds": times.makespan,
        "waves": [[names[index] for index in wave] for wave in analysis.waves],
        "tasks": {
            name: {
                "earliest_start": times.earliest_start[index],
                "earliest_finish": times.earliest_finish[index],
                "latest_start": times.latest_start[index],
                "latest_finish": times.latest_finish[index],
                "slack": times.slack[index],
            }
            for index, name in enumerate(names)
        },
    }


def task_names(plan: Plan) -> list[str]:
    """A different name for each task: its id where it has one of its own."""
    names: list[str] = []
    seen: set[str] = set()
    for index, task in enumerate(plan.tasks):
        name = task.id if task.id is not None and task.id not in seen else f"#{index + 1}"
        seen.add(name)
        names.append(name)
    return names
