"""Cycles: strongly connected components, the shortest cycle in one, and which link to give up.

Works on integers only; nothing here knows tasks. No recursion, so a chain of 50,000 activities is no problem.
"""
# ruff: noqa: PLR1730 (`max` and `min` calls take twice the time in these loops)

from __future__ import annotations

from collections.abc import Collection, Sequence

from orchestrate_ls.schedule.forward_pass import earliest_starts, makespan_of
from orchestrate_ls.schedule.network import Network

# What one question about a component may cost, in links looked at: some tenths of a second at most.
# Plans stay far below; it keeps a hostile or generated file from stalling the editor.
SHORTEST_CYCLE_BUDGET = 500_000
BREAKING_LINKS_BUDGET = 60_000


def strongly_connected_components(successors: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strongly connected components with more than one member.

    Each is sorted, and they are ordered by their smallest member. A self-loop alone makes no component here.
    Source: Tarjan 1972, "Depth-first search and linear graph algorithms", with an explicit stack. O(n + m).
    """
    size = len(successors)
    low = [0] * size  # 0: not seen yet
    index = [0] * size
    closed = size + 1  # above every index, so that a finished component lowers nothing
    counter = 0
    open_activities: list[int] = []
    components: list[list[int]] = []
    for root in range(size):
        if low[root]:
            continue
        counter += 1
        index[root] = low[root] = counter
        open_activities.append(root)
        calls = [root]
        pending = [iter(successors[root])]
        while calls:
            activity = calls[-1]
            lowest = low[activity]
            for after in pending[-1]:
                low_after = low[after]
                if not low_after:
                    low[activity] = lowest
                    counter += 1
                    index[after] = low[after] = counter
                    open_activities.append(after)
                    calls.append(after)
                    pending.append(iter(successors[after]))
                    break
                if low_after < lowest:
                    lowest = low_after
            else:
                calls.pop()
                pending.pop()
                if lowest < index[activity]:
                    low[activity] = lowest
                    if lowest < low[calls[-1]]:
                        low[calls[-1]] = lowest
                    continue
                member = open_activities.pop()
                low[member] = closed
                if member == activity:
                    continue
                component = [member]
                while member != activity:
                    member = open_activities.pop()
                    low[member] = closed
                    component.append(member)
                component.sort()
                components.append(component)
    components.sort()
    return components


def acyclic_part(network: Network) -> Network:
    """The network without its self-loops and the links inside strongly connected components.

    It is the network itself when that has no cycle. What lies before, after and beside a cycle keeps its
    links.
    """
    if network.is_acyclic:
        return network
    component_of = list(range(len(network)))
    for component in strongly_connected_components(network.successors):
        for member in component:
            component_of[member] = component[0]
    return Network(
        network.durations, [link for link in network.links if component_of[link[0]] != component_of[link[1]]]
    )


def shortest_cycle(successors: Sequence[Sequence[int]], component: Collection[int]) -> list[int]:
    """The shortest cycle through members of a strongly connected component of two or more.

    The cycle starts at its smallest member and does not repeat it at the end. Of equally short ones it is the
    lexicographically smallest, which is the first in document order. Self-loops do not count.

    From each member in turn a breadth-first search over the members not smaller than it gives the shortest
    cycle in which it is the smallest; searches go no deeper than the best cycle known. That is O(k * m) for k
    members. A huge component may use up `SHORTEST_CYCLE_BUDGET` links first; then the best cycle found so far
    is the answer: always a cycle, perhaps not the shortest.

    Raises
    ------
    ValueError
        If the members have no cycle among them.
    """
    members = set(component)
    before: dict[int, list[int]] = {member: [] for member in members}
    for member in sorted(members):
        for after in successors[member]:
            if after in members and after != member:
                before[after].append(member)
    best: list[int] = []
    budget = SHORTEST_CYCLE_BUDGET
    for start in sorted(members):
        if best and (len(best) == 2 or budget <= 0):
            break
        longest = len(best) - 1 if best else len(members)
        distance, looked_at = _distances_to(start, set(successors[start]), before, longest)
        budget -= looked_at
        cycle = _walk_back(start, successors, distance)
        if cycle and (not best or len(cycle) < len(best)):
            best = cycle
    if not best:
        raise ValueError("these activities have no cycle among them")
    return best


def _distances_to(
    start: int, after_start: set[int], before: dict[int, list[int]], longest: int
) -> tuple[dict[int, int], int]:
    """How many links lead from members above `start` to it, as far as needed; and the work that took."""
    distance = {start: 0}
    frontier = [start]
    looked_at = 1
    for links in range(1, longest):
        reached: list[int] = []
        for member in frontier:
            earlier = before[member]
            looked_at += len(earlier)
            for candidate in earlier:
                if candidate > start and candidate not in distance:
                    distance[candidate] = links
                    reached.append(candidate)
        if not reached or not after_start.isdisjoint(reached):
            break
        frontier = reached
    return distance, looked_at


def _walk_back(start: int, successors: Sequence[Sequence[int]], distance: dict[int, int]) -> list[int]:
    """The lexicographically smallest of the shortest cycles from `start`, or nothing."""
    closest = min(
        (distance[after] for after in successors[start] if after != start and after in distance), default=0
    )
    if not closest:
        return []
    cycle = [start]
    activity = start
    for remaining in range(closest, 0, -1):
        activity = min(
            after for after in successors[activity] if after != start and distance.get(after) == remaining
        )
        cycle.append(activity)
    return cycle


def breaking_links(network: Network, component: Sequence[int]) -> list[tuple[int, int]]:
    """Links (predecessor, successor) of the component's shortest cycle, the best one to give up first.

    Ranked by what is left in the component when the link (with those parallel to it) is gone: first the
    number of independent cycles, m - n + 1 summed over the strongly connected components that remain (their
    cyclomatic number, Berge 1962), then the makespan of the whole network, then document order.

    Each candidate costs a pass over the network, so a cycle in a huge network gets only as many candidates as
    `BREAKING_LINKS_BUDGET` allows, at least one: first the links that point back, from a later activity to an
    earlier one, for dependencies are mostly written on what stands above. The others are not in the answer.
    """
    cycle = shortest_cycle(network.successors, component)
    pairs = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    affordable = max(1, BREAKING_LINKS_BUDGET // (len(network) + len(network.links)))
    if len(pairs) > affordable:
        pairs.sort(key=lambda pair: pair[0] < pair[1])
        del pairs[affordable:]
    position: dict[tuple[int, int], int] = {}
    for number, link in enumerate(network.links):
        position.setdefault((link.predecessor, link.successor), number)
    ranked: list[tuple[int, int, int, tuple[int, int]]] = []
    for pair in pairs:
        cycles_left = _independent_cycles(network.successors, component, pair)
        rest = acyclic_part(Network(network.durations, [link for link in network.links if link[:2] != pair]))
        makespan = makespan_of(rest, earliest_starts(rest))
        ranked.append((cycles_left, makespan, position[pair], pair))
    ranked.sort()
    return [entry[-1] for entry in ranked]


def _independent_cycles(
    successors: Sequence[Sequence[int]], component: Sequence[int], without: tuple[int, int]
) -> int:
    number = {activity: position for position, activity in enumerate(component)}
    inside: list[list[int]] = []
    for activity in component:
        targets = {
            after for after in successors[activity] if after != activity and (activity, after) != without
        }
        inside.append(sorted(number[after] for after in targets if after in number))
    cycles = 0
    for part in strongly_connected_components(inside):
        members = set(part)
        links = sum(1 for member in part for after in inside[member] if after in members)
        cycles += links - len(part) + 1
    return cycles
