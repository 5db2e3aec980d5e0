"""Which activities are surely over when another starts.

Knows integers only.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestrate_ls.schedule.network import LinkType, Network


def finished_before(network: Network, own_bit: Sequence[int]) -> list[int]:
    """For each activity of an acyclic network the bits of those that are finished when it starts.

    ``own_bit`` gives each activity of interest a bit of its own, and 0 to the others. An activity cannot start before
    another is finished where a path leads from the other to it that leaves the other by a finish-to-start link and
    goes on by links that hold starts back (finish-to-start or start-to-start), all without a negative lag. O(n * m).
    """
    order = network.topological_order
    finished = [0] * len(network)
    if network.weighted_successors:
        incoming = _incoming(network)
        for activity in order:
            bits = 0
            for before, leaves_at_finish in incoming[activity]:
                bits |= finished[before]
                if leaves_at_finish:
                    bits |= own_bit[before]
            finished[activity] = bits
        return finished
    reach = list(own_bit)  # an activity and what is finished before it
    predecessors = network.predecessors
    for activity in order:
        bits = 0
        for before in predecessors[activity]:
            bits |= reach[before]
        if bits:
            finished[activity] = bits
            reach[activity] |= bits
    return finished


def _incoming(network: Network) -> list[list[tuple[int, bool]]]:
    """For each activity the activities that hold its start back, and whether by their finish."""
    incoming: list[list[tuple[int, bool]]] = [[] for _ in network.durations]
    for before, after, kind, lag in network.links:
        if lag >= 0 and kind in (LinkType.FINISH_TO_START, LinkType.START_TO_START):
            incoming[after].append((before, kind is LinkType.FINISH_TO_START))
    return incoming
