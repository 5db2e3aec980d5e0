"""What shortening one activity on the critical path can win before another path takes over.

Knows integers only.
"""

from __future__ import annotations

from orchestrate_ls.schedule.components import acyclic_part
from orchestrate_ls.schedule.critical_path import Times
from orchestrate_ls.schedule.network import LinkType, Network


def shortening_gains(network: Network, times: Times) -> dict[int, int]:
    """For each activity on `times.path`, the most the makespan can fall by shortening that activity alone, in
    seconds.

    `times` are those of the network. With finish-to-start links alone the gain is min(duration, makespan -
    longest path avoiding the activity). With the other types the makespan, as a function of one duration, is
    the greatest of a constant, a rising and a falling line (a path may enter at the finish and leave at the
    start), and the least of that over all shorter durations counts.

    The longest paths avoiding an activity come all at once: in a topological order, a path that avoids an
    activity passes its place by exactly one link, links from the project's start and to its end included. So
    each link offers the length of the longest path through it to every place it passes over; longest links
    first, each place takes the first offer. O(m log m), with the links that no gain can depend on left aside.
    """
    acyclic = acyclic_part(network)
    avoiding = _longest_paths_avoiding(acyclic, times)
    shortest = _shortest_makespans_through(acyclic, times)
    return {
        activity: times.makespan - _least(avoiding[place], *shortest[activity], acyclic.durations[activity])
        for place, activity in enumerate(times.path)
    }


def _longest_paths_avoiding(network: Network, times: Times) -> list[int]:
    """For each place on the path, the longest path avoiding its activity, if long enough to matter, else a
    bound.
    """
    path = times.path
    makespan = times.makespan
    on_path = set(path)
    # How many activities of the path come before each activity in the topological order, and up to it.
    passed = [0] * len(network)
    upto = [0] * len(network)
    count = 0
    for activity in network.topological_order:
        passed[activity] = count
        count += activity in on_path
        upto[activity] = count
    # No gain exceeds the activity's duration, so shorter paths than this change nothing.
    least = makespan - max((network.durations[activity] for activity in path), default=0)
    offers: list[tuple[int, int, int]] = []
    earliest, latest = times.earliest_start, times.latest_start
    matters = [slack < makespan - least for slack in times.slack]
    for link in network.links:
        before, after, _, _ = link
        if upto[before] < passed[after] and matters[before] and matters[after]:
            length = earliest[before] + network.weight(link) + makespan - latest[after]
            if length > least:
                offers.append((length, upto[before], passed[after]))
    for activity in range(len(network)):
        if passed[activity] and makespan - latest[activity] > least:
            offers.append((makespan - latest[activity], 0, passed[activity]))
        if upto[activity] < count and times.earliest_finish[activity] > least:
            offers.append((times.earliest_finish[activity], upto[activity], count))
    return _greatest_offers(offers, count, least)


def _greatest_offers(offers: list[tuple[int, int, int]], places: int, otherwise: int) -> list[int]:
    """For each place the greatest value among the offers (value, first place, place after the last) that
    cover it.
    """
    offers.sort(reverse=True)
    taken = [otherwise] * places
    free = list(range(places + 1))  # union-find: leads to the next place without an offer
    for value, first, end in offers:
        place = _next_free(free, first)
        while place < end:
            taken[place] = value
            free[place] = place + 1
            place = _next_free(free, place)
    return taken


def _next_free(free: list[int], place: int) -> int:
    root = place
    while free[root] != root:
        root = free[root]
    while free[place] != root:
        free[place], place = root, free[place]
    return root


class _Through:
    """The longest ways into and out of one activity's start and finish, in seconds; None where there is
    none.
    """

    __slots__ = ("into_finish", "into_start", "out_of_finish", "out_of_start")

    def __init__(self) -> None:
        self.into_start = 0
        self.into_finish: int | None = None
        self.out_of_start: int | None = None
        self.out_of_finish = 0


def _shortest_makespans_through(network: Network, times: Times) -> dict[int, tuple[int, int, int]]:
    """For each activity on the path the three parts of the makespan as a function of its duration d.

    (constant, rising, falling): paths through it have the lengths constant, rising + d and falling - d.
    """
    through = {activity: _Through() for activity in times.path}
    durations = network.durations
    for before, after, kind, lag in network.links:
        if before not in through and after not in through:
            continue
        from_start = kind is LinkType.START_TO_START or kind is LinkType.START_TO_FINISH
        to_start = kind is LinkType.FINISH_TO_START or kind is LinkType.START_TO_START
        if after in through:
            entry = through[after]
            head = times.earliest_start[before] + lag + (0 if from_start else durations[before])
            if to_start:
                entry.into_start = max(entry.into_start, head)
            else:
                entry.into_finish = head if entry.into_finish is None else max(entry.into_finish, head)
        if before in through:
            entry = through[before]
            tail = times.makespan - times.latest_start[after] + lag - (0 if to_start else durations[after])
            if from_start:
                entry.out_of_start = tail if entry.out_of_start is None else max(entry.out_of_start, tail)
            else:
                entry.out_of_finish = max(entry.out_of_finish, tail)
    return {activity: _lines(entry) for activity, entry in through.items()}


def _lines(entry: _Through) -> tuple[int, int, int]:
    constant = falling = -(1 << 62)
    if entry.out_of_start is not None:
        constant = entry.into_start + entry.out_of_start
    if entry.into_finish is not None:
        constant = max(constant, entry.into_finish + entry.out_of_finish)
    if entry.into_finish is not None and entry.out_of_start is not None:
        falling = entry.into_finish + entry.out_of_start
    return constant, entry.into_start + entry.out_of_finish, falling


def _least(avoiding: int, constant: int, rising: int, falling: int, duration: int) -> int:
    """The least of max(avoiding, constant, rising + d, falling - d) over whole d from 0 to `duration`."""
    crossing = (falling - rising) // 2
    candidates = (min(max(crossing + step, 0), duration) for step in (0, 1))
    return min(max(avoiding, constant, rising + d, falling - d) for d in candidates)
