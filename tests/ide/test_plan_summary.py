"""What is remembered of a plan finds the same names at the same places as the plan itself does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.ide.plan_summary import summarize
from orchestrate_ls.ide.symbol_match import wanted_of
from orchestrate_ls.ide.workspace_symbols import workspace_symbols
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.positions import Encoding

PLAN = """\
goal: Build ünïcode things
agents:
  - id: writer
    backup: editor
tasks:
  - id: 😀-1
    name: Set up the database
    agent: writer
    files: [src/db/**, docs/db.md]
  - {id: T2, name: Database tests, parallel_group: testing, agent: tester}
  - name: no id
  - id: "T\\t3"
    name: "two\\nlines"
---
tasks:
  - id: T2
    files: src/db/**
"""


def by_query(text: str, query: str, encoding: Encoding = Encoding.UTF16) -> list[tuple[int, str, int, int]]:
    """Rank, name, and where it starts."""
    summary = summarize(PlanFile.parse(text), encoding)
    found = sorted(summary.matching(wanted_of(query)))
    symbols = summary.symbols([number for _, number in found])
    return [
        (rank, f"{each.id} {each.name}" if each.name else each.id, each.start_line, each.start_column)
        for (rank, _), each in zip(found, symbols, strict=True)
    ]


def of_the_plan(text: str, query: str) -> list[tuple[int, str, int, int]]:
    file = PlanFile.parse(text)
    found = workspace_symbols([("x", file)], query, 10_000)
    places = [file.chunks.position_at(each.start) for each in found]
    return [
        (each.rank, each.name, place.line, place.character) for each, place in zip(found, places, strict=True)
    ]


@pytest.mark.parametrize(
    "query", ["", "t2", "data", "dt", "DATA base", "zzz", "writer", "😀", "two", ".", "\\"]
)
def test_the_same_is_found_as_in_the_plan(query: str):
    assert sorted(by_query(PLAN, query)) == sorted(of_the_plan(PLAN, query))


@given(st.lists(st.text("aAbB.-*ßİ ", min_size=1, max_size=6), max_size=5), st.text("aAbB.-*ßİ", max_size=4))
def test_the_same_is_found_whatever_the_names_are(names: list[str], query: str):
    quoted = [name.replace("\\", "\\\\").replace('"', '\\"') for name in names]
    text = "tasks:\n" + "".join(f'  - {{id: "{each}", name: "{each}{each}"}}\n' for each in quoted)
    assert sorted(by_query(text, query)) == sorted(of_the_plan(text, query))


def test_columns_count_in_the_clients_encoding():
    places = {encoding: summarize(PlanFile.parse(PLAN), encoding).symbols([0])[0] for encoding in Encoding}
    widths = {encoding: each.end_column - each.start_column for encoding, each in places.items()}
    assert widths == {Encoding.UTF8: 6, Encoding.UTF16: 4, Encoding.UTF32: 3}


def test_agents_and_files_are_remembered_once():
    summary = summarize(PlanFile.parse(PLAN), Encoding.UTF16)
    assert summary.agents == ("editor", "tester", "writer")
    assert summary.files == ("docs/db.md", "src/db/**")


def test_a_query_that_almost_fits_often_is_refused_quickly():
    # A pattern that went back would try every way to spread the letters, which takes years.
    text = "tasks:\n  - id: x\n    name: " + "a" * 50 + "\n"
    summary = summarize(PlanFile.parse(text), Encoding.UTF16)
    assert list(summary.matching("a" * 40 + "b")) == []
