"""Finds statements of a document that cannot all be true, and says so with both sentences.

Knows facts only. Times are working seconds of the document's calendar.
"""

from __future__ import annotations

from collections import defaultdict, deque

from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, StatedOrder, StatedTime
from orchestrate_ls.planner.stated.quotes import Quote


def contradictions_in(facts: Facts) -> list[Remark]:
    """Circles in the order, several times or dates for one step, parallel steps in an order, deadlines too near."""
    remarks = _circles(facts)
    remarks += _times(facts)
    remarks += _parallels(facts)
    if not any(remark.code == "circle" for remark in remarks):
        remarks += _deadlines(facts)
    return remarks


def expected_seconds(facts: Facts, step: int) -> int:
    """The time stated for a step, or 0; the expectation of its three points."""
    times = facts.steps[step].times
    if not times:
        return 0
    low, likely, high = three_points(facts, times[0])
    return (low + 4 * likely + high + 3) // 6


def three_points(facts: Facts, time: StatedTime) -> tuple[int, int, int]:
    """Optimistic, likely and pessimistic seconds; of a range the middle is the likely one."""
    points = sorted(facts.calendar.seconds(length) for length in time.lengths)
    if len(points) == 1:
        return points[0], points[0], points[0]
    if len(points) == 2:
        return points[0], (points[0] + points[1]) // 2, points[1]
    return points[0], points[1], points[2]


def earliest_finishes(facts: Facts) -> list[int]:
    """Seconds from the start at which each step can be finished at the earliest; [] where the order is a circle."""
    count = len(facts.steps)
    after: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    waiting = [0] * count
    for order in facts.orders:
        lag = facts.calendar.seconds(order.lag) if order.lag else 0
        after[order.before].append((order.after, lag))
        waiting[order.after] += 1
    starts = [0] * count
    ready = deque(step for step in range(count) if not waiting[step])
    finishes = [0] * count
    seen = 0
    while ready:
        step = ready.popleft()
        seen += 1
        finishes[step] = starts[step] + expected_seconds(facts, step)
        for other, lag in after[step]:
            starts[other] = max(starts[other], finishes[step] + lag)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return finishes if seen == count else []


def _circles(facts: Facts) -> list[Remark]:
    """For each circle of the order its shortest round, with the sentences that make it."""
    after: defaultdict[int, list[StatedOrder]] = defaultdict(list)
    for order in facts.orders:
        after[order.before].append(order)
    left = {step for step in range(len(facts.steps)) if after[step]}
    remarks: list[Remark] = []
    done: set[int] = set()
    core = _on_circles(facts)
    for start in sorted(left & core):
        if start in done:
            continue
        path = _way_back(start, after, core)
        if not path:
            continue
        done.update(order.before for order in path)
        # What can only be reached on the same circle is the same contradiction.
        done.update(_reachable(start, after, core))
        names = " -> ".join(f'"{facts.steps[order.before].name}"' for order in [*path, path[0]])
        quotes = tuple(dict.fromkeys(order.quote for order in path))
        remarks.append(
            Remark(
                Gravity.ERROR,
                "circle",
                f"the steps wait for each other in a circle: {names}",
                quotes,
                "take back one of these statements",
            )
        )
    return remarks


def _on_circles(facts: Facts) -> set[int]:
    """Steps that stay when all without predecessors, and all without successors, are taken away again and again."""
    alive = set(range(len(facts.steps)))
    for forward in (True, False):
        into: defaultdict[int, int] = defaultdict(int)
        out: defaultdict[int, list[int]] = defaultdict(list)
        for order in facts.orders:
            a, b = (order.before, order.after) if forward else (order.after, order.before)
            if a in alive and b in alive:
                into[b] += 1
                out[a].append(b)
        ready = [step for step in sorted(alive) if not into[step]]
        while ready:
            step = ready.pop()
            alive.discard(step)
            for other in out[step]:
                into[other] -= 1
                if not into[other]:
                    ready.append(other)
    return alive


