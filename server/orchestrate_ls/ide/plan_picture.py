"""A plan as data for a picture: its tasks with their dependencies, times and places in the text. Draws nothing.

Also there for a plan with errors: what cannot be known of it (times, where tasks wait for each other in a circle) is
None.
"""

from __future__ import annotations

from typing import Any

from orchestrate_ls.ide.plan_standing import standing_of, task_standing
from orchestrate_ls.ide.schedule import NoScheduleError, task_names
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.engine import FileCheck, PlanCheck


def picture_of(check: FileCheck, number: int = 1) -> dict[str, Any]:
    """One of a file's plans, counted from 1. Raises ``NoScheduleError`` where there is no such plan.

    Times are seconds from the plan's start: those of the schedule under agents and capacity where it is known, else
    the earliest. ``wave`` counts from 1, ``line`` (that of the task's id) from 0. ``dependencies`` are the ones that
    count: to other, known tasks. ``progress`` is what the journal says of a task (``ide.plan_standing``), None where
    there is none.
    """
    if not 1 <= number <= len(check.plans):
        raise NoScheduleError(f"there is no plan {number} in this file: it holds {len(check.plans)}")
    chosen = check.plans[number - 1]
    source, plan, times = chosen.source, chosen.source.plan, chosen.analysis.times
    names = task_names(plan)
    schedule = chosen.shown_schedule if times.complete and plan.tasks else None
    starts = schedule.starts if schedule is not None else times.earliest_start
    finishes = schedule.finishes if schedule is not None else times.earliest_finish
    agents = schedule.agents if schedule is not None else [task.agent for task in plan.tasks]
    wave_of = {task: wave for wave, tasks in enumerate(chosen.analysis.waves) for task in tasks}
    before: list[list[dict[str, str]]] = [[] for _ in names]
    for link in chosen.analysis.network.links:
        before[link.successor].append({"task": names[link.predecessor], "type": link.type.value})
    tasks = [
        {
            "id": name,
            "name": plan.tasks[index].name or "",
            "agent": agents[index],
            "start": starts[index] if times.complete else None,
            "finish": finishes[index] if times.complete else None,
            "slack": times.slack[index] if times.complete else None,
            "duration": chosen.analysis.network.durations[index],
            "critical": times.complete and times.slack[index] == 0,
            "wave": wave_of[index] + 1 if times.complete else None,
            "dependencies": before[index],
            "progress": task_standing(chosen, index),
            "line": source.chunks.position_at(source.locate(Spot(index, ("id",)))[0]).line,
        }
        for index, name in enumerate(names)
    ]
    return {
        "goal": plan.header.goal.text or "",
        "complete": times.complete,
        "scheduled": schedule is not None,
        "makespan": max(finishes, default=0) if times.complete else None,
        "tasks": tasks,
        "progress": _figures(chosen, number),
    }


def _figures(chosen: PlanCheck, number: int) -> dict[str, Any] | None:
    """How the plan as a whole stands; its tasks say themselves how they do."""
    standing = standing_of(chosen, number)
    return {key: value for key, value in standing.items() if key != "tasks"} if standing is not None else None
