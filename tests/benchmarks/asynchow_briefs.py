"""Writes an AsyncHow item as a brief in plain English, in several phrasings of its order.

Knows nothing of the planner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One everyday goal: step i takes `durations[i]` (as the data says it); `orders` are (before, after), from 0."""

    id: int
    title: str
    steps: list[str]
    durations: list[str]
    orders: list[tuple[int, int]]
    optimal_seconds: float

    def before(self) -> dict[int, list[int]]:
        """For each step that waits the steps it waits for."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for first, second in self.orders:
            found[second].append(first)
        return {step: sorted(set(found[step])) for step in sorted(found)}

    def after(self) -> dict[int, list[int]]:
        """For each step that others wait for those others."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for first, second in self.orders:
            found[first].append(second)
        return {step: sorted(set(found[step])) for step in sorted(found)}

    def ranks(self) -> list[list[int]]:
        """The steps by the number of steps on the longest chain before them."""
        before = self.before()
        rank: dict[int, int] = {}
        left = list(range(len(self.steps)))
        while left:
            ready = [s for s in left if all(b in rank for b in before.get(s, []))]
            if not ready:
                raise ValueError("the order of the item is a circle")
            for step in ready:
                rank[step] = 1 + max((rank[b] for b in before.get(step, [])), default=-1)
            left = [s for s in left if s not in rank]
        return [[s for s in range(len(self.steps)) if rank[s] == r] for r in range(max(rank.values()) + 1)]


CALENDAR = "Here a day has 24 hours, a week has 7 days, a month has 28 days and a year has 365 days."
HELPERS = "There are as many helpers as needed."


def _numbers(steps: list[int]) -> str:
    return _listed([str(step + 1) for step in steps])


def _steps(steps: list[int]) -> str:
    return f"step{'s' * (len(steps) > 1)} {_numbers(steps)}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _name(item: Item, step: int) -> str:
    return item.steps[step].strip().rstrip(".")


def _quoted(item: Item, step: int, mark: str = "'") -> str:
    """The name in quotes; with its number where several steps bear it."""
    name = _name(item, step)
    twice = sum(name == _name(item, other) for other in range(len(item.steps))) > 1
    return f"{mark}{name}{mark} (step {step + 1})" if twice else f"{mark}{name}{mark}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _numbered(item: Item, extra: Callable[[int], str] = lambda step: "") -> str:
    return "\n".join(
        f"{n}. {name.strip()} ({item.durations[n - 1]}{extra(n - 1)})" for n, name in enumerate(item.steps, 1)
    )


def _only_after(item: Item) -> str:
    """Step 3 can only start after step 1 is done."""
    lines = [f"Step {b + 1} can only start after step {a + 1} is done." for a, b in item.orders]
    return f"# {item.title}\n\n{_numbered(item)}\n\n{' '.join(lines)}\n\n{CALENDAR} {HELPERS}\n"


def _quoted_names(item: Item) -> str:
    """'Boil water' must be finished before 'Add pasta'."""
    lines = [f"- {_quoted(item, a)} must be finished before {_quoted(item, b)}." for a, b in item.orders]
    listed = "\n".join(f"{n}. {s} - {item.durations[n - 1]}" for n, s in enumerate(item.steps, 1))
    return f"{item.title}\n\nSteps:\n{listed}\n\nOrder:\n" + "\n".join(lines) + f"\n\n{CALENDAR}\n"


def _once_parallel(item: Item) -> str:
    """Once step 1 is done, steps 2 and 3 can go in parallel."""
    lines: list[str] = []
    by_before: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for step, before in item.before().items():
        by_before[tuple(before)].append(step)
    for before, steps in sorted(by_before.items()):
        verb = "are" if len(before) > 1 else "is"
        tail = "can go in parallel" if len(steps) > 1 else "can start"
        lines.append(f"Once {_steps(list(before))} {verb} done, {_steps(steps)} {tail}.")
    listed = "\n".join(
        f"Step {n}: {s} It takes {item.durations[n - 1]}."
        if s.endswith(".")
        else f"Step {n}: {s}, takes {item.durations[n - 1]}"
        for n, s in enumerate(item.steps, 1)
    )
    return f"# {item.title}\n\n{listed}\n\n{' '.join(lines)} {CALENDAR}\n"


def _narrative(item: Item) -> str:
    """First do step 1. Then ..., when steps 1 and 2 are finished, step 3. Finally ..."""
    before = item.before()
    ranks = item.ranks()
    lines = [f"First, do {_steps(ranks[0])}{' at the same time' * (len(ranks[0]) > 1)}."]
    for number, rank in enumerate(ranks[1:], 1):
        opening = "Finally" if number == len(ranks) - 1 else "Then"
        for step in rank:
            done = f"{_steps(before[step])} {'are' if len(before[step]) > 1 else 'is'} finished"
            lines.append(f"{opening}, when {done}, do step {step + 1}.")
            opening = "Likewise"
    return f"# {item.title}\n\n{_numbered(item)}\n\n{CALENDAR}\n\n{' '.join(lines)}\n"


def _must_precede(item: Item) -> str:
    """Step 1 must precede step 2. (A task with its steps, then the constraints, then a question.)"""
    listed = "\n".join(f"Step {n}. {s} ({item.durations[n - 1]})" for n, s in enumerate(item.steps, 1))
    lines = "\n".join(f"Step {a + 1} must precede step {b + 1}." for a, b in item.orders)
    goal = _lower(item.title.removeprefix("How to ").strip())
    return (
        f"To {goal}, the following steps have to be carried out; the time for each is given.\n{listed}\n\n"
        f"These constraints hold:\n{lines}\n\n{CALENDAR} Assume infinite resources.\n\nQuestion: "
        f"what is the shortest possible time?\n"
    )


