"""How much hangs on each activity.

Knows integers only.
"""

from __future__ import annotations

from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.network import Network

# As in `reduction.py`: bit sets of this many activities at a time bound the memory.
DESCENDANTS_PER_PASS = 8_192


def blocking_counts(network: Network) -> list[int]:
    """For each activity, how many others wait for it, directly or not, whatever the type of the links.

    Links inside strongly connected components and self-loops are left out. By bit sets in reverse topological
    order, O(n * m / 64) with a small constant.
    """
    acyclic = acyclic_part(network)
    successors = acyclic.successors
    backwards = acyclic.topological_order[::-1]
    counts = [0] * len(acyclic)
    for first in range(0, len(backwards), DESCENDANTS_PER_PASS):
        # An activity's descendants and itself; those before `first` have nothing in this pass.
        reach = [0] * len(acyclic)
        for place, activity in enumerate(backwards[first:]):
            bits = 0
            for after in successors[activity]:
                bits |= reach[after]
            counts[activity] += bits.bit_count()
            reach[activity] = bits | (1 << place) if place < DESCENDANTS_PER_PASS else bits
    return counts
