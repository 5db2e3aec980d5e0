"""A schedule for programs: what follows from the dependencies, then what the agents and the capacity make of it."""

from __future__ import annotations

from typing import Any

from orchestrate_ls.ide.schedule import schedule_as_json, task_names
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_claims import Claim
from orchestrate_ls.schedule.plan_schedule import SOLVER, PlanSchedule


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
    return result | {
        "makespan_seconds": schedule.makespan,
        "lower_bound_seconds": schedule.lower_bound,
        "proven_optimal": schedule.proven,
        "solver": SOLVER,
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
            {"key": claim.key, "claim": claim.text, "verdict": claim.verdict.value, "reason": claim.reason}
            for claim in claims
        ],
        "notes": schedule.notes,
    }
