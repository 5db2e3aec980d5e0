"""Outlines and the search over all plans."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.ide.symbol_match import match_rank
from orchestrate_ls.ide.symbols import Symbol, document_symbols
from orchestrate_ls.ide.workspace_symbols import workspace_symbols
from orchestrate_ls.plan.file import PlanFile
from tests.plans import SEED, edited, edits, plan_like


def outline(symbols: Iterable[Symbol], depth: int = 0) -> list[str]:
    lines: list[str] = []
    for each in symbols:
        detail = f" ({each.detail})" if each.detail else ""
        lines.append(f"{'  ' * depth}{each.kind.value} {each.name}{detail}")
        lines += outline(each.children, depth + 1)
    return lines


def check(text: str, wanted: str) -> None:
    """The outline of a text, one symbol on each line."""
    assert "\n".join(outline(document_symbols(PlanFile.parse(text)))) == wanted.strip()


def test_tasks_stand_below_their_groups_and_agents_below_their_key():
    check(
        """\
goal: Build it
agents:
  - id: dev
    skills: [python]
  - qa
quality_gates:
  review:
    required: true
tasks:
  - id: T1
    name: First
    estimated_time: 2h
  - id: T2
    parallel_group: g
  - name: Third
    parallel_group: g
  - estimated_time: 1h
  - id: T5
    parallel_group: g
""",
        """
field goal (Build it)
field agents
  agent dev (python)
  agent qa
field quality_gates
  gate review
field tasks (5 tasks)
  task T1 (First · 2h)
  group g (2 tasks)
    task T2
    task Third
  task task 4 (1h)
  group g (1 task)
    task T5
""",
    )


def test_agents_in_all_their_forms():
    check(
        "agents:\n  dev: {skills: [x]}\n  qa: T1\ntasks: []\n",
        "field agents\n  agent dev (x)\n  agent qa\nfield tasks (0 tasks)",
    )
    check("agents:\n  - dev: T1, T2\n", "field agents\n  agent dev")


def test_each_plan_of_a_file_has_its_own_outline():
    check(
        "goal: one\ntasks:\n  - id: a\n---\ntasks:\n  - id: b\n",
        """
plan one
  field goal (one)
  field tasks (1 task)
    task a
plan plan 2
  field tasks (1 task)
    task b
""",
    )


def test_what_is_selected_is_the_id():
    text = "tasks:\n  - name: x\n    id: &a T1 # one\n    agent: d\n\n  - id: T2\n"
    (tasks,) = document_symbols(PlanFile.parse(text))
    first = tasks.children[0]
    assert text[first.selection_start : first.selection_end] == "T1"
    assert text[first.start : first.end] == "name: x\n    id: &a T1 # one\n    agent: d"


def assert_nested(symbols: Iterable[Symbol], start: int, end: int) -> None:
    for each in symbols:
        assert each.name.strip()
        assert each.name.isprintable()
        assert start <= each.start <= each.selection_start <= each.selection_end <= each.end <= end
        assert_nested(each.children, each.start, each.end)


@given(plan_like)
def test_ranges_hold_what_is_selected_and_what_is_below(text: str):
    assert_nested(document_symbols(PlanFile.parse(text)), 0, len(text))


@given(plan_like, st.lists(edits, max_size=3))
def test_outlines_are_the_same_after_edits_and_fresh(text: str, changes: list[tuple[int, int, str]]):
    file = PlanFile.parse(text)
    document_symbols(file)
    for change in changes:
        start, end, new, text = edited(text, change)
        file = file.edit(start, end, new)
        assert document_symbols(file) == document_symbols(PlanFile.parse(text))


@pytest.mark.parametrize("name", sorted(path.name for path in SEED.glob("*.yaml")))
def test_the_seed_has_outlines(name: str):
    text = (SEED / name).read_text(encoding="utf-8")
    symbols = document_symbols(PlanFile.parse(text))
    assert symbols
    assert_nested(symbols, 0, len(text))


ONE = "goal: Shop\nagents: [{id: api-developer}]\ntasks:\n  - {id: T1, name: OAuth integration}\n  - {id: T12}\n"
TWO = "goal: Other\ntasks:\n  - {id: X, name: Write the API, parallel_group: g}\n"


def search(query: str) -> list[str]:
    files = [("one", PlanFile.parse(ONE)), ("two", PlanFile.parse(TWO))]
    return [f"{each.file}: {each.name} in {each.container}" for each in workspace_symbols(files, query)]


def test_plans_are_searched_by_a_few_letters():
    assert search("T1") == ["one: T1 OAuth integration in Shop", "one: T12 in Shop"]
    assert search("api") == ["one: api-developer in Shop", "two: X Write the API in g"]
    assert search("OInt") == ["one: T1 OAuth integration in Shop"]
    assert search("o auth") == search("oauth") == ["one: T1 OAuth integration in Shop"]
    assert search("zzz") == []
    assert len(search("")) == 4


def test_what_is_found_is_where_it_says():
    (found,) = workspace_symbols([("one", PlanFile.parse(ONE))], "t12")
    assert ONE[found.start : found.end] == "T12"
    (found,) = workspace_symbols([("one", PlanFile.parse(ONE))], "apid")
    assert "api-developer" in ONE[found.start : found.end]


def test_too_many_are_cut_off():
    assert len(workspace_symbols([("one", PlanFile.parse(ONE))], "", 2)) == 2


@pytest.mark.parametrize(
    ("wanted", "better", "worse"),
    [
        ("api", "api", "API2"),
        ("api", "api-x", "the api"),
        ("api", "the api", "rapid"),
        ("api", "rapid", "a-p-x-i"),
        ("wta", "write the api", "wxtxa"),
    ],
)
def test_better_matches_come_first(wanted: str, better: str, worse: str):
    first, second = match_rank(wanted, better), match_rank(wanted, worse)
    assert first is not None
    assert second is not None
    assert first < second


@given(plan_like)
def test_any_text_can_be_searched(text: str):
    for query in ("", "t", "a1"):
        for each in workspace_symbols([("x", PlanFile.parse(text))], query):
            assert 0 <= each.start <= each.end <= len(text)
