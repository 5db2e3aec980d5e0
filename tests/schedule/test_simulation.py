"""Monte Carlo: the distribution, the order that is kept, criticality, and what holds for any project."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import solve
from orchestrate_ls.schedule.left_shift import shifted_left
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from orchestrate_ls.schedule.plan_simulation import simulate_plan
from orchestrate_ls.schedule.resource_flow import order_links, resource_links
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.simulation import ThreePoints, pert_quantiles, simulate
from tests.schedule.networks import FOUR_TYPES, projects, seed_network, seed_project


def earliest(network: Network, releases: tuple[int, ...] | list[int]) -> list[int]:
    """Starts by links and releases alone."""
    starts = list(releases)
    for activity in network.topological_order:
        for link in network.links:
            if link.successor == activity:
                starts[activity] = max(starts[activity], starts[link.predecessor] + network.weight(link))
    return starts


@pytest.mark.parametrize("general", [False, True])
@settings(max_examples=50)
@given(st.data())
def test_the_order_keeps_any_durations_feasible(general: bool, data: st.DataObject) -> None:
    project = data.draw(projects(general=general))
    starts = solve(project, budget=3).starts
    flow = resource_links(project, starts)
    links = order_links(project, starts)
    for before, after, _, _ in flow:
        assert starts[before] + project.network.durations[before] <= starts[after]
    # What takes no time holds no resource, so it must not begin to take some.
    others = [data.draw(st.integers(1, 9)) if duration else 0 for duration in project.network.durations]
    changed = ResourceProject(
        Network(others, project.network.links), project.capacities, project.demands, project.releases
    )
    network = Network(others, links)
    assert network.is_acyclic
    then = earliest(network, project.releases)
    if len(links) == len(project.network.links) + len(flow):
        assert check_feasible(changed, then) == []
    else:  # a knot: the links hold all the same
        assert check_feasible(ResourceProject(changed.network, [], [{}] * len(project)), then) == []


@settings(max_examples=60)
@given(projects(general=True))
def test_certain_durations_give_the_schedule_itself(project: ResourceProject) -> None:
    found = solve(project, budget=5)
    starts = shifted_left(project, found.starts)
    outcome = simulate(project, starts, [None] * len(project), samples=2)
    durations = project.network.durations
    makespan = max((start + duration for start, duration in zip(starts, durations, strict=True)), default=0)
    kept = len(order_links(project, starts)) - len(project.network.links)
    if kept == len(resource_links(project, starts)):
        assert outcome.finishes == [makespan] * 2
    else:
        assert outcome.finishes[1] <= makespan
    assert set(outcome.criticality) <= {0.0, 1.0}


@settings(max_examples=40)
@given(projects(general=True), st.data())
def test_any_simulation_repeats_itself_and_stays_between_its_extremes(
    project: ResourceProject, data: st.DataObject
) -> None:
    estimates = [
        data.draw(st.none() | st.just(ThreePoints(duration, 2 * duration, 5 * duration)))
        for duration in project.network.durations
    ]
    starts = solve(project, budget=3).starts
    outcome = simulate(project, starts, estimates, samples=30, seed=4)
    assert simulate(project, starts, estimates, samples=30, seed=4) == outcome
    assert outcome.finishes == sorted(outcome.finishes)
    assert outcome.finishes[0] <= outcome.mean <= outcome.finishes[-1]
    assert outcome.finishes[0] <= outcome.percentile(50) <= outcome.percentile(80) <= outcome.percentile(95)
    assert all(0 <= share <= 1 for share in outcome.criticality)
    if len(project):
        assert max(outcome.criticality) > 0
    if all(kind is LinkType.FINISH_TO_START for _, _, kind, _ in project.network.links):
        slowest = [points.pessimistic if points else None for points in estimates]
        durations = [
            slow if slow is not None else certain
            for slow, certain in zip(slowest, project.network.durations, strict=True)
        ]
        network = Network(durations, order_links(project, starts))
        latest = earliest(network, project.releases)
        assert outcome.finishes[-1] <= max(map(sum, zip(latest, durations, strict=True)), default=0)


@pytest.mark.parametrize("mode", [0.0, 0.1, 0.5, 0.7, 1.0])
def test_the_distribution_has_the_moments_of_pert(mode: float) -> None:
    quantiles = pert_quantiles(mode)
    mean = (0 + 4 * mode + 1) / 6
    assert quantiles == sorted(quantiles)
    assert 0 <= quantiles[0] <= quantiles[-1] <= 1
    assert statistics.fmean(quantiles) == pytest.approx(mean, abs=1e-3)
    # Of a beta distribution with alpha + beta = 6.
    assert statistics.pvariance(quantiles) == pytest.approx(mean * (1 - mean) / 7, rel=0.02)


def test_one_activity_has_the_mean_it_is_scheduled_with() -> None:
    project = ResourceProject(Network([3_000], []), [], [{}])
    outcome = simulate(project, [0], [ThreePoints(600, 2_400, 7_800)], samples=4_000, seed=1)
    assert outcome.mean == pytest.approx(3_000, rel=0.03)
    assert outcome.criticality == [1.0]
    assert outcome.share_within(7_800) == 1.0
    assert outcome.share_within(599) == 0.0


def test_two_equal_branches_are_critical_half_of_the_time() -> None:
    project = ResourceProject(Network([100, 100, 0], [Link(0, 2), Link(1, 2)]), [], [{}] * 3)
    points = ThreePoints(40_000, 100_000, 160_000)
    outcome = simulate(project, [0, 0, 100], [points, points, None], samples=2_000)
    assert outcome.criticality[2] == 1.0
    assert outcome.criticality[0] == pytest.approx(0.5, abs=0.05)
    assert outcome.criticality[0] + outcome.criticality[1] >= 1.0


def test_who_waits_for_an_agent_waits_in_every_sample() -> None:
    """With one agent for two tasks the finishes add up, whatever the links say."""
    project = ResourceProject(Network([100, 100], []), [1], [{0: 1}] * 2)
    points = ThreePoints(50, 100, 150)
    outcome = simulate(project, [0, 100], [points, points], samples=200)
    assert outcome.finishes[0] >= 100
    assert outcome.criticality == [1.0, 1.0]


@pytest.mark.parametrize("kind", FOUR_TYPES)
def test_all_link_types_hold_with_other_durations(kind: LinkType) -> None:
    network = Network([10, 10], [Link(0, 1, kind, 5)])
    project = ResourceProject(network, [], [{}] * 2)
    starts = solve(project).starts
    outcome = simulate(project, starts, [ThreePoints(20, 20, 20), ThreePoints(2, 2, 2)], samples=1)
    starts_then = {
        LinkType.FINISH_TO_START: 25,
        LinkType.START_TO_START: 5,
        LinkType.FINISH_TO_FINISH: 23,
        LinkType.START_TO_FINISH: 3,
    }
    assert outcome.finishes == [max(20, starts_then[kind] + 2)]


def test_a_stop_leaves_the_samples_so_far() -> None:
    asked = iter([False, False, True])
    outcome = simulate(
        seed_project(2),
        solve(seed_project(2)).starts,
        [None] * 10,
        samples=9,
        should_stop=lambda: next(asked),
    )
    assert (outcome.samples, outcome.stopped) == (3, True)


def test_no_samples_and_missing_estimates_are_refused() -> None:
    project = ResourceProject(seed_network(), [], [{}] * 10)
    with pytest.raises(ValueError, match="at least one sample"):
        simulate(project, [0] * 10, [None] * 10, samples=0)
    with pytest.raises(ValueError, match="one estimate"):
        simulate(project, [0] * 10, [])


def test_a_schedule_that_is_not_feasible_has_no_order() -> None:
    project = ResourceProject(Network([2, 2], []), [1], [{0: 1}] * 2)
    with pytest.raises(ValueError, match="not feasible"):
        resource_links(project, [0, 1])


def test_an_empty_project_takes_no_time() -> None:
    assert simulate(ResourceProject(Network([], []), [], []), [], [], samples=3).finishes == [0, 0, 0]


def read(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def test_a_plan_with_three_point_estimates() -> None:
    plan = read(
        "tasks:\n"
        "  - {id: T1, agent: a, estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 9h}}\n"
        "  - {id: T2, agent: b, estimated_time: 30m}\n"
        "  - {id: T3, agent: a, estimated_time: 1h, dependencies: [T2]}\n"
    )
    schedule = schedule_plan(plan)
    found = simulate_plan(plan, schedule, samples=500, seed=3)
    assert found is not None
    assert (found.uncertain, found.seed, found.outcome.samples) == (1, 3, 500)
    assert found == simulate_plan(plan, schedule, samples=500, seed=3)
    assert found != simulate_plan(plan, schedule, samples=500, seed=4)
    assert found.outcome.mean == pytest.approx(schedule.makespan, rel=0.05)


def test_a_plan_without_three_point_estimates_has_nothing_to_simulate() -> None:
    plan = read("tasks:\n  - {id: T1, estimated_time: 1h}\n  - {id: T2}\n")
    assert simulate_plan(plan, schedule_plan(plan)) is None
