"""How tables are fitted into a terminal's width."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from orchestrate_ls.cli.tables import Column, column_widths, fitting_table
from tests.cli.running import GOAL, CommandLine

_COLUMNS = st.builds(
    Column,
    st.sampled_from(["", "Task", "Details"]),
    least=st.none() | st.integers(1, 20),
    wraps=st.booleans(),
    may_go=st.booleans(),
)


@given(st.lists(st.tuples(_COLUMNS, st.integers(0, 60)), min_size=1, max_size=8), st.integers(1, 200))
def test_columns_share_the_width_fairly(given_columns: list[tuple[Column, int]], available: int):
    columns, natural = [each for each, _ in given_columns], [each for _, each in given_columns]
    widths = column_widths(columns, natural, available)
    floors = [
        wanted if column.least is None else min(column.least, wanted)
        for column, wanted in zip(columns, natural, strict=True)
    ]
    assert list(widths) == sorted(widths)
    for place, cells in widths.items():
        assert floors[place] <= cells <= natural[place]
    for place in range(len(columns)):
        assert place in widths or columns[place].may_go
    used = sum(widths.values()) + 2 * len(widths)
    shrunk = [place for place in widths if widths[place] < natural[place]]
    if any(widths[place] > floors[place] for place in widths):
        assert used <= available
    if shrunk and used <= available:
        assert used == available, "room was left beside a column that was cut"
    for narrow in shrunk:
        for other in widths:
            assert widths[other] <= max(widths[narrow] + 1, floors[other]), "another could have given more"


@pytest.mark.parametrize("columns", ["60", "80", "100", "120"])
@pytest.mark.parametrize("command", ["status", "schedule", "next", "plan"])
def test_nothing_is_cut_off_at_the_right(
    command: str, columns: str, orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", columns)
    planned = orchestrate("plan", GOAL, "--output", "auth.plan.yaml", "--no-context")
    shown = planned if command == "plan" else orchestrate(command, "auth.plan.yaml")
    lines = shown.out.splitlines()
    assert any("T2" in line for line in lines)
    for line in lines:
        assert len(line) <= int(columns) or line.startswith(
            ("Build a user", "Wrote ", "Fit the plan", "  orch")
        )
    text = " ".join(shown.out.split())
    if command == "status":
        assert "waiting for T4, T5, T6 and T7" in text or columns != "120"
        for word in ("T4,", "T5", "T6", "ready", "can start now", "not started"):
            assert word in text
    if command == "schedule":
        assert "Slack" in text
        assert "14h30m – 17h15m" in text


def test_wide_characters_count_for_the_cells_they_take():
    table = fitting_table([Column("A", least=4), Column("B")], [["計画を立てる", "whole"]], 16)
    out = io.StringIO()
    Console(file=out, width=80).print(table)
    assert out.getvalue().splitlines()[1].rstrip() == "計画を…  whole"
