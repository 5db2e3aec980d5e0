"""Waves, against the topological generations of networkx."""

from __future__ import annotations

import networkx
from hypothesis import given

from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.waves import waves
from tests.schedule.networks import names, networks, seed_network


@given(networks(cyclic=True, general=True))
def test_waves_are_the_topological_generations(network: Network) -> None:
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(network)))
    graph.add_edges_from((link.predecessor, link.successor) for link in acyclic_part(network).links)
    assert waves(network) == [sorted(generation) for generation in networkx.topological_generations(graph)]


def test_the_seeds_waves() -> None:
    assert [names(wave) for wave in waves(seed_network())] == [
        ["T1"],
        ["T2"],
        ["T3", "T4", "T5", "T6"],
        ["T7", "T9", "T10"],
        ["T8"],
    ]