def _way_back(start: int, after: dict[int, list[StatedOrder]], core: set[int]) -> list[StatedOrder]:
    came: dict[int, StatedOrder] = {}
    queue = deque([start])
    while queue:
        step = queue.popleft()
        for order in after.get(step, []):
            if order.after not in core or (order.after in came and order.after != start):
                continue
            if order.after == start:
                path = [order]
                while path[0].before != start:
                    path.insert(0, came[path[0].before])
                return path
            came[order.after] = order
            queue.append(order.after)
    return []


def _reachable(start: int, after: dict[int, list[StatedOrder]], core: set[int]) -> set[int]:
    seen = {start}
    stack = [start]
    while stack:
        for order in after.get(stack.pop(), []):
            if order.after in core and order.after not in seen:
                seen.add(order.after)
                stack.append(order.after)
    return seen


def _times(facts: Facts) -> list[Remark]:
    remarks: list[Remark] = []
    for step in facts.steps:
        if not step.times:
            continue
        first = step.times[0]
        other = next(
            (t for t in step.times[1:] if three_points(facts, t) != three_points(facts, first)), None
        )
        if other is None:
            continue
        remarks.append(
            Remark(
                Gravity.ERROR,
                "two-durations",
                f'two different durations are given for "{step.name}"',
                (first.quote, other.quote),
                "leave only one of them",
            )
        )
    return remarks


def _parallels(facts: Facts) -> list[Remark]:
    """Steps that are to run side by side although one waits for the other."""
    after: defaultdict[int, set[int]] = defaultdict(set)
    quotes: dict[tuple[int, int], Quote] = {}
    for order in facts.orders:
        after[order.before].add(order.after)
        quotes.setdefault((order.before, order.after), order.quote)
    remarks: list[Remark] = []
    seen: set[tuple[Quote, Quote]] = set()
    for parallel in facts.parallels[:5000]:
        for a, b in ((parallel.first, parallel.second), (parallel.second, parallel.first)):
            if b not in after[a] or quotes[a, b] == parallel.quote:
                continue
            pair = (quotes[a, b], parallel.quote)
            if pair in seen:
                continue
            seen.add(pair)
            remarks.append(
                Remark(
                    Gravity.WARNING,
                    "parallel-in-order",
                    f'"{facts.steps[a].name}" and "{facts.steps[b].name}" are said to run side by side, and '
                    f"also"
                    " one after the other; the order was kept",
                    pair,
                    "take back one of these statements",
                )
            )
    return remarks


def _deadlines(facts: Facts) -> list[Remark]:
    finishes = earliest_finishes(facts)
    if not finishes:
        return []
    remarks: list[Remark] = []
    for deadline in facts.deadlines:
        if deadline.within is None:
            continue
        allowed = facts.calendar.seconds(deadline.within)
        needed = finishes[deadline.step] if deadline.step is not None else max(finishes)
        if facts.capacity is not None and facts.capacity.most is not None and deadline.step is None:
            work = sum(expected_seconds(facts, step) for step in range(len(facts.steps)))
            needed = max(needed, -(-work // facts.capacity.most))
        if needed <= allowed:
            continue
        remarks.append(
            Remark(
                Gravity.ERROR,
                "deadline-too-near",
                f"the work takes {facts.calendar.notation(needed)} at least, and the deadline leaves"
                f" {facts.calendar.notation(allowed)}",
                (deadline.quote, *_longest_chain(facts, finishes, deadline.step)),
                "move the deadline, shorten steps, or let more of them run side by side",
            )
        )
    return remarks


def _longest_chain(facts: Facts, finishes: list[int], last: int | None) -> tuple[Quote, ...]:
    """The times on the chain that takes longest, at most four."""
    step: int | None = last if last is not None else max(range(len(finishes)), key=lambda i: finishes[i])
    chain: list[Quote] = []
    while step is not None and len(chain) < 4:
        chain += [time.quote for time in facts.steps[step].times[:1]]
        before = [order.before for order in facts.orders if order.after == step]
        step = max(before, key=lambda i: (finishes[i], -i), default=None)
    return tuple(dict.fromkeys(reversed(chain)))
