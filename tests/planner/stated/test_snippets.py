"""Snippets in people's own words against the facts they state."""

from __future__ import annotations

from datetime import date

import pytest

from orchestrate_ls.planner.stated.contradictions import three_points
from orchestrate_ls.planner.stated.facts import Facts, Gravity
from orchestrate_ls.planner.stated.reader import read_facts
from orchestrate_ls.planner.stepwise import agent_id, iso_date
from tests.planner.stated.snippets import SNIPPETS

NOW = date(2026, 11, 23)


def document(steps: str, words: str) -> str:
    if not steps:
        return words
    listed = "\n".join(f"{n}. {name.strip()}" for n, name in enumerate(steps.split(";"), 1))
    return f"# Plan\n\n{listed}\n\n{words}\n"


def closure(orders: set[tuple[str, str]]) -> set[tuple[str, str]]:
    found = set(orders)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def stated(facts: Facts) -> set[str]:
    calendar = facts.calendar
    found: set[str] = set()
    for number, step in enumerate(facts.steps, 1):
        if step.times:
            low, _, high = three_points(facts, step.times[0])
            found.add(
                f"{number}={calendar.notation(low)}" + (f"..{calendar.notation(high)}" if high > low else "")
            )
        found |= {f"{number}:{agent_id(owner.name)}" for owner in step.owners[:1]}
    for deadline in facts.deadlines:
        when = iso_date(deadline.year, deadline.month, deadline.day)
        found.add(f"{'*' if deadline.step is None else deadline.step + 1}<{when}")
    if facts.capacity is not None:
        found.add(f"cap={facts.capacity.most or 'any'}")
    pairs = {(str(order.before + 1), str(order.after + 1)) for order in facts.orders}
    found |= {f"{a}>{b}" for a, b in closure(pairs)}
    found |= {
        f"{order.before + 1}>{order.after + 1}+{calendar.text(order.lag)}"
        for order in facts.orders
        if order.lag
    }
    if any(remark.gravity is not Gravity.NOTE for remark in facts.remarks):
        found.add("?")
    return found


def expected_of(tokens: str, facts: Facts) -> set[str]:
    wanted: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for token in tokens.split():
        if token == "seq":
            pairs |= {(str(n), str(n + 1)) for n in range(1, len(facts.steps))}
        elif ">" in token:
            before, _, after = token.partition("+")[0].partition(">")
            pairs.add((before, after))
            if "+" in token:
                wanted.add(token)
        elif "=" in token and not token.startswith("cap"):
            step, _, time = token.partition("=")
            wanted.add(f"{step}={'..'.join(notation(facts, part) for part in time.split('..'))}")
        else:
            wanted.add(token)
    return wanted | {f"{a}>{b}" for a, b in closure(pairs)}


def notation(facts: Facts, text: str) -> str:
    from orchestrate_ls.planner.stated.durations import durations_in

    return facts.calendar.notation(facts.calendar.seconds(durations_in(text)[0].lengths[0]))


@pytest.mark.parametrize(
    ("steps", "words", "expected"), SNIPPETS, ids=[words[:60] for _, words, _ in SNIPPETS]
)
def test_states(steps: str, words: str, expected: str) -> None:
    facts = read_facts(document(steps, words), NOW)
    assert stated(facts) == expected_of(expected, facts), [
        f"{remark.code}: {[quote.shown for quote in remark.quotes]}" for remark in facts.remarks
    ]
