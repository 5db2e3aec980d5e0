"""A resource-constrained project as a model for CP-SAT, the constraint solver of OR-Tools (extra `solver`).

Builds the model and reads nothing but the project; `ortools` is imported when the first model is built. Who runs
the solver, for how long and in which process is decided elsewhere. Knows integers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orchestrate_ls.schedule.bounds import heads, tails
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import CompiledProject, Direction

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

# CP-SAT counts in 64 bits and reports bounds as floating-point numbers, which are exact up to 2 ** 53.
_LATEST_TIME: Final = 1 << 50
_MOST_ENERGY: Final = 1 << 60


class CalendarsError(ValueError):
    """Activities of a project pause, which the model does not know."""


class NumbersTooLargeError(ValueError):
    """The times or amounts of a project are beyond what CP-SAT counts with."""


@dataclass(frozen=True, slots=True)
class ProjectModel:
    """A model to minimise the makespan, and the variables of the starts, one for each activity."""

    model: cp_model.CpModel
    starts: list[cp_model.IntVar]


def build_model(project: ResourceProject, known: Sequence[int], lower_bound: int) -> ProjectModel:
    """The model of a project for which a feasible schedule is known.

    Parameters
    ----------
    project
        What to schedule.
    known
        Starts of a feasible schedule: the solver starts from it, and looks for nothing longer, nor for anything
        that misses deadlines by more in all.
    lower_bound
        A makespan that no schedule can beat.

    Raises
    ------
    CalendarsError
        If activities have calendars.
    NumbersTooLargeError
        If times or amounts are too large for 64 bits.
    ImportError
        If OR-Tools is not installed.

    Notes
    -----
    Starts are integer variables between head and tail; a resource is a cumulative constraint (Aggoun and Beldiceanu
    1993, "Extending CHIP in order to solve complex scheduling and placement problems"), or a disjunctive one where no
    two of its activities fit side by side. The time behind the makespan takes all of every resource, which tells the
    solver's relaxations that all work lies before it (as in the RCPSP example that comes with OR-Tools).
    """
    if project.has_calendars:
        raise CalendarsError("CP-SAT does not know agents with working calendars of their own")
    durations = project.network.durations
    finishes = project.finishes(known)
    horizon = max(finishes, default=0)
    limits = resource_limits(project)
    if horizon >= _LATEST_TIME or horizon * max(limits.values(), default=1) >= _MOST_ENERGY:
        raise NumbersTooLargeError("the times or amounts of this plan are too large for CP-SAT")
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    compiled = CompiledProject(project)
    starts = [
        model.new_int_var(head, horizon - tail - duration, "")
        for head, tail, duration in zip(heads(compiled), tails(compiled), durations, strict=True)
    ]
    makespan = model.new_int_var(lower_bound, horizon, "")
    followed: set[int] = set()
    for activity, befores in enumerate(compiled.arcs[Direction.FORWARD]):
        for before, weight in befores:
            model.add(starts[activity] >= starts[before] + weight)
            if weight + durations[activity] >= durations[before]:
                followed.add(before)
    for activity, duration in enumerate(durations):
        if activity not in followed:
            model.add(makespan >= starts[activity] + duration)
    intervals = {
        activity: model.new_fixed_size_interval_var(starts[activity], durations[activity], "")
        for activity, demand in enumerate(project.demands)
        if durations[activity] and any(resource in limits for resource in demand)
    }
    afterwards = model.new_interval_var(makespan, model.new_int_var(1, horizon + 1, ""), horizon + 1, "")
    for resource, capacity in limits.items():
        users = [activity for activity in intervals if resource in project.demands[activity]]
        amounts = [project.demands[activity][resource] for activity in users]
        inside = [intervals[activity] for activity in users]
        if sum(sorted(amounts)[:2]) > capacity:
            model.add_no_overlap([*inside, afterwards])
        else:
            model.add_cumulative([*inside, afterwards], [*amounts, capacity], capacity)
    late: list[cp_model.IntVar] = []
    for start, duration, deadline in zip(starts, durations, project.deadlines or (), strict=False):
        if deadline is not None:
            late.append(model.new_int_var(0, horizon, ""))
            model.add(late[-1] >= start + duration - deadline)
    if late:
        model.add(sum(late) <= project.lateness(finishes))
    model.minimize(makespan)
    for variable, start in zip(starts, known, strict=True):
        model.add_hint(variable, start)
    model.add_hint(makespan, horizon)
    return ProjectModel(model, starts)


def resource_limits(project: ResourceProject) -> dict[int, int]:
    """The resources that can run short, with their capacities; a resource that suffices for all at once is no limit."""
    wanted: dict[int, int] = {}
    for activity, demand in enumerate(project.demands):
        if project.network.durations[activity]:
            for resource, amount in demand.items():
                wanted[resource] = wanted.get(resource, 0) + amount
    capacities = project.capacities
    return {
        resource: capacities[resource]
        for resource, total in sorted(wanted.items())
        if total > capacities[resource]
    }
