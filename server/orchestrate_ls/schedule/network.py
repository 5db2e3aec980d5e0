"""The activity-on-node network that every graph analysis works on.

Activities are the integers 0, 1, 2 ... in document order, durations and lags are whole seconds. This file
must not know texts, plans, task ids or calendars: whoever builds a network keeps the way back to the tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple


class LinkType(StrEnum):
    """The four dependency types of the precedence diagramming method (PDM)."""

    FINISH_TO_START = "finish-to-start"
    START_TO_START = "start-to-start"
    FINISH_TO_FINISH = "finish-to-finish"
    START_TO_FINISH = "start-to-finish"


class Link(NamedTuple):
    """One dependency: the successor's start or finish waits for the predecessor's start or finish.

    `lag` is in seconds; a negative lag is a lead.
    """

    predecessor: int
    successor: int
    type: LinkType = LinkType.FINISH_TO_START
    lag: int = 0


class Network:
    """Activities with durations and the links between them; adjacency is built when it is first asked for.

    Parameters
    ----------
    durations
        Seconds for each activity, not negative. The position is the activity's number.
    links
        Links between those numbers. Parallel links are allowed, self-loops and cycles too; each analysis says
        what it does with them. Put links in document order (successor by successor): ties are broken by it.

    Raises
    ------
    ValueError
        If a duration is negative.
    IndexError
        When adjacency is first used and a link names an activity beyond the last.

    Notes
    -----
    A network is immutable by convention: build a new one instead of changing lists.

    Each link also has a *start-to-start weight* w in seconds: start(successor) >= start(predecessor) + w
    holds exactly when the link holds. Durations being fixed, all four types come down to this one form
    (Bartusch, Möhring and Radermacher 1988, "Scheduling project networks with resource constraints and time
    windows").
    """

    __slots__ = (
        "_arcs",
        "_predecessors",
        "_successors",
        "_waves",
        "_weighted_successors",
        "durations",
        "links",
    )

    def __init__(self, durations: Sequence[int], links: Iterable[Link]) -> None:
        self.durations: list[int] = list(durations)
        self.links: list[Link] = list(links)
        self._predecessors: list[list[int]] | None = None
        self._successors: list[list[int]] | None = None
        self._weighted_successors: dict[int, list[tuple[int, int]]] | None = None
        self._waves: list[list[int]] | None = None
        self._arcs: tuple[list[list[tuple[int, int]]], list[list[tuple[int, int]]]] | None = None
        if self.durations and min(self.durations) < 0:
            raise ValueError("a duration is negative")

    def __len__(self) -> int:
        """The number of activities."""
        return len(self.durations)

    @property
    def predecessors(self) -> list[list[int]]:
        """For each activity the activities it depends on directly, in the order of the links."""
        if self._predecessors is None:
            predecessors: list[list[int]] = [[] for _ in self.durations]
            for before, after, _, _ in self.links:
                predecessors[after].append(before)
            self._predecessors = predecessors
        return self._predecessors

    @property
    def successors(self) -> list[list[int]]:
        """For each activity the activities that depend on it directly, in the order of the links."""
        if self._successors is None:
            successors: list[list[int]] = [[] for _ in self.durations]
            for before, after, _, _ in self.links:
                successors[before].append(after)
            self._successors = successors
        return self._successors

    @property
    def weighted_successors(self) -> dict[int, list[tuple[int, int]]]:
        """(successor, start-to-start weight) for those activities that have a link with a lag or another
        type.

        For every activity that is not in here, the weight of each link is simply its duration: this keeps the
        passes over ordinary plans short.
        """
        if self._weighted_successors is None:
            finish_to_start = LinkType.FINISH_TO_START
            special = {before for before, _, kind, lag in self.links if lag or kind is not finish_to_start}
            weighted: dict[int, list[tuple[int, int]]] = {before: [] for before in sorted(special)}
            if special:
                for link in self.links:
                    if link[0] in special:
                        weighted[link[0]].append((link[1], self.weight(link)))
            self._weighted_successors = weighted
        return self._weighted_successors

    def weight(self, link: Link) -> int:
        """The least distance in seconds from the predecessor's start to the successor's start."""
        before, after, kind, lag = link
        if kind is LinkType.FINISH_TO_START:
            return self.durations[before] + lag
        if kind is LinkType.START_TO_START:
            return lag
        if kind is LinkType.FINISH_TO_FINISH:
            return self.durations[before] + lag - self.durations[after]
        return lag - self.durations[after]

    @property
    def arcs(self) -> tuple[list[list[tuple[int, int]]], list[list[tuple[int, int]]]]:
        """For each activity the pairs (activity before, weight): start >= start before + weight; then the same for the
        mirrored network, in which time runs from the end to the start.
        """
        if self._arcs is None:
            durations = self.durations
            forward: list[list[tuple[int, int]]] = [[] for _ in durations]
            backward: list[list[tuple[int, int]]] = [[] for _ in durations]
            for link in self.links:
                before, after, _, _ = link
                weight = self.weight(link)
                forward[after].append((before, weight))
                # Mirrored, an activity starts at makespan - finish.
                backward[before].append((after, weight + durations[after] - durations[before]))
            self._arcs = forward, backward
        return self._arcs

    @property
    def waves(self) -> list[list[int]]:
        """Activities by the number of links in the longest chain that leads to them, each wave in document
        order.

        In a network with cycles the activities on a cycle or after one are missing.
        Source: Kahn 1962, "Topological sorting of large networks", one generation at a time. O(n + m).
        """
        if self._waves is None:
            self._waves = self._generations()
        return self._waves

    @property
    def topological_order(self) -> list[int]:
        """Activities sorted so that each comes after its predecessors, wave by wave; gaps as in `waves`."""
        return list(chain.from_iterable(self.waves))

    @property
    def is_acyclic(self) -> bool:
        """Whether no activity depends on itself, directly or not."""
        return sum(map(len, self.waves)) == len(self.durations)

    def _generations(self) -> list[list[int]]:
        successors = self.successors
        waiting_for = [0] * len(self.durations)
        for link in self.links:
            waiting_for[link[1]] += 1
        generations: list[list[int]] = []
        ready = [activity for activity, count in enumerate(waiting_for) if count == 0]
        while ready:
            generations.append(ready)
            following: list[int] = []
            for activity in ready:
                for after in successors[activity]:
                    waiting_for[after] -= 1
                    if not waiting_for[after]:
                        following.append(after)
            following.sort()
            ready = following
        return generations
