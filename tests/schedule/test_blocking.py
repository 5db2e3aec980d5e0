"""Blocking counts, against the descendants of networkx."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given

from orchestrate_ls.schedule import blocking as module
from orchestrate_ls.schedule.blocking import blocking_counts
from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.network import Network
from tests.schedule.networks import networks, seed_network


@given(networks(cyclic=True, general=True))
def test_counts_are_those_of_networkx(network: Network) -> None:
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(network)))
    graph.add_edges_from((link.predecessor, link.successor) for link in acyclic_part(network).links)
    expected = [len(networkx.descendants(graph, activity)) for activity in range(len(network))]
    assert blocking_counts(network) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "DESCENDANTS_PER_PASS", 2)
        assert blocking_counts(network) == expected


def test_the_seeds_counts() -> None:
    assert blocking_counts(seed_network()) == [9, 8, 4, 4, 4, 2, 1, 0, 0, 0]
