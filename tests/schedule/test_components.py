"""Cycles, against networkx and against enumeration of all simple cycles."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given

from orchestrate_ls.schedule import components as module
from orchestrate_ls.schedule.components import (
    acyclic_part,
    breaking_links,
    shortest_cycle,
    strongly_connected_components,
)
from orchestrate_ls.schedule.critical_path import compute_times
from orchestrate_ls.schedule.network import Link, Network
from tests.schedule.networks import networks, seed_network


def digraph(network: Network) -> networkx.DiGraph:
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(network)))
    graph.add_edges_from((link.predecessor, link.successor) for link in network.links)
    return graph


def components_of(network: Network) -> list[list[int]]:
    return strongly_connected_components(network.successors)


def ring(size: int) -> Network:
    return Network([1] * size, [Link((number - 1) % size, number) for number in range(size)])


@given(networks(cyclic=True))
def test_components_are_those_of_networkx(network: Network) -> None:
    expected = [
        sorted(component)
        for component in networkx.strongly_connected_components(digraph(network))
        if len(component) > 1
    ]
    assert components_of(network) == sorted(expected)


@given(networks(cyclic=True, max_size=7))
def test_the_shortest_cycle_is_the_first_of_the_shortest(network: Network) -> None:
    graph = digraph(network)
    for component in components_of(network):
        every_cycle = []
        for cycle in networkx.simple_cycles(graph.subgraph(component)):
            if len(cycle) > 1:
                first = cycle.index(min(cycle))
                every_cycle.append(cycle[first:] + cycle[:first])
        assert shortest_cycle(network.successors, component) == min(every_cycle, key=lambda c: (len(c), c))


@given(networks(cyclic=True, general=True))
def test_the_acyclic_part_keeps_exactly_the_links_between_components(network: Network) -> None:
    part = acyclic_part(network)
    assert networkx.is_directed_acyclic_graph(digraph(part))
    condensed = {
        member: number
        for number, component in enumerate(networkx.strongly_connected_components(digraph(network)))
        for member in component
    }
    kept = [link for link in network.links if condensed[link.predecessor] != condensed[link.successor]]
    assert part.links == kept


@given(networks(cyclic=True, general=True, max_size=7))
def test_breaking_links_are_ranked_by_what_is_left(network: Network) -> None:
    for component in components_of(network):
        ranked = breaking_links(network, component)
        cycle = shortest_cycle(network.successors, component)
        assert sorted(ranked) == sorted(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        keys = []
        for pair in ranked:
            rest = Network(network.durations, [link for link in network.links if link[:2] != pair])
            graph = digraph(rest).subgraph(component)
            left = sum(
                sub.number_of_edges() - networkx.number_of_selfloops(sub) - len(part) + 1
                for part in networkx.strongly_connected_components(graph)
                if len(part) > 1
                for sub in [graph.subgraph(part)]
            )
            position = [link[:2] for link in network.links].index(pair)
            keys.append((left, compute_times(rest).makespan, position))
        assert keys == sorted(keys)


def test_self_loops_are_no_component() -> None:
    network = Network([1, 1], [Link(0, 0), Link(0, 1)])
    assert components_of(network) == []
    assert acyclic_part(network).links == [Link(0, 1)]


def test_three_separate_cycles_are_three_components() -> None:
    links = [Link(first + step, first + (step + 1) % 3) for first in (0, 3, 6) for step in range(3)]
    assert components_of(Network([1] * 10, [*links, Link(8, 9)])) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_the_seed_with_a_loop_back_is_cut_where_it_was_closed() -> None:
    seed = seed_network()
    network = Network(seed.durations, [Link(7, 0), *seed.links])
    (component,) = components_of(network)
    assert component == [0, 1, 2, 3, 4, 5, 6, 7]
    assert shortest_cycle(network.successors, component) == [0, 1, 5, 7]
    assert breaking_links(network, component)[0] == (7, 0)


def test_no_cycle_is_an_error() -> None:
    with pytest.raises(ValueError, match="no cycle"):
        shortest_cycle([[1], []], [0, 1])


def test_a_ring_of_fifty_thousand_is_answered() -> None:
    network = ring(50_000)
    assert components_of(network) == [list(range(50_000))]
    assert shortest_cycle(network.successors, range(50_000)) == list(range(50_000))
    assert breaking_links(network, range(50_000))[0] == (49_999, 0)


def test_a_spent_budget_still_gives_a_cycle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORTEST_CYCLE_BUDGET", 1)
    long_way = [Link(number, (number + 1) % 9) for number in range(9)]
    network = Network([1] * 9, [*long_way, Link(8, 7)])
    assert shortest_cycle(network.successors, range(9)) == list(range(9))
    monkeypatch.setattr(module, "SHORTEST_CYCLE_BUDGET", 10_000)
    assert shortest_cycle(network.successors, range(9)) == [7, 8]
