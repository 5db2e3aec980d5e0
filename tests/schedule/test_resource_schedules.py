"""Resource-constrained schedules: feasible, between the bounds, the same for the same seed."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.schedule.bounds import heads, makespan_lower_bound, tails
from orchestrate_ls.schedule.critical_path import compute_times
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import StopReason, quick_budget, solve
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.priority_rules import PRIORITY_RULES
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import CompiledProject, Direction, parallel_schedule, serial_schedule
from tests.schedule.networks import HOUR, networks, projects, seed_project


def makespan(project: ResourceProject, starts: list[int]) -> int:
    return max((at + length for at, length in zip(starts, project.network.durations, strict=True)), default=0)


def topological_lists(project: CompiledProject) -> list[tuple[int, ...]]:
    befores = [{before for before, _ in arcs} for arcs in project.arcs[Direction.FORWARD]]
    return [
        order
        for order in permutations(range(project.size))
        if all(befores[activity] <= set(order[:place]) for place, activity in enumerate(order))
    ]


def serial_by_definition(project: ResourceProject, order: list[int]) -> list[int]:
    """One after the other, each at the first moment at which the partial schedule stays feasible."""
    starts: dict[int, int] = {}
    durations = project.network.durations

    def fits(activity: int, start: int) -> bool:
        for link in project.network.links:
            if link.successor == activity and start < starts[link.predecessor] + project.network.weight(link):
                return False
        return all(
            sum(
                project.demands[other].get(resource, 0)
                for other, at in starts.items()
                if at <= moment < at + durations[other]
            )
            + project.demands[activity].get(resource, 0)
            <= capacity
            for resource, capacity in enumerate(project.capacities)
            for moment in range(start, start + durations[activity])
        )

    for activity in order:
        start = project.releases[activity]
        while not fits(activity, start):
            start += 1
        starts[activity] = start
    return [starts[activity] for activity in range(len(project))]


@given(projects(general=True), st.randoms(use_true_random=False))
def test_the_serial_scheme_does_what_it_is_defined_to_do(project: ResourceProject, draw: object) -> None:
    order = CompiledProject(project).orders[Direction.FORWARD]
    assert serial_schedule(CompiledProject(project), order) == serial_by_definition(project, order)


@given(projects(general=True))
def test_both_schemes_are_feasible_with_every_rule(project: ResourceProject) -> None:
    compiled = CompiledProject(project)
    for rule in PRIORITY_RULES:
        assert check_feasible(project, parallel_schedule(compiled, rule(compiled))) == []
    assert check_feasible(project, serial_schedule(compiled, compiled.orders[Direction.FORWARD])) == []


@given(projects(releases=False))
def test_the_parallel_scheme_never_waits_when_something_fits(project: ResourceProject) -> None:
    compiled = CompiledProject(project)
    starts = parallel_schedule(compiled, [0] * len(project))
    for activity, start in enumerate(starts):
        for earlier in {*starts, 0}:
            if earlier < start:
                moved = [*starts]
                moved[activity] = earlier
                running = [
                    other
                    for other, at in enumerate(starts)
                    if other != activity and at <= earlier < at + project.network.durations[other]
                ]
                used_then = all(
                    sum(project.demands[other].get(resource, 0) for other in [*running, activity]) <= capacity
                    for resource, capacity in enumerate(project.capacities)
                )
                ready = all(
                    starts[link.predecessor] + project.network.durations[link.predecessor] <= earlier
                    for link in project.network.links
                    if link.successor == activity
                )
                assert not (used_then and ready and project.network.durations[activity])


@given(projects(general=True, releases=False))
def test_the_mirrored_schedule_is_feasible_too(project: ResourceProject) -> None:
    compiled = CompiledProject(project)
    mirrored = serial_schedule(compiled, compiled.orders[Direction.BACKWARD], Direction.BACKWARD)
    end = makespan(project, mirrored)
    starts = [
        end - start - duration for start, duration in zip(mirrored, project.network.durations, strict=True)
    ]
    assert check_feasible(project, starts) == []


@settings(max_examples=60)
@given(projects(max_size=6), st.integers(1, 60))
def test_bound_optimum_and_heuristic_are_in_order(project: ResourceProject, budget: int) -> None:
    compiled = CompiledProject(project)
    # With finish-to-start links the lists give all active schedules, and the best of those is the optimum.
    lists = topological_lists(compiled)
    optimum = min(makespan(project, serial_schedule(compiled, order)) for order in lists)
    result = solve(project, budget=budget)
    assert makespan_lower_bound(project, compiled) <= optimum <= result.makespan
    assert result.lower_bound == makespan_lower_bound(project, compiled)
    assert check_feasible(project, result.starts) == []
    assert result.makespan == makespan(project, result.starts)
    assert 1 <= result.schedules_built <= budget
    assert result.proven_optimal == (result.stop_reason is StopReason.PROVEN)


@settings(max_examples=60)
@given(projects(general=True, max_size=12), st.integers(0, 3))
def test_any_project_gets_a_feasible_schedule(project: ResourceProject, seed: int) -> None:
    result = solve(project, budget=150, seed=seed)
    assert check_feasible(project, result.starts) == []
    assert result.lower_bound <= result.makespan == makespan(project, result.starts)
    assert solve(project, budget=150, seed=seed) == result


@settings(max_examples=60)
@given(projects(general=True), st.integers(0, 2))
def test_a_known_schedule_is_never_made_worse_by_more_capacity(project: ResourceProject, extra: int) -> None:
    before = solve(project, budget=3)
    roomier = ResourceProject(
        project.network,
        [capacity + extra for capacity in project.capacities],
        project.demands,
        project.releases,
    )
    assert solve(roomier, budget=1, known=[before.starts]).makespan <= before.makespan


@given(networks(general=True))
def test_without_resources_the_critical_path_is_the_schedule(network: Network) -> None:
    project = ResourceProject(network, [], [{}] * len(network))
    result = solve(project, budget=1)
    times = compute_times(network)
    assert result.starts == times.earliest_start
    assert result.makespan == result.lower_bound == times.makespan
    compiled = CompiledProject(project)
    assert heads(compiled) == times.earliest_start
    assert tails(compiled) == [times.makespan - finish for finish in times.latest_finish]


@pytest.mark.parametrize(("capacity", "hours"), [(1, 35), (2, 21), (3, 19), (4, 19)])
def test_the_seeds_plan_at_each_capacity(capacity: int, hours: int) -> None:
    project = seed_project(capacity)
    result = solve(project, budget=100)
    assert result.makespan == hours * HOUR
    assert check_feasible(project, result.starts) == []


def test_results_start_as_early_as_they_can() -> None:
    project = ResourceProject(Network([5, 1, 1], [Link(1, 2)]), [2], [{0: 1}] * 3)
    assert solve(project).starts == [0, 0, 1]


def test_lags_that_lead_and_other_link_types() -> None:
    links = [Link(0, 1, LinkType.START_TO_START, 1), Link(1, 2, LinkType.FINISH_TO_START, -1)]
    result = solve(ResourceProject(Network([4, 4, 4], links), [2], [{0: 1}] * 3))
    assert result.starts == [0, 1, 4]
    assert result.makespan == 8


def test_a_stop_ends_the_search_with_what_there_is() -> None:
    asked = 0

    def stop_at_the_fifth() -> bool:
        nonlocal asked
        asked += 1
        return asked >= 5

    project = ResourceProject(Network([3, 3, 2, 2, 2], []), [2], [{0: 1}] * 5)
    assert makespan_lower_bound(project, CompiledProject(project)) == 6  # nobody reaches 6
    result = solve(project, should_stop=stop_at_the_fifth)
    assert (result.makespan, result.schedules_built, result.stop_reason) == (7, 5, StopReason.STOPPED)
    assert solve(project, should_stop=lambda: True).schedules_built == 1


@pytest.mark.parametrize(
    ("capacities", "demands", "message"),
    [
        ([1], [{0: 2}, {}], "activity 0 needs 2 of resource 0, of which there are 1"),
        ([1], [{}, {1: 1}], "resource 1, which does not exist"),
        ([1], [{0: -1}, {}], "negative demand"),
        ([-1], [{}, {}], "must not be negative"),
        ([1], [{}], "one entry for each activity"),
    ],
)
def test_impossible_projects_are_refused(
    capacities: list[int], demands: list[dict[int, int]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ResourceProject(Network([1, 1], []), capacities, demands)


def test_cycles_bad_budgets_and_false_knowledge_are_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        ResourceProject(Network([1, 1], [Link(0, 1), Link(1, 0)]), [], [{}, {}])
    project = ResourceProject(Network([1, 1], []), [1], [{0: 1}] * 2)
    with pytest.raises(ValueError, match="budget"):
        solve(project, budget=0)
    with pytest.raises(ValueError, match="not feasible"):
        solve(project, known=[[0, 0]])


def test_an_empty_project_is_done_at_once() -> None:
    result = solve(ResourceProject(Network([], []), [3], []))
    assert (result.starts, result.makespan, result.proven_optimal) == ([], 0, True)


def test_huge_capacities_and_durations() -> None:
    project = ResourceProject(Network([10**15] * 3, []), [10**9, 2], [{0: 10**9 // 2, 1: 1}] * 3)
    assert solve(project, budget=10).makespan == 2 * 10**15


def test_ten_thousand_tasks_for_one_agent() -> None:
    size = 10_000
    durations = [1 + number % 7 for number in range(size)]
    project = ResourceProject(Network(durations, []), [1], [{0: 1}] * size)
    result = solve(project, budget=5)
    assert (result.makespan, result.proven_optimal) == (sum(durations), True)
    assert len(set(serial_schedule(CompiledProject(project), range(size)))) == size


@given(projects(general=True, max_size=14))
def test_the_serial_scheme_with_equal_demands(project: ResourceProject) -> None:
    """Many activities with the same demand: what one search learns must hold for the next."""
    alike = ResourceProject(
        project.network, [2], [{0: 1 + number % 2} for number in range(len(project))], project.releases
    )
    order = CompiledProject(alike).orders[Direction.FORWARD]
    assert serial_schedule(CompiledProject(alike), order) == serial_by_definition(alike, order)


def test_quick_budgets_shrink_with_the_size() -> None:
    budgets = [quick_budget(size) for size in (0, 1, 10, 100, 1_000, 10_000)]
    assert budgets == sorted(budgets, reverse=True)
    assert budgets[-1] == 3
