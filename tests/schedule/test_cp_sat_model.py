"""The model for CP-SAT, solved in this process: the optimum of any small project, and numbers that are too large."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from ortools.sat.python import cp_model

from orchestrate_ls.schedule.cp_sat_model import NumbersTooLargeError, build_model, resource_limits
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import HeuristicSchedule, solve
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import CompiledProject, serial_schedule
from tests.schedule.networks import projects
from tests.schedule.test_resource_schedules import makespan, topological_lists


def optimum(project: ResourceProject, known: HeuristicSchedule) -> tuple[list[int], int, int]:
    """Starts, makespan and bound by CP-SAT alone."""
    built = build_model(project, known.starts, 0)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(built.model) == cp_model.OPTIMAL
    starts = [solver.value(start) for start in built.starts]
    return starts, round(solver.objective_value), round(solver.best_objective_bound)


@settings(max_examples=40)
@given(projects(general=True, max_size=8))
def test_the_optimum_is_feasible_above_the_bound_and_never_above_the_heuristic(
    project: ResourceProject,
) -> None:
    known = solve(project, budget=2)
    starts, shortest, bound = optimum(project, known)
    assert check_feasible(project, starts) == []
    assert shortest == bound == makespan(project, starts)
    assert known.lower_bound <= shortest <= known.makespan


@settings(max_examples=25)
@given(projects(max_size=5))
def test_it_is_the_shortest_of_all_active_schedules(project: ResourceProject) -> None:
    compiled = CompiledProject(project)
    lists = topological_lists(compiled)
    shortest = min(makespan(project, serial_schedule(compiled, order)) for order in lists)
    assert optimum(project, solve(project, budget=1))[1] == shortest


def test_what_cannot_run_short_is_no_limit() -> None:
    network = Network([3, 3, 0], [])
    project = ResourceProject(network, [10**9, 2, 1], [{0: 7, 1: 1, 2: 1}, {0: 9, 1: 2}, {2: 1}])
    assert resource_limits(project) == {1: 2}


def test_numbers_beyond_64_bits_are_refused() -> None:
    project = ResourceProject(Network([1 << 49] * 3, []), [1], [{0: 1}] * 3)
    with pytest.raises(NumbersTooLargeError, match="too large"):
        build_model(project, solve(project, budget=1).starts, 0)
    project = ResourceProject(Network([1 << 40] * 3, []), [1 << 30], [{0: 1 << 29}] * 3)
    with pytest.raises(NumbersTooLargeError, match="too large"):
        build_model(project, solve(project, budget=1).starts, 0)
