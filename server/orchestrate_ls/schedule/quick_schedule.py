"""A plan's schedule at the speed of an editor: for its own capacity only, by the few schedules that help most.

It is the schedule that findings speak of, in an editor and on the command line alike, so it depends on nothing but the
plan. ``schedule_plan`` searches on from here. Knows no clock: whoever wants to do other things in between takes the
steps one by one.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.heuristic import quick_steps
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.plan_schedule import CapacityPoint, PlanSchedule, PlanScheduleBuilder, verify
from orchestrate_ls.schedule.sgs import finished


def quick_schedule(plan: Plan, capacity: int | None = None) -> PlanSchedule:
    """A fair schedule of a plan; its curve has one point, that of the capacity.

    ``capacity`` is the plan's ``concurrent_capacity`` where left out. Raises ``ValueError`` if the plan has a
    dependency cycle or the capacity is below 1.
    """
    return finished(quick_schedule_steps(plan, capacity))


def quick_schedule_steps(
    plan: Plan, capacity: int | None = None, network: Network | None = None
) -> Generator[None, None, PlanSchedule]:
    """The same in steps; at 10,000 tasks the longest take a tenth of a second, at 1,000 some milliseconds.

    ``network`` is that of the plan, where it is known already.
    """
    if capacity is None:
        capacity = plan.header.concurrent_capacity
    if capacity is not None and capacity < 1:
        raise ValueError("the capacity must be at least one task at once")
    project = PlanProject(plan, network)
    yield
    unit = project.unit
    asked = project.project(capacity, unit)
    yield
    found = yield from quick_steps(asked)
    verify(asked, found.starts)
    yield
    starts = [start * unit for start in found.starts]
    point = CapacityPoint(
        capacity if capacity is not None else max(1, len(plan.tasks)),
        found.makespan * unit,
        found.lower_bound * unit,
    )
    return PlanScheduleBuilder(project, starts, capacity).build(found, _Done(unit, [point]))


@dataclass(frozen=True, slots=True)
class _Done:
    """A search that was over at once."""

    unit: int
    curve: list[CapacityPoint]
    stopped: bool = False
