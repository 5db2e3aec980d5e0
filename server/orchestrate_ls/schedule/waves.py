"""Waves: which activities can go together when only the links count, not the durations.

Knows integers only.
"""

from __future__ import annotations

from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.network import Network


def waves(network: Network) -> list[list[int]]:
    """Activities by level: the level is the number of links in the longest chain that leads to an activity.

    Every activity is in the earliest wave that its predecessors allow, in document order there. Of a network
    with cycles, links inside strongly connected components and self-loops are left out. O(n + m).
    """
    return [list(wave) for wave in acyclic_part(network).waves]
