"""Earliest and latest times, slack and critical path, against fixpoints and networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx
import pytest
from hypothesis import given

from orchestrate_ls.schedule.critical_path import Times, compute_times
from orchestrate_ls.schedule.network import Link, LinkType, Network
from tests.schedule.networks import HOUR, names, networks, seed_network


def bound_on_successor_start(network: Network, link: Link, start: int) -> int:
    """What the link says of its successor's start when its predecessor starts at `start`; by definition."""
    finish = start + network.durations[link.predecessor]
    duration = network.durations[link.successor]
    return {
        LinkType.FINISH_TO_START: finish + link.lag,
        LinkType.START_TO_START: start + link.lag,
        LinkType.FINISH_TO_FINISH: finish + link.lag - duration,
        LinkType.START_TO_FINISH: start + link.lag - duration,
    }[link.type]


def earliest_by_fixpoint(network: Network) -> list[int]:
    """Push starts up until every link holds."""
    starts = [0] * len(network)
    changed = True
    while changed:
        changed = False
        for link in network.links:
            bound = bound_on_successor_start(network, link, starts[link.predecessor])
            if bound > starts[link.successor]:
                starts[link.successor] = bound
                changed = True
    return starts


def latest_by_fixpoint(network: Network, makespan: int) -> list[int]:
    """Push starts down from the end until every link holds."""
    starts = [makespan - duration for duration in network.durations]
    changed = True
    while changed:
        changed = False
        for link in network.links:
            excess = (
                bound_on_successor_start(network, link, starts[link.predecessor]) - starts[link.successor]
            )
            if excess > 0:
                starts[link.predecessor] -= excess
                changed = True
    return starts


def finishes(network: Network, starts: list[int]) -> list[int]:
    return [start + duration for start, duration in zip(starts, network.durations, strict=True)]


@given(networks(general=True))
def test_times_of_all_link_types_are_those_of_the_fixpoints(network: Network) -> None:
    times = compute_times(network)
    assert times.complete
    assert times.earliest_start == earliest_by_fixpoint(network)
    assert times.earliest_finish == finishes(network, times.earliest_start)
    assert times.makespan == max(times.earliest_finish, default=0)
    assert times.latest_start == latest_by_fixpoint(network, times.makespan)
    assert times.latest_finish == finishes(network, times.latest_start)
    assert times.slack == [
        late - early for late, early in zip(times.latest_start, times.earliest_start, strict=True)
    ]
    assert min(times.slack, default=0) >= 0
    assert times.critical == [activity for activity, slack in enumerate(times.slack) if slack == 0]


@given(networks(general=True))
def test_free_float_is_what_moves_nobody_else(network: Network) -> None:
    times = compute_times(network)
    for activity, free_float in enumerate(times.free_float):
        room = [
            times.earliest_start[link.successor]
            - bound_on_successor_start(network, link, times.earliest_start[activity])
            for link in network.links
            if link.predecessor == activity
        ]
        assert free_float == min([*room, times.makespan - times.earliest_finish[activity]])
        assert 0 <= free_float <= times.slack[activity]


@given(networks(general=True))
def test_the_critical_path_drives_the_end(network: Network) -> None:
    times = compute_times(network)
    assert bool(times.path) == bool(len(network))
    if not times.path:
        return
    assert set(times.path) <= set(times.critical)
    assert times.earliest_start[times.path[0]] == 0
    assert times.earliest_finish[times.path[-1]] == times.makespan
    for before, after in pairwise(times.path):
        assert any(
            bound_on_successor_start(network, link, times.earliest_start[before])
            == times.earliest_start[after]
            for link in network.links
            if link[:2] == (before, after)
        )


@given(networks())
def test_the_makespan_is_the_longest_path_of_networkx(network: Network) -> None:
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(network)))
    for link in network.links:
        graph.add_edge(link.predecessor, link.successor, length=network.durations[link.predecessor])
    for activity, duration in enumerate(network.durations):
        graph.add_edge(activity, "end", length=duration)
    times = compute_times(network)
    longest = networkx.dag_longest_path_length(graph, weight="length") if len(network) else 0
    assert times.makespan == longest
    assert sum(network.durations[activity] for activity in times.path) == longest


@given(networks(cyclic=True, general=True))
def test_a_cycle_costs_only_its_own_links(network: Network) -> None:
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(len(network)))
    graph.add_edges_from((link.predecessor, link.successor) for link in network.links)
    component = {
        member: number
        for number, members in enumerate(networkx.strongly_connected_components(graph))
        for member in members
    }
    kept = [link for link in network.links if component[link.predecessor] != component[link.successor]]
    times = compute_times(network)
    assert times.earliest_start == earliest_by_fixpoint(Network(network.durations, kept))
    assert times.complete == (len(kept) == len(network.links))


def test_the_seeds_plan() -> None:
    network = seed_network()
    times = compute_times(network)
    assert sum(network.durations) == 35 * HOUR
    assert times.makespan == 19 * HOUR
    assert names(times.path) == names(times.critical) == ["T1", "T2", "T3", "T7", "T8"]
    assert times.slack[5] == 5 * HOUR  # T6 may start any time between 6h and 11h
    assert times.free_float[5] == HOUR  # T10 waits until 12h anyhow, but not until 17h


def test_an_empty_network_has_no_path() -> None:
    times = compute_times(Network([], []))
    assert times == Times([], [], [], [], [], [], 0, [], [], complete=True)


def test_milestones_at_the_ends_are_on_the_path() -> None:
    network = Network([0, 5, 0, 5], [Link(0, 1), Link(1, 2), Link(0, 3)])
    assert compute_times(network).path == [0, 1, 2]


def test_a_chain_of_fifty_thousand_needs_no_recursion() -> None:
    size = 50_000
    network = Network([1] * size, [Link(number - 1, number) for number in range(1, size)])
    times = compute_times(network)
    assert times.makespan == size
    assert times.path == list(range(size))


def test_negative_durations_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Network([1, -1], [])


@given(networks(general=True, cyclic=True))
def test_weights_and_neighbours_say_what_the_links_say(network: Network) -> None:
    for link in network.links:
        assert network.weight(link) == bound_on_successor_start(network, link, 0)
    for activity in range(len(network)):
        into = [link for link in network.links if link.successor == activity]
        out_of = [link for link in network.links if link.predecessor == activity]
        assert network.predecessors[activity] == [link.predecessor for link in into]
        assert network.successors[activity] == [link.successor for link in out_of]
        weighted = [(link.successor, network.weight(link)) for link in out_of]
        assert network.weighted_successors.get(activity, weighted) == weighted
        if activity not in network.weighted_successors:
            assert all(weight == network.durations[activity] for _, weight in weighted)