def _in_the_steps(item: Item) -> str:
    """3. Add pasta (8 min, after steps 1 and 2)"""
    before = item.before()
    return (
        f"# {item.title}\n\n"
        f"{_numbered(item, lambda s: f', after {_steps(before[s])}' if s in before else '')}\n\n"
        f"{CALENDAR} Nobody has to wait for a free pair of hands.\n"
    )


def _depends_on(item: Item) -> str:
    """Check-list with an indented "Depends on: 1, 2" below each step."""
    before = item.before()
    lines: list[str] = []
    for n, name in enumerate(item.steps, 1):
        lines += [f"- [ ] {n}. {name}", f"  - Duration: {item.durations[n - 1]}"]
        if n - 1 in before:
            lines.append(f"  - Depends on: {_numbers(before[n - 1])}")
    return (
        f"# {item.title}\n\n## Tasks\n\n"
        + "\n".join(lines)
        + f"\n\n## Notes\n\n{CALENDAR} All tasks are independent otherwise.\n"
    )


def _plain_names(item: Item) -> str:
    """Before you can add pasta, you must have finished: ... with the names as they are, without quotes."""
    before = item.before()
    lines = [
        f"Do not start to {_lower(_quoted(item, s, ''))} until you have finished to "
        f"{' and to '.join(_lower(_quoted(item, b, '')) for b in bs)}."
        for s, bs in before.items()
    ]
    return f"{item.title}\n\n{_numbered(item)}\n\n" + "\n".join(lines) + f"\n\n{CALENDAR} {HELPERS}\n"


def _table(item: Item) -> str:
    """A table with the columns step, task, time and prerequisites."""
    before = item.before()
    rows = [
        f"| {n} | {name.replace('|', '/')} | {item.durations[n - 1]} "
        f"| {_numbers(before[n - 1]) if n - 1 in before else '-'} |"
        for n, name in enumerate(item.steps, 1)
    ]
    return (
        f"# {item.title}\n\n| Step | Task | Time | Prerequisites |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\n{CALENDAR}\n"
    )


def _mixed(item: Item) -> str:
    """Each edge in another of twenty phrasings."""
    lines: list[str] = []
    for number, (a, b) in enumerate(item.orders):
        x, y = f"step {a + 1}", f"step {b + 1}"
        m, n = _quoted(item, a, '"'), _quoted(item, b, '"')
        forms = (
            f"{y} depends on {x}",
            f"{y} requires {x}",
            f"do not start {y} until {x} is complete",
            f"{x} has to be done before {y}",
            f"as soon as {x} is finished, {y} may begin",
            f"{y} needs the result of {x}",
            f"before {y}, {x} must be completed",
            f"{y} cannot begin before {x} ends",
            f"{x} is a prerequisite for {y}",
            f"after finishing {x}, go on with {y}",
            f"{y} comes after {x}",
            f"{y} has to wait for {x}",
            f"{x} is followed by {y}",
            f"only when {x} is over can {y} be started",
            f"{y} follows {x}",
            f"you must finish {x} prior to {y}",
            f"{m} comes before {n}",
            f"{n} can be done once {m} is completed",
            f"until {x} is done, {y} is blocked",
            f"first {x}, then {y}",
        )
        line = forms[(item.id + number) % len(forms)]
        lines.append(line[:1].upper() + line[1:] + ".")
    return f"# {item.title}\n\n{_numbered(item)}\n\n" + " ".join(lines) + f"\n\n{CALENDAR}\n"


def _any_order(item: Item) -> str:
    """Steps 1 and 2 first, in any order; with steps 1 and 2 behind you, tackle steps 3 and 4, in any order."""
    first = item.ranks()[0]
    by_before: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for step, before in item.before().items():
        by_before[tuple(before)].append(step)
    opening = f"{_steps(first)} first{', in any order' * (len(first) > 1)}."
    lines = [f"{opening[:1].upper()}{opening[1:]}"]
    for before, steps in sorted(by_before.items()):
        tail = ", in any order" if len(steps) > 1 else ""
        lines.append(f"With {_steps(list(before))} behind you, tackle {_steps(steps)}{tail}.")
    return f"# {item.title}\n\n{_numbered(item)}\n\n{' '.join(lines)}\n\n{CALENDAR}\n"


def _do_not_begin(item: Item) -> str:
    """Don't begin step 3 before steps 1 and 2 are complete; you may do step 4 while step 3 is under way."""
    lines: list[str] = []
    before = item.before()
    rank_of = {step: number for number, rank in enumerate(item.ranks()) for step in rank}
    for step, needed in before.items():
        verb = "are" if len(needed) > 1 else "is"
        line = f"Don't begin step {step + 1} before {_steps(needed)} {verb} complete"
        other = next((o for o in range(len(item.steps)) if o != step and rank_of[o] == rank_of[step]), None)
        if other is not None:
            line += f"; you may do step {other + 1} while step {step + 1} is under way"
        lines.append(f"{line}.")
    listed = "\n".join(f"{n}) {s.strip()} [{item.durations[n - 1]}]" for n, s in enumerate(item.steps, 1))
    return f"{item.title}\n\n{listed}\n\n{' '.join(lines)}\n\n{CALENDAR} {HELPERS}\n"


PHRASINGS: dict[str, Callable[[Item], str]] = {
    "only after": _only_after,
    "quoted names": _quoted_names,
    "once, in parallel": _once_parallel,
    "narrative": _narrative,
    "must precede": _must_precede,
    "in the steps": _in_the_steps,
    "depends on": _depends_on,
    "plain names": _plain_names,
    "table": _table,
    "mixed": _mixed,
    "in any order": _any_order,
    "do not begin": _do_not_begin,
}
"""Each phrasing's name and writer; the writer's first line of documentation is an example."""
