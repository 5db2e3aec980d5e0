"""One place to ask everything about a network; each answer is computed when first asked for, and kept.

Knows integers only. Not locked: at worst, two threads compute the same answer.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from orchestrate_ls.schedule.blocking import blocking_counts
from orchestrate_ls.schedule.components import (
    acyclic_part,
    breaking_links,
    shortest_cycle,
    strongly_connected_components,
)
from orchestrate_ls.schedule.critical_path import Times, compute_times
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.reduction import redundant_links
from orchestrate_ls.schedule.shortening import shortening_gains
from orchestrate_ls.schedule.waves import waves


class NetworkAnalysis:
    """What the analyses of this package say of one network; see the functions they are named after."""

    def __init__(self, network: Network) -> None:
        self.network = network

    @cached_property
    def components(self) -> list[list[int]]:
        """The strongly connected components of two or more activities: the knots of cycles."""
        if self.network.is_acyclic:
            return []
        return strongly_connected_components(self.network.successors)

    @cached_property
    def self_loops(self) -> list[int]:
        """The activities that depend on themselves directly, in document order."""
        if self.network.is_acyclic:
            return []
        return sorted({before for before, after, _, _ in self.network.links if before == after})

    @cached_property
    def cycles(self) -> list[list[int]]:
        """The shortest cycle of each component."""
        return [shortest_cycle(self.network.successors, component) for component in self.components]

    @cached_property
    def breaking_links(self) -> list[list[tuple[int, int]]]:
        """For each component the links of its shortest cycle as pairs, the best one to delete first."""
        return [breaking_links(self.network, component) for component in self.components]

    @cached_property
    def acyclic(self) -> Network:
        """The network without the links inside components and without self-loops."""
        return acyclic_part(self.network)

    @cached_property
    def times(self) -> Times:
        """Earliest and latest times, slack, makespan and critical path."""
        return replace(compute_times(self.acyclic), complete=self.network.is_acyclic)

    @cached_property
    def waves(self) -> list[list[int]]:
        """The earliest waves."""
        return waves(self.acyclic)

    @cached_property
    def redundant(self) -> list[tuple[int, int, list[int]]]:
        """Links that others imply: (predecessor, successor, the chain that implies it)."""
        return redundant_links(self.acyclic)

    @cached_property
    def blocking(self) -> list[int]:
        """For each activity the number of those that wait for it, directly or not."""
        return blocking_counts(self.acyclic)

    @cached_property
    def gains(self) -> dict[int, int]:
        """For each activity on the critical path what shortening it alone can win, in seconds."""
        return shortening_gains(self.acyclic, self.times)
