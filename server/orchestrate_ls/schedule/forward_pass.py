"""Earliest starts: the forward pass of the critical path method, apart because many questions need only it.

Knows integers only, and expects an acyclic network.
"""
# ruff: noqa: PLR1730 (`max` and `min` calls take twice the time in these loops)

from __future__ import annotations

from operator import add

from orchestrate_ls.schedule.network import Network


def earliest_starts(network: Network) -> list[int]:
    """The earliest start of each activity of an acyclic network, in seconds from the project's start, >= 0.

    Source: Kelley and Walker 1959, "Critical-path planning and scheduling". O(n + m).
    """
    durations = network.durations
    successors = network.successors
    weighted = network.weighted_successors
    earliest = [0] * len(network)
    for wave in network.waves:
        for activity in wave:
            if activity in weighted:
                for after, weight in weighted[activity]:
                    if earliest[activity] + weight > earliest[after]:
                        earliest[after] = earliest[activity] + weight
                continue
            finish = earliest[activity] + durations[activity]
            for after in successors[activity]:
                if finish > earliest[after]:
                    earliest[after] = finish
    return earliest


def makespan_of(network: Network, starts: list[int]) -> int:
    """The latest finish in seconds of activities that start at `starts`; 0 without activities."""
    return max(map(add, starts, network.durations), default=0)
