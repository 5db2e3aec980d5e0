"""Tokens, read back as what they stand for."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.ide.semantic_tokens import MODIFIERS, TYPES, difference, tokens_between, tokens_of
from orchestrate_ls.lsp import semantic_tokens as wire
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.text.positions import Encoding, line_starts
from tests.plans import edited, edits, plan_like
from tests.rules.fixtures import checked, plain, shipped_schema


def read(text: str, numbers: list[int]) -> list[str]:
    """Each token as its text, its type and its modifiers."""
    starts = line_starts(text)
    found: list[str] = []
    line = column = 0
    for place in range(0, len(numbers), 5):
        down, along, length, kind, bits = numbers[place : place + 5]
        line, column = line + down, along if down else column + along
        start = starts[line] + column
        marks = [name for bit, name in enumerate(MODIFIERS) if bits >> bit & 1]
        found.append(" ".join([text[start : start + length], TYPES[kind], *marks]))
    return found


def test_what_each_piece_is():
    text = plain(
        """
        agents:
          - id: "x"
        tasks:
          - id: A
            estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 3h}
            agent: x
          - id: B
            dependencies: [A, {task: Z, lag: 1h}]
            priority: high
        """
    )
    assert read(text, tokens_of(checked(text), Encoding.UTF32)) == [
        "agents property", "id property", '"x" class declaration',
        "tasks keyword", "id property", "A function declaration critical",
        "estimated_time property", "optimistic property", "1h number", "likely property", "2h number",
        "pessimistic property", "3h number", "agent property", "x class",
        "id property", "B function declaration critical", "dependencies property", "A function critical",
        "task property", "Z function deprecated", "lag property", "1h number", "priority property", "high enumMember",
    ]  # fmt: skip


def test_the_legend_is_the_announced_one():
    assert (wire.TYPES, wire.MODIFIERS) == (TYPES, MODIFIERS)


def test_columns_count_in_the_clients_units():
    text = "tasks:\n  - {name: é😀, id: A}\n"
    by_unit = [
        tokens_of(checked(text), encoding) for encoding in (Encoding.UTF32, Encoding.UTF16, Encoding.UTF8)
    ]
    assert [numbers[-4] for numbers in by_unit] == [4, 4, 4]
    assert [numbers[-9] for numbers in by_unit] == [10, 11, 14]


def test_a_range_gives_the_tokens_of_its_tasks():
    text = "tasks:\n  - id: A\n  - id: B\n    agent: x\n  - id: C\n"
    found = tokens_between(checked(text), text.index("B"), text.index("x"), Encoding.UTF16)
    assert read(text, found)[0] == "id property"
    assert [each.split()[0] for each in read(text, found)] == ["id", "B", "agent", "x"]


numbers = st.lists(st.tuples(*[st.integers(0, 2)] * 5), max_size=12).map(
    lambda tokens: [n for t in tokens for n in t]
)


@given(numbers, numbers)
def test_the_difference_leads_from_one_list_to_the_other(old: list[int], new: list[int]):
    start, deleted, added = difference(old, new)
    assert [*old[:start], *added, *old[start + deleted :]] == new
    assert [start % 5, deleted % 5, len(added) % 5] == [0, 0, 0]


def test_the_difference_of_one_token_is_one_token():
    old = [1] * 5000
    assert difference(old, [*old[:2500], 2, *old[2501:]]) == (2500, 5, [2, 1, 1, 1, 1])


@settings(max_examples=60)
@given(plan_like, st.lists(edits, max_size=4))
def test_tokens_after_edits_are_those_of_the_text_anew(text: str, changes: list[tuple[int, int, str]]):
    file = PlanFile.parse(text)
    check = check_file(file, RuleSettings(), shipped_schema())
    tokens_of(check, Encoding.UTF16)
    for change in changes:
        start, end, new_text, text = edited(text, change)
        file = file.edit(start, end, new_text)
        check = check_file(file, RuleSettings(), shipped_schema(), previous=check)
        tokens_of(check, Encoding.UTF16)
    fresh = tokens_of(checked(text), Encoding.UTF16)
    assert tokens_of(check, Encoding.UTF16) == fresh
    assert all(number >= 0 for number in fresh)
    assert len(read(text + "\n", tokens_of(checked(text), Encoding.UTF32))) == len(fresh) // 5
