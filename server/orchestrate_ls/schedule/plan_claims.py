"""What a plan claims of its own times, held against its schedule: each claim with a verdict and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.critical_path import Times
from orchestrate_ls.schedule.plan_schedule import PlanSchedule
from orchestrate_ls.text.display import shown

_LONGEST_PATH: Final = 12
# Claims are round figures: 46% for 45.7% is right.
_TOLERANCE: Final = 0.02


class Verdict(StrEnum):
    """What the schedule says of a claim."""

    HOLDS = "holds"
    IMPOSSIBLE = "impossible"
    WRONG = "wrong"
    UNPROVEN = "not shown"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its key in the plan, what it says, the verdict, and why."""

    key: str
    text: str
    verdict: Verdict
    reason: str


def judge_claims(plan: Plan, schedule: PlanSchedule, times: Times) -> list[Claim]:
    """All claims of a plan about its wall time, its sequential time and its gain."""
    claims: list[Claim] = []
    wall = plan.header.wall_time_claim
    if wall is not None:
        claims.append(_wall_time(wall.wall, plan, schedule, times))
        if wall.sequential is not None:
            claims.append(_sequential(wall.sequential, schedule))
    if plan.header.efficiency_claim is not None:
        claims.append(_gain(plan.header.efficiency_claim, schedule))
    return claims


def _wall_time(claimed: int, plan: Plan, schedule: PlanSchedule, times: Times) -> Claim:
    text = format_duration(claimed)
    if claimed >= schedule.working_makespan:
        return Claim(
            "estimated_wall_time",
            text,
            Verdict.HOLDS,
            f"the schedule takes {format_duration(schedule.working_makespan)}",
        )
    if claimed >= schedule.working_lower_bound:
        return Claim(
            "estimated_wall_time",
            text,
            Verdict.UNPROVEN,
            f"the shortest schedule found takes {format_duration(schedule.working_makespan)},"
            f" and none is shorter than {format_duration(schedule.working_lower_bound)}",
        )
    bound = format_duration(schedule.working_lower_bound)
    if claimed < times.makespan:
        reason = f"the critical path {_path(plan, times)} alone takes {format_duration(times.makespan)}"
    else:
        reason = f"with the agents and the capacity there are, no schedule is shorter than {bound}"
    return Claim("estimated_wall_time", text, Verdict.IMPOSSIBLE, reason)


def _sequential(claimed: int, schedule: PlanSchedule) -> Claim:
    text = f"{format_duration(claimed)} sequential"
    close = abs(claimed - schedule.total) <= _TOLERANCE * schedule.total
    reason = f"the estimates add up to {format_duration(schedule.total)}"
    return Claim("estimated_wall_time", text, Verdict.HOLDS if close else Verdict.WRONG, reason)


def _gain(claimed: float, schedule: PlanSchedule) -> Claim:
    text = _percent(claimed)
    best = 1 - schedule.working_lower_bound / schedule.total if schedule.total else 0.0
    reason = (
        f"{format_duration(schedule.working_makespan)} instead of {format_duration(schedule.total)}"
        f" is a gain of {_percent(schedule.gain)}"
    )
    if claimed > best + _TOLERANCE:
        return Claim(
            "efficiency_gain", text, Verdict.IMPOSSIBLE, f"{reason}; more than {_percent(best)} cannot be had"
        )
    close = abs(claimed - schedule.gain) <= _TOLERANCE
    return Claim("efficiency_gain", text, Verdict.HOLDS if close else Verdict.WRONG, reason)


def _path(plan: Plan, times: Times) -> str:
    names = [shown(plan.tasks[task].id or plan.tasks[task].name or f"task {task + 1}") for task in times.path]
    if len(names) > _LONGEST_PATH:
        half = _LONGEST_PATH // 2
        names = [*names[:half], "…", *names[-half:]]
    return " → ".join(names)


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + "%"
