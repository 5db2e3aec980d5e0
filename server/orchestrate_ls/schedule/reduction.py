"""Redundant links: dependencies that other dependencies already imply, each with the chain that shows it.

Knows integers only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.network import Link, LinkType, Network

# Ancestors are kept as integers used as bit sets, this many activities at a time: one pass is enough for most
# plans, and 50,000 activities still fit into some tens of megabytes.
ANCESTORS_PER_PASS = 8_192
# What searching for shortest witnesses may cost in all, in links looked at: some hundredths of a second.
WITNESS_BUDGET = 100_000


class _Redundancy(NamedTuple):
    before: int
    after: int
    via: int  # a direct predecessor of `after` that depends on `before`
    directly: bool  # whether `via` names `before` itself


def redundant_links(network: Network) -> list[tuple[int, int, list[int]]]:
    """Links that can be deleted without any effect: (predecessor, successor, witness path between the two).

    Only finish-to-start links without lag count as redundant, and only chains of finish-to-start links with
    lags of 0 or more as a reason, so that deleting all of them at once leaves every start as it was. Links
    inside strongly connected components and self-loops are left out, on both sides. A pair that is listed
    twice is reported once, and only if a longer chain implies it.

    The order is by successor, then by place in the successor's list. The witness is the shortest chain,
    starting with the predecessor and ending with the successor. Where a hostile network would need long
    searches (see `WITNESS_BUDGET`), it is cut to [predecessor, a direct predecessor of the successor that
    depends on it, successor].

    Source: transitive reduction, Aho, Garey and Ullman 1972, "The transitive reduction of a directed graph";
    by bit sets of ancestors in topological order.
    """
    acyclic = acyclic_part(network)
    implying = _implying_predecessors(acyclic)
    found = _redundancies(acyclic, implying)
    if acyclic.weighted_successors:
        removable = {link[:2] for link in acyclic.links if _is_plain(link)}
        found = [entry for entry in found if (entry.before, entry.after) in removable]
    entries = {(entry.before, entry.after): entry for entry in found}
    witnesses = _Witnesses(implying, acyclic.topological_order)
    return [
        (before, after, witnesses.path(entries[before, after]))
        for after in sorted({entry.after for entry in found})
        for before in dict.fromkeys(implying[after])
        if (before, after) in entries
    ]


def _is_plain(link: Link) -> bool:
    return link.type is LinkType.FINISH_TO_START and link.lag == 0


def _implying_predecessors(network: Network) -> list[list[int]]:
    if not network.weighted_successors:
        return network.predecessors
    predecessors: list[list[int]] = [[] for _ in network.durations]
    for before, after, kind, lag in network.links:
        if kind is LinkType.FINISH_TO_START and lag >= 0:
            predecessors[after].append(before)
    return predecessors


def _redundancies(network: Network, implying: list[list[int]]) -> list[_Redundancy]:
    order = network.topological_order
    found: list[_Redundancy] = []
    for first in range(0, len(order), ANCESTORS_PER_PASS):
        end = min(first + ANCESTORS_PER_PASS, len(order))
        own_bit = [0] * len(order)
        for place in range(first, end):
            own_bit[order[place]] = 1 << (place - first)
        parents = [0] * len(order)
        ancestors = [0] * len(order)  # parents included
        for activity in order[first:]:
            direct = above = 0
            for before in implying[activity]:
                direct |= own_bit[before]
                above |= ancestors[before]
            parents[activity] = direct
            ancestors[activity] = direct | above
            bits = direct & above
            if bits:
                for place, via, directly in _explain(bits, implying[activity], parents, ancestors):
                    found.append(_Redundancy(order[first + place], activity, via, directly))
    return found


def _explain(
    bits: int, befores: list[int], parents: list[int], ancestors: list[int]
) -> Iterator[tuple[int, int, bool]]:
    """For each bit the first direct predecessor that names that activity, else the first that depends on
    it.
    """
    for directly, relation in ((True, parents), (False, ancestors)):
        for via in befores:
            explained = bits & relation[via]
            bits ^= explained
            while explained:
                lowest = explained & -explained
                explained ^= lowest
                yield lowest.bit_length() - 1, via, directly


class _Witnesses:
    """Finds the shortest chains, within one budget for all of them."""

    def __init__(self, implying: list[list[int]], order: list[int]) -> None:
        self._implying = implying
        self._position = [0] * len(order)
        for place, activity in enumerate(order):
            self._position[activity] = place
        self._budget = WITNESS_BUDGET

    def path(self, entry: _Redundancy) -> list[int]:
        if entry.directly or self._budget <= 0:
            return [entry.before, entry.via, entry.after]
        return self._shortest(entry.before, entry.after) or [entry.before, entry.via, entry.after]

    def _shortest(self, before: int, after: int) -> list[int]:
        """Breadth first from the end, not taking the link from `before` to `after` itself."""
        implying = self._implying
        earliest = self._position[before]
        following = {activity: after for activity in implying[after] if activity != before}
        frontier = list(following)
        while frontier and before not in following:
            reached: list[int] = []
            for activity in frontier:
                self._budget -= len(implying[activity])
                for candidate in implying[activity]:
                    if candidate not in following and self._position[candidate] >= earliest:
                        following[candidate] = activity
                        reached.append(candidate)
            if self._budget <= 0:
                return []
            frontier = reached
        path = [before]
        while path[-1] != after:
            path.append(following[path[-1]])
        self._budget -= len(path)
        return path
