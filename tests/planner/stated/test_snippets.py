"""Snippets in people's own words against the facts they state."""

from __future__ import annotations

from datetime import date

import pytest

from orchestrate_ls.planner.stated.contradictions import three_points
from orchestrate_ls.planner.stated.facts import Facts, Gravity
from orchestrate_ls.planner.stated.reader import read_facts
from orchestrate_ls.planner.stepwise import agent_id, iso_date
from tests.planner.stated.snippets import SNIPPETS
from tests.planner.stated.snippets_held_out import HELD_OUT

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


NOT_YET = {
    "# Bread": "a step told without a time or a connecting word is not found in running text",
    "Tools are cleaned": 'a step called "Water everything" is taken for everything',
}
"""What is not read yet, by how it begins; the test fails when it is, so that this list stays true."""


@pytest.mark.parametrize(
    ("steps", "words", "expected"),
    [
        pytest.param(
            *snippet,
            id=snippet[1][:60],
            marks=[
                pytest.mark.xfail(strict=True, reason=reason)
                for start, reason in NOT_YET.items()
                if snippet[1].startswith(start)
            ],
        )
        for snippet in [*SNIPPETS, *HELD_OUT]
    ],
)
def test_states(steps: str, words: str, expected: str) -> None:
    facts = read_facts(document(steps, words), NOW)
    assert stated(facts) == expected_of(expected, facts), [
        f"{remark.code}: {[quote.shown for quote in remark.quotes]}" for remark in facts.remarks
    ]


def codes(steps: str, words: str, now: date | None = None) -> dict[str, list[int]]:
    """The codes of the remarks on a document, with the lines that each is about."""
    facts = read_facts(document(steps, words), now)
    return {remark.code: [quote.line for quote in remark.quotes] for remark in facts.remarks}


def test_a_condition_that_is_no_step_is_told_with_its_line() -> None:
    assert codes("Pack; Load; Drive", "Load after packing and once the licence has arrived.")[
        "understood-in-part"
    ] == [7]
    assert codes("Pack; Load; Drive", "Load only after the permit has come.")["not-understood"] == [7]


def test_a_name_of_two_steps_needs_its_number() -> None:
    assert codes("Fix it; Review; Write more; Review", "Review before writing more.")["ambiguous"] == [8]
    assert "ambiguous" not in codes(
        "Fix it; Review; Write more; Review", "Review (step 2) before writing more."
    )


def test_a_step_that_is_left_out_comes_with_both_sentences() -> None:
    assert codes("Build the API; Build the UI", "No UI in this version.")["excluded-step"] == [4, 6]
    assert "excluded-step" not in codes("Build the API; Remove Docker", "We go on without Docker.")


def test_a_vague_date_needs_to_know_the_day() -> None:
    words = "Everything must be done by Friday."
    assert codes("Pack; Load", words)["no-date"] == [6]
    assert "no-date" not in codes("Pack; Load", words, NOW)
    assert read_facts(document("Pack; Load", words), NOW).start == "2026-11-23"


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("by Monday", "2026-11-23"),
        ("by next Tuesday", "2026-12-01"),
        ("within 3 days", "2026-11-26"),
        ("within 5 days", "2026-11-30"),
        ("within a month", "2026-12-23"),
        ("by the end of the week", "2026-11-27"),
        ("by end of January", "2027-01-31"),
        ("by mid December", "2026-12-15"),
        ("by Q1", "2027-03-31"),
        ("by 3 January", "2027-01-03"),
        ("by 2028-02-29", "2028-02-29"),
    ],
)
def test_dates_count_from_the_given_day(words: str, when: str) -> None:
    assert f"*<{when}" in stated(read_facts(document("Pack; Load", f"It must all be finished {words}."), NOW))
