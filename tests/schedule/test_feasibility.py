"""The check of schedules, against the definitions spelled out moment by moment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.schedule.feasibility import (
    BrokenLink,
    OverusedResource,
    StartTooEarly,
    check_feasible,
)
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.resources import ResourceProject
from tests.schedule.networks import projects, seed_project


def is_feasible_moment_by_moment(project: ResourceProject, starts: list[int]) -> bool:
    durations = project.network.durations
    if any(start < release for start, release in zip(starts, project.releases, strict=True)):
        return False
    for before, after, kind, lag in project.network.links:
        finish_before, finish_after = starts[before] + durations[before], starts[after] + durations[after]
        holds = {
            LinkType.FINISH_TO_START: finish_before + lag <= starts[after],
            LinkType.START_TO_START: starts[before] + lag <= starts[after],
            LinkType.FINISH_TO_FINISH: finish_before + lag <= finish_after,
            LinkType.START_TO_FINISH: starts[before] + lag <= finish_after,
        }[kind]
        if not holds:
            return False
    end = max((start + duration for start, duration in zip(starts, durations, strict=True)), default=0)
    return all(
        sum(
            demand.get(resource, 0)
            for demand, start, duration in zip(project.demands, starts, durations, strict=True)
            if start <= moment < start + duration
        )
        <= capacity
        for resource, capacity in enumerate(project.capacities)
        for moment in range(end)
    )


@given(projects(general=True), st.data())
def test_the_check_agrees_with_the_definitions(project: ResourceProject, data: st.DataObject) -> None:
    size = len(project)
    starts = data.draw(st.lists(st.integers(0, 25), min_size=size, max_size=size))
    assert (not check_feasible(project, starts)) == is_feasible_moment_by_moment(project, starts)


def test_what_is_wrong_is_named() -> None:
    network = Network([2, 2, 2], [Link(0, 1, lag=1)])
    project = ResourceProject(network, [1], [{0: 1}, {0: 1}, {0: 1}], [0, 0, 5])
    assert check_feasible(project, [0, 3, 5]) == []
    assert check_feasible(project, [0, 1, 4]) == [
        StartTooEarly(activity=2, start=4, allowed=5),
        BrokenLink(Link(0, 1, lag=1), missing=2),
        OverusedResource(resource=0, time=1, needed=2, activities=(0, 1)),
    ]


def test_each_stretch_of_overuse_is_one_finding() -> None:
    project = ResourceProject(Network([4, 1, 1, 1], []), [1], [{0: 1}] * 4)
    found = check_feasible(project, [0, 0, 1, 3])
    assert [(entry.time, entry.activities) for entry in found if isinstance(entry, OverusedResource)] == [
        (0, (0, 1)),
        (3, (0, 3)),
    ]


def test_the_seeds_waves_do_not_fit_two_agents() -> None:
    hour = 3600
    starts = [hour * at for at in (0, 2, 6, 6, 6, 6, 12, 16, 12, 12)]
    found = check_feasible(seed_project(4), starts)
    assert [(entry.time, entry.activities) for entry in found if isinstance(entry, OverusedResource)] == [
        (6 * hour, (3, 4))
    ]


def test_one_start_for_each_activity() -> None:
    with pytest.raises(ValueError, match="one start for each activity"):
        check_feasible(seed_project(1), [0])
