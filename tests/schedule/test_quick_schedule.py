"""The quick schedule, and what must hold for large and awkward plans: an answer, in bounded time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import quick_steps, solve
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from orchestrate_ls.schedule.quick_schedule import quick_schedule, quick_schedule_steps
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import CompiledProject, Direction, finished, serial_steps
from tests.schedule.test_plan_schedule import plans


def read(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


@settings(max_examples=40, deadline=None)
@given(plans())
def test_it_is_feasible_the_same_every_time_and_not_better_than_the_search(text: str) -> None:
    plan = read("concurrent_capacity: 2\n" + text)
    quick = quick_schedule(plan)
    assert check_feasible(PlanProject(plan).project(2), quick.starts) == []
    assert quick == quick_schedule(plan)
    assert quick.lower_bound <= schedule_plan(plan).makespan <= quick.makespan
    assert sorted(task for wave in quick.waves for task in wave) == list(range(len(plan.tasks)))


def many(size: int, agents: int) -> str:
    tasks = "".join(
        f"  - {{id: T{n}, estimated_time: {1 + n * 7 % 11}h, agent: a{n * 5 % agents}"
        + (f", dependencies: [T{n * 3 % n}]" if n % 3 == 1 and n > 1 else "")
        + "}\n"
        for n in range(size)
    )
    return f"concurrent_capacity: {max(1, agents // 2)}\ntasks:\n{tasks}"


def test_steps_end_as_all_at_once() -> None:
    plan = read(many(1_200, 20))
    steps = quick_schedule_steps(plan)
    assert next(steps, "none") is None
    assert finished(steps) == quick_schedule(plan)


def test_more_capacity_is_never_worse_in_large_plans_either() -> None:
    plan = read(many(1_100, 40))
    last = None
    for capacity in (1, 2, 3, 7, 9, 15, 16, 17, 20, 25, 31, 33, 39, 40, 50, None):
        makespan = schedule_plan(plan, capacity).makespan
        assert last is None or makespan <= last, capacity
        last = makespan


def test_the_search_starts_where_the_quick_schedule_ends() -> None:
    plan = read(many(2_500, 50))
    assert schedule_plan(plan).makespan <= quick_schedule(plan).makespan


@pytest.mark.parametrize("direction", list(Direction))
def test_a_profile_for_each_resource_gives_the_same_schedules(direction: Direction) -> None:
    size = 1_001  # just over the size from which on there is one
    links = [Link(n // 2, n) for n in range(1, size, 3)]
    demands = [{0: 1, 1 + n % 7: 1 + n % 2, 8: n % 3} for n in range(size)]
    network = Network([1 + n * 13 % 17 for n in range(size)], links)
    large = CompiledProject(ResourceProject(network, [5, *[2] * 7, 6], demands))
    starts = finished(serial_steps(large, large.orders[direction], direction, 100))
    # A thousand activities at most: the last one does not matter to those before it.
    assert finished(serial_steps(large, large.orders[direction], direction, 10**9)) == starts
    if direction is Direction.FORWARD:
        assert check_feasible(ResourceProject(network, [5, *[2] * 7, 6], demands), starts) == []


SHAPES = {
    "one agent": (1, 10_000, 0),
    "an agent each, few at once": (10_000, 4, 0),
    "many agents, some at once": (5_000, 100, 1),
    "many agents, half at once": (1_000, 5_000, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_ten_thousand_tasks_of_any_shape(shape: str) -> None:
    agents, capacity, dependencies = SHAPES[shape]
    size = 10_000
    links = [Link(n * 7919 % n, n) for n in range(1, size)] if dependencies else []
    demands = [{0: 1, 1 + n * 31 % agents: 1} for n in range(size)]
    durations = [1 + n * 7919 % 100_003 for n in range(size)]
    project = ResourceProject(Network(durations, links), [capacity, *[1] * agents], demands)
    assert check_feasible(project, finished(quick_steps(project)).starts) == []


def test_zero_and_huge_figures() -> None:
    text = "tasks:\n" + "".join(
        f"  - {{id: T{n}, estimated_time: {hours}, agent: a, deadline: 2026-11-24}}\n"
        for n, hours in enumerate(["0h", "8000000h", "0h", "1h"])
    )
    schedule = quick_schedule(read("start: 2026-11-23\n" + text), 10**9)
    assert schedule.makespan == 8_000_001 * 3600
    assert [each.task for each in schedule.missed] == [1]
    with pytest.raises(ValueError, match="capacity"):
        quick_schedule(read(text), 0)
    with pytest.raises(ValueError, match="cycle"):
        quick_schedule(read("tasks:\n  - {id: A, dependencies: [B]}\n  - {id: B, dependencies: [A]}\n"))


def test_a_project_of_nothing() -> None:
    project = ResourceProject(Network([], []), [], [])
    assert finished(quick_steps(project)).starts == solve(project).starts == []
