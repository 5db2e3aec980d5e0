"""What shortening an activity wins, against trying every shorter duration."""

from __future__ import annotations

from hypothesis import given, settings

from orchestrate_ls.schedule.critical_path import compute_times
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.shortening import shortening_gains
from tests.schedule.networks import HOUR, names, networks, seed_network


def gains_by_trying(network: Network) -> dict[int, int]:
    times = compute_times(network)
    gains: dict[int, int] = {}
    for activity in times.path:
        best = times.makespan
        for duration in range(network.durations[activity]):
            durations = list(network.durations)
            durations[activity] = duration
            best = min(best, compute_times(Network(durations, network.links)).makespan)
        gains[activity] = times.makespan - best
    return gains


@settings(max_examples=300)
@given(networks(cyclic=True))
def test_gains_of_plain_networks(network: Network) -> None:
    assert shortening_gains(network, compute_times(network)) == gains_by_trying(network)


@settings(max_examples=500)
@given(networks(general=True))
def test_gains_with_all_link_types(network: Network) -> None:
    assert shortening_gains(network, compute_times(network)) == gains_by_trying(network)


def test_the_seeds_gains() -> None:
    network = seed_network()
    gains = shortening_gains(network, compute_times(network))
    assert names(list(gains)) == ["T1", "T2", "T3", "T7", "T8"]
    # T3 (6h) runs beside T4 and T5 (3h each): after 3h those are what T7 waits for.
    assert list(gains.values()) == [2 * HOUR, 4 * HOUR, 3 * HOUR, 4 * HOUR, 3 * HOUR]


def test_a_second_critical_path_leaves_nothing_to_win() -> None:
    network = Network([1, 5, 5, 1], [Link(0, 1), Link(0, 2), Link(1, 3), Link(2, 3)])
    assert shortening_gains(network, compute_times(network)) == {0: 1, 1: 0, 3: 1}


def test_shortening_can_lengthen_when_a_path_runs_backwards_through_an_activity() -> None:
    # 1 must not finish before 8, and 2 starts when 1 starts: a shorter 1 starts later, and 2 with it.
    links = [Link(0, 1, LinkType.FINISH_TO_FINISH), Link(1, 2, LinkType.START_TO_START)]
    network = Network([8, 4, 5], links)
    assert shortening_gains(network, compute_times(network)) == gains_by_trying(network) == {0: 4, 1: 0, 2: 1}
