"""The whole analysis says what its parts say."""

from __future__ import annotations

from hypothesis import given

from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.blocking import blocking_counts
from orchestrate_ls.schedule.components import breaking_links, shortest_cycle, strongly_connected_components
from orchestrate_ls.schedule.critical_path import compute_times
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.reduction import redundant_links
from orchestrate_ls.schedule.shortening import shortening_gains
from orchestrate_ls.schedule.waves import waves
from tests.schedule.networks import networks


@given(networks(cyclic=True, general=True))
def test_each_answer_is_that_of_its_function(network: Network) -> None:
    analysis = NetworkAnalysis(network)
    times = compute_times(network)
    components = strongly_connected_components(network.successors)
    assert analysis.components == components
    assert analysis.cycles == [shortest_cycle(network.successors, component) for component in components]
    assert analysis.breaking_links == [breaking_links(network, component) for component in components]
    assert analysis.times == times
    assert analysis.waves == waves(network)
    assert analysis.redundant == redundant_links(network)
    assert analysis.blocking == blocking_counts(network)
    assert analysis.gains == shortening_gains(network, times)


def test_self_loops_are_named() -> None:
    analysis = NetworkAnalysis(Network([1, 1, 1], [Link(2, 2), Link(0, 0), Link(0, 1), Link(2, 2)]))
    assert analysis.self_loops == [0, 2]
    assert analysis.components == []
    assert not analysis.times.complete
