"""Redundant links, against the transitive reduction of networkx and against the times."""

from __future__ import annotations

from itertools import pairwise

import networkx
import pytest
from hypothesis import given

from orchestrate_ls.schedule import reduction as module
from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.critical_path import compute_times
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.reduction import redundant_links
from tests.schedule.networks import names, networks, seed_network


def digraph(links: list[Link]) -> networkx.DiGraph:
    graph = networkx.DiGraph()
    graph.add_edges_from((link.predecessor, link.successor) for link in links)
    return graph


@given(networks(cyclic=True))
def test_redundant_links_are_those_the_transitive_reduction_drops(network: Network) -> None:
    graph = digraph(acyclic_part(network).links)
    kept = set(networkx.transitive_reduction(graph).edges)
    found = redundant_links(network)
    assert {(before, after) for before, after, _ in found} == set(graph.edges) - kept
    order = [link[:2] for after in range(len(network)) for link in network.links if link.successor == after]
    assert [order.index((before, after)) for before, after, _ in found] == sorted(
        order.index((before, after)) for before, after, _ in found
    )
    assert len(found) == len({(before, after) for before, after, _ in found})


@given(networks(cyclic=True))
def test_witnesses_are_shortest_chains(network: Network) -> None:
    graph = digraph(acyclic_part(network).links)
    for before, after, path in redundant_links(network):
        assert (path[0], path[-1]) == (before, after)
        assert len(path) > 2
        assert all(graph.has_edge(*step) for step in pairwise(path))
        without = graph.copy()
        without.remove_edge(before, after)
        assert len(path) - 1 == networkx.shortest_path_length(without, before, after)


@given(networks(general=True, max_lag=1))
def test_dropping_all_redundant_links_moves_no_start(network: Network) -> None:
    redundant = {(before, after) for before, after, _ in redundant_links(network)}
    kept = [
        link
        for link in network.links
        if link[:2] not in redundant or link.lag or link.type is not LinkType.FINISH_TO_START
    ]
    for durations in (network.durations, [1] * len(network), list(range(len(network)))):
        whole, rest = (
            compute_times(Network(durations, network.links)),
            compute_times(Network(durations, kept)),
        )
        assert whole.earliest_start == rest.earliest_start
        assert whole.latest_start == rest.latest_start


@given(networks(cyclic=True, max_size=12))
def test_several_passes_find_the_same(network: Network) -> None:
    expected = redundant_links(network)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ANCESTORS_PER_PASS", 3)
        assert [entry[:2] for entry in redundant_links(network)] == [entry[:2] for entry in expected]
        assert [len(entry[2]) for entry in redundant_links(network)] == [len(entry[2]) for entry in expected]


def test_the_seeds_redundant_dependencies() -> None:
    found = [
        (*names([after, before]), names(path)) for before, after, path in redundant_links(seed_network())
    ]
    assert found == [
        ("T3", "T1", ["T1", "T2", "T3"]),
        ("T4", "T1", ["T1", "T2", "T4"]),
        ("T5", "T1", ["T1", "T2", "T5"]),
        ("T7", "T2", ["T2", "T3", "T7"]),
        ("T9", "T2", ["T2", "T3", "T9"]),
        ("T10", "T2", ["T2", "T3", "T10"]),
    ]


@pytest.mark.parametrize(
    ("link", "chain"),
    [
        (Link(0, 2, lag=1), [Link(0, 1), Link(1, 2)]),
        (Link(0, 2, LinkType.START_TO_START), [Link(0, 1), Link(1, 2)]),
        (Link(0, 2), [Link(0, 1), Link(1, 2, lag=-1)]),
        (Link(0, 2), [Link(0, 1, LinkType.START_TO_START), Link(1, 2)]),
    ],
)
def test_lags_and_other_types_are_left_alone(link: Link, chain: list[Link]) -> None:
    assert redundant_links(Network([1, 1, 1], [link, *chain])) == []


def test_a_lag_in_the_chain_still_implies() -> None:
    network = Network([1, 1, 1], [Link(0, 1, lag=5), Link(0, 2), Link(1, 2)])
    assert redundant_links(network) == [(0, 2, [0, 1, 2])]


def test_long_witnesses_are_cut_when_there_are_too_many() -> None:
    size, jump = 4_000, 2_000
    chain = [Link(number - 1, number) for number in range(1, size)]
    jumps = [Link(number - jump, number) for number in range(jump, size)]
    found = redundant_links(Network([1] * size, [*chain, *jumps]))
    assert len(found) == size - jump
    assert found[0] == (0, jump, list(range(jump + 1)))
    assert found[-1] == (size - 1 - jump, size - 1, [size - 1 - jump, size - 2, size - 1])
    assert sum(len(path) for _, _, path in found) < 3 * module.WITNESS_BUDGET


def test_every_pair_linked_leaves_the_chain() -> None:
    size = 300
    network = Network([1] * size, [Link(before, after) for after in range(size) for before in range(after)])
    assert len(redundant_links(network)) == size * (size - 1) // 2 - (size - 1)
