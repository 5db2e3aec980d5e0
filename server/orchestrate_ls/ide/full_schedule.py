"""A schedule for programs: what follows from the dependencies, then what the agents and the capacity make of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orchestrate_ls.ide.schedule import schedule_as_json, task_names
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_claims import Claim
from orchestrate_ls.schedule.plan_schedule import PlanSchedule


def full_schedule_as_json(
    plan: Plan, analysis: NetworkAnalysis, schedule: PlanSchedule, claims: list[Claim]
) -> dict[str, Any]:
    """All times are seconds of working time from the plan's start, all shares from 0 to 1."""
    names = task_names(plan)
    result = schedule_as_json(plan, analysis)
    for index, name in enumerate(names):
        result["tasks"][name] |= {
            "scheduled_start": schedule.starts[index],
            "scheduled_finish": schedule.finishes[index],
            "agent": schedule.agents[index],
        }
    return (
        result
        | _about_dates(plan, schedule, names, result["tasks"])
        | {
            "makespan_seconds": schedule.makespan,
            "lower_bound_seconds": schedule.lower_bound,
            "proven_optimal": schedule.proven,
            "solver": schedule.solver.value,
            "time_limit_hit": schedule.stopped,
            "capacity": schedule.capacity,
            "useful_capacity": schedule.useful_capacity,
            "efficiency_gain": round(schedule.gain, 6),
            "capacity_curve": [
                {
                    "capacity": point.capacity,
                    "makespan_seconds": point.makespan,
                    "lower_bound_seconds": point.lower_bound,
                    "proven_optimal": point.proven,
                }
                for point in schedule.curve
            ],
            "scheduled_waves": [[names[index] for index in wave] for wave in schedule.waves],
            "critical_chain": [
                {"task": names[link.task], "cause": link.cause.value, "name": link.name or None}
                for link in schedule.chain
            ],
            "agents": {
                load.agent: {
                    "capacity": load.capacity,
                    "tasks": load.tasks,
                    "work_seconds": load.work,
                    "idle_seconds": load.idle,
                    "utilisation": round(load.utilisation, 6),
                }
                for load in schedule.loads
            },
            "claims": [
                {
                    "key": claim.key,
                    "claim": claim.text,
                    "verdict": claim.verdict.value,
                    "reason": claim.reason,
                }
                for claim in claims
            ],
            "notes": schedule.notes,
        }
    )


def _about_dates(
    plan: Plan, schedule: PlanSchedule, names: list[str], tasks: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Dates and missed deadlines, where the plan has a start; plans without hours of work keep to seconds."""
    time = schedule.time
    if time is None or not time.has_start:
        return {}
    result: dict[str, Any] = {}
    if time.is_elapsed or time.has_hours:
        result["time"] = "elapsed" if time.is_elapsed else "working"
        for index, (begin, finish) in enumerate(dates(plan, schedule)):
            tasks[names[index]] |= {"start": begin.isoformat(), "finish": finish.isoformat()}
    if any(task.deadline is not None for task in plan.tasks):
        result["missed_deadlines"] = [
            {
                "task": names[each.task],
                "deadline": deadline.isoformat(),
                "late_seconds": each.late,
            }
            for each in schedule.missed
            if (deadline := plan.tasks[each.task].deadline) is not None
        ]
    return result


def dates(plan: Plan, schedule: PlanSchedule) -> list[tuple[datetime, datetime]]:
    """Start and finish of each task by the calendars; empty without a start, or beyond the year 9999."""
    time = schedule.time
    if plan.header.start is None or time is None:
        return []
    try:
        spans: list[tuple[datetime, datetime]] = []
        for begin, finish in zip(schedule.starts, schedule.finishes, strict=True):
            end = time.finish_moment(finish)
            spans.append((min(time.start_moment(begin, finish), end), end))
        return spans
    except OverflowError:
        return []
