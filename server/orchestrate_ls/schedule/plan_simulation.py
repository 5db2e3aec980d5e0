"""A plan's schedule under three-point estimates: when it will be done with which probability. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestrate_ls.plan.duration import Estimate
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.plan_schedule import PlanSchedule
from orchestrate_ls.schedule.simulation import Simulation, ThreePoints, simulate


@dataclass(frozen=True, slots=True)
class PlanSimulation:
    """What the samples gave, in seconds of working time, with the seed they were drawn with.

    ``uncertain`` tasks have a three-point estimate; the others always take what they are estimated at.
    """

    outcome: Simulation
    seed: int
    uncertain: int


def simulate_plan(
    plan: Plan,
    schedule: PlanSchedule,
    *,
    samples: int = 1_000,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
) -> PlanSimulation | None:
    """Draw durations for all tasks many times, and keep to the order of the schedule; see ``simulate``.

    None for a plan in which no task has a three-point estimate: every sample would be the schedule itself.

    Raises
    ------
    ValueError
        If no sample is asked for.
    """
    estimates = [_three_points(task.estimate) for task in plan.tasks]
    uncertain = sum(each is not None for each in estimates)
    if not uncertain:
        return None
    project = PlanProject(plan).project(schedule.capacity)
    outcome = simulate(
        project, schedule.starts, estimates, samples=samples, seed=seed, should_stop=should_stop
    )
    return PlanSimulation(outcome, seed, uncertain)


def _three_points(estimate: Estimate | None) -> ThreePoints | None:
    if estimate is None or estimate.optimistic == estimate.pessimistic:
        return None
    return ThreePoints(estimate.optimistic, estimate.likely, estimate.pessimistic)
